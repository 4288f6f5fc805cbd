package paper

import (
	"bytes"
	"embed"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strings"
	"text/template"
	"time"
)

// skeleton holds the parts of a .docx: styles, settings, headers with the page number and
// the watermark, and the templates of its body (parts.tmpl, document.xml).
//
//go:embed all:skeleton
var skeleton embed.FS

// docxParts are the files of the archive in the order in which they are written.
var docxParts = []string{"[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels",
	"word/styles.xml", "word/settings.xml", "word/fontTable.xml", "word/header1.xml", "word/header2.xml",
	"docProps/core.xml", "docProps/app.xml"}

var docxTemplates = template.Must(template.New("parts").Funcs(template.FuncMap{
	"x":         escapeXML,
	"twips":     func(mm float64) int { return int(math.Round(mm * 1440 / 25.4)) },
	"half":      func(points float64) int { return int(math.Round(points * 2)) },
	"twentieth": func(points float64) int { return int(math.Round(points * 20)) },
	"lines":     func(text string) []string { return strings.Split(text, "\n") },
}).ParseFS(skeleton, "skeleton/parts.tmpl"))

func escapeXML(text string) (string, error) {
	var b strings.Builder
	err := xml.EscapeText(&b, []byte(text))
	return b.String(), err
}

// Docx writes the document as a Word file.
func Docx(w io.Writer, d Document) error {
	p, err := d.plan()
	if err != nil {
		return err
	}
	body := docxWriter{plan: p}
	for i, s := range p.sections {
		if err := body.section(s, i == len(p.sections)-1, i == 0); err != nil {
			return err
		}
	}
	data := map[string]docxPart{
		"word/document.xml": {Sections: body.sections},
		"word/header1.xml":  {Watermark: p.doc.Watermark, Part: 1},
		"word/header2.xml":  {Watermark: p.doc.Watermark, Part: 2},
		"docProps/core.xml": {Title: p.doc.heading(), Author: strings.ReplaceAll(p.doc.Agency, "\n", " "), Stamp: p.doc.stamp().Format(time.RFC3339)},
	}
	var entries []entry
	for _, name := range docxParts {
		content, err := skeleton.ReadFile("skeleton/" + name)
		if err != nil {
			return fmt.Errorf("paper: docx: %w", err)
		}
		if part, is := data[name]; is {
			if content, err = fill(name, string(content), part); err != nil {
				return err
			}
		}
		entries = append(entries, entry{name, bytes.TrimSpace(content)})
	}
	return writeArchive(w, entries)
}

// docxPart is what the templates of the archive's files read.
type docxPart struct {
	Sections             []docxSection
	Watermark            string
	Part                 int
	Title, Author, Stamp string
}

func fill(name, text string, data any) ([]byte, error) {
	set, err := docxTemplates.Clone()
	if err != nil {
		return nil, fmt.Errorf("paper: docx: %w", err)
	}
	if _, err := set.New(name).Parse(text); err != nil {
		return nil, fmt.Errorf("paper: docx: %w", err)
	}
	var b bytes.Buffer
	if err := set.ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("paper: docx: %w", err)
	}
	return b.Bytes(), nil
}

type docxSection struct {
	Parts                            []string
	Last, Landscape                  bool
	Restart, TitlePage               bool
	Wide, High                       float64
	Top, Right, Bottom, Left, Header float64
}

type docxParagraph struct {
	Style               string
	Runs                []Run
	Size                float64
	Align               string
	Keep, Framed        bool
	Before, After       float64 // points
	Left, Right, First  float64 // mm
	Rule                bool
	RuleLeft, RuleRight float64
}

type docxCells struct {
	Width  float64
	Widths []float64
	Rows   [][]string
}

type docxTable struct {
	Width, Size, Padding, Air float64 // Air: mm above and below the text of a cell
	Widths                    []float64
	Rows                      []docxRow
}

type docxRow struct {
	Head  bool
	Cells []docxCell
}

