package warning

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// SetIn is a threshold that is to be set for a place.
type SetIn struct {
	ScopeKind   calendar.ScopeKind // realm, unit, school
	Scope       id.ID
	Rule        string
	Name        string
	Level       string // "" for all
	SeasonFrom  int    // month × 100 + day; 0 the whole year
	SeasonUntil int
	Period      day.Range // Until zero is without end
	Numbers     string    // separated by spaces
	Reason      string
}

func (in SetIn) resource() access.Resource {
	switch in.ScopeKind {
	case calendar.ScopeSchool:
		return access.School(in.Scope)
	case calendar.ScopeUnit:
		return access.Unit(in.Scope)
	}
	return access.Realm()
}

// check tidies the question and finds its mistakes.
func (in *SetIn) check(today day.Day) ([]int, error) {
	delivered := slices.IndexFunc(Delivered(), func(t Threshold) bool { return t.Rule == in.Rule && t.Name == in.Name })
	if delivered < 0 {
		return nil, fault.New(fault.Invalid, "warning.no-rule", fault.Args{"value": in.Rule}).On("rule")
	}
	wanted := Delivered()[delivered].Numbers
	numbers, ok := parseNumbers(in.Numbers)
	rising := in.Name == "days" || in.Name == "sessions" || in.Name == "share"
	if !ok || len(numbers) != len(wanted) || rising && !slices.IsSorted(numbers) {
		return nil, fault.New(fault.Invalid, "warning.bad-numbers", fault.Args{"count": len(wanted)}).On("numbers")
	}
	if in.Level != "" && len(org.Grades(in.Level)) == 0 {
		return nil, fault.New(fault.Invalid, "warning.bad-level", fault.Args{"value": in.Level}).On("level")
	}
	if (in.SeasonFrom == 0) != (in.SeasonUntil == 0) || !season(in.SeasonFrom) || !season(in.SeasonUntil) {
		return nil, fault.New(fault.Invalid, "warning.bad-season", nil).On("season")
	}
	if in.Period.From == 0 {
		in.Period.From = today
	}
	if in.Period.Until == 0 {
		in.Period.Until = day.Forever
	}
	if in.Period.Empty() || in.Period.From < today {
		return nil, fault.New(fault.Invalid, "warning.bad-period", nil).On("from")
	}
	in.Numbers = formatNumbers(numbers)
	return numbers, nil
}

func season(at int) bool {
	return at == 0 || at/100 >= 1 && at/100 <= 12 && at%100 >= 1 && at%100 <= 31
}

// Set sets a threshold for a place from a day on, with a reason. It works on what is
// evaluated from then on; what was raised before was right by the numbers of its time.
// Faults: warning.no-rule, warning.bad-numbers, warning.bad-level, warning.bad-season,
// warning.bad-period, warning.no-reason, access.no-grant.
func Set(ctx context.Context, tx *store.Tx, who access.Who, in SetIn) (id.ID, error) {
	rule, err := access.May(ctx, tx, who, access.SetThresholds, in.resource())
	if err != nil {
		return 0, err
	}
	if _, err := in.check(tx.Today()); err != nil {
		return 0, err
	}
	if in.Reason = viet.Clean(in.Reason); in.Reason == "" {
		return 0, fault.New(fault.Invalid, "warning.no-reason", nil).On("reason")
	}
	setting := tx.NewID()
	if _, err := tx.Exec(ctx, sqlInsertThreshold, who.Realm, setting, in.ScopeKind, in.Scope, in.Rule, in.Name, in.Level, in.SeasonFrom, in.SeasonUntil,
		in.Period.From, in.Period.Until, in.Numbers, in.Reason, who.Account, tx.Now(), day.Instant(0)); err != nil {
		return 0, err
	}
	return setting, audit.Record(ctx, tx, who.Audit("warning.threshold", in.resource(), rule,
		map[string]any{"threshold": setting, "rule": in.Rule, "name": in.Name, "level": in.Level, "numbers": in.Numbers, "from": in.Period.From}))
}

// WithdrawSetting takes a threshold back: what lies farther away, or what was delivered,
// holds again. Faults: warning.no-rule (NotFound), warning.threshold-withdrawn.
func WithdrawSetting(ctx context.Context, tx *store.Tx, who access.Who, setting id.ID) error {
	s, err := store.One[Setting](ctx, tx, sqlThreshold, who.Realm, setting)
	if store.IsNone(err) {
		return fault.New(fault.NotFound, "warning.no-rule", fault.Args{"value": setting.String()})
	} else if err != nil {
		return err
	}
	at := SetIn{ScopeKind: s.ScopeKind, Scope: s.Scope}.resource()
	rule, err := access.May(ctx, tx, who, access.SetThresholds, at)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, sqlWithdrawThreshold, who.Realm, setting, tx.Now(), day.Instant(0))
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "warning.threshold-withdrawn", nil)
	}
	return audit.Record(ctx, tx, who.Audit("warning.threshold-withdrawn", at, rule, map[string]any{"threshold": setting}))
}

// Holding is a threshold as it holds at a place: the numbers, and who set them.
type Holding struct {
	Threshold
	Numbers []int    // that hold on the day; Threshold.Numbers are those delivered
	Setting *Setting // nil: as delivered
	Here    bool     // set at this very place
}

