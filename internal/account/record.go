package account

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/id"
	"ralop/internal/store"
)

// record writes a line about an account into the audit book.
func record(ctx context.Context, tx *store.Tx, who access.Who, action string, account id.ID, rule string, detail any) error {
	return audit.Record(ctx, tx, audit.Entry{Realm: who.Realm, Account: who.Account, Action: action,
		ObjectKind: "account", Object: account, Rule: rule, Detail: detail})
}
