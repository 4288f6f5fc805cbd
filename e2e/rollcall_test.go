package e2e

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/web"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// The roll call in a real browser, over the cast: 8A has 35 pupils and a session this morning.

// cast serves all pages over the cast; people enter by an address that only this test has.
func cast(t *testing.T) (h *apptest.House, base string) {
	t.Helper()
	h = apptest.Open(t, store.SQLite)
	d := door.New(door.Config{Store: h.Store, Log: slog.New(slog.DiscardHandler), Face: frame.Face, SignIn: ui.SignInAddress, Version: "e2e"})
	enter := door.Route{Method: "POST", Pattern: "/vao-thu/{account}", Names: door.Names{"account": ""}, Open: true, Handler: door.Act(func(_ context.Context, r *door.Request) (door.Answer, error) {
		account, err := r.ID("account")
		if err == nil {
			err = r.SignIn(apptest.Realm, account, false)
		}
		return door.NoContent(), err
	})}
	server := httptest.NewServer(d.Handler(append(web.Routes(), enter), web.Mounts()...))
	t.Cleanup(server.Close)
	return h, server.URL
}

// as makes the window a person's of the cast.
func (p *Page) as(base string, who apptest.Person) {
	p.t.Helper()
	p.Go(base + "/nothing-here")
	if status := Eval[int](p, `fetch('/vao-thu/`+who.Account.String()+`', {method: 'POST'}).then(r => r.status)`); status != 204 {
		p.t.Fatalf("%s cannot enter: %d", who.Name, status)
	}
	p.Faults() // the page that is not there
}

func row(n string) string { return `[data-pupil="` + n + `"]` }

func pupil(n int) string { return apptest.Pupil(apptest.Class8A, n).String() }

// submitted keeps a roll call that was called before the test begins.
func submitted(t *testing.T, h *apptest.House, on string, session calendar.Session, marks ...rollcall.Mark) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		_, err := rollcall.Submit(ctx, tx, apptest.Hoa.Who(), rollcall.Submission{Act: [16]byte{1, byte(day.MustParse(on)), byte(session)}, Class: apptest.Class8A,
			Day: day.MustParse(on), Session: session, State: rollcall.Taken, Marks: marks, TakenAt: day.InstantOf(apptest.Start), Device: "chrome/android"})
		return err
	})
}

func mark(n int, kind rollcall.Kind, reason string) rollcall.Mark {
	return rollcall.Mark{Pupil: apptest.Pupil(apptest.Class8A, n), Kind: kind, Reason: reason}
}

func TestARollCallOnAPhoneTakesFiveTaps(t *testing.T) {
	h, base := cast(t)
	p := NewPage(t, Phone, Light)
	p.Go(base + "/")
	p.Type("#o-login", apptest.Hoa.Login)
	p.Type("#o-password", apptest.Password)
	p.Follow(`form[action="/dang-nhap"] .button-primary`)
	if at := p.Address(); !strings.Contains(at, "/lop/602/diem-danh") {
		t.Errorf("a teacher of one class begins the day at %s", at)
	}
	p.Go(base + "/diem-danh?chon=1")
	p.Clean("my classes")

	taps := 0
	tap := func(selector string) { p.Tap(selector); taps++ }
	tap(`.list .button-primary`)
	p.Wait(`form.is-live`)
	if text := p.Text("h1"); text != "8A · 35 em" {
		t.Fatalf("the sheet is headed %q", text)
	}
	for _, n := range []int{3, 14, 27} {
		tap(row(pupil(n)) + ` .pupil-tap`)
	}
	if text := p.Text("#dem"); text != "35 em · vắng 3" {
		t.Errorf("the bar says %q", text)
	}
	tap("#nop")
	p.WaitFor(`document.querySelector('#bien-nhan').textContent.startsWith('Đã nhận 07:00')`)
	if taps != 5 {
		t.Errorf("%d taps", taps)
	}
	sheet := apptest.Query[rollcall.Sheet](t, h, `SELECT class, school, level, day, session, roll, state, main, size, unknown, excused, unexcused, late, version, entered_late, received_at, account, conflicts FROM sheet`)
	if len(sheet) != 1 || sheet[0].Unknown != 3 || sheet[0].Size != 35 || sheet[0].Version != 1 {
		t.Fatalf("kept %+v", sheet)
	}
	p.Clean("receipt")
	p.Shot("roll-receipt")

	// Ten seconds in which the act is taken back: the marks stand as before, and one is changed.
	if text := p.Text("#nop"); text != "Hoàn tác" {
		t.Fatalf("after sending the button says %q", text)
	}
	p.Tap("#nop")
	p.WaitFor(`document.querySelector('#nop').textContent.trim() == 'Nộp lại'`)
	for range 4 { // chưa rõ → có phép → không phép → muộn → có mặt
		p.Tap(row(pupil(3)) + ` .pupil-tap`)
	}
	if text := p.Text("#dem"); text != "35 em · vắng 2" {
		t.Errorf("the bar says %q", text)
	}
	p.Tap("#nop")
	p.WaitFor(`document.querySelector('#bien-nhan').textContent.startsWith('Đã nhận')`)
	// Now there is a version before: undo puts it back.
	p.Tap("#nop")
	p.WaitFor(`document.querySelector('#bien-nhan').textContent.startsWith('Đã trả về bản trước')`)
	if text := p.Text("#dem"); text != "35 em · vắng 3" {
		t.Errorf("after undoing the bar says %q", text)
	}
	if versions := apptest.Query[int](t, h, `SELECT version FROM sheet`); versions[0] != 3 {
		t.Errorf("version %d", versions[0])
	}
	if bodies := apptest.Query[string](t, h, `SELECT body FROM sheet_version ORDER BY version`); bodies[0] != bodies[2] {
		t.Errorf("undone to %q, was %q", bodies[2], bodies[0])
	}
	if faults := p.Faults(); len(faults) > 0 {
		t.Errorf("the browser says %q", faults)
	}
}

