package casework

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// ReferralDays is the longest time for which a named person of another body sees a case.
const ReferralDays = 30

// Refer hands a cause to the body that can remove it: boarding, benefit, health … Police
// and border guard see a case only in this way: a named person, with a reason, the fields
// of ReferredCase and an end. The same act again gives the first referral.
//
// Faults: casework.bad-body, why-missing, long-text, named-missing (police and border guard
// without a named person), referral-long, closed.
func Refer(ctx context.Context, tx *store.Tx, who access.Who, in ReferIn) (id.ID, error) {
	c, err := load(ctx, tx, who.Realm, in.Case)
	if err != nil {
		return 0, err
	}
	rule, err := may(ctx, tx, who, access.WorkCase, c)
	if err != nil {
		return 0, err
	}
	full, err := seesProtected(ctx, tx, who, c)
	if err != nil {
		return 0, err
	}
	if c.Protected && !full {
		return 0, fault.New(fault.Forbidden, "casework.not-yours", nil)
	}
	if c, err = hold(ctx, tx, who.Realm, in.Case); err != nil {
		return 0, err
	}
	if in.Act != [16]byte{} {
		if known, err := store.One[id.ID](ctx, tx, sqlReferralByKey, who.Realm, in.Act[:]); err == nil || !store.IsNone(err) {
			return known, err
		}
	}
	if !c.State.Running() {
		return 0, fault.New(fault.Locked, "casework.closed", nil)
	}
	body, ok := bodyOf(in.Body)
	in.Reason = viet.CleanText(in.Reason)
	switch {
	case !ok:
		return 0, fault.New(fault.Invalid, "casework.bad-body", fault.Args{"value": in.Body}).On("body")
	case in.Reason == "":
		return 0, fault.New(fault.Invalid, "casework.why-missing", nil).On("reason")
	case body.Named && in.To == 0:
		return 0, fault.New(fault.Invalid, "casework.named-missing", nil).On("to")
	}
	if err := shortEnough(in.Reason, "reason"); err != nil {
		return 0, err
	}
	until := day.Forever
	if in.To != 0 {
		until = in.Until + 1
		if in.Until < tx.Today() || in.Until > tx.Today()+ReferralDays {
			return 0, fault.New(fault.Invalid, "casework.referral-long", fault.Args{"most": ReferralDays}).On("until")
		}
	}
	referral := tx.NewID()
	if in.Act == [16]byte{} {
		in.Act = ownKey(referral)
	}
	if _, err := tx.Exec(ctx, sqlInsertReferral, who.Realm, referral, in.Act[:], c.ID, in.Body, in.To, in.Reason, tx.Today(), until, who.Account, "", day.Day(0), 0); err != nil {
		return 0, err
	}
	c.Acts++
	c.LastAct = tx.Today()
	if err := save(ctx, tx, who.Realm, c); err != nil {
		return 0, err
	}
	if in.To != 0 {
		if err := tell(ctx, tx, who, c, "notice_referred", "referral/"+referral.String(), false, []id.ID{in.To}); err != nil {
			return 0, err
		}
	}
	return referral, record(ctx, tx, who, "case.refer", c, rule, map[string]any{"referral": referral, "to": in.To})
}

// Answer is what the body did: by whoever works the case, or by the named person to whom
// it was referred while that lasts. Faults: casework.no-referral, why-missing, long-text.
func Answer(ctx context.Context, tx *store.Tx, who access.Who, referral id.ID, text string) error {
	r, err := store.One[Referral](ctx, tx, sqlReferral, who.Realm, referral)
	if store.IsNone(err) {
		return fault.New(fault.NotFound, "casework.no-referral", nil)
	} else if err != nil {
		return err
	}
	c, err := load(ctx, tx, who.Realm, r.Case)
	if err != nil {
		return err
	}
	rule := "case.referred"
	if who.Account == 0 || r.To != who.Account || !(day.Range{From: r.From, Until: r.Until}).Has(tx.Today()) {
		if rule, err = may(ctx, tx, who, access.WorkCase, c); err != nil {
			return err
		}
	}
	if text = viet.CleanText(text); text == "" {
		return fault.New(fault.Invalid, "casework.answer-missing", nil).On("answer")
	}
	if err := shortEnough(text, "answer"); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, sqlAnswerReferral, who.Realm, referral, text, tx.Today(), who.Account, day.Day(0))
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "casework.answered", nil)
	}
	if err := tell(ctx, tx, who, c, "notice_answered", "answer/"+referral.String(), false, []id.ID{r.By}); err != nil {
		return err
	}
	return record(ctx, tx, who, "case.answer", c, rule, map[string]any{"referral": referral})
}

// ReferredCase is all that a named person of another body sees: no cause, no timeline, no
// guardians, and not for ever.
type ReferredCase struct {
	Referral id.ID
	Case     id.ID
	Body     string
	Reason   string
	From     day.Day
	Until    day.Day // exclusive
	By       id.ID
	Pupil    id.ID
	Name     string
	Born     day.Day
	Village  string
}

// Referred lists what was referred to the caller by name and has not ended.
func Referred(ctx context.Context, tx *store.Tx, who access.Who) ([]ReferredCase, error) {
	if who.Account == 0 {
		return nil, nil
	}
	return store.All[ReferredCase](ctx, tx, sqlReferredTo, who.Realm, who.Account, tx.Today())
}

// consentPurposes are what a guardian may allow: the use of data for the case, messages.
var consentPurposes = []string{"case", "message"}

// KeepConsent writes down what a guardian signed, or took back. Silence is no consent:
// nothing is written for it. Faults: casework.bad-consent.
func KeepConsent(ctx context.Context, tx *store.Tx, who access.Who, pupil id.ID, in Consent) error {
	rule, err := access.May(ctx, tx, who, access.WorkCase, access.Pupil(pupil))
	if err != nil {
		return err
	}
	known := false
	for _, p := range consentPurposes {
		known = known || p == in.Purpose
	}
	if in.On.IsZero() {
		in.On = tx.Today()
	}
	if !known || in.On > tx.Today() || in.Relation != "mother" && in.Relation != "father" && in.Relation != "guardian" {
		return fault.New(fault.Invalid, "casework.bad-consent", nil)
	}
	if _, err := tx.Exec(ctx, sqlInsertConsent, who.Realm, tx.NewID(), pupil, in.Purpose, in.Given, in.Relation, in.On, who.Account, tx.Now()); err != nil {
		return err
	}
	return auditPupil(ctx, tx, who, "case.consent", pupil, rule, map[string]any{"purpose": in.Purpose, "given": in.Given})
}

// MayMessage says whether a guardian of the child has allowed messages, by the newest paper.
func MayMessage(ctx context.Context, tx *store.Tx, realm int, pupil id.ID) (bool, error) {
	all, err := store.All[Consent](ctx, tx, sqlConsents, realm, pupil)
	for _, c := range all {
		if c.Purpose == "message" {
			return c.Given, err
		}
	}
	return false, err
}
