package offline

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/device"
	"ralop/internal/door"
	"ralop/internal/store"
)

// Part is something that a phone keeps: its name on the wire ("class/602"), how to make it,
// and what to write into the audit book when it names pupils.
type Part struct {
	Name string
	Make func(ctx context.Context, tx *store.Tx) (any, error)
	Look access.Resource // Kind "" when no pupil is named, or Seen notes it
	Seen func(*door.Request)
}

// parts list what the caller may have on her phone today, one function for each file.
var parts = []func(ctx context.Context, tx *store.Tx, r *door.Request, phone device.Device) ([]Part, error){
	partMe, partsOfClasses, partTasks,
}

// mostBytes of parts in one answer; the rest comes with the next pull.
const mostBytes = 512 << 10

// Pull is the answer to a pull.
type Pull struct {
	Now     int64                      `json:"now"`
	Account string                     `json:"account"`
	Device  device.State               `json:"device"`
	Cursor  string                     `json:"cursor"`
	Parts   map[string]json.RawMessage `json:"parts"`
	Gone    []string                   `json:"gone"` // parts that the phone has and may have no longer
	More    bool                       `json:"more,omitempty"`
}

// cursor is what a phone has: the digest of each part by name.
type cursor map[string]string

func readCursor(text string) cursor {
	c := cursor{}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(raw, &c) != nil {
		return cursor{} // whoever has none gets everything
	}
	return c
}

func (c cursor) String() string {
	raw, err := json.Marshal(c)
	if err != nil {
		panic(err) // a map of strings
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:6])
}

// pull answers with what has changed of what the caller may see. It only reads: it waits
// for no rebuild, and for nobody who writes.
func pull(ctx context.Context, tx *store.Tx, r *door.Request, phone device.Device) (Pull, error) {
	has, has2 := readCursor(r.Value("cursor")), cursor{}
	out := Pull{Now: millis(r.Now), Account: r.Who.Account.String(), Device: phone.State, Parts: map[string]json.RawMessage{}, Gone: []string{}}
	if phone.State != device.Active {
		out.Cursor = has.String() // it is to send what it has, and to keep no more
		return out, nil
	}
	size := 0
	for _, list := range parts {
		made, err := list(ctx, tx, r, phone)
		if err != nil {
			return out, err
		}
		for _, part := range made {
			if out.More {
				if known, ok := has[part.Name]; ok {
					has2[part.Name] = known
				}
				continue
			}
			value, err := part.Make(ctx, tx)
			if err != nil {
				return out, err
			}
			content, err := json.Marshal(value)
			if err != nil {
				return out, err
			}
			sum := digest(content)
			has2[part.Name] = sum
			if has[part.Name] == sum {
				continue
			}
			out.Parts[part.Name] = content
			if part.Look.Kind != "" {
				rule, err := access.May(ctx, tx, r.Who, access.SeePupils, part.Look)
				if err != nil {
					return out, err
				}
				r.Look(part.Look, rule, "offline")
			}
			if part.Seen != nil {
				part.Seen(r)
			}
			size += len(content)
			out.More = size > mostBytes
		}
	}
	for _, name := range slices.Sorted(maps.Keys(has)) {
		if _, still := has2[name]; !still {
			out.Gone = append(out.Gone, name)
		}
	}
	out.Cursor = has2.String()
	return out, nil
}

func millis(i day.Instant) int64 { return int64(i) / 1000 }

func instant(ms int64) day.Instant { return day.Instant(ms * 1000) }
