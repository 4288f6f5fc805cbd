package exchange

import (
	"context"
	"strconv"

	"ralop/internal/access"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

// studentsKind takes class lists in: of a school, or of many with a column for the school.
var studentsKind = Kind{
	Name:   "students",
	Fields: studentFields,
	At: map[access.Kind]access.Action{access.SchoolKind: access.ImportPupils, access.UnitKind: access.ImportPupils,
		access.RealmKind: access.ImportPupils},
	Settings: []string{"year", "from", "school"},
	Begin:    beginStudents,
	// Lists of a class and sums of its sheets follow from who is in it; who is expected back
	// after a break is worked out again and again.
	Derived: []string{"roll", "roll_group", "roll_member", "break_pupil", "school_due_state"},
	Clear:   intake.Clear{"class": {"roll_member", "roll_group", "roll"}, "pupil": {"break_pupil"}},
	Standing: func(ctx context.Context, tx *store.Tx, who access.Who, run intake.Run) ([]intake.Standing, error) {
		pupils, classes, err := student.Imported(ctx, tx, who.Realm, run.ID)
		if err != nil || len(pupils) == 0 || len(classes) == 0 {
			return nil, err
		}
		sheets, links, err := rollcall.SheetsSince(ctx, tx, who.Realm, classes, pupils, run.MadeAt)
		if err != nil || sheets == 0 {
			return nil, err
		}
		return []intake.Standing{{Table: "sheet", Rows: sheets, LinkKind: string(access.ClassKind), Links: links}}, nil
	},
	Restored: func(ctx context.Context, tx *store.Tx, who access.Who, rows []intake.Restored) error {
		changes, err := student.Restored(ctx, tx, who.Realm, rows)
		if err != nil || len(changes) == 0 {
			return err
		}
		_, err = rollcall.ApplyEnrolments(ctx, tx, who, changes, "enrolment")
		return err
	},
}

type studentsTaker struct {
	Plainly
	roster   *student.Roster
	watch    *StudentWatch
	prefixes []string // that codes of the province begin with
	texts    bool     // digests are asked for
	dry      bool
}

func beginStudents(ctx context.Context, tx *store.Tx, job Job) (Taker, error) {
	in := student.RosterIn{School: job.Settings["school"], DryRun: job.DryRun}
	if year := job.Settings["year"]; year != "" {
		var err error
		if in.Year, err = strconv.Atoi(year); err != nil {
			return nil, fault.New(fault.Invalid, "intake.bad_year", nil).On("year")
		}
	}
	if from := job.Settings["from"]; from != "" {
		var err error
		if in.From, err = ParseDate(from, "", false); err != nil {
			return nil, fault.New(fault.Invalid, "door.no-day", nil).On("from")
		}
	}
	if job.Run.Place.Kind == string(access.SchoolKind) && in.School == "" {
		s, err := org.SchoolOn(ctx, tx, job.Who, job.Run.Place.ID, tx.Today())
		if err != nil {
			return nil, err
		}
		in.School = s.Code
	}
	prefixes, err := provincesAt(ctx, tx, job.Who, job.Run.Place)
	if err != nil {
		return nil, err
	}
	who := job.Who
	in.Reach = func(ctx context.Context, tx *store.Tx, changes []student.ClassDays) error {
		_, err := rollcall.ApplyEnrolments(ctx, tx, who, changes, "enrolment")
		return err
	}
	t := &studentsTaker{roster: student.NewRoster(who, in), prefixes: prefixes, dry: job.DryRun, texts: job.DryRun || job.Run.Digest != ""}
	if job.Run.Position > 0 && !job.DryRun {
		made, err := intake.MadeRows(ctx, tx, who.Realm, job.Run.ID, job.Run.PassFrom, "pupil")
		if err != nil {
			return nil, err
		}
		t.roster.Made(made)
	}
	return t, nil
}

// provincesAt gives the codes of the provinces that a place is and was in.
func provincesAt(ctx context.Context, tx *store.Tx, who access.Who, place intake.Place) ([]string, error) {
	units := []id.ID{place.ID}
	switch access.Kind(place.Kind) {
	case access.SchoolKind:
		s, err := org.SchoolOn(ctx, tx, who, place.ID, tx.Today())
		if fault.Is(err, fault.NotFound) { // closed, or not opened yet: nothing is known of its province today
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		units[0] = s.LocatedIn
	case access.RealmKind:
		held, err := org.Held(ctx, tx, who, tx.Today())
		if err != nil {
			return nil, err
		}
		units = held
	}
	var codes []string
	for _, unit := range units {
		more, err := org.ProvinceCodes(ctx, tx, unit, tx.Today())
		if err != nil {
			return nil, err
		}
		codes = append(codes, more...)
	}
	return codes, nil
}

// read reads lines as rows of a class list; what cannot be read is a fault at its place.
func (t *studentsTaker) read(lines []Line) (rows []student.RosterLine, at []int, faults [][]*fault.Fault) {
	faults = make([][]*fault.Fault, len(lines))
	for i, l := range lines {
		row, wrong := rosterLine(l.Head, l.Row)
		if len(wrong) > 0 {
			for _, w := range wrong {
				faults[i] = append(faults[i], w.Fault)
			}
			continue
		}
		rows, at = append(rows, row), append(at, i)
	}
	return rows, at, faults
}

// Plan says what each row of a class list means.
func (t *studentsTaker) Plan(ctx context.Context, tx *store.Tx, lines []Line) ([]Act, error) {
	rows, at, faults := t.read(lines)
	planned, err := t.roster.Plan(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	if t.dry {
		t.roster.Foresee(planned)
	}
	acts := make([]Act, len(lines))
	for i, l := range lines {
		acts[i] = Act{Row: l.Row.Number, Faults: faults[i]}
	}
	for n, p := range planned {
		a := &acts[at[n]]
		a.Faults = append(a.Faults, p.Faults...)
		if len(a.Faults) > 0 {
			continue
		}
		change := p.Change()
		a.What, a.Name, a.Where, a.Do = Same, change.Name, change.Class, p
		if change.New {
			a.What = New
		} else if p.Writes() {
			a.What = Changed
		}
		for _, f := range change.Fields {
			a.Fields = append(a.Fields, FieldChange(f))
		}
		if t.texts {
			a.Digest = p.Text()
		}
		for _, note := range p.Notes {
			a.Notes = append(a.Notes, Remark{Fault: note, LinkKind: access.PupilKind, Link: change.Pupil})
		}
	}
	for i, l := range lines {
		var pupil id.ID
		if p, ok := acts[i].Do.(student.RosterAct); ok {
			pupil = p.Change().Pupil
		}
		for _, odd := range t.look(l, pupil) {
			acts[i].Notes = append(acts[i].Notes, odd.remark(pupil))
		}
	}
	return acts, nil
}

// look finds what is odd over all rows of the file.
func (t *studentsTaker) look(l Line, pupil id.ID) []Odd {
	if t.watch == nil {
		t.watch = NewStudentWatch(l.Head, t.prefixes...)
	}
	return t.watch.Look(l.Row, pupil)
}

// remark links a finding to whom it means: the other row's child where it speaks of another
// row, else the row's own; to the row itself while there is no record of the child.
func (o Odd) remark(own id.ID) Remark {
	row, pupil := o.Row, own
	if o.Other != 0 {
		row, pupil = o.Other, o.Pupil
	}
	if pupil == 0 {
		return Remark{Fault: o.Fault, LinkKind: RowKind, Link: id.ID(row)}
	}
	return Remark{Fault: o.Fault, LinkKind: access.PupilKind, Link: pupil}
}

// Passed remembers rows that are in already.
func (t *studentsTaker) Passed(ctx context.Context, tx *store.Tx, lines []Line) error {
	for _, l := range lines {
		t.look(l, 0)
	}
	rows, _, _ := t.read(lines)
	return t.roster.Passed(ctx, tx, rows)
}

func actsOf(acts []Act) []student.RosterAct {
	all := make([]student.RosterAct, len(acts))
	for i, a := range acts {
		all[i] = a.Do.(student.RosterAct)
	}
	return all
}

// Write puts children, spells and classes in.
func (t *studentsTaker) Write(ctx context.Context, tx *store.Tx, acts []Act, j *intake.Journal) error {
	return t.roster.Write(ctx, tx, actsOf(acts), j)
}

// Wrote lets the roster know that they stand.
func (t *studentsTaker) Wrote(acts []Act) { t.roster.Wrote(actsOf(acts)) }

// More counts the classes opened.
func (t *studentsTaker) More() map[string]int {
	if t.roster.Classes == 0 {
		return nil
	}
	return map[string]int{"classes": t.roster.Classes}
}
