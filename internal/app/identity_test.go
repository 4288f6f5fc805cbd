package app_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/casework"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/warning"
)

// verb runs an act of room student and lets the sheets follow, as the pages do.
func verb(t *testing.T, h *apptest.House, code string, f func(context.Context, *store.Tx) (student.Done, error)) {
	t.Helper()
	err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		done, err := f(ctx, tx)
		if err == nil {
			_, err = rollcall.ApplyEnrolments(ctx, tx, access.System(apptest.Realm), done.Changes, "test")
		}
		return err
	})
	if code == "" && err != nil || code != "" && !fault.HasCode(err, code) {
		t.Errorf("got %v, want %q", err, code)
	}
}

// told counts the notices of a code that stand, by account.
func told(t *testing.T, h *apptest.House, code string) map[id.ID]int {
	t.Helper()
	all := map[id.ID]int{}
	for _, account := range apptest.Query[id.ID](t, h, `SELECT account FROM notice WHERE realm = 1 AND code = $1 AND withdrawn_at = $2`, "identity."+code, day.Instant(0)) {
		all[account]++
	}
	return all
}

func remind(t *testing.T, h *apptest.House) int {
	t.Helper()
	n, err := student.RemindTransfers(t.Context(), h.Store, apptest.Realm)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestTwoSchoolsOneChild walks the five ways that an offer can go. After each step the
// ledgers of both schools are what CV 6622 wants: opening = now + dropouts + other decrease,
// a child in nobody's roll is "chưa xác nhận", and nobody is counted twice.
func TestTwoSchoolsOneChild(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		h.Clock.Set(time.Date(2020, time.May, 4, 7, 0, 0, 0, day.Place)) // a Monday
		mai, lan := apptest.Mai.Who(), apptest.Lan.Who()
		class := openClass(t, h)
		since := day.Range{From: day.MustParse("2019-09-05"), Until: day.MustParse("2020-07-01")}
		ledger := func(what string, sender, receiver student.Movement) {
			t.Helper()
			var l student.Ledger
			h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
				l, err = student.ReadLedger(ctx, tx, apptest.Realm, student.LedgerIn{Schools: []id.ID{apptest.MuongMunS, apptest.PuNhungS}, Period: since, Cumulative: true})
				return err
			})
			a, b := l.Of("", apptest.MuongMunS), l.Of("", apptest.PuNhungS)
			if a != sender || b != receiver || !a.Balanced() || !b.Balanced() || !l.Total().Balanced() {
				t.Errorf("%s:\nsender   %+v\nwant     %+v\nreceiver %+v\nwant     %+v", what, a, sender, b, receiver)
			}
			if who, ok := l.Balanced(); !ok {
				t.Errorf("%s: the identity does not hold for %+v", what, who)
			}
		}
		base, baseThere := student.Movement{Opening: 57, Now: 57}, student.Movement{Opening: 9, Now: 9}
		open := student.Movement{Opening: 57, Now: 56, Departures: 1, DeparturesUnconfirmed: 1}
		offer := func(pupil id.ID, to id.ID) {
			t.Helper()
			verb(t, h, "", func(ctx context.Context, tx *store.Tx) (student.Done, error) {
				return student.Offer(ctx, tx, mai, student.OfferIn{Pupil: pupil, To: to, On: tx.Today()})
			})
		}
		accept := func(pupil id.ID, code string) {
			t.Helper()
			verb(t, h, code, func(ctx context.Context, tx *store.Tx) (student.Done, error) {
				return student.Accept(ctx, tx, lan, student.AcceptIn{Pupil: pupil, Class: class, Grade: "8", From: tx.Today()})
			})
		}
		back := func(who access.Who, pupil id.ID, code string) {
			t.Helper()
			verb(t, h, code, func(ctx context.Context, tx *store.Tx) (student.Done, error) {
				return student.Refuse(ctx, tx, who, student.RefuseIn{Pupil: pupil, Reason: "hết chỗ"})
			})
		}
		offers := func() (in, out []student.Transfer) {
			t.Helper()
			h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
				if in, _, _, err = student.TransfersAt(ctx, tx, lan, apptest.PuNhungS); err != nil {
					return err
				}
				_, out, _, err = student.TransfersAt(ctx, tx, mai, apptest.MuongMunS)
				return err
			})
			return in, out
		}
		state := func(pupil id.ID) string {
			_, out := offers()
			for _, o := range out {
				if o.Pupil == pupil {
					return o.State
				}
			}
			return ""
		}
		dossier := func(who access.Who, offer id.ID) (d student.Dossier, err error) {
			err = h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				d, err = student.DossierOf(ctx, tx, who, offer)
				return err
			})
			return d, err
		}
		ledger("before", base, baseThere)

		// Offered and refused: as if there had been no offer.
		refused := apptest.Pupil(apptest.Class8A, 3)
		offer(refused, apptest.PuNhungS)
		ledger("offered", open, baseThere)
		in, out := offers()
		if len(in) != 1 || len(out) != 1 || in[0].ID != out[0].ID || in[0].Due != day.MustParse("2020-05-07") || in[0].Name == "" || in[0].ClassName != "8A" {
			t.Fatalf("offers in %+v, out %+v", in, out)
		}
		if got := told(t, h, "notice_offered"); !reflect.DeepEqual(got, map[id.ID]int{apptest.Lan.Account: 1}) {
			t.Errorf("told of the offer: %v", got)
		}
		back(apptest.Xuan.Who(), refused, "access.no-grant")
		back(lan, refused, "")
		ledger("refused", base, baseThere)
		if got := told(t, h, "notice_refused"); state(refused) != student.TransferRefused || !reflect.DeepEqual(got, map[id.ID]int{apptest.Son.Account: 1}) {
			t.Errorf("refused: %s, told %v", state(refused), got)
		}
		accept(refused, "student.already-enrolled")

		// Offered and accepted: the dossier travels, the child counts once.
		accepted := apptest.Pupil(apptest.Class8A, 9)
		offer(accepted, apptest.PuNhungS)
		in, _ = offers()
		d, err := dossier(lan, in[0].ID)
		if err != nil || d.Person.Name != apptest.PupilName(apptest.Class8A, 9) || len(d.Spells) != 1 || len(d.Guardians) != 1 ||
			d.Person.Phone != "" || d.Person.Disability != "" || d.Person.Address != "" || d.Guardians[0].Phone != "" || !strings.HasPrefix(d.Person.NationalID, "•") {
			t.Errorf("dossier %+v, %v", d, err)
		}
		for _, stranger := range []apptest.Person{apptest.Xuan, apptest.Mai, apptest.Nhung, apptest.Thuy} {
			if _, err := dossier(stranger.Who(), in[0].ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s read the dossier: %v", stranger.Login, err)
			}
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM audit_entry WHERE realm = 1 AND action = 'student.dossier' AND object = $1 AND account = $2`, accepted, apptest.Lan.Account)[0]; n != 1 {
			t.Errorf("the audit book knows of %d looks at the dossier", n)
		}
		accept(accepted, "")
		if _, err := dossier(lan, in[0].ID); !fault.HasCode(err, "identity.offer-answered") {
			t.Errorf("the dossier of an answered offer: %v", err)
		}
		arrived := student.Movement{Opening: 9, Now: 10, Arrivals: 1}
		ledger("accepted", student.Movement{Opening: 57, Now: 56, Departures: 1}, arrived)

		// The wrong child offered: taken back.
		wrong := apptest.Pupil(apptest.Class8A, 10)
		offer(wrong, apptest.PuNhungS)
		back(mai, wrong, "")
		ledger("taken back", student.Movement{Opening: 57, Now: 56, Departures: 1}, arrived)
		if got := told(t, h, "notice_offered"); state(wrong) != student.TransferTakenBack || got[apptest.Lan.Account] != 2 {
			t.Errorf("taken back: %s, notices that stand %v", state(wrong), got)
		}

		// The wrong child accepted: undone, then taken back by the sender.
		mistaken := apptest.Pupil(apptest.Class8A, 11)
		offer(mistaken, apptest.PuNhungS)
		in, _ = offers()
		undo := func(who access.Who, code string) {
			t.Helper()
			verb(t, h, code, func(ctx context.Context, tx *store.Tx) (student.Done, error) {
				return student.UndoAccept(ctx, tx, who, student.UndoAcceptIn{Offer: in[0].ID, Reason: "nhầm em cùng tên"})
			})
		}
		undo(lan, "identity.offer-open")
		accept(mistaken, "")
		ledger("accepted by mistake", student.Movement{Opening: 57, Now: 55, Departures: 2}, student.Movement{Opening: 9, Now: 11, Arrivals: 2})
		undo(mai, "student.no-offer")
		undo(lan, "")
		ledger("acceptance undone", student.Movement{Opening: 57, Now: 55, Departures: 2, DeparturesUnconfirmed: 1}, arrived)
		back(mai, mistaken, "")
		ledger("and taken back", student.Movement{Opening: 57, Now: 56, Departures: 1}, arrived)
		undo(lan, "identity.offer-open")

		// No answer: reminded, then the commune, then a suspected dropout with a case.
		silent := apptest.Pupil(apptest.Class8A, 4)
		offer(silent, apptest.PuNhungS) // Monday 4 May, due on Thursday
		if n := remind(t, h); n != 0 {
			t.Errorf("%d reminders on the day of the offer", n)
		}
		on := func(date string) {
			at, err := time.ParseInLocation("2006-01-02 15:04", date+" 07:00", day.Place)
			if err != nil {
				t.Fatal(err)
			}
			h.Clock.Set(at)
			remind(t, h)
			if n := remind(t, h); n != 0 {
				t.Errorf("%s: reminded again of %d", date, n)
			}
		}
		lanOnly := map[id.ID]int{apptest.Lan.Account: 1}
		on("2020-05-06")
		if got := told(t, h, "notice_due"); !reflect.DeepEqual(got, lanOnly) {
			t.Errorf("due tomorrow: %v", got)
		}
		on("2020-05-08")
		if got := told(t, h, "notice_overdue"); !reflect.DeepEqual(got, map[id.ID]int{apptest.Lan.Account: 1, apptest.Son.Account: 1}) {
			t.Errorf("overdue: %v", got)
		}
		on("2020-05-14") // the fifth working day after the deadline
		if got := told(t, h, "notice_commune"); len(got) != 0 {
			t.Errorf("the commune is told too early: %v", got)
		}
		on("2020-05-15")
		if got := told(t, h, "notice_commune"); !reflect.DeepEqual(got, map[id.ID]int{apptest.Nhung.Account: 1}) { // where the child lives
			t.Errorf("the commune: %v", got)
		}
		suspected := func() int {
			t.Helper()
			if _, err := warning.Nightly(t.Context(), h.Store, apptest.Realm); err != nil {
				t.Fatal(err)
			}
			if _, err := casework.TakeSignals(t.Context(), h.Store, apptest.Realm); err != nil {
				t.Fatal(err)
			}
			if _, err := casework.Settle(t.Context(), h.Store, apptest.Realm); err != nil {
				t.Fatal(err)
			}
			return apptest.Query[int](t, h, `SELECT COUNT(*) FROM case_file WHERE realm = 1 AND pupil = $1 AND rule = 'unconfirmed-exit' AND state = 'open'`, silent)[0]
		}
		on("2020-06-02")
		if n := suspected(); n != 0 {
			t.Errorf("a case after 29 days")
		}
		on("2020-06-03")
		if n := suspected(); n != 1 {
			t.Errorf("after 30 days there are %d cases of a suspected dropout", n)
		}
		unanswered := student.Movement{Opening: 57, Now: 55, Departures: 2, DeparturesUnconfirmed: 1}
		ledger("no answer", unanswered, arrived)
		accept(silent, "") // late, but there
		ledger("a late answer", student.Movement{Opening: 57, Now: 55, Departures: 2}, student.Movement{Opening: 9, Now: 11, Arrivals: 2})
		// The suspicion is over; the case is, once a roll of the new class has seen the child.
		suspected()
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM warning_signal WHERE realm = 1 AND pupil = $1 AND rule = 'unconfirmed-exit' AND state = 'open'`, silent)[0]; n != 0 {
			t.Errorf("accepted, and still suspected")
		}
	})
}

