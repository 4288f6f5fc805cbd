package notify_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/notify"
	"ralop/internal/store"
	"ralop/internal/text"
)

const hoa, pao = 701, 707 // of the cast

// house is the cast with a mail server and a directory.
type house struct {
	*apptest.House
	t    *testing.T
	mail *apptest.Mailbox
	to   notify.Transports
}

func each(t *testing.T, f func(t *testing.T, h *house)) {
	apptest.Each(t, func(t *testing.T, cast *apptest.House) {
		h := &house{cast, t, apptest.OpenMailbox(t, nil), notify.Transports{}}
		h.to.Directory = func(_ context.Context, _ *store.Tx, _ int, account id.ID) (notify.Contact, error) {
			switch account {
			case hoa:
				return notify.Contact{Name: "Lò Thị Hoa", Email: "hoa@example.vn", Phone: "0912000001", Language: "vi"}, nil
			case pao:
				return notify.Contact{Name: "Vừ A Páo", Email: "pao@example.vn", Phone: "0912000007", Language: "en"}, nil
			}
			return notify.Contact{}, nil
		}
		h.keep(func(s *notify.Settings) {
			s.Address, s.MailHost, s.MailPort, s.MailTLS, s.MailFrom = "https://ralop.example.vn", h.mail.Host, h.mail.Port, notify.TLSNone, "ralop@example.vn"
		})
		f(t, h)
	})
}

func (h *house) keep(change func(*notify.Settings)) {
	h.t.Helper()
	h.Write(h.t, func(ctx context.Context, tx *store.Tx) error {
		s, err := notify.ReadSettings(ctx, tx, apptest.Realm)
		if err != nil {
			return err
		}
		change(&s)
		return s.Keep(ctx, tx, apptest.Realm, 1)
	})
}

func message(to id.ID, key string, urgent bool) notify.Message {
	return notify.Message{Realm: apptest.Realm, To: notify.Recipient{Account: to}, Code: "notify.test", Key: key, Link: "/van-dong/1", Urgent: urgent}
}

func (h *house) enqueue(messages ...notify.Message) {
	h.t.Helper()
	h.Write(h.t, func(ctx context.Context, tx *store.Tx) error { return notify.Enqueue(ctx, tx, messages...) })
}

func (h *house) withdraw(key string) {
	h.t.Helper()
	h.Write(h.t, func(ctx context.Context, tx *store.Tx) error { return notify.Withdraw(ctx, tx, apptest.Realm, key) })
}

func (h *house) deliver() notify.Delivered {
	h.t.Helper()
	d, err := notify.Deliver(h.t.Context(), h.Store, apptest.Realm, h.to)
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

func (h *house) states() (list []string) {
	for _, w := range apptest.Query[struct {
		Channel, State string
		Tries          int
	}](h.t, h.House, `SELECT channel, state, tries FROM notice_delivery WHERE realm = 1 ORDER BY notice, channel`) {
		list = append(list, fmt.Sprint(w.Channel, " ", w.State, " ", w.Tries))
	}
	return list
}

func (h *house) wantStates(want ...string) {
	h.t.Helper()
	if got := strings.Join(h.states(), "; "); got != strings.Join(want, "; ") {
		h.t.Errorf("deliveries stand at %s, want %s", got, strings.Join(want, "; "))
	}
}

func (h *house) at(hour, minute int) {
	h.Clock.Set(time.Date(2020, 5, 29, hour, minute, 0, 0, day.Place))
}

func TestDigestAndUrgentLetters(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.at(7, 10)
		h.enqueue(message(hoa, "a", false), message(hoa, "b", false), message(hoa, "c", true), message(hoa, "a", false), message(pao, "a", false))
		h.deliver()
		if n := len(h.mail.Letters("")); n != 0 {
			t.Fatalf("%d letters went before the urgent ones were gathered", n)
		}
		h.at(7, 13)
		h.deliver()
		h.deliver()
		if l := h.mail.Letters(""); len(l) != 1 || l[0].To != "hoa@example.vn" || l[0].Subject != "Thông báo thử từ Ra Lớp" {
			t.Fatalf("urgent: got %d letters %+v", len(l), l)
		}
		h.Clock.Set(time.Date(2020, 5, 30, 6, 31, 0, 0, day.Place))
		h.deliver()
		h.deliver()
		hers, his := h.mail.Letters("hoa@example.vn"), h.mail.Letters("pao@example.vn")
		if len(hers) != 2 || len(his) != 1 {
			t.Fatalf("digest: %d letters to Hoa, %d to Páo", len(hers), len(his))
		}
		if hers[1].Subject != "2 việc cần anh/chị xem" || strings.Count(hers[1].Text, "https://ralop.example.vn/van-dong/1") != 2 || !strings.Contains(hers[1].HTML, "Kính gửi Lò Thị Hoa") {
			t.Errorf("her digest reads %q\n%s", hers[1].Subject, hers[1].Text)
		}
		if his[0].Subject != "Test notice of Ra Lớp" || his[0].Header.Get("Auto-Submitted") != "auto-generated" {
			t.Errorf("his letter is not in his language: %q", his[0].Subject)
		}
	})
}

