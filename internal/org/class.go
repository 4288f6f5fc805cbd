package org

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Class belongs to one school year and one level. With more than one grade it is a lớp
// ghép: one teacher, several grades. Who teaches it is a grant of access (role
// homeroom-teacher or substitute-teacher, scope class), dated as all grants are.
type Class struct {
	ID     id.ID
	School id.ID
	Year   int // in which the school year begins
	Name   string
	Level  string
	Grades string // separated by spaces; kindergarten: NT 3T 4T 5T
	Site   id.ID  // 0: the main site
	From   day.Day
	Until  day.Day
}

// GradeList gives the grades one by one.
func (c Class) GradeList() []string { return strings.Fields(c.Grades) }

// Combined says whether the class is a lớp ghép.
func (c Class) Combined() bool { return len(c.GradeList()) > 1 }

// gradesOf are the grades of each level (Luật Giáo dục 2019 Đ.28; kindergarten by age).
var gradesOf = map[string][]string{
	"MN": {"NT", "3T", "4T", "5T"}, "TH": {"1", "2", "3", "4", "5"}, "THCS": {"6", "7", "8", "9"}, "THPT": {"10", "11", "12"},
	"GDTX": {"6", "7", "8", "9", "10", "11", "12"}, "GDNN": {"10", "11", "12"},
}

// Grades gives the grades of a level in their order, nil for an unknown level.
func Grades(level string) []string { return slices.Clone(gradesOf[level]) }

// LevelOfGrade gives the level that a grade belongs to outside continuing education, ""
// when there is no such grade.
func LevelOfGrade(grade string) string {
	for _, level := range Levels[:4] {
		if slices.Contains(gradesOf[level], grade) {
			return level
		}
	}
	return ""
}

// OpenClass opens a class and gives it back with its id. A class of that name that is
// open in the same school, year and time is a fault.
//
// Faults: org.unknown-level, org.unknown-grade, org.class-name, org.class-exists,
// org.no-school.
func OpenClass(ctx context.Context, tx *store.Tx, who access.Who, c Class) (Class, error) {
	rule, err := access.May(ctx, tx, who, access.ChangeClasses, access.School(c.School))
	if err != nil {
		return c, err
	}
	if err := c.check(); err != nil {
		return c, err
	}
	if _, err := SchoolOn(ctx, tx, who, c.School, c.From); err != nil {
		return c, err
	}
	if err := noNamesake(ctx, tx, who, c); err != nil {
		return c, err
	}
	c.ID = tx.NewID()
	_, err = tx.Exec(ctx, sqlPutClass, who.Realm, c.ID, c.School, c.Year, c.Name, viet.SortKey(c.Name), c.Level, c.Grades, c.Site, c.From, c.Until)
	if err != nil {
		return c, err
	}
	return c, audit.Record(ctx, tx, who.Audit("class.open", access.Class(c.ID), rule, map[string]any{"school": c.School, "year": c.Year}))
}

// ChangeClass renames a class or changes its grades, site or time. School, year and level
// of a class never change.
//
// Faults: those of OpenClass and org.no-class.
func ChangeClass(ctx context.Context, tx *store.Tx, who access.Who, c Class) error {
	rule, err := access.May(ctx, tx, who, access.ChangeClasses, access.Class(c.ID))
	if err != nil {
		return err
	}
	now, err := ClassByID(ctx, tx, who, c.ID)
	if err != nil {
		return err
	}
	c.School, c.Year, c.Level = now.School, now.Year, now.Level
	if err := c.check(); err != nil {
		return err
	}
	if err := noNamesake(ctx, tx, who, c); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sqlChangeClass, who.Realm, c.ID, c.Name, viet.SortKey(c.Name), c.Grades, c.Site, c.From, c.Until); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("class.change", access.Class(c.ID), rule, map[string]any{"from": c.From, "until": c.Until}))
}

