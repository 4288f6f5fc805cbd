package afterbreak

import (
	"cmp"
	"context"
	"math"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/afterbreak"
	"ralop/internal/door"
	"ralop/internal/org"
	"ralop/internal/ratio"
	"ralop/internal/store"
	"ralop/internal/viet"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// mostCurves is how many children a chart compares at once.
const mostCurves = 4

// view is one board being drawn.
type view struct {
	r      *door.Request
	b      afterbreak.Board
	at     access.Resource
	query  url.Values
	crumbs []ui.Crumb
	names  bool   // the reader may open the list of the place
	freeze bool   // may settle the list of the school
	home   string // list of the residence, "" when it may not be opened
}

func readQuery(r *door.Request, kind access.Kind, name string) (afterbreak.Query, error) {
	place, err := r.ID(name)
	if err != nil {
		return afterbreak.Query{}, err
	}
	q := afterbreak.Query{Place: access.Resource{Kind: kind, ID: place}, Level: r.Value("cap"), Residence: r.Value("xem") == "cu-tru"}
	if q.Break, err = chosenBreak(r); err != nil {
		return q, err
	}
	q.On, err = r.Day("ngay", 0)
	return q, err
}

func board(kind access.Kind, name string) door.Func {
	return func(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
		q, err := readQuery(r, kind, name)
		if err != nil {
			return door.Answer{}, err
		}
		b, err := afterbreak.ReadBoard(ctx, tx, r.Who, q)
		if err != nil {
			return door.Answer{}, err
		}
		v := &view{r: r, b: b, at: q.Place, query: r.Query()}
		v.names = may(ctx, tx, r, access.SeePupils, q.Place)
		if kind == access.UnitKind {
			if v.names = false; may(ctx, tx, r, access.SeePupils, access.Residence(q.Place.ID)) {
				v.home = listAddress(access.Residence(q.Place.ID))
			}
		} else {
			v.freeze = may(ctx, tx, r, access.ChangeCalendar, q.Place)
		}
		if v.crumbs, err = crumbs(ctx, tx, r, q.Place); err != nil {
			return door.Answer{}, err
		}
		return door.Page(v.draw()), nil
	}
}

func may(ctx context.Context, tx *store.Tx, r *door.Request, action access.Action, at access.Resource) bool {
	_, err := access.May(ctx, tx, r.Who, action, at)
	return err == nil
}

// crumbs lead through the boards of the places above, as far as they may be seen.
func crumbs(ctx context.Context, tx *store.Tx, r *door.Request, at access.Resource) ([]ui.Crumb, error) {
	unit, own := at.ID, ui.Crumb{}
	if at.Kind == access.SchoolKind {
		s, err := frame.SchoolAsOf(ctx, tx, r.Who, at.ID, r.Today)
		if err != nil {
			return nil, err
		}
		unit, own = s.LocatedIn, ui.Crumb{Label: s.Name, URL: boardAddress(at)}
	}
	path, err := org.Path(ctx, tx, unit, r.Today)
	if err != nil {
		return nil, err
	}
	var list []ui.Crumb
	for _, u := range path {
		c := ui.Crumb{Label: u.FullName}
		if may(ctx, tx, r, access.SeeBoard, access.Unit(u.ID)) {
			c.URL = boardAddress(access.Unit(u.ID))
		}
		list = append(list, c)
	}
	if own.Label != "" {
		list = append(list, own)
	}
	return list, nil
}

// here is the address of the board with changes: pairs of a name and a value; an empty value takes the name out.
func (v *view) here(changes ...string) string {
	return frame.With(boardAddress(v.at), v.query, changes...)
}

// breakName names a break: what it was for, and since when.
func breakName(r *door.Request, b afterbreak.Break) string {
	if b.Kind == afterbreak.Opening {
		return r.T("afterbreak.opening", "year", b.Year, "next", b.Year+1)
	}
	var reasons []string
	for _, code := range strings.Fields(b.Reasons) {
		reasons = append(reasons, r.T("calendar.reason."+code))
	}
	return r.T("afterbreak.break", "reasons", strings.Join(reasons, ", "), "back", b.Return.Vietnamese())
}

func (v *view) draw() templ.Component {
	r, b := v.r, &v.b
	c := frame.Chrome(r, frame.Boards, r.T("afterbreak.title"))
	c.Place = v.crumbs
	c.Actions = ui.Buttons(v.actions()...)
	if b.Break.ID == 0 {
		return frame.In(ui.Page(c), ui.Empty{Icon: ui.IconCalendar, Title: r.T("afterbreak.none"), Text: r.T("afterbreak.none_text")}.Draw())
	}
	c.Lead = v.lead()
	if b.Waiting > 0 {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Amber, Text: r.T("afterbreak.waiting", "n", b.Waiting)})
	}
	parts := []templ.Component{v.filter()}
	if tabs := v.levels(); tabs != nil {
		parts = append(parts, tabs)
	}
	if b.Break.Return > b.Query.On {
		return frame.In(ui.Page(c), append(parts, v.ahead())...)
	}
	parts = append(parts, v.tiles(), v.chart(), frame.In(ui.Section("ngay", r.T("afterbreak.days"), r.T("afterbreak.days_note")), v.days()))
	if len(b.Children) > 0 {
		end := ui.Text("")
		if v.at.Kind == access.UnitKind {
			end = ui.Switch(r.T("afterbreak.view"), ui.Choice{Label: r.T("afterbreak.by_school"), URL: v.here("xem", ""), Current: !b.Query.Residence},
				ui.Choice{Label: r.T("afterbreak.by_home"), URL: v.here("xem", "cu-tru"), Current: b.Query.Residence})
		}
		title := "afterbreak.units"
		if v.at.Kind == access.SchoolKind {
			title = "afterbreak.classes"
		}
		parts = append(parts, frame.In(ui.SectionWith("don-vi", r.T(title), end), v.children()))
	}
	if len(b.Causes) > 0 {
		parts = append(parts, frame.In(ui.Section("nguyen-nhan", r.T("afterbreak.causes"), r.T("afterbreak.causes_note", "few", afterbreak.SmallCause)), v.causes()))
	}
	parts = append(parts, frame.In(ui.More(r.T("afterbreak.how"), false), frame.Words(r.T("afterbreak.how_text")), frame.Words(v.listState())))
	return frame.In(ui.Page(c), parts...)
}

