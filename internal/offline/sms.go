package offline

import (
	"context"
	"crypto/sha256"
	"errors"
	"mime"
	"slices"
	"strconv"
	"strings"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/device"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/text"
)

// Message is a text message as a gateway hands it over.
type Message struct {
	ID   string `json:"id"`   // the gateway's; the same message twice is one roll call
	From string `json:"from"` // number of the sender
	Text string `json:"text"`
}

// message answers a gateway: who it is stands in the Authorization header ("Bearer …").
// The reply is meant for the sender; it names no child and has no accents, so that it fits
// one message.
func message(ctx context.Context, r *door.Request, realm int) (door.Answer, error) {
	secret, bearer := strings.CutPrefix(r.HTTP.Header.Get("Authorization"), "Bearer ")
	err := r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		known, err := device.IsGateway(ctx, tx, realm, secret)
		if err == nil && !(known && bearer) {
			err = fault.New(fault.Unsigned, "offline.no-gateway", nil)
		}
		return err
	})
	if err != nil {
		return door.Answer{}, err
	}
	var m Message
	if kind, _, _ := mime.ParseMediaType(r.HTTP.Header.Get("Content-Type")); kind == "application/json" {
		if err := decode(r, &m); errors.Is(err, errLong) {
			return tooLong(r), nil
		} else if err != nil {
			return door.Answer{}, err
		}
	} else {
		m = Message{r.Value("id"), r.Value("from"), r.Value("text")}
	}
	reply, outcome, err := Receive(ctx, r.Store(), realm, m)
	return door.JSON(200, map[string]string{"reply": reply, "outcome": string(outcome)}), err
}

// Receive keeps the roll call of a text message and gives the reply to its sender.
func Receive(ctx context.Context, s *store.Store, realm int, m Message) (reply string, outcome device.Outcome, err error) {
	v := &voice{realm: realm, act: m.act(s.Now())}
	err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		reply, outcome, err = v.receive(ctx, tx, m)
		return err
	})
	if f, refused := fault.Of(err); refused && f.Kind != fault.Busy {
		return sentence(f), device.Refused, nil
	}
	return reply, outcome, err
}

// act is the id of a message: made from the gateway's, else from the message and its day.
func (m Message) act(now day.Instant) [16]byte {
	key := m.ID
	if key == "" {
		key = now.Day().String() + "\x00" + m.From + "\x00" + m.Text
	}
	sum := sha256.Sum256([]byte("ralop sms\x00" + m.From + "\x00" + key))
	act := [16]byte(sum[:16])
	act[6], act[8] = act[6]&0x0f|0x80, act[8]&0x3f|0x80 // a UUID of version 8: made from what it names
	return act
}

// sentence is what is wrong, as a text message: replies are for one person who may have
// any language's phone, so they are Vietnamese without accents.
func sentence(f *fault.Fault) string {
	code := "offline.sms-failed"
	if text.Has(text.Vietnamese, f.Code) && strings.HasPrefix(f.Code, "offline.sms-") {
		return text.Fault(text.Vietnamese, f)
	}
	return text.T(text.Vietnamese, code, "why", plain(access.Explain(text.Vietnamese, f)))
}

// voice is one message on its way.
type voice struct {
	realm int
	act   [16]byte
}

func smsFault(code string, facts fault.Args) error {
	return fault.New(fault.Invalid, "offline.sms-"+code, facts)
}

func (v *voice) receive(ctx context.Context, tx *store.Tx, m Message) (string, device.Outcome, error) {
	called, err := Parse(m.Text)
	if err != nil {
		return "", "", err
	}
	who, class, err := v.sender(ctx, tx, m.From, called.Class)
	if err != nil {
		return "", "", err
	}
	on := tx.Today()
	if called.DayOfMonth != 0 {
		if on, err = nearest(on, called.DayOfMonth, called.Month); err != nil {
			return "", "", err
		}
	}
	r, _, err := student.PeekRoll(ctx, tx, v.realm, class.ID, on)
	if err != nil {
		return "", "", err
	}
	s := rollcall.Submission{Act: v.act, Class: class.ID, Day: on, Session: called.Session, Roll: r.Number, State: rollcall.Taken,
		TakenAt: tx.Now(), Device: "sms", Cause: rollcall.CauseSMS}
	if called.NoClass {
		s.State, s.Reason = rollcall.NoClass, called.Reason
	}
	for _, mark := range called.Marks {
		if mark.Number > len(r.Members) {
			return "", "", smsFault("number", fault.Args{"number": mark.Number, "class": plain(class.Name), "size": len(r.Members)})
		}
		s.Marks = append(s.Marks, rollcall.Mark{Pupil: r.Members[mark.Number-1].Pupil, Kind: mark.Kind})
	}
	kept, err := rollcall.Keep(ctx, tx, who, s)
	if err != nil {
		return "", "", err
	}
	outcome := kept.Outcome
	if outcome == rollcall.Already {
		outcome = kept.First
	}
	return v.reply(called, class, r, kept, on), device.Outcome(outcome), nil
}

