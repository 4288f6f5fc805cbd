package rollcall

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// KeptVersion is one version of a sheet, whole.
type KeptVersion struct {
	Version    int
	Roll       int
	State      State
	Cause      string
	Reason     string
	Marks      []Mark
	Dropped    []Mark
	TakenAt    day.Instant
	ReceivedAt day.Instant
	Device     string
	Account    id.ID
	ClockOff   int64 // milliseconds by which the device's clock was ahead, 0 when it was right
}

// Versions lists every version of a sheet, the first first: who, when, why. Rule is by
// which the caller may see the pupils, for the look.
func Versions(ctx context.Context, tx *store.Tx, who access.Who, class id.ID, on day.Day, session calendar.Session) (versions []KeptVersion, rule string, err error) {
	if rule, err = access.May(ctx, tx, who, access.SeePupils, access.Class(class)); err != nil {
		return nil, "", err
	}
	type row struct {
		Version    int
		Roll       int
		State      State
		Cause      string
		Reason     string
		Body       string
		TakenAt    day.Instant
		ReceivedAt day.Instant
		Device     string
		Account    id.ID
		ClockOff   int64
	}
	rows, err := store.All[row](ctx, tx, sqlVersions, who.Realm, class, on, session)
	if err != nil {
		return nil, rule, err
	}
	for _, r := range rows {
		v := KeptVersion{r.Version, r.Roll, r.State, r.Cause, r.Reason, nil, nil, r.TakenAt, r.ReceivedAt, r.Device, r.Account, r.ClockOff}
		if v.Marks, v.Dropped, err = decodeMarks(r.Body); err != nil {
			return nil, rule, err
		}
		versions = append(versions, v)
	}
	return versions, rule, nil
}

// PupilMark is a mark of a pupil in some session, with the class of its sheet.
type PupilMark struct {
	Day     day.Day
	Session calendar.Session
	Class   id.ID
	Kind    Kind
	Reason  string
	Note    string
}

// MarksOf lists a pupil's marks in a period, in whatever class and school. It asks no
// right: the page of a pupil does.
func MarksOf(ctx context.Context, tx *store.Tx, realm int, pupil id.ID, period day.Range) ([]PupilMark, error) {
	return store.All[PupilMark](ctx, tx, sqlMarksOf, realm, pupil, period.From, period.Until)
}

// SheetsOf lists the sheets of a class in a period. It asks no right: it names nobody.
func SheetsOf(ctx context.Context, tx *store.Tx, realm int, class id.ID, period day.Range) ([]Sheet, error) {
	return store.All[Sheet](ctx, tx, sqlSheetsOfClass, realm, class, period.From, period.Until)
}
