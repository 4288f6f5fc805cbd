package offline

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/warning"
)

// watched is a child of whom the teacher should think today, and why, in a sentence.
type watched struct {
	Pupil id.ID  `json:"pupil"`
	Words string `json:"words"`
}

const (
	longRun  = 2  // from how many school days on an absence is said here, when no warning speaks of the child
	mostSeen = 30 // children of a class: a phone's screen is short, and so is a morning
)

// partToWatch lists the children of a class of whom a warning speaks, what is to be done
// first in front, one sentence each; then those who have been away and of whom none does.
func partToWatch(r *door.Request, class id.ID, opened openedScreen) Part {
	return Part{Name: "watch/" + class.String(), Look: access.Class(class), Make: func(ctx context.Context, tx *store.Tx) (any, error) {
		out, seen := []watched{}, map[id.ID]bool{}
		add := func(pupil id.ID, words string) {
			if !seen[pupil] && len(out) < mostSeen {
				seen[pupil] = true
				out = append(out, watched{pupil, words})
			}
		}
		signals, _, err := warning.Watch(ctx, tx, r.Who, class)
		if err != nil {
			return nil, err
		}
		for _, s := range signals {
			add(s.Pupil, warning.Sentence(r.Lang, s.Signal))
		}
		screen, err := opened(ctx, tx)
		for _, run := range screen.Pinned {
			if run.Days >= longRun {
				add(run.Pupil, r.T("roll.note-run", "n", run.Days, "since", run.Since.Short()))
			}
		}
		return out, err
	}}
}
