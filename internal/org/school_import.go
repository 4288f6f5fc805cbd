package org

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// SchoolLine is a row of a list of schools. Unit and ManagedBy name units by code (or
// "kind:code") on the day From; ManagedBy and Levels may be empty: then the law and the
// type decide. Without From the school is taken to stand as long as its unit does.
type SchoolLine struct {
	Row                                       int
	Code, Name, Unit, Type, Levels, ManagedBy string
	From                                      day.Day
	Until                                     day.Day // 0: no end
}

// SchoolsPlan is what an import of schools would do. Good rows go in, bad ones do not.
type SchoolsPlan struct {
	Rows               int
	Errors             []RowFault
	New, Changed, Same int

	lines []plannedSchool
}

type plannedSchool struct {
	school School
	fresh  bool
	cut    day.Day // begin of the period that ends where this one begins; 0 when there is none
	rule   string
}

// PlanSchools plans the import of a list of schools. A school is known by its code in the
// realm; a row that says something new about it begins a new period on its day.
//
// Faults of rows: org.school-no-code, org.school-no-name, org.code-twice, org.no-unit,
// org.ambiguous-code, org.unknown-type, org.unknown-level, access.no-grant.
func PlanSchools(ctx context.Context, tx *store.Tx, who access.Who, lines []SchoolLine) (*SchoolsPlan, error) {
	p := &SchoolsPlan{Rows: len(lines)}
	known := map[string][]School{}
	all, err := store.All[School](ctx, tx, sqlAllSchools, who.Realm)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		known[s.Code] = append(known[s.Code], s)
	}
	finder := &unitFinder{ctx: ctx, tx: tx, who: who, found: map[unitQuestion]unitAnswer{}}
	rowOf := map[string]int{}
	for _, l := range lines {
		planned, err := finder.plan(l, known[l.Code], tx.NewID)
		if err == nil {
			if first, twice := rowOf[l.Code]; twice {
				err = fault.New(fault.Conflict, "org.code-twice", fault.Args{"code": l.Code, "first": first}).On("code")
			}
		}
		if f, ok := fault.Of(err); ok {
			p.Errors = append(p.Errors, RowFault{l.Row, f})
			continue
		}
		if err != nil {
			return nil, err
		}
		rowOf[l.Code] = l.Row
		switch {
		case planned == nil:
			p.Same++
			continue
		case planned.fresh:
			p.New++
		default:
			p.Changed++
		}
		p.lines = append(p.lines, *planned)
	}
	return p, nil
}

// unitFinder resolves the unit codes of a file, each once.
type unitFinder struct {
	ctx   context.Context
	tx    *store.Tx
	who   access.Who
	found map[unitQuestion]unitAnswer
}

type unitQuestion struct {
	name string
	on   day.Day
}

type unitAnswer struct {
	path []Unit
	from day.Day // since when the unit is known
	rule string
	err  error
}

func (f *unitFinder) find(name string, on day.Day) unitAnswer {
	question := unitQuestion{name, on}
	answer, known := f.found[question]
	if !known {
		answer = f.ask(name, on)
		f.found[question] = answer
	}
	return answer
}

func (f *unitFinder) ask(name string, on day.Day) (a unitAnswer) {
	asOf := on
	if asOf.IsZero() {
		asOf = f.tx.Today()
	}
	unit, err := Resolve(f.ctx, f.tx, name, asOf)
	if err != nil {
		return unitAnswer{err: err}
	}
	if !on.IsZero() && (on < unit.From || unit.Until <= on) {
		return unitAnswer{err: noUnit(name, on)}
	}
	spans, err := Spans(f.ctx, f.tx, unit.ID)
	if err != nil {
		return unitAnswer{err: err}
	}
	a.from = spans[0].From
	if on.IsZero() {
		asOf = max(unit.From, min(asOf, unit.Until.Add(-1)))
	}
	if a.path, a.err = Path(f.ctx, f.tx, unit.ID, asOf); a.err != nil {
		return a
	}
	a.rule, a.err = access.May(f.ctx, f.tx, f.who, access.ChangeSchools, access.Unit(unit.ID))
	return a
}

