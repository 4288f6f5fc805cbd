package calendar

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

func show(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	p, err := placeOf(ctx, tx, r, access.SeeBoard)
	if err != nil {
		return door.Answer{}, err
	}
	at, err := r.Day("ngay", r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	week := r.Value("xem") == "tuan"
	period := day.MonthOf(at)
	label := r.T("schedule.month", "month", int(at.Month()), "year", at.Year())
	previous, next := period.From.AddMonths(-1), period.Until
	if week {
		period = day.Range{From: at.WeekStart(), Until: at.WeekStart() + 7}
		label = r.T("schedule.week_of", "from", period.From.Short(), "to", period.Last().Vietnamese())
		previous, next = period.From-7, period.Until
	}
	address := func(d day.Day, view string) string {
		a := p.address + "?ngay=" + d.String()
		if view != "" {
			a += "&xem=" + view
		}
		return a
	}
	view := r.Value("xem")
	c := frame.Chrome(r, frame.Boards, r.T("schedule.title"))
	c.Place, c.Lead = p.crumbs, p.name
	c.Time = &ui.TimeControl{Label: label, Detail: period.From.Vietnamese() + " – " + period.Last().Vietnamese(), Previous: address(previous, view), Next: address(next, view),
		Choices: []ui.Choice{{Label: r.T("schedule.by_month"), URL: address(at, ""), Current: !week}, {Label: r.T("schedule.by_week"), URL: address(at, "tuan"), Current: week}, {Label: r.T("schedule.today"), URL: address(r.Today, view), Current: at == r.Today}}}
	if err := notices(ctx, tx, r, p, &c); err != nil {
		return door.Answer{}, err
	}
	_, mayErr := access.May(ctx, tx, r.Who, access.ChangeCalendar, p.resource)
	may := mayErr == nil
	if may {
		c.Actions = ui.Buttons(ui.Button{Label: r.T("schedule.close"), URL: p.address + "/khai-bao?kind=closure&from=" + at.String(), Icon: ui.IconCross},
			ui.Button{Label: r.T("schedule.make_up"), URL: p.address + "/khai-bao?kind=make-up&from=" + at.String(), Icon: ui.IconPlus})
	}
	days, err := daysOf(ctx, tx, r, p, gridOf(period))
	if err != nil {
		return door.Answer{}, err
	}
	parts := []templ.Component{}
	if week {
		parts = append(parts, weekTable(r, p, days))
	} else {
		parts = append(parts, monthTable(r, p, days, period, address))
	}
	exceptions, err := exceptionsOf(ctx, tx, r, p, calendar.Bounds(at.SchoolYear()))
	if err != nil {
		return door.Answer{}, err
	}
	parts = append(parts, frame.In(ui.Section("nghi", r.T("schedule.exceptions"), r.T("schedule.year", "year", yearName(at.SchoolYear()))), exceptionTable(r, p, exceptions, may)))
	if p.isSchool {
		strip, err := yearStrip(ctx, tx, r, p, at.SchoolYear())
		if err != nil {
			return door.Answer{}, err
		}
		parts = append(parts, strip)
	}
	terms, err := termPart(ctx, tx, r, p, at.SchoolYear(), may)
	if err != nil {
		return door.Answer{}, err
	}
	parts = append(parts, terms)
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func yearName(year int) string { return strconv.Itoa(year) + "–" + strconv.Itoa(year+1) }

// notices say what was done and whether figures are being worked out again.
func notices(ctx context.Context, tx *store.Tx, r *door.Request, p place, c *ui.Chrome) error {
	if r.Value("xong") != "" {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Green, Text: r.T("schedule.done-" + doneWord(r.Value("xong")))})
	}
	schools, err := p.schools(ctx, tx, r)
	if err != nil {
		return err
	}
	stale, err := calendar.Stale(ctx, tx, r.Who.Realm, schools, calendar.Bounds(r.Today.SchoolYear()))
	if err != nil {
		return err
	}
	if stale > 0 {
		text := r.T("schedule.recounting")
		if !p.isSchool {
			text = r.T("schedule.recounting_schools", "n", stale)
		}
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Amber, Text: text})
	}
	return nil
}

func doneWord(word string) string {
	switch word {
	case "closure", "make-up", "withdrawn", "timetable", "term":
		return word
	}
	return "term"
}

// gridOf stretches a period to whole weeks.
func gridOf(period day.Range) day.Range {
	return day.Range{From: period.From.WeekStart(), Until: period.Last().WeekStart() + 7}
}

