package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"text/tabwriter"

	"ralop/internal/access"
	"ralop/internal/afterbreak"
	"ralop/internal/app"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/org"
	"ralop/internal/paper"
	"ralop/internal/store"
)

type afterbreakCommand struct {
	Board  afterbreakBoardCommand  `cmd:"" help:"Who is back, day by day. / Bảng trở lại theo ngày."`
	Report afterbreakReportCommand `cmd:"" help:"The fast report of a day as a paper. / Báo cáo nhanh trong ngày."`
}

// afterbreakPlace is what both commands ask for.
type afterbreakPlace struct {
	Unit      string `help:"Unit or school: code or id. / Mã đơn vị hoặc mã trường." required:""`
	On        string `help:"As it stood on a day, YYYY-MM-DD; today if not given. / Tính đến hết ngày."`
	Level     string `help:"MN, TH, THCS, THPT, GDTX or GDNN. / Cấp học."`
	Residence bool   `help:"Where the children live, instead of where they learn. / Theo nơi cư trú."`
}

// ready opens the house with the counts of now.
func (c afterbreakPlace) ready(env *Env) (*app.App, error) {
	a, err := env.Open()
	if err != nil {
		return nil, err
	}
	for {
		n, err := afterbreak.Refresh(env.Context, a.Store, a.Realm, 100)
		if err != nil {
			a.Close()
			return nil, err
		}
		if n == 0 {
			return a, nil
		}
	}
}

func (c afterbreakPlace) query(ctx context.Context, tx *store.Tx, who access.Who) (q afterbreak.Query, err error) {
	q = afterbreak.Query{Level: c.Level, Residence: c.Residence, On: tx.Today()}
	if c.On != "" {
		if q.On, err = parseDay(c.On, "on"); err != nil {
			return q, err
		}
	}
	u, err := org.Resolve(ctx, tx, c.Unit, q.On)
	if err == nil {
		q.Place = access.Unit(u.ID)
		return q, nil
	}
	if !fault.Is(err, fault.NotFound) {
		return q, err
	}
	s, second := org.ResolveSchool(ctx, tx, who, c.Unit, q.On)
	if second != nil {
		return q, err
	}
	q.Place = access.School(s.ID)
	return q, nil
}

type afterbreakBoardCommand struct {
	afterbreakPlace
}

// afterbreakShown is the fixed face of the command; others read it.
type afterbreakShown struct {
	Unit     string           `json:"unit"`
	Name     string           `json:"name"`
	Kind     string           `json:"kind"` // closure, opening
	Reasons  string           `json:"reasons"`
	Return   day.Day          `json:"return"`
	On       day.Day          `json:"on"`
	Total    afterbreakLine   `json:"total"`
	Levels   []afterbreakLine `json:"levels"`
	Days     []afterbreakLine `json:"days"`
	Children []afterbreakLine `json:"children"`
	Waiting  int              `json:"waiting,omitempty"`
}

type afterbreakLine struct {
	Key      string `json:"key,omitempty"`
	Expected int64  `json:"expected"`
	Seen     int64  `json:"seen"`
	Back     int64  `json:"back"`
	Missing  int64  `json:"missing"`

	share string
}

func afterbreakLineOf(key string, s afterbreak.Share) afterbreakLine {
	return afterbreakLine{key, s.Expected, s.Seen, s.Back, s.Missing(), s.MissingRate().Percent(1)}
}

// Run prints the board of a place.
func (c *afterbreakBoardCommand) Run(env *Env) error {
	a, err := c.ready(env)
	if err != nil {
		return err
	}
	defer a.Close()
	var b afterbreak.Board
	err = a.Store.Read(env.Context, func(ctx context.Context, tx *store.Tx) error {
		q, err := c.query(ctx, tx, a.System())
		if err == nil {
			b, err = afterbreak.ReadBoard(ctx, tx, a.System(), q)
		}
		return err
	})
	if err != nil {
		return err
	}
	if b.Break.ID == 0 {
		_, err := fmt.Fprintln(env.Out, env.T("afterbreak.none"))
		return err
	}
	shown := afterbreakShown{Unit: b.Code, Name: b.Name, Kind: string(b.Break.Kind), Reasons: b.Break.Reasons, Return: b.Break.Return, On: b.Query.On, Waiting: b.Waiting,
		Total: afterbreakLineOf("", b.Total)}
	for _, line := range b.Levels {
		shown.Levels = append(shown.Levels, afterbreakLineOf(line.Key, line.Share))
	}
	for _, d := range b.Days {
		shown.Days = append(shown.Days, afterbreakLineOf(d.Day.String(), d.Share))
	}
	for _, line := range b.Children {
		shown.Children = append(shown.Children, afterbreakLineOf(line.Child.Name, line.Share))
	}
	if env.JSON {
		return printJSON(env, shown)
	}
	w := tabwriter.NewWriter(env.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", env.T("afterbreak.date"), env.T("afterbreak.expected"), env.T("afterbreak.back"), env.T("afterbreak.missing"), "%")
	for _, line := range shown.Days {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%s\n", line.Key, line.Expected, line.Back, line.Missing, line.share)
	}
	for _, line := range append(shown.Levels, shown.Children...) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%s\n", line.Key, line.Expected, line.Back, line.Missing, line.share)
	}
	return w.Flush()
}

type afterbreakReportCommand struct {
	afterbreakPlace
	Format string `help:"docx, pdf, xlsx or json. / Định dạng." enum:"docx,pdf,xlsx,json" default:"docx"`
	Output string `help:"File to write; without it the file's own name here. / Tệp ghi ra." short:"o" type:"path"`
}

// Run writes the fast report of a place and day.
func (c *afterbreakReportCommand) Run(env *Env) error {
	a, err := c.ready(env)
	if err != nil {
		return err
	}
	defer a.Close()
	var document paper.Document
	var b afterbreak.Board
	err = a.Store.Read(env.Context, func(ctx context.Context, tx *store.Tx) error {
		q, err := c.query(ctx, tx, a.System())
		if err == nil {
			document, b, err = afterbreak.FastReport(ctx, tx, a.System(), q, a.Story != "")
		}
		return err
	})
	if err != nil {
		return err
	}
	err = a.Store.Write(env.Context, func(ctx context.Context, tx *store.Tx) error {
		return audit.Record(ctx, tx, a.System().Audit("afterbreak.export", b.Query.Place, b.Rule, map[string]any{"format": c.Format, "day": b.Query.On}))
	})
	if err != nil {
		return err
	}
	if c.Output == "" {
		c.Output = b.FileName(paper.Format(c.Format))
	}
	var content bytes.Buffer
	if err := paper.Write(&content, paper.Format(c.Format), document); err != nil {
		return err
	}
	if err := os.WriteFile(c.Output, content.Bytes(), 0o600); err != nil {
		return err
	}
	_, err = fmt.Fprintln(env.Out, env.T("report.written", "file", c.Output))
	return err
}
