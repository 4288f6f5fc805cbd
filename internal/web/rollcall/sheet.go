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
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// sheetView is the page of one sheet.
type sheetView struct {
	Frame   ui.LightChrome
	Address string
	Hidden  []ui.Pair // what goes with every submission, except the act
	Act     string
	SecondA string // act of the form "no class"
	Key     string // of the draft in the browser's tab
	Now     string // the product's clock in milliseconds

	Choices   []ui.Choice // sessions of the day, when there are several
	Waiting   []waitingRow
	Overdue   []waitingRow // past the time to say: only a principal opens them
	Pinned    []pupilRow
	Rows      []pupilRow
	Size      int
	Base      int
	Summary   string // "35 em · vắng 3"
	Status    string // "Chưa nộp", "Đã nhận 7:13"
	Received  bool
	Locked    bool
	Correct   bool   // an earlier day's sheet that stands: a reason is asked for
	Reason    string // typed, when the form comes back
	Error     string
	Reasons   []reasonChoice // the five commonest first
	NoClass   string         // reason typed
	NoClassOf []string       // suggestions
	Links     []ui.Choice
	Closed    *ui.Empty // instead of the list
}

type reasonChoice struct{ Code, Label string }

// pupilRow is one pupil of the list.
type pupilRow struct {
	Pupil  string
	Name   string
	Note   string
	Mark   string // "" not called
	Guess  bool
	Reason string
	Text   string
}

// waitingRow is an absence of an earlier day of which nobody has said what it was.
type waitingRow struct {
	Pupil, Name, When, Left string
	Day                     string
	Session                 string
	Act                     string
}

func openSheet(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	class, err := r.ID("class")
	if err != nil {
		return door.Answer{}, err
	}
	on, session, err := at(r)
	if err != nil {
		return door.Answer{}, err
	}
	screen, err := rollcall.Open(ctx, tx, r.Who, class, on, session)
	if err != nil {
		return door.Answer{}, err
	}
	return drawSheet(ctx, tx, r, screen, nil)
}

// drawSheet draws a screen; sent stands in for its marks when a form comes back.
func drawSheet(ctx context.Context, tx *store.Tx, r *door.Request, s rollcall.Screen, sent *sentForm) (door.Answer, error) {
	class, err := org.ClassByID(ctx, tx, r.Who, s.Class)
	if err != nil {
		return door.Answer{}, err
	}
	r.Look(access.Class(s.Class), s.Rule, "")
	v := makeSheet(r, s, class)
	if sent != nil {
		v.giveBack(sent)
	}
	open, err := openDays(ctx, tx, r, s.Class, s.Day, s.Session)
	if err != nil {
		return door.Answer{}, err
	}
	if len(open) > 0 && s.Day == r.Today {
		v.Frame.Notices = append(v.Frame.Notices, ui.Notice{Tone: ui.Amber, Text: r.T("roll.still-open-note", "n", len(open)), Links: openLinks(r, open, 3)})
	}
	return door.Page(sheetPage(v)).With("Cache-Control", "no-store"), nil
}

