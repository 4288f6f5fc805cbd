package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Read runs f on one snapshot. Writing in it fails.
func (s *Store) Read(ctx context.Context, f func(context.Context, *Tx) error) error {
	defer s.rest(ctx)()
	ctx, end := traced(ctx, "store.read")
	defer end()
	if s.engine == Postgres {
		return s.inPostgres(ctx, &Tx{store: s, now: s.Now(), readOnly: true, begin: "begin isolation level repeatable read read only"}, f)
	}
	if isBackground(ctx) && ctx.Value(reading{}) == nil {
		// One worker at a time: the other connections are for people.
		select {
		case s.background.reader <- struct{}{}:
			defer func() { <-s.background.reader }()
		case <-ctx.Done():
			return ctx.Err()
		}
		ctx = context.WithValue(ctx, reading{}, true)
	}
	conn, err := s.reader(ctx)
	if err != nil {
		return err
	}
	tx := &Tx{store: s, conn: conn, now: s.Now(), readOnly: true, yields: isBackground(ctx)}
	defer s.keepStatements(tx)
	defer conn.Close()
	if tx.tx, err = conn.BeginTx(alone, &sql.TxOptions{}); err != nil {
		return err
	}
	defer tx.tx.Rollback()
	return f(ctx, tx)
}

// Glance is Read for a function that asks one thing: there is no snapshot that several statements would share, and
// nothing to begin or to end.
func (s *Store) Glance(ctx context.Context, f func(context.Context, *Tx) error) error {
	defer s.rest(ctx)()
	ctx, end := traced(ctx, "store.glance")
	defer end()
	tx := &Tx{store: s, now: s.Now(), readOnly: true}
	if s.engine == Postgres {
		return s.inPostgres(ctx, tx, f)
	}
	return f(ctx, tx)
}

func (s *Store) writePostgres(ctx context.Context, f func(context.Context, *Tx) error) error {
	return s.inPostgres(ctx, &Tx{store: s, now: s.Now(), begin: "begin"}, f)
}

// inPostgres runs f on a connection of its own and ends its transaction.
func (s *Store) inPostgres(ctx context.Context, tx *Tx, f func(context.Context, *Tx) error) (err error) {
	conn, err := s.acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	tx.session = conn.Conn()
	defer func() {
		if tx.undo(ctx); IsReadOnly(err) && !tx.readOnly { // a standby by now: the next connection is to whoever took its place
			tx.session.Close(ctx)
		}
	}()
	if err := f(ctx, tx); err != nil {
		return err
	}
	if tx.begin != "" && len(tx.waiting) == 0 {
		return nil // nothing was asked
	}
	if tx.readOnly {
		return tx.send(ctx, nil)
	}
	ended := ""
	if err := tx.send(ctx, &queued{query: "commit", tag: func(tag pgconn.CommandTag) { ended = tag.String() }}); IsAway(err) {
		return uncertain{err}
	} else if err != nil {
		return err
	}
	if ended != "COMMIT" {
		return fmt.Errorf("store: the transaction ended with %s", ended)
	}
	return nil
}

// undo ends a transaction that was not committed.
func (tx *Tx) undo(ctx context.Context) {
	if tx.session.IsClosed() || tx.session.PgConn().TxStatus() == 'I' {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if _, err := tx.session.Exec(ctx, "rollback"); err != nil {
		tx.session.Close(ctx) // the pool makes another
	}
}

// queued is a statement on its way to PostgreSQL.
type queued struct {
	query   string
	args    []any
	rows    func(Row) error         // what reads its rows; nil: nobody
	tag     func(pgconn.CommandTag) // nil: nobody asks what it touched
	explain func(error) error       // nil: an error is given as it is
	after   func(error)             // nil: nobody waits for its end
}

// send sends what waits, and last (nil: nothing more), in one message, and reads the answers.
func (tx *Tx) send(ctx context.Context, last *queued) error {
	all := tx.waiting
	tx.waiting = nil
	if last != nil {
		all = append(all, *last)
	}
	if len(all) == 0 {
		return nil
	}
	if len(all) == 1 && tx.begin == "" {
		q := &all[0]
		rows, err := tx.session.Query(ctx, q.query, q.args...)
		return q.read(rows, err)
	}
	batch := &pgx.Batch{QueuedQueries: make([]*pgx.QueuedQuery, 0, len(all)+1)}
	begins := tx.begin != ""
	if begins {
		batch.Queue(tx.begin)
		tx.begin = ""
	}
	for i := range all {
		batch.Queue(all[i].query, all[i].args...)
	}
	results := tx.session.SendBatch(ctx, batch)
	if begins {
		if _, err := results.Exec(); err != nil {
			results.Close()
			return fmt.Errorf("store: beginning: %w", err)
		}
	}
	for i := range all {
		rows, err := results.Query()
		if err := all[i].read(rows, err); err != nil {
			results.Close()
			return err
		}
	}
	return results.Close()
}

// read reads the answer to one statement.
func (q *queued) read(rows pgx.Rows, err error) error {
	if err == nil && q.rows != nil {
		for err == nil && rows.Next() {
			err = q.rows(rows)
		}
	}
	rows.Close()
	if err == nil {
		if err = rows.Err(); err != nil {
			err = fmt.Errorf("%w in %q", err, describe(q.query))
		}
	}
	if err == nil && q.tag != nil {
		q.tag(rows.CommandTag())
	}
	if err != nil && q.explain != nil {
		err = q.explain(err)
	}
	if q.after != nil {
		q.after(err)
	}
	return err
}
