package casework_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/casework"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/ratio"
	"ralop/internal/store"
)

// sessions makes marked sessions from a line: "x" here, "." away, on days one after the other.
func sessions(line string) (all []casework.Presence) {
	for i, r := range line {
		all = append(all, casework.Presence{Day: 100 + day.Day(i), Session: 1, Here: r == 'x'})
	}
	return all
}

func TestWhenAChildIsBack(t *testing.T) {
	for _, c := range []struct {
		rule  casework.BackRule
		line  string
		state string
		from  int // index of the first session in class again, -1 for none
	}{
		{casework.BackRule{Present: 5, Of: 6}, "", "away", -1},
		{casework.BackRule{Present: 5, Of: 6}, "....", "away", -1},
		{casework.BackRule{Present: 5, Of: 6}, "..x", "watching", 2},
		{casework.BackRule{Present: 5, Of: 6}, "..xxxxx", "watching", 2}, // the sixth is not marked yet
		{casework.BackRule{Present: 5, Of: 6}, "..xxxxxx", "back", 2},
		{casework.BackRule{Present: 5, Of: 6}, "..xx.xxx", "back", 2},          // one of six may be missed
		{casework.BackRule{Present: 5, Of: 6}, "..xx..", "away", -1},           // two missed: not back
		{casework.BackRule{Present: 5, Of: 6}, "..xx..xx", "watching", 6},      // a new beginning
		{casework.BackRule{Present: 5, Of: 6}, "x..xxxxx.", "back", 3},         //
		{casework.BackRule{Present: 5, Of: 6}, "x.x.x.x.x.x.", "watching", 10}, // never steady: the last one may still hold
		{casework.BackRule{Present: 5, Of: 6}, "x.x.x.x.x..", "away", -1},
		{casework.BackRule{Present: 3, Of: 3}, ".xx.xxx", "back", 4},
		{casework.BackRule{Present: 1, Of: 1}, ".x", "back", 1},
	} {
		v := c.rule.Judge(sessions(c.line))
		from := -1
		if v.ReturnOn != 0 {
			from = int(v.ReturnOn) - 100
		}
		if v.State != c.state || from != c.from {
			t.Errorf("%v %q: %s from %d, want %s from %d", c.rule, c.line, v.State, from, c.state, c.from)
		}
	}
}

// The lists are whole: every code has words, every ladder ends, every act of a ladder exists.
func TestTheListsAreWhole(t *testing.T) {
	ministry := map[int]bool{}
	for _, c := range casework.Causes {
		ministry[c.Ministry] = true
		if c.MinistryNumber() == 0 {
			t.Errorf("%s counts under no number of the ministry's", c.Code)
		}
	}
	for _, n := range []int{1, 2, 3, 4, 5, 9} {
		if !ministry[n] {
			t.Errorf("the ministry's cause %d is missing", n)
		}
	}
	for _, code := range strings.Fields("violence marriage trafficking pregnancy child-labour health") {
		if c, ok := casework.CauseOf(code); !ok || !c.Protected {
			t.Errorf("%s is not protected", code)
		}
	}
	for level, want := range map[string]string{"MN 3T": "advice", "MN 5T": "full", "TH 1": "full", "THCS 8": "full", "THPT 11": "counsel", "GDTX 10": "counsel"} {
		l, g, _ := strings.Cut(level, " ")
		if got := casework.LadderOf(l, g).Name; got != want {
			t.Errorf("%s climbs the ladder %s, want %s", level, got, want)
		}
	}
	kinds := map[string]bool{}
	for _, k := range casework.ActKinds {
		kinds[k.Code] = true
	}
	for _, l := range casework.Ladders {
		for _, r := range l.Rungs {
			for _, a := range r.Acts {
				if !kinds[a] {
					t.Errorf("%s %s ends by %q, which is no act", l.Name, r.Step, a)
				}
			}
		}
	}
}

// Wilson's interval against published values (Newcombe 1998, Statistics in Medicine 17: 81/263, 15/148, 0/20, 1/29).
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		n, d      int64
		low, high float64
	}{{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}} {
		low, high := casework.Wilson(ratio.Of(c.n, c.d))
		if math.Abs(low-c.low) > 0.00006 || math.Abs(high-c.high) > 0.00006 {
			t.Errorf("%d/%d: %.4f to %.4f, want %.4f to %.4f", c.n, c.d, low, high, c.low, c.high)
		}
	}
	if low, high := casework.Wilson(ratio.Of(0, 0)); low != 0 || high != 1 {
		t.Error("of nothing nothing is known")
	}
}

