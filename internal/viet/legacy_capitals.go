package viet

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"
)

// capitals.txt lists words of names that begin with a letter whose capital the single
// byte of TCVN3 lacks, as names write them.
//
//go:embed capitals.txt
var capitalsFile string

var capitalWords = setOf(capitalsFile)

// lacking says whether TCVN3 has the small letter but not its capital: every vowel with a
// tone.
func lacking(r rune) bool {
	return r >= utf8.RuneSelf && unicode.IsLower(r) && IsLetter(r) && !strings.ContainsRune("ăâêôơưđ", r)
}

// RestoreCapitals mends what TCVN3 could not write in a name: all of a text that was set
// in a font of capitals (.VnTimeH), and the first letter of a word ("Mường ảng", "Pa ủ").
// A word among capitalised ones that is known from names becomes "Ảng" for certain; of
// others doubtful says that a person should look. Text without such a word stays.
func RestoreCapitals(decoded string) (mended string, doubtful bool) {
	if all, did := Capitals(decoded); did {
		return all, false
	}
	words := strings.Fields(decoded)
	capitalised, open := 0, 0
	for _, word := range words {
		first, _ := utf8.DecodeRuneInString(word)
		switch {
		case unicode.IsUpper(first):
			capitalised++
		case lacking(first):
			open++
		}
	}
	if open == 0 || capitalised == 0 {
		return decoded, false
	}
	for i, word := range words {
		first, size := utf8.DecodeRuneInString(word)
		if !lacking(first) {
			continue
		}
		with := string(unicode.ToUpper(first)) + word[size:]
		known := capitalWords[with]
		if known || capitalised+open == len(words) { // every word of a name has a capital
			words[i] = with
		}
		doubtful = doubtful || !known
	}
	return strings.Join(words, " "), doubtful
}
