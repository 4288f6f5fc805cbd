package committee

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
)

// placeName is the name of a unit or school on a day, of one that has ended its last.
func placeName(ctx context.Context, tx *store.Tx, who access.Who, place Place, on day.Day) (string, error) {
	if place.Kind == SchoolPlace {
		spans, err := org.SchoolSpans(ctx, tx, who, place.ID)
		if err != nil {
			return "", err
		}
		name := spans[0].Name
		for _, s := range spans {
			if s.From <= on {
				name = s.Name
			}
		}
		return name, nil
	}
	spans, err := org.Spans(ctx, tx, place.ID)
	if err != nil {
		return "", err
	}
	name := spans[0].FullName
	for _, u := range spans {
		if u.From <= on {
			name = u.FullName
		}
	}
	return name, nil
}

// placeNames names places once each.
type placeNames struct {
	who access.Who
	on  day.Day
	of  map[Place]string
}

func (n *placeNames) name(ctx context.Context, tx *store.Tx, place Place) (string, error) {
	if known, ok := n.of[place]; ok {
		return known, nil
	}
	name, err := placeName(ctx, tx, n.who, place, n.on)
	if isMissing(err) {
		name, err = "", nil
	}
	if n.of == nil {
		n.of = map[Place]string{}
	}
	n.of[place] = name
	return name, err
}

// cameTo says whether a unit, or what became of it, is in or under another on a day.
func cameTo(ctx context.Context, tx *store.Tx, unit, to id.ID, on day.Day) (bool, error) {
	heirs, err := org.Today(ctx, tx, unit, on)
	if err != nil {
		return false, err
	}
	for _, h := range heirs {
		path, err := org.Path(ctx, tx, h.ID, on)
		if err != nil {
			return false, err
		}
		for _, u := range path {
			if u.ID == to {
				return true, nil
			}
		}
	}
	return false, nil
}

// schoolCameTo is cameTo for a school: by where it stands, or stood last.
func schoolCameTo(ctx context.Context, tx *store.Tx, who access.Who, school, to id.ID, on day.Day) (bool, error) {
	spans, err := org.SchoolSpans(ctx, tx, who, school)
	if err != nil {
		return false, err
	}
	last := spans[0]
	for _, s := range spans {
		if s.From <= on {
			last = s
		}
	}
	return cameTo(ctx, tx, last.LocatedIn, to, on)
}