func TestQuietHoursAndWishes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.at(21, 30)
		h.enqueue(message(hoa, "late", true))
		h.at(22, 30)
		h.deliver()
		h.Clock.Set(time.Date(2020, 5, 30, 5, 59, 0, 0, day.Place))
		h.deliver()
		if n := len(h.mail.Letters("")); n != 0 {
			t.Fatalf("%d letters in the quiet hours", n)
		}
		h.Clock.Set(time.Date(2020, 5, 30, 6, 0, 0, 0, day.Place))
		h.deliver()
		if n := len(h.mail.Letters("")); n != 1 {
			t.Fatalf("%d letters at the end of the quiet hours", n)
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return notify.KeepWish(ctx, tx, apptest.Realm, pao, notify.Wish{Mail: notify.MailNone})
		})
		h.enqueue(message(pao, "none", true))
		h.Clock.Advance(time.Hour)
		h.deliver()
		if n := len(h.mail.Letters("pao@example.vn")); n != 0 {
			t.Errorf("%d letters to one who wants none", n)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			list, err := notify.Inbox(ctx, tx, apptest.Realm, pao, 0, text.Vietnamese, 10)
			if n, err := notify.Unread(ctx, tx, apptest.Realm, pao); err != nil || n != 1 || len(list) != 1 || list[0].Title != "Thông báo thử từ Ra Lớp" {
				t.Errorf("his list has %d new, %+v, %v", n, list, err)
			}
			return err
		})
		err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return notify.KeepWish(ctx, tx, apptest.Realm, pao, notify.Wish{Mail: "often", QuietFrom: 1440})
		})
		if !fault.HasCode(err, "notify.bad-wish") || !strings.Contains(err.Error(), "notify.bad-clock") {
			t.Errorf("a wrong wish is %v", err)
		}
	})
}

// A worker that dies between the server's yes and its own note sends again, and the
// letter is the same letter.
func TestKilledBetweenSendingAndMarking(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.enqueue(message(hoa, "a", true), message(hoa, "b", true))
		h.Clock.Advance(3 * time.Minute)
		ctx, kill := context.WithCancel(t.Context())
		h.mail.Taken(func(apptest.Posted) { kill() })
		if _, err := notify.Deliver(ctx, h.Store, apptest.Realm, h.to); err == nil {
			t.Fatal("the killed worker says that all is well")
		}
		h.mail.Taken(nil)
		if got := h.states(); got[0] != "mail sending 1" {
			t.Fatalf("after the kill: %v", got)
		}
		h.deliver()
		if n := len(h.mail.Letters("")); n != 1 {
			t.Fatalf("%d letters while the claim holds", n)
		}
		h.Clock.Advance(16 * time.Minute)
		h.deliver()
		h.deliver()
		letters := h.mail.Letters("")
		if len(letters) != 2 || letters[0].MessageID != letters[1].MessageID || letters[0].MessageID == "" || letters[0].Text != letters[1].Text {
			t.Fatalf("sent again as another letter: %d, %q", len(letters), letters)
		}
		for _, s := range h.states() {
			if strings.HasPrefix(s, "mail") && s != "mail sent 2" {
				t.Errorf("a delivery stands at %q", s)
			}
		}
	})
}

