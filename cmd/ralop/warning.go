package main

import (
	"context"
	"encoding/json"
	"fmt"
	"text/tabwriter"
	"time"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/warning"
)

type warningCommand struct {
	Run  warningRunCommand  `cmd:"" help:"Work out the warnings of today, or show what was known on a past day. / Tính cảnh báo."`
	List warningListCommand `cmd:"" help:"How many open warnings, by rule and step; names nobody. / Số cảnh báo đang có."`
}

type warningRunCommand struct {
	Day string `help:"A past day: show, and keep nothing, what was known at its end, YYYY-MM-DD. / Xem lại một ngày."`
}

// warningCount is the fixed face of both commands; others read it.
type warningCount struct {
	Rule  string `json:"rule"`
	Step  string `json:"step"`
	Count int    `json:"count"`
}

func (c *warningRunCommand) Run(env *Env) error {
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	if c.Day == "" {
		touched, err := warning.Nightly(env.Context, a.Store, a.Realm)
		if err != nil {
			return err
		}
		if env.JSON {
			return json.NewEncoder(env.Out).Encode(map[string]int{"changed": touched})
		}
		_, err = fmt.Fprintln(env.Out, env.T("warning.ran", "changed", touched))
		return err
	}
	on, err := day.Parse(c.Day)
	if err != nil {
		return fault.New(fault.Invalid, "warning.bad-day", fault.Args{"value": c.Day})
	}
	end := day.InstantOf(time.Date(on.Year(), on.Month(), on.DayOfMonth(), 23, 59, 59, 0, day.Place))
	var counts []warning.Count
	err = a.Store.Read(env.Context, func(ctx context.Context, tx *store.Tx) error {
		schools, err := warning.Schools(ctx, tx, a.Realm, on)
		for _, school := range schools {
			signals, err := warning.AsOf(ctx, tx, a.Realm, school, end)
			if err != nil {
				return err
			}
			for _, s := range signals {
				counts = append(counts, warning.Count{Rule: s.Rule, Step: s.Step, N: 1})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return printCounts(env, counts)
}

type warningListCommand struct{}

func (c *warningListCommand) Run(env *Env) error {
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	var counts []warning.Count
	err = a.Store.Read(env.Context, func(ctx context.Context, tx *store.Tx) error {
		var schools []id.ID
		if schools, err = warning.Schools(ctx, tx, a.Realm, tx.Today()); err == nil {
			counts, err = warning.CountsAt(ctx, tx, a.Realm, schools)
		}
		return err
	})
	if err != nil {
		return err
	}
	return printCounts(env, counts)
}

// printCounts sums up by rule and step, in the order of the rules.
func printCounts(env *Env, counts []warning.Count) error {
	sums := map[warningCount]int{}
	for _, n := range counts {
		sums[warningCount{n.Rule, string(n.Step), 0}] += n.N
	}
	lines := []warningCount{}
	for _, rule := range warning.Rules {
		for _, step := range warning.Steps {
			if n := sums[warningCount{rule.Code, string(step), 0}]; n > 0 {
				lines = append(lines, warningCount{rule.Code, string(step), n})
			}
		}
	}
	if env.JSON {
		return json.NewEncoder(env.Out).Encode(lines)
	}
	w := tabwriter.NewWriter(env.Out, 0, 4, 2, ' ', 0)
	for _, l := range lines {
		fmt.Fprintf(w, "%s\t%s\t%d\n", env.T("warning.rule-"+l.Rule), env.T("warning.step-"+l.Step), l.Count)
	}
	return w.Flush()
}
