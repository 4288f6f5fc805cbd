package main

import "strconv"

type importStudentsCommand struct {
	importFlags
	School string `help:"Code of the school, when the list has no column for it. / Mã trường."`
	Year   int    `help:"School year by its first calendar year: 2019 for 2019-2020; this year's if not given. / Năm học."`
	From   string `help:"First day of those who are new, YYYY-MM-DD; the start of the year if not given, today in a class whose roll was called. / Ngày vào học."`
}

// Run imports class lists; the sheets of roll calls that a new child reaches back over follow.
func (c *importStudentsCommand) Run(env *Env) error {
	settings := map[string]string{"school": c.School, "from": c.From}
	if c.Year != 0 {
		settings["year"] = strconv.Itoa(c.Year)
	}
	if c.From != "" {
		if _, err := parseDay(c.From, "from"); err != nil {
			return err
		}
	}
	return c.desk(env, "students", settings, "classes")
}
