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
	"ralop/internal/paper"
	"ralop/internal/report"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// view is a paper's page.
type view struct {
	report.Opened
	Action      string // address of the paper; steps are below it
	Version     ui.Pair
	Faults      []ui.Mistake
	Steps       []ui.Step
	Downloads   []ui.Button
	Facts       []ui.Fact
	Changed     map[string]bool // names of the children whose numbers are others now
	ChangeTable ui.Table
	Adjusted    ui.Table
	Events      []ui.Event
	Parts       []partView
	Asked       []proposalView
	Number      ui.Field
	Date        ui.Field
	Signed      ui.Field
	Note        ui.Field
	Proposal    ui.Field
	Levels      ui.Table
	Children    []childLine
	Total       childLine
}

// partView is the form of one part of the text.
type partView struct {
	Title     string
	Action    string
	Body      ui.Field
	Generated []string // the sentences of now, beside what a person wrote; empty when they are the same
}

type proposalView struct {
	Title    string
	Text     string
	Tone     ui.Tone
	Badge    ui.Badge
	Withdraw string // address; "" when it cannot
}

// childLine is a row of the first appendix as it is shown.
type childLine struct {
	URL     string
	Cells   []string // the first two are words
	Changed bool
}

func show(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return showAgain(ctx, tx, r, nil)
}

func showAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	one, err := r.ID("report")
	if err != nil {
		return door.Answer{}, err
	}
	o, err := report.Find(ctx, tx, r.Who, one)
	if err != nil {
		return door.Answer{}, err
	}
	v := look(r, o, faults)
	c := frame.Chrome(r, frame.Reports, r.T("report.paper-title", "name", o.Place.Name, "period", periodLabel(o.Period)))
	c.Badge = stateBadge(r, o.State).Draw()
	c.Notices = notices(r, o)
	c.Actions = ui.Buttons(v.Downloads...)
	return door.Page(showPage(c, v)), nil
}

func look(r *door.Request, o report.Opened, faults fault.List) view {
	v := view{Opened: o, Action: address(o.ID), Version: ui.Pair{Name: "ban", Value: strconv.Itoa(o.Version)}, Changed: map[string]bool{}}
	for _, f := range faults {
		v.Faults = append(v.Faults, ui.Mistake{Text: door.Sentence(r.Lang, f)})
	}
	v.Steps = stepsOf(r, o)
	formats := report.Formats
	for _, f := range formats {
		v.Downloads = append(v.Downloads, fileButton(r, o, f, strings.ToUpper(string(f))))
	}
	for _, f := range o.Files {
		if f.Format == report.FormatSigned {
			v.Downloads = append(v.Downloads, fileButton(r, o, f.Format, r.T("report.signed-file")))
		}
	}
	v.Facts = factsOf(r, o)
	for _, c := range o.Changes {
		v.Changed[c.Name] = true
	}
	v.ChangeTable, v.Adjusted = changesTable(r, o.Changes), adjustmentsTable(r, o.Adjustments)
	v.Levels = levelsTable(r, o.Figures)
	v.Children, v.Total = childLines(r, o, v.Changed)
	for i := len(o.Events) - 1; i >= 0; i-- {
		v.Events = append(v.Events, event(r, o.Events[i]))
	}
	if o.Editable() {
		v.Parts = parts(r, o)
	}
	v.Asked = asked(r, o)
	today := r.Today.String()
	v.Number = ui.Field{Name: "number", Label: r.T("report.number"), Help: r.T("report.number-help"), Class: "input-short", Value: r.Value("number"), Error: door.FieldError(r, faults, "number")}
	v.Date = ui.Field{Name: "date", Label: r.T("report.date"), Kind: "date", Class: "input-short", Value: r.Value("date"), Max: today, Error: door.FieldError(r, faults, "date")}
	v.Signed = ui.Field{Name: "signed", Label: r.T("report.signed"), Kind: "file", Accept: ".pdf,application/pdf", Optional: true, Help: r.T("report.signed-help"), Error: door.FieldError(r, faults, "signed")}
	v.Note = ui.Field{Name: "ly_do", Label: r.T("report.note"), Rows: "3", Value: r.Value("ly_do"), Error: door.FieldError(r, faults, "note")}
	v.Proposal = ui.Field{Name: "body", Label: r.T("report.new-proposal"), Rows: "2", Error: door.FieldError(r, faults, "body")}
	return v
}