func (v *view) lead() string {
	b := &v.b
	s := b.Total
	switch {
	case b.Break.Return > b.Query.On:
		return v.r.T("afterbreak.lead_ahead", "what", breakName(v.r, b.Break))
	case s.Seen == 0:
		return v.r.T("afterbreak.lead_none", "what", breakName(v.r, b.Break), "expected", viet.Integer(s.Expected))
	}
	return v.r.T("afterbreak.lead", "what", breakName(v.r, b.Break), "day", b.Query.On.Vietnamese(), "back", viet.Integer(s.Back), "seen", viet.Integer(s.Seen),
		"share", s.Rate().Percent(1), "missing", viet.Integer(s.Missing()))
}

// ahead is a board before the return: how far the lists are.
func (v *view) ahead() templ.Component {
	return ui.Empty{Icon: ui.IconCalendar, Title: v.r.T("afterbreak.ahead", "day", v.b.Break.Return.Vietnamese()), Text: v.listState(), Act: v.listButton(ui.Primary)}.Draw()
}

func (v *view) listState() string {
	l := v.b.List
	switch {
	case l.Made == 0:
		return v.r.T("afterbreak.list_none", "days", afterbreak.Ahead)
	case l.Frozen < l.Schools:
		return v.r.T("afterbreak.list_open", "made", l.Made, "frozen", l.Frozen, "of", l.Schools)
	}
	return v.r.T("afterbreak.list_frozen", "of", l.Schools, "first", l.First.Vietnamese(), "last", l.Last.Vietnamese())
}

func (v *view) listButton(kind ui.ButtonKind) templ.Component {
	for _, b := range v.listButtons() {
		b.Kind = kind
		return ui.Press(b)
	}
	return nil
}

func (v *view) listButtons() []ui.Button {
	address := v.home
	if v.names {
		address = listAddress(v.at)
	}
	if address == "" {
		return nil
	}
	keep := url.Values{}
	if v.b.Break.ID != 0 {
		keep.Set("nghi", v.b.Break.ID.String())
	}
	return []ui.Button{{Label: v.r.T("afterbreak.open_list"), URL: frame.With(address, keep), Icon: ui.IconPupils}}
}

