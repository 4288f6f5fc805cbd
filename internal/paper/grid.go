package paper

import (
	"fmt"
	"math"
	"strings"
)

// grid is a table as it is printed: texts in place, widths measured.
type grid struct {
	title, unit string
	notes       []string
	size        float64   // points
	widths      []float64 // mm, together the width of the page
	landscape   bool
	head, body  [][]gridCell
}

// gridCell is a printed cell; cells under a span are not in their row.
type gridCell struct {
	text         string
	column       int
	span, down   int
	align        Align
	bold, italic bool
	indent       float64 // mm
}

func (c gridCell) runs() []Run { return []Run{{c.text, c.bold, c.italic}} }

const cellPadding = 1.3 // mm, at the left and right of a cell

// printed gives the indexes of the columns that stand on paper.
func (t *Table) printed() []int {
	var out []int
	for i, c := range t.Columns {
		if !c.Aside {
			out = append(out, i)
		}
	}
	return out
}

// headGrid sets the cells of the head in place, as HTML does, and sees to it that they fill it.
func (t *Table) headGrid() ([][]gridCell, error) {
	columns := t.printed()
	rows := t.Head
	if len(rows) == 0 {
		row := make([]HeadCell, len(columns))
		for i, j := range columns {
			row[i] = HeadCell{Text: t.Columns[j].Title}
		}
		rows = [][]HeadCell{row}
	}
	taken := make([][]bool, len(rows))
	for i := range taken {
		taken[i] = make([]bool, len(columns))
	}
	out := make([][]gridCell, len(rows))
	for i, row := range rows {
		j := 0
		for _, h := range row {
			for j < len(columns) && taken[i][j] {
				j++
			}
			span, down := max(h.Span, 1), max(h.Down, 1)
			if j+span > len(columns) || i+down > len(rows) {
				return nil, fmt.Errorf("paper: table %q: head cell %q does not fit", t.Title, h.Text)
			}
			for y := i; y < i+down; y++ {
				for x := j; x < j+span; x++ {
					if taken[y][x] {
						return nil, fmt.Errorf("paper: table %q: head cell %q covers another", t.Title, h.Text)
					}
					taken[y][x] = true
				}
			}
			out[i] = append(out[i], gridCell{text: h.Text, column: j, span: span, down: down, align: Center, bold: true})
		}
	}
	for i := range taken {
		for j := range taken[i] {
			if !taken[i][j] {
				return nil, fmt.Errorf("paper: table %q: row %d of the head leaves column %d empty", t.Title, i, j)
			}
		}
	}
	return out, nil
}

// grid evaluates and measures a table.
func (t *Table) grid() (*grid, error) {
	figures, err := t.evaluate()
	if err != nil {
		return nil, err
	}
	g := &grid{title: t.Title, unit: t.Unit, notes: t.Notes}
	if g.head, err = t.headGrid(); err != nil {
		return nil, err
	}
	columns := t.printed()
	if t.Numbered {
		var row []gridCell
		for i := range columns {
			row = append(row, gridCell{text: fmt.Sprintf("(%d)", i+1), column: i, span: 1, down: 1, align: Center, italic: true})
		}
		g.head = append(g.head, row)
	}
	for i, r := range t.Rows {
		var row []gridCell
		covered := 0
		for at, j := range columns {
			if covered > 0 {
				covered--
				continue
			}
			column := t.Columns[j]
			c := gridCell{text: figures[i][j].text, column: at, span: 1, down: 1, align: column.Align,
				bold: r.Style != Normal, italic: r.Style == Group}
			if span := r.Cells[j].Span; span > 1 {
				c.span = min(span, len(columns)-at)
				covered = c.span - 1
			}
			if c.align == Justified {
				c.align = Left
				if column.numeric() {
					c.align = Right
				}
			}
			if column.numeric() && !figures[i][j].known && r.Cells[j].Kind != CellText {
				c.align = Right
			}
			if !column.numeric() && c.align == Left {
				c.indent = float64(r.Level) * 3
			}
			row = append(row, c)
		}
		g.body = append(g.body, row)
	}
	g.measure(t, columns)
	return g, nil
}

// attempt is a way to set a table: comfort is the width in mm in which a text column likes to stand at 12 points.
type attempt struct {
	landscape bool
	size      float64
	comfort   float64
}

