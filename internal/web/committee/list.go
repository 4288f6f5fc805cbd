package committee

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/committee"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/viet"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// home leads to the caller's own place: the widest unit whose committees they see; a
// village head to who is named for the village; others to the committees they sit in.
func home(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	scope, err := access.ScopeOf(ctx, tx, r.Who, access.SeeCommittee)
	if err != nil {
		return door.Answer{}, err
	}
	best := org.Unit{}
	for _, unit := range scope.Units {
		spans, err := org.Spans(ctx, tx, unit)
		if err != nil {
			return door.Answer{}, err
		}
		if last := spans[len(spans)-1]; best.ID == 0 || last.Kind.Rank() < best.Kind.Rank() {
			best = last
		}
	}
	if best.ID != 0 {
		return door.SeeOther(listAddress(best.ID)), nil
	}
	own, err := committee.Mine(ctx, tx, r.Who)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Direct, r.T("committee.mine"))
	c.Lead = r.T("committee.mine_lead")
	var items []ui.Item
	for _, m := range own {
		items = append(items, ui.Item{Title: m.Committee.Name + " – " + m.Committee.UnitName, Text: r.T("committee.office-"+string(m.Office)) + " · " + loadWords(r, m.Load), URL: memberAddress(m.ID)})
	}
	for _, g := range r.Who.Grants {
		if g.Period.Has(r.Today) && g.ScopeKind == access.ResidenceScope && access.MaySomewhere(r.Who, access.SeeCommittee) {
			name, err := access.PlaceName(ctx, tx, r.Who.Realm, access.UnitKind, g.Scope)
			if err != nil {
				return door.Answer{}, err
			}
			items = append(items, ui.Item{Title: name, Text: r.T("committee.named_here"), URL: coverageAddress(g.Scope)})
		}
	}
	if len(items) == 0 {
		return door.Page(frame.In(ui.Page(c), ui.Empty{Icon: ui.IconFlag, Title: r.T("committee.mine_none"), Text: r.T("committee.mine_none_text")}.Draw())), nil
	}
	return door.Page(frame.In(ui.Page(c), ui.List(items...))), nil
}

// listed are the committees of a place as the address filters them.
func listed(ctx context.Context, tx *store.Tx, r *door.Request, unit id.ID) ([]committee.Summary, error) {
	all, err := committee.Committees(ctx, tx, r.Who, unit, r.Today)
	if err != nil {
		return nil, err
	}
	search, kind, state := viet.Fold(r.Value("tim")), committee.Kind(r.Value("loai")), r.Value("xem")
	return slices.DeleteFunc(all, func(s committee.Summary) bool {
		return search != "" && !strings.Contains(viet.Fold(s.Name+" "+s.UnitName+" "+s.Chair), search) || kind != "" && s.Kind != kind ||
			state == "" && !s.InForce(r.Today) || state == "ket-thuc" && s.InForce(r.Today)
	}), nil
}

