package warning_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/warning"
)

var system = access.System(apptest.Realm)

// acts numbers acts, so that each is another one.
var acts uint64

// roll is what a test calls of a class on a day: pupil number → kind; the others are there.
type roll map[int]rollcall.Kind

const (
	U = rollcall.Unknown
	P = rollcall.Excused
	K = rollcall.Unexcused
)

// call calls the roll of a morning, or calls it again; the clock stays.
func call(t testing.TB, h *apptest.House, class id.ID, on string, r roll) {
	t.Helper()
	submit(t, h, class, day.MustParse(on), r)
}

func submit(t testing.TB, h *apptest.House, class id.ID, on day.Day, r roll) {
	t.Helper()
	var act [16]byte
	acts++
	binary.BigEndian.PutUint64(act[:8], acts)
	act[6] = 0x70
	var marks []rollcall.Mark
	for n, kind := range r {
		marks = append(marks, rollcall.Mark{Pupil: apptest.Pupil(class, n), Kind: kind})
	}
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		list, err := student.RollOn(ctx, tx, apptest.Realm, class, on)
		if err != nil {
			return err
		}
		sheets, err := rollcall.SheetsOf(ctx, tx, apptest.Realm, class, day.Range{From: on, Until: on + 1})
		if err != nil {
			return err
		}
		s := rollcall.Submission{Act: act, Class: class, Day: on, Session: calendar.Morning, Roll: list.Number, State: rollcall.Taken, Marks: marks, TakenAt: tx.Now()}
		for _, sheet := range sheets {
			if sheet.Session == calendar.Morning {
				s.BaseVersion, s.Reason = sheet.Version, "sửa"
			}
		}
		if s.BaseVersion > 0 {
			_, err = rollcall.Correct(ctx, tx, system, s)
		} else {
			_, err = rollcall.Submit(ctx, tx, system, s)
		}
		return err
	})
}

func at(h *apptest.House, on string) {
	h.Clock.Set(day.MustParse(on).Midnight().Add(-7 * time.Hour).Add(8 * time.Hour)) // 8:00 in Hà Nội
}

func pass(t testing.TB, h *apptest.House) int {
	t.Helper()
	n, err := warning.Pass(t.Context(), h.Store, apptest.Realm)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func nightly(t testing.TB, h *apptest.House) int {
	t.Helper()
	n, err := warning.Nightly(t.Context(), h.Store, apptest.Realm)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func signals(t testing.TB, h *apptest.House, pupil id.ID) (all []warning.Signal) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		all, err = warning.SignalsOf(ctx, tx, apptest.Realm, pupil)
		return err
	})
	return all
}

func line(s warning.Signal) string {
	part := ""
	if s.PartOf != 0 {
		part = " part"
	}
	return fmt.Sprintf("%s %s %s %s..%s %+v%s", s.Rule, s.Subject, s.Step, s.Since, s.Last, s.Facts, part)
}

// open gives all open signals of a school as lines.
func open(t testing.TB, h *apptest.House, school id.ID) (lines []string) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		all, err := warning.OpenAt(ctx, tx, apptest.Realm, school)
		for _, s := range all {
			if s.SubjectKind != warning.OfHousehold {
				lines = append(lines, line(s))
			}
		}
		slices.Sort(lines)
		return err
	})
	return lines
}

