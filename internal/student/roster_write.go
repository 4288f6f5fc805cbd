package student

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/org"
	"ralop/internal/store"
)

// slice is how many rows one transaction writes: some 10 ms on SQLite, so that a roll
// call never waits long behind an import.
const slice = 64

// Writes says whether an act changes anything.
func (a RosterAct) Writes() bool { return a.act != nil && (a.act.pupil == 0 || a.act.changes()) }

// Write carries acts out in one transaction, and keeps in j what the rows were; j may be nil.
// It may be run again when the transaction is: Wrote says that it stands. A fault refuses all.
func (r *Roster) Write(ctx context.Context, tx *store.Tx, acts []RosterAct, j *intake.Journal) error {
	plain := make([]*rosterAct, len(acts))
	for i, a := range acts {
		plain[i] = a.act
	}
	return r.writeActs(ctx, tx, plain, j)
}

// Wrote is called once the transaction of Write stands.
func (r *Roster) Wrote(acts []RosterAct) {
	for _, a := range acts {
		r.wrote(a.act)
	}
}

func (r *Roster) wrote(a *rosterAct) {
	if c := a.class; c.stored != c.Grades {
		if c.stored == "" {
			r.Classes++
		}
		c.stored = c.Grades
	}
	r.count(a)
}

// openClasses opens the classes that acts need, and gives a lớp ghép its further grade.
func (r *Roster) openClasses(ctx context.Context, tx *store.Tx, acts []*rosterAct, j *intake.Journal) error {
	var wanted []*rosterClass
	var schools []id.ID
	for _, a := range acts {
		if c := a.class; c.stored != c.Grades && !slices.Contains(wanted, c) {
			wanted, schools = append(wanted, c), append(schools, c.School)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	if err := j.Watch(ctx, tx, "class", []string{"school", "year"}, store.In(schools), r.year.Year); err != nil {
		return err
	}
	for _, c := range wanted {
		if c.stored == "" {
			opened, err := org.OpenClass(ctx, tx, r.who, org.Class{School: c.School, Year: c.Year, Name: c.Name, Level: c.Level,
				Grades: c.Grades, From: c.Period.From, Until: c.Period.Until})
			if err != nil {
				return err
			}
			c.ID = opened.ID
			continue
		}
		now, err := org.ClassByID(ctx, tx, r.who, c.ID)
		if err != nil {
			return err
		}
		now.Grades = c.Grades
		if err := org.ChangeClass(ctx, tx, r.who, now); err != nil {
			return err
		}
	}
	return nil
}

// write carries the acts out in slices. A row that a change of the meantime makes
// impossible is refused; the others of its slice still go in.
func (r *Roster) write(ctx context.Context, db *store.Store, acts []*rosterAct) (refused []RowFault, err error) {
	var pending []*rosterAct
	for _, a := range acts {
		if a.pupil != 0 && !a.changes() {
			r.count(a)
			continue
		}
		pending = append(pending, a)
	}
	writeSlice := func(acts []*rosterAct) error {
		return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return r.writeActs(ctx, tx, acts, nil) })
	}
	for len(pending) > 0 {
		part := pending[:min(slice, len(pending))]
		pending = pending[len(part):]
		err := writeSlice(part)
		if err == nil {
			for _, a := range part {
				r.wrote(a)
			}
			continue
		}
		if _, known := fault.Of(err); !known {
			return refused, err
		}
		for _, a := range part { // one of them is refused: which?
			err := writeSlice([]*rosterAct{a})
			if f, known := fault.Of(err); known {
				refused = append(refused, RowFault{a.row, f})
				continue
			} else if err != nil {
				return refused, err
			}
			r.wrote(a)
		}
	}
	return refused, nil
}

func (r *Roster) writeActs(ctx context.Context, tx *store.Tx, acts []*rosterAct, j *intake.Journal) error {
	if err := r.openClasses(ctx, tx, acts, j); err != nil {
		return err
	}
	var known, fresh []*rosterAct
	for _, a := range acts {
		if a.pupil == 0 {
			fresh = append(fresh, a)
		} else {
			known = append(known, a)
		}
	}
	if err := watchKnown(ctx, tx, known, j); err != nil {
		return err
	}
	for _, a := range known {
		if err := r.writeKnown(ctx, tx, a, j); err != nil {
			return err
		}
	}
	made := map[id.ID][]id.ID{} // school → pupils made
	changes, err := r.writeNew(ctx, tx, fresh, made, j)
	if err != nil {
		return err
	}
	for school, pupils := range made {
		rule, err := access.May(ctx, tx, r.who, access.ImportPupils, access.School(school))
		if err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, r.who.Audit("student.import", access.School(school), rule, map[string]any{"year": r.year.Year, "pupils": pupils})); err != nil {
			return err
		}
	}
	return r.reach(ctx, tx, changes)
}

