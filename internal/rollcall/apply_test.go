package rollcall_test

import (
	"context"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

// The worked examples of chuyên cần (the project's domain page, 1.5).
func TestWorkedExamplesOfAttendance(t *testing.T) {
	mornings := weekdays("2020-04-27", "2020-05-29")
	mornings = mornings[len(mornings)-22:]
	ask := rollcall.Question{Schools: []id.ID{apptest.MuongMunS}, Period: day.Range{From: mornings[0], Until: today + 1}}
	t.Run("one session a day", func(t *testing.T) {
		apptest.Each(t, func(t *testing.T, h *apptest.House) {
			for i, on := range mornings { // 18 P and 41 K in 22 sessions of 35
				var marks []rollcall.Mark
				if i < 18 {
					marks = absent(apptest.Class8A, rollcall.Excused, 1)
				}
				marks = append(marks, absent(apptest.Class8A, rollcall.Unexcused, 5)...)
				if i < 19 {
					marks = append(marks, absent(apptest.Class8A, rollcall.Unexcused, 6)...)
				}
				marks = append(marks, absent(apptest.Class8A, rollcall.Late, 9)...)
				must2(submit(t, h, system, morning(apptest.Class8A, on, marks...)))(t)
			}
			got := figure(t, h, ask)
			if got.Roll != 770 || got.Roll-got.Absent() != 711 || got.Roll-got.Unexcused != 729 || got.Late != 22 {
				t.Errorf("%+v", got.Counts) // 92.34 %; only K: 94.68 %
			}
			exact(t, h, apptest.MuongMunS)
		})
	})
	t.Run("a pupil comes late in the month", func(t *testing.T) {
		apptest.Each(t, func(t *testing.T, h *apptest.House) {
			// 8B's 12 for 10 sessions, then 13 for 12: the change is recorded after all were called.
			for _, on := range mornings {
				must2(submit(t, h, system, morning(apptest.Class8B, on)))(t)
			}
			moveBack(t, h, apptest.Pupil(apptest.Class8A, 3), apptest.Class8B, mornings[10])
			if got := figure(t, h, ask); got.Roll != 10*12+12*13 || got.Sheets != 22 {
				t.Errorf("%+v", got.Counts)
			}
			exact(t, h, apptest.MuongMunS)
		})
	})
	t.Run("three sessions not called", func(t *testing.T) {
		apptest.Each(t, func(t *testing.T, h *apptest.House) {
			for _, on := range mornings[:19] {
				must2(submit(t, h, system, morning(apptest.Class8B, on)))(t)
			}
			if got := figure(t, h, ask); got.Sheets != 19 || got.Roll != 19*12 {
				t.Errorf("%+v", got.Counts)
			}
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				pupil := apptest.Pupil(apptest.Class8B, 1)
				missed, err := rollcall.MissedSessions(ctx, tx, apptest.Realm, []id.ID{pupil}, today)
				held := 0
				for range weekdays("2019-08-26", "2020-05-30") {
					held++
				}
				if err == nil && missed[pupil].Uncalled != held-19 {
					t.Errorf("%d sessions not called, want %d", missed[pupil].Uncalled, held-19)
				}
				return err
			})
		})
	})
	t.Run("two sessions closed for cold, two made up", func(t *testing.T) {
		apptest.Each(t, func(t *testing.T, h *apptest.House) {
			for _, on := range mornings[:10] {
				must2(submit(t, h, system, morning(apptest.Class8B, on, absent(apptest.Class8B, rollcall.Unknown, 2)...)))(t)
			}
			closed := declare(t, h, calendar.Closure, day.Through(mornings[0], mornings[1]))
			if got := figure(t, h, ask); got.Sheets != 8 || got.Unknown != 8 {
				t.Errorf("closed: %+v", got.Counts)
			}
			saturday := today.WeekStart().Add(-2)
			declare(t, h, calendar.MakeUp, day.Through(saturday, saturday))
			must2(submit(t, h, system, morning(apptest.Class8B, saturday)))(t)
			if got := figure(t, h, ask); got.Sheets != 9 || got.Unknown != 8 {
				t.Errorf("made up: %+v", got.Counts)
			}
			// The voided sheets are kept and shown; one that comes in afterwards is kept, not counted.
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				sheets, err := rollcall.SheetsOf(ctx, tx, apptest.Realm, apptest.Class8B, day.Through(mornings[0], mornings[1]))
				if err == nil && (len(sheets) != 2 || sheets[0].State != rollcall.Void || sheets[0].Unknown != 1) {
					t.Errorf("voided %+v", sheets)
				}
				return err
			})
			if r := must2(submit(t, h, system, morning(apptest.Class6A, mornings[0], absent(apptest.Class6A, rollcall.Unexcused, 1)...)))(t); r.State != rollcall.Void {
				t.Errorf("after the closure: %+v", r)
			}
			exact(t, h, apptest.MuongMunS)
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				change, err := calendar.Withdraw(ctx, tx, system, calendar.WithdrawIn{ID: closed, Reason: "nhầm"})
				if err != nil {
					return err
				}
				return apply(ctx, tx, change)
			})
			if got := figure(t, h, ask); got.Sheets != 12 || got.Unknown != 10 || got.Unexcused != 1 {
				t.Errorf("withdrawn: %+v", got.Counts)
			}
			exact(t, h, apptest.MuongMunS)
		})
	})
}

