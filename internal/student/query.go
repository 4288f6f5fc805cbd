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

// Record is what the page of one child shows. Numbers of the state and phones are masked.
type Record struct {
	Pupil     id.ID
	Version   int
	Person    Person
	Guardians []Guardian
	Residence id.ID
	Village   string // full name of the unit of residence today
	Boarding  string
	Poverty   string
	Spells    []Spell
	Classes   []Membership
}

// RecordOf gives a child's record, masked. The door writes the look into the audit book.
// Faults: those of access.May.
func RecordOf(ctx context.Context, tx *store.Tx, who access.Who, pupil id.ID) (Record, error) {
	if _, err := access.May(ctx, tx, who, access.SeePupils, access.Pupil(pupil)); err != nil {
		return Record{}, err
	}
	r, err := recordOf(ctx, tx, who.Realm, pupil)
	if err != nil {
		return r, err
	}
	r.mask()
	return r, nil
}

func (r *Record) mask() {
	r.Person.Code, r.Person.NationalID, r.Person.Phone = Mask(r.Person.Code), Mask(r.Person.NationalID), Mask(r.Person.Phone)
	for i := range r.Guardians {
		r.Guardians[i].Phone = Mask(r.Guardians[i].Phone)
	}
}

// OpenRecord gives a child's record with its numbers, for those who may see them and
// asked; the asking is in the audit book.
func OpenRecord(ctx context.Context, tx *store.Tx, who access.Who, pupil id.ID) (Record, error) {
	rule, err := access.May(ctx, tx, who, access.SeeIdentifiers, access.Pupil(pupil))
	if err != nil {
		return Record{}, err
	}
	r, err := recordOf(ctx, tx, who.Realm, pupil)
	if err != nil {
		return r, err
	}
	return r, record(ctx, tx, who, "student.identifiers", pupil, rule, nil)
}

func recordOf(ctx context.Context, tx *store.Tx, realm int, pupil id.ID) (r Record, err error) {
	type row struct {
		Version int
		Person  Person
	}
	one, err := store.One[row](ctx, tx, sqlRecord, realm, pupil)
	if store.IsNone(err) {
		return r, fault.New(fault.NotFound, "student.no-pupil", nil)
	} else if err != nil {
		return r, err
	}
	r = Record{Pupil: pupil, Version: one.Version, Person: one.Person}
	if r.Guardians, err = store.All[Guardian](ctx, tx, sqlGuardians, realm, pupil); err != nil {
		return r, err
	}
	today := tx.Today()
	at, err := attributesOn(ctx, tx, realm, pupil, today, today.SchoolYear())
	if err != nil {
		return r, err
	}
	r.Residence, r.Boarding, r.Poverty = at.Residence, at.Boarding, at.Poverty
	if at.Residence != 0 {
		if r.Village, err = store.One[string](ctx, tx, sqlUnitName, at.Residence, today); err != nil && !store.IsNone(err) {
			return r, err
		}
	}
	if r.Spells, err = SpellsOf(ctx, tx, realm, pupil); err != nil {
		return r, err
	}
	r.Classes, err = MembershipsOf(ctx, tx, realm, pupil)
	return r, err
}

// Mask hides a number but for its last three characters.
func Mask(number string) string {
	if len(number) <= 3 {
		return strings.Repeat("•", len(number))
	}
	return strings.Repeat("•", len(number)-3) + number[len(number)-3:]
}

// ListIn asks for a list of children. Exactly one of Class, School and Residence is given.
type ListIn struct {
	Class     id.ID
	School    id.ID
	Residence id.ID   // children who live in this unit or under it, wherever they learn
	On        day.Day // enrolled on this day; the zero Day is today
	Text      string  // part of the name, with or without marks
	Level     string  // filters; "" for all
	Grade     string
	Boarding  string
	After     string // ListedPupil.Cursor of the last one seen
	Limit     int    // 0 is 50
}

// ListedPupil is one line of a list.
type ListedPupil struct {
	Pupil      id.ID
	Name       string
	NameSort   string
	Sex        string
	Born       day.Day
	Ethnicity  string
	Level      string
	Grade      string
	School     id.ID
	SchoolName string
	Class      id.ID
	ClassName  string
	Boarding   string
	Residence  id.ID
	Village    string
	namesake   bool
}

// Namesake says that another child on this page has the same name: show village and year of birth.
func (l ListedPupil) Namesake() bool { return l.namesake }

// Cursor is what ListIn.After takes to go on behind this line.
func (l ListedPupil) Cursor() string { return l.NameSort + "/" + l.Pupil.String() }

// List gives children by given name, a page at a time, and how many there are in all. The
// door writes the look into the audit book.
func List(ctx context.Context, tx *store.Tx, who access.Who, in ListIn) (page []ListedPupil, total int, err error) {
	at, place, countQuery, pageQuery := access.Residence(in.Residence), in.Residence, sqlCountResidence, sqlPageResidence
	switch {
	case in.Class != 0:
		at, place, countQuery, pageQuery = access.Class(in.Class), in.Class, sqlCountClass, sqlPageClass
	case in.School != 0:
		at, place, countQuery, pageQuery = access.School(in.School), in.School, sqlCountSchool, sqlPageSchool
	}
	if _, err := access.May(ctx, tx, who, access.SeePupils, at); err != nil {
		return nil, 0, err
	}
	if in.On.IsZero() {
		in.On = tx.Today()
	}
	text := "%" + strings.NewReplacer("%", "", "_", "").Replace(viet.Fold(viet.Clean(in.Text))) + "%"
	args := []any{who.Realm, place, in.On, text, in.Level, in.Grade, in.Boarding}
	if total, err = store.One[int](ctx, tx, countQuery, args...); err != nil {
		return nil, 0, err
	}
	sort, number, _ := strings.Cut(in.After, "/")
	after, _ := id.Parse(number)
	if in.Limit <= 0 {
		in.Limit = 50
	}
	page, err = store.All[ListedPupil](ctx, tx, pageQuery, append(args, sort, after, in.Limit)...)
	markNamesakes(page)
	return page, total, err
}

func markNamesakes(page []ListedPupil) {
	names := map[string]int{}
	for _, l := range page {
		names[viet.Fold(l.Name)]++
	}
	for i := range page {
		page[i].namesake = names[viet.Fold(page[i].Name)] > 1
	}
}
