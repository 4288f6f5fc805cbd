package rollcall

import (
	"context"
	"fmt"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Submission is a roll call as a sender hands it in: web form, phone, paper, file.
type Submission struct {
	Act         [16]byte // UUIDv7 made by the sender; the same act again gives the first receipt
	Class       id.ID
	Day         day.Day
	Session     calendar.Session
	Roll        int // number of the roll that the sender saw; 0 when it was not stored yet
	BaseVersion int // version of the sheet that the sender saw; 0 when there was none
	State       State
	Reason      string      // why there is no class, or why an earlier day's sheet is changed
	Marks       []Mark      // the full set of exceptions
	TakenAt     day.Instant // by the device's clock; 0 when not told
	Device      string
	Cause       string // CauseSubmitted, CausePaper, CauseImport; with Keep CausePhone, CauseSMS

	// For Keep.
	Sequence int64 // of the device and account, from 1; 0 when it counts none
	ClockOff int64 // milliseconds by which the device's clock was ahead when it sent this, 0 when it was right
}

// Receipt says what was kept.
type Receipt struct {
	Class       id.ID
	Day         day.Day
	Session     calendar.Session
	Version     int
	State       State // Void when the session is closed: kept, not counted
	Roll        int   // the roll it was kept on; another than the submission's when the class has changed since
	Size        int
	Unknown     int
	Excused     int
	Unexcused   int
	Late        int
	ReceivedAt  day.Instant
	EnteredLate bool
	Repeated    bool    // this act had been received before
	Dropped     []id.ID // pupils with a mark who are no longer in the class on that day
}

// Absent is the number of pupils not in class.
func (r Receipt) Absent() int { return r.Unknown + r.Excused + r.Unexcused }

// Conflict is behind the fault "rollcall.conflict": what stands, and what was sent.
// Nothing of either is lost.
type Conflict struct {
	Now      Sheet
	Standing []Mark
	Sent     []Mark
}

func (c *Conflict) Error() string {
	return fmt.Sprintf("rollcall: version %d stands with %d marks, %d were sent", c.Now.Version, len(c.Standing), len(c.Sent))
}

// Submit keeps a roll call, whole, and moves the sums of the school by it.
//
// The same act again gives the first receipt. A submission on another roll than the
// class has on that day is kept on the class's own: pupils who left are named in
// Dropped, pupils who came count as present, as when an enrolment reaches back.
//
// Faults: rollcall.conflict (Conflict; errors.As gives *Conflict), rollcall.locked
// (Locked), and Invalid: rollcall.future, rollcall.not-held, rollcall.stranger,
// rollcall.bad-kind, rollcall.bad-reason, rollcall.twice, rollcall.reason-needed,
// rollcall.marks-without-class, rollcall.act-reused, rollcall.elsewhere (Conflict).
func Submit(ctx context.Context, tx *store.Tx, who access.Who, s Submission) (Receipt, error) {
	rule, err := access.May(ctx, tx, who, access.TakeRoll, access.Class(s.Class))
	if err != nil {
		return Receipt{}, err
	}
	if s.Cause != CauseSubmitted && s.Cause != CausePaper && s.Cause != CauseImport {
		return Receipt{}, fault.New(fault.Invalid, "rollcall.bad-cause", fault.Args{"value": s.Cause}).On("cause")
	}
	return submit(ctx, tx, who, s, rule, "rollcall.submit")
}

func submit(ctx context.Context, tx *store.Tx, who access.Who, s Submission, rule, action string) (Receipt, error) {
	receipt, err := submitNew(ctx, tx, who, s)
	if _, refused := fault.Of(err); refused && !store.IsUnique(err) {
		// Whatever stands in its way now: if it was received once, it was received.
		if first, found, again := firstReceipt(ctx, tx, who.Realm, s); found || again != nil {
			return first, again
		}
	}
	if err != nil {
		return Receipt{}, err
	}
	return receipt, audit.Record(ctx, tx, who.Audit(action, access.Class(s.Class), rule, auditOf(receipt, s.Cause)))
}

func auditOf(r Receipt, cause string) any {
	return struct {
		Day     day.Day          `json:"day"`
		Session calendar.Session `json:"session"`
		Version int              `json:"version"`
		State   State            `json:"state"`
		Absent  int              `json:"absent"`
		Cause   string           `json:"cause,omitempty"`
	}{r.Day, r.Session, r.Version, r.State, r.Absent(), cause}
}

func (s *Submission) check(today day.Day) (err error) {
	invalid := func(code, field string) error { return fault.New(fault.Invalid, code, nil).On(field) }
	s.Reason = viet.Clean(s.Reason)
	switch {
	case s.Act == [16]byte{}:
		return invalid("rollcall.act-missing", "act")
	case s.Session < calendar.Morning || s.Session > calendar.Evening:
		return invalid("rollcall.bad-session", "session")
	case s.State != Taken && s.State != NoClass:
		return invalid("rollcall.bad-state", "state")
	case s.State == NoClass && s.Reason == "":
		return invalid("rollcall.reason-needed", "reason")
	case s.State == NoClass && len(s.Marks) > 0:
		return invalid("rollcall.marks-without-class", "marks")
	case len([]rune(s.Reason)) > NoteLength:
		return fault.New(fault.Invalid, "rollcall.long-note", fault.Args{"most": NoteLength}).On("reason")
	case s.Day > today:
		return invalid("rollcall.future", "day")
	case s.BaseVersion < 0 || s.Roll < 0:
		return invalid("rollcall.bad-version", "version")
	}
	s.Marks, err = checkMarks(s.Marks)
	return err
}

func submitNew(ctx context.Context, tx *store.Tx, who access.Who, s Submission) (Receipt, error) {
	if err := s.check(tx.Today()); err != nil {
		return Receipt{}, err
	}
	asked := askSettings(ctx, tx, who.Realm)
	k, err := know(ctx, tx, who.Realm, s.Class)
	if err != nil {
		return Receipt{}, err
	}
	verdict := k.plan.On(s.Day, s.Session)
	if !verdict.Held && verdict.Cause != calendar.ByClosure {
		return Receipt{}, fault.New(fault.Invalid, "rollcall.not-held", fault.Args{"cause": string(verdict.Cause), "day": s.Day.Vietnamese()}).On("day")
	}
	settings, err := asked.read(ctx)
	if err != nil {
		return Receipt{}, err
	}
	if err := k.mayWrite(ctx, tx, settings, who, s.Day, settings.LockDays); err != nil {
		return Receipt{}, err
	}
	after := &standing{}
	if after.list, err = k.listOn(ctx, tx, who.Realm, s.Day); err != nil {
		return Receipt{}, err
	}
	if after.marks, after.dropped, err = k.reconcile(ctx, tx, who.Realm, s, after.list); err != nil {
		return Receipt{}, err
	}
	taken := s.TakenAt
	if taken.IsZero() || taken > tx.Now() {
		taken = tx.Now() // a device whose clock is ahead proves nothing
	}
	if s.BaseVersion > 0 && s.Reason == "" && s.Day < tx.Today() && taken.Day() != s.Day {
		return Receipt{}, fault.New(fault.Invalid, "rollcall.reason-needed", nil).On("reason")
	}
	after.Sheet = Sheet{Class: s.Class, School: k.school, Level: k.level, Day: s.Day, Session: s.Session, Roll: after.list.number,
		State: s.State, Main: verdict.Main, Size: after.list.size, Version: s.BaseVersion + 1,
		EnteredLate: settings.enteredLate(s.Day, s.Session, taken), ReceivedAt: tx.Now(), Account: who.Account}
	if !verdict.Held {
		after.State = Void
	}
	after.count(after.marks)

	before, err := k.take(ctx, tx, who.Realm, after, s)
	if err != nil {
		if _, refused := fault.Of(err); !refused {
			k.forget(who.Realm)
		}
		return Receipt{}, err
	}
	v := version{act: s.Act, cause: s.Cause, reason: s.Reason, takenAt: s.TakenAt, device: s.Device}
	if after.State == Void && s.State == NoClass {
		v.sent = encodeSent(s.State, s.Reason, nil)
	}
	b := newBatch(who.Realm)
	if err := b.settle(ctx, tx, before, after, v); err != nil {
		return Receipt{}, err
	}
	b.put(before, after, v)
	return receiptOf(after), b.flush(ctx, tx, k.refused(who.Realm))
}

// refused explains what the database refused of the rows of a roll call.
func (k known) refused(realm int) func(error) error {
	return func(err error) error {
		k.forget(realm)
		return uniqueFault(err)
	}
}

// uniqueFault names the two rows that may be there already: a mark of the same pupil on
// another class's sheet, and the act.
func uniqueFault(err error) error {
	if !store.IsUnique(err) {
		return err
	}
	return fault.New(fault.Conflict, "rollcall.elsewhere", nil).Because(err)
}

// reconcile tells the marks of the class's own roll from those of pupils who have left
// it since the sender saw the class. A pupil on neither roll is a fault; of a record that
// became a part of another since, the one kept is meant.
func (k known) reconcile(ctx context.Context, tx *store.Tx, realm int, s Submission, l *list) (marks, dropped []Mark, err error) {
	gone := l.unlisted(s.Marks)
	if len(gone) == 0 {
		return s.Marks, nil, nil
	}
	stranger := fault.New(fault.Invalid, "rollcall.stranger", nil).On("marks")
	if s.Roll == 0 || s.Roll == l.number {
		return nil, nil, stranger
	}
	seen, err := listNumber(ctx, tx, realm, s.Class, s.Roll, nil)
	if err != nil {
		return nil, nil, err
	}
	for _, pupil := range gone {
		if !seen.has(pupil) {
			return nil, nil, stranger
		}
	}
	same, err := mergedInto(ctx, tx, realm, gone)
	if err != nil {
		return nil, nil, err
	}
	said := Act{Marks: s.Marks, Roll: seen.pupils}
	said.mean(same, l)
	for _, m := range said.Marks {
		if l.has(m.Pupil) {
			marks = append(marks, m)
		} else {
			dropped = append(dropped, m)
		}
	}
	return marks, dropped, nil
}

// take is the first write of a submission: whoever makes it holds the sheet until the
// end, and only then looks at what stood before. With it the class and its calendar are
// held; unmoved must be before the sums are touched.
func (k known) take(ctx context.Context, tx *store.Tx, realm int, after *standing, s Submission) (before *standing, err error) {
	if s.BaseVersion == 0 {
		taken := tx.Start(ctx, sqlTake, after.columns(realm)...)
		unmoved := k.startUnmoved(ctx, tx, realm)
		made, err := taken.Rows(ctx)
		if err == nil && made == 0 {
			err = conflict(ctx, tx, realm, s)
		}
		if err == nil {
			err = unmoved()
		}
		return nil, err
	}
	if err := k.unmoved(ctx, tx, realm); err != nil {
		return nil, err
	}
	before, err = hold(ctx, tx, realm, s.Class, s.Day, s.Session, s.BaseVersion, after.list)
	if store.IsNone(err) {
		return nil, conflict(ctx, tx, realm, s)
	}
	return before, err
}

// hold takes an existing sheet of a known version (0: whichever) and gives it as it
// stood; its row bears the next version already. Without the row the error is ErrNone.
func hold(ctx context.Context, tx *store.Tx, realm int, class id.ID, on day.Day, session calendar.Session, base int, l *list) (*standing, error) {
	var sheet Sheet
	var err error
	if base > 0 {
		sheet, err = store.One[Sheet](ctx, tx, sqlHoldVersion, realm, class, on, session, base)
	} else {
		sheet, err = store.One[Sheet](ctx, tx, sqlHold, realm, class, on, session)
	}
	if err != nil {
		return nil, err
	}
	sheet.Version--
	return complete(ctx, tx, realm, sheet, l)
}

// complete adds to a sheet its marks and its roll.
func complete(ctx context.Context, tx *store.Tx, realm int, sheet Sheet, l *list) (*standing, error) {
	body, err := store.One[string](ctx, tx, sqlBody, realm, sheet.Class, sheet.Day, sheet.Session, sheet.Version)
	if err != nil {
		return nil, err
	}
	s := &standing{Sheet: sheet}
	if s.marks, s.dropped, err = decodeMarks(body); err != nil {
		return nil, err
	}
	s.list, err = listNumber(ctx, tx, realm, sheet.Class, sheet.Roll, l)
	return s, err
}

func conflict(ctx context.Context, tx *store.Tx, realm int, s Submission) error {
	now, err := store.One[Sheet](ctx, tx, sqlSheet, realm, s.Class, s.Day, s.Session)
	if store.IsNone(err) {
		// The sender saw a version of a sheet that was never there.
		return fault.New(fault.Invalid, "rollcall.bad-version", nil).On("version")
	} else if err != nil {
		return err
	}
	body, err := store.One[string](ctx, tx, sqlBody, realm, s.Class, s.Day, s.Session, now.Version)
	if err != nil {
		return err
	}
	marks, _, err := decodeMarks(body)
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "rollcall.conflict", fault.Args{"version": now.Version, "account": now.Account,
		"clock": now.ReceivedAt.Clock(), "day": now.ReceivedAt.Day().Vietnamese()}).Because(&Conflict{now, marks, s.Marks})
}

