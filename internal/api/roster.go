package api

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/org"
	naming "ralop/internal/roster"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/text"
)

// The objects of OneRoster 1.2 rostering (1EdTech, OneRoster: Rostering Service 1.2, REST/JSON
// binding). Of demographics only sex and birth date are served, and for a scope of their own:
// race and ethnicity have no place in a roster.

// guid names another object.
type guid struct {
	Href      string `json:"href"`
	SourcedID string `json:"sourcedId"`
	Type      string `json:"type"`
}

// base is what all objects have. dateLastModified of pupils and their enrolments is when the
// record last changed. Of other objects that is not kept: it is the day from which they stand,
// and no means to ask for changes only.
type base struct {
	SourcedID string `json:"sourcedId"`
	Status    string `json:"status"`
	Modified  string `json:"dateLastModified"`
}

func (b base) id() string { return b.SourcedID }

type orgObject struct {
	base
	Name       string `json:"name"`
	Type       string `json:"type"` // department, school, district, local, state, national
	Identifier string `json:"identifier,omitempty"`
	Parent     *guid  `json:"parent,omitempty"`
}

type sessionObject struct {
	base
	Title      string `json:"title"`
	Type       string `json:"type"` // gradingPeriod, semester, schoolYear, term
	StartDate  string `json:"startDate"`
	EndDate    string `json:"endDate"` // exclusive
	Parent     *guid  `json:"parent,omitempty"`
	SchoolYear string `json:"schoolYear"` // in which the year ends
}

type courseObject struct {
	base
	Title      string   `json:"title"`
	SchoolYear guid     `json:"schoolYear"`
	CourseCode string   `json:"courseCode"`
	Grades     []string `json:"grades"`
	Org        guid     `json:"org"`
}

type classObject struct {
	base
	Title     string   `json:"title"`
	ClassCode string   `json:"classCode"`
	ClassType string   `json:"classType"` // homeroom, scheduled
	Grades    []string `json:"grades"`
	Course    guid     `json:"course"`
	School    guid     `json:"school"`
	Terms     []guid   `json:"terms"`
}

type enrollmentObject struct {
	base
	User   guid   `json:"user"`
	Class  guid   `json:"class"`
	School guid   `json:"school"`
	Role   string `json:"role"` // administrator, proctor, student, teacher
}

type roleObject struct {
	RoleType string `json:"roleType"` // primary, secondary
	Role     string `json:"role"`
	Org      guid   `json:"org"`
}

type userObject struct {
	base
	EnabledUser string       `json:"enabledUser"`
	Username    string       `json:"username"`
	GivenName   string       `json:"givenName"`
	MiddleName  string       `json:"middleName,omitempty"`
	FamilyName  string       `json:"familyName"`
	Roles       []roleObject `json:"roles"`
	PrimaryOrg  *guid        `json:"primaryOrg,omitempty"`
	Grades      []string     `json:"grades,omitempty"`

	reached access.Resource // by which the name may be seen
}

func (u userObject) at() access.Resource { return u.reached }

// demographicsObject has the sourcedId of its user.
type demographicsObject struct {
	base
	BirthDate string `json:"birthDate"`
	Sex       string `json:"sex"` // male, female, other, unspecified

	reached access.Resource
}

func (o demographicsObject) at() access.Resource { return o.reached }

// rosterPath is where OneRoster lies; hrefs are relative to the machine.
const rosterPath = "/ims/oneroster/rostering/v1p2"

func ref(collection, kind, sourcedID string) guid {
	return guid{rosterPath + "/" + collection + "/" + sourcedID, sourcedID, kind}
}

func unitID(i id.ID) string    { return "unit-" + i.String() }
func schoolID(i id.ID) string  { return naming.SchoolName(i) }
func classID(i id.ID) string   { return naming.ClassName(i) }
func pupilID(i id.ID) string   { return naming.PupilName(i) }
func teacherID(i id.ID) string { return "account-" + i.String() }
func yearID(year int) string   { return fmt.Sprintf("year-%d", year) }

func standing(sourcedID string, since day.Day) base {
	return base{sourcedID, "active", since.String() + "T00:00:00.000Z"}
}

// roster reads what a caller may see, a collection at a time.
type roster struct {
	ctx   context.Context
	tx    *store.Tx
	call  *Call
	reach reach
	year  int
	terms []calendar.Term
	years []calendar.Year
	names *naming.Names
	gone  bool // records that became a part of others are asked for, too
}

