package warning

import (
	"context"
	"io"
	"strconv"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/warning"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

const pageSize = 50

// listing is a page of warnings of one place.
type listing struct {
	title   string
	lead    string
	place   []ui.Crumb
	object  access.Resource
	address string
	filter  warning.Filter
	page    warning.Page
	home    bool // children by residence: the school is worth a line
	actions []ui.Button
	tabs    []ui.Choice
}

func ofClass(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	class, err := r.ID("class")
	if err != nil {
		return door.Answer{}, err
	}
	l := listing{object: access.Class(class), address: classAddress(class), lead: r.T("warning.watch_lead"), filter: warning.Filter{Class: class, Parts: true}}
	if err := l.read(ctx, tx, r); err != nil {
		return door.Answer{}, err
	}
	c, place, err := frame.PlaceOfClass(ctx, tx, r.Who, class, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	l.title, l.place = r.T("warning.watch_title", "class", c.Name), place
	return l.answer(ctx, tx, r)
}

func ofSchool(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	l := listing{object: access.School(school), address: schoolAddress(school), lead: r.T("warning.list_lead"), filter: warning.Filter{School: school}}
	if err := l.read(ctx, tx, r); err != nil {
		return door.Answer{}, err
	}
	s, place, err := frame.PlaceOfSchool(ctx, tx, r.Who, school, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	l.title, l.place = r.T("warning.school_title", "school", s.Name), place
	l.actions = append(l.actions, ui.Button{Label: r.T("warning.thresholds"), URL: frame.SchoolAddress(school) + "/nguong-canh-bao", Kind: ui.Quiet, Icon: ui.IconSettings})
	return l.answer(ctx, tx, r)
}

func ofResidence(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	l := listing{object: access.Residence(unit), address: homeAddress(unit), lead: r.T("warning.home_lead"), home: true, filter: warning.Filter{Residence: unit}}
	if err := l.read(ctx, tx, r); err != nil {
		return door.Answer{}, err
	}
	spans, err := org.Spans(ctx, tx, unit)
	if err != nil {
		return door.Answer{}, err
	}
	if l.place, err = frame.PlaceOfUnit(ctx, tx, unit, r.Today); err != nil {
		return door.Answer{}, err
	}
	l.title = r.T("warning.home_title", "unit", spans[len(spans)-1].FullName)
	if _, err := access.May(ctx, tx, r.Who, access.SeeBoard, access.Unit(unit)); err == nil {
		l.tabs = []ui.Choice{{Label: r.T("warning.tab_home"), URL: l.address, Current: true}, {Label: r.T("warning.tab_schools"), URL: unitAddress(unit)}}
	} else if !fault.Is(err, fault.Forbidden) {
		return door.Answer{}, err
	}
	return l.answer(ctx, tx, r)
}

// read takes the filter from the address.
func (l *listing) read(ctx context.Context, tx *store.Tx, r *door.Request) (err error) {
	if rule := r.Value("quy-tac"); rule != "" {
		if _, known := warning.RuleOf(rule); !known {
			return fault.New(fault.Invalid, "warning.no-rule", fault.Args{"value": rule}).On("quy-tac")
		}
		l.filter.Rule = rule
	}
	l.filter.Step, l.filter.Level = warning.Step(r.Value("buoc")), r.Value("cap")
	if l.filter.Village, err = r.OptionalID("ban"); err != nil {
		return err
	}
	page, _ := strconv.Atoi(r.Value("trang"))
	l.filter.From, l.filter.Limit = max(0, page-1)*pageSize, pageSize
	if r.Value("tep") != "" {
		l.filter.From, l.filter.Limit = 0, 100_000
	}
	l.page, err = warning.List(ctx, tx, r.Who, l.filter)
	return err
}

// at is the address of the page with other values of the query; "" takes one away.
func (l *listing) at(r *door.Request, changes ...string) string {
	return frame.With(l.address, r.Query(), changes...)
}

func (l *listing) answer(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	if format := r.Value("tep"); format != "" {
		return l.export(r, format)
	}
	if l.page.Rule != "" {
		r.Look(l.object, l.page.Rule, "")
	}
	c := frame.Chrome(r, frame.Cases, l.title)
	c.Place, c.Lead = l.place, l.lead
	if l.page.Rule != "" && l.page.Total > 0 {
		for _, format := range []string{"xlsx", "csv"} {
			l.actions = append(l.actions, ui.Button{Label: r.T("pupils.save_" + format), URL: l.at(r, "tep", format, "trang", ""), Icon: ui.IconDownload, Kind: ui.Quiet, Download: true})
		}
	}
	c.Actions = ui.Buttons(l.actions...)
	var parts []templ.Component
	if len(l.tabs) > 0 {
		parts = append(parts, ui.Tabs(r.T("warning.views"), l.tabs...))
	}
	if l.page.Rule == "" {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Grey, Text: r.T("warning.counts_only")})
		parts = append(parts, countTable(r, l.page.Counts), about(r))
		return door.Page(frame.In(ui.Page(c), parts...)), nil
	}
	all := 0
	for _, n := range l.page.Counts {
		all += n.N
	}
	if all > 0 {
		parts = append(parts, l.chips(r, all), frame.In(ui.More(r.T("ui.filter"), l.filtered()), l.bar(r)))
	}
	parts = append(parts, l.table(r), about(r))
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func (l *listing) filtered() bool {
	return l.filter.Rule != "" || l.filter.Level != "" || l.filter.Village != 0
}

// chips filter by the step that is due, the gravest first.
func (l *listing) chips(r *door.Request, all int) templ.Component {
	counts := map[warning.Step]int{}
	for _, n := range l.page.Counts {
		counts[n.Step] += n.N
	}
	choices := []ui.Choice{{Label: r.T("warning.all_steps"), URL: l.at(r, "buoc", "", "trang", ""), Current: l.filter.Step == "", Count: strconv.Itoa(all)}}
	for i := len(warning.Steps) - 1; i >= 0; i-- {
		if s := warning.Steps[i]; counts[s] > 0 || l.filter.Step == s {
			choices = append(choices, ui.Choice{Label: r.T("warning.step-" + string(s)), URL: l.at(r, "buoc", string(s), "trang", ""), Current: l.filter.Step == s, Count: strconv.Itoa(counts[s])})
		}
	}
	return ui.Chips(r.T("warning.step"), choices...)
}

func (l *listing) bar(r *door.Request) templ.Component {
	bar := ui.FilterBar{Action: l.address, Keep: ui.KeepFrom(r.Query(), "quy-tac", "cap", "ban", "trang", "tep")}
	every := ui.Option{Label: r.T("warning.every")}
	present := map[string]bool{}
	for _, n := range l.page.Counts {
		present[n.Rule] = true
	}
	options := []ui.Option{every}
	for _, rule := range warning.Rules {
		if present[rule.Code] || rule.Code == l.filter.Rule {
			options = append(options, ui.Option{Value: rule.Code, Label: r.T("warning.rule-" + rule.Code)})
		}
	}
	bar.Fields = append(bar.Fields, ui.Field{Name: "quy-tac", Label: r.T("warning.rule"), Value: l.filter.Rule, Options: options})
	if l.filter.Class == 0 {
		levels := []ui.Option{every}
		for _, level := range []string{"MN", "TH", "THCS", "THPT", "GDTX"} {
			levels = append(levels, ui.Option{Value: level, Label: r.T("warning.level-" + level)})
		}
		bar.Fields = append(bar.Fields, ui.Field{Name: "cap", Label: r.T("warning.level"), Value: l.filter.Level, Options: levels})
		villages := []ui.Option{every}
		for _, v := range l.page.Villages {
			villages = append(villages, ui.Option{Value: v.ID.String(), Label: v.Name})
		}
		village := ""
		if l.filter.Village != 0 {
			village = l.filter.Village.String()
		}
		bar.Fields = append(bar.Fields, ui.Field{Name: "ban", Label: r.T("warning.village"), Value: village, Options: villages})
	}
	if l.filtered() {
		bar.Clear = l.at(r, "quy-tac", "", "cap", "", "ban", "", "trang", "")
	}
	return ui.Filter(bar)
}

// tone is how pressing a step is; the words beside it say the same.
func tone(s warning.Step) ui.Tone {
	switch {
	case s.Rank() >= warning.StepCommune.Rank():
		return ui.Red
	case s.Rank() >= warning.StepCall.Rank():
		return ui.Amber
	}
	return ui.Grey
}

// subject is what stands first in a line: the child, the class, the village.
func subject(r *door.Request, l warning.Listed) (title, note string) {
	switch l.SubjectKind {
	case warning.OfClass:
		return r.T("pupils.class", "class", l.ClassName), ""
	case warning.OfVillage:
		return l.Village, r.T("warning.rule-" + l.Rule)
	case warning.OfHousehold:
		return r.T("warning.household"), l.Village
	}
	if l.ClassName == "" {
		return l.Name, l.Level
	}
	return l.Name, r.T("pupils.class", "class", l.ClassName)
}

func (l *listing) table(r *door.Request) templ.Component {
	t := ui.Table{Caption: l.title, Quiet: true, Columns: []ui.Column{{Label: r.T("warning.who")}, {Label: r.T("warning.what"), Broad: true}, {Label: r.T("warning.step"), Broad: true}, {Label: r.T("warning.since")}, {Label: r.T("warning.village")}},
		Empty: ui.Empty{Icon: ui.IconCheck, Title: r.T("warning.empty"), Text: r.T("warning.empty_text")}.Draw()}
	if l.filter.Class != 0 {
		t.Columns = t.Columns[:4]
	}
	for _, s := range l.page.Signals {
		title, note := subject(r, s)
		if l.home && s.School != "" && s.Pupil != 0 {
			note += " · " + s.School
		}
		what := warning.Sentence(r.Lang, s.Signal)
		extra := ""
		if s.PartOf != 0 {
			extra = r.T("warning.is_part")
		}
		cells := []templ.Component{ui.LinkNote(signalAddress(s.ID), title, note), ui.TextNote(what, extra),
			ui.Badge{Label: r.T("warning.step-" + string(s.Step)), Tone: tone(s.Step)}.Draw(), ui.Text(s.Since.Vietnamese())}
		if l.filter.Class == 0 {
			cells = append(cells, ui.Text(s.Village))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: cells})
	}
	if l.page.Total > pageSize {
		from := l.filter.From
		pages := ui.Pages{Label: r.T("warning.range", "from", from+1, "to", min(from+pageSize, l.page.Total), "of", l.page.Total), Now: r.T("warning.page", "page", from/pageSize+1)}
		if from > 0 {
			pages.Previous = l.at(r, "trang", strconv.Itoa(from/pageSize))
		}
		if from+pageSize < l.page.Total {
			pages.Next = l.at(r, "trang", strconv.Itoa(from/pageSize+2))
		}
		t.Foot = ui.Pager(pages)
	}
	return t.Draw()
}

// countTable is all that is shown to who may not see names.
func countTable(r *door.Request, counts []warning.Count) templ.Component {
	t := ui.Table{Caption: r.T("warning.counts"), Columns: []ui.Column{{Label: r.T("warning.rule")}, {Label: r.T("warning.step")}, {Label: r.T("warning.number"), Number: true}},
		Empty: ui.Empty{Icon: ui.IconCheck, Title: r.T("warning.empty"), Text: r.T("warning.empty_text")}.Draw()}
	for _, n := range counts {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(r.T("warning.rule-" + n.Rule)), ui.Text(r.T("warning.step-" + string(n.Step))), ui.Count(int64(n.N), "")}})
	}
	return t.Draw()
}

