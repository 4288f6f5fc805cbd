package warning

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Listed is a signal with the names that a page shows. Name is "" where it is about no
// single child.
type Listed struct {
	Signal
	Name      string
	NameSort  string
	ClassName string
	Level     string
	School    string
	Village   string
}

type listedRow struct {
	Signal    signalRow
	Name      string
	NameSort  string
	ClassName string
	Level     string
	School    string
	Village   string
}

func readListed(ctx context.Context, tx *store.Tx, query string, who access.Who, args ...any) ([]Listed, error) {
	rows, err := store.All[listedRow](ctx, tx, query, append([]any{who.Realm, tx.Today(), tx.Today().SchoolYear()}, args...)...)
	if err != nil {
		return nil, err
	}
	all := make([]Listed, len(rows))
	for i, r := range rows {
		s, err := r.Signal.signal()
		if err != nil {
			return nil, err
		}
		all[i] = Listed{s, r.Name, r.NameSort, r.ClassName, r.Level, r.School, r.Village}
	}
	slices.SortFunc(all, func(a, b Listed) int {
		return cmp.Or(cmp.Compare(b.Order, a.Order), cmp.Compare(a.Since, b.Since), strings.Compare(a.NameSort, b.NameSort), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

// Filter says which signals a list shows. Exactly one of Class, School and Residence is given.
type Filter struct {
	Class     id.ID
	School    id.ID
	Residence id.ID // children who live in this unit or under it, wherever they learn
	Rule      string
	Step      Step
	Level     string
	Village   id.ID
	Parts     bool // those too of which a village's or household's signal speaks
	From      int  // index of the first to be shown
	Limit     int  // 0 is 50
}

// Count is how many open signals there are of a rule and step.
type Count struct {
	Place id.ID // school or village
	Rule  string
	Step  Step
	N     int
}

// Page is a list of signals. Who may only see counts gets no signals.
type Page struct {
	Signals  []Listed
	Total    int     // that the filter lets through
	Counts   []Count // of everything at the place, by rule and step; Place is 0
	Villages []Named // where the children of the whole list live
	Rule     string  // by which names may be seen: for the look; "" when only counts may
}

// Named is a place with its name.
type Named struct {
	ID   id.ID
	Name string
}

// List gives the open signals of a class, a school or a place of residence, what is to be
// done first in front. Names need the right to see the pupils of the place; whoever may
// see its board gets counts. The door writes the look. Faults: those of access.May.
func List(ctx context.Context, tx *store.Tx, who access.Who, f Filter) (Page, error) {
	var page Page
	names, board := access.Residence(f.Residence), access.Unit(f.Residence)
	query, place := sqlListedAtHome, f.Residence
	switch {
	case f.Class != 0:
		names, board = access.Class(f.Class), access.Class(f.Class)
	case f.School != 0:
		names, board = access.School(f.School), access.School(f.School)
		query, place = sqlListedAtSchool, f.School
	}
	rule, err := access.May(ctx, tx, who, access.SeePupils, names)
	if fault.Is(err, fault.Forbidden) {
		if _, counts := access.May(ctx, tx, who, access.SeeBoard, board); counts != nil {
			return page, err
		}
	} else if err != nil {
		return page, err
	}
	page.Rule = rule
	if f.Class != 0 {
		if query, place, err = sqlListedAtSchool, id.ID(0), nil; err == nil {
			place, err = store.One[id.ID](ctx, tx, sqlClassSchool, who.Realm, f.Class)
		}
		if err != nil {
			return page, err
		}
	}
	all, err := readListed(ctx, tx, query, who, place)
	if err != nil {
		return page, err
	}
	if f.Class != 0 {
		all = slices.DeleteFunc(all, func(l Listed) bool { return l.Class != f.Class })
	}
	if !f.Parts {
		all = slices.DeleteFunc(all, func(l Listed) bool { return l.PartOf != 0 })
	}
	page.count(all)
	all = slices.DeleteFunc(all, func(l Listed) bool { return !f.lets(l) })
	page.Total = len(all)
	if rule == "" {
		return page, nil
	}
	if f.Limit <= 0 {
		f.Limit = 50
	}
	from := min(max(f.From, 0), len(all))
	page.Signals = all[from:min(from+f.Limit, len(all))]
	return page, nil
}

func (f Filter) lets(l Listed) bool {
	return (f.Rule == "" || l.Rule == f.Rule) && (f.Step == "" || l.Step == f.Step) && (f.Level == "" || l.Level == f.Level) && (f.Village == 0 || l.Signal.Village == f.Village)
}

func (p *Page) count(all []Listed) {
	type key struct {
		rule string
		step Step
	}
	counts := map[key]int{}
	seen := map[id.ID]bool{}
	for _, l := range all {
		counts[key{l.Rule, l.Step}]++
		if v := l.Signal.Village; v != 0 && !seen[v] && p.Rule != "" {
			seen[v] = true
			p.Villages = append(p.Villages, Named{v, l.Village})
		}
	}
	for k, n := range counts {
		p.Counts = append(p.Counts, Count{0, k.rule, k.step, n})
	}
	sortCounts(p.Counts)
	slices.SortFunc(p.Villages, func(a, b Named) int { return strings.Compare(a.Name, b.Name) })
}

func sortCounts(counts []Count) {
	at := func(rule string) int {
		return slices.IndexFunc(Rules, func(r Rule) bool { return r.Code == rule })
	}
	slices.SortFunc(counts, func(a, b Count) int {
		return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(at(a.Rule), at(b.Rule)), cmp.Compare(b.Step.Rank(), a.Step.Rank()))
	})
}

// Watch is "Em cần quan tâm": the children of a class with open signals, what is to be
// done first in front, each signal once. rule is by which they may be seen, for the look.
func Watch(ctx context.Context, tx *store.Tx, who access.Who, class id.ID) (signals []Listed, rule string, err error) {
	page, err := List(ctx, tx, who, Filter{Class: class, Parts: true, Limit: 200})
	if err != nil {
		return nil, "", err
	}
	return slices.DeleteFunc(page.Signals, func(l Listed) bool { return l.Pupil == 0 }), page.Rule, nil
}

// Counts gives how many open signals the schools under a unit have, by school, rule and
// step: what boards show. It needs the right to see the unit's board.
func Counts(ctx context.Context, tx *store.Tx, who access.Who, unit id.ID) ([]Count, error) {
	if _, err := access.May(ctx, tx, who, access.SeeBoard, access.Unit(unit)); err != nil {
		return nil, err
	}
	schools, err := store.All[id.ID](ctx, tx, sqlSchoolsUnder, who.Realm, tx.Today(), unit)
	if err != nil {
		return nil, err
	}
	return CountsAt(ctx, tx, who.Realm, schools)
}

// CountsAt is Counts of schools at hand. It asks no right.
func CountsAt(ctx context.Context, tx *store.Tx, realm int, schools []id.ID) ([]Count, error) {
	counts, err := store.All[Count](ctx, tx, sqlCountAtSchools, realm, store.In(schools))
	sortCounts(counts)
	return counts, err
}

// CountsByResidence gives how many open signals there are of children who live in a unit,
// by village, rule and step. It asks no right.
func CountsByResidence(ctx context.Context, tx *store.Tx, realm int, unit id.ID) ([]Count, error) {
	counts, err := store.All[Count](ctx, tx, sqlCountAtHome, realm, tx.Today(), unit)
	sortCounts(counts)
	return counts, err
}

// Told is one version of a sheet that a signal rests on: when it was received, and why.
type Told struct {
	Day        day.Day
	Session    int8
	Version    int
	Cause      string // rollcall.Cause…
	ReceivedAt day.Instant
}

// Detail is the page of one signal.
type Detail struct {
	Listed
	Events   []Event
	Parts    []Listed  // of a village or household: the children it speaks for
	Sessions []Session // of the child, the last marked days
	Told     []Told    // when the days it rests on were told
	Access   string    // by which it may be seen
}

// stripDays is how many marked days the page of a signal shows.
const stripDays = 30

// Show gives a signal with its evidence. A child's needs the right to see the child, a
// village's or household's that to see the children who live there or learn at the
// school, a class's that to see its board. Faults: warning.no-signal, access.no-grant.
func Show(ctx context.Context, tx *store.Tx, who access.Who, signal id.ID) (Detail, error) {
	found, err := readListed(ctx, tx, sqlListedOne, who, signal)
	if err != nil {
		return Detail{}, err
	}
	if len(found) == 0 {
		return Detail{}, fault.New(fault.NotFound, "warning.no-signal", nil)
	}
	d := Detail{Listed: found[0]}
	action, resource := access.SeePupils, access.Pupil(d.Pupil)
	switch d.SubjectKind {
	case OfClass:
		action, resource = access.SeeBoard, access.Class(d.Subject)
	case OfVillage, OfHousehold:
		resource = access.School(d.Signal.School)
		if _, home := access.May(ctx, tx, who, action, access.Residence(d.Signal.Village)); home == nil {
			resource = access.Residence(d.Signal.Village)
		}
	}
	if d.Access, err = access.May(ctx, tx, who, action, resource); err != nil {
		return Detail{}, err
	}
	if d.Events, err = Events(ctx, tx, who.Realm, signal); err != nil {
		return d, err
	}
	if d.SubjectKind == OfVillage || d.SubjectKind == OfHousehold {
		parts, err := readListed(ctx, tx, sqlListedParts, who, signal, d.Signal.School)
		d.Parts = parts
		return d, err
	}
	if d.Pupil == 0 || d.Class == 0 {
		return d, nil
	}
	if d.Told, err = store.All[Told](ctx, tx, sqlToldOf, who.Realm, d.Class, d.Since, d.Last+1); err != nil {
		return d, err
	}
	d.Sessions, err = sessionsOf(ctx, tx, who.Realm, d.Signal, stripDays)
	return d, err
}

// sessionsOf gives the last marked days of a child as the rules see them now.
func sessionsOf(ctx context.Context, tx *store.Tx, realm int, s Signal, days int) ([]Session, error) {
	on := tx.Today()
	data, err := load(ctx, tx, question{realm: realm, school: s.School, on: on, classes: []id.ID{s.Class}, pass: &pass{on: on}})
	if err != nil {
		return nil, err
	}
	for _, m := range data.members {
		var h History
		if m.Pupil == s.Pupil && data.history(m, &h) {
			sessions, _, _ := h.lastDays(days)
			return slices.Clone(sessions), nil
		}
	}
	return nil, nil
}
