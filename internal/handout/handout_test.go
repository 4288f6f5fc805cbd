package handout_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/fault"
	"ralop/internal/handout"
	"ralop/internal/id"
	"ralop/internal/job"
	"ralop/internal/store"
)

func order(h *apptest.House, t *testing.T, who apptest.Person, o handout.Order) (file id.ID, err error) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		file, err = handout.Ask(ctx, tx, who.Who(), o)
		return nil
	})
	return file, err
}

func ofSchool(kind string) handout.Order {
	return handout.Order{Kind: kind, Action: access.SeePupils, Place: access.School(apptest.MuongMunS), PlaceName: "Mường Mùn", Asked: "{}", Name: kind + ".csv", Format: "csv", Language: "vi"}
}

func find(t *testing.T, h *apptest.House, who apptest.Person, file id.ID) (f handout.File, err error) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		f, err = handout.Of(ctx, tx, who.Who(), file)
		return nil
	})
	return f, err
}

func waiting(t *testing.T, h *apptest.House) (all []id.ID) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		all, err = handout.Waiting(ctx, tx, apptest.Realm)
		return err
	})
	return all
}

// content is a file as the one who asked gets it.
func content(t *testing.T, h *apptest.House, who apptest.Person, file id.ID) (all []byte, err error) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		var f handout.File
		if f, _, err = handout.Fetch(ctx, tx, who.Who(), file); err != nil {
			return nil
		}
		for number := 1; int64(len(all)) < f.Size; number++ {
			body, err := handout.Chunk(ctx, tx, apptest.Realm, file, number)
			if err != nil || body == nil {
				t.Fatalf("chunk %d: %v", number, err)
			}
			all = append(all, body...)
		}
		return nil
	})
	return all, err
}

func TestAFileIsItsAskersAloneAndEnds(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		ctx := t.Context()
		if _, err := order(h, t, apptest.Thuong, ofSchool("pupils")); !fault.Is(err, fault.Forbidden) {
			t.Errorf("an official without the right: %v", err)
		}
		file, err := order(h, t, apptest.Son, ofSchool("pupils"))
		if err != nil {
			t.Fatal(err)
		}
		if again, err := order(h, t, apptest.Son, ofSchool("pupils")); err != nil || again != file {
			t.Errorf("the same asked twice is %v, %v", again, err)
		}
		if _, err := content(t, h, apptest.Son, file); !fault.HasCode(err, "handout.not-ready") {
			t.Errorf("before it is made: %v", err)
		}

		// The first process dies in the middle; nobody takes the file from it before its time is over.
		dead, err := handout.Take(ctx, h.Store, apptest.Realm, file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := dead.To(ctx).Write(bytes.Repeat([]byte("x"), 3<<20)); err != nil {
			t.Fatal(err)
		}
		if err := dead.Advance(ctx, 500); err != nil {
			t.Fatal(err)
		}
		if all := waiting(t, h); len(all) != 0 {
			t.Errorf("%v wait while somebody works", all)
		}
		if _, err := handout.Take(ctx, h.Store, apptest.Realm, file); !errors.Is(err, handout.ErrTaken) {
			t.Errorf("two at one file: %v", err)
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error { // an hour later
			_, err := tx.Exec(ctx, `UPDATE handout SET holder = holder - $1 WHERE realm = 1 AND id = $2`, time.Hour.Milliseconds()<<22, file)
			return err
		})
		if all := waiting(t, h); len(all) != 1 || all[0] != file {
			t.Fatalf("%v wait after the process died", all)
		}
		work, err := handout.Take(ctx, h.Store, apptest.Realm, file)
		if err != nil {
			t.Fatal(err)
		}
		want := append(bytes.Repeat([]byte("ab"), 1<<20), "end"...)
		if _, err := work.To(ctx).Write(want); err != nil {
			t.Fatal(err)
		}
		if err := dead.Advance(ctx, 600); !errors.Is(err, handout.ErrTaken) { // it was only slow
			t.Errorf("the first process still moves: %v", err)
		}
		if err := dead.End(ctx, 600); !errors.Is(err, handout.ErrTaken) {
			t.Errorf("the first process still ends: %v", err)
		}
		if err := work.End(ctx, 57); err != nil {
			t.Fatal(err)
		}
		if err := work.End(ctx, 57); !errors.Is(err, handout.ErrTaken) {
			t.Errorf("it ends twice: %v", err)
		}
		got, err := content(t, h, apptest.Son, file)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes, want %d: %v", len(got), len(want), err)
		}
		f, _ := find(t, h, apptest.Son, file)
		if f.State != job.Done || f.Done != 57 || f.Size != int64(len(want)) || f.UntilAt != f.EndedAt.Add(handout.Age) {
			t.Errorf("the file is %+v", f)
		}
		notices := apptest.Query[string](t, h, `SELECT code FROM notice WHERE realm = 1 AND account = 705`)
		if len(notices) != 1 || notices[0] != "handout.ready" {
			t.Errorf("told: %v", notices)
		}
		if ways := apptest.Query[int](t, h, `SELECT COUNT(*) FROM notice_delivery WHERE realm = 1`); ways[0] != 0 {
			t.Errorf("%d letters for a file", ways[0])
		}
		acts := apptest.Query[string](t, h, `SELECT action FROM audit_entry WHERE realm = 1 AND account = 705 ORDER BY id`)
		if len(acts) != 2 || acts[0] != "export.ask" || acts[1] != "export.made" {
			t.Errorf("the audit book has %v", acts)
		}

		// Nobody else gets it, not even who may see the list; nor she when she may not any more.
		for _, other := range []apptest.Person{apptest.Mai, apptest.Quan} {
			if _, err := content(t, h, other, file); !fault.HasCode(err, "handout.none") {
				t.Errorf("%s: %v", other.Name, err)
			}
		}
		stranger := apptest.Son
		stranger.Scope = apptest.PuNhungS
		if _, err := content(t, h, stranger, file); !fault.Is(err, fault.Forbidden) {
			t.Errorf("after she went to another school: %v", err)
		}

		h.Clock.Advance(handout.Age - time.Minute)
		if gone, err := handout.Purge(ctx, h.Store, apptest.Realm); err != nil || gone != 0 {
			t.Errorf("%d went before their time: %v", gone, err)
		}
		h.Clock.Advance(2 * time.Minute)
		if _, err := content(t, h, apptest.Son, file); !fault.HasCode(err, "handout.ended") {
			t.Errorf("past its time: %v", err)
		}
		if gone, err := handout.Purge(ctx, h.Store, apptest.Realm); err != nil || gone != 1 {
			t.Errorf("%d went: %v", gone, err)
		}
		if left := apptest.Query[int](t, h, `SELECT COUNT(*) FROM handout_chunk WHERE realm = 1`); left[0] != 0 {
			t.Errorf("%d chunks are left", left[0])
		}
		if _, err := find(t, h, apptest.Son, file); !fault.HasCode(err, "handout.none") {
			t.Errorf("after it went: %v", err)
		}
	})
}

