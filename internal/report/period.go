package report

import (
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/viet"
)

// ParseMonth reads "2020-05".
func ParseMonth(text string) (day.Range, error) {
	d, err := day.Parse(text + "-01")
	if err != nil {
		return day.Range{}, fault.New(fault.Invalid, "report.bad-month", fault.Args{"value": text}).On("month")
	}
	return day.MonthOf(d), nil
}

func isMonth(p day.Range) bool { return p == day.MonthOf(p.From) }

// before is the period that a figure is compared with: the month before a month, else as
// many days right before.
func before(p day.Range) day.Range {
	if isMonth(p) {
		return day.MonthOf(p.From - 1)
	}
	return day.Range{From: p.From.Add(-p.Days()), Until: p.From}
}

// lastYear is the same period a year earlier.
func lastYear(p day.Range) day.Range {
	return day.Range{From: p.From.AddMonths(-12), Until: p.Until.AddMonths(-12)}
}

// longest period of one paper: a school year.
const longestPeriod = 366

func checkPeriod(p day.Range) error {
	switch {
	case p.Empty():
		return fault.New(fault.Invalid, "report.empty-period", nil).On("to")
	case p.Days() > longestPeriod:
		return fault.New(fault.Invalid, "report.long-period", fault.Args{"days": longestPeriod}).On("to")
	case p.From.SchoolYear() != p.Last().SchoolYear():
		return fault.New(fault.Invalid, "report.two-years", nil).On("to")
	}
	return nil
}

// PeriodWords names a period within a sentence: "tháng 5 năm 2020", or from a day to a day.
func PeriodWords(p day.Range) string {
	if isMonth(p) {
		return viet.MonthWords(p.From.Year(), int(p.From.Month()))
	}
	return daysWords(p)
}

// daysWords is "từ ngày 01/5/2020 đến ngày 31/5/2020".
func daysWords(p day.Range) string {
	return say("days", "from", p.From.Vietnamese(), "to", p.Last().Vietnamese())
}
