package offline

import (
	"bytes"
	"context"
	"encoding/json"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/device"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Frame is what every act says of itself, whatever its kind.
type Frame struct {
	ID       [16]byte
	Device   string
	Account  id.ID
	Sequence int64
	TakenAt  day.Instant // as the phone told; 0 when what it told cannot be
	ClockOff int64       // milliseconds by which its clock was ahead at the sync; 0 within bounds
}

// Kind is a kind of act. A new kind is a file of its own and a line in kinds.
type Kind struct {
	Name   string
	Format int // the latest schema version of its body; the formatsKept last ones are read
	// Read decodes a body of one of these versions. Unknown fields and codes are faults.
	Read func(f Frame, format int, body json.RawMessage) (Work, error)
}

// Work is an act that was read: what it concerns, and what it does as its author.
type Work struct {
	About device.About
	Apply func(ctx context.Context, tx *store.Tx, who access.Who) (Result, error)
}

// Result is what became of it. A refusal is a fault instead.
type Result struct {
	Outcome device.Outcome
	Receipt any // JSON for the phone; never a name
}

// formatsKept is how many schema versions of a body are accepted: phones in the hills are
// updated late.
const formatsKept = 4

var kinds = []Kind{roll, visit}

// work finds the kind of an act and reads its body. Faults (Invalid): offline.unknown-kind,
// offline.new-format, offline.old-format, offline.unreadable.
func work(f Frame, name string, format int, body json.RawMessage) (Work, error) {
	for _, kind := range kinds {
		if kind.Name != name {
			continue
		}
		switch {
		case format > kind.Format:
			return Work{}, fault.New(fault.Invalid, "offline.new-format", fault.Args{"format": format})
		case format < 1 || format <= kind.Format-formatsKept:
			return Work{}, fault.New(fault.Invalid, "offline.old-format", fault.Args{"format": format})
		}
		return kind.Read(f, format, body)
	}
	return Work{}, fault.New(fault.Invalid, "offline.unknown-kind", fault.Args{"value": short(name)})
}

// strictly decodes JSON; a field that nobody reads would be lost silently, so it is a fault.
func strictly(content []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fault.New(fault.Invalid, "offline.unreadable", nil).Because(err)
	}
	if decoder.More() {
		return fault.New(fault.Invalid, "offline.unreadable", nil)
	}
	return nil
}

// short keeps what a stranger wrote from filling the ledger.
func short(text string) string {
	if letters := []rune(text); len(letters) > 40 {
		return string(letters[:40]) + "…"
	}
	return text
}
