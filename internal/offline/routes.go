package offline

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"time"

	"ralop/internal/device"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/text"
)

// Prefix of the wire.
const Prefix = "/offline/v1/"

// Sizes of what comes.
const (
	mostActs      = 500      // in one push
	mostHandedIn  = 5000     // in one file
	pushBytes     = 4 << 20  // of one push
	HandInBytes   = 32 << 20 // of one file
	registrations = 30       // of one session in an hour
)

// Routes are the addresses of the wire. realm is the one whose gateway for text messages is heard.
func Routes(realm func() int) []door.Route {
	pushes, pulls := newGates()
	return routes(realm, pushes, pulls)
}

func routes(realm func() int, pushes, pulls *gate) []door.Route {
	often := &door.Limit{Requests: registrations, Window: time.Hour, Key: (*door.Request).SessionHash}
	return []door.Route{
		{Method: "POST", Pattern: Prefix + "device", Program: true, Body: 4 << 10, Limit: often, Handler: door.Act(register)},
		{Method: "POST", Pattern: Prefix + "push", Program: true, Body: pushBytes, Handler: pushes.guarded(push)},
		{Method: "GET", Pattern: Prefix + "pull", Program: true, Handler: pulls.guarded(answerPull)},
		{Method: "POST", Pattern: Prefix + "hand-in", Program: true, Body: HandInBytes, Handler: pushes.guarded(handIn)},
		{Method: "POST", Pattern: Prefix + "sms", Program: true, Open: true, Body: 4 << 10, Handler: pushes.guarded(func(ctx context.Context, r *door.Request) (door.Answer, error) {
			return message(ctx, r, realm())
		})},
	}
}

// decode reads a JSON body. Other programs' kinds of form are refused: a page of another
// site can send those without being asked.
func decode(r *door.Request, into any) error {
	kind, _, _ := mime.ParseMediaType(r.HTTP.Header.Get("Content-Type"))
	if kind != "application/json" {
		return fault.New(fault.Unsupported, "offline.not-json", nil)
	}
	err := json.NewDecoder(r.HTTP.Body).Decode(into)
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return errLong
	}
	if err != nil {
		return fault.New(fault.Invalid, "offline.unreadable", nil).Because(err)
	}
	return nil
}

// errLong is a body over the limit: the phone sends fewer acts at a time.
var errLong = errors.New("offline: the body is too long")

func tooLong(r *door.Request) door.Answer {
	f := fault.New(fault.Invalid, "offline.too-many", fault.Args{"most": mostActs})
	return door.JSON(http.StatusRequestEntityTooLarge, map[string]any{"status": 413, "code": f.Code, "detail": text.Fault(r.Lang, f)})
}

type registerIn struct {
	Device string `json:"device"`
	Label  string `json:"label"`
}

type registerOut struct {
	Now      int64        `json:"now"`
	Account  string       `json:"account"`
	Name     string       `json:"name"`
	Language string       `json:"language"`
	Device   device.State `json:"device"`
	Secret   string       `json:"secret"` // base64, 32 bytes
	Key      keyOut       `json:"key"`
}

type keyOut struct {
	ID     int    `json:"id"`
	Public string `json:"public"` // base64, 65 bytes
}

func register(ctx context.Context, r *door.Request) (door.Answer, error) {
	var in registerIn
	if err := decode(r, &in); errors.Is(err, errLong) {
		return tooLong(r), nil
	} else if err != nil {
		return door.Answer{}, err
	}
	if in.Label == "" {
		in.Label = r.Session.Device
	}
	var out device.Registered
	err := r.Store().Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		out, err = device.Register(ctx, tx, r.Who, device.Registration{Device: in.Device, Label: in.Label, Session: r.SessionHash()})
		return err
	})
	encode := base64.StdEncoding.EncodeToString
	return door.JSON(200, registerOut{millis(r.Now), r.Who.Account.String(), r.Account.Name, string(r.Lang), out.State,
		encode(out.Secret), keyOut{out.Key.Number, encode(out.Key.Public)}}), err
}

