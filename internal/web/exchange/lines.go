package exchange

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/intake"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// linesPart is what is said of rows: a tab for each sort, the kinds of findings, a page at a time.
func linesPart(ctx context.Context, tx *store.Tx, r *door.Request, run intake.Run, kind exchange.Kind) (templ.Component, error) {
	f := filterOf(r, run, kind)
	var tabs []ui.Choice
	for _, s := range sorts {
		tabs = append(tabs, ui.Choice{Label: r.T("desk.tab-" + s), URL: filter{run: run, sort: s}.address(0), Current: s == f.sort, Count: ui.Number(countOf(run, s))})
	}
	parts := []templ.Component{ui.Tabs(r.T("desk.lines"), tabs...)}
	count := countOf(run, f.sort)
	if told(f.sort) {
		found, err := exchange.Findings(ctx, tx, r.Who, run.ID, f.sort)
		if err != nil {
			return nil, err
		}
		for _, k := range found {
			if k.Code == f.code {
				count = k.Lines
			}
		}
		if kinds := f.kindsOf(r, found); len(kinds) > 0 {
			parts = append(parts, ui.Chips(r.T("desk.kinds_of"), kinds...))
		}
	} else if most := exchange.MostShown; f.sort != "" && count > most {
		parts = append(parts, frame.Quietly(r.T("desk.first_only", "shown", ui.Number(most), "n", ui.Number(count))))
	}
	lines, err := exchange.LinesOf(ctx, tx, r.Who, run.ID, f.lines(), f.after, linesPage+1)
	if err != nil {
		return nil, err
	}
	asked, err := exchange.AskedOf(run)
	if err != nil {
		return nil, err
	}
	var body templ.Component
	var next int64
	switch {
	case f.row > 0:
		if body, err = rowPart(ctx, tx, r, run, kind, asked, f, lines); err != nil {
			return nil, err
		}
		count = 1
	case f.mends:
		if body, next, err = mendForm(ctx, tx, r, run, kind, asked, lines); err != nil {
			return nil, err
		}
	default:
		if len(lines) > linesPage {
			lines = lines[:linesPage]
			next = lines[linesPage-1].Number
		}
		body = lineTable(r, run, kind, asked, f.sort, lines)
	}
	pages, err := f.pager(ctx, tx, r, count, next)
	if err != nil {
		return nil, err
	}
	parts = append(parts, downloads(r, f), body, ui.Pager(pages))
	return frame.In(ui.Section("dong", r.T("desk.lines"), ""), parts...), nil
}

// downloads are the rows of a filter as files: refused ones also as they came, to be mended.
func downloads(r *door.Request, f filter) templ.Component {
	here := runAddress(f.run.ID)
	file := func(label, path, format string) ui.Button {
		return ui.Button{Label: r.T("desk." + label), URL: here + path + "?" + f.query(0) + "&dang=" + format, Icon: ui.IconDownload, Small: true, Download: true}
	}
	buttons := []ui.Button{file("xlsx", "/bang", "xlsx"), file("csv", "/bang", "csv")}
	if f.mends {
		buttons = append(buttons, file("mend_xlsx", "/dong-loi", "xlsx"), file("mend_csv", "/dong-loi", "csv"))
	}
	return ui.Actions(buttons...)
}

// sentence is what a line says, with where it leads.
func sentence(r *door.Request, run intake.Run, l intake.Line) templ.Component {
	said := []templ.Component{ui.Text(exchange.RowFault{Row: l.Row, Fault: l.Fault()}.Text(r.Lang))}
	if at := lineLink(run.ID, l); at != "" {
		said = append(said, ui.Text(" "), ui.Link(at, openWord(r, l)))
	}
	return templ.Join(said...)
}

// openWord says where a line's link leads.
func openWord(r *door.Request, l intake.Line) string {
	return wordOr(r, "desk.open-"+l.LinkKind, r.T("desk.open"))
}

