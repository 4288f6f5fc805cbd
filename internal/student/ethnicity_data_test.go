//go:build data

package student_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ralop/internal/student"
)

// The Ministry's list: its codes are those of 1979, and every other name in it is read as
// its group or, when several groups bear it, refused – never as another group's.
func TestDataEthnicities(t *testing.T) {
	shared := os.Getenv("RALOP_SHARED")
	if shared == "" {
		shared = "../../../shared"
	}
	f, err := os.Open(filepath.Join(shared, "data/codes/dan_toc.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 56 {
		t.Fatalf("%d rows", len(rows))
	}
	read, names := 0, map[string]bool{}
	for _, e := range student.Ethnicities() {
		names[e.Key] = true
	}
	for _, row := range rows[1:] {
		e, ok := student.EthnicityByCode1979(row[0])
		if !ok {
			t.Errorf("code %s is unknown", row[0])
		}
		if key, err := student.ParseEthnicity(row[1]); err != nil || key != e.Key {
			t.Errorf("%s %s reads as %q, %v", row[0], row[1], key, err)
		}
		for alias := range strings.SplitSeq(row[2], ",") {
			if key, err := student.ParseEthnicity(strings.Trim(alias, " .")); err == nil && key == e.Key {
				read++
			}
		}
	}
	if read < 120 {
		t.Errorf("only %d other names are read as their group", read)
	}
}
