package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"net/mail"
	"net/url"
	"strconv"
	"strings"

	webpush "github.com/SherClockHolmes/webpush-go"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Ways a mail server is spoken to.
const (
	TLSStart = "starttls" // port 587
	TLSWhole = "tls"      // port 465
	TLSNone  = "none"     // a server on the same machine
)

// Settings of a realm: how notices leave the house. A channel without its first field is
// not set up, and its deliveries are skipped.
type Settings struct {
	Address string // of the product as people reach it: "https://ralop.example.vn"; letters link to it

	MailHost     string
	MailPort     int
	MailTLS      string
	MailUser     string // "" without signing in
	MailPassword string // secret
	MailFrom     string // address of the sender
	MailName     string // name of the sender; "" is the product's

	SMSURL     string // of the gateway; {{phone}}, {{text}} and {{id}} are filled in, escaped for an address
	SMSMethod  string // GET or POST
	SMSHeaders string // one "Name: value" a line; secret
	SMSBody    string // template with {{phone}}, {{text}}, {{id}}, escaped for its kind
	SMSKind    string // json or form: how the body is escaped
	SMSSuccess string // what the answer must hold besides status 2xx; "" is nothing

	PushSubject string // of VAPID: a mail address or https address that the push service may write to
	PushPublic  string // made once
	PushPrivate string // made once; secret
}

// Masked stands for a secret that is set.
const Masked = "••••••••"

// secrets are the names of fields that no page shows.
var secrets = map[string]bool{"notify.mail-password": true, "notify.sms-headers": true, "notify.push-private": true}

// fields ties the names in table setting to the fields.
func (s *Settings) fields() map[string]*string {
	return map[string]*string{"notify.address": &s.Address,
		"notify.mail-host": &s.MailHost, "notify.mail-tls": &s.MailTLS, "notify.mail-user": &s.MailUser, "notify.mail-password": &s.MailPassword, "notify.mail-from": &s.MailFrom, "notify.mail-name": &s.MailName,
		"notify.sms-url": &s.SMSURL, "notify.sms-method": &s.SMSMethod, "notify.sms-headers": &s.SMSHeaders, "notify.sms-body": &s.SMSBody, "notify.sms-kind": &s.SMSKind, "notify.sms-success": &s.SMSSuccess,
		"notify.push-subject": &s.PushSubject, "notify.push-public": &s.PushPublic, "notify.push-private": &s.PushPrivate}
}

const portName = "notify.mail-port"

// DefaultSettings hold where nothing is set.
var DefaultSettings = Settings{MailPort: 587, MailTLS: TLSStart, SMSMethod: "POST", SMSKind: "json", SMSBody: `{"to":"{{phone}}","text":"{{text}}"}`}

// ReadSettings gives the settings with their secrets; a page shows Shown.
func ReadSettings(ctx context.Context, tx *store.Tx, realm int) (Settings, error) {
	s := DefaultSettings
	type row struct{ Name, Value string }
	rows, err := store.All[row](ctx, tx, sqlSettings, realm)
	to := s.fields()
	for _, r := range rows {
		if r.Name == portName {
			if s.MailPort, err = strconv.Atoi(r.Value); err != nil {
				return s, fmt.Errorf("notify: setting %s: %w", portName, err)
			}
		} else if field := to[r.Name]; field != nil {
			*field = r.Value
		}
	}
	return s, err
}

// Shown is s with its secrets masked.
func (s Settings) Shown() Settings {
	for name, field := range s.fields() {
		if secrets[name] && *field != "" {
			*field = Masked
		}
	}
	return s
}

// Keep writes the settings; whether the caller may is asked by the one who calls. A
// secret that says Masked stays what it was; the keys of push cannot be given. Faults
// name the field: notify.bad-address, -host, -port, -tls, -from, -sms, -header, -subject.
func (s Settings) Keep(ctx context.Context, tx *store.Tx, realm int, account id.ID) error {
	old, err := ReadSettings(ctx, tx, realm)
	if err != nil {
		return err
	}
	before := old.fields()
	for name, field := range s.fields() {
		*field = strings.TrimSpace(*field)
		if strings.HasPrefix(name, "notify.push-p") || secrets[name] && *field == Masked {
			*field = *before[name]
		}
	}
	s.Address = strings.TrimRight(s.Address, "/")
	if err := s.check().OrNil(); err != nil {
		return err
	}
	rows := [][]any{{realm, portName, strconv.Itoa(s.MailPort), account, tx.Now()}}
	for name, field := range s.fields() {
		rows = append(rows, []any{realm, name, *field, account, tx.Now()})
	}
	return tx.Many(ctx, sqlPutSetting, rows)
}

func (s Settings) check() (faults fault.List) {
	bad := func(code, field string) {
		faults = append(faults, fault.New(fault.Invalid, "notify.bad-"+code, nil).On(field))
	}
	if u, err := url.Parse(s.Address); s.Address != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		bad("address", "address")
	}
	if s.MailHost != "" {
		if strings.ContainsAny(s.MailHost, " /:@") {
			bad("host", "mail-host")
		}
		if s.MailPort < 1 || s.MailPort > 65535 {
			bad("port", "mail-port")
		}
		if s.MailTLS != TLSStart && s.MailTLS != TLSWhole && s.MailTLS != TLSNone {
			bad("tls", "mail-tls")
		}
		if _, err := mail.ParseAddress(s.MailFrom); err != nil {
			bad("from", "mail-from")
		}
	}
	if s.SMSURL != "" {
		u, err := url.Parse(fill(s.SMSURL, url.QueryEscape, "1", "1", "1"))
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || s.SMSMethod != "GET" && s.SMSMethod != "POST" || s.SMSKind != "json" && s.SMSKind != "form" {
			bad("sms", "sms-url")
		}
		if !strings.Contains(s.SMSURL+s.SMSBody, "{{text}}") || !strings.Contains(s.SMSURL+s.SMSBody, "{{phone}}") {
			bad("sms", "sms-body")
		} else if s.SMSMethod == "POST" && s.SMSKind == "json" && !json.Valid([]byte(fill(s.SMSBody, escapeJSON, "1", "1", "1"))) {
			bad("sms-json", "sms-body")
		}
		if _, err := headersOf(s.SMSHeaders); err != nil {
			bad("header", "sms-headers")
		}
	}
	if s.PushSubject != "" {
		u, err := url.Parse(s.PushSubject)
		_, noMail := mail.ParseAddress(s.PushSubject)
		if noMail != nil && (err != nil || u.Scheme != "https" || u.Host == "") {
			bad("subject", "push-subject")
		}
	}
	return faults
}

// PushKey gives the public key of the realm that browsers subscribe with; made once.
func PushKey(ctx context.Context, tx *store.Tx, realm int) (string, error) {
	s, err := ReadSettings(ctx, tx, realm)
	if err != nil || s.PushPublic != "" {
		return s.PushPublic, err
	}
	private, public, err := webpush.GenerateVAPIDKeys()
	if err != nil {
		return "", err
	}
	return public, tx.Many(ctx, sqlPutSetting, [][]any{{realm, "notify.push-private", private, id.ID(0), tx.Now()}, {realm, "notify.push-public", public, id.ID(0), tx.Now()}})
}

// Purge forgets notices older than keep, with what became of them.
func Purge(ctx context.Context, tx *store.Tx, realm int, before day.Instant) error {
	if _, err := tx.Exec(ctx, sqlPurgeDeliveries, realm, before); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, sqlPurge, realm, before)
	return err
}
