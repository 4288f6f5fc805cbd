package committee

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/committee"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// asInvalid makes of something that does not exist a mistake of the form's question.
func asInvalid(err error, code, field string) error {
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.Invalid, code, nil).On(field)
	}
	return err
}

// assignForm puts a member or a branch in charge of places.
func assignForm(ctx context.Context, tx *store.Tx, r *door.Request, f *form) (door.Answer, error) {
	d, err := changeable(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	m, _, err := committee.Assignments(ctx, tx, r.Who, d.ID, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	c, err := chrome(ctx, tx, r, d.Unit, r.T("committee.assign"))
	if err != nil {
		return door.Answer{}, err
	}
	c.Lead = r.T("committee.assign_lead")
	names := map[id.ID]string{}
	holder := ui.Field{Name: "member", Label: r.T("committee.holder"), Help: r.T("committee.holder_help"), Options: []ui.Option{{Value: "", Label: r.T("committee.choose")}}}
	for _, one := range d.Now {
		names[one.ID] = one.Name
		holder.Options = append(holder.Options, ui.Option{Value: one.ID.String(), Label: one.Name + " – " + r.T("committee.body-"+string(one.Body)) + " (" + loadWords(r, one.Load) + ")", Group: r.T("committee.members")})
	}
	for _, body := range committee.BodiesOn(r.Today) {
		holder.Options = append(holder.Options, ui.Option{Value: string(body), Label: r.T("committee.body-" + string(body)), Group: r.T("committee.branch")})
	}
	places := ui.Field{Name: "places", Label: r.T("committee.places"), Help: r.T("committee.places_help"), Optional: true}
	for _, p := range m.Places {
		o := ui.Option{Value: placeValue(p.Place), Label: p.Name, Help: r.T("committee.nobody")}
		var held []string
		for h := range m.Cells[p.Place] {
			if h.Branch != "" {
				held = append(held, r.T("committee.body-"+string(h.Branch)))
			} else {
				held = append(held, names[h.Member])
			}
		}
		if len(held) > 0 {
			o.Help = strings.Join(held, ", ")
		}
		places.Options = append(places.Options, o)
	}
	levels := ui.Field{Name: "levels", Label: r.T("committee.levels"), Help: r.T("committee.levels_help"), Class: "options-row", Optional: true}
	for _, level := range org.Levels {
		levels.Options = append(levels.Options, ui.Option{Value: level, Label: r.T("committee.level-" + level)})
	}
	tasks := ui.Field{Name: "tasks", Label: r.T("committee.tasks"), Help: r.T("committee.tasks_help"), Class: "options-row", Optional: true, Options: options(r, "committee.task-", committee.Tasks, "")}
	address := committeeAddress(d.ID)
	return f.page(c, address+"/giao-viec", r.T("committee.assign_do"), address+"/phan-cong", ui.Hidden(ui.Pair{Name: "continues", Value: r.Value("continues")}),
		ui.Select(f.field(holder)), ui.Checks(f.field(places)), ui.Checks(f.field(levels)), ui.Checks(f.field(tasks)), f.time(d.Term.From)), nil
}

func assign(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	d, err := changeable(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	in := committee.DutyInput{Committee: d.ID, Levels: r.Values("levels")}
	holder := r.Value("member")
	if member, err := id.Parse(holder); err == nil {
		in.Member = member
	} else {
		in.Branch = committee.Body(holder)
	}
	for _, value := range r.Values("places") {
		kind, number, _ := strings.Cut(value, "-")
		place, err := id.Parse(number)
		if err != nil {
			return door.Answer{}, fault.New(fault.Invalid, "committee.no-place", nil).On("places")
		}
		in.Places = append(in.Places, committee.Place{Kind: committee.PlaceKind(kind), ID: place})
	}
	for _, task := range r.Values("tasks") {
		in.Tasks = append(in.Tasks, committee.Task(task))
	}
	if in.Period, err = typedTime(r); err != nil {
		return door.Answer{}, err
	}
	if in.Continues, err = idOf(r, "continues"); err != nil {
		return door.Answer{}, err
	}
	done, err := committee.Assign(ctx, tx, r.Who, in)
	if err != nil {
		return door.Answer{}, err
	}
	if done.Unlent != nil { // the member's page says that a right is missing, and who can give it
		return door.SeeOther(memberAddress(in.Member) + "#nhiem-vu"), nil
	}
	return door.SeeOther(committeeAddress(d.ID) + "/phan-cong"), nil
}

// handOverForm gives duties to somebody who is in the committee, or to somebody new.
func handOverForm(ctx context.Context, tx *store.Tx, r *door.Request, f *form) (door.Answer, error) {
	d, err := memberToChange(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	c, err := chrome(ctx, tx, r, d.Committee.Unit, r.T("committee.hand_over_of", "name", d.Name))
	if err != nil {
		return door.Answer{}, err
	}
	c.Lead = r.T("committee.hand_over_lead")
	to := ui.Field{Name: "to", Label: r.T("committee.to"), Options: []ui.Option{{Value: "0", Label: r.T("committee.to_new")}}}
	for _, o := range d.Others {
		to.Options = append(to.Options, ui.Option{Value: o.ID.String(), Label: o.Name + " – " + r.T("committee.office-"+string(o.Office))})
	}
	leaves := ui.Field{Name: "leaves", Label: r.T("committee.leaves"), Value: "1", Options: []ui.Option{{Value: "1", Label: r.T("committee.leaves_yes")}, {Value: "0", Label: r.T("committee.leaves_no")}}}
	duties := ui.Field{Name: "duties", Label: r.T("committee.duties_given"), Optional: true}
	for _, duty := range d.Duties {
		duties.Options = append(duties.Options, ui.Option{Value: duty.ID.String(), Label: duty.PlaceName, Help: taskWords(r, duty.Duty), Chosen: true})
	}
	address := memberAddress(d.ID)
	parts := []templ.Component{ui.Input(f.field(ui.Field{Name: "on", Label: r.T("committee.on"), Kind: "date", Class: "input-short", Value: r.Today.String()})), ui.Radios(f.field(leaves))}
	if len(duties.Options) > 0 {
		parts = append(parts, ui.Checks(f.field(duties)))
	}
	who := f.field(to)
	person := f.person(committee.Member{}, "", true)
	parts = append(parts, ui.Select(who), frame.In(ui.More(r.T("committee.new_person"), true), frame.Box("form", f.office(committee.Member{Office: d.Office, Body: d.Body}), person)), ui.Input(f.field(ui.Field{Name: "reason", Label: r.T("committee.reason")})))
	return f.page(c, address+"/ban-giao", r.T("committee.hand_over_do"), address, parts...), nil
}

func handOver(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	d, err := memberToChange(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	in := committee.HandOverInput{Member: d.ID, Leaves: r.Value("leaves") == "1", Reason: r.Value("reason"), Duties: []id.ID{}}
	if in.On, err = r.Day("on", r.Today); err != nil {
		return door.Answer{}, err
	}
	if in.To, err = idOf(r, "to"); err != nil {
		return door.Answer{}, err
	}
	if in.To == 0 {
		if in.New, err = typedMember(ctx, tx, r); err != nil {
			return door.Answer{}, err
		}
	}
	for _, value := range r.Values("duties") {
		duty, err := id.Parse(value)
		if err != nil {
			return door.Answer{}, fault.New(fault.NotFound, "committee.duty-unknown", nil)
		}
		in.Duties = append(in.Duties, duty)
	}
	to, err := committee.HandOver(ctx, tx, r.Who, in)
	return door.SeeOther(memberAddress(to.ID)), err
}

func absenceForm(ctx context.Context, tx *store.Tx, r *door.Request, f *form) (door.Answer, error) {
	d, err := openedMember(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	if !d.MayAbsent {
		return door.Answer{}, mayNot(ctx, tx, r, d.Committee)
	}
	c, err := chrome(ctx, tx, r, d.Committee.Unit, r.T("committee.absence_of", "name", d.Name))
	if err != nil {
		return door.Answer{}, err
	}
	c.Lead = r.T("committee.absence_lead")
	deputy := ui.Field{Name: "deputy", Label: r.T("committee.deputy"), Help: r.T("committee.deputy_help"), Optional: true, Options: []ui.Option{{Value: "0", Label: r.T("committee.stands_in_order")}}}
	for _, o := range d.Others {
		deputy.Options = append(deputy.Options, ui.Option{Value: o.ID.String(), Label: o.Name + " – " + r.T("committee.office-"+string(o.Office))})
	}
	address := memberAddress(d.ID)
	return f.page(c, address+"/vang-mat", r.T("committee.keep"), address, frame.Box("fields", ui.Input(f.field(ui.Field{Name: "from", Label: r.T("committee.away_from"), Kind: "date", Value: r.Today.String()})),
		ui.Input(f.field(ui.Field{Name: "last", Label: r.T("committee.away_last"), Kind: "date"}))), ui.Select(f.field(deputy)), ui.Input(f.field(ui.Field{Name: "note", Label: r.T("committee.note"), Optional: true}))), nil
}

func absence(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	which, err := r.ID("member")
	if err != nil {
		return door.Answer{}, err
	}
	in := committee.AbsenceInput{Member: which, Note: r.Value("note")}
	if in.Period.From, err = r.Day("from", 0); err != nil {
		return door.Answer{}, err
	}
	last, err := r.Day("last", 0)
	if err != nil {
		return door.Answer{}, err
	}
	if last != 0 {
		in.Period.Until = last + 1
	}
	if in.Deputy, err = idOf(r, "deputy"); err != nil {
		return door.Answer{}, err
	}
	_, err = committee.RecordAbsence(ctx, tx, r.Who, in)
	return door.SeeOther(memberAddress(which)), err
}

func back(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	which, err := r.ID("absence")
	if err != nil {
		return door.Answer{}, err
	}
	address := "/chi-dao/ban-chi-dao"
	if member, err := idOf(r, "member"); err == nil && member != 0 {
		address = memberAddress(member)
	}
	return door.SeeOther(address), committee.EndAbsence(ctx, tx, r.Who, which, r.Today)
}

// ending asks from which day on something ends, and why.
func (f *form) ending() templ.Component {
	return templ.Join(ui.Input(f.field(ui.Field{Name: "on", Label: f.r.T("committee.on"), Kind: "date", Class: "input-short", Value: f.r.Today.String()})),
		ui.Input(f.field(ui.Field{Name: "reason", Label: f.r.T("committee.reason")})))
}

func endForm(ctx context.Context, tx *store.Tx, r *door.Request, f *form) (door.Answer, error) {
	d, err := memberToChange(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	c, err := chrome(ctx, tx, r, d.Committee.Unit, r.T("committee.end_member_of", "name", d.Name))
	if err != nil {
		return door.Answer{}, err
	}
	c.Lead = r.T("committee.end_member_lead", "load", loadWords(r, d.Load))
	return f.page(c, memberAddress(d.ID)+"/thoi", r.T("committee.end_member"), memberAddress(d.ID), f.ending()), nil
}

// typedEnding reads the day and the reason.
func typedEnding(r *door.Request) (on day.Day, reason string, err error) {
	on, err = r.Day("on", r.Today)
	return on, r.Value("reason"), err
}

func endMember(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	which, err := r.ID("member")
	if err != nil {
		return door.Answer{}, err
	}
	on, reason, err := typedEnding(r)
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(memberAddress(which)), committee.EndMember(ctx, tx, r.Who, which, on, reason)
}

func endDutyForm(ctx context.Context, tx *store.Tx, r *door.Request, f *form) (door.Answer, error) {
	which, err := r.ID("duty")
	if err != nil {
		return door.Answer{}, err
	}
	d, s, err := committee.LookDuty(ctx, tx, r.Who, which, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.ChangeCommittee, access.Unit(s.Unit)); err != nil {
		return door.Answer{}, err
	}
	c, err := chrome(ctx, tx, r, s.Unit, r.T("committee.end_duty_of", "place", d.PlaceName))
	if err != nil {
		return door.Answer{}, err
	}
	c.Lead = d.Holder
	if d.Member == 0 {
		c.Lead = r.T("committee.body-" + string(d.Branch))
	}
	return f.page(c, dutyAddress(d.ID)+"/thoi", r.T("committee.end_duty"), afterDuty(d), f.ending()), nil
}

func afterDuty(d committee.DutyRow) string {
	if d.Member == 0 {
		return committeeAddress(d.Committee) + "/phan-cong"
	}
	return memberAddress(d.Member)
}

func endDuty(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	which, err := r.ID("duty")
	if err != nil {
		return door.Answer{}, err
	}
	d, _, err := committee.LookDuty(ctx, tx, r.Who, which, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	on, reason, err := typedEnding(r)
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(afterDuty(d)), committee.EndDuty(ctx, tx, r.Who, which, on, reason)
}

func lend(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	which, err := r.ID("duty")
	if err != nil {
		return door.Answer{}, err
	}
	d, _, err := committee.LookDuty(ctx, tx, r.Who, which, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(afterDuty(d)), committee.Lend(ctx, tx, r.Who, which)
}

func refoundForm(ctx context.Context, tx *store.Tx, r *door.Request, f *form) (door.Answer, error) {
	d, err := changeable(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	c, err := chrome(ctx, tx, r, d.Unit, r.T("committee.refound"))
	if err != nil {
		return door.Answer{}, err
	}
	c.Lead = r.T("committee.refound_lead")
	leave := ui.Field{Name: "leave", Label: r.T("committee.leave"), Help: r.T("committee.leave_help"), Optional: true}
	for _, m := range d.Now {
		leave.Options = append(leave.Options, ui.Option{Value: m.ID.String(), Label: m.Name, Help: r.T("committee.office-"+string(m.Office)) + " · " + loadWords(r, m.Load)})
	}
	parts := []templ.Component{f.decision(d.Term.Issuer)}
	if len(leave.Options) > 0 {
		parts = append(parts, ui.Checks(f.field(leave)))
	}
	return f.page(c, committeeAddress(d.ID)+"/kien-toan", r.T("committee.refound"), committeeAddress(d.ID), parts...), nil
}

func refound(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	d, err := changeable(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	decision, from, err := typedDecision(r)
	if err != nil {
		return door.Answer{}, err
	}
	var leave []id.ID
	for _, value := range r.Values("leave") {
		m, err := id.Parse(value)
		if err != nil {
			return door.Answer{}, fault.New(fault.NotFound, "committee.member-unknown", nil)
		}
		leave = append(leave, m)
	}
	return door.SeeOther(committeeAddress(d.ID)), committee.Refound(ctx, tx, r.Who, d.ID, decision, from, leave)
}

func regulateForm(ctx context.Context, tx *store.Tx, r *door.Request, f *form) (door.Answer, error) {
	d, err := changeable(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	c, err := chrome(ctx, tx, r, d.Unit, r.T("committee.regulate"))
	if err != nil {
		return door.Answer{}, err
	}
	c.Lead = d.Name + " – " + d.UnitName
	return f.page(c, committeeAddress(d.ID)+"/quy-che", r.T("committee.keep"), committeeAddress(d.ID), f.decision(d.Term.Issuer),
		ui.TextArea(f.field(ui.Field{Name: "body", Label: r.T("committee.regulation_text"), Rows: "12"}))), nil
}

func regulate(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	d, err := changeable(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	decision, from, err := typedDecision(r)
	if err != nil {
		return door.Answer{}, err
	}
	_, err = committee.Regulate(ctx, tx, r.Who, d.ID, decision, from, r.Value("body"))
	return door.SeeOther(committeeAddress(d.ID) + "#qua-trinh"), err
}

func dissolveForm(ctx context.Context, tx *store.Tx, r *door.Request, f *form) (door.Answer, error) {
	d, err := changeable(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	c, err := chrome(ctx, tx, r, d.Unit, r.T("committee.dissolve"))
	if err != nil {
		return door.Answer{}, err
	}
	c.Lead = r.T("committee.dissolve_lead", "members", d.Members, "duties", d.Summary.Duties)
	return f.page(c, committeeAddress(d.ID)+"/giai-the", r.T("committee.dissolve"), committeeAddress(d.ID), f.ending()), nil
}

func dissolve(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	which, err := r.ID("committee")
	if err != nil {
		return door.Answer{}, err
	}
	on, reason, err := typedEnding(r)
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(committeeAddress(which)), committee.Dissolve(ctx, tx, r.Who, which, on, reason)
}
