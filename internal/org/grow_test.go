package org

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ralop/internal/day"
)

// drawLand makes a random history: few codes and names, so that codes are used again,
// units move, end and come back.
func drawLand(t *rapid.T) []Listing {
	base := day.MustParse("2020-01-01")
	codes := map[Kind][]string{Province: {"1", "2", "3"}, District: {"11", "12", "21"}, Commune: {"111", "112", "211", "212"}}
	pick := func(kind Kind, orNone bool) string {
		choices := codes[kind]
		if orNone {
			choices = append([]string{""}, choices...)
		}
		return rapid.SampledFrom(choices).Draw(t, string(kind)+" code")
	}
	var all []Listing
	for range rapid.IntRange(1, 8).Draw(t, "lists") {
		kind := rapid.SampledFrom([]Kind{Province, District, Commune}).Draw(t, "kind")
		on := base.Add(rapid.IntRange(0, 5).Draw(t, "day"))
		if rapid.IntRange(0, 5).Draw(t, "closure") == 0 {
			all = append(all, Listing{Kind: kind, On: on, Top: Everywhere})
			continue
		}
		var lines []Listed
		named := map[string]bool{}
		for range rapid.IntRange(1, 4).Draw(t, "units") {
			u := Listed{Code: pick(kind, false), FullName: rapid.SampledFrom([]string{"Xã A", "Xã B"}).Draw(t, "name")}
			if named[u.Code] {
				continue
			}
			named[u.Code] = true
			if kind != Province {
				u.ProvinceCode = pick(Province, false)
			}
			if kind == Commune {
				u.DistrictCode = pick(District, true)
			}
			lines = append(lines, u)
		}
		all = append(all, Gather(on, map[Kind][]Listed{kind: lines})...)
	}
	// As the database keeps them: one listing for a kind, day and top.
	var k kept
	for _, l := range all {
		k = k.with([]Listing{l}, nil)
	}
	return k.listings
}

func TestGrownTreeIsATree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		listings := drawLand(t)
		tree := grow(listings, nil)
		shuffled := rapid.Permutation(listings).Draw(t, "order")
		if a, b := fmt.Sprint(flat(tree)), fmt.Sprint(flat(grow(shuffled, nil))); a != b {
			t.Fatalf("the order matters:\n%s\n%s", a, b)
		}
		base := day.MustParse("2020-01-01")
		for on := base.Add(-1); on < base.Add(8); on++ {
			checkDay(t, tree, listings, on)
		}
	})
}

// flat writes a tree in one order.
func flat(tree *grown) []string {
	var all []string
	for _, unit := range slices.SortedFunc(maps.Keys(tree.spans), compareIdentities) {
		for _, s := range tree.spans[unit] {
			parent := "-"
			if s.parent != nil {
				parent = fmt.Sprint(*s.parent)
			}
			all = append(all, fmt.Sprint(unit, s.Range, s.name, parent))
		}
	}
	return all
}

func checkDay(t *rapid.T, tree *grown, listings []Listing, on day.Day) {
	standing := map[identity]span{}
	byCode := map[ref]identity{}
	for unit, spans := range tree.spans {
		count := 0
		for _, s := range spans {
			if s.Has(on) {
				count++
				standing[unit] = s
			}
		}
		if count > 1 {
			t.Fatalf("%v stands %d times on %s", unit, count, on)
		}
		if count == 1 {
			at := ref{unit.kind, unit.code}
			if other, taken := byCode[at]; taken {
				t.Fatalf("%v and %v both hold %v on %s", unit, other, at, on)
			}
			byCode[at] = unit
		}
	}
	for unit, s := range standing {
		if s.parent == nil {
			continue
		}
		if _, stands := standing[*s.parent]; !stands {
			t.Fatalf("%v stands under %v, which does not stand on %s", unit, *s.parent, on)
		}
		if s.parent.kind.Rank() >= unit.kind.Rank() {
			t.Fatalf("%v stands under %v", unit, *s.parent)
		}
	}
	// A list is whole: of the units that have nothing above on the day of their list,
	// exactly the listed ones stand.
	for _, l := range listings {
		if l.Kind != Province || l.Top != "" || l.On != on {
			continue
		}
		listed := map[identity]bool{}
		for _, u := range l.Units {
			listed[identity{Province, u.Code, u.FullName}] = true
		}
		for unit := range standing {
			if unit.kind == Province && !listed[unit] {
				t.Fatalf("%v stands on %s though the list of that day does not name it", unit, on)
			}
		}
		for unit := range listed {
			if _, stands := standing[unit]; !stands {
				t.Fatalf("%v is listed on %s and does not stand", unit, on)
			}
		}
	}
}

func TestVillagesHangOnTheirCommune(t *testing.T) {
	from, later, end := day.MustParse("2024-01-01"), day.MustParse("2024-06-01"), day.MustParse("2025-07-01")
	listings := slices.Concat(
		Gather(from, map[Kind][]Listed{Province: {{Code: "1", FullName: "Tỉnh A"}}}),
		Gather(from, map[Kind][]Listed{Commune: {{Code: "11", FullName: "Xã B", ProvinceCode: "1"}, {Code: "12", FullName: "Xã C", ProvinceCode: "1"}}}),
		Gather(from, map[Kind][]Listed{Village: {{Code: "b1", FullName: "Bản Một", CommuneCode: "11"}, {Code: "c1", FullName: "Bản Hai", CommuneCode: "12"}}}),
		// A village list of one commune says nothing of the others' villages.
		Gather(later, map[Kind][]Listed{Village: {{Code: "b2", FullName: "Bản Mới", CommuneCode: "11"}}}),
		// The code 11 goes to another commune: the old villages do not go with the code.
		Gather(end, map[Kind][]Listed{Commune: {{Code: "11", FullName: "Xã D", ProvinceCode: "1"}}}),
	)
	want := []string{
		"{commune 11 Xã B} 2024-01-01–2025-07-01", "{commune 11 Xã D} 2025-07-01–9999-12-31", "{commune 12 Xã C} 2024-01-01–2025-07-01",
		"{province 1 Tỉnh A} 2024-01-01–9999-12-31", "{village b1 Bản Một} 2024-01-01–2024-06-01",
		"{village b2 Bản Mới} 2024-06-01–2025-07-01", "{village c1 Bản Hai} 2024-01-01–2025-07-01",
	}
	var got []string
	for unit, spans := range grow(listings, nil).spans {
		for _, s := range spans {
			got = append(got, fmt.Sprintf("%v %s–%s", unit, s.From, s.Until))
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestACorrectedListOfTheSameDay(t *testing.T) {
	on := day.MustParse("2024-01-01")
	first := Gather(on, map[Kind][]Listed{Province: {{Code: "1", FullName: "Tỉnh A"}, {Code: "2", FullName: "Tỉnh Nhầm"}}})
	mended := Gather(on, map[Kind][]Listed{Province: {{Code: "1", FullName: "Tỉnh A"}, {Code: "2", FullName: "Tỉnh Đúng"}}})
	tree := grow(kept{}.with(first, nil).with(mended, nil).listings, nil)
	if len(tree.spans) != 2 || len(tree.spans[identity{Province, "2", "Tỉnh Đúng"}]) != 1 {
		t.Errorf("got %v", flat(tree))
	}
}
