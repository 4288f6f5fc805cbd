package student

import (
	"context"

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

// dueBadge says by when an answer is owed, or since when it is late.
func dueBadge(r *door.Request, t student.Transfer) templ.Component {
	switch {
	case t.ID == 0 || t.ToSchool == 0:
		return templ.NopComponent
	case t.Overdue(r.Today):
		return ui.Badge{Label: r.T("identity.overdue", "day", t.Due.Vietnamese()), Tone: ui.Red, Icon: ui.IconClock}.Draw()
	}
	return ui.Badge{Label: r.T("identity.due", "day", t.Due.Vietnamese()), Tone: ui.Amber, Icon: ui.IconClock}.Draw()
}

// answeredTable lists the offers of a school that are over, in and out.
func answeredTable(r *door.Request, school id.ID, in, out []student.Transfer) templ.Component {
	t := ui.Table{Caption: r.T("identity.answered"), Quiet: true, Columns: []ui.Column{{Label: r.T("pupils.name")}, {Label: r.T("identity.between")}, {Label: r.T("identity.outcome")}, {Label: r.T("identity.answered_on")}},
		Empty: ui.Empty{Icon: ui.IconCheck, Title: r.T("identity.none_answered"), Text: r.T("identity.none_answered_text")}.Draw()}
	add := func(offers []student.Transfer, direction string) {
		for _, o := range offers {
			if o.Open() {
				continue
			}
			name, other := ui.TextNote(o.Name, o.ClassName), o.To
			if direction == "in" {
				other = o.From
			}
			if direction == "out" || o.State == student.TransferAccepted {
				name = ui.LinkNote(recordAddress(o.Pupil), o.Name, o.ClassName)
			}
			if direction == "out" && o.State == student.TransferConfirmed {
				name = ui.LinkNote(leavingAddress(school, o.ID), o.Name, o.ClassName)
			}
			if direction == "in" && o.State == student.TransferAccepted {
				name = ui.LinkNote(frame.SchoolAddress(school)+"/tiep-nhan/"+o.ID.String(), o.Name, o.ClassName)
			}
			tone := ui.Plain
			switch o.State {
			case student.TransferAccepted, student.TransferConfirmed:
				tone = ui.Green
			case student.TransferRefused:
				tone = ui.Amber
			}
			t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{name, ui.TextNote(orDash(other), r.T("identity.way-"+direction)),
				templ.Join(ui.Badge{Label: r.T("identity.offer_state-" + o.State), Tone: tone}.Draw(), frame.Quietly(o.Answer)), ui.Text(o.AnsweredAt.Day().Vietnamese())}})
		}
	}
	add(in, "in")
	add(out, "out")
	return t.Draw()
}

func orDash(words string) string {
	if words == "" {
		return "–"
	}
	return words
}

