package org

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Named finds the unit that a list means: by code as Resolve, else by its name, whole or
// without its kind, with or without marks; "Bản Lúm, Xã Mường Mùn" says where it lies. With
// under, only it and the units below are looked at.
//
// Faults: org.no-unit, org.ambiguous-code, org.ambiguous-name (the list must tell more).
func Named(ctx context.Context, tx *store.Tx, name string, under id.ID, asOf day.Day) (Unit, error) {
	found, err := Resolve(ctx, tx, name, asOf)
	if !fault.Is(err, fault.NotFound) {
		if err == nil && under != 0 {
			if inside, wrong := liesIn(ctx, tx, found.ID, under, nil, asOf); wrong != nil || !inside {
				return Unit{}, orFault(wrong, noUnit(name, asOf))
			}
		}
		return found, err
	}
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == ',' || r == ';' })
	for i := range parts {
		parts[i] = viet.Fold(viet.Clean(parts[i]))
	}
	if len(parts) == 0 || parts[0] == "" {
		return Unit{}, noUnit(name, asOf)
	}
	candidates, err := Search(ctx, tx, parts[0], asOf, 200)
	if err != nil {
		return Unit{}, err
	}
	var fit []Unit
	for _, u := range candidates {
		if !u.bears(parts[0]) || asOf < u.From || asOf >= u.Until {
			continue
		}
		inside, err := liesIn(ctx, tx, u.ID, under, parts[1:], asOf)
		if err != nil {
			return Unit{}, err
		}
		if inside {
			fit = append(fit, u)
		}
	}
	switch len(fit) {
	case 0:
		return Unit{}, noUnit(name, asOf)
	case 1:
		return fit[0], nil
	}
	return Unit{}, fault.New(fault.Conflict, "org.ambiguous-name", fault.Args{"name": name, "n": len(fit)}).On("unit")
}

// bears says whether the folded name is the unit's, whole or without its kind.
func (u Unit) bears(folded string) bool {
	return viet.Fold(u.FullName) == folded || viet.Fold(u.Name) == folded
}

// liesIn says whether a unit is, or lies under, another, and under units of all the names.
func liesIn(ctx context.Context, tx *store.Tx, unit, under id.ID, names []string, asOf day.Day) (bool, error) {
	if under == 0 && len(names) == 0 {
		return true, nil
	}
	path, err := Path(ctx, tx, unit, asOf)
	if err != nil {
		return false, err
	}
	if under != 0 && !slices.ContainsFunc(path, func(u Unit) bool { return u.ID == under }) {
		return false, nil
	}
	for _, name := range names {
		if name != "" && !slices.ContainsFunc(path, func(u Unit) bool { return u.bears(name) }) {
			return false, nil
		}
	}
	return true, nil
}

func orFault(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
