//go:build data

package exchange_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

// The schools of the New York counts: the district is the first two characters of the
// code; no type, no level and no day is known.
func TestDataSchoolsOfNewYork(t *testing.T) {
	table, err := exchange.OpenTable(shared(t, "attendance", "nyc_daily_counts_2018-09_2018-10.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	schools, districts := "DBN,name,unit\n", "code,full_name\n"
	seen, parents, rows := map[string]bool{}, map[string]bool{}, -1
	for row, err := range table.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		if rows++; rows == 0 || seen[row.Cell(0)] {
			continue
		}
		code := row.Cell(0)
		seen[code] = true
		schools += fmt.Sprintf("%s,School %s,%s\n", code, code, code[:2])
		if !parents[code[:2]] {
			parents[code[:2]] = true
			districts += fmt.Sprintf("%s,District %s\n", code[:2], code[:2])
		}
	}
	if rows != 59399 {
		t.Errorf("%d rows", rows)
	}
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, system := context.Background(), access.System(1)
		err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO realm (realm, name, story, opened_at) VALUES (1, 'New York', '', $1)`, tx.Now())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		from := day.MustParse("2018-09-01")
		list, err := exchange.ReadTable("districts.csv", strings.NewReader(districts))
		if err != nil {
			t.Fatal(err)
		}
		_, lines, err := exchange.ReadUnits(list, nil)
		if err != nil {
			t.Fatal(err)
		}
		importPlan(t, s, func(ctx context.Context, tx *store.Tx) (*org.Plan, error) {
			return org.PlanUnits(ctx, tx, system, org.UnitsIn{On: from, Kind: org.District, Lines: lines})
		})
		list, err = exchange.ReadTable("schools.csv", strings.NewReader(schools))
		if err != nil {
			t.Fatal(err)
		}
		_, rows, faults, err := exchange.ReadSchools(list, []exchange.Mapped{{Column: "DBN", Field: "code"}})
		if err != nil || len(faults) > 0 {
			t.Fatal(err, faults)
		}
		for _, want := range []int{len(seen), 0} { // the second time nothing is new
			var p *org.SchoolsPlan
			err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				p, err = org.PlanSchools(ctx, tx, system, rows)
				return err
			})
			if err != nil || len(p.Errors) > 0 || p.New != want {
				t.Fatalf("plan: %d new of %d, %d errors, %v", p.New, want, len(p.Errors), err)
			}
			if err := org.CommitSchools(ctx, s, system, p, nil); err != nil {
				t.Fatal(err)
			}
		}
		err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			total := 0
			for parent := range parents {
				unit, err := org.Resolve(ctx, tx, parent, from)
				if err != nil {
					return err
				}
				under, err := org.SchoolsUnder(ctx, tx, system, unit.ID, from, org.Located)
				if err != nil {
					return err
				}
				for _, school := range under {
					if school.Code[:2] != parent {
						t.Errorf("%s stands in %s", school.Code, parent)
					}
				}
				total += len(under)
			}
			if total != len(seen) {
				t.Errorf("%d schools under the districts, %d in the file", total, len(seen))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// The 83 communes of the two provinces are drawn without a hole and small.
func TestDataBoundaries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, system, on := context.Background(), access.System(1), org.TwoTiersFrom
		if err := org.InstallReference(ctx, s, system, org.ReferenceFrom, nil); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(shared(t, "geo", "highland_communes_from_2025-07.geojson"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines, faults, err := exchange.ReadBoundaries("communes.geojson", f, "")
		if err != nil || len(faults) > 0 || len(lines) != 83 {
			t.Fatalf("%d shapes, %v, %v", len(lines), faults, err)
		}
		var p *org.BoundariesPlan
		err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			p, err = org.PlanBoundaries(ctx, tx, system, on, lines)
			return err
		})
		if err != nil || len(p.Errors) > 0 {
			t.Fatal(p.Errors, err)
		}
		if err := org.CommitBoundaries(ctx, s, system, p, nil); err != nil {
			t.Fatal(err)
		}
		err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			drawn := 0
			for code, want := range map[string]int{"11": 45, "12": 38} {
				top, err := org.Resolve(ctx, tx, code, on)
				if err != nil {
					return err
				}
				children, err := org.Children(ctx, tx, top.ID, on)
				if err != nil {
					return err
				}
				var ids []id.ID
				for _, u := range children {
					ids = append(ids, u.ID)
				}
				shapes, err := org.Boundaries(ctx, tx, ids, on)
				if err != nil {
					return err
				}
				paths, height := org.Outline(shapes, 1000)
				size := 0
				for _, path := range paths {
					size += len(path.D)
				}
				if len(paths) != want || height < 300 || size > 40_000 {
					t.Errorf("%s: %d paths, height %d, %d bytes", code, len(paths), height, size)
				}
				drawn += len(paths)
			}
			t.Logf("%d communes drawn", drawn)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
