package committee

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Committee is one ban chỉ đạo of a unit.
type Committee struct {
	ID        id.ID
	Unit      id.ID
	Kind      Kind
	Name      string  // "Ban chỉ đạo phổ cập giáo dục, xóa mù chữ"; the unit's name is not part of it
	Until     day.Day // dissolved from this day on; day.Forever
	EndReason string
}

// InForce says whether the committee is not dissolved on a day.
func (c Committee) InForce(on day.Day) bool { return on < c.Until }

// Decision is the paper that founds a committee or sets it up anew.
type Decision struct {
	Number string  // "12/QĐ-UBND"
	Day    day.Day // of issue
	Issuer string  // "Chủ tịch UBND xã Mường Mùn"
}

// Term is the time under one decision.
type Term struct {
	Committee id.ID
	From      day.Day
	Until     day.Day
	Number    string
	IssuedOn  day.Day
	Issuer    string
}

// Regulation is a working regulation (quy chế làm việc).
type Regulation struct {
	ID        id.ID
	Committee id.ID
	From      day.Day
	Until     day.Day
	Number    string
	IssuedOn  day.Day
	Issuer    string
	Body      string
}

// Member is a person in a committee for a time.
type Member struct {
	ID        id.ID
	Committee id.ID
	Office    Office
	Body      Body
	Name      string
	Job       string
	Phone     string
	Account   id.ID // 0: works on paper
	From      day.Day
	Until     day.Day
	Successor id.ID
	EndReason string
	Version   int
}

// InForce says whether the member is in the committee on a day.
func (m Member) InForce(on day.Day) bool { return m.From <= on && on < m.Until }

// PlaceKind is what a duty is about.
type PlaceKind string

const (
	UnitPlace   PlaceKind = "unit"
	SchoolPlace PlaceKind = "school"
)

// Place is a unit or a school.
type Place struct {
	Kind PlaceKind
	ID   id.ID
}

// Duty is who is in charge of a place, for what and how long.
type Duty struct {
	ID        id.ID
	Committee id.ID
	Member    id.ID // 0: a branch
	Branch    Body  // "" when a member holds it
	PlaceKind PlaceKind
	Place     id.ID
	Levels    string // separated by spaces, "" is all
	Tasks     string // separated by spaces, "" is all
	From      day.Day
	Until     day.Day
	Lent      id.ID // grant that came with it
	Continues id.ID
	EndReason string
}

// At is the place of the duty.
func (d Duty) At() Place { return Place{d.PlaceKind, d.Place} }

// Period is the time of the duty.
func (d Duty) Period() day.Range { return day.Range{From: d.From, Until: d.Until} }

// TaskList gives the tasks one by one; none means all.
func (d Duty) TaskList() (all []Task) {
	for _, word := range strings.Fields(d.Tasks) {
		all = append(all, Task(word))
	}
	return all
}

// Names says whether the duty makes its holder the named person of the place: its tasks
// are all, or hold mobilisation or attendance.
func (d Duty) Names() bool { return names(d.Tasks) }

func names(tasks string) bool {
	words := strings.Fields(tasks)
	return len(words) == 0 || slices.Contains(words, string(Mobilise)) || slices.Contains(words, string(Attendance))
}

// HasLevel says whether the duty is about a level.
func (d Duty) HasLevel(level string) bool {
	return d.Levels == "" || slices.Contains(strings.Fields(d.Levels), level)
}

// Absence is a time in which a member is away.
type Absence struct {
	ID     id.ID
	Member id.ID
	From   day.Day
	Until  day.Day // exclusive
	Deputy id.ID   // 0: nobody was named
	Note   string
}

// ByID gives a committee; NotFound committee.unknown.
func byID(ctx context.Context, tx *store.Tx, realm int, committee id.ID) (Committee, error) {
	return one[Committee](ctx, tx, "committee.unknown", sqlCommittee, realm, committee)
}

func memberByID(ctx context.Context, tx *store.Tx, realm int, member id.ID) (Member, error) {
	return one[Member](ctx, tx, "committee.member-unknown", sqlMember, realm, member)
}

func dutyByID(ctx context.Context, tx *store.Tx, realm int, duty id.ID) (Duty, error) {
	return one[Duty](ctx, tx, "committee.duty-unknown", sqlDuty, realm, duty)
}

func one[T any](ctx context.Context, tx *store.Tx, code, query string, args ...any) (T, error) {
	row, err := store.One[T](ctx, tx, query, args...)
	if store.IsNone(err) {
		return row, fault.New(fault.NotFound, code, nil)
	}
	return row, err
}

// changing loads a committee that the caller may change and that is not dissolved.
func changing(ctx context.Context, tx *store.Tx, who access.Who, committee id.ID) (Committee, string, error) {
	c, err := byID(ctx, tx, who.Realm, committee)
	if err != nil {
		return c, "", err
	}
	rule, err := access.May(ctx, tx, who, access.ChangeCommittee, access.Unit(c.Unit))
	if err != nil {
		return c, "", err
	}
	if !c.InForce(tx.Today()) {
		return c, "", fault.New(fault.Locked, "committee.dissolved", fault.Args{"day": c.Until.Vietnamese()})
	}
	return c, rule, nil
}
