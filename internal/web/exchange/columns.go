package exchange

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/store"
	"ralop/internal/viet"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// dateForms are the ways of writing a date that a person can say; the empty one reads day
// first and serial numbers.
var dateForms = []string{"", "02/01/2006", "01/02/2006", "20060102"}

func showColumns(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return columnsAgain(ctx, tx, r, nil)
}

// columnsAgain is the page on which a person says what the columns hold.
func columnsAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	run, kind, err := runOf(ctx, tx, r)
	if err != nil {
		return door.Answer{}, err
	}
	c, err := chrome(ctx, tx, r, run.Place, r.T("desk.columns_title"))
	if err != nil {
		return door.Answer{}, err
	}
	asked, err := exchange.AskedOf(run)
	if err != nil {
		return door.Answer{}, err
	}
	rule, err := kind.May(ctx, tx, r.Who, run.Place)
	if err != nil {
		return door.Answer{}, err
	}
	r.Look(access.Resource{Kind: access.Kind(run.Place.Kind), ID: run.Place.ID}, rule, "import")
	seen, habits, err := recognised(ctx, tx, r, run.ID)
	var mistakes []ui.Mistake
	for _, f := range faults {
		mistakes = append(mistakes, ui.Mistake{Text: door.Sentence(r.Lang, f)})
	}
	if f, ok := fault.Of(err); ok {
		mistakes = append(mistakes, ui.Mistake{Text: door.Sentence(r.Lang, f)})
	} else if err != nil {
		return door.Answer{}, err
	}
	c.Lead = kindWord(r, run.Kind) + " – " + run.FileName
	parts := []templ.Component{steps(r, run), ui.Faults("", mistakes)}
	again := ui.Actions(ui.Button{Label: r.T("desk.preview"), Kind: ui.Primary, Icon: ui.IconEye}, ui.Button{Label: r.T("intake.other_file"), URL: deskAddress(run.Place), Kind: ui.Quiet})
	if kind.Open != nil { // a file that is no table has no columns to choose
		return door.Page(frame.In(ui.Page(c), append(parts, frame.Form(runAddress(run.ID)+"/cot", false, again))...)), nil
	}
	for _, f := range seen.Missing {
		parts = append(parts, ui.Notice{Tone: ui.Red, Text: r.T("desk.missing", "field", fieldNamed(r, kind, f))}.Draw())
	}
	parts = append(parts, whereForm(r, run, seen))
	form := []templ.Component{ui.Hidden(hiddenLayout(seen)...), columnTable(r, kind, seen)}
	if len(kind.Settings) > 0 {
		form = append(form, settings(r, kind, run.Place, func(name string) string {
			name = strings.TrimPrefix(name, "s-")
			if answer := asked.Settings[name]; answer != "" || len(asked.Layout.Columns) > 0 {
				return answer
			}
			return habits[name] // as the source answered last
		}))
	}
	form = append(form, again)
	parts = append(parts, frame.In(ui.Section("cot", r.T("desk.columns"), r.T("desk.columns_note")), frame.Form(runAddress(run.ID)+"/cot", false, form...)))
	if len(seen.Notes) > 0 {
		var rows []rowText
		for _, n := range seen.Notes {
			rows = append(rows, rowText{Text: n.Text(r.Lang)})
		}
		parts = append(parts, frame.In(ui.Section("luu-y", r.T("intake.notes"), ""), noteList(rows)))
	}
	return door.Page(frame.In(ui.Page(c), parts...)), nil
}

// recognised is the file as it is read now, or as the address tries it out.
func recognised(ctx context.Context, tx *store.Tx, r *door.Request, run id.ID) (exchange.Recognition, map[string]string, error) {
	layout := exchange.Layout{Parts: clean(r.Values("part"))}
	layout.HeadRow, _ = strconv.Atoi(r.Value("head")) // what is no number is recognised again
	if len(layout.Parts) == 0 && layout.HeadRow == 0 {
		return exchange.Recognised(ctx, tx, r.Who, run)
	}
	return exchange.RecognisedAs(ctx, tx, r.Who, run, layout)
}

func clean(values []string) []string {
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
}

