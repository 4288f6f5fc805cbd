package bundle

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	naming "ralop/internal/roster"
	"ralop/internal/store"
	"ralop/internal/student"
)

// session is a line of academicSessions.
type session struct {
	*Step
	kind, parent, ends string
	period             day.Range
}

// planYears opens school years that nobody has opened. A year that stands keeps its days.
func (m *Import) planYears(ctx context.Context, tx *store.Tx) error {
	var list []session
	m.table("academicSessions").each(func(line int, cell func(string) string) {
		from, _ := day.Parse(cell("startDate")) // Check has read them
		until, _ := day.Parse(cell("endDate"))
		s := session{m.step("academicSessions", line), cell("type"), cell("parentSourcedId"), cell("schoolYear"), day.Range{From: from, Until: until}}
		s.Name, s.Where = cell("title"), from.Vietnamese()+" – "+until.Vietnamese()
		list = append(list, s)
	})
	slices.SortStableFunc(list, func(a, b session) int { return cmp.Compare(a.period.From, b.period.From) })
	for _, y := range list {
		if y.kind != "schoolYear" {
			continue
		}
		var terms []session
		for _, t := range list {
			if (t.kind == "semester" || t.kind == "term") && t.parent == y.sourced {
				terms = append(terms, t)
			}
		}
		if err := m.planYear(ctx, tx, y, terms); err != nil {
			return err
		}
	}
	return nil
}

func (m *Import) planYear(ctx context.Context, tx *store.Tx, y session, terms []session) error {
	ends, err := strconv.Atoi(y.ends)
	if err != nil || ends < 1991 || ends > 2200 {
		y.refuse(fault.Invalid, "cell-word", "schoolYear", fault.Args{"heading": "schoolYear", "value": clipped(y.ends), "known": "2026"})
		return nil
	}
	in := calendar.OpenYearIn{Year: calendar.Year{Year: ends - 1, Period: y.period, Opening: y.period.From}, Reason: "OneRoster"}
	if opening := day.Date(ends-1, 9, 5); y.period.Has(opening) {
		in.Year.Opening = opening
	}
	if y.period.Until > day.Date(ends, 6, 1) {
		in.Year.Extension = "OneRoster"
	}
	for i, t := range terms {
		in.Terms = append(in.Terms, calendar.Term{Number: i + 1, Period: t.period})
	}
	plan := &yearPlan{Year: in.Year}
	standing, _, err := calendar.YearOf(ctx, tx, m.who.Realm, ends-1)
	switch {
	case err == nil:
		plan.Year, plan.stands = standing, true
		if standing.Period != y.period {
			y.note("year-differs", fault.Args{"year": ends - 1})
		}
	case !fault.Is(err, fault.NotFound):
		return err
	default:
		// A year that nobody has opened is written with its bounds: there is nothing to open.
		if y.period != calendar.Bounds(ends-1) || len(terms) > 0 {
			if _, err := access.May(ctx, tx, m.who, access.ChangeCalendar, access.Realm()); err != nil {
				return y.refusedBy(err)
			}
			if err := in.Year.Check(); err != nil {
				return y.refusedBy(err)
			}
			y.make = func(ctx context.Context, tx *store.Tx, w *writing) error {
				for _, table := range []string{"school_year", "term"} {
					if err := w.journal.Watch(ctx, tx, table, []string{"year"}, ends-1); err != nil {
						return err
					}
				}
				_, err := calendar.OpenYear(ctx, tx, m.who, in)
				return err
			}
		}
	}
	m.years[y.sourced] = plan
	called := func(s session, local string) {
		if !plan.stands {
			s.What = New
		}
		if m.realm() {
			m.stands(s.Step, naming.Session, local, s.sourced)
		}
	}
	called(y, naming.YearName(ends-1))
	for i, t := range terms {
		m.years[t.sourced] = plan
		called(t, naming.TermName(ends-1, i+1))
	}
	return nil
}

// unitKinds are the words of the standard for units, the other way round.
var unitKinds = map[string]org.Kind{"state": org.Province, "district": org.District, "local": org.Commune}

type orgRow struct {
	*Step
	kind, name, code, above string
}

