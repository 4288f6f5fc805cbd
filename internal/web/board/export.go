package board

import (
	"context"
	"io"
	"strings"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/indicator"
	"ralop/internal/paper"
	"ralop/internal/store"
)

// fileAddress is the address of the table as a file, with what was chosen.
func (v *view) fileAddress(format string, changes ...string) string {
	address := v.a.here(changes...)
	path, query, _ := strings.Cut(address, "?")
	if path += "/tep/" + format; query != "" {
		path += "?" + query
	}
	return path
}

// file hands out what is on the screen: the table of children, or with bang=phan-tich that
// of the breakdown; small cells are hidden in it as on the page.
func (b *boards) file(kind access.Kind, name string) door.Func {
	return func(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
		format := paper.Format(r.Path("format"))
		if format != paper.FormatCSV && format != paper.FormatXLSX {
			return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil)
		}
		a, err := read(r, kind, name)
		if err != nil {
			return door.Answer{}, err
		}
		board, err := indicator.ReadBoard(ctx, tx, r.Who, a.board(), b.cache)
		if err != nil {
			return door.Answer{}, err
		}
		v := &view{r: r, a: a, b: board}
		list, rows := v.childrenList()
		if r.Value("bang") == "phan-tich" && a.by != "" {
			result, err := indicator.Measure(ctx, tx, r.Who, indicator.Query{Indicator: a.indicator, Place: a.place, Period: a.period, View: board.Query.View, Level: a.level, By: a.by})
			if err != nil {
				return door.Answer{}, err
			}
			v.parts = &result
			list, rows = v.partsList()
		}
		list.Stamp = r.Now.Time()
		if r.Config().Demonstration {
			list.Watermark = r.T("common.demonstration")
		}
		r.Export("board", access.Resource{Kind: kind, ID: a.place.ID}, board.Rule, len(rows))
		file := "bang-" + board.Code + "-" + a.period.From.String() + "-" + a.period.Last().String() + "." + string(format)
		mime := "text/csv; charset=utf-8"
		if format == paper.FormatXLSX {
			mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		}
		return door.File(file, mime, func(w io.Writer) error {
			out, err := paper.NewList(w, format, list)
			if err != nil {
				return err
			}
			for _, row := range rows {
				if err := out.Row(row...); err != nil {
					return err
				}
			}
			return out.Close()
		}), nil
	}
}

func (v *view) childrenList() (paper.List, [][]paper.Cell) {
	unit := v.a.place.Kind == access.UnitKind
	list := paper.List{Title: v.title(), Columns: []paper.Column{{Key: "code", Title: v.r.T("board.col_code")}, {Key: "name", Title: v.r.T("board.col_name")},
		{Key: "roll", Title: v.r.T("board.col_roll"), Kind: paper.KindInteger},
		{Key: "present", Title: v.r.T("board.col_present"), Kind: paper.KindInteger}, {Key: "due", Title: v.r.T("board.col_luot"), Kind: paper.KindInteger},
		{Key: "rate", Title: v.r.T("indicator." + string(v.a.indicator)), Kind: paper.KindRatio, N: "present", D: "due"},
		{Key: "unexcused", Title: v.r.T("board.col_unexcused_luot"), Kind: paper.KindInteger},
		{Key: "taken", Title: v.r.T("board.col_taken"), Kind: paper.KindInteger}, {Key: "expected", Title: v.r.T("board.col_due"), Kind: paper.KindInteger}}}
	if unit {
		list.Columns = append(list.Columns, paper.Column{Key: "kept", Title: v.r.T("board.col_kept"), Kind: paper.KindInteger},
			paper.Column{Key: "had", Title: v.r.T("board.col_had"), Kind: paper.KindInteger},
			paper.Column{Key: "retention", Title: v.r.T("indicator.retention"), Kind: paper.KindRatio, N: "kept", D: "had"},
			paper.Column{Key: "long", Title: v.r.T("board.col_long"), Kind: paper.KindInteger})
	}
	var rows [][]paper.Cell
	for _, line := range v.sorted() {
		c := line.Attendance.Coverage
		row := []paper.Cell{paper.Text(line.Child.Code), paper.Text(v.childName(line.Child)), paper.Int(line.Roll), paper.Int(line.Attendance.N), paper.Int(line.Attendance.D), paper.Derived(),
			paper.Int(line.Unexcused.D - line.Unexcused.N), paper.Int(c.Taken), paper.Int(c.Due)}
		if unit {
			row = append(row, paper.Int(line.Retention.N), paper.Int(line.Retention.D), paper.Derived(), paper.Int(line.LongAbsence.N))
		}
		rows = append(rows, row)
	}
	return list, rows
}

func (v *view) partsList() (paper.List, [][]paper.Cell) {
	list := paper.List{Title: v.title(), Columns: []paper.Column{{Key: "name", Title: v.r.T("board.by_" + string(v.a.by))},
		{Key: "present", Title: v.r.T("board.col_present"), Kind: paper.KindInteger}, {Key: "due", Title: v.r.T("board.col_luot"), Kind: paper.KindInteger},
		{Key: "rate", Title: v.r.T("indicator." + string(v.a.indicator)), Kind: paper.KindRatio, N: "present", D: "due"}}}
	var rows [][]paper.Cell
	for _, row := range v.parts.Rows {
		if row.Value.Suppressed {
			hidden := paper.Suppressed("…")
			rows = append(rows, []paper.Cell{paper.Text(v.key(row)), hidden, hidden, paper.Derived()})
			continue
		}
		rows = append(rows, []paper.Cell{paper.Text(v.key(row)), paper.Int(row.Value.N), paper.Int(row.Value.D), paper.Derived()})
	}
	return list, rows
}
