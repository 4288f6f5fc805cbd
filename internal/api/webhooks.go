package api

import (
	"cmp"
	"context"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/token"
	"ralop/internal/webhook"
)

// Webhook is an address that is told what happened. Its secret is shown when it is made, and never again.
type Webhook struct {
	ID     id.ID           `json:"id"`
	Label  string          `json:"label"`
	URL    string          `json:"url"`
	Events []webhook.Event `json:"events" doc:"sheet.received, case.opened, report.frozen"`
	State  string          `json:"state" doc:"good or ended"`
	Made   string          `json:"made"`
}

// Delivery is one event on its way to a webhook, without what it says.
type Delivery struct {
	Event   id.ID  `json:"event" doc:"Id of the event; the same however often it is sent."`
	Type    string `json:"type" doc:"sheet.received, case.opened, report.frozen, webhook.tried"`
	At      string `json:"at" doc:"When it happened."`
	State   string `json:"state" doc:"waiting, sending, sent, dead (given up), dropped (the webhook ended)"`
	Tries   int    `json:"tries"`
	Status  int    `json:"status,omitempty" doc:"Of the last answer; absent when none came."`
	Error   string `json:"error,omitempty" doc:"status, timeout, redirect, no-answer, no-connection, no-such-host, address-inside, away, failed"`
	Next    string `json:"next,omitempty" doc:"When it is tried next."`
	Replays int    `json:"replays"`
}

// NewWebhook is a webhook that a program wants.
type NewWebhook struct {
	Label  string          `json:"label" minLength:"1" maxLength:"60" doc:"What it is for, in the owner's words."`
	URL    string          `json:"url" minLength:"1" maxLength:"500" doc:"An address of https, outside this network."`
	Events []webhook.Event `json:"events,omitempty" maxItems:"3" doc:"Without any: sheet.received and report.frozen, as far as the account may see them. case.opened only when asked for."`
}

// MadeWebhook is a webhook with the key of its signatures.
type MadeWebhook struct {
	Webhook
	Secret   string `json:"secret" doc:"What deliveries are signed with. It is told to who made the webhook, by the same key again, and stands in no list."`
	Repeated bool   `json:"repeated,omitempty" doc:"This key had been received before; nothing was made."`
}

type makeWebhookIn struct {
	Key  string `header:"Idempotency-Key" required:"true" pattern:"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$" doc:"A UUID of the sender's; the same again gives the webhook that was made then."`
	Body NewWebhook
}

type makeWebhookOut struct{ Body MadeWebhook }

type endWebhookIn struct {
	Webhook string `path:"webhook"`
}

type endWebhookOut struct{ Body Webhook }

type webhooksIn struct{ Paging }

type deliveriesIn struct {
	Paging
	Webhook string `path:"webhook"`
	State   string `query:"state" enum:"waiting,sending,sent,dead,dropped"`
}

type replayIn struct {
	Webhook string `path:"webhook"`
	Event   string `path:"event"`
	Key     string `header:"Idempotency-Key" required:"true" pattern:"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$" doc:"A UUID of the sender's; the same again sends nothing."`
}

// Replayed says where a delivery stands.
type Replayed struct {
	Delivery
	Repeated bool `json:"repeated,omitempty" doc:"This key had been received before; nothing was done."`
}

type replayOut struct{ Body Replayed }

func (d *desk) webhooks() {
	read(d, route("listWebhooks", "GET", "/webhooks", "Webhooks", "Webhooks of the account.", token.Webhooks), listWebhooks)
	read(d, route("listDeliveries", "GET", "/webhooks/{webhook}/deliveries", "Deliveries of a webhook",
		"What a webhook was sent and what became of it, for 90 days. No bodies are kept.", token.Webhooks), listDeliveries)
	d.makeWebhook()
	d.endWebhook()
	op := route("replayDelivery", "POST", "/webhooks/{webhook}/deliveries/{event}/replay", "Send an event again",
		"Sends an event again to a webhook, with the same event id. One that still waits goes on waiting.", token.Webhooks)
	op.Errors = append(op.Errors, 409)
	huma.Register(d.api, op, func(ctx context.Context, in *replayIn) (*replayOut, error) {
		c, out := callOf(ctx), &replayOut{}
		hook, err := idOf(in.Webhook, "webhook")
		if err != nil {
			return nil, c.problem(d, err)
		}
		event, err := idOf(in.Event, "event")
		if err == nil {
			err = d.config.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				delivery, repeated, err := webhook.Replay(ctx, tx, c.Who, hook, event, in.Key)
				out.Body = Replayed{deliveryOf(delivery), repeated}
				return err
			})
		}
		return out, c.problem(d, err)
	})
}

