package paper_test

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"ralop/internal/paper"
)

// dump writes the cells of a workbook: formula = value, or the value.
func dump(t *testing.T, book *excelize.File) string {
	t.Helper()
	var out strings.Builder
	for _, sheet := range book.GetSheetList() {
		fmt.Fprintf(&out, "## %s\n", sheet)
		rows, err := book.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j, value := range row {
				cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
				formula, err := book.GetCellFormula(sheet, cell)
				if err != nil {
					t.Fatal(err)
				}
				if formula != "" {
					value = "=" + formula + " → " + value
				}
				if value != "" {
					fmt.Fprintf(&out, "%s\t%s\n", cell, value)
				}
			}
		}
	}
	return out.String()
}

func TestGoldenWorkbook(t *testing.T) {
	d := monthly()
	d.Appendices = nil
	golden(t, "monthly.xlsx.txt", dump(t, openBook(t, written(t, "xlsx", d))))
}

// Every formula, computed anew, gives the value that stands beside it.
func TestFormulasGiveTheirStoredValues(t *testing.T) {
	book := openBook(t, written(t, "xlsx", monthly()))
	formulas := 0
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j, stored := range row {
				cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
				formula, _ := book.GetCellFormula(sheet, cell)
				if formula == "" {
					continue
				}
				formulas++
				computed, err := book.CalcCellValue(sheet, cell, excelize.Options{RawCellValue: true})
				if err != nil {
					t.Fatalf("%s!%s =%s: %v", sheet, cell, formula, err)
				}
				a, errA := strconv.ParseFloat(stored, 64)
				b, errB := strconv.ParseFloat(computed, 64)
				same := stored == computed
				if errA == nil && errB == nil {
					same = math.Abs(a-b) < 1e-9
				}
				if !same {
					t.Errorf("%s!%s =%s: stored %q, computed %q", sheet, cell, formula, stored, computed)
				}
			}
		}
	}
	if formulas < 100 {
		t.Errorf("only %d formulas", formulas)
	}
}

// A printed rate is the ratio of the sums of its column, whatever stands in the rows; pdf, docx and xlsx agree.
func TestTotalsAreRatiosOfSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := paper.Table{Columns: []paper.Column{{Key: "unit", Title: "Đơn vị"}, {Key: "d", Title: "D", Kind: paper.KindInteger},
			{Key: "n", Title: "N", Kind: paper.KindInteger}, {Key: "r", Title: "Tỷ lệ", Kind: paper.KindRatio, N: "n", D: "d"}}}
		var all []int
		var n, d int64
		for i := range rapid.IntRange(1, 12).Draw(t, "rows") {
			row := paper.Row{Cells: []paper.Cell{paper.Text("x"), paper.Unknown(), paper.Unknown(), paper.Derived()}}
			if rapid.Bool().Draw(t, "known") {
				rowD := rapid.Int64Range(0, 5000).Draw(t, "d")
				rowN := rapid.Int64Range(0, rowD).Draw(t, "n")
				row.Cells[1], row.Cells[2] = paper.Int(rowD), paper.Int(rowN)
				n, d = n+rowN, d+rowD
			}
			table.Rows = append(table.Rows, row)
			all = append(all, i)
		}
		table.Rows = append(table.Rows, paper.Row{Style: paper.Total, Of: all,
			Cells: []paper.Cell{paper.Text("Cộng"), paper.Sum(), paper.Sum(), paper.Derived()}})
		var b bytes.Buffer
		if err := paper.Workbook(&b, paper.Document{Body: []paper.Block{table.Block()}}); err != nil {
			t.Fatal(err)
		}
		book, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		last := len(table.Rows) + 1
		got, _ := book.GetCellValue("Biểu 1", fmt.Sprintf("D%d", last), excelize.Options{RawCellValue: true})
		if d == 0 {
			if got != "–" {
				t.Fatalf("nothing to divide by, yet %q", got)
			}
			return
		}
		value, err := strconv.ParseFloat(got, 64)
		if err != nil || math.Abs(value-float64(n)/float64(d)) > 1e-12 {
			t.Fatalf("%q, want %d/%d", got, n, d)
		}
		computed, err := book.CalcCellValue("Biểu 1", fmt.Sprintf("D%d", last), excelize.Options{RawCellValue: true})
		if again, _ := strconv.ParseFloat(computed, 64); err != nil || math.Abs(again-value) > 1e-12 {
			t.Fatalf("computed %q, stored %q, %v", computed, got, err)
		}
	})
}

