package report

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/report"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// monthsShown is how far back the list goes when no month is chosen: a school year.
const monthsShown = 12

func stateBadge(r *door.Request, s report.State) ui.Badge {
	b := ui.Badge{Label: r.T("report.state-" + string(s))}
	switch s {
	case report.Draft:
		b.Tone, b.Icon = ui.Grey, ui.IconPencil
	case report.Submitted:
		b.Tone, b.Icon = ui.Amber, ui.IconClock
	case report.Approved:
		b.Tone, b.Icon = ui.Cham, ui.IconSeal
	case report.Issued:
		b.Tone, b.Icon = ui.Cham, ui.IconSend
	case report.Accepted:
		b.Tone, b.Icon = ui.Green, ui.IconCheck
	case report.Returned:
		b.Tone, b.Icon = ui.Red, ui.IconUndo
	default:
		b = ui.Badge{Label: r.T("report.state-none"), Tone: ui.Red, Icon: ui.IconWarning}
	}
	return b
}

// periodLabel is "5/2020" for a month, else both days.
func periodLabel(p day.Range) string {
	if p == day.MonthOf(p.From) {
		return strconv.Itoa(int(p.From.Month())) + "/" + strconv.Itoa(p.From.Year())
	}
	return p.From.Vietnamese() + "–" + p.Last().Vietnamese()
}

func monthValue(d day.Day) string { return d.String()[:7] }

// placeValue writes a place into a form: "u99", "s501".
func placeValue(p report.Place) string {
	if p.Kind == access.SchoolKind {
		return "s" + p.ID.String()
	}
	return "u" + p.ID.String()
}

func readPlace(value string) (report.Place, error) {
	if value == "" {
		return report.Place{}, nil
	}
	parsed, err := id.Parse(value[1:])
	switch {
	case err == nil && value[0] == 'u':
		return report.Unit(parsed), nil
	case err == nil && value[0] == 's':
		return report.School(parsed), nil
	}
	return report.Place{}, fault.New(fault.NotFound, "door.unknown", nil).On("don_vi")
}

// listView is the list with what is missing from below.
type listView struct {
	Filter  ui.FilterBar
	Waiting []ui.Item
	Papers  ui.Table
	Below   []belowView
}

// belowView says how far the papers below a unit are.
type belowView struct {
	Title string
	Note  string
	Items []ui.Item
}

func list(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	places, err := report.Places(ctx, tx, r.Who, access.SeeReport)
	if err != nil {
		return door.Answer{}, err
	}
	if len(places) == 0 {
		_, err := access.May(ctx, tx, r.Who, access.SeeReport, access.Realm())
		if err != nil {
			return door.Answer{}, err
		}
	}
	f := report.Filter{State: report.State(r.Value("trang_thai"))}
	f.Period = day.Range{From: r.Today.MonthStart().AddMonths(1 - monthsShown), Until: r.Today.MonthStart().AddMonths(1)}
	month := day.MonthOf(r.Today)
	if value := r.Value("thang"); value != "" {
		if month, err = report.ParseMonth(value); err != nil {
			return door.Answer{}, err
		}
		f.Period = month
	}
	if f.Place, err = readPlace(r.Value("don_vi")); err != nil {
		return door.Answer{}, err
	}
	papers, err := report.List(ctx, tx, r.Who, f)
	if err != nil {
		return door.Answer{}, err
	}
	v := listView{Filter: listFilter(r, places), Papers: papersTable(r, papers)}
	for _, p := range papers {
		if wanted := waitsFor(ctx, tx, r, p); wanted != "" {
			v.Waiting = append(v.Waiting, ui.Item{Title: p.Place.Name, Text: r.T(wanted, "period", periodLabel(p.Period)), URL: address(p.ID), Tone: ui.Amber})
		}
	}
	for _, place := range places {
		if place.Kind != access.UnitKind {
			continue
		}
		below, err := report.Children(ctx, tx, r.Who, place.ID, month)
		if err != nil {
			return door.Answer{}, err
		}
		v.Below = append(v.Below, missing(r, place, month, below))
	}
	c := frame.Chrome(r, frame.Reports, r.T("report.title"))
	c.Lead = r.T("report.lead")
	var buttons []ui.Button
	if access.MaySomewhere(r.Who, access.ReceiveReport) {
		buttons = append(buttons, ui.Button{Label: r.T("report.proposals"), URL: "/kien-nghi", Icon: ui.IconLetter})
	}
	if access.MaySomewhere(r.Who, access.DraftReport) {
		buttons = append(buttons, ui.Button{Label: r.T("report.begin"), URL: "/bao-cao/moi?thang=" + monthValue(month.From), Kind: ui.Primary, Icon: ui.IconPlus})
	}
	if len(buttons) > 0 {
		c.Actions = ui.Buttons(buttons...)
	}
	return door.Page(listPage(c, v)), nil
}

