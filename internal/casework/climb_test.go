package casework_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/casework"
	"ralop/internal/committee"
	"ralop/internal/day"
	"ralop/internal/device"
	"ralop/internal/id"
	"ralop/internal/store"
)

// climb runs the climb alone.
func climb(t testing.TB, h *apptest.House) int {
	t.Helper()
	n, err := casework.Climb(t.Context(), h.Store, apptest.Realm)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func climbs(t testing.TB, h *apptest.House, c id.ID) (all []casework.Climbed) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		all, err = casework.ClimbsOf(ctx, tx, system, c)
		return err
	})
	return all
}

// Nobody acts: the ladder climbs on the right days, across a day off by law and a closure.
// The case opens on Wednesday 29 April 2020; 30 April and 1 May are days off, and on Monday
// 4 May the school closes for a flood.
func TestSilenceClimbsAcrossHolidays(t *testing.T) {
	opened := day.MustParse("2020-04-29")
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		at(h, opened)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := calendar.DeclareClosure(ctx, tx, apptest.Son.Who(), calendar.DeclareIn{Scope: calendar.Scope{Kind: calendar.ScopeSchool, ID: apptest.MuongMunS},
				Period: day.Through(day.MustParse("2020-05-04"), day.MustParse("2020-05-04")), Reason: calendar.ReasonFlood, Note: "lũ"})
			return err
		})
		c := openCase(t, h, apptest.Hoa.Who(), child)
		if c.Due != opened {
			t.Fatalf("find out by %s", c.Due)
		}
		// day → the tier at which the case waits after that day's run, and its deadline.
		want := map[string]struct {
			tier casework.Tier
			due  string
		}{
			"2020-04-29": {casework.TeacherTier, "2020-04-29"},   // the day itself is not late
			"2020-04-30": {casework.SchoolTier, "2020-05-06"},    // 2 school days: 5, 6 May
			"2020-05-06": {casework.SchoolTier, "2020-05-06"},    // the deadline's own day
			"2020-05-07": {casework.CommuneTier, "2020-05-12"},   // 3 working days: 8, 11, 12
			"2020-05-12": {casework.CommuneTier, "2020-05-12"},   //
			"2020-05-13": {casework.CommitteeTier, "2020-05-18"}, // 14, 15, 18
			"2020-05-19": {casework.OfficeTier, "2020-05-26"},    // 5 working days: 20, 21, 22, 25, 26
			"2020-06-10": {casework.OfficeTier, "2020-05-26"},    // nobody is above
		}
		for on := opened; on <= day.MustParse("2020-06-10"); on++ {
			at(h, on)
			climb(t, h)
			if climb(t, h) != 0 {
				t.Fatalf("%s: climbing twice is climbing once", on)
			}
			if w, ok := want[on.String()]; ok {
				v := view(t, h, system, c.ID)
				if v.Case.Tier != w.tier || v.Case.Due != day.MustParse(w.due) {
					t.Errorf("%s: at %s until %s, want %s until %s", on, v.Case.Tier, v.Case.Due, w.tier, w.due)
				}
			}
		}
		rows := climbs(t, h, c.ID)
		if len(rows) != 4 || slices.ContainsFunc(rows, func(r casework.Climbed) bool { return r.Cause == "late" && r.ToTier == r.FromTier }) {
			t.Errorf("%+v", rows)
		}
	})
}

// A case reaches the commune where the child lives: its official becomes an owner and may
// open it, by a rule that the audit book shows; before that she sees counts only.
func TestTheCommuneSeesWhatReachedIt(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		c := openCase(t, h, apptest.Hoa.Who(), child)
		if sees(t, h, apptest.Nhung, c.ID) || sees(t, h, apptest.Thuong, c.ID) {
			t.Error("a commune opens a case that has not reached it")
		}
		for on := today; ; on++ {
			at(h, on)
			climb(t, h)
			if view(t, h, system, c.ID).Case.Tier == casework.CommuneTier {
				break
			}
		}
		// Nhung is the official of Xã Pú Nhung, where the child lives; Thương of Mường Mùn, where it learns.
		if !sees(t, h, apptest.Nhung, c.ID) || sees(t, h, apptest.Thuong, c.ID) {
			t.Error("the commune of the child's home sees the case, that of the school does not")
		}
		if v := view(t, h, apptest.Nhung.Who(), c.ID); v.Rule != "case.owner" || !owned(v, casework.CommuneOwner, apptest.Nhung) {
			t.Errorf("rule %s owners %v", v.Rule, owners(v))
		}
		var lane casework.Lane
		h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
			lane, err = casework.LaneOf(ctx, tx, apptest.Nhung.Who(), apptest.PuNhung)
			return err
		})
		if len(lane.Reached) != 1 || lane.Reached[0].Case != c.ID || lane.Untouched != 1 || lane.States[casework.Open] != 1 {
			t.Errorf("lane %+v", lane)
		}
	})
}

