package committee_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/committee"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

var (
	today    = day.MustParse("2020-05-29")
	founded  = day.MustParse("2019-09-10")
	decision = committee.Decision{Number: "45/QĐ-UBND", Day: founded, Issuer: "Chủ tịch UBND xã Mường Mùn"}
	lum      = committee.Place{Kind: committee.UnitPlace, ID: apptest.BanLum}
	hong     = committee.Place{Kind: committee.UnitPlace, ID: apptest.BanHong}
	thcs     = committee.Place{Kind: committee.SchoolPlace, ID: apptest.MuongMunS}
	th       = committee.Place{Kind: committee.SchoolPlace, ID: apptest.MuongMunP}
)

// write does something as a person and gives the fault's code, "" when it was done.
func write(t testing.TB, h *apptest.House, f func(ctx context.Context, tx *store.Tx) error) string {
	t.Helper()
	err := h.Store.Write(t.Context(), f)
	if err == nil {
		return ""
	}
	if problem, ok := fault.Of(err); ok {
		return problem.Code
	}
	t.Fatal(err)
	return ""
}

func want(t testing.TB, got, code string) {
	t.Helper()
	if got != code {
		t.Fatalf("got %q, want %q", got, code)
	}
}

func found(t testing.TB, h *apptest.House, who access.Who, unit id.ID, kind committee.Kind) (c committee.Committee) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
		c, err = committee.Found(ctx, tx, who, committee.FoundInput{Unit: unit, Kind: kind, Decision: decision})
		return err
	})
	return c
}

func add(t testing.TB, h *apptest.House, who access.Who, c id.ID, office committee.Office, body committee.Body, name, phone string, account id.ID) (m committee.Member) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
		m, err = committee.AddMember(ctx, tx, who, c, committee.MemberInput{Office: office, Body: body, Name: name, Job: "Công tác tại xã", Phone: phone, Account: account,
			Period: day.Range{From: founded}})
		return err
	})
	return m
}

func assign(t testing.TB, h *apptest.House, who access.Who, c, member id.ID, period day.Range, places ...committee.Place) (done committee.Assigned) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
		done, err = committee.Assign(ctx, tx, who, committee.DutyInput{Committee: c, Member: member, Places: places, Period: period,
			Levels: []string{"TH", "THCS"}, Tasks: []committee.Task{committee.Attendance, committee.Mobilise}})
		return err
	})
	return done
}

func namedFor(t testing.TB, h *apptest.House, village id.ID, on day.Day) (all []committee.Named) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		all, err = committee.NamedFor(ctx, tx, apptest.Realm, village, on)
		return err
	})
	return all
}

func cover(t testing.TB, h *apptest.House, unit id.ID, on day.Day) (c committee.Coverage) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		c, err = committee.Cover(ctx, tx, access.System(apptest.Realm), unit, on)
		return err
	})
	return c
}

// mayVisit says whether an account may see the children of a village today.
func mayVisit(t testing.TB, h *apptest.House, account, village id.ID) (may bool) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		who, err := access.Load(ctx, tx, apptest.Realm, account)
		if err != nil {
			return err
		}
		_, err = access.May(ctx, tx, who, access.SeeCases, access.Residence(village))
		may = err == nil
		return nil
	})
	return may
}

func TestSeveralCommitteesAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		thuong := apptest.Thuong.Who()
		pcgd := found(t, h, thuong, apptest.MuongMun, committee.Universalisation)
		renewal := found(t, h, thuong, apptest.MuongMun, committee.Renewal)
		if pcgd.ID == renewal.ID || pcgd.Name == "" {
			t.Fatalf("%+v %+v", pcgd, renewal)
		}
		try := func(who access.Who, in committee.FoundInput) string {
			return write(t, h, func(ctx context.Context, tx *store.Tx) error {
				_, err := committee.Found(ctx, tx, who, in)
				return err
			})
		}
		want(t, try(thuong, committee.FoundInput{Unit: apptest.MuongMun, Kind: committee.Renewal, Decision: decision}), "committee.exists")
		want(t, try(thuong, committee.FoundInput{Unit: apptest.MuongMun, Kind: "x", Decision: decision}), "committee.unknown-kind")
		want(t, try(thuong, committee.FoundInput{Unit: apptest.MuongMun, Kind: committee.OtherKind, Decision: decision}), "committee.no-name")
		want(t, try(thuong, committee.FoundInput{Unit: apptest.MuongMun, Kind: committee.Retention}), "committee.no-decision")
		want(t, try(thuong, committee.FoundInput{Unit: apptest.PuNhung, Kind: committee.Renewal, Decision: decision}), "access.no-grant")
		for _, p := range []apptest.Person{apptest.Hoa, apptest.Son, apptest.Pao, apptest.Quan, apptest.Ho, apptest.Tra, apptest.Nhung} {
			want(t, try(p.Who(), committee.FoundInput{Unit: apptest.MuongMun, Kind: committee.Retention, Decision: decision}), "access.no-grant")
		}
		found(t, h, apptest.Dung.Who(), apptest.TuanGiao, committee.Renewal)
		chu, teacher := apptest.Chu, add(t, h, thuong, pcgd.ID, committee.Secretary, "school", "Lò Văn Thư", "0912 000 111", 0)
		add(t, h, thuong, pcgd.ID, committee.Chair, "peoples-committee", chu.Name, "", chu.Account)
		add(t, h, thuong, renewal.ID, committee.Chair, "peoples-committee", chu.Name, "", chu.Account)
		if teacher.Phone != "0912000111" {
			t.Errorf("phone %q", teacher.Phone)
		}
		bad := func(in committee.MemberInput) string {
			in.Period = day.Range{From: founded}
			return write(t, h, func(ctx context.Context, tx *store.Tx) error {
				_, err := committee.AddMember(ctx, tx, thuong, pcgd.ID, in)
				return err
			})
		}
		want(t, bad(committee.MemberInput{Office: committee.Chair, Body: "police", Name: "Lò A", Phone: "0912000112"}), "committee.chair-exists")
		want(t, bad(committee.MemberInput{Office: committee.Ordinary, Body: "police", Name: "Lò A"}), "committee.no-contact")
		want(t, bad(committee.MemberInput{Office: committee.Ordinary, Body: "culture-society-division", Name: "Lò A", Phone: "0912000112"}), "committee.unknown-body")
		want(t, bad(committee.MemberInput{Office: committee.Ordinary, Body: "police", Name: "Lò A", Phone: "gọi sau"}), "committee.bad-phone")
		want(t, bad(committee.MemberInput{Office: committee.Ordinary, Body: "school", Name: "Lò Văn Thư", Phone: "0912000111"}), "committee.is-member")
		want(t, bad(committee.MemberInput{Office: committee.Ordinary, Body: "school", Name: "Lò Văn Thư", Account: 4}), "account.unknown")
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			list, err := committee.Committees(ctx, tx, apptest.Ho.Who(), apptest.TuanGiao, today)
			if err != nil || len(list) != 3 || list[0].Unit != apptest.TuanGiao || list[1].Chair != chu.Name || list[2].Chair != chu.Name {
				t.Errorf("%v %+v", err, list)
			}
			mine, err := committee.Mine(ctx, tx, chu.Who())
			if err != nil || len(mine) != 2 {
				t.Errorf("%v %+v", err, mine)
			}
			if _, err := committee.Look(ctx, tx, apptest.Nhung.Who(), pcgd.ID, today); !fault.Is(err, fault.Forbidden) {
				t.Errorf("the neighbour looks: %v", err)
			}
			_, err = committee.Look(ctx, tx, apptest.Hoa.Who(), pcgd.ID, today)
			if !fault.Is(err, fault.Forbidden) {
				t.Errorf("a teacher looks: %v", err)
			}
			return nil
		})
	})
}

func TestHistoryOverHandOverAndRefounding(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		thuong := apptest.Thuong.Who()
		c := found(t, h, thuong, apptest.MuongMun, committee.Universalisation).ID
		chair := add(t, h, thuong, c, committee.Chair, "peoples-committee", "Sùng A Chu", "", apptest.Chu.Account)
		old := add(t, h, thuong, c, committee.Ordinary, "front-board", "Lò Văn Ún", "0912000001", 0)
		other := add(t, h, thuong, c, committee.Ordinary, "womens-union", "Quàng Thị Ọi", "0912000002", 0)
		assign(t, h, thuong, c, old.ID, day.Range{From: founded}, lum, hong)
		assign(t, h, thuong, c, other.ID, day.Range{From: founded}, hong)

		change := day.MustParse("2020-06-01")
		var next committee.Member
		h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			next, err = committee.HandOver(ctx, tx, thuong, committee.HandOverInput{Member: old.ID, On: change, Leaves: true, Reason: "Nghỉ hưu",
				New: committee.MemberInput{Body: "front-board", Name: "Lò Văn Kẹo", Phone: "0912000003"}})
			return err
		})
		if next.Office != old.Office || next.From != change {
			t.Errorf("%+v", next)
		}
		for _, on := range []day.Day{founded, today, change - 1} {
			if n := namedFor(t, h, apptest.BanLum, on); len(n) != 1 || n[0].Name != "Lò Văn Ún" || n[0].Account != 0 || n[0].Phone != "0912000001" {
				t.Errorf("on %s: %+v", on, n)
			}
		}
		if n := namedFor(t, h, apptest.BanLum, change); len(n) != 1 || n[0].Member != next.ID {
			t.Errorf("after: %+v", n)
		}
		if n := namedFor(t, h, apptest.BanLum, founded-1); len(n) != 0 {
			t.Errorf("before: %+v", n)
		}
		// An office changes by hand-over to a new membership of the same person.
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := committee.HandOver(ctx, tx, thuong, committee.HandOverInput{Member: chair.ID, On: change, Leaves: true, Reason: "Đổi Trưởng ban",
				New: committee.MemberInput{Body: "peoples-committee", Name: "Mùa A Tủa", Phone: "0912000009"}})
			return err
		})
		h.Clock.Set(time.Date(2020, 9, 20, 8, 0, 0, 0, day.Place))
		again := day.MustParse("2020-09-15")
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return committee.Refound(ctx, tx, thuong, c, committee.Decision{Number: "60/QĐ-UBND", Day: again, Issuer: "Chủ tịch UBND xã"}, 0, []id.ID{other.ID})
		})
		want(t, write(t, h, func(ctx context.Context, tx *store.Tx) error {
			return committee.Refound(ctx, tx, thuong, c, committee.Decision{Number: "61/QĐ-UBND", Day: again, Issuer: "Chủ tịch UBND xã"}, again, nil)
		}), "committee.term-order")
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			now, err := committee.Look(ctx, tx, thuong, c, day.MustParse("2020-09-20"))
			if err != nil {
				return err
			}
			if len(now.Terms) != 2 || now.Term.Number != "60/QĐ-UBND" || now.Terms[1].Until != again || now.Chair != "Mùa A Tủa" || len(now.Now) != 2 || len(now.Past) != 3 {
				t.Errorf("%+v", now)
			}
			then, err := committee.Look(ctx, tx, thuong, c, today)
			if err != nil {
				return err
			}
			if then.Term.Number != "45/QĐ-UBND" || then.Chair != "Sùng A Chu" || len(then.Now) != 3 || then.Now[2].Load.Villages+then.Now[1].Load.Villages != 3 {
				t.Errorf("as it was: %+v", then)
			}
			m, err := committee.LookMember(ctx, tx, thuong, old.ID, day.MustParse("2020-09-20"))
			if err != nil {
				return err
			}
			if m.Successor == nil || m.Successor.ID != next.ID || len(m.Ended) != 2 || len(m.Duties) != 0 {
				t.Errorf("%+v", m)
			}
			if m, err = committee.LookMember(ctx, tx, thuong, next.ID, day.MustParse("2020-09-20")); err != nil || len(m.Before) != 1 || len(m.Duties) != 2 || m.Duties[0].Continues == 0 {
				t.Errorf("%v %+v", err, m)
			}
			return nil
		})
		want(t, write(t, h, func(ctx context.Context, tx *store.Tx) error {
			return committee.Dissolve(ctx, tx, thuong, c, day.MustParse("2020-09-20"), "Sắp xếp lại")
		}), "")
		if n := namedFor(t, h, apptest.BanLum, day.MustParse("2020-09-20")); len(n) != 0 {
			t.Errorf("dissolved: %+v", n)
		}
		if n := namedFor(t, h, apptest.BanLum, today); len(n) != 1 {
			t.Errorf("history is gone: %+v", n)
		}
		want(t, write(t, h, func(ctx context.Context, tx *store.Tx) error {
			_, err := committee.AddMember(ctx, tx, thuong, c, committee.MemberInput{})
			return err
		}), "committee.dissolved")
	})
}

