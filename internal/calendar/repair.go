package calendar

import (
	"context"
	"errors"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Repair writes again what is due at a school where the kept rows are not what the rules
// and rolls give (CheckDue), in short writes, and says how many rows it touched. It changes
// nothing else: no sheet is judged. A stale school is left to Rebuild, which brings it up to
// date anyway. Who may change the settings of the realm may ask for it.
func Repair(ctx context.Context, s *store.Store, who access.Who, school id.ID) (int, error) {
	for {
		rows, err := repairOnce(ctx, s, who, school)
		if !errors.Is(err, errMoved) {
			return rows, err
		}
	}
}

func repairOnce(ctx context.Context, s *store.Store, who access.Who, school id.ID) (int, error) {
	work := &rebuild{realm: who.Realm, school: school}
	var rule string
	unmarked := false
	always := day.Range{From: day.Date(1900, 1, 1), Until: day.Forever}
	err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if rule, err = access.May(ctx, tx, who, access.ChangeSettings, access.Realm()); err != nil {
			return err
		}
		now, err := state(ctx, tx, who.Realm, school)
		if err != nil || !now.Stale.Empty() {
			return err
		}
		wanted, err := ComputeDue(ctx, tx, who.Realm, school, always)
		if err != nil {
			return err
		}
		work.mark, unmarked = now.Mark, now.Mark == 0
		return work.compare(ctx, tx, always, wanted)
	})
	if err != nil || work.done() {
		return 0, err
	}
	rows := len(work.steps)
	if unmarked { // nothing says yet whether somebody changes the school meanwhile
		err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return MarkStale(ctx, tx, who.Realm, school, always) })
		if err == nil {
			err = Rebuild(ctx, s, who.Realm, school, nil)
		}
		if err != nil {
			return 0, err
		}
		work.steps = nil
	}
	for !work.done() {
		if err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return work.slice(ctx, tx, sliceRows) }); err != nil {
			return 0, err
		}
		work.advance(sliceRows)
	}
	return rows, s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return audit.Record(ctx, tx, who.Audit("calendar.repair", access.School(school), rule, map[string]int{"rows": rows}))
	})
}
