package story

import (
	"context"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

const realm = 1

func built(t testing.TB, engine store.Engine, o Options) (*store.Store, *Plan) {
	t.Helper()
	stage, err := Begin(o)
	if err != nil {
		t.Fatal(err)
	}
	db := storetest.Open(t, engine, stage.Clock.Time)
	err = db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO realm (realm, name, story, opened_at) VALUES ($1, $2, $3, $4)`, realm, stage.Realm, o.Story, tx.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := Build(t.Context(), db, realm, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return db, p
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
	eachEngine(t, func(t *testing.T, engine store.Engine) {
		db, p := built(t, engine, Options{Size: SizeCommune})
		all := p.tally(func(*Class) bool { return true }, p.Teaching.From, p.today())
		for query, want := range map[string]int{
			`SELECT COUNT(*) FROM pupil WHERE realm = 1`:                                               len(p.Pupils),
			`SELECT COUNT(*) FROM enrolment WHERE realm = 1`:                                           len(p.Spells),
			`SELECT COUNT(*) FROM class WHERE realm = 1`:                                               len(p.Classes),
			`SELECT COUNT(*) FROM sheet WHERE realm = 1 AND state = 2`:                                 int(all.noClass),
			`SELECT SUM(no_class) FROM school_month WHERE realm = 1`:                                   int(all.noClass),
			`SELECT COUNT(*) FROM sheet WHERE realm = 1 AND state = 1`:                                 int(all.sheets),
			`SELECT SUM(size) FROM sheet WHERE realm = 1 AND state = 1`:                                int(all.roll),
			`SELECT SUM(unknown) + SUM(excused) + SUM(unexcused) FROM sheet WHERE realm = 1`:           int(all.absent),
			`SELECT COUNT(*) FROM mark WHERE realm = 1 AND kind <> 4`:                                  int(all.absent),
			`SELECT SUM(version) FROM sheet WHERE realm = 1`:                                           one(t, db, `SELECT COUNT(*) FROM sheet_version WHERE realm = 1`),
			`SELECT SUM(sheets) FROM school_due WHERE realm = 1 AND grade = '' AND day < '2020-05-29'`: int(all.due),
			`SELECT COUNT(*) FROM sheet s JOIN roll r ON r.realm = s.realm AND r.class = s.class AND r.number = s.roll WHERE s.realm = 1 AND s.size = r.size AND s.state = 1`:                       int(all.sheets),
			`SELECT COUNT(*) FROM mark m JOIN roll_member r ON r.realm = m.realm AND r.class = m.class AND r.roll = m.roll AND r.pupil = m.pupil AND r.roll_group = m.roll_group WHERE m.realm = 1`: one(t, db, `SELECT COUNT(*) FROM mark WHERE realm = 1`),
		} {
			if got := one(t, db, query); got != want {
				t.Errorf("%s: %d, want %d", query, got, want)
			}
		}
		if p.digest() != plan(t, p.Options).digest() {
			t.Error("the plan made from the units in the database is another")
		}
		var offers []account.Offer
		err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
			offers, err = Offers(ctx, tx, realm)
			return err
		})
		if err != nil || len(offers) != len(p.People) || offers[0].Login != "homeroom" {
			t.Errorf("offers %+v, %v", offers, err)
		}
		if _, err := Build(t.Context(), db, realm, p.Options, nil); !fault.HasCode(err, "story.not-empty") {
			t.Errorf("loaded on top: %v", err)
		}
		theRoomsTakeOver(t, db, p)
	})
}

// theRoomsTakeOver: the rooms read what was loaded as their own. A sheet can be corrected, today's roll can be called,
// and the sums of the school follow the sheets.
func theRoomsTakeOver(t *testing.T, db *store.Store, p *Plan) {
	code := p.Schools[p.Classes[p.stage()].School].Code
	err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		class, err := store.One[id.ID](ctx, tx, `SELECT c.id FROM class c JOIN school_period s ON s.realm = c.realm AND s.school = c.school WHERE c.realm = 1 AND c.name = $1 AND s.code = $2`, p.Classes[p.stage()].Name, code)
		if err != nil {
			return err
		}
		type last struct {
			Day     day.Day
			Version int
		}
		sheet, err := store.One[last](ctx, tx, `SELECT day, version FROM sheet WHERE realm = 1 AND class = $1 AND unknown + excused + unexcused > 0 ORDER BY day DESC LIMIT 1`, class)
		if err != nil {
			return err
		}
		who := access.System(realm)
		if _, err := rollcall.Correct(ctx, tx, who, rollcall.Submission{Act: [16]byte{1}, Class: class, Day: sheet.Day, Session: calendar.Morning,
			State: rollcall.Taken, BaseVersion: sheet.Version, TakenAt: tx.Now(), Reason: "thử"}); err != nil {
			return err
		}
		_, err = rollcall.Submit(ctx, tx, who, rollcall.Submission{Act: [16]byte{2}, Class: class, Day: tx.Today(), Session: calendar.Morning, State: rollcall.Taken, TakenAt: tx.Now()})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		schools, err := store.All[id.ID](ctx, tx, `SELECT id FROM school WHERE realm = 1`)
		for _, school := range schools {
			differences, err := rollcall.Check(ctx, tx, realm, school, day.Range{From: p.Teaching.From, Until: p.Teaching.Until.MonthStart().AddMonths(1)})
			if err != nil || len(differences) > 0 {
				t.Errorf("school %s: %v %v", school, err, differences)
			}
		}
		if len(schools) != len(p.Schools) {
			t.Errorf("%d schools", len(schools))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if one(t, db, `SELECT COUNT(*) FROM sheet_version WHERE realm = 1 AND cause = 'resolved'`) == 0 {
		t.Error("nobody found out why a pupil was away")
	}
}

func eachEngine(t *testing.T, f func(t *testing.T, engine store.Engine)) {
	for _, engine := range storetest.Engines {
		t.Run(string(engine), func(t *testing.T) { f(t, engine) })
	}
}

func TestReasonsAreKnown(t *testing.T) {
	known := map[string]bool{"": true}
	for _, r := range rollcall.Reasons {
		known[r.Code] = true
	}
	for m := time.January; m <= time.December; m++ {
		for _, reason := range []string{"", "sick", "family", "weather", "field", "work", "festival", "far"} {
			if code := reasonCode(reason, m); !known[code] || code == "" && reason != "" {
				t.Errorf("%s in %v is %q", reason, m, code)
			}
		}
	}
	for reason := range dropCauses {
		if !known[dropReasons[reason]] || dropReasons[reason] == "" {
			t.Errorf("dropping out because of %s is %q", reason, dropReasons[reason])
		}
	}
}

// The story of two tiers stands in a tree without districts; its centre of continuing education counts heads.
func TestLaiChauHasTwoTiers(t *testing.T) {
	db, p := built(t, store.SQLite, Options{Story: LaiChau, Size: SizeCommune})
	if n := one(t, db, `SELECT COUNT(*) FROM school_period s JOIN unit u ON u.id = s.managed_by WHERE s.realm = 1 AND u.kind IN ('commune', 'province')`); n != len(p.Schools) {
		t.Errorf("%d of %d schools are managed by a commune or the province", n, len(p.Schools))
	}
	if n := one(t, db, `SELECT MAX(depth) FROM unit_closure c JOIN unit u ON u.id = c.descendant WHERE u.kind = 'village'`); n != 2 {
		t.Errorf("a village stands %d below the province", n)
	}
	if n := one(t, db, `SELECT COUNT(*) FROM headcount WHERE realm = 1 AND level = 'GDTX' AND enrolled = present + absent AND enrolled > 0`); n < 30 {
		t.Errorf("%d headcounts", n)
	}
	if n := one(t, db, `SELECT COUNT(*) FROM sheet WHERE realm = 1 AND level = 'GDTX'`); n != 0 {
		t.Errorf("%d sheets of a school that counts heads", n)
	}
}

// A story of fewer pupils and weeks is whole in itself: no roll before its first day, and sums that fit the sheets.
func TestAStoryOfSomeWeeksIsWhole(t *testing.T) {
	since := day.MustParse("2026-10-12")
	db, p := built(t, store.SQLite, Options{Story: LaiChau, Size: SizeCommune, Pupils: 2000, Since: since})
	sheets := one(t, db, `SELECT COUNT(*) FROM sheet WHERE realm = 1 AND state IN (1, 2)`)
	if sheets < 20*len(p.Classes) || sheets != one(t, db, `SELECT SUM(sheets) + SUM(no_class) FROM school_day WHERE realm = 1`) {
		t.Errorf("%d sheets of %d classes", sheets, len(p.Classes))
	}
	for _, table := range []string{"sheet", "headcount"} {
		if n := one(t, db, `SELECT COUNT(*) FROM `+table+` WHERE realm = 1 AND day >= $1 AND day < $2`, p.Teaching.From, since); n != 0 {
			t.Errorf("%d rows of %s before the first day", n, table)
		}
	}
	theRoomsTakeOver(t, db, p)
}

// BenchmarkBuild shows what a demonstration district costs to build.
func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		began := time.Now()
		built(b, store.SQLite, Options{})
		b.Logf("built in %v", time.Since(began))
	}
}
