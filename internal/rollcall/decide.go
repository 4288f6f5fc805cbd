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

// SaidBy is one side of a dispute, with who said it, when and on which device.
type SaidBy struct {
	Side
	Version    int
	Account    id.ID // 0 for the product, which carried it over from another class
	Cause      string
	Device     string
	TakenAt    day.Instant // by the device's clock
	ClockOff   int64       // milliseconds by which that clock was ahead
	ReceivedAt day.Instant
}

// Dispute is what acts on a sheet say differently of one pupil, or of the whole sheet (0).
type Dispute struct {
	Pupil id.ID
	Sides []SaidBy // the first that came first
}

// Disputed is a sheet with its open disputes.
type Disputed struct {
	Sheet    Sheet
	Rule     string // by which the caller may see the pupils: for the look
	Disputes []Dispute
}

// Disputes gives the open disputes of a sheet. Faults: rollcall.no-sheet (NotFound).
func Disputes(ctx context.Context, tx *store.Tx, who access.Who, class id.ID, on day.Day, session calendar.Session) (Disputed, error) {
	rule, err := access.May(ctx, tx, who, access.SeePupils, access.Class(class))
	if err != nil {
		return Disputed{}, err
	}
	sheet, err := store.One[Sheet](ctx, tx, sqlSheet, who.Realm, class, on, session)
	if store.IsNone(err) {
		return Disputed{}, fault.New(fault.NotFound, "rollcall.no-sheet", nil)
	} else if err != nil {
		return Disputed{}, err
	}
	d := Disputed{Sheet: sheet, Rule: rule}
	if sheet.Conflicts == 0 {
		return d, nil
	}
	l, err := listNumber(ctx, tx, who.Realm, class, sheet.Roll, nil)
	if err != nil {
		return d, err
	}
	acts, err := actsOf(ctx, tx, who.Realm, class, on, session, sheet.Version, l)
	if err != nil {
		return d, err
	}
	type row struct {
		Version    int
		Act        []byte
		Account    id.ID
		Cause      string
		Device     string
		TakenAt    day.Instant
		ClockOff   int64
		ReceivedAt day.Instant
	}
	rows, err := store.All[row](ctx, tx, sqlAuthorsOfActs, who.Realm, class, on, session)
	if err != nil {
		return d, err
	}
	for _, open := range Merge(acts, l.pupils).Open {
		dispute := Dispute{Pupil: open.Pupil}
		for _, r := range rows {
			if i := slices.IndexFunc(open.Sides, func(s Side) bool { return s.Act == ActID(r.Act) }); i >= 0 {
				dispute.Sides = append(dispute.Sides, SaidBy{open.Sides[i], r.Version, r.Account, r.Cause, r.Device, r.TakenAt, r.ClockOff, r.ReceivedAt})
			}
		}
		d.Disputes = append(d.Disputes, dispute)
	}
	return d, nil
}

// Decision says what is right where acts differ.
type Decision struct {
	Act     ActID
	Class   id.ID
	Day     day.Day
	Session calendar.Session
	Version int    // of the sheet that was seen: what has come since must be seen first
	State   State  // of the whole sheet, when that is disputed; else 0
	Reason  string // why there is no class, or why so decided
	Marks   []Mark // of disputed pupils; Kind Present for one who was in class
	TakenAt day.Instant
	Device  string
}

