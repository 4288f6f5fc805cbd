package exchange

import (
	"slices"
	"strings"

	"ralop/internal/viet"
)

// shownSamples is how many samples of a column a person is shown.
const shownSamples = 5

// columns guesses what each column of the table holds.
func (g *partGuess) columns(fields []Field, chosen Layout) ([]ColumnGuess, error) {
	data := g.data()
	width := max(widest(data), len(g.head.headings))
	guesses := make([]ColumnGuess, width)
	cells := make([][]string, width)
	for at := range guesses {
		c := &guesses[at]
		c.At, c.Column, c.With, c.Hidden = at, ColumnName(at), -1, g.facts.hiddenColumns[at]
		if at < len(g.head.headings) {
			c.Heading = g.head.headings[at]
		}
		for _, row := range data {
			if cell := row.Cell(at); cell != "" {
				cells[at] = append(cells[at], cell)
			}
		}
	}
	detectEncodings(guesses, cells)
	for _, choice := range chosen.Columns {
		if at := choice.find(guesses); at >= 0 && choice.Encoding != "" {
			guesses[at].Encoding, guesses[at].Doubtful = choice.Encoding, false
		}
	}
	for at := range guesses {
		c := &guesses[at]
		heading := decodeCell(c.Encoding, c.Heading)
		if c.Encoding == viet.Unicode {
			heading = decodeHeading(c.Heading)
		}
		c.Heading = heading
		for i, cell := range cells[at] {
			cells[at][i] = decodeCell(c.Encoding, cell)
			if i < shownSamples {
				c.Converted = append(c.Converted, cells[at][i])
			}
		}
	}
	g.assign(guesses, cells, fields, chosen)
	return guesses, nil
}

// find gives the column that a choice means, -1 when the file has none.
func (c Choice) find(guesses []ColumnGuess) int {
	found := -1
	for _, g := range guesses {
		same := c.Heading != "" && (c.Heading == g.Heading || FoldHeading(c.Heading) == FoldHeading(g.Heading))
		switch {
		case same && g.Column == c.Column, c.Heading == "" && c.Column == g.Column && g.Heading == "":
			return g.At
		case same && found < 0:
			found = g.At
		}
	}
	return found
}

// data is the sample under the headings.
func (g *partGuess) data() []Row {
	if g.head.row == 0 {
		return g.sample
	}
	for i, row := range g.sample {
		if row.Number >= g.head.row+g.head.rows {
			data := g.sample[i:]
			if len(data) > 0 && numbersRow(data[0]) {
				data = data[1:]
			}
			return data
		}
	}
	return nil
}

// decodeHeading reads a heading by the encoding that makes most syllables of it alone.
func decodeHeading(heading string) string {
	guesses, _ := viet.Detect([]string{heading})
	return decodeCell(guesses[0].Encoding, heading)
}

// detectEncodings finds each column's encoding by its cells; a column in doubt is read as
// the clear ones are. Letters that no old encoding shows are clear: that is Unicode.
func detectEncodings(guesses []ColumnGuess, cells [][]string) {
	var all []string
	votes := map[viet.Encoding]int{}
	for at := range guesses {
		c := &guesses[at]
		texts := withLetters(cells[at])
		all = append(all, texts[:min(len(texts), 60)]...)
		c.Samples = slices.Clone(cells[at][:min(len(cells[at]), shownSamples)])
		c.Encoding = viet.Unicode
		if !slices.ContainsFunc(texts, func(s string) bool { return !isASCII(s) }) && !slices.ContainsFunc(texts, viqrLike) {
			if foreign(c.Heading) {
				votes[viet.Unicode]++
			}
			continue
		}
		if mostlyForeign(texts) {
			votes[viet.Unicode] += len(texts)
			continue
		}
		found, doubtful := viet.Detect(texts)
		c.Encoding, c.Doubtful = found[0].Encoding, doubtful
		if !doubtful {
			votes[c.Encoding] += len(texts)
		}
	}
	common := viet.Unicode
	if len(votes) == 0 {
		overall, _ := viet.Detect(all)
		common = overall[0].Encoding
	}
	for _, e := range viet.Encodings {
		if votes[e] > votes[common] {
			common = e
		}
	}
	for at := range guesses {
		c := &guesses[at]
		if !c.Doubtful || c.Encoding == common {
			continue
		}
		// the common encoding reads this column, too, and hardly worse
		found, _ := viet.Detect(withLetters(cells[at]))
		for _, f := range found {
			if f.Encoding == common && found[0].Share()-f.Share() < 0.1 {
				c.Encoding = common
			}
		}
	}
}

