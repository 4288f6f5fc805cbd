package casework

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/casework"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/text"
	"ralop/internal/warning"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

func show(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	v, err := caseOf(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	return casePage(ctx, tx, r, v)
}

// showNumbers shows the case once with the telephones; that it was asked is in the audit book.
func showNumbers(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	v, err := caseOf(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	rec, err := student.OpenRecord(ctx, tx, r.Who, v.Case.Pupil)
	if err != nil {
		return door.Answer{}, err
	}
	v.Guardians = nil
	for _, g := range rec.Guardians {
		v.Guardians = append(v.Guardians, casework.Contact{Relation: g.Relation, Name: g.Name, Phone: g.Phone})
	}
	v.May.FullPhones = false
	return casePage(ctx, tx, r, v)
}

func casePage(ctx context.Context, tx *store.Tx, r *door.Request, v casework.View) (door.Answer, error) {
	r.Look(access.Pupil(v.Case.Pupil), v.Rule, "case")
	c := frame.Chrome(r, frame.Cases, v.Child.Name)
	c.Return = address(v.Case.ID)
	c.Lead = joined(v.Child.Class, v.Child.School, v.Child.Village)
	c.Badge = ui.Badge{Label: r.T("casework.state-" + string(v.Case.State)), Tone: stateTone(v.Case.State)}.Draw()
	done(r, &c)
	if v.Hidden {
		c.Notices = append(c.Notices, ui.Notice{Text: r.T("casework_page.hidden"), Title: r.T("casework_page.hidden_title")})
	}
	strip, err := stripOf(ctx, tx, r, v)
	if err != nil {
		return door.Answer{}, err
	}
	parts := []templ.Component{}
	if v.Hotline {
		parts = append(parts, hotline(r))
	}
	parts = append(parts, nextBar(r, v), strip,
		frame.Box("case-grid", frame.Box("stack", childCard(r, v), reasonCard(r, v), homeCard(r, v)), timeline(r, v), frame.Box("stack", ownerCard(r, v), referralCard(r, v), checkCard(r, v), paperCard(r, v), consentCard(r, v), guardCard(r, v))))
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func joined(parts ...string) string {
	var list []string
	for _, p := range parts {
		if p != "" {
			list = append(list, p)
		}
	}
	return strings.Join(list, " · ")
}

// nextBar is what is owed now, the one big button, and how the case may end.
func nextBar(r *door.Request, v casework.View) templ.Component {
	base := address(v.Case.ID)
	words := []templ.Component{}
	switch {
	case v.Case.State == casework.Open:
		words = append(words, frame.Wrap(`<p class="case-step">`, `</p>`, ui.Text(r.T("casework.step-"+string(v.Next.Step)))),
			frame.Wrap(`<p class="case-due">`, `</p>`, dueBadge(r, v.Case.State, v.Next.Due, v.Next.Late), ui.Text(" "+r.T("casework_page.waiting_for", "tier", r.T("casework.tier-"+string(v.Next.Tier))))))
	case v.Case.State == casework.Watching:
		words = append(words, frame.Wrap(`<p class="case-step">`, `</p>`, ui.Text(r.T("casework_page.watching", "day", dayOf(v.Case.ReturnOn)))), frame.Quietly(r.T("casework_page.watching_text")))
	case v.Case.State == casework.Away:
		key := "away_unconfirmed"
		if v.Case.Confirmed {
			key = "away_unseen"
		}
		words = append(words, frame.Wrap(`<p class="case-step">`, `</p>`, ui.Text(r.T("casework.outcome-"+string(v.Case.Outcome))+" – "+r.T("casework_page."+key))), frame.Quietly(r.T("casework_page."+key+"_text")))
	case v.Case.State == casework.Back:
		words = append(words, frame.Wrap(`<p class="case-step">`, `</p>`, ui.Text(r.T("casework_page.back_since", "day", dayOf(v.Case.ReturnOn)))), frame.Quietly(r.T("casework_page.back_text")))
	default:
		outcome := ""
		if v.Case.Outcome != casework.NoOutcome {
			outcome = r.T("casework.outcome-" + string(v.Case.Outcome))
		}
		words = append(words, frame.Wrap(`<p class="case-step">`, `</p>`, ui.Text(r.T("casework_page.closed_on", "day", dayOf(v.Case.ClosedOn)))), frame.Quietly(outcome))
	}
	if v.Case.Promise != 0 && v.Case.State == casework.Open {
		words = append(words, frame.Words(r.T("casework_page.promised", "day", dayOf(v.Case.Promise))))
	}
	acts := []templ.Component{}
	if v.May.Work {
		acts = append(acts, ui.Actions(ui.Button{Label: r.T("casework_page.record"), URL: base + "/ghi", Kind: ui.Primary, Large: true, Icon: ui.IconPlus}))
		if v.Case.State.Running() {
			var chips []ui.Choice
			for _, o := range casework.Outcomes {
				chips = append(chips, ui.Choice{Label: r.T("casework.outcome-" + string(o)), URL: base + "/ket-qua?outcome=" + string(o)})
			}
			chips = append(chips[:1], append([]ui.Choice{{Label: r.T("casework_page.promise_chip"), URL: base + "/ghi?hua=1"}}, chips[1:]...)...)
			acts = append(acts, ui.Chips(r.T("casework_page.outcomes"), chips...))
		}
	}
	if v.May.ConfirmDropout {
		acts = append(acts, ui.Post(base+"/xac-nhan", ui.Button{Label: r.T("casework_page.confirm_dropout"), Kind: ui.Danger, Icon: ui.IconSeal}))
	}
	if v.May.SeeDropout {
		acts = append(acts, ui.Post(base+"/da-biet", ui.Button{Label: r.T("casework_page.see_dropout"), Kind: ui.Primary, Icon: ui.IconEye}))
	}
	return frame.Wrap(`<section class="card case-next" aria-label="`+templ.EscapeString(r.T("casework_page.next"))+`">`, `</section>`, frame.Box("case-next-words", words...), frame.Box("case-next-acts", acts...))
}

func childCard(r *door.Request, v casework.View) templ.Component {
	facts := []ui.Fact{labelled(r, "born", orNothing(dayOf(v.Child.Born))), labelled(r, "address", orNothing(joined(v.Child.Address, v.Child.Village)))}
	if _, err := strconv.Atoi(v.Case.Grade); err == nil || v.Case.Grade != "" {
		facts = append(facts, labelled(r, "class", orNothing(joined(v.Child.Class, v.Child.School))))
	}
	parts := []templ.Component{ui.Facts(facts...), ui.Press(ui.Button{Label: r.T("casework_page.record_of_pupil"), URL: "/hoc-sinh/" + v.Case.Pupil.String(), Small: true, Icon: ui.IconPerson})}
	return card(r.T("casework_page.child"), parts...)
}

func reasonCard(r *door.Request, v casework.View) templ.Component {
	parts := []templ.Component{}
	var lines []templ.Component
	for _, s := range v.Signals {
		words := warning.Sentence(r.Lang, s.Signal)
		if s.Withdrawn {
			lines = append(lines, frame.Wrap(`<li class="muted"><s>`, `</s> `+templ.EscapeString(r.T("casework_page.withdrawn"))+`</li>`, ui.Text(words)))
		} else {
			lines = append(lines, frame.Wrap(`<li>`, `</li>`, ui.Text(words)))
		}
	}
	if len(lines) > 0 {
		parts = append(parts, frame.Wrap(`<ul class="plain">`, `</ul>`, lines...))
	}
	if v.Case.Why != "" {
		parts = append(parts, frame.Words(v.Case.Why))
	}
	if v.Case.Cause != "" {
		parts = append(parts, ui.Facts(labelled(r, "cause", ui.TextNote(r.T("casework.cause-"+v.Case.Cause), words(r, "cause", strings.Fields(v.Case.Secondary))))))
	} else if !v.Hidden {
		parts = append(parts, frame.Quietly(r.T("casework_page.no_cause")))
	}
	if v.Case.Earlier != 0 {
		parts = append(parts, ui.Link(address(v.Case.Earlier), r.T("casework_page.earlier", "day", dayOf(v.EarlierOn))))
	}
	for _, later := range v.LaterCases {
		parts = append(parts, ui.Link(address(later), r.T("casework_page.later")))
	}
	return card(r.T("casework_page.reasons"), parts...)
}

func homeCard(r *door.Request, v casework.View) templ.Component {
	parts := []templ.Component{}
	var facts []ui.Fact
	for _, g := range v.Guardians {
		phone := orNothing(g.Phone)
		if g.Phone != "" && !strings.ContainsAny(g.Phone, "*•") {
			phone = ui.Link("tel:"+strings.ReplaceAll(g.Phone, " ", ""), g.Phone)
		}
		facts = append(facts, ui.Fact{Label: r.T("pupils.relation-" + g.Relation), Value: templ.Join(ui.Text(g.Name+" "), phone)})
	}
	if len(facts) > 0 {
		parts = append(parts, ui.Facts(facts...))
	}
	if len(v.Guardians) == 0 {
		parts = append(parts, frame.Quietly(r.T("casework_page.no_guardian")))
	}
	if v.May.FullPhones && len(v.Guardians) > 0 {
		parts = append(parts, ui.Post(address(v.Case.ID)+"/so", ui.Button{Label: r.T("casework_page.phones"), Icon: ui.IconPhone, Small: true}))
	}
	if len(v.Siblings) > 0 {
		var items []templ.Component
		for _, s := range v.Siblings {
			line := []templ.Component{ui.Text(joined(s.Name, s.Class))}
			if s.Case != 0 {
				line = append(line, ui.Text(" "), ui.Link(address(s.Case), r.T("casework_page.sibling_case")))
			}
			items = append(items, frame.Wrap(`<li>`, `</li>`, line...))
		}
		parts = append(parts, frame.Wrap(`<h3>`, `</h3>`, ui.Text(r.T("casework_page.siblings"))), frame.Wrap(`<ul class="plain">`, `</ul>`, items...))
	}
	return card(r.T("casework_page.home"), parts...)
}

func timeline(r *door.Request, v casework.View) templ.Component {
	var events []ui.Event
	for i := 0; i < len(v.Timeline); {
		e := v.Timeline[i]
		if e.Kind == "absent" { // a run of absences is one line
			j := i
			for j+1 < len(v.Timeline) && v.Timeline[j+1].Kind == "absent" {
				j++
			}
			first, last := v.Timeline[j].Day, e.Day
			when := last.Vietnamese()
			if first != last {
				when = first.Short() + " – " + last.Vietnamese()
			}
			events = append(events, ui.Event{When: when, Stamp: last.String(), Title: r.T("casework_page.absent", "n", j-i+1), Tone: ui.Grey})
			i = j + 1
			continue
		}
		events = append(events, eventOf(r, e))
		i++
	}
	if len(events) == 0 {
		return card(r.T("casework_page.timeline"), frame.Quietly(r.T("casework_page.no_timeline")))
	}
	return card(r.T("casework_page.timeline"), ui.Timeline(events...))
}

func eventOf(r *door.Request, e casework.Event) ui.Event {
	out := ui.Event{When: e.Day.Vietnamese(), Stamp: e.Day.String(), Who: e.ByName, Title: r.T("casework.act-" + e.Kind)}
	if text.Has(r.Lang, "casework.event-"+e.Kind) {
		out.Title = r.T("casework.event-" + e.Kind)
	}
	switch e.Kind {
	case "call", "visit", "joint-visit", "counsel", "commune-meeting":
		out.Tone = ui.Cham
	case "back", "promise-kept", "returned":
		out.Tone = ui.Green
	case "climbed", "relapsed", "promise-broken":
		out.Tone = ui.Red
	case "opened", "signal", "ended":
		out.Tone = ui.Amber
	}
	var lines []string
	add := func(key, value string) {
		if value != "" {
			lines = append(lines, r.T("casework_page."+key)+": "+value)
		}
	}
	if line := factLine(r, e); line != "" {
		lines = append(lines, line)
	}
	switch e.Kind {
	case "call", "visit", "joint-visit":
		if !e.Reached && !e.Hidden {
			lines = append(lines, r.T("casework_page.not_reached"))
		}
	}
	add("met", words(r, "met", e.Met))
	add("with", words(r, "with", e.With))
	if e.Cause != "" {
		add("cause", words(r, "cause", append([]string{e.Cause}, e.Secondary...)))
	}
	if e.Promise != 0 {
		lines = append(lines, r.T("casework_page.promised", "day", dayOf(e.Promise)))
	}
	add("support_school", words(r, "support", e.SupportSchool))
	add("support_commune", words(r, "support", e.SupportCommune))
	add("hope", e.Hope)
	if e.Note != "" {
		lines = append(lines, e.Note)
	}
	if e.Hidden {
		lines = append(lines, r.T("casework_page.hidden"))
	}
	if e.Late {
		lines = append(lines, r.T("casework_page.written_later"))
	}
	if len(lines) > 0 {
		var body []templ.Component
		for _, line := range lines {
			body = append(body, frame.Words(line))
		}
		out.Body = templ.Join(body...)
	}
	return out
}

// factLine says the codes of an act of the product in words: from whom to whom, how it ended.
func factLine(r *door.Request, e casework.Event) string {
	fact := func(name string) string { value, _ := e.Facts[name].(string); return value }
	word := func(prefix, name string) string {
		if fact(name) == "" {
			return ""
		}
		return r.T("casework." + prefix + "-" + fact(name))
	}
	on := ""
	if d, err := day.Parse(fact("on")); err == nil {
		on = d.Vietnamese()
	}
	switch e.Kind {
	case "climbed":
		return word("tier", "from") + " → " + word("tier", "to")
	case "sideways":
		return word("cause-of-climb", "cause")
	case "owner":
		return word("owner", "role")
	case "referral", "answered":
		return word("body", "body")
	case "ended", "confirmed", "said-back":
		return joined(word("outcome", "outcome"), on)
	case "back", "returned":
		if on != "" {
			return r.T("casework_page.since_day", "day", on)
		}
	case "check":
		if fact("sessions") == "" {
			return word("check", "state")
		}
		return joined(word("check", "state"), r.T("casework_page.check_present", "present", fact("present"), "sessions", fact("sessions")))
	}
	return ""
}
