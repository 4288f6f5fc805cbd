// Package id makes the keys of rows: 64-bit numbers of 41 bits of real
// milliseconds since 2024, 10 bits of node and 12 bits of sequence.
//
// It is on the words floor and every package may import it. The order of ids is a
// habit that keeps indexes dense; it never carries meaning, and the clock behind it
// is always the machine's, never the demonstration's.
package id

import (
	"fmt"
	"strconv"
	"sync"
	"time"
)

// ID is a row's key. Zero means "none". In JSON and addresses it is a string,
// because JavaScript numbers lose its last bits.
type ID int64

const (
	nodeBits     = 10
	sequenceBits = 12
	// Nodes is how many makers can work at one time; the database leases the numbers.
	Nodes = 1 << nodeBits
)

var epoch = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()

// Parse reads the decimal text of an ID.
func Parse(text string) (ID, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 {
		return 0, fmt.Errorf("id: %q is not an id", text)
	}
	return ID(n), nil
}

func (i ID) String() string { return strconv.FormatInt(int64(i), 10) }
func (i ID) IsZero() bool   { return i == 0 }

// MarshalText gives the decimal text, so that JSON holds a string.
func (i ID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the decimal text; "" and "0" are the zero ID.
func (i *ID) UnmarshalText(text []byte) error {
	if len(text) == 0 || string(text) == "0" {
		*i = 0
		return nil
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*i = parsed
	return nil
}

// Maker makes IDs for one node. It is safe for concurrent use.
type Maker struct {
	clock    func() time.Time
	mu       sync.Mutex
	node     int64
	last     int64
	sequence int64
}

// NewMaker makes a Maker for a node number in [0, Nodes) on the machine's clock.
func NewMaker(node int) *Maker { return NewMakerOn(node, time.Now) }

// NewMakerOn is NewMaker on another clock, for tests in which it jumps.
func NewMakerOn(node int, clock func() time.Time) *Maker {
	m := &Maker{clock: clock}
	m.Move(node, time.Time{})
	return m
}

// Move goes on with another node number, or the same, and with IDs later than a moment up
// to which others have made IDs with that number.
func (m *Maker) Move(node int, after time.Time) {
	if node < 0 || node >= Nodes {
		panic(fmt.Sprintf("id: node %d is outside 0..%d", node, Nodes-1))
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.node = int64(node)
	if ms := after.UnixMilli() - epoch; ms >= m.last {
		m.last, m.sequence = ms+1, -1 // the next one is the first of its millisecond
	}
}

// Last is the moment inside the newest ID; it may lie ahead of the clock.
func (m *Maker) Last() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return time.UnixMilli(m.last + epoch)
}

// Next makes an ID that this Maker has not made before. When the clock goes back,
// or one millisecond's sequence is used up, it borrows from the coming milliseconds
// rather than wait: an ID promises no time.
func (m *Maker) Next() ID {
	m.mu.Lock()
	defer m.mu.Unlock()
	if now := m.clock().UnixMilli() - epoch; now > m.last {
		m.last, m.sequence = now, 0
	} else if m.sequence++; m.sequence == 1<<sequenceBits {
		m.last, m.sequence = m.last+1, 0
	}
	return ID(m.last<<(nodeBits+sequenceBits) | m.node<<sequenceBits | m.sequence)
}