var formats = map[string]struct {
	kind  string
	begin func(io.Writer, paper.List) (paper.ListWriter, error)
}{
	"csv":  {"text/csv; charset=utf-8", paper.CSV},
	"xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", paper.XLSX},
}

// export hands the list out as it is filtered. The file's name names no child.
func (l *listing) export(r *door.Request, format string) (door.Answer, error) {
	f, known := formats[format]
	if !known || l.page.Rule == "" {
		return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil)
	}
	list := paper.List{Title: l.title, Stamp: r.Now.Time()}
	if r.Config().Demonstration {
		list.Watermark = r.T("common.demonstration")
	}
	for _, c := range []struct{ key, word string }{{"who", "warning.who"}, {"class", "pupils.class_head"}, {"school", "pupils.school"}, {"village", "warning.village"},
		{"rule", "warning.rule"}, {"what", "warning.what"}, {"step", "warning.step"}, {"since", "warning.since"}} {
		list.Columns = append(list.Columns, paper.Column{Key: c.key, Title: r.T(c.word)})
	}
	rows := l.page.Signals
	r.Export("warnings", l.object, l.page.Rule, len(rows))
	return door.File("canh-bao-"+r.Today.String()+"."+format, f.kind, func(w io.Writer) error {
		out, err := f.begin(w, list)
		if err != nil {
			return err
		}
		for _, s := range rows {
			title, _ := subject(r, s)
			if err := out.Row(paper.Text(title), paper.Text(s.ClassName), paper.Text(s.School), paper.Text(s.Village), paper.Text(r.T("warning.rule-"+s.Rule)),
				paper.Text(warning.Sentence(r.Lang, s.Signal)), paper.Text(r.T("warning.step-"+string(s.Step))), paper.Text(s.Since.Vietnamese())); err != nil {
				return err
			}
		}
		return out.Close()
	}), nil
}

