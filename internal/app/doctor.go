package app

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"net"
	"net/url"
	"time"

	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/job"
	"ralop/internal/store"
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
	What  string         `json:"what"` // database, disk, backup, rehearsal, audit, certificate
	State State          `json:"state"`
	Facts map[string]any `json:"facts,omitempty"`
}

// Ailing are the bounds of the doctor.
const (
	diskCare, diskUnwell     = 10 << 30, 2 << 30 // bytes free
	backupCare, backupUnwell = 36 * time.Hour, 7 * 24 * time.Hour
	rehearsalCare            = 31 * 24 * time.Hour
	certificateCare          = 21 * 24 * time.Hour
)

// Examine looks at what a district's clerk can look after without a computer team: the
// disk, the age of copies and of their rehearsal, the audit book, and the
// certificate of the public address (https://…) when one is given.
func (a *App) Examine(ctx context.Context, address string) []Symptom {
	found := []Symptom{a.database(ctx), a.disk(), a.age(ctx, "backup", BackupRun, backupCare, backupUnwell),
		a.age(ctx, "rehearsal", RehearsalRun, rehearsalCare, 0), a.book(ctx)}
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

// age looks at when the last run of a kind was; one that failed counts as none.
func (a *App) age(ctx context.Context, what, kind string, care, unwell time.Duration) Symptom {
	s := Symptom{What: what, State: Care}
	var at struct {
		MadeAt      day.Instant `json:"made_at"`
		At          day.Instant `json:"at"`
		Differences []string    `json:"differences"`
		Findings    []Finding   `json:"findings"`
	}
	err := a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		run, err := job.Last(ctx, tx, a.Realm, kind)
		if err != nil {
			return err
		}
		return json.Unmarshal([]byte(run.Result), &at)
	})
	if store.IsNone(err) {
		s.Facts = map[string]any{"never": true}
		return s
	} else if err != nil {
		s.State = Unknown
		return s
	}
	when := at.At
	if when.IsZero() {
		when = at.MadeAt
	}
	old := machine().Sub(when)
	s.Facts = map[string]any{"day": when.Day().Vietnamese(), "clock": when.Clock(), "hours": int(old.Hours())}
	switch {
	case len(at.Differences)+len(at.Findings) > 0, unwell > 0 && old > unwell:
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
