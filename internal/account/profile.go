package account

import (
	"context"

	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Profile is what a door must know of the person who is signed in.
type Profile struct {
	Account    id.ID
	Name       string // "Lò Thị Hoa"
	Title      string // office held, as printed
	Login      string
	Language   string // "", vi, en
	Theme      string // "", light, dark
	MustChange bool   // of the password
	Disabled   bool
}

// Find reads the profile of an account; NotFound ("account.unknown") when there is none.
func Find(ctx context.Context, tx *store.Tx, realm int, account id.ID) (Profile, error) {
	p, err := store.One[Profile](ctx, tx, sqlProfile, realm, account)
	if store.IsNone(err) {
		return p, fault.New(fault.NotFound, "account.unknown", nil)
	}
	return p, err
}
