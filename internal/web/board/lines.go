package board

import (
	"cmp"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/indicator"
	"ralop/internal/ratio"
	"ralop/internal/viet"
	"ralop/internal/web/ui"
)

// orders are the columns by which the table sorts; a minus before the word turns it round.
var orders = map[string]func(a, b indicator.Line) int{
	"ten":     func(a, b indicator.Line) int { return strings.Compare(a.Child.Sort, b.Child.Sort) },
	"si-so":   func(a, b indicator.Line) int { return cmp.Compare(a.Roll, b.Roll) },
	"cc":      func(a, b indicator.Line) int { return byRate(a.Attendance, b.Attendance) },
	"k":       func(a, b indicator.Line) int { return byRate(a.Unexcused, b.Unexcused) },
	"duy-tri": func(a, b indicator.Line) int { return byRate(a.Retention, b.Retention) },
	"dai":     func(a, b indicator.Line) int { return cmp.Compare(a.LongAbsence.N, b.LongAbsence.N) },
}

// byRate puts what is not known last.
func byRate(a, b indicator.Value) int {
	if !a.Known() || !b.Known() {
		return cmp.Compare(boolInt(!a.Known()), boolInt(!b.Known()))
	}
	return a.Compare(b.Ratio)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sorted gives the lines in the order asked for: by name unless another is named.
func (v *view) sorted() []indicator.Line {
	lines := slices.Clone(v.b.Children)
	word, down := strings.CutPrefix(v.a.sort, "-")
	order, ok := orders[word]
	if !ok {
		return lines
	}
	slices.SortStableFunc(lines, func(a, b indicator.Line) int {
		if down {
			return order(b, a)
		}
		return order(a, b)
	})
	return lines
}

func (v *view) column(word, label string, number bool) ui.Column {
	c := ui.Column{Label: label, Number: number, Sort: v.a.here("sap", word) + "#don-vi"}
	switch v.a.sort {
	case word:
		c.Sorted, c.Sort = ui.Ascending, v.a.here("sap", "-"+word)+"#don-vi"
	case "-" + word:
		c.Sorted, c.Sort = ui.Descending, v.a.here("sap", "")+"#don-vi"
	}
	return c
}

func (v *view) table() templ.Component {
	unit := v.a.place.Kind == access.UnitKind
	t := ui.Table{Caption: v.childrenTitle(), Quiet: true, Columns: []ui.Column{v.column("ten", v.r.T("board.col_name"), false)}}
	t.Columns = append(t.Columns, v.column("si-so", v.r.T("board.col_roll"), true), v.column("cc", v.r.T("indicator."+string(v.a.indicator)), true))
	if v.a.indicator == indicator.Attendance {
		t.Columns = append(t.Columns, v.column("k", v.r.T("board.col_unexcused"), true))
	}
	if unit {
		t.Columns = append(t.Columns, v.column("duy-tri", v.r.T("indicator.retention"), true), v.column("dai", v.r.T("board.col_long"), true))
	}
	for _, line := range v.sorted() {
		t.Rows = append(t.Rows, v.row(line, unit))
	}
	total := v.total(unit)
	t.Total = &total
	t.Foot = ui.Text(v.r.T("board.table_foot", "n", len(t.Rows), "from", v.a.period.From.Vietnamese(), "to", v.a.period.Last().Vietnamese()))
	return t.Draw()
}

func (v *view) row(line indicator.Line, unit bool) ui.Row {
	place := line.Child.Place
	note := ""
	switch place.Kind {
	case access.SchoolKind:
		note = line.Child.Kind
	case access.ClassKind:
		note = v.level(line.Child.Kind)
	}
	rate := ui.Rate{Ratio: line.Attendance.Ratio, Target: line.Target, Coverage: line.Attendance.Coverage.Ratio(), Thin: !line.Attendance.Complete()}
	row := ui.Row{Cells: []templ.Component{ui.LinkNote(v.a.at(place), v.childName(line.Child), note), v.count(line.Roll), nil}}
	if line.Below {
		rate.Tone, row.Tone = ui.Red, ui.Red
	}
	row.Cells[2] = rate.Cell()
	if v.a.indicator == indicator.Attendance {
		row.Cells = append(row.Cells, v.share(line.Unexcused))
	}
	if unit {
		row.Cells = append(row.Cells, ui.Rate{Ratio: line.Retention.Ratio}.Cell(), v.count(line.LongAbsence.N))
	}
	return row
}

func (v *view) childName(c indicator.Child) string {
	if c.Place.Kind == access.ClassKind {
		return v.r.T("board.class", "name", c.Name)
	}
	return c.Name
}

// share is lượt vắng without leave, as a share of all.
func (v *view) share(unexcused indicator.Value) templ.Component {
	if !unexcused.Known() {
		return ui.Nothing()
	}
	missed := ratio.Of(unexcused.D-unexcused.N, unexcused.D)
	return ui.TextNote(missed.Percent(2)+" %", viet.Integer(missed.N))
}

func (v *view) count(n int64) templ.Component {
	if n == 0 {
		return ui.Nothing()
	}
	return ui.Count(n, "")
}

func (v *view) total(unit bool) ui.Row {
	var roll, long int64
	var attended, unexcused, kept indicator.Value
	for _, line := range v.b.Children {
		roll, long = roll+line.Roll, long+line.LongAbsence.N
		attended, unexcused, kept = attended.Add(line.Attendance), unexcused.Add(line.Unexcused), kept.Add(line.Retention)
	}
	row := ui.Row{Cells: []templ.Component{ui.Text(v.r.T("board.total")), v.count(roll), ui.Rate{Ratio: attended.Ratio}.Cell()}}
	if v.a.indicator == indicator.Attendance {
		row.Cells = append(row.Cells, v.share(unexcused))
	}
	if unit {
		row.Cells = append(row.Cells, ui.Rate{Ratio: kept.Ratio}.Cell(), v.count(long))
	}
	return row
}

// decisions are what needs one: figures too incomplete to judge, places below target.
func (v *view) decisions() []ui.Item {
	var below, thin []indicator.Line
	for _, line := range v.b.Children {
		switch {
		case line.Attendance.Coverage.Due > 0 && !line.Attendance.Complete():
			thin = append(thin, line)
		case line.Below:
			below = append(below, line)
		}
	}
	slices.SortStableFunc(below, func(a, b indicator.Line) int { return byRate(a.Attendance, b.Attendance) })
	slices.SortStableFunc(thin, func(a, b indicator.Line) int {
		return a.Attendance.Coverage.Ratio().Compare(b.Attendance.Coverage.Ratio())
	})
	var items []ui.Item
	for _, line := range thin[:min(3, len(thin))] {
		c := line.Attendance.Coverage
		items = append(items, ui.Item{Title: v.r.T("board.item_thin", "name", v.childName(line.Child), "missing", viet.Integer(c.Due-c.Taken)), Tone: ui.Amber, URL: v.a.at(line.Child.Place),
			Text: v.r.T("board.item_thin_text", "taken", viet.Integer(c.Taken), "due", viet.Integer(c.Due), "share", c.Ratio().Percent(1))})
	}
	for _, line := range below[:min(5, len(below))] {
		items = append(items, ui.Item{Title: v.r.T("board.item_below", "name", v.childName(line.Child), "value", line.Attendance.Percent(2), "gap", strings.TrimPrefix(line.Attendance.PointsFrom(line.Target, 2), "-")),
			Tone: ui.Red, URL: v.a.at(line.Child.Place), Text: v.belowText(line)})
	}
	if m := v.b.Movement; m.Unconfirmed > 0 {
		items = append(items, ui.Item{Title: v.r.T("board.item_unconfirmed", "n", viet.Integer(int64(m.Unconfirmed))), Text: v.r.T("board.item_unconfirmed_text"), Tone: ui.Amber})
	}
	return items
}

func (v *view) belowText(line indicator.Line) string {
	missed := line.Unexcused.D - line.Unexcused.N
	return v.r.T("board.item_below_text", "target", line.Target.Percent(1), "absent", viet.Integer(line.Attendance.D-line.Attendance.N), "unexcused", viet.Integer(missed), "long", line.LongAbsence.N)
}
