package report

import (
	"context"
	"encoding/json"
	"fmt"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// KindMonthly is the only kind of paper so far: the synthesis of a period.
const KindMonthly = "monthly"

// State is where a paper stands on its way.
type State string

// The states.
const (
	Draft     State = "draft"     // dự thảo: figures are live
	Submitted State = "submitted" // trình duyệt
	Approved  State = "approved"  // duyệt: figures and files are frozen
	Issued    State = "issued"    // phát hành: số and ngày from the agency's book
	Accepted  State = "accepted"  // tiếp nhận by the unit above
	Returned  State = "returned"  // trả lại, with a reason
)

// States lists them in their order.
var States = []State{Draft, Submitted, Approved, Issued, Accepted, Returned}

// Frozen says whether the figures no longer move. A returned paper is frozen when it was
// approved before; see Report.Frozen.
func (s State) Frozen() bool { return s == Approved || s == Issued || s == Accepted }

// Report is a paper, without its figures and text.
type Report struct {
	ID        id.ID
	Kind      string
	Place     Place // Kind and ID; Full and Find add the rest
	Period    day.Range
	Revision  int
	State     State
	Number    string
	IssuedOn  day.Day
	FrozenAt  day.Instant
	AuditHead string // of the audit book at freezing, "" when nothing was sealed
	Version   int
}

// Frozen says whether the figures no longer move.
func (r Report) Frozen() bool { return !r.FrozenAt.IsZero() }

type reportRow struct {
	ID           id.ID
	Kind         string
	Unit, School id.ID
	Period       day.Range
	Revision     int
	State        State
	Number       string
	IssuedOn     day.Day
	FrozenAt     day.Instant
	AuditHead    string
	Version      int
}

func (r reportRow) report() Report {
	return Report{r.ID, r.Kind, placeOf(r.Unit, r.School), r.Period, r.Revision, r.State, r.Number, r.IssuedOn, r.FrozenAt, r.AuditHead, r.Version}
}

func papersBy(ctx context.Context, tx *store.Tx, query string, args ...any) ([]Report, error) {
	rows, err := store.All[reportRow](ctx, tx, query, args...)
	all := make([]Report, len(rows))
	for i, r := range rows {
		all[i] = r.report()
	}
	return all, err
}

func paperBy(ctx context.Context, tx *store.Tx, query string, args ...any) (Report, error) {
	row, err := store.One[reportRow](ctx, tx, query, args...)
	return row.report(), err
}

// read reads a paper; fault "report.unknown".
func read(ctx context.Context, tx *store.Tx, realm int, report id.ID) (Report, error) {
	r, err := paperBy(ctx, tx, sqlReport, realm, report)
	if store.IsNone(err) {
		err = fault.New(fault.NotFound, "report.unknown", nil)
	}
	return r, err
}

// allowed reads a paper and asks whether the caller may do something to its place. Whoever
// may not is told the same as of a paper that does not exist only when she may not see
// reports of the place either.
func allowed(ctx context.Context, tx *store.Tx, who access.Who, report id.ID, action access.Action) (Report, string, error) {
	r, err := read(ctx, tx, who.Realm, report)
	if err != nil {
		return r, "", err
	}
	rule, err := access.May(ctx, tx, who, action, r.Place.Resource())
	if err != nil {
		return r, "", err
	}
	r.Place, err = resolve(ctx, tx, who, r.Place, r.Period.Last())
	return r, rule, err
}

func figuresOf(ctx context.Context, tx *store.Tx, realm int, report id.ID) (Figures, error) {
	text, err := store.One[string](ctx, tx, sqlFigures, realm, report)
	if err != nil {
		return Figures{}, err
	}
	var f Figures
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return f, fmt.Errorf("report: figures of %s: %w", report, err)
	}
	return f, nil
}

func (f Figures) encoded() (string, error) {
	text, err := json.Marshal(f)
	return string(text), err
}

// SectionName names a part of the text.
type SectionName string

// The parts, I to VI.
const (
	Situation    SectionName = "situation"
	Results      SectionName = "results"
	Solutions    SectionName = "solutions"
	Difficulties SectionName = "difficulties"
	Tasks        SectionName = "tasks"
	Proposals    SectionName = "proposals"
)

// SectionNames in the order of the paper.
var SectionNames = []SectionName{Situation, Results, Solutions, Difficulties, Tasks, Proposals}

// Section is a part of the text: one paragraph a line. While nobody has edited it Body is
// Generated; afterwards Generated goes on following the figures beside it.
type Section struct {
	Name      SectionName
	Generated string
	Body      string
	Edited    bool
}

// Outdated says that the figures have made other sentences than those a person edited.
func (s Section) Outdated() bool { return s.Edited && s.Body != s.Generated }

func sectionsOf(ctx context.Context, tx *store.Tx, realm int, report id.ID) ([]Section, error) {
	rows, err := store.All[Section](ctx, tx, sqlSections, realm, report)
	if err != nil {
		return nil, err
	}
	byName := map[SectionName]Section{}
	for _, s := range rows {
		byName[s.Name] = s
	}
	all := make([]Section, len(SectionNames))
	for i, name := range SectionNames {
		all[i] = byName[name]
		all[i].Name = name
	}
	return all, nil
}

// Event is a step of a paper.
type Event struct {
	Number  int
	State   State
	Account id.ID
	Name    string
	Title   string
	At      day.Instant
	Note    string
}

// record writes the step to the paper's own list; the audit book is written beside it.
func record(ctx context.Context, tx *store.Tx, who access.Who, report id.ID, state State, note string) error {
	n, err := store.One[int](ctx, tx, sqlEventCount, who.Realm, report)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sqlEvent, who.Realm, report, n+1, state, who.Account, tx.Now(), note)
	return err
}

func eventsOf(ctx context.Context, tx *store.Tx, realm int, report id.ID) ([]Event, error) {
	return store.All[Event](ctx, tx, sqlEvents, realm, report)
}

// changed is the fault of a version that is no more, or of a state from which the step does not lead.
func changed(r Report, version int) error {
	return fault.New(fault.Conflict, "report.changed", fault.Args{"seen": version, "now": r.Version})
}
