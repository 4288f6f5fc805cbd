package indicator

import (
	"ralop/internal/access"
	"ralop/internal/id"
	"ralop/internal/store"
)

// breakdown gives attendance by grade, sex, ethnicity, boarding, poverty, unit of
// residence or zone, from the groups of the rolls.
func (m *measuring) breakdown() (Value, []Row, error) {
	if m.query.By.sensitive() && m.query.Place.Kind == access.ClassKind {
		// A class is too small for it: the school minus its other classes would tell.
		return Value{}, nil, noBreakdown(m.query)
	}
	sums, err := m.groupsBy(m.query.By)
	if err != nil {
		return Value{}, nil, err
	}
	zones := map[id.ID][]string{}
	if m.query.By == ByZone {
		if zones, err = m.zones(); err != nil {
			return Value{}, nil, err
		}
	}
	var total Value
	var rows tally
	marks := map[string]Marks{}
	var all Marks
	for _, s := range sums {
		all = all.Add(s.Marks)
		for _, key := range m.keysOf(s.Group, zones) {
			rows.row(key)
			marks[key] = marks[key].Add(s.Marks)
		}
	}
	total.Ratio = all.rate(m.query.Indicator)
	for key, sum := range marks {
		rows.row(key).Value.Ratio = sum.rate(m.query.Indicator)
	}
	out := rows.sorted()
	switch m.query.By {
	case ByGrade:
		out = sortGrades(out)
	case ByVillage:
		if err := m.nameUnits(out); err != nil {
			return total, nil, err
		}
	}
	if m.query.By.sensitive() {
		if err := m.hideSmall(out); err != nil {
			return total, nil, err
		}
	}
	return total, out, nil
}

// groups reads the sums of the place: of its schools, or of the children who live in it.
func (m *measuring) groups() ([]groupSum, error) { return m.groupsBy("") }

// groupsBy is groups added up by what a breakdown needs, where that can be done in the
// database: by school, and for what is a column of the groups.
func (m *measuring) groupsBy(by By) ([]groupSum, error) {
	if m.query.Place.Kind == access.ClassKind {
		return m.groupsOfClass()
	}
	schools := m.layout.schools
	if m.query.View == ByResidence {
		var err error
		if schools, err = store.All[id.ID](m.ctx, m.tx, sqlSchoolsOfResidents, m.realm, store.In(m.layout.units), m.query.Period.From, m.query.Period.Until); err != nil {
			return nil, err
		}
	}
	kept, ok := keptBy[by]
	if !ok || m.query.View == ByResidence {
		kept = sqlKeptGroups
	}
	sums, err := groupSums(m.ctx, m.tx, m.realm, schools, m.query.Period, kept)
	if err != nil {
		return nil, err
	}
	chosen := sums[:0]
	here := map[id.ID]bool{}
	for _, u := range m.layout.units {
		here[u] = true
	}
	for _, s := range sums {
		if m.query.Level != "" && s.Group.Level != m.query.Level {
			continue
		}
		if m.query.View == ByResidence && !here[s.Group.Residence] {
			continue
		}
		chosen = append(chosen, s)
	}
	return chosen, nil
}

func (m *measuring) groupsOfClass() ([]groupSum, error) {
	school, err := store.One[id.ID](m.ctx, m.tx, sqlSchoolOfClass, m.realm, m.query.Place.ID)
	if err != nil {
		return nil, err
	}
	return countGroups(m.ctx, m.tx, m.realm, []id.ID{school}, m.query.Period, m.query.Place.ID)
}

// keptBy are the statements that add the kept sums up by one column.
var keptBy = map[By]string{ByGrade: sqlKeptByGrade, BySex: sqlKeptBySex, ByEthnicity: sqlKeptByEthnicity, ByBoarding: sqlKeptByBoarding, ByPoverty: sqlKeptByPoverty}

