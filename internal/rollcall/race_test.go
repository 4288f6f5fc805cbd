package rollcall_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

// A roll call that is sent in the very moment in which the class or the calendar changes
// is on the class as it is afterwards, whoever was first.
func TestARollCallInTheMomentOfAChange(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		keepPlans(t, h)
		pupil, classes := apptest.Pupil(apptest.Class8A, 7), []id.ID{apptest.Class8B, apptest.Class8A}
		rounds := weekdays("2020-05-13", "2020-05-28")
		for n, on := range rounds {
			h.Clock.Advance(time.Second)
			var wait sync.WaitGroup
			for _, class := range historyClasses[:2] {
				wait.Go(func() {
					s := fromPhone("phone", int64(n+1), 0, on, absent(class, rollcall.Unknown, 3)...)
					s.Class = class
					if _, err := keep(t, h, system, s); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Go(func() {
				err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
					if n%2 == 0 {
						in := calendar.DeclareIn{Scope: calendar.Scope{Kind: calendar.ScopeSchool, ID: apptest.MuongMunS}, Reason: calendar.ReasonCold, Period: day.Through(on, on)}
						change, err := calendar.DeclareClosure(ctx, tx, system, in)
						if err != nil {
							return err
						}
						return apply(ctx, tx, change)
					}
					done, err := student.MoveClass(ctx, tx, system, student.MoveClassIn{Pupil: pupil, Class: classes[n/2%2], From: on})
					if err != nil {
						return err
					}
					_, err = rollcall.ApplyEnrolments(ctx, tx, system, done.Changes, "move-class")
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
			wait.Wait()
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				for _, class := range historyClasses[:2] {
					sheets, err := rollcall.SheetsOf(ctx, tx, apptest.Realm, class, day.Through(on, on))
					if err != nil || len(sheets) != 1 {
						t.Fatalf("%d sheets: %v", len(sheets), err)
					}
					verdict, err := calendar.Resolve(ctx, tx, apptest.Realm, class, on, calendar.Morning)
					if err != nil {
						return err
					}
					roll, _, err := student.PeekRoll(ctx, tx, apptest.Realm, class, on)
					if err != nil {
						return err
					}
					if verdict.Held == (sheets[0].State == rollcall.Void) || roll.Number != sheets[0].Roll {
						t.Errorf("round %d, %s: held %v, roll %d of %d; the sheet is %s on roll %d of %d", n, on, verdict.Held, roll.Number, roll.Size, sheets[0].State.Code(), sheets[0].Roll, sheets[0].Size)
					}
				}
				return nil
			})
		}
		exact(t, h, apptest.MuongMunS)
	})
}
