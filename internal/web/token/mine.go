package token

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/token"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
	"ralop/internal/webhook"
)

func showMine(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return minePage(ctx, tx, r, nil)
}

// again shows the page with what was wrong in one of its forms.
func again(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	return minePage(ctx, tx, r, faults)
}

func minePage(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	tokens, err := token.List(ctx, tx, r.Who, r.Who.Account)
	if err != nil {
		return door.Answer{}, err
	}
	hooks, err := webhook.List(ctx, tx, r.Who, r.Who.Account)
	if err != nil {
		return door.Answer{}, err
	}
	counts, err := webhook.Counts(ctx, tx, r.Who.Realm, numbers(hooks))
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.None, r.T("token.mine"))
	c.Lead = r.T("token.mine-lead")
	c.Actions = ui.Buttons(ui.Button{Label: r.T("token.to-api"), URL: APIAddress})
	parts := []templ.Component{
		ui.Faults("", mistakes(r, faults)),
		frame.In(ui.Section("ma", r.T("token.tokens"), r.T("token.tokens-note")), tokenTable(r, tokens, nil).Draw()),
		frame.In(ui.More(r.T("token.make"), r.Value("form") == "ma"), tokenForm(r, faults)),
		frame.In(ui.Section("webhook", r.T("webhook.webhooks"), r.T("webhook.webhooks-note")), webhookTable(r, hooks, counts, nil).Draw()),
	}
	if len(webhook.Usable(r.Who)) > 0 {
		parts = append(parts, frame.In(ui.More(r.T("webhook.make"), r.Value("form") == "webhook"), webhookForm(r, faults)))
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

// mistakes lists what was wrong, each with the question of the form that was sent.
func mistakes(r *door.Request, faults fault.List) (list []ui.Mistake) {
	for _, f := range faults {
		field := ""
		if f.Field != "" {
			field = ui.Field{Name: nameIn(r.Value("form"), f.Field)}.ID()
		}
		list = append(list, ui.Mistake{Field: field, Text: door.Sentence(r.Lang, f)})
	}
	return list
}

// nameIn is what a field is called in a form: two forms stand on one page.
func nameIn(form, field string) string {
	if form == "webhook" && field == "label" {
		return "name"
	}
	return field
}

// asked is a question with what was answered, when this form was sent.
func asked(r *door.Request, form string, f ui.Field, faults fault.List) ui.Field {
	field := f.Name
	f.Name = nameIn(form, field)
	if r.Value("form") == form {
		f.Value, f.Error = r.Value(f.Name), door.FieldError(r, faults, field)
	}
	return f
}

func tokenForm(r *door.Request, faults fault.List) templ.Component {
	label := asked(r, "ma", ui.Field{Name: "label", Label: r.T("token.label"), Help: r.T("token.label-help"), Complete: "off"}, faults)
	days := asked(r, "ma", ui.Field{Name: "days", Label: r.T("token.days-label"), Kind: "number", Mode: "numeric", Class: "input-number", Value: strconv.Itoa(token.Usual), Min: "1", Max: strconv.Itoa(token.Longest)}, faults)
	scopes := asked(r, "ma", ui.Field{Name: "scopes", Label: r.T("token.scopes-label"), Help: r.T("token.scopes-help")}, faults)
	scopes.Value = ""
	for _, s := range token.Usable(r.Who) {
		scopes.Options = append(scopes.Options, ui.Option{Value: string(s), Label: r.T("api.scope-" + string(s)), Help: string(s), Chosen: r.Value("form") == "ma" && slices.Contains(r.Values("scopes"), string(s))})
	}
	return frame.Form(MineAddress+"/ma", false, ui.Hidden(ui.Pair{Name: "form", Value: "ma"}), ui.Input(label), ui.Checks(scopes), ui.Input(days),
		ui.Actions(ui.Button{Label: r.T("token.make"), Kind: ui.Primary}))
}

func webhookForm(r *door.Request, faults fault.List) templ.Component {
	label := asked(r, "webhook", ui.Field{Name: "label", Label: r.T("token.label"), Help: r.T("webhook.label-help"), Complete: "off"}, faults)
	url := asked(r, "webhook", ui.Field{Name: "url", Label: r.T("webhook.url"), Help: r.T("webhook.url-help"), Hint: "https://", Mode: "url", Complete: "off"}, faults)
	events := asked(r, "webhook", ui.Field{Name: "events", Label: r.T("webhook.events"), Help: r.T("webhook.events-help")}, faults)
	events.Value = ""
	for _, e := range webhook.Usable(r.Who) {
		chosen := slices.Contains(webhook.Usual, e)
		if r.Value("form") == "webhook" {
			chosen = slices.Contains(r.Values("events"), string(e))
		}
		events.Options = append(events.Options, ui.Option{Value: string(e), Label: r.T("webhook.event-" + string(e)), Help: string(e), Chosen: chosen})
	}
	return frame.Form(MineAddress+"/webhook", false, ui.Hidden(ui.Pair{Name: "form", Value: "webhook"}), ui.Input(label), ui.Input(url), ui.Checks(events),
		ui.Actions(ui.Button{Label: r.T("webhook.make"), Kind: ui.Primary}))
}

// moment is a time as people write it; a word when there was none.
func moment(r *door.Request, i day.Instant) string {
	if i.IsZero() {
		return r.T("token.never-used")
	}
	return i.Clock() + ", " + i.Day().Vietnamese()
}

var tones = map[string]ui.Tone{"good": ui.Green, "expired": ui.Grey, "revoked": ui.Grey, "ended": ui.Grey,
	webhook.Waiting: ui.Amber, webhook.Sending: ui.Amber, webhook.Done: ui.Green, webhook.Dead: ui.Red, webhook.Dropped: ui.Grey}

// tokenTable lists tokens; owners are the names of who they act for, nil on one's own page.
func tokenTable(r *door.Request, tokens []token.Token, owners map[id.ID]string) ui.Table {
	t := ui.Table{Caption: r.T("token.tokens"), Quiet: true, Empty: ui.Empty{Icon: ui.IconLock, Title: r.T("token.no-tokens"), Text: r.T("token.no-tokens-text")}.Draw(),
		Columns: []ui.Column{{Label: r.T("token.label-head")}, {Label: r.T("token.scopes-head")}, {Label: r.T("token.state-head")}, {Label: r.T("token.used-head")}, {Label: r.T("token.act-head")}}}
	for _, k := range tokens {
		state := k.State(r.Now)
		var scopes []string
		for _, s := range k.Scopes.List() {
			scopes = append(scopes, string(s))
		}
		act := ui.Nothing()
		if state == "good" {
			act = ui.Post(MineAddress+"/ma/"+k.ID.String()+"/thu-hoi", ui.Button{Label: r.T("token.revoke"), Small: true, Kind: ui.Danger}, ui.Pair{Name: "return", Value: r.HTTP.URL.Path})
		}
		about := r.T("token.made-at", "when", moment(r, k.MadeAt))
		if owners != nil {
			about = r.T("token.of", "name", owners[k.Account])
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.TextNote(k.Label, about), ui.Text(strings.Join(scopes, ", ")),
			frame.Box("stack-tight", ui.Badge{Label: r.T("token.state-" + state), Tone: tones[state]}.Draw(), frame.Quietly(r.T("token.until", "day", k.ExpiresAt.Day().Vietnamese()))),
			ui.Text(moment(r, k.UsedAt)), act}})
	}
	return t
}

