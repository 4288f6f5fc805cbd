package afterbreak

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/afterbreak"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// pageSize is how many children a page lists.
const pageSize = 50

// roll is one list being drawn.
type roll struct {
	r      *door.Request
	l      afterbreak.List
	query  url.Values
	crumbs []ui.Crumb
	rows   []afterbreak.Listed // filtered and sorted
	counts map[afterbreak.State]int
	freeze bool
	board  bool
	note   bool
}

func readRoll(ctx context.Context, tx *store.Tx, r *door.Request, kind access.Kind, name string) (*roll, error) {
	place, err := r.ID(name)
	if err != nil {
		return nil, err
	}
	study, err := chosenBreak(r)
	if err != nil {
		return nil, err
	}
	at := access.Resource{Kind: kind, ID: place}
	v := &roll{r: r, query: r.Query(), counts: map[afterbreak.State]int{}}
	if v.l, err = afterbreak.ReadList(ctx, tx, r.Who, at, study); err != nil {
		return nil, err
	}
	v.note = access.MaySomewhere(r.Who, access.WorkCase)
	switch kind {
	case access.SchoolKind:
		v.freeze, v.board = may(ctx, tx, r, access.ChangeCalendar, at), true
		_, v.crumbs, err = frame.PlaceOfSchool(ctx, tx, r.Who, place, r.Today)
	case access.ClassKind:
		_, v.crumbs, err = frame.PlaceOfClass(ctx, tx, r.Who, place, r.Today)
	default:
		v.board = may(ctx, tx, r, access.SeeBoard, access.Residence(place))
		v.crumbs, err = frame.PlaceOfUnit(ctx, tx, place, r.Today)
	}
	if err != nil {
		return nil, err
	}
	v.filter()
	return v, nil
}

// filter keeps what the address asks for, and sorts: who is missing and whom to talk to first come first.
func (v *roll) filter() {
	state, class, unit, text := afterbreak.State(v.query.Get("tinh")), v.query.Get("lop"), v.query.Get("noi"), viet.Fold(viet.Clean(v.query.Get("q")))
	for _, row := range v.l.Rows {
		now := row.StateOn(v.r.Today)
		v.counts[now]++
		if state != "" && now != state || class != "" && row.Class.String() != class || unit != "" && row.Unit.String() != unit ||
			text != "" && !strings.Contains(viet.Fold(row.Name), text) {
			continue
		}
		v.rows = append(v.rows, row)
	}
	line := map[afterbreak.State]int{afterbreak.Missing: 0, afterbreak.Unseen: 1, afterbreak.Awaited: 2, afterbreak.Back: 3}
	by := v.query.Get("sap")
	slices.SortStableFunc(v.rows, func(a, b afterbreak.Listed) int {
		name := strings.Compare(a.NameSort, b.NameSort)
		switch by {
		case "ten":
			return name
		case "lop":
			return cmp.Or(strings.Compare(viet.SortKey(a.ClassName), viet.SortKey(b.ClassName)), name)
		case "noi":
			return cmp.Or(strings.Compare(viet.SortKey(a.UnitName), viet.SortKey(b.UnitName)), name)
		}
		return cmp.Or(cmp.Compare(line[a.StateOn(v.r.Today)], line[b.StateOn(v.r.Today)]), cmp.Compare(b.Order, a.Order), name)
	})
}

func (v *roll) here(changes ...string) string {
	return frame.With(listAddress(v.l.At), v.query, changes...)
}

func list(kind access.Kind, name string) door.Func {
	return func(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
		v, err := readRoll(ctx, tx, r, kind, name)
		if err != nil {
			return door.Answer{}, err
		}
		r.Look(v.l.At, v.l.Rule, "")
		return door.Page(v.draw()), nil
	}
}

func (v *roll) title() string {
	if v.l.At.Kind == access.ClassKind {
		return v.r.T("afterbreak.list_of_class", "name", v.l.Name)
	}
	return v.r.T("afterbreak.list_of", "name", v.l.Name)
}

