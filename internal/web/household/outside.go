// Package household is the pages of the survey: which children of a village or commune are
// in no school, as the yearly survey found them. They name children: whoever looks or takes
// the list along is in the audit book.
package household

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/household"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/viet"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// Routes are the addresses of this package.
func Routes() []door.Route {
	home := door.Names{"unit": access.ResidenceKind}
	return []door.Route{
		{Method: "GET", Pattern: "/noi-o/{unit}/ngoai-nha-truong", Names: home, Action: access.SeeHouseholds, Handler: door.Read(outside)},
		{Method: "POST", Pattern: "/noi-o/{unit}/ngoai-nha-truong/tim", Names: home, Action: access.SeeHouseholds, Handler: door.Read(search)},
	}
}

const (
	pageSize  = 50
	mostAlike = 20
)

// The kinds by what the sheet says, in the order in which they matter.
const (
	never     = "chua-di-hoc"
	dropped   = "bo-hoc"
	silent    = "khong-ghi"
	elsewhere = "noi-khac"
	exempt    = "mien"
)

var kinds = []string{never, dropped, silent, elsewhere, exempt}

func kindOf(c household.Child) string {
	switch {
	case c.Exempt:
		return exempt
	case c.Schooling == household.Never:
		return never
	case c.Schooling == household.Dropped:
		return dropped
	case c.Elsewhere():
		return elsewhere
	}
	return silent
}

var tones = map[string]ui.Tone{never: ui.Red, dropped: ui.Red, silent: ui.Amber, elsewhere: ui.Plain, exempt: ui.Grey}

// ages are those of a level of education.
var ages = []struct {
	code     string
	from, to int
}{{"3-5", 3, 5}, {"6-10", 6, 10}, {"11-14", 11, 14}, {"15-17", 15, 17}}

// list is the children of a place being drawn.
type list struct {
	r       *door.Request
	unit    id.ID
	address string
	year    int
	rule    string
	all     []household.Child
	shown   []household.Child // as the address filters them
	counts  map[string]int    // by kind, of the place and the age chosen
}

func (l *list) age(c household.Child) int { return l.year - c.BornYear }

func outside(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	l := &list{r: r, unit: unit, address: "/noi-o/" + unit.String() + "/ngoai-nha-truong", year: r.Today.SchoolYear(), counts: map[string]int{}}
	if year, err := strconv.Atoi(r.Value("nam")); err == nil && year > 1990 && year < 2200 {
		l.year = year
	}
	if l.all, l.rule, err = household.Outside(ctx, tx, r.Who, unit, l.year); err != nil {
		return door.Answer{}, err
	}
	l.filter()
	if format := r.Value("tep"); format != "" {
		return l.file(format)
	}
	r.Look(access.Residence(unit), l.rule, "household")
	place, err := frame.PlaceOfUnit(ctx, tx, unit, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Cases, r.T("household_page.title", "unit", place[len(place)-1].Label))
	c.Lead, c.Place = r.T("household_page.lead", "year", yearName(l.year)), place
	actions, empty, err := l.actions(ctx, tx)
	if err != nil {
		return door.Answer{}, err
	}
	c.Actions = ui.Buttons(actions...)
	page, _ := strconv.Atoi(r.Value("trang"))
	page = max(1, min(page, (len(l.shown)+pageSize-1)/pageSize))
	from := (page - 1) * pageSize
	table, err := l.table(ctx, tx, l.shown[from:min(from+pageSize, len(l.shown))], from, empty)
	if err != nil {
		return door.Answer{}, err
	}
	parts := []templ.Component{l.years()}
	if len(l.all) > 0 {
		parts = append(parts, l.chips(), l.bar())
	}
	return door.Page(frame.In(ui.Page(c), append(parts, table, frame.Quietly(r.T("household_page.note")))...)), nil
}

func yearName(year int) string { return strconv.Itoa(year) + "–" + strconv.Itoa(year+1) }

