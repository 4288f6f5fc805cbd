package exchange

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"ralop/internal/fault"
	"ralop/internal/viet"
)

// MaxUnpacked is the most a file may grow to when it is unpacked, in bytes. A
// province's 200,000 pupils × 25 columns take about 60 MB.
const MaxUnpacked = 1 << 30

// MaxFile is the most a packed sheet (xlsx) may weigh, in bytes.
const MaxFile = 128 << 20

// Row is one line of a sheet with at least one filled cell. Number is the row a person
// sees in a spreadsheet program, counted from 1. Cells are NFC text without outer
// spaces; numbers and dates of an xlsx come as their raw value ("43713" is a date that
// the sheet shows as 05/09/2019), so that a code never changes its spelling.
type Row struct {
	Number  int
	Cells   []string
	Numbers []int      // columns whose cell the file keeps as a number, in order
	Hidden  bool       // the sheet does not show the row
	Notes   []RowFault // findings on this row, by what Book.Read did with it
}

// Cell gives the cell at index i (from 0), "" when the row is shorter.
func (r Row) Cell(i int) string {
	if i < 0 || i >= len(r.Cells) {
		return ""
	}
	return r.Cells[i]
}

// Table is a sheet opened for reading once, from top to bottom.
type Table struct {
	name  string
	rows  iter.Seq2[Row, error]
	close []func() error

	raw      bool // cells are left as they came, for what reads old encodings
	date1904 bool
	head     *Head // of a table that Book.Read gave: it is known already
}

// OpenTable opens a csv, csv.gz or xlsx file. What a file is, is seen from its first
// bytes, not from its name. Close it after use.
func OpenTable(path string) (*Table, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "exchange.no-file", fault.Args{"file": path}).Because(err)
	}
	if err != nil {
		return nil, err
	}
	t, err := ReadTable(filepath.Base(path), f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	t.close = append(t.close, f.Close)
	return t, nil
}

// ReadTable reads a sheet from an upload or an opened file; name is only for messages.
// The reader must last until the Table is closed.
//
// Faults: exchange.old-xls, exchange.not-a-table, exchange.too-large,
// exchange.broken-file.
func ReadTable(name string, r io.Reader) (*Table, error) {
	t := &Table{name: name}
	if err := t.openAny(r); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

func (t *Table) openAny(r io.Reader) error {
	name := t.name
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := peek(in, 8)
	if err != nil {
		return err
	}
	if bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return t.broken(0, err)
		}
		in = bufio.NewReaderSize(&limited{r: unpacked, left: MaxUnpacked}, 64<<10)
		if head, err = peek(in, 8); err != nil {
			return t.broken(0, err)
		}
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return t.openWorkbook(in)
	case bytes.HasPrefix(head, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return fault.New(fault.Unsupported, "exchange.old-xls", fault.Args{"file": name})
	case bytes.HasPrefix(head, []byte("%PDF")), bytes.HasPrefix(head, []byte("{")), bytes.HasPrefix(head, []byte("<")):
		return fault.New(fault.Unsupported, "exchange.not-a-table", fault.Args{"file": name})
	}
	return t.openText(in)
}

// Rows gives the rows in order, without empty ones. An error ends the iteration. It can
// be walked once.
func (t *Table) Rows() iter.Seq2[Row, error] { return t.rows }

// Close releases the file.
func (t *Table) Close() error {
	var all error
	for i := len(t.close) - 1; i >= 0; i-- {
		all = errors.Join(all, t.close[i]())
	}
	t.close = nil
	return all
}

// openWorkbook reads the first visible sheet that holds any row.
func (t *Table) openWorkbook(in io.Reader) error {
	content, err := io.ReadAll(&limited{r: in, left: MaxFile})
	if err != nil {
		return t.broken(0, err)
	}
	b, err := ReadBook(t.name, bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return err
	}
	t.close = append(t.close, b.Close)
	for _, p := range b.parts {
		if p.hidden {
			continue
		}
		for _, err := range p.rows() {
			if err != nil {
				return err
			}
			t.rows, t.date1904 = cleaned(p.rows()), p.date1904
			return nil
		}
	}
	return fault.New(fault.Invalid, "exchange.empty", fault.Args{"file": t.name})
}