func list(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	all, err := listed(ctx, tx, r, unit)
	if err != nil {
		return door.Answer{}, err
	}
	c, err := chrome(ctx, tx, r, unit, r.T("committee.list"))
	if err != nil {
		return door.Answer{}, err
	}
	cover, err := committee.Cover(ctx, tx, r.Who, unit, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	stranded, err := committee.ToReassign(ctx, tx, r.Who, unit, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	if n := cover.Whole.Missing(); n > 0 {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Amber, Text: r.T("committee.missing_notice", "villages", cover.Whole.Villages-cover.Whole.VillagesNamed, "schools", cover.Whole.Schools-cover.Whole.SchoolsNamed),
			Links: []ui.Choice{{Label: r.T("committee.missing_open"), URL: coverageAddress(unit)}}})
	}
	if len(stranded) > 0 {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Red, Text: r.T("committee.stranded_notice", "n", len(stranded)), Links: []ui.Choice{{Label: r.T("committee.stranded_open"), URL: reassignAddress(unit)}}})
	}
	buttons := []ui.Button{{Label: r.T("committee.coverage"), URL: coverageAddress(unit), Icon: ui.IconPin}}
	act := templ.Component(nil)
	if _, err := access.May(ctx, tx, r.Who, access.ChangeCommittee, access.Unit(unit)); err == nil && cover.Unit.Until > r.Today {
		buttons = append(buttons, ui.Button{Label: r.T("committee.found"), URL: listAddress(unit) + "/moi", Icon: ui.IconPlus, Kind: ui.Primary})
		act = ui.Press(ui.Button{Label: r.T("committee.found"), URL: listAddress(unit) + "/moi", Icon: ui.IconPlus})
	}
	c.Actions = ui.Buttons(buttons...)
	page, from, to := pageOf(r, len(all))
	t := ui.Table{Caption: r.T("committee.list"), Quiet: true, Columns: []ui.Column{{Label: r.T("committee.name")}, {Label: r.T("committee.kind")}, {Label: r.T("committee.decision")},
		{Label: r.T("committee.office-chair")}, {Label: r.T("committee.members"), Number: true}, {Label: r.T("committee.duties"), Number: true}, {Label: r.T("committee.state")}},
		Empty: ui.Empty{Icon: ui.IconFlag, Title: r.T("committee.list_none"), Text: r.T("committee.list_none_text"), Act: act}.Draw()}
	for _, s := range all[from:to] {
		chair := ui.Text(s.Chair)
		if s.Chair == "" {
			chair = ui.Nothing()
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.LinkNote(committeeAddress(s.ID), s.Name, s.UnitName), ui.Text(r.T("committee.kind-" + string(s.Kind))),
			ui.TextNote(s.Term.Number, s.Term.IssuedOn.Vietnamese()), chair, ui.Count(int64(s.Members), committeeAddress(s.ID)+"#thanh-vien"), ui.Count(int64(s.Duties), committeeAddress(s.ID)+"/phan-cong"), state(r, s)}})
	}
	t.Foot = foot(r, page, from, to, len(all), listAddress(unit)+"/tep/")
	filter := ui.FilterBar{Action: listAddress(unit), Clear: cleared(r, listAddress(unit), "tim", "loai", "xem"), Search: &ui.Field{Name: "tim", Label: r.T("committee.search"), Value: r.Value("tim")},
		Fields: []ui.Field{{Name: "loai", Label: r.T("committee.kind"), Value: r.Value("loai"), Options: options(r, "committee.kind-", committee.Kinds, r.T("committee.all"))},
			{Name: "xem", Label: r.T("committee.state"), Value: r.Value("xem"), Options: []ui.Option{{Value: "", Label: r.T("committee.state_now")}, {Value: "ket-thuc", Label: r.T("committee.state_ended")}, {Value: "tat-ca", Label: r.T("committee.all")}}}}}
	return door.Page(frame.In(ui.Page(c), ui.Filter(filter), t.Draw())), nil
}

func state(r *door.Request, s committee.Summary) templ.Component {
	switch {
	case !s.InForce(r.Today):
		return ui.Badge{Label: r.T("committee.ended_on", "day", s.Committee.Until.Vietnamese()), Tone: ui.Grey}.Draw()
	case s.Ended:
		return ui.Badge{Label: r.T("committee.unit_gone"), Tone: ui.Red, Icon: ui.IconWarning}.Draw()
	}
	return ui.Badge{Label: r.T("committee.working"), Tone: ui.Green, Icon: ui.IconCheck}.Draw()
}

const pageSize = 50

// pageOf is the page that the address asks for and its rows.
func pageOf(r *door.Request, rows int) (page, from, to int) {
	page, err := strconv.Atoi(r.Value("trang"))
	if err != nil || page < 1 || (page-1)*pageSize >= rows {
		page = 1
	}
	from = (page - 1) * pageSize
	return page, from, min(rows, from+pageSize)
}

