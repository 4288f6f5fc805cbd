//go:build data

package exchange_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

// shared is the folder of outside files: $RALOP_SHARED, else ../shared beside the project.
func shared(t *testing.T, path ...string) string {
	t.Helper()
	root := os.Getenv("RALOP_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	file := filepath.Join(append([]string{root, "data"}, path...)...)
	if _, err := os.Stat(file); err != nil {
		t.Fatalf("the outside file is missing (set RALOP_SHARED to the folder that holds data/): %v", err)
	}
	return file
}

func importPlan(t *testing.T, s *store.Store, plan func(context.Context, *store.Tx) (*org.Plan, error)) *org.Plan {
	t.Helper()
	var p *org.Plan
	err := s.Read(context.Background(), func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = plan(ctx, tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range p.Errors {
		t.Errorf("row %d: %v", e.Row, e.Fault)
	}
	if err := org.Commit(context.Background(), s, access.System(1), p, nil); err != nil {
		t.Fatal(err)
	}
	return p
}

func importUnits(t *testing.T, s *store.Store, file, on string) *org.Plan {
	t.Helper()
	table, err := exchange.OpenTable(shared(t, "admin", file))
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	_, lines, err := exchange.ReadUnits(table, nil)
	if err != nil {
		t.Fatal(err)
	}
	return importPlan(t, s, func(ctx context.Context, tx *store.Tx) (*org.Plan, error) {
		return org.PlanUnits(ctx, tx, access.System(1), org.UnitsIn{On: day.MustParse(on), Lines: lines})
	})
}

func importMap(t *testing.T, s *store.Store) *org.Plan {
	t.Helper()
	table, err := exchange.OpenTable(shared(t, "admin", "commune_map_2025-07.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	_, lines, err := exchange.ReadMap(table, nil)
	if err != nil {
		t.Fatal(err)
	}
	return importPlan(t, s, func(ctx context.Context, tx *store.Tx) (*org.Plan, error) {
		return org.PlanMap(ctx, tx, access.System(1), org.MapIn{On: day.MustParse("2025-07-01"), Lines: lines})
	})
}

// The whole country, before and after 1 July 2025, on both engines.
func TestDataUnitsOfTheCountry(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		began := time.Now()
		if err := org.InstallReference(context.Background(), s, access.System(1), org.ReferenceFrom, nil); err != nil {
			t.Fatal(err)
		}
		rows := map[string]int{}
		for _, f := range []struct{ file, on string }{
			{"provinces_before_2025-07.csv", "2025-03-01"}, {"districts_before_2025-07.csv", "2025-03-01"}, {"communes_before_2025-07.csv", "2025-03-01"},
			{"provinces_from_2025-07.csv", "2025-07-01"}, {"communes_from_2025-07.csv", "2025-07-01"},
		} {
			rows[f.file] = importUnits(t, s, f.file, f.on).Rows
		}
		m := importMap(t, s)
		if m.Rows != 10602 || len(m.Waiting) != 0 {
			t.Errorf("map: %d rows, %d wait, first %v", m.Rows, len(m.Waiting), m.Waiting[:min(3, len(m.Waiting))])
		}
		importPlan(t, s, func(ctx context.Context, tx *store.Tx) (*org.Plan, error) {
			return org.PlanClose(ctx, tx, access.System(1), org.CloseIn{Kind: org.District, On: day.MustParse("2025-07-01")})
		})
		t.Logf("imported in %s", time.Since(began).Round(time.Millisecond))

		err := s.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			for _, c := range []struct {
				on                             string
				provinces, districts, communes int
			}{{"2025-03-01", 63, 696, 10035}, {"2025-06-30", 63, 696, 10035}, {"2025-07-01", 34, 0, 3321}} {
				tree, err := org.TreeOn(ctx, tx, day.MustParse(c.on))
				if err != nil {
					return err
				}
				count := map[org.Kind]int{}
				for _, u := range tree.Units {
					count[u.Kind]++
				}
				if count[org.Province] != c.provinces || count[org.District] != c.districts || count[org.Commune] != c.communes {
					t.Errorf("on %s: %v", c.on, count)
				}
			}
			return pathOfNaTong(ctx, t, tx)
		})
		if err != nil {
			t.Fatal(err)
		}
		if again := importUnits(t, s, "communes_from_2025-07.csv", "2025-07-01"); again.Changes() || again.Same != 3321 {
			t.Errorf("the same file again: %+v", again)
		}
		if again := importMap(t, s); again.Changes() {
			t.Errorf("the same map again: %+v", again)
		}
	})
}

// Xã Nà Tòng stood in Huyện Tuần Giáo and went to Xã Tủa Chùa, across the old districts.
func pathOfNaTong(ctx context.Context, t *testing.T, tx *store.Tx) error {
	last, first := day.MustParse("2025-06-30"), day.MustParse("2025-07-01")
	naTong, err := org.Resolve(ctx, tx, "03263", last)
	if err != nil {
		return err
	}
	path, err := org.Path(ctx, tx, naTong.ID, last)
	if err != nil {
		return err
	}
	if len(path) != 3 || path[1].FullName != "Huyện Tuần Giáo" || path[2].FullName != "Xã Nà Tòng" {
		t.Errorf("on 30 June 2025: %v", path)
	}
	now, err := org.Today(ctx, tx, naTong.ID, first)
	if err != nil {
		return err
	}
	if len(now) != 1 || now[0].FullName != "Xã Tủa Chùa" || now[0].Code != "03217" {
		t.Errorf("on 1 July 2025: %v", now)
	}
	return nil
}

// The shipped reference is what the statistics office lists for the two provinces.
func TestDataReferenceEqualsTheOfficialList(t *testing.T) {
	official, shipped := storetest.Open(t, store.SQLite, nil), storetest.Open(t, store.SQLite, nil)
	if err := org.InstallReference(context.Background(), shipped, access.System(1), org.ReferenceFrom, nil); err != nil {
		t.Fatal(err)
	}
	for _, f := range []struct{ file, on string }{
		{"provinces_before_2025-07.csv", "2025-03-01"}, {"districts_before_2025-07.csv", "2025-03-01"}, {"communes_before_2025-07.csv", "2025-03-01"},
		{"provinces_from_2025-07.csv", "2025-07-01"}, {"communes_from_2025-07.csv", "2025-07-01"},
	} {
		importUnits(t, official, f.file, f.on)
	}
	importMap(t, official)
	importPlan(t, official, func(ctx context.Context, tx *store.Tx) (*org.Plan, error) {
		return org.PlanClose(ctx, tx, access.System(1), org.CloseIn{Kind: org.District, On: day.MustParse("2025-07-01")})
	})
	for _, on := range []string{"2025-06-30", "2025-07-01"} {
		for _, code := range []string{"11", "12"} {
			want, got := describeSubtree(t, official, code, on), describeSubtree(t, shipped, code, on)
			if len(want) < 39 {
				t.Errorf("%s on %s: only %d units", code, on, len(want))
			}
			for line := range want {
				if !got[line] {
					t.Errorf("%s on %s: not shipped: %s", code, on, line)
				}
			}
			for line := range got {
				if !want[line] {
					t.Errorf("%s on %s: shipped, not official: %s", code, on, line)
				}
			}
		}
	}
}

func describeSubtree(t *testing.T, s *store.Store, code, on string) map[string]bool {
	t.Helper()
	lines := map[string]bool{}
	asOf := day.MustParse(on)
	err := s.Read(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		top, err := org.Resolve(ctx, tx, code, asOf)
		if err != nil {
			return err
		}
		units, err := org.Subtree(ctx, tx, top.ID, asOf)
		if err != nil {
			return err
		}
		names := map[any]string{}
		for _, u := range units {
			names[u.ID] = u.Code + " " + u.FullName
		}
		for _, u := range units {
			line := u.Code + " " + u.FullName + " < " + names[u.Parent]
			heirs, err := org.Heirs(ctx, tx, u.ID)
			if err != nil {
				return err
			}
			for _, h := range heirs {
				heir, err := org.UnitOn(ctx, tx, h.New, h.On)
				if err != nil {
					return err
				}
				line += " → " + heir.Code + " " + heir.FullName + " " + string(h.Part)
			}
			lines[line] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}
