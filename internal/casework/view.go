package casework

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/committee"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// ViewOf gives a case as the caller may see it. The door writes the look, with View.Rule.
// Faults: casework.unknown, casework.not-yours.
func ViewOf(ctx context.Context, tx *store.Tx, who access.Who, case_ id.ID) (View, error) {
	c, err := load(ctx, tx, who.Realm, case_)
	if err != nil {
		return View{}, err
	}
	rule, err := may(ctx, tx, who, access.SeeCases, c)
	if fault.Is(err, fault.Forbidden) && c.Outcome == Dropout && c.Confirmed {
		// The commune sees a confirmed dropout, whoever of it leads.
		if led, refused := mayLead(ctx, tx, who, c); refused == nil {
			rule, err = led, nil
		}
	}
	if err != nil {
		return View{}, err
	}
	full, err := seesProtected(ctx, tx, who, c)
	if err != nil {
		return View{}, err
	}
	v, err := viewOf(ctx, tx, who.Realm, c)
	if err != nil {
		return View{}, err
	}
	v.Rule = rule
	if err := v.rights(ctx, tx, who, full); err != nil {
		return View{}, err
	}
	redact(&v, full)
	return v, nil
}

// redact takes out of a view what a reader who does not see the protected part may not
// know. It is the one place that decides this: whatever shows a case to a person, on a
// page, a list, a paper or a phone, has gone through it (lists: redactTask).
func redact(v *View, full bool) {
	protected := v.Case.Protected
	v.Hotline = protected && full
	if full {
		return
	}
	v.Hidden = protected
	for i := range v.Timeline {
		e := &v.Timeline[i]
		if e.Hidden = protected || e.protected; e.Hidden {
			e.Cause, e.Secondary, e.Note, e.Hope = "", nil, "", ""
			e.Met, e.With, e.SupportSchool, e.SupportCommune = nil, nil, nil, nil
			v.Hidden = true
		}
	}
	if !v.Hidden {
		return
	}
	v.Case.Cause, v.Case.Secondary, v.Case.Why = "", "", ""
	v.Referrals = nil
	v.Timeline = slices.DeleteFunc(v.Timeline, func(e Event) bool { return e.Kind == "referral" || e.Kind == "answered" })
	for i := range v.Absences {
		v.Absences[i].Reason, v.Absences[i].Note = "", ""
	}
	for i := range v.Owners {
		v.Owners[i].Reason = ""
	}
	v.May.Refer, v.May.Protect = false, false
}

// redactTask does the same for a line of a list.
func redactTask(t *Task, protected, full bool) {
	if t.Hidden = protected && !full; t.Hidden {
		t.Why = ""
	}
}

// viewOf gathers everything about a case; redact then takes out what the reader may not know.
func viewOf(ctx context.Context, tx *store.Tx, realm int, c Case) (v View, err error) {
	s, err := standingOf(ctx, tx, realm, c.Pupil)
	if err != nil {
		return v, err
	}
	p := s.record.Person
	v.Case = c
	v.Child = Child{ID: c.Pupil, Name: p.Name, Sex: p.Sex, Born: p.Born, Address: p.Address}
	for _, n := range []struct {
		to   *string
		kind access.Kind
		of   id.ID
	}{{&v.Child.School, access.SchoolKind, c.School}, {&v.Child.Village, access.UnitKind, c.Village}} {
		if *n.to, err = access.PlaceName(ctx, tx, realm, n.kind, n.of); err != nil {
			return v, err
		}
	}
	if c.Class != 0 {
		class, err := org.ClassByID(ctx, tx, access.System(realm), c.Class)
		if err != nil {
			return v, err
		}
		v.Child.Class = class.Name
	}
	for _, g := range s.record.Guardians {
		v.Guardians = append(v.Guardians, Contact{g.Relation, g.Name, g.Phone})
	}
	if v.Siblings, err = siblingsOf(ctx, tx, realm, c); err != nil {
		return v, err
	}
	if err := v.owners(ctx, tx, realm, c); err != nil {
		return v, err
	}
	if v.Signals, err = signalLines(ctx, tx, realm, c.ID); err != nil {
		return v, err
	}
	year := day.Range{From: min(c.OpenedOn-120, tx.Today()-200), Until: tx.Today() + 1}
	if v.Absences, err = rollcall.MarksOf(ctx, tx, realm, c.Pupil, year); err != nil {
		return v, err
	}
	if v.Referrals, err = store.All[Referral](ctx, tx, sqlReferrals, realm, c.ID); err != nil {
		return v, err
	}
	if v.Checks, err = store.All[Check](ctx, tx, sqlChecks, realm, c.ID); err != nil {
		return v, err
	}
	if v.Consents, err = store.All[Consent](ctx, tx, sqlConsents, realm, c.Pupil); err != nil {
		return v, err
	}
	if err := v.timeline(ctx, tx, realm, c); err != nil {
		return v, err
	}
	cases, err := store.All[Case](ctx, tx, sqlCasesOfPupil, realm, c.Pupil)
	for _, other := range cases {
		if other.ID == c.Earlier {
			v.EarlierOn = other.OpenedOn
		}
		if other.Earlier == c.ID {
			v.LaterCases = append(v.LaterCases, other.ID)
		}
	}
	v.Next = Next{Step: c.Step, Tier: c.Tier, Due: c.Due, Late: c.Late(tx.Today())}
	return v, err
}

