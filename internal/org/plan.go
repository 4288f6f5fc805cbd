package org

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// RowFault is a fault of one row of an imported file.
type RowFault struct {
	Row   int // as a spreadsheet program counts it
	Fault *fault.Fault
}

// Plan is what an import would do. A dry run shows it; Commit carries it out.
type Plan struct {
	Rows    int        // rows read
	Errors  []RowFault // with any of them nothing goes in: a list with a hole would end a unit
	New     int        // units met for the first time
	Ended   int        // units that would be in force on the day and no longer are
	Changed int        // other units whose time or parent changes
	Same    int        // units of the file that nothing changes for
	Heirs   int        // pairs of succession that come to be
	Waiting []RowFault // map lines whose codes no list names yet; they are kept until one does

	detail   map[string]any
	listings []Listing
	maps     []Became
}

// Changes says whether committing the plan would change anything.
func (p *Plan) Changes() bool { return p.New+p.Ended+p.Changed+p.Heirs > 0 }

// UnitLine is a row of a list of units as a file gives it. Word is the kind's word ("Xã")
// or the kind itself ("commune"); "" when the full name holds it.
type UnitLine struct {
	Row                                     int
	Code, FullName, Word, Name              string
	CommuneCode, DistrictCode, ProvinceCode string
}

// UnitsIn is a list of units to import. It is whole: units of the listed kinds under the
// top units it covers that it does not name end on the day On.
type UnitsIn struct {
	On    day.Day
	Kind  Kind // "" when each line's word decides
	Lines []UnitLine
	// Partial lists cover only the top units they name: two provinces of many.
	Partial bool
}

// PlanUnits plans the import of a list.
//
// Faults of rows: org.no-code, org.no-name, org.unknown-kind-word, org.code-twice,
// org.code-elsewhere.
func PlanUnits(ctx context.Context, tx *store.Tx, who access.Who, in UnitsIn) (*Plan, error) {
	if _, err := access.May(ctx, tx, who, access.ChangeUnits, access.Realm()); err != nil {
		return nil, err
	}
	if in.Kind != "" && !in.Kind.Known() {
		return nil, unknownKind(in.Kind)
	}
	p := &Plan{Rows: len(in.Lines), detail: map[string]any{"on": in.On, "rows": len(in.Lines), "kind": in.Kind}}
	lines := map[Kind][]Listed{}
	rowOf := map[ref]int{}
	for _, l := range in.Lines {
		kind, listed, f := in.read(l)
		if f == nil {
			at := ref{kind, listed.Code}
			if first, twice := rowOf[at]; twice {
				f = fault.New(fault.Conflict, "org.code-twice", fault.Args{"code": listed.Code, "first": first}).On("code")
			} else {
				rowOf[at] = l.Row
			}
		}
		if f != nil {
			p.Errors = append(p.Errors, RowFault{l.Row, f})
			continue
		}
		lines[kind] = append(lines[kind], listed)
	}
	p.listings = Gather(in.On, lines)
	if in.Partial {
		p.listings = partial(p.listings)
	}
	before, err := loadKept(ctx, tx)
	if err != nil {
		return nil, err
	}
	p.Errors = append(p.Errors, toldElsewhere(before.listings, p.listings, rowOf)...)
	slices.SortStableFunc(p.Errors, func(a, b RowFault) int { return a.Row - b.Row })
	p.weigh(before, in.On)
	return p, nil
}

func unknownKind(kind Kind) error {
	names := make([]string, len(tiers))
	for i, t := range tiers {
		names[i] = string(t.Kind)
	}
	return fault.New(fault.Invalid, "org.unknown-kind", fault.Args{"kind": kind, "known": strings.Join(names, ", ")}).On("kind")
}

// read makes a listed unit of a line.
func (in UnitsIn) read(l UnitLine) (Kind, Listed, *fault.Fault) {
	u := Listed{Code: l.Code, FullName: viet.Clean(l.FullName), Name: viet.Clean(l.Name),
		CommuneCode: l.CommuneCode, DistrictCode: l.DistrictCode, ProvinceCode: l.ProvinceCode}
	if u.Code == "" {
		return "", u, fault.New(fault.Invalid, "org.no-code", nil).On("code")
	}
	word := l.Word
	if u.FullName == "" && u.Name != "" {
		u.FullName = strings.TrimSpace(word + " " + u.Name)
	}
	if u.FullName == "" {
		return "", u, fault.New(fault.Invalid, "org.no-name", nil).On("full_name")
	}
	fromName, rest := splitFullName(u.FullName)
	if u.Name == "" {
		u.Name = rest
	}
	if word == "" {
		word = fromName
	}
	switch {
	case in.Kind != "":
		return in.Kind, u, nil
	case Kind(word).Known():
		return Kind(word), u, nil
	}
	kind := kindOfWord(word, u.ProvinceCode != "" || u.DistrictCode != "")
	if kind == "" {
		return "", u, fault.New(fault.Invalid, "org.unknown-kind-word", fault.Args{"word": word, "name": u.FullName}).On("kind")
	}
	return kind, u, nil
}

// partial turns the listing of units with nothing above into one for each unit.
func partial(listings []Listing) []Listing {
	var all []Listing
	for _, l := range listings {
		if l.Top != "" {
			all = append(all, l)
			continue
		}
		for _, u := range l.Units {
			all = append(all, Listing{Kind: l.Kind, On: l.On, Top: u.Code, Units: []Listed{u}})
		}
	}
	return all
}

