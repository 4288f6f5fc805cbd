// Package storetest gives tests fresh, migrated databases of both engines: real files
// and a real PostgreSQL server, started once for each test binary. Only tests import it.
package storetest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ralop/internal/schema"
	"ralop/internal/store"
)

// Engines are the engines that every room's test runs on.
var Engines = []store.Engine{store.SQLite, store.Postgres}

// Each runs f once for each engine, on a database of its own.
func Each(t *testing.T, f func(t *testing.T, s *store.Store)) {
	t.Helper()
	for _, engine := range Engines {
		t.Run(string(engine), func(t *testing.T) { f(t, Open(t, engine, nil)) })
	}
}

// Open gives a fresh, migrated database; clock may be nil. It is closed and removed with the test.
func Open(t testing.TB, engine store.Engine, clock func() time.Time) *store.Store {
	t.Helper()
	return OpenConfig(t, Fresh(t, engine), clock)
}

// OpenConfig opens a database that Fresh made, for tests that open one twice.
func OpenConfig(t testing.TB, c store.Config, clock func() time.Time) *store.Store {
	t.Helper()
	c.Clock = clock
	s, err := store.Open(context.Background(), c)
	if err != nil {
		t.Fatalf("storetest: %v", err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// Fresh makes a migrated database and says where it is.
func Fresh(t testing.TB, engine store.Engine) store.Config {
	t.Helper()
	if engine == store.SQLite {
		return freshSQLite(t)
	}
	return freshPostgres(t)
}

var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "ralop-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := migrate(store.Config{Dir: dir}); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, store.FileName))
})

func migrate(c store.Config) error {
	s, err := store.Open(context.Background(), c)
	if err != nil {
		return err
	}
	if err := s.Migrate(context.Background(), schema.Migrations()); err != nil {
		s.Close()
		return err
	}
	return s.Close()
}

func freshSQLite(t testing.TB) store.Config {
	content, err := sqliteTemplate()
	if err != nil {
		t.Fatalf("storetest: SQLite template: %v", err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, store.FileName), content, 0o600); err != nil {
		t.Fatal(err)
	}
	return store.Config{Dir: dir}
}

var databases atomic.Int64

// Empty says where a database may be made that nobody has migrated: what a copy is restored into.
func Empty(t testing.TB, engine store.Engine) store.Config {
	t.Helper()
	if engine == store.SQLite {
		return store.Config{Dir: t.TempDir()}
	}
	return onPostgres(t, "template1")
}

func freshPostgres(t testing.TB) store.Config { return onPostgres(t, "ralop_template") }

func onPostgres(t testing.TB, template string) store.Config {
	server, err := startServer()
	if err != nil {
		t.Fatalf("storetest: PostgreSQL: %v", err)
	}
	name := fmt.Sprintf("test_%d", databases.Add(1))
	if err := server.create(name, template); err != nil {
		t.Fatalf("storetest: %v", err)
	}
	t.Cleanup(func() { server.drop(name) })
	return store.Config{URL: server.url(name), Limits: store.Limits{Connections: 8}}
}
