package access

import (
	"context"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Holder is a person who holds a role in a place: a homeroom teacher of a class, an
// official of a commune.
type Holder struct {
	Account id.ID
	Role    Role
	Scope   id.ID
	Name    string
	Title   string // office held, as printed; may be ""
	Phone   string // may be ""
}

// Holders gives those who hold one of the roles in exactly these scopes on a day, by given
// name. Accounts that are disabled are left out. It is for the product's own reckoning
// (who is to be told, who is next); it asks no right.
func Holders(ctx context.Context, tx *store.Tx, realm int, kind ScopeKind, scopes []id.ID, on day.Day, roles ...Role) ([]Holder, error) {
	if len(scopes) == 0 || len(roles) == 0 {
		return nil, nil
	}
	words := make([]string, len(roles))
	for i, role := range roles {
		words[i] = string(role)
	}
	return store.All[Holder](ctx, tx, sqlHolders, realm, kind, store.In(scopes), store.In(words), on, false)
}
