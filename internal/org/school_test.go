package org_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
)

var cast = access.System(apptest.Realm)

func planSchools(t *testing.T, h *apptest.House, who access.Who, lines []org.SchoolLine) *org.SchoolsPlan {
	t.Helper()
	var p *org.SchoolsPlan
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = org.PlanSchools(ctx, tx, who, lines)
		return err
	})
	return p
}

func importSchools(t *testing.T, h *apptest.House, lines []org.SchoolLine) *org.SchoolsPlan {
	t.Helper()
	p := planSchools(t, h, cast, lines)
	if err := org.CommitSchools(t.Context(), h.Store, cast, p, nil); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSchoolTypesAndLevels(t *testing.T) {
	for _, c := range []struct{ written, short, levels string }{
		{"TH", "TH", "TH"}, {"THCS", "THCS", "THCS"}, {"TH&THCS", "TH&THCS", "TH THCS"}, {"Trường Mầm non", "MN", "MN"},
		{"PTDTBT Tiểu học và THCS", "PTDTBT TH&THCS", "TH THCS"}, {"Phổ thông dân tộc bán trú THCS", "PTDTBT THCS", "THCS"},
		{"PTDTNT THPT", "PTDTNT THPT", "THPT"}, {"PTDTNT", "PTDTNT", "THCS THPT"}, {"THCS & THPT", "THCS&THPT", "THCS THPT"},
		{"GDNN-GDTX", "GDNN-GDTX", "GDTX GDNN"}, {"Mẫu giáo", "MG", "MN"}, {"", "", ""},
	} {
		short, levels, err := org.ParseType(c.written)
		if err != nil || short != c.short || levels != c.levels {
			t.Errorf("%q: got %q, %q, %v", c.written, short, levels, err)
		}
	}
	if _, _, err := org.ParseType("Học viện"); !fault.HasCode(err, "org.unknown-type") {
		t.Errorf("Học viện: %v", err)
	}
}

func TestImportSchools(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		lines := []org.SchoolLine{
			{Row: 2, Code: "TG-MN", Name: "Trường MN Mường Mùn", Unit: "03268", Type: "MN", From: day.MustParse("2019-08-01")},
			{Row: 3, Code: "TG-PT", Name: "Trường THPT Pú Nhung", Unit: "03283", Type: "THPT"},
			{Row: 4, Code: "TG-XX", Name: "Trường lạc", Unit: "99999", Type: "TH"},
			{Row: 5, Code: "TG-YY", Name: "Trường lạ", Unit: "03268", Type: "Học viện"},
			{Row: 6, Code: "", Name: "Không mã", Unit: "03268"},
			{Row: 7, Code: "TG-MN", Name: "Trường MN Mường Mùn 2", Unit: "03268", Type: "MN"},
			{Row: 8, Code: "MM-TH", Name: "Trường TH&THCS Mường Mùn", Unit: "03268", Type: "TH&THCS", From: day.MustParse("2020-01-01")},
		}
		p := importSchools(t, h, lines)
		var got []string
		for _, e := range p.Errors {
			got = append(got, fmt.Sprint(e.Row, " ", e.Fault.Code))
		}
		want := "4 org.no-unit, 5 org.unknown-type, 6 org.school-no-code, 7 org.code-twice"
		if joined := strings.Join(got, ", "); joined != want {
			t.Errorf("errors %s, want %s", joined, want)
		}
		if p.New != 2 || p.Changed != 1 {
			t.Errorf("plan %+v", p)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			upper, err := org.ResolveSchool(ctx, tx, cast, "TG-PT", tx.Today())
			if err != nil {
				return err
			}
			// A THPT stands in a commune and is managed by the Department of the province.
			if upper.LocatedIn != apptest.PuNhung || upper.ManagedBy != apptest.DienBien || upper.Levels != "THPT" {
				t.Errorf("THPT: %+v", upper)
			}
			kindergarten, err := org.ResolveSchool(ctx, tx, cast, "TG-MN", tx.Today())
			if err != nil {
				return err
			}
			if kindergarten.LocatedIn != apptest.MuongMun || kindergarten.ManagedBy != apptest.TuanGiao {
				t.Errorf("MN: %+v", kindergarten)
			}
			for _, c := range []struct{ on, name string }{{"2019-12-31", "Trường TH Mường Mùn"}, {"2020-01-01", "Trường TH&THCS Mường Mùn"}} {
				s, err := org.SchoolOn(ctx, tx, cast, apptest.MuongMunP, day.MustParse(c.on))
				if err != nil || s.Name != c.name {
					t.Errorf("on %s: %+v, %v", c.on, s, err)
				}
			}
			for _, c := range []struct {
				unit     id.ID
				relation org.Relation
				want     int
			}{{apptest.TuanGiao, org.Located, 5}, {apptest.TuanGiao, org.Managed, 4}, {apptest.DienBien, org.Managed, 5}, {apptest.PuNhung, org.Located, 2}, {apptest.MuongMun, org.Managed, 0}} {
				schools, err := org.SchoolsUnder(ctx, tx, cast, c.unit, tx.Today(), c.relation)
				if err != nil || len(schools) != c.want {
					t.Errorf("%s of %s: %d schools, want %d, %v", c.relation, c.unit, len(schools), c.want, err)
				}
			}
			return nil
		})
		good := []org.SchoolLine{lines[0], lines[1], lines[6]}
		if again := importSchools(t, h, good); again.New+again.Changed != 0 || again.Same != 3 {
			t.Errorf("the same rows again: %+v", again)
		}
	})
}

