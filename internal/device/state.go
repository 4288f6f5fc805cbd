package device

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// SignOut asks a phone to sign out: at its next contact it pushes what is unsent, then
// wipes its data. Only its owner asks. Fault: NotFound device.unknown; Conflict device.state.
func SignOut(ctx context.Context, tx *store.Tx, who access.Who, device string) error {
	d, found, err := Find(ctx, tx, who.Realm, device, who.Account)
	switch {
	case err != nil:
		return err
	case !found:
		return fault.New(fault.NotFound, "device.unknown", nil)
	case d.State == SigningOut:
		return nil
	case d.State != Active:
		return fault.New(fault.Conflict, "device.state", nil)
	}
	return change(ctx, tx, who, d, SigningOut, "self")
}

// Block refuses everything from a lost phone at once, acts that are on it too, and ends
// the session in its browser. Its owner does it, or who manages phones in a school in
// which the owner works. Faults: NotFound device.unknown; Forbidden access.no-grant.
func Block(ctx context.Context, tx *store.Tx, who access.Who, device string, owner id.ID) error {
	return manage(ctx, tx, who, device, owner, Blocked)
}

// Unblock lets a phone in again that was found: its owner signs in on it anew.
func Unblock(ctx context.Context, tx *store.Tx, who access.Who, device string, owner id.ID) error {
	return manage(ctx, tx, who, device, owner, SignedOut)
}

func manage(ctx context.Context, tx *store.Tx, who access.Who, device string, owner id.ID, to State) error {
	rule, err := mayManage(ctx, tx, who, owner)
	if err != nil {
		return err
	}
	d, found, err := Find(ctx, tx, who.Realm, device, owner)
	switch {
	case err != nil:
		return err
	case !found:
		return fault.New(fault.NotFound, "device.unknown", nil)
	case d.State == to:
		return nil
	case to == SignedOut && d.State != Blocked:
		return fault.New(fault.Conflict, "device.state", nil)
	}
	return change(ctx, tx, who, d, to, rule)
}

func change(ctx context.Context, tx *store.Tx, who access.Who, d Device, to State, rule string) error {
	if _, err := tx.Exec(ctx, sqlSetState, who.Realm, d.Device, d.Account, to, who.Account, tx.Now()); err != nil {
		return err
	}
	if to == Blocked {
		session, err := store.One[string](ctx, tx, sqlSessionOf, who.Realm, d.Device, d.Account)
		if err != nil {
			return err
		}
		if err := account.EndSessionOf(ctx, tx, who, d.Account, session, rule); err != nil {
			return err
		}
	}
	return record(ctx, tx, who, "device."+string(to), d.Account, rule, map[string]any{"device": d.Device})
}
