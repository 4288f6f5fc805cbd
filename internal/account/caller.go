package account

import (
	"context"
	"sync"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Caller is who stands behind a session: what every request has to know first.
type Caller struct {
	Found   bool // the account is there
	Realm   int
	Profile Profile
	Who     access.Who
}

type callerKey struct{}

// Expect gives a context in which Sessions, when it reads a session, finds its caller, too: one statement tells session,
// account, grants and openings.
func Expect(ctx context.Context) context.Context {
	return context.WithValue(ctx, callerKey{}, &Caller{})
}

// Expected gives what was found for ctx, nil when nothing was.
func Expected(ctx context.Context) *Caller {
	if c, ok := ctx.Value(callerKey{}).(*Caller); ok && c.Found {
		return c
	}
	return nil
}

// realms remembers in which realm a session is: a statement about accounts must name it, and the token alone does not
// tell. A session never changes its realm.
var realms = struct {
	sync.RWMutex
	of map[string]int // by hash of the token
}{of: map[string]int{}}

const realmsKept = 65536

func realmOf(token string) (int, bool) {
	realms.RLock()
	defer realms.RUnlock()
	realm, known := realms.of[token]
	return realm, known
}

func rememberRealm(token string, realm int) {
	realms.Lock()
	defer realms.Unlock()
	if len(realms.of) >= realmsKept {
		clear(realms.of)
	}
	realms.of[token] = realm
}

// Of says whether it is the caller of this session.
func (c *Caller) Of(s Session) bool {
	return c != nil && c.Realm == s.Realm && c.Profile.Account == s.Account
}

// findCaller reads a session with who is behind it; without such a session the error is store.ErrNone.
func findCaller(ctx context.Context, tx *store.Tx, realm int, token string, machine day.Instant) (data []byte, c Caller, err error) {
	type row struct {
		Data    []byte
		Realm   int
		Account id.ID
		Profile Profile
		Grant   access.Grant
		Opening access.Opening
	}
	rows, err := store.All[row](ctx, tx, sqlCaller, realm, token, machine, tx.Today(), tx.Now(), false)
	if err != nil {
		return nil, c, err
	}
	if len(rows) == 0 {
		return nil, c, store.ErrNone
	}
	first := rows[0]
	c = Caller{Found: first.Profile.Account != 0, Realm: first.Realm, Profile: first.Profile, Who: access.Who{Realm: first.Realm, Account: first.Account}}
	// Each grant stands beside each opening; mostly there is one grant and no opening.
	for _, r := range rows {
		if n := len(c.Who.Grants); r.Grant.ID != 0 && (n == 0 || c.Who.Grants[n-1].ID != r.Grant.ID) {
			c.Who.Grants = append(c.Who.Grants, r.Grant)
		}
		if r.Opening.ID != 0 && r.Grant.ID == first.Grant.ID {
			c.Who.Openings = append(c.Who.Openings, r.Opening)
		}
	}
	return first.Data, c, nil
}
