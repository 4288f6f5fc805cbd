package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
)

type unitsCommand struct {
	List   unitsListCommand   `cmd:"" default:"withargs" help:"List units as they stood on a day. / Liệt kê đơn vị."`
	Show   unitsShowCommand   `cmd:"" help:"One unit on a day: what is above it, what became of it. / Xem một đơn vị."`
	Close  unitsCloseCommand  `cmd:"" help:"End a whole kind of units on a day. / Chấm dứt một loại đơn vị."`
	Follow unitsFollowCommand `cmd:"" help:"Move schools into the heirs of their units. / Chuyển trường theo đơn vị mới."`
}

type unitsListCommand struct {
	Under  string `help:"Only this unit (code or id) and those under it. / Chỉ trong đơn vị này."`
	Kind   string `help:"province, district, commune or village. / Loại đơn vị."`
	Name   string `help:"Only names that hold this, with or without marks. / Tìm theo tên."`
	AsOf   string `help:"Day whose tree is shown; today if not given. / Ngày." name:"as-of"`
	Format string `help:"csv, json or table. / Dạng in ra." enum:"csv,json,table" default:"table"`
}

// unitRow is a line of the list; its first columns are those that import units reads.
type unitRow struct {
	Code         string  `json:"code"`
	FullName     string  `json:"full_name"`
	Kind         string  `json:"kind"`
	Name         string  `json:"name"`
	CommuneCode  string  `json:"commune_code,omitempty"`
	DistrictCode string  `json:"district_code"`
	ProvinceCode string  `json:"province_code"`
	Parent       string  `json:"parent"` // full name
	ParentCode   string  `json:"parent_code"`
	ID           id.ID   `json:"id"`
	ValidFrom    day.Day `json:"valid_from"`
	ValidUntil   day.Day `json:"valid_until"`
}

func (c *unitsListCommand) Run(env *Env) error {
	if c.Kind != "" && !org.Kind(c.Kind).Known() {
		return fault.New(fault.Invalid, "org.unknown-kind", fault.Args{"kind": c.Kind, "known": joinKinds()}).On("kind")
	}
	var rows []unitRow
	err := env.read(func(ctx context.Context, tx *store.Tx, _ access.Who) error {
		asOf, err := asOfDay(tx, c.AsOf)
		if err != nil {
			return err
		}
		tree, err := org.TreeOn(ctx, tx, asOf)
		if err != nil {
			return err
		}
		top := id.ID(0)
		if c.Under != "" {
			u, err := org.Resolve(ctx, tx, c.Under, asOf)
			if err != nil {
				return err
			}
			top = u.ID
		}
		rows = c.rows(tree, top)
		return nil
	})
	if err != nil {
		return err
	}
	format := c.Format
	if env.JSON {
		format = "json"
	}
	return printUnits(env, format, rows)
}

// rows walks the tree from the top down, so that a unit stands under its parent.
func (c *unitsListCommand) rows(tree *org.Tree, top id.ID) []unitRow {
	var rows []unitRow
	wanted := exchange.FoldHeading(c.Name)
	var walk func(u org.Unit)
	walk = func(u org.Unit) {
		if (c.Kind == "" || u.Kind == org.Kind(c.Kind)) && strings.Contains(exchange.FoldHeading(u.FullName), wanted) {
			rows = append(rows, rowOf(tree.Path(u.ID)))
		}
		for _, child := range tree.Children(u.ID) {
			walk(child)
		}
	}
	if top != 0 {
		if u, ok := tree.Units[top]; ok {
			walk(u)
		}
		return rows
	}
	for _, u := range tree.Children(0) {
		walk(u)
	}
	return rows
}

