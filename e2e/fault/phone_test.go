package fault

import (
	"bytes"
	crand "crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"slices"
	"time"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/device"
	"ralop/internal/id"
)

// phone is one person's app on one phone.
type phone struct {
	run      *trial
	account  id.ID
	class    id.ID
	client   *http.Client
	device   string
	secret   []byte
	public   []byte
	sequence int64
	seen     map[sheet]int // version of each sheet that this phone has seen
	outbox   []sent
	sheets   map[string]sheet // of the acts in the outbox
}

type sheet struct {
	day     string
	session int
}

type sent struct {
	ID     string `json:"id"`
	Sealed string `json:"sealed"`
}

func newPhone(run *trial, n int) *phone {
	p := &phone{run: run, account: accountOf(n), class: classOf(n), sheets: map[string]sheet{}}
	p.install()
	return p
}

// install is the app as it is after the browser has lost everything.
func (p *phone) install() {
	p.device, p.secret, p.sequence, p.seen = newUUID(4), nil, 0, map[sheet]int{}
	p.client = newClient()
}

func newClient() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // it gives none
	}
	return &http.Client{Jar: jar, Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func newUUID(version byte) string {
	var u [16]byte
	crand.Read(u[:])
	if version == 7 {
		ms := start.UnixMilli()
		for i := range 6 {
			u[i] = byte(ms >> (8 * (5 - i)))
		}
	}
	u[6], u[8] = u[6]&0x0f|version<<4, u[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// ask sends JSON once. Without a whole answer there is an error, and nobody knows what became of it.
func (p *phone) ask(client *http.Client, address string, body, answer any) (status int, err error) {
	content, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	response, err := client.Post(p.run.proxy+address, "application/json", bytes.NewReader(content))
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if response.StatusCode != 200 {
		return response.StatusCode, nil
	}
	return 200, json.NewDecoder(response.Body).Decode(answer)
}

// until tries until it is done.
func until(try func() bool) {
	for n := 0; !try(); n++ {
		time.Sleep(time.Duration(5+rand.IntN(20*min(n+1, 10))) * time.Millisecond)
	}
}

func (p *phone) signIn(client *http.Client, account id.ID) {
	until(func() bool {
		status, err := p.ask(client, "/thu/vao/"+account.String(), nil, nil)
		return err == nil && status == 204
	})
}

// register makes the pair of phone and person known, signing in first where that is needed.
func (p *phone) register(client *http.Client, account id.ID) (secret, public []byte) {
	until(func() bool {
		var out struct {
			Secret string
			Key    struct{ Public string }
		}
		status, err := p.ask(client, "/offline/v1/device", map[string]string{"device": p.device, "label": "chrome/android"}, &out)
		if err == nil && status == 401 {
			p.signIn(client, account)
		}
		if err != nil || status != 200 {
			return false
		}
		secret, err = base64.StdEncoding.DecodeString(out.Secret)
		if err != nil {
			return false
		}
		public, err = base64.StdEncoding.DecodeString(out.Key.Public)
		return err == nil
	})
	return secret, public
}

// days on which the roll is called; the first of them are locked.
var days = func() (list []string) {
	for d := day.InstantOf(start).Day(); len(list) < 18; d-- {
		if _, off := calendar.DayOff(d); !off && d.Weekday() >= 1 && d.Weekday() <= 5 {
			list = append(list, d.String())
		}
	}
	slices.Reverse(list)
	return list
}()

// mark calls a roll, offline.
func (p *phone) mark() {
	at := sheet{days[rand.IntN(len(days))], 1 + rand.IntN(2)}
	marks := []map[string]string{}
	for n := range classSize {
		if rand.IntN(6) == 0 {
			marks = append(marks, map[string]string{"pupil": pupilOf(p.class, n).String(), "kind": []string{"unknown", "excused", "unexcused", "late"}[rand.IntN(4)], "reason": "", "note": ""})
		}
	}
	p.sequence++
	act := map[string]any{"id": newUUID(7), "kind": "roll", "format": 1, "sequence": p.sequence, "taken_at": start.UnixMilli(),
		"body": map[string]any{"class": p.class.String(), "day": at.day, "session": at.session, "base": p.seen[at], "roll": 0, "state": "taken", "reason": "ghi lại", "marks": marks}}
	text, err := json.Marshal(act)
	if err != nil {
		panic(err)
	}
	plain, err := json.Marshal(device.Envelope{Device: p.device, Account: p.account, Act: string(text), MAC: device.Prove(p.secret, string(text))})
	if err != nil {
		panic(err)
	}
	sealed, err := device.Seal(p.public, plain)
	if err != nil {
		panic(err)
	}
	number := act["id"].(string)
	p.outbox, p.sheets[number] = append(p.outbox, sent{number, base64.StdEncoding.EncodeToString(sealed)}), at
	p.run.ledger.Lock()
	p.run.ledger.made++
	p.run.ledger.Unlock()
}

type pushed struct {
	Device device.State
	Acts   []struct {
		ID      string
		Outcome string
		Code    string
		Receipt json.RawMessage
	}
}

// hear takes what was answered out of the outbox.
func (p *phone) hear(answer pushed) {
	for _, a := range answer.Acts {
		if a.Outcome == "refused" {
			p.run.ledger.accuse("act %s is refused: %s", a.ID, a.Code)
		}
		p.run.ledger.answered(a.ID, a.Outcome, string(a.Receipt))
		var receipt struct{ Version int }
		if err := json.Unmarshal(a.Receipt, &receipt); err == nil {
			at := p.sheets[a.ID]
			p.seen[at] = max(p.seen[at], receipt.Version)
		}
		p.outbox = slices.DeleteFunc(p.outbox, func(s sent) bool { return s.ID == a.ID })
	}
}

// push sends the outbox by a session, once.
func (p *phone) push(client *http.Client) (pushed, int, error) {
	body := map[string]any{"device": p.device, "build": "fault", "now": start.UnixMilli(), "unsent": len(p.outbox), "persisted": true, "acts": p.outbox}
	var answer pushed
	status, err := p.ask(client, "/offline/v1/push", body, &answer)
	if err == nil && status == 200 {
		p.hear(answer)
	}
	return answer, status, err
}

// pushAll sends until nothing is left, signing in when the session has expired.
func (p *phone) pushAll() {
	until(func() bool {
		_, status, err := p.push(p.client)
		if err == nil && status == 401 {
			p.signIn(p.client, p.account)
		}
		if err == nil && (status == 404 || status == 403) { // signed out at a distance: known again, with the secret it has
			p.register(p.client, p.account)
		}
		return len(p.outbox) == 0
	})
}

// handIn gives the outbox as a file, by whoever is signed in.
func (p *phone) handIn(client *http.Client, account id.ID) {
	file := map[string]any{"ralop": "acts", "device": p.device, "acts": slices.Clone(p.outbox)}
	until(func() bool {
		var answer pushed
		status, err := p.ask(client, "/offline/v1/hand-in", file, &answer)
		if err == nil && status == 401 {
			p.signIn(client, account)
		}
		if err != nil || status != 200 {
			return false
		}
		p.hear(answer)
		return len(p.outbox) == 0
	})
}

// live makes so many acts and sends them, by whatever road is open.
func (p *phone) live(acts int) {
	p.secret, p.public = p.register(p.client, p.account)
	for acts > 0 {
		for range min(acts, 1+rand.IntN(3)) {
			p.mark()
			acts--
		}
		colleague := accountOf((int(p.account-accountOf(0)) + 1) % p.run.phones)
		switch n := rand.IntN(50); {
		case n < 2: // nothing is lost by an expired session but the time to sign in
			p.run.ledger.event("session expired")
			p.client = newClient()
			p.pushAll()
		case n < 4: // the PIN is forgotten: the sealed acts go by another's session
			p.run.ledger.event("handed in by another")
			p.handIn(newClient(), colleague)
		case n < 6:
			p.remoteSignOut()
		case n < 8: // the browser lost all but the file that was saved
			p.run.ledger.event("evicted")
			p.install()
			p.handIn(p.client, p.account)
			p.seen = map[sheet]int{}
			p.secret, p.public = p.register(p.client, p.account)
		case n < 10: // the colleague's session on the same phone
			p.run.ledger.event("shared phone")
			client := newClient()
			p.register(client, colleague)
			until(func() bool {
				if _, status, err := p.push(client); err == nil && status == 401 {
					p.signIn(client, colleague)
				}
				return len(p.outbox) == 0
			})
		default:
			p.pushAll()
		}
	}
}

// remoteSignOut asks the phone to sign out: it pushes first, then its session ends.
func (p *phone) remoteSignOut() {
	p.run.ledger.event("remote sign-out")
	other := newClient()
	p.signIn(other, p.account)
	until(func() bool {
		status, err := p.ask(other, "/thu/ra/"+p.device, nil, nil)
		return err == nil && (status == 204 || status == 409)
	})
	p.pushAll()
	until(func() bool {
		answer, status, err := p.push(p.client)
		return err == nil && (answer.Device == device.SignedOut || status == 401)
	})
	p.client = newClient()
	p.secret, p.public = p.register(p.client, p.account)
}
