package notify

import (
	"context"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/text"
)

// Addresses of the pages of notices, named in letters and pushes.
const (
	ListAddress = "/thong-bao"
	OpenAddress = "/thong-bao/mo/" // and the id of a notice
	WishAddress = "/thong-bao/cach-nhan"
)

// Told is a notice in the list of the one who is told.
type Told struct {
	ID        id.ID
	Title     string
	Body      string // may be empty
	Link      string
	Urgent    bool
	MadeAt    day.Instant
	ReadAt    day.Instant // 0: new
	Withdrawn day.Instant // 0: it holds
}

// Unread counts what is new to an account.
func Unread(ctx context.Context, tx *store.Tx, realm int, account id.ID) (int, error) {
	return store.One[int](ctx, tx, sqlUnread, realm, account, day.Instant(0))
}

// Inbox lists notices of an account, newest first, those before an id (0: from the newest).
func Inbox(ctx context.Context, tx *store.Tx, realm int, account, before id.ID, lang text.Lang, limit int) ([]Told, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	type row struct {
		ID          id.ID
		Code, Facts string
		Link        string
		Urgent      bool
		MadeAt      day.Instant
		ReadAt      day.Instant
		Withdrawn   day.Instant
	}
	rows, err := store.All[row](ctx, tx, sqlInbox, realm, account, before, limit)
	if err != nil {
		return nil, err
	}
	list := make([]Told, len(rows))
	for i, r := range rows {
		said, err := say(lang, r.Code, r.Facts)
		if err != nil {
			return nil, err
		}
		list[i] = Told{r.ID, said.Title, said.Body, r.Link, r.Urgent, r.MadeAt, r.ReadAt, r.Withdrawn}
	}
	return list, nil
}

// Open marks a notice of the account as read and says where it leads; NotFound
// ("notify.unknown") when it is not hers.
func Open(ctx context.Context, tx *store.Tx, realm int, account, notice id.ID) (link string, err error) {
	link, err = store.One[string](ctx, tx, sqlOpen, realm, account, notice)
	if store.IsNone(err) {
		return "", fault.New(fault.NotFound, "notify.unknown", nil)
	}
	if err != nil {
		return "", err
	}
	_, err = tx.Exec(ctx, sqlRead, realm, account, notice, tx.Now(), day.Instant(0))
	return link, err
}

// ReadAll marks all notices of an account up to one as read.
func ReadAll(ctx context.Context, tx *store.Tx, realm int, account, until id.ID) error {
	_, err := tx.Exec(ctx, sqlReadAll, realm, account, until, tx.Now(), day.Instant(0))
	return err
}

// Way is a delivery for the page of the administrator: to whom by account, never what about.
type Way struct {
	Notice  id.ID
	Channel Channel
	Account id.ID // 0: a family
	State   string
	DueAt   day.Instant
	Tries   int
	Error   string
	EndedAt day.Instant
	Code    string
	Facts   string
	MadeAt  day.Instant
}

// Title is the sentence of the notice, which names no child.
func (w Way) Title(lang text.Lang) string {
	said, err := say(lang, w.Code, w.Facts)
	if err != nil {
		return w.Code
	}
	return said.Title
}

// Count is how many deliveries of a channel are in a state.
type Count struct {
	Channel Channel
	State   string
	N       int
}

// Counts counts deliveries due since an instant.
func Counts(ctx context.Context, tx *store.Tx, realm int, since day.Instant) ([]Count, error) {
	return store.All[Count](ctx, tx, sqlCounts, realm, since)
}

// Ways lists deliveries in states ("" or none: all), newest first, before a notice (0: from the newest).
func Ways(ctx context.Context, tx *store.Tx, realm int, states []string, channels []Channel, before id.ID, limit int) ([]Way, error) {
	if len(states) == 0 {
		states = States
	}
	if len(channels) == 0 {
		channels = Channels
	}
	if before == 0 {
		before = 1<<63 - 1
	}
	return store.All[Way](ctx, tx, sqlDeliveries, realm, store.In(states), store.In(channels), before, limit)
}

// States of a delivery, those that wait first.
var States = []string{Waiting, Sending, Sent, Dead, Skipped, Dropped, Recall, Recalled}

// Again lets a delivery that was given up be tried anew; NotFound ("notify.unknown") when
// it was not given up, or what it tells does not hold any more.
func Again(ctx context.Context, tx *store.Tx, realm int, notice id.ID, channel Channel) error {
	n, err := tx.Exec(ctx, sqlAgain, realm, notice, string(channel), tx.Now(), day.Instant(0))
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "notify.unknown", nil)
	}
	return err
}
