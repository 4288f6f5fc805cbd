package exchange

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/intake"
	"ralop/internal/store"
	"ralop/internal/text"
)

// StandingIn says what stands in the way of taking a run back; nothing when it can be.
func StandingIn(ctx context.Context, tx *store.Tx, who access.Who, run id.ID) ([]intake.Standing, error) {
	r, kind, _, err := runOf(ctx, tx, who, run)
	if err != nil {
		return nil, err
	}
	return kind.standing(ctx, tx, who, r)
}

func (k Kind) standing(ctx context.Context, tx *store.Tx, who access.Who, run intake.Run) ([]intake.Standing, error) {
	all, err := intake.Stands(ctx, tx, who.Realm, run.ID, k.Clear, k.Derived)
	if err != nil || k.Standing == nil {
		return all, err
	}
	more, err := k.Standing(ctx, tx, who, run)
	return append(all, more...), err
}

// Undo lets all that a run wrote be taken back, as long as nothing was built on it.
// Faults: intake.stands with how much stands in the way (StandingIn says what), intake.not_now.
func Undo(ctx context.Context, tx *store.Tx, who access.Who, run id.ID) error {
	r, kind, rule, err := runOf(ctx, tx, who, run)
	if err != nil {
		return err
	}
	if r.Entries == 0 {
		return fault.New(fault.Conflict, "intake.nothing_to_undo", fault.Args{"days": int(intake.UndoAge.Hours() / 24)})
	}
	if err := standsFault(kind.standing(ctx, tx, who, r)); err != nil {
		return err
	}
	if err := intake.Ask(ctx, tx, who.Realm, run, intake.Undoing, intake.Done, intake.Failed, intake.Planned); err != nil {
		return err
	}
	return record(ctx, tx, who, "import.undo", r, rule)
}

func standsFault(all []intake.Standing, err error) error {
	if err != nil || len(all) == 0 {
		return err
	}
	rows := 0
	for _, s := range all {
		rows += s.Rows
	}
	return fault.New(fault.Conflict, "intake.stands", fault.Args{"rows": rows})
}

// undo takes a run back, the last transaction first.
func (d *driver) undo(ctx context.Context) error {
	d.counts = d.run.Counts
	err := d.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		return standsFault(d.kind.standing(ctx, tx, d.who, d.run))
	})
	if err != nil {
		return err
	}
	whole := d.run.Entries + d.run.Position
	for left := d.run.Entries; left > 0; {
		err := d.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			rows, rest, err := intake.UndoSlice(ctx, tx, d.realm, d.run.ID, d.kind.Clear)
			if err != nil {
				return err
			}
			if d.kind.Restored != nil {
				if err := d.kind.Restored(ctx, tx, d.who, rows); err != nil {
					return err
				}
			}
			left = rest
			d.next, err = intake.Advance(ctx, tx, d.realm, d.run.ID, d.holder, intake.Step{From: d.run.Position, Position: whole - rest, Total: whole, Counts: d.counts})
			return err
		})
		if err != nil {
			return err
		}
		d.holder, d.run.Position = d.next, whole-left
		if d.progress != nil {
			d.progress(int(d.run.Position), int(whole))
		}
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return intake.End(ctx, tx, d.realm, d.run.ID, d.holder, intake.Finish{State: intake.Undone, Counts: d.counts})
	})
}

// StandingText is the sentence of what stands in the way of an undo.
func StandingText(lang text.Lang, s intake.Standing) string {
	what := text.T(lang, "intake.standing_other")
	if id := "intake.standing-" + s.Table; text.Has(lang, id) {
		what = text.T(lang, id)
	}
	id := "intake.standing_built"
	if s.Changed {
		id = "intake.standing_changed"
	}
	return text.T(lang, id, "what", what, "rows", s.Rows)
}
