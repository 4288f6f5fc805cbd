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
	"ralop/internal/exchange"
	"ralop/internal/handout"
	"ralop/internal/household"
	"ralop/internal/id"
	"ralop/internal/indicator"
	"ralop/internal/intake"
	"ralop/internal/job"
	"ralop/internal/notify"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/warning"
	"ralop/internal/webhook"
)

// Work runs the workers until ctx ends. Each looks at a mark in the database that says
// what is not done yet, so that nothing is lost when it stops (docs/decisions/0001).
func (a *App) Work(ctx context.Context) {
	ctx = store.Background(ctx) // people go first
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
	var settled day.Instant // cases of rolls that came in after this are looked at
	every(5*time.Second, "warnings", func() error { return a.watch(ctx, &settled) })
	every(time.Minute, "night", func() error { return a.night(ctx) })
	every(20*time.Second, "breaks", func() error {
		_, err := afterbreak.Refresh(ctx, a.Store, a.Realm, 20)
		return err
	})
	every(20*time.Second, "notices", func() error {
		_, err := notify.Deliver(ctx, a.Store, a.Realm, notify.Transports{Directory: directory})
		return err
	})
	every(2*time.Second, "imports", func() error { return exchange.Work(ctx, a.Store, a.Realm) })
	every(2*time.Second, "handouts", func() error { return exchange.HandOut(ctx, a.Store, a.Realm) })
	every(10*time.Minute, "past handouts", func() error {
		_, err := handout.Purge(ctx, a.Store, a.Realm)
		return err
	})
	every(2*time.Second, "webhooks", func() error { return a.tell(ctx) })
	every(10*time.Minute, "transfers", func() error {
		_, err := student.RemindTransfers(ctx, a.Store, a.Realm)
		return err
	})
	every(6*time.Hour, "statistics", func() error { return a.Store.Analyze(ctx) })
	wait.Wait()
}

// watch turns what the sheets of the last moments say into signals, signals into cases, and
// cases into climbs where a deadline has passed: a child who is missing has a named official
// within seconds. settled is up to when it has looked at returns.
func (a *App) watch(ctx context.Context, settled *day.Instant) error {
	if _, err := warning.Pass(ctx, a.Store, a.Realm); err != nil {
		return err
	}
	if _, err := casework.TakeSignals(ctx, a.Store, a.Realm); err != nil {
		return err
	}
	now := a.Store.Now()
	if _, err := casework.SettleFresh(ctx, a.Store, a.Realm, *settled); err != nil {
		return err
	}
	*settled = now
	_, err := casework.Climb(ctx, a.Store, a.Realm)
	return err
}

// tell sends what happened to the programs that asked to be told.
func (a *App) tell(ctx context.Context) error {
	if _, err := webhook.Gather(ctx, a.Store, a.Realm); err != nil {
		return err
	}
	_, err := webhook.Deliver(ctx, a.Store, a.Realm)
	return err
}

// NightRun is the kind of the run that a night leaves behind.
const NightRun = "night"

// night does once a day what does not wait for a mark: checks after returns first, so that
// a new case does not cancel one that is due, then classes that nobody calls, children who
// have not arrived, support that ended. It runs after two o'clock, or as soon as the house
// stands again.
func (a *App) night(ctx context.Context) error {
	if a.Store.Now().Time().Hour() < 2 {
		return nil
	}
	done := false
	err := a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		last, err := job.Last(ctx, tx, a.Realm, NightRun)
		if store.IsNone(err) {
			return nil
		}
		done = last.MadeAt.Day() >= tx.Today()
		return err
	})
	if done || err != nil {
		return err
	}
	if err := a.follow(ctx); err != nil {
		return err
	}
	if err := a.forget(ctx); err != nil {
		return err
	}
	return a.note(ctx, NightRun, nil)
}

// follow brings every case and every school up to date.
func (a *App) follow(ctx context.Context) error {
	if _, err := casework.Settle(ctx, a.Store, a.Realm); err != nil {
		return err
	}
	if _, err := student.RemindTransfers(ctx, a.Store, a.Realm); err != nil {
		return err
	}
	if _, err := student.FindDuplicates(ctx, a.Store, a.Realm, nil); err != nil {
		return err
	}
	if _, err := warning.Nightly(ctx, a.Store, a.Realm); err != nil {
		return err
	}
	if _, err := casework.TakeSignals(ctx, a.Store, a.Realm); err != nil {
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

// forget takes away what has been kept long enough (docs/privacy.md), a few records at a time.
func (a *App) forget(ctx context.Context) error {
	err := a.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		// Class lists that were uploaded before the desk kept files lie in these runs: they are personal.
		if err := job.Purge(ctx, tx, a.Realm, "import-students", 24*time.Hour); err != nil {
			return err
		}
		if err := notify.Purge(ctx, tx, a.Realm, tx.Now().Add(-365*24*time.Hour)); err != nil {
			return err
		}
		if err := webhook.Purge(ctx, tx, a.Realm, tx.Now().Add(-90*24*time.Hour)); err != nil {
			return err
		}
		if err := student.ForgetMerges(ctx, tx, a.Realm); err != nil {
			return err
		}
		if err := intake.Purge(ctx, tx, a.Realm); err != nil {
			return err
		}
		keep, err := student.ReadRetention(ctx, tx, a.Realm)
		if err != nil {
			return err
		}
		if _, err := household.Purge(ctx, tx, a.System(), tx.Today().SchoolYear()-keep.PupilYears, 500); err != nil {
			return err
		}
		_, err = device.Purge(ctx, tx, a.System())
		return err
	})
	if err != nil {
		return err
	}
	if _, err := casework.Purge(ctx, a.Store, a.Realm); err != nil {
		return err
	}
	const slice = 50
	for {
		var due []id.ID
		err := a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			due, err = student.Due(ctx, tx, a.System(), slice)
			return err
		})
		if err != nil {
			return err
		}
		err = a.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := student.Purge(ctx, tx, a.System(), due)
			return err
		})
		if err != nil || len(due) < slice {
			return err
		}
	}
}

// judge lets the sheets of a school follow a calendar that changed under them.
func (a *App) judge(ctx context.Context, s *store.Store, school id.ID, period day.Range) error {
	_, err := rollcall.FollowCalendar(ctx, s, a.System(), school, period)
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
	if err := a.follow(ctx); err != nil {
		return err
	}
	for {
		if n, err := audit.SealNext(ctx, a.Store, a.Realm); err != nil || n == 0 {
			return err
		}
	}
}
