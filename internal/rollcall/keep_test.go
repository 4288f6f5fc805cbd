package rollcall_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

// keep is Keep in a transaction of its own.
func keep(t testing.TB, h *apptest.House, who access.Who, s rollcall.Submission) (k rollcall.Kept, err error) {
	t.Helper()
	err = h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		k, err = rollcall.Keep(ctx, tx, who, s)
		return err
	})
	return k, err
}

func kept(t testing.TB, h *apptest.House, who access.Who, s rollcall.Submission, want rollcall.Outcome) rollcall.Kept {
	t.Helper()
	k, err := keep(t, h, who, s)
	if err != nil || k.Outcome != want {
		t.Fatalf("%+v %v, want %s", k, err, want)
	}
	return k
}

// fromPhone is a roll call of 8A on a phone.
func fromPhone(device string, sequence int64, base int, on day.Day, marks ...rollcall.Mark) rollcall.Submission {
	s := morning(apptest.Class8A, on, marks...)
	s.Cause, s.Device, s.Sequence, s.BaseVersion = rollcall.CausePhone, device, sequence, base
	return s
}

// sheetOf says what the sheet of 8A says: its state, marks, and what is open.
func sheetOf(ctx context.Context, tx *store.Tx, on day.Day) (string, error) {
	d, err := rollcall.Disputes(ctx, tx, system, apptest.Class8A, on, calendar.Morning)
	if fault.Is(err, fault.NotFound) {
		return "none", nil
	} else if err != nil {
		return "", err
	}
	versions, _, err := rollcall.Versions(ctx, tx, system, apptest.Class8A, on, calendar.Morning)
	if err != nil {
		return "", err
	}
	last := versions[len(versions)-1]
	out := fmt.Sprintf("%s late=%v %d %d %d %d %d %+v", d.Sheet.State.Code(), d.Sheet.EnteredLate, d.Sheet.Size, d.Sheet.Unknown, d.Sheet.Excused, d.Sheet.Unexcused, d.Sheet.Late, last.Marks)
	if d.Sheet.State == rollcall.NoClass {
		out += last.Reason
	}
	for _, dispute := range d.Disputes {
		var sides []string
		for _, s := range dispute.Sides {
			sides = append(sides, fmt.Sprintf("%x %v %+v %s", s.Act, s.State, s.Mark, s.Device))
		}
		slices.Sort(sides)
		out += fmt.Sprintf("\n%v %q", dispute.Pupil, sides)
	}
	return out, nil
}

// epoch is a time in which acts are made and arrive; then some phones look at the server.
type epoch struct {
	made, arrive []int
	moves        int // number of the pupil who changes class at its end, 0 for nobody
	pulls        [3]bool
}

type offlineHistory struct {
	acts   []rollcall.Submission
	phones []int // of each act
	epochs []epoch
}

func drawHistory(rt *rapid.T) (o offlineHistory) {
	small := func(name string, most int) int { return rapid.IntRange(0, most).Draw(rt, name) }
	var pending []int
	sequence := [3]int64{}
	last := 1 + small("epochs", 2)
	for n := range last + 1 {
		var e epoch
		for range 1 + small("acts", 3) {
			p := small("phone", 2)
			sequence[p]++
			s := fromPhone(fmt.Sprint("phone ", p), sequence[p], 0, today)
			s.Reason = "sửa"
			s.TakenAt = day.InstantOf(apptest.Start).Add(time.Duration(small("minutes", 600)) * time.Minute)
			if small("none", 9) == 0 {
				s.State = rollcall.NoClass
			} else {
				for i := range 3 {
					if kind := rollcall.Kind(small("kind", 4)); kind != rollcall.Present {
						s.Marks = append(s.Marks, rollcall.Mark{Pupil: apptest.Pupil(apptest.Class8A, 1+i), Kind: kind, Reason: []string{"", "illness", "festival"}[small("reason", 2)]})
					}
				}
			}
			e.made = append(e.made, len(o.acts))
			pending = append(pending, len(o.acts))
			o.acts, o.phones = append(o.acts, s), append(o.phones, p)
		}
		for i := 0; i < len(pending); {
			if n < last && small("stays", 2) == 0 {
				i++
				continue
			}
			e.arrive = append(e.arrive, pending[i])
			pending = slices.Delete(pending, i, i+1)
		}
		if small("moves", 5) == 0 {
			e.moves = 1 + small("moved", 3)
		}
		for p := range e.pulls {
			e.pulls[p] = small("pull", 1) == 1
		}
		o.epochs = append(o.epochs, e)
	}
	return o
}

