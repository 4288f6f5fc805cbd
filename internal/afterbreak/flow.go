package afterbreak

import (
	"cmp"
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// flow is what changed with a day, for the part of a child of the place whose schools came back on one day.
type flow struct {
	Child  id.ID
	Level  string
	Return day.Day
	Held   int64
	Day    day.Day
	Share
}

// mostLive is how many schools with changed marks a board counts itself.
const mostLive = 12

// flows reads a break at a place, and says how many schools wait to be counted again.
func flows(ctx context.Context, tx *store.Tx, realm int, study id.ID, place access.Resource, l *layout, residence bool) ([]flow, int, error) {
	var among []id.ID // nil: children of a place learn anywhere
	if !residence {
		among = append([]id.ID{}, l.schools...)
	}
	waiting, err := staleIn(ctx, tx, realm, study, among)
	if err != nil {
		return nil, 0, err
	}
	waiting = slices.DeleteFunc(waiting, func(st stand) bool { return st.dayOnly })
	if place.Kind == access.SchoolKind {
		rows, err := ofClasses(ctx, tx, realm, study, place.ID, waiting)
		return rows, 0, err
	}
	all, err := store.All[schoolBreak](ctx, tx, sqlSchoolsInBreak, realm, study)
	if err != nil {
		return nil, 0, err
	}
	type key struct {
		school id.ID
		level  string
	}
	of := make(map[key]schoolBreak, len(all))
	for _, s := range all {
		of[key{s.School, s.Level}] = s
	}
	live := map[id.ID]bool{}
	if len(waiting) <= mostLive {
		for _, st := range waiting {
			live[st.School] = true
		}
		waiting = nil
	}
	var rows []flow
	if residence {
		if rows, err = homes(ctx, tx, realm, study, place, l); err != nil {
			return nil, 0, err
		}
	} else {
		kept, err := store.All[dayRow](ctx, tx, sqlDays, realm, study, store.In(l.schools))
		if err != nil {
			return nil, 0, err
		}
		for _, r := range kept {
			if s, ok := of[key{r.School, r.Level}]; ok && !live[r.School] {
				rows = append(rows, flow{l.of[r.School], r.Level, s.Return, s.Held, r.Day, r.Share})
			}
		}
	}
	for school := range live {
		levels := slices.DeleteFunc(slices.Clone(all), func(s schoolBreak) bool { return s.School != school })
		c, err := countSchool(ctx, tx, realm, levels)
		if err != nil {
			return nil, 0, err
		}
		if residence { // take out what was kept of it
			kept, err := store.All[homeRow](ctx, tx, sqlHomesOfSchool, realm, study, school)
			if err != nil {
				return nil, 0, err
			}
			for _, r := range kept {
				r.Share = Share{-r.Expected, -r.Seen, -r.Back}
				c.days = append(c.days, dayCount{r.Unit, school, r.Level, r.Day, r.Share})
			}
		}
		for _, d := range c.days {
			s, ok := of[key{school, d.Level}]
			if !ok {
				s = levels[0] // counts of a whole school
			}
			child, here := l.of[school]
			if residence {
				if child, here = l.child(place, d.Unit, school); !here {
					continue
				}
			}
			rows = append(rows, flow{child, d.Level, s.Return, s.Held, d.Day, d.Share})
		}
	}
	return rows, len(waiting), nil
}

// child is where a home counts: at the child of the place that holds the unit, at the place itself, or, when nobody
// knows where they live, at the place where they learn (child 0).
func (l *layout) child(place access.Resource, unit, school id.ID) (id.ID, bool) {
	if unit == 0 {
		_, here := l.of[school]
		return 0, here
	}
	if unit == place.ID {
		return 0, true
	}
	child, here := l.unitOf[unit]
	return child, here
}

type dayRow struct {
	School id.ID
	Level  string
	Day    day.Day
	Share
}

type homeRow struct {
	Unit  id.ID
	Level string
	Day   day.Day
	Share
}

// homes are the flows by residence: of the units under the place, of the place itself, and of those learning here
// whose home nobody knows.
func homes(ctx context.Context, tx *store.Tx, realm int, study id.ID, place access.Resource, l *layout) ([]flow, error) {
	below, err := store.All[flow](ctx, tx, sqlHomesByChild, realm, study, place.ID, tx.Today())
	if err != nil {
		return nil, err
	}
	own, err := store.All[flow](ctx, tx, sqlHomesOfUnit, realm, study, place.ID)
	if err != nil {
		return nil, err
	}
	unknown, err := store.All[flow](ctx, tx, sqlHomesUnknown, realm, study, store.In(l.schools))
	return slices.Concat(below, own, unknown), err
}

// ofClasses are the flows of a school by class, from the list itself; counts of the school have no class (child 0).
func ofClasses(ctx context.Context, tx *store.Tx, realm int, study, school id.ID, waiting []stand) ([]flow, error) {
	levels, err := store.All[schoolBreak](ctx, tx, sqlSchoolInBreak, realm, study, school)
	if err != nil || len(levels) == 0 {
		return nil, err
	}
	of, byCount := map[string]schoolBreak{"": levels[0]}, map[string]bool{}
	for _, s := range levels {
		of[s.Level], byCount[s.Level] = s, s.ByCount
	}
	states, err := store.All[pupilState](ctx, tx, sqlPupilStates, realm, study, school)
	if err != nil {
		return nil, err
	}
	days, err := store.All[dayCount](ctx, tx, sqlHomeDays, realm, study, school)
	if err != nil {
		return nil, err
	}
	if len(waiting) > 0 {
		c, err := countSchool(ctx, tx, realm, levels)
		if err != nil {
			return nil, err
		}
		days, byCount = c.days, c.byCount
		now := map[id.ID]pupilState{}
		for _, p := range c.changed {
			now[p.Pupil] = p
		}
		for i, p := range states {
			if n, ok := now[p.Pupil]; ok {
				states[i] = n
			}
		}
	}
	sums := map[flow]Share{}
	add := func(class id.ID, level string, on day.Day, s Share) {
		b := of[level]
		k := flow{Child: class, Level: level, Return: b.Return, Held: b.Held, Day: on}
		sums[k] = sums[k].Plus(s)
	}
	for _, d := range days {
		if byCount[d.Level] || d.Level == "" {
			add(0, d.Level, d.Day, d.Share)
		}
	}
	for _, p := range states {
		if byCount[p.Level] {
			continue
		}
		add(p.Class, p.Level, of[p.Level].Return, Share{Expected: 1})
		if p.SeenOn != day.Forever {
			add(p.Class, p.Level, p.SeenOn, Share{Seen: 1})
		}
		if p.BackOn != day.Forever {
			add(p.Class, p.Level, p.BackOn, Share{Back: 1})
		}
	}
	rows := make([]flow, 0, len(sums))
	for k, s := range sums {
		k.Share = s
		rows = append(rows, k)
	}
	slices.SortFunc(rows, func(a, b flow) int {
		return cmp.Or(cmp.Compare(a.Child, b.Child), cmp.Compare(a.Level, b.Level), cmp.Compare(a.Day, b.Day))
	})
	return rows, nil
}
