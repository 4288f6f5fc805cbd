package paper

// tableStart is the room for title, head and the first rows.
func (pr *printer) tableStart(g *grid) float64 {
	height := linesHeight(g.titleLines(), pr.width()) + 2
	for _, r := range g.headRows() {
		height += r.height
	}
	for _, cells := range g.body[:min(2, len(g.body))] {
		height += g.row(cells).height
	}
	return height
}

// table draws a table; a row that does not fit begins a page, under the head again.
func (pr *printer) table(g *grid) {
	pr.y += pr.column(g.titleLines(), marginLeft, pr.y, pr.width()) + 1.5
	head, notes := g.headRows(), g.noteLines()
	pr.tableRows(g, head)
	for i, cells := range g.body {
		row := g.row(cells)
		need := row.height
		switch {
		case g.heads(i):
			need += g.row(g.body[i+1]).height
		case i == len(g.body)-1:
			need += linesHeight(notes, pr.width())
		}
		if pr.y+need > pr.bottom() {
			pr.page()
			pr.tableRows(g, head)
		}
		pr.tableRows(g, []tableRow{row})
	}
	pr.y += pr.column(notes, marginLeft, pr.y, pr.width()) + 1.5
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
