package calendar

import (
	"cmp"
	"slices"
	"time"

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
	Weeks  int // planned: 18, 17
}

// Link says that a class lies under a scope for a time. Distance is 0 for the class itself and grows with every step up.
type Link struct {
	Scope    Scope
	Distance int
	Period   day.Range
}

// Place is a class as the calendar sees it.
type Place struct {
	Class id.ID
	Level string
	Life  day.Range
	Chain []Link
}

// Always makes a chain that holds for all time, the nearest scope first: class, site, school, commune, …, province.
func Always(scopes ...Scope) []Link {
	chain := make([]Link, len(scopes))
	for i, scope := range scopes {
		chain[i] = Link{scope, i, day.Range{Until: day.Forever}}
	}
	return chain
}

// Plan is everything that decides which sessions one class holds. Make it with NewPlan.
type Plan struct {
	place      Place
	terms      []Term
	timetables []ranked[Timetable]
	exceptions []ranked[Exception]
}

type ranked[T any] struct {
	distance int
	period   day.Range // the rule's own, as far as the class lies under its scope
	rule     *T
}

// NewPlan picks from the rules those that reach the class. Rules of other places and levels may be among them; their
// order does not matter. The plan keeps pointers into the slices given.
func NewPlan(place Place, terms []Term, timetables []Timetable, exceptions []Exception) *Plan {
	p := &Plan{place: place, terms: place.nearestTerms(terms)}
	for i := range timetables {
		t := &timetables[i]
		p.timetables = reach(p.timetables, place, t, t.Scope, t.Level, t.Period)
	}
	slices.SortStableFunc(p.timetables, func(a, b ranked[Timetable]) int {
		named := func(t *Timetable) int { // one that names the level is nearer
			if t.Level != "" {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(named(a.rule), named(b.rule)),
			cmp.Compare(b.rule.Period.From, a.rule.Period.From))
	})
	for i := range exceptions {
		e := &exceptions[i]
		p.exceptions = reach(p.exceptions, place, e, e.Scope, e.Level, e.Period)
	}
	slices.SortStableFunc(p.exceptions, func(a, b ranked[Exception]) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(b.rule.Declared, a.rule.Declared), cmp.Compare(b.rule.ID, a.rule.ID))
	})
	return p
}

// reach adds a rule once for each time in which the class lies under its scope.
func reach[T any](to []ranked[T], place Place, rule *T, scope Scope, level string, period day.Range) []ranked[T] {
	if level != "" && level != place.Level {
		return to
	}
	for _, link := range place.Chain {
		if link.Scope != scope {
			continue
		}
		if held := period.Intersect(link.Period); !held.Empty() {
			to = append(to, ranked[T]{link.Distance, held, rule})
		}
	}
	return to
}

// nearestTerms keeps of each term of each year the one declared nearest to the class.
func (p Place) nearestTerms(terms []Term) []Term {
	type key struct{ year, number int }
	best := map[key]ranked[Term]{}
	for i := range terms {
		t := &terms[i]
		for _, r := range reach(nil, p, t, t.Scope, "", t.Period) {
			k := key{t.Year, t.Number}
			if known, ok := best[k]; !ok || r.distance < known.distance {
				best[k] = r
			}
		}
	}
	out := make([]Term, 0, len(best))
	for _, r := range best {
		out = append(out, *r.rule)
	}
	slices.SortFunc(out, func(a, b Term) int { return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Number, b.Number)) })
	return out
}

// Place gives the class of the plan.
func (p *Plan) Place() Place { return p.place }

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
		if p.timetables[i].period.Has(d) {
			return *p.timetables[i].rule, true
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
		e := p.exceptions[i].rule
		if !p.exceptions[i].period.Has(v.Day) || !e.covers(v.Day, v.Session, timetable) {
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

// HeldOn says whether any session is held on a day.
func (p *Plan) HeldOn(d day.Day) bool {
	for _, v := range p.Day(d) {
		if v.Held {
			return true
		}
	}
	return false
}

// NthDayAfter gives the n-th day after d on which a session is held; past the last one it counts Mondays to Saturdays.
func (p *Plan) NthDayAfter(d day.Day, n int) day.Day {
	for at := d + 1; at < p.place.Life.Until && n > 0; at++ {
		if p.HeldOn(at) {
			d, n = at, n-1
		}
	}
	for n > 0 {
		if d++; d.Weekday() != time.Sunday {
			n--
		}
	}
	return d
}

// Tally compares the sessions held in a period with the plan.
type Tally struct {
	Planned int // by timetable, in term, without holidays
	Held    int // with make-ups
	Closed  int // planned, then taken away
	MadeUp  int // held beyond the plan
}

func (t *Tally) count(v Verdict) {
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

// Tally counts the sessions of a period. Held = Planned − Closed + MadeUp.
func (p *Plan) Tally(period day.Range) Tally {
	var t Tally
	period = period.Intersect(p.place.Life)
	for d := period.From; d < period.Until; d++ {
		for _, v := range p.Day(d) {
			t.count(v)
		}
	}
	return t
}
