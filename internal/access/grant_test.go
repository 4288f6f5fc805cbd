package access_test

import (
	"context"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

var today = day.InstantOf(apptest.Start).Day()

func load(t *testing.T, h *apptest.House, p apptest.Person) (who access.Who) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		who, err = access.Load(ctx, tx, apptest.Realm, p.Account)
		return err
	})
	return who
}

func may(t *testing.T, h *apptest.House, who access.Who, action access.Action, resource access.Resource) (rule string) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		var err error
		if rule, err = access.May(ctx, tx, who, action, resource); err != nil && !fault.Is(err, fault.Forbidden) {
			return err
		}
		return nil
	})
	return rule
}

func TestLoadGivesWhatIsHeldToday(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		if who := load(t, h, apptest.Dua); len(who.Grants) != 1 || may(t, h, who, access.TakeRoll, access.Class(apptest.Class8A)) != "substitute-teacher.class" {
			t.Errorf("the substitute of today holds %+v", who.Grants)
		}
		h.Clock.Advance(24 * time.Hour)
		if who := load(t, h, apptest.Dua); len(who.Grants) != 0 {
			t.Errorf("the day after, the substitute still holds %+v", who.Grants)
		}
	})
}

func TestGivingAndWithdrawing(t *testing.T) {
	week := day.Range{From: today, Until: today.Add(7)}
	cases := []struct {
		name string
		who  apptest.Person
		in   access.GiveInput
		kind fault.Kind
		code string
	}{
		{"a principal lends a class to a substitute", apptest.Son, access.GiveInput{Account: apptest.Chien.Account, Role: access.SubstituteTeacher, Scope: apptest.Class6A, Period: week, Reason: "x"}, "", ""},
		{"a clerk lends the dormitory", apptest.Mai, access.GiveInput{Account: apptest.Chien.Account, Role: access.BoardingStaff, Scope: apptest.MuongMunS, Period: week, Reason: "x"}, "", ""},
		{"not in another school", apptest.Mai, access.GiveInput{Account: apptest.Chien.Account, Role: access.SubstituteTeacher, Scope: apptest.Class9A, Period: week, Reason: "x"}, fault.Forbidden, "access.no-grant"},
		{"not her own role", apptest.Mai, access.GiveInput{Account: apptest.Chien.Account, Role: access.SchoolClerk, Scope: apptest.MuongMunS, Period: week, Reason: "x"}, fault.Forbidden, "access.not-yours"},
		{"not to herself", apptest.Mai, access.GiveInput{Account: apptest.Mai.Account, Role: access.SubstituteTeacher, Scope: apptest.Class6A, Period: week, Reason: "x"}, fault.Forbidden, "access.not-self"},
		{"not for ever", apptest.Mai, access.GiveInput{Account: apptest.Chien.Account, Role: access.SubstituteTeacher, Scope: apptest.Class6A, Period: day.Range{From: today}, Reason: "x"}, fault.Invalid, "access.period-long"},
		{"a teacher lends nothing", apptest.Hoa, access.GiveInput{Account: apptest.Chien.Account, Role: access.SubstituteTeacher, Scope: apptest.Class8A, Period: week, Reason: "x"}, fault.Forbidden, "access.no-grant"},
		{"the administrator gives a commune", apptest.Quan, access.GiveInput{Account: apptest.Chien.Account, Role: access.CommuneOfficial, Scope: apptest.PuNhung, Period: day.Range{From: today}, Reason: "x"}, "", ""},
		{"a role goes with its kind of scope", apptest.Quan, access.GiveInput{Account: apptest.Chien.Account, Role: access.Principal, ScopeKind: access.UnitScope, Scope: apptest.PuNhung, Period: week, Reason: "x"}, fault.Invalid, "access.role-scope"},
		{"a reason is needed", apptest.Quan, access.GiveInput{Account: apptest.Chien.Account, Role: access.Principal, Scope: apptest.PuNhungS, Period: week}, fault.Invalid, "access.no-reason"},
		{"an empty period", apptest.Quan, access.GiveInput{Account: apptest.Chien.Account, Role: access.Principal, Scope: apptest.PuNhungS, Period: day.Range{From: today, Until: today}, Reason: "x"}, fault.Invalid, "access.period-empty"},
		{"nobody gets it", apptest.Quan, access.GiveInput{Account: 1, Role: access.Principal, Scope: apptest.PuNhungS, Period: week, Reason: "x"}, fault.NotFound, "access.no-account"},
		{"an unknown school", apptest.Quan, access.GiveInput{Account: apptest.Chien.Account, Role: access.Principal, Scope: 77, Period: week, Reason: "x"}, fault.NotFound, "access.unknown"},
		{"twice the same", apptest.Quan, access.GiveInput{Account: apptest.Hoa.Account, Role: access.HomeroomTeacher, Scope: apptest.Class8A, Period: week, Reason: "x"}, fault.Conflict, "access.already-held"},
		{"the administrator gives himself no pupils", apptest.Quan, access.GiveInput{Account: apptest.Quan.Account, Role: access.Principal, Scope: apptest.MuongMunS, Period: week, Reason: "x"}, fault.Forbidden, "access.not-self"},
		{"but figures he may", apptest.Quan, access.GiveInput{Account: apptest.Quan.Account, Role: access.EducationOfficial, Scope: apptest.TuanGiao, Period: week, Reason: "x"}, "", ""},
	}
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		for _, c := range cases {
			err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := access.Give(ctx, tx, c.who.Who(), c.in)
				return err
			})
			if c.kind == "" && err != nil || c.kind != "" && !(fault.Is(err, c.kind) && fault.HasCode(err, c.code)) {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		who := load(t, h, apptest.Chien)
		if len(who.Grants) != 4 || may(t, h, who, access.TakeRoll, access.Class(apptest.Class6A)) == "" {
			t.Fatalf("what was given is not held: %+v", who.Grants)
		}
		var lent id.ID
		for _, g := range who.Grants {
			if g.Role == access.SubstituteTeacher {
				lent = g.ID
			}
		}
		withdraw := func(p apptest.Person) error {
			return h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return access.Withdraw(ctx, tx, p.Who(), lent) })
		}
		if err := withdraw(apptest.Lan); !fault.Is(err, fault.Forbidden) {
			t.Errorf("another school's principal withdraws: %v", err)
		}
		if err := withdraw(apptest.Mai); err != nil {
			t.Error(err)
		}
		if err := withdraw(apptest.Mai); !fault.Is(err, fault.Locked) {
			t.Errorf("withdrawn twice: %v", err)
		}
		if may(t, h, load(t, h, apptest.Chien), access.TakeRoll, access.Class(apptest.Class6A)) != "" {
			t.Error("what was withdrawn still allows")
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM audit_entry WHERE action IN ('grant.give', 'grant.withdraw') AND rule <> ''`); n[0] != 5 {
			t.Errorf("%d lines in the book", n[0])
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			own, err := access.GrantsOf(ctx, tx, apptest.Chien.Who(), apptest.Chien.Account)
			if err != nil || len(own) != 4 || own[0].Place == "" {
				t.Errorf("own grants: %+v, %v", own, err)
			}
			seen, err := access.GrantsOf(ctx, tx, apptest.Mai.Who(), apptest.Chien.Account)
			if err != nil || len(seen) != 2 {
				t.Errorf("the clerk sees %d grants, %v; the two in her school were given", len(seen), err)
			}
			if other, err := access.GrantsOf(ctx, tx, apptest.Hoa.Who(), apptest.Chien.Account); err != nil || len(other) != 0 {
				t.Errorf("a teacher sees %+v, %v", other, err)
			}
			in, err := access.GrantsIn(ctx, tx, apptest.Mai.Who(), apptest.MuongMunS)
			if err != nil || len(in) < 6 {
				t.Errorf("grants in the school: %d, %v", len(in), err)
			}
			return nil
		})
	})
}

func TestOpeningForAPurpose(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		open := func(p apptest.Person, in access.OpenInput) (o access.Opening, err error) {
			err = h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				o, err = access.OpenForPurpose(ctx, tx, p.Who(), in)
				return err
			})
			return o, err
		}
		for _, c := range []struct {
			who  apptest.Person
			in   access.OpenInput
			code string
		}{
			{apptest.Thuong, access.OpenInput{Resource: access.Class(apptest.Class9A), Purpose: "inspection"}, "access.no-grant"}, // another commune
			{apptest.Hoa, access.OpenInput{Resource: access.Class(apptest.Class6A), Purpose: "inspection"}, "access.no-grant"},
			{apptest.Thuong, access.OpenInput{Resource: access.Class(apptest.Class8A), Purpose: "curiosity"}, "access.no-purpose"},
			{apptest.Thuong, access.OpenInput{Resource: access.Class(apptest.Class8A), Purpose: "inspection", For: 25 * time.Hour}, "access.opening-long"},
			{apptest.Thuong, access.OpenInput{Resource: access.Unit(apptest.MuongMun), Purpose: "inspection"}, "access.opening-wide"},
			{apptest.Thuong, access.OpenInput{Resource: access.Class(77), Purpose: "inspection"}, "access.unknown"},
		} {
			if _, err := open(c.who, c.in); !fault.HasCode(err, c.code) {
				t.Errorf("%s %+v: %v, want %s", c.who.Login, c.in, err, c.code)
			}
		}
		for _, p := range []apptest.Person{apptest.Thuong, apptest.Quan} {
			if _, err := open(p, access.OpenInput{Resource: access.Class(apptest.Class8A), Purpose: "inspection"}); err != nil {
				t.Fatal(err)
			}
			who := load(t, h, p)
			if rule := may(t, h, who, access.SeePupils, access.Pupil(apptest.Pupil(apptest.Class8A, 1))); rule != "purpose.inspection" {
				t.Errorf("%s sees by %q", p.Login, rule)
			}
			if may(t, h, who, access.SeePupils, access.Class(apptest.Class6A)) != "" || may(t, h, who, access.ChangePupils, access.Pupil(apptest.Pupil(apptest.Class8A, 1))) != "" {
				t.Errorf("%s: an opening allows more than to see what was opened", p.Login)
			}
		}
		h.Clock.Advance(59 * time.Minute)
		if may(t, h, load(t, h, apptest.Thuong), access.SeePupils, access.Class(apptest.Class8A)) == "" {
			t.Error("closed before its time")
		}
		who := load(t, h, apptest.Thuong)
		h.Clock.Advance(2 * time.Minute)
		if may(t, h, who, access.SeePupils, access.Class(apptest.Class8A)) != "" || len(load(t, h, apptest.Thuong).Openings) != 0 {
			t.Error("still open after an hour")
		}
		o, err := open(apptest.Thuong, access.OpenInput{Resource: access.Residence(apptest.BanLum), Purpose: "vandong", For: 24 * time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return access.CloseOpening(ctx, tx, apptest.Thuong.Who(), o.ID)
		})
		if len(load(t, h, apptest.Thuong).Openings) != 0 {
			t.Error("open after it was closed")
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM audit_entry WHERE action = 'purpose.open'`); n[0] != 3 {
			t.Errorf("%d openings in the book", n[0])
		}
	})
}

