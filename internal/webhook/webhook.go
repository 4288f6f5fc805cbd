package webhook

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Event is a kind of thing that happened.
type Event string

const (
	SheetReceived Event = "sheet.received" // a roll call came in or was changed: class, day, session, version
	CaseOpened    Event = "case.opened"    // a case of a child was opened: its id alone
	ReportFrozen  Event = "report.frozen"  // a paper was approved and frozen: its id and place
	Tried         Event = "webhook.tried"  // the owner asked for a try; every webhook gets it
)

// Events lists what a webhook may ask for, and Usual what it gets when it asks for nothing:
// that a case was opened is told only to who asked.
var (
	Events = []Event{SheetReceived, CaseOpened, ReportFrozen}
	Usual  = []Event{SheetReceived, ReportFrozen}
)

// needs is what an account must hold somewhere so that an event ever reaches it.
var needs = map[Event]access.Action{SheetReceived: access.SeeBoard, CaseOpened: access.SeeCases, ReportFrozen: access.SeeReport}

// LabelLength is the most letters a label has; URLLength of an address; Most the webhooks of one account.
const (
	LabelLength = 60
	URLLength   = 500
	Most        = 10
)

// secretPrefix makes a secret that was published by mistake easy to find.
const secretPrefix = "whsec_"

// Set is events separated by spaces, in the order of Events.
type Set string

// Has says whether the event is in the set.
func (s Set) Has(e Event) bool { return slices.Contains(s.List(), e) }

// List gives the events one by one.
func (s Set) List() []Event {
	var list []Event
	for word := range strings.FieldsSeq(string(s)) {
		list = append(list, Event(word))
	}
	return list
}

// Webhook is what is known of a webhook; never its secret.
type Webhook struct {
	ID      id.ID
	Account id.ID
	Label   string
	URL     string
	Events  Set
	MadeBy  id.ID
	MadeAt  day.Instant
	EndedAt day.Instant // 0: it stands
}

// Host is where it leads, without what stands in its path.
func (w Webhook) Host() string {
	u, err := url.Parse(w.URL)
	if err != nil {
		return ""
	}
	return u.Host
}

// MakeIn says what webhook is wanted; without events it is what of Usual the account may see.
type MakeIn struct {
	Account id.ID
	Label   string
	URL     string
	Events  []Event
}

