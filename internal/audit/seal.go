package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Block seals some lines of the book.
type Block struct {
	Number   int64
	MadeAt   day.Instant
	Entries  int
	Digest   string // of its lines, hex SHA-256
	Previous string // hash of the block before, "" for the first
	Hash     string
}

// row is a line as it is stored and digested.
type row struct {
	ID         id.ID
	At         day.Instant
	Account    id.ID
	Action     string
	ObjectKind string
	Object     id.ID
	Rule       string
	Detail     string
}

// How the sealer works: a block holds at most this many lines, so that roll calls wait
// no longer than a moment for the writer.
const (
	blockSize = 256
	sealEvery = 2 * time.Second
	// Overdue is how old an unsealed line may be before it is a fault.
	Overdue = 60 * time.Second
)

// digest is over the lines in the order of their ids, each as one line of JSON.
func digest(rows []row) string {
	hash := sha256.New()
	encoder := json.NewEncoder(hash)
	for _, r := range rows {
		// An array has one order and no names; a hash never fails to be written.
		_ = encoder.Encode([]any{int64(r.ID), int64(r.At), int64(r.Account), r.Action, r.ObjectKind, int64(r.Object), r.Rule, r.Detail})
	}
	return hex.EncodeToString(hash.Sum(nil))
}

func (b Block) hash(realm int) string {
	text, _ := json.Marshal([]any{realm, b.Number, int64(b.MadeAt), b.Entries, b.Digest, b.Previous})
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

var errOvertaken = errors.New("audit: another sealer was faster")

// SealNext seals the lines that wait, one block at most, and says how many it sealed.
// Two sealers at once do no harm: the number of a block is given once.
func SealNext(ctx context.Context, s *store.Store, realm int) (sealed int, err error) {
	err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		sealed = 0
		rows, err := store.All[row](ctx, tx, sqlUnsealed, realm, blockSize)
		if err != nil || len(rows) == 0 {
			return err
		}
		head, err := Head(ctx, tx, realm)
		if err != nil {
			return err
		}
		b := Block{Number: head.Number + 1, MadeAt: tx.Now(), Entries: len(rows), Digest: digest(rows), Previous: head.Hash}
		b.Hash = b.hash(realm)
		// The block comes first: a second sealer waits here, and fails.
		if _, err := tx.Exec(ctx, sqlAppendBlock, realm, b.Number, b.MadeAt, b.Entries, b.Digest, b.Previous, b.Hash); err != nil {
			return err
		}
		ids := make([]id.ID, len(rows))
		for i, r := range rows {
			ids[i] = r.ID
		}
		// Between reading the lines and reading the head another sealer may have ended.
		if touched, err := tx.Exec(ctx, sqlSealRows, realm, b.Number, store.In(ids)); err != nil {
			return err
		} else if touched != int64(len(rows)) {
			return errOvertaken
		}
		sealed = len(rows)
		return nil
	})
	if store.IsUnique(err) || errors.Is(err, errOvertaken) {
		return 0, nil
	}
	return sealed, err
}

// Seal keeps the book sealed until ctx ends. One runs for each realm; failures go to
// report and are tried again.
func Seal(ctx context.Context, s *store.Store, realm int, report func(error)) {
	for {
		sealed, err := SealNext(ctx, s, realm)
		if err != nil && ctx.Err() == nil {
			report(err)
		}
		wait := sealEvery
		if sealed == blockSize {
			wait = 20 * time.Millisecond // behind: go on, but let others write
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// Head is the newest block; the zero Block while nothing is sealed.
func Head(ctx context.Context, tx *store.Tx, realm int) (Block, error) {
	b, err := store.One[Block](ctx, tx, sqlHead, realm)
	if store.IsNone(err) {
		return Block{}, nil
	}
	return b, err
}

// Waiting are the lines that no block has sealed.
type Waiting struct {
	Entries int
	Oldest  day.Instant // 0 when there are none
	Overdue int         // older than Overdue: a fault
}

// Unsealed says what waits to be sealed.
func Unsealed(ctx context.Context, tx *store.Tx, realm int) (w Waiting, err error) {
	type count struct {
		Entries int
		Oldest  day.Instant
	}
	all, err := store.One[count](ctx, tx, sqlWaiting, realm)
	if err != nil {
		return w, err
	}
	late, err := store.One[int](ctx, tx, sqlWaitingBefore, realm, tx.Now().Add(-Overdue))
	return Waiting{all.Entries, all.Oldest, late}, err
}