// watchKnown lets the journal see the rows of known children that acts may change.
func watchKnown(ctx context.Context, tx *store.Tx, acts []*rosterAct, j *intake.Journal) error {
	var pupils, numbered, guarded, moved, spelled, enrolments []id.ID
	for _, a := range acts {
		pupils = append(pupils, a.pupil)
		if was := a.before.Person; was.Code != a.person.Code || was.NationalID != a.person.NationalID {
			numbered = append(numbered, a.pupil)
		}
		if a.newGuardians {
			guarded = append(guarded, a.pupil)
		}
		if a.residence != 0 {
			moved = append(moved, a.pupil)
		}
		if a.newSpell {
			spelled = append(spelled, a.pupil)
		}
		if a.newClass {
			enrolments = append(enrolments, a.before.spell.Enrolment)
		}
	}
	for _, w := range []struct {
		table, column string
		of            []id.ID
	}{{"pupil", "id", pupils}, {"pupil_number", "pupil", numbered}, {"guardian", "pupil", guarded}, {"pupil_residence", "pupil", moved}, {"expected_pupil", "pupil", spelled},
		{"enrolment", "pupil", spelled}, {"class_membership", "enrolment", enrolments}} {
		if len(w.of) == 0 {
			continue
		}
		if err := j.Watch(ctx, tx, w.table, []string{w.column}, store.In(w.of)); err != nil {
			return err
		}
	}
	return nil
}

func (r *Roster) reach(ctx context.Context, tx *store.Tx, changes []ClassDays) error {
	if r.in.Reach == nil || len(changes) == 0 {
		return nil
	}
	return r.in.Reach(ctx, tx, changes)
}

var (
	pupilColumns     = []string{"realm", "id", "code", "national_id", "name", "name_fold", "name_sort", "sex", "born", "birthplace", "ethnicity", "address", "phone", "disability", "version", "changed_at"}
	guardianColumns  = []string{"realm", "pupil", "number", "relation", "name", "born_year", "phone"}
	residenceColumns = []string{"realm", "pupil", "from_day", "until_day", "unit"}
	spellColumns     = []string{"realm", "id", "pupil", "school", "year", "level", "grade", "from_day", "until_day", "entry_kind", "exit_kind", "exit_state", "exit_reason", "other_school", "paper", "from_school"}
	memberColumns    = []string{"realm", "enrolment", "class", "from_day", "until_day"}
)

// writeNew makes children with all that a list says of them, table by table.
func (r *Roster) writeNew(ctx context.Context, tx *store.Tx, acts []*rosterAct, made map[id.ID][]id.ID, j *intake.Journal) ([]ClassDays, error) {
	var pupils, guardians, residences, spells, members [][]any
	var changes []ClassDays
	realm := r.who.Realm
	classes := map[id.ID]day.Day{}
	for _, a := range acts {
		pupil, enrolment := tx.NewID(), tx.NewID()
		made[a.school.ID] = append(made[a.school.ID], pupil)
		pupils = append(pupils, personRow(realm, pupil, a.person, tx.Now()))
		for i, g := range a.guardians {
			guardians = append(guardians, []any{realm, pupil, i + 1, g.Relation, g.Name, g.BornYear, g.Phone})
		}
		if a.residence != 0 {
			residences = append(residences, []any{realm, pupil, a.from, day.Forever, a.residence})
		}
		spells = append(spells, []any{realm, enrolment, pupil, a.school.ID, a.class.Year, a.class.Level, a.grade, a.from, day.Forever, a.entry(), "", "", "", id.ID(0), "", id.ID(0)})
		members = append(members, []any{realm, enrolment, a.class.ID, a.from, day.Forever})
		if first, seen := classes[a.class.ID]; !seen || a.from < first {
			classes[a.class.ID] = a.from
		}
	}
	for _, table := range []struct {
		name    string
		columns []string
		rows    [][]any
	}{{"pupil", pupilColumns, pupils}, {"guardian", guardianColumns, guardians}, {"pupil_residence", residenceColumns, residences},
		{"enrolment", spellColumns, spells}, {"class_membership", memberColumns, members}} {
		if err := j.Load(ctx, tx, table.name, table.columns, table.rows); err != nil {
			return nil, err
		}
	}
	stale := map[id.ID]day.Day{}
	for _, a := range acts {
		if first, seen := stale[a.school.ID]; !seen || a.from < first {
			stale[a.school.ID] = a.from
		}
		if from, once := classes[a.class.ID]; once && from <= tx.Today() {
			delete(classes, a.class.ID)
			changes = append(changes, ClassDays{a.class.ID, day.Range{From: from, Until: tx.Today() + 1}})
		}
	}
	for school, from := range stale {
		if err := calendar.MarkStale(ctx, tx, realm, school, day.Range{From: from, Until: calendar.Bounds(r.year.Year).Until}); err != nil {
			return nil, err
		}
	}
	return changes, nil
}

