package token

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
	"ralop/internal/webhook"
)

func numbers(hooks []webhook.Webhook) []id.ID {
	ids := make([]id.ID, len(hooks))
	for i, w := range hooks {
		ids[i] = w.ID
	}
	return ids
}

func addressOf(hook id.ID) string { return MineAddress + "/webhook/" + hook.String() }

func stateOf(w webhook.Webhook) string {
	if w.EndedAt.IsZero() {
		return "good"
	}
	return "ended"
}

func eventNames(r *door.Request, w webhook.Webhook) string {
	var names []string
	for _, e := range w.Events.List() {
		names = append(names, r.T("webhook.event-"+string(e)))
	}
	return strings.Join(names, ", ")
}

// webhookTable lists webhooks by their hosts: an address may hold a key of its own.
func webhookTable(r *door.Request, hooks []webhook.Webhook, counts map[id.ID]map[string]int, owners map[id.ID]string) ui.Table {
	t := ui.Table{Caption: r.T("webhook.webhooks"), Quiet: true, Empty: ui.Empty{Icon: ui.IconLock, Title: r.T("webhook.no-webhooks"), Text: r.T("webhook.no-webhooks-text")}.Draw(),
		Columns: []ui.Column{{Label: r.T("token.label-head")}, {Label: r.T("webhook.events")}, {Label: r.T("token.state-head")}, {Label: r.T("webhook.deliveries")}}}
	for _, w := range hooks {
		about := w.Host()
		if owners != nil {
			about = r.T("token.of", "name", owners[w.Account]) + " – " + w.Host()
		}
		var sums []string
		for _, state := range []string{webhook.Done, webhook.Waiting, webhook.Sending, webhook.Dead, webhook.Dropped} {
			if n := counts[w.ID][state]; n > 0 {
				sums = append(sums, r.T("webhook.delivery-"+state)+": "+strconv.Itoa(n))
			}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.LinkNote(addressOf(w.ID), w.Label, about), ui.Text(eventNames(r, w)),
			ui.Badge{Label: r.T("webhook.state-" + stateOf(w)), Tone: tones[stateOf(w)]}.Draw(), ui.Text(strings.Join(sums, " · "))}})
	}
	return t
}

func makeWebhook(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	in := webhook.MakeIn{Account: r.Who.Account, Label: r.Value("name"), URL: r.Value("url")}
	for _, e := range r.Values("events") {
		in.Events = append(in.Events, webhook.Event(e))
	}
	made, secret, err := webhook.Make(ctx, tx, r.Who, in)
	if err != nil {
		return door.Answer{}, err
	}
	return secretPage(r, r.T("webhook.made"), r.T("webhook.made-lead", "label", made.Label), r.T("webhook.secret"), secret, ui.Fact{Label: r.T("webhook.url"), Value: ui.Text(made.URL)},
		ui.Fact{Label: r.T("webhook.events"), Value: ui.Text(eventNames(r, made))}), nil
}

// mostDeliveries are shown on the page; the API gives all.
const mostDeliveries = 50

