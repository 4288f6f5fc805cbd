package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"ralop/internal/app"
)

type doctorCommand struct {
	Address string `help:"Public address, to look at its certificate: https://…. / Địa chỉ công khai để xem chứng chỉ."`
}

// errUnwell says that something must be acted on today: exit code 1.
var errUnwell = errors.New("something is unwell")

// Run looks at what a clerk without a computer team can look after and says in plain words what to do.
func (c *doctorCommand) Run(env *Env) error {
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	symptoms := a.Examine(env.Context, c.Address)
	if env.JSON {
		if err := json.NewEncoder(env.Out).Encode(symptoms); err != nil {
			return err
		}
	}
	unwell := false
	for _, s := range symptoms {
		unwell = unwell || s.State == app.Unwell
		if env.JSON {
			continue
		}
		facts := []any{}
		for name, value := range s.Facts {
			facts = append(facts, name, value)
		}
		fmt.Fprintf(env.Out, "%s  %s\n", env.T("app.doctor-"+string(s.State)), env.T("app.doctor-"+s.What+"-"+string(s.State), facts...))
	}
	fmt.Fprintln(env.Err, env.T("app.doctor-version", "version", version()))
	if unwell {
		return errUnwell
	}
	return nil
}
