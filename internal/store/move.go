package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Tables that belong to an open database and not to what it holds.
var ownTables = map[string]bool{"node_lease": true, "goose_db_version": true}

const (
	// Both in order of creation, which is the order of dependency.
	sqlTablesSQLite   = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE '!_litestream!_%' ESCAPE '!' ORDER BY rowid`
	sqlTablesPostgres = `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.oid`
	sqlColumnsSQLite   = `SELECT name, lower(type) FROM pragma_table_info($1) ORDER BY cid`
	sqlColumnsPostgres = `SELECT column_name, data_type FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position`
)

// Tables are the names of the product's tables, each after those it points to.
func (tx *Tx) Tables(ctx context.Context) (names []string, err error) {
	query := sqlTablesSQLite
	if tx.store.engine == Postgres {
		query = sqlTablesPostgres
	}
	all, err := All[string](ctx, tx, query)
	for _, name := range all {
		if !ownTables[name] {
			names = append(names, name)
		}
	}
	return names, err
}

// Count is the number of rows of a table.
func (tx *Tx) Count(ctx context.Context, table string) (int64, error) {
	return One[int64](ctx, tx, `SELECT COUNT(*) FROM `+pgx.Identifier{table}.Sanitize())
}

type column struct{ Name, Kind string }

func (s *Store) columns(ctx context.Context, table string) ([]column, error) {
	query := sqlColumnsSQLite
	if s.engine == Postgres {
		query = sqlColumnsPostgres
	}
	var columns []column
	err := s.Read(ctx, func(ctx context.Context, tx *Tx) (err error) {
		columns, err = All[column](ctx, tx, query, table)
		return err
	})
	return columns, err
}

// Move copies everything that from holds into to, which is migrated and holds no realm.
// It reads one snapshot and writes one transaction: either all of it arrives or nothing.
// Rights are the caller's to judge: whoever moves a database owns its machine.
func Move(ctx context.Context, from, to *Store, progress func(done, total int)) error {
	return from.Read(ctx, func(ctx context.Context, source *Tx) error {
		tables, err := source.Tables(ctx)
		if err != nil {
			return err
		}
		target, err := to.beginMove(ctx)
		if err != nil {
			return err
		}
		defer target.rollback()
		for i, table := range tables {
			if progress != nil {
				progress(i, len(tables))
			}
			columns, err := movedColumns(ctx, from, to, table)
			if err != nil {
				return err
			}
			if err := target.take(ctx, source, table, columns); err != nil {
				return fmt.Errorf("store: table %s: %w", table, err)
			}
		}
		return target.commit()
	})
}

// movedColumns are the columns of a table with what PostgreSQL calls their kinds, where
// one side is PostgreSQL: SQLite does not tell a day from a text.
func movedColumns(ctx context.Context, from, to *Store, table string) ([]column, error) {
	source, err := from.columns(ctx, table)
	if err != nil {
		return nil, err
	}
	target, err := to.columns(ctx, table)
	if err != nil {
		return nil, err
	}
	kinds := map[string]string{}
	for _, c := range target {
		kinds[c.Name] = c.Kind
	}
	if len(source) != len(target) {
		return nil, fmt.Errorf("store: table %s has %d columns here and %d there: bring both to one version first", table, len(source), len(target))
	}
	for i, c := range source {
		kind, both := kinds[c.Name]
		if !both {
			return nil, fmt.Errorf("store: column %s.%s is not there: bring both to one version first", table, c.Name)
		}
		if to.engine == Postgres {
			source[i].Kind = kind
		}
	}
	return source, nil
}

// arrival is the transaction that takes what is moved.
type arrival struct {
	store *Store
	lite  *sql.Tx
	pg    pgx.Tx
	ctx   context.Context
}

func (s *Store) beginMove(ctx context.Context) (*arrival, error) {
	a := &arrival{store: s, ctx: ctx}
	var err error
	if s.engine == Postgres {
		a.pg, err = s.pool.Begin(ctx)
	} else {
		a.lite, err = s.write.BeginTx(ctx, nil)
	}
	return a, err
}

func (a *arrival) commit() error {
	if a.pg != nil {
		return a.pg.Commit(a.ctx)
	}
	return a.lite.Commit()
}

func (a *arrival) rollback() {
	if a.pg != nil {
		a.pg.Rollback(context.WithoutCancel(a.ctx))
	} else {
		a.lite.Rollback()
	}
}

// take brings one table over.
func (a *arrival) take(ctx context.Context, source *Tx, table string, columns []column) error {
	names := make([]string, len(columns))
	quoted := make([]string, len(columns))
	places := make([]string, len(columns))
	for i, c := range columns {
		names[i], quoted[i], places[i] = c.Name, pgx.Identifier{c.Name}.Sanitize(), fmt.Sprintf("$%d", i+1)
	}
	list := strings.Join(quoted, ", ")
	rows, done, err := source.whole(ctx, `SELECT `+list+` FROM `+pgx.Identifier{table}.Sanitize(), len(columns))
	if err != nil {
		return err
	}
	defer done()
	if a.pg != nil {
		_, err := a.pg.CopyFrom(ctx, pgx.Identifier{table}, names, &moving{wholeRows: rows, columns: columns, to: Postgres})
		return err
	}
	insert, err := a.lite.PrepareContext(ctx, `INSERT INTO `+pgx.Identifier{table}.Sanitize()+` (`+list+`) VALUES (`+strings.Join(places, ", ")+`)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	m := &moving{wholeRows: rows, columns: columns, to: SQLite}
	for m.Next() {
		values, err := m.Values()
		if err != nil {
			return err
		}
		if _, err := insert.ExecContext(ctx, values...); err != nil {
			return err
		}
	}
	return m.Err()
}

