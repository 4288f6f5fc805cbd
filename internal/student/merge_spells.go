package student

import (
	"cmp"
	"slices"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
)

// Overlap is two enrolments of one child, by two records, on the same days.
type Overlap struct {
	Kept, Gone Spell
	Days       day.Range
}

// Overlaps are the days on which both records are enrolled. One of each must give way.
func Overlaps(kept, gone []Spell) (all []Overlap) {
	for _, k := range kept {
		for _, g := range gone {
			if k.Period.Overlaps(g.Period) {
				all = append(all, Overlap{k, g, k.Period.Intersect(g.Period)})
			}
		}
	}
	return all
}

// joined is what becomes of the enrolments of two records.
type joined struct {
	ended   []Spell // were not so at all
	cut     []Spell // were so on fewer days
	changed []Spell // with those that were cut
}

// joinSpells puts the enrolments of two records into one line. A spell that gives way keeps
// the days before or after the others. Where the child then goes from one school straight
// on in another, that was a transfer, and an exit that nobody confirmed is confirmed by it.
// Faults: identity.overlap, identity.overlap-inside.
func joinSpells(kept, gone []Spell, giveWay []id.ID) (j joined, err error) {
	yields := func(s Spell) bool { return slices.Contains(giveWay, s.Enrolment) }
	for _, o := range Overlaps(kept, gone) {
		if yields(o.Kept) == yields(o.Gone) {
			return j, fault.New(fault.Invalid, "identity.overlap", fault.Args{"from": o.Days.From.Vietnamese()}).On("give_way")
		}
	}
	all := slices.Concat(kept, gone)
	was := map[id.ID]Spell{}
	var line []Spell
	for _, s := range all {
		was[s.Enrolment] = s
		rest := []day.Range{s.Period}
		for _, other := range all {
			if yields(s) && !yields(other) {
				rest = outsideOf(rest, other.Period)
			}
		}
		switch len(rest) {
		case 0:
			j.ended = append(j.ended, s)
			continue
		case 1:
		default:
			return j, fault.New(fault.Invalid, "identity.overlap-inside", nil).On("give_way")
		}
		if rest[0] != s.Period {
			s.Period = rest[0]
			j.cut = append(j.cut, s)
		}
		line = append(line, s)
	}
	slices.SortFunc(line, func(a, b Spell) int { return cmp.Compare(a.Period.From, b.Period.From) })
	for i := range line {
		if i == 0 {
			continue
		}
		before, s := &line[i-1], &line[i]
		if before.School == s.School || before.Exit == ExitYearEnd {
			continue
		}
		shortened := before.Period.Until != was[before.Enrolment].Period.Until || s.Period.From != was[s.Enrolment].Period.From
		if shortened && before.Period.Until == s.Period.From || before.Exit == ExitTransfer && before.ExitState == Unconfirmed {
			before.Exit, before.ExitState, before.ToSchool = ExitTransfer, Confirmed, s.School
			s.Entry, s.FromSchool = EntryTransfer, before.School
		}
	}
	for _, s := range line {
		if s != was[s.Enrolment] {
			if s.Period.Until < was[s.Enrolment].Period.Until && s.Exit == ExitNone {
				s.Exit, s.ExitState = ExitOther, Confirmed
			}
			j.changed = append(j.changed, s)
		}
	}
	return j, nil
}

func outsideOf(rest []day.Range, taken day.Range) (left []day.Range) {
	for _, r := range rest {
		for _, part := range []day.Range{{From: r.From, Until: min(r.Until, taken.From)}, {From: max(r.From, taken.Until), Until: r.Until}} {
			if !part.Empty() {
				left = append(left, part)
			}
		}
	}
	return left
}
