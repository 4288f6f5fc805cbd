package exchange_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"ralop/internal/exchange"
	"ralop/internal/fault"
)

func open(t *testing.T, name string, content []byte) (*exchange.Book, error) {
	t.Helper()
	b, err := exchange.ReadBook(name, bytes.NewReader(content), int64(len(content)))
	if err == nil {
		t.Cleanup(func() { must(t, b.Close()) })
	}
	return b, err
}

// The reader of workbooks gives what the library that writes them reads.
func TestWorkbookIsReadAsTheLibraryReadsIt(t *testing.T) {
	content := workbook(t, func(f *excelize.File) {
		for row := 1; row <= 300; row++ {
			put(t, f, "Sheet1", row*2, []any{row, "Lò Thị <Ánh> & \"em\" " + fmt.Sprint(row), 1.5 * float64(row), row%2 == 0, nil, "  bên trong\ndòng hai", 11012345678901 + int64(row)})
		}
	})
	f, err := excelize.OpenReader(strings.NewReader(content))
	must(t, err)
	defer f.Close()
	rows, err := f.Rows("Sheet1")
	must(t, err)
	var want []string
	for rows.Next() {
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		must(t, err)
		if len(cells) > 0 {
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			cells[3] = map[string]string{"1": "TRUE", "0": "FALSE", "TRUE": "TRUE", "FALSE": "FALSE"}[cells[3]]
			want = append(want, fmt.Sprintf("%q", cells))
		}
	}
	got, err := read(t, content)
	must(t, err)
	if len(got) != 300 || len(want) != 300 {
		t.Fatalf("%d and %d rows", len(got), len(want))
	}
	for i, row := range got {
		if line := fmt.Sprintf("%q", row.Cells); line != want[i] || row.Number != (i+1)*2 {
			t.Fatalf("row %d: %s\nwant %s", row.Number, line, want[i])
		}
	}
}

// Files that would fill the memory or the disk are refused before they do.
func TestFilesThatGrow(t *testing.T) {
	zeros := bytes.Repeat([]byte("0"), 64<<20)
	sheet := workbook(t, func(f *excelize.File) { put(t, f, "Sheet1", 1, []any{"Họ tên", "Lớp"}) })
	many := map[string][]byte{}
	for i := range 501 {
		many[fmt.Sprintf("%d.csv", i)] = []byte("a,b\n1,2\n")
	}
	for _, c := range []struct{ name, code string }{
		{"bomb.zip", "exchange.bomb"}, {"bomb.xlsx", "exchange.bomb"}, {"many.zip", "exchange.too-many-members"}, {"deep.zip", "exchange.nested-zip"},
		{"quote.csv", "exchange.huge-cell"}, {"cell.xlsx", "exchange.huge-cell"}, {"doc.zip", "exchange.not-a-table"}, {"empty.zip", "exchange.empty"},
	} {
		var content []byte
		switch c.name {
		case "bomb.zip":
			content = zipped(t, map[string][]byte{"a.csv": zeros})
		case "bomb.xlsx":
			content = with(t, []byte(sheet), "xl/media/a.bin", zeros)
		case "many.zip":
			content = zipped(t, many)
		case "deep.zip":
			content = zipped(t, map[string][]byte{"b.zip": zipped(t, map[string][]byte{"a.csv": []byte("a,b\n")})})
		case "quote.csv":
			content = append([]byte("a,b\n1,\""), bytes.Repeat([]byte("xy z"), 4<<20)...)
		case "cell.xlsx":
			content = []byte(strings.Replace(string(zipped(t, map[string][]byte{
				"xl/workbook.xml":            []byte(`<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" r:id="r1"/></sheets></workbook>`),
				"xl/_rels/workbook.xml.rels": []byte(`<Relationships><Relationship Id="r1" Target="s.xml"/></Relationships>`),
				"xl/s.xml":                   append([]byte(`<worksheet><sheetData><row><c t="str"><v>`), randomish(3<<20)...),
			})), "", "", 0))
		case "doc.zip":
			content = zipped(t, map[string][]byte{"word/document.xml": []byte("<a/>")})
		case "empty.zip":
			content = zipped(t, nil)
		}
		t.Run(c.name, func(t *testing.T) {
			b, err := open(t, c.name, content)
			if err == nil {
				_, err = b.Recognise(exchange.StudentFields(), exchange.Layout{})
			}
			if !fault.HasCode(err, c.code) {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}

// randomish is text that does not pack well.
func randomish(n int) []byte {
	out := make([]byte, n)
	state := uint32(1)
	for i := range out {
		state = state*1664525 + 1013904223
		out[i] = 'a' + byte(state>>24)%26
	}
	return out
}

// What a person says goes before every guess, and holds for the next file of the source.
func TestAPersonsChoiceHolds(t *testing.T) {
	first := "Ghi chú,Tên gọi,Sinh,Phái,Nhóm\nx,Lò Thị Ánh,09/05/2007,Nữ,7A\ny,Vừ A Lý,09/06/2007,Nam,7A\n"
	b, err := open(t, "a.csv", []byte(first))
	must(t, err)
	chosen := exchange.Layout{Columns: []exchange.Choice{{Heading: "Tên gọi", Field: "name"}, {Heading: "Sinh", Field: "born", Date: "01/02/2006"}, {Heading: "Phái", Field: "sex"}, {Heading: "Nhóm", Field: "class"}}}
	rec, err := b.Recognise(exchange.StudentFields(), chosen)
	must(t, err)
	if len(rec.Missing) != 0 || rec.Layout.HeadRow != 1 || rec.Columns[1].Why != exchange.ByPerson {
		t.Fatalf("%+v", rec)
	}
	other, err := open(t, "b.csv", []byte("Danh sách\n\nNhóm,Phái,Ghi chú,Sinh,Tên gọi\n7B,Nam,,09/07/2007,Sùng A Tủa\n"))
	must(t, err)
	reading, err := other.Read(rec.Layout.Source(), exchange.StudentFields())
	must(t, err)
	for row, err := range reading.Rows() {
		must(t, err)
		born, err := reading.Head.Day(row, "born")
		if got := fmt.Sprint(reading.Head.Get(row, "name"), reading.Head.Get(row, "class"), born, err); got != "Sùng A Tủa7B2007-09-07 <nil>" {
			t.Error(got)
		}
	}
	same, err := other.Recognise(exchange.StudentFields(), rec.Layout.Source())
	must(t, err)
	if same.Source != rec.Source {
		t.Error("files with the same headings in another order are of one source")
	}
	passed := exchange.Layout{Columns: slices.Clone(chosen.Columns)}
	passed.Columns[2].Field = exchange.PassOver
	if rec, err = b.Recognise(exchange.StudentFields(), passed); err != nil || rec.Columns[3].Field != "" || len(rec.Missing) == 0 {
		t.Errorf("a column passed over: %+v %v", rec.Columns[3], err)
	}
	if _, err := b.Read(passed, exchange.StudentFields()); !fault.HasCode(err, "exchange.no-column") {
		t.Errorf("a required column passed over: %v", err)
	}
	if _, err := b.Recognise(exchange.StudentFields(), exchange.Layout{Parts: []string{"no"}}); !fault.HasCode(err, "exchange.no-part") {
		t.Errorf("no such part: %v", err)
	}
}
