package student

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/handout"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/viet"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// pageSize is how many children a page lists; mostListed how many a place may have.
const (
	pageSize   = 50
	mostListed = 100_000
	lookBack   = 7 // days
)

// listing is a list of children of one place, or of all places of the caller.
type listing struct {
	title   string
	place   []ui.Crumb
	objects []reached // of the looks and exports
	address string    // of the page
	rows    []student.ListedPupil
	absent  map[id.ID]rollcall.AbsentToday
	awayOn  day.Day
	byHome  bool // of a village or commune: the absent first, then by village
	school  bool // the column of the school is worth its room
	actions []ui.Button
	tabs    []ui.Choice
	empty   ui.Empty
	long    string // where a file that is too long to wait for is asked for; "" for a list that is not
}

// reached is a place whose children the page shows, and by which rule.
type reached struct {
	resource access.Resource
	rule     string
}

func listOfClass(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	class, err := r.ID("class")
	if err != nil {
		return door.Answer{}, err
	}
	l := listing{address: frame.ClassAddress(class)}
	if err := l.read(ctx, tx, r, access.Class(class), student.ListIn{Class: class}); err != nil {
		return door.Answer{}, err
	}
	c, place, err := frame.PlaceOfClass(ctx, tx, r.Who, class, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	l.title, l.place = r.T("pupils.of_class", "class", c.Name), place
	if l.tabs, err = frame.ClassTabs(ctx, tx, r, class, "hoc-sinh"); err != nil {
		return door.Answer{}, err
	}
	if err := l.absences(ctx, tx, r); err != nil {
		return door.Answer{}, err
	}
	return l.answer(r)
}

func listOfSchool(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	l := listing{address: frame.SchoolAddress(school) + "/hoc-sinh"}
	if err := l.read(ctx, tx, r, access.School(school), student.ListIn{School: school}); err != nil {
		return door.Answer{}, err
	}
	s, place, err := frame.PlaceOfSchool(ctx, tx, r.Who, school, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	l.title, l.place = r.T("pupils.of_school", "school", s.Name), place
	l.tabs = frame.SchoolTabs(r, school, "hoc-sinh")
	if _, err := access.May(ctx, tx, r.Who, access.ImportPupils, access.School(school)); err == nil {
		l.actions = append(l.actions, ui.Button{Label: r.T("pupils.import"), URL: frame.SchoolAddress(school) + "/nhap-hoc-sinh", Icon: ui.IconUpload})
		l.empty.Act = ui.Press(ui.Button{Label: r.T("pupils.import"), URL: frame.SchoolAddress(school) + "/nhap-hoc-sinh", Icon: ui.IconUpload, Kind: ui.Primary})
	}
	if _, err := access.May(ctx, tx, r.Who, access.ChangePupils, access.School(school)); err == nil {
		l.actions = append(l.actions, ui.Button{Label: r.T("pupils.admit"), URL: frame.SchoolAddress(school) + "/hoc-sinh-moi", Icon: ui.IconPlus})
	}
	return l.answer(r)
}

func listOfResidence(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	l := listing{address: "/noi-o/" + unit.String() + "/hoc-sinh", byHome: true, school: true}
	if err := l.read(ctx, tx, r, access.Residence(unit), student.ListIn{Residence: unit}); err != nil {
		return door.Answer{}, err
	}
	u, err := org.Spans(ctx, tx, unit)
	if err != nil {
		return door.Answer{}, err
	}
	if l.place, err = frame.PlaceOfUnit(ctx, tx, unit, r.Today); err != nil {
		return door.Answer{}, err
	}
	l.title = r.T("pupils.of_residence", "unit", u[len(u)-1].FullName)
	if _, err := access.May(ctx, tx, r.Who, access.SeeHouseholds, access.Residence(unit)); err == nil {
		l.tabs = []ui.Choice{{Label: r.T("pupils.learning"), URL: l.address, Current: true}, {Label: r.T("household_page.link"), URL: "/noi-o/" + unit.String() + "/ngoai-nha-truong"}}
	} else if !fault.Is(err, fault.Forbidden) {
		return door.Answer{}, err
	}
	if err := l.absences(ctx, tx, r); err != nil {
		return door.Answer{}, err
	}
	return l.answer(r)
}

// mine lists the children of all places of the caller, or finds among all whom she may see.
func mine(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	l := listing{title: r.T("pupils.mine"), address: "/hoc-sinh", school: true}
	places, err := reach(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	l.objects = places
	if len(places) == 1 && r.Value("q") == "" {
		return door.SeeOther(listAddress(places[0].resource)), nil
	}
	if long, err := longTogether(ctx, tx, r, places); err != nil || long {
		return door.SeeOther(handout.Address + "?nhieu=1"), err
	}
	for _, p := range places {
		name, err := nameOf(ctx, tx, r, p.resource)
		if err != nil {
			return door.Answer{}, err
		}
		l.tabs = append(l.tabs, ui.Choice{Label: name, URL: listAddress(p.resource)})
	}
	seen := map[id.ID]bool{}
	if text := r.Value("q"); text != "" && len(places) > 0 {
		found, err := student.Search(ctx, tx, r.Who, text, mostListed)
		if err != nil {
			return door.Answer{}, err
		}
		for _, f := range found {
			l.rows = append(l.rows, f.ListedPupil)
		}
	} else {
		for _, p := range places {
			rows, _, err := student.List(ctx, tx, r.Who, inputOf(p.resource))
			if err != nil {
				return door.Answer{}, err
			}
			for _, row := range rows {
				if !seen[row.Pupil] {
					seen[row.Pupil] = true
					l.rows = append(l.rows, row)
				}
			}
		}
	}
	l.empty = ui.Empty{Icon: ui.IconPupils, Title: r.T("pupils.none_reached"), Text: r.T("pupils.none_reached_text")}
	if r.Value("q") != "" && len(places) > 0 {
		l.empty = ui.Empty{}
	}
	return l.answer(r)
}

// reach gives the places whose children the caller may see: of grants and of openings.
func reach(ctx context.Context, tx *store.Tx, r *door.Request) ([]reached, error) {
	var places []reached
	var wanted []access.Resource
	for _, g := range r.Who.Grants {
		if g.Period.Has(r.Today) && g.ScopeKind != access.UnitScope {
			wanted = append(wanted, access.Resource{Kind: access.Kind(g.ScopeKind), ID: g.Scope})
		}
	}
	for _, o := range r.Who.Openings {
		if o.Until > r.Now && o.ScopeKind != access.PupilKind {
			wanted = append(wanted, access.Resource{Kind: o.ScopeKind, ID: o.Scope})
		}
	}
	for i, w := range wanted {
		if slices.Contains(wanted[:i], w) {
			continue
		}
		if rule, err := access.May(ctx, tx, r.Who, access.SeePupils, w); err == nil {
			places = append(places, reached{w, rule})
		}
	}
	return places, nil
}

func inputOf(at access.Resource) student.ListIn {
	in := student.ListIn{Limit: mostListed}
	switch at.Kind {
	case access.ClassKind:
		in.Class = at.ID
	case access.SchoolKind:
		in.School = at.ID
	default:
		in.Residence = at.ID
	}
	return in
}

func listAddress(at access.Resource) string {
	switch at.Kind {
	case access.ClassKind:
		return frame.ClassAddress(at.ID)
	case access.SchoolKind:
		return frame.SchoolAddress(at.ID) + "/hoc-sinh"
	}
	return "/noi-o/" + at.ID.String() + "/hoc-sinh"
}

func nameOf(ctx context.Context, tx *store.Tx, r *door.Request, at access.Resource) (string, error) {
	switch at.Kind {
	case access.ClassKind:
		c, err := org.ClassByID(ctx, tx, r.Who, at.ID)
		return r.T("pupils.class", "class", c.Name), err
	case access.SchoolKind:
		s, err := frame.SchoolAsOf(ctx, tx, r.Who, at.ID, r.Today)
		return s.Name, err
	}
	u, err := org.Spans(ctx, tx, at.ID)
	if err != nil {
		return "", err
	}
	return u[len(u)-1].FullName, nil
}

// read lists the children of a place and notes by which rule.
func (l *listing) read(ctx context.Context, tx *store.Tx, r *door.Request, at access.Resource, in student.ListIn) error {
	rule, err := access.May(ctx, tx, r.Who, access.SeePupils, at)
	if err != nil {
		return err
	}
	l.objects = []reached{{at, rule}}
	if l.long, err = longFile(ctx, tx, r, at); err != nil || l.long != "" {
		return err
	}
	in.Limit = mostListed
	l.rows, _, err = student.List(ctx, tx, r.Who, in)
	l.empty = ui.Empty{Icon: ui.IconPupils, Title: r.T("pupils.empty"), Text: r.T("pupils.empty_text"), Act: l.empty.Act}
	return err
}

// absences adds who is away today and for how long; before any of their classes has
// called the roll today, on the last day on which one did.
func (l *listing) absences(ctx context.Context, tx *store.Tx, r *door.Request) error {
	l.absent, l.awayOn = map[id.ID]rollcall.AbsentToday{}, r.Today
	pupils := make([]id.ID, len(l.rows))
	last := day.Day(0)
	seen := map[id.ID]bool{}
	for i, row := range l.rows {
		pupils[i] = row.Pupil
		if row.Class == 0 || seen[row.Class] || last == r.Today {
			continue
		}
		seen[row.Class] = true
		sheets, err := rollcall.SheetsOf(ctx, tx, r.Who.Realm, row.Class, day.Through(r.Today-lookBack, r.Today))
		if err != nil {
			return err
		}
		for _, s := range sheets {
			if s.State == rollcall.Taken {
				last = max(last, s.Day)
			}
		}
	}
	if last != 0 {
		l.awayOn = last
	}
	all, err := rollcall.AbsentAmong(ctx, tx, r.Who.Realm, pupils, l.awayOn)
	for _, a := range all {
		l.absent[a.Pupil] = a
	}
	return err
}

// away names the day of the absences.
func (l *listing) away(r *door.Request) string {
	if l.awayOn == r.Today {
		return r.T("pupils.away_today")
	}
	return r.T("pupils.away_on", "day", l.awayOn.Short())
}

// filter keeps what the address asks for, and sorts.
func (l *listing) filter(r *door.Request) {
	text, level, grade, boarding := viet.Fold(viet.Clean(r.Value("q"))), r.Value("cap"), r.Value("khoi"), r.Value("o")
	away := r.Value("vang") != ""
	l.rows = slices.DeleteFunc(l.rows, func(p student.ListedPupil) bool {
		_, absent := l.absent[p.Pupil]
		return text != "" && l.address != "/hoc-sinh" && !strings.Contains(viet.Fold(p.Name), text) || level != "" && p.Level != level ||
			grade != "" && p.Grade != grade || boarding != "" && p.Boarding != boarding || away && !absent
	})
	by := r.Value("xep")
	key := map[string]func(a, b student.ListedPupil) int{
		"ten": func(a, b student.ListedPupil) int { return strings.Compare(a.NameSort, b.NameSort) },
		"lop": func(a, b student.ListedPupil) int {
			return cmp.Or(strings.Compare(a.SchoolName, b.SchoolName), strings.Compare(viet.SortKey(a.ClassName), viet.SortKey(b.ClassName)))
		},
		"sinh": func(a, b student.ListedPupil) int { return cmp.Compare(a.Born, b.Born) },
		"ban": func(a, b student.ListedPupil) int {
			return strings.Compare(viet.SortKey(a.Village), viet.SortKey(b.Village))
		},
	}
	order := key[strings.TrimPrefix(by, "-")]
	slices.SortStableFunc(l.rows, func(a, b student.ListedPupil) int {
		if order != nil {
			n := order(a, b)
			if strings.HasPrefix(by, "-") {
				n = -n
			}
			return cmp.Or(n, key["ten"](a, b))
		}
		if l.byHome {
			x, y := l.absent[a.Pupil], l.absent[b.Pupil]
			if c := cmp.Or(cmp.Compare(y.Run, x.Run), cmp.Compare(len(y.Marks), len(x.Marks)), key["ban"](a, b)); c != 0 {
				return c
			}
		}
		return key["ten"](a, b)
	})
}

// at is the address of the page with other values of the query; "" takes one away.
func (l *listing) at(r *door.Request, changes ...string) string {
	return frame.With(l.address, r.Query(), changes...)
}

func (l *listing) answer(r *door.Request) (door.Answer, error) {
	if l.long != "" {
		return door.SeeOther(l.long), nil
	}
	total := len(l.rows)
	grades := l.grades(r)
	l.filter(r)
	if format := r.Value("tep"); format != "" {
		return l.export(r, format)
	}
	for _, o := range l.objects {
		r.Look(o.resource, o.rule, "")
	}
	page, _ := strconv.Atoi(r.Value("trang"))
	page = max(1, min(page, (len(l.rows)+pageSize-1)/pageSize))
	from := (page - 1) * pageSize
	shown := l.rows[min(from, len(l.rows)):min(from+pageSize, len(l.rows))]

	c := frame.Chrome(r, frame.Pupils, l.title)
	c.Place = l.place
	l.actions = append(l.actions, l.desk(r)...)
	for _, format := range []string{"xlsx", "csv"} {
		if total > 0 {
			l.actions = append(l.actions, ui.Button{Label: r.T("pupils.save_" + format), URL: l.at(r, "tep", format, "trang", ""), Icon: ui.IconDownload, Kind: ui.Quiet, Download: true})
		}
	}
	c.Actions = ui.Buttons(l.actions...)
	bar := ui.FilterBar{Action: l.address, Keep: ui.KeepFrom(r.Query(), "q", "khoi", "o", "trang", "tep"),
		Search: &ui.Field{Name: "q", Label: r.T("pupils.search"), Hint: "nguyen van a", Value: r.Value("q")},
		Fields: []ui.Field{{Name: "khoi", Label: r.T("pupils.grade"), Value: r.Value("khoi"), Options: grades},
			{Name: "o", Label: r.T("pupils.boarding"), Value: r.Value("o"), Options: boardingOptions(r, r.T("pupils.all"))}}}
	if r.Value("q")+r.Value("khoi")+r.Value("o")+r.Value("vang") != "" {
		bar.Clear = l.address
	}
	parts := []templ.Component{}
	if len(l.tabs) > 0 {
		parts = append(parts, ui.Tabs(r.T("pupils.places"), l.tabs...))
	}
	filter := ui.Filter(bar)
	if !l.byHome {
		parts = append(parts, filter)
	}
	if l.absent != nil {
		parts = append(parts, ui.Chips(r.T("pupils.quick"),
			ui.Choice{Label: r.T("pupils.everybody"), URL: l.at(r, "vang", "", "trang", ""), Current: r.Value("vang") == "", Count: strconv.Itoa(total)},
			ui.Choice{Label: l.away(r), URL: l.at(r, "vang", "1", "trang", ""), Current: r.Value("vang") != "", Count: strconv.Itoa(len(l.absent))}))
	}
	if l.byHome {
		parts = append(parts, frame.In(ui.More(r.T("ui.filter"), bar.Clear != ""), filter)) // the children come first
	}
	parts = append(parts, l.table(r, shown, from))
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func (l *listing) grades(r *door.Request) []ui.Option {
	options := []ui.Option{{Value: "", Label: r.T("pupils.all")}}
	seen := map[string]bool{}
	for _, row := range l.rows {
		seen[row.Grade] = true
	}
	for _, level := range org.Levels {
		for _, g := range org.Grades(level) {
			if seen[g] {
				options = append(options, ui.Option{Value: g, Label: frame.Grade(r, g)})
				delete(seen, g)
			}
		}
	}
	return options
}

func boardingOptions(r *door.Request, first string) []ui.Option {
	return []ui.Option{{Value: "", Label: first}, {Value: "boarding", Label: r.T("pupils.boarding-boarding")},
		{Value: "semi-boarding", Label: r.T("pupils.boarding-semi-boarding")}, {Value: "lodging", Label: r.T("pupils.boarding-lodging")}}
}

func (l *listing) table(r *door.Request, rows []student.ListedPupil, from int) templ.Component {
	head := func(label, key string) ui.Column {
		c := ui.Column{Label: label}
		if key == "" {
			return c
		}
		switch r.Value("xep") {
		case key:
			c.Sorted, c.Sort = ui.Ascending, l.at(r, "xep", "-"+key, "trang", "")
		case "-" + key:
			c.Sorted, c.Sort = ui.Descending, l.at(r, "xep", "", "trang", "")
		default:
			c.Sort = l.at(r, "xep", key, "trang", "")
		}
		return c
	}
	t := ui.Table{Caption: l.title, Quiet: true, Columns: []ui.Column{head(r.T("pupils.name"), "ten"), head(r.T("pupils.born"), "sinh"), head(r.T("pupils.class_head"), "lop"), head(r.T("pupils.village"), "ban")}}
	group := ""
	grouping := l.byHome && r.Value("xep") == ""
	for _, p := range rows {
		a, absent := l.absent[p.Pupil]
		if grouping {
			heading := p.Village
			if absent {
				heading = l.away(r)
			} else if heading == "" {
				heading = r.T("pupils.village_unknown")
			}
			if heading != group {
				group = heading
				t.Rows = append(t.Rows, ui.Row{Group: heading})
			}
		}
		note := r.T("pupils.sex-" + p.Sex)
		if p.Namesake() {
			note = strings.Join([]string{r.T("pupils.namesake"), p.Village, strconv.Itoa(p.Born.Year())}, " · ")
		}
		class := p.ClassName
		if class == "" {
			class = "–"
		}
		var where []string // the school where it is worth its room, and how she stays there
		if l.school && p.SchoolName != "" {
			where = append(where, p.SchoolName)
		}
		if p.Boarding != "" {
			where = append(where, r.T("pupils.boarding-"+p.Boarding))
		}
		cells := []templ.Component{ui.LinkNote("/hoc-sinh/"+p.Pupil.String(), p.Name, note), ui.Text(p.Born.Vietnamese()), ui.TextNote(class, strings.Join(where, " · ")), orNothing(p.Village)}
		row := ui.Row{Cells: cells}
		if absent {
			row.Cells[0] = templ.Join(cells[0], frame.Wrap("<div>", "</div>", absenceBadge(r, a)))
		}
		t.Rows = append(t.Rows, row)
	}
	t.Empty = l.empty.Draw()
	if l.empty.Title == "" || len(r.Query()) > 0 {
		t.Empty = ui.Empty{Icon: ui.IconSearch, Title: r.T("pupils.nobody"), Text: r.T("pupils.nobody_text")}.Draw()
	}
	if len(rows) > 0 {
		t.Foot = frame.Pager(r.T("pupils.range", "from", from+1, "to", from+len(rows), "total", ui.Number(len(l.rows))), from, len(rows), len(l.rows), pageSize,
			func(page string) string { return l.at(r, "trang", page) })
	}
	return t.Draw()
}

func orNothing(words string) templ.Component {
	if words == "" {
		return ui.Nothing()
	}
	return ui.Text(words)
}

// absenceBadge says how somebody is away today: the worst mark and the run.
func absenceBadge(r *door.Request, a rollcall.AbsentToday) templ.Component {
	kind := a.Marks[0].Kind
	for _, m := range a.Marks {
		if m.Kind == rollcall.Unexcused {
			kind = m.Kind
		}
	}
	tone := map[rollcall.Kind]ui.Tone{rollcall.Unexcused: ui.Red, rollcall.Excused: ui.Amber, rollcall.Unknown: ui.Amber}[kind]
	words := r.T("rollcall.kind-" + kind.Code())
	if a.Run > 1 {
		words = r.T("pupils.run", "kind", words, "days", a.Run, "since", shortDay(a.Since))
	}
	return ui.Badge{Label: words, Tone: tone}.Draw()
}

func shortDay(d day.Day) string { return d.Short() }
