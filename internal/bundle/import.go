package bundle

import (
	"context"
	"strings"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/org"
	naming "ralop/internal/roster"
	"ralop/internal/store"
	"ralop/internal/student"
)

// Order is the order in which the files of a bundle go in: what is pointed to comes first.
var Order = []string{"academicSessions", "orgs", "courses", "classes", "users", "demographics", "enrollments", "roles"}

// What is what a step does.
type What int

const (
	Same  What = iota // nothing
	Named             // what is there gets the name that the bundle has for it
	New               // something is made
)

// Step is what is to be done for a line of a bundle.
type Step struct {
	File        string // "users"
	Line        int    // the first line below the headings is 2
	What        What
	Name, Where string // for the preview of the one who imports
	Faults      []*fault.Fault
	Notes       []*fault.Fault
	Pupil       id.ID  // whom it is about, when that pupil is there
	Text        string // all that it goes by: the same text is the same step

	sourced string
	make    func(context.Context, *store.Tx, *writing) error // nil: nothing but a name
	names   func() []name                                    // what is to be called how, once it is there
	forget  func()                                           // what make remembered, before it is tried again
	kept    []name
}

// name is one that is kept with an object.
type name struct {
	kind           naming.Kind
	local, sourced string
}

// In says which bundle goes in, and where.
type In struct {
	Bundle *Bundle
	School id.ID // of this school alone; 0: of the realm
	// Made are objects that an earlier part of the same import made: steps for them read as
	// they did when it was planned.
	Made map[id.ID]bool
}

// Import takes one bundle in. It is used by one goroutine.
type Import struct {
	who      access.Who
	in       In
	findings []Finding
	steps    map[place]*Step
	names    *naming.Names

	years   map[string]*yearPlan // by sourcedId, of years and of their terms
	orgs    map[string]orgRow
	units   map[string]id.ID // that stand
	coming  map[string]bool  // units that are not there yet and come with the bundle
	schools map[string]*schoolPlan
	courses map[string]courseRow
	classes map[string]*classPlan
	people  map[string]*person
	pupils  map[id.ID]map[id.ID]student.ListedPupil // of schools that were asked
	matched map[id.ID]bool                          // of them those that a line was found to mean
	callers map[access.RollCaller]bool
	account error // why no account can be made
}

type place struct {
	file string
	line int
}

type yearPlan struct {
	calendar.Year
	stands bool
}

type schoolPlan struct {
	id     id.ID // 0 until it is made
	stands bool
}

type classPlan struct {
	org.Class // ID 0 until it is made
	school    *schoolPlan
	course    string
	stands    bool
}

// NewImport begins an import. Lines that break the standard are taken out of the bundle.
func NewImport(who access.Who, in In) *Import {
	return &Import{who: who, in: in, findings: in.Bundle.Check()}
}

// Plan says for every line, file by file in Order, what is to be done, by what is there. It
// writes nothing.
//
// Codes of faults, besides those of Check and of the rooms: api.org-no-code,
// api.org-unknown, api.school-no-place, api.other-school, api.class-no-year,
// api.class-no-grade, api.pupil-no-class, api.pupil-two-classes, api.pupil-no-birth,
// api.pupil-elsewhere, api.login-taken; of notes: api.year-differs, api.name-differs,
// api.user-other.
func (m *Import) Plan(ctx context.Context, tx *store.Tx) ([]*Step, error) {
	m.begin()
	var err error
	if m.names, err = naming.Read(ctx, tx, m.who.Realm); err != nil {
		return nil, err
	}
	for _, part := range []func(context.Context, *store.Tx) error{m.planYears, m.planUnits, m.planSchools, m.planClasses, m.planPeople} {
		if err := part(ctx, tx); err != nil {
			return nil, err
		}
	}
	m.planRoles()
	var steps []*Step
	for _, file := range Order {
		t := m.table(file)
		for i := range t.rows {
			steps = append(steps, m.steps[place{file, i + 2}])
		}
	}
	return steps, nil
}

func (m *Import) begin() {
	m.steps = map[place]*Step{}
	m.years, m.orgs, m.units, m.coming = map[string]*yearPlan{}, map[string]orgRow{}, map[string]id.ID{}, map[string]bool{}
	m.schools, m.courses, m.classes, m.people = map[string]*schoolPlan{}, map[string]courseRow{}, map[string]*classPlan{}, map[string]*person{}
	m.pupils, m.matched, m.callers = map[id.ID]map[id.ID]student.ListedPupil{}, map[id.ID]bool{}, map[access.RollCaller]bool{}
	for _, file := range Order {
		t := m.table(file)
		for i, row := range t.rows {
			s := &Step{File: file, Line: i + 2}
			if row != nil {
				s.sourced, s.Text = t.cell(row, "sourcedId"), strings.Join(row, "\x00")
			}
			m.steps[place{file, i + 2}] = s
		}
	}
	for _, f := range m.findings {
		file := strings.TrimSuffix(f.File, ".csv")
		if s := m.steps[place{file, f.Line}]; s != nil {
			s.Faults = append(s.Faults, f.Fault)
		}
	}
}

