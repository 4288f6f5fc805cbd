package viet

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// NFC gives s in Unicode normal form C. Class lists typed on some phones and on macOS arrive decomposed; two spellings
// that look alike must be the same bytes before they are stored or compared.
func NFC(s string) string { return norm.NFC.String(s) }

// Clean makes one line of text fit to store: valid UTF-8, form NFC, no control or zero-width characters, every run of
// white space (no-break space, tab and line end too) one space, none at the ends. The Icelandic capital Ð, which old
// typing programs put for the look-alike Đ, becomes Đ.
func Clean(s string) string {
	if clean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD")) {
		switch {
		case unicode.IsSpace(r):
			space = true
			continue
		case invisible(r):
			continue
		case r == '\u00D0':
			r = 'Đ'
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	// Taking an invisible character out can bring a letter and its mark together.
	return norm.NFC.String(b.String())
}

// CleanText is Clean for text of several lines: each line is cleaned, the lines stay, empty ones at the ends go.
func CleanText(s string) string {
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(s), "\n")
	for i, line := range lines {
		lines[i] = Clean(line)
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// clean says that Clean has nothing to do, for the common case of plain ASCII.
func clean(s string) bool {
	last := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < ' ' || c >= 0x7F || c == ' ' && last == ' ' {
			return false
		}
		last = c
	}
	return s == "" || last != ' '
}

// invisible reports characters that take no room on paper: controls, zero-width and direction marks, the soft hyphen,
// the byte order mark.
func invisible(r rune) bool {
	return r != '\uFFFD' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u034F' || r == '\u115F' || r == '\u1160')
}

// folds maps a rune below foldLimit to its folded form; 0 drops it.
const foldLimit = 0x1F00

var folds = func() (table [foldLimit]rune) {
	for r := rune(0); r < foldLimit; r++ {
		table[r] = foldRune(r)
	}
	return table
}()

// several says that a character stands for more than a letter and its marks.
const several = -1

// foldRune is the slow form of the table: the first rune of the decomposition, lower, without marks.
func foldRune(r rune) rune {
	switch r {
	case 'đ', 'Đ', 'ð', 'Ð', 'Ɖ':
		return 'd'
	case 'ʼ', 'ʻ', 'ʹ', '´', '`', '‘', '’', '′':
		return '\'' // H’Mông is typed with any of these
	}
	if unicode.Is(unicode.Mn, r) {
		return 0
	}
	decomposed := norm.NFD.String(string(r))
	base, size := utf8.DecodeRuneInString(decomposed)
	if size < len(decomposed) {
		for _, mark := range decomposed[size:] {
			if !unicode.Is(unicode.Mn, mark) {
				return several // not a letter with marks; it is folded as its parts are
			}
		}
	}
	return unicode.ToLower(base)
}

// Fold gives the form that search and matching compare: lower case, no marks, đ as d, one apostrophe. It does not touch
// spaces (see Clean). A decomposed spelling folds like a composed one, and Hoà like Hòa. Fold(Fold(s)) == Fold(s).
func Fold(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' || c == '`' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	out := make([]byte, 0, len(s))
	for _, r := range s {
		if r < utf8.RuneSelf {
			if f := folds[r]; f != 0 {
				out = append(out, byte(f))
			} else {
				out = append(out, byte(r))
			}
			continue
		}
		if r >= foldLimit && !('\u2000' <= r && r < '\u2100') {
			return foldAny(s)
		}
		f := r
		if r < foldLimit {
			f = folds[r]
		} else {
			f = foldRune(r)
		}
		if f == several {
			return foldAny(s)
		}
		if f != 0 {
			out = utf8.AppendRune(out, f)
		}
	}
	return string(out)
}

// foldAny folds text with letters outside the table, where one character may decompose into several.
func foldAny(s string) string {
	out := make([]byte, 0, len(s))
	for _, r := range norm.NFD.String(s) {
		f := foldRune(r)
		if f == several {
			f = r
		}
		if f != 0 || r == 0 { // the character zero is no mark
			out = utf8.AppendRune(out, f)
		}
	}
	return string(out)
}
