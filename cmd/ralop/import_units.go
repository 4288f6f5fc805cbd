package main

import (
	"context"
	"os"
	"path/filepath"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/org"
	"ralop/internal/store"
)

type importUnitsCommand struct {
	importFlags
	ValidFrom string `help:"Day from which the list holds, YYYY-MM-DD. / Ngày danh sách có hiệu lực." name:"valid-from" required:""`
	Kind      string `help:"province, district, commune or village, when the words do not say. / Loại đơn vị."`
}

func (c *importUnitsCommand) Run(env *Env) error {
	on, err := parseDay(c.ValidFrom, "valid-from")
	if err != nil {
		return err
	}
	table, mapping, err := c.open()
	if err != nil {
		return err
	}
	defer table.Close()
	sheet, lines, err := exchange.ReadUnits(table, mapping)
	if err != nil {
		return err
	}
	return c.unitPlan(env, sheet, func(ctx context.Context, tx *store.Tx, who access.Who) (*org.Plan, error) {
		return org.PlanUnits(ctx, tx, who, org.UnitsIn{On: on, Kind: org.Kind(c.Kind), Lines: lines})
	})
}

type importMapCommand struct {
	importFlags
	On string `help:"Day of the change, YYYY-MM-DD. / Ngày thay đổi." required:""`
}

func (c *importMapCommand) Run(env *Env) error {
	on, err := parseDay(c.On, "on")
	if err != nil {
		return err
	}
	table, mapping, err := c.open()
	if err != nil {
		return err
	}
	defer table.Close()
	sheet, lines, err := exchange.ReadMap(table, mapping)
	if err != nil {
		return err
	}
	return c.unitPlan(env, sheet, func(ctx context.Context, tx *store.Tx, who access.Who) (*org.Plan, error) {
		return org.PlanMap(ctx, tx, who, org.MapIn{On: on, Lines: lines})
	})
}

type importSchoolsCommand struct {
	importFlags
}

func (c *importSchoolsCommand) Run(env *Env) error {
	table, mapping, err := c.open()
	if err != nil {
		return err
	}
	defer table.Close()
	sheet, lines, unread, err := exchange.ReadSchools(table, mapping)
	if err != nil {
		return err
	}
	return c.schoolsPlan(env, sheet, unread, func(ctx context.Context, tx *store.Tx, who access.Who) (*org.SchoolsPlan, error) {
		return org.PlanSchools(ctx, tx, who, lines)
	})
}

// schoolsPlan runs plan on a snapshot, commits its good rows unless it is a dry run, and
// prints what came of it.
func (f importFlags) schoolsPlan(env *Env, sheet *exchange.Sheet, unread []exchange.RowFault,
	plan func(context.Context, *store.Tx, access.Who) (*org.SchoolsPlan, error)) error {
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	var p *org.SchoolsPlan
	err = a.Store.Read(env.Context, func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = plan(ctx, tx, a.System())
		return err
	})
	if err != nil {
		return err
	}
	if !f.DryRun {
		if err := org.CommitSchools(env.Context, a.Store, a.System(), p, env.progress(env.T("exchange.writing"))); err != nil {
			return err
		}
	}
	return f.finish(env, importResult{Rows: p.Rows + len(unread), Counts: map[string]int{"new": p.New, "changed": p.Changed, "same": p.Same}},
		sheet, append(unread, rowFaults(p.Errors)...), nil)
}

type importBoundariesCommand struct {
	importFlags
	On       string `help:"Day on which the units stand so; today if not given. / Ngày của ranh giới."`
	Property string `help:"Property that holds the unit's code. / Thuộc tính chứa mã đơn vị."`
}

func (c *importBoundariesCommand) Run(env *Env) error {
	f, err := os.Open(c.File)
	if os.IsNotExist(err) {
		return fault.New(fault.NotFound, "exchange.no-file", fault.Args{"file": c.File})
	}
	if err != nil {
		return err
	}
	defer f.Close()
	lines, unread, err := exchange.ReadBoundaries(filepath.Base(c.File), f, c.Property)
	if err != nil {
		return err
	}
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	on := a.Store.Now().Day()
	if c.On != "" {
		if on, err = parseDay(c.On, "on"); err != nil {
			return err
		}
	}
	var p *org.BoundariesPlan
	err = a.Store.Read(env.Context, func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = org.PlanBoundaries(ctx, tx, a.System(), on, lines)
		return err
	})
	if err != nil {
		return err
	}
	if !c.DryRun {
		if err := org.CommitBoundaries(env.Context, a.Store, a.System(), p, env.progress(env.T("exchange.writing"))); err != nil {
			return err
		}
	}
	rows := len(lines) + len(unread)
	return c.finish(env, importResult{Rows: rows, Counts: map[string]int{"kept": len(lines) - len(p.Errors)}},
		nil, append(unread, rowFaults(p.Errors)...), nil)
}

// parseDay reads a date flag; it may be written as people write dates.
func parseDay(written, flag string) (day.Day, error) {
	d, err := day.ParseLoose(written)
	if err != nil {
		return 0, fault.New(fault.Invalid, "exchange.bad-flag-date", fault.Args{"flag": flag, "value": written}).On(flag)
	}
	return d, nil
}
