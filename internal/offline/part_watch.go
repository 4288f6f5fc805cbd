package offline

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/store"
)

// watched is a child of whom the teacher should think today, and why, in a sentence.
type watched struct {
	Pupil id.ID  `json:"pupil"`
	Words string `json:"words"`
}

// longRun is from how many school days on an absence is said here.
const longRun = 2

// partToWatch lists the children of a class who have been away, the longest first.
func partToWatch(r *door.Request, class id.ID, opened openedScreen) Part {
	return Part{Name: "watch/" + class.String(), Look: access.Class(class), Make: func(ctx context.Context, tx *store.Tx) (any, error) {
		screen, err := opened(ctx, tx)
		out := []watched{}
		for _, run := range screen.Pinned {
			if run.Days >= longRun {
				out = append(out, watched{run.Pupil, r.T("roll.note-run", "n", run.Days, "since", run.Since.Short())})
			}
		}
		return out, err
	}}
}
