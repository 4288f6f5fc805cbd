package casework

import (
	"context"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// PromiseDays is how far ahead a promise may lie.
const PromiseDays = 60

// keptAct is an act as it is stored.
type keptAct struct {
	Key       [16]byte
	Kind      string
	Device    string
	TakenAt   day.Instant
	Reached   bool
	Met       string
	With      string
	Cause     string
	Secondary string
	Promise   day.Day
	School    string // support
	Commune   string // support
	Hope      string
	Note      string
	Protected bool
	Place     *Place
	Detail    string
}

// keepAct stores an act of the caller; the product's own acts get a key of their own.
func keepAct(ctx context.Context, tx *store.Tx, who access.Who, c Case, a keptAct) error {
	_, err := storeAct(ctx, tx, who, c, a)
	return err
}

func storeAct(ctx context.Context, tx *store.Tx, who access.Who, c Case, a keptAct) (id.ID, error) {
	number := tx.NewID()
	if a.Key == [16]byte{} {
		a.Key = ownKey(number)
	}
	var p Place
	if a.Place != nil {
		p = *a.Place
	}
	_, err := tx.Exec(ctx, sqlInsertAct, who.Realm, number, a.Key[:], c.ID, a.Kind, who.Account, a.Device, a.TakenAt, tx.Now(), a.Reached, a.Met, a.With, a.Cause, a.Secondary,
		a.Promise, a.School, a.Commune, a.Hope, a.Note, a.Protected, a.Place != nil, p.Latitude, p.Longitude, a.Detail)
	return number, err
}

// ownKey is the key of an act that no sender made: never a UUIDv7, whose version is not 0.
func ownKey(number id.ID) (key [16]byte) {
	for i := range 8 {
		key[15-i] = byte(number >> (8 * i))
	}
	return key
}

type knownAct struct {
	ID   id.ID
	Case id.ID
}

func actByKey(ctx context.Context, tx *store.Tx, realm int, key [16]byte) (knownAct, bool, error) {
	known, err := store.One[knownAct](ctx, tx, sqlActByKey, realm, key[:])
	if store.IsNone(err) {
		return known, false, nil
	}
	return known, err == nil, err
}

// check cleans an act and says what is wrong, by field.
func (a *Act) check(now day.Instant) error {
	var faults fault.List
	wrong := func(field, code string, args fault.Args) {
		faults = append(faults, fault.New(fault.Invalid, code, args).On(field))
	}
	if a.ID == [16]byte{} {
		wrong("id", "casework.act-missing", nil)
	}
	if _, known := actKind(a.Kind); !known {
		wrong("kind", "casework.bad-act", fault.Args{"value": a.Kind})
	}
	for _, l := range []struct {
		field string
		codes []string
		list  []string
	}{{"met", a.Met, Met}, {"with", a.With, With}, {"support_school", a.SupportSchool, Supports}, {"support_commune", a.SupportCommune, Supports}} {
		for _, code := range l.codes {
			if !slices.Contains(l.list, code) {
				wrong(l.field, "casework.bad-code", fault.Args{"value": code})
			}
		}
	}
	for _, code := range append([]string{a.Cause}, a.Secondary...) {
		if _, known := CauseOf(code); !known && code != "" {
			wrong("cause", "casework.bad-cause", fault.Args{"value": code})
		}
	}
	if a.Cause == "" && len(a.Secondary) > 0 {
		wrong("cause", "casework.primary-missing", nil)
	}
	a.Secondary = slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(a.Secondary))), func(code string) bool { return code == a.Cause || code == "" })
	if a.TakenAt.IsZero() || a.TakenAt > now {
		a.TakenAt = now // a device whose clock is ahead proves nothing
	}
	if on := a.TakenAt.Day(); !a.Promise.IsZero() && (a.Promise < on || a.Promise > on+PromiseDays) {
		wrong("promise", "casework.promise-far", fault.Args{"most": PromiseDays})
	}
	a.Note, a.Hope = viet.CleanText(a.Note), viet.CleanText(a.Hope)
	for field, text := range map[string]string{"note": a.Note, "hope": a.Hope} {
		if err := shortEnough(text, field); err != nil {
			wrong(field, "casework.long-text", fault.Args{"most": TextLength})
		}
	}
	if p := a.Place; p != nil && (p.Latitude < -90 || p.Latitude > 90 || p.Longitude < -180 || p.Longitude > 180) {
		wrong("place", "casework.bad-place", nil)
	}
	return faults.OrNil()
}

// protects says whether what the act says must stay with few.
func (a Act) protects() bool {
	return a.Protect || isProtected(a.Cause) || slices.ContainsFunc(a.Secondary, isProtected)
}

// joint says whether bodies besides the school and the village went along.
func (a Act) kind() string {
	if a.Kind == "visit" && len(slices.Compact(slices.Sorted(slices.Values(a.With)))) >= 2 {
		return "joint-visit"
	}
	return a.Kind
}

