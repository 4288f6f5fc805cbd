package casework

import (
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/warning"
)

// signalBatch is how many signals are taken up at a time.
const signalBatch = 500

// TakeSignals takes up what the warnings have raised, stepped up, ended or withdrawn since
// the last time: it opens a case for a child that has none when the signal's step asks for
// one (ladder.toml), attaches signals to the running case, and closes a case whose ground
// a correction took away and for which nobody has done anything yet. It says how many
// signals it took up. Running it again changes nothing.
func TakeSignals(ctx context.Context, s *store.Store, realm int) (taken int, err error) {
	for {
		var batch []warning.Signal
		err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			batch, err = warning.Untaken(ctx, tx, realm, signalBatch)
			return err
		})
		if err != nil || len(batch) == 0 {
			return taken, err
		}
		for _, signal := range batch {
			err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				return takeSignal(ctx, tx, access.System(realm), signal.ID)
			})
			if err != nil {
				return taken, err
			}
			taken++
		}
		if len(batch) < signalBatch {
			return taken, nil
		}
	}
}

func takeSignal(ctx context.Context, tx *store.Tx, who access.Who, number id.ID) error {
	signal, err := warning.SignalByID(ctx, tx, who.Realm, number)
	if err != nil || signal.Version <= signal.TakenVersion {
		return err
	}
	case_, err := follow(ctx, tx, who, signal)
	if err != nil {
		return err
	}
	return warning.Take(ctx, tx, who.Realm, signal.ID, signal.Version, case_)
}

// follow does what a signal asks for and says to which case it belongs, 0 for none.
func follow(ctx context.Context, tx *store.Tx, who access.Who, signal warning.Signal) (id.ID, error) {
	if signal.Pupil == 0 || signal.PartOf != 0 {
		return 0, nil
	}
	if signal.State != warning.Open {
		return signal.TakenCase, withdraw(ctx, tx, who, signal)
	}
	running, err := store.One[id.ID](ctx, tx, sqlRunningOf, who.Realm, signal.Pupil)
	switch {
	case store.IsNone(err):
		if !opensCase(signal) {
			return 0, nil
		}
	case err != nil:
		return 0, err
	default:
		return running, attach(ctx, tx, who, running, signal)
	}
	s, err := standingOf(ctx, tx, who.Realm, signal.Pupil)
	if err != nil {
		return 0, err
	}
	if LadderOf(s.spell.Level, s.spell.Grade).Name == "advice" {
		return 0, nil // under five: advice only, from the teacher's list
	}
	c, err := begin(ctx, tx, who, Case{Pupil: signal.Pupil, Rule: signal.Rule, Order: signal.Order}, s)
	if err != nil {
		return 0, err
	}
	if err := putSignal(ctx, tx, who.Realm, c, signal); err != nil {
		return 0, err
	}
	if err := keepAct(ctx, tx, who, c, keptAct{Kind: "opened", TakenAt: tx.Now(), Detail: signal.Rule}); err != nil {
		return 0, err
	}
	return c.ID, record(ctx, tx, who, "case.open", c, "system", map[string]any{"pupil": c.Pupil, "signal": signal.ID, "rule": signal.Rule})
}

// opensCase says whether a signal opens a case by its rule and step.
func opensCase(s warning.Signal) bool {
	return slices.Contains(rules.Opens, string(s.Step)) || slices.Contains(rules.Rules, s.Rule) && s.Step.Rank() >= warning.StepCall.Rank()
}

func putSignal(ctx context.Context, tx *store.Tx, realm int, c Case, s warning.Signal) error {
	_, err := tx.Exec(ctx, sqlInsertSignal, realm, c.ID, s.ID, s.Rule, s.Step, s.Last, tx.Now(), day.Forever)
	return err
}

