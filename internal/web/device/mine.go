package device

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/device"
	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/offline"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// appAddress is the app itself.
const appAddress = "/lop/"

func showMine(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	phones, err := device.Mine(ctx, tx, r.Who)
	if err != nil {
		return door.Answer{}, err
	}
	refused, unread, err := device.RefusedOf(ctx, tx, r.Who)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.None, r.T("device.mine"))
	c.Lead = r.T("device.mine-lead")
	c.Actions = ui.Buttons(ui.Button{Label: r.T("device.hand-in"), URL: HandInAddress, Icon: ui.IconUpload},
		ui.Button{Label: r.T("device.open-app"), URL: appAddress, Icon: ui.IconPhone, Kind: ui.Primary})
	parts := []templ.Component{frame.In(ui.Section("may", r.T("device.phones"), r.T("device.phones-note")), phoneTable(r, phones).Draw())}
	if len(refused) > 0 {
		table, err := refusedTable(ctx, tx, r, refused, false)
		if err != nil {
			return door.Answer{}, err
		}
		parts = append(parts, frame.In(ui.Section("tu-choi", r.T("device.refused"), r.T("device.refused-note")), table.Draw()))
	}
	if len(unread) > 0 {
		parts = append(parts, frame.In(ui.Section("khong-doc", r.T("device.unread"), r.T("device.unread-note")), unreadTable(r, unread).Draw()))
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

// moment is a time as people write it: "7:12, 29/05/2020"; a word when there was none.
func moment(r *door.Request, i day.Instant) string {
	if i.IsZero() {
		return r.T("device.never")
	}
	return i.Clock() + ", " + i.Day().Vietnamese()
}

var stateTones = map[device.State]ui.Tone{device.Active: ui.Green, device.SigningOut: ui.Amber, device.SignedOut: ui.Grey, device.Blocked: ui.Red}

func phoneTable(r *door.Request, phones []device.Device) ui.Table {
	t := ui.Table{Caption: r.T("device.phones"), Quiet: true,
		Columns: []ui.Column{{Label: r.T("device.phone")}, {Label: r.T("device.state-head")}, {Label: r.T("device.heard")}, {Label: r.T("device.on-it")}, {Label: r.T("device.act")}},
		Empty:   ui.Empty{Icon: ui.IconPhone, Title: r.T("device.no-phones"), Text: r.T("device.no-phones-text"), Act: ui.Press(ui.Button{Label: r.T("device.open-app"), URL: appAddress})}.Draw()}
	for _, p := range phones {
		hidden := ui.Pair{Name: "device", Value: p.Device}
		var acts []templ.Component
		switch p.State {
		case device.Active:
			acts = append(acts, ui.Post(MineAddress+"/dang-xuat", ui.Button{Label: r.T("device.sign-out"), Small: true}, hidden),
				ui.Post(MineAddress+"/chan", ui.Button{Label: r.T("device.block"), Small: true, Kind: ui.Danger}, hidden))
		case device.SigningOut:
			acts = append(acts, ui.Post(MineAddress+"/chan", ui.Button{Label: r.T("device.block"), Small: true, Kind: ui.Danger}, hidden))
		case device.Blocked:
			acts = append(acts, ui.Post(MineAddress+"/bo-chan", ui.Button{Label: r.T("device.unblock"), Small: true}, hidden))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{
			ui.TextNote(label(r, p.Label), r.T("device.since", "when", moment(r, p.RegisteredAt))),
			frame.Box("stack-tight", ui.Badge{Label: r.T("device.state-" + string(p.State)), Tone: stateTones[p.State]}.Draw(), frame.Quietly(r.T("device.about-"+string(p.State)))),
			ui.TextNote(r.T("device.pushed", "when", moment(r, p.PushedAt)), r.T("device.pulled", "when", moment(r, p.PulledAt))),
			ui.TextNote(unsentWords(r, p), clockWords(r, p)),
			frame.Box("stack-tight", acts...)}})
	}
	return t
}

// label is the kind of a browser and its system in words.
func label(r *door.Request, code string) string {
	browser, system, found := strings.Cut(code, "/")
	if !found {
		return code
	}
	for _, part := range []*string{&browser, &system} {
		if !isCode(*part) {
			*part = "other"
		}
	}
	return r.T("people.browser-"+browser) + " – " + r.T("people.system-"+system)
}

