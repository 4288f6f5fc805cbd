package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const calendarCSV = `kind,scope_kind,scope,level,from,to,session,reason,note,year,term,weeks,opening,morning,afternoon,main
year,,,,2019-08-26,2020-07-15,,QĐ 1/QĐ-UBND,Kéo dài do dịch bệnh,2019,,,2019-09-05,,,
term,,,,2019-08-26,2020-01-05,,QĐ 1/QĐ-UBND,,2019,1,18,,,,
timetable,,,THCS,2019-08-26,,,KH năm học,,,,,,2-7,"3,5",sáng
closure,,,,2020-01-20,2020-02-02,,tet,,,,,,,,
closure,school,XX,,2020-01-20,2020-02-02,,tet,,,,,,,,
`

func TestImportCalendar(t *testing.T) {
	dir := t.TempDir()
	data, file, mended := filepath.Join(dir, "data"), filepath.Join(dir, "lich.csv"), filepath.Join(dir, "loi.csv")
	if err := os.WriteFile(file, []byte(calendarCSV), 0o600); err != nil {
		t.Fatal(err)
	}
	call := func(code int, args ...string) (out, err string) {
		t.Helper()
		var o, e strings.Builder
		if got := run(append([]string{"--data", data}, args...), &o, &e); got != code {
			t.Fatalf("ralop %v ends with %d, want %d\n%s%s", args, got, code, o.String(), e.String())
		}
		return o.String(), e.String()
	}
	call(0, "init", "--realm", "Điện Biên")
	for _, step := range []struct {
		args []string
		want map[string]int
		dry  bool
	}{
		{[]string{"--dry-run"}, map[string]int{"changed": 4, "same": 0}, true},
		{[]string{"--errors", mended}, map[string]int{"changed": 4, "same": 0}, false},
		{nil, map[string]int{"changed": 0, "same": 4}, false},
	} {
		out, _ := call(4, append([]string{"--json", "import", "calendar", file}, step.args...)...)
		var result importResult
		if err := json.Unmarshal([]byte(out), &result); err != nil {
			t.Fatalf("%v in %q", err, out)
		}
		if result.Rows != 5 || result.Refused != 1 || result.DryRun != step.dry || len(result.Errors) != 1 ||
			result.Errors[0].Row != 6 || result.Errors[0].Code != "calendar.no-school" {
			t.Errorf("%v: %s", step.args, out)
		}
		for name, n := range step.want {
			if result.Counts[name] != n {
				t.Errorf("%v: %s is %d, want %d", step.args, name, result.Counts[name], n)
			}
		}
	}
	if refused, err := os.ReadFile(mended); err != nil || strings.Count(string(refused), "\n") != 2 {
		t.Errorf("refused lines: %q, %v", refused, err)
	}
	_, message := call(5, "import", "calendar", filepath.Join(dir, "none.csv"))
	if !strings.Contains(message, "none.csv") {
		t.Errorf("%q does not name the file", message)
	}
}
