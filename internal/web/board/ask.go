package board

import (
	"net/url"
	"slices"
	"strconv"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/indicator"
	"ralop/internal/web/ui"
)

// asked is what an address chooses.
type asked struct {
	place     indicator.Place
	period    day.Range
	level     string
	view      indicator.View
	indicator indicator.ID
	by        indicator.By
	sort      string
	query     url.Values
}

// breakdowns that a board offers; those of ethnicity and poverty to who may see them.
var breakdowns = []indicator.By{indicator.ByGrade, indicator.BySex, indicator.ByBoarding, indicator.ByVillage, indicator.ByZone, indicator.ByEthnicity, indicator.ByPoverty}

// longest is the longest period of a board: a school year with its summer.
const longest = 400

func read(r *door.Request, kind access.Kind, name string) (asked, error) {
	place, err := r.ID(name)
	if err != nil {
		return asked{}, err
	}
	a := asked{place: indicator.Place{Kind: kind, ID: place}, query: r.Query(), level: r.Value("cap"), view: indicator.View(r.Value("xem")),
		indicator: indicator.ID(r.Value("so")), by: indicator.By(r.Value("theo")), sort: r.Value("sap")}
	month := day.MonthOf(r.Today)
	first, err := r.Day("tu", month.From)
	if err != nil {
		return a, err
	}
	last, err := r.Day("den", min(day.MonthOf(first).Last(), max(r.Today, first)))
	if err != nil {
		return a, err
	}
	a.period = day.Through(first, last)
	if a.period.Days() > longest {
		return a, fault.New(fault.Invalid, "board.too-long", fault.Args{"days": longest}).On("den")
	}
	if a.level != "" && !slices.Contains(indicator.Levels(), a.level) {
		return a, fault.New(fault.Invalid, "indicator.unknown-level", fault.Args{"level": a.level}).On("cap")
	}
	if a.indicator == "" {
		a.indicator = indicator.Attendance
	}
	if a.view == "" || kind != access.UnitKind {
		a.view = indicator.BySchool
	}
	if a.by != "" && !slices.Contains(breakdowns, a.by) {
		return a, fault.New(fault.Invalid, "indicator.no-breakdown", fault.Args{"indicator": string(a.indicator), "by": string(a.by)}).On("theo")
	}
	return a, nil
}

func (a asked) board() indicator.BoardQuery {
	return indicator.BoardQuery{Place: a.place, Period: a.period, View: a.view, Level: a.level, Indicator: a.indicator}
}

// at is the address of the board of a place with what was chosen here, with changes: pairs
// of a name and a value; an empty value takes the name out.
func (a asked) at(place indicator.Place, changes ...string) string {
	query := url.Values{}
	for name, values := range a.query {
		query[name] = values
	}
	if place != a.place {
		query.Del("sap")
		query.Del("theo")
		if place.Kind != access.UnitKind {
			query.Del("xem")
		}
		if place.Kind == access.ClassKind {
			query.Del("cap")
		}
	}
	for i := 0; i+1 < len(changes); i += 2 {
		query.Del(changes[i])
		if changes[i+1] != "" {
			query.Set(changes[i], changes[i+1])
		}
	}
	address := boardAddress(place)
	if text := query.Encode(); text != "" {
		address += "?" + text
	}
	return address
}

func (a asked) here(changes ...string) string { return a.at(a.place, changes...) }

func (a asked) days(p day.Range) string {
	return a.here("tu", p.From.String(), "den", p.Last().String())
}

// timeControl chooses the days and keeps the rest.
func (a asked) timeControl(r *door.Request) *ui.TimeControl {
	p := a.period
	t := &ui.TimeControl{Detail: p.From.Vietnamese() + " – " + p.Last().Vietnamese(), Action: boardAddress(a.place), From: p.From.String(), To: p.Last().String(),
		Keep: ui.KeepFrom(a.query, "tu", "den")}
	month := day.MonthOf(p.From)
	whole := p.From == month.From && (p.Until == month.Until || p.Has(r.Today) && p.Last() == r.Today && p.Until <= month.Until)
	year := r.Today.SchoolYear()
	schoolYear := day.Range{From: day.Date(year, 9, 1), Until: r.Today + 1}
	switch {
	case p.Days() == 1:
		t.Label, t.Detail = p.From.Vietnamese(), ""
	case whole:
		t.Label = r.T("board.month", "month", strconv.Itoa(int(p.From.Month())), "year", p.From.Year())
	default:
		t.Label, t.Detail = p.From.Short()+" – "+p.Last().Vietnamese(), ""
	}
	step := day.Range{From: p.From - day.Day(p.Days()), Until: p.From}
	next := day.Range{From: p.Until, Until: p.Until + day.Day(p.Days())}
	if whole {
		step, next = day.MonthOf(p.From.Add(-1)), day.MonthOf(month.Until)
	}
	t.Previous = a.days(step)
	if next.From <= r.Today {
		next.Until = min(next.Until, r.Today+1)
		t.Next = a.days(next)
	}
	week := day.Range{From: r.Today.WeekStart(), Until: r.Today + 1}
	for _, c := range []struct {
		word   string
		period day.Range
	}{{"board.today", day.Range{From: r.Today, Until: r.Today + 1}}, {"board.week", week}, {"board.this_month", day.Range{From: r.Today.MonthStart(), Until: r.Today + 1}},
		{"board.last_month", day.MonthOf(r.Today.MonthStart().Add(-1))}, {"board.school_year", schoolYear}} {
		t.Choices = append(t.Choices, ui.Choice{Label: r.T(c.word, "year", year, "next", year+1), URL: a.days(c.period), Current: c.period == p})
	}
	return t
}
