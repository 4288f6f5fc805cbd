package benefit

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Benefit is a support to which a pupil is entitled.
type Benefit struct {
	Pupil  id.ID
	Scheme Scheme
	From   day.Day
	Until  day.Day // exclusive
	School id.ID   // that keeps the list
	Ground Ground  // "" when not told
	Paper  string  // number of the decision
}

// Month is what was paid and handed out for a month.
type Month struct {
	Pupil  id.ID
	Scheme Scheme
	Month  day.Day // its first day
	School id.ID
	Dong   int64
	Grams  int64 // of rice
}

// Period is the days of the spell.
func (b Benefit) Period() day.Range { return day.Range{From: b.From, Until: b.Until} }

// Of gives what a pupil was and is entitled to, and what was paid of it. Fault: access.no-grant.
func Of(ctx context.Context, tx *store.Tx, who access.Who, pupil id.ID) (benefits []Benefit, months []Month, err error) {
	if _, err := access.May(ctx, tx, who, access.SeeBenefits, access.Pupil(pupil)); err != nil {
		return nil, nil, err
	}
	if benefits, err = store.All[Benefit](ctx, tx, sqlBenefitsOf, who.Realm, store.In([]id.ID{pupil})); err != nil {
		return nil, nil, err
	}
	months, err = store.All[Month](ctx, tx, sqlMonthsOf, who.Realm, store.In([]id.ID{pupil}))
	return benefits, months, err
}

// At lists who receives what by the lists of a school in a period. Rule is by which the
// caller may see it, for the look. Fault: access.no-grant.
func At(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, period day.Range) (benefits []Benefit, months []Month, rule string, err error) {
	if rule, err = access.May(ctx, tx, who, access.SeeBenefits, access.School(school)); err != nil {
		return nil, nil, "", err
	}
	if benefits, err = store.All[Benefit](ctx, tx, sqlBenefitsAt, who.Realm, school, period.From, period.Until); err != nil {
		return nil, nil, "", err
	}
	months, err = store.All[Month](ctx, tx, sqlMonthsAt, who.Realm, school, period.From, period.Until)
	return benefits, months, rule, err
}
