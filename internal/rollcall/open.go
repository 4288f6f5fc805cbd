package rollcall

import (
	"cmp"
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/student"
)

// Screen is what a teacher sees when she opens the roll call of a session. Opening writes
// nothing; whoever shows the names keeps the look in the audit book.
type Screen struct {
	Class    id.ID
	School   id.ID
	Level    string
	Day      day.Day
	Session  calendar.Session
	Sessions []calendar.Session // the sessions that the class holds on the day
	Verdict  calendar.Verdict   // held or not, and why
	Rule     string             // by which the caller may see it: for the look
	Roll     student.Roll       // Number 0 while it is not stored
	Sheet    *Sheet             // nil: chưa điểm danh
	Reason   string             // why there is no class, when the sheet says so
	Marks    []Mark             // of the sheet; without a sheet what leave told in advance suggests
	Leaves   []Leave            // told in advance for this session
	Pinned   []Run              // absent at the last roll call, the longest run first
	Waiting  []Waiting          // "chưa rõ" of the last days, the oldest first
	Reasons  []string           // codes, the five commonest of this class first
	Locked   bool               // the day is closed for the caller
	Late     bool               // an entry now would be marked late
	Counted  []PhysicalCount    // counts by another person on the day and session
}

// Run is a pupil's absence up to the last roll call, in school days one after another.
type Run struct {
	Pupil   id.ID
	Days    int // days with a roll call of the main session, all missed
	Since   day.Day
	Unknown int // of these, not known why
	Excused int
	Last    Mark // of the last day
}

// Waiting is an absence of which nobody has said yet what it was.
type Waiting struct {
	Pupil   id.ID
	Day     day.Day
	Session calendar.Session
	Left    int // school days on which it may still be resolved, today not counted; below 0: only past the lock
}

const (
	lookBack   = 200 // days in which runs are followed
	waitBack   = 21  // days in which "chưa rõ" waits on top
	reasonBack = 60  // days that make a class's commonest reasons
	commonest  = 5
)

// Open gives the screen of a class, day and session. Session WholeDay takes the first
// session of the day that is held and has no sheet, else the main one.
func Open(ctx context.Context, tx *store.Tx, who access.Who, class id.ID, on day.Day, session calendar.Session) (Screen, error) {
	rule, err := access.May(ctx, tx, who, access.TakeRoll, access.Class(class))
	if err != nil {
		return Screen{}, err
	}
	k, err := know(ctx, tx, who.Realm, class)
	if err != nil {
		return Screen{}, err
	}
	sheets, err := store.All[Sheet](ctx, tx, sqlSheetsOfClass, who.Realm, class, on, on+1)
	if err != nil {
		return Screen{}, err
	}
	s := Screen{Class: class, School: k.school, Level: k.level, Day: on, Rule: rule}
	verdicts := k.plan.Day(on)
	for _, v := range verdicts {
		if v.Held {
			s.Sessions = append(s.Sessions, v.Session)
		}
	}
	if session == calendar.WholeDay {
		session = choose(verdicts[:], sheets)
	}
	if session < calendar.Morning || session > calendar.Evening {
		return Screen{}, fault.New(fault.Invalid, "rollcall.bad-session", nil).On("session")
	}
	s.Session, s.Verdict = session, verdicts[session-1]
	if s.Roll, _, err = student.PeekRoll(ctx, tx, who.Realm, class, on); err != nil {
		return s, err
	}
	pupils := make([]id.ID, len(s.Roll.Members))
	for i, m := range s.Roll.Members {
		pupils[i] = m.Pupil
	}
	if s.Leaves, err = leavesOf(ctx, tx, who.Realm, pupils, on); err != nil {
		return s, err
	}
	s.Leaves = slices.DeleteFunc(s.Leaves, func(l Leave) bool { return l.Session != calendar.WholeDay && l.Session != session })
	if i := slices.IndexFunc(sheets, func(x Sheet) bool { return x.Session == session }); i >= 0 {
		s.Sheet = &sheets[i]
		type last struct{ Body, Reason string }
		v, err := store.One[last](ctx, tx, sqlBodyAndReason, who.Realm, class, on, session, s.Sheet.Version)
		if err != nil {
			return s, err
		}
		if s.Marks, _, err = decodeMarks(v.Body); err != nil {
			return s, err
		}
		if s.Sheet.State == NoClass {
			s.Reason = v.Reason
		}
	} else {
		s.Marks = suggested(s.Leaves)
	}
	if err := s.history(ctx, tx, who, k, pupils); err != nil {
		return s, err
	}
	settings, err := ReadSettings(ctx, tx, who.Realm)
	if err != nil {
		return s, err
	}
	for i := range s.Waiting {
		s.Waiting[i].Left = settings.ResolveDays - k.schoolDaysAfter(s.Waiting[i].Day, tx.Today(), settings.ResolveDays)
	}
	s.Late = settings.enteredLate(on, session, tx.Now())
	if err := k.mayWrite(ctx, tx, settings, who, on, settings.LockDays); fault.Is(err, fault.Locked) {
		s.Locked = true
	} else if err != nil {
		return s, err
	}
	if s.Counted, err = store.All[PhysicalCount](ctx, tx, sqlPhysicalCounts, who.Realm, class, on, on+1); err != nil {
		return s, err
	}
	s.Counted = slices.DeleteFunc(s.Counted, func(c PhysicalCount) bool { return c.Session != session })
	return s, nil
}

