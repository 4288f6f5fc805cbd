package door

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"ralop/internal/account"
	"ralop/internal/id"
)

// sessionKey is the one value of a session.
const sessionKey = "session"

func newSessions(d *Door) *scs.SessionManager {
	c := d.config
	m := scs.New()
	m.Store = account.Sessions{Store: c.Store, Clock: c.Clock}
	m.Codec = codec{}
	m.HashTokenInStore = true
	m.Lifetime = 30 * 24 * time.Hour
	m.Cookie.Name = "phien"
	if c.Secure {
		m.Cookie.Name = "__Host-phien"
	}
	m.Cookie.Secure = c.Secure
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.ErrorFunc = d.turnAway
	m.Cookie.Persist = false // RememberMe keeps it, unless the machine is shared
	return m
}

// codec keeps the session as the plain JSON that account reads.
type codec struct{}

func (codec) Encode(_ time.Time, values map[string]any) ([]byte, error) {
	session, _ := values[sessionKey].(account.Session)
	return json.Marshal(session)
}

func (codec) Decode(data []byte) (time.Time, map[string]any, error) {
	var session account.Session
	if err := json.Unmarshal(data, &session); err != nil {
		return time.Time{}, nil, err
	}
	values := map[string]any{sessionKey: session, "__rememberMe": !session.Shared}
	return session.ExpiresAt().Time(), values, nil
}

// SignIn makes the browser the account's. shared: a machine that several people use.
func (r *Request) SignIn(realm int, who id.ID, shared bool) error {
	ctx := r.HTTP.Context()
	m := r.door.sessions
	if err := m.RenewToken(ctx); err != nil { // the token from before must not become a signed-in one
		return err
	}
	now := r.door.machine()
	session := account.Session{Realm: realm, Account: who, Device: device(r.HTTP.UserAgent()), Shared: shared, MadeAt: now, SeenAt: now}
	m.Put(ctx, sessionKey, session)
	m.SetDeadline(ctx, session.ExpiresAt().Time())
	m.RememberMe(ctx, !shared)
	r.Session = session
	return nil
}

// SignOut ends the session of this browser.
func (r *Request) SignOut() error { return r.door.sessions.Destroy(r.HTTP.Context()) }

// SessionHash names the session of this browser as account.OpenSessions does.
func (r *Request) SessionHash() string {
	token := r.door.sessions.Token(r.HTTP.Context())
	if token == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// session gives the signed-in session of a request, and notes now and then that it was seen.
func (d *Door) session(ctx context.Context) (account.Session, bool) {
	session, ok := d.sessions.Get(ctx, sessionKey).(account.Session)
	if !ok || session.Account == 0 {
		return account.Session{}, false
	}
	if touched, worth := session.Touch(d.machine()); worth {
		session = touched
		d.sessions.Put(ctx, sessionKey, session)
		d.sessions.SetDeadline(ctx, session.ExpiresAt().Time())
	}
	return session, true
}

// device is the kind of a browser and its system, enough for a person to know it again.
func device(agent string) string {
	find := func(names ...string) string {
		for i := 0; i < len(names); i += 2 {
			if strings.Contains(agent, names[i]) {
				return names[i+1]
			}
		}
		return "other"
	}
	return find("CocCoc", "coccoc", "coc_coc", "coccoc", "Edg", "edge", "SamsungBrowser", "samsung", "Firefox", "firefox", "Chrome", "chrome", "Safari", "safari") + "/" +
		find("Android", "android", "iPhone", "ios", "iPad", "ios", "Windows", "windows", "Mac OS", "mac", "Linux", "linux")
}
