package paper

// tableRow is a row with its texts broken into lines.
type tableRow struct {
	cells  []gridCell
	lines  [][]brokenLine
	height float64
}

func (pr *printer) rowOf(g *grid, cells []gridCell) tableRow {
	const air = 1.4 // mm above and below the text together
	row := tableRow{cells: cells}
	for _, c := range cells {
		width := sum(g.widths[c.column:c.column+c.span]) - 2*cellPadding - c.indent
		lines := breakLines(wordsOf(c.runs(), g.size), width, width)
		row.lines = append(row.lines, lines)
		if c.down == 1 {
			row.height = max(row.height, float64(len(lines))*lineHeight(g.size)+air)
		}
	}
	if row.height == 0 {
		row.height = lineHeight(g.size) + air
	}
	return row
}

// headRows gives the rows of the head; a tall cell over several rows stretches the last of them.
func (pr *printer) headRows(g *grid) []tableRow {
	var rows []tableRow
	for _, cells := range g.head {
		rows = append(rows, pr.rowOf(g, cells))
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
			if lack := float64(len(r.lines[k]))*lineHeight(g.size) + 1.4 - have; lack > 0 {
				rows[i+c.down-1].height += lack
			}
		}
	}
	return rows
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

// tableStart is the room for title, head and the first row.
func (pr *printer) tableStart(g *grid) float64 {
	height := pr.columnHeight(g.titleLines(), pr.width()) + 2
	for _, r := range pr.headRows(g) {
		height += r.height
	}
	for _, cells := range g.body[:min(2, len(g.body))] {
		height += pr.rowOf(g, cells).height
	}
	return height
}

// table draws a table; a row that does not fit begins a page, under the head again.
func (pr *printer) table(g *grid) {
	pr.y += pr.column(g.titleLines(), marginLeft, pr.y, pr.width()) + 1.5
	head := pr.headRows(g)
	pr.tableRows(g, head)
	for i, cells := range g.body {
		row := pr.rowOf(g, cells)
		need := row.height
		if i+1 < len(g.body) && len(cells) > 0 && cells[0].italic { // the title of a group stays with its first row
			need += pr.rowOf(g, g.body[i+1]).height
		}
		if pr.y+need > pr.bottom() {
			pr.page()
			pr.tableRows(g, head)
		}
		pr.tableRows(g, []tableRow{row})
	}
	if notes := g.noteLines(); notes != nil {
		if pr.y+pr.columnHeight(notes, pr.width()) > pr.bottom() {
			pr.page()
		}
		pr.y += pr.column(notes, marginLeft, pr.y, pr.width())
	}
	pr.y += 1.5
}

func (pr *printer) tableRows(g *grid, rows []tableRow) {
	pr.pdf.SetLineWidth(0.2)
	for i, row := range rows {
		for k, c := range row.cells {
			x := marginLeft + sum(g.widths[:c.column])
			width := sum(g.widths[c.column : c.column+c.span])
			height := 0.0
			for _, r := range rows[i : i+c.down] {
				height += r.height
			}
			pr.pdf.Rect(x, pr.y, width, height, "D")
			lines := row.lines[k]
			y := pr.y + (height-float64(len(lines))*lineHeight(g.size))/2
			q := para{size: g.size, align: c.align}
			if c.align == Left {
				q.align = Justified
			}
			for _, l := range lines {
				l.last = true
				pr.line(l, &q, x+cellPadding+c.indent, y, width-2*cellPadding-c.indent)
				y += lineHeight(g.size)
			}
		}
		pr.y += row.height
	}
}
