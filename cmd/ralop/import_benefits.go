package main

import "ralop/internal/access"

type importBenefitsCommand struct {
	importFlags
	School string `help:"Code of the school. / Mã trường." required:""`
	Year   string `help:"School year by its first calendar year; this year's if not given. / Năm học."`
	Scheme string `help:"The support, when the list has no column for it. / Chế độ."`
	From   string `help:"First day, when the list tells none, YYYY-MM-DD. / Từ ngày."`
	Until  string `help:"Last day, when the list tells none. / Đến hết ngày."`
	Paper  string `help:"Number of the decision. / Số quyết định."`
}

// Run brings a list of beneficiaries in.
func (c *importBenefitsCommand) Run(env *Env) error {
	return c.deskAt(env, "benefits", access.SchoolKind, c.School,
		map[string]string{"year": c.Year, "scheme": c.Scheme, "from": c.From, "until": c.Until, "paper": c.Paper})
}
