package notify

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/notify"
	"ralop/internal/store"
	"ralop/internal/text"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

const shownDays = 14

// filterOf reads which deliveries are asked for; words that are none of ours ask for all.
func filterOf(r *door.Request) (states []string, channels []notify.Channel) {
	if s := r.Value("tinh-trang"); slices.Contains(notify.States, s) {
		states = []string{s}
	}
	if c := notify.Channel(r.Value("kenh")); slices.Contains(notify.Channels, c) {
		channels = []notify.Channel{c}
	}
	return states, channels
}

func waysOf(ctx context.Context, tx *store.Tx, r *door.Request, limit int) ([]notify.Way, map[id.ID]string, error) {
	if _, err := access.May(ctx, tx, r.Who, access.ChangeSettings, access.Realm()); err != nil {
		return nil, nil, err
	}
	before, err := r.OptionalID("truoc")
	if err != nil {
		return nil, nil, err
	}
	states, channels := filterOf(r)
	ways, err := notify.Ways(ctx, tx, r.Who.Realm, states, channels, before, limit)
	if err != nil {
		return nil, nil, err
	}
	names, err := accountNames(ctx, tx, r, ways)
	return ways, names, err
}

func board(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	ways, names, err := waysOf(ctx, tx, r, page)
	if err != nil {
		return door.Answer{}, err
	}
	counts, err := notify.Counts(ctx, tx, r.Who.Realm, tx.Now().Add(-shownDays*24*time.Hour))
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Manage, r.T("notify.board"))
	c.Lead, c.Return = r.T("notify.board_lead"), BoardAddress
	c.Actions = templ.Join(ui.Press(ui.Button{Label: r.T("notify.settings"), URL: SettingsAddress, Icon: ui.IconSettings}),
		ui.Press(ui.Button{Label: r.T("people.export"), URL: BoardAddress + ".csv?" + r.Query().Encode(), Icon: ui.IconDownload, Download: true}))
	switch r.Value("xong") {
	case "lai":
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Green, Text: r.T("notify.again_done")})
	case "thu":
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Green, Text: r.T("notify.try_done")})
	}
	var tiles []ui.Tile
	for _, channel := range notify.Channels {
		tile := ui.Tile{Label: r.T("notify.channel-" + string(channel)), URL: BoardAddress + "?kenh=" + string(channel), Value: "0", Unit: strings.ToLower(r.T("notify.state-sent")), Detail: r.T("notify.last_days", "n", shownDays)}
		var rest []string
		for _, n := range counts {
			switch {
			case n.Channel != channel:
			case n.State == notify.Sent:
				tile.Value = ui.Number(n.N)
			default:
				rest = append(rest, r.T("notify.state-"+n.State)+": "+ui.Number(n.N))
				if n.State == notify.Dead {
					tile.Tone = ui.Red
				}
			}
		}
		if len(rest) > 0 {
			tile.Detail += " · " + strings.Join(rest, " · ")
		}
		tiles = append(tiles, tile)
	}
	channels := []ui.Option{{Value: "", Label: r.T("notify.any_channel")}}
	for _, channel := range notify.Channels {
		channels = append(channels, ui.Option{Value: string(channel), Label: r.T("notify.channel-" + string(channel))})
	}
	states := []ui.Option{{Value: "", Label: r.T("notify.any_state")}}
	for _, state := range notify.States {
		states = append(states, ui.Option{Value: state, Label: r.T("notify.state-" + state)})
	}
	bar := ui.FilterBar{Action: BoardAddress, Fields: []ui.Field{{Name: "kenh", Label: r.T("notify.channel"), Value: r.Value("kenh"), Options: channels},
		{Name: "tinh-trang", Label: r.T("notify.state"), Value: r.Value("tinh-trang"), Options: states}}}
	if r.Value("kenh")+r.Value("tinh-trang") != "" {
		bar.Clear = BoardAddress
	}
	t := ui.Table{Caption: r.T("notify.board"), Quiet: true, Empty: ui.Empty{Icon: ui.IconLetter, Title: r.T("notify.board_none"), Text: r.T("notify.board_none_text")}.Draw()}
	for _, label := range columns {
		t.Columns = append(t.Columns, ui.Column{Label: r.T("notify." + label), Number: label == "tries"})
	}
	t.Columns = append(t.Columns, ui.Column{Label: r.T("notify.act")})
	for _, w := range ways {
		cells := []templ.Component{}
		for i, value := range wayCells(r, w, names) {
			switch {
			case i == 4:
				cells = append(cells, ui.Badge{Label: value, Tone: tones[w.State]}.Draw())
			default:
				cells = append(cells, ui.Text(value))
			}
		}
		act := ui.Nothing()
		if w.State == notify.Dead || w.State == notify.Skipped {
			act = ui.Post(BoardAddress+"/lai/"+w.Notice.String(), ui.Button{Label: r.T("notify.again"), Small: true, Icon: ui.IconSend}, ui.Pair{Name: "kenh", Value: string(w.Channel)})
		}
		t.Rows = append(t.Rows, ui.Row{Cells: append(cells, act)})
	}
	if len(ways) == page {
		q := r.Query()
		q.Set("truoc", ways[len(ways)-1].Notice.String())
		q.Del("xong")
		t.Foot = ui.Pager(ui.Pages{Label: r.T("notify.older"), Next: BoardAddress + "?" + q.Encode()})
	}
	return door.Page(frame.In(ui.Page(c), ui.Tiles(tiles...), ui.Post(BoardAddress+"/thu", ui.Button{Label: r.T("notify.try"), Icon: ui.IconSend}), ui.Filter(bar), t.Draw())), nil
}

