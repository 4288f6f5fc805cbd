package committee

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// FoundInput is a committee that is to be founded.
type FoundInput struct {
	Unit     id.ID
	Kind     Kind
	Name     string // "" is the usual name of the kind
	Decision Decision
	From     day.Day // in force; zero is the day of the decision
}

// Found founds a committee of a unit. A unit may have several at once, but not two of one
// kind and name.
//
// Faults: Invalid committee.unknown-kind, committee.no-name, committee.no-decision,
// committee.decision-day; NotFound org.no-unit; Conflict committee.exists; Forbidden.
func Found(ctx context.Context, tx *store.Tx, who access.Who, in FoundInput) (Committee, error) {
	rule, err := access.May(ctx, tx, who, access.ChangeCommittee, access.Unit(in.Unit))
	if err != nil {
		return Committee{}, err
	}
	if !slices.Contains(Kinds, in.Kind) {
		return Committee{}, invalid("committee.unknown-kind", "kind")
	}
	if in.Name = viet.Clean(in.Name); in.Name == "" {
		if in.Name = in.Kind.usualName(); in.Name == "" {
			return Committee{}, invalid("committee.no-name", "name")
		}
	}
	if err := in.Decision.check(); err != nil {
		return Committee{}, err
	}
	if in.From == 0 {
		in.From = in.Decision.Day
	}
	if _, err := org.UnitOn(ctx, tx, in.Unit, in.From); err != nil {
		return Committee{}, err
	}
	others, err := store.All[Committee](ctx, tx, sqlCommitteesOf, who.Realm, store.In([]id.ID{in.Unit}))
	if err != nil {
		return Committee{}, err
	}
	for _, c := range others {
		if c.Kind == in.Kind && c.Name == in.Name && c.InForce(in.From) {
			return Committee{}, fault.New(fault.Conflict, "committee.exists", nil).On("kind")
		}
	}
	c := Committee{tx.NewID(), in.Unit, in.Kind, in.Name, day.Forever, ""}
	if _, err := tx.Exec(ctx, sqlFound, who.Realm, c.ID, c.Unit, c.Kind, c.Name, c.Until, "", who.Account, tx.Now()); err != nil {
		return c, err
	}
	if err := putTerm(ctx, tx, who, c.ID, in.Decision, in.From); err != nil {
		return c, err
	}
	return c, record(ctx, tx, who, "committee.found", c, rule, map[string]any{"kind": c.Kind, "from": in.From})
}

func (d *Decision) check() error {
	d.Number, d.Issuer = viet.Clean(d.Number), viet.Clean(d.Issuer)
	if d.Number == "" {
		return invalid("committee.no-decision", "number")
	}
	if d.Day == 0 {
		return invalid("committee.decision-day", "issued")
	}
	if d.Issuer == "" {
		return invalid("committee.no-issuer", "issuer")
	}
	return nil
}

func putTerm(ctx context.Context, tx *store.Tx, who access.Who, committee id.ID, d Decision, from day.Day) error {
	_, err := tx.Exec(ctx, sqlPutTerm, who.Realm, committee, from, day.Forever, d.Number, d.Day, d.Issuer, who.Account, tx.Now())
	return err
}

func record(ctx context.Context, tx *store.Tx, who access.Who, action string, c Committee, rule string, detail map[string]any) error {
	if detail == nil {
		detail = map[string]any{}
	}
	detail["committee"] = c.ID
	return audit.Record(ctx, tx, who.Audit(action, access.Unit(c.Unit), rule, detail))
}

