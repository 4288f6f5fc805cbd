package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
	"unicode/utf8"

	"crypto/tls"
	"net/http"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/text"
)

// Contact is where a person is reached.
type Contact struct {
	Name     string
	Email    string
	Phone    string
	Language string
}

// Directory finds where an account is reached; a zero Contact when it is to get nothing.
type Directory func(ctx context.Context, tx *store.Tx, realm int, account id.ID) (Contact, error)

// Transports are what Deliver sends with, besides the settings of the realm.
type Transports struct {
	Directory Directory
	Push      *http.Client // nil: one that refuses addresses inside the house
	Gateway   *http.Client // of the SMS gateway; nil: a plain one
	TLS       *tls.Config  // of the mail server; nil: the machine's
}

// Delivered says what a call of Deliver did.
type Delivered struct{ Sent, Failed, Dead, Skipped, Dropped int }

// pauses before a delivery is tried again; after the last it is dead.
var pauses = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour}

// Tries is how often a delivery is tried before it is dead.
const Tries = 8

const (
	claimFor = 15 * time.Minute // longer than a batch takes at its slowest
	batch    = 40
	patience = 15 * time.Second // for one try
)

// queued is a delivery with what it says.
type queued struct {
	Notice    id.ID
	Channel   string
	Account   id.ID
	State     string
	DueAt     day.Instant
	Tries     int
	Letter    id.ID
	Phone     string
	Language  string
	Code      string
	Facts     string
	Link      string
	Urgent    bool
	MadeAt    day.Instant
	Withdrawn day.Instant
}

// parcel is what is sent in one piece: a letter with its deliveries, or one push or SMS.
type parcel struct {
	channel  Channel
	letter   id.ID
	claimed  day.Instant
	contents []queued
	contact  Contact
	browsers []Subscription
}

// permanent is a refusal that another try does not change.
type permanent struct{ error }

var (
	errNoAddress  = errors.New("no-address")
	errNoSettings = errors.New("no-settings")
)

// Deliver sends what is due, until nothing is. One worker calls it; a second one at the
// same time takes other deliveries.
func Deliver(ctx context.Context, s *store.Store, realm int, t Transports) (total Delivered, err error) {
	for ctx.Err() == nil {
		waits := false // a look first: most of the time nothing is due, and the writer is others'
		err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			due, err := store.All[queued](ctx, tx, sqlDue, realm, tx.Now(), 1)
			waits = len(due) > 0
			return err
		})
		if err != nil || !waits {
			return total, err
		}
		var parcels []parcel
		var settings Settings
		dropped := 0
		err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			if settings, err = ReadSettings(ctx, tx, realm); err != nil {
				return err
			}
			parcels, dropped, err = claim(ctx, tx, realm, t)
			return err
		})
		total.Dropped += dropped
		if err != nil || len(parcels) == 0 && dropped == 0 {
			return total, err
		}
		done, err := sendAll(ctx, s, realm, settings, t, parcels)
		total.Sent, total.Failed, total.Dead, total.Skipped = total.Sent+done.Sent, total.Failed+done.Failed, total.Dead+done.Dead, total.Skipped+done.Skipped
		total.Dropped += done.Dropped
		if err != nil {
			return total, err
		}
	}
	return total, ctx.Err()
}

// claim takes what is due and marks it as being sent.
func claim(ctx context.Context, tx *store.Tx, realm int, t Transports) (parcels []parcel, dropped int, err error) {
	due, err := store.All[queued](ctx, tx, sqlDue, realm, tx.Now(), batch)
	if err != nil {
		return nil, 0, err
	}
	var order []id.ID // of letters, as they come
	letters := map[id.ID][]queued{}
	fresh := map[id.ID]id.ID{} // account → letter begun now
	until := tx.Now().Add(claimFor)
	wishes := map[id.ID]Wish{}
	for _, q := range due {
		wish, known := wishes[q.Account]
		if !known {
			if wish, err = WishOf(ctx, tx, realm, q.Account); err != nil {
				return nil, 0, err
			}
			wishes[q.Account] = wish
		}
		if q.Withdrawn != 0 && Channel(q.Channel) != Mail { // cannot be put right
			if _, err := tx.Exec(ctx, sqlClaim, realm, q.Notice, q.Channel, q.State, q.DueAt, until, q.Letter); err != nil {
				return nil, 0, err
			}
			if err := end(ctx, tx, realm, q, until, Dropped, ""); err != nil {
				return nil, 0, err
			}
			dropped++
			continue
		}
		if loud := wish.Loud(tx.Now()); loud > tx.Now() {
			if _, err := tx.Exec(ctx, sqlPostpone, realm, q.Notice, q.Channel, q.State, q.DueAt, loud); err != nil {
				return nil, 0, err
			}
			dropped++ // moved, not sent: look for others
			continue
		}
		letter := q.Letter
		if Channel(q.Channel) != Mail {
			letter = -q.Notice // a parcel of its own, never a letter
			if Channel(q.Channel) == SMS {
				letter = -q.Notice - 1<<62
			}
		} else if letter == 0 {
			if letter = fresh[q.Account]; letter == 0 {
				letter = tx.NewID()
				fresh[q.Account] = letter
			}
		}
		if letters[letter] == nil {
			order = append(order, letter)
		}
		letters[letter] = append(letters[letter], q)
	}
	for _, letter := range order {
		contents := letters[letter]
		first := contents[0]
		p := parcel{channel: Channel(first.Channel), claimed: until}
		if p.channel == Mail {
			p.letter = letter
			if first.Letter != 0 {
				if contents, err = store.All[queued](ctx, tx, sqlLetter, realm, first.Account, letter); err != nil {
					return nil, 0, err
				}
			}
		}
		for _, q := range contents {
			n, err := tx.Exec(ctx, sqlClaim, realm, q.Notice, q.Channel, q.State, q.DueAt, until, p.letter)
			if err != nil {
				return nil, 0, err
			}
			if n == 1 {
				q.Tries++
				p.contents = append(p.contents, q)
			}
		}
		if len(p.contents) == 0 {
			continue // another worker has it
		}
		if first.Account == 0 {
			p.contact = Contact{Phone: first.Phone, Language: first.Language}
		} else if p.contact, err = t.Directory(ctx, tx, realm, first.Account); err != nil {
			return nil, 0, err
		}
		if p.channel == Push {
			if p.browsers, err = Subscriptions(ctx, tx, realm, first.Account); err != nil {
				return nil, 0, err
			}
		}
		parcels = append(parcels, p)
	}
	return parcels, dropped, nil
}

