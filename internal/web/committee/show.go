package committee

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/committee"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// lastDay writes the end of a period, nothing while it is open.
func lastDay(r *door.Request, until day.Day) string {
	if until == day.Forever {
		return r.T("committee.now")
	}
	return (until - 1).Vietnamese()
}

func period(r *door.Request, from, until day.Day) string {
	return from.Vietnamese() + " – " + lastDay(r, until)
}

// opened reads the committee that the address names.
func opened(ctx context.Context, tx *store.Tx, r *door.Request) (committee.Detail, error) {
	which, err := r.ID("committee")
	if err != nil {
		return committee.Detail{}, err
	}
	return committee.Look(ctx, tx, r.Who, which, r.Today)
}

// changeable is opened for those who may change it.
func changeable(ctx context.Context, tx *store.Tx, r *door.Request) (committee.Detail, error) {
	d, err := opened(ctx, tx, r)
	if err == nil && !d.MayChange {
		err = mayNot(ctx, tx, r, d.Summary)
	}
	return d, err
}

// mayNot is why a committee cannot be changed.
func mayNot(ctx context.Context, tx *store.Tx, r *door.Request, s committee.Summary) error {
	if _, err := access.May(ctx, tx, r.Who, access.ChangeCommittee, access.Unit(s.Unit)); err != nil {
		return err
	}
	return fault.New(fault.Locked, "committee.dissolved", fault.Args{"day": s.Committee.Until.Vietnamese()})
}

func shownMembers(r *door.Request, d committee.Detail) []committee.MemberRow {
	search := viet.Fold(r.Value("tim"))
	return slices.DeleteFunc(slices.Clone(d.Now), func(m committee.MemberRow) bool {
		return search != "" && !strings.Contains(viet.Fold(m.Name+" "+m.Job+" "+r.T("committee.body-"+string(m.Body))+" "+m.Phone), search)
	})
}

// show is a committee: what it rests on, its members by office, and what it was.
func show(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	d, err := opened(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	c, err := chrome(ctx, tx, r, d.Unit, d.Name)
	if err != nil {
		return door.Answer{}, err
	}
	address := committeeAddress(d.ID)
	c.Lead = d.UnitName + " · " + r.T("committee.kind-"+string(d.Kind))
	c.Badge = state(r, d.Summary)
	if d.Summary.Ended && d.InForce(r.Today) {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Red, Text: r.T("committee.unit_gone_text")})
	}
	buttons := []ui.Button{{Label: r.T("committee.matrix"), URL: address + "/phan-cong", Icon: ui.IconTable, Kind: ui.Primary}}
	if d.MayChange {
		buttons = append(buttons, ui.Button{Label: r.T("committee.add_member"), URL: address + "/thanh-vien", Icon: ui.IconPlus}, ui.Button{Label: r.T("committee.assign"), URL: address + "/giao-viec", Icon: ui.IconPin})
	}
	c.Actions = ui.Buttons(buttons...)
	parts := []templ.Component{frame.Box("split", ground(r, d), papers(r, d)), frame.In(ui.Section("thanh-vien", r.T("committee.members"), ui.Number(len(d.Now))), memberFilter(r, address), memberTable(r, d))}
	if len(d.Coming) > 0 {
		var items []ui.Item
		for _, m := range d.Coming {
			items = append(items, ui.Item{Title: m.Name, Text: r.T("committee.office-"+string(m.Office)) + " · " + period(r, m.From, m.Until), URL: memberAddress(m.ID)})
		}
		parts = append(parts, frame.In(ui.Section("sap-toi", r.T("committee.coming"), ""), ui.List(items...)))
	}
	parts = append(parts, frame.In(ui.Section("qua-trinh", r.T("committee.history"), ""), history(r, d)))
	if d.MayChange {
		parts = append(parts, ui.Actions(ui.Button{Label: r.T("committee.refound"), URL: address + "/kien-toan", Icon: ui.IconPencil}, ui.Button{Label: r.T("committee.regulate"), URL: address + "/quy-che", Icon: ui.IconLetter},
			ui.Button{Label: r.T("committee.dissolve"), URL: address + "/giai-the", Kind: ui.Quiet, Icon: ui.IconCross}))
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func ground(r *door.Request, d committee.Detail) templ.Component {
	facts := []ui.Fact{{Label: r.T("committee.decision"), Value: ui.Text(d.Term.Number + " · " + d.Term.IssuedOn.Vietnamese() + " · " + d.Term.Issuer)},
		{Label: r.T("committee.in_force"), Value: ui.Text(period(r, d.Term.From, min(d.Term.Until, d.Committee.Until)))}}
	regulation := ui.Text(r.T("committee.regulation_none"))
	for _, g := range d.Regulations {
		if g.From <= r.Today && r.Today < g.Until {
			regulation = ui.Text(g.Number + " · " + g.IssuedOn.Vietnamese() + " · " + g.Issuer)
			break
		}
	}
	facts = append(facts, ui.Fact{Label: r.T("committee.regulation"), Value: regulation})
	if !d.InForce(r.Today) {
		facts = append(facts, ui.Fact{Label: r.T("committee.reason"), Value: ui.Text(d.Committee.EndReason)})
	}
	return frame.In(ui.Card(r.T("committee.ground")), ui.Facts(facts...))
}

func papers(r *door.Request, d committee.Detail) templ.Component {
	address := committeeAddress(d.ID) + "/van-ban/"
	return frame.In(ui.Card(r.T("committee.papers")), frame.Quietly(r.T("committee.papers_text")),
		ui.Actions(ui.Button{Label: r.T("committee.roster-docx"), URL: address + "docx", Icon: ui.IconDownload, Download: true}, ui.Button{Label: r.T("committee.roster-pdf"), URL: address + "pdf", Icon: ui.IconPrint}))
}

func memberFilter(r *door.Request, address string) templ.Component {
	return ui.Filter(ui.FilterBar{Action: address, Clear: cleared(r, address, "tim"), Search: &ui.Field{Name: "tim", Label: r.T("committee.search_member"), Value: r.Value("tim")}})
}

func memberTable(r *door.Request, d committee.Detail) templ.Component {
	rows := shownMembers(r, d)
	page, from, to := pageOf(r, len(rows))
	t := ui.Table{Caption: r.T("committee.members"), Quiet: true, Columns: []ui.Column{{Label: r.T("committee.member_name")}, {Label: r.T("committee.office")}, {Label: r.T("committee.job")}, {Label: r.T("committee.contact")}, {Label: r.T("committee.load")}, {Label: r.T("committee.slip")}},
		Empty: ui.Empty{Icon: ui.IconPerson, Title: r.T("committee.no_member"), Text: r.T("committee.no_member_text")}.Draw()}
	for _, m := range rows[from:to] {
		note := ""
		if m.Away != nil {
			note = r.T("committee.away_until", "day", m.Away.Until.Vietnamese())
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.LinkNote(memberAddress(m.ID), m.Name, note), ui.Text(r.T("committee.office-" + string(m.Office))), ui.TextNote(job(r, m.Member), r.T("committee.body-"+string(m.Body))),
			ui.Text(contact(r, m.Phone, m.Account)), ui.Text(loadWords(r, m.Load)), ui.Link(memberAddress(m.ID)+"/phieu/pdf", r.T("committee.slip_pdf"))}})
	}
	t.Foot = foot(r, page, from, to, len(rows), committeeAddress(d.ID)+"/thanh-vien/tep/")
	return t.Draw()
}