func TestRetryAndDead(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.mail.Refuse(func(string) error {
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "come back later"}
		})
		quiet := notify.Wish{Mail: notify.MailDigest}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return notify.KeepWish(ctx, tx, apptest.Realm, hoa, quiet)
		})
		h.enqueue(message(hoa, "a", true))
		tries := 0
		for range 20 {
			h.Clock.Advance(12*time.Hour + time.Minute)
			d := h.deliver()
			tries += d.Failed + d.Dead
		}
		if tries != notify.Tries {
			t.Errorf("tried %d times, want %d", tries, notify.Tries)
		}
		h.wantStates(fmt.Sprint("mail dead ", notify.Tries))
		h.mail.Refuse(nil)
		var ways []notify.Way
		h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			if ways, err = notify.Ways(ctx, tx, apptest.Realm, []string{notify.Dead}, nil, 0, 10); err != nil {
				return err
			}
			return notify.Again(ctx, tx, apptest.Realm, ways[0].Notice, notify.Mail)
		})
		if !strings.Contains(ways[0].Error, "come back later") {
			t.Errorf("the last error reads %q", ways[0].Error)
		}
		h.deliver()
		h.wantStates("mail sent 1")

		h.mail.Refuse(func(string) error {
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
		})
		h.enqueue(message(hoa, "b", true))
		h.Clock.Advance(3 * time.Minute)
		h.deliver()
		h.wantStates("mail sent 1", "mail dead 1")
		h.enqueue(message(799, "c", true)) // has no address
		h.Clock.Advance(24 * time.Hour)
		h.deliver()
		h.wantStates("mail sent 1", "mail dead 1", "mail skipped 1", "push skipped 1")
	})
}

func TestWithdrawal(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.enqueue(message(hoa, "sent", true), message(pao, "waits", false))
		h.Clock.Advance(3 * time.Minute)
		h.deliver()
		h.withdraw("sent")
		h.withdraw("waits")
		h.withdraw("never said")
		h.Clock.Set(time.Date(2020, 5, 30, 8, 0, 0, 0, day.Place))
		h.deliver()
		letters := h.mail.Letters("")
		if len(letters) != 2 || letters[1].To != "hoa@example.vn" || letters[1].Subject != "Đính chính 1 thông báo đã gửi" || !strings.Contains(letters[1].HTML, "<s>Thông báo thử từ Ra Lớp</s>") {
			t.Fatalf("after the withdrawal: %d letters, %+v", len(letters), letters[len(letters)-1].Subject)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			list, err := notify.Inbox(ctx, tx, apptest.Realm, hoa, 0, text.Vietnamese, 10)
			if len(list) != 1 || list[0].Withdrawn == 0 {
				t.Errorf("the list does not say that it is withdrawn: %+v", list)
			}
			if n, err := notify.Unread(ctx, tx, apptest.Realm, pao); err != nil || n != 0 {
				t.Errorf("%d new to one whose notice was withdrawn", n)
			}
			return err
		})
		for _, s := range h.states() {
			if strings.Contains(s, "waiting") {
				t.Errorf("something waits still: %v", h.states())
			}
		}
	})
}

