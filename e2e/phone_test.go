package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/device"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

// The app on the phone in a real browser, over the cast and the real offline door.

// ready waits until the app can be used, whatever page leads to it.
func (p *Page) ready() { p.t.Helper(); p.soon(`document.documentElement?.dataset.ready === ''`) }

// pin presses six digits.
func (p *Page) pin(digits string) {
	p.t.Helper()
	p.Wait(".pad")
	for _, d := range digits {
		p.Tap(`[data-digit="` + string(d) + `"]`)
	}
}

// choosePIN sets a PIN, twice.
func (p *Page) choosePIN() {
	p.t.Helper()
	p.pin(PIN)
	p.WaitFor(`document.querySelector('.pin-label')?.textContent.startsWith('Nhập lại')`)
	p.pin(PIN)
	p.WaitFor(`!document.querySelector('.pad')`)
}

// signInHere fills the sign-in page that leads back to the app.
func (p *Page) signInHere(who apptest.Person) {
	p.t.Helper()
	p.Wait("#o-login")
	p.Faults() // the 401 that led here
	p.Type("#o-login", who.Login)
	p.Type("#o-password", apptest.Password)
	p.Follow(`form[action="/dang-nhap"] .button-primary`)
	p.ready()
}

// arrive is a person's first time on this phone: welcome, sign-in page, PIN twice, and the class list comes.
func (p *Page) arrive(h *PhoneHouse, who apptest.Person) {
	p.t.Helper()
	p.Go(h.URL + "/lop/")
	p.ready()
	p.Tap("#dang-nhap")
	p.signInHere(who)
	p.settle()
}

// begin is the same for somebody who has signed in already.
func (p *Page) begin(h *PhoneHouse, who apptest.Person) {
	p.t.Helper()
	p.as(h.URL, who)
	p.Go(h.URL + "/lop/")
	p.ready()
	p.settle()
}

func (p *Page) settle() {
	p.t.Helper()
	p.choosePIN()
	p.Wait(".card")
	p.soon(`navigator.serviceWorker.ready.then(r => r.active.state === 'activated')`)
}

// unlock opens the app cold, from its icon, and gives the PIN.
func (p *Page) unlock(h *PhoneHouse) {
	p.t.Helper()
	p.Go(h.URL + "/lop/")
	p.ready()
	p.pin(PIN)
	p.WaitFor(`!document.querySelector('.pad')`)
}

const today1 = "#/lop/602/2020-05-29/1"

// at goes to a screen of the app.
func (p *Page) at(hash string) {
	p.t.Helper()
	Eval[any](p, `location.hash = `+quote(hash))
	p.WaitFor(`document.querySelector('main').children.length > 1 && location.hash === ` + quote(hash))
}

// receipt waits until the bar of the sheet says it.
func (p *Page) receipt(begins string) {
	p.t.Helper()
	p.WaitFor(`document.querySelector('#bien-nhan')?.textContent.startsWith(` + quote(begins) + `)`)
}

// call marks the pupils absent and hands in; nothing is waited for.
func (p *Page) call(pupils ...string) {
	p.t.Helper()
	for _, id := range pupils {
		p.Tap(row(id) + " .pupil-tap")
	}
	p.Tap("#nop")
}

// kept is a sheet as the database holds it.
type kept struct {
	Version, Size, Unknown int
	Account                int64
}

func sheets(t *testing.T, h *PhoneHouse) []kept {
	t.Helper()
	return apptest.Query[kept](t, h.House, `SELECT version, size, unknown, account FROM sheet ORDER BY day, session`)
}

