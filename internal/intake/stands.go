package intake

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/id"
	"ralop/internal/store"
)

// Standing is what stands in the way of an undo: rows of a table that somebody wrote on top
// of what the run made (Changed false), or rows of the run that somebody changed since.
type Standing struct {
	Table    string
	Changed  bool
	Rows     int
	LinkKind string  // what the links are: pupil, class …
	Links    []id.ID // the first few
}

// links is how many links a Standing gives.
const links = 20

func (s *Standing) add(kind string, of id.ID, rows int) {
	s.Rows += rows
	if kind != "" && (s.LinkKind == "" || s.LinkKind == kind) && len(s.Links) < links && !slices.Contains(s.Links, of) {
		s.LinkKind, s.Links = kind, append(s.Links, of)
	}
}

// entriesAtOnce is how many entries of a journal are looked at together.
const entriesAtOnce = 200

// Stands looks, without changing anything, at all that stands in the way of taking a run
// back: its rows that are no longer as it left them, and rows of any table that point to a
// row it made and are not its own. A column points to a table when it bears its name.
// derived are tables that only follow from others; rows of a Clear go with what they point to.
func Stands(ctx context.Context, tx *store.Tx, realm int, run id.ID, clear Clear, derived []string) ([]Standing, error) {
	x := &standing{realm: realm, changedLater: map[string]bool{}, own: map[pointer]int{}, found: map[standingKey]*Standing{}}
	if err := x.learn(ctx, tx, clear, derived); err != nil {
		return nil, err
	}
	for upTo := int64(1 << 62); ; {
		entries, err := entriesUpTo(ctx, tx, realm, run, upTo, entriesAtOnce, false)
		if err != nil || len(entries) == 0 {
			return x.all(), err
		}
		upTo = entries[len(entries)-1].Number - 1
		made := map[string][]id.ID{}
		for _, e := range entries {
			if err := x.look(ctx, tx, e.entry, made); err != nil {
				return nil, err
			}
		}
		if err := x.pointing(ctx, tx, made); err != nil {
			return nil, err
		}
	}
}

type pointer struct {
	table, column string
	to            id.ID
}

type standingKey struct {
	table   string
	changed bool
}

type standing struct {
	realm        int
	columns      map[string][]string // table → tables it points to
	derived      map[string]bool
	changedLater map[string]bool // rows that a later entry of the run changed again
	own          map[pointer]int // rows the run itself made, by what they point to
	found        map[standingKey]*Standing
}

func (x *standing) learn(ctx context.Context, tx *store.Tx, clear Clear, derived []string) error {
	x.columns, x.derived = map[string][]string{}, map[string]bool{}
	for _, table := range derived {
		x.derived[table] = true
	}
	for _, tables := range clear {
		for _, table := range tables {
			x.derived[table] = true
		}
	}
	tables, err := tx.Tables(ctx)
	if err != nil {
		return err
	}
	for _, table := range tables {
		if strings.HasPrefix(table, "intake_") || strings.HasPrefix(table, "audit_") {
			continue
		}
		shape, err := tx.ShapeOf(ctx, table)
		if err != nil {
			return err
		}
		if shape.Place("realm") < 0 {
			continue
		}
		for place, column := range shape.Columns {
			if column != table && slices.Contains(tables, column) && column != "realm" && shape.Whole(place) { // some columns hold the name of a school
				x.columns[table] = append(x.columns[table], column)
			}
		}
	}
	return nil
}

func (x *standing) of(table string, changed bool) *Standing {
	key := standingKey{table, changed}
	if x.found[key] == nil {
		x.found[key] = &Standing{Table: table, Changed: changed}
	}
	return x.found[key]
}

// look compares the rows of an entry with what is there and notes what they point to.
func (x *standing) look(ctx context.Context, tx *store.Tx, e entry, made map[string][]id.ID) error {
	shape, rows, err := presentRows(ctx, tx, x.realm, e)
	if err != nil {
		return err
	}
	var keys []store.Image
	for _, row := range rows {
		text := e.table + "\x00"
		for _, part := range row.key {
			text += keyPart(part)
		}
		if !row.untouched() && !x.changedLater[text] {
			kind, of := x.linkOf(shape, row)
			x.of(e.table, true).add(kind, of, 1)
		}
		counted := x.changedLater[text]
		if row.before != nil {
			x.changedLater[text] = true
		} else {
			keys = append(keys, row.key)
		}
		if !counted && row.now != nil { // also a row that the run led to one it made
			for _, column := range x.columns[e.table] {
				if n, ok := row.now[shape.Place(column)].(int64); ok && n != 0 {
					x.own[pointer{e.table, column, id.ID(n)}]++
				}
			}
		}
	}
	made[e.table] = append(made[e.table], idsOf(shape, keys)...)
	return nil
}

func keyPart(part any) string {
	switch v := part.(type) {
	case int64:
		return id.ID(v).String() + "\x00"
	case string:
		return v + "\x00"
	}
	return "\x00"
}

// linkOf says whom a row is about: its pupil, its class, or itself.
func (x *standing) linkOf(s *store.Shape, row present) (string, id.ID) {
	image := row.now
	if image == nil {
		image = row.before
	}
	for _, column := range []string{"pupil", "class", "school"} {
		if at := s.Place(column); image != nil && at >= 0 {
			if n, ok := image[at].(int64); ok {
				return column, id.ID(n)
			}
		}
	}
	if ids := idsOf(s, []store.Image{row.key}); len(ids) == 1 {
		return s.Table, ids[0]
	}
	return "", 0
}

// pointing counts the rows that point to rows made and are not the run's own.
func (x *standing) pointing(ctx context.Context, tx *store.Tx, made map[string][]id.ID) error {
	for to, ids := range made {
		if len(ids) == 0 {
			continue
		}
		for table, columns := range x.columns {
			if x.derived[table] || !slices.Contains(columns, to) {
				continue
			}
			counts, err := tx.CountBy(ctx, table, to, x.realm, ids)
			if err != nil {
				return err
			}
			for _, one := range ids {
				own := pointer{table, to, one}
				if more := counts[one] - x.own[own]; more > 0 {
					x.of(table, false).add(to, one, more)
				}
				delete(x.own, own)
			}
		}
	}
	return nil
}

func (x *standing) all() []Standing {
	var all []Standing
	for _, s := range x.found {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b Standing) int { return strings.Compare(a.Table, b.Table) })
	return all
}
