package bundle

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	naming "ralop/internal/roster"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/viet"
)

// person is a user with all that other files say of them.
type person struct {
	*Step
	called, username, sex string
	born                  day.Day
	grades                []string
	student, teacher      bool
	enrolled, calls       []enrolment
	local                 string // once known: pupil-1, account-1
	number                id.ID
	comes                 bool // is there, or is made by this import
}

type enrolment struct {
	*Step
	class string
	first bool // "primary"
	from  day.Day
}

// everybody is more than a school holds.
const everybody = 1 << 30

// whole joins the parts of a name; who has one name has it twice in a roster.
func whole(family, middle, given string) string {
	if middle == "" && family == given {
		return viet.Clean(given)
	}
	return viet.Clean(strings.Join([]string{family, middle, given}, " "))
}

// readPeople reads users with their roles, enrolments and demographics, in the order of lines.
func (m *Import) readPeople() (people []*person) {
	m.table("users").each(func(line int, cell func(string) string) {
		p := &person{Step: m.step("users", line), username: cell("username"), called: whole(cell("familyName"), cell("middleName"), cell("givenName"))}
		p.grades, _ = gradesOf(cell("grades"))
		p.Name = p.called
		m.people[p.sourced] = p
		people = append(people, p)
	})
	m.table("roles").each(func(_ int, cell func(string) string) {
		p := m.people[cell("userSourcedId")]
		p.student, p.teacher = p.student || cell("role") == "student", p.teacher || cell("role") == "teacher"
	})
	m.table("demographics").each(func(_ int, cell func(string) string) {
		p := m.people[cell("sourcedId")]
		p.born, _ = day.Parse(cell("birthDate"))
		p.sex = map[string]string{"female": "F", "male": "M"}[cell("sex")]
	})
	m.table("enrollments").each(func(line int, cell func(string) string) {
		p := m.people[cell("userSourcedId")]
		e := enrolment{Step: m.step("enrollments", line), class: cell("classSourcedId"), first: cell("primary") != "false"}
		e.from, _ = day.Parse(cell("beginDate"))
		e.Name = p.called
		if class := m.classes[e.class]; class != nil {
			e.Where = class.Name
		}
		switch cell("role") {
		case "student":
			p.student, p.enrolled = true, append(p.enrolled, e)
		case "teacher":
			p.teacher, p.calls = true, append(p.calls, e)
		}
	})
	return people
}

