package casework

import (
	"context"

	"ralop/internal/committee"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Why silence is not held against somebody; the words are "casework.cause-of-climb-<reason>".
const (
	causeLate     = "late"     // could have acted, and did not
	causeUnsynced = "unsynced" // the phone has not been heard of: perhaps the act is on it
	causeLeave    = "leave"    // on leave
	causeNobody   = "nobody"   // nobody is named
)

// excused says why none of these accounts could act, "" when one of them could.
func excused(ctx context.Context, tx *store.Tx, realm int, to []id.ID) (string, error) {
	why := causeNobody
	for _, account := range to {
		if account == 0 {
			continue // works on paper: silence says nothing about them, and nobody else is there
		}
		_, _, away, err := committee.OnLeave(ctx, tx, realm, account, tx.Today())
		if err != nil {
			return "", err
		}
		if away {
			if why == causeNobody {
				why = causeLeave
			}
			continue
		}
		silent, err := unsynced(ctx, tx, realm, account)
		if err != nil {
			return "", err
		}
		if !silent {
			return "", nil
		}
		why = causeUnsynced
	}
	return why, nil
}