// An act moves the clock; only an outcome ends the climb.
func TestAnActMovesTheClockAndAnOutcomeEndsIt(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		c := openCase(t, h, apptest.Hoa.Who(), child)
		r := do(t, h, apptest.Hoa.Who(), casework.Act{Case: c.ID, Kind: "call", Reached: true, Met: []string{"father"}})
		if r.Step != "visit" || r.Due != today+5 { // three school days: Monday to Wednesday
			t.Fatalf("after the call %+v", r)
		}
		at(h, today+5)
		if climb(t, h) != 0 {
			t.Error("climbs before the deadline has passed")
		}
		at(h, today+6)
		if climb(t, h) != 1 || view(t, h, system, c.ID).Case.Tier != casework.SchoolTier {
			t.Error("does not climb after it")
		}
		// A note moves nothing; a broken promise gives the step its days again.
		before := view(t, h, system, c.ID).Case
		do(t, h, apptest.Hoa.Who(), casework.Act{Case: c.ID, Kind: "note", Note: "nhà vắng"})
		if after := view(t, h, system, c.ID).Case; after.Due != before.Due || after.Acts != before.Acts {
			t.Errorf("a note moved the clock: %+v", after)
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := casework.End(ctx, tx, apptest.Hoa.Who(), casework.EndIn{Act: act(), Case: c.ID, Outcome: casework.Moved})
			return err
		})
		at(h, today+40)
		if climb(t, h) != 0 || view(t, h, system, c.ID).Case.State != casework.Away {
			t.Error("an outcome does not end the climb")
		}
	})
}

// Who is on leave is not late: the case goes sideways to the deputy, and climbs when the
// deputy, who could act, does not.
func TestLeaveGoesSideways(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		leave(t, h, apptest.Hoa, today, today+30)
		c := openCase(t, h, apptest.Mai.Who(), child)
		at(h, today+1)
		climb(t, h)
		v := view(t, h, system, c.ID)
		if v.Case.Tier != casework.TeacherTier || !owned(v, casework.DeputyOwner, apptest.Mai) {
			t.Fatalf("tier %s owners %v", v.Case.Tier, owners(v))
		}
		if rows := climbs(t, h, c.ID); len(rows) != 1 || rows[0].Cause != "leave" || rows[0].Account != apptest.Mai.Account || rows[0].ToTier != casework.TeacherTier {
			t.Errorf("%+v", rows)
		}
		at(h, v.Case.Due)
		climb(t, h)
		if v := view(t, h, system, c.ID); v.Case.Tier != casework.TeacherTier {
			t.Error("climbs on the deputy's last day")
		}
		at(h, v.Case.Due+1)
		climb(t, h)
		if v := view(t, h, system, c.ID); v.Case.Tier != casework.SchoolTier {
			t.Errorf("the deputy was silent: %s", v.Case.Tier)
		}
	})
}

// leave puts a person into a committee and on leave.
func leave(t testing.TB, h *apptest.House, p apptest.Person, from, last day.Day) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		c, err := committee.Found(ctx, tx, system, committee.FoundInput{Unit: apptest.MuongMun, Kind: committee.Retention,
			Decision: committee.Decision{Number: "12/QĐ-UBND", Day: from - 100, Issuer: "Chủ tịch UBND xã"}})
		if err != nil {
			return err
		}
		m, err := committee.AddMember(ctx, tx, system, c.ID, committee.MemberInput{Office: committee.Ordinary, Body: "school", Name: p.Name, Account: p.Account,
			Period: day.Range{From: from - 100, Until: day.Forever}})
		if err != nil {
			return err
		}
		_, err = committee.RecordAbsence(ctx, tx, system, committee.AbsenceInput{Member: m.ID, Period: day.Through(from, last)})
		return err
	})
}

// A phone that has not been heard of may hold the visit: no climb, but sideways; when the
// phone comes back with the act, the clock is the act's.
func TestAnUnsyncedPhoneGoesSideways(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		at(h, today-2)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := device.Register(ctx, tx, apptest.Hoa.Who(), device.Registration{Device: "6f1d2c3b-4a59-4e6f-8a7b-9c0d1e2f3a4b", Label: "chrome/android"})
			return err
		})
		at(h, today)
		c := openCase(t, h, apptest.Mai.Who(), child)
		at(h, today+1)
		climb(t, h)
		v := view(t, h, system, c.ID)
		if rows := climbs(t, h, c.ID); v.Case.Tier != casework.TeacherTier || len(rows) != 1 || rows[0].Cause != "unsynced" || rows[0].Account != apptest.Mai.Account {
			t.Fatalf("tier %s, %+v", v.Case.Tier, rows)
		}
		// Her visit of Friday comes on Tuesday: it counts from Friday, and takes no time away.
		at(h, today+4)
		r := do(t, h, apptest.Hoa.Who(), casework.Act{Case: c.ID, Kind: "call", Reached: true, TakenAt: day.InstantOf(apptest.Start.Add(3 * time.Hour))})
		if r.Step != "visit" || r.Due != today+5 {
			t.Errorf("%+v", r)
		}
		if v := view(t, h, system, c.ID); v.Case.LastAct != today || v.Case.Tier != casework.TeacherTier {
			t.Errorf("%+v", v.Case)
		}
	})
}
