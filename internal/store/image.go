package store

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"ralop/internal/day"
	"ralop/internal/id"
)

// Shape is what a table looks like: enough to keep an image of a row and put it back.
type Shape struct {
	Table   string
	Columns []string
	Key     []int // places of the primary key in Columns
	kinds   []string
	engine  Engine
}

// Image is the contents of a row in the order of Shape.Columns. Both engines tell a row
// alike: numbers, truth (0 or 1) and instants (microseconds) are int64 or float64, texts and
// days (YYYY-MM-DD) are string, bytes []byte, and nothing is nil.
type Image []any

const (
	sqlShapeSQLite   = `SELECT name, lower(type), pk FROM pragma_table_info($1) ORDER BY cid`
	sqlShapePostgres = `SELECT c.column_name, c.data_type, COALESCE(k.ordinal_position, 0) FROM information_schema.columns c
		LEFT JOIN information_schema.table_constraints t ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.constraint_type = 'PRIMARY KEY'
		LEFT JOIN information_schema.key_column_usage k ON k.constraint_schema = t.constraint_schema AND k.constraint_name = t.constraint_name
			AND k.table_name = c.table_name AND k.column_name = c.column_name
		WHERE c.table_schema = current_schema() AND c.table_name = $1 ORDER BY c.ordinal_position`
)

type shapeKey struct {
	store *Store
	table string
}

var shapes sync.Map // shapeKey → *Shape

// ShapeOf gives the shape of a table of the product. Shapes do not change while a store is open.
func (tx *Tx) ShapeOf(ctx context.Context, table string) (*Shape, error) {
	key := shapeKey{tx.store, table}
	if known, ok := shapes.Load(key); ok {
		return known.(*Shape), nil
	}
	type row struct {
		Name, Kind string
		Key        int
	}
	query := sqlShapeSQLite
	if tx.store.engine == Postgres {
		query = sqlShapePostgres
	}
	rows, err := All[row](ctx, tx, query, table)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("store: there is no table %q", table)
	}
	s := &Shape{Table: table, engine: tx.store.engine}
	places := map[int]int{}
	for i, r := range rows {
		s.Columns, s.kinds = append(s.Columns, r.Name), append(s.kinds, r.Kind)
		if r.Key > 0 {
			places[r.Key] = i
		}
	}
	for n := 1; n <= len(places); n++ {
		s.Key = append(s.Key, places[n])
	}
	shapes.Store(key, s)
	return s, nil
}

// Place is where a column stands, -1 when there is none of the name.
func (s *Shape) Place(column string) int {
	for i, c := range s.Columns {
		if c == column {
			return i
		}
	}
	return -1
}

// Fraction says whether a column holds numbers that need not be whole; Bytes whether it holds bytes.
func (s *Shape) Fraction(place int) bool {
	return s.kinds[place] == "real" || s.kinds[place] == "double precision"
}
func (s *Shape) Bytes(place int) bool { return s.kinds[place] == "blob" || s.kinds[place] == "bytea" }

// Whole says whether a column holds whole numbers, as ids are.
func (s *Shape) Whole(place int) bool {
	return s.kinds[place] == "integer" || s.kinds[place] == "bigint"
}

func (s *Shape) list() string {
	quoted := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		quoted[i] = pgx.Identifier{c}.Sanitize()
	}
	return strings.Join(quoted, ", ")
}

// Images reads the rows of a realm whose columns hold the values given, in the order of
// their keys. A value made by In is a list: write one of them at most.
func (tx *Tx) Images(ctx context.Context, s *Shape, realm int, columns []string, values ...any) ([]Image, error) {
	where, order := "", ""
	for i, c := range columns {
		if s.Place(c) < 0 {
			return nil, fmt.Errorf("store: table %s has no column %q", s.Table, c)
		}
		comparison := " = $%d"
		if _, many := values[i].(list); many {
			comparison = " IN ($%d)"
		}
		where += " AND " + pgx.Identifier{c}.Sanitize() + fmt.Sprintf(comparison, i+2)
	}
	for i, k := range s.Key {
		if i > 0 {
			order += ", "
		}
		order += pgx.Identifier{s.Columns[k]}.Sanitize()
	}
	var all []Image
	err := tx.Each(ctx, func(row Row) error {
		image, places := make(Image, len(s.Columns)), make([]any, len(s.Columns))
		for i := range places {
			places[i] = &image[i]
		}
		if err := row.Scan(places...); err != nil {
			return err
		}
		for i := range image {
			image[i] = imaged(image[i], s.kinds[i])
		}
		all = append(all, image)
		return nil
	}, `SELECT `+s.list()+` FROM `+pgx.Identifier{s.Table}.Sanitize()+` WHERE realm = $1`+where+` ORDER BY `+order, append([]any{realm}, values...)...)
	return all, err
}