// daysOf gives the days of a school with its sessions; of a unit only what is declared and named.
func daysOf(ctx context.Context, tx *store.Tx, r *door.Request, p place, period day.Range) ([]calendar.SchoolDay, error) {
	if p.isSchool {
		return calendar.SchoolCalendar(ctx, tx, r.Who, p.scope.ID, period)
	}
	exceptions, err := calendar.UnitExceptions(ctx, tx, r.Who, p.scope.ID, period)
	if err != nil {
		return nil, err
	}
	var days []calendar.SchoolDay
	for d := period.From; d < period.Until; d++ {
		one := calendar.SchoolDay{Day: d}
		for _, h := range calendar.Holidays(d.Year()) {
			if h.Day == d {
				one.Named = append(one.Named, h)
			}
		}
		for i := range exceptions {
			if exceptions[i].Period.Has(d) {
				one.Reasons = append(one.Reasons, &exceptions[i])
			}
		}
		days = append(days, one)
	}
	return days, nil
}

// reasonsOf says why a day is not as every week.
func reasonsOf(r *door.Request, d calendar.SchoolDay) []string {
	var words []string
	for _, h := range d.Named {
		words = append(words, r.T("calendar.holiday."+h.Code))
	}
	for _, e := range d.Reasons {
		word := r.T("calendar.kind."+string(e.Kind)) + ": " + r.T("calendar.reason."+string(e.Reason))
		if e.Level != "" {
			word += " (" + r.T("pupils.level-"+e.Level) + ")"
		}
		if e.Session != calendar.WholeDay {
			word += " (" + strings.ToLower(r.T("calendar.session."+e.Session.Code())) + ")"
		}
		words = append(words, word)
	}
	return words
}

// heldWords says how many classes hold each session.
func heldWords(r *door.Request, d calendar.SchoolDay) string {
	var words []string
	for i, s := range d.Sessions {
		if s.Held+s.Closed > 0 {
			words = append(words, r.T("schedule.held", "session", r.T("calendar.session."+calendar.Sessions[i].Code()), "held", s.Held, "planned", s.Held+s.Closed))
		}
	}
	return strings.Join(words, " · ")
}

func dayTone(d calendar.SchoolDay) ui.Tone {
	for _, e := range d.Reasons {
		if e.Kind == calendar.MakeUp {
			return ui.Cham
		}
		return ui.Amber
	}
	for _, h := range d.Named {
		if h.Off {
			return ui.Grey
		}
	}
	return ui.Green
}

func monthTable(r *door.Request, p place, days []calendar.SchoolDay, period day.Range, address func(day.Day, string) string) templ.Component {
	t := ui.Table{Caption: r.T("schedule.month_of", "place", p.name), Quiet: true, Wide: true, Even: true, Columns: []ui.Column{{Label: r.T("schedule.week")}}}
	for _, name := range strings.Fields(r.T("schedule.weekdays")) {
		t.Columns = append(t.Columns, ui.Column{Label: name})
	}
	for i := 0; i < len(days); i += 7 {
		number := ui.Nothing()
		if days[i].Week > 0 {
			number = ui.Link(address(days[i].Day, "tuan"), strconv.Itoa(days[i].Week))
		} else {
			number = ui.Link(address(days[i].Day, "tuan"), days[i].Day.Short())
		}
		row := ui.Row{Cells: []templ.Component{number}}
		for _, d := range days[i : i+7] {
			if !period.Has(d.Day) {
				row.Cells = append(row.Cells, ui.Nothing())
				continue
			}
			date := ui.Text(strconv.Itoa(d.Day.DayOfMonth()))
			if d.Day == r.Today {
				date = ui.Badge{Label: strconv.Itoa(d.Day.DayOfMonth()) + " · " + r.T("schedule.today"), Tone: ui.Cham}.Draw()
			}
			parts := []templ.Component{date}
			if held := heldWords(r, d); held != "" {
				parts = append(parts, frame.Wrap("<small>", "</small>", ui.Text(held)))
			}
			for _, why := range reasonsOf(r, d) {
				parts = append(parts, frame.Wrap("<small>", "</small>", ui.Badge{Label: why, Tone: dayTone(d)}.Draw()))
			}
			row.Cells = append(row.Cells, templ.Join(parts...))
		}
		t.Rows = append(t.Rows, row)
	}
	return t.Draw()
}

