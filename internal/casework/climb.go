package casework

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/committee"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Climbed is one row of a case's climbs. ToTier equal to FromTier went sideways to
// Account, or, with Account 0, waits.
type Climbed struct {
	On       day.Day
	FromTier Tier
	ToTier   Tier
	Cause    string // late, unsynced, leave, nobody
	Account  id.ID
}

// Climb moves every open case whose deadline has passed one tier up: teacher, school,
// commune, committee, education office. It climbs once a day at most, and only when
// somebody could have acted: when the owners are on leave, when their phones have not been
// heard of, or when nobody is named, the case goes sideways to a deputy, and waits where
// there is none. It says how many cases moved. Running it again changes nothing.
func Climb(ctx context.Context, s *store.Store, realm int) (moved int, err error) {
	var late []id.ID
	err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		late, err = store.All[id.ID](ctx, tx, sqlLateCases, realm, tx.Today())
		return err
	})
	for _, c := range late {
		if err != nil {
			return moved, err
		}
		one := false
		err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			one, err = climbOne(ctx, tx, access.System(realm), c)
			return err
		})
		if one {
			moved++
		}
	}
	return moved, err
}

func climbOne(ctx context.Context, tx *store.Tx, who access.Who, case_ id.ID) (bool, error) {
	c, err := hold(ctx, tx, who.Realm, case_)
	if err != nil || c.State != Open {
		return false, err
	}
	held, err := heldOf(ctx, tx, who.Realm, c)
	if err != nil {
		return false, err
	}
	// A closure declared since, or a day made up, moves the deadline.
	if due := count(held, c.Clock, c.ClockFrom, c.ClockDays); due != c.Due {
		c.Due = due
		if err := save(ctx, tx, who.Realm, c); err != nil {
			return false, err
		}
	}
	if !c.Late(tx.Today()) {
		return false, nil
	}
	up, has := c.ladder().above(c.Tier)
	if !has {
		return false, nil
	}
	to, asked, err := waitedFor(ctx, tx, who.Realm, c)
	if err != nil {
		return false, err
	}
	why, err := excused(ctx, tx, who.Realm, to)
	if err != nil {
		return false, err
	}
	row := Climbed{On: tx.Today(), FromTier: c.Tier, ToTier: up.Tier, Cause: causeLate}
	if why != "" {
		deputy, err := deputyFor(ctx, tx, who.Realm, c, append(to, asked...))
		if err != nil {
			return false, err
		}
		switch {
		case deputy != 0:
			row.ToTier, row.Cause, row.Account = c.Tier, why, deputy
		case why == causeNobody:
			row.Cause = causeNobody // a tier in which there is nobody is passed over
		default:
			row.ToTier, row.Cause = c.Tier, why
		}
	}
	return climbTo(ctx, tx, who, c, held, up, row)
}

// climbTo writes a climb. A case that only waits is looked at again the next day.
func climbTo(ctx context.Context, tx *store.Tx, who access.Who, c Case, held heldDays, up climbing, row Climbed) (bool, error) {
	waits := row.ToTier == row.FromTier && row.Account == 0
	if waits {
		last, err := store.One[Climbed](ctx, tx, sqlLastClimb, who.Realm, c.ID)
		if err == nil && last.ToTier == row.ToTier && last.FromTier == row.FromTier && last.Cause == row.Cause && last.Account == 0 {
			return false, nil // said once
		} else if err != nil && !store.IsNone(err) {
			return false, err
		}
	}
	made, err := tx.Exec(ctx, sqlInsertClimb, who.Realm, c.ID, row.On, row.FromTier, row.ToTier, row.Cause, row.Account)
	if err != nil || made == 0 || waits {
		return false, err
	}
	code := "notice_overdue"
	if row.ToTier == row.FromTier {
		i := slices.IndexFunc(rules.Climb, func(r climbing) bool { return r.Tier == c.Tier })
		if i >= 0 {
			c.set(held, rules.Climb[i].Clock, row.On, rules.Climb[i].Days)
		} else {
			c.set(held, SchoolDays, row.On, 1)
		}
		if err := addOwner(ctx, tx, who.Realm, c.ID, &Owner{Role: DeputyOwner, Account: row.Account, Source: byClimb, Reason: string(c.Tier)}); err != nil {
			return false, err
		}
		if err := tell(ctx, tx, who, c, "notice_deputy", "deputy/"+row.On.String(), true, []id.ID{row.Account}); err != nil {
			return false, err
		}
	} else {
		c.Tier = up.Tier
		c.set(held, up.Clock, row.On, up.Days)
		if _, err := syncOwners(ctx, tx, who.Realm, c); err != nil {
			return false, err
		}
	}
	if err := save(ctx, tx, who.Realm, c); err != nil {
		return false, err
	}
	if row.ToTier != row.FromTier {
		if err := tellOwners(ctx, tx, who, c, code, "overdue/"+row.On.String(), true); err != nil {
			return false, err
		}
	}
	return true, record(ctx, tx, who, "case.climb", c, "system", map[string]any{"from": row.FromTier, "to": row.ToTier, "cause": row.Cause})
}

