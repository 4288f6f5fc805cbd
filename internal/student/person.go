package student

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Person is what is kept of a child. Purposes: docs/privacy.md.
type Person struct {
	Code       string // mã định danh of the Ministry, "" when not known
	NationalID string // số định danh cá nhân, "" when not known
	Name       string
	Sex        string // F, M
	Born       day.Day
	Birthplace string
	Ethnicity  string // key of the list, "" when not known
	Address    string // chỗ ở hiện nay
	Phone      string
	Disability string // code of the Ministry's list 01–06, "" for none
}

// Guardian is a father, mother or other guardian of a child.
type Guardian struct {
	Relation string // father, mother, guardian
	Name     string
	BornYear int // 0 when not known
	Phone    string
}

var (
	boardingKinds   = []string{"", "boarding", "semi-boarding", "lodging"}
	povertyStatuses = []string{"", "poor", "near-poor"}
	relations       = []string{"father", "mother", "guardian"}
	disabilities    = []string{"", "01", "02", "03", "04", "05", "06"}
)

// check cleans a person and says what is wrong, by field.
func (p *Person) check(today day.Day) error {
	p.Name, p.Birthplace, p.Address = viet.Clean(p.Name), viet.Clean(p.Birthplace), viet.Clean(p.Address)
	p.Code, p.NationalID, p.Phone = strings.TrimSpace(p.Code), strings.TrimSpace(p.NationalID), strings.TrimSpace(p.Phone)
	var faults fault.List
	wrong := func(field, code string, args fault.Args) {
		faults = append(faults, fault.New(fault.Invalid, code, args).On(field))
	}
	if p.Name == "" {
		wrong("name", "student.name-missing", nil)
	} else if strings.ContainsAny(p.Name, "0123456789") {
		wrong("name", "student.name-digits", nil)
	}
	if p.Sex != "F" && p.Sex != "M" {
		wrong("sex", "student.unknown-sex", fault.Args{"value": p.Sex})
	}
	if p.Born.IsZero() {
		wrong("born", "student.born-missing", nil)
	} else if age := today.Year() - p.Born.Year(); p.Born >= today || age > 60 {
		wrong("born", "student.born-impossible", fault.Args{"value": p.Born.Vietnamese()})
	}
	if _, ok := EthnicityOf(p.Ethnicity); !ok && p.Ethnicity != "" {
		wrong("ethnicity", "student.unknown-ethnicity", fault.Args{"value": p.Ethnicity})
	}
	if !digits(p.Code, 0) || len(p.Code) > 20 {
		wrong("code", "student.bad-code", nil)
	}
	if p.NationalID != "" && !digits(p.NationalID, 12) {
		wrong("national_id", "student.bad-national-id", nil)
	}
	if !slices.Contains(disabilities, p.Disability) {
		wrong("disability", "student.unknown-disability", fault.Args{"value": p.Disability})
	}
	return faults.OrNil()
}

// digits says whether s is n digits, or with n = 0 only digits.
func digits(s string, n int) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return n == 0 || len(s) == n
}

// AdmitIn takes a child into the product together with her first class.
type AdmitIn struct {
	Person    Person
	Guardians []Guardian
	Residence id.ID  // village or commune; 0 when not known
	Boarding  string // "", boarding, semi-boarding, lodging
	Poverty   string // "", poor, near-poor, of the class's school year
	Class     id.ID
	Grade     string
	From      day.Day
	Entry     string // opening, entrant, repeater, transfer-in (from outside the realm), other
}

