package org

import (
	"cmp"
	"slices"
	"strings"

	"ralop/internal/day"
)

// Listed is one unit as a list names it. The codes of the units above are as written in
// the list; which units they mean is seen on the day of the list.
type Listed struct {
	Code, FullName, Name                    string
	CommuneCode, DistrictCode, ProvinceCode string
}

// above gives the kinds and codes of the units above, nearest first.
func (l Listed) above() []ref {
	var all []ref
	for _, r := range []ref{{Commune, l.CommuneCode}, {District, l.DistrictCode}, {Province, l.ProvinceCode}} {
		if r.code != "" {
			all = append(all, r)
		}
	}
	return all
}

type ref struct {
	kind Kind
	code string
}

// Listing is the whole of the units of one kind under one top unit on one day: what it
// does not name is not in force. It holds until the next listing of the kind that covers
// the same top unit.
type Listing struct {
	Kind Kind
	On   day.Day
	// Top is the code of the top unit covered: the province of a commune list, the
	// commune of a village list that names communes; "" for units that have nothing
	// above; their own code for a list that is not whole (the shipped two provinces);
	// Everywhere for a closure.
	Top   string
	Units []Listed
}

// Everywhere covers all units of a kind.
const Everywhere = "*"

func (l Listing) compare(o Listing) int {
	return cmp.Or(cmp.Compare(l.Kind.Rank(), o.Kind.Rank()), strings.Compare(string(l.Kind), string(o.Kind)),
		cmp.Compare(l.On, o.On), strings.Compare(l.Top, o.Top))
}

// Part says how much of a unit went to an heir.
type Part string

const (
	Whole Part = "whole" // the unit went to this heir and no other
	Split Part = "split" // to several heirs
)

// Became is one line of a map: on that day the unit of one code went to the unit of
// another. OldDistrict names the old unit when it has no code of its own (the island
// districts without communes).
type Became struct {
	On                    day.Day
	Old, OldDistrict, New string
	Part                  Part
}

// topOf gives the top unit that a list's line counts under; see Listing.Top.
func topOf(l Listed) string {
	switch {
	case l.CommuneCode != "":
		return l.CommuneCode
	case l.ProvinceCode != "":
		return l.ProvinceCode
	}
	return l.DistrictCode
}

// Gather makes listings of the lines of one list: one for each kind and top unit.
func Gather(on day.Day, lines map[Kind][]Listed) []Listing {
	groups := map[ref]*Listing{}
	for kind, units := range lines {
		for _, u := range units {
			at := ref{kind, topOf(u)}
			if groups[at] == nil {
				groups[at] = &Listing{Kind: kind, On: on, Top: at.code}
			}
			groups[at].Units = append(groups[at].Units, u)
		}
	}
	var all []Listing
	for _, l := range groups {
		slices.SortFunc(l.Units, func(a, b Listed) int { return strings.Compare(a.Code, b.Code) })
		all = append(all, *l)
	}
	slices.SortFunc(all, Listing.compare)
	return all
}
