package exchange

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// listKinds are the lists that the administrator brings. A calendar is not among them:
// those who may change one declare it on its own page.
var listKinds = []string{"units", "map", "schools"}

func listForm(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return listAgain(ctx, tx, r, nil)
}

func listAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	return listPage(ctx, tx, r, faults, nil)
}

func listPage(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List, result []templ.Component) (door.Answer, error) {
	if err := mayImport(ctx, tx, r); err != nil {
		return door.Answer{}, err
	}
	kind := ui.Field{Name: "kind", Label: r.T("intake.kind"), Value: r.Value("kind")}
	if kind.Value == "" {
		kind.Value = listKinds[0]
	}
	for _, k := range listKinds {
		kind.Options = append(kind.Options, ui.Option{Value: k, Label: r.T("intake.kind-" + k), Help: r.T("intake.kind_help-" + k)})
	}
	var mistakes []ui.Mistake
	for _, f := range faults {
		mistakes = append(mistakes, ui.Mistake{Text: door.Sentence(r.Lang, f)})
	}
	c := frame.Chrome(r, frame.Manage, r.T("intake.lists"))
	c.Narrow, c.Lead = true, r.T("intake.lists_lead")
	form := frame.In(ui.Card(""), frame.Form("/quan-tri/nhap", true, ui.Faults("", mistakes), ui.Radios(kind),
		ui.Input(ui.Field{Name: "file", Label: r.T("intake.file"), Kind: "file", Accept: ".xlsx,.csv,.gz"}),
		frame.Box("fields", ui.Input(ui.Field{Name: "on", Label: r.T("intake.on"), Kind: "date", Help: r.T("intake.on_help"), Optional: true, Value: r.Value("on")}),
			ui.Input(ui.Field{Name: "map", Label: r.T("intake.map"), Optional: true, Value: r.Value("map")})),
		ui.Actions(ui.Button{Label: r.T("intake.try"), Name: "act", Value: "try", Kind: ui.Primary, Icon: ui.IconEye}, ui.Button{Label: r.T("intake.put_in"), Name: "act", Value: "commit"})))
	return door.Page(frame.In(ui.Page(c), append(result, form)...)), nil
}

// mayImport asks for the right to the lists of the whole realm.
func mayImport(ctx context.Context, tx *store.Tx, r *door.Request) error {
	_, err := access.May(ctx, tx, r.Who, access.ChangeUnits, access.Realm())
	return err
}

// counted is what a list came to, for the page.
type counted struct {
	rows   int
	counts map[string]int
	errors []rowText
	notes  []rowText
}

// importList tries a list and shows what it would change, or puts it in.
func importList(ctx context.Context, r *door.Request) (door.Answer, error) {
	if err := r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) error { return mayImport(ctx, tx, r) }); err != nil {
		return door.Answer{}, err
	}
	file, header, err := r.File("file")
	if err != nil {
		return door.Answer{}, err
	}
	defer file.Close()
	table, err := exchange.ReadTable(header.Filename, file)
	if err != nil {
		return door.Answer{}, err
	}
	defer table.Close()
	mapping, err := exchange.ParseMapping(r.Value("map"))
	if err != nil {
		return door.Answer{}, err
	}
	on, err := r.Day("on", 0)
	if err != nil {
		return door.Answer{}, err
	}
	dry := r.Value("act") != "commit"
	var got counted
	switch r.Value("kind") {
	case "units", "map":
		if on.IsZero() {
			return door.Answer{}, fault.New(fault.Invalid, "intake.no_day", nil).On("on")
		}
		got, err = importUnits(ctx, r, table, mapping, on, dry)
	case "schools":
		got, err = importSchools(ctx, r, table, mapping, dry)
	default:
		return door.Answer{}, fault.New(fault.Invalid, "intake.no_kind", nil).On("kind")
	}
	if err != nil {
		return door.Answer{}, err
	}
	var answer door.Answer
	err = r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		answer, err = listPage(ctx, tx, r, nil, resultOf(r, header.Filename, got, dry))
		return err
	})
	return answer, err
}

