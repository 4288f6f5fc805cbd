package e2e

import (
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// ready waits until the app can be used.
func (p *Page) ready() { p.t.Helper(); p.WaitFor(`document.documentElement?.dataset.ready === ''`) }

// pin presses the digits.
func (p *Page) pin(digits string) {
	p.t.Helper()
	for _, d := range digits {
		p.Tap(`[data-digit="` + string(d) + `"]`)
	}
}

// begin signs a person in on this phone for the first time, as she does: welcome, sign-in page, PIN twice.
func (p *Page) begin(h *PhoneHouse, who apptest.Person) {
	p.t.Helper()
	p.Go(h.URL + "/lop/")
	p.ready()
	p.Tap("#dang-nhap")
	p.Wait("#o-login")
	p.Faults() // 401 to the phone's first question
	p.Type("#o-login", who.Login)
	p.Type("#o-password", apptest.Password)
	p.Follow(`form[action="/dang-nhap"] .button-primary`)
	p.ready()
	p.Wait(".pad")
	p.pin(PIN)
	p.WaitFor(`document.querySelector('.dots') && !document.querySelector('.dots .is-set')`)
	p.pin(PIN)
	p.Wait(".top-words h1")
	p.WaitFor(`!document.querySelector('.pad')`)
}

func TestLookAtThePhone(t *testing.T) {
	h := OpenPhoneHouse(t, store.SQLite)
	submitted(t, h.House, "2020-05-28", calendar.Morning, mark(5, rollcall.Unknown, ""), mark(8, rollcall.Unexcused, "field-work"))
	submitted(t, h.House, "2020-05-27", calendar.Morning, mark(8, rollcall.Unexcused, "field-work"))
	p := NewPage(t, Phone, Light)
	p.begin(h, apptest.Hoa)
	p.Wait(".go")
	for _, lang := range []string{"vi", "en"} {
		Eval[any](p, `localStorage.setItem('lang', '`+lang+`')`)
		p.Go(h.URL + "/lop/")
		p.ready()
		p.pin(PIN)
		p.Wait(".pupil")
		for _, scheme := range []Scheme{Light, Dark} {
			p.As(Phone, scheme)
			for _, hash := range []string{"#/lop/602/2020-05-29/1", "#/", "#/quan-tam", "#/hoc-sinh", "#/gui"} {
				Eval[any](p, `location.hash = '`+hash+`'`)
				p.WaitFor(`document.querySelector('main').children.length > 1`)
				p.Shot("phone-" + lang + "-" + map[string]string{"#/lop/602/2020-05-29/1": "roll", "#/": "home", "#/quan-tam": "care", "#/hoc-sinh": "pupils", "#/gui": "sync"}[hash])
				p.Clean(lang + hash)
			}
		}
	}
}
