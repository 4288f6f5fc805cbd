package report

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/report"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// proposalsView is what the units below ask for.
type proposalsView struct {
	Faults []ui.Mistake
	All    []forwardedView
	Empty  ui.Empty
}

type forwardedView struct {
	Title  string
	Text   string
	URL    string
	Badge  ui.Badge
	Late   bool
	Action string
	State  ui.Field
	Answer ui.Field
	Due    ui.Field
	Open   bool
}

func proposals(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	places, err := report.Places(ctx, tx, r.Who, access.ReceiveReport)
	if err != nil {
		return door.Answer{}, err
	}
	if len(places) == 0 {
		if _, err := access.May(ctx, tx, r.Who, access.ReceiveReport, access.Realm()); err != nil {
			return door.Answer{}, err
		}
	}
	v := proposalsView{Empty: ui.Empty{Icon: ui.IconLetter, Title: r.T("report.no-proposals"), Text: r.T("report.no-proposals-text")}}
	for _, place := range places {
		if place.Kind != access.UnitKind {
			continue
		}
		all, err := report.ChildProposals(ctx, tx, r.Who, place.ID)
		if err != nil {
			return door.Answer{}, err
		}
		for _, p := range all {
			v.All = append(v.All, forwarded(r, p))
		}
	}
	c := frame.Chrome(r, frame.Reports, r.T("report.proposals"))
	c.Lead = r.T("report.proposals-lead")
	return door.Page(proposalsPage(c, v)), nil
}

func forwarded(r *door.Request, p report.Forwarded) forwardedView {
	v := forwardedView{Title: p.Body, Text: r.T("report.from-paper", "name", p.Place.Name, "period", periodLabel(p.Period)), URL: address(p.Report),
		Badge: proposalBadge(r, p.State), Late: p.Overdue(r.Today), Action: "/kien-nghi/" + p.ID.String() + "/tra-loi", Open: p.State == report.Open}
	due := ""
	if p.Due != day.Forever {
		due = p.Due.String()
	}
	named := func(field string) string { return field + "-" + p.ID.String() } // several forms stand on the page
	v.State = ui.Field{Name: named("state"), Label: r.T("report.outcome"), Value: string(p.State)}
	for _, s := range report.ProposalStates {
		v.State.Options = append(v.State.Options, ui.Option{Value: string(s), Label: r.T("report.proposal-" + string(s))})
	}
	v.Answer = ui.Field{Name: named("answer"), Label: r.T("report.answer"), Rows: "3", Value: p.Answer}
	v.Due = ui.Field{Name: named("due"), Label: r.T("report.due"), Kind: "date", Class: "input-short", Value: due, Optional: true}
	return v
}
