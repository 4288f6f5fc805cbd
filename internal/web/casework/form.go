package casework

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/casework"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// handKinds are the acts that a person records with the form, in its order.
var handKinds = []string{"visit", "call", "joint-visit", "counsel", "commune-meeting", "reply", "promise-kept", "promise-broken", "note"}

// formPage is the frame of a form about a case.
func formPage(r *door.Request, v casework.View, title, lead string, parts ...templ.Component) door.Answer {
	r.Look(access.Pupil(v.Case.Pupil), v.Rule, "case")
	c := frame.Chrome(r, frame.Cases, title)
	c.Lead = joined(v.Child.Name, v.Child.Class, v.Child.Village, lead)
	c.Narrow = true
	c.Actions = ui.Buttons(ui.Button{Label: r.T("casework_page.to_case"), URL: address(v.Case.ID), Icon: ui.IconLeft, Kind: ui.Quiet})
	return door.Page(frame.In(ui.Page(c), parts...))
}

// working is caseOf for those who may work the case.
func working(ctx context.Context, tx *store.Tx, r *door.Request) (casework.View, error) {
	v, err := caseOf(ctx, tx, r)
	if err == nil && !v.May.Work {
		err = fault.New(fault.Forbidden, "casework.not-yours", nil)
		if v.Case.State == casework.Closed {
			err = fault.New(fault.Locked, "casework.closed", nil)
		}
	}
	return v, err
}

