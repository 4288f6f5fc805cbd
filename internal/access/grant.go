package access

import (
	"context"
	"slices"

	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// GiveInput is a right that is to be given.
type GiveInput struct {
	Account   id.ID
	Role      Role
	ScopeKind ScopeKind // "" is the kind that the role comes with
	Scope     id.ID
	Period    day.Range // Until zero is without end
	Reason    string    // why, in words; no pupil's name
}

// ScopeKindOf is the kind of scope that a role comes with.
func ScopeKindOf(role Role) ScopeKind { return scopeOfRole[role] }

// resource is the thing that a scope is, for asking who may give it.
func (k ScopeKind) resource(scope id.ID) Resource { return Resource{Kind(k), scope} }

// Give gives an account a role in a scope for a period. A school's principal and clerk
// lend the roles of their own school, for a year at most and not to themselves; the
// administrator gives any, but none to themselves that would show pupils.
//
// Faults: NotFound access.no-account, access.unknown; Invalid access.role-scope,
// access.period-empty, access.period-long, access.no-reason; Forbidden access.no-grant,
// access.not-self, access.not-yours; Conflict access.already-held.
func Give(ctx context.Context, tx *store.Tx, w Who, in GiveInput) (Grant, error) {
	if in.ScopeKind == "" {
		in.ScopeKind = scopeOfRole[in.Role]
	}
	if in.Period.Until == 0 {
		in.Period.Until = day.Forever
	}
	resource := in.ScopeKind.resource(in.Scope)
	rule, err := mayGive(ctx, tx, w, in, resource)
	if err != nil {
		return Grant{}, err
	}
	if !slices.Contains(Roles, in.Role) || scopeOfRole[in.Role] != in.ScopeKind {
		return Grant{}, fault.New(fault.Invalid, "access.role-scope", nil).On("role")
	}
	if in.Period.Empty() {
		return Grant{}, fault.New(fault.Invalid, "access.period-empty", nil).On("until")
	}
	if in.Reason == "" && !w.system {
		return Grant{}, fault.New(fault.Invalid, "access.no-reason", nil).On("reason")
	}
	if _, err := store.One[id.ID](ctx, tx, sqlAccount, w.Realm, in.Account); store.IsNone(err) {
		return Grant{}, fault.New(fault.NotFound, "access.no-account", nil).On("account")
	} else if err != nil {
		return Grant{}, err
	}
	if same, err := store.One[int](ctx, tx, sqlSameGrant, w.Realm, in.Account, in.Role, in.ScopeKind, in.Scope, in.Period.From, in.Period.Until); err != nil {
		return Grant{}, err
	} else if same > 0 {
		return Grant{}, fault.New(fault.Conflict, "access.already-held", nil)
	}
	g := Grant{ID: tx.NewID(), Role: in.Role, ScopeKind: in.ScopeKind, Scope: in.Scope, Period: in.Period}
	if _, err := tx.Exec(ctx, sqlGive, w.Realm, g.ID, in.Account, g.Role, g.ScopeKind, g.Scope, g.Period.From, g.Period.Until, w.Account, tx.Now(), in.Reason); err != nil {
		return Grant{}, err
	}
	return g, audit.Record(ctx, tx, w.Audit("grant.give", Resource{"account", in.Account}, rule, map[string]any{
		"grant": g.ID, "role": g.Role, "scope_kind": g.ScopeKind, "scope": g.Scope, "from": g.Period.From, "until": g.Period.Until}))
}

// mayGive asks the policies with the circumstances; when they refuse although the caller
// may give other rights here, it says which circumstance it was.
func mayGive(ctx context.Context, tx *store.Tx, w Who, in GiveInput, resource Resource) (string, error) {
	days, toSelf := in.Period.Days(), in.Account == w.Account
	rule, err := decideIn(ctx, tx, w, GiveGrants, resource, contextOf(in.Role, toSelf, days))
	if !fault.Is(err, fault.Forbidden) {
		return rule, err
	}
	if _, generally := May(ctx, tx, w, GiveGrants, resource); generally != nil {
		return "", err
	}
	if toSelf {
		return "", fault.New(fault.Forbidden, "access.not-self", nil)
	}
	if _, shorter := decideIn(ctx, tx, w, GiveGrants, resource, contextOf(in.Role, toSelf, 1)); shorter == nil {
		return "", fault.New(fault.Invalid, "access.period-long", fault.Args{"days": lendDays}).On("until")
	}
	return "", fault.New(fault.Forbidden, "access.not-yours", nil)
}

// lendDays is for the sentence; the rule stands in school.cedar.
const lendDays = 366

// Withdraw ends a grant today: from this moment on it allows nothing. A grant that has
// not begun is ended before it begins. Those who may give in the scope may withdraw.
func Withdraw(ctx context.Context, tx *store.Tx, w Who, grant id.ID) error {
	g, err := store.One[GivenGrant](ctx, tx, sqlGrant, w.Realm, grant)
	if store.IsNone(err) {
		return fault.New(fault.NotFound, "access.unknown", nil)
	} else if err != nil {
		return err
	}
	rule, err := decideIn(ctx, tx, w, GiveGrants, g.ScopeKind.resource(g.Scope), contextOf(g.Role, false, 1))
	if err != nil {
		return err
	}
	if g.Until <= tx.Today() {
		return fault.New(fault.Locked, "access.withdrawn", nil)
	}
	if _, err := tx.Exec(ctx, sqlWithdraw, w.Realm, grant, max(g.From, tx.Today())); err != nil {
		return err
	}
	return audit.Record(ctx, tx, w.Audit("grant.withdraw", Resource{"account", g.Account}, rule, map[string]any{"grant": grant, "role": g.Role, "scope_kind": g.ScopeKind, "scope": g.Scope}))
}

// GivenGrant is a grant with who gave it and why.
type GivenGrant struct {
	ID        id.ID
	Account   id.ID
	Role      Role
	ScopeKind ScopeKind
	Scope     id.ID
	From      day.Day
	Until     day.Day // exclusive
	GivenBy   id.ID   // 0: the product itself
	GivenAt   day.Instant
	Reason    string
	Place     string // name of the scope today, or the last it had
}

// InForce says whether the grant allows something on a day.
func (g GivenGrant) InForce(on day.Day) bool { return day.Range{From: g.From, Until: g.Until}.Has(on) }

// GrantsOf lists all grants that an account ever held, the newest first. Everybody may
// see their own; those of others are for who manages accounts or gives grants in a scope.
func GrantsOf(ctx context.Context, tx *store.Tx, w Who, account id.ID) ([]GivenGrant, error) {
	grants, err := store.All[GivenGrant](ctx, tx, sqlGrantsOfAccount, w.Realm, account)
	if err != nil {
		return nil, err
	}
	if err := nameScopes(ctx, tx, w.Realm, grants); err != nil {
		return nil, err
	}
	if account == w.Account || w.system {
		return grants, nil
	}
	if _, err := May(ctx, tx, w, ManageAccounts, Realm()); err == nil {
		return grants, nil
	} else if !fault.Is(err, fault.Forbidden) {
		return nil, err
	}
	scope, err := ScopeOf(ctx, tx, w, GiveGrants)
	if err != nil {
		return nil, err
	}
	kept := grants[:0]
	for _, g := range grants {
		if scope.hasGrant(ctx, tx, w.Realm, g) {
			kept = append(kept, g)
		}
	}
	return kept, nil
}

// hasGrant says whether the grant's scope is a school or class reached.
func (s Scope) hasGrant(ctx context.Context, tx *store.Tx, realm int, g GivenGrant) bool {
	switch g.ScopeKind {
	case SchoolScope:
		return slices.Contains(s.Schools, g.Scope)
	case ClassScope:
		school, err := store.One[id.ID](ctx, tx, sqlClassSchool, realm, g.Scope)
		return err == nil && slices.Contains(s.Schools, school)
	}
	return false
}

// GrantsIn lists the grants whose scope is a school or one of its classes, in force on or
// after today, for those who give them.
func GrantsIn(ctx context.Context, tx *store.Tx, w Who, school id.ID) ([]GivenGrant, error) {
	if _, err := May(ctx, tx, w, GiveGrants, School(school)); err != nil {
		return nil, err
	}
	grants, err := store.All[GivenGrant](ctx, tx, sqlGrantsInSchool, w.Realm, school, tx.Today())
	if err != nil {
		return nil, err
	}
	return grants, nameScopes(ctx, tx, w.Realm, grants)
}

// nameScopes fills in the names of the places.
func nameScopes(ctx context.Context, tx *store.Tx, realm int, grants []GivenGrant) error {
	for i, g := range grants {
		name, err := PlaceName(ctx, tx, realm, Kind(g.ScopeKind), g.Scope)
		if err != nil {
			return err
		}
		grants[i].Place = name
	}
	return nil
}

// PlaceName is the name of a unit, school or class, "" when there is none; a class is
// named with its school.
func PlaceName(ctx context.Context, tx *store.Tx, realm int, kind Kind, of id.ID) (string, error) {
	query := sqlNameOfUnit
	switch kind {
	case SchoolKind:
		query = sqlNameOfSchool
	case ClassKind:
		query = sqlNameOfClassLong
	case PupilKind, RealmKind:
		return "", nil
	}
	name, err := store.One[string](ctx, tx, query, realm, of, tx.Today())
	if store.IsNone(err) {
		return "", nil
	}
	return name, err
}