func (m *Import) table(file string) *csvTable { return m.in.Bundle.tables[file] }

func (m *Import) step(file string, line int) *Step { return m.steps[place{file, line}] }

func (s *Step) refuse(kind fault.Kind, code, heading string, args fault.Args) {
	s.Faults = append(s.Faults, fault.New(kind, "api."+code, args).On(heading))
}

func (s *Step) note(code string, args fault.Args) {
	s.Notes = append(s.Notes, fault.New(fault.Conflict, "api."+code, args))
}

// refusedBy adds what an error says when it is a fault; else it gives the error.
func (s *Step) refusedBy(err error) error {
	if f, refused := fault.Of(err); refused {
		s.Faults = append(s.Faults, f)
		return nil
	}
	return err
}

// stands makes a step of an object that is there: its name is kept when it has none.
func (m *Import) stands(s *Step, kind naming.Kind, local, sourced string) {
	if local != sourced && m.names.Sourced(kind, local) == local && s.What == Same {
		s.What = Named
	}
	s.names = func() []name { return []name{{kind, local, sourced}} }
}

// realm says whether objects that many schools share are called as the bundle has it: a
// school's own bundle does not name them for all.
func (m *Import) realm() bool { return m.in.School == 0 }

// state is what a step's text begins with: whether the object was there when the import was planned.
func (m *Import) state(stands bool, object id.ID) string {
	if stands && !m.in.Made[object] {
		return "there\x00"
	}
	return "new\x00"
}

// writing is what one transaction made, for the journal.
type writing struct {
	journal  *intake.Journal
	schools  []id.ID
	classes  []id.ID
	accounts []id.ID
	grants   []id.ID
	pupils   []id.ID
	spells   []id.ID
}

// Write carries steps out in one transaction, and lets j see every row that changes. It may
// be run again when the transaction is. A fault refuses all of them.
func (m *Import) Write(ctx context.Context, tx *store.Tx, steps []*Step, j *intake.Journal) error {
	w := &writing{journal: j}
	for _, s := range steps {
		if s.kept = nil; s.forget != nil {
			s.forget()
		}
	}
	for _, s := range steps {
		if s.make != nil {
			if err := s.make(ctx, tx, w); err != nil {
				return err
			}
		}
		if s.names == nil {
			continue
		}
		for _, n := range s.names() {
			if n.local == n.sourced || m.names.Sourced(n.kind, n.local) != n.local {
				continue // it is called so, or has a name already
			}
			if err := j.Watch(ctx, tx, "roster_source", []string{"kind", "object"}, n.kind, n.local); err != nil {
				return err
			}
			if err := naming.Keep(ctx, tx, m.who.Realm, n.kind, n.local, n.sourced); err != nil {
				return err
			}
			s.kept = append(s.kept, n)
		}
	}
	return w.fresh(ctx, tx)
}

// fresh tells the journal of the rows that were made, each table after those it points to.
func (w *writing) fresh(ctx context.Context, tx *store.Tx) error {
	for _, made := range []struct {
		table, column string
		ids           []id.ID
	}{{"school", "id", w.schools}, {"school_period", "school", w.schools}, {"class", "id", w.classes}, {"account", "id", w.accounts}, {"login", "account", w.accounts},
		{"role_grant", "id", w.grants}, {"pupil", "id", w.pupils}, {"enrolment", "id", w.spells}, {"class_membership", "enrolment", w.spells}} {
		if len(made.ids) == 0 {
			continue
		}
		if err := w.journal.Fresh(ctx, tx, made.table, []string{made.column}, store.In(made.ids)); err != nil {
			return err
		}
	}
	return nil
}

// Wrote is called once the transaction of Write stands.
func (m *Import) Wrote(steps []*Step) {
	for _, s := range steps {
		for _, n := range s.kept {
			m.names.Note(n.kind, n.local, n.sourced)
		}
	}
}

// lost says that what a line points to did not go in.
func lost(heading, sourced, file string) *fault.Fault {
	return fault.New(fault.Invalid, "api.cell-points", fault.Args{"heading": heading, "id": clipped(sourced), "file": file + ".csv"}).On(heading)
}

// numbered gives the id of an object that already has this name: by an earlier bundle, or as
// the house itself calls it.
func (m *Import) numbered(kind naming.Kind, prefix, sourced string) (number id.ID, came bool) {
	local, came := m.names.Local(kind, sourced)
	text, ok := strings.CutPrefix(local, prefix)
	number, err := id.Parse(text)
	if !ok || err != nil {
		return 0, came
	}
	return number, came
}
