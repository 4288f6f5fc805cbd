package report_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"context"
	"encoding/json"
	"encoding/xml"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/paper"
	"ralop/internal/ratio"
	"ralop/internal/report"
	"ralop/internal/store"
	"ralop/internal/viet"
)

var update = flag.Bool("update", false, "write the golden files anew")

// papers are the four files of the district's May.
func papers(t *testing.T, h *apptest.House, place report.Place) (map[paper.Format][]byte, report.Book) {
	t.Helper()
	files := map[paper.Format][]byte{}
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		for _, f := range report.Formats {
			file, err := report.Monthly(ctx, tx, access.System(apptest.Realm), place, may2020, f, false)
			if err != nil {
				return err
			}
			files[f] = file.Content
		}
		return nil
	})
	var book report.Book
	if err := json.Unmarshal(files[paper.FormatJSON], &book); err != nil {
		t.Fatal(err)
	}
	return files, book
}

// docxRows gives the cells of every row of every table.
func docxRows(t *testing.T, content []byte) (rows [][]string) {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	must(t, err)
	f, err := archive.Open("word/document.xml")
	must(t, err)
	defer f.Close()
	decoder := xml.NewDecoder(f)
	var row []string
	cell, inText := "", false
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return rows
		}
		must(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			inText = token.Name.Local == "t"
			if token.Name.Local == "tr" {
				row = nil
			}
			if token.Name.Local == "tc" {
				cell = ""
			}
		case xml.CharData:
			if inText {
				cell += string(token)
			}
		case xml.EndElement:
			switch token.Name.Local {
			case "tc":
				row = append(row, strings.TrimSpace(cell))
			case "tr":
				rows = append(rows, row)
			case "t":
				inText = false
			}
		}
	}
}

// pdfText is what is drawn, in drawing order, in one line: strings in UTF-16 in compressed streams.
func pdfText(t *testing.T, content []byte) string {
	t.Helper()
	var out strings.Builder
	for {
		i := bytes.Index(content, []byte("stream\n"))
		if i < 0 {
			return strings.Join(strings.Fields(out.String()), " ")
		}
		content = content[i+len("stream\n"):]
		inflate, err := zlib.NewReader(bytes.NewReader(content))
		if err != nil {
			continue
		}
		text, _ := io.ReadAll(inflate)
		for {
			at := bytes.Index(text, []byte(" Td ("))
			if at < 0 {
				break
			}
			text = text[at+len(" Td ("):]
			var raw []byte
			for len(text) > 0 && text[0] != ')' {
				if text[0] == '\\' {
					text = text[1:]
					if text[0] == 'r' {
						text[0] = '\r'
					}
				}
				raw, text = append(raw, text[0]), text[1:]
			}
			units := make([]uint16, len(raw)/2)
			for k := range units {
				units[k] = uint16(raw[2*k])<<8 | uint16(raw[2*k+1])
			}
			out.WriteString(string(utf16.Decode(units)) + " ")
		}
	}
}

// line is a row of a figure table as every format must show it.
type line struct {
	name  string
	cells []any // int64, ratio.Ratio or string, in the order of the paper
}

func percent(r ratio.Ratio) string {
	if !r.Known() {
		return "–"
	}
	return r.Percent(2) + "%"
}

func printed(cells []any) (all []string) {
	for _, c := range cells {
		switch c := c.(type) {
		case int64:
			all = append(all, viet.Integer(c))
		case ratio.Ratio:
			all = append(all, percent(c))
		case string:
			all = append(all, c)
		}
	}
	return all
}

func lineOf(name string, r report.Row) line {
	// There is no earlier period in the cast: its columns are not printed.
	return line{name, []any{r.Classes, r.Opening, r.Came, r.Left, r.Dropouts, r.Now, r.Retention(), r.Taken, r.Roll, r.Unknown, r.Excused, r.Unexcused,
		r.Attendance(), r.Coverage()}}
}