func TestOneRunIsOneSignalThatStepsUp(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		child := apptest.Pupil(apptest.Class8A, 7)
		at(h, "2020-05-15")
		call(t, h, apptest.Class8A, "2020-05-15", roll{})
		pass(t, h)
		var steps []string
		for _, on := range []string{"2020-05-18", "2020-05-19", "2020-05-20", "2020-05-21", "2020-05-22"} {
			at(h, on)
			call(t, h, apptest.Class8A, on, roll{7: K})
			pass(t, h)
			all := signals(t, h, child)
			if len(all) != 1 || all[0].Since.String() != "2020-05-18" || all[0].Last.String() != on || all[0].Commune != apptest.MuongMun {
				t.Fatalf("%s: %+v", on, all)
			}
			steps = append(steps, string(all[0].Step))
			if again := pass(t, h); again != 0 {
				t.Errorf("%s: a second pass changed %d", on, again)
			}
		}
		if got := strings.Join(steps, " "); got != "find-out call visit visit commune" {
			t.Errorf("steps: %s", got)
		}
		at(h, "2020-05-25")
		call(t, h, apptest.Class8A, "2020-05-25", roll{})
		pass(t, h)
		s := signals(t, h, child)
		if len(s) != 1 || s[0].State != warning.Over || s[0].EndedReason != warning.EndedReturned {
			t.Errorf("after the return: %+v", s)
		}
		var events []warning.Event
		var untaken []warning.Signal
		h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			if events, err = warning.Events(ctx, tx, apptest.Realm, s[0].ID); err != nil {
				return err
			}
			if untaken, err = warning.Untaken(ctx, tx, apptest.Realm, 10); err != nil {
				return err
			}
			for _, u := range untaken {
				if err := warning.Take(ctx, tx, apptest.Realm, u.ID, u.Version, 0); err != nil {
					return err
				}
			}
			left, err := warning.Untaken(ctx, tx, apptest.Realm, 10)
			if len(left) > 0 {
				t.Errorf("taken up and still there: %+v", left)
			}
			return err
		})
		if len(events) != 5 || events[4].State != warning.Over || events[2].Facts.Days != 3 || !slices.ContainsFunc(untaken, func(u warning.Signal) bool { return u.ID == s[0].ID && u.State == warning.Over }) {
			t.Errorf("events %+v, untaken %d", events, len(untaken))
		}
	})
}

func TestACorrectionWithdrawsAndSaysSo(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		child := apptest.Pupil(apptest.Class8A, 8)
		for _, on := range []string{"2020-05-20", "2020-05-21", "2020-05-22"} {
			at(h, on)
			call(t, h, apptest.Class8A, on, roll{8: K})
		}
		call(t, h, apptest.Class8B, "2020-05-22", roll{1: U})
		pass(t, h)
		if s := signals(t, h, child); len(s) != 1 || s[0].Step != warning.StepVisit {
			t.Fatalf("%+v", s)
		}
		// One day was another child: two days remain, and the step goes down again.
		call(t, h, apptest.Class8A, "2020-05-20", roll{})
		pass(t, h)
		if s := signals(t, h, child); len(s) != 1 || s[0].Step != warning.StepCall || s[0].Since.String() != "2020-05-21" || s[0].State != warning.Open {
			t.Fatalf("%+v", s)
		}
		for _, on := range []string{"2020-05-21", "2020-05-22"} {
			call(t, h, apptest.Class8A, on, roll{})
		}
		pass(t, h)
		if s := signals(t, h, child); len(s) != 1 || s[0].State != warning.Withdrawn || s[0].EndedReason != warning.EndedCorrected {
			t.Errorf("%+v", s)
		}
		// "Chưa rõ" that turns out to be leave has no ground either.
		call(t, h, apptest.Class8B, "2020-05-22", roll{1: P})
		pass(t, h)
		if s := signals(t, h, apptest.Pupil(apptest.Class8B, 1)); len(s) != 1 || s[0].State != warning.Withdrawn {
			t.Errorf("%+v", s)
		}
	})
}

func TestAPastDayGivesWhatWasKnownThen(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		r := rand.New(rand.NewPCG(1, 2))
		classes := []id.ID{apptest.Class8A, apptest.Class8B, apptest.Class6A}
		type snapshot struct {
			at    day.Instant
			lines []string
		}
		var kept []snapshot
		var days []day.Day
		for d := day.MustParse("2020-05-11"); d <= day.MustParse("2020-05-29"); d++ {
			if d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
				continue
			}
			at(h, d.String())
			days = append(days, d)
			for _, class := range classes {
				if r.IntN(10) > 0 { // some are not called that day
					submit(t, h, class, d, anyRoll(r, class))
				}
			}
			if len(days) > 3 { // and something of the last days is corrected
				submit(t, h, apptest.Class8B, days[len(days)-2], anyRoll(r, apptest.Class8B))
			}
			h.Clock.Advance(10 * time.Hour)
			nightly(t, h)
			kept = append(kept, snapshot{h.Store.Now(), open(t, h, apptest.MuongMunS)})
		}
		raised := 0
		for _, k := range kept {
			var then []string
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				all, err := warning.AsOf(ctx, tx, apptest.Realm, apptest.MuongMunS, k.at)
				for _, s := range all {
					then = append(then, line(s))
				}
				return err
			})
			slices.Sort(then)
			raised += len(then)
			if !slices.Equal(then, k.lines) {
				t.Fatalf("on %s\nwas raised:\n%s\nworked out again:\n%s", k.at.Day(), strings.Join(k.lines, "\n"), strings.Join(then, "\n"))
			}
		}
		if raised < 100 {
			t.Errorf("only %d signals were compared", raised)
		}
	})
}

