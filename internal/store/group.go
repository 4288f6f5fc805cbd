package store

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

const (
	groupCallers = 64                   // at most this many callers share a commit
	groupWork    = 5 * time.Millisecond // and at most this much work
)

// call is one caller of Write waiting for the SQLite writer.
type call struct {
	ctx   context.Context // the caller's own; when it ends the caller has gone
	inner context.Context
	f     func(context.Context, *Tx) error
	done  chan error
	err   error
	panic any
}

func (s *Store) writeInGroup(ctx, inner context.Context, f func(context.Context, *Tx) error) error {
	c := &call{ctx: ctx, inner: context.WithoutCancel(inner), f: f, done: make(chan error, 1)}
	if isBackground(ctx) {
		select {
		case s.later <- c:
		case <-ctx.Done():
			return ctx.Err()
		}
	} else {
		select {
		case s.groups <- c:
		default:
			return ErrBusy
		}
	}
	// Once queued, the caller waits for the verdict: leaving early would not tell whether
	// the commit came.
	err := <-c.done
	if c.panic != nil {
		panic(c.panic)
	}
	return err
}

// runGroups is the one writer of a SQLite database. It commits whoever is waiting
// together: one flush of the disk serves all of them, and nobody is answered before it.
func (s *Store) runGroups() {
	defer close(s.writerDone)
	for {
		first := s.next()
		if first == nil {
			return
		}
		group := s.runGroup(first)
		s.log.count(s.work.groups.Add(1))
		s.work.callers.Add(int64(len(group)))
		for _, c := range group {
			c.done <- c.err
		}
	}
}

// next waits for a caller, workers last; nil when the store is being closed.
func (s *Store) next() *call {
	select {
	case c := <-s.groups:
		return c
	default:
	}
	select {
	case c := <-s.groups:
		return c
	case c := <-s.later:
		return c
	}
}

func (s *Store) runGroup(first *call) (group []*call) {
	group = []*call{first}
	fail := func(err error) []*call {
		for _, c := range group {
			if c.err == nil {
				c.err = err
			}
		}
		return group
	}
	ctx := context.Background()
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return fail(err)
	}
	var met []*Tx
	defer func() {
		conn.Close()
		for _, tx := range met {
			s.keepStatements(tx)
		}
	}()
	transaction, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fail(err)
	}
	defer transaction.Rollback()
	began := time.Now()
	for next := first; ; {
		tx := &Tx{store: s, conn: conn, tx: transaction, now: s.Now()}
		met = append(met, tx)
		if err := runCall(tx, next); err != nil {
			return fail(err)
		}
		if len(group) == groupCallers || time.Since(began) > groupWork {
			break
		}
		var more bool
		select {
		case next, more = <-s.groups:
		default:
		}
		if !more {
			break
		}
		group = append(group, next)
	}
	if err := transaction.Commit(); err != nil {
		return fail(fmt.Errorf("store: commit: %w", err))
	}
	return group
}

func (tx *Tx) savepoint(statement string) error {
	prepared, err := tx.prepared(alone, statement)
	if err == nil {
		_, err = prepared.ExecContext(alone)
	}
	return err
}

// runCall runs one caller inside its savepoint. The error it returns is the end of the
// whole group; what went wrong in the caller's own work is kept in c.
func runCall(tx *Tx, c *call) error {
	if c.err = c.ctx.Err(); c.err != nil {
		return nil
	}
	tx.yields = isBackground(c.ctx)
	if err := tx.savepoint("SAVEPOINT caller"); err != nil {
		return err
	}
	func() {
		defer func() {
			if p := recover(); p != nil {
				c.panic = fmt.Sprintf("%v\n%s", p, debug.Stack())
				c.err = fmt.Errorf("store: the writer's function panicked: %v", p)
			}
		}()
		c.err = c.f(c.inner, tx)
	}()
	if c.err == nil {
		c.err = c.ctx.Err()
	}
	if c.err != nil {
		if err := tx.savepoint("ROLLBACK TO caller"); err != nil {
			// A disk that takes nothing more undoes all at once: everybody is told why.
			return fmt.Errorf("store: the group was undone by the engine: %w", errors.Join(c.err, err))
		}
	}
	return tx.savepoint("RELEASE caller")
}
