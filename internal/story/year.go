package story

import (
	"math/rand/v2"
	"slices"
	"strings"

	"ralop/internal/calendar"
	"ralop/internal/day"
)

// dayKind is what the year says of a day at a school, before the week of the class is asked.
type dayKind uint8

const (
	usual dayKind = iota
	closed
	madeUp // main sessions on a day off
)

// addClosures writes the year's events and works out which days each school is shut.
func (p *Plan) addClosures() {
	all := func(reason string, from, until day.Day) {
		p.Closures = append(p.Closures, Closure{reason, from, until, -1, -1})
	}
	if p.Story == TuanGiao {
		// Tết Canh Tý was 25 January 2020. The first case of Covid-19 closed the schools when they would have come back;
		// lower and upper secondary returned on 27 April, small children on 4 May, and the year went on to 11 July.
		all("tet", day.Date(2020, 1, 20), day.Date(2020, 2, 3))
		all("epidemic", day.Date(2020, 2, 3), day.Date(2020, 4, 27))
		for s, school := range p.Schools {
			if school.Levels[0] == MN || school.Levels[0] == TH {
				p.Closures = append(p.Closures, Closure{"epidemic", day.Date(2020, 4, 27), day.Date(2020, 5, 4), -1, s})
			}
		}
	} else {
		all("tet", day.Date(2027, 1, 30), day.Date(2027, 2, 15)) // Tết Đinh Mùi: 6 February 2027
	}
	r := p.stream("weather", 0)
	for c, commune := range p.Communes {
		if commune.Highland && r.IntN(5) == 0 { // a road washed away
			from := p.Teaching.From.Add(9 + 7*r.IntN(3))
			p.Closures = append(p.Closures, Closure{"flood", from, from.Add(2), c, -1})
		}
	}
	cold := day.Date(p.Year, 12, 9) // the first days under 10 °C
	for s, school := range p.Schools {
		if len(school.Levels) > 1 || !slices.Contains([]string{MN, TH}, school.Levels[0]) || !p.Communes[school.Commune].Highland {
			continue
		}
		first := cold
		if p.Year == 2026 {
			first = day.Date(2026, 11, 9) // early that year
		}
		for first.Weekday() != 1 {
			first++
		}
		p.Closures = append(p.Closures, Closure{"cold", first, first.Add(2), -1, s})
		p.MakeUps = append(p.MakeUps, MakeUp{first.Add(12), first, s})
		if r.IntN(3) > 0 {
			p.MakeUps = append(p.MakeUps, MakeUp{first.Add(19), first.Add(1), s})
		}
	}
	p.spreadClosures()
}

func (p *Plan) spreadClosures() {
	p.off = make([][]dayKind, len(p.Schools))
	for s := range p.Schools {
		days := make([]dayKind, p.Teaching.Days())
		mark := func(from, until day.Day, kind dayKind) {
			for d := max(from, p.Teaching.From); d < min(until, p.Teaching.Until); d++ {
				days[d-p.Teaching.From] = kind
			}
		}
		for _, m := range p.MakeUps {
			if m.School == s {
				mark(m.Day, m.Day+1, madeUp)
			}
		}
		for d := p.Teaching.From; d < p.Teaching.Until; d++ {
			if _, off := calendar.DayOff(d); off {
				mark(d, d+1, closed)
			}
		}
		for _, c := range p.Closures {
			if c.School == s || c.School < 0 && (c.Commune < 0 || c.Commune == p.Schools[s].Commune) {
				mark(c.From, c.Until, closed)
			}
		}
		p.off[s] = days
	}
}

// Slot is a session that a class is due to hold.
type Slot struct {
	Day     day.Day
	Session int
	Main    bool
}

// Due lists the sessions of a class from the start of the year until a day, in order of time.
func (p *Plan) Due(class int, until day.Day) []Slot {
	c := &p.Classes[class]
	days := p.off[c.School]
	var slots []Slot
	for d := p.Teaching.From; d < min(until, p.Teaching.Until); d++ {
		kind := days[d-p.Teaching.From]
		bit := uint8(1) << d.Weekday()
		if kind == closed || kind == usual && (c.Mornings|c.Afternoons)&bit == 0 {
			continue
		}
		if kind == madeUp && (c.Mornings|c.Afternoons)&bit == 0 {
			slots = append(slots, Slot{d, c.Main, true})
			continue
		}
		if c.Mornings&bit != 0 {
			slots = append(slots, Slot{d, Morning, c.Main == Morning})
		}
		if c.Afternoons&bit != 0 {
			slots = append(slots, Slot{d, Afternoon, c.Main == Afternoon})
		}
	}
	return slots
}

// schoolDay draws a day on which the school is open, from the first day given on, before the clock and the last.
func (p *Plan) schoolDay(r *rand.Rand, s int, from, until day.Day) (day.Day, bool) {
	until = min(until, p.today())
	for range 20 {
		if until <= from {
			return 0, false
		}
		d := from.Add(r.IntN(until.Sub(from)))
		if p.off[s][d-p.Teaching.From] == usual && d.Weekday() != 0 && d.Weekday() != 6 {
			return d, true
		}
	}
	return 0, false
}

func (s *School) has(level string) bool { return slices.Contains(s.Levels, level) }

func (s *School) ptdtbt() bool { return strings.HasPrefix(s.Type, "PTDTBT") }
