package calendar

import (
	"slices"

	"ralop/internal/day"
	"ralop/internal/id"
)

// Cause says why a session is held or not; its words are "calendar.cause.<cause>".
type Cause string

const (
	ByTimetable Cause = "timetable"    // held, as every week
	ByMakeUp    Cause = "make-up"      // held, declared
	NoSession   Cause = "no-session"   // the timetable has none
	OutsideTerm Cause = "outside-term" // before, between or after the terms
	OutsideLife Cause = "outside-life" // the class does not exist on the day
	ByHoliday   Cause = "holiday"      // a day off by law
	ByClosure   Cause = "closure"      // declared
)

// Verdict is whether a class holds a session on a day, and by which rule.
type Verdict struct {
	Day     day.Day
	Session Session
	Held    bool
	Main    bool // held, and the one session of the day that feeds the limit of 45
	// Planned: the timetable has it, in term, and no law takes it away. Held sessions are compared with planned ones.
	Planned   bool
	Cause     Cause
	Holiday   string     // code, when Cause is ByHoliday
	Exception *Exception // the deciding rule, when Cause is ByClosure or ByMakeUp
}

// Term is a part of the school year (học kỳ) in which sessions are held.
type Term struct {
	Scope  Scope
	Year   int // in which the school year begins
	Number int // 1 or 2; 3 is teaching in the summer
	Period day.Range
}

// Place is a class as the calendar sees it.
type Place struct {
	Class id.ID
	Level string
	Life  day.Range
	// Chain are the scopes that reach the class, the nearest first: class, site, school, commune, …, province.
	Chain []Scope
}

// Plan is everything that decides which sessions one class holds. Make it with NewPlan.
type Plan struct {
	place      Place
	terms      []Term
	timetables []ranked[Timetable]
	exceptions []ranked[Exception]
}

type ranked[T any] struct {
	distance int // in the chain of the class; 0 is the class itself
	rule     T
}

// NewPlan picks from the rules those that reach the class. Rules of other places and levels may be among them; the order
// does not matter.
func NewPlan(place Place, terms []Term, timetables []Timetable, exceptions []Exception) *Plan {
	p := &Plan{place: place}
	p.terms = nearestTerms(place, terms)
	for _, t := range timetables {
		if distance, ok := place.reached(t.Scope, t.Level); ok {
			p.timetables = append(p.timetables, ranked[Timetable]{distance, t})
		}
	}
	slices.SortStableFunc(p.timetables, func(a, b ranked[Timetable]) int {
		if a.distance != b.distance {
			return a.distance - b.distance
		}
		if (a.rule.Level == "") != (b.rule.Level == "") {
			if a.rule.Level != "" {
				return -1 // one that names the level is nearer
			}
			return 1
		}
		return int(b.rule.Period.From - a.rule.Period.From)
	})
	for _, e := range exceptions {
		if distance, ok := place.reached(e.Scope, e.Level); ok {
			p.exceptions = append(p.exceptions, ranked[Exception]{distance, e})
		}
	}
	slices.SortStableFunc(p.exceptions, func(a, b ranked[Exception]) int {
		switch {
		case a.distance != b.distance:
			return a.distance - b.distance
		case a.rule.Declared != b.rule.Declared:
			return compare(b.rule.Declared, a.rule.Declared)
		}
		return compare(b.rule.ID, a.rule.ID)
	})
	return p
}

