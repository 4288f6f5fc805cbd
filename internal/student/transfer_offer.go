package student

import (
	"context"
	"time"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/notify"
	"ralop/internal/store"
)

// What became of an offer.
const (
	TransferOffered   = "offered"
	TransferAccepted  = "accepted"
	TransferRefused   = "refused"
	TransferTakenBack = "taken-back"
	TransferConfirmed = "confirmed" // a paper came instead of an answer
	TransferEnded     = "ended"     // the child came back, or the spell was mended
)

// AnswerDays is how many working days a receiving school has to answer: TT 28/2020/TT-BGDĐT
// Điều 36 for primary schools. No circular gives a number for the levels above (TT
// 10/2025/TT-BGDĐT); the same is asked of them.
const AnswerDays = 3

// The commune hears of an offer that nobody has answered so many working days after its deadline.
const communeDays = 5

// WorkingDaysAfter is the n-th working day after a day: Monday to Friday, no legal holiday.
func WorkingDaysAfter(d day.Day, n int) day.Day {
	for n > 0 {
		d++
		if _, off := calendar.DayOff(d); !off && d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
			n--
		}
	}
	return d
}

// Transfer is an offer of a child to another school, and what became of it.
type Transfer struct {
	ID         id.ID
	Pupil      id.ID
	Enrolment  id.ID // the sender's spell
	FromSchool id.ID
	ToSchool   id.ID   // 0 outside the realm
	LeftOn     day.Day // first day on which the child is no longer at the sender's
	OfferedAt  day.Instant
	OfferedBy  id.ID
	Reason     string
	Due        day.Day // last day of the answer
	State      string
	AnsweredAt day.Instant
	AnsweredBy id.ID
	Answer     string
	Arrival    id.ID // the receiver's spell
	Name       string
	Version    int // of the pupil
	Level      string
	Grade      string
	From       string // names of the schools
	To         string
	ClassName  string // where the child was last
}

// Open says that an answer is owed; Overdue that it should have come.
func (t Transfer) Open() bool                 { return t.State == TransferOffered }
func (t Transfer) Overdue(today day.Day) bool { return t.Open() && today > t.Due }

// openTransfer writes down an offer and tells the receiving principal.
func openTransfer(ctx context.Context, tx *store.Tx, who access.Who, in OfferIn, enrolment id.ID) error {
	s, err := spell(ctx, tx, who.Realm, in.Pupil, enrolment)
	if err != nil {
		return err
	}
	offer, due := tx.NewID(), WorkingDaysAfter(tx.Today(), AnswerDays)
	if _, err := tx.Exec(ctx, sqlInsertTransfer, who.Realm, offer, in.Pupil, enrolment, s.School, in.To, in.On, tx.Now(), who.Account, in.Reason, due,
		TransferOffered, day.Instant(0), 0, "", 0, 1); err != nil || in.To == 0 {
		return err
	}
	t, err := transferOf(ctx, tx, who.Realm, offer)
	if err != nil {
		return err
	}
	return t.tell(ctx, tx, who, "notice_offered", true, t.ToSchool)
}

func transferOf(ctx context.Context, tx *store.Tx, realm int, offer id.ID) (Transfer, error) {
	t, err := store.One[Transfer](ctx, tx, sqlTransfer, realm, tx.Today(), offer)
	if store.IsNone(err) {
		return t, fault.New(fault.NotFound, "student.no-offer", nil)
	}
	return t, err
}

// endTransfer closes the open offer of a spell, when there is one, and tells the other side.
func endTransfer(ctx context.Context, tx *store.Tx, who access.Who, enrolment id.ID, state, answer string, arrival id.ID) error {
	offer, err := store.One[id.ID](ctx, tx, sqlOpenTransferOf, who.Realm, enrolment)
	if store.IsNone(err) {
		return nil
	} else if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sqlEndTransfer, who.Realm, offer, state, tx.Now(), who.Account, answer, arrival); err != nil {
		return err
	}
	t, err := transferOf(ctx, tx, who.Realm, offer)
	if err != nil || t.ToSchool == 0 {
		return err
	}
	switch state {
	case TransferAccepted, TransferRefused:
		return t.tell(ctx, tx, who, "notice_"+state, state == TransferRefused, t.FromSchool)
	}
	for _, code := range []string{"notice_offered", "notice_due", "notice_overdue", "notice_commune"} {
		if err := notify.Withdraw(ctx, tx, who.Realm, t.key(code)); err != nil {
			return err
		}
	}
	return nil
}