var tones = map[string]ui.Tone{notify.Sent: ui.Green, notify.Recalled: ui.Green, notify.Dead: ui.Red, notify.Waiting: ui.Amber, notify.Sending: ui.Amber, notify.Recall: ui.Amber, notify.Skipped: ui.Grey, notify.Dropped: ui.Grey}

var columns = []string{"due", "to", "channel", "what", "state", "tries", "error"}

func wayCells(r *door.Request, w notify.Way, names map[id.ID]string) []string {
	to := names[w.Account]
	if w.Account == 0 {
		to = r.T("notify.family")
	}
	at := w.DueAt
	if w.EndedAt != 0 {
		at = w.EndedAt
	}
	failure := w.Error
	if text.Has(r.Lang, "notify.error-"+failure) {
		failure = r.T("notify.error-" + failure)
	}
	return []string{moment(at), to, r.T("notify.channel-" + string(w.Channel)), w.Title(r.Lang), r.T("notify.state-" + w.State), strconv.Itoa(w.Tries), failure}
}

func exportBoard(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	const most = 5000
	ways, names, err := waysOf(ctx, tx, r, most)
	if err != nil {
		return door.Answer{}, err
	}
	var heads []string
	for _, label := range columns {
		heads = append(heads, r.T("notify."+label))
	}
	rows := make([][]string, len(ways))
	for i, w := range ways {
		rows[i] = wayCells(r, w, names)
	}
	r.Export("notices", access.Realm(), "", len(ways))
	return frame.ListFile(r, "gui-thong-bao", r.T("notify.board"), "csv", heads, rows), nil
}

func again(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	rule, err := access.May(ctx, tx, r.Who, access.ChangeSettings, access.Realm())
	if err != nil {
		return door.Answer{}, err
	}
	notice, err := r.ID("notice")
	if err != nil {
		return door.Answer{}, err
	}
	if err := notify.Again(ctx, tx, r.Who.Realm, notice, notify.Channel(r.Value("kenh"))); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(BoardAddress + "?xong=lai"), audit.Record(ctx, tx, r.Who.Audit("notify.again", access.Realm(), rule, map[string]string{"notice": notice.String()}))
}

// try tells the administrator something, to see whether it arrives.
func try(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	rule, err := access.May(ctx, tx, r.Who, access.ChangeSettings, access.Realm())
	if err != nil {
		return door.Answer{}, err
	}
	err = notify.Enqueue(ctx, tx, notify.Message{Realm: r.Who.Realm, To: notify.Recipient{Account: r.Who.Account}, Code: "notify.test",
		Key: "notify/test/" + tx.NewID().String(), Link: BoardAddress, Urgent: true})
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(BoardAddress + "?xong=thu"), audit.Record(ctx, tx, r.Who.Audit("notify.try", access.Realm(), rule, nil))
}

func showSettings(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	if _, err := access.May(ctx, tx, r.Who, access.ChangeSettings, access.Realm()); err != nil {
		return door.Answer{}, err
	}
	s, err := notify.ReadSettings(ctx, tx, r.Who.Realm)
	if err != nil {
		return door.Answer{}, err
	}
	return settingsPage(r, s.Shown(), nil)
}

func settingsAgain(_ context.Context, _ *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	return settingsPage(r, settingsOf(r), faults)
}

