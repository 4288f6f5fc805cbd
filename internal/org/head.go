package org

import (
	"context"
	"strings"

	"ralop/internal/day"
	"ralop/internal/paper"
	"ralop/internal/store"
)

// Head is the upper part of a school's paper by the tree of a day: who manages it, its name
// and where it stands. Fault: org.no-unit.
func (s School) Head(ctx context.Context, tx *store.Tx, asOf day.Day) (paper.Document, error) {
	d := paper.Document{Agency: strings.ToUpper(s.Name)}
	if s.ManagedBy != 0 {
		unit, err := UnitOn(ctx, tx, s.ManagedBy, asOf)
		if err != nil {
			return d, err
		}
		d.ParentAgency = paper.Managing(string(unit.Kind), unit.FullName)
	}
	place, err := UnitOn(ctx, tx, s.LocatedIn, asOf)
	d.Place = place.Name
	return d, err
}
