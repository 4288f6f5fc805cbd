package rollcall

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// usual keeps, for the schools of a morning, which reasons each class gave most of late: one reading of the school's
// marks does for all its classes. The mark of the school's calendar is a random number, so an entry is never another
// database's. What is corrected meanwhile is seen some minutes later: it only orders a list of suggestions.
var usual = struct {
	sync.RWMutex
	schools map[usualKey]usualReasonsOf
}{schools: map[usualKey]usualReasonsOf{}}

type usualKey struct {
	mark int64
	day  day.Day
}

type usualReasonsOf struct {
	at      day.Instant
	classes map[id.ID][]string // the commonest first
}

const (
	usualHolds = 10 * time.Minute
	usualKept  = 4096 // schools
)

// usualReasons gives the codes that the class gave most in the weeks before a day, at most five.
func usualReasons(ctx context.Context, tx *store.Tx, realm int, k known, on day.Day) ([]string, error) {
	key := usualKey{k.plan.Mark(), on}
	usual.RLock()
	kept, known := usual.schools[key]
	usual.RUnlock()
	if known && key.mark != 0 && tx.Now() >= kept.at && tx.Now() < kept.at.Add(usualHolds) {
		return kept.classes[k.class], nil
	}
	type used struct {
		Class  id.ID
		Reason string
		Times  int
	}
	rows, err := store.All[used](ctx, tx, sqlUsualReasons, realm, k.school, on.Add(-reasonBack), on)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b used) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(b.Times, a.Times), cmp.Compare(a.Reason, b.Reason))
	})
	kept = usualReasonsOf{tx.Now(), map[id.ID][]string{}}
	for _, r := range rows {
		if of := kept.classes[r.Class]; len(of) < commonest {
			kept.classes[r.Class] = append(of, r.Reason)
		}
	}
	if key.mark != 0 {
		usual.Lock()
		defer usual.Unlock()
		if len(usual.schools) >= usualKept {
			clear(usual.schools)
		}
		usual.schools[key] = kept
	}
	return kept.classes[k.class], nil
}
