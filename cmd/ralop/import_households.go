package main

import "ralop/internal/access"

type importHouseholdsCommand struct {
	importFlags
	Unit    string `help:"Code of the commune. / Mã xã." required:""`
	Year    string `help:"School year of the survey by its first calendar year; this year's if not given. / Năm học."`
	Village string `help:"Village, when the file has no column for it. / Thôn, bản."`
}

// Run brings survey sheets of households in.
func (c *importHouseholdsCommand) Run(env *Env) error {
	return c.deskAt(env, "households", access.UnitKind, c.Unit, map[string]string{"year": c.Year, "village": c.Village})
}
