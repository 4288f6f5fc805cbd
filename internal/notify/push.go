package notify

import (
	"context"
	"crypto/ecdh"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	webpush "github.com/SherClockHolmes/webpush-go"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/text"
)

// Subscription is a browser that shows a person's notices.
type Subscription struct {
	Hash     string
	Endpoint string
	P256dh   string
	Auth     string
	Device   string // a code: "chrome/android"
	MadeAt   day.Instant
}

// Pushed is what a browser gets.
type Pushed struct {
	Title string `json:"title"`
	Body  string `json:"body,omitempty"`
	URL   string `json:"url"`
	Tag   string `json:"tag"` // the browser shows one tag once
	Lang  string `json:"lang"`
}

// Subscribe keeps a browser of an account, and takes it from whoever had it before.
// Fault: notify.bad-browser.
func Subscribe(ctx context.Context, tx *store.Tx, realm int, account id.ID, s Subscription) error {
	u, err := url.Parse(s.Endpoint)
	point, keyErr := base64.RawURLEncoding.DecodeString(strings.TrimRight(s.P256dh, "="))
	secret, authErr := base64.RawURLEncoding.DecodeString(strings.TrimRight(s.Auth, "="))
	if keyErr == nil {
		_, keyErr = ecdh.P256().NewPublicKey(point)
	}
	if err := errors.Join(err, keyErr, authErr); err != nil || u.Scheme != "https" || u.Host == "" || len(s.Endpoint) > 1000 || len(secret) != 16 {
		return fault.New(fault.Invalid, "notify.bad-browser", nil).Because(err)
	}
	hash := hashOf(s.Endpoint)
	if _, err := tx.Exec(ctx, sqlUnsubscribeOthers, realm, hash, account); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sqlSubscribe, realm, account, hash, s.Endpoint, s.P256dh, s.Auth, s.Device, tx.Now())
	return err
}

// Unsubscribe forgets a browser, by its address or the hash of it.
func Unsubscribe(ctx context.Context, tx *store.Tx, realm int, account id.ID, endpoint string) error {
	hash := endpoint
	if strings.Contains(endpoint, ":") {
		hash = hashOf(endpoint)
	}
	_, err := tx.Exec(ctx, sqlUnsubscribe, realm, account, hash)
	return err
}

// Subscriptions are the browsers of an account.
func Subscriptions(ctx context.Context, tx *store.Tx, realm int, account id.ID) ([]Subscription, error) {
	return store.All[Subscription](ctx, tx, sqlSubscriptions, realm, account)
}

func hashOf(endpoint string) string {
	sum := sha256.Sum256([]byte(endpoint))
	return base64.RawURLEncoding.EncodeToString(sum[:18])
}

// sendPush sends to every browser of the person; one that is gone is forgotten. It is
// done when one of them took it.
func sendPush(ctx context.Context, s *store.Store, realm int, settings Settings, t Transports, p parcel) error {
	if len(p.browsers) == 0 {
		return errNoAddress
	}
	if settings.PushPrivate == "" {
		return errNoSettings
	}
	q := p.contents[0]
	lang := text.ParseLang(p.contact.Language)
	said, err := say(lang, q.Code, q.Facts)
	if err != nil {
		return permanent{err}
	}
	message, err := json.Marshal(Pushed{Title: text.T(lang, "common.product"), Body: said.Title, URL: OpenAddress + q.Notice.String(), Tag: q.Notice.String(), Lang: string(lang)})
	if err != nil {
		return err
	}
	client := t.Push
	if client == nil {
		client = outside
	}
	subject := settings.PushSubject
	if subject == "" {
		if subject = settings.MailFrom; subject == "" {
			subject = settings.Address
		}
	}
	urgency := webpush.UrgencyNormal
	if q.Urgent {
		urgency = webpush.UrgencyHigh
	}
	var failures []error
	took, gone := 0, []string{}
	for _, browser := range p.browsers {
		answer, err := webpush.SendNotificationWithContext(ctx, message, &webpush.Subscription{Endpoint: browser.Endpoint, Keys: webpush.Keys{Auth: browser.Auth, P256dh: browser.P256dh}},
			&webpush.Options{HTTPClient: client, Subscriber: subject, Topic: "r" + q.Notice.String(), TTL: int((24 * time.Hour).Seconds()), Urgency: urgency, VAPIDPublicKey: settings.PushPublic, VAPIDPrivateKey: settings.PushPrivate})
		if err != nil {
			failures = append(failures, stripAddress(err))
			continue
		}
		answer.Body.Close()
		switch {
		case answer.StatusCode/100 == 2:
			took++
		case answer.StatusCode == http.StatusGone || answer.StatusCode == http.StatusNotFound:
			gone = append(gone, browser.Hash)
		default:
			failures = append(failures, fmt.Errorf("status %d", answer.StatusCode))
		}
	}
	if len(gone) > 0 {
		err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			for _, hash := range gone {
				if err := Unsubscribe(ctx, tx, realm, q.Account, hash); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if took > 0 {
		return nil
	}
	if len(failures) == 0 {
		return errNoAddress
	}
	return errors.Join(failures...)
}

// stripAddress leaves out the address of a browser: it is hers alone.
func stripAddress(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// outside reaches push services only: an address that a browser gave must not lead to a
// machine inside the house.
var outside = &http.Client{Timeout: patience, Transport: &http.Transport{
	DialContext: (&net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		return refuseInside(address)
	}}).DialContext, TLSHandshakeTimeout: 10 * time.Second, ForceAttemptHTTP2: true, Proxy: http.ProxyFromEnvironment}}

func refuseInside(address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	a := at.Addr().Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return errors.New("address-inside")
	}
	return nil
}
