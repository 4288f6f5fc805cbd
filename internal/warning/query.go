package warning

import (
	"cmp"
	"context"
	"slices"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// sortSignals puts what is to be done first in front.
func sortSignals(signals []Signal) {
	slices.SortFunc(signals, func(a, b Signal) int {
		return cmp.Or(cmp.Compare(b.Order, a.Order), cmp.Compare(a.Since, b.Since), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Subject, b.Subject))
	})
}

// SignalByID gives a signal. It asks no right. Fault: warning.no-signal (NotFound).
func SignalByID(ctx context.Context, tx *store.Tx, realm int, signal id.ID) (Signal, error) {
	found, err := readSignals(ctx, tx, sqlSignal, realm, signal)
	if err != nil {
		return Signal{}, err
	}
	if len(found) == 0 {
		return Signal{}, fault.New(fault.NotFound, "warning.no-signal", nil)
	}
	return found[0], nil
}

// SignalsOf gives all signals of a child, the newest first. It asks no right.
func SignalsOf(ctx context.Context, tx *store.Tx, realm int, pupil id.ID) ([]Signal, error) {
	return readSignals(ctx, tx, sqlSignalsOfPupil, realm, pupil)
}

// Events gives what became of a signal, the first first. It asks no right.
func Events(ctx context.Context, tx *store.Tx, realm int, signal id.ID) ([]Event, error) {
	rows, err := store.All[eventRow](ctx, tx, sqlEvents, realm, signal)
	if err != nil {
		return nil, err
	}
	events := make([]Event, len(rows))
	for i, r := range rows {
		if events[i], err = r.event(); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// Untaken gives signals that casework has not taken up as they stand now – raised,
// stepped up, over, withdrawn – by id. It asks no right.
func Untaken(ctx context.Context, tx *store.Tx, realm, limit int) ([]Signal, error) {
	return readSignals(ctx, tx, sqlUntaken, realm, limit)
}

// Take says that a version of a signal was taken up, in a case or (0) without one.
func Take(ctx context.Context, tx *store.Tx, realm int, signal id.ID, version int, taken id.ID) error {
	_, err := tx.Exec(ctx, sqlTake, realm, signal, version, taken)
	return err
}

// OpenAt gives the open signals of a school, what is to be done first in front. It asks no right.
func OpenAt(ctx context.Context, tx *store.Tx, realm int, school id.ID) ([]Signal, error) {
	signals, err := readSignals(ctx, tx, sqlOpenOfSchool, realm, school)
	sortSignals(signals)
	return signals, err
}

// Schools lists the schools that are in force on a day. It asks no right: it names nobody.
func Schools(ctx context.Context, tx *store.Tx, realm int, on day.Day) ([]id.ID, error) {
	return store.All[id.ID](ctx, tx, sqlSchools, realm, on)
}
