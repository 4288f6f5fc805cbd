package student

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// LeaveIn says that a child is no longer here.
type LeaveIn struct {
	Pupil   id.ID
	Version int
	Kind    string  // dropout, vocational, moved, died, other
	On      day.Day // first day on which she is no longer here
	Reason  string  // cause code
	Paper   string  // number of the paper that says so
}

// Leave ends a spell without another school. Vocational training and moving away stay
// "chưa xác nhận" until a paper comes (Confirm). Faults: student.unknown-exit,
// student.not-enrolled, student.before-spell, student.changed.
func Leave(ctx context.Context, tx *store.Tx, who access.Who, in LeaveIn) (Done, error) {
	return leave(ctx, tx, who, "student.leave", in.Pupil, in.Version, in.On, func(s *Spell) error {
		s.Exit, s.ExitState, s.ExitReason, s.Paper = in.Kind, Confirmed, in.Reason, viet.Clean(in.Paper)
		switch in.Kind {
		case ExitDropout, ExitDied, ExitOther:
		case ExitVocational, ExitMoved:
			if s.Paper == "" {
				s.ExitState = Unconfirmed
			}
		default:
			return fault.New(fault.Invalid, "student.unknown-exit", fault.Args{"value": in.Kind}).On("kind")
		}
		return nil
	})
}

// leave ends the spell that a child has, as end says.
func leave(ctx context.Context, tx *store.Tx, who access.Who, action string, pupil id.ID, version int, on day.Day, end func(*Spell) error) (Done, error) {
	rule, err := access.May(ctx, tx, who, access.ChangePupils, access.Pupil(pupil))
	if err != nil {
		return Done{}, err
	}
	if err := touch(ctx, tx, who.Realm, pupil, version); err != nil {
		return Done{}, err
	}
	spells, err := SpellsOf(ctx, tx, who.Realm, pupil)
	if err != nil {
		return Done{}, err
	}
	s, err := active(spells)
	if err != nil {
		return Done{}, err
	}
	if on <= s.Period.From || on > s.Period.Until {
		return Done{}, beforeSpell(s)
	}
	s.Period.Until = on
	if err := end(&s); err != nil {
		return Done{}, err
	}
	if err := updateSpell(ctx, tx, who.Realm, s); err != nil {
		return Done{}, err
	}
	changes, err := endMemberships(ctx, tx, who.Realm, s.Enrolment, on)
	if err != nil {
		return Done{}, err
	}
	if changes, err = settle(ctx, tx, who.Realm, changes); err != nil {
		return Done{}, err
	}
	return Done{s.Enrolment, changes}, record(ctx, tx, who, action, pupil, rule,
		map[string]any{"enrolment": s.Enrolment, "exit": s.Exit, "state": s.ExitState, "on": on, "to": s.ToSchool})
}

// ConfirmIn brings the paper that says where a child who left is now.
type ConfirmIn struct {
	Pupil     id.ID
	Version   int
	Enrolment id.ID
	Paper     string
}

// Confirm takes "chưa xác nhận" from an exit. Faults: student.no-spell,
// student.nothing-to-confirm, student.paper-missing, student.changed.
func Confirm(ctx context.Context, tx *store.Tx, who access.Who, in ConfirmIn) (Done, error) {
	rule, err := access.May(ctx, tx, who, access.ChangePupils, access.Pupil(in.Pupil))
	if err != nil {
		return Done{}, err
	}
	if err := touch(ctx, tx, who.Realm, in.Pupil, in.Version); err != nil {
		return Done{}, err
	}
	s, err := spell(ctx, tx, who.Realm, in.Pupil, in.Enrolment)
	if err != nil {
		return Done{}, err
	}
	if s.ExitState != Unconfirmed {
		return Done{}, fault.New(fault.Conflict, "student.nothing-to-confirm", nil)
	}
	if s.Paper = viet.Clean(in.Paper); s.Paper == "" {
		return Done{}, fault.New(fault.Invalid, "student.paper-missing", nil).On("paper")
	}
	s.ExitState = Confirmed
	if err := updateSpell(ctx, tx, who.Realm, s); err != nil {
		return Done{}, err
	}
	if err := endTransfer(ctx, tx, who, s.Enrolment, TransferConfirmed, "", 0); err != nil {
		return Done{}, err
	}
	return Done{Enrolment: s.Enrolment}, record(ctx, tx, who, "student.confirm", in.Pupil, rule, map[string]any{"enrolment": s.Enrolment})
}

func spell(ctx context.Context, tx *store.Tx, realm int, pupil, enrolment id.ID) (Spell, error) {
	spells, err := SpellsOf(ctx, tx, realm, pupil)
	if err != nil {
		return Spell{}, err
	}
	for _, s := range spells {
		if s.Enrolment == enrolment {
			return s, nil
		}
	}
	return Spell{}, fault.New(fault.NotFound, "student.no-spell", nil)
}

// ReturnIn brings a child back who had dropped out or gone away.
type ReturnIn struct {
	Pupil   id.ID
	Version int
	Class   id.ID
	Grade   string
	From    day.Day
}

// Return begins a new spell after a dropout, vocational training or moving away. An exit
// that was not confirmed is then no longer open. Faults: student.nothing-to-return-from,
// student.already-enrolled, student.wrong-grade, student.changed.
func Return(ctx context.Context, tx *store.Tx, who access.Who, in ReturnIn) (Done, error) {
	c, err := classOf(ctx, tx, who.Realm, in.Class)
	if err != nil {
		return Done{}, err
	}
	rule, err := access.May(ctx, tx, who, access.ChangePupils, access.School(c.School))
	if err != nil {
		return Done{}, err
	}
	if err := touch(ctx, tx, who.Realm, in.Pupil, in.Version); err != nil {
		return Done{}, err
	}
	spells, err := SpellsOf(ctx, tx, who.Realm, in.Pupil)
	if err != nil {
		return Done{}, err
	}
	before, ok := last(spells)
	if !ok || before.Exit == ExitNone || before.Exit == ExitYearEnd || before.Exit == ExitDied {
		return Done{}, fault.New(fault.Conflict, "student.nothing-to-return-from", nil)
	}
	if before.ExitState == Unconfirmed {
		before.ExitState = CameBack
		if err := updateSpell(ctx, tx, who.Realm, before); err != nil {
			return Done{}, err
		}
		if err := endTransfer(ctx, tx, who, before.Enrolment, TransferEnded, "", 0); err != nil {
			return Done{}, err
		}
	}
	done, err := begin(ctx, tx, who.Realm, spells, c, in.Grade,
		Spell{Pupil: in.Pupil, Period: day.Range{From: in.From}, Entry: EntryReturn, FromSchool: before.School})
	if err != nil {
		return done, err
	}
	return done, record(ctx, tx, who, "student.return", in.Pupil, rule, map[string]any{"enrolment": done.Enrolment, "class": c.ID, "from": in.From})
}
