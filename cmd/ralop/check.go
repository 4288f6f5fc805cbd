package main

import (
	"encoding/json"
	"errors"
	"fmt"
)

type checkCommand struct{}

// errFindings says that the check found faults: exit code 1, they are printed.
var errFindings = errors.New("the check found faults")

func (c *checkCommand) Run(env *Env) error {
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	found, err := a.Check(env.Context, env.progress(env.T("app.checking")))
	if err != nil {
		return err
	}
	if env.JSON {
		if err := json.NewEncoder(env.Out).Encode(found); err != nil {
			return err
		}
	} else {
		for _, f := range found.Findings {
			fmt.Fprintln(env.Out, env.T("app.finding-"+f.What, "school", f.School, "detail", f.Detail))
		}
		fmt.Fprintln(env.Out, env.T("app.checked", "schools", found.Schools, "blocks", found.Blocks, "entries", found.Entries, "findings", len(found.Findings)))
	}
	if len(found.Findings) > 0 {
		return errFindings
	}
	return nil
}
