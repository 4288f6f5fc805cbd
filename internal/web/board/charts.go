package board

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/indicator"
	"ralop/internal/org"
	"ralop/internal/ratio"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/viet"
	"ralop/internal/web/ui"
)

// closure is a closure that the strip names.
type closure struct {
	period day.Range
	words  string
}

func (v *view) readClosures(ctx context.Context, tx *store.Tx) error {
	year := v.a.period.Last().SchoolYear()
	whole := day.Range{From: day.Date(year, 8, 1), Until: day.Date(year+1, 8, 1)}
	var all []calendar.Exception
	var err error
	switch v.a.place.Kind {
	case access.UnitKind:
		if !v.may(ctx, tx, access.Unit(v.a.place.ID)) {
			return nil // sees the place by residence only
		}
		all, err = calendar.UnitExceptions(ctx, tx, v.r.Who, v.a.place.ID, whole)
	case access.SchoolKind:
		all, err = calendar.Exceptions(ctx, tx, v.r.Who, v.a.place.ID, whole)
	}
	for _, e := range all {
		if e.Kind == calendar.Closure {
			v.closures = append(v.closures, closure{e.Period, v.r.T("calendar.reason." + string(e.Reason))})
		}
	}
	return err
}

// points turns rows of months into points; months of the year are the scale, so that last
// year lies behind this one.
func (v *view) points(rows []indicator.Row, past bool) []ui.Point {
	if len(rows) == 0 {
		return nil
	}
	at := map[int]indicator.Row{}
	for _, row := range rows {
		if on, err := day.Parse(row.Key); err == nil {
			at[int(on.Month())] = row
		}
	}
	var points []ui.Point
	for i := range 12 {
		month := (i+7)%12 + 1 // from August on
		row, ok := at[month]
		if !past && (month == 8 || month == 6 || month == 7) && !ok {
			continue
		}
		p := ui.Point{Label: v.r.T("board.month_tick", "month", month), None: !ok || !row.Value.Known()}
		if !p.None {
			p.Value, p.Text = math.Round(10000*row.Value.Float())/100, row.Value.Percent(2)+" %"
		}
		points = append(points, p)
	}
	return points
}

func (v *view) charts() []templ.Component {
	line := ui.LineChart{Title: v.r.T("board.trend", "indicator", v.r.T("indicator."+string(v.a.indicator))), Note: v.r.T("board.trend_note"), Unit: "%",
		Series: []ui.Series{{Name: v.r.T("board.year", "year", v.year(), "next", v.year()+1), Points: v.points(v.b.Months, false)}}}
	if past := v.points(v.b.LastYear, false); len(past) > 0 {
		line.Series = append(line.Series, ui.Series{Name: v.r.T("board.year", "year", v.year()-1, "next", v.year()), Points: past, Past: true})
	}
	for _, t := range v.b.Tiles {
		if t.Indicator == v.a.indicator && t.Target.Known() {
			line.Target = &ui.Point{Label: v.r.T("board.target"), Value: 100 * t.Target.Float(), Text: t.Target.Percent(1) + " %"}
		}
	}
	parts := []templ.Component{line.Draw()}
	if strip := v.strip(); strip != nil {
		parts = append(parts, strip)
	}
	if len(v.b.Causes) > 0 {
		parts = append(parts, v.causes())
	}
	return parts
}

func (v *view) year() int { return v.a.period.Last().SchoolYear() }

// steps of the strip and the map: shares of lượt vắng, from light to dark.
var absenceSteps = []ratio.Ratio{ratio.Of(3, 100), ratio.Of(5, 100), ratio.Of(8, 100), ratio.Of(12, 100)}

