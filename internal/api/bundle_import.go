package api

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	naming "ralop/internal/roster"
	"ralop/internal/store"
	"ralop/internal/student"
)

// ImportIn says how a bundle goes in.
type ImportIn struct {
	Bundle   *Bundle
	DryRun   bool                  // say what would happen, write nothing
	Progress func(done, total int) // of users; may be nil
}

// Count is what became of the objects of one file.
type Count struct{ New, Same int }

// Imported is what an import did: good lines went in, the others say why not.
type Imported struct {
	Counts   map[string]*Count // by file: orgs, academicSessions, classes, users, enrollments
	Findings []Finding         // lines that did not go in
	Notes    []Finding         // lines that differ from what stands here, which stays
}

// importer takes a bundle in, file by file, in slices of one transaction each. What is
// there already stays as it is, and is told when the bundle says otherwise; so the same
// bundle again changes nothing, and one that was broken off is taken up where it ended.
type importer struct {
	ctx   context.Context
	s     *store.Store
	who   access.Who
	in    ImportIn
	done  *Imported
	names *naming.Names

	years   map[string]calendar.Year // by sourcedId of the session; terms name the year they are in
	orgs    map[string]orgRow
	schools map[string]org.School // by sourcedId
	courses map[string]courseRow
	classes map[string]org.Class
	pupils  map[id.ID]map[id.ID]student.ListedPupil // of schools that were asked
	matched map[id.ID]bool                          // of them those that a line was found to mean
	callers map[access.RollCaller]bool
}

type orgRow struct {
	line                             int
	sourced, kind, name, code, above string
}

type courseRow struct {
	sourced, level string
	year           calendar.Year
}

// name is one that is kept with an object.
type name struct {
	kind           naming.Kind
	local, sourced string
}

// ImportBundle takes the lines of a bundle in that Check let stand. The caller must have the
// rights that each room asks; the owner of the machine has them all.
//
// Codes of findings, besides those of Check and of the rooms: api.org-no-code,
// api.org-unknown, api.school-no-place, api.class-no-year, api.class-no-grade,
// api.pupil-no-class, api.pupil-two-classes, api.pupil-no-birth, api.pupil-elsewhere;
// notes: api.year-differs, api.name-differs, api.user-other, api.login-taken.
func ImportBundle(ctx context.Context, s *store.Store, who access.Who, in ImportIn) (*Imported, error) {
	m := &importer{ctx: ctx, s: s, who: who, in: in, done: &Imported{Counts: map[string]*Count{}}, years: map[string]calendar.Year{}, orgs: map[string]orgRow{},
		schools: map[string]org.School{}, courses: map[string]courseRow{}, classes: map[string]org.Class{}, pupils: map[id.ID]map[id.ID]student.ListedPupil{}, matched: map[id.ID]bool{}, callers: map[access.RollCaller]bool{}}
	for _, file := range []string{"orgs", "academicSessions", "classes", "users", "enrollments"} {
		m.done.Counts[file] = &Count{}
	}
	m.done.Findings = in.Bundle.Check()
	if err := m.read(func(ctx context.Context, tx *store.Tx) (err error) {
		if _, err := access.May(ctx, tx, who, access.ImportPupils, access.Realm()); err != nil {
			return err
		}
		m.names, err = naming.Read(ctx, tx, who.Realm)
		return err
	}); err != nil {
		return nil, err
	}
	for _, step := range []func() error{m.takeSessions, m.takeUnits, m.takeCourses, m.takeSchools, m.takeClasses, m.takeUsers, m.takeNames} {
		if err := step(); err != nil {
			return m.done, err
		}
	}
	slices.SortStableFunc(m.done.Findings, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line)
	})
	return m.done, nil
}

func (m *importer) read(f func(context.Context, *store.Tx) error) error { return m.s.Read(m.ctx, f) }

