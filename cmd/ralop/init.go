package main

import (
	"fmt"
	"runtime/debug"

	"ralop/internal/app"
)

type initCommand struct {
	Realm string `help:"Name of the authority that holds the facts, one per province. / Tên cơ quan giữ dữ liệu." required:""`
	Bare  bool   `help:"Without the units that come with the product. / Không kèm danh mục đơn vị hành chính."`
}

func (c *initCommand) Run(env *Env) error {
	a, err := app.Open(env.Context, env.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.OpenRealm(env.Context, c.Realm, ""); err != nil {
		return err
	}
	if !c.Bare {
		if err := a.InstallUnits(env.Context, env.progress(env.T("app.units"))); err != nil {
			return err
		}
	}
	fmt.Fprintln(env.Out, env.T("app.realm-made", "name", a.Name))
	return nil
}

type versionCommand struct{}

func (c *versionCommand) Run(env *Env) error {
	fmt.Fprintln(env.Out, "ralop", version())
	return nil
}

// version is the commit that the binary was built from.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				return s.Value[:12]
			}
		}
	}
	return "devel"
}
