package audit_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

const realm = 1

func write(t *testing.T, s *store.Store, entries ...audit.Entry) {
	t.Helper()
	err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for _, e := range entries {
			if err := audit.Record(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func seal(t *testing.T, s *store.Store) (n int) {
	t.Helper()
	for {
		sealed, err := audit.SealNext(t.Context(), s, realm)
		if err != nil {
			t.Fatal(err)
		}
		if n += sealed; sealed == 0 {
			return n
		}
	}
}

func entry(object int) audit.Entry {
	return audit.Entry{Realm: realm, Account: 7, Action: "rollcall.submit", ObjectKind: "class", Object: id.ID(object), Rule: "homeroom-teacher.class", Detail: map[string]int{"absent": object}}
}

func verify(t *testing.T, s *store.Store, known map[int64]string) audit.Report {
	t.Helper()
	report, err := audit.Verify(t.Context(), s, realm, known)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// Writers, with transactions that end in any order and some that are undone, and two
// sealers at once: in the end every committed line is in exactly one block.
func TestSealingWhileOthersWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const writers, each = 8, 40
		ctx, stop := context.WithCancel(t.Context())
		var sealers, writing sync.WaitGroup
		for range 2 {
			sealers.Go(func() {
				for ctx.Err() == nil {
					if _, err := audit.SealNext(t.Context(), s, realm); err != nil {
						t.Error(err)
					}
					time.Sleep(time.Millisecond)
				}
			})
		}
		for w := range writers {
			writing.Go(func() {
				for i := range each {
					err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
						if err := audit.Record(ctx, tx, entry(w*each+i)); err != nil {
							return err
						}
						if s.Engine() == store.Postgres && i%7 == 0 {
							time.Sleep(3 * time.Millisecond) // ends after others that began later
						}
						if i%10 == 9 {
							return fmt.Errorf("undone")
						}
						return nil
					})
					if (err != nil) != (i%10 == 9) {
						t.Error(err)
					}
				}
			})
		}
		writing.Wait()
		stop()
		sealers.Wait()
		seal(t, s)
		report := verify(t, s, nil)
		if report.Broken != nil || report.Entries != writers*each*9/10 || report.Blocks == 0 {
			t.Errorf("%+v %+v", report, report.Broken)
		}
	})
}

func TestTamperingIsFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for b := 1; b <= 4; b++ {
			write(t, s, entry(b*10), entry(b*10+1), entry(b*10+2))
			if n := seal(t, s); n != 3 {
				t.Fatalf("sealed %d", n)
			}
		}
		good := verify(t, s, nil)
		if good.Broken != nil || good.Blocks != 4 || good.Entries != 12 || good.Head.Number != 4 {
			t.Fatalf("%+v %+v", good, good.Broken)
		}
		heads := map[int64]string{good.Head.Number: good.Head.Hash}
		cases := []struct {
			name     string
			harm     string
			mend     string
			number   int64
			why      string
			byHeads  bool // seen only with a head kept elsewhere
			manyHarm []string
		}{
			{name: "a line changed", harm: `UPDATE audit_entry SET object = 99 WHERE object = 21`, mend: `UPDATE audit_entry SET object = 21 WHERE object = 99`, number: 2, why: "digest"},
			{name: "who did it changed", harm: `UPDATE audit_entry SET account = 8 WHERE object = 30`, mend: `UPDATE audit_entry SET account = 7 WHERE object = 30`, number: 3, why: "digest"},
			{name: "a line put to another block", harm: `UPDATE audit_entry SET seal = 3 WHERE object = 20`, mend: `UPDATE audit_entry SET seal = 2 WHERE object = 20`, number: 2, why: "lines"},
			{name: "a line unsealed", harm: `UPDATE audit_entry SET seal = NULL WHERE object = 12`, mend: `UPDATE audit_entry SET seal = 1 WHERE object = 12`, number: 1, why: "lines"},
			{name: "a line sealed beyond the chain", harm: `INSERT INTO audit_entry (realm, id, at, account, action, object_kind, object, rule, detail, seal) SELECT realm, id + 1000000000, at, account, action, object_kind, object, rule, detail, 9 FROM audit_entry WHERE object = 12`, mend: `DELETE FROM audit_entry WHERE seal = 9`, number: 9, why: "stray"},
			{name: "a block changed", harm: `UPDATE audit_block SET entries = 4 WHERE number = 2`, mend: `UPDATE audit_block SET entries = 3 WHERE number = 2`, number: 2, why: "lines"},
			{name: "a hash changed", harm: `UPDATE audit_block SET previous = 'x' WHERE number = 3`, number: 3, why: "chain", mend: `UPDATE audit_block SET previous = (SELECT b.hash FROM audit_block b WHERE b.number = 2) WHERE number = 3`},
			{name: "a block removed", harm: `UPDATE audit_block SET number = 20 WHERE number = 2`, mend: `UPDATE audit_block SET number = 2 WHERE number = 20`, number: 2, why: "missing"},
			{name: "the end cut off", harm: `UPDATE audit_block SET realm = 2 WHERE number = 4`, mend: `UPDATE audit_block SET realm = 1 WHERE number = 4`, number: 4, why: "stray"},
			{name: "the end cut off with its lines", manyHarm: []string{`UPDATE audit_block SET realm = 2 WHERE number = 4`, `UPDATE audit_entry SET realm = 2 WHERE seal = 4`}, number: 4, why: "head", byHeads: true},
		}
		run := func(query string) {
			t.Helper()
			if err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { _, err := tx.Exec(ctx, query); return err }); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range cases {
			for _, harm := range append(c.manyHarm, c.harm) {
				if harm != "" {
					run(harm)
				}
			}
			var known map[int64]string
			if c.byHeads {
				if verify(t, s, nil).Broken != nil {
					t.Errorf("%s: seen without the head", c.name)
				}
				known = heads
			}
			report := verify(t, s, known)
			if report.Broken == nil || report.Broken.Number != c.number || report.Broken.Why != c.why {
				t.Errorf("%s: %+v, want block %d %s", c.name, report.Broken, c.number, c.why)
			}
			if c.mend != "" {
				run(c.mend)
				if again := verify(t, s, heads); again.Broken != nil {
					t.Fatalf("%s: not mended: %+v", c.name, again.Broken)
				}
			}
		}
	})
}

