package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"ralop/internal/app"
)

type checkCommand struct {
	Repair bool `help:"Write again sums that differ from the sheets, rolls and calendar they follow from; never a fact. / Ghi lại các số cộng dồn sai; không bao giờ sửa dữ kiện."`
}

// errFindings says that the check found faults: exit code 1, they are printed.
var errFindings = errors.New("the check found faults")

func (c *checkCommand) Run(env *Env) error {
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	var repaired []app.Repaired
	if c.Repair {
		if repaired, err = a.Repair(env.Context, env.progress(env.T("app.repairing"))); err != nil {
			return err
		}
	}
	found, err := a.Check(env.Context, env.progress(env.T("app.checking")))
	if err != nil {
		return err
	}
	if env.JSON {
		answer := struct {
			app.Checked
			Repaired []app.Repaired `json:"repaired,omitempty"`
		}{found, repaired}
		if err := json.NewEncoder(env.Out).Encode(answer); err != nil {
			return err
		}
	} else {
		for _, r := range repaired {
			fmt.Fprintln(env.Out, env.T("app.repaired-"+strings.NewReplacer("_", "-", ".", "-").Replace(r.Table), "school", r.School, "rows", r.Rows))
		}
		for _, f := range found.Findings {
			fmt.Fprintln(env.Out, env.T("app.finding-"+f.What, "school", f.School, "report", f.Report, "detail", f.Detail))
		}
		fmt.Fprintln(env.Out, env.T("app.checked", "schools", found.Schools, "papers", found.Papers, "blocks", found.Blocks, "entries", found.Entries, "findings", len(found.Findings)))
	}
	if len(found.Findings) > 0 {
		return errFindings
	}
	return nil
}