// Admit makes a pupil and begins the first spell. Faults: those of the fields as a
// fault.List, student.code-taken, student.outside-year, student.wrong-grade.
func Admit(ctx context.Context, tx *store.Tx, who access.Who, in AdmitIn) (pupil id.ID, done Done, err error) {
	c, err := classOf(ctx, tx, who.Realm, in.Class)
	if err != nil {
		return 0, Done{}, err
	}
	rule, err := access.May(ctx, tx, who, access.ChangePupils, access.School(c.School))
	if err != nil {
		return 0, Done{}, err
	}
	if !contains(entryKinds, in.Entry) || in.Entry == EntryReturn {
		return 0, Done{}, fault.New(fault.Invalid, "student.unknown-entry", fault.Args{"value": in.Entry}).On("entry")
	}
	if err := in.Person.check(tx.Today()); err != nil {
		return 0, Done{}, err
	}
	if err := newlyWrong(Person{}, in.Person); err != nil {
		return 0, Done{}, err
	}
	if err := freeNumbers(ctx, tx, who.Realm, 0, in.Person); err != nil {
		return 0, Done{}, err
	}
	pupil = tx.NewID()
	if err := insertPerson(ctx, tx, who.Realm, pupil, in.Person); err != nil {
		return 0, Done{}, err
	}
	if err := putGuardians(ctx, tx, who.Realm, pupil, in.Guardians); err != nil {
		return 0, Done{}, err
	}
	if in.Residence != 0 {
		if _, err := tx.Exec(ctx, sqlInsertResidence, who.Realm, pupil, in.From, day.Forever, in.Residence); err != nil {
			return 0, Done{}, err
		}
	}
	if err := putBoarding(ctx, tx, who.Realm, pupil, in.Boarding, in.From); err != nil {
		return 0, Done{}, err
	}
	if err := putPoverty(ctx, tx, who.Realm, pupil, c.Year, in.Poverty); err != nil {
		return 0, Done{}, err
	}
	done, err = begin(ctx, tx, who.Realm, nil, c, in.Grade, Spell{Pupil: pupil, Period: day.Range{From: in.From}, Entry: in.Entry})
	if err != nil {
		return 0, Done{}, err
	}
	return pupil, done, record(ctx, tx, who, "student.admit", pupil, rule, map[string]any{"enrolment": done.Enrolment, "class": c.ID, "from": in.From})
}

func insertPerson(ctx context.Context, tx *store.Tx, realm int, pupil id.ID, p Person) error {
	_, err := tx.Exec(ctx, sqlInsertPupil, personRow(realm, pupil, p, tx.Now())...)
	return err
}

func personRow(realm int, pupil id.ID, p Person, now day.Instant) []any {
	return []any{realm, pupil, p.Code, p.NationalID, p.Name, viet.Fold(p.Name), viet.NameSortKey(p.Name), p.Sex, p.Born, p.Birthplace,
		p.Ethnicity, p.Address, p.Phone, p.Disability, 1, now}
}

// freeNumbers says whether the numbers of a person are nobody else's. Faults: student.code-taken.
func freeNumbers(ctx context.Context, tx *store.Tx, realm int, pupil id.ID, p Person) error {
	for _, n := range []struct{ query, number, field string }{{sqlPupilsByCode, p.Code, "code"}, {sqlPupilsByNationalID, p.NationalID, "national_id"}} {
		if n.number == "" {
			continue
		}
		others, err := store.All[id.ID](ctx, tx, n.query, realm, n.number)
		if err != nil {
			return err
		}
		for _, other := range others {
			if other != pupil {
				return fault.New(fault.Conflict, "student.code-taken", nil).On(n.field)
			}
		}
	}
	return nil
}

func putGuardians(ctx context.Context, tx *store.Tx, realm int, pupil id.ID, guardians []Guardian) error {
	if _, err := tx.Exec(ctx, sqlDeleteGuardians, realm, pupil); err != nil {
		return err
	}
	var rows [][]any
	for i, g := range guardians {
		if !contains(relations, g.Relation) {
			return fault.New(fault.Invalid, "student.unknown-relation", fault.Args{"value": g.Relation}).On("guardian")
		}
		rows = append(rows, []any{realm, pupil, i + 1, g.Relation, viet.Clean(g.Name), g.BornYear, strings.TrimSpace(g.Phone)})
	}
	return tx.Many(ctx, sqlInsertGuardian, rows)
}

