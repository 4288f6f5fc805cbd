package store_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

const (
	sqlNewRealm = `INSERT INTO realm (realm, name, story, opened_at) VALUES ($1, 'x', '', $2)`
	sqlRealms   = `SELECT COUNT(*) FROM realm`
)

func limited(t *testing.T, engine store.Engine, limits store.Limits) *store.Store {
	t.Helper()
	c := storetest.Fresh(t, engine)
	c.Limits = limits
	return storetest.OpenConfig(t, c, nil)
}

func addRealm(t *testing.T, s *store.Store, number int) error {
	t.Helper()
	return s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, sqlNewRealm, number, tx.Now())
		return err
	})
}

func realms(t *testing.T, s *store.Store) (n int) {
	t.Helper()
	err := s.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One[int](ctx, tx, sqlRealms)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// hold keeps the one connection that writes until release is called.
func hold(t *testing.T, s *store.Store) (release func()) {
	t.Helper()
	inside, free, over := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		over <- s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE realm SET name = 'held' WHERE realm = 1`); err != nil {
				return err
			}
			if _, err := store.One[int](ctx, tx, sqlRealms); err != nil { // all that was queued has been sent
				return err
			}
			close(inside)
			<-free
			return nil
		})
	}()
	<-inside
	return sync.OnceFunc(func() {
		close(free)
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
}

// Who comes when as many wait as may is told at once; those who wait are served.
func TestTheQueueHasAnEnd(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			s := limited(t, engine, store.Limits{Connections: 1, Queue: 1, Patience: time.Hour})
			if err := addRealm(t, s, 1); err != nil {
				t.Fatal(err)
			}
			release := hold(t, s)
			defer release()
			waited := make(chan error, 1)
			go func() { waited <- addRealm(t, s, 2) }()
			for s.Load().Waiting < 1 {
				time.Sleep(time.Millisecond)
			}
			if err := addRealm(t, s, 3); !store.IsBusy(err) {
				t.Errorf("one too many: %v", err)
			}
			release()
			if err := <-waited; err != nil {
				t.Error(err)
			}
			if n := realms(t, s); n != 2 {
				t.Errorf("%d rows, want the first and the one that waited", n)
			}
			if load := s.Load(); load.Waiting != 0 || load.Room != 1 {
				t.Errorf("%+v", load)
			}
		})
	}
}

func TestPatienceForAConnectionEnds(t *testing.T) {
	t.Parallel()
	s := limited(t, store.Postgres, store.Limits{Connections: 1, Patience: 4 * time.Second})
	if err := addRealm(t, s, 1); err != nil {
		t.Fatal(err)
	}
	release := hold(t, s)
	if err := addRealm(t, s, 2); !store.IsBusy(err) {
		t.Errorf("got %v", err)
	}
	release()
	if err := addRealm(t, s, 2); err != nil {
		t.Errorf("with the connection free again: %v", err)
	}
}

// A statement that takes too long is ended: its transaction leaves nothing, and the next one works.
func TestASlowStatementIsToldAndLeavesNothing(t *testing.T) {
	t.Parallel()
	s := limited(t, store.Postgres, store.Limits{Connections: 1, Statement: 4 * time.Second})
	err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, sqlNewRealm, 1, tx.Now()); err != nil {
			return err
		}
		return tx.Each(ctx, func(store.Row) error { return nil }, `SELECT pg_sleep(60)`)
	})
	if !store.IsSlow(err) || store.IsBusy(err) || store.IsAway(err) {
		t.Fatalf("got %v", err)
	}
	if n := realms(t, s); n != 0 {
		t.Fatalf("%d rows are left", n)
	}
	if err := addRealm(t, s, 1); err != nil {
		t.Error(err)
	}
}

func TestWaitingForALockEnds(t *testing.T) {
	s := limited(t, store.Postgres, store.Limits{Connections: 2, Lock: 30 * time.Millisecond})
	if err := addRealm(t, s, 1); err != nil {
		t.Fatal(err)
	}
	release := hold(t, s)
	defer release()
	err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE realm SET name = 'other' WHERE realm = 1`)
		return err
	})
	if !store.IsBusy(err) || store.IsSlow(err) {
		t.Errorf("got %v", err)
	}
}

// A server that says nothing more, as when its machine has lost its current, is given up,
// and what it was asked runs again on the next connection.
func TestAServerThatFallsSilentIsGivenUp(t *testing.T) {
	t.Parallel()
	c := storetest.Fresh(t, store.Postgres)
	var mute atomic.Bool
	c.URL = through(t, c.URL, &mute)
	c.Limits = store.Limits{Connections: 2, Statement: 4 * time.Second}
	s := storetest.OpenConfig(t, c, nil)
	runs := 0
	err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if runs++; runs == 1 {
			if _, err := store.One[int](ctx, tx, sqlRealms); err != nil { // the transaction is open
				return err
			}
			mute.Store(true)
			_, err := store.One[int](ctx, tx, sqlRealms)
			mute.Store(false)
			if !store.IsAway(err) {
				t.Errorf("a silent server gives %v", err)
			}
			return err
		}
		_, err := tx.Exec(ctx, sqlNewRealm, 1, tx.Now())
		return err
	})
	if err != nil || runs != 2 || realms(t, s) != 1 {
		t.Errorf("%v after %d runs, %d rows", err, runs, realms(t, s))
	}
}

// through is a way to a test's server, whose answers get lost while mute holds.
func through(t *testing.T, address string, mute *atomic.Bool) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(u.Query().Get("host"), ".s.PGSQL.5432")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("unix", socket)
			if err != nil {
				near.Close()
				continue
			}
			go func() { io.Copy(far, near); far.Close() }()
			go func() {
				defer near.Close()
				buffer := make([]byte, 1<<16)
				for {
					n, err := far.Read(buffer)
					if err != nil {
						return
					}
					if !mute.Load() {
						near.Write(buffer[:n])
					}
				}
			}()
		}
	}()
	return "postgres://postgres@" + listener.Addr().String() + u.Path + "?sslmode=disable"
}

func TestADatabaseThatIsNotThereIsTold(t *testing.T) {
	c := storetest.Fresh(t, store.Postgres)
	_, err := store.Open(t.Context(), store.Config{URL: strings.Replace(c.URL, "host=", "host=%2Fnowhere", 1), Limits: store.Limits{Patience: time.Second}})
	if !store.IsAway(err) {
		t.Errorf("got %v", err)
	}
	if store.IsAway(errors.New("x")) || store.IsAway(context.Canceled) {
		t.Error("everything is away")
	}
}
