package offline

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/day"
	"ralop/internal/device"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/text"
)

// Sent is an act as it travels.
type Sent struct {
	ID     string `json:"id"`     // UUIDv7
	Sealed string `json:"sealed"` // base64
}

// Answer says what became of one act, in the language of its author.
type Answer struct {
	ID      string          `json:"id"`
	Outcome device.Outcome  `json:"outcome"` // done, already, conflict, waiting, refused
	Code    string          `json:"code,omitempty"`
	Words   string          `json:"words"`
	Receipt json.RawMessage `json:"receipt,omitempty"`
	Kind    string          `json:"-"`
	About   device.About    `json:"-"`
}

// Carrier is who brings acts: not always their author.
type Carrier struct {
	Store         *store.Store
	Realm         int
	Sender        id.ID     // who is signed in
	Lang          text.Lang // of the sender, for what cannot be opened
	Skew          int64     // milliseconds by which the phone's clock is ahead now; 0 when not known
	Demonstration bool      // its clock is another year's: no phone is wrong
}

// largest sealed act, base64. A roll of 60 pupils with notes is under 16 KiB.
const largestAct = 96 << 10

// actText is what a phone writes before it seals.
type actText struct {
	ID       string          `json:"id"`
	Kind     string          `json:"kind"`
	Format   int             `json:"format"`
	Sequence int64           `json:"sequence"`
	TakenAt  int64           `json:"taken_at"` // ms
	Body     json.RawMessage `json:"body"`
}

// judged is an act on its way through.
type judged struct {
	Carrier
	sent   Sent
	sealed []byte
	id     [16]byte
	from   device.Envelope
	text   actText
	lang   text.Lang // of the author
}

// Judge opens one act, proves its author and does it in a transaction of its own, by the
// rights that the author had when it was made. A refusal is an answer and is kept; an
// error is the machine's (or Busy), and the phone keeps the act and tries again.
func Judge(ctx context.Context, c Carrier, sent Sent) (Answer, error) {
	j := &judged{Carrier: c, sent: sent, lang: c.Lang}
	if err := j.open(ctx); err != nil {
		return j.unread(ctx, err)
	}
	var answer Answer
	err := c.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		answer, err = j.apply(ctx, tx)
		return err
	})
	f, refused := fault.Of(err)
	if !refused || f.Kind == fault.Busy {
		return answer, err
	}
	err = c.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		answer, err = j.refuse(ctx, tx, f)
		return err
	})
	return answer, err
}

// open opens the act and proves its author; the faults are those of what nobody can prove.
func (j *judged) open(ctx context.Context) error {
	unreadable := func(cause error) error { return fault.New(fault.Invalid, "device.unreadable", nil).Because(cause) }
	var err error
	if len(j.sent.Sealed) > largestAct {
		return fault.New(fault.Invalid, "offline.long-act", fault.Args{"most": largestAct >> 10})
	}
	if j.id, err = parseUUID(j.sent.ID); err != nil {
		return unreadable(err)
	}
	if j.sealed, err = base64.StdEncoding.DecodeString(j.sent.Sealed); err != nil {
		return unreadable(err)
	}
	err = j.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if j.from, err = device.Open(ctx, tx, j.Realm, j.sealed); err != nil {
			return err
		}
		author, err := account.Find(ctx, tx, j.Realm, j.from.Account)
		j.lang = text.ParseLang(author.Language)
		return err
	})
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(j.from.Act), &j.text); err != nil {
		return unreadable(err)
	}
	if !strings.EqualFold(j.text.ID, j.sent.ID) {
		return unreadable(errors.New("offline: the act inside has another id"))
	}
	return nil
}

// unread answers what cannot be opened or proved; it is kept for whoever sent it.
func (j *judged) unread(ctx context.Context, err error) (Answer, error) {
	f, refused := fault.Of(err)
	if !refused {
		return Answer{}, err
	}
	content := []byte(j.sent.Sealed)
	if len(content) > largestAct {
		content = nil // not ours to keep
	}
	if content != nil && j.Sender != 0 {
		err = j.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return device.KeepUnread(ctx, tx, j.Realm, j.Sender, f.Code, content)
		})
		if err != nil {
			return Answer{}, err
		}
	}
	return Answer{ID: j.sent.ID, Outcome: device.Refused, Code: f.Code, Words: access.Explain(j.Lang, f)}, nil
}

// temporary refusals are judged anew when the act comes again: a newer server may know
// more, a phone may be found and an account opened again.
var temporary = []string{"offline.unknown-kind", "offline.new-format", "device.blocked", "offline.disabled"}

func (j *judged) apply(ctx context.Context, tx *store.Tx) (Answer, error) {
	kept, found, err := device.FindAct(ctx, tx, j.Realm, j.id)
	if err != nil {
		return Answer{}, err
	}
	if found && !(kept.Outcome == device.Refused && slices.Contains(temporary, kept.Code)) {
		return j.again(kept)
	}
	frame := j.frame(tx.Now())
	w, err := work(frame, j.text.Kind, j.text.Format, j.text.Body)
	if err != nil {
		return Answer{}, err
	}
	who, err := j.author(ctx, tx, &frame, w.About)
	if err != nil {
		return Answer{}, err
	}
	if frame.TakenAt.IsZero() { // the time told cannot be: the act is read again without it
		if w, err = work(frame, j.text.Kind, j.text.Format, j.text.Body); err != nil {
			return Answer{}, err
		}
	}
	result, err := w.Apply(ctx, tx, who)
	if err != nil {
		return Answer{}, err
	}
	receipt, err := json.Marshal(result.Receipt)
	if err != nil {
		return Answer{}, err
	}
	act := j.act(tx, w.About)
	act.Outcome, act.Receipt, act.ClockOff = result.Outcome, receipt, frame.ClockOff
	return j.keep(ctx, tx, act, nil)
}

