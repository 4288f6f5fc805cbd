package api

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

// personRow is a user with all that other files say of them.
type personRow struct {
	line                int
	sourced, called     string
	username, sex       string
	born                day.Day
	grades              []string
	student, teacher    bool
	enrolled, calls     []enrolRow
	local               string // once known: pupil-1, account-1
	enabled, roleListed bool
}

type enrolRow struct {
	line           int
	sourced, class string
	first          bool // "primary"
	from           day.Day
}

// whole joins the parts of a name; who has one name has it twice in a roster.
func whole(family, middle, given string) string {
	if middle == "" && family == given {
		return viet.Clean(given)
	}
	return viet.Clean(strings.Join([]string{family, middle, given}, " "))
}

// people reads users with their roles, enrolments and demographics.
func (m *importer) people() map[string]*personRow {
	people := map[string]*personRow{}
	m.table("users").each(func(line int, cell func(string) string) {
		p := &personRow{line: line, sourced: cell("sourcedId"), username: cell("username"), enabled: cell("enabledUser") == "true",
			called: whole(cell("familyName"), cell("middleName"), cell("givenName"))}
		p.grades, _ = gradesOf(cell("grades"))
		people[p.sourced] = p
	})
	m.table("roles").each(func(_ int, cell func(string) string) {
		p := people[cell("userSourcedId")]
		p.roleListed = true
		p.student, p.teacher = p.student || cell("role") == "student", p.teacher || cell("role") == "teacher"
	})
	m.table("demographics").each(func(_ int, cell func(string) string) {
		p := people[cell("sourcedId")]
		p.born, _ = day.Parse(cell("birthDate"))
		p.sex = map[string]string{"female": "F", "male": "M"}[cell("sex")]
	})
	m.table("enrollments").each(func(line int, cell func(string) string) {
		p := people[cell("userSourcedId")]
		e := enrolRow{line: line, sourced: cell("sourcedId"), class: cell("classSourcedId"), first: cell("primary") != "false"}
		e.from, _ = day.Parse(cell("beginDate"))
		switch cell("role") {
		case "student":
			p.student, p.enrolled = true, append(p.enrolled, e)
		case "teacher":
			p.teacher, p.calls = true, append(p.calls, e)
		}
	})
	return people
}

// sliceOfPeople is how many pupils one transaction takes in: roll calls do not wait long.
const sliceOfPeople = 50

// takeUsers takes teachers and pupils in.
func (m *importer) takeUsers() error {
	people := m.people()
	var pupils, teachers []*personRow
	for _, p := range people {
		switch {
		case p.student:
			pupils = append(pupils, p)
		case p.teacher:
			teachers = append(teachers, p)
		default: // parents, leaders: the house gives its own roles
			m.note("users", p.line, "user-other", fault.Args{"id": clipped(p.sourced)})
		}
	}
	byLine := func(a, b *personRow) int { return a.line - b.line }
	slices.SortFunc(pupils, byLine)
	slices.SortFunc(teachers, byLine)
	if err := m.takeTeachers(teachers); err != nil {
		return err
	}
	var fresh []*personRow
	for _, p := range pupils {
		wanted, err := m.knowPupil(p)
		if err != nil {
			return err
		}
		if wanted {
			fresh = append(fresh, p)
		}
	}
	done := 0
	for part := range slices.Chunk(fresh, sliceOfPeople) {
		if !m.in.DryRun {
			if err := m.admit(part); err != nil {
				return err
			}
		}
		if done += len(part); m.in.Progress != nil {
			m.in.Progress(done, len(fresh))
		}
	}
	return m.writeMatched(pupils, fresh)
}

// schoolPupils are the pupils of a school today, by id.
func (m *importer) schoolPupils(school id.ID) (map[id.ID]student.ListedPupil, error) {
	if list, asked := m.pupils[school]; asked {
		return list, nil
	}
	list := map[id.ID]student.ListedPupil{}
	err := m.read(func(ctx context.Context, tx *store.Tx) error {
		all, _, err := student.List(ctx, tx, m.who, student.ListIn{School: school, Limit: everybody})
		for _, p := range all {
			list[p.Pupil] = p
		}
		return err
	})
	m.pupils[school] = list
	return list, err
}

