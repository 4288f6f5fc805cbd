package calendar_test

import (
	"context"
	"fmt"
	"math/rand"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// TestAnyHistoryKeepsDueExact lives through a made-up history of declarations, withdrawals, timetables and moving pupils,
// with rebuilds in between, and finds the kept rows always equal to what the rules and rolls give.
func TestAnyHistoryKeepsDueExact(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		random := rand.New(rand.NewSource(20200529))
		system := access.System(apptest.Realm)
		scopes := []calendar.Scope{{Kind: calendar.ScopeRealm}, unitScope(apptest.TuanGiao), unitScope(apptest.MuongMun), unitScope(apptest.PuNhung),
			schoolScope(apptest.MuongMunS), schoolScope(apptest.MuongMunP), {Kind: calendar.ScopeClass, ID: apptest.Class8A}, {Kind: calendar.ScopeClass, ID: apptest.Class34}}
		schools := []id.ID{apptest.MuongMunS, apptest.MuongMunP, apptest.PuNhungS}
		pick := func() day.Range {
			from := day.MustParse("2020-02-01").Add(random.Intn(120))
			return day.Range{From: from, Until: from.Add(1 + random.Intn(9))}
		}
		var declared []id.ID
		step := func(ctx context.Context, tx *store.Tx) error {
			scope := scopes[random.Intn(len(scopes))]
			level := []string{"", "THCS", "TH"}[random.Intn(3)]
			switch random.Intn(6) {
			case 0, 1, 2:
				verb := calendar.DeclareClosure
				if random.Intn(2) == 0 {
					verb = calendar.DeclareMakeUp
				}
				change, err := verb(ctx, tx, system, calendar.DeclareIn{Scope: scope, Level: level, Period: pick(),
					Session: calendar.Session(random.Intn(3)), Reason: calendar.ReasonFlood})
				declared = append(declared, change.ID)
				return err
			case 3:
				if len(declared) == 0 {
					return nil
				}
				i := random.Intn(len(declared))
				exception := declared[i]
				declared = append(declared[:i], declared[i+1:]...)
				_, err := calendar.Withdraw(ctx, tx, system, calendar.WithdrawIn{ID: exception, Reason: "thử"})
				return err
			case 4:
				_, err := calendar.SetTimetable(ctx, tx, system, calendar.SetTimetableIn{Reason: "thử", Inherit: random.Intn(3) == 0, Timetable: calendar.Timetable{
					Scope: scope, Level: level, Period: pick(), Week: calendar.WeekOf(calendar.Session(1+random.Intn(2)), 4+random.Intn(3)) | calendar.WeekOf(calendar.Morning, 2), Main: calendar.Morning}})
				return err
			}
			pupil := apptest.Enrolment(apptest.Class8A, 1+random.Intn(35))
			moved := pick()
			if _, err := tx.Exec(ctx, `UPDATE class_membership SET until_day = $3 WHERE realm = $1 AND enrolment = $2`, apptest.Realm, pupil, moved.From); err != nil {
				return err
			}
			return calendar.MarkStale(ctx, tx, apptest.Realm, apptest.MuongMunS, day.Range{From: day.MustParse("2020-02-01"), Until: day.Forever})
		}
		markAll(t, h)
		for i := range 60 {
			h.Write(t, step)
			if i%4 != 3 {
				continue
			}
			if _, err := calendar.RebuildStale(t.Context(), h.Store, apptest.Realm, nil); err != nil {
				t.Fatal(err)
			}
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				for _, school := range schools {
					n, err := calendar.CheckDue(ctx, tx, apptest.Realm, school)
					if err != nil {
						return err
					}
					if n != 0 {
						return fmt.Errorf("after step %d school %d has %d wrong rows", i, school, n)
					}
				}
				return nil
			})
		}
		// The comparison sees a wrong row.
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE school_due SET roll = roll + 1 WHERE realm = 1 AND school = $1 AND day = $2`, apptest.PuNhungS, day.MustParse("2019-10-01"))
			return err
		})
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			n, err := calendar.CheckDue(ctx, tx, apptest.Realm, apptest.PuNhungS)
			if n != 2 {
				t.Errorf("%d differences found, want the row of the level and that of the grade", n)
			}
			return err
		})
	})
}
