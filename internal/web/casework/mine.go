package casework

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/casework"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// leads are the roles that begin with the board of their place, not with a list of children.
var leads = []access.Role{access.CommuneOfficial, access.CommuneLeader, access.EducationOfficial, access.EducationLeader, access.UnitLeader, access.Inspector}

// welcome leads everybody to where their work on cases begins.
func welcome(_ context.Context, _ *store.Tx, r *door.Request) (door.Answer, error) {
	for _, g := range r.Who.Grants {
		if g.ScopeKind == access.UnitScope && slices.Contains(leads, g.Role) {
			return door.SeeOther("/don-vi/" + g.Scope.String() + "/van-dong"), nil
		}
	}
	return door.SeeOther(MineAddress), nil
}

// placeLinks lead from my list to the boards of the places that I answer for.
func placeLinks(r *door.Request) []ui.Button {
	var list []ui.Button
	add := func(key, address string) {
		b := ui.Button{Label: r.T("casework_page." + key), URL: address, Icon: ui.IconTable}
		if !slices.ContainsFunc(list, func(o ui.Button) bool { return o.URL == b.URL }) {
			list = append(list, b)
		}
	}
	for _, g := range r.Who.Grants {
		switch g.ScopeKind {
		case access.UnitScope:
			if slices.Contains(leads, g.Role) {
				add("lane", "/don-vi/"+g.Scope.String()+"/van-dong")
			}
		case access.ResidenceScope:
			add("village", "/cu-tru/"+g.Scope.String()+"/van-dong")
		case access.SchoolScope:
			add("lane", "/truong/"+g.Scope.String()+"/van-dong")
		}
	}
	return list
}

// chosen keeps the tasks of a filter: "" all, muon late, theo-doi watched, chua nobody has done anything.
func chosen(t casework.Task, filter string) bool {
	switch filter {
	case "muon":
		return t.Late
	case "theo-doi":
		return t.State == casework.Watching || t.State == casework.Back
	case "chua":
		return t.State == casework.Open && t.LastAct == 0
	case "xac-nhan":
		return t.State == casework.Away
	}
	return true
}

var filters = []struct{ code, key string }{{"", "filter_all"}, {"muon", "filter_late"}, {"chua", "filter_untouched"}, {"theo-doi", "filter_watched"}, {"xac-nhan", "filter_away"}}

// look notes whose names a list of tasks shows: the screen once for each class and village.
func look(r *door.Request, tasks []casework.Task) {
	seen := map[id.ID]bool{}
	for _, t := range tasks {
		at := access.Pupil(t.Pupil)
		if t.Village != 0 {
			at = access.Residence(t.Village)
		}
		if !seen[at.ID] {
			seen[at.ID] = true
			r.Look(at, "case.owner", "case")
		}
	}
}

func tasksOf(stops []casework.Stop) (all []casework.Task) {
	for _, s := range stops {
		for _, h := range s.Households {
			all = append(all, h.Tasks...)
		}
	}
	return all
}