// planUnits finds the units by their codes. Those of a state that is not known at all come
// to be before the rest goes in (PutUnits).
func (m *Import) planUnits(ctx context.Context, tx *store.Tx) error {
	m.readOrgs()
	if err := m.findUnits(ctx, tx); err != nil {
		return err
	}
	for _, o := range m.byLine() {
		if unitKinds[o.kind] == "" {
			continue
		}
		if unit, stands := m.units[o.sourced]; stands {
			if m.realm() {
				m.stands(o.Step, naming.Org, naming.UnitName(unit), o.sourced)
			}
			continue
		}
		_, code := m.unitLine(o)
		switch {
		case code == "org-no-code":
			o.refuse(fault.Invalid, code, "identifier", nil)
		case code != "" || !m.realm():
			o.refuse(fault.NotFound, "org-unknown", "identifier", fault.Args{"code": o.code})
		default:
			m.coming[o.sourced], o.What = true, New
		}
	}
	return m.checkUnits(ctx, tx)
}

// comingUnits is the list of units that come with the bundle, the day from which they are
// known, and the codes of their provinces.
func (m *Import) comingUnits() (in org.UnitsIn, states []string) {
	in = org.UnitsIn{On: day.Forever, Partial: true}
	for _, y := range m.years {
		in.On = min(in.On, calendar.Bounds(y.Year.Year).From)
	}
	for _, o := range m.byLine() {
		if m.coming[o.sourced] {
			l, _ := m.unitLine(o)
			if in.Lines = append(in.Lines, l); o.kind == "state" {
				states = append(states, o.code)
			}
		}
	}
	return in, states
}

// checkUnits refuses the units that come when one of them cannot.
func (m *Import) checkUnits(ctx context.Context, tx *store.Tx) error {
	in, _ := m.comingUnits()
	if len(in.Lines) == 0 {
		return nil
	}
	plan, err := org.PlanUnits(ctx, tx, m.who, in)
	wrong := map[int]*fault.Fault{}
	if f, refused := fault.Of(err); refused {
		for _, l := range in.Lines {
			wrong[l.Row] = f
		}
	} else if err != nil {
		return err
	} else {
		for _, e := range plan.Errors {
			wrong[e.Row] = e.Fault
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	for _, o := range m.byLine() {
		if !m.coming[o.sourced] {
			continue
		}
		delete(m.coming, o.sourced)
		if f := wrong[o.Line]; f != nil {
			o.Faults = append(o.Faults, f)
		} else {
			o.refuse(fault.NotFound, "org-unknown", "identifier", fault.Args{"code": o.code})
		}
	}
	return nil
}

func (m *Import) readOrgs() {
	m.table("orgs").each(func(line int, cell func(string) string) {
		s := m.step("orgs", line)
		s.Name, s.Where = cell("name"), cell("identifier")
		m.orgs[s.sourced] = orgRow{s, cell("type"), cell("name"), cell("identifier"), cell("parentSourcedId")}
	})
}

// byLine gives the orgs in the order of their lines.
func (m *Import) byLine() []orgRow {
	return slices.SortedFunc(maps.Values(m.orgs), func(a, b orgRow) int { return a.Line - b.Line })
}

func (m *Import) findUnits(ctx context.Context, tx *store.Tx) error {
	for sourced, o := range m.orgs {
		kind, is := unitKinds[o.kind]
		if !is || o.code == "" {
			continue
		}
		u, err := org.Resolve(ctx, tx, string(kind)+":"+o.code, tx.Today())
		if fault.Is(err, fault.NotFound) {
			continue
		} else if err != nil {
			return err
		}
		m.units[sourced] = u.ID
	}
	return nil
}

// unitLine is a unit as a list of units would have it, or why it cannot come to be.
func (m *Import) unitLine(o orgRow) (l org.UnitLine, code string) {
	if o.code == "" {
		return l, "org-no-code"
	}
	l = org.UnitLine{Row: o.Line, Code: o.code, FullName: o.name, Word: string(unitKinds[o.kind])}
	top := o
	for at := m.orgs[o.above]; at.Step != nil && at.sourced != o.sourced; at = m.orgs[at.above] {
		switch at.kind {
		case "district":
			l.DistrictCode = at.code
		case "state":
			l.ProvinceCode = at.code
		}
		if top = at; at.above == at.sourced {
			break
		}
	}
	if _, stands := m.units[top.sourced]; stands || top.kind != "state" && top.kind != "national" {
		return l, "org-unknown"
	}
	return l, ""
}

// PutUnits makes the units of a bundle whose province is not known at all, and lets the
// realm hold it, from the first year that the bundle speaks of. An import of a realm needs
// that before it is written; units are the country's, not the realm's, and are not taken
// back with it. It changes nothing the second time.
func (m *Import) PutUnits(ctx context.Context, db *store.Store) error {
	var in org.UnitsIn
	var states []string
	err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := m.Plan(ctx, tx)
		in, states = m.comingUnits()
		return err
	})
	if err != nil || len(in.Lines) == 0 {
		return err
	}
	var plan *org.Plan
	err = db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		plan, err = org.PlanUnits(ctx, tx, m.who, in)
		return err
	})
	if err != nil {
		return err
	}
	if err := org.Commit(ctx, db, m.who, plan, nil); err != nil {
		return err
	}
	return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, code := range states {
			unit, err := org.Resolve(ctx, tx, string(org.Province)+":"+code, tx.Today())
			if err != nil {
				return err
			}
			if err := org.Hold(ctx, tx, m.who, unit.ID, in.On); err != nil {
				return err
			}
		}
		return nil
	})
}

