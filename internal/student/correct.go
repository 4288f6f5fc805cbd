package student

import (
	"context"
	"strings"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// CorrectIn mends a spell that was written down wrongly. All fields stand for what is
// right; those that were right are given as they are.
type CorrectIn struct {
	Pupil      id.ID
	Version    int
	Enrolment  id.ID
	Grade      string
	Period     day.Range // Until is day.Forever while enrolled
	Entry      string
	Exit       string // "" only with Until = day.Forever
	ExitState  string
	ExitReason string
	ToSchool   id.ID
	Paper      string
	Why        string // the reason of the correction
}

var (
	entryKinds = []string{EntryOpening, EntryEntrant, EntryRepeater, EntryTransfer, EntryReturn, EntryOther}
	exitKinds  = []string{ExitNone, ExitYearEnd, ExitTransfer, ExitDropout, ExitVocational, ExitMoved, ExitDied, ExitOther}
	exitStates = []string{"", Confirmed, Unconfirmed, CameBack}
)

// Correct mends a spell. It reaches back: Changes name every class and day whose list is
// another than it was. Faults: student.no-spell, student.already-enrolled,
// student.wrong-grade, student.empty-spell, student.reason-missing, student.changed.
func Correct(ctx context.Context, tx *store.Tx, who access.Who, in CorrectIn) (Done, error) {
	rule, err := access.May(ctx, tx, who, access.ChangePupils, access.Pupil(in.Pupil))
	if err != nil {
		return Done{}, err
	}
	if err := in.check(); err != nil {
		return Done{}, err
	}
	if err := touch(ctx, tx, who.Realm, in.Pupil, in.Version); err != nil {
		return Done{}, err
	}
	spells, err := SpellsOf(ctx, tx, who.Realm, in.Pupil)
	if err != nil {
		return Done{}, err
	}
	was, err := spell(ctx, tx, who.Realm, in.Pupil, in.Enrolment)
	if err != nil {
		return Done{}, err
	}
	if err := free(spells, in.Period, in.Enrolment); err != nil {
		return Done{}, err
	}
	now := was
	now.Grade, now.Period, now.Entry, now.Exit, now.ExitState = in.Grade, in.Period, in.Entry, in.Exit, in.ExitState
	now.ExitReason, now.ToSchool, now.Paper = in.ExitReason, in.ToSchool, viet.Clean(in.Paper)
	if err := updateSpell(ctx, tx, who.Realm, now); err != nil {
		return Done{}, err
	}
	changes, err := fitMemberships(ctx, tx, who.Realm, was, now)
	if err != nil {
		return Done{}, err
	}
	if changes, err = settle(ctx, tx, who.Realm, changes); err != nil {
		return Done{}, err
	}
	return Done{was.Enrolment, changes}, record(ctx, tx, who, "student.correct", in.Pupil, rule, map[string]any{
		"enrolment": was.Enrolment, "before": now.difference(was), "after": was.difference(now), "why": in.Why})
}

func (in CorrectIn) check() error {
	switch {
	case strings.TrimSpace(in.Why) == "":
		return fault.New(fault.Invalid, "student.reason-missing", nil).On("why")
	case in.Period.Empty():
		return fault.New(fault.Invalid, "student.empty-spell", nil).On("until")
	case !contains(entryKinds, in.Entry):
		return fault.New(fault.Invalid, "student.unknown-entry", fault.Args{"value": in.Entry}).On("entry")
	case !contains(exitKinds, in.Exit), !contains(exitStates, in.ExitState), in.Exit == ExitNone && in.ExitState != "":
		return fault.New(fault.Invalid, "student.unknown-exit", fault.Args{"value": in.Exit}).On("exit")
	case in.Exit != ExitNone && in.Period.Until == day.Forever:
		return fault.New(fault.Invalid, "student.exit-without-day", nil).On("until")
	}
	return nil
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

// difference gives the codes and days of o that are other than those of s, for the audit book.
func (s Spell) difference(o Spell) map[string]any {
	d := map[string]any{}
	for name, values := range map[string][2]any{
		"grade": {s.Grade, o.Grade}, "from": {s.Period.From, o.Period.From}, "until": {s.Period.Until, o.Period.Until}, "entry": {s.Entry, o.Entry},
		"exit": {s.Exit, o.Exit}, "state": {s.ExitState, o.ExitState}, "reason": {s.ExitReason, o.ExitReason}, "to": {s.ToSchool, o.ToSchool},
	} {
		if values[0] != values[1] {
			d[name] = values[1]
		}
	}
	return d
}

// fitMemberships lets the classes of a spell cover its new days: the first begins with
// it, the last ends with it, what lies outside goes.
func fitMemberships(ctx context.Context, tx *store.Tx, realm int, was, now Spell) ([]ClassDays, error) {
	members, err := store.All[Membership](ctx, tx, sqlMembershipsOfSpell, realm, was.Enrolment)
	if err != nil || len(members) == 0 {
		return nil, err
	}
	if now.Grade != was.Grade {
		for _, m := range members {
			c, err := classOf(ctx, tx, realm, m.Class)
			if err != nil {
				return nil, err
			}
			if _, err := c.grade(now.Grade); err != nil {
				return nil, err
			}
		}
	}
	var kept []Membership
	for i, m := range members {
		if i == 0 || m.Period.From < now.Period.From {
			m.Period.From = now.Period.From
		}
		if i == len(members)-1 || m.Period.Until > now.Period.Until {
			m.Period.Until = now.Period.Until
		}
		if !m.Period.Empty() {
			kept = append(kept, m)
		}
	}
	if len(kept) == 0 { // moved wholly outside its old days: the class it ended in stays
		m := members[len(members)-1]
		m.Period = now.Period
		kept = append(kept, m)
	}
	kept[0].Period.From, kept[len(kept)-1].Period.Until = now.Period.From, now.Period.Until
	var changes []ClassDays
	for _, m := range members {
		if _, err := tx.Exec(ctx, sqlDeleteMembership, realm, was.Enrolment, m.Period.From); err != nil {
			return nil, err
		}
	}
	for _, m := range kept {
		if _, err := tx.Exec(ctx, sqlInsertMembership, realm, was.Enrolment, m.Class, m.Period.From, m.Period.Until); err != nil {
			return nil, err
		}
	}
	if now.Grade != was.Grade {
		for _, m := range append(members, kept...) {
			changes = append(changes, ClassDays{m.Class, m.Period})
		}
		return changes, nil
	}
	return append(outside(members, kept), outside(kept, members)...), nil
}

// outside gives the class days of a that b does not have.
func outside(a, b []Membership) []ClassDays {
	var all []ClassDays
	for _, m := range a {
		rest := []day.Range{m.Period}
		for _, o := range b {
			if o.Class != m.Class {
				continue
			}
			var left []day.Range
			for _, r := range rest {
				for _, part := range []day.Range{{From: r.From, Until: min(r.Until, o.Period.From)}, {From: max(r.From, o.Period.Until), Until: r.Until}} {
					if !part.Empty() {
						left = append(left, part)
					}
				}
			}
			rest = left
		}
		for _, r := range rest {
			all = append(all, ClassDays{m.Class, r})
		}
	}
	return all
}
