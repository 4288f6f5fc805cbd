package story

import (
	"context"
	"maps"
	"slices"
	"time"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

// loadSchool works out what is due at a school and writes every sheet of the year.
func (l *loader) loadSchool(ctx context.Context, tx *store.Tx, s int) error {
	if err := calendar.MarkStale(ctx, tx, l.realm, l.schools[s], l.p.Teaching); err != nil {
		return err
	}
	if err := calendar.RebuildIn(ctx, tx, l.realm, l.schools[s]); err != nil {
		return err
	}
	if l.p.Schools[s].countsOnly() {
		return l.loadHeadcounts(ctx, tx, s)
	}
	var sheets []rollcall.LoadedSheet
	for _, c := range l.p.Schools[s].Classes {
		rolls, err := l.classRolls(ctx, tx, c)
		if err != nil {
			return err
		}
		l.p.Sheets(c, func(sheet *Sheet) bool {
			if sheet.Slot.Day < l.first() {
				return true
			}
			sheets = append(sheets, l.loaded(sheet, rolls.on(sheet.Slot.Day)))
			return true
		})
	}
	return rollcall.Load(ctx, tx, access.System(l.realm), l.schools[s], l.p.Year, sheets)
}

// first is the first day whose rolls are loaded.
func (l *loader) first() day.Day { return max(l.p.Teaching.From, l.p.Since) }

// loadHeadcounts writes one count a day for a school that does not mark pupil by pupil; on a day on which a class forgot,
// the school sent nothing.
func (l *loader) loadHeadcounts(ctx context.Context, tx *store.Tx, s int) error {
	type tally struct{ due, taken, enrolled, unknown, excused, unexcused int }
	days := map[day.Day]*tally{}
	school := &l.p.Schools[s]
	for _, c := range school.Classes {
		for _, slot := range l.p.Due(c, l.p.today()) {
			if slot.Day < l.first() {
				continue
			}
			if days[slot.Day] == nil {
				days[slot.Day] = &tally{}
			}
			days[slot.Day].due++
		}
		l.p.Sheets(c, func(sheet *Sheet) bool {
			t := days[sheet.Slot.Day]
			if t == nil {
				return true
			}
			t.taken++
			if sheet.NoClass != "" {
				return true
			}
			t.enrolled += len(sheet.Pupils)
			for _, m := range sheet.Marks {
				switch m.Kind {
				case Unknown:
					t.unknown++
				case Excused:
					t.excused++
				case Unexcused:
					t.unexcused++
				}
			}
			return true
		})
	}
	for _, d := range slices.Sorted(maps.Keys(days)) {
		t := days[d]
		if t.taken < t.due {
			continue
		}
		absent := t.unknown + t.excused + t.unexcused
		count := rollcall.Headcount{School: l.schools[s], Day: d, Level: school.Levels[0], Enrolled: t.enrolled, Present: t.enrolled - absent, Absent: absent}
		if t.unknown == 0 {
			count.Excused, count.Unexcused = &t.excused, &t.unexcused
		}
		if _, err := rollcall.SubmitHeadcount(ctx, tx, access.System(l.realm), count, 0); err != nil {
			return err
		}
	}
	return nil
}

var (
	entryKinds = map[string]string{Continuing: "opening", NewEntrant: "entrant", Repeater: "repeater", TransferIn: "transfer-in", Returned: "return"}
	exitKinds  = map[string]string{Open: "", TransferOut: "transfer-out", Unconfirmed: "transfer-out", LeftArea: "moved", DroppedOut: "dropout", Vocational: "vocational", Died: "died"}
	exitStates = map[string]string{Open: "", TransferOut: "confirmed", Unconfirmed: "unconfirmed", LeftArea: "unconfirmed", DroppedOut: "confirmed", Vocational: "unconfirmed", Died: "confirmed"}
)

func (l *loader) loadSpells(ctx context.Context, tx *store.Tx, s int) error {
	p := l.p
	enrolment := rowsOf("enrolment", "realm id pupil school year level grade from_day until_day entry_kind exit_kind exit_state exit_reason other_school paper from_school")
	member := rowsOf("class_membership", "realm enrolment class from_day until_day")
	for _, i := range l.spellsOf[s] {
		e, key := &p.Spells[i], tx.NewID()
		var to, from id.ID
		if e.To >= 0 {
			to = l.schools[e.To]
		}
		if e.Origin >= 0 {
			from = l.schools[e.Origin]
		}
		enrolment.add(l.realm, key, l.pupils[e.Pupil], l.schools[s], p.Year, p.Classes[e.Classes[0].Class].Level, e.Grade, e.From, e.Until,
			entryKinds[e.Entry], exitKinds[e.Exit], exitStates[e.Exit], dropReasons[e.Cause], to, "", from)
		for _, m := range e.Classes {
			member.add(l.realm, key, l.classes[m.Class], m.From, m.Until)
		}
	}
	if err := enrolment.load(ctx, tx); err != nil {
		return err
	}
	return member.load(ctx, tx)
}

// classRolls are the rolls of a class by the day from which each is called.
type classRolls struct {
	from []day.Day
	roll []*student.Roll
}

func (r *classRolls) on(d day.Day) *student.Roll {
	i, found := slices.BinarySearch(r.from, d)
	if !found {
		i--
	}
	return r.roll[i]
}

// classRolls lets the room of pupils make a roll for every day on which the list of a class changed.
func (l *loader) classRolls(ctx context.Context, tx *store.Tx, c int) (*classRolls, error) {
	days := []day.Day{l.first()}
	for _, e := range l.p.rosters[c] {
		days = append(days, max(e.from, l.first()))
		if l.first() < e.until && e.until < l.p.today() {
			days = append(days, e.until)
		}
	}
	slices.Sort(days)
	r := &classRolls{from: slices.Compact(days)}
	for _, d := range r.from {
		roll, err := student.RollOn(ctx, tx, l.realm, l.classes[c], d)
		if err != nil {
			return nil, err
		}
		r.roll = append(r.roll, &roll)
	}
	return r, nil
}

var markKinds = map[byte]rollcall.Kind{Unknown: rollcall.Unknown, Excused: rollcall.Excused, Unexcused: rollcall.Unexcused, Late: rollcall.Late}

// loaded is a sheet in the words of the room of the roll call.
func (l *loader) loaded(s *Sheet, roll *student.Roll) rollcall.LoadedSheet {
	out := rollcall.LoadedSheet{Class: l.classes[s.Class], Day: s.Slot.Day, Session: s.Slot.Session, Roll: roll, State: rollcall.Taken,
		TakenAt: s.TakenAt, ReceivedAt: s.TakenAt, Account: l.teachers[s.Class]}
	if s.NoClass != "" {
		out.State, out.Reason = rollcall.NoClass, s.NoClass
	}
	for _, m := range s.Marks {
		out.Marks = append(out.Marks, rollcall.Mark{Pupil: l.pupils[m.Pupil], Kind: markKinds[m.Kind], Reason: reasonCode(m.Reason, s.Slot.Day.Month())})
	}
	return out
}

// reasonCode is a cause in the codes of the room of the roll call; work in the fields has its seasons.
func reasonCode(reason string, m time.Month) string {
	switch {
	case reason == "field" && m >= time.February && m <= time.April:
		return "burning-season"
	case reason == "field" && m >= time.August && m <= time.October:
		return "harvest"
	}
	return absenceReasons[reason]
}

var (
	absenceReasons = map[string]string{"sick": "illness", "family": "family-matter", "weather": "no-crossing", "field": "field-work", "work": "labour", "festival": "festival", "far": "far-away"}
	dropReasons    = map[string]string{"poverty": "hardship", "weak": "weak-learning", "far": "far-away", "work": "company-work", "marriage": "marriage", "other": "other"}
)
