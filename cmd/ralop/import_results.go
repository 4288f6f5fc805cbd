package main

import "ralop/internal/access"

type importResultsCommand struct {
	importFlags
	School string `help:"Code of the school. / Mã trường." required:""`
	Year   string `help:"School year by its first calendar year; this year's if not given. / Năm học."`
	Term   string `help:"1, 2 or year, when the list has no column for it. / Học kỳ."`
}

// Run brings results of learning and conduct in, on the scale that held in the year.
func (c *importResultsCommand) Run(env *Env) error {
	return c.deskAt(env, "results", access.SchoolKind, c.School, map[string]string{"year": c.Year, "term": c.Term})
}