// knowPupil looks whether a pupil is there, and says whether they are to be admitted.
func (m *importer) knowPupil(p *personRow) (fresh bool, err error) {
	refuse := func(code, heading string) (bool, error) {
		m.refuse("users", p.line, fault.New(fault.Invalid, "api."+code, fault.Args{"id": clipped(p.sourced)}).On(heading))
		return false, nil
	}
	p.enrolled = slices.DeleteFunc(p.enrolled, func(e enrolRow) bool { return !m.in.DryRun && m.classes[e.class].ID == 0 })
	slices.SortStableFunc(p.enrolled, func(a, b enrolRow) int {
		return cmp.Compare(map[bool]int{true: 0, false: 1}[a.first], map[bool]int{true: 0, false: 1}[b.first])
	})
	if len(p.enrolled) == 0 {
		return refuse("pupil-no-class", "sourcedId")
	}
	for _, e := range p.enrolled[1:] { // told, not dropped: somebody decides where the child learns
		m.refuse("enrollments", e.line, fault.New(fault.Conflict, "api.pupil-two-classes", fault.Args{"id": clipped(p.sourced)}).On("classSourcedId"))
	}
	class := m.classes[p.enrolled[0].class]
	number, came := m.numbered(naming.User, "pupil-", p.sourced)
	if class.ID == 0 { // a dry run over a class that would be opened
		m.done.Counts["users"].New++
		m.done.Counts["enrollments"].New++
		return true, nil
	}
	there, err := m.schoolPupils(class.School)
	if err != nil {
		return false, err
	}
	listed, stands := there[number]
	if !stands && came {
		return refuse("pupil-elsewhere", "sourcedId")
	}
	if !stands && !p.born.IsZero() {
		for _, l := range there {
			if _, named := m.names.Local(naming.User, pupilID(l.Pupil)); l.Class == class.ID && l.Born == p.born && !named && !m.matched[l.Pupil] && viet.Fold(l.Name) == viet.Fold(p.called) {
				listed, stands = l, true
			}
		}
	}
	if stands {
		p.local, m.matched[listed.Pupil] = pupilID(listed.Pupil), true
		m.done.Counts["users"].Same++
		if listed.Name != p.called || !p.born.IsZero() && listed.Born != p.born || p.sex != "" && listed.Sex != p.sex {
			m.note("users", p.line, "name-differs", fault.Args{"id": clipped(p.sourced)})
		}
		if listed.Class != class.ID {
			return refuse("pupil-elsewhere", "sourcedId")
		}
		m.done.Counts["enrollments"].Same++
		return false, nil
	}
	if p.born.IsZero() || p.sex == "" {
		return refuse("pupil-no-birth", "sourcedId")
	}
	m.done.Counts["users"].New++
	m.done.Counts["enrollments"].New++
	return true, nil
}

