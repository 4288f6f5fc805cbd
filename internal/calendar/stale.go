package calendar

import (
	"context"
	"math/rand/v2"
	"slices"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// MarkStale says that what is due at a school has changed on the days of a period: a rule, a class or a roll. Call it
// after the change, in its transaction, whoever makes it. Figures of the school say "đang tính lại" until Rebuild.
func MarkStale(ctx context.Context, tx *store.Tx, realm int, school id.ID, period day.Range) error {
	return markStale(ctx, tx, realm, []id.ID{school}, period)
}

// MarkScopeStale marks all schools under a scope: after units were imported (the scope of the realm), a class was opened,
// moved to another site or closed. It says which schools it marked.
func MarkScopeStale(ctx context.Context, tx *store.Tx, realm int, scope Scope, period day.Range) ([]id.ID, error) {
	schools, err := schoolsUnder(ctx, tx, realm, scope, period)
	if err != nil {
		return nil, err
	}
	return schools, markStale(ctx, tx, realm, schools, period)
}

func markStale(ctx context.Context, tx *store.Tx, realm int, schools []id.ID, period day.Range) error {
	if period.Empty() {
		return nil
	}
	rows := make([][]any, len(schools))
	for i, school := range schools {
		rows[i] = []any{realm, school, rand.Int64N(1<<62) + 1, period.From, period.Until}
	}
	return tx.Many(ctx, sqlMarkStale, rows)
}

// schoolsUnder lists the schools that a scope reaches on some day of a period, by id.
func schoolsUnder(ctx context.Context, tx *store.Tx, realm int, scope Scope, period day.Range) ([]id.ID, error) {
	var schools []id.ID
	var err error
	switch scope.Kind {
	case ScopeRealm:
		return store.All[id.ID](ctx, tx, sqlSchoolsOfRealm, realm)
	case ScopeUnit:
		if schools, err = store.All[id.ID](ctx, tx, sqlSchoolsLocated, realm, scope.ID, period.From, period.Until); err != nil {
			return nil, err
		}
		managed, err := store.All[id.ID](ctx, tx, sqlSchoolsManaged, realm, scope.ID, period.From, period.Until)
		if err != nil {
			return nil, err
		}
		schools = append(schools, managed...)
		slices.Sort(schools)
		return slices.Compact(schools), nil
	}
	school, err := schoolOf(ctx, tx, realm, scope)
	if err != nil {
		return nil, err
	}
	return []id.ID{school}, nil
}

// Stale says how many of these schools have figures that are being worked out again for days of the period.
func Stale(ctx context.Context, tx *store.Tx, realm int, schools []id.ID, period day.Range) (int, error) {
	return store.One[int](ctx, tx, sqlStaleAmong, realm, store.In(schools), period.From, period.Until)
}

// StaleSchools lists the schools that wait for Rebuild.
func StaleSchools(ctx context.Context, tx *store.Tx, realm int) ([]id.ID, error) {
	return store.All[id.ID](ctx, tx, sqlStaleSchools, realm)
}

// Generation is the number of changes to a school's calendar, classes and rolls so far; a frozen paper names it.
func Generation(ctx context.Context, tx *store.Tx, realm int, school id.ID) (int64, error) {
	s, err := state(ctx, tx, realm, school)
	return s.Generation, err
}
