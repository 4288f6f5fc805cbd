package student_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/student"
)

var exits = []string{student.ExitTransfer, student.ExitDropout, student.ExitVocational, student.ExitMoved, student.ExitDied, student.ExitOther, student.ExitYearEnd}

// histories draws the spells of some children over two school years and a few schools.
func histories(t *rapid.T) []student.Spell {
	var all []student.Spell
	for pupil := range rapid.IntRange(1, 12).Draw(t, "pupils") {
		at := day.MustParse("2019-08-26").Add(rapid.IntRange(0, 60).Draw(t, "first"))
		entry, from, year := student.EntryOpening, id.ID(0), 2019
		for range rapid.IntRange(1, 5).Draw(t, "spells") {
			s := student.Spell{Enrolment: id.ID(len(all) + 1), Pupil: id.ID(pupil + 1), School: id.ID(rapid.IntRange(1, 4).Draw(t, "school")),
				Year: year, Level: "THCS", Grade: rapid.SampledFrom([]string{"6", "7"}).Draw(t, "grade"), Entry: entry, FromSchool: from}
			s.Period = day.Range{From: at, Until: day.Forever}
			if entry == student.EntryTransfer && from == s.School {
				s.FromSchool = 0
			}
			all = append(all, s)
			if rapid.IntRange(0, 3).Draw(t, "stays") == 0 {
				break
			}
			end := &all[len(all)-1]
			end.Period.Until = at.Add(rapid.IntRange(1, 90).Draw(t, "days"))
			end.Exit = rapid.SampledFrom(exits).Draw(t, "exit")
			end.ExitState = rapid.SampledFrom([]string{student.Confirmed, student.Unconfirmed}).Draw(t, "state")
			at = end.Period.Until.Add(rapid.IntRange(0, 30).Draw(t, "away"))
			from, year = end.School, at.SchoolYear()
			switch end.Exit {
			case student.ExitDied:
			case student.ExitTransfer:
				entry = student.EntryTransfer
				end.ToSchool = id.ID(rapid.IntRange(0, 4).Draw(t, "to"))
			case student.ExitYearEnd:
				entry, from = student.EntryOpening, 0
			default:
				entry = student.EntryReturn
			}
			if end.Exit == student.ExitDied {
				break
			}
		}
	}
	return all
}

func period(t *rapid.T) day.Range {
	from := day.MustParse("2019-08-20").Add(rapid.IntRange(0, 300).Draw(t, "from"))
	return day.Range{From: from, Until: from.Add(rapid.IntRange(1, 200).Draw(t, "length"))}
}

// The identity of CV 6622 holds for every school, level, grade, every sum and every period,
// and a parent is the sum of its children; only "of which internal" is its own.
func TestLedgerHoldsByConstruction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spells, in := histories(t), period(t)
		for _, cumulative := range []bool{false, true} {
			l := student.LedgerOf(spells, in, cumulative)
			if key, ok := l.Balanced(); !ok {
				t.Fatalf("%+v does not balance: %+v", key, l.Rows[key])
			}
			total, sum := l.Total(), student.Movement{}
			for school := range id.ID(5) {
				one := l.Of("", school)
				if !one.Balanced() {
					t.Fatalf("school %d does not balance: %+v", school, one)
				}
				if one.ArrivalsInternal > one.Arrivals || one.DeparturesInternal > one.Departures || one.Dropouts < 0 || one.Returns < 0 {
					t.Fatalf("school %d: %+v", school, one)
				}
				one.ArrivalsInternal, one.DeparturesInternal = 0, 0
				sum = sum.Add(one)
			}
			if !total.Balanced() || total.ArrivalsInternal > total.Arrivals || total.DeparturesInternal > total.Departures {
				t.Fatalf("total: %+v", total)
			}
			total.ArrivalsInternal, total.DeparturesInternal = 0, 0
			if total != sum {
				t.Fatalf("parent %+v is not the sum of its children %+v", total, sum)
			}
			now := 0
			for _, s := range spells {
				if s.Period.Has(in.Until-1) || s.Period.Until == in.Until && s.Period.From < in.Until {
					now++
				}
			}
			if total.Now != now {
				t.Fatalf("now is %d, %d are enrolled", total.Now, now)
			}
		}
	})
}

