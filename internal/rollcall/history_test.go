package rollcall_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

// step is one act of a random history; its numbers are read as far as the kind needs them.
type step struct {
	Kind, Class, Day, Pupil, Mark, Other int
}

var steps = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
	small := func(name string, most int) int { return rapid.IntRange(0, most).Draw(t, name) }
	return step{small("kind", 10), small("class", 2), small("day", 7), small("pupil", 9), small("mark", 4), small("other", 9)}
}), 1, 30)

var (
	historyClasses = []id.ID{apptest.Class8A, apptest.Class8B, apptest.Class6A}
	historyDays    = weekdays("2020-05-18", "2020-05-30") // nine days; the first of them in the histories
	errUndo        = errors.New("the history is undone")
)

// Whatever is done in whatever order, the sums say what the sheets say.
func TestRandomHistoriesKeepSumsExact(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		keepPlans(t, h)
		worked := map[int]int{} // by kind of step
		rapid.Check(t, func(rt *rapid.T) {
			history := steps.Draw(rt, "history")
			h.Clock.Advance(time.Millisecond)
			// One transaction for each history, undone at its end: the next one begins afresh.
			err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				var open []id.ID
				for i, s := range history {
					if err := s.do(ctx, tx, &open); err != nil {
						if _, refused := fault.Of(err); !refused {
							return fmt.Errorf("step %d %+v: %w", i, s, err)
						}
					} else {
						worked[s.Kind]++
					}
				}
				if err := proven(ctx, tx); err != nil {
					return err
				}
				return errUndo
			})
			if !errors.Is(err, errUndo) {
				rt.Fatal(err)
			}
		})
		for kind := range 11 {
			if worked[kind] == 0 {
				t.Errorf("no step of kind %d was ever carried out: %v", kind, worked)
			}
		}
		t.Log("steps carried out, by kind:", worked)
	})
}

// keepPlans marks the school once, so that plans and rolls are kept between transactions as in real life.
func keepPlans(t *testing.T, h *apptest.House) {
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		return calendar.MarkStale(ctx, tx, apptest.Realm, apptest.MuongMunS, day.Range{From: apptest.YearStart, Until: apptest.YearEnd})
	})
	for _, class := range historyClasses {
		must2(submit(t, h, system, morning(class, day.MustParse("2020-05-05"))))(t)
	}
	h.Clock.Advance(time.Second)
}

func (s step) do(ctx context.Context, tx *store.Tx, open *[]id.ID) error {
	class, on := historyClasses[s.Class], historyDays[s.Day]
	switch s.Kind {
	case 0, 1, 2, 3:
		sub := morning(class, on)
		if s.Other%3 == 0 {
			sub.Session = calendar.Afternoon // refused but for 8A on two days
		}
		if s.Other == 9 {
			sub.State, sub.Reason = rollcall.NoClass, "lao động"
		} else {
			for n := range s.Mark {
				sub.Marks = append(sub.Marks, rollcall.Mark{Pupil: apptest.Pupil(class, 1+(s.Pupil+3*n)%10), Kind: rollcall.Kind(1 + (s.Mark+n)%4)})
			}
		}
		_, err := rollcall.Submit(ctx, tx, system, sub)
		var c *rollcall.Conflict
		if errors.As(err, &c) {
			sub.BaseVersion, sub.Reason = c.Now.Version, "sửa"
			_, err = rollcall.Correct(ctx, tx, system, sub)
		}
		return err
	case 4:
		return s.resolve(ctx, tx)
	case 5: // between the two classes of grade 8, backwards
		to := historyClasses[(s.Class+1)%2]
		done, err := student.MoveClass(ctx, tx, system, student.MoveClassIn{Pupil: apptest.Pupil(class, 1+s.Pupil), Class: to, From: on})
		if err != nil {
			return err
		}
		_, err = rollcall.ApplyEnrolments(ctx, tx, system, done.Changes, "move-class")
		return err
	case 6, 7:
		in := calendar.DeclareIn{Scope: calendar.Scope{Kind: calendar.ScopeSchool, ID: apptest.MuongMunS}, Reason: calendar.ReasonCold,
			Period: day.Through(on, on.Add(s.Mark)), Session: calendar.Session(s.Other % 2)}
		if s.Other > 5 {
			in.Scope = calendar.Scope{Kind: calendar.ScopeClass, ID: class}
		}
		change, err := calendar.DeclareClosure(ctx, tx, system, in)
		if err != nil {
			return err
		}
		*open = append(*open, change.ID)
		return apply(ctx, tx, change)
	case 9, 10: // from one of three phones, on what it saw at some time
		sub := morning(class, historyDays[s.Day%2])
		sub.Cause, sub.Device, sub.Sequence, sub.BaseVersion, sub.Reason = rollcall.CausePhone, fmt.Sprint("phone ", s.Other%3), int64(1+s.Other), s.Day/3, "sửa"
		if s.Other == 9 {
			sub.State = rollcall.NoClass
		} else {
			for n := range s.Mark {
				sub.Marks = append(sub.Marks, rollcall.Mark{Pupil: apptest.Pupil(class, 1+(s.Pupil+3*n)%10), Kind: rollcall.Kind(1 + (s.Mark+n)%4)})
			}
		}
		kept, err := rollcall.Keep(ctx, tx, system, sub)
		if err != nil || s.Kind == 9 || kept.Outcome != rollcall.Conflicting {
			return err
		}
		return s.decide(ctx, tx)
	default:
		if len(*open) == 0 {
			return nil
		}
		at := s.Other % len(*open)
		change, err := calendar.Withdraw(ctx, tx, system, calendar.WithdrawIn{ID: (*open)[at], Reason: "nhầm"})
		*open = append((*open)[:at], (*open)[at+1:]...)
		if err != nil {
			return err
		}
		return apply(ctx, tx, change)
	}
}

