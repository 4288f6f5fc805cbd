package token

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/fault"
	"ralop/internal/store"
)

// Caller is who calls with a token.
type Caller struct {
	Token    Token
	Who      access.Who
	Language string // of the account: "", vi, en
	Worth    bool   // it is worth noting that the token was used: call Used
}

// Find gives the caller of a secret. Whatever is wrong with it, a stranger is told the
// same: the fault Unsigned token.refused.
func Find(ctx context.Context, tx *store.Tx, secret string) (Caller, error) {
	refused := fault.New(fault.Unsigned, "token.refused", nil)
	realm, ok := realmOf(secret)
	if !ok {
		return Caller{}, refused
	}
	t, err := store.One[Token](ctx, tx, sqlByHash, realm, hashOf(secret))
	if store.IsNone(err) {
		return Caller{}, refused
	} else if err != nil {
		return Caller{}, err
	}
	profile, err := account.Find(ctx, tx, realm, t.Account)
	if err != nil {
		return Caller{}, err
	}
	if !t.Good(tx.Now()) || profile.Disabled {
		return Caller{}, refused
	}
	who, err := access.Load(ctx, tx, realm, t.Account)
	who.Openings = nil // for the person, not for her programs
	return Caller{t, who, profile.Language, tx.Now().Sub(t.UsedAt) >= seenEvery}, err
}

// Used notes that a token was used.
func Used(ctx context.Context, tx *store.Tx, c Caller) error {
	_, err := tx.Exec(ctx, sqlUsed, c.Who.Realm, c.Token.ID, tx.Now())
	return err
}

// Must refuses what the token was not made for. Fault: Forbidden token.no-such-scope.
func (c Caller) Must(scope Scope) error {
	if c.Token.Scopes.Has(scope) {
		return nil
	}
	return fault.New(fault.Forbidden, "token.no-such-scope", fault.Args{"scope": string(scope)})
}
