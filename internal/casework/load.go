package casework

import (
	"context"
	"strings"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// CaseKind is the kind of thing that the audit book calls a case.
const CaseKind access.Kind = "case"

func resource(c Case) access.Resource { return access.Resource{Kind: CaseKind, ID: c.ID} }

func load(ctx context.Context, tx *store.Tx, realm int, case_ id.ID) (Case, error) {
	c, err := store.One[Case](ctx, tx, sqlCase, realm, case_)
	if store.IsNone(err) {
		err = fault.New(fault.NotFound, "casework.unknown", nil)
	}
	return c, err
}

// hold takes a case's row for this transaction and gives it as it stands.
func hold(ctx context.Context, tx *store.Tx, realm int, case_ id.ID) (Case, error) {
	if _, err := tx.Exec(ctx, sqlHold, realm, case_); err != nil {
		return Case{}, err
	}
	return load(ctx, tx, realm, case_)
}

func save(ctx context.Context, tx *store.Tx, realm int, c Case) error {
	_, err := tx.Exec(ctx, sqlSaveCase, realm, c.ID, c.School, c.Class, c.Village, c.Commune, c.Level, c.Grade, c.Ladder, c.Order,
		c.State, c.Step, c.Due, c.Clock, c.ClockFrom, c.ClockDays, c.Tier, c.Holder, c.Cause, c.Secondary, c.Protected,
		c.Promise, c.ReturnOn, c.Outcome, c.OutcomeOn, c.Confirmed, c.SeenBy, c.ClosedOn, c.LastAct, c.Acts)
	return err
}

func insert(ctx context.Context, tx *store.Tx, realm int, c Case) error {
	_, err := tx.Exec(ctx, sqlInsertCase, realm, c.ID, c.Pupil, c.School, c.Class, c.Village, c.Commune, c.Level, c.Grade, c.Ladder, c.OpenedOn, c.OpenedAt, c.OpenedBy,
		c.Rule, c.Why, c.Order, c.State, c.Step, c.Due, c.Clock, c.ClockFrom, c.ClockDays, c.Tier, c.Holder, c.Cause, c.Secondary, c.Protected, c.Promise, c.ReturnOn,
		c.Outcome, c.OutcomeOn, c.Confirmed, c.SeenBy, c.Earlier, c.ClosedOn, c.LastAct, c.Acts, c.Version)
	return err
}

// ladder is the case's; the level may have changed since it was opened.
func (c Case) ladder() Ladder {
	for _, l := range Ladders {
		if l.Name == c.Ladder {
			return l
		}
	}
	return LadderOf(c.Level, c.Grade)
}

// set starts a clock.
func (c *Case) set(held heldDays, clock Clock, from day.Day, days int) {
	c.Clock, c.ClockFrom, c.ClockDays = clock, from, days
	c.Due = count(held, clock, from, days)
}

// rest stops the clock: nothing is owed.
func (c *Case) rest() { c.Due, c.ClockDays = day.Forever, 0 }

// heldOf gives the school days of the case's class; none when it has no calendar, and
// then working days are counted.
func heldOf(ctx context.Context, tx *store.Tx, realm int, c Case) (heldDays, error) {
	if c.Class == 0 {
		return nil, nil
	}
	plan, err := calendar.PlanOf(ctx, tx, realm, c.Class)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	if len(plan.Terms()) == 0 {
		return nil, nil
	}
	return plan.Plan, nil
}

// may asks for a right about the child of a case: by access, or because the caller owns
// the case (rule "case.owner"), which is how a commune sees the cases that reached it.
// Fault: casework.not-yours.
func may(ctx context.Context, tx *store.Tx, who access.Who, action access.Action, c Case) (rule string, err error) {
	rule, err = access.May(ctx, tx, who, action, access.Pupil(c.Pupil))
	if !fault.Is(err, fault.Forbidden) {
		return rule, err
	}
	if action == access.SeeCases || action == access.WorkCase {
		if owns, failed := store.One[int](ctx, tx, sqlOwns, who.Realm, c.ID, who.Account, day.Instant(0)); failed != nil {
			return "", failed
		} else if owns > 0 && who.Account != 0 {
			return "case.owner", nil
		}
	}
	return "", fault.New(fault.Forbidden, "casework.not-yours", nil)
}

// seesProtected says whether the caller may read what is protected about a case.
func seesProtected(ctx context.Context, tx *store.Tx, who access.Who, c Case) (bool, error) {
	if c.Holder != 0 && c.Holder == who.Account {
		return true, nil
	}
	_, err := access.May(ctx, tx, who, access.SeeProtected, access.Pupil(c.Pupil))
	if fault.Is(err, fault.Forbidden) {
		return false, nil
	}
	return err == nil, err
}

func record(ctx context.Context, tx *store.Tx, who access.Who, action string, c Case, rule string, detail any) error {
	return audit.Record(ctx, tx, who.Audit(action, resource(c), rule, detail))
}

func words(list []string) string { return strings.Join(list, " ") }
