package access

import (
	"context"
	"slices"

	"ralop/internal/id"
	"ralop/internal/store"
)

// Scope is everything in which a caller may do an action, for the queries of lists. A
// list shows exactly the rows for which May says yes when it takes
//
//	a class    whose school is in Schools or that is in Classes
//	a school   that is in Schools
//	a unit     that is in, or under one of, Units
//	a pupil    whose school (of the spell begun last, up to today) is in Schools, or whose class in
//	           that spell is in Classes, or whose residence today is in Residences, or that is in Pupils
//
// All (the product itself) takes everything.
type Scope struct {
	All        bool
	Units      []id.ID // units that grants name, not those under them
	Schools    []id.ID // every school reached: named, in or managed by a unit, or inherited wholly
	Classes    []id.ID // classes named
	Residences []id.ID // every unit in which a child may live to be reached
	Pupils     []id.ID // opened one by one
}

// Empty says that nothing is reached.
func (s Scope) Empty() bool {
	return !s.All && len(s.Units)+len(s.Schools)+len(s.Classes)+len(s.Residences)+len(s.Pupils) == 0
}

// ScopeOf gives the places in which w may do action today.
func ScopeOf(ctx context.Context, tx *store.Tx, w Who, action Action) (Scope, error) {
	if w.system {
		return Scope{All: true}, nil
	}
	var s Scope
	var schools, residences []id.ID
	hold := func(kind Kind, scope id.ID) {
		switch kind {
		case UnitKind:
			s.Units = append(s.Units, scope)
		case SchoolKind:
			schools = append(schools, scope)
		case ClassKind:
			s.Classes = append(s.Classes, scope)
		case ResidenceKind:
			residences = append(residences, scope)
		case PupilKind:
			s.Pupils = append(s.Pupils, scope)
		}
	}
	for _, g := range w.Grants {
		if g.Period.Has(tx.Today()) && roleMay(action, g.Role) {
			hold(Kind(g.ScopeKind), g.Scope)
		}
	}
	if action == SeePupils {
		for _, o := range w.Openings {
			if o.Until > tx.Now() {
				hold(o.ScopeKind, o.Scope)
			}
		}
	}
	var err error
	if s.Schools, err = reachedSchools(ctx, tx, w.Realm, s.Units, schools); err != nil {
		return s, err
	}
	if len(residences) > 0 {
		if s.Residences, err = within(ctx, tx, residences); err != nil {
			return s, err
		}
	}
	for _, list := range []*[]id.ID{&s.Units, &s.Schools, &s.Classes, &s.Residences, &s.Pupils} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return s, nil
}

// within gives units with all under them, and those that they inherited wholly.
func within(ctx context.Context, tx *store.Tx, units []id.ID) ([]id.ID, error) {
	reached, err := store.All[id.ID](ctx, tx, sqlUnitsUnder, store.In(units), tx.Today())
	if err != nil {
		return nil, err
	}
	fresh := reached
	seen := map[id.ID]bool{}
	for _, unit := range reached {
		seen[unit] = true
	}
	for len(fresh) > 0 {
		found, err := store.All[id.ID](ctx, tx, sqlForerunners, store.In(fresh), tx.Today())
		if err != nil {
			return nil, err
		}
		fresh = nil
		for _, unit := range found {
			if !seen[unit] {
				seen[unit] = true
				fresh, reached = append(fresh, unit), append(reached, unit)
			}
		}
	}
	return reached, nil
}

func reachedSchools(ctx context.Context, tx *store.Tx, realm int, units, named []id.ID) ([]id.ID, error) {
	reached := slices.Clone(named)
	if len(units) > 0 {
		places, err := within(ctx, tx, units)
		if err != nil {
			return nil, err
		}
		in, err := store.All[id.ID](ctx, tx, sqlSchoolsIn, realm, store.In(places), tx.Today())
		if err != nil {
			return nil, err
		}
		reached = append(reached, in...)
	}
	seen := map[id.ID]bool{}
	for _, school := range reached {
		seen[school] = true
	}
	for fresh := reached; len(fresh) > 0; {
		found, err := store.All[id.ID](ctx, tx, sqlForerunnerSchools, realm, store.In(fresh), tx.Today())
		if err != nil {
			return nil, err
		}
		fresh = nil
		for _, school := range found {
			if !seen[school] {
				seen[school] = true
				fresh, reached = append(fresh, school), append(reached, school)
			}
		}
	}
	return reached, nil
}

// PupilsWithin lists the pupils of a scope: the statement that other lists of pupils follow.
func PupilsWithin(ctx context.Context, tx *store.Tx, realm int, s Scope) ([]id.ID, error) {
	if s.All {
		return store.All[id.ID](ctx, tx, sqlAllPupils, realm)
	}
	return store.All[id.ID](ctx, tx, sqlPupilsWithin, realm, tx.Today(),
		store.In(s.Schools), store.In(s.Classes), store.In(s.Residences), store.In(s.Pupils))
}