func isCode(part string) bool {
	switch part {
	case "chrome", "coccoc", "edge", "samsung", "firefox", "safari", "android", "ios", "windows", "mac", "linux":
		return true
	}
	return false
}

func unsentWords(r *door.Request, p device.Device) string {
	if p.Unsent == 0 {
		return r.T("device.all-sent")
	}
	return r.T("device.unsent", "n", p.Unsent)
}

func clockWords(r *door.Request, p device.Device) string {
	var words []string
	if p.ClockOff() {
		words = append(words, r.T("device.clock-wrong", "minutes", max(p.Skew, -p.Skew)/60000))
	}
	if !p.Persisted && !p.PushedAt.IsZero() {
		words = append(words, r.T("device.not-persisted"))
	}
	return strings.Join(words, " ")
}

// refusedTable lists acts that were refused: what, why, when; who only for the school.
func refusedTable(ctx context.Context, tx *store.Tx, r *door.Request, acts []device.Act, withAuthors bool) (ui.Table, error) {
	t := ui.Table{Caption: r.T("device.refused"), Quiet: true, Columns: []ui.Column{{Label: r.T("device.what")}, {Label: r.T("device.why"), Broad: true}, {Label: r.T("device.came")}}}
	names := map[id.ID]string{}
	if withAuthors {
		t.Columns = append(t.Columns, ui.Column{Label: r.T("device.author")})
		var err error
		if names, err = namesOf(ctx, tx, r, acts); err != nil {
			return t, err
		}
	}
	for _, a := range acts {
		row := ui.Row{Cells: []templ.Component{ui.Text(about(ctx, tx, r, a.Kind, a.About)), ui.TextNote(offline.Words(r.Lang, a), r.T("device.taken", "when", moment(r, a.TakenAt))), ui.Text(moment(r, a.ReceivedAt))}}
		if withAuthors {
			row.Cells = append(row.Cells, ui.Text(names[a.Account]))
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// about is what an act concerns, in words; the class only when the reader may know it.
func about(ctx context.Context, tx *store.Tx, r *door.Request, kind string, a device.About) string {
	words := []string{r.T("device.kind-other")}
	if kind == "roll" {
		words[0] = r.T("device.kind-roll")
	}
	if a.Class != 0 {
		if _, err := access.May(ctx, tx, r.Who, access.SeeBoard, access.Class(a.Class)); err == nil {
			if class, err := org.ClassByID(ctx, tx, r.Who, a.Class); err == nil {
				words = append(words, r.T("device.of-class", "class", class.Name))
			}
		}
	}
	if a.Day != 0 {
		words = append(words, sessionWords(r, a.Day, calendar.Session(a.Session)))
	}
	return strings.Join(words, ", ")
}

func sessionWords(r *door.Request, on day.Day, session calendar.Session) string {
	if session < calendar.Morning || session > calendar.Evening {
		return on.Short()
	}
	return r.T("device.session-"+session.Code()) + " " + on.Short()
}

func unreadTable(r *door.Request, unread []device.Unread) ui.Table {
	t := ui.Table{Caption: r.T("device.unread"), Quiet: true, Columns: []ui.Column{{Label: r.T("device.why"), Broad: true}, {Label: r.T("device.came")}, {Label: r.T("device.size"), Number: true}}}
	for _, u := range unread {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(r.T(u.Code, "most", 0)), ui.Text(moment(r, u.ReceivedAt)), ui.Text(ui.Number(u.Bytes))}})
	}
	return t
}

func signOut(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return door.SeeOther(MineAddress), device.SignOut(ctx, tx, r.Who, r.Value("device"))
}

// ownerOf is whose phone a form names: the caller's, unless it names another's.
func ownerOf(r *door.Request) (id.ID, error) {
	owner, err := r.OptionalID("account")
	if owner == 0 {
		owner = r.Who.Account
	}
	return owner, err
}

func block(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	owner, err := ownerOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(door.LocalAddress(r.Value("return"), MineAddress)), device.Block(ctx, tx, r.Who, r.Value("device"), owner)
}

func unblock(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	owner, err := ownerOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(door.LocalAddress(r.Value("return"), MineAddress)), device.Unblock(ctx, tx, r.Who, r.Value("device"), owner)
}
