package casework

import (
	"context"
	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"slices"
	"strings"
)

// Protect says that a case must stay with few, or no longer; only who sees the protected
// part may. Fault: casework.still-protected while its cause is one of the protected.
func Protect(ctx context.Context, tx *store.Tx, who access.Who, case_ id.ID, protected bool) error {
	c, err := load(ctx, tx, who.Realm, case_)
	if err != nil {
		return err
	}
	rule, err := may(ctx, tx, who, access.SeeProtected, c)
	if err != nil {
		return err
	}
	if c, err = hold(ctx, tx, who.Realm, case_); err != nil {
		return err
	}
	if !protected && (isProtected(c.Cause) || slices.ContainsFunc(strings.Fields(c.Secondary), isProtected)) {
		return fault.New(fault.Conflict, "casework.still-protected", nil)
	}
	c.Protected = protected
	if err := save(ctx, tx, who.Realm, c); err != nil {
		return err
	}
	return record(ctx, tx, who, "case.protect", c, rule, map[string]any{"protected": protected})
}

// Entrust names who keeps the file of a case: somebody who then reads its protected part.
// The principal or the homeroom teacher does it (case.protected). Account 0 gives it back
// to the homeroom teacher. Fault: casework.bad-owner for somebody who does not own the case.
func Entrust(ctx context.Context, tx *store.Tx, who access.Who, case_, to id.ID) error {
	c, err := load(ctx, tx, who.Realm, case_)
	if err != nil {
		return err
	}
	rule, err := may(ctx, tx, who, access.SeeProtected, c)
	if err != nil {
		return err
	}
	if to != 0 {
		if n, err := store.One[int](ctx, tx, sqlOwns, who.Realm, c.ID, to, day.Instant(0)); err != nil {
			return err
		} else if n == 0 {
			return fault.New(fault.Invalid, "casework.bad-owner", nil).On("to")
		}
	}
	if c, err = hold(ctx, tx, who.Realm, case_); err != nil {
		return err
	}
	c.Holder = to
	if err := save(ctx, tx, who.Realm, c); err != nil {
		return err
	}
	return record(ctx, tx, who, "case.entrust", c, rule, map[string]any{"to": to})
}
