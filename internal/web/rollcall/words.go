package rollcall

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"ralop/internal/account"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

// sheetAddress is where the sheet of a session stands.
func sheetAddress(class id.ID, on day.Day, session calendar.Session, more ...string) string {
	return classAddress(class, "diem-danh", on, session, more...)
}

func classAddress(class id.ID, page string, on day.Day, session calendar.Session, more ...string) string {
	q := url.Values{"ngay": {on.String()}}
	if session != calendar.WholeDay {
		q.Set("buoi", strconv.Itoa(int(session)))
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return "/lop/" + class.String() + "/" + page + "?" + q.Encode()
}

func schoolAddress(school id.ID, page string, on day.Day) string {
	return "/truong/" + school.String() + "/" + page + "?ngay=" + on.String()
}

// at reads which day and session the address means; the session is WholeDay when it says none.
func at(r *door.Request) (on day.Day, session calendar.Session, err error) {
	if on, err = r.Day("ngay", r.Today); err != nil {
		return on, session, err
	}
	session, ok := calendar.ParseSession(r.Value("buoi"))
	if !ok {
		return on, session, fault.New(fault.Invalid, "rollcall.bad-session", nil).On("buoi")
	}
	return on, session, nil
}

func weekday(r *door.Request, on day.Day) string {
	return r.T(fmt.Sprintf("roll.day-%d", on.Weekday()))
}

func sessionName(r *door.Request, session calendar.Session) string {
	return r.T("calendar.session." + session.Code())
}

// when is "Sáng thứ Sáu, 29/05/2020".
func when(r *door.Request, on day.Day, session calendar.Session) string {
	return r.T("roll.when", "session", sessionName(r, session), "weekday", weekday(r, on), "day", on.Vietnamese())
}

// cause says why a session is held or not, as precisely as it is known.
func cause(r *door.Request, v calendar.Verdict) string {
	words := r.T("calendar.cause." + string(v.Cause))
	switch {
	case v.Holiday != "":
		words = r.T("calendar.holiday." + v.Holiday)
	case v.Exception != nil:
		words = r.T("calendar.reason." + string(v.Exception.Reason))
		if v.Exception.Note != "" {
			words += " – " + v.Exception.Note
		}
	}
	return words
}

// people names accounts, each read once.
type people struct {
	ctx   context.Context
	tx    *store.Tx
	r     *door.Request
	known map[id.ID]string
}

func newPeople(ctx context.Context, tx *store.Tx, r *door.Request) *people {
	return &people{ctx, tx, r, map[id.ID]string{r.Account.Account: r.Account.Name, 0: r.T("roll.product")}}
}

func (p *people) name(of id.ID) (string, error) {
	if name, ok := p.known[of]; ok {
		return name, nil
	}
	profile, err := account.Find(p.ctx, p.tx, p.r.Who.Realm, of)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return "", err
	}
	p.known[of] = profile.Name
	return profile.Name, nil
}

// newAct makes the id of an act, a UUIDv7 of the product's clock.
func newAct(now day.Instant) string {
	var act [16]byte
	if _, err := rand.Read(act[:]); err != nil {
		panic(err) // the system gives no random numbers
	}
	ms := now.Time().UnixMilli()
	for i := range 6 {
		act[i] = byte(ms >> (8 * (5 - i)))
	}
	act[6], act[8] = act[6]&0x0f|0x70, act[8]&0x3f|0x80
	h := hex.EncodeToString(act[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func parseAct(written string) (act [16]byte, err error) {
	raw, err := hex.DecodeString(strings.ReplaceAll(written, "-", ""))
	if err != nil || len(raw) != len(act) {
		return act, fault.New(fault.Invalid, "rollcall.act-missing", nil).On("ma")
	}
	copy(act[:], raw)
	return act, nil
}

// names are the pupils of a roll by id.
func names(roll student.Roll) map[id.ID]student.RollMember {
	by := make(map[id.ID]student.RollMember, len(roll.Members))
	for _, m := range roll.Members {
		by[m.Pupil] = m
	}
	return by
}

// markWords is a mark in words: "Không phép – Theo bố mẹ lên nương – đi từ chiều qua".
func markWords(r *door.Request, m rollcall.Mark) string {
	parts := []string{r.T("roll.mark-" + m.Kind.Code())}
	if m.Reason != "" {
		parts = append(parts, r.T("rollcall.reason-"+rollcall.Spoken(m.Reason)))
	}
	if m.Note != "" {
		parts = append(parts, m.Note)
	}
	return strings.Join(parts, " – ")
}

// receivedWords is "Đã nhận 7:13", with the day when that is another than the sheet's.
func receivedWords(r *door.Request, at day.Instant, on day.Day, late bool) string {
	switch {
	case at.Day() != on:
		return r.T("roll.received-on", "clock", at.Clock(), "day", at.Day().Vietnamese())
	case late:
		return r.T("roll.received-late", "clock", at.Clock())
	}
	return r.T("roll.received", "clock", at.Clock())
}
