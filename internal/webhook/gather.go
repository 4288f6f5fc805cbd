package webhook

import (
	"context"
	"encoding/json"
	"strings"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// acts are the lines of the audit book that are events, by the words of the rooms that
// write them.
var acts = map[string]Event{
	"rollcall.submit": SheetReceived, "rollcall.correct": SheetReceived, "rollcall.keep": SheetReceived, "rollcall.accept": SheetReceived,
	"rollcall.decide": SheetReceived, "rollcall.resolve": SheetReceived, "case.open": CaseOpened, "report.approve": ReportFrozen,
}

// slice is how many blocks of the book one transaction reads.
const slice = 8

// happened is an event with what access is asked about.
type happened struct {
	id    id.ID
	event Event
	at    day.Instant
	data  any
	needs access.Action
	place access.Resource
}

// Gather turns the lines of the audit book since the mark into events and deliveries, and
// says how many deliveries it made. It is driven by the mark alone: it may be run as often
// as wanted, by several at once, and nothing is told twice or left out.
func Gather(ctx context.Context, s *store.Store, realm int) (made int, err error) {
	for ctx.Err() == nil {
		done, n := false, 0
		err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) error { // a look first: the writer is others'
			wanted, err := store.One[int](ctx, tx, sqlAnyStanding, realm, day.Instant(0))
			if err != nil || wanted == 0 {
				done = true
				return err
			}
			mark, err := store.One[int64](ctx, tx, sqlMark, realm)
			if store.IsNone(err) {
				done = true
				return nil
			} else if err != nil {
				return err
			}
			head, err := audit.Head(ctx, tx, realm)
			done = head.Number <= mark
			return err
		})
		if done || err != nil {
			return made, err
		}
		if err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			n, err = gather(ctx, tx, realm)
			return err
		}); err != nil {
			return made, err
		}
		made += n
	}
	return made, ctx.Err()
}

func gather(ctx context.Context, tx *store.Tx, realm int) (made int, err error) {
	mark, err := store.One[int64](ctx, tx, sqlMark, realm)
	if err != nil {
		return 0, err
	}
	lines, last, err := audit.Since(ctx, tx, realm, mark, slice)
	if err != nil {
		return 0, err
	}
	if moved, err := tx.Exec(ctx, sqlMove, realm, mark, last); err != nil || moved == 0 {
		return 0, err
	}
	hooks, err := store.All[Webhook](ctx, tx, sqlStands, realm, day.Instant(0))
	if err != nil {
		return 0, err
	}
	holders := map[id.ID]access.Who{}
	for _, line := range lines {
		event, is := acts[line.Action]
		if !is {
			continue
		}
		h, err := read(event, line)
		if err != nil {
			return made, err
		}
		kept := false
		for _, w := range hooks {
			if !w.Events.Has(event) || line.At < w.MadeAt {
				continue
			}
			sees, err := maySee(ctx, tx, realm, holders, w.Account, h)
			if err != nil {
				return made, err
			}
			if !sees {
				continue
			}
			if !kept {
				if err := keep(ctx, tx, realm, h); err != nil {
					return made, err
				}
				kept = true
			}
			if _, err := tx.Exec(ctx, sqlQueue, realm, w.ID, h.id, tx.Now(), day.Instant(0)); err != nil {
				return made, err
			}
			made++
		}
	}
	return made, nil
}

func keep(ctx context.Context, tx *store.Tx, realm int, h happened) error {
	data, err := json.Marshal(h.data)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sqlInsertEvent, realm, h.id, string(h.event), h.at, string(data))
	return err
}

// read makes an event of a line. It takes ids, days and codes one by one: what a room may
// write into the book later does not leave the house by itself.
func read(event Event, line audit.Line) (happened, error) {
	h := happened{id: line.ID, event: event, at: line.At, needs: needs[event], place: access.Resource{Kind: access.Kind(line.ObjectKind), ID: line.Object}}
	switch event {
	case SheetReceived:
		var said struct {
			Day     day.Day          `json:"day"`
			Session calendar.Session `json:"session"`
			Version int              `json:"version"`
		}
		if err := json.Unmarshal([]byte(line.Detail), &said); err != nil {
			return h, err
		}
		h.data = map[string]any{"class": line.Object, "day": said.Day, "session": said.Session.Code(), "version": said.Version}
	case CaseOpened:
		var said struct {
			Pupil id.ID `json:"pupil"`
		}
		if err := json.Unmarshal([]byte(line.Detail), &said); err != nil {
			return h, err
		}
		h.data, h.place = map[string]any{"case": line.Object}, access.Pupil(said.Pupil)
	case ReportFrozen:
		var said struct {
			Report id.ID `json:"report"`
		}
		if err := json.Unmarshal([]byte(line.Detail), &said); err != nil {
			return h, err
		}
		h.data = map[string]any{"report": said.Report, "place": line.ObjectKind + ":" + line.Object.String()}
	}
	return h, nil
}

// maySee says whether an account may see an event today. Names that it opened for a
// purpose are for the person, not for her programs.
func maySee(ctx context.Context, tx *store.Tx, realm int, holders map[id.ID]access.Who, of id.ID, h happened) (bool, error) {
	who, known := holders[of]
	if !known {
		profile, err := account.Find(ctx, tx, realm, of)
		if err != nil {
			return false, err
		}
		who = access.Who{Realm: realm, Account: of}
		if !profile.Disabled {
			if who, err = access.Load(ctx, tx, realm, of); err != nil {
				return false, err
			}
			who.Openings = nil
		}
		holders[of] = who
	}
	_, err := access.May(ctx, tx, who, h.needs, h.place)
	if fault.Is(err, fault.Forbidden) || fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// Try sends a webhook an event that says nothing, so that its owner sees whether it
// arrives. Faults: NotFound webhook.none; Conflict webhook.ended.
func Try(ctx context.Context, tx *store.Tx, who access.Who, webhook id.ID) (event id.ID, err error) {
	w, rule, err := find(ctx, tx, who, webhook)
	if err != nil {
		return 0, err
	}
	if !w.EndedAt.IsZero() {
		return 0, fault.New(fault.Conflict, "webhook.ended", nil)
	}
	h := happened{id: tx.NewID(), event: Tried, at: tx.Now(), data: map[string]any{"webhook": w.ID}}
	if err := keep(ctx, tx, who.Realm, h); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, sqlQueue, who.Realm, w.ID, h.id, tx.Now(), day.Instant(0)); err != nil {
		return 0, err
	}
	return h.id, record(ctx, tx, who, "webhook.try", w, rule)
}

// clip shortens a code for the delivery log.
func clip(s string) string {
	const most = 120
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "")
	}
	return s
}