// Two periods that meet: the end of one is the opening of the next, and every column adds up.
func TestMonthsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spells, in := histories(t), period(t)
		middle := in.From.Add(rapid.IntRange(0, in.Days()).Draw(t, "middle"))
		first := student.LedgerOf(spells, day.Range{From: in.From, Until: middle}, false).Total()
		second := student.LedgerOf(spells, day.Range{From: middle, Until: in.Until}, false).Total()
		whole := student.LedgerOf(spells, in, false).Total()
		if first.Now != second.Opening {
			t.Fatalf("ends with %d, goes on with %d", first.Now, second.Opening)
		}
		sum := first.Add(second)
		sum.Opening, sum.Now = first.Opening, second.Now
		sum.ArrivalsInternal, sum.DeparturesInternal, whole.ArrivalsInternal, whole.DeparturesInternal = 0, 0, 0, 0
		if sum != whole {
			t.Fatalf("%+v and %+v are not %+v", first, second, whole)
		}
	})
}

func TestDroppedOutAndBackInTheSameYear(t *testing.T) {
	left := student.Spell{Enrolment: 1, Pupil: 1, School: 1, Year: 2019, Level: "THCS", Grade: "8", Entry: student.EntryOpening, Exit: student.ExitDropout, ExitState: student.Confirmed,
		Period: day.Range{From: day.MustParse("2019-08-26"), Until: day.MustParse("2020-03-02")}}
	back := student.Spell{Enrolment: 2, Pupil: 1, School: 1, Year: 2019, Level: "THCS", Grade: "8", Entry: student.EntryReturn, FromSchool: 1,
		Period: day.Range{From: day.MustParse("2020-03-16"), Until: day.Forever}}
	march := day.MonthOf(left.Period.Until)
	since := day.Range{From: day.MustParse("2019-09-05"), Until: march.Until}
	if m := student.LedgerOf([]student.Spell{left, back}, march, false).Total(); m.Dropouts != 1 || m.Returns != 1 || m.Now != 1 || m.Opening != 1 {
		t.Errorf("the month: %+v", m)
	}
	if m := student.LedgerOf([]student.Spell{left, back}, since, true).Total(); m.Dropouts != 0 || m.Returns != 0 || m.Opening != 1 || m.Now != 1 || !m.Balanced() {
		t.Errorf("since the opening: %+v", m)
	}
	back.School = 2
	l := student.LedgerOf([]student.Spell{left, back}, since, true)
	if a, b, both := l.Of("", 1), l.Of("", 2), l.Total(); a.Departures != 1 || a.Dropouts != 0 || b.Arrivals != 1 || b.Returns != 0 || both.DeparturesInternal != 1 || both.ArrivalsInternal != 1 {
		t.Errorf("back at another school: %+v, %+v, %+v", a, b, both)
	}
	before := day.Range{From: since.From, Until: day.MustParse("2020-03-10")}
	if m := student.LedgerOf([]student.Spell{left, back}, before, true).Total(); m.Dropouts != 1 || m.Now != 0 {
		t.Errorf("before the return: %+v", m)
	}
}

// Vector of domain.md 1.5: 400 at the opening, 6 came, 10 went, 4 dropped out, 392 now.
func TestIdentityVector(t *testing.T) {
	m := student.Movement{Opening: 400, Arrivals: 6, Departures: 10, Dropouts: 4, Now: 392}
	if m.OtherDecrease() != 4 || !m.Balanced() {
		t.Errorf("other decrease %d", m.OtherDecrease())
	}
}