// sixty makes 8A a class of 60.
func sixty(t testing.TB, h *apptest.House) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		for n := 36; n <= 60; n++ {
			_, _, err := student.Admit(ctx, tx, apptest.Mai.Who(), student.AdmitIn{Class: apptest.Class8A, Grade: "8", From: apptest.YearStart, Entry: student.EntryOpening, Residence: apptest.BanHong,
				Person: student.Person{Name: apptest.PupilName(apptest.Class8A, n), Sex: apptest.Sex(n), Born: day.MustParse("2006-03-04")}})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Acceptance 1: cold from the icon without a network on a slow phone, 60 pupils, reload, close, reopen, reconnect.
func TestARollOfSixtyWithoutANetworkArrivesOnce(t *testing.T) {
	h := OpenPhoneHouse(t, store.SQLite)
	sixty(t, h.House)
	browser := NewPage(t, Phone, Light)
	p, shut := browser.Tab()
	p.arrive(h, apptest.Hoa)
	installable(t, p)
	shut()

	p, shut = browser.Tab()
	p.Over(Offline)
	p.Slow(6)
	p.unlock(h)
	p.Wait("#nop") // the one session that is due opens by itself
	if n := Eval[int](p, `document.querySelectorAll('.pupil:not(.pupil-waiting)').length`); n != 60 {
		t.Fatalf("%d pupils", n)
	}
	p.Tap(row(pupil(3)) + " .pupil-tap")
	p.Tap(row(pupil(14)) + " .pupil-tap")
	p.WaitFor(`document.querySelector('#dem').textContent === '60 em · vắng 2'`)
	p.soon(drafts)

	p.unlock(h) // reloaded, nothing lost
	p.receipt("Đã mở lại các đánh dấu chưa nộp")
	p.call(pupil(27))
	p.receipt("Đã lưu trên máy 07:00")
	p.Shot("phone-offline")
	if sent := sheets(t, h); len(sent) != 0 {
		t.Fatalf("without a network the database has %+v", sent)
	}
	shut()

	p, _ = browser.Tab()
	p.Over(Offline)
	p.unlock(h)
	p.Wait(".is-done .told")
	if text := p.Text(".is-done"); !strings.Contains(text, "60 em · vắng 3") || !strings.Contains(text, "Đã lưu trên máy 07:00") {
		t.Errorf("reopened, the class says %q", text)
	}
	p.Faults() // what could not be fetched
	h.Clock.Advance(13 * time.Minute)
	p.Over(Network{})
	Eval[any](p, `dispatchEvent(new Event('online'))`)
	p.WaitFor(`document.querySelector('.is-done')?.textContent.includes('60 em · vắng 3') && !document.querySelector('.is-done .tone-red')`)
	p.at(today1)
	p.receipt("Đã nhận 07:13")
	p.Shot("phone-received")
	p.at("#/gui")
	p.WaitFor(`document.querySelector('.line.receipt')?.textContent.includes('Đã nhận 07:13')`)
	Eval[any](p, `document.querySelector('#gui-ngay').click()`)
	p.WaitFor(`document.querySelector('.state-card').textContent.includes('lúc 07:13')`)
	if sent := sheets(t, h); len(sent) != 1 || sent[0] != (kept{1, 60, 3, int64(apptest.Hoa.Account)}) {
		t.Errorf("kept %+v", sent)
	}
	if acts := apptest.Query[string](t, h.House, `SELECT outcome FROM device_act`); !slices.Equal(acts, []string{"done"}) {
		t.Errorf("the ledger has %v", acts)
	}
	p.heardNothing("after all that")
}

// drafts says whether the phone's own store has what is being written.
const drafts = `new Promise(done => { const r = indexedDB.open('ralop'); r.onsuccess = () => { const g = r.result.transaction('kept').objectStore('kept').getAllKeys(); g.onsuccess = () => { r.result.close(); done(g.result.some(k => k[1] === 'draft')) } } })`

// installable asks the browser itself.
func installable(t *testing.T, p *Page) {
	t.Helper()
	manifest, err := chromedp.Call(p.ctx, page.GetAppManifest, page.GetAppManifestParams{})
	p.must("ask for the manifest", err)
	if len(manifest.Errors) > 0 || !strings.HasSuffix(manifest.URL, "/lop/manifest.webmanifest") {
		t.Errorf("the manifest at %q has faults %v", manifest.URL, manifest.Errors)
	}
	found, err := chromedp.Call(p.ctx, page.GetInstallabilityErrors, cdp.Empty{})
	p.must("ask whether it can be installed", err)
	for _, e := range found.InstallabilityErrors {
		if e.ErrorID != "in-incognito" { // every window of these tests is one
			t.Errorf("it cannot be installed: %s %v", e.ErrorID, e.ErrorArguments)
		}
	}
}

// tidy is Clean but for what the console says of the line and of the session that is over.
func (p *Page) tidy(name string) {
	p.t.Helper()
	p.heardNothing(name)
	p.Clean(name)
}

// heardNothing fails when the browser complained of anything but the line and the session.
func (p *Page) heardNothing(when string) {
	p.t.Helper()
	for _, fault := range p.Faults() {
		if !strings.Contains(fault, "ERR_INTERNET_DISCONNECTED") && !strings.Contains(fault, "status of 401") {
			p.t.Errorf("%s the browser says: %s", when, fault)
		}
	}
}

// Ten wrong PINs take the data and leave what was not sent; the session has expired meanwhile, and another teacher's
// sign-in carries it.
func TestForgottenPINExpiredSessionAndSharedPhone(t *testing.T) {
	h := OpenPhoneHouse(t, store.SQLite)
	p := NewPage(t, Phone, Light)
	p.begin(h, apptest.Hoa)
	p.at(today1)
	p.Forget() // the session expires
	p.call(pupil(3), pupil(14))
	p.receipt("Đã lưu trên máy 07:00")
	p.at("#/gui")
	p.WaitFor(`document.querySelector('.state-card').textContent.includes('Phiên đăng nhập đã hết')`)
	p.Shot("phone-expired")
	if text := p.Text(".state-card .button-primary"); text != "Đăng nhập lại để gửi" {
		t.Errorf("the button says %q", text)
	}

	p.Tap("#khoa")
	for n := range 10 {
		p.pin("000111")
		p.WaitFor(fmt.Sprintf(`document.querySelector('#pin-loi')?.textContent.includes('Còn %d lần') || Boolean(document.querySelector('.enter-icon'))`, 9-n))
	}
	text := p.Text("main")
	if !strings.Contains(text, "Đã nhập sai mã PIN 10 lần") || !strings.Contains(text, "Còn 1 bài chưa gửi, vẫn giữ trên máy") {
		t.Errorf("after ten wrong PINs: %s", text)
	}
	p.tidy("ten wrong PINs")
	p.Shot("phone-wiped")
	if left := Eval[string](p, stored); strings.Contains(left, "kept") || !strings.Contains(left, "outbox") {
		t.Errorf("on the phone are %s", left)
	}

	// Bình uses the phone: his own class only; Hoa's act goes with his session, as hers.
	p.Tap("#doi-nguoi")
	p.Tap("#nguoi-khac")
	p.signInHere(apptest.Binh)
	p.choosePIN()
	p.WaitFor(`document.querySelector('.card h2')?.textContent === 'Lớp 6A'`)
	p.until(func() bool { return len(sheets(t, h)) == 1 })
	if sent := sheets(t, h); sent[0] != (kept{1, 35, 2, int64(apptest.Hoa.Account)}) {
		t.Errorf("carried by Bình: %+v", sent)
	}
	if cards := Eval[int](p, `document.querySelectorAll('.card').length`); cards != 1 {
		t.Errorf("Bình sees %d classes", cards)
	}

	// Hoa is back: she signs in, chooses a PIN, and has her class and the receipt.
	p.at("#/gui")
	p.Tap("#doi-nguoi")
	p.WaitFor(`document.querySelectorAll('[data-account]').length === 2`)
	p.tidy("who uses the phone")
	p.Shot("phone-who")
	p.Tap(`[data-account="` + apptest.Hoa.Account.String() + `"]`)
	p.Tap("#dang-nhap")
	p.signInHere(apptest.Hoa)
	p.choosePIN()
	p.Wait(".is-done")
	p.at("#/gui")
	p.WaitFor(`document.querySelector('.line.receipt')?.textContent.includes('8A · sáng thứ Sáu 29/5')`)

	// His data stays under his own lock while she is signed in: he marks, and the app says whose session it is.
	p.Tap("#doi-nguoi")
	p.Tap(`[data-account="` + apptest.Binh.Account.String() + `"]`)
	p.pin(PIN)
	p.WaitFor(`!document.querySelector('.pad')`)
	p.at("#/gui")
	Eval[any](p, `document.querySelector('#gui-ngay').click()`) // the list under a finger may be drawn anew
	p.WaitFor(`document.querySelector('.state-card')?.textContent.includes('tài khoản khác')`)
	p.heardNothing("on the shared phone")
}

// stored names the stores of the phone that hold anything, but for settings and people.
const stored = `new Promise(done => { const r = indexedDB.open('ralop'); r.onsuccess = async () => { const db = r.result; const some = await Promise.all(['kept', 'outbox'].map(n => new Promise(d => { const c = db.transaction(n).objectStore(n).count(); c.onsuccess = () => d(c.result ? n : '') }))); db.close(); done(some.join(' ')) } })`

// until asks again until it is so.
func (p *Page) until(so func() bool) {
	p.t.Helper()
	for end := time.Now().Add(Patience); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatal("it never became so")
		}
	}
}

