package webhook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ralop/client"
	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/apptest"
	"ralop/internal/audit"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/webhook"
)

var system = access.System(apptest.Realm)

// receiver is another program: it checks signatures and answers as it is told.
type receiver struct {
	*httptest.Server
	mutex  sync.Mutex
	secret string
	got    []client.Event
	bodies []string
	tries  []string
	answer func(w http.ResponseWriter, r *http.Request)
}

func receive(t *testing.T) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, h *http.Request) {
		body, _ := io.ReadAll(h.Body)
		r.mutex.Lock()
		event, err := client.Verify(r.secret, h.Header, body, time.Now())
		if err != nil {
			t.Errorf("a signature: %v", err)
		}
		if h.Header.Get("Ralop-Event-Id") != event.ID || h.Header.Get("Ralop-Event") != event.Type || h.Method != "POST" {
			t.Errorf("headers %v of %+v", h.Header, event)
		}
		r.got, r.bodies, r.tries = append(r.got, event), append(r.bodies, string(body)), append(r.tries, h.Header.Get("Ralop-Try"))
		answer := r.answer
		r.mutex.Unlock()
		if answer != nil {
			answer(w, h)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answers(f func(w http.ResponseWriter, h *http.Request)) {
	r.mutex.Lock()
	r.answer = f
	r.mutex.Unlock()
}

// ids are the events as they came, again and again.
func (r *receiver) ids() (ids []string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, e := range r.got {
		ids = append(ids, e.ID)
	}
	return ids
}

func status(code int) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// lose takes the request and breaks the connection off before the answer.
func lose(w http.ResponseWriter, _ *http.Request) {
	connection, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		connection.Close()
	}
}

func code(err error) string {
	if f, _ := fault.Of(err); f != nil {
		return f.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func allow(t *testing.T, h *apptest.House, hosts ...string) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) error { return webhook.AllowHosts(ctx, tx, system, hosts) })
}

func create(t *testing.T, h *apptest.House, who access.Who, in webhook.MakeIn) (made webhook.Webhook, secret string, err error) {
	t.Helper()
	err = h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		made, secret, err = webhook.Make(ctx, tx, who, in)
		return err
	})
	return made, secret, err
}

// listen makes a webhook of a person to a receiver.
func listen(t *testing.T, h *apptest.House, p apptest.Person, r *receiver, events ...webhook.Event) webhook.Webhook {
	t.Helper()
	made, secret, err := create(t, h, p.Who(), webhook.MakeIn{Account: p.Account, Label: "thử", URL: r.URL + "/vao?khoa=1", Events: events})
	if err != nil {
		t.Fatal(err)
	}
	r.secret = secret
	return made
}

// happen writes lines into the book as rooms do, and seals them.
func happen(t *testing.T, h *apptest.House, entries ...audit.Entry) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		for _, e := range entries {
			e.Realm = apptest.Realm
			if err := audit.Record(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	for {
		if n, err := audit.SealNext(t.Context(), h.Store, apptest.Realm); err != nil {
			t.Fatal(err)
		} else if n == 0 {
			return
		}
	}
}

func sheet(class id.ID, version int) audit.Entry {
	return audit.Entry{Account: 701, Action: "rollcall.submit", ObjectKind: "class", Object: class, Rule: "x",
		Detail: map[string]any{"day": "2020-05-29", "session": 1, "version": version, "state": 1, "absent": 3, "cause": "submitted"}}
}

func gather(t *testing.T, h *apptest.House) int {
	t.Helper()
	n, err := webhook.Gather(t.Context(), h.Store, apptest.Realm)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func deliver(t *testing.T, h *apptest.House, want webhook.Sent) {
	t.Helper()
	got, err := webhook.DeliverWithin(t.Context(), h.Store, apptest.Realm, 5*time.Second)
	if err != nil || got != want {
		t.Errorf("delivered %+v, %v; want %+v", got, err, want)
	}
}

func deliveries(t *testing.T, h *apptest.House, who access.Who, of id.ID) (list []webhook.Delivery) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		list, err = webhook.Deliveries(ctx, tx, who, webhook.DeliveriesIn{Webhook: of})
		return err
	})
	return list
}

