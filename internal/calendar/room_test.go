package calendar_test

import (
	"context"
	"reflect"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

var may2020 = through("2020-05-01", "2020-05-31")

func schoolScope(school id.ID) calendar.Scope {
	return calendar.Scope{Kind: calendar.ScopeSchool, ID: school}
}

func unitScope(unit id.ID) calendar.Scope {
	return calendar.Scope{Kind: calendar.ScopeUnit, ID: unit}
}

// do runs a verb in a transaction of its own.
func do[In, Out any](h *apptest.House, verb func(context.Context, *store.Tx, access.Who, In) (Out, error), who access.Who, in In) (out Out, err error) {
	err = h.Store.Write(context.Background(), func(ctx context.Context, tx *store.Tx) (err error) {
		out, err = verb(ctx, tx, who, in)
		return err
	})
	return out, err
}

func resolve(t *testing.T, h *apptest.House, class id.ID, on string, session calendar.Session) (v calendar.Verdict) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		v, err = calendar.Resolve(ctx, tx, apptest.Realm, class, day.MustParse(on), session)
		return err
	})
	return v
}

func closeSchool(first, last string) calendar.DeclareIn {
	return calendar.DeclareIn{Scope: schoolScope(apptest.MuongMunS), Period: through(first, last), Reason: calendar.ReasonCold, Note: "6 °C"}
}

func TestClosureIsInheritedAndWithdrawn(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		if v := resolve(t, h, apptest.Class8A, "2020-05-19", calendar.Afternoon); !v.Held || v.Main {
			t.Fatalf("8A meets on Tuesday afternoons, not as its main session: %+v", v)
		}
		change, err := do(h, calendar.DeclareClosure, apptest.Huong.Who(), calendar.DeclareIn{
			Scope: unitScope(apptest.TuanGiao), Period: through("2020-05-18", "2020-05-19"), Reason: calendar.ReasonFlood})
		if err != nil {
			t.Fatal(err)
		}
		if want := []id.ID{apptest.MuongMunS, apptest.MuongMunP, apptest.PuNhungS}; !reflect.DeepEqual(change.Schools, want) || !change.Made {
			t.Errorf("touched %v, want %v", change.Schools, want)
		}
		for _, class := range apptest.Classes {
			v := resolve(t, h, class.ID, "2020-05-19", calendar.Morning)
			if v.Held || v.Cause != calendar.ByClosure || v.Exception.ID != change.ID {
				t.Errorf("%s: %+v", class.Name, v)
			}
		}
		// The school teaches all the same; one class of it does not.
		if _, err := do(h, calendar.DeclareMakeUp, apptest.Son.Who(), calendar.DeclareIn{
			Scope: schoolScope(apptest.MuongMunS), Period: through("2020-05-19", "2020-05-19"), Reason: calendar.ReasonMakeUp}); err != nil {
			t.Fatal(err)
		}
		if _, err := do(h, calendar.DeclareClosure, apptest.Son.Who(), calendar.DeclareIn{
			Scope: calendar.Scope{Kind: calendar.ScopeClass, ID: apptest.Class6A}, Period: through("2020-05-19", "2020-05-19"), Reason: calendar.ReasonBuilding}); err != nil {
			t.Fatal(err)
		}
		for class, held := range map[id.ID]bool{apptest.Class8A: true, apptest.Class6A: false, apptest.Class9A: false} {
			if v := resolve(t, h, class, "2020-05-19", calendar.Morning); v.Held != held {
				t.Errorf("class %d: %+v", class, v)
			}
		}

		again, err := do(h, calendar.DeclareClosure, apptest.Huong.Who(), calendar.DeclareIn{
			Scope: unitScope(apptest.TuanGiao), Period: through("2020-05-18", "2020-05-19"), Reason: calendar.ReasonFlood})
		if err != nil || again.Made || again.ID != change.ID {
			t.Errorf("the same declaration again: %+v, %v", again, err)
		}

		if _, err := do(h, calendar.Withdraw, apptest.Son.Who(), calendar.WithdrawIn{ID: change.ID, Reason: "không mưa"}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a principal withdraws the district's closure: %v", err)
		}
		if _, err := do(h, calendar.Withdraw, apptest.Huong.Who(), calendar.WithdrawIn{ID: change.ID}); !fault.HasCode(err, "calendar.need-reason") {
			t.Errorf("withdrawn without a reason: %v", err)
		}
		if _, err := do(h, calendar.Withdraw, apptest.Huong.Who(), calendar.WithdrawIn{ID: change.ID, Reason: "không mưa"}); err != nil {
			t.Fatal(err)
		}
		if v := resolve(t, h, apptest.Class9A, "2020-05-19", calendar.Morning); !v.Held {
			t.Errorf("after the withdrawal: %+v", v)
		}
		if _, err := do(h, calendar.Withdraw, apptest.Huong.Who(), calendar.WithdrawIn{ID: change.ID, Reason: "lần nữa"}); !fault.HasCode(err, "calendar.no-exception") {
			t.Errorf("withdrawn twice: %v", err)
		}
		actions := apptest.Query[string](t, h, `SELECT action FROM audit_entry ORDER BY id`)
		want := []string{"calendar.declare-closure", "calendar.declare-make-up", "calendar.declare-closure", "calendar.withdraw"}
		if !reflect.DeepEqual(actions, want) {
			t.Errorf("the book has %v, want %v", actions, want)
		}
	})
}

