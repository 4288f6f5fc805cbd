package rollcall_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

func open(t *testing.T, h *apptest.House, who apptest.Person, class id.ID, on day.Day, session calendar.Session) (s rollcall.Screen) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		s, err = rollcall.Open(ctx, tx, who.Who(), class, on, session)
		return err
	})
	return s
}

func TestTheScreenBeforeAnybodyCalled(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		// Number 4 has been away since Monday, number 6 yesterday only, number 8 came back yesterday; Wednesday was not called.
		monday := today.WeekStart()
		for i, marks := range [][]rollcall.Mark{absent(apptest.Class8A, rollcall.Unexcused, 4, 8), absent(apptest.Class8A, rollcall.Unexcused, 4, 8), nil, absent(apptest.Class8A, rollcall.Unknown, 4, 6)} {
			if i == 2 {
				continue
			}
			for j := range marks {
				marks[j].Reason = "harvest"
			}
			must2(submit(t, h, system, morning(apptest.Class8A, monday.Add(i), marks...)))(t)
		}
		var notice id.ID
		h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			notice, err = rollcall.RecordLeave(ctx, tx, apptest.Hoa.Who(), rollcall.Leave{Pupil: apptest.Pupil(apptest.Class8A, 10), Days: day.Through(today, today.Add(2)), Reason: "illness", Note: "mẹ gọi điện"})
			return err
		})
		s := open(t, h, apptest.Hoa, apptest.Class8A, today, calendar.WholeDay)
		if s.Session != calendar.Morning || s.Sheet != nil || !s.Verdict.Held || s.Roll.Size != 35 || s.Locked || s.Late || s.Rule == "" {
			t.Errorf("screen %+v", s)
		}
		if len(s.Marks) != 1 || s.Marks[0] != (rollcall.Mark{Pupil: apptest.Pupil(apptest.Class8A, 10), Kind: rollcall.Excused, Reason: "illness", Note: "mẹ gọi điện"}) {
			t.Errorf("suggested %+v", s.Marks)
		}
		if len(s.Pinned) != 2 || s.Pinned[0].Pupil != apptest.Pupil(apptest.Class8A, 4) || s.Pinned[0].Days != 3 || s.Pinned[0].Since != monday ||
			s.Pinned[0].Unknown != 1 || s.Pinned[1].Pupil != apptest.Pupil(apptest.Class8A, 6) || s.Pinned[1].Days != 1 {
			t.Errorf("pinned %+v", s.Pinned)
		}
		if len(s.Waiting) != 2 || s.Waiting[0].Left != 2 {
			t.Errorf("waiting %+v", s.Waiting)
		}
		if len(s.Reasons) != len(rollcall.Reasons)-1 || s.Reasons[0] != "harvest" || slices.Contains(s.Reasons, "marriage") {
			t.Errorf("reasons %v", s.Reasons)
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM sheet WHERE realm = $1 AND day = $2`, apptest.Realm, today); n[0] != 0 {
			t.Error("opening the screen wrote a sheet")
		}
		// The leave is withdrawn; who may not, does not learn of it.
		withdraw := func(who apptest.Person) error {
			return h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return rollcall.WithdrawLeave(ctx, tx, who.Who(), notice)
			})
		}
		if err := withdraw(apptest.Binh); !fault.Is(err, fault.NotFound) {
			t.Errorf("another teacher withdraws: %v", err)
		}
		if err := withdraw(apptest.Hoa); err != nil {
			t.Fatal(err)
		}
		if s := open(t, h, apptest.Hoa, apptest.Class8A, today, calendar.Morning); len(s.Marks) != 0 {
			t.Errorf("withdrawn, and still suggested: %+v", s.Marks)
		}
		if err := withdraw(apptest.Hoa); !fault.HasCode(err, "rollcall.no-leave") {
			t.Errorf("withdrawn twice: %v", err)
		}
	})
}

func TestTheScreenOfACalledOrClosedSession(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		thursday := today.Add(-1)
		must2(submit(t, h, apptest.Hoa.Who(), morning(apptest.Class8A, thursday, absent(apptest.Class8A, rollcall.Excused, 2)...)))(t)
		s := open(t, h, apptest.Hoa, apptest.Class8A, thursday, calendar.WholeDay) // the morning is called: the afternoon is next
		if s.Session != calendar.Afternoon || s.Sheet != nil || !slices.Equal(s.Sessions, []calendar.Session{calendar.Morning, calendar.Afternoon}) || !s.Late {
			t.Errorf("Thursday: session %d of %v, late %v", s.Session, s.Sessions, s.Late)
		}
		s = open(t, h, apptest.Hoa, apptest.Class8A, thursday, calendar.Morning)
		if s.Sheet == nil || s.Sheet.Version != 1 || len(s.Marks) != 1 {
			t.Errorf("called: %+v", s.Sheet)
		}
		declare(t, h, calendar.Closure, day.Through(today, today))
		s = open(t, h, apptest.Hoa, apptest.Class8A, today, calendar.Morning)
		if s.Verdict.Held || s.Verdict.Cause != calendar.ByClosure || s.Verdict.Exception.Reason != calendar.ReasonCold {
			t.Errorf("closed: %+v", s.Verdict)
		}
		if s := open(t, h, apptest.Hoa, apptest.Class8A, today.Add(-10), calendar.Morning); !s.Locked {
			t.Error("a day of the week before last is not shown as locked")
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			if _, err := rollcall.Open(ctx, tx, apptest.Binh.Who(), apptest.Class8A, today, calendar.Morning); !fault.Is(err, fault.Forbidden) {
				t.Errorf("another teacher opens: %v", err)
			}
			return nil
		})
	})
}

func TestTodayOfASchool(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		for _, on := range []day.Day{today.Add(-1), today} {
			must2(submit(t, h, system, morning(apptest.Class8A, on, absent(apptest.Class8A, rollcall.Unexcused, 4)...)))(t)
		}
		must2(submit(t, h, system, morning(apptest.Class6A, today, absent(apptest.Class6A, rollcall.Unknown, 1)...)))(t)
		see := func(who apptest.Person) (page rollcall.SchoolToday) {
			h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
				page, err = rollcall.Today(ctx, tx, who.Who(), apptest.MuongMunS, today)
				return err
			})
			return page
		}
		page := see(apptest.Mai)
		if len(page.Classes) != 3 || len(page.Missing) != 1 || page.Missing[0] != (rollcall.ClassSession{Class: apptest.Class8B, Session: calendar.Morning}) {
			t.Errorf("classes %d, missing %+v", len(page.Classes), page.Missing)
		}
		if len(page.Absent) != 2 || page.Absent[0].Pupil != apptest.Pupil(apptest.Class8A, 4) || page.Absent[0].Run != 2 || !page.Absent[0].Resolved ||
			page.Absent[1].Run != 1 || page.Absent[1].Resolved {
			t.Errorf("absent %+v", page.Absent)
		}
		if page := see(apptest.Thuong); len(page.Absent) != 0 || page.Rule != "" || len(page.Classes) != 3 {
			t.Errorf("the commune's official sees %+v", page.Absent)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			if _, err := rollcall.Today(ctx, tx, apptest.Lan.Who(), apptest.MuongMunS, today); !fault.Is(err, fault.Forbidden) {
				t.Errorf("another school's principal: %v", err)
			}
			return nil
		})
	})
}

func TestThePaperSheetGoesOutAndComesBack(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		monday := today.WeekStart()
		must2(submit(t, h, apptest.Mai.Who(), morning(apptest.Class8A, monday, absent(apptest.Class8A, rollcall.Unknown, 5)...)))(t)
		var p rollcall.PaperSheet
		h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
			p, err = rollcall.Paper(ctx, tx, apptest.Hoa.Who(), apptest.Class8A, day.Range{From: monday, Until: monday.Add(7)})
			return err
		})
		if len(p.Columns) != 7 || p.Roll.Size != 35 || p.Columns[0].Sheet == nil || len(p.Columns[0].Marks) != 1 || p.Columns[1].Sheet != nil {
			t.Errorf("%d columns, %+v", len(p.Columns), p.Columns[:1])
		}
		s := morning(apptest.Class8A, p.Columns[1].Day, absent(apptest.Class8A, rollcall.Excused, 5)...)
		s.Cause, s.Roll = rollcall.CausePaper, p.Roll.Number
		r := must2(submit(t, h, apptest.Mai.Who(), s))(t)
		if !r.EnteredLate {
			t.Error("a sheet from paper days later is not marked late")
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			versions, _, err := rollcall.Versions(ctx, tx, apptest.Mai.Who(), apptest.Class8A, s.Day, calendar.Morning)
			if err == nil && versions[0].Cause != rollcall.CausePaper {
				t.Errorf("cause %q", versions[0].Cause)
			}
			return err
		})
		exact(t, h, apptest.MuongMunS)
	})
}

func TestSettingsOfTheLock(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		settings := rollcall.DefaultSettings
		change := func(who access.Who) error {
			return h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return rollcall.ChangeSettings(ctx, tx, who, settings)
			})
		}
		if err := change(apptest.Son.Who()); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a principal: %v", err)
		}
		settings.LockDays = 99
		if err := change(system); !fault.HasCode(err, "rollcall.bad-setting") {
			t.Errorf("99 days: %v", err)
		}
		settings.LockDays, settings.LateAfter[0] = 0, rollcall.Duration(6*time.Hour+30*time.Minute)
		if err := change(system); err != nil {
			t.Fatal(err)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			got, err := rollcall.ReadSettings(ctx, tx, apptest.Realm)
			if got != settings {
				t.Errorf("read %+v", got)
			}
			return err
		})
		if r := must2(submit(t, h, apptest.Hoa.Who(), morning(apptest.Class8A, today)))(t); !r.EnteredLate {
			t.Error("7:00 is not late after 6:30")
		}
		if _, err := submit(t, h, apptest.Hoa.Who(), morning(apptest.Class8A, today.Add(-1))); !fault.Is(err, fault.Locked) {
			t.Errorf("yesterday: %v", err)
		}
	})
}

// A wrong sum is seen.
func TestCheckSeesWhatIsWrong(t *testing.T) {
	wrongs := []struct{ table, statement, mend string }{
		{"school_day", `UPDATE school_day SET unknown = unknown + 1 WHERE realm = $1`, `UPDATE school_day SET unknown = unknown - 1 WHERE realm = $1`},
		{"school_month", `UPDATE school_month SET roll = roll - 1 WHERE realm = $1`, `UPDATE school_month SET roll = roll + 1 WHERE realm = $1`},
		{"school_grade_day", `UPDATE school_grade_day SET late = 1 WHERE realm = $1`, `UPDATE school_grade_day SET late = 0 WHERE realm = $1`},
		{"mark", `UPDATE mark SET kind = 2 WHERE realm = $1`, `UPDATE mark SET kind = 1 WHERE realm = $1`},
		{"mark", `DELETE FROM mark WHERE realm = $1`, ``},
		{"school_day", `DELETE FROM school_day WHERE realm = $1`, ``},
	}
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		must2(submit(t, h, system, morning(apptest.Class8A, today, absent(apptest.Class8A, rollcall.Unknown, 1)...)))(t)
		run := func(statement string) {
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, statement, apptest.Realm)
				return err
			})
		}
		for _, wrong := range wrongs {
			run(wrong.statement)
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				differences, err := rollcall.Check(ctx, tx, apptest.Realm, apptest.MuongMunS, may)
				if err == nil && !slices.ContainsFunc(differences, func(d rollcall.Difference) bool { return d.Table == wrong.table }) {
					t.Errorf("%s: %v", wrong.statement, differences)
				}
				return err
			})
			if wrong.mend != "" {
				run(wrong.mend)
				exact(t, h, apptest.MuongMunS)
			}
		}
	})
}

// Whole months from the sums of months and edge days from those of days are the same as day by day.
func TestAnyRangeIsTheSumOfItsDays(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		for i, on := range weekdays("2020-02-10", "2020-05-29") {
			class := historyClasses[i%3]
			must2(submit(t, h, system, morning(class, on, absent(class, rollcall.Kind(1+i%4), 1+i%9)...)))(t)
		}
		for _, period := range []day.Range{{From: day.MustParse("2020-02-01"), Until: day.MustParse("2020-06-01")}, {From: day.MustParse("2020-02-13"), Until: day.MustParse("2020-05-20")},
			{From: day.MustParse("2020-03-05"), Until: day.MustParse("2020-03-20")}, {From: day.MustParse("2020-03-15"), Until: day.MustParse("2020-04-15")}, {From: day.MustParse("2020-03-01"), Until: day.MustParse("2020-04-15")}} {
			q := rollcall.Question{Schools: []id.ID{apptest.MuongMunS, apptest.PuNhungS}, Period: period}
			var want, byMonth rollcall.Counts
			for _, by := range []rollcall.By{rollcall.ByDay, rollcall.ByMonth} {
				q.By = by
				h.Read(t, func(ctx context.Context, tx *store.Tx) error {
					figures, err := rollcall.Days(ctx, tx, apptest.Realm, q)
					for _, f := range figures {
						if by == rollcall.ByDay {
							want = want.Plus(f.Counts)
						} else {
							byMonth = byMonth.Plus(f.Counts)
						}
					}
					return err
				})
			}
			q.By = rollcall.ByTotal
			if got := figure(t, h, q).Counts; got != want || byMonth != want || got.Sheets == 0 {
				t.Errorf("%v: total %+v, by month %+v, by day %+v", period, got, byMonth, want)
			}
			var grades rollcall.Counts
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				figures, err := rollcall.Grades(ctx, tx, apptest.Realm, q)
				for _, f := range figures {
					grades = grades.Plus(f.Counts)
				}
				return err
			})
			if grades.Sheets = want.Sheets; grades != want {
				t.Errorf("%v: grades %+v, want %+v", period, grades, want)
			}
		}
	})
}