// sender is the one person with this number who may call the roll of a class of this name.
func (v *voice) sender(ctx context.Context, tx *store.Tx, number, name string) (access.Who, org.Class, error) {
	accounts, err := account.ByPhone(ctx, tx, v.realm, number)
	if err != nil {
		return access.Who{}, org.Class{}, err
	}
	if len(accounts) == 0 {
		return access.Who{}, org.Class{}, smsFault("stranger", nil)
	}
	type match struct {
		who   access.Who
		class org.Class
	}
	var matches []match
	for _, one := range accounts {
		who, err := access.Load(ctx, tx, v.realm, one)
		if err != nil {
			return who, org.Class{}, err
		}
		classes, err := classesOf(ctx, tx, who)
		if err != nil {
			return who, org.Class{}, err
		}
		for _, class := range classes {
			if compact(class.Name) == name {
				matches = append(matches, match{who, class})
			}
		}
	}
	switch len(matches) {
	case 1:
		return matches[0].who, matches[0].class, nil
	case 0:
		return access.Who{}, org.Class{}, smsFault("class", fault.Args{"class": strings.ToUpper(name)})
	}
	return access.Who{}, org.Class{}, smsFault("ambiguous", fault.Args{"class": strings.ToUpper(name)})
}

// classesOf are the classes of this year whose roll the caller may call.
func classesOf(ctx context.Context, tx *store.Tx, who access.Who) ([]org.Class, error) {
	scope, err := access.ScopeOf(ctx, tx, who, access.TakeRoll)
	if err != nil {
		return nil, err
	}
	var classes []org.Class
	for _, school := range scope.Schools {
		of, err := org.Classes(ctx, tx, who, school, tx.Today().SchoolYear())
		if err != nil {
			return nil, err
		}
		classes = append(classes, of...)
	}
	for _, class := range scope.Classes {
		if !slices.ContainsFunc(classes, func(c org.Class) bool { return c.ID == class }) {
			one, err := org.ClassByID(ctx, tx, who, class)
			if err != nil {
				return nil, err
			}
			classes = append(classes, one)
		}
	}
	return classes, nil
}

// nearest is the date of a day and month not later than today.
func nearest(today day.Day, date, month int) (day.Day, error) {
	for _, year := range []int{today.Year(), today.Year() - 1} {
		text := strconv.Itoa(year) + "-" + twoDigits(month) + "-" + twoDigits(date)
		if d, err := day.Parse(text); err == nil && d <= today {
			return d, nil
		}
	}
	return 0, smsFault("format", nil)
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

var sessionWords = map[calendar.Session]string{calendar.Morning: "offline.sms-morning", calendar.Afternoon: "offline.sms-afternoon", calendar.Evening: "offline.sms-evening"}

func (v *voice) reply(c Called, class org.Class, r student.Roll, kept rollcall.Kept, on day.Day) string {
	say := func(code string, facts ...any) string { return text.T(text.Vietnamese, "offline."+code, facts...) }
	var absent, late []string
	for _, m := range c.Marks {
		if m.Kind == rollcall.Late {
			late = append(late, strconv.Itoa(m.Number))
		} else {
			absent = append(absent, strconv.Itoa(m.Number))
		}
	}
	heard := say("sms-all")
	switch {
	case c.NoClass:
		heard = say("sms-no-class")
	case len(absent)+len(late) > 0:
		heard = say("sms-absent", "n", len(absent), "numbers", strings.Join(absent, ","))
		if len(absent) == 0 {
			heard = say("sms-none-absent")
		}
		if len(late) > 0 {
			heard += ", " + say("sms-late", "n", len(late), "numbers", strings.Join(late, ","))
		}
	}
	end := say("sms-received", "clock", kept.Receipt.ReceivedAt.Clock())
	outcome := kept.Outcome
	if outcome == rollcall.Already {
		outcome = kept.First
	}
	switch outcome {
	case rollcall.Conflicting:
		end = say("sms-conflict", "clock", kept.Receipt.ReceivedAt.Clock())
	case rollcall.Waits:
		end = say("sms-waiting", "clock", kept.Receipt.ReceivedAt.Clock())
	}
	return say("sms-heard", "class", plain(class.Name), "session", say(strings.TrimPrefix(sessionWords[c.Session], "offline.")), "day", on.Short(),
		"size", len(r.Members), "heard", heard, "end", end)
}

// compact folds a class's name for comparison: "3+4 Bản Lúm" is "3+4banlum".
func compact(name string) string { return strings.ReplaceAll(fold(name), " ", "") }
