package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"

	"ralop/internal/day"
	"ralop/internal/id"
)

// Engine names a database engine.
type Engine string

const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Config says where the data is: a folder for SQLite, or an address for PostgreSQL.
type Config struct {
	Dir   string           // folder of the SQLite file ralop.db; made when missing
	URL   string           // postgres://…; wins over Dir
	Clock func() time.Time // the product's clock; nil is the machine's. The demonstration runs its own.
	// Machine is the machine's clock, which ids and leases go by; nil is time.Now. Tests let it jump.
	Machine func() time.Time
	Limits  Limits
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	engine  Engine
	file    string  // SQLite: the database
	write   *sql.DB // SQLite: exactly one connection
	read    *sql.DB
	pool    *pgxpool.Pool   // nil on SQLite
	plain   *pgxpool.Config // PostgreSQL: the address, without the limits
	limits  Limits
	clock   func() time.Time
	machine func() time.Time
	ids     *id.Maker
	lease   *lease

	groups     chan *call // SQLite: callers waiting for the writer
	later      chan *call // SQLite: workers who let all of those go first
	background background
	writerDone chan struct{}
	log        *checkpoints // SQLite
	closing    sync.Once
	statements sync.Map // SQLite: query text → *sql.Stmt
	work       work
	waiting    atomic.Int64 // who wait for a connection
}

// work counts what the writer did since the start.
type work struct{ groups, callers atomic.Int64 }

// Load is how busy a database is, for measuring.
type Load struct {
	Groups  int64 // SQLite: commits, each of them one flush of the disk
	Callers int64 // SQLite: transactions that shared those commits
	Waiting int   // callers who wait for the writer (SQLite) or for a connection (PostgreSQL)
	Room    int   // how many may wait
	Used    int   // connections at work for readers (SQLite) or for all (PostgreSQL)
	Pool    int   // how many of them there may be
}

// Load says how busy the database is now.
func (s *Store) Load() Load {
	if s.engine == Postgres {
		stat := s.pool.Stat()
		return Load{Waiting: int(s.waiting.Load()), Room: s.limits.Queue, Used: int(stat.AcquiredConns()), Pool: int(stat.MaxConns())}
	}
	stat := s.read.Stats()
	return Load{s.work.groups.Load(), s.work.callers.Load(), len(s.groups), cap(s.groups), stat.InUse, stat.MaxOpenConnections}
}

// Open opens the database and leases a node number for ids. It does not migrate.
func Open(ctx context.Context, c Config) (*Store, error) {
	s := &Store{clock: c.Clock, machine: c.Machine, limits: c.Limits.withDefaults()}
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.machine == nil {
		s.machine = time.Now
	}
	s.ids = id.NewMakerOn(0, s.machine) // it moves to the node that is leased
	var err error
	if c.URL != "" {
		err = s.openPostgres(ctx, c)
	} else {
		err = s.openSQLite(ctx, c)
	}
	if err != nil {
		return nil, err
	}
	if s.lease, err = takeLease(ctx, s); err != nil {
		s.closeDatabases()
		return nil, err
	}
	if s.engine == SQLite {
		s.groups = make(chan *call, s.limits.Queue)
		s.later = make(chan *call)
		s.background.reader = make(chan struct{}, 1)
		s.writerDone = make(chan struct{})
		log, err := sql.Open("sqlite", sqliteAddress(escapeFile(s.file), false)) // it connects when it is first needed
		if err != nil {
			return nil, errors.Join(err, s.closeDatabases())
		}
		s.log = beginCheckpoints(log)
		go s.runGroups()
	}
	return s, nil
}

// sqliteAddress follows the trial in the design: FULL, because a teacher who was told
// "đã lưu" must find it after a power cut.
func sqliteAddress(file string, readOnly bool) string {
	pragmas := "_pragma=journal_mode(WAL)&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=cache_size(-16000)&_time_format=sqlite"
	if readOnly {
		return "file:" + file + "?" + pragmas + "&_pragma=synchronous(NORMAL)&_pragma=query_only(1)"
	}
	return "file:" + file + "?" + pragmas + "&_pragma=synchronous(FULL)&_pragma=" + longLog + "&_txlock=immediate"
}

// FileName is the SQLite file inside Config.Dir.
const FileName = "ralop.db"

func (s *Store) openSQLite(ctx context.Context, c Config) error {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return fmt.Errorf("store: cannot make the data folder: %w", err)
	}
	s.engine = SQLite
	// SQLite reads the name as an address: what has a meaning there is written as a code.
	s.file = filepath.Join(c.Dir, FileName)
	file := escapeFile(s.file)
	var err error
	if s.write, err = sql.Open("sqlite", sqliteAddress(file, false)); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	if err := s.write.PingContext(ctx); err != nil {
		s.write.Close()
		return fmt.Errorf("store: cannot open %s: %w", file, err)
	}
	if s.read, err = sql.Open("sqlite", sqliteAddress(file, true)); err != nil {
		s.write.Close()
		return err
	}
	// More readers than processors starve the writer: modernc's queries are Go code
	// without system calls (design, libraries.md 3.1).
	// One more is for the workers, who step aside.
	s.read.SetMaxOpenConns(runtime.GOMAXPROCS(0) + 1)
	s.read.SetMaxIdleConns(runtime.GOMAXPROCS(0) + 1)
	return nil
}

