package student

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

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

func recordAddress(pupil id.ID) string { return "/hoc-sinh/" + pupil.String() }

func openRecord(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	pupil, err := r.ID("pupil")
	if err != nil {
		return door.Answer{}, err
	}
	if at, err := student.MergedInto(ctx, tx, r.Who.Realm, pupil); err != nil {
		return door.Answer{}, err
	} else if at != pupil { // an old link to a record that became a part of another
		if _, err := access.May(ctx, tx, r.Who, access.SeePupils, access.Pupil(at)); err != nil {
			return door.Answer{}, err
		}
		return door.SeeOther(recordAddress(at)), nil
	}
	rec, err := student.RecordOf(ctx, tx, r.Who, pupil)
	if err != nil {
		return door.Answer{}, err
	}
	return recordPage(ctx, tx, r, rec, true)
}

// openNumbers shows the record once with the numbers of the state and telephones; that it
// was asked is in the audit book.
func openNumbers(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	pupil, err := r.ID("pupil")
	if err != nil {
		return door.Answer{}, err
	}
	rec, err := student.OpenRecord(ctx, tx, r.Who, pupil)
	if err != nil {
		return door.Answer{}, err
	}
	return recordPage(ctx, tx, r, rec, false)
}

func withdrawLeave(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	pupil, err := r.ID("pupil")
	if err != nil {
		return door.Answer{}, err
	}
	notice, err := r.ID("notice")
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(recordAddress(pupil) + "?xong=bo-xin-nghi"), rollcall.WithdrawLeave(ctx, tx, r.Who, notice)
}

