package student

import (
	"context"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// ledger is the movement of a school over a period, by grade, with the identity of CV 6622
// and what the opening was expected to be. It names nobody.
func ledger(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.SeeBoard, access.School(school)); err != nil {
		return door.Answer{}, err
	}
	_, place, err := frame.PlaceOfSchool(ctx, tx, r.Who, school, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	opening, err := openingOf(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	from, err := r.Day("tu", opening+1)
	if err != nil {
		return door.Answer{}, err
	}
	last, err := r.Day("den", r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	period := day.Through(from, last)
	cumulative := r.Value("kieu") != "thang"
	book, err := student.ReadLedger(ctx, tx, r.Who.Realm, student.LedgerIn{Schools: []id.ID{school}, Period: period, Cumulative: cumulative})
	if err != nil {
		return door.Answer{}, err
	}
	expected, err := student.ExpectedAtOpening(ctx, tx, r.Who.Realm, []id.ID{school}, r.Today.SchoolYear())
	if err != nil {
		return door.Answer{}, err
	}
	address := frame.SchoolAddress(school) + "/bien-dong"
	c := frame.Chrome(r, frame.Pupils, r.T("pupils.ledger"))
	c.Place, c.Lead = place, r.T("pupils.ledger_lead")
	c.Time = &ui.TimeControl{Label: r.T("pupils.year_named", "year", yearName(r.Today.SchoolYear())), Detail: from.Vietnamese() + " – " + last.Vietnamese(), Action: address, From: from.String(), To: last.String(),
		Keep: ui.KeepFrom(r.Query(), "tu", "den"), Choices: []ui.Choice{
			{Label: r.T("pupils.since_opening"), URL: address, Current: r.Value("tu") == ""},
			{Label: r.T("pupils.this_month"), URL: address + "?tu=" + r.Today.MonthStart().String() + "&kieu=thang", Current: r.Value("tu") == r.Today.MonthStart().String()}}}
	total := book.Total()
	parts := []templ.Component{ui.Tabs(r.T("pupils.places"), frame.SchoolTabs(r, school, "bien-dong")...), identity(r, total), movementTable(r, book)}
	if len(expected) > 0 {
		parts = append(parts, frame.In(ui.Section("dau-nam", r.T("pupils.expected"), r.T("pupils.expected_note")), expectedTable(r, expected)))
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

// openingOf is the day of khai giảng of the running year, else 5 September.
func openingOf(ctx context.Context, tx *store.Tx, r *door.Request) (day.Day, error) {
	year, _, err := calendar.YearOf(ctx, tx, r.Who.Realm, r.Today.SchoolYear())
	if fault.Is(err, fault.NotFound) {
		frame, _ := calendar.Frame(r.Today.SchoolYear())
		return frame.Opening, nil
	}
	return year.Opening, err
}

// identity shows (1) = (2) + (3) + (4).
func identity(r *door.Request, m student.Movement) templ.Component {
	tile := func(key string, n int) ui.Tile {
		return ui.Tile{Label: r.T("pupils.cv-" + key), Value: ui.Number(n), Unit: r.T("pupils.unit")}
	}
	tone, key := ui.Green, "pupils.balanced"
	if !m.Balanced() {
		tone, key = ui.Red, "pupils.unbalanced"
	}
	notice := ui.Notice{Tone: tone, Text: r.T(key, "opening", ui.Number(m.Opening), "now", ui.Number(m.Now), "dropouts", ui.Number(m.Dropouts), "other", ui.Addend(m.OtherDecrease()))}
	parts := []templ.Component{ui.Tiles(tile("opening", m.Opening), tile("now", m.Now), tile("dropouts", m.Dropouts), tile("other", m.OtherDecrease())), notice.Draw()}
	if open := m.UnconfirmedExits(); open > 0 {
		parts = append(parts, ui.Notice{Tone: ui.Amber, Text: r.T("pupils.open_exits", "n", open)}.Draw())
	}
	return frame.Box("stack", parts...)
}

var movementColumns = []struct {
	key string
	of  func(student.Movement) int
}{
	{"opening", func(m student.Movement) int { return m.Opening }}, {"entered", func(m student.Movement) int { return m.Entered }},
	{"arrivals", func(m student.Movement) int { return m.Arrivals }}, {"returns", func(m student.Movement) int { return m.Returns }},
	{"departures", func(m student.Movement) int { return m.Departures }}, {"dropouts", func(m student.Movement) int { return m.Dropouts }},
	{"vocational", func(m student.Movement) int { return m.Vocational }}, {"moved", func(m student.Movement) int { return m.Moved }},
	{"died", func(m student.Movement) int { return m.Died }}, {"ended", func(m student.Movement) int { return m.YearEnd + m.OtherExit }},
	{"unconfirmed", func(m student.Movement) int { return m.UnconfirmedExits() }}, {"now", func(m student.Movement) int { return m.Now }},
}

func movementTable(r *door.Request, book student.Ledger) templ.Component {
	t := ui.Table{Caption: r.T("pupils.by_grade"), Wide: true, Columns: []ui.Column{{Label: r.T("pupils.grade")}},
		Empty: ui.Empty{Icon: ui.IconTable, Title: r.T("pupils.empty"), Text: r.T("pupils.empty_text")}.Draw()}
	for _, c := range movementColumns {
		t.Columns = append(t.Columns, ui.Column{Label: r.T("pupils.mv-" + c.key), Number: true})
	}
	row := func(label string, m student.Movement) ui.Row {
		cells := []templ.Component{ui.Text(label)}
		for _, c := range movementColumns {
			if n := c.of(m); n != 0 {
				cells = append(cells, ui.Text(ui.Number(n)))
			} else {
				cells = append(cells, ui.Nothing())
			}
		}
		return ui.Row{Cells: cells}
	}
	for _, level := range org.Levels {
		for _, grade := range org.Grades(level) {
			found := false
			sum := book.Sum(func(k student.LedgerKey) bool {
				is := k.Level == level && k.Grade == grade
				found = found || is
				return is
			})
			if found {
				t.Rows = append(t.Rows, row(frame.Grade(r, grade), sum))
			}
		}
	}
	if len(t.Rows) > 0 {
		total := row(r.T("pupils.total"), book.Total())
		t.Total = &total
	}
	return t.Draw()
}

func expectedTable(r *door.Request, expected []student.Expected) templ.Component {
	t := ui.Table{Caption: r.T("pupils.expected"), Quiet: true, Wide: true, Columns: []ui.Column{{Label: r.T("pupils.grade")}}}
	columns := []struct {
		key string
		of  func(student.Expected) int
	}{
		{"below", func(e student.Expected) int { return e.FromBelow }}, {"repeating", func(e student.Expected) int { return e.Repeating }}, {"entrants", func(e student.Expected) int { return e.Entrants }},
		{"expected", func(e student.Expected) int { return e.Expected() }}, {"arrived", func(e student.Expected) int { return e.Arrived }}, {"elsewhere", func(e student.Expected) int { return e.Elsewhere }},
		{"lost", func(e student.Expected) int { return e.Lost }}, {"moved", func(e student.Expected) int { return e.Moved }}, {"unknown", func(e student.Expected) int { return e.Unknown }}, {"unexpected", func(e student.Expected) int { return e.Unexpected }},
	}
	for _, c := range columns {
		t.Columns = append(t.Columns, ui.Column{Label: r.T("pupils.ex-" + c.key), Number: true})
	}
	for _, e := range expected {
		row := ui.Row{Cells: []templ.Component{ui.Text(frame.Grade(r, e.Grade))}}
		for _, c := range columns {
			row.Cells = append(row.Cells, ui.Text(ui.Number(c.of(e))))
		}
		t.Rows = append(t.Rows, row)
	}
	return t.Draw()
}