func mine(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	stops, err := casework.Mine(ctx, tx, r.Who)
	if err != nil {
		return door.Answer{}, err
	}
	all := tasksOf(stops)
	look(r, all)
	c := frame.Chrome(r, frame.Cases, r.T("casework_page.mine"))
	c.Lead = r.T("casework_page.mine_lead")
	buttons := placeLinks(r)
	if len(all) > 0 {
		buttons = append(buttons, ui.Button{Label: r.T("casework_page.as_list"), URL: MineAddress + "/xlsx", Icon: ui.IconDownload, Download: true}, ui.Button{Label: r.T("casework_page.print"), Icon: ui.IconPrint, Prints: true})
	}
	c.Actions = ui.Buttons(buttons...)
	done(r, &c)
	parts := []templ.Component{}
	referred, err := casework.Referred(ctx, tx, r.Who)
	if err != nil {
		return door.Answer{}, err
	}
	if len(referred) > 0 {
		parts = append(parts, referredPart(r, referred))
	}
	if len(all) == 0 {
		parts = append(parts, ui.Empty{Icon: ui.IconVisit, Title: r.T("casework_page.none_mine"), Text: r.T("casework_page.none_mine_text")}.Draw())
		return door.Page(frame.In(ui.Page(c), parts...)), nil
	}
	filter := r.Value("loc")
	parts = append(parts, filterChips(r, MineAddress, filter, all))
	shown := 0
	for _, s := range stops {
		var homes []templ.Component
		n := 0
		for _, h := range s.Households {
			var tasks []templ.Component
			for _, t := range h.Tasks {
				if chosen(t, filter) {
					tasks = append(tasks, taskRow(r, t))
					n++
				}
			}
			if len(tasks) > 0 {
				homes = append(homes, household(r, h, tasks))
			}
		}
		if len(homes) > 0 {
			name := s.Name
			if name == "" {
				name = r.T("casework_page.no_village")
			}
			parts = append(parts, section("ban-"+s.Village.String(), name, r.T("casework_page.children", "n", n), frame.Box("columns", homes...)))
			shown += n
		}
	}
	if shown == 0 {
		parts = append(parts, ui.Empty{Icon: ui.IconFilter, Title: r.T("casework_page.none_filtered"), Text: r.T("casework_page.none_filtered_text"), Act: ui.Press(ui.Button{Label: r.T("casework_page.filter_all"), URL: MineAddress})}.Draw())
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func filterChips(r *door.Request, base, filter string, all []casework.Task) templ.Component {
	var chips []ui.Choice
	for _, f := range filters {
		n := 0
		for _, t := range all {
			if chosen(t, f.code) {
				n++
			}
		}
		address := base
		if f.code != "" {
			address += "?loc=" + f.code
		}
		chips = append(chips, ui.Choice{Label: r.T("casework_page." + f.key), URL: address, Current: f.code == filter, Count: ui.Number(n)})
	}
	return ui.Chips(r.T("casework_page.filter"), chips...)
}

// household is the card of one home: the family, then its children.
func household(r *door.Request, h casework.Household, tasks []templ.Component) templ.Component {
	family := h.Family
	if family == "" {
		family = r.T("casework_page.no_guardian")
	} else {
		family = r.T("casework_page.family", "name", family)
	}
	return card(family, tasks...)
}

// taskRow is a child to be visited: why, until when, and the one thing to press.
func taskRow(r *door.Request, t casework.Task) templ.Component {
	at := address(t.Case)
	buttons := []ui.Button{{Label: r.T("casework_page.record"), URL: at + "/ghi", Kind: ui.Primary, Icon: ui.IconPlus}, {Label: r.T("casework_page.to_case"), URL: at}}
	parts := []templ.Component{frame.Wrap(`<h3>`, `</h3>`, ui.Link(at, t.Name)), frame.Quietly(joined(t.Class, t.School)), frame.Words(sentence(r.Lang, t)),
		frame.Wrap(`<p>`, `</p>`, dueBadge(r, t.State, t.Due, t.Late))}
	if t.State == casework.Open {
		parts = append(parts, frame.Words(r.T("casework.step-"+string(t.Step))))
	}
	if t.Promise != 0 && t.State == casework.Open {
		parts = append(parts, frame.Words(r.T("casework_page.promised", "day", dayOf(t.Promise))))
	}
	if t.LastAct == 0 && t.State == casework.Open {
		parts = append(parts, frame.Quietly(r.T("casework_page.untouched")))
	}
	return frame.Wrap(`<article class="task stack-tight">`, `</article>`, append(parts, ui.Actions(buttons...))...)
}

// referredPart is what a named person of another body sees: minimal, until the end.
func referredPart(r *door.Request, list []casework.ReferredCase) templ.Component {
	var items []templ.Component
	for _, f := range list {
		items = append(items, referredCard(r, f))
	}
	return section("duoc-chuyen", r.T("casework_page.referred"), r.T("casework_page.referred_note"), frame.Box("columns", items...))
}

func mineFile(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	stops, err := casework.Mine(ctx, tx, r.Who)
	if err != nil {
		return door.Answer{}, err
	}
	tasks := tasksOf(stops)
	look(r, tasks)
	return tasksFile(r, "viec-cua-toi", r.T("casework_page.mine"), tasks)
}

// tasksFile hands a list of tasks out as it is read on the page.
func tasksFile(r *door.Request, name, title string, tasks []casework.Task) (door.Answer, error) {
	format := r.Path("format")
	if format != "csv" && format != "xlsx" {
		return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil)
	}
	heads := []string{}
	for _, key := range []string{"village", "family_head", "name", "class", "school", "why", "step", "due", "state", "promise"} {
		heads = append(heads, r.T("casework_page.head-"+key))
	}
	rows := make([][]string, len(tasks))
	exported := map[id.ID]int{}
	for i, t := range tasks {
		step, due := "", ""
		if t.State == casework.Open {
			step, due = r.T("casework.step-"+string(t.Step)), dayOf(t.Due)
		}
		rows[i] = []string{t.Place, t.Family, t.Name, t.Class, t.School, sentence(r.Lang, t), step, due, r.T("casework.state-" + string(t.State)), dayOf(t.Promise)}
		exported[t.Village]++
	}
	for village, n := range exported {
		r.Export("cases", access.Residence(village), "case.owner", n)
	}
	return frame.ListFile(r, name, title, format, heads, rows), nil
}

func village(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	tasks, rule, err := casework.VillageList(ctx, tx, r.Who, unit)
	if err != nil {
		return door.Answer{}, err
	}
	r.Look(access.Residence(unit), rule, "case")
	place, err := frame.PlaceOfUnit(ctx, tx, unit, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Cases, r.T("casework_page.village_title", "name", lastOf(place)))
	c.Lead, c.Place = r.T("casework_page.village_lead", "day", r.Today.Vietnamese()), place
	base := "/cu-tru/" + unit.String() + "/van-dong"
	buttons := outsideLink(ctx, tx, r, unit)
	if len(tasks) > 0 {
		buttons = append(buttons, ui.Button{Label: r.T("casework_page.print"), URL: base + "/pdf", Icon: ui.IconPrint, Download: true}, ui.Button{Label: "docx", URL: base + "/docx", Icon: ui.IconDownload, Download: true},
			ui.Button{Label: "xlsx", URL: base + "/xlsx", Icon: ui.IconDownload, Download: true})
	}
	c.Actions = ui.Buttons(buttons...)
	if len(tasks) == 0 {
		return door.Page(frame.In(ui.Page(c), ui.Empty{Icon: ui.IconVisit, Title: r.T("casework_page.none_village"), Text: r.T("casework_page.none_village_text")}.Draw())), nil
	}
	return door.Page(frame.In(ui.Page(c), filterChips(r, base, r.Value("loc"), tasks), taskTable(r, tasks))), nil
}

const pageOf = 60

// taskTable lists cases by name, as they are filtered, a page at a time.
func taskTable(r *door.Request, tasks []casework.Task) templ.Component {
	filter := r.Value("loc")
	t := ui.Table{Caption: r.T("casework_page.cases"), Quiet: true, Columns: []ui.Column{{Label: r.T("casework_page.head-name")}, {Label: r.T("casework_page.head-family_head")}, {Label: r.T("casework_page.head-why"), Broad: true}, {Label: r.T("casework_page.head-step")}, {Label: r.T("casework_page.head-due")}},
		Empty: ui.Empty{Icon: ui.IconFilter, Title: r.T("casework_page.none_filtered"), Text: r.T("casework_page.none_filtered_text")}.Draw()}
	tasks = slices.DeleteFunc(slices.Clone(tasks), func(task casework.Task) bool { return !chosen(task, filter) })
	first, err := strconv.Atoi(r.Value("tu-dong"))
	if err != nil || first < 0 || first >= len(tasks) {
		first = 0
	}
	last := min(first+pageOf, len(tasks))
	for _, task := range tasks[first:last] {
		step := ui.Text(r.T("casework.state-" + string(task.State)))
		if task.State == casework.Open {
			step = ui.Text(r.T("casework.step-" + string(task.Step)))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.LinkNote(address(task.Case), task.Name, joined(task.Class, task.School)), orNothing(task.Family), ui.Text(sentence(r.Lang, task)), step, dueBadge(r, task.State, task.Due, task.Late)}})
	}
	if len(tasks) > pageOf {
		at := func(from int) string {
			q := r.Query()
			q.Set("tu-dong", strconv.Itoa(from))
			return "?" + q.Encode()
		}
		pages := ui.Pages{Label: r.T("casework_page.rows", "from", first+1, "to", last, "of", len(tasks))}
		if first > 0 {
			pages.Previous = at(max(0, first-pageOf))
		}
		if last < len(tasks) {
			pages.Next = at(last)
		}
		t.Foot = ui.Pager(pages)
	}
	return t.Draw()
}

func lastOf(place []ui.Crumb) string {
	if len(place) == 0 {
		return ""
	}
	return place[len(place)-1].Label
}

func villageFile(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	tasks, rule, err := casework.VillageList(ctx, tx, r.Who, unit)
	if err != nil {
		return door.Answer{}, err
	}
	r.Look(access.Residence(unit), rule, "case")
	if format := r.Path("format"); paperKinds[format] == "" {
		return tasksFile(r, "hoc-sinh-vang", strings.TrimSpace(r.T("casework_page.village_title", "name", "")), tasks)
	}
	d, err := casework.VillagePaper(ctx, tx, r.Who, unit)
	if err != nil {
		return door.Answer{}, err
	}
	r.Export("cases", access.Residence(unit), rule, len(tasks))
	return paperFile(r, "hoc-sinh-vang", r.Path("format"), d)
}
