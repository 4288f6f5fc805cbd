package rollcall

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/student"
)

// LoadedSheet is a roll call that comes in bulk, by a program that knows the school's
// calendar and rolls: the demonstration, a move between engines.
type LoadedSheet struct {
	Class      id.ID
	Day        day.Day
	Session    calendar.Session
	Roll       *student.Roll // stored, of that day; one value may serve many sheets
	State      State         // Taken or NoClass
	Reason     string
	Marks      []Mark
	TakenAt    day.Instant
	ReceivedAt day.Instant // 0: now
	Account    id.ID
	Device     string
	Act        [16]byte // zero: made from class, day and session
}

// Load writes the first sheets of classes of one school and school year in bulk. What
// stands afterwards is what Submit would have left, sheet by sheet; only the audit book
// has one line. The school's calendar must be in place: a sheet of a session that is not
// held becomes void. Without a right: only the product itself calls it.
func Load(ctx context.Context, tx *store.Tx, who access.Who, school id.ID, year int, sheets []LoadedSheet) error {
	if !who.IsSystem() {
		return fault.New(fault.Forbidden, "access.no-grant", fault.Args{"action": "rollcall.load"})
	}
	plans, err := calendar.Plans(ctx, tx, who.Realm, school, year)
	if err != nil {
		return err
	}
	settings, err := ReadSettings(ctx, tx, who.Realm)
	if err != nil {
		return err
	}
	lists := map[*student.Roll]*list{}
	b := newBatch(who.Realm)
	rows := make([][]any, 0, len(sheets))
	for i := range sheets {
		s := &sheets[i]
		plan := plans.Class(s.Class)
		if plan == nil {
			return fmt.Errorf("rollcall: loading sheet %d: class %s is not of school %s in %d", i, s.Class, school, year)
		}
		if lists[s.Roll] == nil {
			if s.Roll.Number == 0 || s.Roll.Class != s.Class {
				return fmt.Errorf("rollcall: loading sheet %d: its roll is not stored or another class's", i)
			}
			lists[s.Roll] = newList(*s.Roll)
		}
		after, err := s.standing(plan, school, lists[s.Roll], settings, tx.Now())
		if err != nil {
			return fmt.Errorf("rollcall: loading sheet %d: %w", i, err)
		}
		rows = append(rows, after.columns(who.Realm))
		b.put(nil, after, version{act: s.act(), cause: CauseSubmitted, reason: s.Reason, takenAt: s.TakenAt, device: s.Device})
	}
	for _, t := range []struct {
		name    string
		columns []string
		rows    [][]any
	}{
		{"sheet", loadSheet, rows}, {"mark", loadMark, b.inserts}, {"sheet_version", loadVersion, b.versions},
	} {
		if err := tx.Load(ctx, t.name, t.columns, t.rows); err != nil {
			return err
		}
	}
	if err := b.sums.flush(ctx, tx, who.Realm, nil); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("rollcall.load", access.School(school), "system", map[string]any{"sheets": len(sheets)}))
}

func (s *LoadedSheet) standing(plan *calendar.ClassPlan, school id.ID, l *list, settings Settings, now day.Instant) (*standing, error) {
	marks, err := checkMarks(s.Marks)
	if err != nil {
		return nil, err
	}
	for _, m := range marks {
		if !l.has(m.Pupil) {
			return nil, fault.New(fault.Invalid, "rollcall.stranger", nil).On("marks")
		}
	}
	received := s.ReceivedAt
	if received.IsZero() {
		received = now
	}
	taken := s.TakenAt
	if taken.IsZero() || taken > received {
		taken = received
	}
	verdict := plan.On(s.Day, s.Session)
	after := &standing{Sheet: Sheet{Class: s.Class, School: school, Level: plan.Place().Level, Day: s.Day, Session: s.Session,
		Roll: l.number, State: s.State, Main: verdict.Main, Size: l.size, Version: 1,
		EnteredLate: settings.enteredLate(s.Day, s.Session, taken), ReceivedAt: received, Account: s.Account}, marks: marks, list: l}
	if !verdict.Held {
		after.State = Void
	}
	after.count(marks)
	return after, nil
}

func (s *LoadedSheet) act() [16]byte {
	if s.Act != [16]byte{} {
		return s.Act
	}
	var key [24]byte
	binary.BigEndian.PutUint64(key[:], uint64(s.Class))
	binary.BigEndian.PutUint64(key[8:], uint64(s.Day))
	binary.BigEndian.PutUint64(key[16:], uint64(s.Session))
	sum := sha256.Sum256(key[:])
	act := [16]byte(sum[:16])
	act[6] = act[6]&0x0f | 0x80 // a UUID of version 8: made from what it names
	return act
}

// The columns of tables that Load fills, in the order of Sheet.columns and batch.put.
var (
	loadSheet = []string{"realm", "class", "day", "session", "school", "level", "roll", "state", "main", "size",
		"unknown", "excused", "unexcused", "late", "version", "entered_late", "received_at", "account", "conflicts"}
	loadMark    = []string{"realm", "pupil", "day", "session", "class", "school", "roll", "roll_group", "kind", "reason", "note"}
	loadVersion = []string{"realm", "class", "day", "session", "version", "act", "roll", "state", "cause", "reason", "body", "taken_at", "received_at", "device", "account",
		"base", "sequence", "seen_roll", "sent", "clock_off"}
)
