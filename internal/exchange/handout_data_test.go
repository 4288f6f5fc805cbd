//go:build data

package exchange_test

import (
	"encoding/csv"
	"os"
	"slices"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/store"
)

// Heads of lists for the national database are the Ministry's fields, in its order.
func TestDataNationalFields(t *testing.T) {
	f, err := os.Open(shared(t, "codes", "csdl_nganh_fields.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string][]string{}
	for _, row := range rows[1:] {
		if row[4] != "dropped" {
			fields[row[0]] = append(fields[row[0]], row[2])
		}
	}
	h := apptest.Open(t, store.SQLite)
	for kind, object := range map[string]string{"csdl-schools": "truong_hoc", "csdl-sites": "diem_truong", "csdl-classes": "lop_hoc", "csdl-students": "hoc_sinh"} {
		if heads, _ := rowsOf(t, h, apptest.Xuan, kind, access.School(apptest.MuongMunP), nil); !slices.Equal(heads, fields[object]) {
			t.Errorf("%s has the heads %q, the Ministry's are %q", kind, heads, fields[object])
		}
	}
}
