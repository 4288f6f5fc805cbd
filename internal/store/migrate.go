package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

// The tokens a migration may use, so that one text makes the same shape on both engines.
// SQLite's STRICT tables refuse DATE, BIGINT and BOOLEAN: it keeps days as TEXT
// YYYY-MM-DD and instants as INTEGER microseconds UTC.
var tokens = map[Engine]*strings.Replacer{
	SQLite: strings.NewReplacer(
		"{{day}}", "TEXT", "{{instant}}", "INTEGER", "{{bool}}", "INTEGER", "{{bigint}}", "INTEGER",
		"{{double}}", "REAL", "{{bytes}}", "BLOB", "{{table}}", "STRICT", "{{facts}}", "STRICT, WITHOUT ROWID"),
	Postgres: strings.NewReplacer(
		"{{day}}", "DATE", "{{instant}}", "TIMESTAMPTZ", "{{bool}}", "BOOLEAN", "{{bigint}}", "BIGINT",
		"{{double}}", "DOUBLE PRECISION", "{{bytes}}", "BYTEA", "{{table}}", "", "{{facts}}", ""),
}

// Migrate brings the schema up to the newest of the numbered files (0001_name.sql) in
// files. Migrations go forward only.
func (s *Store) Migrate(ctx context.Context, files fs.FS) error {
	migrations, err := readMigrations(files, s.engine)
	if err != nil {
		return err
	}
	dialect := database.DialectSQLite3
	if s.engine == Postgres {
		dialect = database.DialectPostgres
	}
	db, done := s.unhurried()
	defer done()
	provider, err := goose.NewProvider(dialect, db, nil,
		goose.WithGoMigrations(migrations...), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("store: migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("store: migrations: %w", err)
	}
	if s.engine == SQLite {
		return guessStatistics(ctx, s.write)
	}
	return nil
}

func readMigrations(files fs.FS, engine Engine) ([]*goose.Migration, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	var migrations []*goose.Migration
	for _, name := range names {
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		number, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("store: migration %s does not begin with a number", name)
		}
		statements := splitStatements(tokens[engine].Replace(string(content)))
		migrations = append(migrations, goose.NewGoMigration(version, &goose.GoFunc{
			RunTx: func(ctx context.Context, tx *sql.Tx) error {
				for _, statement := range statements {
					if _, err := tx.ExecContext(ctx, statement); err != nil {
						return fmt.Errorf("%s: %w in %q", name, err, describe(statement))
					}
				}
				return nil
			},
		}, nil))
	}
	return migrations, nil
}

// splitStatements cuts at semicolons that end a line; comment lines go.
func splitStatements(text string) []string {
	var statements []string
	var current strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "--") {
			continue
		}
		current.WriteString(line)
		if strings.HasSuffix(strings.TrimRight(line, " \t\r\n"), ";") {
			statements = append(statements, strings.TrimSpace(current.String()))
			current.Reset()
		}
	}
	if rest := strings.TrimSpace(current.String()); rest != "" {
		statements = append(statements, rest)
	}
	return statements
}
