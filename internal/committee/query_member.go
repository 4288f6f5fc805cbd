package committee

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Correction is what stood of a member before it was corrected.
type Correction struct {
	Version   int
	Name      string
	Job       string
	Phone     string
	Account   id.ID
	Reason    string
	ChangedBy id.ID
	ChangedAt day.Instant
}

// MemberDetail is a member whole.
type MemberDetail struct {
	Member
	Committee   Summary
	Successor   *Member
	Before      []Member // of whom this one is the successor
	Duties      []DutyRow
	Ended       []DutyRow
	Absences    []Absence
	Others      []Member // of the committee, who could stand in or take over
	Corrections []Correction
	Load        Load
	MayChange   bool
	MayAbsent   bool // record an absence
	Rule        string
}

// LookMember opens a member as things are on a day.
func LookMember(ctx context.Context, tx *store.Tx, who access.Who, member id.ID, on day.Day) (MemberDetail, error) {
	m, err := memberByID(ctx, tx, who.Realm, member)
	if err != nil {
		return MemberDetail{}, err
	}
	c, err := byID(ctx, tx, who.Realm, m.Committee)
	if err != nil {
		return MemberDetail{}, err
	}
	everyone, err := store.All[Member](ctx, tx, sqlMembersOf, who.Realm, store.In([]id.ID{c.ID}))
	if err != nil {
		return MemberDetail{}, err
	}
	d := MemberDetail{Member: m}
	if d.Rule, err = maySee(ctx, tx, who, c, everyone); err != nil {
		return MemberDetail{}, err
	}
	_, refused := access.May(ctx, tx, who, access.ChangeCommittee, access.Unit(c.Unit))
	d.MayChange = refused == nil && c.InForce(tx.Today())
	d.MayAbsent = d.MayChange || who.Account != 0 && m.Account == who.Account && m.InForce(tx.Today())
	list, err := summaries(ctx, tx, who, []Committee{c}, on)
	if err != nil {
		return d, err
	}
	d.Committee = list[0]
	for _, o := range everyone {
		switch {
		case o.ID == m.Successor:
			d.Successor = &o
		case o.Successor == m.ID:
			d.Before = append(d.Before, o)
		}
		if o.ID != m.ID && o.InForce(on) {
			d.Others = append(d.Others, o)
		}
	}
	duties, err := store.All[Duty](ctx, tx, sqlDutiesOfMember, who.Realm, store.In([]id.ID{m.ID}))
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
	loads, err := loadsOf(ctx, tx, duties, on)
	if err != nil {
		return d, err
	}
	d.Load = loads[m.ID]
	if d.Absences, err = store.All[Absence](ctx, tx, sqlAbsencesOf, who.Realm, store.In([]id.ID{m.ID})); err != nil {
		return d, err
	}
	d.Corrections, err = store.All[Correction](ctx, tx, sqlVersions, who.Realm, m.ID)
	return d, err
}

// Mine gives the memberships of the caller that are in force today, with their committees.
func Mine(ctx context.Context, tx *store.Tx, who access.Who) ([]MemberDetail, error) {
	if who.Account == 0 {
		return nil, nil
	}
	own, err := store.All[Member](ctx, tx, sqlMembersOfAccount, who.Realm, who.Account, tx.Today())
	if err != nil {
		return nil, err
	}
	var all []MemberDetail
	for _, m := range own {
		d, err := LookMember(ctx, tx, who, m.ID, tx.Today())
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// LookDuty opens a duty with the committee that gave it, as things are on a day.
func LookDuty(ctx context.Context, tx *store.Tx, who access.Who, duty id.ID, on day.Day) (DutyRow, Summary, error) {
	d, err := dutyByID(ctx, tx, who.Realm, duty)
	if err != nil {
		return DutyRow{}, Summary{}, err
	}
	c, err := byID(ctx, tx, who.Realm, d.Committee)
	if err != nil {
		return DutyRow{}, Summary{}, err
	}
	if _, err := access.May(ctx, tx, who, access.SeeCommittee, access.Residence(c.Unit)); err != nil {
		return DutyRow{}, Summary{}, err
	}
	rows, err := dutyRows(ctx, tx, who, []Duty{d}, on)
	if err != nil {
		return DutyRow{}, Summary{}, err
	}
	list, err := summaries(ctx, tx, who, []Committee{c}, on)
	if err != nil {
		return DutyRow{}, Summary{}, err
	}
	return rows[0], list[0], nil
}