// waitsFor says which step of a paper is the caller's next act: a message id, "" for none.
func waitsFor(ctx context.Context, tx *store.Tx, r *door.Request, p report.Report) string {
	may := func(action access.Action, resource access.Resource) bool {
		_, err := access.May(ctx, tx, r.Who, action, resource)
		return err == nil
	}
	switch p.State {
	case report.Submitted, report.Approved:
		if may(access.ApproveReport, p.Place.Resource()) {
			return "report.waits-" + string(p.State)
		}
	case report.Issued:
		if p.Place.Above.ID != 0 && may(access.ReceiveReport, access.Unit(p.Place.Above.ID)) {
			return "report.waits-issued"
		}
	}
	return ""
}

func listFilter(r *door.Request, places []report.Place) ui.FilterBar {
	bar := ui.FilterBar{Action: "/bao-cao"}
	options := []ui.Option{{Value: "", Label: r.T("report.all")}}
	for _, p := range places {
		options = append(options, ui.Option{Value: placeValue(p), Label: p.Name})
	}
	states := []ui.Option{{Value: "", Label: r.T("report.all")}}
	for _, s := range report.States {
		states = append(states, ui.Option{Value: string(s), Label: r.T("report.state-" + string(s))})
	}
	bar.Fields = []ui.Field{
		{Name: "don_vi", Label: r.T("report.unit"), Value: r.Value("don_vi"), Options: options},
		{Name: "thang", Label: r.T("report.month"), Value: r.Value("thang"), Kind: "month"},
		{Name: "trang_thai", Label: r.T("report.state"), Value: r.Value("trang_thai"), Options: states}}
	if r.Value("don_vi")+r.Value("thang")+r.Value("trang_thai") != "" {
		bar.Clear = "/bao-cao"
	}
	return bar
}

func papersTable(r *door.Request, papers []report.Report) ui.Table {
	t := ui.Table{Caption: r.T("report.papers"), Columns: []ui.Column{{Label: r.T("report.unit")}, {Label: r.T("report.period")},
		{Label: r.T("report.revision"), Number: true}, {Label: r.T("report.number")}, {Label: r.T("report.state")}}}
	for _, p := range papers {
		number := p.Number
		if number == "" {
			number = "–"
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Link(address(p.ID), p.Place.Name), ui.Text(periodLabel(p.Period)),
			ui.Count(int64(p.Revision), ""), ui.Text(number), stateBadge(r, p.State).Draw()}})
	}
	empty := ui.Empty{Icon: ui.IconReport, Title: r.T("report.empty"), Text: r.T("report.empty-text")}
	if access.MaySomewhere(r.Who, access.DraftReport) {
		empty.Act = ui.Press(ui.Button{Label: r.T("report.begin"), URL: "/bao-cao/moi", Kind: ui.Primary, Icon: ui.IconPlus})
	}
	t.Empty = empty.Draw()
	return t
}

