package afterbreak

import (
	"slices"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/ratio"
)

// Break is one break of the realm's schools.
type Break struct {
	ID         id.ID
	Year       int
	Kind       Kind
	Reasons    string  // codes of the calendar's reasons, by spaces; "" for an opening
	From       day.Day // earliest of its schools
	Return     day.Day // earliest of its schools
	LastReturn day.Day
}

// alike says whether two breaks of different years may be laid over each other: two openings, or two closures that
// have a reason in common.
func (b Break) alike(o Break) bool {
	if b.Kind != o.Kind {
		return false
	}
	return b.Kind == Opening || slices.ContainsFunc(words(b.Reasons), func(r string) bool { return slices.Contains(words(o.Reasons), r) })
}

// schoolBreak is one level of a school in a break.
type schoolBreak struct {
	Break    id.ID
	School   id.ID
	Level    string
	From     day.Day
	Return   day.Day
	Held     int64
	Reasons  string
	ByCount  bool // back is what the school's own counts say
	AsOf     day.Day
	FrozenOn day.Day
}

// Share is who came back, in pupils. Rates are of those whose roll has been called.
type Share struct {
	Expected int64
	Seen     int64 // of these, a roll has been called since, or a count sent
	Back     int64
}

// Plus adds two shares.
func (s Share) Plus(o Share) Share {
	return Share{s.Expected + o.Expected, s.Seen + o.Seen, s.Back + o.Back}
}

// Missing are those absent from every marked session since the return (chưa ra lớp).
func (s Share) Missing() int64 { return s.Seen - s.Back }

// Unknown are those whose roll has not been called since.
func (s Share) Unknown() int64 { return max(0, s.Expected-s.Seen) }

// Rate is back ÷ seen.
func (s Share) Rate() ratio.Ratio { return ratio.Of(s.Back, s.Seen) }

// MissingRate is missing ÷ seen.
func (s Share) MissingRate() ratio.Ratio { return ratio.Of(s.Missing(), s.Seen) }

// Coverage is seen ÷ expected; not known when nobody was expected by name or number.
func (s Share) Coverage() ratio.Ratio { return ratio.Of(min(s.Seen, s.Expected), s.Expected) }

// EnoughCoverage is what a rate needs to be shown without a warning.
var EnoughCoverage = ratio.Of(95, 100)

// Complete says whether so many rolls were called that the rate speaks for all.
func (s Share) Complete() bool {
	return s.Expected > 0 && s.Coverage().AtLeast(EnoughCoverage.N, EnoughCoverage.D)
}

// Notes that a person leaves on a child of the list, before the break or after.
const (
	NotePromised    = "promised"     // đã hẹn ngày trở lại
	NoteWithParents = "with-parents" // đi theo bố mẹ
	NoteIll         = "ill"
	NoteOther       = "other"
)

// Notes lists them in the order of the form.
var Notes = []string{NotePromised, NoteWithParents, NoteIll, NoteOther}