func TestFilesAreDeletedAndBounded(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		ctx := t.Context()
		kinds := []string{"a", "b", "c", "d", "e"}
		var files []id.ID
		for _, kind := range kinds {
			file, err := order(h, t, apptest.Son, ofSchool(kind))
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
		if _, err := order(h, t, apptest.Son, ofSchool("f")); !fault.HasCode(err, "handout.too-many") {
			t.Errorf("a sixth: %v", err)
		}
		work, err := handout.Take(ctx, h.Store, apptest.Realm, files[0])
		if err != nil {
			t.Fatal(err)
		}
		remove := func(who apptest.Person, file id.ID) (err error) {
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				err = handout.Delete(ctx, tx, who.Who(), file)
				return nil
			})
			return err
		}
		if err := remove(apptest.Mai, files[0]); !fault.HasCode(err, "handout.none") {
			t.Errorf("another's file: %v", err)
		}
		if err := remove(apptest.Son, files[0]); err != nil {
			t.Fatal(err)
		}
		if err := work.Advance(ctx, 1); !errors.Is(err, handout.ErrTaken) {
			t.Errorf("a deleted file goes on: %v", err)
		}

		failing, err := handout.Take(ctx, h.Store, apptest.Realm, files[1])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := failing.To(ctx).Write(make([]byte, 2<<20)); err != nil {
			t.Fatal(err)
		}
		if err := failing.Fail(ctx, handout.Broken); err != nil {
			t.Fatal(err)
		}
		if f, _ := find(t, h, apptest.Son, files[1]); f.State != job.Failed || f.Error != handout.Broken {
			t.Errorf("failed: %+v", f)
		}
		if left := apptest.Query[int](t, h, `SELECT COUNT(*) FROM handout_chunk WHERE realm = 1`); left[0] != 0 {
			t.Errorf("%d chunks of files that are not there", left[0])
		}

		released, err := handout.Take(ctx, h.Store, apptest.Realm, files[2])
		if err != nil {
			t.Fatal(err)
		}
		if err := released.Release(ctx); err != nil {
			t.Fatal(err)
		}
		if all := waiting(t, h); len(all) != 3 || all[0] != files[2] {
			t.Errorf("%v wait after an orderly end", all)
		}
		var mine []handout.File
		h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
			mine, err = handout.Mine(ctx, tx, apptest.Son.Who())
			return err
		})
		if len(mine) != 4 || mine[0].ID != files[4] {
			t.Errorf("her page has %d files", len(mine))
		}
	})
}
