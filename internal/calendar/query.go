package calendar

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// SessionCount is how many classes of a school hold a session of a day.
type SessionCount struct {
	Tally
	Main int // for how many it is the main session
}

// SchoolDay is a day of a school's calendar page.
type SchoolDay struct {
	Day      day.Day
	Term     int       // 0 outside the terms
	Week     int       // number of the teaching week, 0 for none
	Named    []Holiday // days off and days kept
	Sessions [len(Sessions)]SessionCount
	// Reasons are the closures and make-ups that decide about any class on the day, each once.
	Reasons []*Exception
}

// Held is the number of class-sessions of the day.
func (d SchoolDay) Held() (n int) {
	for _, s := range d.Sessions {
		n += s.Held
	}
	return n
}

// SchoolCalendar gives the days of a period at a school, with the reasons; whoever may see the school's board may see it.
func SchoolCalendar(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, period day.Range) ([]SchoolDay, error) {
	if _, err := access.May(ctx, tx, who, access.SeeBoard, access.School(school)); err != nil {
		return nil, err
	}
	var days []SchoolDay
	for year := period.From.SchoolYear(); year <= period.Last().SchoolYear(); year++ {
		plans, err := schoolPlans(ctx, tx, who.Realm, school, year)
		if err != nil {
			return nil, err
		}
		weeks := map[day.Day]int{}
		for _, w := range plans.Weeks() {
			weeks[w.Monday] = w.Number
		}
		within := period.Intersect(Bounds(year))
		for d := within.From; d < within.Until; d++ {
			one := plans.Day(d)
			one.Week = weeks[d.WeekStart()]
			days = append(days, one)
		}
	}
	return days, nil
}

// Day sums up a day over the classes of the school.
func (s *SchoolPlans) Day(d day.Day) SchoolDay {
	out := SchoolDay{Day: d}
	for _, h := range Holidays(d.Year()) {
		if h.Day == d {
			out.Named = append(out.Named, h)
		}
	}
	for _, c := range s.Classes {
		if t, ok := c.TermOn(d); ok && out.Term == 0 {
			out.Term = t.Number
		}
		for i, v := range c.Day(d) {
			out.Sessions[i].count(v)
			if v.Exception != nil && !slices.Contains(out.Reasons, v.Exception) {
				out.Reasons = append(out.Reasons, v.Exception)
			}
		}
	}
	return out
}

func (c *SessionCount) count(v Verdict) {
	c.Tally.count(v)
	if v.Main {
		c.Main++
	}
}

// Weeks numbers the teaching weeks of the school's year: those in which any class holds a session.
func (s *SchoolPlans) Weeks() []SchoolWeek {
	var terms []Term
	for _, c := range s.Classes {
		for _, t := range c.terms {
			if !slices.Contains(terms, t) {
				terms = append(terms, t)
			}
		}
	}
	return NumberWeeks(terms, func(d day.Day) (n int) {
		for _, c := range s.Classes {
			for _, v := range c.Plan.Day(d) {
				if v.Held {
					n++
				}
			}
		}
		return n
	})
}

// SchoolWeeks gives the 35-week strip of a school's year.
func SchoolWeeks(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, year int) ([]SchoolWeek, error) {
	if _, err := access.May(ctx, tx, who, access.SeeBoard, access.School(school)); err != nil {
		return nil, err
	}
	plans, err := schoolPlans(ctx, tx, who.Realm, school, year)
	if err != nil {
		return nil, err
	}
	return plans.Weeks(), nil
}

// ClassCalendar judges every session of a class on the days of a period (index 0 of a day is the morning).
func ClassCalendar(ctx context.Context, tx *store.Tx, who access.Who, class id.ID, period day.Range) ([][len(Sessions)]Verdict, error) {
	if _, err := access.May(ctx, tx, who, access.SeeBoard, access.Class(class)); err != nil {
		return nil, err
	}
	plan, err := PlanOf(ctx, tx, who.Realm, class)
	if err != nil {
		return nil, err
	}
	days := make([][len(Sessions)]Verdict, 0, period.Days())
	for d := period.From; d < period.Until; d++ {
		days = append(days, plan.Day(d))
	}
	return days, nil
}

// schoolPlans are the plans of the classes, or of the levels of a school that has no classes here (one that sends
// headcounts): a level stands in for a class.
func schoolPlans(ctx context.Context, tx *store.Tx, realm int, school id.ID, year int) (*SchoolPlans, error) {
	plans, err := Plans(ctx, tx, realm, school, year)
	if err != nil || len(plans.Classes) > 0 {
		return plans, err
	}
	levels, err := LevelPlans(ctx, tx, realm, school, year)
	if err != nil {
		return nil, err
	}
	return &SchoolPlans{School: school, Year: year, Classes: levels}, nil
}

