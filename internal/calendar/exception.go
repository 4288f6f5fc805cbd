package calendar

import (
	"ralop/internal/day"
	"ralop/internal/id"
)

// ScopeKind says of what a rule speaks.
type ScopeKind string

const (
	ScopeRealm  ScopeKind = "realm" // everything the authority holds; its ID is 0
	ScopeUnit   ScopeKind = "unit"  // province, district or commune: everything in its tree
	ScopeSchool ScopeKind = "school"
	ScopeSite   ScopeKind = "site"
	ScopeClass  ScopeKind = "class"
)

// Scope is the place of a rule.
type Scope struct {
	Kind ScopeKind
	ID   id.ID
}

// Kind is what an exception does.
type Kind string

const (
	Closure Kind = "closure" // sessions are not held
	MakeUp  Kind = "make-up" // sessions are held that the timetable does not have
)

// Reason is the code of why; its words are "calendar.reason.<code>".
type Reason string

const (
	ReasonTet      Reason = "tet"
	ReasonCold     Reason = "cold"
	ReasonFlood    Reason = "flood" // flood, landslide, storm
	ReasonEpidemic Reason = "epidemic"
	ReasonHoliday  Reason = "holiday" // a day the Government adds or moves
	ReasonFestival Reason = "festival"
	ReasonExam     Reason = "exam"
	ReasonHarvest  Reason = "harvest"
	ReasonBuilding Reason = "building"
	ReasonMeeting  Reason = "meeting"
	ReasonMakeUp   Reason = "make-up" // sessions lost before, or to be lost
	ReasonOther    Reason = "other"
)

// Reasons lists the codes in the order in which a form shows them. An unknown code is an error.
var Reasons = []Reason{ReasonTet, ReasonCold, ReasonFlood, ReasonEpidemic, ReasonHoliday, ReasonFestival, ReasonExam,
	ReasonHarvest, ReasonBuilding, ReasonMeeting, ReasonMakeUp, ReasonOther}

// Exception is one declared closure or make-up.
type Exception struct {
	ID       id.ID
	Kind     Kind
	Scope    Scope
	Level    string // "" for all levels
	Period   day.Range
	Session  Session // WholeDay: all
	Reason   Reason
	Note     string
	Declared day.Instant
}
