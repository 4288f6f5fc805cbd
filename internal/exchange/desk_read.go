package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"slices"

	"ralop/internal/access"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/store"
)

// source is a run's file, opened: by what a person chose, else by what its source remembers.
type source struct {
	book    *Book
	seen    Recognition
	reading *Reading
	fixes   map[int][]intake.Fix
	size    int // of a batch
}

func openSource(ctx context.Context, tx *store.Tx, realm int, run intake.Run, kind Kind) (*source, error) {
	book, seen, err := recognise(ctx, tx, realm, run, kind)
	if err != nil {
		return nil, err
	}
	s := &source{book: book, seen: seen, size: batchRows}
	if kind.Whole {
		s.size = math.MaxInt
	}
	if s.reading, err = book.Read(seen.Layout, kind.Fields); err == nil {
		s.fixes, err = intake.Fixes(ctx, tx, realm, run.ID)
	}
	if err != nil {
		book.Close()
		return nil, err
	}
	return s, nil
}

func recognise(ctx context.Context, tx *store.Tx, realm int, run intake.Run, kind Kind) (*Book, Recognition, error) {
	content, err := intake.Content(ctx, tx, realm, run.File)
	if err != nil {
		return nil, Recognition{}, err
	}
	asked, err := askedOf(run)
	if err != nil {
		return nil, Recognition{}, err
	}
	book, err := ReadBook(run.FileName, bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, Recognition{}, err
	}
	seen, err := book.Recognise(kind.Fields, asked.Layout)
	if err == nil && len(asked.Layout.Columns) == 0 {
		var known string
		if known, err = intake.Remembered(ctx, tx, realm, sourceOf(run, seen.Source)); err == nil && known != "" {
			layout := asked.Layout
			var remembered Layout
			if json.Unmarshal([]byte(known), &remembered) == nil {
				layout.Columns = remembered.Columns
				seen, err = book.Recognise(kind.Fields, layout)
			}
		}
	}
	if err != nil {
		book.Close()
		return nil, seen, err
	}
	return book, seen, nil
}

// Recognised says what a run's file was recognised as, for the page that lets a person choose.
func Recognised(ctx context.Context, tx *store.Tx, who access.Who, run id.ID) (Recognition, error) {
	r, kind, _, err := runOf(ctx, tx, who, run)
	if err != nil {
		return Recognition{}, err
	}
	book, seen, err := recognise(ctx, tx, who.Realm, r, kind)
	if err != nil {
		return seen, err
	}
	return seen, book.Close()
}

// mended lays the cells that somebody mended over a row.
func (s *source) mended(row Row) Row {
	fixes := s.fixes[row.Number]
	if len(fixes) == 0 {
		return row
	}
	row.Cells = slices.Clone(row.Cells)
	for _, f := range fixes {
		for len(row.Cells) <= f.Column && f.Column < maxColumns {
			row.Cells = append(row.Cells, "")
		}
		if f.Column < len(row.Cells) {
			row.Cells[f.Column] = cleanCell(f.Text)
		}
	}
	return row
}

// deskBatch is some rows of a file.
type deskBatch struct {
	lines []Line
	err   error
}

// batches reads the file beside the one who plans and writes it.
func (s *source) batches(ctx context.Context) <-chan deskBatch {
	all := make(chan deskBatch, 2)
	send := func(b deskBatch) bool {
		select {
		case all <- b:
			return true
		case <-ctx.Done():
			return false
		}
	}
	go func() {
		defer close(all)
		var b deskBatch
		for row, err := range s.reading.Rows() {
			if err != nil {
				send(deskBatch{err: err})
				return
			}
			b.lines = append(b.lines, Line{s.mended(row), s.reading.Head})
			if len(b.lines) == s.size {
				if !send(b) {
					return
				}
				b = deskBatch{}
			}
		}
		if len(b.lines) > 0 {
			send(b)
		}
	}()
	return all
}

func (s *source) close() { s.book.Close() }
