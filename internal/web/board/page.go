package board

import (
	"context"
	"slices"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/indicator"
	"ralop/internal/org"
	"ralop/internal/ratio"
	"ralop/internal/store"
	"ralop/internal/viet"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// page shows the board of a place of a kind.
func (b *boards) page(kind access.Kind, name string) door.Func {
	return func(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
		a, err := read(r, kind, name)
		if err != nil {
			return door.Answer{}, err
		}
		board, err := indicator.ReadBoard(ctx, tx, r.Who, a.board(), b.cache)
		if err != nil {
			return door.Answer{}, err
		}
		v := &view{r: r, a: a, b: board}
		if err := v.read(ctx, tx); err != nil {
			return door.Answer{}, err
		}
		tag := r.Tag(a.query.Encode(), board, v.crumbs, v.parts)
		if r.Fresh(tag) {
			return door.NotModified(tag), nil
		}
		return door.Page(v.draw()).Tagged(tag), nil
	}
}

// view is one board being drawn.
type view struct {
	r *door.Request
	a asked
	b indicator.Board

	crumbs    []ui.Crumb
	sensitive bool // the reader may see ethnicity and poverty
	names     bool // the reader may see the pupils of this place
	outside   bool // the reader may see which children who live here are in no school
	schools   bool // the reader may see the place by where its pupils learn, not only by where they live
	parts     *indicator.Result
	outlines  []org.OutlinePath
	height    int
	closures  []closure
}

// read fetches what stands around the board.
func (v *view) read(ctx context.Context, tx *store.Tx) error {
	if err := v.readPlace(ctx, tx); err != nil {
		return err
	}
	resource := access.Resource{Kind: v.a.place.Kind, ID: v.a.place.ID}
	v.schools = v.may(ctx, tx, resource)
	_, err := access.May(ctx, tx, v.r.Who, access.SeeSensitive, resource)
	v.sensitive = err == nil && v.a.place.Kind != access.ClassKind
	if v.a.place.Kind != access.UnitKind {
		_, err = access.May(ctx, tx, v.r.Who, access.SeePupils, resource)
		v.names = err == nil
	} else {
		_, err = access.May(ctx, tx, v.r.Who, access.SeeHouseholds, access.Residence(v.a.place.ID))
		v.outside = err == nil
	}
	if v.a.by != "" {
		result, err := indicator.Measure(ctx, tx, v.r.Who, indicator.Query{Indicator: v.a.indicator, Place: v.a.place, Period: v.a.period, View: v.b.Query.View, Level: v.a.level, By: v.a.by})
		if err != nil {
			return err
		}
		v.parts = &result
	}
	if v.a.place.Kind == access.UnitKind {
		if err := v.readMap(ctx, tx); err != nil {
			return err
		}
	}
	return v.readClosures(ctx, tx)
}

// readPlace finds the way from the widest place down to this one. A place above that the
// reader may not open has no address.
func (v *view) readPlace(ctx context.Context, tx *store.Tx) error {
	unit, on := v.a.place.ID, v.b.Query.AsOf
	var below []ui.Crumb
	if v.a.place.Kind == access.ClassKind {
		class, err := org.ClassByID(ctx, tx, v.r.Who, v.a.place.ID)
		if err != nil {
			return err
		}
		below = append(below, ui.Crumb{Label: v.r.T("board.class", "name", class.Name)})
		unit = class.School
	}
	if v.a.place.Kind != access.UnitKind {
		school, err := org.SchoolOn(ctx, tx, v.r.Who, unit, on)
		if err != nil {
			return err
		}
		crumb := ui.Crumb{Label: school.Name}
		if v.may(ctx, tx, access.School(unit)) {
			crumb.URL = v.a.at(indicator.School(unit))
		}
		below = append([]ui.Crumb{crumb}, below...)
		unit = school.LocatedIn
	}
	path, err := org.Path(ctx, tx, unit, on)
	for _, u := range path {
		crumb := ui.Crumb{Label: u.FullName}
		if v.may(ctx, tx, access.Unit(u.ID)) {
			crumb.URL = v.a.at(indicator.Unit(u.ID))
		}
		v.crumbs = append(v.crumbs, crumb)
	}
	v.crumbs = append(v.crumbs, below...)
	return err
}

func (v *view) may(ctx context.Context, tx *store.Tx, place access.Resource) bool {
	_, err := access.May(ctx, tx, v.r.Who, access.SeeBoard, place)
	return err == nil
}

func (v *view) draw() templ.Component {
	c := frame.Chrome(v.r, frame.Boards, v.title())
	c.Place, c.Time, c.Lead = v.crumbs, v.a.timeControl(v.r), v.lead()
	c.Actions = ui.Buttons(v.actions()...)
	if v.b.Stale {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Amber, Text: v.r.T("board.stale")})
	}
	var parts []templ.Component
	if tabs := v.levels(); tabs != nil {
		parts = append(parts, tabs)
	}
	parts = append(parts, v.tiles())
	if v.empty() {
		parts = append(parts, ui.Empty{Icon: ui.IconTable, Title: v.r.T("board.empty"), Text: v.r.T("board.empty_text")}.Draw())
	}
	if len(v.b.Children) > 0 {
		end := ui.Text("")
		if v.a.place.Kind == access.UnitKind && v.schools {
			end = ui.Switch(v.r.T("board.view"),
				ui.Choice{Label: v.r.T("board.by_school"), URL: v.a.here("xem", ""), Current: v.b.Query.View == indicator.BySchool},
				ui.Choice{Label: v.r.T("board.by_residence"), URL: v.a.here("xem", string(indicator.ByResidence)), Current: v.b.Query.View == indicator.ByResidence})
		}
		parts = append(parts, frame.In(ui.SectionWith("don-vi", v.childrenTitle(), end), v.table()))
	}
	if items := v.decisions(); len(items) > 0 {
		parts = append(parts, frame.In(ui.Section("quyet-dinh", v.r.T("board.decide"), v.r.T("board.decide_note")), ui.List(items...)))
	}
	if !v.empty() {
		parts = append(parts, frame.In(ui.Section("dien-bien", v.r.T("board.course"), ""), v.charts()...))
		parts = append(parts, frame.In(ui.Section("phan-tich", v.r.T("board.breakdown"), ""), v.breakdown()...))
	}
	if m := v.unitMap(); m != nil {
		parts = append(parts, frame.In(ui.Section("ban-do", v.r.T("board.map"), ""), m))
	}
	parts = append(parts, frame.In(ui.More(v.r.T("board.how"), false), ui.Facts(v.formulas()...)))
	return frame.In(ui.Page(c), parts...)
}

