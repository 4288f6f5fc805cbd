package main

import (
	"context"
	"os"
	"strings"

	"ralop/internal/exchange"
	"ralop/internal/paper"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

type importStudentsCommand struct {
	importFlags
	School string `help:"Code of the school, when the list has no column for it. / Mã trường."`
	Year   int    `help:"School year by its first calendar year: 2019 for 2019-2020; this year's if not given. / Năm học."`
	From   string `help:"First day of those who are new, YYYY-MM-DD; the start of the year if not given, today in a class whose roll was called. / Ngày vào học."`
}

// Run imports class lists; the sheets of roll calls that a new child reaches back over follow.
func (c *importStudentsCommand) Run(env *Env) error {
	in := student.RosterIn{School: c.School, Year: c.Year, DryRun: c.DryRun}
	var err error
	if c.From != "" {
		if in.From, err = parseDay(c.From, "from"); err != nil {
			return err
		}
	}
	table, mapping, err := c.open()
	if err != nil {
		return err
	}
	defer table.Close()
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	in.Reach = func(ctx context.Context, tx *store.Tx, changes []student.ClassDays) error {
		_, err := rollcall.ApplyEnrolments(ctx, tx, a.System(), changes, "import")
		return err
	}
	var refused, notes []exchange.RowFault
	job := exchange.StudentsIn{Table: table, Mapping: mapping, Roster: student.NewRoster(a.System(), in), Progress: env.progress(env.T("exchange.writing")),
		Report: func(r, n []exchange.RowFault) { refused, notes = append(refused, r...), append(notes, n...) }}
	rows, err := c.rejecting(env, &job, func() (int, error) { return exchange.ImportStudents(env.Context, a.Store, job) })
	if err != nil {
		return err
	}
	got := job.Roster.RosterCounts
	counts := map[string]int{"new": got.New, "changed": got.Changed, "same": got.Same, "classes": got.Classes}
	return c.finish(env, importResult{Rows: rows, Counts: counts}, nil, refused, notes)
}

// rejecting runs an import that writes refused rows as they come, to the file of --errors:
// xlsx by its name, else csv. A file without a row is not left behind.
func (f importFlags) rejecting(env *Env, job *exchange.StudentsIn, run func() (int, error)) (rows int, err error) {
	if f.Errors == "" {
		return run()
	}
	format := paper.FormatCSV
	if strings.HasSuffix(strings.ToLower(f.Errors), ".xlsx") {
		format = paper.FormatXLSX
	}
	// Beside its place first: the file may be the very one that is read, mended and imported again.
	part, err := os.Create(f.Errors + ".part")
	if err != nil {
		return 0, err
	}
	defer os.Remove(part.Name())
	job.Rejected = exchange.NewRejectedRows(part, format, env.Lang)
	rows, err = run()
	if closed := job.Rejected.Close(); err == nil {
		err = closed
	}
	if closed := part.Close(); err == nil {
		err = closed
	}
	if err == nil && job.Rejected.Rows > 0 {
		err = os.Rename(part.Name(), f.Errors)
	}
	return rows, err
}
