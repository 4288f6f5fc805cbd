package webhook

import (
	"context"
	"math"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// States of a delivery.
const (
	Waiting = "waiting"
	Sending = "sending" // being sent; taken up again when nothing was heard
	Done    = "sent"
	Dead    = "dead"    // given up after Tries, or the receiver answered 410
	Dropped = "dropped" // the webhook ended
)

// Delivery is one event on its way to one webhook, without what it says.
type Delivery struct {
	Webhook id.ID
	Event   id.ID
	Kind    Event
	At      day.Instant // of the event
	State   string
	DueAt   day.Instant
	Tries   int
	Status  int    // of the last answer, 0 when none came
	Error   string // code: status, timeout, redirect, no-answer, no-connection, no-such-host, address-inside, away, failed
	Replays int
	EndedAt day.Instant
}

// DeliveriesIn narrows Deliveries.
type DeliveriesIn struct {
	Webhook id.ID
	State   string // "" all
	Before  id.ID  // the last event of the page before
	Limit   int    // 0: 50
}

// Deliveries lists what a webhook was sent, the newest event first. Fault: NotFound webhook.none.
func Deliveries(ctx context.Context, tx *store.Tx, who access.Who, in DeliveriesIn) ([]Delivery, error) {
	if _, _, err := find(ctx, tx, who, in.Webhook); err != nil {
		return nil, err
	}
	if in.Before == 0 {
		in.Before = id.ID(math.MaxInt64)
	}
	if in.Limit == 0 {
		in.Limit = 50
	}
	return store.All[Delivery](ctx, tx, sqlDeliveries, who.Realm, in.Webhook, in.Before, in.State, in.Limit)
}

// Counts says of each webhook how many deliveries stand in which state. It asks no right:
// ids come from List.
func Counts(ctx context.Context, tx *store.Tx, realm int, webhooks []id.ID) (map[id.ID]map[string]int, error) {
	type row struct {
		Webhook id.ID
		State   string
		N       int
	}
	rows, err := store.All[row](ctx, tx, sqlCounts, realm, store.In(webhooks))
	counts := map[id.ID]map[string]int{}
	for _, r := range rows {
		if counts[r.Webhook] == nil {
			counts[r.Webhook] = map[string]int{}
		}
		counts[r.Webhook][r.State] = r.N
	}
	return counts, err
}

// Replay sends an event again to a webhook that had it, or that never got it. One that
// still waits goes on waiting; key is the sender's, and the same key again changes nothing.
// Faults: NotFound webhook.none, webhook.no-delivery; Conflict webhook.ended.
func Replay(ctx context.Context, tx *store.Tx, who access.Who, webhook, event id.ID, key string) (Delivery, bool, error) {
	w, rule, err := find(ctx, tx, who, webhook)
	if err != nil {
		return Delivery{}, false, err
	}
	if !w.EndedAt.IsZero() {
		return Delivery{}, false, fault.New(fault.Conflict, "webhook.ended", nil)
	}
	last, err := store.One[string](ctx, tx, sqlReplayKey, who.Realm, webhook, event)
	if store.IsNone(err) {
		return Delivery{}, false, fault.New(fault.NotFound, "webhook.no-delivery", nil)
	} else if err != nil {
		return Delivery{}, false, err
	}
	repeated := key != "" && key == last
	if !repeated {
		n, err := tx.Exec(ctx, sqlReplay, who.Realm, webhook, event, tx.Now(), key, day.Instant(0))
		if err != nil {
			return Delivery{}, false, err
		}
		if n > 0 {
			if err := record(ctx, tx, who, "webhook.replay", w, rule); err != nil {
				return Delivery{}, false, err
			}
		}
	}
	d, err := store.One[Delivery](ctx, tx, sqlDelivery, who.Realm, webhook, event)
	return d, repeated, err
}

// ReplayDead sends everything again that was given up, and says how many. Faults: NotFound
// webhook.none; Conflict webhook.ended.
func ReplayDead(ctx context.Context, tx *store.Tx, who access.Who, webhook id.ID) (int, error) {
	w, rule, err := find(ctx, tx, who, webhook)
	if err != nil {
		return 0, err
	}
	if !w.EndedAt.IsZero() {
		return 0, fault.New(fault.Conflict, "webhook.ended", nil)
	}
	n, err := tx.Exec(ctx, sqlReplayDead, who.Realm, webhook, tx.Now(), day.Instant(0))
	if err != nil || n == 0 {
		return 0, err
	}
	return int(n), record(ctx, tx, who, "webhook.replay", w, rule)
}

// Purge forgets events that happened before a moment, with their deliveries; for the night.
func Purge(ctx context.Context, tx *store.Tx, realm int, before day.Instant) error {
	if _, err := tx.Exec(ctx, sqlPurgeDeliveries, realm, before); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, sqlPurgeEvents, realm, before)
	return err
}
