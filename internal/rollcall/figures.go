package rollcall

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// By says into how many pieces a question's period is cut.
type By int

const (
	ByTotal By = iota // one figure for the whole period
	ByMonth           // one for each calendar month in it
	ByDay             // one for each day
)

// Question asks for the sums of schools in a period.
type Question struct {
	Schools []id.ID
	Period  day.Range
	Level   string           // "" for all levels, one figure for each
	Session calendar.Session // WholeDay for all sessions; else only that one ("một thời điểm")
	By      By
}

// Figure is the sums of one school and level in one piece of the period: from sheets, and
// from headcounts where there is no sheet. Unmarked sessions are on neither side.
type Figure struct {
	School     id.ID
	Level      string     // "" for headcounts of a whole school of several levels
	From       day.Day    // first day of the piece: the day, the first of the month, the period's first day
	Counts                // from sheets
	Headcounts Headcounts // from the schools' own counts
}

type figureKey struct {
	school id.ID
	level  string
	from   day.Day
}

// Days gives the sums that boards and reports are made of, by school, level and piece of
// the period, in that order; pieces without anything are left out. Whole months come from
// school_month, the days at the edges from school_day. It asks no right: the room that
// shows a figure does.
func Days(ctx context.Context, tx *store.Tx, realm int, q Question) ([]Figure, error) {
	sums := map[figureKey]*Figure{}
	at := func(school id.ID, level string, from day.Day) *Figure {
		k := figureKey{school, level, from}
		if sums[k] == nil {
			sums[k] = &Figure{School: school, Level: level, From: from}
		}
		return sums[k]
	}
	if q.Period.Empty() || len(q.Schools) == 0 {
		return nil, nil
	}
	type row struct {
		School id.ID
		Level  string
		From   day.Day
		Counts
	}
	schools := store.In(q.Schools)
	for _, part := range q.parts() {
		query, args := part.query(q.By), []any{realm, schools, part.period.From, part.period.Until, q.Level}
		if !part.months {
			args = append(args, q.Session)
		}
		rows, err := store.All[row](ctx, tx, query, args...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			f := at(r.School, r.Level, q.piece(r.From))
			f.Counts = f.Counts.Plus(r.Counts)
		}
	}
	if err := q.headcounts(ctx, tx, realm, at); err != nil {
		return nil, err
	}
	out := make([]Figure, 0, len(sums))
	for _, f := range sums {
		if f.Counts != (Counts{}) || f.Headcounts != (Headcounts{}) {
			out = append(out, *f)
		}
	}
	slices.SortFunc(out, func(a, b Figure) int {
		return cmp.Or(cmp.Compare(a.School, b.School), strings.Compare(a.Level, b.Level), cmp.Compare(a.From, b.From))
	})
	return out, nil
}

// piece is the first day of the piece that holds d.
func (q Question) piece(d day.Day) day.Day {
	switch q.By {
	case ByDay:
		return d
	case ByMonth:
		return d.MonthStart()
	}
	return q.Period.From
}

type part struct {
	period day.Range
	months bool
}

// parts cuts the period into whole months and the days at its edges.
func (q Question) parts() []part {
	if q.By == ByDay || q.Session != calendar.WholeDay {
		return []part{{q.Period, false}}
	}
	first := q.Period.From.MonthStart()
	if first < q.Period.From {
		first = first.AddMonths(1)
	}
	end := q.Period.Until.MonthStart()
	if first >= end {
		return []part{{q.Period, false}}
	}
	parts := []part{{day.Range{From: first, Until: end}, true}}
	for _, edge := range []day.Range{{From: q.Period.From, Until: first}, {From: end, Until: q.Period.Until}} {
		if !edge.Empty() {
			parts = append(parts, part{edge, false})
		}
	}
	return parts
}

func (p part) query(by By) string {
	switch {
	case p.months && by == ByTotal:
		return sqlMonthsTotal
	case p.months:
		return sqlMonths
	case by == ByTotal:
		return sqlDaysTotal
	}
	return sqlDays
}

// GradeFigure is the sums of one grade from sheets; headcounts know no grades. Sheets and
// NoClass are 0: a lớp ghép is one sheet of several grades.
type GradeFigure struct {
	School id.ID
	Level  string
	Grade  string
	From   day.Day
	Counts
}

// Grades is Days by grade.
func Grades(ctx context.Context, tx *store.Tx, realm int, q Question) ([]GradeFigure, error) {
	type row struct {
		School id.ID
		Level  string
		Grade  string
		From   day.Day
		Counts
	}
	query := sqlGradesTotal
	if q.By != ByTotal {
		query = sqlGrades
	}
	rows, err := store.All[row](ctx, tx, query, realm, store.In(q.Schools), q.Period.From, q.Period.Until, q.Level, q.Session)
	if err != nil {
		return nil, err
	}
	type key struct {
		figureKey
		grade string
	}
	var out []GradeFigure
	index := map[key]int{}
	for _, r := range rows {
		k := key{figureKey{r.School, r.Level, q.piece(r.From)}, r.Grade}
		i, seen := index[k]
		if !seen {
			i = len(out)
			index[k] = i
			out = append(out, GradeFigure{r.School, r.Level, r.Grade, k.from, Counts{}})
		}
		out[i].Counts = out[i].Counts.Plus(r.Counts)
	}
	return out, nil
}

// Reported lists the days of a period on which any of these schools has a sheet taken or
// a headcount: without a calendar a headcount school is due on the days on which any
// school of its unit reported.
func Reported(ctx context.Context, tx *store.Tx, realm int, schools []id.ID, period day.Range) ([]day.Day, error) {
	return store.All[day.Day](ctx, tx, sqlReported, realm, store.In(schools), period.From, period.Until)
}

// HeadcountSchools says which of these schools have a headcount in a period.
func HeadcountSchools(ctx context.Context, tx *store.Tx, realm int, schools []id.ID, period day.Range) ([]id.ID, error) {
	return store.All[id.ID](ctx, tx, sqlHeadcountSchools, realm, store.In(schools), period.From, period.Until)
}

// Changes is Σ school_month.changes of a school: a cache made at another number is out of date.
func Changes(ctx context.Context, tx *store.Tx, realm int, school id.ID, month day.Day) (int64, error) {
	return store.One[int64](ctx, tx, sqlChanges, realm, school, month)
}