func openClass(t *testing.T, h *apptest.House) id.ID {
	t.Helper()
	var class org.Class
	h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
		class, err = org.OpenClass(ctx, tx, apptest.Lan.Who(), org.Class{School: apptest.PuNhungS, Year: apptest.SchoolYear, Name: "8P", Level: "THCS", Grades: "8", From: apptest.YearStart, Until: apptest.YearEnd})
		return err
	})
	return class.ID
}

// TestOneActiveEnrolment lets schools pull at one child at the same time, over and over.
func TestOneActiveEnrolment(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		class := openClass(t, h)
		pupils := []id.ID{apptest.Pupil(apptest.Class8A, 1), apptest.Pupil(apptest.Class8A, 2)}
		var wait sync.WaitGroup
		for worker := range 6 {
			wait.Go(func() {
				random := rand.New(rand.NewPCG(uint64(worker), 7))
				for range 12 {
					pupil := pupils[random.IntN(len(pupils))]
					on := apptest.YearStart + 200 + day.Day(random.IntN(60))
					err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
						system := access.System(apptest.Realm)
						into := []id.ID{apptest.Class8A, apptest.Class8B, class}[random.IntN(3)]
						switch random.IntN(6) {
						case 0:
							_, err = student.Offer(ctx, tx, system, student.OfferIn{Pupil: pupil, To: []id.ID{apptest.MuongMunS, apptest.PuNhungS, 0}[random.IntN(3)], On: on})
						case 1:
							_, err = student.Accept(ctx, tx, system, student.AcceptIn{Pupil: pupil, Class: into, Grade: "8", From: on})
						case 2:
							_, err = student.Enrol(ctx, tx, system, student.EnrolIn{Pupil: pupil, Class: into, Grade: "8", From: on, Entry: student.EntryOther})
						case 3:
							_, err = student.Leave(ctx, tx, system, student.LeaveIn{Pupil: pupil, Kind: student.ExitDropout, On: on})
						case 4:
							_, err = student.Return(ctx, tx, system, student.ReturnIn{Pupil: pupil, Class: into, Grade: "8", From: on})
						default:
							_, err = student.Refuse(ctx, tx, system, student.RefuseIn{Pupil: pupil})
						}
						return err
					})
					if _, known := fault.Of(err); err != nil && !known {
						t.Errorf("%v", err)
					}
				}
			})
		}
		wait.Wait()
		for _, pupil := range pupils {
			oneAtATime(t, h, pupil)
		}
	})
}

