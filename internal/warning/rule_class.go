package warning

import "ralop/internal/day"

// ClassDays is what the rule about classes sees: the days before On on which the class
// held its main session, and which of them anybody marked (or said "no class").
type ClassDays struct {
	On   day.Day
	Held []HeldDay // oldest first
}

// HeldDay is a school day of a class.
type HeldDay struct {
	Day    day.Day
	Called bool
}

// classUnmarked: days on end on which nobody called the roll, up to yesterday. It says
// that nothing is known, and nothing about any child.
var classUnmarked = Rule{Code: "class-unmarked", Version: 1, Subject: OfClass,
	Class: func(c ClassDays, l Limits) (Finding, bool) {
		var f Finding
		for i := len(c.Held) - 1; i >= 0 && !c.Held[i].Called; i-- {
			if f.Facts.Days == 0 {
				f.Last = c.Held[i].Day
			}
			f.Since = c.Held[i].Day
			f.Facts.Days++
		}
		f.Reached = l.reached("class-unmarked", "days", f.Facts.Days)
		return f, f.Reached >= 0
	}}
