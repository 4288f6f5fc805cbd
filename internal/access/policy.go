package access

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"

	"ralop/internal/id"
	"ralop/internal/text"
)

//go:embed policies/*.cedar
var policyFiles embed.FS

// Roles are all roles, in the order in which they are shown.
var Roles = []Role{HomeroomTeacher, SubstituteTeacher, BoardingStaff, SchoolClerk, Principal, VillageHead, ChildProtection,
	CommuneOfficial, CommuneLeader, EducationOfficial, EducationLeader, UnitLeader, Inspector, Administrator}

// Actions are all actions.
var Actions = []Action{SeeBoard, SeeSensitive, SeePupils, SeeIdentifiers, ChangePupils, ImportPupils, AnswerGuardian, TakeRoll, CorrectRoll, UnlockRoll,
	RecordLeave, SubmitHeadcount, CountPhysically, ChangeCalendar, ChangeClasses, ChangeSchools, ChangeUnits, GiveGrants, OpenPupils, ManageAccounts,
	SetTargets, SetRegister, SeeReport, DraftReport, ApproveReport, ReceiveReport, ReadAudit, ChangeSettings,
	SeeCases, OpenCase, WorkCase, SeeProtected, ConfirmDropout, LeadCases, SetThresholds, RemindSchool, AnswerReminder, SeeCommittee, ChangeCommittee,
	SeeDevices, ManageDevices, SeeBenefits, ChangeBenefits, SeeHouseholds, SurveyHousehold}

// Policy is one rule as it stands in a policy file.
type Policy struct {
	ID      string
	Reasons map[text.Lang]string
	File    string
	Text    string // in the Cedar language
}

type rulebook struct {
	all      []Policy
	byID     map[string]Policy
	byAction map[Action]cedar.PolicyMap // only the policies that can permit the action
	mayRole  map[Action][]Role
}

// rules are read once; a policy file that cannot be read is a mistake of the build.
var rules = readRules()

func readRules() *rulebook {
	book := &rulebook{byID: map[string]Policy{}, byAction: map[Action]cedar.PolicyMap{}, mayRole: map[Action][]Role{}}
	compiled := cedar.PolicyMap{}
	names, err := fs.Glob(policyFiles, "policies/*.cedar")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		content, err := policyFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		list, err := cedar.NewPolicyListFromBytes(name, content)
		if err != nil {
			panic(fmt.Sprintf("access: %s: %v", name, err))
		}
		for _, p := range list {
			notes := p.Annotations()
			policy := Policy{ID: string(notes["id"]), File: strings.TrimPrefix(name, "policies/"), Text: string(p.MarshalCedar()),
				Reasons: map[text.Lang]string{text.Vietnamese: string(notes["reason_vi"]), text.English: string(notes["reason_en"])}}
			if _, twice := book.byID[policy.ID]; twice || policy.ID == "" || policy.Reasons[text.Vietnamese] == "" || policy.Reasons[text.English] == "" || p.Effect() != cedar.Permit {
				panic(fmt.Sprintf("access: %s: policy %q needs an id of its own, two reasons, and must permit", name, policy.ID))
			}
			book.all, book.byID[policy.ID] = append(book.all, policy), policy
			compiled[cedar.PolicyID(policy.ID)] = p
		}
	}
	book.probe(compiled)
	return book
}

// probe asks the policies themselves which of them can permit an action, and to which
// roles: nothing about rights is written twice.
func (b *rulebook) probe(compiled cedar.PolicyMap) {
	here := types.NewEntityUID("Place", "0")
	caller := func(attribute string) types.Record { // who has one role there, or one opening, and nothing else
		attributes := emptyAttributes()
		attributes[types.String(attribute)] = types.NewSet(here)
		return types.NewRecord(attributes)
	}
	callers := map[Role]types.Record{}
	for _, role := range Roles {
		callers[role] = caller(attributeOf(role))
	}
	opened := caller(openedAttribute)
	alone := map[cedar.PolicyID]cedar.PolicyMap{}
	for id, p := range compiled {
		alone[id] = cedar.PolicyMap{id: p}
	}
	for _, action := range Actions {
		able := cedar.PolicyMap{}
		try := func(caller types.Record) bool {
			found := false
			for id, p := range compiled {
				if _, reasons := authorize(alone[id], caller, action, here, nil, types.Record{}); reasons != "" {
					able[id], found = p, true
				}
			}
			return found
		}
		for _, role := range Roles {
			if try(callers[role]) {
				b.mayRole[action] = append(b.mayRole[action], role)
			}
		}
		try(opened)
		b.byAction[action] = able
	}
}

