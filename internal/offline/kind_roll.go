package offline

import (
	"context"
	"encoding/json"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/device"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// roll is a roll call of a class in one session.
var roll = Kind{Name: "roll", Format: 1, Read: readRoll}

// rollBody is version 1. A pupil who is not listed was called and is present.
type rollBody struct {
	Class   id.ID      `json:"class"`
	Day     day.Day    `json:"day"`
	Session int        `json:"session"`
	Base    int        `json:"base"` // version of the sheet that this phone saw; 0: none
	Roll    int        `json:"roll"` // number of the list that it saw; 0: not stored
	State   string     `json:"state"`
	Reason  string     `json:"reason"`
	Marks   []markPart `json:"marks"`
}

// rollReceipt is what the phone shows of a roll call that arrived.
type rollReceipt struct {
	Version   int    `json:"version"` // 0 while it waits
	State     string `json:"state,omitempty"`
	Roll      int    `json:"roll"`
	Size      int    `json:"size"`
	Absent    int    `json:"absent"`
	Unknown   int    `json:"unknown"`
	Late      int    `json:"late"`
	Received  int64  `json:"received"` // ms
	Clock     string `json:"clock"`    // "07:13"
	LateEntry bool   `json:"late_entry,omitempty"`
	Dropped   int    `json:"dropped,omitempty"`   // marks of pupils who are no longer in the class
	Conflicts int    `json:"conflicts,omitempty"` // pupils on whom a person must decide
	ClockOff  int64  `json:"clock_off,omitempty"` // ms by which the phone's clock was ahead
}

func readRoll(f Frame, _ int, body json.RawMessage) (Work, error) {
	var b rollBody
	if err := strictly(body, &b); err != nil {
		return Work{}, err
	}
	w := Work{About: device.About{Class: b.Class, Day: b.Day, Session: b.Session}}
	s := rollcall.Submission{Act: f.ID, Class: b.Class, Day: b.Day, Session: calendar.Session(b.Session), Roll: b.Roll, BaseVersion: b.Base,
		Reason: b.Reason, TakenAt: f.TakenAt, Device: f.Device, Sequence: f.Sequence, ClockOff: f.ClockOff, Cause: rollcall.CausePhone}
	refused := func(code, value string) (Work, error) {
		return w, fault.New(fault.Invalid, code, fault.Args{"value": short(value)}).On("marks")
	}
	switch b.State {
	case rollcall.Taken.Code():
		s.State = rollcall.Taken
	case rollcall.NoClass.Code():
		s.State = rollcall.NoClass
	default:
		return refused("rollcall.bad-state", b.State)
	}
	for _, m := range b.Marks {
		kind := kindOf(m.Kind)
		if kind == 0 {
			return refused("rollcall.bad-kind", m.Kind)
		}
		s.Marks = append(s.Marks, rollcall.Mark{Pupil: m.Pupil, Kind: kind, Reason: m.Reason, Note: m.Note})
	}
	w.Apply = func(ctx context.Context, tx *store.Tx, who access.Who) (Result, error) {
		return keepRoll(ctx, tx, who, s)
	}
	return w, nil
}

// kindOf reads the code on the wire, and no other spelling; 0 for an unknown one.
func kindOf(code string) rollcall.Kind {
	for _, kind := range rollcall.Kinds {
		if kind.Code() == code {
			return kind
		}
	}
	return 0
}

func keepRoll(ctx context.Context, tx *store.Tx, who access.Who, s rollcall.Submission) (Result, error) {
	kept, err := rollcall.Keep(ctx, tx, who, s)
	if err != nil {
		return Result{}, err
	}
	r := kept.Receipt
	receipt := rollReceipt{Version: r.Version, Roll: r.Roll, Size: r.Size, Absent: r.Absent(), Unknown: r.Unknown, Late: r.Late,
		Received: millis(r.ReceivedAt), Clock: r.ReceivedAt.Clock(), LateEntry: r.EnteredLate, Dropped: len(r.Dropped),
		Conflicts: len(kept.Conflicts), ClockOff: s.ClockOff}
	if r.Version > 0 {
		receipt.State = r.State.Code()
	}
	outcome := kept.Outcome
	if outcome == rollcall.Already {
		outcome = kept.First
	}
	return Result{device.Outcome(outcome), receipt}, nil
}
