package afterbreak

import (
	"cmp"
	"context"
	"slices"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// pupilState is what is known of a listed pupil's return.
type pupilState struct {
	Pupil  id.ID
	Level  string
	Class  id.ID
	Unit   id.ID
	SeenOn day.Day
	BackOn day.Day
	Cause  string
}

// dayCount is how many more pupils are expected, seen and back with a day, at a level of a school, by residence.
type dayCount struct {
	Unit   id.ID
	School id.ID
	Level  string
	Day    day.Day
	Share
}

// counted is what the marks and counts of a school say about a break, without anything being written.
type counted struct {
	days    []dayCount   // by unit, level, day; headcounts have no unit
	changed []pupilState // those of the list of whom something else is known now
	byCount map[string]bool
	whole   bool // the school counts all levels together
}

// countSchool works out who is back at a school from its sheets, else from its own counts.
func countSchool(ctx context.Context, tx *store.Tx, realm int, levels []schoolBreak) (counted, error) {
	var out counted
	if len(levels) == 0 {
		return out, nil
	}
	study, school := levels[0].Break, levels[0].School
	since, until := span(levels, tx.Today())
	had, err := store.All[pupilState](ctx, tx, sqlPupilStates, realm, study, school)
	if err != nil {
		return out, err
	}
	now, sheets, err := follow(ctx, tx, realm, school, levels, had, since, until)
	if err != nil {
		return out, err
	}
	for i, p := range now {
		if p != had[i] {
			out.changed = append(out.changed, p)
		}
	}
	sums := map[dayCount]Share{} // keyed by a count without its share
	add := func(unit id.ID, level string, on day.Day, s Share) {
		k := dayCount{Unit: unit, School: school, Level: level, Day: on}
		sums[k] = sums[k].Plus(s)
	}
	counts, err := readCounts(ctx, tx, realm, school, since, until)
	if err != nil {
		return out, err
	}
	byCount := map[string]bool{}
	out.byCount = byCount
	for _, s := range levels {
		if s.Level != "" && !sheets[s.Level] && slices.ContainsFunc(counts, func(c countRow) bool { return c.Level == s.Level && c.Day >= s.Return }) {
			byCount[s.Level] = true
			counts.of(s.Level, s.Return, func(on day.Day, share Share) { add(0, s.Level, on, share) })
		}
	}
	if len(sheets) == 0 && len(byCount) == 0 && slices.ContainsFunc(counts, func(c countRow) bool { return c.Level == "" }) {
		out.whole = true
		for _, s := range levels {
			byCount[s.Level] = true
		}
		counts.of("", levels[0].Return, func(on day.Day, share Share) { add(0, "", on, share) })
	}
	returns := map[string]day.Day{}
	for _, s := range levels {
		returns[s.Level] = s.Return
	}
	for _, p := range now {
		if byCount[p.Level] {
			continue
		}
		add(p.Unit, p.Level, returns[p.Level], Share{Expected: 1})
		if p.SeenOn != day.Forever {
			add(p.Unit, p.Level, p.SeenOn, Share{Seen: 1})
		}
		if p.BackOn != day.Forever {
			add(p.Unit, p.Level, p.BackOn, Share{Back: 1})
		}
	}
	for k, share := range sums {
		k.Share = share
		out.days = append(out.days, k)
	}
	slices.SortFunc(out.days, func(a, b dayCount) int {
		return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Level, b.Level), cmp.Compare(a.Day, b.Day))
	})
	return out, nil
}

// span is the days that are followed: from the first return, Followed days from the last.
func span(levels []schoolBreak, today day.Day) (since, until day.Day) {
	since = day.Forever
	for _, s := range levels {
		since, until = min(since, s.Return), max(until, s.Return+Followed)
	}
	return since, min(until, today+1)
}

// follow goes through the sheets of the school in order of time, and for those of the list whom none of them holds,
// through those of the classes they are in elsewhere. levels says which levels called any roll.
func follow(ctx context.Context, tx *store.Tx, realm int, school id.ID, levels []schoolBreak, had []pupilState, since, until day.Day) ([]pupilState, map[string]bool, error) {
	returns := map[string]day.Day{}
	for _, s := range levels {
		returns[s.Level] = s.Return
	}
	now := slices.Clone(had)
	at := map[id.ID]*pupilState{}
	for i := range now {
		now[i].SeenOn, now[i].BackOn, now[i].Cause = day.Forever, day.Forever, ""
		at[now[i].Pupil] = &now[i]
	}
	t := tracker{at: at, returns: returns}
	called, err := t.read(ctx, tx, realm, sqlSheets, sqlAbsences, school, since, until)
	if err != nil {
		return nil, nil, err
	}
	var unseen []id.ID
	for _, p := range now {
		if p.SeenOn == day.Forever && since < until {
			unseen = append(unseen, p.Pupil)
		}
	}
	if len(unseen) > 0 {
		other, err := store.All[id.ID](ctx, tx, sqlClassesElsewhere, realm, store.In(unseen), school, since, until)
		if err != nil {
			return nil, nil, err
		}
		for _, class := range other {
			if _, err := t.read(ctx, tx, realm, sqlSheetsOfClass, sqlAbsencesOfClass, class, since, until); err != nil {
				return nil, nil, err
			}
		}
	}
	return now, called, nil
}

