package main

import (
	"context"

	"ralop/internal/exchange"
	"ralop/internal/org"
	"ralop/internal/store"
)

type importZonesCommand struct {
	importFlags
	Source string `help:"Number and day of the decision, for rows that name none. / Số, ngày của quyết định."`
}

func (c *importZonesCommand) Run(env *Env) error {
	table, mapping, err := c.open()
	if err != nil {
		return err
	}
	defer table.Close()
	sheet, lines, unread, err := exchange.ReadZones(table, mapping, c.Source)
	if err != nil {
		return err
	}
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	var p *org.ZonesPlan
	err = a.Store.Read(env.Context, func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = org.PlanZones(ctx, tx, a.System(), lines)
		return err
	})
	if err != nil {
		return err
	}
	if !c.DryRun {
		if err := org.CommitZones(env.Context, a.Store, a.System(), p, env.progress(env.T("exchange.writing"))); err != nil {
			return err
		}
	}
	return c.finish(env, importResult{Rows: p.Rows + len(unread), Counts: map[string]int{"new": p.New, "same": p.Same}},
		sheet, append(unread, rowFaults(p.Errors)...), nil)
}
