package committee

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
)

// Summary is a committee in a list.
type Summary struct {
	Committee
	UnitName string
	Ended    bool // its unit is no more
	Term     Term // the one in force, else the last
	Chair    string
	Members  int
	Duties   int
}

// Committees lists the committees of a unit, of what it was made of, and of every unit
// under it, by the tree of a day: the unit's own first, those in force before the dissolved.
func Committees(ctx context.Context, tx *store.Tx, who access.Who, unit id.ID, on day.Day) ([]Summary, error) {
	if _, err := access.May(ctx, tx, who, access.SeeCommittee, access.Residence(unit)); err != nil {
		return nil, err
	}
	subtree, err := org.Subtree(ctx, tx, unit, on)
	if err != nil {
		return nil, err
	}
	units := []id.ID{unit}
	for _, u := range subtree {
		if u.Kind != org.Village && u.ID != unit {
			units = append(units, u.ID)
		}
	}
	forerunners, err := forerunnersOf(ctx, tx, units)
	if err != nil {
		return nil, err
	}
	order := append(units, forerunners...)
	all, err := store.All[Committee](ctx, tx, sqlCommitteesOf, who.Realm, store.In(order))
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b Committee) int {
		if here := slices.Index(order, a.Unit) - slices.Index(order, b.Unit); here != 0 {
			return here
		}
		return slices.Index(Kinds, a.Kind) - slices.Index(Kinds, b.Kind)
	})
	return summaries(ctx, tx, who, all, on)
}

func forerunnersOf(ctx context.Context, tx *store.Tx, units []id.ID) (all []id.ID, err error) {
	for _, unit := range units {
		before, err := org.Forerunners(ctx, tx, unit)
		if err != nil {
			return nil, err
		}
		for _, s := range before {
			if !slices.Contains(all, s.Old) && !slices.Contains(units, s.Old) {
				all = append(all, s.Old)
			}
		}
	}
	return all, nil
}

