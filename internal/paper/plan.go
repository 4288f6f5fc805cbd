package paper

import (
	"fmt"
	"strings"
)

// plan is a document cut into sections and parts; docx and pdf print the same plan.
type plan struct {
	doc      Document
	sections []section
}

// section is a run of pages of one orientation. Restart begins the page numbers anew, as
// each appendix does.
type section struct {
	landscape bool
	restart   bool
	parts     []part
}

// part is a piece of a page; one field is set.
type part struct {
	head  bool // the two cells at the top of a paper
	lines []line
	para  *para
	table *grid
	chart *Chart
	sign  bool // receivers and signatures
}

// para is a paragraph ready for print.
type para struct {
	runs          []Run
	size          float64 // points
	align         Align
	left, first   float64 // mm: indent of all lines, and more of the first
	before, after float64 // points
	keep          bool    // with what follows
	level         int     // of a heading
}

func (d Document) plan() (*plan, error) {
	doc, err := d.normalised()
	if err != nil {
		return nil, err
	}
	for _, text := range []*string{&doc.Kind, &doc.Subject, &doc.Mark, &doc.Watermark} {
		*text = strings.TrimSpace(*text)
	}
	ended(doc.Body)
	p := &plan{doc: doc}
	p.open(section{})
	p.add(part{head: true})
	if lines := doc.titleLines(); lines != nil {
		p.add(part{lines: lines})
	}
	if lines := doc.toLines(); lines != nil {
		p.add(part{lines: lines})
	}
	top := len(p.last().parts)
	if err := p.blocks(doc.Body); err != nil {
		return nil, err
	}
	if first := p.sections[0].parts; len(first) > top && first[top].para != nil {
		first[top].para.before += gapParagraph // air between the address and the text
	}
	if p.last().landscape {
		p.open(section{})
	}
	if len(doc.Signatures) > 0 || len(doc.Receivers) > 0 {
		p.add(part{sign: true})
	}
	if lines := doc.footLines(); lines != nil {
		p.add(part{lines: lines})
	}
	for i, a := range doc.Appendices {
		p.open(section{restart: true})
		p.add(part{lines: doc.appendixLines(i)})
		if err := p.blocks(a.Body); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *plan) open(s section) { p.sections = append(p.sections, s) }
func (p *plan) last() *section { return &p.sections[len(p.sections)-1] }
func (p *plan) add(x part)     { p.last().parts = append(p.last().parts, x) }

// blocks adds the blocks of a body. A table that needs landscape takes the headings that
// stand right before it along; an appendix that begins with one is landscape as a whole.
func (p *plan) blocks(blocks []Block) error {
	for i, b := range blocks {
		if err := b.check(); err != nil {
			return err
		}
		switch {
		case b.Heading != nil:
			p.add(part{para: b.Heading.para()})
		case b.Paragraph != nil:
			p.turn(false, blocks, i)
			p.add(part{para: b.Paragraph.para()})
		case b.Bullet != nil:
			p.turn(false, blocks, i)
			p.add(part{para: b.Bullet.para()})
		case b.Table != nil:
			g, err := b.Table.grid()
			if err != nil {
				return err
			}
			p.turn(g.landscape, blocks, i)
			p.add(part{table: g})
		case b.Chart != nil:
			p.turn(false, blocks, i)
			p.add(part{chart: b.Chart})
		default:
			return fmt.Errorf("%w: %d", errBlock, i)
		}
	}
	return nil
}

// turn opens a section of the other orientation for block i when that is asked for; the
// headings just added move along.
func (p *plan) turn(landscape bool, blocks []Block, i int) {
	current := p.last()
	if current.landscape == landscape {
		return
	}
	headings := 0
	for j := i - 1; j >= 0 && blocks[j].Heading != nil; j-- {
		headings++
	}
	cut := len(current.parts) - headings
	moved := append([]part{}, current.parts[cut:]...)
	if cut == 1 && current.restart { // only the head of an appendix stands before
		current.landscape = landscape
		return
	}
	current.parts = current.parts[:cut]
	if cut == 0 {
		current.landscape = landscape
	} else {
		p.open(section{landscape: landscape})
	}
	p.last().parts = append(p.last().parts, moved...)
}

func (h *Heading) para() *para {
	run := Run{Text: h.Text, Bold: true, Italic: h.Level >= 3}
	return &para{runs: []Run{run}, size: sizeBody, first: indentFirst, before: gapParagraph, keep: true, level: min(max(h.Level, 1), 3)}
}

func (q *Paragraph) para() *para {
	out := &para{runs: q.Runs, size: sizeBody, align: q.Align, before: gapParagraph}
	if q.Align == Justified {
		out.first = indentFirst
	}
	return out
}

func (b *Bullet) para() *para {
	dash, left := "- ", 0.0
	if b.Level >= 2 {
		dash = "+ "
	}
	runs := append([]Run{Plain(dash)}, b.Runs...)
	return &para{runs: runs, size: sizeBody, left: left, first: indentFirst, before: gapParagraph}
}