func receiptOf(s *standing) Receipt {
	r := Receipt{Class: s.Class, Day: s.Day, Session: s.Session, Version: s.Version, State: s.State, Roll: s.Roll, Size: s.Size,
		Unknown: s.Unknown, Excused: s.Excused, Unexcused: s.Unexcused, Late: s.Late, ReceivedAt: s.ReceivedAt, EnteredLate: s.EnteredLate}
	for _, m := range s.dropped {
		r.Dropped = append(r.Dropped, m.Pupil)
	}
	return r
}

// firstReceipt gives the receipt of an act that was received before.
func firstReceipt(ctx context.Context, tx *store.Tx, realm int, s Submission) (Receipt, bool, error) {
	type row struct {
		Class       id.ID
		Day         day.Day
		Session     calendar.Session
		Version     int
		Roll        int
		State       State
		Body        string
		ReceivedAt  day.Instant
		Size        int
		EnteredLate bool
	}
	v, err := store.One[row](ctx, tx, sqlAct, realm, s.Act[:])
	if store.IsNone(err) {
		return Receipt{}, false, nil
	} else if err != nil {
		return Receipt{}, false, err
	}
	if v.Class != s.Class || v.Day != s.Day || v.Session != s.Session {
		return Receipt{}, true, fault.New(fault.Invalid, "rollcall.act-reused", nil).On("act")
	}
	kept := &standing{Sheet: Sheet{Class: v.Class, Day: v.Day, Session: v.Session, Roll: v.Roll, State: v.State, Size: v.Size,
		Version: v.Version, EnteredLate: v.EnteredLate, ReceivedAt: v.ReceivedAt}}
	if kept.marks, kept.dropped, err = decodeMarks(v.Body); err != nil {
		return Receipt{}, true, err
	}
	kept.count(kept.marks)
	r := receiptOf(kept)
	r.Repeated = true
	return r, true, nil
}
