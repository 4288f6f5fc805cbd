package exchange

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ralop/internal/door"
	"ralop/internal/exchange"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/store"
	"ralop/internal/text"
	"ralop/internal/web/ui"
)

// sorts of lines, in the order of their tabs.
var sorts = []string{intake.Refused, intake.Asks, intake.Note, intake.Changed, intake.New, intake.Same}

// told are the sorts whose lines are sentences; the others show what a row becomes.
func told(sort string) bool {
	return sort == intake.Refused || sort == intake.Asks || sort == intake.Note
}

// filter is what an address asks to see of a run's rows. The address alone says it: who is
// sent it sees the same.
type filter struct {
	run   intake.Run
	mends bool   // its rows wait to be mended on the page
	sort  string // "" with a row: whatever is said of it
	code  string // of one kind of finding
	row   int
	after int64
}

func filterOf(r *door.Request, run intake.Run, kind exchange.Kind) filter {
	f := filter{run: run, code: r.Value("loai")}
	f.row, _ = strconv.Atoi(r.Value("dong"))              // every row when it is no number
	f.after, _ = strconv.ParseInt(r.Value("sau"), 10, 64) // from the first when it is none
	f.row = min(max(f.row, 0), 1<<31-1)
	f.sort = r.Value("xem")
	if !slices.Contains(sorts, f.sort) {
		f.sort = ""
		if f.row == 0 {
			f.sort = usual(run)
		}
	}
	if !told(f.sort) {
		f.code = ""
	}
	f.mends = (f.sort == intake.Refused || f.sort == intake.Asks) && kind.Open == nil
	return f
}

// usual is the sort that is shown to who asked for none: what most needs a person.
func usual(run intake.Run) string {
	for _, s := range sorts {
		if s != intake.Note && s != intake.Same && countOf(run, s) > 0 {
			return s
		}
	}
	if run.Counts.Noted == 0 && run.Counts.Same > 0 {
		return intake.Same
	}
	return intake.Note
}

// countOf is how many rows are of a sort.
func countOf(run intake.Run, sort string) int {
	c := run.Counts
	return map[string]int{intake.Refused: c.Refused - c.Asked, intake.Asks: c.Asked, intake.Note: c.Noted, intake.Changed: c.Changed, intake.New: c.New, intake.Same: c.Same}[sort]
}

func (f filter) lines() intake.Filter {
	chosen := intake.Filter{Sorts: []string{f.sort}, Code: f.code, Row: f.row}
	if f.sort == "" {
		chosen.Sorts = sorts
	}
	return chosen
}

// query is the filter as an address says it, from a line on.
func (f filter) query(after int64) string {
	q := url.Values{}
	for name, value := range map[string]string{"xem": f.sort, "loai": f.code, "dong": number(int64(f.row)), "sau": number(after)} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q.Encode()
}

// number is a number as an address has it, "" for 0.
func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func (f filter) address(after int64) string {
	return runAddress(f.run.ID) + "?" + f.query(after) + "#dong"
}

// rowAddress shows one row of a run's file, and all that is said of it.
func rowAddress(run id.ID, row int64) string {
	return runAddress(run) + "?dong=" + strconv.FormatInt(row, 10) + "#dong"
}

// lineLink is where a line leads.
func lineLink(run id.ID, l intake.Line) string {
	if l.LinkKind == string(exchange.RowKind) {
		return rowAddress(run, int64(l.Link))
	}
	return linkAddress(l.LinkKind, l.Link)
}

// before is from where the page before this one begins; a page has so many lines, or so many
// rows when the lines of a row stay together.
func (f filter) before(ctx context.Context, tx *store.Tx, r *door.Request) (int64, error) {
	most := linesPage
	if f.mends {
		most = mendPage
	}
	back, err := exchange.LinesUpTo(ctx, tx, r.Who, f.run.ID, f.lines(), f.after, linesPage*2)
	if err != nil {
		return 0, err
	}
	rows := map[int]bool{}
	for i, l := range back {
		rows[l.Row] = true
		if f.mends && len(rows) > most || !f.mends && i == most {
			return l.Number, nil
		}
	}
	return 0, nil
}

// pager leads through the rows of a filter.
func (f filter) pager(ctx context.Context, tx *store.Tx, r *door.Request, count int, next int64) (ui.Pages, error) {
	pages := ui.Pages{Label: r.T("desk.page_of", "n", ui.Number(count))}
	if next > 0 {
		pages.Next = f.address(next)
	}
	if f.after > 0 {
		from, err := f.before(ctx, tx, r)
		if err != nil {
			return pages, err
		}
		pages.Previous = f.address(from)
	}
	return pages, nil
}

// shownKinds is how many kinds of findings are offered: a file rarely has more.
const shownKinds = 12

// kindsOf are the kinds of findings among the rows of the filter's sort, to choose one.
func (f filter) kindsOf(r *door.Request, found []exchange.FindingKind) []ui.Choice {
	if len(found) < 2 && f.code == "" {
		return nil
	}
	all := f
	all.code, all.row = "", 0
	choices := []ui.Choice{{Label: r.T("desk.kinds_all"), URL: all.address(0), Current: f.code == ""}}
	for _, k := range found[:min(len(found), shownKinds)] {
		one := all
		one.code = k.Code
		choices = append(choices, ui.Choice{Label: findingWord(r, k.Line), URL: one.address(0), Current: f.code == k.Code, Count: ui.Number(k.Lines)})
	}
	return choices
}

// findingWord is the name of a kind of finding: its word, else the beginning of a sentence that says it.
func findingWord(r *door.Request, l intake.Line) string {
	if id := "desk.kind_of-" + strings.ReplaceAll(l.Code, ".", "-"); text.Has(r.Lang, id) {
		return r.T(id)
	}
	const most = 60
	says := exchange.RowFault{Row: l.Row, Fault: l.Fault()}.Text(r.Lang)
	if letters := []rune(says); len(letters) > most {
		return strings.TrimSpace(string(letters[:most])) + "…"
	}
	return says
}
