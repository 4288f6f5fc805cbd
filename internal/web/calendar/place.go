package calendar

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// place is a school or a unit whose calendar a page is about.
type place struct {
	scope    calendar.Scope
	resource access.Resource
	address  string // of the calendar
	name     string
	crumbs   []ui.Crumb
	levels   []string
	isSchool bool
}

// placeOf reads the place of the address and asks for a right to it.
func placeOf(ctx context.Context, tx *store.Tx, r *door.Request, action access.Action) (place, error) {
	var p place
	if r.Path("school") != "" {
		school, err := r.ID("school")
		if err != nil {
			return p, err
		}
		p = place{scope: calendar.Scope{Kind: calendar.ScopeSchool, ID: school}, resource: access.School(school), address: frame.SchoolAddress(school) + "/lich", isSchool: true}
	} else {
		unit, err := r.ID("unit")
		if err != nil {
			return p, err
		}
		p = place{scope: calendar.Scope{Kind: calendar.ScopeUnit, ID: unit}, resource: access.Unit(unit), address: frame.UnitAddress(unit) + "/lich", levels: org.Levels}
	}
	if _, err := access.May(ctx, tx, r.Who, action, p.resource); err != nil {
		return p, err
	}
	if !p.isSchool {
		var err error
		p.crumbs, err = frame.PlaceOfUnit(ctx, tx, p.scope.ID, r.Today)
		if err == nil {
			p.name = p.crumbs[len(p.crumbs)-1].Label
		}
		return p, err
	}
	s, crumbs, err := frame.PlaceOfSchool(ctx, tx, r.Who, p.scope.ID, r.Today)
	p.crumbs, p.name = crumbs, s.Name
	for _, level := range org.Levels {
		if s.HasLevel(level) {
			p.levels = append(p.levels, level)
		}
	}
	return p, err
}

// schools are those that the place reaches today.
func (p place) schools(ctx context.Context, tx *store.Tx, r *door.Request) ([]id.ID, error) {
	if p.isSchool {
		return []id.ID{p.scope.ID}, nil
	}
	var all []id.ID
	for _, relation := range []org.Relation{org.Located, org.Managed} {
		found, err := org.SchoolsUnder(ctx, tx, r.Who, p.scope.ID, r.Today, relation)
		if err != nil {
			return nil, err
		}
		for _, s := range found {
			all = append(all, s.ID)
		}
	}
	return all, nil
}

// follow lets the sheets of the one school that a change touched follow it now; what
// reaches more schools is the worker's. It says how many sheets changed.
func follow(ctx context.Context, tx *store.Tx, r *door.Request, change calendar.Change) (int, error) {
	if !change.Made || len(change.Schools) != 1 {
		return 0, nil
	}
	return rollcall.ApplyCalendar(ctx, tx, r.Who, change.Schools[0], change.Period.Intersect(day.Range{From: change.Period.From, Until: r.Today + 1}))
}

// scopeFields let a school choose itself, one of its sites or one of its classes.
func scopeOptions(ctx context.Context, tx *store.Tx, r *door.Request, p place) ([]ui.Option, error) {
	options := []ui.Option{{Value: string(p.scope.Kind) + "/" + p.scope.ID.String(), Label: p.name}}
	if !p.isSchool {
		return options, nil
	}
	sites, err := org.Sites(ctx, tx, r.Who, p.scope.ID, r.Today)
	if err != nil {
		return nil, err
	}
	for _, s := range sites {
		options = append(options, ui.Option{Value: "site/" + s.ID.String(), Label: s.Name, Group: r.T("calendar.scope.site")})
	}
	classes, err := org.Classes(ctx, tx, r.Who, p.scope.ID, r.Today.SchoolYear())
	for _, c := range classes {
		options = append(options, ui.Option{Value: "class/" + c.ID.String(), Label: c.Name, Group: r.T("calendar.scope.class")})
	}
	return options, err
}

func levelField(r *door.Request, p place) ui.Field {
	f := ui.Field{Name: "level", Label: r.T("schedule.level"), Optional: true, Options: []ui.Option{{Value: "", Label: r.T("schedule.all_levels")}}}
	for _, level := range p.levels {
		f.Options = append(f.Options, ui.Option{Value: level, Label: r.T("pupils.level-" + level)})
	}
	return f
}