// gateway is an SMS gateway that knows a repeat by its key.
type gateway struct {
	mutex    sync.Mutex
	requests int
	sent     map[string]string // key → body
	behave   func(n int, w http.ResponseWriter) bool
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	body, _ := io.ReadAll(r.Body)
	g.requests++
	if r.Header.Get("Authorization") != "Bearer khoa" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	g.sent[r.Header.Get("Idempotency-Key")] = string(body)
	if g.behave == nil || g.behave(g.requests, w) {
		io.WriteString(w, `{"result":"OK"}`)
	}
}

func TestSMSByAnyGateway(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		g := &gateway{sent: map[string]string{}}
		server := httptest.NewServer(g)
		t.Cleanup(server.Close)
		h.to.Gateway = &http.Client{Timeout: 300 * time.Millisecond}
		h.keep(func(s *notify.Settings) {
			s.SMSURL, s.SMSHeaders, s.SMSSuccess = server.URL+"/send", "Authorization: Bearer khoa", `"OK"`
			s.SMSBody = `{"to":"{{phone}}","text":"{{text}}","ref":"{{id}}"}`
		})
		// It fails; it takes the SMS and does not answer in time; it says no; then all is well.
		g.behave = func(n int, w http.ResponseWriter) bool {
			switch n {
			case 1:
				w.WriteHeader(http.StatusBadGateway)
			case 2:
				time.Sleep(500 * time.Millisecond)
			case 3:
				io.WriteString(w, `{"result":"BUSY"}`)
			default:
				return true
			}
			return false
		}
		family := notify.Message{Realm: apptest.Realm, To: notify.Recipient{Phone: "0987 654 321", Language: "vi"}, Channel: notify.SMS, Code: "notify.bell_new", Facts: fault.Args{"n": 3}, Key: "family"}
		h.enqueue(family, family)
		for range 6 {
			h.deliver()
			h.Clock.Advance(time.Hour + time.Minute)
		}
		h.wantStates("sms sent 4")
		if len(g.sent) != 1 || g.requests != 4 {
			t.Fatalf("the gateway was asked %d times with %d keys", g.requests, len(g.sent))
		}
		for key, body := range g.sent {
			var got map[string]string
			if err := json.Unmarshal([]byte(body), &got); err != nil || got["to"] != "0987 654 321" || got["text"] != "3 thông báo mới" || got["ref"] != key {
				t.Errorf("the gateway got %s, %v", body, err)
			}
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			s, err := notify.ReadSettings(ctx, tx, apptest.Realm)
			if shown := s.Shown(); shown.SMSHeaders != notify.Masked || shown.SMSURL == notify.Masked {
				t.Errorf("shown as %+v", shown)
			}
			return err
		})
		h.keep(func(s *notify.Settings) { *s = s.Shown() }) // a page that is sent back as it was shown
		h.enqueue(notify.Message{Realm: apptest.Realm, To: notify.Recipient{Phone: "0987", Language: "vi"}, Code: "notify.bell", Key: "again"})
		h.deliver()
		h.wantStates("sms sent 4", "sms sent 1")
	})
}

// browser is a push service with one browser behind it.
type browser struct {
	mutex  sync.Mutex
	key    *ecdh.PrivateKey
	auth   []byte
	got    []notify.Pushed
	topics []string
	status int
}

func (b *browser) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.status != 0 {
		w.WriteHeader(b.status)
		return
	}
	body, _ := io.ReadAll(r.Body)
	plain, err := b.open(body)
	if err != nil || !strings.HasPrefix(r.Header.Get("Authorization"), "vapid t=") || r.Header.Get("Content-Encoding") != "aes128gcm" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	var p notify.Pushed
	if json.Unmarshal(plain, &p) == nil {
		b.got, b.topics = append(b.got, p), append(b.topics, r.Header.Get("Topic"))
	}
	w.WriteHeader(http.StatusCreated)
}