// play sends the acts of a history in an order within each epoch, some of them twice, and
// says what the sheets of both classes are in the end.
func (o offlineHistory) play(ctx context.Context, tx *store.Tx, order func([]int) []int) (string, error) {
	people := [3]access.Who{apptest.Hoa.Who(), apptest.Dua.Who(), apptest.Hoa.Who()}
	var base, roll [3]int
	acts := slices.Clone(o.acts)
	for _, e := range o.epochs {
		for _, i := range e.made {
			acts[i].BaseVersion, acts[i].Roll = base[o.phones[i]], roll[o.phones[i]]
		}
		for _, i := range order(e.arrive) {
			if _, err := rollcall.Keep(ctx, tx, people[o.phones[i]], acts[i]); err != nil {
				return "", fmt.Errorf("act %d: %w", i, err)
			}
		}
		if e.moves > 0 {
			done, err := student.MoveClass(ctx, tx, system, student.MoveClassIn{Pupil: apptest.Pupil(apptest.Class8A, e.moves), Class: apptest.Class8B, From: today})
			if _, refused := fault.Of(err); !refused {
				if err != nil {
					return "", err
				}
				if _, err := rollcall.ApplyEnrolments(ctx, tx, system, done.Changes, "move-class"); err != nil {
					return "", err
				}
			}
		}
		sheets, err := rollcall.SheetsOf(ctx, tx, apptest.Realm, apptest.Class8A, day.Range{From: today, Until: today + 1})
		if err != nil {
			return "", err
		}
		for p := range base {
			if e.pulls[p] && len(sheets) > 0 {
				base[p], roll[p] = sheets[0].Version, sheets[0].Roll
			}
		}
	}
	if err := proven(ctx, tx); err != nil {
		return "", err
	}
	for i := range acts { // and once more at the very end
		k, err := rollcall.Keep(ctx, tx, people[o.phones[i]], acts[i])
		if err != nil || k.Outcome != rollcall.Already || !k.Receipt.Repeated {
			return "", fmt.Errorf("act %d again: %+v %w", i, k, err)
		}
	}
	return sheetOf(ctx, tx, today)
}

// The marks do not depend on the order in which acts arrive.
func TestTheOrderOfArrivalDoesNotMatter(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		keepPlans(t, h)
		h.Clock.Advance(11 * time.Hour)
		disputed := 0
		fewer(t, h)
		rapid.Check(t, func(rt *rapid.T) {
			history := drawHistory(rt)
			h.Clock.Advance(time.Millisecond)
			var results []string
			orders := []func([]int) []int{
				func(acts []int) []int { return acts },
				func(acts []int) []int { back := slices.Clone(acts); slices.Reverse(back); return append(back, acts...) },
			}
			for range 2 {
				seed := rapid.Uint64().Draw(rt, "order")
				orders = append(orders, func(acts []int) []int {
					mixed := slices.Concat(acts, acts)
					for i := range mixed {
						seed = seed*6364136223846793005 + 1442695040888963407
						j := i + int(seed>>33)%(len(mixed)-i)
						mixed[i], mixed[j] = mixed[j], mixed[i]
					}
					return mixed
				})
			}
			for _, order := range orders {
				err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
					result, err := history.play(ctx, tx, order)
					results = append(results, result)
					return errors.Join(err, errUndo)
				})
				if !errors.Is(err, errUndo) || err.Error() != errUndo.Error() {
					rt.Fatal(err)
				}
			}
			for _, r := range results[1:] {
				if r != results[0] {
					rt.Fatalf("in one order\n%s\nin another\n%s", results[0], r)
				}
			}
			if len(results[0]) > 0 && slices.Contains([]byte(results[0]), '\n') {
				disputed++
			}
		})
		if disputed == 0 {
			t.Error("no history had a dispute")
		}
	})
}

