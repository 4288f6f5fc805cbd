package account

import (
	"context"
	"strings"

	"ralop/internal/access"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Entry is an account as a list of staff means it.
type Entry struct {
	Account  id.ID
	Name     string
	Title    string
	Login    string
	Phone    string
	Email    string
	Disabled bool
}

// Directory lists all accounts with where they are reached, for who manages them.
func Directory(ctx context.Context, tx *store.Tx, who access.Who) ([]Entry, error) {
	if _, err := access.May(ctx, tx, who, access.ManageAccounts, access.Realm()); err != nil {
		return nil, err
	}
	return store.All[Entry](ctx, tx, sqlDirectory, who.Realm)
}

// FoldPhone and FoldEmail are the forms in which telephones and addresses are compared.
func FoldPhone(phone string) string { return phoneDigits(phone) }
func FoldEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// Amend changes what is known of an account: office, telephone, e-mail. Name and login stay.
// Faults: Invalid account.bad-email; NotFound account.unknown; Forbidden.
func Amend(ctx context.Context, tx *store.Tx, who access.Who, account id.ID, in CreateInput) error {
	rule, err := access.May(ctx, tx, who, access.ManageAccounts, access.Realm())
	if err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	touched, err := tx.Exec(ctx, sqlAmend, who.Realm, account, in.Title, in.Phone, in.Email)
	if err != nil {
		return err
	}
	if touched == 0 {
		return fault.New(fault.NotFound, "account.unknown", nil)
	}
	return record(ctx, tx, who, "account.amend", account, rule, nil)
}