func lineTable(r *door.Request, run intake.Run, kind exchange.Kind, asked exchange.Asked, sort string, lines []intake.Line) templ.Component {
	t := ui.Table{Caption: r.T("desk.tab-" + sort), Quiet: true, Empty: ui.Empty{Icon: ui.IconCheck, Title: r.T("desk.nothing-" + sort)}.Draw()}
	row := func(l intake.Line) templ.Component {
		if l.Row == 0 {
			return ui.Text(r.T("desk.whole"))
		}
		return ui.Link(rowAddress(run.ID, int64(l.Row)), rowName(r, asked, l.Row))
	}
	if told(sort) {
		t.Columns = []ui.Column{{Label: r.T("intake.row")}, {Label: r.T("desk.finding"), Broad: true}}
		for _, l := range lines {
			t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{row(l), sentence(r, run, l)}})
		}
		return t.Draw()
	}
	t.Columns = []ui.Column{{Label: r.T("intake.row")}, {Label: r.T("desk.whom")}, {Label: r.T("desk.place")}, {Label: r.T("intake.what"), Broad: true}}
	for _, l := range lines {
		p := previewOf(l)
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{row(l), ui.Text(p.Name), ui.Text(p.Where), whatOf(r, kind, sort, p)}})
	}
	return t.Draw()
}

// rowPart is one row of the file as it is read, and all that is said of it.
func rowPart(ctx context.Context, tx *store.Tx, r *door.Request, run intake.Run, kind exchange.Kind, asked exchange.Asked, f filter, lines []intake.Line) (templ.Component, error) {
	cells, err := exchange.CellsOf(ctx, tx, r.Who, run.ID, []int{f.row})
	if _, refused := fault.Of(err); err != nil && !refused { // the file may be forgotten: what was said of it stays
		return nil, err
	}
	name := rowName(r, asked, f.row)
	said := ui.Table{Caption: r.T("desk.row_of", "row", name), Quiet: true, Columns: []ui.Column{{Label: r.T("desk.state")}, {Label: r.T("desk.finding"), Broad: true}},
		Empty: ui.Empty{Icon: ui.IconCheck, Title: r.T("desk.nothing-row")}.Draw()}
	for _, l := range lines {
		what := whatOf(r, kind, l.Sort, previewOf(l))
		if told(l.Sort) {
			what = sentence(r, run, l)
		}
		said.Rows = append(said.Rows, ui.Row{Cells: []templ.Component{ui.Text(r.T("desk.tab-" + l.Sort)), what}})
	}
	parts := []templ.Component{said.Draw()}
	if row := cells.Rows[f.row]; len(row) > 0 {
		file := ui.Table{Caption: r.T("desk.row_cells"), Quiet: true, Columns: []ui.Column{{Label: r.T("desk.column")}, {Label: r.T("desk.holds"), Broad: true}}}
		for at, text := range row {
			if text == "" || cells.Fields[at] == "" { // what is not read is not shown
				continue
			}
			file.Rows = append(file.Rows, ui.Row{Cells: []templ.Component{ui.Text(fieldNamed(r, kind, cells.Fields[at])), ui.Text(text)}})
		}
		parts = append(parts, file.Draw())
	}
	return frame.In(ui.Card(r.T("desk.row_of", "row", name)), parts...), nil
}

// whatOf is what a row changes: old → new.
func whatOf(r *door.Request, kind exchange.Kind, sort string, p exchange.Preview) templ.Component {
	var parts []templ.Component
	if sort == intake.New {
		parts = append(parts, ui.Badge{Label: r.T("desk.new"), Tone: ui.Green}.Draw())
	}
	for _, line := range changes(r, kind, p) {
		parts = append(parts, frame.Wrap("<div>", "</div>", ui.Text(line)))
	}
	return templ.Join(parts...)
}

func changes(r *door.Request, kind exchange.Kind, p exchange.Preview) (all []string) {
	for _, f := range p.Fields {
		line := fieldNamed(r, kind, f.Field)
		if f.Was != "" || f.Is != "" {
			line += ": " + value(r, f.Field, f.Was) + " → " + value(r, f.Field, f.Is)
		}
		all = append(all, line)
	}
	return all
}

func rowName(r *door.Request, asked exchange.Asked, row int) string {
	if row == 0 {
		return r.T("desk.whole")
	}
	return asked.Layout.RowName(row)
}