func declare(t *testing.T, h *apptest.House, kind calendar.Kind, period day.Range) (exception id.ID) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		in := calendar.DeclareIn{Scope: calendar.Scope{Kind: calendar.ScopeSchool, ID: apptest.MuongMunS}, Reason: calendar.ReasonCold, Period: period}
		verb := calendar.DeclareClosure
		if kind == calendar.MakeUp {
			verb, in.Reason = calendar.DeclareMakeUp, calendar.ReasonMakeUp
		}
		change, err := verb(ctx, tx, apptest.Son.Who(), in)
		if err != nil {
			return err
		}
		exception = change.ID
		return apply(ctx, tx, change)
	})
	return exception
}

// moveBack takes a pupil to another class from a day in the past, as the clerk does.
func moveBack(t *testing.T, h *apptest.House, pupil, class id.ID, from day.Day) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		done, err := student.MoveClass(ctx, tx, apptest.Mai.Who(), student.MoveClassIn{Pupil: pupil, Class: class, From: from})
		if err != nil {
			return err
		}
		_, err = rollcall.ApplyEnrolments(ctx, tx, apptest.Mai.Who(), done.Changes, "move-class")
		return err
	})
}

// Absence follows the pupil: whoever changed class takes her marks along, and the 45
// sessions are counted over both classes.
func TestMarksFollowAPupilWhoChangedClass(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		pupil := apptest.Pupil(apptest.Class8A, 7)
		days := weekdays("2020-05-18", "2020-05-29")
		for _, on := range days {
			must2(submit(t, h, system, morning(apptest.Class8A, on, absent(apptest.Class8A, rollcall.Unexcused, 7)...)))(t)
			must2(submit(t, h, system, morning(apptest.Class8B, on)))(t)
		}
		moveBack(t, h, pupil, apptest.Class8B, days[4])
		exact(t, h, apptest.MuongMunS)
		for _, c := range []struct {
			class id.ID
			want  rollcall.Sheet
		}{{apptest.Class8A, rollcall.Sheet{Size: 34}}, {apptest.Class8B, rollcall.Sheet{Size: 13, Unexcused: 1}}} {
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				sheets, err := rollcall.SheetsOf(ctx, tx, apptest.Realm, c.class, day.Range{From: days[4], Until: today + 1})
				for _, s := range sheets {
					if s.Size != c.want.Size || s.Unexcused != c.want.Unexcused || s.Version != 2 {
						t.Errorf("class %s on %s: %+v", c.class, s.Day, s)
					}
				}
				return err
			})
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			missed, err := rollcall.MissedSessions(ctx, tx, apptest.Realm, []id.ID{pupil}, today)
			if err == nil && missed[pupil].Sessions != len(days) {
				t.Errorf("%d sessions missed, want %d", missed[pupil].Sessions, len(days))
			}
			versions, _, err := rollcall.Versions(ctx, tx, system, apptest.Class8B, days[5], calendar.Morning)
			if err == nil && versions[1].Cause != rollcall.CauseEnrolment {
				t.Errorf("the version's cause is %q", versions[1].Cause)
			}
			return err
		})
	})
}

