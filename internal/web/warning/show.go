package warning

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/warning"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// show is the page of one signal: the sentence, the evidence, what was said when, the rule.
func show(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	signal, err := r.ID("signal")
	if err != nil {
		return door.Answer{}, err
	}
	d, err := warning.Show(ctx, tx, r.Who, signal)
	if err != nil {
		return door.Answer{}, err
	}
	at := access.Pupil(d.Pupil)
	switch d.SubjectKind {
	case warning.OfClass:
		at = access.Class(d.Subject)
	case warning.OfVillage, warning.OfHousehold:
		at = access.Residence(d.Signal.Village)
	}
	if d.SubjectKind != warning.OfClass {
		r.Look(at, d.Access, "")
	}
	title, _ := subject(r, d.Listed)
	c := frame.Chrome(r, frame.Cases, title)
	c.Lead = warning.Sentence(r.Lang, d.Signal)
	c.Badge = ui.Badge{Label: r.T("warning.state-" + string(d.State)), Tone: stateTone(d.State)}.Draw()
	if d.Class != 0 {
		if _, c.Place, err = frame.PlaceOfClass(ctx, tx, r.Who, d.Class, r.Today); err != nil {
			return door.Answer{}, err
		}
	}
	if d.State != warning.Open {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Grey, Text: r.T("warning.ended-" + d.EndedReason)})
	}
	if d.PartOf != 0 {
		c.Notices = append(c.Notices, ui.Notice{Tone: ui.Plain, Text: r.T("warning.is_part"), Links: []ui.Choice{{Label: r.T("warning.open_whole"), URL: signalAddress(d.PartOf)}}})
	}
	rule := ui.Text(r.T("warning.rule_version", "rule", r.T("warning.rule-"+d.Rule), "version", d.RuleVersion))
	facts := []ui.Fact{{Label: r.T("warning.asks"), Value: ui.Badge{Label: r.T("warning.step-" + string(d.Step)), Tone: tone(d.Step)}.Draw()},
		{Label: r.T("warning.by_rule"), Value: rule}, {Label: r.T("warning.raised"), Value: ui.Text(instant(r, d.RaisedAt))}}
	if d.Pupil != 0 {
		if words := warning.ContextWords(r.Lang, d.Facts.Context); len(words) > 0 {
			facts = append(facts, ui.Fact{Label: r.T("warning.context"), Value: ui.Text(strings.Join(words, "; ") + " (" + r.T("warning.context_note") + ")")})
		}
		facts = append(facts, ui.Fact{Label: r.T("warning.child"), Value: templ.Join(ui.Link("/hoc-sinh/"+d.Pupil.String(), d.Name), ui.Text(" · "+d.School))})
	}
	if d.Village != "" {
		facts = append(facts, ui.Fact{Label: r.T("warning.village"), Value: ui.Text(d.Village)})
	}
	parts := []templ.Component{frame.In(ui.Card(""), ui.Facts(facts...)), frame.Quietly(r.T("warning.about-" + d.Rule))}
	if len(d.Sessions) > 0 {
		parts = append(parts, frame.In(ui.Section("can-cu", r.T("warning.evidence"), r.T("warning.evidence_note")), evidence(r, d)))
	}
	if len(d.Parts) > 0 {
		parts = append(parts, frame.In(ui.Section("gom", r.T("warning.children"), ""), children(r, d.Parts)))
	}
	parts = append(parts, frame.In(ui.Section("dien-bien", r.T("warning.history"), r.T("warning.history_note")), history(r, d)))
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func stateTone(s warning.State) ui.Tone {
	if s == warning.Open {
		return ui.Amber
	}
	return ui.Grey
}

func instant(r *door.Request, at day.Instant) string {
	return r.T("warning.at", "clock", at.Clock(), "day", at.Day().Vietnamese())
}

