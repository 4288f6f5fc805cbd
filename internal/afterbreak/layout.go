package afterbreak

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Child is a part of a place: a unit under a unit, a school that stands in the unit itself, a class of a school. Its
// zero value is what belongs to none of them.
type Child struct {
	Kind access.Kind
	ID   id.ID
	Name string
	Sort string
}

// layout is how a place is made up on a day.
type layout struct {
	code     string
	name     string
	kind     string // of the unit, type of the school
	schools  []id.ID
	children []Child
	of       map[id.ID]id.ID // school → child
	unitOf   map[id.ID]id.ID // unit under the place → child
	units    []id.ID
}

type childRow struct {
	ID               id.ID
	Code, Name, Sort string
	Kind             string
}

func lay(ctx context.Context, tx *store.Tx, realm int, place access.Resource, residence bool, asOf day.Day) (*layout, error) {
	l := &layout{of: map[id.ID]id.ID{}, unitOf: map[id.ID]id.ID{}}
	type named struct{ Code, Name, Kind string }
	var self named
	var err error
	switch place.Kind {
	case access.UnitKind:
		self, err = store.One[named](ctx, tx, sqlUnitNamed, place.ID, asOf)
	case access.SchoolKind:
		self, err = store.One[named](ctx, tx, sqlSchoolNamed, realm, place.ID, asOf)
	default:
		return nil, fault.New(fault.NotFound, "afterbreak.no-place", nil)
	}
	if store.IsNone(err) {
		return nil, fault.New(fault.NotFound, "afterbreak.no-place", nil)
	} else if err != nil {
		return nil, err
	}
	l.code, l.name, l.kind = self.Code, self.Name, self.Kind
	if place.Kind == access.SchoolKind {
		l.schools = []id.ID{place.ID}
		l.of[place.ID] = place.ID
		return l, nil
	}
	units, err := store.All[childRow](ctx, tx, sqlChildUnits, place.ID, asOf)
	if err != nil {
		return nil, err
	}
	villages := map[id.ID]bool{}
	for _, u := range units {
		villages[u.ID] = u.Kind == "village"
		if residence || u.Kind != "village" {
			l.children = append(l.children, Child{access.UnitKind, u.ID, u.Name, u.Sort})
		}
	}
	type under struct{ Unit, Child id.ID }
	if residence {
		rows, err := store.All[under](ctx, tx, sqlUnitsUnder, place.ID, asOf)
		if err != nil {
			return nil, err
		}
		l.units = append(l.units, place.ID)
		for _, r := range rows {
			l.units = append(l.units, r.Unit)
			l.unitOf[r.Unit] = r.Child
		}
	}
	type schoolRow struct {
		Child     childRow
		LocatedIn id.ID
	}
	schools, err := store.All[schoolRow](ctx, tx, sqlSchoolsUnder, realm, place.ID, asOf)
	if err != nil {
		return nil, err
	}
	var stands []id.ID
	for _, s := range schools {
		stands = append(stands, s.LocatedIn)
	}
	ways, err := store.All[under](ctx, tx, sqlChildrenOver, store.In(stands), place.ID, asOf)
	if err != nil {
		return nil, err
	}
	over := map[id.ID]id.ID{}
	for _, w := range ways {
		over[w.Unit] = w.Child
	}
	for _, s := range schools {
		l.schools = append(l.schools, s.Child.ID)
		child, below := over[s.LocatedIn]
		if !below || villages[child] { // schools are children of the unit they stand in
			child = s.Child.ID
			if !residence {
				l.children = append(l.children, Child{access.SchoolKind, child, s.Child.Name, s.Child.Sort})
			}
		}
		l.of[s.Child.ID] = child
	}
	return l, nil
}
