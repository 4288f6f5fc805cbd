package device

import (
	"context"
	"crypto/rand"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Registration is what a phone tells of itself when a person begins to use it.
type Registration struct {
	Device  string // UUID made by the browser
	Label   string // kind of browser and system
	Session string // hash of the session
}

// Registered is what a phone needs to make acts.
type Registered struct {
	Secret []byte // 32 bytes; proves the acts of this person on this phone
	Key    Key
	State  State
}

const secretsKept = 8

// Register begins the use of a phone by the caller, or gives a fresh secret for it. Older
// secrets stay good for acts that are still on the phone. A phone that was asked to sign
// out stays asked; one that has signed out is active again.
//
// Faults: Invalid device.bad-id; Forbidden device.blocked.
func Register(ctx context.Context, tx *store.Tx, who access.Who, in Registration) (Registered, error) {
	if !uuid.MatchString(in.Device) {
		return Registered{}, fault.New(fault.Invalid, "device.bad-id", nil).On("device")
	}
	if label := []rune(viet.Clean(in.Label)); len(label) > 60 {
		in.Label = string(label[:60])
	}
	d, found, err := Find(ctx, tx, who.Realm, in.Device, who.Account)
	if err != nil {
		return Registered{}, err
	}
	switch {
	case !found:
		d.State = Active
		_, err = tx.Exec(ctx, sqlInsertDevice, who.Realm, in.Device, who.Account, in.Label, Active, who.Account, tx.Now(), tx.Now(), day.Instant(0), day.Instant(0), "", 0, 0, false, in.Session)
	case d.State == Blocked:
		return Registered{}, fault.New(fault.Forbidden, "device.blocked", nil)
	case d.State == SignedOut:
		d.State = Active
		_, err = tx.Exec(ctx, sqlSetState, who.Realm, in.Device, who.Account, Active, who.Account, tx.Now())
	}
	if err != nil {
		return Registered{}, err
	}
	out := Registered{Secret: make([]byte, 32), State: d.State}
	rand.Read(out.Secret)
	last, err := store.One[int](ctx, tx, sqlLastSecret, who.Realm, in.Device, who.Account)
	if err != nil {
		return out, err
	}
	if _, err := tx.Exec(ctx, sqlInsertSecret, who.Realm, in.Device, who.Account, last+1, out.Secret, tx.Now()); err != nil {
		return out, err
	}
	if _, err := tx.Exec(ctx, sqlDropSecrets, who.Realm, in.Device, who.Account, last+1-secretsKept); err != nil {
		return out, err
	}
	if out.Key, err = CurrentKey(ctx, tx, who.Realm); err != nil {
		return out, err
	}
	return out, record(ctx, tx, who, "device.register", who.Account, "self", map[string]any{"device": in.Device, "again": found})
}