// called is what others call an object of the house.
func (r *roster) called(kind naming.Kind, local string) string { return r.names.Sourced(kind, local) }

func (r *roster) org(local string) guid { return ref("orgs", "org", r.called(naming.Org, local)) }
func (r *roster) class(class id.ID) guid {
	return ref("classes", "class", r.called(naming.Class, classID(class)))
}
func (r *roster) user(local string) guid { return ref("users", "user", r.called(naming.User, local)) }
func (r *roster) course(local string) guid {
	return ref("courses", "course", r.called(naming.Course, local))
}
func (r *roster) session(local string) guid {
	return ref("academicSessions", "academicSession", r.called(naming.Session, local))
}

// sorted puts objects in the order of their names: the same roster is the same everywhere.
func sorted[T interface{ id() string }](list []T) []T {
	slices.SortFunc(list, func(a, b T) int { return cmp.Compare(a.id(), b.id()) })
	return list
}

func newRoster(ctx context.Context, tx *store.Tx, c *Call) (*roster, error) {
	r := &roster{ctx: ctx, tx: tx, call: c, year: tx.Today().SchoolYear()}
	var err error
	if r.reach, err = reachOf(ctx, tx, c, access.SeePupils); err != nil {
		return r, err
	}
	if r.names, err = naming.Read(ctx, tx, c.Who.Realm); err != nil {
		return r, err
	}
	if r.years, err = calendar.Years(ctx, tx, c.Who.Realm); err != nil {
		return r, err
	}
	open := false
	for _, y := range r.years {
		if y.Year == r.year {
			open = true
			_, terms, err := calendar.YearOf(ctx, tx, c.Who.Realm, y.Year)
			if err != nil {
				return r, err
			}
			for _, t := range terms {
				if t.Scope.Kind == calendar.ScopeRealm {
					r.terms = append(r.terms, t)
				}
			}
		}
	}
	if !open { // nobody has opened the year yet: classes name it all the same
		r.years = append(r.years, calendar.Year{Year: r.year, Period: calendar.Bounds(r.year)})
	}
	return r, nil
}

// orgTypes are the kinds of units in the words of the standard.
var orgTypes = map[org.Kind]string{org.Province: "state", org.District: "district", org.Commune: "local"}

func (r *roster) orgs() ([]orgObject, error) {
	var list []orgObject
	seen := map[id.ID]bool{}
	for _, school := range r.reach.ids() {
		s := r.reach.schools[school]
		path, err := org.Path(r.ctx, r.tx, s.ManagedBy, r.tx.Today())
		if err != nil {
			return nil, err
		}
		var above *guid
		for _, u := range path {
			kind := orgTypes[u.Kind]
			if kind == "" {
				continue
			}
			if !seen[u.ID] {
				seen[u.ID] = true
				list = append(list, orgObject{standing(r.called(naming.Org, unitID(u.ID)), u.From), u.FullName, kind, u.Code, above})
			}
			g := r.org(unitID(u.ID))
			above = &g
		}
		list = append(list, orgObject{standing(r.called(naming.Org, schoolID(school)), s.From), s.Name, "school", s.Code, above})
	}
	return sorted(list), nil
}

func (r *roster) schools() ([]orgObject, error) {
	all, err := r.orgs()
	return slices.DeleteFunc(all, func(o orgObject) bool { return o.Type != "school" }), err
}

func (r *roster) sessions() ([]sessionObject, error) {
	var list []sessionObject
	for _, y := range r.years {
		list = append(list, sessionObject{standing(r.called(naming.Session, yearID(y.Year)), y.Period.From), fmt.Sprintf("%d-%d", y.Year, y.Year+1), "schoolYear",
			y.Period.From.String(), y.Period.Until.String(), nil, fmt.Sprint(y.Year + 1)})
	}
	for _, t := range r.terms {
		parent := r.session(yearID(t.Year))
		list = append(list, sessionObject{standing(r.called(naming.Session, termID(t)), t.Period.From), text.T(text.Vietnamese, "api.term", "number", t.Number), "semester",
			t.Period.From.String(), t.Period.Until.String(), &parent, fmt.Sprint(t.Year + 1)})
	}
	return sorted(list), nil
}

func termID(t calendar.Term) string { return fmt.Sprintf("term-%d-%d", t.Year, t.Number) }