// plan says what a row changes: nil for nothing. known are the periods of the school with
// that code, in order.
func (f *unitFinder) plan(l SchoolLine, known []School, newID func() id.ID) (*plannedSchool, error) {
	s := School{Code: l.Code, Name: viet.Clean(l.Name), From: l.From, Until: day.Forever}
	if !l.Until.IsZero() {
		s.Until = l.Until
	}
	if s.Code == "" {
		return nil, fault.New(fault.Invalid, "org.school-no-code", nil).On("code")
	}
	if s.Name == "" {
		return nil, fault.New(fault.Invalid, "org.school-no-name", fault.Args{"code": s.Code}).On("name")
	}
	var err error
	if s.Type, s.Levels, err = ParseType(l.Type); err != nil {
		return nil, err
	}
	if l.Levels != "" {
		if s.Levels, err = ParseLevels(l.Levels); err != nil {
			return nil, err
		}
	}
	place := f.find(l.Unit, l.From)
	if place.err != nil {
		return nil, place.err
	}
	if s.From.IsZero() {
		s.From = place.from
	}
	s.LocatedIn = place.path[len(place.path)-1].ID
	s.ManagedBy = managerOf(s.Levels, place.path)
	if l.ManagedBy != "" {
		manager := f.find(l.ManagedBy, l.From)
		if manager.err != nil {
			return nil, manager.err
		}
		s.ManagedBy = manager.path[len(manager.path)-1].ID
	}
	if s.Until <= s.From {
		return nil, fault.New(fault.Invalid, "org.school-ends-early", fault.Args{"code": s.Code, "from": s.From.Vietnamese()}).On("valid_until")
	}
	if len(known) == 0 {
		s.ID = newID()
		return &plannedSchool{school: s, fresh: true, rule: place.rule}, nil
	}
	return fit(s, known, place.rule), nil
}

// fit puts a period among those of a known school.
func fit(s School, known []School, rule string) *plannedSchool {
	s.ID = known[0].ID
	planned := &plannedSchool{rule: rule}
	for _, k := range known {
		if k.From > s.From {
			s.Until = min(s.Until, k.From)
			break
		}
		if k.Until <= s.From {
			continue
		}
		same := k
		same.From, same.Until = s.From, s.Until
		if same == s && (s.Until == k.Until || s.Until == day.Forever) {
			return nil
		}
		if k.From < s.From {
			planned.cut = k.From
		}
		s.Until = min(s.Until, k.Until)
	}
	planned.school = s
	return planned
}

// CommitSchools writes the good rows of a plan, in slices.
func CommitSchools(ctx context.Context, db *store.Store, who access.Who, p *SchoolsPlan, progress Progress) error {
	done := 0
	for part := range slices.Chunk(p.lines, sliceRows) {
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			for _, l := range part {
				if err := putSchool(ctx, tx, who, l); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if done += len(part); progress != nil {
			progress(done, len(p.lines))
		}
	}
	return nil
}

// PutSchools writes the good rows of a plan in the caller's transaction, and gives the
// schools that it made or changed.
func PutSchools(ctx context.Context, tx *store.Tx, who access.Who, p *SchoolsPlan) ([]id.ID, error) {
	var schools []id.ID
	for _, l := range p.lines {
		if err := putSchool(ctx, tx, who, l); err != nil {
			return nil, err
		}
		schools = append(schools, l.school.ID)
	}
	return schools, nil
}

func putSchool(ctx context.Context, tx *store.Tx, who access.Who, l plannedSchool) error {
	s := l.school
	if l.fresh {
		if _, err := tx.Exec(ctx, sqlPutSchool, who.Realm, s.ID); err != nil {
			return err
		}
	}
	if !l.cut.IsZero() {
		if _, err := tx.Exec(ctx, sqlEndSchoolPeriod, who.Realm, s.ID, l.cut, s.From); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, sqlPutSchoolPeriod, who.Realm, s.ID, s.From, s.Until, s.Code, s.Name, viet.Fold(s.Name), viet.SortKey(s.Name),
		s.Type, s.Levels, s.LocatedIn, s.ManagedBy)
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("school.change", access.School(s.ID), l.rule,
		map[string]any{"code": s.Code, "from": s.From, "located_in": s.LocatedIn, "managed_by": s.ManagedBy}))
}