func (m *measuring) keysOf(g Group, zones map[id.ID][]string) []string {
	switch m.query.By {
	case ByGrade:
		return []string{g.Grade}
	case BySex:
		return []string{g.Sex}
	case ByEthnicity:
		return []string{g.Ethnicity}
	case ByBoarding:
		return []string{g.Boarding}
	case ByPoverty:
		return []string{g.Poverty}
	case ByVillage:
		return []string{g.Residence.String()}
	}
	place := g.School
	if m.query.View == ByResidence {
		place = g.Residence
	}
	if names := zones[place]; len(names) > 0 {
		return names
	}
	return []string{""}
}

// zones says which zones each school stands in (or each unit of residence is in), on the
// last day of the period. A unit may be in several: their rows then overlap.
func (m *measuring) zones() (map[id.ID][]string, error) {
	type row struct {
		Place id.ID
		Zone  string
	}
	query := sqlSchoolZones
	places := m.layout.schools
	if m.query.View == ByResidence {
		query, places = sqlUnitZones, m.layout.units
	}
	rows, err := store.All[row](m.ctx, m.tx, query, m.realm, store.In(places), m.query.AsOf)
	zones := map[id.ID][]string{}
	for _, r := range rows {
		zones[r.Place] = append(zones[r.Place], r.Zone)
	}
	return zones, err
}

func (m *measuring) nameUnits(rows []Row) error {
	type named struct {
		ID   id.ID
		Name string
	}
	var units []id.ID
	for _, r := range rows {
		if unit, err := id.Parse(r.Key); err == nil {
			units = append(units, unit)
		}
	}
	names, err := store.All[named](m.ctx, m.tx, sqlUnitNames, store.In(units), m.query.AsOf)
	if err != nil {
		return err
	}
	for _, n := range names {
		for i := range rows {
			if rows[i].Key == n.ID.String() {
				rows[i].Label = n.Name
			}
		}
	}
	return nil
}

// attendanceByResidence counts children where they live.
func (m *measuring) attendanceByResidence() (Value, []Row, error) {
	if m.query.Place.Kind != access.UnitKind {
		return Value{}, nil, noBreakdown(m.query)
	}
	sums, err := m.groups()
	if err != nil {
		return Value{}, nil, err
	}
	var total Value
	var rows tally
	for _, s := range sums {
		v := Value{Ratio: s.Marks.rate(m.query.Indicator)}
		total = total.Add(v)
		switch m.query.By {
		case ByLevel:
			rows.add(s.Group.Level, v)
		case ByChildren:
			if child, ok := m.layout.unitOf[s.Group.Residence]; ok {
				rows.add(child.ID.String(), v)
			}
		}
	}
	switch m.query.By {
	case Total:
		return total, nil, nil
	case ByLevel:
		return total, rows.byLevel(), nil
	case ByChildren:
		// Schools stand in the unit, but nobody lives in them.
		out := rows.children(m.layout)
		units := out[:0]
		for _, r := range out {
			if r.Child.Place.Kind == access.UnitKind {
				units = append(units, r)
			}
		}
		return total, units, nil
	case ByMonth, ByDay:
		return m.residenceSeries(total)
	}
	return total, nil, noBreakdown(m.query)
}

// residenceSeries repeats the figure for each month or day of the period.
func (m *measuring) residenceSeries(total Value) (Value, []Row, error) {
	var rows []Row
	for from := m.query.Period.From; from < m.query.Period.Until; {
		part := *m
		part.query.By = Total
		part.query.Period = m.query.Period
		part.query.Period.From = from
		if m.query.By == ByMonth {
			part.query.Period.Until = min(from.MonthStart().AddMonths(1), m.query.Period.Until)
		} else {
			part.query.Period.Until = from + 1
		}
		v, _, err := part.attendanceByResidence()
		if err != nil {
			return total, nil, err
		}
		if v.Known() {
			key := from
			if m.query.By == ByMonth {
				key = from.MonthStart()
			}
			rows = append(rows, Row{Key: key.String(), Value: v})
		}
		from = part.query.Period.Until
	}
	return total, rows, nil
}