func TestEventsReachWhoMaySeeThem(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		allow(t, h, "127.0.0.1")
		happen(t, h, sheet(apptest.Class8A, 1)) // before anybody listened
		hoa, mai, lan, sua := receive(t), receive(t), receive(t), receive(t)
		listen(t, h, apptest.Hoa, hoa)
		listen(t, h, apptest.Mai, mai, webhook.SheetReceived, webhook.CaseOpened)
		listen(t, h, apptest.Lan, lan, webhook.Events...)
		listen(t, h, apptest.Sua, sua, webhook.CaseOpened)
		h.Clock.Advance(time.Minute)
		happen(t, h, sheet(apptest.Class8A, 2), sheet(apptest.Class6A, 1),
			audit.Entry{Action: "case.open", ObjectKind: "case", Object: 4711, Detail: map[string]any{"pupil": apptest.Pupil(apptest.Class8A, 1), "signal": 5, "rule": "days"}},
			audit.Entry{Account: 706, Action: "report.approve", ObjectKind: "school", Object: apptest.PuNhungS, Detail: map[string]any{"report": id.ID(88), "state": "approved", "digests": map[string]string{"pdf": "x"}}},
			audit.Entry{Action: "look", ObjectKind: "class", Object: apptest.Class8A},
			sheet(999, 1)) // a class that is not there
		if n := gather(t, h); n != 6 {
			t.Errorf("%d deliveries were made, want 6", n)
		}
		if n := gather(t, h); n != 0 {
			t.Errorf("gathered %d again", n)
		}
		deliver(t, h, webhook.Sent{Sent: 6})
		deliver(t, h, webhook.Sent{})
		says := func(r *receiver) (list []string) {
			for _, e := range r.got {
				list = append(list, strings.TrimSpace(fmt.Sprint(e.Type, " ", e.Data.Class, e.Data.Case, e.Data.Report, " ", e.Data.Session, e.Data.Version, e.Data.Place)))
			}
			slices.Sort(list)
			return list
		}
		for name, c := range map[string]struct {
			r    *receiver
			want []string
		}{
			"the teacher":                  {hoa, []string{"sheet.received 602 morning2"}},
			"the clerk":                    {mai, []string{"case.opened 4711 0", "sheet.received 601 morning1", "sheet.received 602 morning2"}},
			"the other school's principal": {lan, []string{"report.frozen 88 0school:503"}},
			"who protects children":        {sua, []string{"case.opened 4711 0"}},
		} {
			if got := says(c.r); !slices.Equal(got, c.want) {
				t.Errorf("%s got %q, want %q", name, got, c.want)
			}
			// Ids and codes only.
			for _, body := range c.r.bodies {
				var whole map[string]any
				json.Unmarshal([]byte(body), &whole)
				for _, word := range []string{"absent", "pupil", "cause", "rule", "signal", "digest", "name"} {
					if strings.Contains(strings.ToLower(body), word) {
						t.Errorf("%s is told %s: %s", name, word, body)
					}
				}
			}
		}
		// What was gathered by Mai and by Hoa of one sheet has one id: that of the line in the book.
		if lines := apptest.Query[id.ID](t, h, `SELECT id FROM audit_entry WHERE realm = 1 AND action = 'rollcall.submit' AND object = 602 ORDER BY id DESC`); hoa.got[0].ID != lines[0].String() {
			t.Errorf("the event's id is %s, the line's %s", hoa.got[0].ID, lines[0])
		}
		// A right that ends, ends for the webhook; so does the account.
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			if err := account.Disable(ctx, tx, system, apptest.Hoa.Account, true); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `UPDATE role_grant SET until_day = $1 WHERE realm = 1 AND account = $2`, tx.Today(), apptest.Mai.Account)
			return err
		})
		happen(t, h, sheet(apptest.Class8A, 3))
		if n := gather(t, h); n != 0 {
			t.Errorf("%d deliveries to who may see nothing any more", n)
		}
	})
}