func recordPage(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record, masked bool) (door.Answer, error) {
	rule, err := access.May(ctx, tx, r.Who, access.SeePupils, access.Pupil(rec.Pupil))
	if err != nil {
		return door.Answer{}, err
	}
	r.Look(access.Pupil(rec.Pupil), rule, "")
	names, err := namesOf(ctx, tx, r, rec)
	if err != nil {
		return door.Answer{}, err
	}
	may := func(action access.Action) bool {
		_, err := access.May(ctx, tx, r.Who, action, access.Pupil(rec.Pupil))
		return err == nil
	}
	c := frame.Chrome(r, frame.Pupils, rec.Person.Name)
	c.Return = recordAddress(rec.Pupil)
	last, state := standing(rec, r.Today)
	c.Lead = r.T("pupils.state-"+state, "class", names.classNow(rec, r.Today), "school", names.schools[last.School])
	if len(rec.Classes) > 0 {
		if _, c.Place, err = frame.PlaceOfClass(ctx, tx, r.Who, rec.Classes[len(rec.Classes)-1].Class, r.Today); err != nil {
			return door.Answer{}, err
		}
	}
	if done := r.Value("xong"); done != "" {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Green, Text: r.T("pupils.done")})
	}
	if last.ExitState == student.Unconfirmed {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Amber, Title: r.T("pupils.unconfirmed"), Text: r.T("pupils.unconfirmed_text", "day", last.Period.Until.Vietnamese(), "exit", r.T("pupils.exit-"+last.Exit))})
	}
	var buttons []templ.Component
	for _, a := range acts {
		if !a.hidden && a.fits(rec, r.Today) && may(a.action) {
			buttons = append(buttons, ui.Press(ui.Button{Label: r.T("pupils.act-" + a.path), URL: recordAddress(rec.Pupil) + "/" + a.path, Icon: a.icon, Small: true}))
		}
	}
	if last.Exit == student.ExitTransfer && last.ExitState == student.Unconfirmed && may(access.ChangePupils) {
		offer, err := student.OpenTransferOf(ctx, tx, r.Who.Realm, last.Enrolment)
		if err != nil {
			return door.Answer{}, err
		}
		if offer != 0 {
			buttons = append(buttons, ui.Press(ui.Button{Label: r.T("transfer.papers"), URL: leavingAddress(last.School, offer), Icon: ui.IconLetter, Small: true}))
		}
	}
	if may(access.OpenCase) { // leads to the running case when there is one
		buttons = append(buttons, ui.Press(ui.Button{Label: r.T("pupils.case"), URL: recordAddress(rec.Pupil) + "/van-dong", Icon: ui.IconVisit, Small: true}))
	}
	year, limit, err := yearOf(ctx, tx, r, rec)
	if err != nil {
		return door.Answer{}, err
	}
	parts := []templ.Component{}
	if len(buttons) > 0 {
		parts = append(parts, frame.Box("actions", buttons...))
	}
	parts = append(parts, frame.In(ui.Section("nam-hoc", "", ""), year, limit),
		frame.Box("split", personCard(r, rec, masked, may(access.SeeIdentifiers)), guardianCard(r, rec)),
		frame.In(ui.Section("qua-trinh", r.T("pupils.spells"), ""), spellTable(r, rec, names)))
	results, err := learningSection(ctx, tx, r, rec.Pupil)
	if err != nil {
		return door.Answer{}, err
	}
	parts = append(parts, results)
	if may(access.SeeBenefits) {
		benefits, err := benefitSection(ctx, tx, r, rec.Pupil)
		if err != nil {
			return door.Answer{}, err
		}
		parts = append(parts, benefits)
	}
	if may(access.ChangePupils) {
		merged, err := mergedSection(ctx, tx, r, rec.Pupil)
		if err != nil {
			return door.Answer{}, err
		}
		parts = append(parts, merged)
	}
	leaves, err := leaveSection(ctx, tx, r, rec, may(access.RecordLeave))
	if err != nil {
		return door.Answer{}, err
	}
	parts = append(parts, leaves)
	if may(access.AnswerGuardian) {
		requests, err := requestSection(ctx, tx, r, rec)
		if err != nil {
			return door.Answer{}, err
		}
		parts = append(parts, requests)
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

// standing is the last spell and where the child is by it.
func standing(rec student.Record, today day.Day) (last student.Spell, state string) {
	if len(rec.Spells) == 0 {
		return last, "never"
	}
	last = rec.Spells[len(rec.Spells)-1]
	switch {
	case last.Exit == student.ExitNone && last.Period.Has(today):
		return last, "enrolled"
	case last.Period.From > today:
		return last, "soon"
	case last.Exit == student.ExitNone || last.Exit == student.ExitYearEnd:
		return last, "between"
	}
	return last, last.Exit
}

// names of the schools and classes of a record.
type recordNames struct {
	schools map[id.ID]string
	classes map[id.ID]org.Class
}

func namesOf(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) (recordNames, error) {
	n := recordNames{map[id.ID]string{}, map[id.ID]org.Class{}}
	for _, s := range rec.Spells {
		for _, school := range []id.ID{s.School, s.FromSchool, s.ToSchool} {
			if school == 0 || n.schools[school] != "" {
				continue
			}
			found, err := frame.SchoolAsOf(ctx, tx, r.Who, school, min(s.Period.From, r.Today))
			if err != nil {
				return n, err
			}
			n.schools[school] = found.Name
		}
	}
	for _, m := range rec.Classes {
		c, err := org.ClassByID(ctx, tx, r.Who, m.Class)
		if err != nil {
			return n, err
		}
		n.classes[m.Class] = c
	}
	return n, nil
}

func (n recordNames) classNow(rec student.Record, today day.Day) string {
	name := "–"
	for _, m := range rec.Classes {
		if m.Period.From <= today || name == "–" {
			name = n.classes[m.Class].Name
		}
	}
	return name
}

func personCard(r *door.Request, rec student.Record, masked, mayUnmask bool) templ.Component {
	p := rec.Person
	fact := func(key, value string) ui.Fact { return ui.Fact{Label: r.T("pupils." + key), Value: orNothing(value)} }
	word := func(kind, value string) string {
		if value == "" {
			return ""
		}
		return r.T("pupils." + kind + "-" + value)
	}
	ethnicity := ""
	if e, ok := student.EthnicityOf(p.Ethnicity); ok {
		ethnicity = e.Name
	}
	facts := []ui.Fact{fact("sex", word("sex", p.Sex)), fact("born", p.Born.Vietnamese()), fact("birthplace", p.Birthplace), fact("ethnicity", ethnicity),
		fact("village", rec.Village), fact("address", p.Address), fact("boarding", word("boarding", rec.Boarding)), fact("poverty", word("poverty", rec.Poverty)), fact("disability", word("disability", p.Disability)),
		fact("code", p.Code), fact("national_id", p.NationalID), fact("phone", p.Phone)}
	body := []templ.Component{ui.Facts(facts...)}
	if masked && mayUnmask {
		body = append(body, ui.Post(recordAddress(rec.Pupil)+"/so", ui.Button{Label: r.T("pupils.unmask"), Icon: ui.IconEye, Small: true}), frame.Quietly(r.T("pupils.unmask_text")))
	}
	return frame.In(ui.Card(r.T("pupils.person")), frame.Box("stack", body...))
}

func guardianCard(r *door.Request, rec student.Record) templ.Component {
	t := ui.Table{Caption: r.T("pupils.guardians"), Quiet: true, Columns: []ui.Column{{Label: r.T("pupils.name")}, {Label: r.T("pupils.relation")}, {Label: r.T("pupils.phone")}},
		Empty: ui.Empty{Icon: ui.IconPerson, Title: r.T("pupils.no_guardian"), Text: r.T("pupils.no_guardian_text")}.Draw()}
	for _, g := range rec.Guardians {
		born := ""
		if g.BornYear > 0 {
			born = strconv.Itoa(g.BornYear)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.TextNote(g.Name, born), ui.Text(r.T("pupils.relation-" + g.Relation)), orNothing(g.Phone)}})
	}
	return frame.In(ui.Card(r.T("pupils.guardians")), t.Draw())
}