// The figures printed in docx and pdf are those of the xlsx.
func TestFiguresAgreeInAllFormats(t *testing.T) {
	d := monthly()
	d.Appendices = nil
	d.Watermark = ""
	book := openBook(t, written(t, "xlsx", d))
	docx := oneLine(strings.Join(docxText(t, written(t, "docx", d)), " "))
	pdf := oneLine(strings.Join(pdfPages(t, written(t, "pdf", d)), " "))
	swap := strings.NewReplacer(",", ".", ".", ",")
	printed := 12 // columns of the sheet that stand on paper
	rows, err := book.GetRows("Chuyên cần")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[5:25] {
		var line []string
		for _, cell := range row[:printed] {
			if cell != "" && strings.Trim(cell, "0123456789.,%+-") == "" {
				cell = swap.Replace(cell)
			}
			if cell != "" {
				line = append(line, cell)
			}
		}
		want := oneLine(strings.Join(line, " "))
		for format, text := range map[string]string{"docx": docx, "pdf": pdf} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks the row %q", format, line)
			}
		}
	}
}

func TestMarks(t *testing.T) {
	column := func(key string, kind paper.ColumnKind) paper.Column {
		return paper.Column{Key: key, Title: key, Kind: kind}
	}
	rate := column("r", paper.KindRatio)
	rate.N, rate.D = "n", "d"
	one := 1
	short := rate
	short.Key, short.Decimals = "s", &one
	columns := []paper.Column{column("unit", ""), column("n", paper.KindInteger), column("d", paper.KindInteger), rate, short}
	for _, c := range []struct {
		n, d paper.Cell
		want string
	}{
		{paper.Int(711), paper.Int(770), "711|770|92,34%|92,3%"},
		{paper.Int(1204), paper.Int(0), "1.204|0|–|–"},
		{paper.Unknown(), paper.Int(770), "–|770|–|–"},
		{paper.Suppressed("<5"), paper.Int(770), "<5|770|…|…"},
		{paper.Suppressed("<5"), paper.Unknown(), "<5|–|…|…"},
		{paper.Int(450), paper.Int(400), "450|400|112,50%|112,5%"}, // never clamped
	} {
		table := paper.Table{Columns: columns, Rows: []paper.Row{{Cells: []paper.Cell{paper.Text("đơn vị"), c.n, c.d, {}, {}}}}}
		got := docxText(t, written(t, "docx", paper.Document{Body: []paper.Block{table.Block()}}))
		i := 0
		for k, text := range got {
			if text == "đơn vị" {
				i = k
			}
		}
		if row := strings.Join(got[i+1:i+5], "|"); row != c.want {
			t.Errorf("%q, want %q", row, c.want)
		}
	}
}