// write runs f in a transaction and then remembers the names that it kept.
func (m *importer) write(f func(ctx context.Context, tx *store.Tx) ([]name, error)) error {
	var kept []name
	err := m.s.Write(m.ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if kept, err = f(ctx, tx); err != nil {
			return err
		}
		for _, n := range kept {
			if err := naming.Keep(ctx, tx, m.who.Realm, n.kind, n.local, n.sourced); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		for _, n := range kept {
			m.names.Note(n.kind, n.local, n.sourced)
		}
	}
	return err
}

func (m *importer) refuse(file string, line int, f *fault.Fault) {
	m.done.Findings = append(m.done.Findings, Finding{file + ".csv", line, f})
}

func (m *importer) note(file string, line int, code string, args fault.Args) {
	m.done.Notes = append(m.done.Notes, Finding{file + ".csv", line, fault.New(fault.Conflict, "api."+code, args)})
}

func (m *importer) table(file string) *csvTable { return m.in.Bundle.tables[file] }

// numbered gives the id of an object that already has this name: by an earlier bundle, or as
// the house itself calls it.
func (m *importer) numbered(kind naming.Kind, prefix, sourced string) (number id.ID, came bool) {
	local, came := m.names.Local(kind, sourced)
	text, ok := strings.CutPrefix(local, prefix)
	number, err := id.Parse(text)
	if !ok || err != nil {
		return 0, came
	}
	return number, came
}

// takeSessions opens school years that nobody has opened. A year that stands keeps its days.
func (m *importer) takeSessions() error {
	type session struct {
		line                  int
		sourced, kind, parent string
		period                day.Range
		ends                  string
	}
	var list []session
	m.table("academicSessions").each(func(line int, cell func(string) string) {
		from, _ := day.Parse(cell("startDate"))
		until, _ := day.Parse(cell("endDate"))
		list = append(list, session{line, cell("sourcedId"), cell("type"), cell("parentSourcedId"), day.Range{From: from, Until: until}, cell("schoolYear")})
	})
	slices.SortFunc(list, func(a, b session) int { return int(a.period.From - b.period.From) })
	terms := map[string][]session{}
	for _, t := range list {
		if t.kind == "semester" || t.kind == "term" {
			terms[t.parent] = append(terms[t.parent], t)
		}
	}
	for _, y := range list {
		if y.kind != "schoolYear" {
			continue
		}
		ends, err := strconv.Atoi(y.ends)
		if err != nil || ends < 1991 || ends > 2200 {
			m.refuse("academicSessions", y.line, fault.New(fault.Invalid, "api.cell-word", fault.Args{"heading": "schoolYear", "value": clipped(y.ends), "known": "2026"}).On("schoolYear"))
			continue
		}
		in := calendar.OpenYearIn{Year: calendar.Year{Year: ends - 1, Period: y.period, Opening: y.period.From}, Reason: "OneRoster"}
		if opening := day.Date(ends-1, 9, 5); y.period.Has(opening) {
			in.Year.Opening = opening
		}
		if y.period.Until > day.Date(ends, 6, 1) {
			in.Year.Extension = "OneRoster"
		}
		names := []name{{naming.Session, yearID(ends - 1), y.sourced}}
		for i, t := range terms[y.sourced] {
			in.Terms = append(in.Terms, calendar.Term{Number: i + 1, Period: t.period})
			names = append(names, name{naming.Session, termID(calendar.Term{Year: ends - 1, Number: i + 1}), t.sourced})
		}
		var standing calendar.Year
		err = m.read(func(ctx context.Context, tx *store.Tx) (err error) {
			standing, _, err = calendar.YearOf(ctx, tx, m.who.Realm, ends-1)
			return err
		})
		known := err == nil
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		// A year that nobody has opened is written with its bounds: there is nothing to open.
		unopened := y.period == calendar.Bounds(ends-1) && len(in.Terms) == 0
		if known {
			m.done.Counts["academicSessions"].Same += len(names)
			if standing.Period != y.period {
				m.note("academicSessions", y.line, "year-differs", fault.Args{"year": ends - 1})
			}
		} else {
			m.done.Counts["academicSessions"].New += len(names)
			standing = in.Year
		}
		m.years[y.sourced] = standing
		for _, t := range terms[y.sourced] {
			m.years[t.sourced] = standing
		}
		if m.in.DryRun {
			continue
		}
		err = m.write(func(ctx context.Context, tx *store.Tx) ([]name, error) {
			if known || unopened {
				return names, nil
			}
			_, err := calendar.OpenYear(ctx, tx, m.who, in)
			return names, err
		})
		if f, ok := faultOf(err); ok {
			m.refuse("academicSessions", y.line, f)
		} else if err != nil {
			return err
		}
	}
	return nil
}

// faultOf gives the first fault of an error.
func faultOf(err error) (*fault.Fault, bool) {
	if err == nil {
		return nil, false
	}
	if list, ok := err.(fault.List); ok && len(list) > 0 {
		return list[0], true
	}
	return fault.Of(err)
}

// unitKinds are the words of the standard for units, the other way round.
var unitKinds = map[string]org.Kind{"state": org.Province, "district": org.District, "local": org.Commune}

// takeUnits finds the units by their codes. Those of a state that is not known at all come
// to be; into a known one nothing is put: its units come from decrees.
func (m *importer) takeUnits() error {
	m.table("orgs").each(func(line int, cell func(string) string) {
		m.orgs[cell("sourcedId")] = orgRow{line, cell("sourcedId"), cell("type"), cell("name"), cell("identifier"), cell("parentSourcedId")}
	})
	known, err := m.knownUnits()
	if err != nil {
		return err
	}
	first := day.Forever
	for _, y := range m.years {
		first = min(first, calendar.Bounds(y.Year).From)
	}
	var lines []org.UnitLine
	var states []orgRow
	for _, o := range m.byLine() {
		kind, is := unitKinds[o.kind]
		if !is {
			continue
		}
		if _, stands := known[o.sourced]; stands {
			m.done.Counts["orgs"].Same++
			continue
		}
		if o.code == "" {
			m.refuse("orgs", o.line, fault.New(fault.Invalid, "api.org-no-code", nil).On("identifier"))
			continue
		}
		l := org.UnitLine{Row: o.line, Code: o.code, FullName: o.name, Word: string(kind)}
		top := o
		for at := m.orgs[o.above]; at.sourced != "" && at.sourced != o.sourced; at = m.orgs[at.above] {
			switch at.kind {
			case "district":
				l.DistrictCode = at.code
			case "state":
				l.ProvinceCode = at.code
			}
			top = at
			if at.above == at.sourced {
				break
			}
		}
		if _, stands := known[top.sourced]; stands || top.kind != "state" && top.kind != "national" {
			m.refuse("orgs", o.line, fault.New(fault.NotFound, "api.org-unknown", fault.Args{"code": o.code}).On("identifier"))
			continue
		}
		m.done.Counts["orgs"].New++
		lines = append(lines, l)
		if o.kind == "state" {
			states = append(states, o)
		}
	}
	if len(lines) > 0 && !m.in.DryRun {
		if err := m.makeUnits(first, lines, states); err != nil {
			return err
		}
		if known, err = m.knownUnits(); err != nil {
			return err
		}
	}
	if m.in.DryRun {
		return nil
	}
	return m.write(func(context.Context, *store.Tx) (names []name, err error) {
		for sourced, unit := range known {
			names = append(names, name{naming.Org, unitID(unit), sourced})
		}
		return names, nil
	})
}

// byLine gives the orgs in the order of their lines.
func (m *importer) byLine() []orgRow {
	return slices.SortedFunc(maps.Values(m.orgs), func(a, b orgRow) int { return a.line - b.line })
}

func (m *importer) knownUnits() (map[string]id.ID, error) {
	known := map[string]id.ID{}
	err := m.read(func(ctx context.Context, tx *store.Tx) error {
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
			known[sourced] = u.ID
		}
		return nil
	})
	return known, err
}

