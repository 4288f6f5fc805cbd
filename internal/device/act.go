package device

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Outcome is what became of an act.
type Outcome string

const (
	Done     Outcome = "done"
	Already  Outcome = "already"  // done before: the answer to a repeat, never kept
	Conflict Outcome = "conflict" // kept; a person decides between it and another
	Waiting  Outcome = "waiting"  // kept; waits for the principal
	Refused  Outcome = "refused"  // kept with the reason
)

// About is what an act concerns, for lists that name no child.
type About struct {
	Class   id.ID
	Day     day.Day
	Session int
}

// Act is a line of the ledger.
type Act struct {
	ID         [16]byte
	Device     string
	Account    id.ID // who made it
	Sender     id.ID // who was signed in when it came; 0: a gateway
	Kind       string
	Format     int
	Sequence   int64
	TakenAt    day.Instant // as the phone told
	ReceivedAt day.Instant
	ClockOff   int64 // milliseconds by which its clock was ahead; 0 within bounds
	Outcome    Outcome
	Code       string
	Facts      fault.Args
	Receipt    json.RawMessage
	School     id.ID
	About      About
}

// actRow is Act as the table has it.
type actRow struct {
	ID         []byte
	Device     string
	Account    id.ID
	Sender     id.ID
	Kind       string
	Format     int
	Sequence   int64
	TakenAt    day.Instant
	ReceivedAt day.Instant
	ClockOff   int64
	Outcome    Outcome
	Code       string
	Facts      string
	Receipt    string
	School     id.ID
	About      About
}

func (r actRow) act() (Act, error) {
	a := Act{[16]byte(r.ID), r.Device, r.Account, r.Sender, r.Kind, r.Format, r.Sequence, r.TakenAt, r.ReceivedAt, r.ClockOff, r.Outcome, r.Code, nil, json.RawMessage(r.Receipt), r.School, r.About}
	if len(r.Facts) == 0 {
		return a, nil
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(r.Facts)))
	decoder.UseNumber()
	return a, decoder.Decode(&a.Facts)
}

// FindAct gives what became of an act.
func FindAct(ctx context.Context, tx *store.Tx, realm int, act [16]byte) (a Act, found bool, err error) {
	row, err := store.One[actRow](ctx, tx, sqlAct, realm, act[:])
	if store.IsNone(err) {
		return a, false, nil
	} else if err != nil {
		return a, false, err
	}
	a, err = row.act()
	return a, err == nil, err
}

// KeepAct writes what became of an act, in the transaction in which it happened. What was
// sealed is kept with a refusal only. School is filled in from the author. A refusal that
// is in the ledger already may become something else, when it was one for the time being.
// first is false when another copy of the act was faster: then the ledger is as that left it.
func KeepAct(ctx context.Context, tx *store.Tx, realm int, a Act, sealed []byte) (first bool, err error) {
	facts := ""
	if len(a.Facts) > 0 {
		text, err := json.Marshal(a.Facts)
		if err != nil {
			return false, err
		}
		facts = string(text)
	}
	if a.Outcome != Refused || sealed == nil {
		sealed = []byte{}
	}
	changed, err := tx.Exec(ctx, sqlChangeAct, realm, a.ID[:], a.Outcome, a.Code, facts, string(a.Receipt), sealed, Refused)
	if err != nil || changed > 0 {
		return err == nil, err
	}
	schools, err := access.SchoolsOf(ctx, tx, realm, a.Account)
	if err != nil {
		return false, err
	}
	if len(schools) > 0 {
		a.School = schools[0]
	}
	written, err := tx.Exec(ctx, sqlInsertAct, realm, a.ID[:], a.Device, a.Account, a.Sender, a.Kind, a.Format, a.Sequence, a.TakenAt, tx.Now(), a.ClockOff,
		a.Outcome, a.Code, facts, string(a.Receipt), a.School, a.About.Class, a.About.Day, a.About.Session, sealed)
	return written > 0, err
}

const unreadKept = 500

// KeepUnread keeps what came as an act and could not be opened or proves nothing, for
// whoever sent it; a person's oldest go when there are very many.
func KeepUnread(ctx context.Context, tx *store.Tx, realm int, sender id.ID, code string, sealed []byte) error {
	held, err := store.One[int](ctx, tx, sqlCountUnread, realm, sender)
	if err != nil || held >= unreadKept {
		return err
	}
	digest := sha256.Sum256(sealed)
	_, err = tx.Exec(ctx, sqlInsertUnread, realm, digest[:], sender, code, tx.Now(), sealed)
	return err
}

// Unread is something that came and could not be opened.
type Unread struct {
	Code       string
	ReceivedAt day.Instant
	Bytes      int
}

const listed = 200

// RefusedOf lists the caller's own acts that were refused, the latest first, and what she
// sent that could not be opened. Acts in conflict or waiting for the principal are on
// pages of the rooms that decide about them.
func RefusedOf(ctx context.Context, tx *store.Tx, who access.Who) ([]Act, []Unread, error) {
	acts, err := actsOf(store.All[actRow](ctx, tx, sqlRefusedOf, who.Realm, who.Account, Refused, listed))
	if err != nil {
		return nil, nil, err
	}
	unread, err := store.All[Unread](ctx, tx, sqlUnread, who.Realm, who.Account, listed)
	return acts, unread, err
}

// RefusedIn lists the refused acts of the people of a school, for those who manage its phones.
func RefusedIn(ctx context.Context, tx *store.Tx, who access.Who, school id.ID) ([]Act, error) {
	if _, err := access.May(ctx, tx, who, access.ManageDevices, access.School(school)); err != nil {
		return nil, err
	}
	return actsOf(store.All[actRow](ctx, tx, sqlRefusedIn, who.Realm, school, Refused, listed))
}

func actsOf(rows []actRow, err error) ([]Act, error) {
	acts := make([]Act, len(rows))
	for i, row := range rows {
		if err == nil {
			acts[i], err = row.act()
		}
	}
	return acts, err
}