func TestWhoMayChangePlaces(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		lines := []org.SchoolLine{{Row: 2, Code: "X", Name: "Trường X", Unit: "03268", Type: "TH"}}
		if p := planSchools(t, h, apptest.Hoa.Who(), lines); len(p.Errors) != 1 || p.Errors[0].Fault.Kind != fault.Forbidden {
			t.Errorf("a teacher planned a school: %+v", p)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			for _, p := range []apptest.Person{apptest.Hoa, apptest.Son, apptest.Thuong} {
				_, err := org.PlanUnits(ctx, tx, p.Who(), org.UnitsIn{On: before, Lines: provincesBefore})
				if !fault.Is(err, fault.Forbidden) {
					t.Errorf("%s planned a list of units: %v", p.Login, err)
				}
				_, err = org.PlanMap(ctx, tx, p.Who(), org.MapIn{On: merger, Lines: mapLines})
				if !fault.Is(err, fault.Forbidden) {
					t.Errorf("%s planned a map: %v", p.Login, err)
				}
				_, err = org.PlanClose(ctx, tx, p.Who(), org.CloseIn{Kind: org.District, On: merger})
				if !fault.Is(err, fault.Forbidden) {
					t.Errorf("%s planned an end of the districts: %v", p.Login, err)
				}
				_, err = org.PlanBoundaries(ctx, tx, p.Who(), merger, nil)
				if !fault.Is(err, fault.Forbidden) {
					t.Errorf("%s planned boundaries: %v", p.Login, err)
				}
			}
			return nil
		})
		err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := org.OpenClass(ctx, tx, apptest.Lan.Who(), org.Class{School: apptest.MuongMunS, Year: 2019, Name: "9X", Level: "THCS", Grades: "9", From: apptest.YearStart})
			return err
		})
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("the principal of another school opened a class: %v", err)
		}
	})
}

func TestClasses(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		open := func(c org.Class) (made org.Class, err error) {
			err = h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				made, err = org.OpenClass(ctx, tx, apptest.Xuan.Who(), c)
				return err
			})
			return made, err
		}
		base := org.Class{School: apptest.MuongMunP, Year: 2019, Name: " 1+2  Bản Hồng ", Level: "TH", Grades: "1 2", From: apptest.YearStart, Until: apptest.YearEnd}
		combined, err := open(base)
		if err != nil {
			t.Fatal(err)
		}
		if !combined.Combined() || combined.Name != "1+2 Bản Hồng" {
			t.Errorf("got %+v", combined)
		}
		for code, spoil := range map[string]func(*org.Class){
			"org.class-exists":  func(*org.Class) {},
			"org.unknown-grade": func(c *org.Class) { c.Name, c.Grades = "x", "6" },
			"org.unknown-level": func(c *org.Class) { c.Name, c.Level = "x", "ĐH" },
			"org.class-name":    func(c *org.Class) { c.Name = " " },
			"org.class-time":    func(c *org.Class) { c.Name, c.Until = "x", c.From },
		} {
			c := base
			spoil(&c)
			if _, err := open(c); !fault.HasCode(err, code) {
				t.Errorf("%s: %v", code, err)
			}
		}
		renamed := combined
		renamed.Name, renamed.Grades = "1+2+3 Bản Hồng", "1 2 3"
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return org.ChangeClass(ctx, tx, apptest.Xuan.Who(), renamed)
		})
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			c, err := org.ClassNamed(ctx, tx, cast, apptest.MuongMunP, 2019, "1+2+3 Bản Hồng")
			if err != nil || c.ID != combined.ID || len(c.GradeList()) != 3 {
				t.Errorf("got %+v, %v", c, err)
			}
			all, err := org.Classes(ctx, tx, cast, apptest.MuongMunP, 2019)
			if err != nil || len(all) != 3 {
				t.Errorf("%d classes, %v", len(all), err)
			}
			if _, err := org.ClassByID(ctx, tx, access.System(2), combined.ID); !fault.HasCode(err, "org.no-class") {
				t.Errorf("another realm saw the class: %v", err)
			}
			return nil
		})
	})
}

