package e2e

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"ralop/internal/account"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/casework"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/notify"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/warning"
)

// From an empty seat to a child back in class, in a browser: the child lives in Xã Pú Nhung and boards at Mường Mùn.

// workers does at once what the workers of the house do.
func workers(t *testing.T, h *apptest.House) {
	t.Helper()
	for _, work := range []func() error{
		func() error { _, err := warning.Pass(t.Context(), h.Store, apptest.Realm); return err },
		func() error { _, err := casework.TakeSignals(t.Context(), h.Store, apptest.Realm); return err },
		func() error { _, err := casework.Settle(t.Context(), h.Store, apptest.Realm); return err },
		func() error {
			_, err := notify.Deliver(t.Context(), h.Store, apptest.Realm, notify.Transports{Directory: func(ctx context.Context, tx *store.Tx, realm int, who id.ID) (notify.Contact, error) {
				c, err := account.ContactOf(ctx, tx, realm, who)
				return notify.Contact{Name: c.Name, Email: c.Email, Phone: c.Phone, Language: c.Language}, err
			}})
			return err
		},
	} {
		if err := work(); err != nil {
			t.Fatal(err)
		}
	}
}

// post sets up the mail server of the realm and gives everybody of the story an address.
func post(t *testing.T, h *apptest.House) *apptest.Mailbox {
	t.Helper()
	box := apptest.OpenMailbox(t, nil)
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		for _, p := range []apptest.Person{apptest.Hoa, apptest.Pao, apptest.Son} {
			if _, err := tx.Exec(ctx, `UPDATE account SET email = $3 WHERE realm = $1 AND id = $2`, apptest.Realm, p.Account, p.Login+"@example.vn"); err != nil {
				return err
			}
		}
		if err := notify.KeepWish(ctx, tx, apptest.Realm, apptest.Pao.Account, notify.Wish{Mail: notify.MailDigest, Push: true, SMS: true, QuietFrom: 21 * 60, QuietUntil: 6 * 60, DigestAt: 6*60 + 30}); err != nil {
			return err
		}
		s := notify.DefaultSettings
		s.Address, s.MailHost, s.MailPort, s.MailTLS, s.MailFrom = "https://ralop.example.vn", box.Host, box.Port, notify.TLSNone, "ralop@example.vn"
		return s.Keep(ctx, tx, apptest.Realm, apptest.Quan.Account)
	})
	return box
}

// glance looks at a page once as a phone by day and once as a desktop by night.
func (p *Page) glance(name, address string) {
	p.t.Helper()
	screen, scheme := p.screen, p.scheme
	defer p.As(screen, scheme)
	for _, as := range []struct {
		Screen
		Scheme
	}{{Phone, Light}, {Desktop, Dark}} {
		p.As(as.Screen, as.Scheme)
		if status := p.Go(address); status >= 400 {
			p.t.Errorf("%s: %s answers %d", name, address, status)
		}
		p.Clean(name)
		p.Shot(name)
	}
}

