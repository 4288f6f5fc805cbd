package rollcall

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Counts are the sums of sheets. Attendance is (Roll − Unknown − Excused − Unexcused) ÷ Roll.
type Counts struct {
	Sheets    int // taken
	NoClass   int // sheets that say "no class today"
	Roll      int
	Unknown   int
	Excused   int
	Unexcused int
	Late      int // present
}

// Absent is everybody not in class.
func (c Counts) Absent() int { return c.Unknown + c.Excused + c.Unexcused }

// Plus adds two sums.
func (c Counts) Plus(o Counts) Counts { return c.add(o, 1) }

func (c Counts) add(o Counts, sign int) Counts {
	return Counts{c.Sheets + sign*o.Sheets, c.NoClass + sign*o.NoClass, c.Roll + sign*o.Roll, c.Unknown + sign*o.Unknown,
		c.Excused + sign*o.Excused, c.Unexcused + sign*o.Unexcused, c.Late + sign*o.Late}
}

type dayKey struct {
	school  id.ID
	day     day.Day
	session calendar.Session
	level   string
}

type gradeKey struct {
	dayKey
	grade string
}

type monthKey struct {
	school id.ID
	month  day.Day
	level  string
}

type monthSum struct {
	Counts
	changes int
}

// rollup gathers what sheets change in the sums of their schools, so that each row is
// touched once, at the end and in key order: two transactions then never wait for each
// other in a ring.
type rollup struct {
	days   map[dayKey]Counts
	grades map[gradeKey]Counts
	months map[monthKey]monthSum
}

func newRollup() rollup {
	return rollup{map[dayKey]Counts{}, map[gradeKey]Counts{}, map[monthKey]monthSum{}}
}

// add counts a sheet in (sign 1) or out (sign −1).
func (r rollup) add(s *standing, sign int) {
	day := dayKey{s.School, s.Day, s.Session, s.Level}
	month := monthKey{s.School, s.Day.MonthStart(), s.Level}
	var c Counts
	switch s.State {
	case NoClass:
		c.NoClass = 1
	case Taken:
		c = Counts{1, 0, s.Size, s.Unknown, s.Excused, s.Unexcused, s.Late}
		grades := make(map[string]Counts, len(s.list.sizes))
		for grade, pupils := range s.list.sizes {
			grades[grade] = Counts{Roll: pupils}
		}
		for _, m := range s.marks {
			grade := s.list.grade(m.Pupil)
			grades[grade] = grades[grade].Plus(countsOf(m.Kind))
		}
		for grade, sum := range grades {
			k := gradeKey{day, grade}
			r.grades[k] = r.grades[k].add(sum, sign)
		}
	}
	r.days[day] = r.days[day].add(c, sign)
	sum := r.months[month]
	sum.Counts = sum.Counts.add(c, sign)
	r.months[month] = sum
}

// changed notes that a version was written in the sheet's month.
func (r rollup) changed(s *standing) {
	k := monthKey{s.School, s.Day.MonthStart(), s.Level}
	sum := r.months[k]
	sum.changes++
	r.months[k] = sum
}

func countsOf(k Kind) Counts {
	switch k {
	case Unknown:
		return Counts{Unknown: 1}
	case Excused:
		return Counts{Excused: 1}
	case Unexcused:
		return Counts{Unexcused: 1}
	}
	return Counts{Late: 1}
}

func (k dayKey) compare(o dayKey) int {
	return cmp.Or(cmp.Compare(k.school, o.school), cmp.Compare(k.day, o.day), cmp.Compare(k.session, o.session), strings.Compare(k.level, o.level))
}

func (k gradeKey) compare(o gradeKey) int {
	return cmp.Or(k.dayKey.compare(o.dayKey), strings.Compare(k.grade, o.grade))
}

func (k monthKey) compare(o monthKey) int {
	return cmp.Or(cmp.Compare(k.school, o.school), cmp.Compare(k.month, o.month), strings.Compare(k.level, o.level))
}

func sorted[K comparable, V any](m map[K]V, compare func(a, b K) int) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, compare)
	return keys
}

// flush adds the changes to the rows.
func (r rollup) flush(ctx context.Context, tx *store.Tx, realm int, explain func(error) error) error {
	var rows [][]any
	for _, k := range sorted(r.days, dayKey.compare) {
		if c := r.days[k]; c != (Counts{}) {
			rows = append(rows, []any{realm, k.school, k.day, k.session, k.level, c.Sheets, c.NoClass, c.Roll, c.Unknown, c.Excused, c.Unexcused, c.Late})
		}
	}
	if err := tx.Later(ctx, explain, sqlAddDay, rows...); err != nil {
		return err
	}
	rows = rows[:0]
	for _, k := range sorted(r.grades, gradeKey.compare) {
		if c := r.grades[k]; c != (Counts{}) {
			rows = append(rows, []any{realm, k.school, k.day, k.session, k.level, k.grade, c.Roll, c.Unknown, c.Excused, c.Unexcused, c.Late})
		}
	}
	if err := tx.Later(ctx, explain, sqlAddGrade, rows...); err != nil {
		return err
	}
	rows = rows[:0]
	for _, k := range sorted(r.months, monthKey.compare) {
		c := r.months[k]
		rows = append(rows, []any{realm, k.school, k.month, k.level, c.Sheets, c.NoClass, c.Roll, c.Unknown, c.Excused, c.Unexcused, c.Late, c.changes})
	}
	return tx.Later(ctx, explain, sqlAddMonth, rows...)
}
