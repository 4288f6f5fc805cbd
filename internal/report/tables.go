package report

import (
	"strconv"
	"strings"

	"ralop/internal/paper"
)

// label is a column of text. The key of a column is also that of its words.
func label(key string) paper.Column { return paper.Column{Key: key, Title: say("column-" + key)} }

func integer(key string) paper.Column {
	return paper.Column{Key: key, Title: say("column-" + key), Kind: paper.KindInteger}
}

func aside(c paper.Column) paper.Column { c.Aside = true; return c }

// wide keeps a long heading from becoming a tall one.
func wide(c paper.Column) paper.Column { c.Width = 18; return c }

func asideIf(yes bool, c paper.Column) paper.Column { c.Aside = yes; return c }

// printed is the total by which it is decided which columns have something to say: a
// comparison is printed when any of the rows has one, though the total may have none.
func (f Figures) printed(rows []Row) Row {
	total := f.Total
	for _, r := range rows {
		total.Before, total.LastYear = total.Before.Add(r.Before), total.LastYear.Add(r.LastYear)
	}
	return total
}

// columnsOf are the columns of domain.md 1.4. What a rate is derived from stands in the
// workbook even where the paper has no room for it.
func columnsOf(total Row, first ...paper.Column) []paper.Column {
	return append(first,
		integer("classes"), integer("opening"), integer("came"), integer("left"), integer("dropouts"),
		asideIf(total.Died == 0, integer("died")),
		paper.Column{Key: "now", Title: say("column-now"), Kind: paper.KindBalance, Plus: []string{"opening", "came"}, Minus: []string{"left", "dropouts", "died"}},
		paper.Column{Key: "retention", Title: say("column-retention"), Kind: paper.KindRatio, N: "now", D: "base"},
		wide(integer("taken")), integer("roll"), integer("unknown"), integer("excused"), integer("unexcused"),
		asideIf(total.Unsplit == 0, integer("unsplit")),
		paper.Column{Key: "attendance", Title: say("column-attendance"), Kind: paper.KindRatio, N: "present", D: "roll"},
		asideIf(!total.Before.Known(), paper.Column{Key: "change", Title: say("column-change"), Kind: paper.KindChange, Now: "attendance", Before: "before"}),
		asideIf(!total.LastYear.Known(), paper.Column{Key: "year-change", Title: say("column-year-change"), Kind: paper.KindChange, Now: "attendance", Before: "year"}),
		paper.Column{Key: "coverage", Title: say("column-coverage"), Kind: paper.KindRatio, N: "taken", D: "due"},
		aside(paper.Column{Key: "base", Title: say("column-base"), Kind: paper.KindBalance, Plus: []string{"opening", "came"}, Minus: []string{"left"}}),
		aside(integer("released")),
		aside(paper.Column{Key: "present", Title: say("column-present"), Kind: paper.KindBalance, Plus: []string{"roll"}, Minus: []string{"unknown", "excused", "unexcused", "unsplit", "released"}}),
		aside(integer("due")),
		aside(integer("before-n")), aside(integer("before-d")),
		aside(paper.Column{Key: "before", Title: say("column-before"), Kind: paper.KindRatio, N: "before-n", D: "before-d"}),
		aside(integer("year-n")), aside(integer("year-d")),
		aside(paper.Column{Key: "year", Title: say("column-year"), Kind: paper.KindRatio, N: "year-n", D: "year-d"}))
}

// headOf groups the printed columns, whose order is that of columnsOf.
func headOf(total Row, first ...string) [][]paper.HeadCell {
	var top, below []paper.HeadCell
	for _, key := range first {
		top = append(top, paper.HeadCell{Text: say("column-" + key), Down: 2})
	}
	down := func(key string) { top = append(top, paper.HeadCell{Text: say("column-" + key), Down: 2}) }
	span := func(group string, keys ...string) {
		top = append(top, paper.HeadCell{Text: say("group-" + group), Span: len(keys)})
		for _, key := range keys {
			below = append(below, paper.HeadCell{Text: say("column-" + key)})
		}
	}
	down("classes")
	keys := []string{"opening", "came", "left", "dropouts"}
	if total.Died > 0 {
		keys = append(keys, "died")
	}
	span("roll", append(keys, "now")...)
	down("retention")
	down("taken")
	down("roll")
	absent := []string{"unknown", "excused", "unexcused"}
	if total.Unsplit > 0 {
		absent = append(absent, "unsplit")
	}
	span("absent", absent...)
	down("attendance")
	if total.Before.Known() {
		down("change")
	}
	if total.LastYear.Known() {
		down("year-change")
	}
	down("coverage")
	return [][]paper.HeadCell{top, below}
}