// ChangeIn gives a child's record as it should be. Dated attributes hold from the day From.
type ChangeIn struct {
	Pupil     id.ID
	Version   int
	Person    Person
	Guardians []Guardian
	From      day.Day // of residence and boarding, when these change
	Residence id.ID
	Boarding  string
	Year      int // of poverty
	Poverty   string
}

// Change mends or updates a child's record. Done.Changes name the class days whose
// breakdowns are other than they were: a mended sex or ethnicity reaches back to the
// start of the running spell. Faults: those of the fields as a fault.List,
// student.code-taken, student.changed.
func Change(ctx context.Context, tx *store.Tx, who access.Who, in ChangeIn) (Done, error) {
	rule, err := access.May(ctx, tx, who, access.ChangePupils, access.Pupil(in.Pupil))
	if err != nil {
		return Done{}, err
	}
	if err := in.Person.check(tx.Today()); err != nil {
		return Done{}, err
	}
	if err := touch(ctx, tx, who.Realm, in.Pupil, in.Version); err != nil {
		return Done{}, err
	}
	if err := freeNumbers(ctx, tx, who.Realm, in.Pupil, in.Person); err != nil {
		return Done{}, err
	}
	was, err := store.One[Person](ctx, tx, sqlPerson, who.Realm, in.Pupil)
	if err != nil {
		return Done{}, err
	}
	if err := newlyWrong(was, in.Person); err != nil {
		return Done{}, err
	}
	if err := updatePerson(ctx, tx, who.Realm, in.Pupil, in.Person); err != nil {
		return Done{}, err
	}
	if err := keepFormer(ctx, tx, who.Realm, in.Pupil, was, in.Person); err != nil {
		return Done{}, err
	}
	if err := putGuardians(ctx, tx, who.Realm, in.Pupil, in.Guardians); err != nil {
		return Done{}, err
	}
	changed := was.difference(in.Person)
	var touched []day.Range
	if was.Sex != in.Person.Sex || was.Ethnicity != in.Person.Ethnicity {
		touched = append(touched, day.Range{From: calendar.Bounds(in.From.SchoolYear()).From, Until: day.Forever})
	}
	at, err := attributesOn(ctx, tx, who.Realm, in.Pupil, in.From, in.Year)
	if err != nil {
		return Done{}, err
	}
	if at.Residence != in.Residence {
		changed = append(changed, "residence")
		touched = append(touched, day.Range{From: in.From, Until: day.Forever})
		if err := putResidence(ctx, tx, who.Realm, in.Pupil, in.Residence, in.From); err != nil {
			return Done{}, err
		}
	}
	if at.Boarding != in.Boarding {
		changed = append(changed, "boarding")
		touched = append(touched, day.Range{From: in.From, Until: day.Forever})
		if err := putBoarding(ctx, tx, who.Realm, in.Pupil, in.Boarding, in.From); err != nil {
			return Done{}, err
		}
	}
	if at.Poverty != in.Poverty {
		changed = append(changed, "poverty")
		touched = append(touched, calendar.Bounds(in.Year))
		if err := putPoverty(ctx, tx, who.Realm, in.Pupil, in.Year, in.Poverty); err != nil {
			return Done{}, err
		}
	}
	changes, err := classDays(ctx, tx, who.Realm, in.Pupil, touched)
	if err != nil {
		return Done{}, err
	}
	return Done{Changes: changes}, record(ctx, tx, who, "student.change", in.Pupil, rule, map[string]any{"fields": changed})
}

// difference names the fields that differ; never their contents.
func (p Person) difference(o Person) (fields []string) {
	for _, f := range []struct{ name, a, b string }{{"code", p.Code, o.Code}, {"national_id", p.NationalID, o.NationalID}, {"name", p.Name, o.Name}, {"sex", p.Sex, o.Sex},
		{"born", p.Born.String(), o.Born.String()}, {"birthplace", p.Birthplace, o.Birthplace}, {"ethnicity", p.Ethnicity, o.Ethnicity},
		{"address", p.Address, o.Address}, {"phone", p.Phone, o.Phone}, {"disability", p.Disability, o.Disability}} {
		if f.a != f.b {
			fields = append(fields, f.name)
		}
	}
	return fields
}

