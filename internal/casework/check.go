package casework

import (
	"context"
	"fmt"
	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// checks makes the looks that are due at a child who came back.
func (c *Case) checks(ctx context.Context, tx *store.Tx, who access.Who, settings Settings, sessions []Presence) error {
	all, err := store.All[Check](ctx, tx, sqlChecks, who.Realm, c.ID)
	if err != nil {
		return err
	}
	waiting := 0
	for _, check := range all {
		if check.State != "waiting" {
			continue
		}
		waiting++
		if tx.Today() < check.Due {
			continue
		}
		before := c.ReturnOn
		if check.Number > 1 {
			before = all[check.Number-2].Due
		}
		until := check.Due
		here, of, holds, known := settings.Back.holds(within(sessions, day.Range{From: before, Until: until + 1}))
		if !known && tx.Today() < check.Due+watchDays {
			continue // nothing was marked, as in the holidays: wait for it
		}
		if !known {
			holds = true
		}
		state := "held"
		if !holds {
			state = "relapsed"
		}
		if _, err := tx.Exec(ctx, sqlPutCheck, who.Realm, c.ID, check.Number, state, here, of, tx.Today()); err != nil {
			return err
		}
		if err := keepAct(ctx, tx, who, *c, keptAct{Kind: "check", TakenAt: tx.Now(), Detail: fmt.Sprintf("%s %d %d %d", state, check.Number, here, of)}); err != nil {
			return err
		}
		waiting--
		if !holds {
			return c.fallBack(ctx, tx, who)
		}
	}
	if waiting == 0 {
		return c.finish(ctx, tx, who)
	}
	return nil
}

// fallBack reopens: a new case that names this one.
func (c *Case) fallBack(ctx context.Context, tx *store.Tx, who access.Who) error {
	s, err := standingOf(ctx, tx, who.Realm, c.Pupil)
	if err != nil {
		return err
	}
	if _, err := store.One[id.ID](ctx, tx, sqlRunningOf, who.Realm, c.Pupil); err == nil {
		return c.close(ctx, tx, who)
	} else if !store.IsNone(err) {
		return err
	}
	fresh := Case{Pupil: c.Pupil, Rule: "relapse", Order: c.Order, Cause: c.Cause, Secondary: c.Secondary, Protected: c.Protected, Holder: c.Holder}
	if err := c.close(ctx, tx, who); err != nil {
		return err
	}
	if err := save(ctx, tx, who.Realm, *c); err != nil {
		return err
	}
	if fresh, err = begin(ctx, tx, who, fresh, s); err != nil {
		return err
	}
	return keepAct(ctx, tx, who, fresh, keptAct{Kind: "relapsed", TakenAt: tx.Now(), Detail: c.ID.String()})
}

// close ends a case whose child is away again: the checks that wait are called off.
func (c *Case) close(ctx context.Context, tx *store.Tx, who access.Who) error {
	if err := cancelChecks(ctx, tx, who.Realm, c.ID); err != nil {
		return err
	}
	return c.finish(ctx, tx, who)
}

// relapse closes an earlier case because a new one begins.
func relapse(ctx context.Context, tx *store.Tx, realm int, earlier Case) error {
	c, err := hold(ctx, tx, realm, earlier.ID)
	if err != nil || c.State != Back {
		return err
	}
	if err := c.close(ctx, tx, access.System(realm)); err != nil {
		return err
	}
	return save(ctx, tx, realm, c)
}

func cancelChecks(ctx context.Context, tx *store.Tx, realm int, case_ id.ID) error {
	all, err := store.All[Check](ctx, tx, sqlChecks, realm, case_)
	for _, check := range all {
		if err == nil && check.State == "waiting" {
			_, err = tx.Exec(ctx, sqlPutCheck, realm, case_, check.Number, "cancelled", 0, 0, tx.Today())
		}
	}
	return err
}