// cells fills columnsOf; sums makes every number a sum over Row.Of.
func (r Row) cells(first ...paper.Cell) []paper.Cell {
	i, d := paper.Int, paper.Derived
	return append(first, i(r.Classes), i(r.Opening), i(r.Came), i(r.Left), i(r.Dropouts), i(r.Died), d(), d(), i(r.Taken), i(r.Roll), i(r.Unknown), i(r.Excused),
		i(r.Unexcused), i(r.Unsplit), d(), d(), d(), d(), d(), i(r.Released), d(), i(r.Due), i(r.Before.N), i(r.Before.D), d(), i(r.LastYear.N), i(r.LastYear.D), d())
}

// gradeCells are those of a grade: classes, sheets and what is due belong to classes.
func (r Row) gradeCells(first ...paper.Cell) []paper.Cell {
	cells := r.cells(first...)
	for _, at := range []int{0, 8, 21} {
		cells[len(first)+at] = paper.Unknown()
	}
	return cells
}

// sumCells are those of a total: numbers are sums of the rows above, but for the periods
// before, which a total may not be compared with although its rows may.
func (r Row) sumCells(first ...paper.Cell) []paper.Cell {
	cells := r.cells(first...)
	before := len(first) + 22 // Before.N, Before.D, its rate, LastYear.N, LastYear.D
	for i := len(first); i < len(cells); i++ {
		if cells[i].Kind == paper.CellInteger && i < before {
			cells[i] = paper.Sum()
		}
	}
	return cells
}

func indexes(from, until int) []int {
	var all []int
	for i := from; i < until; i++ {
		all = append(all, i)
	}
	return all
}

// levelTable stands in the text: the few columns that a leader reads, by level.
func levelTable(f Figures) paper.Table {
	t := paper.Table{Name: say("sheet-levels"), Title: say("table-levels"), Unit: say("table-unit"), Orientation: paper.Portrait, Columns: []paper.Column{
		label("level"), integer("classes"), integer("opening"), integer("now"),
		{Key: "retention", Title: say("column-retention"), Kind: paper.KindRatio, N: "now", D: "base"},
		integer("roll"), integer("absent"),
		{Key: "attendance", Title: say("column-attendance"), Kind: paper.KindRatio, N: "present", D: "roll"},
		{Key: "change", Title: say("column-change"), Kind: paper.KindChange, Now: "attendance", Before: "before"},
		aside(integer("base")), aside(integer("released")),
		aside(paper.Column{Key: "present", Title: say("column-present"), Kind: paper.KindBalance, Plus: []string{"roll"}, Minus: []string{"absent", "released"}}),
		aside(integer("before-n")), aside(integer("before-d")),
		aside(paper.Column{Key: "before", Title: say("column-before"), Kind: paper.KindRatio, N: "before-n", D: "before-d"}),
	}}
	i, d := paper.Int, paper.Derived
	for _, l := range f.Levels {
		base := l.Retention().D
		t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{paper.Text(say("row-" + l.Level)), i(l.Classes), i(l.Opening), i(l.Now), d(),
			i(l.Roll), i(l.Absent()), d(), d(), i(base), i(l.Released), d(), i(l.Before.N), i(l.Before.D), d()}})
	}
	s := paper.Sum
	t.Rows = append(t.Rows, paper.Row{Style: paper.Total, Of: indexes(0, len(t.Rows)), Cells: []paper.Cell{paper.Text(say("total-" + f.Place.Tier)),
		s(), s(), s(), d(), s(), s(), d(), d(), s(), s(), d(), i(f.Total.Before.N), i(f.Total.Before.D), d()}})
	return t
}