// ofUnit counts the warnings of the schools under a unit.
func ofUnit(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	counts, err := warning.Counts(ctx, tx, r.Who, unit)
	if err != nil {
		return door.Answer{}, err
	}
	spans, err := org.Spans(ctx, tx, unit)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Cases, r.T("warning.unit_title", "unit", spans[len(spans)-1].FullName))
	c.Lead = r.T("warning.unit_lead")
	if c.Place, err = frame.PlaceOfUnit(ctx, tx, unit, r.Today); err != nil {
		return door.Answer{}, err
	}
	c.Actions = ui.Buttons(ui.Button{Label: r.T("warning.thresholds"), URL: frame.UnitAddress(unit) + "/nguong-canh-bao", Kind: ui.Quiet, Icon: ui.IconSettings})
	var parts []templ.Component
	if _, err := access.May(ctx, tx, r.Who, access.SeePupils, access.Residence(unit)); err == nil {
		parts = append(parts, ui.Tabs(r.T("warning.views"), ui.Choice{Label: r.T("warning.tab_home"), URL: homeAddress(unit)}, ui.Choice{Label: r.T("warning.tab_schools"), URL: unitAddress(unit), Current: true}))
	} else if !fault.Is(err, fault.Forbidden) {
		return door.Answer{}, err
	}
	columns := []struct {
		label string
		in    func(warning.Count) bool
	}{
		{"warning.column_committee", func(n warning.Count) bool { return n.Step.Rank() >= warning.StepCommune.Rank() }},
		{"warning.column_visit", func(n warning.Count) bool { return n.Step == warning.StepVisit || n.Step == warning.StepCounsel }},
		{"warning.column_call", func(n warning.Count) bool { return n.Step == warning.StepCall || n.Step == warning.StepConfirm }},
		{"warning.column_other", func(n warning.Count) bool {
			return n.Step.Rank() < warning.StepCall.Rank() && n.Step != warning.StepCheckRoll
		}},
		{"warning.column_unmarked", func(n warning.Count) bool { return n.Step == warning.StepCheckRoll }},
	}
	t := ui.Table{Caption: r.T("warning.by_school"), Note: r.T("warning.by_school_note"), Columns: []ui.Column{{Label: r.T("pupils.school")}},
		Empty: ui.Empty{Icon: ui.IconCheck, Title: r.T("warning.empty"), Text: r.T("warning.empty_text")}.Draw()}
	for _, column := range columns {
		t.Columns = append(t.Columns, ui.Column{Label: r.T(column.label), Number: true})
	}
	sums := make([]int, len(columns))
	for i := 0; i < len(counts); {
		school, n := counts[i].Place, make([]int, len(columns))
		for ; i < len(counts) && counts[i].Place == school; i++ {
			for k, column := range columns {
				if column.in(counts[i]) {
					n[k] += counts[i].N
					sums[k] += counts[i].N
				}
			}
		}
		name, err := schoolName(ctx, tx, r, school)
		if err != nil {
			return door.Answer{}, err
		}
		row := ui.Row{Cells: []templ.Component{ui.Link(schoolAddress(school), name)}}
		for _, number := range n {
			row.Cells = append(row.Cells, ui.Count(int64(number), ""))
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) > 0 {
		total := ui.Row{Cells: []templ.Component{ui.Text(r.T("warning.sum"))}}
		for _, number := range sums {
			total.Cells = append(total.Cells, ui.Count(int64(number), ""))
		}
		t.Total = &total
	}
	return door.Page(frame.In(ui.Page(c), append(parts, t.Draw(), about(r))...)), nil
}

func schoolName(ctx context.Context, tx *store.Tx, r *door.Request, school id.ID) (string, error) {
	s, err := frame.SchoolAsOf(ctx, tx, r.Who, school, r.Today)
	return s.Name, err
}
