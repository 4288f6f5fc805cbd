package committee

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

// HandOverInput is who gives what to whom.
type HandOverInput struct {
	Member id.ID
	To     id.ID       // a member of the same committee; 0: New is put into it
	New    MemberInput // its period is from On on; Office "" is that of Member
	On     day.Day
	Leaves bool    // Member leaves the committee; else gives duties only
	Duties []id.ID // which; nil is all
	Reason string
}

// HandOver gives the duties of a member to a successor from a day on. Nothing is moved:
// the old duties end, new ones that continue them begin, and both stay. When the member
// leaves, the successor is written with the membership.
//
// Faults: those of AddMember and Assign; Invalid committee.no-reason, committee.self,
// committee.before-start; Locked committee.member-ended; NotFound committee.member-unknown.
func HandOver(ctx context.Context, tx *store.Tx, who access.Who, in HandOverInput) (Member, error) {
	m, err := memberByID(ctx, tx, who.Realm, in.Member)
	if err != nil {
		return Member{}, err
	}
	c, rule, err := changing(ctx, tx, who, m.Committee)
	if err != nil {
		return Member{}, err
	}
	if in.Reason = viet.Clean(in.Reason); in.Reason == "" {
		return Member{}, invalid("committee.no-reason", "reason")
	}
	if m.Until <= in.On {
		return Member{}, fault.New(fault.Locked, "committee.member-ended", nil)
	}
	if in.On < m.From {
		return Member{}, fault.New(fault.Invalid, "committee.before-start", fault.Args{"day": m.From.Vietnamese()}).On("on")
	}
	if in.To == m.ID {
		return Member{}, invalid("committee.self", "to")
	}
	duties, err := store.All[Duty](ctx, tx, sqlDutiesOfMember, who.Realm, store.In([]id.ID{m.ID}))
	if err != nil {
		return Member{}, err
	}
	duties = slices.DeleteFunc(duties, func(d Duty) bool {
		return d.Until <= in.On || in.Duties != nil && !slices.Contains(in.Duties, d.ID)
	})
	for _, d := range duties {
		if err := endDuty(ctx, tx, who, d, in.On, in.Reason); err != nil {
			return Member{}, err
		}
	}
	// The membership ends before the successor's begins: there is one chair at a time, and a
	// person who changes office is never a member twice.
	if in.Leaves {
		if err := endMember(ctx, tx, who, m, in.On, 0, in.Reason); err != nil {
			return Member{}, err
		}
	}
	to, err := successor(ctx, tx, who, c, m, in)
	if err != nil {
		return to, err
	}
	if in.Leaves {
		if _, err := tx.Exec(ctx, sqlEndMember, who.Realm, m.ID, in.On, to.ID, in.Reason); err != nil {
			return to, err
		}
	}
	has, err := store.All[Duty](ctx, tx, sqlDutiesOfMember, who.Realm, store.In([]id.ID{to.ID}))
	if err != nil {
		return to, err
	}
	for _, d := range duties {
		from := max(in.On, d.From)
		next := d
		next.Member, next.From, next.Until, next.Continues = to.ID, from, min(d.Until, to.Until), d.ID
		if next.Period().Empty() || slices.ContainsFunc(has, func(o Duty) bool { return o.At() == d.At() && o.Period().Overlaps(next.Period()) }) {
			continue
		}
		if _, _, err := putDuty(ctx, tx, who, next, to); err != nil {
			return to, err
		}
	}
	return to, record(ctx, tx, who, "committee.hand-over", c, rule, map[string]any{"member": m.ID, "to": to.ID, "on": in.On, "duties": len(duties), "leaves": in.Leaves})
}

func successor(ctx context.Context, tx *store.Tx, who access.Who, c Committee, m Member, in HandOverInput) (Member, error) {
	if in.To == 0 {
		if in.New.Office == "" {
			in.New.Office = m.Office
		}
		in.New.Period = day.Range{From: in.On, Until: m.Until}
		if m.Until == in.On {
			in.New.Period.Until = day.Forever
		}
		return addMember(ctx, tx, who, c, in.New)
	}
	to, err := memberByID(ctx, tx, who.Realm, in.To)
	if err == nil && to.Committee != c.ID {
		err = fault.New(fault.NotFound, "committee.member-unknown", nil).On("to")
	}
	if err == nil && !to.InForce(in.On) {
		err = invalid("committee.not-in-force", "to")
	}
	return to, err
}