func TestCorrectionKeepsWhatStood(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		thuong := apptest.Thuong.Who()
		c := found(t, h, thuong, apptest.MuongMun, committee.Retention).ID
		m := add(t, h, thuong, c, committee.Ordinary, "veterans", "Lò Văn Ún", "0912000001", 0)
		correct := func(version int, account id.ID, reason string) string {
			return write(t, h, func(ctx context.Context, tx *store.Tx) error {
				return committee.CorrectMember(ctx, tx, thuong, committee.CorrectInput{Member: m.ID, Version: version, Name: "Lò Văn Ún", Phone: "0912000077", Account: account, Reason: reason})
			})
		}
		want(t, correct(1, 0, ""), "committee.no-reason")
		want(t, correct(1, 0, "Đổi số"), "")
		want(t, correct(1, 0, "Đổi số"), "committee.changed")
		assign(t, h, thuong, c, m.ID, day.Range{From: founded}, lum)
		want(t, correct(2, apptest.Binh.Account, "Có tài khoản"), "")
		if !mayVisit(t, h, apptest.Binh.Account, apptest.BanLum) {
			t.Error("the right does not follow the account")
		}
		want(t, correct(3, apptest.Chien.Account, "Nhầm tài khoản"), "")
		if mayVisit(t, h, apptest.Binh.Account, apptest.BanLum) || !mayVisit(t, h, apptest.Chien.Account, apptest.BanLum) {
			t.Error("the right stays with the wrong account")
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			d, err := committee.LookMember(ctx, tx, thuong, m.ID, today)
			if err != nil || len(d.Corrections) != 3 || d.Corrections[2].Phone != "0912000001" || d.Version != 4 {
				t.Errorf("%v %+v", err, d)
			}
			return nil
		})
	})
}

