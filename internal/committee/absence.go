package committee

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// selfRule is by what a member with an account reads and writes what is their own.
const selfRule = "committee.self"

// mayFor is the right to act for a member: to change the committee, or to be the member.
func mayFor(ctx context.Context, tx *store.Tx, who access.Who, m Member) (Committee, string, error) {
	if who.Account != 0 && m.Account == who.Account && m.InForce(tx.Today()) {
		c, err := byID(ctx, tx, who.Realm, m.Committee)
		return c, selfRule, err
	}
	return changing(ctx, tx, who, m.Committee)
}

// AbsenceInput is a time in which a member is away.
type AbsenceInput struct {
	Member id.ID
	Period day.Range // with an end
	Deputy id.ID     // a member of the same committee; 0: the committee's order decides
	Note   string
}

// RecordAbsence keeps days on which a member is away. A deputy who was named has the
// member's naming duties for these days, with the right that comes with them. The member,
// and those who may change the committee, may do it.
//
// Faults: Invalid committee.period-empty, committee.absence-open, committee.self,
// committee.not-in-force; Conflict committee.absence-overlap; NotFound; Forbidden.
func RecordAbsence(ctx context.Context, tx *store.Tx, who access.Who, in AbsenceInput) (Absence, error) {
	m, err := memberByID(ctx, tx, who.Realm, in.Member)
	if err != nil {
		return Absence{}, err
	}
	c, rule, err := mayFor(ctx, tx, who, m)
	if err != nil {
		return Absence{}, err
	}
	if in.Period.From == 0 || in.Period.Empty() {
		return Absence{}, invalid("committee.period-empty", "last")
	}
	if in.Period.Until >= day.Forever {
		return Absence{}, invalid("committee.absence-open", "last")
	}
	if !in.Period.Overlaps(day.Range{From: m.From, Until: m.Until}) {
		return Absence{}, invalid("committee.not-in-force", "from")
	}
	all, err := store.All[Absence](ctx, tx, sqlAbsencesOf, who.Realm, store.In([]id.ID{m.ID}))
	if err != nil {
		return Absence{}, err
	}
	for _, a := range all {
		if in.Period.Overlaps(day.Range{From: a.From, Until: a.Until}) {
			return Absence{}, fault.New(fault.Conflict, "committee.absence-overlap", fault.Args{"from": a.From.Vietnamese(), "last": (a.Until - 1).Vietnamese()}).On("from")
		}
	}
	a := Absence{tx.NewID(), m.ID, in.Period.From, in.Period.Until, in.Deputy, viet.Clean(in.Note)}
	if _, err := tx.Exec(ctx, sqlPutAbsence, who.Realm, a.ID, a.Member, a.From, a.Until, a.Deputy, a.Note, who.Account, tx.Now()); err != nil {
		return a, err
	}
	if in.Deputy != 0 {
		if err := standInFor(ctx, tx, who, m, a); err != nil {
			return a, err
		}
	}
	return a, record(ctx, tx, who, "committee.absence", c, rule, map[string]any{"member": m.ID, "absence": a.ID, "from": a.From, "until": a.Until, "deputy": a.Deputy})
}

// standInFor gives the deputy the member's naming duties for the days of the absence.
func standInFor(ctx context.Context, tx *store.Tx, who access.Who, m Member, a Absence) error {
	if a.Deputy == m.ID {
		return invalid("committee.self", "deputy")
	}
	deputy, err := memberByID(ctx, tx, who.Realm, a.Deputy)
	if err != nil {
		return err
	}
	if deputy.Committee != m.Committee {
		return fault.New(fault.NotFound, "committee.member-unknown", nil).On("deputy")
	}
	if deputy.From > a.From || deputy.Until < a.Until {
		return invalid("committee.not-in-force", "deputy")
	}
	duties, err := store.All[Duty](ctx, tx, sqlDutiesOfMember, who.Realm, store.In([]id.ID{m.ID, deputy.ID}))
	if err != nil {
		return err
	}
	for _, d := range duties {
		in := d
		in.Member, in.From, in.Until, in.Continues = deputy.ID, max(a.From, d.From), min(a.Until, d.Until), d.ID
		if d.Member != m.ID || !d.Names() || in.Period().Empty() || holdsAlready(duties, in) {
			continue
		}
		if _, _, err := putDuty(ctx, tx, who, in, deputy); err != nil {
			return err
		}
	}
	return nil
}

func holdsAlready(duties []Duty, d Duty) bool {
	for _, o := range duties {
		if o.Member == d.Member && o.At() == d.At() && o.Period().Overlaps(d.Period()) {
			return true
		}
	}
	return false
}

// EndAbsence says that the member is back from a day on; with an absence that has not
// begun it takes it back. What the deputy had for these days ends, too.
// Faults: NotFound committee.absence-unknown; Locked committee.absence-over.
func EndAbsence(ctx context.Context, tx *store.Tx, who access.Who, absence id.ID, on day.Day) error {
	a, err := one[Absence](ctx, tx, "committee.absence-unknown", sqlAbsence, who.Realm, absence)
	if err != nil {
		return err
	}
	m, err := memberByID(ctx, tx, who.Realm, a.Member)
	if err != nil {
		return err
	}
	c, rule, err := mayFor(ctx, tx, who, m)
	if err != nil {
		return err
	}
	if a.Until <= on {
		return fault.New(fault.Locked, "committee.absence-over", nil)
	}
	until := max(a.From, on)
	if _, err := tx.Exec(ctx, sqlEndAbsence, who.Realm, a.ID, until); err != nil {
		return err
	}
	if a.Deputy != 0 {
		duties, err := store.All[Duty](ctx, tx, sqlDutiesOfMember, who.Realm, store.In([]id.ID{m.ID, a.Deputy}))
		if err != nil {
			return err
		}
		own := map[id.ID]bool{}
		for _, d := range duties {
			own[d.ID] = d.Member == m.ID
		}
		for _, d := range duties {
			if d.Member == a.Deputy && own[d.Continues] && d.From >= a.From && d.Until <= a.Until && d.Until > until {
				if err := endDuty(ctx, tx, who, d, until, ""); err != nil {
					return err
				}
			}
		}
	}
	return record(ctx, tx, who, "committee.absence-end", c, rule, map[string]any{"member": m.ID, "absence": a.ID, "on": on})
}
