// Package warning holds the pages of warnings: a class's "em cần quan tâm", the lists of a
// school and of a place of residence, counts of a unit, one signal with its evidence, the
// rules, and the thresholds of a place.
package warning

import (
	"context"
	"slices"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// Routes are the pages of warnings.
func Routes() []door.Route {
	class, school := door.Names{"class": access.ClassKind}, door.Names{"school": access.SchoolKind}
	unit, home := door.Names{"unit": access.UnitKind}, door.Names{"unit": access.ResidenceKind}
	// A class and a place of residence have two rights: names for those who answer for the children, counts for those who
	// see the board. The room asks for both.
	return []door.Route{
		{Method: "GET", Pattern: "/canh-bao", Handler: door.Read(mine)},
		{Method: "GET", Pattern: "/canh-bao/quy-tac", Handler: door.Read(rules)},
		{Method: "GET", Pattern: "/canh-bao/{signal}", Names: door.Names{"signal": ""}, Handler: door.Read(show)},
		{Method: "GET", Pattern: "/lop/{class}/can-quan-tam", Names: class, Handler: door.Read(ofClass)},
		{Method: "GET", Pattern: "/truong/{school}/canh-bao", Names: school, Action: access.SeeBoard, Handler: door.Read(ofSchool)},
		{Method: "GET", Pattern: "/noi-o/{unit}/canh-bao", Names: home, Handler: door.Read(ofResidence)},
		{Method: "GET", Pattern: "/don-vi/{unit}/canh-bao", Names: unit, Action: access.SeeBoard, Handler: door.Read(ofUnit)},
		{Method: "GET", Pattern: "/truong/{school}/nguong-canh-bao", Names: school, Action: access.SeeBoard, Handler: door.Read(thresholds)},
		{Method: "POST", Pattern: "/truong/{school}/nguong-canh-bao", Names: school, Action: access.SetThresholds, Handler: door.Write(setThreshold).Or(thresholdsAgain)},
		{Method: "GET", Pattern: "/don-vi/{unit}/nguong-canh-bao", Names: unit, Action: access.SeeBoard, Handler: door.Read(thresholds)},
		{Method: "POST", Pattern: "/don-vi/{unit}/nguong-canh-bao", Names: unit, Action: access.SetThresholds, Handler: door.Write(setThreshold).Or(thresholdsAgain)},
	}
}

func classAddress(class id.ID) string   { return "/lop/" + class.String() + "/can-quan-tam" }
func schoolAddress(school id.ID) string { return frame.SchoolAddress(school) + "/canh-bao" }
func homeAddress(unit id.ID) string     { return "/noi-o/" + unit.String() + "/canh-bao" }
func unitAddress(unit id.ID) string     { return frame.UnitAddress(unit) + "/canh-bao" }
func signalAddress(signal id.ID) string { return "/canh-bao/" + signal.String() }

// mine leads to the places whose warnings the caller answers for.
func mine(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	type place struct{ label, note, address string }
	var places []place
	var seen []access.Resource
	add := func(at access.Resource, action access.Action, note, address string) error {
		if slices.Contains(seen, at) {
			return nil
		}
		seen = append(seen, at)
		if _, err := access.May(ctx, tx, r.Who, action, at); err != nil {
			return nil // not this place: the others
		}
		name, err := placeName(ctx, tx, r, at)
		places = append(places, place{name, r.T(note), address})
		return err
	}
	for _, g := range r.Who.Grants {
		if !g.Period.Has(r.Today) {
			continue
		}
		var err error
		switch g.ScopeKind {
		case access.ClassScope:
			err = add(access.Class(g.Scope), access.SeePupils, "warning.place-class", classAddress(g.Scope))
		case access.SchoolScope:
			err = add(access.School(g.Scope), access.SeeBoard, "warning.place-school", schoolAddress(g.Scope))
		case access.ResidenceScope:
			err = add(access.Residence(g.Scope), access.SeePupils, "warning.place-home", homeAddress(g.Scope))
		case access.UnitScope:
			if err = add(access.Residence(g.Scope), access.SeePupils, "warning.place-home", homeAddress(g.Scope)); err == nil {
				err = add(access.Unit(g.Scope), access.SeeBoard, "warning.place-unit", unitAddress(g.Scope))
			}
		}
		if err != nil {
			return door.Answer{}, err
		}
	}
	if len(places) == 1 {
		return door.SeeOther(places[0].address), nil
	}
	c := frame.Chrome(r, frame.Cases, r.T("warning.title"))
	c.Lead = r.T("warning.lead")
	if len(places) == 0 {
		return door.Page(frame.In(ui.Page(c), ui.Empty{Icon: ui.IconBell, Title: r.T("warning.nowhere"), Text: r.T("warning.nowhere_text")}.Draw())), nil
	}
	var items []ui.Item
	for _, p := range places {
		items = append(items, ui.Item{Title: p.label, Text: p.note, URL: p.address})
	}
	return door.Page(frame.In(ui.Page(c), ui.List(items...), about(r))), nil
}

func about(r *door.Request) templ.Component {
	return ui.Actions(ui.Button{Label: r.T("warning.rules"), URL: "/canh-bao/quy-tac", Kind: ui.Quiet, Icon: ui.IconInfo})
}

func placeName(ctx context.Context, tx *store.Tx, r *door.Request, at access.Resource) (string, error) {
	switch at.Kind {
	case access.ClassKind:
		c, err := org.ClassByID(ctx, tx, r.Who, at.ID)
		return r.T("pupils.class", "class", c.Name), err
	case access.SchoolKind:
		s, err := frame.SchoolAsOf(ctx, tx, r.Who, at.ID, r.Today)
		return s.Name, err
	}
	spans, err := org.Spans(ctx, tx, at.ID)
	if err != nil {
		return "", err
	}
	return spans[len(spans)-1].FullName, nil
}
