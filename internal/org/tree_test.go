package org_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

// A small invented land of the form of the real one: the district tier ends on 1 July
// 2025, codes are used again for other communes, one commune is split.
var (
	before = day.MustParse("2025-03-01")
	merger = day.MustParse("2025-07-01")
	system = access.System(1)

	provincesBefore = list("81 Tỉnh Mây Trắng", "82 Tỉnh Núi Đỏ")
	districtsBefore = list("811 Huyện Khe Sâu 81", "812 Huyện Đồi Gió 81", "821 Huyện Suối Lạnh 82")
	communesBefore  = list("08101 Xã Nà Lặng 811 81", "08104 Xã Pú Nhọn 811 81", "08107 Thị trấn Đồi Gió 812 81",
		"08110 Xã Mường Xa 812 81", "08201 Xã Suối Lạnh 821 82", "08204 Xã Bản Cao 821 82")
	provincesAfter = list("81 Tỉnh Mây Trắng")
	communesAfter  = list("08107 Xã Đồi Gió 81", "08110 Xã Mường Xa 81", "08201 Xã Bản Cao 81")
	mapLines       = []org.MapLine{
		{Row: 2, Old: "08101", New: "08107", Part: "whole"}, {Row: 3, Old: "08104", New: "08107", Part: "split"},
		{Row: 4, Old: "08104", New: "08110", Part: "split"}, {Row: 5, Old: "08107", New: "08107", Part: "whole"},
		{Row: 6, Old: "08110", New: "08110", Part: "whole"}, {Row: 7, Old: "08201", New: "08201"},
		{Row: 8, Old: "08204", New: "08201"}, {Row: 9, Old: "", OldDistrict: "821", New: "08201"},
	}
)

// list reads "code Full Name district province" lines; the codes of the units above are at the end.
func list(lines ...string) []org.UnitLine {
	var all []org.UnitLine
	for i, line := range lines {
		words := strings.Fields(line)
		u := org.UnitLine{Row: i + 2, Code: words[0]}
		end := len(words)
		if last := words[end-1]; len(last) == 2 && last[0] == '8' {
			u.ProvinceCode, end = last, end-1
		}
		if last := words[end-1]; len(last) == 3 && last[0] == '8' {
			u.DistrictCode, end = last, end-1
		}
		u.FullName = strings.Join(words[1:end], " ")
		all = append(all, u)
	}
	return all
}

type step struct {
	name string
	plan func(context.Context, *store.Tx) (*org.Plan, error)
}

func units(on day.Day, lines []org.UnitLine) func(context.Context, *store.Tx) (*org.Plan, error) {
	return func(ctx context.Context, tx *store.Tx) (*org.Plan, error) {
		return org.PlanUnits(ctx, tx, system, org.UnitsIn{On: on, Lines: lines})
	}
}

var land = []step{
	{"provinces before", units(before, provincesBefore)},
	{"districts before", units(before, districtsBefore)},
	{"communes before", units(before, communesBefore)},
	{"provinces after", units(merger, provincesAfter)},
	{"communes after", units(merger, communesAfter)},
	{"map", func(ctx context.Context, tx *store.Tx) (*org.Plan, error) {
		return org.PlanMap(ctx, tx, system, org.MapIn{On: merger, Lines: mapLines})
	}},
	{"close districts", func(ctx context.Context, tx *store.Tx) (*org.Plan, error) {
		return org.PlanClose(ctx, tx, system, org.CloseIn{Kind: org.District, On: merger})
	}},
}

type fataler interface {
	Helper()
	Fatal(...any)
}

func run(t fataler, s *store.Store, st step) *org.Plan {
	t.Helper()
	ctx := context.Background()
	var p *org.Plan
	err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = st.plan(ctx, tx)
		return err
	})
	if err != nil {
		t.Fatal(st.name, err)
	}
	if len(p.Errors) > 0 {
		t.Fatal(st.name, p.Errors[0].Row, p.Errors[0].Fault)
	}
	if err := org.Commit(ctx, s, system, p, nil); err != nil {
		t.Fatal(st.name, err)
	}
	return p
}

