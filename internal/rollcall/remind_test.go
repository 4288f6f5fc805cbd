package rollcall_test

import (
	"context"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// Only classes without a sheet are reminded of, each teacher once, and only by those who may call the roll of the school.
func TestTeachersOfMissingClassesAreReminded(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		today := day.InstantOf(apptest.Start).Day()
		remind := func(who apptest.Person) (done rollcall.Reminded, err error) {
			err = h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				done, err = rollcall.RemindTeachers(ctx, tx, who.Who(), apptest.MuongMunS, today)
				return err
			})
			return done, err
		}
		told := func() int {
			return len(apptest.Query[int64](t, h, `SELECT DISTINCT id FROM notice WHERE realm = $1`, apptest.Realm))
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := rollcall.Submit(ctx, tx, apptest.Binh.Who(), rollcall.Submission{Act: [16]byte{7}, Class: apptest.Class6A, Day: today, Session: calendar.Morning, State: rollcall.Taken})
			return err
		})
		done, err := remind(apptest.Mai)
		if err != nil {
			t.Fatal(err)
		}
		// 8A has Hoa and, today, Dúa; 8B has nobody; 6A has called.
		if done.Classes != 2 || done.People != 2 || done.Nobody != 1 || told() != 2 {
			t.Errorf("%+v, %d notices", done, told())
		}
		if _, err := remind(apptest.Mai); err != nil || told() != 2 {
			t.Errorf("a second reminder told somebody again: %d notices, %v", told(), err)
		}
		for _, who := range []apptest.Person{apptest.Hoa, apptest.Lan, apptest.Thuong, apptest.Vinh, apptest.Quan} {
			if _, err := remind(who); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s may remind: %v", who.Login, err)
			}
		}
	})
}
