package casework

import (
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/warning"
)

// View is a case as one reader may see it: what that reader may not know is not in it.
// Hidden says that something was taken out; the page then says "đang được hỗ trợ".
type View struct {
	Case       Case
	Rule       string // by which the reader may see the case: for the look
	Hidden     bool   // causes, notes and referrals are left out: a protected case of others
	Hotline    bool   // show hotline 111: a protected case
	Child      Child
	Guardians  []Contact
	Siblings   []Sibling
	Owners     []OwnerView
	Without    []OwnerRole // of the first owners: nobody is named
	Signals    []SignalLine
	Timeline   []Event // newest first
	Absences   []rollcall.PupilMark
	Referrals  []Referral
	Checks     []Check
	Consents   []Consent
	EarlierOn  day.Day // on which the case before was opened
	LaterCases []id.ID // cases after this one
	Next       Next
	May        Rights
}

// Next is what is owed now.
type Next struct {
	Step Step
	Tier Tier
	Due  day.Day // day.Forever: nothing
	Late bool
}

// Rights are what the reader may do with the case.
type Rights struct {
	Work           bool // acts, promises, outcomes
	HandOver       bool
	Refer          bool
	Protect        bool // sees and sets protected causes
	ConfirmDropout bool
	SeeDropout     bool
	Papers         bool
	FullPhones     bool // may ask for telephone numbers (access.Unmask)
}

// Child is whom the case is about.
type Child struct {
	ID      id.ID
	Name    string
	Sex     string
	Born    day.Day
	Class   string
	School  string
	Village string
	Address string
}

// Contact is a guardian with a masked telephone.
type Contact struct {
	Relation string
	Name     string
	Phone    string
}

// Sibling is another child of the same household as far as guardians tell.
type Sibling struct {
	Pupil id.ID
	Name  string
	Class string
	Case  id.ID // running, 0: none
}

// OwnerView is one owner by name.
type OwnerView struct {
	Owner
	Name  string
	Phone string // of an official, in full: it is theirs to be called on
	Away  bool   // on leave today
}

// SignalLine is a signal of the case; warning.Sentence(lang, line.Signal) says it in words.
type SignalLine struct {
	Signal    warning.Signal
	Withdrawn bool
}

// Event is one line of the timeline, by whoever did it. Kind: a code of ActKinds, or
// opened, signal, withdrawn, climbed, sideways, owner, promise, referral, answered,
// said-back, back, relapsed, check, ended, confirmed, seen, absent, returned. Words: "casework.event-<kind>".
type Event struct {
	At             day.Instant
	Day            day.Day
	Kind           string
	By             id.ID
	ByName         string
	Reached        bool
	Met, With      []string
	Cause          string
	Secondary      []string
	Promise        day.Day
	SupportSchool  []string
	SupportCommune []string
	Hope           string
	Note           string
	Facts          fault.Args // of acts of the product: tier, step, number, days …
	Hidden         bool       // something of it is left out
	Late           bool       // received on a later day than it was done
	protected      bool
}

// Task is a line of "Việc của tôi".
type Task struct {
	Case      id.ID
	Pupil     id.ID
	Name      string
	Class     string
	School    string
	Village   id.ID
	Place     string // name of the village
	Household string // key: the same for children of one household
	Family    string // guardian's name
	Roles     []OwnerRole
	Step      Step
	Due       day.Day
	Late      bool
	State     State
	Promise   day.Day
	Days      int // since the case opened
	LastAct   day.Day
	Signal    *warning.Signal // the newest; nil by hand
	Why       string
	Hidden    bool // protected, and not for this reader
	Order     int
}

// Stop is a village of the route with its households, those that matter most first.
type Stop struct {
	Village    id.ID
	Name       string
	Households []Household
}

// Household is the children of one home.
type Household struct {
	Key    string
	Family string
	Tasks  []Task
}

// Lane is the commune's (or any unit's) board of cases: counts, no names.
type Lane struct {
	Unit      id.ID
	Steps     []StepCount
	States    map[State]int
	Overdue   []UnitCount // by school and by village, in the order of the tree, never ranked
	Untouched int         // cases with no act yet
	Unowned   int         // cases without one of the first owners
	Reached   []Task      // cases that have reached the reader: by name, as owner
	Under     []DutyLate  // late duties of the reader's direct subordinates
}

// StepCount is the running cases on a step.
type StepCount struct {
	Step Step
	Open int
	Late int
}

// UnitCount counts the cases of a school or village.
type UnitCount struct {
	Kind      string // school, village, or commune where there are several
	ID        id.ID
	Name      string
	Open      int
	Late      int
	Untouched int // open, and nobody has done anything
	Unowned   int
}

// DutyLate is one person's late cases, shown to the direct superior only: a number of
// cases, never a rank.
type DutyLate struct {
	Role    OwnerRole
	Account id.ID
	Name    string
	Place   string
	Late    int
	Excused string // leave or unsynced: why it does not count; "" else
}

// AtRisk is what boards count.
type AtRisk struct {
	Open     int
	Watching int
	Away     int
	Returned int // in the period
	Late     int
}

// CauseCount is one line of the table of causes.
type CauseCount struct {
	Cause     string // code, "protected" for all protected causes together, "" for not yet known
	Month     day.Day
	Place     id.ID // village
	PlaceName string
	Level     string
	Cases     int
}

// CauseTable is the causes of a place and period.
type CauseTable struct {
	Rows      []CauseCount
	Total     int
	OtherMany bool // "khác" is above 20 %
	Unknown   int  // cases without a cause yet, or whose cause is not shown
}

// Solution is what followed a kind of action: an observation, no proof.
type Solution struct {
	Kind    string // code of ActKinds, "support-<code>" or "referral-<code>"
	Acts    int
	With    Share7and30
	Without Share7and30 // cases of the same ladder and first step without it
}

// Share7and30 is how many of the cases came back within 7 and 30 days.
type Share7and30 struct {
	Cases         int
	Back7, Back30 int
	Low7, High7   float64 // Wilson's interval, 95 %
	Low30, High30 float64
	Of7, Of30     int // cases old enough to be judged
}

// Reminder is the commune's reminder to a school and the answer.
type Reminder struct {
	ID         id.ID
	School     id.ID
	Body       string
	Due        day.Day
	Account    id.ID
	MadeAt     day.Instant
	Answer     string
	AnsweredBy id.ID
	AnsweredAt day.Instant
}

// Open says whether the school still owes an answer.
func (r Reminder) Open() bool { return r.Answer == "" }

// Consent is what a guardian allowed on paper.
type Consent struct {
	Purpose  string // case, message
	Given    bool
	Relation string
	On       day.Day
}

// Presence is one marked session of a child.
type Presence struct {
	Day     day.Day
	Session calendar.Session
	Here    bool
}
