package paper

import "fmt"

// Block is one part of a body: exactly one field is set.
type Block struct {
	Heading   *Heading   `json:"heading,omitempty"`
	Paragraph *Paragraph `json:"paragraph,omitempty"`
	Bullet    *Bullet    `json:"bullet,omitempty"`
	Table     *Table     `json:"table,omitempty"`
	Chart     *Chart     `json:"chart,omitempty"`
}

// Heading is a numbered title as the writer wrote it: level 1 "I. TÌNH HÌNH CHUNG",
// level 2 "1. …", level 3 "a) …".
type Heading struct {
	Level int    `json:"level"`
	Text  string `json:"text"`
}

// Paragraph is justified with a first-line indent, unless Align says otherwise.
type Paragraph struct {
	Runs  []Run `json:"runs"`
	Align Align `json:"align,omitempty"`
}

// Bullet is "- …" at level 1 and "+ …" at level 2, as office papers set them.
type Bullet struct {
	Level int   `json:"level"`
	Runs  []Run `json:"runs"`
}

// Run is text of one face.
type Run struct {
	Text   string `json:"text"`
	Bold   bool   `json:"bold,omitempty"`
	Italic bool   `json:"italic,omitempty"`
}

// Align is where text stands in its width. The empty one is justified for paragraphs
// and the kind's own for cells.
type Align string

// The alignments.
const (
	Justified Align = ""
	Left      Align = "left"
	Center    Align = "center"
	Right     Align = "right"
)

// H1, H2 and H3 make headings.
func H1(text string) Block { return Block{Heading: &Heading{1, text}} }

// H2 makes a heading of the second level.
func H2(text string) Block { return Block{Heading: &Heading{2, text}} }

// H3 makes a heading of the third level.
func H3(text string) Block { return Block{Heading: &Heading{3, text}} }

// P makes a paragraph of plain text.
func P(text string) Block { return Rich(Plain(text)) }

// Rich makes a paragraph of runs.
func Rich(runs ...Run) Block { return Block{Paragraph: &Paragraph{Runs: runs}} }

// Item makes a bullet of the first level.
func Item(text string) Block { return Block{Bullet: &Bullet{1, []Run{Plain(text)}}} }

// SubItem makes a bullet of the second level.
func SubItem(text string) Block { return Block{Bullet: &Bullet{2, []Run{Plain(text)}}} }

// Block makes the block of a table.
func (t Table) Block() Block { return Block{Table: &t} }

// Block makes the block of a chart.
func (c Chart) Block() Block { return Block{Chart: &c} }

// Plain, Bold and Italic make runs.
func Plain(text string) Run { return Run{Text: text} }

// Bold makes a bold run.
func Bold(text string) Run { return Run{Text: text, Bold: true} }

// Italic makes an italic run.
func Italic(text string) Run { return Run{Text: text, Italic: true} }

func (b Block) check() error {
	set := 0
	for _, is := range []bool{b.Heading != nil, b.Paragraph != nil, b.Bullet != nil, b.Table != nil, b.Chart != nil} {
		if is {
			set++
		}
	}
	if set != 1 {
		return fmt.Errorf("%w: %d kinds in one block, want 1", errBlock, set)
	}
	switch {
	case b.Table != nil:
		return b.Table.check()
	case b.Chart != nil:
		return b.Chart.check()
	}
	return nil
}
