package offline

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/device"
	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// world is the wire over the cast.
type world struct {
	*apptest.House
	base string
}

func open(t testing.TB, h *apptest.House, gates ...*gate) *world {
	t.Helper()
	realm := func() int { return apptest.Realm }
	table := Routes(realm)
	if len(gates) == 2 {
		table = routes(realm, gates[0], gates[1])
	}
	table = append(table, door.Route{Method: "POST", Pattern: "/vao/{account}", Open: true, Names: door.Names{"account": ""},
		Handler: door.Act(func(_ context.Context, r *door.Request) (door.Answer, error) {
			account, err := r.ID("account")
			if err == nil {
				err = r.SignIn(apptest.Realm, account, false)
			}
			return door.NoContent(), err
		})})
	d := door.New(door.Config{Store: h.Store, Log: slog.New(slog.DiscardHandler), SignIn: "/dang-nhap", Version: "test"})
	server := httptest.NewServer(d.Handler(table))
	t.Cleanup(server.Close)
	return &world{h, server.URL}
}

// browser is a browser with somebody signed in, or nobody.
type browser struct {
	t      testing.TB
	w      *world
	client *http.Client
}

func (w *world) browser(t testing.TB, who *apptest.Person) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t, w, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if who != nil {
		b.signIn(*who)
	}
	return b
}

func (b *browser) signIn(p apptest.Person) {
	b.t.Helper()
	if status, body, _ := b.send("POST", "/vao/"+p.Account.String(), "", nil, nil); status != 204 {
		b.t.Fatalf("%s does not get in: %d %s", p.Name, status, body)
	}
}

