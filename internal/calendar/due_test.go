package calendar_test

import (
	"context"
	"reflect"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

func dueRows(t *testing.T, h *apptest.House, school id.ID) []calendar.DueRow {
	t.Helper()
	return apptest.Query[calendar.DueRow](t, h, `SELECT day, session, level, grade, sheets, roll FROM school_due
		WHERE realm = 1 AND school = $1 ORDER BY day, session, level, grade`, school)
}

func markAll(t *testing.T, h *apptest.House) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		_, err := calendar.MarkScopeStale(ctx, tx, apptest.Realm, calendar.Scope{Kind: calendar.ScopeRealm}, calendar.Bounds(apptest.SchoolYear))
		return err
	})
}

func rebuildStale(t *testing.T, h *apptest.House, want int) {
	t.Helper()
	n, err := calendar.RebuildStale(t.Context(), h.Store, apptest.Realm, nil)
	if err != nil {
		t.Fatal(err)
	}
	if n != want {
		t.Errorf("%d schools were rebuilt, want %d", n, want)
	}
}

func TestDueFollowsCalendarAndRolls(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		markAll(t, h)
		rebuildStale(t, h, 3)
		rebuildStale(t, h, 0)

		on := func(school id.ID, text string) (rows []calendar.DueRow) {
			for _, row := range dueRows(t, h, school) {
				if row.Day == day.MustParse(text) {
					row.Day = 0
					rows = append(rows, row)
				}
			}
			return rows
		}
		tuesday := []calendar.DueRow{
			{0, calendar.Morning, "THCS", "", 3, 57}, {0, calendar.Morning, "THCS", "6", 0, 10}, {0, calendar.Morning, "THCS", "8", 0, 47},
			{0, calendar.Afternoon, "THCS", "", 1, 35}, {0, calendar.Afternoon, "THCS", "8", 0, 35}}
		if got := on(apptest.MuongMunS, "2020-05-19"); !reflect.DeepEqual(got, tuesday) {
			t.Errorf("Tuesday at Mường Mùn: %v, want %v", got, tuesday)
		}
		combined := []calendar.DueRow{{0, calendar.Morning, "TH", "", 2, 15}, {0, calendar.Morning, "TH", "1", 0, 8},
			{0, calendar.Morning, "TH", "3", 0, 3}, {0, calendar.Morning, "TH", "4", 0, 4}}
		if got := on(apptest.MuongMunP, "2020-05-19"); !reflect.DeepEqual(got, combined) {
			t.Errorf("a lớp ghép is one sheet of two grades: %v, want %v", got, combined)
		}
		for _, free := range []string{"2020-05-16", "2020-05-17", "2020-05-01", "2020-04-02", "2020-07-12"} {
			if got := on(apptest.PuNhungS, free); len(got) != 0 {
				t.Errorf("%s: %v is due", free, got)
			}
		}

		// A pupil of 8A leaves on the 20th; the district closes on the 26th; 8B makes up on Saturday the 30th.
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE class_membership SET until_day = $3 WHERE realm = $1 AND enrolment = $2`,
				apptest.Realm, apptest.Enrolment(apptest.Class8A, 1), day.MustParse("2020-05-20")); err != nil {
				return err
			}
			if err := calendar.MarkStale(ctx, tx, apptest.Realm, apptest.MuongMunS, day.Range{From: day.MustParse("2020-05-20"), Until: day.Forever}); err != nil {
				return err
			}
			if _, err := calendar.DeclareClosure(ctx, tx, apptest.Huong.Who(), calendar.DeclareIn{
				Scope: unitScope(apptest.TuanGiao), Level: "THCS", Period: through("2020-05-26", "2020-05-26"), Reason: calendar.ReasonFlood}); err != nil {
				return err
			}
			_, err := calendar.DeclareMakeUp(ctx, tx, apptest.Son.Who(), calendar.DeclareIn{
				Scope: calendar.Scope{Kind: calendar.ScopeClass, ID: apptest.Class8B}, Period: through("2020-05-30", "2020-05-30"), Reason: calendar.ReasonMakeUp})
			return err
		})
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			for _, c := range []struct {
				period day.Range
				want   int
			}{{may2020, 3}, {through("2019-09-01", "2019-09-30"), 0}} {
				n, err := calendar.Stale(ctx, tx, apptest.Realm, []id.ID{apptest.MuongMunS, apptest.MuongMunP, apptest.PuNhungS}, c.period)
				if err != nil || n != c.want {
					t.Errorf("%v: %d schools are stale (%v), want %d", c.period, n, err, c.want)
				}
			}
			return nil
		})
		if got := on(apptest.MuongMunS, "2020-05-19"); !reflect.DeepEqual(got, tuesday) {
			t.Errorf("the kept rows changed before the rebuild: %v", got)
		}
		rebuildStale(t, h, 3)
		level := func(school id.ID, text string) (roll int) {
			for _, row := range on(school, text) {
				if row.Grade == "" && row.Session == calendar.Morning {
					roll = row.Roll
				}
			}
			return roll
		}
		for _, c := range []struct {
			school id.ID
			day    string
			roll   int
		}{
			{apptest.MuongMunS, "2020-05-19", 57}, {apptest.MuongMunS, "2020-05-20", 56}, {apptest.MuongMunS, "2020-05-26", 0},
			{apptest.PuNhungS, "2020-05-26", 0}, {apptest.MuongMunP, "2020-05-26", 15}, {apptest.MuongMunS, "2020-05-30", 12},
			{apptest.MuongMunS, "2020-06-30", 56},
		} {
			if got := level(c.school, c.day); got != c.roll {
				t.Errorf("school %d on %s: %d pupils are due, want %d", c.school, c.day, got, c.roll)
			}
		}

		// What was kept up to date by changes equals what a rebuild from nothing gives, months too.
		type month struct {
			School id.ID
			Month  day.Day
			Level  string
			Sheets int
			Roll   int
		}
		months := func() []month {
			return apptest.Query[month](t, h, `SELECT school, month, level, sheets, roll FROM school_due_month WHERE realm = 1 ORDER BY school, month, level`)
		}
		kept, keptMonths := map[id.ID][]calendar.DueRow{}, months()
		for _, school := range []id.ID{apptest.MuongMunS, apptest.MuongMunP, apptest.PuNhungS} {
			kept[school] = dueRows(t, h, school)
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			for _, statement := range []string{`DELETE FROM school_due WHERE realm = 1`, `DELETE FROM school_due_month WHERE realm = 1`} {
				if _, err := tx.Exec(ctx, statement); err != nil {
					return err
				}
			}
			return nil
		})
		markAll(t, h)
		rebuildStale(t, h, 3)
		for school, rows := range kept {
			if again := dueRows(t, h, school); !reflect.DeepEqual(rows, again) {
				t.Errorf("school %d: rebuilt %d rows, kept %d", school, len(again), len(rows))
			}
		}
		if again := months(); !reflect.DeepEqual(keptMonths, again) {
			t.Errorf("months: rebuilt\n%v, kept\n%v", again, keptMonths)
		}
		var sheets, roll int
		for _, m := range keptMonths {
			if m.School == apptest.PuNhungS && m.Month == day.MustParse("2020-05-01") {
				sheets, roll = m.Sheets, m.Roll
			}
		}
		// May 2020 has 21 weekdays; the 1st is a holiday and the 26th closed.
		if sheets != 19 || roll != 19*9 {
			t.Errorf("Pú Nhung in May: %d sheets, %d pupils, want 19 and 171", sheets, roll)
		}
	})
}

func TestRebuildBeginsAgainWhenTheSchoolChanges(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		markAll(t, h)
		done := make(chan error, 1)
		go func() {
			for range 8 {
				h.Store.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
					return calendar.MarkStale(ctx, tx, apptest.Realm, apptest.MuongMunS, calendar.Bounds(apptest.SchoolYear))
				})
			}
			done <- nil
		}()
		for range 3 {
			if err := calendar.Rebuild(t.Context(), h.Store, apptest.Realm, apptest.MuongMunS, nil); err != nil {
				t.Fatal(err)
			}
		}
		<-done
		if err := calendar.Rebuild(t.Context(), h.Store, apptest.Realm, apptest.MuongMunS, nil); err != nil {
			t.Fatal(err)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			wanted, err := calendar.ComputeDue(ctx, tx, apptest.Realm, apptest.MuongMunS, calendar.Bounds(apptest.SchoolYear))
			if err != nil {
				return err
			}
			if !reflect.DeepEqual(wanted, dueRows(t, h, apptest.MuongMunS)) {
				t.Error("the kept rows are not those that the rules give")
			}
			stale, err := calendar.StaleSchools(ctx, tx, apptest.Realm)
			if len(stale) != 2 {
				t.Errorf("still stale: %v, want the two other schools", stale)
			}
			generation, _ := calendar.Generation(ctx, tx, apptest.Realm, apptest.MuongMunS)
			if generation != 9 {
				t.Errorf("generation %d after 9 changes", generation)
			}
			return err
		})
	})
}

func TestRebuildJudgesUnderTheSameMark(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	var seen []day.Range
	judge := func(ctx context.Context, s *store.Store, school id.ID, period day.Range) error {
		seen = append(seen, period)
		if len(seen) == 1 { // a change that comes while the first judgement is at work
			return s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				return calendar.MarkStale(ctx, tx, apptest.Realm, school, through("2020-03-02", "2020-03-02"))
			})
		}
		return nil
	}
	if err := calendar.Rebuild(t.Context(), h.Store, apptest.Realm, apptest.PuNhungS, judge); err != nil || len(seen) != 0 {
		t.Errorf("a school that is not stale was judged: %v, %v", seen, err)
	}
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		return calendar.MarkStale(ctx, tx, apptest.Realm, apptest.PuNhungS, through("2020-05-04", "2020-05-05"))
	})
	if err := calendar.Rebuild(t.Context(), h.Store, apptest.Realm, apptest.PuNhungS, judge); err != nil {
		t.Fatal(err)
	}
	if want := []day.Range{through("2020-05-04", "2020-05-05"), through("2020-03-02", "2020-05-05")}; !reflect.DeepEqual(seen, want) {
		t.Errorf("judged %v, want %v", seen, want)
	}
}

// BenchmarkResolve is what a roll call pays to learn whether its session is held.
func BenchmarkResolve(b *testing.B) {
	h := apptest.Open(b, store.SQLite)
	h.Write(b, func(ctx context.Context, tx *store.Tx) error {
		return calendar.MarkStale(ctx, tx, apptest.Realm, apptest.MuongMunS, calendar.Bounds(apptest.SchoolYear))
	})
	h.Read(b, func(ctx context.Context, tx *store.Tx) error {
		for b.Loop() {
			plan, err := calendar.PlanIn(ctx, tx, apptest.Realm, apptest.MuongMunS, apptest.SchoolYear, apptest.Class8A)
			if err != nil || !plan.On(day.MustParse("2020-05-19"), calendar.Morning).Held {
				b.Fatal(err)
			}
		}
		return nil
	})
}

// BenchmarkRebuild works out and writes a school year of one school.
func BenchmarkRebuild(b *testing.B) {
	for _, engine := range storetest.Engines {
		b.Run(string(engine), func(b *testing.B) {
			h := apptest.Open(b, engine)
			rows := 0
			for b.Loop() {
				b.StopTimer()
				h.Write(b, func(ctx context.Context, tx *store.Tx) error {
					if _, err := tx.Exec(ctx, `DELETE FROM school_due WHERE realm = 1`); err != nil {
						return err
					}
					return calendar.MarkStale(ctx, tx, apptest.Realm, apptest.MuongMunS, calendar.Bounds(apptest.SchoolYear))
				})
				b.StartTimer()
				if err := calendar.Rebuild(b.Context(), h.Store, apptest.Realm, apptest.MuongMunS, nil); err != nil {
					b.Fatal(err)
				}
				rows = apptest.Query[int](b, h, `SELECT COUNT(*) FROM school_due`)[0]
			}
			b.ReportMetric(float64(rows), "rows")
		})
	}
}