func oneAtATime(t *testing.T, h *apptest.House, pupil id.ID) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		spells, err := student.SpellsOf(ctx, tx, apptest.Realm, pupil)
		if err != nil {
			return err
		}
		running := 0
		for i, s := range spells {
			if s.Exit == student.ExitNone {
				running++
			}
			for _, other := range spells[i+1:] {
				if s.Period.Overlaps(other.Period) {
					t.Errorf("pupil %s is enrolled twice: %+v and %+v", pupil, s, other)
				}
			}
		}
		if running > 1 {
			t.Errorf("pupil %s has %d running enrolments", pupil, running)
		}
		return nil
	})
}

// dump is all that is said of children, sheets and sums, but for what only grows: versions and times of writing.
func dump(t *testing.T, h *apptest.House) map[string][]string {
	t.Helper()
	grows := []string{"version", "changed_at", "changes", "received_at", "account"}
	all := map[string][]string{}
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		for _, table := range strings.Fields(`pupil guardian pupil_residence pupil_boarding pupil_poverty pupil_number enrolment class_membership expected_pupil
			transfer_offer guardian_request guardian_consent leave_notice learning_result benefit benefit_month household_person case_file warning_signal break_pupil
			mark sheet school_day school_month school_grade_day`) {
			s, err := tx.ShapeOf(ctx, table)
			if err != nil {
				return err
			}
			rows, err := tx.Images(ctx, s, apptest.Realm, nil)
			if err != nil {
				return err
			}
			for _, row := range rows {
				line := ""
				for i, column := range s.Columns {
					if !slices.Contains(grows, column) {
						line += fmt.Sprintf("%s=%v ", column, row[i])
					}
				}
				all[table] = append(all[table], line)
			}
		}
		return nil
	})
	return all
}

