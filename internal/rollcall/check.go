package rollcall

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Difference is a kept sum that its sheets do not prove.
type Difference struct {
	Table   string // school_day, school_month, school_grade_day, mark, sheet.conflicts; sheet, sheet_conflict of merged sheets
	School  id.ID
	Day     day.Day // or the first day of the month
	Session calendar.Session
	Level   string
	Grade   string
	Kept    Counts
	Truth   Counts
	Class   id.ID // of a sheet
}

func (d Difference) String() string {
	if d.Class != 0 {
		return fmt.Sprintf("%s class %s %s session %d: kept %+v, its acts say %+v", d.Table, d.Class, d.Day, d.Session, d.Kept, d.Truth)
	}
	return fmt.Sprintf("%s school %s %s session %d %s %s: kept %+v, sheets say %+v", d.Table, d.School, d.Day, d.Session, d.Level, d.Grade, d.Kept, d.Truth)
}

type dayRow struct {
	Day     day.Day
	Session calendar.Session
	Level   string
	Counts
}

type gradeRow struct {
	Day       day.Day
	Session   calendar.Session
	Level     string
	Grade     string
	Roll      int
	Unknown   int
	Excused   int
	Unexcused int
	Late      int
}

type monthRow struct {
	Month day.Day
	Level string
	Counts
}

// Check counts a school's sheets again and names every kept sum and every set of marks
// that differs; a sheet into which acts of phones were merged is worked out again from
// them, and its open conflicts with it (Counts.Sheets is their number). Months are compared as far as they lie wholly in the period. For
// `ralop check`; it reads only.
func Check(ctx context.Context, tx *store.Tx, realm int, school id.ID, period day.Range) ([]Difference, error) {
	var out []Difference
	sheets, err := store.All[dayRow](ctx, tx, sqlRecountDays, realm, school, period.From, period.Until)
	if err != nil {
		return nil, err
	}
	kept, err := store.All[dayRow](ctx, tx, sqlKeptDays, realm, school, period.From, period.Until)
	if err != nil {
		return nil, err
	}
	months := map[monthKey]Counts{}
	truth := map[dayKey]Counts{}
	for _, r := range sheets {
		k := dayKey{school, r.Day, r.Session, r.Level}
		truth[k] = r.Counts
		month := monthKey{school, r.Day.MonthStart(), r.Level}
		months[month] = months[month].Plus(r.Counts)
	}
	keptDays := map[dayKey]Counts{}
	for _, r := range kept {
		keptDays[dayKey{school, r.Day, r.Session, r.Level}] = r.Counts
	}
	compare(keptDays, truth, func(k dayKey, a, b Counts) {
		out = append(out, Difference{"school_day", school, k.day, k.session, k.level, "", a, b, 0})
	})

	marks, err := store.All[dayRow](ctx, tx, sqlRecountMarks, realm, school, period.From, period.Until)
	if err != nil {
		return nil, err
	}
	marked := map[dayKey]Counts{}
	for _, r := range marks {
		marked[dayKey{school, r.Day, r.Session, r.Level}] = r.Counts
	}
	onSheets := map[dayKey]Counts{}
	for k, c := range truth {
		onSheets[k] = Counts{Unknown: c.Unknown, Excused: c.Excused, Unexcused: c.Unexcused, Late: c.Late}
	}
	compare(marked, onSheets, func(k dayKey, a, b Counts) {
		out = append(out, Difference{"mark", school, k.day, k.session, k.level, "", a, b, 0})
	})

	grades, err := recountGrades(ctx, tx, realm, school, period)
	if err != nil {
		return nil, err
	}
	rows, err := store.All[gradeRow](ctx, tx, sqlKeptGrades, realm, school, period.From, period.Until)
	if err != nil {
		return nil, err
	}
	keptGrades := map[gradeKey]Counts{}
	for _, r := range rows {
		keptGrades[r.key(school)] = r.counts()
	}
	compare(keptGrades, grades, func(k gradeKey, a, b Counts) {
		out = append(out, Difference{"school_grade_day", school, k.day, k.session, k.level, k.grade, a, b, 0})
	})

	whole, err := store.All[monthRow](ctx, tx, sqlKeptMonths, realm, school, period.From, period.Until)
	if err != nil {
		return nil, err
	}
	keptMonths := map[monthKey]Counts{}
	for _, r := range whole {
		if day.MonthOf(r.Month).Until <= period.Until {
			keptMonths[monthKey{school, r.Month, r.Level}] = r.Counts
		}
	}
	for k := range months {
		if k.month < period.From || day.MonthOf(k.month).Until > period.Until {
			delete(months, k)
		}
	}
	compare(keptMonths, months, func(k monthKey, a, b Counts) {
		out = append(out, Difference{"school_month", school, k.month, 0, k.level, "", a, b, 0})
	})
	merged, err := recheckMerged(ctx, tx, realm, school, period)
	if err != nil {
		return nil, err
	}
	out = append(out, merged...)
	counters, err := recountConflicts(ctx, tx, realm, school, period)
	if err != nil {
		return nil, err
	}
	out = append(out, counters...)
	slices.SortFunc(out, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Session, b.Session), cmp.Compare(a.Level, b.Level), cmp.Compare(a.Grade, b.Grade))
	})
	return out, nil
}

