package committee

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/text"
)

// lendDays is how long a right is lent at most (commune.lend in access): five years.
const lendDays = 1830

// lend gives the holder of a naming duty on a village the right village-head there, as the
// caller. Where the caller may not, or it is the caller, the duty stands without and why
// is given back; a right that is held already is left as it is.
func lend(ctx context.Context, tx *store.Tx, who access.Who, d *Duty, account id.ID) (*fault.Fault, error) {
	from := max(d.From, tx.Today())
	if account == 0 || d.Branch != "" || d.PlaceKind != UnitPlace || !d.Names() || d.Until <= from {
		return nil, nil
	}
	u, err := org.UnitOn(ctx, tx, d.Place, from)
	if isMissing(err) || err == nil && u.Kind != org.Village {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	c, err := byID(ctx, tx, who.Realm, d.Committee)
	if err != nil {
		return nil, err
	}
	g, err := access.Give(ctx, tx, who, access.GiveInput{Account: account, Role: access.VillageHead, ScopeKind: access.ResidenceScope, Scope: d.Place,
		Period: day.Range{From: from, Until: min(d.Until, from+lendDays)}, Reason: text.T(text.Vietnamese, "committee.lent_by", "committee", c.Name)})
	if f, ok := fault.Of(err); ok {
		if f.Kind == fault.Forbidden {
			return f, nil
		}
		if f.Kind == fault.Conflict {
			return nil, nil
		}
	}
	if err != nil {
		return nil, err
	}
	d.Lent = g.ID
	_, err = tx.Exec(ctx, sqlSetLent, who.Realm, d.ID, g.ID)
	return nil, err
}

// takeBack withdraws the right of a duty that ends; until a day to come it is lent anew. A
// right that another duty of the same account on the same place needs is lent for that one.
func takeBack(ctx context.Context, tx *store.Tx, who access.Who, d Duty, account id.ID) error {
	if err := access.Withdraw(ctx, tx, who, d.Lent); err != nil && !fault.Is(err, fault.Locked) {
		return err
	}
	d.Lent = 0
	if _, err := tx.Exec(ctx, sqlSetLent, who.Realm, d.ID, 0); err != nil {
		return err
	}
	if d.Until > tx.Today() {
		if _, err := lend(ctx, tx, who, &d, account); err != nil {
			return err
		}
	}
	others, err := store.All[Duty](ctx, tx, sqlDutiesOfAccount, who.Realm, account, d.PlaceKind, d.Place, tx.Today())
	if err != nil {
		return err
	}
	for _, o := range others {
		if o.ID != d.ID && o.Lent == 0 {
			if _, err := lend(ctx, tx, who, &o, account); err != nil {
				return err
			}
		}
	}
	return nil
}

// moveLent moves the rights of a member's duties to another account.
func moveLent(ctx context.Context, tx *store.Tx, who access.Who, was, now Member) error {
	duties, err := store.All[Duty](ctx, tx, sqlDutiesOfMember, who.Realm, store.In([]id.ID{was.ID}))
	if err != nil {
		return err
	}
	for _, d := range duties {
		if d.Until <= tx.Today() {
			continue
		}
		if d.Lent != 0 {
			if err := access.Withdraw(ctx, tx, who, d.Lent); err != nil && !fault.Is(err, fault.Locked) {
				return err
			}
			if _, err := tx.Exec(ctx, sqlSetLent, who.Realm, d.ID, 0); err != nil {
				return err
			}
			d.Lent = 0
		}
		if _, err := lend(ctx, tx, who, &d, now.Account); err != nil {
			return err
		}
	}
	return nil
}

// Lend gives the right that belongs to a duty and did not come with it, or has run out.
// Faults: those of access.Give; Invalid committee.nothing-to-lend.
func Lend(ctx context.Context, tx *store.Tx, who access.Who, duty id.ID) error {
	d, err := dutyByID(ctx, tx, who.Realm, duty)
	if err != nil {
		return err
	}
	c, rule, err := changing(ctx, tx, who, d.Committee)
	if err != nil {
		return err
	}
	holder, err := memberByID(ctx, tx, who.Realm, d.Member)
	if err != nil {
		return err
	}
	d.Lent = 0
	if unlent, err := lend(ctx, tx, who, &d, holder.Account); err != nil {
		return err
	} else if unlent != nil {
		return unlent
	}
	if d.Lent == 0 {
		return fault.New(fault.Conflict, "committee.nothing-to-lend", nil)
	}
	return record(ctx, tx, who, "committee.lend", c, rule, map[string]any{"duty": d.ID})
}
