package benefit_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/benefit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/text"
)

var year = day.Range{From: day.MustParse("2019-09-01"), Until: day.MustParse("2020-06-01")}

// named names a pupil by her code; number 7 by her name only, which number 8 has too.
func named(n int) student.Named {
	if n == 7 {
		return student.Named{Name: apptest.PupilName(apptest.Class8A, n), Class: "8A"}
	}
	return student.Named{Code: fmt.Sprintf("11%08d", apptest.Pupil(apptest.Class8A, n)), Name: apptest.PupilName(apptest.Class8A, n)}
}

func plan(t *testing.T, h *apptest.House, who access.Who, lines ...benefit.Line) (planned []benefit.Planned, err error) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) error {
		var l *benefit.List
		if l, err = benefit.Begin(ctx, tx, who, benefit.ListIn{School: apptest.MuongMunS, Period: year, Paper: "12/QĐ-UBND"}); err == nil {
			planned, err = l.Plan(ctx, tx, lines)
		}
		return nil
	})
	return planned, err
}

func codes(planned []benefit.Planned) (all []string) {
	for _, p := range planned {
		if p.Fault != nil {
			all = append(all, p.Fault.Code)
		}
	}
	return all
}

func TestListOfBeneficiaries(t *testing.T) {
	months := []day.Day{day.MustParse("2019-09-01"), day.MustParse("2019-10-01")}
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		clerk := apptest.Mai.Who()
		lines := []benefit.Line{
			{Row: 2, Pupil: named(1), Scheme: "Ăn bán trú", Ground: "Hộ nghèo", Months: months, Dong: 596000},
			{Row: 3, Pupil: named(1), Scheme: "GẠO", Months: months, Grams: 15000},
			{Row: 4, Pupil: named(2), Scheme: "chi phí học tập", Ground: "cận nghèo"},
			{Row: 5, Pupil: named(1), Scheme: "gạo"},
			{Row: 6, Pupil: named(3), Scheme: "xe đạp"},
			{Row: 7, Pupil: named(3), Scheme: "gạo", Ground: "vui"},
			{Row: 8, Pupil: named(3), Scheme: "gạo", From: day.MustParse("2010-09-01"), Until: day.MustParse("2011-05-01")},
			{Row: 9, Pupil: named(7), Scheme: "gạo"},
			{Row: 10, Pupil: named(4), Scheme: "gạo", Months: []day.Day{day.MustParse("2020-08-01")}},
		}
		planned, err := plan(t, h, clerk, lines...)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"benefit.twice", "benefit.unknown-scheme", "benefit.unknown-ground", "benefit.scheme-then", "student.several", "benefit.month-outside"}
		if got := codes(planned); !slices.Equal(got, want) {
			t.Fatalf("faults %v, want %v", got, want)
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return benefit.Put(ctx, tx, clerk, apptest.MuongMunS, planned)
		})
		again, _ := plan(t, h, clerk, lines[:3]...)
		for _, p := range again {
			if !p.Same() {
				t.Errorf("row %d the second time: %+v", p.Row, p)
			}
		}
		// A longer spell and a month more are changes; another spell over it is not.
		lines[0].Until, lines[1].Months = day.MustParse("2020-07-01"), append(months, day.MustParse("2019-11-01"))
		lines[2].From = day.MustParse("2020-01-01")
		changed, _ := plan(t, h, clerk, lines[:3]...)
		if !changed[0].Changed() || changed[0].Was.Until == changed[0].Is.Until || len(changed[1].Months) != 1 || codes(changed)[0] != "benefit.overlaps" {
			t.Errorf("%+v", changed)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			pupil := apptest.Pupil(apptest.Class8A, 1)
			for _, p := range apptest.Everyone {
				benefits, paid, err := benefit.Of(ctx, tx, p.Who(), pupil)
				sees := slices.Contains([]string{"hoa", "mai", "son", "vinh", "sua"}, p.Login) // the school, and who protects the child where it lives
				if p.Login == "dua" {
					sees = false
				}
				if sees != (err == nil) || sees && (len(benefits) != 2 || len(paid) != 4) {
					t.Errorf("%s: %d benefits, %d months, %v", p.Login, len(benefits), len(paid), err)
				}
			}
			all, _, err := benefit.At(ctx, tx, clerk, access.School(apptest.MuongMunS), year)
			if err != nil || len(all) != 3 {
				t.Fatalf("the school has %d, %v", len(all), err)
			}
			for _, one := range all {
				if one.Name == "" || one.ClassName != "8A" || one.Grade != "8" {
					t.Errorf("%+v", one)
				}
			}
			if other, _, err := benefit.At(ctx, tx, clerk, access.Class(apptest.Class8B), year); err != nil || len(other) != 0 {
				t.Errorf("8B has %d, %v", len(other), err)
			}
			if own, _, err := benefit.At(ctx, tx, apptest.Hoa.Who(), access.Class(apptest.Class8A), year); err != nil || len(own) != 3 {
				t.Errorf("8A has %d for its teacher, %v", len(own), err)
			}
			return nil
		})
		for _, p := range []apptest.Person{apptest.Hoa, apptest.Lan, apptest.Sua, apptest.Quan, apptest.Thuong} {
			if _, err := plan(t, h, p.Who(), lines...); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s may bring in a list: %v", p.Login, err)
			}
		}
	})
}

func TestMonthsWithoutPayment(t *testing.T) {
	b := benefit.Benefit{Scheme: "rice", From: day.MustParse("2019-08-26"), Until: day.MustParse("2020-07-12")}
	var paid []benefit.Month
	for _, month := range []string{"2019-09-01", "2019-10-01", "2020-02-01"} {
		paid = append(paid, benefit.Month{Month: day.MustParse(month)})
	}
	within := day.Range{From: day.MustParse("2019-08-01"), Until: day.MustParse("2020-04-01")}
	var months []string
	for _, m := range b.Unpaid(paid, within) {
		months = append(months, m.String())
	}
	if want := []string{"2019-11-01", "2019-12-01", "2020-01-01", "2020-03-01"}; !slices.Equal(months, want) {
		t.Errorf("unpaid %v, want %v", months, want)
	}
	all := paid
	for range 6 {
		all = append(all, benefit.Month{Month: day.MustParse("2018-09-01")})
	}
	if got := b.Unpaid(all, within); len(got) != 0 {
		t.Errorf("nine months were paid and %v are missing", got)
	}
}

func TestSchemesAreDated(t *testing.T) {
	for _, s := range benefit.Schemes() {
		if s.Name(text.Vietnamese) == "" || s.Name(text.English) == string(s) {
			t.Errorf("%s has no name", s)
		}
		if again, ok := benefit.ParseScheme(s.Name(text.Vietnamese)); !ok || again != s {
			t.Errorf("the name of %s is read as %s", s, again)
		}
		if _, ok := s.On(day.MustParse("2025-12-01")); !ok {
			t.Errorf("%s has no rule of today", s)
		}
	}
	for _, g := range benefit.Grounds() {
		if again, ok := benefit.ParseGround(g.Name(text.Vietnamese)); !ok || again != g {
			t.Errorf("the name of %s is read as %s", g, again)
		}
	}
	before, _ := benefit.Scheme("boarding-meals").On(day.MustParse("2025-04-30"))
	after, _ := benefit.Scheme("boarding-meals").On(day.MustParse("2025-05-01"))
	if before.Source == after.Source || after.Dong != 936000 {
		t.Errorf("%+v, %+v", before, after)
	}
}
