package story

import (
	"context"
	"testing"
	"time"

	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

func loaded(t testing.TB, engine store.Engine, p *Plan) *store.Store {
	t.Helper()
	db := storetest.Open(t, engine, p.Clock.Time)
	if err := Load(t.Context(), db, p, nil); err != nil {
		t.Fatal(err)
	}
	return db
}

func one(t testing.TB, db *store.Store, query string, args ...any) (n int) {
	t.Helper()
	err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One[int](ctx, tx, query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// What stands in the database is what the plan says, on both engines.
func TestLoadWritesThePlan(t *testing.T) {
	storetest.Each(t, func(t *testing.T, empty *store.Store) {
		p := plan(t, Options{Size: SizeCommune})
		db := loaded(t, empty.Engine(), p)
		all := p.tally(func(*Class) bool { return true }, p.Teaching.From, p.today())
		for query, want := range map[string]int{
			`SELECT COUNT(*) FROM pupil WHERE realm = 1`:                                               len(p.Pupils),
			`SELECT COUNT(*) FROM enrolment WHERE realm = 1`:                                           len(p.Spells),
			`SELECT COUNT(*) FROM class WHERE realm = 1`:                                               len(p.Classes),
			`SELECT COUNT(*) FROM sheet WHERE realm = 1`:                                               int(all.sheets),
			`SELECT SUM(size) FROM sheet WHERE realm = 1`:                                              int(all.roll),
			`SELECT SUM(unknown) + SUM(excused) + SUM(unexcused) FROM sheet WHERE realm = 1`:           int(all.absent),
			`SELECT COUNT(*) FROM mark WHERE realm = 1 AND kind <> 4`:                                  int(all.absent),
			`SELECT SUM(roll) FROM school_day WHERE realm = 1`:                                         int(all.roll),
			`SELECT SUM(sheets) FROM school_month WHERE realm = 1`:                                     int(all.sheets),
			`SELECT SUM(excused) FROM school_grade_day WHERE realm = 1`:                                int(all.excused),
			`SELECT SUM(unexcused) FROM school_month WHERE realm = 1`:                                  int(all.unexcused),
			`SELECT SUM(version) FROM sheet WHERE realm = 1`:                                           one(t, db, `SELECT COUNT(*) FROM sheet_version WHERE realm = 1`),
			`SELECT SUM(changes) FROM school_month WHERE realm = 1`:                                    one(t, db, `SELECT COUNT(*) FROM sheet_version WHERE realm = 1`),
			`SELECT SUM(sheets) FROM school_due WHERE realm = 1 AND grade = '' AND day < '2020-05-29'`: int(all.due),
			`SELECT COUNT(*) FROM sheet s JOIN roll r ON r.realm = s.realm AND r.class = s.class AND r.number = s.roll WHERE s.realm = 1 AND s.size = r.size`:                                       int(all.sheets),
			`SELECT COUNT(*) FROM mark m JOIN roll_member r ON r.realm = m.realm AND r.class = m.class AND r.roll = m.roll AND r.pupil = m.pupil AND r.roll_group = m.roll_group WHERE m.realm = 1`: one(t, db, `SELECT COUNT(*) FROM mark WHERE realm = 1`),
		} {
			if got := one(t, db, query); got != want {
				t.Errorf("%s: %d, want %d", query, got, want)
			}
		}
		if err := Load(t.Context(), db, p, nil); !fault.HasCode(err, "story.not-empty") {
			t.Errorf("loaded on top: %v", err)
		}
	})
}

// BenchmarkLoad shows what a demonstration district costs to build.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		began := time.Now()
		p := plan(b, Options{})
		planned := time.Since(began)
		loaded(b, store.SQLite, p)
		b.Logf("planned in %v, loaded in %v", planned, time.Since(began)-planned)
	}
}
