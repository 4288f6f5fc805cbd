package warning

import (
	"context"
	"slices"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// pass is what is read once for many schools.
type pass struct {
	on         day.Day
	settings   []Setting
	exits      map[id.ID][]exit // by school
	boardings  map[id.ID]ended  // by pupil
	communes   map[id.ID]id.ID  // of units asked so far
	facts      bool
	supportFor int // the longest time that a threshold asks for
}

type exit struct {
	Pupil  id.ID
	School id.ID
	Level  string
	Grade  string
	Left   day.Day
	Kind   string
}

type ended struct {
	Pupil id.ID
	On    day.Day
	Kind  string
}

// oldestExit is how far back an unconfirmed exit is followed, in days.
const oldestExit = 400

// newPass reads the settings and, with facts, what is known besides marks.
func newPass(ctx context.Context, tx *store.Tx, realm int, on day.Day, facts bool) (*pass, error) {
	p := &pass{on: on, facts: facts, exits: map[id.ID][]exit{}, boardings: map[id.ID]ended{}, communes: map[id.ID]id.ID{}}
	var err error
	if p.settings, err = store.All[Setting](ctx, tx, sqlThresholds, realm); err != nil || !facts {
		return p, err
	}
	p.supportFor = DefaultLimits().one("support-lost", "days")
	for _, s := range p.settings {
		if s.Rule == "support-lost" {
			p.supportFor = max(p.supportFor, slices.Max(s.Values()))
		}
	}
	exits, err := store.All[exit](ctx, tx, sqlExits, realm, on.Add(-oldestExit), on)
	if err != nil {
		return nil, err
	}
	for _, e := range exits {
		p.exits[e.School] = append(p.exits[e.School], e)
	}
	boardings, err := store.All[ended](ctx, tx, sqlBoardingEnded, realm, on.Add(-p.supportFor), on)
	for _, b := range boardings {
		p.boardings[b.Pupil] = b
	}
	return p, err
}

// want is a matter that there is, as the rules see it now.
type want struct {
	rule    *Rule
	kind    SubjectKind
	subject id.ID
	pupil   Pupil // zero ID when it is about no single pupil
	finding Finding
	step    Step
}

// evaluated is what the rules say of what was loaded.
type evaluated struct {
	*loaded
	wants     []want
	active    map[id.ID]member // pupils in a class on the day
	limits    map[string]Limits
	chain     []placeScope
	evaluated map[id.ID]bool // classes looked at
}

// evaluate runs the rules over pupils, classes and, with facts, what is no mark.
func evaluate(ctx context.Context, tx *store.Tx, d *loaded) (*evaluated, error) {
	e := &evaluated{loaded: d, active: make(map[id.ID]member, len(d.members)), limits: map[string]Limits{}, evaluated: map[id.ID]bool{}}
	if err := e.loadChain(ctx, tx); err != nil {
		return nil, err
	}
	for _, class := range d.classes {
		e.evaluated[class] = true
	}
	var h History
	inClass := map[id.ID]int{}
	for _, m := range d.members {
		e.active[m.Pupil] = m
		inClass[m.Class]++
		if !d.history(m, &h) {
			continue
		}
		found := Judge(&h, e.limitsOf(m.Level))
		if len(found) == 0 {
			continue
		}
		for i := range Rules {
			if f, ok := found[Rules[i].Code]; ok {
				e.add(&Rules[i], m.Pupil, h.Pupil, f)
			}
		}
	}
	if d.pass.facts && d.question.classes == nil {
		if err := e.facts(ctx, tx); err != nil {
			return nil, err
		}
	}
	for _, class := range d.classes {
		if d.counts || inClass[class] == 0 {
			continue
		}
		plan := d.plans.Class(class)
		p := Pupil{School: d.school, Class: class, Level: plan.Place().Level}
		if f, ok := classUnmarked.Class(d.classDays(class), e.limitsOf(p.Level)); ok {
			e.add(&classUnmarked, class, p, f)
		}
	}
	return e, nil
}

func (e *evaluated) add(r *Rule, subject id.ID, p Pupil, f Finding) {
	e.wants = append(e.wants, want{r, r.Subject, subject, p, f, StepOf(r.Code, LadderOf(p.Level, p.Grade), f.Reached)})
}

func (e *evaluated) limitsOf(level string) Limits {
	l, known := e.limits[level]
	if !known {
		l = limitsAt(e.pass.settings, e.chain, level, e.on, e.asKnown())
		e.limits[level] = l
	}
	return l
}

// asKnown is the instant of which settings are read.
func (d *loaded) asKnown() day.Instant {
	if d.known != 0 {
		return d.known
	}
	return day.Instant(1<<62 - 1)
}

// loadChain finds the places above the school, when anybody has set anything.
func (e *evaluated) loadChain(ctx context.Context, tx *store.Tx) (err error) {
	if len(e.pass.settings) > 0 {
		e.chain, err = chainOf(ctx, tx, e.realm, e.school, e.on)
	}
	return err
}

const (
	farManager = 1000
	farRealm   = 10000
)

func chainOf(ctx context.Context, tx *store.Tx, realm int, school id.ID, on day.Day) ([]placeScope, error) {
	chain := []placeScope{{calendar.ScopeSchool, school, 0}, {calendar.ScopeRealm, 0, farRealm}}
	type units struct{ Located, Manager id.ID }
	at, err := store.One[units](ctx, tx, sqlSchoolUnits, realm, school, on)
	if store.IsNone(err) {
		return chain, nil
	} else if err != nil {
		return nil, err
	}
	type ancestry struct {
		Descendant, Ancestor id.ID
		Depth                int
	}
	above, err := store.All[ancestry](ctx, tx, sqlAncestors, store.In([]id.ID{at.Located, at.Manager}), on)
	for _, a := range above {
		if a.Descendant == at.Located {
			chain = append(chain, placeScope{calendar.ScopeUnit, a.Ancestor, 1 + a.Depth})
		}
		if a.Descendant == at.Manager {
			chain = append(chain, placeScope{calendar.ScopeUnit, a.Ancestor, farManager + a.Depth})
		}
	}
	return chain, err
}

// facts runs the rules on what is known besides marks.
func (e *evaluated) facts(ctx context.Context, tx *store.Tx) error {
	for _, x := range e.pass.exits[e.school] {
		p := Pupil{ID: x.Pupil, School: e.school, Level: x.Level, Grade: x.Grade}
		e.fact(unconfirmedExit, Fact{Rule: unconfirmedExit.Code, Pupil: p, On: e.on, Since: x.Left, Days: e.on.Sub(x.Left), What: x.Kind})
	}
	if len(e.pass.boardings) > 0 {
		for _, m := range e.members {
			if b, ok := e.pass.boardings[m.Pupil]; ok && b.On > m.from() {
				p := Pupil{m.Pupil, e.school, m.Class, m.Level, m.Grade}
				e.fact(supportLost, Fact{Rule: supportLost.Code, Pupil: p, On: e.on, Since: b.On, Days: e.on.Sub(b.On), What: b.Kind})
			}
		}
	}
	type awaited struct {
		Pupil id.ID
		Level string
		Grade string
	}
	expected, err := store.All[awaited](ctx, tx, sqlExpected, e.realm, e.school, e.on.SchoolYear())
	if err != nil || len(expected) == 0 {
		return err
	}
	days := map[string][]day.Day{}
	for _, level := range levelsOf(expected, func(a awaited) string { return a.Level }) {
		days[level] = e.heldDays(level)
	}
	for _, x := range expected {
		if held := days[x.Level]; len(held) > 0 {
			p := Pupil{ID: x.Pupil, School: e.school, Level: x.Level, Grade: x.Grade}
			e.fact(notArrived, Fact{Rule: notArrived.Code, Pupil: p, On: e.on, Since: held[0], Days: len(held)})
		}
	}
	return nil
}

func levelsOf[T any](all []T, level func(T) string) (levels []string) {
	for _, x := range all {
		if l := level(x); !slices.Contains(levels, l) {
			levels = append(levels, l)
		}
	}
	return levels
}

// heldDays are the first school days of a level's year up to the day; more than a ladder asks for are not counted.
func (e *evaluated) heldDays(level string) (days []day.Day) {
	const enough = 40
	year := calendar.Bounds(e.on.SchoolYear())
	for d := year.From; d <= e.on && len(days) < enough; d++ {
		if slices.ContainsFunc(e.plans.Classes, func(c *calendar.ClassPlan) bool { return c.Place().Level == level && c.HeldOn(d) }) {
			days = append(days, d)
		}
	}
	return days
}

func (e *evaluated) fact(r Rule, f Fact) {
	if finding, ok := r.Fact(f, e.limitsOf(f.Pupil.Level)); ok {
		e.add(&r, f.Pupil.ID, f.Pupil, finding)
	}
}
