package indicator

import (
	"context"
	"fmt"
	"sync"
	"time"

	"ralop/internal/day"
	"ralop/internal/store"
)

// Cache keeps the slow parts of boards in memory: ledgers, populations, trends, long
// absences, causes. What was counted today and in the period asked for is never kept: it
// is read afresh. See docs/decisions for why this is a cache in the process and no table.
//
// A kept part holds while nothing at all was written in the realm, or for KeptFor as long
// as no enrolment, class or calendar changed: so at the rush of the morning a chart may be
// a minute old, a tile or a table row of attendance never, and a change of an enrolment
// shows at once.
type Cache struct {
	mu   sync.Mutex
	kept map[string]kept
}

// KeptFor is how long a kept part may be older than the last roll call.
const KeptFor = time.Minute

// most is how many parts are kept at once; beyond it all are dropped.
const most = 4000

type kept struct {
	stamp stamp
	at    day.Instant
	value any
}

// stamp is the state of a realm that kept parts depend on.
type stamp struct {
	Generation int64 // Σ of calendar's generations: grows with each change of enrolment, class or calendar
	Act        int64 // the newest line of the audit book
}

// NewCache makes an empty one, for one store.
func NewCache() *Cache { return &Cache{kept: map[string]kept{}} }

func readStamp(ctx context.Context, tx *store.Tx, realm int) (stamp, error) {
	return store.One[stamp](ctx, tx, sqlStamp, realm)
}

// keep gives the kept part of this name for what m asks, or works it out.
func keep[T any](c *Cache, m *measuring, s stamp, part string, work func() (T, error)) (T, error) {
	if c == nil {
		return work()
	}
	q := m.query
	name := fmt.Sprint(part, m.realm, q.Indicator, q.Place, q.Period, q.AsOf, q.View, q.Level, m.tx.Today())
	now := m.tx.Now()
	c.mu.Lock()
	found, ok := c.kept[name]
	c.mu.Unlock()
	if ok && found.stamp.Generation == s.Generation && (found.stamp.Act == s.Act || found.at.Add(KeptFor) > now) {
		return found.value.(T), nil
	}
	value, err := work()
	if err != nil {
		return value, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.kept) >= most {
		clear(c.kept)
	}
	c.kept[name] = kept{s, now, value}
	return value, nil
}