func (v *roll) draw() templ.Component {
	r := v.r
	c := frame.Chrome(r, frame.Pupils, v.title())
	c.Place = v.crumbs
	if v.l.Break.ID == 0 || len(v.l.Rows) == 0 {
		return frame.In(ui.Page(c), ui.Empty{Icon: ui.IconPupils, Title: r.T("afterbreak.list_empty"), Text: r.T("afterbreak.list_empty_text", "days", afterbreak.Ahead)}.Draw())
	}
	c.Lead = breakName(r, v.l.Break) + " " + v.frozen()
	c.Actions = ui.Buttons(v.actions()...)
	page, _ := strconv.Atoi(v.query.Get("trang"))
	page = max(1, min(page, (len(v.rows)+pageSize-1)/pageSize))
	from := (page - 1) * pageSize
	shown := v.rows[min(from, len(v.rows)):min(from+pageSize, len(v.rows))]
	parts := []templ.Component{v.chips(), v.bar(), v.table(shown, from)}
	if v.freeze && v.l.Frozen == 0 {
		parts = append(parts, frame.In(ui.Card(""), frame.Words(r.T("afterbreak.freeze_text")),
			ui.Post("/truong/"+v.l.At.ID.String()+"/sau-nghi/chot", ui.Button{Label: r.T("afterbreak.freeze"), Icon: ui.IconSeal}, ui.Pair{Name: "nghi", Value: v.l.Break.ID.String()})))
	}
	return frame.In(ui.Page(c), parts...)
}

func (v *roll) frozen() string {
	if v.l.Frozen == 0 {
		return v.r.T("afterbreak.as_of", "day", v.l.AsOf.Vietnamese())
	}
	return v.r.T("afterbreak.frozen_on", "asof", v.l.AsOf.Vietnamese(), "day", v.l.Frozen.Vietnamese())
}

func (v *roll) actions() []ui.Button {
	var buttons []ui.Button
	for _, format := range []string{"docx", "pdf", "xlsx", "csv"} {
		buttons = append(buttons, ui.Button{Label: v.r.T("afterbreak.list_" + format), URL: frame.With(fileAddress(v.l.At, format), v.query, "trang", ""), Icon: ui.IconDownload, Download: true, Kind: ui.Quiet})
	}
	keep := url.Values{"nghi": {v.l.Break.ID.String()}}
	switch {
	case v.board && v.l.At.Kind == access.SchoolKind:
		buttons = append(buttons, ui.Button{Label: v.r.T("afterbreak.to_board"), URL: frame.With(boardAddress(v.l.At), keep), Icon: ui.IconTable})
	case v.board:
		keep.Set("xem", "cu-tru")
		buttons = append(buttons, ui.Button{Label: v.r.T("afterbreak.to_board"), URL: frame.With(boardAddress(access.Unit(v.l.At.ID)), keep), Icon: ui.IconTable})
	}
	return buttons
}

func fileAddress(at access.Resource, format string) string {
	return listAddress(at) + "/tep/" + format
}

func (v *roll) chips() templ.Component {
	choices := []ui.Choice{{Label: v.r.T("afterbreak.everybody"), URL: v.here("tinh", "", "trang", ""), Current: v.query.Get("tinh") == "", Count: strconv.Itoa(len(v.l.Rows))}}
	for _, s := range []afterbreak.State{afterbreak.Missing, afterbreak.Unseen, afterbreak.Awaited, afterbreak.Back} {
		if n := v.counts[s]; n > 0 {
			choices = append(choices, ui.Choice{Label: v.r.T("afterbreak.state-" + string(s)), URL: v.here("tinh", string(s), "trang", ""), Current: v.query.Get("tinh") == string(s), Count: strconv.Itoa(n)})
		}
	}
	return ui.Chips(v.r.T("afterbreak.states"), choices...)
}

// options lists what stands in a column, each once.
func (v *roll) options(of func(afterbreak.Listed) (id.ID, string)) []ui.Option {
	options := []ui.Option{{Value: "", Label: v.r.T("afterbreak.all")}}
	seen := map[id.ID]bool{}
	for _, row := range v.l.Rows {
		key, name := of(row)
		if key != 0 && !seen[key] {
			seen[key] = true
			options = append(options, ui.Option{Value: key.String(), Label: name})
		}
	}
	slices.SortFunc(options[1:], func(a, b ui.Option) int { return strings.Compare(viet.SortKey(a.Label), viet.SortKey(b.Label)) })
	return options
}

