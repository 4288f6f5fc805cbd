package committee

import (
	"context"
	"slices"

	"github.com/a-h/templ"

	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// form is a form while it is put together: what was typed and what is wrong with it.
type form struct {
	r        *door.Request
	faults   fault.List
	named    []string
	mistakes []ui.Mistake
}

// again shows a form with what is wrong.
func again(show func(context.Context, *store.Tx, *door.Request, *form) (door.Answer, error)) door.Again {
	return func(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
		return show(ctx, tx, r, &form{r: r, faults: faults})
	}
}

// field gives a question what was typed and its error.
func (f *form) field(q ui.Field) ui.Field {
	posted := f.r.HTTP.Method == "POST"
	if posted {
		q.Value = f.r.Value(q.Name)
	}
	chosen := f.r.Values(q.Name)
	if len(q.Options) > 0 && (posted || len(chosen) > 0) {
		q.Value = ""
		for i := range q.Options {
			q.Options[i].Chosen = slices.Contains(chosen, q.Options[i].Value)
		}
	}
	q.Error = door.FieldError(f.r, f.faults, q.Name)
	f.named = append(f.named, q.Name)
	f.mistakes = append(f.mistakes, ui.Mistakes(q)...)
	return q
}

// all are the errors, those that belong to no question at the end.
func (f *form) all() templ.Component {
	mistakes := slices.Clone(f.mistakes)
	for _, one := range f.faults {
		if !slices.Contains(f.named, one.Field) {
			mistakes = append(mistakes, ui.Mistake{Text: door.Sentence(f.r.Lang, one)})
		}
	}
	return ui.Faults("", mistakes)
}

// page puts the questions on a narrow page.
func (f *form) page(c ui.Chrome, action, do, cancel string, parts ...templ.Component) door.Answer {
	c.Narrow = true
	body := append([]templ.Component{f.all()}, parts...)
	body = append(body, ui.Actions(ui.Button{Label: do, Kind: ui.Primary}, ui.Button{Label: f.r.T("committee.cancel"), URL: cancel, Kind: ui.Quiet}))
	return door.Page(frame.In(ui.Page(c), frame.In(ui.Card(""), frame.Form(action, false, body...))))
}

// decision asks for the number, day and issuer of a decision and from when it counts.
func (f *form) decision(issuer string) templ.Component {
	t := f.r.T
	return templ.Join(
		frame.Box("fields",
			ui.Input(f.field(ui.Field{Name: "number", Label: t("committee.number"), Hint: t("committee.number_hint")})),
			ui.Input(f.field(ui.Field{Name: "issued", Label: t("committee.issued"), Kind: "date", Value: f.r.Today.String()}))),
		ui.Input(f.field(ui.Field{Name: "issuer", Label: t("committee.issuer"), Value: issuer})),
		ui.Input(f.field(ui.Field{Name: "from", Label: t("committee.from"), Help: t("committee.from_help"), Kind: "date", Class: "input-short", Optional: true})))
}

// options are words of the message files to choose from.
func options[T ~string](r *door.Request, prefix string, values []T, empty string) []ui.Option {
	var all []ui.Option
	if empty != "" {
		all = append(all, ui.Option{Value: "", Label: empty})
	}
	for _, v := range values {
		all = append(all, ui.Option{Value: string(v), Label: r.T(prefix + string(v))})
	}
	return all
}
