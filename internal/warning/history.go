package warning

import (
	"ralop/internal/day"
	"ralop/internal/id"
)

// Mark is what a marked session says of a pupil: the numbers of rollcall.Kind, and 0.
type Mark int8

const (
	Present   Mark = 0
	Unknown   Mark = 1
	Excused   Mark = 2
	Unexcused Mark = 3
	Late      Mark = 4
)

// Absent says whether the pupil was not in class; a late one was.
func (m Mark) Absent() bool { return m != Present && m != Late }

// WithoutLeave says whether nobody asked leave: without leave, or not known yet.
func (m Mark) WithoutLeave() bool { return m == Unknown || m == Unexcused }

// Session is one marked session of a class that had the pupil on its roll.
type Session struct {
	Day  day.Day
	Part int8 // calendar.Session: 1 morning …
	Main bool // the main session of the day
	Mark Mark
}

// Ladder is which steps a pupil's level asks for.
type Ladder string

const (
	AdviceOnly Ladder = "advice"  // under five
	FullLadder Ladder = "full"    // five years old, primary, lower secondary
	Counsel    Ladder = "counsel" // upper secondary, GDTX, vocational
)

// LadderOf gives the ladder of a level and grade.
func LadderOf(level, grade string) Ladder {
	switch {
	case level == "MN" && grade != "5T":
		return AdviceOnly
	case level == "THPT", level == "GDTX", level == "GDNN":
		return Counsel
	}
	return FullLadder
}

// Pupil is all that a rule sees of a child: where she learns. Who she is, it does not see.
type Pupil struct {
	ID     id.ID
	School id.ID
	Class  id.ID
	Level  string
	Grade  string
}

// Break is a time without school, up to the first school day after it.
type Break struct {
	Days   day.Range // without school; of the opening the days before it, perhaps none
	Return day.Day   // the first day on which the class meets again
	Reason string    // calendar's reason or holiday, "opening" for the first day of the year
}

// History is what a rule is given of one pupil: the marked sessions of the school year up
// to On, oldest first. Sessions that nobody marked are not in it.
type History struct {
	Pupil    Pupil
	On       day.Day
	Sessions []Session
	Main     []Session // of these, the main ones: one a day
	Breaks   []Break   // of the class, oldest first
}

// NewHistory sorts out the main sessions.
func NewHistory(p Pupil, on day.Day, sessions []Session, breaks []Break) *History {
	h := &History{Pupil: p, On: on, Sessions: sessions, Breaks: breaks}
	for _, s := range sessions {
		if s.Main {
			h.Main = append(h.Main, s)
		}
	}
	return h
}

// until gives the history as it was at the end of a day.
func (h *History) until(last day.Day) *History {
	cut := *h
	for n := len(cut.Sessions); n > 0 && cut.Sessions[n-1].Day > last; n-- {
		cut.Sessions = cut.Sessions[:n-1]
	}
	for n := len(cut.Main); n > 0 && cut.Main[n-1].Day > last; n-- {
		cut.Main = cut.Main[:n-1]
	}
	return &cut
}

// lastDays gives the sessions of the last n marked days, how many days these are, and the first of them.
func (h *History) lastDays(n int) (sessions []Session, days int, first day.Day) {
	i := len(h.Sessions)
	for i > 0 {
		if h.Sessions[i-1].Day != first {
			if days == n {
				break
			}
			days++
			first = h.Sessions[i-1].Day
		}
		i--
	}
	return h.Sessions[i:], days, first
}

// lastDay is the last marked day.
func (h *History) lastDay() day.Day {
	if len(h.Sessions) == 0 {
		return 0
	}
	return h.Sessions[len(h.Sessions)-1].Day
}

// missed counts absent sessions.
func missed(sessions []Session) (n int) {
	for _, s := range sessions {
		if s.Mark.Absent() {
			n++
		}
	}
	return n
}

// Finding is what a rule found.
type Finding struct {
	Since   day.Day // the same matter has the same beginning
	Last    day.Day // the last day it rests on
	Reached int     // index of the highest threshold reached, from 0
	Facts   Facts
}