// entry says how the spell of a listed child begins.
func (a *rosterAct) entry() string {
	switch {
	case a.class.Started:
		return EntryOther
	case StartsLevel(a.grade):
		return EntryEntrant
	}
	return EntryOpening
}

// writeKnown brings a known child up to a row.
func (r *Roster) writeKnown(ctx context.Context, tx *store.Tx, a *rosterAct, j *intake.Journal) error {
	realm := r.who.Realm
	if err := touch(ctx, tx, realm, a.pupil, a.version); err != nil {
		return err
	}
	rule, err := access.May(ctx, tx, r.who, access.ImportPupils, access.School(a.school.ID))
	if err != nil {
		return err
	}
	var changes []ClassDays
	var touched []day.Range
	detail := map[string]any{"class": a.class.ID}
	if a.newPerson {
		was, err := store.One[Person](ctx, tx, sqlPerson, realm, a.pupil)
		if err != nil {
			return err
		}
		if err := freeNumbers(ctx, tx, realm, a.pupil, a.person); err != nil {
			return err
		}
		if err := updatePerson(ctx, tx, realm, a.pupil, a.person); err != nil {
			return err
		}
		if err := keepFormer(ctx, tx, realm, a.pupil, was, a.person); err != nil {
			return err
		}
		detail["fields"] = was.difference(a.person)
		if was.Sex != a.person.Sex || was.Ethnicity != a.person.Ethnicity {
			touched = append(touched, calendar.Bounds(r.year.Year))
		}
	}
	if a.newGuardians {
		detail["guardians"] = true
		if err := putGuardians(ctx, tx, realm, a.pupil, a.guardians); err != nil {
			return err
		}
	}
	if a.residence != 0 {
		from := max(a.from, tx.Today())
		if !a.class.Started || a.newSpell {
			from = a.from
		}
		detail["residence"] = a.residence
		touched = append(touched, day.Range{From: from, Until: day.Forever})
		if err := putResidence(ctx, tx, realm, a.pupil, a.residence, from); err != nil {
			return err
		}
	}
	var done Done
	switch {
	case a.newSpell:
		spells, err := SpellsOf(ctx, tx, realm, a.pupil)
		if err != nil {
			return err
		}
		entry := a.entry()
		if done, err = begin(ctx, tx, realm, spells, a.class.class, a.grade, Spell{Pupil: a.pupil, Period: day.Range{From: a.from}, Entry: entry}); err != nil {
			return err
		}
		detail["enrolment"] = done.Enrolment
		if err := j.Fresh(ctx, tx, "class_membership", []string{"enrolment"}, done.Enrolment); err != nil {
			return err
		}
	case a.newClass:
		if done, err = moveClass(ctx, tx, realm, a.pupil, a.class.class, a.from); err != nil {
			return err
		}
		detail["moved"] = a.from
	}
	more, err := classDays(ctx, tx, realm, a.pupil, touched)
	if err != nil {
		return err
	}
	changes = append(append(changes, done.Changes...), more...)
	if err := record(ctx, tx, r.who, "student.import-change", a.pupil, rule, detail); err != nil {
		return err
	}
	return r.reach(ctx, tx, changes)
}
