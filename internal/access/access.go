// Package access says who may do what to whom, and by which rule.
//
// It is a room that every other room may enter; it enters only audit and the ground.
// Rights follow today's tree of places. Every room function begins with May and gives
// the rule it answers to the audit book.
//
// To answer, access reads where things stand (classes, schools, residence, the closure
// of the tree) with its own statements: it is the one room that may read other rooms'
// tables, and it only reads.
package access

import (
	"context"

	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Role is what a person is (domain.md section 15, item 24).
type Role string

const (
	HomeroomTeacher   Role = "homeroom-teacher"   // giáo viên chủ nhiệm: scope class
	SubstituteTeacher Role = "substitute-teacher" // dạy thay, trực: scope class, for a day or a period
	BoardingStaff     Role = "boarding-staff"     // quản lý nội trú, bán trú: scope school
	SchoolClerk       Role = "school-clerk"       // văn thư, cán bộ PCGD của trường: scope school
	Principal         Role = "principal"          // hiệu trưởng, phó hiệu trưởng: scope school
	VillageHead       Role = "village-head"       // trưởng bản, Mặt trận, đoàn thể: scope residence (a village)
	ChildProtection   Role = "child-protection"   // cán bộ bảo vệ trẻ em xã: scope residence (a commune)
	CommuneOfficial   Role = "commune-official"   // công chức xã, Phòng Văn hóa – Xã hội: scope unit (a commune)
	CommuneLeader     Role = "commune-leader"     // chủ tịch, phó chủ tịch UBND xã, trưởng BCĐ xã
	EducationOfficial Role = "education-official" // Phòng GD&ĐT, Sở GD&ĐT: scope unit
	EducationLeader   Role = "education-leader"   // trưởng phòng, giám đốc Sở
	UnitLeader        Role = "unit-leader"        // lãnh đạo UBND huyện, tỉnh
	Inspector         Role = "inspector"          // thanh tra, đoàn kiểm tra: scope unit
	Administrator     Role = "administrator"      // quản trị: no pupil by default
)

// ScopeKind says what a grant reaches.
type ScopeKind string

const (
	UnitScope      ScopeKind = "unit"      // a unit, all units under it and the schools in or managed by them
	SchoolScope    ScopeKind = "school"    // a school with its classes and pupils
	ClassScope     ScopeKind = "class"     // a class with its pupils
	ResidenceScope ScopeKind = "residence" // children who live in a unit, wherever they learn
)

// Action is what somebody wants to do.
type Action string

const (
	SeeBoard        Action = "board.see"           // counts of a place
	SeeSensitive    Action = "breakdown.sensitive" // counts by ethnicity or poverty
	SeePupils       Action = "pupil.see"           // names and marks of a class, a school, a residence; one pupil's record
	SeeIdentifiers  Action = "pupil.identifiers"   // state numbers and phones unmasked
	ChangePupils    Action = "pupil.change"        // person, guardians, enrolment
	ImportPupils    Action = "pupil.import"
	AnswerGuardian  Action = "guardian.answer"
	TakeRoll        Action = "roll.take" // submit a sheet, resolve "chưa rõ"
	CorrectRoll     Action = "roll.correct"
	UnlockRoll      Action = "roll.unlock"
	RecordLeave     Action = "leave.record"
	SubmitHeadcount Action = "headcount.submit"
	CountPhysically Action = "headcount.physical"
	ChangeCalendar  Action = "calendar.change"
	ChangeClasses   Action = "class.change"
	ChangeSchools   Action = "school.change"
	ChangeUnits     Action = "unit.change"
	GiveGrants      Action = "grant.give"
	OpenPupils      Action = "purpose.open" // open pupils by a stated purpose
	ManageAccounts  Action = "account.manage"
	SetTargets      Action = "target.set"
	SetRegister     Action = "register.set"
	SeeReport       Action = "report.see"
	DraftReport     Action = "report.draft"
	ApproveReport   Action = "report.approve" // duyệt, phát hành
	ReceiveReport   Action = "report.receive" // tiếp nhận, trả lại, answer a proposal: asked of the unit above
	ReadAudit       Action = "audit.read"
	ChangeSettings  Action = "setting.change"
	SeeCases        Action = "case.see"         // names, steps and visits of cases of the children one answers for
	OpenCase        Action = "case.open"        // report a child who may be out of school
	WorkCase        Action = "case.work"        // record calls, visits, promises, referrals and outcomes
	SeeProtected    Action = "case.protected"   // causes that must stay with few: violence, early marriage, health …
	ConfirmDropout  Action = "case.dropout"     // confirm that a child has dropped out
	LeadCases       Action = "case.lead"        // the commune's steps: see a dropout, name an owner, take over; asked of a residence
	SetThresholds   Action = "threshold.set"    // when a warning is raised, for a scope
	RemindSchool    Action = "school.remind"    // remind a school to look into absences
	AnswerReminder  Action = "reminder.answer"  // answer a reminder for the school
	SeeCommittee    Action = "committee.see"    // committees, members and duties of a unit
	ChangeCommittee Action = "committee.change" // found committees, name members, give duties
	SeeDevices      Action = "device.see"       // which phones have not been heard of, and what that leaves unreported
	ManageDevices   Action = "device.manage"    // block a lost phone of somebody of the school
	SeeBenefits     Action = "benefit.see"      // what support a child receives, and why: poverty, disability …
	ChangeBenefits  Action = "benefit.change"
	SeeHouseholds   Action = "household.see" // the survey of the households of a village, with names; asked of a residence
	SurveyHousehold Action = "household.survey"
)

// Kind is what kind of thing a Resource is.
type Kind string

const (
	RealmKind  Kind = "realm"
	UnitKind   Kind = "unit"
	SchoolKind Kind = "school"
	ClassKind  Kind = "class"
	PupilKind  Kind = "pupil"
	// ResidenceKind is the set of children who live in a unit: not the unit's schools.
	ResidenceKind Kind = "residence"
)

// Resource is what an action is done to.
type Resource struct {
	Kind Kind
	ID   id.ID
}

func Realm() Resource               { return Resource{RealmKind, 0} }
func Unit(unit id.ID) Resource      { return Resource{UnitKind, unit} }
func School(school id.ID) Resource  { return Resource{SchoolKind, school} }
func Class(class id.ID) Resource    { return Resource{ClassKind, class} }
func Pupil(pupil id.ID) Resource    { return Resource{PupilKind, pupil} }
func Residence(unit id.ID) Resource { return Resource{ResidenceKind, unit} }

// Grant is a role that an account holds in a scope for a time.
type Grant struct {
	ID        id.ID
	Role      Role
	ScopeKind ScopeKind
	Scope     id.ID
	Period    day.Range
}

// Opening is leave to see pupils of a scope for a stated purpose, for a limited time.
type Opening struct {
	ID        id.ID
	ScopeKind Kind
	Scope     id.ID
	Purpose   string
	Until     day.Instant
}

// Who is the caller of a room function: an account with what it holds. It is handed
// on in the signature, never hidden in a context.
type Who struct {
	Realm    int
	Account  id.ID
	Device   string
	Grants   []Grant
	Openings []Opening
	system   bool
}

// System is the product itself: the demonstration's loader, jobs, the command line of the
// machine's owner. Its acts are in the audit book with account 0.
func System(realm int) Who { return Who{Realm: realm, system: true} }

// IsSystem says whether the caller is the product itself.
func (w Who) IsSystem() bool { return w.system }

// Audit is the line of the audit book for what w does.
func (w Who) Audit(action string, object Resource, rule string, detail any) audit.Entry {
	return audit.Entry{Realm: w.Realm, Account: w.Account, Action: action,
		ObjectKind: string(object.Kind), Object: object.ID, Rule: rule, Detail: detail}
}

// May says by which rule w may do action to resource. The error is a fault: NotFound
// ("access.unknown") when resource does not exist in w's realm, Forbidden
// ("access.no-grant", with the nearest missing scope) when no rule allows it.
func May(ctx context.Context, tx *store.Tx, w Who, action Action, resource Resource) (rule string, err error) {
	return decide(ctx, tx, w, action, resource)
}

// MaySomewhere says whether w holds a grant whose role may do action within its scope:
// what a navigation shows. Whether w may do it to a thing is May.
func MaySomewhere(w Who, action Action) bool {
	if w.system {
		return true
	}
	for _, grant := range w.Grants {
		if roleMay(action, grant.Role) {
			return true
		}
	}
	return false
}
