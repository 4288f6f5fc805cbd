package rollcall

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// PhysicalCount is kiểm tra sĩ số thực tế: how many pupils another person counted in the
// room. It changes no sheet; it stands beside it with the difference.
type PhysicalCount struct {
	ID        id.ID
	Class     id.ID
	Day       day.Day
	Session   calendar.Session
	Counted   int
	Note      string
	Account   id.ID
	CountedAt day.Instant
}

// Difference is counted less present by the sheet; known is false while nobody called the roll.
func (c PhysicalCount) Difference(sheet *Sheet) (difference int, known bool) {
	if sheet == nil || sheet.State != Taken {
		return 0, false
	}
	return c.Counted - sheet.Present(), true
}

// CountPhysically keeps a count of a class by a person other than the one who called the
// roll. Faults: rollcall.same-person (Forbidden), rollcall.below-zero, rollcall.future,
// rollcall.bad-session.
func CountPhysically(ctx context.Context, tx *store.Tx, who access.Who, c PhysicalCount) (PhysicalCount, error) {
	rule, err := access.May(ctx, tx, who, access.CountPhysically, access.Class(c.Class))
	if err != nil {
		return c, err
	}
	c.Note = viet.Clean(c.Note)
	switch {
	case c.Session < calendar.Morning || c.Session > calendar.Evening:
		return c, fault.New(fault.Invalid, "rollcall.bad-session", nil).On("session")
	case c.Counted < 0:
		return c, fault.New(fault.Invalid, "rollcall.below-zero", nil).On("counted")
	case c.Day > tx.Today():
		return c, fault.New(fault.Invalid, "rollcall.future", nil).On("day")
	case len([]rune(c.Note)) > NoteLength:
		return c, fault.New(fault.Invalid, "rollcall.long-note", fault.Args{"most": NoteLength}).On("note")
	}
	authors, err := store.All[id.ID](ctx, tx, sqlAuthors, who.Realm, c.Class, c.Day, c.Session)
	if err != nil {
		return c, err
	}
	for _, author := range authors {
		if author == who.Account {
			return c, fault.New(fault.Forbidden, "rollcall.same-person", nil)
		}
	}
	if c.CountedAt.IsZero() || c.CountedAt > tx.Now() {
		c.CountedAt = tx.Now()
	}
	c.ID, c.Account = tx.NewID(), who.Account
	if _, err := tx.Exec(ctx, sqlInsertPhysicalCount, who.Realm, c.ID, c.Class, c.Day, c.Session, c.Counted, c.Note, c.Account, c.CountedAt); err != nil {
		return c, err
	}
	return c, audit.Record(ctx, tx, who.Audit("headcount.physical", access.Class(c.Class), rule,
		map[string]any{"day": c.Day, "session": c.Session, "counted": c.Counted}))
}

// CountedClass is a physical count beside the sheet of its session.
type CountedClass struct {
	PhysicalCount
	Sheet *Sheet // nil while nobody called the roll
}

// PhysicalCounts lists the counts of a class in a period, each with the sheet of its session.
func PhysicalCounts(ctx context.Context, tx *store.Tx, who access.Who, class id.ID, period day.Range) ([]CountedClass, error) {
	if _, err := access.May(ctx, tx, who, access.SeeBoard, access.Class(class)); err != nil {
		return nil, err
	}
	counts, err := store.All[PhysicalCount](ctx, tx, sqlPhysicalCounts, who.Realm, class, period.From, period.Until)
	if err != nil || len(counts) == 0 {
		return nil, err
	}
	sheets, err := store.All[Sheet](ctx, tx, sqlSheetsOfClass, who.Realm, class, period.From, period.Until)
	if err != nil {
		return nil, err
	}
	out := make([]CountedClass, len(counts))
	for i, c := range counts {
		out[i].PhysicalCount = c
		for j := range sheets {
			if sheets[j].Day == c.Day && sheets[j].Session == c.Session {
				out[i].Sheet = &sheets[j]
			}
		}
	}
	return out, nil
}