func readDB(t fataler, s *store.Store, f func(context.Context, *store.Tx) error) {
	t.Helper()
	if err := s.Read(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

// picture writes everything that is known of the tree, without ids.
func picture(t fataler, s *store.Store) []string {
	t.Helper()
	var lines []string
	readDB(t, s, func(ctx context.Context, tx *store.Tx) error {
		type row struct {
			A, B, C, D string
			From       day.Day
			Until      day.Day
		}
		for _, query := range []string{
			`SELECT 'period', u.code, u.full_name, COALESCE(p.kind, '') || ' ' || COALESCE(p.code, '') || ' ' || COALESCE(p.full_name, ''), u.from_day, u.until_day
				FROM unit_period u LEFT JOIN unit p ON p.id = u.parent`,
			`SELECT 'closure', a.full_name, d.full_name || ' ' || d.code, CAST(c.depth AS TEXT), c.from_day, c.until_day
				FROM unit_closure c JOIN unit a ON a.id = c.ancestor JOIN unit d ON d.id = c.descendant`,
			`SELECT 'heir ' || s.part, a.full_name || ' ' || a.code, d.full_name || ' ' || d.code, '', s.on_day, s.on_day
				FROM unit_succession s JOIN unit a ON a.id = s.old_unit JOIN unit d ON d.id = s.new_unit`,
		} {
			rows, err := store.All[row](ctx, tx, query)
			if err != nil {
				return err
			}
			for _, r := range rows {
				lines = append(lines, fmt.Sprint(r))
			}
		}
		return nil
	})
	slices.Sort(lines)
	return lines
}

func names(units []org.Unit) string {
	var all []string
	for _, u := range units {
		all = append(all, u.FullName)
	}
	return strings.Join(all, " > ")
}

func TestTheTreeOfEachDay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for _, st := range land {
			run(t, s, st)
		}
		lastDay := merger.Add(-1)
		readDB(t, s, func(ctx context.Context, tx *store.Tx) error {
			for _, c := range []struct {
				code string
				on   day.Day
				path string
			}{
				{"08101", lastDay, "Tỉnh Mây Trắng > Huyện Khe Sâu > Xã Nà Lặng"},
				{"08201", lastDay, "Tỉnh Núi Đỏ > Huyện Suối Lạnh > Xã Suối Lạnh"},
				{"08201", merger, "Tỉnh Mây Trắng > Xã Bản Cao"}, // the code of another commune
				{"08110", lastDay, "Tỉnh Mây Trắng > Huyện Đồi Gió > Xã Mường Xa"},
				{"08110", merger, "Tỉnh Mây Trắng > Xã Mường Xa"},
			} {
				u, err := org.Resolve(ctx, tx, c.code, c.on)
				if err != nil {
					return err
				}
				path, err := org.Path(ctx, tx, u.ID, c.on)
				if err != nil {
					return err
				}
				if got := names(path); got != c.path {
					t.Errorf("%s on %s: %s, want %s", c.code, c.on, got, c.path)
				}
			}
			old, err := org.Resolve(ctx, tx, "08104", lastDay)
			if err != nil {
				return err
			}
			now, err := org.Today(ctx, tx, old.ID, merger)
			if err != nil {
				return err
			}
			slices.SortFunc(now, func(a, b org.Unit) int { return strings.Compare(a.Code, b.Code) })
			if got := names(now); got != "Xã Đồi Gió > Xã Mường Xa" {
				t.Errorf("Pú Nhọn became %s", got)
			}
			// Kind, code and full name agree: one unit before and after, no heir of itself.
			same, err := org.Resolve(ctx, tx, "08110", lastDay)
			if err != nil {
				return err
			}
			again, err := org.Resolve(ctx, tx, "08110", merger)
			if err != nil {
				return err
			}
			if heirs, err := org.Heirs(ctx, tx, same.ID); err != nil || same.ID != again.ID || len(heirs) != 0 {
				t.Errorf("Mường Xa: ids %s and %s, heirs %v, %v", same.ID, again.ID, heirs, err)
			}
			for _, c := range []struct {
				on                             day.Day
				provinces, districts, communes int
			}{{before.Add(-1), 0, 0, 0}, {before, 2, 3, 6}, {lastDay, 2, 3, 6}, {merger, 1, 0, 3}} {
				tree, err := org.TreeOn(ctx, tx, c.on)
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
			return nil
		})
	})
}

func TestTheSameFileTwiceChangesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for _, st := range land {
			run(t, s, st)
		}
		once := picture(t, s)
		var ids []id.ID
		readDB(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
			ids, err = store.All[id.ID](ctx, tx, `SELECT id FROM unit ORDER BY id`)
			return err
		})
		for _, st := range land {
			if p := run(t, s, st); p.Changes() {
				t.Errorf("%s again: %+v", st.name, p)
			}
		}
		if diff := cmp.Diff(once, picture(t, s)); diff != "" {
			t.Error(diff)
		}
		readDB(t, s, func(ctx context.Context, tx *store.Tx) error {
			again, err := store.All[id.ID](ctx, tx, `SELECT id FROM unit ORDER BY id`)
			if !slices.Equal(ids, again) {
				t.Error("units changed their ids")
			}
			return err
		})
	})
}

func TestOrderOfImportsDoesNotMatter(t *testing.T) {
	reference := storetest.Open(t, store.SQLite, nil)
	for _, st := range land {
		run(t, reference, st)
	}
	want := picture(t, reference)
	inOrder := func(t fataler, s *store.Store, order []step) {
		t.Helper()
		for _, st := range order {
			run(t, s, st)
		}
		if diff := cmp.Diff(want, picture(t, s)); diff != "" {
			t.Fatal(diff)
		}
	}
	// grow_test.go tries the rule on random histories; here a few orders show that the tables follow it.
	for seed := range uint64(12) {
		engine := store.SQLite
		if seed%4 == 0 {
			engine = store.Postgres
		}
		order := slices.Clone(land)
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		inOrder(t, storetest.Open(t, engine, nil), order)
	}
}

func TestAListIsWhole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for _, st := range land[:3] {
			run(t, s, st)
		}
		// A list of the communes of province 81 alone: those of 82 stay.
		on := day.MustParse("2025-05-01")
		p := run(t, s, step{"81 alone", units(on, list("08101 Xã Nà Lặng 811 81", "08110 Xã Mường Xa 812 81"))})
		if p.Ended != 2 || p.New != 0 || p.Same != 2 {
			t.Errorf("plan: %+v", p)
		}
		readDB(t, s, func(ctx context.Context, tx *store.Tx) error {
			tree, err := org.TreeOn(ctx, tx, on)
			if err != nil {
				return err
			}
			for _, c := range []struct {
				code string
				in   bool
			}{{"08101", true}, {"08104", false}, {"08107", false}, {"08110", true}, {"08201", true}, {"08204", true}} {
				if _, in := tree.Find(org.Commune, c.code); in != c.in {
					t.Errorf("%s in force: %v", c.code, in)
				}
			}
			return nil
		})
	})
}

func TestWrongRowsStopAList(t *testing.T) {
	s := storetest.Open(t, store.SQLite, nil)
	ctx := context.Background()
	var p *org.Plan
	readDB(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
		lines := list("81 Tỉnh Mây Trắng", "08101 Xã Nà Lặng 81", "08101 Xã Nà Lặng Hai 81", "08102 Vùng Lạ 81")
		lines = append(lines, org.UnitLine{Row: 6, FullName: "Xã Không Mã"}, org.UnitLine{Row: 7, Code: "1"})
		p, err = org.PlanUnits(ctx, tx, system, org.UnitsIn{On: before, Lines: lines})
		return err
	})
	var got []string
	for _, e := range p.Errors {
		got = append(got, fmt.Sprint(e.Row, " ", e.Fault.Code))
	}
	want := []string{"4 org.code-twice", "5 org.unknown-kind-word", "6 org.no-code", "7 org.no-name"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if err := org.Commit(ctx, s, system, p, nil); !fault.HasCode(err, "org.list-has-errors") {
		t.Errorf("commit: %v", err)
	}
	if lines := picture(t, s); len(lines) != 0 {
		t.Errorf("something was kept: %v", lines)
	}
}

