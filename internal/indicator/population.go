package indicator

import (
	"ralop/internal/access"
	"ralop/internal/id"
	"ralop/internal/ratio"
	"ralop/internal/store"
)

// AgeBand is a band of ages at which children ought to be at a level (statistics office:
// TH 6–10, THCS 11–14, THPT 15–17; kindergarten 3–5 by practice).
type AgeBand struct {
	Level    string
	From, To int // both are in it
}

// AgeBands are the bands of net and gross enrolment.
var AgeBands = []AgeBand{{"MN", 3, 5}, {"TH", 6, 10}, {"THCS", 11, 14}, {"THPT", 15, 17}}

func bandOf(level string) (AgeBand, bool) {
	for _, b := range AgeBands {
		if b.Level == level {
			return b, true
		}
	}
	return AgeBand{}, false
}

// ageRow is children of an age who live in a unit.
type ageRow struct {
	Unit     id.ID
	Age      int
	Level    string
	Learning int64 // enrolled anywhere in the realm on the day
}

type registerRow struct {
	Unit      id.ID
	Age       int
	Children  int64
	Exempt    int64
	Elsewhere int64
}

// population gives mobilisation and the enrolment rates: always by residence, against the
// register of age of the units under the place.
func (m *measuring) population() (Value, []Row, error) {
	if m.query.Place.Kind != access.UnitKind {
		return Value{}, nil, noBreakdown(m.query)
	}
	year := m.query.Period.Last().SchoolYear()
	learning, err := store.All[ageRow](m.ctx, m.tx, sqlLearning, m.realm, store.In(m.layout.units), m.query.Period.Last(), year)
	if err != nil {
		return Value{}, nil, err
	}
	register, err := store.All[registerRow](m.ctx, m.tx, sqlRegister, m.realm, store.In(m.layout.units), year)
	if err != nil {
		return Value{}, nil, err
	}
	var total Value
	var rows tally
	add := func(unit id.ID, age int, level string, n, d int64) {
		v := Value{Ratio: ratio.Of(n, d)}
		total = total.Add(v)
		switch m.query.By {
		case ByAge:
			rows.add(pad2(age), v)
		case ByLevel:
			rows.add(level, v)
		case ByChildren:
			if child, ok := m.layout.unitOf[unit]; ok {
				rows.add(child.ID.String(), v)
			}
		}
	}
	for _, r := range learning {
		if level, ok := m.counts(r.Age, r.Level); ok {
			add(r.Unit, r.Age, level, r.Learning, 0)
		}
	}
	registered := int64(0)
	for _, r := range register {
		level, ok := m.owes(r.Age)
		if !ok {
			continue
		}
		if m.query.Indicator == Mobilisation {
			add(r.Unit, r.Age, level, r.Elsewhere, r.Children-r.Exempt)
		} else {
			add(r.Unit, r.Age, level, 0, r.Children)
		}
		registered += r.Children
	}
	if registered == 0 {
		// Without a register the denominator is the target, when one is set.
		if total.D, err = m.targetChildren(year); err != nil {
			return total, nil, err
		}
		for i := range rows.rows {
			rows.rows[i].Value.D = 0
		}
	}
	switch m.query.By {
	case Total:
		return total, nil, nil
	case ByAge:
		return total, rows.sorted(), nil
	case ByLevel:
		return total, rows.byLevel(), nil
	case ByChildren:
		return total, rows.children(m.layout), nil
	}
	return total, nil, noBreakdown(m.query)
}

// counts says whether a learning child is in the numerator, and at which level.
func (m *measuring) counts(age int, level string) (string, bool) {
	switch m.query.Indicator {
	case EnrolmentGross:
		// Whoever learns at the level, of any age.
		_, banded := bandOf(level)
		return level, banded && (m.query.Level == "" || m.query.Level == level)
	case EnrolmentNet:
		band, ok := bandOf(level)
		return level, ok && band.From <= age && age <= band.To && (m.query.Level == "" || m.query.Level == level)
	}
	return m.owes(age)
}

// owes says at which level children of an age ought to be.
func (m *measuring) owes(age int) (string, bool) {
	for _, b := range AgeBands {
		if b.From <= age && age <= b.To {
			return b.Level, m.query.Level == "" || m.query.Level == b.Level
		}
	}
	return "", false
}

func (m *measuring) targetChildren(year int) (int64, error) {
	n, err := store.One[int64](m.ctx, m.tx, sqlTargetChildren, m.realm, m.query.Place.ID, string(Mobilisation), m.query.Level, year)
	if store.IsNone(err) {
		return 0, nil
	}
	return n, err
}

func pad2(n int) string {
	if n < 10 {
		return "0" + string(rune('0'+n))
	}
	return string(rune('0'+n/10)) + string(rune('0'+n%10))
}