func TestRightComesAndGoesWithTheDuty(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		thuong := apptest.Thuong.Who()
		c := found(t, h, thuong, apptest.MuongMun, committee.Universalisation).ID
		binh := add(t, h, thuong, c, committee.Ordinary, "school", apptest.Binh.Name, "", apptest.Binh.Account)
		head := add(t, h, thuong, c, committee.Secretary, "culture-society", apptest.Thuong.Name, "", apptest.Thuong.Account)
		if mayVisit(t, h, apptest.Binh.Account, apptest.BanLum) {
			t.Fatal("before the duty")
		}
		soon := day.Range{From: today + 3, Until: today + 10}
		done := assign(t, h, thuong, c, binh.ID, soon, lum)
		if done.Unlent != nil || len(done.Duties) != 1 || done.Duties[0].Lent == 0 {
			t.Fatalf("%+v", done)
		}
		for _, probe := range []struct {
			after int
			may   bool
		}{{0, false}, {3, true}, {9, true}, {10, false}} {
			h.Clock.Set(apptest.Start.AddDate(0, 0, probe.after))
			if got := mayVisit(t, h, apptest.Binh.Account, apptest.BanLum); got != probe.may {
				t.Errorf("day %d: %v", probe.after, got)
			}
			if mayVisit(t, h, apptest.Binh.Account, apptest.BanHong) {
				t.Errorf("day %d: the other village", probe.after)
			}
		}
		h.Clock.Set(apptest.Start)
		open := assign(t, h, thuong, c, binh.ID, day.Range{From: today}, hong).Duties[0]
		if !mayVisit(t, h, apptest.Binh.Account, apptest.BanHong) {
			t.Error("an open duty lends nothing")
		}
		// Ending on a day to come keeps the right until then.
		end := func(duty id.ID, on day.Day) string {
			return write(t, h, func(ctx context.Context, tx *store.Tx) error {
				return committee.EndDuty(ctx, tx, thuong, duty, on, "Thôi phụ trách")
			})
		}
		want(t, end(open.ID, today+5), "")
		if !mayVisit(t, h, apptest.Binh.Account, apptest.BanHong) {
			t.Error("withdrawn too early")
		}
		h.Clock.Set(apptest.Start.AddDate(0, 0, 5))
		if mayVisit(t, h, apptest.Binh.Account, apptest.BanHong) {
			t.Error("not withdrawn")
		}
		want(t, end(open.ID, today+5), "committee.duty-ended")
		h.Clock.Set(apptest.Start)
		// Nobody lends to themselves: the duty stands and says why nothing came with it.
		own := assign(t, h, thuong, c, head.ID, day.Range{From: today}, hong)
		if own.Unlent == nil || own.Unlent.Code != "access.not-self" || own.Duties[0].Lent != 0 {
			t.Errorf("%+v", own)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			d, err := committee.LookMember(ctx, tx, thuong, head.ID, today)
			if err != nil || !d.Duties[0].Unlent {
				t.Errorf("%v %+v", err, d.Duties)
			}
			return nil
		})
		want(t, write(t, h, func(ctx context.Context, tx *store.Tx) error {
			return committee.Lend(ctx, tx, thuong, own.Duties[0].ID)
		}), "access.not-self")
		want(t, write(t, h, func(ctx context.Context, tx *store.Tx) error {
			return committee.Lend(ctx, tx, apptest.Chu.Who(), own.Duties[0].ID)
		}), "")
		if !mayVisit(t, h, apptest.Thuong.Account, apptest.BanHong) {
			t.Error("the leader's lending gives nothing")
		}
		// Two committees name the same person: the right stays while one of the duties stands.
		second := found(t, h, thuong, apptest.MuongMun, committee.Retention).ID
		twice := add(t, h, thuong, second, committee.Ordinary, "school", apptest.Chien.Name, "", apptest.Chien.Account)
		once := add(t, h, thuong, c, committee.Ordinary, "school", apptest.Chien.Name, "", apptest.Chien.Account)
		first := assign(t, h, thuong, c, once.ID, day.Range{From: today}, lum).Duties[0]
		assign(t, h, thuong, second, twice.ID, day.Range{From: today}, lum)
		want(t, end(first.ID, today), "")
		if !mayVisit(t, h, apptest.Chien.Account, apptest.BanLum) {
			t.Error("the second duty lost its right")
		}
		want(t, write(t, h, func(ctx context.Context, tx *store.Tx) error {
			return committee.EndMember(ctx, tx, thuong, twice.ID, today, "Chuyển công tác")
		}), "")
		if mayVisit(t, h, apptest.Chien.Account, apptest.BanLum) {
			t.Error("the right outlives the membership")
		}
		try := func(in committee.DutyInput) string {
			in.Committee, in.Period = c, day.Range{From: today}
			return write(t, h, func(ctx context.Context, tx *store.Tx) error {
				_, err := committee.Assign(ctx, tx, thuong, in)
				return err
			})
		}
		want(t, try(committee.DutyInput{Places: []committee.Place{lum}}), "committee.no-holder")
		want(t, try(committee.DutyInput{Member: binh.ID}), "committee.no-place")
		want(t, try(committee.DutyInput{Member: binh.ID, Places: []committee.Place{{Kind: committee.UnitPlace, ID: apptest.PhiengPi}}}), "committee.place-outside")
		want(t, try(committee.DutyInput{Member: binh.ID, Places: []committee.Place{{Kind: committee.SchoolPlace, ID: apptest.PuNhungS}}}), "committee.place-outside")
		want(t, try(committee.DutyInput{Member: binh.ID, Places: []committee.Place{lum}, Tasks: []committee.Task{"x"}}), "committee.unknown-task")
		want(t, try(committee.DutyInput{Member: binh.ID, Places: []committee.Place{lum}, Levels: []string{"DH"}}), "org.unknown-level")
		want(t, try(committee.DutyInput{Branch: "police", Places: []committee.Place{lum}}), "")
		want(t, try(committee.DutyInput{Branch: "police", Places: []committee.Place{lum}}), "committee.duty-exists")
	})
}

