package warning

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// signalRow is a signal as it is stored.
type signalRow struct {
	ID           id.ID
	Rule         string
	RuleVersion  int
	SubjectKind  SubjectKind
	Subject      id.ID
	Pupil        id.ID
	Class        id.ID
	School       id.ID
	Village      id.ID
	Commune      id.ID
	Household    id.ID
	Since        day.Day
	Last         day.Day
	Step         Step
	Order        int
	Facts        string
	State        State
	RaisedAt     day.Instant
	ChangedAt    day.Instant
	EndedReason  string
	PartOf       id.ID
	Version      int
	TakenVersion int
	TakenCase    id.ID
}

func (r signalRow) signal() (Signal, error) {
	s := Signal{r.ID, r.Rule, r.RuleVersion, r.SubjectKind, r.Subject, r.Pupil, r.Class, r.School, r.Village, r.Commune, r.Household, r.Since, r.Last,
		r.Step, r.Order, Facts{}, r.State, r.RaisedAt, r.ChangedAt, r.EndedReason, r.PartOf, r.Version, r.TakenVersion, r.TakenCase}
	if err := json.Unmarshal([]byte(r.Facts), &s.Facts); err != nil {
		return s, fmt.Errorf("warning: the facts of signal %s: %w", r.ID, err)
	}
	return s, nil
}

type eventRow struct {
	Number      int
	At          day.Instant
	State       State
	Step        Step
	RuleVersion int
	Since       day.Day
	Last        day.Day
	Facts       string
	Reason      string
}

func (r eventRow) event() (Event, error) {
	e := Event{Number: r.Number, At: r.At, State: r.State, Step: r.Step, RuleVersion: r.RuleVersion, Since: r.Since, Last: r.Last, Reason: r.Reason}
	return e, json.Unmarshal([]byte(r.Facts), &e.Facts)
}

func readSignals(ctx context.Context, tx *store.Tx, query string, args ...any) ([]Signal, error) {
	rows, err := store.All[signalRow](ctx, tx, query, args...)
	if err != nil {
		return nil, err
	}
	signals := make([]Signal, len(rows))
	for i, r := range rows {
		if signals[i], err = r.signal(); err != nil {
			return nil, err
		}
	}
	return signals, nil
}

func (f Facts) text() string {
	content, err := json.Marshal(f)
	if err != nil {
		panic("warning: facts: " + err.Error()) // numbers, days and codes always can be written
	}
	return string(content)
}

// change is what becomes of one signal.
type change struct {
	Signal
	insert bool
	event  bool // a step, a beginning, an end
}

// settled compares what the rules see with what stands open.
type settled struct {
	*evaluated
	now      day.Instant
	open     map[matter]*Signal
	before   map[id.ID]Signal // as they stood, by id
	changes  []change
	standing []*Signal // open after the changes
	newID    func() id.ID
}

type matter struct {
	rule    string
	subject id.ID
}

func settle(ctx context.Context, tx *store.Tx, e *evaluated) (*settled, error) {
	s := &settled{evaluated: e, now: tx.Now(), open: map[matter]*Signal{}, before: map[id.ID]Signal{}, newID: tx.NewID}
	query, args := sqlOpenOfSchool, []any{e.realm, e.school}
	if e.question.classes != nil {
		pupils := make([]id.ID, len(e.members))
		for i, m := range e.members {
			pupils[i] = m.Pupil
		}
		query, args = sqlOpenOfClasses, append(args, store.In(e.question.classes), store.In(pupils))
	}
	signals, err := readSignals(ctx, tx, query, args...)
	if err != nil {
		return nil, err
	}
	for i := range signals {
		if signals[i].SubjectKind == OfHousehold {
			continue
		}
		s.before[signals[i].ID] = signals[i]
		s.open[matter{signals[i].Rule, signals[i].Subject}] = &signals[i]
	}
	places, err := s.places(ctx, tx)
	if err != nil {
		return nil, err
	}
	s.compare(places)
	s.villages()
	s.finish()
	return s, nil
}

// places is where the pupils of the wants live, and what is known of them.
type places struct {
	village   map[id.ID]id.ID
	commune   map[id.ID]id.ID // of a village or commune
	context   map[id.ID]Context
	household map[id.ID]id.ID
}

func (s *settled) places(ctx context.Context, tx *store.Tx) (p places, err error) {
	var pupils []id.ID
	for _, w := range s.wants {
		if w.pupil.ID != 0 {
			pupils = append(pupils, w.pupil.ID)
		}
	}
	slices.Sort(pupils)
	pupils = slices.Compact(pupils)
	p.village, p.commune = map[id.ID]id.ID{}, s.pass.communes
	if len(pupils) == 0 {
		return p, nil
	}
	type residence struct{ Pupil, Unit id.ID }
	homes, err := store.All[residence](ctx, tx, sqlResidences, s.realm, store.In(pupils), s.on)
	if err != nil {
		return p, err
	}
	var unknown []id.ID
	for _, h := range homes {
		p.village[h.Pupil] = h.Unit
		if _, known := p.commune[h.Unit]; !known {
			p.commune[h.Unit] = 0
			unknown = append(unknown, h.Unit)
		}
	}
	if len(unknown) > 0 {
		above, err := store.All[residence](ctx, tx, sqlCommunes, store.In(unknown), s.on)
		if err != nil {
			return p, err
		}
		for _, a := range above {
			p.commune[a.Pupil] = a.Unit
		}
	}
	p.context, p.household, err = contextsOf(ctx, tx, s.realm, pupils, s.on)
	return p, err
}