// rowOf makes the line of the last unit of a path.
func rowOf(path []org.Unit) unitRow {
	u := path[len(path)-1]
	row := unitRow{Code: u.Code, FullName: u.FullName, Kind: string(u.Kind), Name: u.Name, ID: u.ID, ValidFrom: u.From, ValidUntil: u.Until}
	for _, above := range path[:len(path)-1] {
		row.Parent, row.ParentCode = above.FullName, above.Code
		switch above.Kind {
		case org.Province:
			row.ProvinceCode = above.Code
		case org.District:
			row.DistrictCode = above.Code
		case org.Commune:
			row.CommuneCode = above.Code
		}
	}
	return row
}

func (r unitRow) cells() []string {
	until := ""
	if r.ValidUntil != day.Forever {
		until = r.ValidUntil.String()
	}
	return []string{r.Code, r.FullName, r.Kind, r.Name, r.CommuneCode, r.DistrictCode, r.ProvinceCode, r.Parent, r.ParentCode, r.ID.String(), r.ValidFrom.String(), until}
}

var unitColumns = []string{"code", "full_name", "kind", "name", "commune_code", "district_code", "province_code", "parent", "parent_code", "id", "valid_from", "valid_until"}

func printUnits(env *Env, format string, rows []unitRow) error {
	switch format {
	case "json":
		if rows == nil {
			rows = []unitRow{}
		}
		return printJSON(env, rows)
	case "csv":
		w := csv.NewWriter(env.Out)
		if err := w.Write(unitColumns); err != nil {
			return err
		}
		for _, r := range rows {
			if err := w.Write(r.cells()); err != nil {
				return err
			}
		}
		w.Flush()
		return w.Error()
	}
	w := tabwriter.NewWriter(env.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, env.T("exchange.units-head"))
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.Code, r.FullName, r.Kind, r.Parent, r.ValidFrom.Vietnamese())
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(env.Out, env.T("exchange.units-count", "n", len(rows)))
	return err
}

type unitsShowCommand struct {
	Unit string `arg:"" help:"Code or id. / Mã đơn vị."`
	AsOf string `help:"Day; today if not given. / Ngày." name:"as-of"`
}

// unitShown is a unit, its way up on the day, and what it is on the day when it is no more.
type unitShown struct {
	unitRow
	AsOf    day.Day   `json:"as_of"`
	InForce bool      `json:"in_force"`
	Path    []unitRow `json:"path"` // from the top down, without the unit; of the last day when it is no more
	Became  []unitRow `json:"became"`
	MadeOf  []unitRow `json:"made_of"`
}

func (c *unitsShowCommand) Run(env *Env) error {
	var shown unitShown
	err := env.read(func(ctx context.Context, tx *store.Tx, _ access.Who) (err error) {
		asOf, err := asOfDay(tx, c.AsOf)
		if err != nil {
			return err
		}
		shown, err = showUnit(ctx, tx, c.Unit, asOf)
		return err
	})
	if err != nil {
		return err
	}
	if env.JSON {
		return printJSON(env, shown)
	}
	fmt.Fprintln(env.Out, env.T("exchange.unit-shown", "code", shown.Code, "name", shown.FullName, "on", shown.AsOf.Vietnamese()))
	if !shown.InForce {
		fmt.Fprintln(env.Out, env.T("exchange.unit-ended", "on", shown.ValidUntil.Vietnamese()))
	}
	for _, part := range []struct {
		id   string
		rows []unitRow
	}{{"exchange.unit-path", shown.Path}, {"exchange.unit-became", shown.Became}, {"exchange.unit-made-of", shown.MadeOf}} {
		for _, r := range part.rows {
			fmt.Fprintln(env.Out, env.T(part.id, "code", r.Code, "name", r.FullName, "parent", r.Parent))
		}
	}
	return nil
}