func (v *roll) bar() templ.Component {
	r := v.r
	bar := ui.FilterBar{Action: listAddress(v.l.At), Keep: ui.KeepFrom(v.query, "q", "lop", "noi", "sap", "trang"),
		Search: &ui.Field{Name: "q", Label: r.T("pupils.search"), Value: v.query.Get("q")}}
	if v.l.At.Kind != access.ClassKind {
		bar.Fields = append(bar.Fields, ui.Field{Name: "lop", Label: r.T("afterbreak.class"), Value: v.query.Get("lop"), Options: v.options(func(l afterbreak.Listed) (id.ID, string) {
			if v.l.At.Kind == access.SchoolKind {
				return l.Class, l.ClassName
			}
			return l.Class, l.ClassName + " · " + l.SchoolName
		})})
	}
	bar.Fields = append(bar.Fields, ui.Field{Name: "noi", Label: r.T("afterbreak.home"), Value: v.query.Get("noi"), Options: v.options(func(l afterbreak.Listed) (id.ID, string) { return l.Unit, l.UnitName })},
		ui.Field{Name: "sap", Label: r.T("afterbreak.order"), Value: v.query.Get("sap"), Options: []ui.Option{{Value: "", Label: r.T("afterbreak.order_first")}, {Value: "ten", Label: r.T("afterbreak.order_name")},
			{Value: "lop", Label: r.T("afterbreak.order_class")}, {Value: "noi", Label: r.T("afterbreak.order_home")}}})
	if v.query.Get("q")+v.query.Get("lop")+v.query.Get("noi")+v.query.Get("sap") != "" {
		bar.Clear = v.here("q", "", "lop", "", "noi", "", "sap", "", "trang", "")
	}
	return ui.Filter(bar)
}

func (v *roll) table(rows []afterbreak.Listed, from int) templ.Component {
	r := v.r
	t := ui.Table{Caption: v.title(), Quiet: true, Columns: []ui.Column{{Label: r.T("pupils.name")}, {Label: r.T("afterbreak.where")}, {Label: r.T("afterbreak.know"), Broad: true}, {Label: r.T("afterbreak.heard")}, {Label: r.T("afterbreak.now")}}}
	for _, p := range rows {
		where := p.ClassName
		if v.l.At.Kind == access.ClassKind {
			where = ""
		}
		under := p.UnitName
		if v.l.At.Kind == access.ResidenceKind {
			under = p.SchoolName
			if where != "" {
				under = p.UnitName + " · " + p.SchoolName
			}
		}
		place := ui.TextNote(where, under)
		if where == "" {
			place = ui.Text(under)
		}
		know := ui.Nothing()
		if said := p.Facts.Sentences(r.Lang); len(said) > 0 {
			know = ui.Text(strings.Join(said, " "))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.LinkNote("/hoc-sinh/"+p.Pupil.String(), p.Name, r.T("afterbreak.born", "year", p.Born.Year())), place, know, v.heard(p), v.state(p)}})
	}
	if len(rows) == 0 {
		t.Empty = ui.Empty{Icon: ui.IconSearch, Title: r.T("pupils.nobody"), Text: r.T("pupils.nobody_text")}.Draw()
		return t.Draw()
	}
	t.Foot = frame.Pager(r.T("pupils.range", "from", from+1, "to", from+len(rows), "total", ui.Number(len(v.rows))), from, len(rows), len(v.rows), pageSize,
		func(page string) string { return v.here("trang", page) })
	return t.Draw()
}

// heard is what the family said, with the way to write it down.
func (v *roll) heard(p afterbreak.Listed) templ.Component {
	var parts []templ.Component
	if p.Note != "" {
		words := v.r.T("afterbreak.note-" + p.Note)
		parts = append(parts, ui.TextNote(words, strings.Trim(p.NoteText+" · "+p.NotedBy+", "+p.NotedAt.Day().Short(), " ·")))
	}
	if v.note {
		address := frame.With("/hoc-sinh/"+p.Pupil.String()+"/sau-nghi", url.Values{"nghi": {v.l.Break.ID.String()}, "return": {v.r.Address()}})
		parts = append(parts, ui.Press(ui.Button{Label: v.r.T("afterbreak.write"), URL: address, Icon: ui.IconPencil, Small: true, Kind: ui.Quiet}))
	}
	return templ.Join(parts...)
}

