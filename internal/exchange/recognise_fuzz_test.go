package exchange_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"ralop/internal/exchange"
	"ralop/internal/viet"
)

// readAll reads whatever a file is, as far as it goes; it must neither panic nor hang,
// and what it gives is clean.
func readAll(t *testing.T, name string, content []byte) {
	t.Helper()
	b, err := exchange.ReadBook(name, bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return
	}
	defer b.Close()
	rec, err := b.Recognise(exchange.StudentFields(), exchange.Layout{})
	if err != nil {
		return
	}
	reading, err := b.Read(rec.Layout, exchange.StudentFields())
	if err != nil {
		return
	}
	last := -1
	for row, err := range reading.Rows() {
		if err != nil {
			return
		}
		if row.Number <= last {
			t.Fatalf("row %d after %d", row.Number, last)
		}
		last = row.Number
		for _, cell := range row.Cells {
			if cell != viet.CleanText(cell) && cell != viet.Clean(cell) {
				t.Fatalf("the cell %q is not clean", cell)
			}
		}
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"", plainList, "a\tb\n1\t2\n", "sep=|\na|b\n", "\"x\ny\",2\n", "\xff\xfea\x00,\x00b\x00", "a;b\n\"1;2\n", "Hä vµ tªn;Líp\nV\xf5 A;6\n", strings.Repeat(",", 600)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) { readAll(t, "x.csv", content) })
}

func FuzzWorkbook(f *testing.F) {
	for _, sheet := range []string{
		`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Họ tên</t></is></c><c r="B1"><v>1.5E+3</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>`,
		`<x:worksheet xmlns:x="y"><x:sheetData><x:row><x:c t="s"><x:v>9</x:v></x:c><x:c><x:f>A1</x:f></x:c></x:row></x:sheetData></x:worksheet>`,
		`<worksheet><cols><col min="1" max="99999" hidden="1"/></cols><sheetData><row r="99999999"><c r="ZZZZ1" s="77"><v>&#x41;&bad;</v></c></row></sheetData></worksheet>`,
		`<worksheet><sheetData><row><c t="e"><v>#N/A</v></c><!-- > --><c t="str"><v><![CDATA[a]]></v></c></row>`, `<!DOCTYPE a>`, `<`, `</>`,
	} {
		f.Add([]byte(sheet), []byte(`<sst><si><t>x</t></si><si><r><t>y</t></r><rPh><t>z</t></rPh></si></sst>`))
	}
	book := func(t *testing.T, sheet, shared []byte) []byte {
		return zipped(t, map[string][]byte{
			"[Content_Types].xml":        []byte(`<Types/>`),
			"xl/workbook.xml":            []byte(`<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="6A" sheetId="1" r:id="r1"/></sheets></workbook>`),
			"xl/_rels/workbook.xml.rels": []byte(`<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>`),
			"xl/worksheets/sheet1.xml":   sheet, "xl/sharedStrings.xml": shared,
		})
	}
	f.Fuzz(func(t *testing.T, sheet, shared []byte) { readAll(t, "x.xlsx", book(t, sheet, shared)) })
}

func FuzzArchive(f *testing.F) {
	t := &testing.T{}
	f.Add(zipped(t, map[string][]byte{"a.csv": []byte("Họ tên,Lớp\nA,6A\n"), "b/c.csv": []byte("x")}))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\x1f\x8b\x08"))
	f.Fuzz(func(t *testing.T, content []byte) { readAll(t, "x.zip", content) })
}

// A column of any text is read in some encoding, the same one each time.
func FuzzColumn(f *testing.F) {
	for _, e := range viet.Encodings {
		f.Add(written(e, "Quàng Thị Hoà"), written(e, "Lường Văn Thưởng"), written(e, "Vừ Thị Mỵ"))
	}
	f.Fuzz(func(t *testing.T, a, b, c string) {
		if strings.ContainsAny(a+b+c, ",\"\r\n\x00") {
			return
		}
		content := []byte("Họ tên,Ngày sinh,Giới tính,Lớp\n" + a + ",1/1/2007,Nam,6A\n" + b + ",1/1/2007,Nam,6A\n" + c + ",1/1/2007,Nam,6A\n")
		readAll(t, "x.csv", content)
	})
}

// Headings in up to three rows are found or not, whatever stands there.
func FuzzHead(f *testing.F) {
	f.Add("Họ tên|Lớp", "Cha|Mẹ", "1|2", uint8(0))
	f.Add("DANH SÁCH|", "Họ và tên|Ngày sinh", "Lò A|5/9/2007", uint8(3))
	f.Fuzz(func(t *testing.T, first, second, third string, merged uint8) {
		content := workbook(t, func(book *excelize.File) {
			for i, line := range []string{first, second, third, "Lò Văn A|5/9/2007|Nam|6A"} {
				cells := strings.Split(strings.ToValidUTF8(line, "?"), "|")
				put(t, book, "Sheet1", i+1, func() (row []any) {
					for _, cell := range cells[:min(len(cells), 20)] {
						row = append(row, cell)
					}
					return row
				}())
			}
			must(t, book.MergeCell("Sheet1", "A1", string(rune('A'+merged%4))+"2"))
		})
		readAll(t, "x.xlsx", []byte(content))
	})
}

// A date that is read is a day of these centuries or one that the layout allows; no text
// makes it fail otherwise.
func FuzzDate(f *testing.F) {
	for _, seed := range []string{"5/9/2019", "5-9-14", "43713", "2019-09-05", "31/02/2019", "'1/1/07", "1.1E+5", "NaN", "-1"} {
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, cell string, from1904 bool) {
		d, err := exchange.ParseDate(cell, "", from1904)
		if err == nil && (d.Year() < 0 || d.Year() > 10003) {
			t.Errorf("%q is read as %s", cell, d)
		}
	})
}
