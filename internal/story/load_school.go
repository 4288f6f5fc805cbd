package story

import (
	"cmp"
	"context"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"time"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

// loadSchool writes the spells of a school, its rolls, what is due there and every sheet of the year.
func (l *loader) loadSchool(ctx context.Context, tx *store.Tx, s int) error {
	if err := l.loadSpells(ctx, tx, s); err != nil {
		return err
	}
	if err := calendar.MarkStale(ctx, tx, l.realm, l.schools[s], l.p.Teaching); err != nil {
		return err
	}
	if err := calendar.RebuildIn(ctx, tx, l.realm, l.schools[s]); err != nil {
		return err
	}
	w := newSheetRows(l, s)
	for _, c := range l.p.Schools[s].Classes {
		rolls, err := l.classRolls(ctx, tx, c)
		if err != nil {
			return err
		}
		l.p.Sheets(c, func(sheet *Sheet) bool {
			w.add(sheet, rolls.on(sheet.Slot.Day))
			return true
		})
	}
	return w.load(ctx, tx)
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
	from   []day.Day
	number []int
	group  []map[id.ID]int // by roll: pupil → group
	grade  []map[int]string
}

func (r *classRolls) on(d day.Day) rollUse {
	i, found := slices.BinarySearch(r.from, d)
	if !found {
		i--
	}
	return rollUse{r.number[i], r.group[i], r.grade[i]}
}

type rollUse struct {
	number int
	group  map[id.ID]int
	grade  map[int]string
}

// classRolls lets the room of pupils make a roll for every day on which the list of a class changed.
func (l *loader) classRolls(ctx context.Context, tx *store.Tx, c int) (*classRolls, error) {
	days := []day.Day{l.p.Teaching.From}
	for _, e := range l.p.rosters[c] {
		days = append(days, e.from)
		if e.until < l.p.today() {
			days = append(days, e.until)
		}
	}
	slices.Sort(days)
	days = slices.Compact(days)
	r := &classRolls{}
	for _, d := range days {
		roll, err := student.RollOn(ctx, tx, l.realm, l.classes[c], d)
		if err != nil {
			return nil, err
		}
		group, grade := make(map[id.ID]int, roll.Size), map[int]string{}
		for _, m := range roll.Members {
			group[m.Pupil] = m.Group
		}
		for _, g := range roll.Groups {
			grade[g.Number] = g.Grade
		}
		r.from, r.number, r.group, r.grade = append(r.from, d), append(r.number, roll.Number), append(r.group, group), append(r.grade, grade)
	}
	return r, nil
}

// sheetRows gathers the rows of a school's sheets and the sums that are kept beside them.
type sheetRows struct {
	l       *loader
	s       int
	sheet   *table
	mark    *table
	version *table
	days    map[sumKey]*sums
	months  map[sumKey]*sums
	grades  map[sumKey]*sums
	acts    uint64
}

type sumKey struct {
	day     day.Day // first of the month for months
	session calendar.Session
	level   string
	grade   string
}

type sums struct{ sheets, noClass, roll, unknown, excused, unexcused, late, changes int }

func newSheetRows(l *loader, s int) *sheetRows {
	return &sheetRows{l: l, s: s,
		sheet:   rowsOf("sheet", "realm class day session school level roll state main size unknown excused unexcused late version entered_late received_at account"),
		mark:    rowsOf("mark", "realm pupil day session class school roll roll_group kind reason note"),
		version: rowsOf("sheet_version", "realm class day session version act roll state cause reason body taken_at received_at device account"),
		days:    map[sumKey]*sums{}, months: map[sumKey]*sums{}, grades: map[sumKey]*sums{}, acts: uint64(s+1) << 32,
	}
}

func at(m map[sumKey]*sums, k sumKey) *sums {
	v := m[k]
	if v == nil {
		v = &sums{}
		m[k] = v
	}
	return v
}

// count adds a mark to a sum.
func (t *sums) count(kind byte, n int) {
	switch kind {
	case Unknown:
		t.unknown += n
	case Excused:
		t.excused += n
	case Unexcused:
		t.unexcused += n
	case Late:
		t.late += n
	}
}

var markKinds = map[byte]rollcall.Kind{Unknown: rollcall.Unknown, Excused: rollcall.Excused, Unexcused: rollcall.Unexcused, Late: rollcall.Late}

func (w *sheetRows) add(s *Sheet, roll rollUse) {
	l := w.l
	class := &l.p.Classes[s.Class]
	key, school, teacher := l.classes[s.Class], l.schools[w.s], l.teachers[s.Class]
	var own sums
	grades := map[string]*sums{}
	state := rollcall.Taken
	if s.NoClass != "" {
		state = rollcall.NoClass
	}
	for _, n := range s.Pupils {
		g := roll.grade[roll.group[l.pupils[n]]]
		if grades[g] == nil {
			grades[g] = &sums{}
		}
		grades[g].roll++
	}
	for _, m := range s.Marks {
		pupil := l.pupils[m.Pupil]
		group := roll.group[pupil]
		own.count(m.Kind, 1)
		grades[roll.grade[group]].count(m.Kind, 1)
		w.mark.add(l.realm, pupil, s.Slot.Day, int(s.Slot.Session), key, school, roll.number, group, int(markKinds[m.Kind]), reasonCode(m.Reason, s.Slot.Day.Month()), "")
	}
	versions, received := 1, s.TakenAt
	late, cause, first := s.TakenAt.Day() != s.Slot.Day, rollcall.CauseSubmitted, s.Marks
	if late {
		cause = rollcall.CausePaper
	}
	if s.Revised != 0 {
		versions, received, first = 2, s.Revised, s.First
		w.addVersion(s, key, teacher, roll, state, 2, rollcall.CauseResolved, s.Marks, s.Revised)
	}
	w.addVersion(s, key, teacher, roll, state, 1, cause, first, s.TakenAt)
	w.sheet.add(l.realm, key, s.Slot.Day, int(s.Slot.Session), school, class.Level, roll.number, int(state), s.Slot.Main, len(s.Pupils),
		own.unknown, own.excused, own.unexcused, own.late, versions, late, received, teacher)
	for _, k := range []*sums{
		at(w.days, sumKey{s.Slot.Day, s.Slot.Session, class.Level, ""}),
		at(w.months, sumKey{s.Slot.Day.MonthStart(), 0, class.Level, ""}),
	} {
		k.changes += versions
		if state == rollcall.NoClass {
			k.noClass++
			continue
		}
		k.sheets++
		k.roll += len(s.Pupils)
		k.merge(&own)
	}
	if state == rollcall.NoClass {
		return
	}
	for grade, g := range grades {
		k := at(w.grades, sumKey{s.Slot.Day, s.Slot.Session, class.Level, grade})
		k.roll += g.roll
		k.merge(g)
	}
}

func (t *sums) merge(o *sums) {
	t.unknown += o.unknown
	t.excused += o.excused
	t.unexcused += o.unexcused
	t.late += o.late
}

func (w *sheetRows) addVersion(s *Sheet, class, teacher id.ID, roll rollUse, state rollcall.State, number int, cause string, marks []Mark, when day.Instant) {
	w.version.add(w.l.realm, class, s.Slot.Day, int(s.Slot.Session), number, w.act(when), roll.number, int(state), cause, s.NoClass, w.body(s, marks), when, when, "", teacher)
}

// act is a UUIDv7 of the time of a submission, unique in the story.
func (w *sheetRows) act(when day.Instant) []byte {
	w.acts++
	b := make([]byte, 16)
	binary.BigEndian.PutUint64(b, uint64(when/1000)<<16)
	b[6] = 0x70
	binary.BigEndian.PutUint64(b[8:], w.acts)
	b[8] = 0x80
	return b
}

func (w *sheetRows) load(ctx context.Context, tx *store.Tx) error {
	dayRows := rowsOf("school_day", "realm school day session level sheets no_class roll unknown excused unexcused late")
	school := w.l.schools[w.s]
	for _, k := range sorted(w.days) {
		v := w.days[k]
		dayRows.add(w.l.realm, school, k.day, int(k.session), k.level, v.sheets, v.noClass, v.roll, v.unknown, v.excused, v.unexcused, v.late)
	}
	monthRows := rowsOf("school_month", "realm school month level sheets no_class roll unknown excused unexcused late changes")
	for _, k := range sorted(w.months) {
		v := w.months[k]
		monthRows.add(w.l.realm, school, k.day, k.level, v.sheets, v.noClass, v.roll, v.unknown, v.excused, v.unexcused, v.late, v.changes)
	}
	gradeRows := rowsOf("school_grade_day", "realm school day session level grade roll unknown excused unexcused late")
	for _, k := range sorted(w.grades) {
		v := w.grades[k]
		gradeRows.add(w.l.realm, school, k.day, int(k.session), k.level, k.grade, v.roll, v.unknown, v.excused, v.unexcused, v.late)
	}
	for _, t := range []*table{w.sheet, w.mark, w.version, dayRows, monthRows, gradeRows} {
		if err := t.load(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

func sorted(m map[sumKey]*sums) []sumKey {
	keys := make([]sumKey, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b sumKey) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.session, b.session), cmp.Compare(a.level, b.level), cmp.Compare(a.grade, b.grade))
	})
	return keys
}

// body writes the exceptions of a version as the room of the roll call reads them: a line for each, "pupil kind reason",
// the pupil in base 36.
func (w *sheetRows) body(s *Sheet, marks []Mark) string {
	var b strings.Builder
	for i, m := range marks {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(strconv.FormatInt(int64(w.l.pupils[m.Pupil]), 36))
		b.WriteByte(' ')
		b.WriteString(strconv.Itoa(int(markKinds[m.Kind])))
		if reason := reasonCode(m.Reason, s.Slot.Day.Month()); reason != "" {
			b.WriteString(" " + reason)
		}
	}
	return b.String()
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