func TestRemoteSignOutSendsFirst(t *testing.T) {
	h := OpenPhoneHouse(t, store.SQLite)
	p := NewPage(t, Phone, Light)
	p.begin(h, apptest.Hoa)
	p.at(today1)
	p.Over(Offline)
	p.call(pupil(3))
	p.receipt("Đã lưu trên máy")
	mine := apptest.Query[string](t, h.House, `SELECT device FROM device`)
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		return device.SignOut(ctx, tx, apptest.Hoa.Who(), mine[0])
	})
	p.Over(Network{})
	Eval[any](p, `dispatchEvent(new Event('online'))`)
	p.WaitFor(`document.querySelector('main')?.textContent.includes('Máy đã được đăng xuất từ xa')`)
	if sent := sheets(t, h); len(sent) != 1 {
		t.Errorf("before signing out it sent %+v", sent)
	}
	if left := Eval[string](p, stored); strings.Contains(left, "kept") {
		t.Errorf("on the phone are %s", left)
	}
	p.tidy("signed out from afar")
	p.Tap("#dang-nhap")
	p.signInHere(apptest.Hoa)
	p.choosePIN()
	p.Wait(".is-done")
}

// A new build is installed whole beside the old one and takes over when the draft is sent, not before.
func TestANewBuildWaitsForTheDraft(t *testing.T) {
	h := OpenPhoneHouse(t, store.SQLite)
	p := NewPage(t, Phone, Light)
	p.begin(h, apptest.Hoa)
	p.at(today1)
	p.Tap(row(pupil(3)) + " .pupil-tap")
	p.soon(drafts)
	build := Eval[string](p, `document.querySelector('meta[name=build]').content`)
	h.Rebuild(append(rollModule(), "// another build\n"...))
	Eval[any](p, `navigator.serviceWorker.getRegistration().then(r => r.update())`)
	p.soon(`navigator.serviceWorker.getRegistration().then(r => r.waiting)`)
	p.at("#/gui")
	Eval[any](p, `document.querySelector('#gui-ngay').click()`) // news would be a moment to take over
	p.WaitFor(`document.querySelector('.state-card')?.textContent.includes('đã gửi và nhận')`)
	if Eval[bool](p, `navigator.serviceWorker.getRegistration().then(r => !r.waiting)`) {
		t.Fatal("the new build took over while a draft was open")
	}
	p.Go(h.URL + "/lop/") // also after a reload the old build stands, whole
	p.ready()
	if now := Eval[string](p, `document.querySelector('meta[name=build]').content`); now != build {
		t.Errorf("reloaded with a draft it is build %s, was %s", now, build)
	}
	p.pin(PIN)
	p.Wait("#nop")
	p.receipt("Đã mở lại")
	p.call()
	p.soon(`document.querySelector('meta[name=build]').content !== ` + quote(build))
	p.ready()
	p.until(func() bool { return len(sheets(t, h)) == 1 })
	p.pin(PIN)
	p.receipt("Đã nhận")
	if old := Eval[int](p, `caches.keys().then(all => all.length)`); old != 1 {
		t.Errorf("%d builds are kept", old)
	}
	p.heardNothing("with a new build")
}