// recountGrades sums rolls and marks by grade from the sheets that are taken.
func recountGrades(ctx context.Context, tx *store.Tx, realm int, school id.ID, period day.Range) (map[gradeKey]Counts, error) {
	grades := map[gradeKey]Counts{}
	for _, query := range []string{sqlRecountGradeRolls, sqlRecountGradeMarks} {
		rows, err := store.All[gradeRow](ctx, tx, query, realm, school, period.From, period.Until)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			k := r.key(school)
			grades[k] = grades[k].Plus(r.counts())
		}
	}
	return grades, nil
}

func (r gradeRow) key(school id.ID) gradeKey {
	return gradeKey{dayKey{school, r.Day, r.Session, r.Level}, r.Grade}
}

func (r gradeRow) counts() Counts {
	return Counts{Roll: r.Roll, Unknown: r.Unknown, Excused: r.Excused, Unexcused: r.Unexcused, Late: r.Late}
}

// compare calls differs for every key whose sums are not the same; a missing row is a row of zeros.
func compare[K comparable](kept, truth map[K]Counts, differs func(k K, kept, truth Counts)) {
	for k, c := range kept {
		if c != truth[k] {
			differs(k, c, truth[k])
		}
	}
	for k, c := range truth {
		if _, seen := kept[k]; !seen && c != (Counts{}) {
			differs(k, Counts{}, c)
		}
	}
}

func recheckMerged(ctx context.Context, tx *store.Tx, realm int, school id.ID, period day.Range) (out []Difference, err error) {
	type key struct {
		Class   id.ID
		Day     day.Day
		Session calendar.Session
	}
	keys, err := store.All[key](ctx, tx, sqlMergedSheets, realm, school, period.From, period.Until, CauseDecision)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		sheet, err := store.One[Sheet](ctx, tx, sqlSheet, realm, k.Class, k.Day, k.Session)
		if err != nil {
			return nil, err
		}
		kept, err := complete(ctx, tx, realm, sheet, nil)
		if err != nil {
			return nil, err
		}
		acts, err := actsOf(ctx, tx, realm, k.Class, k.Day, k.Session, sheet.Version, kept.list)
		if err != nil {
			return nil, err
		}
		merged := Merge(acts, kept.list.pupils)
		truth := Sheet{State: merged.State}
		truth.count(merged.Marks)
		sums := func(s Sheet) Counts {
			return Counts{Sheets: int(s.State), Unknown: s.Unknown, Excused: s.Excused, Unexcused: s.Unexcused, Late: s.Late}
		}
		if sheet.State == Void {
			truth.State = Void
		}
		if sums(truth) != sums(sheet) || !slices.Equal(kept.marks, merged.Marks) {
			out = append(out, Difference{"sheet", school, k.Day, k.Session, sheet.Level, "", sums(sheet), sums(truth), k.Class})
		}
		rows, err := conflictsOf(ctx, tx, realm, sheet)
		if err != nil {
			return nil, err
		}
		var open []id.ID
		for _, r := range rows {
			if r.State == conflictOpen {
				open = append(open, r.Pupil)
			}
		}
		if !slices.EqualFunc(open, merged.Open, func(p id.ID, d Differing) bool { return p == d.Pupil }) {
			out = append(out, Difference{"sheet_conflict", school, k.Day, k.Session, sheet.Level, "", Counts{Sheets: len(open)}, Counts{Sheets: len(merged.Open)}, k.Class})
		}
	}
	return out, nil
}

// counterTable names the number of open conflicts that a sheet carries.
const counterTable = "sheet.conflicts"

func recountConflicts(ctx context.Context, tx *store.Tx, realm int, school id.ID, period day.Range) (out []Difference, err error) {
	type row struct {
		Class      id.ID
		Day        day.Day
		Session    calendar.Session
		Level      string
		Kept, Open int
	}
	rows, err := store.All[row](ctx, tx, sqlRecountConflicts, realm, school, period.From, period.Until, conflictOpen)
	for _, r := range rows {
		out = append(out, Difference{counterTable, school, r.Day, r.Session, r.Level, "", Counts{Sheets: r.Kept}, Counts{Sheets: r.Open}, r.Class})
	}
	return out, err
}