type pushIn struct {
	Device    string `json:"device"`
	Build     string `json:"build"`
	Now       int64  `json:"now"` // ms, by the phone's clock
	Unsent    int    `json:"unsent"`
	Persisted bool   `json:"persisted"`
	Acts      []Sent `json:"acts"`
}

// Pushed is the answer to a push and to a hand-in. An act without an answer is to be sent again.
type Pushed struct {
	Now     int64        `json:"now"`
	Account string       `json:"account"`
	Skew    int64        `json:"skew"`
	Device  device.State `json:"device,omitempty"`
	Key     *keyOut      `json:"key,omitempty"` // to which acts are to be sealed from now on
	Acts    []Answer     `json:"acts"`
}

func carrier(r *door.Request) Carrier {
	return Carrier{Store: r.Store(), Realm: r.Who.Realm, Sender: r.Who.Account, Lang: r.Lang, Demonstration: r.Config().Demonstration}
}

func push(ctx context.Context, r *door.Request) (door.Answer, error) {
	var in pushIn
	if err := decode(r, &in); errors.Is(err, errLong) || len(in.Acts) > mostActs {
		return tooLong(r), nil
	} else if err != nil {
		return door.Answer{}, err
	}
	out := Pushed{Now: millis(r.Now), Account: r.Who.Account.String(), Skew: in.Now - millis(r.Now), Acts: []Answer{}}
	if in.Now == 0 {
		out.Skew = 0
	}
	// First whether the phone is let in: a blocked one carries nothing, not even others' acts.
	err := r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, _, err := device.MayPull(ctx, tx, r.Who, in.Device)
		return err
	})
	if err != nil {
		return door.Answer{}, err
	}
	c := carrier(r)
	c.Skew = out.Skew
	if out.Acts, err = judgeAll(ctx, c, in.Acts); err != nil {
		return door.Answer{}, err
	}
	err = r.Store().Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		out.Device, err = device.Pushed(ctx, tx, r.Who, device.Contact{Device: in.Device, Build: in.Build, Skew: out.Skew, Unsent: in.Unsent,
			Sending: len(in.Acts), Persisted: in.Persisted, Session: r.SessionHash()})
		if err != nil {
			return err
		}
		key, err := device.CurrentKey(ctx, tx, r.Who.Realm)
		out.Key = &keyOut{key.Number, base64.StdEncoding.EncodeToString(key.Public)}
		return err
	})
	return door.JSON(200, out), err
}

// judgeAll judges one act after the other. When the machine fails, what was answered so far
// is answered, and the rest comes again.
func judgeAll(ctx context.Context, c Carrier, acts []Sent) ([]Answer, error) {
	answers := make([]Answer, 0, len(acts))
	for _, sent := range acts {
		a, err := Judge(ctx, c, sent)
		if err != nil {
			if len(answers) > 0 {
				return answers, nil
			}
			return answers, err
		}
		answers = append(answers, a)
	}
	return answers, nil
}

func answerPull(ctx context.Context, r *door.Request) (door.Answer, error) {
	var out Pull
	var note bool
	name := r.Value("device")
	err := r.Store().Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		phone, worth, err := device.MayPull(ctx, tx, r.Who, name)
		if err != nil {
			return err
		}
		note = worth
		out, err = pull(ctx, tx, r, phone)
		return err
	})
	if err == nil && note {
		err = r.Store().Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return device.Pulled(ctx, tx, r.Who, name, r.SessionHash())
		})
	}
	return door.JSON(200, out), err
}

func handIn(ctx context.Context, r *door.Request) (door.Answer, error) {
	var file File
	if err := decode(r, &file); errors.Is(err, errLong) {
		return tooLong(r), nil
	} else if err != nil {
		return door.Answer{}, err
	}
	answers, err := HandIn(ctx, carrier(r), file)
	return door.JSON(200, Pushed{Now: millis(r.Now), Account: r.Who.Account.String(), Acts: answers}), err
}
