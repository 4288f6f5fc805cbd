package offline

import (
	"context"
	"encoding/json"
	"io"

	"ralop/internal/fault"
)

// File is what a phone that cannot send writes, for any signed-in person to hand in: sealed
// acts, which nobody on the way can read.
type File struct {
	Ralop  string `json:"ralop"` // "acts"
	Device string `json:"device"`
	Acts   []Sent `json:"acts"`
}

// ReadFile reads such a file. Faults: Invalid offline.not-acts.
func ReadFile(from io.Reader) (File, error) {
	var f File
	content, err := io.ReadAll(io.LimitReader(from, HandInBytes+1))
	if err != nil {
		return f, err
	}
	if err := json.Unmarshal(content, &f); err != nil || f.Ralop != "acts" || len(content) > HandInBytes {
		return f, fault.New(fault.Invalid, "offline.not-acts", nil).On("file").Because(err)
	}
	return f, nil
}

// HandIn judges the acts of a file, each as its own author's and as of when it was made.
func HandIn(ctx context.Context, c Carrier, f File) ([]Answer, error) {
	switch {
	case f.Ralop != "acts":
		return nil, fault.New(fault.Invalid, "offline.not-acts", nil).On("file")
	case len(f.Acts) > mostHandedIn:
		return nil, fault.New(fault.Invalid, "offline.too-many", fault.Args{"most": mostHandedIn})
	}
	return judgeAll(ctx, c, f.Acts)
}
