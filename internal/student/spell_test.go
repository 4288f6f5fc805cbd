package student_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/student"
)

func on(text string) day.Day { return day.MustParse(text) }

// wants runs a verb and sees its fault; "" is none.
func wants(t *testing.T, h *apptest.House, code string, verb func(context.Context, *store.Tx) (student.Done, error)) (done student.Done) {
	t.Helper()
	err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		done, err = verb(ctx, tx)
		return err
	})
	if code == "" && err != nil || code != "" && !fault.HasCode(err, code) {
		t.Errorf("got %v, want %q", err, code)
	}
	return done
}

func ledger(t *testing.T, h *apptest.House, in student.LedgerIn) (l student.Ledger) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		l, err = student.ReadLedger(ctx, tx, apptest.Realm, in)
		return err
	})
	return l
}

func TestTransferIsInNobodysRollUntilAccepted(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai, lan := apptest.Mai.Who(), apptest.Lan.Who()
		pupil := apptest.Pupil(apptest.Class8A, 3) // lives in Pú Nhung
		may := day.MonthOf(on("2020-05-01"))
		schools := []id.ID{apptest.MuongMunS, apptest.PuNhungS}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE class SET grades = '8 9' WHERE realm = 1 AND id = $1`, apptest.Class9A)
			return err
		})
		offer := func(ctx context.Context, tx *store.Tx) (student.Done, error) {
			return student.Offer(ctx, tx, mai, student.OfferIn{Pupil: pupil, Version: 1, To: apptest.PuNhungS, On: on("2020-05-11")})
		}
		done := wants(t, h, "", offer)
		if want := (student.ClassDays{Class: apptest.Class8A, Range: day.Range{From: on("2020-05-11"), Until: today + 1}}); len(done.Changes) != 1 || done.Changes[0] != want {
			t.Errorf("changes %+v", done.Changes)
		}
		wants(t, h, "student.changed", offer) // somebody saw version 1
		l := ledger(t, h, student.LedgerIn{Schools: schools, Period: may})
		if a, b := l.Of("", apptest.MuongMunS), l.Of("", apptest.PuNhungS); a.Departures != 1 || a.DeparturesUnconfirmed != 1 || a.Now != 56 || b.Arrivals != 0 || b.Now != 9 {
			t.Errorf("offered: %+v, %+v", a, b)
		}
		accept := func(who access.Who, grade string) func(ctx context.Context, tx *store.Tx) (student.Done, error) {
			return func(ctx context.Context, tx *store.Tx) (student.Done, error) {
				return student.Accept(ctx, tx, who, student.AcceptIn{Pupil: pupil, Class: apptest.Class9A, Grade: grade, From: on("2020-05-18"), Paper: "12/GGT"})
			}
		}
		wants(t, h, "access.no-grant", accept(mai, "8"))
		wants(t, h, "student.wrong-grade", accept(lan, "6"))
		wants(t, h, "", accept(lan, "8"))
		wants(t, h, "student.already-enrolled", accept(lan, "8"))
		l = ledger(t, h, student.LedgerIn{Schools: schools, Period: may})
		both := l.Total()
		if a, b := l.Of("", apptest.MuongMunS), l.Of("", apptest.PuNhungS); a.DeparturesUnconfirmed != 0 || a.DeparturesInternal != 0 || b.Arrivals != 1 || b.Now != 10 || both.ArrivalsInternal != 1 || both.DeparturesInternal != 1 || !both.Balanced() {
			t.Errorf("accepted: %+v, %+v, %+v", a, b, both)
		}
		home := ledger(t, h, student.LedgerIn{Units: []id.ID{apptest.PhiengPi}, Period: may}).Total()
		if home.Now != 14 || home.Arrivals != 1 || home.ArrivalsInternal != 1 || !home.Balanced() {
			t.Errorf("by residence: %+v", home)
		}
	})
}

func TestLeavingAndComingBack(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai := apptest.Mai.Who()
		gone, moved, refused := apptest.Pupil(apptest.Class8A, 1), apptest.Pupil(apptest.Class8A, 2), apptest.Pupil(apptest.Class8A, 6)
		leave := func(who access.Who, pupil id.ID, kind string) func(context.Context, *store.Tx) (student.Done, error) {
			return func(ctx context.Context, tx *store.Tx) (student.Done, error) {
				return student.Leave(ctx, tx, who, student.LeaveIn{Pupil: pupil, Kind: kind, On: on("2020-05-04"), Reason: "work"})
			}
		}
		wants(t, h, "access.no-grant", leave(apptest.Hoa.Who(), gone, student.ExitDropout))
		wants(t, h, "student.unknown-exit", leave(mai, gone, "vanished"))
		wants(t, h, "", leave(mai, gone, student.ExitDropout))
		wants(t, h, "student.not-enrolled", leave(mai, gone, student.ExitDropout))
		done := wants(t, h, "", leave(mai, moved, student.ExitMoved))
		since := student.LedgerIn{Schools: []id.ID{apptest.MuongMunS}, Period: day.Range{From: on("2019-09-05"), Until: on("2020-06-01")}, Cumulative: true}
		if m := ledger(t, h, since).Total(); m.Dropouts != 1 || m.Moved != 1 || m.MovedUnconfirmed != 1 || m.UnconfirmedExits() != 1 || m.Now != 55 || m.Opening != 57 || !m.Balanced() {
			t.Errorf("gone: %+v", m)
		}
		confirm := func(paper string) func(context.Context, *store.Tx) (student.Done, error) {
			return func(ctx context.Context, tx *store.Tx) (student.Done, error) {
				return student.Confirm(ctx, tx, mai, student.ConfirmIn{Pupil: moved, Enrolment: done.Enrolment, Paper: paper})
			}
		}
		wants(t, h, "student.paper-missing", confirm(" "))
		wants(t, h, "", confirm("07/GXN"))
		wants(t, h, "student.nothing-to-confirm", confirm("07/GXN"))
		back := func(ctx context.Context, tx *store.Tx) (student.Done, error) {
			return student.Return(ctx, tx, mai, student.ReturnIn{Pupil: gone, Class: apptest.Class8B, From: on("2020-05-25")})
		}
		wants(t, h, "", back)
		wants(t, h, "student.nothing-to-return-from", back)
		if m := ledger(t, h, since).Total(); m.Dropouts != 0 || m.Returns != 0 || m.Moved != 1 || m.MovedUnconfirmed != 0 || m.Now != 56 || !m.Balanced() {
			t.Errorf("back: %+v", m)
		}
		wants(t, h, "", func(ctx context.Context, tx *store.Tx) (student.Done, error) {
			return student.Offer(ctx, tx, mai, student.OfferIn{Pupil: refused, To: apptest.PuNhungS, On: on("2020-05-11")})
		})
		wants(t, h, "", func(ctx context.Context, tx *store.Tx) (student.Done, error) {
			return student.Refuse(ctx, tx, apptest.Lan.Who(), student.RefuseIn{Pupil: refused, Reason: "no room"})
		})
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			roll, err := student.RollOn(ctx, tx, apptest.Realm, apptest.Class8A, today)
			if roll.Size != 33 {
				t.Errorf("8A has %d", roll.Size)
			}
			return err
		})
	})
}

func TestCorrectReachesBack(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai := apptest.Mai.Who()
		pupil, enrolment := apptest.Pupil(apptest.Class8A, 9), apptest.Enrolment(apptest.Class8A, 9)
		wants(t, h, "", func(ctx context.Context, tx *store.Tx) (student.Done, error) {
			return student.MoveClass(ctx, tx, mai, student.MoveClassIn{Pupil: pupil, Class: apptest.Class8B, From: on("2020-03-02")})
		})
		correct := student.CorrectIn{Pupil: pupil, Enrolment: enrolment, Grade: "8", Entry: student.EntryTransfer,
			Period: day.Range{From: on("2019-10-01"), Until: on("2020-05-20")}, Exit: student.ExitDropout, ExitState: student.Confirmed, ExitReason: "work", Why: "ghi nhầm ngày"}
		verb := func(in student.CorrectIn) func(context.Context, *store.Tx) (student.Done, error) {
			return func(ctx context.Context, tx *store.Tx) (student.Done, error) {
				return student.Correct(ctx, tx, mai, in)
			}
		}
		wrong := correct
		wrong.Why = ""
		wants(t, h, "student.reason-missing", verb(wrong))
		wrong = correct
		wrong.Grade = "7"
		wants(t, h, "student.wrong-grade", verb(wrong))
		done := wants(t, h, "", verb(correct))
		want := []student.ClassDays{
			{Class: apptest.Class8A, Range: day.Range{From: apptest.YearStart, Until: on("2019-10-01")}},
			{Class: apptest.Class8B, Range: day.Range{From: on("2020-05-20"), Until: today + 1}},
		}
		if !slices.Equal(done.Changes, want) {
			t.Errorf("changes %+v", done.Changes)
		}
		for _, c := range []struct {
			class id.ID
			on    string
			size  int
		}{{apptest.Class8A, "2019-09-20", 34}, {apptest.Class8A, "2019-10-01", 35}, {apptest.Class8A, "2020-03-02", 34}, {apptest.Class8B, "2020-03-02", 13}, {apptest.Class8B, "2020-05-20", 12}} {
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				roll, _, err := student.PeekRoll(ctx, tx, apptest.Realm, c.class, on(c.on))
				if roll.Size != c.size {
					t.Errorf("class %d on %s has %d, want %d", c.class, c.on, roll.Size, c.size)
				}
				return err
			})
		}
	})
}

func TestYearEndAndOpening(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		son := apptest.Son.Who()
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			sum, err := student.Promote(ctx, tx, son, student.PromoteIn{School: apptest.MuongMunS, Year: 2019, On: on("2020-05-30"), Repeat: []id.ID{apptest.Pupil(apptest.Class6A, 1)}})
			if want := (student.Promoted{Promoted: 56, Repeating: 1}); sum != want {
				t.Errorf("%+v", sum)
			}
			return err
		})
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			sum, err := student.Promote(ctx, tx, apptest.Xuan.Who(), student.PromoteIn{School: apptest.MuongMunP, Year: 2019, On: on("2020-05-30"), NextUp: apptest.MuongMunS, LastHere: "4"})
			if want := (student.Promoted{Promoted: 11, Finished: 4}); sum != want {
				t.Errorf("%+v", sum)
			}
			return err
		})
		class7 := id.ID(9001)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO class (realm, id, school, year, name, name_sort, level, grades, site, from_day, until_day) VALUES (1, $1, $2, 2020, '7A', '7A', 'THCS', '7', 0, '2020-08-24', '2021-06-01')`, class7, apptest.MuongMunS)
			return err
		})
		for n := 2; n <= 6; n++ {
			wants(t, h, "", func(ctx context.Context, tx *store.Tx) (student.Done, error) {
				return student.Enrol(ctx, tx, son, student.EnrolIn{Pupil: apptest.Pupil(apptest.Class6A, n), Class: class7, From: on("2020-08-31"), Entry: student.EntryOpening})
			})
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return student.NotBack(ctx, tx, son, student.NotBackIn{Pupil: apptest.Pupil(apptest.Class6A, 7), Year: 2020, State: "lost", On: on("2020-08-31"), Reason: "work"})
		})
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			all, err := student.ExpectedAtOpening(ctx, tx, apptest.Realm, []id.ID{apptest.MuongMunS}, 2020)
			byGrade := map[string]student.Expected{}
			for _, e := range all {
				byGrade[e.Grade] = e
				if e.Expected() != e.Arrived+e.Elsewhere+e.Lost+e.Moved+e.Unknown {
					t.Errorf("not every expected child is somewhere: %+v", e)
				}
			}
			if e := byGrade["7"]; e.FromBelow != 9 || e.Arrived != 5 || e.Lost != 1 || e.Unknown != 3 || e.Unexpected != 0 {
				t.Errorf("grade 7: %+v", e)
			}
			if e := byGrade["6"]; e.Repeating != 1 || e.Unknown != 1 {
				t.Errorf("grade 6: %+v", e)
			}
			if e := byGrade["5"]; e.Entrants != 4 {
				t.Errorf("grade 5, from a school that ends at 4: %+v", e)
			}
			return err
		})
	})
}

