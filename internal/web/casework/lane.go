package casework

import (
	"context"
	"slices"

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

func lane(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	l, err := casework.LaneOf(ctx, tx, r.Who, unit)
	if err != nil {
		return door.Answer{}, err
	}
	untouched, err := casework.Untouched(ctx, tx, r.Who, access.Unit(unit))
	if err != nil {
		return door.Answer{}, err
	}
	place, err := frame.PlaceOfUnit(ctx, tx, unit, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	look(r, l.Reached)
	c := frame.Chrome(r, frame.Cases, r.T("casework_page.lane"))
	c.Lead, c.Place = r.T("casework_page.lane_lead", "name", lastOf(place)), place
	base := "/don-vi/" + unit.String()
	buttons := append([]ui.Button{{Label: r.T("casework_page.mine"), URL: MineAddress, Icon: ui.IconVisit}}, outsideLink(ctx, tx, r, unit)...)
	c.Actions = ui.Buttons(append(buttons, ui.Button{Label: "xlsx", URL: base + "/van-dong/xlsx", Icon: ui.IconDownload, Download: true})...)
	done(r, &c)
	running := 0
	for _, s := range l.Steps {
		running += s.Open
	}
	late := 0
	for _, s := range l.Steps {
		late += s.Late
	}
	tiles := ui.Tiles(
		ui.Tile{Label: r.T("casework_page.untouched_tile"), URL: "#chua-ai-lam", Value: ui.Number(l.Untouched), Unit: r.T("casework_page.unit_child"), Tone: when(l.Untouched > 0, ui.Red), Detail: r.T("casework_page.untouched_detail")},
		ui.Tile{Label: r.T("casework_page.late_tile"), URL: "#qua-han", Value: ui.Number(late), Unit: r.T("casework_page.unit_child"), Tone: when(late > 0, ui.Amber), Detail: r.T("casework_page.of_running", "n", running)},
		ui.Tile{Label: r.T("casework_page.watched_tile"), URL: "#buoc", Value: ui.Number(l.States[casework.Watching]), Unit: r.T("casework_page.unit_child"), Detail: r.T("casework_page.watched_detail", "n", l.States[casework.Back])},
		ui.Tile{Label: r.T("casework_page.unowned_tile"), URL: "#qua-han", Value: ui.Number(l.Unowned), Unit: r.T("casework_page.unit_child"), Tone: when(l.Unowned > 0, ui.Amber), Detail: r.T("casework_page.unowned_detail")})
	opens, err := openable(ctx, tx, r, l.Overdue, untouched)
	if err != nil {
		return door.Answer{}, err
	}
	parts := []templ.Component{tabs(r, base, "lane", true, access.MaySomewhere(r.Who, access.RemindSchool)), tiles, untouchedPart(r, both(l.Overdue, untouched), opens)}
	if len(l.Reached) > 0 {
		var items []templ.Component
		for _, t := range l.Reached {
			items = append(items, frame.Wrap(`<section class="card">`, `</section>`, taskRow(r, t)))
		}
		parts = append(parts, section("den-toi", r.T("casework_page.reached"), r.T("casework_page.reached_note"), frame.Box("columns", items...)))
	}
	parts = append(parts, stepsPart(r, l), unitsPart(r, base, l.Overdue, opens), underPart(r, l.Under))
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

// outsideLink leads to the children who live in a unit and are in no school, for those who may see them.
func outsideLink(ctx context.Context, tx *store.Tx, r *door.Request, unit id.ID) []ui.Button {
	if _, err := access.May(ctx, tx, r.Who, access.SeeHouseholds, access.Residence(unit)); err != nil {
		return nil
	}
	return []ui.Button{{Label: r.T("household_page.link"), URL: "/noi-o/" + unit.String() + "/ngoai-nha-truong", Icon: ui.IconPupils}}
}

// both are the places of the children who live here, and the schools that stand here: a
// boarder of another commune is a duty of its school, too.
func both(home, schools []casework.UnitCount) []casework.UnitCount {
	all := slices.Clone(home)
	for _, s := range schools {
		at := slices.IndexFunc(all, func(u casework.UnitCount) bool { return u.Kind == s.Kind && u.ID == s.ID })
		if at < 0 {
			all = append(all, s)
		} else if s.Untouched > all[at].Untouched {
			all[at] = s
		}
	}
	return all
}

func when(yes bool, tone ui.Tone) ui.Tone {
	if yes {
		return tone
	}
	return ui.Plain
}

// schoolLane is "có cảnh báo mà chưa ai làm" of a school, by village, and its way on.
func schoolLane(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	untouched, err := casework.Untouched(ctx, tx, r.Who, access.School(school))
	if err != nil {
		return door.Answer{}, err
	}
	_, place, err := frame.PlaceOfSchool(ctx, tx, r.Who, school, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Cases, r.T("casework_page.lane"))
	c.Lead, c.Place = r.T("casework_page.lane_lead", "name", lastOf(place)), place
	c.Actions = ui.Buttons(ui.Button{Label: r.T("casework_page.mine"), URL: MineAddress, Icon: ui.IconVisit})
	base := "/truong/" + school.String()
	opens, err := openable(ctx, tx, r, untouched)
	if err != nil {
		return door.Answer{}, err
	}
	parts := []templ.Component{tabs(r, base, "lane", true, mayReminders(r)), untouchedPart(r, untouched, opens)}
	tasks, rule, err := casework.SchoolList(ctx, tx, r.Who, school)
	switch {
	case fault.Is(err, fault.Forbidden): // counts only
		parts = append(parts, unitsPart(r, "", untouched, opens))
	case err != nil:
		return door.Answer{}, err
	default:
		r.Look(access.School(school), rule, "case")
		late, err := casework.DutiesLate(ctx, tx, r.Who, access.School(school))
		if err != nil && !fault.Is(err, fault.Forbidden) {
			return door.Answer{}, err
		}
		parts = append(parts, section("ho-so", r.T("casework_page.cases_of_school"), "", filterChips(r, base+"/van-dong", r.Value("loc"), tasks), taskTable(r, tasks)), unitsPart(r, "", untouched, opens), underPart(r, late))
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

// openable keeps the addresses of places whose cases the reader may open: a number that leads nowhere is plain.
func openable(ctx context.Context, tx *store.Tx, r *door.Request, all ...[]casework.UnitCount) (map[string]string, error) {
	open := map[string]string{}
	for _, u := range slices.Concat(all...) {
		address, action, at := placeAddress(u), access.SeeCases, access.Residence(u.ID)
		switch u.Kind {
		case "school":
			action, at = access.SeeBoard, access.School(u.ID)
		case "commune":
			action, at = access.SeeBoard, access.Unit(u.ID)
		}
		if _, done := open[address]; done {
			continue
		}
		_, err := access.May(ctx, tx, r.Who, action, at)
		switch {
		case err == nil:
			open[address] = address
		case fault.Is(err, fault.Forbidden), fault.Is(err, fault.NotFound):
			open[address] = ""
		default:
			return nil, err
		}
	}
	return open, nil
}

func placeAddress(u casework.UnitCount) string {
	if u.Kind == "school" {
		return "/truong/" + u.ID.String() + "/van-dong"
	}
	if u.Kind == "commune" {
		return "/don-vi/" + u.ID.String() + "/van-dong"
	}
	return "/cu-tru/" + u.ID.String() + "/van-dong"
}

// untouchedPart is every leader's first list: where there is a warning and nobody has done anything.
func untouchedPart(r *door.Request, all []casework.UnitCount, opens map[string]string) templ.Component {
	t := ui.Table{Caption: r.T("casework_page.untouched_head"), Quiet: true, Columns: []ui.Column{{Label: r.T("casework_page.head-place")}, {Label: r.T("casework_page.untouched_tile"), Number: true}, {Label: r.T("casework_page.late_tile"), Number: true}},
		Empty: ui.Empty{Icon: ui.IconCheck, Title: r.T("casework_page.none_untouched"), Text: r.T("casework_page.none_untouched_text")}.Draw()}
	for _, u := range all {
		if u.Untouched == 0 {
			continue
		}
		at := opens[placeAddress(u)]
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.LinkNote(at, u.Name, r.T("casework_page.kind-"+u.Kind)), ui.Count(int64(u.Untouched), at), ui.Count(int64(u.Late), at)}})
	}
	return section("chua-ai-lam", r.T("casework_page.untouched_head"), r.T("casework_page.untouched_note"), t.Draw())
}

func stepsPart(r *door.Request, l casework.Lane) templ.Component {
	t := ui.Table{Caption: r.T("casework_page.by_step"), Quiet: true, Columns: []ui.Column{{Label: r.T("casework_page.head-step")}, {Label: r.T("casework_page.open_count"), Number: true}, {Label: r.T("casework_page.late_tile"), Number: true}},
		Empty: ui.Empty{Icon: ui.IconVisit, Title: r.T("casework_page.none_lane"), Text: r.T("casework_page.none_lane_text")}.Draw()}
	for _, s := range l.Steps {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(r.T("casework.step-" + string(s.Step))), ui.Text(ui.Number(s.Open)), ui.Text(ui.Number(s.Late))}})
	}
	for _, state := range []casework.State{casework.Watching, casework.Away, casework.Back} {
		if n := l.States[state]; n > 0 {
			t.Rows = append(t.Rows, ui.Row{Tone: ui.Grey, Cells: []templ.Component{ui.Text(r.T("casework.state-" + string(state))), ui.Text(ui.Number(n)), ui.Nothing()}})
		}
	}
	return section("buoc", r.T("casework_page.by_step"), "", t.Draw())
}

