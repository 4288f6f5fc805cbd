package intake

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"

	"ralop/internal/id"
	"ralop/internal/store"
)

// Journal writes down what one transaction of a run does to rows. Of rows made it keeps the
// key and a hash, of rows changed or deleted the image before.
//
// A nil Journal keeps nothing: a room that is given one writes the same either way.
type Journal struct {
	realm int
	run   id.ID
	parts []*part
}

// part is one call of Watch or Load: what it found before, or the images it made.
type part struct {
	shape   *store.Shape
	columns []string
	values  []any
	before  map[string]store.Image
	order   []string
	made    []store.Image
}

// NewJournal begins the journal of one transaction. Close it in the transaction.
func NewJournal(realm int, run id.ID) *Journal { return &Journal{realm: realm, run: run} }

// Watch is called before rows of a table are written: those whose columns hold the values
// may be made, changed or deleted until the transaction ends. A value may be a list made by
// store.In. Watch a table after those that it points to.
func (j *Journal) Watch(ctx context.Context, tx *store.Tx, table string, columns []string, values ...any) error {
	if j == nil {
		return nil
	}
	shape, err := tx.ShapeOf(ctx, table)
	if err != nil {
		return err
	}
	images, err := tx.Images(ctx, shape, j.realm, columns, append([]any(nil), values...)...)
	if err != nil {
		return err
	}
	p := &part{shape: shape, columns: columns, values: values, before: map[string]store.Image{}}
	for _, image := range images {
		key := keyText(shape, image)
		p.before[key] = image
		p.order = append(p.order, key)
	}
	j.parts = append(j.parts, p)
	return nil
}

// Fresh is called after rows were made in this transaction that no Watch could know: those
// whose columns hold the values.
func (j *Journal) Fresh(ctx context.Context, tx *store.Tx, table string, columns []string, values ...any) error {
	if j == nil {
		return nil
	}
	shape, err := tx.ShapeOf(ctx, table)
	if err == nil {
		j.parts = append(j.parts, &part{shape: shape, columns: columns, values: values})
	}
	return err
}

// Load writes rows that are not there and keeps them by hash, without reading them again.
// A column that is not given, because the table says what it holds at first, is not looked at.
func (j *Journal) Load(ctx context.Context, tx *store.Tx, table string, columns []string, rows [][]any) error {
	if j == nil || len(rows) == 0 {
		return tx.Load(ctx, table, columns, rows)
	}
	shape, err := tx.ShapeOf(ctx, table)
	if err != nil {
		return err
	}
	p := &part{made: make([]store.Image, len(rows))}
	if p.shape, err = shape.Only(columns); err != nil {
		return err
	}
	for i, row := range rows {
		p.made[i] = p.shape.ImageOf(row)
	}
	j.parts = append(j.parts, p)
	return tx.Load(ctx, table, columns, rows)
}

// Close compares what was watched with what is there now and keeps the difference.
func (j *Journal) Close(ctx context.Context, tx *store.Tx) error {
	if j == nil || len(j.parts) == 0 {
		return nil
	}
	var entries []entry
	seen := map[string]bool{} // rows that an earlier part accounts for
	for _, p := range j.parts {
		e, err := j.entryOf(ctx, tx, p, seen)
		if err != nil {
			return err
		}
		if len(e.Made)+len(e.Changed)+len(e.Deleted) > 0 {
			entries = append(entries, e)
		}
	}
	if len(entries) == 0 {
		return nil
	}
	last, err := store.One[int64](ctx, tx, sqlEntries, j.realm, j.run)
	if err != nil {
		return err
	}
	slice := last + 1
	rows := make([][]any, len(entries))
	for i, e := range entries {
		body, err := pack(e)
		if err != nil {
			return err
		}
		last++
		rows[i] = []any{j.realm, j.run, last, slice, e.table, body}
	}
	if err := tx.Many(ctx, sqlKeepImage, rows); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sqlSetEntries, j.realm, j.run, last)
	return err
}

