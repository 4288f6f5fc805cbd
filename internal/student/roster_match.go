package student

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// candidates are the children of the database whom rows of a batch may mean.
type candidates struct {
	byCode, byNumber map[string][]*known
	byName           map[nameAndBirth][]*known
}

type nameAndBirth struct {
	name string // folded
	born day.Day
}

// namesake is a child who ever learned at a school, by the hash of folded name and day of birth.
type namesake struct {
	hash  uint64
	pupil id.ID
}

func nameHash(fold string, born day.Day) uint64 { return hashOf(fold, strconv.Itoa(int(born))) }

// namesakes reads the children of a school once: by name a child is looked for only there,
// because a province has hundreds of children of one name.
func (r *Roster) namesakes(ctx context.Context, tx *store.Tx, school id.ID) (all []namesake, err error) {
	err = tx.Each(ctx, func(row store.Row) error {
		var pupil id.ID
		var fold string
		var born day.Day
		if err := row.Scan(&pupil, &fold, &born); err != nil {
			return err
		}
		if !r.made[pupil] {
			all = append(all, namesake{nameHash(fold, born), pupil})
		}
		return nil
	}, sqlNamesakes, r.who.Realm, school)
	slices.SortFunc(all, func(a, b namesake) int { return cmp.Compare(a.hash, b.hash) })
	return all, err
}

// candidates reads them with a handful of statements for the whole batch.
func (r *Roster) candidates(ctx context.Context, tx *store.Tx, rows []rosterRow) (candidates, error) {
	index := candidates{map[string][]*known{}, map[string][]*known{}, map[nameAndBirth][]*known{}}
	var codes, numbers []string
	var named []id.ID
	for i := range rows {
		p := &rows[i].person
		if p.Code != "" {
			codes = append(codes, p.Code)
		}
		if p.NationalID != "" {
			numbers = append(numbers, p.NationalID)
		}
		hash, names := nameHash(rows[i].fold, p.Born), rows[i].school.names
		at, _ := slices.BinarySearchFunc(names, hash, func(n namesake, h uint64) int { return cmp.Compare(n.hash, h) })
		for ; at < len(names) && names[at].hash == hash; at++ {
			named = append(named, names[at].pupil)
		}
	}
	all := map[id.ID]*known{}
	for _, ask := range []struct {
		query  string
		values any
		none   bool
	}{{sqlKnownByCode, store.In(codes), len(codes) == 0}, {sqlKnownByNumber, store.In(numbers), len(numbers) == 0}, {sqlKnownByID, store.In(named), len(named) == 0}} {
		if ask.none {
			continue
		}
		found, err := store.All[known](ctx, tx, ask.query, r.who.Realm, ask.values)
		if err != nil {
			return index, err
		}
		for _, k := range found {
			if all[k.Pupil] != nil || r.made[k.Pupil] {
				continue
			}
			one := k
			all[k.Pupil] = &one
			if k.Person.Code != "" {
				index.byCode[k.Person.Code] = append(index.byCode[k.Person.Code], &one)
			}
			if k.Person.NationalID != "" {
				index.byNumber[k.Person.NationalID] = append(index.byNumber[k.Person.NationalID], &one)
			}
			key := nameAndBirth{viet.Fold(k.Person.Name), k.Person.Born}
			index.byName[key] = append(index.byName[key], &one)
		}
	}
	if err := r.formerly(ctx, tx, append(codes, numbers...), all, index); err != nil {
		return index, err
	}
	return index, r.complete(ctx, tx, all)
}

// formerly adds, under numbers that nobody has, the children whose records had them before
// they were merged or mended: an old list does not make the double again.
func (r *Roster) formerly(ctx context.Context, tx *store.Tx, numbers []string, all map[id.ID]*known, index candidates) error {
	numbers = slices.DeleteFunc(numbers, func(n string) bool { return index.byCode[n] != nil || index.byNumber[n] != nil })
	if len(numbers) == 0 {
		return nil
	}
	means, err := FormerNumbers(ctx, tx, r.who.Realm, numbers)
	if err != nil {
		return err
	}
	for number, pupil := range means {
		if r.made[pupil] {
			continue
		}
		if all[pupil] == nil {
			k, err := store.One[known](ctx, tx, sqlKnownByID, r.who.Realm, store.In([]id.ID{pupil}))
			if err != nil {
				return err
			}
			all[pupil] = &k
		}
		all[pupil].former = append(all[pupil].former, number)
		index.byCode[number], index.byNumber[number] = []*known{all[pupil]}, []*known{all[pupil]}
	}
	return nil
}