// Lost answers, 500s, slow ones and redirects: each event arrives in the end, at least once, under one id.
func TestReceiversThatFail(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		allow(t, h, "127.0.0.1")
		r := receive(t)
		w := listen(t, h, apptest.Son, r)
		happen(t, h, sheet(apptest.Class8A, 1))
		gather(t, h)
		elsewhere := 0
		other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere++ }))
		defer other.Close()
		steps := []struct {
			answer func(http.ResponseWriter, *http.Request)
			said   string
			status int
			wait   time.Duration
		}{
			{lose, "no-answer", 0, time.Minute},
			{status(500), "status", 500, 5 * time.Minute},
			{status(404), "status", 404, 15 * time.Minute},
			{func(w http.ResponseWriter, h *http.Request) {
				http.Redirect(w, h, other.URL, http.StatusTemporaryRedirect)
			}, "redirect", 307, time.Hour},
			{func(w http.ResponseWriter, h *http.Request) { <-h.Context().Done() }, "timeout", 0, 3 * time.Hour},
		}
		for i, s := range steps {
			r.answers(s.answer)
			patience := 5 * time.Second
			if s.said == "timeout" {
				patience = 300 * time.Millisecond
			}
			got, err := webhook.DeliverWithin(t.Context(), h.Store, apptest.Realm, patience)
			if err != nil || got != (webhook.Sent{Failed: 1}) {
				t.Fatalf("step %d: %+v, %v", i, got, err)
			}
			d := deliveries(t, h, apptest.Son.Who(), w.ID)[0]
			if d.State != webhook.Waiting || d.Error != s.said || d.Status != s.status || d.Tries != i+1 || d.DueAt != h.Store.Now().Add(s.wait) {
				t.Errorf("step %d: %+v", i, d)
			}
			h.Clock.Advance(s.wait - time.Second)
			deliver(t, h, webhook.Sent{}) // not yet
			h.Clock.Advance(time.Second)
		}
		r.answers(nil)
		deliver(t, h, webhook.Sent{Sent: 1})
		d := deliveries(t, h, apptest.Son.Who(), w.ID)[0]
		if d.State != webhook.Done || d.Status != 200 || d.Error != "" || d.EndedAt.IsZero() {
			t.Errorf("in the end %+v", d)
		}
		ids := r.ids()
		if len(ids) != 6 || len(slices.Compact(ids)) != 1 || elsewhere != 0 || strings.Join(r.tries, "") != "123456" {
			t.Errorf("received %v, tries %v, elsewhere %d", ids, r.tries, elsewhere)
		}
	})
}