func makeSheet(r *door.Request, s rollcall.Screen, class org.Class) sheetView {
	v := sheetView{Size: s.Roll.Size, Act: newAct(r.Now), SecondA: newAct(r.Now), Now: strconv.FormatInt(r.Now.Time().UnixMilli(), 10), Locked: s.Locked,
		Address: "/lop/" + s.Class.String() + "/diem-danh", Key: strings.Join([]string{"phieu", r.Account.Account.String(), s.Class.String(), s.Day.String(), s.Session.Code()}, " ")}
	v.Frame = frame.Light(r, r.T("roll.title", "class", class.Name, "size", s.Roll.Size), when(r, s.Day, s.Session))
	v.Frame.Back, v.Frame.Module = back(r, s.School, s.Day), assets.Address("roll.js")
	v.Frame.Imported = assets.Address("marks.js")
	for _, session := range s.Sessions {
		if len(s.Sessions) > 1 {
			v.Choices = append(v.Choices, ui.Choice{Label: sessionName(r, session), URL: sheetAddress(s.Class, s.Day, session), Current: session == s.Session})
		}
	}
	if s.Sheet != nil {
		v.Base, v.Received = s.Sheet.Version, s.Sheet.State == rollcall.Taken
		v.Correct = s.Day < r.Today
	}
	v.Hidden = []ui.Pair{{Name: "ngay", Value: s.Day.String()}, {Name: "buoi", Value: strconv.Itoa(int(s.Session))}, {Name: "ds", Value: strconv.Itoa(s.Roll.Number)},
		{Name: "ban", Value: strconv.Itoa(v.Base)}, {Name: "luc", Value: v.Now}}
	if r.Value("nguon") == "giay" {
		v.Hidden = append(v.Hidden, ui.Pair{Name: "nguon", Value: "giay"})
		v.Frame.Notices = append(v.Frame.Notices, ui.Notice{Text: r.T("roll.paper-mode")})
	}
	for i, code := range s.Reasons {
		v.Reasons = append(v.Reasons, reasonChoice{code, r.T("rollcall.reason-" + s.Reasons[i])})
	}
	for _, n := range []string{"1", "2", "3", "4"} {
		v.NoClassOf = append(v.NoClassOf, r.T("roll.no-class-"+n))
	}
	v.Links = []ui.Choice{{Label: r.T("roll.paper"), URL: classAddress(s.Class, "giay", s.Day, calendar.WholeDay)}, {Label: r.T("roll.history"), URL: classAddress(s.Class, "lich-su", s.Day, s.Session)},
		{Label: r.T("roll.offline"), URL: "/lop/"}}
	v.notices(r, s)
	v.list(r, s)
	v.count(r)
	if s.Locked && s.Sheet == nil { // neither present nor absent, and no longer to be said
		v.Summary, v.Status = r.T("roll.pupils-n", "n", v.Size), r.T("roll.mark-none")
	}
	v.Closed = closed(r, s)
	return v
}

// closed says why there is no list to mark, nil when there is one.
func closed(r *door.Request, s rollcall.Screen) *ui.Empty {
	today := ui.Press(ui.Button{Label: r.T("roll.today-of-class"), URL: sheetAddress(s.Class, r.Today, calendar.WholeDay), Kind: ui.Primary})
	switch {
	case s.Sheet != nil:
		return nil
	case !s.Verdict.Held && s.Verdict.Cause != calendar.ByClosure:
		return &ui.Empty{Icon: ui.IconCalendar, Title: r.T("roll.not-held"), Text: r.T("roll.not-held-text", "cause", cause(r, s.Verdict)) + " " + r.T("roll.not-held-make-up"), Act: whenOther(s.Day != r.Today, today)}
	case !s.Verdict.Held:
		return &ui.Empty{Icon: ui.IconCalendar, Title: r.T("roll.void-title"), Text: r.T("roll.not-held-text", "cause", cause(r, s.Verdict)), Act: whenOther(s.Day != r.Today, today)}
	case s.Day > r.Today:
		return &ui.Empty{Icon: ui.IconClock, Title: r.T("roll.future-title"), Text: r.T("roll.future-text", "day", s.Day.Vietnamese()), Act: today}
	case s.Roll.Size == 0:
		return &ui.Empty{Icon: ui.IconPupils, Title: r.T("roll.empty-class"), Text: r.T("roll.empty-class-text")}
	}
	return nil
}

func (v *sheetView) notices(r *door.Request, s rollcall.Screen) {
	add := func(n ui.Notice) { v.Frame.Notices = append(v.Frame.Notices, n) }
	switch {
	case s.Sheet != nil && s.Sheet.State == rollcall.NoClass:
		add(ui.Notice{Tone: ui.Amber, Text: r.T("roll.no-class-stands", "clock", s.Sheet.ReceivedAt.Clock(), "reason", s.Reason) + ". " + r.T("roll.no-class-change")})
	case s.Sheet != nil && s.Sheet.State == rollcall.Void:
		add(ui.Notice{Tone: ui.Amber, Title: r.T("roll.void-title"), Text: cause(r, s.Verdict) + ". " + r.T("roll.void-text")})
	}
	if s.Sheet != nil && s.Sheet.Conflicts > 0 {
		add(ui.Notice{Tone: ui.Amber, Text: r.T("roll.disputes-of-sheet", "n", s.Sheet.Conflicts), Links: []ui.Choice{{Label: r.T("roll.disputes-open"), URL: classAddress(s.Class, "khac-nhau", s.Day, s.Session)}}})
	}
	switch {
	case s.Locked:
		add(ui.Notice{Tone: ui.Amber, Title: r.T("roll.locked-title"), Text: r.T("roll.locked-text", "day", s.Day.Vietnamese())})
	case s.Sheet == nil && s.Late && s.Verdict.Held:
		add(ui.Notice{Title: r.T("roll.late-label"), Text: r.T("roll.late-text")})
	}
	if n, err := strconv.Atoi(r.Value("roi")); err == nil && n > 0 {
		add(ui.Notice{Tone: ui.Amber, Text: r.T("roll.dropped", "n", n)})
	}
	for _, c := range s.Counted {
		add(ui.Notice{Text: r.T("roll.physical-line", "clock", c.CountedAt.Clock(), "n", c.Counted)})
	}
	if s.Sheet != nil {
		v.Status = receivedWords(r, s.Sheet.ReceivedAt, s.Day, s.Sheet.EnteredLate)
	} else {
		v.Status = r.T("roll.not-sent")
	}
}

