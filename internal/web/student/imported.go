package student

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/benefit"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/learning"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// benefitSection is what support a child receives and received: for those who may see it.
func benefitSection(ctx context.Context, tx *store.Tx, r *door.Request, pupil id.ID) (templ.Component, error) {
	benefits, months, err := benefit.Of(ctx, tx, r.Who, pupil)
	if err != nil {
		return nil, err
	}
	t := ui.Table{Caption: r.T("benefit_page.title"), Quiet: true, Columns: []ui.Column{{Label: r.T("benefit_page.scheme")}, {Label: r.T("benefit_page.ground")}, {Label: r.T("benefit_page.period")},
		{Label: r.T("benefit_page.paid"), Broad: true}, {Label: r.T("benefit_page.sum")}},
		Empty: ui.Empty{Icon: ui.IconTable, Title: r.T("benefit_page.record_empty"), Text: r.T("benefit_page.record_empty_text")}.Draw()}
	for i := len(benefits) - 1; i >= 0; i-- { // the newest first
		b := benefits[i]
		var paid []benefit.Month
		for _, m := range months {
			if m.Scheme == b.Scheme && b.Period().Overlaps(day.MonthOf(m.Month)) {
				paid = append(paid, m)
			}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{frame.BenefitScheme(r, b), frame.BenefitGround(r, b), ui.Text(frame.BenefitPeriod(r, b)),
			frame.BenefitPaid(r, b, paid, day.Range{From: b.From, Until: r.Today.MonthStart()}), frame.BenefitSum(r, paid)}})
	}
	return frame.In(ui.Section("che-do", r.T("benefit_page.title"), ""), t.Draw()), nil
}

// learningSection is what a child reached, a line a school year, each on the scale that
// held then: results of two scales are not to be compared.
func learningSection(ctx context.Context, tx *store.Tx, r *door.Request, pupil id.ID) (templ.Component, error) {
	results, err := learning.Of(ctx, tx, r.Who, pupil)
	if err != nil {
		return nil, err
	}
	t := ui.Table{Caption: r.T("learning_page.title"), Quiet: true, Columns: []ui.Column{{Label: r.T("pupils.year")}, {Label: r.T("learning_page.term-1")}, {Label: r.T("learning_page.term-2")}, {Label: r.T("learning_page.term-0")}},
		Empty: ui.Empty{Icon: ui.IconReport, Title: r.T("learning_page.empty"), Text: r.T("learning_page.empty_text")}.Draw()}
	for i := len(results); i > 0; {
		first := i - 1
		for first > 0 && results[first-1].Year == results[i-1].Year {
			first--
		}
		of := results[first:i]
		i = first
		scale := learning.ScaleNamed(of[0].Scale)
		row := ui.Row{Cells: []templ.Component{ui.TextNote(yearName(of[0].Year), strings.Trim(frame.Grade(r, of[0].Grade)+" · "+scale.Source, " ·")), ui.Nothing(), ui.Nothing(), ui.Nothing()}}
		for _, one := range of {
			column := one.Term
			if column == 0 {
				column = 3
			}
			row.Cells[column] = resultCell(r, one)
		}
		t.Rows = append(t.Rows, row)
	}
	return frame.In(ui.Section("ket-qua", r.T("learning_page.title"), ""), t.Draw()), nil
}

// resultCell is a term in the words of its scale: learning, and beneath it conduct.
func resultCell(r *door.Request, one learning.Result) templ.Component {
	scale := learning.ScaleNamed(one.Scale)
	study, conduct := "", ""
	if one.Study != "" {
		study = scale.StudyName(r.Lang, one.Study)
	}
	if one.Conduct != "" {
		conduct = r.T("learning_page.conduct-"+one.Scale, "word", scale.ConductName(r.Lang, one.Conduct))
	}
	if study == "" {
		return ui.Text(conduct)
	}
	return ui.TextNote(study, conduct)
}
