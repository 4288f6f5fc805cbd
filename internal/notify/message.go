package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Channel is a way to reach somebody.
type Channel string

const (
	Usual Channel = ""     // the list, and what the person wishes
	App   Channel = "app"  // the list only
	Mail  Channel = "mail" //
	Push  Channel = "push" //
	SMS   Channel = "sms"  //
)

// Channels that leave the house.
var Channels = []Channel{Mail, Push, SMS}

// Recipient is who is told.
type Recipient struct {
	Account  id.ID  // address, language and wishes are looked up when it is sent; 0 for a family
	Phone    string // of a family; only without an account, and only for SMS
	Language string // of a family: vi or en
}

// Message is what a room asks to be told.
type Message struct {
	Realm   int
	To      Recipient
	Channel Channel
	// Code is the message id of one sentence: title, subject, push. Code+"_body" is said
	// besides in letters and the list, Code+"_sms" instead of it by SMS, where they exist.
	Code      string
	Facts     fault.Args  // texts and whole numbers; never a child's name, never a protected cause
	Key       string      // the same key to the same recipient is one notice for ever
	NotBefore day.Instant // 0: now
	Link      string      // address in the product: "/van-dong/123"
	Urgent    bool        // a letter of its own, now; else in the digest
}

// States of a delivery.
const (
	Waiting  = "waiting"
	Sending  = "sending"  // claimed; taken up again at due_at when nothing was heard
	Sent     = "sent"     //
	Dead     = "dead"     // given up after Tries, or refused for good
	Dropped  = "dropped"  // withdrawn before it was sent
	Skipped  = "skipped"  // the person has no address, or the channel is not set up
	Recall   = "recall"   // sent by mail, then withdrawn: to be put right in the next letter
	Recalled = "recalled" // put right
)

// gather is how long an urgent letter waits for others to the same person: the marks of
// one morning come within minutes.
const gather = 2 * time.Minute

// Enqueue writes messages in the transaction of the act that they tell of. The caller
// leaves out the one who acts. A key that was said before is not said again.
func Enqueue(ctx context.Context, tx *store.Tx, messages ...Message) error {
	wishes := map[id.ID]Wish{}
	for _, m := range messages {
		if m.Code == "" || m.Key == "" || (m.To.Account == 0) == (m.To.Phone == "") {
			return fmt.Errorf("notify: message %q with key %q needs a code, a key, and an account or a telephone", m.Code, m.Key)
		}
		facts, err := json.Marshal(m.Facts)
		if err != nil {
			return fmt.Errorf("notify: facts of %s: %w", m.Code, err)
		}
		notice := tx.NewID()
		n, err := tx.Exec(ctx, sqlInsert, m.Realm, notice, m.To.Account, m.To.Phone, m.To.Language, m.Code, string(facts), m.Key, m.Link, m.Urgent, tx.Now(), day.Instant(0), day.Instant(0))
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		wish, known := wishes[m.To.Account]
		if !known {
			if wish, err = WishOf(ctx, tx, m.Realm, m.To.Account); err != nil {
				return err
			}
			wishes[m.To.Account] = wish
		}
		from := max(m.NotBefore, tx.Now())
		for _, channel := range Channels {
			due, wanted := wish.due(m, channel, from)
			if !wanted {
				continue
			}
			if _, err := tx.Exec(ctx, sqlInsertDelivery, m.Realm, notice, string(channel), m.To.Account, Waiting, due, day.Instant(0)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Withdraw takes back what was said under a key, after a correction: what waits is
// dropped, what was sent is marked, and a letter that went out is put right in the next.
func Withdraw(ctx context.Context, tx *store.Tx, realm int, key string) error {
	n, err := tx.Exec(ctx, sqlWithdraw, realm, key, tx.Now(), day.Instant(0))
	if err != nil || n == 0 {
		return err
	}
	if _, err := tx.Exec(ctx, sqlDrop, realm, key, tx.Now()); err != nil {
		return err
	}
	type told struct{ Notice, Account id.ID }
	letters, err := store.All[told](ctx, tx, sqlSentMail, realm, key)
	if err != nil {
		return err
	}
	for _, t := range letters {
		wish, err := WishOf(ctx, tx, realm, t.Account)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sqlRecall, realm, t.Notice, wish.nextDigest(tx.Now())); err != nil {
			return err
		}
	}
	return nil
}