// open reads RFC 8291: what the browser does.
func (b *browser) open(body []byte) ([]byte, error) {
	salt, n := body[:16], int(body[20])
	sender := body[21 : 21+n]
	from, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		return nil, err
	}
	shared, err := b.key.ECDH(from)
	if err != nil {
		return nil, err
	}
	ikm, err := hkdf.Key(sha256.New, shared, b.auth, "WebPush: info\x00"+string(b.key.PublicKey().Bytes())+string(sender), 32)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	plain, err := gcm.Open(nil, nonce, body[21+n:], nil)
	if err != nil {
		return nil, err
	}
	return []byte(strings.TrimRight(strings.TrimRight(string(plain), "\x00"), "\x02")), nil
}

func TestPushReachesTheBrowserOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := &browser{auth: make([]byte, 16)}
		rand.Read(b.auth)
		var err error
		if b.key, err = ecdh.P256().GenerateKey(rand.Reader); err != nil {
			t.Fatal(err)
		}
		server := httptest.NewTLSServer(b)
		t.Cleanup(server.Close)
		h.to.Push = server.Client()
		s := notify.Subscription{Endpoint: server.URL + "/push/1", P256dh: base64.RawURLEncoding.EncodeToString(b.key.PublicKey().Bytes()), Auth: base64.RawURLEncoding.EncodeToString(b.auth), Device: "chrome/android"}
		var key string
		h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			if key, err = notify.PushKey(ctx, tx, apptest.Realm); err != nil {
				return err
			}
			if again, err := notify.PushKey(ctx, tx, apptest.Realm); err != nil || again != key {
				t.Errorf("the key of the realm changed: %v", err)
			}
			if err := notify.Subscribe(ctx, tx, apptest.Realm, pao, s); err != nil {
				return err
			}
			return notify.Subscribe(ctx, tx, apptest.Realm, hoa, s) // the same browser, now hers
		})
		h.enqueue(message(pao, "a", true), message(hoa, "a", true))
		ctx, kill := context.WithCancel(t.Context())
		h.to.Push = &http.Client{Transport: killing{server.Client().Transport, kill}}
		if _, err := notify.Deliver(ctx, h.Store, apptest.Realm, h.to); err == nil {
			t.Fatal("the killed worker says that all is well")
		}
		h.to.Push = server.Client()
		h.Clock.Advance(20 * time.Minute)
		h.deliver()
		if len(b.got) != 2 || b.got[0].Tag != b.got[1].Tag || b.topics[0] != b.topics[1] || b.got[0].Body != "Thông báo thử từ Ra Lớp" || !strings.HasPrefix(b.got[0].URL, notify.OpenAddress) {
			t.Fatalf("the browser got %+v with topics %v", b.got, b.topics)
		}
		b.status = http.StatusGone
		h.enqueue(message(hoa, "b", true))
		h.deliver()
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			left, err := notify.Subscriptions(ctx, tx, apptest.Realm, hoa)
			if len(left) != 0 {
				t.Errorf("a browser that is gone is kept")
			}
			return err
		})
		for _, wrong := range []notify.Subscription{{Endpoint: "http://push.example.vn/1", P256dh: s.P256dh, Auth: s.Auth}, {Endpoint: s.Endpoint, P256dh: "AAAA", Auth: s.Auth}, {Endpoint: s.Endpoint, P256dh: s.P256dh, Auth: "AA"}} {
			err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return notify.Subscribe(ctx, tx, apptest.Realm, hoa, wrong)
			})
			if !fault.HasCode(err, "notify.bad-browser") {
				t.Errorf("%+v is taken: %v", wrong, err)
			}
		}
		// Without a client of the test an address inside the house is refused.
		h.to.Push = nil
		h.Write(t, func(ctx context.Context, tx *store.Tx) error { return notify.Subscribe(ctx, tx, apptest.Realm, hoa, s) })
		h.enqueue(message(hoa, "c", true))
		before := len(b.got)
		h.deliver()
		var ways []notify.Way
		h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
			ways, err = notify.Ways(ctx, tx, apptest.Realm, []string{notify.Waiting}, []notify.Channel{notify.Push}, 0, 5)
			return err
		})
		if len(b.got) != before || len(ways) != 1 || !strings.Contains(ways[0].Error, "address-inside") || strings.Contains(ways[0].Error, server.URL) {
			t.Errorf("an address inside the house: %+v", ways)
		}
	})
}