// sendAll sends parcels, each channel beside the others, and marks each as soon as it is out.
func sendAll(ctx context.Context, s *store.Store, realm int, settings Settings, t Transports, parcels []parcel) (total Delivered, err error) {
	var wait sync.WaitGroup
	var mutex sync.Mutex
	for _, channel := range Channels {
		wait.Go(func() {
			var down error // the server cannot be reached: the others of this batch are not tried
			for _, p := range parcels {
				if p.channel != channel {
					continue
				}
				failure := down
				if failure == nil && ctx.Err() == nil {
					failure = send(ctx, s, realm, settings, t, p)
					if unreachable := (unreachable{}); errors.As(failure, &unreachable) {
						down = failure
					}
				}
				if ctx.Err() != nil {
					return // claimed still: taken up when the claim has run out
				}
				done, markErr := mark(ctx, s, realm, p, failure)
				mutex.Lock()
				total.Sent, total.Failed, total.Dead, total.Skipped, total.Dropped = total.Sent+done.Sent, total.Failed+done.Failed, total.Dead+done.Dead, total.Skipped+done.Skipped, total.Dropped+done.Dropped
				err = errors.Join(err, markErr)
				mutex.Unlock()
			}
		})
	}
	wait.Wait()
	return total, err
}

// unreachable is a failure of the server as a whole, not of one recipient.
type unreachable struct{ error }

func (u unreachable) Unwrap() error { return u.error }

func send(ctx context.Context, s *store.Store, realm int, settings Settings, t Transports, p parcel) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	switch p.channel {
	case Mail:
		return sendLetter(ctx, settings, t, p)
	case Push:
		return sendPush(ctx, s, realm, settings, t, p)
	default:
		return sendSMS(ctx, settings, t, p)
	}
}

// mark writes down what came of a parcel.
func mark(ctx context.Context, s *store.Store, realm int, p parcel, failure error) (d Delivered, err error) {
	err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		d = Delivered{}
		notices := make([]id.ID, len(p.contents))
		for i, q := range p.contents {
			notices[i] = q.Notice
		}
		holds, err := store.All[id.ID](ctx, tx, sqlHolds, realm, store.In(notices), day.Instant(0))
		if err != nil {
			return err
		}
		held := map[id.ID]bool{}
		for _, n := range holds {
			held[n] = true
		}
		for _, q := range p.contents {
			recall := q.Withdrawn != 0
			state, said := Sent, ""
			switch {
			case failure == nil && recall:
				state = Recalled
			case failure == nil && !held[q.Notice] && p.channel == Mail: // withdrawn on its way
				state = Recall
			case failure == nil:
			case errors.Is(failure, errNoAddress), errors.Is(failure, errNoSettings):
				state, said = Skipped, failure.Error()
			case !held[q.Notice] && !recall: // withdrawn, and it did not go
				state = Dropped
			default:
				state, said = Waiting, clip(failure.Error())
				if recall {
					state = Recall
				}
				if refused := (permanent{}); errors.As(failure, &refused) || q.Tries >= Tries {
					state = Dead
				}
			}
			switch state {
			case Sent, Recalled:
				d.Sent++
			case Skipped:
				d.Skipped++
			case Dead:
				d.Dead++
			case Dropped:
				d.Dropped++
			default:
				d.Failed++
			}
			if err := end(ctx, tx, realm, q, p.claimed, state, said); err != nil {
				return err
			}
		}
		return nil
	})
	return d, err
}

// end brings a claimed delivery into a state; one that is tried again gets its time.
func end(ctx context.Context, tx *store.Tx, realm int, q queued, claimed day.Instant, state, said string) error {
	due, ended := q.DueAt, tx.Now()
	if state == Waiting || state == Recall {
		due, ended = tx.Now().Add(pauses[min(max(q.Tries, 1), len(pauses))-1]), 0
	}
	_, err := tx.Exec(ctx, sqlEnd, realm, q.Notice, q.Channel, claimed, state, said, due, ended)
	return err
}

// clip shortens what another machine said, for the delivery page.
func clip(s string) string {
	const most = 300
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// said is what a delivery says in a language.
type said struct {
	Title, Body, SMS string
}

func say(lang text.Lang, code, facts string) (said, error) {
	var args fault.Args
	if err := json.Unmarshal([]byte(facts), &args); err != nil {
		return said{}, fmt.Errorf("notify: facts of %s: %w", code, err)
	}
	for name, value := range args {
		if n, ok := value.(float64); ok { // JSON knows no whole numbers
			args[name] = int64(n)
		}
	}
	s := said{Title: text.T(lang, code, args)}
	s.SMS = s.Title
	if text.Has(lang, code+"_body") {
		s.Body = text.T(lang, code+"_body", args)
	}
	if text.Has(lang, code+"_sms") {
		s.SMS = text.T(lang, code+"_sms", args)
	}
	return s, nil
}
