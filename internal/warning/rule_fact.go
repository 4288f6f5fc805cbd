package warning

import "ralop/internal/day"

// Fact is something known about a child that is no mark.
type Fact struct {
	Rule  string // whose fact it is
	Pupil Pupil
	On    day.Day
	Since day.Day // it left, support ended; of an expected child the first school day
	Days  int     // of the calendar since then; of an expected child school days, the first included
	What  string  // the exit, the support
}

// notArrived: expected at the opening of the year, from the year before, and not seen:
// neither here nor at another school, and nobody has said why.
var notArrived = Rule{Code: "not-arrived", Version: 1, Subject: OfPupil, Fact: func(f Fact, l Limits) (Finding, bool) {
	got := Finding{Since: f.Since, Last: f.On, Facts: Facts{Days: f.Days, Break: opening, Return: f.Since}}
	got.Reached = l.reached("not-arrived", "days", f.Days)
	return got, got.Reached >= 0
}}

// unconfirmedExit: left for another school, for training or away, and after a month
// nobody has accepted the child and no paper has come. That is where dropouts hide.
var unconfirmedExit = Rule{Code: "unconfirmed-exit", Version: 1, Subject: OfPupil, Fact: func(f Fact, l Limits) (Finding, bool) {
	got := Finding{Since: f.Since, Last: f.Since, Facts: Facts{Window: l.one("unconfirmed-exit", "days"), Exit: f.What}}
	got.Reached = l.reached("unconfirmed-exit", "days", f.Days)
	return got, got.Reached >= 0
}}

// supportLost: a place to board or a poor household's support ended a short while ago,
// while the child is still enrolled.
var supportLost = Rule{Code: "support-lost", Version: 1, Subject: OfPupil, Fact: func(f Fact, l Limits) (Finding, bool) {
	if f.Days < 0 || f.Days >= l.one("support-lost", "days") {
		return Finding{}, false
	}
	return Finding{Since: f.Since, Last: f.Since, Facts: Facts{Support: f.What}}, true
}}