func TestRefusalNamesWhoCould(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := access.May(ctx, tx, apptest.Binh.Who(), access.TakeRoll, access.Class(apptest.Class8A))
			f, ok := fault.Of(err)
			if !ok || f.Args["role"] != "homeroom-teacher" || f.Args["place"] != "8A" {
				t.Errorf("got %v", err)
			}
			if got := access.Explain("vi", f); got != "Anh/chị chưa được giao quyền làm việc này ở đây. Người có quyền: Giáo viên chủ nhiệm – 8A." {
				t.Errorf("a person reads %q", got)
			}
			_, err = access.May(ctx, tx, apptest.Binh.Who(), access.UnlockRoll, access.Class(apptest.Class8A))
			if f, _ := fault.Of(err); f.Args["role"] != "principal" || f.Args["place"] != "Trường PTDTBT THCS Mường Mùn" {
				t.Errorf("got %v", err)
			}
			return nil
		})
	})
}

func TestMasks(t *testing.T) {
	for number, want := range map[string]string{"011098002214": "•••••••••214", "": "", "12345": "•••••", "123456": "•••456"} {
		if got := access.MaskNumber(number); got != want {
			t.Errorf("MaskNumber(%q) = %q", number, got)
		}
	}
	if got := access.MaskPhone("0912345678"); got != "••••••••78" {
		t.Errorf("MaskPhone: %q", got)
	}
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			if _, err := access.Unmask(ctx, tx, apptest.Pao.Who(), access.Pupil(apptest.Pupil(apptest.Class8A, 1))); !fault.Is(err, fault.Forbidden) {
				t.Errorf("a village head unmasks: %v", err)
			}
			_, err := access.Unmask(ctx, tx, apptest.Hoa.Who(), access.Pupil(apptest.Pupil(apptest.Class8A, 1)))
			return err
		})
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM audit_entry WHERE action = 'identifiers.see'`); n[0] != 1 {
			t.Errorf("%d lines in the book", n[0])
		}
	})
}
