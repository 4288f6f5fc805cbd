package paper

import (
	"fmt"

	"ralop/internal/ratio"
	"ralop/internal/viet"
)

// What stands for a figure that cannot be given. Vietnamese statistics write "…" where
// there is something that is not told.
const (
	markUnknown = "–"
	markHidden  = "…"
)

// figure is an evaluated cell.
type figure struct {
	known  bool
	whole  bool        // a whole number: number holds it
	number int64       // of integers, balances, sums, and changes of those
	rate   ratio.Ratio // of ratios
	later  ratio.Ratio // of changes of ratios: from rate to later
	text   string      // as printed
	hidden bool        // suppressed, or derived from something suppressed
	live   bool        // may stand as a formula in xlsx
}

// evaluate gives the figures of the rows of a table, one for each cell.
func (t *Table) evaluate() ([][]figure, error) {
	e := evaluation{columns: t.Columns, index: t.index(), rows: t.Rows, out: make([][]figure, len(t.Rows)), state: make([]int, len(t.Rows))}
	for i := range t.Rows {
		if err := e.row(i); err != nil {
			return nil, fmt.Errorf("paper: table %q: %w", t.Title, err)
		}
	}
	return e.out, nil
}

// evaluateRow is evaluate for a row that stands alone.
func evaluateRow(columns []Column, index map[string]int, cells []Cell) ([]figure, error) {
	e := evaluation{columns: columns, index: index, rows: []Row{{Cells: cells}}, out: make([][]figure, 1), state: make([]int, 1)}
	err := e.row(0)
	return e.out[0], err
}

type evaluation struct {
	columns []Column
	index   map[string]int
	rows    []Row
	out     [][]figure
	state   []int // 0 new, 1 under way, 2 done
}

func (e *evaluation) row(i int) error {
	switch e.state[i] {
	case 1:
		return fmt.Errorf("row %d sums itself", i)
	case 2:
		return nil
	}
	e.state[i] = 1
	for _, of := range e.rows[i].Of {
		if err := e.row(of); err != nil {
			return err
		}
	}
	figures := make([]figure, len(e.columns))
	done := make([]bool, len(e.columns))
	for j := range e.columns {
		if err := e.cell(i, j, figures, done); err != nil {
			return err
		}
	}
	e.out[i], e.state[i] = figures, 2
	return nil
}

// cell evaluates one cell, its operands first; checkColumns has seen to it that this ends.
func (e *evaluation) cell(i, j int, figures []figure, done []bool) error {
	if done[j] {
		return nil
	}
	done[j] = true
	column, cell := e.columns[j], e.rows[i].Cells[j]
	switch cell.Kind {
	case CellInteger:
		figures[j] = wholeFigure(cell.Value)
	case CellUnknown:
		figures[j] = figure{text: markUnknown}
	case CellSuppressed:
		figures[j] = figure{text: cell.Text, hidden: true}
	case CellSum:
		var sum int64
		for _, of := range e.rows[i].Of {
			f := e.out[of][j]
			if f.hidden {
				return fmt.Errorf("row %d, column %q: a sum over the suppressed cell of row %d", i, column.Key, of)
			}
			sum += f.number
		}
		figures[j] = wholeFigure(sum)
		figures[j].live = len(e.rows[i].Of) > 0
	case CellText:
		if !column.derived() || cell.Text != "" || blank(e.rows[i]) {
			figures[j] = figure{text: cell.Text}
			return nil
		}
		operands := map[string]figure{}
		for _, key := range column.operands() {
			k := e.index[key]
			if err := e.cell(i, k, figures, done); err != nil {
				return err
			}
			operands[key] = figures[k]
		}
		figures[j] = derive(column, operands)
	}
	return nil
}

// blank says whether a row holds text only, as the title of a group does: nothing is
// derived in it.
func blank(r Row) bool {
	for _, c := range r.Cells {
		if c.Kind != CellText {
			return false
		}
	}
	return true
}

func wholeFigure(n int64) figure {
	return figure{known: true, whole: true, number: n, text: viet.Integer(n)}
}

func derive(column Column, operands map[string]figure) figure {
	for _, f := range operands {
		if f.hidden {
			return figure{text: markHidden, hidden: true}
		}
	}
	for _, f := range operands {
		if !f.known {
			return figure{text: markUnknown}
		}
	}
	switch column.Kind {
	case KindRatio:
		r := ratio.Of(operands[column.N].number, operands[column.D].number)
		f := figure{known: r.Known(), rate: r, text: r.Percent(column.decimals()), live: true}
		if f.known {
			f.text += "%"
		}
		return f
	case KindBalance:
		var n int64
		for _, key := range column.Plus {
			n += operands[key].number
		}
		for _, key := range column.Minus {
			n -= operands[key].number
		}
		f := wholeFigure(n)
		f.live = true
		return f
	default: // KindChange
		now, before := operands[column.Now], operands[column.Before]
		if now.whole && before.whole {
			f := wholeFigure(now.number - before.number)
			if f.number > 0 {
				f.text = "+" + f.text
			}
			f.live = true
			return f
		}
		return figure{known: true, rate: before.rate, later: now.rate, live: true,
			text: now.rate.PointsFrom(before.rate, column.decimals())}
	}
}