// fewer lets a test draw fewer histories on PostgreSQL, where each statement costs a way
// there and back; the rules are the same.
func fewer(t *testing.T, h *apptest.House) {
	checks := flag.Lookup("rapid.checks")
	if before := checks.Value.String(); h.Store.Engine() == store.Postgres && before == "80" {
		t.Cleanup(func() { must0(t, checks.Value.Set(before)) })
		must0(t, checks.Value.Set("15"))
	}
}

func must0(t *testing.T, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

func TestSixtyFourPhonesOnOneSheet(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		const phones = 64
		var wait sync.WaitGroup
		for n := range phones {
			wait.Go(func() {
				s := fromPhone(fmt.Sprint("phone ", n), 1, 0, today, absent(apptest.Class8A, rollcall.Kind(1+n%2), 1, 2+n%4)...)
				for range 2 { // the answer was lost
					if _, err := keep(t, h, apptest.Hoa.Who(), s); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
		if v := apptest.Query[int](t, h, `SELECT version FROM sheet`); len(v) != 1 || v[0] != phones {
			t.Errorf("versions %v", v)
		}
		if v := apptest.Query[int](t, h, `SELECT COUNT(DISTINCT act) FROM sheet_version`); v[0] != phones {
			t.Errorf("%d acts are kept", v[0])
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			d, err := rollcall.Disputes(ctx, tx, system, apptest.Class8A, today, calendar.Morning)
			if err == nil && (len(d.Disputes) != 5 || len(d.Disputes[0].Sides) != phones || d.Sheet.Unknown != 5) {
				t.Errorf("%d disputes on %+v", len(d.Disputes), d.Sheet)
			}
			return err
		})
		exact(t, h, apptest.MuongMunS)
	})
}

func TestAPersonDecidesWhatDiffers(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		marks := func(kind rollcall.Kind) []rollcall.Mark { return absent(apptest.Class8A, kind, 3) }
		kept(t, h, apptest.Hoa.Who(), fromPhone("hoa", 1, 0, today, marks(rollcall.Excused)...), rollcall.Done)
		second := fromPhone("dua", 1, 0, today, append(marks(rollcall.Unexcused), absent(apptest.Class8A, rollcall.Late, 9)...)...)
		k := kept(t, h, apptest.Dua.Who(), second, rollcall.Conflicting)
		if want := []id.ID{apptest.Pupil(apptest.Class8A, 3), apptest.Pupil(apptest.Class8A, 9)}; !slices.Equal(k.Conflicts, want) || k.Receipt.Unknown != 1 || k.Receipt.Late != 1 {
			t.Errorf("%+v", k)
		}
		if again := kept(t, h, apptest.Dua.Who(), second, rollcall.Already); again.First != rollcall.Conflicting || again.Receipt.Unknown != 1 || len(again.Conflicts) != 2 {
			t.Errorf("again %+v", again)
		}
		if _, err := keep(t, h, apptest.Hoa.Who(), second); !isCode(err, "rollcall.act-reused") {
			t.Errorf("another person's act: %v", err)
		}
		exact(t, h, apptest.MuongMunS)

		var seen rollcall.Disputed
		h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
			rows, total, _, err := rollcall.Conflicts(ctx, tx, apptest.Mai.Who(), rollcall.Listing{School: apptest.MuongMunS, Limit: 1})
			if err != nil || total != 2 || len(rows) != 1 || rows[0].Pupil != apptest.Pupil(apptest.Class8A, 3) {
				t.Errorf("%+v of %d: %v", rows, total, err)
			}
			u, err := rollcall.CountUndecided(ctx, tx, apptest.Huong.Who(), apptest.MuongMunS)
			if err != nil || u.Conflicts != 2 {
				t.Errorf("%+v %v", u, err)
			}
			seen, err = rollcall.Disputes(ctx, tx, apptest.Hoa.Who(), apptest.Class8A, today, calendar.Morning)
			if err == nil && (len(seen.Disputes) != 2 || seen.Disputes[0].Sides[0].Device != "hoa" || seen.Disputes[0].Sides[1].Account != apptest.Dua.Account) {
				t.Errorf("%+v", seen)
			}
			return err
		})
		decide := func(who access.Who, d rollcall.Decision) (r rollcall.Receipt, err error) {
			d.Class, d.Day, d.Session = apptest.Class8A, today, calendar.Morning
			err = h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				r, err = rollcall.Decide(ctx, tx, who, d)
				return err
			})
			return r, err
		}
		right := rollcall.Decision{Act: act(), Version: 2, Marks: marks(rollcall.Excused)}
		for _, c := range []struct {
			who    access.Who
			change func(*rollcall.Decision)
			want   string
		}{
			{apptest.Binh.Who(), func(*rollcall.Decision) {}, "access.no-grant"},
			{apptest.Hoa.Who(), func(d *rollcall.Decision) { d.Version = 1 }, "rollcall.moved-on"},
			{apptest.Hoa.Who(), func(d *rollcall.Decision) { d.Marks = absent(apptest.Class8A, rollcall.Excused, 4) }, "rollcall.no-dispute"},
			{apptest.Hoa.Who(), func(d *rollcall.Decision) { d.State = rollcall.Taken }, "rollcall.no-dispute"},
			{apptest.Hoa.Who(), func(d *rollcall.Decision) { d.Marks = nil }, "rollcall.nothing-decided"},
			{apptest.Hoa.Who(), func(d *rollcall.Decision) { d.Marks[0].Reason = "ốm" }, "rollcall.bad-reason"},
		} {
			d := right
			d.Marks = slices.Clone(right.Marks)
			c.change(&d)
			if _, err := decide(c.who, d); !isCode(err, c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		}
		r := must2(decide(apptest.Hoa.Who(), right))(t)
		if r.Version != 3 || r.Excused != 1 || r.Late != 1 {
			t.Errorf("%+v", r)
		}
		if again := must2(decide(apptest.Hoa.Who(), right))(t); !again.Repeated || again.Version != 3 {
			t.Errorf("again %+v", again)
		}
		// What is left is decided on the page of the roll call, by marking the pupil.
		s := morning(apptest.Class8A, today, marks(rollcall.Excused)...)
		s.BaseVersion = 3
		must2(submit(t, h, apptest.Hoa.Who(), s))(t)
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			open, total, _, err := rollcall.Conflicts(ctx, tx, apptest.Hoa.Who(), rollcall.Listing{Class: apptest.Class8A})
			if err != nil || total+len(open) != 0 {
				t.Errorf("still open: %+v %v", open, err)
			}
			past, _, _, err := rollcall.Conflicts(ctx, tx, apptest.Hoa.Who(), rollcall.Listing{Class: apptest.Class8A, Past: true})
			if len(past) != 2 || past[0].ClosedBy != apptest.Hoa.Account || past[0].Moot || past[1].ClosedAt.IsZero() {
				t.Errorf("past: %+v %v", past, err)
			}
			return err
		})
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM sheet_version`)[0]; n != 4 {
			t.Errorf("%d versions", n)
		}
		// "No class" against a roll that was called: nobody disappears until a person says so.
		none := fromPhone("mai", 1, 0, today)
		none.State, none.Reason = rollcall.NoClass, "mưa lũ"
		if k := kept(t, h, apptest.Mai.Who(), none, rollcall.Conflicting); !slices.Equal(k.Conflicts, []id.ID{0}) || k.Receipt.State != rollcall.Taken || k.Receipt.Excused != 1 {
			t.Errorf("%+v", k)
		}
		exact(t, h, apptest.MuongMunS)
		if _, err := decide(apptest.Hoa.Who(), rollcall.Decision{Act: act(), Version: 5, State: rollcall.NoClass}); !isCode(err, "rollcall.reason-needed") {
			t.Error(err)
		}
		r = must2(decide(apptest.Hoa.Who(), rollcall.Decision{Act: act(), Version: 5, State: rollcall.NoClass, Reason: "mưa lũ"}))(t)
		if r.State != rollcall.NoClass || r.Absent() != 0 {
			t.Errorf("%+v", r)
		}
		exact(t, h, apptest.MuongMunS)
	})
}

func isCode(err error, code string) bool {
	f, _ := fault.Of(err)
	return f != nil && f.Code == code
}

func TestAnActAfterTheLockWaitsForThePrincipal(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		early := day.MustParse("2020-05-18")
		late := fromPhone("hoa", 1, 0, early, absent(apptest.Class8A, rollcall.Unknown, 3)...)
		late.TakenAt = day.InstantOf(time.Date(2020, 5, 18, 0, 20, 0, 0, time.UTC))
		k := kept(t, h, apptest.Hoa.Who(), late, rollcall.Waits)
		if k.Receipt.Version != 0 || k.Receipt.Unknown != 1 || k.Receipt.ReceivedAt.IsZero() {
			t.Errorf("%+v", k)
		}
		if again := kept(t, h, apptest.Hoa.Who(), late, rollcall.Already); again.First != rollcall.Waits || again.Receipt.ReceivedAt != k.Receipt.ReceivedAt {
			t.Errorf("again %+v", again)
		}
		other := fromPhone("hoa", 2, 0, day.MustParse("2020-05-19"))
		kept(t, h, apptest.Hoa.Who(), other, rollcall.Waits)
		stranger := fromPhone("hoa", 3, 0, early, absent(apptest.Class6A, rollcall.Unknown, 3)...)
		if _, err := keep(t, h, apptest.Hoa.Who(), stranger); !isCode(err, "rollcall.stranger") {
			t.Error(err)
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM sheet`)[0]; n != 0 {
			t.Errorf("%d sheets", n)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			rows, total, _, err := rollcall.WaitingActs(ctx, tx, apptest.Son.Who(), rollcall.Listing{School: apptest.MuongMunS})
			if err != nil || total != 2 || rows[1].Day != early || rows[1].Account != apptest.Hoa.Account {
				t.Errorf("%+v of %d: %v", rows, total, err)
			}
			return err
		})
		decide := func(who access.Who, accept bool, act rollcall.ActID, reason string) error {
			return h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				if !accept {
					return rollcall.RefuseWaiting(ctx, tx, who, act, reason)
				}
				_, err = rollcall.AcceptWaiting(ctx, tx, who, act, reason)
				return err
			})
		}
		for _, p := range apptest.Everyone {
			if p.Account != apptest.Son.Account {
				if err := decide(p.Who(), true, late.Act, "mất sóng"); !isCode(err, "access.no-grant") {
					t.Errorf("%s accepts: %v", p.Login, err)
				}
			}
		}
		for _, c := range []struct {
			act    rollcall.ActID
			reason string
			want   string
		}{{late.Act, " ", "rollcall.reason-needed"}, {act(), "mất sóng", "rollcall.no-waiting"}} {
			if err := decide(apptest.Son.Who(), true, c.act, c.reason); !isCode(err, c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		}
		if err := decide(apptest.Son.Who(), true, late.Act, "cả tuần mất sóng"); err != nil {
			t.Fatal(err)
		}
		if err := decide(apptest.Son.Who(), false, other.Act, "đã có phiếu giấy"); err != nil {
			t.Fatal(err)
		}
		for _, act := range []rollcall.ActID{late.Act, other.Act} {
			if err := decide(apptest.Son.Who(), true, act, "nữa"); !isCode(err, "rollcall.waiting-decided") {
				t.Errorf("decided twice: %v", err)
			}
		}
		if again := kept(t, h, apptest.Hoa.Who(), late, rollcall.Already); again.First != rollcall.Done || again.Receipt.Version != 1 || again.Receipt.EnteredLate {
			t.Errorf("accepted: %+v", again)
		}
		if again := kept(t, h, apptest.Hoa.Who(), other, rollcall.Already); again.First != rollcall.Refused {
			t.Errorf("refused: %+v", again)
		}
		// The clerk answers for the school: what she enters is in time until the month is closed.
		kept(t, h, apptest.Mai.Who(), fromPhone("mai", 1, 0, day.MustParse("2020-05-20")), rollcall.Done)
		exact(t, h, apptest.MuongMunS)
	})
}

