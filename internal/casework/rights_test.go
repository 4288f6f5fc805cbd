package casework_test

import (
	"context"
	"slices"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/casework"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/store"
)

// Who of the cast may open the case of a child that lives in Bản Phiêng Pi and boards at
// Mường Mùn, before it has reached any commune.
func TestWhoSeesACase(t *testing.T) {
	may := []string{"hoa", "mai", "son", "vinh", "pao", "sua"}
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		c := openCase(t, h, apptest.Dua.Who(), child) // a substitute teacher may report
		for _, p := range apptest.Everyone {
			if got, want := sees(t, h, p, c.ID), slices.Contains(may, p.Login); got != want {
				t.Errorf("%s sees the case: %v", p.Login, got)
			}
		}
		// Whoever sees it and works on cases may act; nobody else.
		for _, p := range apptest.Everyone {
			err := write(t, h, func(ctx context.Context, tx *store.Tx) error {
				_, err := casework.Record(ctx, tx, p.Who(), casework.Act{ID: act(), Case: c.ID, Kind: "note", Note: "x"})
				return err
			})
			if ok := err == nil; ok != slices.Contains(may, p.Login) || err != nil && !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s acts: %v", p.Login, err)
			}
		}
	})
}

// A protected cause is read by the homeroom teacher, the principal, the case's holder and
// the commune's child protection officer; others read that the child is being supported.
func TestProtectedCausesStayWithFew(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		c := openCase(t, h, apptest.Hoa.Who(), child)
		do(t, h, apptest.Pao.Who(), casework.Act{Case: c.ID, Kind: "visit", Reached: true, Met: []string{"pupil"}, With: []string{"women"}, Cause: "marriage",
			Hope: "mong con đi học", Note: "gia đình định cho lấy chồng", SupportCommune: []string{"household-work"}})
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := casework.Refer(ctx, tx, apptest.Son.Who(), casework.ReferIn{Act: act(), Case: c.ID, Body: "child-protection", Reason: "nguy cơ tảo hôn"})
			return err
		})
		for on := today; view(t, h, system, c.ID).Case.Tier != casework.CommuneTier; on++ {
			at(h, on)
			climb(t, h)
		}
		full := []string{"hoa", "son", "sua"}
		for _, p := range []apptest.Person{apptest.Hoa, apptest.Son, apptest.Sua, apptest.Mai, apptest.Vinh, apptest.Pao, apptest.Nhung} {
			v := view(t, h, p.Who(), c.ID)
			if slices.Contains(full, p.Login) {
				if v.Hidden || !v.Hotline || v.Case.Cause != "marriage" || len(v.Referrals) != 1 {
					t.Errorf("%s does not see the protected part: %+v", p.Login, v.Case)
				}
				continue
			}
			if !v.Hidden || v.Case.Cause != "" || v.Case.Why != "" || len(v.Referrals) != 0 || v.May.Protect {
				t.Errorf("%s reads %q", p.Login, v.Case.Cause)
			}
			for _, e := range v.Timeline {
				if e.Cause != "" || e.Note != "" || e.Hope != "" || len(e.Met)+len(e.With)+len(e.SupportCommune)+len(e.Secondary) > 0 || e.Kind == "referral" {
					t.Errorf("%s reads %+v", p.Login, e)
				}
			}
		}
		// Lists say no more: the clerk's line is hidden, the homeroom teacher's is not.
		for _, p := range []apptest.Person{apptest.Hoa, apptest.Pao} {
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				route, err := casework.Mine(ctx, tx, p.Who())
				if err != nil || len(route) != 1 || len(route[0].Households) != 1 {
					t.Fatalf("%s: %+v %v", p.Login, route, err)
				}
				if line := route[0].Households[0].Tasks[0]; line.Hidden != (p.Login == "pao") || line.Hidden && line.Why != "" || line.Name == "" {
					t.Errorf("%s: %+v", p.Login, line)
				}
				return nil
			})
		}
		// Entrusted, the clerk reads it; only who sees the protected part entrusts.
		entrust := func(p apptest.Person) error {
			return write(t, h, func(ctx context.Context, tx *store.Tx) error {
				return casework.Entrust(ctx, tx, p.Who(), c.ID, apptest.Pao.Account)
			})
		}
		if err := entrust(apptest.Mai); code(err) != "casework.not-yours" {
			t.Errorf("the clerk entrusts: %v", err)
		}
		if err := entrust(apptest.Son); err != nil {
			t.Fatal(err)
		}
		if v := view(t, h, apptest.Pao.Who(), c.ID); v.Hidden || v.Case.Cause != "marriage" {
			t.Error("the holder does not see the protected part")
		}
		// The protection does not come off while the cause is one of them.
		err := write(t, h, func(ctx context.Context, tx *store.Tx) error {
			return casework.Protect(ctx, tx, apptest.Son.Who(), c.ID, false)
		})
		if code(err) != "casework.still-protected" {
			t.Errorf("%v", err)
		}
		// Tables of causes count the one case among those not known, and do not tell it by subtraction.
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			table, err := casework.CausesOf(ctx, tx, apptest.Son.Who(), access.School(apptest.MuongMunS), day.Range{From: today - 10, Until: today + 30}, "village")
			if err != nil {
				return err
			}
			if table.Total != 1 || len(table.Rows) != 1 || table.Rows[0].Cause != "" || table.Rows[0].Cases != 1 || table.Unknown != 1 {
				t.Errorf("%+v", table)
			}
			return nil
		})
	})
}