type docxCell struct {
	Width     float64
	Span      int
	Merge     string
	Paragraph docxParagraph
}

type docxWriter struct {
	*plan
	sections []docxSection
}

func (dw *docxWriter) section(s section, last, first bool) error {
	out := docxSection{Last: last, Landscape: s.landscape, Restart: s.restart, TitlePage: first || s.restart,
		Wide: pageShort, High: pageLong, Top: marginTop, Right: marginRight, Bottom: marginBottom, Left: marginLeft, Header: headerDistance}
	if s.landscape {
		out.Wide, out.High = pageLong, pageShort
	}
	width := contentWidth(s.landscape)
	for i, x := range s.parts {
		keep := i+1 < len(s.parts) && s.parts[i+1].sign
		text, err := dw.part(x, width, keep)
		if err != nil {
			return err
		}
		out.Parts = append(out.Parts, text)
	}
	dw.sections = append(dw.sections, out)
	return nil
}

func (dw *docxWriter) part(x part, width float64, keep bool) (string, error) {
	switch {
	case x.head:
		return spaced(dw.head(width))
	case x.lines != nil:
		return docxLines(x.lines, width, false)
	case x.para != nil:
		return executed("paragraph", docxParagraphOf(x.para, keep))
	case x.table != nil:
		return docxTableOf(x.table, width)
	case x.chart != nil:
		g, err := x.chart.table().grid()
		if err != nil {
			return "", err
		}
		return docxTableOf(g, width)
	case x.sign:
		return spaced(dw.sign(width))
	}
	return "", nil
}

// spaced puts a thin paragraph after cells: tables that touch become one in Word, and its
// body ends with a paragraph.
func spaced(cells string, err error) (string, error) {
	if err != nil {
		return "", err
	}
	after, err := executed("gap", docxGap{Height: 0.4})
	return cells + after, err
}

type docxGap struct {
	Keep   bool
	Height float64 // mm
}

func executed(name string, data any) (string, error) {
	var b strings.Builder
	if err := docxTemplates.ExecuteTemplate(&b, name, data); err != nil {
		return "", fmt.Errorf("paper: docx: %w", err)
	}
	return b.String(), nil
}

func docxParagraphOf(q *para, keep bool) docxParagraph {
	out := docxParagraph{Runs: q.runs, Size: q.size, Align: docxAlign(q.align), Keep: keep || q.keep,
		Before: q.before, After: q.after, Left: q.left, First: q.first}
	if q.level > 0 {
		out.Style = fmt.Sprintf("Heading%d", q.level)
	}
	return out
}

func docxAlign(a Align) string {
	if a == Justified {
		return "both"
	}
	return string(a)
}

// docxLines writes lines of the form into a width of mm.
func docxLines(lines []line, width float64, keep bool) (string, error) {
	var b strings.Builder
	for _, l := range lines {
		name, data := "gap", any(docxGap{keep, l.Gap})
		if l.Gap == 0 {
			q := docxParagraph{Runs: l.Runs, Size: l.Size, Align: docxAlign(l.Align), Keep: keep, Before: l.Before, Left: l.Indent, Framed: l.Framed}
			if l.Narrow > 0 {
				q.Left = (width-l.Narrow)/2 - 0.5
				q.Right = q.Left
			}
			if l.Framed {
				q.Left = max(0, (width-runsWidth(l.Runs, l.Size))/2-3)
				q.Right = q.Left
			}
			if l.Rule > 0 {
				q.Rule, q.RuleLeft, q.RuleRight = true, (width-l.Rule)/2, (width-l.Rule)/2
			}
			name, data = "paragraph", q
		}
		text, err := executed(name, data)
		if err != nil {
			return "", err
		}
		b.WriteString(text)
	}
	if b.Len() == 0 { // a cell must hold a paragraph
		return "<w:p/>", nil
	}
	return b.String(), nil
}

