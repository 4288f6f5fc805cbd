package rollcall_test

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"sync/atomic"
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
	"ralop/internal/text"
)

var (
	today  = day.InstantOf(apptest.Start).Day() // Friday 29 May 2020
	system = access.System(apptest.Realm)
	acts   atomic.Uint64
)

// act makes an id that no other act of the test binary has.
func act() (a [16]byte) {
	binary.BigEndian.PutUint64(a[8:], acts.Add(1))
	a[0] = 1
	return a
}

// absent makes marks of the pupils numbered ns of a class.
func absent(class id.ID, kind rollcall.Kind, ns ...int) []rollcall.Mark {
	var marks []rollcall.Mark
	for _, n := range ns {
		marks = append(marks, rollcall.Mark{Pupil: apptest.Pupil(class, n), Kind: kind})
	}
	return marks
}

func morning(class id.ID, on day.Day, marks ...rollcall.Mark) rollcall.Submission {
	return rollcall.Submission{Act: act(), Class: class, Day: on, Session: calendar.Morning, State: rollcall.Taken, Marks: marks, Device: "test"}
}

// submit is Submit in a transaction of its own.
func submit(t testing.TB, h *apptest.House, who access.Who, s rollcall.Submission) (r rollcall.Receipt, err error) {
	t.Helper()
	err = h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		r, err = rollcall.Submit(ctx, tx, who, s)
		return err
	})
	return r, err
}

func must(t testing.TB, r rollcall.Receipt, err error) rollcall.Receipt {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// exact fails the test when a kept sum of a school is not what its sheets say.
func exact(t testing.TB, h *apptest.House, schools ...id.ID) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		for _, school := range schools {
			differences, err := rollcall.Check(ctx, tx, apptest.Realm, school, day.Range{From: apptest.YearStart.MonthStart(), Until: apptest.YearEnd.MonthStart().AddMonths(1)})
			if err != nil {
				return err
			}
			for _, d := range differences {
				t.Error(d)
			}
		}
		return nil
	})
}

func figure(t testing.TB, h *apptest.House, q rollcall.Question) rollcall.Figure {
	t.Helper()
	var sum rollcall.Figure
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		figures, err := rollcall.Days(ctx, tx, apptest.Realm, q)
		for _, f := range figures {
			sum.Counts, sum.Headcounts = sum.Counts.Plus(f.Counts), sum.Headcounts.Plus(f.Headcounts)
		}
		return err
	})
	return sum
}

var may = day.Range{From: day.MustParse("2020-05-01"), Until: day.MustParse("2020-06-01")}

func TestARollCallIsKeptWholeAndCounted(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		s := morning(apptest.Class8A, today, append(absent(apptest.Class8A, rollcall.Unknown, 3, 1), rollcall.Mark{Pupil: apptest.Pupil(apptest.Class8A, 9), Kind: rollcall.Late, Reason: "far-away", Note: " đường lầy "})...)
		r, err := submit(t, h, apptest.Hoa.Who(), s)
		must(t, r, err)
		if r.Version != 1 || r.Size != 35 || r.Absent() != 2 || r.Late != 1 || r.EnteredLate || r.Repeated {
			t.Errorf("receipt %+v", r)
		}
		again, err := submit(t, h, apptest.Hoa.Who(), s)
		must(t, again, err)
		if !again.Repeated || again.Version != 1 || again.Absent() != 2 || again.Roll != r.Roll || again.Size != 35 {
			t.Errorf("the same act again: %+v", again)
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM sheet_version WHERE realm = $1`, apptest.Realm); n[0] != 1 {
			t.Errorf("%d versions", n[0])
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM audit_entry WHERE realm = $1 AND action = 'rollcall.submit' AND object = $2 AND rule <> ''`, apptest.Realm, apptest.Class8A); n[0] != 1 {
			t.Errorf("%d lines in the audit book", n[0])
		}
		got := figure(t, h, rollcall.Question{Schools: []id.ID{apptest.MuongMunS}, Period: may})
		if want := (rollcall.Counts{Sheets: 1, Roll: 35, Unknown: 2, Late: 1}); got.Counts != want {
			t.Errorf("figures %+v, want %+v", got.Counts, want)
		}
		exact(t, h, apptest.MuongMunS)
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			versions, _, err := rollcall.Versions(ctx, tx, apptest.Hoa.Who(), apptest.Class8A, today, calendar.Morning)
			if err == nil && (len(versions) != 1 || len(versions[0].Marks) != 3 || versions[0].Marks[2].Note != "đường lầy") {
				t.Errorf("versions %+v", versions)
			}
			return err
		})
	})
}