func compare[T ~int64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (p Place) reached(scope Scope, level string) (distance int, ok bool) {
	if level != "" && level != p.Level {
		return 0, false
	}
	distance = slices.Index(p.Chain, scope)
	return distance, distance >= 0
}

// nearestTerms keeps of each term of each year the one declared nearest to the class.
func nearestTerms(place Place, terms []Term) []Term {
	type key struct{ year, number int }
	best := map[key]ranked[Term]{}
	for _, t := range terms {
		distance, ok := place.reached(t.Scope, "")
		if !ok {
			continue
		}
		k := key{t.Year, t.Number}
		if known, ok := best[k]; !ok || distance < known.distance {
			best[k] = ranked[Term]{distance, t}
		}
	}
	out := make([]Term, 0, len(best))
	for _, t := range best {
		out = append(out, t.rule)
	}
	slices.SortFunc(out, func(a, b Term) int {
		if a.Year != b.Year {
			return a.Year - b.Year
		}
		return a.Number - b.Number
	})
	return out
}

// Terms gives the terms that hold for the class, in order.
func (p *Plan) Terms() []Term { return p.terms }

// TermOn gives the term that holds d.
func (p *Plan) TermOn(d day.Day) (Term, bool) {
	for _, t := range p.terms {
		if t.Period.Has(d) {
			return t, true
		}
	}
	return Term{}, false
}

// TimetableOn gives the timetable in force on d.
func (p *Plan) TimetableOn(d day.Day) (Timetable, bool) {
	for i := range p.timetables {
		if p.timetables[i].rule.Period.Has(d) {
			return p.timetables[i].rule, true
		}
	}
	return Timetable{}, false
}

// Day judges the three sessions of a day: index 0 is the morning.
func (p *Plan) Day(d day.Day) [len(Sessions)]Verdict {
	var verdicts [len(Sessions)]Verdict
	timetable, _ := p.TimetableOn(d)
	_, inTerm := p.TermOn(d)
	holiday, off := DayOff(d)
	alive := p.place.Life.Has(d)
	for i, s := range Sessions {
		v := Verdict{Day: d, Session: s}
		switch {
		case !alive:
			v.Cause = OutsideLife
		case !inTerm:
			v.Cause = OutsideTerm
		case !timetable.Week.Has(d.Weekday(), s):
			v.Cause = NoSession
		case off:
			v.Cause, v.Holiday = ByHoliday, holiday.Code
		default:
			v.Cause, v.Planned, v.Held = ByTimetable, true, true
		}
		if alive {
			p.except(&v, timetable)
		}
		verdicts[i] = v
	}
	markMain(&verdicts, timetable.Main)
	return verdicts
}

// except applies the exception that decides about the session, if there is one.
func (p *Plan) except(v *Verdict, timetable Timetable) {
	for i := range p.exceptions {
		e := &p.exceptions[i].rule
		if !e.covers(v.Day, v.Session, timetable) {
			continue
		}
		switch {
		case e.Kind == MakeUp && !v.Planned:
			v.Held, v.Cause, v.Holiday, v.Exception = true, ByMakeUp, "", e
		case e.Kind == Closure && v.Planned:
			v.Held, v.Cause, v.Exception = false, ByClosure, e
		}
		return
	}
}

// covers says whether e speaks of the session. A make-up of a whole day means the sessions that the class has on that
// weekday or, where it has none, those it has on any: a class of afternoons makes up an afternoon.
func (e *Exception) covers(d day.Day, s Session, timetable Timetable) bool {
	if !e.Period.Has(d) {
		return false
	}
	if e.Session != WholeDay {
		return e.Session == s
	}
	if e.Kind == Closure {
		return true
	}
	if timetable.Week.On(d.Weekday()) {
		return timetable.Week.Has(d.Weekday(), s)
	}
	return timetable.Week.Any(s)
}

// markMain marks at most one held session: the main one of the timetable; when that is not held, the first make-up,
// because a make-up gives back a main session that was lost. An ordinary second session never stands in for the main.
func markMain(verdicts *[len(Sessions)]Verdict, main Session) {
	for i := range verdicts {
		if verdicts[i].Held && verdicts[i].Session == main {
			verdicts[i].Main = true
			return
		}
	}
	for i := range verdicts {
		if verdicts[i].Held && verdicts[i].Cause == ByMakeUp {
			verdicts[i].Main = true
			return
		}
	}
}

// On judges one session of a day.
func (p *Plan) On(d day.Day, s Session) Verdict {
	if s < Morning || s > Evening {
		return Verdict{Day: d, Session: s, Cause: NoSession}
	}
	return p.Day(d)[s-1]
}

// Due lists the sessions held in a period, in order: one roll call is due for each.
func (p *Plan) Due(period day.Range) []Verdict {
	var due []Verdict
	period = period.Intersect(p.place.Life)
	for d := period.From; d < period.Until; d++ {
		for _, v := range p.Day(d) {
			if v.Held {
				due = append(due, v)
			}
		}
	}
	return due
}

// Tally compares the sessions held in a period with the plan.
type Tally struct {
	Planned int // by timetable, in term, without holidays
	Held    int // with make-ups
	Closed  int // planned, then taken away
	MadeUp  int // held beyond the plan
}

// Tally counts the sessions of a period. Held = Planned − Closed + MadeUp.
func (p *Plan) Tally(period day.Range) Tally {
	var t Tally
	period = period.Intersect(p.place.Life)
	for d := period.From; d < period.Until; d++ {
		for _, v := range p.Day(d) {
			if v.Planned {
				t.Planned++
			}
			if v.Held {
				t.Held++
			}
			switch v.Cause {
			case ByClosure:
				t.Closed++
			case ByMakeUp:
				t.MadeUp++
			}
		}
	}
	return t
}
