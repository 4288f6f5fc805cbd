package national

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"ralop/internal/access"
	"ralop/internal/benefit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/student"
)

// The form's own bounds.
const (
	manySites    = 5  // "có 5 điểm trường trở lên ngoài điểm trường chính"
	manyDisabled = 20 // "từ 20 học sinh khuyết tật trở lên"
	largeHigh    = 19 // "từ 19 lớp trở lên" of a highland school
	// twoSessions is from how many sessions a week a primary class learns two sessions a day
	// (CV 4567/BGDĐT-GDPT of 2025: at least nine).
	twoSessions = 9
)

// primary is the level of the form.
const primary = student.TH

// Filled is the form of a school on a day.
type Filled struct {
	School org.School
	On     day.Day
	Year   int // in which the school year begins
	Rule   string
	Lines  []Line
}

// Fill fills form 02-TH-ĐN of a primary school as it is on a day (zero: today). It needs
// the right to see the school's pupils. Faults: those of access.May, org.no-school,
// national.not-primary.
func Fill(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, on day.Day) (f Filled, err error) {
	if f.Rule, err = access.May(ctx, tx, who, access.SeePupils, access.School(school)); err != nil {
		return f, err
	}
	if on.IsZero() {
		on = tx.Today()
	}
	f.On, f.Year = on, on.SchoolYear()
	if f.School, err = org.SchoolOn(ctx, tx, who, school, on); err != nil {
		return f, err
	}
	if !f.School.HasLevel(primary) {
		return f, fault.New(fault.Invalid, "national.not-primary", nil)
	}
	k := &known{year: f.Year, school: f.School, sessions: map[id.ID]int{}, pupilsOf: map[benefit.Scheme]map[id.ID]bool{}}
	if err := k.read(ctx, tx, who, school, on); err != nil {
		return f, err
	}
	for _, i := range Form02 {
		line := Line{Indicator: i}
		k.fill(&line)
		if !line.Known && line.Note == "" {
			line.Note = NoteUnknown
		}
		f.Lines = append(f.Lines, line)
	}
	return f, nil
}

// known is what the rooms know of a primary school.
type known struct {
	year     int
	school   org.School
	enrolled []Enrolled
	classes  []org.Class
	grades   map[id.ID]string // under which each class is counted
	sites    []org.Site
	high     bool          // in a commune or village that is listed as highland or remote
	sessions map[id.ID]int // of a class in a week; absent: no timetable
	benefits string        // note: why supports are not known, "" when they are
	pupilsOf map[benefit.Scheme]map[id.ID]bool
}

func (k *known) read(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, on day.Day) error {
	everybody, err := EnrolledAt(ctx, tx, who.Realm, school, on)
	if err != nil {
		return err
	}
	k.enrolled = slices.DeleteFunc(everybody, func(e Enrolled) bool { return e.Level != primary })
	if k.classes, err = ClassesOn(ctx, tx, who, school, on); err != nil {
		return err
	}
	k.classes = slices.DeleteFunc(k.classes, func(c org.Class) bool { return c.Level != primary })
	plans, err := calendar.Plans(ctx, tx, who.Realm, school, k.year)
	if err != nil {
		return err
	}
	k.grades = map[id.ID]string{}
	for _, c := range k.classes {
		k.grades[c.ID] = CountedGrade(c, k.enrolled)
		if plan := plans.Class(c.ID); plan != nil {
			if t, has := plan.TimetableOn(on); has {
				k.sessions[c.ID] = t.Week.Count()
			}
		}
	}
	if k.sites, err = org.Sites(ctx, tx, who, school, on); err != nil {
		return err
	}
	path, err := org.Path(ctx, tx, k.school.LocatedIn, on)
	if err != nil {
		return err
	}
	for _, u := range path {
		if u.Kind != org.Commune && u.Kind != org.Village {
			continue
		}
		zones, err := org.ZonesOf(ctx, tx, u.ID, on)
		if err != nil {
			return err
		}
		k.high = k.high || slices.ContainsFunc(zones, func(z org.ZoneSpan) bool { return z.Zone == "vung-cao" || z.Zone == "vung-xa" })
	}
	return k.readBenefits(ctx, tx, who, school, on)
}

