package org_test

import (
	"context"
	"testing"

	"ralop/internal/day"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

// On 1 July 2025 schools stand in the new communes and are managed by them; what was
// managed by the province stays so; what went two ways is left to a person.
func TestSchoolsFollowTheirUnits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for _, st := range land {
			run(t, s, st)
		}
		ctx := context.Background()
		err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO realm (realm, name, story, opened_at) VALUES (1, 'Mây Trắng', '', $1)`, tx.Now())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		plan := func(f func(context.Context, *store.Tx) (*org.SchoolsPlan, error)) (p *org.SchoolsPlan) {
			readDB(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
				p, err = f(ctx, tx)
				return err
			})
			if err := org.CommitSchools(ctx, s, system, p, nil); err != nil {
				t.Fatal(err)
			}
			return p
		}
		p := plan(func(ctx context.Context, tx *store.Tx) (*org.SchoolsPlan, error) {
			return org.PlanSchools(ctx, tx, system, []org.SchoolLine{
				{Row: 2, Code: "A", Name: "Trường TH Nà Lặng", Type: "TH", Unit: "08101", From: before},
				{Row: 3, Code: "B", Name: "Trường THPT Khe Sâu", Type: "THPT", Unit: "08101", From: before},
				{Row: 4, Code: "C", Name: "Trường TH Mường Xa", Type: "TH", Unit: "08110", From: before},
				{Row: 5, Code: "D", Name: "Trường TH Pú Nhọn", Type: "TH", Unit: "08104", From: before},
			})
		})
		if p.New != 4 {
			t.Fatalf("schools: %+v", p)
		}
		follow := func(ctx context.Context, tx *store.Tx) (*org.SchoolsPlan, error) {
			return org.PlanFollow(ctx, tx, system, merger)
		}
		p = plan(follow)
		if p.Changed != 3 || len(p.Errors) != 1 || p.Errors[0].Fault.Code != "org.school-heir-unclear" {
			t.Errorf("follow: %+v", p)
		}
		readDB(t, s, func(ctx context.Context, tx *store.Tx) error {
			for _, c := range []struct {
				code            string
				on              day.Day
				place, managers string
			}{
				{"A", merger.Add(-1), "Xã Nà Lặng", "Huyện Khe Sâu"}, {"A", merger, "Xã Đồi Gió", "Xã Đồi Gió"},
				{"B", merger.Add(-1), "Xã Nà Lặng", "Tỉnh Mây Trắng"}, {"B", merger, "Xã Đồi Gió", "Tỉnh Mây Trắng"},
				{"C", merger.Add(-1), "Xã Mường Xa", "Huyện Đồi Gió"}, {"C", merger, "Xã Mường Xa", "Xã Mường Xa"},
			} {
				school, err := org.ResolveSchool(ctx, tx, system, c.code, c.on)
				if err != nil {
					return err
				}
				place, err := org.UnitOn(ctx, tx, school.LocatedIn, c.on)
				if err != nil {
					return err
				}
				manager, err := org.UnitOn(ctx, tx, school.ManagedBy, c.on)
				if err != nil {
					return err
				}
				if place.FullName != c.place || manager.FullName != c.managers {
					t.Errorf("%s on %s: in %s, managed by %s", c.code, c.on, place.FullName, manager.FullName)
				}
			}
			return nil
		})
		if again := plan(follow); again.Changed != 0 || again.Same != 3 {
			t.Errorf("follow again: %+v", again)
		}
	})
}
