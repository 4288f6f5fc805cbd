package rollcall

import (
	"context"
	"encoding/binary"
	"slices"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/student"
)

// ownAct makes the id of an act of the product itself: ids are never made twice.
func ownAct(tx *store.Tx) (act [16]byte) {
	binary.BigEndian.PutUint64(act[:8], uint64(tx.NewID()))
	act[6] = act[6]&0x0f | 0x70 // not needed by anybody; it reads as a UUID of version 7
	binary.BigEndian.PutUint64(act[8:], uint64(tx.NewID()))
	return act
}

// ApplyEnrolments makes a new version of each sheet of these days whose class is another
// one now than the sheet's roll says, and says how many. Call it after the change of the
// spells, in its transaction, with all classes it touched at once: the mark of a pupil
// who changed class backwards goes with her to the other class's sheet of that session.
// A pupil who came without a mark counts as present, one who left is no longer counted;
// one who comes back finds what was said of her here.
//
// It asks no right: the verb that changed the spells did, and the change may reach a
// school that the caller has no right in. cause is a code for the versions and the audit.
func ApplyEnrolments(ctx context.Context, tx *store.Tx, who access.Who, changes []student.ClassDays, cause string) (int, error) {
	return apply(ctx, tx, who, changes, cause, bringAlong{})
}

// ApplyMerge is ApplyEnrolments after two records became one: on the sheets on which the
// record that is gone was called, what was said of it is said of the one kept; no mark
// goes from one class to another. Where both were called on one sheet, what was said of the
// one kept stands. With nothing in same it undoes that: of each record stands what was said of it.
func ApplyMerge(ctx context.Context, tx *store.Tx, who access.Who, changes []student.ClassDays, same map[id.ID]id.ID, cause string) (int, error) {
	return apply(ctx, tx, who, changes, cause, bringAlong{here: true, same: same})
}

// bringAlong says which marks pupils bring along to the sheets of a class that they are new on.
type bringAlong struct {
	here bool            // only from the same sheet, where another record of hers was
	same map[id.ID]id.ID // record gone → record kept
}

func apply(ctx context.Context, tx *store.Tx, who access.Who, changes []student.ClassDays, cause string, along bringAlong) (int, error) {
	type moved struct {
		pupil   id.ID
		day     day.Day
		session calendar.Session
		class   id.ID // where only what was said in the class itself counts
	}
	key := func(pupil id.ID, s Sheet) moved {
		m := moved{pupil: pupil, day: s.Day, session: s.Session}
		if along.here {
			m.class = s.Class
		}
		return m
	}
	type change struct{ before, after *standing }
	var all []change
	carried := map[moved]Mark{} // Present, too: whoever was called and in class was seen
	if err := markChanged(ctx, tx, who.Realm, changes); err != nil {
		return 0, err
	}
	for _, c := range changes {
		sheets, err := store.All[Sheet](ctx, tx, sqlSheetsOfClass, who.Realm, c.Class, c.Range.From, c.Range.Until)
		if err != nil {
			return 0, err
		}
		if len(sheets) == 0 {
			continue
		}
		k, err := know(ctx, tx, who.Realm, c.Class)
		if err != nil {
			return 0, err
		}
		var l *list
		for i, sheet := range sheets {
			if l == nil || sheets[i-1].Day != sheet.Day {
				if l, err = k.listOn(ctx, tx, who.Realm, sheet.Day); err != nil {
					return 0, err
				}
			}
			if l.number == sheet.Roll || slices.ContainsFunc(all, func(x change) bool {
				return x.before.Class == sheet.Class && x.before.Day == sheet.Day && x.before.Session == sheet.Session
			}) {
				continue
			}
			before, err := hold(ctx, tx, who.Realm, sheet.Class, sheet.Day, sheet.Session, 0, nil)
			if err != nil {
				return 0, err
			}
			after := before.next(tx, who)
			after.list, after.Roll, after.Size = l, l.number, l.size
			for _, pupil := range before.list.pupils {
				if l.has(pupil) || before.State == NoClass {
					continue
				}
				m := Mark{Pupil: pupil}
				if i, marked := slices.BinarySearchFunc(before.marks, m, byPupil); marked {
					m = before.marks[i]
				}
				if kept, merged := along.same[pupil]; merged {
					m.Pupil = kept
				} else if along.here {
					continue
				}
				carried[key(m.Pupil, sheet)] = m
			}
			all = append(all, change{before, after})
		}
	}
	if len(all) == 0 {
		return 0, nil
	}
	b := newBatch(who.Realm)
	classes := map[id.ID]int{}
	for _, c := range all {
		act := Act{ID: ownAct(tx), Partial: true}
		for _, pupil := range c.after.list.pupils {
			if m, came := carried[key(pupil, c.after.Sheet)]; came && !c.before.list.has(pupil) && c.after.State != NoClass {
				act.Marks = append(act.Marks, m)
			}
		}
		acts, err := actsOf(ctx, tx, who.Realm, c.after.Class, c.after.Day, c.after.Session, c.before.Version, c.after.list, c.before.list)
		if err != nil {
			return 0, err
		}
		act.saw(acts)
		if along.here { // what was said of the record that is gone is read as said of the one kept
			said := Act{Marks: Merge(acts, c.after.list.pupils).Marks}
			act.Marks = slices.DeleteFunc(act.Marks, func(m Mark) bool { return said.mark(m.Pupil) == m })
		}
		merged := Merge(append(acts, act), c.after.list.pupils)
		c.after.marks = merged.Marks
		c.after.count(c.after.marks)
		if err := b.differ(ctx, tx, c.before, c.after, merged.Open); err != nil {
			return 0, err
		}
		reason := cause
		if c.after.State == NoClass {
			reason = merged.Reason // a sheet's reason is that of its last version
		}
		b.put(c.before, c.after, version{act: act.ID, cause: CauseEnrolment, reason: reason, sent: encodeSent(0, "", act.Marks)})
		classes[c.after.Class]++
	}
	if err := b.flush(ctx, tx, nil); err != nil {
		return 0, err
	}
	for _, class := range sorted(classes, func(a, b id.ID) int { return int(a - b) }) {
		if err := audit.Record(ctx, tx, who.Audit("rollcall.enrolment", access.Class(class), "enrolment",
			map[string]any{"sheets": classes[class], "cause": cause})); err != nil {
			return 0, err
		}
	}
	return len(all), nil
}

// markChanged marks the schools of the classes: whatever is kept of their plans and rolls
// is out of date from here on.
func markChanged(ctx context.Context, tx *store.Tx, realm int, changes []student.ClassDays) error {
	schools := map[id.ID]day.Range{}
	for _, c := range changes {
		k, err := know(ctx, tx, realm, c.Class)
		if err != nil {
			return err
		}
		days, seen := schools[k.school]
		if !seen {
			days = c.Range
		}
		schools[k.school] = day.Range{From: min(days.From, c.Range.From), Until: max(days.Until, c.Range.Until)}
	}
	for _, school := range sorted(schools, func(a, b id.ID) int { return int(a - b) }) {
		if err := calendar.MarkStale(ctx, tx, realm, school, schools[school]); err != nil {
			return err
		}
	}
	return nil
}