func (v *roll) state(p afterbreak.Listed) templ.Component {
	s := p.StateOn(v.r.Today)
	tone := map[afterbreak.State]ui.Tone{afterbreak.Back: ui.Green, afterbreak.Missing: ui.Red, afterbreak.Unseen: ui.Amber, afterbreak.Awaited: ui.Grey}[s]
	badge := ui.Badge{Label: v.r.T("afterbreak.state-" + string(s)), Tone: tone}.Draw()
	note := ""
	switch {
	case s == afterbreak.Back:
		note = p.BackOn.Vietnamese()
	case s == afterbreak.Missing && p.Cause != "":
		note = v.r.T("rollcall.reason-" + p.Cause)
	}
	if note == "" {
		return badge
	}
	return templ.Join(badge, frame.Wrap(`<div class="muted">`, `</div>`, ui.Text(note)))
}

// freeze settles the list of a school.
func freeze(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	study, err := chosenBreak(r)
	if err != nil {
		return door.Answer{}, err
	}
	if err := afterbreak.Freeze(ctx, tx, r.Who, study, school); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(frame.With(listAddress(access.School(school)), url.Values{"nghi": {study.String()}})), nil
}

func noteForm(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return noteAgain(ctx, tx, r, nil)
}

// noteAgain draws the form for what the family said, with what was typed and what was wrong in it.
func noteAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	pupil, err := r.ID("pupil")
	if err != nil {
		return door.Answer{}, err
	}
	study, err := chosenBreak(r)
	if err != nil {
		return door.Answer{}, err
	}
	one, rule, err := afterbreak.ListedOf(ctx, tx, r.Who, pupil, study)
	if err != nil {
		return door.Answer{}, err
	}
	r.Look(access.Pupil(pupil), rule, "")
	back := door.LocalAddress(r.Value("return"), "/hoc-sinh/"+pupil.String())
	kind, text := one.Note, one.NoteText
	if r.HTTP.Method == "POST" {
		kind, text = r.Value("ghi_chu"), r.Value("noi_dung")
	}
	options := []ui.Option{{Value: "", Label: r.T("afterbreak.note_none")}}
	for _, n := range afterbreak.Notes {
		options = append(options, ui.Option{Value: n, Label: r.T("afterbreak.note-" + n)})
	}
	fields := []ui.Field{{Name: "ghi_chu", Label: r.T("afterbreak.note_kind"), Value: kind, Options: options, Error: door.FieldError(r, faults, "ghi_chu")},
		{Name: "noi_dung", Label: r.T("afterbreak.note_text"), Value: text, Optional: true, Help: r.T("afterbreak.note_help"), Error: door.FieldError(r, faults, "noi_dung")}}
	for i := range fields[0].Options {
		fields[0].Options[i].Chosen = fields[0].Options[i].Value == kind
	}
	c := frame.Chrome(r, frame.Pupils, r.T("afterbreak.note_title"))
	c.Narrow = true
	c.Lead = one.Name + ". " + strings.Join(one.Facts.Sentences(r.Lang), " ")
	c.Place = []ui.Crumb{{Label: r.T("afterbreak.back_to_list"), URL: back}, {Label: r.T("afterbreak.note_title")}}
	status := 200
	if len(faults) > 0 {
		status = 422
	}
	form := frame.Form("/hoc-sinh/"+pupil.String()+"/sau-nghi", false, ui.Faults("", ui.Mistakes(fields...)),
		ui.Hidden(ui.Pair{Name: "nghi", Value: study.String()}, ui.Pair{Name: "return", Value: back}), ui.Radios(fields[0]), ui.Input(fields[1]),
		ui.Actions(ui.Button{Label: r.T("afterbreak.keep"), Kind: ui.Primary}, ui.Button{Label: r.T("pupils.cancel"), URL: back, Kind: ui.Quiet}))
	return door.PageWith(status, frame.In(ui.Page(c), frame.In(ui.Card(""), form))), nil
}

func note(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	pupil, err := r.ID("pupil")
	if err != nil {
		return door.Answer{}, err
	}
	study, err := chosenBreak(r)
	if err != nil {
		return door.Answer{}, err
	}
	if err := afterbreak.Note(ctx, tx, r.Who, afterbreak.NoteIn{Break: study, Pupil: pupil, Note: r.Value("ghi_chu"), Text: r.Value("noi_dung")}); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(door.LocalAddress(r.Value("return"), "/hoc-sinh/"+pupil.String())), nil
}
