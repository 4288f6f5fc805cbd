package main

type importStaffCommand struct {
	importFlags
	From   string `help:"First day of roles that tell none, YYYY-MM-DD; today if not given. / Từ ngày."`
	Reason string `help:"Why the roles are given, such as the number of a decision. / Căn cứ."`
}

// Run brings teachers and officials in. Nobody gets a password: "account code" makes the
// code with which each sets the first one.
func (c *importStaffCommand) Run(env *Env) error {
	return c.desk(env, "staff", map[string]string{"from": c.From, "reason": c.Reason})
}
