package story

import (
	"math"

	"ralop/internal/calendar"
	"ralop/internal/day"
)

// PastCount is what a school counted on a day of the year before, when nobody was marked by name yet.
type PastCount struct {
	School            int
	Level             string
	Day               day.Day
	Enrolled, Present int
}

// pastBreak is Tết of the school year before the story's.
func (p *Plan) pastBreak() day.Range {
	tet := calendar.Tet(p.Year)
	from := (tet - 7).WeekStart()
	return day.Range{From: from, Until: from.Add(14)}
}

// pastDays is how many days of school after Tết the schools reported to the office.
const pastDays = 12

// Past lists the daily counts of the schools after last year's Tết: many away on the first day, in the highlands above
// all, then fewer, as the districts' fast reports show it.
func (p *Plan) Past() (counts []PastCount) {
	first := map[string]float64{MN: .17, TH: .09, THCS: .15, THPT: .06, GDTX: .12}
	for s := range p.Schools {
		school := &p.Schools[s]
		r := p.stream("past", s)
		enrolled := map[string]int{}
		for _, c := range school.Classes {
			for _, n := range p.built[c].counts {
				enrolled[p.Classes[c].Level] += n
			}
		}
		for _, level := range school.Levels {
			n := int(float64(enrolled[level]) * (.95 + .06*r.Float64()))
			away := first[level] * (.75 + .5*r.Float64())
			if p.Communes[school.Commune].Highland {
				away *= 1.8
			}
			rest, fall := .004+.008*r.Float64(), .45+.2*r.Float64()
			most := 0
			for k, d := 0, p.pastBreak().Until; k < pastDays; d++ {
				if wd := d.Weekday(); wd == 0 || wd == 6 {
					continue
				}
				present := int(math.Round(float64(n) * (1 - rest - away*math.Exp(-fall*float64(k)))))
				most = max(most, min(present, n))
				counts = append(counts, PastCount{s, level, d, n, most})
				k++
			}
		}
	}
	return counts
}
