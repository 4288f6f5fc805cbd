package warning

import (
	"strings"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/ratio"
	"ralop/internal/text"
)

// Sentence says what a signal is, with its evidence and what is known besides: "Vắng 4
// ngày liền từ 12/2, không phép; trong năm đã trở lại một lần." It names nobody.
func Sentence(lang text.Lang, s Signal) string {
	return SentenceOf(lang, s.Rule, s.Facts, s.Since, s.Last)
}

// SentenceOf is Sentence for facts at hand, such as those of an Event.
func SentenceOf(lang text.Lang, rule string, f Facts, since, last day.Day) string {
	args := text.Args{"days": f.Days, "n": f.N, "d": f.D, "before": f.Before, "habit": f.Habit, "window": f.Window, "limit": f.Limit, "pupils": f.Pupils,
		"since": Date(lang, since), "last": Date(lang, last), "month": int(last.Month()), "kind": kindOf(lang, f), "break": breakOf(lang, f),
		"return": Date(lang, f.Return), "share": ratio.Of(int64(f.N), int64(f.D)).Percent(1)}
	key := "warning.say-" + rule
	switch {
	case rule == pattern.Code && f.Session != 0:
		key += "-session"
		args["session"] = lower(text.T(lang, "calendar.session."+calendar.Session(f.Session).Code()))
	case rule == pattern.Code:
		args["weekday"] = text.T(lang, "warning.weekday-"+string(rune('0'+f.Weekday)))
	case rule == unconfirmedExit.Code:
		key += "-" + f.Exit
	case rule == supportLost.Code:
		args["support"] = text.T(lang, "warning.support-"+f.Support)
	case rule == noReturn.Code && f.Break == opening:
		key += "-opening"
	}
	if !text.Has(lang, key) {
		key = "warning.say-other"
		args["rule"] = text.T(lang, "warning.rule-"+rule)
	}
	words := append([]string{text.T(lang, key, args)}, ContextWords(lang, f.Context)...)
	return strings.Join(words, "; ") + "."
}

// ContextWords says what is known of a child besides, each in a few words.
func ContextWords(lang text.Lang, c Context) (words []string) {
	if c.SiblingGrade != "" {
		key := "warning.context-sibling"
		if len(c.SiblingGrade) > 1 && (c.SiblingGrade[1] == 'T' || c.SiblingGrade == "NT") {
			key += "-young"
		}
		words = append(words, text.T(lang, key, "grade", c.SiblingGrade, "year", c.SiblingYear, "next", c.SiblingYear+1))
	}
	if c.Returned {
		words = append(words, text.T(lang, "warning.context-returned"))
	}
	if c.Repeated {
		words = append(words, text.T(lang, "warning.context-repeated"))
	}
	if c.OverAge > 0 {
		words = append(words, text.T(lang, "warning.context-over-age", "years", c.OverAge))
	}
	if c.Poverty != "" {
		words = append(words, text.T(lang, "warning.context-"+c.Poverty))
	}
	return words
}

// kindOf says of the days of a run how many were with leave.
func kindOf(lang text.Lang, f Facts) string {
	switch {
	case f.Days == 0:
		return ""
	case f.Unexcused == f.Days:
		return text.T(lang, "warning.kind-unexcused")
	case f.Unknown == f.Days:
		return text.T(lang, "warning.kind-unknown")
	case f.Excused == f.Days:
		return text.T(lang, "warning.kind-excused")
	}
	var parts []string
	for _, part := range []struct {
		kind string
		n    int
	}{{"unexcused", f.Unexcused}, {"unknown", f.Unknown}, {"excused", f.Excused}} {
		if part.n > 0 {
			parts = append(parts, text.T(lang, "warning.kind-some-"+part.kind, "n", part.n))
		}
	}
	return strings.Join(parts, ", ")
}

func breakOf(lang text.Lang, f Facts) string {
	if key := "warning.break-" + f.Break; f.Break != "" && text.Has(lang, key) {
		return text.T(lang, key)
	}
	return text.T(lang, "warning.break-other")
}

// Date writes a day as people say it: 12/2, in English 12 February.
func Date(lang text.Lang, d day.Day) string {
	if d == 0 {
		return ""
	}
	if lang == text.English {
		return d.Midnight().Format("2 January")
	}
	return d.Short()
}

func lower(s string) string { return strings.ToLower(s) }
