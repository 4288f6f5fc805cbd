package access_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// TestRightsOfAnEarlierDay: what arrives late is judged by the day on which it was done,
// and an assignment that has ended reaches only its own days.
func TestRightsOfAnEarlierDay(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		may := func(p apptest.Person, class id.ID, on string, concerning ...string) bool {
			t.Helper()
			var days []day.Day
			for _, d := range concerning {
				days = append(days, day.MustParse(d))
			}
			ok := false
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				who, err := access.LoadAt(ctx, tx, apptest.Realm, p.Account, day.MustParse(on), days...)
				if err != nil {
					return err
				}
				_, err = access.May(ctx, tx, who, access.TakeRoll, access.Class(class))
				if ok = err == nil; fault.Is(err, fault.Forbidden) {
					err = nil
				}
				return err
			})
			return ok
		}
		h.Clock.Advance(3 * 24 * time.Hour) // 1 June
		for _, c := range []struct {
			who        apptest.Person
			class      id.ID
			on         string
			concerning []string
			want       bool
		}{
			{apptest.Dua, apptest.Class8A, "2020-05-29", []string{"2020-05-29"}, true},
			{apptest.Dua, apptest.Class8A, "2020-05-29", nil, true},
			{apptest.Dua, apptest.Class8A, "2020-05-29", []string{"2020-05-28"}, false}, // the day before the assignment
			{apptest.Dua, apptest.Class8A, "2020-05-28", []string{"2020-05-29"}, false}, // not yet
			{apptest.Dua, apptest.Class8A, "2020-05-30", []string{"2020-05-29"}, false}, // no longer
			{apptest.Dua, apptest.Class8A, "2020-06-09", []string{"2020-05-29"}, false}, // a clock ahead is today's
			{apptest.Dua, apptest.Class6A, "2020-05-29", []string{"2020-05-29"}, false},
			{apptest.Hoa, apptest.Class8A, "2020-05-29", []string{"2020-05-20"}, true}, // still in force: as on the page
			{apptest.Hoa, apptest.Class8A, "2018-05-29", nil, false},
			{apptest.Hoa, apptest.Class8A, "2021-05-29", nil, true},
		} {
			if got := may(c.who, c.class, c.on, c.concerning...); got != c.want {
				t.Errorf("%s, class %s, on %s concerning %v: %v", c.who.Name, c.class, c.on, c.concerning, got)
			}
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			callers, err := access.RollCallers(ctx, tx, apptest.Realm, []id.ID{apptest.MuongMunS}, day.MustParse("2020-05-29"))
			want := []access.RollCaller{{Account: apptest.Binh.Account, Class: apptest.Class6A, School: apptest.MuongMunS}, {Account: apptest.Hoa.Account, Class: apptest.Class8A, School: apptest.MuongMunS},
				{Account: apptest.Dua.Account, Class: apptest.Class8A, School: apptest.MuongMunS}}
			if err == nil && !slices.Equal(callers, want) {
				t.Errorf("the roll is called by %v", callers)
			}
			for p, want := range map[apptest.Person][]id.ID{apptest.Dua: {apptest.MuongMunS}, apptest.Mai: {apptest.MuongMunS}, apptest.Thuong: nil, apptest.Chien: {apptest.MuongMunP}} {
				if schools, err := access.SchoolsOf(ctx, tx, apptest.Realm, p.Account); err != nil || !slices.Equal(schools, want) {
					t.Errorf("%s works in %v (%v)", p.Name, schools, err)
				}
			}
			return err
		})
	})
}
