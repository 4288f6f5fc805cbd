package account

import (
	"context"
	"encoding/csv"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

const perPage = 50

func filterOf(r *door.Request) account.Filter {
	return account.Filter{Search: r.Value("tim"), Role: access.Role(r.Value("vai-tro")), State: account.State(r.Value("trang-thai"))}
}

func addressOf(id id.ID) string { return AccountsAddress + "/" + id.String() }

func listAccounts(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	all, err := account.List(ctx, tx, r.Who, filterOf(r))
	if err != nil {
		return door.Answer{}, err
	}
	page, _ := strconv.Atoi(r.Value("trang"))
	page = max(1, min(page, (len(all)+perPage-1)/perPage))
	from, to := (page-1)*perPage, min(page*perPage, len(all))
	t := ui.Table{Caption: r.T("people.accounts"), Quiet: true, Columns: []ui.Column{{Label: r.T("people.name")}, {Label: r.T("people.login")}, {Label: r.T("people.roles")}, {Label: r.T("people.state")}},
		Empty: ui.Empty{Icon: ui.IconPerson, Title: r.T("people.no_accounts"), Text: r.T("people.no_accounts_text")}.Draw()}
	for _, a := range all[min(from, len(all)):to] {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.LinkNote(addressOf(a.ID), a.Name, a.Title), ui.Text(a.Login), ui.Text(roleNames(r, a.Roles)), stateBadge(r, a).Draw()}})
	}
	t.Foot = ui.Pager(pages(r, page, from, to, len(all)))
	c := frame.Chrome(r, frame.Manage, r.T("people.accounts"))
	c.Lead = r.T("people.accounts_lead", "n", ui.Number(len(all)))
	buttons := []ui.Button{{Label: r.T("people.export"), URL: AccountsAddress + ".csv?" + r.Query().Encode(), Icon: ui.IconDownload, Download: true}}
	if access.MaySomewhere(r.Who, access.ManageAccounts) {
		buttons = append(buttons, ui.Button{Label: r.T("people.create"), URL: AccountsAddress + "/moi", Icon: ui.IconPlus, Kind: ui.Primary})
	}
	c.Actions = ui.Buttons(buttons...)
	return door.Page(frame.In(ui.Page(c), ui.Filter(accountFilter(r)), t.Draw())), nil
}

func accountFilter(r *door.Request) ui.FilterBar {
	roles := []ui.Option{{Value: "", Label: r.T("people.all_roles")}}
	for _, role := range access.Roles {
		roles = append(roles, ui.Option{Value: string(role), Label: r.T("access.role-" + string(role))})
	}
	states := []ui.Option{{Value: "", Label: r.T("people.all_states")}}
	for _, s := range []account.State{account.Active, account.Waiting, account.LockedUp, account.Disabled} {
		states = append(states, ui.Option{Value: string(s), Label: r.T("people.state-" + string(s))})
	}
	bar := ui.FilterBar{Action: AccountsAddress, Search: &ui.Field{Name: "tim", Label: r.T("people.search"), Value: r.Value("tim")},
		Fields: []ui.Field{{Name: "vai-tro", Label: r.T("people.role"), Value: r.Value("vai-tro"), Options: roles}, {Name: "trang-thai", Label: r.T("people.state"), Value: r.Value("trang-thai"), Options: states}}}
	if len(r.Query()) > 0 {
		bar.Clear = AccountsAddress
	}
	return bar
}

// pages leads through a list of n of which from..to are shown.
func pages(r *door.Request, page, from, to, n int) ui.Pages {
	address := func(page int) string {
		q := r.Query()
		q.Set("trang", strconv.Itoa(page))
		return r.HTTP.URL.Path + "?" + q.Encode()
	}
	p := ui.Pages{Label: r.T("people.range", "from", min(from+1, n), "to", to, "n", n), Now: strconv.Itoa(page)}
	if page > 1 {
		p.Previous = address(page - 1)
	}
	if to < n {
		p.Next = address(page + 1)
	}
	return p
}

func roleNames(r *door.Request, roles []access.Role) string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = r.T("access.role-" + string(role))
	}
	return strings.Join(names, ", ")
}

var stateTones = map[account.State]ui.Tone{account.Active: ui.Green, account.Waiting: ui.Amber, account.LockedUp: ui.Amber, account.Disabled: ui.Grey}

func stateBadge(r *door.Request, a account.Listed) ui.Badge {
	s := a.StateAt(r.Now)
	return ui.Badge{Label: r.T("people.state-" + string(s)), Tone: stateTones[s]}
}

func exportAccounts(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	all, err := account.List(ctx, tx, r.Who, filterOf(r))
	if err != nil {
		return door.Answer{}, err
	}
	r.Export("accounts", access.Realm(), "scope", len(all))
	rows := [][]string{{r.T("people.name"), r.T("people.office"), r.T("people.login"), r.T("people.roles"), r.T("people.state")}}
	for _, a := range all {
		rows = append(rows, []string{a.Name, a.Title, a.Login, roleNames(r, a.Roles), r.T("people.state-" + string(a.StateAt(r.Now)))})
	}
	return csvFile(r, "tai-khoan.csv", rows), nil
}

