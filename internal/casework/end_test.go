package casework_test

import (
	"context"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/casework"
	"ralop/internal/day"
	"ralop/internal/store"
	"ralop/internal/student"
)

// Moving away stays "chưa xác nhận" until the child's enrolment has a paper; then the case closes.
func TestAnEndWaitsForItsPaper(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		c := openCase(t, h, apptest.Hoa.Who(), child)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := casework.End(ctx, tx, apptest.Hoa.Who(), casework.EndIn{Act: act(), Case: c.ID, Outcome: casework.Moved, On: today - 1})
			return err
		})
		settle := func(state casework.State, confirmed bool) {
			t.Helper()
			if _, err := casework.Settle(t.Context(), h.Store, apptest.Realm); err != nil {
				t.Fatal(err)
			}
			if v := view(t, h, system, c.ID); v.Case.State != state || v.Case.Confirmed != confirmed || v.Case.Outcome != casework.Moved {
				t.Errorf("%s %v %s, want %s %v", v.Case.State, v.Case.Confirmed, v.Case.Outcome, state, confirmed)
			}
		}
		settle(casework.Away, false)
		var done student.Done
		h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			done, err = student.Leave(ctx, tx, apptest.Mai.Who(), student.LeaveIn{Pupil: child, Kind: student.ExitMoved, On: today - 1})
			return err
		})
		settle(casework.Away, false)
		settle(casework.Away, false)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := student.Confirm(ctx, tx, apptest.Mai.Who(), student.ConfirmIn{Pupil: child, Enrolment: done.Enrolment, Paper: "12/GXN"})
			return err
		})
		settle(casework.Closed, true)
		if runningOf(t, h, child) != 0 {
			t.Error("a closed case runs")
		}
		err := write(t, h, func(ctx context.Context, tx *store.Tx) error {
			_, err := casework.End(ctx, tx, apptest.Hoa.Who(), casework.EndIn{Act: act(), Case: c.ID, Outcome: casework.CameBack})
			return err
		})
		if code(err) != "casework.closed" {
			t.Errorf("%v", err)
		}
	})
}

// Said to be back, and not: the case is worked on again; nobody's word replaces the marks.
func TestTheMarksDecideAboutAReturn(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		c := openCase(t, h, apptest.Hoa.Who(), child)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := casework.End(ctx, tx, apptest.Pao.Who(), casework.EndIn{Act: act(), Case: c.ID, Outcome: casework.CameBack})
			return err
		})
		settle := func() casework.View {
			t.Helper()
			if _, err := casework.SettleFresh(t.Context(), h.Store, apptest.Realm, day.InstantOf(h.Clock.Now())-1); err != nil {
				t.Fatal(err)
			}
			return view(t, h, system, c.ID)
		}
		roll(t, h, apptest.Class8A, today)
		if v := settle(); v.Case.State != casework.Watching || v.Case.ReturnOn != today {
			t.Fatalf("%s since %s", v.Case.State, v.Case.ReturnOn)
		}
		if climb(t, h) != 0 {
			t.Error("a watched case climbs")
		}
		for i, on := range []day.Day{today + 3, today + 4} {
			at(h, on)
			roll(t, h, apptest.Class8A, on, child)
			want := []casework.State{casework.Watching, casework.Open}[i]
			if v := settle(); v.Case.State != want {
				t.Fatalf("after %d absences: %s", i+1, v.Case.State)
			}
		}
		if v := settle(); v.Case.State != casework.Open || v.Case.Due < today+4 {
			t.Errorf("%+v", v.Case)
		}
		// A class that marks nothing does not keep a case watched for ever.
		at(h, today+5)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := casework.End(ctx, tx, apptest.Pao.Who(), casework.EndIn{Act: act(), Case: c.ID, Outcome: casework.CameBack})
			return err
		})
		at(h, today+40)
		if _, err := casework.Settle(t.Context(), h.Store, apptest.Realm); err != nil {
			t.Fatal(err)
		}
		if v := view(t, h, system, c.ID); v.Case.State != casework.Open {
			t.Errorf("still %s", v.Case.State)
		}
	})
}