func TestOverdueAndHead(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			now := time.Date(2020, 5, 29, 7, 0, 0, 0, day.Place)
			s := storetest.Open(t, engine, func() time.Time { return now })
			waiting := func() (w audit.Waiting) {
				t.Helper()
				if err := s.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
					w, err = audit.Unsealed(ctx, tx, realm)
					return err
				}); err != nil {
					t.Fatal(err)
				}
				return w
			}
			if w := waiting(); w != (audit.Waiting{}) {
				t.Errorf("an empty book: %+v", w)
			}
			write(t, s, entry(1))
			now = now.Add(59 * time.Second)
			write(t, s, entry(2))
			if w := waiting(); w.Entries != 2 || w.Overdue != 0 {
				t.Errorf("after 59 s: %+v", w)
			}
			now = now.Add(2 * time.Second)
			if w := waiting(); w.Overdue != 1 {
				t.Errorf("after 61 s: %+v", w)
			}
			seal(t, s)
			if w := waiting(); w != (audit.Waiting{}) {
				t.Errorf("sealed: %+v", w)
			}
		})
	}
}

func TestReadingTheBook(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			start := time.Date(2020, 5, 29, 7, 0, 0, 0, day.Place)
			now := start
			s := storetest.Open(t, engine, func() time.Time { return now })
			for i := range 10 {
				e := entry(i)
				if i%3 == 0 {
					e.Action, e.Account = "account.reset", 8
				}
				write(t, s, e)
				now = now.Add(time.Hour)
				if i%2 == 1 && i < 8 {
					seal(t, s)
				}
			}
			list := func(f audit.Filter) string {
				t.Helper()
				var lines []audit.Line
				if err := s.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
					lines, err = audit.Lines(ctx, tx, realm, f)
					return err
				}); err != nil {
					t.Fatal(err)
				}
				var objects []string
				for _, l := range lines {
					objects = append(objects, l.Object.String())
				}
				return strings.Join(objects, " ")
			}
			at := func(hours int) day.Instant { return day.InstantOf(start.Add(time.Duration(hours) * time.Hour)) }
			for want, f := range map[string]audit.Filter{
				"9 8 7 6 5 4 3 2 1 0": {}, "9 8 7": {Limit: 3}, "9 6 3 0": {Account: 8}, "6 3": {Action: "account.", From: at(1), Until: at(9)},
				"5 4 3": {From: at(3), Until: at(6)}, "4": {Object: 4}, "9 8": {From: at(8)}, "3 1": {Objects: []id.ID{1, 3}}, "": {Objects: []id.ID{}},
				"8 7 5 4 2 1": {Action: "rollcall.submit", ObjectKind: "class"},
			} {
				if got := list(f); got != want {
					t.Errorf("%+v: got %q, want %q", f, got, want)
				}
			}
		})
	}
}