// docxCellsOf writes cells without borders: rows of lines, in columns of these widths.
func docxCellsOf(widths []float64, rows ...[][]line) (string, error) {
	out := docxCells{Width: sum(widths), Widths: widths}
	for _, row := range rows {
		var cells []string
		for i, lines := range row {
			text, err := docxLines(lines, widths[i], false)
			if err != nil {
				return "", err
			}
			cells = append(cells, text)
		}
		out.Rows = append(out.Rows, cells)
	}
	return executed("cells", out)
}

func (dw *docxWriter) head(width float64) (string, error) {
	return docxCellsOf([]float64{headLeft, width - headLeft},
		[][]line{dw.doc.agencyLines(), nationLines()},
		[][]line{dw.doc.numberLines(), dw.doc.placeLines()})
}

func (dw *docxWriter) sign(width float64) (string, error) {
	gap, err := executed("gap", docxGap{true, signatureAbove})
	if err != nil {
		return "", err
	}
	receivers, signers := dw.doc.receiverLines(), dw.doc.Signatures
	if len(signers) < 2 {
		row := [][]line{receivers, nil}
		for _, s := range signers {
			row[1] = s.lines()
		}
		cells, err := docxCellsOf([]float64{signatureLeft, width - signatureLeft}, row)
		return gap + cells, err
	}
	var widths []float64
	var row [][]line
	for _, s := range signers {
		widths = append(widths, width/float64(len(signers)))
		row = append(row, s.lines())
	}
	cells, err := docxCellsOf(widths, row)
	if err != nil || receivers == nil {
		return gap + cells, err
	}
	below, err := docxLines(receivers, width, false)
	return gap + cells + gap + below, err
}

func docxTableOf(g *grid, width float64) (string, error) {
	above, err := docxTitle(g, width)
	if err != nil {
		return "", err
	}
	out := docxTable{Width: sum(g.widths), Size: g.size, Padding: cellPadding, Air: cellAir / 2, Widths: g.widths}
	for i := range g.head {
		out.Rows = append(out.Rows, docxRow{Head: true, Cells: g.docxHead(i)})
	}
	for i, row := range g.body {
		cells := g.docxCells(row)
		if i == len(g.body)-1 && len(g.notes) > 0 || g.heads(i) {
			for k := range cells {
				cells[k].Paragraph.Keep = true
			}
		}
		out.Rows = append(out.Rows, docxRow{Cells: cells})
	}
	table, err := executed("table", out)
	if err != nil {
		return "", err
	}
	below := ""
	if notes := g.noteLines(); notes != nil {
		if below, err = docxLines(notes, width, false); err != nil {
			return "", err
		}
	}
	return spaced(above+table+below, nil)
}

func docxTitle(g *grid, width float64) (string, error) {
	lines := g.titleLines()
	if lines == nil {
		return "", nil
	}
	return docxLines(append(lines, line{Gap: 1}), width, true)
}

func (g *grid) docxCells(row []gridCell) []docxCell {
	var out []docxCell
	for _, c := range row {
		out = append(out, docxCell{Width: sum(g.widths[c.column : c.column+c.span]), Span: c.span,
			Paragraph: docxParagraph{Runs: c.runs(), Size: g.size, Align: docxAlign(c.align), Left: c.indent}})
	}
	return out
}

// docxHead gives row i of the head; cells that a taller one above covers continue it.
func (g *grid) docxHead(i int) []docxCell {
	var out []docxCell
	for column := 0; column < len(g.widths); {
		for above := i; above >= 0; above-- {
			for _, c := range g.head[above] {
				if c.column != column || above+c.down <= i {
					continue
				}
				cell := g.docxCells([]gridCell{c})[0]
				if c.down > 1 {
					cell.Merge = "restart"
				}
				if above < i {
					cell.Merge = "continue"
					cell.Paragraph.Runs = nil
				}
				out = append(out, cell)
				column += c.span
				above = -1
				break
			}
		}
	}
	return out
}
