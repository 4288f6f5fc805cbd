package paper_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/xml"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"ralop/internal/paper"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (-want +got); look at the papers, then run with -update:\n%s", name, diff)
	}
}

func written(t *testing.T, kind string, d paper.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := writers[kind](&b, d); err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	return b.Bytes()
}

// part reads a file of a zip archive.
func part(t *testing.T, archive []byte, name string) string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := r.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// docxText gives the paragraphs of a document.xml, those of cells too.
func docxText(t *testing.T, archive []byte) []string {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(part(t, archive, "word/document.xml")))
	var out []string
	var current strings.Builder
	inText := false
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			inText = token.Name.Local == "t"
		case xml.CharData:
			if inText {
				current.Write(token)
			}
		case xml.EndElement:
			inText = false
			if token.Name.Local == "p" {
				if current.Len() > 0 {
					out = append(out, current.String())
				}
				current.Reset()
			}
		}
	}
}

// pdfPages gives the text that is drawn on each page, in drawing order. It reads what
// fpdf writes: a stream for each page, strings in UTF-16.
func pdfPages(t *testing.T, pdf []byte) []string {
	t.Helper()
	var pages []string
	for rest := pdf; ; {
		i := bytes.Index(rest, []byte("stream\n"))
		if i < 0 {
			return pages
		}
		rest = rest[i+len("stream\n"):]
		end := bytes.Index(rest, []byte("\nendstream"))
		if end < 0 {
			t.Fatal("a stream without end")
		}
		content := rest[:end]
		rest = rest[end+len("\nendstream"):]
		inflate, err := zlib.NewReader(bytes.NewReader(content))
		if err != nil {
			continue // a font's tables
		}
		text, err := io.ReadAll(inflate)
		if err != nil || !bytes.Contains(text, []byte(") Tj ET")) {
			continue
		}
		pages = append(pages, drawn(text))
	}
}

func drawn(content []byte) string {
	var out strings.Builder
	for {
		i := bytes.Index(content, []byte(" Td ("))
		if i < 0 {
			return out.String()
		}
		content = content[i+len(" Td ("):]
		var raw []byte
		for content[0] != ')' {
			if content[0] == '\\' {
				content = content[1:]
				if content[0] == 'r' {
					content[0] = '\r'
				}
			}
			raw = append(raw, content[0])
			content = content[1:]
		}
		units := make([]uint16, len(raw)/2)
		for k := range units {
			units[k] = uint16(raw[2*k])<<8 | uint16(raw[2*k+1])
		}
		text := string(utf16.Decode(units))
		out.WriteString(text)
		if !strings.HasSuffix(text, " ") {
			out.WriteString("\n")
		}
	}
}

// oneLine makes all blanks alike, so that texts from different formats compare.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// openBook reads an xlsx back.
func openBook(t *testing.T, content []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}
