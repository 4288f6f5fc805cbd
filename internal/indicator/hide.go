package indicator

import (
	"slices"

	"ralop/internal/access"
	"ralop/internal/id"
	"ralop/internal/store"
)

// hideSmall hides the small cells of a sensitive breakdown, by the pupils behind each row:
// lượt alone would not say how many children they are. The place is looked at beside its
// siblings, because the unit above is shown too.
func (m *measuring) hideSmall(rows []Row) error {
	around := *m
	parent, ok, err := m.parent()
	if err != nil {
		return err
	}
	if ok {
		around.query.Place = parent
		if around.layout, err = lay(m.ctx, m.tx, m.realm, parent, m.query.AsOf); err != nil {
			return err
		}
		if m.query.View == ByResidence {
			if err := around.layout.residences(m.ctx, m.tx); err != nil {
				return err
			}
		}
	}
	places, keys, pupils, err := around.pupilsBehind(ok)
	if err != nil {
		return err
	}
	whole := make([]int64, len(keys))
	for _, row := range pupils {
		for j, n := range row {
			whole[j] += n
		}
	}
	wholeHidden := Suppress(whole)
	hide := wholeHidden
	if ok {
		hide = make([]bool, len(keys))
		if i := slices.Index(places, m.query.Place); i >= 0 {
			hide = SuppressTable(pupils, wholeHidden)[i]
		}
	}
	for i := range rows {
		if j := slices.Index(keys, rows[i].Key); j < 0 || hide[j] {
			rows[i].Value = Value{Suppressed: true}
		}
	}
	return nil
}

// parent is the place above, of which this one is a child; there is none above the top.
func (m *measuring) parent() (Place, bool, error) {
	query, args := sqlParentOfUnit, []any{m.query.Place.ID, m.query.AsOf}
	if m.query.Place.Kind == access.SchoolKind {
		query, args = sqlUnitOfSchool, []any{m.realm, m.query.Place.ID, m.query.AsOf}
	}
	unit, err := store.One[id.ID](m.ctx, m.tx, query, args...)
	if store.IsNone(err) || unit == 0 {
		return Place{}, false, nil
	}
	return Unit(unit), true, err
}

// pupilsBehind gives, for every child of the place (or for the place itself) and every key
// of the breakdown, the number of pupils. Where the lượt alone prove that a cell is not
// small, that proven number stands for it: only cells in doubt are counted one by one.
func (m *measuring) pupilsBehind(children bool) (places []Place, keys []string, pupils [][]int64, err error) {
	sums, err := m.groups()
	if err != nil {
		return nil, nil, nil, err
	}
	type cell struct {
		place Place
		key   string
	}
	placeOf := func(school, residence id.ID) Place {
		if !children {
			return m.query.Place
		}
		if m.query.View == ByResidence {
			return m.layout.unitOf[residence]
		}
		return m.layout.of[school]
	}
	luot := map[cell]int64{}
	for _, s := range sums {
		at := cell{placeOf(s.Group.School, s.Group.Residence), m.keysOf(s.Group, nil)[0]}
		luot[at] += s.Marks.Roll
		if !slices.Contains(places, at.place) {
			places = append(places, at.place)
		}
		if !slices.Contains(keys, at.key) {
			keys = append(keys, at.key)
		}
	}
	slices.Sort(keys)
	most := int64(m.query.Period.Days()) * sessionsADay
	doubtful := map[string]bool{}
	number := map[cell]int64{}
	for at, n := range luot {
		if number[at] = n / most; number[at] < SmallCell {
			doubtful[at.key] = true
		}
	}
	if len(doubtful) > 0 {
		counted := map[cell]int64{}
		schools := map[id.ID]bool{}
		for _, s := range sums {
			if at := (cell{placeOf(s.Group.School, s.Group.Residence), m.keysOf(s.Group, nil)[0]}); number[at] < SmallCell {
				schools[s.Group.School] = true
			}
		}
		found, err := m.countPupils(schools, doubtful)
		if err != nil {
			return nil, nil, nil, err
		}
		seen := map[keyPupil]bool{}
		for _, f := range found {
			at := cell{placeOf(f.School, f.Residence), f.Key}
			f.School, f.Residence = at.place.ID, 0 // a child who moved within the place is one child
			if !seen[f] {
				seen[f] = true
				counted[at]++
			}
		}
		for at := range number {
			if number[at] < SmallCell {
				number[at] = counted[at]
			}
		}
	}
	for _, place := range places {
		row := make([]int64, len(keys))
		for j, key := range keys {
			row[j] = number[cell{place, key}]
		}
		pupils = append(pupils, row)
	}
	return places, keys, pupils, nil
}

// sessionsADay is how many sessions of a class a day can have: morning, afternoon, evening.
const sessionsADay = 3

type keyPupil struct {
	School    id.ID
	Residence id.ID
	Key       string
	Pupil     id.ID
}

func (m *measuring) countPupils(schools map[id.ID]bool, doubtful map[string]bool) ([]keyPupil, error) {
	query := sqlPupilsByEthnicity
	if m.query.By == ByPoverty {
		query = sqlPupilsByPoverty
	}
	var list []id.ID
	for school := range schools {
		list = append(list, school)
	}
	var keys []string
	for key := range doubtful {
		keys = append(keys, key)
	}
	return store.All[keyPupil](m.ctx, m.tx, query, m.realm, store.In(list), m.query.Period.From, m.query.Period.Until, store.In(keys), m.query.Level)
}