// whereForm asks which sheets are read and where the headings are.
func whereForm(r *door.Request, run intake.Run, seen exchange.Recognition) templ.Component {
	var parts []templ.Component
	if len(seen.Parts) > 1 {
		f := ui.Field{Name: "part", Label: r.T("desk.parts"), Optional: true, Filter: true}
		for _, p := range seen.Parts {
			help := r.T("desk.part_fields", "n", p.Fields)
			if p.Hidden {
				help += ", " + r.T("desk.part_hidden")
			}
			f.Options = append(f.Options, ui.Option{Value: p.Name, Label: p.Name, Help: help, Chosen: p.Chosen})
		}
		parts = append(parts, ui.Checks(f))
	}
	row := ""
	if seen.Layout.HeadRow > 0 {
		row = strconv.Itoa(seen.Layout.HeadRow)
	}
	parts = append(parts, ui.Input(ui.Field{Name: "head", Label: r.T("desk.head_row"), Help: r.T("desk.head_row_help"), Value: row, Mode: "numeric", Class: "input-number", Optional: true, Filter: true}),
		ui.Actions(ui.Button{Label: r.T("desk.look_again")}))
	return frame.In(ui.More(r.T("desk.where", "parts", strings.Join(seen.Layout.Parts, ", "), "row", row), len(seen.Missing) > 0),
		frame.Wrap(`<form class="form" method="get" action="`+templ.EscapeString(runAddress(run.ID)+"/cot")+`">`, `</form>`, parts...))
}

func hiddenLayout(seen exchange.Recognition) []ui.Pair {
	pairs := []ui.Pair{{Name: "head", Value: strconv.Itoa(seen.Layout.HeadRow)}, {Name: "heads", Value: strconv.Itoa(seen.Layout.HeadRows)}, {Name: "n", Value: strconv.Itoa(len(seen.Columns))}}
	for _, p := range seen.Layout.Parts {
		pairs = append(pairs, ui.Pair{Name: "part", Value: p})
	}
	for i, c := range seen.Columns {
		at := strconv.Itoa(i)
		pairs = append(pairs, ui.Pair{Name: "h" + at, Value: c.Heading}, ui.Pair{Name: "l" + at, Value: c.Column})
	}
	return pairs
}

// columnTable shows each column with samples and asks what it is.
func columnTable(r *door.Request, kind exchange.Kind, seen exchange.Recognition) templ.Component {
	t := ui.Table{Caption: r.T("desk.columns"), Quiet: true, Columns: []ui.Column{{Label: r.T("desk.column")}, {Label: r.T("desk.samples"), Broad: true}, {Label: r.T("desk.holds"), Broad: true}, {Label: r.T("desk.sure")}}}
	for i, c := range seen.Columns {
		at := strconv.Itoa(i)
		heading := c.Heading
		if heading == "" {
			heading = r.T("desk.no_heading")
		}
		holds := []templ.Component{fieldChoice(r, kind, "c"+at, r.T("desk.holds_of", "column", c.Column), c.Field)}
		if c.Encoding != viet.Unicode || c.Doubtful {
			holds = append(holds, encodingChoice(r, "e"+at, r.T("desk.encoding_of", "column", c.Column), c.Encoding))
		}
		if holdsDates(c.Field) {
			holds = append(holds, dateChoice(r, "d"+at, r.T("desk.dates_of", "column", c.Column), dateOf(seen.Layout, i)))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.TextNote(c.Column, heading), samples(r, c), frame.Box("stack", holds...), sure(r, c)}})
	}
	return t.Draw()
}

func dateOf(l exchange.Layout, i int) string {
	if i < len(l.Columns) {
		return l.Columns[i].Date
	}
	return ""
}

func holdsDates(field string) bool {
	return slices.Contains([]string{"born", "date", "from", "until", "valid_from", "valid_until", "day"}, field)
}

// samples are a column's first cells, and how they are read where that differs.
func samples(r *door.Request, c exchange.ColumnGuess) templ.Component {
	if len(c.Converted) == 0 {
		return ui.Nothing()
	}
	read, raw := strings.Join(first(c.Converted, 3), " · "), strings.Join(first(c.Samples, 3), " · ")
	if c.Encoding == viet.Unicode {
		return ui.Text(cut(read))
	}
	return ui.TextNote(cut(read), r.T("desk.raw", "text", cut(raw)))
}

func first(texts []string, n int) []string { return texts[:min(len(texts), n)] }

func cut(s string) string {
	if letters := []rune(s); len(letters) > 120 {
		return string(letters[:120]) + "…"
	}
	return s
}