func TestWhoSawAnOldVersionLosesNothing(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		first := must2(submit(t, h, apptest.Hoa.Who(), morning(apptest.Class8A, today, absent(apptest.Class8A, rollcall.Unknown, 1)...)))(t)
		sent := morning(apptest.Class8A, today, absent(apptest.Class8A, rollcall.Unknown, 2, 3)...)
		_, err := submit(t, h, apptest.Dua.Who(), sent)
		var c *rollcall.Conflict
		if !fault.HasCode(err, "rollcall.conflict") || !errors.As(err, &c) {
			t.Fatalf("got %v", err)
		}
		if c.Now.Version != 1 || c.Now.Account != apptest.Hoa.Account || len(c.Standing) != 1 || len(c.Sent) != 2 {
			t.Errorf("conflict %+v", c)
		}
		f, _ := fault.Of(err)
		if words := text.T(text.Vietnamese, f.Code, "clock", f.Args["clock"], "day", f.Args["day"], "version", f.Args["version"]); words == "" || words == f.Code {
			t.Error("no words for the conflict")
		}
		sent.Act, sent.BaseVersion = act(), c.Now.Version
		second := must2(submit(t, h, apptest.Dua.Who(), sent))(t)
		if second.Version != first.Version+1 || second.Absent() != 2 {
			t.Errorf("second %+v", second)
		}
		exact(t, h, apptest.MuongMunS)
		if n := apptest.Query[id.ID](t, h, `SELECT pupil FROM mark WHERE realm = $1 ORDER BY pupil`, apptest.Realm); !slices.Equal(n, []id.ID{apptest.Pupil(apptest.Class8A, 2), apptest.Pupil(apptest.Class8A, 3)}) {
			t.Errorf("marks of %v", n)
		}
	})
}

func must2(r rollcall.Receipt, err error) func(testing.TB) rollcall.Receipt {
	return func(t testing.TB) rollcall.Receipt { t.Helper(); return must(t, r, err) }
}

