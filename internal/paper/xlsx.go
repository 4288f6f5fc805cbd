package paper

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"sort"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// Workbook writes the document as xlsx: a sheet with its text, then one sheet for each
// table or chart, whose rates, changes, balances and sums are formulas with their values.
func Workbook(w io.Writer, d Document) error {
	p, err := d.plan() // checks the whole document, as for the other formats
	if err != nil {
		return err
	}
	book, err := newBook(p.doc.heading(), strings.ReplaceAll(p.doc.Agency, "\n", " "), p.doc.stamp())
	if err != nil {
		return err
	}
	defer book.file.Close()
	if err := book.text(p); err != nil {
		return fmt.Errorf("paper: xlsx: %w", err)
	}
	for i, t := range p.doc.tables() {
		if err := book.table(t, i+1, p.doc.Watermark); err != nil {
			return fmt.Errorf("paper: xlsx: table %q: %w", t.Title, err)
		}
	}
	return book.write(w)
}

// book is a workbook under construction.
type book struct {
	file   *excelize.File
	styles map[cellFace]int
	names  map[string]bool
	first  bool // the sheet that excelize made is not taken yet
}

func newBook(title, author string, stamp time.Time) (*book, error) {
	file := excelize.NewFile()
	err := file.SetDocProps(&excelize.DocProperties{Title: title, Creator: author, LastModifiedBy: author,
		Created: stamp.Format(time.RFC3339), Modified: stamp.Format(time.RFC3339), Language: "vi-VN"})
	if err == nil {
		err = file.SetAppProps(&excelize.AppProperties{Application: "Ra Lớp"})
	}
	if err == nil {
		err = file.SetDefaultFont("Times New Roman")
	}
	if err != nil {
		return nil, fmt.Errorf("paper: xlsx: %w", err)
	}
	return &book{file: file, styles: map[cellFace]int{}, names: map[string]bool{}, first: true}, nil
}

// write repacks what excelize gives: it orders the sheets' files by chance.
func (b *book) write(w io.Writer) error {
	var raw bytes.Buffer
	if _, err := b.file.WriteTo(&raw); err != nil {
		return fmt.Errorf("paper: xlsx: %w", err)
	}
	archive, err := zip.NewReader(bytes.NewReader(raw.Bytes()), int64(raw.Len()))
	if err != nil {
		return fmt.Errorf("paper: xlsx: %w", err)
	}
	var entries []entry
	for _, f := range archive.File {
		content, err := readEntry(f)
		if err != nil {
			return fmt.Errorf("paper: xlsx: %w", err)
		}
		entries = append(entries, entry{f.Name, content})
	}
	sort.Slice(entries, func(i, j int) bool { return entries[i].name < entries[j].name }) // [Content_Types].xml sorts first
	return writeArchive(w, entries)
}

func readEntry(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// sheetName makes a name that Excel allows and that no other sheet has.
func (b *book) sheetName(wish, otherwise string) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) || r < ' ' {
			return ' '
		}
		return r
	}, wish)
	name = strings.Join(strings.Fields(name), " ")
	if name == "" {
		name = otherwise
	}
	base := []rune(name)
	for n := 2; ; n++ {
		if len(base) > 31 {
			base = base[:31]
		}
		if key := strings.ToLower(string(base)); !b.names[key] {
			b.names[key] = true
			return string(base)
		}
		suffix := []rune(fmt.Sprintf(" (%d)", n))
		stem := []rune(name)
		base = append(append([]rune{}, stem[:min(len(stem), 31-len(suffix))]...), suffix...)
	}
}

func (b *book) addSheet(name string) error {
	if b.first {
		b.first = false
		return b.file.SetSheetName(b.file.GetSheetName(0), name)
	}
	_, err := b.file.NewSheet(name)
	return err
}

// cellFace is the look of a cell; one style of the workbook for each.
type cellFace struct {
	bold, italic bool
	size         float64
	align        Align
	border, wrap bool
	indent       int
	format       string
	banner       bool
}

func (b *book) style(f cellFace) (int, error) {
	if id, have := b.styles[f]; have {
		return id, nil
	}
	style := excelize.Style{
		Font: &excelize.Font{Family: "Times New Roman", Size: f.size, Bold: f.bold, Italic: f.italic},
		Alignment: &excelize.Alignment{Horizontal: map[Align]string{Justified: "left", Left: "left", Center: "center", Right: "right"}[f.align],
			Vertical: "center", WrapText: f.wrap, Indent: f.indent},
	}
	if f.border {
		for _, side := range []string{"left", "top", "right", "bottom"} {
			style.Border = append(style.Border, excelize.Border{Type: side, Color: "000000", Style: 1})
		}
	}
	if f.banner {
		style.Font.Color = "7F7F7F"
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EDEDED"}}
	}
	if f.format != "" {
		style.CustomNumFmt = &f.format
	}
	id, err := b.file.NewStyle(&style)
	if err != nil {
		return 0, err
	}
	b.styles[f] = id
	return id, nil
}

// text writes the words of the document, a line for each paragraph.
func (b *book) text(p *plan) error {
	name := b.sheetName(wordTextSheet, wordTextSheet)
	if err := b.addSheet(name); err != nil {
		return err
	}
	stream, err := b.file.NewStreamWriter(name)
	if err != nil {
		return err
	}
	const width = 95
	if err := stream.SetColWidth(1, 1, width); err != nil {
		return err
	}
	row := 0
	put := func(runs []Run, face cellFace) error {
		row++
		text := ""
		for _, r := range runs {
			text += r.Text
		}
		face.wrap = true
		id, err := b.style(face)
		if err != nil {
			return err
		}
		return stream.SetRow(fmt.Sprintf("A%d", row), []any{excelize.Cell{StyleID: id, Value: text}},
			excelize.RowOpts{Height: textHeight(text, face, width)})
	}
	if p.doc.Watermark != "" {
		if err := put([]Run{Plain(p.doc.Watermark)}, cellFace{banner: true, bold: true, size: 12, align: Center}); err != nil {
			return err
		}
	}
	lines := append(append(p.doc.agencyLines(), p.doc.numberLines()...), p.doc.placeLines()...)
	var all []para
	for _, l := range append(lines, append(p.doc.titleLines(), p.doc.toLines()...)...) {
		all = append(all, para{runs: l.Runs, align: l.Align})
	}
	for _, s := range p.sections {
		for _, x := range s.parts {
			if x.para != nil {
				all = append(all, *x.para)
			}
		}
	}
	for _, s := range p.doc.Signatures {
		for _, l := range s.lines() {
			if l.Gap == 0 {
				l.Align = Right
				all = append(all, para{runs: l.Runs, align: l.Align})
			}
		}
	}
	for _, l := range append(p.doc.receiverLines(), p.doc.footLines()...) {
		all = append(all, para{runs: l.Runs, align: l.Align})
	}
	for _, q := range all {
		face := cellFace{size: 12, align: q.align}
		if len(q.runs) > 0 {
			face.bold, face.italic = q.runs[0].Bold, q.runs[0].Italic
		}
		if err := put(q.runs, face); err != nil {
			return err
		}
	}
	if err := b.page(name, false); err != nil {
		return err
	}
	return stream.Flush()
}

// page sets a sheet up for print: A4, as wide as the page.
func (b *book) page(sheet string, landscape bool) error {
	a4, wide, high := 9, 1, 0
	orientation := "portrait"
	if landscape {
		orientation = "landscape"
	}
	return b.file.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &a4, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &high})
}
