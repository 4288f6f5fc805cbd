package account

import (
	"context"

	"ralop/internal/id"
	"ralop/internal/store"
)

// Contact is where a person is reached.
type Contact struct {
	Name     string
	Email    string // "" when none is known
	Phone    string
	Language string
	Disabled bool
}

// ContactOf gives where an account is reached; a zero Contact when there is none. It is
// for the product itself, which sends notices; people see addresses through Look.
func ContactOf(ctx context.Context, tx *store.Tx, realm int, account id.ID) (Contact, error) {
	c, err := store.One[Contact](ctx, tx, sqlContact, realm, account)
	if store.IsNone(err) {
		return Contact{}, nil
	}
	return c, err
}