func weekTable(r *door.Request, p place, days []calendar.SchoolDay) templ.Component {
	t := ui.Table{Caption: r.T("schedule.month_of", "place", p.name), Quiet: true, Columns: []ui.Column{{Label: r.T("schedule.day")}}}
	names := strings.Fields(r.T("schedule.weekdays"))
	if p.isSchool {
		for _, s := range calendar.Sessions {
			t.Columns = append(t.Columns, ui.Column{Label: r.T("calendar.session." + s.Code())})
		}
	}
	t.Columns = append(t.Columns, ui.Column{Label: r.T("schedule.why")})
	for i, d := range days {
		row := ui.Row{Cells: []templ.Component{ui.TextNote(names[i%7]+" "+d.Day.Short(), weekWord(r, d))}}
		if d.Day == r.Today {
			row.Tone = ui.Cham
		}
		if p.isSchool {
			for _, s := range d.Sessions {
				if s.Held+s.Closed == 0 {
					row.Cells = append(row.Cells, ui.Nothing())
				} else {
					row.Cells = append(row.Cells, ui.Text(r.T("schedule.classes", "held", s.Held, "planned", s.Held+s.Closed)))
				}
			}
		}
		var why []templ.Component
		for _, word := range reasonsOf(r, d) {
			why = append(why, frame.Wrap("<div>", "</div>", ui.Badge{Label: word, Tone: dayTone(d)}.Draw()))
		}
		if len(why) == 0 {
			why = append(why, ui.Nothing())
		}
		row.Cells = append(row.Cells, templ.Join(why...))
		t.Rows = append(t.Rows, row)
	}
	return t.Draw()
}

func weekWord(r *door.Request, d calendar.SchoolDay) string {
	if d.Week == 0 {
		return ""
	}
	return r.T("schedule.week_number", "n", d.Week)
}

func exceptionsOf(ctx context.Context, tx *store.Tx, r *door.Request, p place, period day.Range) ([]calendar.Exception, error) {
	if p.isSchool {
		return calendar.Exceptions(ctx, tx, r.Who, p.scope.ID, period)
	}
	return calendar.UnitExceptions(ctx, tx, r.Who, p.scope.ID, period)
}

