package student

import (
	"context"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// waiting lists the children offered to a school, each with a form to take her in or send
// her back, and those who left it and of whom nobody has said where they are.
func waiting(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return waitingAgain(ctx, tx, r, nil)
}

func waitingAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	offered, left, rule, err := student.WaitingAt(ctx, tx, r.Who, school)
	if err != nil {
		return door.Answer{}, err
	}
	r.Look(access.School(school), rule, "")
	in, out, _, err := student.TransfersAt(ctx, tx, r.Who, school)
	if err != nil {
		return door.Answer{}, err
	}
	owed := map[id.ID]student.Transfer{}
	for _, t := range slices.Concat(in, out) {
		if t.Open() {
			owed[t.Enrolment] = t
		}
	}
	_, place, err := frame.PlaceOfSchool(ctx, tx, r.Who, school, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	classes, err := classOptions(ctx, tx, r, school, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Pupils, r.T("pupils.waiting"))
	c.Place, c.Lead = place, r.T("pupils.waiting_lead")
	if r.Value("xong") != "" {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Green, Text: r.T("pupils.done")})
	}
	parts := []templ.Component{ui.Tabs(r.T("pupils.places"), frame.SchoolTabs(r, school, "tiep-nhan")...)}
	var mistakes []ui.Mistake
	for _, f := range faults {
		mistakes = append(mistakes, ui.Mistake{Text: door.Sentence(r.Lang, f)})
	}
	parts = append(parts, ui.Faults("", mistakes))
	body := []templ.Component{}
	for _, w := range offered {
		body = append(body, offerCard(r, frame.SchoolAddress(school)+"/tiep-nhan", w, owed[w.Spell.Enrolment], classes))
	}
	if len(offered) == 0 {
		body = append(body, ui.Empty{Icon: ui.IconCheck, Title: r.T("pupils.no_offer"), Text: r.T("pupils.no_offer_text")}.Draw())
	}
	parts = append(parts, frame.In(ui.Section("den", r.T("pupils.offered"), ""), frame.Box("stack", body...)))
	t := ui.Table{Caption: r.T("pupils.gone"), Quiet: true, Columns: []ui.Column{{Label: r.T("pupils.name")}, {Label: r.T("pupils.left")}, {Label: r.T("pupils.exit_kind")}, {Label: r.T("pupils.waits")}},
		Empty: ui.Empty{Icon: ui.IconCheck, Title: r.T("pupils.no_gone"), Text: r.T("pupils.no_gone_text")}.Draw()}
	for _, w := range left {
		days := r.Today.Sub(w.Spell.Period.Until)
		tone := ui.Amber
		if days > 30 {
			tone = ui.Red
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.LinkNote(recordAddress(w.Pupil), w.Name, w.ClassName), ui.Text(w.Spell.Period.Until.Vietnamese()),
			ui.TextNote(r.T("pupils.exit-"+w.Spell.Exit), w.To), templ.Join(papersLink(r, owed[w.Spell.Enrolment]), dueBadge(r, owed[w.Spell.Enrolment]), ui.Badge{Label: r.T("pupils.days_waiting", "days", max(0, days)), Tone: tone}.Draw())}})
	}
	parts = append(parts, frame.In(ui.Section("di", r.T("pupils.gone"), r.T("pupils.gone_note")), t.Draw()),
		frame.In(ui.Section("da-tra-loi", r.T("identity.answered"), ""), answeredTable(r, school, in, out)))
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func offerCard(r *door.Request, action string, w student.Waiting, offer student.Transfer, classes []ui.Option) templ.Component {
	n := w.Pupil.String()
	name := func(field string) string { return field + "-" + n }
	from := dateField(r, name("from"), "first_there", max(r.Today, w.Spell.Period.Until))
	head := []templ.Component{}
	if offer.ID != 0 {
		head = append(head, frame.Box("actions", dueBadge(r, offer), ui.Press(ui.Button{Label: r.T("identity.dossier"), URL: action + "/" + offer.ID.String(), Icon: ui.IconEye, Small: true})))
	}
	return frame.In(ui.Card(w.Name), templ.Join(head...), frame.Words(r.T("pupils.offered_from", "school", w.From, "class", w.ClassName, "grade", frame.Grade(r, w.Spell.Grade), "day", w.Spell.Period.Until.Vietnamese())),
		frame.Form(action, false, ui.Hidden(ui.Pair{Name: "pupil", Value: n}, ui.Pair{Name: "version", Value: strconv.Itoa(w.Version)}, ui.Pair{Name: "grade", Value: w.Spell.Grade}),
			frame.Box("fields", ui.Select(ui.Field{Name: name("class"), Label: r.T("pupils.class_head"), Options: classes, Filter: true}), ui.Input(from),
				ui.Input(ui.Field{Name: name("paper"), Label: r.T("pupils.paper"), Optional: true}),
				ui.Input(ui.Field{Name: name("reason"), Label: r.T("identity.refusal_reason"), Optional: true})),
			ui.Actions(ui.Button{Label: r.T("pupils.accept"), Kind: ui.Primary, Name: "act", Value: "accept"}, ui.Button{Label: r.T("pupils.refuse"), Name: "act", Value: "refuse"})))
}

// settle accepts or refuses an offered child.
func settle(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	pupil, err := r.ID("pupil")
	if err != nil {
		return door.Answer{}, err
	}
	// Whether another school offered this child is not for everybody to know.
	offered, _, _, err := student.WaitingAt(ctx, tx, r.Who, school)
	if err != nil {
		return door.Answer{}, err
	}
	known := false
	for _, w := range offered {
		known = known || w.Pupil == pupil
	}
	if !known {
		return door.Answer{}, fault.New(fault.NotFound, "student.no-offer", nil)
	}
	version, err := strconv.Atoi(r.Value("version"))
	if err != nil {
		version = 0
	}
	var done student.Done
	if r.Value("act") == "refuse" {
		done, err = student.Refuse(ctx, tx, r.Who, student.RefuseIn{Pupil: pupil, Version: version, Reason: r.Value("reason-" + pupil.String())})
	} else {
		in := student.AcceptIn{Pupil: pupil, Version: version, Grade: r.Value("grade"), Paper: r.Value("paper-" + pupil.String())}
		if r.Value("class-"+pupil.String()) == "" {
			return door.Answer{}, fault.New(fault.Invalid, "pupils.class_missing", nil)
		}
		if in.Class, err = r.ID("class-" + pupil.String()); err != nil {
			return door.Answer{}, err
		}
		if in.From, err = r.Day("from-"+pupil.String(), r.Today); err != nil {
			return door.Answer{}, err
		}
		done, err = student.Accept(ctx, tx, r.Who, in)
	}
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := rollcall.ApplyEnrolments(ctx, tx, r.Who, done.Changes, "student.tiep-nhan"); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(frame.SchoolAddress(school) + "/tiep-nhan?xong=1"), nil
}