func TestRecordListAndChange(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai, hoa := apptest.Mai.Who(), apptest.Hoa.Who()
		pupil := apptest.Pupil(apptest.Class8A, 1)
		var r student.Record
		h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			if r, err = student.RecordOf(ctx, tx, hoa, pupil); err != nil {
				return err
			}
			if strings.Trim(r.Person.NationalID, "•") != "001" || strings.Contains(r.Guardians[0].Phone, "60") || r.Village != "Bản Phiêng Pi" || r.Boarding != "semi-boarding" {
				t.Errorf("masked record: %+v", r)
			}
			if _, err := student.RecordOf(ctx, tx, apptest.Binh.Who(), pupil); !fault.Is(err, fault.Forbidden) {
				t.Errorf("a teacher of another class: %v", err)
			}
			if _, err := student.RecordOf(ctx, tx, apptest.Huong.Who(), pupil); !fault.Is(err, fault.Forbidden) {
				t.Errorf("an official: %v", err)
			}
			r, err = student.OpenRecord(ctx, tx, hoa, pupil)
			if strings.Contains(r.Person.NationalID, "•") {
				t.Errorf("still masked: %s", r.Person.NationalID)
			}
			return err
		})
		in := student.ChangeIn{Pupil: pupil, Version: r.Version, Person: r.Person, Guardians: r.Guardians, From: on("2020-05-18"), Residence: apptest.BanLum, Boarding: "", Year: 2019, Poverty: "near-poor"}
		in.Person.Name = "  Lò  Thị Mới "
		change := func(in student.ChangeIn) func(context.Context, *store.Tx) (student.Done, error) {
			return func(ctx context.Context, tx *store.Tx) (student.Done, error) { return student.Change(ctx, tx, mai, in) }
		}
		taken := in
		taken.Person.Code = "11" + "00602002"
		wants(t, h, "student.code-taken", change(taken))
		bad := in
		bad.Person.Sex, bad.Person.NationalID = "?", "12"
		wants(t, h, "student.unknown-sex", change(bad))
		if done := wants(t, h, "", change(in)); len(done.Changes) != 1 || done.Changes[0].Range.From != apptest.YearStart {
			t.Errorf("changes %+v", done.Changes) // poverty holds for the whole year
		}
		wants(t, h, "student.changed", change(in))
		list := func(who access.Who, in student.ListIn) (page []student.ListedPupil, total int, err error) {
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				page, total, err = student.List(ctx, tx, who, in)
				return nil
			})
			return page, total, err
		}
		if page, total, err := list(mai, student.ListIn{School: apptest.MuongMunS, Text: "lo thi moi"}); err != nil || total != 1 || len(page) != 1 || page[0].Pupil != pupil || page[0].Village != "Bản Lúm" || page[0].ClassName != "8A" {
			t.Errorf("search without marks: %+v, %d, %v", page, total, err)
		}
		seen, after := map[id.ID]bool{}, ""
		for {
			page, total, err := list(mai, student.ListIn{School: apptest.MuongMunS, Limit: 20, After: after})
			if err != nil || total != 57 {
				t.Fatalf("%d, %v", total, err)
			}
			if len(page) == 0 {
				break
			}
			for _, l := range page {
				seen[l.Pupil] = true
			}
			after = page[len(page)-1].Cursor()
		}
		if len(seen) != 57 {
			t.Errorf("paging saw %d", len(seen))
		}
		page, _, _ := list(hoa, student.ListIn{Class: apptest.Class8A})
		twins := 0
		for _, l := range page {
			if l.Namesake() && (l.Pupil == apptest.Pupil(apptest.Class8A, 7) || l.Pupil == apptest.Pupil(apptest.Class8A, 8)) {
				twins++
			}
		}
		if len(page) != 35 || twins != 2 {
			t.Errorf("%d pupils, %d namesakes", len(page), twins)
		}
		if page, total, err := list(apptest.Sua.Who(), student.ListIn{Residence: apptest.PuNhung}); err != nil || total != 13 || len(page) != 13 {
			t.Errorf("children of Pú Nhung, wherever they learn: %d, %v", total, err)
		}
		if _, _, err := list(apptest.Pao.Who(), student.ListIn{Residence: apptest.PuNhung}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a village head asks for the commune: %v", err)
		}
		if details := apptest.Query[string](t, h, `SELECT detail FROM audit_entry WHERE realm = 1`); strings.Contains(strings.Join(details, ""), "Mới") {
			t.Error("a name stands in the audit book")
		}
	})
}

func TestAdmit(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := student.AdmitIn{Person: student.Person{Name: "Sùng A Páo", Sex: "M", Born: on("2008-02-29"), Ethnicity: "mong"}, Residence: apptest.BanHong,
			Poverty: "poor", Class: apptest.Class6A, From: on("2020-05-25"), Entry: student.EntryTransfer, Guardians: []student.Guardian{{Relation: "mother", Name: "Giàng Thị Chứ"}}}
		var pupil id.ID
		h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			pupil, _, err = student.Admit(ctx, tx, apptest.Mai.Who(), in)
			return err
		})
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			r, err := student.RecordOf(ctx, tx, apptest.Binh.Who(), pupil)
			if len(r.Spells) != 1 || r.Spells[0].Grade != "6" || r.Poverty != "poor" || r.Village != "Bản Hồng" || len(r.Guardians) != 1 {
				t.Errorf("%+v", r)
			}
			return err
		})
		in.From = on("2021-05-25")
		if err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, _, err := student.Admit(ctx, tx, apptest.Mai.Who(), in)
			return err
		}); !fault.HasCode(err, "student.outside-year") {
			t.Errorf("%v", err)
		}
	})
}
