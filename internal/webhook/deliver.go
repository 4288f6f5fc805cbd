package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/notify"
	"ralop/internal/store"
)

// Tries is how often a delivery is tried before it is given up.
const Tries = 8

// pauses before a delivery is tried again: together about two days.
var pauses = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 12 * time.Hour, 24 * time.Hour}

const (
	batch    = 60
	claimFor = 15 * time.Minute // longer than a batch takes at its slowest: one after the other at one address
)

// Headers of a delivery. Signature is "t=SECONDS,v1=HEX": HMAC-SHA256 with the secret over
// the seconds, a full stop and the body.
const (
	HeaderEvent     = "Ralop-Event"
	HeaderID        = "Ralop-Event-Id"
	HeaderTry       = "Ralop-Try"
	HeaderSignature = "Ralop-Signature"
)

type queued struct {
	Webhook id.ID
	Event   id.ID
	State   string
	DueAt   day.Instant
	Tries   int
	Kind    Event
	At      day.Instant
	Data    string
	URL     string
	Secret  string
	Account id.ID
	Label   string
}

// Sent says what a call of Deliver did.
type Sent struct{ Sent, Failed, Dead int }

// Body is what a receiver gets.
type Body struct {
	ID   id.ID           `json:"id"`
	Type Event           `json:"type"`
	At   day.Instant     `json:"at"`
	Data json.RawMessage `json:"data"`
}

// Deliver sends what is due until nothing is. Webhooks do not wait for each other: one
// address that is slow or away holds up only its own.
func Deliver(ctx context.Context, s *store.Store, realm int) (Sent, error) {
	return deliver(ctx, s, realm, patience)
}

func deliver(ctx context.Context, s *store.Store, realm int, wait time.Duration) (total Sent, err error) {
	for ctx.Err() == nil {
		waits := false
		err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			due, err := store.All[queued](ctx, tx, sqlDue, realm, tx.Now(), 1)
			waits = len(due) > 0
			return err
		})
		if err != nil || !waits {
			return total, err
		}
		var taken []queued
		var allowed []string
		err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			if allowed, err = AllowedHosts(ctx, tx, realm); err != nil {
				return err
			}
			taken, err = take(ctx, tx, realm)
			return err
		})
		if err != nil || len(taken) == 0 {
			return total, err
		}
		done, err := sendAll(ctx, s, realm, caller(allowed, wait), wait, taken)
		total.Sent, total.Failed, total.Dead = total.Sent+done.Sent, total.Failed+done.Failed, total.Dead+done.Dead
		if err != nil {
			return total, err
		}
	}
	return total, ctx.Err()
}

func take(ctx context.Context, tx *store.Tx, realm int) (taken []queued, err error) {
	due, err := store.All[queued](ctx, tx, sqlDue, realm, tx.Now(), batch)
	if err != nil {
		return nil, err
	}
	until := tx.Now().Add(claimFor)
	for _, q := range due {
		n, err := tx.Exec(ctx, sqlTake, realm, q.Webhook, q.Event, q.State, q.DueAt, until)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			q.DueAt, q.Tries = until, q.Tries+1
			taken = append(taken, q)
		}
	}
	return taken, nil
}

func sendAll(ctx context.Context, s *store.Store, realm int, client *http.Client, wait time.Duration, taken []queued) (total Sent, err error) {
	byHook := map[id.ID][]queued{}
	for _, q := range taken {
		byHook[q.Webhook] = append(byHook[q.Webhook], q)
	}
	var group sync.WaitGroup
	var mutex sync.Mutex
	for _, list := range byHook {
		group.Go(func() {
			away := false
			for _, q := range list {
				var status int
				var failure error
				if away { // the others of this batch are not tried, and it is not counted
					q.Tries--
					failure = errAway
				} else {
					status, failure = send(ctx, client, wait, q)
					away = failure != nil && status == 0
				}
				if ctx.Err() != nil {
					return // taken still: taken up when its time has run out
				}
				done, markErr := mark(ctx, s, realm, q, status, failure)
				mutex.Lock()
				total.Sent, total.Failed, total.Dead = total.Sent+done.Sent, total.Failed+done.Failed, total.Dead+done.Dead
				err = errors.Join(err, markErr)
				mutex.Unlock()
			}
		})
	}
	group.Wait()
	return total, err
}