func appendices(f Figures) []paper.Appendix {
	var all []paper.Appendix
	add := func(title string, tables ...paper.Table) {
		a := paper.Appendix{Title: say("table-" + title)}
		for _, t := range tables {
			a.Body = append(a.Body, t.Block())
		}
		all = append(all, a)
	}
	if f.Place.Tier == "school" {
		add("grades", childTable(f))
		add("classes", classTable(f))
	} else {
		add("children", childTable(f))
		if len(f.Levels) > 1 {
			add("matrix", matrix(f))
		}
		add("mobilisation", mobilisationTable(f))
	}
	add("identity", identityTable(f))
	if len(f.Absence)+len(f.Dropout) > 0 {
		add("causes", causeTable(f))
	}
	if f.Place.Tier != "school" {
		add("watch", watchTable(f))
	}
	if f.Earlier != nil && len(f.Earlier.Adjustments) > 0 {
		add("adjustments", adjustmentTable(*f.Earlier), earlierTable(*f.Earlier))
	}
	return all
}

func (f Figures) notes() []string {
	notes := []string{say("note-retention"), say("note-change")}
	if len(f.Provisional()) > 0 {
		notes = append(notes, say("note-provisional"))
	}
	return notes
}

func (c Child) label() string {
	if c.Provisional() {
		return c.Name + " (*)"
	}
	return c.Name
}

// unitWidth lets most names stand on one line, mm.
const unitWidth = 40

func childTable(f Figures) paper.Table {
	second := "unit"
	if f.Place.Tier == "school" {
		second = "grade"
	}
	number := label("number")
	number.Align = paper.Center
	name := label(second)
	name.Width = unitWidth
	var children []Row
	for _, c := range f.Children {
		children = append(children, c.Total)
	}
	t := paper.Table{Name: say("sheet-children"), Unit: say("table-unit"), Numbered: true, Orientation: paper.Landscape, Notes: f.notes(),
		Columns: columnsOf(f.printed(children), number, name), Head: headOf(f.printed(children), "number", second)}
	for i, c := range f.Children {
		first := []paper.Cell{paper.Text(strconv.Itoa(i + 1)), paper.Text(c.label())}
		cells := c.Total.cells(first...)
		if c.Kind == "" {
			cells = c.Total.gradeCells(first...)
		}
		t.Rows = append(t.Rows, paper.Row{Cells: cells})
	}
	total := paper.Row{Style: paper.Total, Of: indexes(0, len(t.Rows)), Cells: f.Total.sumCells(paper.Text(""), paper.Text(say("total-"+f.Place.Tier)))}
	if f.Place.Tier == "school" {
		// Counts of a whole school know no grades, and grades no sheets: the total is the school's own.
		total.Of, total.Cells = nil, f.Total.cells(paper.Text(""), paper.Text(say("total-"+f.Place.Tier)))
	}
	t.Rows = append(t.Rows, total)
	return t
}

// matrix is unit × level: every unit with its sum and, below, its levels.
func matrix(f Figures) paper.Table {
	name := label("unit")
	name.Width = unitWidth
	var levels []Row
	for _, l := range f.Levels {
		levels = append(levels, l.Row)
	}
	t := paper.Table{Name: say("sheet-matrix"), Unit: say("table-unit"), Numbered: true, Orientation: paper.Landscape, Notes: f.notes(),
		Columns: columnsOf(f.printed(levels), name), Head: headOf(f.printed(levels), "unit")}
	byLevel := map[string][]int{}
	var all []int
	for _, c := range f.Children {
		if len(c.Levels) == 0 {
			continue
		}
		at := len(t.Rows)
		t.Rows = append(t.Rows, paper.Row{Style: paper.Total, Of: indexes(at+1, at+1+len(c.Levels)), Cells: c.Total.sumCells(paper.Text(c.label()))})
		for _, l := range c.Levels {
			byLevel[l.Level] = append(byLevel[l.Level], len(t.Rows))
			all = append(all, len(t.Rows))
			t.Rows = append(t.Rows, paper.Row{Level: 1, Cells: l.Row.cells(paper.Text(say("row-" + l.Level)))})
		}
	}
	t.Rows = append(t.Rows, paper.Row{Style: paper.Total, Of: all, Cells: f.Total.sumCells(paper.Text(say("total-" + f.Place.Tier)))})
	for _, l := range f.Levels {
		t.Rows = append(t.Rows, paper.Row{Level: 1, Of: byLevel[l.Level], Cells: l.sumCells(paper.Text(say("row-" + l.Level)))})
	}
	return t
}

