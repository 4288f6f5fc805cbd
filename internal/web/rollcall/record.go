package rollcall

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/web/ui"
)

// history shows every version of a sheet, the newest first.
func history(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	class, err := r.ID("class")
	if err != nil {
		return door.Answer{}, err
	}
	on, session, err := at(r)
	if err != nil {
		return door.Answer{}, err
	}
	if session == calendar.WholeDay {
		session = calendar.Morning
	}
	versions, rule, err := rollcall.Versions(ctx, tx, r.Who, class, on, session)
	if err != nil {
		return door.Answer{}, err
	}
	r.Look(access.Class(class), rule, "history")
	_, _, c, err := classFrame(ctx, tx, r, class, on, r.T("roll.history"))
	if err != nil {
		return door.Answer{}, err
	}
	c.Lead = when(r, on, session) + ". " + r.T("roll.history-lead")
	known := newPeople(ctx, tx, r)
	var events []ui.Event
	for _, v := range slices.Backward(versions) {
		e, err := eventOf(ctx, tx, r, known, class, v)
		if err != nil {
			return door.Answer{}, err
		}
		events = append(events, e)
	}
	empty := ui.Empty{Icon: ui.IconClock, Title: r.T("roll.history-none"), Text: r.T("roll.history-none-text"),
		Act: ui.Press(ui.Button{Label: r.T("roll.open-sheet"), URL: sheetAddress(class, on, session), Kind: ui.Primary})}
	if len(versions) > 0 {
		c.Actions = ui.Buttons(ui.Button{Label: r.T("roll.see-sheet"), URL: sheetAddress(class, on, session)})
	}
	return door.Page(historyPage(c, events, empty)), nil
}

func eventOf(ctx context.Context, tx *store.Tx, r *door.Request, known *people, class id.ID, v rollcall.KeptVersion) (ui.Event, error) {
	who, err := known.name(v.Account)
	if err != nil {
		return ui.Event{}, err
	}
	roll := student.Roll{}
	if v.Roll > 0 {
		if roll, err = student.RollByNumber(ctx, tx, r.Who.Realm, class, v.Roll); err != nil {
			return ui.Event{}, err
		}
	}
	byID := names(roll)
	e := ui.Event{When: v.ReceivedAt.Clock() + ", " + v.ReceivedAt.Day().Vietnamese(), Stamp: v.ReceivedAt.String(), Who: who, Tone: ui.Green,
		Title: r.T("roll.history-version", "n", v.Version, "cause", r.T("rollcall.cause-"+first(v.Cause, "submitted")))}
	var facts, lines []string
	if v.State != rollcall.Taken {
		e.Tone = ui.Grey
		facts = append(facts, r.T("rollcall.state-"+v.State.Code()))
	}
	if v.Reason != "" {
		facts = append(facts, v.Reason)
	}
	kinds := map[rollcall.Kind]int{}
	for _, m := range v.Marks {
		kinds[m.Kind]++
		name := byID[m.Pupil].Name
		if name == "" {
			name = r.T("roll.gone")
		}
		lines = append(lines, name+": "+markWords(r, m))
	}
	for range v.Dropped {
		lines = append(lines, r.T("roll.gone"))
	}
	absent := kinds[rollcall.Unknown] + kinds[rollcall.Excused] + kinds[rollcall.Unexcused]
	switch {
	case v.State == rollcall.Taken && absent+kinds[rollcall.Late] == 0:
		facts = append(facts, r.T("roll.history-all"))
	case v.State != rollcall.NoClass:
		facts = append(facts, r.T("roll.history-counts", "absent", absent, "unknown", kinds[rollcall.Unknown], "excused", kinds[rollcall.Excused], "unexcused", kinds[rollcall.Unexcused], "late", kinds[rollcall.Late]))
	}
	if !v.TakenAt.IsZero() && v.TakenAt.Clock() != v.ReceivedAt.Clock() {
		facts = append(facts, r.T("roll.history-taken", "clock", v.TakenAt.Clock(), "day", v.TakenAt.Day().Vietnamese()))
	}
	if wrong := clockWords(r, v.ClockOff); wrong != "" {
		facts = append(facts, wrong)
	}
	if v.Device != "" {
		facts = append(facts, r.T("roll.history-device", "device", deviceWords(v.Device)))
	}
	e.Body = versionBody(strings.Join(facts, " · "), lines)
	return e, nil
}

// paperView is one class on A4, across.
type paperView struct {
	Title, Line, Key string
	Columns          []paperHead
	Rows             []paperLine
	Weekly           bool
}

type paperHead struct{ Weekday, Day, Session string }

type paperLine struct {
	Number                      int
	Name, Born, Village, Absent string
	Cells                       []string
}

