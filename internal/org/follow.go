package org

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// PlanFollow moves schools with their units: a school whose unit is no more on the day
// stands from then in the unit's one heir; where the managing unit is no more, the body
// that the law names manages it (see managerOf). A school whose unit went to several
// heirs is left where it is and named, for a person to say in which of them it stands.
// Commit with CommitSchools.
//
// Faults, with row 0: org.school-heir-unclear, org.school-no-heir.
func PlanFollow(ctx context.Context, tx *store.Tx, who access.Who, on day.Day) (*SchoolsPlan, error) {
	rule, err := access.May(ctx, tx, who, access.ChangeSchools, access.Realm())
	if err != nil {
		return nil, err
	}
	schools, err := Schools(ctx, tx, who, on)
	if err != nil {
		return nil, err
	}
	p := &SchoolsPlan{Rows: len(schools)}
	f := follower{ctx: ctx, tx: tx, on: on, now: map[id.ID][]Unit{}, paths: map[id.ID][]Unit{}}
	for _, s := range schools {
		moved, err := f.follow(s)
		if problem, ok := fault.Of(err); ok {
			p.Errors = append(p.Errors, RowFault{0, problem})
			continue
		}
		if err != nil {
			return nil, err
		}
		if moved.LocatedIn == s.LocatedIn && moved.ManagedBy == s.ManagedBy {
			p.Same++
			continue
		}
		planned := plannedSchool{school: moved, rule: rule}
		planned.school.From = on
		if s.From < on {
			planned.cut = s.From
		}
		p.Changed++
		p.lines = append(p.lines, planned)
	}
	return p, nil
}

type follower struct {
	ctx   context.Context
	tx    *store.Tx
	on    day.Day
	now   map[id.ID][]Unit // what a unit is on the day
	paths map[id.ID][]Unit
}

func (f follower) follow(s School) (School, error) {
	place, err := f.today(s.LocatedIn)
	if err != nil {
		return s, err
	}
	switch {
	case len(place) == 0:
		return s, fault.New(fault.NotFound, "org.school-no-heir", fault.Args{"code": s.Code, "on": f.on.Vietnamese()})
	case len(place) > 1:
		names := make([]string, len(place))
		for i, u := range place {
			names[i] = u.FullName
		}
		slices.Sort(names)
		return s, fault.New(fault.Conflict, "org.school-heir-unclear", fault.Args{"code": s.Code, "heirs": strings.Join(names, ", ")})
	}
	manager, err := f.today(s.ManagedBy)
	if err != nil {
		return s, err
	}
	stands := len(manager) == 1 && manager[0].ID == s.ManagedBy
	s.LocatedIn = place[0].ID
	if stands {
		return s, nil
	}
	path, ok := f.paths[s.LocatedIn]
	if !ok {
		if path, err = Path(f.ctx, f.tx, s.LocatedIn, f.on); err != nil {
			return s, err
		}
		f.paths[s.LocatedIn] = path
	}
	s.ManagedBy = managerOf(s.Levels, path)
	return s, nil
}

func (f follower) today(unit id.ID) ([]Unit, error) {
	units, ok := f.now[unit]
	if ok {
		return units, nil
	}
	units, err := Today(f.ctx, f.tx, unit, f.on)
	f.now[unit] = units
	return units, err
}
