package access

import (
	"context"

	"github.com/cedar-policy/cedar-go/types"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// decide asks the policies with the resource in ever wider places: by itself, then in its
// school, then in its units, then with its heirs. As no policy forbids, the first yes is
// final, and the common case – a teacher and her class – costs no query at all.
func decide(ctx context.Context, tx *store.Tx, w Who, action Action, resource Resource) (string, error) {
	return decideIn(ctx, tx, w, action, resource, types.Record{})
}

// decideIn is decide with the circumstances that some policies ask for.
func decideIn(ctx context.Context, tx *store.Tx, w Who, action Action, resource Resource, circumstances types.Record) (string, error) {
	if w.system {
		return "system", nil
	}
	holds := heldFor(w, action, tx.Today(), tx.Now())
	policies := rules.byAction[action]
	at := uid(resource.Kind, resource.ID)
	var within []types.EntityUID
	ask := func() string {
		if !holds.any() {
			return ""
		}
		if ok, rule := authorize(policies, holds.principal, action, at, within, circumstances); ok {
			return rule
		}
		return ""
	}
	found := func(rule string) (string, error) {
		if rule == "purpose" {
			rule += "." + holds.purpose
		}
		return rule, nil
	}
	if holds.names(at) {
		if rule := ask(); rule != "" {
			return found(rule)
		}
	}
	for _, step := range steps[resource.Kind] {
		more, err := step(ctx, tx, w.Realm, resource, &holds)
		if err != nil {
			return "", err
		}
		within = append(within, more...)
		if holds.names(more...) {
			if rule := ask(); rule != "" {
				return found(rule)
			}
		}
	}
	return "", refuse(ctx, tx, w, action, resource)
}

// held is what a caller holds that can permit an action, as the policies read it.
type held struct {
	principal types.Record
	scopes    map[types.EntityUID]bool
	kinds     map[types.EntityType]bool // kinds of scopes held: a step that can give none of them is left out
	purpose   string
	schools   []id.ID // that the resource is in, as far as found out
}

func (h *held) any() bool { return len(h.scopes) > 0 }

// names says whether any of the places is one that the caller holds: only then can the
// policies say yes.
func (h *held) names(places ...types.EntityUID) bool {
	for _, place := range places {
		if h.scopes[place] {
			return true
		}
	}
	return false
}

var emptyRecord = emptyAttributes()

func heldFor(w Who, action Action, today day.Day, now day.Instant) held {
	h := held{scopes: map[types.EntityUID]bool{}, kinds: map[types.EntityType]bool{}}
	sets := map[string][]types.Value{}
	hold := func(attribute string, kind Kind, scope types.EntityUID) {
		sets[attribute] = append(sets[attribute], scope)
		h.scopes[scope] = true
		h.kinds[entityTypes[kind]] = true
	}
	for _, g := range w.Grants {
		if g.Period.Has(today) && roleMay(action, g.Role) {
			hold(roleAttributes[g.Role], Kind(g.ScopeKind), uid(Kind(g.ScopeKind), g.Scope))
		}
	}
	if action == SeePupils {
		for _, o := range w.Openings {
			if o.Until > now {
				hold(openedAttribute, o.ScopeKind, uid(o.ScopeKind, o.Scope))
				h.purpose = o.Purpose
			}
		}
	}
	if !h.any() {
		return h
	}
	attributes := make(types.RecordMap, len(emptyRecord))
	for name, empty := range emptyRecord {
		attributes[name] = empty
	}
	for name, values := range sets {
		attributes[types.String(name)] = types.NewSet(values...)
	}
	h.principal = types.NewRecord(attributes)
	return h
}

// refuse says no, with the nearest place in which somebody could: the role and its place.
func refuse(ctx context.Context, tx *store.Tx, w Who, action Action, resource Resource) error {
	args := fault.Args{"action": string(action), "role": "", "place": ""}
	for _, near := range nearest[resource.Kind] {
		for _, role := range rules.mayRole[action] {
			if scopeOfRole[role] != near.scope {
				continue
			}
			name, err := store.One[string](ctx, tx, near.name, w.Realm, resource.ID, tx.Today())
			if store.IsNone(err) {
				break
			} else if err != nil {
				return err
			}
			args["role"], args["place"] = string(role), name
			return fault.New(fault.Forbidden, "access.no-grant", args)
		}
	}
	return fault.New(fault.Forbidden, "access.no-grant", args)
}

// scopeOfRole is the kind of scope that a role comes with.
var scopeOfRole = map[Role]ScopeKind{
	HomeroomTeacher: ClassScope, SubstituteTeacher: ClassScope, BoardingStaff: SchoolScope, SchoolClerk: SchoolScope, Principal: SchoolScope,
	VillageHead: ResidenceScope, ChildProtection: ResidenceScope, CommuneOfficial: UnitScope, CommuneLeader: UnitScope,
	EducationOfficial: UnitScope, EducationLeader: UnitScope, UnitLeader: UnitScope, Inspector: UnitScope, Administrator: UnitScope,
}

type nearby struct {
	scope ScopeKind
	name  string // statement for the name of the place
}

// nearest are the places to be named when a resource is refused, the nearest first.
var nearest = map[Kind][]nearby{
	ClassKind:     {{ClassScope, sqlNameOfClass}, {SchoolScope, sqlNameOfClassSchool}, {UnitScope, sqlNameOfClassUnit}},
	SchoolKind:    {{SchoolScope, sqlNameOfSchool}, {UnitScope, sqlNameOfSchoolUnit}},
	UnitKind:      {{UnitScope, sqlNameOfUnit}},
	ResidenceKind: {{ResidenceScope, sqlNameOfUnit}, {UnitScope, sqlNameOfUnit}},
	PupilKind:     {{SchoolScope, sqlNameOfPupilSchool}}, // the class of a foreign child is not told
	RealmKind:     {{UnitScope, sqlNameOfRealm}},
}

// contextOf is what the policies know when a right is handed on.
func contextOf(role Role, toSelf bool, days int) types.Record {
	return types.NewRecord(types.RecordMap{"role": types.String(role), "self": types.Boolean(toSelf),
		"seesPupils": types.Boolean(roleMay(SeePupils, role)), "days": types.Long(int64(days))})
}