func TestWhoMayChangeTheCalendar(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := closeSchool("2020-05-18", "2020-05-18")
		for _, c := range []struct {
			person apptest.Person
			scope  calendar.Scope
			kind   fault.Kind // "" is allowed
		}{
			{apptest.Son, in.Scope, ""},
			{apptest.Mai, in.Scope, ""},
			{apptest.Chu, in.Scope, ""},
			{apptest.Lan, in.Scope, fault.Forbidden},  // another school's principal
			{apptest.Hoa, in.Scope, fault.Forbidden},  // a teacher
			{apptest.Quan, in.Scope, fault.Forbidden}, // the administrator
			{apptest.Son, unitScope(apptest.MuongMun), fault.Forbidden},
			{apptest.Chu, unitScope(apptest.MuongMun), ""},
			{apptest.Chu, unitScope(apptest.TuanGiao), fault.Forbidden},
			{apptest.Son, calendar.Scope{Kind: calendar.ScopeRealm}, fault.Forbidden},
			{apptest.Thanh, calendar.Scope{Kind: calendar.ScopeRealm}, ""},
			{apptest.Son, calendar.Scope{Kind: calendar.ScopeClass, ID: apptest.Class9A}, fault.Forbidden},
			{apptest.Son, calendar.Scope{Kind: calendar.ScopeClass, ID: 4711}, fault.NotFound},
			{apptest.Son, calendar.Scope{Kind: calendar.ScopeSite, ID: 4711}, fault.NotFound},
			{apptest.Thanh, unitScope(4711), fault.NotFound},
			{apptest.Thanh, calendar.Scope{Kind: "galaxy", ID: 1}, fault.Invalid},
		} {
			in.Scope = c.scope
			_, err := do(h, calendar.DeclareClosure, c.person.Who(), in)
			if c.kind == "" && err != nil || c.kind != "" && !fault.Is(err, c.kind) {
				t.Errorf("%s at %v: %v, want %q", c.person.Login, c.scope, err, c.kind)
			}
		}
	})
}

