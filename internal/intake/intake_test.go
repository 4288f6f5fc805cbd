package intake_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ralop/internal/apptest"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/store"
)

func images(t *testing.T, h *apptest.House, tables ...string) (all []string) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		for _, table := range tables {
			shape, err := tx.ShapeOf(ctx, table)
			if err != nil {
				return err
			}
			rows, err := tx.Images(ctx, shape, apptest.Realm, nil)
			if err != nil {
				return err
			}
			for _, row := range rows {
				all = append(all, table+" "+fmt.Sprint(row...))
			}
		}
		return nil
	})
	return all
}

func begin(t *testing.T, h *apptest.House, file id.ID) (run id.ID) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
		run, err = intake.Begin(ctx, tx, apptest.Realm, intake.Run{Kind: "students", Place: intake.Place{Kind: "realm"}, File: file, FileName: "x.csv"})
		return err
	})
	return run
}

// Rows made, changed and deleted, with days, instants and truth in them, come back as they were.
func TestJournalTakesEverySortOfChangeBack(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		run := begin(t, h, 0)
		tables := []string{"account", "role_grant", "setting", "pupil_residence"}
		before := images(t, h, tables...)
		change := func() {
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				j := intake.NewJournal(apptest.Realm, run)
				mai, hoa := apptest.Mai.Account, apptest.Hoa.Account
				for _, w := range []struct{ table, column string }{{"account", "id"}, {"role_grant", "account"}} {
					if err := j.Watch(ctx, tx, w.table, []string{w.column}, store.In([]id.ID{mai, hoa})); err != nil {
						return err
					}
				}
				for _, statement := range []string{`UPDATE account SET must_change = TRUE, phone = '0100000000', locked_until = $3 WHERE realm = $1 AND id = $2`,
					`DELETE FROM role_grant WHERE realm = $1 AND account = $2 AND given_at <= $3`} {
					if _, err := tx.Exec(ctx, statement, apptest.Realm, mai, tx.Now()); err != nil {
						return err
					}
				}
				if err := j.Load(ctx, tx, "setting", []string{"realm", "name", "value", "account", "set_at"}, [][]any{{apptest.Realm, "test.one", "1", hoa, tx.Now()}}); err != nil {
					return err
				}
				return j.Close(ctx, tx)
			})
		}
		change()
		if cmp.Equal(before, images(t, h, tables...)) {
			t.Fatal("nothing was changed")
		}
		undo := func() error {
			return h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				rows, left, err := intake.UndoSlice(ctx, tx, apptest.Realm, run, nil)
				if err == nil && (len(rows) < 3 || left != 0) {
					t.Errorf("%d rows, %d entries left", len(rows), left)
				}
				return err
			})
		}
		if err := undo(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, images(t, h, tables...)); diff != "" {
			t.Error(diff)
		}
		change()
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE setting SET value = '2' WHERE realm = $1 AND name = 'test.one'`, apptest.Realm)
			return err
		})
		if err := undo(); !fault.HasCode(err, "intake.changed_since") {
			t.Errorf("a row that was changed since: %v", err)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			stands, err := intake.Stands(ctx, tx, apptest.Realm, run, nil, nil)
			if len(stands) != 1 || stands[0].Table != "setting" || !stands[0].Changed || stands[0].Rows != 1 {
				t.Errorf("%+v", stands)
			}
			return err
		})
	})
}

func TestFilesAreKeptInPiecesAndForgotten(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		content := bytes.Repeat([]byte("Lò Thị Ánh;7A\n"), 160_000)
		file, err := intake.Keep(t.Context(), h.Store, apptest.Realm, 0, "x.csv", bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		run := begin(t, h, file)
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			got, err := intake.Content(ctx, tx, apptest.Realm, file)
			if !bytes.Equal(got, content) {
				t.Errorf("%d bytes of %d", len(got), len(content))
			}
			return err
		})
		purge := func() {
			h.Write(t, func(ctx context.Context, tx *store.Tx) error { return intake.Purge(ctx, tx, apptest.Realm) })
		}
		h.Clock.Advance(intake.FileAge - time.Hour)
		purge()
		h.Clock.Advance(2 * time.Hour)
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := intake.Content(ctx, tx, apptest.Realm, file)
			return err
		})
		purge()
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			if _, err := intake.Content(ctx, tx, apptest.Realm, file); !fault.HasCode(err, "intake.forgotten") {
				t.Errorf("after its time: %v", err)
			}
			_, err := intake.Find(ctx, tx, apptest.Realm, run)
			return err
		})
		h.Clock.Advance(intake.UndoAge)
		purge()
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			if _, err := intake.Find(ctx, tx, apptest.Realm, run); !fault.HasCode(err, "intake.no_run") {
				t.Errorf("the run after its time: %v", err)
			}
			return nil
		})
	})
}