// attributeOf is the name of a role in the policy files: homeroom-teacher is homeroomTeacher.
func attributeOf(role Role) string {
	parts := strings.Split(string(role), "-")
	for i := 1; i < len(parts); i++ {
		parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
	}
	return strings.Join(parts, "")
}

const openedAttribute = "opened"

var roleAttributes = func() map[Role]string {
	names := map[Role]string{}
	for _, role := range Roles {
		names[role] = attributeOf(role)
	}
	return names
}()

func emptyAttributes() types.RecordMap {
	m := make(types.RecordMap, len(roleAttributes)+1)
	for _, name := range roleAttributes {
		m[types.String(name)] = types.Set{}
	}
	m[openedAttribute] = types.Set{}
	return m
}

// entities are the two things that a decision is about.
type entities struct{ principal, resource types.Entity }

var self = types.NewEntityUID("Account", "self")

// Get finds an entity for the policies.
func (e entities) Get(uid types.EntityUID) (types.Entity, bool) {
	switch uid {
	case e.principal.UID:
		return e.principal, true
	case e.resource.UID:
		return e.resource, true
	}
	return types.Entity{}, false
}

// authorize lets the policies decide; rule is the id of the first that permits.
func authorize(policies cedar.PolicyMap, principal types.Record, action Action, resource types.EntityUID, within []types.EntityUID, context types.Record) (allowed bool, rule string) {
	decision, diagnostic := cedar.Authorize(policies, entities{
		types.Entity{UID: self, Attributes: principal},
		types.Entity{UID: resource, Parents: types.NewEntityUIDSet(within...)},
	}, types.Request{Principal: self, Action: types.NewEntityUID("Action", types.String(action)), Resource: resource, Context: context})
	if decision != cedar.Allow {
		return false, ""
	}
	first := slices.MinFunc(diagnostic.Reasons, func(a, b types.DiagnosticReason) int { return strings.Compare(string(a.PolicyID), string(b.PolicyID)) })
	return true, string(first.PolicyID)
}

func uid(kind Kind, of id.ID) types.EntityUID {
	return types.NewEntityUID(entityTypes[kind], types.String(of.String()))
}

var entityTypes = map[Kind]types.EntityType{RealmKind: "Realm", UnitKind: "Unit", SchoolKind: "School", ClassKind: "Class", PupilKind: "Pupil", ResidenceKind: "Residence"}

// Policies are all rules, for the page that shows them.
func Policies() []Policy { return rules.all }

// Reason says to a person by what rule something was allowed. A rule of an opening names
// the purpose ("purpose.vandong").
func Reason(lang text.Lang, rule string) string {
	if purpose, ok := strings.CutPrefix(rule, "purpose."); ok && purpose != "open" {
		return rules.byID["purpose"].Reasons[lang] + " (" + text.T(lang, "access.purpose-"+purpose) + ")"
	}
	if policy, ok := rules.byID[rule]; ok {
		return policy.Reasons[lang]
	}
	// What needs no policy: one's own account, a code in one's hand, the product itself.
	if id := "access.rule-" + rule; text.Has(lang, id) {
		return text.T(lang, id)
	}
	return ""
}

// RolesFor are the roles that may do action within their scope.
func RolesFor(action Action) []Role { return rules.mayRole[action] }

func roleMay(action Action, role Role) bool { return slices.Contains(rules.mayRole[action], role) }

// ReasonOfRole says what a role is there for: the reason of its first policy.
func ReasonOfRole(lang text.Lang, role Role) string {
	for _, p := range rules.all {
		if strings.HasPrefix(p.ID, string(role)+".") {
			return p.Reasons[lang]
		}
	}
	return ""
}