func (c *Class) check() error {
	c.Name = viet.Clean(c.Name)
	if c.Name == "" {
		return fault.New(fault.Invalid, "org.class-name", nil).On("name")
	}
	if gradesOf[c.Level] == nil {
		return fault.New(fault.Invalid, "org.unknown-level", fault.Args{"level": c.Level, "known": strings.Join(Levels, ", ")}).On("level")
	}
	grades := c.GradeList()
	for _, g := range grades {
		if !slices.Contains(gradesOf[c.Level], g) {
			return fault.New(fault.Invalid, "org.unknown-grade", fault.Args{"grade": g, "level": c.Level}).On("grades")
		}
	}
	if len(grades) == 0 {
		return fault.New(fault.Invalid, "org.unknown-grade", fault.Args{"grade": "", "level": c.Level}).On("grades")
	}
	if c.Until.IsZero() {
		c.Until = day.Forever
	}
	if c.Until <= c.From {
		return fault.New(fault.Invalid, "org.class-time", fault.Args{"from": c.From.Vietnamese(), "until": c.Until.Vietnamese()}).On("until")
	}
	return nil
}

func noNamesake(ctx context.Context, tx *store.Tx, who access.Who, c Class) error {
	named, err := store.All[Class](ctx, tx, sqlClassNamed, who.Realm, c.School, c.Year, c.Name)
	if err != nil {
		return err
	}
	for _, other := range named {
		if other.ID != c.ID && other.From < c.Until && c.From < other.Until {
			return fault.New(fault.Conflict, "org.class-exists", fault.Args{"class": c.Name, "year": c.Year}).On("name")
		}
	}
	return nil
}

// ClassByID gives a class. Fault: org.no-class.
func ClassByID(ctx context.Context, tx *store.Tx, who access.Who, class id.ID) (Class, error) {
	c, err := store.One[Class](ctx, tx, sqlClass, who.Realm, class)
	if store.IsNone(err) {
		err = fault.New(fault.NotFound, "org.no-class", fault.Args{"class": class.String()}).On("class")
	}
	return c, err
}

// Classes gives the classes of a school in a school year, by level and name.
func Classes(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, year int) ([]Class, error) {
	return store.All[Class](ctx, tx, sqlClasses, who.Realm, school, year)
}

// ClassNamed finds a class of a school and year by its name; the latest when the name was
// used twice. Fault: org.no-class.
func ClassNamed(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, year int, name string) (Class, error) {
	c, err := store.One[Class](ctx, tx, sqlClassNamed, who.Realm, school, year, viet.Clean(name))
	if store.IsNone(err) {
		err = fault.New(fault.NotFound, "org.no-class", fault.Args{"class": name}).On("class")
	}
	return c, err
}

// Site is a điểm trường: a place of a school apart from the main one.
type Site struct {
	ID      id.ID
	School  id.ID
	Name    string
	Village id.ID // 0 when not known
	Main    bool
	From    day.Day
	Until   day.Day
}

// OpenSite opens a site of a school. Faults: org.site-name, org.no-unit.
func OpenSite(ctx context.Context, tx *store.Tx, who access.Who, s Site) (Site, error) {
	rule, err := access.May(ctx, tx, who, access.ChangeSchools, access.School(s.School))
	if err != nil {
		return s, err
	}
	if s.Name = viet.Clean(s.Name); s.Name == "" {
		return s, fault.New(fault.Invalid, "org.site-name", nil).On("name")
	}
	if s.Village != 0 {
		if _, err := UnitOn(ctx, tx, s.Village, s.From); err != nil {
			return s, err
		}
	}
	if s.Until.IsZero() {
		s.Until = day.Forever
	}
	s.ID = tx.NewID()
	if _, err := tx.Exec(ctx, sqlPutSite, who.Realm, s.ID, s.School, s.Name, s.Village, s.Main, s.From, s.Until); err != nil {
		return s, err
	}
	return s, audit.Record(ctx, tx, who.Audit("site.open", access.School(s.School), rule, map[string]any{"site": s.ID}))
}

// CloseSite ends a site on a day. Fault: org.no-site.
func CloseSite(ctx context.Context, tx *store.Tx, who access.Who, site id.ID, on day.Day) error {
	school, err := store.One[id.ID](ctx, tx, sqlSiteSchool, who.Realm, site)
	if store.IsNone(err) {
		return fault.New(fault.NotFound, "org.no-site", fault.Args{"site": site.String()})
	}
	if err != nil {
		return err
	}
	rule, err := access.May(ctx, tx, who, access.ChangeSchools, access.School(school))
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sqlCloseSite, who.Realm, site, on); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("site.close", access.School(school), rule, map[string]any{"site": site, "on": on}))
}

// Sites gives the sites of a school on a day, the main one first.
func Sites(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, asOf day.Day) ([]Site, error) {
	return store.All[Site](ctx, tx, sqlSites, who.Realm, school, asOf)
}
