package paper

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"ralop/internal/day"
)

// PDF writes the document as pdf, on A4.
func PDF(w io.Writer, d Document) error {
	p, err := d.plan()
	if err != nil {
		return err
	}
	pr := newPrinter(p)
	for i, s := range p.sections {
		pr.section(s, i > 0)
	}
	if err := pr.pdf.Output(w); err != nil {
		return fmt.Errorf("paper: pdf: %w", err)
	}
	return nil
}

// printer draws a plan. y is where the next part begins, in mm from the top of the page.
type printer struct {
	*plan
	pdf       *fpdf.Fpdf
	landscape bool
	number    int // of the page within its section's count
	y         float64
	fresh     bool // nothing stands on the page yet
}

func newPrinter(p *plan) *printer {
	pdf := fpdf.New("P", "mm", "A4", "")
	for _, face := range faces {
		pdf.AddUTF8FontFromBytes(fontFamily, face.style, face.ttf)
	}
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	pdf.SetCellMargin(0)
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(p.doc.stamp())
	pdf.SetModificationDate(p.doc.stamp())
	pdf.SetTitle(p.doc.heading(), true)
	pdf.SetAuthor(p.doc.Agency, true)
	pdf.SetProducer("Ra Lớp", true)
	pdf.SetLang("vi-VN")
	return &printer{plan: p, pdf: pdf}
}

// stamp is the time that stands inside the files: the document's own date, so that the
// same document gives the same bytes.
func (d *Document) stamp() time.Time {
	date := d.Date
	if date.IsZero() {
		date = day.Date(2020, time.March, 5) // the day NĐ 30/2020 came into force
	}
	return time.Date(date.Year(), date.Month(), date.DayOfMonth(), 0, 0, 0, 0, time.UTC)
}

// heading is the one-line name of the document inside the files.
func (d *Document) heading() string {
	if d.Kind == "" {
		return d.Subject
	}
	if d.Subject == "" {
		return d.Kind
	}
	return d.Kind + " " + d.Subject
}

func (pr *printer) width() float64 { return contentWidth(pr.landscape) }

func (pr *printer) bottom() float64 {
	if pr.landscape {
		return pageShort - marginBottom
	}
	return pageLong - marginBottom
}

func (pr *printer) page() {
	orientation := "P"
	if pr.landscape {
		orientation = "L"
	}
	pr.pdf.AddPageFormat(orientation, fpdf.SizeType{Wd: pageShort, Ht: pageLong})
	pr.number++
	pr.watermark()
	if pr.number > 1 {
		text := strconv.Itoa(pr.number)
		width := textWidth(text, 0, sizePageNumber)
		pr.text(marginLeft+(pr.width()-width)/2, headerDistance+3.5, text, 0, sizePageNumber)
	}
	pr.y, pr.fresh = marginTop, true
}

func (pr *printer) watermark() {
	mark := pr.doc.Watermark
	if mark == "" {
		return
	}
	wide, high := pageShort, pageLong
	if pr.landscape {
		wide, high = high, wide
	}
	const size = 30.0
	length := textWidth(mark, 1, size)
	factor := min(1.6, 0.82*min(wide*1.35, high*1.35)/length)
	length *= factor
	pr.pdf.SetTextColor(217, 217, 217)
	pr.pdf.TransformBegin()
	pr.pdf.TransformRotate(45, wide/2, high/2)
	pr.text(wide/2-length/2, high/2+size*factor*mmPerPoint*0.3, mark, 1, size*factor)
	pr.pdf.TransformEnd()
	pr.pdf.SetTextColor(0, 0, 0)
}

// text draws text with its base line at y.
func (pr *printer) text(x, y float64, text string, face int, size float64) {
	pr.pdf.SetFont(fontFamily, faces[face].style, size)
	pr.pdf.Text(x, y, drawable(text))
}

// drawable replaces what fpdf cannot draw: it panics beyond the first 65,536 signs, where emoji are.
func drawable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ':
			return ' '
		case r > 0xffff:
			return '□'
		}
		return r
	}, text)
}