func TestWrongDeclarations(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	for code, change := range map[string]func(*calendar.DeclareIn){
		"calendar.bad-period":  func(in *calendar.DeclareIn) { in.Period.Until = in.Period.From },
		"calendar.too-long":    func(in *calendar.DeclareIn) { in.Period.Until = in.Period.From + 500 },
		"calendar.bad-session": func(in *calendar.DeclareIn) { in.Session = 4 },
		"calendar.bad-reason":  func(in *calendar.DeclareIn) { in.Reason = "boredom" },
		"calendar.need-reason": func(in *calendar.DeclareIn) { in.Reason = "" },
		"calendar.need-note":   func(in *calendar.DeclareIn) { in.Reason, in.Note = calendar.ReasonOther, " " },
	} {
		in := closeSchool("2020-05-18", "2020-05-18")
		change(&in)
		if _, err := do(h, calendar.DeclareClosure, apptest.Son.Who(), in); !fault.HasCode(err, code) {
			t.Errorf("%v, want %s", err, code)
		}
	}
	if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM calendar_exception`); n[0] != 0 {
		t.Error("a refused declaration was kept")
	}
}

func TestYearsTermsAndTimetables(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		frame, terms := calendar.Frame(2020)
		in := calendar.OpenYearIn{Year: frame, Terms: terms, Reason: "QĐ 1/QĐ-UBND"}
		if _, err := do(h, calendar.OpenYear, apptest.Thuong.Who(), in); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a commune opens the year: %v", err)
		}
		change, err := do(h, calendar.OpenYear, apptest.Thanh.Who(), in)
		if err != nil || !change.Made || len(change.Schools) != 3 {
			t.Fatalf("%+v, %v", change, err)
		}
		if again, err := do(h, calendar.OpenYear, apptest.Thanh.Who(), in); err != nil || again.Made {
			t.Errorf("opened again: %+v, %v", again, err)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			years, err := calendar.Years(ctx, tx, apptest.Realm)
			if err != nil || len(years) != 2 || years[1] != frame {
				t.Errorf("years %+v, %v", years, err)
			}
			_, got, err := calendar.YearOf(ctx, tx, apptest.Realm, 2020)
			if err != nil || len(got) != 2 || got[0].Period != terms[0].Period || got[1].Weeks != 17 {
				t.Errorf("terms %+v, %v", got, err)
			}
			return nil
		})

		// Pú Nhung ends its second term a week earlier.
		term := calendar.Term{Scope: schoolScope(apptest.PuNhungS), Year: apptest.SchoolYear, Number: 2, Weeks: 17,
			Period: day.Range{From: day.MustParse("2020-01-06"), Until: day.MustParse("2020-07-05")}}
		if _, err := do(h, calendar.SetTerm, apptest.Lan.Who(), calendar.SetTermIn{Term: term, Reason: "KH 3/KH-THCS"}); err != nil {
			t.Fatal(err)
		}
		if resolve(t, h, apptest.Class9A, "2020-07-06", calendar.Morning).Held || !resolve(t, h, apptest.Class8A, "2020-07-06", calendar.Morning).Held {
			t.Error("the term of one school")
		}
		term.Year = 2031
		if _, err := do(h, calendar.SetTerm, apptest.Lan.Who(), calendar.SetTermIn{Term: term, Reason: "x"}); !fault.HasCode(err, "calendar.no-year") {
			t.Errorf("a term of no year: %v", err)
		}

		// 8A studies in the afternoon for two weeks, then as before.
		shift := calendar.Timetable{Scope: calendar.Scope{Kind: calendar.ScopeClass, ID: apptest.Class8A}, Period: through("2020-05-11", "2020-05-24"),
			Week: calendar.WeekOf(calendar.Afternoon, 6), Main: calendar.Afternoon}
		set := calendar.SetTimetableIn{Timetable: shift, Reason: "sửa phòng học"}
		if _, err := do(h, calendar.SetTimetable, apptest.Son.Who(), set); err != nil {
			t.Fatal(err)
		}
		if again, err := do(h, calendar.SetTimetable, apptest.Son.Who(), set); err != nil || again.Made {
			t.Errorf("the same again: %+v, %v", again, err)
		}
		for text, want := range map[string][2]bool{"2020-05-05": {true, true}, "2020-05-11": {false, true}, "2020-05-23": {false, true}, "2020-05-25": {true, false}, "2020-05-26": {true, true}} {
			got := [2]bool{resolve(t, h, apptest.Class8A, text, calendar.Morning).Held, resolve(t, h, apptest.Class8A, text, calendar.Afternoon).Held}
			if got != want {
				t.Errorf("8A on %s: %v, want %v", text, got, want)
			}
		}
		if v := resolve(t, h, apptest.Class8A, "2020-05-12", calendar.Afternoon); !v.Main {
			t.Error("the main session moves with the timetable")
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			rows, err := calendar.Timetables(ctx, tx, apptest.Realm, shift.Scope, "")
			if err != nil || len(rows) != 3 || rows[1] != shift {
				t.Errorf("timetables %+v, %v", rows, err)
			}
			return nil
		})
		set.Inherit = true
		if _, err := do(h, calendar.SetTimetable, apptest.Son.Who(), set); err != nil {
			t.Fatal(err)
		}
		if resolve(t, h, apptest.Class8A, "2020-05-12", calendar.Afternoon).Held {
			t.Error("without a timetable of its own and none above, a class does not meet")
		}
		set.Inherit, set.Timetable.Scope, set.Timetable.Level = false, unitScope(apptest.MuongMun), "THCS"
		if _, err := do(h, calendar.SetTimetable, apptest.Huong.Who(), set); err != nil {
			t.Fatal(err)
		}
		if !resolve(t, h, apptest.Class8A, "2020-05-12", calendar.Afternoon).Held || resolve(t, h, apptest.Class6A, "2020-05-12", calendar.Afternoon).Held {
			t.Error("the commune's timetable holds where the class has none of its own")
		}
		for code, bad := range map[string]calendar.Timetable{
			"calendar.bad-main":   {Scope: shift.Scope, Period: shift.Period, Week: shift.Week, Main: calendar.Morning},
			"calendar.bad-week":   {Scope: shift.Scope, Period: shift.Period, Week: 1 << 25, Main: calendar.Morning},
			"calendar.bad-period": {Scope: shift.Scope, Week: shift.Week, Main: calendar.Afternoon},
		} {
			if _, err := do(h, calendar.SetTimetable, apptest.Son.Who(), calendar.SetTimetableIn{Timetable: bad, Reason: "x"}); !fault.HasCode(err, code) {
				t.Errorf("%v, want %s", err, code)
			}
		}
	})
}

func TestCalendarPages(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		if _, err := do(h, calendar.DeclareClosure, apptest.Son.Who(), closeSchool("2020-05-18", "2020-05-19")); err != nil {
			t.Fatal(err)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			days, err := calendar.SchoolCalendar(ctx, tx, apptest.Son.Who(), apptest.MuongMunS, may2020)
			if err != nil || len(days) != 31 {
				t.Fatalf("%d days, %v", len(days), err)
			}
			first, closed, open := days[0], days[18], days[19]
			if len(first.Named) != 1 || first.Named[0].Code != "labour" || first.Held() != 0 || first.Term != 2 {
				t.Errorf("1 May: %+v", first)
			}
			if closed.Held() != 0 || len(closed.Reasons) != 1 || closed.Sessions[0].Closed != 3 || closed.Sessions[1].Closed != 1 {
				t.Errorf("19 May: %+v", closed)
			}
			if open.Held() != 3 || open.Sessions[0].Main != 3 || len(open.Reasons) != 0 || open.Week != closed.Week || open.Week < 19 {
				t.Errorf("20 May: %+v", open)
			}
			weeks, err := calendar.SchoolWeeks(ctx, tx, apptest.Son.Who(), apptest.MuongMunS, apptest.SchoolYear)
			if err != nil || len(weeks) != 46 || weeks[0].Number != 1 || weeks[0].Monday != apptest.YearStart {
				t.Errorf("%d weeks from %v, %v", len(weeks), weeks[0], err)
			}
			if _, err := calendar.SchoolCalendar(ctx, tx, apptest.Lan.Who(), apptest.MuongMunS, may2020); !fault.Is(err, fault.Forbidden) {
				t.Errorf("another school's principal: %v", err)
			}
			class, err := calendar.ClassCalendar(ctx, tx, apptest.Hoa.Who(), apptest.Class8A, may2020)
			if err != nil || len(class) != 31 || class[18][1].Cause != calendar.ByClosure {
				t.Errorf("8A: %v", err)
			}
			if _, err := calendar.ClassCalendar(ctx, tx, apptest.Binh.Who(), apptest.Class8A, may2020); !fault.Is(err, fault.Forbidden) {
				t.Errorf("another class's teacher: %v", err)
			}
			schoolDays, err := calendar.SchoolDays(ctx, tx, apptest.Realm, apptest.MuongMunS, may2020)
			if err != nil || len(schoolDays) != 18 {
				t.Errorf("%d school days, %v", len(schoolDays), err)
			}
			// Friday 15 May: Monday and Tuesday are closed, so the third school day after it is Friday the 22nd.
			third, err := calendar.NthSchoolDayAfter(ctx, tx, apptest.Realm, apptest.Class8A, day.MustParse("2020-05-15"), 3)
			if err != nil || third != day.MustParse("2020-05-22") {
				t.Errorf("the third school day is %s, %v", third, err)
			}
			beyond, err := calendar.NthSchoolDayAfter(ctx, tx, apptest.Realm, apptest.Class8A, day.MustParse("2020-07-10"), 3)
			if err != nil || beyond != day.MustParse("2020-07-14") {
				t.Errorf("past the year: %s, %v", beyond, err)
			}
			declared, err := calendar.Exceptions(ctx, tx, apptest.Son.Who(), apptest.MuongMunS, may2020)
			if err != nil || len(declared) != 1 || declared[0].Reason != calendar.ReasonCold || declared[0].Note != "6 °C" {
				t.Errorf("declared %+v, %v", declared, err)
			}
			above, err := calendar.UnitExceptions(ctx, tx, apptest.Huong.Who(), apptest.TuanGiao, may2020)
			if err != nil || len(above) != 0 {
				t.Errorf("the district has %+v, %v", above, err)
			}
			return nil
		})
	})
}

// TestSchoolWithoutClasses: a school that sends headcounts has the days of its levels.
func TestSchoolWithoutClasses(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		const other id.ID = 509
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.Exec(ctx, `INSERT INTO school (realm, id) VALUES ($1, $2)`, apptest.Realm, other); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `INSERT INTO school_period (realm, school, from_day, until_day, code, name, name_fold, name_sort, type, levels, located_in, managed_by)
				VALUES ($1, $2, $3, $4, 'PN-THPT', 'THPT', 'thpt', 'thpt', 'THPT', 'THPT', $5, $6)`, apptest.Realm, other, day.MustParse("2010-01-01"), day.Forever, apptest.PuNhung, apptest.DienBien)
			return err
		})
		check := func(days int, has bool) {
			t.Helper()
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				got, err := calendar.SchoolDays(ctx, tx, apptest.Realm, other, through("2020-05-04", "2020-05-10"))
				known, err2 := calendar.HasCalendar(ctx, tx, apptest.Realm, other, apptest.SchoolYear)
				if err != nil || err2 != nil || len(got) != days || known != has {
					t.Errorf("%d days, calendar %v (%v, %v), want %d, %v", len(got), known, err, err2, days, has)
				}
				return nil
			})
		}
		check(0, false)
		if _, err := do(h, calendar.SetTimetable, apptest.Thanh.Who(), calendar.SetTimetableIn{Reason: "KH năm học", Timetable: calendar.Timetable{
			Scope: calendar.Scope{Kind: calendar.ScopeRealm}, Level: "THPT", Period: calendar.Bounds(apptest.SchoolYear), Week: calendar.WeekOf(calendar.Morning, 6), Main: calendar.Morning}}); err != nil {
			t.Fatal(err)
		}
		check(6, true)
	})
}