func (b *browser) send(method, address, kind string, body []byte, header http.Header) (int, []byte, http.Header) {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.w.base+address, bytes.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	for name, values := range header {
		request.Header[name] = values
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	response, err := b.client.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return response.StatusCode, content, response.Header
}

// ask sends JSON and reads JSON; a body of nil is a GET.
func ask[T any](b *browser, want int, address string, body any) (out T) {
	b.t.Helper()
	method, kind := "GET", ""
	var content []byte
	if body != nil {
		var err error
		method, kind = "POST", "application/json"
		if content, err = json.Marshal(body); err != nil {
			b.t.Fatal(err)
		}
	}
	status, answer, _ := b.send(method, Prefix+address, kind, content, nil)
	if status != want {
		b.t.Fatalf("%s %s: got %d, want %d: %s", method, address, status, want, answer)
	}
	if err := json.Unmarshal(answer, &out); err != nil {
		b.t.Fatalf("%s %s: %v in %s", method, address, err, answer)
	}
	return out
}

// phone is the app in a browser.
type phone struct {
	*browser
	device   string
	who      apptest.Person
	secret   []byte
	public   []byte
	sequence int64
	cursor   string
}

func newUUID(version byte) string {
	var u [16]byte
	rand.Read(u[:])
	u[6], u[8] = u[6]&0x0f|version<<4, u[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// phone is a phone on which a person has begun to use the app.
func (w *world) phone(t testing.TB, who apptest.Person) *phone {
	t.Helper()
	p := &phone{browser: w.browser(t, &who), device: newUUID(4)}
	p.use(who)
	return p
}

// use registers the person who is signed in.
func (p *phone) use(who apptest.Person) {
	p.t.Helper()
	got := ask[registerOut](p.browser, 200, "device", registerIn{p.device, "chrome/android"})
	p.who = who
	var err error
	if p.secret, err = base64.StdEncoding.DecodeString(got.Secret); err != nil || len(p.secret) != 32 {
		p.t.Fatalf("the secret is %q", got.Secret)
	}
	if p.public, err = base64.StdEncoding.DecodeString(got.Key.Public); err != nil || len(p.public) != 65 {
		p.t.Fatalf("the key is %q", got.Key.Public)
	}
}

// act is an act before it is sealed; tests change what they want of it.
type act struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Format   int    `json:"format"`
	Sequence int64  `json:"sequence"`
	TakenAt  int64  `json:"taken_at"`
	Body     any    `json:"body"`
}

func (p *phone) roll(class id.ID, on string, marks ...markPart) act {
	p.sequence++
	if marks == nil {
		marks = []markPart{}
	}
	return act{newUUID(7), "roll", 1, p.sequence, p.w.Clock.Now().UnixMilli(), rollBody{Class: class, Day: day.MustParse(on), Session: 1, State: "taken", Marks: marks}}
}

func mark(class id.ID, n int, kind string) markPart {
	return markPart{Pupil: apptest.Pupil(class, n), Kind: kind}
}

// forged is what else may be wrong in an envelope.
type forged struct {
	device  string
	account id.ID
	mac     string
	text    string
}

func (p *phone) seal(a act, lies ...forged) Sent {
	p.t.Helper()
	written, err := json.Marshal(a)
	if err != nil {
		p.t.Fatal(err)
	}
	e := device.Envelope{Device: p.device, Account: p.who.Account, Act: string(written)}
	e.MAC = device.Prove(p.secret, e.Act)
	for _, lie := range lies {
		if lie.device != "" {
			e.Device = lie.device
		}
		if lie.account != 0 {
			e.Account = lie.account
		}
		if lie.mac != "" {
			e.MAC = lie.mac
		}
		if lie.text != "" {
			e.Act = lie.text
		}
	}
	plain, err := json.Marshal(e)
	if err != nil {
		p.t.Fatal(err)
	}
	sealed, err := device.Seal(p.public, plain)
	if err != nil {
		p.t.Fatal(err)
	}
	return Sent{a.ID, base64.StdEncoding.EncodeToString(sealed)}
}

func (p *phone) pushing(acts ...Sent) pushIn {
	return pushIn{Device: p.device, Build: "test", Now: p.w.Clock.Now().UnixMilli(), Persisted: true, Acts: acts}
}

// push sends sealed acts and wants an answer to each.
func (p *phone) push(acts ...Sent) Pushed {
	p.t.Helper()
	got := ask[Pushed](p.browser, 200, "push", p.pushing(acts...))
	if len(got.Acts) != len(acts) {
		p.t.Fatalf("%d acts have %d answers", len(acts), len(got.Acts))
	}
	return got
}

// nameless is how text writes a message that is not in the files.
var nameless = regexp.MustCompile(`«[a-z-]+\.[a-zA-Z0-9_.:-]+`)

// want pushes one act and fails unless the outcome and code are these.
func (p *phone) want(sent Sent, outcome device.Outcome, code string) Answer {
	p.t.Helper()
	a := p.push(sent).Acts[0]
	if a.ID != sent.ID || a.Outcome != outcome || a.Code != code {
		p.t.Fatalf("the act is %s %q (%s), not %s %q", a.Outcome, a.Code, a.Words, outcome, code)
	}
	if a.Words == "" || nameless.MatchString(a.Words) {
		p.t.Fatalf("the answer %s %q says %q", a.Outcome, a.Code, a.Words)
	}
	return a
}

func (p *phone) pull() Pull {
	p.t.Helper()
	got := ask[Pull](p.browser, 200, "pull?"+url.Values{"device": {p.device}, "cursor": {p.cursor}}.Encode(), nil)
	p.cursor = got.Cursor
	return got
}

// sheets counts the versions of a class's sheets.
func (w *world) sheets(t testing.TB, class id.ID) int {
	t.Helper()
	return apptest.Query[int](t, w.House, `SELECT COUNT(*) FROM sheet_version WHERE realm = $1 AND class = $2`, apptest.Realm, class)[0]
}

func (w *world) sheet(t testing.TB, class id.ID, on string) (s rollcall.Sheet) {
	t.Helper()
	w.Read(t, func(ctx context.Context, tx *store.Tx) error {
		d := day.MustParse(on)
		all, err := rollcall.SheetsOf(ctx, tx, apptest.Realm, class, day.Through(d, d))
		if err == nil && len(all) > 0 {
			s = all[0]
		}
		return err
	})
	return s
}
