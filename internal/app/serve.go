package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	people "ralop/internal/account"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/indicator"
	"ralop/internal/notify"
	"ralop/internal/offline"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/story"
	"ralop/internal/student"
	"ralop/internal/web"
	"ralop/internal/web/account"
	rollpages "ralop/internal/web/rollcall"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// Serving is how an App is served.
type Serving struct {
	Secure  bool // over HTTPS: cookies go no other way
	Version string
	Metrics *Metrics // nil: nothing is measured
}

// Handler is everything a browser can ask of the house.
func (a *App) Handler(s Serving) http.Handler {
	config := door.Config{Store: a.Store, Log: a.Log, Face: frame.Face, Secure: s.Secure, Version: s.Version,
		SignIn: ui.SignInAddress, ChangePassword: account.ChangePasswordAddress, Demonstration: a.Story != ""}
	if config.Demonstration {
		config.People = func(ctx context.Context, tx *store.Tx) ([]people.Offer, error) { return story.Offers(ctx, tx, a.Realm) }
	}
	routes := slices.Concat(web.Routes(), offline.Routes(func() int { return a.Realm }))
	mounts := slices.Concat(web.Mounts(), offline.Mounts(rollpages.Module()), a.health(s.Version))
	if s.Metrics != nil {
		config.Observe = s.Metrics.observe
	}
	return door.New(config).Handler(routes, mounts...)
}

// Serve answers on the listener until ctx ends, then finishes what it took: requests in
// hand get ten seconds, and the workers end after the piece they are at.
func (a *App) Serve(ctx context.Context, listener net.Listener, s Serving) error {
	server := &http.Server{
		Handler:           a.Handler(s),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(a.Log.Handler(), slog.LevelDebug),
	}
	workers, stop := context.WithCancel(context.WithoutCancel(ctx))
	var wait sync.WaitGroup
	wait.Go(func() { a.Work(workers) })
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	var err error
	select {
	case err = <-ended:
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		err = server.Shutdown(grace)
		cancel()
	}
	stop()
	wait.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

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
		if n, err := audit.SealNext(ctx, a.Store, a.Realm); err != nil || n == 0 {
			return err
		}
	}
}