// Make makes a webhook and gives its secret, which is shown once and never again.
//
// Faults: Forbidden webhook.not-own, webhook.beyond (an event of which the account may see
// nothing anywhere); NotFound account.unknown; Invalid webhook.no-label, webhook.long-label,
// webhook.unknown-event, webhook.disabled, webhook.bad-url, webhook.not-https,
// webhook.inside; Conflict webhook.too-many.
func Make(ctx context.Context, tx *store.Tx, who access.Who, in MakeIn) (Webhook, string, error) {
	rule := "self"
	if who.IsSystem() {
		rule = "system"
	} else if who.Account != in.Account {
		return Webhook{}, "", fault.New(fault.Forbidden, "webhook.not-own", nil)
	}
	profile, err := account.Find(ctx, tx, who.Realm, in.Account)
	if err != nil {
		return Webhook{}, "", err
	}
	if profile.Disabled {
		return Webhook{}, "", fault.New(fault.Invalid, "webhook.disabled", nil)
	}
	if in.Label = viet.Clean(in.Label); in.Label == "" {
		return Webhook{}, "", fault.New(fault.Invalid, "webhook.no-label", nil).On("label")
	}
	if len([]rune(in.Label)) > LabelLength {
		return Webhook{}, "", fault.New(fault.Invalid, "webhook.long-label", fault.Args{"most": LabelLength}).On("label")
	}
	allowed, err := AllowedHosts(ctx, tx, who.Realm)
	if err != nil {
		return Webhook{}, "", err
	}
	if in.URL, err = checkURL(in.URL, allowed); err != nil {
		return Webhook{}, "", err
	}
	holder, err := access.Load(ctx, tx, who.Realm, in.Account)
	if err != nil {
		return Webhook{}, "", err
	}
	if len(in.Events) == 0 {
		in.Events = slices.DeleteFunc(slices.Clone(Usual), func(e Event) bool { return !access.MaySomewhere(holder, needs[e]) })
	}
	if len(in.Events) == 0 {
		return Webhook{}, "", fault.New(fault.Forbidden, "webhook.beyond", fault.Args{"event": string(SheetReceived)}).On("events")
	}
	var words []string
	for _, e := range in.Events {
		if !slices.Contains(Events, e) {
			return Webhook{}, "", fault.New(fault.Invalid, "webhook.unknown-event", fault.Args{"event": string(e)}).On("events")
		}
		if !access.MaySomewhere(holder, needs[e]) {
			return Webhook{}, "", fault.New(fault.Forbidden, "webhook.beyond", fault.Args{"event": string(e)}).On("events")
		}
	}
	for _, e := range Events {
		if slices.Contains(in.Events, e) {
			words = append(words, string(e))
		}
	}
	standing, err := store.One[int](ctx, tx, sqlStanding, who.Realm, in.Account, day.Instant(0))
	if err != nil {
		return Webhook{}, "", err
	}
	if standing >= Most {
		return Webhook{}, "", fault.New(fault.Conflict, "webhook.too-many", fault.Args{"most": Most})
	}
	if err := begin(ctx, tx, who.Realm); err != nil {
		return Webhook{}, "", err
	}
	w := Webhook{ID: tx.NewID(), Account: in.Account, Label: in.Label, URL: in.URL, Events: Set(strings.Join(words, " ")), MadeBy: who.Account, MadeAt: tx.Now()}
	var random [32]byte
	rand.Read(random[:])
	secret := secretPrefix + base64.RawURLEncoding.EncodeToString(random[:])
	if _, err := tx.Exec(ctx, sqlInsert, who.Realm, w.ID, w.Account, w.Label, w.URL, w.Events, secret, w.MadeBy, w.MadeAt, w.EndedAt); err != nil {
		return Webhook{}, "", err
	}
	return w, secret, record(ctx, tx, who, "webhook.make", w, rule)
}

// MakeOnce is Make for a program that may ask twice because no answer reached it: with the
// same key it gets the webhook that was made then, its secret too, and nothing is made.
//
// Faults: those of Make; Conflict webhook.other-webhook when the key stood for another one.
func MakeOnce(ctx context.Context, tx *store.Tx, who access.Who, key string, in MakeIn) (w Webhook, secret string, repeated bool, err error) {
	if who.Account != in.Account {
		return w, "", false, fault.New(fault.Forbidden, "webhook.not-own", nil)
	}
	key = strings.ToLower(key)
	if w, err = store.One[Webhook](ctx, tx, sqlByKey, who.Realm, in.Account, key); err == nil {
		if w.Label != viet.Clean(in.Label) || w.URL != strings.TrimSpace(in.URL) {
			return Webhook{}, "", false, fault.New(fault.Conflict, "webhook.other-webhook", nil)
		}
		secret, err = store.One[string](ctx, tx, sqlSecret, who.Realm, w.ID)
		return w, secret, true, err
	} else if !store.IsNone(err) {
		return w, "", false, err
	}
	if w, secret, err = Make(ctx, tx, who, in); err != nil {
		return w, "", false, err
	}
	_, err = tx.Exec(ctx, sqlSetKey, who.Realm, w.ID, key)
	if store.IsUnique(err) { // the same was asked twice at once: the second finds what the first made
		err = store.ErrAgain
	}
	return w, secret, false, err
}

// begin sets the mark to the head of the book when nobody listened before: what happened
// until now is told to nobody.
func begin(ctx context.Context, tx *store.Tx, realm int) error {
	n, err := store.One[int](ctx, tx, sqlAnyStanding, realm, day.Instant(0))
	if err != nil || n > 0 {
		return err
	}
	head, err := audit.Head(ctx, tx, realm)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sqlBegin, realm, head.Number)
	return err
}

