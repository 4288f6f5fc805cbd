package intake

import (
	"context"
	"slices"

	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Restored is a row that an undo changed: Was is how the import had left it (nil when the
// import had deleted it), Is how it is again (nil when the import had made it).
type Restored struct {
	Table   string
	Columns []string
	Was, Is store.Image
}

// ID gives the number in a column, of the row as it is again or else as it was; 0 without one.
func (r Restored) ID(column string) id.ID {
	image := r.Is
	if image == nil {
		image = r.Was
	}
	at := slices.Index(r.Columns, column)
	if at < 0 {
		return 0
	}
	n, _ := image[at].(int64)
	return id.ID(n)
}

// Text gives the text or day in a column of an image, "" when there is none.
func (r Restored) Text(image store.Image, column string) string {
	at := slices.Index(r.Columns, column)
	if at < 0 || image == nil {
		return ""
	}
	text, _ := image[at].(string)
	return text
}

// Clear names, for a table whose rows an import makes, tables that hold only what follows
// from them, in the order in which their rows go when the row they point to goes.
type Clear map[string][]string

// UndoSlice takes back the last transaction of a run's journal, if every row is still as the
// run left it. left is how many entries of the journal remain. Fault: intake.changed_since.
func UndoSlice(ctx context.Context, tx *store.Tx, realm int, run id.ID, clear Clear) (restored []Restored, left int64, err error) {
	entries, err := lastEntries(ctx, tx, realm, run)
	if err != nil || len(entries) == 0 {
		return nil, 0, err
	}
	first := entries[len(entries)-1].Number
	type work struct {
		shape   *store.Shape
		gone    []store.Image // keys
		changed []store.Image
		back    []store.Image
	}
	works := make([]work, len(entries))
	for i, e := range entries {
		shape, rows, err := presentRows(ctx, tx, realm, e.entry)
		if err != nil {
			return nil, 0, err
		}
		works[i].shape = shape
		for _, row := range rows {
			if !row.untouched() {
				return nil, 0, fault.New(fault.Conflict, "intake.changed_since", fault.Args{"table": e.entry.table})
			}
			switch {
			case row.before == nil:
				works[i].gone = append(works[i].gone, row.key)
			case row.now == nil:
				works[i].back = append(works[i].back, row.before)
			default:
				works[i].changed = append(works[i].changed, row.before)
			}
			restored = append(restored, Restored{shape.Table, shape.Columns, row.now, row.before})
		}
	}
	// What was there comes back before what came goes: a row that was led to a new one is led back.
	for _, w := range slices.Backward(works) {
		if err := tx.InsertImages(ctx, w.shape, w.back); err != nil {
			return nil, 0, err
		}
		if err := tx.UpdateImages(ctx, w.shape, w.changed); err != nil {
			return nil, 0, err
		}
	}
	for _, w := range works { // the last written first: children before those they point to
		if err := clearFor(ctx, tx, realm, w.shape, w.gone, clear); err != nil {
			return nil, 0, err
		}
		if err := tx.DeleteImages(ctx, w.shape, w.gone); err != nil {
			return nil, 0, err
		}
	}
	if _, err := tx.Exec(ctx, sqlDropImages, realm, run, first); err != nil {
		return nil, 0, err
	}
	_, err = tx.Exec(ctx, sqlSetEntries, realm, run, first-1)
	return restored, first - 1, err
}

func clearFor(ctx context.Context, tx *store.Tx, realm int, s *store.Shape, gone []store.Image, clear Clear) error {
	ids := idsOf(s, gone)
	if len(ids) == 0 {
		return nil
	}
	for _, table := range clear[s.Table] {
		if _, err := tx.DropBy(ctx, table, s.Table, realm, ids); err != nil {
			return err
		}
	}
	return nil
}

// idsOf gives the ids of keys that are a realm and an id.
func idsOf(s *store.Shape, keys []store.Image) (ids []id.ID) {
	if len(s.Key) != 2 || s.Columns[s.Key[1]] != "id" {
		return nil
	}
	for _, key := range keys {
		if n, ok := key[1].(int64); ok {
			ids = append(ids, id.ID(n))
		}
	}
	return ids
}

type numbered struct {
	Number int64
	Slice  int64
	entry  entry
}

type stored struct {
	Number, Slice int64
	Table         string
	Body          []byte
}

// entriesPerSlice bounds how many tables one transaction of an import writes.
const entriesPerSlice = 64

// lastEntries gives the entries of the last transaction, the last first.
func lastEntries(ctx context.Context, tx *store.Tx, realm int, run id.ID) ([]numbered, error) {
	return entriesUpTo(ctx, tx, realm, run, 1<<62, entriesPerSlice, true)
}

func entriesUpTo(ctx context.Context, tx *store.Tx, realm int, run id.ID, upTo int64, limit int, oneSlice bool) (all []numbered, err error) {
	rows, err := store.All[stored](ctx, tx, sqlImages, realm, run, upTo, limit)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if oneSlice && row.Slice != rows[0].Slice {
			break
		}
		e, err := unpack(row.Table, row.Body)
		if err != nil {
			return nil, err
		}
		all = append(all, numbered{row.Number, row.Slice, e})
	}
	return all, nil
}

// present is a row of the journal beside the row that is there now.
type present struct {
	key    store.Image
	before store.Image // nil when the run made it
	now    store.Image // nil when it is not there
	hash   string      // of the row as the run left it, "" when it deleted it
}

func (p present) untouched() bool {
	if p.now == nil {
		return p.hash == ""
	}
	return p.hash == hashOf(p.now)
}

// presentRows reads what is there now of the rows of an entry. Columns that a later version
// of the product added keep what they hold.
func presentRows(ctx context.Context, tx *store.Tx, realm int, e entry) (*store.Shape, []present, error) {
	shape, err := tx.ShapeOf(ctx, e.table)
	if err != nil {
		return nil, nil, err
	}
	places := make([]int, len(e.Columns)) // of the entry's columns in the table of today
	for i, column := range e.Columns {
		if places[i] = shape.Place(column); places[i] < 0 {
			return nil, nil, fault.New(fault.Conflict, "intake.changed_since", fault.Args{"table": e.table})
		}
	}
	var rows []present
	for _, made := range e.Made {
		n := len(made) - 1
		key, err := values(shape, shape.Key, made[:n])
		if err != nil {
			return nil, nil, err
		}
		hash, _ := made[n].(string)
		rows = append(rows, present{key: key, hash: hash})
	}
	before := func(read []any, hash string) error {
		image, err := values(shape, places, read)
		if err != nil {
			return err
		}
		whole := make(store.Image, len(shape.Columns))
		for i, place := range places {
			whole[place] = image[i]
		}
		p := present{before: whole, hash: hash}
		for _, place := range shape.Key {
			p.key = append(p.key, whole[place])
		}
		rows = append(rows, p)
		return nil
	}
	for _, changed := range e.Changed {
		n := len(changed) - 1
		hash, _ := changed[n].(string)
		if err := before(changed[:n], hash); err != nil {
			return nil, nil, err
		}
	}
	for _, deleted := range e.Deleted {
		if err := before(deleted, ""); err != nil {
			return nil, nil, err
		}
	}
	return shape, rows, fill(ctx, tx, realm, shape, places, rows)
}

// fill reads what is there now, by the first column of the key after the realm; a local
// table has its own first.
func fill(ctx context.Context, tx *store.Tx, realm int, s *store.Shape, places []int, rows []present) error {
	var numbers []int64
	var texts []string
	first := min(1, len(s.Key)-1)
	for _, r := range rows {
		switch v := r.key[first].(type) {
		case int64:
			numbers = append(numbers, v)
		case string:
			texts = append(texts, v)
		}
	}
	list := store.In(numbers)
	if len(texts) > 0 {
		list = store.In(texts)
	}
	images, err := tx.Images(ctx, s, realm, []string{s.Columns[s.Key[first]]}, list)
	if err != nil {
		return err
	}
	byKey := map[string]store.Image{}
	for _, image := range images {
		byKey[keyText(s, image)] = image
	}
	for i, r := range rows {
		wide := make(store.Image, len(s.Columns))
		for n, place := range s.Key {
			wide[place] = r.key[n]
		}
		now := byKey[keyText(s, wide)]
		rows[i].now = now
		if len(places) == len(s.Columns) || now == nil {
			continue
		}
		// The table has columns that the journal does not know: they stay as they are, and
		// the hash is of those it knows.
		known := make(store.Image, len(places))
		for n, place := range places {
			known[n] = now[place]
		}
		if hashOf(known) == r.hash {
			rows[i].hash = hashOf(now)
		}
		if r.before != nil {
			for place := range s.Columns {
				if !slices.Contains(places, place) {
					r.before[place] = now[place]
				}
			}
		}
	}
	return nil
}
