package exchange

import (
	"fmt"
	"io"
	"math/big"
	"regexp"
	"strings"

	"github.com/xuri/excelize/v2"

	"ralop/internal/fault"
)

// openWorkbook reads the first visible sheet of an xlsx that holds any row, streaming:
// the whole workbook is never in memory as cells.
func (t *Table) openWorkbook(in io.Reader) error {
	book, err := excelize.OpenReader(&limited{r: in, left: MaxFile}, excelize.Options{
		RawCellValue: true, UnzipSizeLimit: MaxUnpacked, UnzipXMLSizeLimit: 16 << 20,
	})
	if err != nil {
		if strings.Contains(err.Error(), "unzip size") {
			err = errTooLarge
		}
		return t.broken(0, err)
	}
	t.close = append(t.close, book.Close)
	if props, err := book.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		t.date1904 = *props.Date1904
	}
	sheet, err := firstSheet(book)
	if err != nil {
		return t.broken(0, err)
	}
	if sheet == "" {
		return fault.New(fault.Invalid, "exchange.empty", fault.Args{"file": t.name})
	}
	t.rows = func(yield func(Row, error) bool) {
		rows, err := book.Rows(sheet)
		if err != nil {
			yield(Row{}, t.broken(0, err))
			return
		}
		defer rows.Close()
		number := 0
		for rows.Next() {
			number++
			cells, err := rows.Columns()
			if err != nil {
				yield(Row{}, t.broken(number, err))
				return
			}
			filled := false
			for i := range cells {
				cells[i] = cleanCell(plainNumber(cells[i]))
				filled = filled || cells[i] != ""
			}
			if filled && !yield(Row{Number: number, Cells: cells}, nil) {
				return
			}
		}
		if err := rows.Error(); err != nil {
			yield(Row{}, t.broken(number, err))
		}
	}
	return nil
}

// firstSheet is the first visible sheet with a row in it, "" when there is none.
func firstSheet(book *excelize.File) (string, error) {
	for _, name := range book.GetSheetList() {
		visible, err := book.GetSheetVisible(name)
		if err != nil {
			return "", fmt.Errorf("sheet %q: %w", name, err)
		}
		if !visible {
			continue
		}
		rows, err := book.Rows(name)
		if err != nil {
			continue // a chart sheet has no rows
		}
		has := rows.Next()
		if err := rows.Close(); err != nil {
			return "", err
		}
		if has {
			return name, nil
		}
	}
	return "", nil
}

var scientific = regexp.MustCompile(`^-?\d(\.\d+)?E\+\d{1,2}$`)

// plainNumber writes a number that the file keeps as 1.2345678901E+11 in digits: a
// number of the state is eleven or twelve of them.
func plainNumber(cell string) string {
	if !scientific.MatchString(cell) {
		return cell
	}
	n, ok := new(big.Rat).SetString(cell)
	if !ok || !n.IsInt() {
		return cell
	}
	return n.Num().String()
}