// mostlyForeign says whether half of the texts with marks hold letters of Unicode alone.
func mostlyForeign(texts []string) bool {
	marked, clear := 0, 0
	for _, text := range texts {
		if !isASCII(text) {
			marked++
			if foreign(text) {
				clear++
			}
		}
	}
	return clear > 0 && clear*2 >= marked
}

// viqrLike: signs right after vowels, as in "Tua^`n".
func viqrLike(text string) bool {
	for i := 1; i < len(text); i++ {
		if strings.IndexByte("^`'~?.(+", text[i]) >= 0 && strings.IndexByte("aeiouyAEIOUY", text[i-1]) >= 0 {
			return true
		}
	}
	return false
}

// withLetters are the cells of words: numbers and dates tell nothing of an encoding.
func withLetters(cells []string) []string {
	var texts []string
	for _, cell := range cells {
		if strings.IndexFunc(cell, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0x80 }) >= 0 && len(cell) < 500 {
			texts = append(texts, cell)
		}
	}
	return texts
}

// assign gives each field at most one column: what a person says, what the heading says,
// what the cells look like, in this order.
func (g *partGuess) assign(guesses []ColumnGuess, cells [][]string, fields []Field, chosen Layout) {
	known := map[string]bool{}
	for _, f := range fields {
		known[f.Name] = true
	}
	held := map[string]int{}
	take := func(at int, field, why string, sure int) {
		guesses[at].Field, guesses[at].Why, guesses[at].Sure = field, why, sure
		held[field] = at
	}
	passed := map[int]bool{}
	for _, choice := range chosen.Columns {
		at := choice.find(guesses)
		if at < 0 || choice.Field == "" {
			continue
		}
		g.dates[at] = choice.Date
		if first, double := held[choice.Field]; double && contents[choice.Field] == holdsName && first < at && guesses[at].Field == "" {
			guesses[at].Field, guesses[at].Why, guesses[at].Sure, guesses[at].With = choice.Field, ByPerson, 100, first
			continue
		}
		if choice.Field == PassOver {
			passed[at] = true
		} else if _, double := held[choice.Field]; known[choice.Field] && !double && guesses[at].Field == "" {
			take(at, choice.Field, ByPerson, 100)
		}
	}
	names := newHeadingNames(fields, Layout{})
	for at := range guesses {
		c := &guesses[at]
		if passed[at] || c.Field != "" || c.Heading == "" {
			continue
		}
		last := ""
		if at < len(g.head.lasts) {
			last = decodeHeading(g.head.lasts[at])
		}
		field, sure := names.field(c.Heading, last)
		if field == "" {
			continue
		}
		fit := fits(field, cells[at])
		if fit >= 0 && fit < 50 {
			sure = min(sure, 40) // the heading says so, the cells do not
		}
		other, double := held[field]
		switch {
		case !double:
			take(at, field, ByHeading, sure)
		case guesses[other].Why == ByHeading && g.spans(other, at, field):
			c.Field, c.Why, c.Sure, c.With = field, ByHeading, sure, other
		case guesses[other].Why == ByHeading && (fit > fits(field, cells[other]) || sure > guesses[other].Sure):
			guesses[other].Field, guesses[other].Why, guesses[other].Sure = "", "", 0
			take(at, field, ByHeading, min(sure, 60))
		case guesses[other].Why == ByHeading:
			guesses[other].Sure = min(guesses[other].Sure, 60)
		}
	}
	g.nameInTwo(guesses, passed, known, held)
	guessContents(guesses, cells, fields, passed, held)
}

// spans says whether two columns stand under one heading drawn over both: the family name
// and the given name under "Họ và tên".
func (g *partGuess) spans(first, second int, field string) bool {
	return second == first+1 && contents[field] == holdsName && g.head.headings[first] == g.head.headings[second]
}

var (
	familyHeads = []string{"ho", "ho dem", "ho va ten dem", "ho ten dem", "ho lot", "ho va dem", "ho va chu dem", "ho chu lot"}
	givenHeads  = []string{"ten", "ten hoc sinh"}
)

// nameInTwo joins "Họ đệm" and "Tên".
func (g *partGuess) nameInTwo(guesses []ColumnGuess, passed map[int]bool, known map[string]bool, held map[string]int) {
	if !known["name"] {
		return
	}
	for at := 0; at+1 < len(guesses); at++ {
		family, given := &guesses[at], &guesses[at+1]
		if passed[at] || passed[at+1] || !slices.Contains(familyHeads, FoldHeading(family.Heading)) || !slices.Contains(givenHeads, FoldHeading(given.Heading)) {
			continue
		}
		if other, taken := held["name"]; taken && other != at && other != at+1 {
			return
		}
		family.Field, family.Why, family.Sure = "name", ByHeading, 90
		given.Field, given.Why, given.Sure, given.With = "name", ByHeading, 90, at
		held["name"] = at
		return
	}
}