func differences(a, b map[string][]string) (all []string) {
	for table := range a {
		for _, line := range a[table] {
			if !slices.Contains(b[table], line) {
				all = append(all, "- "+table+" "+line)
			}
		}
		for _, line := range b[table] {
			if !slices.Contains(a[table], line) {
				all = append(all, "+ "+table+" "+line)
			}
		}
	}
	slices.Sort(all)
	return all
}

func checkSheets(t *testing.T, h *apptest.House, when string) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		for _, school := range []id.ID{apptest.MuongMunS, apptest.PuNhungS} {
			found, err := rollcall.Check(ctx, tx, apptest.Realm, school, day.Range{From: apptest.YearStart, Until: apptest.YearEnd})
			if err != nil {
				return err
			}
			for _, d := range found {
				t.Errorf("%s: %s", when, d)
			}
		}
		return nil
	})
}

// TestMergeAndUndo merges two records with random histories and takes it back: nothing is lost on the way, and
// afterwards everything is as it was.
func TestMergeAndUndo(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		system := access.System(apptest.Realm)
		for seed := range uint64(5) {
			random := rand.New(rand.NewPCG(seed, 23))
			one := apptest.Pupil(apptest.Class8A, 6+int(seed)*3)
			other := []id.ID{apptest.Pupil(apptest.Class9A, 1+int(seed)), apptest.Pupil(apptest.Class8B, 1+int(seed)), apptest.Pupil(apptest.Class8A, 8+int(seed)*3)}[random.IntN(3)]
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				for _, pupil := range []id.ID{one, other} {
					if random.IntN(2) == 0 {
						if _, err := student.ReceiveRequest(ctx, tx, system, pupil, "see", "xem"); err != nil {
							return err
						}
					}
					if random.IntN(2) == 0 {
						if _, err := rollcall.RecordLeave(ctx, tx, system, rollcall.Leave{Pupil: pupil, Days: day.Range{From: tx.Today() + 1, Until: tx.Today() + 3}, Reason: "illness"}); err != nil {
							return err
						}
					}
					if _, err := tx.Exec(ctx, `INSERT INTO learning_result (realm, pupil, year, term, school, grade, scale, study, conduct, account, set_at) VALUES ($1, $2, 2019, $3, 501, '8', 'tt58', '', '', 0, $4)`,
						apptest.Realm, pupil, 1+random.IntN(2), tx.Now()); err != nil {
						return err
					}
				}
				return nil
			})
			for i, class := range []id.ID{apptest.Class8A, apptest.Class8B, apptest.Class9A} {
				for d := day.MustParse("2020-05-26"); d < day.MustParse("2020-05-29"); d++ {
					var marks []rollcall.Mark
					for _, pupil := range []id.ID{one, other} {
						if pupil/1000 == class && random.IntN(2) == 0 {
							marks = append(marks, rollcall.Mark{Pupil: pupil, Kind: []rollcall.Kind{rollcall.Excused, rollcall.Unexcused, rollcall.Late}[random.IntN(3)]})
						}
					}
					h.Write(t, func(ctx context.Context, tx *store.Tx) error {
						_, err := rollcall.Submit(ctx, tx, system, rollcall.Submission{Act: [16]byte{byte(seed), byte(i), byte(d % 100), 9}, Class: class, Day: d, Session: calendar.Morning, BaseVersion: int(seed) * 3,
							TakenAt: tx.Now(), State: rollcall.Taken, Marks: marks, Reason: "sửa", Cause: rollcall.CauseSubmitted})
						if fault.Is(err, fault.Conflict) { // later seeds meet the versions of merges before
							return nil
						}
						return err
					})
				}
			}
			before := dump(t, h)
			in := student.MergeIn{Kept: one, Gone: other}
			if random.IntN(2) == 0 {
				in.Kept, in.Gone = other, one
			}
			for _, field := range student.MergeFields {
				if field != "code" && random.IntN(2) == 0 {
					in.Take = append(in.Take, field)
				}
			}
			var merged student.Merged
			merge := func(ctx context.Context, tx *store.Tx) (err error) {
				if merged, err = student.Merge(ctx, tx, system, in); err == nil {
					_, err = rollcall.ApplyMerge(ctx, tx, system, merged.Changes, merged.Same, "student.merge")
				}
				return err
			}
			if err := h.Store.Write(t.Context(), merge); !fault.HasCode(err, "identity.overlap") {
				t.Fatalf("seed %d: enrolled twice, and nobody was asked: %v", seed, err)
			}
			in.GiveWay = []id.ID{[]id.ID{one, other}[random.IntN(2)] + 5_000_000}
			h.Write(t, merge)
			checkSheets(t, h, fmt.Sprintf("seed %d merged", seed))
			oneAtATime(t, h, in.Kept)
			after := dump(t, h)
			for _, table := range []string{"enrolment", "guardian_request", "leave_notice", "mark", "pupil_residence"} {
				for _, line := range after[table] {
					if strings.Contains(line, "pupil="+in.Gone.String()+" ") {
						t.Errorf("seed %d: left behind: %s %s", seed, table, line)
					}
				}
			}
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				at, err := student.MergedInto(ctx, tx, apptest.Realm, in.Gone)
				if at != in.Kept {
					t.Errorf("seed %d: the old id leads to %s", seed, at)
				}
				l, err2 := student.ReadLedger(ctx, tx, apptest.Realm, student.LedgerIn{Schools: []id.ID{apptest.MuongMunS, apptest.PuNhungS}, Period: day.Range{From: day.MustParse("2019-09-05"), Until: day.MustParse("2020-06-01")}})
				if now := l.Total().Now; now != 65 || !l.Total().Balanced() {
					t.Errorf("seed %d: of 66 records of 65 children %d are enrolled", seed, now)
				}
				if err == nil {
					err = err2
				}
				return err
			})
			h.Clock.Advance(time.Minute)
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				undone, err := student.UndoMerge(ctx, tx, system, merged.Merge)
				if err == nil {
					_, err = rollcall.ApplyMerge(ctx, tx, system, undone.Changes, undone.Same, "student.merge-undo")
				}
				return err
			})
			checkSheets(t, h, fmt.Sprintf("seed %d undone", seed))
			for _, line := range differences(before, dump(t, h)) {
				t.Errorf("seed %d: after the undo %s", seed, line)
			}
		}
	})
}

