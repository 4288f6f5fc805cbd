package rollcall

import (
	"context"
	"slices"
	"sync"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/student"
)

// list is a roll as a sheet needs it: who, in which group and grade, and no names.
type list struct {
	number int
	size   int
	pupils []id.ID // in order
	groups []int32 // of pupils[i]
	grades []string
	sizes  map[string]int // pupils by grade
}

func newList(roll student.Roll) *list {
	members := slices.Clone(roll.Members)
	slices.SortFunc(members, func(a, b student.RollMember) int { return int(a.Pupil - b.Pupil) })
	l := &list{number: roll.Number, size: roll.Size, sizes: map[string]int{},
		pupils: make([]id.ID, len(members)), groups: make([]int32, len(members))}
	for i, m := range members {
		l.pupils[i], l.groups[i] = m.Pupil, int32(m.Group)
	}
	for _, g := range roll.Groups {
		for len(l.grades) <= g.Number {
			l.grades = append(l.grades, "")
		}
		l.grades[g.Number] = g.Grade
		l.sizes[g.Grade] += g.Pupils
	}
	return l
}

func (l *list) has(pupil id.ID) bool {
	_, ok := slices.BinarySearch(l.pupils, pupil)
	return ok
}

// group gives the pupil's group, 0 when she is not on the roll.
func (l *list) group(pupil id.ID) int {
	i, ok := slices.BinarySearch(l.pupils, pupil)
	if !ok {
		return 0
	}
	return int(l.groups[i])
}

func (l *list) grade(pupil id.ID) string { return l.grades[l.group(pupil)] }

// known is what a sheet needs to know of its class.
type known struct {
	plan   *calendar.ClassPlan
	class  id.ID
	school id.ID
	level  string
}

func know(ctx context.Context, tx *store.Tx, realm int, class id.ID) (known, error) {
	plan, err := calendar.PlanOf(ctx, tx, realm, class)
	if err != nil {
		return known{}, err
	}
	return knownOf(plan), nil
}

func knownOf(plan *calendar.ClassPlan) known {
	place := plan.Place()
	k := known{plan: plan, class: place.Class, level: place.Level}
	for _, link := range place.Chain {
		if link.Scope.Kind == calendar.ScopeSchool {
			k.school = link.Scope.ID
		}
	}
	return k
}

// unmoved makes sure that the class and its calendar are still what this transaction went
// by: a change that comes later finds what was written here, one that came before undoes it. It is called
// before the sums are touched: whoever changes the class touches them after its mark, too.
func (k known) unmoved(ctx context.Context, tx *store.Tx, realm int) error {
	return k.startUnmoved(ctx, tx, realm)()
}

// startUnmoved is unmoved that goes with the next statement; what it gives says how it ended.
func (k known) startUnmoved(ctx context.Context, tx *store.Tx, realm int) func() error {
	hold := k.plan.StartHold(ctx, tx, realm)
	return func() error {
		held, err := hold()
		if err == nil && !held {
			return store.ErrAgain
		}
		return err
	}
}

// rolls keeps the rolls of classes between transactions. The plan of a class is one value
// for as long as nobody marks the school (calendar.MarkStale), which whoever changes a
// roll does in the same transaction; so rolls hold while the plan is the very one they
// were read under, and what another database or an undone transaction put in is never met.
var rolls = struct {
	sync.RWMutex
	classes map[rollKey]keptLists
}{classes: map[rollKey]keptLists{}}

type rollKey struct {
	realm int
	class id.ID
}

type keptLists struct {
	plan  *calendar.ClassPlan
	lists []datedList
}

// datedList is a roll with the days around the one it was read for on which nothing begins or ends.
type datedList struct {
	*list
	days day.Range
}

const rollsKept = 16384 // classes, under 1 kB each

// listOn gives the roll of the class on a day, stored.
func (k known) listOn(ctx context.Context, tx *store.Tx, realm int, on day.Day) (*list, error) {
	key := rollKey{realm, k.class}
	rolls.RLock()
	kept := rolls.classes[key]
	rolls.RUnlock()
	if kept.plan != k.plan {
		kept = keptLists{plan: k.plan}
	}
	for _, l := range kept.lists {
		if l.days.Has(on) {
			return l.list, nil
		}
	}
	roll, stored, err := student.PeekRoll(ctx, tx, realm, k.class, on)
	if err != nil {
		return nil, err
	}
	if !stored {
		// Not kept: this transaction may still be undone, and the number with it.
		if roll, err = student.RollOn(ctx, tx, realm, k.class, on); err != nil {
			return nil, err
		}
		return newList(roll), nil
	}
	made, err := store.One[day.Instant](ctx, tx, sqlRollMade, realm, k.class, roll.Number)
	if err != nil {
		return nil, err
	}
	if made == tx.Now() { // by this very transaction, as likely as not
		return newList(roll), nil
	}
	l := datedList{newList(roll), day.Range{Until: day.Forever}}
	if l.days, err = steady(ctx, tx, realm, k.class, on); err != nil {
		return nil, err
	}
	rolls.Lock()
	defer rolls.Unlock()
	if len(rolls.classes) >= rollsKept {
		clear(rolls.classes)
	}
	kept.lists = append(slices.Clip(kept.lists), l)
	rolls.classes[key] = kept
	return l.list, nil
}

// steady gives the days around one on which no membership, boarding or residence of a
// pupil of the class begins or ends, within one school year.
func steady(ctx context.Context, tx *store.Tx, realm int, class id.ID, on day.Day) (day.Range, error) {
	days := calendar.Bounds(on.SchoolYear())
	for _, query := range []string{sqlMembershipBounds, sqlEnrolmentBounds, sqlBoardingBounds, sqlResidenceBounds} {
		bounds, err := store.All[day.Range](ctx, tx, query, realm, class)
		if err != nil {
			return days, err
		}
		for _, b := range bounds {
			for _, d := range []day.Day{b.From, b.Until} {
				if d <= on {
					days.From = max(days.From, d)
				} else {
					days.Until = min(days.Until, d)
				}
			}
		}
	}
	return days, nil
}

// forget drops the kept rolls of a class after a write that the database refused.
func (k known) forget(realm int) {
	rolls.Lock()
	defer rolls.Unlock()
	delete(rolls.classes, rollKey{realm, k.class})
}

// listNumber gives a stored roll by its number; l is returned when it is that roll.
func listNumber(ctx context.Context, tx *store.Tx, realm int, class id.ID, number int, l *list) (*list, error) {
	if l != nil && l.number == number {
		return l, nil
	}
	roll, err := student.RollByNumber(ctx, tx, realm, class, number)
	if err != nil {
		return nil, err
	}
	return newList(roll), nil
}
