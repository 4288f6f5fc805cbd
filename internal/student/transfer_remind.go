package student

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/notify"
	"ralop/internal/org"
	"ralop/internal/store"
)

// How far reminders of an offer have gone.
const (
	toldOffered = 1
	toldDue     = 2 // the receiving principal, a working day before the deadline
	toldOverdue = 3 // both principals
	toldCommune = 4 // the commune where the child lives
)

const remindBatch = 200

// RemindTransfers writes down offers that came in by lists, closes those that a list
// settled, and tells who owes an answer: the receiving principal before the deadline, both
// principals after it, then the commune where the child lives. After 30 days without an
// answer warning raises "unconfirmed-exit". It says how many offers it touched; running it
// again changes nothing.
func RemindTransfers(ctx context.Context, s *store.Store, realm int) (touched int, err error) {
	for _, step := range []func(context.Context, *store.Tx, int) (int, error){adoptTransfers, closeTransfers, tellTransfers} {
		for {
			n := 0
			err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
				n, err = step(ctx, tx, realm)
				return err
			})
			if err != nil {
				return touched, err
			}
			if touched += n; n < remindBatch {
				break
			}
		}
	}
	return touched, nil
}

// adoptTransfers gives every transfer that waits an offer. Of old ones nobody is reminded
// any more: they are signals by now.
func adoptTransfers(ctx context.Context, tx *store.Tx, realm int) (int, error) {
	type waiting struct {
		Enrolment, Pupil, From, To id.ID
		Left                       day.Day
		Reason                     string
	}
	found, err := store.All[waiting](ctx, tx, sqlUnknownTransfers, realm, remindBatch)
	if err != nil {
		return 0, err
	}
	var rows [][]any
	for _, w := range found {
		told := toldOffered
		if w.Left < tx.Today()-30 || w.To == 0 {
			told = toldCommune
		}
		rows = append(rows, []any{realm, tx.NewID(), w.Pupil, w.Enrolment, w.From, w.To, w.Left, tx.Now(), 0, w.Reason, WorkingDaysAfter(max(w.Left, tx.Today()), AnswerDays),
			TransferOffered, day.Instant(0), 0, "", 0, told})
	}
	return len(rows), tx.Many(ctx, sqlInsertTransfer, rows)
}

func closeTransfers(ctx context.Context, tx *store.Tx, realm int) (int, error) {
	type settled struct {
		Offer       id.ID
		Exit, State string
	}
	found, err := store.All[settled](ctx, tx, sqlSettledTransfers, realm, remindBatch)
	if err != nil {
		return 0, err
	}
	var rows [][]any
	for _, o := range found {
		state := TransferEnded
		if o.Exit == ExitTransfer && o.State == Confirmed {
			state = TransferConfirmed
		}
		rows = append(rows, []any{realm, o.Offer, state, tx.Now(), 0, "", 0})
	}
	return len(rows), tx.Many(ctx, sqlEndTransfer, rows)
}

func tellTransfers(ctx context.Context, tx *store.Tx, realm int) (int, error) {
	type late struct {
		Offer, Pupil, From, To id.ID
		OfferedAt              day.Instant
		Due                    day.Day
		Told                   int
		FromName, ToName       string
		Home, Stands           id.ID
	}
	today, told := tx.Today(), 0
	forCommune := today // deadlines before this day are the commune's
	for WorkingDaysAfter(forCommune-1, communeDays) >= today {
		forCommune--
	}
	found, err := store.All[late](ctx, tx, sqlTransfersToTell, realm, today, WorkingDaysAfter(today, 1), forCommune, remindBatch)
	if err != nil {
		return 0, err
	}
	who := access.System(realm)
	for _, o := range found {
		t := Transfer{ID: o.Offer, FromSchool: o.From, ToSchool: o.To, OfferedAt: o.OfferedAt, Due: o.Due, From: o.FromName, To: o.ToName}
		stage := toldDue
		switch {
		case o.Due < forCommune:
			stage = toldCommune
		case today > o.Due:
			stage = toldOverdue
		}
		switch stage {
		case toldDue:
			err = t.tell(ctx, tx, who, "notice_due", false, t.ToSchool)
		case toldOverdue:
			err = t.tell(ctx, tx, who, "notice_overdue", true, t.FromSchool, t.ToSchool)
		default:
			err = t.tellCommune(ctx, tx, realm, o.Home, o.Stands)
		}
		if err != nil {
			return told, err
		}
		if _, err := tx.Exec(ctx, sqlTransferTold, realm, o.Offer, stage); err != nil {
			return told, err
		}
		told++
	}
	return told, nil
}

// tellCommune tells the officials of the commune where the child lives, else of the one
// where the sender stands: how many days, between which schools, and no name.
func (t Transfer) tellCommune(ctx context.Context, tx *store.Tx, realm int, home, stands id.ID) error {
	if home == 0 {
		home = stands
	}
	if home == 0 {
		return nil
	}
	path, err := org.Path(ctx, tx, home, tx.Today())
	if err != nil {
		return err
	}
	for _, u := range path {
		if u.Kind != org.Commune {
			continue
		}
		people, err := access.Holders(ctx, tx, realm, access.UnitScope, []id.ID{u.ID}, tx.Today(), access.CommuneOfficial)
		if err != nil {
			return err
		}
		for _, p := range people {
			if err := t.send(ctx, tx, realm, "notice_commune", false, p.Account, notify.ListAddress); err != nil {
				return err
			}
		}
	}
	return nil
}