// Two tabs of one person: each has the other's news, and the numbers of the acts never clash.
func TestTwoTabs(t *testing.T) {
	h := OpenPhoneHouse(t, store.SQLite)
	browser := NewPage(t, Phone, Light)
	one, _ := browser.Tab()
	one.begin(h, apptest.Hoa)
	two, _ := browser.Tab()
	two.unlock(h)
	one.at("#/")
	for _, p := range []*Page{one, two} {
		p.Over(Offline)
	}
	two.at(today1)
	two.call(pupil(3))
	two.receipt("Đã lưu trên máy")
	one.WaitFor(`document.querySelector('#con-lai')?.textContent === '1'`)
	one.at("#/lop/602/2020-05-28/2")
	one.call(pupil(5), pupil(6))
	one.receipt("Đã lưu trên máy")
	for _, p := range []*Page{one, two} {
		p.Over(Network{})
		Eval[any](p, `dispatchEvent(new Event('online'))`)
	}
	one.receipt("Đã nhận")
	two.receipt("Đã nhận")
	type act struct {
		Sequence int
		Outcome  string
	}
	if acts := apptest.Query[act](t, h.House, `SELECT sequence, outcome FROM device_act ORDER BY sequence`); !slices.Equal(acts, []act{{1, "done"}, {2, "done"}}) {
		t.Errorf("the ledger has %v", acts)
	}
	if sent := sheets(t, h); len(sent) != 2 {
		t.Errorf("kept %+v", sent)
	}
}

