package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// Limits bound what one process asks of its database, so that too much to do becomes a
// clear answer and not a queue without end. What is 0 takes the value named; a time limit
// of a statement or lock that is 0 is none, as the command line works.
type Limits struct {
	Connections    int           // PostgreSQL: at most this many; 0 is 4 for each processor
	MinConnections int           // PostgreSQL: kept open while nobody asks
	Lifetime       time.Duration // PostgreSQL: a connection is made anew after this; 0 is an hour
	Statement      time.Duration // PostgreSQL: the longest that one statement may take; 0 is no limit
	Lock           time.Duration // PostgreSQL: the longest that a statement waits for another's rows; 0 is no limit
	Patience       time.Duration // how long a caller waits for a connection; 0 is 5 seconds
	Queue          int           // how many callers may wait; 0 is 1,024
}

func (l Limits) withDefaults() Limits {
	if l.Connections <= 0 {
		l.Connections = 4 * runtime.GOMAXPROCS(0)
	}
	if l.Lifetime <= 0 {
		l.Lifetime = time.Hour
	}
	if l.Patience <= 0 {
		l.Patience = 5 * time.Second
	}
	if l.Queue <= 0 {
		l.Queue = 1024
	}
	return l
}

// ErrBusy is the answer to who comes when as many wait as may, or waited in vain for a
// connection. Nothing was done.
var ErrBusy = errors.New("store: too many wait for the database")

// errUnreached is a database that could not be asked.
var errUnreached = errors.New("store: the database cannot be reached")

// silence is how much longer than the longest statement a server may say nothing before it
// is taken for dead: a machine whose current failed ends no connection.
const silence = 5 * time.Second

// bound writes the limits into the settings of a pool.
func (l Limits) bound(config *pgxpool.Config) {
	config.MaxConns = int32(l.Connections)
	config.MinConns = int32(min(l.MinConnections, l.Connections))
	config.MaxConnLifetime = l.Lifetime
	config.MaxConnLifetimeJitter = l.Lifetime / 10 // not all at once
	c := config.ConnConfig
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = l.Patience // for each host of the address
	}
	if l.Lock > 0 {
		c.RuntimeParams["lock_timeout"] = milliseconds(l.Lock)
	}
	if l.Statement > 0 {
		c.RuntimeParams["statement_timeout"] = milliseconds(l.Statement)
		dial := c.DialFunc
		c.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dial(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return &heard{Conn: conn, limit: l.Statement + min(silence, l.Statement)}, nil
		}
	}
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(max(1, d.Milliseconds()), 10) }

// heard is a connection that fails when the other side says nothing for too long. It keeps
// the deadlines that its user sets.
type heard struct {
	net.Conn
	limit time.Duration
	mutex sync.Mutex
	asked time.Time // the user's deadline for reading
}

func (c *heard) Read(p []byte) (int, error) {
	c.mutex.Lock()
	until := time.Now().Add(c.limit)
	if !c.asked.IsZero() && c.asked.Before(until) {
		until = c.asked
	}
	err := c.Conn.SetReadDeadline(until)
	c.mutex.Unlock()
	if err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func (c *heard) SetDeadline(t time.Time) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.asked = t
	return c.Conn.SetDeadline(t)
}

func (c *heard) SetReadDeadline(t time.Time) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.asked = t
	return c.Conn.SetReadDeadline(t)
}

// acquire waits its turn for a connection to PostgreSQL.
func (s *Store) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	return inTurn(ctx, s, s.pool.Acquire)
}

// reader waits its turn for a connection that reads SQLite.
func (s *Store) reader(ctx context.Context) (*sql.Conn, error) { return inTurn(ctx, s, s.read.Conn) }

// inTurn waits for a connection, for a while and in a queue that ends.
func inTurn[C any](ctx context.Context, s *Store, take func(context.Context) (C, error)) (conn C, err error) {
	if s.waiting.Add(1) > int64(s.limits.Queue) {
		s.waiting.Add(-1)
		return conn, ErrBusy
	}
	defer s.waiting.Add(-1)
	patient, cancel := context.WithTimeout(ctx, s.limits.Patience)
	defer cancel()
	conn, err = take(patient)
	if err == nil || ctx.Err() != nil {
		return conn, err
	}
	var told *pgconn.PgError
	switch {
	case s.pool == nil && patient.Err() != nil:
		return conn, errors.Join(ErrBusy, err)
	case s.pool == nil || errors.As(err, &told):
		return conn, err
	case patient.Err() != nil && s.pool.Stat().AcquiredConns() >= int32(s.limits.Connections):
		return conn, errors.Join(ErrBusy, err)
	}
	return conn, errors.Join(errUnreached, err) // there was room, and nobody answered
}

// unhurried gives connections without limits of time, for work on the whole schema.
func (s *Store) unhurried() (db *sql.DB, done func()) {
	if s.engine == SQLite || s.limits.Statement == 0 && s.limits.Lock == 0 {
		return s.write, func() {}
	}
	config := s.plain.Copy()
	db = stdlib.OpenDB(*config.ConnConfig)
	return db, func() { db.Close() }
}

// uncertain is a commit of which nobody knows whether it came: its answer was lost.
type uncertain struct{ error }

func (u uncertain) Unwrap() error { return u.error }

// IsBusy says whether err is a database that has too much to do: nothing was done.
func IsBusy(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "55P03" || pg.Code == "53300" // lock_not_available, too_many_connections
	}
	return errors.Is(err, ErrBusy)
}

// IsSlow says whether err is a statement that was ended because it took too long.
func IsSlow(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "57014"
}

// IsAway says whether err is a database that could not be reached or went away meanwhile:
// it is started again, or another takes its place. Whether a commit that was on its way
// came is not known; all acts may be sent again.
func IsAway(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		// connection exceptions; admin_shutdown, crash_shutdown, cannot_connect_now
		return len(pg.Code) == 5 && pg.Code[:2] == "08" || pg.Code == "57P01" || pg.Code == "57P02" || pg.Code == "57P03"
	}
	if errors.Is(err, context.Canceled) {
		return false // whoever asked has gone
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.Is(err, errUnreached) || errors.Is(err, driver.ErrBadConn) || errors.As(err, &connect) || errors.As(err, &network) && !errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, pgconn.ErrConnClosed)
}
