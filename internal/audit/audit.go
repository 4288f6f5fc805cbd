// Package audit is the book of everything that was done and of every look at a child.
//
// It is on the ground floor: it knows no feature. Every room function ends with Record,
// in its own transaction, so that the book and the facts never part. Entries hold ids
// and codes, never names.
//
// Its words:
//
//   - Entry: one line. It is written unsealed in the transaction of what it tells.
//   - Look: one line for a screen that named pupils: who, why, which class or pupil.
//   - Seal, block: the sealer takes committed lines without a seal and appends a block: its
//     number, a digest of the lines, the hash of the block before. Changing, adding or
//     removing a sealed line, or a block, breaks the chain, and Verify names where.
//   - Head: the newest block. It is printed on frozen papers and kept with backups, which
//     is what makes cutting off the end of the chain visible.
package audit

import (
	"context"
	"encoding/json"

	"ralop/internal/id"
	"ralop/internal/store"
)

// Entry is one line of the book.
type Entry struct {
	Realm      int
	Account    id.ID  // 0 for the system itself
	Action     string // "rollcall.submit", "look", "export" …
	ObjectKind string // "class", "pupil", "report" …
	Object     id.ID
	Rule       string // the access rule that allowed it
	Detail     any    // ids and codes, written as JSON; nil when nothing more is to be said
}

// Record writes an entry, unsealed, in the caller's transaction.
func Record(ctx context.Context, tx *store.Tx, e Entry) error {
	detail := ""
	if e.Detail != nil {
		content, err := json.Marshal(e.Detail)
		if err != nil {
			return err
		}
		detail = string(content)
	}
	return tx.Later(ctx, nil, sqlRecord, []any{e.Realm, tx.NewID(), tx.Now(), e.Account, e.Action, e.ObjectKind, e.Object, e.Rule, detail})
}