// Police and border guard see what a named person referred to them, with a reason and an
// end, and nothing by the ladder.
func TestPoliceSeesAReferralOnly(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		c := openCase(t, h, apptest.Hoa.Who(), child)
		refer := func(in casework.ReferIn) error {
			in.Act, in.Case = act(), c.ID
			return write(t, h, func(ctx context.Context, tx *store.Tx) error {
				_, err := casework.Refer(ctx, tx, apptest.Son.Who(), in)
				return err
			})
		}
		for want, in := range map[string]casework.ReferIn{
			"casework.named-missing": {Body: "police", Reason: "tìm trẻ", Until: today + 7},
			"casework.why-missing":   {Body: "police", To: apptest.Tra.Account, Until: today + 7},
			"casework.referral-long": {Body: "border-guard", To: apptest.Tra.Account, Reason: "tìm trẻ", Until: today + 60},
			"casework.bad-body":      {Body: "army", Reason: "x"},
		} {
			if err := refer(in); code(err) != want {
				t.Errorf("%+v: %v, want %s", in, err, want)
			}
		}
		if err := refer(casework.ReferIn{Body: "police", To: apptest.Tra.Account, Reason: "tìm trẻ bị rủ đi xa", Until: today + 7}); err != nil {
			t.Fatal(err)
		}
		if sees(t, h, apptest.Tra, c.ID) {
			t.Error("the whole case opens to the police")
		}
		referred := func() (all []casework.ReferredCase) {
			h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
				all, err = casework.Referred(ctx, tx, apptest.Tra.Who())
				return err
			})
			return all
		}
		all := referred()
		if len(all) != 1 || all[0].Reason == "" || all[0].Village == "" {
			t.Fatalf("%+v", all)
		}
		if err := write(t, h, func(ctx context.Context, tx *store.Tx) error {
			return casework.Answer(ctx, tx, apptest.Tra.Who(), all[0].Referral, "đã gặp em ở nhà họ hàng")
		}); err != nil {
			t.Fatal(err)
		}
		at(h, today+8)
		if len(referred()) != 0 {
			t.Error("a referral does not end")
		}
	})
}

// Every other end stays "chưa xác nhận"; the principal confirms a dropout, the commune
// where the child lives sees it, and then the case closes and its places are gone.
func TestADropoutIsConfirmedAndSeen(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		c := openCase(t, h, apptest.Hoa.Who(), child)
		do(t, h, apptest.Pao.Who(), casework.Act{Case: c.ID, Kind: "visit", Met: []string{"nobody"}, Place: &casework.Place{Latitude: 21.6, Longitude: 103.4}})
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := casework.End(ctx, tx, apptest.Pao.Who(), casework.EndIn{Act: act(), Case: c.ID, Outcome: casework.Dropout, On: today - 5})
			return err
		})
		confirm := func(p apptest.Person) string {
			return code(write(t, h, func(ctx context.Context, tx *store.Tx) error { return casework.ConfirmDropout(ctx, tx, p.Who(), c.ID) }))
		}
		seen := func(p apptest.Person) string {
			return code(write(t, h, func(ctx context.Context, tx *store.Tx) error { return casework.SeeDropout(ctx, tx, p.Who(), c.ID) }))
		}
		if got := seen(apptest.Nhung); got != "casework.not-dropout" {
			t.Errorf("seen before it is confirmed: %q", got)
		}
		for _, p := range []apptest.Person{apptest.Hoa, apptest.Mai, apptest.Nhung, apptest.Pao, apptest.Lan} {
			if got := confirm(p); got != "casework.not-yours" {
				t.Errorf("%s confirms: %q", p.Login, got)
			}
		}
		if v := view(t, h, apptest.Son.Who(), c.ID); v.Case.State != casework.Away || v.Case.Confirmed || !v.May.ConfirmDropout {
			t.Errorf("%+v", v.Case)
		}
		if got := confirm(apptest.Son); got != "" {
			t.Fatal(got)
		}
		if got := seen(apptest.Thuong); got != "casework.not-yours" {
			t.Errorf("the commune of the school sees it: %q", got)
		}
		if v := view(t, h, apptest.Nhung.Who(), c.ID); !v.May.SeeDropout {
			t.Error("the commune cannot see what it is to see")
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM case_act WHERE realm = 1 AND latitude > 0`); n[0] != 1 {
			t.Errorf("%d places before the end", n[0])
		}
		if got := seen(apptest.Nhung); got != "" {
			t.Fatal(got)
		}
		v := view(t, h, system, c.ID)
		if v.Case.State != casework.Closed || v.Case.SeenBy != apptest.Nhung.Account || len(owners(v)) != 0 {
			t.Errorf("%+v %v", v.Case, owners(v))
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM case_act WHERE realm = 1 AND (latitude > 0 OR placed = $1)`, true); n[0] != 0 {
			t.Errorf("%d places after the end", n[0])
		}
	})
}