// waitedFor are the accounts that the case waits for: a deputy already asked at this tier,
// else the owners of the tier. asked are the deputies of the tier.
func waitedFor(ctx context.Context, tx *store.Tx, realm int, c Case) (to, asked []id.ID, err error) {
	owners, err := currentOwners(ctx, tx, realm, c.ID)
	if err != nil {
		return nil, nil, err
	}
	for _, o := range owners {
		switch {
		case o.Role == DeputyOwner && (o.Reason == string(c.Tier) || o.Source == byHand):
			asked = append(asked, o.Account)
		case o.Role == tierOwner[c.Tier]:
			to = append(to, o.Account)
		}
	}
	return append(to, asked...), asked, nil
}

// deputyFor finds somebody beside the owners of a tier who can act today, 0 when there is nobody.
func deputyFor(ctx context.Context, tx *store.Tx, realm int, c Case, except []id.ID) (id.ID, error) {
	candidates, err := deputies(ctx, tx, realm, c)
	if err != nil {
		return 0, err
	}
	for _, account := range candidates {
		if account == 0 || slices.Contains(except, account) {
			continue
		}
		if why, err := excused(ctx, tx, realm, []id.ID{account}); err != nil || why == "" {
			return account, err
		}
	}
	return 0, nil
}

// deputies are who may stand in at a tier, the nearest first.
func deputies(ctx context.Context, tx *store.Tx, realm int, c Case) (all []id.ID, err error) {
	held := func(kind access.ScopeKind, scope id.ID, roles ...access.Role) error {
		found, err := access.Holders(ctx, tx, realm, kind, []id.ID{scope}, tx.Today(), roles...)
		for _, h := range found {
			all = append(all, h.Account)
		}
		return err
	}
	switch c.Tier {
	case TeacherTier:
		if err := held(access.ClassScope, c.Class, access.HomeroomTeacher); err != nil {
			return nil, err
		}
		if err := held(access.ClassScope, c.Class, access.SubstituteTeacher); err != nil {
			return nil, err
		}
		return all, held(access.SchoolScope, c.School, access.SchoolClerk)
	case SchoolTier:
		if err := held(access.SchoolScope, c.School, access.Principal); err != nil {
			return nil, err
		}
		return all, held(access.SchoolScope, c.School, access.SchoolClerk)
	}
	chain, err := chainOf(ctx, tx, realm, c)
	if err != nil {
		return nil, err
	}
	groups := map[Tier][][]committee.Named{
		CommuneTier:   {chain.Officials, chain.Deputies},
		CommitteeTier: {chain.Chair, chain.Deputies},
		OfficeTier:    {chain.Office},
	}[c.Tier]
	for _, group := range groups {
		for _, n := range group {
			if n.Deputy != nil {
				all = append(all, n.Deputy.Account)
			}
		}
	}
	for _, group := range groups {
		for _, n := range group {
			all = append(all, n.Account)
		}
	}
	return all, nil
}

// ClimbsOf gives the climbs of a case in their order, for those who see the case.
func ClimbsOf(ctx context.Context, tx *store.Tx, who access.Who, case_ id.ID) ([]Climbed, error) {
	c, err := load(ctx, tx, who.Realm, case_)
	if err != nil {
		return nil, err
	}
	if _, err := may(ctx, tx, who, access.SeeCases, c); err != nil {
		return nil, err
	}
	return store.All[Climbed](ctx, tx, sqlClimbs, who.Realm, case_)
}
