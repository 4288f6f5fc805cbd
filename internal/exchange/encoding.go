package exchange

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"ralop/internal/viet"
)

// sniffed is how much of a file decides which kind of text it is.
const sniffed = 32 << 10

// decodeText drops a byte order mark, turns UTF-16 into UTF-8, and reads a file whose
// bytes are not Unicode as Windows-1252: what one sees then is what package viet reads as
// TCVN3, VNI or Windows-1258, column by column.
func decodeText(in *bufio.Reader) (*bufio.Reader, error) {
	head, err := in.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, err := in.Discard(3)
		return in, err
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return wide(in, true, 2)
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return wide(in, false, 2)
	case zeros(head, 1):
		return wide(in, true, 0)
	case zeros(head, 0):
		return wide(in, false, 0)
	case !validStart(head):
		return bufio.NewReaderSize(charmap.Windows1252.NewDecoder().Reader(in), 64<<10), nil
	}
	return in, nil
}

// zeros says whether every second byte, from the one at from, is mostly zero: UTF-16
// without its mark.
func zeros(head []byte, from int) bool {
	n, zero := 0, 0
	for i := from; i < len(head); i += 2 {
		n++
		if head[i] == 0 {
			zero++
		}
	}
	return n > 4 && zero*10 > n*6
}

// validStart says whether a file begins as UTF-8, a letter cut at the end let pass.
func validStart(head []byte) bool {
	for cut := 0; cut < utf8.UTFMax && cut <= len(head); cut++ {
		if utf8.Valid(head[:len(head)-cut]) {
			return true
		}
	}
	return false
}

// wide turns UTF-16 into UTF-8.
func wide(in *bufio.Reader, little bool, mark int) (*bufio.Reader, error) {
	raw, err := io.ReadAll(&limited{r: in, left: MaxFile})
	if err != nil {
		return nil, err
	}
	units := make([]uint16, 0, len(raw)/2)
	for i := mark; i+1 < len(raw); i += 2 {
		low, high := raw[i], raw[i+1]
		if !little {
			low, high = high, low
		}
		units = append(units, uint16(low)|uint16(high)<<8)
	}
	return bufio.NewReaderSize(strings.NewReader(string(utf16.Decode(units))), 64<<10), nil
}

// legacyBytes reads a cell that is not Unicode as Windows-1252.
func legacyBytes(cell string) string {
	text, err := charmap.Windows1252.NewDecoder().String(cell)
	if err != nil {
		return strings.ToValidUTF8(cell, "\uFFFD")
	}
	return text
}

// maxRecord is the most one row of text may hold, in bytes: a quote that never closes
// must not fill the memory.
const maxRecord = 8 << 20

// recordGuard ends reading when a row outgrows maxRecord.
type recordGuard struct {
	r     io.Reader
	since int
}

func (g *recordGuard) Read(p []byte) (int, error) {
	if g.since > maxRecord {
		return 0, errHugeCell
	}
	n, err := g.r.Read(p)
	g.since += n
	return n, err
}

// foreign says whether a text holds what no old encoding shows: it is Unicode already,
// in a column that is not.
func foreign(text string) bool {
	for _, r := range text {
		if r > 0xff && !strings.ContainsRune("€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ", r) && !(r >= 0x300 && r <= 0x323) {
			return true
		}
	}
	return false
}

// decodeCell gives a cell of a column in Unicode, cleaned. A cell of an old column that
// is Unicode already stays.
func decodeCell(e viet.Encoding, cell string) string {
	if e != "" && e != viet.Unicode && !foreign(cell) {
		cell = viet.Decode(e, cell)
	}
	return cleanCell(cell)
}
