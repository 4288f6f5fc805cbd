package account

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// machineNow is the machine's clock, by which sessions live.
func machineNow(r *door.Request) day.Instant {
	return account.Sessions{Store: r.Store(), Clock: r.Config().Clock}.Now()
}

func showMine(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	grants, err := access.GrantsOf(ctx, tx, r.Who, r.Who.Account)
	if err != nil {
		return door.Answer{}, err
	}
	openings, err := access.OpeningsOf(ctx, tx, r.Who, tx.Now())
	if err != nil {
		return door.Answer{}, err
	}
	sessions, err := account.OpenSessions(ctx, tx, r.Who, machineNow(r))
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.None, r.T("people.mine"))
	c.Lead = strings.Join([]string{r.Account.Name, frame.RoleLine(r)}, " – ")
	c.Actions = ui.Buttons(ui.Button{Label: r.T("device.mine"), URL: "/toi/may", Icon: ui.IconPhone}, ui.Button{Label: r.T("token.mine"), URL: "/toi/ket-noi"}, ui.Button{Label: r.T("people.change_password"), URL: ChangePasswordAddress, Icon: ui.IconLock})
	parts := []templ.Component{
		frame.In(ui.Section("quyen", r.T("people.my_grants"), r.T("people.my_grants_note")), grantTable(r, grants, false, true).Draw()),
	}
	if access.MaySomewhere(r.Who, access.OpenPupils) || len(openings) > 0 {
		parts = append(parts, frame.In(ui.SectionWith("mo-ho-so", r.T("people.my_openings"), ui.Press(ui.Button{Label: r.T("people.open"), URL: OpenAddress, Small: true})), openingTable(ctx, tx, r, openings).Draw()))
	}
	parts = append(parts, frame.In(ui.Section("hien-thi", r.T("people.display"), ""), display(r)),
		frame.In(ui.SectionWith("phien", r.T("people.sessions"), ui.Post("/toi/phien/ket-thuc-het", ui.Button{Label: r.T("people.end_others"), Small: true})), sessionTable(r, sessions).Draw()))
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func display(r *door.Request) templ.Component {
	lang := ui.Field{Name: "lang", Label: r.T("ui.language"), Value: string(r.Lang), Options: []ui.Option{{Value: "vi", Label: r.T("ui.vietnamese")}, {Value: "en", Label: r.T("ui.english")}}}
	theme := ui.Field{Name: "theme", Label: r.T("ui.theme"), Value: r.Theme, Options: []ui.Option{{Value: "auto", Label: r.T("ui.theme_auto"), Chosen: r.Theme == ""}, {Value: "light", Label: r.T("ui.theme_light")}, {Value: "dark", Label: r.T("ui.theme_dark")}}}
	back := ui.Hidden(ui.Pair{Name: "return", Value: MineAddress})
	return templ.Join(frame.Form(ui.LanguageAddress, false, back, ui.Select(lang), ui.Actions(ui.Button{Label: r.T("people.keep_language")})),
		frame.Form(ui.ThemeAddress, false, back, ui.Select(theme), ui.Actions(ui.Button{Label: r.T("people.keep_theme")})))
}

// moment is a time as people write it: "7:12, 29/05/2020".
func moment(i day.Instant) string { return i.Clock() + ", " + i.Day().Vietnamese() }

func sessionTable(r *door.Request, sessions []account.OpenSession) ui.Table {
	t := ui.Table{Caption: r.T("people.sessions"), Quiet: true, Columns: []ui.Column{{Label: r.T("people.device")}, {Label: r.T("people.signed_in_at")}, {Label: r.T("people.seen_at")}, {Label: r.T("people.act")}}}
	for _, s := range sessions {
		browser, system, _ := strings.Cut(s.Device, "/")
		act := ui.Post("/toi/phien/ket-thuc", ui.Button{Label: r.T("people.end"), Small: true, Name: "token", Value: s.Token})
		if s.Token == r.SessionHash() {
			act = ui.Badge{Label: r.T("people.this_one"), Tone: ui.Green}.Draw()
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(r.T("people.browser-"+browser) + " – " + r.T("people.system-"+system)), ui.Text(moment(s.MadeAt)), ui.Text(moment(s.SeenAt)), act}})
	}
	return t
}

// grantTable lists grants; withdrawable adds a button to those in force, reasons what each allows.
func grantTable(r *door.Request, grants []access.GivenGrant, withdrawable, reasons bool) ui.Table {
	t := ui.Table{Caption: r.T("people.grants"), Quiet: true, Columns: []ui.Column{{Label: r.T("people.role")}, {Label: r.T("people.place")}, {Label: r.T("people.period")}, {Label: r.T("people.reason")}},
		Empty: ui.Empty{Icon: ui.IconLock, Title: r.T("people.no_grants"), Text: r.T("people.no_grants_text")}.Draw()}
	if withdrawable {
		t.Columns = append(t.Columns, ui.Column{Label: r.T("people.act")})
	}
	for _, g := range grants {
		note := ""
		if reasons {
			note = access.ReasonOfRole(r.Lang, g.Role)
		}
		row := ui.Row{Cells: []templ.Component{
			ui.TextNote(r.T("access.role-"+string(g.Role)), note),
			ui.TextNote(g.Place, r.T("access.scope-"+string(g.ScopeKind))), ui.Text(period(r, g)), ui.Text(g.Reason)}}
		if !g.InForce(r.Today) {
			row.Tone = ui.Grey
		}
		if withdrawable {
			act := ui.Nothing()
			if g.Until > r.Today {
				act = ui.Post("/quan-tri/quyen/"+g.ID.String()+"/thu-hoi", ui.Button{Label: r.T("people.withdraw"), Small: true, Kind: ui.Danger}, ui.Pair{Name: "account", Value: g.Account.String()})
			}
			row.Cells = append(row.Cells, act)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// period is a grant's time by its first and last day.
func period(r *door.Request, g access.GivenGrant) string {
	switch {
	case g.Until <= g.From:
		return r.T("people.never")
	case g.Until == day.Forever:
		return r.T("people.since", "from", g.From.Vietnamese())
	}
	return r.T("people.from_to", "from", g.From.Vietnamese(), "to", (g.Until - 1).Vietnamese())
}

func endSession(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return door.SeeOther(MineAddress + "#phien"), account.EndSession(ctx, tx, r.Who, r.Value("token"))
}

func endOtherSessions(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return door.SeeOther(MineAddress + "#phien"), account.SignOutEverywhere(ctx, tx, r.Who, r.SessionHash())
}
