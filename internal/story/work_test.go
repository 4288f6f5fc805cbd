package story

import (
	"context"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/afterbreak"
	"ralop/internal/casework"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
	"ralop/internal/warning"
)

// The people of the story do their work through the rooms: committees stand, some villages have nobody, returns have a
// curve with last year's behind it, and cases are in several states.
func TestThePeopleOfTheStoryWork(t *testing.T) {
	o := Options{Size: SizeCommune}
	stage, err := Begin(o)
	if err != nil {
		t.Fatal(err)
	}
	now := stage.Clock.Time()
	db := storetest.Open(t, store.SQLite, func() time.Time { return now })
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
	began := time.Now()
	if err := Work(t.Context(), db, realm, p, func(_ context.Context, to time.Time) error { now = to; return nil }); err != nil {
		t.Fatal(err)
	}
	t.Logf("worked for %v: %d cases, %d signals, %d acts", time.Since(began), one(t, db, `SELECT COUNT(*) FROM case_file`), one(t, db, `SELECT COUNT(*) FROM warning_signal`), one(t, db, `SELECT COUNT(*) FROM case_act`))
	for _, pass := range []func(context.Context, *store.Store, int) (int, error){warning.Nightly, casework.TakeSignals, casework.Settle, casework.Climb} {
		if _, err := pass(t.Context(), db, realm); err != nil {
			t.Fatal(err)
		}
	}
	if now != stage.Clock.Time() {
		t.Error("the clock was not put back")
	}
	villages, named := len(p.Villages), one(t, db, `SELECT COUNT(DISTINCT place) FROM committee_duty WHERE realm = 1`)
	if named == 0 || named >= villages {
		t.Errorf("%d of %d villages have a named person", named, villages)
	}
	for _, state := range []string{"open", "watching"} {
		if one(t, db, `SELECT COUNT(*) FROM case_file WHERE realm = 1 AND state = $1`, state) == 0 {
			t.Errorf("no case is %s", state)
		}
	}
	if one(t, db, `SELECT COUNT(*) FROM case_act WHERE realm = 1 AND kind IN ('call', 'visit', 'joint-visit')`) < 5 {
		t.Error("hardly anybody was called or visited")
	}
	err = db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		unit, err := store.One[int64](ctx, tx, `SELECT unit FROM unit_period WHERE code = '03259' AND from_day <= '2020-05-29' AND until_day > '2020-05-29'`)
		if err != nil {
			return err
		}
		place := access.Resource{Kind: access.UnitKind, ID: id.ID(unit)}
		b, err := afterbreak.ReadBoard(ctx, tx, access.System(realm), afterbreak.Query{Place: place})
		if err != nil {
			return err
		}
		if b.Break.Reasons != "tet epidemic" || b.Past == nil || len(b.Before) < 10 || len(b.Curve) < 15 || b.Total.Expected < 800 || b.Total.Missing() == 0 {
			t.Errorf("the return: %+v, before %d, curve %d, total %+v", b.Break, len(b.Before), len(b.Curve), b.Total)
		}
		for i := 1; i < len(b.Curve); i++ {
			if b.Curve[i].Share.Expected == b.Curve[i-1].Share.Expected && b.Curve[i].Share.Back < b.Curve[i-1].Share.Back {
				t.Errorf("back falls on day %d", i+1)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
