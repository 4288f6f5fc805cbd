package app_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"testing"

	"ralop/internal/app"
	"ralop/internal/report"
	"ralop/internal/store"
)

// by does to the database what nobody but a broken machine or hand does.
func by(t *testing.T, a *app.App, statement string, args ...any) {
	t.Helper()
	err := a.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.Exec(ctx, statement, append([]any{a.Realm}, args...)...)
		if err == nil && n == 0 {
			t.Errorf("touched nothing: %s", statement)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// kinds checks and gives the kinds of what was found, each once.
func kinds(t *testing.T, a *app.App) (kinds []string) {
	t.Helper()
	found, err := a.Check(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found.Findings {
		if f.What != "unsealed" { // nobody seals here
			kinds = append(kinds, f.What)
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

func tables(t *testing.T, a *app.App) (tables []string) {
	t.Helper()
	repaired, err := a.Repair(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range repaired {
		tables = append(tables, r.Table)
	}
	slices.Sort(tables)
	return slices.Compact(tables)
}

func sumsOf(t *testing.T, a *app.App) (sums app.Sums) {
	t.Helper()
	err := a.Store.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		sums, err = app.SumsOf(ctx, tx, a.Realm)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sums
}

// proveRepairs breaks each derived table by hand: check names it, repair mends it and
// nothing else, and facts stay as they are even where they are wrong.
func proveRepairs(t *testing.T, a *app.App) {
	tables(t, a) // what others broke here before
	if got := kinds(t, a); len(got) > 0 {
		t.Fatalf("the house is not clean: %v", got)
	}
	clean := sumsOf(t, a)
	const one = ` AND school = (SELECT MIN(school) FROM school_day WHERE realm = $1 AND sheets > 0)`
	const aDay = one + ` AND day = (SELECT MIN(day) FROM school_day WHERE realm = $1` + one + ` AND sheets > 0)`
	const aMonth = one + ` AND month = (SELECT MIN(month) FROM school_month WHERE realm = $1` + one + ` AND sheets > 0)`
	// Sums of groups of a month whose sum of the school is not broken: else they are out of date and nobody uses them.
	const otherMonth = one + ` AND month = (SELECT MAX(month) FROM school_month WHERE realm = $1` + one + ` AND sheets > 0)`
	for _, breaks := range [][]string{
		{
			`UPDATE school_day SET roll = roll + 7 WHERE realm = $1` + aDay,
			`UPDATE school_month SET excused = excused + 1 WHERE realm = $1` + aMonth,
			`UPDATE school_grade_day SET late = late + 1 WHERE realm = $1` + aDay,
			`UPDATE sheet SET conflicts = conflicts + 2 WHERE realm = $1` + aDay,
			`UPDATE school_due SET sheets = sheets + 1 WHERE realm = $1` + aDay,
			`UPDATE school_due_month SET roll = roll + 1 WHERE realm = $1` + aMonth,
			`UPDATE group_month SET unknown = unknown + 1 WHERE realm = $1` + otherMonth,
		}, {
			`DELETE FROM school_month WHERE realm = $1` + aMonth,
			`DELETE FROM school_grade_day WHERE realm = $1` + aDay,
			`UPDATE sheet SET conflicts = 1 WHERE realm = $1` + aDay,
			`DELETE FROM school_due WHERE realm = $1` + aDay,
			`DELETE FROM school_due_month WHERE realm = $1` + aMonth,
			`DELETE FROM group_month WHERE realm = $1` + otherMonth,
			`DELETE FROM school_day WHERE realm = $1` + aDay,
			`INSERT INTO school_day (realm, school, day, session, level, sheets, no_class, roll, unknown, excused, unexcused, late)
				SELECT realm, school, '2001-02-03', session, level, 1, 0, 9, 0, 0, 0, 0 FROM school_day WHERE realm = $1` + aDay,
		},
	} {
		for _, statement := range breaks {
			by(t, a, statement)
		}
		if got := kinds(t, a); !slices.Equal(got, []string{"due", "groups", "kept-sums"}) {
			t.Errorf("check found only %v", got)
		}
		if got := tables(t, a); !slices.Equal(got, []string{"group_month", "school_day", "school_due", "school_grade_day", "school_month", "sheet.conflicts"}) {
			t.Errorf("repaired only %v", got)
		}
	}
	if got := kinds(t, a); len(got) > 0 {
		t.Errorf("after the repair check found %v", got)
	}
	if got := tables(t, a); len(got) > 0 {
		t.Errorf("repaired what was right: %v", got)
	}
	after := sumsOf(t, a)
	after.Audit = clean.Audit
	// Each repair is a line of the book; a row of zeros stands for the one that was too many.
	delete(after.Rows, "audit_entry")
	delete(clean.Rows, "audit_entry")
	if after.Rows["school_day"] == clean.Rows["school_day"]+1 {
		after.Rows["school_day"]--
	}
	after.Days, clean.Days = "", ""
	if d := clean.Differences(after); len(d) > 0 || clean.Sheets != after.Sheets || clean.Absent != after.Absent {
		t.Errorf("something else changed: %v, %d sheets and %d absent became %d and %d", d, clean.Sheets, clean.Absent, after.Sheets, after.Absent)
	}

	// A mark that is gone is a fact that is wrong: found, and left to people.
	by(t, a, `DELETE FROM mark WHERE realm = $1`+one+` AND kind = 3 AND pupil = (SELECT MIN(pupil) FROM mark WHERE realm = $1 AND kind = 3`+one+`)`)
	if got := kinds(t, a); !slices.Contains(got, "kept-sums") {
		t.Errorf("without a mark check found %v", got)
	}
	if got := tables(t, a); len(got) > 0 {
		t.Errorf("repaired %v to fit a mark that is gone", got)
	}
}

// provePapers changes frozen papers behind the book's back: check names each change.
func provePapers(t *testing.T, a *app.App) {
	flaws := func() (kinds []string) {
		papers, found, err := report.CheckFrozen(t.Context(), a.Store, a.Realm)
		if err != nil || papers == 0 {
			t.Fatal(papers, err)
		}
		for _, f := range found {
			kinds = append(kinds, f.What)
		}
		slices.Sort(kinds)
		return slices.Compact(kinds)
	}
	if got := flaws(); len(got) > 0 {
		t.Fatalf("the papers are not clean: %v", got)
	}
	type kept struct {
		Figures, Head, Digest string
		Content               []byte
	}
	var was kept
	err := a.Store.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		was, err = store.One[kept](ctx, tx, `SELECT r.figures, r.audit_head, f.digest, f.content FROM report r
			JOIN report_file f ON f.realm = r.realm AND f.report = r.id WHERE r.realm = $1 AND f.format = 'pdf'`, a.Realm)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	other := append(slices.Clone(was.Content), ' ')
	digest := sha256.Sum256(other)
	const pdf, figures, sources, head = `UPDATE report_file SET content = $2, digest = $3 WHERE realm = $1 AND format = 'pdf'`,
		`UPDATE report SET figures = $2 WHERE realm = $1`, `UPDATE report_source SET n = n + $2 WHERE realm = $1`, `UPDATE report SET audit_head = $2 WHERE realm = $1`
	for _, c := range []struct {
		kinds          []string
		statement      string
		broken, mended []any
	}{
		{[]string{"file"}, pdf, []any{other, was.Digest}, []any{was.Content, was.Digest}},
		{[]string{"file"}, pdf, []any{other, hex.EncodeToString(digest[:])}, []any{was.Content, was.Digest}},
		{[]string{"figures"}, figures, []any{replaced(t, was.Figures)}, []any{was.Figures}},
		{[]string{"sums"}, sources, []any{1}, []any{-1}},
		{[]string{"figures", "head"}, head, []any{"0000"}, []any{was.Head}},
	} {
		by(t, a, c.statement, slices.Clone(c.broken)...)
		if got := flaws(); !slices.Equal(got, c.kinds) {
			t.Errorf("%s: check found %v, not %v", c.statement, got, c.kinds)
		}
		by(t, a, c.statement, slices.Clone(c.mended)...)
	}
	if got := flaws(); len(got) > 0 {
		t.Errorf("in the end check found %v", got)
	}
}

// replaced changes one figure that is in no sum of classes.
func replaced(t *testing.T, figures string) string {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal([]byte(figures), &all); err != nil {
		t.Fatal(err)
	}
	all["physical_counts"] = 4711
	content, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
