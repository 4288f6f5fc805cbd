package report

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
)

// Place is what a paper is about, as it stood on a day.
type Place struct {
	Kind     access.Kind `json:"kind"` // unit or school
	ID       id.ID       `json:"id"`
	Code     string      `json:"code"`
	Name     string      `json:"name"`
	Tier     string      `json:"tier"`             // province, district, commune; "school"
	Word     string      `json:"word,omitempty"`   // "Huyện"
	Short    string      `json:"short"`            // "Tuần Giáo"; of a school its whole name
	Type     string      `json:"type,omitempty"`   // of a school: "PTDTBT THCS"
	Above    Office      `json:"above"`            // the unit above: it receives
	Managing Office      `json:"managing"`         // of a school: the unit whose body manages it
	Stands   Office      `json:"stands"`           // of a school: the commune it stands in
	Levels   []string    `json:"levels,omitempty"` // of a school
}

// Office is a unit as a paper names it. ID 0 is none.
type Office struct {
	ID    id.ID  `json:"id"`
	Tier  string `json:"tier,omitempty"`
	Name  string `json:"name,omitempty"`
	Word  string `json:"word,omitempty"`
	Short string `json:"short,omitempty"`
}

// Unit and School name a place by its id; its other fields are read by resolve.
func Unit(unit id.ID) Place { return Place{Kind: access.UnitKind, ID: unit} }

// School is the place of a school.
func School(school id.ID) Place { return Place{Kind: access.SchoolKind, ID: school} }

// Resource is the place as access knows it.
func (p Place) Resource() access.Resource { return access.Resource{Kind: p.Kind, ID: p.ID} }

func (p Place) unit() id.ID {
	if p.Kind == access.UnitKind {
		return p.ID
	}
	return 0
}

func (p Place) school() id.ID {
	if p.Kind == access.SchoolKind {
		return p.ID
	}
	return 0
}

func placeOf(unit, school id.ID) Place {
	if school != 0 {
		return School(school)
	}
	return Unit(unit)
}

// FindPlace finds the unit or school that a person names by code or id, as of a day.
// Faults are those of org.
func FindPlace(ctx context.Context, tx *store.Tx, who access.Who, name string, asOf day.Day) (Place, error) {
	u, err := org.Resolve(ctx, tx, name, asOf)
	if err == nil {
		return resolve(ctx, tx, who, Unit(u.ID), asOf)
	}
	if !fault.Is(err, fault.NotFound) {
		return Place{}, err
	}
	s, second := org.ResolveSchool(ctx, tx, who, name, asOf)
	if second != nil {
		return Place{}, err
	}
	return resolve(ctx, tx, who, School(s.ID), asOf)
}

// resolve reads what a place was on a day.
func resolve(ctx context.Context, tx *store.Tx, who access.Who, p Place, asOf day.Day) (Place, error) {
	if p.Kind == access.SchoolKind {
		s, err := org.SchoolOn(ctx, tx, who, p.ID, asOf)
		if err != nil {
			return p, err
		}
		p.Code, p.Name, p.Short, p.Type, p.Tier = s.Code, s.Name, s.Name, s.Type, "school"
		if p.Stands, err = office(ctx, tx, s.LocatedIn, asOf); err != nil {
			return p, err
		}
		if p.Managing, err = office(ctx, tx, s.ManagedBy, asOf); err != nil {
			return p, err
		}
		p.Above = p.Stands
		return p, nil
	}
	u, err := org.UnitOn(ctx, tx, p.ID, asOf)
	if err != nil {
		return p, err
	}
	if u.Kind == org.Village {
		return p, fault.New(fault.Invalid, "report.no-village", nil).On("unit")
	}
	p.Code, p.Name, p.Word, p.Short, p.Tier = u.Code, u.FullName, u.Word, u.Name, string(u.Kind)
	p.Above, err = office(ctx, tx, u.Parent, asOf)
	return p, err
}

func office(ctx context.Context, tx *store.Tx, unit id.ID, asOf day.Day) (Office, error) {
	if unit == 0 {
		return Office{}, nil
	}
	u, err := org.UnitOn(ctx, tx, unit, asOf)
	if fault.Is(err, fault.NotFound) {
		return Office{}, nil
	}
	return Office{u.ID, string(u.Kind), u.FullName, u.Word, u.Name}, err
}
