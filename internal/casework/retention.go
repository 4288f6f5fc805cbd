package casework

import (
	"context"

	"ralop/internal/id"
	"ralop/internal/store"
)

// purgeBatch is how many cases lose their words in one transaction.
const purgeBatch = 100

// Purge takes away the words of cases that ended longer ago than the setting says: why
// they were opened, notes, hopes, reasons, answers, and protected causes whole. Codes and
// days stay, by id. It says how many cases it went through; running it again changes nothing.
func Purge(ctx context.Context, s *store.Store, realm int) (purged int, err error) {
	for {
		n := 0
		err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			settings, err := ReadSettings(ctx, tx, realm)
			if err != nil {
				return err
			}
			past, err := store.All[id.ID](ctx, tx, sqlPast, realm, tx.Today().AddMonths(-12*settings.Keep), true, purgeBatch)
			if err != nil {
				return err
			}
			n = len(past)
			for _, c := range past {
				for _, q := range []struct {
					query string
					args  []any
				}{{sqlBlankCase, []any{realm, c, true, false}}, {sqlBlankActs, []any{realm, c, true, false}}, {sqlBlankOwners, []any{realm, c}}, {sqlBlankReferrals, []any{realm, c}}} {
					if _, err := tx.Exec(ctx, q.query, q.args...); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if purged += n; err != nil || n < purgeBatch {
			return purged, err
		}
	}
}