// anyRoll draws marks in which some children are away often.
func anyRoll(r *rand.Rand, class id.ID) roll {
	size := 10
	for _, c := range apptest.Classes {
		if c.ID == class {
			size = c.Size
		}
	}
	marks := roll{}
	for n := 1; n <= size; n++ {
		share := 4
		if n <= 8 {
			share = 60
		}
		if r.IntN(100) < share {
			marks[n] = []rollcall.Kind{U, P, K, K, rollcall.Late}[r.IntN(5)]
		}
	}
	return marks
}

// TestHowMarksArriveDoesNotMatter: passes after each sheet, one pass over all, sheets in
// another order, and the nightly pass alone give the same open signals.
func TestHowMarksArriveDoesNotMatter(t *testing.T) {
	type sheet struct {
		class id.ID
		day   day.Day
		roll  roll
	}
	r := rand.New(rand.NewPCG(3, 4))
	var sheets []sheet
	for d := day.MustParse("2020-05-20"); d <= day.MustParse("2020-05-29"); d++ {
		if d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
			continue
		}
		for _, class := range []id.ID{apptest.Class8A, apptest.Class8B, apptest.Class6A} {
			if r.IntN(8) > 0 {
				sheets = append(sheets, sheet{class, d, anyRoll(r, class)})
			}
		}
	}
	ways := []struct {
		name  string
		order func() []sheet
		after func(t *testing.T, h *apptest.House, i int)
	}{
		{"a pass after each", func() []sheet { return sheets }, func(t *testing.T, h *apptest.House, i int) { pass(t, h) }},
		{"shuffled, a pass after each", func() []sheet {
			mixed := slices.Clone(sheets)
			rand.New(rand.NewPCG(5, 6)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
			return mixed
		}, func(t *testing.T, h *apptest.House, i int) { pass(t, h) }},
		{"one pass at the end", func() []sheet { return sheets }, func(*testing.T, *apptest.House, int) {}},
		{"some nights between", func() []sheet { return sheets }, func(t *testing.T, h *apptest.House, i int) {
			if i%7 == 3 {
				nightly(t, h)
			}
		}},
	}
	apptest.Each(t, func(t *testing.T, first *apptest.House) {
		var want []string
		for i, way := range ways {
			h := first
			if i > 0 {
				h = apptest.Open(t, first.Store.Engine())
			}
			at(h, "2020-05-29")
			for n, s := range way.order() {
				submit(t, h, s.class, s.day, s.roll)
				way.after(t, h, n)
			}
			pass(t, h)
			got := withoutClasses(open(t, h, apptest.MuongMunS))
			nightly(t, h)
			if again := withoutClasses(open(t, h, apptest.MuongMunS)); !slices.Equal(got, again) {
				t.Errorf("%s: the night found something else:\n%s\n→\n%s", way.name, strings.Join(got, "\n"), strings.Join(again, "\n"))
			}
			if i == 0 {
				if want = got; len(want) < 5 {
					t.Fatalf("too few signals to compare: %v", want)
				}
			} else if !slices.Equal(got, want) {
				t.Errorf("%s:\n%s\nwant:\n%s", way.name, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	})
}

// withoutClasses leaves out what no mark decides.
func withoutClasses(lines []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return strings.HasPrefix(l, "class-unmarked") })
}

func TestWhoAChildIsChangesNothing(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		r := rand.New(rand.NewPCG(7, 8))
		at(h, "2020-05-29")
		for d := day.MustParse("2020-05-25"); d <= day.MustParse("2020-05-29"); d++ {
			submit(t, h, apptest.Class8A, d, anyRoll(r, apptest.Class8A))
		}
		nightly(t, h)
		before := open(t, h, apptest.MuongMunS)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			for _, statement := range []string{
				`DELETE FROM warning_event WHERE realm = $1`, `DELETE FROM warning_signal WHERE realm = $1`,
				`DELETE FROM warning_seen WHERE realm = $1`, `DELETE FROM warning_school WHERE realm = $1`,
				`UPDATE pupil SET ethnicity = CASE WHEN ethnicity = 'mong' THEN 'kinh' ELSE 'mong' END, sex = CASE WHEN sex = 'F' THEN 'M' ELSE 'F' END WHERE realm = $1`,
			} {
				if _, err := tx.Exec(ctx, statement, apptest.Realm); err != nil {
					return err
				}
			}
			return nil
		})
		nightly(t, h)
		if after := open(t, h, apptest.MuongMunS); !slices.Equal(before, after) || len(before) < 4 {
			t.Errorf("before:\n%s\nafter:\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
		}
	})
}