// compare brings the open signals to what the rules see: the same matter goes on in the
// same signal, another begins a new one, what is no more ends or is withdrawn.
func (s *settled) compare(at places) {
	wanted := map[matter]bool{}
	covered := map[matter]bool{}
	for _, w := range s.wants {
		for _, code := range w.rule.Covers {
			covered[matter{code, w.subject}] = true
		}
	}
	for _, w := range s.wants {
		key := matter{w.rule.Code, w.subject}
		wanted[key] = true
		f := w.finding
		f.Facts.Context = at.context[w.pupil.ID]
		old := s.open[key]
		if old != nil && (f.Since > old.Last || f.Last < old.Since) {
			s.end(old, covered)
			old = nil
		}
		next := Signal{ID: s.newID(), Rule: w.rule.Code, SubjectKind: w.kind, Subject: w.subject, Pupil: w.pupil.ID, School: s.school, State: Open, RaisedAt: s.now}
		if old != nil {
			next = *old
		}
		next.RuleVersion, next.Class = w.rule.Version, w.pupil.Class
		next.Village, next.Household = at.village[w.pupil.ID], at.household[w.pupil.ID]
		next.Commune = at.commune[next.Village]
		next.Since, next.Last, next.Step, next.Facts = f.Since, f.Last, w.step, f.Facts
		next.Order = order(next.Step, next.Facts)
		s.open[key] = &next
	}
	for key, old := range s.open {
		if !wanted[key] && old.State == Open && s.judged(old) {
			s.end(old, covered)
			delete(s.open, key)
		}
	}
}

// judged says whether this evaluation can say that a signal is no more.
func (s *settled) judged(old *Signal) bool {
	rule, known := RuleOf(old.Rule)
	switch {
	case !known:
		return s.question.classes == nil // a rule of an earlier program
	case rule.Cluster != nil:
		return false // settled after all others
	case rule.Fact != nil:
		return s.pass.facts && s.question.classes == nil
	case rule.Class != nil:
		return s.question.classes == nil || s.evaluated.evaluated[old.Subject]
	}
	_, active := s.active[old.Pupil]
	return active || s.question.classes == nil
}

// end closes a signal: over when it was so and has ended, withdrawn when by what is known
// now it was not so.
func (s *settled) end(old *Signal, covered map[matter]bool) {
	state, reason := s.why(old, covered)
	ended := *old
	ended.State, ended.EndedReason, ended.PartOf = state, reason, 0
	s.changes = append(s.changes, change{Signal: ended, event: true})
}

func (s *settled) why(old *Signal, covered map[matter]bool) (State, string) {
	rule, known := RuleOf(old.Rule)
	switch {
	case !known:
		return Over, EndedThreshold
	case rule.Cluster != nil:
		return Over, EndedApart
	case rule.Class != nil:
		if s.plans.Class(old.Subject) == nil || !s.plans.Class(old.Subject).Place().Life.Has(s.on) {
			return Over, EndedYear
		}
		return Over, EndedMarked
	case rule.Fact != nil:
		return Over, EndedSettled
	}
	m, active := s.active[old.Pupil]
	if !active {
		if old.Class != 0 && s.plans.Class(old.Class) == nil {
			return Over, EndedYear
		}
		return Over, EndedLeft
	}
	var h History
	if !s.history(m, &h) {
		return Withdrawn, EndedCorrected
	}
	h.Breaks = s.breaksOf(m.Class)
	then := h.until(old.Last)
	then.On = old.Last
	if f, ok := rule.Pupil(then, s.limitsOf(m.Level)); ok && f.Since <= old.Last && f.Last >= old.Since {
		if covered[matter{old.Rule, old.Subject}] {
			return Over, EndedCovered
		}
		return Over, EndedReturned
	}
	before := limitsAt(s.pass.settings, s.chain, m.Level, old.Last, old.ChangedAt)
	if f, ok := rule.Pupil(then, before); ok && f.Since <= old.Last && f.Last >= old.Since {
		return Over, EndedThreshold
	}
	return Withdrawn, EndedCorrected
}

// A run this long is no part of what a village does together.
const (
	togetherDays = 5
	togetherSpan = 4 // days within which such runs began
)

func isRun(s *Signal) bool { return s.Rule == absentRun.Code || s.Rule == noReturn.Code }

