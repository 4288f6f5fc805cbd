package app

import (
	"context"
	"crypto/tls"
	"net"
	"net/url"
	"time"

	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/store"
	"ralop/internal/upkeep"
)

// State is how well something is.
type State string

const (
	Well    State = "well"
	Care    State = "care"    // look into it this week
	Unwell  State = "unwell"  // act today
	Unknown State = "unknown" // it could not be looked at
)

// Symptom is one thing that the doctor looked at. What is a code; the sentence is
// "app.doctor-<what>-<state>" in the message files.
type Symptom struct {
	What  string         `json:"what"` // database, disk, backup, rehearsal, stream, audit, certificate
	State State          `json:"state"`
	Facts map[string]any `json:"facts,omitempty"`
}

// Ailing are the bounds of the doctor.
const (
	diskCare, diskUnwell     = 10 << 30, 2 << 30 // bytes free
	backupCare, backupUnwell = 36 * time.Hour, 7 * 24 * time.Hour
	rehearsalCare            = 31 * 24 * time.Hour
	streamCare, streamUnwell = 10 * time.Minute, time.Hour // since something came there, when something was to come
	logUnwell                = 1 << 30                     // bytes of the write-ahead log
	certificateCare          = 21 * 24 * time.Hour
)

// Examine looks at what a district's clerk can look after without a computer team: the
// disk, the age of copies and of their rehearsal, the audit book, and the
// certificate of the public address (https://…) when one is given.
func (a *App) Examine(ctx context.Context, address string) []Symptom {
	found := []Symptom{a.database(ctx), a.disk(), a.copies(ctx), a.rehearsal(ctx), a.book(ctx)}
	if s, is := a.streamed(ctx); is {
		found = append(found, s)
	}
	if address != "" {
		found = append(found, certificate(ctx, address))
	}
	return found
}

func (a *App) database(ctx context.Context) Symptom {
	began := time.Now()
	s := Symptom{What: "database", State: Well, Facts: map[string]any{"engine": string(a.Store.Engine())}}
	if err := a.answers(ctx); err != nil {
		s.State = Unwell
		s.Facts["error"] = err.Error()
	}
	s.Facts["milliseconds"] = time.Since(began).Milliseconds()
	return s
}

func (a *App) disk() Symptom {
	s := Symptom{What: "disk", State: Unknown}
	if a.dir == "" {
		return s // PostgreSQL's disk is the database server's
	}
	free, err := freeBytes(a.dir)
	if err != nil {
		return s
	}
	s.Facts = map[string]any{"gigabytes": free >> 30}
	switch {
	case free < diskUnwell:
		s.State = Unwell
	case free < diskCare:
		s.State = Care
	default:
		s.State = Well
	}
	return s
}

// copies looks at when everything was last copied.
func (a *App) copies(ctx context.Context) Symptom {
	made, err := last[upkeep.Copy](ctx, a, upkeep.CopyRun)
	return aged("backup", made.At, err, backupCare, backupUnwell)
}

// rehearsal looks at when a copy was last restored, and whether it passed.
func (a *App) rehearsal(ctx context.Context) Symptom {
	r, err := last[upkeep.Rehearsal](ctx, a, upkeep.RehearsalRun)
	s := aged("rehearsal", r.At, err, rehearsalCare, 0)
	if err == nil && !r.Passed() {
		s.State = Unwell
	}
	return s
}

// streamed looks at how far the streamed copy is; there may be none.
func (a *App) streamed(ctx context.Context) (s Symptom, is bool) {
	state, err := last[upkeep.Stream](ctx, a, upkeep.StreamRun)
	if store.IsNone(err) {
		return s, false
	}
	s = aged("stream", state.Last, err, streamCare, streamUnwell)
	if state.Error != "" || state.Log > logUnwell {
		s.State = Unwell
	}
	if s.Facts != nil {
		s.Facts["place"], s.Facts["log"] = state.Place, state.Log>>20
	}
	return s, true
}

func last[T any](ctx context.Context, a *App, kind string) (result T, err error) {
	err = a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		result, err = upkeep.Last[T](ctx, tx, a.Realm, kind)
		return err
	})
	return result, err
}

// aged says how well something is that should have been done lately.
func aged(what string, at day.Instant, err error, care, unwell time.Duration) Symptom {
	s := Symptom{What: what, State: Care}
	if store.IsNone(err) || err == nil && at.IsZero() {
		s.Facts = map[string]any{"never": true}
		return s
	} else if err != nil {
		s.State = Unknown
		return s
	}
	old := machine().Sub(at)
	s.Facts = map[string]any{"day": at.Day().Vietnamese(), "clock": at.Clock(), "hours": int(old.Hours())}
	switch {
	case unwell > 0 && old > unwell:
		s.State = Unwell
	case old <= care:
		s.State = Well
	}
	return s
}

func (a *App) book(ctx context.Context) Symptom {
	s := Symptom{What: "audit", State: Well}
	var waiting audit.Waiting
	err := a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		waiting, err = audit.Unsealed(ctx, tx, a.Realm)
		return err
	})
	s.Facts = map[string]any{"entries": waiting.Entries}
	if err != nil {
		s.State = Unknown
	} else if waiting.Overdue > 0 {
		s.State = Unwell
	}
	return s
}

// certificate asks the public address how long its certificate holds.
func certificate(ctx context.Context, address string) Symptom {
	s := Symptom{What: "certificate", State: Unwell, Facts: map[string]any{"address": address}}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" {
		s.State = Unknown
		return s
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	dialer := tls.Dialer{NetDialer: &net.Dialer{Timeout: 5 * time.Second}}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		s.Facts["error"] = err.Error()
		return s
	}
	defer conn.Close()
	chain := conn.(*tls.Conn).ConnectionState().PeerCertificates
	until := day.InstantOf(chain[0].NotAfter)
	left := until.Sub(machine())
	s.Facts["day"], s.Facts["days"] = until.Day().Vietnamese(), int(left.Hours()/24)
	if s.State = Well; left < certificateCare {
		s.State = Care
	}
	return s
}
