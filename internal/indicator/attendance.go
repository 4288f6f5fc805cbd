package indicator

import (
	"slices"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// counted is what was counted and what was due of one school (or class) and level on a
// day, or in a month or the whole period: Day is then its first day.
type counted struct {
	Place id.ID
	Level string
	Day   day.Day
	Marks Marks
	Due   int64
}

func (m *measuring) attendance() (Value, []Row, error) {
	switch m.query.By {
	case ByGrade, BySex, ByEthnicity, ByBoarding, ByPoverty, ByVillage, ByZone:
		return m.breakdown()
	}
	if m.query.Indicator == AttendanceMoment {
		return m.moment()
	}
	if m.query.View == ByResidence {
		return m.attendanceByResidence()
	}
	if m.query.Place.Kind == access.ClassKind {
		return m.attendanceOfClass()
	}
	facts, err := m.facts(m.query.By)
	if err != nil {
		return Value{}, nil, err
	}
	stale, err := calendar.Stale(m.ctx, m.tx, m.realm, m.layout.schools, m.query.Period)
	if err != nil {
		return Value{}, nil, err
	}
	var total Value
	var rows tally
	var classes map[id.ID]Value
	for _, f := range facts {
		if m.query.Level != "" && f.Level != m.query.Level {
			continue
		}
		v := m.value(f)
		v.Recalculating = stale > 0
		total = total.Add(v)
		switch m.query.By {
		case ByDay, ByMonth:
			rows.add(f.Day.String(), v)
		case ByLevel:
			rows.add(f.Level, v)
		case ByChildren:
			if child, ok := m.layout.of[f.Place]; ok {
				rows.add(child.ID.String(), v)
			}
		}
	}
	switch m.query.By {
	case Total:
		return total, nil, nil
	case ByDay, ByMonth:
		return total, rows.sorted(), nil
	case ByLevel:
		return total, rows.byLevel(), nil
	}
	if m.query.Place.Kind == access.SchoolKind {
		if classes, err = m.classes(); err != nil {
			return total, nil, err
		}
		for class, v := range classes {
			rows.add(class.String(), v)
		}
		return total, slices.DeleteFunc(rows.children(m.layout), func(r Row) bool {
			return m.query.Level != "" && r.Child.Kind != m.query.Level
		}), nil
	}
	return total, rows.children(m.layout), nil
}

func (m *measuring) value(f counted) Value {
	return Value{Ratio: f.Marks.rate(m.query.Indicator), Coverage: Coverage{f.Marks.Sheets, f.Due}}
}

// facts reads what rollcall counted, from sheets and from headcounts, and what the
// calendar says was due, for the whole period or for each month or day of it.
func (m *measuring) facts(by By) ([]counted, error) {
	pieces := rollcall.ByTotal
	switch by {
	case ByDay:
		pieces = rollcall.ByDay
	case ByMonth:
		pieces = rollcall.ByMonth
	}
	figures, err := rollcall.Days(m.ctx, m.tx, m.realm, rollcall.Question{Schools: m.layout.schools, Period: m.query.Period, Level: m.query.Level, By: pieces})
	if err != nil {
		return nil, err
	}
	type key struct {
		school id.ID
		level  string
		day    day.Day
	}
	at := map[key]int{}
	var facts []counted
	fact := func(school id.ID, level string, on day.Day) *counted {
		switch pieces {
		case rollcall.ByTotal:
			on = m.query.Period.From
		case rollcall.ByMonth:
			on = on.MonthStart()
		}
		k := key{school, level, on}
		i, ok := at[k]
		if !ok {
			i = len(facts)
			at[k] = i
			facts = append(facts, counted{Place: school, Level: level, Day: on})
		}
		return &facts[i]
	}
	for _, f := range figures {
		entry := fact(f.School, f.Level, f.From)
		entry.Marks = entry.Marks.Add(ofSheets(f.Counts)).Add(ofHeadcounts(f.Headcounts))
	}
	dues, err := m.due(pieces)
	if err != nil {
		return nil, err
	}
	for _, d := range dues {
		if m.query.Level == "" || d.Level == m.query.Level {
			fact(d.School, d.Level, d.Day).Due += d.Due
		}
	}
	return facts, nil
}

type dueRow struct {
	School id.ID
	Level  string
	Day    day.Day
	Due    int64
}

// due reads how many sheets were due up to now: whole months at once and the edges day by
// day. A school that counts heads and has no calendar owes a count on every day on which
// any school of its unit reported.
func (m *measuring) due(pieces rollcall.By) ([]dueRow, error) {
	schools := store.In(m.layout.schools)
	// What lies ahead is not due yet, so the month that today is in is read day by day.
	period := m.query.Period
	period.Until = min(period.Until, m.tx.Today()+1)
	var dues []dueRow
	add := func(query string, part day.Range) error {
		rows, err := store.All[dueRow](m.ctx, m.tx, query, m.realm, schools, part.From, part.Until)
		dues = append(dues, rows...)
		return err
	}
	if pieces == rollcall.ByDay {
		if err := add(sqlDueDays, period); err != nil {
			return nil, err
		}
	} else if !period.Empty() {
		whole, edges := months(period)
		if len(whole) > 0 {
			if err := add(sqlDueMonths, day.Range{From: whole[0], Until: day.MonthOf(whole[len(whole)-1]).Until}); err != nil {
				return nil, err
			}
		}
		for _, edge := range edges {
			if err := add(sqlDueEdges, edge); err != nil {
				return nil, err
			}
		}
	}
	reported, err := m.dueOfCounts(pieces, period)
	return append(dues, reported...), err
}

// dueOfCounts is what schools that count heads and have no calendar owe: one count for
// every day on which any school of their unit reported.
func (m *measuring) dueOfCounts(pieces rollcall.By, period day.Range) ([]dueRow, error) {
	if period.Empty() {
		return nil, nil
	}
	years := day.Range{From: day.Date(period.From.SchoolYear(), 8, 1), Until: day.Date(period.Last().SchoolYear()+1, 8, 1)}
	counting, err := rollcall.HeadcountSchools(m.ctx, m.tx, m.realm, m.layout.schools, years)
	if err != nil || len(counting) == 0 {
		return nil, err
	}
	planned, err := store.All[id.ID](m.ctx, m.tx, sqlPlannedSchools, m.realm, store.In(counting), years.From, years.Until)
	if err != nil {
		return nil, err
	}
	counting = slices.DeleteFunc(counting, func(school id.ID) bool { return slices.Contains(planned, school) })
	type counter struct {
		School id.ID
		Level  string
		Unit   id.ID
	}
	counters, err := store.All[counter](m.ctx, m.tx, sqlCounters, m.realm, store.In(counting), years.From, years.Until)
	if err != nil {
		return nil, err
	}
	var units []id.ID
	for _, c := range counters {
		units = append(units, c.Unit)
	}
	type reportedDay struct {
		Unit id.ID
		Day  day.Day
	}
	reported, err := store.All[reportedDay](m.ctx, m.tx, sqlReportedDays, m.realm, store.In(units), period.From, period.Until)
	if err != nil {
		return nil, err
	}
	type piece struct {
		unit id.ID
		day  day.Day
	}
	days := map[piece]int64{}
	for _, r := range reported {
		on := r.Day
		switch pieces {
		case rollcall.ByTotal:
			on = period.From
		case rollcall.ByMonth:
			on = on.MonthStart()
		}
		days[piece{r.Unit, on}]++
	}
	var dues []dueRow
	for _, c := range counters {
		for p, n := range days {
			if p.unit == c.Unit {
				dues = append(dues, dueRow{c.School, c.Level, p.day, n})
			}
		}
	}
	return dues, nil
}

func ofSheets(c rollcall.Counts) Marks {
	return Marks{Sheets: int64(c.Sheets), Roll: int64(c.Roll), Unknown: int64(c.Unknown), Excused: int64(c.Excused), Unexcused: int64(c.Unexcused), Late: int64(c.Late)}
}

// ofHeadcounts turns counts into marks: those without a split into P and K leave both
// sides of the rate that counts only K. Whoever is enrolled and was counted neither as
// present nor as absent is released, so that attendance is present ÷ enrolled and, without
// the released, present ÷ (present + absent), to the pupil.
func ofHeadcounts(h rollcall.Headcounts) Marks {
	return Marks{
		Sheets: int64(h.Number), Roll: int64(h.Enrolled), Released: int64(h.Enrolled - h.Present - h.Absent),
		Excused: int64(h.SplitExcused), Unexcused: int64(h.SplitUnexcused),
		SplitUnknown: int64(h.Enrolled - h.SplitEnrolled), SplitAbsent: int64(h.Absent - h.SplitExcused - h.SplitUnexcused),
	}
}

// classes are the figures of the classes of a school.
func (m *measuring) classes() (map[id.ID]Value, error) {
	type row struct {
		Class                                           id.ID
		Sheets, Roll, Unknown, Excused, Unexcused, Late int64
	}
	rows, err := store.All[row](m.ctx, m.tx, sqlClassSums, m.realm, m.query.Place.ID, m.query.Period.From, m.query.Period.Until)
	if err != nil {
		return nil, err
	}
	plans, err := m.dueOfClasses(m.query.Place.ID)
	if err != nil {
		return nil, err
	}
	values := map[id.ID]Value{}
	for class, due := range plans {
		values[class] = Value{Coverage: Coverage{Due: due}}
	}
	for _, r := range rows {
		v := values[r.Class]
		marks := Marks{Sheets: r.Sheets, Roll: r.Roll, Unknown: r.Unknown, Excused: r.Excused, Unexcused: r.Unexcused, Late: r.Late}
		v.Ratio, v.Coverage.Taken = marks.rate(m.query.Indicator), r.Sheets
		values[r.Class] = v
	}
	return values, nil
}

// dueOfClasses works out from the calendar how many sheets each class of a school owes.
func (m *measuring) dueOfClasses(school id.ID) (map[id.ID]int64, error) {
	due := map[id.ID]int64{}
	for year := m.query.Period.From.SchoolYear(); year <= m.query.Period.Last().SchoolYear(); year++ {
		plans, err := calendar.Plans(m.ctx, m.tx, m.realm, school, year)
		if err != nil {
			return nil, err
		}
		today := m.tx.Today() + 1
		for _, class := range plans.Classes {
			period := m.query.Period
			period.Until = min(period.Until, today)
			due[class.Place().Class] += int64(len(class.Due(period)))
		}
	}
	return due, nil
}

// attendanceOfClass reads the sheets of one class.
func (m *measuring) attendanceOfClass() (Value, []Row, error) {
	type row struct {
		Day                                             day.Day
		Sheets, Roll, Unknown, Excused, Unexcused, Late int64
	}
	days, err := store.All[row](m.ctx, m.tx, sqlClassDays, m.realm, m.query.Place.ID, m.query.Period.From, m.query.Period.Until)
	if err != nil {
		return Value{}, nil, err
	}
	school, err := store.One[id.ID](m.ctx, m.tx, sqlSchoolOfClass, m.realm, m.query.Place.ID)
	if err != nil {
		return Value{}, nil, err
	}
	due, err := m.dueOfClasses(school)
	if err != nil {
		return Value{}, nil, err
	}
	total := Value{Coverage: Coverage{Due: due[m.query.Place.ID]}}
	var rows tally
	for _, d := range days {
		marks := Marks{Sheets: d.Sheets, Roll: d.Roll, Unknown: d.Unknown, Excused: d.Excused, Unexcused: d.Unexcused, Late: d.Late}
		v := Value{Ratio: marks.rate(m.query.Indicator), Coverage: Coverage{Taken: d.Sheets}}
		total = total.Add(v)
		switch m.query.By {
		case ByDay:
			rows.add(d.Day.String(), v)
		case ByMonth:
			rows.add(d.Day.MonthStart().String(), v)
		}
	}
	switch m.query.By {
	case Total, ByDay, ByMonth:
		return total, rows.rows, nil
	}
	return total, nil, noBreakdown(m.query)
}

// moment is the share present at one roll call: the latest main session of each school
// and level in the period that has sheets.
func (m *measuring) moment() (Value, []Row, error) {
	type row struct {
		School                               id.ID
		Level                                string
		Sheets, Roll, Unknown, Excused, Late int64
		Unexcused                            int64
	}
	rows, err := store.All[row](m.ctx, m.tx, sqlMoment, m.realm, store.In(m.layout.schools), m.query.Period.From, m.query.Period.Until)
	if err != nil {
		return Value{}, nil, err
	}
	var total Value
	var out tally
	for _, r := range rows {
		if m.query.Level != "" && r.Level != m.query.Level {
			continue
		}
		marks := Marks{Sheets: r.Sheets, Roll: r.Roll, Unknown: r.Unknown, Excused: r.Excused, Unexcused: r.Unexcused, Late: r.Late}
		v := Value{Ratio: marks.rate(Attendance)}
		total = total.Add(v)
		switch m.query.By {
		case ByLevel:
			out.add(r.Level, v)
		case ByChildren:
			if child, ok := m.layout.of[r.School]; ok {
				out.add(child.ID.String(), v)
			}
		}
	}
	switch m.query.By {
	case Total:
		return total, nil, nil
	case ByLevel:
		return total, out.byLevel(), nil
	case ByChildren:
		return total, out.children(m.layout), nil
	}
	return total, nil, noBreakdown(m.query)
}