// Record keeps an act for a child and moves the clock to the next step's deadline. The
// same act again gives the first receipt; an act that arrives late counts from when it was
// taken. A visit of two bodies or more is a joint visit.
//
// Faults: casework.unknown, casework.not-yours, casework.closed (Locked), and Invalid by
// field: casework.act-missing, bad-act, bad-code, bad-cause, primary-missing, promise-far,
// long-text, bad-place, act-reused.
func Record(ctx context.Context, tx *store.Tx, who access.Who, a Act) (Receipt, error) {
	c, err := load(ctx, tx, who.Realm, a.Case)
	if err != nil {
		return Receipt{}, err
	}
	rule, err := may(ctx, tx, who, access.WorkCase, c)
	if err != nil {
		return Receipt{}, err
	}
	if c, err = hold(ctx, tx, who.Realm, a.Case); err != nil {
		return Receipt{}, err
	}
	if known, found, err := actByKey(ctx, tx, who.Realm, a.ID); err != nil {
		return Receipt{}, err
	} else if found {
		return repeated(c, known)
	}
	if err := a.check(tx.Now()); err != nil {
		return Receipt{}, err
	}
	if c.State == Closed && a.TakenAt.Day() > c.ClosedOn {
		return Receipt{}, fault.New(fault.Locked, "casework.closed", nil)
	}
	kind := a.kind()
	number, err := storeAct(ctx, tx, who, c, keptAct{Key: a.ID, Kind: kind, Device: a.Device, TakenAt: a.TakenAt, Reached: a.Reached, Met: words(a.Met), With: words(a.With),
		Cause: a.Cause, Secondary: words(a.Secondary), Promise: a.Promise, School: words(a.SupportSchool), Commune: words(a.SupportCommune),
		Hope: a.Hope, Note: a.Note, Protected: a.protects(), Place: placeOf(a, c)})
	if err != nil {
		return Receipt{}, err
	}
	tier := c.Tier
	if err := c.take(ctx, tx, who.Realm, a, kind); err != nil {
		return Receipt{}, err
	}
	if err := save(ctx, tx, who.Realm, c); err != nil {
		return Receipt{}, err
	}
	if c.Tier != tier {
		if err := reach(ctx, tx, who, c); err != nil {
			return Receipt{}, err
		}
	}
	if k, _ := actKind(kind); k.Counts {
		if err := tellOwners(ctx, tx, who, c, "notice_step", "act/"+number.String(), false); err != nil {
			return Receipt{}, err
		}
	}
	return Receipt{Case: c.ID, Act: number, Step: c.Step, Due: c.Due, State: c.State}, record(ctx, tx, who, "case.act", c, rule, map[string]any{"act": number, "kind": kind})
}

// placeOf leaves the place out once a case is closed.
func placeOf(a Act, c Case) *Place {
	if c.State == Closed {
		return nil
	}
	return a.Place
}

func repeated(c Case, known knownAct) (Receipt, error) {
	if known.Case != c.ID {
		return Receipt{}, fault.New(fault.Invalid, "casework.act-reused", nil).On("id")
	}
	return Receipt{Case: c.ID, Act: known.ID, Step: c.Step, Due: c.Due, State: c.State, Repeated: true}, nil
}

// take brings what an act says into the case: the cause, the promise, and the clock.
func (c *Case) take(ctx context.Context, tx *store.Tx, realm int, a Act, kind string) error {
	on := a.TakenAt.Day()
	if a.Cause != "" {
		c.Cause, c.Secondary = a.Cause, words(a.Secondary)
	}
	c.Protected = c.Protected || a.protects()
	k, _ := actKind(kind)
	if !k.Counts {
		return nil
	}
	c.Acts++
	c.LastAct = max(c.LastAct, on)
	if c.State != Open {
		return nil
	}
	held, err := heldOf(ctx, tx, realm, *c)
	if err != nil {
		return err
	}
	rung := c.ladder().after(c.Step, kind)
	if a.Promise >= tx.Today() {
		rung = c.ladder().within(rung.Step, c.Tier) // a promise is waited for before the next tier is asked
	}
	before := *c
	c.Step = rung.Step
	if rung.Tier.atLeast(c.Tier) {
		c.Tier = rung.Tier
	}
	switch {
	case kind == "promise-kept":
		c.watch(held, on)
	case a.Promise >= tx.Today():
		c.Promise = a.Promise
		c.set(held, SchoolDays, a.Promise, 1)
	default:
		c.set(held, rung.Clock, on, rung.Days)
		if before.Due > c.Due { // an act that came late takes no time away
			c.Clock, c.ClockFrom, c.ClockDays, c.Due = before.Clock, before.ClockFrom, before.ClockDays, before.Due
		}
	}
	return nil
}

// watchDays is how long a case may be watched before it is worked on again, when too few
// sessions are marked to judge.
const watchDays = 15

// watch waits for the marks: the child is said to be back.
func (c *Case) watch(held heldDays, from day.Day) {
	c.State, c.ReturnOn = Watching, from
	c.set(held, SchoolDays, from, watchDays)
}

// reach brings in the owners of the tier that a case has reached, and tells them.
func reach(ctx context.Context, tx *store.Tx, who access.Who, c Case) error {
	came, err := syncOwners(ctx, tx, who.Realm, c)
	if err != nil {
		return err
	}
	return tell(ctx, tx, who, c, "notice_reached", "reached/"+string(c.Tier), true, accounts(came))
}

func fields(codes string) []string { return strings.Fields(codes) }