func askAct(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	v, err := working(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	return actPage(r, v, nil)
}

func actAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	v, err := working(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	return actPage(r, v, faults)
}

func actPage(r *door.Request, v casework.View, faults fault.List) (door.Answer, error) {
	field := func(name string) ui.Field {
		return ui.Field{Name: name, Label: r.T("casework_page.field-" + name), Value: r.Value(name), Optional: true, Error: door.FieldError(r, faults, name)}
	}
	kind := field("kind")
	kind.Optional, kind.Class = false, "options options-row"
	if kind.Value == "" {
		kind.Value = "visit"
	}
	kind.Options = options(r, "act", handKinds, nil)
	met, with := field("met"), field("with")
	met.Options, with.Options = options(r, "met", casework.Met, r.Values("met")), options(r, "with", casework.With, r.Values("with"))
	met.Value, with.Value = "", ""
	met.Class, with.Class = "options options-row", "options options-row"
	cause := field("cause")
	cause.Options = causeOptions(r, ui.Option{Value: "", Label: r.T("casework_page.cause_unknown")})
	second := field("secondary")
	second.Options = causeOptions(r, ui.Option{Value: "", Label: r.T("casework_page.none")})
	promise := field("promise")
	promise.Kind, promise.Help = "date", r.T("casework_page.help-promise")
	school, commune := field("support_school"), field("support_commune")
	school.Options, commune.Options = options(r, "support", casework.Supports, r.Values("support_school")), options(r, "support", casework.Supports, r.Values("support_commune"))
	school.Value, commune.Value = "", ""
	school.Class, commune.Class = "options options-row", "options options-row"
	hope, note := field("hope"), field("note")
	hope.Rows, note.Rows = "2", "3"
	hope.Help, note.Help = r.T("casework_page.help-hope"), r.T("casework_page.help-note")
	on := field("on")
	on.Kind, on.Help = "date", r.T("casework_page.help-on")
	if on.Value == "" {
		on.Value = r.Today.String()
	}
	on.Optional = false
	reached := r.Value("kind") == "" || r.Value("reached") != ""
	var whole []ui.Mistake
	for _, s := range door.Sentences(r, faults, "") {
		whole = append(whole, ui.Mistake{Text: s})
	}
	parts := []templ.Component{ui.Faults("", append(whole, ui.Mistakes(kind, on, met, with, cause, promise, school, commune, hope, note)...)), ui.Hidden(formAct(r)),
		ui.Radios(kind), ui.Input(on), ui.Check(ui.Field{Name: "reached", Label: r.T("casework_page.field-reached")}, reached), ui.Checks(met), ui.Input(promise), ui.Select(cause),
		frame.In(ui.More(r.T("casework_page.more"), r.Value("kind") != ""), frame.Box("stack", ui.Select(second), ui.Checks(with), ui.Checks(school), ui.Checks(commune), ui.TextArea(hope))),
		ui.TextArea(note), ui.Check(ui.Field{Name: "protect", Label: r.T("casework_page.field-protect"), Help: r.T("casework_page.help-protect")}, r.Value("protect") != ""),
		ui.Actions(ui.Button{Label: r.T("casework_page.keep"), Kind: ui.Primary, Large: true}, ui.Button{Label: r.T("casework_page.cancel"), URL: address(v.Case.ID), Kind: ui.Quiet})}
	script := frame.In(ui.More(r.T("casework_page.script"), false), frame.Words(r.T("casework.call_script", "name", r.Account.Name, "school", v.Child.School)))
	return formPage(r, v, r.T("casework_page.record"), "", hotlineNote(r), script, frame.Form(address(v.Case.ID)+"/ghi", false, parts...)), nil
}

// hotlineNote stands above every form about a child: what to do when the child is in danger.
func hotlineNote(r *door.Request) templ.Component {
	return frame.In(ui.More(r.T("casework_page.danger"), false), frame.Words(r.T("casework_page.hotline_text")), ui.Actions(ui.Button{Label: r.T("casework_page.hotline_call"), URL: "tel:111", Icon: ui.IconPhone, Small: true}))
}

func keepAct(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	number, err := r.ID("case")
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := casework.ViewOf(ctx, tx, r.Who, number); err != nil {
		return door.Answer{}, err
	}
	a := casework.Act{Case: number, Kind: r.Value("kind"), Reached: r.Value("reached") != "", Met: r.Values("met"), With: r.Values("with"), Cause: r.Value("cause"),
		SupportSchool: r.Values("support_school"), SupportCommune: r.Values("support_commune"), Hope: r.Value("hope"), Note: r.Value("note"), Protect: r.Value("protect") != ""}
	if a.ID, err = actOf(r); err != nil {
		return door.Answer{}, err
	}
	if second := r.Value("secondary"); second != "" {
		a.Secondary = []string{second}
	}
	if a.Promise, err = r.Day("promise", 0); err != nil {
		return door.Answer{}, err
	}
	on, err := r.Day("on", r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	if on > r.Today {
		return door.Answer{}, fault.New(fault.Invalid, "casework.bad-day", nil).On("on")
	}
	a.TakenAt = tx.Now()
	if on < r.Today {
		a.TakenAt = day.InstantOf(on.Midnight()).Add(5 * 3600 * 1e9) // noon here
	}
	_, err = casework.Record(ctx, tx, r.Who, a)
	return door.SeeOther(address(number) + "?xong=ghi"), err
}

func askEnd(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	v, err := working(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	return endPage(r, v, nil)
}

func endAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	v, err := working(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	return endPage(r, v, faults)
}

func endPage(r *door.Request, v casework.View, faults fault.List) (door.Answer, error) {
	outcome := ui.Field{Name: "outcome", Label: r.T("casework_page.field-outcome"), Value: r.Value("outcome"), Error: door.FieldError(r, faults, "outcome")}
	for _, o := range casework.Outcomes {
		outcome.Options = append(outcome.Options, ui.Option{Value: string(o), Label: r.T("casework.outcome-" + string(o)), Help: r.T("casework_page.help-outcome-" + string(o))})
	}
	on := ui.Field{Name: "on", Label: r.T("casework_page.field-since"), Kind: "date", Value: r.Value("on"), Error: door.FieldError(r, faults, "on")}
	if on.Value == "" {
		on.Value = r.Today.String()
	}
	note := ui.Field{Name: "note", Label: r.T("casework_page.field-note"), Value: r.Value("note"), Optional: true, Rows: "3", Error: door.FieldError(r, faults, "note")}
	var whole []ui.Mistake
	for _, s := range door.Sentences(r, faults, "") {
		whole = append(whole, ui.Mistake{Text: s})
	}
	return formPage(r, v, r.T("casework_page.end"), "", frame.Form(address(v.Case.ID)+"/ket-qua", false, ui.Faults("", append(whole, ui.Mistakes(outcome, on, note)...)), ui.Hidden(formAct(r)),
		ui.Radios(outcome), ui.Input(on), ui.TextArea(note), ui.Actions(ui.Button{Label: r.T("casework_page.keep"), Kind: ui.Primary}, ui.Button{Label: r.T("casework_page.cancel"), URL: address(v.Case.ID), Kind: ui.Quiet}))), nil
}

func keepEnd(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	number, err := r.ID("case")
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := casework.ViewOf(ctx, tx, r.Who, number); err != nil {
		return door.Answer{}, err
	}
	act, err := actOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	on, err := r.Day("on", r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	_, err = casework.End(ctx, tx, r.Who, casework.EndIn{Act: act, Case: number, Outcome: casework.Outcome(r.Value("outcome")), On: on, Note: r.Value("note")})
	return door.SeeOther(address(number) + "?xong=ket-qua"), err
}

func askHandOver(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return handOverAgain(ctx, tx, r, nil)
}

func handOverAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	v, err := working(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	candidates, err := casework.Candidates(ctx, tx, r.Who, v.Case.ID)
	if err != nil {
		return door.Answer{}, err
	}
	to := ui.Field{Name: "to", Label: r.T("casework_page.field-to"), Value: r.Value("to"), Error: door.FieldError(r, faults, "to")}
	for _, o := range candidates {
		to.Options = append(to.Options, ui.Option{Value: string(o.Role) + "/" + o.Account.String(), Label: o.Name, Group: r.T("casework.owner-" + string(o.Role))})
	}
	if len(to.Options) == 0 {
		return formPage(r, v, r.T("casework_page.hand_over"), "", ui.Empty{Icon: ui.IconPupils, Title: r.T("casework_page.no_candidate"), Text: r.T("casework_page.no_candidate_text")}.Draw()), nil
	}
	how := ui.Field{Name: "how", Label: r.T("casework_page.field-how"), Value: r.Value("how"), Options: []ui.Option{{Value: "beside", Label: r.T("casework_page.how-beside")}, {Value: "instead", Label: r.T("casework_page.how-instead")}}}
	if how.Value == "" {
		how.Value = "beside"
	}
	reason := ui.Field{Name: "reason", Label: r.T("casework_page.field-reason"), Value: r.Value("reason"), Error: door.FieldError(r, faults, "reason"), Rows: "2"}
	var whole []ui.Mistake
	for _, s := range door.Sentences(r, faults, "") {
		whole = append(whole, ui.Mistake{Text: s})
	}
	return formPage(r, v, r.T("casework_page.hand_over"), "", frame.Quietly(r.T("casework_page.hand_over_text")), frame.Form(address(v.Case.ID)+"/nho", false,
		ui.Faults("", append(whole, ui.Mistakes(to, reason)...)), ui.Select(to), ui.Radios(how), ui.TextArea(reason), ui.Actions(ui.Button{Label: r.T("casework_page.hand_over_go"), Kind: ui.Primary}, ui.Button{Label: r.T("casework_page.cancel"), URL: address(v.Case.ID), Kind: ui.Quiet}))), nil
}

func handOver(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	number, err := r.ID("case")
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := casework.ViewOf(ctx, tx, r.Who, number); err != nil {
		return door.Answer{}, err
	}
	role, account, _ := strings.Cut(r.Value("to"), "/")
	to, err := id.Parse(account)
	if err != nil {
		return door.Answer{}, fault.New(fault.Invalid, "casework.bad-owner", nil).On("to")
	}
	in := casework.HandOverIn{Case: number, Role: casework.DeputyOwner, To: to, Reason: r.Value("reason")}
	if r.Value("how") == "instead" {
		in.Role = casework.OwnerRole(role)
	}
	return door.SeeOther(address(number) + "?xong=nho"), casework.HandOver(ctx, tx, r.Who, in)
}

func askReferral(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return referAgain(ctx, tx, r, nil)
}

func referAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	v, err := working(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	if !v.May.Refer {
		return door.Answer{}, fault.New(fault.Forbidden, "casework.not-yours", nil)
	}
	body := ui.Field{Name: "body", Label: r.T("casework_page.field-body"), Value: r.Value("body"), Error: door.FieldError(r, faults, "body")}
	for _, b := range casework.Bodies {
		o := ui.Option{Value: b.Code, Label: r.T("casework.body-" + b.Code), Group: r.T("casework_page.bodies")}
		if b.Named {
			o.Group = r.T("casework_page.bodies_named")
		}
		body.Options = append(body.Options, o)
	}
	reason := ui.Field{Name: "reason", Label: r.T("casework_page.field-refer-reason"), Value: r.Value("reason"), Error: door.FieldError(r, faults, "reason"), Rows: "3", Help: r.T("casework_page.help-refer-reason")}
	login := ui.Field{Name: "login", Label: r.T("casework_page.field-login"), Value: r.Value("login"), Optional: true, Error: door.FieldError(r, faults, "to"), Help: r.T("casework_page.help-login")}
	until := ui.Field{Name: "until", Label: r.T("casework_page.field-until"), Kind: "date", Value: r.Value("until"), Optional: true, Error: door.FieldError(r, faults, "until")}
	if until.Value == "" {
		until.Value = (r.Today + 14).String()
	}
	var whole []ui.Mistake
	for _, s := range door.Sentences(r, faults, "") {
		whole = append(whole, ui.Mistake{Text: s})
	}
	return formPage(r, v, r.T("casework_page.refer"), "", frame.Quietly(r.T("casework_page.refer_text")), frame.Form(address(v.Case.ID)+"/chuyen", false, ui.Faults("", append(whole, ui.Mistakes(body, reason, login, until)...)), ui.Hidden(formAct(r)),
		ui.Select(body), ui.TextArea(reason), frame.In(ui.More(r.T("casework_page.bodies_named"), r.Value("login") != "" || login.Error != ""), frame.Box("stack", ui.Input(login), ui.Input(until))),
		ui.Actions(ui.Button{Label: r.T("casework_page.refer_go"), Kind: ui.Primary}, ui.Button{Label: r.T("casework_page.cancel"), URL: address(v.Case.ID), Kind: ui.Quiet}))), nil
}

func refer(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	number, err := r.ID("case")
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := casework.ViewOf(ctx, tx, r.Who, number); err != nil {
		return door.Answer{}, err
	}
	in := casework.ReferIn{Case: number, Body: r.Value("body"), Reason: r.Value("reason")}
	if in.Act, err = actOf(r); err != nil {
		return door.Answer{}, err
	}
	if in.Until, err = r.Day("until", 0); err != nil {
		return door.Answer{}, err
	}
	if login := r.Value("login"); login != "" {
		if in.To, err = account.ByLogin(ctx, tx, r.Who.Realm, login); fault.Is(err, fault.NotFound) {
			return door.Answer{}, fault.New(fault.Invalid, "casework.named-missing", nil).On("to")
		} else if err != nil {
			return door.Answer{}, err
		}
	}
	_, err = casework.Refer(ctx, tx, r.Who, in)
	return door.SeeOther(address(number) + "?xong=chuyen"), err
}

func askOpen(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	pupil, err := r.ID("pupil")
	if err != nil {
		return door.Answer{}, err
	}
	running, err := casework.CaseOf(ctx, tx, r.Who, pupil)
	if err != nil {
		return door.Answer{}, err
	}
	if running != 0 {
		return door.SeeOther(address(running)), nil
	}
	return openAgain(ctx, tx, r, nil)
}

func openAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	pupil, err := r.ID("pupil")
	if err != nil {
		return door.Answer{}, err
	}
	rule, err := access.May(ctx, tx, r.Who, access.OpenCase, access.Pupil(pupil))
	if err != nil {
		return door.Answer{}, err
	}
	r.Look(access.Pupil(pupil), rule, "case")
	c := frame.Chrome(r, frame.Cases, r.T("casework_page.open"))
	c.Lead, c.Narrow = r.T("casework_page.open_lead"), true
	why := ui.Field{Name: "why", Label: r.T("casework_page.field-why"), Value: r.Value("why"), Error: door.FieldError(r, faults, "why"), Rows: "3", Help: r.T("casework_page.help-why")}
	cause := ui.Field{Name: "cause", Label: r.T("casework_page.field-cause"), Value: r.Value("cause"), Optional: true, Error: door.FieldError(r, faults, "cause"), Options: causeOptions(r, ui.Option{Value: "", Label: r.T("casework_page.cause_unknown")})}
	var whole []ui.Mistake
	for _, f := range faults {
		if f.Field == "" {
			whole = append(whole, ui.Mistake{Text: door.Sentence(r.Lang, f)})
		}
	}
	return door.Page(frame.In(ui.Page(c), hotlineNote(r), frame.Form("/hoc-sinh/"+pupil.String()+"/van-dong", false, ui.Faults("", append(whole, ui.Mistakes(why, cause)...)), ui.Hidden(formAct(r)),
		ui.TextArea(why), ui.Select(cause), ui.Actions(ui.Button{Label: r.T("casework_page.open_go"), Kind: ui.Primary}, ui.Button{Label: r.T("casework_page.cancel"), URL: "/hoc-sinh/" + pupil.String(), Kind: ui.Quiet})))), nil
}

func open(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	pupil, err := r.ID("pupil")
	if err != nil {
		return door.Answer{}, err
	}
	act, err := actOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	c, err := casework.OpenByHand(ctx, tx, r.Who, casework.OpenIn{Act: act, Pupil: pupil, Why: r.Value("why"), Cause: r.Value("cause")})
	if f, is := fault.Of(err); is && f.Code == "casework.running" {
		return door.SeeOther(HomeAddress + "/" + f.Args["case"].(string)), nil
	}
	return door.SeeOther(address(c.ID) + "?xong=mo"), err
}

// kinds of files that papers come in.
var paperKinds = map[string]string{"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf"}

// paperFile writes a paper; its name names nobody.
func paperFile(r *door.Request, name, format string, d paper.Document) (door.Answer, error) {
	kind, known := paperKinds[format]
	if !known {
		return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil)
	}
	if r.Config().Demonstration {
		d.Watermark = r.T("common.demonstration")
	}
	write := paper.Docx
	if format == "pdf" {
		write = paper.PDF
	}
	return door.File(name+"-"+r.Today.String()+"."+format, kind, func(w io.Writer) error { return write(w, d) }), nil
}

func paperOf(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	v, err := caseOf(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	i := slices.IndexFunc(papers, func(p struct{ path, key string }) bool { return p.path == r.Path("paper") })
	if i < 0 {
		return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil)
	}
	make := map[string]func(context.Context, *store.Tx, access.Who, id.ID) (paper.Document, error){"minutes": casework.MinutesPaper, "pledge": casework.PledgePaper, "consent": casework.ConsentPaper}[papers[i].key]
	d, err := make(ctx, tx, r.Who, v.Case.ID)
	if err != nil {
		return door.Answer{}, err
	}
	r.Look(access.Pupil(v.Case.Pupil), v.Rule, "paper")
	return paperFile(r, papers[i].path, r.Path("format"), d)
}