func showUnit(ctx context.Context, tx *store.Tx, name string, asOf day.Day) (unitShown, error) {
	s := unitShown{AsOf: asOf, Path: []unitRow{}, Became: []unitRow{}, MadeOf: []unitRow{}}
	u, err := org.Resolve(ctx, tx, name, asOf)
	if err != nil {
		return s, err
	}
	s.InForce = u.From <= asOf && asOf < u.Until
	on := asOf
	if !s.InForce {
		on = u.Until.Add(-1)
	}
	path, err := org.Path(ctx, tx, u.ID, on)
	if err != nil {
		return s, err
	}
	s.unitRow = rowOf(path)
	for i := range path[:len(path)-1] {
		s.Path = append(s.Path, rowOf(path[:i+1]))
	}
	if !s.InForce {
		now, err := org.Today(ctx, tx, u.ID, asOf)
		if err != nil {
			return s, err
		}
		if s.Became, err = rowsOn(ctx, tx, now, asOf); err != nil {
			return s, err
		}
	}
	made, err := org.Forerunners(ctx, tx, u.ID)
	if err != nil {
		return s, err
	}
	for _, m := range made {
		old, err := org.UnitOn(ctx, tx, m.Old, m.On.Add(-1))
		if err != nil {
			return s, err
		}
		rows, err := rowsOn(ctx, tx, []org.Unit{old}, m.On.Add(-1))
		if err != nil {
			return s, err
		}
		s.MadeOf = append(s.MadeOf, rows...)
	}
	return s, nil
}

func rowsOn(ctx context.Context, tx *store.Tx, units []org.Unit, on day.Day) ([]unitRow, error) {
	rows := []unitRow{}
	for _, u := range units {
		path, err := org.Path(ctx, tx, u.ID, on)
		if err != nil {
			return nil, err
		}
		rows = append(rows, rowOf(path))
	}
	return rows, nil
}

type unitsCloseCommand struct {
	Kind   string `help:"Kind that ends: district … / Loại đơn vị chấm dứt." required:""`
	On     string `help:"Day from which they are no more, YYYY-MM-DD. / Ngày chấm dứt." required:""`
	Under  string `help:"Only under the top unit with this code. / Chỉ trong đơn vị cấp trên này."`
	DryRun bool   `help:"Show what would happen, change nothing. / Chỉ xem trước." name:"dry-run"`
}

func (c *unitsCloseCommand) Run(env *Env) error {
	on, err := parseDay(c.On, "on")
	if err != nil {
		return err
	}
	f := importFlags{File: env.T("exchange.closing", "kind", c.Kind, "on", on.Vietnamese()), DryRun: c.DryRun}
	return f.unitPlan(env, nil, func(ctx context.Context, tx *store.Tx, who access.Who) (*org.Plan, error) {
		return org.PlanClose(ctx, tx, who, org.CloseIn{Kind: org.Kind(c.Kind), On: on, Under: c.Under})
	})
}

type unitsFollowCommand struct {
	On     string `help:"Day of the change, YYYY-MM-DD. / Ngày thay đổi." required:""`
	DryRun bool   `help:"Show what would happen, change nothing. / Chỉ xem trước." name:"dry-run"`
}

func (c *unitsFollowCommand) Run(env *Env) error {
	on, err := parseDay(c.On, "on")
	if err != nil {
		return err
	}
	f := importFlags{File: env.T("exchange.following", "on", on.Vietnamese()), DryRun: c.DryRun}
	return f.schoolsPlan(env, nil, nil, func(ctx context.Context, tx *store.Tx, who access.Who) (*org.SchoolsPlan, error) {
		return org.PlanFollow(ctx, tx, who, on)
	})
}

// read opens the house, runs f on a snapshot and closes it.
func (e *Env) read(f func(context.Context, *store.Tx, access.Who) error) error {
	a, err := e.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Store.Read(e.Context, func(ctx context.Context, tx *store.Tx) error { return f(ctx, tx, a.System()) })
}

// asOfDay reads --as-of; without it the day is today's.
func asOfDay(tx *store.Tx, written string) (day.Day, error) {
	if written == "" {
		return tx.Today(), nil
	}
	return parseDay(written, "as-of")
}

func joinKinds() string {
	var names []string
	for _, k := range org.Kinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

func printJSON(env *Env, value any) error {
	encoder := json.NewEncoder(env.Out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
