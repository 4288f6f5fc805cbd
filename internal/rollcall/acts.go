package rollcall

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// encodeSent writes what an act says: a line with its state (0: nothing) and reason, then
// its marks as encodeMarks does.
func encodeSent(state State, reason string, marks []Mark) string {
	return strconv.Itoa(int(state)) + " " + reason + "\n" + encodeMarks(marks, nil)
}

func decodeSent(sent string) (state State, reason string, marks []Mark, err error) {
	head, body, _ := strings.Cut(sent, "\n")
	number, reason, _ := strings.Cut(head, " ")
	n, err := strconv.Atoi(number)
	if err != nil {
		return 0, "", nil, fmt.Errorf("rollcall: a kept act: %w", err)
	}
	marks, _, err = decodeMarks(body)
	return State(n), reason, marks, err
}

// keptAct is a version of a sheet as the merge needs it.
type keptAct struct {
	Version  int
	Act      []byte
	Roll     int
	State    State
	Cause    string
	Reason   string
	Body     string
	Device   string
	Account  id.ID
	Base     int
	Sequence int64
	SeenRoll int
	Sent     string
}

// actsOf reads the acts of a sheet up to a version, in the order in which they came, as they
// speak of the pupils of a roll. lists holds other rolls of the class that are known already.
func actsOf(ctx context.Context, tx *store.Tx, realm int, class id.ID, on day.Day, session calendar.Session, upto int, roll *list, lists ...*list) ([]Act, error) {
	rows, err := store.All[keptAct](ctx, tx, sqlActs, realm, class, on, session)
	if err != nil {
		return nil, err
	}
	known := map[int]*list{roll.number: roll}
	for _, l := range lists {
		if l != nil {
			known[l.number] = l
		}
	}
	var acts []Act
	before := "" // body of the version before
	for i, row := range rows {
		if row.Version > upto {
			break
		}
		act, err := row.act(rows[:i], before)
		if err != nil {
			return nil, err
		}
		if number := row.seenRoll(); !act.Partial && number > 0 {
			if known[number] == nil {
				if known[number], err = listNumber(ctx, tx, realm, class, number, nil); err != nil {
					return nil, err
				}
			}
			act.Roll = known[number].pupils
		} else {
			act.Everyone = !act.Partial
		}
		acts, before = append(acts, act), row.Body
	}
	return acts, meanNow(ctx, tx, realm, roll, acts)
}

func (row keptAct) seenRoll() int {
	if row.SeenRoll < 0 {
		return row.Roll
	}
	return row.SeenRoll
}

func (row keptAct) act(earlier []keptAct, before string) (Act, error) {
	act := Act{ID: ActID(row.Act), Device: row.Device, Account: row.Account, Sequence: row.Sequence, State: row.State, Reason: row.Reason}
	for _, e := range earlier {
		if row.Base < 0 || e.Version <= row.Base {
			act.Saw = append(act.Saw, ActID(e.Act))
		}
	}
	marks, dropped, err := decodeMarks(row.Body)
	if err != nil {
		return act, err
	}
	switch {
	case row.Cause == CauseCalendar:
		act.Partial, act.State, act.Reason = true, 0, ""
		return act, nil
	case row.Sent != "":
		act.Partial = row.Cause == CauseEnrolment || row.Cause == CauseDecision
		if act.State, act.Reason, act.Marks, err = decodeSent(row.Sent); err != nil {
			return act, err
		}
	case row.Cause == CauseEnrolment:
		// Of before merging: it said only the marks that pupils brought along.
		act.Partial, act.State, act.Reason = true, 0, ""
		stood, _, err := decodeMarks(before)
		if err != nil {
			return act, err
		}
		act.Marks = slices.DeleteFunc(marks, func(m Mark) bool { return slices.Contains(stood, m) })
	default:
		act.Marks = append(marks, dropped...)
		if act.State == Void {
			act.State = Taken
		}
	}
	slices.SortFunc(act.Marks, byPupil)
	return act, nil
}

// Conflicts in table sheet_conflict.
const (
	conflictOpen    = 1
	conflictDecided = 2
	conflictMoot    = 3 // the pupil left the class, or there was no class
)

type conflictRow struct {
	Pupil         id.ID
	Since         int
	State         int
	ClosedVersion int
}

func conflictsOf(ctx context.Context, tx *store.Tx, realm int, s Sheet) ([]conflictRow, error) {
	return store.All[conflictRow](ctx, tx, sqlConflictsOfSheet, realm, s.Class, s.Day, s.Session)
}

// differ brings the sheet's conflicts from before to what is open after its next version.
func (b *batch) differ(ctx context.Context, tx *store.Tx, before, after *standing, open []Differing) error {
	var rows []conflictRow
	if before != nil && before.Conflicts > 0 {
		var err error
		if rows, err = conflictsOf(ctx, tx, b.realm, before.Sheet); err != nil {
			return err
		}
		rows = slices.DeleteFunc(rows, func(r conflictRow) bool { return r.State != conflictOpen })
	}
	key := []any{b.realm, after.Class, after.Day, after.Session}
	for _, d := range open {
		if !slices.ContainsFunc(rows, func(r conflictRow) bool { return r.Pupil == d.Pupil }) {
			b.opened = append(b.opened, append(slices.Clone(key), d.Pupil, after.Version, after.School, conflictOpen, after.ReceivedAt, 0, 0, day.Instant(0)))
		}
	}
	for _, r := range rows {
		if slices.ContainsFunc(open, func(d Differing) bool { return r.Pupil == d.Pupil }) {
			continue
		}
		state := conflictDecided
		if r.Pupil != 0 && (!after.list.has(r.Pupil) || after.State == NoClass) {
			state = conflictMoot
		}
		b.closed = append(b.closed, append(slices.Clone(key), r.Pupil, r.Since, state, after.Version, after.Account, after.ReceivedAt))
	}
	after.Conflicts = len(open)
	return nil
}

// settle closes what a submission that saw everything has decided on its way.
func (b *batch) settle(ctx context.Context, tx *store.Tx, before, after *standing, v version) error {
	if before == nil || before.Conflicts == 0 {
		return nil
	}
	acts, err := actsOf(ctx, tx, b.realm, after.Class, after.Day, after.Session, before.Version, after.list, before.list)
	if err != nil {
		return err
	}
	act := Act{ID: v.act, State: after.State, Reason: v.reason, Marks: slices.Concat(after.marks, after.dropped), Roll: after.list.pupils}
	if act.State == Void {
		act.State = Taken
		if v.sent != "" {
			act.State = NoClass
		}
	}
	slices.SortFunc(act.Marks, byPupil)
	act.saw(acts)
	return b.differ(ctx, tx, before, after, Merge(append(acts, act), after.list.pupils).Open)
}

func (a *Act) saw(acts []Act) {
	for i := range acts {
		a.Saw = append(a.Saw, acts[i].ID)
	}
}
