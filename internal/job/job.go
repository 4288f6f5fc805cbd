// Package job keeps what was asked of the machine and what came of it: copies, rehearsals,
// the night's work. It is on the ground floor and knows no feature; what a run is about
// stands in its result. Imports have more to keep and are in intake.
//
// A run that its process left behind stays "running": whoever finds it may begin it
// again, because long work here is made of acts that change nothing the second time.
package job

import (
	"context"
	"time"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// States of a run.
const (
	Waiting = "waiting"
	Running = "running"
	Done    = "done"
	Failed  = "failed"
)

// Run is one piece of long work.
type Run struct {
	ID      id.ID
	Account id.ID // who began it
	Kind    string
	State   string
	Done    int64
	Total   int64 // 0: not known yet
	Result  string
	MadeAt  day.Instant
}

// Begin writes down a run that waits.
func Begin(ctx context.Context, tx *store.Tx, realm int, account id.ID, kind, result string) (id.ID, error) {
	run := tx.NewID()
	_, err := tx.Exec(ctx, sqlBegin, run, realm, account, kind, Waiting, result, tx.Now(), day.Instant(0))
	return run, err
}

// Last gives the newest run of a kind, whoever began it; store.IsNone when there is none.
func Last(ctx context.Context, tx *store.Tx, realm int, kind string) (Run, error) {
	return store.One[Run](ctx, tx, sqlLast, realm, kind)
}

// Recent gives the newest runs of a kind, whoever began them.
func Recent(ctx context.Context, tx *store.Tx, realm int, kind string, limit int) ([]Run, error) {
	return store.All[Run](ctx, tx, sqlRecent, realm, kind, limit)
}

// Set brings a run into a state with what came of it.
func Set(ctx context.Context, tx *store.Tx, realm int, run id.ID, state, result string) error {
	_, err := tx.Exec(ctx, sqlSet, realm, run, state, result, tx.Now())
	return err
}

// Purge forgets runs of a kind that are older than an age: what they held is personal.
func Purge(ctx context.Context, tx *store.Tx, realm int, kind string, age time.Duration) error {
	_, err := tx.Exec(ctx, sqlPurge, realm, kind, tx.Now().Add(-age))
	return err
}