// What followed a visit, beside like cases without one; "khác" above a fifth is flagged.
func TestSolutionsAndCauses(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		// Six children of 8A; numbers 11 and 13 are visited; 11 and 15 come back at once.
		for _, n := range []int{11, 13, 15, 17, 19, 21} {
			c := openCase(t, h, apptest.Hoa.Who(), apptest.Pupil(apptest.Class8A, n))
			cause := map[int]string{11: "harvest", 13: "other", 15: "other", 17: "harvest"}[n]
			kind := "call"
			if n < 15 {
				kind = "visit"
			}
			if cause != "" {
				do(t, h, apptest.Hoa.Who(), casework.Act{Case: c.ID, Kind: kind, Reached: true, Cause: cause})
			}
		}
		on := today
		for range 7 {
			at(h, on)
			var away []int
			for _, n := range []int{13, 17, 19, 21} {
				away = append(away, n)
			}
			roll(t, h, apptest.Class8A, on, pupils(away...)...)
			on = nextSchoolDay(on)
		}
		at(h, on+30)
		if _, err := casework.Settle(t.Context(), h.Store, apptest.Realm); err != nil {
			t.Fatal(err)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			period := day.Range{From: today, Until: today + 1}
			all, err := casework.Solutions(ctx, tx, apptest.Son.Who(), access.School(apptest.MuongMunS), period)
			if err != nil {
				return err
			}
			if len(all) != 2 || all[1].Kind != "visit" || all[1].Acts != 2 || all[1].With.Cases != 2 || all[1].With.Of7 != 2 || all[1].With.Back7 != 1 || all[1].Without.Cases != 4 || all[1].Without.Back30 != 1 {
				t.Errorf("%+v", all)
			}
			table, err := casework.CausesOf(ctx, tx, apptest.Son.Who(), access.School(apptest.MuongMunS), period, "")
			if err != nil {
				return err
			}
			if table.Total != 6 || table.Unknown != 2 || !table.OtherMany {
				t.Errorf("%+v", table)
			}
			none, err := casework.NoCause(ctx, tx, apptest.Mai.Who(), apptest.MuongMunS)
			if len(none) != 2 {
				t.Errorf("%d without a cause", len(none))
			}
			return err
		})
	})
}

func pupils(ns ...int) (all []id.ID) {
	for _, n := range ns {
		all = append(all, apptest.Pupil(apptest.Class8A, n))
	}
	return all
}

// A commune reminds a school in its area; the school answers once.
func TestRemindAndAnswer(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		var reminder id.ID
		remind := func(p apptest.Person) string {
			return code(write(t, h, func(ctx context.Context, tx *store.Tx) (err error) {
				reminder, err = casework.Remind(ctx, tx, p.Who(), apptest.MuongMunS, "Đề nghị tìm hiểu nguyên nhân vắng ở khối 8", today+5)
				return err
			}))
		}
		if got := remind(apptest.Nhung); got != "access.no-grant" {
			t.Errorf("another commune reminds: %q", got)
		}
		if got := remind(apptest.Thuong); got != "" {
			t.Fatal(got)
		}
		answer := func(p apptest.Person) string {
			return code(write(t, h, func(ctx context.Context, tx *store.Tx) error {
				return casework.AnswerReminder(ctx, tx, p.Who(), reminder, "Trường đã đến nhà 5 em")
			}))
		}
		for _, c := range []struct {
			p    apptest.Person
			want string
		}{{apptest.Hoa, "access.no-grant"}, {apptest.Son, ""}, {apptest.Mai, "casework.answered"}} {
			if got := answer(c.p); got != c.want {
				t.Errorf("%s answers: %q", c.p.Login, got)
			}
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			all, err := casework.Reminders(ctx, tx, apptest.Thuong.Who(), access.Unit(apptest.MuongMun))
			if len(all) != 1 || all[0].Open() || all[0].AnsweredBy != apptest.Son.Account {
				t.Errorf("%+v", all)
			}
			return err
		})
	})
}
