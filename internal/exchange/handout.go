package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/handout"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/text"
)

// LargeList is from how many rows a list is made by the worker and not while somebody waits:
// so many rows of twenty-five columns take the smallest machine some two seconds, about as
// long as people wait before they ask again, and a phone's browser still opens the file.
const LargeList = 5000

// handings are the lists that are handed out, each in a file handout_KIND.go.
var handings = []Handing{pupilsHanding, monthHanding, outsideHanding, form02Handing, listHanding, schoolsHanding, sitesHanding, classesHanding, studentsHanding}

// Handing is one sort of list that goes out: where, by which right, and its rows. Words for
// people: handout.kind-NAME, handout.help-NAME, handout.setting-SETTING.
type Handing struct {
	Name     string
	File     string                        // the name of the file, without day and ending
	At       map[access.Kind]access.Action // places of which it may be asked, and the right asked for there
	Settings []string                      // questions beside it: month, on …
	// Fits says whether the place can have such a list at all; nil: each can.
	Fits  func(ctx context.Context, tx *store.Tx, who access.Who, place access.Resource) (bool, error)
	Heavy bool // reading it is long work whatever its length: the worker always makes it
	Open  func(ctx context.Context, db *store.Store, t Task) (*Rows, error)
}

// Task is one list of one place for one person.
type Task struct {
	Who       access.Who
	Place     access.Resource
	PlaceName string
	Asked     map[string]string
	Lang      text.Lang
}

// T is a message in the language of the list.
func (t Task) T(id string, facts ...any) string { return text.T(t.Lang, id, facts...) }

// Rows are the rows of a list, slice by slice: each is read in a snapshot of its own, so
// that a list of a province holds no transaction open and is never whole in memory.
type Rows struct {
	Title   string
	Columns []paper.Column
	Total   int64                                                      // rows expected; 0 when not known
	Next    func(ctx context.Context) (rows [][]paper.Cell, err error) // io.EOF behind the last slice
}

// Handings are the lists of a kind of place, in the order in which they are offered.
func Handings(kind access.Kind) (all []Handing) {
	for _, h := range handings {
		if _, there := h.At[kind]; there {
			all = append(all, h)
		}
	}
	return all
}

// HandingOf finds a list by its name. Fault: handout.unknown-kind.
func HandingOf(name string) (Handing, error) {
	at := slices.IndexFunc(handings, func(h Handing) bool { return h.Name == name })
	if at < 0 {
		return Handing{}, fault.New(fault.NotFound, "handout.unknown-kind", nil)
	}
	return handings[at], nil
}

// May says by which rule the caller may have the list of a place.
func (h Handing) May(ctx context.Context, tx *store.Tx, who access.Who, place access.Resource) (rule string, err error) {
	action, there := h.At[place.Kind]
	if !there {
		return "", fault.New(fault.NotFound, "handout.unknown-kind", nil)
	}
	return access.May(ctx, tx, who, action, place)
}

// Given keeps of what was asked the settings that the list knows, as it is kept with a file.
func (h Handing) Given(asked map[string]string) string {
	given := map[string]string{}
	for _, name := range h.Settings {
		if asked[name] != "" {
			given[name] = asked[name]
		}
	}
	body, err := json.Marshal(given)
	if err != nil {
		panic("exchange: settings cannot be written: " + err.Error()) // texts only
	}
	return string(body)
}

// PlaceName is what a list calls its place on a day.
func PlaceName(ctx context.Context, tx *store.Tx, who access.Who, place access.Resource) (string, error) {
	switch place.Kind {
	case access.ClassKind:
		c, err := org.ClassByID(ctx, tx, who, place.ID)
		if err != nil {
			return "", err
		}
		spans, err := org.SchoolSpans(ctx, tx, who, c.School)
		if err != nil {
			return "", err
		}
		return c.Name + ", " + spans[len(spans)-1].Name, nil
	case access.SchoolKind:
		spans, err := org.SchoolSpans(ctx, tx, who, place.ID)
		if err != nil {
			return "", err
		}
		return spans[len(spans)-1].Name, nil
	}
	spans, err := org.Spans(ctx, tx, place.ID)
	if err != nil {
		return "", err
	}
	return spans[len(spans)-1].FullName, nil
}

// WriteRows writes a list as csv or xlsx, and says how many rows it has. progress may be nil.
func WriteRows(ctx context.Context, w io.Writer, format paper.Format, list paper.List, rows *Rows, progress func(ctx context.Context, done int64) error) (done int64, err error) {
	list.Title, list.Columns = rows.Title, rows.Columns
	out, err := paper.NewList(w, format, list)
	if err != nil {
		return 0, err
	}
	for {
		slice, err := rows.Next(ctx)
		if errors.Is(err, io.EOF) {
			return done, out.Close()
		}
		for _, cells := range slice {
			if err == nil {
				err = out.Row(cells...)
			}
		}
		if done += int64(len(slice)); err == nil && progress != nil {
			err = progress(ctx, done)
		}
		if err != nil {
			discard(out, w)
			return done, err
		}
	}
}

