package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"text/tabwriter"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/indicator"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/viet"
)

type indicatorCommand struct {
	Name   string `arg:"" optional:"" help:"attendance, retention, mobilisation …; without a name: list them. / Tên chỉ số."`
	Unit   string `help:"Unit or school: code or id. / Mã đơn vị hoặc mã trường."`
	From   string `help:"First day, YYYY-MM-DD. / Từ ngày."`
	To     string `help:"Last day, counted too. / Đến hết ngày."`
	AsOf   string `help:"Day whose tree of units is used; the last day if not given. / Theo địa giới ngày." name:"as-of"`
	View   string `help:"truong (where pupils learn) or cu-tru (where they live). / Cách tính." placeholder:"truong|cu-tru"`
	By     string `help:"total, day, month, children, level, grade, sex, ethnicity, boarding, poverty, village, zone, age. / Phân tích theo." default:"total"`
	Level  string `help:"MN, TH, THCS, THPT, GDTX or GDNN. / Cấp học."`
	Format string `help:"json, table or csv. / Dạng in ra." enum:"json,table,csv" default:"table"`
}

// indicatorShown is the fixed face of the command; others read it.
type indicatorShown struct {
	Indicator     string             `json:"indicator"`
	Version       int                `json:"version"`
	Unit          string             `json:"unit"`
	Name          string             `json:"name"`
	From          day.Day            `json:"from"`
	To            day.Day            `json:"to"`
	AsOf          day.Day            `json:"as_of"`
	View          string             `json:"view"`
	Level         string             `json:"level,omitempty"`
	By            string             `json:"by"`
	N             int64              `json:"n"`
	D             int64              `json:"d"`
	Value         *float64           `json:"value"` // null when d is 0
	Coverage      indicator.Coverage `json:"coverage"`
	Recalculating bool               `json:"recalculating,omitempty"`
	Rows          []indicatorRow     `json:"rows"`
}

type indicatorRow struct {
	Key        string             `json:"key"` // code of a unit or school, a date, a level, a code
	Name       string             `json:"name,omitempty"`
	N          int64              `json:"n"`
	D          int64              `json:"d"`
	Value      *float64           `json:"value"`
	Coverage   indicator.Coverage `json:"coverage"`
	Suppressed bool               `json:"suppressed,omitempty"` // a small cell: n and d are hidden, not zero

	percent string
}

func (c *indicatorCommand) Run(env *Env) error {
	if c.Name == "" {
		return c.list(env)
	}
	var shown indicatorShown
	err := env.read(func(ctx context.Context, tx *store.Tx, who access.Who) (err error) {
		shown, err = c.measure(ctx, tx, who)
		return err
	})
	if err != nil {
		return err
	}
	if c.Format == "json" || env.JSON {
		return printJSON(env, shown)
	}
	return c.print(env, shown)
}

