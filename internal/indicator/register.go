package indicator

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Register is how many children of an age live in a unit in a school year, from the
// household survey: what mobilisation is measured against. Set it for villages, or for a
// commune as a whole where its villages are not known; not for both, because they add up.
type Register struct {
	Unit      id.ID
	Year      int
	Age       int // first year of the school year less the year of birth
	Children  int
	Exempt    int // cannot learn (disability): not to be mobilised
	Elsewhere int // known to learn outside the realm
	Source    string
	SetAt     day.Instant
}

func (r Register) check() error {
	switch {
	case r.Year < 1990 || r.Year > 2200:
		return fault.New(fault.Invalid, "indicator.bad-year", nil).On("year")
	case r.Age < 0 || r.Age > 35:
		return fault.New(fault.Invalid, "indicator.bad-age", fault.Args{"age": r.Age}).On("age")
	case r.Children < 0 || r.Exempt < 0 || r.Elsewhere < 0 || r.Exempt+r.Elsewhere > r.Children:
		return fault.New(fault.Invalid, "indicator.bad-register", fault.Args{"age": r.Age}).On("children")
	case r.Source == "":
		return fault.New(fault.Invalid, "indicator.no-source", nil).On("source")
	}
	return nil
}

// SetRegister sets or replaces lines of the register, all in one act. Faults name the
// line's age: "indicator.bad-register", "indicator.bad-age", "indicator.no-source".
func SetRegister(ctx context.Context, tx *store.Tx, who access.Who, lines []Register) error {
	rules := map[id.ID]string{}
	var faults fault.List
	for i := range lines {
		unit := lines[i].Unit
		if rules[unit] == "" {
			rule, err := access.May(ctx, tx, who, access.SetRegister, access.Unit(unit))
			if err != nil {
				return err
			}
			rules[unit] = rule
		}
		lines[i].Source = viet.Clean(lines[i].Source)
		if f, ok := fault.Of(lines[i].check()); ok {
			faults = append(faults, f)
		}
	}
	if err := faults.OrNil(); err != nil {
		return err
	}
	rows := make([][]any, len(lines))
	for i, r := range lines {
		rows[i] = []any{who.Realm, r.Unit, r.Year, r.Age, r.Children, r.Exempt, r.Elsewhere, r.Source, who.Account, tx.Now()}
	}
	if err := tx.Many(ctx, sqlPutRegister, rows); err != nil {
		return err
	}
	for unit, rule := range rules {
		if err := audit.Record(ctx, tx, who.Audit("register.set", access.Unit(unit), rule, map[string]any{"lines": len(lines)})); err != nil {
			return err
		}
	}
	return nil
}

// ReadRegister gives the lines of a unit and a school year, by age.
func ReadRegister(ctx context.Context, tx *store.Tx, who access.Who, unit id.ID, year int) ([]Register, error) {
	if _, err := access.May(ctx, tx, who, access.SeeBoard, access.Unit(unit)); err != nil {
		return nil, err
	}
	return store.All[Register](ctx, tx, sqlRegisterOf, who.Realm, unit, year)
}
