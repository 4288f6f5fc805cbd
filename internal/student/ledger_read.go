package student

import (
	"context"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// LedgerIn asks for the movement of a period. Give Schools for the view by school (học
// ở), or Units (villages and communes) for the view by residence (cư trú).
type LedgerIn struct {
	Schools []id.ID
	Units   []id.ID
	Period  day.Range // of one school year: from the opening for cumulative columns
	// Cumulative takes out who dropped out and returned within the period and year: neither
	// dropout nor return, as the columns since the opening want it. A month's movement has both.
	Cumulative bool
}

// ReadLedger gives the movement of schools, or of the children who live in units, by
// place, level and grade. It asks no right: a room calls it after its own May.
func ReadLedger(ctx context.Context, tx *store.Tx, realm int, in LedgerIn) (Ledger, error) {
	queries, places, backs := []string{sqlEnrolledBySchool, sqlMovedBySchool}, in.Schools, sqlComebacksBySchool
	if in.Schools == nil {
		queries, places, backs = []string{sqlLedgerByResidence}, in.Units, sqlComebacksByResidence
	}
	var tallies []tally
	for _, query := range queries {
		found, err := store.All[tally](ctx, tx, query, realm, store.In(places), in.Period.From, in.Period.Until)
		if err != nil {
			return Ledger{}, err
		}
		tallies = append(tallies, found...)
	}
	l := makeLedger(tallies)
	if in.Cumulative {
		found, err := store.All[comeback](ctx, tx, backs, realm, store.In(places), in.Period.From, in.Period.Until)
		if err != nil {
			return l, err
		}
		l.cancel(found)
	}
	return l, nil
}