func settingsOf(r *door.Request) notify.Settings {
	port, err := strconv.Atoi(r.Value("mail-port"))
	if err != nil {
		port = 0
	}
	return notify.Settings{Address: r.Value("address"), MailHost: r.Value("mail-host"), MailPort: port, MailTLS: r.Value("mail-tls"), MailUser: r.Value("mail-user"), MailPassword: r.Secret("mail-password"),
		MailFrom: r.Value("mail-from"), MailName: r.Value("mail-name"), SMSURL: r.Value("sms-url"), SMSMethod: r.Value("sms-method"), SMSHeaders: r.Value("sms-headers"), SMSBody: r.Value("sms-body"),
		SMSKind: r.Value("sms-kind"), SMSSuccess: r.Value("sms-success"), PushSubject: r.Value("push-subject")}
}

func keepSettings(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	rule, err := access.May(ctx, tx, r.Who, access.ChangeSettings, access.Realm())
	if err != nil {
		return door.Answer{}, err
	}
	s := settingsOf(r)
	if err := s.Keep(ctx, tx, r.Who.Realm, r.Who.Account); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(SettingsAddress + "?xong=1"), audit.Record(ctx, tx, r.Who.Audit("notify.settings", access.Realm(), rule, map[string]string{"mail": s.MailHost, "sms": hostOf(s.SMSURL)}))
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

func settingsPage(r *door.Request, s notify.Settings, faults fault.List) (door.Answer, error) {
	c := frame.Chrome(r, frame.Manage, r.T("notify.settings"))
	c.Lead, c.Return = r.T("notify.settings_lead"), SettingsAddress
	c.Actions = ui.Buttons(ui.Button{Label: r.T("notify.board"), URL: BoardAddress, Icon: ui.IconLetter})
	if r.Value("xong") != "" {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Green, Text: r.T("notify.settings_kept")})
	}
	var fields []ui.Field
	field := func(name, value, help string) ui.Field {
		f := ui.Field{Name: name, Label: r.T("notify." + name), Value: value, Help: help, Optional: true, Error: door.FieldError(r, faults, name)}
		fields = append(fields, f)
		return f
	}
	choice := func(name, value string, options ...ui.Option) templ.Component {
		f := field(name, value, "")
		f.Options = options
		return ui.Select(f)
	}
	secret := func(name, value string) ui.Field {
		help := ""
		if value == notify.Masked {
			help = r.T("notify.secret_help")
		}
		return field(name, value, help)
	}
	password := secret("mail-password", s.MailPassword)
	password.Kind, password.Complete = "password", "off"
	port := field("mail-port", strconv.Itoa(s.MailPort), "")
	port.Kind, port.Class = "number", "input-number"
	from := field("mail-from", s.MailFrom, "")
	from.Kind = "email"
	body := field("sms-body", s.SMSBody, "")
	body.Rows = "3"
	headers := secret("sms-headers", s.SMSHeaders)
	headers.Rows = "2"
	address := field("address", s.Address, r.T("notify.address_help"))
	parts := []templ.Component{
		ui.Input(address),
		frame.In(ui.Section("thu", r.T("notify.mail_part"), ""), frame.Box("fields", ui.Input(field("mail-host", s.MailHost, "")), ui.Input(port)),
			choice("mail-tls", s.MailTLS, ui.Option{Value: notify.TLSStart, Label: r.T("notify.tls-starttls")}, ui.Option{Value: notify.TLSWhole, Label: r.T("notify.tls-tls")}, ui.Option{Value: notify.TLSNone, Label: r.T("notify.tls-none")}),
			frame.Box("fields", ui.Input(field("mail-user", s.MailUser, "")), ui.Input(password)), frame.Box("fields", ui.Input(from), ui.Input(field("mail-name", s.MailName, "")))),
		frame.In(ui.Section("sms", r.T("notify.sms_part"), ""), frame.Quietly(r.T("notify.sms_help")), ui.Input(field("sms-url", s.SMSURL, "")),
			frame.Box("fields", choice("sms-method", s.SMSMethod, ui.Option{Value: "POST", Label: "POST"}, ui.Option{Value: "GET", Label: "GET"}),
				choice("sms-kind", s.SMSKind, ui.Option{Value: "json", Label: r.T("notify.kind-json")}, ui.Option{Value: "form", Label: r.T("notify.kind-form")})),
			ui.TextArea(headers), ui.TextArea(body), ui.Input(field("sms-success", s.SMSSuccess, ""))),
		frame.In(ui.Section("day", r.T("notify.push_part"), ""), ui.Input(field("push-subject", s.PushSubject, r.T("notify.push_help")))),
		ui.Actions(ui.Button{Label: r.T("notify.keep_settings"), Kind: ui.Primary}),
	}
	form := append([]templ.Component{ui.Faults("", ui.Mistakes(fields...))}, parts...)
	return door.Page(frame.In(ui.Page(c), frame.Form(SettingsAddress, false, form...))), nil
}