func unitsPart(r *door.Request, base string, all []casework.UnitCount, opens map[string]string) templ.Component {
	t := ui.Table{Caption: r.T("casework_page.by_unit"), Quiet: true, Columns: []ui.Column{{Label: r.T("casework_page.head-place")}, {Label: r.T("casework_page.open_count"), Number: true}, {Label: r.T("casework_page.late_tile"), Number: true}, {Label: r.T("casework_page.untouched_tile"), Number: true}, {Label: r.T("casework_page.unowned_tile"), Number: true}},
		Empty: ui.Empty{Icon: ui.IconCheck, Title: r.T("casework_page.none_units"), Text: r.T("casework_page.none_units_text")}.Draw()}
	if base != "" {
		t.Columns = append(t.Columns, ui.Column{Label: r.T("casework_page.head-act")})
	}
	remind := access.MaySomewhere(r.Who, access.RemindSchool)
	for _, u := range all {
		at := opens[placeAddress(u)]
		row := ui.Row{Cells: []templ.Component{ui.LinkNote(at, u.Name, r.T("casework_page.kind-"+u.Kind)), ui.Count(int64(u.Open), at), ui.Count(int64(u.Late), at), ui.Count(int64(u.Untouched), at), ui.Count(int64(u.Unowned), at)}}
		if base != "" {
			act := ui.Nothing()
			if u.Kind == "school" && remind && u.Late > 0 {
				act = ui.Press(ui.Button{Label: r.T("casework_page.remind"), URL: "/truong/" + u.ID.String() + "/nhac", Small: true, Icon: ui.IconSend})
			}
			row.Cells = append(row.Cells, act)
		}
		t.Rows = append(t.Rows, row)
	}
	return section("qua-han", r.T("casework_page.by_unit"), r.T("casework_page.by_unit_note"), t.Draw())
}