// filter keeps what the address asks for.
func (l *list) filter() {
	r := l.r
	village, kind, text := r.Value("ban"), r.Value("loai"), viet.Fold(viet.Clean(r.Value("q")))
	for _, c := range l.all {
		fits := true
		for _, a := range ages {
			fits = fits && (r.Value("tuoi") != a.code || a.from <= l.age(c) && l.age(c) <= a.to)
		}
		if !fits || village != "" && c.Village.String() != village || text != "" && !strings.Contains(viet.Fold(c.Name), text) && !strings.Contains(viet.Fold(c.Head), text) {
			continue
		}
		l.counts[kindOf(c)]++
		if kind == "" || kindOf(c) == kind {
			l.shown = append(l.shown, c)
		}
	}
}

func (l *list) here(changes ...string) string { return frame.With(l.address, l.r.Query(), changes...) }

// actions are what the caller may do with the list, and what the page says when it is empty.
func (l *list) actions(ctx context.Context, tx *store.Tx) ([]ui.Button, ui.Empty, error) {
	r := l.r
	empty := ui.Empty{Icon: ui.IconVisit, Title: r.T("household_page.empty"), Text: r.T("household_page.empty_text")}
	var actions []ui.Button
	_, err := access.May(ctx, tx, r.Who, access.SurveyHousehold, access.Unit(l.unit))
	if err == nil {
		bring := ui.Button{Label: r.T("household_page.import"), URL: frame.UnitAddress(l.unit) + "/nhap?kind=households", Icon: ui.IconUpload}
		actions = append(actions, bring)
		bring.Kind = ui.Primary
		empty.Act = ui.Press(bring)
	} else if !fault.Is(err, fault.Forbidden) {
		return nil, empty, err
	}
	if len(l.shown) > 0 {
		for _, format := range []string{"xlsx", "csv"} {
			actions = append(actions, ui.Button{Label: r.T("household_page.save_" + format), URL: l.here("tep", format, "trang", ""), Icon: ui.IconDownload, Kind: ui.Quiet, Download: true})
		}
	}
	return actions, empty, nil
}

func (l *list) years() templ.Component {
	return frame.Years(l.r, l.year, func(y int) string { return l.here("nam", strconv.Itoa(y), "trang", "") })
}

func (l *list) chips() templ.Component {
	r := l.r
	sum := 0
	for _, n := range l.counts {
		sum += n
	}
	chips := []ui.Choice{{Label: r.T("household_page.everybody"), URL: l.here("loai", "", "trang", ""), Current: r.Value("loai") == "", Count: ui.Number(sum)}}
	for _, kind := range kinds {
		if l.counts[kind] > 0 || r.Value("loai") == kind {
			chips = append(chips, ui.Choice{Label: r.T("household_page.kind-" + kind), URL: l.here("loai", kind, "trang", ""), Current: r.Value("loai") == kind, Count: ui.Number(l.counts[kind])})
		}
	}
	return ui.Chips(r.T("household_page.says"), chips...)
}

func (l *list) bar() templ.Component {
	r := l.r
	villages := []ui.Option{{Label: r.T("household_page.all")}}
	for _, c := range l.all {
		if !slices.ContainsFunc(villages, func(o ui.Option) bool { return o.Value == c.Village.String() }) {
			villages = append(villages, ui.Option{Value: c.Village.String(), Label: c.VillageName})
		}
	}
	years := []ui.Option{{Label: r.T("household_page.all")}}
	for _, a := range ages {
		years = append(years, ui.Option{Value: a.code, Label: r.T("household_page.ages", "from", a.from, "to", a.to)})
	}
	bar := ui.FilterBar{Action: l.address, Keep: ui.KeepFrom(r.Query(), "q", "ban", "tuoi", "trang", "tep"),
		Search: &ui.Field{Name: "q", Label: r.T("household_page.search"), Hint: "nguyen van a", Value: r.Value("q")},
		Fields: []ui.Field{{Name: "tuoi", Label: r.T("household_page.age"), Value: r.Value("tuoi"), Options: years}}}
	if len(villages) > 2 {
		bar.Fields = append(bar.Fields, ui.Field{Name: "ban", Label: r.T("household_page.village"), Value: r.Value("ban"), Options: villages})
	}
	if r.Value("q")+r.Value("ban")+r.Value("tuoi")+r.Value("loai") != "" {
		bar.Clear = l.address + "?nam=" + strconv.Itoa(l.year)
	}
	return ui.Filter(bar)
}

