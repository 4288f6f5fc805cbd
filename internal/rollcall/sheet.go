package rollcall

import (
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
)

// State is what a sheet says. "Not taken" is no state: there is no sheet.
type State int

const (
	Taken   State = 1 // the roll was called
	NoClass State = 2 // "buổi này lớp không học", with a reason
	Void    State = 3 // closed afterwards: kept, shown, not counted
)

// Code is the state's name in files and message ids ("rollcall.state-taken").
func (s State) Code() string {
	switch s {
	case Taken:
		return "taken"
	case NoClass:
		return "no-class"
	case Void:
		return "void"
	}
	return "not-taken"
}

// Causes of a version: why it was written.
const (
	CauseSubmitted  = ""
	CausePaper      = "paper"      // typed from a paper sheet
	CauseImport     = "import"     // from a file
	CauseCorrection = "correction" // with a reason
	CauseResolved   = "resolved"   // "chưa rõ" became có phép or không phép
	CauseEnrolment  = "enrolment"  // the class was another one on that day
	CauseCalendar   = "calendar"   // the session was closed, or is held after all
	CausePhone      = "phone"      // made on a phone, with or without a network
	CauseSMS        = "sms"        // by text message
	CauseDecision   = "decision"   // a person decided between two that differed
)

// Sheet is the roll call of a class in one session, as it stands.
type Sheet struct {
	Class       id.ID
	School      id.ID
	Level       string
	Day         day.Day
	Session     calendar.Session
	Roll        int // number of the roll
	State       State
	Main        bool // the one session of the day that feeds the limit of 45
	Size        int  // pupils on the roll
	Unknown     int
	Excused     int
	Unexcused   int
	Late        int
	Version     int
	EnteredLate bool
	ReceivedAt  day.Instant
	Account     id.ID // who sent this version; 0 for the product itself
	Conflicts   int   // pupils of whom two acts differ, undecided; the whole sheet counts as one
}

// Absent is the number of pupils not in class.
func (s Sheet) Absent() int { return s.Unknown + s.Excused + s.Unexcused }

// Present is the number of pupils in class, late ones too.
func (s Sheet) Present() int { return s.Size - s.Absent() }

// count fills the numbers from the marks. A sheet that says "no class" has none.
func (s *Sheet) count(marks []Mark) {
	s.Unknown, s.Excused, s.Unexcused, s.Late = 0, 0, 0, 0
	for _, m := range marks {
		switch m.Kind {
		case Unknown:
			s.Unknown++
		case Excused:
			s.Excused++
		case Unexcused:
			s.Unexcused++
		case Late:
			s.Late++
		}
	}
}

// columns gives the sheet for sqlTake and sqlPutSheet, whose key comes first.
func (s Sheet) columns(realm int) []any {
	return []any{realm, s.Class, s.Day, s.Session, s.School, s.Level, s.Roll, s.State, s.Main, s.Size,
		s.Unknown, s.Excused, s.Unexcused, s.Late, s.Version, s.EnteredLate, s.ReceivedAt, s.Account, s.Conflicts}
}

// standing is a sheet with its marks and the roll they are read on.
type standing struct {
	Sheet
	marks   []Mark // in order of pupil; kept in a void sheet too
	dropped []Mark // sent for pupils who had left the class
	list    *list
}