func exceptionTable(r *door.Request, p place, exceptions []calendar.Exception, may bool) templ.Component {
	t := ui.Table{Caption: r.T("schedule.exceptions"), Quiet: true, Columns: []ui.Column{{Label: r.T("schedule.days")}, {Label: r.T("schedule.kind")}, {Label: r.T("schedule.reason")}, {Label: r.T("schedule.scope")}},
		Empty: ui.Empty{Icon: ui.IconCalendar, Title: r.T("schedule.no_exception"), Text: r.T("schedule.no_exception_text")}.Draw()}
	if may {
		t.Columns = append(t.Columns, ui.Column{Label: r.T("schedule.act")})
	}
	for _, e := range exceptions {
		days := e.Period.From.Vietnamese()
		if e.Period.Days() > 1 {
			days += " – " + e.Period.Last().Vietnamese()
		}
		tone := ui.Amber
		if e.Kind == calendar.MakeUp {
			tone = ui.Cham
		}
		scope := r.T("calendar.scope." + string(e.Scope.Kind))
		if e.Level != "" {
			scope += " · " + r.T("pupils.level-"+e.Level)
		}
		row := ui.Row{Cells: []templ.Component{ui.TextNote(days, r.T("calendar.session."+e.Session.Code())), ui.Badge{Label: r.T("calendar.kind." + string(e.Kind)), Tone: tone}.Draw(),
			ui.TextNote(r.T("calendar.reason."+string(e.Reason)), e.Note), ui.Text(scope)}}
		if may {
			cell := ui.Nothing()
			if e.Scope == p.scope || p.isSchool && (e.Scope.Kind == calendar.ScopeSite || e.Scope.Kind == calendar.ScopeClass) {
				cell = ui.Press(ui.Button{Label: r.T("schedule.withdraw"), URL: p.address + "/thu-hoi?exception=" + e.ID.String(), Small: true, Kind: ui.Quiet, Icon: ui.IconUndo})
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t.Draw()
}

// yearStrip shows how much of every day of the year the school held.
func yearStrip(ctx context.Context, tx *store.Tx, r *door.Request, p place, year int) (templ.Component, error) {
	weeks, err := calendar.SchoolWeeks(ctx, tx, r.Who, p.scope.ID, year)
	if err != nil || len(weeks) == 0 {
		return frame.Quietly(r.T("schedule.no_calendar")), err
	}
	period := day.Range{From: weeks[0].Monday, Until: weeks[len(weeks)-1].Monday + 7}
	days, err := calendar.SchoolCalendar(ctx, tx, r.Who, p.scope.ID, period.Intersect(calendar.Bounds(year)))
	if err != nil {
		return nil, err
	}
	byDay := map[day.Day]calendar.SchoolDay{}
	most := 1
	for _, d := range days {
		byDay[d.Day] = d
		most = max(most, d.Held())
	}
	s := ui.Strip{Title: r.T("schedule.strip", "year", yearName(year)), Note: r.T("schedule.strip_note", "weeks", teaching(weeks)), Rows: strings.Fields(r.T("pupils.weekdays"))}
	for i := range 5 {
		s.Steps = append(s.Steps, r.T("schedule.step", "from", i*most/5+1, "to", (i+1)*most/5))
	}
	month := 0
	for _, w := range weeks {
		week := ui.StripWeek{Label: r.T("pupils.week", "number", w.Number, "from", w.Monday.Short(), "to", w.Monday.Add(5).Short())}
		if m := int(w.Monday.Add(5).Month()); m != month {
			month = m
			week.Month = fmt.Sprint(m)
		}
		for d := w.Monday; d < w.Monday+6; d++ {
			one, held := byDay[d], 0
			held = one.Held()
			why := strings.Join(reasonsOf(r, one), "; ")
			switch {
			case held > 0:
				week.Days = append(week.Days, ui.StripDay{Mark: ui.DayShare, Step: min(4, held*5/(most+1)), Text: d.Short() + ": " + heldWords(r, one)})
			case why != "":
				week.Days = append(week.Days, ui.StripDay{Mark: ui.DayClosed, Text: d.Short() + ": " + why})
			default:
				week.Days = append(week.Days, ui.StripDay{})
			}
		}
		s.Weeks = append(s.Weeks, week)
	}
	return s.Draw(), nil
}

func teaching(weeks []calendar.SchoolWeek) (n int) {
	for _, w := range weeks {
		n = max(n, w.Number)
	}
	return n
}

// termPart lists the terms that reach the place, and its timetables.
func termPart(ctx context.Context, tx *store.Tx, r *door.Request, p place, year int, may bool) (templ.Component, error) {
	_, all, err := calendar.YearOf(ctx, tx, r.Who.Realm, year)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	t := ui.Table{Caption: r.T("schedule.terms"), Quiet: true, Columns: []ui.Column{{Label: r.T("schedule.term")}, {Label: r.T("schedule.days")}, {Label: r.T("schedule.weeks"), Number: true}, {Label: r.T("schedule.scope")}},
		Empty: ui.Empty{Icon: ui.IconCalendar, Title: r.T("schedule.no_term"), Text: r.T("schedule.no_term_text")}.Draw()}
	above, err := chainOf(ctx, tx, r, p)
	if err != nil {
		return nil, err
	}
	for _, term := range all {
		if !above[term.Scope] {
			continue
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(r.T("calendar.term." + strconv.Itoa(term.Number))), ui.Text(term.Period.From.Vietnamese() + " – " + term.Period.Last().Vietnamese()),
			ui.Text(strconv.Itoa(term.Weeks)), ui.Text(r.T("calendar.scope." + string(term.Scope.Kind)))}})
	}
	times, err := timetableTable(ctx, tx, r, p)
	if err != nil {
		return nil, err
	}
	var buttons []ui.Button
	if may {
		buttons = []ui.Button{{Label: r.T("schedule.set_term"), URL: p.address + "/hoc-ky", Icon: ui.IconPencil}, {Label: r.T("schedule.set_timetable"), URL: p.address + "/thoi-khoa-bieu", Icon: ui.IconPencil}}
	}
	return templ.Join(frame.In(ui.Section("hoc-ky", r.T("schedule.terms"), r.T("schedule.year", "year", yearName(year))), t.Draw()),
		frame.In(ui.Section("thoi-khoa-bieu", r.T("schedule.timetables"), ""), times, ui.Actions(buttons...))), nil
}

// chainOf are the scopes whose rules reach the place.
func chainOf(ctx context.Context, tx *store.Tx, r *door.Request, p place) (map[calendar.Scope]bool, error) {
	reach := map[calendar.Scope]bool{{Kind: calendar.ScopeRealm}: true, p.scope: true}
	units := []org.Unit{}
	if p.isSchool {
		s, err := frame.SchoolAsOf(ctx, tx, r.Who, p.scope.ID, r.Today)
		if err != nil {
			return nil, err
		}
		if units, err = org.Path(ctx, tx, s.LocatedIn, r.Today); err != nil {
			return nil, err
		}
	} else {
		var err error
		if units, err = org.Path(ctx, tx, p.scope.ID, r.Today); err != nil {
			return nil, err
		}
	}
	for _, u := range units {
		reach[calendar.Scope{Kind: calendar.ScopeUnit, ID: u.ID}] = true
	}
	return reach, nil
}
