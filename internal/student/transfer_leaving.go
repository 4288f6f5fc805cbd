package student

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
)

// PapersDays is how long the papers of a transfer can still be drawn up after a paper
// confirmed it, in days.
const PapersDays = 30

// Leaving is an offered child as the school that sends her hands her on. Why she left a
// school before, poverty, disability, boarding and cases are not in it.
type Leaving struct {
	Transfer Transfer
	Child    Exported // of the class that she leaves; numbers of the state and telephones open
	Spells   []Spell
	Classes  []Membership
}

// TransferFrom gives an offer to the school that made it, also when it was answered.
// Faults: access.no-grant; student.no-offer, also for an offer of another school.
func TransferFrom(ctx context.Context, tx *store.Tx, who access.Who, school, offer id.ID) (t Transfer, rule string, err error) {
	if rule, err = access.May(ctx, tx, who, access.ChangePupils, access.School(school)); err != nil {
		return t, "", err
	}
	if t, err = transferOf(ctx, tx, who.Realm, offer); err == nil && t.FromSchool != school {
		return Transfer{}, "", fault.New(fault.NotFound, "student.no-offer", nil)
	}
	return t, rule, err
}

// LeavingOf opens the record of an offered child for the papers that go with her: while the
// offer waits, and PapersDays after a paper confirmed that she was taken in. Once another
// school accepted her the record is that school's; a child who came back needs no papers.
// Whoever hands a paper out writes that into the audit book. Faults: those of TransferFrom,
// identity.papers-closed.
func LeavingOf(ctx context.Context, tx *store.Tx, who access.Who, school, offer id.ID) (l Leaving, rule string, err error) {
	if l.Transfer, rule, err = TransferFrom(ctx, tx, who, school, offer); err != nil {
		return l, "", err
	}
	t := l.Transfer
	r, err := recordOf(ctx, tx, who.Realm, t.Pupil)
	if err != nil {
		return Leaving{}, "", err
	}
	now, _ := last(r.Spells)
	confirmed := t.State == TransferConfirmed && tx.Today() <= t.AnsweredAt.Day()+PapersDays
	if now.Enrolment != t.Enrolment || now.Exit != ExitTransfer || !t.Open() && !confirmed {
		return Leaving{}, "", fault.New(fault.Locked, "identity.papers-closed", fault.Args{"days": PapersDays})
	}
	l.Spells, l.Classes = r.Spells, r.Classes
	for i := range l.Spells {
		l.Spells[i].ExitReason = ""
	}
	r.Person.Disability = ""
	l.Child = Exported{ListedPupil: ListedPupil{Pupil: t.Pupil, Name: r.Person.Name, Sex: r.Person.Sex, Born: r.Person.Born, Ethnicity: r.Person.Ethnicity,
		Level: t.Level, Grade: t.Grade, School: t.FromSchool, SchoolName: t.From, ClassName: t.ClassName, Residence: r.Residence}, Person: r.Person, Guardians: r.Guardians}
	for _, m := range l.Classes {
		if m.Enrolment == t.Enrolment {
			l.Child.Class = m.Class
		}
	}
	if r.Residence == 0 {
		return l, rule, nil
	}
	path, err := org.Path(ctx, tx, r.Residence, tx.Today())
	if err != nil {
		return Leaving{}, "", err
	}
	for _, u := range path {
		switch u.Kind {
		case org.Village:
			l.Child.Village = u.FullName
		case org.Commune:
			l.Child.Commune = u.FullName
		case org.Province:
			l.Child.Province = u.FullName
		}
	}
	return l, rule, nil
}

// OpenTransferOf gives the offer that waits for an answer of a child's spell; 0 for none. It
// asks no right: it names nobody.
func OpenTransferOf(ctx context.Context, tx *store.Tx, realm int, enrolment id.ID) (id.ID, error) {
	offer, err := store.One[id.ID](ctx, tx, sqlOpenTransferOf, realm, enrolment)
	if store.IsNone(err) {
		return 0, nil
	}
	return offer, err
}