func (pr *printer) section(s section, later bool) {
	pr.landscape = s.landscape
	if !later || s.restart {
		pr.number = 0
	}
	pr.page()
	for i, x := range s.parts {
		if need := pr.need(s.parts[i:]); !pr.fresh && pr.y+need > pr.bottom() {
			pr.page()
		}
		switch {
		case x.head:
			pr.head()
		case x.lines != nil:
			pr.y += pr.column(x.lines, marginLeft, pr.y, pr.width())
		case x.para != nil:
			pr.paragraph(x.para, pr.reserve(s.parts[i+1:]))
		case x.table != nil:
			pr.table(x.table)
		case x.chart != nil:
			pr.chart(x.chart)
		case x.sign:
			pr.signature()
		}
		pr.fresh = false
	}
}

// need is the room in which parts may begin: a heading wants the beginning of what it heads.
func (pr *printer) need(parts []part) float64 {
	if len(parts) == 0 {
		return 0
	}
	switch x := parts[0]; {
	case x.lines != nil:
		return linesHeight(x.lines, pr.width())
	case x.para != nil:
		lines := pr.broken(x.para)
		height := x.para.before*mmPerPoint + lineHeight(x.para.size)*float64(min(len(lines), 2))
		if len(lines) <= 3 && len(parts) > 1 && parts[1].sign { // moves as a whole, with the heading above it
			height += lineHeight(x.para.size) + pr.signatureHeight()
		}
		if x.para.keep {
			height = x.para.before*mmPerPoint + lineHeight(x.para.size)*float64(len(lines)) + pr.need(parts[1:])
		}
		return height
	case x.table != nil:
		return pr.tableStart(x.table)
	case x.chart != nil:
		return chartHeight + 20
	case x.sign:
		return pr.signatureHeight()
	}
	return 0
}

// reserve is the room that must be left below a paragraph for what follows: a signature
// must not stand on a page without text.
func (pr *printer) reserve(rest []part) float64 {
	if len(rest) > 0 && rest[0].sign {
		return pr.signatureHeight()
	}
	return 0
}

func (pr *printer) broken(q *para) []brokenLine {
	return breakLines(wordsOf(q.runs, q.size), pr.width()-q.left-q.first, pr.width()-q.left)
}

// paragraph draws a paragraph over as many pages as it takes, never leaving one of its
// lines alone, and moves two lines along with a signature that would not fit below it.
func (pr *printer) paragraph(q *para, reserve float64) {
	lines := pr.broken(q)
	height := lineHeight(q.size)
	if !pr.fresh {
		pr.y += q.before * mmPerPoint
	}
	for i := 0; i < len(lines); {
		fit := int((pr.bottom() - pr.y + 0.01) / height)
		left := len(lines) - i
		take := max(0, min(fit, left))
		switch {
		case take == left && reserve > 0 && pr.y+float64(left)*height+reserve > pr.bottom():
			take = max(0, left-2)
		case left-take == 1:
			take--
		}
		if i == 0 && take == 1 && left > 1 {
			take = 0
		}
		if take <= 0 && pr.fresh {
			take = max(1, min(fit, left))
		}
		for range max(0, take) {
			first := 0.0
			if i == 0 {
				first = q.first
			}
			pr.line(lines[i], q, marginLeft+q.left+first, pr.y, pr.width()-q.left-first)
			pr.y += height
			i++
		}
		pr.fresh = false
		if i < len(lines) {
			pr.page()
		}
	}
	pr.y += q.after * mmPerPoint
}

func (pr *printer) line(l brokenLine, q *para, x, y, width float64) {
	stretch := 0.0
	switch q.align {
	case Justified:
		if gaps := len(l.words) - 1; gaps > 0 && !l.last {
			stretch = (width - l.width) / float64(gaps)
		}
	case Center:
		x += (width - l.width) / 2
	case Right:
		x += width - l.width
	}
	pr.words(l, x, y, q.size, stretch)
}

// words draws the words of a line whose top is at y. The blank after each word is drawn
// with it, so that copied text has its blanks.
func (pr *printer) words(l brokenLine, x, y, size, stretch float64) {
	base := y + lineHeight(size)*0.5 + size*mmPerPoint*0.33
	for i, w := range l.words {
		for j, p := range w.pieces {
			text := p.text
			if j == len(w.pieces)-1 && i < len(l.words)-1 {
				text += " "
			}
			pr.text(x, base, text, p.face, size)
			x += p.width
		}
		x += w.space + stretch
	}
}
