package student

import (
	"context"
	"strconv"
	"time"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
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

// Purge takes away what has been kept long enough, at most limit records of a kind at a
// time, so that a job can call it in short transactions until nothing is left. Of a child
// remain her spells, sex, group and year of birth, by which old figures still add up.
func Purge(ctx context.Context, tx *store.Tx, who access.Who, limit int) (Purged, error) {
	var sum Purged
	rule, err := access.May(ctx, tx, who, access.ChangeSettings, access.Realm())
	if err != nil {
		return sum, err
	}
	keep, err := ReadRetention(ctx, tx, who.Realm)
	if err != nil {
		return sum, err
	}
	type gone struct {
		ID   id.ID
		Born day.Day
	}
	left, err := store.All[gone](ctx, tx, sqlLongGone, who.Realm, tx.Today().AddMonths(-12*keep.PupilYears), limit)
	if err != nil {
		return sum, err
	}
	var blank, children [][]any
	for _, p := range left {
		blank = append(blank, []any{who.Realm, p.ID, day.Date(p.Born.Year(), time.January, 1), tx.Now()})
		children = append(children, []any{who.Realm, p.ID})
	}
	for _, step := range []struct {
		query string
		rows  [][]any
	}{{sqlBlankPupil, blank}, {sqlDeleteGuardians, children}, {sqlDeleteRequests, children}} {
		if err := tx.Many(ctx, step.query, step.rows); err != nil {
			return sum, err
		}
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
