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
	"ralop/internal/intake"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// sorts of lines, in the order of their tabs.
var sorts = []string{intake.Refused, intake.Note, intake.Changed, intake.New}

func sortOf(r *door.Request, run intake.Run) string {
	if s := r.Value("xem"); slices.Contains(sorts, s) {
		return s
	}
	for _, s := range sorts {
		if s != intake.Note && countOf(run, s) > 0 {
			return s
		}
	}
	return intake.Note
}

func countOf(run intake.Run, sort string) int {
	return map[string]int{intake.Refused: run.Counts.Refused, intake.Note: run.Counts.Noted, intake.Changed: run.Counts.Changed, intake.New: run.Counts.New}[sort]
}

// linesPart is what is said of rows: a tab for each sort, a page at a time.
func linesPart(ctx context.Context, tx *store.Tx, r *door.Request, run intake.Run, kind exchange.Kind) (templ.Component, error) {
	here := runAddress(run.ID)
	sort := sortOf(r, run)
	var tabs []ui.Choice
	for _, s := range sorts {
		tabs = append(tabs, ui.Choice{Label: r.T("desk.tab-" + s), URL: here + "?xem=" + s + "#dong", Current: s == sort, Count: ui.Number(countOf(run, s))})
	}
	after, _ := strconv.ParseInt(r.Value("sau"), 10, 64) // from the first when it is no number
	lines, err := exchange.Lines(ctx, tx, r.Who, run.ID, sort, after, linesPage+1)
	if err != nil {
		return nil, err
	}
	asked, err := exchange.AskedOf(run)
	if err != nil {
		return nil, err
	}
	var body templ.Component
	var next int64
	if sort == intake.Refused {
		if body, next, err = mendForm(ctx, tx, r, run, kind, asked, lines); err != nil {
			return nil, err
		}
	} else {
		if len(lines) > linesPage {
			lines = lines[:linesPage]
			next = lines[linesPage-1].Number
		}
		body = lineTable(r, kind, asked, sort, lines)
	}
	pages := ui.Pages{Label: r.T("desk.page_of", "n", ui.Number(countOf(run, sort)))}
	if next > 0 {
		pages.Next = here + "?xem=" + sort + "&sau=" + strconv.FormatInt(next, 10) + "#dong"
	}
	if after > 0 {
		pages.Previous = here + "?xem=" + sort + "#dong"
	}
	download := ui.Actions(ui.Button{Label: r.T("desk.xlsx"), URL: here + fileOf(sort) + "dang=xlsx", Icon: ui.IconDownload, Small: true, Download: true},
		ui.Button{Label: r.T("desk.csv"), URL: here + fileOf(sort) + "dang=csv", Icon: ui.IconDownload, Small: true, Download: true})
	return frame.In(ui.Section("dong", r.T("desk.lines"), ""), ui.Tabs(r.T("desk.lines"), tabs...), download, body, ui.Pager(pages)), nil
}

func fileOf(sort string) string {
	if sort == intake.Refused {
		return "/dong-loi?"
	}
	return "/bang?xem=" + sort + "&"
}