func updatePerson(ctx context.Context, tx *store.Tx, realm int, pupil id.ID, p Person) error {
	_, err := tx.Exec(ctx, sqlUpdatePupil, personRow(realm, pupil, p, tx.Now())[:14]...)
	return err
}

// attributes are the dated ones on a day.
type attributes struct {
	Residence id.ID
	Boarding  string
	Poverty   string
}

func attributesOn(ctx context.Context, tx *store.Tx, realm int, pupil id.ID, on day.Day, year int) (attributes, error) {
	return store.One[attributes](ctx, tx, sqlAttributesOn, realm, pupil, on, year)
}

// putResidence lets the child live in a unit from a day on; what was said of later days goes.
func putResidence(ctx context.Context, tx *store.Tx, realm int, pupil, unit id.ID, from day.Day) error {
	if err := cut(ctx, tx, realm, pupil, from, sqlCutResidence, sqlDropResidence); err != nil || unit == 0 {
		return err
	}
	_, err := tx.Exec(ctx, sqlInsertResidence, realm, pupil, from, day.Forever, unit)
	return err
}

func putBoarding(ctx context.Context, tx *store.Tx, realm int, pupil id.ID, kind string, from day.Day) error {
	if !slices.Contains(boardingKinds, kind) {
		return fault.New(fault.Invalid, "student.unknown-boarding", fault.Args{"value": kind}).On("boarding")
	}
	if err := cut(ctx, tx, realm, pupil, from, sqlCutBoarding, sqlDropBoarding); err != nil || kind == "" {
		return err
	}
	_, err := tx.Exec(ctx, sqlInsertBoarding, realm, pupil, from, day.Forever, kind)
	return err
}

func cut(ctx context.Context, tx *store.Tx, realm int, pupil id.ID, from day.Day, cut, drop string) error {
	if _, err := tx.Exec(ctx, drop, realm, pupil, from); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, cut, realm, pupil, from)
	return err
}

func putPoverty(ctx context.Context, tx *store.Tx, realm int, pupil id.ID, year int, status string) error {
	if !slices.Contains(povertyStatuses, status) {
		return fault.New(fault.Invalid, "student.unknown-poverty", fault.Args{"value": status}).On("poverty")
	}
	if _, err := tx.Exec(ctx, sqlDropPoverty, realm, pupil, year); err != nil || status == "" {
		return err
	}
	_, err := tx.Exec(ctx, sqlInsertPoverty, realm, pupil, year, status)
	return err
}

// classDays gives the days up to today of a child's classes within the periods, and marks
// what is known of those classes' rolls as out of date.
func classDays(ctx context.Context, tx *store.Tx, realm int, pupil id.ID, periods []day.Range) ([]ClassDays, error) {
	if len(periods) == 0 {
		return nil, nil
	}
	members, err := MembershipsOf(ctx, tx, realm, pupil)
	if err != nil {
		return nil, err
	}
	from := periods[0].From
	until := periods[0].Until
	for _, p := range periods {
		from, until = min(from, p.From), max(until, p.Until)
	}
	var all []ClassDays
	for _, m := range members {
		touched := m.Period.Intersect(day.Range{From: from, Until: until})
		if touched.Empty() {
			continue
		}
		// The rolls of the class are no longer what was known of them, also on days to come.
		at, err := classOf(ctx, tx, realm, m.Class)
		if err != nil {
			return nil, err
		}
		if err := calendar.MarkStale(ctx, tx, realm, at.School, touched.Intersect(calendar.Bounds(at.Year))); err != nil {
			return nil, err
		}
		if days := touched.Intersect(day.Range{From: from, Until: tx.Today() + 1}); !days.Empty() {
			all = append(all, ClassDays{m.Class, days})
		}
	}
	return all, nil
}