func (t Transfer) key(code string) string {
	return "transfer/" + t.ID.String() + "/" + code + "/" + t.Due.String()
}

// tell says to the principals of schools what happened to an offer. No child is named: who
// opens the page sees her.
func (t Transfer) tell(ctx context.Context, tx *store.Tx, who access.Who, code string, urgent bool, schools ...id.ID) error {
	people, err := access.Holders(ctx, tx, who.Realm, access.SchoolScope, schools, tx.Today(), access.Principal)
	if err != nil {
		return err
	}
	for _, p := range people {
		if p.Account == who.Account {
			continue
		}
		if err := t.send(ctx, tx, who.Realm, code, urgent, p.Account, "/truong/"+p.Scope.String()+"/tiep-nhan"); err != nil {
			return err
		}
	}
	return nil
}

func (t Transfer) send(ctx context.Context, tx *store.Tx, realm int, code string, urgent bool, to id.ID, link string) error {
	return notify.Enqueue(ctx, tx, notify.Message{Realm: realm, To: notify.Recipient{Account: to}, Code: "identity." + code, Key: t.key(code), Link: link, Urgent: urgent,
		Facts: fault.Args{"from": t.From, "to": t.To, "due": t.Due.Vietnamese(), "days": max(0, tx.Today().Sub(t.OfferedAt.Day()))}})
}

// mostTransfers are listed on a page.
const mostTransfers = 200

// TransfersAt lists the offers to a school and those it made, open ones first. The door
// writes the look into the audit book. Fault: access.no-grant.
func TransfersAt(ctx context.Context, tx *store.Tx, who access.Who, school id.ID) (in, out []Transfer, rule string, err error) {
	if rule, err = access.May(ctx, tx, who, access.ChangePupils, access.School(school)); err != nil {
		return nil, nil, "", err
	}
	if in, err = store.All[Transfer](ctx, tx, sqlTransfersIn, who.Realm, tx.Today(), school, mostTransfers); err != nil {
		return nil, nil, "", err
	}
	out, err = store.All[Transfer](ctx, tx, sqlTransfersOut, who.Realm, tx.Today(), school, mostTransfers)
	return in, out, rule, err
}

// TransferAt gives an offer to the school that it was made to. Fault: student.no-offer, also
// for those who may not know of it.
func TransferAt(ctx context.Context, tx *store.Tx, who access.Who, school, offer id.ID) (t Transfer, rule string, err error) {
	if rule, err = access.May(ctx, tx, who, access.ChangePupils, access.School(school)); err != nil {
		return t, "", err
	}
	if t, err = transferOf(ctx, tx, who.Realm, offer); err == nil && t.ToSchool != school {
		return Transfer{}, "", fault.New(fault.NotFound, "student.no-offer", nil)
	}
	return t, rule, err
}

// Dossier is what travels with an offered child (TT 28/2020 Điều 36: application, school
// record, progress): who she is, who her guardians are, where she learned. Numbers of the
// state and telephones are masked; poverty, disability, boarding, requests, cases and their
// causes stay with the sender until the child is accepted.
type Dossier struct {
	Transfer  Transfer
	Person    Person
	Guardians []Guardian
	Village   string
	Spells    []Spell
}

// DossierOf opens the record of an offered child to the school that owes an answer, read
// only and written into the audit book. Once the offer is answered it is closed again: the
// record itself then belongs to one of the two. Faults: student.no-offer, access.no-grant.
func DossierOf(ctx context.Context, tx *store.Tx, who access.Who, offer id.ID) (Dossier, error) {
	t, err := transferOf(ctx, tx, who.Realm, offer)
	if err != nil {
		return Dossier{}, err
	}
	rule, err := access.May(ctx, tx, who, access.ChangePupils, access.School(t.ToSchool))
	if t.ToSchool == 0 || fault.Is(err, fault.Forbidden) {
		return Dossier{}, fault.New(fault.NotFound, "student.no-offer", nil) // that there is one is not for everybody to know
	} else if err != nil {
		return Dossier{}, err
	}
	if !t.Open() {
		return Dossier{}, fault.New(fault.Locked, "identity.offer-answered", nil)
	}
	r, err := recordOf(ctx, tx, who.Realm, t.Pupil)
	if err != nil {
		return Dossier{}, err
	}
	p := r.Person
	p.Code, p.NationalID, p.Phone, p.Address, p.Disability = Mask(p.Code), Mask(p.NationalID), "", "", ""
	for i := range r.Guardians {
		r.Guardians[i].Phone = ""
	}
	for i := range r.Spells {
		r.Spells[i].ExitReason = ""
	}
	return Dossier{t, p, r.Guardians, r.Village, r.Spells}, record(ctx, tx, who, "student.dossier", t.Pupil, rule, map[string]any{"offer": offer})
}

