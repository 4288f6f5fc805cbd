package exchange_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/fault"
)

func read(t *testing.T, content string) ([]exchange.Row, error) {
	t.Helper()
	table, err := exchange.ReadTable("danh sách.csv", strings.NewReader(content))
	if err != nil {
		return nil, err
	}
	defer table.Close()
	var rows []exchange.Row
	for row, err := range table.Rows() {
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func packed(t *testing.T, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func workbook(t *testing.T, fill func(*excelize.File)) string {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	fill(book)
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func utf16le(s string) string {
	out := []byte{0xff, 0xfe}
	for _, r := range s {
		out = append(out, byte(r), byte(r>>8))
	}
	return string(out)
}

// The same three rows in every dress a file comes in.
func TestOneTableInEveryForm(t *testing.T) {
	want := []exchange.Row{
		{Number: 1, Cells: []string{"code", "full_name", "note"}},
		{Number: 3, Cells: []string{"03263", "Xã Nà Tòng", "a, b; c"}},
		{Number: 4, Cells: []string{"00912", "Xã Quài Tở", ""}},
	}
	plain := "code,full_name,note\n\n03263,Xã Nà Tòng,\"a, b; c\"\n00912, Xã  Quài Tở\u00a0,\n"
	decomposed := strings.NewReplacer("à", "a\u0300", "ã", "a\u0303", "ò", "o\u0300").Replace(plain)
	semicolon := "code;full_name;note\r\n\r\n03263;Xã Nà Tòng;\"a, b; c\"\r\n00912;Xã Quài Tở;\r\n"
	forms := map[string]string{
		"comma":         plain,
		"decomposed":    decomposed,
		"byte order":    "\ufeff" + plain,
		"semicolon":     semicolon,
		"semicolon BOM": "\ufeff" + semicolon,
		"tab":           strings.ReplaceAll(semicolon, ";\"a, b; c\"", "\ta, b; c"),
		"UTF-16":        utf16le(semicolon),
		"gzip":          packed(t, plain),
		"xlsx": workbook(t, func(f *excelize.File) {
			f.SetSheetRow("Sheet1", "A1", &[]any{"code", "full_name", "note"})
			f.SetSheetRow("Sheet1", "A3", &[]any{"03263", " Xã Nà Tòng", "a, b; c"})
			f.SetSheetRow("Sheet1", "A4", &[]any{"00912", "Xã Quài Tở", ""})
		}),
	}
	forms["tab"] = strings.NewReplacer("code;full_name;note", "code\tfull_name\tnote", "03263;Xã", "03263\tXã",
		"00912;Xã Quài Tở;", "00912\tXã Quài Tở\t").Replace(forms["tab"])
	for name, content := range forms {
		t.Run(name, func(t *testing.T) {
			got, err := read(t, content)
			if err != nil {
				t.Fatal(err)
			}
			for i := range got { // a sheet does not keep empty cells at the end of a row
				for len(got[i].Cells) < 3 {
					got[i].Cells = append(got[i].Cells, "")
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRowNumbersPassLineBreaksInCells(t *testing.T) {
	rows, err := read(t, "a,b\n\"một\nhai\",x\n2,y\n")
	if err != nil {
		t.Fatal(err)
	}
	if rows[2].Number != 3 || rows[1].Cells[0] != "một\nhai" {
		t.Errorf("got %+v", rows)
	}
}

func TestSeparatorLine(t *testing.T) {
	rows, err := read(t, "sep=;\ncode;tên,họ\n1;2\n")
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0].Cells[1] != "tên,họ" {
		t.Errorf("got %+v", rows)
	}
}

func TestBrokenFilesNameThePlace(t *testing.T) {
	whole := packed(t, strings.Repeat("mã,tên\n1,Xã\n", 20000))
	sheet := workbook(t, func(f *excelize.File) { f.SetCellValue("Sheet1", "A1", "x") })
	cases := []struct{ name, content, code, says string }{
		{"open quote", "a,b\n1,2\n3,\"x\n4,5\n", "exchange.broken-quote", "row=3"},
		{"cut gzip", whole[:len(whole)/2], "exchange.broken-file", "row="},
		{"cut xlsx", sheet[:len(sheet)/2], "exchange.broken-file", "danh sách.csv"},
		{"empty xlsx", workbook(t, func(*excelize.File) {}), "exchange.empty", ""},
		{"old xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "exchange.old-xls", ""},
		{"a page", "<html>", "exchange.not-a-table", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := read(t, c.content)
			if !fault.HasCode(err, c.code) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %s with %q", err, c.code, c.says)
			}
		})
	}
}

func TestWorkbookNumbersStayAsWritten(t *testing.T) {
	content := workbook(t, func(f *excelize.File) {
		f.SetCellValue("Sheet1", "A1", 11012345678901)
		style, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		if err != nil {
			t.Fatal(err)
		}
		f.SetCellValue("Sheet1", "B1", 43713)
		f.SetCellStyle("Sheet1", "B1", "B1", style)
		f.SetCellValue("Sheet1", "C1", "1E5")
	})
	rows, err := read(t, content)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(rows[0].Cells, "|"); got != "11012345678901|43713|1E5" {
		t.Errorf("got %s", got)
	}
}

func TestDates(t *testing.T) {
	for _, c := range []struct{ cell, layout, want string }{
		{"5/9/2019", "", "2019-09-05"}, {"05-09-2019", "", "2019-09-05"}, {"2019-09-05", "", "2019-09-05"},
		{"43713", "", "2019-09-05"}, {"43713.5", "", "2019-09-05"}, {"05/09/2019 07:30", "", "2019-09-05"},
		{"20180905", "20060102", "2018-09-05"}, {"31/02/2019", "", ""}, {"2013", "", ""}, {"mai", "", ""},
	} {
		got, err := exchange.ParseDate(c.cell, c.layout, false)
		if (err != nil) != (c.want == "") || err == nil && got != day.MustParse(c.want) {
			t.Errorf("%q: got %v, %v; want %s", c.cell, got, err, c.want)
		}
	}
	if got, _ := exchange.ParseDate("42251", "", true); got != day.MustParse("2019-09-05") {
		t.Errorf("1904 workbook: got %v", got)
	}
}

func TestHead(t *testing.T) {
	table, err := exchange.ReadTable("x.csv", strings.NewReader("School DBN,Họ và Tên (*),Date,Số\n01M015,Lò Văn A,20180905,12\n"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []exchange.Row
	for row, err := range table.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	fields := []exchange.Field{{Name: "school", Required: true}, {Name: "full_name", Aliases: []string{"họ và tên"}}, {Name: "date"}, {Name: "count", Aliases: []string{"số"}}}
	mapping, err := exchange.ParseMapping("School DBN=school, Date=date:20060102")
	if err != nil {
		t.Fatal(err)
	}
	head, err := table.NewHead(rows[0], fields, mapping)
	if err != nil {
		t.Fatal(err)
	}
	date, err := head.Day(rows[1], "date")
	n, ok, err2 := head.Count(rows[1], "count")
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	got := fmt.Sprintf("%s|%s|%s|%d|%t|%s", head.Get(rows[1], "school"), head.Get(rows[1], "full_name"), date, n, ok, head.Column("date"))
	if got != "01M015|Lò Văn A|2018-09-05|12|true|C" {
		t.Errorf("got %s", got)
	}
	if _, err := table.NewHead(rows[0], fields, []exchange.Mapped{{Column: "Date", Field: "ngày"}}); !fault.HasCode(err, "exchange.unknown-field") {
		t.Errorf("unknown field: %v", err)
	}
	if _, err := table.NewHead(rows[0], append(fields, exchange.Field{Name: "missing", Required: true}), mapping); !fault.HasCode(err, "exchange.no-column") {
		t.Errorf("missing column: %v", err)
	}
	if _, err := exchange.ParseMapping("School"); !fault.HasCode(err, "exchange.bad-mapping") {
		t.Errorf("bad mapping: %v", err)
	}
}