// wholeRows are rows as their engine gives them.
type wholeRows interface {
	Next() bool
	Err() error
	Values() ([]any, error)
}

// whole asks for rows as they are. The transaction has asked before: it has begun.
func (tx *Tx) whole(ctx context.Context, query string, columns int) (rows wholeRows, done func(), err error) {
	if tx.store.engine == Postgres {
		rows, err := tx.session.Query(ctx, query)
		return rows, rows.Close, err
	}
	lite, err := tx.tx.QueryContext(ctx, query)
	if err != nil {
		return nil, nil, err
	}
	return liteRows{lite, columns}, func() { lite.Close() }, nil
}

type liteRows struct {
	*sql.Rows
	columns int
}

func (r liteRows) Values() ([]any, error) {
	values, places := make([]any, r.columns), make([]any, r.columns)
	for i := range values {
		places[i] = &values[i]
	}
	return values, r.Scan(places...)
}

// moving hands rows of one engine on as the other engine writes them.
type moving struct {
	wholeRows
	columns []column
	to      Engine
}

func (m *moving) Values() ([]any, error) {
	values, err := m.wholeRows.Values()
	if err != nil {
		return nil, err
	}
	for i, c := range m.columns {
		var err error
		if values[i], err = translate(values[i], c.Kind, m.to); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return values, nil
}

// translate writes a value as the engine does: SQLite keeps days as text, instants as
// microseconds and truth as 0 or 1 (migrate.go).
func translate(value any, kind string, to Engine) (any, error) {
	switch kind {
	case "date":
		if text, ok := value.(string); ok && to == Postgres {
			return time.Parse(time.DateOnly, text)
		}
		if t, ok := value.(time.Time); ok && to == SQLite {
			return t.Format(time.DateOnly), nil
		}
	case "timestamp with time zone":
		if micros, ok := value.(int64); ok && to == Postgres {
			return time.UnixMicro(micros).UTC(), nil
		}
		if t, ok := value.(time.Time); ok && to == SQLite {
			return t.UnixMicro(), nil
		}
	case "boolean":
		if number, ok := value.(int64); ok && to == Postgres {
			return number != 0, nil
		}
		if truth, ok := value.(bool); ok && to == SQLite {
			if truth {
				return int64(1), nil
			}
			return int64(0), nil
		}
	}
	return value, nil
}