// planPeople plans teachers and pupils with their enrolments.
func (m *Import) planPeople(ctx context.Context, tx *store.Tx) error {
	var schools []id.ID
	for _, s := range m.schools {
		if s.stands {
			schools = append(schools, s.id)
		}
	}
	callers, err := access.RollCallers(ctx, tx, m.who.Realm, schools, tx.Today())
	if err != nil {
		return err
	}
	for _, c := range callers {
		m.callers[c] = true
	}
	if _, m.account = access.May(ctx, tx, m.who, access.ManageAccounts, access.Realm()); m.account != nil {
		if _, refused := fault.Of(m.account); !refused {
			return m.account
		}
	}
	for _, p := range m.readPeople() {
		switch {
		case p.student:
			err = m.planPupil(ctx, tx, p)
		case p.teacher:
			err = m.planTeacher(ctx, tx, p)
		default: // parents, leaders: the house gives its own roles
			p.note("user-other", fault.Args{"id": clipped(p.sourced)})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// schoolPupils are the pupils of a school today, by id.
func (m *Import) schoolPupils(ctx context.Context, tx *store.Tx, school id.ID) (map[id.ID]student.ListedPupil, error) {
	if list, asked := m.pupils[school]; asked {
		return list, nil
	}
	list := map[id.ID]student.ListedPupil{}
	all, _, err := student.List(ctx, tx, m.who, student.ListIn{School: school, Limit: everybody})
	for _, p := range all {
		list[p.Pupil] = p
	}
	m.pupils[school] = list
	return list, err
}

// planPupil looks whether a pupil is there, and plans the admission of one who is not.
func (m *Import) planPupil(ctx context.Context, tx *store.Tx, p *person) error {
	refuse := func(code, heading string) {
		p.refuse(fault.Invalid, code, heading, fault.Args{"id": clipped(p.sourced)})
	}
	slices.SortStableFunc(p.enrolled, func(a, b enrolment) int {
		return cmp.Compare(map[bool]int{true: 0, false: 1}[a.first], map[bool]int{true: 0, false: 1}[b.first])
	})
	var open []enrolment
	for _, e := range p.enrolled {
		if m.classes[e.class] == nil {
			e.Faults = append(e.Faults, lost("classSourcedId", e.class, "classes"))
			continue
		}
		open = append(open, e)
	}
	if len(open) == 0 {
		refuse("pupil-no-class", "sourcedId")
		return nil
	}
	for _, e := range open[1:] { // told, not dropped: somebody decides where the child learns
		e.refuse(fault.Conflict, "pupil-two-classes", "classSourcedId", fault.Args{"id": clipped(p.sourced)})
	}
	e := open[0]
	class := m.classes[e.class]
	p.Where = class.Name
	if class.stands {
		listed, stands, err := m.findPupil(ctx, tx, p, class)
		if err != nil {
			return err
		}
		if len(p.Faults) > 0 {
			e.Faults = append(e.Faults, lost("userSourcedId", p.sourced, "users"))
			return nil
		}
		if stands {
			p.number, p.local, p.comes, p.Pupil = listed.Pupil, naming.PupilName(listed.Pupil), true, listed.Pupil
			m.matched[listed.Pupil] = true
			e.Pupil = listed.Pupil
			if listed.Name != p.called || !p.born.IsZero() && listed.Born != p.born || p.sex != "" && listed.Sex != p.sex {
				p.note("name-differs", fault.Args{"id": clipped(p.sourced)})
			}
			p.Text, e.Text = m.state(true, p.number)+p.Text, m.state(true, p.number)+e.Text
			m.stands(p.Step, naming.User, p.local, p.sourced)
			if m.in.Made[p.number] {
				p.What, e.What = New, New
			}
			if listed.Class != class.ID {
				refuse("pupil-elsewhere", "sourcedId")
				e.Faults = append(e.Faults, lost("userSourcedId", p.sourced, "users"))
				return nil
			}
			m.stands(e.Step, naming.Enrollment, naming.EnrollmentName(p.local, class.ID), e.sourced)
			return nil
		}
	}
	if p.born.IsZero() || p.sex == "" {
		refuse("pupil-no-birth", "sourcedId")
		e.Faults = append(e.Faults, lost("userSourcedId", p.sourced, "users"))
		return nil
	}
	m.planAdmission(p, e, class)
	return nil
}

// findPupil finds the pupil whom a line means: by name of the bundle, else by name and birth
// among those of the class whom no other line means.
func (m *Import) findPupil(ctx context.Context, tx *store.Tx, p *person, class *classPlan) (student.ListedPupil, bool, error) {
	number, came := m.numbered(naming.User, "pupil-", p.sourced)
	there, err := m.schoolPupils(ctx, tx, class.School)
	if err != nil {
		return student.ListedPupil{}, false, err
	}
	listed, stands := there[number]
	if !stands && came {
		p.refuse(fault.Invalid, "pupil-elsewhere", "sourcedId", fault.Args{"id": clipped(p.sourced)})
		return listed, false, nil
	}
	if !stands && !p.born.IsZero() {
		for _, l := range there {
			_, named := m.names.Local(naming.User, naming.PupilName(l.Pupil))
			if l.Class == class.ID && l.Born == p.born && !named && !m.matched[l.Pupil] && !m.in.Made[l.Pupil] && viet.Fold(l.Name) == viet.Fold(p.called) &&
				(!stands || l.Pupil < listed.Pupil) {
				listed, stands = l, true
			}
		}
	}
	return listed, stands, nil
}

func (m *Import) planAdmission(p *person, e enrolment, class *classPlan) {
	p.comes, p.What, e.What = true, New, New
	p.Text, e.Text = m.state(false, 0)+p.Text+"\x00"+p.born.String()+p.sex, m.state(false, 0)+e.Text
	p.forget = func() { p.number, p.local = 0, "" }
	p.make = func(ctx context.Context, tx *store.Tx, w *writing) error {
		if class.ID == 0 {
			return lost("classSourcedId", e.class, "classes")
		}
		from := e.from
		if from.IsZero() || from < class.From || from >= class.Until {
			from = class.From
		}
		in := student.AdmitIn{Person: student.Person{Name: p.called, Sex: p.sex, Born: p.born}, Class: class.ID, Grade: gradeIn(class.Class, p.grades), From: from, Entry: student.EntryOpening}
		pupil, done, err := student.Admit(ctx, tx, m.who, in)
		if err != nil {
			return err
		}
		if _, err := rollcall.ApplyEnrolments(ctx, tx, m.who, done.Changes, "import"); err != nil {
			return err
		}
		p.number, p.local = pupil, naming.PupilName(pupil)
		w.pupils, w.spells = append(w.pupils, pupil), append(w.spells, done.Enrolment)
		return nil
	}
	p.names = func() []name { return []name{{naming.User, p.local, p.sourced}} }
	e.make = func(context.Context, *store.Tx, *writing) error {
		if p.number == 0 {
			return lost("userSourcedId", p.sourced, "users")
		}
		return nil // the pupil was admitted to the class
	}
	e.names = func() []name { return []name{{naming.Enrollment, naming.EnrollmentName(p.local, class.ID), e.sourced}} }
}

// gradeIn is the grade of a pupil in a class: their own when the class has it.
func gradeIn(class org.Class, grades []string) string {
	for _, g := range grades {
		if slices.Contains(class.GradeList(), g) {
			return g
		}
	}
	if len(class.GradeList()) == 1 {
		return class.Grades
	}
	return ""
}

var notLogin = regexp.MustCompile(`[^a-z0-9._-]+`)

// loginOf makes a login of a username.
func loginOf(username string) string {
	login := notLogin.ReplaceAllString(account.FoldLogin(username), "-")
	login = strings.Trim(login[:min(len(login), 40)], "-._")
	if len(login) < 3 {
		login = "giao-vien-" + login
	}
	return login
}

// planTeacher plans an account for a teacher who is not known, and that they call the rolls
// of their classes. An account has no password until its owner sets one with a code.
func (m *Import) planTeacher(ctx context.Context, tx *store.Tx, p *person) error {
	login := loginOf(p.username)
	number, came := m.numbered(naming.User, "account-", p.sourced)
	same := false
	var err error
	if number != 0 {
		if same, err = m.accountNamed(ctx, tx, number, p.called); err != nil {
			return err
		}
	}
	if number == 0 || !same && !came {
		if number, err = account.ByLogin(ctx, tx, m.who.Realm, login); fault.Is(err, fault.NotFound) {
			number = 0
		} else if err != nil {
			return err
		} else if same, err = m.accountNamed(ctx, tx, number, p.called); err != nil {
			return err
		}
	}
	if number != 0 && !same && !came { // somebody else's login
		p.refuse(fault.Conflict, "login-taken", "username", fault.Args{"id": clipped(p.sourced)})
		m.refuseCalls(p)
		return nil
	}
	if number == 0 && m.account != nil {
		if err := p.refusedBy(m.account); err != nil {
			return err
		}
		m.refuseCalls(p)
		return nil
	}
	p.comes, p.Text = true, m.state(number != 0, number)+p.Text
	if number != 0 {
		p.number, p.local = number, naming.AccountName(number)
		if !same {
			p.note("name-differs", fault.Args{"id": clipped(p.sourced)})
		}
		m.stands(p.Step, naming.User, p.local, p.sourced)
	}
	if number == 0 || m.in.Made[number] {
		p.What = New
	}
	if number == 0 {
		p.forget = func() { p.number, p.local = 0, "" }
		p.make = func(ctx context.Context, tx *store.Tx, w *writing) error {
			made, err := account.Register(ctx, tx, m.who, account.CreateInput{Name: p.called, Login: login})
			if err == nil {
				p.number, p.local, w.accounts = made, naming.AccountName(made), append(w.accounts, made)
			}
			return err
		}
		p.names = func() []name { return []name{{naming.User, p.local, p.sourced}} }
	}
	for _, e := range p.calls {
		m.planCall(p, e)
	}
	return nil
}

func (m *Import) refuseCalls(p *person) {
	for _, e := range p.calls {
		e.Faults = append(e.Faults, lost("userSourcedId", p.sourced, "users"))
	}
}

// planCall plans that a teacher calls the roll of a class.
func (m *Import) planCall(p *person, e enrolment) {
	class := m.classes[e.class]
	if class == nil {
		e.Faults = append(e.Faults, lost("classSourcedId", e.class, "classes"))
		return
	}
	held := p.number != 0 && m.callers[access.RollCaller{Account: p.number, Class: class.ID, School: class.School}]
	if e.names = func() []name { return []name{{naming.Enrollment, naming.EnrollmentName(p.local, class.ID), e.sourced}} }; held {
		m.stands(e.Step, naming.Enrollment, naming.EnrollmentName(p.local, class.ID), e.sourced)
		return
	}
	e.What = New
	e.make = func(ctx context.Context, tx *store.Tx, w *writing) error {
		if p.number == 0 {
			return lost("userSourcedId", p.sourced, "users")
		}
		if class.ID == 0 {
			return lost("classSourcedId", e.class, "classes")
		}
		role := access.HomeroomTeacher
		if !e.first {
			role = access.SubstituteTeacher
		}
		grant, err := access.Give(ctx, tx, m.who, access.GiveInput{Account: p.number, Role: role, Scope: class.ID, Period: day.Range{From: class.From, Until: class.Until}, Reason: "OneRoster"})
		if fault.HasCode(err, "access.already-held") {
			return nil
		}
		if err == nil {
			w.grants = append(w.grants, grant.ID)
		}
		return err
	}
}

// accountNamed says whether an account with this id has this name.
func (m *Import) accountNamed(ctx context.Context, tx *store.Tx, number id.ID, called string) (bool, error) {
	profile, err := account.Find(ctx, tx, m.who.Realm, number)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil && profile.Name == called, err
}

// planRoles keeps what roles are called; they are made of what is there.
func (m *Import) planRoles() {
	m.table("roles").each(func(line int, cell func(string) string) {
		s, p, school, role := m.step("roles", line), m.people[cell("userSourcedId")], m.schools[cell("orgSourcedId")], cell("role")
		s.Name, s.Where = p.called, m.orgs[cell("orgSourcedId")].name
		if school == nil || !p.comes || role != "student" && role != "teacher" {
			return
		}
		if p.local != "" && school.id != 0 {
			m.stands(s, naming.Role, naming.RoleName(p.local, role, school.id), s.sourced)
			return
		}
		s.What = New
		s.make = func(context.Context, *store.Tx, *writing) error {
			if p.local == "" {
				return lost("userSourcedId", p.sourced, "users")
			}
			if school.id == 0 {
				return lost("orgSourcedId", cell("orgSourcedId"), "orgs")
			}
			return nil
		}
		s.names = func() []name { return []name{{naming.Role, naming.RoleName(p.local, role, school.id), s.sourced}} }
	})
}
