package indicator

import (
	"context"
	"slices"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// Group is one combination of what figures are broken down by.
type Group struct {
	School    id.ID
	Level     string
	Grade     string
	Sex       string
	Ethnicity string
	Boarding  string
	Poverty   string
	Residence id.ID
}

// groupSum is what was counted of a group.
type groupSum struct {
	Group Group
	Marks Marks
}

// The kinds of mark in the table, as rollcall writes them.
const (
	kindUnknown   = 1
	kindExcused   = 2
	kindUnexcused = 3
	kindLate      = 4
)

// groupSums gives the sums of every group of the schools in a period: from the kept sums
// for whole months that have not changed since, from the sheets and marks for the rest.
//
// keptQuery is the statement for the kept sums: those of every group, or added up in the
// database by what is asked for, which spares a province its seventy thousand rows.
func groupSums(ctx context.Context, tx *store.Tx, realm int, schools []id.ID, period day.Range, keptQuery string) ([]groupSum, error) {
	if len(schools) == 0 || period.Empty() {
		return nil, nil
	}
	whole, edges := months(period)
	var sums []groupSum
	for _, month := range whole {
		stale, err := staleGroups(ctx, tx, realm, schools, month)
		if err != nil {
			return nil, err
		}
		fresh := slices.DeleteFunc(slices.Clone(schools), func(s id.ID) bool { return stale[s] })
		kept, err := store.All[groupSumRow](ctx, tx, keptQuery, realm, store.In(fresh), month)
		if err != nil {
			return nil, err
		}
		for _, row := range kept {
			sums = append(sums, row.sum())
		}
		if len(stale) == 0 {
			continue
		}
		counted, err := countGroups(ctx, tx, realm, slices.DeleteFunc(slices.Clone(schools), func(s id.ID) bool { return !stale[s] }), day.MonthOf(month))
		if err != nil {
			return nil, err
		}
		sums = append(sums, counted...)
	}
	for _, edge := range edges {
		counted, err := countGroups(ctx, tx, realm, schools, edge)
		if err != nil {
			return nil, err
		}
		sums = append(sums, counted...)
	}
	return sums, nil
}

// months cuts a period into whole months (their first days) and the edges left over.
func months(period day.Range) (whole []day.Day, edges []day.Range) {
	at := period.From
	for at < period.Until {
		month := day.MonthOf(at)
		piece := month.Intersect(period)
		if piece == month {
			whole = append(whole, month.From)
		} else {
			edges = append(edges, piece)
		}
		at = month.Until
	}
	return whole, edges
}

// staleGroups says for which schools the kept sums of a month are missing or out of date.
func staleGroups(ctx context.Context, tx *store.Tx, realm int, schools []id.ID, month day.Day) (map[id.ID]bool, error) {
	rows, err := store.All[id.ID](ctx, tx, sqlStaleGroups, realm, store.In(schools), month)
	stale := make(map[id.ID]bool, len(rows))
	for _, school := range rows {
		stale[school] = true
	}
	return stale, err
}

type groupSumRow struct {
	Group                                   Group
	Roll, Unknown, Excused, Unexcused, Late int64
}

func (r groupSumRow) sum() groupSum {
	return groupSum{r.Group, Marks{Roll: r.Roll, Unknown: r.Unknown, Excused: r.Excused, Unexcused: r.Unexcused, Late: r.Late}}
}

// countGroups counts from the sheets: the denominator is Σ roll_group.pupils over sheets
// taken, the numerator the marks of the group's members.
func countGroups(ctx context.Context, tx *store.Tx, realm int, schools []id.ID, period day.Range, class ...id.ID) ([]groupSum, error) {
	var only id.ID // 0: all classes
	if len(class) > 0 {
		only = class[0]
	}
	type rollRow struct {
		Group Group
		Roll  int64
	}
	rolls, err := store.All[rollRow](ctx, tx, sqlGroupRolls, realm, store.In(schools), period.From, period.Until, only)
	if err != nil {
		return nil, err
	}
	sums := make([]groupSum, len(rolls))
	at := make(map[Group]int, len(rolls))
	for i, row := range rolls {
		sums[i] = groupSum{row.Group, Marks{Roll: row.Roll}}
		at[row.Group] = i
	}
	type markRow struct {
		Group Group
		Kind  int
		N     int64
	}
	marks, err := store.All[markRow](ctx, tx, sqlGroupMarks, realm, store.In(schools), period.From, period.Until, only)
	if err != nil {
		return nil, err
	}
	for _, row := range marks {
		i, ok := at[row.Group]
		if !ok {
			continue // marks of a sheet that is not counted
		}
		switch row.Kind {
		case kindUnknown:
			sums[i].Marks.Unknown += row.N
		case kindExcused:
			sums[i].Marks.Excused += row.N
		case kindUnexcused:
			sums[i].Marks.Unexcused += row.N
		case kindLate:
			sums[i].Marks.Late += row.N
		}
	}
	return sums, nil
}

// KeepGroups works out again the kept sums of at most limit school-months that are out of
// date, each in a short transaction of its own, and says how many it did. The house calls
// it until it answers zero; figures are right without it, only slower.
func KeepGroups(ctx context.Context, s *store.Store, realm, limit int) (int, error) {
	type piece struct {
		School id.ID
		Month  day.Day
	}
	var pieces []piece
	err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		pieces, err = store.All[piece](ctx, tx, sqlAllStaleGroups, realm, limit)
		return err
	})
	if err != nil {
		return 0, err
	}
	for i, p := range pieces {
		var sums []groupSum
		var changes int64
		// Counted on a snapshot, so that the writer is not held while the sheets are read; the
		// number of changes seen in it says how long the result holds.
		err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			if changes, err = rollcall.Changes(ctx, tx, realm, p.School, p.Month); err != nil {
				return err
			}
			sums, err = countGroups(ctx, tx, realm, []id.ID{p.School}, day.MonthOf(p.Month))
			return err
		})
		if err != nil {
			return i, err
		}
		err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return keepGroups(ctx, tx, realm, p.School, p.Month, changes, sums)
		})
		if err != nil {
			return i, err
		}
	}
	return len(pieces), nil
}

func keepGroups(ctx context.Context, tx *store.Tx, realm int, school id.ID, month day.Day, changes int64, sums []groupSum) error {
	if _, err := tx.Exec(ctx, sqlDropGroups, realm, school, month); err != nil {
		return err
	}
	rows := make([][]any, len(sums))
	for i, s := range sums {
		g, m := s.Group, s.Marks
		rows[i] = []any{realm, school, month, i + 1, g.Level, g.Grade, g.Sex, g.Ethnicity, g.Boarding, g.Poverty, g.Residence,
			m.Roll, m.Unknown, m.Excused, m.Unexcused, m.Late}
	}
	if err := tx.Many(ctx, sqlKeepGroup, rows); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, sqlKeepGroupState, realm, school, month, changes)
	return err
}
