package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
)

// SQLite has no statistics of tables that were never analysed and then takes the first
// column of every key for selective. Ours begins with realm, of which a database has one:
// a search by `realm = $1 AND code IN (…)` would read the whole table by its primary key.
// So a fresh database is told, for every index, that realm tells nothing apart. A later
// ANALYZE puts what it finds in the place of these guesses.
const (
	guessedRows  = 200_000 // pupils of a province
	guessedShare = 1_000   // each further column leaves one in so many
	guessedLeast = 10      // rows of one key of an index that is not unique

	sqlRealmIndexes = `SELECT m.name, l.name, l."unique", l.origin, (SELECT COUNT(*) FROM pragma_index_info(l.name))
		FROM sqlite_schema m JOIN pragma_index_list(m.name) l
		WHERE m.type = 'table' AND (SELECT i.name FROM pragma_index_info(l.name) i WHERE i.seqno = 0) = 'realm'
		AND NOT EXISTS (SELECT 1 FROM sqlite_stat1 s WHERE s.tbl = m.name)`
	sqlGuess = `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ($1, $2, $3)`

	// With samples of values at hand SQLite plans a kept statement again whenever an argument
	// changes: a tenth of the time of a submission (bench). A full ANALYZE takes samples.
	sqlForgetSamples = `DELETE FROM sqlite_stat4`
)

// Analyze brings the planner's statistics up to date, after a large import and now and
// then. Tables that are still empty keep the guesses.
func (s *Store) Analyze(ctx context.Context) error {
	if s.engine == Postgres {
		db, done := s.unhurried()
		defer done()
		_, err := db.ExecContext(ctx, "ANALYZE")
		return err
	}
	// All tables, with a bounded number of rows read of each.
	if _, err := s.write.ExecContext(ctx, "PRAGMA optimize=0x10002"); err != nil {
		return fmt.Errorf("store: statistics: %w", err)
	}
	return guessStatistics(ctx, s.write)
}

// guessStatistics writes the guesses for all tables that nobody has analysed.
func guessStatistics(ctx context.Context, db *sql.DB) error {
	if _, err := db.ExecContext(ctx, `ANALYZE sqlite_schema`); err != nil { // makes sqlite_stat1
		return fmt.Errorf("store: statistics: %w", err)
	}
	rows, err := db.QueryContext(ctx, sqlRealmIndexes)
	if err != nil {
		return fmt.Errorf("store: statistics: %w", err)
	}
	defer rows.Close()
	var guesses [][3]string
	for rows.Next() {
		var table, index, origin string
		var unique bool
		var columns int
		if err := rows.Scan(&table, &index, &unique, &origin, &columns); err != nil {
			return err
		}
		if origin == "pk" { // of a table without rowid: the table itself
			index = table
		}
		stat, left := []string{strconv.Itoa(guessedRows)}, guessedRows
		for i := range columns {
			if i > 0 {
				left /= guessedShare
			}
			least := guessedLeast
			if unique && i == columns-1 {
				left, least = 1, 1
			}
			stat = append(stat, strconv.Itoa(max(least, left)))
		}
		guesses = append(guesses, [3]string{table, index, strings.Join(stat, " ")})
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	for _, g := range guesses {
		if _, err := db.ExecContext(ctx, sqlGuess, g[0], g[1], g[2]); err != nil {
			return fmt.Errorf("store: statistics of %s: %w", g[0], err)
		}
	}
	if _, err := db.ExecContext(ctx, sqlForgetSamples); err != nil {
		return fmt.Errorf("store: statistics: %w", err)
	}
	_, err = db.ExecContext(ctx, `ANALYZE sqlite_schema`) // lets this connection read them
	return err
}