func classTable(f Figures) paper.Table {
	t := paper.Table{Name: say("sheet-classes"), Orientation: paper.Portrait, Columns: []paper.Column{
		label("class"), label("level"), integer("first"), integer("last"), integer("sheets"), integer("roll"), integer("present"),
		{Key: "attendance", Title: say("column-attendance"), Kind: paper.KindRatio, N: "present", D: "roll"}}}
	i := paper.Int
	for _, c := range f.Classes {
		t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{paper.Text(c.Name), paper.Text(say("row-" + c.Level)), i(c.Open), i(c.Close), i(c.Sheets), i(c.D), i(c.N), paper.Derived()}})
	}
	s := paper.Sum
	t.Rows = append(t.Rows, paper.Row{Style: paper.Total, Of: indexes(0, len(t.Rows)),
		Cells: []paper.Cell{paper.Text(say("total-school")), paper.Text(""), s(), s(), s(), s(), s(), paper.Derived()}})
	return t
}

func mobilisationTable(f Figures) paper.Table {
	t := paper.Table{Name: say("sheet-mobilisation"), Orientation: paper.Portrait, Notes: []string{say("note-mobilisation")}, Columns: []paper.Column{
		label("age"), integer("must"), integer("in"), {Key: "rate", Title: say("column-rate"), Kind: paper.KindRatio, N: "in", D: "must"},
		{Key: "out", Title: say("column-out"), Kind: paper.KindBalance, Plus: []string{"must"}, Minus: []string{"in"}}}}
	for _, a := range f.Mobilisation {
		age, _ := strconv.Atoi(a.Age)
		t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{paper.Text(say("age-years", "age", age)), paper.Int(a.D), paper.Int(a.N), paper.Derived(), paper.Derived()}})
	}
	t.Rows = append(t.Rows, paper.Row{Style: paper.Total, Of: indexes(0, len(t.Rows)),
		Cells: []paper.Cell{paper.Text(say("total-" + f.Place.Tier)), paper.Sum(), paper.Sum(), paper.Derived(), paper.Derived()}})
	return t
}

func identityTable(f Figures) paper.Table {
	t := paper.Table{Name: say("sheet-identity"), Orientation: paper.Portrait, Notes: []string{say("note-identity")}, Columns: []paper.Column{
		label("level"), integer("one"), integer("two"), integer("three"), integer("four"),
		{Key: "check", Title: say("column-check"), Kind: paper.KindBalance, Plus: []string{"one"}, Minus: []string{"two", "three", "four"}}},
		Head: [][]paper.HeadCell{
			{{Text: say("column-level")}, {Text: say("column-one")}, {Text: say("column-two")}, {Text: say("column-three")}, {Text: say("column-four")}, {Text: say("column-check"), Down: 2}},
			{{Text: ""}, {Text: "(1)"}, {Text: "(2)"}, {Text: "(3)"}, {Text: "(4)"}}}}
	i := paper.Int
	for _, l := range f.Levels {
		t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{paper.Text(say("row-" + l.Level)), i(l.Opening), i(l.Now), i(l.Dropouts), i(l.OtherDecrease()), paper.Derived()}})
	}
	s := paper.Sum
	t.Rows = append(t.Rows, paper.Row{Style: paper.Total, Of: indexes(0, len(t.Rows)), Cells: []paper.Cell{paper.Text(say("total-" + f.Place.Tier)), s(), s(), s(), s(), paper.Derived()}})
	return t
}