// csvFile writes rows with the mark that spreadsheets want for UTF-8, and in the
// demonstration with a first line that says so. A cell cannot become a formula.
func csvFile(r *door.Request, name string, rows [][]string) door.Answer {
	return door.File(name, "text/csv; charset=utf-8", func(w io.Writer) error {
		if _, err := io.WriteString(w, "\uFEFF"); err != nil {
			return err
		}
		if r.Config().Demonstration {
			rows = append([][]string{{r.T("common.demonstration")}}, rows...)
		}
		out := csv.NewWriter(w)
		for _, row := range rows {
			for i, cell := range row {
				if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
					row[i] = "'" + cell
				}
			}
			if err := out.Write(row); err != nil {
				return err
			}
		}
		out.Flush()
		return out.Error()
	})
}

func showCreate(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	if _, err := access.May(ctx, tx, r.Who, access.ManageAccounts, access.Realm()); err != nil {
		return door.Answer{}, err
	}
	return createPage(r, nil), nil
}

func createAgain(_ context.Context, _ *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	return createPage(r, faults), nil
}

func createPage(r *door.Request, faults fault.List) door.Answer {
	field := func(name, label, kind string, optional bool) ui.Field {
		return ui.Field{Name: name, Label: r.T(label), Value: r.Value(name), Kind: kind, Optional: optional, Error: door.FieldError(r, faults, name), Complete: "off"}
	}
	fields := []ui.Field{field("name", "people.name", "", false), field("title", "people.office", "", true), field("login", "people.login", "", false), field("phone", "people.phone", "tel", true), field("email", "people.email", "email", true)}
	fields[2].Help = r.T("people.login_help")
	c := frame.Chrome(r, frame.Manage, r.T("people.create"))
	c.Lead, c.Narrow = r.T("people.create_lead"), true
	parts := []templ.Component{ui.Faults("", ui.Mistakes(fields...))}
	inputs := make([]templ.Component, 0, len(fields)+1)
	for _, f := range fields {
		inputs = append(inputs, ui.Input(f))
	}
	inputs = append(inputs, ui.Actions(ui.Button{Label: r.T("people.create"), Kind: ui.Primary}, ui.Button{Label: r.T("ui.back"), URL: AccountsAddress, Kind: ui.Quiet}))
	return door.Page(frame.In(ui.Page(c), append(parts, frame.Form(AccountsAddress+"/moi", false, inputs...))...))
}

func create(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	made, code, err := account.Create(ctx, tx, r.Who, account.CreateInput{Name: r.Value("name"), Title: r.Value("title"), Login: r.Value("login"), Phone: r.Value("phone"), Email: r.Value("email")})
	if err != nil {
		return door.Answer{}, err
	}
	return codePage(ctx, tx, r, made, code)
}

// codePage shows a code once: it is kept only as a digest and cannot be shown again.
func codePage(ctx context.Context, tx *store.Tx, r *door.Request, of id.ID, code account.Code) (door.Answer, error) {
	p, err := account.Find(ctx, tx, r.Who.Realm, of)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Manage, r.T("people.code_made"))
	c.Lead, c.Narrow = r.T("people.code_made_lead", "name", p.Name, "until", moment(code.Until)), true
	facts := ui.Facts(ui.Fact{Label: r.T("people.login"), Value: ui.Text(p.Login)}, ui.Fact{Label: r.T("people.code"), Value: frame.Wrap(`<strong class="tabular">`, `</strong>`, ui.Text(code.Text))},
		ui.Fact{Label: r.T("people.where"), Value: ui.Text(ResetAddress)})
	return door.Page(frame.In(ui.Page(c), facts, ui.Actions(ui.Button{Label: r.T("people.print"), Icon: ui.IconPrint, Prints: true}, ui.Button{Label: r.T("people.to_account"), URL: addressOf(of), Kind: ui.Primary}))), nil
}

func makeCode(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	of, err := r.ID("account")
	if err != nil {
		return door.Answer{}, err
	}
	code, err := account.MakeCode(ctx, tx, r.Who, of)
	if err != nil {
		return door.Answer{}, err
	}
	return codePage(ctx, tx, r, of, code)
}

func unlock(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	of, err := r.ID("account")
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(addressOf(of)), account.Unlock(ctx, tx, r.Who, of)
}

func disable(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	of, err := r.ID("account")
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(addressOf(of)), account.Disable(ctx, tx, r.Who, of, r.Value("disabled") == "1")
}

// query makes an address with one field.
func query(address, name, value string) string {
	return address + "?" + url.Values{name: {value}}.Encode()
}