func spellTable(r *door.Request, rec student.Record, names recordNames) templ.Component {
	t := ui.Table{Caption: r.T("pupils.spells"), Quiet: true, Columns: []ui.Column{{Label: r.T("pupils.year")}, {Label: r.T("pupils.school")}, {Label: r.T("pupils.class_head")}, {Label: r.T("pupils.entered")}, {Label: r.T("pupils.left")}},
		Empty: ui.Empty{Icon: ui.IconSchool, Title: r.T("pupils.no_spell"), Text: r.T("pupils.no_spell_text")}.Draw()}
	for i := len(rec.Spells) - 1; i >= 0; i-- {
		s := rec.Spells[i]
		classes := ""
		for _, m := range rec.Classes {
			if m.Enrolment == s.Enrolment {
				if classes != "" {
					classes += " → "
				}
				classes += names.classes[m.Class].Name
			}
		}
		entered := r.T("pupils.entry-" + s.Entry)
		if s.FromSchool != 0 {
			entered += " · " + names.schools[s.FromSchool]
		}
		left := ui.Nothing()
		if s.Exit != student.ExitNone {
			words := r.T("pupils.exit-" + s.Exit)
			for _, more := range []string{names.schools[s.ToSchool], s.Paper} {
				if more != "" {
					words += " · " + more
				}
			}
			if s.ExitReason != "" {
				words += " · " + reasonWords(r, s.ExitReason)
			}
			left = ui.TextNote(s.Period.Until.Vietnamese(), words)
			if s.ExitState == student.Unconfirmed {
				left = templ.Join(left, ui.Badge{Label: r.T("pupils.unconfirmed_short"), Tone: ui.Amber}.Draw())
			}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(yearName(s.Year)), ui.Link(frame.SchoolAddress(s.School), names.schools[s.School]),
			ui.TextNote(classes, frame.Grade(r, s.Grade)), ui.TextNote(s.Period.From.Vietnamese(), entered), left}})
	}
	return t.Draw()
}

