package afterbreak

import (
	"context"
	"encoding/json"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Ahead is how many days before a break its list is made.
const Ahead = 21

// child is a pupil of a list being made.
type child struct {
	Pupil id.ID
	Level string
	Grade string
	Class id.ID
	Unit  id.ID
	Born  day.Day
	Entry string
}

// makeList writes the expected-back list of one level of a school as its enrolments stand on asOf. Notes that people
// left stay.
func makeList(ctx context.Context, tx *store.Tx, realm int, b Break, s schoolBreak, asOf day.Day) error {
	children, err := childrenOn(ctx, tx, realm, b, s, asOf)
	if err != nil {
		return err
	}
	said, err := tellOf(ctx, tx, realm, b, s, children)
	if err != nil {
		return err
	}
	type noted struct {
		Pupil   id.ID
		Note    string
		Text    string
		Account id.ID
		At      day.Instant
	}
	notes, err := store.All[noted](ctx, tx, sqlNotes, realm, s.Break, s.School, s.Level)
	if err != nil {
		return err
	}
	of := map[id.ID]noted{}
	for _, n := range notes {
		of[n.Pupil] = n
	}
	if _, err := tx.Exec(ctx, sqlDropPupils, realm, s.Break, s.School, s.Level); err != nil {
		return err
	}
	// Whom another school's list holds already (a transfer on the last day) is expected there.
	elsewhere, err := store.All[id.ID](ctx, tx, sqlListedElsewhere, realm, s.Break, store.In(pupilsOf(children)))
	if err != nil {
		return err
	}
	taken := map[id.ID]bool{}
	for _, p := range elsewhere {
		taken[p] = true
	}
	rows := make([][]any, 0, len(children))
	for _, c := range children {
		if taken[c.Pupil] {
			continue
		}
		taken[c.Pupil] = true
		facts, err := json.Marshal(said[c.Pupil])
		if err != nil {
			return err
		}
		n := of[c.Pupil]
		rows = append(rows, []any{realm, s.Break, c.Pupil, s.School, s.Level, c.Class, c.Unit, said[c.Pupil].order(), string(facts),
			n.Note, n.Text, n.Account, n.At, day.Forever, day.Forever, ""})
	}
	if err := tx.Load(ctx, "break_pupil", breakPupilColumns, rows); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sqlSetAsOf, realm, s.Break, s.School, s.Level, asOf); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sqlDropMark, realm, s.Break, s.School)
	return err
}

var breakPupilColumns = words("realm study_break pupil school level class unit place_in_line facts note note_text noted_by noted_at seen_on back_on cause")

func pupilsOf(children []child) []id.ID {
	pupils := make([]id.ID, len(children))
	for i, c := range children {
		pupils[i] = c.Pupil
	}
	return pupils
}

// childrenOn are the pupils enrolled on a day; at an opening, those whom the year before let expect.
func childrenOn(ctx context.Context, tx *store.Tx, realm int, b Break, s schoolBreak, asOf day.Day) ([]child, error) {
	if b.Kind == Opening {
		return store.All[child](ctx, tx, sqlExpectedChildren, realm, s.School, b.Year, s.Level, s.Return)
	}
	return store.All[child](ctx, tx, sqlChildrenOn, realm, s.School, s.Level, asOf)
}

// asOf is the day whose enrolments a list holds.
func (s schoolBreak) asOf(kind Kind, today day.Day) day.Day {
	if kind == Opening {
		return min(today, s.Return)
	}
	return min(today, s.From-1)
}

// begins is the day from which a list is frozen.
func (s schoolBreak) begins(kind Kind) day.Day {
	if kind == Opening {
		return s.Return
	}
	return s.From
}

// Freeze settles the expected-back list of a school before its break begins, as it stands; a list of a break that has
// begun is frozen already. Faults: "afterbreak.no-break", "afterbreak.frozen", "afterbreak.too-early".
func Freeze(ctx context.Context, tx *store.Tx, who access.Who, study id.ID, school id.ID) error {
	rule, err := access.May(ctx, tx, who, access.ChangeCalendar, access.School(school))
	if err != nil {
		return err
	}
	b, err := breakByID(ctx, tx, who.Realm, study)
	if err != nil {
		return err
	}
	rows, err := store.All[schoolBreak](ctx, tx, sqlSchoolInBreak, who.Realm, study, school)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return fault.New(fault.NotFound, "afterbreak.no-break", nil)
	}
	settled := 0
	for _, s := range rows {
		switch {
		case s.FrozenOn != day.Forever:
			continue
		case s.begins(b.Kind) > tx.Today()+Ahead:
			return fault.New(fault.Conflict, "afterbreak.too-early", fault.Args{"days": Ahead, "from": s.begins(b.Kind).Vietnamese()})
		}
		if err := makeList(ctx, tx, who.Realm, b, s, s.asOf(b.Kind, tx.Today())); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sqlFreeze, who.Realm, study, school, s.Level, tx.Today(), tx.Now(), who.Account); err != nil {
			return err
		}
		settled++
	}
	if settled == 0 {
		return fault.New(fault.Conflict, "afterbreak.frozen", nil)
	}
	return audit.Record(ctx, tx, who.Audit("afterbreak.freeze", access.School(school), rule, map[string]any{"break": study}))
}

func breakByID(ctx context.Context, tx *store.Tx, realm int, study id.ID) (Break, error) {
	b, err := store.One[Break](ctx, tx, sqlBreak, realm, study)
	if store.IsNone(err) {
		err = fault.New(fault.NotFound, "afterbreak.no-break", nil)
	}
	return b, err
}

// bounds of the school year in which a break lies.
func (b Break) bounds() day.Range { return calendar.Bounds(b.Year) }