// Undo within ten seconds: what has not travelled is taken back, what has is sent anew as before.
func TestUndoAndTheOtherWaysOfASheet(t *testing.T) {
	h := OpenPhoneHouse(t, store.SQLite)
	submitted(t, h.House, "2020-05-28", calendar.Morning, mark(5, rollcall.Unknown, ""), mark(8, rollcall.Unexcused, "field-work"))
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		_, err := rollcall.RecordLeave(ctx, tx, apptest.Hoa.Who(), rollcall.Leave{Pupil: apptest.Pupil(apptest.Class8A, 20), Days: day.Through(day.MustParse("2020-05-28"), day.MustParse("2020-05-30")), Reason: "illness"})
		return err
	})
	p := NewPage(t, Phone, Light)
	p.begin(h, apptest.Hoa)
	p.at(today1)
	if first := Eval[string](p, `document.querySelector('.pupil:not(.pupil-waiting)').dataset.pupil`); first != pupil(5) && first != pupil(8) {
		t.Errorf("pinned on top is %s", first)
	}
	if mark := Eval[string](p, `document.querySelector('.is-guess').dataset.pupil`); mark != pupil(20) {
		t.Errorf("leave told in advance is shown at %s", mark)
	}
	p.Over(Offline)
	p.call(pupil(3))
	p.WaitFor(`document.querySelector('#nop').textContent === 'Hoàn tác'`)
	p.Tap("#nop")
	p.WaitFor(`document.querySelector('#nop').textContent === 'Nộp'`)
	if text := p.Text("#dem"); text != "35 em · vắng 2" {
		t.Errorf("taken back, the bar says %q", text)
	}
	p.Over(Network{})
	p.hold(row(pupil(12)) + ` .pupil-tap`)
	p.Shot("phone-reasons")
	p.tidy("reasons")
	p.Tap(`dialog label:has([value="unexcused"])`)
	p.Tap(`dialog label:has([value="field-work"])`)
	p.Type("#ghi-chu", "đi từ chiều qua")
	p.Tap(`dialog .button-primary`)
	p.Tap("#nop")
	p.receipt("Đã nhận")
	body := apptest.Query[string](t, h.House, `SELECT body FROM sheet_version WHERE day = '2020-05-29'`)
	if len(body) != 1 || !strings.Contains(body[0], "field-work đi từ chiều qua") || strings.Count(body[0], "\n") != 2 {
		t.Errorf("kept %q", body)
	}

	// "Chưa rõ" of yesterday becomes có phép with one button.
	p.Tap(".pupil-waiting .button-p")
	p.until(func() bool {
		body := apptest.Query[string](t, h.House, `SELECT body FROM sheet_version WHERE day = '2020-05-28' ORDER BY version DESC`)
		return len(body) == 2 && strings.Contains(body[0], "\n") && !slices.Contains(strings.Fields(body[0]), "unknown")
	})
	p.at("#/lop/602/2020-05-28/2")
	p.Tap("#khong-hoc summary")
	p.Tap("#khong-hoc .chip")
	p.Tap("#khong-hoc .actions .button")
	p.until(func() bool {
		return len(apptest.Query[int](t, h.House, `SELECT version FROM sheet WHERE session = 2 AND state = 2`)) == 1
	})
	p.heardNothing("in the ways of a sheet")
}

