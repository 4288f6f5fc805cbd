package audit

import (
	"context"

	"ralop/internal/store"
)

// Since gives the lines that were sealed after a block, in the order of their sealing, of
// at most so many blocks, and the number of the last block read (after when there is none).
//
// Whoever keeps that number and asks again with it sees every committed line once, however
// late its transaction ended: the book is the outbox of all that was done.
func Since(ctx context.Context, tx *store.Tx, realm int, after int64, blocks int) (lines []Line, last int64, err error) {
	last = after
	slice, err := store.All[Block](ctx, tx, sqlBlocksFrom, realm, after+1, blocks)
	if err != nil || len(slice) == 0 {
		return nil, last, err
	}
	last = slice[len(slice)-1].Number
	type sealedRow struct {
		Seal int64
		Row  row
	}
	rows, err := store.All[sealedRow](ctx, tx, sqlSealedRows, realm, after+1, last+1)
	for _, s := range rows {
		r := s.Row
		lines = append(lines, Line{r.ID, r.At, r.Account, r.Action, r.ObjectKind, r.Object, r.Rule, r.Detail, s.Seal})
	}
	return lines, last, err
}