func TestChainAndAbsence(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		thuong := apptest.Thuong.Who()
		chain := func(unit id.ID, on day.Day) (c committee.Chain) {
			h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
				c, err = committee.ChainFor(ctx, tx, apptest.Realm, unit, on)
				return err
			})
			return c
		}
		accounts := func(all []committee.Named) (ids []id.ID) {
			for _, n := range all {
				ids = append(ids, n.Account)
			}
			return ids
		}
		// Without a committee: those who hold the commune's rights.
		c := chain(apptest.BanLum, today)
		if !slices.Equal(accounts(c.Officials), []id.ID{apptest.Thuong.Account}) || !slices.Equal(accounts(c.Chair), []id.ID{apptest.Chu.Account}) || c.Commune != apptest.MuongMun {
			t.Errorf("%+v", c)
		}
		if len(c.Office) != 2 || !slices.Contains(accounts(c.Office), apptest.Huong.Account) {
			t.Errorf("the district's office: %+v", c.Office)
		}
		if n := namedFor(t, h, apptest.BanLum, today); len(n) != 0 {
			t.Errorf("%+v", n)
		}
		k := found(t, h, thuong, apptest.MuongMun, committee.Universalisation).ID
		chair := add(t, h, thuong, k, committee.Chair, "peoples-committee", "Mùa A Tủa", "0912000009", 0)
		deputy := add(t, h, thuong, k, committee.StandingDeputy, "school", apptest.Son.Name, "", apptest.Son.Account)
		secretary := add(t, h, thuong, k, committee.Secretary, "culture-society", apptest.Thuong.Name, "0912000010", apptest.Thuong.Account)
		named := add(t, h, thuong, k, committee.Ordinary, "front-board", apptest.Binh.Name, "", apptest.Binh.Account)
		stand := add(t, h, thuong, k, committee.Ordinary, "womens-union", apptest.Vinh.Name, "", apptest.Vinh.Account)
		assign(t, h, thuong, k, named.ID, day.Range{From: founded}, lum)
		c = chain(apptest.MuongMun, today)
		if len(c.Chair) != 1 || c.Chair[0].Member != chair.ID || c.Chair[0].Account != 0 || c.Chair[0].Phone == "" || len(c.Deputies) != 1 || c.Deputies[0].Member != deputy.ID {
			t.Errorf("%+v", c)
		}
		if c.Officials[0].Member != secretary.ID || c.Officials[0].Phone != "0912000010" {
			t.Errorf("the official's membership is not known: %+v", c.Officials)
		}
		away := func(who access.Who, member, by id.ID, from, until day.Day) string {
			return write(t, h, func(ctx context.Context, tx *store.Tx) error {
				_, err := committee.RecordAbsence(ctx, tx, who, committee.AbsenceInput{Member: member, Period: day.Range{From: from, Until: until}, Deputy: by, Note: "Nghỉ phép"})
				return err
			})
		}
		want(t, away(apptest.Hoa.Who(), named.ID, 0, today, today+5), "access.no-grant")
		want(t, away(apptest.Binh.Who(), named.ID, named.ID, today, today+5), "committee.self")
		want(t, away(apptest.Binh.Who(), named.ID, 0, today, 0), "committee.period-empty")
		want(t, away(apptest.Binh.Who(), named.ID, 0, today, today+2), "") // by himself
		want(t, away(thuong, named.ID, stand.ID, today+2, today+5), "")
		want(t, away(thuong, named.ID, 0, today+4, today+6), "committee.absence-overlap")
		want(t, away(thuong, chair.ID, 0, today, today+3), "")
		n := namedFor(t, h, apptest.BanLum, today)
		if len(n) != 1 || n[0].Away == nil || n[0].Deputy == nil || n[0].Deputy.Member != deputy.ID {
			t.Errorf("sideways by the committee's order: %+v", n)
		}
		n = namedFor(t, h, apptest.BanLum, today+2)
		if i := slices.IndexFunc(n, func(n committee.Named) bool { return n.Member == named.ID }); i < 0 || n[i].Deputy == nil || n[i].Deputy.Member != stand.ID {
			t.Errorf("sideways to the named deputy: %+v", n)
		}
		if acting, ok := n[0].Acting(); !ok || acting.Member != stand.ID {
			t.Errorf("%+v", acting)
		}
		if n = namedFor(t, h, apptest.BanLum, today+5); len(n) != 1 || n[0].Away != nil {
			t.Errorf("back: %+v", n)
		}
		if c = chain(apptest.BanLum, today); c.Chair[0].Away == nil || c.Chair[0].Deputy.Member != deputy.ID {
			t.Errorf("the chair is away: %+v", c.Chair)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			until, by, ok, err := committee.OnLeave(ctx, tx, apptest.Realm, apptest.Binh.Account, today+2)
			if err != nil || !ok || until != today+5 || by == nil || by.Account != apptest.Vinh.Account {
				t.Errorf("%v %v %v %+v", err, ok, until, by)
			}
			if _, _, ok, err = committee.OnLeave(ctx, tx, apptest.Realm, apptest.Thuong.Account, today); err != nil || ok {
				t.Errorf("%v %v", err, ok)
			}
			return nil
		})
		// The deputy may visit on these days only, and not any more when the member is back early.
		h.Clock.Set(apptest.Start.AddDate(0, 0, 3))
		if !mayVisit(t, h, apptest.Vinh.Account, apptest.BanLum) {
			t.Error("the deputy has no right")
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			d, err := committee.LookMember(ctx, tx, apptest.Binh.Who(), named.ID, today+3)
			if err != nil || len(d.Absences) != 2 || !d.MayAbsent || d.MayChange {
				t.Fatalf("%v %+v", err, d)
			}
			named.Successor = d.Absences[0].ID
			return nil
		})
		want(t, write(t, h, func(ctx context.Context, tx *store.Tx) error {
			return committee.EndAbsence(ctx, tx, thuong, named.Successor, today+3)
		}), "")
		if mayVisit(t, h, apptest.Vinh.Account, apptest.BanLum) || !mayVisit(t, h, apptest.Binh.Account, apptest.BanLum) {
			t.Error("the rights did not go back")
		}
		want(t, write(t, h, func(ctx context.Context, tx *store.Tx) error {
			return committee.EndAbsence(ctx, tx, thuong, named.Successor, today+3)
		}), "committee.absence-over")
	})
}