func (k *known) readBenefits(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, on day.Day) error {
	given, _, err := benefit.At(ctx, tx, who, access.School(school), day.Range{From: on, Until: on + 1})
	if fault.Is(err, fault.Forbidden) {
		k.benefits = NoteBenefitRight
		return nil
	}
	for _, b := range given {
		if k.pupilsOf[b.Scheme] == nil {
			k.pupilsOf[b.Scheme] = map[id.ID]bool{}
		}
		k.pupilsOf[b.Scheme][b.Pupil] = true
	}
	return err
}

// tell writes a number that is certain.
func (l *Line) tell(n int, note string) { l.Known, l.Total, l.Note = true, n, note }

// yes writes 1 or 0: the form is one school's.
func (l *Line) yes(is bool, note string) {
	n := 0
	if is {
		n = 1
	}
	l.tell(n, note)
}

// people counts the children that a rule keeps.
func (k *known) people(l *Line, note string, keep func(Enrolled) bool) {
	l.Known, l.Note = true, note
	for _, e := range k.enrolled {
		if keep(e) {
			l.add(e)
		}
	}
	if note == "" && slices.ContainsFunc(k.enrolled, func(e Enrolled) bool { return e.Ethnicity == "" && keep(e) }) {
		l.Note = NoteEthnicity
	}
}

func (k *known) fill(l *Line) {
	switch section := l.Section; {
	case section == "III":
		k.fillPupils(l)
	case strings.HasPrefix(l.rule, "classes"):
		k.fillClasses(l)
	case l.rule == "-":
	case l.rule == "sites":
		k.fillSites(l)
	case k.school.Levels != primary:
		l.Note = NoteLevels
	default:
		k.fillSchool(l)
	}
}

func (k *known) fillSites(l *Line) {
	n := len(k.sites)
	if !slices.ContainsFunc(k.sites, func(s org.Site) bool { return s.Main }) {
		n++ // classes without a site are at the main one, whether or not it is written down
	}
	l.tell(n, NoteSites)
}

func (k *known) fillSchool(l *Line) {
	disabled := 0
	for _, e := range k.enrolled {
		if e.Disability != "" {
			disabled++
		}
	}
	beside := 0
	for _, s := range k.sites {
		if !s.Main {
			beside++
		}
	}
	switch l.rule {
	case "school":
		l.tell(1, "")
	case "region-low", "region-high", "high-large", "high-small":
		if !k.high {
			l.Note = NoteZone
			return
		}
		l.yes(l.rule == "region-high" || l.rule == "high-large" && len(k.classes) >= largeHigh || l.rule == "high-small" && len(k.classes) < largeHigh, "")
	case "school-two-sessions":
		n, all := k.twoSessionClasses()
		if !all {
			l.Note = NoteTimetable
			return
		}
		l.yes(len(k.classes) > 0 && n == len(k.classes), NoteTwoSessions)
	case "school-boarding":
		if k.school.Type == "" {
			l.Note = NoteType
			return
		}
		l.yes(k.boardingSchool(), "")
	case "disabled-few":
		l.yes(disabled > 0 && disabled < manyDisabled, NoteDisabled)
	case "disabled-many":
		l.yes(disabled >= manyDisabled, NoteDisabled)
	case "sites-many":
		l.yes(beside >= manySites, "")
	}
}

func (k *known) boardingSchool() bool { return strings.HasPrefix(k.school.Type, "PTDTBT") }

// twoSessionClasses counts the classes that learn two sessions a day; all is false when the
// timetable of some class is not known.
func (k *known) twoSessionClasses() (n int, all bool) {
	for _, c := range k.classes {
		if k.sessions[c.ID] >= twoSessions {
			n++
		}
	}
	return n, len(k.sessions) == len(k.classes)
}