// A phone that saw an older class sends marks of a pupil who has left: kept, named, not counted.
func TestASubmissionOnAnOlderRoll(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		first := must2(submit(t, h, apptest.Hoa.Who(), morning(apptest.Class8A, today.Add(-1))))(t)
		moveBack(t, h, apptest.Pupil(apptest.Class8A, 7), apptest.Class8B, today)
		s := morning(apptest.Class8A, today, absent(apptest.Class8A, rollcall.Unknown, 6, 7)...)
		s.Roll = first.Roll
		r := must2(submit(t, h, apptest.Hoa.Who(), s))(t)
		if r.Roll == first.Roll || r.Size != 34 || r.Unknown != 1 || len(r.Dropped) != 1 || r.Dropped[0] != apptest.Pupil(apptest.Class8A, 7) {
			t.Errorf("receipt %+v", r)
		}
		if again := must2(submit(t, h, apptest.Hoa.Who(), s))(t); !again.Repeated || len(again.Dropped) != 1 || again.Unknown != 1 {
			t.Errorf("again %+v", again)
		}
		exact(t, h, apptest.MuongMunS)
	})
}

func TestTheLimitOf45Sessions(t *testing.T) {
	limit, ok := rollcall.LimitOf("THCS", today)
	if !ok || limit.Sessions != 45 {
		t.Fatalf("%+v", limit)
	}
	if _, ok := rollcall.LimitOf("TH", today); ok {
		t.Error("primary school has the limit")
	}
	for n, want := range map[int]struct {
		eligible bool
		step     int
	}{14: {true, 0}, 15: {true, 15}, 39: {true, 30}, 45: {true, 40}, 46: {false, 40}} {
		m := rollcall.Missed{Sessions: n}
		if limit.Eligible(m) != want.eligible || limit.Step(m) != want.step {
			t.Errorf("%d sessions: eligible %v, step %d", n, limit.Eligible(m), limit.Step(m))
		}
	}
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		// Whole days away on 20 days, only the afternoon on 9 more: 20 are counted, not 49. 8A has afternoons on Tuesday and Thursday.
		whole, afternoons := 0, 0
		for _, on := range weekdays("2020-01-06", "2020-05-29") {
			plan := []rollcall.Submission{}
			both := on.Weekday() == 2 || on.Weekday() == 4
			switch {
			case both && whole < 20:
				whole++
				a := morning(apptest.Class8A, on, absent(apptest.Class8A, rollcall.Unknown, 3)...)
				b := morning(apptest.Class8A, on, absent(apptest.Class8A, rollcall.Excused, 3)...)
				b.Session = calendar.Afternoon
				plan = append(plan, a, b)
			case both && afternoons < 9:
				afternoons++
				b := morning(apptest.Class8A, on, absent(apptest.Class8A, rollcall.Unexcused, 3)...)
				b.Session = calendar.Afternoon
				plan = append(plan, morning(apptest.Class8A, on, absent(apptest.Class8A, rollcall.Late, 3)...), b)
			}
			for _, s := range plan {
				must2(submit(t, h, system, s))(t)
			}
		}
		if whole != 20 || afternoons != 9 {
			t.Fatalf("%d whole days, %d afternoons", whole, afternoons)
		}
		pupil := apptest.Pupil(apptest.Class8A, 3)
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			missed, err := rollcall.MissedSessions(ctx, tx, apptest.Realm, []id.ID{pupil}, today)
			if err == nil && missed[pupil].Sessions != 20 {
				t.Errorf("%d sessions are counted", missed[pupil].Sessions)
			}
			return err
		})
	})
}