func summaries(ctx context.Context, tx *store.Tx, who access.Who, all []Committee, on day.Day) ([]Summary, error) {
	p, err := peopleIn(ctx, tx, who.Realm, all, on)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	ids := make([]id.ID, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	terms, err := store.All[Term](ctx, tx, sqlTerms, who.Realm, store.In(ids))
	if err != nil {
		return nil, err
	}
	list := make([]Summary, len(all))
	units := placeNames{who: who, on: on}
	for i, c := range all {
		s := Summary{Committee: c, Ended: p.ended[c.ID], Members: len(p.members[c.ID])}
		if s.UnitName, err = units.name(ctx, tx, Place{UnitPlace, c.Unit}); err != nil {
			return nil, err
		}
		s.Term = termOn(terms, c.ID, on)
		for _, m := range p.members[c.ID] {
			if m.Office == Chair {
				s.Chair = m.Name
			}
		}
		duties, err := store.All[Duty](ctx, tx, sqlDutiesOf, who.Realm, c.ID)
		if err != nil {
			return nil, err
		}
		for _, d := range duties {
			if d.Period().Has(on) {
				s.Duties++
			}
		}
		list[i] = s
	}
	return list, nil
}

// termOn is the term in force on a day, else the last before it, else the first.
func termOn(terms []Term, committee id.ID, on day.Day) (found Term) {
	for _, t := range terms { // newest first
		if t.Committee != committee {
			continue
		}
		found = t
		if t.From <= on {
			break
		}
	}
	return found
}

// MemberRow is a member with what he or she carries.
type MemberRow struct {
	Member
	Load Load
	Away *Absence
}

// Load is how much a member is in charge of on a day.
type Load struct {
	Communes, Villages, Schools int
}

// DutyRow is a duty with the names of its place and holder.
type DutyRow struct {
	Duty
	PlaceName string
	Holder    string // member's name; "" for a branch
	Unlent    bool   // the holder has an account and the right that belongs to the duty is not there
}

// Detail is a committee whole.
type Detail struct {
	Summary
	Terms       []Term       // newest first
	Regulations []Regulation // newest first
	Now         []MemberRow  // by office and given name
	Past        []Member     // ended, the last first
	Coming      []Member
	Duties      []DutyRow // in force or to come
	Ended       []DutyRow // the last first
	MayChange   bool
	Rule        string
}

// Look opens a committee as it is on a day. A member with an account sees their own.
func Look(ctx context.Context, tx *store.Tx, who access.Who, committee id.ID, on day.Day) (Detail, error) {
	c, err := byID(ctx, tx, who.Realm, committee)
	if err != nil {
		return Detail{}, err
	}
	members, err := store.All[Member](ctx, tx, sqlMembersOf, who.Realm, store.In([]id.ID{committee}))
	if err != nil {
		return Detail{}, err
	}
	d := Detail{}
	if d.Rule, err = maySee(ctx, tx, who, c, members); err != nil {
		return d, err
	}
	_, refused := access.May(ctx, tx, who, access.ChangeCommittee, access.Unit(c.Unit))
	d.MayChange = refused == nil && c.InForce(tx.Today())
	list, err := summaries(ctx, tx, who, []Committee{c}, on)
	if err != nil {
		return d, err
	}
	d.Summary = list[0]
	if d.Terms, err = store.All[Term](ctx, tx, sqlTerms, who.Realm, store.In([]id.ID{committee})); err != nil {
		return d, err
	}
	if d.Regulations, err = store.All[Regulation](ctx, tx, sqlRegulations, who.Realm, committee); err != nil {
		return d, err
	}
	duties, err := store.All[Duty](ctx, tx, sqlDutiesOf, who.Realm, committee)
	if err != nil {
		return d, err
	}
	rows, err := dutyRows(ctx, tx, who, duties, on)
	if err != nil {
		return d, err
	}
	for _, row := range rows {
		if row.Until > on {
			d.Duties = append(d.Duties, row)
		} else {
			d.Ended = append(d.Ended, row)
		}
	}
	p, err := peopleIn(ctx, tx, who.Realm, []Committee{c}, on)
	if err != nil {
		return d, err
	}
	loads, err := loadsOf(ctx, tx, duties, on)
	if err != nil {
		return d, err
	}
	for _, m := range members {
		switch {
		case m.InForce(on):
			row := MemberRow{Member: m, Load: loads[m.ID]}
			if a, away := p.away[m.ID]; away {
				row.Away = &a
			}
			d.Now = append(d.Now, row)
		case m.From > on:
			d.Coming = append(d.Coming, m)
		default:
			d.Past = append(d.Past, m)
		}
	}
	slices.SortStableFunc(d.Now, func(a, b MemberRow) int { return a.Office.rank() - b.Office.rank() })
	slices.SortStableFunc(d.Past, func(a, b Member) int { return int(b.Until - a.Until) })
	return d, nil
}

// maySee is the right to see a committee: by its unit, or as one of its members.
func maySee(ctx context.Context, tx *store.Tx, who access.Who, c Committee, members []Member) (string, error) {
	rule, err := access.May(ctx, tx, who, access.SeeCommittee, access.Residence(c.Unit))
	if fault.Is(err, fault.Forbidden) && who.Account != 0 && slices.ContainsFunc(members, func(m Member) bool {
		return m.Account == who.Account && m.InForce(tx.Today())
	}) {
		return selfRule, nil
	}
	return rule, err
}

func loadsOf(ctx context.Context, tx *store.Tx, duties []Duty, on day.Day) (map[id.ID]Load, error) {
	loads := map[id.ID]Load{}
	kinds := map[id.ID]org.Kind{}
	for _, d := range duties {
		if d.Member == 0 || !d.Period().Has(on) {
			continue
		}
		l := loads[d.Member]
		if d.PlaceKind == SchoolPlace {
			l.Schools++
		} else {
			kind, known := kinds[d.Place]
			if !known {
				spans, err := org.Spans(ctx, tx, d.Place)
				if err != nil {
					return nil, err
				}
				kind = spans[0].Kind
				kinds[d.Place] = kind
			}
			if kind == org.Village {
				l.Villages++
			} else {
				l.Communes++
			}
		}
		loads[d.Member] = l
	}
	return loads, nil
}

func dutyRows(ctx context.Context, tx *store.Tx, who access.Who, duties []Duty, on day.Day) ([]DutyRow, error) {
	places := placeNames{who: who, on: on}
	var ids []id.ID
	for _, d := range duties {
		if d.Member != 0 {
			ids = append(ids, d.Member)
		}
	}
	members := map[id.ID]Member{}
	if len(ids) > 0 {
		all, err := store.All[Member](ctx, tx, sqlMembersByID, who.Realm, store.In(ids))
		if err != nil {
			return nil, err
		}
		for _, m := range all {
			members[m.ID] = m
		}
	}
	rows := make([]DutyRow, len(duties))
	for i, d := range duties {
		name, err := places.name(ctx, tx, d.At())
		if err != nil {
			return nil, err
		}
		m := members[d.Member]
		rows[i] = DutyRow{Duty: d, PlaceName: name, Holder: m.Name}
		if m.Account != 0 && d.Lent == 0 && d.PlaceKind == UnitPlace && d.Names() && d.Until > tx.Today() {
			u, err := org.UnitOn(ctx, tx, d.Place, max(d.From, tx.Today()))
			if err != nil && !isMissing(err) {
				return nil, err
			}
			if err == nil && u.Kind == org.Village {
				held, err := access.Holders(ctx, tx, who.Realm, access.ResidenceScope, []id.ID{d.Place}, max(d.From, tx.Today()), access.VillageHead)
				if err != nil {
					return nil, err
				}
				rows[i].Unlent = !slices.ContainsFunc(held, func(h access.Holder) bool { return h.Account == m.Account })
			}
		}
	}
	return rows, nil
}
