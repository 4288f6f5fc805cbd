package afterbreak

import (
	"math/bits"
	"slices"
	"strings"

	"ralop/internal/calendar"
	"ralop/internal/day"
)

// Shortest is how many days a closure lasts to be a break.
const Shortest = 5

// Followed is how many days after a return are followed: held has a bit for each.
const Followed = 62

// Kind says what children come back from.
type Kind string

const (
	Closure Kind = "closure"
	Opening Kind = "opening" // of the school year, after the summer
)

// Gap is a break as the classes of one level of a school have it.
type Gap struct {
	Kind    Kind
	Year    int
	From    day.Day // first day without school
	Return  day.Day // first day with a session
	Held    int64   // bit i: a session is held i days after the return
	Reasons []string
}

// GapsOf finds the breaks of the classes of one level in a school year: runs of days on which none of them holds a
// session and at least Shortest are closed, and the opening. A run that reaches the end of the year has no return.
func GapsOf(plans []*calendar.ClassPlan, year int) (gaps []Gap) {
	period := calendar.Bounds(year)
	held := make([]bool, period.Days()+Followed)
	for d := range held {
		held[d] = slices.ContainsFunc(plans, func(p *calendar.ClassPlan) bool { return p.HeldOn(period.From.Add(d)) })
	}
	var closures []*calendar.Exception
	last := period.From - 1 // last day with a session
	opened := false
	for d := period.From; d < period.Until; d++ {
		if held[d.Sub(period.From)] {
			mask := heldFrom(held[d.Sub(period.From):])
			if !opened {
				opened = true
				gaps = append(gaps, Gap{Opening, year, period.From, d, mask, nil})
			} else if g, ok := gapOf(closures, last+1, d); ok {
				g.Year, g.Held = year, mask
				gaps = append(gaps, g)
			}
			last, closures = d, nil
			continue
		}
		for _, p := range plans {
			for _, v := range p.Day(d) {
				if v.Cause == calendar.ByClosure && !slices.Contains(closures, v.Exception) {
					closures = append(closures, v.Exception)
				}
			}
		}
	}
	return gaps
}

func heldFrom(held []bool) (mask int64) {
	for i := range min(Followed, len(held)) {
		if held[i] {
			mask |= 1 << i
		}
	}
	return mask
}

// gapOf counts the closed days among those without school.
func gapOf(closures []*calendar.Exception, from, until day.Day) (Gap, bool) {
	g := Gap{Kind: Closure, Return: until}
	closed := 0
	for d := from; d < until; d++ {
		_, off := calendar.DayOff(d)
		if !off && !slices.ContainsFunc(closures, func(e *calendar.Exception) bool { return e.Period.Has(d) }) {
			continue
		}
		if closed == 0 {
			g.From = d
		}
		closed++
	}
	for _, reason := range calendar.Reasons {
		if slices.ContainsFunc(closures, func(e *calendar.Exception) bool { return e.Reason == reason }) {
			g.Reasons = append(g.Reasons, string(reason))
		}
	}
	if len(g.Reasons) == 0 {
		g.Reasons = []string{string(calendar.ReasonHoliday)}
	}
	return g, closed >= Shortest
}

// declared are the breaks of a school whose calendar has no timetable: the long closures themselves, and Mondays to
// Saturdays after them.
func declared(exceptions []calendar.Exception, level string, year int) (gaps []Gap) {
	var closures []*calendar.Exception
	for i := range exceptions {
		e := &exceptions[i]
		if e.Kind == calendar.Closure && e.Session == calendar.WholeDay && (e.Level == "" || e.Level == level) {
			closures = append(closures, e)
		}
	}
	slices.SortFunc(closures, func(a, b *calendar.Exception) int { return int(a.Period.From - b.Period.From) })
	for i := 0; i < len(closures); {
		run, until := closures[i:i+1], closures[i].Period.Until
		for i++; i < len(closures) && closures[i].Period.From <= until; i++ {
			run, until = append(run, closures[i]), max(until, closures[i].Period.Until)
		}
		g, ok := gapOf(run, run[0].Period.From, until)
		if !ok {
			continue
		}
		for g.Return.Weekday() == 0 {
			g.Return++
		}
		g.Year = year
		for d := range Followed {
			if g.Return.Add(d).Weekday() != 0 {
				g.Held |= 1 << d
			}
		}
		gaps = append(gaps, g)
	}
	return gaps
}

// nth is which day of school since the return a day is, the first being 1; 0 before the return.
func nth(held int64, back, d day.Day) int {
	i := d.Sub(back)
	if i < 0 {
		return 0
	}
	if i >= 63 {
		return bits.OnesCount64(uint64(held))
	}
	return max(1, bits.OnesCount64(uint64(held)&(1<<(i+1)-1)))
}

// dayOf is the day of the n-th day of school since the return; false when fewer are known.
func dayOf(held int64, back day.Day, n int) (day.Day, bool) {
	for i := range Followed {
		if held&(1<<i) != 0 {
			if n--; n == 0 {
				return back.Add(i), true
			}
		}
	}
	return 0, false
}

func words(reasons string) []string { return strings.Fields(reasons) }
