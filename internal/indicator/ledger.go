package indicator

import (
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/ratio"
	"ralop/internal/store"
	"ralop/internal/student"
)

// opening is the day from which cumulative figures of the period's school year are
// counted: the day after khai giảng's roll, or the start of the school year where no
// calendar is kept.
func (m *measuring) opening() (day.Day, error) {
	year := m.query.Period.Last().SchoolYear()
	opening, err := store.One[day.Day](m.ctx, m.tx, sqlOpeningDay, m.realm, year)
	if store.IsNone(err) {
		return day.Date(year, 9, 5), nil
	}
	return opening, err
}

// cumulative is the movement since the opening up to the end of a period, by the
// places of the layout.
func (m *measuring) cumulative(until day.Day) (student.Ledger, error) {
	opening, err := m.opening()
	if err != nil {
		return student.Ledger{}, err
	}
	// Who came by the opening day itself was there at the opening.
	from := opening + 1
	in := student.LedgerIn{Period: day.Range{From: from, Until: max(until, from)}, Cumulative: true}
	if m.query.View == ByResidence {
		in.Units = append([]id.ID{}, m.layout.units...)
	} else {
		in.Schools = append([]id.ID{}, m.layout.schools...)
	}
	return student.ReadLedger(m.ctx, m.tx, m.realm, in)
}

func (m *measuring) ledger() (Value, []Row, error) {
	if m.query.Place.Kind == access.ClassKind {
		return m.ledgerOfClass()
	}
	ledger, err := m.cumulative(m.query.Period.Until)
	if err != nil {
		return Value{}, nil, err
	}
	level := func(k student.LedgerKey) bool { return m.query.Level == "" || k.Level == m.query.Level }
	rate := func(l student.Ledger, keep func(student.LedgerKey) bool) Value {
		return Value{Ratio: movementRate(m.query.Indicator, l.Sum(keep))}
	}
	total := rate(ledger, level)
	var rows tally
	switch m.query.By {
	case Total:
		return total, nil, nil
	case ByLevel, ByGrade:
		keys := map[string]bool{}
		for k := range ledger.Rows {
			key := k.Level
			if m.query.By == ByGrade {
				key = k.Grade
			}
			if level(k) && !keys[key] {
				keys[key] = true
				rows.row(key).Value = rate(ledger, func(o student.LedgerKey) bool {
					return level(o) && (m.query.By == ByLevel && o.Level == key || m.query.By == ByGrade && o.Grade == key)
				})
			}
		}
		if m.query.By == ByLevel {
			return total, rows.byLevel(), nil
		}
		return total, sortGrades(rows.rows), nil
	case ByChildren:
		for key, sum := range m.byChild(ledger, level) {
			rows.row(key).Value = Value{Ratio: movementRate(m.query.Indicator, sum)}
		}
		return total, rows.children(m.layout), nil
	case ByMonth:
		whole := day.MonthOf(m.query.Period.From)
		for ; whole.From < m.query.Period.Until; whole = day.MonthOf(whole.Until) {
			l, err := m.cumulative(min(whole.Until, m.query.Period.Until))
			if err != nil {
				return total, nil, err
			}
			rows.row(whole.From.String()).Value = rate(l, level)
		}
		return total, rows.rows, nil
	}
	return total, nil, noBreakdown(m.query)
}

// ledgerOfClass gives what is known of a class: retention and dropout, in total.
func (m *measuring) ledgerOfClass() (Value, []Row, error) {
	switch m.query.Indicator {
	case Retention, RetentionGross, Dropout:
	default:
		return Value{}, nil, noBreakdown(m.query)
	}
	if m.query.By != Total {
		return Value{}, nil, noBreakdown(m.query)
	}
	movement, err := m.movementOfClass()
	return Value{Ratio: movementRate(m.query.Indicator, movement)}, nil, err
}

func (m *measuring) movementOfClass() (student.Movement, error) {
	opening, err := m.opening()
	if err != nil {
		return student.Movement{}, err
	}
	type row struct{ Opening, Now, Dropouts, Died int }
	r, err := store.One[row](m.ctx, m.tx, sqlLedgerOfClass, m.realm, m.query.Place.ID, opening+1, max(m.query.Period.Until, opening+1))
	return student.Movement{Opening: r.Opening, Now: r.Now, Dropouts: r.Dropouts, Died: r.Died}, err
}

// byChild adds the rows of the ledger by the child of the layout they are in.
func (m *measuring) byChild(ledger student.Ledger, keep func(student.LedgerKey) bool) map[string]student.Movement {
	sums := map[string]student.Movement{}
	for k, movement := range ledger.Rows {
		if !keep(k) {
			continue
		}
		child, ok := m.childOf(k.Place)
		if ok {
			key := child.ID.String()
			sums[key] = sums[key].Add(movement)
		}
	}
	return sums
}

// childOf says in which child of the layout a school (or, by residence, a unit) is.
func (m *measuring) childOf(place id.ID) (Place, bool) {
	if m.query.View == ByResidence {
		child, ok := m.layout.unitOf[place]
		return child, ok
	}
	child, ok := m.layout.of[place]
	return child, ok
}

// repeaters: pupils who are in the same grade once more ÷ pupils at the opening.
func (m *measuring) repeaters() (Value, []Row, error) {
	ledger, err := m.cumulative(m.query.Period.Until)
	if err != nil {
		return Value{}, nil, err
	}
	type row struct {
		Place id.ID
		Level string
		Grade string
		N     int64
	}
	query, places := sqlRepeatersBySchool, m.layout.schools
	if m.query.View == ByResidence {
		query, places = sqlRepeatersByResidence, m.layout.units
	}
	found, err := store.All[row](m.ctx, m.tx, query, m.realm, store.In(places), m.query.Period.Last().SchoolYear())
	if err != nil {
		return Value{}, nil, err
	}
	var total Value
	var rows tally
	add := func(place id.ID, level, grade string, n, d int64) {
		if m.query.Level != "" && level != m.query.Level {
			return
		}
		v := Value{Ratio: ratio.Of(n, d)}
		total = total.Add(v)
		switch m.query.By {
		case ByLevel:
			rows.add(level, v)
		case ByGrade:
			rows.add(grade, v)
		case ByChildren:
			if child, ok := m.childOf(place); ok {
				rows.add(child.ID.String(), v)
			}
		}
	}
	for k, movement := range ledger.Rows {
		add(k.Place, k.Level, k.Grade, 0, int64(movement.Opening))
	}
	for _, r := range found {
		add(r.Place, r.Level, r.Grade, r.N, 0)
	}
	switch m.query.By {
	case Total:
		return total, nil, nil
	case ByLevel:
		return total, rows.byLevel(), nil
	case ByGrade:
		return total, sortGrades(rows.rows), nil
	case ByChildren:
		return total, rows.children(m.layout), nil
	}
	return total, nil, noBreakdown(m.query)
}

var gradeOrder = []string{"", "NT", "3T", "4T", "5T", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"}

// sortGrades puts "NT", "3T" … before 1 … 12.
func sortGrades(rows []Row) []Row {
	slices.SortFunc(rows, func(a, b Row) int { return slices.Index(gradeOrder, a.Key) - slices.Index(gradeOrder, b.Key) })
	return rows
}