func (d *desk) makeWebhook() {
	op := route("makeWebhook", "POST", "/webhooks", "Make a webhook",
		"Lets an address be told, signed, what happens that the account may see: ids only. The answer is the only one that holds the secret.", token.WriteWebhooks)
	op.Errors = append(op.Errors, 409)
	huma.Register(d.api, op, func(ctx context.Context, in *makeWebhookIn) (*makeWebhookOut, error) {
		c, out := callOf(ctx), &makeWebhookOut{}
		err := d.config.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			made, secret, repeated, err := webhook.MakeOnce(ctx, tx, c.Who, in.Key, webhook.MakeIn{Account: c.Who.Account, Label: in.Body.Label, URL: in.Body.URL, Events: in.Body.Events})
			out.Body = MadeWebhook{webhookOf(made), secret, repeated}
			return err
		})
		return out, c.problem(d, err)
	})
}

func (d *desk) endWebhook() {
	op := route("endWebhook", "DELETE", "/webhooks/{webhook}", "End a webhook",
		"Ends a webhook at once: what waits is dropped. Ending it again changes nothing.", token.WriteWebhooks)
	huma.Register(d.api, op, func(ctx context.Context, in *endWebhookIn) (*endWebhookOut, error) {
		c, out := callOf(ctx), &endWebhookOut{}
		hook, err := idOf(in.Webhook, "webhook")
		if err == nil {
			err = d.config.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				if err := webhook.End(ctx, tx, c.Who, hook); err != nil {
					return err
				}
				ended, err := webhook.Find(ctx, tx, c.Who, hook)
				out.Body = webhookOf(ended)
				return err
			})
		}
		return out, c.problem(d, err)
	})
}

func webhookOf(w webhook.Webhook) Webhook {
	state := "good"
	if !w.EndedAt.IsZero() {
		state = "ended"
	}
	return Webhook{w.ID, w.Label, w.URL, w.Events.List(), state, w.MadeAt.String()}
}

func listWebhooks(ctx context.Context, tx *store.Tx, c *Call, in *webhooksIn) (page Page[Webhook], err error) {
	all, err := webhook.List(ctx, tx, c.Who, c.Who.Account)
	if err != nil {
		return page, err
	}
	list := []Webhook{}
	for _, w := range all {
		list = append(list, webhookOf(w))
	}
	slices.SortFunc(list, func(a, b Webhook) int { return cmp.Compare(a.ID, b.ID) })
	return pageOf(in.Paging, list, func(w Webhook) string { return order(w.ID) })
}

func listDeliveries(ctx context.Context, tx *store.Tx, c *Call, in *deliveriesIn) (page Page[Delivery], err error) {
	hook, err := idOf(in.Webhook, "webhook")
	if err != nil {
		return page, err
	}
	all, err := webhook.Deliveries(ctx, tx, c.Who, webhook.DeliveriesIn{Webhook: hook, State: in.State, Limit: everybody})
	if err != nil {
		return page, err
	}
	list := []Delivery{}
	for _, d := range all {
		list = append(list, deliveryOf(d))
	}
	slices.Reverse(list) // the oldest first: a cursor goes on where it ended
	return pageOf(in.Paging, list, func(d Delivery) string { return order(d.Event) })
}

func deliveryOf(d webhook.Delivery) Delivery {
	out := Delivery{Event: d.Event, Type: string(d.Kind), At: d.At.String(), State: d.State, Tries: d.Tries, Status: d.Status, Error: d.Error, Replays: d.Replays}
	if d.State == webhook.Waiting {
		out.Next = d.DueAt.String()
	}
	return out
}
