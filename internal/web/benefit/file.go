package benefit

import (
	"io"

	"ralop/internal/benefit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/paper"
	"ralop/internal/web/ui/frame"
)

// file hands the list out as it is filtered. Its name names no child.
func (l *list) file(format string) (door.Answer, error) {
	f := paper.Format(format)
	if f != paper.FormatXLSX && f != paper.FormatCSV {
		return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil)
	}
	r, rows := l.r, l.shown
	out := paper.List{Title: r.T("benefit_page.title"), Stamp: r.Now.Time()}
	if r.Config().Demonstration {
		out.Watermark = r.T("common.demonstration")
	}
	text := func(key, word string) {
		out.Columns = append(out.Columns, paper.Column{Key: key, Title: r.T(word)})
	}
	text("name", "pupils.name")
	text("sex", "pupils.sex")
	text("born", "pupils.born")
	text("grade", "pupils.grade")
	text("class", "benefit_page.class_head")
	text("scheme", "benefit_page.scheme")
	text("source", "benefit_page.head-source")
	text("ground", "benefit_page.ground")
	text("paper", "benefit_page.head-paper")
	text("from", "benefit_page.head-from")
	text("last", "benefit_page.head-last")
	text("months", "benefit_page.head-months")
	text("unpaid", "benefit_page.head-unpaid")
	out.Columns = append(out.Columns, paper.Column{Key: "dong", Title: r.T("benefit_page.head-dong"), Kind: paper.KindInteger})
	text("rice", "benefit_page.head-grams")
	r.Export("benefits", l.at, l.rule, len(rows))
	within := day.Range{From: calendar.Bounds(l.year).From, Until: r.Today.MonthStart()}
	if l.month != 0 {
		within = day.MonthOf(l.month)
	}
	return door.File("che-do-"+r.Today.String()+"."+format, f.MediaType(), func(w io.Writer) error {
		to, err := paper.NewList(w, f, out)
		if err != nil {
			return err
		}
		for _, b := range rows {
			rule, _ := b.Scheme.On(b.From)
			last, rice := "", ""
			if b.Until != day.Forever {
				last = b.Period().Last().Vietnamese()
			}
			dong, grams := benefit.Sums(b.Paid)
			if grams > 0 {
				rice = frame.Kilograms(grams)
			}
			months := make([]day.Day, len(b.Paid))
			for i, m := range b.Paid {
				months[i] = m.Month
			}
			if err := to.Row(paper.Text(b.Name), paper.Text(r.T("pupils.sex-"+b.Sex)), paper.Text(b.Born.Vietnamese()), paper.Text(b.Grade), paper.Text(b.ClassName),
				paper.Text(b.Scheme.Name(r.Lang)), paper.Text(rule.Source), paper.Text(b.Ground.Name(r.Lang)), paper.Text(b.Paper), paper.Text(b.From.Vietnamese()), paper.Text(last),
				paper.Text(frame.MonthList(months)), paper.Text(frame.MonthList(b.Unpaid(b.Paid, within))), paper.Int(dong), paper.Text(rice)); err != nil {
				return err
			}
		}
		return to.Close()
	}), nil
}