func TestAVillageAwayIsOneSignal(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		at(h, "2020-05-26")
		call(t, h, apptest.Class8A, "2020-05-25", roll{})
		call(t, h, apptest.Class8A, "2020-05-26", roll{1: K, 2: K, 3: U, 4: U, 5: K}) // all of Bản Phiêng Pi
		pass(t, h)
		lines := open(t, h, apptest.MuongMunS)
		parts := 0
		for _, l := range lines {
			if strings.HasSuffix(l, " part") {
				parts++
			}
		}
		if parts != 5 || !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "village-cluster 32831 call") }) {
			t.Fatalf("%d parts in\n%s", parts, strings.Join(lines, "\n"))
		}
		// Who stays away until a visit is due speaks for herself.
		at(h, "2020-05-28")
		call(t, h, apptest.Class8A, "2020-05-27", roll{1: K})
		call(t, h, apptest.Class8A, "2020-05-28", roll{1: K})
		pass(t, h)
		s := signals(t, h, apptest.Pupil(apptest.Class8A, 1))
		if len(s) != 1 || s[0].PartOf != 0 || s[0].Step != warning.StepVisit {
			t.Errorf("%+v", s)
		}
		if lines := open(t, h, apptest.MuongMunS); slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "village-cluster") }) {
			t.Errorf("the others are back:\n%s", strings.Join(lines, "\n"))
		}
	})
}

func TestSiblingsAwayAreOneSignal(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		elder, younger := apptest.Pupil(apptest.Class9A, 2), apptest.Pupil(apptest.Class8A, 3)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			for _, p := range []id.ID{elder, younger} {
				if _, err := tx.Exec(ctx, `UPDATE guardian SET phone = '0300000001' WHERE realm = $1 AND pupil = $2`, apptest.Realm, p); err != nil {
					return err
				}
			}
			return nil
		})
		at(h, "2020-05-26")
		call(t, h, apptest.Class8A, "2020-05-26", roll{3: K})
		call(t, h, apptest.Class9A, "2020-05-26", roll{2: U})
		pass(t, h)
		cluster := apptest.Query[string](t, h, `SELECT rule FROM warning_signal WHERE realm = $1 AND subject_kind = 'household' AND state = 'open'`, apptest.Realm)
		a, b := signals(t, h, elder), signals(t, h, younger)
		if len(cluster) != 1 || len(a) != 1 || len(b) != 1 || a[0].PartOf == 0 || a[0].PartOf != b[0].PartOf {
			t.Fatalf("%v %+v %+v", cluster, a, b)
		}
		at(h, "2020-05-27")
		call(t, h, apptest.Class9A, "2020-05-27", roll{})
		pass(t, h)
		if b := signals(t, h, younger); b[0].PartOf != 0 {
			t.Errorf("the brother is back: %+v", b)
		}
	})
}