func TestGivingUpAndReplay(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		allow(t, h, "127.0.0.1")
		r := receive(t)
		w := listen(t, h, apptest.Son, r)
		happen(t, h, sheet(apptest.Class8A, 1), sheet(apptest.Class8B, 1))
		gather(t, h)
		r.answers(status(503))
		for range webhook.Tries - 1 {
			deliver(t, h, webhook.Sent{Failed: 2})
			h.Clock.Advance(25 * time.Hour)
		}
		deliver(t, h, webhook.Sent{Dead: 2})
		h.Clock.Advance(100 * time.Hour)
		deliver(t, h, webhook.Sent{})
		if told := apptest.Query[string](t, h, `SELECT code FROM notice WHERE realm = 1 AND account = $1`, apptest.Son.Account); !slices.Equal(told, []string{"webhook.notice_dead"}) {
			t.Errorf("the owner is told %v", told)
		}
		dead := deliveries(t, h, apptest.Quan.Who(), w.ID)
		if len(dead) != 2 || dead[0].State != webhook.Dead || dead[0].Tries != webhook.Tries || dead[0].Status != 503 {
			t.Fatalf("%+v", dead)
		}
		r.answers(nil)
		before := len(r.ids())
		replay := func(who access.Who, of, event id.ID, key string) (d webhook.Delivery, repeated bool, err error) {
			err = h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				d, repeated, err = webhook.Replay(ctx, tx, who, of, event, key)
				return err
			})
			return d, repeated, err
		}
		if _, _, err := replay(apptest.Lan.Who(), w.ID, dead[0].Event, "k"); code(err) != "webhook.none" {
			t.Errorf("a stranger replays: %v", err)
		}
		if _, _, err := replay(apptest.Son.Who(), w.ID, 5, "k"); code(err) != "webhook.no-delivery" {
			t.Errorf("no such event: %v", err)
		}
		d, repeated, err := replay(apptest.Son.Who(), w.ID, dead[0].Event, "k")
		if err != nil || repeated || d.State != webhook.Waiting || d.Tries != 0 || d.Replays != 1 {
			t.Errorf("%+v %v %v", d, repeated, err)
		}
		deliver(t, h, webhook.Sent{Sent: 1})
		if d, repeated, err = replay(apptest.Son.Who(), w.ID, dead[0].Event, "k"); err != nil || !repeated || d.State != webhook.Done || d.Replays != 1 {
			t.Errorf("the same key: %+v %v %v", d, repeated, err)
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			n, err := webhook.ReplayDead(ctx, tx, apptest.Son.Who(), w.ID)
			if n != 1 {
				t.Errorf("%d of those given up", n)
			}
			return err
		})
		deliver(t, h, webhook.Sent{Sent: 1})
		again := r.ids()[before:]
		if len(again) != 2 || again[0] != dead[0].Event.String() || again[1] != dead[1].Event.String() {
			t.Errorf("replayed %v, were %v %v", again, dead[0].Event, dead[1].Event)
		}

		// A receiver that answers 410 is not asked again; one that waits is dropped with its webhook.
		r.answers(status(http.StatusGone))
		happen(t, h, sheet(apptest.Class8A, 2))
		gather(t, h)
		deliver(t, h, webhook.Sent{Dead: 1})
		happen(t, h, sheet(apptest.Class8A, 3))
		gather(t, h)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			if _, err := webhook.Try(ctx, tx, apptest.Son.Who(), w.ID); err != nil {
				return err
			}
			return webhook.End(ctx, tx, apptest.Quan.Who(), w.ID)
		})
		deliver(t, h, webhook.Sent{})
		if list := deliveries(t, h, apptest.Son.Who(), w.ID); list[0].State != webhook.Dropped || list[0].Kind != webhook.Tried || list[1].State != webhook.Dropped {
			t.Errorf("%+v", list)
		}
		if _, _, err := replay(apptest.Son.Who(), w.ID, dead[0].Event, ""); code(err) != "webhook.ended" {
			t.Errorf("of one that ended: %v", err)
		}
		h.Clock.Advance(91 * 24 * time.Hour)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return webhook.Purge(ctx, tx, apptest.Realm, tx.Now().Add(-90*24*time.Hour))
		})
		if list := deliveries(t, h, apptest.Son.Who(), w.ID); len(list) != 0 {
			t.Errorf("%d deliveries after the purge", len(list))
		}
	})
}

// A receiver that is away holds up nobody else, and what was not tried is not counted as tried.
func TestOneThatIsAwayHoldsUpNobody(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	allow(t, h, "127.0.0.1")
	away, there := receive(t), receive(t)
	w := listen(t, h, apptest.Son, away)
	listen(t, h, apptest.Mai, there)
	away.Close()
	happen(t, h, sheet(apptest.Class8A, 1), sheet(apptest.Class8B, 1), sheet(apptest.Class6A, 1))
	gather(t, h)
	deliver(t, h, webhook.Sent{Sent: 3, Failed: 3})
	tries := 0
	for _, d := range deliveries(t, h, apptest.Son.Who(), w.ID) {
		tries += d.Tries
	}
	if tries != 1 || len(there.got) != 3 {
		t.Errorf("%d tries at who is away, %d arrived elsewhere", tries, len(there.got))
	}
}

