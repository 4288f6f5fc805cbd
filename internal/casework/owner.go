package casework

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/committee"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
)

// tierOwner is the owner role that a tier waits for.
var tierOwner = map[Tier]OwnerRole{TeacherTier: TeacherOwner, SchoolTier: SchoolOwner, CommuneTier: CommuneOwner, CommitteeTier: CommitteeOwner, OfficeTier: OfficeOwner}

// Where a row of the owners comes from.
const (
	byGrant = "grant"
	byDuty  = "duty"
	byHand  = "hand"
	byClimb = "climb"
)

// syncOwners makes the owners follow grants and duties as they are today, and says who
// came. Whom a person named by hand stays until that row is ended by hand.
func syncOwners(ctx context.Context, tx *store.Tx, realm int, c Case) (came []Owner, err error) {
	have, err := currentOwners(ctx, tx, realm, c.ID)
	if err != nil {
		return nil, err
	}
	want, err := wantedOwners(ctx, tx, realm, c)
	if err != nil {
		return nil, err
	}
	byHandRole := map[OwnerRole]bool{}
	for _, o := range have {
		if o.Source == byHand && o.Role != DeputyOwner {
			byHandRole[o.Role] = true
		}
	}
	same := func(a, b Owner) bool { return a.Role == b.Role && a.Account == b.Account && a.Member == b.Member }
	for _, o := range have {
		if o.Source == byHand || o.Role == DeputyOwner || slices.ContainsFunc(want, func(w Owner) bool { return same(w, o) }) {
			continue
		}
		if _, err := tx.Exec(ctx, sqlEndOwner, realm, o.ID, tx.Now()); err != nil {
			return nil, err
		}
	}
	for _, w := range want {
		if byHandRole[w.Role] || slices.ContainsFunc(have, func(o Owner) bool { return same(o, w) }) {
			continue
		}
		if err := addOwner(ctx, tx, realm, c.ID, &w); err != nil {
			return nil, err
		}
		came = append(came, w)
	}
	return came, nil
}

func addOwner(ctx context.Context, tx *store.Tx, realm int, case_ id.ID, o *Owner) error {
	o.ID, o.From = tx.NewID(), tx.Now()
	_, err := tx.Exec(ctx, sqlInsertOwner, realm, o.ID, case_, o.Role, o.Account, o.Member, o.From, day.Instant(0), o.Source, o.Reason, o.GivenBy)
	return err
}

func ownersOf(ctx context.Context, tx *store.Tx, realm int, case_ id.ID) ([]Owner, error) {
	return store.All[Owner](ctx, tx, sqlOwners, realm, case_)
}

func currentOwners(ctx context.Context, tx *store.Tx, realm int, case_ id.ID) ([]Owner, error) {
	all, err := ownersOf(ctx, tx, realm, case_)
	return slices.DeleteFunc(all, func(o Owner) bool { return !o.Until.IsZero() }), err
}