// Refound begins a new term by a later decision (kiện toàn): the earlier one ends there
// and stays. Leave are the members who are not in it any more: they end with their duties.
//
// Faults: those of Found; Conflict committee.term-order when a term begins on or after From.
func Refound(ctx context.Context, tx *store.Tx, who access.Who, committee id.ID, d Decision, from day.Day, leave []id.ID) error {
	c, rule, err := changing(ctx, tx, who, committee)
	if err != nil {
		return err
	}
	if err := d.check(); err != nil {
		return err
	}
	if from == 0 {
		from = d.Day
	}
	terms, err := store.All[Term](ctx, tx, sqlTerms, who.Realm, store.In([]id.ID{committee}))
	if err != nil {
		return err
	}
	if len(terms) > 0 && terms[0].From >= from {
		return fault.New(fault.Conflict, "committee.term-order", fault.Args{"day": terms[0].From.Vietnamese()}).On("from")
	}
	if _, err := tx.Exec(ctx, sqlEndTerms, who.Realm, committee, from); err != nil {
		return err
	}
	if err := putTerm(ctx, tx, who, committee, d, from); err != nil {
		return err
	}
	for _, one := range leave {
		m, err := memberByID(ctx, tx, who.Realm, one)
		if err != nil {
			return err
		}
		if m.Committee != committee {
			return fault.New(fault.NotFound, "committee.member-unknown", nil)
		}
		if err := endMember(ctx, tx, who, m, from, 0, d.Number); err != nil {
			return err
		}
	}
	return record(ctx, tx, who, "committee.refound", c, rule, map[string]any{"from": from, "left": leave})
}

// Dissolve ends a committee from a day on with its members and duties; all of it stays as
// history. Faults: Invalid committee.no-reason; Locked committee.dissolved.
func Dissolve(ctx context.Context, tx *store.Tx, who access.Who, committee id.ID, on day.Day, reason string) error {
	c, rule, err := changing(ctx, tx, who, committee)
	if err != nil {
		return err
	}
	if reason = viet.Clean(reason); reason == "" {
		return invalid("committee.no-reason", "reason")
	}
	members, err := store.All[Member](ctx, tx, sqlMembersOf, who.Realm, store.In([]id.ID{committee}))
	if err != nil {
		return err
	}
	duties, err := store.All[Duty](ctx, tx, sqlDutiesOf, who.Realm, committee)
	if err != nil {
		return err
	}
	for _, d := range duties {
		if d.Until > on {
			if err := endDuty(ctx, tx, who, d, on, reason); err != nil {
				return err
			}
		}
	}
	for _, m := range members {
		if m.Until > on {
			if err := endMember(ctx, tx, who, m, on, 0, reason); err != nil {
				return err
			}
		}
	}
	for _, query := range []string{sqlEndTerms, sqlEndRegulations} {
		if _, err := tx.Exec(ctx, query, who.Realm, committee, on); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, sqlDissolve, who.Realm, committee, on, reason); err != nil {
		return err
	}
	return record(ctx, tx, who, "committee.dissolve", c, rule, map[string]any{"on": on})
}

// Regulate gives a committee a working regulation; the one before ends where this begins.
// Faults: those of a decision; Invalid committee.no-body.
func Regulate(ctx context.Context, tx *store.Tx, who access.Who, committee id.ID, d Decision, from day.Day, body string) (id.ID, error) {
	c, rule, err := changing(ctx, tx, who, committee)
	if err != nil {
		return 0, err
	}
	if err := d.check(); err != nil {
		return 0, err
	}
	if body = viet.CleanText(body); body == "" {
		return 0, invalid("committee.no-body", "body")
	}
	if from == 0 {
		from = d.Day
	}
	if _, err := tx.Exec(ctx, sqlEndRegulations, who.Realm, committee, from); err != nil {
		return 0, err
	}
	regulation := tx.NewID()
	if _, err := tx.Exec(ctx, sqlPutRegulation, who.Realm, regulation, committee, from, day.Forever, d.Number, d.Day, d.Issuer, body, who.Account, tx.Now()); err != nil {
		return 0, err
	}
	return regulation, record(ctx, tx, who, "committee.regulate", c, rule, map[string]any{"regulation": regulation, "from": from})
}