func (v *View) owners(ctx context.Context, tx *store.Tx, realm int, c Case) error {
	all, err := ownersOf(ctx, tx, realm, c.ID)
	if err != nil {
		return err
	}
	if c.State.Running() {
		v.Without = missing(all, c)
	}
	people, err := whoAre(ctx, tx, realm, all)
	if err != nil {
		return err
	}
	for _, o := range all {
		view := OwnerView{Owner: o, Name: people[ownerKey(o)].name, Phone: people[ownerKey(o)].phone}
		if o.Until.IsZero() && o.Account != 0 {
			if _, _, view.Away, err = committee.OnLeave(ctx, tx, realm, o.Account, tx.Today()); err != nil {
				return err
			}
		}
		v.Owners = append(v.Owners, view)
	}
	slices.SortStableFunc(v.Owners, func(a, b OwnerView) int {
		return cmp.Or(cmp.Compare(min(a.Until, 1), min(b.Until, 1)), cmp.Compare(slices.Index(ownerOrder, a.Role), slices.Index(ownerOrder, b.Role)), cmp.Compare(a.From, b.From))
	})
	return nil
}

type person struct{ name, phone string }

// ownerKey tells accounts from members without one.
func ownerKey(o Owner) [2]id.ID { return [2]id.ID{o.Account, o.Member} }

// whoAre names owners: by account, or by membership for those who work on paper.
func whoAre(ctx context.Context, tx *store.Tx, realm int, owners []Owner) (map[[2]id.ID]person, error) {
	people := map[[2]id.ID]person{}
	type row struct {
		ID          id.ID
		Name, Phone string
	}
	accounts, err := store.All[row](ctx, tx, sqlAccountNames, realm, store.In(accounts(owners)))
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		people[[2]id.ID{a.ID, 0}] = person{a.Name, a.Phone}
	}
	var members []id.ID
	for _, o := range owners {
		if o.Account == 0 && o.Member != 0 {
			members = append(members, o.Member)
		}
	}
	if len(members) == 0 {
		return people, nil
	}
	rows, err := store.All[row](ctx, tx, sqlMemberNames, realm, store.In(members))
	for _, m := range rows {
		people[[2]id.ID{0, m.ID}] = person{m.Name, m.Phone}
	}
	return people, err
}

// timeline puts what everybody did, and the absences, in one order, the newest first.
func (v *View) timeline(ctx context.Context, tx *store.Tx, realm int, c Case) error {
	type row struct {
		ID        id.ID
		Kind      string
		Account   id.ID
		Taken     day.Instant
		Received  day.Instant
		Reached   bool
		Met       string
		With      string
		Cause     string
		Secondary string
		Promise   day.Day
		School    string
		Commune   string
		Hope      string
		Note      string
		Protected bool
		Detail    string
	}
	rows, err := store.All[row](ctx, tx, sqlActs, realm, c.ID)
	if err != nil {
		return err
	}
	var by []id.ID
	for _, r := range rows {
		by = append(by, r.Account)
		v.Timeline = append(v.Timeline, Event{At: r.Taken, Day: r.Taken.Day(), Kind: r.Kind, By: r.Account, Reached: r.Reached, Met: strings.Fields(r.Met), With: strings.Fields(r.With),
			Cause: r.Cause, Secondary: strings.Fields(r.Secondary), Promise: r.Promise, SupportSchool: strings.Fields(r.School), SupportCommune: strings.Fields(r.Commune),
			Hope: r.Hope, Note: r.Note, Facts: detailFacts(r.Kind, r.Detail), Late: r.Received.Day() > r.Taken.Day(), protected: r.Protected})
	}
	climbs, err := store.All[Climbed](ctx, tx, sqlClimbs, realm, c.ID)
	if err != nil {
		return err
	}
	for _, climb := range climbs {
		kind := "climbed"
		if climb.FromTier == climb.ToTier {
			kind = "sideways"
		}
		v.Timeline = append(v.Timeline, Event{Day: climb.On, At: startOf(climb.On), Kind: kind,
			Facts: fault.Args{"from": string(climb.FromTier), "to": string(climb.ToTier), "cause": climb.Cause}})
	}
	for _, r := range v.Referrals {
		by = append(by, r.By, r.AnsweredBy)
		v.Timeline = append(v.Timeline, Event{Day: r.From, At: startOf(r.From), Kind: "referral", By: r.By, Note: r.Reason, Facts: fault.Args{"body": r.Body}})
		if !r.AnsweredOn.IsZero() {
			v.Timeline = append(v.Timeline, Event{Day: r.AnsweredOn, At: startOf(r.AnsweredOn), Kind: "answered", By: r.AnsweredBy, Note: r.Answer, Facts: fault.Args{"body": r.Body}})
		}
	}
	for _, m := range v.Absences {
		if m.Kind.Absent() && m.Day >= c.OpenedOn-30 {
			v.Timeline = append(v.Timeline, Event{Day: m.Day, At: startOf(m.Day), Kind: "absent", Facts: fault.Args{"kind": m.Kind.Code(), "session": int(m.Session)}})
		}
	}
	names, err := account.Names(ctx, tx, realm, by)
	if err != nil {
		return err
	}
	for i := range v.Timeline {
		v.Timeline[i].ByName = names[v.Timeline[i].By]
	}
	slices.SortStableFunc(v.Timeline, func(a, b Event) int { return cmp.Or(cmp.Compare(b.Day, a.Day), cmp.Compare(b.At, a.At)) })
	return nil
}

