package board

import (
	"context"
	"math"
	"slices"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/indicator"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/viet"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// longBreak is how many days a closure lasts to have a board of its own.
const longBreak = 5

// comeback shows who came back after a break: days since the return across, the share of
// pupils back upwards, the same break of last year in grey behind.
func (b *boards) comeback(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	year := r.Today.SchoolYear()
	breaks, err := breaksOf(ctx, tx, r, unit, year)
	if err != nil {
		return door.Answer{}, err
	}
	v := &comebackView{r: r, unit: indicator.Unit(unit), breaks: breaks}
	for i, e := range breaks {
		named := r.Value("nghi") == e.ID.String()
		latest := r.Value("nghi") == "" && (e.Level == "" || v.chosen == nil || v.chosen.Level != "") // one of all levels says more than a later one of some
		if named || latest {
			v.chosen = &breaks[i]
		}
	}
	if v.chosen != nil {
		if v.now, err = indicator.ReadComeback(ctx, tx, r.Who, unit, v.chosen.Period.Until, v.chosen.Level); err != nil {
			return door.Answer{}, err
		}
		earlier, err := breaksOf(ctx, tx, r, unit, year-1)
		if err != nil {
			return door.Answer{}, err
		}
		if i := slices.IndexFunc(earlier, func(e calendar.Exception) bool { return e.Reason == v.chosen.Reason }); i >= 0 {
			if v.past, err = indicator.ReadComeback(ctx, tx, r.Who, unit, earlier[i].Period.Until, v.chosen.Level); err != nil {
				return door.Answer{}, err
			}
		}
	}
	path, err := org.Path(ctx, tx, unit, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	for _, u := range path {
		crumb := ui.Crumb{Label: u.FullName}
		if _, err := access.May(ctx, tx, r.Who, access.SeeBoard, access.Unit(u.ID)); err == nil {
			crumb.URL = "/don-vi/" + u.ID.String() + "/tro-lai"
		}
		v.crumbs = append(v.crumbs, crumb)
	}
	return door.Page(v.draw()), nil
}

// breaksOf are the long closures of a school year whose return is not ahead, in their
// order; closures that touch are one break.
func breaksOf(ctx context.Context, tx *store.Tx, r *door.Request, unit id.ID, year int) ([]calendar.Exception, error) {
	all, err := calendar.UnitExceptions(ctx, tx, r.Who, unit, day.Range{From: day.Date(year, 8, 1), Until: day.Date(year+1, 8, 1)})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b calendar.Exception) int { return int(a.Period.From - b.Period.From) })
	var breaks []calendar.Exception
	for _, e := range all {
		if e.Kind != calendar.Closure || e.Period.Days() < longBreak || e.Period.Until > r.Today {
			continue
		}
		goesOn := slices.ContainsFunc(all, func(o calendar.Exception) bool {
			return o.Kind == calendar.Closure && o.ID != e.ID && (o.Level == "" || o.Level == e.Level) && o.Period.Has(e.Period.Until)
		})
		if !goesOn { // else nobody comes back yet: the next closure follows on its heels
			breaks = append(breaks, e)
		}
	}
	return breaks, nil
}

type comebackView struct {
	r         *door.Request
	unit      indicator.Place
	breaks    []calendar.Exception
	chosen    *calendar.Exception
	now, past indicator.Comeback
	crumbs    []ui.Crumb
}

// what names a break: its reason, and the level when it was not all of them.
func (v *comebackView) what(e calendar.Exception) string {
	what := v.r.T("calendar.reason." + string(e.Reason))
	if e.Level != "" {
		what += " (" + v.r.T("board.level_"+e.Level) + ")"
	}
	return what
}

