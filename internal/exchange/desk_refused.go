package exchange

import (
	"context"
	"io"
	"slices"

	"ralop/internal/access"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/text"
)

// WriteRefused writes the refused rows of a run as they stand now, mended cells laid over,
// with why in front: the file can be mended and brought back. Without one nothing is written.
func WriteRefused(ctx context.Context, db *store.Store, who access.Who, run id.ID, w io.Writer, format paper.Format, lang text.Lang) error {
	return WriteRefusedOf(ctx, db, who, run, intake.Filter{}, w, format, lang)
}

// WriteRefusedOf is WriteRefused for the refused rows that a filter chooses; one without
// sorts chooses all.
func WriteRefusedOf(ctx context.Context, db *store.Store, who access.Who, run id.ID, chosen intake.Filter, w io.Writer, format paper.Format, lang text.Lang) error {
	chosen.Sorts = slices.DeleteFunc(slices.Clone(chosen.Sorts), func(sort string) bool { return !slices.Contains(refusedSorts, sort) })
	if len(chosen.Sorts) == 0 {
		chosen.Sorts = refusedSorts
	}
	var s *source
	var lines []intake.Line
	err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		r, kind, _, err := runOf(ctx, tx, who, run)
		if err != nil {
			return err
		}
		if lines, err = intake.Lines(ctx, tx, who.Realm, run, chosen, 0, 2*deskSaid); err != nil || len(lines) == 0 {
			return err
		}
		s, err = openSource(ctx, tx, who.Realm, r, kind)
		return err
	})
	if err != nil || s == nil {
		return err
	}
	defer s.close()
	slices.SortStableFunc(lines, func(a, b intake.Line) int { return a.Row - b.Row })
	rejected := NewRejectedRows(w, format, lang)
	rejected.begin(nil, s.reading.Headings)
	for row, err := range s.reading.Rows() {
		if err != nil {
			return err
		}
		var faults []RowFault
		for len(lines) > 0 && lines[0].Row <= row.Number {
			if lines[0].Row == row.Number {
				faults = append(faults, RowFault{row.Number, lines[0].Fault()})
			}
			lines = lines[1:]
		}
		if len(faults) == 0 {
			continue
		}
		if err := rejected.write([]Row{s.mended(row)}, faults); err != nil {
			return err
		}
	}
	return rejected.Close()
}
