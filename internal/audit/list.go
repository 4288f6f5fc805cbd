package audit

import (
	"context"
	"math"
	"strings"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Filter narrows what is read of the book. The zero Filter is the newest lines of all.
type Filter struct {
	From, Until day.Instant // Until exclusive; 0 is open
	Account     id.ID
	Object      id.ID
	Objects     []id.ID // when not nil: lines about one of these only
	ObjectKind  string
	Action      string // whole, or its beginning with a dot at the end: "account."
	Before      id.ID  // the last id of the page before
	Limit       int    // 0 is 100
}

// Line is a line of the book as it is read.
type Line struct {
	ID         id.ID
	At         day.Instant
	Account    id.ID
	Action     string
	ObjectKind string
	Object     id.ID
	Rule       string
	Detail     string
	Block      int64 // that sealed it; 0: waits
}

// Lines reads the book, the newest first. Who may read it is asked by the room that shows it.
func Lines(ctx context.Context, tx *store.Tx, realm int, f Filter) ([]Line, error) {
	if f.Until == 0 {
		f.Until = day.InstantOf(day.Forever.Midnight())
	}
	if f.Before == 0 {
		f.Before = id.ID(math.MaxInt64)
	}
	if f.Limit == 0 {
		f.Limit = 100
	}
	action := f.Action
	if strings.HasSuffix(action, ".") {
		action += "%"
	}
	since := int64(0)
	if f.From > 0 {
		first, err := store.One[*int64](ctx, tx, sqlFirstBlockSince, realm, f.From)
		if err != nil {
			return nil, err
		}
		since = math.MaxInt64 // nothing sealed since: only what waits
		if first != nil {
			since = *first
		}
	}
	query, object := sqlList, any(f.Object)
	if f.Objects != nil {
		query, object = sqlListObjects, store.In(f.Objects)
	}
	return store.All[Line](ctx, tx, query, realm, f.Before, since, f.From, f.Until, f.Account, object, f.ObjectKind, action, f.Limit)
}
