package account

import (
	"context"
	"encoding/json"
	"time"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// How long a session lives. A teacher's phone stays signed in over a long weekend; a
// machine that several people use is left after half an hour.
const (
	idle           = 4 * 24 * time.Hour
	absolute       = 30 * 24 * time.Hour
	idleShared     = 30 * time.Minute
	absoluteShared = 12 * time.Hour
	// seenEvery is how exactly SeenAt is kept: a request writes nothing more often.
	seenEvery = 5 * time.Minute
)

// Session is one browser that is signed in. Its times are of the machine's clock.
type Session struct {
	Realm   int         `json:"realm"`
	Account id.ID       `json:"account"`
	Device  string      `json:"device"` // "chrome/android"
	Shared  bool        `json:"shared"` // a machine that several people use
	MadeAt  day.Instant `json:"made"`
	SeenAt  day.Instant `json:"seen"`
}

// ExpiresAt is the end of the session when nothing more is heard of it.
func (s Session) ExpiresAt() day.Instant {
	if s.Shared {
		return min(s.SeenAt.Add(idleShared), s.MadeAt.Add(absoluteShared))
	}
	return min(s.SeenAt.Add(idle), s.MadeAt.Add(absolute))
}

// Touch is s as seen now, and whether that is worth writing down.
func (s Session) Touch(now day.Instant) (Session, bool) {
	if now.Sub(s.SeenAt) < seenEvery {
		return s, false
	}
	s.SeenAt = now
	return s, true
}

// Sessions keeps sessions in the store. It is a Store of the scs package, which hands it
// hashes of tokens, never tokens.
type Sessions struct {
	Store *store.Store
	Clock func() time.Time // the machine's; nil is time.Now
}

// Now is the machine's clock.
func (s Sessions) Now() day.Instant {
	if s.Clock != nil {
		return day.InstantOf(s.Clock())
	}
	return day.InstantOf(time.Now())
}

// FindCtx reads the data of a session that has not ended. When ctx was made by Expect, the caller is found by the same
// statement, except the first time.
func (s Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	expected, _ := ctx.Value(callerKey{}).(*Caller)
	realm, known := realmOf(token)
	err = s.Store.Glance(ctx, func(ctx context.Context, tx *store.Tx) error {
		if expected != nil && known {
			data, *expected, err = findCaller(ctx, tx, realm, token, s.Now())
			return err
		}
		type row struct {
			Data  []byte
			Realm int
		}
		kept, err := store.One[row](ctx, tx, sqlFindSession, token, s.Now())
		if err == nil && expected != nil {
			rememberRealm(token, kept.Realm)
		}
		data = kept.Data
		return err
	})
	if store.IsNone(err) {
		return nil, false, nil
	}
	return data, err == nil, err
}

// CommitCtx writes the data of a session. Its end follows from the data, not from the
// given expiry, which knows nothing of idleness. That a session was seen again may go
// unwritten when the database takes nothing: people read on with the one that is kept.
func (s Sessions) CommitCtx(ctx context.Context, token string, data []byte, _ time.Time) error {
	var session Session
	if err := json.Unmarshal(data, &session); err != nil {
		return err
	}
	err := s.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, sqlPruneSessions, s.Now()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, sqlKeepSession, token, session.Realm, session.Account, session.Device,
			session.MadeAt, session.SeenAt, session.ExpiresAt(), data)
		return err
	})
	if session.SeenAt != session.MadeAt && (store.IsReadOnly(err) || store.IsFull(err)) {
		return nil
	}
	return err
}

// DeleteCtx ends a session.
func (s Sessions) DeleteCtx(ctx context.Context, token string) error {
	return s.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, sqlEndSession, token)
		return err
	})
}

// Find, Commit and Delete are the same without a context, as the scs package asks.
func (s Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

func (s Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

func (s Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// OpenSession is a session as its owner sees it in a list.
type OpenSession struct {
	Token  string // its hash; names the session when it is ended
	Device string
	MadeAt day.Instant
	SeenAt day.Instant
}

// OpenSessions lists the sessions of the caller, the latest seen first. now is the machine's clock.
func OpenSessions(ctx context.Context, tx *store.Tx, who access.Who, now day.Instant) ([]OpenSession, error) {
	return store.All[OpenSession](ctx, tx, sqlOpenSessions, who.Realm, who.Account, now)
}

// SignOutEverywhere ends all sessions of the caller but the one whose token hash is given.
func SignOutEverywhere(ctx context.Context, tx *store.Tx, who access.Who, except string) error {
	if _, err := tx.Exec(ctx, sqlEndSessionsBut, who.Realm, who.Account, except); err != nil {
		return err
	}
	return record(ctx, tx, who, "account.sign-out-everywhere", who.Account, "self", nil)
}

// EndSession ends one session of the caller by its token hash.
func EndSession(ctx context.Context, tx *store.Tx, who access.Who, token string) error {
	touched, err := tx.Exec(ctx, sqlEndOwnSession, token, who.Realm, who.Account)
	if err != nil || touched == 0 {
		return err
	}
	return record(ctx, tx, who, "account.sign-out", who.Account, "self", nil)
}

// EndSessionOf ends a session of an account by its token hash, for a room that has asked
// the right and gives its rule.
func EndSessionOf(ctx context.Context, tx *store.Tx, who access.Who, account id.ID, token, rule string) error {
	touched, err := tx.Exec(ctx, sqlEndOwnSession, token, who.Realm, account)
	if err != nil || touched == 0 {
		return err
	}
	return record(ctx, tx, who, "account.sign-out", account, rule, nil)
}