func (v *view) actions() []ui.Button {
	var buttons []ui.Button
	if v.b.Break.ID != 0 && v.b.Break.Return <= v.b.Query.On {
		for i, format := range []string{"docx", "pdf", "xlsx"} {
			b := ui.Button{Label: v.r.T("afterbreak.report_" + format), URL: frame.With(boardAddress(v.at)+"/tep/"+format, v.query), Icon: ui.IconDownload, Download: true, Kind: ui.Quiet}
			if i == 0 {
				b.Kind, b.Icon = ui.Primary, ui.IconReport
			}
			buttons = append(buttons, b)
		}
	}
	return append(buttons, v.listButtons()...)
}

func (v *view) filter() templ.Component {
	r := v.r
	var breaks []ui.Option
	for i := len(v.b.Breaks) - 1; i >= 0; i-- {
		o := v.b.Breaks[i]
		breaks = append(breaks, ui.Option{Value: o.ID.String(), Label: breakName(r, o)})
	}
	bar := ui.FilterBar{Action: boardAddress(v.at), Keep: ui.KeepFrom(v.query, "nghi", "ngay", "duong"), Fields: []ui.Field{
		{Name: "nghi", Label: r.T("afterbreak.which"), Value: v.b.Break.ID.String(), Options: breaks},
		{Name: "ngay", Label: r.T("afterbreak.until"), Kind: "date", Value: v.b.Query.On.String()},
		{Name: "duong", Label: r.T("afterbreak.curves"), Value: v.query.Get("duong"), Options: []ui.Option{{Value: "", Label: r.T("afterbreak.curve_all")},
			{Value: "cap", Label: r.T("afterbreak.curve_levels")}, {Value: "don-vi", Label: r.T("afterbreak.curve_units", "n", mostCurves)}}},
	}}
	if v.query.Get("nghi")+v.query.Get("ngay")+v.query.Get("duong") != "" {
		bar.Clear = v.here("nghi", "", "ngay", "", "duong", "")
	}
	return ui.Filter(bar)
}

func (v *view) levels() templ.Component {
	if len(v.b.Levels) < 2 && v.b.Query.Level == "" {
		return nil
	}
	choices := []ui.Choice{{Label: v.r.T("afterbreak.all_levels"), URL: v.here("cap", ""), Current: v.b.Query.Level == ""}}
	for _, line := range v.b.Levels {
		if line.Key != "" {
			choices = append(choices, ui.Choice{Label: v.level(line.Key), URL: v.here("cap", line.Key), Current: v.b.Query.Level == line.Key})
		}
	}
	return ui.Tabs(v.r.T("afterbreak.levels"), choices...)
}

func (v *view) level(code string) string { return v.r.T("board.level_" + code) }

func (v *view) tiles() templ.Component {
	r, s := v.r, v.b.Total
	back := ui.Tile{Label: r.T("afterbreak.tile_back"), Ratio: s.Rate(), Decimals: 1, Coverage: s.Coverage(), Thin: !s.Complete(), Trend: points(r, v.b.Curve), Past: points(r, v.b.Before)}
	missing := ui.Tile{Label: r.T("afterbreak.missing"), Value: viet.Integer(s.Missing()), Unit: r.T("afterbreak.pupils"), URL: "#don-vi"}
	if s.Seen > 0 {
		missing.Detail = r.T("afterbreak.missing_detail", "share", s.MissingRate().Percent(1))
	}
	if v.names || v.home != "" {
		address := v.home
		if v.names {
			address = listAddress(v.at)
		}
		missing.URL = frame.With(address, url.Values{"nghi": {v.b.Break.ID.String()}, "tinh": {string(afterbreak.Missing)}})
	}
	unknown := ui.Tile{Label: r.T("afterbreak.unknown"), Value: viet.Integer(s.Unknown()), Unit: r.T("afterbreak.pupils"), Detail: r.T("afterbreak.unknown_detail")}
	expected := ui.Tile{Label: r.T("afterbreak.expected"), Value: viet.Integer(s.Expected), Unit: r.T("afterbreak.pupils"), Detail: r.T("afterbreak.expected_detail", "n", nOf(v.b.Curve))}
	return ui.Tiles(back, missing, unknown, expected)
}

func nOf(steps []afterbreak.Step) int { return len(steps) }

func points(r *door.Request, steps []afterbreak.Step) []ui.Point {
	var list []ui.Point
	for _, s := range steps {
		p := ui.Point{Label: r.T("afterbreak.day_n", "n", s.N), None: s.Share.Seen == 0, Thin: !s.Share.Complete()}
		if !p.None {
			p.Value, p.Text = math.Round(1000*s.Share.Rate().Float())/10, s.Share.Rate().Percent(1)+" %"
		}
		list = append(list, p)
	}
	return list
}

