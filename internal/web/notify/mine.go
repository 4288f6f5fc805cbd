package notify

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/account"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/notify"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

const page = 40

// moment is a time as people write it: "7:12, 29/05/2020".
func moment(i day.Instant) string { return i.Clock() + ", " + i.Day().Vietnamese() }

func list(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	before, err := r.OptionalID("truoc")
	if err != nil {
		return door.Answer{}, err
	}
	told, err := notify.Inbox(ctx, tx, r.Who.Realm, r.Who.Account, before, r.Lang, page)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.None, r.T("notify.list"))
	c.Lead = r.T("notify.list_lead")
	c.Actions = ui.Buttons(ui.Button{Label: r.T("notify.ways"), URL: notify.WishAddress, Icon: ui.IconSettings})
	if len(told) == 0 && before == 0 {
		empty := ui.Empty{Icon: ui.IconBell, Title: r.T("notify.none"), Text: r.T("notify.none_text"), Act: ui.Press(ui.Button{Label: r.T("notify.ways"), URL: notify.WishAddress, Icon: ui.IconSettings})}
		return door.Page(frame.In(ui.Page(c), empty.Draw())), nil
	}
	var items []ui.Item
	for _, n := range told {
		item := ui.Item{Title: n.Title, Text: strings.TrimSpace(moment(n.MadeAt) + ". " + n.Body), URL: notify.OpenAddress + n.ID.String()}
		mark := ""
		switch {
		case n.Withdrawn != 0:
			item.Tone = ui.Grey
			item.Text = moment(n.MadeAt) + ". " + r.T("notify.withdrawn_text", "day", n.Withdrawn.Day().Vietnamese())
		case n.ReadAt == 0 && n.Urgent:
			item.Tone, mark = ui.Red, r.T("notify.fresh")+" · "+r.T("notify.urgent")
		case n.ReadAt == 0:
			item.Tone, mark = ui.Cham, r.T("notify.fresh")
		}
		if mark != "" {
			item.Text = mark + " · " + item.Text
		}
		items = append(items, item)
	}
	parts := []templ.Component{}
	if before == 0 {
		parts = append(parts, ui.Post(notify.ListAddress+"/da-xem", ui.Button{Label: r.T("notify.read_all"), Small: true, Icon: ui.IconCheck}, ui.Pair{Name: "den", Value: told[0].ID.String()}))
	}
	parts = append(parts, ui.List(items...))
	pages := ui.Pages{Label: r.T("notify.list")}
	if before != 0 {
		pages.Previous = notify.ListAddress
	}
	if len(told) == page {
		pages.Next = notify.ListAddress + "?truoc=" + told[len(told)-1].ID.String()
	}
	if pages.Previous != "" || pages.Next != "" {
		parts = append(parts, ui.Pager(pages))
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

// count is the number on the bell, empty when nothing is new.
func count(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	n, err := notify.Unread(ctx, tx, r.Who.Realm, r.Who.Account)
	words := ""
	switch {
	case n > 99:
		words = "99+"
	case n > 0:
		words = strconv.Itoa(n)
	}
	return door.Page(templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, words)
		return err
	})), err
}

func readAll(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	until, err := r.ID("den")
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(notify.ListAddress), notify.ReadAll(ctx, tx, r.Who.Realm, r.Who.Account, until)
}

// open marks a notice as read and leads on. A GET, because a push and a letter are links;
// reading twice changes nothing.
func open(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	notice, err := r.ID("notice")
	if err != nil {
		return door.Answer{}, err
	}
	link, err := notify.Open(ctx, tx, r.Who.Realm, r.Who.Account, notice)
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(door.LocalAddress(link, notify.ListAddress)), nil
}

// showWish may make the realm's key of pushes, the first time that anybody asks.
func showWish(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	w, err := notify.WishOf(ctx, tx, r.Who.Realm, r.Who.Account)
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := notify.PushKey(ctx, tx, r.Who.Realm); err != nil {
		return door.Answer{}, err
	}
	return wishPage(ctx, tx, r, w, nil)
}

func wishAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	w, _ := wishOf(r)
	return wishPage(ctx, tx, r, w, faults)
}

// wishOf reads the form; a time that cannot be read is outside the day, so that the room refuses it.
func wishOf(r *door.Request) (w notify.Wish, raw map[string]string) {
	raw = map[string]string{}
	clock := func(name string) notify.Clock {
		raw[name] = r.Value(name)
		c, err := notify.ParseClock(raw[name])
		if err != nil {
			return -1
		}
		return c
	}
	return notify.Wish{Mail: r.Value("mail"), Push: r.Value("push") != "", SMS: r.Value("sms") != "",
		QuietFrom: clock("quiet-from"), QuietUntil: clock("quiet-until"), DigestAt: clock("digest-at")}, raw
}

func keepWish(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	w, _ := wishOf(r)
	return door.SeeOther(notify.WishAddress + "?xong=1"), notify.KeepWish(ctx, tx, r.Who.Realm, r.Who.Account, w)
}

