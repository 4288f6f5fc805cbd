package org

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/store"
)

// MapLine is a row of a map as a file gives it. Part is "whole", "split" or "".
type MapLine struct {
	Row                         int
	Old, OldDistrict, New, Part string
}

// MapIn is a map to import: what became of what on a day.
type MapIn struct {
	On    day.Day
	Lines []MapLine
}

// PlanMap plans the import of a map. A line whose codes no list names yet is kept and
// waits; it is no error, for lists and map come in any order.
//
// Faults of rows: org.map-no-old, org.map-no-new, org.map-part.
func PlanMap(ctx context.Context, tx *store.Tx, who access.Who, in MapIn) (*Plan, error) {
	if _, err := access.May(ctx, tx, who, access.ChangeUnits, access.Realm()); err != nil {
		return nil, err
	}
	p := &Plan{Rows: len(in.Lines), detail: map[string]any{"on": in.On, "rows": len(in.Lines), "kind": mapKind}}
	heirs := map[string]int{}
	for _, l := range in.Lines {
		heirs[l.Old+" "+l.OldDistrict]++
	}
	rowOf := map[Became]int{}
	for _, l := range in.Lines {
		m := Became{On: in.On, Old: l.Old, New: l.New, Part: Part(l.Part)}
		if l.Old == "" {
			m.OldDistrict = l.OldDistrict
		}
		if m.Part == "" {
			m.Part = Whole
			if heirs[l.Old+" "+l.OldDistrict] > 1 {
				m.Part = Split
			}
		}
		switch {
		case m.Old == "" && m.OldDistrict == "":
			p.Errors = append(p.Errors, RowFault{l.Row, fault.New(fault.Invalid, "org.map-no-old", nil).On("old_code")})
		case m.New == "":
			p.Errors = append(p.Errors, RowFault{l.Row, fault.New(fault.Invalid, "org.map-no-new", nil).On("new_code")})
		case m.Part != Whole && m.Part != Split:
			p.Errors = append(p.Errors, RowFault{l.Row, fault.New(fault.Invalid, "org.map-part", fault.Args{"part": l.Part}).On("part")})
		default:
			p.maps = append(p.maps, m)
			rowOf[m] = l.Row
		}
	}
	before, err := loadKept(ctx, tx)
	if err != nil {
		return nil, err
	}
	p.weigh(before, in.On)
	after := before.with(nil, p.maps)
	for _, m := range grow(after.listings, after.maps).waiting {
		if row, ours := rowOf[m]; ours {
			p.Waiting = append(p.Waiting, RowFault{row, fault.New(fault.NotFound, "org.map-waits",
				fault.Args{"old": m.Old + m.OldDistrict, "new": m.New, "on": m.On.Vietnamese()})})
		}
	}
	return p, nil
}

// CloseIn ends a whole kind of units on a day, under one unit or everywhere.
type CloseIn struct {
	Kind  Kind
	On    day.Day
	Under string // code of a top unit, "" everywhere
}

// PlanClose plans the end of a tier, such as the districts on 1 July 2025.
func PlanClose(ctx context.Context, tx *store.Tx, who access.Who, in CloseIn) (*Plan, error) {
	if _, err := access.May(ctx, tx, who, access.ChangeUnits, access.Realm()); err != nil {
		return nil, err
	}
	if !in.Kind.Known() {
		return nil, unknownKind(in.Kind)
	}
	p := &Plan{detail: map[string]any{"on": in.On, "kind": in.Kind, "closed": true}}
	before, err := loadKept(ctx, tx)
	if err != nil {
		return nil, err
	}
	top := in.Under
	if top == "" {
		top = Everywhere
	}
	for _, l := range before.listings {
		if l.Kind == in.Kind && l.On == in.On && len(l.Units) > 0 && (l.Top == top || top == Everywhere) {
			return nil, fault.New(fault.Conflict, "org.close-listed", fault.Args{"kind": in.Kind, "on": in.On.Vietnamese(), "top": l.Top})
		}
	}
	p.listings = []Listing{{Kind: in.Kind, On: in.On, Top: top}}
	p.weigh(before, in.On)
	return p, nil
}
