package student

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// rosterAct is what is to be done for one row.
type rosterAct struct {
	row       int
	school    *rosterSchool
	class     *rosterClass
	grade     string
	from      day.Day // of a new spell or a move of class
	pupil     id.ID   // 0 for a new child
	version   int
	person    Person
	guardians []Guardian
	residence id.ID // 0 leaves it as it is

	newPerson, newGuardians, newSpell, newClass bool

	before *known // as she was; nil for a new child
}

// changes says whether anything is to be written for a child who is known.
func (a *rosterAct) changes() bool {
	return a.newPerson || a.newGuardians || a.residence != 0 || a.newSpell || a.newClass
}

// known is a child of the database who may be the one of a row.
type known struct {
	Pupil     id.ID
	Version   int
	Person    Person
	spell     Spell // the latest
	class     id.ID // of the latest spell's last membership
	residence id.ID
	guardians []Guardian
}

func (r *Roster) plan(ctx context.Context, tx *store.Tx, lines []RosterLine) (acts []*rosterAct, refused, notes []RowFault, err error) {
	var schools []id.ID
	for _, l := range lines {
		s, err := r.school(ctx, tx, l.School)
		if err != nil {
			return nil, nil, nil, err
		}
		if s.fault == nil && !slices.Contains(schools, s.ID) {
			schools = append(schools, s.ID)
		}
	}
	index, err := r.candidates(ctx, tx, lines, schools)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, l := range lines {
		s, err := r.school(ctx, tx, l.School)
		if err != nil {
			return nil, nil, nil, err
		}
		a, faults, note := r.planRow(tx.Today(), s, index, l)
		for _, f := range faults {
			refused = append(refused, RowFault{l.Row, f})
		}
		if len(faults) > 0 {
			continue
		}
		if note != nil {
			notes = append(notes, RowFault{l.Row, note})
		}
		acts = append(acts, a)
	}
	r.tell(acts)
	return acts, refused, notes, nil
}

func (r *Roster) planRow(today day.Day, s *rosterSchool, index candidates, l RosterLine) (a *rosterAct, faults fault.List, note *fault.Fault) {
	if s.fault != nil {
		return nil, fault.List{s.fault}, nil
	}
	person, faults := personOf(l, today)
	if !enrolledStatus(l.Status) {
		faults = append(faults, fault.New(fault.Invalid, "student.not-learning", fault.Args{"value": l.Status}).On("status"))
	}
	if len(faults) > 0 {
		return nil, faults, nil
	}
	c, grade, wrong := r.class(s, l)
	if wrong != nil {
		return nil, fault.List{wrong}, nil
	}
	if wrong := r.once(s, l, person); wrong != nil {
		return nil, fault.List{wrong}, nil
	}
	k, wrong := index.match(person, s.ID, c.ID)
	if wrong != nil {
		return nil, fault.List{wrong}, nil
	}
	a = &rosterAct{row: l.Row, school: s, class: c, grade: grade, from: r.start(c, today), person: person}
	unit, exact := r.places.home(l, s.commune)
	if unit != 0 && !exact && l.Village+l.Address != "" {
		note = fault.New(fault.Invalid, "student.village-unknown", fault.Args{"commune": r.places.tree.Units[unit].FullName}).On("village")
	}
	if k == nil {
		a.guardians, a.residence = mergeGuardians(nil, l), unit
		return a, nil, note
	}
	if wrong := r.planKnown(a, k, today); wrong != nil {
		return nil, fault.List{wrong}, nil
	}
	a.before = k
	a.person = mergePerson(k.Person, person)
	a.newPerson = len(k.Person.difference(a.person)) > 0
	a.guardians = mergeGuardians(k.guardians, l)
	a.newGuardians = !slices.Equal(a.guardians, k.guardians)
	if unit != 0 && unit != k.residence && (exact || r.places.communeOf(k.residence) != unit) {
		a.residence = unit
	}
	return a, nil, note
}

// start is the first day of a new spell in a class.
func (r *Roster) start(c *rosterClass, today day.Day) day.Day {
	from := c.Period.From
	if c.Started {
		from = today
	}
	if !r.in.From.IsZero() {
		from = r.in.From
	}
	return min(max(from, c.Period.From), c.Period.Last())
}