// A substitute of one day sends her sheet when she no longer holds the class: in time it
// counts, past the lock it waits, and never does it reach another day.
func TestASubstituteSendsLater(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		send := func(s rollcall.Submission) (k rollcall.Kept, err error) {
			err = h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				who, err := access.LoadAt(ctx, tx, apptest.Realm, apptest.Dua.Account, today, s.Day)
				if err == nil {
					k, err = rollcall.Keep(ctx, tx, who, s)
				}
				return err
			})
			return k, err
		}
		h.Clock.Advance(4 * 24 * time.Hour) // Tuesday
		first := fromPhone("dua", 1, 0, today, absent(apptest.Class8A, rollcall.Unknown, 3)...)
		first.TakenAt = day.InstantOf(apptest.Start)
		if k, err := send(first); err != nil || k.Outcome != rollcall.Done || k.Receipt.EnteredLate {
			t.Errorf("%+v %v", k, err)
		}
		if _, err := send(fromPhone("dua", 2, 0, today.Add(-1))); !fault.Is(err, fault.Forbidden) {
			t.Errorf("the day before: %v", err)
		}
		h.Clock.Advance(3 * 24 * time.Hour) // Friday
		if k, err := send(fromPhone("dua", 3, 0, today)); err != nil || k.Outcome != rollcall.Waits {
			t.Errorf("%+v %v", k, err)
		}
	})
}