// Random acts on the cast: whatever is done in whatever order, the database's ledgers are
// those of the spells, both views balance, and no child is enrolled twice.
func TestLedgerOfRandomActs(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		who := access.System(apptest.Realm)
		classes := []id.ID{apptest.Class6A, apptest.Class8A, apptest.Class8B, apptest.Class9A, apptest.Class34}
		done := 0
		rapid.Check(t, func(r *rapid.T) {
			in := day.Range{From: day.MustParse("2019-08-27").Add(rapid.IntRange(0, 20).Draw(r, "from")), Until: day.MustParse("2020-06-01").Add(rapid.IntRange(-200, 100).Draw(r, "until"))}
			err := h.Store.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
				on := day.MustParse("2019-08-27")
				for range rapid.IntRange(5, 25).Draw(r, "acts") {
					on = on.Add(rapid.IntRange(0, 20).Draw(r, "later"))
					pupil := apptest.Pupil(rapid.SampledFrom(classes).Draw(r, "of"), rapid.IntRange(1, 2).Draw(r, "pupil"))
					if err := act(ctx, tx, who, r, pupil, on, rapid.SampledFrom(classes).Draw(r, "to")); err == nil {
						done++
					} else if _, known := fault.Of(err); !known {
						return err
					}
				}
				var spells []student.Spell
				for _, c := range apptest.Classes {
					for n := 1; n <= c.Size; n++ {
						own, err := student.SpellsOf(ctx, tx, apptest.Realm, apptest.Pupil(c.ID, n))
						if err != nil {
							return err
						}
						for i := 1; i < len(own); i++ {
							if own[i-1].Period.Overlaps(own[i].Period) {
								r.Fatalf("enrolled twice: %+v", own)
							}
						}
						spells = append(spells, own...)
					}
				}
				for _, cumulative := range []bool{false, true} {
					schools := []id.ID{apptest.MuongMunS, apptest.MuongMunP, apptest.PuNhungS}
					got, err := student.ReadLedger(ctx, tx, apptest.Realm, student.LedgerIn{Schools: schools, Period: in, Cumulative: cumulative})
					if err != nil {
						return err
					}
					want := student.LedgerOf(spells, in, cumulative)
					if diff := cmp.Diff(want.Total(), got.Total()); diff != "" {
						r.Fatalf("by school, cumulative %t:\n%s", cumulative, diff)
					}
					if diff := cmp.Diff(want.Of("", schools[0]), got.Of("", schools[0])); diff != "" {
						r.Fatalf("one school, cumulative %t:\n%s", cumulative, diff)
					}
					home, err := student.ReadLedger(ctx, tx, apptest.Realm, student.LedgerIn{Units: []id.ID{apptest.BanLum, apptest.BanHong, apptest.PhiengPi}, Period: in, Cumulative: cumulative})
					if err != nil {
						return err
					}
					if key, ok := home.Balanced(); !ok {
						r.Fatalf("by residence %+v does not balance: %+v", key, home.Rows[key])
					}
					if a, b := home.Total(), got.Total(); a.Opening != b.Opening || a.Now != b.Now || a.Dropouts != b.Dropouts {
						r.Fatalf("by residence %+v, by school %+v", a, b)
					}
				}
				return undone
			})
			if !errors.Is(err, undone) {
				r.Fatal(err)
			}
		})
		if done < 300 {
			t.Errorf("only %d acts were possible", done)
		}
	})
}

var undone = errors.New("this history is undone, the next begins afresh")

func act(ctx context.Context, tx *store.Tx, who access.Who, r *rapid.T, pupil id.ID, on day.Day, class id.ID) (err error) {
	school, grade := apptest.MuongMunS, map[id.ID]string{apptest.Class6A: "6", apptest.Class9A: "9", apptest.Class34: "3"}[class]
	switch class {
	case apptest.Class9A:
		school = apptest.PuNhungS
	case apptest.Class34:
		school = apptest.MuongMunP
	}
	switch rapid.IntRange(0, 9).Draw(r, "act") {
	case 0, 1:
		_, err = student.Offer(ctx, tx, who, student.OfferIn{Pupil: pupil, To: school, On: on})
	case 2, 3:
		_, err = student.Accept(ctx, tx, who, student.AcceptIn{Pupil: pupil, Class: class, Grade: grade, From: on})
	case 4:
		_, err = student.Refuse(ctx, tx, who, student.RefuseIn{Pupil: pupil})
	case 5, 6:
		kind := rapid.SampledFrom([]string{student.ExitDropout, student.ExitDropout, student.ExitDropout, student.ExitVocational, student.ExitMoved, student.ExitDied}).Draw(r, "kind")
		_, err = student.Leave(ctx, tx, who, student.LeaveIn{Pupil: pupil, Kind: kind, On: on})
	case 7, 8:
		_, err = student.Return(ctx, tx, who, student.ReturnIn{Pupil: pupil, Class: class, Grade: grade, From: on})
	case 9:
		_, err = student.MoveClass(ctx, tx, who, student.MoveClassIn{Pupil: pupil, Class: class, From: on})
	}
	return err
}
