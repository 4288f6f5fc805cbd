package rollcall

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// WaitingState is what became of an act that came after the lock.
type WaitingState int

const (
	WaitingOpen     WaitingState = 1
	WaitingAccepted WaitingState = 2
	WaitingRefused  WaitingState = 3
)

func (s WaitingState) outcome() Outcome {
	switch s {
	case WaitingAccepted:
		return Done
	case WaitingRefused:
		return Refused
	}
	return Waits
}

// WaitingAct is a roll call that came after the lock, whole, as it was sent.
type WaitingAct struct {
	Act        []byte
	Class      id.ID
	Day        day.Day
	Session    calendar.Session
	School     id.ID
	Account    id.ID // who made it
	Device     string
	Sequence   int64
	Base       int
	Roll       int
	Said       State
	Cause      string
	Reason     string
	Body       string
	TakenAt    day.Instant
	ClockOff   int64
	ReceivedAt day.Instant
	State      WaitingState
	DecidedBy  id.ID
	DecidedAt  day.Instant
	Decision   string
}

// Marks gives the exceptions that were sent.
func (w WaitingAct) Marks() ([]Mark, error) {
	marks, _, err := decodeMarks(w.Body)
	return marks, err
}

func (w WaitingAct) receipt() (Receipt, error) {
	marks, err := w.Marks()
	s := standing{Sheet: Sheet{Class: w.Class, Day: w.Day, Session: w.Session, State: w.Said, Roll: w.Roll, ReceivedAt: w.ReceivedAt, EnteredLate: true}}
	s.count(marks)
	return receiptOf(&s), err
}

// wait keeps an act whole for the principal.
func (m merging) wait(ctx context.Context, tx *store.Tx, who access.Who, s Submission, rule string) (Kept, error) {
	w := WaitingAct{s.Act[:], s.Class, s.Day, s.Session, m.school, who.Account, s.Device, s.Sequence, s.BaseVersion, s.Roll, s.State, s.Cause, s.Reason,
		encodeMarks(s.Marks, nil), s.TakenAt, s.ClockOff, tx.Now(), WaitingOpen, 0, 0, ""}
	made, err := tx.Exec(ctx, sqlInsertWaiting, who.Realm, w.Act, w.Class, w.Day, w.Session, w.School, w.Account, w.Device, w.Sequence, w.Base, w.Roll, w.Said,
		w.Cause, w.Reason, w.Body, w.TakenAt, w.ClockOff, w.ReceivedAt, w.State, w.DecidedBy, w.DecidedAt, w.Decision)
	if err != nil {
		return Kept{}, err
	}
	if made == 0 {
		first, _, err := keptBefore(ctx, tx, who.Realm, who.Account, s)
		return first, err
	}
	receipt, err := w.receipt()
	if err != nil {
		return Kept{}, err
	}
	return Kept{Outcome: Waits, Receipt: receipt}, audit.Record(ctx, tx, who.Audit("rollcall.wait", access.Class(s.Class), rule, auditOf(receipt, s.Cause)))
}

// AcceptWaiting lets an act in that came after the lock, with a reason: it is merged as if
// it had come in time. Faults: rollcall.no-waiting (NotFound), rollcall.waiting-decided
// (Conflict), rollcall.reason-needed, and those of Keep.
func AcceptWaiting(ctx context.Context, tx *store.Tx, who access.Who, act ActID, reason string) (Kept, error) {
	w, rule, err := decideWaiting(ctx, tx, who, act, reason, WaitingAccepted)
	if err != nil {
		return Kept{}, err
	}
	marks, err := w.Marks()
	if err != nil {
		return Kept{}, err
	}
	author := access.Who{Realm: who.Realm, Account: w.Account, Device: w.Device}
	s := Submission{Act: act, Class: w.Class, Day: w.Day, Session: w.Session, Roll: w.Roll, BaseVersion: w.Base, State: w.Said, Reason: w.Reason,
		Marks: marks, TakenAt: w.TakenAt, Device: w.Device, Cause: w.Cause, Sequence: w.Sequence, ClockOff: w.ClockOff}
	m, err := examine(ctx, tx, author, &s)
	if err != nil {
		return Kept{}, err
	}
	m.accepted = true
	kept, err := m.merge(ctx, tx, author, s, rule)
	if err != nil {
		return Kept{}, err
	}
	return kept, audit.Record(ctx, tx, who.Audit("rollcall.accept", access.Class(w.Class), rule, auditOf(kept.Receipt, w.Cause)))
}

// RefuseWaiting says no to an act that came after the lock, with a reason. It stays kept.
func RefuseWaiting(ctx context.Context, tx *store.Tx, who access.Who, act ActID, reason string) error {
	w, rule, err := decideWaiting(ctx, tx, who, act, reason, WaitingRefused)
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("rollcall.refuse", access.Class(w.Class), rule, map[string]any{"day": w.Day, "session": w.Session}))
}

func decideWaiting(ctx context.Context, tx *store.Tx, who access.Who, act ActID, reason string, state WaitingState) (w WaitingAct, rule string, err error) {
	w, err = store.One[WaitingAct](ctx, tx, sqlWaitingAct, who.Realm, act[:])
	if store.IsNone(err) {
		return w, "", fault.New(fault.NotFound, "rollcall.no-waiting", nil)
	} else if err != nil {
		return w, "", err
	}
	if rule, err = access.May(ctx, tx, who, access.UnlockRoll, access.Class(w.Class)); err != nil {
		return w, "", err
	}
	if reason = viet.Clean(reason); reason == "" {
		return w, "", fault.New(fault.Invalid, "rollcall.reason-needed", nil).On("reason")
	} else if len([]rune(reason)) > NoteLength {
		return w, "", fault.New(fault.Invalid, "rollcall.long-note", fault.Args{"most": NoteLength}).On("reason")
	}
	done, err := tx.Exec(ctx, sqlDecideWaiting, who.Realm, act[:], state, who.Account, tx.Now(), reason, WaitingOpen)
	if err == nil && done == 0 {
		err = fault.New(fault.Conflict, "rollcall.waiting-decided", nil)
	}
	return w, rule, err
}
