//go:build data

package exchange_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

// The New York counts come in whole: their sums, overall, by day and by school, are the
// file's to the unit, and a second import changes nothing.
func TestDataHeadcountsOfNewYork(t *testing.T) {
	file := shared(t, "attendance", "nyc_daily_counts_2018-09_2018-10.csv.gz")
	mapping, err := exchange.ParseMapping("School DBN=school,Date=date:20060102,Enrolled=enrolled,Absent=absent,Present=present,Released=released")
	if err != nil {
		t.Fatal(err)
	}
	table, err := exchange.OpenTable(file)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	_, lines, faults, err := exchange.ReadHeadcounts(table, mapping)
	if err != nil || len(faults) > 0 || len(lines) != 59399 {
		t.Fatalf("%d lines, %d faults, %v", len(lines), len(faults), err)
	}
	type sum struct{ enrolled, present, absent, released int }
	var whole sum
	byDay, bySchool := map[day.Day]sum{}, map[string]sum{}
	schools := "code,name,unit\n"
	for _, l := range lines {
		if _, seen := bySchool[l.School]; !seen {
			schools += fmt.Sprintf("%s,School %s,01\n", l.School, l.School)
		}
		add := func(s sum) sum {
			return sum{s.enrolled + *l.Enrolled, s.present + *l.Present, s.absent + *l.Absent, s.released + l.Count.Released}
		}
		whole = add(whole)
		byDay[l.Count.Day], bySchool[l.School] = add(byDay[l.Count.Day]), add(bySchool[l.School])
	}
	if whole != (sum{35322989, 32661495, 2594809, 66685}) {
		t.Fatalf("the file's own sums are %+v", whole)
	}
	period := day.Range{From: day.MustParse("2018-09-01"), Until: day.MustParse("2018-11-01")}
	clock := func() time.Time { return time.Date(2018, 11, 5, 8, 0, 0, 0, day.Place) }
	for _, engine := range storetest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			s, ctx, system := storetest.Open(t, engine, clock), context.Background(), access.System(1)
			err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, `INSERT INTO realm (realm, name, story, opened_at) VALUES (1, 'New York', '', $1)`, tx.Now())
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			importPlan(t, s, func(ctx context.Context, tx *store.Tx) (*org.Plan, error) {
				return org.PlanUnits(ctx, tx, system, org.UnitsIn{On: period.From, Kind: org.District,
					Lines: []org.UnitLine{{Row: 2, Code: "01", FullName: "District 01"}}})
			})
			list, err := exchange.ReadTable("schools.csv", strings.NewReader(schools))
			if err != nil {
				t.Fatal(err)
			}
			_, rows, faults, err := exchange.ReadSchools(list, nil)
			if err != nil || len(faults) > 0 {
				t.Fatal(err, faults)
			}
			var sp *org.SchoolsPlan
			err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				sp, err = org.PlanSchools(ctx, tx, system, rows)
				return err
			})
			if err != nil || len(sp.Errors) > 0 {
				t.Fatal(err, sp.Errors)
			}
			if err := org.CommitSchools(ctx, s, system, sp, nil); err != nil {
				t.Fatal(err)
			}
			for run, fresh := range []int{len(lines), 0} {
				var p *rollcall.HeadcountPlan
				began := time.Now()
				err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
					p, err = rollcall.PlanHeadcounts(ctx, tx, system, lines)
					return err
				})
				if err != nil || len(p.Errors) > 0 || p.New != fresh || p.Changed != 0 || p.New+p.Same != len(lines) {
					t.Fatalf("plan: %d new, %d same, %d changed, %d errors, %v", p.New, p.Same, p.Changed, len(p.Errors), err)
				}
				if err := rollcall.CommitHeadcounts(ctx, s, system, p, nil); err != nil {
					t.Fatal(err)
				}
				t.Logf("import %d of %d rows: %v", run+1, len(lines), time.Since(began))
			}
			err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				all, err := org.Schools(ctx, tx, system, period.Last())
				if err != nil {
					return err
				}
				ids, codes := make([]id.ID, len(all)), map[id.ID]string{}
				for i, school := range all {
					ids[i], codes[school.ID] = school.ID, school.Code
				}
				began := time.Now()
				figures, err := rollcall.Days(ctx, tx, 1, rollcall.Question{Schools: ids, Period: period, By: rollcall.ByDay})
				if err != nil {
					return err
				}
				t.Logf("%d figures by school and day: %v", len(figures), time.Since(began))
				began = time.Now()
				monthly, err := rollcall.Days(ctx, tx, 1, rollcall.Question{Schools: ids, Period: period, By: rollcall.ByMonth})
				if err != nil {
					return err
				}
				t.Logf("%d figures by school and month: %v", len(monthly), time.Since(began))
				var byMonth rollcall.Headcounts
				for _, f := range monthly {
					byMonth = byMonth.Plus(f.Headcounts)
				}
				if got := (sum{byMonth.Enrolled, byMonth.Present, byMonth.Absent, byMonth.Released}); got != whole || byMonth.SplitNumber != 0 {
					t.Errorf("by month %+v, the file has %+v", byMonth, whole)
				}
				var kept sum
				keptDays, keptSchools := map[day.Day]sum{}, map[string]sum{}
				for _, f := range figures {
					h := f.Headcounts
					add := func(s sum) sum {
						return sum{s.enrolled + h.Enrolled, s.present + h.Present, s.absent + h.Absent, s.released + h.Released}
					}
					kept = add(kept)
					keptDays[f.From], keptSchools[codes[f.School]] = add(keptDays[f.From]), add(keptSchools[codes[f.School]])
				}
				if kept != whole {
					t.Errorf("kept %+v, the file has %+v", kept, whole)
				}
				for d, want := range byDay {
					if keptDays[d] != want {
						t.Errorf("%s: kept %+v, the file has %+v", d, keptDays[d], want)
					}
				}
				for code, want := range bySchool {
					if keptSchools[code] != want {
						t.Errorf("%s: kept %+v, the file has %+v", code, keptSchools[code], want)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
