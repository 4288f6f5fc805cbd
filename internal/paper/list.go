package paper

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"ralop/internal/viet"
)

// List is a plain list to hand out: heads, then rows, written as they come. It has the
// columns and cells of a Table; its rates are formulas in xlsx and plain numbers of per
// cent in csv.
type List struct {
	Title     string    // the sheet's name and the title of the file
	Columns   []Column  // columns that are Aside are written too, at the right end
	Watermark string    // a line above the heads; empty for none
	Stamp     time.Time // stands inside the xlsx; the same list with the same stamp gives the same bytes
}

// ListWriter takes the rows of a list. Close ends the file; it does not close what was
// written to.
type ListWriter interface {
	Row(cells ...Cell) error
	Close() error
}

// csvBOM makes Excel read a csv file as UTF-8.
const csvBOM = "\ufeff"

// CSV begins a list as comma-separated text with a byte-order mark. Text that a spreadsheet
// would take for a formula gets an apostrophe in front.
func CSV(w io.Writer, list List) (ListWriter, error) {
	rows, err := list.rows()
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(w, csvBOM); err != nil {
		return nil, fmt.Errorf("paper: csv: %w", err)
	}
	out := &csvList{rowWriter: rows, csv: csv.NewWriter(w)}
	out.csv.UseCRLF = true
	if list.Watermark != "" {
		if err := out.write([]string{harmless(viet.NFC(list.Watermark))}); err != nil {
			return nil, err
		}
	}
	var heads []string
	for _, j := range rows.order {
		heads = append(heads, harmless(viet.NFC(rows.columns[j].Title)))
	}
	return out, out.write(heads)
}

// XLSX begins a list as a workbook of one sheet. Rows beyond some 16 MB wait in a
// temporary file until Close.
func XLSX(w io.Writer, list List) (ListWriter, error) {
	rows, err := list.rows()
	if err != nil {
		return nil, err
	}
	stamp := list.Stamp
	if stamp.IsZero() {
		stamp = archiveTime
	}
	b, err := newBook(viet.NFC(list.Title), "", stamp)
	if err != nil {
		return nil, err
	}
	out := &xlsxList{w: w, name: b.sheetName(viet.NFC(list.Title), wordTableSheet)}
	if out.sheet, err = b.sheet(out.name, rows); err != nil {
		return nil, fmt.Errorf("paper: xlsx: %w", err)
	}
	return out, out.begin(list)
}

func (l List) rows() (rowWriter, error) {
	if err := checkColumns(l.Columns); err != nil {
		return rowWriter{}, err
	}
	t := Table{Columns: l.Columns}
	return newRowWriter(l.Columns, t.index())
}

// figures checks and evaluates a row; sums have no place in a list.
func (w rowWriter) figures(cells []Cell) ([]figure, error) {
	if len(cells) != len(w.columns) {
		return nil, fmt.Errorf("paper: a row of %d cells in a list of %d columns", len(cells), len(w.columns))
	}
	clean := make([]Cell, len(cells))
	for j, c := range cells {
		if err := checkCell(w.columns[j], c, 1); err != nil {
			return nil, fmt.Errorf("paper: %w", err)
		}
		if c.Kind == CellSum {
			return nil, fmt.Errorf("paper: column %q: a sum in a list", w.columns[j].Key)
		}
		c.Text = viet.NFC(c.Text)
		clean[j] = c
	}
	return evaluateRow(w.columns, w.index, clean)
}

type csvList struct {
	rowWriter
	csv *csv.Writer
}

func (l *csvList) write(record []string) error {
	if err := l.csv.Write(record); err != nil {
		return fmt.Errorf("paper: csv: %w", err)
	}
	return nil
}

func (l *csvList) Row(cells ...Cell) error {
	figures, err := l.figures(cells)
	if err != nil {
		return err
	}
	record := make([]string, 0, len(l.order))
	for _, j := range l.order {
		record = append(record, csvText(l.columns[j], figures[j]))
	}
	return l.write(record)
}

// csvText writes numbers so that programs read them: a point before the decimals, none between thousands.
func csvText(c Column, f figure) string {
	switch {
	case f.known && f.whole:
		return strconv.FormatInt(f.number, 10)
	case f.known && c.Kind == KindRatio:
		return new(big.Rat).Mul(big.NewRat(f.rate.N, f.rate.D), big.NewRat(100, 1)).FloatString(c.decimals())
	case f.known && c.Kind == KindChange:
		change := new(big.Rat).Sub(big.NewRat(f.later.N, f.later.D), big.NewRat(f.rate.N, f.rate.D))
		return change.Mul(change, big.NewRat(100, 1)).FloatString(c.decimals())
	}
	return harmless(f.text)
}

// harmless puts an apostrophe before text that a spreadsheet would run as a formula.
func harmless(text string) string {
	if text == "" || !strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return text
	}
	return "'" + text
}

func (l *csvList) Close() error {
	l.csv.Flush()
	if err := l.csv.Error(); err != nil {
		return fmt.Errorf("paper: csv: %w", err)
	}
	return nil
}

type xlsxList struct {
	*sheet
	w    io.Writer
	name string // of the sheet
	head int    // row of the heads
}

func (l *xlsxList) begin(list List) error {
	top := 1
	if list.Watermark != "" {
		top = 2
	}
	for k, j := range l.order {
		c := l.columns[j]
		width := min(max(float64(len([]rune(c.Title)))+3, 10), 40)
		if c.Width > 0 {
			width = c.Width / 2
		}
		l.units = append(l.units, width)
		if err := l.stream.SetColWidth(k+1, k+1, width); err != nil {
			return fmt.Errorf("paper: xlsx: %w", err)
		}
	}
	l.head = top
	if err := l.freeze(top); err != nil {
		return fmt.Errorf("paper: xlsx: %w", err)
	}
	l.wide(viet.NFC(list.Watermark), cellFace{banner: true, bold: true, size: 12, align: Center})
	var cells []any
	for _, j := range l.order {
		cells = append(cells, l.styled(cellFace{bold: true, size: 12, align: Center, border: true, wrap: true}, viet.NFC(l.columns[j].Title), ""))
	}
	l.put(cells, 0)
	if l.err != nil {
		return fmt.Errorf("paper: xlsx: %w", l.err)
	}
	return nil
}

func (l *xlsxList) Row(cells ...Cell) error {
	figures, err := l.figures(cells)
	if err != nil {
		return err
	}
	l.body(Row{Cells: cells}, figures, nil)
	if l.err != nil {
		return fmt.Errorf("paper: xlsx: %w", l.err)
	}
	return nil
}

func (l *xlsxList) Close() error {
	defer l.file.Close()
	if err := l.print(); err != nil {
		return fmt.Errorf("paper: xlsx: %w", err)
	}
	if err := l.stream.Flush(); err != nil {
		return fmt.Errorf("paper: xlsx: %w", err)
	}
	if _, err := l.file.WriteTo(l.w); err != nil {
		return fmt.Errorf("paper: xlsx: %w", err)
	}
	return nil
}

// portraitWidth is what fits on a page of A4 upright, in mm.
const portraitWidth = 180

// print lets the list run over as many pages as it needs, as wide as the page, the heads on each.
func (l *xlsxList) print() error {
	wide := 0.0
	for _, units := range l.units {
		wide += units * mmPerUnit
	}
	heads := fmt.Sprintf("'%s'!$%d:$%d", l.name, l.head, l.head)
	if err := l.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: heads, Scope: l.name}); err != nil {
		return err
	}
	return l.page(l.name, wide > portraitWidth)
}
