package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"ralop/internal/app"
)

type migrateCommand struct {
	From string `help:"Move everything from here: sqlite:FOLDER or postgres://…. / Chuyển toàn bộ dữ liệu từ."`
	To   string `help:"… to here; nothing is there yet. / … sang nơi chưa có dữ liệu."`
}

// errDiffers says that a copy is not what it was made from: exit code 1, the differences are printed.
var errDiffers = errors.New("the two databases differ")

// Run brings the schema up to date; with --from and --to it moves a whole database to
// another engine or folder and compares the two.
func (c *migrateCommand) Run(env *Env) error {
	if c.From == "" && c.To == "" {
		a, err := app.Open(env.Context, env.Config)
		if err != nil {
			return err
		}
		fmt.Fprintln(env.Out, env.T("app.migrated"))
		return a.Close()
	}
	from, to := place(env.Config, c.From), place(env.Config, c.To)
	source := *env
	source.Config = from
	a, err := source.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	sums, _, differences, err := a.MoveTo(env.Context, to, env.progress(env.T("app.moving")))
	if err != nil {
		return err
	}
	if env.JSON {
		if err := json.NewEncoder(env.Out).Encode(map[string]any{"sums": sums, "differences": differences}); err != nil {
			return err
		}
	} else {
		for _, d := range differences {
			fmt.Fprintln(env.Out, env.T("app.differs", "what", d))
		}
		fmt.Fprintln(env.Out, env.T("app.moved", "tables", len(sums.Rows), "sheets", sums.Sheets, "absent", sums.Absent, "differences", len(differences)))
	}
	if len(differences) > 0 {
		return errDiffers
	}
	return nil
}

// place reads sqlite:FOLDER or postgres://…; "" is what --data and --db say.
func place(otherwise app.Config, written string) app.Config {
	c := otherwise
	if folder, ok := strings.CutPrefix(written, "sqlite:"); ok {
		c.Dir, c.URL = folder, ""
	} else if written != "" {
		c.URL = written
	}
	return c
}
