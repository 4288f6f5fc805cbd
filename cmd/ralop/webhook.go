package main

import (
	"context"
	"fmt"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/webhook"
)

// webhookCommand is for the owner of the machine: which programs are told what happened.
type webhookCommand struct {
	Make   webhookMakeCommand   `cmd:"" help:"Make a webhook for an account; its secret is shown once. / Tạo webhook."`
	List   webhookListCommand   `cmd:"" help:"List webhooks. / Liệt kê webhook."`
	End    webhookEndCommand    `cmd:"" help:"End a webhook at once. / Kết thúc webhook."`
	Replay webhookReplayCommand `cmd:"" help:"Send again what was given up, or one event. / Gửi lại."`
	Hosts  webhookHostsCommand  `cmd:"" help:"Allow hosts inside the house; replaces what was said before. / Cho phép máy chủ nội bộ."`
}

type webhookMakeCommand struct {
	Login  string          `arg:"" help:"Of the account whose rights decide what is told. / Tên đăng nhập."`
	URL    string          `arg:"" help:"https://… / Địa chỉ nhận."`
	Label  string          `required:"" help:"What it is for. / Dùng cho việc gì."`
	Events []webhook.Event `help:"sheet.received, report.frozen, case.opened; the first two if not given. / Sự kiện."`
}

func (c *webhookMakeCommand) Run(env *Env) error {
	var made webhook.Webhook
	var secret string
	err := env.write(func(ctx context.Context, tx *store.Tx, who access.Who) error {
		of, err := account.ByLogin(ctx, tx, who.Realm, c.Login)
		if err != nil {
			return err
		}
		made, secret, err = webhook.Make(ctx, tx, who, webhook.MakeIn{Account: of, Label: c.Label, URL: c.URL, Events: c.Events})
		return err
	})
	if err != nil {
		return err
	}
	if env.JSON {
		return printJSON(env, map[string]any{"id": made.ID, "secret": secret, "events": made.Events.List()})
	}
	_, err = fmt.Fprintf(env.Out, "%s\n%s\n", env.T("webhook.made-line", "number", made.ID.String()), secret)
	return err
}

type webhookListCommand struct{}

func (c *webhookListCommand) Run(env *Env) error {
	type row struct {
		ID     id.ID           `json:"id"`
		Login  string          `json:"login"`
		Label  string          `json:"label"`
		URL    string          `json:"url"`
		Events []webhook.Event `json:"events"`
		Made   day.Instant     `json:"made"`
		Ended  *day.Instant    `json:"ended"`
		Counts map[string]int  `json:"deliveries"`
	}
	rows := []row{}
	err := env.read(func(ctx context.Context, tx *store.Tx, who access.Who) error {
		list, err := webhook.List(ctx, tx, who, 0)
		if err != nil {
			return err
		}
		ids := make([]id.ID, len(list))
		for i, w := range list {
			ids[i] = w.ID
		}
		counts, err := webhook.Counts(ctx, tx, who.Realm, ids)
		if err != nil {
			return err
		}
		for _, w := range list {
			owner, err := account.Find(ctx, tx, who.Realm, w.Account)
			if err != nil {
				return err
			}
			r := row{w.ID, owner.Login, w.Label, w.URL, w.Events.List(), w.MadeAt, nil, counts[w.ID]}
			if !w.EndedAt.IsZero() {
				r.Ended = &w.EndedAt
			}
			rows = append(rows, r)
		}
		return nil
	})
	if err != nil || env.JSON {
		if err == nil {
			err = printJSON(env, rows)
		}
		return err
	}
	for _, r := range rows {
		state := "good"
		if r.Ended != nil {
			state = "ended"
		}
		fmt.Fprintf(env.Out, "%s %-16s %-20s %s %s %v %v\n", r.ID, r.Login, r.Label, env.T("webhook.state-"+state), r.URL, r.Events, r.Counts)
	}
	return nil
}

type webhookEndCommand struct {
	Webhook string `arg:"" help:"Its number, as webhook list shows it. / Số của webhook."`
}

func (c *webhookEndCommand) Run(env *Env) error {
	number, err := id.Parse(c.Webhook)
	if err != nil {
		return err
	}
	return env.write(func(ctx context.Context, tx *store.Tx, who access.Who) error {
		return webhook.End(ctx, tx, who, number)
	})
}

type webhookReplayCommand struct {
	Webhook string `arg:"" help:"Its number. / Số của webhook."`
	Event   string `arg:"" optional:"" help:"One event; all that were given up if not named. / Một sự kiện."`
}

func (c *webhookReplayCommand) Run(env *Env) error {
	number, err := id.Parse(c.Webhook)
	if err != nil {
		return err
	}
	var event id.ID
	if c.Event != "" {
		if event, err = id.Parse(c.Event); err != nil {
			return err
		}
	}
	n := 1
	err = env.write(func(ctx context.Context, tx *store.Tx, who access.Who) (err error) {
		if event != 0 {
			_, _, err = webhook.Replay(ctx, tx, who, number, event, "")
			return err
		}
		n, err = webhook.ReplayDead(ctx, tx, who, number)
		return err
	})
	if err != nil {
		return err
	}
	if env.JSON {
		return printJSON(env, map[string]int{"replayed": n})
	}
	_, err = fmt.Fprintln(env.Out, n)
	return err
}

type webhookHostsCommand struct {
	Hosts []string `arg:"" optional:"" help:"Names or addresses without a port; none forbids all. / Tên máy chủ."`
}

func (c *webhookHostsCommand) Run(env *Env) error {
	return env.write(func(ctx context.Context, tx *store.Tx, who access.Who) error {
		return webhook.AllowHosts(ctx, tx, who, c.Hosts)
	})
}
