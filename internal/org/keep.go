package org

import (
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// mapKind marks a row of unit_list that holds the lines of maps.
const mapKind = "map"

// kept is all that was imported about units.
type kept struct {
	listings []Listing
	maps     []Became
}

func loadKept(ctx context.Context, tx *store.Tx) (kept, error) {
	var k kept
	type row struct {
		Kind string
		On   day.Day
		Top  string
		Body string
	}
	rows, err := store.All[row](ctx, tx, sqlListings)
	if err != nil {
		return k, err
	}
	for _, r := range rows {
		lines, err := csv.NewReader(strings.NewReader(r.Body)).ReadAll()
		if err != nil {
			return k, fmt.Errorf("org: list %s of %s under %q: %w", r.Kind, r.On, r.Top, err)
		}
		if r.Kind == mapKind {
			for _, l := range lines {
				k.maps = append(k.maps, Became{r.On, l[0], l[1], l[2], Part(l[3])})
			}
			continue
		}
		listing := Listing{Kind: Kind(r.Kind), On: r.On, Top: r.Top}
		for _, l := range lines {
			listing.Units = append(listing.Units, Listed{l[0], l[1], l[2], l[3], l[4], l[5]})
		}
		k.listings = append(k.listings, listing)
	}
	return k, nil
}

func body(lines [][]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.WriteAll(lines); err != nil {
		panic(err) // a strings.Builder does not fail
	}
	return b.String()
}

func (l Listing) body() string {
	lines := make([][]string, len(l.Units))
	for i, u := range l.Units {
		lines[i] = []string{u.Code, u.FullName, u.Name, u.CommuneCode, u.DistrictCode, u.ProvinceCode}
	}
	return body(lines)
}

func mapBody(maps []Became) string {
	lines := make([][]string, len(maps))
	for i, m := range maps {
		lines[i] = []string{m.Old, m.OldDistrict, m.New, string(m.Part)}
	}
	return body(lines)
}

// with gives k after an import: a listing takes the place of one with the same kind, day
// and top; map lines are added to those of their day.
func (k kept) with(listings []Listing, maps []Became) kept {
	var after kept
	taken := map[string]bool{}
	for _, l := range listings {
		taken[l.key()] = true
	}
	for _, l := range k.listings {
		if !taken[l.key()] {
			after.listings = append(after.listings, l)
		}
	}
	after.listings = append(after.listings, listings...)
	after.maps = mergeMaps(k.maps, maps)
	return after
}

func (l Listing) key() string { return fmt.Sprintf("%s %s %s", l.Kind, l.On, l.Top) }

// mergeMaps adds lines; a line that is told again takes the newer part.
func mergeMaps(old, new []Became) []Became {
	merged := slices.Clone(old)
	at := map[Became]int{}
	for i, m := range merged {
		m.Part = ""
		at[m] = i
	}
	for _, m := range new {
		bare := m
		bare.Part = ""
		if i, ok := at[bare]; ok {
			merged[i].Part = m.Part
			continue
		}
		at[bare] = len(merged)
		merged = append(merged, m)
	}
	slices.SortFunc(merged, func(a, b Became) int {
		return strings.Compare(a.On.String()+a.Old+" "+a.OldDistrict+" "+a.New, b.On.String()+b.Old+" "+b.OldDistrict+" "+b.New)
	})
	return merged
}

// stored is what the tables hold of one unit.
type stored struct {
	id      id.ID
	periods []storedPeriod
	above   []storedAbove
}

type storedPeriod struct {
	From, Until day.Day
	Name        string
	Parent      id.ID
}

type storedAbove struct {
	Ancestor    id.ID
	From, Until day.Day
	Depth       int
}

type succession struct {
	Old, New id.ID
	On       day.Day
	Part     Part
}

func loadStored(ctx context.Context, tx *store.Tx) (map[identity]*stored, map[succession]bool, error) {
	units := map[identity]*stored{}
	byID := map[id.ID]*stored{}
	type unitRow struct {
		ID             id.ID
		Kind           Kind
		Code, FullName string
	}
	rows, err := store.All[unitRow](ctx, tx, sqlUnits)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		u := &stored{id: r.ID}
		units[identity{r.Kind, r.Code, r.FullName}], byID[r.ID] = u, u
	}
	type periodRow struct {
		Unit id.ID
		storedPeriod
	}
	err = tx.Each(ctx, func(row store.Row) error {
		var r periodRow
		err := row.Scan(&r.Unit, &r.From, &r.Until, &r.Name, &r.Parent)
		if err == nil {
			byID[r.Unit].periods = append(byID[r.Unit].periods, r.storedPeriod)
		}
		return err
	}, sqlPeriods)
	if err != nil {
		return nil, nil, err
	}
	err = tx.Each(ctx, func(row store.Row) error {
		var descendant id.ID
		var a storedAbove
		err := row.Scan(&descendant, &a.Ancestor, &a.From, &a.Until, &a.Depth)
		if err == nil {
			byID[descendant].above = append(byID[descendant].above, a)
		}
		return err
	}, sqlClosures)
	if err != nil {
		return nil, nil, err
	}
	all, err := store.All[succession](ctx, tx, sqlSuccessions)
	successions := map[succession]bool{}
	for _, s := range all {
		successions[s] = true
	}
	return units, successions, err
}
