package viet

import (
	"sort"
	"strings"
	"unicode"
)

// Guess is how well samples read in an encoding.
type Guess struct {
	Encoding  Encoding
	Syllables int // words that are Vietnamese syllables
	Words     int // words of letters
	Strange   int // letters and signs that Vietnamese does not write
}

// Share of the words that are syllables, less what is strange; 0 without words.
func (g Guess) Share() float64 {
	if g.Words == 0 {
		return 0
	}
	return (float64(g.Syllables) - float64(g.Strange)) / float64(g.Words)
}

// better: an old encoding is preferred only when it makes syllables of what was none.
func (g Guess) better(o, plain Guess) bool {
	gains, others := g.Syllables > plain.Syllables || g.Encoding == Unicode, o.Syllables > plain.Syllables || o.Encoding == Unicode
	if gains != others {
		return gains
	}
	return g.Share() > o.Share()
}

// Detect reads samples of one column in every encoding and gives how well each reads, the
// best first. Equal is equal: plain letters read the same in all of them, and then Unicode
// comes first. doubtful says that the second reads nearly as well and differently, so that
// a person should look.
func Detect(samples []string) (guesses []Guess, doubtful bool) {
	reads := map[Encoding]string{}
	for _, e := range Encodings {
		g := Guess{Encoding: e}
		var all strings.Builder
		for _, sample := range samples {
			text := Decode(e, sample)
			all.WriteString(text)
			all.WriteByte('\n')
			g.weigh(text)
		}
		reads[e] = all.String()
		guesses = append(guesses, g)
	}
	plain := guesses[0]
	sort.SliceStable(guesses, func(i, j int) bool { return guesses[i].better(guesses[j], plain) })
	first := guesses[0]
	for _, g := range guesses[1:] {
		if reads[g.Encoding] != reads[first.Encoding] && first.Share()-g.Share() < 0.1 {
			doubtful = true
		}
	}
	return guesses, doubtful
}

func (g *Guess) weigh(text string) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsDigit(r) || strings.ContainsRune(",;:/()-–_\"“”", r)
	}) {
		word = strings.Trim(word, ".'!")
		letters, strange := 0, 0
		for _, r := range word {
			switch {
			case IsLetter(r):
				letters++
			case r > 0x7f || strings.ContainsRune("^`~+?'.(", r):
				strange++
			}
		}
		if letters == 0 && strange == 0 {
			continue
		}
		g.Words++
		g.Strange += min(strange, 1)
		if strange == 0 && IsSyllable(word) {
			g.Syllables++
		}
		if mixed(word) {
			g.Strange++
		}
	}
}

// mixed: a capital after a small letter is how a wrong encoding looks.
func mixed(word string) bool {
	small := false
	for _, r := range word {
		if unicode.IsLower(r) {
			small = true
		} else if small && unicode.IsUpper(r) {
			return true
		}
	}
	return false
}
