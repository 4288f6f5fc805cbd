// Package afterbreak holds the pages of returns after a break: the board of a place, day by day; the expected-back lists
// of a class, a school and a village; what a family said; the day's fast report as a paper.
//
// It is on the doors floor and enters the afterbreak room. Boards name no child; lists do, and note a look.
//
// Addresses keep everything that was chosen: nghi (the break), ngay (as it stood on a day), cap (level), xem (cu-tru),
// duong (which curves), tinh (state of a child), sap (order of the table).
package afterbreak

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Routes are the addresses of this folder.
func Routes() []door.Route {
	unit, school, class := door.Names{"unit": access.UnitKind}, door.Names{"school": access.SchoolKind}, door.Names{"class": access.ClassKind}
	home, pupil := door.Names{"unit": access.ResidenceKind}, door.Names{"pupil": access.PupilKind}
	with := func(names door.Names) door.Names {
		out := door.Names{"format": ""}
		for name, kind := range names {
			out[name] = kind
		}
		return out
	}
	get := func(pattern string, names door.Names, action access.Action, f door.Func) door.Route {
		return door.Route{Method: "GET", Pattern: pattern, Names: names, Action: action, Handler: door.Read(f)}
	}
	return []door.Route{
		get("/sau-nghi", nil, access.SeeBoard, own),
		get("/don-vi/{unit}/sau-nghi", unit, access.SeeBoard, board(access.UnitKind, "unit")),
		get("/don-vi/{unit}/sau-nghi/tep/{format}", with(unit), access.SeeBoard, boardFile(access.UnitKind, "unit")),
		get("/truong/{school}/sau-nghi", school, access.SeeBoard, board(access.SchoolKind, "school")),
		get("/truong/{school}/sau-nghi/tep/{format}", with(school), access.SeeBoard, boardFile(access.SchoolKind, "school")),
		get("/truong/{school}/sau-nghi/danh-sach", school, access.SeePupils, list(access.SchoolKind, "school")),
		get("/truong/{school}/sau-nghi/danh-sach/tep/{format}", with(school), access.SeePupils, listFile(access.SchoolKind, "school")),
		get("/lop/{class}/sau-nghi", class, access.SeePupils, list(access.ClassKind, "class")),
		get("/lop/{class}/sau-nghi/tep/{format}", with(class), access.SeePupils, listFile(access.ClassKind, "class")),
		get("/noi-o/{unit}/sau-nghi", home, access.SeePupils, list(access.ResidenceKind, "unit")),
		get("/noi-o/{unit}/sau-nghi/tep/{format}", with(home), access.SeePupils, listFile(access.ResidenceKind, "unit")),
		get("/hoc-sinh/{pupil}/sau-nghi", pupil, access.WorkCase, noteForm),
		{Method: "POST", Pattern: "/hoc-sinh/{pupil}/sau-nghi", Names: pupil, Action: access.WorkCase, Handler: door.Write(note).Or(noteAgain)},
		{Method: "POST", Pattern: "/truong/{school}/sau-nghi/chot", Names: school, Action: access.ChangeCalendar, Handler: door.Write(freeze)},
	}
}

// own leads to the caller's own place: the widest that a grant names.
func own(_ context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	best, rank := "", 0
	for _, g := range r.Who.Grants {
		if !g.Period.Has(tx.Today()) {
			continue
		}
		address, order := "", 0
		switch g.ScopeKind {
		case access.UnitScope:
			address, order = boardAddress(access.Unit(g.Scope)), 4
		case access.ResidenceScope:
			address, order = listAddress(access.Residence(g.Scope)), 3
		case access.SchoolScope:
			address, order = boardAddress(access.School(g.Scope)), 2
		case access.ClassScope:
			address, order = listAddress(access.Class(g.Scope)), 1
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

// boardAddress is the address of the board of a unit or school.
func boardAddress(at access.Resource) string {
	if at.Kind == access.SchoolKind {
		return "/truong/" + at.ID.String() + "/sau-nghi"
	}
	return "/don-vi/" + at.ID.String() + "/sau-nghi"
}

// listAddress is the address of the list of a class, a school or a residence.
func listAddress(at access.Resource) string {
	switch at.Kind {
	case access.ClassKind:
		return "/lop/" + at.ID.String() + "/sau-nghi"
	case access.SchoolKind:
		return "/truong/" + at.ID.String() + "/sau-nghi/danh-sach"
	}
	return "/noi-o/" + at.ID.String() + "/sau-nghi"
}

// chosenBreak reads which break the address names, 0 for none.
func chosenBreak(r *door.Request) (id.ID, error) {
	text := r.Value("nghi")
	if text == "" {
		return 0, nil
	}
	study, err := id.Parse(text)
	if err != nil {
		return 0, fault.New(fault.NotFound, "afterbreak.no-break", nil)
	}
	return study, nil
}