// complete adds where the candidates are and to whom they belong.
func (r *Roster) complete(ctx context.Context, tx *store.Tx, all map[id.ID]*known) error {
	if len(all) == 0 {
		return nil
	}
	pupils := make([]id.ID, 0, len(all))
	for pupil := range all {
		pupils = append(pupils, pupil)
	}
	in := store.In(pupils)
	spells, err := store.All[Spell](ctx, tx, sqlSpellsOfMany, r.who.Realm, in)
	if err != nil {
		return err
	}
	for _, s := range spells {
		all[s.Pupil].spell = s // in order of time: the latest stays
	}
	type member struct{ Pupil, Enrolment, Class id.ID }
	members, err := store.All[member](ctx, tx, sqlMembershipsOfMany, r.who.Realm, in)
	if err != nil {
		return err
	}
	for _, m := range members {
		if k := all[m.Pupil]; k.spell.Enrolment == m.Enrolment {
			k.class = m.Class
		}
	}
	type home struct{ Pupil, Unit id.ID }
	homes, err := store.All[home](ctx, tx, sqlResidenceOfMany, r.who.Realm, in, max(tx.Today(), r.year.Period.From, r.in.From))
	if err != nil {
		return err
	}
	for _, h := range homes {
		all[h.Pupil].residence = h.Unit
	}
	return eachGuardian(ctx, tx, r.who.Realm, pupils, func(pupil id.ID, g Guardian) {
		all[pupil].guardians = append(all[pupil].guardians, g)
	})
}

// match finds the child of a row: by mã định danh, then số định danh, then name, birth
// date and class. It never guesses: two that fit, numbers of two children, or a child of
// that name and birth date in another class of the school are faults. A child whom an
// earlier row of the file means is not meant again. nil is a new child.
func (c candidates) match(r *Roster, row *rosterRow, class id.ID) (*known, *fault.Fault) {
	p, school := row.person, row.school.ID
	ambiguous := func(field string) (*known, *fault.Fault) {
		return nil, fault.New(fault.Conflict, "student.ambiguous", nil).On(field)
	}
	byCode, byNumber := []*known(nil), []*known(nil)
	if p.Code != "" {
		byCode = row.bearing(p.Code, c.byCode[p.Code])
	}
	if p.NationalID != "" {
		byNumber = row.bearing(p.NationalID, c.byNumber[p.NationalID])
	}
	var found *known
	switch {
	case len(byCode) > 1:
		return ambiguous("code")
	case len(byNumber) > 1:
		return ambiguous("national_id")
	case len(byCode) == 1 && len(byNumber) == 1 && byCode[0] != byNumber[0]:
		return ambiguous("code")
	case len(byCode) == 1:
		found = byCode[0]
	case len(byNumber) == 1 && (p.Code == "" || byNumber[0].Person.Code == "" || slices.Contains(byNumber[0].former, p.Code)):
		found = byNumber[0]
	case len(byNumber) == 1:
		return ambiguous("national_id") // one number of the state, two codes of the Ministry
	}
	if found != nil {
		if first, twice := r.taken[found.Pupil]; twice && first != row.line.Row {
			return nil, fault.New(fault.Conflict, "student.twice-in-file", fault.Args{"first": first}).On("code")
		}
		return found, nil
	}
	var here, near []*known
	for _, k := range c.byName[nameAndBirth{row.fold, p.Born}] {
		switch {
		case p.Code != "" && k.Person.Code != "" || p.NationalID != "" && k.Person.NationalID != "": // numbers that differ: another child
		case k.class == class && r.taken[k.Pupil] == 0:
			here = append(here, k)
		case k.class == class || k.spell.School == school:
			near = append(near, k)
		}
	}
	switch {
	case len(here) == 1:
		return here[0], nil
	case len(here)+len(near) > 0:
		return ambiguous("name")
	}
	return nil, nil
}

// bearing leaves out of those whom a number may mean the child who had it by mistake: a number
// of the past means her only where the name or the day of birth says so, too.
func (row *rosterRow) bearing(number string, found []*known) []*known {
	if len(found) != 1 || !slices.Contains(found[0].former, number) {
		return found
	}
	if p := found[0].Person; p.Born != row.person.Born && viet.Fold(p.Name) != row.fold {
		return nil
	}
	return found
}

// present takes out of a row the numbers that a child had before: the record keeps those of
// today. The notes say so.
func (k *known) present(p Person) (Person, []*fault.Fault) {
	var notes []*fault.Fault
	for _, n := range []struct {
		cell       *string
		now, field string
	}{{&p.Code, k.Person.Code, "code"}, {&p.NationalID, k.Person.NationalID, "national_id"}} {
		if *n.cell != "" && n.now != "" && slices.Contains(k.former, *n.cell) {
			*n.cell = ""
			notes = append(notes, fault.New(fault.Invalid, "student.former-number", nil).On(n.field))
		}
	}
	return p, notes
}
