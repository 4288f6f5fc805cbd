package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"runtime"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"ralop/internal/day"
	"ralop/internal/id"
)

// Tx is one transaction. It is used by one goroutine.
type Tx struct {
	store    *Store
	now      day.Instant
	readOnly bool

	// SQLite.
	conn    *sql.Conn
	tx      *sql.Tx  // nil in a Glance
	unknown []string // statements to prepare for everybody afterwards
	yields  bool     // a worker's: others go first between rows

	// PostgreSQL.
	session *pgx.Conn
	begin   string   // how the transaction begins: goes with its first statement; "" when it has begun, or is none
	waiting []queued // statements that go with the next one, or with the commit
}

// Now is the time of the transaction: the same in all of it.
func (tx *Tx) Now() day.Instant { return tx.now }

// Today is the civil date of Now.
func (tx *Tx) Today() day.Day { return tx.now.Day() }

// NewID makes a key for a new row.
func (tx *Tx) NewID() id.ID { return tx.store.ids.Next() }

// Engine is for the ground floor only; a room that asks for it is making two products.
func (tx *Tx) Engine() Engine { return tx.store.engine }

// Row is what a scan function reads from.
type Row interface {
	Scan(destinations ...any) error
}

// list is the argument made by In.
type list struct{ values any }

// In is a list argument: write `x IN ($3)` and give In(values). Values are ids, integers or strings.
func In[T any](values []T) any {
	if values == nil {
		values = []T{}
	}
	return list{values}
}

var inPlace = regexp.MustCompile(`IN \(\$(\d+)\)`)

type rewrite struct {
	engine Engine
	query  string
}

var rewrites sync.Map // rewrite → string: the texts of queries that use In

// bind gives the engine's text and arguments of a query.
func (tx *Tx) bind(query string, args []any) (string, []any, error) {
	lists := false
	for i, arg := range args {
		switch v := arg.(type) {
		case day.Instant:
			if tx.store.engine == Postgres {
				args[i] = v.Time().UTC()
			} else {
				args[i] = int64(v)
			}
		case id.ID:
			args[i] = int64(v)
		case day.Day:
			args[i] = v.String()
		case list:
			lists = true
			if tx.store.engine == Postgres {
				args[i] = plainSlice(v.values)
				continue
			}
			text, err := json.Marshal(plainSlice(v.values))
			if err != nil {
				return "", nil, fmt.Errorf("store: list argument $%d: %w", i+1, err)
			}
			args[i] = string(text)
		case int, int64, string, bool, []byte, nil, float64:
		default:
			args[i] = unnamed(arg)
		}
	}
	if !lists {
		return query, args, nil
	}
	key := rewrite{tx.store.engine, query}
	if known, ok := rewrites.Load(key); ok {
		return known.(string), args, nil
	}
	replacement := "IN (SELECT value FROM json_each($$$1))"
	if tx.store.engine == Postgres {
		replacement = "= ANY ($$$1)"
	}
	rewritten := inPlace.ReplaceAllString(query, replacement)
	rewrites.Store(key, rewritten)
	return rewritten, args, nil
}

// unnamed turns a value of a named integer or text type into one that drivers write without
// looking at its type again.
func unnamed(arg any) any {
	if _, is := arg.(driver.Valuer); is {
		return arg
	}
	r := reflect.ValueOf(arg)
	switch {
	case r.CanInt():
		return r.Int()
	case r.Kind() == reflect.String:
		return r.String()
	}
	return arg
}

// plainSlice turns a slice of a named type (id.ID, day.Day) into one the drivers and JSON write plainly.
func plainSlice(values any) any {
	v := reflect.ValueOf(values)
	switch {
	case v.Type().Elem() == reflect.TypeFor[day.Day]():
		texts := make([]string, v.Len())
		for i := range texts {
			texts[i] = day.Day(v.Index(i).Int()).String()
		}
		return texts
	case v.Type().Elem().Kind() == reflect.String:
		texts := make([]string, v.Len())
		for i := range texts {
			texts[i] = v.Index(i).String()
		}
		return texts
	default:
		numbers := make([]int64, v.Len())
		for i := range numbers {
			numbers[i] = v.Index(i).Int()
		}
		return numbers
	}
}

// Exec runs a statement and says how many rows it touched.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (touched int64, err error) {
	text, args, err := tx.bind(query, args)
	if err != nil {
		return 0, err
	}
	if tx.store.engine == Postgres {
		err = tx.send(ctx, &queued{query: text, args: args, tag: func(tag pgconn.CommandTag) { touched = tag.RowsAffected() }})
		return touched, err
	}
	prepared, err := tx.prepared(ctx, text)
	if err != nil {
		return 0, err
	}
	result, err := prepared.ExecContext(alone, args...)
	if err != nil {
		return 0, fmt.Errorf("%w in %q", err, describe(query))
	}
	return result.RowsAffected()
}

