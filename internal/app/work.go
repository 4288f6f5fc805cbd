package app

import (
	"context"
	"sync"
	"time"

	people "ralop/internal/account"
	"ralop/internal/afterbreak"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/casework"
	"ralop/internal/day"
	"ralop/internal/device"
	"ralop/internal/id"
	"ralop/internal/indicator"
	"ralop/internal/notify"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/warning"
)

// Work runs the workers until ctx ends. Each looks at a mark in the database that says
// what is not done yet, so that nothing is lost when it stops (docs/decisions/0001).
func (a *App) Work(ctx context.Context) {
	var wait sync.WaitGroup
	every := func(pause time.Duration, name string, work func() error) {
		wait.Go(func() {
			ticker := time.NewTicker(pause)
			defer ticker.Stop()
			for {
				if err := work(); err != nil && ctx.Err() == nil {
					a.Log.Error("worker", "name", name, "error", err.Error())
				}
				select {
				case <-ctx.Done():
					return
				case <-ticker.C:
				}
			}
		})
	}
	wait.Go(func() {
		audit.Seal(ctx, a.Store, a.Realm, func(err error) { a.Log.Error("worker", "name", "seal", "error", err.Error()) })
	})
	every(2*time.Second, "due", func() error {
		_, err := calendar.RebuildStale(ctx, a.Store, a.Realm, a.judge)
		return err
	})
	every(20*time.Second, "groups", func() error {
		// A few at a time: roll calls of the morning make months stale faster than boards ask for them.
		_, err := indicator.KeepGroups(ctx, a.Store, a.Realm, 20)
		return err
	})
	every(5*time.Second, "warnings", func() error { return a.watch(ctx) })
	every(10*time.Minute, "cases", func() error { return a.follow(ctx) })
	every(24*time.Hour, "warnings of the night", func() error {
		_, err := warning.Nightly(ctx, a.Store, a.Realm)
		return err
	})
	every(20*time.Second, "breaks", func() error {
		_, err := afterbreak.Refresh(ctx, a.Store, a.Realm, 20)
		return err
	})
	every(20*time.Second, "notices", func() error {
		_, err := notify.Deliver(ctx, a.Store, a.Realm, notify.Transports{Directory: directory})
		return err
	})
	every(24*time.Hour, "purge", func() error { return a.purge(ctx) })
	every(24*time.Hour, "old notices", func() error {
		return a.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return notify.Purge(ctx, tx, a.Realm, tx.Now().Add(-365*24*time.Hour))
		})
	})
	every(6*time.Hour, "statistics", func() error { return a.Store.Analyze(ctx) })
	wait.Wait()
}

// watch turns what the sheets of the last moments say into signals, and signals into cases:
// a child who is missing has a named official within seconds.
func (a *App) watch(ctx context.Context) error {
	if _, err := warning.Pass(ctx, a.Store, a.Realm); err != nil {
		return err
	}
	_, err := casework.TakeSignals(ctx, a.Store, a.Realm)
	return err
}

// follow brings running cases up to date with marks, grants and enrolments, and lets
// silence climb.
func (a *App) follow(ctx context.Context) error {
	if _, err := casework.Settle(ctx, a.Store, a.Realm); err != nil {
		return err
	}
	_, err := casework.Climb(ctx, a.Store, a.Realm)
	return err
}

// directory finds where an account is reached; one that is closed is told nothing.
func directory(ctx context.Context, tx *store.Tx, realm int, account id.ID) (notify.Contact, error) {
	c, err := people.ContactOf(ctx, tx, realm, account)
	if err != nil || c.Disabled {
		return notify.Contact{}, err
	}
	return notify.Contact{Name: c.Name, Email: c.Email, Phone: c.Phone, Language: c.Language}, nil
}

// purge takes away what has been kept long enough (docs/privacy.md), a few records at a time.
func (a *App) purge(ctx context.Context) error {
	err := a.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := device.Purge(ctx, tx, a.System())
		return err
	})
	if err != nil {
		return err
	}
	const slice = 50
	for {
		var gone student.Purged
		err := a.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			gone, err = student.Purge(ctx, tx, a.System(), slice)
			return err
		})
		if err != nil || gone.Pupils < slice && gone.Requests < slice {
			return err
		}
	}
}

// judge lets the sheets of a school follow a calendar that changed under them.
func (a *App) judge(ctx context.Context, tx *store.Tx, school id.ID, period day.Range) error {
	_, err := rollcall.ApplyCalendar(ctx, tx, a.System(), school, period)
	return err
}

// CatchUp does at once all that the workers would do; for the command line after an import and for the demonstration.
func (a *App) CatchUp(ctx context.Context) error {
	if _, err := calendar.RebuildStale(ctx, a.Store, a.Realm, a.judge); err != nil {
		return err
	}
	if err := a.Store.Analyze(ctx); err != nil {
		return err
	}
	for {
		n, err := indicator.KeepGroups(ctx, a.Store, a.Realm, 100)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
	}
	for {
		if n, err := afterbreak.Refresh(ctx, a.Store, a.Realm, 100); err != nil {
			return err
		} else if n == 0 {
			break
		}
	}
	if _, err := warning.Nightly(ctx, a.Store, a.Realm); err != nil {
		return err
	}
	if _, err := casework.TakeSignals(ctx, a.Store, a.Realm); err != nil {
		return err
	}
	if err := a.follow(ctx); err != nil {
		return err
	}
	for {
		if n, err := audit.SealNext(ctx, a.Store, a.Realm); err != nil || n == 0 {
			return err
		}
	}
}
