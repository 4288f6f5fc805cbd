package token

import (
	"context"
	"time"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// MakeIn says what token is wanted.
type MakeIn struct {
	Account id.ID
	Label   string
	Scopes  []Scope
	Days    int // how long it lasts; 0 is Usual
}

// Make makes a token and gives its secret, which is shown once and never again.
//
// Faults: Forbidden token.not-own, token.beyond (a scope for which the account holds no
// right anywhere); NotFound account.unknown; Invalid token.no-label, token.long-label,
// token.days, token.no-scope, token.unknown-scope, token.disabled.
func Make(ctx context.Context, tx *store.Tx, who access.Who, in MakeIn) (Token, string, error) {
	rule := "self"
	if who.IsSystem() {
		rule = "system"
	} else if who.Account != in.Account {
		return Token{}, "", fault.New(fault.Forbidden, "token.not-own", nil)
	}
	profile, err := account.Find(ctx, tx, who.Realm, in.Account)
	if err != nil {
		return Token{}, "", err
	}
	if profile.Disabled {
		return Token{}, "", fault.New(fault.Invalid, "token.disabled", nil)
	}
	if in.Label = viet.Clean(in.Label); in.Label == "" {
		return Token{}, "", fault.New(fault.Invalid, "token.no-label", nil).On("label")
	}
	if len([]rune(in.Label)) > LabelLength {
		return Token{}, "", fault.New(fault.Invalid, "token.long-label", fault.Args{"most": LabelLength}).On("label")
	}
	if in.Days == 0 {
		in.Days = Usual
	}
	if in.Days < 1 || in.Days > Longest {
		return Token{}, "", fault.New(fault.Invalid, "token.days", fault.Args{"most": Longest}).On("days")
	}
	scopes, err := SetOf(in.Scopes)
	if err != nil {
		return Token{}, "", err
	}
	holder, err := access.Load(ctx, tx, who.Realm, in.Account)
	if err != nil {
		return Token{}, "", err
	}
	for _, scope := range scopes.List() {
		if action, asked := needs[scope]; asked && !access.MaySomewhere(holder, action) {
			return Token{}, "", fault.New(fault.Forbidden, "token.beyond", fault.Args{"scope": string(scope)}).On("scopes")
		}
	}
	t := Token{ID: tx.NewID(), Account: in.Account, Label: in.Label, Scopes: scopes, MadeBy: who.Account, MadeAt: tx.Now(),
		ExpiresAt: tx.Now().Add(time.Duration(in.Days) * 24 * time.Hour)}
	text := secret(who.Realm)
	if _, err := tx.Exec(ctx, sqlInsert, who.Realm, t.ID, t.Account, t.Label, hashOf(text), t.Scopes, t.MadeBy, t.MadeAt, t.ExpiresAt,
		day.Instant(0), day.Instant(0)); err != nil {
		return Token{}, "", err
	}
	return t, text, record(ctx, tx, who, "token.make", t, rule)
}

// List gives the tokens of an account, the newest first; of 0 all of the realm, for who
// manages accounts. Faults: those of access.May.
func List(ctx context.Context, tx *store.Tx, who access.Who, of id.ID) ([]Token, error) {
	if of == 0 || of != who.Account {
		if _, err := access.May(ctx, tx, who, access.ManageAccounts, access.Realm()); err != nil {
			return nil, err
		}
	}
	if of == 0 {
		return store.All[Token](ctx, tx, sqlAll, who.Realm)
	}
	return store.All[Token](ctx, tx, sqlOf, who.Realm, of)
}

// Revoke ends a token at once. Ending it again changes nothing. Faults: NotFound
// token.none; those of access.May.
func Revoke(ctx context.Context, tx *store.Tx, who access.Who, token id.ID) error {
	t, err := store.One[Token](ctx, tx, sqlByID, who.Realm, token)
	if store.IsNone(err) {
		return fault.New(fault.NotFound, "token.none", nil)
	} else if err != nil {
		return err
	}
	rule := "self"
	if t.Account != who.Account {
		if rule, err = access.May(ctx, tx, who, access.ManageAccounts, access.Realm()); err != nil {
			return err
		}
	}
	touched, err := tx.Exec(ctx, sqlRevoke, who.Realm, token, tx.Now(), day.Instant(0))
	if err != nil || touched == 0 {
		return err
	}
	return record(ctx, tx, who, "token.revoke", t, rule)
}

func record(ctx context.Context, tx *store.Tx, who access.Who, action string, t Token, rule string) error {
	return audit.Record(ctx, tx, who.Audit(action, access.Resource{Kind: "account", ID: t.Account}, rule,
		map[string]any{"token": t.ID, "scopes": t.Scopes}))
}