func (l *list) table(ctx context.Context, tx *store.Tx, rows []household.Child, from int, empty ui.Empty) (templ.Component, error) {
	r := l.r
	t := ui.Table{Caption: r.T("household_page.children"), Quiet: true, Columns: []ui.Column{{Label: r.T("pupils.name")}, {Label: r.T("household_page.age"), Number: true}, {Label: r.T("household_page.village")},
		{Label: r.T("household_page.head")}, {Label: r.T("household_page.says"), Broad: true}, {Label: r.T("household_page.last"), Broad: true}, {Label: r.T("household_page.do"), Broad: true}}, Empty: empty.Draw()}
	if len(l.all) > 0 {
		t.Empty = ui.Empty{Icon: ui.IconSearch, Title: r.T("household_page.nobody"), Text: r.T("household_page.nobody_text")}.Draw()
	}
	find := access.MaySomewhere(r.Who, access.SeePupils)
	for _, c := range rows {
		do, err := l.acts(ctx, tx, c, find)
		if err != nil {
			return nil, err
		}
		learned := orNothing(c.School)
		if c.Grade != "" {
			learned = ui.TextNote(frame.Grade(r, c.Grade), c.School)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.TextNote(c.Name, joined(sex(r, c.Sex), born(c))), ui.Text(strconv.Itoa(l.age(c))), ui.TextNote(c.VillageName, c.Address),
			ui.TextNote(orDash(c.Head), r.T("household_page.sheet", "number", c.Number)), ui.Badge{Label: r.T("household_page.kind-" + kindOf(c)), Tone: tones[kindOf(c)]}.Draw(), learned, do}})
	}
	if len(rows) > 0 {
		t.Foot = frame.Pager(r.T("household_page.range", "from", from+1, "to", from+len(rows), "total", ui.Number(len(l.shown))), from, len(rows), len(l.shown), pageSize,
			func(page string) string { return l.here("trang", page) })
	}
	return t.Draw(), nil
}

// acts lead on from a child: to the record and a case when it was a pupil of the realm, to
// pupils of the same name when none was recognised. A case is about a pupil: for a child
// who never was one the way leads through a school's list.
func (l *list) acts(ctx context.Context, tx *store.Tx, c household.Child, find bool) (templ.Component, error) {
	r := l.r
	if c.Pupil == 0 {
		if !find {
			return frame.Wrap(`<span class="muted">`, `</span>`, ui.Text(r.T("household_page.no_record"))), nil
		}
		return ui.Post(l.address+"/tim", ui.Button{Label: r.T("household_page.find"), Icon: ui.IconSearch, Small: true, Kind: ui.Quiet}, ui.Pair{Name: "name", Value: c.Name}, ui.Pair{Name: "born", Value: strconv.Itoa(c.BornYear)}), nil
	}
	var buttons []ui.Button
	for _, way := range []struct {
		action     access.Action
		word, path string
		icon       ui.Icon
	}{{access.SeePupils, "record", "", ui.IconPerson}, {access.OpenCase, "case", "/van-dong", ui.IconVisit}} {
		_, err := access.May(ctx, tx, r.Who, way.action, access.Pupil(c.Pupil))
		if err == nil {
			buttons = append(buttons, ui.Button{Label: r.T("household_page." + way.word), URL: "/hoc-sinh/" + c.Pupil.String() + way.path, Icon: way.icon, Small: true})
		} else if !fault.Is(err, fault.Forbidden) {
			return nil, err
		}
	}
	if len(buttons) == 0 {
		return frame.Wrap(`<span class="muted">`, `</span>`, ui.Text(r.T("household_page.has_record"))), nil
	}
	return ui.Actions(buttons...), nil
}