func lineTable(r *door.Request, kind exchange.Kind, asked exchange.Asked, sort string, lines []intake.Line) templ.Component {
	t := ui.Table{Caption: r.T("desk.tab-" + sort), Quiet: true, Empty: ui.Empty{Icon: ui.IconCheck, Title: r.T("desk.nothing-" + sort)}.Draw()}
	if sort == intake.Note {
		t.Columns = []ui.Column{{Label: r.T("intake.row")}, {Label: r.T("desk.finding"), Broad: true}}
		for _, l := range lines {
			said := []templ.Component{ui.Text(exchange.RowFault{Row: l.Row, Fault: l.Fault()}.Text(r.Lang))}
			if at := linkAddress(l.LinkKind, l.Link); at != "" {
				said = append(said, ui.Text(" "), ui.Link(at, r.T("desk.open")))
			}
			t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(rowName(r, asked, l.Row)), templ.Join(said...)}})
		}
		return t.Draw()
	}
	t.Columns = []ui.Column{{Label: r.T("intake.row")}, {Label: r.T("desk.whom")}, {Label: r.T("desk.place")}, {Label: r.T("intake.what"), Broad: true}}
	for _, l := range lines {
		p := previewOf(l)
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(rowName(r, asked, l.Row)), ui.Text(p.Name), ui.Text(p.Where), whatOf(r, kind, sort, p)}})
	}
	return t.Draw()
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
		parts = append(parts, frame.In(ui.Card(r.T("desk.row_of", "row", rowName(r, asked, row))), mendRow(r, kind, cells, row, why[row])...))
	}
	parts = append(parts, ui.Actions(ui.Button{Label: r.T("desk.mend"), Kind: ui.Primary, Icon: ui.IconCheck}))
	return frame.Form(runAddress(run.ID)+"/sua", false, parts...), next, nil
}

// mendRow is one row's faults and its cells, those at fault first.
func mendRow(r *door.Request, kind exchange.Kind, cells exchange.Cells, row int, why []intake.Line) []templ.Component {
	errors := map[string]string{}
	var whole []templ.Component
	for _, l := range why {
		said := exchange.RowFault{Row: l.Row, Fault: l.Fault()}.Text(r.Lang)
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
	err = r.Store().Write(ctx, func(ctx context.Context, tx *store.Tx) error { return note(ctx, tx, r, "refused-rows", intake.Refused) })
	if err != nil {
		return door.Answer{}, err
	}
	format, name, mime := paper.FormatCSV, "dong-loi.csv", "text/csv; charset=utf-8"
	if r.Value("dang") == "xlsx" {
		format, name, mime = paper.FormatXLSX, "dong-loi.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return door.File(name, mime, func(w io.Writer) error {
		return exchange.WriteRefused(ctx, r.Store(), r.Who, number, w, format, r.Lang)
	}), nil
}

// note writes into the audit book that a list of a run leaves the house.
func note(ctx context.Context, tx *store.Tx, r *door.Request, what, sort string) error {
	run, kind, err := runOf(ctx, tx, r)
	if err != nil {
		return err
	}
	rule, err := kind.May(ctx, tx, r.Who, run.Place)
	if err != nil {
		return err
	}
	r.Export(what, access.Resource{Kind: access.Kind(run.Place.Kind), ID: run.Place.ID}, rule, countOf(run, sort))
	return nil
}

// linesFile gives what is said of rows as a list.
func linesFile(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	run, kind, err := runOf(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	sort := sortOf(r, run)
	if err := note(ctx, tx, r, "import-"+sort, sort); err != nil {
		return door.Answer{}, err
	}
	lines, err := exchange.Lines(ctx, tx, r.Who, run.ID, sort, 0, listed)
	if err != nil {
		return door.Answer{}, err
	}
	asked, err := exchange.AskedOf(run)
	if err != nil {
		return door.Answer{}, err
	}
	heads := []string{r.T("intake.row"), r.T("desk.whom"), r.T("desk.place"), r.T("intake.what")}
	if sort == intake.Note || sort == intake.Refused {
		heads = []string{r.T("intake.row"), r.T("desk.finding")}
	}
	var rows [][]string
	for _, l := range lines {
		if len(heads) == 2 {
			rows = append(rows, []string{rowName(r, asked, l.Row), exchange.RowFault{Row: l.Row, Fault: l.Fault()}.Text(r.Lang)})
			continue
		}
		p := previewOf(l)
		rows = append(rows, []string{rowName(r, asked, l.Row), p.Name, p.Where, strings.Join(changes(r, kind, p), "; ")})
	}
	return frame.ListFile(r, "nhap-"+sort, r.T("desk.tab-"+sort), r.Value("dang"), heads, rows), nil
}