func TestWhatIsRefused(t *testing.T) {
	cases := []struct {
		name   string
		who    apptest.Person
		change func(*rollcall.Submission)
		code   string
	}{
		{"another class's teacher", apptest.Binh, func(s *rollcall.Submission) {}, "access.no-grant"},
		{"an unknown class", apptest.Hoa, func(s *rollcall.Submission) { s.Class = 4711 }, "access.unknown"},
		{"a pupil of another class", apptest.Hoa, func(s *rollcall.Submission) { s.Marks = absent(apptest.Class6A, rollcall.Unknown, 1) }, "rollcall.stranger"},
		{"an unknown kind", apptest.Hoa, func(s *rollcall.Submission) { s.Marks = absent(apptest.Class8A, 7, 1) }, "rollcall.bad-kind"},
		{"an unknown cause", apptest.Hoa, func(s *rollcall.Submission) {
			s.Marks = []rollcall.Mark{{Pupil: apptest.Pupil(apptest.Class8A, 1), Kind: rollcall.Excused, Reason: "sleepy"}}
		}, "rollcall.bad-reason"},
		{"a pupil twice", apptest.Hoa, func(s *rollcall.Submission) { s.Marks = absent(apptest.Class8A, rollcall.Unknown, 1, 1) }, "rollcall.twice"},
		{"tomorrow", apptest.Hoa, func(s *rollcall.Submission) { s.Day++ }, "rollcall.future"},
		{"a Sunday", apptest.Hoa, func(s *rollcall.Submission) { s.Day = today.WeekStart().Add(-1) }, "rollcall.not-held"},
		{"an afternoon without class", apptest.Hoa, func(s *rollcall.Submission) { s.Session = calendar.Afternoon }, "rollcall.not-held"},
		{"no class without a reason", apptest.Hoa, func(s *rollcall.Submission) { s.State = rollcall.NoClass }, "rollcall.reason-needed"},
		{"no class with marks", apptest.Hoa, func(s *rollcall.Submission) {
			s.State, s.Reason, s.Marks = rollcall.NoClass, "thi", absent(apptest.Class8A, rollcall.Unknown, 1)
		}, "rollcall.marks-without-class"},
		{"a version that never was", apptest.Hoa, func(s *rollcall.Submission) { s.BaseVersion = 3 }, "rollcall.bad-version"},
		{"no act", apptest.Hoa, func(s *rollcall.Submission) { s.Act = [16]byte{} }, "rollcall.act-missing"},
		{"a day past the lock", apptest.Hoa, func(s *rollcall.Submission) { s.Day = today.Add(-7) }, "rollcall.locked"},
		{"a month past the clerk's lock", apptest.Mai, func(s *rollcall.Submission) { s.Day = day.MustParse("2020-04-27") }, "rollcall.locked"},
	}
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		for _, c := range cases {
			s := morning(apptest.Class8A, today)
			c.change(&s)
			if _, err := submit(t, h, c.who.Who(), s); !fault.HasCode(err, c.code) {
				t.Errorf("%s: got %v, want %s", c.name, err, c.code)
			}
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM sheet WHERE realm = $1`, apptest.Realm); n[0] != 0 {
			t.Errorf("%d sheets were left", n[0])
		}
	})
}

func TestLateEntryLockAndUnlock(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		monday := today.WeekStart()
		// Friday is the third school day after Tuesday and the fourth after Monday.
		r := must2(submit(t, h, apptest.Hoa.Who(), morning(apptest.Class8A, monday.Add(1))))(t)
		if !r.EnteredLate {
			t.Error("a roll call three days later is not marked late")
		}
		if _, err := submit(t, h, apptest.Hoa.Who(), morning(apptest.Class8A, monday)); !fault.Is(err, fault.Locked) {
			t.Fatalf("Monday: %v", err)
		}
		must2(submit(t, h, apptest.Mai.Who(), morning(apptest.Class8B, monday)))(t) // the clerk still may
		unlock := func(who apptest.Person, reason string) error {
			return h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := rollcall.Unlock(ctx, tx, who.Who(), rollcall.Unlocking{Class: apptest.Class8A, Days: day.Through(monday, monday), Reason: reason})
				return err
			})
		}
		if err := unlock(apptest.Hoa, "quên"); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a teacher unlocks: %v", err)
		}
		if err := unlock(apptest.Son, " "); !fault.HasCode(err, "rollcall.reason-needed") {
			t.Errorf("without a reason: %v", err)
		}
		if err := unlock(apptest.Son, "mất mạng cả tuần"); err != nil {
			t.Fatal(err)
		}
		must2(submit(t, h, apptest.Hoa.Who(), morning(apptest.Class8A, monday)))(t)
		h.Clock.Advance(25 * time.Hour)
		s := morning(apptest.Class8A, monday)
		s.BaseVersion, s.Reason = 1, "sửa"
		if _, err := submit(t, h, apptest.Hoa.Who(), s); !fault.Is(err, fault.Locked) {
			t.Errorf("a day later: %v", err)
		}
		exact(t, h, apptest.MuongMunS)
	})
}

func TestThreeStatesAndUndo(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		s := morning(apptest.Class6A, today)
		s.State, s.Reason = rollcall.NoClass, "lớp đi lao động"
		must2(submit(t, h, apptest.Binh.Who(), s))(t)
		if got := figure(t, h, rollcall.Question{Schools: []id.ID{apptest.MuongMunS}, Period: may}); got.Counts != (rollcall.Counts{NoClass: 1}) {
			t.Errorf("no class: %+v", got.Counts)
		}
		s = morning(apptest.Class6A, today) // undone: all present
		s.BaseVersion = 1
		must2(submit(t, h, apptest.Binh.Who(), s))(t)
		if got := figure(t, h, rollcall.Question{Schools: []id.ID{apptest.MuongMunS}, Period: may}); got.Counts != (rollcall.Counts{Sheets: 1, Roll: 10}) {
			t.Errorf("all present: %+v", got.Counts)
		}
		exact(t, h, apptest.MuongMunS)
	})
}

func TestUnknownIsResolvedByAPerson(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		must2(submit(t, h, apptest.Hoa.Who(), morning(apptest.Class8A, today, absent(apptest.Class8A, rollcall.Unknown, 1, 2)...)))(t)
		resolve := func(who apptest.Person, a [16]byte, marks ...rollcall.Mark) (r rollcall.Receipt, err error) {
			err = h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				r, err = rollcall.Resolve(ctx, tx, who.Who(), rollcall.Resolution{Act: a, Class: apptest.Class8A, Day: today, Session: calendar.Morning, Marks: marks})
				return err
			})
			return r, err
		}
		h.Clock.Advance(3 * 24 * time.Hour) // Monday
		first := act()
		r := must2(resolve(apptest.Hoa, first, absent(apptest.Class8A, rollcall.Unexcused, 1)...))(t)
		if r.Version != 2 || r.Unknown != 1 || r.Unexcused != 1 {
			t.Errorf("resolved %+v", r)
		}
		if r := must2(resolve(apptest.Hoa, first, absent(apptest.Class8A, rollcall.Unexcused, 1)...))(t); !r.Repeated {
			t.Errorf("again %+v", r)
		}
		if _, err := resolve(apptest.Mai, act(), absent(apptest.Class8A, rollcall.Excused, 1)...); !fault.HasCode(err, "rollcall.already-resolved") {
			t.Errorf("resolved twice: %v", err)
		}
		if _, err := resolve(apptest.Hoa, act(), absent(apptest.Class8A, rollcall.Late, 2)...); !fault.HasCode(err, "rollcall.bad-kind") {
			t.Errorf("resolved as late: %v", err)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			screen, err := rollcall.Open(ctx, tx, apptest.Hoa.Who(), apptest.Class8A, today.Add(3), calendar.WholeDay)
			if err == nil && (len(screen.Waiting) != 1 || screen.Waiting[0].Left != 2 || screen.Waiting[0].Pupil != apptest.Pupil(apptest.Class8A, 2)) {
				t.Errorf("waiting %+v", screen.Waiting)
			}
			return err
		})
		h.Clock.Advance(5 * 24 * time.Hour) // Saturday: five school days later
		if _, err := resolve(apptest.Hoa, act(), absent(apptest.Class8A, rollcall.Excused, 2)...); !fault.Is(err, fault.Locked) {
			t.Errorf("too late: %v", err)
		}
		exact(t, h, apptest.MuongMunS)
	})
}

func TestEveryReasonHasWords(t *testing.T) {
	if len(rollcall.Reasons) < 20 {
		t.Fatalf("only %d reasons", len(rollcall.Reasons))
	}
	ministry := map[int]bool{}
	for _, r := range rollcall.Reasons {
		for _, lang := range []text.Lang{text.Vietnamese, text.English} {
			key := "rollcall.reason-" + r.Code
			if words := text.T(lang, key); words == "" || words == key {
				t.Errorf("%s has no words in %s", r.Code, lang)
			}
		}
		ministry[r.Ministry] = true
		if rollcall.MinistryNumber(r.Code) == 0 {
			t.Errorf("%s is under no cause of the ministry", r.Code)
		}
	}
	for _, n := range []int{1, 2, 3, 4, 5, 9} {
		if !ministry[n] {
			t.Errorf("the ministry's cause %d is missing", n)
		}
	}
	if len(rollcall.Limits) != 2 {
		t.Errorf("%d rules of the limit", len(rollcall.Limits))
	}
}

// A cause that would shame a child is neither offered in the class book nor named on a page; a phone that still has it may send it.
func TestGuardedReasonsAreNotOffered(t *testing.T) {
	guarded := 0
	for _, r := range rollcall.Reasons {
		if r.Offered() == (rollcall.Spoken(r.Code) == rollcall.GuardedReason) {
			t.Errorf("%s is offered and guarded, or neither", r.Code)
		}
		if !r.Offered() {
			guarded++
		}
	}
	if guarded == 0 || rollcall.Spoken("marriage") != rollcall.GuardedReason || rollcall.Spoken("illness") != "illness" {
		t.Error("early marriage is spoken of")
	}
}