func (s *Store) openPostgres(ctx context.Context, c Config) error {
	s.engine = Postgres
	config, err := pgxpool.ParseConfig(c.URL)
	if err != nil {
		return fmt.Errorf("store: the database address cannot be read: %w", err)
	}
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	config.ConnConfig.RuntimeParams["application_name"] = "ralop"
	s.plain = config.Copy()
	s.limits.bound(config)
	if s.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return fmt.Errorf("store: cannot open PostgreSQL: %w", err)
	}
	s.write = stdlib.OpenDBFromPool(s.pool)
	s.read = s.write
	if err := s.write.PingContext(ctx); err != nil {
		s.closeDatabases()
		return fmt.Errorf("store: cannot reach PostgreSQL: %w", err)
	}
	return nil
}

// Engine says which engine this is; for reports and the few places of the ground floor that must know.
func (s *Store) Engine() Engine { return s.engine }

// Now is the product's clock outside a transaction, for pages that only ask the date.
func (s *Store) Now() day.Instant { return day.InstantOf(s.clock()) }

// NewID makes an id outside a transaction.
func (s *Store) NewID() id.ID { return s.ids.Next() }

// Connections hands the ground floor's job package the pools that River needs: the one
// writer on SQLite, the pool on PostgreSQL.
func (s *Store) Connections() (write *sql.DB, pool *pgxpool.Pool) { return s.write, s.pool }

// Close finishes the group in hand, gives the node back and closes the database.
// Nobody may call Write after Close.
func (s *Store) Close() error {
	var err error
	s.closing.Do(func() {
		if s.engine == SQLite {
			close(s.groups)
			<-s.writerDone
			err = s.log.end()
		}
		s.lease.release(s)
		err = errors.Join(err, s.closeDatabases())
	})
	return err
}

func (s *Store) closeDatabases() error {
	err := s.write.Close()
	if s.read != s.write {
		err = errors.Join(err, s.read.Close())
	}
	if s.pool != nil {
		s.pool.Close()
	}
	return err
}

type insideWrite struct{}

// Write runs f and answers after its commit is durable. Calling Write inside Write is
// a mistake in the program and panics.
func (s *Store) Write(ctx context.Context, f func(context.Context, *Tx) error) error {
	if ctx.Value(insideWrite{}) != nil {
		panic("store: Write inside Write")
	}
	ctx, end := traced(ctx, "store.write")
	defer end()
	inner := context.WithValue(ctx, insideWrite{}, true)
	defer s.rest(ctx)()
	if s.engine == SQLite {
		return s.writeInGroup(ctx, inner, f)
	}
	const attempts = 6
	for attempt := 1; ; attempt++ {
		err := s.writePostgres(inner, f)
		if err == nil || attempt == attempts || !retryable(err) || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(attempt*attempt) * 2 * time.Millisecond):
		}
	}
}

// ErrAgain is given by a function of Write that has seen that others changed, since, what
// it went by: Write runs it again, in a new transaction. With one writer it cannot be.
var ErrAgain = errors.New("store: what this transaction went by has changed")

// retryable says whether PostgreSQL undid the transaction because of others
// (serialisation failure, deadlock), it undid itself, or the connection ended before the
// commit was asked for, so that running it again is right.
func retryable(err error) bool {
	var e *pgconn.PgError
	if errors.Is(err, ErrAgain) || errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01") {
		return true
	}
	var asked uncertain
	return IsAway(err) && !errors.As(err, &asked)
}

// IsUnique says whether err is the refusal of a row that is already there.
func IsUnique(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "23505"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && (lite.Code() == 2067 || lite.Code() == 1555) // SQLITE_CONSTRAINT_UNIQUE, …_PRIMARYKEY
}

// IsFull says whether err is a disk that takes nothing more: what was kept before it stays.
// SQLite tells a full disk; of a quota or a limit that is reached it only says that it
// cannot write.
func IsFull(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "53100"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && (lite.Code()&0xff == 13 || lite.Code() == 778) // SQLITE_FULL, SQLITE_IOERR_WRITE
}

// IsReadOnly says whether err is a database that may be read only: its disk was mounted so
// after a fault, or it is the standby of another.
func IsReadOnly(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "25006"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code()&0xff == 8
}

// ErrNone is the answer of One when there is no row.
var ErrNone = sql.ErrNoRows

// IsNone says whether err means that there is no row.
func IsNone(err error) bool {
	return errors.Is(err, sql.ErrNoRows) || errors.Is(err, pgx.ErrNoRows)
}

type statementKey struct {
	text     string
	readOnly bool
}

// keepStatements prepares, for all coming transactions, what tx met for the first time.
// A failure is no fault: the statement is then prepared again next time.
func (s *Store) keepStatements(tx *Tx) {
	db := s.write
	if tx.readOnly {
		db = s.read
	}
	for _, text := range tx.unknown {
		key := statementKey{text, tx.readOnly}
		if _, ok := s.statements.Load(key); ok {
			continue
		}
		prepared, err := db.PrepareContext(context.Background(), text)
		if err != nil {
			continue
		}
		if _, loaded := s.statements.LoadOrStore(key, prepared); loaded {
			prepared.Close()
		}
	}
}

// describe shortens a query for an error message.
func describe(query string) string {
	query = strings.Join(strings.Fields(query), " ")
	if len(query) > 160 {
		query = query[:160] + "…"
	}
	return query
}