// termRefs are the sessions in which the classes of this year are taught.
func (r *roster) termRefs() []guid {
	var all []guid
	for _, t := range r.terms {
		all = append(all, r.session(termID(t)))
	}
	if len(all) == 0 {
		all = append(all, r.session(yearID(r.year)))
	}
	return all
}

// orgClasses are the classes of this year that are reached: of one school, or of all when school is 0.
func (r *roster) orgClasses(school id.ID) ([]org.Class, error) {
	var list []org.Class
	for _, s := range r.reach.ids() {
		if school != 0 && s != school {
			continue
		}
		of, err := r.reach.classesOf(r.ctx, r.tx, r.call, s, r.year)
		if err != nil {
			return nil, err
		}
		list = append(list, of...)
	}
	return list, nil
}

func courseID(k org.Class) string {
	return "course-" + k.School.String() + "-" + strings.ReplaceAll(k.Grades, " ", ".")
}

func (r *roster) courses() ([]courseObject, error) {
	classes, err := r.orgClasses(0)
	var list []courseObject
	seen := map[string]bool{}
	for _, k := range classes {
		name := courseID(k)
		if seen[name] {
			continue
		}
		seen[name] = true
		grades := strings.ReplaceAll(k.Grades, " ", ", ")
		list = append(list, courseObject{standing(r.called(naming.Course, name), calendar.Bounds(r.year).From), text.T(text.Vietnamese, "api.course", "grades", grades),
			r.session(yearID(r.year)), k.Level, k.GradeList(), r.org(schoolID(k.School))})
	}
	return sorted(list), err
}

func (r *roster) classes(school id.ID) ([]classObject, error) {
	classes, err := r.orgClasses(school)
	list := make([]classObject, len(classes))
	for i, k := range classes {
		list[i] = classObject{standing(r.called(naming.Class, classID(k.ID)), k.From), k.Name, k.Name, "homeroom", k.GradeList(), r.course(courseID(k)),
			r.org(schoolID(k.School)), r.termRefs()}
	}
	return sorted(list), err
}

