package rollcall

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// followSlice is how many sheets one write of FollowCalendar makes follow: well under 20 ms.
const followSlice = 24

// ApplyCalendar makes the sheets of a school follow the calendar on the days of a period:
// one whose session is not held becomes void – kept, shown, not counted – and one whose
// session is held again counts again as it did. It says how many changed. Call it after
// the change of the calendar (calendar.MarkStale done), school by school; who has changed
// the calendar was asked there.
func ApplyCalendar(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, period day.Range) (int, error) {
	sheets, err := strayed(ctx, tx, who.Realm, school, period)
	if err != nil || len(sheets) == 0 {
		return 0, err
	}
	return follow(ctx, tx, who, school, period, sheets)
}

// FollowCalendar is ApplyCalendar for a worker: the sheets are compared in a snapshot, and
// the writer is taken only for those that differ, a few at a time. Mostly none does.
func FollowCalendar(ctx context.Context, s *store.Store, who access.Who, school id.ID, period day.Range) (changed int, err error) {
	var sheets []Sheet
	err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		sheets, err = strayed(ctx, tx, who.Realm, school, period)
		return err
	})
	for err == nil && len(sheets) > 0 {
		slice := sheets[:min(followSlice, len(sheets))]
		sheets = sheets[len(slice):]
		n := 0
		err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			n, err = follow(ctx, tx, who, school, period, slice)
			return err
		})
		changed += n
	}
	return changed, err
}

// strays says whether a sheet is another than the calendar has it.
func (s Sheet) strays(v calendar.Verdict) bool {
	return v.Held == (s.State == Void) || v.Held && v.Main != s.Main
}

// strayed lists the sheets of a school that do not follow its calendar.
func strayed(ctx context.Context, tx *store.Tx, realm int, school id.ID, period day.Range) ([]Sheet, error) {
	var found []Sheet
	plans := map[int]*calendar.SchoolPlans{} // by school year
	sheets, err := store.All[Sheet](ctx, tx, sqlSheetsOfSchool, realm, school, period.From, period.Until)
	if err != nil {
		return nil, err
	}
	var k known
	for _, sheet := range sheets {
		if k.class != sheet.Class {
			year := sheet.Day.SchoolYear()
			if plans[year] == nil {
				if plans[year], err = calendar.Plans(ctx, tx, realm, school, year); err != nil {
					return nil, err
				}
			}
			if plan := plans[year].Class(sheet.Class); plan != nil {
				k = knownOf(plan)
			} else if k, err = know(ctx, tx, realm, sheet.Class); err != nil {
				return nil, err
			}
		}
		if sheet.strays(k.plan.On(sheet.Day, sheet.Session)) {
			found = append(found, sheet)
		}
	}
	return found, nil
}

// follow makes sheets, in order of class, day and session, follow the calendar.
func follow(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, period day.Range, sheets []Sheet) (changed int, err error) {
	b := newBatch(who.Realm)
	var k known
	lists := map[int]*list{} // rolls of the class at hand
	for _, seen := range sheets {
		if k.class != seen.Class {
			if k, err = know(ctx, tx, who.Realm, seen.Class); err != nil {
				return 0, err
			}
			clear(lists)
		}
		// Since it was compared it may have been sent again, or the calendar changed once more.
		sheet, err := store.One[Sheet](ctx, tx, sqlSheet, who.Realm, seen.Class, seen.Day, seen.Session)
		if err != nil {
			return 0, err
		}
		verdict := k.plan.On(sheet.Day, sheet.Session)
		if !sheet.strays(verdict) {
			continue
		}
		before, err := hold(ctx, tx, who.Realm, sheet.Class, sheet.Day, sheet.Session, 0, lists[sheet.Roll])
		if err != nil {
			return 0, err
		}
		lists[before.Roll] = before.list
		after := before.next(tx, who)
		after.Main = verdict.Main
		switch {
		case !verdict.Held:
			after.State = Void
		case before.State == Void:
			acts, err := actsOf(ctx, tx, who.Realm, sheet.Class, sheet.Day, sheet.Session, before.Version, before.list)
			if err != nil {
				return 0, err
			}
			after.State = Merge(acts, before.list.pupils).State
		}
		reason := string(verdict.Cause)
		if verdict.Exception != nil {
			reason = string(verdict.Exception.Reason)
		}
		b.put(before, after, version{act: ownAct(tx), cause: CauseCalendar, reason: reason})
		changed++
	}
	if changed == 0 {
		return 0, nil
	}
	if err := b.flush(ctx, tx, nil); err != nil {
		return 0, err
	}
	return changed, audit.Record(ctx, tx, who.Audit("rollcall.calendar", access.School(school), "calendar",
		map[string]any{"from": period.From, "until": period.Until, "sheets": changed}))
}