func (k *known) fillClasses(l *Line) {
	count := func(keep func(org.Class) bool) (n int) {
		for _, c := range k.classes {
			if keep(c) {
				n++
			}
		}
		return n
	}
	combined := count(org.Class.Combined)
	switch grade, _ := strings.CutPrefix(l.rule, "classes-"); grade {
	case "classes":
		l.tell(len(k.classes), "")
	case "combined":
		l.tell(combined, "")
	case "two-sessions":
		n, all := k.twoSessionClasses()
		if !all {
			l.Note = NoteTimetable
			return
		}
		l.tell(n, NoteTwoSessions)
	case "boarding":
		// Which classes of a boarding school board is not kept; another school has none.
		switch {
		case k.school.Type == "":
			l.Note = NoteType
		case !k.boardingSchool():
			l.tell(0, "")
		}
	default:
		note := ""
		if combined > 0 {
			note = NoteCombined
		}
		l.tell(count(func(c org.Class) bool { return k.grades[c.ID] == grade }), note)
	}
}

func (k *known) fillPupils(l *Line) {
	switch l.rule {
	case "-":
	case "pupils":
		k.people(l, "", func(Enrolled) bool { return true })
	case "pupils-low", "pupils-high":
		if !k.high {
			l.Note = NoteZone
			return
		}
		k.people(l, "", func(Enrolled) bool { return l.rule == "pupils-high" })
	case "age-under-6":
		k.people(l, "", func(e Enrolled) bool { return e.Age(k.year) < 6 })
	case "age-over-10":
		k.people(l, "", func(e Enrolled) bool { return e.Age(k.year) > 10 })
	case "entrants", "repeaters":
		k.fillEntries(l)
	case "pupils-two-sessions":
		if _, all := k.twoSessionClasses(); !all {
			l.Note = NoteTimetable
			return
		}
		k.people(l, NoteTwoSessions, func(e Enrolled) bool { return k.sessions[e.Class] >= twoSessions })
	case "minority-boarders":
		k.people(l, NoteBoarders, func(e Enrolled) bool { return e.Minority() && e.Boarding == "semi-boarding" })
	case "disabled":
		k.people(l, NoteDisabled, func(e Enrolled) bool { return e.Disability != "" })
	case "benefit-costs":
		k.fillBenefit(l, "", "learning-costs")
	case "benefit-peoples":
		k.fillBenefit(l, "", "small-peoples")
	case "benefit-boarding":
		k.fillBenefit(l, NoteBoarding, "boarding-meals", "boarding-lodging", "rice")
	default:
		k.fillCombination(l)
	}
}

// fillCombination counts "grade-3", "age-8", "grade-3-age-8", "disabled-02".
func (k *known) fillCombination(l *Line) {
	parts := strings.Split(l.rule, "-")
	note := ""
	if parts[0] == "disabled" {
		note = NoteDisabled
	}
	k.people(l, note, func(e Enrolled) bool {
		for i := 0; i+1 < len(parts); i += 2 {
			is := map[string]string{"grade": e.Grade, "age": strconv.Itoa(e.Age(k.year)), "disabled": e.Disability}[parts[i]]
			if is != parts[i+1] {
				return false
			}
		}
		return true
	})
}

// fillEntries counts how pupils came. Lists of a class often do not tell it: then every
// spell says "opening", and neither number is known.
func (k *known) fillEntries(l *Line) {
	if !slices.ContainsFunc(k.enrolled, func(e Enrolled) bool { return e.Entry == student.EntryEntrant || e.Entry == student.EntryRepeater }) {
		l.Note = NoteEntry
		return
	}
	k.people(l, "", func(e Enrolled) bool {
		if l.rule == "repeaters" {
			return e.Entry == student.EntryRepeater
		}
		return e.Entry == student.EntryEntrant && e.Grade == "1"
	})
}

func (k *known) fillBenefit(l *Line, note string, schemes ...benefit.Scheme) {
	if k.benefits != "" {
		l.Note = k.benefits
		return
	}
	if !slices.ContainsFunc(schemes, func(s benefit.Scheme) bool { return len(k.pupilsOf[s]) > 0 }) {
		l.Note = NoteBenefits
		return
	}
	k.people(l, note, func(e Enrolled) bool {
		return slices.ContainsFunc(schemes, func(s benefit.Scheme) bool { return k.pupilsOf[s][e.Pupil] })
	})
}
