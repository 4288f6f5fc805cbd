package student

import (
	"context"
	"slices"
	"strconv"
	"time"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/roster"
	"ralop/internal/store"
)

// Retention says how long what is kept of children stays, in years. A school's register
// is kept for years after a child left; the counts stay for ever.
type Retention struct {
	PupilYears   int // after the last spell ended: then names, numbers, guardians and address go
	RequestYears int // after a guardian's request was answered
}

// DefaultRetention holds where a realm has set nothing.
var DefaultRetention = Retention{PupilYears: 10, RequestYears: 5}

const (
	settingPupilYears   = "student.keep-pupil-years"
	settingRequestYears = "student.keep-request-years"
)

// ReadRetention gives the retention of a realm.
func ReadRetention(ctx context.Context, tx *store.Tx, realm int) (Retention, error) {
	type row struct{ Name, Value string }
	rows, err := store.All[row](ctx, tx, sqlRetention, realm, settingPupilYears, settingRequestYears)
	r := DefaultRetention
	for _, one := range rows {
		years, err := strconv.Atoi(one.Value)
		if err != nil {
			return r, err
		}
		if one.Name == settingPupilYears {
			r.PupilYears = years
		} else {
			r.RequestYears = years
		}
	}
	return r, err
}

// SetRetention changes the retention of the realm. Fault: student.retention-too-short,
// for less than the 5 years that a class register is kept.
func SetRetention(ctx context.Context, tx *store.Tx, who access.Who, r Retention) error {
	rule, err := access.May(ctx, tx, who, access.ChangeSettings, access.Realm())
	if err != nil {
		return err
	}
	if r.PupilYears < 5 || r.RequestYears < 1 {
		return fault.New(fault.Invalid, "student.retention-too-short", nil)
	}
	for name, years := range map[string]int{settingPupilYears: r.PupilYears, settingRequestYears: r.RequestYears} {
		if _, err := tx.Exec(ctx, sqlSetRetention, who.Realm, name, strconv.Itoa(years), who.Account, tx.Now()); err != nil {
			return err
		}
	}
	return audit.Record(ctx, tx, who.Audit("student.retention", access.Realm(), rule, r))
}

// Purged counts what a Purge took away.
type Purged struct{ Pupils, Requests int }

// Due are pupils who have been kept long enough, at most limit. It looks at all pupils, so a
// job asks it in a snapshot, where no teacher waits for it.
func Due(ctx context.Context, tx *store.Tx, who access.Who, limit int) ([]id.ID, error) {
	if _, err := access.May(ctx, tx, who, access.ChangeSettings, access.Realm()); err != nil {
		return nil, err
	}
	keep, err := ReadRetention(ctx, tx, who.Realm)
	if err != nil {
		return nil, err
	}
	return store.All[id.ID](ctx, tx, sqlLongGone, who.Realm, keep.pupilsBefore(tx), limit)
}

func (r Retention) pupilsBefore(tx *store.Tx) day.Day {
	return tx.Today().AddMonths(-12 * r.PupilYears)
}

// Purge takes away what has been kept long enough: of the pupils given those who are still
// due, and old requests of guardians. A job calls it with a few at a time. Of a child
// remain her spells, sex, group and year of birth, by which old figures still add up; what
// becomes of every other table is said in merge_places.go. What other programs call her
// goes, too.
func Purge(ctx context.Context, tx *store.Tx, who access.Who, pupils []id.ID) (Purged, error) {
	var sum Purged
	rule, err := access.May(ctx, tx, who, access.ChangeSettings, access.Realm())
	if err != nil {
		return sum, err
	}
	keep, err := ReadRetention(ctx, tx, who.Realm)
	if err != nil {
		return sum, err
	}
	left, err := store.All[longGone](ctx, tx, sqlLongGoneOf, who.Realm, keep.pupilsBefore(tx), store.In(pupils))
	if err != nil {
		return sum, err
	}
	if err := forget(ctx, tx, who.Realm, left); err != nil {
		return sum, err
	}
	sum.Pupils = len(left)
	answered := tx.Now().Time().AddDate(-keep.RequestYears, 0, 0)
	requests, err := tx.Exec(ctx, sqlDeleteOldRequests, who.Realm, day.InstantOf(answered))
	if err != nil {
		return sum, err
	}
	sum.Requests = int(requests)
	if sum == (Purged{}) {
		return sum, nil
	}
	return sum, audit.Record(ctx, tx, who.Audit("student.purge", access.Realm(), rule, sum))
}

// longGone is a pupil who has been kept long enough.
type longGone struct {
	ID   id.ID
	Born day.Day
	Into id.ID // the record that this one became a part of, 0
}

// forget takes away of pupils what places says.
func forget(ctx context.Context, tx *store.Tx, realm int, left []longGone) error {
	if len(left) == 0 {
		return nil
	}
	var blank [][]any
	var pupils []id.ID
	for _, p := range left {
		pupils = append(pupils, p.ID)
		blank = append(blank, []any{realm, p.ID, day.Date(p.Born.Year(), time.January, 1), tx.Now()})
	}
	if err := forgetNames(ctx, tx, realm, left); err != nil {
		return err
	}
	if err := tx.Many(ctx, sqlBlankPupil, blank); err != nil {
		return err
	}
	for _, p := range slices.Backward(places) { // those that point to others first
		var err error
		switch p.keep {
		case goes:
			_, err = tx.DropBy(ctx, p.table, p.column, realm, pupils)
		case wordless:
			err = rewrite(ctx, tx, realm, p, pupils, p.words, "")
		case unlinked:
			err = rewrite(ctx, tx, realm, p, pupils, []string{p.column}, int64(0))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// rewrite puts a value into columns of the rows of pupils.
func rewrite(ctx context.Context, tx *store.Tx, realm int, p place, pupils []id.ID, columns []string, value any) error {
	s, err := tx.ShapeOf(ctx, p.table)
	if err != nil {
		return err
	}
	rows, err := tx.Images(ctx, s, realm, []string{p.column}, store.In(pupils))
	if err != nil {
		return err
	}
	for _, row := range rows {
		for _, column := range columns {
			row[s.Place(column)] = value
		}
	}
	return tx.UpdateImages(ctx, s, rows)
}

// forgetNames takes away what other programs call pupils, their enrolments and their roles.
// The spells of a record that became a part of another are the other's.
func forgetNames(ctx context.Context, tx *store.Tx, realm int, left []longGone) error {
	var records []id.ID
	for _, p := range left {
		records = append(records, p.ID)
		if p.Into != 0 {
			records = append(records, p.Into)
		}
	}
	type place struct{ Pupil, School, Class id.ID }
	places, err := store.All[place](ctx, tx, sqlPlacesOfPupils, realm, store.In(records))
	if err != nil {
		return err
	}
	var gone []roster.Pupil
	for _, p := range left {
		one := roster.Pupil{ID: p.ID}
		for _, at := range places {
			if at.Pupil == p.ID || at.Pupil == p.Into {
				one.Schools, one.Classes = append(one.Schools, at.School), append(one.Classes, at.Class)
			}
		}
		gone = append(gone, one)
	}
	return roster.ForgetPupils(ctx, tx, realm, gone)
}