// underPart names late duties to the direct superior only: numbers of cases, no rank.
func underPart(r *door.Request, under []casework.DutyLate) templ.Component {
	if len(under) == 0 {
		return ui.Text("")
	}
	t := ui.Table{Caption: r.T("casework_page.under"), Quiet: true, Columns: []ui.Column{{Label: r.T("casework_page.head-person")}, {Label: r.T("casework_page.head-place")}, {Label: r.T("casework_page.late_tile"), Number: true}, {Label: r.T("casework_page.head-excused")}}}
	for _, u := range under {
		excused := ui.Nothing()
		if u.Excused != "" {
			excused = ui.Badge{Label: r.T("casework_page.excused-" + u.Excused), Tone: ui.Amber}.Draw()
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.TextNote(u.Name, r.T("casework.owner-"+string(u.Role))), orNothing(u.Place), ui.Text(ui.Number(u.Late)), excused}})
	}
	return section("nguoi", r.T("casework_page.under"), r.T("casework_page.under_note"), t.Draw())
}

func laneFile(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	l, err := casework.LaneOf(ctx, tx, r.Who, unit)
	if err != nil {
		return door.Answer{}, err
	}
	heads := []string{r.T("casework_page.head-place"), r.T("casework_page.head-kind"), r.T("casework_page.open_count"), r.T("casework_page.late_tile"), r.T("casework_page.untouched_tile"), r.T("casework_page.unowned_tile")}
	var rows [][]string
	for _, u := range l.Overdue {
		rows = append(rows, []string{u.Name, r.T("casework_page.kind-" + u.Kind), ui.Number(u.Open), ui.Number(u.Late), ui.Number(u.Untouched), ui.Number(u.Unowned)})
	}
	return frame.ListFile(r, "van-dong-"+r.Today.String(), r.T("casework_page.lane"), r.Path("format"), heads, rows), nil
}

// at is a unit or a school of the address.
func unitOf(r *door.Request) (access.Resource, string, error) {
	unit, err := r.ID("unit")
	return access.Unit(unit), "/don-vi/" + unit.String(), err
}

func schoolOf(r *door.Request) (access.Resource, string, error) {
	school, err := r.ID("school")
	return access.School(school), "/truong/" + school.String(), err
}

func placeOf(ctx context.Context, tx *store.Tx, r *door.Request, at access.Resource) ([]ui.Crumb, error) {
	if at.Kind == access.SchoolKind {
		_, place, err := frame.PlaceOfSchool(ctx, tx, r.Who, at.ID, r.Today)
		return place, err
	}
	return frame.PlaceOfUnit(ctx, tx, at.ID, r.Today)
}
