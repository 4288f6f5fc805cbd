package org

import (
	"context"
	"strconv"
	"strings"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

func openForm(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return openAgain(ctx, tx, r, nil)
}

func openAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.ChangeClasses, access.School(school)); err != nil {
		return door.Answer{}, err
	}
	year, err := strconv.Atoi(r.Value("nam"))
	if err != nil {
		year = r.Today.SchoolYear()
	}
	bounds, err := yearBounds(ctx, tx, r, year)
	if err != nil {
		return door.Answer{}, err
	}
	return classForm(ctx, tx, r, org.Class{School: school, Year: year, From: bounds.From, Until: bounds.Until}, faults)
}

// yearBounds are the days of a school year, the frame's when it has not been opened.
func yearBounds(ctx context.Context, tx *store.Tx, r *door.Request, year int) (day.Range, error) {
	y, _, err := calendar.YearOf(ctx, tx, r.Who.Realm, year)
	if fault.Is(err, fault.NotFound) {
		y, _ = calendar.Frame(year)
		return y.Period, nil
	}
	return y.Period, err
}

func changeForm(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return changeAgain(ctx, tx, r, nil)
}

func changeAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	class, err := r.ID("class")
	if err != nil {
		return door.Answer{}, err
	}
	if _, err := access.May(ctx, tx, r.Who, access.ChangeClasses, access.Class(class)); err != nil {
		return door.Answer{}, err
	}
	c, err := org.ClassByID(ctx, tx, r.Who, class)
	if err != nil {
		return door.Answer{}, err
	}
	return classForm(ctx, tx, r, c, faults)
}

