package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"ralop/internal/day"
	"ralop/internal/id"
)

// Tx is one transaction. It is used by one goroutine.
type Tx struct {
	store    *Store
	conn     *sql.Conn
	tx       *sql.Tx
	now      day.Instant
	readOnly bool
	unknown  []string // SQLite: statements to prepare for everybody afterwards
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
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	text, args, err := tx.bind(query, args)
	if err != nil {
		return 0, err
	}
	var result sql.Result
	if tx.store.engine == SQLite {
		prepared, err := tx.prepared(ctx, text)
		if err != nil {
			return 0, err
		}
		result, err = prepared.ExecContext(ctx, args...)
		if err != nil {
			return 0, fmt.Errorf("%w in %q", err, describe(query))
		}
	} else if result, err = tx.tx.ExecContext(ctx, text, args...); err != nil {
		return 0, fmt.Errorf("%w in %q", err, describe(query))
	}
	return result.RowsAffected()
}

// prepared gives the statement on this transaction's connection (SQLite only: pgx keeps
// its own). A statement met for the first time is prepared for this transaction alone and
// for everybody once the connection is free again: preparing it for all here would wait
// for a second connection of a pool that may have only one.
func (tx *Tx) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	if known, ok := tx.store.statements.Load(statementKey{text, tx.readOnly}); ok {
		return tx.tx.StmtContext(ctx, known.(*sql.Stmt)), nil
	}
	fresh, err := tx.tx.PrepareContext(ctx, text)
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
	var rows *sql.Rows
	if tx.store.engine == SQLite {
		prepared, err := tx.prepared(ctx, text)
		if err != nil {
			return err
		}
		rows, err = prepared.QueryContext(ctx, args...)
		if err != nil {
			return fmt.Errorf("%w in %q", err, describe(query))
		}
	} else if rows, err = tx.tx.QueryContext(ctx, text, args...); err != nil {
		return fmt.Errorf("%w in %q", err, describe(query))
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
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
	err := tx.Each(ctx, func(row Row) error {
		var one T
		if err := row.Scan(destinations(&one)...); err != nil {
			return fmt.Errorf("%w in %q", err, describe(query))
		}
		all = append(all, one)
		return nil
	}, query, args...)
	return all, err
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
	if tx.store.engine == SQLite {
		prepared, err := tx.prepared(ctx, query)
		if err != nil {
			return err
		}
		for i, args := range rows {
			_, args, err := tx.bind(query, args)
			if err != nil {
				return err
			}
			if _, err := prepared.ExecContext(ctx, args...); err != nil {
				return fmt.Errorf("%w in row %d of %q", err, i+1, describe(query))
			}
		}
		return nil
	}
	batch := &pgx.Batch{}
	for _, args := range rows {
		_, args, err := tx.bind(query, args)
		if err != nil {
			return err
		}
		values, err := driverValues(args)
		if err != nil {
			return err
		}
		batch.Queue(query, values...)
	}
	return tx.raw(func(conn *pgx.Conn) error {
		if err := conn.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("%w in %q", err, describe(query))
		}
		return nil
	})
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
	return tx.raw(func(conn *pgx.Conn) error {
		_, err := conn.CopyFrom(ctx, pgx.Identifier{table}, columns,
			pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
				_, args, err := tx.bind("", rows[i])
				if err != nil {
					return nil, err
				}
				for c, arg := range args {
					// COPY is binary: it wants a time where the text protocol takes a string.
					if d, ok := arg.(day.Day); ok {
						args[c] = d.Midnight()
					}
				}
				return driverValues(args)
			}))
		if err != nil {
			return fmt.Errorf("%w in COPY %s", err, table)
		}
		return nil
	})
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

func (tx *Tx) raw(f func(*pgx.Conn) error) error {
	return tx.conn.Raw(func(driverConn any) error {
		return f(driverConn.(*stdlib.Conn).Conn())
	})
}

// driverValues turns named integers and Valuers into what pgx writes without reflection on our types.
func driverValues(args []any) ([]any, error) {
	values := make([]any, len(args))
	for i, arg := range args {
		switch v := arg.(type) {
		case id.ID:
			values[i] = int64(v)
		case day.Day:
			values[i] = v.String()
		default:
			r := reflect.ValueOf(arg)
			switch {
			case !r.IsValid():
				values[i] = nil
			case r.CanInt():
				values[i] = r.Int()
			case r.Kind() == reflect.String:
				values[i] = r.String()
			default:
				values[i] = arg
			}
		}
	}
	return values, nil
}
