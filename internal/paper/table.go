package paper

import (
	"errors"
	"fmt"
)

// Table is a table with typed columns. Its numbers are whole numbers; rates, changes,
// balances and sums are derived from them, in print and as live formulas in xlsx.
type Table struct {
	Name        string       `json:"name,omitempty"` // the sheet's name in xlsx; empty numbers it
	Title       string       `json:"title,omitempty"`
	Unit        string       `json:"unit,omitempty"` // "Đơn vị tính: học sinh", above the table at the right
	Columns     []Column     `json:"columns"`
	Head        [][]HeadCell `json:"head,omitempty"`     // rows of spans over the printed columns; empty takes the columns' titles
	Numbered    bool         `json:"numbered,omitempty"` // a row (1) (2) (3) … under the head
	Rows        []Row        `json:"rows"`
	Notes       []string     `json:"notes,omitempty"`       // under the table
	Orientation Orientation  `json:"orientation,omitempty"` // empty: landscape only when portrait is too narrow
}

// Orientation of the page on which a table stands.
type Orientation string

// The orientations.
const (
	Portrait  Orientation = "portrait"
	Landscape Orientation = "landscape"
)

// Column says what stands in a column and how it comes about.
type Column struct {
	Key      string     `json:"key"`
	Title    string     `json:"title"`
	Kind     ColumnKind `json:"kind,omitempty"`
	N        string     `json:"n,omitempty"`        // ratio: key of the numerator
	D        string     `json:"d,omitempty"`        // ratio: key of the denominator
	Now      string     `json:"now,omitempty"`      // change: key of the later column
	Before   string     `json:"before,omitempty"`   // change: key of the earlier column
	Plus     []string   `json:"plus,omitempty"`     // balance: keys added
	Minus    []string   `json:"minus,omitempty"`    // balance: keys taken away
	Decimals *int       `json:"decimals,omitempty"` // ratio and change of ratios; 2 when not given
	Align    Align      `json:"align,omitempty"`
	Width    float64    `json:"width,omitempty"` // mm, at least; 0 lets the content decide
	Aside    bool       `json:"aside,omitempty"` // in xlsx only, at the right end: operands that the paper does not print
}

// ColumnKind is the type of a column.
type ColumnKind string

// The kinds of columns.
const (
	KindText    ColumnKind = ""
	KindInteger ColumnKind = "integer"
	KindRatio   ColumnKind = "ratio"   // N ÷ D, in per cent
	KindChange  ColumnKind = "change"  // Now − Before: percentage points of two ratios, or a whole number of two integers
	KindBalance ColumnKind = "balance" // Σ Plus − Σ Minus
)

// HeadCell is a cell of the head. Span and Down count columns and rows; 0 means 1.
type HeadCell struct {
	Text string `json:"text"`
	Span int    `json:"span,omitempty"`
	Down int    `json:"down,omitempty"`
}

// Row has one Cell per Column, in order. Sum cells add up the rows named in Of.
type Row struct {
	Cells []Cell   `json:"cells"`
	Style RowStyle `json:"style,omitempty"`
	Of    []int    `json:"of,omitempty"`     // indexes into Table.Rows
	Level int      `json:"indent,omitempty"` // indents the text cells
}

// RowStyle is the face of a row.
type RowStyle string

// The styles of rows.
const (
	Normal RowStyle = ""
	Group  RowStyle = "group" // bold italic: the title of the rows below
	Total  RowStyle = "total" // bold
)

// Cell is one value. The zero Cell is blank, or derived where its column is.
type Cell struct {
	Kind  CellKind `json:"kind,omitempty"`
	Text  string   `json:"text,omitempty"`
	Value int64    `json:"value,omitempty"`
	Span  int      `json:"span,omitempty"` // text only: how many columns it covers; the covered cells are blank
}

// CellKind says what a cell holds.
type CellKind string

// The kinds of cells.
const (
	CellText       CellKind = ""
	CellInteger    CellKind = "integer"
	CellSum        CellKind = "sum"
	CellUnknown    CellKind = "unknown"
	CellSuppressed CellKind = "suppressed"
)

// Text makes a text cell.
func Text(text string) Cell { return Cell{Text: text} }

// Int makes a whole number.
func Int(n int64) Cell { return Cell{Kind: CellInteger, Value: n} }

// Sum adds up the column over the rows of Row.Of. Unknown cells add nothing; a
// suppressed one is an error, because a sum over it would give it away or be wrong:
// write such a total as Int.
func Sum() Cell { return Cell{Kind: CellSum} }

