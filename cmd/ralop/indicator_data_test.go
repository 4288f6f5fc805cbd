//go:build data

package main

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// New York's counts through the command line: both definitions of attendance, by day, by
// district and overall, are the file's to the unit, as ratios of sums.
func TestDataIndicatorsOfNewYork(t *testing.T) {
	root := os.Getenv("RALOP_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	file := filepath.Join(root, "data", "attendance", "nyc_daily_counts_2018-09_2018-10.csv.gz")
	type sum struct{ enrolled, present, absent int64 }
	days, districts, schools, whole := map[string]sum{}, map[string]sum{}, map[string]bool{}, sum{}
	for _, record := range counts(t, file) {
		number := func(i int) int64 {
			n, err := strconv.ParseInt(record[i], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		add := func(s sum) sum {
			return sum{s.enrolled + number(2), s.present + number(4), s.absent + number(3)}
		}
		on := record[1][:4] + "-" + record[1][4:6] + "-" + record[1][6:]
		whole, days[on], districts[record[0][:2]] = add(whole), add(days[on]), add(districts[record[0][:2]])
		schools[record[0]] = true
	}

	dir := t.TempDir()
	city := "code,full_name,kind,name,district_code,province_code\nNYC,Thành phố New York,province,New York,,\n"
	units, list := "code,full_name,kind,name,district_code,province_code\n", "code,name,unit,type,valid_from\n"
	for code := range districts {
		units += fmt.Sprintf("%s,Quận %s,district,%s,,NYC\n", code, code, code)
	}
	for code := range schools {
		list += fmt.Sprintf("%s,School %s,%s,,2018-08-01\n", code, code, code[:2])
	}
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	ralop := func(args ...string) []byte {
		t.Helper()
		var out, fault bytes.Buffer
		if code := run(append([]string{"--data", filepath.Join(dir, "data")}, args...), &out, &fault); code != 0 {
			t.Fatalf("ralop %s: exit code %d: %s", strings.Join(args, " "), code, fault.String())
		}
		return out.Bytes()
	}
	ralop("init", "--realm", "New York")
	ralop("import", "units", write("city.csv", city), "--valid-from", "2018-08-01", "--kind", "province")
	ralop("import", "units", write("units.csv", units), "--valid-from", "2018-08-01", "--kind", "district")
	ralop("import", "schools", write("schools.csv", list))
	ralop("import", "headcounts", file, "--map", "School DBN=school,Date=date:20060102,Enrolled=enrolled,Absent=absent,Present=present,Released=released")

	type figure struct {
		Key      string
		N, D     int64
		Coverage struct{ Taken, Due int64 }
		Rows     []figure
	}
	ask := func(indicator, by string) (f figure) {
		t.Helper()
		if err := json.Unmarshal(ralop("indicator", indicator, "--unit", "NYC", "--from", "2018-09-01", "--to", "2018-10-31", "--by", by, "--format", "json"), &f); err != nil {
			t.Fatal(err)
		}
		return f
	}
	for _, definition := range []struct {
		name string
		d    func(sum) int64
	}{{"attendance", func(s sum) int64 { return s.enrolled }}, {"attendance_excluding_released", func(s sum) int64 { return s.present + s.absent }}} {
		for by, want := range map[string]map[string]sum{"day": days, "children": districts} {
			f := ask(definition.name, by)
			if f.N != whole.present || f.D != definition.d(whole) {
				t.Errorf("%s: %d/%d, the file has %d/%d", definition.name, f.N, f.D, whole.present, definition.d(whole))
			}
			if f.Coverage.Taken != 59399 || f.Coverage.Due < f.Coverage.Taken {
				t.Errorf("%s: coverage %+v", definition.name, f.Coverage)
			}
			if len(f.Rows) != len(want) {
				t.Errorf("%s by %s: %d rows, the file has %d", definition.name, by, len(f.Rows), len(want))
			}
			for _, row := range f.Rows {
				if s := want[row.Key]; row.N != s.present || row.D != definition.d(s) {
					t.Errorf("%s of %s: %d/%d, the file has %d/%d", definition.name, row.Key, row.N, row.D, s.present, definition.d(s))
				}
			}
		}
	}
}

// counts reads the rows of the file, without its heads.
func counts(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return records[1:]
}