// UndoAcceptIn takes back an acceptance: another child was meant.
type UndoAcceptIn struct {
	Offer  id.ID
	Reason string
}

// UndoAccept makes an accepted offer open again: the receiver's spell goes, the child is
// "chưa xác nhận" once more, and the sender may take her back. The schools' ledgers are as
// before the acceptance. It is refused when the child has moved on since. Faults:
// student.no-offer, identity.offer-open, identity.moved-on, student.reason-missing.
func UndoAccept(ctx context.Context, tx *store.Tx, who access.Who, in UndoAcceptIn) (Done, error) {
	t, err := transferOf(ctx, tx, who.Realm, in.Offer)
	if err != nil {
		return Done{}, err
	}
	rule, err := access.May(ctx, tx, who, access.ChangePupils, access.School(t.ToSchool))
	if fault.Is(err, fault.Forbidden) {
		return Done{}, fault.New(fault.NotFound, "student.no-offer", nil)
	} else if err != nil {
		return Done{}, err
	}
	if in.Reason == "" {
		return Done{}, fault.New(fault.Invalid, "student.reason-missing", nil).On("why")
	}
	if err := touch(ctx, tx, who.Realm, t.Pupil, 0); err != nil {
		return Done{}, err
	}
	if t, err = transferOf(ctx, tx, who.Realm, in.Offer); err != nil {
		return Done{}, err
	}
	if t.State != TransferAccepted {
		return Done{}, fault.New(fault.Conflict, "identity.offer-open", nil)
	}
	spells, err := SpellsOf(ctx, tx, who.Realm, t.Pupil)
	if err != nil {
		return Done{}, err
	}
	arrival, _ := last(spells)
	sender, err := spell(ctx, tx, who.Realm, t.Pupil, t.Enrolment)
	if err != nil {
		return Done{}, err
	}
	if arrival.Enrolment != t.Arrival || arrival.Exit != ExitNone || sender.Exit != ExitTransfer || sender.Period.Until != t.LeftOn {
		return Done{}, fault.New(fault.Conflict, "identity.moved-on", nil)
	}
	changes, err := endMemberships(ctx, tx, who.Realm, arrival.Enrolment, arrival.Period.From)
	if err != nil {
		return Done{}, err
	}
	if _, err := tx.Exec(ctx, sqlDeleteSpell, who.Realm, arrival.Enrolment); err != nil {
		return Done{}, err
	}
	sender.ExitState, sender.ToSchool = Unconfirmed, t.ToSchool
	if err := updateSpell(ctx, tx, who.Realm, sender); err != nil {
		return Done{}, err
	}
	if _, err := tx.Exec(ctx, sqlArriveExpected, who.Realm, t.Pupil, sender.Year, sender.School, sender.Period.From); err != nil {
		return Done{}, err
	}
	if _, err := tx.Exec(ctx, sqlReopenTransfer, who.Realm, t.ID, day.Instant(0), WorkingDaysAfter(tx.Today(), AnswerDays)); err != nil {
		return Done{}, err
	}
	if changes, err = settle(ctx, tx, who.Realm, changes); err != nil {
		return Done{}, err
	}
	if err := t.tell(ctx, tx, who, "notice_undone", true, t.FromSchool); err != nil {
		return Done{}, err
	}
	return Done{sender.Enrolment, changes}, record(ctx, tx, who, "student.accept-undo", t.Pupil, rule,
		map[string]any{"offer": t.ID, "enrolment": arrival.Enrolment, "from": arrival.Period.From, "why": in.Reason})
}
