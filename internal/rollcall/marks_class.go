package rollcall

import (
	"context"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// ClassMark is a mark on a sheet of a class.
type ClassMark struct {
	Day     day.Day
	Session calendar.Session
	Pupil   id.ID
	Kind    Kind
	Reason  string
}

// MarksOfClass lists the marks on the sheets of a class of a school in a period. It asks no
// right: a room calls it after its own May.
func MarksOfClass(ctx context.Context, tx *store.Tx, realm int, school, class id.ID, period day.Range) ([]ClassMark, error) {
	return store.All[ClassMark](ctx, tx, sqlMarksOfClass, realm, school, class, period.From, period.Until)
}
