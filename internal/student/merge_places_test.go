package student

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestEveryPupilColumnIsPlaced fails for a new table that holds pupils' ids until merge_places.go says what becomes of
// them when two records become one, and when a pupil has been kept long enough.
func TestEveryPupilColumnIsPlaced(t *testing.T) {
	golden, err := os.ReadFile("../schema/schema.golden.sql")
	if err != nil {
		t.Fatal(err)
	}
	table, columns := "", map[string]bool{}
	for line := range strings.Lines(string(golden)) {
		line = strings.TrimRight(line, "\n")
		if !strings.HasPrefix(line, " ") {
			table = line
			continue
		}
		column := strings.Fields(line)[0]
		columns[table+"."+column] = true
		if column != "pupil" && !strings.HasSuffix(column, "_pupil") && column != "child" && column != "student" {
			continue
		}
		if !slices.ContainsFunc(places, func(p place) bool { return p.table == table && p.column == column }) {
			t.Errorf("%s.%s holds pupils' ids and is not in merge_places.go: what becomes of it when two records become one?", table, column)
		}
	}
	for _, p := range places {
		if p.keep == unsaid || (p.keep == wordless) != (len(p.words) > 0) {
			t.Errorf("merge_places.go does not say what becomes of %s.%s when a pupil has been kept long enough", p.table, p.column)
		}
		for _, words := range p.words {
			if !columns[p.table+"."+words] {
				t.Errorf("merge_places.go names %s.%s, which is not in the schema", p.table, words)
			}
		}
		if !columns[p.table+"."+p.column] || p.also != "" && !columns[p.table+"."+p.also] {
			t.Errorf("merge_places.go names %s.%s, which is not in the schema", p.table, p.column)
		}
	}
}
