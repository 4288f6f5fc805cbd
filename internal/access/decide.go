package access

import (
	"context"
	"slices"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// allowed says which roles may do what within their scope. (Kept as data; the policies
// that an auditor reads say the same.)
var allowed = map[Action][]Role{
	SeeBoard:        {HomeroomTeacher, SubstituteTeacher, BoardingStaff, SchoolClerk, Principal, VillageHead, ChildProtection, CommuneOfficial, CommuneLeader, EducationOfficial, EducationLeader, UnitLeader, Inspector, Administrator},
	SeeSensitive:    {Principal, CommuneOfficial, CommuneLeader, EducationOfficial, EducationLeader, UnitLeader, Inspector},
	SeePupils:       {HomeroomTeacher, SubstituteTeacher, BoardingStaff, SchoolClerk, Principal, VillageHead, ChildProtection},
	SeeIdentifiers:  {HomeroomTeacher, SchoolClerk, Principal},
	ChangePupils:    {SchoolClerk, Principal},
	ImportPupils:    {SchoolClerk, Principal},
	AnswerGuardian:  {SchoolClerk, Principal},
	TakeRoll:        {HomeroomTeacher, SubstituteTeacher, SchoolClerk, Principal},
	CorrectRoll:     {HomeroomTeacher, SubstituteTeacher, SchoolClerk, Principal},
	UnlockRoll:      {Principal},
	RecordLeave:     {HomeroomTeacher, SubstituteTeacher, BoardingStaff, SchoolClerk, Principal},
	SubmitHeadcount: {SchoolClerk, Principal},
	CountPhysically: {BoardingStaff, SchoolClerk, Principal, ChildProtection, CommuneOfficial, CommuneLeader, EducationOfficial, EducationLeader, Inspector},
	ChangeCalendar:  {SchoolClerk, Principal, CommuneLeader, EducationOfficial, EducationLeader},
	ChangeClasses:   {SchoolClerk, Principal},
	ChangeSchools:   {EducationOfficial, EducationLeader, Administrator},
	ChangeUnits:     {Administrator},
	GiveGrants:      {SchoolClerk, Principal, Administrator},
	ManageAccounts:  {Administrator},
	SetTargets:      {Principal, CommuneLeader, EducationOfficial, EducationLeader},
	SetRegister:     {CommuneOfficial, CommuneLeader, EducationOfficial, EducationLeader},
	SeeReport:       {SchoolClerk, Principal, CommuneOfficial, CommuneLeader, EducationOfficial, EducationLeader, UnitLeader, Inspector},
	DraftReport:     {SchoolClerk, Principal, CommuneOfficial, CommuneLeader, EducationOfficial, EducationLeader},
	ApproveReport:   {Principal, CommuneLeader, EducationLeader, UnitLeader},
	ReceiveReport:   {CommuneOfficial, CommuneLeader, EducationOfficial, EducationLeader},
	ReadAudit:       {Principal, EducationLeader, Inspector, Administrator},
	ChangeSettings:  {EducationLeader, Administrator},
}

// place is where a resource stands: every scope that would reach it.
type place struct {
	class, school []id.ID
	units         []id.ID // the units it stands in or is managed by, with all above them
	residence     []id.ID // the units where the child lives, with all above
}

func decide(ctx context.Context, tx *store.Tx, w Who, action Action, resource Resource) (string, error) {
	if w.system {
		return "system", nil
	}
	at, err := locate(ctx, tx, w.Realm, resource, tx.Today())
	if err != nil {
		return "", err
	}
	for _, g := range w.Grants {
		if !g.Period.Has(tx.Today()) || !slices.Contains(allowed[action], g.Role) || !at.within(g) {
			continue
		}
		return string(g.Role) + "." + string(action), nil
	}
	if action == SeePupils {
		for _, o := range w.Openings {
			if o.Until > tx.Now() && at.has(o.ScopeKind, o.Scope, resource) {
				return "purpose." + o.Purpose, nil
			}
		}
	}
	return "", fault.New(fault.Forbidden, "access.no-grant", fault.Args{"action": string(action)})
}

func (p place) within(g Grant) bool {
	switch g.ScopeKind {
	case ClassScope:
		return slices.Contains(p.class, g.Scope)
	case SchoolScope:
		return slices.Contains(p.school, g.Scope)
	case UnitScope:
		return slices.Contains(p.units, g.Scope)
	case ResidenceScope:
		return slices.Contains(p.residence, g.Scope)
	}
	return false
}

func (p place) has(kind Kind, scope id.ID, resource Resource) bool {
	switch kind {
	case PupilKind:
		return resource.Kind == PupilKind && resource.ID == scope
	case ClassKind:
		return slices.Contains(p.class, scope)
	case SchoolKind:
		return slices.Contains(p.school, scope)
	case UnitKind:
		return slices.Contains(p.units, scope)
	case ResidenceKind:
		return slices.Contains(p.residence, scope)
	}
	return false
}

func unknown(resource Resource) error {
	return fault.New(fault.NotFound, "access.unknown", fault.Args{"kind": string(resource.Kind)})
}

func locate(ctx context.Context, tx *store.Tx, realm int, resource Resource, today day.Day) (at place, err error) {
	switch resource.Kind {
	case RealmKind:
		at.units, err = store.All[id.ID](ctx, tx, sqlRealmUnits, realm, today)
	case UnitKind:
		at.units, err = store.All[id.ID](ctx, tx, sqlUnitAncestors, resource.ID, today)
		if err == nil && len(at.units) == 0 {
			// A unit that has ended is read by its heir; the closure of its last day still holds its old chain.
			at.units, err = store.All[id.ID](ctx, tx, sqlEndedUnitAncestors, resource.ID, today)
		}
		if err == nil && len(at.units) == 0 {
			return at, unknown(resource)
		}
	case ResidenceKind:
		at.residence, err = store.All[id.ID](ctx, tx, sqlUnitAncestors, resource.ID, today)
		if err == nil && len(at.residence) == 0 {
			return at, unknown(resource)
		}
	case SchoolKind:
		return locateSchools(ctx, tx, realm, []id.ID{resource.ID}, resource, today)
	case ClassKind:
		school, err := store.One[id.ID](ctx, tx, sqlClassSchool, realm, resource.ID)
		if store.IsNone(err) {
			return at, unknown(resource)
		} else if err != nil {
			return at, err
		}
		at, err = locateSchools(ctx, tx, realm, []id.ID{school}, resource, today)
		at.class = []id.ID{resource.ID}
		return at, err
	case PupilKind:
		return locatePupil(ctx, tx, realm, resource, today)
	default:
		return at, unknown(resource)
	}
	return at, err
}

func locateSchools(ctx context.Context, tx *store.Tx, realm int, schools []id.ID, resource Resource, today day.Day) (at place, err error) {
	at.school = schools
	at.units, err = store.All[id.ID](ctx, tx, sqlSchoolUnits, realm, store.In(schools), today)
	if err == nil && len(at.units) == 0 {
		return at, unknown(resource)
	}
	return at, err
}

func locatePupil(ctx context.Context, tx *store.Tx, realm int, resource Resource, today day.Day) (at place, err error) {
	if _, err = store.One[id.ID](ctx, tx, sqlPupil, realm, resource.ID); store.IsNone(err) {
		return at, unknown(resource)
	} else if err != nil {
		return at, err
	}
	type where struct{ Class, School id.ID }
	rows, err := store.All[where](ctx, tx, sqlPupilPlaces, realm, resource.ID, today)
	if err != nil {
		return at, err
	}
	for _, row := range rows {
		at.school = append(at.school, row.School)
		if row.Class != 0 {
			at.class = append(at.class, row.Class)
		}
	}
	if len(at.school) > 0 {
		if at.units, err = store.All[id.ID](ctx, tx, sqlSchoolUnits, realm, store.In(at.school), today); err != nil {
			return at, err
		}
	}
	at.residence, err = store.All[id.ID](ctx, tx, sqlPupilResidence, realm, resource.ID, today)
	return at, err
}

func roleMay(action Action, role Role) bool { return slices.Contains(allowed[action], role) }