// job is the title, else nothing beside the body that stands beneath.
func job(r *door.Request, m committee.Member) string {
	if m.Job == "" {
		return r.T("committee.job_none")
	}
	return m.Job
}

// history is what the committee was: its decisions, regulations, and those who left.
func history(r *door.Request, d committee.Detail) templ.Component {
	type entry struct {
		at day.Day
		ui.Event
	}
	var all []entry
	for i, t := range d.Terms {
		title := "committee.event-refound"
		if i == len(d.Terms)-1 {
			title = "committee.event-found"
		}
		all = append(all, entry{t.From, ui.Event{When: t.From.Vietnamese(), Title: r.T(title, "number", t.Number), Who: t.Issuer, Tone: ui.Cham}})
	}
	for _, g := range d.Regulations {
		all = append(all, entry{g.From, ui.Event{When: g.From.Vietnamese(), Title: r.T("committee.event-regulate", "number", g.Number), Who: g.Issuer, Tone: ui.Grey,
			Body: frame.In(ui.More(r.T("committee.regulation_text"), false), paragraphs(g.Body))}})
	}
	for _, m := range d.Past {
		all = append(all, entry{m.Until, ui.Event{When: m.Until.Vietnamese(), Title: r.T("committee.event-left", "name", m.Name, "office", r.T("committee.office-"+string(m.Office))), Who: m.EndReason, Tone: ui.Grey,
			Body: ui.Link(memberAddress(m.ID), period(r, m.From, m.Until))}})
	}
	if !d.InForce(r.Today) {
		all = append(all, entry{d.Committee.Until, ui.Event{When: d.Committee.Until.Vietnamese(), Title: r.T("committee.event-dissolve"), Who: d.Committee.EndReason, Tone: ui.Grey}})
	}
	slices.SortStableFunc(all, func(a, b entry) int { return int(b.at - a.at) })
	var events []ui.Event
	for _, e := range all {
		events = append(events, e.Event)
	}
	return ui.Timeline(events...)
}

func paragraphs(text string) templ.Component {
	var all []templ.Component
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, frame.Words(line))
		}
	}
	return templ.Join(all...)
}

