package calendar

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// SetTimetableIn says when the classes of a scope meet on the days of a period. Inherit takes the scope's own timetable
// away, so that the one above holds again.
type SetTimetableIn struct {
	Timetable Timetable
	Inherit   bool
	Reason    string
}

// SetTimetable writes a timetable over the days of its period and leaves the days before and after as they were. Faults:
// "calendar.bad-week" (a session that does not exist), "calendar.bad-main" (the main session is on no day of the week),
// "calendar.bad-period", "calendar.need-reason".
func SetTimetable(ctx context.Context, tx *store.Tx, who access.Who, in SetTimetableIn) (Change, error) {
	t := in.Timetable
	rule, resource, err := mayChange(ctx, tx, who, t.Scope)
	if err != nil {
		return Change{}, err
	}
	in.Reason = viet.Clean(in.Reason)
	if err := needReason(in.Reason); err != nil {
		return Change{}, err
	}
	if t.Period.Empty() {
		return Change{}, fault.New(fault.Invalid, "calendar.bad-period", nil).On("from")
	}
	if !t.Week.Valid() {
		return Change{}, fault.New(fault.Invalid, "calendar.bad-week", nil).On("week")
	}
	if !in.Inherit && (t.Main < Morning || t.Main > Evening || t.Week != 0 && !t.Week.Any(t.Main)) {
		return Change{}, fault.New(fault.Invalid, "calendar.bad-main", nil).On("main")
	}
	rows, err := store.All[timetableRow](ctx, tx, sqlTimetablesOf, who.Realm, t.Scope.Kind, t.Scope.ID, t.Level)
	if err != nil {
		return Change{}, err
	}
	was := make([]Timetable, len(rows))
	for i, row := range rows {
		was[i] = row.timetable()
	}
	change := Change{Period: t.Period}
	is := splice(was, t, in.Inherit)
	if sameTimetables(was, is) {
		return change, nil
	}
	for _, old := range was {
		if _, err := tx.Exec(ctx, sqlDeleteTimetable, who.Realm, t.Scope.Kind, t.Scope.ID, t.Level, old.Period.From); err != nil {
			return Change{}, err
		}
	}
	for _, row := range is {
		masks := row.Week.masks()
		if _, err := tx.Exec(ctx, sqlPutTimetable, who.Realm, t.Scope.Kind, t.Scope.ID, t.Level, row.Period.From, row.Period.Until,
			masks[0], masks[1], masks[2], row.Main); err != nil {
			return Change{}, err
		}
	}
	return change, finish(ctx, tx, who, t.Scope, &change, "calendar.set-timetable", rule, resource,
		map[string]any{"level": t.Level, "week": t.Week, "main": t.Main, "inherit": in.Inherit, "reason": in.Reason})
}

// splice puts t over rows in order that do not overlap; what is left of them before and after stays. Neighbours that say
// the same become one.
func splice(rows []Timetable, t Timetable, remove bool) []Timetable {
	var out []Timetable
	add := func(row Timetable, period day.Range) {
		if period.Empty() {
			return
		}
		row.Period = period
		if n := len(out); n > 0 && out[n-1].Period.Until == period.From && out[n-1].Week == row.Week && out[n-1].Main == row.Main {
			out[n-1].Period.Until = period.Until
			return
		}
		out = append(out, row)
	}
	placed := remove
	for _, row := range rows {
		add(row, day.Range{From: row.Period.From, Until: min(row.Period.Until, t.Period.From)})
		if !placed && row.Period.Until > t.Period.From {
			add(t, t.Period)
			placed = true
		}
		add(row, day.Range{From: max(row.Period.From, t.Period.Until), Until: row.Period.Until})
	}
	if !placed {
		add(t, t.Period)
	}
	return out
}

func sameTimetables(a, b []Timetable) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// Timetables lists the timetables of a scope and level itself, in order of days.
func Timetables(ctx context.Context, tx *store.Tx, realm int, scope Scope, level string) ([]Timetable, error) {
	rows, err := store.All[timetableRow](ctx, tx, sqlTimetablesOf, realm, scope.Kind, scope.ID, level)
	out := make([]Timetable, len(rows))
	for i, row := range rows {
		out[i] = row.timetable()
	}
	return out, err
}
