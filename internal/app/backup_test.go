package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"ralop/internal/app"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/report"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
	"ralop/internal/story"
)

// commune is the demonstration of one commune with a school's month frozen.
func commune(t *testing.T) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{Dir: storetest.Empty(t, store.SQLite).Dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	options := story.Options{Size: story.SizeCommune}
	stage, err := story.Begin(options)
	for _, step := range []func() error{
		func() error { return err },
		func() error { return a.OpenRealm(t.Context(), stage.Realm, story.TuanGiao) },
		func() error { return a.SetClock(t.Context(), stage.Clock.Time()) },
		func() (err error) { _, err = story.Build(t.Context(), a.Store, a.Realm, options, nil); return err },
		func() error { return a.CatchUp(t.Context()) },
		func() error { return freeze(t.Context(), a, day.MonthOf(stage.Clock.Day().AddMonths(-1))) },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// freeze makes and approves the month's paper of a school.
func freeze(ctx context.Context, a *app.App, month day.Range) error {
	var school report.Place
	err := a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		schools, err := store.All[id.ID](ctx, tx, `SELECT MIN(id) FROM school WHERE realm = $1`, a.Realm)
		if err == nil {
			school = report.School(schools[0])
		}
		return err
	})
	if err != nil {
		return err
	}
	made, err := report.Create(ctx, a.Store, a.System(), report.CreateIn{Place: school, Period: month})
	if err != nil {
		return err
	}
	version := func() (v int, err error) {
		err = a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			o, err := report.Find(ctx, tx, a.System(), made)
			v = o.Version
			return err
		})
		return v, err
	}
	v, err := version()
	if err != nil {
		return err
	}
	if err := a.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return report.Submit(ctx, tx, a.System(), report.StepIn{Report: made, Version: v})
	}); err != nil {
		return err
	}
	if v, err = version(); err != nil {
		return err
	}
	return report.Approve(ctx, a.Store, a.System(), report.StepIn{Report: made, Version: v})
}

// proveCopies makes copies of a and rehearses their restores.
func proveCopies(t *testing.T, a *app.App) {
	engine := a.Store.Engine()
	folder := filepath.Join(t.TempDir(), "copies")
	scratch := func() string { return storetest.Empty(t, engine).URL } // "" for SQLite: a folder of its own
	made, m, err := a.Backup(t.Context(), folder, 3)
	if err != nil {
		t.Fatal(err)
	}
	if m.Sums.Sheets == 0 || m.Sums.Rows["report_file"] == 0 || m.Bytes == 0 {
		t.Fatalf("the copy says it holds nothing: %+v", m)
	}
	r, err := a.Rehearse(t.Context(), made, scratch(), nil)
	if err != nil || !r.Passed() {
		t.Fatalf("a fresh copy does not pass: %+v %v", r, err)
	}

	// What was changed behind the book's back is found, even when the digest is made to agree.
	if err := a.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE school_day SET unexcused = unexcused + 1 WHERE realm = $1 AND sheets > 0`, a.Realm)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	bad, _, err := a.Backup(t.Context(), filepath.Join(t.TempDir(), "other"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if r, err = a.Rehearse(t.Context(), bad, scratch(), nil); err != nil || len(r.Findings) == 0 {
		t.Fatalf("sums that do not fit their sheets passed: %+v %v", r, err)
	}
	swap(t, bad, m.Sums)
	if r, err = a.Rehearse(t.Context(), bad, scratch(), nil); err != nil || len(r.Differences) == 0 {
		t.Fatalf("a copy with other sums than its manifest's passed: %+v %v", r, err)
	}

	// A copy that was cut is refused before anything is restored.
	file := filepath.Join(made, m.File)
	if err := os.Truncate(file, m.Bytes/2); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Rehearse(t.Context(), made, scratch(), nil); !fault.HasCode(err, "app.copy-damaged") {
		t.Fatalf("half a copy: %v", err)
	}
}

// swap writes other sums into a copy's manifest.
func swap(t *testing.T, folder string, sums app.Sums) {
	t.Helper()
	m, err := app.ReadManifest(folder)
	if err != nil {
		t.Fatal(err)
	}
	m.Sums = sums
	content, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "ralop-backup.json"), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// One demonstration serves all: making it is the slow part. Copies are proved on both engines, the last thing on each.
func TestCopiesAndMoves(t *testing.T) {
	a := commune(t)
	there := storetest.Empty(t, store.Postgres)
	before, on, differences, err := a.MoveTo(t.Context(), app.Config{URL: there.URL}, nil)
	if err != nil || len(differences) > 0 {
		t.Fatalf("SQLite → PostgreSQL: %v %v", differences, err)
	}
	if before.Sheets == 0 || on.Rows["report_file"] == 0 {
		t.Fatalf("nothing was moved: %+v", on)
	}
	b, err := app.Open(t.Context(), app.Config{URL: there.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	back := storetest.Empty(t, store.SQLite)
	_, after, differences, err := b.MoveTo(t.Context(), app.Config{Dir: back.Dir}, nil)
	if err != nil || len(differences) > 0 {
		t.Fatalf("PostgreSQL → SQLite: %v %v", differences, err)
	}
	if d := before.Differences(after); len(d) > 0 {
		t.Fatalf("there and back: %v", d)
	}
	// Frozen papers are equal byte for byte.
	if first, second := papers(t, a.Store), papers(t, openAgain(t, back).Store); len(first) == 0 || !bytes.Equal(first, second) {
		t.Fatalf("frozen papers differ: %d and %d bytes", len(first), len(second))
	}
	// And nobody moves onto data that is there.
	if _, _, _, err := a.MoveTo(t.Context(), app.Config{URL: there.URL}, nil); !fault.HasCode(err, "app.realm-open") {
		t.Fatalf("moved onto data: %v", err)
	}
	t.Run("copies/sqlite", func(t *testing.T) { proveCopies(t, a) })
	t.Run("copies/postgres", func(t *testing.T) { proveCopies(t, b) })
	for _, a := range []*app.App{a, b} {
		t.Run("repair/"+string(a.Store.Engine()), func(t *testing.T) { proveRepairs(t, a) })
		t.Run("papers/"+string(a.Store.Engine()), func(t *testing.T) { provePapers(t, a) })
	}
}

func openAgain(t *testing.T, c store.Config) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{Dir: c.Dir, URL: c.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	checked, err := a.Check(t.Context(), nil)
	if err != nil || len(checked.Findings) > 0 {
		t.Fatalf("the moved database does not pass: %+v %v", checked.Findings, err)
	}
	return a
}

func papers(t *testing.T, s *store.Store) (all []byte) {
	t.Helper()
	err := s.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		files, err := store.All[[]byte](ctx, tx, `SELECT content FROM report_file ORDER BY realm, report, format`)
		all = bytes.Join(files, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