// Derived makes the cell of a ratio, change or balance column.
func Derived() Cell { return Cell{} }

// Unknown prints "–".
func Unknown() Cell { return Cell{Kind: CellUnknown} }

// Suppressed prints text ("<5") in place of a small number.
func Suppressed(text string) Cell { return Cell{Kind: CellSuppressed, Text: text} }

func (c Column) decimals() int {
	if c.Decimals == nil {
		return 2
	}
	return *c.Decimals
}

func (c Column) derived() bool {
	return c.Kind == KindRatio || c.Kind == KindChange || c.Kind == KindBalance
}

func (c Column) numeric() bool { return c.Kind != KindText }

// operands gives the keys that a derived column reads.
func (c Column) operands() []string {
	switch c.Kind {
	case KindRatio:
		return []string{c.N, c.D}
	case KindChange:
		return []string{c.Now, c.Before}
	case KindBalance:
		return append(append([]string{}, c.Plus...), c.Minus...)
	}
	return nil
}

func (t *Table) index() map[string]int {
	out := make(map[string]int, len(t.Columns))
	for i, c := range t.Columns {
		out[c.Key] = i
	}
	return out
}

// checkColumns sees to it that keys are unique, operands exist and stand one below the
// other: integers and balances under ratios, those or ratios under changes.
func checkColumns(columns []Column) error {
	if len(columns) == 0 {
		return errors.New("paper: no columns")
	}
	kinds := make(map[string]ColumnKind, len(columns))
	for _, c := range columns {
		if _, twice := kinds[c.Key]; twice || c.Key == "" {
			return fmt.Errorf("paper: column key %q is empty or used twice", c.Key)
		}
		kinds[c.Key] = c.Kind
	}
	whole := map[ColumnKind]bool{KindInteger: true, KindBalance: true}
	for _, c := range columns {
		for _, key := range c.operands() {
			kind, known := kinds[key]
			fits := known && key != c.Key
			switch c.Kind {
			case KindBalance:
				fits = fits && kind == KindInteger
			case KindRatio:
				fits = fits && whole[kind]
			case KindChange:
				fits = fits && (kind == KindRatio || whole[kind])
			}
			if !fits {
				return fmt.Errorf("paper: column %q cannot be derived from column %q", c.Key, key)
			}
		}
		if c.Kind == KindChange && (kinds[c.Now] == KindRatio) != (kinds[c.Before] == KindRatio) {
			return fmt.Errorf("paper: column %q compares a ratio with a number", c.Key)
		}
		switch c.Kind {
		case KindText, KindInteger, KindRatio, KindChange, KindBalance:
		default:
			return fmt.Errorf("paper: column %q is of unknown kind %q", c.Key, c.Kind)
		}
	}
	return nil
}

func (t *Table) check() error {
	if err := checkColumns(t.Columns); err != nil {
		return err
	}
	for i, r := range t.Rows {
		if len(r.Cells) != len(t.Columns) {
			return fmt.Errorf("paper: row %d of %q has %d cells, want %d", i, t.Title, len(r.Cells), len(t.Columns))
		}
		for _, of := range r.Of {
			if of < 0 || of >= len(t.Rows) || of == i {
				return fmt.Errorf("paper: row %d of %q cannot sum row %d", i, t.Title, of)
			}
		}
		for j, c := range r.Cells {
			if err := checkCell(t.Columns[j], c, len(t.Columns)-j); err != nil {
				return fmt.Errorf("paper: row %d of %q: %w", i, t.Title, err)
			}
		}
	}
	_, err := t.headGrid()
	return err
}

func checkCell(column Column, c Cell, room int) error {
	switch c.Kind {
	case CellText:
		if c.Span > room {
			return fmt.Errorf("a cell of column %q spans %d columns, only %d are left", column.Key, c.Span, room)
		}
	case CellUnknown, CellSuppressed:
	case CellInteger:
		if column.Kind != KindInteger && column.Kind != KindBalance {
			return fmt.Errorf("column %q (%s) holds a whole number", column.Key, column.Kind)
		}
	case CellSum:
		if column.Kind != KindInteger {
			return fmt.Errorf("column %q (%s) cannot be summed", column.Key, column.Kind)
		}
	default:
		return fmt.Errorf("column %q holds a cell of unknown kind %q", column.Key, c.Kind)
	}
	return nil
}
