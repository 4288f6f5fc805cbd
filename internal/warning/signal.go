package warning

import (
	"ralop/internal/day"
	"ralop/internal/id"
)

// SubjectKind is what a signal is about.
type SubjectKind string

const (
	OfPupil     SubjectKind = "pupil"
	OfClass     SubjectKind = "class"
	OfVillage   SubjectKind = "village"
	OfHousehold SubjectKind = "household"
)

// Step is what a signal asks for; its words are "warning.step-<step>".
type Step string

const (
	StepAdvise    Step = "advise"   // under five: advice to the family, nothing more
	StepFindOut   Step = "find-out" // the homeroom teacher finds out, the same day
	StepCheckRoll Step = "check-roll"
	StepSupport   Step = "support"   // see whether support that ended can be given again
	StepCall      Step = "call"      // talk with the family
	StepConfirm   Step = "confirm"   // get the acceptance or the paper
	StepVisit     Step = "visit"     // go and see
	StepCounsel   Step = "counsel"   // GDTX, vocational ways
	StepCommune   Step = "commune"   // the commune's named official
	StepCommittee Step = "committee" // the steering committee
)

// Steps are all steps, the mildest first.
var Steps = []Step{StepAdvise, StepFindOut, StepCheckRoll, StepSupport, StepCall, StepConfirm, StepVisit, StepCounsel, StepCommune, StepCommittee}

// Rank is the place of the step among Steps, from 1.
func (s Step) Rank() int {
	for i, known := range Steps {
		if s == known {
			return i + 1
		}
	}
	return 0
}

// State is where a signal stands; its words are "warning.state-<state>".
type State string

const (
	Open      State = "open"
	Over      State = "over"      // it was so, and has ended: the child is back, has left, the year has ended
	Withdrawn State = "withdrawn" // a correction took its ground: it was not so
)

// Why a signal is no longer open; the words are "warning.ended-<reason>".
const (
	EndedReturned  = "returned"  // the child came to school again, the figure fell under the threshold
	EndedLeft      = "left"      // no longer on the roll of the class, or settled otherwise
	EndedYear      = "year-end"  // the school year ended
	EndedCorrected = "corrected" // the marks it rested on were corrected
	EndedThreshold = "threshold" // the threshold was changed
	EndedCovered   = "covered"   // another signal speaks of the same days
	EndedMarked    = "marked"    // the class has called its roll again
	EndedSettled   = "settled"   // the paper came, the child arrived, the time to help has passed
	EndedApart     = "apart"     // too few are away at the same time
)

// Signal is a warning as it stands.
type Signal struct {
	ID           id.ID
	Rule         string
	RuleVersion  int
	SubjectKind  SubjectKind
	Subject      id.ID
	Pupil        id.ID // 0 when it is about no single pupil
	Class        id.ID
	School       id.ID
	Village      id.ID // the unit where the child lives; the commune when the village is not known; 0
	Commune      id.ID
	Household    id.ID // the smallest pupil id among siblings; 0 when nobody is known
	Since        day.Day
	Last         day.Day // the last marked day that it rests on
	Step         Step
	Order        int // the higher, the sooner; for sorting only, never shown
	Facts        Facts
	State        State
	RaisedAt     day.Instant
	ChangedAt    day.Instant
	EndedReason  string
	PartOf       id.ID // the signal of a village or household that speaks for it
	Version      int   // grows with every change
	TakenVersion int   // the version that casework has taken up
	TakenCase    id.ID
}

// Facts are the evidence: counts, days and codes. A fact that does not belong to the rule is zero.
type Facts struct {
	Days      int     `json:"days,omitempty"`      // school days of the run, or since the return
	Unknown   int     `json:"unknown,omitempty"`   // of these, not known why
	Unexcused int     `json:"unexcused,omitempty"` // of these, without leave
	Excused   int     `json:"excused,omitempty"`   // of these, with leave
	N         int     `json:"n,omitempty"`         // sessions missed …
	D         int     `json:"d,omitempty"`         // … of this many marked
	Before    int     `json:"before,omitempty"`    // sessions missed before, of Habit marked: the own habit
	Habit     int     `json:"habit,omitempty"`
	Window    int     `json:"window,omitempty"`  // school days looked at
	Limit     int     `json:"limit,omitempty"`   // sessions that may be missed: 45
	Weekday   int     `json:"weekday,omitempty"` // 1 Monday … 7 Sunday
	Session   int     `json:"session,omitempty"` // calendar.Session
	Break     string  `json:"break,omitempty"`   // why there was no school before: calendar's reason or holiday code, "opening"
	Return    day.Day `json:"return,omitempty"`  // first school day after it
	Pupils    int     `json:"pupils,omitempty"`  // of a cluster
	Exit      string  `json:"exit,omitempty"`    // transfer-out, vocational, moved
	Support   string  `json:"support,omitempty"` // what ended: boarding, semi-boarding, lodging, poor, near-poor
	Context   Context `json:"context,omitzero"`
}

// Context is what only raises the order of a child's signals; it never makes one.
type Context struct {
	OverAge      int    `json:"over_age,omitempty"` // years above the age of the grade
	Repeated     bool   `json:"repeated,omitempty"` // repeats the grade this year
	Returned     bool   `json:"returned,omitempty"` // had left and came back before
	SiblingGrade string `json:"sibling,omitempty"`  // grade that a sibling left school in, within three years
	SiblingYear  int    `json:"sibling_year,omitempty"`
	Poverty      string `json:"poverty,omitempty"` // poor, near-poor
}

// weight is what the context adds to the order.
func (c Context) weight() int {
	w := 4 * min(c.OverAge, 3)
	if c.Repeated {
		w += 8
	}
	if c.Returned {
		w += 12
	}
	if c.SiblingGrade != "" {
		w += 12
	}
	switch c.Poverty {
	case "poor":
		w += 6
	case "near-poor":
		w += 3
	}
	return w
}

// Weight is the order among children of whom nothing else is known ("ai có thể không quay lại?"); never shown.
func (c Context) Weight() int { return c.weight() }

// order puts the gravest first: by step, then how long, then the context.
func order(step Step, f Facts) int {
	return 1000*step.Rank() + 10*min(max(f.Days, f.Pupils), 50) + f.Context.weight()
}

// Event is one thing that happened to a signal.
type Event struct {
	Number      int
	At          day.Instant
	State       State
	Step        Step
	RuleVersion int
	Since       day.Day
	Last        day.Day
	Facts       Facts
	Reason      string
}
