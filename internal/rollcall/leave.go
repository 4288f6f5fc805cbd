package rollcall

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Leave is an absence told in advance. It fills the screen before the roll is called and
// is never a mark by itself.
type Leave struct {
	ID      id.ID
	Pupil   id.ID
	Days    day.Range
	Session calendar.Session // WholeDay: all sessions
	Reason  string
	Note    string
	Account id.ID
	MadeAt  day.Instant
}

// RecordLeave keeps a leave told in advance and gives its id. A past day is allowed: a
// guardian may call late. Faults: rollcall.bad-range, rollcall.bad-session,
// rollcall.bad-reason, rollcall.long-note.
func RecordLeave(ctx context.Context, tx *store.Tx, who access.Who, l Leave) (id.ID, error) {
	rule, err := access.May(ctx, tx, who, access.RecordLeave, access.Pupil(l.Pupil))
	if err != nil {
		return 0, err
	}
	l.Note = viet.Clean(l.Note)
	switch {
	case l.Days.Empty() || l.Days.Days() > 366:
		return 0, fault.New(fault.Invalid, "rollcall.bad-range", nil).On("days")
	case !l.Session.Valid():
		return 0, fault.New(fault.Invalid, "rollcall.bad-session", nil).On("session")
	case l.Reason != "" && !knownReason(l.Reason):
		return 0, fault.New(fault.Invalid, "rollcall.bad-reason", fault.Args{"value": l.Reason}).On("reason")
	case len([]rune(l.Note)) > NoteLength:
		return 0, fault.New(fault.Invalid, "rollcall.long-note", fault.Args{"most": NoteLength}).On("note")
	}
	notice := tx.NewID()
	if _, err := tx.Exec(ctx, sqlInsertLeave, who.Realm, notice, l.Pupil, l.Days.From, l.Days.Until, l.Session, l.Reason, l.Note,
		who.Account, tx.Now(), day.Instant(0)); err != nil {
		return 0, err
	}
	return notice, audit.Record(ctx, tx, who.Audit("rollcall.leave", access.Pupil(l.Pupil), rule,
		map[string]any{"notice": notice, "from": l.Days.From, "until": l.Days.Until}))
}

// WithdrawLeave takes a leave back. Fault: rollcall.no-leave (NotFound).
func WithdrawLeave(ctx context.Context, tx *store.Tx, who access.Who, notice id.ID) error {
	pupil, err := store.One[id.ID](ctx, tx, sqlLeavePupil, who.Realm, notice, day.Instant(0))
	if store.IsNone(err) {
		return fault.New(fault.NotFound, "rollcall.no-leave", nil)
	} else if err != nil {
		return err
	}
	rule, err := access.May(ctx, tx, who, access.RecordLeave, access.Pupil(pupil))
	if err != nil {
		// Whether the notice exists is not for everybody to know.
		return fault.New(fault.NotFound, "rollcall.no-leave", nil).Because(err)
	}
	if _, err := tx.Exec(ctx, sqlWithdrawLeave, who.Realm, notice, tx.Now(), day.Instant(0)); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("rollcall.leave-withdrawn", access.Pupil(pupil), rule, map[string]any{"notice": notice}))
}

// leavesOf lists what was told in advance for pupils on a day, the latest first.
func leavesOf(ctx context.Context, tx *store.Tx, realm int, pupils []id.ID, on day.Day) ([]Leave, error) {
	return store.All[Leave](ctx, tx, sqlLeaves, realm, store.In(pupils), on, day.Instant(0))
}

// SuggestedOn gives the marks that leave told in advance suggests for pupils in a session,
// as Open does. It asks no right: a caller that has opened the class calls it.
func SuggestedOn(ctx context.Context, tx *store.Tx, realm int, pupils []id.ID, on day.Day, session calendar.Session) ([]Mark, error) {
	leaves, err := leavesOf(ctx, tx, realm, pupils, on)
	return suggested(slices.DeleteFunc(leaves, func(l Leave) bool { return l.Session != calendar.WholeDay && l.Session != session })), err
}
