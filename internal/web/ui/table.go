package ui

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/ratio"
)

// Table is a list in rows and columns. The first cell of a row is its heading.
type Table struct {
	Caption string // what the table holds; read by screen readers, drawn unless Quiet
	Note    string // beneath the caption, may be empty
	Quiet   bool   // the caption is not drawn: a heading stands above already
	Columns []Column
	Rows    []Row
	Total   *Row            // the row of sums, may be nil
	Empty   templ.Component // shown instead of no rows, see Empty
	Wide    bool            // many columns: scrolls sideways on a phone instead of turning into cards
	Compact bool
	Even    bool            // all columns as wide as each other: a calendar
	Foot    templ.Component // beneath the rows: counts, source, Pager; may be nil
}

// Column is the head of a column.
type Column struct {
	Label  string
	Title  string // the label in full when Label is short
	Number bool   // to the right, digits under digits
	Sort   string // address that sorts by this column, "" when it cannot
	Sorted Order
	Broad  bool // on a phone the cell takes the whole width
}

// Order is how a column is sorted now.
type Order string

const (
	Unsorted   Order = ""
	Ascending  Order = "ascending"
	Descending Order = "descending"
)

// Row is one line. Cells are as many as columns; Group makes it a heading over rows.
type Row struct {
	Cells []templ.Component
	Tone  Tone
	Group string
	ID    string // of the row in the page, for htmx; may be empty
}

func (t Table) class() string {
	return classes("table", when(!t.Wide, "as-cards"), when(t.Compact, "table-compact"), when(t.Even, "table-even"))
}

func (t Table) column(i int) Column {
	if i < len(t.Columns) {
		return t.Columns[i]
	}
	return Column{}
}

// Rate is a rate as it stands in a table: the number, its two counts, a bar.
type Rate struct {
	Ratio    ratio.Ratio
	Decimals int // of the percentage; 0 means 2, the scale of the reports
	Target   ratio.Ratio
	Coverage ratio.Ratio // taken ÷ due; D = 0: not said
	Thin     bool        // coverage under the threshold: grey, and says so
	Tone     Tone
	URL      string // opens what the number is made of
}

func (r Rate) percent() string { return Percent(r.Ratio, r.Decimals) }

func (r Rate) width() string { return share(r.Ratio) }

// share is a ratio as a length of SVG, cut at 0 and 100.
func share(r ratio.Ratio) string {
	return strconv.FormatFloat(100*min(1, max(0, r.Float())), 'f', 2, 64) + "%"
}

// Percent writes a ratio as a percentage with this many decimals (0 means 2), without
// the sign of per cent: "92,34".
func Percent(r ratio.Ratio, decimals int) string {
	if decimals == 0 {
		decimals = 2
	}
	return r.Percent(decimals)
}

// Addend writes a number as a part of a sum: one below zero stands in brackets, 1.892 = 1.885 + 14 + (-7).
func Addend[N ~int | ~int64 | ~int32](n N) string {
	if n < 0 {
		return "(" + Number(n) + ")"
	}
	return Number(n)
}

// Number writes a whole number with dots between thousands, as Vietnamese papers do: 25.000.
func Number[N ~int | ~int64 | ~int32](n N) string {
	digits := strconv.FormatInt(int64(n), 10)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "." + digits[i:]
	}
	return sign + digits
}

func counts(r ratio.Ratio) string { return Number(r.N) + "/" + Number(r.D) }

// Pages leads through a long list.
type Pages struct {
	Label    string // "1–50 trong 770"
	Previous string // address, "" when there is none
	Next     string
	Now      string // "Trang 1", may be empty
}