// What a teacher sends moves the school's grid and the boards of every tier by exactly that,
// where the children learn and where they live: of the three absent, number 3 boards here
// and lives in Bản Phiêng Pi of Xã Pú Nhung, as four others of the class do.
func TestARollCallReachesTheGridAndTheBoards(t *testing.T) {
	h, base := cast(t)
	figure := func(p *Page, address string) string {
		p.Go(base + address)
		return p.Text("main")
	}
	clerk, office := NewPage(t, Phone, Light), NewPage(t, Desktop, Light)
	clerk.as(base, apptest.Mai)
	office.as(base, apptest.Thanh)
	const today = "?tu=2020-05-29&den=2020-05-29"
	boards := map[string]string{
		"/don-vi/3268/bang" + today: "32/35", "/don-vi/99/bang" + today: "32/35", "/don-vi/11/bang" + today: "32/35", "/truong/501/bang" + today: "32/35",
		"/don-vi/3268/bang" + today + "&xem=cu-tru": "28/30", "/don-vi/3283/bang" + today + "&xem=cu-tru": "4/5", "/don-vi/99/bang" + today + "&xem=cu-tru": "32/35", "/don-vi/11/bang" + today + "&xem=cu-tru": "32/35",
	}
	if text := figure(clerk, "/truong/501/hom-nay"); !strings.Contains(text, "8A, Sáng: chưa điểm danh") {
		t.Errorf("before: %s", text)
	}
	for address, words := range boards {
		if text := figure(office, address); strings.Contains(text, words) {
			t.Errorf("%s says %s before any roll call", address, words)
		}
	}
	submitted(t, h, "2020-05-29", calendar.Morning, mark(3, rollcall.Unknown, ""), mark(14, rollcall.Unknown, ""), mark(27, rollcall.Unknown, ""))
	if text := figure(clerk, "/truong/501/hom-nay"); !strings.Contains(text, "8A, Sáng: đã nhận 07:00, vắng 3") {
		t.Errorf("after: %s", text)
	}
	for address, words := range boards {
		if text := figure(office, address); !strings.Contains(text, words) {
			t.Errorf("%s does not say %s: %s", address, words, text)
		}
	}
}