func missing(r *door.Request, place report.Place, month day.Range, below []report.ChildPaper) belowView {
	v := belowView{Title: r.T("report.below", "name", place.Name, "period", periodLabel(month))}
	waiting := 0
	for _, c := range below {
		if !c.Missing() {
			continue
		}
		waiting++
		item := ui.Item{Title: c.Name, Text: r.T("report.below-none"), End: stateBadge(r, c.State).Draw()}
		if c.Report.ID != 0 {
			item.URL, item.Text = address(c.Report.ID), r.T("report.below-at")
		}
		v.Items = append(v.Items, item)
	}
	v.Note = r.T("report.below-note", "in", len(below)-waiting, "all", len(below))
	return v
}

// beginView is the form of a new paper.
type beginView struct {
	Faults []ui.Mistake
	Links  []ui.Choice
	Place  ui.Field
	Month  ui.Field
	From   ui.Field
	To     ui.Field
	Press  ui.Button
}

func begin(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return beginAgain(ctx, tx, r, nil)
}

func beginAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	if !access.MaySomewhere(r.Who, access.DraftReport) {
		_, err := access.May(ctx, tx, r.Who, access.DraftReport, access.Realm())
		if err != nil {
			return door.Answer{}, err
		}
	}
	places, err := report.Places(ctx, tx, r.Who, access.DraftReport)
	if err != nil {
		return door.Answer{}, err
	}
	month := r.Value("thang")
	if month == "" && faults == nil {
		month = monthValue(r.Today)
	}
	v := beginView{
		Place: ui.Field{Name: "don_vi", Label: r.T("report.unit"), Value: r.Value("don_vi"), Error: door.FieldError(r, faults, "don_vi")},
		Month: ui.Field{Name: "thang", Label: r.T("report.month"), Kind: "month", Value: month, Optional: true, Help: r.T("report.month-help"), Error: door.FieldError(r, faults, "month")},
		From:  ui.Field{Name: "tu", Label: r.T("report.from"), Kind: "date", Value: r.Value("tu"), Optional: true},
		To:    ui.Field{Name: "den", Label: r.T("report.to"), Kind: "date", Value: r.Value("den"), Optional: true, Error: door.FieldError(r, faults, "to")},
		Press: ui.Button{Label: r.T("report.make"), Kind: ui.Primary, Icon: ui.IconReport},
	}
	for _, p := range places {
		v.Place.Options = append(v.Place.Options, ui.Option{Value: placeValue(p), Label: p.Name})
	}
	v.Faults = ui.Mistakes(v.Place, v.Month, v.From, v.To)
	for _, sentence := range door.Sentences(r, faults, "") {
		v.Faults = append(v.Faults, ui.Mistake{Text: sentence})
	}
	for _, f := range faults {
		if f.Code == "report.exists" && f.Args["report"] != "" {
			v.Links = append(v.Links, ui.Choice{Label: r.T("report.open-it"), URL: "/bao-cao/" + f.Args["report"].(string)})
		}
	}
	c := frame.Chrome(r, frame.Reports, r.T("report.begin"))
	c.Lead = r.T("report.begin-lead")
	for _, l := range v.Links {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Amber, Text: r.T("report.exists"), Links: []ui.Choice{l}})
	}
	return door.Page(beginPage(c, v)), nil
}

func create(ctx context.Context, r *door.Request) (door.Answer, error) {
	place, err := readPlace(strings.TrimSpace(r.Value("don_vi")))
	if err != nil {
		return door.Answer{}, err
	}
	if place.ID == 0 {
		return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil).On("don_vi")
	}
	var period day.Range
	from, err := r.Day("tu", 0)
	if err != nil {
		return door.Answer{}, err
	}
	to, err := r.Day("den", 0)
	if err != nil {
		return door.Answer{}, err
	}
	if from != 0 || to != 0 {
		period = day.Through(from, to)
	} else if period, err = report.ParseMonth(r.Value("thang")); err != nil {
		return door.Answer{}, err
	}
	made, err := report.Create(ctx, r.Store(), r.Who, report.CreateIn{Place: place, Period: period})
	return door.SeeOther(address(made)), err
}
