// Package board holds the pages of boards: what a unit, a school or a class comes to, in
// four figures, its parts, its year, and what needs a decision.
//
// It is on the doors floor and enters the indicator room. A board names no pupil; it is
// counts, and where the reader answers for the pupils it leads to their list.
//
// Addresses keep everything that was chosen: tu, den (first and last day), cap (level), xem
// (truong, cu-tru), so (which attendance), theo (breakdown), sap (order of the table).
package board

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/indicator"
	"ralop/internal/store"
)

// Routes are the addresses of this folder.
func Routes() []door.Route {
	b := &boards{cache: indicator.NewCache()}
	unit, school, class := door.Names{"unit": access.UnitKind}, door.Names{"school": access.SchoolKind}, door.Names{"class": access.ClassKind}
	get := func(pattern string, names door.Names, f door.Func) door.Route {
		return door.Route{Method: "GET", Pattern: pattern, Names: names, Action: access.SeeBoard, Handler: door.Read(f)}
	}
	return []door.Route{
		get("/bang", nil, b.own),
		get("/don-vi/{unit}/bang", unit, b.page(access.UnitKind, "unit")),
		get("/truong/{school}/bang", school, b.page(access.SchoolKind, "school")),
		get("/lop/{class}/bang", class, b.page(access.ClassKind, "class")),
		get("/don-vi/{unit}/bang/tep/{format}", door.Names{"unit": access.UnitKind, "format": ""}, b.file(access.UnitKind, "unit")),
		get("/truong/{school}/bang/tep/{format}", door.Names{"school": access.SchoolKind, "format": ""}, b.file(access.SchoolKind, "school")),
		get("/don-vi/{unit}/tro-lai", unit, movedComeback),
	}
}

// boards are the pages with what they keep.
type boards struct{ cache *indicator.Cache }

// own leads to the board of the caller's own place: the widest that a grant names.
func (b *boards) own(_ context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	best, rank := "", 0
	for _, g := range r.Who.Grants {
		if !g.Period.Has(tx.Today()) {
			continue
		}
		address, order := "", 0
		switch g.ScopeKind {
		case access.UnitScope:
			address, order = boardAddress(indicator.Unit(g.Scope)), 4
		case access.ResidenceScope:
			address, order = boardAddress(indicator.Unit(g.Scope))+"?xem="+string(indicator.ByResidence), 3
		case access.SchoolScope:
			address, order = boardAddress(indicator.School(g.Scope)), 2
		case access.ClassScope:
			address, order = boardAddress(indicator.Class(g.Scope)), 1
		}
		if order > rank {
			best, rank = address, order
		}
	}
	if best == "" {
		return door.Answer{}, fault.New(fault.Forbidden, "access.no-grant", nil)
	}
	return door.SeeOther(best), nil
}

// boardAddress is the address of the board of a place.
func boardAddress(p indicator.Place) string {
	switch p.Kind {
	case access.SchoolKind:
		return "/truong/" + p.ID.String() + "/bang"
	case access.ClassKind:
		return "/lop/" + p.ID.String() + "/bang"
	}
	return "/don-vi/" + p.ID.String() + "/bang"
}

// movedComeback leads from the address that the board of returns had first.
func movedComeback(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.SeeBoard, access.Unit(unit)); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther("/don-vi/" + unit.String() + "/sau-nghi"), nil
}
