package casework

import (
	"context"
	"time"

	"ralop/internal/access"
	"ralop/internal/device"
	"ralop/internal/id"
	"ralop/internal/store"
)

const (
	quietAfter = 24 * time.Hour      // a phone not heard of for so long may hold acts
	quietUntil = 14 * 24 * time.Hour // after which a phone, perhaps lost, excuses nobody any more
)

// unsynced says whether somebody's phones may hold acts that have not arrived: one told of
// unsent acts when it was last heard of, or none of them has been heard of for a day. Who
// has no phone with the app works on the web: silence there is silence.
func unsynced(ctx context.Context, tx *store.Tx, realm int, account id.ID) (bool, error) {
	phones, err := device.Mine(ctx, tx, access.Who{Realm: realm, Account: account})
	if err != nil {
		return false, err
	}
	known, heard := false, false
	for _, p := range phones {
		silent := tx.Now().Sub(p.HeardAt())
		if p.State != device.Active && p.State != device.SigningOut || silent > quietUntil {
			continue
		}
		if p.Unsent > 0 {
			return true, nil
		}
		known, heard = true, heard || silent <= quietAfter
	}
	return known && !heard, nil
}
