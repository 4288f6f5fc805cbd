package rollcall

import (
	"context"
	"slices"
	"time"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Outcome says what became of an act.
type Outcome string

const (
	Done        Outcome = "done"     // kept, and nothing stands against it
	Already     Outcome = "already"  // received before
	Conflicting Outcome = "conflict" // kept; it differs from what another said, and a person decides
	Waits       Outcome = "waiting"  // kept for the principal: it came after the lock
	Refused     Outcome = "refused"  // the principal said no to it; only as Kept.First
)

// Kept is the answer to an act.
type Kept struct {
	Outcome   Outcome
	First     Outcome // what the first answer was or has become, of one that was received before
	Receipt   Receipt // version 0 while it waits
	Conflicts []id.ID // pupils of whom it differs from others, undecided; 0 is the whole sheet
}

// ClockTolerance is by how much a phone's clock may be ahead and still count as right.
const ClockTolerance = 2 * time.Minute

// Keep merges an act made without a network into its sheet. Nothing is overwritten and
// nothing is lost: what the sheet says afterwards is Merge of all acts on it, in whatever
// order and however late they come. Where acts differ, both stay and a conflict is open
// until somebody decides (Decide).
//
// who is the author as he was when he took the roll (access.LoadAt). The lock is judged
// by what he is now: past it the act is kept whole, and waits for the principal. TakenAt
// is as the phone's clock told; ClockOff corrects it, and a time in the future is none.
//
// Faults are refusals: those of Submit but for rollcall.conflict and rollcall.locked. A
// base version that is not there (a server set up again from a backup) counts as none.
func Keep(ctx context.Context, tx *store.Tx, who access.Who, s Submission) (Kept, error) {
	if first, found, err := keptBefore(ctx, tx, who.Realm, who.Account, s); found || err != nil {
		return first, err
	}
	rule, err := access.May(ctx, tx, who, access.TakeRoll, access.Class(s.Class))
	if err != nil {
		return Kept{}, err
	}
	if s.Cause != CauseSubmitted && s.Cause != CausePhone && s.Cause != CauseSMS {
		return Kept{}, fault.New(fault.Invalid, "rollcall.bad-cause", fault.Args{"value": s.Cause}).On("cause")
	}
	m, err := examine(ctx, tx, who, &s)
	if err != nil {
		return Kept{}, err
	}
	waits, err := m.waits(ctx, tx, who, s)
	if err != nil {
		return Kept{}, err
	}
	if waits {
		return m.wait(ctx, tx, who, s, rule)
	}
	return m.merge(ctx, tx, who, s, rule)
}

// merging is what an act and its class are known to be before the sheet is touched.
type merging struct {
	known
	settings Settings
	verdict  calendar.Verdict
	list     *list
	marks    []Mark // of pupils on the list
	dropped  []Mark // of those who have left
	renamed  bool   // marks or the roll seen name records that became a part of others
	taken    day.Instant
	accepted bool // by the principal, who has given a reason
}

// examine refuses what no sheet can hold.
func examine(ctx context.Context, tx *store.Tx, who access.Who, s *Submission) (m merging, err error) {
	if err := s.check(tx.Today()); err != nil {
		return m, err
	}
	if s.Sequence < 0 {
		return m, fault.New(fault.Invalid, "rollcall.bad-version", nil).On("sequence")
	}
	if m.known, err = know(ctx, tx, who.Realm, s.Class); err != nil {
		return m, err
	}
	m.verdict = m.plan.On(s.Day, s.Session)
	if !m.verdict.Held && m.verdict.Cause != calendar.ByClosure {
		return m, fault.New(fault.Invalid, "rollcall.not-held", fault.Args{"cause": string(m.verdict.Cause), "day": s.Day.Vietnamese()}).On("day")
	}
	if m.settings, err = ReadSettings(ctx, tx, who.Realm); err != nil {
		return m, err
	}
	if m.list, err = m.listOn(ctx, tx, who.Realm, s.Day); err != nil {
		return m, err
	}
	if s.Roll != 0 && s.Roll != m.list.number {
		if _, err := listNumber(ctx, tx, who.Realm, s.Class, s.Roll, nil); fault.Is(err, fault.NotFound) {
			s.Roll = 0 // of a server that was set up again
		} else if err != nil {
			return m, err
		}
	}
	m.taken = s.TakenAt
	if !m.taken.IsZero() {
		m.taken = m.taken.Add(-time.Duration(s.ClockOff) * time.Millisecond)
	}
	if m.taken.IsZero() || m.taken > tx.Now() {
		if ahead := m.taken.Time().Sub(tx.Now().Time()); !m.taken.IsZero() && ahead > ClockTolerance {
			s.ClockOff += ahead.Milliseconds()
		}
		m.taken = tx.Now()
	}
	err = m.part(ctx, tx, who.Realm, *s)
	return m, err
}

// part is reconcile for one who may not have known the number of the roll: a pupil who
// ever was in the class has left it, any other is a stranger. Of a record that became a part
// of another the one kept is meant.
func (m *merging) part(ctx context.Context, tx *store.Tx, realm int, s Submission) error {
	gone := m.list.unlisted(s.Marks)
	if len(gone) == 0 {
		m.marks = s.Marks
		return nil
	}
	said := Act{Marks: s.Marks}
	if s.Roll != 0 && s.Roll != m.list.number {
		seen, err := listNumber(ctx, tx, realm, s.Class, s.Roll, nil)
		if err != nil {
			return err
		}
		said.Roll = seen.pupils
	}
	same, err := mergedInto(ctx, tx, realm, slices.Clone(gone))
	if err != nil {
		return err
	}
	listed := said.Roll
	m.renamed = said.mean(same, m.list)
	for _, mark := range said.Marks {
		if m.list.has(mark.Pupil) {
			m.marks = append(m.marks, mark)
		} else {
			m.dropped = append(m.dropped, mark)
		}
	}
	gone = slices.DeleteFunc(gone, func(p id.ID) bool {
		_, seen := slices.BinarySearch(listed, p)
		return seen || same[p] != 0
	})
	if len(gone) == 0 {
		return nil
	}
	ever, err := store.All[id.ID](ctx, tx, sqlEverInClass, realm, s.Class, store.In(gone))
	if err != nil {
		return err
	}
	if slices.ContainsFunc(gone, func(p id.ID) bool { return !slices.Contains(ever, p) }) {
		return fault.New(fault.Invalid, "rollcall.stranger", nil).On("marks")
	}
	return nil
}

// waits says whether the day is closed for the author as he is now.
func (m merging) waits(ctx context.Context, tx *store.Tx, who access.Who, s Submission) (bool, error) {
	if who.IsSystem() || s.Day >= tx.Today() {
		return false, nil
	}
	now, err := access.Load(ctx, tx, who.Realm, who.Account)
	if err != nil {
		return false, err
	}
	if _, err := access.May(ctx, tx, now, access.TakeRoll, access.Class(s.Class)); fault.Is(err, fault.Forbidden) {
		return m.closed(m.settings, now, s.Day, tx.Today(), m.settings.LockDays), nil
	} else if err != nil {
		return false, err
	}
	err = m.mayWrite(ctx, tx, m.settings, now, s.Day, m.settings.LockDays)
	if fault.Is(err, fault.Locked) {
		return true, nil
	}
	return false, err
}

// merge writes the next version of the sheet.
func (m merging) merge(ctx context.Context, tx *store.Tx, who access.Who, s Submission, rule string) (Kept, error) {
	after := &standing{Sheet: Sheet{Class: s.Class, School: m.school, Level: m.level, Day: s.Day, Session: s.Session, Roll: m.list.number,
		State: s.State, Main: m.verdict.Main, Size: m.list.size, Version: 1,
		EnteredLate: m.settings.enteredLate(s.Day, s.Session, m.taken), ReceivedAt: tx.Now(), Account: who.Account}, marks: m.marks, dropped: m.dropped, list: m.list}
	if !m.verdict.Held {
		after.State = Void
	}
	after.count(after.marks)
	v := version{act: s.Act, cause: s.Cause, reason: s.Reason, takenAt: s.TakenAt, device: s.Device,
		saw: &sight{base: s.BaseVersion, sequence: s.Sequence, roll: s.Roll, clockOff: s.ClockOff}}
	made, err := tx.Exec(ctx, sqlTake, after.columns(who.Realm)...)
	if err != nil {
		m.forget(who.Realm)
		return Kept{}, err
	}
	b := newBatch(who.Realm)
	var before *standing
	kept := Kept{Outcome: Done}
	if made == 1 {
		v.saw.base = 0
		if after.State != s.State || m.renamed {
			v.sent = encodeSent(s.State, s.Reason, s.Marks)
		}
	} else {
		sheet, err := store.One[Sheet](ctx, tx, sqlLockSheet, who.Realm, s.Class, s.Day, s.Session)
		if err != nil {
			return Kept{}, err
		}
		// Whoever sent the same act at the same moment held the sheet until now.
		if first, found, err := keptBefore(ctx, tx, who.Realm, who.Account, s); found || err != nil {
			return first, err
		}
		if before, err = complete(ctx, tx, who.Realm, sheet, m.list); err != nil {
			return Kept{}, err
		}
		v.saw.base = min(s.BaseVersion, before.Version)
		if kept.Conflicts, err = m.into(ctx, tx, b, before, after, s, &v); err != nil {
			return Kept{}, err
		}
		if err := m.reasoned(tx, before, after, s); err != nil {
			return Kept{}, err
		}
	}
	if len(kept.Conflicts) > 0 {
		kept.Outcome = Conflicting
	}
	b.put(before, after, v)
	if err := m.unmoved(ctx, tx, who.Realm); err != nil {
		return Kept{}, err
	}
	if err := b.flush(ctx, tx, m.refused(who.Realm)); err != nil {
		return Kept{}, err
	}
	kept.Receipt = receiptOf(after)
	return kept, audit.Record(ctx, tx, who.Audit("rollcall.keep", access.Class(s.Class), rule, auditOf(kept.Receipt, s.Cause)))
}

// into works out what the sheet says with one act more, and of whom that act differs from others.
func (m merging) into(ctx context.Context, tx *store.Tx, b *batch, before, after *standing, s Submission, v *version) (differs []id.ID, err error) {
	acts, err := actsOf(ctx, tx, b.realm, s.Class, s.Day, s.Session, before.Version, m.list, before.list)
	if err != nil {
		return nil, err
	}
	act := Act{ID: s.Act, Device: s.Device, Account: after.Account, Sequence: s.Sequence, State: s.State, Reason: s.Reason, Marks: s.Marks, Everyone: s.Roll == 0}
	act.saw(seenOf(acts, v.saw.base))
	if s.Roll > 0 {
		seen, err := listNumber(ctx, tx, b.realm, s.Class, s.Roll, m.list)
		if err != nil {
			return nil, err
		}
		act.Roll = seen.pupils
	}
	said := []Act{act}
	if err := meanNow(ctx, tx, b.realm, m.list, said); err != nil {
		return nil, err
	}
	merged := Merge(append(acts, said...), m.list.pupils)
	after.Version = before.Version + 1
	after.EnteredLate = after.EnteredLate && before.EnteredLate
	after.State, after.marks = merged.State, merged.Marks
	if !m.verdict.Held {
		after.State = Void
	}
	after.count(after.marks)
	if merged.State == NoClass {
		v.reason = merged.Reason
	}
	if m.renamed || after.State != s.State || v.reason != s.Reason || encodeMarks(after.marks, nil) != encodeMarks(m.marks, nil) {
		v.sent = encodeSent(s.State, s.Reason, s.Marks)
	}
	return differingOf(merged, s.Act), b.differ(ctx, tx, before, after, merged.Open)
}

// seenOf gives the acts up to a version: acts come in order of version, without a gap.
func seenOf(acts []Act, base int) []Act { return acts[:min(base, len(acts))] }

// differingOf gives the pupils of whom an act is one of the sides.
func differingOf(m Merged, act ActID) (pupils []id.ID) {
	for _, d := range m.Open {
		if slices.ContainsFunc(d.Sides, func(s Side) bool { return s.Act == act }) {
			pupils = append(pupils, d.Pupil)
		}
	}
	return pupils
}

// reasoned asks for the reason when a sheet of an earlier day is changed after that day;
// to say what a "chưa rõ" was needs none.
func (m merging) reasoned(tx *store.Tx, before, after *standing, s Submission) error {
	if m.accepted || s.Reason != "" || s.BaseVersion == 0 || s.Day >= tx.Today() || m.taken.Day() == s.Day {
		return nil
	}
	changed := before.State != after.State
	was := map[id.ID]Mark{}
	for _, mark := range before.marks {
		was[mark.Pupil] = mark
	}
	for _, mark := range after.marks {
		old := was[mark.Pupil]
		delete(was, mark.Pupil)
		changed = changed || old.Kind != mark.Kind && old.Kind != Unknown
	}
	if changed || len(was) > 0 {
		return fault.New(fault.Invalid, "rollcall.reason-needed", nil).On("reason")
	}
	return nil
}

// keptBefore answers an act that its author sent before.
func keptBefore(ctx context.Context, tx *store.Tx, realm int, account id.ID, s Submission) (Kept, bool, error) {
	type row struct {
		Class   id.ID
		Day     day.Day
		Session calendar.Session
		Version int
		Account id.ID
	}
	none := Kept{}
	v, err := store.One[row](ctx, tx, sqlVersionOfAct, realm, s.Act[:])
	switch {
	case store.IsNone(err):
		w, err := store.One[WaitingAct](ctx, tx, sqlWaitingAct, realm, s.Act[:])
		if store.IsNone(err) {
			return none, false, nil
		} else if err != nil {
			return none, false, err
		}
		if w.Account != account || w.Class != s.Class || w.Day != s.Day || w.Session != s.Session {
			return none, true, fault.New(fault.Invalid, "rollcall.act-reused", nil).On("act")
		}
		receipt, err := w.receipt()
		receipt.Repeated = true
		return Kept{Outcome: Already, First: w.State.outcome(), Receipt: receipt}, true, err
	case err != nil:
		return none, false, err
	case v.Account != account:
		return none, true, fault.New(fault.Invalid, "rollcall.act-reused", nil).On("act")
	}
	receipt, found, err := firstReceipt(ctx, tx, realm, s)
	if !found || err != nil {
		return none, found, err
	}
	kept := Kept{Outcome: Already, First: Done, Receipt: receipt}
	sheet := Sheet{Class: s.Class, Day: s.Day, Session: s.Session}
	rows, err := conflictsOf(ctx, tx, realm, sheet)
	if err != nil || len(rows) == 0 {
		return kept, true, err
	}
	l, err := listNumber(ctx, tx, realm, s.Class, receipt.Roll, nil)
	if err != nil {
		return none, true, err
	}
	acts, err := actsOf(ctx, tx, realm, s.Class, s.Day, s.Session, v.Version, l)
	if err != nil {
		return none, true, err
	}
	if kept.Conflicts = differingOf(Merge(acts, l.pupils), s.Act); len(kept.Conflicts) > 0 {
		kept.First = Conflicting
	}
	return kept, true, nil
}
