package casework

import (
	"context"

	"ralop/internal/id"
	"ralop/internal/store"
)

// unsynced says whether somebody's phone may hold acts that have not arrived.
func unsynced(ctx context.Context, tx *store.Tx, realm int, account id.ID) (bool, error) {
	return false, nil
}
