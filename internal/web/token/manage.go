package token

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/token"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
	"ralop/internal/webhook"
)

func showManage(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return managePage(ctx, tx, r, nil)
}

func manageAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	return managePage(ctx, tx, r, faults)
}

func managePage(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	tokens, err := token.List(ctx, tx, r.Who, 0)
	if err != nil {
		return door.Answer{}, err
	}
	hooks, err := webhook.List(ctx, tx, r.Who, 0)
	if err != nil {
		return door.Answer{}, err
	}
	counts, err := webhook.Counts(ctx, tx, r.Who.Realm, numbers(hooks))
	if err != nil {
		return door.Answer{}, err
	}
	var people []id.ID
	for _, k := range tokens {
		people = append(people, k.Account)
	}
	for _, w := range hooks {
		people = append(people, w.Account)
	}
	owners, err := account.Names(ctx, tx, r.Who.Realm, people)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Manage, r.T("token.manage"))
	c.Lead = r.T("token.manage-lead")
	c.Actions = ui.Buttons(ui.Button{Label: r.T("token.mine"), URL: MineAddress}, ui.Button{Label: r.T("token.to-api"), URL: APIAddress})
	parts := []templ.Component{ui.Faults("", mistakes(r, faults)),
		frame.In(ui.Section("ma", r.T("token.tokens"), ""), tokenTable(r, tokens, owners).Draw()),
		frame.In(ui.Section("webhook", r.T("webhook.webhooks"), ""), webhookTable(r, hooks, counts, owners).Draw())}
	if access.MaySomewhere(r.Who, access.ChangeSettings) {
		hosts, err := webhook.AllowedHosts(ctx, tx, r.Who.Realm)
		if err != nil {
			return door.Answer{}, err
		}
		field := ui.Field{Name: "hosts", Label: r.T("webhook.hosts"), Help: r.T("webhook.hosts-help"), Optional: true, Rows: "3", Value: strings.Join(hosts, "\n"), Error: door.FieldError(r, faults, "hosts")}
		if len(faults) > 0 {
			field.Value = r.Value("hosts")
		}
		parts = append(parts, frame.In(ui.Section("may-chu", r.T("webhook.inside-head"), r.T("webhook.inside-note")),
			frame.Form(ManageAddress+"/may-chu", false, ui.TextArea(field), ui.Actions(ui.Button{Label: r.T("webhook.keep-hosts")}))))
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

func allowHosts(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return door.SeeOther(ManageAddress + "#may-chu"), webhook.AllowHosts(ctx, tx, r.Who, strings.Fields(r.Value("hosts")))
}