// list makes the rows: yesterday's absentees on top, then the others by name.
func (v *sheetView) list(r *door.Request, s rollcall.Screen) {
	marks := map[id.ID]rollcall.Mark{}
	for _, m := range s.Marks {
		marks[m.Pupil] = m
	}
	leaves := map[id.ID]rollcall.Leave{}
	for _, l := range s.Leaves {
		leaves[l.Pupil] = l
	}
	runs := map[id.ID]rollcall.Run{}
	for _, run := range s.Pinned {
		runs[run.Pupil] = run
	}
	byID := names(s.Roll)
	called := s.Sheet != nil && s.Sheet.State != rollcall.NoClass
	row := func(m student.RollMember) pupilRow {
		p := pupilRow{Pupil: m.Pupil.String(), Name: m.Name, Note: bornNote(r, m)}
		mark, marked := marks[m.Pupil]
		switch {
		case marked:
			p.Mark, p.Reason, p.Text = mark.Kind.Code(), mark.Reason, mark.Note
			p.Guess = s.Sheet == nil
		case called:
			p.Mark = "present"
		}
		if run, ok := runs[m.Pupil]; ok {
			p.Note = runNote(r, run) + " · " + p.Note
		}
		if l, ok := leaves[m.Pupil]; ok {
			p.Note = leaveNote(r, l)
		}
		return p
	}
	for _, run := range s.Pinned {
		if m, ok := byID[run.Pupil]; ok {
			v.Pinned = append(v.Pinned, row(m))
		}
	}
	for _, m := range s.Roll.Members {
		if _, pinned := runs[m.Pupil]; !pinned {
			v.Rows = append(v.Rows, row(m))
		}
	}
	for _, w := range s.Waiting {
		row := waitingOf(r, w, byID[w.Pupil].Name)
		if w.Left < 0 {
			v.Overdue = append(v.Overdue, row)
		} else {
			v.Waiting = append(v.Waiting, row)
		}
	}
}

func waitingOf(r *door.Request, w rollcall.Waiting, name string) waitingRow {
	row := waitingRow{Pupil: w.Pupil.String(), Name: name, Day: w.Day.String(), Session: strconv.Itoa(int(w.Session)), Act: newAct(r.Now),
		When: r.T("roll.waiting-day", "session", sessionName(r, w.Session), "weekday", weekday(r, w.Day), "day", w.Day.Short())}
	switch {
	case w.Left < 0:
		row.Left = r.T("roll.waiting-over")
	case w.Left == 0:
		row.Left = r.T("roll.waiting-last")
	default:
		row.Left = r.T("roll.waiting-left", "n", w.Left)
	}
	return row
}

// bornNote tells namesakes apart: year of birth and village.
func bornNote(r *door.Request, m student.RollMember) string {
	switch {
	case m.Village == "" && m.Born.IsZero():
		return ""
	case m.Village == "":
		return strconv.Itoa(m.Born.Year())
	}
	return r.T("roll.note-born", "year", m.Born.Year(), "village", m.Village)
}

func runNote(r *door.Request, run rollcall.Run) string {
	if run.Days == 1 {
		return r.T("roll.note-run-one", "since", run.Since.Short())
	}
	return r.T("roll.note-run", "n", run.Days, "since", run.Since.Short())
}

func leaveNote(r *door.Request, l rollcall.Leave) string {
	if l.Days.Days() == 1 {
		return r.T("roll.note-leave-one")
	}
	return r.T("roll.note-leave", "from", l.Days.From.Short(), "last", l.Days.Last().Short())
}