func sure(r *door.Request, c exchange.ColumnGuess) templ.Component {
	switch {
	case c.Field == "":
		return ui.Badge{Label: r.T("desk.not_read")}.Draw()
	case c.Doubtful && c.Why != exchange.ByPerson:
		return ui.Badge{Label: r.T("desk.look_at"), Tone: ui.Amber, Icon: ui.IconWarning}.Draw()
	case c.Why == exchange.ByPerson:
		return ui.Badge{Label: r.T("desk.why-given"), Tone: ui.Green}.Draw()
	case c.Sure >= 80:
		return ui.Badge{Label: r.T("desk.why-" + c.Why), Tone: ui.Green}.Draw()
	}
	return ui.Badge{Label: r.T("desk.why-" + c.Why), Tone: ui.Amber, Icon: ui.IconWarning}.Draw()
}

// choice is a question in a table: its label is said, not drawn.
func choice(name, label, chosen string, options []ui.Option) templ.Component {
	var parts []templ.Component
	for _, o := range options {
		open := `<option value="` + templ.EscapeString(o.Value) + `"`
		if o.Value == chosen {
			open += ` selected`
		}
		parts = append(parts, frame.Wrap(open+`>`, `</option>`, ui.Text(o.Label)))
	}
	return frame.Wrap(`<select class="input" name="`+templ.EscapeString(name)+`" aria-label="`+templ.EscapeString(label)+`">`, `</select>`, parts...)
}

func fieldChoice(r *door.Request, kind exchange.Kind, name, label, chosen string) templ.Component {
	if chosen == "" {
		chosen = exchange.PassOver
	}
	options := []ui.Option{{Value: exchange.PassOver, Label: r.T("desk.pass_over")}}
	for _, f := range kind.Fields {
		word := fieldWord(r, f)
		if f.Required {
			word += " *"
		}
		options = append(options, ui.Option{Value: f.Name, Label: word})
	}
	return choice(name, label, chosen, options)
}

func encodingChoice(r *door.Request, name, label string, chosen viet.Encoding) templ.Component {
	var options []ui.Option
	for _, e := range viet.Encodings {
		options = append(options, ui.Option{Value: string(e), Label: r.T("desk.encoding-" + string(e))})
	}
	return choice(name, label, string(chosen), options)
}

func dateChoice(r *door.Request, name, label, chosen string) templ.Component {
	var options []ui.Option
	for i, form := range dateForms {
		options = append(options, ui.Option{Value: form, Label: r.T("desk.date-" + strconv.Itoa(i))})
	}
	return choice(name, label, chosen, options)
}

// chooseColumns takes what the person says and lets the file be planned.
func chooseColumns(ctx context.Context, r *door.Request) (door.Answer, error) {
	run, err := r.ID("run")
	if err != nil {
		return door.Answer{}, err
	}
	err = r.Store().Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, kind, err := exchange.RunOf(ctx, tx, r.Who, run)
		if err != nil {
			return err
		}
		return exchange.Choose(ctx, tx, r.Who, run, askedIn(r, kind))
	})
	if err != nil {
		return door.Answer{}, err
	}
	drive(ctx, r, run)
	return door.SeeOther(runAddress(run)), nil
}

// askedIn reads the form of columns.
func askedIn(r *door.Request, kind exchange.Kind) exchange.Asked {
	number := func(name string) int {
		n, _ := strconv.Atoi(r.Value(name)) // 0: recognised again
		return n
	}
	asked := exchange.Asked{Settings: settingsOf(r, kind), Layout: exchange.Layout{Parts: clean(r.Values("part")), HeadRow: number("head"), HeadRows: number("heads")}}
	for i := range min(number("n"), 512) {
		at := strconv.Itoa(i)
		c := exchange.Choice{Heading: r.Value("h" + at), Column: r.Value("l" + at), Field: r.Value("c" + at), Encoding: viet.Encoding(r.Value("e" + at))}
		if !slices.Contains(viet.Encodings, c.Encoding) {
			c.Encoding = ""
		}
		if date := r.Value("d" + at); slices.Contains(dateForms, date) {
			c.Date = date
		}
		asked.Layout.Columns = append(asked.Layout.Columns, c)
	}
	return asked
}

func noteList(rows []rowText) templ.Component {
	var items []templ.Component
	for _, row := range rows {
		items = append(items, frame.Wrap("<li>", "</li>", ui.Text(row.Text)))
	}
	return frame.Wrap("<ul>", "</ul>", items...)
}
