package offline

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/device"
	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// watched is a child of whom the teacher should think today, and why, in a sentence.
type watched struct {
	Pupil id.ID  `json:"pupil"`
	Words string `json:"words"`
}

// longRun is from how many school days on an absence is said here.
const longRun = 2

func partsToWatch(ctx context.Context, tx *store.Tx, r *door.Request, _ device.Device) ([]Part, error) {
	classes, err := ownClasses(ctx, tx, r.Who)
	if err != nil {
		return nil, err
	}
	var list []Part
	for _, class := range classes {
		list = append(list, Part{Name: "watch/" + class.String(), Look: access.Class(class),
			Make: func(ctx context.Context, tx *store.Tx) (any, error) {
				screen, err := rollcall.Open(ctx, tx, r.Who, class, r.Today, calendar.WholeDay)
				out := []watched{}
				for _, run := range screen.Pinned {
					if run.Days >= longRun {
						out = append(out, watched{run.Pupil, r.T("roll.note-run", "n", run.Days, "since", run.Since.Short())})
					}
				}
				return out, err
			}})
	}
	return list, nil
}