// strip is the year in one line, a square a day; dark days are those on which many were away.
func (v *view) strip() templ.Component {
	if len(v.b.Days) == 0 {
		return nil
	}
	byDay := map[day.Day]indicator.Value{}
	var first, last day.Day
	for _, row := range v.b.Days {
		on, err := day.Parse(row.Key)
		if err != nil {
			continue
		}
		byDay[on] = row.Value
		if first == 0 || on < first {
			first = on
		}
		last = max(last, on)
	}
	s := ui.Strip{Title: v.r.T("board.strip"), Note: v.r.T("board.strip_note")}
	for d := range 6 {
		s.Rows = append(s.Rows, v.r.T("board.weekday_"+fmt.Sprint(d)))
	}
	for i := range 5 {
		switch i {
		case 0:
			s.Steps = append(s.Steps, v.r.T("board.step_first", "to", absenceSteps[0].Percent(0)))
		case 4:
			s.Steps = append(s.Steps, v.r.T("board.step_last", "from", absenceSteps[3].Percent(0)))
		default:
			s.Steps = append(s.Steps, v.r.T("board.step", "from", absenceSteps[i-1].Percent(0), "to", absenceSteps[i].Percent(0)))
		}
	}
	month, written := 0, -2
	number := 0
	for monday := first.WeekStart(); monday <= last; monday = monday.Add(7) {
		week := ui.StripWeek{}
		if m := int(monday.Add(5).Month()); m != month && len(s.Weeks)-written > 1 {
			month, written = m, len(s.Weeks)
			week.Month = v.r.T("board.month_tick", "month", m)
		}
		held := false
		for d := monday; d < monday.Add(6); d++ {
			one := v.square(d, byDay)
			held = held || one.Mark == ui.DayShare
			week.Days = append(week.Days, one)
		}
		if held {
			number++
			week.Label = v.r.T("board.week_label", "number", number, "from", monday.Short(), "to", monday.Add(5).Short())
		} else {
			week.Label = monday.Short() + "–" + monday.Add(5).Short()
		}
		s.Weeks = append(s.Weeks, week)
	}
	return s.Draw()
}

func (v *view) square(d day.Day, byDay map[day.Day]indicator.Value) ui.StripDay {
	value, ok := byDay[d]
	if !ok || !value.Known() {
		for _, c := range v.closures {
			if c.period.Has(d) {
				return ui.StripDay{Mark: ui.DayClosed, Text: d.Short() + ": " + c.words}
			}
		}
		return ui.StripDay{}
	}
	absent := ratio.Of(value.D-value.N, value.D)
	step := 0
	for _, bound := range absenceSteps {
		if absent.AtLeast(bound.N, bound.D) {
			step++
		}
	}
	return ui.StripDay{Mark: ui.DayShare, Step: step, Text: v.r.T("board.square", "day", d.Short(), "present", value.Percent(2), "absent", viet.Integer(absent.N), "of", viet.Integer(absent.D))}
}

func (v *view) causes() templ.Component {
	var total, other, unknown int64
	bars := ui.BarChart{Title: v.r.T("board.causes"), Head: [2]string{v.r.T("board.cause"), v.r.T("board.luot_vang")}}
	for _, c := range v.b.Causes {
		total += c.N
	}
	for _, c := range v.b.Causes {
		switch {
		case c.Reason == "":
			unknown += c.N
		case len(bars.Bars) < 8:
			bars.Bars = append(bars.Bars, ui.Bar{Label: v.r.T("rollcall.reason-" + rollcall.Spoken(c.Reason)), Point: v.luot(c.N, total)})
		default:
			other += c.N
		}
	}
	if other > 0 {
		bars.Bars = append(bars.Bars, ui.Bar{Label: v.r.T("board.cause_other"), Point: v.luot(other, total)})
	}
	if unknown > 0 {
		bars.Bars = append(bars.Bars, ui.Bar{Label: v.r.T("board.cause_none"), Point: v.luot(unknown, total), Tone: ui.Grey})
	}
	bars.Note = v.r.T("board.causes_note", "n", viet.Integer(total))
	return bars.Draw()
}

func (v *view) luot(n, total int64) ui.Point {
	return ui.Point{Value: float64(n), Text: v.r.T("board.luot", "n", viet.Integer(n), "share", ratio.Of(n, total).Percent(1))}
}