// yieldRows is after how many rows a worker lets others go first. The scheduler would do so after 10 ms only.
const yieldRows = 16

// alone is the context of a statement on SQLite. It never ends: watching one that may costs a goroutine for each
// statement and for each answer, more than most statements. Whether the caller has gone is looked at between rows.
var alone = context.Background()

// prepared gives the statement on this transaction's connection (SQLite only: pgx keeps
// its own). A statement met for the first time is prepared for this transaction alone and
// for everybody once the connection is free again: preparing it for all here would wait
// for a second connection of a pool that may have only one.
func (tx *Tx) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if tx.yields {
		runtime.Gosched()
	}
	known, ok := tx.store.statements.Load(statementKey{text, tx.readOnly})
	if tx.tx == nil { // a Glance holds no connection
		if !ok {
			tx.unknown = append(tx.unknown, text)
			tx.store.keepStatements(tx)
			if known, ok = tx.store.statements.Load(statementKey{text, tx.readOnly}); !ok {
				return nil, fmt.Errorf("store: cannot prepare %q", describe(text))
			}
		}
		return known.(*sql.Stmt), nil
	}
	if ok {
		return tx.tx.StmtContext(alone, known.(*sql.Stmt)), nil
	}
	fresh, err := tx.tx.PrepareContext(alone, text)
	if err != nil {
		return nil, fmt.Errorf("%w in %q", err, describe(text))
	}
	tx.unknown = append(tx.unknown, text)
	return fresh, nil
}

