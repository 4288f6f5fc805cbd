package benefit

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/benefit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/viet"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// pageSize is how many lines a page has.
const pageSize = 50

// list is who receives what in a class or a school, being drawn.
type list struct {
	r       *door.Request
	chrome  ui.Chrome
	at      access.Resource
	address string
	year    int
	month   day.Day // its first day, zero for the whole school year
	rule    string
	known   bool               // somebody receives something, whatever is chosen
	rows    []benefit.Receiver // of the time, filtered by class and grade
	shown   []benefit.Receiver // those by support and name too
	classes []ui.Option
	grades  []ui.Option
	tabs    []ui.Choice
	empty   ui.Empty
}

func ofSchool(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	l := &list{r: r, at: access.School(school), address: frame.SchoolAddress(school) + "/che-do"}
	if err := l.read(ctx, tx); err != nil {
		return door.Answer{}, err
	}
	s, place, err := frame.PlaceOfSchool(ctx, tx, r.Who, school, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	l.chrome = frame.Chrome(r, frame.Pupils, r.T("benefit_page.of_school", "school", s.Name))
	l.chrome.Place, l.tabs = place, frame.SchoolTabs(r, school, "che-do")
	if _, err := access.May(ctx, tx, r.Who, access.ChangeBenefits, l.at); err == nil {
		bring := ui.Button{Label: r.T("benefit_page.import"), URL: frame.SchoolAddress(school) + "/nhap?kind=benefits", Icon: ui.IconUpload}
		l.chrome.Actions = ui.Buttons(bring)
		bring.Kind = ui.Primary
		l.empty.Act = ui.Press(bring)
	} else if !fault.Is(err, fault.Forbidden) {
		return door.Answer{}, err
	}
	return l.answer(ctx, tx)
}

func ofClass(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	class, err := r.ID("class")
	if err != nil {
		return door.Answer{}, err
	}
	l := &list{r: r, at: access.Class(class), address: "/lop/" + class.String() + "/che-do"}
	if _, err := access.May(ctx, tx, r.Who, access.SeeBenefits, l.at); err != nil {
		return door.Answer{}, err
	}
	c, place, err := frame.PlaceOfClass(ctx, tx, r.Who, class, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	l.year = c.Year
	if err := l.read(ctx, tx); err != nil {
		return door.Answer{}, err
	}
	l.chrome = frame.Chrome(r, frame.Pupils, r.T("benefit_page.of_class", "class", c.Name))
	l.chrome.Place = place
	if l.tabs, err = frame.ClassTabs(ctx, tx, r, class, "che-do"); err != nil {
		return door.Answer{}, err
	}
	return l.answer(ctx, tx)
}

// read finds the lines of the time that the address names. A class has one school year.
func (l *list) read(ctx context.Context, tx *store.Tx) error {
	r := l.r
	if l.year == 0 {
		l.year = r.Today.SchoolYear()
		if year, err := strconv.Atoi(r.Value("nam")); err == nil && year > 1990 && year < 2200 {
			l.year = year
		}
	}
	period := calendar.Bounds(l.year)
	if value := r.Value("thang"); value != "" {
		month, err := day.Parse(value + "-01")
		if err != nil || !period.Has(month) {
			return fault.New(fault.NotFound, "door.unknown", nil)
		}
		l.month, period = month, day.MonthOf(month)
	}
	var err error
	if l.rows, l.rule, err = benefit.At(ctx, tx, r.Who, l.at, period); err != nil {
		return err
	}
	l.known = len(l.rows) > 0
	l.empty = ui.Empty{Icon: ui.IconTable, Title: r.T("benefit_page.empty"), Text: r.T("benefit_page.empty_text")}
	l.choices()
	class, grade, scheme, text := r.Value("lop"), r.Value("khoi"), benefit.Scheme(r.Value("che-do")), viet.Fold(viet.Clean(r.Value("q")))
	l.rows = slices.DeleteFunc(l.rows, func(b benefit.Receiver) bool {
		return class != "" && b.Class.String() != class || grade != "" && b.Grade != grade
	})
	for _, b := range l.rows {
		if (scheme == "" || b.Scheme == scheme) && (text == "" || strings.Contains(viet.Fold(b.Name), text)) {
			l.shown = append(l.shown, b)
		}
	}
	return nil
}

// choices are the classes and grades that occur.
func (l *list) choices() {
	names, grades := map[id.ID]benefit.Receiver{}, map[string]bool{}
	for _, b := range l.rows {
		if b.Class != 0 {
			names[b.Class] = b
			grades[b.Grade] = true
		}
	}
	all := ui.Option{Label: l.r.T("benefit_page.all")}
	var classes []benefit.Receiver
	for _, b := range names {
		classes = append(classes, b)
	}
	slices.SortFunc(classes, func(a, b benefit.Receiver) int { return strings.Compare(a.ClassSort, b.ClassSort) })
	l.classes, l.grades = []ui.Option{all}, []ui.Option{all}
	for _, b := range classes {
		l.classes = append(l.classes, ui.Option{Value: b.Class.String(), Label: b.ClassName})
	}
	for _, level := range org.Levels {
		for _, g := range org.Grades(level) {
			if grades[g] {
				l.grades = append(l.grades, ui.Option{Value: g, Label: frame.Grade(l.r, g)})
				delete(grades, g)
			}
		}
	}
}

// here is the address of the page with other values; "" takes one away.
func (l *list) here(changes ...string) string { return frame.With(l.address, l.r.Query(), changes...) }

func (l *list) answer(ctx context.Context, tx *store.Tx) (door.Answer, error) {
	r := l.r
	if format := r.Value("tep"); format != "" {
		return l.file(format)
	}
	r.Look(l.at, l.rule, "benefit")
	page, _ := strconv.Atoi(r.Value("trang"))
	page = max(1, min(page, (len(l.shown)+pageSize-1)/pageSize))
	from := (page - 1) * pageSize
	lines := l.shown[from:min(from+pageSize, len(l.shown))]

	l.chrome.Lead = r.T("benefit_page.lead")
	if len(l.shown) > 0 {
		for _, format := range []string{"xlsx", "csv"} {
			save := ui.Buttons(ui.Button{Label: r.T("benefit_page.save_" + format), URL: l.here("tep", format, "trang", ""), Icon: ui.IconDownload, Kind: ui.Quiet, Download: true})
			if l.chrome.Actions != nil {
				save = templ.Join(l.chrome.Actions, save)
			}
			l.chrome.Actions = save
		}
	}
	var parts []templ.Component
	if len(l.tabs) > 0 {
		parts = append(parts, ui.Tabs(r.T("pupils.places"), l.tabs...))
	}
	if l.at.Kind == access.SchoolKind {
		parts = append(parts, l.years())
	}
	parts = append(parts, l.filter())
	if len(l.rows) > 0 {
		parts = append(parts, frame.In(ui.Section("che-do", r.T("benefit_page.by_scheme"), r.T("benefit_page.by_scheme_note")), l.schemes()))
	}
	table, err := l.table(ctx, tx, lines, from)
	if err != nil {
		return door.Answer{}, err
	}
	parts = append(parts, frame.In(ui.Section("danh-sach", r.T("benefit_page.receivers"), r.T("benefit_page.pupils_n", "n", ui.Number(pupils(l.shown)))), table))
	return door.Page(frame.In(ui.Page(l.chrome), parts...)), nil
}

// pupils counts children, each once.
func pupils(rows []benefit.Receiver) int {
	seen := map[id.ID]bool{}
	for _, b := range rows {
		seen[b.Pupil] = true
	}
	return len(seen)
}

func (l *list) years() templ.Component {
	return frame.Years(l.r, l.year, func(y int) string { return l.here("nam", strconv.Itoa(y), "thang", "", "trang", "", "lop", "") })
}

func (l *list) filter() templ.Component {
	r := l.r
	months := []ui.Option{{Label: r.T("benefit_page.whole_year")}}
	bounds := calendar.Bounds(l.year)
	for m := bounds.From; m < bounds.Until; m = m.AddMonths(1) {
		months = append(months, ui.Option{Value: m.Midnight().Format("2006-01"), Label: r.T("benefit_page.month_of", "month", monthWord(m))})
	}
	schemes := []ui.Option{{Label: r.T("benefit_page.all")}}
	for _, s := range benefit.Schemes() {
		if slices.ContainsFunc(l.rows, func(b benefit.Receiver) bool { return b.Scheme == s }) || r.Value("che-do") == string(s) {
			schemes = append(schemes, ui.Option{Value: string(s), Label: s.Name(r.Lang)})
		}
	}
	bar := ui.FilterBar{Action: l.address, Keep: ui.KeepFrom(r.Query(), "q", "thang", "che-do", "khoi", "lop", "trang", "tep"),
		Search: &ui.Field{Name: "q", Label: r.T("benefit_page.search"), Hint: "nguyen van a", Value: r.Value("q")},
		Fields: []ui.Field{{Name: "thang", Label: r.T("benefit_page.month"), Value: r.Value("thang"), Options: months},
			{Name: "che-do", Label: r.T("benefit_page.scheme"), Value: r.Value("che-do"), Options: schemes}}}
	if l.at.Kind == access.SchoolKind {
		bar.Fields = append(bar.Fields, ui.Field{Name: "khoi", Label: r.T("pupils.grade"), Value: r.Value("khoi"), Options: l.grades},
			ui.Field{Name: "lop", Label: r.T("benefit_page.class_head"), Value: r.Value("lop"), Options: l.classes})
	}
	if r.Value("q")+r.Value("thang")+r.Value("che-do")+r.Value("khoi")+r.Value("lop") != "" {
		bar.Clear = l.address + "?nam=" + strconv.Itoa(l.year)
	}
	return ui.Filter(bar)
}

func monthWord(m day.Day) string { return m.Midnight().Format("1/2006") }

// schemes are the sums of each support; its number opens its list.
func (l *list) schemes() templ.Component {
	r := l.r
	t := ui.Table{Caption: r.T("benefit_page.by_scheme"), Quiet: true, Columns: []ui.Column{{Label: r.T("benefit_page.scheme")}, {Label: r.T("benefit_page.pupils"), Number: true},
		{Label: r.T("benefit_page.spells"), Number: true}, {Label: r.T("benefit_page.rice"), Number: true}}}
	for _, s := range benefit.Schemes() {
		var of []benefit.Receiver
		var dong, grams int64
		for _, b := range l.rows {
			if b.Scheme == s {
				of = append(of, b)
				d, g := benefit.Sums(b.Paid)
				dong, grams = dong+d, grams+g
			}
		}
		if len(of) == 0 {
			continue
		}
		at := l.here("che-do", string(s), "trang", "", "q", "")
		row := ui.Row{Cells: []templ.Component{ui.Link(at, s.Name(r.Lang)), ui.Count(int64(pupils(of)), at), ui.Nothing(), ui.Nothing()}}
		if dong > 0 {
			row.Cells[2] = ui.Text(ui.Number(dong))
		}
		if grams > 0 {
			row.Cells[3] = ui.Text(frame.Kilograms(grams))
		}
		t.Rows = append(t.Rows, row)
	}
	return t.Draw()
}

func (l *list) table(ctx context.Context, tx *store.Tx, rows []benefit.Receiver, from int) (templ.Component, error) {
	r := l.r
	t := ui.Table{Caption: r.T("benefit_page.receivers"), Quiet: true, Columns: []ui.Column{{Label: r.T("pupils.name")}, {Label: r.T("benefit_page.class_head")}, {Label: r.T("benefit_page.scheme")},
		{Label: r.T("benefit_page.ground")}, {Label: r.T("benefit_page.period")}, {Label: r.T("benefit_page.paid"), Broad: true}, {Label: r.T("benefit_page.sum")}}}
	opens := map[id.ID]string{}
	for _, b := range rows {
		at, asked := opens[b.Pupil]
		if !asked { // one who went to another school is still on the list, but not hers to open
			_, err := access.May(ctx, tx, r.Who, access.SeePupils, access.Pupil(b.Pupil))
			if err == nil {
				at = "/hoc-sinh/" + b.Pupil.String() + "#che-do"
			} else if !fault.Is(err, fault.Forbidden) {
				return nil, err
			}
			opens[b.Pupil] = at
		}
		class := ui.Text(b.ClassName)
		if b.Class == 0 {
			class = ui.Text(r.T("benefit_page.no_class"))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.LinkNote(at, b.Name, r.T("pupils.sex-"+b.Sex)+" · "+b.Born.Vietnamese()), class,
			frame.BenefitScheme(r, b.Benefit), frame.BenefitGround(r, b.Benefit), ui.Text(frame.BenefitPeriod(r, b.Benefit)), l.paid(b), frame.BenefitSum(r, b.Paid)}})
	}
	t.Empty = l.empty.Draw()
	if l.known || r.Value("thang") != "" {
		t.Empty = ui.Empty{Icon: ui.IconSearch, Title: r.T("benefit_page.nobody"), Text: r.T("benefit_page.nobody_text")}.Draw()
	}
	if len(rows) > 0 {
		t.Foot = frame.Pager(r.T("benefit_page.range", "from", from+1, "to", from+len(rows), "total", ui.Number(len(l.shown))), from, len(rows), len(l.shown), pageSize,
			func(page string) string { return l.here("trang", page) })
	}
	return t.Draw(), nil
}

// paid says for which months something was paid; of one month, whether.
func (l *list) paid(b benefit.Receiver) templ.Component {
	if l.month == 0 {
		return frame.BenefitPaid(l.r, b.Benefit, b.Paid, day.Range{From: calendar.Bounds(l.year).From, Until: l.r.Today.MonthStart()})
	}
	if len(b.Paid) > 0 {
		return ui.Badge{Label: l.r.T("benefit_page.paid_this_month"), Tone: ui.Green}.Draw()
	}
	return ui.Badge{Label: l.r.T("benefit_page.unpaid_this_month"), Tone: ui.Grey}.Draw()
}
