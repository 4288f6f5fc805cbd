package account

import (
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/text"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// bookFilter reads the filter of the audit book from the address.
func bookFilter(ctx context.Context, tx *store.Tx, r *door.Request, limit int) (f audit.Filter, err error) {
	f = audit.Filter{Limit: limit, Action: r.Value("viec")}
	from, err := r.Day("tu", 0)
	if err != nil {
		return f, err
	}
	last, err := r.Day("den", 0)
	if err != nil {
		return f, err
	}
	if from != 0 {
		f.From = start(from)
	}
	if last != 0 {
		f.Until = start(last + 1)
	}
	if login := r.Value("tai-khoan"); login != "" {
		if f.Account, err = account.ByLogin(ctx, tx, r.Who.Realm, login); fault.Is(err, fault.NotFound) {
			f.Account, err = -1, nil // nobody: an empty list
		}
		if err != nil {
			return f, err
		}
	}
	if f.Object, err = r.OptionalID("doi-tuong"); err != nil {
		return f, err
	}
	f.Before, err = r.OptionalID("truoc")
	return f, err
}

func showBook(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return bookPage(ctx, tx, r, nil)
}

func bookPage(ctx context.Context, tx *store.Tx, r *door.Request, checked *audit.Report) (door.Answer, error) {
	f, err := bookFilter(ctx, tx, r, 100)
	if err != nil {
		return door.Answer{}, err
	}
	book, err := account.ReadBook(ctx, tx, r.Who, f)
	if err != nil {
		return door.Answer{}, err
	}
	c := frame.Chrome(r, frame.Manage, r.T("people.book"))
	c.Return = BookAddress
	c.Lead = r.T("people.book_lead")
	if !book.Whole {
		c.Lead = r.T("people.book_part")
	}
	c.Actions = ui.Buttons(ui.Button{Label: r.T("people.export"), URL: BookAddress + ".csv?" + r.Query().Encode(), Icon: ui.IconDownload, Download: true})
	var parts []templ.Component
	if book.Whole {
		state, err := sealState(ctx, tx, r, checked)
		if err != nil {
			return door.Answer{}, err
		}
		parts = append(parts, state)
	}
	bar := ui.FilterBar{Action: BookAddress, Fields: []ui.Field{
		{Name: "tu", Label: r.T("ui.from"), Kind: "date", Value: r.Value("tu")}, {Name: "den", Label: r.T("ui.to"), Kind: "date", Value: r.Value("den")},
		{Name: "tai-khoan", Label: r.T("people.login"), Value: r.Value("tai-khoan")},
		{Name: "viec", Label: r.T("people.deed"), Value: r.Value("viec"), Options: deeds(r)},
		{Name: "doi-tuong", Label: r.T("people.object_number"), Value: r.Value("doi-tuong")}}}
	if len(r.Query()) > 0 {
		bar.Clear = BookAddress
	}
	t := ui.Table{Caption: r.T("people.book"), Quiet: true, Wide: true, Compact: true,
		Columns: []ui.Column{{Label: r.T("people.at")}, {Label: r.T("people.who")}, {Label: r.T("people.deed")}, {Label: r.T("people.object")}, {Label: r.T("people.by_rule")}, {Label: r.T("people.detail")}, {Label: r.T("people.block"), Number: true}},
		Empty:   ui.Empty{Icon: ui.IconSeal, Title: r.T("people.no_lines"), Text: r.T("people.no_lines_text")}.Draw()}
	for _, l := range book.Lines {
		t.Rows = append(t.Rows, ui.Row{Cells: lineCells(r, book, l)})
	}
	if len(book.Lines) == f.Limit {
		q := r.Query()
		q.Set("truoc", book.Lines[len(book.Lines)-1].ID.String())
		t.Foot = ui.Pager(ui.Pages{Label: r.T("people.newest"), Next: BookAddress + "?" + q.Encode()})
	}
	return door.Page(frame.In(ui.Page(c), append(parts, ui.Filter(bar), t.Draw())...)), nil
}

// deeds are the groups of acts by which the book is filtered.
func deeds(r *door.Request) []ui.Option {
	options := []ui.Option{{Value: "", Label: r.T("people.all_deeds")}}
	for _, d := range []string{"look", "export", "identifiers.see", "purpose.", "rollcall.", "student.", "report.", "calendar.", "grant.", "account.", "audit."} {
		options = append(options, ui.Option{Value: d, Label: r.T("people.deed-" + trimDot(d))})
	}
	return options
}

func trimDot(s string) string {
	if s[len(s)-1] == '.' {
		return s[:len(s)-1]
	}
	return s
}

func lineCells(r *door.Request, book account.Book, l audit.Line) []templ.Component {
	block := ui.Nothing()
	if l.Block != 0 {
		block = ui.Text(strconv.FormatInt(l.Block, 10))
	}
	return []templ.Component{ui.Text(moment(l.At)), ui.Text(actor(r, book, l)), ui.Text(deed(r.Lang, l.Action)), ui.Text(object(r, book, l)),
		ui.TextNote(l.Rule, access.Reason(r.Lang, l.Rule)), ui.Text(l.Detail), block}
}

func actor(r *door.Request, book account.Book, l audit.Line) string {
	if l.Account == 0 {
		return r.T("people.system")
	}
	return first(book.Names[l.Account], l.Account.String())
}

// deed is what an act is called, else its code.
func deed(lang text.Lang, action string) string {
	if id := "people.act-" + action; text.Has(lang, id) {
		return text.T(lang, id)
	}
	return action
}

// object names an account; everything else by its kind and number, for children have no
// name in the book.
func object(r *door.Request, book account.Book, l audit.Line) string {
	kind := l.ObjectKind
	if id := "people.object-" + kind; text.Has(r.Lang, id) {
		kind = r.T(id)
	}
	if l.ObjectKind == "account" {
		return kind + ": " + first(book.Names[l.Object], l.Object.String())
	}
	if l.Object == 0 {
		return kind
	}
	return kind + " " + l.Object.String()
}

// sealState says how far the book is sealed, and what a check found.
func sealState(ctx context.Context, tx *store.Tx, r *door.Request, checked *audit.Report) (templ.Component, error) {
	head, err := audit.Head(ctx, tx, r.Who.Realm)
	if err != nil {
		return nil, err
	}
	waiting, err := audit.Unsealed(ctx, tx, r.Who.Realm)
	if err != nil {
		return nil, err
	}
	n := ui.Notice{Tone: ui.Plain, Title: r.T("people.sealed"), Text: r.T("people.sealed_text", "blocks", ui.Number(head.Number), "waiting", ui.Number(waiting.Entries), "hash", short(head.Hash))}
	if waiting.Overdue > 0 {
		n.Tone, n.Text = ui.Amber, n.Text+" "+r.T("people.overdue", "n", ui.Number(waiting.Overdue))
	}
	switch {
	case checked != nil && checked.Broken != nil:
		n = ui.Notice{Tone: ui.Red, Title: r.T("people.broken"), Text: r.T("people.broken_text", "block", checked.Broken.Number, "why", r.T("people.why-"+checked.Broken.Why))}
	case checked != nil:
		n = ui.Notice{Tone: ui.Green, Title: r.T("people.whole"), Text: r.T("people.whole_text", "blocks", ui.Number(checked.Blocks), "entries", ui.Number(checked.Entries), "hash", short(checked.Head.Hash))}
	}
	return frame.Box("stack", n.Draw(), ui.Post(BookAddress+"/kiem-tra", ui.Button{Label: r.T("people.verify"), Icon: ui.IconSeal, Small: true})), nil
}

func short(hash string) string {
	if len(hash) > 16 {
		return hash[:16]
	}
	return hash
}

func verifyBook(ctx context.Context, r *door.Request) (a door.Answer, err error) {
	report, err := account.VerifyBook(ctx, r.Store(), r.Who)
	if err != nil {
		return a, err
	}
	err = r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		a, err = bookPage(ctx, tx, r, &report)
		return err
	})
	return a, err
}

