package rollcall

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// todayView is a school's day.
type todayView struct {
	School  id.ID
	Day     day.Day
	Grid    ui.Table
	Missing []ui.Item
	Absent  ui.Table
	Names   bool // the caller may see pupils
	Quiet   bool // no session, and nobody absent: nothing to list
	Forms   []ui.Button
	Remind  string // address that reminds the teachers of missing classes; "" without the right
}

// absentRow is a pupil absent in some session of the day.
type absentRow struct {
	Pupil, Name, Note, Class, Sheet string
	Run                             string
	Tone                            ui.Tone
	What                            string
	Resolve                         []resolveForm
	Contacts                        []contact // nil: masked
	Phone                           string    // address that shows the telephone; "" without the right
	Day                             string
}

type resolveForm struct {
	Address, Day, Session, Act, Return, When string
}

type contact struct{ Who, Phone string }

// daily is what a school's day is made of, with names.
type daily struct {
	page    rollcall.SchoolToday
	school  org.School
	classes map[id.ID]org.Class
	day     calendar.SchoolDay
	said    string // what was just done
}

func readDay(ctx context.Context, tx *store.Tx, r *door.Request) (d daily, err error) {
	school, err := r.ID("school")
	if err != nil {
		return d, err
	}
	on, err := r.Day("ngay", r.Today)
	if err != nil {
		return d, err
	}
	if d.page, err = rollcall.Today(ctx, tx, r.Who, school, on); err != nil {
		return d, err
	}
	if d.school, err = org.SchoolOn(ctx, tx, r.Who, school, on); err != nil {
		return d, err
	}
	classes, err := org.Classes(ctx, tx, r.Who, school, on.SchoolYear())
	if err != nil {
		return d, err
	}
	d.classes = map[id.ID]org.Class{}
	order := map[id.ID]int{}
	for i, c := range classes {
		d.classes[c.ID], order[c.ID] = c, i
	}
	slices.SortStableFunc(d.page.Classes, func(a, b rollcall.ClassToday) int { return cmp.Compare(order[a.Class], order[b.Class]) })
	slices.SortStableFunc(d.page.Missing, func(a, b rollcall.ClassSession) int {
		return cmp.Or(cmp.Compare(a.Session, b.Session), cmp.Compare(order[a.Class], order[b.Class]))
	})
	days, err := calendar.SchoolCalendar(ctx, tx, r.Who, school, day.Through(on, on))
	if err == nil && len(days) > 0 {
		d.day = days[0]
	}
	return d, err
}