// admit admits pupils in one transaction; when one of them is refused, each in its own.
func (m *importer) admit(part []*personRow) error {
	one := func(people []*personRow) error {
		return m.write(func(ctx context.Context, tx *store.Tx) (names []name, err error) {
			for _, p := range people {
				class, from := m.classes[p.enrolled[0].class], p.enrolled[0].from
				if from.IsZero() || from < class.From || from >= class.Until {
					from = class.From
				}
				in := student.AdmitIn{Person: student.Person{Name: p.called, Sex: p.sex, Born: p.born}, Class: class.ID, Grade: gradeIn(class, p.grades), From: from, Entry: student.EntryOpening}
				pupil, done, err := student.Admit(ctx, tx, m.who, in)
				if err != nil {
					return nil, err
				}
				if _, err := rollcall.ApplyEnrolments(ctx, tx, m.who, done.Changes, "import"); err != nil {
					return nil, err
				}
				local := pupilID(pupil)
				names = append(names, name{naming.User, local, p.sourced}, name{naming.Enrollment, enrollmentID(local, class.ID), p.enrolled[0].sourced})
				p.local = local
			}
			return names, nil
		})
	}
	err := one(part)
	if _, refused := faultOf(err); !refused {
		return err
	}
	for _, p := range part {
		err := one([]*personRow{p})
		if f, refused := faultOf(err); refused {
			p.local = ""
			m.done.Counts["users"].New--
			m.done.Counts["enrollments"].New--
			m.refuse("users", p.line, f)
		} else if err != nil {
			return err
		}
	}
	return nil
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

// writeMatched keeps the names of pupils who were there already.
func (m *importer) writeMatched(pupils, fresh []*personRow) error {
	made := map[*personRow]bool{}
	for _, p := range fresh {
		made[p] = true
	}
	var names []name
	for _, p := range pupils {
		if p.local == "" || made[p] {
			continue
		}
		names = append(names, name{naming.User, p.local, p.sourced})
		for _, e := range p.enrolled {
			names = append(names, name{naming.Enrollment, enrollmentID(p.local, m.classes[e.class].ID), e.sourced})
		}
	}
	if m.in.DryRun || len(names) == 0 {
		return nil
	}
	return m.write(func(context.Context, *store.Tx) ([]name, error) { return names, nil })
}

var notLogin = regexp.MustCompile(`[^a-z0-9._-]+`)

// takeTeachers makes accounts for teachers that are not known and lets them call the rolls
// of their classes. An account has no password until its owner sets one with a code.
func (m *importer) takeTeachers(teachers []*personRow) error {
	var schools []id.ID
	for _, s := range m.schools {
		schools = append(schools, s.ID)
	}
	if err := m.read(func(ctx context.Context, tx *store.Tx) error {
		all, err := access.RollCallers(ctx, tx, m.who.Realm, schools, tx.Today())
		for _, c := range all {
			m.callers[c] = true
		}
		return err
	}); err != nil {
		return err
	}
	for _, p := range teachers {
		if err := m.takeTeacher(p); err != nil {
			return err
		}
	}
	return nil
}

func (m *importer) takeTeacher(p *personRow) error {
	number, came := m.numbered(naming.User, "account-", p.sourced)
	login := notLogin.ReplaceAllString(account.FoldLogin(p.username), "-")
	login = strings.Trim(login[:min(len(login), 40)], "-._")
	if len(login) < 3 {
		login = "giao-vien-" + login
	}
	if err := m.read(func(ctx context.Context, tx *store.Tx) error {
		if number != 0 {
			same, err := m.accountNamed(ctx, tx, number, p.called)
			if err != nil {
				return err
			}
			if same || came {
				return nil
			}
		}
		var err error
		if number, err = account.ByLogin(ctx, tx, m.who.Realm, login); fault.Is(err, fault.NotFound) {
			number = 0
			return nil
		}
		return err
	}); err != nil {
		return err
	}
	if number == 0 {
		m.done.Counts["users"].New++
	} else {
		m.done.Counts["users"].Same++
		same := false
		if err := m.read(func(ctx context.Context, tx *store.Tx) (err error) {
			same, err = m.accountNamed(ctx, tx, number, p.called)
			return err
		}); err != nil {
			return err
		}
		if !same && !came { // somebody else's login
			m.done.Counts["users"].Same--
			m.refuse("users", p.line, fault.New(fault.Conflict, "api.login-taken", fault.Args{"id": clipped(p.sourced)}).On("username"))
			return nil
		}
		if !same {
			m.note("users", p.line, "name-differs", fault.Args{"id": clipped(p.sourced)})
		}
	}
	type call struct {
		enrolRow
		org.Class
		held bool
	}
	var calls []call
	for _, e := range p.calls {
		class := m.classes[e.class]
		held := m.callers[access.RollCaller{Account: number, Class: class.ID, School: class.School}]
		if held {
			m.done.Counts["enrollments"].Same++
		} else {
			m.done.Counts["enrollments"].New++
		}
		if class.ID != 0 {
			calls = append(calls, call{e, class, held})
		}
	}
	if m.in.DryRun {
		return nil
	}
	made := number == 0
	err := m.write(func(ctx context.Context, tx *store.Tx) (names []name, err error) {
		if made {
			if number, _, err = account.Create(ctx, tx, m.who, account.CreateInput{Name: p.called, Login: login}); err != nil {
				return nil, err
			}
		}
		p.local = teacherID(number)
		names = append(names, name{naming.User, p.local, p.sourced})
		for _, c := range calls {
			names = append(names, name{naming.Enrollment, enrollmentID(p.local, c.Class.ID), c.sourced})
			if c.held {
				continue
			}
			role := access.HomeroomTeacher
			if !c.first {
				role = access.SubstituteTeacher
			}
			_, err := access.Give(ctx, tx, m.who, access.GiveInput{Account: number, Role: role, Scope: c.Class.ID, Period: day.Range{From: c.Class.From, Until: c.Class.Until}, Reason: "OneRoster"})
			if err != nil && !fault.HasCode(err, "access.already-held") {
				return nil, err
			}
		}
		return names, nil
	})
	if f, refused := faultOf(err); refused {
		m.refuse("users", p.line, f)
		return nil
	}
	return err
}

// takeNames keeps what roles are called; they are made of what is there.
func (m *importer) takeNames() error {
	if m.in.DryRun {
		return nil
	}
	var names []name
	m.table("roles").each(func(_ int, cell func(string) string) {
		user, _ := m.names.Local(naming.User, cell("userSourcedId"))
		school, stands := m.schools[cell("orgSourcedId")]
		if stands && (cell("role") == "student" || cell("role") == "teacher") {
			names = append(names, name{naming.Role, roleID(user, cell("role"), school.ID), cell("sourcedId")})
		}
	})
	for part := range slices.Chunk(names, 500) {
		if err := m.write(func(context.Context, *store.Tx) ([]name, error) { return part, nil }); err != nil {
			return err
		}
	}
	return nil
}