func TestAPhoneWhoseClockIsWrong(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		now := day.InstantOf(apptest.Start)
		for _, c := range []struct {
			session calendar.Session
			told    time.Duration // by the phone's clock, from now
			off     int64
			want    int64
			late    bool
		}{
			{calendar.Morning, 5 * time.Hour, 0, 5 * 3600_000, false},                 // in the future, not known why
			{calendar.Afternoon, 12 * time.Hour, 12 * 3600_000, 12 * 3600_000, false}, // known to be twelve hours ahead
			{calendar.Evening, time.Minute, 0, 0, false},
		} {
			s := fromPhone("hoa", 1, 0, today)
			s.Day, s.Class, s.Session = day.MustParse("2020-05-28"), apptest.Class8A, c.session
			s.TakenAt, s.ClockOff = now.Add(c.told), c.off
			if c.session == calendar.Evening {
				s.Session, s.Day = calendar.Morning, today
			}
			if _, err := keep(t, h, apptest.Hoa.Who(), s); err != nil {
				t.Fatal(err)
			}
			type row struct {
				Off   int64
				Taken day.Instant
			}
			got := apptest.Query[row](t, h, `SELECT clock_off, taken_at FROM sheet_version WHERE act = $1`, s.Act[:])
			if len(got) != 1 || got[0].Off != c.want || got[0].Taken != s.TakenAt {
				t.Errorf("%+v: kept %+v", c, got)
			}
		}
	})
}

