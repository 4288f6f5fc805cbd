package rollcall

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Repairable gives, of the differences of a school, those of sums that follow from the
// sheets and can be written again: school_day, school_month, school_grade_day and the number
// of a sheet's open conflicts. Sheets, marks and conflicts are what people said: nobody
// repairs them, and sums of a session whose marks are in doubt are left as they are, too.
func Repairable(differences []Difference) (derived []Difference) {
	type session struct {
		day     day.Day
		session calendar.Session
	}
	doubtful := map[session]bool{}
	for _, d := range differences {
		if !d.derived() {
			doubtful[session{d.Day, d.Session}] = true
		}
	}
	for _, d := range differences {
		if d.derived() && !doubtful[session{d.Day, d.Session}] {
			derived = append(derived, d)
		}
	}
	return derived
}

func (d Difference) derived() bool {
	return slices.Contains([]string{"school_day", "school_month", "school_grade_day", counterTable}, d.Table)
}

// Repair brings kept sums to what their sheets say. It changes a row only as long as it is
// still the one that Check has seen: every roll call adds to the rows, so whatever comes
// meanwhile is not lost and is not counted twice. It gives what it repaired; the rest is to
// be checked again. Who may change the settings of the realm may ask for it.
func Repair(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, differences []Difference) ([]Difference, error) {
	rule, err := access.May(ctx, tx, who, access.ChangeSettings, access.Realm())
	if err != nil {
		return nil, err
	}
	var done []Difference
	tables := map[string]int{}
	for _, d := range differences {
		if !d.derived() || d.School != school {
			continue
		}
		rows, err := d.repair(ctx, tx, who.Realm)
		if err != nil {
			return nil, err
		}
		if rows > 0 {
			done = append(done, d)
			tables[d.Table]++
		}
	}
	if len(done) == 0 {
		return nil, nil
	}
	return done, audit.Record(ctx, tx, who.Audit("rollcall.repair", access.School(school), rule, tables))
}

// repair says how many rows it touched: none when others touched the row since.
func (d Difference) repair(ctx context.Context, tx *store.Tx, realm int) (int64, error) {
	k, t := d.Kept, d.Truth
	if d.Table == counterTable {
		return tx.Exec(ctx, sqlRepairCounter, realm, d.Class, d.Day, d.Session, k.Sheets, t.Sheets)
	}
	missing := k == Counts{}
	switch d.Table {
	case "school_day":
		n, err := tx.Exec(ctx, sqlRepairDay, realm, d.School, d.Day, d.Session, d.Level,
			k.Sheets, k.NoClass, k.Roll, k.Unknown, k.Excused, k.Unexcused, k.Late, t.Sheets, t.NoClass, t.Roll, t.Unknown, t.Excused, t.Unexcused, t.Late)
		if n > 0 || !missing || err != nil {
			return n, err
		}
		return tx.Exec(ctx, sqlMissingDay, realm, d.School, d.Day, d.Session, d.Level, t.Sheets, t.NoClass, t.Roll, t.Unknown, t.Excused, t.Unexcused, t.Late)
	case "school_grade_day":
		n, err := tx.Exec(ctx, sqlRepairGrade, realm, d.School, d.Day, d.Session, d.Level, d.Grade,
			k.Roll, k.Unknown, k.Excused, k.Unexcused, k.Late, t.Roll, t.Unknown, t.Excused, t.Unexcused, t.Late)
		if n > 0 || !missing || err != nil {
			return n, err
		}
		return tx.Exec(ctx, sqlMissingGrade, realm, d.School, d.Day, d.Session, d.Level, d.Grade, t.Roll, t.Unknown, t.Excused, t.Unexcused, t.Late)
	}
	n, err := tx.Exec(ctx, sqlRepairMonth, realm, d.School, d.Day, d.Level,
		k.Sheets, k.NoClass, k.Roll, k.Unknown, k.Excused, k.Unexcused, k.Late, t.Sheets, t.NoClass, t.Roll, t.Unknown, t.Excused, t.Unexcused, t.Late)
	if n > 0 || !missing || err != nil {
		return n, err
	}
	// Its number of changes is lost with it. It begins at one that no sums of groups were made at.
	return tx.Exec(ctx, sqlMissingMonth, realm, d.School, d.Day, d.Level, t.Sheets, t.NoClass, t.Roll, t.Unknown, t.Excused, t.Unexcused, t.Late, int64(tx.NewID())>>20)
}
