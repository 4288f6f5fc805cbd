package paper

// column draws lines one below the other in a width and gives the height they took.
func (pr *printer) column(lines []line, x, y, width float64) float64 {
	return pr.lay(lines, x, y, width, true)
}

func (pr *printer) columnHeight(lines []line, width float64) float64 {
	return pr.lay(lines, 0, 0, width, false)
}

func (pr *printer) lay(lines []line, x, y, width float64, draw bool) float64 {
	top := y
	for _, l := range lines {
		y += l.Before * mmPerPoint
		if l.Gap > 0 {
			y += l.Gap
			continue
		}
		room := width - l.Indent
		if l.Narrow > 0 {
			room = l.Narrow
		}
		broken := breakLines(wordsOf(l.Runs, l.Size), room, room)
		height := lineHeight(l.Size)
		if l.Framed && draw {
			pad := 3.0
			frame := broken[0].width + 2*pad
			pr.pdf.SetLineWidth(0.25)
			pr.pdf.Rect(x+(width-frame)/2, y-0.6, frame, height*float64(len(broken))+1.2, "D")
		}
		for _, b := range broken {
			if draw {
				q := para{size: l.Size, align: l.Align}
				if l.Align == Left {
					b.last = true
					q.align = Justified
				}
				pr.line(b, &q, x+l.Indent, y, width-l.Indent)
			}
			y += height
		}
		if l.Rule > 0 {
			if draw {
				pr.pdf.SetLineWidth(0.25)
				pr.pdf.Line(x+(width-l.Rule)/2, y+0.5, x+(width+l.Rule)/2, y+0.5)
			}
			y += 1
		}
	}
	return y - top
}

// head draws the cells of agency and nation, then of number and place.
func (pr *printer) head() {
	right := pr.width() - headLeft
	top := max(
		pr.column(pr.doc.agencyLines(), marginLeft, pr.y, headLeft),
		pr.column(nationLines(), marginLeft+headLeft, pr.y, right))
	below := max(
		pr.column(pr.doc.numberLines(), marginLeft, pr.y+top, headLeft),
		pr.column(pr.doc.placeLines(), marginLeft+headLeft, pr.y+top, right))
	pr.y += top + below
}

const signatureLeft = 75.0 // mm: the receivers' cell; the signer has the rest

func (pr *printer) signatureHeight() float64 {
	return pr.signatures(false)
}

func (pr *printer) signature() { pr.y += pr.signatures(true) }

func (pr *printer) signatures(draw bool) float64 {
	const above = 5.0
	receivers, signers := pr.doc.receiverLines(), pr.doc.Signatures
	y := pr.y + above
	if len(signers) < 2 {
		height := pr.lay(receivers, marginLeft, y, signatureLeft, draw)
		for _, s := range signers {
			height = max(height, pr.lay(s.lines(), marginLeft+signatureLeft, y, pr.width()-signatureLeft, draw))
		}
		return above + height
	}
	height := 0.0
	width := pr.width() / float64(len(signers))
	for i, s := range signers {
		height = max(height, pr.lay(s.lines(), marginLeft+float64(i)*width, y, width, draw))
	}
	if receivers != nil {
		height += above + pr.lay(receivers, marginLeft, y+height+above, pr.width(), draw)
	}
	return above + height
}
