package intake

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Sorts of lines.
const (
	Refused = "refused" // the row does not go in
	Asks    = "ask"     // it does not go in before somebody decides: what it says is sound, and does not fit what is there
	Note    = "note"    // it goes in, and something is to be looked at
	New     = "new"     // what would be made: a preview, the first ones only
	Changed = "changed" // what would change
	Same    = "same"    // what stays as it is
)

// Line is what is said of a row.
type Line struct {
	Number    int64
	Row       int
	Sort      string
	Code      string // of a fault
	Field     string
	Arguments string // JSON
	LinkKind  string
	Link      id.ID
	Body      string // JSON of the door for a preview
}

// Fault is the fault of the line, nil for a preview.
func (l Line) Fault() *fault.Fault {
	if l.Code == "" {
		return nil
	}
	args := fault.Args{}
	if json.Unmarshal([]byte(l.Arguments), &args) != nil {
		args = nil
	}
	return fault.New(fault.Invalid, l.Code, whole(args)).On(l.Field)
}

// Of makes a line say a fault.
func (l Line) Of(f *fault.Fault) Line {
	l.Code, l.Field = f.Code, f.Field
	if text, err := json.Marshal(f.Args); err == nil {
		l.Arguments = string(text)
	}
	return l
}

// Say keeps lines of a run; first is the number of the first.
func Say(ctx context.Context, tx *store.Tx, realm int, run id.ID, lines []Line) error {
	rows := make([][]any, len(lines))
	for i, l := range lines {
		rows[i] = []any{realm, run, l.Number, l.Row, l.Sort, l.Code, l.Field, cmp.Or(l.Arguments, "{}"), l.LinkKind, l.Link, l.Body}
	}
	return tx.Load(ctx, "intake_line", lineColumns, rows)
}

var lineColumns = []string{"realm", "run", "number", "row_number", "sort", "code", "field", "args", "link_kind", "link", "body"}

// LastLine is the number of a run's last line.
func LastLine(ctx context.Context, tx *store.Tx, realm int, run id.ID) (int64, error) {
	return store.One[int64](ctx, tx, sqlLastLine, realm, run)
}

// Filter chooses lines of a run.
type Filter struct {
	Sorts []string
	Code  string // of the fault, "" any
	Row   int    // 0 any
}

// Lines gives the lines of a filter after a number, in the order of rows.
func Lines(ctx context.Context, tx *store.Tx, realm int, run id.ID, f Filter, after int64, limit int) ([]Line, error) {
	return store.All[Line](ctx, tx, sqlLines, realm, run, store.In(f.Sorts), f.Code, f.Row, after, limit)
}

// LinesUpTo gives the lines of a filter up to a number, the last first: to page back.
func LinesUpTo(ctx context.Context, tx *store.Tx, realm int, run id.ID, f Filter, last int64, limit int) ([]Line, error) {
	return store.All[Line](ctx, tx, sqlLinesUpTo, realm, run, store.In(f.Sorts), f.Code, f.Row, last, limit)
}

// Finding is a kind of finding of a run: the code of its fault, how many lines say it, and
// the number of the first.
type Finding struct {
	Code  string
	Lines int
	First int64
}

// Findings gives the kinds of findings among lines of some sorts, the most frequent first.
func Findings(ctx context.Context, tx *store.Tx, realm int, run id.ID, sorts []string) ([]Finding, error) {
	return store.All[Finding](ctx, tx, sqlFindings, realm, run, store.In(sorts))
}

// Fix is a cell that somebody mended: Row as a spreadsheet program counts, Column from 0.
type Fix struct {
	Row, Column int
	Text        string
}

// Mend keeps mended cells; the last word holds.
func Mend(ctx context.Context, tx *store.Tx, realm int, run, account id.ID, fixes []Fix) error {
	rows := make([][]any, len(fixes))
	for i, f := range fixes {
		rows[i] = []any{realm, run, f.Row, f.Column, f.Text, account, tx.Now()}
	}
	return tx.Many(ctx, sqlMend, rows)
}

// Fixes gives the mended cells of a run by row.
func Fixes(ctx context.Context, tx *store.Tx, realm int, run id.ID) (map[int][]Fix, error) {
	all, err := store.All[Fix](ctx, tx, sqlFixes, realm, run)
	byRow := map[int][]Fix{}
	for _, f := range all {
		byRow[f.Row] = append(byRow[f.Row], f)
	}
	return byRow, err
}

// Remember keeps how files of a source are read.
func Remember(ctx context.Context, tx *store.Tx, realm int, source, choice string, account id.ID) error {
	if source == "" {
		return nil
	}
	_, err := tx.Exec(ctx, sqlRemember, realm, source, choice, account, tx.Now())
	return err
}

// Remembered gives how files of a source were read last, "" when nobody said.
func Remembered(ctx context.Context, tx *store.Tx, realm int, source string) (string, error) {
	choice, err := store.One[string](ctx, tx, sqlRemembered, realm, source)
	if store.IsNone(err) {
		err = nil
	}
	return choice, err
}

// KeepDigests keeps the digests of a batch of a plan, 8 bytes a row.
func KeepDigests(ctx context.Context, tx *store.Tx, realm int, run id.ID, batch int, digests []byte) error {
	_, err := tx.Exec(ctx, sqlPutPlan, realm, run, batch, digests)
	return err
}

// Digests gives those of a batch, nil when no plan was kept.
func Digests(ctx context.Context, tx *store.Tx, realm int, run id.ID, batch int) ([]byte, error) {
	all, err := store.All[[]byte](ctx, tx, sqlPlan, realm, run, batch)
	if len(all) == 0 {
		return nil, err
	}
	return slices.Clone(all[0]), err
}
