//go:build data

package viet_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"

	"ralop/internal/viet"
)

// Every row of the outside file reads back from each of the three encodings, and the
// encoding of each of its columns is found.
func TestDataLegacyEncodings(t *testing.T) {
	file, err := os.Open(filepath.Join(os.Getenv("RALOP_SHARED"), "data/encoding/vietnamese_legacy_encodings.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < 200 {
		t.Fatalf("only %d rows", len(rows))
	}
	columns := map[viet.Encoding][]string{}
	for n, row := range rows[1:] {
		want := viet.NFC(row[0])
		for i, e := range []viet.Encoding{viet.TCVN3, viet.VNI, viet.VIQR} {
			if e == viet.TCVN3 && row[4] == "1" {
				continue // a capital that the encoding lacks
			}
			if got := viet.Decode(e, row[i+1]); got != want {
				t.Errorf("row %d: %s of %q is %q, want %q", n+2, e, row[i+1], got, want)
			}
			columns[e] = append(columns[e], row[i+1])
		}
		columns[viet.Unicode] = append(columns[viet.Unicode], row[0])
	}
	for e, samples := range columns {
		for from := 0; from+10 <= len(samples); from += 10 {
			guesses, doubtful := viet.Detect(samples[from : from+10])
			if best := guesses[0]; best.Encoding != e && viet.Decode(best.Encoding, samples[from]) != viet.Decode(e, samples[from]) {
				t.Errorf("%s rows %d to %d are taken for %+v (doubtful %v)", e, from+2, from+12, best, doubtful)
			}
		}
	}
}
