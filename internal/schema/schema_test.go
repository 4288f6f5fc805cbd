package schema_test

import (
	"context"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

var update = flag.Bool("update", false, "write schema.golden.sql again")

// column is a column as an engine reports it, in the words of the migrations.
type column struct {
	Table, Name, Type string
	Null              bool
	Key               int // place in the primary key, 0 outside
}

var shapes = map[store.Engine]string{
	store.SQLite: `SELECT m.name, c.name, c.type, c."notnull" = 0, c.pk FROM sqlite_schema m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT IN ('goose_db_version', 'node_lease') ORDER BY m.name, c.cid`,
	store.Postgres: `SELECT c.table_name, c.column_name, c.data_type, c.is_nullable = 'YES', COALESCE(k.ordinal_position, 0)
		FROM information_schema.columns c
		LEFT JOIN information_schema.table_constraints t ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.constraint_type = 'PRIMARY KEY'
		LEFT JOIN information_schema.key_column_usage k ON k.constraint_name = t.constraint_name AND k.table_name = c.table_name AND k.column_name = c.column_name
		WHERE c.table_schema = 'public' AND c.table_name NOT IN ('goose_db_version', 'node_lease') ORDER BY c.table_name, c.ordinal_position`,
}

var indexes = map[store.Engine]string{
	store.SQLite:   `SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name`,
	store.Postgres: `SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%\_pkey' AND indexname NOT LIKE '%\_key' ORDER BY indexname`,
}

// coarse maps what an engine says onto what both can say: SQLite keeps days as text and
// instants, booleans and big integers as integers.
var coarse = map[string]string{
	"TEXT": "text", "INTEGER": "integer", "REAL": "real", "BLOB": "bytes", "BIGINT": "integer",
	"text": "text", "date": "text", "integer": "integer", "bigint": "integer", "boolean": "integer",
	"timestamp with time zone": "integer", "double precision": "real", "bytea": "bytes",
}

func shape(t *testing.T, s *store.Store) string {
	t.Helper()
	var b strings.Builder
	err := s.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		columns, err := store.All[column](ctx, tx, shapes[s.Engine()])
		if err != nil {
			return err
		}
		table := ""
		for _, c := range columns {
			if c.Table != table {
				table = c.Table
				fmt.Fprintf(&b, "%s\n", table)
			}
			kind, ok := coarse[c.Type]
			if !ok {
				t.Errorf("%s.%s has type %q, which the two engines do not share", c.Table, c.Name, c.Type)
			}
			fmt.Fprintf(&b, "  %s %s", c.Name, kind)
			if c.Null {
				b.WriteString(" null")
			}
			if c.Key > 0 {
				fmt.Fprintf(&b, " key %d", c.Key)
			}
			b.WriteString("\n")
		}
		names, err := store.All[string](ctx, tx, indexes[s.Engine()])
		for _, name := range names {
			fmt.Fprintf(&b, "index %s\n", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestBothEnginesHaveTheSameShape(t *testing.T) {
	lite := shape(t, storetest.Open(t, store.SQLite, nil))
	postgres := shape(t, storetest.Open(t, store.Postgres, nil))
	if diff := cmp.Diff(strings.Split(lite, "\n"), strings.Split(postgres, "\n")); diff != "" {
		t.Errorf("SQLite (-) and PostgreSQL (+) differ:\n%s", diff)
	}
	if *update {
		if err := os.WriteFile("schema.golden.sql", []byte(lite), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile("schema.golden.sql")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(golden), "\n"), strings.Split(lite, "\n")); diff != "" {
		t.Errorf("the shape changed (go test ./internal/schema -update writes it again):\n%s", diff)
	}
}

// statement is a constant of a room's sql.go whose name begins with sql; constants of other
// names are pieces that statements are put together from.
type statement struct{ file, name, text string }

// statements reads every string constant of every sql*.go of the rooms, the ground and the house.
func statements(t *testing.T) []statement {
	t.Helper()
	files, err := filepath.Glob("../*/sql*.go")
	if err != nil {
		t.Fatal(err)
	}
	var all []statement
	for _, file := range files {
		constants := map[string]string{}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range parsed.Decls {
			general, ok := declaration.(*ast.GenDecl)
			if !ok || general.Tok != token.CONST {
				continue
			}
			for _, spec := range general.Specs {
				value := spec.(*ast.ValueSpec)
				for i, name := range value.Names {
					if i >= len(value.Values) {
						continue
					}
					if text, ok := evaluate(value.Values[i], constants); ok {
						constants[name.Name] = text
						if strings.HasPrefix(name.Name, "sql") {
							all = append(all, statement{filepath.ToSlash(file), name.Name, text})
						}
					}
				}
			}
		}
	}
	if len(all) < 100 {
		t.Fatalf("only %d statements were found; the test does not see them", len(all))
	}
	return all
}

// evaluate gives the text of literals put together with +, also from earlier constants.
func evaluate(e ast.Expr, known map[string]string) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.Ident:
		text, ok := known[e.Name]
		return text, ok
	case *ast.BinaryExpr:
		left, leftOK := evaluate(e.X, known)
		right, rightOK := evaluate(e.Y, known)
		return left + right, leftOK && rightOK && e.Op == token.ADD
	}
	return "", false
}

var (
	place    = regexp.MustCompile(`\$(\d+)`)
	listArgs = regexp.MustCompile(`IN \(\$(\d+)\)`)
)

func TestEveryStatementIsUnderstoodByBothEngines(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			s := storetest.Open(t, engine, nil)
			for _, st := range statements(t) {
				var err error
				if engine == store.SQLite {
					err = explain(t.Context(), s, listArgs.ReplaceAllString(st.text, "IN (SELECT value FROM json_each($$$1))"))
				} else {
					err = prepare(t.Context(), s, listArgs.ReplaceAllString(st.text, "= ANY ($$$1)"))
				}
				if err != nil {
					t.Errorf("%s %s: %v", st.file, st.name, err)
				}
			}
		})
	}
}

func explain(ctx context.Context, s *store.Store, query string) error {
	highest := 0
	for _, m := range place.FindAllStringSubmatch(query, -1) {
		n, _ := strconv.Atoi(m[1])
		highest = max(highest, n)
	}
	return s.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.Each(ctx, func(store.Row) error { return nil }, "EXPLAIN "+query, make([]any, highest)...)
	})
}

func prepare(ctx context.Context, s *store.Store, query string) error {
	return s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "PREPARE probe AS "+query); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DEALLOCATE probe")
		return err
	})
}

// Tables that belong to no realm: reference data and what is local to one deployment.
var unrealmed = []string{"realm", "unit", "unit_period", "unit_succession", "unit_closure", "unit_zone", "unit_boundary", "unit_list",
	"login", "signed_in", "sign_in_failure", "job_run"}

// TestEveryKeyBeginsWithTheRealm keeps the schema such that a nation can be shared out by
// realm: realm is the first column of the primary key of every table of facts.
func TestEveryKeyBeginsWithTheRealm(t *testing.T) {
	golden, err := os.ReadFile("schema.golden.sql")
	if err != nil {
		t.Fatal(err)
	}
	table := ""
	for line := range strings.Lines(string(golden)) {
		line = strings.TrimRight(line, "\n")
		if !strings.HasPrefix(line, " ") {
			table = line
			continue
		}
		if strings.HasSuffix(line, " key 1") && !strings.HasPrefix(line, "  realm ") && !slices.Contains(unrealmed, table) && table != "unit_holder" {
			t.Errorf("table %s: its primary key begins with%s, not with realm", table, line)
		}
	}
}
