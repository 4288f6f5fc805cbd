package frame

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/web/ui"
)

// Addresses of places, the same on every page.
func UnitAddress(unit id.ID) string     { return "/don-vi/" + unit.String() }
func SchoolAddress(school id.ID) string { return "/truong/" + school.String() }
func ClassAddress(class id.ID) string   { return "/lop/" + class.String() + "/hoc-sinh" }

// PlaceOfUnit is the chain from the top unit down to a unit, by the tree of a day; of a
// unit that was not in force then, by the tree of its last day.
func PlaceOfUnit(ctx context.Context, tx *store.Tx, unit id.ID, asOf day.Day) ([]ui.Crumb, error) {
	path, err := org.Path(ctx, tx, unit, asOf)
	if err != nil {
		return nil, err
	}
	if len(path) == 0 {
		spans, err := org.Spans(ctx, tx, unit)
		if err != nil {
			return nil, err
		}
		if path, err = org.Path(ctx, tx, unit, spans[len(spans)-1].Until-1); err != nil {
			return nil, err
		}
	}
	crumbs := make([]ui.Crumb, len(path))
	for i, u := range path {
		crumbs[i] = ui.Crumb{Label: u.FullName, URL: UnitAddress(u.ID)}
	}
	return crumbs, nil
}

// SchoolAsOf is a school as it stood on a day, else in its last time.
func SchoolAsOf(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, asOf day.Day) (org.School, error) {
	spans, err := org.SchoolSpans(ctx, tx, who, school)
	if err != nil {
		return org.School{}, err
	}
	at := slices.IndexFunc(spans, func(s org.School) bool { return s.From <= asOf && asOf < s.Until })
	if at < 0 {
		at = len(spans) - 1
	}
	return spans[at], nil
}

// PlaceOfSchool is the chain of the unit that a school stands in, and the school.
func PlaceOfSchool(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, asOf day.Day) (org.School, []ui.Crumb, error) {
	s, err := SchoolAsOf(ctx, tx, who, school, asOf)
	if err != nil {
		return s, nil, err
	}
	crumbs, err := PlaceOfUnit(ctx, tx, s.LocatedIn, asOf)
	return s, append(crumbs, ui.Crumb{Label: s.Name, URL: SchoolAddress(school)}), err
}

// PlaceOfClass is the chain of a class's school, and the class; it leads to the list of the
// class's pupils when the caller may see them.
func PlaceOfClass(ctx context.Context, tx *store.Tx, who access.Who, class id.ID, asOf day.Day) (org.Class, []ui.Crumb, error) {
	c, err := org.ClassByID(ctx, tx, who, class)
	if err != nil {
		return c, nil, err
	}
	_, crumbs, err := PlaceOfSchool(ctx, tx, who, c.School, min(asOf, c.Until-1))
	if err != nil {
		return c, nil, err
	}
	here := ui.Crumb{Label: c.Name}
	if _, err := access.May(ctx, tx, who, access.SeePupils, access.Class(class)); err == nil {
		here.URL = ClassAddress(class)
	} else if !fault.Is(err, fault.Forbidden) {
		return c, nil, err
	}
	return c, append(crumbs, here), nil
}