func choose(verdicts []calendar.Verdict, sheets []Sheet) calendar.Session {
	best := calendar.Morning
	for _, v := range verdicts {
		if v.Main {
			best = v.Session
		}
	}
	for _, v := range verdicts {
		if v.Held && !slices.ContainsFunc(sheets, func(s Sheet) bool { return s.Session == v.Session }) {
			return v.Session
		}
	}
	return best
}

// suggested makes marks of what was told in advance: có phép, as the family asked.
func suggested(leaves []Leave) []Mark {
	var marks []Mark
	for _, l := range leaves {
		if !slices.ContainsFunc(marks, func(m Mark) bool { return m.Pupil == l.Pupil }) {
			marks = append(marks, Mark{l.Pupil, Excused, l.Reason, l.Note})
		}
	}
	slices.SortFunc(marks, byPupil)
	return marks
}

// history finds what came before the day: runs of absence, what waits, usual reasons.
func (s *Screen) history(ctx context.Context, tx *store.Tx, who access.Who, k known, pupils []id.ID) (err error) {
	// The marks of the last weeks tell what waits, who was absent last, and most runs.
	recent, err := store.All[absence](ctx, tx, sqlAbsences, who.Realm, store.In(pupils), s.Day.Add(-waitBack), s.Day)
	if err != nil {
		return err
	}
	if s.Pinned, err = runs(ctx, tx, who.Realm, s.Class, pupils, s.Day, recent); err != nil {
		return err
	}
	for _, a := range recent {
		if a.Kind == Unknown {
			s.Waiting = append(s.Waiting, Waiting{a.Pupil, a.Day, a.Session, 0})
		}
	}
	slices.SortFunc(s.Waiting, func(a, b Waiting) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Session, b.Session), cmp.Compare(a.Pupil, b.Pupil))
	})
	used, err := usualReasons(ctx, tx, who.Realm, k, s.Day)
	if err != nil {
		return err
	}
	s.Reasons = orderReasons(used, s.Day)
	return nil
}

// orderReasons puts the commonest first, then those in season, then the others in the order of the form.
func orderReasons(used []string, on day.Day) []string {
	order := slices.DeleteFunc(slices.Clone(used), func(code string) bool { return Spoken(code) != code })
	for _, inSeason := range []bool{true, false} {
		for _, r := range Reasons {
			if r.Offered() && r.InSeason(on.Month()) == inSeason && !slices.Contains(order, r.Code) {
				order = append(order, r.Code)
			}
		}
	}
	return order
}