// checkURL reads an address. https only; http is for a program on this machine.
func checkURL(text string, allowed []string) (string, error) {
	bad := func(code string) (string, error) { return "", fault.New(fault.Invalid, code, nil).On("url") }
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || len(text) > URLLength || u.Hostname() == "" {
		return bad("webhook.bad-url")
	}
	own := isLoopback(u.Hostname())
	if u.Scheme != "https" && !(u.Scheme == "http" && own) {
		return bad("webhook.not-https")
	}
	if slices.Contains(allowed, strings.ToLower(u.Hostname())) {
		return u.String(), nil
	}
	if own {
		return bad("webhook.inside")
	}
	if at, err := netip.ParseAddr(u.Hostname()); err == nil && inside(at) {
		return bad("webhook.inside")
	}
	return u.String(), nil
}

func isLoopback(host string) bool {
	if at, err := netip.ParseAddr(host); err == nil {
		return at.Unmap().IsLoopback()
	}
	return strings.EqualFold(host, "localhost") || strings.HasSuffix(strings.ToLower(host), ".localhost")
}

// List gives the webhooks of an account, the newest first; of 0 all of the realm, for who
// manages accounts. Faults: those of access.May.
func List(ctx context.Context, tx *store.Tx, who access.Who, of id.ID) ([]Webhook, error) {
	if of == 0 || of != who.Account {
		if _, err := access.May(ctx, tx, who, access.ManageAccounts, access.Realm()); err != nil {
			return nil, err
		}
	}
	if of == 0 {
		return store.All[Webhook](ctx, tx, sqlAll, who.Realm)
	}
	return store.All[Webhook](ctx, tx, sqlOf, who.Realm, of)
}

// find gives a webhook to its owner and to who manages accounts, and by which rule. Of
// another's webhook nobody else learns that it is there.
func find(ctx context.Context, tx *store.Tx, who access.Who, webhook id.ID) (Webhook, string, error) {
	w, err := store.One[Webhook](ctx, tx, sqlByID, who.Realm, webhook)
	none := fault.New(fault.NotFound, "webhook.none", nil)
	if store.IsNone(err) {
		return w, "", none
	} else if err != nil {
		return w, "", err
	}
	if w.Account == who.Account {
		return w, "self", nil
	}
	rule, err := access.May(ctx, tx, who, access.ManageAccounts, access.Realm())
	if fault.Is(err, fault.Forbidden) {
		err = none
	}
	return w, rule, err
}

// Find gives one webhook. Fault: NotFound webhook.none.
func Find(ctx context.Context, tx *store.Tx, who access.Who, webhook id.ID) (Webhook, error) {
	w, _, err := find(ctx, tx, who, webhook)
	return w, err
}

// End ends a webhook at once: what waits is dropped. Ending it again changes nothing.
// Fault: NotFound webhook.none.
func End(ctx context.Context, tx *store.Tx, who access.Who, webhook id.ID) error {
	w, rule, err := find(ctx, tx, who, webhook)
	if err != nil {
		return err
	}
	touched, err := tx.Exec(ctx, sqlEndWebhook, who.Realm, webhook, tx.Now(), day.Instant(0))
	if err != nil || touched == 0 {
		return err
	}
	if _, err := tx.Exec(ctx, sqlDropAll, who.Realm, webhook, tx.Now()); err != nil {
		return err
	}
	return record(ctx, tx, who, "webhook.end", w, rule)
}

func record(ctx context.Context, tx *store.Tx, who access.Who, action string, w Webhook, rule string) error {
	return audit.Record(ctx, tx, who.Audit(action, access.Resource{Kind: "account", ID: w.Account}, rule,
		map[string]any{"webhook": w.ID, "events": w.Events}))
}

// Usable lists the events of which w may see something today.
func Usable(w access.Who) []Event {
	return slices.DeleteFunc(slices.Clone(Events), func(e Event) bool { return !access.MaySomewhere(w, needs[e]) })
}
