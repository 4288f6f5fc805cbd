package device

import (
	"context"
	"regexp"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// State is how a phone stands with one person.
type State string

const (
	Active     State = "active"
	SigningOut State = "signing-out" // asked to sign out: pushes first, wipes at the next contact
	SignedOut  State = "signed-out"
	Blocked    State = "blocked"
)

// Device is one person on one phone.
type Device struct {
	Device       string
	Account      id.ID
	Label        string // "chrome/android"
	State        State
	StateBy      id.ID
	StateAt      day.Instant
	RegisteredAt day.Instant
	PushedAt     day.Instant // 0: never
	PulledAt     day.Instant
	Build        string
	Skew         int64 // milliseconds by which its clock is ahead
	Unsent       int   // acts on it at the last contact
	Persisted    bool
}

// HeardAt is when it was last heard of.
func (d Device) HeardAt() day.Instant { return max(d.RegisteredAt, d.PushedAt, d.PulledAt) }

// ClockBound is how far, in milliseconds, a phone's clock may be off before its times are marked.
const ClockBound = 10 * 60 * 1000

// ClockOff says whether the clock was wrong at the last contact.
func (d Device) ClockOff() bool { return d.Skew > ClockBound || d.Skew < -ClockBound }

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// Find gives the pair of a phone and a person; found is false when it was never registered.
func Find(ctx context.Context, tx *store.Tx, realm int, device string, account id.ID) (d Device, found bool, err error) {
	d, err = store.One[Device](ctx, tx, sqlDevice, realm, device, account)
	if store.IsNone(err) {
		return d, false, nil
	}
	return d, err == nil, err
}

// Mine lists the caller's own phones, the last heard of first.
func Mine(ctx context.Context, tx *store.Tx, who access.Who) ([]Device, error) {
	return store.All[Device](ctx, tx, sqlDevicesOf, who.Realm, who.Account)
}

// mayManage says by which rule the caller may sign out or block a phone of account: it is
// her own, or she may manage phones in a school in which its owner works.
func mayManage(ctx context.Context, tx *store.Tx, who access.Who, account id.ID) (string, error) {
	if who.Account == account && !who.IsSystem() {
		return "self", nil
	}
	schools, err := access.SchoolsOf(ctx, tx, who.Realm, account)
	if err != nil {
		return "", err
	}
	for _, school := range schools {
		rule, err := access.May(ctx, tx, who, access.ManageDevices, access.School(school))
		if err == nil || !fault.Is(err, fault.Forbidden) {
			return rule, err
		}
	}
	return access.May(ctx, tx, who, access.ManageDevices, access.Realm())
}

func record(ctx context.Context, tx *store.Tx, who access.Who, action string, account id.ID, rule string, detail any) error {
	return audit.Record(ctx, tx, who.Audit(action, access.Resource{Kind: "account", ID: account}, rule, detail))
}
