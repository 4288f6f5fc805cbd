package rollcall

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// PutRegister writes planned sheets, each as Submit would: with its own act, version and
// line in the audit book. A class whose roll has changed since the plan, or a sheet that
// somebody else wrote meanwhile, is a fault: rollcall.import-moved, rollcall.conflict.
func PutRegister(ctx context.Context, tx *store.Tx, who access.Who, in RegisterIn, sheets []RegisterSheet) error {
	for _, s := range sheets {
		if err := putRegisterSheet(ctx, tx, who, in, s); err != nil {
			return err
		}
	}
	return nil
}

func putRegisterSheet(ctx context.Context, tx *store.Tx, who access.Who, in RegisterIn, s RegisterSheet) error {
	action, doing := access.TakeRoll, "rollcall.submit"
	if s.Changed() {
		action, doing = access.CorrectRoll, "rollcall.correct"
	}
	rule, err := access.May(ctx, tx, who, action, access.Class(s.Class))
	if err != nil {
		return err
	}
	k, err := know(ctx, tx, who.Realm, s.Class)
	if err != nil {
		return err
	}
	list, err := k.listOn(ctx, tx, who.Realm, s.Day)
	if err != nil {
		return err
	}
	if !slices.Equal(list.pupils, s.pupils) {
		return fault.New(fault.Conflict, "rollcall.import-moved", fault.Args{"class": s.Name, "day": s.Day.Vietnamese()})
	}
	sent := Submission{Act: in.actOf(s), Class: s.Class, Day: s.Day, Session: s.Session, Roll: list.number, BaseVersion: s.Version,
		State: Taken, Marks: s.Marks, Cause: CauseImport}
	if s.Changed() {
		sent.Reason = in.Replace
	}
	receipt, err := submit(ctx, tx, who, sent, rule, doing)
	if err == nil && receipt.State != Taken {
		return fault.New(fault.Conflict, "rollcall.import-moved", fault.Args{"class": s.Name, "day": s.Day.Vietnamese()})
	}
	return err
}

// TakenBack brings the sums of a school to its sheets again after sheets of an import were
// taken back to what they were. Every month in which that happened counts as changed, so
// that warnings and figures by group are worked out anew. Fault: rollcall.locked for days
// that the caller may not write any more.
func TakenBack(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, sheets []SheetKey) error {
	if len(sheets) == 0 {
		return nil
	}
	settings, err := ReadSettings(ctx, tx, who.Realm)
	if err != nil {
		return err
	}
	rules := map[id.ID]string{}
	months := map[day.Day]bool{}
	levels := map[monthKey]bool{}
	for _, s := range sheets {
		k, err := know(ctx, tx, who.Realm, s.Class)
		if err != nil {
			return err
		}
		if rules[s.Class] == "" {
			if rules[s.Class], err = access.May(ctx, tx, who, access.TakeRoll, access.Class(s.Class)); err != nil {
				return err
			}
		}
		if err := k.mayWrite(ctx, tx, settings, who, s.Day, settings.LockDays); err != nil {
			return err
		}
		months[s.Day.MonthStart()] = true
		levels[monthKey{k.school, s.Day.MonthStart(), k.level}] = true
		k.forget(who.Realm)
	}
	for _, k := range sorted(levels, monthKey.compare) {
		if _, err := tx.Exec(ctx, sqlAddMonth, who.Realm, k.school, k.month, k.level, 0, 0, 0, 0, 0, 0, 0, 1); err != nil {
			return err
		}
	}
	for month := range months {
		differences, err := Check(ctx, tx, who.Realm, school, day.MonthOf(month))
		if err != nil {
			return err
		}
		for _, d := range Repairable(differences) {
			if _, err := d.repair(ctx, tx, who.Realm); err != nil {
				return err
			}
		}
	}
	for class, rule := range rules {
		if err := audit.Record(ctx, tx, who.Audit("rollcall.take-back", access.Class(class), rule, map[string]any{"sheets": len(sheets)})); err != nil {
			return err
		}
	}
	return nil
}

// SheetKey names a sheet.
type SheetKey struct {
	Class   id.ID
	Day     day.Day
	Session calendar.Session
}