// discard ends a list of which nothing is wanted any more: a workbook has a temporary file.
func discard(out paper.ListWriter, w io.Writer) {
	if kept, is := w.(interface{ Stop() }); is {
		kept.Stop()
	}
	_ = out.Close() // what it still writes goes nowhere
}

// HandOut makes the files that a realm's people wait for, also those that another process
// left behind. It is the worker's turn: call it often.
func HandOut(ctx context.Context, db *store.Store, realm int) error {
	var waiting []id.ID
	err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		waiting, err = handout.Waiting(ctx, tx, realm)
		return err
	})
	if err != nil {
		return err
	}
	for _, file := range waiting {
		if err := handOne(ctx, db, realm, file); err != nil {
			return err
		}
	}
	return nil
}

func handOne(ctx context.Context, db *store.Store, realm int, file id.ID) error {
	work, err := handout.Take(ctx, db, realm, file)
	if errors.Is(err, handout.ErrTaken) {
		return nil
	} else if err != nil {
		return err
	}
	rows, err := writeFile(ctx, db, realm, work)
	if err == nil {
		err = work.End(ctx, rows)
	}
	switch f, known := fault.Of(err); {
	case err == nil || errors.Is(err, handout.ErrTaken):
		return nil
	case ctx.Err() != nil: // the house closes: the file begins again when it stands
		return work.Release(context.WithoutCancel(ctx))
	case known:
		return ignoreTaken(work.Fail(ctx, reasonOf(f)))
	default:
		return errors.Join(err, ignoreTaken(work.Fail(ctx, handout.Broken)))
	}
}

func ignoreTaken(err error) error {
	if errors.Is(err, handout.ErrTaken) {
		return nil
	}
	return err
}

// reasonOf is what the page says of a file that could not be made: whoever lost a right is
// not told more than that.
func reasonOf(f *fault.Fault) string {
	switch {
	case f.Kind == fault.Forbidden || f.Kind == fault.NotFound:
		return handout.NoRight
	case f.Code == "handout.too-large":
		return handout.TooLarge
	case text.Has(text.Vietnamese, f.Code) && len(f.Args) == 0:
		return f.Code
	}
	return handout.Broken
}

// writeFile reads the list as the one who asked for it may see it now, and writes it.
func writeFile(ctx context.Context, db *store.Store, realm int, work *handout.Work) (int64, error) {
	f := work.File
	h, err := HandingOf(f.Kind)
	if err != nil {
		return 0, err
	}
	t := Task{Place: f.Place(), PlaceName: f.PlaceName, Lang: text.ParseLang(f.Language)}
	if err := json.Unmarshal([]byte(f.Asked), &t.Asked); err != nil {
		return 0, err
	}
	var now day.Instant
	err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		now = tx.Now()
		if t.Who, err = access.Load(ctx, tx, realm, f.Account); err == nil {
			_, err = h.May(ctx, tx, t.Who, t.Place)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	rows, err := h.Open(ctx, db, t)
	if err != nil {
		return 0, err
	}
	work.Expect(rows.Total)
	return WriteRows(ctx, work.To(ctx), paper.Format(f.Format), paper.List{Watermark: f.Banner, Stamp: now.Time()}, rows, work.Advance)
}

// bySlices reads rows part by part, each in a snapshot of its own.
func bySlices[P any](db *store.Store, parts []P, read func(ctx context.Context, tx *store.Tx, part P) ([][]paper.Cell, error)) func(context.Context) ([][]paper.Cell, error) {
	return oneByOne(parts, func(ctx context.Context, part P) (rows [][]paper.Cell, err error) {
		err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			rows, err = read(ctx, tx, part)
			return err
		})
		return rows, err
	})
}

// oneByOne is bySlices where read opens its own transaction.
func oneByOne[P any](parts []P, read func(ctx context.Context, part P) ([][]paper.Cell, error)) func(context.Context) ([][]paper.Cell, error) {
	at := 0
	return func(ctx context.Context) ([][]paper.Cell, error) {
		if at == len(parts) {
			return nil, io.EOF
		}
		at++
		return read(ctx, parts[at-1])
	}
}

// textCells are cells of plain text.
func textCells(values ...string) []paper.Cell {
	cells := make([]paper.Cell, len(values))
	for i, value := range values {
		cells[i] = paper.Text(value)
	}
	return cells
}

// columns are heads of text by message id.
func (t Task) columns(ids ...string) (all []paper.Column) {
	for _, id := range ids {
		all = append(all, paper.Column{Key: id, Title: t.T(id)})
	}
	return all
}