func wishPage(ctx context.Context, tx *store.Tx, r *door.Request, w notify.Wish, faults fault.List) (door.Answer, error) {
	contact, err := account.ContactOf(ctx, tx, r.Who.Realm, r.Who.Account)
	if err != nil {
		return door.Answer{}, err
	}
	browsers, err := notify.Subscriptions(ctx, tx, r.Who.Realm, r.Who.Account)
	if err != nil {
		return door.Answer{}, err
	}
	settings, err := notify.ReadSettings(ctx, tx, r.Who.Realm)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.None, r.T("notify.ways"))
	c.Lead, c.Return = r.T("notify.ways_lead"), notify.WishAddress
	c.Modules = []string{notify.ListAddress + "/push.js"}
	c.Actions = ui.Buttons(ui.Button{Label: r.T("notify.list"), URL: notify.ListAddress, Icon: ui.IconBell})
	if r.Value("xong") != "" {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Green, Text: r.T("notify.kept")})
	}
	if contact.Email == "" {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Amber, Text: r.T("notify.no_mail")})
	}
	mail := ui.Field{Name: "mail", Label: r.T("notify.mail"), Value: w.Mail, Help: contact.Email, Error: door.FieldError(r, faults, "mail")}
	for _, v := range []string{notify.MailDigest, notify.MailEach, notify.MailNone} {
		mail.Options = append(mail.Options, ui.Option{Value: v, Label: r.T("notify.mail-" + v)})
	}
	clock := func(name string, value notify.Clock) ui.Field {
		f := ui.Field{Name: name, Label: r.T("notify." + name), Kind: "time", Class: "input-short", Value: value.String(), Error: door.FieldError(r, faults, name)}
		if value < 0 {
			f.Value = r.Value(name)
		}
		return f
	}
	digest, from, until := clock("digest-at", w.DigestAt), clock("quiet-from", w.QuietFrom), clock("quiet-until", w.QuietUntil)
	form := frame.Form(notify.WishAddress, false, ui.Faults("", ui.Mistakes(mail, digest, from, until)),
		ui.Radios(mail), ui.Input(digest),
		ui.Check(ui.Field{Name: "push", Label: r.T("notify.push")}, w.Push), ui.Check(ui.Field{Name: "sms", Label: r.T("notify.sms"), Help: contact.Phone}, w.SMS),
		frame.Box("fields", ui.Input(from), ui.Input(until)), frame.Quietly(r.T("notify.quiet_help")),
		ui.Actions(ui.Button{Label: r.T("notify.keep"), Kind: ui.Primary}))
	return door.Page(frame.In(ui.Page(c), form, frame.In(ui.Section("may", r.T("notify.machines"), r.T("notify.machines_note")), switchHere(r, settings.PushPublic, browsers), machines(r, browsers).Draw()))), nil
}

// switchHere is the button that the script brings to life; without a script it stays hidden.
func switchHere(r *door.Request, key string, browsers []notify.Subscription) templ.Component {
	var hashes []string
	for _, b := range browsers {
		hashes = append(hashes, b.Hash)
	}
	data := ""
	for _, pair := range [][2]string{{"push-key", key}, {"mine", strings.Join(hashes, " ")}, {"here", r.T("notify.machine_here")}, {"stop", r.T("notify.machine_stop")},
		{"blocked", r.T("notify.machine_blocked")}, {"none", r.T("notify.machine_none")}, {"failed", r.T("notify.machine_failed")}} {
		data += ` data-` + pair[0] + `="` + templ.EscapeString(pair[1]) + `"`
	}
	return frame.Wrap(`<div class="actions"`+data+`><button class="button" type="button" hidden>`, `</button><span class="muted" role="status"></span></div>`, ui.IconBell.Draw(), ui.Text(r.T("notify.machine_here")))
}

func machines(r *door.Request, browsers []notify.Subscription) ui.Table {
	t := ui.Table{Caption: r.T("notify.machines"), Quiet: true, Columns: []ui.Column{{Label: r.T("notify.device")}, {Label: r.T("notify.since")}, {Label: r.T("notify.act")}},
		Empty: ui.Empty{Icon: ui.IconBell, Title: r.T("notify.no_machine"), Text: r.T("notify.no_machine_text")}.Draw()}
	for _, b := range browsers {
		browser, system, _ := strings.Cut(b.Device, "/")
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(r.T("notify.browser-"+browser) + " – " + r.T("notify.system-"+system)), ui.Text(moment(b.MadeAt)),
			ui.Post(notify.ListAddress+"/may/bo", ui.Button{Label: r.T("notify.remove"), Small: true, Kind: ui.Quiet}, ui.Pair{Name: "endpoint", Value: b.Hash})}})
	}
	return t
}

func subscribe(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return door.NoContent(), notify.Subscribe(ctx, tx, r.Who.Realm, r.Who.Account,
		notify.Subscription{Endpoint: r.Value("endpoint"), P256dh: r.Value("p256dh"), Auth: r.Value("auth"), Device: r.Session.Device})
}

func unsubscribe(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return door.SeeOther(notify.WishAddress + "#may"), notify.Unsubscribe(ctx, tx, r.Who.Realm, r.Who.Account, r.Value("endpoint"))
}

// accountNames names the people of a list of deliveries.
func accountNames(ctx context.Context, tx *store.Tx, r *door.Request, ways []notify.Way) (map[id.ID]string, error) {
	var accounts []id.ID
	for _, w := range ways {
		if w.Account != 0 {
			accounts = append(accounts, w.Account)
		}
	}
	return account.Names(ctx, tx, r.Who.Realm, accounts)
}