// reasonWords are those of a cause code; what is no code is shown as it was written.
func reasonWords(r *door.Request, code string) string {
	for _, reason := range rollcall.Reasons {
		if reason.Code == code {
			return r.T("rollcall.reason-" + rollcall.Spoken(code))
		}
	}
	switch code {
	case "promoted", "retained", "finished":
		return r.T("pupils.yearend-" + code)
	}
	return code
}

func yearName(year int) string { return strconv.Itoa(year) + "–" + strconv.Itoa(year+1) }

func leaveSection(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record, may bool) (templ.Component, error) {
	leaves, err := rollcall.LeavesOf(ctx, tx, r.Who.Realm, rec.Pupil, calendar.Bounds(r.Today.SchoolYear()))
	if err != nil {
		return nil, err
	}
	t := ui.Table{Caption: r.T("pupils.leaves"), Quiet: true, Columns: []ui.Column{{Label: r.T("pupils.days")}, {Label: r.T("pupils.session")}, {Label: r.T("pupils.reason")}, {Label: r.T("pupils.told")}},
		Empty: ui.Empty{Icon: ui.IconLetter, Title: r.T("pupils.no_leave"), Text: r.T("pupils.no_leave_text")}.Draw()}
	if may {
		t.Columns = append(t.Columns, ui.Column{Label: r.T("pupils.act_head")})
	}
	for _, l := range leaves {
		days := l.Days.From.Vietnamese()
		if l.Days.Days() > 1 {
			days += " – " + l.Days.Last().Vietnamese()
		}
		reason := ""
		if l.Reason != "" {
			reason = r.T("rollcall.reason-" + rollcall.Spoken(l.Reason))
		}
		row := ui.Row{Cells: []templ.Component{ui.Text(days), ui.Text(r.T("calendar.session." + l.Session.Code())), ui.TextNote(reason, l.Note), ui.Text(l.MadeAt.Day().Vietnamese())}}
		if may {
			row.Cells = append(row.Cells, ui.Post(recordAddress(rec.Pupil)+"/bo-xin-nghi", ui.Button{Label: r.T("pupils.withdraw"), Kind: ui.Quiet, Small: true}, ui.Pair{Name: "notice", Value: l.ID.String()}))
		}
		t.Rows = append(t.Rows, row)
	}
	return frame.In(ui.Section("xin-nghi", r.T("pupils.leaves"), ""), t.Draw()), nil
}

func requestSection(ctx context.Context, tx *store.Tx, r *door.Request, rec student.Record) (templ.Component, error) {
	requests, err := student.RequestsOf(ctx, tx, r.Who.Realm, rec.Pupil)
	if err != nil {
		return nil, err
	}
	if len(requests) == 0 {
		return frame.In(ui.Section("yeu-cau", r.T("pupils.requests"), ""), frame.Quietly(r.T("pupils.no_request"))), nil
	}
	var events []ui.Event
	for _, q := range requests {
		e := ui.Event{When: q.ReceivedAt.Day().Vietnamese(), Stamp: q.ReceivedAt.String(), Title: r.T("pupils.request-"+q.Kind) + " – " + r.T("pupils.request_state-"+q.State), Tone: ui.Amber}
		body := []templ.Component{frame.Words(q.Body)}
		if q.State == student.RequestOpen {
			body = append(body, ui.Press(ui.Button{Label: r.T("pupils.act-tra-loi"), URL: recordAddress(rec.Pupil) + "/tra-loi?request=" + q.ID.String(), Small: true}))
		} else {
			e.Tone = ui.Green
			body = append(body, frame.Words(q.AnsweredAt.Day().Vietnamese()+": "+q.Answer))
		}
		e.Body = templ.Join(body...)
		events = append(events, e)
	}
	return frame.In(ui.Section("yeu-cau", r.T("pupils.requests"), ""), ui.Timeline(events...)), nil
}