// A passkey opens the data without a PIN and without a network.
func TestAPasskeyOpensTheData(t *testing.T) {
	h := OpenPhoneHouse(t, store.SQLite)
	p := NewPage(t, Phone, Light)
	_, err := chromedp.Call(p.ctx, webauthn.Enable, webauthn.EnableParams{})
	p.must("enable passkeys", err)
	_, err = chromedp.Call(p.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21,
		Transport: webauthn.AuthenticatorTransportInternal, HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, HasPrf: true, AutomaticPresenceSimulation: true}})
	p.must("give it an authenticator", err)
	p.begin(h, apptest.Hoa)
	p.at("#/gui")
	p.Tap("#van-tay")
	p.WaitFor(`!document.querySelector('#van-tay')`)
	p.Over(Offline)
	p.Go(h.URL + "/lop/")
	p.ready()
	p.Tap("#dung-van-tay")
	p.Wait(".pupil")
}

// Every screen, both languages, light and dark.
func TestEveryScreenOfThePhoneIsClean(t *testing.T) {
	h := OpenPhoneHouse(t, store.SQLite)
	submitted(t, h.House, "2020-05-28", calendar.Morning, mark(5, rollcall.Unknown, ""), mark(8, rollcall.Unexcused, "field-work"))
	submitted(t, h.House, "2020-05-27", calendar.Morning, mark(8, rollcall.Unexcused, "field-work"))
	p := NewPage(t, Phone, Light)
	p.Go(h.URL + "/lop/")
	p.ready()
	p.Faults()
	p.Shot("phone-welcome")
	p.tidy("welcome")
	p.begin(h, apptest.Hoa)
	p.heardNothing("on the way in")
	screens := map[string]string{"home": "#/", "roll": today1, "care": "#/quan-tam", "pupils": "#/hoc-sinh", "sync": "#/gui"}
	look := func(lang string) {
		for name, hash := range screens {
			p.at(hash)
			p.Shot("phone-" + lang + "-" + name)
			p.tidy(lang + " " + name)
			if text := Eval[string](p, `document.body.innerText`); unspoken.MatchString(text) {
				t.Errorf("%s %s has no words for %s", lang, name, unspoken.FindString(text))
			}
		}
	}
	look("vi")
	p.As(Phone, Dark)
	look("vi")
	p.at("#/gui")
	p.Tap("#ngon-ngu-en")
	p.WaitFor(`document.documentElement.lang === 'en'`)
	look("en")
	p.at("#/gui")
	p.Tap("#khoa")
	p.Wait(".pad")
	p.Shot("phone-locked")
	p.tidy("locked")
}
