package committee

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
)

// CoveredPlace is a village or a school with who is named for it.
type CoveredPlace struct {
	Place
	Name     string
	Code     string
	Commune  id.ID
	In       string // the commune's name
	Levels   string // of a school
	Named    []Named
	Stranded bool // somebody is named, but only by a committee whose unit is no more
}

// Missing says that nobody is named, or that the duty is to be given anew.
func (p CoveredPlace) Missing() bool { return len(p.Named) == 0 || p.Stranded }

// CoverageRow counts what is covered under a unit.
type CoverageRow struct {
	Unit                    id.ID
	Name                    string
	Villages, VillagesNamed int
	Schools, SchoolsNamed   int
}

// Missing is how many villages and schools have nobody.
func (r CoverageRow) Missing() int {
	return r.Villages - r.VillagesNamed + r.Schools - r.SchoolsNamed
}

func (r *CoverageRow) add(p CoveredPlace) {
	n := 1
	if p.Missing() {
		n = 0
	}
	if p.Kind == SchoolPlace {
		r.Schools, r.SchoolsNamed = r.Schools+1, r.SchoolsNamed+n
	} else {
		r.Villages, r.VillagesNamed = r.Villages+1, r.VillagesNamed+n
	}
}

// Coverage is every village and school under a unit with who is named for it on a day.
type Coverage struct {
	Unit   org.Unit
	On     day.Day
	Whole  CoverageRow
	Rows   []CoverageRow  // one for each unit directly under it, those with most missing first; none for a commune
	Places []CoveredPlace // villages, then schools; those with nobody first
	Rule   string
}

// Cover says who is named for each village and school under a unit, by the tree of a day.
// A duty on the commune does not name a person for its villages: they are listed until
// they have one of their own. Schools are those that stand under the unit.
func Cover(ctx context.Context, tx *store.Tx, who access.Who, unit id.ID, on day.Day) (Coverage, error) {
	rule, err := access.May(ctx, tx, who, access.SeeCommittee, access.Residence(unit))
	if err != nil {
		return Coverage{}, err
	}
	c := Coverage{On: on, Rule: rule}
	subtree, err := org.Subtree(ctx, tx, unit, on)
	if err != nil {
		return c, err
	}
	if len(subtree) == 0 { // ended: nothing is under it any more
		spans, err := org.Spans(ctx, tx, unit)
		if err != nil {
			return c, err
		}
		c.Unit = spans[len(spans)-1]
		return c, nil
	}
	c.Unit = subtree[0]
	units := map[id.ID]org.Unit{}
	for _, u := range subtree {
		units[u.ID] = u
		if u.Kind == org.Village {
			c.Places = append(c.Places, CoveredPlace{Place: Place{UnitPlace, u.ID}, Name: u.FullName, Code: u.Code})
		}
	}
	schools, err := org.SchoolsUnder(ctx, tx, who, unit, on, org.Located)
	if err != nil {
		return c, err
	}
	stands := map[id.ID]id.ID{}
	for _, s := range schools {
		stands[s.ID] = s.LocatedIn
		c.Places = append(c.Places, CoveredPlace{Place: Place{SchoolPlace, s.ID}, Name: s.Name, Code: s.Code, Levels: s.Levels})
	}
	if err := c.name(ctx, tx, who.Realm, on); err != nil {
		return c, err
	}
	rows := map[id.ID]*CoverageRow{}
	for i := range c.Places {
		p := &c.Places[i]
		at := p.ID
		if p.Kind == SchoolPlace {
			at = stands[p.ID]
		}
		child := id.ID(0)
		for u, ok := units[at]; ok; u, ok = units[u.Parent] {
			if u.Kind == org.Commune {
				p.Commune, p.In = u.ID, u.FullName
			}
			if u.Parent == unit && u.Kind != org.Village {
				child = u.ID
			}
			if u.ID == unit {
				break
			}
		}
		c.Whole.add(*p)
		if child != 0 {
			if rows[child] == nil {
				rows[child] = &CoverageRow{Unit: child, Name: units[child].FullName}
			}
			rows[child].add(*p)
		}
	}
	for _, u := range subtree {
		if u.Parent == unit && u.Kind != org.Village {
			if rows[u.ID] == nil { // a unit without villages and schools is there all the same
				rows[u.ID] = &CoverageRow{Unit: u.ID, Name: u.FullName}
			}
			c.Rows = append(c.Rows, *rows[u.ID])
		}
	}
	c.Whole.Unit, c.Whole.Name = unit, c.Unit.FullName
	slices.SortStableFunc(c.Rows, func(a, b CoverageRow) int { return b.Missing() - a.Missing() })
	slices.SortStableFunc(c.Places, func(a, b CoveredPlace) int { return order(a) - order(b) })
	return c, nil
}

// order puts those with nobody first, of each villages before schools.
func order(p CoveredPlace) int {
	n := 0
	if !p.Missing() {
		n = 2
	}
	if p.Kind == SchoolPlace {
		n++
	}
	return n
}

