package rollcall

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Listing asks for a part of a list of a school, or of one of its classes.
type Listing struct {
	School id.ID
	Class  id.ID // 0: all classes; else School may be 0
	Past   bool  // what is decided, instead of what is open
	Offset int
	Limit  int // 0: all
}

// ListedDispute is a line of the list of disputes.
type ListedDispute struct {
	Class    id.ID
	Day      day.Day
	Session  calendar.Session
	Pupil    id.ID // 0: the whole sheet
	OpenedAt day.Instant
	Moot     bool // nobody had to decide: the pupil left the class, or there was no class
	ClosedBy id.ID
	ClosedAt day.Instant
}

func (l Listing) may(ctx context.Context, tx *store.Tx, who access.Who) (rule string, err error) {
	if l.Class != 0 {
		return access.May(ctx, tx, who, access.SeePupils, access.Class(l.Class))
	}
	return access.May(ctx, tx, who, access.SeePupils, access.School(l.School))
}

func (l Listing) bounds() (limit, offset int) {
	if l.Limit <= 0 {
		return 1 << 30, 0
	}
	return l.Limit, max(0, l.Offset)
}

// Conflicts lists disputes, the newest day first, and says how many there are. Rule is by
// which the caller may see the pupils, for the look.
func Conflicts(ctx context.Context, tx *store.Tx, who access.Who, l Listing) (rows []ListedDispute, total int, rule string, err error) {
	if rule, err = l.may(ctx, tx, who); err != nil {
		return nil, 0, "", err
	}
	query, of, least, most := sqlConflictsOfSchool, l.School, conflictOpen, conflictOpen
	count := sqlCountConflictsOfSchool
	if l.Class != 0 {
		query, count, of = sqlConflictsOfClass, sqlCountConflictsOfClass, l.Class
	}
	if l.Past {
		least, most = conflictDecided, conflictMoot
	}
	if total, err = store.One[int](ctx, tx, count, who.Realm, of, least, most); err != nil {
		return nil, 0, "", err
	}
	limit, offset := l.bounds()
	rows, err = store.All[ListedDispute](ctx, tx, query, who.Realm, of, least, most, conflictMoot, limit, offset)
	return rows, total, rule, err
}

// WaitingActs lists acts that came after the lock, the newest day first, and says how many
// there are. Rule is by which the caller may see the pupils, for the look.
func WaitingActs(ctx context.Context, tx *store.Tx, who access.Who, l Listing) (rows []WaitingAct, total int, rule string, err error) {
	if rule, err = l.may(ctx, tx, who); err != nil {
		return nil, 0, "", err
	}
	query, of, least, most := sqlWaitingOfSchool, l.School, WaitingOpen, WaitingOpen
	count := sqlCountWaitingOfSchool
	if l.Class != 0 {
		query, count, of = sqlWaitingOfClass, sqlCountWaitingOfClass, l.Class
	}
	if l.Past {
		least, most = WaitingAccepted, WaitingRefused
	}
	if total, err = store.One[int](ctx, tx, count, who.Realm, of, least, most); err != nil {
		return nil, 0, "", err
	}
	limit, offset := l.bounds()
	rows, err = store.All[WaitingAct](ctx, tx, query, who.Realm, of, least, most, limit, offset)
	return rows, total, rule, err
}

// Undecided counts what waits for a person in a school.
type Undecided struct {
	Conflicts int
	Waiting   int
}

// CountUndecided says how much waits for a person in a school: a count, without names.
func CountUndecided(ctx context.Context, tx *store.Tx, who access.Who, school id.ID) (u Undecided, err error) {
	if _, err := access.May(ctx, tx, who, access.SeeBoard, access.School(school)); err != nil {
		return u, err
	}
	if u.Conflicts, err = store.One[int](ctx, tx, sqlCountConflictsOfSchool, who.Realm, school, conflictOpen, conflictOpen); err != nil {
		return u, err
	}
	u.Waiting, err = store.One[int](ctx, tx, sqlCountWaitingOfSchool, who.Realm, school, WaitingOpen, WaitingOpen)
	return u, err
}
