package exchange

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/store"
)

// Cells are some rows of a run's file as they stand now, mended cells laid over.
type Cells struct {
	Headings []string
	Fields   []string // by column; "" where a column is not read
	Rows     map[int][]string
}

// CellsOf gives the cells of some rows of a run's file, for a page on which they are mended.
func CellsOf(ctx context.Context, tx *store.Tx, who access.Who, run id.ID, numbers []int) (Cells, error) {
	c := Cells{Rows: map[int][]string{}}
	r, kind, _, err := runOf(ctx, tx, who, run)
	if err != nil || len(numbers) == 0 {
		return c, err
	}
	s, err := openSource(ctx, tx, who.Realm, r, kind)
	if err != nil {
		return c, err
	}
	defer s.close()
	c.Headings = s.reading.Headings.Cells
	c.Fields = make([]string, len(c.Headings))
	for _, column := range s.reading.columns {
		if column.With < 0 && column.At < len(c.Fields) {
			c.Fields[column.At] = column.Field
		}
	}
	for row, err := range s.reading.Rows() {
		if err != nil {
			return c, err
		}
		if slices.Contains(numbers, row.Number) {
			row = s.mended(row)
			cells := make([]string, len(c.Headings))
			copy(cells, row.Cells)
			c.Rows[row.Number] = cells
			if len(c.Rows) == len(numbers) {
				break
			}
		}
	}
	return c, nil
}

// RecognisedAs is Recognised with a layout that a person tries out: another table, another
// row of headings. Nothing is kept.
func RecognisedAs(ctx context.Context, tx *store.Tx, who access.Who, run id.ID, layout Layout) (Recognition, map[string]string, error) {
	r, kind, _, err := runOf(ctx, tx, who, run)
	if err != nil || kind.Open != nil {
		return Recognition{}, nil, err
	}
	r.Choice = Asked{Layout: layout}.text()
	book, seen, habits, err := recognise(ctx, tx, who.Realm, r, kind)
	if err != nil {
		return seen, nil, err
	}
	return seen, habits, book.Close()
}

// AskedOf is how a run's file is read and the answers beside it.
func AskedOf(run intake.Run) (Asked, error) { return askedOf(run) }

// RowName is how people call a row of a file that is read by the layout.
func (l Layout) RowName(number int) string { return rowName(l.Parts, number) }
