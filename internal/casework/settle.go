package casework

import (
	"cmp"
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

// settleBatch is how many cases are read at a time.
const settleBatch = 200

// Settle brings every case that is not closed up to date: owners follow grants and
// duties, places follow the child, marks say whether it is back and whether it stays,
// the enrolment confirms other ends. It says how many cases changed their state. Running it
// again changes nothing. It is for every night; through the day SettleFresh is enough.
func Settle(ctx context.Context, s *store.Store, realm int) (changed int, err error) {
	after := id.ID(0)
	for {
		var batch []id.ID
		err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			batch, err = store.All[id.ID](ctx, tx, sqlUnsettled, realm, after, settleBatch)
			return err
		})
		if err != nil || len(batch) == 0 {
			return changed, err
		}
		n, err := settleAll(ctx, s, realm, batch)
		if changed += n; err != nil {
			return changed, err
		}
		after = batch[len(batch)-1]
	}
}

// SettleFresh is Settle for the cases in whose class a roll has come in since an instant.
func SettleFresh(ctx context.Context, s *store.Store, realm int, since day.Instant) (changed int, err error) {
	var fresh []id.ID
	err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		fresh, err = store.All[id.ID](ctx, tx, sqlFresh, realm, since)
		return err
	})
	if err != nil {
		return 0, err
	}
	return settleAll(ctx, s, realm, fresh)
}

func settleAll(ctx context.Context, s *store.Store, realm int, cases []id.ID) (changed int, err error) {
	for _, c := range cases {
		one := false
		err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			one, err = settleOne(ctx, tx, access.System(realm), c)
			return err
		})
		if err != nil {
			return changed, err
		}
		if one {
			changed++
		}
	}
	return changed, nil
}

func settleOne(ctx context.Context, tx *store.Tx, who access.Who, case_ id.ID) (bool, error) {
	c, err := load(ctx, tx, who.Realm, case_)
	if err != nil {
		return false, err
	}
	s, err := standingOf(ctx, tx, who.Realm, c.Pupil)
	if err != nil {
		return false, err
	}
	settings, err := ReadSettings(ctx, tx, who.Realm)
	if err != nil {
		return false, err
	}
	sessions, err := presences(ctx, tx, who.Realm, c, s)
	if err != nil {
		return false, err
	}
	before := c
	if c, err = hold(ctx, tx, who.Realm, case_); err != nil {
		return false, err
	}
	c.follow(s)
	if c.State == Back {
		if err := c.checks(ctx, tx, who, settings, sessions); err != nil {
			return false, err
		}
	} else if err := c.settle(ctx, tx, who, settings, s, sessions); err != nil {
		return false, err
	}
	if err := save(ctx, tx, who.Realm, c); err != nil {
		return false, err
	}
	if c.State != Closed {
		came, err := syncOwners(ctx, tx, who.Realm, c)
		if err != nil {
			return false, err
		}
		if c.State.Running() {
			if err := tell(ctx, tx, who, c, "notice_yours", "opened", false, accounts(came)); err != nil {
				return false, err
			}
		}
	}
	return c.State != before.State, nil
}

// settle looks at a running case: has the child left, has it come back?
func (c *Case) settle(ctx context.Context, tx *store.Tx, who access.Who, settings Settings, s standing, sessions []Presence) error {
	if o, on, confirmed := enrolmentSays(s.spell, c.OpenedOn); o != NoOutcome && (confirmed || !c.suspects(o)) {
		return c.left(ctx, tx, who, o, on, confirmed)
	}
	if c.State == Away && c.Confirmed {
		return nil // a dropout that waits to be seen by the commune
	}
	if c.State == Away {
		// Said to be elsewhere, still on the roll: the marks may show that it is back.
		if v := settings.Back.Judge(after(sessions, c.OutcomeOn)); v.State == "back" {
			return c.back(ctx, tx, who, settings, v)
		}
		return nil
	}
	from := c.OpenedOn
	if c.OutcomeOn != 0 {
		from = max(from, c.OutcomeOn+1) // the marks up to then are judged
	}
	if c.State == Watching {
		from = c.ReturnOn
	}
	held, err := heldOf(ctx, tx, who.Realm, *c)
	if err != nil {
		return err
	}
	switch v := settings.Back.Judge(after(sessions, from)); {
	case v.State == "back":
		return c.back(ctx, tx, who, settings, v)
	case v.State == "watching" && c.State == Open:
		c.watch(held, v.ReturnOn)
		return keepAct(ctx, tx, who, *c, keptAct{Kind: "returned", TakenAt: tx.Now(), Detail: v.ReturnOn.String()})
	case c.State == Watching && (c.Due < tx.Today() || v.State == "away" && sawAway(after(sessions, from), settings.Back)):
		return c.again(ctx, tx, who, held)
	case c.State == Watching && v.State == "watching":
		c.ReturnOn = v.ReturnOn // what began first has failed; the watch does not grow longer by it
	}
	return nil
}

// suspects says that the case is about an end that nobody has confirmed for a month: being
// told of it once more by the enrolment does not let it rest. A dropout is its own end.
func (c *Case) suspects(o Outcome) bool { return c.Rule == "unconfirmed-exit" && o != Dropout }