// villages finds clusters among the runs that go on at the school.
func (s *settled) villages() {
	groups := map[id.ID][]*Signal{}
	for _, x := range s.open {
		if isRun(x) && x.Village != 0 && x.Village != x.Commune && x.Facts.Days <= togetherDays {
			groups[x.Village] = append(groups[x.Village], x)
		}
	}
	part := map[id.ID]id.ID{} // signal → cluster
	clusters := map[id.ID]bool{}
	found := map[matter]bool{}
	for village, runs := range groups {
		runs = together(runs)
		f, ok := villageCluster.Cluster(clusterFrom(villageCluster.Code, village, runs), s.limitsOf(""))
		if !ok {
			continue
		}
		key := matter{villageCluster.Code, village}
		found[key] = true
		next := Signal{ID: s.newID(), Rule: villageCluster.Code, SubjectKind: OfVillage, Subject: village, School: s.school, Village: village,
			Commune: s.pass.communeOf(village, runs), State: Open, RaisedAt: s.now}
		if old := s.open[key]; old != nil {
			next = *old
		}
		next.RuleVersion, next.Since, next.Last, next.Facts = villageCluster.Version, f.Since, f.Last, f.Facts
		next.Step = StepOf(villageCluster.Code, FullLadder, f.Reached)
		next.Order = order(next.Step, next.Facts)
		s.open[key] = &next
		clusters[next.ID] = true
		for _, run := range runs {
			if run.Step.Rank() < StepVisit.Rank() {
				part[run.ID] = next.ID
			}
		}
	}
	for key, old := range s.open {
		if key.rule != villageCluster.Code {
			continue
		}
		clusters[old.ID] = true
		if !found[key] {
			s.end(old, nil)
			delete(s.open, key)
		}
	}
	for _, x := range s.open {
		switch {
		case !isRun(x):
		case part[x.ID] != 0:
			x.PartOf = part[x.ID]
		case clusters[x.PartOf] || x.Step.Rank() >= StepVisit.Rank():
			x.PartOf = 0
		}
	}
}

func (p *pass) communeOf(village id.ID, runs []*Signal) id.ID {
	if commune := p.communes[village]; commune != 0 {
		return commune
	}
	return runs[0].Commune
}

// together keeps the runs that began at about the time of the latest.
func together(runs []*Signal) []*Signal {
	var latest day.Day
	for _, r := range runs {
		latest = max(latest, r.Since)
	}
	kept := slices.DeleteFunc(slices.Clone(runs), func(r *Signal) bool { return r.Since < latest-togetherSpan })
	slices.SortFunc(kept, func(a, b *Signal) int { return cmp.Compare(a.Pupil, b.Pupil) })
	return kept
}

func clusterFrom(rule string, subject id.ID, runs []*Signal) Cluster {
	c := Cluster{Rule: rule, Subject: subject}
	for _, r := range runs {
		c.Runs = append(c.Runs, ClusterRun{r.Pupil, r.Since, r.Last, r.Facts.Days})
	}
	return c
}

// finish turns what stands now into changes.
func (s *settled) finish() {
	for _, next := range s.open {
		s.standing = append(s.standing, next)
		before, known := s.before[next.ID]
		if !known {
			s.changes = append(s.changes, change{Signal: *next, insert: true, event: true})
			continue
		}
		if before == *next {
			continue
		}
		s.changes = append(s.changes, change{Signal: *next, event: before.Step != next.Step || before.PartOf != next.PartOf})
	}
	for i := range s.changes {
		c := &s.changes[i]
		c.ChangedAt = s.now
		if c.event {
			c.Version++
		}
	}
	// What ends comes first: a new signal may begin about the same subject. The rest in order of ids.
	slices.SortFunc(s.changes, func(a, b change) int {
		ends := func(c change) int {
			if c.State == Open {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(ends(a), ends(b)), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(s.standing, func(a, b *Signal) int { return cmp.Compare(a.ID, b.ID) })
}

// write keeps changes; within the caller's transaction.
func write(ctx context.Context, tx *store.Tx, realm int, changes []change) error {
	var inserts, puts, events [][]any
	for _, c := range changes {
		facts := c.Facts.text()
		if c.insert {
			inserts = append(inserts, []any{realm, c.ID, c.Rule, c.RuleVersion, c.SubjectKind, c.Subject, c.Pupil, c.Class, c.School, c.Village, c.Commune, c.Household,
				c.Since, c.Last, c.Step, c.Order, facts, c.State, c.RaisedAt, c.ChangedAt, c.EndedReason, c.PartOf, c.Version, c.TakenVersion, c.TakenCase})
		} else {
			puts = append(puts, []any{realm, c.ID, c.RuleVersion, c.Class, c.Village, c.Commune, c.Household, c.Since, c.Last, c.Step, c.Order,
				facts, c.State, c.ChangedAt, c.EndedReason, c.PartOf, c.Version})
		}
		if c.event {
			events = append(events, []any{realm, c.ID, c.Version, c.ChangedAt, c.State, c.Step, c.RuleVersion, c.Since, c.Last, facts, c.EndedReason})
		}
	}
	if err := tx.Many(ctx, sqlPutSignal, puts); err != nil {
		return err
	}
	if err := tx.Many(ctx, sqlInsertSignal, inserts); err != nil {
		return err
	}
	return tx.Many(ctx, sqlInsertEvent, events)
}
