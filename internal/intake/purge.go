package intake

import (
	"context"
	"time"

	"ralop/internal/id"
	"ralop/internal/store"
)

// How long what came in is kept: a file for as long as its bad rows are mended, a journal for
// as long as a mistake is noticed.
const (
	FileAge = 30 * 24 * time.Hour
	UndoAge = 90 * 24 * time.Hour
)

// days is an age as people count it.
func days(age time.Duration) int { return int(age / (24 * time.Hour)) }

// MadeRows gives the keys of the rows of a table that a run made after an entry of its journal,
// as the ids in them: for tables whose key is one id.
func MadeRows(ctx context.Context, tx *store.Tx, realm int, run id.ID, after int64, table string) (ids []id.ID, err error) {
	shape, err := tx.ShapeOf(ctx, table)
	if err != nil {
		return nil, err
	}
	rows, err := store.All[stored](ctx, tx, sqlImagesFrom, realm, run, after, table)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		e, err := unpack(row.Table, row.Body)
		if err != nil {
			return nil, err
		}
		for _, made := range e.Made {
			key, err := values(shape, shape.Key, made[:len(made)-1])
			if err != nil {
				return nil, err
			}
			ids = append(ids, idsOf(shape, []store.Image{key})...)
		}
	}
	return ids, nil
}

// ChangedRows gives the ids of the rows of a table that a run changed after an entry of its
// journal: for tables whose key is one id.
func ChangedRows(ctx context.Context, tx *store.Tx, realm int, run id.ID, after int64, table string) (ids []id.ID, err error) {
	rows, err := store.All[stored](ctx, tx, sqlImagesFrom, realm, run, after, table)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		e, err := unpack(row.Table, row.Body)
		if err != nil {
			return nil, err
		}
		shape, present, err := presentRows(ctx, tx, realm, entry{table: e.table, Columns: e.Columns, Changed: e.Changed})
		if err != nil {
			return nil, err
		}
		for _, p := range present {
			ids = append(ids, idsOf(shape, []store.Image{p.key})...)
		}
	}
	return ids, nil
}

// Purge forgets files and runs that are older than their age.
func Purge(ctx context.Context, tx *store.Tx, realm int) error {
	files, err := store.All[id.ID](ctx, tx, sqlOldFiles, realm, tx.Now().Add(-FileAge))
	if err != nil {
		return err
	}
	runs, err := store.All[id.ID](ctx, tx, sqlOldRuns, realm, tx.Now().Add(-UndoAge))
	if err != nil {
		return err
	}
	return forget(ctx, tx, realm, files, runs)
}

// Forget forgets one run with its file.
func Forget(ctx context.Context, tx *store.Tx, realm int, r Run) error {
	return forget(ctx, tx, realm, []id.ID{r.File}, []id.ID{r.ID})
}

func forget(ctx context.Context, tx *store.Tx, realm int, files, runs []id.ID) error {
	for _, part := range []struct {
		ids        []id.ID
		statements []string
	}{{files, []string{sqlDropChunks, sqlDropFiles}}, {runs, []string{sqlDropFixes, sqlDropJournal, sqlDropSaid, sqlDropPlans, sqlDropOld}}} {
		if len(part.ids) == 0 {
			continue
		}
		for _, statement := range part.statements {
			if _, err := tx.Exec(ctx, statement, realm, store.In(part.ids)); err != nil {
				return err
			}
		}
	}
	return nil
}
