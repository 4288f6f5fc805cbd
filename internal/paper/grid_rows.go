package paper

// tableRow is a row with its texts broken into lines.
type tableRow struct {
	cells  []gridCell
	lines  [][]brokenLine
	height float64
}

const cellAir = 1.0 // mm above and below the text of a cell together

func (g *grid) row(cells []gridCell) tableRow {
	row := tableRow{cells: cells, height: lineHeight(g.size) + cellAir}
	for _, c := range cells {
		width := sum(g.widths[c.column:c.column+c.span]) - 2*cellPadding - c.indent
		lines := breakLines(wordsOf(c.runs(), g.size), width, width)
		row.lines = append(row.lines, lines)
		if c.down == 1 {
			row.height = max(row.height, float64(len(lines))*lineHeight(g.size)+cellAir)
		}
	}
	return row
}

// headRows gives the rows of the head; a tall cell over several rows stretches the last of them.
func (g *grid) headRows() []tableRow {
	var rows []tableRow
	for _, cells := range g.head {
		rows = append(rows, g.row(cells))
	}
	for i, r := range rows {
		for k, c := range r.cells {
			if c.down < 2 {
				continue
			}
			have := 0.0
			for _, under := range rows[i : i+c.down] {
				have += under.height
			}
			if lack := float64(len(r.lines[k]))*lineHeight(g.size) + cellAir - have; lack > 0 {
				rows[i+c.down-1].height += lack
			}
		}
	}
	return rows
}

// heads says whether row i is the title of a group, which stays with its first row.
func (g *grid) heads(i int) bool {
	return i+1 < len(g.body) && len(g.body[i]) > 0 && g.body[i][0].italic
}

// height is that of the whole table without its title, on a page long enough.
func (g *grid) height() float64 {
	height := linesHeight(g.noteLines(), contentWidth(g.landscape))
	for _, r := range g.headRows() {
		height += r.height
	}
	for _, cells := range g.body {
		height += g.row(cells).height
	}
	return height
}

func (g *grid) titleLines() []line {
	var lines []line
	if g.title != "" {
		l := textLine(g.title, sizeMotto, true, false)
		l.Before = 8
		lines = append(lines, l)
	}
	if g.unit != "" {
		lines = append(lines, line{Runs: []Run{Italic(g.unit)}, Size: sizeNote, Align: Right, Before: 2})
	}
	return lines
}

func (g *grid) noteLines() []line {
	var lines []line
	for _, note := range g.notes {
		lines = append(lines, line{Runs: []Run{Italic(note)}, Size: sizeNote, Align: Left, Before: 2})
	}
	return lines
}
