package rollcall

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/student"
)

// PaperSheet is what a printable sheet of a class for a week or a month needs: the roll,
// and a column for each session that is to be held. What was taken already is filled in.
// It comes back as Submit with CausePaper, session by session.
type PaperSheet struct {
	Class   id.ID
	Period  day.Range
	Rule    string // by which the caller may see the names: for the look
	Roll    student.Roll
	Columns []PaperColumn
}

// PaperColumn is one session on paper.
type PaperColumn struct {
	Day     day.Day
	Session calendar.Session
	Main    bool
	Sheet   *Sheet // nil: to be filled in by hand
	Marks   []Mark
}

// Paper gives the sheet of a class for a period of at most 31 days, on the roll of its
// last day up to today.
func Paper(ctx context.Context, tx *store.Tx, who access.Who, class id.ID, period day.Range) (PaperSheet, error) {
	p := PaperSheet{Class: class, Period: period}
	var err error
	if p.Rule, err = access.May(ctx, tx, who, access.TakeRoll, access.Class(class)); err != nil {
		return p, err
	}
	p.Period.Until = min(period.Until, period.From.Add(31))
	k, err := know(ctx, tx, who.Realm, class)
	if err != nil {
		return p, err
	}
	if p.Roll, _, err = student.PeekRoll(ctx, tx, who.Realm, class, max(p.Period.From, min(p.Period.Last(), tx.Today()))); err != nil {
		return p, err
	}
	sheets, err := store.All[Sheet](ctx, tx, sqlSheetsOfClass, who.Realm, class, p.Period.From, p.Period.Until)
	if err != nil {
		return p, err
	}
	for _, v := range k.plan.Due(p.Period) {
		column := PaperColumn{Day: v.Day, Session: v.Session, Main: v.Main}
		for i := range sheets {
			if sheets[i].Day != v.Day || sheets[i].Session != v.Session {
				continue
			}
			column.Sheet = &sheets[i]
			body, err := store.One[string](ctx, tx, sqlBody, who.Realm, class, v.Day, v.Session, sheets[i].Version)
			if err != nil {
				return p, err
			}
			if column.Marks, _, err = decodeMarks(body); err != nil {
				return p, err
			}
		}
		p.Columns = append(p.Columns, column)
	}
	return p, nil
}