func (m *importer) makeUnits(on day.Day, lines []org.UnitLine, states []orgRow) error {
	var plan *org.Plan
	err := m.s.Write(m.ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		plan, err = org.PlanUnits(ctx, tx, m.who, org.UnitsIn{On: on, Lines: lines, Partial: true})
		return err
	})
	if err != nil {
		return err
	}
	if len(plan.Errors) > 0 {
		for _, e := range plan.Errors {
			m.refuse("orgs", e.Row, e.Fault)
		}
		return nil
	}
	if err := org.Commit(m.ctx, m.s, m.who, plan, nil); err != nil {
		return err
	}
	return m.s.Write(m.ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, s := range states {
			unit, err := org.Resolve(ctx, tx, string(org.Province)+":"+s.code, tx.Today())
			if err != nil {
				return err
			}
			if err := org.Hold(ctx, tx, m.who, unit.ID, on); err != nil {
				return err
			}
		}
		return nil
	})
}

// takeCourses reads which level and year a class is of; a course is nothing more here.
func (m *importer) takeCourses() error {
	m.table("courses").each(func(_ int, cell func(string) string) {
		c := courseRow{sourced: cell("sourcedId"), year: m.years[cell("schoolYearSourcedId")]}
		if grades, _ := gradesOf(cell("grades")); slices.Contains(org.Levels, cell("courseCode")) {
			c.level = cell("courseCode")
		} else if len(grades) > 0 {
			c.level = org.LevelOfGrade(grades[0])
		}
		m.courses[c.sourced] = c
	})
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

// takeSchools finds schools by their codes and makes those that are not known.
func (m *importer) takeSchools() error {
	levels := map[string][]string{}
	m.table("classes").each(func(_ int, cell func(string) string) {
		at, level := cell("schoolSourcedId"), m.courses[cell("courseSourcedId")].level
		if level != "" && !slices.Contains(levels[at], level) {
			levels[at] = append(levels[at], level)
		}
	})
	byCode := map[string]org.School{}
	ask := func() error {
		return m.read(func(ctx context.Context, tx *store.Tx) error {
			all, err := org.Schools(ctx, tx, m.who, tx.Today())
			for _, s := range all {
				byCode[s.Code] = s
			}
			return err
		})
	}
	if err := ask(); err != nil {
		return err
	}
	var lines []org.SchoolLine
	codes := map[string]string{}
	for _, o := range m.byLine() {
		if o.kind != "school" {
			continue
		}
		code := o.code
		if code == "" {
			code = o.sourced
		}
		codes[o.sourced] = code
		if s, stands := byCode[code]; stands {
			m.done.Counts["orgs"].Same++
			if s.Name != o.name {
				m.note("orgs", o.line, "name-differs", fault.Args{"id": clipped(o.sourced)})
			}
			continue
		}
		above := m.orgs[o.above]
		for unitKinds[above.kind] == "" && above.sourced != "" && above.above != above.sourced {
			above = m.orgs[above.above]
		}
		if unitKinds[above.kind] == "" {
			m.refuse("orgs", o.line, fault.New(fault.Invalid, "api.school-no-place", nil).On("parentSourcedId"))
			continue
		}
		m.done.Counts["orgs"].New++
		place := string(unitKinds[above.kind]) + ":" + above.code
		lines = append(lines, org.SchoolLine{Row: o.line, Code: code, Name: o.name, Unit: place, ManagedBy: place, Levels: strings.Join(levels[o.sourced], " ")})
	}
	if len(lines) > 0 && !m.in.DryRun {
		var plan *org.SchoolsPlan
		if err := m.s.Write(m.ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			plan, err = org.PlanSchools(ctx, tx, m.who, lines)
			return err
		}); err != nil {
			return err
		}
		for _, e := range plan.Errors {
			m.done.Counts["orgs"].New--
			m.refuse("orgs", e.Row, e.Fault)
		}
		if err := org.CommitSchools(m.ctx, m.s, m.who, plan, nil); err != nil {
			return err
		}
		if err := ask(); err != nil {
			return err
		}
	}
	var names []name
	for sourced, code := range codes {
		if s, stands := byCode[code]; stands {
			m.schools[sourced] = s
			names = append(names, name{naming.Org, schoolID(s.ID), sourced})
		}
	}
	if m.in.DryRun {
		return nil
	}
	return m.write(func(context.Context, *store.Tx) ([]name, error) { return names, nil })
}

