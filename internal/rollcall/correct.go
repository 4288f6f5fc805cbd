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

// Correct replaces a sheet that stands, with a reason. It is Submit with the reason asked
// for and the cause "correction"; the faults are the same.
func Correct(ctx context.Context, tx *store.Tx, who access.Who, s Submission) (Receipt, error) {
	rule, err := access.May(ctx, tx, who, access.CorrectRoll, access.Class(s.Class))
	if err != nil {
		return Receipt{}, err
	}
	if viet.Clean(s.Reason) == "" {
		return Receipt{}, fault.New(fault.Invalid, "rollcall.reason-needed", nil).On("reason")
	}
	if s.BaseVersion == 0 {
		return Receipt{}, fault.New(fault.Invalid, "rollcall.bad-version", nil).On("version")
	}
	s.Cause = CauseCorrection
	return submit(ctx, tx, who, s, rule, "rollcall.correct")
}

// Resolution says what an absence was whose reason nobody knew.
type Resolution struct {
	Act     [16]byte
	Class   id.ID
	Day     day.Day
	Session calendar.Session
	Marks   []Mark // Excused or Unexcused, each for a pupil whose mark is Unknown
	TakenAt day.Instant
	Device  string
}

// Resolve turns "chưa rõ" into có phép or không phép, on a few school days after the day
// (setting), whatever the version of the sheet is by then. Nobody but a person does this:
// left alone, an unknown absence stays one.
//
// Faults: rollcall.no-sheet (NotFound), rollcall.already-resolved (Conflict),
// rollcall.locked (Locked), rollcall.bad-kind.
func Resolve(ctx context.Context, tx *store.Tx, who access.Who, r Resolution) (Receipt, error) {
	rule, err := access.May(ctx, tx, who, access.TakeRoll, access.Class(r.Class))
	if err != nil {
		return Receipt{}, err
	}
	same := Submission{Act: r.Act, Class: r.Class, Day: r.Day, Session: r.Session}
	if first, found, err := firstReceipt(ctx, tx, who.Realm, same); found || err != nil {
		return first, err
	}
	if r.Act == [16]byte{} {
		return Receipt{}, fault.New(fault.Invalid, "rollcall.act-missing", nil).On("act")
	}
	if r.Marks, err = checkMarks(r.Marks); err != nil {
		return Receipt{}, err
	}
	k, err := know(ctx, tx, who.Realm, r.Class)
	if err != nil {
		return Receipt{}, err
	}
	settings, err := ReadSettings(ctx, tx, who.Realm)
	if err != nil {
		return Receipt{}, err
	}
	if err := k.mayWrite(ctx, tx, settings, who, r.Day, settings.ResolveDays); err != nil {
		return Receipt{}, err
	}
	before, after, err := r.take(ctx, tx, who)
	if err != nil {
		return Receipt{}, err
	}
	v := version{act: r.Act, cause: CauseResolved, takenAt: r.TakenAt, device: r.Device}
	b := newBatch(who.Realm)
	if err := b.settle(ctx, tx, before, after, v); err != nil {
		return Receipt{}, err
	}
	b.put(before, after, v)
	if err := b.flush(ctx, tx, uniqueFault); err != nil {
		return Receipt{}, err
	}
	receipt := receiptOf(after)
	return receipt, audit.Record(ctx, tx, who.Audit("rollcall.resolve", access.Class(r.Class), rule, auditOf(receipt, CauseResolved)))
}

// take works out the next version of the sheet, then takes the sheet as it was read; when
// somebody was faster it begins again. A refusal leaves nothing behind.
func (r Resolution) take(ctx context.Context, tx *store.Tx, who access.Who) (before, after *standing, err error) {
	for {
		sheet, err := store.One[Sheet](ctx, tx, sqlSheet, who.Realm, r.Class, r.Day, r.Session)
		if store.IsNone(err) {
			return nil, nil, fault.New(fault.NotFound, "rollcall.no-sheet", nil)
		} else if err != nil {
			return nil, nil, err
		}
		if before, err = complete(ctx, tx, who.Realm, sheet, nil); err != nil {
			return nil, nil, err
		}
		after = before.next(tx, who)
		if err := after.resolve(r.Marks); err != nil {
			return nil, nil, err
		}
		held, err := tx.Exec(ctx, sqlHoldOnly, who.Realm, r.Class, r.Day, r.Session, sheet.Version)
		if err != nil || held == 1 {
			return before, after, err
		}
	}
}

func (s *standing) resolve(marks []Mark) error {
	for _, m := range marks {
		if m.Kind != Excused && m.Kind != Unexcused {
			return fault.New(fault.Invalid, "rollcall.bad-kind", fault.Args{"value": m.Kind.Code()}).On("marks")
		}
		i, found := slices.BinarySearchFunc(s.marks, m, byPupil)
		if !found || s.marks[i].Kind != Unknown {
			return fault.New(fault.Conflict, "rollcall.already-resolved", nil)
		}
		if m.Reason == "" {
			m.Reason = s.marks[i].Reason
		}
		if m.Note == "" {
			m.Note = s.marks[i].Note
		}
		s.marks[i] = m
	}
	s.count(s.marks)
	return nil
}

// next is a copy of a sheet for its next version by who. That a sheet was entered late
// stays said of it.
func (s *standing) next(tx *store.Tx, who access.Who) *standing {
	n := *s
	n.marks, n.dropped = slices.Clone(s.marks), slices.Clone(s.dropped)
	n.Version, n.ReceivedAt, n.Account = s.Version+1, tx.Now(), who.Account
	return &n
}