// evidence lists the last marked days, the latest first, with when each was told.
func evidence(r *door.Request, d warning.Detail) templ.Component {
	told := map[day.Day][]string{}
	for _, v := range d.Told {
		word := r.T("warning.told", "when", instant(r, v.ReceivedAt))
		if v.Version > 1 {
			word = r.T("warning.told_again", "when", instant(r, v.ReceivedAt), "session", strings.ToLower(r.T("calendar.session."+calendar.Session(v.Session).Code())))
		}
		told[v.Day] = append(told[v.Day], word)
	}
	t := ui.Table{Caption: r.T("warning.evidence"), Quiet: true, Compact: true, Columns: []ui.Column{{Label: r.T("warning.day")}, {Label: r.T("warning.marks"), Broad: true}, {Label: r.T("warning.known"), Broad: true}}}
	for i := len(d.Sessions) - 1; i >= 0; {
		on := d.Sessions[i].Day
		var marks []templ.Component
		worst := ui.Plain
		for ; i >= 0 && d.Sessions[i].Day == on; i-- {
			s := d.Sessions[i]
			label := r.T("calendar.session."+calendar.Session(s.Part).Code()) + ": " + markWord(r, s.Mark)
			badge := ui.Badge{Label: label, Tone: markTone(s.Mark)}
			if s.Mark.Absent() && on >= d.Since && on <= d.Last {
				worst = badge.Tone
			}
			marks = append([]templ.Component{badge.Draw(), ui.Text(" ")}, marks...)
		}
		t.Rows = append(t.Rows, ui.Row{Tone: worst, Cells: []templ.Component{ui.Text(r.T("warning.weekday-"+weekday(on)) + ", " + on.Vietnamese()), templ.Join(marks...), ui.Text(strings.Join(told[on], "; "))}})
	}
	return t.Draw()
}

func weekday(d day.Day) string { return strconv.Itoa((int(d.Weekday())+6)%7 + 1) }

func markTone(m warning.Mark) ui.Tone {
	switch m {
	case warning.Unexcused:
		return ui.Red
	case warning.Excused:
		return ui.Amber
	case warning.Present, warning.Late:
		return ui.Green
	}
	return ui.Grey
}

func markWord(r *door.Request, m warning.Mark) string {
	if m == warning.Present {
		return r.T("warning.present")
	}
	return strings.ToLower(r.T("rollcall.kind-" + rollcall.Kind(m).Code()))
}

func children(r *door.Request, parts []warning.Listed) templ.Component {
	var items []ui.Item
	for _, p := range parts {
		items = append(items, ui.Item{Title: p.Name + " · " + p.ClassName, Text: warning.Sentence(r.Lang, p.Signal), URL: signalAddress(p.ID)})
	}
	return ui.List(items...)
}

// history says what was said when, the first first.
func history(r *door.Request, d warning.Detail) templ.Component {
	var events []ui.Event
	for _, e := range d.Events {
		title := r.T("warning.step-" + string(e.Step))
		if e.State != warning.Open {
			title = r.T("warning.state-" + string(e.State))
		}
		text := warning.SentenceOf(r.Lang, d.Rule, e.Facts, e.Since, e.Last)
		if e.Reason != "" {
			text = r.T("warning.ended-" + e.Reason)
		}
		events = append(events, ui.Event{When: instant(r, e.At), Stamp: e.At.String(), Title: title, Body: ui.Text(text), Tone: stateTone(e.State)})
	}
	return ui.Timeline(events...)
}

// rules explains every rule, with its numbers as delivered.
func rules(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	c := frame.Chrome(r, frame.Cases, r.T("warning.rules"))
	c.Lead = r.T("warning.rules_lead")
	holdings, _, err := warning.Holdings(ctx, tx, r.Who, calendar.ScopeRealm, 0, "")
	if err != nil {
		return door.Answer{}, err
	}
	t := ui.Table{Caption: r.T("warning.rules"), Quiet: true, Columns: []ui.Column{{Label: r.T("warning.rule")}, {Label: r.T("warning.meaning"), Broad: true}, {Label: r.T("warning.numbers")}, {Label: r.T("warning.steps"), Broad: true}}}
	for _, rule := range warning.Rules {
		var numbers []string
		for _, h := range holdings {
			if h.Rule == rule.Code {
				numbers = append(numbers, r.T("warning.name-"+h.Name)+": "+plainNumbers(h.Numbers))
			}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.TextNote(r.T("warning.rule-"+rule.Code), r.T("warning.version", "version", rule.Version)), ui.Text(r.T("warning.about-" + rule.Code)),
			ui.Text(strings.Join(numbers, "; ")), ui.Text(ladder(r, rule.Code))}})
	}
	parts := []templ.Component{t.Draw(), frame.In(ui.Section("khong-dung", r.T("warning.never"), ""), frame.Words(r.T("warning.never_text"))),
		frame.In(ui.Section("cap-hoc", r.T("warning.by_level"), ""), frame.Words(r.T("warning.by_level_text")))}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

// ladder names the steps of a rule one after another, as the whole ladder has them.
func ladder(r *door.Request, rule string) string {
	var words []string
	for i, last := 0, warning.Step(""); i < 5; i++ {
		step := warning.StepOf(rule, warning.FullLadder, i)
		if step == last {
			break
		}
		words, last = append(words, r.T("warning.step-"+string(step))), step
	}
	return strings.Join(words, " → ")
}

func plainNumbers(numbers []int) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ", ")
}
