package benefit

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/indicator"
	"ralop/internal/org"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Count is how many pupils; Hidden when they are so few that the number, alone or with its
// neighbours, would tell who they are.
type Count struct {
	Pupils int64
	Hidden bool
}

// Part is a unit or a school with how many receive support there, in all and of each scheme.
type Part struct {
	Place   access.Resource
	Name    string
	All     Count
	Schemes []Count // beside Counts.Schemes
}

// Counts is how many are entitled to what in a unit in a month, and in what lies directly
// under it. Where pupils receive several supports, All counts each of them once.
type Counts struct {
	Schemes []Scheme // those that somebody in the unit receives
	Whole   Part
	Parts   []Part // only those with somebody
}

// Under counts for a unit, by the tree of the last day of the month or of today. It names
// nobody. Small numbers are hidden from the top unit down, so that no page gives away by
// subtraction what another hides. Fault: access.no-grant.
func Under(ctx context.Context, tx *store.Tx, who access.Who, unit id.ID, month day.Day) (Counts, error) {
	if _, err := access.May(ctx, tx, who, access.SeeSensitive, access.Unit(unit)); err != nil {
		return Counts{}, err
	}
	period := day.MonthOf(month)
	type row struct {
		School id.ID
		Scheme Scheme
		Pupils int64
	}
	var rows []row
	for _, query := range []string{sqlCounts, sqlCountsAll} {
		some, err := store.All[row](ctx, tx, query, who.Realm, period.From, period.Until)
		if err != nil {
			return Counts{}, err
		}
		rows = append(rows, some...)
	}
	if len(rows) == 0 {
		return Counts{}, nil
	}
	on := min(period.Last(), max(tx.Today(), period.From))
	tree, err := org.TreeOn(ctx, tx, on)
	if err != nil {
		return Counts{}, err
	}
	schools, err := org.Schools(ctx, tx, who, on)
	if err != nil {
		return Counts{}, err
	}
	columns := append([]Scheme{""}, Schemes()...)
	of := map[id.ID][]int64{}
	for _, r := range rows {
		if of[r.School] == nil {
			of[r.School] = make([]int64, len(columns))
		}
		if j := slices.Index(columns, r.Scheme); j >= 0 {
			of[r.School][j] = r.Pupils
		}
	}
	top := newNode(access.Realm(), "", len(columns))
	for _, s := range schools {
		if of[s.ID] == nil {
			continue
		}
		at := top
		at.add(of[s.ID])
		for _, u := range tree.Path(s.LocatedIn) {
			if u.Kind == org.Village {
				break
			}
			at = at.part(access.Unit(u.ID), u.FullName, viet.SortKey(u.Name))
			at.add(of[s.ID])
		}
		at.part(access.School(s.ID), s.Name, viet.SortKey(s.Name)).add(of[s.ID])
	}
	for j, n := range top.counts {
		top.hide[j] = n > 0 && n < indicator.SmallCell
	}
	top.protect()
	here := top.find(unit)
	if here == nil {
		return Counts{}, nil
	}
	return here.draw(columns), nil
}

// node is a place with a number for each column, and which of them are hidden.
type node struct {
	place  access.Resource
	name   string
	sort   string
	counts []int64
	hide   []bool
	parts  []*node
}

func newNode(place access.Resource, name string, columns int) *node {
	return &node{place: place, name: name, counts: make([]int64, columns), hide: make([]bool, columns)}
}

func (n *node) add(counts []int64) {
	for j, c := range counts {
		n.counts[j] += c
	}
}

func (n *node) part(place access.Resource, name, sort string) *node {
	for _, p := range n.parts {
		if p.place == place {
			return p
		}
	}
	p := newNode(place, name, len(n.counts))
	p.sort = sort
	n.parts = append(n.parts, p)
	return p
}

// protect hides, column by column, the small numbers of the parts and what would give them
// away: beside a total that is shown another part, under a hidden total at least one.
func (n *node) protect() {
	for j := range n.counts {
		column := make([]int64, len(n.parts))
		for i, p := range n.parts {
			column[i] = p.counts[j]
		}
		hide := indicator.Suppress(column)
		if n.hide[j] && !slices.Contains(hide, true) {
			least := -1
			for i, c := range column {
				if c > 0 && (least < 0 || c < column[least]) {
					least = i
				}
			}
			if least >= 0 {
				hide[least] = true
			}
		}
		for i, p := range n.parts {
			p.hide[j] = hide[i]
		}
	}
	for _, p := range n.parts {
		p.protect()
	}
}

func (n *node) find(unit id.ID) *node {
	if n.place == access.Unit(unit) {
		return n
	}
	for _, p := range n.parts {
		if found := p.find(unit); found != nil {
			return found
		}
	}
	return nil
}

// draw is the node with its parts, units before schools, of the columns that hold something.
func (n *node) draw(columns []Scheme) Counts {
	var c Counts
	var keep []int
	for j := 1; j < len(columns); j++ {
		if n.counts[j] > 0 {
			keep = append(keep, j)
			c.Schemes = append(c.Schemes, columns[j])
		}
	}
	line := func(n *node) Part {
		p := Part{Place: n.place, Name: n.name, All: n.cell(0)}
		for _, j := range keep {
			p.Schemes = append(p.Schemes, n.cell(j))
		}
		return p
	}
	c.Whole = line(n)
	slices.SortStableFunc(n.parts, func(a, b *node) int {
		if a.place.Kind != b.place.Kind {
			return -strings.Compare(string(a.place.Kind), string(b.place.Kind)) // unit, then school
		}
		return strings.Compare(a.sort, b.sort)
	})
	for _, p := range n.parts {
		c.Parts = append(c.Parts, line(p))
	}
	return c
}

// cell never carries a number that is hidden.
func (n *node) cell(j int) Count {
	if n.hide[j] {
		return Count{Hidden: true}
	}
	return Count{Pupils: n.counts[j]}
}
