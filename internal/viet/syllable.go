package viet

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The parts of a Vietnamese syllable: onset, rhyme, tone. Rhymes are written without tone.
var (
	onsets = setOf("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph q qu r s t th tr v x")
	rhymes = setOf(`a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây
		e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
		o oa oac oach oai oam oan oang oanh oao oap oat oay oă oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot
		ô ôc ôi ôm ôn ông ôông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôp uôt uơ up ut
		uy uya uych uyên uyêt uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
		y yêm yên yêng yêt yêu oong oeng uyn uăng`)
	vowels = "aăâeêioôơuưy"
)

func setOf(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// IsLetter says whether r is a letter of the Vietnamese alphabet, f, j, w and z with it.
func IsLetter(r rune) bool {
	if r < 0x80 {
		return unicode.IsLetter(r)
	}
	if r == 'đ' || r == 'Đ' {
		return true
	}
	parts := []rune(norm.NFD.String(string(unicode.ToLower(r))))
	if len(parts) < 2 || !strings.ContainsRune("aeiouy", parts[0]) {
		return false
	}
	shapes, tones := 0, 0
	for _, mark := range parts[1:] {
		switch mark {
		case '\u0302':
			if !strings.ContainsRune("aeo", parts[0]) {
				return false
			}
			shapes++
		case '\u0306':
			if parts[0] != 'a' {
				return false
			}
			shapes++
		case '\u031b':
			if !strings.ContainsRune("ou", parts[0]) {
				return false
			}
			shapes++
		case '\u0300', '\u0301', '\u0303', '\u0309', '\u0323':
			tones++
		default:
			return false
		}
	}
	return shapes <= 1 && tones <= 1
}

// IsSyllable says whether a word is built as a Vietnamese syllable: at most one tone, a
// known onset and rhyme. Upper and lower case are the same. Names of peoples that are
// written in Latin letters of their own (Brâu, Xtiêng) may not be.
func IsSyllable(word string) bool {
	var plain strings.Builder
	tones := 0
	for _, r := range norm.NFD.String(strings.ToLower(word)) {
		switch r {
		case '\u0300', '\u0301', '\u0303', '\u0309', '\u0323':
			tones++
		default:
			plain.WriteRune(r)
		}
	}
	letters := norm.NFC.String(plain.String())
	if tones > 1 || letters == "" {
		return false
	}
	at := strings.IndexFunc(letters, func(r rune) bool { return strings.ContainsRune(vowels, r) })
	if at < 0 {
		return false
	}
	onset, rhyme := letters[:at], letters[at:]
	if (onset == "" || onsets[onset]) && rhymes[rhyme] {
		return true
	}
	// gi and qu end with what looks like the vowel.
	for _, longer := range []string{"gi", "qu"} {
		if rest, ok := strings.CutPrefix(letters, longer); ok && rest != "" && rhymes[rest] {
			return true
		}
	}
	return false
}
