package committee

import (
	"context"
	"io"

	"ralop/internal/access"
	"ralop/internal/committee"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// sheet hands a list out as csv or xlsx, as it is filtered.
func sheet(r *door.Request, name, title string, heads []string, rows [][]string) (door.Answer, error) {
	format := paper.Format(r.Path("format"))
	if format != paper.FormatCSV && format != paper.FormatXLSX {
		return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil)
	}
	list := paper.List{Title: title, Stamp: r.Now.Time()}
	if r.Config().Demonstration {
		list.Watermark = r.T("common.demonstration")
	}
	for _, head := range heads {
		list.Columns = append(list.Columns, paper.Column{Key: head, Title: r.T("committee." + head)})
	}
	return door.File(name+"-"+r.Today.String()+"."+string(format), format.MediaType(), func(w io.Writer) error {
		out, err := paper.NewList(w, format, list)
		if err != nil {
			return err
		}
		for _, row := range rows {
			cells := make([]paper.Cell, len(row))
			for i, text := range row {
				cells[i] = paper.Text(text)
			}
			if err := out.Row(cells...); err != nil {
				return err
			}
		}
		return out.Close()
	}), nil
}

func listFile(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	all, err := listed(ctx, tx, r, unit)
	if err != nil {
		return door.Answer{}, err
	}
	var rows [][]string
	for _, s := range all {
		rows = append(rows, []string{s.Name, s.UnitName, r.T("committee.kind-" + string(s.Kind)), s.Term.Number, s.Term.IssuedOn.Vietnamese(), s.Term.Issuer, s.Chair, number(s.Members), number(s.Duties), lastDay(r, s.Committee.Until)})
	}
	r.Export("committees", access.Unit(unit), "", len(rows))
	return sheet(r, "ban-chi-dao", r.T("committee.list"), []string{"name", "unit", "kind", "number", "issued", "issuer", "office-chair", "members", "duties", "last"}, rows)
}

func coverageFile(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	cover, err := committee.Cover(ctx, tx, r.Who, unit, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	var rows [][]string
	for _, p := range filtered(r, cover.Places) {
		base := []string{r.T("committee.place-" + string(p.Kind)), p.Name, p.Code, p.In}
		if len(p.Named) == 0 {
			rows = append(rows, append(base, "", "", "", ""))
		}
		for _, n := range p.Named {
			rows = append(rows, append(append([]string{}, base...), n.Name, r.T("committee.body-"+string(n.Body)), n.Phone, levelWords(r, n.Levels)))
		}
	}
	r.Export("committee.coverage", access.Unit(unit), cover.Rule, len(rows))
	return sheet(r, "phu-trach", r.T("committee.coverage"), []string{"what", "place", "code", "commune", "who_named", "body", "phone", "levels"}, rows)
}

func membersFile(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	d, err := opened(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	var rows [][]string
	for _, m := range shownMembers(r, d) {
		rows = append(rows, []string{m.Name, r.T("committee.office-" + string(m.Office)), m.Job, r.T("committee.body-" + string(m.Body)), m.Phone, loadWords(r, m.Load), m.From.Vietnamese(), lastDay(r, m.Until)})
	}
	r.Export("committee.members", access.Unit(d.Unit), d.Rule, len(rows))
	return sheet(r, "thanh-vien", r.T("committee.members"), []string{"member_name", "office", "job", "body", "phone", "load", "since", "last"}, rows)
}

func dutiesFile(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	which, err := r.ID("committee")
	if err != nil {
		return door.Answer{}, err
	}
	m, d, err := committee.Assignments(ctx, tx, r.Who, which, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	var rows [][]string
	for _, p := range m.Places {
		if len(m.Cells[p.Place]) == 0 {
			rows = append(rows, []string{r.T("committee.place-" + string(p.Kind)), p.Name, "", "", "", "", ""})
		}
	}
	for _, duty := range d.Duties {
		if !duty.Period().Has(r.Today) {
			continue
		}
		holder := duty.Holder
		if duty.Member == 0 {
			holder = r.T("committee.body-" + string(duty.Branch))
		}
		rows = append(rows, []string{r.T("committee.place-" + string(duty.PlaceKind)), duty.PlaceName, holder, taskWords(r, duty.Duty), levelWords(r, duty.Levels), duty.From.Vietnamese(), lastDay(r, duty.Until)})
	}
	r.Export("committee.duties", access.Unit(d.Unit), d.Rule, len(rows))
	return sheet(r, "phan-cong", r.T("committee.matrix"), []string{"what", "place", "holder", "tasks", "levels", "since", "last"}, rows)
}

func rosterPaper(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	which, err := r.ID("committee")
	if err != nil {
		return door.Answer{}, err
	}
	return printed(ctx, tx, r, "bang-phan-cong", which, committee.Roster)
}

func slipPaper(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	which, err := r.ID("member")
	if err != nil {
		return door.Answer{}, err
	}
	return printed(ctx, tx, r, "phieu-phan-cong", which, committee.Slip)
}

// printed is a paper of the committee as docx or pdf.
func printed(ctx context.Context, tx *store.Tx, r *door.Request, name string, which id.ID, draw func(context.Context, *store.Tx, access.Who, id.ID, day.Day, bool) (paper.Document, string, error)) (door.Answer, error) {
	format := paper.Format(r.Path("format"))
	d, _, err := draw(ctx, tx, r.Who, which, r.Today, r.Config().Demonstration)
	if err != nil {
		return door.Answer{}, err
	}
	if format != paper.FormatDocx && format != paper.FormatPDF {
		return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil)
	}
	return door.File(name+"-"+which.String()+"."+string(format), format.MediaType(), func(w io.Writer) error { return paper.Write(w, format, d) }), nil
}

func number(n int) string { return viet.Integer(int64(n)) }
