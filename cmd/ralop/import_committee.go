package main

import (
	"context"

	"ralop/internal/committee"
	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/org"
	"ralop/internal/store"
)

type importCommitteeCommand struct {
	importFlags
	Unit   string `help:"Code of the unit. / Mã đơn vị." required:""`
	Kind   string `help:"renewal, universalisation, retention, other. / Loại ban chỉ đạo." default:"universalisation"`
	Number string `help:"Number of the founding decision, when the committee is new. / Số quyết định thành lập."`
	Issued string `help:"Its day, YYYY-MM-DD. / Ngày ban hành."`
	Issuer string `help:"Who issued it. / Cơ quan, người ban hành."`
	Name   string `help:"Name of the committee; empty is the usual one. / Tên ban chỉ đạo."`
}

func (c *importCommitteeCommand) Run(env *Env) error {
	table, mapping, err := c.open()
	if err != nil {
		return err
	}
	defer table.Close()
	sheet, lines, unread, err := exchange.ReadCommittee(table, mapping)
	if err != nil {
		return err
	}
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	in := committee.FoundInput{Kind: committee.Kind(c.Kind), Name: c.Name, Decision: committee.Decision{Number: c.Number, Issuer: c.Issuer}}
	if c.Issued != "" {
		if in.Decision.Day, err = day.Parse(c.Issued); err != nil {
			return fault.New(fault.Invalid, "committee.decision-day", nil)
		}
	}
	var to committee.Committee
	err = a.Store.Write(env.Context, func(ctx context.Context, tx *store.Tx) error {
		unit, err := org.Resolve(ctx, tx, c.Unit, tx.Today())
		if err != nil {
			return err
		}
		in.Unit = unit.ID
		to, err = committee.InForceOf(ctx, tx, a.System(), unit.ID, in.Kind, tx.Today())
		if fault.Is(err, fault.NotFound) && !c.DryRun {
			to, err = committee.Found(ctx, tx, a.System(), in)
		}
		return err
	})
	if err != nil {
		return err
	}
	done, err := committee.Import(env.Context, a.Store, a.System(), to.ID, lines, c.DryRun)
	if err != nil {
		return err
	}
	for _, r := range done.Refused {
		unread = append(unread, exchange.RowFault{Row: r.Row, Fault: r.Fault})
	}
	return c.finish(env, importResult{Rows: len(lines) + len(unread) - len(done.Refused), Counts: map[string]int{"new": done.New, "changed": done.Changed, "same": done.Same}}, sheet, unread, nil)
}
