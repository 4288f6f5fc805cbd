package committee

import (
	"ralop/internal/day"
	"ralop/internal/fault"
)

func isMissing(err error) bool { return fault.Is(err, fault.NotFound) }

func invalid(code, field string) error { return fault.New(fault.Invalid, code, nil).On(field) }

// forever gives a period without an end its end, and refuses one without days.
func checked(p day.Range) (day.Range, error) {
	if p.Until == 0 {
		p.Until = day.Forever
	}
	if p.From == 0 || p.Empty() {
		return p, invalid("committee.period-empty", "until")
	}
	return p, nil
}
