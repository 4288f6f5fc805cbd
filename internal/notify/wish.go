package notify

import (
	"context"
	"fmt"
	"time"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// How a person wants letters.
const (
	MailDigest = "digest" // one a day; what is urgent at once
	MailEach   = "each"   // everything at once
	MailNone   = "none"
)

// Clock is a time of day in minutes.
type Clock int

func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// ParseClock reads 6:30 or 06:30.
func ParseClock(s string) (Clock, error) {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, err
	}
	return Clock(60*t.Hour() + t.Minute()), nil
}

// Wish is how a person wants to be told.
type Wish struct {
	Mail                  string
	Push                  bool
	SMS                   bool  // of what is urgent
	QuietFrom, QuietUntil Clock // nothing is sent between; equal: no quiet hours
	DigestAt              Clock
}

// DefaultWish holds for those who chose nothing. Families are told by its quiet hours, too.
var DefaultWish = Wish{Mail: MailDigest, Push: true, QuietFrom: 21 * 60, QuietUntil: 6 * 60, DigestAt: 6*60 + 30}

// WishOf gives what an account wishes.
func WishOf(ctx context.Context, tx *store.Tx, realm int, account id.ID) (Wish, error) {
	w, err := store.One[Wish](ctx, tx, sqlWish, realm, account)
	if store.IsNone(err) {
		return DefaultWish, nil
	}
	return w, err
}

// KeepWish writes what an account wishes; what waits already follows the quiet hours only. Faults:
// notify.bad-wish on mail, notify.bad-clock on the times.
func KeepWish(ctx context.Context, tx *store.Tx, realm int, account id.ID, w Wish) error {
	var faults fault.List
	if w.Mail != MailDigest && w.Mail != MailEach && w.Mail != MailNone {
		faults = append(faults, fault.New(fault.Invalid, "notify.bad-wish", nil).On("mail"))
	}
	for name, c := range map[string]Clock{"quiet-from": w.QuietFrom, "quiet-until": w.QuietUntil, "digest-at": w.DigestAt} {
		if c < 0 || c >= 24*60 {
			faults = append(faults, fault.New(fault.Invalid, "notify.bad-clock", nil).On(name))
		}
	}
	if err := faults.OrNil(); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, sqlKeepWish, realm, account, w.Mail, w.Push, w.SMS, int(w.QuietFrom), int(w.QuietUntil), int(w.DigestAt))
	return err
}

// due says when a message may go out by a channel, and whether at all.
func (w Wish) due(m Message, channel Channel, from day.Instant) (day.Instant, bool) {
	if m.To.Account == 0 { // a family
		return w.Loud(from), channel == SMS && (m.Channel == Usual || m.Channel == SMS)
	}
	switch {
	case m.Channel == App || m.Channel != Usual && m.Channel != channel:
		return 0, false
	case m.Channel == channel: // asked for by name
	case channel == Mail && w.Mail == MailNone, channel == Push && !w.Push, channel == SMS && !(w.SMS && m.Urgent):
		return 0, false
	}
	if channel != Mail {
		return w.Loud(from), true
	}
	if m.Urgent || w.Mail == MailEach {
		return w.Loud(from.Add(gather)), true
	}
	return w.nextDigest(from), true
}

// Loud is at, or the end of the quiet hours that at falls into.
func (w Wish) Loud(at day.Instant) day.Instant {
	t := at.Time()
	now := Clock(60*t.Hour() + t.Minute())
	if !w.quiet(now) {
		return at
	}
	end := at.Day()
	if now >= w.QuietUntil {
		end++
	}
	return instantAt(end, w.QuietUntil)
}

func (w Wish) quiet(c Clock) bool {
	if w.QuietFrom <= w.QuietUntil {
		return w.QuietFrom <= c && c < w.QuietUntil
	}
	return c >= w.QuietFrom || c < w.QuietUntil
}

// nextDigest is the next time of the digest, not before at.
func (w Wish) nextDigest(at day.Instant) day.Instant {
	next := instantAt(at.Day(), w.DigestAt)
	if next < at {
		next = instantAt(at.Day()+1, w.DigestAt)
	}
	return w.Loud(next)
}

func instantAt(d day.Day, c Clock) day.Instant {
	return day.InstantOf(time.Date(d.Year(), d.Month(), d.DayOfMonth(), int(c)/60, int(c)%60, 0, 0, day.Place))
}