// measure chooses page, size and widths: portrait down to 11 points, then landscape, which
// NĐ 30 allows for tables; at last texts on more lines and a smaller print.
func (g *grid) measure(t *Table, columns []int) {
	const comfort = 32.0 // names of places and schools on few lines
	upright := []attempt{{false, 12, comfort}, {false, 11, comfort}}
	lying := []attempt{{true, 12, comfort}, {true, 11, comfort}, {true, 10, comfort}, {true, 9, comfort},
		{true, 8, comfort}, {true, 7.5, comfort}, {true, 7, 24}, {true, 6.5, 16}, {true, 6, 0}}
	attempts := append(upright, lying...)
	switch t.Orientation {
	case Portrait:
		attempts = append(upright, attempt{false, 10, comfort}, attempt{false, 9, comfort},
			attempt{false, 8, 24}, attempt{false, 7, 16}, attempt{false, 6, 0})
	case Landscape:
		attempts = lying
	}
	for i, a := range attempts {
		if g.set(t, columns, a) || i == len(attempts)-1 {
			g.fitPage(t, columns, a)
			return
		}
	}
}

// set tries one way and says whether the columns have the room they need.
func (g *grid) set(t *Table, columns []int, a attempt) bool {
	g.landscape, g.size = a.landscape, a.size
	least, most := g.needs(t, columns, a.comfort)
	room := contentWidth(a.landscape)
	g.widths = share(least, most, room)
	return sum(least) <= room
}

// fitPage sets a table that is a little longer than its page smaller, down to 9.5 points, when that
// brings it on one page.
func (g *grid) fitPage(t *Table, columns []int, a attempt) {
	const headings = 42.0 // mm for the titles above
	room := pageLong - marginTop - marginBottom - headings
	if g.landscape {
		room = pageShort - marginTop - marginBottom - headings
	}
	if height := g.height(); height <= room || height > 1.4*room {
		return
	}
	for smaller := a; smaller.size > 9.5; {
		smaller.size -= 0.5
		if g.set(t, columns, smaller); g.height() <= room {
			return
		}
	}
	g.set(t, columns, a)
}

// needs gives for each column the least width in which it reads well and the width of all its text on one line.
func (g *grid) needs(t *Table, columns []int, comfort float64) (least, most []float64) {
	least, most = make([]float64, len(columns)), make([]float64, len(columns))
	scale := g.size / sizeTable
	consider := func(rows [][]gridCell, head bool) {
		for _, row := range rows {
			for _, c := range row {
				if c.span > 1 {
					continue
				}
				longest, whole := 0.0, 0.0
				for _, part := range strings.Split(c.text, "\n") {
					whole = max(whole, textWidth(part, faceOf(c.bold, c.italic), g.size))
					for _, w := range strings.Fields(part) {
						longest = max(longest, textWidth(w, faceOf(c.bold, c.italic), g.size))
					}
				}
				room := 2*cellPadding + c.indent + 0.2
				if !head {
					if t.Columns[columns[c.column]].numeric() {
						longest = whole
					} else {
						longest = max(longest, min(whole, comfort*scale))
					}
				} else {
					whole = min(whole, max(longest, 20*scale))
				}
				least[c.column] = max(least[c.column], longest+room)
				most[c.column] = max(most[c.column], whole+room)
			}
		}
	}
	consider(g.head, true)
	consider(g.body, false)
	for i, j := range columns {
		least[i] = max(least[i], t.Columns[j].Width)
		most[i] = max(most[i], least[i])
	}
	for _, row := range g.head { // a spanning title: its longest word must fit its columns
		for _, c := range row {
			if c.span < 2 {
				continue
			}
			longest := 0.0
			for _, w := range strings.Fields(c.text) {
				longest = max(longest, textWidth(w, faceOf(true, false), g.size)+2*cellPadding+0.2)
			}
			under := least[c.column : c.column+c.span]
			if lack := longest - sum(under); lack > 0 {
				for i := range under {
					under[i] += lack / float64(c.span)
					most[c.column+i] = max(most[c.column+i], under[i])
				}
			}
		}
	}
	return least, most
}

// share spreads room over columns: first the least, then towards the most, then evenly.
func share(least, most []float64, room float64) []float64 {
	out := make([]float64, len(least))
	low, high := sum(least), sum(most)
	for i := range out {
		switch {
		case low >= room:
			out[i] = least[i] * room / low
		case high <= room:
			out[i] = most[i] * room / high
		default:
			out[i] = least[i] + (room-low)*(most[i]-least[i])/(high-low)
		}
		out[i] = math.Round(out[i]*100) / 100
	}
	return out
}

func sum(numbers []float64) float64 {
	total := 0.0
	for _, n := range numbers {
		total += n
	}
	return total
}