func (v *comebackView) draw() templ.Component {
	r := v.r
	c := frame.Chrome(r, frame.Boards, r.T("board.comeback_title"))
	c.Place = v.crumbs
	c.Actions = ui.Buttons(ui.Button{Label: r.T("board.to_board"), URL: boardAddress(v.unit), Icon: ui.IconTable})
	if v.chosen == nil {
		return frame.In(ui.Page(c), ui.Empty{Icon: ui.IconCalendar, Title: r.T("board.no_break"), Text: r.T("board.no_break_text")}.Draw())
	}
	missing := v.now.Total.D - v.now.Total.N
	c.Lead = r.T("board.comeback_lead", "what", v.what(*v.chosen), "day", v.now.Return.Vietnamese(), "back", viet.Integer(v.now.Total.N), "expected", viet.Integer(v.now.Total.D),
		"share", v.now.Total.Percent(2), "missing", viet.Integer(missing))
	var choices []ui.Choice
	for _, e := range v.breaks {
		what := v.what(e)
		choices = append(choices, ui.Choice{Label: r.T("board.break", "reason", what, "from", e.Period.From.Short(), "to", e.Period.Last().Short()),
			URL: "/don-vi/" + v.unit.ID.String() + "/tro-lai?nghi=" + e.ID.String(), Current: e.ID == v.chosen.ID})
	}
	line := ui.LineChart{Title: r.T("board.comeback_chart"), Note: r.T("board.comeback_note"), Unit: "%", Empty: r.T("board.comeback_empty"),
		Target: &ui.Point{Label: r.T("board.comeback_goal"), Value: 99, Text: "99 %"},
		Series: []ui.Series{{Name: r.T("board.year", "year", r.Today.SchoolYear(), "next", r.Today.SchoolYear()+1), Points: v.points(v.now)}}}
	if len(v.past.Days) > 0 {
		line.Series = append(line.Series, ui.Series{Name: r.T("board.year", "year", r.Today.SchoolYear()-1, "next", r.Today.SchoolYear()), Points: v.points(v.past), Past: true})
	}
	return frame.In(ui.Page(c), ui.Tabs(r.T("board.breaks"), choices...), line.Draw(),
		frame.In(ui.Section("cap", r.T("board.levels"), ""), v.table(v.now.Levels, r.T("board.levels"), func(row indicator.Row) templ.Component { return ui.Text(r.T("board.level_" + row.Key)) }, true)),
		frame.In(ui.Section("don-vi", r.T("board.units"), ""), v.table(v.now.Lines, r.T("board.units"), v.childLink, false)))
}

func (v *comebackView) childLink(row indicator.Row) templ.Component {
	address := boardAddress(row.Child.Place)
	if row.Child.Place.Kind == access.UnitKind {
		address = "/don-vi/" + row.Child.Place.ID.String() + "/tro-lai"
	}
	return ui.Link(address, row.Child.Name)
}

func (v *comebackView) points(c indicator.Comeback) []ui.Point {
	var points []ui.Point
	for _, row := range c.Days {
		on, err := day.Parse(row.Key)
		if err != nil || !row.Value.Known() {
			continue
		}
		points = append(points, ui.Point{Label: v.r.T("board.day_since", "n", on.Sub(c.Return)+1), Value: math.Round(10000*row.Value.Float()) / 100, Text: row.Value.Percent(2) + " %"})
	}
	return points
}

func (v *comebackView) table(rows []indicator.Row, caption string, name func(indicator.Row) templ.Component, total bool) templ.Component {
	r := v.r
	t := ui.Table{Caption: caption, Quiet: true, Columns: []ui.Column{{Label: caption}, {Label: r.T("board.expected"), Number: true}, {Label: r.T("board.back"), Number: true},
		{Label: r.T("board.missing"), Number: true}, {Label: r.T("board.share_back"), Number: true}}}
	line := func(label templ.Component, value indicator.Value) ui.Row {
		return ui.Row{Cells: []templ.Component{label, ui.Count(value.D, ""), ui.Count(value.N, ""), ui.Count(value.D-value.N, ""), ui.Rate{Ratio: value.Ratio}.Cell()}}
	}
	for _, row := range rows {
		if row.Value.Known() {
			t.Rows = append(t.Rows, line(name(row), row.Value))
		}
	}
	if total {
		sum := line(ui.Text(r.T("board.total")), v.now.Total)
		t.Total = &sum
	}
	if len(t.Rows) == 0 {
		t.Empty = ui.Empty{Icon: ui.IconTable, Title: r.T("board.comeback_empty"), Text: r.T("board.comeback_empty_text")}.Draw()
	}
	return t.Draw()
}
