package rollcall

import (
	"context"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// KnownSheet is a sheet as it stood at some instant.
type KnownSheet struct {
	Class   id.ID
	Day     day.Day
	Session calendar.Session
	Main    bool
	State   State
	Marks   []Mark
}

const sqlKnownVersions = `SELECT v.class, v.day, v.session, s.main, v.state, v.body
	FROM sheet_version v JOIN sheet s ON s.realm = v.realm AND s.class = v.class AND s.day = v.day AND s.session = v.session
	WHERE v.realm = $1 AND v.class IN ($2) AND v.day >= $3 AND v.day < $4 AND v.received_at <= $5
	ORDER BY v.class, v.day, v.session, v.version`

// SheetsKnownAt gives the sheets of classes in a period as they stood at an instant: the
// last version received by then. What has not come by then is not there. It asks no right:
// a room calls it after its own May.
func SheetsKnownAt(ctx context.Context, tx *store.Tx, realm int, classes []id.ID, period day.Range, at day.Instant) ([]KnownSheet, error) {
	type row struct {
		Class   id.ID
		Day     day.Day
		Session calendar.Session
		Main    bool
		State   State
		Body    string
	}
	rows, err := store.All[row](ctx, tx, sqlKnownVersions, realm, store.In(classes), period.From, period.Until, at)
	if err != nil {
		return nil, err
	}
	var sheets []KnownSheet
	for i, r := range rows {
		if i+1 < len(rows) && rows[i+1].Class == r.Class && rows[i+1].Day == r.Day && rows[i+1].Session == r.Session {
			continue // a later version was known too
		}
		marks, _, err := decodeMarks(r.Body)
		if err != nil {
			return nil, err
		}
		sheets = append(sheets, KnownSheet{r.Class, r.Day, r.Session, r.Main, r.State, marks})
	}
	return sheets, nil
}
