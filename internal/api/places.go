package api

import (
	"cmp"
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/token"
)

// Unit is a unit as it stands on a day.
type Unit struct {
	ID     id.ID  `json:"id"`
	Kind   string `json:"kind" doc:"province, district, commune, village"`
	Code   string `json:"code"`
	Name   string `json:"name"`
	Parent id.ID  `json:"parent,omitempty"`
	From   string `json:"from"`
	Last   string `json:"last,omitempty" doc:"Last day in force; absent while it is."`
}

// School is a school as it stands on a day.
type School struct {
	ID        id.ID    `json:"id"`
	Code      string   `json:"code"`
	Name      string   `json:"name"`
	Type      string   `json:"type"`
	Levels    []string `json:"levels" doc:"MN, TH, THCS, THPT, GDTX, GDNN"`
	LocatedIn id.ID    `json:"locatedIn" doc:"The unit in which it stands."`
	ManagedBy id.ID    `json:"managedBy" doc:"The unit whose body manages it."`
}

// Class is a class of a school year.
type Class struct {
	ID     id.ID    `json:"id"`
	School id.ID    `json:"school"`
	Year   int      `json:"year" doc:"In which the school year begins."`
	Name   string   `json:"name"`
	Level  string   `json:"level"`
	Grades []string `json:"grades" doc:"More than one in a combined class."`
	From   string   `json:"from"`
	Last   string   `json:"last,omitempty"`
}

type unitsIn struct {
	Paging
	Parent string `query:"parent" doc:"Units directly under this one. Without parent and code: the top units."`
	Code   string `query:"code" doc:"The unit that has this code on the day; kind:code where two kinds share it."`
	Kind   string `query:"kind" enum:"province,district,commune,village"`
	On     string `query:"on" doc:"Day, YYYY-MM-DD; today when absent."`
}

type schoolsIn struct {
	Paging
	Unit     string `query:"unit" doc:"Only those in or under this unit."`
	Relation string `query:"relation" enum:"located,managed" default:"located" doc:"How they belong to the unit."`
	Level    string `query:"level" enum:"MN,TH,THCS,THPT,GDTX,GDNN"`
	Code     string `query:"code"`
}

type classesIn struct {
	Paging
	School string `query:"school" doc:"Only of this school."`
	Year   int    `query:"year" minimum:"0" maximum:"2200" doc:"In which the school year begins; the present one when absent."`
	Grade  string `query:"grade"`
}

func (d *desk) places() {
	read(d, route("listUnits", "GET", "/units", "Units", "Units of the state on a day. They are public; a token is asked for all the same.", token.ReadPlaces), listUnits)
	read(d, route("listSchools", "GET", "/schools", "Schools", "Schools that the account answers for, and those of its classes.", token.ReadPlaces), listSchools)
	read(d, route("listClasses", "GET", "/classes", "Classes", "Classes that the account answers for.", token.ReadPlaces), listClasses)
}

func listUnits(ctx context.Context, tx *store.Tx, c *Call, in *unitsIn) (page Page[Unit], err error) {
	on, err := dayOf(in.On, "on", tx.Today())
	if err != nil {
		return page, err
	}
	parent, err := idOf(in.Parent, "parent")
	if err != nil {
		return page, err
	}
	var units []org.Unit
	if in.Code != "" {
		u, err := org.Resolve(ctx, tx, in.Code, on)
		if err != nil {
			return page, err
		}
		units = []org.Unit{u}
	} else if units, err = org.Children(ctx, tx, parent, on); err != nil {
		return page, err
	}
	list := []Unit{}
	for _, u := range units {
		if (in.Kind == "" || in.Kind == string(u.Kind)) && (parent == 0 || u.Parent == parent) {
			list = append(list, Unit{u.ID, string(u.Kind), u.Code, u.FullName, u.Parent, u.From.String(), ending(u.Until)})
		}
	}
	slices.SortFunc(list, func(a, b Unit) int { return cmp.Compare(a.ID, b.ID) })
	return pageOf(in.Paging, list, func(u Unit) string { return order(u.ID) })
}

// reach is the schools and classes in which the caller may do an action.
type reach struct {
	scope   access.Scope
	schools map[id.ID]org.School // reached whole or by a class
	classes map[id.ID]org.Class  // reached one by one, outside the schools reached whole
}