func TestSitesZonesAndHolders(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		var site org.Site
		h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			site, err = org.OpenSite(ctx, tx, cast, org.Site{School: apptest.MuongMunP, Name: "Điểm Bản Lúm", Village: apptest.BanLum, From: apptest.YearStart})
			return err
		})
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return org.CloseSite(ctx, tx, cast, site.ID, apptest.YearEnd)
		})
		first, cut, end := day.MustParse("2017-01-01"), day.MustParse("2019-01-01"), day.MustParse("2021-01-01")
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			err := org.SetZone(ctx, tx, cast, apptest.MuongMun, org.ZoneSpan{Zone: "khu-vuc-3", From: first, Source: "QĐ thử 1"})
			if err != nil {
				return err
			}
			return org.SetZone(ctx, tx, cast, apptest.MuongMun, org.ZoneSpan{Zone: "khu-vuc-3", From: cut, Until: end, Source: "QĐ thử 2"})
		})
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			for on, want := range map[string]int{"2019-08-25": 0, "2020-01-01": 1, "2020-07-12": 0} {
				sites, err := org.Sites(ctx, tx, cast, apptest.MuongMunP, day.MustParse(on))
				if err != nil || len(sites) != want {
					t.Errorf("sites on %s: %v, %v", on, sites, err)
				}
			}
			for on, source := range map[day.Day]string{first: "QĐ thử 1", cut.Add(-1): "QĐ thử 1", cut: "QĐ thử 2", end.Add(-1): "QĐ thử 2", end: "QĐ thử 1"} {
				zones, err := org.ZonesOf(ctx, tx, apptest.MuongMun, on)
				if err != nil || len(zones) != 1 || zones[0].Source != source {
					t.Errorf("zones on %s: %v, %v", on, zones, err)
				}
			}
			if units, err := org.UnitsInZone(ctx, tx, "vung-cao", tx.Today()); err != nil || !slices.Equal(units, []id.ID{apptest.PuNhung}) {
				t.Errorf("highland: %v, %v", units, err)
			}
			if held, err := org.Held(ctx, tx, cast, tx.Today()); err != nil || !slices.Equal(held, []id.ID{apptest.DienBien}) {
				t.Errorf("held: %v, %v", held, err)
			}
			return nil
		})
		err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return org.SetZone(ctx, tx, cast, apptest.MuongMun, org.ZoneSpan{Zone: "khu-vuc-3", From: first})
		})
		if !fault.HasCode(err, "org.zone-source") {
			t.Errorf("a zone without a document: %v", err)
		}
	})
}

func TestBoundaries(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		box := func(x float64) orb.Polygon {
			return orb.Polygon{{{x, 21}, {x + 0.5, 21.00001}, {x + 1, 21}, {x + 1, 22}, {x, 22}, {x, 21}}}
		}
		lines := []org.BoundaryLine{
			{Row: 1, Code: "03268", Geometry: box(103)}, {Row: 2, Code: "03283", Geometry: box(104)},
			{Row: 3, Code: "00000", Geometry: box(105)}, {Row: 4, Code: "099", Geometry: orb.Point{1, 2}},
		}
		var p *org.BoundariesPlan
		h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
			p, err = org.PlanBoundaries(ctx, tx, cast, tx.Today(), lines)
			return err
		})
		if len(p.Errors) != 2 || p.Errors[0].Fault.Code != "org.no-unit" || p.Errors[1].Fault.Code != "org.no-shape" {
			t.Errorf("errors %+v", p.Errors)
		}
		for range 2 {
			if err := org.CommitBoundaries(t.Context(), h.Store, cast, p, nil); err != nil {
				t.Fatal(err)
			}
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			shapes, err := org.Boundaries(ctx, tx, []id.ID{apptest.MuongMun, apptest.PuNhung, apptest.TuanGiao}, tx.Today())
			if err != nil {
				return err
			}
			paths, height := org.Outline(shapes, 1000)
			if len(paths) != 2 || paths[0].Unit != apptest.MuongMun || paths[0].D != "M0 537L500 537L500 0L0 0L0 537Z" || height != 538 {
				t.Errorf("got %+v, height %d", paths, height)
			}
			if paths[1].LabelX != 750 {
				t.Errorf("label at %d", paths[1].LabelX)
			}
			return nil
		})
	})
}