func (v *view) empty() bool {
	for _, t := range v.b.Tiles {
		if t.Value.Known() && t.Indicator == v.a.indicator {
			return false
		}
	}
	return true
}

func (v *view) title() string {
	if v.a.place.Kind == access.ClassKind {
		return v.r.T("board.class", "name", v.b.Name)
	}
	return v.b.Name
}

// lead is the board in one sentence.
func (v *view) lead() string {
	below := 0
	for _, line := range v.b.Children {
		if line.Below {
			below++
		}
	}
	for _, t := range v.b.Tiles {
		if t.Indicator != v.a.indicator || !t.Value.Known() {
			continue
		}
		key := "board.lead"
		switch {
		case t.Target.Known() && len(v.b.Children) == 0:
			key = "board.lead_alone"
		case t.Target.Known():
			key = "board.lead_target"
		}
		return v.r.T(key, "value", t.Value.Percent(2), "target", t.Target.Percent(1), "gap", t.Value.PointsFrom(t.Target, 2),
			"below", below, "children", len(v.b.Children), "what", v.childrenWord())
	}
	return ""
}

func (v *view) childrenWord() string {
	if v.a.place.Kind == access.SchoolKind {
		return v.r.T("board.word_classes")
	}
	return v.r.T("board.word_units")
}

func (v *view) childrenTitle() string {
	if v.a.place.Kind == access.SchoolKind {
		return v.r.T("board.classes")
	}
	units, schools := false, false
	for _, line := range v.b.Children {
		units = units || line.Child.Place.Kind == access.UnitKind
		schools = schools || line.Child.Place.Kind == access.SchoolKind
	}
	switch {
	case units && schools:
		return v.r.T("board.units_schools")
	case schools:
		return v.r.T("board.schools")
	}
	return v.r.T("board.units")
}

func (v *view) actions() []ui.Button {
	var list []ui.Button
	if v.a.place.Kind != access.ClassKind {
		for _, format := range []string{"xlsx", "csv"} {
			list = append(list, ui.Button{Label: v.r.T("board.export", "format", format), URL: v.fileAddress(format), Icon: ui.IconDownload, Small: format == "csv", Kind: ui.Quiet})
		}
	}
	if v.a.place.Kind == access.UnitKind && v.schools {
		list = append(list, ui.Button{Label: v.r.T("board.comeback"), URL: "/don-vi/" + v.a.place.ID.String() + "/sau-nghi", Icon: ui.IconUndo})
	}
	if v.outside {
		list = append(list, ui.Button{Label: v.r.T("household_page.link"), URL: "/noi-o/" + v.a.place.ID.String() + "/ngoai-nha-truong", Icon: ui.IconVisit})
	}
	if v.a.place.Kind == access.UnitKind && v.sensitive {
		list = append(list, ui.Button{Label: v.r.T("benefit_page.title"), URL: "/don-vi/" + v.a.place.ID.String() + "/che-do", Icon: ui.IconTable})
	}
	if v.names {
		path := "/truong/"
		if v.a.place.Kind == access.ClassKind {
			path = "/lop/"
			list = append(list, ui.Button{Label: v.r.T("board.pupils"), URL: path + v.a.place.ID.String() + "/hoc-sinh", Icon: ui.IconPupils})
		}
	}
	return list
}