// wantedOwners are those whom grants and duties name today for the case as it stands.
func wantedOwners(ctx context.Context, tx *store.Tx, realm int, c Case) (want []Owner, err error) {
	add := func(role OwnerRole, source string, account, member id.ID) {
		if !slices.ContainsFunc(want, func(o Owner) bool { return o.Role == role && o.Account == account && o.Member == member }) {
			want = append(want, Owner{Role: role, Account: account, Member: member, Source: source})
		}
	}
	held := func(kind access.ScopeKind, scope id.ID, role access.Role) ([]access.Holder, error) {
		return access.Holders(ctx, tx, realm, kind, []id.ID{scope}, tx.Today(), role)
	}
	teachers, err := held(access.ClassScope, c.Class, access.HomeroomTeacher)
	if err != nil {
		return nil, err
	}
	for _, t := range teachers {
		add(TeacherOwner, byGrant, t.Account, 0)
	}
	if err := wantVillage(ctx, tx, realm, c, add); err != nil {
		return nil, err
	}
	for _, role := range []access.Role{access.Principal, access.SchoolClerk} {
		heads, err := held(access.SchoolScope, c.School, role)
		if err != nil {
			return nil, err
		}
		if len(heads) > 0 {
			add(SchoolOwner, byGrant, heads[0].Account, 0)
			break
		}
	}
	if !c.Tier.atLeast(CommuneTier) {
		return want, nil
	}
	chain, err := chainOf(ctx, tx, realm, c)
	if err != nil {
		return nil, err
	}
	for _, t := range []struct {
		tier Tier
		all  []committee.Named
	}{{CommuneTier, chain.Officials}, {CommitteeTier, chain.Chair}, {OfficeTier, chain.Office}} {
		if c.Tier.atLeast(t.tier) && len(t.all) > 0 {
			first := t.all[0]
			if i := slices.IndexFunc(t.all, func(n committee.Named) bool { return n.Account != 0 }); i >= 0 {
				first = t.all[i]
			}
			add(tierOwner[t.tier], byDuty, first.Account, memberOf(first))
		}
	}
	return want, nil
}

// wantVillage names who is in charge of the village where the child lives, wherever it
// learns: by a duty of a committee, else by the grant of village head.
func wantVillage(ctx context.Context, tx *store.Tx, realm int, c Case, add func(OwnerRole, string, id.ID, id.ID)) error {
	if c.Village == 0 {
		return nil
	}
	named, err := committee.NamedFor(ctx, tx, realm, c.Village, tx.Today())
	if err != nil {
		return err
	}
	heads, err := access.Holders(ctx, tx, realm, access.ResidenceScope, []id.ID{c.Village}, tx.Today(), access.VillageHead)
	if err != nil {
		return err
	}
	reachable := false // somebody named for this very village has an account
	for _, n := range named {
		ownVillage := n.Place.ID == c.Village
		if ownVillage || len(heads) == 0 {
			add(VillageOwner, byDuty, n.Account, memberOf(n))
		}
		reachable = reachable || ownVillage && n.Account != 0
	}
	if !reachable {
		for _, h := range heads {
			add(VillageOwner, byGrant, h.Account, 0)
		}
	}
	return nil
}

// memberOf keeps the member only for those without an account: an account is one person
// whatever committees it sits in.
func memberOf(n committee.Named) id.ID {
	if n.Account != 0 {
		return 0
	}
	return n.Member
}

// chainOf is whom silence climbs to: by where the child lives, else by where it learns.
func chainOf(ctx context.Context, tx *store.Tx, realm int, c Case) (committee.Chain, error) {
	unit := c.Village
	if unit == 0 {
		unit = c.Commune
	}
	if unit == 0 {
		school, err := org.SchoolOn(ctx, tx, access.System(realm), c.School, tx.Today())
		if fault.Is(err, fault.NotFound) {
			return committee.Chain{}, nil
		} else if err != nil {
			return committee.Chain{}, err
		}
		unit = school.LocatedIn
	}
	return committee.ChainFor(ctx, tx, realm, unit, tx.Today())
}

// missing are the first owners that nobody is.
func missing(owners []Owner, c Case) (none []OwnerRole) {
	for _, role := range FirstOwners {
		if !slices.ContainsFunc(owners, func(o Owner) bool { return o.Role == role && o.Until.IsZero() }) {
			none = append(none, role)
		}
	}
	return none
}

func accounts(owners []Owner) (all []id.ID) {
	for _, o := range owners {
		if o.Account != 0 && !slices.Contains(all, o.Account) {
			all = append(all, o.Account)
		}
	}
	return all
}

func endOwners(ctx context.Context, tx *store.Tx, realm int, case_ id.ID) error {
	owners, err := currentOwners(ctx, tx, realm, case_)
	if err != nil {
		return err
	}
	for _, o := range owners {
		if _, err := tx.Exec(ctx, sqlEndOwner, realm, o.ID, tx.Now()); err != nil {
			return err
		}
	}
	return nil
}
