package exchange

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/exchange"
	"ralop/internal/intake"
	"ralop/internal/student"
	"ralop/internal/text"
	"ralop/internal/web/ui"
)

// rowText is a sentence about a row.
type rowText struct {
	Row  int
	Text string
}

// shownRows of a list on the page of the administrator's lists.
const shownRows = 200

func rowTable(r *door.Request, caption string, rows []rowText, note string) templ.Component {
	t := ui.Table{Caption: caption, Quiet: true, Note: note, Columns: []ui.Column{{Label: r.T("intake.row"), Number: true}, {Label: r.T("intake.why"), Broad: true}}}
	for _, row := range rows[:min(len(rows), shownRows)] {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(strconv.Itoa(row.Row)), ui.Text(row.Text)}})
	}
	return t.Draw()
}

// wordOr is a sentence, or something else where nobody has written one.
func wordOr(r *door.Request, key, otherwise string) string {
	if text.Has(r.Lang, key) {
		return r.T(key)
	}
	return otherwise
}

func kindWord(r *door.Request, kind string) string {
	return wordOr(r, "intake.kind-"+kind, wordOr(r, "desk.kind-"+kind, kind))
}

// fieldWord is how people call a field: its word, else the heading of official files.
func fieldWord(r *door.Request, f exchange.Field) string {
	otherwise := strings.ReplaceAll(f.Name, "_", " ")
	if len(f.Aliases) > 0 && r.Lang == text.Vietnamese {
		first := []rune(f.Aliases[0])
		otherwise = strings.ToUpper(string(first[:1])) + string(first[1:])
	}
	return wordOr(r, "intake.field-"+f.Name, wordOr(r, "desk.field-"+f.Name, otherwise))
}

func fieldNamed(r *door.Request, kind exchange.Kind, name string) string {
	for _, f := range kind.Fields {
		if f.Name == name {
			return fieldWord(r, f)
		}
	}
	return fieldWord(r, exchange.Field{Name: name})
}

func when(at day.Instant) string {
	if at == 0 {
		return ""
	}
	return at.Day().Vietnamese() + " " + at.Clock()
}

func stateBadge(r *door.Request, run intake.Run) templ.Component {
	tone := map[string]ui.Tone{intake.Done: ui.Green, intake.Failed: ui.Red, intake.Planned: ui.Amber, intake.Uploaded: ui.Amber}[run.State]
	return ui.Badge{Label: r.T("desk.state-" + run.State), Tone: tone}.Draw()
}

// value is a field's value in words.
func value(r *door.Request, field, v string) string {
	switch {
	case v == "":
		return "(" + r.T("intake.empty") + ")"
	case field == "sex" && text.Has(r.Lang, "pupils.sex-"+v):
		return r.T("pupils.sex-" + v)
	case field == "ethnicity":
		if e, ok := student.EthnicityOf(v); ok {
			return e.Name
		}
	}
	return v
}