// sawAway says whether more sessions were missed than the rule allows.
func sawAway(sessions []Presence, r BackRule) bool {
	away := 0
	for _, s := range sessions {
		if !s.Here {
			away++
		}
	}
	return away > r.Of-r.Present
}

// again takes a case that was watched back to work; the marks up to today are judged.
func (c *Case) again(ctx context.Context, tx *store.Tx, who access.Who, held heldDays) error {
	rung, _ := c.ladder().rung(c.Step)
	c.State, c.ReturnOn, c.OutcomeOn = Open, 0, tx.Today()
	c.set(held, rung.Clock, tx.Today(), max(rung.Days, 1))
	if err := keepAct(ctx, tx, who, *c, keptAct{Kind: "away-again", TakenAt: tx.Now()}); err != nil {
		return err
	}
	return tellOwners(ctx, tx, who, *c, "notice_relapsed", "away/"+tx.Today().String(), true)
}

// back ends the work: the four checks begin.
func (c *Case) back(ctx context.Context, tx *store.Tx, who access.Who, settings Settings, v Verdict) error {
	c.State, c.Outcome, c.OutcomeOn, c.ReturnOn, c.Confirmed = Back, CameBack, v.ReturnOn, v.ReturnOn, true
	c.rest()
	var rows [][]any
	for i, days := range settings.Checks {
		rows = append(rows, []any{who.Realm, c.ID, i + 1, v.ReturnOn.Add(days), "waiting", 0, 0, day.Day(0)})
	}
	if err := tx.Many(ctx, sqlInsertCheck, rows); err != nil {
		return err
	}
	if err := keepAct(ctx, tx, who, *c, keptAct{Kind: "back", TakenAt: tx.Now(), Detail: v.ReturnOn.String()}); err != nil {
		return err
	}
	if err := tellOwners(ctx, tx, who, *c, "notice_back", "back", false); err != nil {
		return err
	}
	return record(ctx, tx, who, "case.back", *c, "system", map[string]any{"on": v.ReturnOn})
}

// left takes over what the child's enrolment says of its end.
func (c *Case) left(ctx context.Context, tx *store.Tx, who access.Who, o Outcome, on day.Day, confirmed bool) error {
	if c.State == Away && c.Outcome == Dropout && o == Dropout {
		return nil // the principal confirms it here, the commune sees it
	}
	if c.State == Away && c.Outcome == o && c.OutcomeOn == on && c.Confirmed == confirmed {
		return nil
	}
	c.State, c.Outcome, c.OutcomeOn, c.Confirmed = Away, o, on, confirmed && o != Dropout
	c.rest()
	kind := "ended"
	if o == Dropout {
		if err := tellPrincipal(ctx, tx, who, *c); err != nil {
			return err
		}
	}
	if c.Confirmed {
		kind = "confirmed"
		if err := c.finish(ctx, tx, who); err != nil {
			return err
		}
	}
	return keepAct(ctx, tx, who, *c, keptAct{Kind: kind, TakenAt: tx.Now(), Detail: string(o) + " " + on.String()})
}

// presences are the marked sessions of a child since the case was opened, in order: those
// with a sheet taken while the child was in the class.
func presences(ctx context.Context, tx *store.Tx, realm int, c Case, s standing) ([]Presence, error) {
	period := day.Range{From: c.OpenedOn, Until: tx.Today() + 1}
	if !c.ReturnOn.IsZero() {
		period.From = min(period.From, c.ReturnOn)
	}
	marks, err := rollcall.MarksOf(ctx, tx, realm, c.Pupil, period)
	if err != nil {
		return nil, err
	}
	absent := map[[2]int]bool{}
	for _, m := range marks {
		if m.Kind.Absent() {
			absent[[2]int{int(m.Day), int(m.Session)}] = true
		}
	}
	var all []Presence
	for _, m := range s.record.Classes {
		within := m.Period.Intersect(period).Intersect(spellPeriod(s.record.Spells, m.Enrolment))
		if within.Empty() {
			continue
		}
		sheets, err := rollcall.SheetsOf(ctx, tx, realm, m.Class, within)
		if err != nil {
			return nil, err
		}
		for _, sheet := range sheets {
			if sheet.State == rollcall.Taken {
				all = append(all, Presence{sheet.Day, sheet.Session, !absent[[2]int{int(sheet.Day), int(sheet.Session)}]})
			}
		}
	}
	slices.SortFunc(all, func(a, b Presence) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Session, b.Session)) })
	return all, nil
}

func spellPeriod(spells []student.Spell, enrolment id.ID) day.Range {
	for _, s := range spells {
		if s.Enrolment == enrolment {
			return s.Period
		}
	}
	return day.Range{}
}

func after(sessions []Presence, from day.Day) []Presence {
	return within(sessions, day.Range{From: from, Until: day.Forever})
}

func within(sessions []Presence, period day.Range) (out []Presence) {
	for _, s := range sessions {
		if period.Has(s.Day) {
			out = append(out, s)
		}
	}
	return out
}