func TestBranchInChargeOfACommune(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		dung := apptest.Dung.Who()
		c := found(t, h, dung, apptest.TuanGiao, committee.Renewal).ID
		police := add(t, h, dung, c, committee.Ordinary, "police", "Cà Văn Cương", "0912000020", 0)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := committee.Assign(ctx, tx, dung, committee.DutyInput{Committee: c, Branch: "police", Places: []committee.Place{{Kind: committee.UnitPlace, ID: apptest.PuNhung}}, Period: day.Range{From: founded}})
			return err
		})
		if n := namedFor(t, h, apptest.PhiengPi, today); len(n) != 1 || n[0].Member != police.ID || n[0].Branch != "police" {
			t.Errorf("%+v", n)
		}
		if got := cover(t, h, apptest.PuNhung, today); got.Whole.VillagesNamed != 0 || got.Whole.Villages != 1 || !got.Places[0].Missing() {
			t.Errorf("a branch of the commune names nobody for a village: %+v", got)
		}
	})
}

// Whatever is assigned and ended, every village and school under a unit stands in the
// coverage list once, and is named exactly when somebody in force holds a naming duty on it.
func TestEveryPlaceIsCoveredOrListed(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		thuong, system := apptest.Thuong.Who(), access.System(apptest.Realm)
		c := found(t, h, thuong, apptest.MuongMun, committee.Universalisation).ID
		places := []committee.Place{lum, hong, thcs, th}
		random := rand.New(rand.NewPCG(20, 5))
		type held struct {
			member   id.ID
			place    committee.Place
			from, to day.Day
			naming   bool
		}
		var members []committee.Member
		for i := range 4 {
			members = append(members, add(t, h, thuong, c, committee.Ordinary, "womens-union", "Người "+string(rune('A'+i)), "091200003"+string(rune('0'+i)), 0))
		}
		var model []held
		for range 25 {
			m, place := members[random.IntN(len(members))], places[random.IntN(len(places))]
			from := founded + day.Day(random.IntN(200))
			to := from + 1 + day.Day(random.IntN(120))
			tasks := [][]committee.Task{nil, {committee.Survey}, {committee.Attendance, committee.Survey}}[random.IntN(3)]
			code := write(t, h, func(ctx context.Context, tx *store.Tx) error {
				_, err := committee.Assign(ctx, tx, system, committee.DutyInput{Committee: c, Member: m.ID, Places: []committee.Place{place}, Tasks: tasks, Period: day.Range{From: from, Until: to}})
				return err
			})
			if code == "" {
				model = append(model, held{m.ID, place, from, to, len(tasks) != 1})
			} else if code != "committee.duty-exists" {
				t.Fatal(code)
			}
		}
		gone := founded + 150
		want(t, write(t, h, func(ctx context.Context, tx *store.Tx) error {
			return committee.EndMember(ctx, tx, system, members[0].ID, gone, "Chuyển đi")
		}), "")
		both := 0
		for on := founded; on < founded+330; on += 7 {
			got := cover(t, h, apptest.MuongMun, on)
			if len(got.Places) != len(places) {
				t.Fatalf("on %s: %d places", on, len(got.Places))
			}
			named := 0
			for _, p := range got.Places {
				expect := slices.ContainsFunc(model, func(d held) bool {
					return d.place == p.Place && d.naming && d.from <= on && on < d.to && (d.member != members[0].ID || on < gone)
				})
				if p.Missing() == expect {
					t.Errorf("on %s %s: missing %v", on, p.Name, p.Missing())
				}
				if expect {
					named++
				}
			}
			if named > 0 && named < len(places) {
				both++
			}
			if got.Whole.VillagesNamed+got.Whole.SchoolsNamed != named || got.Whole.Missing() != len(places)-named {
				t.Errorf("on %s: %+v", on, got.Whole)
			}
			if !slices.IsSortedFunc(got.Places, func(a, b committee.CoveredPlace) int {
				if a.Missing() == b.Missing() {
					return 0
				} else if a.Missing() {
					return -1
				}
				return 1
			}) {
				t.Errorf("on %s: what is missing does not stand first", on)
			}
		}
		if both < 5 {
			t.Errorf("the history is too plain to show anything: %d", both)
		}
		wide := cover(t, h, apptest.TuanGiao, today)
		if len(wide.Rows) != 2 || wide.Whole.Villages != 3 || wide.Whole.Schools != 3 || wide.Rows[0].Villages+wide.Rows[1].Villages != 3 {
			t.Errorf("%+v", wide)
		}
	})
}

