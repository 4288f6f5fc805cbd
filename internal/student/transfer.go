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

// OfferIn offers a child to another school: she leaves the sender's roll and is in
// nobody's until the other accepts ("chưa xác nhận").
type OfferIn struct {
	Pupil   id.ID
	Version int
	To      id.ID   // school of this realm; 0 for one outside, to be confirmed by a paper
	On      day.Day // first day on which she is no longer here
	Reason  string
}

// Offer begins a transfer (TT 28/2020 Điều 36, TT 10/2025). Faults: student.not-enrolled,
// student.before-spell, student.same-school, student.changed.
func Offer(ctx context.Context, tx *store.Tx, who access.Who, in OfferIn) (Done, error) {
	done, err := leave(ctx, tx, who, "student.offer", in.Pupil, in.Version, in.On, func(s *Spell) error {
		if in.To == s.School {
			return fault.New(fault.Invalid, "student.same-school", nil).On("to")
		}
		if in.To != 0 {
			if _, err := store.One[id.ID](ctx, tx, sqlSchoolExists, who.Realm, in.To); store.IsNone(err) {
				return fault.New(fault.NotFound, "student.no-school", nil).On("to")
			} else if err != nil {
				return err
			}
		}
		s.Exit, s.ExitState, s.ExitReason, s.ToSchool = ExitTransfer, Unconfirmed, in.Reason, in.To
		return nil
	})
	if err != nil {
		return done, err
	}
	return done, openTransfer(ctx, tx, who, in, done.Enrolment)
}

// AcceptIn takes an offered child into a class of the school that she was offered to.
type AcceptIn struct {
	Pupil   id.ID
	Version int
	Class   id.ID
	Grade   string
	From    day.Day // first day here, not before she left the other school
	Paper   string  // giấy giới thiệu chuyển trường
}

// Accept ends an offered transfer. A child who comes from outside the realm, or of whom
// nobody made an offer, is accepted too when she is enrolled nowhere. Faults:
// student.already-enrolled, student.offered-elsewhere, student.wrong-grade, student.changed.
func Accept(ctx context.Context, tx *store.Tx, who access.Who, in AcceptIn) (Done, error) {
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
	s := Spell{Pupil: in.Pupil, Period: day.Range{From: in.From}, Entry: EntryTransfer, Paper: in.Paper}
	sender, was := last(spells)
	if was && sender.Exit == ExitTransfer && sender.ExitState == Unconfirmed {
		if sender.ToSchool != 0 && sender.ToSchool != c.School {
			return Done{}, fault.New(fault.Conflict, "student.offered-elsewhere", nil)
		}
		sender.ExitState, sender.ToSchool = Confirmed, c.School
		if err := updateSpell(ctx, tx, who.Realm, sender); err != nil {
			return Done{}, err
		}
	}
	if was && sender.Exit != ExitYearEnd {
		s.FromSchool = sender.School
	}
	done, err := begin(ctx, tx, who.Realm, spells, c, in.Grade, s)
	if err != nil {
		return done, err
	}
	if err := endTransfer(ctx, tx, who, sender.Enrolment, TransferAccepted, "", done.Enrolment); err != nil {
		return done, err
	}
	return done, record(ctx, tx, who, "student.accept", in.Pupil, rule, map[string]any{"enrolment": done.Enrolment, "class": c.ID, "from": in.From})
}

// RefuseIn sends an offered child back: the sender's spell goes on as if there had been no offer.
type RefuseIn struct {
	Pupil   id.ID
	Version int
	Reason  string
}

// Refuse answers an offer with no, by the school it was made to, or takes it back, by the
// school that made it. Faults: student.no-offer, student.changed.
func Refuse(ctx context.Context, tx *store.Tx, who access.Who, in RefuseIn) (Done, error) {
	s, err := offered(ctx, tx, who.Realm, in.Pupil)
	if err != nil {
		return Done{}, err
	}
	state := TransferTakenBack
	rule, err := access.May(ctx, tx, who, access.ChangePupils, access.School(s.School))
	if err != nil && s.ToSchool != 0 {
		state = TransferRefused
		rule, err = access.May(ctx, tx, who, access.ChangePupils, access.School(s.ToSchool))
	}
	if err != nil {
		return Done{}, err
	}
	if err := touch(ctx, tx, who.Realm, in.Pupil, in.Version); err != nil {
		return Done{}, err
	}
	seen := s
	if s, err = offered(ctx, tx, who.Realm, in.Pupil); err != nil { // once more, now that nobody else can answer
		return Done{}, err
	} else if s != seen {
		return Done{}, fault.New(fault.Conflict, "student.changed", nil)
	}
	ended := s.Period.Until
	s.Exit, s.ExitState, s.ExitReason, s.ToSchool, s.Period.Until = ExitNone, "", "", 0, day.Forever
	if err := updateSpell(ctx, tx, who.Realm, s); err != nil {
		return Done{}, err
	}
	changes, err := reopenMembership(ctx, tx, who.Realm, s, ended)
	if err != nil {
		return Done{}, err
	}
	if err := endTransfer(ctx, tx, who, s.Enrolment, state, viet.CleanText(in.Reason), 0); err != nil {
		return Done{}, err
	}
	return Done{s.Enrolment, changes}, record(ctx, tx, who, "student.refuse", in.Pupil, rule, map[string]any{"enrolment": s.Enrolment, "state": state})
}

// offered is the last spell of a child while it waits for an answer. Fault: student.no-offer.
func offered(ctx context.Context, tx *store.Tx, realm int, pupil id.ID) (Spell, error) {
	spells, err := SpellsOf(ctx, tx, realm, pupil)
	if err != nil {
		return Spell{}, err
	}
	s, ok := last(spells)
	if !ok || s.Exit != ExitTransfer || s.ExitState != Unconfirmed {
		return Spell{}, fault.New(fault.Conflict, "student.no-offer", nil)
	}
	return s, nil
}

// reopenMembership lets the class that ended with the spell go on.
func reopenMembership(ctx context.Context, tx *store.Tx, realm int, s Spell, ended day.Day) ([]ClassDays, error) {
	members, err := store.All[Membership](ctx, tx, sqlMembershipsOfSpell, realm, s.Enrolment)
	if err != nil || len(members) == 0 {
		return nil, err
	}
	m := members[len(members)-1]
	if _, err := tx.Exec(ctx, sqlEndMembership, realm, s.Enrolment, m.Period.From, s.Period.Until); err != nil {
		return nil, err
	}
	return settle(ctx, tx, realm, []ClassDays{{m.Class, day.Range{From: ended, Until: s.Period.Until}}})
}