// takeClasses finds classes by school, year and name and opens those that are not known.
func (m *importer) takeClasses() (err error) {
	m.table("classes").each(func(line int, cell func(string) string) {
		if err != nil {
			return
		}
		c := m.courses[cell("courseSourcedId")]
		year := c.year
		for term := range strings.SplitSeq(cell("termSourcedIds"), ",") {
			if year.Year == 0 {
				year = m.years[strings.TrimSpace(term)]
			}
		}
		grades, ok := gradesOf(cell("grades"))
		school, stands := m.schools[cell("schoolSourcedId")]
		switch {
		case year.Year == 0:
			m.refuse("classes", line, fault.New(fault.Invalid, "api.class-no-year", nil).On("courseSourcedId"))
			return
		case !ok || len(grades) == 0:
			m.refuse("classes", line, fault.New(fault.Invalid, "api.class-no-grade", fault.Args{"value": clipped(cell("grades"))}).On("grades"))
			return
		case !stands:
			if m.in.DryRun {
				m.done.Counts["classes"].New++
			} else {
				m.refuse("classes", line, fault.New(fault.NotFound, "api.cell-points", fault.Args{"heading": "schoolSourcedId", "id": clipped(cell("schoolSourcedId")), "file": "orgs.csv"}).On("schoolSourcedId"))
			}
			return
		}
		level := c.level
		if level == "" {
			level = org.LevelOfGrade(grades[0])
		}
		class := org.Class{School: school.ID, Year: year.Year, Name: cell("title"), Level: level, Grades: strings.Join(grades, " "), From: year.Period.From, Until: year.Period.Until}
		err = m.takeClass(line, cell("sourcedId"), cell("courseSourcedId"), class)
	})
	return err
}

