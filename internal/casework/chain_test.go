package casework_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"ralop/internal/apptest"
	"ralop/internal/casework"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// From the mark to the child in class: a child lives in Xã Pú Nhung and boards at Mường Mùn.
func TestFromTheMarkToTheChildInClass(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		// Away on Tuesday and Wednesday: nobody's case yet. On Thursday morning the third day is marked.
		tuesday := today - 3
		at(h, tuesday)
		roll(t, h, apptest.Class8A, tuesday, child)
		run(t, h)
		at(h, tuesday+1)
		roll(t, h, apptest.Class8A, tuesday+1, child)
		run(t, h)
		if c := runningOf(t, h, child); c != 0 {
			t.Fatal("two days opened a case")
		}
		at(h, tuesday+2)
		roll(t, h, apptest.Class8A, tuesday+2, child)
		run(t, h)
		c := runningOf(t, h, child)
		if c == 0 {
			t.Fatal("the third day opened no case")
		}
		v := view(t, h, apptest.Hoa.Who(), c)
		for role, p := range map[casework.OwnerRole]apptest.Person{casework.TeacherOwner: apptest.Hoa, casework.VillageOwner: apptest.Pao, casework.SchoolOwner: apptest.Son} {
			if !owned(v, role, p) {
				t.Errorf("%s is not %s: %v", role, p.Login, owners(v))
			}
		}
		if len(v.Without) != 0 || v.Case.Village != apptest.PhiengPi || v.Case.Commune != apptest.PuNhung || v.Case.Step != "find-out" || v.Case.Due != tuesday+2 || len(v.Signals) == 0 {
			t.Errorf("case %+v without %v signals %d", v.Case, v.Without, len(v.Signals))
		}
		// The three were told the same morning, in words that name no child.
		type told struct {
			Account id.ID
			Code    string
			Facts   string
		}
		rows := apptest.Query[told](t, h, `SELECT account, code, facts FROM notice WHERE realm = 1 AND code = 'casework.notice_opened' ORDER BY account`)
		if len(rows) != 3 || rows[0].Account != apptest.Hoa.Account || rows[1].Account != apptest.Son.Account || rows[2].Account != apptest.Pao.Account {
			t.Errorf("told %+v", rows)
		}
		for _, r := range rows {
			if strings.Contains(r.Facts, apptest.PupilName(apptest.Class8A, 3)) {
				t.Error("a notice names the child")
			}
		}
		// Páo goes there on Thursday without signal; the phone sends it twice on Friday.
		at(h, today)
		roll(t, h, apptest.Class8A, today, child)
		visit := casework.Act{ID: act(), Case: c, Kind: "visit", TakenAt: day.InstantOf(apptest.Start.Add(-14 * time.Hour)), Device: "páo", Reached: true, Met: []string{"mother"},
			Cause: "field-work", Secondary: []string{"minding-siblings", "field-work"}, Promise: today + 3, SupportSchool: []string{"books"}, SupportCommune: []string{"household-work"}, Note: "Nhà đang làm nương"}
		first := do(t, h, apptest.Pao.Who(), visit)
		again := do(t, h, apptest.Pao.Who(), visit)
		if first.Repeated || !again.Repeated || first.Act != again.Act || first.Due != today+4 {
			t.Errorf("receipts %+v %+v", first, again)
		}
		v = view(t, h, apptest.Son.Who(), c)
		if v.Case.Acts != 1 || v.Case.Cause != "field-work" || v.Case.Secondary != "minding-siblings" || v.Case.Step != "visit" || v.Case.Tier != casework.TeacherTier || v.Case.Promise != today+3 || v.Case.LastAct != today-1 {
			t.Errorf("after the visit %+v", v.Case)
		}
		// Who acted is not told of his own act.
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM notice WHERE realm = 1 AND code = 'casework.notice_step' AND account = $1`, apptest.Pao.Account); n[0] != 0 {
			t.Error("Páo is told of his own visit")
		}
		// The child comes on Monday as promised: watched until five of six sessions.
		on := today + 3
		for i := range 6 {
			at(h, on)
			roll(t, h, apptest.Class8A, on)
			run(t, h)
			v = view(t, h, apptest.Hoa.Who(), c)
			want := casework.Watching
			if i == 5 {
				want = casework.Back
			}
			if v.Case.State != want || v.Case.ReturnOn != today+3 {
				t.Fatalf("after %d sessions: %s since %s", i+1, v.Case.State, v.Case.ReturnOn)
			}
			on = nextSchoolDay(on)
		}
		if len(v.Checks) != 4 || v.Checks[0].Due != today+3+7 || v.Checks[3].Due != today+3+90 || v.Case.Due != day.Forever {
			t.Fatalf("checks %+v", v.Checks)
		}
		// The first check holds; then the child stays away, the second finds it: a new case names this one.
		for on <= today+3+30 {
			at(h, on)
			if on < today+3+20 {
				roll(t, h, apptest.Class8A, on)
			} else {
				roll(t, h, apptest.Class8A, on, child)
			}
			run(t, h)
			on = nextSchoolDay(on)
		}
		v = view(t, h, apptest.Hoa.Who(), c)
		if v.Case.State != casework.Closed || v.Checks[0].State != "held" || len(v.LaterCases) != 1 {
			t.Fatalf("after the relapse: %s %+v later %v", v.Case.State, v.Checks, v.LaterCases)
		}
		later := view(t, h, apptest.Hoa.Who(), v.LaterCases[0])
		if later.Case.Earlier != c || later.EarlierOn != tuesday+2 || later.Case.State != casework.Open {
			t.Errorf("the later case %+v", later.Case)
		}
		run(t, h)
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM case_file WHERE realm = 1 AND pupil = $1`, child); n[0] != 2 {
			t.Errorf("%d cases", n[0])
		}
	})
}

func nextSchoolDay(d day.Day) day.Day {
	for d++; d.Weekday() == 0 || d.Weekday() == 6; d++ {
	}
	return d
}

// A correction that takes the ground of a case away closes it and says so.
func TestACorrectionWithdraws(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		for i := range 3 {
			on := today - 2 + day.Day(i)
			at(h, on)
			roll(t, h, apptest.Class8A, on, child)
			run(t, h)
		}
		c := runningOf(t, h, child)
		if c == 0 {
			t.Fatal("no case")
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error { return present(ctx, tx, today-1, 1) })
		run(t, h)
		v := view(t, h, apptest.Son.Who(), c)
		if v.Case.State != casework.Closed || v.Case.Outcome != casework.Withdrawn {
			t.Errorf("state %s outcome %s", v.Case.State, v.Case.Outcome)
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM notice WHERE realm = 1 AND code = 'casework.notice_withdrawn'`); n[0] != 3 {
			t.Errorf("%d were told", n[0])
		}
	})
}