func (j *Journal) entryOf(ctx context.Context, tx *store.Tx, p *part, seen map[string]bool) (entry, error) {
	e := entry{table: p.shape.Table, Columns: p.shape.Columns}
	once := func(key string) bool {
		twice := seen[e.table+"\x00"+key]
		seen[e.table+"\x00"+key] = true
		return !twice
	}
	if p.columns == nil {
		for _, image := range p.made {
			if once(keyText(p.shape, image)) {
				e.Made = append(e.Made, madeOf(p.shape, image))
			}
		}
		return e, nil
	}
	now, err := tx.Images(ctx, p.shape, j.realm, p.columns, append([]any(nil), p.values...)...)
	if err != nil {
		return e, err
	}
	after := map[string]bool{}
	for _, image := range now {
		key := keyText(p.shape, image)
		after[key] = true
		before, known := p.before[key]
		switch {
		case known && hashOf(before) == hashOf(image) || !once(key):
		case known:
			e.Changed = append(e.Changed, append(append([]any(nil), before...), hashOf(image)))
		default:
			e.Made = append(e.Made, madeOf(p.shape, image))
		}
	}
	for _, key := range p.order {
		if !after[key] && once(key) {
			e.Deleted = append(e.Deleted, p.before[key])
		}
	}
	return e, nil
}

// entry is what one transaction did to one table.
type entry struct {
	table   string
	Columns []string      `json:"c"`           // those that the table had then
	Made    [][]any       `json:"m,omitempty"` // the key, then the hash of the row
	Changed [][]any       `json:"u,omitempty"` // the row before, then the hash of the row after
	Deleted []store.Image `json:"d,omitempty"`
}

func madeOf(s *store.Shape, image store.Image) []any {
	var made []any
	for _, place := range s.Key {
		made = append(made, image[place])
	}
	return append(made, hashOf(image))
}

// keyText is the key of a row as text.
func keyText(s *store.Shape, image store.Image) string {
	var b strings.Builder
	for _, place := range s.Key {
		fmt.Fprint(&b, image[place])
		b.WriteByte(0)
	}
	return b.String()
}

// hashOf is a short digest of an image: it tells whether a row is still as it was, and is no
// guard against somebody who forges one.
func hashOf(image store.Image) string {
	var b []byte
	for _, value := range image {
		switch v := value.(type) {
		case nil:
			b = append(b, 'n')
		case string:
			b = append(b, 's')
			b = append(b, v...)
		case []byte:
			b = append(b, 'b')
			b = append(b, v...)
		default:
			b = fmt.Append(append(b, 'i'), v)
		}
		b = append(b, 0)
	}
	sum := sha256.Sum256(b)
	return base64.RawStdEncoding.EncodeToString(sum[:9])
}

var packers = sync.Pool{New: func() any {
	w, err := flate.NewWriter(io.Discard, flate.BestSpeed)
	if err != nil {
		panic(err) // the level is one of flate's own
	}
	return w
}}

func pack(e entry) ([]byte, error) {
	text, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w := packers.Get().(*flate.Writer)
	defer packers.Put(w)
	w.Reset(&out)
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func unpack(table string, body []byte) (e entry, err error) {
	decoder := json.NewDecoder(flate.NewReader(bytes.NewReader(body)))
	decoder.UseNumber()
	e.table = table
	if err := decoder.Decode(&e); err != nil {
		return e, fmt.Errorf("intake: an entry of the journal cannot be read: %w", err)
	}
	return e, nil
}

// values makes of what JSON read what an Image holds.
func values(s *store.Shape, places []int, read []any) (store.Image, error) {
	image := make(store.Image, len(read))
	for i, value := range read {
		switch v := value.(type) {
		case json.Number:
			if n, err := v.Int64(); err == nil && !s.Fraction(places[i]) {
				image[i] = n
			} else if f, err := v.Float64(); err == nil {
				image[i] = f
			} else {
				return nil, err
			}
		case string:
			image[i] = v
			if s.Bytes(places[i]) {
				body, err := base64.StdEncoding.DecodeString(v)
				if err != nil {
					return nil, err
				}
				image[i] = body
			}
		default:
			image[i] = v
		}
	}
	return image, nil
}