// mendForm shows refused rows with their cells as inputs: what is written there lies over
// the file, and the whole is planned again.
func mendForm(ctx context.Context, tx *store.Tx, r *door.Request, run intake.Run, kind exchange.Kind, asked exchange.Asked, lines []intake.Line) (templ.Component, int64, error) {
	var rows []int
	var next int64
	why := map[int][]intake.Line{}
	for i, l := range lines {
		if len(why[l.Row]) == 0 {
			if len(rows) == mendPage {
				next = lines[i-1].Number
				break
			}
			rows = append(rows, l.Row)
		}
		why[l.Row] = append(why[l.Row], l)
	}
	if len(rows) == 0 {
		return ui.Empty{Icon: ui.IconCheck, Title: r.T("desk.nothing-refused")}.Draw(), 0, nil
	}
	cells, err := exchange.CellsOf(ctx, tx, r.Who, run.ID, rows)
	if err != nil {
		return nil, 0, err
	}
	parts := []templ.Component{frame.Quietly(r.T("desk.mend_text"))}
	for _, row := range rows {
		parts = append(parts, frame.In(ui.Card(r.T("desk.row_of", "row", rowName(r, asked, row))), mendRow(r, run, kind, cells, row, why[row])...))
	}
	parts = append(parts, ui.Actions(ui.Button{Label: r.T("desk.mend"), Kind: ui.Primary, Icon: ui.IconCheck}))
	return frame.Form(runAddress(run.ID)+"/sua", false, parts...), next, nil
}

// mendRow is one row's faults and its cells, those at fault first.
func mendRow(r *door.Request, run intake.Run, kind exchange.Kind, cells exchange.Cells, row int, why []intake.Line) []templ.Component {
	errors := map[string]string{}
	var whole []templ.Component
	for _, l := range why {
		said := exchange.RowFault{Row: l.Row, Fault: l.Fault()}.Text(r.Lang)
		if at := lineLink(run.ID, l); at != "" {
			whole = append(whole, ui.Link(at, openWord(r, l)))
		}
		if l.Field != "" && slices.Contains(cells.Fields, l.Field) {
			errors[l.Field] = strings.TrimSpace(errors[l.Field] + " " + said)
			continue
		}
		whole = append(whole, ui.Notice{Tone: ui.Red, Text: said}.Draw())
	}
	var wrong, right []templ.Component
	for at, text := range cells.Rows[row] {
		field := cells.Fields[at]
		if field == "" {
			continue
		}
		input := ui.Input(ui.Field{Name: "o" + strconv.Itoa(row) + "-" + strconv.Itoa(at), Label: fieldNamed(r, kind, field), Value: text, Error: errors[field], Optional: true, Filter: true})
		if errors[field] != "" {
			wrong = append(wrong, input)
		} else {
			right = append(right, input)
		}
	}
	parts := append(whole, frame.Box("fields", wrong...))
	return append(parts, frame.In(ui.More(r.T("desk.other_cells"), len(wrong) == 0), frame.Box("fields", right...)))
}

// mend keeps the cells that differ from the file, and plans again.
func mend(ctx context.Context, r *door.Request) (door.Answer, error) {
	run, err := r.ID("run")
	if err != nil {
		return door.Answer{}, err
	}
	given := map[int]map[int]string{}
	var rows []int
	for name, values := range r.Form() {
		row, at, ok := cellNamed(name)
		if !ok || len(values) == 0 {
			continue
		}
		if given[row] == nil {
			given[row] = map[int]string{}
			rows = append(rows, row)
		}
		given[row][at] = strings.TrimSpace(values[0])
	}
	rows = rows[:min(len(rows), linesPage)]
	var cells exchange.Cells
	err = r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		cells, err = exchange.CellsOf(ctx, tx, r.Who, run, rows)
		return err
	})
	if err != nil {
		return door.Answer{}, err
	}
	var fixes []intake.Fix
	for _, row := range rows {
		for at, text := range given[row] {
			if was := cells.Rows[row]; at < len(was) && was[at] != text {
				fixes = append(fixes, intake.Fix{Row: row, Column: at, Text: text})
			}
		}
	}
	if len(fixes) > 0 {
		err = r.Store().Write(ctx, func(ctx context.Context, tx *store.Tx) error { return exchange.Mend(ctx, tx, r.Who, run, fixes) })
		if err != nil {
			return door.Answer{}, err
		}
		drive(ctx, r, run)
	}
	return door.SeeOther(runAddress(run)), nil
}

