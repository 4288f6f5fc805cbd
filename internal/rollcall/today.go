package rollcall

import (
	"cmp"
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// SchoolToday is the school's page "Hôm nay": classes × sessions, what is missing, who is absent.
type SchoolToday struct {
	School  id.ID
	Day     day.Day
	Classes []ClassToday // by id
	Missing []ClassSession
	Absent  []AbsentToday // by length of run; empty without the right to see pupils
	Rule    string        // by which pupils may be seen; "" when only counts may
}

// ClassToday is a row of the grid.
type ClassToday struct {
	Class    id.ID
	Level    string
	Grades   string
	Sessions []Cell // held sessions, and those that have a sheet though they are not held
}

// Cell is one class in one session.
type Cell struct {
	Verdict calendar.Verdict
	Sheet   *Sheet         // nil: missing, when held
	Counted *PhysicalCount // the latest count by another person
}

// Missing says whether a roll call is due and has not come.
func (c Cell) Missing() bool { return c.Verdict.Held && c.Sheet == nil }

// ClassSession names a roll call that has not come.
type ClassSession struct {
	Class   id.ID
	Session calendar.Session
}

// AbsentToday is a pupil absent in some session of the day.
type AbsentToday struct {
	Pupil    id.ID
	Class    id.ID
	Marks    []SessionMark // of the day
	Run      int           // school days one after another, today included
	Since    day.Day
	Resolved bool // nothing is "chưa rõ"
}

// SessionMark is a mark with its session.
type SessionMark struct {
	Session calendar.Session
	Mark
}

// Today gives the page of a school on a day. Counts need the right to see the board; the
// list of absent pupils needs the right to see pupils and is left empty without it.
func Today(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, on day.Day) (SchoolToday, error) {
	page := SchoolToday{School: school, Day: on}
	if _, err := access.May(ctx, tx, who, access.SeeBoard, access.School(school)); err != nil {
		return page, err
	}
	plans, err := calendar.Plans(ctx, tx, who.Realm, school, on.SchoolYear())
	if err != nil {
		return page, err
	}
	sheets, err := store.All[Sheet](ctx, tx, sqlSheetsOfSchool, who.Realm, school, on, on+1)
	if err != nil {
		return page, err
	}
	classes := make([]id.ID, len(plans.Classes))
	for i, plan := range plans.Classes {
		classes[i] = plan.Place().Class
	}
	counts, err := store.All[PhysicalCount](ctx, tx, sqlPhysicalCountsOf, who.Realm, store.In(classes), on, on+1)
	if err != nil {
		return page, err
	}
	for _, plan := range plans.Classes {
		place := plan.Place()
		if !place.Life.Has(on) {
			continue
		}
		row := ClassToday{Class: place.Class, Level: place.Level, Grades: plan.Grades}
		for _, v := range plan.Day(on) {
			cell := Cell{Verdict: v}
			for i := range sheets {
				if sheets[i].Class == place.Class && sheets[i].Session == v.Session {
					cell.Sheet = &sheets[i]
				}
			}
			for i := range counts {
				if counts[i].Class == place.Class && counts[i].Session == v.Session {
					cell.Counted = &counts[i]
				}
			}
			if v.Held || cell.Sheet != nil || v.Planned {
				row.Sessions = append(row.Sessions, cell)
			}
			if cell.Missing() {
				page.Missing = append(page.Missing, ClassSession{place.Class, v.Session})
			}
		}
		page.Classes = append(page.Classes, row)
	}
	rule, err := access.May(ctx, tx, who, access.SeePupils, access.School(school))
	if err != nil {
		return page, nil // the board without names
	}
	page.Rule = rule
	page.Absent, err = absentToday(ctx, tx, who.Realm, school, on)
	return page, err
}

func absentToday(ctx context.Context, tx *store.Tx, realm int, school id.ID, on day.Day) ([]AbsentToday, error) {
	type row struct {
		Pupil   id.ID
		Class   id.ID
		Session calendar.Session
		Kind    Kind
		Reason  string
		Note    string
		Main    bool
	}
	rows, err := store.All[row](ctx, tx, sqlAbsentToday, realm, school, on, Late)
	if err != nil {
		return nil, err
	}
	var out []AbsentToday
	index := map[id.ID]int{}
	byClass := map[id.ID][]id.ID{}
	main := map[id.ID]bool{}
	for _, r := range rows {
		i, seen := index[r.Pupil]
		if !seen {
			i = len(out)
			index[r.Pupil] = i
			out = append(out, AbsentToday{Pupil: r.Pupil, Class: r.Class, Since: on, Resolved: true})
			byClass[r.Class] = append(byClass[r.Class], r.Pupil)
		}
		out[i].Marks = append(out[i].Marks, SessionMark{r.Session, Mark{r.Pupil, r.Kind, r.Reason, r.Note}})
		out[i].Resolved = out[i].Resolved && r.Kind != Unknown
		main[r.Pupil] = main[r.Pupil] || r.Main
	}
	for _, class := range sorted(byClass, func(a, b id.ID) int { return cmp.Compare(a, b) }) {
		// Runs up to today: today's main session is the last one called.
		runs, err := Runs(ctx, tx, realm, class, byClass[class], on+1)
		if err != nil {
			return nil, err
		}
		for _, run := range runs {
			if main[run.Pupil] {
				out[index[run.Pupil]].Run, out[index[run.Pupil]].Since = run.Days, run.Since
			}
		}
	}
	slices.SortStableFunc(out, func(a, b AbsentToday) int { return cmp.Or(cmp.Compare(b.Run, a.Run), cmp.Compare(a.Class, b.Class)) })
	return out, nil
}
