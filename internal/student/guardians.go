package student

import (
	"context"

	"ralop/internal/id"
	"ralop/internal/store"
)

// GuardiansOf gives the guardians of several children with their numbers as they are,
// in order. It asks no right: who calls it has asked for SeeIdentifiers.
func GuardiansOf(ctx context.Context, tx *store.Tx, realm int, pupils []id.ID) (map[id.ID][]Guardian, error) {
	type row struct {
		Pupil id.ID
		Guardian
	}
	rows, err := store.All[row](ctx, tx, sqlGuardiansOf, realm, store.In(pupils))
	out := map[id.ID][]Guardian{}
	for _, r := range rows {
		out[r.Pupil] = append(out[r.Pupil], r.Guardian)
	}
	return out, err
}