// tracker notes of each pupil the first session seen and the first present.
type tracker struct {
	at      map[id.ID]*pupilState
	returns map[string]day.Day
}

func (t *tracker) read(ctx context.Context, tx *store.Tx, realm int, sheetsOf, absencesOf string, of id.ID, since, until day.Day) (map[string]bool, error) {
	called := map[string]bool{}
	type sheet struct {
		Class   id.ID
		Level   string
		Day     day.Day
		Session calendar.Session
		Roll    int
	}
	sheets, err := store.All[sheet](ctx, tx, sheetsOf, realm, of, since, until)
	if err != nil || len(sheets) == 0 {
		return called, err
	}
	type place struct {
		class id.ID
		roll  int
	}
	type session struct {
		pupil   id.ID
		day     day.Day
		session calendar.Session
	}
	absent := map[session]string{}
	err = tx.Each(ctx, func(row store.Row) error {
		var s session
		var reason string
		err := row.Scan(&s.pupil, &s.day, &s.session, &reason)
		absent[s] = reason
		return err
	}, absencesOf, realm, of, since, until)
	if err != nil {
		return called, err
	}
	rolls, classes := map[place][]id.ID{}, []id.ID{}
	for _, s := range sheets {
		if _, ok := rolls[place{s.Class, s.Roll}]; !ok {
			rolls[place{s.Class, s.Roll}] = nil
			if !slices.Contains(classes, s.Class) {
				classes = append(classes, s.Class)
			}
		}
	}
	err = tx.Each(ctx, func(row store.Row) error {
		var p place
		var pupil id.ID
		err := row.Scan(&p.class, &p.roll, &pupil)
		if _, wanted := rolls[p]; wanted && t.at[pupil] != nil {
			rolls[p] = append(rolls[p], pupil)
		}
		return err
	}, sqlRollMembers, realm, store.In(classes))
	if err != nil {
		return called, err
	}
	for _, s := range sheets {
		if s.Day >= t.returns[s.Level] {
			called[s.Level] = true
		}
		for _, pupil := range rolls[place{s.Class, s.Roll}] {
			p := t.at[pupil]
			if p.BackOn != day.Forever || s.Day < t.returns[p.Level] {
				continue
			}
			if p.SeenOn == day.Forever {
				p.SeenOn = s.Day
			}
			reason, away := absent[session{pupil, s.Day, s.Session}]
			if away {
				p.Cause = reason
			} else {
				p.BackOn, p.SeenOn = s.Day, min(p.SeenOn, s.Day)
			}
			p.Class = s.Class
		}
	}
	return called, nil
}

// countRow is one of a school's own counts.
type countRow struct {
	Level    string
	Class    id.ID
	Day      day.Day
	Session  calendar.Session
	Enrolled int64
	Present  int64
}

type countRows []countRow

func readCounts(ctx context.Context, tx *store.Tx, realm int, school id.ID, since, until day.Day) (countRows, error) {
	return store.All[countRow](ctx, tx, sqlCounts, realm, school, since, until)
}

// of hands over, day by day, how the latest counts of a level changed: what each class, or the school where it counts
// as a whole, last said. Of several sessions of a day the fullest counts, because back is who came to any.
func (rows countRows) of(level string, since day.Day, add func(on day.Day, s Share)) {
	latest := map[id.ID]countRow{}
	byClass := slices.ContainsFunc(rows, func(c countRow) bool { return c.Level == level && c.Class != 0 && c.Day >= since }) &&
		!slices.ContainsFunc(rows, func(c countRow) bool { return c.Level == level && c.Class == 0 && c.Day >= since })
	for _, c := range rows {
		if c.Level != level || c.Day < since || (c.Class != 0) != byClass {
			continue
		}
		was, before := latest[c.Class]
		if before && was.Day == c.Day && was.Present >= c.Present {
			continue
		}
		change := Share{Expected: c.Enrolled - was.Enrolled, Seen: c.Enrolled - was.Enrolled, Back: c.Present - was.Present}
		latest[c.Class] = c
		add(c.Day, change)
	}
}