// Decide ends disputes of a sheet. What was said before stays in its versions.
//
// Faults: rollcall.moved-on (Conflict: another act came since), rollcall.no-dispute
// (Conflict), rollcall.nothing-decided, rollcall.no-sheet (NotFound), rollcall.locked
// (Locked), rollcall.bad-kind, rollcall.bad-reason, rollcall.reason-needed.
func Decide(ctx context.Context, tx *store.Tx, who access.Who, d Decision) (Receipt, error) {
	rule, err := access.May(ctx, tx, who, access.CorrectRoll, access.Class(d.Class))
	if err != nil {
		return Receipt{}, err
	}
	same := Submission{Act: d.Act, Class: d.Class, Day: d.Day, Session: d.Session}
	if first, found, err := firstReceipt(ctx, tx, who.Realm, same); found || err != nil {
		return first, err
	}
	if err := d.check(); err != nil {
		return Receipt{}, err
	}
	k, err := know(ctx, tx, who.Realm, d.Class)
	if err != nil {
		return Receipt{}, err
	}
	settings, err := ReadSettings(ctx, tx, who.Realm)
	if err != nil {
		return Receipt{}, err
	}
	if err := k.mayWrite(ctx, tx, settings, who, d.Day, settings.LockDays); err != nil {
		return Receipt{}, err
	}
	sheet, err := store.One[Sheet](ctx, tx, sqlLockSheet, who.Realm, d.Class, d.Day, d.Session)
	if store.IsNone(err) {
		return Receipt{}, fault.New(fault.NotFound, "rollcall.no-sheet", nil)
	} else if err != nil {
		return Receipt{}, err
	}
	if sheet.Version != d.Version {
		return Receipt{}, fault.New(fault.Conflict, "rollcall.moved-on", nil)
	}
	before, err := complete(ctx, tx, who.Realm, sheet, nil)
	if err != nil {
		return Receipt{}, err
	}
	acts, err := actsOf(ctx, tx, who.Realm, d.Class, d.Day, d.Session, sheet.Version, before.list)
	if err != nil {
		return Receipt{}, err
	}
	act, err := d.act(acts, before.list)
	if err != nil {
		return Receipt{}, err
	}
	after := before.next(tx, who)
	after.dropped = nil
	merged := Merge(append(acts, act), before.list.pupils)
	after.marks = merged.Marks
	if before.State != Void {
		after.State = merged.State
	}
	after.count(after.marks)
	reason := d.Reason
	if merged.State == NoClass {
		reason = merged.Reason
	}
	b := newBatch(who.Realm)
	if err := b.differ(ctx, tx, before, after, merged.Open); err != nil {
		return Receipt{}, err
	}
	b.put(before, after, version{act: d.Act, cause: CauseDecision, reason: reason, takenAt: d.TakenAt, device: d.Device, sent: encodeSent(act.State, act.Reason, act.Marks)})
	if err := b.flush(ctx, tx, uniqueFault); err != nil {
		return Receipt{}, err
	}
	receipt := receiptOf(after)
	return receipt, audit.Record(ctx, tx, who.Audit("rollcall.decide", access.Class(d.Class), rule, auditOf(receipt, CauseDecision)))
}

func (d *Decision) check() (err error) {
	invalid := func(code, field string) error { return fault.New(fault.Invalid, code, nil).On(field) }
	d.Reason = viet.Clean(d.Reason)
	switch {
	case d.Act == ActID{}:
		return invalid("rollcall.act-missing", "act")
	case d.State != 0 && d.State != Taken && d.State != NoClass:
		return invalid("rollcall.bad-state", "state")
	case d.State == NoClass && d.Reason == "":
		return invalid("rollcall.reason-needed", "reason")
	case d.State == 0 && len(d.Marks) == 0:
		return invalid("rollcall.nothing-decided", "marks")
	case len([]rune(d.Reason)) > NoteLength:
		return fault.New(fault.Invalid, "rollcall.long-note", fault.Args{"most": NoteLength}).On("reason")
	}
	var present []Mark
	d.Marks = slices.DeleteFunc(slices.Clone(d.Marks), func(m Mark) bool {
		if m.Kind == Present {
			present = append(present, Mark{Pupil: m.Pupil})
		}
		return m.Kind == Present
	})
	if d.Marks, err = checkMarks(d.Marks); err != nil {
		return err
	}
	d.Marks = append(d.Marks, present...)
	slices.SortFunc(d.Marks, byPupil)
	for i := 1; i < len(d.Marks); i++ {
		if d.Marks[i].Pupil == d.Marks[i-1].Pupil {
			return invalid("rollcall.twice", "marks")
		}
	}
	return nil
}

// act makes the decision an act that saw everything. Of disputed pupils it says that the
// roll was called, unless just that is disputed and left open.
func (d Decision) act(acts []Act, l *list) (Act, error) {
	act := Act{ID: d.Act, Partial: true, State: d.State, Marks: d.Marks}
	if d.State == NoClass {
		act.Reason = d.Reason
	}
	act.saw(acts)
	now := Merge(acts, l.pupils)
	disputed := func(pupil id.ID) bool {
		return slices.ContainsFunc(now.Open, func(o Differing) bool { return o.Pupil == pupil })
	}
	if d.State != 0 && !disputed(0) {
		return act, fault.New(fault.Conflict, "rollcall.no-dispute", nil)
	}
	for _, m := range d.Marks {
		if !disputed(m.Pupil) {
			return act, fault.New(fault.Conflict, "rollcall.no-dispute", nil)
		}
	}
	if act.State == 0 && !disputed(0) {
		act.State = now.State
	}
	return act, nil
}
