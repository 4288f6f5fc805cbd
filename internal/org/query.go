package org

import (
	"context"
	"strconv"
	"strings"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Unit is a unit as it stands in one period.
type Unit struct {
	ID       id.ID
	Kind     Kind
	Code     string
	FullName string // "Xã Nà Tòng"
	Name     string // "Nà Tòng"
	Word     string // "Xã", "" when the name has none
	Parent   id.ID  // 0 for a top unit
	From     day.Day
	Until    day.Day // exclusive; day.Forever while in force
}

// UnitOn gives a unit as it stood on the day. Fault: org.no-unit, also when the unit was
// not in force then.
func UnitOn(ctx context.Context, tx *store.Tx, unit id.ID, asOf day.Day) (Unit, error) {
	u, err := store.One[Unit](ctx, tx, sqlUnitOn, unit, asOf)
	if store.IsNone(err) {
		return u, noUnit(unit.String(), asOf)
	}
	return u, err
}

func noUnit(name string, asOf day.Day) error {
	return fault.New(fault.NotFound, "org.no-unit", fault.Args{"unit": name, "on": asOf.Vietnamese()}).On("unit")
}

// Spans gives all periods of a unit in their order, whenever they were. Fault: org.no-unit.
func Spans(ctx context.Context, tx *store.Tx, unit id.ID) ([]Unit, error) {
	all, err := store.All[Unit](ctx, tx, sqlUnitSpans, unit)
	if err == nil && len(all) == 0 {
		err = fault.New(fault.NotFound, "org.no-unit-ever", fault.Args{"unit": unit.String()}).On("unit")
	}
	return all, err
}

// Resolve finds the unit that a person names: by its code on the day, by kind and code
// ("district:01") where two tiers share a code, or by id. A code that was in force only
// before the day gives its last unit of then, so that a page about the past still opens.
//
// Faults: org.no-unit, org.ambiguous-code.
func Resolve(ctx context.Context, tx *store.Tx, name string, asOf day.Day) (Unit, error) {
	name = strings.TrimSpace(name)
	kind, code, both := strings.Cut(name, ":")
	if !both {
		kind, code = "", name
	}
	for _, query := range []string{sqlUnitByCode, sqlUnitEver} {
		found, err := store.All[Unit](ctx, tx, query, code, asOf)
		if err != nil {
			return Unit{}, err
		}
		if u, ok, err := oneOf(found, Kind(kind), code, query == sqlUnitEver); err != nil || ok {
			return u, err
		}
	}
	if number, err := strconv.ParseInt(name, 10, 64); err == nil {
		spans, err := Spans(ctx, tx, id.ID(number))
		if err == nil {
			for _, u := range spans {
				if u.From <= asOf && asOf < u.Until {
					return u, nil
				}
			}
			return spans[len(spans)-1], nil
		}
		if !fault.Is(err, fault.NotFound) {
			return Unit{}, err
		}
	}
	return Unit{}, noUnit(name, asOf)
}

func oneOf(found []Unit, kind Kind, code string, past bool) (Unit, bool, error) {
	var fit []Unit
	for _, u := range found {
		if (kind == "" || u.Kind == kind) && (len(fit) == 0 || !past) {
			fit = append(fit, u)
		}
	}
	if len(fit) > 1 {
		return Unit{}, false, fault.New(fault.Conflict, "org.ambiguous-code", fault.Args{"code": code,
			"first": string(fit[0].Kind) + ":" + code, "second": string(fit[1].Kind) + ":" + code}).On("unit")
	}
	if len(fit) == 1 {
		return fit[0], true, nil
	}
	return Unit{}, false, nil
}

// Children gives the units directly under a unit on the day, in Vietnamese order; of 0,
// the top units.
func Children(ctx context.Context, tx *store.Tx, unit id.ID, asOf day.Day) ([]Unit, error) {
	return store.All[Unit](ctx, tx, sqlChildren, unit, asOf)
}

// Path gives the way from the top unit down to the unit itself on the day. It is empty
// when the unit was not in force then.
func Path(ctx context.Context, tx *store.Tx, unit id.ID, asOf day.Day) ([]Unit, error) {
	return store.All[Unit](ctx, tx, sqlPath, unit, asOf)
}

// Subtree gives the unit and all under it on the day, nearest first.
func Subtree(ctx context.Context, tx *store.Tx, unit id.ID, asOf day.Day) ([]Unit, error) {
	return store.All[Unit](ctx, tx, sqlSubtree, unit, asOf)
}

// Search finds units by a part of their name, with or without marks: those in force
// first, then those that ended. At most limit are given; each unit once.
func Search(ctx context.Context, tx *store.Tx, text string, asOf day.Day, limit int) ([]Unit, error) {
	folded := strings.NewReplacer("%", "", "_", "").Replace(viet.Fold(viet.Clean(text)))
	if folded == "" {
		return nil, nil
	}
	found, err := store.All[Unit](ctx, tx, sqlSearch, "%"+folded+"%", asOf, 4*limit)
	seen := map[id.ID]bool{}
	var all []Unit
	for _, u := range found {
		if !seen[u.ID] && len(all) < limit {
			seen[u.ID] = true
			all = append(all, u)
		}
	}
	return all, err
}

// Succession says that one unit went to another on a day.
type Succession struct {
	Old, New id.ID
	On       day.Day
	Part     Part
}

// Heirs gives what became of a unit; Forerunners what it was made of.
func Heirs(ctx context.Context, tx *store.Tx, unit id.ID) ([]Succession, error) {
	return store.All[Succession](ctx, tx, sqlHeirs, unit)
}

// Forerunners gives the units that a unit was made of.
func Forerunners(ctx context.Context, tx *store.Tx, unit id.ID) ([]Succession, error) {
	return store.All[Succession](ctx, tx, sqlForerunners, unit)
}

// Today gives what a unit is on the day: itself while it is in force, else its heirs, and
// theirs. It is empty when nothing is known of them.
func Today(ctx context.Context, tx *store.Tx, unit id.ID, asOf day.Day) ([]Unit, error) {
	var all []Unit
	seen := map[id.ID]bool{}
	for line := []id.ID{unit}; len(line) > 0; line = line[1:] {
		if seen[line[0]] {
			continue
		}
		seen[line[0]] = true
		u, err := store.One[Unit](ctx, tx, sqlUnitOn, line[0], asOf)
		if err == nil {
			all = append(all, u)
			continue
		}
		if !store.IsNone(err) {
			return nil, err
		}
		heirs, err := Heirs(ctx, tx, line[0])
		if err != nil {
			return nil, err
		}
		for _, h := range heirs {
			if h.On <= asOf {
				line = append(line, h.New)
			}
		}
	}
	return all, nil
}

// Tree is all units in force on one day. Roll-ups name the day whose tree they use.
type Tree struct {
	On       day.Day
	Units    map[id.ID]Unit
	children map[id.ID][]id.ID
}

// TreeOn reads the tree of a day.
func TreeOn(ctx context.Context, tx *store.Tx, asOf day.Day) (*Tree, error) {
	t := &Tree{On: asOf, Units: map[id.ID]Unit{}, children: map[id.ID][]id.ID{}}
	all, err := store.All[Unit](ctx, tx, sqlAllOn, asOf)
	for _, u := range all {
		t.Units[u.ID] = u
		t.children[u.Parent] = append(t.children[u.Parent], u.ID)
	}
	return t, err
}

// Children gives the units directly under one, in Vietnamese order; of 0, the top units.
func (t *Tree) Children(unit id.ID) []Unit {
	all := make([]Unit, len(t.children[unit]))
	for i, child := range t.children[unit] {
		all[i] = t.Units[child]
	}
	return all
}

// Path gives the way from the top unit down to the unit itself.
func (t *Tree) Path(unit id.ID) []Unit {
	var all []Unit
	for u, ok := t.Units[unit]; ok; u, ok = t.Units[u.Parent] {
		all = append([]Unit{u}, all...)
	}
	return all
}

// Find gives the unit of a kind with a code on the tree's day.
func (t *Tree) Find(kind Kind, code string) (Unit, bool) {
	for _, u := range t.Units {
		if u.Code == code && u.Kind == kind {
			return u, true
		}
	}
	return Unit{}, false
}