// SchoolDays lists the days of a period on which a school holds any session, in order. A school without a calendar has
// none; see HasCalendar.
func SchoolDays(ctx context.Context, tx *store.Tx, realm int, school id.ID, period day.Range) ([]day.Day, error) {
	var days []day.Day
	for year := period.From.SchoolYear(); year <= period.Last().SchoolYear(); year++ {
		plans, err := schoolPlans(ctx, tx, realm, school, year)
		if err != nil {
			return nil, err
		}
		within := period.Intersect(Bounds(year))
		for d := within.From; d < within.Until; d++ {
			if slices.ContainsFunc(plans.Classes, func(c *ClassPlan) bool { return c.HeldOn(d) }) {
				days = append(days, d)
			}
		}
	}
	return days, nil
}

// HasCalendar says whether terms and a timetable reach the school in a school year: whether anything can be due there.
func HasCalendar(ctx context.Context, tx *store.Tx, realm int, school id.ID, year int) (bool, error) {
	plans, err := schoolPlans(ctx, tx, realm, school, year)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(plans.Classes, func(c *ClassPlan) bool { return len(c.terms) > 0 && len(c.timetables) > 0 }), nil
}

// NthSchoolDayAfter gives the n-th day after d on which the class holds a session: "within 3 school days" ends with it.
// Past the last session of the class it counts Mondays to Saturdays.
func NthSchoolDayAfter(ctx context.Context, tx *store.Tx, realm int, class id.ID, d day.Day, n int) (day.Day, error) {
	plan, err := PlanOf(ctx, tx, realm, class)
	if err != nil {
		return 0, err
	}
	return plan.NthDayAfter(d, n), nil
}

// Exceptions lists the closures and make-ups in force that were declared at a school, above it, or at a site or class of
// it, and touch a period.
func Exceptions(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, period day.Range) ([]Exception, error) {
	if _, err := access.May(ctx, tx, who, access.SeeBoard, access.School(school)); err != nil {
		return nil, err
	}
	chain, err := schoolChain(ctx, tx, who.Realm, school, period)
	if err != nil {
		return nil, err
	}
	classes, err := store.All[id.ID](ctx, tx, sqlClassesIn, who.Realm, school, period.From, period.Until)
	if err != nil {
		return nil, err
	}
	for _, class := range classes {
		chain = append(chain, Link{Scope{ScopeClass, class}, atClass, period})
	}
	sites, err := store.All[id.ID](ctx, tx, sqlSitesIn, who.Realm, school, period.From, period.Until)
	if err != nil {
		return nil, err
	}
	for _, site := range sites {
		chain = append(chain, Link{Scope{ScopeSite, site}, atSite, period})
	}
	return exceptionsWithin(ctx, tx, who.Realm, chain, period)
}

// UnitExceptions is Exceptions for a unit, or for the realm with unit 0.
func UnitExceptions(ctx context.Context, tx *store.Tx, who access.Who, unit id.ID, period day.Range) ([]Exception, error) {
	resource := access.Unit(unit)
	if unit == 0 {
		resource = access.Realm()
	}
	if _, err := access.May(ctx, tx, who, access.SeeBoard, resource); err != nil {
		return nil, err
	}
	type ancestry struct {
		Descendant, Ancestor id.ID
		Depth                int
		Period               day.Range
	}
	above, err := store.All[ancestry](ctx, tx, sqlAncestors, store.In([]id.ID{unit}), period.From, period.Until)
	if err != nil {
		return nil, err
	}
	chain := []Link{{Scope{ScopeRealm, 0}, atRealm, period}}
	for _, a := range above {
		chain = append(chain, Link{Scope{ScopeUnit, a.Ancestor}, atUnit + a.Depth, a.Period})
	}
	return exceptionsWithin(ctx, tx, who.Realm, chain, period)
}

func exceptionsWithin(ctx context.Context, tx *store.Tx, realm int, chain []Link, period day.Range) ([]Exception, error) {
	ids := make([]id.ID, len(chain))
	for i, link := range chain {
		ids[i] = link.Scope.ID
	}
	all, err := store.All[Exception](ctx, tx, sqlExceptions, realm, store.In(ids), period.From, period.Until, inForce)
	return slices.DeleteFunc(all, func(e Exception) bool {
		return !slices.ContainsFunc(chain, func(link Link) bool { return link.Scope == e.Scope && link.Period.Overlaps(e.Period) })
	}), err
}