// All numbers of docx, pdf, xlsx and json are the same: those of the json's figures are
// looked up in each of the other three, row by row.
func TestFormatsAgree(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	rolls(t, h)
	made := create(t, h, access.System(apptest.Realm), report.Unit(apptest.TuanGiao))
	along(t, h, made, report.Approved)
	files, book := papers(t, h, report.Unit(apptest.TuanGiao))
	f := book.Figures
	lines := []line{lineOf("Toàn huyện", f.Total)}
	for _, c := range f.Children {
		name := c.Name + " (*)"
		lines = append(lines, lineOf(name, c.Total))
		for _, l := range c.Levels {
			lines = append(lines, lineOf(map[string]string{"TH": "Tiểu học", "THCS": "THCS"}[l.Level], l.Row))
		}
	}
	if len(lines) < 6 || f.Total.Roll == 0 {
		t.Fatalf("too little to compare: %+v", f.Total)
	}
	rows := docxRows(t, files[paper.FormatDocx])
	drawn := pdfText(t, files[paper.FormatPDF])
	sheets := sheetRows(t, files[paper.FormatXLSX])
	for _, l := range lines {
		want := printed(l.cells)
		found := false
		for _, row := range rows {
			if len(row) >= len(want)+1 && row[len(row)-len(want)-1] == l.name && cmp.Equal(row[len(row)-len(want):], want) {
				found = true
			}
		}
		if !found {
			t.Errorf("docx: no row %s %v", l.name, want)
		}
		if !strings.Contains(drawn, strings.Join(want, " ")) {
			t.Errorf("pdf: %s %v is not drawn", l.name, want)
		}
		if !inWorkbook(sheets, l) {
			t.Errorf("xlsx: no row %s %v", l.name, want)
		}
	}
	for _, a := range f.Mobilisation {
		if r := ratio.Of(a.N, a.D); r.Known() && !strings.Contains(drawn, strings.Join(printed([]any{a.D, a.N, r, a.D - a.N}), " ")) {
			t.Errorf("pdf: mobilisation of %s (%v) is not drawn", a.Age, r)
		}
	}
	// The rates of the sentences are those of the figures.
	for _, r := range []ratio.Ratio{f.Total.Attendance(), f.Total.Retention()} {
		if !strings.Contains(drawn, r.Percent(2)+"% ("+viet.Integer(r.N)+"/"+viet.Integer(r.D)+")") {
			t.Errorf("pdf: %v is in no sentence", r)
		}
	}
	if !strings.Contains(drawn, "Số liệu chốt lúc 07:00 ngày 29/05/2020") {
		t.Error("pdf: the foot does not say when it was frozen")
	}
}

// sheetRows gives the values of every row of every sheet of a workbook, those that its
// formulas were written with; that the formulas give them is paper's own test.
func sheetRows(t *testing.T, content []byte) (rows [][]string) {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	must(t, err)
	for _, f := range archive.File {
		if !strings.HasPrefix(f.Name, "xl/worksheets/") {
			continue
		}
		file, err := f.Open()
		must(t, err)
		var sheet struct {
			Rows []struct {
				Cells []struct {
					At     string `xml:"r,attr"`
					Value  string `xml:"v"`
					Inline string `xml:"is>t"`
				} `xml:"c"`
			} `xml:"sheetData>row"`
		}
		must(t, xml.NewDecoder(file).Decode(&sheet))
		must(t, file.Close())
		for _, r := range sheet.Rows {
			var row []string
			for _, c := range r.Cells {
				column := 0
				for _, letter := range strings.TrimRight(c.At, "0123456789") {
					column = column*26 + int(letter-'A') + 1
				}
				for len(row) < column {
					row = append(row, "")
				}
				row[column-1] = strings.TrimSpace(c.Value + c.Inline)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// inWorkbook looks for a row whose numbers are those of the line.
func inWorkbook(rows [][]string, l line) bool {
	for _, row := range rows {
		for j, cell := range row {
			if cell != l.name || len(row) < j+1+len(l.cells) {
				continue
			}
			same := true
			for k, want := range l.cells {
				same = same && equal(row[j+1+k], want)
			}
			if same {
				return true
			}
		}
	}
	return false
}

func equal(got string, want any) bool {
	n, err := strconv.ParseFloat(got, 64)
	switch want := want.(type) {
	case int64:
		return err == nil && n == float64(want)
	case ratio.Ratio:
		return !want.Known() || err == nil && math.Abs(n-want.Float()) < 1e-9
	}
	return true // a change in points: its two rates are compared
}

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		must(t, os.MkdirAll("testdata", 0o750))
		must(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (-want +got); read it, then run with -update:\n%s", name, diff)
	}
}

// The whole paper of the cast's district, as json and as its text, is the same on both
// engines and from run to run.
func TestGolden(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		rolls(t, h)
		files, book := papers(t, h, report.Unit(apptest.TuanGiao))
		golden(t, "district.json", string(files[paper.FormatJSON]))
		var text strings.Builder
		for _, b := range book.Document.Body {
			switch {
			case b.Heading != nil:
				text.WriteString(b.Heading.Text + "\n")
			case b.Paragraph != nil:
				for _, r := range b.Paragraph.Runs {
					text.WriteString(r.Text)
				}
				text.WriteString("\n")
			case b.Bullet != nil:
				for _, r := range b.Bullet.Runs {
					text.WriteString("- " + r.Text)
				}
				text.WriteString("\n")
			}
		}
		golden(t, "district.txt", text.String())
	})
}
