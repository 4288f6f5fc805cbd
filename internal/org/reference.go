package org

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/store"
)

// The units of Điện Biên and Lai Châu before and after July 2025; see NOTICE and
// tools/units for where they come from.
//
//go:embed reference/*.tsv
var reference embed.FS

// TwoTiersFrom is the day from which there is no district tier (Luật Tổ chức chính quyền
// địa phương 2025).
var TwoTiersFrom = day.MustParse("2025-07-01")

// ReferenceFrom is the first day for which the shipped list of three tiers is known to be
// the law's. Earlier mergers are not in it.
var ReferenceFrom = day.MustParse("2025-03-01")

// InstallReference brings the units of Điện Biên and Lai Châu, before and after July 2025,
// into the tree. The older list holds from the day from: ReferenceFrom, or earlier in a
// demonstration, which is invented anyway. It can be run again and changes nothing then;
// lists of the whole country may come before or after it.
func InstallReference(ctx context.Context, db *store.Store, who access.Who, from day.Day, progress Progress) error {
	before, err := referenceUnits("units_before_2025-07.tsv")
	if err != nil {
		return err
	}
	after, err := referenceUnits("units_from_2025-07.tsv")
	if err != nil {
		return err
	}
	var maps []MapLine
	err = eachLine("map_2025-07.tsv", func(row int, c []string) {
		maps = append(maps, MapLine{row, c[0], "", c[1], c[2]})
	})
	if err != nil {
		return err
	}
	var plans []*Plan
	kept := map[string]bool{} // what an administrator has brought is not overwritten
	known := func(l Listing) bool { return kept[l.key()] }
	err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		plans = nil
		k, err := loadKept(ctx, tx)
		if err != nil {
			return err
		}
		for _, l := range k.listings {
			kept[l.key()] = true
		}
		for _, in := range []UnitsIn{{On: from, Lines: before, Partial: true}, {On: TwoTiersFrom, Lines: after, Partial: true}} {
			p, err := PlanUnits(ctx, tx, who, in)
			if err != nil {
				return err
			}
			plans = append(plans, p)
		}
		p, err := PlanMap(ctx, tx, who, MapIn{TwoTiersFrom, maps})
		if err != nil {
			return err
		}
		plans = append(plans, p)
		for _, l := range after {
			if l.ProvinceCode != "" {
				continue
			}
			p, err := PlanClose(ctx, tx, who, CloseIn{District, TwoTiersFrom, l.Code})
			if err != nil {
				return err
			}
			plans = append(plans, p)
		}
		return nil
	})
	if err != nil {
		return err
	}
	whole := plans[0]
	whole.listings = slices.DeleteFunc(whole.listings, known)
	whole.detail = map[string]any{"reference": "2025-07", "from": from}
	for _, p := range plans[1:] {
		whole.Errors = append(whole.Errors, p.Errors...)
		whole.listings = append(whole.listings, slices.DeleteFunc(p.listings, known)...)
		whole.maps = append(whole.maps, p.maps...)
	}
	return Commit(ctx, db, who, whole, progress)
}

func referenceUnits(file string) ([]UnitLine, error) {
	var lines []UnitLine
	err := eachLine(file, func(row int, c []string) {
		lines = append(lines, UnitLine{Row: row, Code: c[0], FullName: c[1], Word: c[2], Name: c[3], DistrictCode: c[4], ProvinceCode: c[5]})
	})
	return lines, err
}

func eachLine(file string, f func(row int, cells []string)) error {
	content, err := reference.ReadFile("reference/" + file)
	if err != nil {
		return fmt.Errorf("org: reference: %w", err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(content)), "\n") {
		if i > 0 {
			f(i+1, strings.Split(line, "\t"))
		}
	}
	return nil
}
