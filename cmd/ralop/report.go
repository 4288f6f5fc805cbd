package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/paper"
	reports "ralop/internal/report"
	"ralop/internal/store"
)

type reportCommand struct {
	Monthly reportMonthlyCommand `cmd:"" help:"The synthesis of a unit or school for a period. / Báo cáo tổng hợp của đơn vị."`
	List    reportListCommand    `cmd:"" help:"Reports and how far they are. / Danh sách báo cáo."`
}

type reportMonthlyCommand struct {
	Unit   string `help:"Code or id of the unit or school, as of the period. / Mã đơn vị hoặc trường." required:""`
	Month  string `help:"Calendar month, YYYY-MM. / Tháng."`
	From   string `help:"First day, YYYY-MM-DD, instead of --month. / Từ ngày."`
	To     string `help:"Last day. / Đến ngày."`
	Format string `help:"docx, pdf, xlsx or json. / Định dạng." enum:"docx,pdf,xlsx,json" default:"docx"`
	Output string `help:"File to write; without it the file's own name here. / Tệp ghi ra." short:"o" type:"path"`
	Live   bool   `help:"From the facts of now, also when a frozen report stands. / Lấy số liệu hiện nay dù đã chốt."`
}

// Run writes the frozen paper of the place and period, or a draft made now.
func (c *reportMonthlyCommand) Run(env *Env) error {
	period, err := c.period()
	if err != nil {
		return err
	}
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	var file reports.File
	var place reports.Place
	err = a.Store.Read(env.Context, func(ctx context.Context, tx *store.Tx) (err error) {
		if place, err = reports.FindPlace(ctx, tx, a.System(), c.Unit, period.Last()); err != nil {
			return err
		}
		file, err = reports.Monthly(ctx, tx, a.System(), place, period, paper.Format(c.Format), c.Live)
		return err
	})
	if err != nil {
		return err
	}
	err = a.Store.Write(env.Context, func(ctx context.Context, tx *store.Tx) error {
		return reports.Exported(ctx, tx, a.System(), place, file.Format)
	})
	if err != nil {
		return err
	}
	if c.Output == "" {
		c.Output = file.Name
	}
	if err := os.WriteFile(c.Output, file.Content, 0o600); err != nil {
		return err
	}
	if env.JSON {
		return printJSON(env, map[string]any{"file": c.Output, "digest": file.Digest, "bytes": len(file.Content)})
	}
	_, err = fmt.Fprintln(env.Out, env.T("report.written", "file", c.Output))
	return err
}

func (c *reportMonthlyCommand) period() (day.Range, error) {
	if c.Month != "" {
		return reports.ParseMonth(c.Month)
	}
	if c.From == "" || c.To == "" {
		return day.Range{}, fault.New(fault.Invalid, "report.need-period", nil).On("month")
	}
	from, err := parseDay(c.From, "from")
	if err != nil {
		return day.Range{}, err
	}
	to, err := parseDay(c.To, "to")
	return day.Through(from, to), err
}

type reportListCommand struct {
	Unit  string `help:"Only this unit or school and what is right below it. / Chỉ đơn vị này."`
	Month string `help:"Only this month, YYYY-MM. / Chỉ tháng này."`
	State string `help:"draft, submitted, approved, issued, accepted or returned. / Trạng thái."`
}

type reportRow struct {
	Report   string  `json:"id"`
	Code     string  `json:"unit"`
	Name     string  `json:"name"`
	From     day.Day `json:"from"`
	To       day.Day `json:"to"`
	Revision int     `json:"revision"`
	State    string  `json:"state"`
	Number   string  `json:"number"`
}

// Run lists the papers, newest period first.
func (c *reportListCommand) Run(env *Env) error {
	f := reports.Filter{Period: day.Range{From: day.Date(1900, 1, 1), Until: day.Forever}, State: reports.State(c.State)}
	if c.Month != "" {
		var err error
		if f.Period, err = reports.ParseMonth(c.Month); err != nil {
			return err
		}
	}
	a, err := env.Open()
	if err != nil {
		return err
	}
	defer a.Close()
	rows := []reportRow{}
	err = a.Store.Read(env.Context, func(ctx context.Context, tx *store.Tx) (err error) {
		if c.Unit != "" {
			if f.Place, err = reports.FindPlace(ctx, tx, a.System(), c.Unit, min(tx.Today(), f.Period.Last())); err != nil {
				return err
			}
		}
		found, err := reports.List(ctx, tx, a.System(), f)
		for _, r := range found {
			rows = append(rows, reportRow{r.ID.String(), r.Place.Code, r.Place.Name, r.Period.From, r.Period.Last(), r.Revision, string(r.State), r.Number})
		}
		return err
	})
	if err != nil {
		return err
	}
	if env.JSON {
		return printJSON(env, rows)
	}
	if len(rows) == 0 {
		_, err := fmt.Fprintln(env.Out, env.T("report.none"))
		return err
	}
	w := tabwriter.NewWriter(env.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, env.T("report.list-head"))
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\t%s\n", r.Code, r.Name, r.From.Vietnamese(), r.To.Vietnamese(), r.Revision, env.T("report.state-"+r.State), r.Number)
	}
	return w.Flush()
}
