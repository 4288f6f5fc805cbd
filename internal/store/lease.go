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
)

// lease is the node number that this process holds for making ids. It runs on the
// machine's clock, never on the demonstration's.
type lease struct {
	node  int
	until int64 // microseconds; also the proof that the row is ours
	stop  chan struct{}
	ended chan struct{}
}

const (
	sqlLeaseTable = `CREATE TABLE IF NOT EXISTS node_lease (node INTEGER NOT NULL PRIMARY KEY, until_micros BIGINT NOT NULL)`
	// The lowest node that is free or whose lease has run out.
	sqlLeaseUsed    = `SELECT node FROM node_lease WHERE until_micros > $1 ORDER BY node`
	sqlLeaseTake    = `INSERT INTO node_lease (node, until_micros) VALUES ($1, $2) ON CONFLICT (node) DO UPDATE SET until_micros = excluded.until_micros WHERE node_lease.until_micros <= $3`
	sqlLeaseRenew   = `UPDATE node_lease SET until_micros = $3 WHERE node = $1 AND until_micros = $2`
	sqlLeaseRelease = `DELETE FROM node_lease WHERE node = $1 AND until_micros = $2`
)

var errNoNode = errors.New("store: all node numbers for ids are taken; is another process starting again and again?")

func takeLease(ctx context.Context, s *Store) (*lease, error) {
	if _, err := s.write.ExecContext(ctx, sqlLeaseTable); err != nil {
		return nil, err
	}
	for range 100 {
		now := time.Now().UnixMicro()
		rows, err := s.write.QueryContext(ctx, sqlLeaseUsed, now)
		if err != nil {
			return nil, err
		}
		node := 0
		for rows.Next() {
			var used int
			if err := rows.Scan(&used); err != nil {
				rows.Close()
				return nil, err
			}
			if used == node {
				node++
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
		if node >= id.Nodes {
			return nil, errNoNode
		}
		until := now + leaseTime.Microseconds()
		result, err := s.write.ExecContext(ctx, sqlLeaseTake, node, until, now)
		if err != nil {
			return nil, err
		}
		if taken, err := result.RowsAffected(); err != nil {
			return nil, err
		} else if taken == 1 {
			l := &lease{node: node, until: until, stop: make(chan struct{}), ended: make(chan struct{})}
			go l.keep(s)
			return l, nil
		}
	}
	return nil, errNoNode
}

func (l *lease) keep(s *Store) {
	defer close(l.ended)
	ticker := time.NewTicker(leaseRenew)
	defer ticker.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-ticker.C:
			until := time.Now().Add(leaseTime).UnixMicro()
			result, err := s.write.ExecContext(context.Background(), sqlLeaseRenew, l.node, l.until, until)
			if err != nil {
				continue // an hour's lease outlasts two failed renewals
			}
			if renewed, err := result.RowsAffected(); err == nil && renewed == 1 {
				l.until = until
			}
		}
	}
}

func (l *lease) release(s *Store) {
	close(l.stop)
	<-l.ended
	s.write.ExecContext(context.Background(), sqlLeaseRelease, l.node, l.until)
}
