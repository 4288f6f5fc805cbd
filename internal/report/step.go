package report

import (
	"context"
	"strings"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Act is a step on the way of a paper.
type Act string

// The steps.
const (
	ActSubmit  Act = "submit"  // draft → submitted
	ActApprove Act = "approve" // submitted → approved; freezes
	ActIssue   Act = "issue"   // approved → issued
	ActAccept  Act = "accept"  // issued → accepted
	ActReturn  Act = "return"  // submitted or approved → returned by the approver; issued → returned by the unit above
	ActRevise  Act = "revise"  // returned → draft, or a new paper when the old one is frozen
)

// ways is the whole machine: from which states an act leads where, and which right it asks
// for. Of receives the right is asked of the unit above.
var ways = map[Act]map[State]way{
	ActSubmit:  {Draft: {Submitted, access.DraftReport}},
	ActApprove: {Submitted: {Approved, access.ApproveReport}},
	ActIssue:   {Approved: {Issued, access.ApproveReport}},
	ActAccept:  {Issued: {Accepted, access.ReceiveReport}},
	ActReturn:  {Submitted: {Returned, access.ApproveReport}, Approved: {Returned, access.ApproveReport}, Issued: {Returned, access.ReceiveReport}},
	ActRevise:  {Returned: {Draft, access.DraftReport}},
}

type way struct {
	to    State
	right access.Action
}

// StepIn is a step that needs no more than a word.
type StepIn struct {
	Report  id.ID
	Version int
	Note    string // needed when giving back
}

// may asks for the right to an act on a paper in its present state. Faults: those of
// access, and report.wrong-state (Conflict).
func may(ctx context.Context, tx *store.Tx, who access.Who, r Report, act Act) (way, string, error) {
	w, ok := ways[act][r.State]
	if !ok {
		// Which right would have been asked decides whether the caller learns the state.
		if _, err := access.May(ctx, tx, who, access.SeeReport, r.Place.Resource()); err != nil {
			return w, "", err
		}
		return w, "", fault.New(fault.Conflict, "report.wrong-state", fault.Args{"state": string(r.State), "act": string(act)})
	}
	resource := r.Place.Resource()
	if w.right == access.ReceiveReport {
		if r.Place.Above.ID == 0 {
			return w, "", fault.New(fault.Conflict, "report.nobody-above", nil)
		}
		resource = access.Unit(r.Place.Above.ID)
	}
	rule, err := access.May(ctx, tx, who, w.right, resource)
	return w, rule, err
}

// known reads a paper with its place in full; the right is asked by may.
func full(ctx context.Context, tx *store.Tx, who access.Who, report id.ID) (Report, error) {
	r, err := read(ctx, tx, who.Realm, report)
	if err != nil {
		return r, err
	}
	r.Place, err = resolve(ctx, tx, who, r.Place, r.Period.Last())
	return r, err
}

func step(ctx context.Context, tx *store.Tx, who access.Who, in StepIn, act Act) error {
	r, err := full(ctx, tx, who, in.Report)
	if err != nil {
		return err
	}
	w, rule, err := may(ctx, tx, who, r, act)
	if err != nil {
		return err
	}
	in.Note = viet.CleanText(in.Note)
	if act == ActReturn && in.Note == "" {
		return fault.New(fault.Invalid, "report.need-note", nil).On("note")
	}
	if n, err := tx.Exec(ctx, sqlStep, who.Realm, in.Report, in.Version, w.to); err != nil {
		return err
	} else if n == 0 {
		return changed(r, in.Version)
	}
	return stepped(ctx, tx, who, r, act, w.to, rule, in.Note, nil)
}

// stepped writes a step down, in the paper's list and in the audit book.
func stepped(ctx context.Context, tx *store.Tx, who access.Who, r Report, act Act, to State, rule, note string, detail map[string]any) error {
	if err := record(ctx, tx, who, r.ID, to, note); err != nil {
		return err
	}
	all := map[string]any{"report": r.ID, "state": to}
	for name, value := range detail {
		all[name] = value
	}
	return audit.Record(ctx, tx, who.Audit("report."+string(act), r.Place.Resource(), rule, all))
}

// Submit lays a draft before the person who approves. Faults: report.wrong-state,
// report.changed.
func Submit(ctx context.Context, tx *store.Tx, who access.Who, in StepIn) error {
	return step(ctx, tx, who, in, ActSubmit)
}

// Accept takes a paper in, by the unit above. From now on its frozen figures are summed there.
func Accept(ctx context.Context, tx *store.Tx, who access.Who, in StepIn) error {
	return step(ctx, tx, who, in, ActAccept)
}

// Return gives a paper back with a reason: the approver before it is issued, the unit
// above afterwards. Fault report.need-note besides those of a step.
func Return(ctx context.Context, tx *store.Tx, who access.Who, in StepIn) error {
	return step(ctx, tx, who, in, ActReturn)
}

// Revise takes a returned paper up again. One that was never frozen becomes a draft; of a
// frozen one a new paper with the next revision is made, which keeps what people wrote and
// gathers its figures anew: frozen figures do not move. It gives the paper to go on with.
func Revise(ctx context.Context, s *store.Store, who access.Who, in StepIn) (id.ID, error) {
	var r Report
	var figures Figures
	err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if r, err = full(ctx, tx, who, in.Report); err != nil {
			return err
		}
		if _, _, err = may(ctx, tx, who, r, ActRevise); err != nil || !r.Frozen() {
			return err
		}
		figures, _, err = gather(ctx, tx, who, r.Place, r.Period)
		return err
	})
	if err != nil {
		return 0, err
	}
	next := r.ID
	err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if !r.Frozen() {
			return step(ctx, tx, who, in, ActRevise)
		}
		_, rule, err := may(ctx, tx, who, r, ActRevise)
		if err != nil {
			return err
		}
		latest, err := latestOf(ctx, tx, who.Realm, r.Place, r.Period)
		if err != nil {
			return err
		}
		if latest.ID != r.ID || latest.Version != in.Version {
			return changed(latest, in.Version)
		}
		old, err := sectionsOf(ctx, tx, who.Realm, r.ID)
		if err != nil {
			return err
		}
		if next, err = insert(ctx, tx, who, r.Place, r.Period, r.Revision+1, figures, merge(old, textOf(figures)), rule); err != nil {
			return err
		}
		return copyProposals(ctx, tx, who.Realm, r.ID, next)
	})
	if store.IsUnique(err) {
		err = changed(r, in.Version)
	}
	return next, err
}

