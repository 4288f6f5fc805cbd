package paper

import (
	"strings"
	"sync"

	"codeberg.org/go-fonts/liberation/liberationserifbold"
	"codeberg.org/go-fonts/liberation/liberationserifbolditalic"
	"codeberg.org/go-fonts/liberation/liberationserifitalic"
	"codeberg.org/go-fonts/liberation/liberationserifregular"
	"codeberg.org/go-pdf/fpdf"
)

const fontFamily = "serif"

// faces are the fonts of the pdf, by fpdf's style. Liberation Serif has the widths of
// Times New Roman, so that what is measured here holds in Word too.
var faces = []struct {
	style string
	ttf   []byte
}{
	{"", liberationserifregular.TTF},
	{"B", liberationserifbold.TTF},
	{"I", liberationserifitalic.TTF},
	{"BI", liberationserifbolditalic.TTF},
}

func faceOf(bold, italic bool) int {
	face := 0
	if bold {
		face |= 1
	}
	if italic {
		face |= 2
	}
	return face
}

// lastMeasured is past the signs of punctuation and the Vietnamese letters; what lies beyond counts as wide.
const lastMeasured = 0x2600

// glyphWidths gives the widths of the signs of each face, in thousandths of the size.
var glyphWidths = sync.OnceValue(func() *[4][lastMeasured]uint16 {
	out := new([4][lastMeasured]uint16)
	pdf := fpdf.New("P", "mm", "A4", "")
	for i, face := range faces {
		pdf.AddUTF8FontFromBytes(fontFamily, face.style, face.ttf)
		pdf.SetFont(fontFamily, face.style, 10)
		for r := rune(' '); r < lastMeasured; r++ {
			out[i][r] = uint16(pdf.GetStringSymbolWidth(string(r)))
		}
	}
	return out
})

const mmPerPoint = 25.4 / 72

// textWidth is the width of text in mm.
func textWidth(text string, face int, size float64) float64 {
	widths := glyphWidths()
	sum := 0
	for _, r := range text {
		if r < lastMeasured {
			sum += int(widths[face][r])
		} else {
			sum += 1000
		}
	}
	return float64(sum) / 1000 * size * mmPerPoint
}

// lineHeight is the height of a line in mm.
func lineHeight(size float64) float64 { return size * 1.15 * lineFactor * mmPerPoint }

func runsWidth(runs []Run, size float64) float64 {
	width := 0.0
	for _, r := range runs {
		width += textWidth(r.Text, faceOf(r.Bold, r.Italic), size)
	}
	return width
}

// piece is a part of a word in one face.
type piece struct {
	text  string
	face  int
	width float64 // mm
}

// word is what a line cannot be broken in. space is the blank that follows it.
type word struct {
	pieces []piece
	width  float64
	space  float64
	end    bool // a line ends here by will
}

// wordsOf cuts runs into words; a word may change its face within.
func wordsOf(runs []Run, size float64) []word {
	var words []word
	var current word
	flush := func(space float64, end bool) {
		if len(current.pieces) == 0 && !end {
			return
		}
		current.space, current.end = space, end
		words = append(words, current)
		current = word{}
	}
	for _, r := range runs {
		face := faceOf(r.Bold, r.Italic)
		blank := textWidth(" ", face, size)
		for i, paragraph := range strings.Split(r.Text, "\n") {
			if i > 0 {
				flush(0, true)
			}
			for j, part := range strings.Split(paragraph, " ") {
				if j > 0 {
					flush(blank, false)
				}
				if part == "" {
					continue
				}
				width := textWidth(part, face, size)
				current.pieces = append(current.pieces, piece{part, face, width})
				current.width += width
			}
		}
	}
	flush(0, false)
	return words
}

// brokenLine is a line that fits its width.
type brokenLine struct {
	words []word
	width float64 // without the blank at its end
	last  bool    // of its paragraph: not to be stretched
}

// breakLines sets words into lines; first and rest are the widths of the first line and
// the others. A word that is too long for a line is cut.
func breakLines(words []word, first, rest float64) []brokenLine {
	var lines []brokenLine
	var current brokenLine
	blank := 0.0
	limit := func() float64 {
		if len(lines) == 0 {
			return first
		}
		return rest
	}
	flush := func(last bool) {
		current.last = last
		lines = append(lines, current)
		current, blank = brokenLine{}, 0
	}
	const slack = 0.01
	for len(words) > 0 {
		w := words[0]
		words = words[1:]
		if len(current.words) > 0 && current.width+blank+w.width > limit()+slack {
			flush(false)
		}
		if w.width > limit()+slack && len(current.words) == 0 {
			head, tail := cutWord(w, limit())
			if len(tail.pieces) > 0 {
				words = append([]word{tail}, words...)
				w = head
			}
		}
		current.width += blank + w.width
		current.words = append(current.words, w)
		blank = w.space
		if w.end {
			flush(true)
		}
	}
	if len(current.words) > 0 || len(lines) == 0 {
		flush(true)
	}
	return lines
}

// cutWord cuts a word so that its head fits, one sign at least.
func cutWord(w word, limit float64) (head, tail word) {
	for _, p := range w.pieces {
		size := p.width / textWidth(p.text, p.face, 1)
		for _, r := range p.text {
			sign := piece{string(r), p.face, textWidth(string(r), p.face, size)}
			part := &head
			if len(tail.pieces) > 0 || len(head.pieces) > 0 && head.width+sign.width > limit {
				part = &tail
			}
			part.pieces = append(part.pieces, sign)
			part.width += sign.width
		}
	}
	tail.space, tail.end = w.space, w.end
	return head, tail
}
