package indicator

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/ratio"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Target is chỉ tiêu giao: the figure that a document sets for a place, indicator, level
// and school year. A rate is N/D; a number of children (mobilisation) is N with D = 1.
type Target struct {
	Place     Place // a unit or a school
	Indicator ID
	Level     string // "" for all levels together
	Year      int
	ratio.Ratio
	Source  string // the document that sets it
	Account id.ID
	SetAt   day.Instant
}

// check says what is wrong with a target.
func (t Target) check(on day.Day) error {
	if t.Place.Kind != access.UnitKind && t.Place.Kind != access.SchoolKind {
		return fault.New(fault.Invalid, "indicator.no-place", nil)
	}
	if _, err := Lookup(t.Indicator, on); err != nil {
		return err
	}
	var faults fault.List
	if t.Level != "" && !slices.Contains(levelOrder, t.Level) {
		faults = append(faults, fault.New(fault.Invalid, "indicator.unknown-level", fault.Args{"level": t.Level}).On("level"))
	}
	if t.D < 1 || t.N < 0 || t.D == 1 && t.Indicator != Mobilisation {
		faults = append(faults, fault.New(fault.Invalid, "indicator.bad-target", nil).On("value"))
	}
	if t.Source == "" {
		faults = append(faults, fault.New(fault.Invalid, "indicator.no-source", nil).On("source"))
	}
	if t.Year < 1990 || t.Year > 2200 {
		faults = append(faults, fault.New(fault.Invalid, "indicator.bad-year", nil).On("year"))
	}
	return faults.OrNil()
}

// SetTarget sets or replaces a target. Faults: "indicator.unknown", "indicator.unknown-level",
// "indicator.bad-target", "indicator.no-source".
func SetTarget(ctx context.Context, tx *store.Tx, who access.Who, t Target) error {
	rule, err := access.May(ctx, tx, who, access.SetTargets, t.Place.resource())
	if err != nil {
		return err
	}
	t.Source = viet.Clean(t.Source)
	if err := t.check(tx.Today()); err != nil {
		return err
	}
	unit, school := t.Place.columns()
	if _, err := tx.Exec(ctx, sqlPutTarget, who.Realm, unit, school, string(t.Indicator), t.Level, t.Year, t.N, t.D, t.Source, who.Account, tx.Now()); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("target.set", t.Place.resource(), rule,
		map[string]any{"indicator": t.Indicator, "level": t.Level, "year": t.Year, "n": t.N, "d": t.D}))
}

// Targets lists the targets set for a place in a school year.
func Targets(ctx context.Context, tx *store.Tx, who access.Who, place Place, year int) ([]Target, error) {
	if _, err := access.May(ctx, tx, who, access.SeeBoard, place.resource()); err != nil {
		return nil, err
	}
	type row struct {
		Indicator string
		Level     string
		N, D      int64
		Source    string
		Account   id.ID
		SetAt     day.Instant
	}
	unit, school := place.columns()
	rows, err := store.All[row](ctx, tx, sqlTargetsOf, who.Realm, unit, school, year)
	list := make([]Target, 0, len(rows))
	for _, r := range rows {
		list = append(list, Target{place, ID(r.Indicator), r.Level, year, ratio.Of(r.N, r.D), r.Source, r.Account, r.SetAt})
	}
	return list, err
}

// columns are the unit and the school of a row that belongs to one of them.
func (p Place) columns() (unit, school id.ID) {
	if p.Kind == access.SchoolKind {
		return 0, p.ID
	}
	return p.ID, 0
}

type targetKey struct {
	place     Place
	indicator ID
	level     string
}

// targets are the rates set for a place and its children.
type targets map[targetKey]ratio.Ratio

// of gives the target of a place, else that of the place above.
func (t targets) of(place, above Place, indicator ID, level string) ratio.Ratio {
	if own, ok := t[targetKey{place, indicator, level}]; ok {
		return own
	}
	if level != "" {
		// A place without a target for the level takes the level's from above before its own for all.
		if higher, ok := t[targetKey{above, indicator, level}]; ok {
			return higher
		}
	}
	return t[targetKey{above, indicator, level}]
}

// readTargets reads what is set for the place, its children, and, for what is not set for
// the place itself, the nearest unit above.
func readTargets(ctx context.Context, tx *store.Tx, realm int, l *layout, year int) (targets, error) {
	var units, schools []id.ID
	for _, c := range l.children {
		switch c.Place.Kind {
		case access.UnitKind:
			units = append(units, c.Place.ID)
		case access.SchoolKind:
			schools = append(schools, c.Place.ID)
		}
	}
	above, err := store.All[id.ID](ctx, tx, l.aboveQuery(), l.aboveArgs(realm)...)
	if err != nil {
		return nil, err
	}
	if l.place.Kind == access.SchoolKind {
		schools = append(schools, l.place.ID)
	}
	type row struct {
		Unit, School id.ID
		Indicator    string
		Level        string
		N, D         int64
	}
	rows, err := store.All[row](ctx, tx, sqlTargets, realm, store.In(append(units, above...)), store.In(schools), year)
	if err != nil {
		return nil, err
	}
	all := targets{}
	for _, r := range rows {
		place := Unit(r.Unit)
		if r.School != 0 {
			place = School(r.School)
		}
		all[targetKey{place, ID(r.Indicator), r.Level}] = ratio.Of(r.N, r.D)
	}
	// Nearest first: what the place has not, it takes from above.
	for _, unit := range above {
		for key, value := range all {
			if key.place == Unit(unit) {
				mine := targetKey{l.place, key.indicator, key.level}
				if _, has := all[mine]; !has {
					all[mine] = value
				}
			}
		}
	}
	return all, nil
}

// aboveQuery lists the unit itself and those above it, nearest first.
func (l *layout) aboveQuery() string {
	switch l.place.Kind {
	case access.SchoolKind:
		return sqlAboveSchool
	case access.ClassKind:
		return sqlAboveClass
	}
	return sqlAboveUnit
}

func (l *layout) aboveArgs(realm int) []any {
	if l.place.Kind == access.UnitKind {
		return []any{l.place.ID, l.asOf}
	}
	return []any{l.place.ID, l.asOf, realm}
}