// resolve says what the first unknown absence from a day on was.
func (s step) resolve(ctx context.Context, tx *store.Tx) error {
	for i := range historyDays {
		on := historyDays[(s.Day+i)%len(historyDays)]
		for _, class := range historyClasses {
			versions, _, err := rollcall.Versions(ctx, tx, system, class, on, calendar.Morning)
			if err != nil || len(versions) == 0 {
				continue
			}
			for _, m := range versions[len(versions)-1].Marks {
				if m.Kind == rollcall.Unknown {
					m.Kind, m.Reason = rollcall.Kind(2+s.Mark%2), "illness"
					_, err := rollcall.Resolve(ctx, tx, system, rollcall.Resolution{Act: act(), Class: class, Day: on, Session: calendar.Morning, Marks: []rollcall.Mark{m}})
					return err
				}
			}
		}
	}
	return fault.New(fault.NotFound, "rollcall.no-sheet", nil)
}

// decide ends all that is disputed on some sheet.
func (s step) decide(ctx context.Context, tx *store.Tx) error {
	rows, _, _, err := rollcall.Conflicts(ctx, tx, system, rollcall.Listing{School: apptest.MuongMunS})
	if err != nil {
		return err
	}
	at := rows[s.Other%len(rows)]
	class := at.Class
	d, err := rollcall.Disputes(ctx, tx, system, class, at.Day, at.Session)
	if err != nil {
		return err
	}
	decision := rollcall.Decision{Act: act(), Class: class, Day: at.Day, Session: at.Session, Version: d.Sheet.Version, Reason: "hỏi lại"}
	for _, dispute := range d.Disputes {
		side := dispute.Sides[s.Mark%len(dispute.Sides)]
		if dispute.Pupil == 0 {
			decision.State = side.State
		} else {
			decision.Marks = append(decision.Marks, side.Mark)
		}
	}
	if _, err := rollcall.Decide(ctx, tx, system, decision); err != nil {
		return err
	}
	if d, err = rollcall.Disputes(ctx, tx, system, class, at.Day, at.Session); err == nil && len(d.Disputes) > 0 {
		return fmt.Errorf("decided, and still disputed: %+v", d.Disputes)
	}
	return err
}

func apply(ctx context.Context, tx *store.Tx, change calendar.Change) error {
	for _, school := range change.Schools {
		if _, err := rollcall.ApplyCalendar(ctx, tx, system, school, change.Period); err != nil {
			return err
		}
	}
	return nil
}

// proven recounts the sheets by Check, and each sheet against the calendar, the class's
// roll of its day and its last version.
func proven(ctx context.Context, tx *store.Tx) error {
	differences, err := rollcall.Check(ctx, tx, apptest.Realm, apptest.MuongMunS, day.Range{From: day.MustParse("2020-04-01"), Until: day.MustParse("2020-07-01")})
	if err != nil {
		return err
	}
	for _, d := range differences {
		return errors.New(d.String())
	}
	for _, class := range historyClasses {
		sheets, err := rollcall.SheetsOf(ctx, tx, apptest.Realm, class, day.Range{From: historyDays[0], Until: today + 1})
		if err != nil {
			return err
		}
		for _, s := range sheets {
			verdict, err := calendar.Resolve(ctx, tx, apptest.Realm, class, s.Day, s.Session)
			if err != nil {
				return err
			}
			if verdict.Held == (s.State == rollcall.Void) {
				return fmt.Errorf("%s of class %s: held %v, state %s", s.Day, class, verdict.Held, s.State.Code())
			}
			roll, stored, err := student.PeekRoll(ctx, tx, apptest.Realm, class, s.Day)
			if err != nil {
				return err
			}
			if !stored || roll.Number != s.Roll || roll.Size != s.Size {
				return fmt.Errorf("%s of class %s: roll %d of %d, sheet has %d of %d", s.Day, class, roll.Number, roll.Size, s.Roll, s.Size)
			}
			versions, _, err := rollcall.Versions(ctx, tx, system, class, s.Day, s.Session)
			if err != nil {
				return err
			}
			last := versions[len(versions)-1]
			if len(versions) != s.Version || last.Version != s.Version || last.State != s.State || last.Roll != s.Roll ||
				len(last.Marks) != s.Absent()+s.Late {
				return fmt.Errorf("%s of class %s: sheet %+v, last version %+v", s.Day, class, s, last)
			}
		}
	}
	return nil
}
