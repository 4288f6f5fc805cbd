package org

import (
	"cmp"
	"slices"
	"strings"

	"ralop/internal/day"
)

// identity is what makes two lines of different days one unit. A code alone does not: of
// the 3,321 commune codes in force 3,315 were used before, often for another commune.
type identity struct {
	kind     Kind
	code     string
	fullName string
}

// span is a time in which a unit stands unchanged under one unit.
type span struct {
	day.Range
	name   string
	parent *identity // nil: nothing above
}

// grown is the tree over all time, grown from listings: a function of the set of
// listings and maps, so the order in which they came cannot matter.
type grown struct {
	spans map[identity][]span // ascending, not overlapping
	heirs []heir
	// waiting are the lines of the maps whose codes no list has named yet.
	waiting []Became
}

type heir struct {
	old, new identity
	on       day.Day
	part     Part
}

// grow builds the tree, tier by tier from the top.
func grow(listings []Listing, maps []Became) *grown {
	g := &grower{
		tree:    &grown{spans: map[identity][]span{}},
		holders: map[ref][]holder{},
		listed:  map[ref][]day.Day{},
	}
	listings = slices.Clone(listings)
	slices.SortFunc(listings, Listing.compare)
	for _, l := range listings {
		for _, u := range l.Units {
			at := ref{l.Kind, u.Code}
			g.listed[at] = append(g.listed[at], l.On)
		}
	}
	for _, days := range g.listed {
		slices.Sort(days)
	}
	for begin := 0; begin < len(listings); {
		end := begin
		for end < len(listings) && listings[end].Kind == listings[begin].Kind {
			end++
		}
		g.growKind(listings[begin:end])
		begin = end
	}
	g.growHeirs(maps)
	return g.tree
}

type grower struct {
	tree    *grown
	holders map[ref][]holder  // who has a code when, ascending
	listed  map[ref][]day.Day // the days on which a code is listed
}

type holder struct {
	day.Range
	unit identity
}

// holder gives the unit of that kind that has the code on the day.
func (g *grower) holder(at ref, on day.Day) *identity {
	for _, h := range g.holders[at] {
		if h.Has(on) {
			return &h.unit
		}
	}
	return nil
}

// growKind grows one tier; the tiers above are grown.
func (g *grower) growKind(listings []Listing) {
	kind := listings[0].Kind
	tops := make([]*identity, len(listings))
	for i, l := range listings {
		tops[i] = g.topUnit(l)
	}
	touched := map[identity]bool{}
	told := map[ref]day.Day{} // the last day on which a code was told
	for i, l := range listings {
		until, ownUntil := covered(listings, tops, i)
		for _, u := range l.Units {
			at := ref{kind, u.Code}
			if told[at] == l.On {
				continue // a code is told once a day; the plan has said so
			}
			told[at] = l.On
			end := until
			if own, ok := ownUntil[u.Code]; ok {
				end = min(end, own)
			}
			end = min(end, g.nextListed(at, l.On))
			unit := identity{kind, u.Code, u.FullName}
			g.tree.spans[unit] = append(g.tree.spans[unit], g.place(u, day.Range{From: l.On, Until: end})...)
			touched[unit] = true
		}
	}
	for unit := range touched {
		spans := tidySpans(g.tree.spans[unit])
		g.tree.spans[unit] = spans
		at := ref{kind, unit.code}
		for _, s := range spans {
			g.holders[at] = append(g.holders[at], holder{s.Range, unit})
		}
		slices.SortFunc(g.holders[at], func(a, b holder) int {
			return cmp.Or(cmp.Compare(a.From, b.From), strings.Compare(a.unit.fullName, b.unit.fullName))
		})
	}
}

// covered gives the day on which the next listing covers the same top unit. For units
// with nothing above, a later list that is not whole covers only the code it names:
// ownUntil.
func covered(listings []Listing, tops []*identity, i int) (until day.Day, ownUntil map[string]day.Day) {
	l, top := listings[i], tops[i]
	until, ownUntil = day.Forever, map[string]day.Day{}
	for j := i + 1; j < len(listings); j++ {
		later := listings[j]
		switch {
		case later.On == l.On:
		case l.Top == "" && later.ownTop():
			if _, earlier := ownUntil[later.Top]; !earlier {
				ownUntil[later.Top] = later.On
			}
		case later.Top == Everywhere, l.ownTop() && later.Top == "", top == nil && later.Top == l.Top, sameUnit(top, tops[j]):
			return later.On, ownUntil // they are in the order of their days
		}
	}
	return until, ownUntil
}

// ownTop says that a listing covers one unit with nothing above, not all of them.
func (l Listing) ownTop() bool {
	return len(l.Units) > 0 && l.Top != "" && len(l.Units[0].above()) == 0
}

