package device

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/fault"
	"ralop/internal/store"
)

// keptDays is how long the ledger keeps what became of an act: over a school year, so that
// a phone found in a drawer is answered rightly. What an act did stays with its room.
const keptDays = 400

// Purge takes away what has been kept long enough, and says how many rows. Without a
// right: only the product itself calls it.
func Purge(ctx context.Context, tx *store.Tx, who access.Who) (gone int64, err error) {
	if !who.IsSystem() {
		return 0, fault.New(fault.Forbidden, "access.no-grant", fault.Args{"action": "device.purge", "role": "", "place": ""})
	}
	before := tx.Now().Add(-keptDays * 24 * 3600e9)
	for _, query := range []string{sqlPurgeActs, sqlPurgeUnread} {
		n, err := tx.Exec(ctx, query, who.Realm, before)
		if err != nil {
			return gone, err
		}
		gone += n
	}
	return gone, nil
}
