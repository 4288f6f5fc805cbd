//go:build data

package national_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"

	"ralop/internal/national"
)

// Codes, words and units are the Ministry's, line by line.
func TestDataForm02(t *testing.T) {
	shared := os.Getenv("RALOP_SHARED")
	if shared == "" {
		shared = "../../../shared"
	}
	f, err := os.Open(filepath.Join(shared, "data/codes/emis_bieu_02_th_dau_nam.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 78 || len(national.Form02) != 77 {
		t.Fatalf("%d rows, %d lines", len(rows), len(national.Form02))
	}
	for i, row := range rows[1:] {
		got := national.Form02[i]
		if got.Section != row[1] || got.Code != row[2] || got.Item != row[3] || got.Label != row[4] || got.Unit != row[5] {
			t.Errorf("line %d is %+v, the Ministry's is %q", i+1, got, row)
		}
	}
}
