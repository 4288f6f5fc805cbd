package main

import (
	"context"
	"errors"
	"time"

	"ralop/internal/app"
	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/indicator"
	"ralop/internal/org"
	"ralop/internal/store"
)

type importRegisterCommand struct {
	importFlags
	Source string `help:"Survey or paper that the figures come from, for rows that name none. / Căn cứ."`
}

// Run sets the register of age: what mobilisation is measured against.
func (c *importRegisterCommand) Run(env *Env) error {
	table, mapping, err := c.open()
	if err != nil {
		return err
	}
	defer table.Close()
	sheet, lines, refused, err := exchange.ReadRegister(table, mapping, c.Source)
	if err != nil {
		return err
	}
	set := func(ctx context.Context, tx *store.Tx, a *app.App, i int) (row int, err error) {
		l := lines[i]
		unit, err := org.Resolve(ctx, tx, l.Unit, beginning(l.Year))
		if err != nil {
			return l.Row, err
		}
		l.Register.Unit = unit.ID
		return l.Row, indicator.SetRegister(ctx, tx, a.System(), []indicator.Register{l.Register})
	}
	return c.setLines(env, sheet, len(lines), refused, set)
}

type importTargetsCommand struct {
	importFlags
	Source string `help:"Document that sets the targets, for rows that name none. / Văn bản giao chỉ tiêu."`
}

// Run sets chỉ tiêu giao of units and schools.
func (c *importTargetsCommand) Run(env *Env) error {
	table, mapping, err := c.open()
	if err != nil {
		return err
	}
	defer table.Close()
	sheet, lines, refused, err := exchange.ReadTargets(table, mapping, c.Source)
	if err != nil {
		return err
	}
	set := func(ctx context.Context, tx *store.Tx, a *app.App, i int) (row int, err error) {
		l := lines[i]
		if l.Place, err = placeNamed(ctx, tx, a, l.PlaceCode, beginning(l.Year)); err != nil {
			return l.Row, err
		}
		return l.Row, indicator.SetTarget(ctx, tx, a.System(), l.Target)
	}
	return c.setLines(env, sheet, len(lines), refused, set)
}

// beginning is the day on which places of a school year are looked up by their codes.
func beginning(year int) day.Day { return day.Date(year, time.September, 5) }

// placeNamed finds a unit, else a school, by its code.
func placeNamed(ctx context.Context, tx *store.Tx, a *app.App, code string, asOf day.Day) (indicator.Place, error) {
	unit, err := org.Resolve(ctx, tx, code, asOf)
	if err == nil {
		return indicator.Unit(unit.ID), nil
	}
	if !fault.Is(err, fault.NotFound) {
		return indicator.Place{}, err
	}
	school, schoolErr := org.ResolveSchool(ctx, tx, a.System(), code, asOf)
	if schoolErr != nil {
		return indicator.Place{}, err
	}
	return indicator.School(school.ID), nil
}

// errTried ends the transaction of a dry run.
var errTried = errors.New("tried only")

// setLines sets line by line: good lines go in, the others are named. A dry run does the
// same and takes it back.
func (c importFlags) setLines(env *Env, sheet *exchange.Sheet, n int, refused []exchange.RowFault,
	set func(context.Context, *store.Tx, *app.App, int) (int, error)) error {
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	done := 0
	progress := env.progress(env.T("exchange.writing"))
	for i := range n {
		row := 0
		err := a.Store.Write(env.Context, func(ctx context.Context, tx *store.Tx) (err error) {
			if row, err = set(ctx, tx, a, i); err == nil && c.DryRun {
				err = errTried
			}
			return err
		})
		if f, isFault := fault.Of(err); isFault {
			refused = append(refused, exchange.RowFault{Row: row, Fault: f})
		} else if err != nil && !errors.Is(err, errTried) {
			return err
		} else {
			done++
		}
		progress(i+1, n)
	}
	return c.finish(env, importResult{Rows: len(sheet.Rows()), Counts: map[string]int{"kept": done}}, sheet, refused, nil)
}
