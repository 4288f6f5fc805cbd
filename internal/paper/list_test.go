package paper_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"ralop/internal/paper"
)

var listFormats = []paper.Format{paper.FormatCSV, paper.FormatXLSX}

func list(t *testing.T, kind paper.Format, l paper.List, rows ...[]paper.Cell) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := paper.NewList(&b, kind, l)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var attendance = paper.List{Title: "Chuyên cần: tháng 5/2020", Watermark: "DỮ LIỆU MINH HỌA – KHÔNG CÓ GIÁ TRỊ", Columns: []paper.Column{
	{Key: "unit", Title: "Đơn vị"}, {Key: "n", Title: "Có mặt", Kind: paper.KindInteger}, {Key: "d", Title: "Phải có mặt", Kind: paper.KindInteger},
	{Key: "rate", Title: "Tỷ lệ (%)", Kind: paper.KindRatio, N: "n", D: "d"}}}

func TestListAsCSV(t *testing.T) {
	got := list(t, "csv", attendance,
		[]paper.Cell{paper.Text("Xã Ta Ma"), paper.Int(711), paper.Int(770), {}},
		[]paper.Cell{paper.Text("Bản \"Cha, Nậm\""), paper.Unknown(), paper.Int(0), {}},
		[]paper.Cell{paper.Text("e\u0302"), paper.Suppressed("<5"), paper.Int(-1), {}})
	want := "\ufeff" + strings.Join([]string{
		"DỮ LIỆU MINH HỌA – KHÔNG CÓ GIÁ TRỊ", "Đơn vị,Có mặt,Phải có mặt,Tỷ lệ (%)",
		"Xã Ta Ma,711,770,92.34", `"Bản ""Cha, Nậm""",–,0,–`, "ê,<5,-1,…", ""}, "\r\n")
	if string(got) != want {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

func TestListAsWorkbook(t *testing.T) {
	book := openBook(t, list(t, "xlsx", attendance,
		[]paper.Cell{paper.Text("Xã Ta Ma"), paper.Int(711), paper.Int(770), {}},
		[]paper.Cell{paper.Text("Xã Mùn Chung"), paper.Int(0), paper.Int(0), {}}))
	golden(t, "list.xlsx.txt", dump(t, book))
	if got := book.GetSheetList(); !slices.Equal(got, []string{"Chuyên cần tháng 5 2020"}) {
		t.Errorf("sheets %q", got)
	}
}

// What a spreadsheet would run stays text.
// A long list prints on as many pages as it needs, its heads on each.
func TestListPrintsPageByPage(t *testing.T) {
	wide := attendance
	for i := range 9 {
		wide.Columns = append(slices.Clone(wide.Columns), paper.Column{Key: fmt.Sprintf("c%d", i), Title: "Một cột nữa"})
	}
	row := []paper.Cell{paper.Text("Xã Ta Ma"), paper.Int(711), paper.Int(770), {}}
	for of, want := range map[*paper.List]string{&attendance: "portrait", &wide: "landscape"} {
		cells := append(slices.Clone(row), make([]paper.Cell, len(of.Columns)-len(row))...)
		book := openBook(t, list(t, "xlsx", *of, cells))
		sheet := book.GetSheetList()[0]
		layout, err := book.GetPageLayout(sheet)
		if err != nil {
			t.Fatal(err)
		}
		if *layout.FitToHeight != 0 || *layout.FitToWidth != 1 || *layout.Orientation != want {
			t.Errorf("%d columns: %d × %d pages, %s", len(of.Columns), *layout.FitToWidth, *layout.FitToHeight, *layout.Orientation)
		}
		if names := book.GetDefinedName(); len(names) != 1 || !strings.HasSuffix(names[0].RefersTo, "!$2:$2") {
			t.Errorf("what repeats on every page: %+v", names)
		}
	}
}

func TestListsAreSafeFromFormulas(t *testing.T) {
	l := paper.List{Title: "x", Columns: []paper.Column{{Key: "name", Title: "=1+1"}}}
	evil := []string{"=cmd|' /C calc'!A0", "+84912", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1"}
	var rows [][]paper.Cell
	for _, text := range evil {
		rows = append(rows, []paper.Cell{paper.Text(text)})
	}
	records, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(list(t, "csv", l, rows...), []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(records) != len(evil)+1 {
		t.Fatalf("%d records", len(records))
	}
	for _, r := range records {
		if !strings.HasPrefix(r[0], "'") {
			t.Errorf("%q can run", r[0])
		}
	}
	book := openBook(t, list(t, "xlsx", l, rows...))
	for i := range len(evil) + 1 {
		cell := fmt.Sprintf("A%d", i+1)
		if formula, _ := book.GetCellFormula("x", cell); formula != "" {
			t.Errorf("%s is the formula %q", cell, formula)
		}
	}
	if got, _ := book.GetCellValue("x", "A2"); got != evil[0] {
		t.Errorf("text was changed: %q", got)
	}
}

func TestListRefusesBadRows(t *testing.T) {
	for _, kind := range listFormats {
		w, err := paper.NewList(io.Discard, kind, attendance)
		if err != nil {
			t.Fatal(err)
		}
		for name, row := range map[string][]paper.Cell{
			"short":          {paper.Text("a")},
			"text as number": {paper.Int(1), paper.Int(1), paper.Int(1), {}},
			"sum":            {paper.Text("a"), paper.Sum(), paper.Int(1), {}},
		} {
			if err := w.Row(row...); err == nil {
				t.Errorf("%s takes a row: %s", kind, name)
			}
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		if _, err := paper.NewList(io.Discard, kind, paper.List{}); err == nil {
			t.Errorf("%s begins without columns", kind)
		}
	}
}

func TestSameListSameBytes(t *testing.T) {
	row := []paper.Cell{paper.Text("a"), paper.Int(1), paper.Int(2), {}}
	for _, kind := range listFormats {
		if !bytes.Equal(list(t, kind, attendance, row), list(t, kind, attendance, row)) {
			t.Errorf("%s: other bytes", kind)
		}
	}
}
