package main

import (
	"context"
	"fmt"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/token"
)

// tokenCommand is for the owner of the machine: with what programs call the API.
type tokenCommand struct {
	Make   tokenMakeCommand   `cmd:"" help:"Make a token for an account; it is shown once. / Tạo mã truy cập."`
	List   tokenListCommand   `cmd:"" help:"List tokens. / Liệt kê mã truy cập."`
	Revoke tokenRevokeCommand `cmd:"" help:"End a token at once. / Thu hồi mã truy cập."`
}

type tokenMakeCommand struct {
	Login  string        `arg:"" help:"Of the account that the program acts for. / Tên đăng nhập."`
	Label  string        `required:"" help:"What it is for. / Dùng cho việc gì."`
	Scopes []token.Scope `required:"" help:"places.read, pupils.read, sheets.read, figures.read, rostering.read, demographics.read, sheets.write, webhooks.replay, webhooks.write. / Phạm vi."`
	Days   int           `help:"How many days it lasts. / Số ngày có hiệu lực." default:"90"`
}

func (c *tokenMakeCommand) Run(env *Env) error {
	var made token.Token
	var secret string
	err := env.write(func(ctx context.Context, tx *store.Tx, who access.Who) error {
		of, err := account.ByLogin(ctx, tx, who.Realm, c.Login)
		if err != nil {
			return err
		}
		made, secret, err = token.Make(ctx, tx, who, token.MakeIn{Account: of, Label: c.Label, Scopes: c.Scopes, Days: c.Days})
		return err
	})
	if err != nil {
		return err
	}
	if env.JSON {
		return printJSON(env, map[string]any{"id": made.ID, "token": secret, "scopes": made.Scopes.List(), "expires": made.ExpiresAt})
	}
	_, err = fmt.Fprintf(env.Out, "%s\n%s\n", env.T("token.made-line", "number", made.ID.String(), "until", made.ExpiresAt.Day().Vietnamese()), secret)
	return err
}

type tokenListCommand struct {
	Login string `help:"Only of this account. / Của tài khoản."`
}

func (c *tokenListCommand) Run(env *Env) error {
	type row struct {
		ID      id.ID         `json:"id"`
		Login   string        `json:"login"`
		Label   string        `json:"label"`
		Scopes  []token.Scope `json:"scopes"`
		State   string        `json:"state"`
		Expires day.Instant   `json:"expires"`
		Used    *day.Instant  `json:"used"`
	}
	rows := []row{}
	err := env.read(func(ctx context.Context, tx *store.Tx, who access.Who) error {
		var of id.ID
		var err error
		if c.Login != "" {
			if of, err = account.ByLogin(ctx, tx, who.Realm, c.Login); err != nil {
				return err
			}
		}
		tokens, err := token.List(ctx, tx, who, of)
		if err != nil {
			return err
		}
		for _, t := range tokens {
			owner, err := account.Find(ctx, tx, who.Realm, t.Account)
			if err != nil {
				return err
			}
			r := row{t.ID, owner.Login, t.Label, t.Scopes.List(), t.State(tx.Now()), t.ExpiresAt, nil}
			if !t.UsedAt.IsZero() {
				r.Used = &t.UsedAt
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
		used := env.T("token.never-used")
		if r.Used != nil {
			used = r.Used.Day().Vietnamese() + " " + r.Used.Clock()
		}
		fmt.Fprintf(env.Out, "%s %-16s %-20s %s %s %s %v\n", r.ID, r.Login, r.Label, env.T("token.state-"+r.State), r.Expires.Day().Vietnamese(), used, r.Scopes)
	}
	return nil
}

type tokenRevokeCommand struct {
	Token string `arg:"" help:"Its number, as token list shows it. / Số của mã."`
}

func (c *tokenRevokeCommand) Run(env *Env) error {
	number, err := id.Parse(c.Token)
	if err != nil {
		return err
	}
	return env.write(func(ctx context.Context, tx *store.Tx, who access.Who) error {
		return token.Revoke(ctx, tx, who, number)
	})
}
