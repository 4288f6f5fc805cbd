package exchange

import (
	"context"
	"strconv"

	"ralop/internal/access"
	"ralop/internal/fault"
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
	roster *student.Roster
	watch  *StudentWatch
	texts  bool // digests are asked for
	dry    bool
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
	who := job.Who
	in.Reach = func(ctx context.Context, tx *store.Tx, changes []student.ClassDays) error {
		_, err := rollcall.ApplyEnrolments(ctx, tx, who, changes, "enrolment")
		return err
	}
	t := &studentsTaker{roster: student.NewRoster(who, in), dry: job.DryRun, texts: job.DryRun || job.Run.Digest != ""}
	if job.Run.Position > 0 && !job.DryRun {
		made, err := intake.MadeRows(ctx, tx, who.Realm, job.Run.ID, job.Run.PassFrom, "pupil")
		if err != nil {
			return nil, err
		}
		t.roster.Made(made)
	}
	return t, nil
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
		link := Remark{}
		if p, ok := acts[i].Do.(student.RosterAct); ok {
			link = Remark{LinkKind: access.PupilKind, Link: p.Change().Pupil}
		}
		for _, found := range t.look(l) {
			link.Fault = found.Fault
			acts[i].Notes = append(acts[i].Notes, link)
		}
	}
	return acts, nil
}

// look finds what is odd over all rows of the file.
func (t *studentsTaker) look(l Line) []RowFault {
	if t.watch == nil {
		t.watch = NewStudentWatch(l.Head)
	}
	return t.watch.Look(l.Row)
}

// Passed remembers rows that are in already.
func (t *studentsTaker) Passed(ctx context.Context, tx *store.Tx, lines []Line) error {
	for _, l := range lines {
		t.look(l)
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
