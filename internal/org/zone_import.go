package org

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// ZoneLine is a row of a decision's list: the unit of a code is in a zone for a time.
type ZoneLine struct {
	Row         int
	Code, Zone  string
	From, Until day.Day // Until 0: no end is said
	Source      string
}

// ZonesPlan is what an import of zones would do.
type ZonesPlan struct {
	Rows      int
	Errors    []RowFault
	New, Same int

	lines []plannedZone
}

type plannedZone struct {
	unit id.ID
	span ZoneSpan
}

// PlanZones plans the import of a decision's list. Good rows go in, bad ones do not.
//
// Faults of rows: org.no-unit, org.ambiguous-code, org.unknown-zone, org.zone-source,
// org.zone-time.
func PlanZones(ctx context.Context, tx *store.Tx, who access.Who, lines []ZoneLine) (*ZonesPlan, error) {
	if _, err := access.May(ctx, tx, who, access.ChangeUnits, access.Realm()); err != nil {
		return nil, err
	}
	p := &ZonesPlan{Rows: len(lines)}
	for _, l := range lines {
		span := ZoneSpan{Zone: l.Zone, From: l.From, Until: l.Until, Source: viet.Clean(l.Source)}
		unit, same, err := planZone(ctx, tx, l.Code, &span)
		if f, ok := fault.Of(err); ok {
			p.Errors = append(p.Errors, RowFault{l.Row, f})
			continue
		}
		if err != nil {
			return nil, err
		}
		if same {
			p.Same++
			continue
		}
		p.New++
		p.lines = append(p.lines, plannedZone{unit, span})
	}
	return p, nil
}

func planZone(ctx context.Context, tx *store.Tx, code string, span *ZoneSpan) (unit id.ID, same bool, err error) {
	if err := span.check(); err != nil {
		return 0, false, err
	}
	u, err := Resolve(ctx, tx, code, span.From)
	if err != nil {
		return 0, false, err
	}
	if span.From < u.From || u.Until <= span.From {
		return 0, false, noUnit(code, span.From)
	}
	known, err := store.All[ZoneSpan](ctx, tx, sqlZoneSpans, u.ID, span.Zone)
	return u.ID, slices.Contains(known, *span), err
}

// CommitZones writes the good rows of a plan, in slices.
func CommitZones(ctx context.Context, db *store.Store, who access.Who, p *ZonesPlan, progress Progress) error {
	done := 0
	for part := range slices.Chunk(p.lines, sliceRows) {
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			for _, l := range part {
				if err := SetZone(ctx, tx, who, l.unit, l.span); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if done += len(part); progress != nil {
			progress(done, len(p.lines))
		}
	}
	return nil
}