// Holdings gives all thresholds as they hold at a place for a level today, and every
// setting of the place itself, the newest first, withdrawn ones too. Whoever may see the
// board of the place may see them; of the realm, everybody who is signed in.
func Holdings(ctx context.Context, tx *store.Tx, who access.Who, kind calendar.ScopeKind, scope id.ID, level string) ([]Holding, []Setting, error) {
	at := SetIn{ScopeKind: kind, Scope: scope}.resource()
	if kind != calendar.ScopeRealm {
		if _, err := access.May(ctx, tx, who, access.SeeBoard, at); err != nil {
			return nil, nil, err
		}
	}
	settings, err := store.All[Setting](ctx, tx, sqlThresholds, who.Realm)
	if err != nil {
		return nil, nil, err
	}
	chain, err := scopesAbove(ctx, tx, who.Realm, kind, scope)
	if err != nil {
		return nil, nil, err
	}
	var here []Setting
	for _, s := range settings {
		if s.ScopeKind == kind && s.Scope == scope {
			here = append(here, s)
		}
	}
	slices.Reverse(here)
	best := bestSettings(settings, chain, level, tx.Today(), tx.Now())
	var holdings []Holding
	for _, t := range delivered.Threshold {
		h := Holding{Threshold: t, Numbers: t.Numbers}
		if s, ok := best[thresholdKey{t.Rule, t.Name}]; ok {
			h.Numbers, h.Setting, h.Here = s.Values(), &s, s.ScopeKind == kind && s.Scope == scope
		}
		holdings = append(holdings, h)
	}
	return holdings, here, nil
}

func scopesAbove(ctx context.Context, tx *store.Tx, realm int, kind calendar.ScopeKind, scope id.ID) ([]placeScope, error) {
	switch kind {
	case calendar.ScopeSchool:
		return chainOf(ctx, tx, realm, scope, tx.Today())
	case calendar.ScopeUnit:
		path, err := org.Path(ctx, tx, scope, tx.Today())
		chain := []placeScope{{calendar.ScopeRealm, 0, farRealm}}
		for i, u := range path {
			chain = append(chain, placeScope{calendar.ScopeUnit, u.ID, len(path) - i})
		}
		return chain, err
	}
	return []placeScope{{calendar.ScopeRealm, 0, farRealm}}, nil
}

// Trial is what a change of a threshold would do today.
type Trial struct {
	Schools int // that were worked out
	Of      int // that the place has
	Raised  int // signals that would be new
	Ended   int // that would no longer stand
	Stepped int // that would ask for another step
}

// trialSchools is how many schools a trial works out at most.
const trialSchools = 60

// Try says what a change would do today, without making it: it works out the first
// schools of the place with the numbers as they are and as they would be. Right and
// faults are those of Set; a reason is not needed.
func Try(ctx context.Context, tx *store.Tx, who access.Who, in SetIn) (Trial, error) {
	var t Trial
	if _, err := access.May(ctx, tx, who, access.SetThresholds, in.resource()); err != nil {
		return t, err
	}
	if _, err := in.check(tx.Today()); err != nil {
		return t, err
	}
	var schools []id.ID
	var err error
	switch in.ScopeKind {
	case calendar.ScopeSchool:
		schools = []id.ID{in.Scope}
	case calendar.ScopeUnit:
		schools, err = store.All[id.ID](ctx, tx, sqlSchoolsUnder, who.Realm, tx.Today(), in.Scope)
	default:
		schools, err = store.All[id.ID](ctx, tx, sqlSchools, who.Realm, tx.Today())
	}
	if err != nil {
		return t, err
	}
	t.Of = len(schools)
	schools = schools[:min(len(schools), trialSchools)]
	t.Schools = len(schools)
	now, err := newPass(ctx, tx, who.Realm, tx.Today(), true)
	if err != nil {
		return t, err
	}
	then := *now
	then.settings = append(slices.Clone(now.settings), Setting{ID: 1 << 62, ScopeKind: in.ScopeKind, Scope: in.Scope, Rule: in.Rule, Name: in.Name, Level: in.Level,
		SeasonFrom: in.SeasonFrom, SeasonUntil: in.SeasonUntil, Period: day.Range{From: tx.Today(), Until: day.Forever}, Numbers: in.Numbers, SetAt: tx.Now()})
	for _, school := range schools {
		d, err := load(ctx, tx, question{realm: who.Realm, school: school, on: tx.Today(), pass: now})
		if err != nil {
			return t, err
		}
		before, err := steps(ctx, tx, d)
		if err != nil {
			return t, err
		}
		d.pass = &then
		after, err := steps(ctx, tx, d)
		if err != nil {
			return t, err
		}
		for key, step := range after {
			if was, ok := before[key]; !ok {
				t.Raised++
			} else if was != step {
				t.Stepped++
			}
		}
		for key := range before {
			if _, ok := after[key]; !ok {
				t.Ended++
			}
		}
	}
	return t, nil
}

func steps(ctx context.Context, tx *store.Tx, d *loaded) (map[matter]Step, error) {
	e, err := evaluate(ctx, tx, d)
	if err != nil {
		return nil, err
	}
	all := map[matter]Step{}
	for _, w := range e.wants {
		all[matter{w.rule.Code, w.subject}] = w.step
	}
	return all, nil
}
