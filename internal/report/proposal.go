package report

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// ProposalState is how far a kiến nghị is.
type ProposalState string

// The states of a proposal.
const (
	Open     ProposalState = "open"
	Answered ProposalState = "answered" // taken up; Due says until when
	Done     ProposalState = "done"
	Refused  ProposalState = "refused"
)

// ProposalStates lists those that an answer may give.
var ProposalStates = []ProposalState{Answered, Done, Refused}

// Proposal is one kiến nghị, đề xuất of a paper, answered by the tier above.
type Proposal struct {
	ID         id.ID
	Report     id.ID
	Number     int
	Body       string
	State      ProposalState
	Answer     string
	AnsweredBy id.ID
	AnsweredAt day.Instant
	Due        day.Day // day.Forever when none was set
}

// Overdue says that what was promised is late on a day.
func (p Proposal) Overdue(on day.Day) bool { return p.State == Answered && p.Due < on }

func proposalsOf(ctx context.Context, tx *store.Tx, realm int, report id.ID) ([]Proposal, error) {
	return store.All[Proposal](ctx, tx, sqlProposals, realm, report)
}

// longestProposal is how many characters a proposal or its answer may have.
const longestProposal = 2000

// Propose adds a proposal to a draft. Faults: report.not-draft, report.changed,
// report.need-body, report.long-body.
func Propose(ctx context.Context, tx *store.Tx, who access.Who, report id.ID, version int, body string) error {
	r, rule, err := allowed(ctx, tx, who, report, access.DraftReport)
	if err != nil {
		return err
	}
	if err := atDraft(r, version); err != nil {
		return err
	}
	if body, err = checkBody(body, "body"); err != nil {
		return err
	}
	if n, err := tx.Exec(ctx, sqlTouch, who.Realm, report, version); err != nil {
		return err
	} else if n == 0 {
		return changed(r, version)
	}
	if err := addProposal(ctx, tx, who.Realm, report, body); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("report.propose", r.Place.Resource(), rule, map[string]any{"report": report}))
}

func checkBody(body, field string) (string, error) {
	body = viet.Clean(body)
	switch {
	case body == "":
		return "", fault.New(fault.Invalid, "report.need-body", nil).On(field)
	case len([]rune(body)) > longestProposal:
		return "", fault.New(fault.Invalid, "report.long-body", fault.Args{"most": longestProposal}).On(field)
	}
	return body, nil
}

func addProposal(ctx context.Context, tx *store.Tx, realm int, report id.ID, body string) error {
	last, err := store.One[int](ctx, tx, sqlProposalCount, realm, report)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sqlAddProposal, realm, tx.NewID(), report, last+1, body, day.Instant(0), day.Forever)
	return err
}

func copyProposals(ctx context.Context, tx *store.Tx, realm int, from, to id.ID) error {
	all, err := proposalsOf(ctx, tx, realm, from)
	if err != nil {
		return err
	}
	for _, p := range all {
		if err := addProposal(ctx, tx, realm, to, p.Body); err != nil {
			return err
		}
	}
	return nil
}

// Withdraw takes a proposal out of a draft. Faults: report.no-proposal, report.not-draft.
func Withdraw(ctx context.Context, tx *store.Tx, who access.Who, proposal id.ID, version int) error {
	p, err := proposalBy(ctx, tx, who.Realm, proposal)
	if err != nil {
		return err
	}
	r, rule, err := allowed(ctx, tx, who, p.Report, access.DraftReport)
	if err != nil {
		return err
	}
	if err := atDraft(r, version); err != nil {
		return err
	}
	if n, err := tx.Exec(ctx, sqlTouch, who.Realm, p.Report, version); err != nil {
		return err
	} else if n == 0 {
		return changed(r, version)
	}
	if _, err := tx.Exec(ctx, sqlDropProposal, who.Realm, proposal); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("report.withdraw", r.Place.Resource(), rule, map[string]any{"report": p.Report, "proposal": proposal}))
}

func proposalBy(ctx context.Context, tx *store.Tx, realm int, proposal id.ID) (Proposal, error) {
	p, err := store.One[Proposal](ctx, tx, sqlProposal, realm, proposal)
	if store.IsNone(err) {
		err = fault.New(fault.NotFound, "report.no-proposal", nil)
	}
	return p, err
}

// AnswerIn is what the tier above says to a proposal.
type AnswerIn struct {
	Proposal id.ID
	State    ProposalState // Answered, Done, Refused
	Answer   string
	Due      day.Day // zero: none
}

// Answer answers a proposal of a paper that has gone out; it may be answered again while
// it is followed. The right is asked of the unit above. Faults: report.no-proposal,
// report.not-issued, report.bad-answer, report.need-body, report.long-body.
func Answer(ctx context.Context, tx *store.Tx, who access.Who, in AnswerIn) error {
	p, err := proposalBy(ctx, tx, who.Realm, in.Proposal)
	if err != nil {
		return err
	}
	r, err := full(ctx, tx, who, p.Report)
	if err != nil {
		return err
	}
	if r.Place.Above.ID == 0 {
		return fault.New(fault.Conflict, "report.nobody-above", nil)
	}
	rule, err := access.May(ctx, tx, who, access.ReceiveReport, access.Unit(r.Place.Above.ID))
	if err != nil {
		return err
	}
	if r.State != Issued && r.State != Accepted {
		return fault.New(fault.Conflict, "report.not-issued", nil)
	}
	if in.State != Answered && in.State != Done && in.State != Refused {
		return fault.New(fault.Invalid, "report.bad-answer", nil).On("state")
	}
	if in.Answer, err = checkBody(in.Answer, "answer"); err != nil {
		return err
	}
	if in.Due.IsZero() {
		in.Due = day.Forever
	}
	if _, err := tx.Exec(ctx, sqlAnswer, who.Realm, in.Proposal, in.State, in.Answer, who.Account, tx.Now(), in.Due); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("report.answer", r.Place.Resource(), rule, map[string]any{"report": p.Report, "proposal": p.ID, "state": in.State, "due": in.Due}))
}

// Forwarded is a proposal of a child's paper, as the tier above follows it.
type Forwarded struct {
	Proposal
	Place  Place
	Period day.Range
}

// ChildProposals lists the proposals that the units and schools right below a unit have
// sent up, the newest first.
func ChildProposals(ctx context.Context, tx *store.Tx, who access.Who, unit id.ID) ([]Forwarded, error) {
	if _, err := access.May(ctx, tx, who, access.ReceiveReport, access.Unit(unit)); err != nil {
		return nil, err
	}
	children, err := childrenOf(ctx, tx, who, unit, tx.Today())
	if err != nil {
		return nil, err
	}
	var units, schools []id.ID
	names := map[id.ID]Child{}
	for _, c := range children {
		names[c.ID] = c
		if c.Kind == access.UnitKind {
			units = append(units, c.ID)
		} else {
			schools = append(schools, c.ID)
		}
	}
	type row struct {
		Proposal     Proposal
		Unit, School id.ID
		Period       day.Range
	}
	rows, err := store.All[row](ctx, tx, sqlProposalsOf, who.Realm, store.In(units), store.In(schools))
	all := make([]Forwarded, len(rows))
	for i, r := range rows {
		p := placeOf(r.Unit, r.School)
		p.Name, p.Code = names[p.ID].Name, names[p.ID].Code
		all[i] = Forwarded{r.Proposal, p, r.Period}
	}
	return all, err
}
