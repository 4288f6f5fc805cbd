package exchange

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"maps"
	"path"

	"ralop/internal/access"
	"ralop/internal/bundle"
	"ralop/internal/calendar"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/org"
	"ralop/internal/store"
)

// onerosterKind takes bundles of OneRoster 1.2: a zip of csv files with a manifest. All its
// lines are planned together, because they point to each other. Units that a bundle brings
// for a province nobody knows are the country's: they stay when it is taken back.
var onerosterKind = Kind{
	Name:    "oneroster",
	At:      map[access.Kind]access.Action{access.SchoolKind: access.ImportPupils, access.RealmKind: access.ImportPupils},
	Open:    openBundle,
	Parts:   bundle.Order,
	Prepare: prepareBundle,
	Begin:   beginBundle,
	Whole:   true,
	Derived: append([]string{"school_due", "school_due_month", "school_due_state"}, studentsKind.Derived...),
	Clear: func() intake.Clear {
		all := intake.Clear{"school": {"school_due", "school_due_month", "school_due_state"}}
		maps.Copy(all, studentsKind.Clear)
		return all
	}(),
	Standing: studentsKind.Standing,
	Restored: restoredBundle,
}

// IsBundle says whether a file is a bundle: a zip in which a manifest stands beside tables.
func IsBundle(content io.ReaderAt, size int64) bool {
	archive, err := zip.NewReader(content, size)
	if err != nil {
		return false
	}
	for _, f := range archive.File {
		if path.Base(slashed(f.Name)) == "manifest.csv" {
			return true
		}
	}
	return false
}

// openBundle gives the lines of a bundle file by file.
func openBundle(content io.ReaderAt, size int64) (rows []Row, notes []RowFault, err error) {
	b, err := bundle.Read(content, size)
	if err != nil {
		return nil, nil, err
	}
	for part, file := range bundle.Order {
		for i, cells := range b.Lines(file) {
			rows = append(rows, Row{Number: part*PartStride + i + 2, Cells: cells})
		}
	}
	for _, file := range b.Ignored {
		notes = append(notes, RowFault{0, fault.New(fault.Unsupported, "api.bundle-ignored", fault.Args{"file": file})})
	}
	return rows, notes, nil
}

// bundleOf begins the import of a run's file.
func bundleOf(ctx context.Context, tx *store.Tx, job Job) (*bundle.Import, error) {
	content, err := intake.Content(ctx, tx, job.Who.Realm, job.Run.File)
	if err != nil {
		return nil, err
	}
	b, err := bundle.Read(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	in := bundle.In{Bundle: b, Made: map[id.ID]bool{}}
	if job.Run.Place.Kind == string(access.SchoolKind) {
		in.School = job.Run.Place.ID
	}
	if job.Run.Position > 0 && !job.DryRun {
		for _, table := range []string{"school", "class", "account", "pupil"} {
			made, err := intake.MadeRows(ctx, tx, job.Who.Realm, job.Run.ID, job.Run.PassFrom, table)
			if err != nil {
				return nil, err
			}
			for _, one := range made {
				in.Made[one] = true
			}
		}
	}
	return bundle.NewImport(job.Who, in), nil
}

func prepareBundle(ctx context.Context, db *store.Store, job Job) error {
	var in *bundle.Import
	err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		in, err = bundleOf(ctx, tx, job)
		return err
	})
	if err != nil {
		return err
	}
	return in.PutUnits(ctx, db)
}

func beginBundle(ctx context.Context, tx *store.Tx, job Job) (Taker, error) {
	in, err := bundleOf(ctx, tx, job)
	return &bundleTaker{in: in}, err
}

type bundleTaker struct {
	in     *bundle.Import
	passed int
	counts map[string]int
}

// Passed remembers how many lines an earlier pass has carried out.
func (t *bundleTaker) Passed(_ context.Context, _ *store.Tx, lines []Line) error {
	t.passed += len(lines)
	return nil
}

func (t *bundleTaker) Plan(ctx context.Context, tx *store.Tx, lines []Line) ([]Act, error) {
	steps, err := t.in.Plan(ctx, tx)
	if err != nil {
		return nil, err
	}
	if t.passed == 0 {
		t.counts = map[string]int{}
		for _, s := range steps {
			if len(s.Faults) == 0 {
				t.counts[s.File+map[bool]string{true: " new", false: " same"}[s.What == bundle.New]]++
			}
		}
	}
	acts := make([]Act, 0, len(lines))
	for i, s := range steps[t.passed:] {
		a := Act{Row: lines[i].Row.Number, What: Same, Name: s.Name, Where: s.Where, Faults: s.Faults, Digest: s.Text, Do: s}
		switch s.What {
		case bundle.New:
			a.What = New
		case bundle.Named:
			a.What = Changed
			a.Fields = []FieldChange{{Field: "sourced_id"}}
		}
		for _, f := range s.Notes {
			r := Remark{Fault: f}
			if s.Pupil != 0 {
				r.LinkKind, r.Link = access.PupilKind, s.Pupil
			}
			a.Notes = append(a.Notes, r)
		}
		acts = append(acts, a)
	}
	return acts, nil
}

func stepsOf(acts []Act) []*bundle.Step {
	steps := make([]*bundle.Step, len(acts))
	for i, a := range acts {
		steps[i] = a.Do.(*bundle.Step)
	}
	return steps
}

func (t *bundleTaker) Write(ctx context.Context, tx *store.Tx, acts []Act, j *intake.Journal) error {
	return t.in.Write(ctx, tx, stepsOf(acts), j)
}

func (t *bundleTaker) Wrote(acts []Act) { t.in.Wrote(stepsOf(acts)) }

// More counts the lines of each file by what becomes of them: "users new", "users same".
func (t *bundleTaker) More() map[string]int { return t.counts }

// restoredBundle brings what is due up to date where a year went, and lists of classes where
// children did.
func restoredBundle(ctx context.Context, tx *store.Tx, who access.Who, rows []intake.Restored) error {
	for _, r := range rows {
		if r.Table != "school_year" {
			continue
		}
		if _, err := calendar.MarkScopeStale(ctx, tx, who.Realm, calendar.Scope{Kind: calendar.ScopeRealm}, calendar.Bounds(int(r.ID("year")))); err != nil {
			return err
		}
	}
	var there []intake.Restored
	schools := map[id.ID]bool{} // asked once each
	for _, r := range rows {
		if r.Table == "enrolment" {
			school := r.ID("school")
			stands, asked := schools[school]
			if !asked {
				_, err := org.SchoolSpans(ctx, tx, who, school)
				if stands = err == nil; err != nil && !fault.Is(err, fault.NotFound) {
					return err
				}
				schools[school] = stands
			}
			if !stands { // it went with the import that made it
				continue
			}
		}
		there = append(there, r)
	}
	return studentsKind.Restored(ctx, tx, who, there)
}