// secretPage shows a secret once: the page is kept by nobody.
func secretPage(r *door.Request, title, lead, label, secret string, facts ...ui.Fact) door.Answer {
	c := frame.Chrome(r, frame.None, title)
	c.Lead, c.Narrow = lead, true
	field := ui.Field{Name: "secret", Label: label, Value: secret, ReadOnly: true, Help: r.T("token.once"), Complete: "off"}
	return door.Page(frame.In(ui.Page(c), ui.Input(field), ui.Facts(facts...), ui.Actions(ui.Button{Label: r.T("token.kept"), URL: MineAddress, Kind: ui.Primary}))).With("Cache-Control", "no-store")
}

func makeToken(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	in := token.MakeIn{Account: r.Who.Account, Label: r.Value("label")}
	for _, s := range r.Values("scopes") {
		in.Scopes = append(in.Scopes, token.Scope(s))
	}
	if text := strings.TrimSpace(r.Value("days")); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n == 0 {
			n = -1
		}
		in.Days = n
	}
	made, secret, err := token.Make(ctx, tx, r.Who, in)
	if err != nil {
		return door.Answer{}, err
	}
	return secretPage(r, r.T("token.made"), r.T("token.made-lead", "label", made.Label, "until", made.ExpiresAt.Day().Vietnamese()), r.T("token.secret"), secret,
		ui.Fact{Label: r.T("token.use"), Value: frame.Wrap("<code>", "</code>", ui.Text("Authorization: Bearer …"))}), nil
}

func revoke(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	number, err := r.ID("token")
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(door.LocalAddress(r.Value("return"), MineAddress)), token.Revoke(ctx, tx, r.Who, number)
}
