package calendar

import (
	"time"

	"ralop/internal/day"
	"ralop/internal/fault"
)

// The frame of the school year: 18 + 17 teaching weeks, opened on 5 September, ended by 31 May (domain.md has the
// yearly decisions). Dates of a year are data (school_year, term); these are the starting values of the form and the
// bound beyond which a reason is asked for.
const (
	FirstTermWeeks  = 18
	SecondTermWeeks = 17
	TeachingWeeks   = FirstTermWeeks + SecondTermWeeks
)

// Year is a school year of a place.
type Year struct {
	Year      int       // in which it begins
	Period    day.Range // from the day pupils gather (tựu trường)
	Opening   day.Day   // khai giảng
	Extension string    // why it ends after 31 May, "" when it does not
}

// Frame proposes a year and its two terms: gathering a week before 5 September, teaching from the first Monday on or
// after it, two weeks left free at Tết.
func Frame(year int) (Year, []Term) {
	opening := day.Date(year, time.September, 5)
	first := opening.Add(6).WeekStart()
	second := first.Add(7 * FirstTermWeeks)
	end := min(second.Add(7*(SecondTermWeeks+2)), day.Date(year+1, time.June, 1))
	return Year{Year: year, Period: day.Range{From: opening.Add(-7), Until: end}, Opening: opening},
		[]Term{
			{Year: year, Number: 1, Weeks: FirstTermWeeks, Period: day.Range{From: first, Until: second}},
			{Year: year, Number: 2, Weeks: SecondTermWeeks, Period: day.Range{From: second, Until: end}},
		}
}

// Check says what is wrong with a year.
func (y Year) Check() error {
	var list fault.List
	if y.Year < 1990 || y.Year > 2200 {
		list = append(list, fault.New(fault.Invalid, "calendar.bad-year", fault.Args{"year": y.Year}).On("year"))
		return list.OrNil()
	}
	bounds := day.Range{From: day.Date(y.Year, time.August, 1), Until: day.Date(y.Year+1, time.August, 1)}
	if y.Period.Empty() || y.Period.From < bounds.From || y.Period.Until > bounds.Until {
		list = append(list, fault.New(fault.Invalid, "calendar.year-outside", fault.Args{
			"from": bounds.From.Vietnamese(), "last": bounds.Last().Vietnamese()}).On("from"))
	}
	if !y.Period.Has(y.Opening) {
		list = append(list, fault.New(fault.Invalid, "calendar.opening-outside", nil).On("opening"))
	}
	if limit := day.Date(y.Year+1, time.June, 1); y.Period.Until > limit && y.Extension == "" {
		list = append(list, fault.New(fault.Invalid, "calendar.extension-reason", fault.Args{"last": limit.Add(-1).Vietnamese()}).On("extension"))
	}
	return list.OrNil()
}

// SchoolWeek is a week from Monday of a school year.
type SchoolWeek struct {
	Monday day.Day
	Term   int // 0 outside the terms
	Number int // of the teaching week, counted over the year; 0 when nothing was held
	Held   int // sessions
}

// NumberWeeks numbers the teaching weeks of a year: a week in which held says that at least one session was, or is to
// be, held. A week with a term's end in it belongs to the term of its first session. held gives the number of sessions on a day.
func NumberWeeks(terms []Term, held func(day.Day) int) []SchoolWeek {
	if len(terms) == 0 {
		return nil
	}
	from, until := terms[0].Period.From, terms[0].Period.Until
	for _, t := range terms {
		from, until = min(from, t.Period.From), max(until, t.Period.Until)
	}
	var weeks []SchoolWeek
	number := 0
	for monday := from.WeekStart(); monday < until; monday = monday.Add(7) {
		week := SchoolWeek{Monday: monday, Term: termOf(terms, monday)}
		first := true
		for d := monday; d < monday.Add(7); d++ {
			n := held(d)
			if n > 0 && first {
				first = false
				if t := termAt(terms, d); t != 0 {
					week.Term = t
				}
			}
			week.Held += n
		}
		if week.Held > 0 {
			number++
			week.Number = number
		}
		weeks = append(weeks, week)
	}
	return weeks
}

func termOf(terms []Term, monday day.Day) int {
	for d := monday; d < monday.Add(7); d++ {
		if t := termAt(terms, d); t != 0 {
			return t
		}
	}
	return 0
}

func termAt(terms []Term, d day.Day) int {
	for _, t := range terms {
		if t.Period.Has(d) {
			return t.Number
		}
	}
	return 0
}