// chart is the curve: days of school since the return across, the share back upwards, last year in grey behind.
func (v *view) chart() templ.Component {
	r, b := v.r, &v.b
	line := ui.LineChart{Title: r.T("afterbreak.chart"), Note: r.T("afterbreak.chart_note"), Unit: "%", Empty: r.T("afterbreak.chart_empty"),
		Target: &ui.Point{Label: r.T("afterbreak.goal"), Value: 99, Text: "99 %"}}
	year := func(y int) string { return r.T("board.year", "year", y, "next", y+1) }
	switch v.query.Get("duong") {
	case "cap":
		for _, l := range b.Levels {
			line.Series = append(line.Series, ui.Series{Name: v.level(l.Key), Points: points(r, b.Levelled[l.Key])})
		}
	case "don-vi":
		for _, l := range worst(b.Children)[:min(mostCurves, len(b.Children))] {
			line.Series = append(line.Series, ui.Series{Name: v.childName(l.Child), Points: points(r, b.Apart[l.Child])})
		}
	default:
		line.Series = append(line.Series, ui.Series{Name: year(b.Break.Year), Points: points(r, b.Curve)})
	}
	line.Series = line.Series[:min(5, len(line.Series))]
	if b.Past != nil && len(b.Before) > 0 {
		line.Series = append(line.Series, ui.Series{Name: year(b.Past.Year), Points: points(r, b.Before), Past: true})
	}
	return line.Draw()
}

// worst are the children with the most missing first.
func worst(lines []afterbreak.Line) []afterbreak.Line {
	out := slices.Clone(lines)
	slices.SortStableFunc(out, func(a, b afterbreak.Line) int {
		return cmp.Or(b.Share.MissingRate().Compare(a.Share.MissingRate()), cmp.Compare(b.Share.Missing(), a.Share.Missing()))
	})
	return out
}

func (v *view) childName(c afterbreak.Child) string {
	switch {
	case c.Name != "":
		return c.Name
	case v.b.Query.Residence:
		return v.r.T("afterbreak.home_unknown")
	case v.at.Kind == access.SchoolKind:
		return v.r.T("afterbreak.no_class")
	}
	return v.r.T("afterbreak.elsewhere")
}

func (v *view) shareColumns(first string) []ui.Column {
	r := v.r
	return []ui.Column{{Label: first}, {Label: r.T("afterbreak.expected"), Number: true}, {Label: r.T("afterbreak.back"), Number: true},
		{Label: r.T("afterbreak.missing"), Number: true}, {Label: r.T("afterbreak.unknown"), Number: true}, {Label: r.T("afterbreak.share"), Number: true}}
}

func shareCells(first templ.Component, s afterbreak.Share) ui.Row {
	rate := ui.Rate{Ratio: s.Rate(), Decimals: 1, Coverage: s.Coverage(), Thin: !s.Complete()}
	if s.Seen == 0 {
		rate.Coverage = ratio.Ratio{}
	}
	return ui.Row{Cells: []templ.Component{first, ui.Count(s.Expected, ""), ui.Count(s.Back, ""), ui.Count(s.Missing(), ""), ui.Count(s.Unknown(), ""), rate.Cell()}}
}

// days is the table of dates: missing by level, as the fast reports of the districts print it; the latest first.
func (v *view) days() templ.Component {
	r, b := v.r, &v.b
	t := ui.Table{Caption: r.T("afterbreak.days"), Quiet: true, Columns: []ui.Column{{Label: r.T("afterbreak.date")}}}
	var levels []string
	for _, l := range b.Levels {
		if b.Query.Level == "" || b.Query.Level == l.Key {
			levels = append(levels, l.Key)
			t.Columns = append(t.Columns, ui.Column{Label: v.level(l.Key), Number: true})
		}
	}
	t.Columns = append(t.Columns, ui.Column{Label: r.T("afterbreak.missing_all"), Number: true}, ui.Column{Label: r.T("afterbreak.share"), Number: true})
	for i := len(b.Days) - 1; i >= 0; i-- {
		d := b.Days[i]
		first := ui.TextNote(d.Day.Vietnamese(), r.T("afterbreak.day_n", "n", d.N))
		if d.Day != b.Query.On {
			first = ui.LinkNote(v.here("ngay", d.Day.String()), d.Day.Vietnamese(), r.T("afterbreak.day_n", "n", d.N))
		}
		row := ui.Row{Cells: []templ.Component{first}}
		for _, level := range levels {
			row.Cells = append(row.Cells, ui.Count(d.Levels[level].Missing(), ""))
		}
		row.Cells = append(row.Cells, ui.Count(d.Share.Missing(), ""), ui.Rate{Ratio: d.Share.Rate(), Decimals: 1, Coverage: d.Share.Coverage(), Thin: !d.Share.Complete()}.Cell())
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		t.Empty = ui.Empty{Icon: ui.IconTable, Title: r.T("afterbreak.chart_empty")}.Draw()
	}
	return t.Draw()
}

