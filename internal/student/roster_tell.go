package student

import (
	"fmt"

	"ralop/internal/id"
)

// RosterChange is what a row of a class list will do: a new child, or fields of a known
// one that become others. It names the child: for the page of the one who imports only.
type RosterChange struct {
	Row    int
	Name   string
	Class  string
	New    bool
	Pupil  id.ID // 0 when new
	Fields []RosterField
}

// RosterField is one field that changes; numbers of the state and phones are masked.
type RosterField struct{ Field, Was, Is string }

// tell says what the acts of a batch will do, without those that do nothing.
func (r *Roster) tell(acts []*rosterAct) {
	if r.in.Tell == nil {
		return
	}
	var all []RosterChange
	for _, a := range acts {
		if change := a.change(); change.New || len(change.Fields) > 0 {
			all = append(all, change)
		}
	}
	if len(all) > 0 {
		r.in.Tell(all)
	}
}

// Change says what an act will do; without fields a child who is known stays as she is.
func (a RosterAct) Change() RosterChange {
	if a.act == nil {
		return RosterChange{Row: a.Row}
	}
	return a.act.change()
}

func (a *rosterAct) change() RosterChange {
	change := RosterChange{Row: a.row, Name: a.person.Name, Class: a.class.Name, New: a.before == nil, Pupil: a.pupil}
	if a.before != nil && a.changes() {
		change.Fields = a.fields()
	}
	return change
}

// Text is all that an act will write: the same text is the same act.
func (a RosterAct) Text() string {
	if a.act == nil {
		return ""
	}
	x := a.act
	if x.pupil != 0 && !x.changes() {
		return "same " + x.pupil.String()
	}
	return fmt.Sprint(x.pupil, x.version, x.school.ID, x.class.Name, x.class.Level, x.grade, x.from, x.person, x.guardians, x.residence,
		x.newPerson, x.newGuardians, x.newSpell, x.newClass)
}

func (a *rosterAct) fields() (all []RosterField) {
	was, is := a.before.Person, a.person
	for _, f := range []RosterField{{"name", was.Name, is.Name}, {"sex", was.Sex, is.Sex}, {"born", was.Born.Vietnamese(), is.Born.Vietnamese()}, {"birthplace", was.Birthplace, is.Birthplace},
		{"ethnicity", was.Ethnicity, is.Ethnicity}, {"address", was.Address, is.Address}} {
		if f.Was != f.Is {
			all = append(all, f)
		}
	}
	for _, f := range []RosterField{{"code", was.Code, is.Code}, {"national_id", was.NationalID, is.NationalID}, {"phone", was.Phone, is.Phone}} {
		if f.Was != f.Is {
			all = append(all, RosterField{f.Field, Mask(f.Was), Mask(f.Is)})
		}
	}
	if a.newGuardians {
		all = append(all, RosterField{Field: "guardians"})
	}
	if a.residence != 0 {
		all = append(all, RosterField{Field: "village"})
	}
	if a.newClass || a.newSpell {
		was := ""
		for _, c := range a.school.classes {
			if c.ID == a.before.class {
				was = c.Name
			}
		}
		all = append(all, RosterField{"class_head", was, a.class.Name})
	}
	return all
}