// matrix is places × holders, what is missing first.
func matrix(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	which, err := r.ID("committee")
	if err != nil {
		return door.Answer{}, err
	}
	m, d, err := committee.Assignments(ctx, tx, r.Who, which, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	c, err := chrome(ctx, tx, r, d.Unit, r.T("committee.matrix"))
	if err != nil {
		return door.Answer{}, err
	}
	address := committeeAddress(d.ID)
	c.Lead = d.Name + " – " + d.UnitName
	buttons := []ui.Button{{Label: r.T("committee.open"), URL: address, Icon: ui.IconLeft}}
	if d.MayChange {
		buttons = append(buttons, ui.Button{Label: r.T("committee.assign"), URL: address + "/giao-viec", Icon: ui.IconPlus, Kind: ui.Primary})
	}
	c.Actions = ui.Buttons(buttons...)
	var columns []committee.Holder
	t := ui.Table{Caption: r.T("committee.matrix"), Quiet: true, Wide: true, Compact: true, Columns: []ui.Column{{Label: r.T("committee.place")}, {Label: r.T("committee.what")}},
		Empty: ui.Empty{Icon: ui.IconPin, Title: r.T("committee.no_places"), Text: r.T("committee.no_places_text")}.Draw()}
	holders := map[committee.Holder]string{}
	for _, one := range d.Now {
		holders[committee.Holder{Member: one.ID}] = one.Name
		if one.Load != (committee.Load{}) {
			columns = append(columns, committee.Holder{Member: one.ID})
			t.Columns = append(t.Columns, ui.Column{Label: one.Name, Title: one.Name + " – " + r.T("committee.office-"+string(one.Office))})
		}
	}
	for _, body := range m.Bodies {
		holders[committee.Holder{Branch: body}] = r.T("committee.body-" + string(body))
		columns = append(columns, committee.Holder{Branch: body})
		t.Columns = append(t.Columns, ui.Column{Label: r.T("committee.body-" + string(body)), Title: r.T("committee.branch")})
	}
	search := viet.Fold(r.Value("tim"))
	places := slices.DeleteFunc(m.Places, func(p committee.CoveredPlace) bool {
		words := p.Name
		for h := range m.Cells[p.Place] {
			words += " " + holders[h]
		}
		return search != "" && !strings.Contains(viet.Fold(words), search) || r.Value("xem") == "chua" && len(m.Cells[p.Place]) > 0
	})
	page, from, to := pageOf(r, len(places))
	for _, p := range places[from:to] {
		held := m.Cells[p.Place]
		row := ui.Row{Cells: []templ.Component{ui.Text(p.Name)}}
		if len(held) > 0 {
			row.Cells = append(row.Cells, ui.Text(r.T("committee.place-"+string(p.Kind))))
		} else {
			row.Tone = ui.Amber
			missing := ui.Badge{Label: r.T("committee.nobody"), Tone: ui.Amber, Icon: ui.IconWarning}.Draw()
			if d.MayChange {
				missing = templ.Join(missing, frame.Box("", ui.Link(query(address+"/giao-viec", "places", placeValue(p.Place)), r.T("committee.assign"))))
			}
			row.Cells = append(row.Cells, missing)
		}
		for _, h := range columns {
			duty, ok := held[h]
			if !ok {
				row.Cells = append(row.Cells, ui.Nothing())
				continue
			}
			row.Cells = append(row.Cells, ui.TextNote(taskWords(r, duty), levelWords(r, duty.Levels)))
		}
		t.Rows = append(t.Rows, row)
	}
	t.Foot = foot(r, page, from, to, len(places), address+"/phan-cong/tep/")
	filter := ui.FilterBar{Action: address + "/phan-cong", Clear: cleared(r, address+"/phan-cong", "tim", "xem"), Search: &ui.Field{Name: "tim", Label: r.T("committee.search_place"), Value: r.Value("tim")},
		Fields: []ui.Field{{Name: "xem", Label: r.T("committee.show"), Value: r.Value("xem"), Options: []ui.Option{{Value: "", Label: r.T("committee.all")}, {Value: "chua", Label: r.T("committee.only_missing")}}}}}
	return door.Page(frame.In(ui.Page(c), ui.Filter(filter), t.Draw(), papers(r, d))), nil
}

func taskWords(r *door.Request, d committee.Duty) string {
	if d.Tasks == "" {
		return r.T("committee.tasks_all")
	}
	var words []string
	for _, task := range d.TaskList() {
		words = append(words, r.T("committee.task-"+string(task)))
	}
	return strings.Join(words, "; ")
}

func levelWords(r *door.Request, levels string) string {
	var words []string
	for _, level := range strings.Fields(levels) {
		words = append(words, r.T("committee.level-"+level))
	}
	return strings.Join(words, ", ")
}

// idOf reads an id that a form may leave out.
func idOf(r *door.Request, name string) (id.ID, error) {
	if r.Value(name) == "" || r.Value(name) == "0" {
		return 0, nil
	}
	return r.OptionalID(name)
}
