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
	blockSize = 128
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
// Two sealers at once do no harm: the number of a block is given once. The lines are read
// and digested in a snapshot; the writer only appends the block and marks them.
func SealNext(ctx context.Context, s *store.Store, realm int) (sealed int, err error) {
	var ids []id.ID
	b := Block{}
	err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows, err := store.All[row](ctx, tx, sqlUnsealed, realm, blockSize)
		if err != nil || len(rows) == 0 {
			return err
		}
		head, err := Head(ctx, tx, realm)
		if err != nil {
			return err
		}
		ids = make([]id.ID, len(rows))
		for i, r := range rows {
			ids[i] = r.ID
		}
		b = Block{Number: head.Number + 1, Entries: len(rows), Digest: digest(rows), Previous: head.Hash}
		return nil
	})
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		b.MadeAt = tx.Now()
		b.Hash = b.hash(realm)
		// The block comes first: a second sealer waits here, and fails.
		if _, err := tx.Exec(ctx, sqlAppendBlock, realm, b.Number, b.MadeAt, b.Entries, b.Digest, b.Previous, b.Hash); err != nil {
			return err
		}
		// Since the lines were read another sealer may have ended.
		if touched, err := tx.Exec(ctx, sqlSealRows, realm, b.Number, store.In(ids)); err != nil {
			return err
		} else if touched != int64(len(ids)) {
			return errOvertaken
		}
		return nil
	})
	if store.IsUnique(err) || errors.Is(err, errOvertaken) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return len(ids), nil
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
