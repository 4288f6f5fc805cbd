package schema_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"ralop/internal/schema"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

// A nation is shared out by realm over many servers (Citus). Whether the schema and every
// statement allow that is asked of plain PostgreSQL: with all tables of facts cut into parts
// by realm, a statement must read one part. What reads more is named here, with why.
var nationwide = map[string]string{
	"account.sqlDemonstration": "the demonstration's one-click entry, before anybody is known; refused for real data",
}

const parts = 2

var (
	createTable = regexp.MustCompile(`(?s)CREATE TABLE (\w+) \(\s*\n(.*?)\n\) \{\{(?:facts|table)\}\};`)
	partName    = regexp.MustCompile(`^(\w+)_part\d$`)
)

// cut declares every table whose key begins with realm in parts by realm.
func cut(t *testing.T, files fs.FS) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	tables := 0
	for _, name := range names {
		content, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		text := createTable.ReplaceAllStringFunc(string(content), func(statement string) string {
			m := createTable.FindStringSubmatch(statement)
			if !strings.Contains(m[2], "PRIMARY KEY (realm") {
				return statement
			}
			tables++
			statement = strings.Replace(statement, ") {{facts}};", ") PARTITION BY HASH (realm);", 1)
			for i := range parts {
				statement += fmt.Sprintf("\nCREATE TABLE %s_part%d PARTITION OF %s FOR VALUES WITH (MODULUS %d, REMAINDER %d);", m[1], i, m[1], parts, i)
			}
			return statement
		})
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	if tables < 40 {
		t.Fatalf("only %d tables were cut; the test does not see them", tables)
	}
	return out
}

func TestAnyStatementStaysInItsRealm(t *testing.T) {
	s := storetest.OpenConfig(t, storetest.Empty(t, store.Postgres), nil)
	if err := s.Migrate(t.Context(), cut(t, schema.Migrations())); err != nil {
		t.Fatalf("the tables cannot be shared out by realm: %v", err)
	}
	one := 0
	for _, st := range statements(t) {
		name := strings.Split(st.file, "/")[1] + "." + st.name
		if nationwide[name] != "" {
			continue
		}
		one++
		wide, err := partsRead(t.Context(), s, fmt.Sprintf("probe_%d", one), listArgs.ReplaceAllString(st.text, "= ANY ($$$1)"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, table := range wide {
			t.Errorf("%s reads %s in more than one realm: it lacks realm = $1, or a join lacks it\n%s", name, table, st.text)
		}
	}
	if one < 200 {
		t.Errorf("only %d statements were tried", one)
	}
}

// partsRead gives the tables of which a statement reads more than one part.
func partsRead(ctx context.Context, s *store.Store, probe, query string) (wide []string, err error) {
	err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL plan_cache_mode = force_generic_plan"); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "PREPARE "+probe+" AS "+query); err != nil {
			return err
		}
		types, err := store.One[string](ctx, tx, `SELECT array_to_string(parameter_types, ';') FROM pg_prepared_statements WHERE name = $1`, probe)
		if err != nil {
			return err
		}
		call := probe
		if types != "" {
			kinds := strings.Split(types, ";")
			values := slices.Repeat([]string{"NULL"}, len(kinds))
			if kinds[0] == "integer" || kinds[0] == "bigint" {
				values[0] = "1" // by our habit the realm
			}
			call += "(" + strings.Join(values, ", ") + ")"
		}
		plan, err := store.One[string](ctx, tx, "EXPLAIN (FORMAT JSON) EXECUTE "+call)
		if err != nil {
			return err
		}
		var nodes any
		if err := json.Unmarshal([]byte(plan), &nodes); err != nil {
			return err
		}
		// Parts of one occurrence of a table lie side by side below one Append.
		walkPlan(nodes, func(siblings []string) {
			seen := map[string]map[string]bool{}
			for _, relation := range siblings {
				if m := partName.FindStringSubmatch(relation); m != nil {
					if seen[m[1]] == nil {
						seen[m[1]] = map[string]bool{}
					}
					seen[m[1]][relation] = true
				}
			}
			for table, found := range seen {
				if len(found) > 1 && !slices.Contains(wide, table) {
					wide = append(wide, table)
				}
			}
		})
		return nil
	})
	return wide, err
}

// walkPlan gives the relations read below each Append or MergeAppend.
func walkPlan(node any, appended func(relations []string)) {
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			walkPlan(child, appended)
		}
	case map[string]any:
		if kind := n["Node Type"]; kind == "Append" || kind == "Merge Append" {
			var relations []string
			children, _ := n["Plans"].([]any)
			for _, child := range children {
				if c, ok := child.(map[string]any); ok {
					if name, ok := c["Relation Name"].(string); ok {
						relations = append(relations, name)
					}
				}
			}
			appended(relations)
		}
		for _, child := range n {
			switch child.(type) {
			case []any, map[string]any:
				walkPlan(child, appended)
			}
		}
	}
}