type courseRow struct {
	level string
	year  *yearPlan
}

// planSchools finds schools by their codes and makes those that are not known.
func (m *Import) planSchools(ctx context.Context, tx *store.Tx) error {
	m.table("courses").each(func(line int, cell func(string) string) {
		m.step("courses", line).Name = cell("title")
		c := courseRow{year: m.years[cell("schoolYearSourcedId")]}
		// A course tells the level and year of a class; it is nothing more here.
		if grades, _ := gradesOf(cell("grades")); slices.Contains(org.Levels, cell("courseCode")) {
			c.level = cell("courseCode")
		} else if len(grades) > 0 {
			c.level = org.LevelOfGrade(grades[0])
		}
		m.courses[cell("sourcedId")] = c
	})
	levels := map[string][]string{}
	m.table("classes").each(func(_ int, cell func(string) string) {
		at, level := cell("schoolSourcedId"), m.courses[cell("courseSourcedId")].level
		if level != "" && !slices.Contains(levels[at], level) {
			levels[at] = append(levels[at], level)
		}
	})
	byCode := map[string]org.School{}
	all, err := org.Schools(ctx, tx, m.who, tx.Today())
	if err != nil {
		return err
	}
	for _, s := range all {
		byCode[s.Code] = s
	}
	for _, o := range m.byLine() {
		if o.kind != "school" {
			continue
		}
		code := cmp.Or(o.code, o.sourced)
		if s, stands := byCode[code]; stands {
			err = m.standingSchool(ctx, tx, o, s)
		} else {
			err = m.newSchool(ctx, tx, o, code, strings.Join(levels[o.sourced], " "))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *Import) standingSchool(ctx context.Context, tx *store.Tx, o orgRow, s org.School) error {
	if m.in.School != 0 && m.in.School != s.ID {
		o.refuse(fault.Forbidden, "other-school", "identifier", nil)
		return nil
	}
	if _, err := access.May(ctx, tx, m.who, access.ImportPupils, access.School(s.ID)); err != nil {
		return o.refusedBy(err)
	}
	if s.Name != o.name {
		o.note("name-differs", fault.Args{"id": clipped(o.sourced)})
	}
	m.schools[o.sourced] = &schoolPlan{id: s.ID, stands: true}
	o.Text = m.state(true, s.ID) + o.Text
	m.stands(o.Step, naming.Org, naming.SchoolName(s.ID), o.sourced)
	if m.in.Made[s.ID] {
		o.What = New
	}
	return nil
}

func (m *Import) newSchool(ctx context.Context, tx *store.Tx, o orgRow, code, levels string) error {
	if m.in.School != 0 {
		o.refuse(fault.Forbidden, "other-school", "identifier", nil)
		return nil
	}
	above := m.orgs[o.above]
	for unitKinds[above.kind] == "" && above.Step != nil && above.above != above.sourced {
		above = m.orgs[above.above]
	}
	if unitKinds[above.kind] == "" {
		o.refuse(fault.Invalid, "school-no-place", "parentSourcedId", nil)
		return nil
	}
	at := string(unitKinds[above.kind]) + ":" + above.code
	lines := []org.SchoolLine{{Row: o.Line, Code: code, Name: o.name, Unit: at, ManagedBy: at, Levels: levels}}
	if !m.coming[above.sourced] {
		plan, err := org.PlanSchools(ctx, tx, m.who, lines)
		if err != nil {
			return err
		}
		for _, e := range plan.Errors {
			o.Faults = append(o.Faults, e.Fault)
		}
		if len(plan.Errors) > 0 {
			return nil
		}
	}
	school := &schoolPlan{}
	m.schools[o.sourced] = school
	o.What, o.Text = New, m.state(false, 0)+o.Text
	o.forget = func() { school.id = 0 }
	o.make = func(ctx context.Context, tx *store.Tx, w *writing) error {
		plan, err := org.PlanSchools(ctx, tx, m.who, lines)
		if err != nil {
			return err
		}
		if len(plan.Errors) > 0 {
			return plan.Errors[0].Fault
		}
		made, err := org.PutSchools(ctx, tx, m.who, plan)
		if err != nil {
			return err
		}
		if len(made) == 0 { // somebody made it meanwhile
			return fault.New(fault.Conflict, "intake.moved", nil)
		}
		school.id, w.schools = made[0], append(w.schools, made[0])
		return nil
	}
	o.names = func() []name { return []name{{naming.Org, naming.SchoolName(school.id), o.sourced}} }
	return nil
}

// gradesOf reads a list of grades; false when one is none.
func gradesOf(text string) (grades []string, ok bool) {
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		grade := student.ParseGrade(part)
		if grade == "" {
			return grades, false
		}
		grades = append(grades, grade)
	}
	return grades, true
}

// planClasses finds classes by school, year and name and opens those that are not known.
func (m *Import) planClasses(ctx context.Context, tx *store.Tx) (err error) {
	m.table("classes").each(func(line int, cell func(string) string) {
		if err != nil {
			return
		}
		s := m.step("classes", line)
		c := m.courses[cell("courseSourcedId")]
		year := c.year
		for term := range strings.SplitSeq(cell("termSourcedIds"), ",") {
			if year == nil {
				year = m.years[strings.TrimSpace(term)]
			}
		}
		grades, ok := gradesOf(cell("grades"))
		school := m.schools[cell("schoolSourcedId")]
		s.Name, s.Where = cell("title"), m.orgs[cell("schoolSourcedId")].name
		switch {
		case year == nil:
			s.refuse(fault.Invalid, "class-no-year", "courseSourcedId", nil)
			return
		case !ok || len(grades) == 0:
			s.refuse(fault.Invalid, "class-no-grade", "grades", fault.Args{"value": clipped(cell("grades"))})
			return
		case school == nil:
			s.Faults = append(s.Faults, lost("schoolSourcedId", cell("schoolSourcedId"), "orgs"))
			return
		}
		level := cmp.Or(c.level, org.LevelOfGrade(grades[0]))
		class := &classPlan{school: school, course: cell("courseSourcedId"), Class: org.Class{School: school.id, Year: year.Year.Year, Name: cell("title"), Level: level,
			Grades: strings.Join(grades, " "), From: year.Period.From, Until: year.Period.Until}}
		err = m.planClass(ctx, tx, s, class)
	})
	return err
}

func (m *Import) planClass(ctx context.Context, tx *store.Tx, s *Step, class *classPlan) error {
	if class.school.stands {
		found, err := m.findClass(ctx, tx, s.sourced, class.Class)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if class.stands = err == nil; class.stands {
			if found.Name != class.Name || found.Grades != class.Grades {
				s.note("name-differs", fault.Args{"id": clipped(s.sourced)})
			}
			class.Class = found
		} else if _, err := access.May(ctx, tx, m.who, access.ChangeClasses, access.School(class.school.id)); err != nil {
			return s.refusedBy(err)
		}
	}
	m.classes[s.sourced] = class
	s.Text = m.state(class.stands, class.ID) + s.Text
	if class.stands {
		m.stands(s, naming.Class, naming.ClassName(class.ID), s.sourced)
		m.stands(s, naming.Course, naming.CourseName(class.School, class.Grades), class.course)
	}
	if !class.stands || m.in.Made[class.ID] {
		s.What = New
	}
	if !class.stands {
		s.forget = func() { class.ID = id.ID(0) }
		s.make = func(ctx context.Context, tx *store.Tx, w *writing) error {
			if class.school.id == 0 {
				return lost("schoolSourcedId", "", "orgs")
			}
			class.School = class.school.id
			opened, err := org.OpenClass(ctx, tx, m.who, class.Class)
			if err == nil {
				class.Class, w.classes = opened, append(w.classes, opened.ID)
			}
			return err
		}
	}
	s.names = func() []name {
		return []name{{naming.Class, naming.ClassName(class.ID), s.sourced}, {naming.Course, naming.CourseName(class.School, class.Grades), class.course}}
	}
	return nil
}

func (m *Import) findClass(ctx context.Context, tx *store.Tx, sourced string, class org.Class) (org.Class, error) {
	if number, _ := m.numbered(naming.Class, "class-", sourced); number != 0 {
		found, err := org.ClassByID(ctx, tx, m.who, number)
		if err == nil && found.School == class.School {
			return found, nil
		} else if err != nil && !fault.Is(err, fault.NotFound) {
			return found, err
		}
	}
	return org.ClassNamed(ctx, tx, m.who, class.School, class.Year, class.Name)
}