// openOffer shows the dossier of a child offered to the school, or what became of the offer.
// The dossier is written into the audit book, so the page is a write.
func openOffer(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	t, err := offerAt(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	if !t.Open() {
		return answeredOffer(ctx, tx, r, t, nil)
	}
	d, err := student.DossierOf(ctx, tx, r.Who, t.ID)
	if err != nil {
		return door.Answer{}, err
	}
	c, err := offerChrome(ctx, tx, r, t)
	if err != nil {
		return door.Answer{}, err
	}
	c.Lead = r.T("identity.dossier_lead")
	p := d.Person
	fact := func(key, value string) ui.Fact { return ui.Fact{Label: r.T("pupils." + key), Value: orNothing(value)} }
	ethnicity := ""
	if e, ok := student.EthnicityOf(p.Ethnicity); ok {
		ethnicity = e.Name
	}
	person := frame.In(ui.Card(r.T("pupils.person")), ui.Facts(fact("sex", r.T("pupils.sex-"+p.Sex)), fact("born", p.Born.Vietnamese()), fact("birthplace", p.Birthplace), fact("ethnicity", ethnicity),
		fact("village", d.Village), fact("code", p.Code), fact("national_id", p.NationalID)))
	guardians := ui.Table{Caption: r.T("pupils.guardians"), Quiet: true, Columns: []ui.Column{{Label: r.T("pupils.name")}, {Label: r.T("pupils.relation")}},
		Empty: ui.Empty{Icon: ui.IconPerson, Title: r.T("pupils.no_guardian"), Text: r.T("pupils.no_guardian_text")}.Draw()}
	for _, g := range d.Guardians {
		guardians.Rows = append(guardians.Rows, ui.Row{Cells: []templ.Component{ui.Text(g.Name), ui.Text(r.T("pupils.relation-" + g.Relation))}})
	}
	spells, err := plainSpells(ctx, tx, r, d.Spells)
	if err != nil {
		return door.Answer{}, err
	}
	return door.Page(frame.In(ui.Page(c), frame.Box("actions", dueBadge(r, t)), frame.Box("split", person, frame.In(ui.Card(r.T("pupils.guardians")), guardians.Draw())),
		frame.In(ui.Section("qua-trinh", r.T("pupils.spells"), ""), spells))), nil
}

func offerAt(ctx context.Context, tx *store.Tx, r *door.Request) (student.Transfer, error) {
	school, err := r.ID("school")
	if err != nil {
		return student.Transfer{}, err
	}
	offer, err := r.ID("offer")
	if err != nil {
		return student.Transfer{}, err
	}
	t, rule, err := student.TransferAt(ctx, tx, r.Who, school, offer)
	if err == nil {
		r.Look(access.Pupil(t.Pupil), rule, "")
	}
	return t, err
}

func offerChrome(ctx context.Context, tx *store.Tx, r *door.Request, t student.Transfer) (ui.Chrome, error) {
	c := frame.Chrome(r, frame.Pupils, t.Name)
	_, place, err := frame.PlaceOfSchool(ctx, tx, r.Who, t.ToSchool, r.Today)
	c.Place = append(place, ui.Crumb{Label: r.T("pupils.waiting"), URL: frame.SchoolAddress(t.ToSchool) + "/tiep-nhan"})
	return c, err
}

// plainSpells lists spells without links: the other schools are not the reader's.
func plainSpells(ctx context.Context, tx *store.Tx, r *door.Request, spells []student.Spell) (templ.Component, error) {
	t := ui.Table{Caption: r.T("pupils.spells"), Quiet: true, Columns: []ui.Column{{Label: r.T("pupils.year")}, {Label: r.T("pupils.school")}, {Label: r.T("pupils.entered")}, {Label: r.T("pupils.left")}},
		Empty: ui.Empty{Icon: ui.IconSchool, Title: r.T("pupils.no_spell"), Text: r.T("pupils.no_spell_text")}.Draw()}
	for i := len(spells) - 1; i >= 0; i-- {
		s := spells[i]
		school, err := frame.SchoolAsOf(ctx, tx, r.Who, s.School, min(s.Period.From, r.Today))
		if err != nil {
			return nil, err
		}
		left := ui.Nothing()
		if s.Exit != student.ExitNone {
			left = ui.TextNote(s.Period.Until.Vietnamese(), r.T("pupils.exit-"+s.Exit))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(yearName(s.Year)), ui.TextNote(school.Name, frame.Grade(r, s.Grade)), ui.TextNote(s.Period.From.Vietnamese(), r.T("pupils.entry-"+s.Entry)), left}})
	}
	return t.Draw(), nil
}

// answeredOffer says what became of an offer, and lets an acceptance be taken back.
func answeredOffer(ctx context.Context, tx *store.Tx, r *door.Request, t student.Transfer, faults fault.List) (door.Answer, error) {
	c, err := offerChrome(ctx, tx, r, t)
	if err != nil {
		return door.Answer{}, err
	}
	c.Narrow = true
	c.Lead = r.T("identity.offer_state-"+t.State) + " · " + t.AnsweredAt.Day().Vietnamese()
	var parts []templ.Component
	if t.State == student.TransferAccepted {
		why := ui.Field{Name: "why", Label: r.T("identity.undo_why"), Value: r.Value("why"), Help: r.T("identity.undo_accept_text"), Error: door.FieldError(r, faults, "why")}
		parts = append(parts, frame.In(ui.Card(r.T("identity.undo_accept")),
			formOf(r, frame.SchoolAddress(t.ToSchool)+"/tiep-nhan/"+t.ID.String(), faults, []ui.Field{why}, nil,
				ui.Button{Label: r.T("identity.undo_accept"), Kind: ui.Danger, Icon: ui.IconUndo}, ui.Button{Label: r.T("pupils.cancel"), URL: frame.SchoolAddress(t.ToSchool) + "/tiep-nhan", Kind: ui.Quiet})))
	} else {
		parts = append(parts, ui.Empty{Icon: ui.IconCheck, Title: r.T("identity.offer_state-" + t.State), Text: r.T("identity.offer-answered")}.Draw())
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func openOfferAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	t, err := offerAt(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	return answeredOffer(ctx, tx, r, t, faults)
}

func undoAccept(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	t, err := offerAt(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	done, err := student.UndoAccept(ctx, tx, r.Who, student.UndoAcceptIn{Offer: t.ID, Reason: r.Value("why")})
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := rollcall.ApplyEnrolments(ctx, tx, r.Who, done.Changes, "student.accept-undo"); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(frame.SchoolAddress(t.ToSchool) + "/tiep-nhan?xong=1"), nil
}
