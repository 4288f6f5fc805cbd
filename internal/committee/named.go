package committee

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
)

// Named is somebody who answers for a place, as escalation and lists need it.
type Named struct {
	Account   id.ID // 0: works on paper, is reached by phone
	Member    id.ID // 0: holds a right only and is in no committee
	Committee id.ID
	Duty      id.ID
	Branch    Body // the branch whose duty it is; "" when the member holds it
	Name      string
	Job       string
	Phone     string
	Office    Office
	Body      Body
	Place     Place // of the duty
	Levels    string
	Tasks     string
	Stranded  bool     // the committee's unit is no more: the duty is to be given anew
	Away      *Absence // on leave on the day
	Deputy    *Named   // who stands in while Away; nil when there is nobody
}

// Acting is who acts on the day: the person, or the deputy while the person is away.
// ok is false when the person is away and nobody stands in.
func (n Named) Acting() (Named, bool) {
	switch {
	case n.Away == nil:
		return n, true
	case n.Deputy != nil:
		return *n.Deputy, true
	}
	return n, false
}

// NamedFor gives the named officials of a village on a day: those with a duty on the
// village itself; when there is nobody, those in charge of its commune (the branch's
// members); when there is nobody there either, none. A village that has ended is asked
// for by what became of it. It asks no right: it is for owners of cases and escalation.
func NamedFor(ctx context.Context, tx *store.Tx, realm int, village id.ID, on day.Day) ([]Named, error) {
	units, err := org.Today(ctx, tx, village, on)
	if err != nil {
		return nil, err
	}
	for _, u := range units {
		for at := u; ; {
			named, err := namedAt(ctx, tx, realm, []Place{{UnitPlace, at.ID}}, on)
			if err != nil || len(named) > 0 {
				return named, err
			}
			if at.Kind.Rank() <= org.Commune.Rank() || at.Parent == 0 {
				break
			}
			if at, err = org.UnitOn(ctx, tx, at.Parent, on); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil
}

// NamedForSchool gives the members in charge of a school on a day.
func NamedForSchool(ctx context.Context, tx *store.Tx, realm int, school id.ID, on day.Day) ([]Named, error) {
	return namedAt(ctx, tx, realm, []Place{{SchoolPlace, school}}, on)
}

// namedAt gives who is named by duties on exactly these places, the holders by office and
// given name.
func namedAt(ctx context.Context, tx *store.Tx, realm int, places []Place, on day.Day) ([]Named, error) {
	duties, err := dutiesAt(ctx, tx, realm, places, on)
	if err != nil {
		return nil, err
	}
	duties = slices.DeleteFunc(duties, func(d Duty) bool { return !d.Names() })
	return named(ctx, tx, realm, duties, on)
}

func dutiesAt(ctx context.Context, tx *store.Tx, realm int, places []Place, on day.Day) (all []Duty, err error) {
	for _, kind := range []PlaceKind{UnitPlace, SchoolPlace} {
		var ids []id.ID
		for _, p := range places {
			if p.Kind == kind {
				ids = append(ids, p.ID)
			}
		}
		if len(ids) == 0 {
			continue
		}
		duties, err := store.All[Duty](ctx, tx, sqlDutiesOn, realm, kind, store.In(ids), on)
		if err != nil {
			return nil, err
		}
		all = append(all, duties...)
	}
	return all, nil
}

// named puts the persons to duties. A branch's duty is held by the members of its
// committee who come from that body; a duty without a person in force gives nobody.
func named(ctx context.Context, tx *store.Tx, realm int, duties []Duty, on day.Day) ([]Named, error) {
	if len(duties) == 0 {
		return nil, nil
	}
	p, err := peopleOf(ctx, tx, realm, duties, on)
	if err != nil {
		return nil, err
	}
	var all []Named
	for _, d := range duties {
		c := p.committees[d.Committee]
		if !c.InForce(on) {
			continue
		}
		for _, m := range p.members[d.Committee] {
			if m.ID != d.Member && (d.Member != 0 || m.Body != d.Branch) {
				continue
			}
			n := m.named()
			n.Duty, n.Branch, n.Place, n.Levels, n.Tasks, n.Stranded = d.ID, d.Branch, d.At(), d.Levels, d.Tasks, p.ended[d.Committee]
			all = append(all, n)
		}
	}
	slices.SortStableFunc(all, func(a, b Named) int { return a.Office.rank() - b.Office.rank() })
	p.standIn(all)
	return all, nil
}

func (m Member) named() Named {
	return Named{Account: m.Account, Member: m.ID, Committee: m.Committee, Name: m.Name, Job: m.Job, Phone: m.Phone, Office: m.Office, Body: m.Body}
}

// people are the members in force of some committees, with who is away.
type people struct {
	committees map[id.ID]Committee
	ended      map[id.ID]bool // the committee's unit is no more
	members    map[id.ID][]Member
	byID       map[id.ID]Member
	away       map[id.ID]Absence
}

func peopleOf(ctx context.Context, tx *store.Tx, realm int, duties []Duty, on day.Day) (people, error) {
	var ids []id.ID
	for _, d := range duties {
		ids = append(ids, d.Committee)
	}
	slices.Sort(ids)
	var list []Committee
	for _, committee := range slices.Compact(ids) {
		c, err := byID(ctx, tx, realm, committee)
		if err != nil {
			return people{}, err
		}
		list = append(list, c)
	}
	return peopleIn(ctx, tx, realm, list, on)
}

func peopleIn(ctx context.Context, tx *store.Tx, realm int, committees []Committee, on day.Day) (people, error) {
	p := people{map[id.ID]Committee{}, map[id.ID]bool{}, map[id.ID][]Member{}, map[id.ID]Member{}, map[id.ID]Absence{}}
	var ids, everyone []id.ID
	units := map[id.ID]bool{}
	for _, c := range committees {
		p.committees[c.ID] = c
		ids = append(ids, c.ID)
		gone, known := units[c.Unit]
		if !known {
			_, err := org.UnitOn(ctx, tx, c.Unit, on)
			if err != nil && !isMissing(err) {
				return p, err
			}
			gone = err != nil
			units[c.Unit] = gone
		}
		p.ended[c.ID] = gone
	}
	if len(ids) == 0 {
		return p, nil
	}
	members, err := store.All[Member](ctx, tx, sqlMembersOf, realm, store.In(ids))
	if err != nil {
		return p, err
	}
	for _, m := range members {
		if m.InForce(on) {
			p.members[m.Committee] = append(p.members[m.Committee], m)
			p.byID[m.ID] = m
			everyone = append(everyone, m.ID)
		}
	}
	if len(everyone) == 0 {
		return p, nil
	}
	absences, err := store.All[Absence](ctx, tx, sqlAbsencesOn, realm, store.In(everyone), on)
	for _, a := range absences {
		p.away[a.Member] = a
	}
	return p, err
}

// standIn says who is away and who stands in: the deputy named with the absence, else
// another person named for the same place, else the committee's standing deputy, else its
// secretary.
func (p people) standIn(all []Named) {
	for i := range all {
		n := &all[i]
		a, away := p.away[n.Member]
		if n.Member == 0 || !away {
			continue
		}
		n.Away = &a
		for _, candidate := range p.deputies(*n, a, all) {
			if _, alsoAway := p.away[candidate.ID]; alsoAway || candidate.ID == n.Member {
				continue
			}
			d := candidate.named()
			d.Duty, d.Place, d.Levels, d.Tasks = n.Duty, n.Place, n.Levels, n.Tasks
			n.Deputy = &d
			break
		}
	}
}

func (p people) deputies(n Named, a Absence, all []Named) (order []Member) {
	if m, ok := p.byID[a.Deputy]; ok {
		order = append(order, m)
	}
	for _, other := range all {
		if m, ok := p.byID[other.Member]; ok && n.Place.ID != 0 && other.Place == n.Place {
			order = append(order, m)
		}
	}
	for _, office := range []Office{StandingDeputy, Deputy, Secretary} {
		for _, m := range p.members[n.Committee] {
			if m.Office == office {
				order = append(order, m)
			}
		}
	}
	return order
}

// Chain is who is asked, tier by tier, when nobody acts on a case of a commune.
type Chain struct {
	Commune   id.ID
	Officials []Named // commune officials (công chức xã) with an account; else the committees' secretaries
	Chair     []Named // chair of the commune's committee, with who stands in; else the commune's leaders with an account
	Deputies  []Named // standing deputies, then deputies, of the same committees
	Office    []Named // education office above: the district's while there is one, else the province's Department
}

// ChainFor gives the chain of the commune that a unit (a village, or the commune) is in on
// a day. Committees are those of the commune in force, by Kinds: retention before
// universalisation before renewal. A tier in which there is nobody is empty; escalation
// goes past it. It asks no right.
func ChainFor(ctx context.Context, tx *store.Tx, realm int, unit id.ID, on day.Day) (Chain, error) {
	units, err := org.Today(ctx, tx, unit, on)
	if err != nil || len(units) == 0 {
		return Chain{}, err
	}
	path, err := org.Path(ctx, tx, units[0].ID, on)
	if err != nil {
		return Chain{}, err
	}
	var c Chain
	var above []id.ID // nearest first
	for _, u := range slices.Backward(path) {
		switch {
		case u.Kind == org.Commune:
			c.Commune = u.ID
		case u.Kind.Rank() < org.Commune.Rank():
			above = append(above, u.ID)
		}
	}
	if c.Commune != 0 {
		if err := c.commune(ctx, tx, realm, on); err != nil {
			return c, err
		}
	}
	for _, u := range above {
		if c.Office, err = holders(ctx, tx, realm, u, on, access.EducationOfficial, access.EducationLeader); err != nil || len(c.Office) > 0 {
			return c, err
		}
	}
	return c, nil
}

func (c *Chain) commune(ctx context.Context, tx *store.Tx, realm int, on day.Day) error {
	list, err := store.All[Committee](ctx, tx, sqlCommitteesOf, realm, store.In([]id.ID{c.Commune}))
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(k Committee) bool { return !k.InForce(on) })
	slices.SortStableFunc(list, func(a, b Committee) int { return slices.Index(Kinds, a.Kind) - slices.Index(Kinds, b.Kind) })
	p, err := peopleIn(ctx, tx, realm, list, on)
	if err != nil {
		return err
	}
	in := func(office Office) (all []Named) {
		for _, committee := range list {
			for _, m := range p.members[committee.ID] {
				if m.Office == office && !slices.ContainsFunc(all, func(n Named) bool { return m.Account != 0 && n.Account == m.Account }) {
					all = append(all, m.named())
				}
			}
		}
		p.standIn(all)
		return all
	}
	if c.Officials, err = holders(ctx, tx, realm, c.Commune, on, access.CommuneOfficial); err != nil {
		return err
	}
	p.knowAccounts(c.Officials)
	if len(c.Officials) == 0 {
		c.Officials = in(Secretary)
	}
	c.Chair, c.Deputies = in(Chair), append(in(StandingDeputy), in(Deputy)...)
	if len(c.Chair) == 0 {
		if c.Chair, err = holders(ctx, tx, realm, c.Commune, on, access.CommuneLeader); err != nil {
			return err
		}
		p.knowAccounts(c.Chair)
	}
	return nil
}

// knowAccounts finds the members behind accounts, so that their absences count.
func (p people) knowAccounts(all []Named) {
	for i := range all {
		for _, m := range p.byID {
			if m.Account == all[i].Account && (all[i].Member == 0 || m.ID < all[i].Member) {
				all[i].Member, all[i].Committee, all[i].Office, all[i].Body = m.ID, m.Committee, m.Office, m.Body
				if all[i].Phone == "" {
					all[i].Phone = m.Phone
				}
			}
		}
	}
	p.standIn(all)
}

func holders(ctx context.Context, tx *store.Tx, realm int, unit id.ID, on day.Day, roles ...access.Role) (all []Named, err error) {
	found, err := access.Holders(ctx, tx, realm, access.UnitScope, []id.ID{unit}, on, roles...)
	for _, h := range found {
		if !slices.ContainsFunc(all, func(n Named) bool { return n.Account == h.Account }) {
			all = append(all, Named{Account: h.Account, Name: h.Name, Job: strings.TrimSpace(h.Title), Phone: h.Phone, Place: Place{UnitPlace, unit}})
		}
	}
	return all, err
}

// OnLeave says until which day (exclusive) an account is away, by the absences of its
// memberships, and who stands in. ok is false when it is not away on the day.
func OnLeave(ctx context.Context, tx *store.Tx, realm int, account id.ID, on day.Day) (until day.Day, deputy *Named, ok bool, err error) {
	if account == 0 {
		return 0, nil, false, nil
	}
	own, err := store.All[Member](ctx, tx, sqlMembersOfAccount, realm, account, on)
	if err != nil || len(own) == 0 {
		return 0, nil, false, err
	}
	var list []Committee
	for _, m := range own {
		c, err := byID(ctx, tx, realm, m.Committee)
		if err != nil {
			return 0, nil, false, err
		}
		list = append(list, c)
	}
	p, err := peopleIn(ctx, tx, realm, list, on)
	if err != nil {
		return 0, nil, false, err
	}
	for _, m := range own {
		all := []Named{m.named()}
		p.standIn(all)
		if a := all[0].Away; a != nil && (!ok || a.Until > until) {
			until, ok = a.Until, true
			if deputy == nil {
				deputy = all[0].Deputy
			}
		}
	}
	return until, deputy, ok, nil
}