// paperSheet is the sheet to print, by week or month, and the way back in.
func paperSheet(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	of, err := r.ID("class")
	if err != nil {
		return door.Answer{}, err
	}
	on, _, err := at(r)
	if err != nil {
		return door.Answer{}, err
	}
	weekly := r.Value("ky") == "tuan"
	period := day.MonthOf(on)
	if weekly {
		period = day.Range{From: on.WeekStart(), Until: on.WeekStart() + 7}
	}
	p, err := rollcall.Paper(ctx, tx, r.Who, of, period)
	if err != nil {
		return door.Answer{}, err
	}
	r.Look(access.Class(of), p.Rule, "paper")
	class, school, c, err := classFrame(ctx, tx, r, of, on, r.T("roll.paper"))
	if err != nil {
		return door.Answer{}, err
	}
	v := paperView{Title: r.T("roll.paper-title", "class", class.Name) + " · " + school.Name, Key: r.T("roll.paper-key"), Weekly: weekly,
		Line: r.T("roll.paper-month", "month", int(on.Month()), "year", on.Year(), "size", p.Roll.Size)}
	if weekly {
		v.Line = r.T("roll.paper-week", "from", period.From.Vietnamese(), "last", period.Last().Vietnamese(), "size", p.Roll.Size)
	}
	several := slices.ContainsFunc(p.Columns, func(x rollcall.PaperColumn) bool { return x.Session != p.Columns[0].Session })
	var enter []ui.Item
	for _, col := range p.Columns {
		head := paperHead{Weekday: shortDay(r, col.Day), Day: strconv.Itoa(col.Day.DayOfMonth())}
		if several {
			head.Session = string([]rune(sessionName(r, col.Session))[:1])
		}
		v.Columns = append(v.Columns, head)
		if col.Sheet == nil && col.Day <= r.Today {
			enter = append(enter, ui.Item{Title: when(r, col.Day, col.Session), Text: r.T("roll.paper-missing"),
				End: ui.Press(ui.Button{Label: r.T("roll.paper-enter"), URL: sheetAddress(of, col.Day, col.Session, "nguon", "giay"), Small: true})})
		}
	}
	v.Rows = paperRows(r, p)
	other := ui.Choice{Label: r.T("roll.paper-monthly"), URL: classAddress(of, "giay", on, calendar.WholeDay), Current: !weekly}
	week := ui.Choice{Label: r.T("roll.paper-weekly"), URL: classAddress(of, "giay", on, calendar.WholeDay, "ky", "tuan"), Current: weekly}
	c.Lead = ""
	c.Actions = ui.Buttons(ui.Button{Label: r.T("roll.paper-print"), Icon: ui.IconPrint, Kind: ui.Primary, Prints: true})
	label := r.T("roll.paper-of-month", "month", int(on.Month()), "year", on.Year())
	if weekly {
		label = period.From.Short() + " – " + period.Last().Vietnamese()
	}
	c.Time = &ui.TimeControl{Label: label, Previous: classAddress(of, "giay", period.From-1, calendar.WholeDay, "ky", r.Value("ky")), Next: classAddress(of, "giay", period.Until, calendar.WholeDay, "ky", r.Value("ky")), Choices: []ui.Choice{week, other}}
	return door.Page(paperPage(c, v, enter)), nil
}

func shortDay(r *door.Request, on day.Day) string {
	words := strings.Fields(weekday(r, on))
	return words[len(words)-1]
}

func paperRows(r *door.Request, p rollcall.PaperSheet) []paperLine {
	byPupil := map[id.ID][]string{}
	absent := map[id.ID]int{}
	for _, m := range p.Roll.Members {
		byPupil[m.Pupil] = make([]string, len(p.Columns))
	}
	for i, col := range p.Columns {
		if col.Sheet == nil {
			continue
		}
		if col.Sheet.State != rollcall.Taken {
			for pupil := range byPupil {
				byPupil[pupil][i] = "–"
			}
			continue
		}
		for _, m := range col.Marks {
			if cells := byPupil[m.Pupil]; cells != nil {
				cells[i] = r.T("roll.sign-" + m.Kind.Code())
				if m.Kind.Absent() {
					absent[m.Pupil]++
				}
			}
		}
	}
	var rows []paperLine
	for i, m := range p.Roll.Members {
		line := paperLine{Number: i + 1, Name: m.Name, Village: m.Village, Cells: byPupil[m.Pupil]}
		if !m.Born.IsZero() {
			line.Born = strconv.Itoa(m.Born.Year())
		}
		if n := absent[m.Pupil]; n > 0 {
			line.Absent = strconv.Itoa(n)
		}
		rows = append(rows, line)
	}
	return rows
}
