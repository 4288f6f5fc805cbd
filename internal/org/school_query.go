package org

import (
	"context"
	"strconv"
	"strings"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Relation is how schools belong to a unit.
type Relation string

const (
	Located Relation = "located" // they stand in it or under it
	Managed Relation = "managed" // its body, or one under it, manages them
)

// SchoolOn gives a school as it stood on the day. Fault: org.no-school.
func SchoolOn(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, asOf day.Day) (School, error) {
	s, err := store.One[School](ctx, tx, sqlSchoolOn, who.Realm, school, asOf)
	if store.IsNone(err) {
		return s, noSchool(school.String())
	}
	return s, err
}

func noSchool(name string) error {
	return fault.New(fault.NotFound, "org.no-school", fault.Args{"school": name}).On("school")
}

// SchoolSpans gives all periods of a school. Fault: org.no-school.
func SchoolSpans(ctx context.Context, tx *store.Tx, who access.Who, school id.ID) ([]School, error) {
	all, err := store.All[School](ctx, tx, sqlSchoolSpans, who.Realm, school)
	if err == nil && len(all) == 0 {
		err = noSchool(school.String())
	}
	return all, err
}

// ResolveSchool finds the school that a person names by code or id: its period on the
// day, else its last one. Fault: org.no-school.
func ResolveSchool(ctx context.Context, tx *store.Tx, who access.Who, name string, asOf day.Day) (School, error) {
	name = strings.TrimSpace(name)
	found, err := store.All[School](ctx, tx, sqlSchoolsByCode, who.Realm, name)
	if err != nil {
		return School{}, err
	}
	if len(found) == 0 {
		if number, err := strconv.ParseInt(name, 10, 64); err == nil {
			if found, err = store.All[School](ctx, tx, sqlSchoolSpans, who.Realm, id.ID(number)); err != nil {
				return School{}, err
			}
		}
	}
	if len(found) == 0 {
		return School{}, noSchool(name)
	}
	for _, s := range found {
		if s.From <= asOf && asOf < s.Until {
			return s, nil
		}
	}
	return found[0], nil
}

// Schools gives all schools of the realm that stood on the day, in Vietnamese order.
func Schools(ctx context.Context, tx *store.Tx, who access.Who, asOf day.Day) ([]School, error) {
	return store.All[School](ctx, tx, sqlSchoolsOn, who.Realm, asOf)
}

// SchoolsUnder gives the schools of the realm that belonged to a unit or one under it on
// the day, by the tree of that day, in Vietnamese order.
func SchoolsUnder(ctx context.Context, tx *store.Tx, who access.Who, unit id.ID, asOf day.Day, relation Relation) ([]School, error) {
	query := sqlSchoolsLocated
	if relation == Managed {
		query = sqlSchoolsManaged
	}
	return store.All[School](ctx, tx, query, who.Realm, unit, asOf)
}

// SearchSchools finds schools by a part of their name, with or without marks.
func SearchSchools(ctx context.Context, tx *store.Tx, who access.Who, text string, asOf day.Day, limit int) ([]School, error) {
	folded := strings.NewReplacer("%", "", "_", "").Replace(viet.Fold(viet.Clean(text)))
	if folded == "" {
		return nil, nil
	}
	return store.All[School](ctx, tx, sqlSchoolSearch, who.Realm, "%"+folded+"%", asOf, limit)
}

// SchoolSuccession says that a school went to another on a day.
type SchoolSuccession = Succession

// SchoolHeirs gives the successions that a school has part in, as old or as new.
func SchoolHeirs(ctx context.Context, tx *store.Tx, who access.Who, school id.ID) ([]SchoolSuccession, error) {
	return store.All[SchoolSuccession](ctx, tx, sqlSchoolHeirs, who.Realm, school)
}