// One running case per child; what was done is in the list of the village, by household.
func TestOneRunningCaseAndTheListsByHousehold(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		// Numbers 3 and 4 of 8A share their mother's telephone.
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE guardian SET phone = '0912000000' WHERE realm = $1 AND pupil IN ($2)`, apptest.Realm, store.In(pupils(3, 4)))
			return err
		})
		first := openCase(t, h, apptest.Hoa.Who(), child)
		err := write(t, h, func(ctx context.Context, tx *store.Tx) error {
			_, err := casework.OpenByHand(ctx, tx, apptest.Pao.Who(), casework.OpenIn{Pupil: child, Why: "em nghỉ"})
			return err
		})
		if code(err) != "casework.running" {
			t.Errorf("%v", err)
		}
		for _, n := range []int{4, 5} {
			openCase(t, h, apptest.Pao.Who(), pupils(n)[0])
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			route, err := casework.Mine(ctx, tx, apptest.Pao.Who())
			if err != nil {
				return err
			}
			if len(route) != 1 || len(route[0].Households) != 2 || len(route[0].Households[0].Tasks) != 2 {
				t.Errorf("%+v", route)
			}
			all, rule, err := casework.VillageList(ctx, tx, apptest.Sua.Who(), apptest.PuNhung)
			if err != nil || len(all) != 3 || rule == "" {
				t.Errorf("%d %q %v", len(all), rule, err)
			}
			if _, _, err := casework.VillageList(ctx, tx, apptest.Nhung.Who(), apptest.PuNhung); code(err) == "" {
				t.Error("the commune's official lists names")
			}
			for _, at := range []access.Resource{access.School(apptest.MuongMunS), access.Unit(apptest.MuongMun), access.Residence(apptest.PuNhung)} {
				r, err := casework.AtRiskOf(ctx, tx, apptest.Huong.Who(), at, day.Range{From: today, Until: today + 1})
				if err != nil || r.Open != 3 {
					t.Errorf("%s: %+v %v", at.Kind, r, err)
				}
			}
			if r, err := casework.AtRiskOf(ctx, tx, apptest.Huong.Who(), access.Residence(apptest.MuongMun), day.Range{From: today, Until: today + 1}); err != nil || r.Open != 0 {
				t.Errorf("children of Pú Nhung are counted at Mường Mùn's villages: %+v %v", r, err)
			}
			return nil
		})
		v := view(t, h, apptest.Hoa.Who(), first.ID)
		if len(v.Siblings) != 1 || v.Siblings[0].Pupil != pupils(4)[0] || v.Siblings[0].Case == 0 {
			t.Errorf("siblings %+v", v.Siblings)
		}
		// Late duties: names only to the direct superior.
		at(h, today+1)
		late := func(p apptest.Person, at access.Resource) (n int, refused string) {
			err := h.Store.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				all, err := casework.DutiesLate(ctx, tx, p.Who(), at)
				n = len(all)
				return err
			})
			return n, code(err)
		}
		for _, c := range []struct {
			p    apptest.Person
			at   access.Resource
			want int
			no   bool
		}{{apptest.Son, access.School(apptest.MuongMunS), 1, false}, {apptest.Nhung, access.Residence(apptest.PuNhung), 1, false},
			{apptest.Mai, access.School(apptest.MuongMunS), 0, true}, {apptest.Huong, access.School(apptest.MuongMunS), 0, true}, {apptest.Huong, access.Residence(apptest.PuNhung), 0, true}} {
			if n, refused := late(c.p, c.at); n != c.want || (refused != "") != c.no {
				t.Errorf("%s at %s: %d %q", c.p.Login, c.at.Kind, n, refused)
			}
		}
	})
}

// Past its time the words of a case go, protected causes whole; codes and days stay.
func TestPurgeTakesTheWords(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		for n, cause := range map[int]string{3: "marriage", 4: "harvest"} {
			c := openCase(t, h, apptest.Hoa.Who(), pupils(n)[0])
			do(t, h, apptest.Hoa.Who(), casework.Act{Case: c.ID, Kind: "call", Reached: true, Cause: cause, Note: "chuyện nhà", Hope: "mong"})
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				_, err := casework.End(ctx, tx, apptest.Hoa.Who(), casework.EndIn{Act: act(), Case: c.ID, Outcome: casework.OtherEnd})
				return err
			})
		}
		purge := func() int {
			t.Helper()
			n, err := casework.Purge(t.Context(), h.Store, apptest.Realm)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		words := `SELECT COUNT(*) FROM case_act WHERE realm = 1 AND (note <> '' OR hope <> '' OR cause = 'marriage')`
		at(h, today.AddMonths(59))
		if n := purge(); n != 0 {
			t.Errorf("%d purged before their time", n)
		}
		at(h, today.AddMonths(60)+1)
		if n := purge(); n != 2 {
			t.Errorf("%d purged", n)
		}
		if n := apptest.Query[int](t, h, words); n[0] != 0 {
			t.Errorf("%d acts keep words", n[0])
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM case_file WHERE realm = 1 AND cause = 'harvest' AND why = ''`); n[0] != 1 {
			t.Error("an open cause went")
		}
		if n := purge(); n != 0 {
			t.Errorf("%d purged twice", n)
		}
	})
}

// A check that finds the child away again opens a new case that names the one before.
func TestACheckFindsTheChildAway(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		c := openCase(t, h, apptest.Hoa.Who(), child)
		on := today
		for i := range 14 {
			at(h, on)
			if i < 6 {
				roll(t, h, apptest.Class8A, on)
			} else {
				roll(t, h, apptest.Class8A, on, child)
			}
			on = nextSchoolDay(on)
		}
		settle := func(on day.Day) casework.View {
			t.Helper()
			at(h, on)
			if _, err := casework.Settle(t.Context(), h.Store, apptest.Realm); err != nil {
				t.Fatal(err)
			}
			return view(t, h, system, c.ID)
		}
		settle(on)
		if v := settle(on); v.Case.State != casework.Back || v.Checks[0].State != "held" || v.Checks[0].Present != 6 || v.Checks[1].State != "waiting" {
			t.Fatalf("%s %+v", v.Case.State, v.Checks)
		}
		v := settle(today + 30)
		if v.Case.State != casework.Closed || v.Checks[1].State != "relapsed" || v.Checks[1].Present != 0 || v.Checks[2].State != "cancelled" || len(v.LaterCases) != 1 {
			t.Fatalf("%s %+v %v", v.Case.State, v.Checks, v.LaterCases)
		}
		if later := view(t, h, apptest.Pao.Who(), v.LaterCases[0]); later.Case.Earlier != c.ID || later.Case.State != casework.Open || !owned(later, casework.VillageOwner, apptest.Pao) {
			t.Errorf("%+v", later.Case)
		}
	})
}