// attach adds a signal to the running case, or notes that its step changed: a correction
// may have taken away what opened the case.
func attach(ctx context.Context, tx *store.Tx, who access.Who, running id.ID, s warning.Signal) error {
	c, err := hold(ctx, tx, who.Realm, running)
	if err != nil {
		return err
	}
	if err := putSignal(ctx, tx, who.Realm, c, s); err != nil {
		return err
	}
	c.Order = max(c.Order, s.Order)
	if s.Rule == "unconfirmed-exit" && c.State == Away && !c.Confirmed && c.Outcome != Dropout { // it rested on that word
		held, err := heldOf(ctx, tx, who.Realm, c)
		if err != nil {
			return err
		}
		c.Rule = s.Rule
		if err := c.again(ctx, tx, who, held); err != nil {
			return err
		}
	}
	if err := save(ctx, tx, who.Realm, c); err != nil {
		return err
	}
	return c.drop(ctx, tx, who, s)
}

// withdraw notes that a signal has ended. A signal that is over ("it was so") stays with
// the case: its marks decide. One that a correction withdrew is taken out.
func withdraw(ctx context.Context, tx *store.Tx, who access.Who, s warning.Signal) error {
	if s.State != warning.Withdrawn {
		return nil
	}
	cases, err := store.All[id.ID](ctx, tx, sqlCasesOfSignal, who.Realm, s.ID, day.Forever)
	if err != nil {
		return err
	}
	for _, number := range cases {
		c, err := hold(ctx, tx, who.Realm, number)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sqlWithdrawSignal, who.Realm, c.ID, s.ID, tx.Today()); err != nil {
			return err
		}
		if err := keepAct(ctx, tx, who, c, keptAct{Kind: "withdrawn", TakenAt: tx.Now(), Detail: s.Rule}); err != nil {
			return err
		}
		if err := c.drop(ctx, tx, who, s); err != nil {
			return err
		}
	}
	return nil
}

// drop closes a case that rests on nothing any more: opened by signals, none of those that
// stand would open one, and nobody has done anything yet. Those who were told are told again.
func (c *Case) drop(ctx context.Context, tx *store.Tx, who access.Who, because warning.Signal) error {
	if c.Acts > 0 || c.OpenedBy != 0 || c.State != Open || c.Rule == "" || c.Rule == "relapse" {
		return nil
	}
	standing, err := store.All[id.ID](ctx, tx, sqlStandingSignals, who.Realm, c.ID, day.Forever)
	if err != nil {
		return err
	}
	for _, number := range standing {
		s, err := warning.SignalByID(ctx, tx, who.Realm, number)
		if err != nil {
			return err
		}
		if s.State != warning.Withdrawn && opensCase(s) {
			return nil
		}
	}
	if err := untell(ctx, tx, who.Realm, *c, "opened"); err != nil {
		return err
	}
	if err := tellOwners(ctx, tx, who, *c, "notice_withdrawn", "withdrawn", false); err != nil {
		return err
	}
	c.Outcome, c.OutcomeOn, c.Confirmed = Withdrawn, tx.Today(), true
	if err := c.finish(ctx, tx, who); err != nil {
		return err
	}
	if err := save(ctx, tx, who.Realm, *c); err != nil {
		return err
	}
	return record(ctx, tx, who, "case.withdraw", *c, "system", map[string]any{"signal": because.ID})
}

// signalLines are the signals of a case as they stand.
func signalLines(ctx context.Context, tx *store.Tx, realm int, case_ id.ID) ([]SignalLine, error) {
	type row struct {
		Signal    id.ID
		Rule      string
		Step      string
		Day       day.Day
		Withdrawn day.Day
	}
	rows, err := store.All[row](ctx, tx, sqlSignals, realm, case_)
	if err != nil {
		return nil, err
	}
	var lines []SignalLine
	for _, r := range rows {
		s, err := warning.SignalByID(ctx, tx, realm, r.Signal)
		if fault.Is(err, fault.NotFound) {
			continue
		} else if err != nil {
			return nil, err
		}
		lines = append(lines, SignalLine{Signal: s, Withdrawn: s.State == warning.Withdrawn})
	}
	return lines, nil
}