func fileButton(r *door.Request, o report.Opened, f paper.Format, label string) ui.Button {
	return ui.Button{Label: label, URL: address(o.ID) + "/tep/" + string(f), Icon: ui.IconDownload, Small: true, Download: true}
}

func notices(r *door.Request, o report.Opened) []ui.Notice {
	var all []ui.Notice
	if n := len(o.Figures.Provisional()); n > 0 && !o.Frozen() {
		all = append(all, ui.Notice{Tone: ui.Amber, Text: r.T("report.notice-provisional", "n", n)})
	}
	if len(o.Changes) > 0 {
		all = append(all, ui.Notice{Tone: ui.Amber, Text: r.T("report.notice-changes", "n", len(o.Changes)), Links: []ui.Choice{{Label: r.T("report.see"), URL: "#thay-doi"}}})
	}
	if len(o.Adjustments) > 0 {
		all = append(all, ui.Notice{Tone: ui.Amber, Text: r.T("report.notice-adjustments", "n", len(o.Adjustments)), Links: []ui.Choice{{Label: r.T("report.see"), URL: "#dieu-chinh"}}})
	}
	if n := len(o.Events); o.State == report.Returned && n > 0 {
		all = append(all, ui.Notice{Tone: ui.Red, Title: r.T("report.state-returned"), Text: o.Events[n-1].Note})
	}
	return all
}

var way = []report.State{report.Draft, report.Submitted, report.Approved, report.Issued, report.Accepted}

func stepsOf(r *door.Request, o report.Opened) []ui.Step {
	at := 0
	for i, s := range way {
		if s == o.State {
			at = i
		}
	}
	notes := map[report.State]string{}
	for _, e := range o.Events {
		notes[e.State] = strings.TrimPrefix(e.Name+", "+e.At.Day().Short(), ", ")
		for i, s := range way {
			if s == e.State && o.State == report.Returned {
				at = i
			}
		}
	}
	all := make([]ui.Step, len(way))
	for i, s := range way {
		all[i] = ui.Step{Label: r.T("report.state-" + string(s))}
		switch {
		case i < at:
			all[i].State, all[i].Note = ui.StepDone, notes[s]
		case i == at && o.State == report.Returned:
			all[i].State, all[i].Note = ui.StepBack, notes[report.Returned]
		case i == at && s == report.Accepted:
			all[i].State, all[i].Note = ui.StepDone, notes[s]
		case i == at:
			all[i].State, all[i].Note = ui.StepNow, notes[s]
		}
	}
	return all
}

// boardAddress opens the numbers of a place for the paper's period.
func boardAddress(kind access.Kind, one id.ID, p day.Range) string {
	days := "?tu=" + p.From.String() + "&den=" + p.Last().String()
	if kind == access.SchoolKind {
		return "/truong/" + one.String() + "/bang" + days
	}
	return "/don-vi/" + one.String() + "/bang" + days
}

