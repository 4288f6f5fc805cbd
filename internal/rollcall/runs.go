package rollcall

import (
	"cmp"
	"context"
	"slices"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// absence is a mark of a pupil; late ones are marks, too.
type absence struct {
	Pupil   id.ID
	Day     day.Day
	Session calendar.Session
	Kind    Kind
	Reason  string
	Note    string
}

// Runs gives, for pupils of a class, the absences that go up to the last main session
// called before a day, the longest first. Sessions nobody called neither break a run nor
// lengthen it; a session of another class or school that the pupil came to does.
func Runs(ctx context.Context, tx *store.Tx, realm int, class id.ID, pupils []id.ID, before day.Day) ([]Run, error) {
	recent, err := store.All[absence](ctx, tx, sqlAbsences, realm, store.In(pupils), before.Add(-waitBack), before)
	if err != nil {
		return nil, err
	}
	return runs(ctx, tx, realm, class, pupils, before, recent)
}

// runs is Runs with the marks of the last waitBack days at hand. What lies before them is
// read only when a run may reach so far, or nobody was called since.
func runs(ctx context.Context, tx *store.Tx, realm int, class id.ID, pupils []id.ID, before day.Day, recent []absence) ([]Run, error) {
	type called struct {
		Day     day.Day
		Session calendar.Session
	}
	from := before.Add(-waitBack)
	sheets, err := store.All[called](ctx, tx, sqlMainBefore, realm, class, from, before, Taken, true)
	if err != nil {
		return nil, err
	}
	whole := len(sheets) == 0
	if whole {
		from = before.Add(-lookBack)
		if sheets, err = store.All[called](ctx, tx, sqlMainBefore, realm, class, from, before, Taken, true); err != nil || len(sheets) == 0 {
			return nil, err
		}
		if recent, err = store.All[absence](ctx, tx, sqlAbsences, realm, store.In(pupils), from, before); err != nil {
			return nil, err
		}
	}
	missing := map[id.ID]bool{}
	for _, a := range recent {
		if a.Day == sheets[0].Day && a.Session == sheets[0].Session && a.Kind.Absent() {
			missing[a.Pupil] = true
		}
	}
	if len(missing) == 0 {
		return nil, nil
	}
	absent := sorted(missing, func(a, b id.ID) int { return cmp.Compare(a, b) })
	type at struct {
		pupil   id.ID
		day     day.Day
		session calendar.Session
	}
	marks := map[at]absence{}
	note := func(all []absence) {
		for _, a := range all {
			if a.Kind.Absent() && missing[a.Pupil] {
				marks[at{a.Pupil, a.Day, a.Session}] = a
			}
		}
	}
	note(recent)
	reaches := func(pupil id.ID) bool { // absent in all sessions at hand
		return !slices.ContainsFunc(sheets, func(s called) bool {
			_, missed := marks[at{pupil, s.Day, s.Session}]
			return !missed
		})
	}
	if !whole && slices.ContainsFunc(absent, reaches) {
		earlier, err := store.All[called](ctx, tx, sqlMainBefore, realm, class, before.Add(-lookBack), from, Taken, true)
		if err != nil {
			return nil, err
		}
		long := slices.DeleteFunc(slices.Clone(absent), func(pupil id.ID) bool { return !reaches(pupil) })
		sheets = append(sheets, earlier...)
		all, err := store.All[absence](ctx, tx, sqlAbsences, realm, store.In(long), before.Add(-lookBack), from)
		if err != nil {
			return nil, err
		}
		note(all)
	}
	var runs []Run
	for _, pupil := range absent {
		run := Run{Pupil: pupil}
		for _, sheet := range sheets {
			a, missed := marks[at{pupil, sheet.Day, sheet.Session}]
			if !missed {
				break
			}
			if run.Days == 0 {
				run.Last = Mark{a.Pupil, a.Kind, a.Reason, a.Note}
			}
			run.Days++
			run.Since = sheet.Day
			switch a.Kind {
			case Unknown:
				run.Unknown++
			case Excused:
				run.Excused++
			}
		}
		runs = append(runs, run)
	}
	slices.SortStableFunc(runs, func(a, b Run) int { return cmp.Compare(b.Days, a.Days) })
	return runs, nil
}
