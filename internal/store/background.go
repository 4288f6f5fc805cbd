package store

import (
	"context"
	"sync/atomic"
	"time"
)

// background is what the store knows of those who wait for an answer, so that workers leave them room.
type background struct {
	people atomic.Int64  // transactions begun by somebody who waits for an answer
	reader chan struct{} // SQLite: the one worker who reads
}

type (
	backgroundKey struct{}
	reading       struct{}
)

// How long a worker rests after a transaction during which somebody else came: so many times as long as it took, and
// no longer than a bound, so that it is never left behind.
const (
	restTimes = 2
	restMost  = 300 * time.Millisecond
)

// Background marks the work of workers for which nobody waits. Their transactions let the ones of people go first: on
// SQLite they read on one connection of the pool only, wait until nobody else wants the writer, and step aside between
// rows; on both engines they rest after a transaction during which somebody else came.
func Background(ctx context.Context) context.Context {
	return context.WithValue(ctx, backgroundKey{}, true)
}

func isBackground(ctx context.Context) bool { return ctx.Value(backgroundKey{}) != nil }

// rest notes that a transaction begins. What it gives is to be called when that has ended.
func (s *Store) rest(ctx context.Context) func() {
	if !isBackground(ctx) {
		s.background.people.Add(1)
		return func() {}
	}
	began, before := time.Now(), s.background.people.Load()
	return func() {
		if s.background.people.Load() == before {
			return
		}
		timer := time.NewTimer(min(restMost, restTimes*time.Since(began)))
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
}
