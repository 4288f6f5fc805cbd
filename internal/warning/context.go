package warning

import (
	"context"
	"strconv"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

const siblingYears = 3 // how long ago a sibling's leaving still counts

// ContextOf gives what raises the order of these children on a day: over-age, repeating,
// came back before, a sibling who left school, a poor household. It never makes a signal.
// Those of whom nothing is known are not in the map. It asks no right.
func ContextOf(ctx context.Context, tx *store.Tx, realm int, pupils []id.ID, on day.Day) (map[id.ID]Context, error) {
	contexts, _, err := contextsOf(ctx, tx, realm, pupils, on)
	return contexts, err
}

// contextsOf gives the households as well.
func contextsOf(ctx context.Context, tx *store.Tx, realm int, pupils []id.ID, on day.Day) (map[id.ID]Context, map[id.ID]id.ID, error) {
	contexts, households := map[id.ID]Context{}, map[id.ID]id.ID{}
	if len(pupils) == 0 {
		return contexts, households, nil
	}
	type birth struct {
		Pupil id.ID
		Born  day.Day
		Grade string
		Entry string
	}
	births, err := store.All[birth](ctx, tx, sqlBirths, realm, store.In(pupils), on.SchoolYear())
	if err != nil {
		return nil, nil, err
	}
	for _, b := range births {
		c := contexts[b.Pupil]
		if grade, err := strconv.Atoi(b.Grade); err == nil {
			// A pupil of grade n turns n + 5 in the year in which the school year begins.
			c.OverAge = max(c.OverAge, on.SchoolYear()-b.Born.Year()-grade-5)
		}
		c.Repeated = c.Repeated || b.Entry == "repeater"
		contexts[b.Pupil] = c
	}
	returned, err := store.All[id.ID](ctx, tx, sqlReturns, realm, store.In(pupils))
	if err != nil {
		return nil, nil, err
	}
	for _, p := range returned {
		c := contexts[p]
		c.Returned = true
		contexts[p] = c
	}
	type status struct {
		Pupil  id.ID
		Status string
	}
	poor, err := store.All[status](ctx, tx, sqlPoverty, realm, store.In(pupils), on.SchoolYear())
	if err != nil {
		return nil, nil, err
	}
	for _, p := range poor {
		c := contexts[p.Pupil]
		c.Poverty = p.Status
		contexts[p.Pupil] = c
	}
	if err := siblingsOf(ctx, tx, realm, pupils, on, contexts, households); err != nil {
		return nil, nil, err
	}
	for p, c := range contexts {
		if c == (Context{}) {
			delete(contexts, p)
		}
	}
	return contexts, households, nil
}

// siblingsOf takes children who share a guardian's telephone for one household.
func siblingsOf(ctx context.Context, tx *store.Tx, realm int, pupils []id.ID, on day.Day, contexts map[id.ID]Context, households map[id.ID]id.ID) error {
	type pair struct{ Pupil, Other id.ID }
	pairs, err := store.All[pair](ctx, tx, sqlSiblings, realm, store.In(pupils))
	if err != nil || len(pairs) == 0 {
		return err
	}
	var others []id.ID
	for _, p := range pairs {
		if h, known := households[p.Pupil]; !known || p.Other < h {
			households[p.Pupil] = min(p.Pupil, p.Other)
		}
		others = append(others, p.Other)
	}
	type left struct {
		Pupil id.ID
		Grade string
		Year  int
		On    day.Day
	}
	dropouts, err := store.All[left](ctx, tx, sqlDropouts, realm, store.In(others), day.Date(on.Year()-siblingYears, on.Month(), on.DayOfMonth()), on)
	if err != nil {
		return err
	}
	latest := map[id.ID]left{}
	for _, d := range dropouts {
		if d.On > latest[d.Pupil].On {
			latest[d.Pupil] = d
		}
	}
	when := map[id.ID]left{}
	for _, p := range pairs {
		d, ok := latest[p.Other]
		if !ok {
			continue
		}
		if old := when[p.Pupil]; d.On > old.On || d.On == old.On && d.Pupil < old.Pupil {
			when[p.Pupil] = d
			c := contexts[p.Pupil]
			c.SiblingGrade, c.SiblingYear = d.Grade, d.Year
			contexts[p.Pupil] = c
		}
	}
	return nil
}