func reachOf(ctx context.Context, tx *store.Tx, c *Call, action access.Action) (reach, error) {
	r := reach{schools: map[id.ID]org.School{}, classes: map[id.ID]org.Class{}}
	var err error
	if r.scope, err = access.ScopeOf(ctx, tx, c.Who, action); err != nil {
		return r, err
	}
	all, err := org.Schools(ctx, tx, c.Who, tx.Today())
	if err != nil {
		return r, err
	}
	byClass := map[id.ID]bool{}
	for _, class := range r.scope.Classes {
		k, err := org.ClassByID(ctx, tx, c.Who, class)
		if fault.Is(err, fault.NotFound) {
			continue
		} else if err != nil {
			return r, err
		}
		byClass[k.School] = true
		if !r.whole(k.School) {
			r.classes[class] = k
		}
	}
	for _, s := range all {
		if r.whole(s.ID) || byClass[s.ID] {
			r.schools[s.ID] = s
		}
	}
	return r, nil
}

// whole says whether all classes of a school are reached.
func (r reach) whole(school id.ID) bool {
	if r.scope.All {
		return true
	}
	_, found := slices.BinarySearch(r.scope.Schools, school)
	return found
}

// ids gives the schools in their order.
func (r reach) ids() []id.ID {
	var list []id.ID
	for school := range r.schools {
		list = append(list, school)
	}
	slices.Sort(list)
	return list
}

// classesOf gives the classes of a school year that are reached in a school, by id.
func (r reach) classesOf(ctx context.Context, tx *store.Tx, c *Call, school id.ID, year int) ([]org.Class, error) {
	all, err := org.Classes(ctx, tx, c.Who, school, year)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(k org.Class) bool { return !r.whole(school) && r.classes[k.ID].ID == 0 })
	slices.SortFunc(all, func(a, b org.Class) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}

// refusal is why a school that is not reached is not shown.
func refusal(ctx context.Context, tx *store.Tx, c *Call, action access.Action, school id.ID) error {
	if _, err := access.May(ctx, tx, c.Who, action, access.School(school)); err != nil {
		return err
	}
	return fault.New(fault.NotFound, "api.unknown", nil)
}

func listSchools(ctx context.Context, tx *store.Tx, c *Call, in *schoolsIn) (page Page[School], err error) {
	r, err := reachOf(ctx, tx, c, access.SeeBoard)
	if err != nil {
		return page, err
	}
	unit, err := idOf(in.Unit, "unit")
	if err != nil {
		return page, err
	}
	under := map[id.ID]bool{}
	if unit != 0 {
		if _, err := org.UnitOn(ctx, tx, unit, tx.Today()); err != nil {
			return page, err
		}
		found, err := org.SchoolsUnder(ctx, tx, c.Who, unit, tx.Today(), org.Relation(in.Relation))
		if err != nil {
			return page, err
		}
		for _, s := range found {
			under[s.ID] = true
		}
	}
	list := []School{}
	for _, school := range r.ids() {
		s := r.schools[school]
		if (unit == 0 || under[school]) && (in.Level == "" || s.HasLevel(in.Level)) && (in.Code == "" || in.Code == s.Code) {
			list = append(list, School{s.ID, s.Code, s.Name, s.Type, words(s.Levels), s.LocatedIn, s.ManagedBy})
		}
	}
	return pageOf(in.Paging, list, func(s School) string { return order(s.ID) })
}

func listClasses(ctx context.Context, tx *store.Tx, c *Call, in *classesIn) (page Page[Class], err error) {
	r, err := reachOf(ctx, tx, c, access.SeeBoard)
	if err != nil {
		return page, err
	}
	school, err := idOf(in.School, "school")
	if err != nil {
		return page, err
	}
	schools := r.ids()
	if school != 0 {
		if _, reached := r.schools[school]; !reached {
			return page, refusal(ctx, tx, c, access.SeeBoard, school)
		}
		schools = []id.ID{school}
	}
	if in.Year == 0 {
		in.Year = tx.Today().SchoolYear()
	}
	list := []Class{}
	for _, s := range schools {
		classes, err := r.classesOf(ctx, tx, c, s, in.Year)
		if err != nil {
			return page, err
		}
		for _, k := range classes {
			if in.Grade == "" || slices.Contains(k.GradeList(), in.Grade) {
				list = append(list, Class{k.ID, k.School, k.Year, k.Name, k.Level, words(k.Grades), k.From.String(), ending(k.Until)})
			}
		}
	}
	slices.SortFunc(list, func(a, b Class) int { return cmp.Compare(a.ID, b.ID) })
	return pageOf(in.Paging, list, func(k Class) string { return order(k.ID) })
}
