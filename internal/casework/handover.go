package casework

import (
	"context"
	"ralop/internal/access"
	"ralop/internal/committee"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"slices"
)

// HandOver asks somebody else ("nhờ"): replaces an owner, or puts a deputy beside them. Who
// may work the case may hand it over, to somebody who answers at the same school, village
// or commune (Candidates). The history is kept. Faults: casework.bad-owner, why-missing, closed.
func HandOver(ctx context.Context, tx *store.Tx, who access.Who, in HandOverIn) error {
	c, err := load(ctx, tx, who.Realm, in.Case)
	if err != nil {
		return err
	}
	rule, err := may(ctx, tx, who, access.WorkCase, c)
	if err != nil {
		return err
	}
	if c, err = hold(ctx, tx, who.Realm, in.Case); err != nil {
		return err
	}
	if !c.State.Running() {
		return fault.New(fault.Locked, "casework.closed", nil)
	}
	if in.Reason == "" {
		return fault.New(fault.Invalid, "casework.why-missing", nil).On("reason")
	}
	if err := shortEnough(in.Reason, "reason"); err != nil {
		return err
	}
	candidates, err := candidates(ctx, tx, who.Realm, c)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(candidates, func(o OwnerView) bool {
		return o.Account == in.To && (in.Role == DeputyOwner || o.Role == in.Role)
	}) {
		return fault.New(fault.Invalid, "casework.bad-owner", nil).On("to")
	}
	owners, err := currentOwners(ctx, tx, who.Realm, c.ID)
	if err != nil {
		return err
	}
	for _, o := range owners {
		if in.Role != DeputyOwner && o.Role == in.Role {
			if _, err := tx.Exec(ctx, sqlEndOwner, who.Realm, o.ID, tx.Now()); err != nil {
				return err
			}
		}
		if o.Role == in.Role && o.Account == in.To && in.Role == DeputyOwner {
			return nil // asked already
		}
	}
	o := Owner{Role: in.Role, Account: in.To, Source: byHand, Reason: in.Reason, GivenBy: who.Account}
	if err := addOwner(ctx, tx, who.Realm, c.ID, &o); err != nil {
		return err
	}
	if err := keepAct(ctx, tx, who, c, keptAct{Kind: "owner", TakenAt: tx.Now(), Note: in.Reason, Detail: string(in.Role) + " " + in.To.String()}); err != nil {
		return err
	}
	if err := tell(ctx, tx, who, c, "notice_asked", "asked/"+o.ID.String(), true, []id.ID{in.To}); err != nil {
		return err
	}
	return record(ctx, tx, who, "case.hand-over", c, rule, map[string]any{"role": in.Role, "to": in.To})
}

// Candidates are those to whom a case may be handed, by role.
func Candidates(ctx context.Context, tx *store.Tx, who access.Who, case_ id.ID) ([]OwnerView, error) {
	c, err := load(ctx, tx, who.Realm, case_)
	if err != nil {
		return nil, err
	}
	if _, err := may(ctx, tx, who, access.WorkCase, c); err != nil {
		return nil, err
	}
	return candidates(ctx, tx, who.Realm, c)
}

func candidates(ctx context.Context, tx *store.Tx, realm int, c Case) (all []OwnerView, err error) {
	add := func(role OwnerRole, account id.ID, name, phone string) {
		if account != 0 && !slices.ContainsFunc(all, func(o OwnerView) bool { return o.Role == role && o.Account == account }) {
			all = append(all, OwnerView{Owner: Owner{Role: role, Account: account}, Name: name, Phone: phone})
		}
	}
	for _, h := range []struct {
		role  OwnerRole
		kind  access.ScopeKind
		scope id.ID
		roles []access.Role
	}{
		{TeacherOwner, access.ClassScope, c.Class, []access.Role{access.HomeroomTeacher, access.SubstituteTeacher}},
		{TeacherOwner, access.SchoolScope, c.School, []access.Role{access.SchoolClerk, access.BoardingStaff}},
		{SchoolOwner, access.SchoolScope, c.School, []access.Role{access.Principal, access.SchoolClerk}},
		{VillageOwner, access.ResidenceScope, c.Village, []access.Role{access.VillageHead}},
		{VillageOwner, access.ResidenceScope, c.Commune, []access.Role{access.VillageHead, access.ChildProtection}},
	} {
		if h.scope == 0 {
			continue
		}
		found, err := access.Holders(ctx, tx, realm, h.kind, []id.ID{h.scope}, tx.Today(), h.roles...)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			add(h.role, f.Account, f.Name, f.Phone)
		}
	}
	if c.Village != 0 {
		named, err := committee.NamedFor(ctx, tx, realm, c.Village, tx.Today())
		if err != nil {
			return nil, err
		}
		for _, n := range named {
			add(VillageOwner, n.Account, n.Name, n.Phone)
		}
	}
	if c.Tier.atLeast(CommuneTier) {
		chain, err := chainOf(ctx, tx, realm, c)
		if err != nil {
			return nil, err
		}
		for role, group := range map[OwnerRole][]committee.Named{CommuneOwner: chain.Officials, CommitteeOwner: append(chain.Chair, chain.Deputies...)} {
			for _, n := range group {
				add(role, n.Account, n.Name, n.Phone)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b OwnerView) int { return slices.Index(ownerOrder, a.Role) - slices.Index(ownerOrder, b.Role) })
	return all, nil
}

// ownerOrder is the order in which owners are shown.
var ownerOrder = []OwnerRole{TeacherOwner, VillageOwner, SchoolOwner, CommuneOwner, CommitteeOwner, OfficeOwner, DeputyOwner}
