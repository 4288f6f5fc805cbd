package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

const insertRealm = `INSERT INTO realm (realm, name, story, opened_at) VALUES ($1, $2, '', $3)`

func count(t *testing.T, s *store.Store) int {
	t.Helper()
	var n int
	err := s.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One[int](ctx, tx, `SELECT count(*) FROM realm`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestValuesComeBackAsTheyWent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		at := day.InstantOf(time.Date(2020, 5, 29, 7, 5, 1, 123456000, day.Place))
		on := day.MustParse("2020-05-29")
		err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Exec(ctx, insertRealm, 1, "Điện Biên", at); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `INSERT INTO school_month (realm, school, month, level, sheets, no_class, roll, unknown, excused, unexcused, late, changes) VALUES ($1, 7, $2, 'TH', 1, 0, 35, 1, 0, 0, 0, 1)`, 1, on)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		type row struct {
			Name   string
			Opened day.Instant
			Month  struct {
				First  day.Day
				School id.ID
			}
		}
		s.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			got, err := store.One[row](ctx, tx, `SELECT r.name, r.opened_at, y.month, y.school FROM realm r JOIN school_month y ON y.realm = r.realm WHERE r.realm IN ($1) AND y.month IN ($2)`,
				store.In([]id.ID{1, 7}), store.In([]day.Day{on}))
			want := row{Name: "Điện Biên", Opened: at}
			want.Month.First, want.Month.School = on, 7
			if err != nil || got != want {
				t.Errorf("got %+v, %v; want %+v", got, err, want)
			}
			none, err := store.All[row](ctx, tx, `SELECT r.name, r.opened_at, y.month, y.school FROM realm r JOIN school_month y ON y.realm = r.realm WHERE r.realm IN ($1)`, store.In[id.ID](nil))
			if err != nil || len(none) != 0 {
				t.Errorf("an empty list must match nothing, got %v, %v", none, err)
			}
			return nil
		})
	})
}

func TestOneCallersFaultUndoesOnlyItsOwn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		refused := errors.New("refused")
		var wait sync.WaitGroup
		for i := range 100 {
			wait.Go(func() {
				defer func() {
					if p := recover(); (p != nil) != (i%5 == 2) {
						t.Errorf("caller %d: panic %v", i, p)
					}
				}()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
					if _, err := tx.Exec(ctx, insertRealm, i, "r", tx.Now()); err != nil {
						return err
					}
					switch i % 5 {
					case 1:
						return refused
					case 2:
						panic("a mistake in a room")
					case 3:
						cancel()
					}
					return nil
				})
				if i%5 == 1 && !errors.Is(err, refused) {
					t.Errorf("caller %d got %v", i, err)
				}
				if i%5 == 3 && err == nil {
					t.Errorf("caller %d had gone and was told that its work is kept", i)
				}
				if (i%5 == 0 || i%5 == 4) && err != nil {
					t.Errorf("caller %d: %v", i, err)
				}
			})
		}
		wait.Wait()
		if n := count(t, s); n != 40 {
			t.Errorf("40 callers were right, %d rows are there", n)
		}
	})
}

func TestManyAndLoadWriteAllRows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		var first, second [][]any
		for i := range 300 {
			first = append(first, []any{i, fmt.Sprint("m", i), s.Now()})
			second = append(second, []any{1000 + i, "l", "", s.Now()})
		}
		err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if err := tx.Many(ctx, insertRealm, first); err != nil {
				return err
			}
			if err := tx.Load(ctx, "realm", []string{"realm", "name", "story", "opened_at"}, second); err != nil {
				return err
			}
			return tx.Load(ctx, "school_due_month", []string{"realm", "school", "month", "level", "sheets", "roll"},
				[][]any{{1, id.ID(7), day.MustParse("2019-09-01"), "TH", 1, 35}})
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := count(t, s); n != 600 {
			t.Errorf("wrote 600 rows, found %d", n)
		}
	})
}

func TestReadCannotWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		err := s.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, insertRealm, 1, "x", tx.Now())
			return err
		})
		if err == nil || count(t, s) != 0 {
			t.Errorf("a read wrote: %v", err)
		}
	})
}

func TestWriteInsideWritePanics(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		defer func() {
			if recover() == nil {
				t.Error("Write inside Write would wait for itself for ever; it must panic")
			}
		}()
		s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return s.Write(ctx, func(context.Context, *store.Tx) error { return nil })
		})
	})
}

func TestUniqueIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		insert := func() error {
			return s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, insertRealm, 1, "x", tx.Now())
				return err
			})
		}
		if err := insert(); err != nil {
			t.Fatal(err)
		}
		if err := insert(); !store.IsUnique(err) {
			t.Errorf("the second row of one key gave %v", err)
		}
	})
}

func TestTwoOpenStoresMakeDifferentIDs(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			where := storetest.Fresh(t, engine)
			a, b := storetest.OpenConfig(t, where, nil), storetest.OpenConfig(t, where, nil)
			seen := map[id.ID]bool{}
			for range 20000 {
				for _, made := range []id.ID{a.NewID(), b.NewID()} {
					if seen[made] {
						t.Fatalf("id %v was made twice", made)
					}
					seen[made] = true
				}
			}
		})
	}
}

func TestFolderNamesMayHoldAnything(t *testing.T) {
	dir := t.TempDir() + "/Năm học 2019#2020 100%?"
	s, err := store.Open(t.Context(), store.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := os.Stat(dir + "/" + store.FileName); err != nil {
		t.Errorf("the database is not where it was asked for: %v", err)
	}
}

// A new table must not be read from end to end because nobody has counted its rows yet.
func TestEmptyTablesKeepTheGuessesOfThePlanner(t *testing.T) {
	s := storetest.Open(t, store.SQLite, nil)
	plan := func() (plan string) {
		s.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return tx.Each(ctx, func(row store.Row) error {
				var a, b, c int
				var line string
				err := row.Scan(&a, &b, &c, &line)
				plan += line + "\n"
				return err
			}, `EXPLAIN QUERY PLAN SELECT id FROM pupil WHERE realm = $1 AND name_fold = $2 AND born = $3`, 1, "x", "2010-01-01")
		})
		return plan
	}
	for _, when := range []string{"fresh", "after ANALYZE of the empty table"} {
		if got := plan(); !strings.Contains(got, "pupil_by_name") {
			t.Errorf("%s: a pupil is sought by %s", when, got)
		}
		if err := s.Analyze(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