// planKnown says what a row means for a child who is known: a spell, another class, or
// nothing. What a list cannot decide is a fault.
func (r *Roster) planKnown(a *rosterAct, k *known, today day.Day) *fault.Fault {
	a.pupil, a.version = k.Pupil, k.Version
	conflict := func(code string) *fault.Fault { return fault.New(fault.Conflict, code, nil).On("class") }
	switch s := k.spell; {
	case s.Enrolment == 0:
		a.newSpell = true
	case s.Exit == ExitNone && s.Period.Until > today && s.School != a.school.ID:
		return conflict("student.enrolled-elsewhere")
	case s.Exit == ExitNone && s.Year == a.class.Year && s.School == a.school.ID:
		if s.Grade != a.grade {
			return fault.New(fault.Conflict, "student.grade-differs", fault.Args{"grade": s.Grade}).On("grade")
		}
		if k.class != a.class.ID {
			a.newClass = true
			if !a.class.Started && r.in.From.IsZero() {
				a.from = s.Period.From
			}
			a.from = max(a.from, s.Period.From)
		}
	case s.Exit == ExitNone && s.Period.Until > a.from:
		return conflict("student.year-not-ended")
	case s.Exit == ExitTransfer && s.ExitState == Unconfirmed:
		return conflict("student.offer-open")
	case s.Year == a.class.Year && s.Exit != ExitYearEnd:
		return conflict("student.left-in-list")
	default:
		a.newSpell = true
		a.from = max(a.from, s.Period.Until)
	}
	return nil
}

// once refuses a row whose child an earlier row of the same file names already.
func (r *Roster) once(s *rosterSchool, l RosterLine, p Person) *fault.Fault {
	name := "n" + s.ID.String() + "/" + classKey(l.Class) + "/" + viet.Fold(p.Name) + "/" + strconv.Itoa(int(p.Born))
	keys := []string{}
	if p.Code != "" {
		keys = append(keys, "c"+p.Code)
	}
	if p.NationalID != "" {
		keys = append(keys, "i"+p.NationalID)
	}
	bare := len(keys) == 0
	for _, key := range keys {
		if first, twice := r.seen[key]; twice && first != l.Row {
			return fault.New(fault.Conflict, "student.twice-in-file", fault.Args{"first": first}).On("code")
		}
	}
	if first, twice := r.seen[name]; twice && (bare || r.seen["b"+name] != 0) {
		return fault.New(fault.Conflict, "student.twice-in-file", fault.Args{"first": first}).On("name")
	}
	for _, key := range append(keys, name) {
		r.seen[key] = l.Row
	}
	if bare {
		r.seen["b"+name] = l.Row
	}
	return nil
}

// enrolledStatus says whether a row's state means that the child learns here.
func enrolledStatus(status string) bool {
	form := viet.Fold(status)
	return form == "" || form == "01" || strings.HasPrefix(form, "dang hoc") || strings.HasPrefix(form, "chuyen den") || strings.Contains(form, "hoc lai")
}

// personOf reads the person of a row.
func personOf(l RosterLine, today day.Day) (Person, fault.List) {
	p := Person{Code: strings.TrimSpace(l.Code), NationalID: strings.TrimSpace(l.NationalID), Name: l.Name, Born: l.Born, Birthplace: l.Birthplace,
		Address: strings.ReplaceAll(l.Address, "\n", " "), Phone: strings.TrimLeft(strings.TrimSpace(l.Phone), "'")}
	var faults fault.List
	switch viet.Fold(viet.Clean(l.Sex)) {
	case "nam", "m", "male", "trai":
		p.Sex = "M"
	case "nu", "f", "female", "gai":
		p.Sex = "F"
	default:
		p.Sex = viet.Clean(l.Sex)
	}
	key, err := ParseEthnicity(l.Ethnicity)
	if f, wrong := fault.Of(err); wrong {
		faults = append(faults, f)
	}
	p.Ethnicity = key
	if err := p.check(today); err != nil {
		faults = append(faults, err.(fault.List)...)
	}
	return p, faults
}

// mergePerson takes from a row what it says: an empty cell takes nothing away.
func mergePerson(was, row Person) Person {
	now := was
	for _, f := range []struct {
		to   *string
		from string
	}{{&now.Code, row.Code}, {&now.NationalID, row.NationalID}, {&now.Name, row.Name}, {&now.Sex, row.Sex}, {&now.Birthplace, row.Birthplace},
		{&now.Ethnicity, row.Ethnicity}, {&now.Address, row.Address}, {&now.Phone, row.Phone}} {
		if f.from != "" {
			*f.to = f.from
		}
	}
	now.Born = row.Born
	if strings.EqualFold(was.Name, row.Name) { // a list in capitals does not respell a name
		now.Name = was.Name
	}
	return now
}

func mergeGuardians(was []Guardian, l RosterLine) []Guardian {
	now := slices.Clone(was)
	for _, g := range []Guardian{{"father", viet.Clean(l.Father), l.FatherBorn, ""}, {"mother", viet.Clean(l.Mother), l.MotherBorn, ""}} {
		if g.Name == "" {
			continue
		}
		i := slices.IndexFunc(now, func(o Guardian) bool { return o.Relation == g.Relation })
		if i < 0 {
			now = append(now, g)
			continue
		}
		now[i].Name = g.Name
		if g.BornYear != 0 {
			now[i].BornYear = g.BornYear
		}
	}
	return now
}