// breakdown is the tabs and, when one is chosen, its bars.
func (v *view) breakdown() []templ.Component {
	var choices []ui.Choice
	for _, by := range breakdowns {
		sensitive := by == indicator.ByEthnicity || by == indicator.ByPoverty
		if sensitive && !v.sensitive || by == indicator.ByZone && v.a.place.Kind != access.UnitKind {
			continue
		}
		choices = append(choices, ui.Choice{Label: v.r.T("board.by_" + string(by)), URL: v.a.here("theo", string(by)) + "#phan-tich", Current: by == v.a.by})
	}
	parts := []templ.Component{ui.Tabs(v.r.T("board.breakdown"), choices...)}
	if v.parts == nil {
		return append(parts, ui.Empty{Icon: ui.IconFilter, Title: v.r.T("board.choose_breakdown"), Text: v.r.T("board.choose_breakdown_text")}.Draw())
	}
	t := ui.Table{Caption: v.r.T("board.by_" + string(v.a.by)), Quiet: true,
		Columns: []ui.Column{{Label: v.r.T("board.by_" + string(v.a.by))}, {Label: v.r.T("board.col_luot"), Number: true}, {Label: v.r.T("indicator." + string(v.a.indicator)), Number: true}}}
	hidden := false
	for _, row := range v.parts.Rows {
		if row.Value.Suppressed {
			hidden = true
			t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(v.key(row)), ui.Text("…"), ui.Text(v.r.T("board.hidden", "n", indicator.SmallCell))}})
			continue
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(v.key(row)), ui.Count(row.Value.D, ""), ui.Rate{Ratio: row.Value.Ratio}.Cell()}})
	}
	if hidden {
		t.Foot = ui.Text(v.r.T("board.hidden_note", "n", indicator.SmallCell))
	}
	if len(t.Rows) == 0 {
		t.Empty = ui.Empty{Icon: ui.IconFilter, Title: v.r.T("board.no_parts"), Text: v.r.T("board.no_parts_text")}.Draw()
	}
	parts = append(parts, t.Draw())
	if len(t.Rows) > 0 && v.a.place.Kind != access.ClassKind {
		parts = append(parts, ui.Actions(ui.Button{Label: v.r.T("board.export_parts"), URL: v.fileAddress("xlsx", "bang", "phan-tich"), Icon: ui.IconDownload, Small: true}))
	}
	return parts
}

// key is a row of a breakdown in words.
func (v *view) key(row indicator.Row) string {
	switch v.a.by {
	case indicator.ByGrade:
		if row.Key == "" {
			return v.r.T("board.unknown")
		}
		return v.r.T("board.grade", "grade", row.Key)
	case indicator.ByEthnicity:
		if e, ok := student.EthnicityOf(row.Key); ok {
			return e.Name
		}
	case indicator.ByVillage:
		if row.Label != "" {
			return row.Label
		}
		return v.r.T("board.unknown")
	case indicator.BySex, indicator.ByBoarding, indicator.ByPoverty, indicator.ByZone:
		if row.Key == "" {
			return v.r.T("board.none_" + string(v.a.by))
		}
		return v.r.T("board.key-" + row.Key)
	}
	if row.Label != "" {
		return row.Label
	}
	return row.Key
}

func (v *view) readMap(ctx context.Context, tx *store.Tx) error {
	var units []id.ID
	for _, line := range v.b.Children {
		if line.Child.Place.Kind == access.UnitKind && line.Child.Kind != "village" {
			units = append(units, line.Child.Place.ID)
		}
	}
	if len(units) == 0 {
		return nil
	}
	shapes, err := org.Boundaries(ctx, tx, units, v.b.Query.AsOf)
	if err == nil && len(shapes) > 0 {
		v.outlines, v.height = org.Outline(shapes, 900)
	}
	return err
}

// unitMap shades the units under the place: outlines where boundaries were imported, else
// squares in their order.
func (v *view) unitMap() templ.Component {
	m := ui.UnitMap{Title: v.r.T("board.map_title", "indicator", v.r.T("indicator."+string(v.a.indicator))), Note: v.r.T("board.map_note"), Unit: "%", LowDark: true,
		Bounds: [4]float64{88, 92, 95, 97}}
	for _, line := range v.b.Children {
		if line.Child.Place.Kind != access.UnitKind || line.Child.Kind == "village" {
			continue
		}
		u := ui.MapUnit{Name: line.Child.Name, URL: v.a.at(line.Child.Place), Point: ui.Point{None: !line.Attendance.Known(), Thin: !line.Attendance.Complete()}}
		if line.Attendance.Known() {
			u.Point.Value, u.Point.Text = 100*line.Attendance.Float(), line.Attendance.Percent(1)+" %"
		}
		if i := slices.IndexFunc(v.outlines, func(o org.OutlinePath) bool { return o.Unit == line.Child.Place.ID }); i >= 0 {
			o := v.outlines[i]
			u.Path, u.X, u.Y = o.D, float64(o.LabelX), float64(o.LabelY)
		} else if len(v.outlines) > 0 {
			continue // no outline: it is in the table
		}
		m.Units = append(m.Units, u)
	}
	if len(m.Units) < 2 {
		return nil
	}
	if len(v.outlines) > 0 {
		m.Width, m.Height = 900, float64(v.height)
	}
	return m.Draw()
}