func (m *importer) takeClass(line int, sourced, course string, class org.Class) error {
	var found org.Class
	err := m.read(func(ctx context.Context, tx *store.Tx) (err error) {
		if number, _ := m.numbered(naming.Class, "class-", sourced); number != 0 {
			if found, err = org.ClassByID(ctx, tx, m.who, number); err == nil && found.School == class.School {
				return nil
			} else if err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
		found, err = org.ClassNamed(ctx, tx, m.who, class.School, class.Year, class.Name)
		return err
	})
	stands := err == nil
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if stands {
		m.done.Counts["classes"].Same++
		if found.Name != class.Name || found.Grades != class.Grades {
			m.note("classes", line, "name-differs", fault.Args{"id": clipped(sourced)})
		}
		m.classes[sourced] = found
	} else {
		m.done.Counts["classes"].New++
	}
	if m.in.DryRun {
		return nil
	}
	err = m.write(func(ctx context.Context, tx *store.Tx) ([]name, error) {
		if !stands {
			opened, err := org.OpenClass(ctx, tx, m.who, class)
			if err != nil {
				return nil, err
			}
			found = opened
		}
		return []name{{naming.Class, classID(found.ID), sourced}, {naming.Course, courseID(found), course}}, nil
	})
	if f, ok := faultOf(err); ok {
		m.done.Counts["classes"].New--
		m.refuse("classes", line, f)
		return nil
	}
	m.classes[sourced] = found
	return err
}

// accountNamed says whether an account with this id has this name.
func (m *importer) accountNamed(ctx context.Context, tx *store.Tx, number id.ID, called string) (bool, error) {
	profile, err := account.Find(ctx, tx, m.who.Realm, number)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil && profile.Name == called, err
}
