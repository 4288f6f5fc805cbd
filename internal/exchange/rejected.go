package exchange

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"

	"ralop/internal/fault"
	"ralop/internal/text"
)

// RowFault is a row that may not go in, and why.
type RowFault struct {
	Row   int
	Fault *fault.Fault
}

// WriteRejected writes the refused rows as they came, with why in front, as a csv that
// can be mended and imported again: the two columns of ours are passed over then. It
// begins with a byte order mark so that spreadsheet programs read it as Unicode.
func (s *Sheet) WriteRejected(w io.Writer, lang text.Lang, faults []RowFault) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	head := append([]string{text.T(lang, "exchange.rejected-row"), text.T(lang, "exchange.rejected-why")}, s.head.Cells...)
	if err := out.Write(head); err != nil {
		return err
	}
	byNumber := map[int]Row{}
	for _, row := range s.rows {
		byNumber[row.Number] = row
	}
	why := map[int]string{}
	var order []int
	for _, f := range faults {
		if _, seen := why[f.Row]; !seen {
			order = append(order, f.Row)
		} else {
			why[f.Row] += " "
		}
		why[f.Row] += text.Fault(lang, f.Fault)
	}
	slices.Sort(order)
	for _, number := range order {
		if err := out.Write(append([]string{strconv.Itoa(number), why[number]}, byNumber[number].Cells...)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