func showWebhook(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	number, err := r.ID("webhook")
	if err != nil {
		return door.Answer{}, err
	}
	w, err := webhook.Find(ctx, tx, r.Who, number)
	if err != nil {
		return door.Answer{}, err
	}
	deliveries, err := webhook.Deliveries(ctx, tx, r.Who, webhook.DeliveriesIn{Webhook: number, Limit: mostDeliveries})
	if err != nil {
		return door.Answer{}, err
	}
	counts, err := webhook.Counts(ctx, tx, r.Who.Realm, []id.ID{number})
	if err != nil {
		return door.Answer{}, err
	}
	stands := w.EndedAt.IsZero()
	c := frame.Chrome(r, frame.None, w.Label)
	c.Lead = r.T("webhook.about")
	facts := []ui.Fact{{Label: r.T("webhook.url"), Value: ui.Text(w.Host())}, {Label: r.T("webhook.events"), Value: ui.Text(eventNames(r, w))},
		{Label: r.T("token.state-head"), Value: ui.Badge{Label: r.T("webhook.state-" + stateOf(w)), Tone: tones[stateOf(w)]}.Draw()}, {Label: r.T("webhook.made-head"), Value: ui.Text(moment(r, w.MadeAt))}}
	if w.Account == r.Who.Account { // the path may hold a key: it is the owner's alone
		facts[0].Value = ui.Text(w.URL)
	}
	var acts []templ.Component
	if stands {
		acts = append(acts, ui.Post(addressOf(number)+"/gui-thu", ui.Button{Label: r.T("webhook.try")}))
		if counts[number][webhook.Dead] > 0 {
			acts = append(acts, ui.Post(addressOf(number)+"/gui-lai", ui.Button{Label: r.T("webhook.replay-dead")}))
		}
		acts = append(acts, ui.Post(addressOf(number)+"/ket-thuc", ui.Button{Label: r.T("webhook.end"), Kind: ui.Danger}))
	}
	return door.Page(frame.In(ui.Page(c), ui.Facts(facts...), frame.Box("actions", acts...),
		frame.In(ui.Section("da-gui", r.T("webhook.deliveries"), r.T("webhook.deliveries-note")), deliveryTable(r, deliveries, stands).Draw()))), nil
}

func deliveryTable(r *door.Request, deliveries []webhook.Delivery, stands bool) ui.Table {
	t := ui.Table{Caption: r.T("webhook.deliveries"), Quiet: true, Empty: ui.Empty{Icon: ui.IconLock, Title: r.T("webhook.no-deliveries"), Text: r.T("webhook.no-deliveries-text")}.Draw(),
		Columns: []ui.Column{{Label: r.T("webhook.event-head")}, {Label: r.T("token.state-head")}, {Label: r.T("webhook.answer")}, {Label: r.T("token.act-head")}}}
	for _, d := range deliveries {
		var said []string
		if d.Status != 0 {
			said = append(said, strconv.Itoa(d.Status))
		}
		if d.Error != "" {
			said = append(said, r.T("webhook.error-"+d.Error))
		}
		about := r.T("webhook.tries", "n", d.Tries)
		if d.State == webhook.Waiting {
			about = r.T("webhook.next", "n", d.Tries, "when", moment(r, d.DueAt))
		}
		act := ui.Nothing()
		if stands && d.State != webhook.Waiting && d.State != webhook.Sending {
			act = ui.Post(addressOf(d.Webhook)+"/"+d.Event.String()+"/gui-lai", ui.Button{Label: r.T("webhook.replay"), Small: true})
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.TextNote(r.T("webhook.event-"+string(d.Kind)), moment(r, d.At)),
			ui.Badge{Label: r.T("webhook.delivery-" + d.State), Tone: tones[d.State]}.Draw(), ui.TextNote(strings.Join(said, " – "), about), act}})
	}
	return t
}

// onWebhook does one thing to the webhook of the address and comes back to its page.
func onWebhook(r *door.Request, f func(webhook id.ID) error) (door.Answer, error) {
	number, err := r.ID("webhook")
	if err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(addressOf(number)), f(number)
}

func try(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return onWebhook(r, func(number id.ID) error { _, err := webhook.Try(ctx, tx, r.Who, number); return err })
}

func replayDead(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return onWebhook(r, func(number id.ID) error { _, err := webhook.ReplayDead(ctx, tx, r.Who, number); return err })
}

func replay(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return onWebhook(r, func(number id.ID) error {
		event, err := r.ID("event")
		if err == nil {
			_, _, err = webhook.Replay(ctx, tx, r.Who, number, event, "")
		}
		return err
	})
}

func end(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return onWebhook(r, func(number id.ID) error { return webhook.End(ctx, tx, r.Who, number) })
}
