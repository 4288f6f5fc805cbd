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
	former    []string // numbers of the batch that she had before
}

// RosterAct is what is to be done for one row of a class list.
type RosterAct struct {
	Row    int
	Faults fault.List // why nothing is done
	Notes  fault.List // what is to be looked at all the same
	act    *rosterAct // nil with faults
}

// Plan says for each of a batch of rows (some 1,000) what is to be done, by what is in the
// database and by the rows before it. It writes nothing.
func (r *Roster) Plan(ctx context.Context, tx *store.Tx, lines []RosterLine) ([]RosterAct, error) {
	rows, index, err := r.prepare(ctx, tx, lines)
	if err != nil {
		return nil, err
	}
	acts := make([]RosterAct, len(rows))
	for i := range rows {
		acts[i].Row = lines[i].Row
		acts[i].act, acts[i].Faults, acts[i].Notes = r.planRow(tx.Today(), index, &rows[i])
	}
	return acts, nil
}

// Passed remembers rows that an earlier pass over the same file has carried out already:
// whom they name may not be named again.
func (r *Roster) Passed(ctx context.Context, tx *store.Tx, lines []RosterLine) error {
	rows, index, err := r.prepare(ctx, tx, lines)
	if err != nil {
		return err
	}
	for i := range rows {
		row := &rows[i]
		if row.school.fault != nil || len(row.faults) > 0 || !enrolledStatus(row.line.Status) {
			continue
		}
		c, _, wrong := r.class(row.school, row.line)
		if wrong != nil || r.once(row) != nil {
			continue
		}
		if k, _ := index.match(r, row, c.ID); k != nil {
			r.taken[k.Pupil] = row.line.Row
		}
	}
	return nil
}

// rosterRow is a row as it was read, before anything of the database is known of its child.
type rosterRow struct {
	line   RosterLine
	school *rosterSchool
	person Person
	fold   string // the folded name
	faults fault.List
}

func (r *Roster) prepare(ctx context.Context, tx *store.Tx, lines []RosterLine) ([]rosterRow, candidates, error) {
	rows := make([]rosterRow, len(lines))
	for i, l := range lines {
		s, err := r.school(ctx, tx, l.School)
		if err != nil {
			return nil, candidates{}, err
		}
		person, faults := personOf(l, tx.Today())
		rows[i] = rosterRow{l, s, person, viet.Fold(person.Name), faults}
	}
	index, err := r.candidates(ctx, tx, rows)
	return rows, index, err
}

func (r *Roster) planRow(today day.Day, index candidates, row *rosterRow) (a *rosterAct, faults, notes fault.List) {
	s, l, person := row.school, row.line, row.person
	if s.fault != nil {
		return nil, fault.List{s.fault}, nil
	}
	faults = row.faults
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
	if wrong := r.once(row); wrong != nil {
		return nil, fault.List{wrong}, nil
	}
	k, wrong := index.match(r, row, c.ID)
	if wrong != nil {
		return nil, fault.List{wrong}, nil
	}
	a = &rosterAct{row: l.Row, school: s, class: c, grade: grade, from: r.start(c, today), person: person}
	unit, exact := r.home(s, l)
	if unit != 0 && !exact && l.Village+l.Address != "" {
		notes = append(notes, fault.New(fault.Invalid, "student.village-unknown", fault.Args{"commune": r.places.tree.Units[unit].FullName}).On("village"))
	}
	if k == nil {
		a.guardians, a.residence = mergeGuardians(nil, l), unit
		return a, nil, notes
	}
	r.taken[k.Pupil] = l.Row
	if wrong := r.planKnown(a, k, today); wrong != nil {
		return nil, fault.List{wrong}, nil
	}
	a.before = k
	stated, former := k.present(person)
	notes = append(notes, former...)
	a.person = mergePerson(k.Person, stated)
	a.newPerson = len(k.Person.difference(a.person)) > 0
	a.guardians = mergeGuardians(k.guardians, l)
	a.newGuardians = !slices.Equal(a.guardians, k.guardians)
	if unit != 0 && unit != k.residence && (exact || r.places.communeOf(k.residence) != unit) {
		a.residence = unit
	}
	return a, nil, notes
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
func (r *Roster) once(row *rosterRow) *fault.Fault {
	l, p := row.line, row.person
	name := hashOf("n", row.school.ID.String(), row.school.key(l.Class), row.fold, strconv.Itoa(int(p.Born)))
	keys := make([]uint64, 0, 3)
	if p.Code != "" {
		keys = append(keys, hashOf("c", p.Code))
	}
	if p.NationalID != "" {
		keys = append(keys, hashOf("i", p.NationalID))
	}
	bare := len(keys) == 0
	nameless := name ^ 1 // the same without any number
	for _, key := range keys {
		if first, twice := r.seen[key]; twice && first != l.Row {
			return fault.New(fault.Conflict, "student.twice-in-file", fault.Args{"first": first}).On("code")
		}
	}
	if first, twice := r.seen[name]; twice && (bare || r.seen[nameless] != 0) {
		return fault.New(fault.Conflict, "student.twice-in-file", fault.Args{"first": first}).On("name")
	}
	for _, key := range append(keys, name) {
		r.seen[key] = l.Row
	}
	if bare {
		r.seen[nameless] = l.Row
	}
	return nil
}

// hashOf is a number for some texts, the lowest bit 0: a list of a province has a hundred
// thousand keys, which are kept as numbers.
func hashOf(parts ...string) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	h := uint64(offset)
	for _, part := range parts {
		for i := range len(part) {
			h = (h ^ uint64(part[i])) * prime
		}
		h = (h ^ 0xff) * prime
	}
	return h &^ 1
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
