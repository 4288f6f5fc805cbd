package viet

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Encoding is a way in which Vietnamese was written before Unicode and still comes in
// from old files: as the text that one sees when its bytes are read as Windows-1252.
type Encoding string

const (
	Unicode Encoding = "unicode" // also with decomposed accents
	TCVN3   Encoding = "tcvn3"   // ABC: TCVN 5712:1993 VN3, fonts named .Vn…
	VNI     Encoding = "vni"     // VNI-Windows, fonts named VNI-…
	VIQR    Encoding = "viqr"    // RFC 1456: "Vie^.t Nam"
	CP1258  Encoding = "cp1258"  // Windows-1258
)

// Encodings are all, the likeliest first.
var Encodings = []Encoding{Unicode, TCVN3, VNI, CP1258, VIQR}

// The bytes of TCVN3, in the order of its letters. It has no capitals with a tone: those
// were made by fonts of capitals (.VnTimeH), so that they come in as small letters.
var tcvn3 = pairs(
	"¡Ă¢Â£Ê¤Ô¥Ơ¦Ư§Đ¨ă©âªê«ô¬ơ\u00adư®đ" +
		"µà¶ả·ã¸á¹ạ»ằ¼ẳ½ẵ¾ắÆặÇầÈẩÉẫÊấËậÌèÎẻÏẽÐéÑẹÒềÓểÔễÕếÖệ×ìØỉÜĩÝíÞịßòáỏâõãóäọåồæổçỗèốéộêờëởìỡíớîợïùñủòũóúôụõừöử÷ữøứùựúỳûỷüỹýýþỵ")

func pairs(text string) map[rune]rune {
	m := map[rune]rune{}
	letters := []rune(text)
	for i := 0; i+1 < len(letters); i += 2 {
		m[letters[i]] = letters[i+1]
	}
	return m
}

// VNI writes a vowel and then a letter for its signs; few letters stand alone.
var (
	vniSigns = map[rune]string{ // what the sign puts on the vowel before it, as combining marks
		'ù': "\u0301", 'ø': "\u0300", 'û': "\u0309", 'õ': "\u0303", 'ï': "\u0323", 'â': "\u0302",
		'á': "\u0302\u0301", 'à': "\u0302\u0300", 'å': "\u0302\u0309", 'ã': "\u0302\u0303", 'ä': "\u0302\u0323",
		'ê': "\u0306", 'é': "\u0306\u0301", 'è': "\u0306\u0300", 'ú': "\u0306\u0309", 'ü': "\u0306\u0303", 'ë': "\u0306\u0323",
	}
	vniAlone = pairs("ôơöưñđæỉóĩòịîỵëỷÔƠÖƯÑĐÆỈÓĨÒỊÎỴËỶ") // ë: some converters write ỷ so
)

// VIQR writes plain letters and signs after them. A point after a vowel is a sign, even at
// the end: a column is read as VIQR only when it is written so.
var viqrSigns = map[rune]string{'\'': "\u0301", '`': "\u0300", '?': "\u0309", '~': "\u0303", '.': "\u0323", '^': "\u0302", '(': "\u0306", '+': "\u031b"}

// Decode reads text that was written in an encoding and gives it in Unicode, composed.
// What the encoding does not know stays as it is.
func Decode(e Encoding, text string) string {
	switch e {
	case TCVN3:
		return NFC(strings.Map(func(r rune) rune {
			if letter, known := tcvn3[r]; known {
				return letter
			}
			return r
		}, text))
	case VNI:
		return decodeVNI(text)
	case VIQR:
		return decodeVIQR(text)
	case CP1258:
		return decodeCP1258(text)
	}
	return NFC(text)
}

func decodeVNI(text string) string {
	var b strings.Builder
	var last rune
	for _, r := range text {
		signs, sign := vniSigns[unicode.ToLower(r)]
		switch {
		case sign && takes(last, signs):
			b.WriteString(signs)
			last = 0
			continue
		case vniAlone[r] != 0:
			r = vniAlone[r]
		}
		b.WriteRune(r)
		last = r
	}
	return NFC(b.String())
}

// takes says whether Vietnamese writes these signs on that letter.
func takes(letter rune, signs string) bool {
	if letter == 0 || !strings.ContainsRune("aeiouyơưAEIOUYƠƯ", letter) {
		return false
	}
	one := []rune(NFC(string(letter) + signs))
	return len(one) == 1 && (IsLetter(one[0]))
}

func decodeVIQR(text string) string {
	var b strings.Builder
	letters := []rune(text)
	for i := 0; i < len(letters); i++ {
		r := letters[i]
		if r == '\\' && i+1 < len(letters) { // a sign that is meant as itself
			i++
			b.WriteRune(letters[i])
			continue
		}
		if (r == 'd' || r == 'D') && i+1 < len(letters) && (letters[i+1] == 'd' || letters[i+1] == 'D') {
			i++
			if r == 'd' {
				b.WriteRune('đ')
			} else {
				b.WriteRune('Đ')
			}
			continue
		}
		with := string(r)
		for n := 0; n < 2 && i+1 < len(letters); n++ {
			signs, sign := viqrSigns[letters[i+1]]
			next := []rune(NFC(with + signs))
			if !sign || len(next) != 1 || !IsLetter(next[0]) {
				break
			}
			with = string(next)
			i++
		}
		b.WriteString(with)
	}
	return NFC(b.String())
}

// decodeCP1258 undoes that bytes of Windows-1258 were read as Windows-1252.
func decodeCP1258(text string) string {
	var b strings.Builder
	for _, r := range text {
		if one, known := charmap.Windows1252.EncodeRune(r); known && r >= utf8.RuneSelf {
			r = charmap.Windows1258.DecodeByte(one)
		}
		b.WriteRune(r)
	}
	return NFC(b.String())
}

// Capitals mends text that was set in a font of capitals (.VnTimeH), for which TCVN3 keeps
// the letters with a tone small: "TRƯờNG MƯờNG MùN". doubtful says that it did. A text
// with any plain small letter is left as it is, and one whose words have a capital only
// in front ("Vừ A Lý") tells nothing.
func Capitals(decoded string) (mended string, doubtful bool) {
	inside, small, front := 0, 0, true
	for _, r := range decoded {
		switch {
		case r < utf8.RuneSelf && unicode.IsLower(r):
			return decoded, false
		case r < utf8.RuneSelf && unicode.IsUpper(r) && !front:
			inside++
		case r >= utf8.RuneSelf && unicode.IsLower(r):
			small++
		}
		front = !unicode.IsLetter(r)
	}
	if inside == 0 || small == 0 {
		return decoded, false
	}
	return strings.ToUpper(decoded), true
}
