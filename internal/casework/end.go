package casework

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/viet"
)

// End states how a case ended. "back" only asks the marks: the case is watched until they
// say so. Every other end stays "chưa xác nhận" until the child's enrolment shows it by
// paper or acceptance (Settle), a dropout until the principal confirms it.
//
// Faults: casework.unknown, not-yours, closed (Locked), bad-outcome, bad-day, long-text.
func End(ctx context.Context, tx *store.Tx, who access.Who, in EndIn) (Receipt, error) {
	c, err := load(ctx, tx, who.Realm, in.Case)
	if err != nil {
		return Receipt{}, err
	}
	rule, err := may(ctx, tx, who, access.WorkCase, c)
	if err != nil {
		return Receipt{}, err
	}
	if c, err = hold(ctx, tx, who.Realm, in.Case); err != nil {
		return Receipt{}, err
	}
	if in.Act != [16]byte{} {
		if known, found, err := actByKey(ctx, tx, who.Realm, in.Act); err != nil {
			return Receipt{}, err
		} else if found {
			return repeated(c, known)
		}
	}
	if !c.State.Running() {
		return Receipt{}, fault.New(fault.Locked, "casework.closed", nil)
	}
	if !slices.Contains(Outcomes, in.Outcome) {
		return Receipt{}, fault.New(fault.Invalid, "casework.bad-outcome", fault.Args{"value": string(in.Outcome)}).On("outcome")
	}
	if in.On.IsZero() {
		in.On = tx.Today()
	}
	if in.On > tx.Today() || in.On < c.OpenedOn-366 {
		return Receipt{}, fault.New(fault.Invalid, "casework.bad-day", nil).On("on")
	}
	in.Note = viet.CleanText(in.Note)
	if err := shortEnough(in.Note, "note"); err != nil {
		return Receipt{}, err
	}
	kind := "ended"
	if in.Outcome == CameBack {
		kind = "said-back"
		held, err := heldOf(ctx, tx, who.Realm, c)
		if err != nil {
			return Receipt{}, err
		}
		c.watch(held, in.On)
		c.Outcome, c.OutcomeOn, c.Confirmed = NoOutcome, 0, false
	} else {
		c.State, c.Outcome, c.OutcomeOn, c.Confirmed = Away, in.Outcome, in.On, false
		c.rest()
		if in.Outcome == OtherEnd {
			c.Confirmed = true
			if err := c.finish(ctx, tx, who); err != nil {
				return Receipt{}, err
			}
		}
	}
	c.Acts++
	c.LastAct = tx.Today()
	if err := save(ctx, tx, who.Realm, c); err != nil {
		return Receipt{}, err
	}
	act, err := storeAct(ctx, tx, who, c, keptAct{Key: in.Act, Kind: kind, TakenAt: tx.Now(), Note: in.Note, Protected: c.Protected, Detail: string(in.Outcome) + " " + in.On.String()})
	if err != nil {
		return Receipt{}, err
	}
	if in.Outcome == Dropout {
		if err := tellPrincipal(ctx, tx, who, c); err != nil {
			return Receipt{}, err
		}
	} else if err := tellOwners(ctx, tx, who, c, "notice_step", "act/"+act.String(), false); err != nil {
		return Receipt{}, err
	}
	return Receipt{Case: c.ID, Act: act, Step: c.Step, Due: c.Due, State: c.State}, record(ctx, tx, who, "case.end", c, rule, map[string]any{"outcome": in.Outcome, "on": in.On})
}

// ConfirmDropout is the principal's word that the child has dropped out; the commune then
// sees it (SeeDropout). Faults: casework.not-dropout.
func ConfirmDropout(ctx context.Context, tx *store.Tx, who access.Who, case_ id.ID) error {
	c, err := load(ctx, tx, who.Realm, case_)
	if err != nil {
		return err
	}
	rule, err := may(ctx, tx, who, access.ConfirmDropout, c)
	if err != nil {
		return err
	}
	if c, err = hold(ctx, tx, who.Realm, case_); err != nil {
		return err
	}
	if c.State != Away || c.Outcome != Dropout || c.Confirmed {
		return fault.New(fault.Conflict, "casework.not-dropout", nil)
	}
	c.Confirmed = true
	if c.Tier == TeacherTier || c.Tier == SchoolTier {
		c.Tier = CommuneTier // it is the commune's to see
	}
	if err := save(ctx, tx, who.Realm, c); err != nil {
		return err
	}
	if err := keepAct(ctx, tx, who, c, keptAct{Kind: "confirmed", TakenAt: tx.Now(), Detail: string(c.Outcome)}); err != nil {
		return err
	}
	if err := reach(ctx, tx, who, c); err != nil {
		return err
	}
	return record(ctx, tx, who, "case.dropout", c, rule, nil)
}

// SeeDropout ends the case of a dropout that the principal confirmed: somebody who leads
// cases where the child lives has seen it. Faults: casework.not-dropout.
func SeeDropout(ctx context.Context, tx *store.Tx, who access.Who, case_ id.ID) error {
	c, err := load(ctx, tx, who.Realm, case_)
	if err != nil {
		return err
	}
	rule, err := mayLead(ctx, tx, who, c)
	if err != nil {
		return err
	}
	if c, err = hold(ctx, tx, who.Realm, case_); err != nil {
		return err
	}
	if c.State != Away || c.Outcome != Dropout || !c.Confirmed {
		return fault.New(fault.Conflict, "casework.not-dropout", nil)
	}
	c.SeenBy = who.Account
	if err := keepAct(ctx, tx, who, c, keptAct{Kind: "seen", TakenAt: tx.Now()}); err != nil {
		return err
	}
	if err := c.finish(ctx, tx, who); err != nil {
		return err
	}
	if err := save(ctx, tx, who.Realm, c); err != nil {
		return err
	}
	return record(ctx, tx, who, "case.seen", c, rule, nil)
}

// mayLead asks who leads cases where the child lives.
func mayLead(ctx context.Context, tx *store.Tx, who access.Who, c Case) (string, error) {
	at := c.Village
	if at == 0 {
		at = c.Commune
	}
	if at == 0 {
		return may(ctx, tx, who, access.LeadCases, c)
	}
	rule, err := access.May(ctx, tx, who, access.LeadCases, access.Residence(at))
	if fault.Is(err, fault.Forbidden) {
		return "", fault.New(fault.Forbidden, "casework.not-yours", nil)
	}
	return rule, err
}

// finish closes the case: the places of its acts go, nobody owns it any more.
func (c *Case) finish(ctx context.Context, tx *store.Tx, who access.Who) error {
	c.State, c.ClosedOn = Closed, tx.Today()
	c.rest()
	if _, err := tx.Exec(ctx, sqlDeletePlaces, who.Realm, c.ID, false); err != nil {
		return err
	}
	return endOwners(ctx, tx, who.Realm, c.ID)
}

// enrolmentSays finds what the child's last spell says of its end, after the case was
// opened: the outcome, and whether a paper or an acceptance confirms it.
func enrolmentSays(s student.Spell, opened day.Day) (o Outcome, on day.Day, confirmed bool) {
	if s.Exit == student.ExitNone || s.Period.Until <= opened-60 {
		return NoOutcome, 0, false
	}
	confirmed = s.ExitState == student.Confirmed
	switch s.Exit {
	case student.ExitTransfer:
		o = Transferred
	case student.ExitVocational:
		o = Vocational
	case student.ExitMoved:
		o = Moved
	case student.ExitDropout:
		o = Dropout
	case student.ExitDied, student.ExitOther:
		o = OtherEnd
	}
	return o, s.Period.Until, confirmed
}
