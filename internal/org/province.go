package org

import (
	"context"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// ProvinceCodes gives the codes of the province that a unit is in: those that it bears and
// ever bore, and those of the provinces whose units went to it, by the maps that were
// imported. A child keeps a number that begins with a code of before. It is empty for a unit
// of which no province is known.
func ProvinceCodes(ctx context.Context, tx *store.Tx, unit id.ID, asOf day.Day) ([]string, error) {
	today, err := Today(ctx, tx, unit, asOf)
	if err != nil {
		return nil, err
	}
	var provinces []id.ID
	for _, u := range today {
		path, err := Path(ctx, tx, u.ID, asOf)
		if err != nil {
			return nil, err
		}
		for _, above := range path {
			if above.Kind == Province {
				provinces = append(provinces, above.ID)
			}
		}
	}
	if len(provinces) == 0 {
		return nil, nil
	}
	return store.All[string](ctx, tx, sqlProvinceCodes, store.In(provinces), Province)
}
