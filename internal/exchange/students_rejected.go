package exchange

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"ralop/internal/paper"
	"ralop/internal/text"
)

// Text is the sentence of a row's fault; it names the column when that is known.
func (f RowFault) Text(lang text.Lang) string {
	message := text.Fault(lang, f.Fault)
	column, placed := f.Fault.Args["column"].(string)
	if !placed || column == "" || strings.HasPrefix(f.Fault.Code, "exchange.") {
		return message
	}
	return text.T(lang, "exchange.column-message", "column", column, "heading", f.Fault.Args["heading"], "message", message)
}

// RejectedRows writes refused rows as they come, in the form of the file they are from,
// with the row's number and why in front. The file can be mended and imported again: our
// two columns are passed over then.
type RejectedRows struct {
	Rows   int
	out    io.Writer
	format paper.Format
	lang   text.Lang
	list   paper.ListWriter
	width  int
	heads  []string
}

// NewRejectedRows begins a file of refused rows, csv or xlsx. In xlsx every cell is text,
// so that a spreadsheet program leaves codes and dates as they are.
func NewRejectedRows(out io.Writer, format paper.Format, lang text.Lang) *RejectedRows {
	return &RejectedRows{out: out, format: format, lang: lang}
}

func (r *RejectedRows) begin(_ []Row, headings Row) {
	if r.heads == nil {
		r.heads = headings.Cells
		r.width = len(headings.Cells)
	}
}

func (r *RejectedRows) open() error {
	columns := []paper.Column{{Key: "row", Title: text.T(r.lang, "exchange.rejected-row")}, {Key: "why", Title: text.T(r.lang, "exchange.rejected-why")}}
	for i, heading := range r.heads {
		columns = append(columns, paper.Column{Key: "c" + strconv.Itoa(i), Title: heading})
	}
	var err error
	r.list, err = paper.NewList(r.out, r.format, paper.List{Title: text.T(r.lang, "exchange.rejected-title"), Columns: columns})
	return err
}

// write adds the rows that have faults; faults are in the order of rows.
func (r *RejectedRows) write(rows []Row, faults []RowFault) error {
	for len(faults) > 0 {
		number := faults[0].Row
		var why []string
		for len(faults) > 0 && faults[0].Row == number {
			why = append(why, faults[0].Text(r.lang))
			faults = faults[1:]
		}
		at, ok := slices.BinarySearchFunc(rows, number, func(row Row, n int) int { return row.Number - n })
		if !ok {
			continue
		}
		if r.list == nil {
			if err := r.open(); err != nil {
				return err
			}
		}
		cells := []paper.Cell{paper.Text(strconv.Itoa(number)), paper.Text(strings.Join(why, " "))}
		for i := range r.width {
			cells = append(cells, paper.Text(rows[at].Cell(i)))
		}
		if err := r.list.Row(cells...); err != nil {
			return err
		}
		r.Rows++
	}
	return nil
}

// Close ends the file. Without a refused row nothing was written.
func (r *RejectedRows) Close() error {
	if r.list == nil {
		return nil
	}
	return r.list.Close()
}