// foot counts the rows, leads through the pages and to the files of a list.
func foot(r *door.Request, page, from, to, rows int, files string) templ.Component {
	if rows == 0 {
		return nil
	}
	at := func(page int) string {
		q := r.Query()
		q.Set("trang", strconv.Itoa(page))
		return r.HTTP.URL.Path + "?" + q.Encode()
	}
	p := ui.Pages{Label: r.T("committee.rows", "from", from+1, "to", to, "of", rows)}
	if page > 1 {
		p.Previous = at(page - 1)
	}
	if to < rows {
		p.Next = at(page + 1)
	}
	if p.Previous != "" || p.Next != "" {
		p.Now = r.T("committee.page", "n", page)
	}
	return frame.Box("split", ui.Pager(p), fileButtons(r, files))
}

func fileButtons(r *door.Request, files string) templ.Component {
	q := r.Query()
	q.Del("trang")
	query := ""
	if len(q) > 0 {
		query = "?" + q.Encode()
	}
	return ui.Actions(ui.Button{Label: r.T("committee.file-xlsx"), URL: files + "xlsx" + query, Small: true, Kind: ui.Quiet, Icon: ui.IconDownload, Download: true},
		ui.Button{Label: r.T("committee.file-csv"), URL: files + "csv" + query, Small: true, Kind: ui.Quiet, Icon: ui.IconDownload, Download: true})
}

// cleared is the address without a filter, "" when none is set.
func cleared(r *door.Request, address string, names ...string) string {
	for _, name := range names {
		if r.Value(name) != "" {
			return address
		}
	}
	return ""
}

func loadWords(r *door.Request, l committee.Load) string {
	var words []string
	for _, one := range []struct {
		key string
		n   int
	}{{"load-communes", l.Communes}, {"load-villages", l.Villages}, {"load-schools", l.Schools}} {
		if one.n > 0 {
			words = append(words, r.T("committee."+one.key, "n", one.n))
		}
	}
	if len(words) == 0 {
		return r.T("committee.load-none")
	}
	return strings.Join(words, ", ")
}

func foundForm(ctx context.Context, tx *store.Tx, r *door.Request, f *form) (door.Answer, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.ChangeCommittee, access.Unit(unit)); err != nil {
		return door.Answer{}, err
	}
	c, err := chrome(ctx, tx, r, unit, r.T("committee.found"))
	if err != nil {
		return door.Answer{}, err
	}
	c.Lead = r.T("committee.found_lead")
	kind := ui.Field{Name: "kind", Label: r.T("committee.kind"), Value: string(committee.Universalisation)}
	for _, k := range committee.Kinds {
		o := ui.Option{Value: string(k), Label: r.T("committee.kind-" + string(k))}
		if k != committee.OtherKind {
			o.Help = r.T("committee.name-" + string(k))
		}
		kind.Options = append(kind.Options, o)
	}
	return f.page(c, listAddress(unit)+"/moi", r.T("committee.found_do"), listAddress(unit), ui.Radios(f.field(kind)),
		ui.Input(f.field(ui.Field{Name: "name", Label: r.T("committee.name"), Help: r.T("committee.name_help"), Optional: true})), f.decision("")), nil
}

// typedDecision reads number, day, issuer and from.
func typedDecision(r *door.Request) (d committee.Decision, from day.Day, err error) {
	d.Number, d.Issuer = r.Value("number"), r.Value("issuer")
	if d.Day, err = r.Day("issued", 0); err != nil {
		return d, 0, err
	}
	from, err = r.Day("from", 0)
	return d, from, err
}

func found(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	in := committee.FoundInput{Unit: unit, Kind: committee.Kind(r.Value("kind")), Name: r.Value("name")}
	if in.Decision, in.From, err = typedDecision(r); err != nil {
		return door.Answer{}, err
	}
	c, err := committee.Found(ctx, tx, r.Who, in)
	return door.SeeOther(committeeAddress(c.ID)), err
}

// query puts pairs into an address.
func query(address string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Add(pairs[i], pairs[i+1])
	}
	return address + "?" + q.Encode()
}
