package indicator

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Place is where a figure is asked for: a unit, a school or a class.
type Place struct {
	Kind access.Kind
	ID   id.ID
}

// Unit, School and Class make places.
func Unit(unit id.ID) Place     { return Place{access.UnitKind, unit} }
func School(school id.ID) Place { return Place{access.SchoolKind, school} }
func Class(class id.ID) Place   { return Place{access.ClassKind, class} }

func (p Place) resource() access.Resource { return access.Resource{Kind: p.Kind, ID: p.ID} }

// Child is a part of a place: the units under a unit and, beside them, the schools that
// stand in the unit itself; the classes of a school.
type Child struct {
	Place Place
	Code  string
	Name  string
	Sort  string
	Kind  string // kind of unit, type of school, level of class
}

// layout is how a place is made up on a day.
type layout struct {
	place    Place
	asOf     day.Day
	code     string
	name     string
	kind     string
	schools  []id.ID
	children []Child
	of       map[id.ID]Place // school → the child it is in
	// For figures by residence, read when first asked for: see residences.
	units  []id.ID         // the place's unit and all under it
	unitOf map[id.ID]Place // unit under the place → the child it is in
}

// lay works out the layout of a place on a day.
func lay(ctx context.Context, tx *store.Tx, realm int, place Place, asOf day.Day) (*layout, error) {
	l := &layout{place: place, asOf: asOf, of: map[id.ID]Place{}}
	type named struct{ Code, Name, Kind string }
	var self named
	var err error
	switch place.Kind {
	case access.UnitKind:
		self, err = store.One[named](ctx, tx, sqlUnitNamed, place.ID, asOf)
	case access.SchoolKind:
		self, err = store.One[named](ctx, tx, sqlSchoolNamed, realm, place.ID, asOf)
	case access.ClassKind:
		self, err = store.One[named](ctx, tx, sqlClassNamed, realm, place.ID)
	default:
		return nil, fault.New(fault.NotFound, "indicator.no-place", nil)
	}
	if store.IsNone(err) {
		return nil, fault.New(fault.NotFound, "indicator.no-place-then", fault.Args{"day": asOf.Vietnamese()})
	} else if err != nil {
		return nil, err
	}
	l.code, l.name, l.kind = self.Code, self.Name, self.Kind
	switch place.Kind {
	case access.UnitKind:
		return l, l.layUnit(ctx, tx, realm, asOf)
	case access.SchoolKind:
		l.schools = []id.ID{place.ID}
		return l, l.laySchool(ctx, tx, realm, asOf)
	}
	return l, nil
}

type childRow struct {
	ID               id.ID
	Code, Name, Sort string
	Kind             string
}

func (r childRow) child(kind access.Kind) Child {
	return Child{Place{kind, r.ID}, r.Code, r.Name, r.Sort, r.Kind}
}

func (l *layout) layUnit(ctx context.Context, tx *store.Tx, realm int, asOf day.Day) error {
	units, err := store.All[childRow](ctx, tx, sqlChildUnits, l.place.ID, asOf)
	if err != nil {
		return err
	}
	villages := map[id.ID]bool{}
	for _, row := range units {
		l.children = append(l.children, row.child(access.UnitKind))
		villages[row.ID] = row.Kind == "village"
	}
	type schoolRow struct {
		Child     childRow
		LocatedIn id.ID
	}
	schools, err := store.All[schoolRow](ctx, tx, sqlSchoolsUnder, realm, l.place.ID, asOf)
	if err != nil {
		return err
	}
	var stands []id.ID
	for _, row := range schools {
		if len(stands) == 0 || stands[len(stands)-1] != row.LocatedIn {
			stands = append(stands, row.LocatedIn)
		}
	}
	type under struct{ Unit, Child id.ID }
	ways, err := store.All[under](ctx, tx, sqlChildrenOver, store.In(stands), l.place.ID, asOf)
	if err != nil {
		return err
	}
	childOver := map[id.ID]id.ID{}
	for _, w := range ways {
		childOver[w.Unit] = w.Child
	}
	for _, row := range schools {
		school := row.Child.ID
		l.schools = append(l.schools, school)
		over, below := childOver[row.LocatedIn]
		child := Unit(over)
		if !below || villages[over] {
			// Schools are the children of the unit they stand in; its villages hold none of their own.
			child = School(school)
			l.children = append(l.children, row.Child.child(access.SchoolKind))
		}
		l.of[school] = child
	}
	return nil
}

// residences reads the units under the place, in which children may live.
func (l *layout) residences(ctx context.Context, tx *store.Tx) error {
	if l.unitOf != nil || l.place.Kind != access.UnitKind {
		return nil
	}
	type under struct{ Unit, Child id.ID }
	all, err := store.All[under](ctx, tx, sqlUnitsUnder, l.place.ID, l.asOf)
	l.unitOf = make(map[id.ID]Place, len(all))
	l.units = append(l.units, l.place.ID)
	for _, row := range all {
		l.units = append(l.units, row.Unit)
		l.unitOf[row.Unit] = Unit(row.Child)
	}
	return err
}

func (l *layout) laySchool(ctx context.Context, tx *store.Tx, realm int, asOf day.Day) error {
	classes, err := store.All[childRow](ctx, tx, sqlClassesOn, realm, l.place.ID, asOf)
	if err != nil {
		return err
	}
	for _, row := range classes {
		l.children = append(l.children, row.child(access.ClassKind))
	}
	return nil
}