func (c *indicatorCommand) list(env *Env) error {
	w := tabwriter.NewWriter(env.Out, 0, 0, 2, ' ', 0)
	err := env.read(func(_ context.Context, tx *store.Tx, _ access.Who) error {
		for _, d := range indicator.Definitions(tx.Today()) {
			fmt.Fprintf(w, "%s\t%d\t%s\t%s\n", d.ID, d.Version, env.T("indicator."+string(d.ID)), d.Formula)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return w.Flush()
}

func (c *indicatorCommand) measure(ctx context.Context, tx *store.Tx, who access.Who) (indicatorShown, error) {
	from, err := parseDay(c.From, "from")
	if err != nil {
		return indicatorShown{}, err
	}
	last, err := parseDay(c.To, "to")
	if err != nil {
		return indicatorShown{}, err
	}
	q := indicator.Query{Indicator: indicator.ID(c.Name), Period: day.Through(from, last), AsOf: last,
		View: indicator.View(c.View), Level: c.Level, By: indicator.By(c.By)}
	if c.AsOf != "" {
		if q.AsOf, err = parseDay(c.AsOf, "as-of"); err != nil {
			return indicatorShown{}, err
		}
	}
	if q.Place, err = findPlace(ctx, tx, who, c.Unit, q.AsOf); err != nil {
		return indicatorShown{}, err
	}
	r, err := indicator.Measure(ctx, tx, who, q)
	if err != nil {
		return indicatorShown{}, err
	}
	shown := indicatorShown{Indicator: c.Name, Version: r.Definition.Version, Unit: r.Code, Name: r.Name, From: from, To: last, AsOf: r.Query.AsOf,
		View: string(r.Query.View), Level: r.Query.Level, By: string(r.Query.By), N: r.Total.N, D: r.Total.D, Value: number(r.Total),
		Coverage: r.Total.Coverage, Recalculating: r.Total.Recalculating, Rows: []indicatorRow{}}
	for _, row := range r.Rows {
		line := indicatorRow{Key: row.Key, Name: row.Label, N: row.Value.N, D: row.Value.D, Value: number(row.Value), Coverage: row.Value.Coverage,
			Suppressed: row.Value.Suppressed, percent: row.Value.Percent(2)}
		if row.Child.Code != "" {
			line.Key, line.Name = row.Child.Code, row.Child.Name
		}
		shown.Rows = append(shown.Rows, line)
	}
	return shown, nil
}

// findPlace finds what --unit names: a unit by code or id on the day, else a school.
func findPlace(ctx context.Context, tx *store.Tx, who access.Who, name string, asOf day.Day) (indicator.Place, error) {
	if name == "" {
		return indicator.Place{}, fault.New(fault.Invalid, "indicator.unit-missing", nil).On("unit")
	}
	unit, err := org.Resolve(ctx, tx, name, asOf)
	if err == nil {
		return indicator.Unit(unit.ID), nil
	}
	if !fault.Is(err, fault.NotFound) {
		return indicator.Place{}, err
	}
	school, schoolErr := org.ResolveSchool(ctx, tx, who, name, asOf)
	if schoolErr != nil {
		return indicator.Place{}, err // it was asked for as a unit first
	}
	return indicator.School(school.ID), nil
}

// number is the value as a number for programs; nil when there is nothing to divide by.
func number(v indicator.Value) *float64 {
	if !v.Known() || v.Suppressed {
		return nil
	}
	f := v.Float()
	return &f
}

func (c *indicatorCommand) print(env *Env, s indicatorShown) error {
	if c.Format == "csv" {
		w := csv.NewWriter(env.Out)
		records := [][]string{{"key", "name", "n", "d", "value", "taken", "due", "suppressed"}}
		for _, r := range append([]indicatorRow{s.total()}, s.Rows...) {
			value := ""
			if r.Value != nil {
				value = strconv.FormatFloat(*r.Value, 'f', -1, 64)
			}
			records = append(records, []string{r.Key, r.Name, strconv.FormatInt(r.N, 10), strconv.FormatInt(r.D, 10), value,
				strconv.FormatInt(r.Coverage.Taken, 10), strconv.FormatInt(r.Coverage.Due, 10), strconv.FormatBool(r.Suppressed)})
		}
		return w.WriteAll(records)
	}
	fmt.Fprintln(env.Out, env.T("indicator.shown", "indicator", env.T("indicator."+s.Indicator), "name", s.Name, "from", s.From.Vietnamese(), "to", s.To.Vietnamese()))
	w := tabwriter.NewWriter(env.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, env.T("indicator.shown-head"))
	for _, r := range append(s.Rows, s.total()) {
		figures := viet.Integer(r.N) + "/" + viet.Integer(r.D) + "\t" + r.percent
		if r.Suppressed {
			figures = "<" + strconv.Itoa(indicator.SmallCell) + "\t…"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d/%d\t\n", r.Key, r.Name, figures, r.Coverage.Taken, r.Coverage.Due)
	}
	return w.Flush()
}

func (s indicatorShown) total() indicatorRow {
	v := indicator.Value{Coverage: s.Coverage}
	v.N, v.D = s.N, s.D
	return indicatorRow{Key: s.Unit, Name: s.Name, N: s.N, D: s.D, Value: s.Value, Coverage: s.Coverage, percent: v.Percent(2)}
}