// What Load leaves is what Submit would have left.
func TestLoadIsSubmitInBulk(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		days := weekdays("2020-05-04", "2020-05-29")
		marks := func(i int) []rollcall.Mark {
			return append(absent(apptest.Class8A, rollcall.Kind(1+i%4), 1+i%35), rollcall.Mark{Pupil: apptest.Pupil(apptest.Class8A, 1+(i+9)%35), Kind: rollcall.Late, Reason: "far-away", Note: "mưa"})
		}
		looks := []string{
			`SELECT class, day, session, school, level, roll, state, size, unknown, excused, unexcused, late, version FROM sheet WHERE realm = $1 ORDER BY day`,
			`SELECT class, day, session, roll, roll_group, pupil, kind, 0, 0, 0, 0, 0, 0 FROM mark WHERE realm = $1 ORDER BY day, pupil`,
			`SELECT class, day, session, version, roll, state, 0, 0, 0, 0, 0, 0, 0 FROM sheet_version WHERE realm = $1 ORDER BY day`,
			`SELECT school, day, session, sheets, no_class, roll, unknown, excused, unexcused, late, 0, 0, 0 FROM school_day WHERE realm = $1 ORDER BY day`,
			`SELECT school, month, changes, sheets, no_class, roll, unknown, excused, unexcused, late, 0, 0, 0 FROM school_month WHERE realm = $1`,
			`SELECT school, day, session, grade, roll, unknown, excused, unexcused, late, 0, 0, 0, 0 FROM school_grade_day WHERE realm = $1 ORDER BY day`,
		}
		type row struct{ A, B, C, D, E, F, G, H, I, J, K, L, M any }
		see := func() (all [][]row) {
			for _, query := range looks {
				all = append(all, apptest.Query[row](t, h, query, apptest.Realm))
			}
			return all
		}
		var loaded [][]row
		undo := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			roll, err := student.RollOn(ctx, tx, apptest.Realm, apptest.Class8A, days[0])
			if err != nil {
				return err
			}
			var sheets []rollcall.LoadedSheet
			for i, on := range days {
				sheets = append(sheets, rollcall.LoadedSheet{Class: apptest.Class8A, Day: on, Session: calendar.Morning, Roll: &roll, State: rollcall.Taken, Marks: marks(i)})
			}
			if err := rollcall.Load(ctx, tx, system, apptest.MuongMunS, apptest.SchoolYear, sheets); err != nil {
				return err
			}
			for _, query := range looks {
				rows, err := store.All[row](ctx, tx, query, apptest.Realm)
				if err != nil {
					return err
				}
				loaded = append(loaded, rows)
			}
			return errUndo
		})
		if undo != errUndo {
			t.Fatal(undo)
		}
		for i, on := range days {
			must2(submit(t, h, system, morning(apptest.Class8A, on, marks(i)...)))(t)
		}
		submitted := see()
		for i := range looks {
			if len(loaded[i]) != len(submitted[i]) {
				t.Errorf("%d rows loaded, %d submitted: %s", len(loaded[i]), len(submitted[i]), looks[i])
				continue
			}
			for j := range loaded[i] {
				if loaded[i][j] != submitted[i][j] {
					t.Errorf("%v loaded, %v submitted: %s", loaded[i][j], submitted[i][j], looks[i])
				}
			}
		}
		exact(t, h, apptest.MuongMunS)
	})
}
