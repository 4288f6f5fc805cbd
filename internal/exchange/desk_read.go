package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
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
	habits  map[string]string // answers that the source gave last, where nobody was asked this time
	reading *Reading
	fixes   map[int][]intake.Fix
	size    int // of a batch
}

func openSource(ctx context.Context, tx *store.Tx, realm int, run intake.Run, kind Kind) (*source, error) {
	if kind.Open != nil {
		return openOther(ctx, tx, realm, run, kind)
	}
	book, seen, habits, err := recognise(ctx, tx, realm, run, kind)
	if err != nil {
		return nil, err
	}
	s := &source{book: book, seen: seen, habits: habits, size: batchRows}
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

// openOther opens a file that is no table.
func openOther(ctx context.Context, tx *store.Tx, realm int, run intake.Run, kind Kind) (*source, error) {
	content, err := intake.Content(ctx, tx, realm, run.File)
	if err != nil {
		return nil, err
	}
	rows, notes, err := kind.Open(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	r := &Reading{Head: Head{table: run.FileName, parts: kind.Parts}, Total: len(rows), skipped: notes, book: &Book{name: run.FileName}, own: rows}
	return &source{book: r.book, reading: r, size: math.MaxInt}, nil
}

// remembered is what is kept of a source: how its columns are read, and what it answers alike
// each time.
type remembered struct {
	Layout
	Settings map[string]string `json:"settings,omitempty"`
}

func habitsOf(kind Kind, asked Asked) remembered {
	r := remembered{Layout: asked.Layout.Source()}
	for _, name := range kind.Habits {
		if answer := asked.Settings[name]; answer != "" {
			if r.Settings == nil {
				r.Settings = map[string]string{}
			}
			r.Settings[name] = answer
		}
	}
	return r
}

func recognise(ctx context.Context, tx *store.Tx, realm int, run intake.Run, kind Kind) (*Book, Recognition, map[string]string, error) {
	content, err := intake.Content(ctx, tx, realm, run.File)
	if err != nil {
		return nil, Recognition{}, nil, err
	}
	asked, err := askedOf(run)
	if err != nil {
		return nil, Recognition{}, nil, err
	}
	book, err := ReadBook(run.FileName, bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, Recognition{}, nil, err
	}
	seen, err := book.Recognise(kind.Fields, asked.Layout)
	var habits map[string]string
	if err == nil && len(asked.Layout.Columns) == 0 {
		var known string
		if known, err = intake.Remembered(ctx, tx, realm, sourceOf(run, seen.Source)); err == nil && known != "" {
			layout := asked.Layout
			var last remembered
			if json.Unmarshal([]byte(known), &last) == nil {
				layout.Columns, habits = last.Columns, last.Settings
				seen, err = book.Recognise(kind.Fields, layout)
			}
		}
	}
	if err != nil {
		book.Close()
		return nil, seen, nil, err
	}
	return book, seen, habits, nil
}

// Recognised says what a run's file was recognised as, for the page that lets a person choose.
// habits are answers to questions beside the file that its source gave last.
func Recognised(ctx context.Context, tx *store.Tx, who access.Who, run id.ID) (seen Recognition, habits map[string]string, err error) {
	r, kind, _, err := runOf(ctx, tx, who, run)
	if err != nil || kind.Open != nil {
		return seen, nil, err
	}
	book, seen, habits, err := recognise(ctx, tx, who.Realm, r, kind)
	if err != nil {
		return seen, nil, err
	}
	return seen, habits, book.Close()
}

// settings are a run's answers to the questions beside the file, those of the source filled in.
func (s *source) settings(asked Asked) map[string]string {
	if len(s.habits) == 0 {
		return asked.Settings
	}
	all := maps.Clone(s.habits)
	maps.Copy(all, asked.Settings)
	return all
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
