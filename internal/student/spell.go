package student

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// ClassDays are days on which the list of a class is another than it was: whoever called
// hands them to rollcall in the same transaction, which makes new versions of the sheets
// there are. Only days up to today are named.
type ClassDays struct {
	Class id.ID
	Range day.Range
}

// Membership is a spell in a class within an enrolment.
type Membership struct {
	Enrolment id.ID
	Class     id.ID
	Period    day.Range
}

// touch takes the pupil's row for this transaction and grows its version: nobody else
// changes the child's spells until it ends. A base of 0 stands for whatever version there is.
// Faults: student.no-pupil, student.changed.
func touch(ctx context.Context, tx *store.Tx, realm int, pupil id.ID, base int) error {
	query, args := sqlTouch, []any{realm, pupil, tx.Now()}
	if base != 0 {
		query, args = sqlTouchVersion, append(args, base)
	}
	touched, err := tx.Exec(ctx, query, args...)
	if err != nil || touched == 1 {
		return err
	}
	if _, err := store.One[id.ID](ctx, tx, sqlPupilExists, realm, pupil); store.IsNone(err) {
		return fault.New(fault.NotFound, "student.no-pupil", nil)
	} else if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "student.changed", nil)
}

// SpellsOf gives all enrolments of a child in their order. It asks no right.
func SpellsOf(ctx context.Context, tx *store.Tx, realm int, pupil id.ID) ([]Spell, error) {
	return store.All[Spell](ctx, tx, sqlSpells, realm, pupil)
}

// MembershipsOf gives all class memberships of a child in their order. It asks no right.
func MembershipsOf(ctx context.Context, tx *store.Tx, realm int, pupil id.ID) ([]Membership, error) {
	return store.All[Membership](ctx, tx, sqlMemberships, realm, pupil)
}

// last is the latest spell, by which the next act is judged.
func last(spells []Spell) (Spell, bool) {
	if len(spells) == 0 {
		return Spell{}, false
	}
	return spells[len(spells)-1], true
}

// active is the spell that has not ended. Fault: student.not-enrolled.
func active(spells []Spell) (Spell, error) {
	if s, ok := last(spells); ok && s.Exit == ExitNone {
		return s, nil
	}
	return Spell{}, fault.New(fault.Conflict, "student.not-enrolled", nil)
}

// free says whether a child may be enrolled on these days: in one school at a time.
// Fault: student.already-enrolled with the day on which the other spell begins.
func free(spells []Spell, period day.Range, except id.ID) error {
	for _, s := range spells {
		if s.Enrolment != except && s.Period.Overlaps(period) {
			return fault.New(fault.Conflict, "student.already-enrolled",
				fault.Args{"from": s.Period.From.Vietnamese()}).On("from")
		}
	}
	return nil
}

// class is what a verb must know of a class.
type class struct {
	ID     id.ID
	School id.ID
	Year   int
	Level  string
	Grades string
	Period day.Range
}

// grade chooses the grade of a child in the class: the one given, else the class's only one.
func (c class) grade(wanted string) (string, error) {
	all := strings.Fields(c.Grades)
	if wanted == "" && len(all) == 1 {
		return all[0], nil
	}
	if !slices.Contains(all, wanted) {
		return "", fault.New(fault.Invalid, "student.wrong-grade", fault.Args{"grade": wanted, "grades": strings.Join(all, ", ")}).On("grade")
	}
	return wanted, nil
}

func classOf(ctx context.Context, tx *store.Tx, realm int, class_ id.ID) (class, error) {
	c, err := store.One[class](ctx, tx, sqlClass, realm, class_)
	if store.IsNone(err) {
		err = fault.New(fault.NotFound, "student.no-class", nil).On("class")
	}
	return c, err
}

func insertSpell(ctx context.Context, tx *store.Tx, realm int, s Spell) error {
	_, err := tx.Exec(ctx, sqlInsertSpell, realm, s.Enrolment, s.Pupil, s.School, s.Year, s.Level, s.Grade, s.Period.From, s.Period.Until,
		s.Entry, s.Exit, s.ExitState, s.ExitReason, s.ToSchool, s.Paper, s.FromSchool)
	return err
}

func updateSpell(ctx context.Context, tx *store.Tx, realm int, s Spell) error {
	_, err := tx.Exec(ctx, sqlUpdateSpell, realm, s.Enrolment, s.Grade, s.Period.From, s.Period.Until,
		s.Entry, s.Exit, s.ExitState, s.ExitReason, s.ToSchool, s.Paper)
	return err
}

// endMemberships ends what a spell has of classes on a day and says which days of which
// classes are other than they were.
func endMemberships(ctx context.Context, tx *store.Tx, realm int, enrolment id.ID, on day.Day) ([]ClassDays, error) {
	members, err := store.All[Membership](ctx, tx, sqlMembershipsOfSpell, realm, enrolment)
	if err != nil {
		return nil, err
	}
	var changes []ClassDays
	for _, m := range members {
		if m.Period.Until <= on {
			continue
		}
		if m.Period.From >= on {
			_, err = tx.Exec(ctx, sqlDeleteMembership, realm, enrolment, m.Period.From)
		} else {
			_, err = tx.Exec(ctx, sqlEndMembership, realm, enrolment, m.Period.From, on)
		}
		if err != nil {
			return nil, err
		}
		changes = append(changes, ClassDays{m.Class, day.Range{From: max(on, m.Period.From), Until: m.Period.Until}})
	}
	return changes, nil
}

// settle says which of the changed days have come, and marks what is due at the schools
// as to be worked out again.
func settle(ctx context.Context, tx *store.Tx, realm int, changes []ClassDays) ([]ClassDays, error) {
	var come []ClassDays
	byClass := map[id.ID]day.Range{}
	for _, c := range changes {
		if known, ok := byClass[c.Class]; ok {
			byClass[c.Class] = day.Range{From: min(known.From, c.Range.From), Until: max(known.Until, c.Range.Until)}
		} else {
			byClass[c.Class] = c.Range
		}
		if past := c.Range.Intersect(day.Range{From: c.Range.From, Until: tx.Today() + 1}); !past.Empty() {
			come = append(come, ClassDays{c.Class, past})
		}
	}
	classes := make([]id.ID, 0, len(byClass))
	for c := range byClass {
		classes = append(classes, c)
	}
	slices.Sort(classes)
	for _, c := range classes {
		at, err := classOf(ctx, tx, realm, c)
		if err != nil {
			return nil, err
		}
		if period := byClass[c].Intersect(calendar.Bounds(at.Year)); !period.Empty() {
			if err := calendar.MarkStale(ctx, tx, realm, at.School, period); err != nil {
				return nil, err
			}
		}
	}
	return come, nil
}