// cellNamed reads the name of an input: row and column.
func cellNamed(name string) (row, at int, ok bool) {
	rest, ok := strings.CutPrefix(name, "o")
	if !ok {
		return 0, 0, false
	}
	first, second, ok := strings.Cut(rest, "-")
	row, err := strconv.Atoi(first)
	at, err2 := strconv.Atoi(second)
	return row, at, ok && err == nil && err2 == nil && row > 0 && at >= 0
}

// refusedFile gives the refused rows as they came, with why in front, to be mended and
// brought back.
func refusedFile(ctx context.Context, r *door.Request) (door.Answer, error) {
	number, err := r.ID("run")
	if err != nil {
		return door.Answer{}, err
	}
	var chosen intake.Filter
	err = r.Store().Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		run, kind, err := runOf(ctx, tx, r)
		if err != nil {
			return err
		}
		rows := run.Counts.Refused
		if r.Value("xem") != "" || r.Value("loai") != "" {
			f := filterOf(r, run, kind)
			chosen, rows = f.lines(), countOf(run, f.sort)
		}
		return note(ctx, tx, r, run, kind, "refused-rows", rows)
	})
	if err != nil {
		return door.Answer{}, err
	}
	format, name, mime := paper.FormatCSV, "dong-loi.csv", "text/csv; charset=utf-8"
	if r.Value("dang") == "xlsx" {
		format, name, mime = paper.FormatXLSX, "dong-loi.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return door.File(name, mime, func(w io.Writer) error {
		return exchange.WriteRefusedOf(ctx, r.Store(), r.Who, number, chosen, w, format, r.Lang)
	}), nil
}

// note writes into the audit book that a list of a run leaves the house.
func note(ctx context.Context, tx *store.Tx, r *door.Request, run intake.Run, kind exchange.Kind, what string, rows int) error {
	rule, err := kind.May(ctx, tx, r.Who, run.Place)
	if err != nil {
		return err
	}
	r.Export(what, access.Resource{Kind: access.Kind(run.Place.Kind), ID: run.Place.ID}, rule, rows)
	return nil
}

// linesFile gives what is said of the rows of a filter as a list.
func linesFile(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	run, kind, err := runOf(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	f := filterOf(r, run, kind)
	lines, err := exchange.LinesOf(ctx, tx, r.Who, run.ID, f.lines(), 0, listed)
	if err != nil {
		return door.Answer{}, err
	}
	what := f.sort
	if what == "" {
		what = "row"
	}
	if err := note(ctx, tx, r, run, kind, "import-"+what, len(lines)); err != nil {
		return door.Answer{}, err
	}
	asked, err := exchange.AskedOf(run)
	if err != nil {
		return door.Answer{}, err
	}
	heads := []string{r.T("intake.row"), r.T("desk.whom"), r.T("desk.place"), r.T("intake.what")}
	if told(f.sort) {
		heads = []string{r.T("intake.row"), r.T("desk.finding")}
	}
	var rows [][]string
	for _, l := range lines {
		says := ""
		if told(l.Sort) {
			says = exchange.RowFault{Row: l.Row, Fault: l.Fault()}.Text(r.Lang)
		}
		if len(heads) == 2 {
			rows = append(rows, []string{rowName(r, asked, l.Row), says})
			continue
		}
		p := previewOf(l)
		rows = append(rows, []string{rowName(r, asked, l.Row), p.Name, p.Where, saidOf(changes(r, kind, p), says)})
	}
	return frame.ListFile(r, "nhap-"+what, r.T("desk.lines"), r.Value("dang"), heads, rows), nil
}

// saidOf is what a row changes or what is said of it, as one cell.
func saidOf(changes []string, says string) string {
	if says != "" {
		return says
	}
	return strings.Join(changes, "; ")
}