func schoolToday(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	d, err := readDay(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	return drawDay(ctx, tx, r, d, 0, nil)
}

// drawDay draws the page; shown is the pupil whose contacts the caller asked to see.
func drawDay(ctx context.Context, tx *store.Tx, r *door.Request, d daily, shown id.ID, contacts []contact) (door.Answer, error) {
	if d.page.Rule != "" && len(d.page.Absent) > 0 {
		r.Look(access.School(d.school.ID), d.page.Rule, "today")
	}
	v := todayView{School: d.school.ID, Day: d.page.Day, Names: d.page.Rule != ""}
	v.Grid = gridOf(r, d)
	var err error
	if v.Missing, err = missingOf(ctx, tx, r, d); err != nil {
		return door.Answer{}, err
	}
	if ok, err := may(ctx, tx, r, access.TakeRoll, access.School(d.school.ID)); err != nil {
		return door.Answer{}, err
	} else if ok && len(v.Missing) > 0 {
		v.Remind = "/truong/" + d.school.ID.String() + "/nhac-giao-vien"
	}
	absentees, err := absentOf(ctx, tx, r, d, shown, contacts)
	if err != nil {
		return door.Answer{}, err
	}
	v.Absent = absentTable(r, absentees)
	due, taken, absent := totals(d)
	v.Quiet = due == 0 && len(absentees) == 0
	c := frame.Chrome(r, frame.Today, d.school.Name)
	c.Lead = leadOf(r, d, due, taken, absent)
	if c.Place, err = placeOf(ctx, tx, r, d.school); err != nil {
		return door.Answer{}, err
	}
	c.Time = timeOf(r, d)
	c.Notices = reasonsOf(r, d.day)
	if d.said != "" {
		c.Notices = append([]ui.Notice{{Tone: ui.Green, Text: d.said}}, c.Notices...)
	}
	if v.Names {
		waits, err := undecided(ctx, tx, r, d.school.ID)
		if err != nil {
			return door.Answer{}, err
		}
		c.Notices = append(c.Notices, waits...)
	}
	if v.Names {
		v.Forms = append(v.Forms, ui.Button{Label: r.T("roll.comeback"), URL: "/truong/" + d.school.ID.String() + "/sau-nghi", Icon: ui.IconUndo})
	}
	c.Actions = ui.Buttons(ui.Button{Label: r.T("roll.export-csv"), URL: schoolAddress(d.school.ID, "hom-nay/tep", d.page.Day) + "&dang=csv", Icon: ui.IconDownload, Small: true, Download: true},
		ui.Button{Label: r.T("roll.export-xlsx"), URL: schoolAddress(d.school.ID, "hom-nay/tep", d.page.Day) + "&dang=xlsx", Icon: ui.IconDownload, Small: true, Download: true})
	if ok, err := may(ctx, tx, r, access.SubmitHeadcount, access.School(d.school.ID)); err != nil {
		return door.Answer{}, err
	} else if ok {
		v.Forms = append(v.Forms, ui.Button{Label: r.T("roll.headcount-open"), URL: schoolAddress(d.school.ID, "so-dem", d.page.Day), Icon: ui.IconTable})
	}
	if len(d.page.Classes) > 0 {
		first := d.page.Classes[0].Class
		if ok, err := may(ctx, tx, r, access.CountPhysically, access.Class(first)); err != nil {
			return door.Answer{}, err
		} else if ok {
			v.Forms = append(v.Forms, ui.Button{Label: r.T("roll.physical"), URL: classAddress(first, "si-so", d.page.Day, calendar.WholeDay), Icon: ui.IconPupils})
		}
		if ok, err := may(ctx, tx, r, access.UnlockRoll, access.Class(first)); err != nil {
			return door.Answer{}, err
		} else if ok {
			v.Forms = append(v.Forms, ui.Button{Label: r.T("roll.unlock"), URL: classAddress(first, "mo-khoa", d.page.Day, calendar.WholeDay), Icon: ui.IconUnlock})
		}
	}
	return door.Page(todayPage(c, v)), nil
}

// may is access.May for showing a button.
func may(ctx context.Context, tx *store.Tx, r *door.Request, action access.Action, what access.Resource) (bool, error) {
	_, err := access.May(ctx, tx, r.Who, action, what)
	if fault.Is(err, fault.Forbidden) {
		return false, nil
	}
	return err == nil, err
}

func totals(d daily) (due, taken, absent int) {
	for _, class := range d.page.Classes {
		for _, cell := range class.Sessions {
			if !cell.Verdict.Held {
				continue
			}
			due++
			if cell.Sheet != nil {
				taken++
				absent += cell.Sheet.Absent()
			}
		}
	}
	return due, taken, absent
}

func leadOf(r *door.Request, d daily, due, taken, absent int) string {
	if due == 0 {
		return r.T("roll.today-lead-none")
	}
	lead := r.T("roll.today-lead-done", "taken", taken, "due", due, "absent", absent)
	if n := len(d.page.Missing); n > 0 {
		lead += " " + r.T("roll.today-lead-waiting", "n", n)
	}
	return lead
}

// placeOf is the chain of places down to the school, as they are today.
func placeOf(ctx context.Context, tx *store.Tx, r *door.Request, school org.School) ([]ui.Crumb, error) {
	path, err := org.Path(ctx, tx, school.LocatedIn, r.Today)
	if err != nil {
		return nil, err
	}
	var crumbs []ui.Crumb
	for _, unit := range path {
		crumb := ui.Crumb{Label: unit.FullName}
		if ok, err := may(ctx, tx, r, access.SeeBoard, access.Unit(unit.ID)); err != nil {
			return nil, err
		} else if ok {
			crumb.URL = frame.UnitAddress(unit.ID)
		}
		crumbs = append(crumbs, crumb)
	}
	return append(crumbs, ui.Crumb{Label: school.Name, URL: frame.SchoolAddress(school.ID)}), nil
}

func timeOf(r *door.Request, d daily) *ui.TimeControl {
	on := d.page.Day
	address := func(d2 day.Day) string { return schoolAddress(d.school.ID, "hom-nay", d2) }
	t := &ui.TimeControl{Label: weekday(r, on), Detail: on.Vietnamese(), Previous: address(on - 1), Choices: []ui.Choice{{Label: r.T("roll.go-today"), URL: address(r.Today), Current: on == r.Today}}}
	if on < r.Today {
		t.Next = address(on + 1)
	}
	return t
}

// reasonsOf says why sessions are not held, or held though the timetable has none.
func reasonsOf(r *door.Request, d calendar.SchoolDay) (notices []ui.Notice) {
	for _, h := range d.Named {
		if h.Off {
			notices = append(notices, ui.Notice{Tone: ui.Amber, Title: r.T("roll.calendar-reason"), Text: r.T("calendar.holiday."+h.Code) + "."})
		}
	}
	for _, e := range d.Reasons {
		words := r.T("calendar.kind."+string(e.Kind)) + ": " + r.T("calendar.reason."+string(e.Reason))
		if e.Note != "" {
			words += " – " + e.Note
		}
		notices = append(notices, ui.Notice{Tone: ui.Amber, Title: r.T("roll.calendar-reason"), Text: words + "."})
	}
	return notices
}

// gridOf is classes × sessions.
func gridOf(r *door.Request, d daily) ui.Table {
	t := ui.Table{Caption: r.T("roll.grid-caption", "day", d.page.Day.Vietnamese()), Quiet: true, Wide: true, Compact: true, Columns: []ui.Column{{Label: r.T("roll.class")}},
		Empty: ui.Empty{Icon: ui.IconCalendar, Title: r.T("roll.today-lead-none"), Text: r.T("roll.grid-none-text")}.Draw()}
	var sessions []calendar.Session
	counted := false
	for _, session := range calendar.Sessions {
		if slices.ContainsFunc(d.page.Classes, func(c rollcall.ClassToday) bool {
			return slices.ContainsFunc(c.Sessions, func(cell rollcall.Cell) bool { return cell.Verdict.Session == session })
		}) {
			sessions = append(sessions, session)
			t.Columns = append(t.Columns, ui.Column{Label: sessionName(r, session)})
		}
	}
	for _, c := range d.page.Classes {
		counted = counted || slices.ContainsFunc(c.Sessions, func(cell rollcall.Cell) bool { return cell.Counted != nil })
	}
	if counted {
		t.Columns = append(t.Columns, ui.Column{Label: r.T("roll.counted-column")})
	}
	if len(sessions) == 0 {
		return t
	}
	t.Foot = ui.Text(r.T("roll.grid-key"))
	for _, c := range d.page.Classes {
		class := d.classes[c.Class]
		name := ui.Text(class.Name)
		if d.page.Rule != "" {
			name = ui.Link(frame.ClassAddress(c.Class), class.Name)
		}
		row := ui.Row{Cells: []templ.Component{name}}
		count := ""
		for _, session := range sessions {
			i := slices.IndexFunc(c.Sessions, func(cell rollcall.Cell) bool { return cell.Verdict.Session == session })
			if i < 0 {
				row.Cells = append(row.Cells, ui.Text(""))
				continue
			}
			row.Cells = append(row.Cells, signOf(r, class, c.Sessions[i]).Draw())
			if counted := c.Sessions[i].Counted; counted != nil {
				count = differenceWords(r, *counted, c.Sessions[i].Sheet)
			}
		}
		if counted {
			row.Cells = append(row.Cells, ui.Text(count))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func signOf(r *door.Request, class org.Class, cell rollcall.Cell) ui.Sign {
	v, session := cell.Verdict, sessionName(r, cell.Verdict.Session)
	sign := ui.Sign{URL: sheetAddress(class.ID, v.Day, v.Session)}
	if !access.MaySomewhere(r.Who, access.TakeRoll) {
		sign.URL = ""
	}
	switch {
	case cell.Sheet == nil && !v.Held:
		sign.State, sign.URL = ui.SignClosed, ""
		sign.Words = r.T("roll.sign-closed", "class", class.Name, "session", session, "cause", cause(r, v))
	case cell.Sheet == nil:
		sign.State = ui.SignMissing
		sign.Words = r.T("roll.sign-missing", "class", class.Name, "session", session)
	case cell.Sheet.State == rollcall.NoClass:
		sign.State = ui.SignClosed
		sign.Words = r.T("roll.sign-no-class", "class", class.Name, "session", session)
	case cell.Sheet.State == rollcall.Void:
		sign.State = ui.SignClosed
		sign.Words = r.T("roll.sign-void", "class", class.Name, "session", session)
	default:
		sign.State, sign.Absent = ui.SignReceived, cell.Sheet.Absent()
		key := "roll.sign-received"
		if cell.Sheet.EnteredLate {
			sign.State, key = ui.SignLate, "roll.sign-late-received"
		}
		sign.Words = r.T(key, "class", class.Name, "session", session, "clock", cell.Sheet.ReceivedAt.Clock(), "absent", cell.Sheet.Absent())
	}
	return sign
}

// missingOf lists the roll calls that have not come, with who teaches the class.
func missingOf(ctx context.Context, tx *store.Tx, r *door.Request, d daily) (items []ui.Item, err error) {
	if len(d.page.Missing) == 0 || d.page.Day > r.Today {
		return nil, nil
	}
	teachers, err := teachersOf(ctx, tx, r, d.school.ID)
	if err != nil {
		return nil, err
	}
	takes := access.MaySomewhere(r.Who, access.TakeRoll)
	for _, m := range d.page.Missing {
		who := strings.Join(teachers[m.Class], ", ")
		if who == "" && teachers != nil {
			who = r.T("roll.teacher-none")
		}
		item := ui.Item{Title: d.classes[m.Class].Name, Text: sessionName(r, m.Session), Tone: ui.Amber}
		if who != "" {
			item.Text = r.T("roll.missing-by", "session", sessionName(r, m.Session), "teacher", who)
		}
		if takes {
			item.End = ui.Press(ui.Button{Label: r.T("roll.call-roll"), URL: sheetAddress(m.Class, d.page.Day, m.Session), Small: true})
		}
		items = append(items, item)
	}
	return items, nil
}

// teachersOf names the homeroom and substitute teachers of a school's classes; nil
// without the right to see who holds which grant.
func teachersOf(ctx context.Context, tx *store.Tx, r *door.Request, school id.ID) (map[id.ID][]string, error) {
	grants, err := access.GrantsIn(ctx, tx, r.Who, school)
	if fault.Is(err, fault.Forbidden) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	by := map[id.ID][]string{}
	known := newPeople(ctx, tx, r)
	for _, g := range grants {
		if g.ScopeKind != access.ClassScope || !g.InForce(r.Today) {
			continue
		}
		name, err := known.name(g.Account)
		if err != nil {
			return nil, err
		}
		if g.Role == access.SubstituteTeacher {
			name += " (" + r.T("roll.substitute") + ")"
		}
		by[g.Scope] = append(by[g.Scope], name)
	}
	return by, nil
}

func absentOf(ctx context.Context, tx *store.Tx, r *door.Request, d daily, shown id.ID, contacts []contact) (rows []absentRow, err error) {
	if len(d.page.Absent) == 0 {
		return nil, nil
	}
	pupils, _, err := student.List(ctx, tx, r.Who, student.ListIn{School: d.school.ID, On: d.page.Day, Limit: 20000})
	if err != nil {
		return nil, err
	}
	byID := make(map[id.ID]student.ListedPupil, len(pupils))
	for _, p := range pupils {
		byID[p.Pupil] = p
	}
	phones, err := may(ctx, tx, r, access.SeeIdentifiers, access.School(d.school.ID))
	if err != nil {
		return nil, err
	}
	resolves, err := may(ctx, tx, r, access.TakeRoll, access.School(d.school.ID))
	if err != nil {
		return nil, err
	}
	here := schoolAddress(d.school.ID, "hom-nay", d.page.Day)
	for _, a := range d.page.Absent {
		p := byID[a.Pupil]
		row := absentRow{Pupil: a.Pupil.String(), Name: p.Name, Note: p.Village, Class: d.classes[a.Class].Name, Run: r.T("roll.days-today"), Day: d.page.Day.String()}
		if row.Name == "" {
			row.Name = r.T("roll.gone")
		}
		if !p.Born.IsZero() {
			row.Note = bornNote(r, student.RollMember{Born: p.Born, Village: p.Village})
		}
		if a.Run > 1 {
			row.Run = r.T("roll.days-n", "n", a.Run, "since", a.Since.Short())
		}
		if a.Run >= 3 {
			row.Tone = ui.Red
		}
		var words []string
		for _, m := range a.Marks {
			words = append(words, sessionName(r, m.Session)+": "+markWords(r, m.Mark))
			if m.Kind == rollcall.Unknown && resolves {
				row.Resolve = append(row.Resolve, resolveForm{Address: "/lop/" + a.Class.String() + "/chua-ro", Day: row.Day, Session: m.Session.Code(), Act: newAct(r.Now), Return: here, When: sessionName(r, m.Session)})
			}
		}
		row.What = strings.Join(words, "; ")
		row.Sheet = sheetAddress(a.Class, d.page.Day, a.Marks[0].Session)
		if phones {
			row.Phone = "/truong/" + d.school.ID.String() + "/so-dien-thoai"
		}
		if a.Pupil == shown {
			row.Contacts = contacts
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func absentTable(r *door.Request, rows []absentRow) ui.Table {
	t := ui.Table{Caption: r.T("roll.absent-today"), Quiet: true, Empty: ui.Empty{Icon: ui.IconCheck, Title: r.T("roll.absent-none"), Text: r.T("roll.absent-none-text")}.Draw(),
		Columns: []ui.Column{{Label: r.T("roll.pupil")}, {Label: r.T("roll.class")}, {Label: r.T("roll.days-in-row")}, {Label: r.T("roll.what"), Broad: true}, {Label: r.T("roll.contact"), Broad: true}}}
	for _, a := range rows {
		t.Rows = append(t.Rows, ui.Row{Tone: a.Tone, Cells: []templ.Component{ui.TextNote(a.Name, a.Note), ui.Link(a.Sheet, a.Class), ui.Text(a.Run), whatCell(a), phoneCell(a)}})
	}
	return t
}

// showPhone opens the telephone numbers of one absent pupil's family; the asking is in
// the audit book. The pupil stands in the form, never in the address.
func showPhone(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	pupil, err := r.ID("em")
	if err != nil {
		return door.Answer{}, err
	}
	record, err := student.OpenRecord(ctx, tx, r.Who, pupil)
	if err != nil {
		return door.Answer{}, err
	}
	contacts := []contact{}
	for _, g := range record.Guardians {
		if g.Phone != "" {
			contacts = append(contacts, contact{r.T("roll.relation-"+g.Relation) + " " + g.Name, g.Phone})
		}
	}
	if record.Person.Phone != "" {
		contacts = append(contacts, contact{record.Person.Name, record.Person.Phone})
	}
	if r.Partial() {
		return door.Page(ui.In(r.Lang, contactList(contacts))), nil
	}
	d, err := readDay(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	return drawDay(ctx, tx, r, d, pupil, contacts)
}

// remindTeachers tells the teachers of the classes that have not called the roll, and says whom it told.
func remindTeachers(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	on, err := r.Day("ngay", r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	done, err := rollcall.RemindTeachers(ctx, tx, r.Who, school, on)
	if err != nil {
		return door.Answer{}, err
	}
	d, err := readDay(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	d.said = r.T("roll.reminded", "people", done.People, "classes", done.Classes)
	if done.Nobody > 0 {
		d.said += " " + r.T("roll.reminded-nobody", "classes", done.Nobody)
	}
	return drawDay(ctx, tx, r, d, 0, nil)
}