func TestBadTablesAreRefused(t *testing.T) {
	integer := paper.Column{Key: "n", Kind: paper.KindInteger}
	text := paper.Column{Key: "t"}
	cells := func(c ...paper.Cell) []paper.Row { return []paper.Row{{Cells: c}} }
	for name, table := range map[string]paper.Table{
		"no columns":              {},
		"key twice":               {Columns: []paper.Column{integer, integer}},
		"short row":               {Columns: []paper.Column{text, integer}, Rows: cells(paper.Text("a"))},
		"number in text":          {Columns: []paper.Column{text}, Rows: cells(paper.Int(1))},
		"ratio of text":           {Columns: []paper.Column{text, {Key: "r", Kind: paper.KindRatio, N: "t", D: "t"}}},
		"ratio of itself":         {Columns: []paper.Column{{Key: "r", Kind: paper.KindRatio, N: "r", D: "r"}}},
		"ratio of nothing":        {Columns: []paper.Column{{Key: "r", Kind: paper.KindRatio, N: "x", D: "x"}}},
		"sum of a missing row":    {Columns: []paper.Column{integer}, Rows: []paper.Row{{Cells: []paper.Cell{paper.Sum()}, Of: []int{7}}}},
		"sum of each other":       {Columns: []paper.Column{integer}, Rows: []paper.Row{{Cells: []paper.Cell{paper.Sum()}, Of: []int{1}}, {Cells: []paper.Cell{paper.Sum()}, Of: []int{0}}}},
		"sum over the suppressed": {Columns: []paper.Column{integer}, Rows: []paper.Row{{Cells: []paper.Cell{paper.Suppressed("<5")}}, {Cells: []paper.Cell{paper.Sum()}, Of: []int{0}}}},
		"head too wide":           {Columns: []paper.Column{text}, Head: [][]paper.HeadCell{{{Text: "a", Span: 2}}}},
		"head with a hole":        {Columns: []paper.Column{text, integer}, Head: [][]paper.HeadCell{{{Text: "a"}}}},
		"unknown kind":            {Columns: []paper.Column{{Key: "x", Kind: "number"}}},
	} {
		for kind, write := range writers {
			if err := write(io.Discard, paper.Document{Body: []paper.Block{table.Block()}}); err == nil {
				t.Errorf("%s: %s was written", name, kind)
			}
		}
	}
	if err := paper.PDF(io.Discard, paper.Document{Body: []paper.Block{{}}}); err == nil {
		t.Error("an empty block was written")
	}
}

// A table longer than a page goes on under its head again, and loses no row.
func TestLongTable(t *testing.T) {
	table := paper.Table{Title: "Danh sách", Columns: []paper.Column{{Key: "no", Title: "Số"}, {Key: "name", Title: "Tên trường"}}}
	const rows = 150
	for i := range rows {
		table.Rows = append(table.Rows, paper.Row{Cells: []paper.Cell{paper.Text(fmt.Sprintf("r%d.", i)), paper.Text("Trường PTDTBT Tiểu học số " + strconv.Itoa(i))}})
	}
	pages := pdfPages(t, written(t, "pdf", paper.Document{Body: []paper.Block{table.Block()}}))
	if len(pages) < 3 {
		t.Fatalf("%d pages", len(pages))
	}
	all := strings.Join(pages, "\n")
	for i := range rows {
		if got := strings.Count(all, fmt.Sprintf("r%d.\n", i)); got != 1 {
			t.Errorf("row %d stands %d times", i, got)
		}
	}
	for i, page := range pages {
		if strings.Count(page, "Tên trường\n") != 1 {
			t.Errorf("page %d has no head", i+1)
		}
	}
}

// Whatever the length of the text, the signature stands on a page with text.
func TestSignatureIsNeverAlone(t *testing.T) {
	sentence := "Phân công nhiệm vụ cho từng cán bộ phụ trách phối hợp với giáo viên nắm bắt thông tin các trường hợp học sinh nghỉ học. "
	for n := 9; n < 30; n++ {
		d := paper.Document{Agency: "UBND XÃ", Receivers: []string{"Lưu: VT"}, Signatures: []paper.Signature{{Capacity: "CHỦ TỊCH", Name: "Người Ký"}}}
		for i := range n {
			d.Body = append(d.Body, paper.H2(fmt.Sprintf("%d. Việc", i)), paper.P(strings.Repeat(sentence, 1+i%3)))
		}
		pages := pdfPages(t, written(t, "pdf", d))
		last := pages[len(pages)-1]
		if !strings.Contains(last, "Người Ký") || !strings.Contains(last, "./.") || strings.Count(last, "CHỦ TỊCH") != 1 {
			t.Errorf("%d paragraphs: the last page is %q", n, last)
		}
		for _, page := range pages {
			text := strings.TrimSpace(page)
			if strings.HasSuffix(text, "Việc") {
				t.Errorf("%d paragraphs: a heading stands alone at the end of a page", n)
			}
		}
	}
}
