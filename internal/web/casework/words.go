package casework

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/casework"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/text"
	"ralop/internal/warning"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

func address(case_ id.ID) string { return HomeAddress + "/" + case_.String() }

// newAct makes the id of an act, a UUIDv7 of the product's clock.
func newAct(now day.Instant) string {
	var act [16]byte
	rand.Read(act[:])
	ms := now.Time().UnixMilli()
	for i := range 6 {
		act[i] = byte(ms >> (8 * (5 - i)))
	}
	act[6], act[8] = act[6]&0x0f|0x70, act[8]&0x3f|0x80
	h := hex.EncodeToString(act[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// actOf reads the id of the act that a form carries.
func actOf(r *door.Request) (act [16]byte, err error) {
	raw, err := hex.DecodeString(strings.ReplaceAll(r.Value("ma"), "-", ""))
	if err != nil || len(raw) != len(act) {
		return act, fault.New(fault.Invalid, "casework.act-missing", nil)
	}
	copy(act[:], raw)
	return act, nil
}

// formAct is the id that a form carries: the same when it is shown again.
func formAct(r *door.Request) ui.Pair {
	if act, err := actOf(r); err == nil && act != [16]byte{} {
		return ui.Pair{Name: "ma", Value: r.Value("ma")}
	}
	return ui.Pair{Name: "ma", Value: newAct(r.Now)}
}

// dayOf writes a day, "" for none.
func dayOf(d day.Day) string {
	if d == 0 || d >= day.Forever {
		return ""
	}
	return d.Vietnamese()
}

// fieldDay is the value of a date field.
func fieldDay(d day.Day) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// sentence says why a case is there: its newest warning, else what was written by hand.
func sentence(lang text.Lang, t casework.Task) string {
	switch {
	case t.Hidden:
		return text.T(lang, "casework_page.hidden")
	case t.Signal != nil:
		return warning.Sentence(lang, *t.Signal)
	}
	return t.Why
}

func stateTone(s casework.State) ui.Tone {
	switch s {
	case casework.Open:
		return ui.Red
	case casework.Watching, casework.Away:
		return ui.Amber
	case casework.Back:
		return ui.Green
	}
	return ui.Grey
}

// dueBadge says when the next step is due.
func dueBadge(r *door.Request, state casework.State, due day.Day, late bool) templ.Component {
	switch {
	case state == casework.Open && late:
		return ui.Badge{Label: r.T("casework_page.late_since", "day", dayOf(due)), Tone: ui.Red, Icon: ui.IconWarning}.Draw()
	case state == casework.Open && due == r.Today:
		return ui.Badge{Label: r.T("casework_page.due_today"), Tone: ui.Amber, Icon: ui.IconClock}.Draw()
	case state == casework.Open && dayOf(due) != "":
		return ui.Badge{Label: r.T("casework_page.due_on", "day", dayOf(due)), Icon: ui.IconClock}.Draw()
	}
	return ui.Badge{Label: r.T("casework.state-" + string(state)), Tone: stateTone(state)}.Draw()
}

// words joins the words of codes: "Mẹ, Ông bà".
func words(r *door.Request, prefix string, codes []string) string {
	list := make([]string, len(codes))
	for i, code := range codes {
		list[i] = r.T("casework." + prefix + "-" + code)
	}
	return strings.Join(list, ", ")
}

// options are the answers of a closed list.
func options(r *door.Request, prefix string, codes []string, chosen []string) []ui.Option {
	var list []ui.Option
	for _, code := range codes {
		o := ui.Option{Value: code, Label: r.T("casework." + prefix + "-" + code)}
		for _, c := range chosen {
			o.Chosen = o.Chosen || c == code
		}
		list = append(list, o)
	}
	return list
}

// causeOptions are the causes, those of the season first.
func causeOptions(r *door.Request, first ui.Option) []ui.Option {
	list := []ui.Option{first}
	group := func(key string, wanted func(casework.Cause) bool) {
		for _, c := range casework.Causes {
			if wanted(c) {
				list = append(list, ui.Option{Value: c.Code, Label: r.T("casework.cause-" + c.Code), Group: r.T("casework_page." + key)})
			}
		}
	}
	season := func(c casework.Cause) bool { return c.InSeason(r.Today.Month()) }
	group("causes_season", func(c casework.Cause) bool { return season(c) && !c.Protected })
	group("causes_usual", func(c casework.Cause) bool { return !season(c) && !c.Protected })
	group("causes_protected", func(c casework.Cause) bool { return c.Protected })
	return list
}

// done tells what was done, after a form led back here.
func done(r *door.Request, c *ui.Chrome) {
	if what := r.Value("xong"); what != "" {
		if key := "casework_page.done-" + what; text.Has(r.Lang, key) {
			c.Notices = append(c.Notices, ui.Notice{Tone: ui.Green, Text: r.T(key)})
		}
	}
}

// caseOf reads the case of the address and gives it as the caller may see it, with the look.
func caseOf(ctx context.Context, tx *store.Tx, r *door.Request) (casework.View, error) {
	number, err := r.ID("case")
	if err != nil {
		return casework.View{}, err
	}
	return casework.ViewOf(ctx, tx, r.Who, number)
}

// hotline is the card of a protected case: whom to call, and how to speak.
func hotline(r *door.Request) templ.Component {
	return ui.Notice{Tone: ui.Red, Title: r.T("casework_page.hotline"), Text: r.T("casework_page.hotline_text"), Links: []ui.Choice{{Label: r.T("casework_page.hotline_call"), URL: "tel:111"}}}.Draw()
}

// tabs of the pages about a place.
func tabs(r *door.Request, base, current string, withLane, withReminders bool) templ.Component {
	var list []ui.Choice
	add := func(key, address string) {
		list = append(list, ui.Choice{Label: r.T("casework_page." + key), URL: base + address, Current: key == current})
	}
	if withLane {
		add("lane", "/van-dong")
	}
	add("causes", "/nguyen-nhan")
	add("solutions", "/giai-phap")
	if withReminders {
		if strings.HasPrefix(base, "/truong/") {
			add("reminders", "/nhac")
		} else {
			add("reminders", "/nhac-truong")
		}
	}
	return ui.Tabs(r.T("casework_page.tabs"), list...)
}

func labelled(r *door.Request, key string, value templ.Component) ui.Fact {
	return ui.Fact{Label: r.T("casework_page." + key), Value: value}
}

func orNothing(s string) templ.Component {
	if s == "" {
		return ui.Nothing()
	}
	return ui.Text(s)
}

func section(key, title, note string, parts ...templ.Component) templ.Component {
	return frame.In(ui.Section(key, title, note), parts...)
}

func card(title string, parts ...templ.Component) templ.Component {
	return frame.In(ui.Card(title), frame.Box("stack-tight", parts...))
}
