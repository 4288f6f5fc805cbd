package casework

import (
	"ralop/internal/day"
	"ralop/internal/id"
)

// State is where a case stands; its words are "casework.state-<state>".
type State string

const (
	Open     State = "open"     // đang vận động
	Watching State = "watching" // đang theo dõi: in class again, not yet for certain
	Away     State = "away"     // another end is said and "chưa xác nhận", or waits to be seen by the commune
	Back     State = "back"     // trở lại; the four checks run
	Closed   State = "closed"
)

// Running says whether the case is the child's one running case.
func (s State) Running() bool { return s == Open || s == Watching || s == Away }

// Outcome is how a case ended; its words are "casework.outcome-<outcome>".
type Outcome string

const (
	NoOutcome   Outcome = ""
	CameBack    Outcome = "back"        // trở lại
	Transferred Outcome = "transferred" // chuyển trường
	Vocational  Outcome = "vocational"  // học nghề
	Moved       Outcome = "moved"       // đi khỏi địa bàn
	Dropout     Outcome = "dropout"     // bỏ học
	Withdrawn   Outcome = "withdrawn"   // a correction took the ground away
	OtherEnd    Outcome = "other"       // died, left the age of schooling, advice given
)

// Outcomes are those that a person may state, in the order of the form. "back" only asks
// the marks: they decide.
var Outcomes = []Outcome{CameBack, Transferred, Vocational, Moved, Dropout, OtherEnd}

// Tier is who is being waited for; its words are "casework.tier-<tier>".
type Tier string

const (
	TeacherTier   Tier = "teacher"
	SchoolTier    Tier = "school"
	CommuneTier   Tier = "commune"
	CommitteeTier Tier = "committee"
	OfficeTier    Tier = "office"
)

// Tiers in the order in which silence climbs.
var Tiers = []Tier{TeacherTier, SchoolTier, CommuneTier, CommitteeTier, OfficeTier}

// Case is one child's file.
type Case struct {
	ID        id.ID
	Pupil     id.ID
	School    id.ID
	Class     id.ID
	Village   id.ID // unit in which the child lives; 0 when not known
	Commune   id.ID // of that village; 0 when not known
	Level     string
	Grade     string
	Ladder    string // full, advice, counsel
	OpenedOn  day.Day
	OpenedAt  day.Instant
	OpenedBy  id.ID  // 0: a signal
	Rule      string // rule of the signal that opened it, "" by hand
	Why       string // by hand: in words
	Order     int    // of the signals: what matters comes first
	State     State
	Step      Step
	Due       day.Day // deadline of the step; day.Forever while nothing is owed
	Clock     Clock   // what it is counted in,
	ClockFrom day.Day // from when,
	ClockDays int     // and how many
	Tier      Tier
	Holder    id.ID // account that keeps the file; 0: the homeroom teacher
	Cause     string
	Secondary string // codes, separated by blanks
	Protected bool
	Promise   day.Day // the family's last promise; 0: none
	ReturnOn  day.Day // first day in class again; 0: none
	Outcome   Outcome
	OutcomeOn day.Day // 0: none; of an open case the day on which a return was found not to hold
	Confirmed bool    // of an end other than back: by paper, acceptance or the principal
	SeenBy    id.ID   // of a dropout: who of the commune has seen it
	Earlier   id.ID   // the case before, 0: none
	ClosedOn  day.Day // day.Forever while open
	LastAct   day.Day // 0: nobody has done anything
	Acts      int
	Version   int
}

// Late says whether the deadline has passed.
func (c Case) Late(today day.Day) bool { return c.State == Open && c.Due < today }

// OwnerRole is why somebody owns a case; its words are "casework.owner-<role>".
type OwnerRole string

const (
	TeacherOwner   OwnerRole = "teacher"   // homeroom teacher, by grant
	VillageOwner   OwnerRole = "village"   // named official of the village where the child lives, by duty or grant
	SchoolOwner    OwnerRole = "school"    // principal, else clerk
	CommuneOwner   OwnerRole = "commune"   // official of the commune, from the day the case reaches it
	CommitteeOwner OwnerRole = "committee" // chair of the committee, from that day
	OfficeOwner    OwnerRole = "office"    // education office, from that day
	DeputyOwner    OwnerRole = "deputy"    // stands in for one who cannot
)

// FirstOwners are those whom every case ought to have from its first day.
var FirstOwners = []OwnerRole{TeacherOwner, VillageOwner, SchoolOwner}

// Owner is one row of a case's owners; history is kept.
type Owner struct {
	ID      id.ID
	Role    OwnerRole
	Account id.ID // 0: a member of a committee without an account
	Member  id.ID // member of a committee, 0: by grant
	From    day.Instant
	Until   day.Instant // 0 while it holds
	Source  string      // grant, duty, hand, climb
	Reason  string      // why it was handed over
	GivenBy id.ID
}

// Act is what somebody did for a child, as a page or a phone sends it. The same act again
// gives the first receipt.
type Act struct {
	ID             [16]byte // UUIDv7 made by the sender
	Case           id.ID
	Kind           string // code of ActKinds
	TakenAt        day.Instant
	Device         string
	Reached        bool     // somebody was spoken to
	Met            []string // codes of Met
	With           []string // codes of With
	Cause          string   // code of Causes, "" when not found out
	Secondary      []string
	Promise        day.Day // the child comes back on; 0: none
	SupportSchool  []string
	SupportCommune []string
	Hope           string // what the family hopes for
	Note           string
	Place          *Place // only when the person switched it on
	Protect        bool   // what was learnt must stay with few, whatever the cause
}

// Place is where an act was recorded; never scored, deleted when the case closes.
type Place struct{ Latitude, Longitude float64 }

// Receipt says what became of an act.
type Receipt struct {
	Case     id.ID
	Act      id.ID
	Step     Step
	Due      day.Day
	State    State
	Repeated bool // this act had been received before
}

// OpenIn opens a case by hand.
type OpenIn struct {
	Act   [16]byte // idempotency key; zero is allowed on a page that redirects
	Pupil id.ID
	Why   string
	Cause string
}

// EndIn states how a case ended, or that the child is said to be back.
type EndIn struct {
	Act     [16]byte
	Case    id.ID
	Outcome Outcome
	On      day.Day // since when; 0: today
	Note    string
}

// HandOverIn asks somebody else ("nhờ").
type HandOverIn struct {
	Case   id.ID
	Role   OwnerRole // which owner is replaced; DeputyOwner adds one beside them
	To     id.ID     // account
	Reason string
}

// ReferIn refers a cause to the body that can remove it.
type ReferIn struct {
	Act    [16]byte
	Case   id.ID
	Body   string // code of Bodies
	To     id.ID  // account of a named person; needed for police and border guard
	Reason string
	Until  day.Day // for a named person: the last day on which it is seen, at most 30 days
}

// Referral is one of them with its answer.
type Referral struct {
	ID         id.ID
	Case       id.ID
	Body       string
	To         id.ID
	Reason     string
	From       day.Day
	Until      day.Day // exclusive
	By         id.ID
	Answer     string
	AnsweredOn day.Day // 0: open
	AnsweredBy id.ID
}

// Check is one of the four looks at the marks after a return.
type Check struct {
	Number   int // 1 to 4
	Due      day.Day
	State    string // waiting, held, relapsed, cancelled
	Present  int    // of the sessions marked since the look before
	Sessions int
	DoneOn   day.Day // 0 while waiting
}