// startOf is the first moment of a day here.
func startOf(d day.Day) day.Instant {
	m := d.Midnight()
	return day.InstantOf(m).Add(-7 * 3600 * 1e9)
}

// detailFacts reads what an act of the product says.
func detailFacts(kind, detail string) fault.Args {
	words := strings.Fields(detail)
	at := func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ""
	}
	switch kind {
	case "ended", "confirmed", "said-back":
		return fault.Args{"outcome": at(0), "on": at(1)}
	case "check":
		return fault.Args{"state": at(0), "number": at(1), "present": at(2), "sessions": at(3)}
	case "back", "returned":
		return fault.Args{"on": at(0)}
	case "opened", "withdrawn":
		return fault.Args{"rule": at(0)}
	case "owner":
		return fault.Args{"role": at(0)}
	case "relapsed":
		return fault.Args{"case": at(0)}
	}
	return nil
}

// rights says what the reader may do.
func (v *View) rights(ctx context.Context, tx *store.Tx, who access.Who, full bool) error {
	c := v.Case
	ask := func(action access.Action) (bool, error) {
		_, err := may(ctx, tx, who, action, c)
		if fault.Is(err, fault.Forbidden) {
			return false, nil
		}
		return err == nil, err
	}
	work, err := ask(access.WorkCase)
	if err != nil {
		return err
	}
	running := c.State.Running()
	v.May = Rights{Work: work && c.State != Closed, HandOver: work && running, Refer: work && running, Protect: full && work, Papers: work}
	if c.State == Away && c.Outcome == Dropout {
		if v.May.ConfirmDropout, err = ask(access.ConfirmDropout); err != nil {
			return err
		}
		v.May.ConfirmDropout = v.May.ConfirmDropout && !c.Confirmed
		if _, refused := mayLead(ctx, tx, who, c); refused == nil {
			v.May.SeeDropout = c.Confirmed
		}
	}
	v.May.FullPhones, err = ask(access.SeeIdentifiers)
	return err
}

// siblingsOf are other children who name the same guardian by telephone, or by name in the
// same village.
func siblingsOf(ctx context.Context, tx *store.Tx, realm int, c Case) ([]Sibling, error) {
	type row struct {
		Pupil id.ID
		Name  string
		Class string
	}
	rows, err := store.All[row](ctx, tx, sqlSiblings, realm, c.Pupil, tx.Today())
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var pupils []id.ID
	for _, r := range rows {
		pupils = append(pupils, r.Pupil)
	}
	type runs struct{ Pupil, Case id.ID }
	cases, err := store.All[runs](ctx, tx, sqlRunningOfMany, realm, store.In(pupils))
	var all []Sibling
	for _, r := range rows {
		s := Sibling{Pupil: r.Pupil, Name: r.Name, Class: r.Class}
		for _, run := range cases {
			if run.Pupil == r.Pupil {
				s.Case = run.Case
			}
		}
		all = append(all, s)
	}
	return all, err
}

// CaseOf is the running case of a pupil, 0 when there is none, for those who may see it.
func CaseOf(ctx context.Context, tx *store.Tx, who access.Who, pupil id.ID) (id.ID, error) {
	running, err := store.One[id.ID](ctx, tx, sqlRunningOf, who.Realm, pupil)
	if store.IsNone(err) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	c, err := load(ctx, tx, who.Realm, running)
	if err != nil {
		return 0, err
	}
	if _, err := may(ctx, tx, who, access.SeeCases, c); fault.Is(err, fault.Forbidden) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	return c.ID, nil
}
