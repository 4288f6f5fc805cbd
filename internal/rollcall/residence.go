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

// AbsentAmong lists which of some pupils are absent on a day, wherever they learn, by the
// length of their run: the children of a village for its head. It asks no right: the
// list of the pupils did.
func AbsentAmong(ctx context.Context, tx *store.Tx, realm int, pupils []id.ID, on day.Day) ([]AbsentToday, error) {
	type row struct {
		Pupil   id.ID
		Class   id.ID
		Session calendar.Session
		Kind    Kind
		Reason  string
		Note    string
	}
	rows, err := store.All[row](ctx, tx, sqlAbsentAmong, realm, store.In(pupils), on, Late)
	if err != nil {
		return nil, err
	}
	var out []AbsentToday
	index := map[id.ID]int{}
	byClass := map[id.ID][]id.ID{}
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
	}
	for _, class := range sorted(byClass, func(a, b id.ID) int { return cmp.Compare(a, b) }) {
		runs, err := Runs(ctx, tx, realm, class, byClass[class], on+1)
		if err != nil {
			return nil, err
		}
		for _, run := range runs {
			out[index[run.Pupil]].Run, out[index[run.Pupil]].Since = run.Days, run.Since
		}
	}
	slices.SortStableFunc(out, func(a, b AbsentToday) int { return cmp.Or(cmp.Compare(b.Run, a.Run), cmp.Compare(a.Pupil, b.Pupil)) })
	return out, nil
}

// LeavesOf lists what was told in advance for a pupil and touches a period, the latest
// first, without what was withdrawn. It asks no right: the page of the pupil does.
func LeavesOf(ctx context.Context, tx *store.Tx, realm int, pupil id.ID, period day.Range) ([]Leave, error) {
	return store.All[Leave](ctx, tx, sqlLeavesOfPupil, realm, pupil, period.From, period.Until, day.Instant(0))
}