// listed gives the pupils that are reached: of one school or of all; of one class or of all.
func (r *roster) listed(school, class id.ID, each func(student.ListedPupil, access.Resource)) error {
	read := func(in student.ListIn, at access.Resource) error {
		in.Limit = everybody
		pupils, _, err := student.List(r.ctx, r.tx, r.call.Who, in)
		for _, p := range pupils {
			if class == 0 || p.Class == class {
				each(p, at)
			}
		}
		return err
	}
	for _, s := range r.reach.ids() {
		if school != 0 && s != school {
			continue
		}
		if r.reach.whole(s) {
			if err := read(student.ListIn{School: s}, access.School(s)); err != nil {
				return err
			}
			continue
		}
		for _, k := range r.reach.classes {
			if k.School == s {
				if err := read(student.ListIn{Class: k.ID}, access.Class(k.ID)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (r *roster) students(school, class id.ID) ([]userObject, error) {
	var list []userObject
	add := func(b base, enabled, name string, p listedPupil) {
		family, middle, given := splitName(name)
		in := r.org(schoolID(p.School))
		list = append(list, userObject{b, enabled, b.SourcedID, given, middle, family, []roleObject{{"primary", "student", in}}, &in, words(p.Grade), p.at})
	}
	pupils, err := r.pupils(school, class)
	if err != nil {
		return nil, err
	}
	for _, p := range pupils {
		p.base.SourcedID = r.called(naming.User, pupilID(p.Pupil))
		add(p.base, "true", p.Name, p)
	}
	gone, kept, err := r.goneOf(pupils)
	for i, g := range gone {
		add(deleted(r.called(naming.User, pupilID(g.Gone)), g.At), "false", g.Name, kept[i])
	}
	return sorted(list), err
}

// sexes are the words of the standard; what is not known is unspecified.
var sexes = map[string]string{"F": "female", "M": "male"}

func (r *roster) demographics() ([]demographicsObject, error) {
	var list []demographicsObject
	add := func(b base, sex string, born day.Day, at access.Resource) {
		if sex = sexes[sex]; sex == "" {
			sex = "unspecified"
		}
		list = append(list, demographicsObject{b, born.String(), sex, at})
	}
	pupils, err := r.pupils(0, 0)
	if err != nil {
		return nil, err
	}
	for _, p := range pupils {
		p.base.SourcedID = r.called(naming.User, pupilID(p.Pupil))
		add(p.base, p.Sex, p.Born, p.at)
	}
	gone, kept, err := r.goneOf(pupils)
	for i, g := range gone {
		add(deleted(r.called(naming.User, pupilID(g.Gone)), g.At), g.Sex, g.Born, kept[i].at)
	}
	return sorted(list), err
}

func enrollmentID(user string, class id.ID) string { return naming.EnrollmentName(user, class) }

func roleID(user, role string, school id.ID) string {
	return naming.RoleName(user, role, school)
}

// callers are who teaches a class that is reached, in the order of what others call their
// schools: the first is a teacher's primary one.
func (r *roster) callers(school, class id.ID) ([]access.RollCaller, error) {
	schools := r.reach.ids()
	if school != 0 {
		schools = []id.ID{school}
	}
	all, err := access.RollCallers(r.ctx, r.tx, r.call.Who.Realm, schools, r.tx.Today())
	all = slices.DeleteFunc(all, func(c access.RollCaller) bool {
		_, reached := r.reach.schools[c.School]
		return !reached || class != 0 && c.Class != class || !r.reach.whole(c.School) && r.reach.classes[c.Class].ID == 0
	})
	slices.SortStableFunc(all, func(a, b access.RollCaller) int {
		return cmp.Compare(r.called(naming.Org, schoolID(a.School)), r.called(naming.Org, schoolID(b.School)))
	})
	return all, err
}

func (r *roster) teachers(school, class id.ID) ([]userObject, error) {
	callers, err := r.callers(school, class)
	if err != nil {
		return nil, err
	}
	var accounts []id.ID
	for _, c := range callers {
		accounts = append(accounts, c.Account)
	}
	names, err := account.Names(r.ctx, r.tx, r.call.Who.Realm, accounts)
	if err != nil {
		return nil, err
	}
	since := calendar.Bounds(r.year).From
	index := map[id.ID]int{}
	var list []userObject
	for _, c := range callers {
		in := r.org(schoolID(c.School))
		i, seen := index[c.Account]
		if !seen {
			family, middle, given := splitName(names[c.Account])
			index[c.Account] = len(list)
			name := r.called(naming.User, teacherID(c.Account))
			list = append(list, userObject{standing(name, since), "true", name, given, middle, family,
				[]roleObject{{"primary", "teacher", in}}, &in, nil, access.Resource{}})
		} else if !slices.ContainsFunc(list[i].Roles, func(o roleObject) bool { return o.Org == in }) {
			list[i].Roles = append(list[i].Roles, roleObject{"secondary", "teacher", in})
		}
	}
	return sorted(list), nil
}

func (r *roster) users(school, class id.ID) ([]userObject, error) {
	teachers, err := r.teachers(school, class)
	if err != nil {
		return nil, err
	}
	students, err := r.students(school, class)
	return append(teachers, students...), err
}

func (r *roster) enrollments(school, class id.ID) ([]enrollmentObject, error) {
	callers, err := r.callers(school, class)
	if err != nil {
		return nil, err
	}
	since := calendar.Bounds(r.year).From
	var list []enrollmentObject
	add := func(b base, user, role string, school, class id.ID) {
		list = append(list, enrollmentObject{b, r.user(user), r.class(class), r.org(schoolID(school)), role})
	}
	for _, c := range callers {
		user := teacherID(c.Account)
		add(standing(r.called(naming.Enrollment, enrollmentID(user, c.Class)), since), user, "teacher", c.School, c.Class)
	}
	pupils, err := r.pupils(school, class)
	if err != nil {
		return nil, err
	}
	for _, p := range pupils {
		if p.Class != 0 {
			user := pupilID(p.Pupil)
			p.base.SourcedID = r.called(naming.Enrollment, enrollmentID(user, p.Class))
			add(p.base, user, "student", p.School, p.Class)
		}
	}
	err = r.goneEnrollments(school, class, pupils, func(b base, user string, school, class id.ID) { add(b, user, "student", school, class) })
	return slices.CompactFunc(sorted(list), func(a, b enrollmentObject) bool { return a.SourcedID == b.SourcedID }), err
}

// splitName parts a Vietnamese name: the family's stands first, the given one last.
func splitName(name string) (family, middle, given string) {
	parts := strings.Fields(name)
	if len(parts) < 2 {
		return name, "", name // both are required; who has one name has it twice
	}
	return parts[0], strings.Join(parts[1:len(parts)-1], " "), parts[len(parts)-1]
}