func TestKindWords(t *testing.T) {
	s := storetest.Open(t, store.SQLite, nil)
	run(t, s, step{"words", units(before, []org.UnitLine{
		{Row: 2, Code: "01", FullName: "Thành phố Trên"}, {Row: 3, Code: "001", FullName: "Thành phố Dưới", ProvinceCode: "01"},
		{Row: 4, Code: "002", FullName: "Thị Xã Bên", ProvinceCode: "01"}, {Row: 5, Code: "00001", FullName: "Đặc khu Đảo", ProvinceCode: "01"},
		{Row: 6, Code: "v1", FullName: "Bản Na", CommuneCode: "00001"}, {Row: 7, Code: "00002", Name: "Một", Word: "Thị trấn", ProvinceCode: "01"},
	})})
	readDB(t, s, func(ctx context.Context, tx *store.Tx) error {
		tree, err := org.TreeOn(ctx, tx, before)
		if err != nil {
			return err
		}
		for code, kind := range map[string]org.Kind{"01": "province", "001": "district", "002": "district", "00001": "commune", "v1": "village", "00002": "commune"} {
			if _, ok := tree.Find(kind, code); !ok {
				t.Errorf("%s is no %s", code, kind)
			}
		}
		u, _ := tree.Find("commune", "00002")
		if u.FullName != "Thị trấn Một" || u.Name != "Một" || u.Word != "Thị trấn" {
			t.Errorf("got %+v", u)
		}
		return nil
	})
}

func TestReferenceThenWholeCountry(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		early := day.MustParse("2019-08-01")
		for range 2 {
			if err := org.InstallReference(ctx, s, system, early, nil); err != nil {
				t.Fatal(err)
			}
		}
		// A list of provinces that came before or comes after does not end the shipped ones wrongly.
		run(t, s, step{"provinces", units(before, append(list("81 Tỉnh Mây Trắng"), org.UnitLine{Row: 3, Code: "11", FullName: "Tỉnh Điện Biên"}))})
		readDB(t, s, func(ctx context.Context, tx *store.Tx) error {
			for _, c := range []struct {
				code, on, path string
			}{
				{"03263", "2020-05-29", "Tỉnh Điện Biên > Huyện Tuần Giáo > Xã Nà Tòng"},
				{"03263", "2025-06-30", "Tỉnh Điện Biên > Huyện Tuần Giáo > Xã Nà Tòng"},
				{"03217", "2025-07-01", "Tỉnh Điện Biên > Xã Tủa Chùa"},
				{"12", "2025-02-28", "Tỉnh Lai Châu"},
				{"12", "2025-07-01", "Tỉnh Lai Châu"},
			} {
				on := day.MustParse(c.on)
				u, err := org.Resolve(ctx, tx, c.code, on)
				if err != nil {
					return err
				}
				path, err := org.Path(ctx, tx, u.ID, on)
				if err != nil {
					return err
				}
				if got := names(path); got != c.path {
					t.Errorf("%s on %s: %s", c.code, c.on, got)
				}
			}
			tree, err := org.TreeOn(ctx, tx, before)
			if err != nil {
				return err
			}
			if _, in := tree.Find(org.Province, "12"); in {
				t.Error("a whole list of provinces that does not name Lai Châu must end it on its day")
			}
			found, err := org.Search(ctx, tx, "na tong", merger, 5)
			if got := names(found); err != nil || got != "Xã Nà Tòng > Xã Na Tông" {
				t.Errorf("search: %v, %v", got, err)
			}
			return nil
		})
	})
}
