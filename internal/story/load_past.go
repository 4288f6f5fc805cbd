package story

import (
	"context"
	"encoding/json"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// loadPast writes the year before as far as it is known: its calendar, and the counts of the schools after Tết.
func (l *loader) loadPast(ctx context.Context, tx *store.Tx) error {
	p := l.p
	rest, year := p.pastBreak(), p.Year-1
	whole := day.Range{From: day.Date(year, 8, 27), Until: day.Date(p.Year, 6, 1)}
	second := rest.Until
	frame := rowsOf("school_year", "realm year from_day opening_day until_day extension")
	frame.add(l.realm, year, whole.From, day.Date(year, 9, 5), whole.Until, "")
	term := rowsOf("term", "realm year number scope_kind scope from_day until_day weeks")
	term.add(l.realm, year, 1, string(calendar.ScopeRealm), id.ID(0), day.Date(year, 9, 5), second, calendar.FirstTermWeeks)
	term.add(l.realm, year, 2, string(calendar.ScopeRealm), id.ID(0), second, whole.Until, calendar.SecondTermWeeks)
	times := rowsOf("timetable", "realm scope_kind scope level from_day until_day morning afternoon evening main_session")
	five := week(calendar.Morning, fiveDays...)
	for _, level := range []string{MN, TH, THCS, THPT, GDTX} {
		times.add(l.realm, string(calendar.ScopeRealm), id.ID(0), level, whole.From, whole.Until, mask(five, calendar.Morning), 0, 0, int(calendar.Morning))
	}
	except := rowsOf("calendar_exception", "realm id kind scope_kind scope level from_day until_day session reason note declared_by declared_at withdrawn_at")
	except.add(l.realm, tx.NewID(), string(calendar.Closure), string(calendar.ScopeRealm), id.ID(0), "", rest.From, rest.Until, 0, string(calendar.ReasonTet), "", id.ID(0),
		day.InstantOf(rest.From.Add(-20).Midnight()), day.Instant(0))
	count := rowsOf("headcount", "realm school day session class level enrolled present absent excused unexcused released version account received_at")
	version := rowsOf("headcount_version", "realm school day session class level version body account received_at")
	for _, c := range p.Past() {
		school, at := l.schools[c.School], day.InstantOf(c.Day.Midnight())
		body, err := json.Marshal(rollcall.Headcount{Enrolled: c.Enrolled, Present: c.Present, Absent: c.Enrolled - c.Present})
		if err != nil {
			return err
		}
		count.add(l.realm, school, c.Day, int(calendar.WholeDay), id.ID(0), c.Level, c.Enrolled, c.Present, c.Enrolled-c.Present, nil, nil, 0, 1, id.ID(0), at)
		version.add(l.realm, school, c.Day, int(calendar.WholeDay), id.ID(0), c.Level, 1, string(body), id.ID(0), at)
	}
	for _, t := range []*table{frame, term, times, except, count, version} {
		if err := t.load(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}