// classForm asks for a class; a known one keeps its school, year and level.
func classForm(ctx context.Context, tx *store.Tx, r *door.Request, class org.Class, faults fault.List) (door.Answer, error) {
	s, place, err := frame.PlaceOfSchool(ctx, tx, r.Who, class.School, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	sites, err := org.Sites(ctx, tx, r.Who, class.School, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	grades := ui.Field{Name: "grades", Label: r.T("places.grades"), Help: r.T("places.grades_help"), Class: "options-row", Optional: true}
	for _, level := range org.Levels {
		if class.ID != 0 && level != class.Level || class.ID == 0 && !s.HasLevel(level) {
			continue
		}
		for _, g := range org.Grades(level) {
			chosen := false
			for _, has := range class.GradeList() {
				chosen = chosen || has == g
			}
			for _, typed := range r.Values("grades") {
				chosen = chosen || typed == level+"/"+g
			}
			label := frame.Grade(r, g)
			if level == "GDTX" || level == "GDNN" {
				label += " (" + level + ")"
			}
			grades.Options = append(grades.Options, ui.Option{Value: level + "/" + g, Label: label, Chosen: chosen})
		}
	}
	site := ui.Field{Name: "site", Label: r.T("places.site"), Value: class.Site.String(), Options: []ui.Option{{Value: "0", Label: r.T("places.main_site")}}}
	for _, one := range sites {
		site.Options = append(site.Options, ui.Option{Value: one.ID.String(), Label: one.Name})
	}
	name := ui.Field{Name: "name", Label: r.T("places.class_name"), Value: class.Name, Class: "input-short"}
	from := ui.Field{Name: "from", Label: r.T("places.class_from"), Kind: "date", Value: class.From.String(), Class: "input-short"}
	last := ui.Field{Name: "last", Label: r.T("places.class_last"), Kind: "date", Value: (class.Until - 1).String(), Class: "input-short"}
	fields := []*ui.Field{&name, &grades, &site, &from, &last}
	var mistakes []ui.Mistake
	for _, f := range fields {
		if r.HTTP.Method == "POST" && f != &grades {
			f.Value = r.Value(f.Name)
		}
		f.Error = door.FieldError(r, faults, map[string]string{"last": "until"}[f.Name])
		if f.Error == "" {
			f.Error = door.FieldError(r, faults, f.Name)
		}
		mistakes = append(mistakes, ui.Mistakes(*f)...)
	}
	for _, f := range faults {
		if f.Field == "" || f.Field == "level" {
			mistakes = append(mistakes, ui.Mistake{Text: door.Sentence(r.Lang, f)})
		}
	}
	title, action := r.T("places.open_class"), frame.SchoolAddress(class.School)+"/lop-moi"
	if class.ID != 0 {
		title, action = r.T("places.change_class", "class", class.Name), "/lop/"+class.ID.String()+"/sua"
	}
	c := frame.Chrome(r, frame.Boards, title)
	c.Narrow, c.Place, c.Lead = true, place, r.T("places.class_lead", "year", yearName(class.Year))
	return door.Page(frame.In(ui.Page(c), frame.In(ui.Card(""), frame.Form(action, false, ui.Faults("", mistakes), ui.Hidden(ui.Pair{Name: "nam", Value: strconv.Itoa(class.Year)}),
		ui.Input(name), ui.Checks(grades), ui.Select(site), frame.Box("fields", ui.Input(from), ui.Input(last)),
		ui.Actions(ui.Button{Label: r.T("places.keep"), Kind: ui.Primary}, ui.Button{Label: r.T("places.cancel"), URL: frame.SchoolAddress(class.School), Kind: ui.Quiet}))))), nil
}

// typed reads the form into a class.
func typed(r *door.Request, c *org.Class) (err error) {
	c.Name = r.Value("name")
	var grades []string
	for _, value := range r.Values("grades") {
		level, grade, _ := strings.Cut(value, "/")
		if c.Level == "" || c.ID == 0 && len(grades) == 0 {
			c.Level = level
		}
		grades = append(grades, grade)
	}
	c.Grades = strings.Join(grades, " ")
	c.Site = 0
	if r.Value("site") != "0" {
		if c.Site, err = r.OptionalID("site"); err != nil {
			return err
		}
	}
	if c.From, err = r.Day("from", c.From); err != nil {
		return err
	}
	last, err := r.Day("last", c.Until-1)
	c.Until = last + 1
	return err
}

func openClass(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	school, err := r.ID("school")
	if err != nil {
		return door.Answer{}, err
	}
	c := org.Class{School: school, Year: r.Today.SchoolYear()}
	if year, err := strconv.Atoi(r.Value("nam")); err == nil {
		c.Year = year
	}
	bounds, err := yearBounds(ctx, tx, r, c.Year)
	if err != nil {
		return door.Answer{}, err
	}
	c.From, c.Until = bounds.From, bounds.Until
	if err := typed(r, &c); err != nil {
		return door.Answer{}, err
	}
	if c.Level == "" {
		return door.Answer{}, fault.New(fault.Invalid, "places.choose_grade", nil).On("grades")
	}
	if err := siteOf(ctx, tx, r, c); err != nil {
		return door.Answer{}, err
	}
	if c, err = org.OpenClass(ctx, tx, r.Who, c); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(frame.SchoolAddress(school) + "?nam=" + strconv.Itoa(c.Year) + "#lop"), reached(ctx, tx, r, c, day.Range{From: c.From, Until: c.Until})
}

func changeClass(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	class, err := r.ID("class")
	if err != nil {
		return door.Answer{}, err
	}
	was, err := org.ClassByID(ctx, tx, r.Who, class)
	if err != nil {
		return door.Answer{}, err
	}
	c := was
	if err := typed(r, &c); err != nil {
		return door.Answer{}, err
	}
	if err := siteOf(ctx, tx, r, c); err != nil {
		return door.Answer{}, err
	}
	if err := org.ChangeClass(ctx, tx, r.Who, c); err != nil {
		return door.Answer{}, err
	}
	return door.SeeOther(frame.SchoolAddress(c.School) + "?nam=" + strconv.Itoa(c.Year) + "#lop"),
		reached(ctx, tx, r, c, day.Range{From: min(was.From, c.From), Until: max(was.Until, c.Until)})
}

// siteOf refuses a site of another school.
func siteOf(ctx context.Context, tx *store.Tx, r *door.Request, c org.Class) error {
	if c.Site == 0 {
		return nil
	}
	sites, err := org.Sites(ctx, tx, r.Who, c.School, min(max(r.Today, c.From), c.Until-1))
	if err != nil {
		return err
	}
	for _, s := range sites {
		if s.ID == c.Site {
			return nil
		}
	}
	return fault.New(fault.Invalid, "org.no-site", fault.Args{"site": c.Site.String()}).On("site")
}

// reached lets what is due and the sheets follow a class that opened, moved or ended.
func reached(ctx context.Context, tx *store.Tx, r *door.Request, c org.Class, period day.Range) error {
	if _, err := calendar.MarkScopeStale(ctx, tx, r.Who.Realm, calendar.Scope{Kind: calendar.ScopeSchool, ID: id.ID(c.School)}, period); err != nil {
		return err
	}
	_, err := rollcall.ApplyCalendar(ctx, tx, r.Who, c.School, period.Intersect(day.Range{From: period.From, Until: r.Today + 1}))
	return err
}
