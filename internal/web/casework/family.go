package casework

import (
	"context"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/audit"
	"ralop/internal/casework"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/notify"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// consentCard is what the family allowed on paper, and the neutral SMS that it may get then.
func consentCard(r *door.Request, v casework.View) templ.Component {
	if !v.May.Work {
		return ui.Text("")
	}
	base := address(v.Case.ID)
	parts := []templ.Component{}
	messages, said := false, false
	for _, c := range v.Consents { // the newest first
		if c.Purpose == "message" && !said {
			messages, said = c.Given, true
		}
		given := r.T("casework_page.consent_no")
		if c.Given {
			given = r.T("casework_page.consent_yes")
		}
		parts = append(parts, frame.Words(r.T("casework.consent-"+c.Purpose)+": "+given+" ("+r.T("pupils.relation-"+c.Relation)+", "+dayOf(c.On)+")"))
	}
	if len(v.Consents) == 0 {
		parts = append(parts, frame.Quietly(r.T("casework_page.no_consent")))
	}
	if messages && v.Case.State == casework.Open {
		parts = append(parts, frame.Quietly(r.T("casework_page.sms_text")), ui.Post(base+"/nhan-tin", ui.Button{Label: r.T("casework_page.sms"), Icon: ui.IconSend, Small: true}))
	}
	choice := func(name string, options ...ui.Option) templ.Component {
		return ui.Select(ui.Field{Name: name, Label: r.T("casework_page.field-" + name), Options: options})
	}
	parts = append(parts, frame.In(ui.More(r.T("casework_page.keep_consent"), false), frame.Form(base+"/dong-y", false,
		choice("purpose", ui.Option{Value: "case", Label: r.T("casework.consent-case")}, ui.Option{Value: "message", Label: r.T("casework.consent-message")}),
		choice("given", ui.Option{Value: "1", Label: r.T("casework_page.consent_yes")}, ui.Option{Value: "0", Label: r.T("casework_page.consent_no")}),
		choice("relation", ui.Option{Value: "mother", Label: r.T("pupils.relation-mother")}, ui.Option{Value: "father", Label: r.T("pupils.relation-father")}, ui.Option{Value: "guardian", Label: r.T("pupils.relation-guardian")}),
		ui.Input(ui.Field{Name: "on", Label: r.T("casework_page.field-signed"), Kind: "date", Value: r.Today.String()}),
		ui.Actions(ui.Button{Label: r.T("casework_page.keep"), Small: true}))))
	return card(r.T("casework_page.consent"), parts...)
}

func keepConsent(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	v, err := working(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	on, err := r.Day("on", r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	c := casework.Consent{Purpose: r.Value("purpose"), Given: r.Value("given") == "1", Relation: r.Value("relation"), On: on}
	return door.SeeOther(address(v.Case.ID) + "?xong=dong-y"), casework.KeepConsent(ctx, tx, r.Who, v.Case.Pupil, c)
}

// message asks the gateway for one neutral SMS a day to the family, when it has allowed
// that: whom to call, never why.
func message(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	v, err := working(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	may, err := casework.MayMessage(ctx, tx, r.Who.Realm, v.Case.Pupil)
	if err != nil {
		return door.Answer{}, err
	}
	guardians, err := student.GuardiansOf(ctx, tx, r.Who.Realm, []id.ID{v.Case.Pupil})
	if err != nil {
		return door.Answer{}, err
	}
	me, err := account.ContactOf(ctx, tx, r.Who.Realm, r.Who.Account)
	if err != nil {
		return door.Answer{}, err
	}
	phone := ""
	for _, g := range guardians[v.Case.Pupil] {
		if phone == "" {
			phone = g.Phone
		}
	}
	if !may || phone == "" {
		return door.Answer{}, fault.New(fault.Forbidden, "casework_page.no_message", nil)
	}
	err = notify.Enqueue(ctx, tx, notify.Message{Realm: r.Who.Realm, To: notify.Recipient{Phone: phone, Language: "vi"}, Channel: notify.SMS, Code: "casework_page.family_notice",
		Facts: fault.Args{"school": v.Child.School, "name": me.Name, "phone": me.Phone}, Key: "case/" + v.Case.ID.String() + "/family/" + r.Today.String()})
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(address(v.Case.ID) + "?xong=nhan-tin"), audit.Record(ctx, tx, r.Who.Audit("case.message", access.Pupil(v.Case.Pupil), v.Rule, nil))
}