// TestUndoIsRefusedForWhatWasBuiltOnIt names what stands in the way.
func TestUndoIsRefusedForWhatWasBuiltOnIt(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		system := access.System(apptest.Realm)
		kept, gone := apptest.Pupil(apptest.Class8A, 6), apptest.Pupil(apptest.Class8B, 2)
		var merged student.Merged
		h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			if merged, err = student.Merge(ctx, tx, system, student.MergeIn{Kept: kept, Gone: gone, GiveWay: []id.ID{apptest.Enrolment(apptest.Class8A, 6)}}); err == nil {
				_, err = rollcall.ApplyMerge(ctx, tx, system, merged.Changes, merged.Same, "student.merge")
			}
			return err
		})
		h.Clock.Advance(time.Minute)
		stands := func() (words []string) {
			h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
				words, err = student.StandsInTheWay(ctx, tx, system, merged.Merge)
				return err
			})
			return words
		}
		if got := stands(); len(got) != 0 {
			t.Fatalf("in the way of an undo at once: %v", got)
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			if _, err := student.ReceiveRequest(ctx, tx, system, kept, "see", "xem"); err != nil {
				return err
			}
			if _, err := student.MoveClass(ctx, tx, system, student.MoveClassIn{Pupil: kept, Class: apptest.Class8A, From: tx.Today() + 1}); err != nil {
				return err
			}
			_, err := rollcall.Submit(ctx, tx, system, rollcall.Submission{Act: [16]byte{7}, Class: apptest.Class8B, Day: tx.Today(), Session: calendar.Morning, TakenAt: tx.Now(), State: rollcall.Taken,
				Marks: []rollcall.Mark{{Pupil: kept, Kind: rollcall.Unexcused}}})
			return err
		})
		if got := stands(); !reflect.DeepEqual(got, []string{"spells", "papers", "marks"}) {
			t.Errorf("in the way: %v", got)
		}
		err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := student.UndoMerge(ctx, tx, system, merged.Merge)
			return err
		})
		for _, code := range []string{"identity.built-spells", "identity.built-papers", "identity.built-marks"} {
			if err == nil || !strings.Contains(err.Error(), code) {
				t.Errorf("the refusal does not say %s: %v", code, err)
			}
		}
	})
}