func TestReasonsLeavesAndThoseWhoWait(t *testing.T) {
	h, base := cast(t)
	submitted(t, h, "2020-05-28", calendar.Morning, mark(5, rollcall.Unknown, ""), mark(8, rollcall.Unexcused, "field-work"))
	submitted(t, h, "2020-05-27", calendar.Morning, mark(8, rollcall.Unexcused, "field-work"))
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		_, err := rollcall.RecordLeave(ctx, tx, apptest.Hoa.Who(), rollcall.Leave{Pupil: apptest.Pupil(apptest.Class8A, 20), Days: day.Through(day.MustParse("2020-05-28"), day.MustParse("2020-05-30")), Reason: "illness"})
		return err
	})
	p := NewPage(t, Phone, Light)
	p.as(base, apptest.Hoa)
	address := base + "/lop/602/diem-danh"
	p.Look("roll-sheet", address)

	p.Go(address)
	p.Wait(`form.is-live`)
	first := Eval[string](p, `document.querySelector('#phieu .pupil').dataset.pupil`)
	if first != pupil(8) {
		t.Errorf("pinned on top is %s, not the longest absence", first)
	}
	p.Tap("[data-all-present]")
	if mark := Eval[string](p, `document.querySelector('`+row(pupil(20))+`').dataset.mark`); mark != "excused" {
		t.Errorf("all present made the leave told in advance %q", mark)
	}
	p.Tap(`[data-resolve] [value="excused"]`)
	p.WaitFor(`!document.querySelector('[data-resolve]')`)
	if text := p.Text(".pupil-waiting .pupil-mark"); text != "Đã ghi: Có phép" {
		t.Errorf("resolved: %q", text)
	}

	// A long press opens the reasons, the class's commonest first.
	p.hold(row(pupil(12)) + ` .pupil-tap`)
	p.Wait("dialog[open]")
	p.Shot("roll-reasons")
	if chosen := Eval[string](p, `document.querySelector('dialog form').elements.ly.value`); chosen != "" {
		t.Errorf("letting go of the long press chose %q", chosen)
	}
	p.Clean("reasons")
	if common := Eval[string](p, `document.querySelector('dialog [name=ly]').value`); common != "field-work" {
		t.Errorf("the commonest reason is %q", common)
	}
	p.Tap(`dialog label:has([name=loai][value="unexcused"])`)
	p.Tap(`dialog label:has([name=ly][value="field-work"])`)
	p.Type("#ghi-chu", "đi từ chiều qua")
	p.Tap(`dialog .button-primary`)
	p.WaitFor(`document.querySelector('` + row(pupil(12)) + `').dataset.mark == 'unexcused'`)
	if note := p.Text(row(pupil(12)) + " .pupil-note"); !strings.HasPrefix(note, "Theo bố mẹ lên nương · đi từ chiều qua") {
		t.Errorf("the row says %q", note)
	}

	// What is not sent outlives the page.
	p.Go(address)
	p.Wait(`form.is-live`)
	if text := p.Text("#bien-nhan"); text != "Đã mở lại các đánh dấu chưa nộp." {
		t.Errorf("after coming back: %q", text)
	}
	p.Over(Offline)
	p.Tap("#nop")
	p.WaitFor(`document.querySelector('#bien-nhan').textContent.startsWith('Chưa gửi được')`)
	p.Shot("roll-offline")
	p.Over(Network{})
	Eval[bool](p, `dispatchEvent(new Event('online'))`)
	p.WaitFor(`document.querySelector('#bien-nhan').textContent.startsWith('Đã nhận')`)
	bodies := apptest.Query[string](t, h, `SELECT body FROM sheet_version WHERE day = '2020-05-29'`)
	if len(bodies) != 1 || !strings.Contains(bodies[0], "field-work đi từ chiều qua") || strings.Count(bodies[0], "\n") != 1 {
		t.Errorf("kept %q", bodies)
	}
}

func TestTheRollFromTheKeyboard(t *testing.T) {
	h, base := cast(t)
	p := NewPage(t, Desktop, Dark)
	p.as(base, apptest.Hoa)
	p.Go(base + "/lop/602/diem-danh")
	p.Wait(`form.is-live`)
	down, up := kb.ArrowDown, kb.ArrowUp
	p.Press(down + "v" + down + "p" + down + "k" + down + "m" + down + down + "v" + up + "\r")
	if id := Eval[string](p, `document.activeElement.id`); id != "nop" {
		t.Errorf("Enter leads to %q", id)
	}
	if text := p.Text("#dem"); text != "35 em · vắng 4 · muộn 1" {
		t.Errorf("the bar says %q", text)
	}
	p.Press("\r")
	p.WaitFor(`document.querySelector('#bien-nhan').textContent.startsWith('Đã nhận')`)
	sheet := apptest.Query[string](t, h, `SELECT body FROM sheet_version`)
	if len(sheet) != 1 || strings.Count(sheet[0], "\n") != 4 {
		t.Errorf("kept %q", sheet)
	}
	p.Clean("keyboard")
}

func TestConflictShowsBothSidesInABrowser(t *testing.T) {
	h, base := cast(t)
	p := NewPage(t, Phone, Light)
	p.as(base, apptest.Hoa)
	p.Go(base + "/lop/602/diem-danh")
	p.Wait(`form.is-live`)
	p.Tap(row(pupil(3)) + ` .pupil-tap`)
	p.Tap(row(pupil(4)) + ` .pupil-tap`)
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		_, err := rollcall.Submit(ctx, tx, apptest.Dua.Who(), rollcall.Submission{Act: [16]byte{9}, Class: apptest.Class8A, Day: day.InstantOf(apptest.Start).Day(), Session: calendar.Morning,
			State: rollcall.Taken, Marks: []rollcall.Mark{mark(4, rollcall.Unknown, ""), mark(6, rollcall.Excused, "illness")}, Device: "safari/ios"})
		return err
	})
	p.Tap("#nop")
	p.Wait(".sides")
	p.Faults() // the answer 409 itself
	for _, s := range []Screen{Phone, Desktop} {
		for _, c := range []Scheme{Light, Dark} {
			p.As(s, c)
			p.Clean("conflict")
			p.Shot("roll-conflict")
		}
	}
	if text := p.Text(".sides"); !strings.Contains(text, "Giàng A Dúa") || !strings.Contains(text, "safari/ios") || !strings.Contains(text, "Lò Thị Hoa") {
		t.Errorf("the sides say %q", text)
	}
}

