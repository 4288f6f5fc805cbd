package casework

import (
	"context"

	"ralop/internal/id"
	"ralop/internal/store"
)

func signalLines(ctx context.Context, tx *store.Tx, realm int, case_ id.ID) ([]SignalLine, error) {
	return nil, nil
}