// search finds pupils who bear a child's name, among those whom the caller may see: the
// name comes in the form, so that it stands in no address.
func search(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.SeeHouseholds, access.Residence(unit)); err != nil {
		return door.Answer{}, err
	}
	place, err := frame.PlaceOfUnit(ctx, tx, unit, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	name := viet.Clean(r.Value("name"))
	found, err := student.Search(ctx, tx, r.Who, name, mostAlike)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Cases, r.T("household_page.found"))
	c.Lead, c.Place = r.T("household_page.found_lead"), place
	back := ui.Button{Label: r.T("household_page.back"), URL: "/noi-o/" + unit.String() + "/ngoai-nha-truong", Icon: ui.IconLeft}
	c.Actions = ui.Buttons(back)
	t := ui.Table{Caption: c.Title, Quiet: true, Columns: []ui.Column{{Label: r.T("pupils.name")}, {Label: r.T("pupils.born")}, {Label: r.T("pupils.school")}, {Label: r.T("pupils.village")}},
		Empty: ui.Empty{Icon: ui.IconSearch, Title: r.T("household_page.not_found"), Text: r.T("household_page.not_found_text"), Act: ui.Press(back)}.Draw()}
	for _, p := range found {
		rule, err := access.May(ctx, tx, r.Who, access.SeePupils, access.Pupil(p.Pupil))
		if err != nil {
			return door.Answer{}, err
		}
		r.Look(access.Pupil(p.Pupil), rule, "household")
		note := r.T("pupils.sex-" + p.Sex)
		birth := ui.Text(p.Born.Vietnamese())
		if strconv.Itoa(p.Born.Year()) == r.Value("born") {
			birth = templ.Join(birth, frame.Wrap(`<div>`, `</div>`, ui.Badge{Label: r.T("household_page.same_year"), Tone: ui.Amber}.Draw()))
		}
		where := p.ClassName
		if p.Exit != student.ExitNone && p.Exit != student.ExitYearEnd {
			where = r.T("pupils.exit-" + p.Exit)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.LinkNote("/hoc-sinh/"+p.Pupil.String(), p.Name, note), birth, ui.TextNote(orDash(p.SchoolName), where), orNothing(p.Village)}})
	}
	return door.Page(frame.In(ui.Page(c), t.Draw())), nil
}

// file hands the list out as it is filtered.
func (l *list) file(format string) (door.Answer, error) {
	if format != "xlsx" && format != "csv" {
		return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil)
	}
	r := l.r
	heads := []string{r.T("household_page.village"), r.T("household_page.sheet_head"), r.T("household_page.head"), r.T("household_page.address"), r.T("pupils.name"), r.T("pupils.sex"), r.T("pupils.born"),
		r.T("household_page.age"), r.T("household_page.says"), r.T("pupils.grade"), r.T("pupils.school"), r.T("household_page.was_pupil")}
	var rows [][]string
	for _, c := range l.shown {
		was := ""
		if c.Pupil != 0 {
			was = r.T("household_page.yes")
		}
		rows = append(rows, []string{c.VillageName, c.Number, c.Head, c.Address, c.Name, sex(r, c.Sex), born(c), strconv.Itoa(l.age(c)), r.T("household_page.kind-" + kindOf(c)), c.Grade, c.School, was})
	}
	r.Export("outside", access.Residence(l.unit), l.rule, len(rows))
	return frame.ListFile(r, "tre-ngoai-nha-truong-"+r.Today.String(), r.T("household_page.children"), format, heads, rows), nil
}

func sex(r *door.Request, code string) string {
	if code == "" {
		return ""
	}
	return r.T("pupils.sex-" + code)
}

func born(c household.Child) string {
	if c.Born.IsZero() {
		return strconv.Itoa(c.BornYear)
	}
	return c.Born.Vietnamese()
}

func joined(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " · ")
}

func orDash(words string) string {
	if words == "" {
		return "–"
	}
	return words
}

func orNothing(words string) templ.Component {
	if words == "" {
		return ui.Nothing()
	}
	return ui.Text(words)
}
