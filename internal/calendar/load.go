package calendar

import (
	"context"
	"strings"
	"sync"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Distances of the scopes of a class. A unit that only manages the school is farther than any that it stands in.
const (
	atClass = iota
	atSite
	atSchool
	atUnit
	atManager = 1000
	atRealm   = 10000
)

// SchoolPlans is the calendar of one school in one school year: shared and never changed.
type SchoolPlans struct {
	School  id.ID
	Year    int
	Classes []*ClassPlan // by id
	byID    map[id.ID]*ClassPlan
}

// ClassPlan is the plan of a class with what its rows of due need.
type ClassPlan struct {
	*Plan
	Grades string
	school id.ID
	mark   int64 // of the school when this was read; 0 when it had none
}

// StartHold lets nobody mark the school before the transaction ends, and goes with the next
// statement; what it gives says whether nobody has marked it since the plan was read. Whoever
// writes by a plan what a later change must find calls it last; when it says no, all is to
// be done again (store.ErrAgain).
func (p *ClassPlan) StartHold(ctx context.Context, tx *store.Tx, realm int) func() (bool, error) {
	if p.mark == 0 {
		return func() (bool, error) { return true, nil }
	}
	held := tx.Start(ctx, sqlHold, realm, p.school, p.mark)
	return func() (bool, error) {
		n, err := held.Rows(ctx)
		return n == 1, err
	}
}

// Mark is a random number that every change of the school renews, 0 when it has none yet: what is kept under it holds as
// long as it can be found.
func (p *ClassPlan) Mark() int64 { return p.mark }

// Class gives the plan of a class, nil when the class is not of the school and year.
func (s *SchoolPlans) Class(class id.ID) *ClassPlan { return s.byID[class] }

// Bounds are the days of a school year for keeping: 1 August to 1 August.
func Bounds(year int) day.Range {
	return day.Range{From: day.Date(year, 8, 1), Until: day.Date(year+1, 8, 1)}
}

// memo keeps plans between transactions, with the school's mark, a random number that every change renews: an entry is
// right while it bears the mark that was just read; what a rolled-back transaction put in is never right again. Of a
// school and year there is one: an import marks its schools thousands of times.
var memo = struct {
	sync.RWMutex
	plans map[memoKey]kept
}{plans: map[memoKey]kept{}}

type memoKey struct {
	realm  int
	school id.ID
	year   int
}

type kept struct {
	mark  int64
	plans *SchoolPlans
}

const memoSize = 4096 // schools; a province has about 1,000

type dueState struct {
	Generation int64
	Mark       int64
	Stale      day.Range
}

func state(ctx context.Context, tx *store.Tx, realm int, school id.ID) (dueState, error) {
	s, err := store.One[dueState](ctx, tx, sqlState, realm, school)
	if store.IsNone(err) {
		return dueState{}, nil
	}
	return s, err
}

// Plans gives the plans of all classes of a school in a school year.
func Plans(ctx context.Context, tx *store.Tx, realm int, school id.ID, year int) (*SchoolPlans, error) {
	now, err := state(ctx, tx, realm, school)
	if err != nil {
		return nil, err
	}
	return plansUnder(ctx, tx, memoKey{realm, school, year}, now.Mark)
}

// plansUnder gives plans by the mark that the school was just found to have.
func plansUnder(ctx context.Context, tx *store.Tx, key memoKey, mark int64) (*SchoolPlans, error) {
	if mark != 0 {
		memo.RLock()
		known, is := memo.plans[key]
		memo.RUnlock()
		if is && known.mark == mark {
			return known.plans, nil
		}
	}
	plans, err := loadPlans(ctx, tx, key.realm, key.school, key.year)
	if err != nil || mark == 0 {
		return plans, err
	}
	for _, plan := range plans.Classes {
		plan.school, plan.mark = key.school, mark
	}
	// Between two statements somebody may have changed a rule: keep only what was read under one mark.
	if after, err := state(ctx, tx, key.realm, key.school); err != nil || after.Mark != mark {
		return plans, err
	}
	memo.Lock()
	defer memo.Unlock()
	if len(memo.plans) >= memoSize {
		clear(memo.plans)
	}
	memo.plans[key] = kept{mark, plans}
	return plans, nil
}

// PlanOf gives the plan of one class. An unknown class is the fault "calendar.no-class".
func PlanOf(ctx context.Context, tx *store.Tx, realm int, class id.ID) (*ClassPlan, error) {
	type row struct {
		School id.ID
		Year   int
		Mark   int64
	}
	at, err := store.One[row](ctx, tx, sqlClassPlace, realm, class)
	if store.IsNone(err) {
		return nil, fault.New(fault.NotFound, "calendar.no-class", nil)
	} else if err != nil {
		return nil, err
	}
	plans, err := plansUnder(ctx, tx, memoKey{realm, at.School, at.Year}, at.Mark)
	if err != nil {
		return nil, err
	}
	return planIn(ctx, tx, plans, realm, at.School, at.Year, class)
}

// PlanIn is PlanOf for a caller who knows the school and the year of the class.
func PlanIn(ctx context.Context, tx *store.Tx, realm int, school id.ID, year int, class id.ID) (*ClassPlan, error) {
	plans, err := Plans(ctx, tx, realm, school, year)
	if err != nil {
		return nil, err
	}
	return planIn(ctx, tx, plans, realm, school, year, class)
}

func planIn(ctx context.Context, tx *store.Tx, plans *SchoolPlans, realm int, school id.ID, year int, class id.ID) (_ *ClassPlan, err error) {
	if plan := plans.Class(class); plan != nil {
		return plan, nil
	}
	// A class opened since the plans were kept, before anybody marked the school.
	if plans, err = loadPlans(ctx, tx, realm, school, year); err != nil {
		return nil, err
	}
	if plan := plans.Class(class); plan != nil {
		return plan, nil
	}
	return nil, fault.New(fault.NotFound, "calendar.no-class", nil)
}

// Resolve judges one session of a class: is it held, is it the main one, and if not, why not.
func Resolve(ctx context.Context, tx *store.Tx, realm int, class id.ID, on day.Day, session Session) (Verdict, error) {
	plan, err := PlanOf(ctx, tx, realm, class)
	if err != nil {
		return Verdict{}, err
	}
	return plan.On(on, session), nil
}

type classRow struct {
	ID     id.ID
	Level  string
	Grades string
	Site   id.ID
	Life   day.Range
}

func loadPlans(ctx context.Context, tx *store.Tx, realm int, school id.ID, year int) (*SchoolPlans, error) {
	out := &SchoolPlans{School: school, Year: year, byID: map[id.ID]*ClassPlan{}}
	classes, err := store.All[classRow](ctx, tx, sqlClasses, realm, school, year)
	if err != nil || len(classes) == 0 {
		return out, err
	}
	period := Bounds(year)
	mainSite, err := store.One[id.ID](ctx, tx, sqlMainSite, realm, school, true)
	if err != nil && !store.IsNone(err) {
		return nil, err
	}
	above, err := schoolChain(ctx, tx, realm, school, period)
	if err != nil {
		return nil, err
	}
	scopes := []id.ID{mainSite}
	for _, link := range above {
		scopes = append(scopes, link.Scope.ID)
	}
	for _, c := range classes {
		scopes = append(scopes, c.ID, c.Site)
	}
	rules, err := loadRules(ctx, tx, realm, scopes, year)
	if err != nil {
		return nil, err
	}
	for _, c := range classes {
		site := c.Site
		if site == 0 {
			site = mainSite
		}
		always := day.Range{Until: day.Forever}
		chain := append([]Link{{Scope{ScopeClass, c.ID}, atClass, always}, {Scope{ScopeSite, site}, atSite, always}}, above...)
		place := Place{Class: c.ID, Level: c.Level, Life: c.Life.Intersect(period), Chain: chain}
		plan := &ClassPlan{Plan: NewPlan(place, rules.terms, rules.timetables, rules.exceptions), Grades: c.Grades}
		out.Classes = append(out.Classes, plan)
		out.byID[c.ID] = plan
	}
	return out, nil
}

// schoolChain gives the scopes from the school upwards.
func schoolChain(ctx context.Context, tx *store.Tx, realm int, school id.ID, period day.Range) ([]Link, error) {
	always := day.Range{Until: day.Forever}
	chain := []Link{{Scope{ScopeSchool, school}, atSchool, always}, {Scope{ScopeRealm, 0}, atRealm, always}}
	type standing struct {
		Located, Manager id.ID
		Period           day.Range
	}
	places, err := store.All[standing](ctx, tx, sqlSchoolPlaces, realm, school, period.From, period.Until)
	if err != nil {
		return nil, err
	}
	var units []id.ID
	for _, p := range places {
		units = append(units, p.Located, p.Manager)
	}
	type ancestry struct {
		Descendant, Ancestor id.ID
		Depth                int
		Period               day.Range
	}
	ancestors, err := store.All[ancestry](ctx, tx, sqlAncestors, store.In(units), period.From, period.Until)
	if err != nil {
		return nil, err
	}
	for _, p := range places {
		for _, a := range ancestors {
			held := a.Period.Intersect(p.Period)
			if held.Empty() {
				continue
			}
			if a.Descendant == p.Located {
				chain = append(chain, Link{Scope{ScopeUnit, a.Ancestor}, atUnit + a.Depth, held})
			}
			if a.Descendant == p.Manager {
				chain = append(chain, Link{Scope{ScopeUnit, a.Ancestor}, atManager + a.Depth, held})
			}
		}
	}
	return chain, nil
}

// LevelPlans gives, for a school without classes here, a plan for each level it teaches.
func LevelPlans(ctx context.Context, tx *store.Tx, realm int, school id.ID, year int) ([]*ClassPlan, error) {
	period := Bounds(year)
	levels, err := store.All[string](ctx, tx, sqlSchoolLevels, realm, school, period.From, period.Until)
	if err != nil {
		return nil, err
	}
	chain, err := schoolChain(ctx, tx, realm, school, period)
	if err != nil {
		return nil, err
	}
	var scopes []id.ID
	for _, link := range chain {
		scopes = append(scopes, link.Scope.ID)
	}
	rules, err := loadRules(ctx, tx, realm, scopes, year)
	if err != nil {
		return nil, err
	}
	var plans []*ClassPlan
	seen := map[string]bool{}
	taught := strings.Fields(strings.Join(levels, " "))
	if len(taught) == 0 && len(levels) > 0 {
		taught = []string{""} // nobody said which; rules of all levels hold
	}
	for _, level := range taught {
		if seen[level] {
			continue
		}
		seen[level] = true
		place := Place{Level: level, Life: period, Chain: chain}
		plans = append(plans, &ClassPlan{Plan: NewPlan(place, rules.terms, rules.timetables, rules.exceptions)})
	}
	return plans, nil
}

type rules struct {
	terms      []Term
	timetables []Timetable
	exceptions []Exception
}

// loadRules reads the rules of a school year whose scope is among these ids; ids of two kinds may be equal, so NewPlan
// looks again.
func loadRules(ctx context.Context, tx *store.Tx, realm int, scopes []id.ID, year int) (r rules, err error) {
	within := store.In(scopes)
	period := Bounds(year)
	if r.terms, err = store.All[Term](ctx, tx, sqlTerms, realm, year, within); err != nil {
		return r, err
	}
	rows, err := store.All[timetableRow](ctx, tx, sqlTimetables, realm, within, period.From, period.Until)
	if err != nil {
		return r, err
	}
	for _, row := range rows {
		r.timetables = append(r.timetables, row.timetable())
	}
	r.exceptions, err = store.All[Exception](ctx, tx, sqlExceptions, realm, within, period.From, period.Until, inForce)
	return r, err
}

// inForce is the withdrawn_at of a rule that was not withdrawn.
const inForce = day.Instant(0)

type timetableRow struct {
	Scope                       Scope
	Level                       string
	Period                      day.Range
	Morning, Afternoon, Evening uint32 // masks, bit 0 is Monday
	Main                        Session
}

func (r timetableRow) timetable() Timetable {
	t := Timetable{Scope: r.Scope, Level: r.Level, Period: r.Period, Main: r.Main}
	for i, mask := range [...]uint32{r.Morning, r.Afternoon, r.Evening} {
		for d := range 7 {
			if mask&(1<<d) != 0 {
				t.Week |= 1 << (3*d + i)
			}
		}
	}
	return t
}

// masks gives the three columns of a week.
func (w Week) masks() (masks [3]int) {
	for i := range masks {
		for d := range 7 {
			if w&(1<<(3*d+i)) != 0 {
				masks[i] |= 1 << d
			}
		}
	}
	return masks
}