// Nobody but those who call the roll of a class can send anything of it.
func TestWhoMayKeep(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		may := []string{"hoa", "dua", "mai", "son"}
		for _, p := range apptest.Everyone {
			s := fromPhone(p.Login, 1, 0, today)
			_, err := keep(t, h, p.Who(), s)
			if slices.Contains(may, p.Login) != (err == nil) || err != nil && !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s keeps: %v", p.Login, err)
			}
			sees := slices.Contains(append(may, "vinh"), p.Login)
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				_, _, _, a := rollcall.Conflicts(ctx, tx, p.Who(), rollcall.Listing{Class: apptest.Class8A})
				_, _, _, b := rollcall.WaitingActs(ctx, tx, p.Who(), rollcall.Listing{Class: apptest.Class8A})
				_, c := rollcall.Disputes(ctx, tx, p.Who(), apptest.Class8A, today, calendar.Morning)
				for _, err := range []error{a, b, c} {
					if sees != (err == nil) || err != nil && !fault.Is(err, fault.Forbidden) {
						t.Errorf("%s sees: %v", p.Login, err)
					}
				}
				return nil
			})
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM sheet_version`)[0]; n != len(may) {
			t.Errorf("%d versions", n)
		}
		bad := fromPhone("hoa", 2, 0, today)
		bad.Marks = []rollcall.Mark{{Pupil: apptest.Pupil(apptest.Class8A, 1), Kind: rollcall.Excused, Reason: "gone-fishing"}}
		if _, err := keep(t, h, apptest.Hoa.Who(), bad); !isCode(err, "rollcall.bad-reason") {
			t.Errorf("an unknown code: %v", err)
		}
	})
}
