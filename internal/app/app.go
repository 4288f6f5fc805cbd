// Package app builds the whole house from a Config: the store, the doors, the workers,
// and an orderly end. Only cmd, the tests of the house, e2e and bench import it.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"ralop/internal/access"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/schema"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Config is all that the house is built from.
type Config struct {
	Dir    string       // folder of the SQLite database
	URL    string       // postgres://…; wins over Dir
	Log    *slog.Logger // nil is silent
	Limits store.Limits
}

// App is an open house.
type App struct {
	Store *store.Store
	Log   *slog.Logger
	Realm int    // 0 while no realm has been opened
	Name  string // of the realm
	Story string // name of the demonstration story, "" for real data
	clock *clock
	dir   string // folder of the SQLite database, "" on PostgreSQL
}

// clock is the machine's clock moved by a fixed time: the demonstration lives in another year.
type clock struct{ moved atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.moved.Load())) }

const (
	sqlRealm     = `SELECT realm, name, story FROM realm ORDER BY realm`
	sqlOpenRealm = `INSERT INTO realm (realm, name, story, opened_at) VALUES ($1, $2, $3, $4)`
	sqlClock     = `SELECT value FROM setting WHERE realm = $1 AND name = 'clock.moved'`
	sqlSetClock  = `INSERT INTO setting (realm, name, value, account, set_at) VALUES ($1, 'clock.moved', $2, 0, $3)
		ON CONFLICT (realm, name) DO UPDATE SET value = excluded.value, set_at = excluded.set_at`
)

// Open opens the database, brings its schema up to date, and reads which realm it holds.
func Open(ctx context.Context, c Config) (*App, error) {
	a := &App{Log: c.Log, clock: &clock{}}
	if c.URL == "" {
		a.dir = c.Dir
	}
	if a.Log == nil {
		a.Log = slog.New(slog.DiscardHandler)
	}
	var err error
	if a.Store, err = store.Open(ctx, store.Config{Dir: c.Dir, URL: c.URL, Clock: a.clock.now, Limits: c.Limits}); err != nil {
		return nil, err
	}
	if err := a.Store.Migrate(ctx, schema.Migrations()); err != nil {
		a.Store.Close()
		return nil, err
	}
	if err := a.readRealm(ctx); err != nil {
		a.Store.Close()
		return nil, err
	}
	return a, nil
}

// Close ends the house in order.
func (a *App) Close() error { return a.Store.Close() }

func (a *App) readRealm(ctx context.Context) error {
	type realm struct {
		Number      int
		Name, Story string
	}
	return a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		realms, err := store.All[realm](ctx, tx, sqlRealm)
		if err != nil || len(realms) == 0 {
			return err
		}
		// One deployment holds one realm; a nation's are reached through unit_holder.
		a.Realm, a.Name, a.Story = realms[0].Number, realms[0].Name, realms[0].Story
		moved, err := store.One[string](ctx, tx, sqlClock, a.Realm)
		if store.IsNone(err) {
			return nil
		} else if err != nil {
			return err
		}
		d, err := time.ParseDuration(moved)
		if err != nil {
			return fmt.Errorf("app: the clock of the demonstration cannot be read: %w", err)
		}
		a.clock.moved.Store(int64(d))
		return nil
	})
}

// OpenRealm writes the authority that holds facts; story is "" for real data. It is done once.
func (a *App) OpenRealm(ctx context.Context, name, story string) error {
	if a.Realm != 0 {
		return fault.New(fault.Conflict, "app.realm-open", fault.Args{"name": a.Name})
	}
	const first = 1
	err := a.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, sqlOpenRealm, first, name, story, tx.Now())
		return err
	})
	if err != nil {
		return err
	}
	a.Realm, a.Name, a.Story = first, name, story
	return nil
}

const sqlProvince = `SELECT p.unit FROM unit_period p JOIN unit u ON u.id = p.unit
	WHERE u.kind = 'province' AND p.name_fold IN ($1) AND p.until_day > $2 ORDER BY p.from_day DESC`

// InstallUnits brings the units that come with the product into a new realm. When the
// realm is named after one of their provinces, it holds the facts of that province.
func (a *App) InstallUnits(ctx context.Context, progress func(done, total int)) error {
	if err := org.InstallReference(ctx, a.Store, a.System(), org.ReferenceFrom, progress); err != nil {
		return err
	}
	return a.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		names := []string{viet.Fold(a.Name), viet.Fold("Tỉnh " + a.Name)}
		units, err := store.All[id.ID](ctx, tx, sqlProvince, store.In(names), tx.Today())
		if err != nil || len(units) == 0 {
			return err
		}
		return org.Hold(ctx, tx, a.System(), units[0], org.ReferenceFrom)
	})
}

// SetClock makes the product's clock say t now, and run from there; for the demonstration.
func (a *App) SetClock(ctx context.Context, t time.Time) error {
	moved := time.Until(t)
	err := a.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, sqlSetClock, a.Realm, moved.String(), tx.Now())
		return err
	})
	if err == nil {
		a.clock.moved.Store(int64(moved))
	}
	return err
}

// System is the product itself as a caller, for the machine's owner on the command line and for workers.
func (a *App) System() access.Who { return access.System(a.Realm) }
