package casework

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// TextLength is the most letters of a note or a reason.
const TextLength = 1000

// Open opens a case by hand: by anyone who may report a child. The same act again gives
// the same case. Faults: casework.running (Conflict, with the case) when the child has one,
// casework.why-missing, casework.long-text, casework.bad-cause.
func OpenByHand(ctx context.Context, tx *store.Tx, who access.Who, in OpenIn) (Case, error) {
	rule, err := access.May(ctx, tx, who, access.OpenCase, access.Pupil(in.Pupil))
	if err != nil {
		return Case{}, err
	}
	if in.Act != [16]byte{} {
		if known, found, err := actByKey(ctx, tx, who.Realm, in.Act); err != nil {
			return Case{}, err
		} else if found {
			return load(ctx, tx, who.Realm, known.Case)
		}
	}
	if in.Why = viet.CleanText(in.Why); in.Why == "" {
		return Case{}, fault.New(fault.Invalid, "casework.why-missing", nil).On("why")
	}
	if err := shortEnough(in.Why, "why"); err != nil {
		return Case{}, err
	}
	if _, known := CauseOf(in.Cause); !known && in.Cause != "" {
		return Case{}, fault.New(fault.Invalid, "casework.bad-cause", fault.Args{"value": in.Cause}).On("cause")
	}
	running, err := store.One[id.ID](ctx, tx, sqlRunningOf, who.Realm, in.Pupil)
	if err == nil {
		return Case{}, fault.New(fault.Conflict, "casework.running", fault.Args{"case": running.String()})
	} else if !store.IsNone(err) {
		return Case{}, err
	}
	s, err := standingOf(ctx, tx, who.Realm, in.Pupil)
	if err != nil {
		return Case{}, err
	}
	c := Case{Pupil: in.Pupil, Why: in.Why, OpenedBy: who.Account, Cause: in.Cause, Protected: isProtected(in.Cause)}
	if c, err = begin(ctx, tx, who, c, s); err != nil {
		return c, err
	}
	if err := keepAct(ctx, tx, who, c, keptAct{Key: in.Act, Kind: "opened", TakenAt: tx.Now(), Cause: in.Cause, Note: in.Why, Protected: c.Protected}); err != nil {
		return c, err
	}
	return c, record(ctx, tx, who, "case.open", c, rule, map[string]any{"pupil": c.Pupil, "earlier": c.Earlier})
}

// begin writes a new case for a child as it stands today, names its owners and tells them.
func begin(ctx context.Context, tx *store.Tx, who access.Who, c Case, s standing) (Case, error) {
	c.follow(s)
	ladder := LadderOf(c.Level, c.Grade)
	rung := ladder.first()
	c.ID, c.Ladder, c.OpenedOn, c.OpenedAt = tx.NewID(), ladder.Name, tx.Today(), tx.Now()
	c.State, c.Step, c.Tier, c.ClosedOn, c.Version = Open, rung.Step, rung.Tier, day.Forever, 1
	held, err := heldOf(ctx, tx, who.Realm, c)
	if err != nil {
		return c, err
	}
	c.set(held, rung.Clock, c.OpenedOn, rung.Days)
	before, err := store.All[Case](ctx, tx, sqlCasesOfPupil, who.Realm, c.Pupil)
	if err != nil {
		return c, err
	}
	before = slices.DeleteFunc(before, func(b Case) bool { return b.Outcome == Withdrawn })
	if len(before) > 0 {
		c.Earlier = before[0].ID
		if before[0].State == Back {
			if err := relapse(ctx, tx, who.Realm, before[0]); err != nil {
				return c, err
			}
		}
	}
	if err := insert(ctx, tx, who.Realm, c); store.IsUnique(err) {
		return c, fault.New(fault.Conflict, "casework.running", fault.Args{"case": ""}).Because(err) // somebody was faster
	} else if err != nil {
		return c, err
	}
	came, err := syncOwners(ctx, tx, who.Realm, c)
	if err != nil {
		return c, err
	}
	return c, tell(ctx, tx, who, c, "notice_opened", "opened", true, accounts(came))
}

func shortEnough(text, field string) error {
	if len([]rune(text)) > TextLength {
		return fault.New(fault.Invalid, "casework.long-text", fault.Args{"most": TextLength}).On(field)
	}
	return nil
}
