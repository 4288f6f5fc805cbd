package rollcall_test

import (
	"context"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

func number(n int) *int { return &n }

func TestWhichCountsAreUsed(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		put := func(who apptest.Person, c rollcall.Headcount, base int) (kept rollcall.KeptHeadcount, err error) {
			err = h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				kept, err = rollcall.SubmitHeadcount(ctx, tx, who.Who(), c, base)
				return err
			})
			return kept, err
		}
		ok := func(c rollcall.Headcount) {
			t.Helper()
			if _, err := put(apptest.Son, c, 0); err != nil {
				t.Fatal(err)
			}
		}
		school, thu, wed, tue := apptest.MuongMunS, today.Add(-1), today.Add(-2), today.Add(-3)
		ask := func(d day.Day) rollcall.Figure {
			return figure(t, h, rollcall.Question{Schools: []id.ID{school}, Period: day.Through(d, d)})
		}

		// A whole school's count stands alone on Thursday; its level is the school's only one.
		ok(rollcall.Headcount{School: school, Day: thu, Enrolled: 57, Present: 50, Absent: 6, Released: 1, Excused: number(2), Unexcused: number(4)})
		if got := ask(thu); got.Headcounts != (rollcall.Headcounts{Number: 1, Enrolled: 57, Present: 50, Absent: 6, Released: 1, SplitNumber: 1, SplitEnrolled: 57, SplitExcused: 2, SplitUnexcused: 4}) {
			t.Errorf("alone: %+v", got.Headcounts)
		}
		if levels := apptest.Query[string](t, h, `SELECT level FROM headcount WHERE realm = $1`, apptest.Realm); levels[0] != "THCS" {
			t.Errorf("level %q", levels[0])
		}
		// One class calls its roll: the school's count is kept and no longer used.
		must2(submit(t, h, apptest.Hoa.Who(), morning(apptest.Class8A, thu, absent(apptest.Class8A, rollcall.Unknown, 1)...)))(t)
		if got := ask(thu); got.Headcounts != (rollcall.Headcounts{}) || got.Roll != 35 {
			t.Errorf("beside a sheet: %+v", got)
		}
		// Wednesday: two classes count themselves, one by sessions and for the day, and the school counts too.
		ok(rollcall.Headcount{School: school, Day: wed, Class: apptest.Class6A, Enrolled: 10, Present: 9, Absent: 1})
		ok(rollcall.Headcount{School: school, Day: wed, Class: apptest.Class8B, Session: calendar.Morning, Enrolled: 12, Present: 12})
		ok(rollcall.Headcount{School: school, Day: wed, Class: apptest.Class8B, Enrolled: 12, Present: 1, Absent: 11})
		ok(rollcall.Headcount{School: school, Day: wed, Enrolled: 57, Present: 57})
		if got := ask(wed); got.Headcounts != (rollcall.Headcounts{Number: 2, Enrolled: 22, Present: 21, Absent: 1}) {
			t.Errorf("classes: %+v", got.Headcounts) // splits not known: on neither side
		}
		must2(submit(t, h, apptest.Mai.Who(), morning(apptest.Class6A, wed)))(t)
		if got := ask(wed); got.Headcounts != (rollcall.Headcounts{Number: 1, Enrolled: 12, Present: 12}) || got.Roll != 10 {
			t.Errorf("a class with a sheet: %+v", got)
		}

		// Versions.
		c := rollcall.Headcount{School: school, Day: tue, Enrolled: 57, Present: 50, Absent: 7}
		ok(c)
		if kept, err := put(apptest.Mai, c, 0); err != nil || kept.Version != 1 {
			t.Errorf("the same again: %+v, %v", kept, err)
		}
		c.Present, c.Absent = 51, 6
		if _, err := put(apptest.Mai, c, 0); !fault.HasCode(err, "rollcall.headcount-conflict") {
			t.Errorf("another without having seen: %v", err)
		}
		if kept, err := put(apptest.Mai, c, 1); err != nil || kept.Version != 2 {
			t.Errorf("having seen: %+v, %v", kept, err)
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM headcount_version WHERE realm = $1 AND day = $2`, apptest.Realm, tue); n[0] != 2 {
			t.Errorf("%d versions", n[0])
		}
		for code, c := range map[string]rollcall.Headcount{
			"rollcall.more-than-enrolled": {School: school, Day: tue, Enrolled: 5, Present: 5, Absent: 1},
			"rollcall.bad-split":          {School: school, Day: tue, Enrolled: 9, Present: 5, Absent: 3, Excused: number(2), Unexcused: number(2)},
			"rollcall.future":             {School: school, Day: today + 1},
			"rollcall.foreign-level":      {School: school, Day: tue, Level: "TH"},
			"rollcall.foreign-class":      {School: school, Day: tue, Class: apptest.Class1A},
			"rollcall.below-zero":         {School: school, Day: tue, Present: -1},
		} {
			if _, err := put(apptest.Son, c, 0); !fault.HasCode(err, code) {
				t.Errorf("got %v, want %s", err, code)
			}
		}
		if _, err := put(apptest.Lan, c, 2); !fault.Is(err, fault.Forbidden) {
			t.Errorf("another school's principal: %v", err)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			days, err := rollcall.Reported(ctx, tx, apptest.Realm, []id.ID{school}, may)
			if err == nil && len(days) != 3 {
				t.Errorf("reported on %v", days)
			}
			return err
		})
	})
}

func TestImportOfCounts(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		wed := today.Add(-2)
		lines := []rollcall.HeadcountLine{
			{Row: 2, School: "MM-THCS", Count: rollcall.Headcount{Day: wed}, Enrolled: number(57), Present: number(50), Absent: number(7)},
			{Row: 3, School: "PN-THCS", Count: rollcall.Headcount{Day: wed, Released: 1}, Enrolled: number(9), Absent: number(2)},
			{Row: 4, School: "NOBODY", Count: rollcall.Headcount{Day: wed}, Enrolled: number(9), Absent: number(2)},
			{Row: 5, School: "PN-THCS", Count: rollcall.Headcount{Day: wed, Released: 1}, Enrolled: number(8), Absent: number(2)},
			{Row: 6, School: "PN-THCS", Count: rollcall.Headcount{Day: wed + 1}, Enrolled: number(9)},
			{Row: 7, School: "PN-THCS", Count: rollcall.Headcount{Day: wed + 1}, Enrolled: number(9), Absent: number(10)},
			{Row: 8, School: "MM-TH", Level: "THCS", Count: rollcall.Headcount{Day: wed}, Enrolled: number(9), Absent: number(1)},
		}
		for i, want := range []rollcall.HeadcountPlan{{New: 2}, {Same: 2}, {Same: 1, Changed: 1}} {
			if i == 2 {
				lines[0].Present, lines[0].Absent = number(51), number(6)
			}
			var p *rollcall.HeadcountPlan
			h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
				p, err = rollcall.PlanHeadcounts(ctx, tx, access.System(apptest.Realm), lines)
				return err
			})
			if p.New != want.New || p.Same != want.Same || p.Changed != want.Changed || len(p.Errors) != 5 {
				t.Errorf("plan %d: %+v", i, p)
			}
			if err := rollcall.CommitHeadcounts(t.Context(), h.Store, access.System(apptest.Realm), p, nil); err != nil {
				t.Fatal(err)
			}
		}
		got := figure(t, h, rollcall.Question{Schools: []id.ID{apptest.MuongMunS, apptest.PuNhungS}, Period: may})
		if got.Headcounts.Enrolled != 66 || got.Headcounts.Present != 57 || got.Headcounts.Absent != 8 || got.Headcounts.Released != 1 {
			t.Errorf("%+v", got.Headcounts)
		}
	})
}

func TestACountByAnotherPerson(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		must2(submit(t, h, apptest.Mai.Who(), morning(apptest.Class8A, today, absent(apptest.Class8A, rollcall.Unknown, 1, 2)...)))(t)
		count := func(who apptest.Person, n int) error {
			return h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := rollcall.CountPhysically(ctx, tx, who.Who(), rollcall.PhysicalCount{Class: apptest.Class8A, Day: today, Session: calendar.Morning, Counted: n, Note: "đếm tại lớp"})
				return err
			})
		}
		if err := count(apptest.Mai, 33); !fault.HasCode(err, "rollcall.same-person") {
			t.Errorf("by the one who called the roll: %v", err)
		}
		if err := count(apptest.Hoa, 33); !fault.Is(err, fault.Forbidden) {
			t.Errorf("by a teacher: %v", err)
		}
		if err := count(apptest.Thuong, 31); err != nil {
			t.Fatal(err)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			counts, err := rollcall.PhysicalCounts(ctx, tx, apptest.Thuong.Who(), apptest.Class8A, may)
			if err != nil || len(counts) != 1 {
				t.Fatal(counts, err)
			}
			if d, known := counts[0].Difference(counts[0].Sheet); !known || d != -2 {
				t.Errorf("difference %d", d)
			}
			return err
		})
		exact(t, h, apptest.MuongMunS)
	})
}