// keep writes the outcome and answers with it, or with that of a copy that was faster.
func (j *judged) keep(ctx context.Context, tx *store.Tx, act device.Act, sealed []byte) (Answer, error) {
	first, err := device.KeepAct(ctx, tx, j.Realm, act, sealed)
	if err != nil || first {
		return j.answer(act), err
	}
	kept, _, err := device.FindAct(ctx, tx, j.Realm, j.id)
	if err != nil {
		return Answer{}, err
	}
	return j.again(kept)
}

// frame is what the act says of itself. A time is marked when the clock is far off.
func (j *judged) frame(now day.Instant) Frame {
	f := Frame{ID: j.id, Device: j.from.Device, Account: j.from.Account, Sequence: j.text.Sequence, TakenAt: instant(j.text.TakenAt)}
	if (j.Skew > device.ClockBound || j.Skew < -device.ClockBound) && !j.Demonstration {
		f.ClockOff = j.Skew
	} else if ahead := millis(f.TakenAt) - millis(now); ahead > device.ClockBound {
		f.ClockOff = ahead // made in the future: by so much, at least, the clock was wrong
	}
	return f
}

// author is who made the act, with the rights of when it was made, bounded by the
// assignment. Faults (Forbidden): device.blocked, offline.disabled.
func (j *judged) author(ctx context.Context, tx *store.Tx, f *Frame, about device.About) (access.Who, error) {
	d, _, err := device.Find(ctx, tx, j.Realm, j.from.Device, j.from.Account)
	if err != nil {
		return access.Who{}, err
	}
	if d.State == device.Blocked {
		return access.Who{}, fault.New(fault.Forbidden, "device.blocked", nil)
	}
	profile, err := account.Find(ctx, tx, j.Realm, j.from.Account)
	if err != nil {
		return access.Who{}, err
	}
	if profile.Disabled {
		return access.Who{}, fault.New(fault.Forbidden, "offline.disabled", nil)
	}
	on := min(f.TakenAt-day.Instant(f.ClockOff*1000), tx.Now()).Day()
	var concerning []day.Day
	if about.Day != 0 {
		concerning = append(concerning, about.Day)
		if on < about.Day && about.Day <= tx.Today() { // nobody calls a roll before its day: the clock was wrong
			on, f.ClockOff, f.TakenAt = about.Day, millis(f.TakenAt)-millis(tx.Now()), 0
		}
	}
	who, err := access.LoadAt(ctx, tx, j.Realm, j.from.Account, on, concerning...)
	who.Device = j.from.Device
	return who, err
}

func (j *judged) act(tx *store.Tx, about device.About) device.Act {
	return device.Act{ID: j.id, Device: j.from.Device, Account: j.from.Account, Sender: j.Sender, Kind: short(j.text.Kind), Format: j.text.Format,
		Sequence: j.text.Sequence, TakenAt: instant(j.text.TakenAt), ReceivedAt: tx.Now(), About: about}
}

// refuse keeps an act that was refused, with the reason; what was sealed stays with it.
func (j *judged) refuse(ctx context.Context, tx *store.Tx, f *fault.Fault) (Answer, error) {
	kept, found, err := device.FindAct(ctx, tx, j.Realm, j.id)
	if err != nil {
		return Answer{}, err
	}
	if found && !slices.Contains(temporary, kept.Code) {
		return j.again(kept) // another copy was faster
	}
	frame := j.frame(tx.Now())
	w, _ := work(frame, j.text.Kind, j.text.Format, j.text.Body)
	act := j.act(tx, w.About)
	act.Outcome, act.Code, act.Facts, act.ClockOff = device.Refused, f.Code, f.Args, frame.ClockOff
	return j.keep(ctx, tx, act, j.sealed)
}

// again answers an act that is in the ledger. One under the same id by somebody else was
// never received.
func (j *judged) again(kept device.Act) (Answer, error) {
	if kept.Account != j.from.Account || kept.Device != j.from.Device {
		f := fault.New(fault.Conflict, "offline.act-reused", nil)
		return Answer{ID: j.sent.ID, Outcome: device.Refused, Code: f.Code, Words: access.Explain(j.lang, f)}, nil
	}
	if kept.Outcome == device.Done {
		kept.Outcome = device.Already
	}
	return j.answer(kept), nil
}

func (j *judged) answer(a device.Act) Answer {
	return Answer{ID: j.sent.ID, Outcome: a.Outcome, Code: a.Code, Words: Words(j.lang, a), Receipt: a.Receipt, Kind: a.Kind, About: a.About}
}

// Words say what became of an act: "Đã nhận 07:13".
func Words(lang text.Lang, a device.Act) string {
	if a.Outcome == device.Refused {
		return access.Explain(lang, fault.New(fault.Invalid, a.Code, a.Facts))
	}
	said := text.T(lang, "offline."+string(a.Outcome), "clock", a.ReceivedAt.Clock())
	if a.ClockOff != 0 {
		said += " " + text.T(lang, "offline.clock-off")
	}
	return said
}

func parseUUID(written string) (u [16]byte, err error) {
	if len(written) != 36 || written[8] != '-' || written[13] != '-' || written[18] != '-' || written[23] != '-' {
		return u, errors.New("offline: not a UUID")
	}
	n, err := hex.Decode(u[:], []byte(strings.ReplaceAll(written, "-", "")))
	if err == nil && (n != 16 || u[6]>>4 != 7) {
		err = errors.New("offline: not a UUID of version 7")
	}
	return u, err
}