func TestWhatIsNoMark(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		at(h, "2020-05-29")
		nightly(t, h)
		lines := open(t, h, apptest.PuNhungS)
		if len(lines) != 1 || !strings.HasPrefix(lines[0], "class-unmarked 606 check-roll 2019-08-26..2020-05-28") {
			t.Fatalf("a class that nobody ever called: %v", lines)
		}
		call(t, h, apptest.Class9A, "2020-05-28", roll{})
		pass(t, h)
		if lines := open(t, h, apptest.PuNhungS); len(lines) != 0 {
			t.Errorf("called yesterday: %v", lines)
		}
		// A transfer offered and not accepted; boarding that ended.
		gone, boarder := apptest.Pupil(apptest.Class9A, 4), apptest.Pupil(apptest.Class8A, 2)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			if _, err := student.Offer(ctx, tx, system, student.OfferIn{Pupil: gone, Version: 1, On: day.MustParse("2020-04-25")}); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `UPDATE pupil_boarding SET until_day = $3 WHERE realm = $1 AND pupil = $2`, apptest.Realm, boarder, day.MustParse("2020-05-10"))
			return err
		})
		nightly(t, h)
		if s := signals(t, h, gone); len(s) != 1 || s[0].Rule != "unconfirmed-exit" || s[0].Step != warning.StepConfirm || s[0].School != apptest.PuNhungS || s[0].Village != apptest.PhiengPi {
			t.Errorf("%+v", s)
		}
		if s := signals(t, h, boarder); len(s) != 1 || s[0].Rule != "support-lost" || s[0].Facts.Support != "semi-boarding" {
			t.Errorf("%+v", s)
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			spells, err := student.SpellsOf(ctx, tx, apptest.Realm, gone)
			if err != nil {
				return err
			}
			_, err = student.Confirm(ctx, tx, system, student.ConfirmIn{Pupil: gone, Version: 2, Enrolment: spells[len(spells)-1].Enrolment, Paper: "12/GGT"})
			return err
		})
		nightly(t, h)
		if s := signals(t, h, gone); len(s) != 1 || s[0].State != warning.Over || s[0].EndedReason != warning.EndedSettled {
			t.Errorf("%+v", s)
		}
	})
}

func TestExpectedAndNotArrived(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		child := apptest.Pupil(apptest.Class6A, 1)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO expected_pupil (realm, pupil, year, school, level, grade, origin, state, settled_on, reason) VALUES ($1, $2, 2019, $3, 'THCS', '9', 'opening', 'expected', '9999-12-31', '')`,
				apptest.Realm, child, apptest.PuNhungS)
			return err
		})
		for on, step := range map[string]warning.Step{"2019-08-28": warning.StepVisit} {
			at(h, on)
			nightly(t, h)
			if s := signals(t, h, child); len(s) != 1 || s[0].Rule != "not-arrived" || s[0].Step != step || s[0].Facts.Days != 3 {
				t.Errorf("%s: %+v", on, s)
			}
		}
	})
}

// TestAPackedMonthIsReadAgainWhenItChanged: what the night keeps of past months says the
// same as the marks themselves, also after a late correction.
func TestAPackedMonthIsReadAgainWhenItChanged(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		r := rand.New(rand.NewPCG(9, 10))
		for d := day.MustParse("2020-04-20"); d <= day.MustParse("2020-05-29"); d++ {
			if d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
				continue
			}
			at(h, d.String())
			if _, off := calendar.DayOff(d); !off {
				submit(t, h, apptest.Class8B, d, anyRoll(r, apptest.Class8B))
			}
		}
		same := func(when string) {
			t.Helper()
			var want []string
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				all, err := warning.AsOf(ctx, tx, apptest.Realm, apptest.MuongMunS, tx.Now())
				for _, s := range all {
					want = append(want, line(s))
				}
				slices.Sort(want)
				return err
			})
			if got := open(t, h, apptest.MuongMunS); !slices.Equal(got, want) || len(got) < 8 {
				t.Errorf("%s:\n%s\nwant:\n%s", when, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
		nightly(t, h)
		same("read from the marks")
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM warning_past WHERE realm = $1 AND school = $2`, apptest.Realm, apptest.MuongMunS); n[0] != 1 {
			t.Fatalf("%d months are packed", n[0])
		}
		h.Clock.Advance(time.Hour)
		nightly(t, h)
		same("read from April packed")
		submit(t, h, apptest.Class8B, day.MustParse("2020-04-28"), roll{1: K, 2: K, 3: K, 4: P, 5: K, 6: U, 7: K, 8: K, 9: K, 10: K, 11: K, 12: K})
		h.Clock.Advance(time.Hour)
		nightly(t, h)
		same("April corrected")
	})
}