// killing ends the worker when the push service has answered.
type killing struct {
	http.RoundTripper
	kill func()
}

func (k killing) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := k.RoundTripper.RoundTrip(r)
	k.kill()
	return answer, err
}

func TestSettingsAreChecked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for name, change := range map[string]func(*notify.Settings){
			"notify.bad-address": func(s *notify.Settings) { s.Address = "ralop.example.vn" }, "notify.bad-host": func(s *notify.Settings) { s.MailHost = "smtp://x" },
			"notify.bad-port": func(s *notify.Settings) { s.MailPort = 0 }, "notify.bad-from": func(s *notify.Settings) { s.MailFrom = "x" }, "notify.bad-tls": func(s *notify.Settings) { s.MailTLS = "maybe" },
			"notify.bad-sms":      func(s *notify.Settings) { s.SMSURL, s.SMSBody = "https://sms.example.vn", "{}" },
			"notify.bad-sms-json": func(s *notify.Settings) { s.SMSURL, s.SMSBody = "https://sms.example.vn", "{{phone}} {{text}}" },
			"notify.bad-header":   func(s *notify.Settings) { s.SMSURL, s.SMSHeaders = "https://sms.example.vn", "nothing" }, "notify.bad-subject": func(s *notify.Settings) { s.PushSubject = "x" },
		} {
			err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				s, err := notify.ReadSettings(ctx, tx, apptest.Realm)
				if err != nil {
					return err
				}
				change(&s)
				return s.Keep(ctx, tx, apptest.Realm, 1)
			})
			if err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestMailServerThatAsksForAName(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.mail.Ask("ralop", "bi-mat")
		h.keep(func(s *notify.Settings) { s.MailUser, s.MailPassword = "ralop", "sai" })
		h.enqueue(message(hoa, "a", true))
		h.Clock.Advance(3 * time.Minute)
		h.deliver()
		h.wantStates("mail waiting 1", "push skipped 1")
		h.keep(func(s *notify.Settings) { s.MailPassword = "bi-mat" })
		h.Clock.Advance(2 * time.Minute)
		h.deliver()
		h.wantStates("mail sent 2", "push skipped 1")
	})
}

func TestMailIsProtected(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		certified := httptest.NewTLSServer(http.NotFoundHandler()) // for its certificate
		t.Cleanup(certified.Close)
		box := apptest.OpenMailbox(t, certified.TLS.Clone())
		h.keep(func(s *notify.Settings) { s.MailPort, s.MailTLS = box.Port, notify.TLSStart })
		h.enqueue(message(hoa, "a", true))
		h.Clock.Advance(3 * time.Minute)
		h.deliver()
		if n := len(box.Letters("")); n != 0 {
			t.Fatal("a server whose certificate nobody knows gets letters")
		}
		h.to.TLS = certified.Client().Transport.(*http.Transport).TLSClientConfig
		h.Clock.Advance(2 * time.Minute)
		h.deliver()
		if n := len(box.Letters("")); n != 1 {
			t.Fatalf("%d letters by STARTTLS: %v", n, h.states())
		}
		// The plain server of the house offers no STARTTLS: nothing goes unprotected.
		h.keep(func(s *notify.Settings) { s.MailPort = h.mail.Port })
		h.enqueue(message(hoa, "b", true))
		h.Clock.Advance(3 * time.Minute)
		h.deliver()
		if n := len(h.mail.Letters("")); n != 0 {
			t.Fatal("a letter went unprotected")
		}
	})
}