// toldElsewhere finds codes that another list of the same day names under another top
// unit, with another name: one code cannot be two units on one day.
func toldElsewhere(before, new []Listing, rowOf map[ref]int) []RowFault {
	taken := map[string]bool{}
	for _, l := range new {
		taken[l.key()] = true
	}
	elsewhere := map[ref]Listed{}
	for _, l := range before {
		if len(new) == 0 || l.On != new[0].On || taken[l.key()] || l.ownTop() {
			continue
		}
		for _, u := range l.Units {
			elsewhere[ref{l.Kind, u.Code}] = u
		}
	}
	var all []RowFault
	for _, l := range new {
		for _, u := range l.Units {
			if other, ok := elsewhere[ref{l.Kind, u.Code}]; ok && l.Top != u.Code && topOf(other) != topOf(u) {
				all = append(all, RowFault{rowOf[ref{l.Kind, u.Code}], fault.New(fault.Conflict, "org.code-elsewhere",
					fault.Args{"code": u.Code, "other": other.FullName, "top": topOf(other)}).On("code")})
			}
		}
	}
	return all
}

// weigh counts what the plan changes, by growing the tree with and without it.
func (p *Plan) weigh(before kept, on day.Day) {
	old, new := grow(before.listings, before.maps), grow(before.with(p.listings, p.maps).listings, before.with(p.listings, p.maps).maps)
	named := map[identity]bool{}
	for _, l := range p.listings {
		for _, u := range l.Units {
			named[identity{l.Kind, u.Code, u.FullName}] = true
		}
	}
	for unit, spans := range new.spans {
		was := old.spans[unit]
		switch {
		case len(was) == 0 && len(spans) > 0:
			p.New++
		case sameSpans(was, spans):
			if named[unit] {
				p.Same++
			}
		case standsOn(was, on) && !standsOn(spans, on):
			p.Ended++
		default:
			p.Changed++
		}
	}
	for unit, was := range old.spans {
		if _, still := new.spans[unit]; !still && len(was) > 0 {
			p.Ended++
		}
	}
	p.Heirs = max(0, len(new.heirs)-len(old.heirs))
}

func standsOn(spans []span, on day.Day) bool {
	return slices.ContainsFunc(spans, func(s span) bool { return s.Has(on) })
}

func sameSpans(a, b []span) bool {
	return slices.EqualFunc(a, b, func(a, b span) bool {
		return a.Range == b.Range && a.name == b.name && (sameUnit(a.parent, b.parent) || a.parent == nil && b.parent == nil)
	})
}

// Commit carries out a plan: the lines are kept in one transaction, then the tables are
// brought up to them in slices, so that an import does not hold up a roll call. Broken off
// in between, nothing is lost: the next Commit finishes the work.
//
// Fault: org.list-has-errors, with nothing kept.
func Commit(ctx context.Context, db *store.Store, who access.Who, p *Plan, progress Progress) error {
	if len(p.Errors) > 0 {
		return fault.New(fault.Invalid, "org.list-has-errors", fault.Args{"errors": len(p.Errors), "rows": p.Rows})
	}
	err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		rule, err := access.May(ctx, tx, who, access.ChangeUnits, access.Realm())
		if err != nil {
			return err
		}
		changed, err := p.keep(ctx, tx)
		if err != nil || !changed {
			return err
		}
		return audit.Record(ctx, tx, who.Audit("unit.import", access.Realm(), rule, p.detail))
	})
	if err != nil {
		return err
	}
	return regrow(ctx, db, progress)
}

// keep stores the plan's lines and says whether anything is new in them.
func (p *Plan) keep(ctx context.Context, tx *store.Tx) (bool, error) {
	changed := int64(0)
	before, err := loadKept(ctx, tx)
	if err != nil {
		return false, err
	}
	if err := p.forget(ctx, tx, before); err != nil {
		return false, err
	}
	for _, l := range p.listings {
		n, err := tx.Exec(ctx, sqlPutListing, string(l.Kind), l.On, l.Top, l.body(), tx.Now())
		if err != nil {
			return false, err
		}
		changed += n
	}
	if len(p.maps) > 0 {
		byDay := map[day.Day][]Became{}
		for _, m := range mergeMaps(before.maps, p.maps) {
			byDay[m.On] = append(byDay[m.On], m)
		}
		for on, maps := range byDay {
			n, err := tx.Exec(ctx, sqlPutListing, mapKind, on, "", mapBody(maps), tx.Now())
			if err != nil {
				return false, err
			}
			changed += n
		}
	}
	return changed > 0, nil
}

// forget takes away the time of units that a corrected list of the same day no longer
// names and no other list does either.
func (p *Plan) forget(ctx context.Context, tx *store.Tx, before kept) error {
	named := map[identity]bool{}
	for _, l := range before.with(p.listings, nil).listings {
		for _, u := range l.Units {
			named[identity{l.Kind, u.Code, u.FullName}] = true
		}
	}
	gone := map[identity]bool{}
	for _, l := range before.listings {
		for _, u := range l.Units {
			if unit := (identity{l.Kind, u.Code, u.FullName}); !named[unit] {
				gone[unit] = true
			}
		}
	}
	if len(gone) == 0 {
		return nil
	}
	units, _, err := loadStored(ctx, tx)
	if err != nil {
		return err
	}
	var ids [][]any
	for unit := range gone {
		if u := units[unit]; u != nil {
			ids = append(ids, []any{u.id})
		}
	}
	if err := tx.Many(ctx, sqlDropClosure, ids); err != nil {
		return err
	}
	return tx.Many(ctx, sqlDropPeriods, ids)
}