var errAway = errors.New("away")

// Sign gives the signature of a body at a moment.
func Sign(secret string, at time.Time, body []byte) string {
	seconds := fmt.Sprint(at.Unix())
	mac := hmac.New(sha256.New, []byte(secret))
	io.WriteString(mac, seconds+".")
	mac.Write(body)
	return "t=" + seconds + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

// send tries one delivery: the status of the answer, 0 when none came.
func send(ctx context.Context, client *http.Client, wait time.Duration, q queued) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	body, err := json.Marshal(Body{q.Event, q.Kind, q.At, json.RawMessage(q.Data)})
	if err != nil {
		return 0, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, q.URL, bytes.NewReader(body))
	if err != nil {
		return 0, errors.New("bad-url")
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Ralop-Webhook/1")
	request.Header.Set(HeaderEvent, string(q.Kind))
	request.Header.Set(HeaderID, q.Event.String())
	request.Header.Set(HeaderTry, fmt.Sprint(q.Tries))
	// The machine's time, not the product's: receivers hold it against their own clocks, and a demonstration lives in another year.
	request.Header.Set(HeaderSignature, Sign(q.Secret, time.Now(), body))
	answer, err := client.Do(request)
	if err != nil {
		return 0, reason(err)
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, io.LimitReader(answer.Body, 4<<10)) // what it says is not kept
	switch {
	case answer.StatusCode/100 == 2:
		return answer.StatusCode, nil
	case answer.StatusCode/100 == 3:
		return answer.StatusCode, errors.New("redirect")
	}
	return answer.StatusCode, errors.New("status")
}

// reason is a code for a failure, without the address.
func reason(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	var timeout interface{ Timeout() bool }
	var lookup *net.DNSError
	switch {
	case errors.Is(err, errInside):
		return errInside
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return errors.New("timeout")
	case errors.As(err, &lookup):
		return errors.New("no-such-host")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("no-answer")
	}
	var dial *net.OpError
	if errors.As(err, &dial) {
		return errors.New("no-connection")
	}
	return errors.New("failed")
}

// mark writes down what came of a delivery; one that is given up is told to its owner.
func mark(ctx context.Context, s *store.Store, realm int, q queued, status int, failure error) (done Sent, err error) {
	err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		done = Sent{}
		state, said, due, ended := Done, "", q.DueAt, tx.Now()
		switch {
		case failure == nil:
			done.Sent = 1
		case q.Tries >= Tries || status == http.StatusGone: // 410: the receiver wants it no more
			state, said, done.Dead = Dead, clip(failure.Error()), 1
		default:
			state, said, done.Failed = Waiting, clip(failure.Error()), 1
			due, ended = tx.Now().Add(pauses[min(max(q.Tries, 1), len(pauses))-1]), 0
		}
		n, err := tx.Exec(ctx, sqlMarkDelivery, realm, q.Webhook, q.Event, q.DueAt, state, due, q.Tries, status, said, ended)
		if err != nil || n == 0 || state != Dead { // 0: dropped meanwhile, or taken up by another
			return err
		}
		return notify.Enqueue(ctx, tx, notify.Message{Realm: realm, To: notify.Recipient{Account: q.Account}, Code: "webhook.notice_dead",
			Facts: fault.Args{"label": q.Label, "tries": q.Tries}, Key: "webhook/" + q.Webhook.String() + "/dead/" + tx.Today().String(), Link: Page + q.Webhook.String()})
	})
	return done, err
}

// Page is where a person sees a webhook.
const Page = "/toi/ket-noi/webhook/"
