package rollcall

import (
	"context"
	"slices"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// version says of one version of a sheet what the sheet itself does not.
type version struct {
	act     [16]byte
	cause   string
	reason  string
	takenAt day.Instant
	device  string
	saw     *sight // nil: all that stood before
	sent    string // what the act says, encoded; "" when that is the version's own state, reason and body
}

// sight is what the author of an act had before her when she made it, on a phone.
type sight struct {
	base     int // version of the sheet
	sequence int64
	roll     int
	clockOff int64
}

// batch gathers the rows of several sheets in one transaction: marks that go before
// marks that come (a pupil who changed class takes hers along), sums last.
type batch struct {
	realm                     int
	sheets                    [][]any
	deletes, updates, inserts [][]any
	versions                  [][]any
	opened, closed            [][]any // conflicts
	sums                      rollup
}

func newBatch(realm int) *batch { return &batch{realm: realm, sums: newRollup()} }

// put replaces before (nil for a sheet just taken) by after. The sheet's row is in this
// transaction's hands already, with after's version on it.
func (b *batch) put(before, after *standing, v version) {
	if before != nil {
		b.sheets = append(b.sheets, after.columns(b.realm))
		b.sums.add(before, -1)
	}
	b.marks(before, after)
	saw := sight{base: -1, roll: -1}
	if v.saw != nil {
		saw = *v.saw
	}
	b.versions = append(b.versions, []any{b.realm, after.Class, after.Day, after.Session, after.Version, v.act[:], after.Roll, after.State,
		v.cause, v.reason, encodeMarks(after.marks, after.dropped), v.takenAt, after.ReceivedAt, v.device, after.Account,
		saw.base, saw.sequence, saw.roll, v.sent, saw.clockOff})
	b.sums.add(after, 1)
	b.sums.changed(after)
}

// marks brings the rows of the marks from before to after. Only a taken sheet has rows.
func (b *batch) marks(before, after *standing) {
	was := map[id.ID]Mark{}
	sameList := true
	if before != nil && before.State == Taken {
		for _, m := range before.marks {
			was[m.Pupil] = m
		}
		sameList = before.Roll == after.Roll
	}
	if after.State == Taken {
		for _, m := range after.marks {
			old, had := was[m.Pupil]
			delete(was, m.Pupil)
			switch {
			case !had:
				b.inserts = append(b.inserts, []any{b.realm, m.Pupil, after.Day, after.Session, after.Class, after.School, after.Roll,
					after.list.group(m.Pupil), m.Kind, m.Reason, m.Note})
			case old != m || !sameList:
				b.updates = append(b.updates, []any{b.realm, m.Pupil, after.Day, after.Session, after.Roll, after.list.group(m.Pupil), m.Kind, m.Reason, m.Note})
			}
		}
	}
	gone := make([]id.ID, 0, len(was))
	for pupil := range was {
		gone = append(gone, pupil)
	}
	slices.Sort(gone)
	for _, pupil := range gone {
		b.deletes = append(b.deletes, []any{b.realm, pupil, after.Day, after.Session, after.Class})
	}
}

// flush writes all of it, with the next statement or the commit (store.Tx.Later).
func (b *batch) flush(ctx context.Context, tx *store.Tx, explain func(error) error) error {
	for _, step := range []struct {
		query string
		rows  [][]any
	}{
		{sqlPutSheet, b.sheets}, {sqlDropMark, b.deletes}, {sqlPutMark, b.updates}, {sqlInsertMark, b.inserts}, {sqlInsertVersion, b.versions},
		{sqlOpenConflict, b.opened}, {sqlCloseConflict, b.closed},
	} {
		if err := tx.Later(ctx, explain, step.query, step.rows...); err != nil {
			return err
		}
	}
	return b.sums.flush(ctx, tx, b.realm, explain)
}