// children is the table of the parts; the order is the reader's.
func (v *view) children() templ.Component {
	r, b := v.r, &v.b
	lines := slices.Clone(b.Children)
	order := v.query.Get("sap")
	if order == "" {
		lines = worst(lines)
	} else {
		by := map[string]func(afterbreak.Line) int64{"phai": func(l afterbreak.Line) int64 { return l.Share.Expected }, "chua": func(l afterbreak.Line) int64 { return l.Share.Missing() },
			"khong-ro": func(l afterbreak.Line) int64 { return l.Share.Unknown() }}[order]
		slices.SortStableFunc(lines, func(a, o afterbreak.Line) int {
			if by == nil {
				return strings.Compare(a.Child.Sort, o.Child.Sort)
			}
			return cmp.Compare(by(o), by(a))
		})
	}
	head := "afterbreak.unit"
	if v.at.Kind == access.SchoolKind {
		head = "afterbreak.class"
	}
	t := ui.Table{Caption: r.T(head), Quiet: true, Columns: v.shareColumns(r.T(head))}
	for i, key := range []string{"ten", "phai", "", "chua", "khong-ro", ""} {
		if key != "" {
			t.Columns[i].Sort = v.here("sap", key)
		}
		if key != "" && order == key {
			t.Columns[i].Sorted, t.Columns[i].Sort = ui.Descending, v.here("sap", "")
		}
	}
	for _, l := range lines {
		t.Rows = append(t.Rows, shareCells(v.childLink(l.Child), l.Share))
	}
	total := shareCells(ui.Text(r.T("afterbreak.total")), b.Total)
	t.Total = &total
	return t.Draw()
}

func (v *view) childLink(c afterbreak.Child) templ.Component {
	if c.ID == 0 {
		return ui.Text(v.childName(c))
	}
	keep := url.Values{"nghi": {v.b.Break.ID.String()}}
	switch {
	case c.Kind == access.ClassKind && !v.names:
		return ui.Text(c.Name)
	case c.Kind == access.ClassKind:
		return ui.Link(frame.With(listAddress(access.Class(c.ID)), keep), c.Name)
	}
	for _, name := range []string{"ngay", "cap", "xem", "duong"} {
		if value := v.query.Get(name); value != "" && (name != "xem" || c.Kind == access.UnitKind) {
			keep.Set(name, value)
		}
	}
	return ui.Link(frame.With(boardAddress(access.Resource{Kind: c.Kind, ID: c.ID}), keep), c.Name)
}

func (v *view) causes() templ.Component {
	r, b := v.r, &v.b
	t := ui.Table{Caption: r.T("afterbreak.causes"), Quiet: true, Columns: []ui.Column{{Label: r.T("afterbreak.cause")}}}
	var levels []string
	for _, l := range b.Levels {
		if b.Query.Level == "" || b.Query.Level == l.Key {
			levels = append(levels, l.Key)
			t.Columns = append(t.Columns, ui.Column{Label: v.level(l.Key), Number: true})
		}
	}
	t.Columns = append(t.Columns, ui.Column{Label: r.T("afterbreak.total"), Number: true})
	for _, c := range b.Causes {
		name := r.T("afterbreak.cause_unknown")
		if c.Code != "" {
			name = r.T("rollcall.reason-" + c.Code)
		}
		row := ui.Row{Cells: []templ.Component{ui.Text(name)}}
		for _, level := range levels {
			row.Cells = append(row.Cells, ui.Count(c.Levels[level], ""))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: append(row.Cells, ui.Count(c.N, ""))})
	}
	return t.Draw()
}
