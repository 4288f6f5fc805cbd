package indicator

import (
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

// schoolYear is the period of a school year: 1 August to 31 July.
func schoolYear(year int) day.Range {
	return day.Range{From: day.Date(year, 8, 1), Until: day.Date(year+1, 8, 1)}
}

// attendanceDays gives attendance by day over a school year, for the strip and the trend:
// summed in the database, because a province has a quarter of a million rows behind it.
func (m *measuring) attendanceDays(year int) ([]Row, error) {
	period := schoolYear(year)
	period.Until = min(period.Until, m.tx.Today()+1)
	part := *m
	part.query.Period, part.query.By = period, ByDay
	if period.Empty() {
		return nil, nil
	}
	if m.query.Place.Kind == access.ClassKind {
		_, rows, err := part.attendanceOfClass()
		return rows, err
	}
	counting, err := rollcall.HeadcountSchools(m.ctx, m.tx, m.realm, m.layout.schools, period)
	if err != nil {
		return nil, err
	}
	if m.query.View == ByResidence || len(counting) > 0 {
		_, rows, err := part.attendance()
		return rows, err
	}
	type row struct {
		Day                                             day.Day
		Sheets, Roll, Unknown, Excused, Unexcused, Late int64
	}
	days, err := store.All[row](m.ctx, m.tx, sqlSumDays, m.realm, store.In(m.layout.schools), period.From, period.Until, m.query.Level)
	if err != nil {
		return nil, err
	}
	rows := make([]Row, 0, len(days))
	for _, d := range days {
		marks := Marks{Sheets: d.Sheets, Roll: d.Roll, Unknown: d.Unknown, Excused: d.Excused, Unexcused: d.Unexcused, Late: d.Late}
		rows = append(rows, Row{Key: d.Day.String(), Value: Value{Ratio: marks.rate(m.query.Indicator), Coverage: Coverage{Taken: d.Sheets}}})
	}
	return rows, nil
}

// monthly sums days by month.
func monthly(days []Row) []Row {
	var t tally
	for _, d := range days {
		on, err := day.Parse(d.Key)
		if err == nil {
			t.add(on.MonthStart().String(), d.Value)
		}
	}
	return t.rows
}

// attendanceMonths gives attendance by month of a school year.
func (m *measuring) attendanceMonths(year int) ([]Row, error) {
	part := *m
	part.query.Period, part.query.By = schoolYear(year), ByMonth
	part.query.Period.Until = min(part.query.Period.Until, m.tx.Today()+1)
	if part.query.Period.Empty() {
		return nil, nil
	}
	_, rows, err := part.attendance()
	return rows, err
}

// retentionMonths gives retention (or its gross variant) at the end of each month of a
// school year up to now, from three sums over the spells of the year; by school only.
func (m *measuring) retentionMonths(indicator ID, year int) ([]Row, error) {
	if m.query.View == ByResidence || m.query.Place.Kind == access.ClassKind {
		return nil, nil
	}
	part := *m
	part.query.Period = schoolYear(year)
	opening, err := part.opening()
	if err != nil {
		return nil, err
	}
	type began struct {
		Day day.Day
		N   int
	}
	type ended struct {
		Day  day.Day
		Exit string
		N    int
	}
	type comeback struct{ Left, Back day.Day }
	schools := store.In(m.layout.schools)
	begun, err := store.All[began](m.ctx, m.tx, sqlSpellsBegan, m.realm, schools, year, m.query.Level)
	if err != nil || len(begun) == 0 {
		return nil, err
	}
	ends, err := store.All[ended](m.ctx, m.tx, sqlSpellsEnded, m.realm, schools, year, m.query.Level, day.Forever)
	if err != nil {
		return nil, err
	}
	backs, err := store.All[comeback](m.ctx, m.tx, sqlSpellsBack, m.realm, schools, year, m.query.Level)
	if err != nil {
		return nil, err
	}
	var rows []Row
	for month := opening.MonthStart(); month < schoolYear(year).Until && month <= m.tx.Today(); month = month.AddMonths(1) {
		until := min(month.AddMonths(1), m.tx.Today()+1)
		if until <= opening {
			continue
		}
		var sum student.Movement
		for _, b := range begun {
			if b.Day <= opening {
				sum.Opening += b.N
			}
			if b.Day < until {
				sum.Now += b.N
			}
		}
		for _, e := range ends {
			if e.Day <= opening {
				sum.Opening -= e.N
			}
			if e.Day < until {
				sum.Now -= e.N
			}
			if opening < e.Day && e.Day < until {
				switch e.Exit {
				case student.ExitDropout:
					sum.Dropouts += e.N
				case student.ExitDied:
					sum.Died += e.N
				}
			}
		}
		for _, b := range backs {
			if opening < b.Left && b.Back < until {
				sum.Dropouts--
			}
		}
		if sum.Now > 0 {
			rows = append(rows, Row{Key: month.String(), Value: Value{Ratio: movementRate(indicator, sum)}})
		}
		if sum.Now == 0 && len(rows) > 0 {
			break // the year has ended
		}
	}
	return rows, nil
}

// Cause is a cause of absence and how many lượt it took in a period.
type Cause struct {
	Reason string // code of rollcall.Reasons; "" when none was written
	N      int64
}

// causes counts lượt vắng of the schools of the place by cause, the commonest first.
func (m *measuring) causes() ([]Cause, error) {
	class := m.query.Place.ID
	schools := m.layout.schools
	if m.query.Place.Kind != access.ClassKind {
		class = 0
	} else {
		school, err := store.One[id.ID](m.ctx, m.tx, sqlSchoolOfClass, m.realm, class)
		if err != nil {
			return nil, err
		}
		schools = []id.ID{school}
	}
	query := sqlCauses
	if m.query.Level != "" {
		query = sqlCausesOfLevel
	}
	causes, err := store.All[Cause](m.ctx, m.tx, query, m.realm, store.In(schools), m.query.Period.From, m.query.Period.Until, class, m.query.Level)
	slices.SortStableFunc(causes, func(a, b Cause) int { return int(b.N - a.N) })
	return causes, err
}
