package paper

// column draws lines one below the other in a width and gives the height they took.
func (pr *printer) column(lines []line, x, y, width float64) float64 {
	top := y
	for _, l := range lines {
		y += l.Before*mmPerPoint + l.Gap
		broken := l.broken(width)
		height := lineHeight(l.Size)
		if l.Framed {
			const pad = 3.0
			frame := broken[0].width + 2*pad
			pr.pdf.SetLineWidth(0.25)
			pr.pdf.Rect(x+(width-frame)/2, y-0.6, frame, height*float64(len(broken))+1.2, "D")
		}
		for _, b := range broken {
			q := para{size: l.Size, align: l.Align}
			if l.Align == Left { // as justified text whose every line is the last
				b.last, q.align = true, Justified
			}
			pr.line(b, &q, x+l.Indent, y, width-l.Indent)
			y += height
		}
		if l.Rule > 0 {
			pr.pdf.SetLineWidth(0.25)
			pr.pdf.Line(x+(width-l.Rule)/2, y+0.7, x+(width+l.Rule)/2, y+0.7)
			y += ruleRoom
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

const signatureAbove = 5.0 // mm between the text and the signature

func (pr *printer) signatureHeight() float64 {
	receivers, signers := pr.doc.receiverLines(), pr.doc.Signatures
	if len(signers) < 2 {
		height := linesHeight(receivers, signatureLeft)
		for _, s := range signers {
			height = max(height, linesHeight(s.lines(), pr.width()-signatureLeft))
		}
		return signatureAbove + height
	}
	height := 0.0
	for _, s := range signers {
		height = max(height, linesHeight(s.lines(), pr.width()/float64(len(signers))))
	}
	if receivers != nil {
		height += signatureAbove + linesHeight(receivers, pr.width())
	}
	return signatureAbove + height
}

// signature draws one signer at the right of the receivers, or several side by side above them.
func (pr *printer) signature() {
	receivers, signers := pr.doc.receiverLines(), pr.doc.Signatures
	height := pr.signatureHeight()
	y := pr.y + signatureAbove
	if len(signers) < 2 {
		pr.column(receivers, marginLeft, y, signatureLeft)
		for _, s := range signers {
			pr.column(s.lines(), marginLeft+signatureLeft, y, pr.width()-signatureLeft)
		}
	} else {
		width := pr.width() / float64(len(signers))
		for i, s := range signers {
			pr.column(s.lines(), marginLeft+float64(i)*width, y, width)
		}
		pr.column(receivers, marginLeft, pr.y+height-linesHeight(receivers, pr.width()), pr.width())
	}
	pr.y += height
}
