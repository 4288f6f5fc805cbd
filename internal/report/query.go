package report

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/paper"
	"ralop/internal/store"
)

// Opened is a paper as its page shows it.
type Opened struct {
	Report
	Figures     Figures // kept: of a draft as it was last brought up to date, of the others frozen
	Sections    []Section
	Proposals   []Proposal
	Events      []Event
	Files       []File // without content
	Document    paper.Document
	Changes     []Change     // of a draft: what is another number now
	Adjustments []Adjustment // of a frozen paper
	May         []Act        // what the caller may do with it now
	Rule        string
}

// Find opens a paper. Its page carries no pupil's name.
func Find(ctx context.Context, tx *store.Tx, who access.Who, report id.ID) (Opened, error) {
	r, rule, err := allowed(ctx, tx, who, report, access.SeeReport)
	if err != nil {
		return Opened{}, err
	}
	o := Opened{Report: r, Rule: rule}
	if o.Figures, err = figuresOf(ctx, tx, who.Realm, report); err != nil {
		return o, err
	}
	if o.Sections, err = sectionsOf(ctx, tx, who.Realm, report); err != nil {
		return o, err
	}
	if o.Proposals, err = proposalsOf(ctx, tx, who.Realm, report); err != nil {
		return o, err
	}
	if o.Events, err = eventsOf(ctx, tx, who.Realm, report); err != nil {
		return o, err
	}
	type kept struct {
		Format       paper.Format
		Name, Digest string
	}
	files, err := store.All[kept](ctx, tx, sqlFiles, who.Realm, report)
	if err != nil {
		return o, err
	}
	for _, f := range files {
		o.Files = append(o.Files, File{Format: f.Format, Name: f.Name, Digest: f.Digest})
	}
	if r.Frozen() {
		kept, err := fileOf(ctx, tx, who.Realm, report, paper.FormatJSON)
		if err != nil {
			return o, err
		}
		book, err := decodeBook(kept.Content)
		if err != nil {
			return o, err
		}
		o.Document = book.Document
		if o.Adjustments, err = adjustments(ctx, tx, who.Realm, r); err != nil {
			return o, err
		}
	} else {
		o.Document = makeBook(r, o.Figures, o.Sections, o.Proposals, signer{}).Document
		now, _, err := gather(ctx, tx, who, r.Place, r.Period)
		if err != nil {
			return o, err
		}
		o.Changes = Changes(o.Figures, now)
	}
	o.May, err = acts(ctx, tx, who, r)
	return o, err
}

// acts lists what the caller may do with a paper in its state.
func acts(ctx context.Context, tx *store.Tx, who access.Who, r Report) ([]Act, error) {
	all := []Act{}
	for _, act := range []Act{ActSubmit, ActApprove, ActIssue, ActAccept, ActReturn, ActRevise} {
		if _, ok := ways[act][r.State]; !ok {
			continue
		}
		if _, _, err := may(ctx, tx, who, r, act); err == nil {
			all = append(all, act)
		} else if _, refused := fault.Of(err); !refused {
			return nil, err
		}
	}
	return all, nil
}

// Can says whether the caller may do an act.
func (o Opened) Can(act Act) bool { return slices.Contains(o.May, act) }

// Editable says whether the text may be changed.
func (o Opened) Editable() bool { return o.State == Draft && o.Can(ActSubmit) }

// Read gives a file of a paper: the frozen one, or of a draft one made now with its mark.
// The export log has it.
func Read(ctx context.Context, tx *store.Tx, who access.Who, report id.ID, f paper.Format) (file File, place Place, rule string, err error) {
	r, rule, err := allowed(ctx, tx, who, report, access.SeeReport)
	if err != nil {
		return file, r.Place, "", err
	}
	if !slices.Contains(Formats, f) && f != FormatSigned {
		return file, r.Place, "", fault.New(fault.NotFound, "report.no-format", fault.Args{"format": string(f)})
	}
	if r.Frozen() || f == FormatSigned {
		file, err = fileOf(ctx, tx, who.Realm, report, f)
		return file, r.Place, rule, err
	}
	figures, err := figuresOf(ctx, tx, who.Realm, report)
	if err != nil {
		return file, r.Place, "", err
	}
	book, err := bookOf(ctx, tx, who, r, figures)
	if err != nil {
		return file, r.Place, "", err
	}
	file, err = book.file(f)
	return file, r.Place, rule, err
}

// Monthly gives the paper of a place for a period in a format: the newest one that is
// frozen, else (or when live is asked for) one made now from the facts, marked as a draft,
// with the text of the draft under way if there is one.
func Monthly(ctx context.Context, tx *store.Tx, who access.Who, place Place, period day.Range, f paper.Format, live bool) (File, error) {
	if _, err := access.May(ctx, tx, who, access.SeeReport, place.Resource()); err != nil {
		return File{}, err
	}
	if !slices.Contains(Formats, f) {
		return File{}, fault.New(fault.Invalid, "report.no-format", fault.Args{"format": string(f)}).On("format")
	}
	if err := checkPeriod(period); err != nil {
		return File{}, err
	}
	latest, err := latestOf(ctx, tx, who.Realm, place, period)
	if err != nil && !store.IsNone(err) {
		return File{}, err
	}
	if err == nil && latest.State.Frozen() && !live {
		return fileOf(ctx, tx, who.Realm, latest.ID, f)
	}
	figures, _, err := gather(ctx, tx, who, place, period)
	if err != nil {
		return File{}, err
	}
	r := Report{ID: latest.ID, Kind: KindMonthly, Place: figures.Place, Period: period, Revision: max(latest.Revision, 1), State: Draft}
	book, err := bookOf(ctx, tx, who, r, figures)
	if err != nil {
		return File{}, err
	}
	return book.file(f)
}