// CountBy counts the rows of a realm by a column that holds one of the ids.
func (tx *Tx) CountBy(ctx context.Context, table, column string, realm int, ids []id.ID) (map[id.ID]int, error) {
	counts := map[id.ID]int{}
	name := pgx.Identifier{column}.Sanitize()
	err := tx.Each(ctx, func(row Row) error {
		var one id.ID
		var n int
		err := row.Scan(&one, &n)
		counts[one] = n
		return err
	}, `SELECT `+name+`, COUNT(*) FROM `+pgx.Identifier{table}.Sanitize()+` WHERE realm = $1 AND `+name+` IN ($2) GROUP BY `+name, realm, In(ids))
	return counts, err
}

// DropBy deletes the rows of a realm whose column holds one of the ids.
func (tx *Tx) DropBy(ctx context.Context, table, column string, realm int, ids []id.ID) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM `+pgx.Identifier{table}.Sanitize()+` WHERE realm = $1 AND `+pgx.Identifier{column}.Sanitize()+` IN ($2)`, realm, In(ids))
}

// InsertImages writes rows that are not there.
func (tx *Tx) InsertImages(ctx context.Context, s *Shape, images []Image) error {
	rows := make([][]any, len(images))
	for i, image := range images {
		rows[i] = s.arguments(image)
	}
	return tx.Many(ctx, insertText(s.Table, s.Columns), rows)
}

// UpdateImages makes the rows of the images' keys like the images.
func (tx *Tx) UpdateImages(ctx context.Context, s *Shape, images []Image) error {
	set := ""
	for i, c := range s.Columns {
		if i > 0 {
			set += ", "
		}
		set += fmt.Sprintf("%s = $%d", pgx.Identifier{c}.Sanitize(), i+1)
	}
	rows := make([][]any, len(images))
	for i, image := range images {
		rows[i] = s.arguments(image)
	}
	return tx.Many(ctx, `UPDATE `+pgx.Identifier{s.Table}.Sanitize()+` SET `+set+` WHERE `+s.byKey(func(n, place int) int { return place + 1 }), rows)
}

// DeleteImages deletes the rows of some keys, each in the order of Shape.Key.
func (tx *Tx) DeleteImages(ctx context.Context, s *Shape, keys []Image) error {
	rows := make([][]any, len(keys))
	for i, key := range keys {
		for n, place := range s.Key {
			rows[i] = append(rows[i], s.argument(key[n], place))
		}
	}
	return tx.Many(ctx, `DELETE FROM `+pgx.Identifier{s.Table}.Sanitize()+` WHERE `+s.byKey(func(n, place int) int { return n + 1 }), rows)
}

func (s *Shape) byKey(argument func(n, place int) int) string {
	where := make([]string, len(s.Key))
	for n, place := range s.Key {
		where[n] = fmt.Sprintf("%s = $%d", pgx.Identifier{s.Columns[place]}.Sanitize(), argument(n, place))
	}
	return strings.Join(where, " AND ")
}

func (s *Shape) arguments(image Image) []any {
	all := make([]any, len(image))
	for i, value := range image {
		all[i] = s.argument(value, i)
	}
	return all
}

// argument is a value as the engine takes it in a column.
func (s *Shape) argument(value any, place int) any {
	n, number := value.(int64)
	switch {
	case s.engine == SQLite || !number:
		return value
	case s.kinds[place] == "timestamp with time zone":
		return time.UnixMicro(n).UTC()
	case s.kinds[place] == "boolean":
		return n != 0
	}
	return value
}

// Only is the shape of some of a table's columns, its key among them, in the order given.
func (s *Shape) Only(columns []string) (*Shape, error) {
	only := &Shape{Table: s.Table, Columns: columns, Key: make([]int, len(s.Key)), engine: s.engine}
	found := 0
	for i, c := range columns {
		place := s.Place(c)
		if place < 0 {
			return nil, fmt.Errorf("store: table %s has no column %q", s.Table, c)
		}
		only.kinds = append(only.kinds, s.kinds[place])
		for n, k := range s.Key {
			if k == place {
				only.Key[n] = i
				found++
			}
		}
	}
	if found != len(s.Key) {
		return nil, fmt.Errorf("store: the key of %s is not among the columns given", s.Table)
	}
	return only, nil
}

// ImageOf gives the image that a row written with these arguments has, one for each column:
// for rows that were only just inserted and need not be read again.
func (s *Shape) ImageOf(arguments []any) Image {
	image := make(Image, len(arguments))
	for i, argument := range arguments {
		image[i] = imaged(argument, s.kinds[i])
	}
	return image
}

// imaged is a value as an Image holds it.
func imaged(value any, kind string) any {
	switch v := value.(type) {
	case int64, float64, string, nil:
		if n, ok := v.(int64); ok && (kind == "real" || kind == "double precision") {
			return float64(n)
		}
		return v
	case time.Time:
		if kind == "date" {
			return v.Format(time.DateOnly)
		}
		return v.UnixMicro()
	case []byte:
		if kind == "text" {
			return string(v)
		}
		return v
	case bool:
		if v {
			return int64(1)
		}
		return int64(0)
	case id.ID:
		return int64(v)
	case int:
		return int64(v)
	case int32:
		return int64(v)
	case int16:
		return int64(v)
	case day.Day:
		return v.String()
	case day.Instant:
		return int64(v)
	case fmt.Stringer:
		return v.String()
	}
	return fmt.Sprint(value)
}
