package story

import (
	"math/rand/v2"
	"sort"
	"strings"
	"time"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
)

// Slot is a session that a class is due to hold.
type Slot struct {
	Day     day.Day
	Session calendar.Session
	Main    bool
}

func week(s calendar.Session, days ...time.Weekday) (w calendar.Week) {
	for _, d := range days {
		w = w.With(d, s)
	}
	return w
}

var (
	fiveDays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	sixDays  = append(fiveDays[:5:5], time.Saturday)
)

// scope of a rule: the index of a commune, school or class in the plan + 1.
func scope(kind calendar.ScopeKind, index int) calendar.Scope {
	return calendar.Scope{Kind: kind, ID: id.ID(index + 1)}
}

var everybody = calendar.Scope{Kind: calendar.ScopeRealm}

// addYear writes the year's calendar in the words of the calendar room, and lists what each class is due to hold.
func (p *Plan) addYear() {
	second := calendar.Tet(p.Year + 1).Add(9).WeekStart() // the term begins when Tết is over
	p.Terms = []calendar.Term{
		{Scope: everybody, Year: p.Year, Number: 1, Weeks: calendar.FirstTermWeeks, Period: day.Range{From: p.Teaching.From, Until: second}},
		{Scope: everybody, Year: p.Year, Number: 2, Weeks: calendar.SecondTermWeeks, Period: day.Range{From: second, Until: p.Teaching.Until}},
	}
	p.addTimetables()
	p.addClosures()
	p.due = make([][]Slot, len(p.Classes))
	for c := range p.Classes {
		for _, v := range p.Calendar(c).Due(p.Teaching) {
			p.due[c] = append(p.due[c], Slot{v.Day, v.Session, v.Main})
		}
	}
}

// addTimetables: preschools count by the day, primary schools have nine sessions in five days, the others six mornings.
func (p *Plan) addTimetables() {
	add := func(at calendar.Scope, level string, w calendar.Week, main calendar.Session) {
		p.Timetables = append(p.Timetables, calendar.Timetable{Scope: at, Level: level, Period: p.Teaching, Week: w, Main: main})
	}
	five, six := week(calendar.Morning, fiveDays...), week(calendar.Morning, sixDays...)
	add(everybody, MN, five, calendar.Morning)
	add(everybody, TH, five|week(calendar.Afternoon, time.Monday, time.Tuesday, time.Thursday, time.Friday), calendar.Morning)
	for _, level := range []string{THCS, THPT, GDTX} {
		add(everybody, level, six, calendar.Morning)
	}
	for c := range p.Classes {
		if p.Classes[c].Afternoons {
			add(scope(calendar.ScopeClass, c), "", week(calendar.Afternoon, sixDays...), calendar.Afternoon)
		}
	}
}

func (p *Plan) addClosures() {
	add := func(kind calendar.Kind, at calendar.Scope, level string, reason calendar.Reason, period day.Range, s calendar.Session) {
		p.Exceptions = append(p.Exceptions, calendar.Exception{Kind: kind, Scope: at, Level: level, Period: period, Session: s, Reason: reason,
			Declared: day.InstantOf(period.From.Add(-2).Midnight())})
	}
	close := func(at calendar.Scope, level string, reason calendar.Reason, from, until day.Day) {
		add(calendar.Closure, at, level, reason, day.Range{From: from, Until: until}, calendar.WholeDay)
	}
	if p.Story == TuanGiao {
		// Tết Canh Tý was 25 January 2020. The first cases of Covid-19 closed the schools when they would have come back;
		// lower and upper secondary returned on 27 April, small children on 4 May, and the year went on to 11 July.
		close(everybody, "", calendar.ReasonTet, day.Date(2020, 1, 20), day.Date(2020, 2, 3))
		close(everybody, "", calendar.ReasonEpidemic, day.Date(2020, 2, 3), day.Date(2020, 4, 27))
		close(everybody, MN, calendar.ReasonEpidemic, day.Date(2020, 4, 27), day.Date(2020, 5, 4))
		close(everybody, TH, calendar.ReasonEpidemic, day.Date(2020, 4, 27), day.Date(2020, 5, 4))
	} else {
		close(everybody, "", calendar.ReasonTet, day.Date(2027, 2, 1), day.Date(2027, 2, 15)) // Tết Đinh Mùi: 6 February 2027
	}
	r := p.stream("weather", 0)
	for c, commune := range p.Communes {
		if commune.Highland && r.IntN(5) == 0 { // a road washed away
			from := p.Teaching.From.Add(9 + 7*r.IntN(3))
			close(scope(calendar.ScopeUnit, c), "", calendar.ReasonFlood, from, from.Add(2))
		}
	}
	cold := day.Date(p.Year, 12, 9) // the first days under 10 °C
	if p.Story == LaiChau {
		cold = day.Date(2026, 11, 2) // early that year
	}
	for s, school := range p.Schools {
		level := school.Levels[0]
		if level != MN && level != TH || !p.Communes[school.Commune].Highland {
			continue
		}
		at := scope(calendar.ScopeSchool, s)
		close(at, level, calendar.ReasonCold, cold, cold.Add(2))
		makeUp := cold.Add(5) // Saturdays
		for range 1 + r.IntN(2) {
			add(calendar.MakeUp, at, level, calendar.ReasonMakeUp, day.Through(makeUp, makeUp), calendar.Morning)
			makeUp = makeUp.Add(7)
		}
	}
}

// Calendar is the calendar of a class as its room works it out.
func (p *Plan) Calendar(class int) *calendar.Plan {
	c := &p.Classes[class]
	chain := calendar.Always(scope(calendar.ScopeClass, class), scope(calendar.ScopeSchool, c.School),
		scope(calendar.ScopeUnit, p.Schools[c.School].Commune), everybody)
	place := calendar.Place{Class: id.ID(class + 1), Level: c.Level, Life: p.Teaching, Chain: chain}
	return calendar.NewPlan(place, p.Terms, p.Timetables, p.Exceptions)
}

// Due lists the sessions of a class from the start of the year until a day, in order of time.
func (p *Plan) Due(class int, until day.Day) []Slot {
	due := p.due[class]
	return due[:sort.Search(len(due), func(i int) bool { return due[i].Day >= until })]
}

// schoolDay draws a day on which a class meets, from the first day given on, before the clock and the last.
func (p *Plan) schoolDay(r *rand.Rand, class int, from, until day.Day) (day.Day, bool) {
	due := p.Due(class, min(until, p.today()))
	due = due[sort.Search(len(due), func(i int) bool { return due[i].Day >= from }):]
	if len(due) == 0 {
		return 0, false
	}
	return due[r.IntN(len(due))].Day, true
}

func (s *School) ptdtbt() bool { return strings.HasPrefix(s.Type, "PTDTBT") }

// countsOnly: the vocational and continuing education centre sends the day's count and marks nobody by name.
func (s *School) countsOnly() bool { return s.Levels[0] == GDTX }
