package exchange

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"iter"
	"strconv"

	"ralop/internal/fault"
)

// PartStride parts the row numbers of the tables of one file: rows of the second table
// that is read count from PartStride, so that a number names one row of the file.
const PartStride = 1 << 21

// Book is a file opened for reading as often as wanted: text (any separator, any of the
// old encodings), the same packed, a workbook with its sheets, or a zip of all these.
type Book struct {
	name  string
	parts []*part
	notes []RowFault
	close []func() error
}

// part is one table of a file: the file itself, a sheet, a member of a zip.
type part struct {
	name   string // "" when the file is one table
	file   string // that it stands in
	sheet  string // of a workbook
	hidden bool
	rows   func() iter.Seq2[Row, error] // from the top, each time anew
	look   func() (partFacts, error)    // what stands beside the rows

	date1904 bool
	facts    *partFacts
}

// partFacts is what a sheet holds beside its cells.
type partFacts struct {
	rows          int // filled
	merges        []merge
	hiddenColumns map[int]bool
	hiddenRows    int
	formulas      int
	unvalued      int // formulas whose value the file does not hold
}

// merge is a block of cells drawn as one; rows from 1, columns from 0, ends included.
type merge struct{ top, left, bottom, right int }

// ReadBook opens a file that an upload holds; name is for messages only: what a file is,
// is seen from its first bytes. The content must last until the Book is closed.
//
// Faults: exchange.old-xls, exchange.not-a-table, exchange.too-large, exchange.broken-file,
// exchange.empty, exchange.bomb, exchange.locked-file.
func ReadBook(name string, content io.ReaderAt, size int64) (*Book, error) {
	b := &Book{name: name}
	if err := b.add("", content, size, true); err != nil {
		return nil, err
	}
	if len(b.parts) == 0 {
		if len(b.notes) == 1 {
			return nil, b.notes[0].Fault
		}
		return nil, fault.New(fault.Invalid, "exchange.empty", fault.Args{"file": name})
	}
	return b, nil
}

// Close releases the file.
func (b *Book) Close() error {
	var all error
	for i := len(b.close) - 1; i >= 0; i-- {
		all = errors.Join(all, b.close[i]())
	}
	b.close = nil
	return all
}

func (b *Book) note(code string, args fault.Args) {
	if args == nil {
		args = fault.Args{}
	}
	args["file"] = b.name
	b.notes = append(b.notes, RowFault{0, fault.New(fault.Invalid, code, args)})
}

// add takes a file, or one member of a zip, as one or more parts.
func (b *Book) add(name string, content io.ReaderAt, size int64, outermost bool) error {
	shown := name
	if outermost {
		shown = b.name
	}
	head := make([]byte, 512)
	n, err := content.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	head = head[:n]
	open := func() io.Reader { return io.NewSectionReader(content, 0, size) }
	if bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
		packed := open
		open = func() io.Reader { return &unpacking{packed: packed()} }
		if head, err = firstBytes(open(), 512); err != nil {
			return (&Table{name: shown}).broken(0, err)
		}
		if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
			whole, err := io.ReadAll(&limited{r: open(), left: MaxFile})
			if err != nil {
				return (&Table{name: shown}).broken(0, err)
			}
			content, size = bytes.NewReader(whole), int64(len(whole))
		}
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return b.addArchive(name, shown, content, size, outermost)
	case bytes.HasPrefix(head, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return oldFile(shown, content, size, outermost)
	case bytes.HasPrefix(head, []byte("%PDF")), bytes.HasPrefix(head, []byte("{")), bytes.HasPrefix(bytes.TrimSpace(head), []byte("<")):
		return fault.New(fault.Unsupported, "exchange.not-a-table", fault.Args{"file": shown})
	}
	b.parts = append(b.parts, b.textPart(name, shown, open))
	return nil
}

// textPart is a table of text; its rows are counted when somebody looks.
func (b *Book) textPart(name, shown string, open func() io.Reader) *part {
	p := &part{name: name, file: shown}
	p.rows = func() iter.Seq2[Row, error] {
		return func(yield func(Row, error) bool) {
			t := &Table{name: shown, raw: true}
			if err := t.openAny(open()); err != nil {
				yield(Row{}, err)
				return
			}
			for row, err := range t.Rows() {
				if !yield(row, err) {
					return
				}
			}
		}
	}
	p.look = func() (partFacts, error) {
		var f partFacts
		for _, err := range p.rows() {
			if err != nil {
				return f, err
			}
			f.rows++
		}
		return f, nil
	}
	return p
}

// see reads what stands beside the rows, once.
func (p *part) see() (partFacts, error) {
	if p.facts == nil {
		f, err := p.look()
		if err != nil {
			return f, err
		}
		p.facts = &f
	}
	return *p.facts, nil
}

// unpacking is a gzip reader that opens itself and does not outgrow MaxUnpacked.
type unpacking struct {
	packed io.Reader
	r      io.Reader
}

func (u *unpacking) Read(p []byte) (int, error) {
	if u.r == nil {
		r, err := gzip.NewReader(u.packed)
		if err != nil {
			return 0, err
		}
		u.r = &limited{r: r, left: MaxUnpacked}
	}
	return u.r.Read(p)
}

func firstBytes(r io.Reader, n int) ([]byte, error) {
	head := make([]byte, n)
	n, err := io.ReadFull(r, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && n > 0 {
		err = nil
	}
	return head[:n], err
}

// rowName is how people call a row: its number, with the table's name before it when the
// file has several.
func rowName(parts []string, number int) string {
	at, row := number/PartStride, strconv.Itoa(number%PartStride)
	if len(parts) < 2 || at >= len(parts) || parts[at] == "" {
		return row
	}
	return parts[at] + ": " + row
}
