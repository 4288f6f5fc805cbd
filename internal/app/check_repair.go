package app

import (
	"context"
	"slices"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/indicator"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// Repaired is a derived table that Repair has written in.
type Repaired struct {
	Table  string `json:"table"` // school_day, school_month, school_grade_day, sheet.conflicts, school_due, group_month
	School id.ID  `json:"school"`
	Rows   int    `json:"rows"` // of group_month: months
}

const (
	repairSlice    = 200 // rows of one write
	repairAttempts = 5   // rows that roll calls of the moment move are looked at again
)

// Repair writes again what is kept twice and differs from what it follows from: the sums of
// schools, what is due, the sums of groups, and the number of open conflicts of a sheet. It
// never touches a fact – a sheet, a mark, a spell, a paper, a line of the audit book – and
// changes no figure that was right; people go on working meanwhile, and each repair is a
// line of the audit book. Check says afterwards what is left.
func (a *App) Repair(ctx context.Context, progress func(done, total int)) (repaired []Repaired, err error) {
	var schools []id.ID
	err = a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		schools, err = store.All[id.ID](ctx, tx, sqlSchools, a.Realm)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i, school := range schools {
		if progress != nil {
			progress(i, len(schools))
		}
		for _, step := range []func(context.Context, id.ID) ([]Repaired, error){a.repairSums, a.repairDue, a.repairGroups} {
			done, err := step(ctx, school)
			if repaired = append(repaired, done...); err != nil {
				return repaired, err
			}
		}
	}
	return repaired, nil
}

func (a *App) repairSums(ctx context.Context, school id.ID) (repaired []Repaired, err error) {
	rows := map[string]int{}
	for range repairAttempts {
		var differences []rollcall.Difference
		err := a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			differences, err = rollcall.Check(ctx, tx, a.Realm, school, always)
			return err
		})
		if err != nil {
			return nil, err
		}
		derived := rollcall.Repairable(differences)
		if len(derived) == 0 {
			break
		}
		for part := range slices.Chunk(derived, repairSlice) {
			var done []rollcall.Difference
			err := a.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				done, err = rollcall.Repair(ctx, tx, a.System(), school, part)
				return err
			})
			if err != nil {
				return nil, err
			}
			for _, d := range done {
				rows[d.Table]++
			}
		}
	}
	for _, table := range []string{"school_day", "school_month", "school_grade_day", "sheet.conflicts"} {
		if rows[table] > 0 {
			repaired = append(repaired, Repaired{table, school, rows[table]})
		}
	}
	return repaired, nil
}

func (a *App) repairDue(ctx context.Context, school id.ID) ([]Repaired, error) {
	rows, err := calendar.Repair(ctx, a.Store, a.System(), school)
	if err != nil || rows == 0 {
		return nil, err
	}
	return []Repaired{{"school_due", school, rows}}, nil
}

func (a *App) repairGroups(ctx context.Context, school id.ID) ([]Repaired, error) {
	var months []day.Day
	err := a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if months, err = indicator.CheckGroups(ctx, tx, a.Realm, school); err != nil || len(months) == 0 {
			return err
		}
		// What is still wrong are facts in doubt: the sums of their months stay as they are.
		left, err := rollcall.Check(ctx, tx, a.Realm, school, always)
		for _, d := range left {
			months = slices.DeleteFunc(months, func(m day.Day) bool { return m == d.Day.MonthStart() })
		}
		return err
	})
	if err != nil || len(months) == 0 {
		return nil, err
	}
	for _, month := range months {
		if err := indicator.RepairGroups(ctx, a.Store, a.System(), school, month); err != nil {
			return nil, err
		}
	}
	return []Repaired{{"group_month", school, len(months)}}, nil
}
