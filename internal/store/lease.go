package store

import (
	"context"
	"errors"
	"time"

	"ralop/internal/id"
)

const (
	leaseTime  = time.Hour
	leaseRenew = 20 * time.Minute
	leaseLook  = 5 * time.Second // how soon a clock that jumped is noticed
)

// lease is the node number that this process holds for making ids. It runs on the
// machine's clock, never on the demonstration's. That clock may jump: a number that nobody
// holds is taken before one whose lease seems to have run out, and whoever takes a number
// makes ids later than all that were made with it.
type lease struct {
	node  int
	until int64 // microseconds; also the proof that the row is ours
	stop  chan struct{}
	ended chan struct{}
}

// until_micros is the end of a lease, or, below zero, the moment up to which a number that
// was given back had been used.
const (
	sqlLeaseTable = `CREATE TABLE IF NOT EXISTS node_lease (node INTEGER NOT NULL PRIMARY KEY, until_micros BIGINT NOT NULL)`
	sqlLeases     = `SELECT node, until_micros FROM node_lease`
	sqlLeaseTake  = `INSERT INTO node_lease (node, until_micros) VALUES ($1, $2) ON CONFLICT (node) DO UPDATE SET until_micros = excluded.until_micros WHERE node_lease.until_micros = $3`
	sqlLeaseSet   = `UPDATE node_lease SET until_micros = $3 WHERE node = $1 AND until_micros = $2`
)

var errNoNode = errors.New("store: all node numbers for ids are taken; is another process starting again and again?")

// takeLease takes a number and lets the maker of ids go on with it.
func takeLease(ctx context.Context, s *Store) (*lease, error) {
	if _, err := s.write.ExecContext(ctx, sqlLeaseTable); err != nil {
		return nil, err
	}
	l := &lease{stop: make(chan struct{}), ended: make(chan struct{})}
	if err := l.take(ctx, s); err != nil {
		return nil, err
	}
	go l.keep(s)
	return l, nil
}

func (l *lease) take(ctx context.Context, s *Store) error {
	for range 100 {
		now := s.machine().UnixMicro()
		node, seen, err := freeNode(ctx, s, now)
		if err != nil {
			return err
		}
		used := max(seen, -seen)
		until := max(now, used) + leaseTime.Microseconds()
		result, err := s.write.ExecContext(ctx, sqlLeaseTake, node, until, seen)
		if err != nil {
			return err
		}
		if taken, err := result.RowsAffected(); err != nil {
			return err
		} else if taken == 1 {
			l.node, l.until = node, until
			s.ids.Move(node, time.UnixMicro(used))
			return nil
		}
	}
	return errNoNode
}

// freeNode finds the lowest number that nobody holds or, when all are held, the one whose
// lease ran out first, and what stands in its row (0: no row).
func freeNode(ctx context.Context, s *Store, now int64) (node int, seen int64, err error) {
	rows, err := s.write.QueryContext(ctx, sqlLeases)
	if err != nil {
		return 0, 0, err
	}
	leases := map[int]int64{}
	for rows.Next() {
		var until int64
		if err := rows.Scan(&node, &until); err != nil {
			rows.Close()
			return 0, 0, err
		}
		leases[node] = until
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return 0, 0, err
	}
	first := -1
	for node := range id.Nodes {
		until := leases[node]
		if until <= 0 {
			return node, until, nil
		}
		if until <= now && (first < 0 || until < leases[first]) {
			first = node
		}
	}
	if first < 0 {
		return 0, 0, errNoNode
	}
	return first, leases[first], nil
}

func (l *lease) keep(s *Store) {
	defer close(l.ended)
	ticker := time.NewTicker(leaseLook)
	defer ticker.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-ticker.C:
			l.renew(s)
		}
	}
}

// renew makes the lease longer when it is time; also when the clock says so because it jumped.
func (l *lease) renew(s *Store) {
	now := s.machine().UnixMicro()
	if now < l.until-(leaseTime-leaseRenew).Microseconds() {
		return
	}
	until := now + leaseTime.Microseconds()
	result, err := s.write.ExecContext(context.Background(), sqlLeaseSet, l.node, l.until, until)
	if err != nil {
		return // tried again in a moment; forty minutes are left
	}
	if renewed, err := result.RowsAffected(); err == nil && renewed == 1 {
		l.until = until
	} else if err == nil { // somebody has taken our number
		l.take(context.Background(), s)
	}
}

func (l *lease) release(s *Store) {
	close(l.stop)
	<-l.ended
	used := max(s.machine().UnixMicro(), s.ids.Last().UnixMicro()) + 1
	s.write.ExecContext(context.Background(), sqlLeaseSet, l.node, l.until, -used)
}
