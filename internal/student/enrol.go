package student

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Done is what an act on a child's spells came to.
type Done struct {
	Enrolment id.ID       // the spell begun, ended or changed
	Changes   []ClassDays // hand them to rollcall in the same transaction
}

// EnrolIn begins a spell. School, year and level are those of the class.
type EnrolIn struct {
	Pupil   id.ID
	Version int // of the pupil, as seen; 0 for whatever there is
	Class   id.ID
	Grade   string // may be empty when the class has one grade
	From    day.Day
	Entry   string // opening, entrant, repeater, other; a child who comes from a school uses Accept
	Paper   string
}

// Enrol begins a spell of a child who is enrolled nowhere. Faults: student.already-enrolled,
// student.wrong-grade, student.changed, student.outside-year.
func Enrol(ctx context.Context, tx *store.Tx, who access.Who, in EnrolIn) (Done, error) {
	c, err := classOf(ctx, tx, who.Realm, in.Class)
	if err != nil {
		return Done{}, err
	}
	rule, err := access.May(ctx, tx, who, access.ChangePupils, access.School(c.School))
	if err != nil {
		return Done{}, err
	}
	switch in.Entry {
	case EntryOpening, EntryEntrant, EntryRepeater, EntryOther:
	default:
		return Done{}, fault.New(fault.Invalid, "student.unknown-entry", fault.Args{"value": in.Entry}).On("entry")
	}
	if err := touch(ctx, tx, who.Realm, in.Pupil, in.Version); err != nil {
		return Done{}, err
	}
	spells, err := SpellsOf(ctx, tx, who.Realm, in.Pupil)
	if err != nil {
		return Done{}, err
	}
	done, err := begin(ctx, tx, who.Realm, spells, c, in.Grade, Spell{Pupil: in.Pupil, Period: day.Range{From: in.From}, Entry: in.Entry, Paper: in.Paper})
	if err != nil {
		return done, err
	}
	return done, record(ctx, tx, who, "student.enrol", in.Pupil, rule, map[string]any{"enrolment": done.Enrolment, "class": c.ID, "from": in.From})
}

// begin writes a new spell and its class, and settles what was expected of the child.
func begin(ctx context.Context, tx *store.Tx, realm int, spells []Spell, c class, grade string, s Spell) (Done, error) {
	var err error
	if s.Grade, err = c.grade(grade); err != nil {
		return Done{}, err
	}
	if !c.Period.Has(s.Period.From) {
		return Done{}, fault.New(fault.Invalid, "student.outside-year",
			fault.Args{"from": c.Period.From.Vietnamese(), "until": c.Period.Last().Vietnamese()}).On("from")
	}
	s.Enrolment, s.School, s.Year, s.Level, s.Period.Until = tx.NewID(), c.School, c.Year, c.Level, day.Forever
	if err := free(spells, s.Period, 0); err != nil {
		return Done{}, err
	}
	if err := insertSpell(ctx, tx, realm, s); err != nil {
		return Done{}, err
	}
	if _, err := tx.Exec(ctx, sqlInsertMembership, realm, s.Enrolment, c.ID, s.Period.From, s.Period.Until); err != nil {
		return Done{}, err
	}
	if _, err := tx.Exec(ctx, sqlArriveExpected, realm, s.Pupil, s.Year, s.School, s.Period.From); err != nil {
		return Done{}, err
	}
	changes, err := settle(ctx, tx, realm, []ClassDays{{c.ID, s.Period}})
	return Done{s.Enrolment, changes}, err
}

func record(ctx context.Context, tx *store.Tx, who access.Who, action string, pupil id.ID, rule string, detail any) error {
	return audit.Record(ctx, tx, who.Audit(action, access.Pupil(pupil), rule, detail))
}

// MoveClassIn takes a child to another class of the same school and year.
type MoveClassIn struct {
	Pupil   id.ID
	Version int
	Class   id.ID
	From    day.Day // first day in the new class
}

// MoveClass takes a child to another class of her school. Her grade stays: a mended grade
// is a Correct. Faults: student.not-enrolled, student.other-school, student.wrong-grade,
// student.before-spell, student.changed.
func MoveClass(ctx context.Context, tx *store.Tx, who access.Who, in MoveClassIn) (Done, error) {
	c, err := classOf(ctx, tx, who.Realm, in.Class)
	if err != nil {
		return Done{}, err
	}
	rule, err := access.May(ctx, tx, who, access.ChangePupils, access.School(c.School))
	if err != nil {
		return Done{}, err
	}
	if err := touch(ctx, tx, who.Realm, in.Pupil, in.Version); err != nil {
		return Done{}, err
	}
	done, err := moveClass(ctx, tx, who.Realm, in.Pupil, c, in.From)
	if err != nil {
		return done, err
	}
	return done, record(ctx, tx, who, "student.move-class", in.Pupil, rule, map[string]any{"class": c.ID, "from": in.From})
}

func moveClass(ctx context.Context, tx *store.Tx, realm int, pupil id.ID, c class, from day.Day) (Done, error) {
	spells, err := SpellsOf(ctx, tx, realm, pupil)
	if err != nil {
		return Done{}, err
	}
	s, err := active(spells)
	if err != nil {
		return Done{}, err
	}
	if s.School != c.School || s.Year != c.Year {
		return Done{}, fault.New(fault.Conflict, "student.other-school", nil).On("class")
	}
	if _, err := c.grade(s.Grade); err != nil {
		return Done{}, err
	}
	if from < s.Period.From {
		return Done{}, beforeSpell(s)
	}
	changes, err := endMemberships(ctx, tx, realm, s.Enrolment, from)
	if err != nil {
		return Done{}, err
	}
	if _, err := tx.Exec(ctx, sqlInsertMembership, realm, s.Enrolment, c.ID, from, s.Period.Until); err != nil {
		return Done{}, err
	}
	changes, err = settle(ctx, tx, realm, append(changes, ClassDays{c.ID, day.Range{From: from, Until: s.Period.Until}}))
	return Done{s.Enrolment, changes}, err
}

func beforeSpell(s Spell) error {
	return fault.New(fault.Invalid, "student.before-spell", fault.Args{"from": s.Period.From.Vietnamese()}).On("from")
}