// IssueIn are the entries of the agency's book, and the signed file where there is one.
type IssueIn struct {
	Report  id.ID
	Version int
	Number  string // số, without the symbol
	Date    day.Day
	Signed  []byte // a digitally signed pdf; nil when paper was signed
}

// Issue enters số and ngày of the agency's book – the product never makes them up – and
// writes the files again with them; the figures are those that were frozen. Faults:
// report.need-number, report.bad-number, report.need-date, report.date-before,
// report.date-ahead, report.not-pdf, report.wrong-state, report.changed.
func Issue(ctx context.Context, tx *store.Tx, who access.Who, in IssueIn) error {
	r, err := full(ctx, tx, who, in.Report)
	if err != nil {
		return err
	}
	w, rule, err := may(ctx, tx, who, r, ActIssue)
	if err != nil {
		return err
	}
	if err := in.check(r, tx.Today()); err != nil {
		return err
	}
	if n, err := tx.Exec(ctx, sqlIssue, who.Realm, in.Report, in.Version, in.Number, in.Date); err != nil {
		return err
	} else if n == 0 {
		return changed(r, in.Version)
	}
	kept, err := fileOf(ctx, tx, who.Realm, in.Report, paper.FormatJSON)
	if err != nil {
		return err
	}
	book, err := decodeBook(kept.Content)
	if err != nil {
		return err
	}
	book.Document.Number, book.Document.Date, book.State = in.Number, in.Date, Issued
	book.Number, book.IssuedOn = in.Number, in.Date
	files, err := book.files()
	if err != nil {
		return err
	}
	if in.Signed != nil {
		files = append(files, signedFile(book, in.Signed))
	}
	digests, err := keepFiles(ctx, tx, who.Realm, in.Report, files)
	if err != nil {
		return err
	}
	return stepped(ctx, tx, who, r, ActIssue, w.to, rule, "", map[string]any{"number": in.Number, "date": in.Date, "digests": digests})
}

func (in *IssueIn) check(r Report, today day.Day) error {
	in.Number = viet.Clean(in.Number)
	var list fault.List
	bad := func(code, field string) { list = append(list, fault.New(fault.Invalid, code, nil).On(field)) }
	switch {
	case in.Number == "":
		bad("report.need-number", "number")
	case len(in.Number) > 12 || strings.Trim(in.Number, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-") != "" || strings.Trim(in.Number, "0") == "":
		bad("report.bad-number", "number")
	}
	switch {
	case in.Date.IsZero():
		bad("report.need-date", "date")
	case in.Date < r.FrozenAt.Day():
		bad("report.date-before", "date")
	case in.Date > today:
		bad("report.date-ahead", "date")
	}
	if in.Signed != nil && !strings.HasPrefix(string(in.Signed[:min(len(in.Signed), 5)]), "%PDF-") {
		bad("report.not-pdf", "signed")
	}
	return list.OrNil()
}