func resultOf(r *door.Request, name string, got counted, dry bool) []templ.Component {
	notice := ui.Notice{Tone: ui.Green, Text: r.T("intake.put", "file", name, "rows", got.rows)}
	if dry {
		notice = ui.Notice{Tone: ui.Amber, Text: r.T("intake.tried", "file", name, "rows", got.rows)}
	}
	var tiles []ui.Tile
	for _, key := range []string{"new", "changed", "ended", "same", "heirs"} {
		if n, ok := got.counts[key]; ok {
			tiles = append(tiles, ui.Tile{Label: r.T("intake.count-" + key), Value: ui.Number(n), Unit: r.T("intake.rows")})
		}
	}
	parts := []templ.Component{notice.Draw(), ui.Tiles(tiles...)}
	if len(got.errors) > 0 {
		parts = append(parts, rowTable(r, r.T("intake.refused"), got.errors, r.T("intake.more_rows", "n", strconv.Itoa(len(got.errors)))))
	}
	if len(got.notes) > 0 {
		parts = append(parts, rowTable(r, r.T("intake.notes"), got.notes, ""))
	}
	return parts
}

func texts(r *door.Request, faults []org.RowFault) (all []rowText) {
	for _, f := range faults {
		all = append(all, rowText{f.Row, exchange.RowFault(f).Text(r.Lang)})
	}
	return all
}

func importUnits(ctx context.Context, r *door.Request, table *exchange.Table, mapping []exchange.Mapped, on day.Day, dry bool) (counted, error) {
	var plan func(context.Context, *store.Tx) (*org.Plan, error)
	if r.Value("kind") == "units" {
		_, lines, err := exchange.ReadUnits(table, mapping)
		if err != nil {
			return counted{}, err
		}
		plan = func(ctx context.Context, tx *store.Tx) (*org.Plan, error) {
			return org.PlanUnits(ctx, tx, r.Who, org.UnitsIn{On: on, Lines: lines})
		}
	} else {
		_, lines, err := exchange.ReadMap(table, mapping)
		if err != nil {
			return counted{}, err
		}
		plan = func(ctx context.Context, tx *store.Tx) (*org.Plan, error) {
			return org.PlanMap(ctx, tx, r.Who, org.MapIn{On: on, Lines: lines})
		}
	}
	var p *org.Plan
	err := r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = plan(ctx, tx)
		return err
	})
	if err == nil && !dry {
		err = org.Commit(ctx, r.Store(), r.Who, p, func(int, int) {})
	}
	if err != nil {
		return counted{}, err
	}
	return counted{p.Rows, map[string]int{"new": p.New, "changed": p.Changed, "ended": p.Ended, "same": p.Same, "heirs": p.Heirs}, texts(r, p.Errors), texts(r, p.Waiting)}, nil
}

func importSchools(ctx context.Context, r *door.Request, table *exchange.Table, mapping []exchange.Mapped, dry bool) (counted, error) {
	_, lines, unread, err := exchange.ReadSchools(table, mapping)
	if err != nil {
		return counted{}, err
	}
	var p *org.SchoolsPlan
	err = r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		p, err = org.PlanSchools(ctx, tx, r.Who, lines)
		return err
	})
	if err == nil && !dry {
		err = org.CommitSchools(ctx, r.Store(), r.Who, p, func(int, int) {})
	}
	if err != nil {
		return counted{}, err
	}
	got := counted{p.Rows + len(unread), map[string]int{"new": p.New, "changed": p.Changed, "same": p.Same}, texts(r, p.Errors), nil}
	for _, f := range unread {
		got.errors = append(got.errors, rowText{f.Row, f.Text(r.Lang)})
	}
	return got, nil
}
