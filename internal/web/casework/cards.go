package casework

import (
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/casework"
	"ralop/internal/door"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

func ownerCard(r *door.Request, v casework.View) templ.Component {
	var facts []ui.Fact
	for _, o := range v.Owners {
		if !o.Until.IsZero() {
			continue
		}
		value := []templ.Component{ui.Text(o.Name)}
		if o.Phone != "" {
			value = append(value, ui.Text(" "), ui.Link("tel:"+strings.ReplaceAll(o.Phone, " ", ""), o.Phone))
		}
		if o.Away {
			value = append(value, ui.Text(" "), ui.Badge{Label: r.T("casework_page.on_leave"), Tone: ui.Amber}.Draw())
		}
		facts = append(facts, ui.Fact{Label: r.T("casework.owner-" + string(o.Role)), Value: templ.Join(value...)})
	}
	for _, role := range v.Without {
		facts = append(facts, ui.Fact{Label: r.T("casework.owner-" + string(role)), Value: ui.Badge{Label: r.T("casework_page.nobody"), Tone: ui.Red, Icon: ui.IconWarning}.Draw()})
	}
	lines := []templ.Component{ui.Facts(facts...)}
	if len(facts) == 0 {
		lines = []templ.Component{frame.Quietly(r.T("casework_page.no_owner"))}
	}
	if v.May.HandOver {
		lines = append(lines, ui.Press(ui.Button{Label: r.T("casework_page.hand_over"), URL: address(v.Case.ID) + "/nho", Small: true, Icon: ui.IconPupils}))
	}
	return card(r.T("casework_page.owners"), lines...)
}

func referralCard(r *door.Request, v casework.View) templ.Component {
	if len(v.Referrals) == 0 && !v.May.Refer {
		return ui.Text("")
	}
	var lines []templ.Component
	for _, f := range v.Referrals {
		lines = append(lines, frame.Wrap(`<h3>`, `</h3>`, ui.Text(r.T("casework.body-"+f.Body))), frame.Words(f.Reason), frame.Quietly(dayOf(f.From)+endOf(f)))
		if f.AnsweredOn != 0 {
			lines = append(lines, frame.Words(r.T("casework_page.answered", "day", dayOf(f.AnsweredOn))+": "+f.Answer))
		} else if v.May.Refer {
			lines = append(lines, frame.Form(address(v.Case.ID)+"/tra-loi", false, ui.Hidden(ui.Pair{Name: "referral", Value: f.ID.String()}),
				ui.Input(ui.Field{Name: "answer-" + f.ID.String(), Label: r.T("casework_page.answer"), Optional: true}), ui.Actions(ui.Button{Label: r.T("casework_page.keep_answer"), Small: true})))
		}
	}
	if len(v.Referrals) == 0 {
		lines = append(lines, frame.Quietly(r.T("casework_page.no_referral")))
	}
	if v.May.Refer {
		lines = append(lines, ui.Press(ui.Button{Label: r.T("casework_page.refer"), URL: address(v.Case.ID) + "/chuyen", Small: true, Icon: ui.IconSend}))
	}
	return card(r.T("casework_page.referrals"), lines...)
}

func endOf(f casework.Referral) string {
	if dayOf(f.Until) == "" {
		return ""
	}
	return " – " + dayOf(f.Until-1)
}

func checkCard(r *door.Request, v casework.View) templ.Component {
	if len(v.Checks) == 0 {
		return ui.Text("")
	}
	var steps []ui.Step
	now := false
	for _, k := range v.Checks {
		s := ui.Step{Label: r.T("casework_page.check", "n", k.Number), Note: dayOf(k.Due)}
		switch k.State {
		case "held":
			s.State, s.Note = ui.StepDone, dayOf(k.DoneOn)+" · "+r.T("casework_page.check_present", "present", k.Present, "sessions", k.Sessions)
		case "relapsed":
			s.State, s.Note = ui.StepBack, dayOf(k.DoneOn)+" · "+r.T("casework_page.check_present", "present", k.Present, "sessions", k.Sessions)
		case "waiting":
			if !now {
				s.State, now = ui.StepNow, true
			}
		}
		steps = append(steps, s)
	}
	return card(r.T("casework_page.checks"), ui.Steps(r.T("casework_page.checks"), steps...), frame.Quietly(r.T("casework_page.checks_text")))
}

// papers that a case prints, by the word of their address.
var papers = []struct{ path, key string }{{"bien-ban", "minutes"}, {"cam-ket", "pledge"}, {"dong-y", "consent"}}

func paperCard(r *door.Request, v casework.View) templ.Component {
	if !v.May.Papers {
		return ui.Text("")
	}
	var lines []templ.Component
	for _, p := range papers {
		at := address(v.Case.ID) + "/giay/" + p.path + "/"
		lines = append(lines, frame.Wrap(`<h3>`, `</h3>`, ui.Text(r.T("casework_page.paper-"+p.key))),
			ui.Actions(ui.Button{Label: "docx", URL: at + "docx", Small: true, Icon: ui.IconDownload, Download: true}, ui.Button{Label: "pdf", URL: at + "pdf", Small: true, Icon: ui.IconPrint, Download: true}))
	}
	lines = append(lines, frame.Quietly(r.T("casework_page.papers_text")))
	return card(r.T("casework_page.papers"), lines...)
}

// guardCard is for those who see what must stay with few.
func guardCard(r *door.Request, v casework.View) templ.Component {
	if !v.May.Protect {
		return ui.Text("")
	}
	base := address(v.Case.ID)
	lines := []templ.Component{}
	if v.Case.Protected {
		lines = append(lines, frame.Words(r.T("casework_page.is_protected")), ui.Post(base+"/bao-ve", ui.Button{Label: r.T("casework_page.unprotect"), Small: true, Kind: ui.Quiet, Icon: ui.IconUnlock}, ui.Pair{Name: "protect", Value: ""}))
		f := ui.Field{Name: "to", Label: r.T("casework_page.holder"), Value: v.Case.Holder.String(), Options: []ui.Option{{Value: "0", Label: r.T("casework_page.holder_teacher")}}}
		for _, o := range v.Owners {
			if o.Until.IsZero() && o.Account != 0 {
				f.Options = append(f.Options, ui.Option{Value: o.Account.String(), Label: o.Name + " – " + r.T("casework.owner-"+string(o.Role))})
			}
		}
		lines = append(lines, frame.Form(base+"/giao-giu", false, ui.Select(f), ui.Actions(ui.Button{Label: r.T("casework_page.entrust"), Small: true})))
	} else {
		lines = append(lines, frame.Quietly(r.T("casework_page.protect_text")), ui.Post(base+"/bao-ve", ui.Button{Label: r.T("casework_page.protect"), Small: true, Icon: ui.IconLock}, ui.Pair{Name: "protect", Value: "1"}))
	}
	return card(r.T("casework_page.guard"), lines...)
}