// levels are the tabs; those without any pupil of the place are left out.
func (v *view) levels() templ.Component {
	if v.a.place.Kind == access.ClassKind || len(v.b.Levels) < 2 && v.a.level == "" {
		return nil
	}
	choices := []ui.Choice{{Label: v.r.T("board.all_levels"), URL: v.a.here("cap", ""), Current: v.a.level == ""}}
	for _, row := range v.b.Levels {
		choices = append(choices, ui.Choice{Label: v.level(row.Key), URL: v.a.here("cap", row.Key), Current: v.a.level == row.Key, Count: percent(row.Value, 1)})
	}
	return ui.Tabs(v.r.T("board.levels"), choices...)
}

func (v *view) level(code string) string { return v.r.T("board.level_" + code) }

func percent(value indicator.Value, decimals int) string {
	if !value.Known() {
		return ""
	}
	return value.Percent(decimals) + " %"
}

// tiles are the four figures.
func (v *view) tiles() templ.Component {
	var tiles []ui.Tile
	for _, t := range v.b.Tiles {
		tile := ui.Tile{Label: v.r.T("indicator." + string(t.Indicator)), Ratio: t.Value.Ratio, Target: t.Target, Reached: t.Reached,
			Coverage: t.Value.Coverage.Ratio(), Thin: !t.Value.Complete(), Trend: v.points(t.Months, false), Past: v.points(t.LastYear, true)}
		if tile.Coverage.D == 0 {
			tile.Coverage = ratio.Ratio{}
		}
		if t.Target.Known() && t.Value.Known() && !t.Reached && t.Value.Complete() && !v.empty() {
			tile.Tone = ui.Red
		}
		tile.Change = v.change(t)
		switch t.Indicator {
		case indicator.LongAbsence:
			tile.Label = v.r.T("board.at_risk")
			if t.Value.Known() {
				tile.Value, tile.Unit = viet.Integer(t.Value.N), v.r.T("board.pupils_unit")
				tile.Detail = v.r.T("board.at_risk_detail", "sessions", indicator.LongAbsenceSessions, "share", t.Value.Percent(2), "of", viet.Integer(t.Value.D))
			}
		case v.a.indicator:
			tile.URL = "#dien-bien"
		}
		tiles = append(tiles, tile)
	}
	return ui.Tiles(tiles...)
}

// change says the difference from the period before.
func (v *view) change(t indicator.Tile) ui.Change {
	if !t.Value.Known() || !t.Before.Known() {
		return ui.Change{}
	}
	c := ui.Change{Direction: t.Value.Compare(t.Before.Ratio), Text: v.r.T("board.change", "points", t.Value.PointsFrom(t.Before.Ratio, 2), "before", v.beforeWord())}
	switch c.Direction {
	case 1:
		c.Tone = ui.Green
	case -1:
		c.Tone = ui.Red
	default:
		c.Text = v.r.T("board.no_change", "before", v.beforeWord())
	}
	return c
}

func (v *view) beforeWord() string {
	p := v.b.Before
	if p.From == p.From.MonthStart() && p.Until == p.From.AddMonths(1) {
		return v.r.T("board.month_short", "month", int(p.From.Month()))
	}
	return p.From.Short() + "–" + p.Last().Short()
}

func (v *view) formulas() []ui.Fact {
	var facts []ui.Fact
	for _, d := range indicator.Definitions(v.a.period.Last()) {
		if slices.ContainsFunc(v.b.Tiles, func(t indicator.Tile) bool { return t.Indicator == d.ID }) {
			facts = append(facts, ui.Fact{Label: v.r.T("indicator." + string(d.ID)), Value: ui.TextNote(d.Formula, d.Source)})
		}
	}
	m := v.b.Movement
	if v.a.place.Kind != access.ClassKind && m.Opening > 0 {
		key := "board.identity"
		if !m.Balanced {
			key = "board.identity_off"
		}
		facts = append(facts, ui.Fact{Label: v.r.T("board.ledger"), Value: ui.Text(v.r.T(key, "opening", viet.Integer(int64(m.Opening)), "now", viet.Integer(int64(m.Now)),
			"dropouts", viet.Integer(int64(m.Dropouts)), "other", ui.Addend(m.Other), "arrivals", viet.Integer(int64(m.Arrivals)),
			"departures", viet.Integer(int64(m.Departures)), "unconfirmed", viet.Integer(int64(m.Unconfirmed))))})
	}
	facts = append(facts, ui.Fact{Label: v.r.T("board.coverage"), Value: ui.Text(v.r.T("board.coverage_text", "least", indicator.EnoughCoverage.Percent(0)))})
	return facts
}