func (v *sheetView) count(r *door.Request) {
	absent, late := 0, 0
	for _, row := range slices.Concat(v.Pinned, v.Rows) {
		if kind, ok := rollcall.ParseKind(row.Mark); ok && kind.Absent() {
			absent++
		} else if ok {
			late++
		}
	}
	v.Summary = countWords(r, v.Size, absent, late)
}

func countWords(r *door.Request, size, absent, late int) string {
	if late > 0 {
		return r.T("roll.counted-late", "size", size, "absent", absent, "late", late)
	}
	return r.T("roll.counted", "size", size, "absent", absent)
}

// giveBack puts what was sent into the form again, with what was wrong.
func (v *sheetView) giveBack(sent *sentForm) {
	marks := map[string]rollcall.Mark{}
	for _, m := range sent.Submission.Marks {
		marks[m.Pupil.String()] = m
	}
	for _, rows := range [][]pupilRow{v.Pinned, v.Rows} {
		for i := range rows {
			m, marked := marks[rows[i].Pupil]
			rows[i].Mark, rows[i].Reason, rows[i].Text, rows[i].Guess = "", m.Reason, m.Note, false
			if marked {
				rows[i].Mark = m.Kind.Code()
			}
		}
	}
	v.Act, v.Reason, v.Error = sent.Act, sent.Submission.Reason, sent.Error
	if sent.Submission.State == rollcall.NoClass {
		v.NoClass, v.Reason = sent.Submission.Reason, ""
	}
}

// back is where the arrow leads: to the teacher's classes, or to the school's day.
func back(r *door.Request, school id.ID, on day.Day) string {
	if answersForSchool(r, school) {
		return schoolAddress(school, "hom-nay", on)
	}
	return "/diem-danh?chon=1"
}

func answersForSchool(r *door.Request, school id.ID) bool {
	return slices.ContainsFunc(r.Who.Grants, func(g access.Grant) bool {
		return g.ScopeKind == access.SchoolScope && g.Scope == school && g.Period.Has(r.Today)
	})
}

// openSession is a session of an earlier day that nobody called and that is not locked.
type openSession struct {
	Class   id.ID
	Day     day.Day
	Session calendar.Session
}

// openDays lists the sessions due up to the day that still lack a sheet, on the school
// days for which a teacher may still write; the session asked for is left out.
func openDays(ctx context.Context, tx *store.Tx, r *door.Request, class id.ID, on day.Day, but calendar.Session) ([]openSession, error) {
	settings, err := rollcall.ReadSettings(ctx, tx, r.Who.Realm)
	if err != nil {
		return nil, err
	}
	period := day.Range{From: r.Today.Add(-2*settings.LockDays - 7), Until: r.Today + 1}
	days, err := calendar.ClassCalendar(ctx, tx, r.Who, class, period)
	if err != nil {
		return nil, err
	}
	sheets, err := rollcall.SheetsOf(ctx, tx, r.Who.Realm, class, period)
	if err != nil {
		return nil, err
	}
	var open []openSession
	after := 0 // school days after the one looked at
	for i := len(days) - 1; i >= 0 && after <= settings.LockDays; i-- {
		held := false
		for _, v := range days[i] {
			if !v.Held {
				continue
			}
			held = true
			taken := slices.ContainsFunc(sheets, func(s rollcall.Sheet) bool { return s.Day == v.Day && s.Session == v.Session })
			if !taken && v.Day < r.Today && (v.Day != on || v.Session != but) {
				open = append(open, openSession{class, v.Day, v.Session})
			}
		}
		if held {
			after++
		}
	}
	return open, nil
}

func openLinks(r *door.Request, open []openSession, most int) []ui.Choice {
	var links []ui.Choice
	for _, o := range open[:min(most, len(open))] {
		links = append(links, ui.Choice{Label: sessionName(r, o.Session) + " " + o.Day.Short(), URL: sheetAddress(o.Class, o.Day, o.Session)})
	}
	return links
}

// marksInOrder are the marks in the order of the choices; taps go through all but the first.
var marksInOrder = []string{"present", "unknown", "excused", "unexcused", "late"}

func waitingAddress(v sheetView) string {
	return strings.TrimSuffix(v.Address, "diem-danh") + "chua-ro"
}