func TestEveryPageOfTheRollCallIsClean(t *testing.T) {
	h, base := cast(t)
	for _, on := range []string{"2020-05-26", "2020-05-27", "2020-05-28"} {
		submitted(t, h, on, calendar.Morning, mark(8, rollcall.Unexcused, "field-work"), mark(5, rollcall.Unknown, ""))
	}
	submitted(t, h, "2020-05-29", calendar.Morning, mark(8, rollcall.Unexcused, "field-work"), mark(5, rollcall.Unknown, ""), mark(30, rollcall.Late, ""))
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		_, err := rollcall.CountPhysically(ctx, tx, apptest.Mai.Who(), rollcall.PhysicalCount{Class: apptest.Class8A, Day: day.InstantOf(apptest.Start).Day(), Session: calendar.Morning, Counted: 32, Note: "hai em ra ngoài"})
		return err
	})
	phone := func(who apptest.Person, number byte, on string, marks ...rollcall.Mark) {
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := rollcall.Keep(ctx, tx, who.Who(), rollcall.Submission{Act: [16]byte{number}, Class: apptest.Class8A, Day: day.MustParse(on), Session: calendar.Morning, State: rollcall.Taken,
				Marks: marks, Cause: rollcall.CausePhone, Device: "may-" + who.Login, Sequence: int64(number), TakenAt: day.InstantOf(apptest.Start), ClockOff: 3 * 3600_000})
			return err
		})
	}
	phone(apptest.Dua, 1, "2020-05-29", mark(8, rollcall.Excused, "illness"), mark(5, rollcall.Late, ""), mark(30, rollcall.Late, ""))
	phone(apptest.Hoa, 2, "2020-05-18", mark(8, rollcall.Unknown, ""))
	p := NewPage(t, Phone, Light)
	for _, visit := range []struct {
		who   apptest.Person
		pages map[string]string
	}{
		{apptest.Hoa, map[string]string{"roll-disputed": "/lop/602/diem-danh?ngay=2020-05-29&buoi=1", "dispute": "/lop/602/khac-nhau?buoi=1", "my-classes": "/diem-danh?chon=1", "roll-taken": "/lop/602/diem-danh?buoi=1", "roll-correct": "/lop/602/diem-danh?ngay=2020-05-28&buoi=1", "roll-locked": "/lop/602/diem-danh?ngay=2020-05-18&buoi=1",
			"roll-not-held": "/lop/602/diem-danh?ngay=2020-05-31&buoi=1", "roll-history": "/lop/602/lich-su?buoi=1", "roll-history-none": "/lop/602/lich-su?ngay=2020-05-25&buoi=1", "roll-paper": "/lop/602/giay", "roll-paper-week": "/lop/602/giay?ky=tuan"}},
		{apptest.Son, map[string]string{"disputes": "/truong/501/khac-nhau", "late-acts": "/truong/501/cho-nhan", "school-today": "/truong/501/hom-nay", "school-holiday": "/truong/501/hom-nay?ngay=2020-05-01", "headcount": "/truong/501/so-dem", "physical": "/lop/602/si-so", "unlock": "/lop/602/mo-khoa"}},
		{apptest.Huong, map[string]string{"school-counts": "/truong/501/hom-nay"}},
	} {
		p.as(base, visit.who)
		for name, address := range visit.pages {
			p.Look(name, base+address)
		}
	}
}

// hold presses a finger on an element for as long as opens what a long press opens.
func (p *Page) hold(selector string) {
	p.t.Helper()
	p.do("show "+selector, chromedp.ScrollIntoView(chromedp.CSS(selector)))
	at := Eval[[]float64](p, `(() => { const r = document.querySelector(`+quote(selector)+`).getBoundingClientRect(); return [r.x + r.width/2, r.y + r.height/2] })()`)
	_, err := chromedp.Call(p.ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: []*input.TouchPoint{{X: at[0], Y: at[1]}}})
	p.must("touch "+selector, err)
	p.Wait("dialog[open]")
	_, err = chromedp.Call(p.ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}})
	p.must("let go "+selector, err)
}