// Owners follow the grants and keep their history; "nhờ" holds until it is taken back.
func TestOwnersFollowGrants(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		c := openCase(t, h, apptest.Hoa.Who(), child)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			if err := access.Withdraw(ctx, tx, system, 1000+apptest.Hoa.Account); err != nil {
				return err
			}
			_, err := access.Give(ctx, tx, system, access.GiveInput{Account: apptest.Binh.Account, Role: access.HomeroomTeacher, Scope: apptest.Class8A, Period: day.Range{From: today, Until: day.Forever}})
			return err
		})
		if _, err := casework.Settle(t.Context(), h.Store, apptest.Realm); err != nil {
			t.Fatal(err)
		}
		v := view(t, h, apptest.Son.Who(), c.ID)
		if !owned(v, casework.TeacherOwner, apptest.Binh) || owned(v, casework.TeacherOwner, apptest.Hoa) {
			t.Errorf("owners %v", owners(v))
		}
		kept := slices.ContainsFunc(v.Owners, func(o casework.OwnerView) bool {
			return o.Account == apptest.Hoa.Account && !o.Until.IsZero() && o.Name != ""
		})
		if !kept {
			t.Error("the history of the owners is gone")
		}
		hand := func(in casework.HandOverIn) string {
			in.Case = c.ID
			return code(write(t, h, func(ctx context.Context, tx *store.Tx) error {
				return casework.HandOver(ctx, tx, apptest.Son.Who(), in)
			}))
		}
		if got := hand(casework.HandOverIn{Role: casework.TeacherOwner, To: apptest.Lan.Account, Reason: "bận thi"}); got != "casework.bad-owner" {
			t.Errorf("handed to another school: %q", got)
		}
		if got := hand(casework.HandOverIn{Role: casework.TeacherOwner, To: apptest.Vinh.Account, Reason: "bận thi"}); got != "" {
			t.Fatal(got)
		}
		if _, err := casework.Settle(t.Context(), h.Store, apptest.Realm); err != nil {
			t.Fatal(err)
		}
		if v := view(t, h, apptest.Son.Who(), c.ID); !owned(v, casework.TeacherOwner, apptest.Vinh) || owned(v, casework.TeacherOwner, apptest.Binh) {
			t.Errorf("owners %v", owners(v))
		}
	})
}

// Every running case has its three owners, or is listed as without: a property over the cast.
func TestEveryCaseHasOwnersOrIsListedWithout(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		for _, class := range apptest.Classes {
			for n := 1; n <= 3; n++ {
				openCase(t, h, system, apptest.Pupil(class.ID, n))
			}
		}
		without := 0
		for _, class := range apptest.Classes {
			for n := 1; n <= 3; n++ {
				v := view(t, h, system, runningOf(t, h, apptest.Pupil(class.ID, n)))
				for _, role := range casework.FirstOwners {
					if (len(owners(v)[role]) == 0) != slices.Contains(v.Without, role) {
						t.Errorf("%s %d: %s has %v, without %v", class.Name, n, role, owners(v)[role], v.Without)
					}
				}
				if len(v.Without) > 0 {
					without++
				}
			}
		}
		// The villages of Mường Mùn have nobody named, and three classes no homeroom teacher.
		listed := 0
		for _, unit := range []access.Resource{access.School(apptest.MuongMunS), access.School(apptest.MuongMunP), access.School(apptest.PuNhungS)} {
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				all, err := casework.Untouched(ctx, tx, system, unit)
				for _, u := range all {
					if u.Kind == "school" {
						listed += u.Unowned
					}
				}
				return err
			})
		}
		if without == 0 || listed != without {
			t.Errorf("%d cases without an owner, %d listed", without, listed)
		}
	})
}