// openText reads text separated by comma, semicolon, tab or bar, in UTF-8, UTF-16 or the
// bytes of an old encoding (see legacyBytes).
func (t *Table) openText(in *bufio.Reader) error {
	in, err := decodeText(in)
	if err != nil {
		return t.broken(0, err)
	}
	separator, err := sniffSeparator(in)
	if err != nil {
		return t.broken(0, err)
	}
	guard := &recordGuard{r: in}
	reader := csv.NewReader(guard)
	reader.Comma = separator
	reader.FieldsPerRecord = -1
	reader.ReuseRecord = true
	t.rows = func(yield func(Row, error) bool) {
		inside := 0 // line breaks inside quoted cells so far: lines that are not rows
		for {
			record, err := reader.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Row{}, t.brokenText(err, inside))
				return
			}
			guard.since = 0
			line, _ := reader.FieldPos(0)
			row := Row{Number: line - inside, Cells: make([]string, min(len(record), maxColumns))}
			filled := false
			for i, cell := range record {
				inside += strings.Count(cell, "\n")
				if i >= maxColumns {
					continue
				}
				if !utf8.ValidString(cell) { // the bytes of an old encoding in a file that seemed to be Unicode
					cell = legacyBytes(cell)
				}
				if row.Cells[i] = strings.TrimSpace(cell); !t.raw {
					row.Cells[i] = cleanCell(cell)
				}
				filled = filled || row.Cells[i] != ""
			}
			if filled && !yield(row, nil) {
				return
			}
		}
	}
	return nil
}

// brokenText turns the csv reader's error into a fault that names row and column.
func (t *Table) brokenText(err error, inside int) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return fault.New(fault.Invalid, "exchange.broken-quote",
			fault.Args{"file": t.name, "row": parse.StartLine - inside, "column": parse.Column}).Because(err)
	}
	return t.broken(0, err)
}

func (t *Table) broken(row int, err error) error {
	if _, ok := fault.Of(err); ok {
		return err
	}
	if errors.Is(err, errTooLarge) {
		return fault.New(fault.Invalid, "exchange.too-large", fault.Args{"file": t.name, "megabytes": MaxUnpacked >> 20})
	}
	if errors.Is(err, errHugeCell) {
		return fault.New(fault.Invalid, "exchange.huge-cell", fault.Args{"file": t.name}).Because(err)
	}
	return fault.New(fault.Invalid, "exchange.broken-file", fault.Args{"file": t.name, "row": row}).Because(err)
}

// cleaned gives rows with their cells as clean text.
func cleaned(rows iter.Seq2[Row, error]) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for row, err := range rows {
			for i, cell := range row.Cells {
				row.Cells[i] = cleanCell(cell)
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// cleanCell makes NFC text of a cell and takes outer and invisible spaces away.
// Line breaks inside stay: an address may have them.
func cleanCell(cell string) string {
	if strings.ContainsAny(cell, "\r\n") {
		return viet.CleanText(cell)
	}
	return viet.Clean(cell)
}

// ColumnName gives the letters a spreadsheet program shows for column i (from 0).
func ColumnName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

func peek(in *bufio.Reader, n int) ([]byte, error) {
	head, err := in.Peek(n)
	if errors.Is(err, io.EOF) {
		err = nil // a short file is read as far as it goes
	}
	return head, err
}

// sniffSeparator takes the separator that the first line holds most often outside
// quotes. A line "sep=;" names it and is no row.
func sniffSeparator(in *bufio.Reader) (rune, error) {
	head, err := in.Peek(32 << 10)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return 0, err
	}
	if len(head) >= 5 && bytes.EqualFold(head[:4], []byte("sep=")) {
		return rune(head[4]), skipLine(in)
	}
	counts := map[rune]int{}
	quoted := false
	for _, c := range string(head) {
		switch c {
		case '"':
			quoted = !quoted
		case ',', ';', '\t', '|':
			if !quoted {
				counts[c]++
			}
		case '\n':
			if !quoted && counts[',']+counts[';']+counts['\t']+counts['|'] > 0 {
				return mostOf(counts), nil
			}
		}
	}
	return mostOf(counts), nil
}

func mostOf(counts map[rune]int) rune {
	best := ','
	for _, c := range []rune{';', '\t', '|'} {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return best
}

func skipLine(in *bufio.Reader) error {
	_, err := in.ReadString('\n')
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

var errTooLarge = errors.New("exchange: the file is larger than allowed")

// limited is io.LimitReader that says so instead of ending quietly.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errTooLarge
	}
	if int64(len(p)) > l.left {
		p = p[:l.left]
	}
	n, err := l.r.Read(p)
	l.left -= int64(n)
	return n, err
}