func factsOf(r *door.Request, o report.Opened) []ui.Fact {
	f, t := o.Figures, o.Figures.Total
	board := boardAddress(o.Place.Kind, o.Place.ID, o.Period)
	rate := func(c ui.Rate) templ.Component { return c.Cell() }
	at := f.GatheredAt
	facts := []ui.Fact{
		{Label: r.T("report.fact-attendance"), Value: rate(ui.Rate{Ratio: t.Attendance(), URL: board})},
		{Label: r.T("report.fact-retention"), Value: rate(ui.Rate{Ratio: t.Retention(), URL: board})},
		{Label: r.T("report.fact-coverage"), Value: rate(ui.Rate{Ratio: t.Coverage(), URL: board})},
		{Label: r.T("report.fact-now"), Value: ui.Text(ui.Number(t.Now))},
		{Label: r.T("report.fact-dropouts"), Value: ui.Text(ui.Number(t.Dropouts))},
		{Label: r.T("report.fact-long"), Value: ui.Text(ui.Number(f.Watch.LongAbsent))},
		{Label: r.T("report.fact-identity"), Value: ui.Text(r.T("report.identity", "one", ui.Number(t.Opening), "two", ui.Number(t.Now), "three", ui.Number(t.Dropouts), "four", ui.Number(t.OtherDecrease())))},
	}
	if o.Frozen() {
		facts = append(facts, ui.Fact{Label: r.T("report.fact-frozen"), Value: ui.Text(at.Clock() + " " + at.Day().Vietnamese())})
		if o.AuditHead != "" {
			facts = append(facts, ui.Fact{Label: r.T("report.fact-head"), Value: ui.Text(o.AuditHead[:min(len(o.AuditHead), 16)] + "…")})
		}
	} else {
		facts = append(facts, ui.Fact{Label: r.T("report.fact-gathered"), Value: ui.Text(at.Clock() + " " + at.Day().Vietnamese())})
	}
	var versions []string
	for _, d := range f.Definitions {
		versions = append(versions, r.T("report.definition", "name", r.T("indicator."+d.ID), "version", d.Version))
	}
	return append(facts, ui.Fact{Label: r.T("report.fact-definitions"), Value: ui.Text(strings.Join(versions, ", "))})
}

func changesTable(r *door.Request, changes []report.Change) ui.Table {
	t := ui.Table{Caption: r.T("report.changes"), Quiet: true, Compact: true, Columns: []ui.Column{{Label: r.T("report.unit")}, {Label: r.T("report.what")},
		{Label: r.T("report.in-draft"), Number: true}, {Label: r.T("report.today"), Number: true}}}
	for _, c := range changes {
		name := c.Name
		if name == "" {
			name = r.T("report.whole")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(name), ui.Text(r.T("report.column-" + c.Column)), ui.Count(c.Before, ""), ui.Count(c.After, "")}})
	}
	return t
}

func adjustmentsTable(r *door.Request, all []report.Adjustment) ui.Table {
	t := ui.Table{Caption: r.T("report.adjustments"), Quiet: true, Columns: []ui.Column{{Label: r.T("report.class")}, {Label: r.T("report.why")}, {Label: r.T("report.days")},
		{Label: r.T("report.at-freezing"), Number: true}, {Label: r.T("report.today"), Number: true}}}
	for _, a := range all {
		days := "–"
		if !a.From.IsZero() {
			days = a.From.Vietnamese()
			if a.Last != a.From {
				days += "–" + a.Last.Vietnamese()
			}
		}
		name := a.ClassName
		if name == "" {
			name = r.T("report.whole-school")
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.TextNote(name, a.SchoolName), ui.Text(r.T("report.why-" + a.Why)), ui.Text(days),
			contributed(r, a.Before), contributed(r, a.After)}})
	}
	return t
}

func contributed(r *door.Request, c report.Contributed) templ.Component {
	return ui.TextNote(c.Lot.String(), r.T("report.contributed", "sheets", c.Sheets, "close", c.Close))
}

func event(r *door.Request, e report.Event) ui.Event {
	out := ui.Event{When: e.At.Clock() + ", " + e.At.Day().Vietnamese(), Stamp: e.At.String(), Title: r.T("report.state-" + string(e.State)), Who: e.Name}
	if e.Account == 0 {
		out.Who = r.T("report.system")
	}
	if e.Note != "" {
		out.Body = ui.Text(e.Note)
	}
	switch e.State {
	case report.Returned:
		out.Tone = ui.Red
	case report.Accepted:
		out.Tone = ui.Green
	}
	return out
}

