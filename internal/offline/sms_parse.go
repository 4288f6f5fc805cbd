package offline

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"ralop/internal/calendar"
	"ralop/internal/rollcall"
	"ralop/internal/viet"
)

// Called is the roll call that a text message holds.
type Called struct {
	Class      string // folded, without spaces
	Session    calendar.Session
	DayOfMonth int // 0: today
	Month      int
	NoClass    bool
	Reason     string // why there is no class
	Marks      []NumberMark
}

// NumberMark is a pupil by her number on the printed list of the class.
type NumberMark struct {
	Number int // from 1
	Kind   rollcall.Kind
}

// longest message that is read: four linked ones.
const longest = 640

// Parse reads a compact roll call:
//
//	DD 6A S 3 7K 12P       class, session (S sáng, C chiều, T tối), numbers in the order of the printed list
//	DD 6A S 28/5 3         of an earlier day
//	DD 6A S 0              all present
//	DD 6A S NGHI mưa lũ    no class, and why
//
// The letter after a number says the kind: none – not known why, P có phép, K không phép,
// M muộn. Case, accents, commas and more or fewer spaces do not matter. A class may have
// spaces in its name. Without any number nothing is understood as "all present": a message
// that was cut short must not make anybody present.
//
// Faults (Invalid): offline.sms-format, offline.sms-session, offline.sms-empty,
// offline.sms-token, offline.sms-twice, offline.sms-mixed.
func Parse(message string) (Called, error) {
	var c Called
	if len(message) > longest*4 {
		return c, smsFault("format", nil)
	}
	words := strings.FieldsFunc(fold(message), func(r rune) bool { return r == ' ' || r == ',' || r == ';' })
	raw := strings.FieldsFunc(norm.NFC.String(message), func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' })
	if len(words) < 2 || words[0] != "dd" {
		return c, smsFault("format", nil)
	}
	words = words[1:]
	at := 0
	for at = 1; at < len(words) && at <= 4; at++ { // the name of the class ends before the session
		if session := sessionOf(words[at]); session != 0 {
			c.Session = session
			break
		}
	}
	if c.Session == 0 {
		return c, smsFault("session", nil)
	}
	c.Class = strings.Join(words[:at], "")
	rest := words[at+1:]
	if len(rest) > 0 {
		if date, month, ok := dateOf(rest[0]); ok {
			c.DayOfMonth, c.Month = date, month
			rest = rest[1:]
		}
	}
	if len(rest) == 0 {
		return c, smsFault("empty", nil)
	}
	if rest[0] == "nghi" {
		c.NoClass = true
		c.Reason = strings.Join(rest[1:], " ")
		if len(raw) == len(words)+1 { // as it was typed, with its accents
			c.Reason = viet.Clean(strings.Join(raw[len(raw)-len(rest)+1:], " "))
		}
		if c.Reason == "" {
			return c, smsFault("reason", nil)
		}
		return c, nil
	}
	return c, c.numbers(rest)
}

func (c *Called) numbers(words []string) error {
	seen := map[int]bool{}
	for i := 0; i < len(words); i++ {
		word := words[i]
		if word == "0" {
			if len(words) > 1 {
				return smsFault("mixed", nil)
			}
			return nil
		}
		digits := strings.TrimRightFunc(word, unicode.IsLetter)
		letter := word[len(digits):]
		if letter == "" && i+1 < len(words) && kindByLetter[words[i+1]] != 0 { // "7 K"
			i++
			letter = words[i]
		}
		number, err := strconv.Atoi(digits)
		kind := kindByLetter[letter]
		if err != nil || number < 1 || number > 99 || kind == 0 || strings.HasPrefix(digits, "+") {
			return smsFault("token", map[string]any{"token": short(word)})
		}
		if seen[number] {
			return smsFault("twice", map[string]any{"number": number})
		}
		seen[number] = true
		c.Marks = append(c.Marks, NumberMark{number, kind})
	}
	return nil
}

var kindByLetter = map[string]rollcall.Kind{"": rollcall.Unknown, "p": rollcall.Excused, "k": rollcall.Unexcused, "m": rollcall.Late, "v": rollcall.Unknown}

func sessionOf(word string) calendar.Session {
	switch word {
	case "s", "sang":
		return calendar.Morning
	case "c", "chieu":
		return calendar.Afternoon
	case "t", "toi":
		return calendar.Evening
	}
	return 0
}

// dateOf reads "28/5" or "28-5".
func dateOf(word string) (date, month int, ok bool) {
	a, b, found := strings.Cut(strings.ReplaceAll(word, "-", "/"), "/")
	if !found {
		return 0, 0, false
	}
	date, err := strconv.Atoi(a)
	month, err2 := strconv.Atoi(b)
	return date, month, err == nil && err2 == nil && date >= 1 && date <= 31 && month >= 1 && month <= 12
}

// fold makes lower case without accents; every kind of space becomes one.
func fold(s string) string {
	return strings.Join(strings.Fields(viet.Fold(strings.ToValidUTF8(s, " "))), " ")
}

// plain takes the accents off and leaves the case, for replies that must fit one message.
func plain(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == '\u0111': // d with a stroke
			b.WriteByte('d')
		case r == '\u0110':
			b.WriteByte('D')
		case r == '–' || r == '—':
			b.WriteByte('-')
		case r == '“' || r == '”' || r == '«' || r == '»':
			b.WriteByte('"')
		case r > unicode.MaxASCII:
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