// Each runs a query and calls f for every row.
func (tx *Tx) Each(ctx context.Context, f func(Row) error, query string, args ...any) error {
	text, args, err := tx.bind(query, args)
	if err != nil {
		return err
	}
	if tx.store.engine == Postgres {
		return tx.send(ctx, &queued{query: text, args: args, rows: f})
	}
	prepared, err := tx.prepared(ctx, text)
	if err != nil {
		return err
	}
	rows, err := prepared.QueryContext(alone, args...)
	if err != nil {
		return fmt.Errorf("%w in %q", err, describe(query))
	}
	defer rows.Close()
	for n := 1; rows.Next(); n++ {
		if err := f(rows); err != nil {
			return err
		}
		if tx.yields && n%yieldRows == 0 {
			runtime.Gosched()
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("%w in %q", err, describe(query))
	}
	return nil
}

// All reads every row into a T: a struct takes the columns by position into its exported
// fields (a nested struct that is no Scanner takes the following ones), anything else
// takes the one column.
func All[T any](ctx context.Context, tx *Tx, query string, args ...any) ([]T, error) {
	var all []T
	err := tx.Each(ctx, collect(&all, query), query, args...)
	return all, err
}

// collect reads rows into all.
func collect[T any](all *[]T, query string) func(Row) error {
	var one, zero T
	into := destinations(&one)
	return func(row Row) error {
		one = zero
		if err := row.Scan(into...); err != nil {
			return fmt.Errorf("%w in %q", err, describe(query))
		}
		*all = append(*all, one)
		return nil
	}
}

// One reads the first row into a T, as All does; without a row the error is ErrNone.
func One[T any](ctx context.Context, tx *Tx, query string, args ...any) (T, error) {
	var one T
	found := false
	err := tx.Each(ctx, func(row Row) error {
		if found {
			return nil
		}
		found = true
		return row.Scan(destinations(&one)...)
	}, query, args...)
	if err == nil && !found {
		err = ErrNone
	}
	return one, err
}

// Asked is an answer that is still on its way.
type Asked[T any] struct {
	tx   *Tx
	all  []T
	err  error
	here bool
}

// Ask asks without waiting: on PostgreSQL the query goes with the next statement of the transaction, so that several
// answers come with one message; on SQLite it is answered at once.
func Ask[T any](ctx context.Context, tx *Tx, query string, args ...any) *Asked[T] {
	a := &Asked[T]{tx: tx}
	if tx.store.engine == SQLite {
		a.all, a.err = All[T](ctx, tx, query, args...)
		a.here = true
		return a
	}
	text, args, err := tx.bind(query, args)
	if err != nil {
		a.err, a.here = err, true
		return a
	}
	tx.waiting = append(tx.waiting, queued{query: text, args: args, rows: collect(&a.all, query), after: func(err error) { a.err, a.here = err, true }})
	return a
}

// All gives every row, as store.All does.
func (a *Asked[T]) All(ctx context.Context) ([]T, error) {
	if !a.here {
		if err := a.tx.send(ctx, nil); err != nil && !a.here {
			return nil, err
		}
	}
	return a.all, a.err
}

var scanner = reflect.TypeFor[sql.Scanner]()

func destinations(target any) []any {
	return appendDestinations(nil, reflect.ValueOf(target).Elem())
}

func appendDestinations(to []any, v reflect.Value) []any {
	if v.Kind() != reflect.Struct || v.Addr().Type().Implements(scanner) {
		return append(to, v.Addr().Interface())
	}
	for i := range v.NumField() {
		if v.Type().Field(i).IsExported() {
			to = appendDestinations(to, v.Field(i))
		}
	}
	return to
}

// Many runs one statement for every row of arguments: a prepared loop on SQLite, where a
// wide VALUES is matched quadratically, and one round trip on PostgreSQL.
func (tx *Tx) Many(ctx context.Context, query string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	if err := tx.Later(ctx, nil, query, rows...); err != nil || tx.store.engine == SQLite {
		return err
	}
	return tx.send(ctx, nil)
}

// Touched is how many rows a statement touched, when that is still to be told.
type Touched struct {
	tx   *Tx
	rows int64
	err  error
	here bool
}

// Start runs a statement as Exec does, without waiting: on PostgreSQL it goes with the next one.
func (tx *Tx) Start(ctx context.Context, query string, args ...any) *Touched {
	t := &Touched{tx: tx}
	if tx.store.engine == SQLite {
		t.rows, t.err = tx.Exec(ctx, query, args...)
		t.here = true
		return t
	}
	text, args, err := tx.bind(query, args)
	if err != nil {
		t.err, t.here = err, true
		return t
	}
	tx.waiting = append(tx.waiting, queued{query: text, args: args, tag: func(tag pgconn.CommandTag) { t.rows = tag.RowsAffected() },
		after: func(err error) { t.err, t.here = err, true }})
	return t
}

// Rows says how many rows the statement touched.
func (t *Touched) Rows(ctx context.Context) (int64, error) {
	if !t.here {
		if err := t.tx.send(ctx, nil); err != nil && !t.here {
			return 0, err
		}
	}
	return t.rows, t.err
}

// Later runs a statement for every row of arguments when nobody waits to hear what it did: on PostgreSQL it goes with
// the next statement that somebody waits for, or with the commit; on SQLite it is run at once. So an error of it may be
// given by a later statement, or by Write; explain (nil: as it is) turns it into the one that the caller is to hear.
func (tx *Tx) Later(ctx context.Context, explain func(error) error, query string, rows ...[]any) error {
	if tx.store.engine == Postgres {
		for _, args := range rows {
			_, args, err := tx.bind(query, args)
			if err != nil {
				return err
			}
			tx.waiting = append(tx.waiting, queued{query: query, args: args, explain: explain})
		}
		return nil
	}
	if len(rows) == 0 {
		return nil
	}
	prepared, err := tx.prepared(ctx, query)
	if err != nil {
		return err
	}
	for i, args := range rows {
		_, args, err := tx.bind(query, args)
		if err != nil {
			return err
		}
		if tx.yields {
			runtime.Gosched()
		}
		if _, err := prepared.ExecContext(alone, args...); err != nil {
			err = fmt.Errorf("%w in row %d of %q", err, i+1, describe(query))
			if explain != nil {
				err = explain(err)
			}
			return err
		}
	}
	return nil
}

// Load writes many rows into a table that has none with the same keys: COPY on
// PostgreSQL, a prepared loop on SQLite. For imports and the demonstration.
func (tx *Tx) Load(ctx context.Context, table string, columns []string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	if tx.store.engine == SQLite {
		return tx.Many(ctx, insertText(table, columns), rows)
	}
	if err := tx.send(ctx, nil); err != nil {
		return err
	}
	_, err := tx.session.CopyFrom(ctx, pgx.Identifier{table}, columns,
		pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
			for c, arg := range rows[i] {
				// COPY is binary: it wants a time where the text protocol takes a string.
				if d, ok := arg.(day.Day); ok {
					rows[i][c] = d.Midnight()
				}
			}
			_, args, err := tx.bind("", rows[i])
			return args, err
		}))
	if err != nil {
		return fmt.Errorf("%w in COPY %s", err, table)
	}
	return nil
}

func insertText(table string, columns []string) string {
	text, places := "", ""
	for i, column := range columns {
		if i > 0 {
			text, places = text+", ", places+", "
		}
		text, places = text+column, places+fmt.Sprintf("$%d", i+1)
	}
	return "INSERT INTO " + table + " (" + text + ") VALUES (" + places + ")"
}