func parts(r *door.Request, o report.Opened) []partView {
	var all []partView
	for _, s := range o.Sections {
		p := partView{Title: r.T("report.section-" + string(s.Name)), Action: address(o.ID) + "/phan/" + string(s.Name)}
		p.Body = ui.Field{Name: "noi_dung-" + string(s.Name), Label: p.Title, Value: s.Body, Rows: strconv.Itoa(min(14, 3+strings.Count(s.Body, "\n")*2)), Optional: true}
		if s.Outdated() && s.Generated != "" {
			p.Generated = strings.Split(s.Generated, "\n")
		}
		all = append(all, p)
	}
	return all
}

func proposalBadge(r *door.Request, s report.ProposalState) ui.Badge {
	b := ui.Badge{Label: r.T("report.proposal-" + string(s)), Tone: ui.Amber, Icon: ui.IconClock}
	switch s {
	case report.Done:
		b.Tone, b.Icon = ui.Green, ui.IconCheck
	case report.Refused:
		b.Tone, b.Icon = ui.Grey, ui.IconCross
	case report.Answered:
		b.Tone, b.Icon = ui.Cham, ui.IconLetter
	}
	return b
}

func asked(r *door.Request, o report.Opened) []proposalView {
	var all []proposalView
	for _, p := range o.Proposals {
		v := proposalView{Title: p.Body, Badge: proposalBadge(r, p.State)}
		if p.Answer != "" {
			v.Text = r.T("report.answered", "answer", p.Answer)
			if p.Due != day.Forever {
				v.Text += " " + r.T("report.until", "day", p.Due.Vietnamese())
			}
		}
		if p.Overdue(r.Today) {
			v.Tone = ui.Red
		}
		if o.Editable() {
			v.Withdraw = "/kien-nghi/" + p.ID.String() + "/rut"
		}
		all = append(all, v)
	}
	return all
}

func levelsTable(r *door.Request, f report.Figures) ui.Table {
	t := ui.Table{Caption: r.T("report.levels"), Quiet: true, Compact: true, Columns: []ui.Column{{Label: r.T("report.level")}, {Label: r.T("report.column-now"), Number: true},
		{Label: r.T("report.fact-retention"), Number: true}, {Label: r.T("report.fact-attendance"), Number: true}}}
	for _, l := range f.Levels {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(r.T("report.level-" + or(l.Level, "none"))), ui.Count(l.Now, ""), ui.Rate{Ratio: l.Retention()}.Cell(), ui.Rate{Ratio: l.Attendance()}.Cell()}})
	}
	return t
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// childLines are the rows of the first appendix, each opening the numbers of its place.
func childLines(r *door.Request, o report.Opened, changed map[string]bool) (lines []childLine, total childLine) {
	cells := func(first, second string, row report.Row) []string {
		percent := func(n string) string {
			if n == "–" {
				return n
			}
			return n + "%"
		}
		return []string{first, second, ui.Number(row.Classes), ui.Number(row.Opening), ui.Number(row.Came), ui.Number(row.Left), ui.Number(row.Dropouts), ui.Number(row.Now),
			percent(row.Retention().Percent(2)), ui.Number(row.Roll), ui.Number(row.Unknown), ui.Number(row.Excused), ui.Number(row.Unexcused),
			percent(row.Attendance().Percent(2)), row.Attendance().PointsFrom(row.Before, 2), percent(row.Coverage().Percent(2))}
	}
	for i, c := range o.Figures.Children {
		name := c.Name
		if c.Provisional() {
			name += " (*)"
		}
		line := childLine{Cells: cells(strconv.Itoa(i+1), name, c.Total), Changed: changed[c.Name]}
		if c.Kind != "" {
			line.URL = boardAddress(c.Kind, c.ID, o.Period)
		} else {
			line.Cells[2], line.Cells[15] = "–", "–"
		}
		if c.Paper != 0 {
			line.URL = address(c.Paper)
		}
		lines = append(lines, line)
	}
	return lines, childLine{Cells: cells("", r.T("report.whole"), o.Figures.Total), Changed: changed[""]}
}

// columnHeads are those of childLine.Cells.
var columnHeads = []string{"tt", "unit", "classes", "opening", "came", "left", "dropouts", "now", "retention", "roll", "unknown", "excused", "unexcused", "attendance", "change", "coverage"}