func TestFromAnEmptySeatToAChildBackInClass(t *testing.T) {
	h := OpenPhoneHouse(t, store.SQLite)
	box := post(t, h.House)
	child, name := pupil(3), apptest.PupilName(apptest.Class8A, 3)
	for _, on := range []string{"2020-05-27", "2020-05-28"} {
		submitted(t, h.House, on, calendar.Morning, mark(3, rollcall.Unexcused, ""))
	}
	workers(t, h.House)

	// The teacher calls the roll; the same morning the three owners have the case and a letter.
	hoa := NewPage(t, Phone, Light)
	hoa.as(h.URL, apptest.Hoa)
	hoa.Go(h.URL + "/lop/602/diem-danh")
	for range 3 { // chưa rõ, có phép, không phép
		hoa.Tap(row(child) + " .pupil-tap")
	}
	hoa.Tap("#nop")
	hoa.WaitFor(`document.body.innerText.includes('Đã nhận')`)
	h.Clock.Advance(5 * time.Minute)
	workers(t, h.House)
	h.Clock.Advance(5 * time.Minute)
	workers(t, h.House)
	for _, p := range []apptest.Person{apptest.Hoa, apptest.Pao, apptest.Son} {
		letters := box.Letters(p.Login + "@example.vn")
		if len(letters) != 1 {
			t.Fatalf("%s has %d letters the same morning", p.Name, len(letters))
		}
		if strings.Contains(letters[0].Subject+letters[0].Text+letters[0].HTML, name) {
			t.Error("a letter names the child")
		}
	}
	letter := box.Letters("pao@example.vn")[0]
	reader := NewPage(t, Phone, Light)
	reader.glance("mail", "data:text/html;charset=utf-8;base64,"+base64.StdEncoding.EncodeToString([]byte(letter.HTML)))
	out := map[string]int{}
	for _, channel := range apptest.Query[string](t, h.House, `SELECT channel FROM notice_delivery WHERE realm = 1 AND account = $1`, apptest.Pao.Account) {
		out[channel]++
	}
	if out["mail"] == 0 || out["push"] == 0 || out["sms"] == 0 {
		t.Errorf("the outbox of the village's official holds %v", out)
	}
	hoa.Go(h.URL + "/viec-cua-toi")
	at := h.URL + Eval[string](hoa, `document.querySelector('.task h3 a').getAttribute('href')`)
	hoa.glance("mine", h.URL+"/viec-cua-toi")
	hoa.Look("case", at)
	hoa.glance("case-record", at+"/ghi")
	hoa.glance("case-end", at+"/ket-qua")
	hoa.glance("case-hand-over", at+"/nho")
	hoa.glance("case-refer", at+"/chuyen")
	hoa.glance("case-open", h.URL+"/hoc-sinh/"+pupil(9)+"/van-dong")
	hoa.glance("notices", h.URL+"/thong-bao")
	hoa.Go(h.URL + "/viec-cua-toi")
	hoa.WaitFor(`document.querySelector('.bell-count').textContent !== ''`)

	// Others see nothing.
	other := NewPage(t, Phone, Light)
	for _, p := range []apptest.Person{apptest.Binh, apptest.Lan, apptest.Huong, apptest.Quan} {
		other.as(h.URL, p)
		if status := other.Go(at); status != 403 || strings.Contains(other.Text("body"), name) {
			t.Errorf("%s opens the case: %d", p.Name, status)
		}
		other.Faults()
	}

	// The village's official goes there without a network.
	pao := NewPage(t, Phone, Light)
	pao.begin(h, apptest.Pao)
	pao.at("#/viec")
	pao.Wait(`[data-case]`)
	pao.heardNothing("on the way in")
	pao.Shot("phone-tasks")
	pao.tidy("phone tasks")
	pao.Over(Offline)
	pao.Tap(`[data-case] .button-primary`)
	pao.Wait("#luu")
	pao.Tap(`[data-met="mother"]`)
	Eval[any](pao, `(() => { const d = document.getElementById('v-promise'); d.value = '2020-06-01'; d.dispatchEvent(new Event('change')); const c = document.getElementById('v-cause'); c.value = 'field-work'; c.dispatchEvent(new Event('change')); const n = document.getElementById('v-note'); n.value = 'Gặp mẹ ở nương'; n.dispatchEvent(new Event('input')) })()`)
	pao.soon(`new Promise(r => setTimeout(r, 600)).then(() => true)`)
	pao.Shot("phone-visit")
	pao.tidy("phone visit")
	pao.at("#/viec")
	pao.at(Eval[string](pao, `document.querySelector('[data-case] .button-primary').getAttribute('href')`))
	if note := Eval[string](pao, `document.getElementById('v-note').value`); note != "Gặp mẹ ở nương" {
		t.Errorf("the form that was left holds %q", note)
	}
	pao.Tap("#luu")
	pao.WaitFor(`document.querySelector('[data-told]')?.textContent.startsWith('Đã lưu trên máy')`)
	pao.Over(Network{})
	pao.soon(`document.querySelector('[data-told]')?.textContent.startsWith('Đã nhận')`)
	pao.As(Phone, Dark)
	pao.Shot("phone-tasks-sent")
	pao.heardNothing("after sending")

	// The teacher reads the visit and the promise.
	hoa.Go(at)
	text := hoa.Text("main")
	for _, word := range []string{"Gặp mẹ ở nương", apptest.Pao.Name, "Gia đình hứa cho em đến lớp ngày 01/06/2020", "Theo bố mẹ lên nương"} {
		if !strings.Contains(text, word) {
			t.Errorf("the case does not say %q", word)
		}
	}

	// Six mornings in class: back, and the checks stand there.
	for on := day.MustParse("2020-06-01"); on <= day.MustParse("2020-06-08"); on++ {
		if w := on.Weekday(); w == time.Saturday || w == time.Sunday {
			continue
		}
		h.Clock.Set(time.Date(on.Year(), on.Month(), on.DayOfMonth(), 7, 0, 0, 0, day.Place))
		submitted(t, h.House, on.String(), calendar.Morning)
		workers(t, h.House)
	}
	hoa.Go(at)
	if text := hoa.Text("main"); !strings.Contains(text, "Đã trở lại lớp") || !strings.Contains(text, "Lần 4") {
		t.Errorf("after six mornings the case says %q", text)
	}
	hoa.glance("case-back", at)
}

func TestPagesOfCasework(t *testing.T) {
	h, base := cast(t)
	post(t, h)
	for n := 1; n <= 3; n++ {
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := casework.OpenByHand(ctx, tx, apptest.Hoa.Who(), casework.OpenIn{Pupil: apptest.Pupil(apptest.Class8A, n), Why: "Nghỉ ở nhà từ thứ hai"})
			return err
		})
	}
	nhung := NewPage(t, Desktop, Light)
	nhung.as(base, apptest.Nhung)
	unit := base + "/don-vi/" + apptest.PuNhung.String()
	nhung.glance("lane", unit+"/van-dong")
	nhung.glance("causes", unit+"/nguyen-nhan?theo=month")
	nhung.glance("solutions", unit+"/giai-phap")
	nhung.glance("reminders", base+"/truong/"+apptest.PuNhungS.String()+"/nhac")
	pao := NewPage(t, Phone, Light)
	pao.as(base, apptest.Pao)
	pao.glance("village-list", base+"/cu-tru/"+apptest.PhiengPi.String()+"/van-dong")
	pao.glance("wishes", base+"/thong-bao/cach-nhan")
	son := NewPage(t, Desktop, Light)
	son.as(base, apptest.Son)
	son.glance("school-lane", base+"/truong/"+apptest.MuongMunS.String()+"/van-dong")
	quan := NewPage(t, Desktop, Light)
	quan.as(base, apptest.Quan)
	quan.glance("sending", base+"/quan-tri/gui-thong-bao")
	quan.glance("sending-settings", base+"/quan-tri/gui-thong-bao/thiet-lap")
}
