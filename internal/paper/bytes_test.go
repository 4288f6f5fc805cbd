package paper_test

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"ralop/internal/paper"
)

// The same document gives the same bytes, also when it went through JSON, and also when its text came decomposed.
func TestSameDocumentSameBytes(t *testing.T) {
	for name, d := range map[string]paper.Document{"letter": letter(t, "letter-610"), "report": monthly()} {
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var again, decomposed paper.Document
		if err := json.Unmarshal(text, &again); err != nil {
			t.Fatal(err)
		}
		loose := norm.NFD.Bytes(text)
		if bytes.Equal(loose, text) {
			t.Fatal("the document has no marks to take apart")
		}
		if err := json.Unmarshal(loose, &decomposed); err != nil {
			t.Fatal(err)
		}
		for kind := range writers {
			want := written(t, kind, d)
			for how, other := range map[string]paper.Document{"again": d, "through JSON": again, "decomposed": decomposed} {
				if !bytes.Equal(want, written(t, kind, other)) {
					t.Errorf("%s.%s %s: other bytes", name, kind, how)
				}
			}
		}
	}
}

// Papers are written side by side without disturbing one another.
func TestPapersWrittenAtOnce(t *testing.T) {
	want := map[string][]byte{}
	for kind := range writers {
		want[kind] = written(t, kind, monthly())
	}
	var group sync.WaitGroup
	for range 4 {
		for kind, write := range writers {
			group.Go(func() {
				var b bytes.Buffer
				if err := write(&b, monthly()); err != nil || !bytes.Equal(b.Bytes(), want[kind]) {
					t.Errorf("%s: %v, or other bytes", kind, err)
				}
			})
		}
	}
	group.Wait()
}

func TestUnknownFormats(t *testing.T) {
	if err := paper.Write(io.Discard, "odt", monthly()); err == nil {
		t.Error("odt was written")
	}
	if _, err := paper.NewList(io.Discard, paper.FormatPDF, attendance); err == nil {
		t.Error("a list was written as pdf")
	}
}

func TestWritingLeavesTheDocumentAlone(t *testing.T) {
	d := monthly()
	before, _ := json.Marshal(d)
	for kind := range writers {
		written(t, kind, d)
	}
	if after, _ := json.Marshal(d); !bytes.Equal(before, after) {
		t.Error("a writer changed the document")
	}
}

func TestGolden(t *testing.T) {
	for _, name := range []string{"letter-610", "letter-785"} {
		docx := written(t, "docx", letter(t, name))
		golden(t, name+".document.xml", strings.ReplaceAll(part(t, docx, "word/document.xml"), "<w:p>", "\n<w:p>"))
	}
	d := monthly()
	d.Appendices = nil
	golden(t, "monthly.document.xml", strings.ReplaceAll(part(t, written(t, "docx", d), "word/document.xml"), "<w:p>", "\n<w:p>"))
	golden(t, "monthly.pdf.txt", strings.Join(pdfPages(t, written(t, "pdf", d)), "\n==== page ====\n"))
}

// Every page of the pdf bears the watermark; both headers of the docx; every sheet of the xlsx.
func TestWatermarkIsEverywhere(t *testing.T) {
	d := monthly()
	pages := pdfPages(t, written(t, "pdf", d))
	if len(pages) < 4 {
		t.Fatalf("only %d pages", len(pages))
	}
	for i, page := range pages {
		if strings.Count(page, d.Watermark) != 1 {
			t.Errorf("page %d bears the watermark %d times", i+1, strings.Count(page, d.Watermark))
		}
	}
	docx := written(t, "docx", d)
	for _, name := range []string{"word/header1.xml", "word/header2.xml"} {
		if !strings.Contains(part(t, docx, name), d.Watermark) {
			t.Errorf("%s has no watermark", name)
		}
	}
	book := openBook(t, written(t, "xlsx", d))
	for _, sheet := range book.GetSheetList() {
		if got, _ := book.GetCellValue(sheet, "A1"); got != d.Watermark {
			t.Errorf("sheet %s begins with %q", sheet, got)
		}
	}
	d.Watermark = ""
	docx = written(t, "docx", d)
	if text := part(t, docx, "word/header1.xml"); strings.Contains(text, "v:shape") {
		t.Error("a paper of true figures bears a watermark")
	}
}

// Page numbers stand on all pages but the first of the paper and of an appendix; A4 upright, and lying for the wide table.
func TestPages(t *testing.T) {
	pdf := written(t, "pdf", monthly())
	pages := pdfPages(t, pdf)
	numbers := ""
	for _, page := range pages {
		_, rest, _ := strings.Cut(page, "\n") // the watermark is drawn first
		first, _, _ := strings.Cut(rest, "\n")
		if n, err := strconv.Atoi(first); err == nil {
			numbers += strconv.Itoa(n) + " "
		} else {
			numbers += "- "
		}
	}
	if numbers != "- 2 3 - " {
		t.Errorf("page numbers %q", numbers)
	}
	boxes := regexp.MustCompile(`/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]`).FindAllStringSubmatch(string(pdf), -1)
	lying := 0
	for _, box := range boxes {
		if box[1] == "841.89" && box[2] == "595.28" {
			lying++
		}
	}
	if lying != 2 {
		t.Errorf("%d lying pages of %q, want 2", lying, boxes)
	}
	document := part(t, written(t, "docx", monthly()), "word/document.xml")
	for want, count := range map[string]int{
		`<w:pgMar w:top="1134" w:right="850" w:bottom="1134" w:left="1701"`: 4, // 20, 15, 20, 30 mm
		`w:w="11906" w:h="16838"/>`:                                         2, `w:orient="landscape"`: 2, "<w:titlePg/>": 2, `<w:pgNumType w:start="1"/>`: 1,
	} {
		if got := strings.Count(document, want); got != count {
			t.Errorf("%d times %s, want %d", got, want, count)
		}
	}
}

// Whatever people type, the papers are written, the docx is well-formed and the xlsx opens.
func TestAnyText(t *testing.T) {
	texts := []string{"", " ", "\n", "😀 đạt", "漢字", "\x00\x07\t", "\xff\xfe", "]]><&\"'", "e\u0302\u0323", strings.Repeat("dài", 200), "=1+1", "{{.}}", "\u202e\u200d", "𐅀"}
	for seed := range 4 {
		texts = append(texts, rapid.String().Example(seed))
	}
	for i, text := range texts {
		other := texts[(i+1)%len(texts)]
		d := paper.Document{Agency: text, ParentAgency: other, Number: text, Symbol: other, Place: text, Subject: other, Kind: []string{"", text}[i%2],
			To: []string{text, other}, Receivers: []string{other, text}, Watermark: text, Mark: other, Footnotes: []string{text},
			Signatures: []paper.Signature{{Authority: []string{text}, Capacity: other, Name: text}},
			Body: []paper.Block{paper.H1(text), paper.P(other), paper.Item(text),
				paper.Table{Name: text, Title: other, Unit: text, Notes: []string{other}, Columns: []paper.Column{{Key: "a", Title: text}},
					Rows: []paper.Row{{Cells: []paper.Cell{paper.Text(other)}}}}.Block(),
				paper.Chart{Title: text, Kind: paper.Bars, Axis: other, Labels: []string{text}, Series: []paper.Series{{Name: other, Points: []paper.Point{{N: 1}}}}}.Block()},
			Appendices: []paper.Appendix{{Title: text, Body: []paper.Block{paper.P(other)}}}}
		pdfPages(t, written(t, "pdf", d))
		docxText(t, written(t, "docx", d))
		openBook(t, written(t, "xlsx", d))
	}
}