func causeTable(f Figures) paper.Table {
	t := paper.Table{Name: say("sheet-causes"), Orientation: paper.Portrait, Columns: []paper.Column{label("cause"), integer("times"), integer("pupils")}}
	var codes []string
	times, pupils := map[string]int64{}, map[string]int64{}
	for _, c := range f.Absence {
		codes, times[c.Code] = append(codes, c.Code), c.N
	}
	for _, c := range f.Dropout {
		if !contains(codes, c.Code) {
			codes = append(codes, c.Code)
		}
		pupils[c.Code] = c.N
	}
	for _, code := range codes {
		t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{paper.Text(capital(causeWords(code))), paper.Int(times[code]), paper.Int(pupils[code])}})
	}
	t.Rows = append(t.Rows, paper.Row{Style: paper.Total, Of: indexes(0, len(t.Rows)), Cells: []paper.Cell{paper.Text(say("total-" + f.Place.Tier)), paper.Sum(), paper.Sum()}})
	return t
}

func watchTable(f Figures) paper.Table {
	t := paper.Table{Name: say("sheet-watch"), Orientation: paper.Portrait, Notes: []string{say("note-watch")}, Columns: []paper.Column{label("unit"), integer("now"), integer("long"),
		{Key: "often", Title: say("column-often", "from", OftenFrom), Kind: paper.KindInteger}}}
	for _, c := range f.Children {
		t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{paper.Text(c.label()), paper.Int(c.Total.Now), paper.Int(c.Watch.LongAbsent), paper.Int(c.Watch.Often)}})
	}
	t.Rows = append(t.Rows, paper.Row{Style: paper.Total, Of: indexes(0, len(t.Rows)), Cells: []paper.Cell{paper.Text(say("total-" + f.Place.Tier)), paper.Sum(), paper.Sum(), paper.Sum()}})
	if len(f.Provisional()) > 0 {
		t.Notes = append(t.Notes, say("note-provisional"))
	}
	return t
}

func adjustmentTable(e Earlier) paper.Table {
	t := paper.Table{Name: say("sheet-adjustments"), Orientation: paper.Landscape, Notes: []string{say("note-adjustments")}, Columns: []paper.Column{
		label("school"), label("class"), label("why"), integer("present-then"), integer("roll-then"), integer("present-now"), integer("roll-now"),
		{Key: "difference", Title: say("column-difference"), Kind: paper.KindChange, Now: "present-now", Before: "present-then"}}}
	for _, a := range e.Adjustments {
		t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{paper.Text(a.SchoolName), paper.Text(a.ClassName), paper.Text(a.words()),
			paper.Int(a.Before.Lot.N), paper.Int(a.Before.Lot.D), paper.Int(a.After.Lot.N), paper.Int(a.After.Lot.D), paper.Derived()}})
	}
	return t
}

// words names what was adjusted and on which days.
func (a Adjustment) words() string {
	why := say("why-" + a.Why)
	switch {
	case a.From.IsZero():
		return why
	case a.From == a.Last:
		return say("why-days", "why", why, "days", say("one-day", "day", a.From.Vietnamese()))
	}
	return say("why-days", "why", why, "days", say("some-days", "from", a.From.Vietnamese(), "to", a.Last.Vietnamese()))
}

// earlierTable sets the frozen totals of the period before beside what they are now.
func earlierTable(e Earlier) paper.Table {
	t := paper.Table{Name: say("sheet-earlier"), Orientation: paper.Landscape, Columns: []paper.Column{label("what"), integer("then"), integer("today"),
		{Key: "difference", Title: say("column-difference"), Kind: paper.KindChange, Now: "today", Before: "then"}}}
	then, now := e.Frozen.columns(), e.Today.columns()
	for i, c := range then {
		if c.n != now[i].n {
			t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{paper.Text(say("column-" + c.name)), paper.Int(c.n), paper.Int(now[i].n), paper.Derived()}})
		}
	}
	if len(t.Rows) == 0 {
		c := column{"roll", e.Frozen.Roll}
		t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{paper.Text(say("column-" + c.name)), paper.Int(c.n), paper.Int(e.Today.Roll), paper.Derived()}})
	}
	return t
}

// capital writes the first letter large.
func capital(words string) string {
	first := []rune(words)
	if len(first) == 0 {
		return words
	}
	return strings.ToUpper(string(first[:1])) + string(first[1:])
}
