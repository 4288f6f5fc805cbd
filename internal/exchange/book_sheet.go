package exchange

import (
	"archive/zip"
	"errors"
	"io"
	"iter"
	"strconv"
	"strings"

	"ralop/internal/fault"
)

// maxColumns is the widest table that is read; a register of a month has some fifty.
const maxColumns = 512

// rows walks a sheet; facts, when given, gathers what stands beside the cells.
func (w *workbook) rows(file *zip.File, strings string, facts *partFacts) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		err := w.walk(file, strings, facts, yield)
		if errors.Is(err, errHugeCell) {
			yield(Row{}, fault.New(fault.Invalid, "exchange.huge-cell", fault.Args{"file": w.shown}).Because(err))
		} else if err != nil {
			yield(Row{}, (&Table{name: w.shown}).broken(0, err))
		}
	}
}

// look walks the whole sheet without making rows of it.
func (w *workbook) look(file *zip.File, strings string) (partFacts, error) {
	var facts partFacts
	for _, err := range w.rows(file, strings, &facts) {
		if err != nil {
			return facts, err
		}
	}
	return facts, nil
}

func (w *workbook) walk(file *zip.File, strings string, facts *partFacts, yield func(Row, error) bool) error {
	if err := w.sharedStrings(strings); err != nil {
		return err
	}
	r, err := file.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	x := sheetWalk{workbook: w, xmlScanner: newXMLScanner(&limited{r: r, left: MaxUnpacked}), facts: facts, yield: yield}
	for {
		if err := x.next(); errors.Is(err, io.EOF) {
			if !x.closed {
				return io.ErrUnexpectedEOF
			}
			return nil
		} else if err != nil {
			return err
		}
		if stop := x.take(); stop {
			return nil
		}
	}
}

// sheetWalk is where a walk through a sheet stands.
type sheetWalk struct {
	*workbook
	*xmlScanner
	facts  *partFacts
	yield  func(Row, error) bool
	row    Row
	column int
	kind   string
	style  int
	filled bool
	spelt  bool // the formula of this cell was seen
	valued bool
	closed bool
}

// take does what the tag asks; stop: the reader wants no more.
func (x *sheetWalk) take() (stop bool) {
	switch x.name {
	case "row":
		if x.end || x.empty {
			return x.endRow()
		}
		number := x.number("r")
		if number <= x.row.Number || number >= PartStride {
			number = x.row.Number + 1
		}
		x.row = Row{Number: number, Hidden: x.on("hidden")}
		x.column, x.filled = -1, false
	case "c":
		if x.end {
			x.endCell()
			return false
		}
		if at := columnOf(x.attr("r")); at > x.column {
			x.column = at
		} else {
			x.column++
		}
		x.kind, x.style = x.attr("t"), x.number("s")
		x.text, x.spelt, x.valued = x.text[:0], false, false
	case "v":
		x.wanted = !x.end && !x.empty
		x.valued = x.valued || x.wanted
	case "t":
		x.wanted = !x.end && !x.empty && x.kind == "inlineStr"
	case "f":
		x.spelt = true
	case "col":
		x.hideColumns()
	case "mergeCell":
		if m, ok := parseRange(x.attr("ref")); ok && x.facts != nil && len(x.facts.merges) < 100_000 {
			x.facts.merges = append(x.facts.merges, m)
		}
	case "worksheet", "dialogsheet":
		x.closed = x.closed || x.end || x.empty
	}
	return false
}

func (x *sheetWalk) endRow() (stop bool) {
	if !x.filled {
		return false
	}
	if x.facts != nil {
		x.facts.rows++
		if x.row.Hidden {
			x.facts.hiddenRows++
		}
		return false
	}
	return !x.yield(x.row, nil)
}

func (x *sheetWalk) endCell() {
	if x.facts != nil && x.spelt {
		x.facts.formulas++
		if !x.valued {
			x.facts.unvalued++
		}
	}
	if x.column < 0 || x.column >= maxColumns || len(x.text) == 0 { // below zero: a cell ends that never began
		return
	}
	cell := ""
	switch x.kind {
	case "s":
		if n, err := strconv.Atoi(string(x.text)); err == nil && n >= 0 && n < len(x.shared.ends) {
			cell = x.shared.at(n)
		}
	case "b":
		cell = map[string]string{"1": "TRUE", "0": "FALSE"}[string(x.text)]
	case "e": // #N/A, #REF!: no value
	case "d":
		cell, _, _ = strings.Cut(string(x.text), "T")
	case "str", "inlineStr":
		cell = strings.TrimSpace(string(x.text))
	default:
		cell = plainNumber(strings.TrimSpace(string(x.text)))
		if x.style >= 0 && x.style < len(x.zeros) && len(cell) < x.zeros[x.style] && digitsOnly(cell) {
			cell = strings.Repeat("0", x.zeros[x.style]-len(cell)) + cell
		}
		if cell != "" && x.facts == nil {
			x.row.Numbers = append(x.row.Numbers, x.column)
		}
	}
	if cell == "" {
		return
	}
	x.filled = true
	if x.facts != nil {
		return
	}
	if x.row.Cells == nil {
		x.row.Cells = make([]string, 0, max(8, x.column+1))
	}
	for len(x.row.Cells) <= x.column {
		x.row.Cells = append(x.row.Cells, "")
	}
	x.row.Cells[x.column] = cell
}

func (x *sheetWalk) hideColumns() {
	if x.facts == nil || !x.on("hidden") {
		return
	}
	from, to := x.number("min"), x.number("max")
	if x.facts.hiddenColumns == nil {
		x.facts.hiddenColumns = map[int]bool{}
	}
	for at := max(from, 1); at <= min(to, maxColumns); at++ {
		x.facts.hiddenColumns[at-1] = true
	}
}

// columnOf reads the letters of a cell's address, from 0; -1 without any.
func columnOf(address string) int {
	at := 0
	for i := 0; i < len(address) && i < 4; i++ {
		c := address[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		at = at*26 + int(c-'A') + 1
	}
	return at - 1
}

// parseRange reads "B2:D4".
func parseRange(ref string) (merge, bool) {
	first, last, ok := strings.Cut(ref, ":")
	if !ok {
		return merge{}, false
	}
	m := merge{left: columnOf(first), right: columnOf(last)}
	var err error
	if m.top, err = strconv.Atoi(strings.TrimLeft(strings.ToUpper(first), "ABCDEFGHIJKLMNOPQRSTUVWXYZ$")); err != nil {
		return m, false
	}
	if m.bottom, err = strconv.Atoi(strings.TrimLeft(strings.ToUpper(last), "ABCDEFGHIJKLMNOPQRSTUVWXYZ$")); err != nil {
		return m, false
	}
	return m, m.left >= 0 && m.right >= m.left && m.top > 0 && m.bottom >= m.top
}

func digitsOnly(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
