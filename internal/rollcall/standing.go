package rollcall

import (
	"context"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// SheetsSince counts the versions of sheets of some classes that people sent since an instant
// and whose list names one of the pupils; versions that only followed a change of a list or of
// the calendar are not counted. links are the classes. It asks no right.
func SheetsSince(ctx context.Context, tx *store.Tx, realm int, classes, pupils []id.ID, since day.Instant) (sheets int, links []id.ID, err error) {
	type version struct {
		Class id.ID
		Roll  int
		Taken int
	}
	named := map[id.ID]bool{}
	for _, pupil := range pupils {
		named[pupil] = true
	}
	taken, err := store.All[version](ctx, tx, sqlTakenSince, realm, store.In(classes), since)
	if err != nil {
		return 0, nil, err
	}
	for _, v := range taken {
		members, err := store.All[id.ID](ctx, tx, sqlRollPupils, realm, v.Class, v.Roll)
		if err != nil {
			return 0, nil, err
		}
		for _, pupil := range members {
			if named[pupil] {
				sheets += v.Taken
				if len(links) == 0 || links[len(links)-1] != v.Class {
					links = append(links, v.Class)
				}
				break
			}
		}
	}
	return sheets, links, nil
}
