package main

import (
	"context"

	"ralop/internal/exchange"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

type importHeadcountsCommand struct {
	importFlags
}

// Run imports counts of schools that do not yet mark pupil by pupil.
func (c *importHeadcountsCommand) Run(env *Env) error {
	table, mapping, err := c.open()
	if err != nil {
		return err
	}
	defer table.Close()
	sheet, lines, refused, err := exchange.ReadHeadcounts(table, mapping)
	if err != nil {
		return err
	}
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	var p *rollcall.HeadcountPlan
	err = a.Store.Read(env.Context, func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = rollcall.PlanHeadcounts(ctx, tx, a.System(), lines)
		return err
	})
	if err != nil {
		return err
	}
	if !c.DryRun {
		if err := rollcall.CommitHeadcounts(env.Context, a.Store, a.System(), p, env.progress(env.T("exchange.writing"))); err != nil {
			return err
		}
	}
	for _, e := range p.Errors {
		refused = append(refused, exchange.RowFault(e))
	}
	counts := map[string]int{"new": p.New, "changed": p.Changed, "same": p.Same}
	return c.finish(env, importResult{Rows: len(sheet.Rows()), Counts: counts}, sheet, refused, nil)
}
