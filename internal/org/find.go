package org

import (
	"context"
	"strings"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// FoundClass is a class with the name of its school.
type FoundClass struct {
	Class
	SchoolName string
}

// SearchClasses finds the classes of a school year by a part of their name: "8a" finds
// 8A1, "8a muong mun" those of Trường THCS Mường Mùn. At most limit are given.
func SearchClasses(ctx context.Context, tx *store.Tx, who access.Who, text string, asOf day.Day, limit int) ([]FoundClass, error) {
	words := strings.Fields(strings.TrimPrefix(viet.Fold(viet.Clean(text)), "lop "))
	if len(words) == 0 {
		return nil, nil
	}
	all, err := store.All[FoundClass](ctx, tx, sqlClassesOfYear, who.Realm, asOf.SchoolYear(), asOf)
	if err != nil {
		return nil, err
	}
	var found []FoundClass
	for _, c := range all {
		name, school := viet.Fold(c.Name), viet.Fold(c.SchoolName)
		fits := strings.HasPrefix(name, words[0])
		for _, w := range words[1:] {
			fits = fits && (strings.Contains(name, w) || strings.Contains(school, w))
		}
		if fits && len(found) < limit {
			found = append(found, c)
		}
	}
	return found, nil
}

// SuccessionNamed is a succession with the name that the other unit had on that day.
type SuccessionNamed struct {
	Succession
	Other string
}

// SuccessionsOf gives what a unit was made of and what became of it, each with the name
// of the other unit.
func SuccessionsOf(ctx context.Context, tx *store.Tx, unit id.ID) (before, after []SuccessionNamed, err error) {
	for _, side := range []struct {
		read  func(context.Context, *store.Tx, id.ID) ([]Succession, error)
		other func(Succession) id.ID
		to    *[]SuccessionNamed
	}{
		{Forerunners, func(s Succession) id.ID { return s.Old }, &before},
		{Heirs, func(s Succession) id.ID { return s.New }, &after},
	} {
		all, err := side.read(ctx, tx, unit)
		if err != nil {
			return nil, nil, err
		}
		for _, s := range all {
			spans, err := Spans(ctx, tx, side.other(s))
			if err != nil {
				return nil, nil, err
			}
			named := SuccessionNamed{s, spans[0].FullName}
			for _, u := range spans {
				if u.From <= s.On {
					named.Other = u.FullName
				}
			}
			*side.to = append(*side.to, named)
		}
	}
	return before, after, nil
}