// name puts the named persons to the places.
func (c *Coverage) name(ctx context.Context, tx *store.Tx, realm int, on day.Day) error {
	places := make([]Place, len(c.Places))
	at := map[Place]int{}
	for i, p := range c.Places {
		places[i], at[p.Place] = p.Place, i
	}
	all, err := namedAt(ctx, tx, realm, places, on)
	if err != nil {
		return err
	}
	for _, n := range all {
		p := &c.Places[at[n.Place]]
		p.Named = append(p.Named, n)
	}
	for i := range c.Places {
		p := &c.Places[i]
		p.Stranded = len(p.Named) > 0 && !slices.ContainsFunc(p.Named, func(n Named) bool { return !n.Stranded })
	}
	return nil
}

// Stranded is a duty in force that is to be given anew: its place, or the unit of its
// committee, is no more.
type Stranded struct {
	DutyRow
	CommitteeName string
	PlaceEnded    bool
	Heirs         []org.Unit // what the place is on the day
}

// ToReassign lists the stranded duties whose places came to a unit or under it.
func ToReassign(ctx context.Context, tx *store.Tx, who access.Who, unit id.ID, on day.Day) ([]Stranded, error) {
	if _, err := access.May(ctx, tx, who, access.SeeCommittee, access.Residence(unit)); err != nil {
		return nil, err
	}
	duties, err := store.All[Duty](ctx, tx, sqlStrandedUnits, who.Realm, on)
	if err != nil {
		return nil, err
	}
	committees := map[id.ID]Committee{}
	var all []Stranded
	for _, d := range duties {
		at := d.Place
		var s Stranded
		if d.PlaceKind == SchoolPlace {
			spans, err := org.SchoolSpans(ctx, tx, who, d.Place)
			if err != nil {
				return nil, err
			}
			last := spans[len(spans)-1]
			at, s.PlaceEnded = last.LocatedIn, last.Until <= on
		}
		ours, err := cameTo(ctx, tx, at, unit, on)
		if err != nil {
			return nil, err
		}
		if !ours {
			continue
		}
		if s.Heirs, err = org.Today(ctx, tx, at, on); err != nil {
			return nil, err
		}
		if d.PlaceKind == UnitPlace {
			s.PlaceEnded = !slices.ContainsFunc(s.Heirs, func(u org.Unit) bool { return u.ID == d.Place })
		}
		if _, known := committees[d.Committee]; !known {
			if committees[d.Committee], err = byID(ctx, tx, who.Realm, d.Committee); err != nil {
				return nil, err
			}
		}
		c := committees[d.Committee]
		if !c.InForce(on) {
			continue
		}
		rows, err := dutyRows(ctx, tx, who, []Duty{d}, on)
		if err != nil {
			return nil, err
		}
		unitName, err := placeName(ctx, tx, who, Place{UnitPlace, c.Unit}, on)
		if err != nil {
			return nil, err
		}
		s.DutyRow, s.CommitteeName = rows[0], c.Name+" – "+unitName
		all = append(all, s)
	}
	return all, nil
}

// Matrix is places × holders of a committee: what is missing stands first.
type Matrix struct {
	Places  []CoveredPlace
	Members []Member // those in force, by office and given name
	Bodies  []Body   // branches with a duty
	Cells   map[Place]map[Holder]Duty
}

// Holder is a column: a member or a branch.
type Holder struct {
	Member id.ID
	Branch Body
}

// Assignments gives the matrix of a committee on a day. Of a commune its villages and
// schools; of a wider unit the communes under it.
func Assignments(ctx context.Context, tx *store.Tx, who access.Who, committee id.ID, on day.Day) (Matrix, Detail, error) {
	d, err := Look(ctx, tx, who, committee, on)
	if err != nil {
		return Matrix{}, d, err
	}
	m := Matrix{Cells: map[Place]map[Holder]Duty{}}
	for _, row := range d.Now {
		m.Members = append(m.Members, row.Member)
	}
	held := map[Place]bool{}
	for _, duty := range d.Duties {
		if !duty.Period().Has(on) {
			continue
		}
		h := Holder{duty.Member, duty.Branch}
		if duty.Branch != "" && !slices.Contains(m.Bodies, duty.Branch) {
			m.Bodies = append(m.Bodies, duty.Branch)
		}
		if m.Cells[duty.At()] == nil {
			m.Cells[duty.At()] = map[Holder]Duty{}
		}
		m.Cells[duty.At()][h] = duty.Duty
		held[duty.At()] = true
	}
	subtree, err := org.Subtree(ctx, tx, d.Unit, on)
	if err != nil || len(subtree) == 0 {
		return m, d, err
	}
	wide := subtree[0].Kind.Rank() < org.Commune.Rank()
	for _, u := range subtree {
		if wide && u.Kind == org.Commune || !wide && u.Kind == org.Village || held[Place{UnitPlace, u.ID}] {
			m.Places = append(m.Places, CoveredPlace{Place: Place{UnitPlace, u.ID}, Name: u.FullName, Code: u.Code})
		}
	}
	schools, err := org.SchoolsUnder(ctx, tx, who, d.Unit, on, org.Located)
	if err != nil {
		return m, d, err
	}
	for _, s := range schools {
		if !wide || held[Place{SchoolPlace, s.ID}] {
			m.Places = append(m.Places, CoveredPlace{Place: Place{SchoolPlace, s.ID}, Name: s.Name, Code: s.Code, Levels: s.Levels})
		}
	}
	missing := func(p CoveredPlace) int {
		if held[p.Place] {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(m.Places, func(a, b CoveredPlace) int { return missing(a) - missing(b) })
	return m, d, nil
}