// Passes side by side, and passes that were killed between the mark and the answer: nothing is lost.
func TestSeveralPassesAtOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		allow(t, h, "127.0.0.1")
		r := receive(t)
		listen(t, h, apptest.Son, r)
		var entries []audit.Entry
		for i := range 40 {
			entries = append(entries, sheet(apptest.Class8A, i+1))
		}
		happen(t, h, entries...)
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				if _, err := webhook.Gather(t.Context(), h.Store, apptest.Realm); err != nil {
					t.Error(err)
				}
				if _, err := webhook.DeliverWithin(t.Context(), h.Store, apptest.Realm, 5*time.Second); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		// One that was taken by a pass that died is taken up when its time has run out.
		happen(t, h, sheet(apptest.Class8B, 1))
		gather(t, h)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE webhook_delivery SET state = 'sending', tries = 1, due_at = $1 WHERE state = 'waiting'`, tx.Now().Add(10*time.Minute))
			return err
		})
		deliver(t, h, webhook.Sent{})
		h.Clock.Advance(10 * time.Minute)
		deliver(t, h, webhook.Sent{Sent: 1})
		ids := r.ids()
		slices.Sort(ids)
		if unique := len(slices.Compact(slices.Clone(ids))); unique != 41 || len(ids) != 41 {
			t.Errorf("%d events, %d of them different; want 41", len(ids), unique)
		}
	})
}

func TestAddressesInside(t *testing.T) {
	for address, want := range map[string]bool{"127.0.0.1": true, "10.1.2.3": true, "192.168.1.1": true, "172.20.0.1": true, "169.254.169.254": true, "0.0.0.0": true, "100.64.0.1": true,
		"224.0.0.1": true, "255.255.255.255": true, "::1": true, "::": true, "fe80::1": true, "fd00::1": true, "::ffff:10.0.0.1": true, "64:ff9b::a00:1": true, "2002:a00:1::": true, "8.8.8.8": false, "2001:4860:4860::8888": false, "203.162.4.190": false} {
		if got := webhook.Inside(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is inside: %v", address, got)
		}
	}
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := webhook.MakeIn{Account: apptest.Son.Account, Label: " SMAS "}
		make := func(url string) string {
			in.URL = url
			_, _, err := create(t, h, apptest.Son.Who(), in)
			return code(err)
		}
		for url, want := range map[string]string{"http://example.vn/x": "webhook.not-https", "ftp://example.vn": "webhook.not-https", "example.vn": "webhook.bad-url", "https://": "webhook.bad-url",
			"https://a:b@example.vn/": "webhook.bad-url", "https://example.vn/#x": "webhook.bad-url", "http://127.0.0.1:80/": "webhook.inside", "https://localhost/": "webhook.inside",
			"https://10.0.0.8/x": "webhook.inside", "https://[::1]/": "webhook.inside", "https://169.254.169.254/latest": "webhook.inside", "https://example.vn/" + strings.Repeat("x", 500): "webhook.bad-url", "javascript:alert(1)": "webhook.bad-url", "https://example.vn/ralop?x=1": ""} {
			if got := make(url); got != want {
				t.Errorf("%s: %q, want %q", url, got, want)
			}
		}
		allow(t, h, "10.0.0.8", " SMAS.noi-bo ")
		if got := make("https://10.0.0.8/x"); got != "" {
			t.Errorf("an allowed host: %s", got)
		}
		for host, want := range map[string]string{"https://x": "webhook.bad-host", "x:80": "webhook.bad-host", "a b": "webhook.bad-host"} {
			err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return webhook.AllowHosts(ctx, tx, system, []string{host})
			})
			if code(err) != want {
				t.Errorf("host %q: %v", host, err)
			}
		}
		if err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return webhook.AllowHosts(ctx, tx, apptest.Son.Who(), nil)
		}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a principal allows hosts: %v", err)
		}

		// Allowed when it was made, no longer when it is sent: the address itself is looked at each time.
		allow(t, h, "127.0.0.1")
		r := receive(t)
		w := listen(t, h, apptest.Mai, r)
		happen(t, h, sheet(apptest.Class8A, 1))
		gather(t, h)
		allow(t, h)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error { // the other webhooks of this test lead into the world: they are not asked
			_, err := tx.Exec(ctx, `UPDATE webhook_delivery SET state = 'dropped' WHERE webhook <> $1`, w.ID)
			return err
		})
		deliver(t, h, webhook.Sent{Failed: 1})
		if d := deliveries(t, h, apptest.Mai.Who(), w.ID)[0]; d.Error != "address-inside" || len(r.got) != 0 {
			t.Errorf("%+v, %d arrived", d, len(r.got))
		}
	})
}

func TestWhoMakesWebhooks(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		const url = "https://example.vn/ralop"
		for _, c := range []struct {
			who  access.Who
			in   webhook.MakeIn
			want string
		}{
			{apptest.Quan.Who(), webhook.MakeIn{Account: apptest.Son.Account, Label: "x", URL: url}, "webhook.not-own"},
			{apptest.Son.Who(), webhook.MakeIn{Account: apptest.Son.Account, Label: " ", URL: url}, "webhook.no-label"},
			{apptest.Son.Who(), webhook.MakeIn{Account: apptest.Son.Account, Label: strings.Repeat("x", 61), URL: url}, "webhook.long-label"},
			{apptest.Son.Who(), webhook.MakeIn{Account: apptest.Son.Account, Label: "x", URL: url, Events: []webhook.Event{"pupil.born"}}, "webhook.unknown-event"},
			{apptest.Son.Who(), webhook.MakeIn{Account: apptest.Son.Account, Label: "x", URL: url, Events: []webhook.Event{webhook.Tried}}, "webhook.unknown-event"},
			{apptest.Quan.Who(), webhook.MakeIn{Account: apptest.Quan.Account, Label: "x", URL: url, Events: []webhook.Event{webhook.CaseOpened}}, "webhook.beyond"},
			{system, webhook.MakeIn{Account: 1, Label: "x", URL: url}, "account.unknown"},
		} {
			if _, _, err := create(t, h, c.who, c.in); code(err) != c.want {
				t.Errorf("%+v: %v, want %s", c.in, err, c.want)
			}
		}
		made, secret, err := create(t, h, system, webhook.MakeIn{Account: apptest.Son.Account, Label: " Lịch  học ", URL: url})
		if err != nil || made.Label != "Lịch học" || made.Events != "sheet.received report.frozen" || !strings.HasPrefix(secret, "whsec_") || len(secret) < 40 {
			t.Fatalf("%+v %q %v", made, secret, err)
		}
		list := func(who access.Who, of id.ID) string {
			n := 0
			err := h.Store.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				list, err := webhook.List(ctx, tx, who, of)
				n = len(list)
				return err
			})
			return fmt.Sprint(n, code(err))
		}
		if got := []string{list(apptest.Son.Who(), apptest.Son.Account), list(apptest.Quan.Who(), 0), list(apptest.Lan.Who(), 0), list(apptest.Lan.Who(), apptest.Lan.Account)}; !slices.Equal(got, []string{"1", "1", "0access.no-grant", "0"}) {
			t.Errorf("listed %v", got)
		}
		for range webhook.Most - 1 {
			create(t, h, system, webhook.MakeIn{Account: apptest.Son.Account, Label: "x", URL: url})
		}
		if _, _, err := create(t, h, system, webhook.MakeIn{Account: apptest.Son.Account, Label: "x", URL: url}); code(err) != "webhook.too-many" {
			t.Errorf("one too many: %v", err)
		}
		for _, line := range apptest.Query[string](t, h, `SELECT detail FROM audit_entry WHERE realm = 1 AND action LIKE 'webhook.%'`) {
			if strings.Contains(line, "whsec") || strings.Contains(line, "example") {
				t.Errorf("the audit book says %s", line)
			}
		}
	})
}

func TestSignatures(t *testing.T) {
	now := time.Unix(1_600_000_000, 0)
	body := []byte(`{"id":"5","type":"sheet.received","at":"2020-05-29T07:00:00+07:00","data":{"class":"602","day":"2020-05-29","session":"morning","version":1}}`)
	header := http.Header{"Ralop-Signature": {webhook.Sign("whsec_a", now, body)}}
	event, err := client.Verify("whsec_a", header, body, now.Add(time.Minute))
	if err != nil || event.ID != "5" || event.Data.Class != "602" || event.Data.Version != 1 || event.At.IsZero() {
		t.Errorf("%+v: %v", event, err)
	}
	changed := []byte(strings.Replace(string(body), "602", "603", 1))
	for name, ok := range map[string]bool{
		"another secret": verifies("whsec_b", header, body, now), "another body": verifies("whsec_a", header, changed, now),
		"an old one": verifies("whsec_a", header, body, now.Add(6*time.Minute)), "one of tomorrow": verifies("whsec_a", header, body, now.Add(-6*time.Minute)),
		"no signature": verifies("whsec_a", http.Header{}, body, now), "another time": verifies("whsec_a", http.Header{"Ralop-Signature": {strings.Replace(header.Get("Ralop-Signature"), "t=16", "t=17", 1)}}, body, now),
	} {
		if ok {
			t.Errorf("%s is believed", name)
		}
	}
}

func verifies(secret string, header http.Header, body []byte, now time.Time) bool {
	_, err := client.Verify(secret, header, body, now)
	return err == nil
}
