package device

import (
	"context"
	"time"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Contact is what a phone tells of itself when it pushes.
type Contact struct {
	Device    string
	Build     string
	Skew      int64 // milliseconds by which its clock is ahead of the server's
	Unsent    int   // acts on it that have no answer yet, those of this push left out
	Sending   int   // acts of this push
	Persisted bool
	Session   string // hash of the session it comes with
}

// Pushed notes a contact and gives the state of the phone with the caller. A phone that
// was asked to sign out has done so when it comes with nothing left to send: then its
// session ends, and the answer tells it to wipe its data.
//
// Faults: NotFound device.unknown; Forbidden device.blocked.
func Pushed(ctx context.Context, tx *store.Tx, who access.Who, c Contact) (State, error) {
	d, err := known(ctx, tx, who, c.Device)
	if err != nil {
		return d.State, err
	}
	if build := []rune(viet.Clean(c.Build)); len(build) > 40 {
		c.Build = string(build[:40])
	}
	if _, err := tx.Exec(ctx, sqlPushed, who.Realm, c.Device, who.Account, tx.Now(), c.Build, c.Skew, max(0, c.Unsent), c.Persisted, c.Session); err != nil {
		return d.State, err
	}
	if d.State != SigningOut || c.Unsent > 0 || c.Sending > 0 {
		return d.State, nil
	}
	if _, err := tx.Exec(ctx, sqlSetState, who.Realm, c.Device, who.Account, SignedOut, who.Account, tx.Now()); err != nil {
		return d.State, err
	}
	if err := account.EndSession(ctx, tx, who, c.Session); err != nil {
		return d.State, err
	}
	return SignedOut, record(ctx, tx, who, "device.signed-out", who.Account, "self", map[string]any{"device": c.Device})
}

// pulledEvery is how exactly the time of the last pull is kept.
const pulledEvery = 10 * time.Minute

// MayPull gives the state of the phone, and whether the pull is worth noting.
// Faults: NotFound device.unknown; Forbidden device.blocked.
func MayPull(ctx context.Context, tx *store.Tx, who access.Who, device string) (d Device, note bool, err error) {
	d, err = known(ctx, tx, who, device)
	return d, tx.Now().Sub(d.PulledAt) >= pulledEvery, err
}

// Pulled notes that the phone fetched what it may see.
func Pulled(ctx context.Context, tx *store.Tx, who access.Who, device, session string) error {
	_, err := tx.Exec(ctx, sqlPulled, who.Realm, device, who.Account, tx.Now(), session)
	return err
}

func known(ctx context.Context, tx *store.Tx, who access.Who, device string) (Device, error) {
	d, found, err := Find(ctx, tx, who.Realm, device, who.Account)
	switch {
	case err != nil:
		return d, err
	case !found:
		return d, fault.New(fault.NotFound, "device.unknown", nil).On("device")
	case d.State == Blocked:
		return d, fault.New(fault.Forbidden, "device.blocked", nil)
	}
	return d, nil
}