// topUnit gives the unit a listing covers, nil when it covers no single known one. A
// closure under a code has no lines to tell the tier of the code: the highest is taken.
func (g *grower) topUnit(l Listing) *identity {
	if l.Top == "" || l.Top == Everywhere || l.ownTop() {
		return nil
	}
	if len(l.Units) > 0 {
		for _, above := range l.Units[0].above() {
			if above.code == l.Top {
				return g.holder(above, l.On)
			}
		}
	}
	for _, t := range tiers {
		if u := g.holder(ref{t.Kind, l.Top}, l.On); u != nil {
			return u
		}
	}
	return nil
}

func sameUnit(a, b *identity) bool { return a != nil && b != nil && *a == *b }

// nextListed gives the next day after on with a list that names the code: from then the
// code is told anew, wherever the unit stands.
func (g *grower) nextListed(at ref, on day.Day) day.Day {
	for _, d := range g.listed[at] {
		if d > on {
			return d
		}
	}
	return day.Forever
}

// place parts the time of a line by who stands above: the nearest of the named units
// that is in force. Before the first of them is known there is nothing above; after the
// last has ended the unit has ended with it.
func (g *grower) place(u Listed, time day.Range) []span {
	type candidate struct {
		unit identity
		span []span
	}
	var candidates []candidate
	cuts := []day.Day{time.From, time.Until}
	lost := day.Day(0) // after this day no named unit is in force any more
	for _, r := range u.above() {
		unit := g.holder(r, time.From)
		if unit == nil {
			unit = g.firstHolder(r, time)
		}
		if unit == nil {
			continue
		}
		spans := g.tree.spans[*unit]
		candidates = append(candidates, candidate{*unit, spans})
		for _, s := range spans {
			cuts = append(cuts, s.From, s.Until)
		}
		lost = max(lost, spans[len(spans)-1].Until)
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var all []span
	for i := 0; i+1 < len(cuts); i++ {
		piece := day.Range{From: cuts[i], Until: cuts[i+1]}
		if piece.From < time.From || piece.Until > time.Until {
			continue
		}
		if len(candidates) > 0 && piece.From >= lost {
			break
		}
		var parent *identity
		for _, c := range candidates {
			if slices.ContainsFunc(c.span, func(s span) bool { return s.Has(piece.From) }) {
				unit := c.unit
				parent = &unit
				break
			}
		}
		all = append(all, span{piece, u.Name, parent})
	}
	return all
}

// firstHolder gives the first unit that takes the code within the time.
func (g *grower) firstHolder(at ref, time day.Range) *identity {
	for _, h := range g.holders[at] {
		if h.From > time.From && h.From < time.Until {
			return &h.unit
		}
	}
	return nil
}

// tidySpans orders spans and joins those that touch and say the same.
func tidySpans(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.From, b.From) })
	var all []span
	for _, s := range spans {
		if s.Empty() {
			continue
		}
		if n := len(all); n > 0 {
			last := &all[n-1]
			same := last.name == s.name && (sameUnit(last.parent, s.parent) || last.parent == nil && s.parent == nil)
			if same && s.From <= last.Until {
				last.Until = max(last.Until, s.Until)
				continue
			}
			if s.From < last.Until { // told twice for one day: the later listing holds
				last.Until = s.From
				if last.Empty() {
					all = all[:n-1]
				}
			}
		}
		all = append(all, s)
	}
	return all
}

// growHeirs turns map lines into pairs of units: the old one in force the day before, the
// new one in force on the day. A unit is not its own heir.
func (g *grower) growHeirs(maps []Became) {
	seen := map[[2]identity]bool{}
	for _, m := range maps {
		old, new := g.pair(m)
		if old == nil || new == nil {
			g.tree.waiting = append(g.tree.waiting, m)
			continue
		}
		if *old == *new || seen[[2]identity{*old, *new}] {
			continue
		}
		seen[[2]identity{*old, *new}] = true
		g.tree.heirs = append(g.tree.heirs, heir{*old, *new, m.On, m.Part})
	}
}

// pair finds the two units of a map line: of one kind where that is possible.
func (g *grower) pair(m Became) (old, new *identity) {
	before := m.On.Add(-1)
	if m.Old == "" {
		return g.holder(ref{District, m.OldDistrict}, before), g.lowest(m.New, m.On)
	}
	for i := len(tiers) - 1; i >= 0; i-- {
		kind := tiers[i].Kind
		old, new = g.holder(ref{kind, m.Old}, before), g.holder(ref{kind, m.New}, m.On)
		if old != nil && new != nil {
			return old, new
		}
	}
	return g.lowest(m.Old, before), g.lowest(m.New, m.On)
}

func (g *grower) lowest(code string, on day.Day) *identity {
	for i := len(tiers) - 1; i >= 0; i-- {
		if u := g.holder(ref{tiers[i].Kind, code}, on); u != nil {
			return u
		}
	}
	return nil
}