// merge makes on 1 July 2020 one commune of the two; Phiêng Pi goes up in a village of
// another name, the villages of Mường Mùn stay what they are.
func merge(t *testing.T, h *apptest.House) (commune, village id.ID, on day.Day) {
	t.Helper()
	commune, village, on = 3300, 33001, day.MustParse("2020-07-01")
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		exec := func(query string, args ...any) error {
			_, err := tx.Exec(ctx, query, args...)
			return err
		}
		unit := func(unit id.ID, kind, code, word, name string, parent id.ID) error {
			full := word + " " + name
			if err := exec(`INSERT INTO unit (id, kind, code, full_name) VALUES ($1, $2, $3, $4) ON CONFLICT (kind, code, full_name) DO NOTHING`, unit, kind, code, full); err != nil {
				return err
			}
			return exec(`INSERT INTO unit_period (unit, from_day, until_day, code, full_name, name, kind_word, name_fold, name_sort, parent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
				unit, on, day.Forever, code, full, name, word, viet.Fold(full), viet.SortKey(name), parent)
		}
		for _, ended := range []id.ID{apptest.MuongMun, apptest.PuNhung, apptest.PhiengPi, apptest.BanLum, apptest.BanHong} {
			if err := exec(`UPDATE unit_period SET until_day = $2 WHERE unit = $1`, ended, on); err != nil {
				return err
			}
			if err := exec(`UPDATE unit_closure SET until_day = $2 WHERE descendant = $1`, ended, on); err != nil {
				return err
			}
		}
		for _, u := range []struct {
			id               id.ID
			kind, code, word string
			name             string
			parent           id.ID
		}{{commune, "commune", "03300", "Xã", "Mường Pú", apptest.TuanGiao}, {village, "village", "03300-09", "Bản", "Phiêng Pú", commune},
			{apptest.BanLum, "village", "03268-01", "Bản", "Lúm", commune}, {apptest.BanHong, "village", "03268-02", "Bản", "Hồng", commune}} {
			if err := unit(u.id, u.kind, u.code, u.word, u.name, u.parent); err != nil {
				return err
			}
			above := []id.ID{u.id, u.parent, apptest.TuanGiao, apptest.DienBien}
			if u.parent == apptest.TuanGiao {
				above = []id.ID{u.id, apptest.TuanGiao, apptest.DienBien}
			}
			for depth, ancestor := range above {
				if err := exec(`INSERT INTO unit_closure (ancestor, descendant, from_day, until_day, depth) VALUES ($1, $2, $3, $4, $5)`, ancestor, u.id, on, day.Forever, depth); err != nil {
					return err
				}
			}
		}
		for old, heir := range map[id.ID]id.ID{apptest.MuongMun: commune, apptest.PuNhung: commune, apptest.PhiengPi: village} {
			if err := exec(`INSERT INTO unit_succession (old_unit, new_unit, on_day, part) VALUES ($1, $2, $3, $4)`, old, heir, on, "whole"); err != nil {
				return err
			}
		}
		return nil
	})
	return commune, village, on
}

func TestMergedCommunes(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		system := access.System(apptest.Realm)
		mm := found(t, h, system, apptest.MuongMun, committee.Universalisation).ID
		pn := found(t, h, system, apptest.PuNhung, committee.Universalisation).ID
		a := add(t, h, system, mm, committee.Ordinary, "front-board", "Lò Văn Ún", "0912000001", 0)
		b := add(t, h, system, pn, committee.Ordinary, "village-head", apptest.Binh.Name, "", apptest.Binh.Account)
		assign(t, h, system, mm, a.ID, day.Range{From: founded}, lum)
		old := assign(t, h, system, pn, b.ID, day.Range{From: founded}, committee.Place{Kind: committee.UnitPlace, ID: apptest.PhiengPi}).Duties[0]
		commune, village, on := merge(t, h)
		h.Clock.Set(time.Date(2020, 7, 2, 8, 0, 0, 0, day.Place))

		stranded := func() (all []committee.Stranded) {
			h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
				all, err = committee.ToReassign(ctx, tx, system, commune, on)
				return err
			})
			return all
		}
		all := stranded()
		if len(all) != 2 {
			t.Fatalf("%+v", all)
		}
		for _, s := range all {
			if s.PlaceEnded != (s.Place == apptest.PhiengPi) || len(s.Heirs) != 1 || s.Place == apptest.PhiengPi && s.Heirs[0].ID != village {
				t.Errorf("%+v", s)
			}
		}
		// Bản Lúm goes on: whoever was named is asked still, but it is listed until named anew.
		if n := namedFor(t, h, apptest.BanLum, on); len(n) != 1 || !n[0].Stranded {
			t.Errorf("%+v", n)
		}
		if n := namedFor(t, h, apptest.PhiengPi, on); len(n) != 0 {
			t.Errorf("the new village has nobody yet: %+v", n)
		}
		got := cover(t, h, commune, on)
		if got.Whole.Villages != 3 || got.Whole.VillagesNamed != 0 {
			t.Errorf("%+v", got.Whole)
		}
		if before := cover(t, h, apptest.MuongMun, on-1); before.Whole.VillagesNamed != 1 {
			t.Errorf("as it was before: %+v", before.Whole)
		}
		// The new commune's official founds a committee and takes the duties over.
		official := access.Who{Realm: apptest.Realm, Account: apptest.Thuong.Account, Grants: []access.Grant{{ID: 1, Role: access.CommuneOfficial, ScopeKind: access.UnitScope, Scope: commune,
			Period: day.Range{From: on, Until: day.Forever}}}}
		var c committee.Committee
		h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			c, err = committee.Found(ctx, tx, official, committee.FoundInput{Unit: commune, Kind: committee.Universalisation, Decision: committee.Decision{Number: "1/QĐ-UBND", Day: on, Issuer: "Chủ tịch UBND xã"}})
			return err
		})
		var m committee.Member
		h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			m, err = committee.AddMember(ctx, tx, official, c.ID, committee.MemberInput{Office: committee.Ordinary, Body: "village-head", Name: apptest.Binh.Name, Account: apptest.Binh.Account, Period: day.Range{From: on}})
			return err
		})
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := committee.Assign(ctx, tx, official, committee.DutyInput{Committee: c.ID, Member: m.ID, Places: []committee.Place{{Kind: committee.UnitPlace, ID: village}},
				Period: day.Range{From: on}, Continues: old.ID})
			return err
		})
		if all = stranded(); len(all) != 1 || all[0].Place != apptest.BanLum {
			t.Errorf("%+v", all)
		}
		if n := namedFor(t, h, apptest.PhiengPi, on); len(n) != 1 || n[0].Member != m.ID {
			t.Errorf("a child who lived in the old village is asked for by the new: %+v", n)
		}
		if !mayVisit(t, h, apptest.Binh.Account, village) {
			t.Error("no right in the new village")
		}
		want(t, write(t, h, func(ctx context.Context, tx *store.Tx) error {
			_, err := committee.Assign(ctx, tx, system, committee.DutyInput{Committee: mm, Member: a.ID, Places: []committee.Place{hong}, Period: day.Range{From: on}})
			return err
		}), "committee.unit-ended")
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			list, err := committee.Committees(ctx, tx, official, commune, on)
			if err != nil || len(list) != 3 || list[0].ID != c.ID || !list[1].Ended || !list[2].Ended {
				t.Errorf("%v %+v", err, list)
			}
			return nil
		})
	})
}

func TestBodiesAreDated(t *testing.T) {
	if got := committee.BodiesOn(today); !slices.Contains(got, "education-division") || !slices.Contains(got, "culture-society") || slices.Contains(got, "culture-society-division") {
		t.Errorf("2020: %v", got)
	}
	if got := committee.BodiesOn(day.MustParse("2025-07-01")); slices.Contains(got, "education-division") || slices.Contains(got, "labour-affairs") || !slices.Contains(got, "culture-society-division") {
		t.Errorf("July 2025: %v", got)
	}
	for _, b := range committee.Bodies {
		for _, tier := range b.Tiers {
			if !tier.Known() {
				t.Errorf("%s: %q", b.Body, tier)
			}
		}
	}
}

func TestImport(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		thuong := apptest.Thuong.Who()
		c := found(t, h, thuong, apptest.MuongMun, committee.Universalisation).ID
		lines := []committee.Line{
			{Row: 2, Office: committee.Chair, Body: "peoples-committee", Name: apptest.Chu.Name, Login: "chu"},
			{Row: 3, Office: committee.Ordinary, Body: "front-board", Name: "Lò Văn Ún", Phone: "0912000001", Places: []string{"Bản Lúm", "03268-02", "MM-TH"}, Levels: []string{"TH"}, Tasks: []committee.Task{committee.Mobilise}},
			{Row: 4, Office: committee.Ordinary, Body: "police", Name: "Cà Văn Cương", Phone: "0912000002", Places: []string{"Bản Xa"}},
			{Row: 5, Office: committee.Chair, Body: "police", Name: "Cà Văn Cương", Phone: "0912000002"},
			{Row: 6, Office: committee.Ordinary, Body: "school", Name: "Quàng Văn Bình", Login: "khong-co"},
		}
		run := func(try bool) (done committee.Imported) {
			done, err := committee.Import(t.Context(), h.Store, thuong, c, lines, try)
			if err != nil {
				t.Fatal(err)
			}
			return done
		}
		codes := func(done committee.Imported) (all []string) {
			for _, r := range done.Refused {
				all = append(all, r.Fault.Code)
			}
			return all
		}
		if done := run(true); done.New != 3 { // tried one by one: a second chair is no mistake while the first is not written
			t.Errorf("%+v", done)
		}
		if n := namedFor(t, h, apptest.BanLum, today); len(n) != 0 {
			t.Errorf("a try wrote: %+v", n)
		}
		done := run(false)
		if done.New != 2 || !slices.Equal(codes(done), []string{"committee.no-such-place", "committee.chair-exists", "account.unknown"}) {
			t.Errorf("%+v %v", done, codes(done))
		}
		if n := namedFor(t, h, apptest.BanHong, today); len(n) != 1 || n[0].Name != "Lò Văn Ún" || n[0].Levels != "TH" {
			t.Errorf("%+v", n)
		}
		if again := run(false); again.New != 0 || again.Same != 2 {
			t.Errorf("the same list again: %+v", again)
		}
		lines[0].Places = []string{"MM-THCS"}
		if more := run(false); more.Changed != 1 || more.Same != 1 {
			t.Errorf("a further duty: %+v", more)
		}
		if _, err := committee.Import(t.Context(), h.Store, apptest.Nhung.Who(), c, lines, false); !fault.Is(err, fault.Forbidden) {
			t.Errorf("the neighbour imports: %v", err)
		}
	})
}
