package report

import (
	"context"
	"io"
	"strconv"

	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/paper"
	"ralop/internal/report"
	"ralop/internal/store"
)

// largestSigned is how large an attached pdf may be.
const largestSigned = 30 << 20

func address(paper id.ID) string { return "/bao-cao/" + paper.String() }

// stepOf reads what every step sends: the paper, the version that the person saw, a note.
func stepOf(r *door.Request) (report.StepIn, error) {
	paper, err := r.ID("report")
	if err != nil {
		return report.StepIn{}, err
	}
	version, _ := strconv.Atoi(r.Value("ban")) // none: the room says that the paper has changed
	return report.StepIn{Report: paper, Version: version, Note: r.Value("ly_do")}, nil
}

type verb = func(context.Context, *store.Tx, *door.Request, report.StepIn) error

// stepping does one act in the request's transaction and goes back to the paper.
func stepping(ctx context.Context, tx *store.Tx, r *door.Request, do verb) (door.Answer, error) {
	in, err := stepOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	if err := do(ctx, tx, r, in); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(address(in.Report)), nil
}

func submit(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return stepping(ctx, tx, r, func(ctx context.Context, tx *store.Tx, r *door.Request, in report.StepIn) error {
		return report.Submit(ctx, tx, r.Who, in)
	})
}

func accept(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return stepping(ctx, tx, r, func(ctx context.Context, tx *store.Tx, r *door.Request, in report.StepIn) error {
		return report.Accept(ctx, tx, r.Who, in)
	})
}

func giveBack(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return stepping(ctx, tx, r, func(ctx context.Context, tx *store.Tx, r *door.Request, in report.StepIn) error {
		return report.Return(ctx, tx, r.Who, in)
	})
}

func edit(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return stepping(ctx, tx, r, func(ctx context.Context, tx *store.Tx, r *door.Request, in report.StepIn) error {
		return report.Edit(ctx, tx, r.Who, report.EditIn{Report: in.Report, Version: in.Version, Section: report.SectionName(r.Path("section")), Body: r.Value("noi_dung-" + r.Path("section"))})
	})
}

func propose(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return stepping(ctx, tx, r, func(ctx context.Context, tx *store.Tx, r *door.Request, in report.StepIn) error {
		return report.Propose(ctx, tx, r.Who, in.Report, in.Version, r.Value("body"))
	})
}

func issue(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return stepping(ctx, tx, r, func(ctx context.Context, tx *store.Tx, r *door.Request, in report.StepIn) error {
		date, err := r.Day("date", 0)
		if err != nil {
			return err
		}
		signed, err := signedFile(r)
		if err != nil {
			return err
		}
		return report.Issue(ctx, tx, r.Who, report.IssueIn{Report: in.Report, Version: in.Version, Number: r.Value("number"), Date: date, Signed: signed})
	})
}

// signedFile is the pdf that a person attached, nil when none was.
func signedFile(r *door.Request) ([]byte, error) {
	file, head, err := r.File("signed")
	if fault.HasCode(err, "door.no-file") {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	defer file.Close()
	if head.Size == 0 {
		return nil, nil
	}
	return io.ReadAll(io.LimitReader(file, largestSigned))
}

func approve(ctx context.Context, r *door.Request) (door.Answer, error) {
	in, err := stepOf(r)
	if err == nil {
		err = report.Approve(ctx, r.Store(), r.Who, in)
	}
	return door.SeeOther(address(in.Report)), err
}

func refresh(ctx context.Context, r *door.Request) (door.Answer, error) {
	in, err := stepOf(r)
	if err == nil {
		err = report.Refresh(ctx, r.Store(), r.Who, in.Report, in.Version)
	}
	return door.SeeOther(address(in.Report)), err
}

func revise(ctx context.Context, r *door.Request) (door.Answer, error) {
	in, err := stepOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	next, err := report.Revise(ctx, r.Store(), r.Who, in)
	return door.SeeOther(address(next)), err
}

func withdraw(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	proposal, err := r.ID("proposal")
	if err != nil {
		return door.Answer{}, err
	}
	version, _ := strconv.Atoi(r.Value("ban"))
	if err := report.Withdraw(ctx, tx, r.Who, proposal, version); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(door.LocalAddress(r.Value("return"), "/bao-cao")), nil
}

func answer(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	proposal, err := r.ID("proposal")
	if err != nil {
		return door.Answer{}, err
	}
	of := "-" + proposal.String()
	due, err := r.Day("due"+of, 0)
	if err != nil {
		return door.Answer{}, err
	}
	in := report.AnswerIn{Proposal: proposal, State: report.ProposalState(r.Value("state" + of)), Answer: r.Value("answer" + of), Due: due}
	if err := report.Answer(ctx, tx, r.Who, in); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(door.LocalAddress(r.Value("return"), "/kien-nghi")), nil
}

func download(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	one, err := r.ID("report")
	if err != nil {
		return door.Answer{}, err
	}
	format := paper.Format(r.Path("format"))
	file, place, rule, err := report.Read(ctx, tx, r.Who, one, format)
	if err != nil {
		return door.Answer{}, err
	}
	r.Export("report."+string(format), place.Resource(), rule, 1)
	kind := format.MediaType()
	if format == report.FormatSigned {
		kind = paper.FormatPDF.MediaType()
	}
	a := door.File(file.Name, kind, func(w io.Writer) error {
		_, err := w.Write(file.Content)
		return err
	})
	return a, nil
}