// Exported writes down that a paper left the product.
func Exported(ctx context.Context, tx *store.Tx, who access.Who, place Place, f paper.Format) error {
	rule, err := access.May(ctx, tx, who, access.SeeReport, place.Resource())
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("export", place.Resource(), rule, map[string]any{"what": "report", "format": f}))
}

// Filter narrows the list.
type Filter struct {
	Period day.Range // papers that touch it
	State  State     // "" all
	Place  Place     // zero: all; a unit takes what is right below it too
}

// List gives the papers that the caller may see, the newest period first.
func List(ctx context.Context, tx *store.Tx, who access.Who, f Filter) ([]Report, error) {
	scope, err := access.ScopeOf(ctx, tx, who, access.SeeReport)
	if err != nil || scope.Empty() {
		return nil, err
	}
	all, err := papersBy(ctx, tx, sqlList, who.Realm, f.Period.From, f.Period.Until)
	if err != nil {
		return nil, err
	}
	var only map[id.ID]bool
	if f.Place.ID != 0 {
		only = map[id.ID]bool{f.Place.ID: true}
		if f.Place.Kind == access.UnitKind {
			children, err := childrenOf(ctx, tx, who, f.Place.ID, f.Period.Last())
			if err != nil {
				return nil, err
			}
			for _, c := range children {
				only[c.ID] = true
			}
		}
	}
	kept := []Report{}
	mayUnit := map[id.ID]bool{}
	for _, r := range all {
		if f.State != "" && r.State != f.State || only != nil && !only[r.Place.ID] {
			continue
		}
		if !scope.All {
			yes, known := mayUnit[r.Place.ID]
			if !known {
				if r.Place.Kind == access.SchoolKind {
					yes = slices.Contains(scope.Schools, r.Place.ID)
				} else if _, err := access.May(ctx, tx, who, access.SeeReport, r.Place.Resource()); err == nil {
					yes = true
				} else if _, refused := fault.Of(err); !refused {
					return nil, err
				}
				mayUnit[r.Place.ID] = yes
			}
			if !yes {
				continue
			}
		}
		if r.Place, err = resolve(ctx, tx, who, r.Place, r.Period.Last()); err != nil {
			return nil, err
		}
		kept = append(kept, r)
	}
	return kept, nil
}

// ChildPaper is what stands of a child's paper for a period.
type ChildPaper struct {
	Child
	Report Report // zero when there is none
}

// Missing says whether the paper has not come in yet.
func (c ChildPaper) Missing() bool { return c.State != Issued && c.State != Accepted }

// Children says for each unit and school right below a unit how far its paper for a period is.
func Children(ctx context.Context, tx *store.Tx, who access.Who, unit id.ID, period day.Range) ([]ChildPaper, error) {
	if _, err := access.May(ctx, tx, who, access.SeeReport, access.Unit(unit)); err != nil {
		return nil, err
	}
	children, err := childrenOf(ctx, tx, who, unit, period.Last())
	if err != nil {
		return nil, err
	}
	papers, err := papersOf(ctx, tx, who.Realm, children, period)
	if err != nil {
		return nil, err
	}
	all := make([]ChildPaper, len(children))
	for i, c := range children {
		r := papers[c.ID]
		c.State = r.State
		all[i] = ChildPaper{c, r}
	}
	return all, nil
}

// childrenOf are the units and schools right below a unit on a day.
func childrenOf(ctx context.Context, tx *store.Tx, who access.Who, unit id.ID, asOf day.Day) ([]Child, error) {
	g := &gathering{ctx: ctx, tx: tx, who: who, place: Unit(unit), period: day.Range{From: asOf, Until: asOf + 1}, schools: map[id.ID][]id.ID{}}
	err := g.layout()
	return g.figures.Children, err
}

// Places lists where the caller may begin a paper: the units and schools that her grants name.
func Places(ctx context.Context, tx *store.Tx, who access.Who, action access.Action) ([]Place, error) {
	scope, err := access.ScopeOf(ctx, tx, who, action)
	if err != nil {
		return nil, err
	}
	var all []Place
	add := func(p Place) error {
		found, err := resolve(ctx, tx, who, p, tx.Today())
		if _, refused := fault.Of(err); refused {
			return nil // ended since: its papers are found by their own address
		}
		if err == nil {
			all = append(all, found)
		}
		return err
	}
	units := scope.Units
	if scope.All {
		if units, err = org.Held(ctx, tx, who, tx.Today()); err != nil {
			return nil, err
		}
	}
	for _, unit := range units {
		if err := add(Unit(unit)); err != nil {
			return nil, err
		}
	}
	if len(units) == 0 {
		for _, school := range scope.Schools {
			if err := add(School(school)); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}
