package org

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Zones are the classes of difficulty that decisions give to communes and villages for a
// time: highland, remote, areas I to III, especially difficult, border.
var Zones = []string{"vung-cao", "vung-xa", "khu-vuc-1", "khu-vuc-2", "khu-vuc-3", "dac-biet-kho-khan", "bien-gioi"}

// ZoneSpan is a time in which a unit is in a zone, and by which document.
type ZoneSpan struct {
	Zone        string
	From, Until day.Day
	Source      string // number and day of the decision, as printed
}

// SetZone puts a unit into a zone for a time; a zone of before is cut where they meet.
// Faults: org.unknown-zone, org.zone-source (no document is named), org.zone-time,
// org.no-unit.
func SetZone(ctx context.Context, tx *store.Tx, who access.Who, unit id.ID, z ZoneSpan) error {
	rule, err := access.May(ctx, tx, who, access.ChangeUnits, access.Unit(unit))
	if err != nil {
		return err
	}
	if err := z.check(); err != nil {
		return err
	}
	if _, err := UnitOn(ctx, tx, unit, z.From); err != nil {
		return err
	}
	before, err := store.All[ZoneSpan](ctx, tx, sqlZoneSpans, unit, z.Zone)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sqlEndZone, unit, z.Zone, z.From); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sqlDropZone, unit, z.Zone, z.From, z.Until); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sqlPutZone, unit, z.Zone, z.From, z.Until, z.Source); err != nil {
		return err
	}
	for _, old := range before { // what lasts longer than the new span goes on behind it
		if old.From < z.Until && z.Until < old.Until {
			if _, err := tx.Exec(ctx, sqlPutZone, unit, z.Zone, z.Until, old.Until, old.Source); err != nil {
				return err
			}
		}
	}
	return audit.Record(ctx, tx, who.Audit("unit.zone", access.Unit(unit), rule, map[string]any{"zone": z.Zone, "from": z.From, "until": z.Until}))
}

// check says what is wrong with a span and gives it an end.
func (z *ZoneSpan) check() error {
	if z.Until.IsZero() {
		z.Until = day.Forever
	}
	switch {
	case !slices.Contains(Zones, z.Zone):
		return fault.New(fault.Invalid, "org.unknown-zone", fault.Args{"zone": z.Zone, "known": strings.Join(Zones, ", ")}).On("zone")
	case strings.TrimSpace(z.Source) == "":
		return fault.New(fault.Invalid, "org.zone-source", nil).On("source")
	case z.From.IsZero() || z.Until <= z.From:
		return fault.New(fault.Invalid, "org.zone-time", fault.Args{"from": z.From.Vietnamese(), "until": z.Until.Vietnamese()}).On("valid_from")
	}
	return nil
}

// ZonesOf gives the zones that a unit is in on a day.
func ZonesOf(ctx context.Context, tx *store.Tx, unit id.ID, asOf day.Day) ([]ZoneSpan, error) {
	return store.All[ZoneSpan](ctx, tx, sqlZones, unit, asOf)
}

// UnitsInZone gives the units that are in a zone on a day.
func UnitsInZone(ctx context.Context, tx *store.Tx, zone string, asOf day.Day) ([]id.ID, error) {
	return store.All[id.ID](ctx, tx, sqlUnitsInZone, zone, asOf)
}

// Hold says that from a day the caller's realm holds the facts of a unit and all under it.
func Hold(ctx context.Context, tx *store.Tx, who access.Who, unit id.ID, from day.Day) error {
	rule, err := access.May(ctx, tx, who, access.ChangeUnits, access.Realm())
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sqlPutHolder, unit, who.Realm, from, day.Forever); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("unit.hold", access.Unit(unit), rule, map[string]any{"from": from}))
}

// Held gives the units whose facts the caller's realm holds on a day.
func Held(ctx context.Context, tx *store.Tx, who access.Who, asOf day.Day) ([]id.ID, error) {
	return store.All[id.ID](ctx, tx, sqlHeld, who.Realm, asOf)
}