func exportBook(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	f, err := bookFilter(ctx, tx, r, 50_000)
	if err != nil {
		return door.Answer{}, err
	}
	book, err := account.ReadBook(ctx, tx, r.Who, f)
	if err != nil {
		return door.Answer{}, err
	}
	rows := [][]string{{r.T("people.at"), r.T("people.who"), r.T("people.deed"), r.T("people.object"), r.T("people.object_number"), r.T("people.by_rule"), r.T("people.detail"), r.T("people.block")}}
	for _, l := range book.Lines {
		rows = append(rows, []string{l.At.String(), actor(r, book, l), l.Action, l.ObjectKind, l.Object.String(), l.Rule, l.Detail, strconv.FormatInt(l.Block, 10)})
	}
	r.Export("audit", access.Realm(), book.Rule, len(book.Lines))
	return csvFile(r, "nhat-ky.csv", rows), nil
}

// showRules shows who may do what, from the policy files themselves.
func showRules(_ context.Context, _ *store.Tx, r *door.Request) (door.Answer, error) {
	c := frame.Chrome(r, frame.Manage, r.T("people.rules"))
	c.Lead = r.T("people.rules_lead")
	t := ui.Table{Caption: r.T("people.rules"), Quiet: true, Columns: []ui.Column{{Label: r.T("people.rule")}, {Label: r.T("people.reason"), Broad: true}, {Label: r.T("people.rule_text"), Broad: true}}}
	for _, p := range access.Policies() {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.TextNote(p.ID, p.File), ui.Text(p.Reasons[r.Lang]), frame.In(ui.More(r.T("people.show_rule"), false), frame.Wrap(`<pre class="code" tabindex="0">`, `</pre>`, ui.Text(p.Text)))}})
	}
	return door.Page(frame.In(ui.Page(c), t.Draw())), nil
}

// start is the first moment of a civil day.
func start(d day.Day) day.Instant {
	return day.InstantOf(time.Date(d.Year(), d.Month(), d.DayOfMonth(), 0, 0, 0, 0, day.Place))
}
