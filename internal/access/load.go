package access

import (
	"context"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Load gives the caller that an account is today: its grants in force and its openings
// that have not ended. An account that holds nothing is a caller who may do nothing.
func Load(ctx context.Context, tx *store.Tx, realm int, account id.ID) (Who, error) {
	who := Who{Realm: realm, Account: account}
	type row struct {
		Grant   id.ID
		Role    Role
		Kind    ScopeKind
		Scope   id.ID
		From    day.Day
		Until   day.Day
		Purpose string
		UntilAt day.Instant
	}
	// Grants and openings in one statement: every request begins with this one.
	rows, err := store.All[row](ctx, tx, sqlHeld, realm, account, tx.Today(), tx.Now())
	for _, r := range rows {
		if r.Purpose != "" {
			who.Openings = append(who.Openings, Opening{r.Grant, Kind(r.Kind), r.Scope, r.Purpose, r.UntilAt})
			continue
		}
		who.Grants = append(who.Grants, Grant{r.Grant, r.Role, r.Kind, r.Scope, day.Range{From: r.From, Until: r.Until}})
	}
	return who, err
}
