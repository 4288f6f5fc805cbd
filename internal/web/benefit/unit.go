package benefit

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/benefit"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// ofUnit counts who is entitled in a unit, by what lies directly under it. It names nobody:
// a school's number opens only to those who may see its list.
func ofUnit(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	unit, err := r.ID("unit")
	if err != nil {
		return door.Answer{}, err
	}
	month := r.Today.MonthStart()
	if value := r.Value("thang"); value != "" {
		if month, err = day.Parse(value + "-01"); err != nil || month.Year() < 1990 || month > r.Today {
			return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil)
		}
	}
	counts, err := benefit.Under(ctx, tx, r.Who, unit, month)
	if err != nil {
		return door.Answer{}, err
	}
	place, err := frame.PlaceOfUnit(ctx, tx, unit, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	name := place[len(place)-1].Label
	address := frame.UnitAddress(unit) + "/che-do"
	at := func(m day.Day) string { return "?thang=" + m.Midnight().Format("2006-01") }
	if format := r.Value("tep"); format != "" {
		return unitFile(r, counts, format)
	}
	c := frame.Chrome(r, frame.Boards, r.T("benefit_page.of_unit", "unit", name))
	c.Lead, c.Place = r.T("benefit_page.unit_lead", "month", monthWord(month)), place
	if len(counts.Parts) > 0 {
		var files []ui.Button
		for _, format := range []string{"xlsx", "csv"} {
			files = append(files, ui.Button{Label: r.T("benefit_page.save_" + format), URL: address + at(month) + "&tep=" + format, Icon: ui.IconDownload, Kind: ui.Quiet, Download: true})
		}
		c.Actions = ui.Buttons(files...)
	}
	t := ui.Table{Caption: c.Title, Quiet: true, Columns: []ui.Column{{Label: r.T("benefit_page.place")}, {Label: r.T("benefit_page.pupils"), Number: true}},
		Empty: ui.Empty{Icon: ui.IconTable, Title: r.T("benefit_page.unit_empty"), Text: r.T("benefit_page.unit_empty_text")}.Draw()}
	for _, s := range counts.Schemes {
		t.Columns = append(t.Columns, ui.Column{Label: s.Name(r.Lang), Number: true})
	}
	row := func(p benefit.Part, address string) ui.Row {
		cells := []templ.Component{ui.Link(address, p.Name), count(r, p.All, "")}
		for _, n := range p.Schemes {
			cells = append(cells, count(r, n, ""))
		}
		return ui.Row{Cells: cells}
	}
	for _, p := range counts.Parts {
		line := row(p, frame.UnitAddress(p.Place.ID)+"/che-do"+at(month))
		if p.Place.Kind == access.SchoolKind {
			line = row(p, frame.SchoolAddress(p.Place.ID))
			_, err := access.May(ctx, tx, r.Who, access.SeeBenefits, p.Place)
			if err == nil {
				list := frame.SchoolAddress(p.Place.ID) + "/che-do?nam=" + strconv.Itoa(month.SchoolYear()) + "&thang=" + month.Midnight().Format("2006-01")
				line.Cells[1] = count(r, p.All, list)
				for i, n := range p.Schemes {
					line.Cells[2+i] = count(r, n, list+"&che-do="+string(counts.Schemes[i]))
				}
			} else if !fault.Is(err, fault.Forbidden) {
				return door.Answer{}, err
			}
		}
		t.Rows = append(t.Rows, line)
	}
	if len(t.Rows) > 0 {
		whole := row(counts.Whole, "")
		whole.Cells[0] = ui.Text(r.T("benefit_page.whole", "unit", name))
		t.Total = &whole
	}
	return door.Page(frame.In(ui.Page(c), frame.Months(r, month, address), t.Draw())), nil
}

func count(r *door.Request, n benefit.Count, url string) templ.Component {
	switch {
	case n.Hidden:
		return frame.Wrap(`<span class="muted" title="`+templ.EscapeString(r.T("benefit_page.hidden_aloud"))+`">`, `</span>`, ui.Text(r.T("benefit_page.hidden")))
	case n.Pupils == 0:
		return ui.Text("0")
	}
	return ui.Count(n.Pupils, url)
}

// unitFile is the table as it is shown; what is hidden on the page is hidden in the file.
func unitFile(r *door.Request, counts benefit.Counts, format string) (door.Answer, error) {
	if format != "xlsx" && format != "csv" {
		return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil)
	}
	heads := []string{r.T("benefit_page.place"), r.T("benefit_page.pupils")}
	for _, s := range counts.Schemes {
		heads = append(heads, s.Name(r.Lang))
	}
	words := func(n benefit.Count) string {
		if n.Hidden {
			return r.T("benefit_page.hidden")
		}
		return strconv.FormatInt(n.Pupils, 10)
	}
	var rows [][]string
	for _, p := range counts.Parts {
		row := []string{p.Name, words(p.All)}
		for _, n := range p.Schemes {
			row = append(row, words(n))
		}
		rows = append(rows, row)
	}
	return frame.ListFile(r, "so-em-huong-che-do-"+r.Today.String(), r.T("benefit_page.title"), format, heads, rows), nil
}
