package e2e

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/audit"
	"ralop/internal/calendar"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// The journeys of the main job, as people make them: a morning's roll call that moves the numbers of every tier,
// and a month's paper that stays what it was when marks change after it.

// seen is a figure of a tile as a person reads it: n of N.
type seen struct{ n, of int }

func (s seen) less(before seen) seen { return seen{s.n - before.n, s.of - before.of} }

var counted = regexp.MustCompile(`^([\d.]+)/([\d.]+)$`)

// tile reads the counts of the tile with a label; a tile without data is 0 of 0.
func (p *Page) tile(label string) seen {
	p.t.Helper()
	texts := Eval[[]string](p, `[...document.querySelectorAll('.tile')].filter(t => t.querySelector('.tile-label').innerText.trim() === `+quote(label)+`).map(t => t.querySelector('.tile-counts').innerText.trim())`)
	if len(texts) != 1 {
		p.t.Fatalf("%s shows %d tiles %q", p.Address(), len(texts), label)
	}
	m := counted.FindStringSubmatch(texts[0])
	if m == nil {
		return seen{}
	}
	number := func(text string) int {
		n, err := strconv.Atoi(strings.ReplaceAll(text, ".", ""))
		p.must("read "+texts[0], err)
		return n
	}
	return seen{number(m[1]), number(m[2])}
}

// signIn is the whole way in: the page, the two fields, the button.
func (p *Page) signIn(base string, who apptest.Person) {
	p.t.Helper()
	p.Go(base + "/")
	p.Type("#o-login", who.Login)
	p.Type("#o-password", apptest.Password)
	p.Follow(`form[action="/dang-nhap"] .button-primary`)
}

const thatDay = "?tu=2020-05-29&den=2020-05-29"

// Of the 35 of 8A five live in Phiêng Pi of Xã Pú Nhung and board at this school of Xã Mường Mùn.
func TestARollCallMovesEveryTierByExactlyThat(t *testing.T) {
	h, base := cast(t)
	h.Write(t, func(ctx context.Context, tx *store.Tx) error { // 6A has been called before
		_, err := rollcall.Submit(ctx, tx, apptest.Binh.Who(), rollcall.Submission{Act: [16]byte{7}, Class: apptest.Class6A, Day: tx.Today(), Session: calendar.Morning, State: rollcall.Taken,
			Marks: []rollcall.Mark{{Pupil: apptest.Pupil(apptest.Class6A, 4), Kind: rollcall.Excused, Reason: "illness"}}, Device: "chrome/android"})
		return err
	})
	boards := []struct {
		who     apptest.Person
		address string
		change  seen
	}{
		{apptest.Son, "/truong/501/bang" + thatDay, seen{32, 35}},
		{apptest.Thuong, "/don-vi/3268/bang" + thatDay, seen{32, 35}},
		{apptest.Thuong, "/don-vi/3268/bang" + thatDay + "&xem=cu-tru", seen{28, 30}},
		{apptest.Nhung, "/don-vi/3283/bang" + thatDay, seen{}},
		{apptest.Nhung, "/don-vi/3283/bang" + thatDay + "&xem=cu-tru", seen{4, 5}},
		{apptest.Huong, "/don-vi/99/bang" + thatDay, seen{32, 35}},
		{apptest.Huong, "/don-vi/99/bang" + thatDay + "&xem=cu-tru", seen{32, 35}},
		{apptest.Thanh, "/don-vi/11/bang" + thatDay, seen{32, 35}},
		{apptest.Thanh, "/don-vi/11/bang" + thatDay + "&xem=cu-tru", seen{32, 35}},
	}
	readers := map[string]*Page{}
	read := func() (figures []seen) {
		for _, b := range boards {
			p := readers[b.who.Login]
			if p == nil {
				p = NewPage(t, Phone, Light)
				p.signIn(base, b.who)
				readers[b.who.Login] = p
			}
			if status := p.Go(base + b.address); status != 200 {
				t.Fatalf("%s: %s answers %d", b.who.Login, b.address, status)
			}
			figures = append(figures, p.tile("Tỷ lệ chuyên cần"))
		}
		return figures
	}
	clerk := NewPage(t, Phone, Light)
	clerk.signIn(base, apptest.Mai)
	grid := func() string { clerk.Go(base + "/hom-nay"); return clerk.Text("#luoi") + clerk.Text("main") }
	before := read()
	if before[0] != (seen{9, 10}) {
		t.Errorf("before, the school has %v", before[0])
	}
	if text := grid(); !strings.Contains(text, "8A, Sáng: chưa điểm danh") {
		t.Errorf("before, the grid says %s", text)
	}

	teacher := NewPage(t, Phone, Light)
	teacher.signIn(base, apptest.Hoa)
	teacher.Go(base + "/diem-danh?chon=1")
	teacher.Follow(".list .button-primary") // the class opens
	teacher.Wait("form.is-live")
	taps := 0
	for _, n := range []int{3, 14, 27} { // 3 is one of the five
		teacher.Tap(row(pupil(n)) + " .pupil-tap")
		taps++
	}
	teacher.Tap("#nop")
	taps++
	teacher.WaitFor(`document.querySelector('#bien-nhan').textContent.startsWith('Đã nhận')`)
	if taps > 5 {
		t.Errorf("%d taps", taps)
	}

	if text := grid(); !strings.Contains(text, "8A, Sáng: đã nhận 07:00, vắng 3") {
		t.Errorf("after, the grid says %s", text)
	}
	for i, after := range read() {
		if got := after.less(before[i]); got != boards[i].change {
			t.Errorf("%s sees %s change by %v, want %v", boards[i].who.Login, boards[i].address, got, boards[i].change)
		}
	}
	theBookHolds(t, h, base)
	othersAtTheClass(t, base)
}

// theBookHolds: the roll call is in the book by whom and about what, without a child's name, and the chain verifies.
func theBookHolds(t *testing.T, h *apptest.House, base string) {
	t.Helper()
	var lines []audit.Line
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		lines, err = audit.Lines(ctx, tx, apptest.Realm, audit.Filter{Account: apptest.Hoa.Account, Object: apptest.Class8A})
		return err
	})
	if !slices.ContainsFunc(lines, func(l audit.Line) bool { return strings.HasPrefix(l.Action, "roll") && l.Rule != "" }) {
		t.Errorf("the book has of her and the class: %+v", lines)
	}
	for {
		n, err := audit.SealNext(t.Context(), h.Store, apptest.Realm)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	report, err := audit.Verify(t.Context(), h.Store, apptest.Realm, nil)
	if err != nil || report.Broken != nil || report.Entries == 0 {
		t.Errorf("the book verifies as %+v, %v", report, err)
	}
	admin := NewPage(t, Desktop, Light)
	admin.signIn(base, apptest.Quan)
	admin.Go(base + "/quan-tri/nhat-ky")
	text := admin.Text("main")
	if !strings.Contains(text, apptest.Hoa.Name) {
		t.Errorf("the page of the book does not name her: %.400s", text)
	}
	for _, n := range []int{3, 14, 27} {
		if strings.Contains(text, apptest.PupilName(apptest.Class8A, n)) {
			t.Errorf("the page of the book names pupil %d", n)
		}
	}
}

// othersAtTheClass: the substitute of the day may, the teacher of 6A may not, and what is not there is not there.
func othersAtTheClass(t *testing.T, base string) {
	t.Helper()
	substitute := NewPage(t, Phone, Light)
	substitute.signIn(base, apptest.Dua)
	substitute.Go(base + "/lop/602/diem-danh")
	substitute.Wait("form.is-live")
	substitute.Tap(row(pupil(14)) + " .pupil-tap") // nobody knows why → absent with leave
	substitute.Tap("#nop")
	substitute.WaitFor(`document.querySelector('#bien-nhan').textContent.startsWith('Đã nhận')`)
	if mark := Eval[string](substitute, `document.querySelector('`+row(pupil(14))+`').dataset.mark`); mark != "excused" {
		t.Errorf("the substitute's mark is %q", mark)
	}

	other := NewPage(t, Phone, Light)
	other.signIn(base, apptest.Binh)
	for address, want := range map[string]int{"/lop/602/diem-danh": 403, "/lop/602/giay": 403, "/lop/602/lich-su": 403, "/lop/602/hoc-sinh": 403, "/lop/602/si-so": 403, "/lop/602/bang": 403,
		"/truong/501/hoc-sinh": 403, "/lop/999999/diem-danh": 404, "/lop/x/diem-danh": 404, "/lop/601/diem-danh": 200} {
		if status := other.Go(base + address); status != want {
			t.Errorf("the teacher of 6A: %s answers %d, want %d", address, status, want)
		}
		text := other.Text("body")
		for n := 1; n <= 35; n++ {
			if want != 200 && strings.Contains(text, apptest.PupilName(apptest.Class8A, n)) {
				t.Errorf("the teacher of 6A reads of pupil %d of 8A at %s", n, address)
			}
		}
	}
	for address, want := range map[string]int{"/lop/602/diem-danh": 403, "/lop/999999/diem-danh": 404} {
		if status := Eval[int](other, `fetch(`+quote(address)+`, {method: 'POST', body: new URLSearchParams({ngay: '2020-05-29', buoi: '1', ma: '0196f0a0-0000-7000-8000-000000000001'})}).then(r => r.status)`); status != want {
			t.Errorf("the teacher of 6A sends to %s: %d, want %d", address, status, want)
		}
	}
	for _, list := range []string{"/diem-danh?chon=1", "/hoc-sinh"} {
		other.Go(base + list)
		if text := other.Text("main"); strings.Contains(text, "8A") || strings.Contains(text, apptest.PupilName(apptest.Class8A, 3)) {
			t.Errorf("the teacher of 6A finds 8A in %s", list)
		}
	}
}

// file fetches a download as the page's own link would, and gives its bytes.
func (p *Page) file(address string) []byte {
	p.t.Helper()
	text := Eval[string](p, `fetch(`+quote(address)+`).then(async r => { if (!r.ok) return 'status ' + r.status; let s = ''; for (const b of new Uint8Array(await r.arrayBuffer())) s += String.fromCharCode(b); return btoa(s) })`)
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		p.t.Fatalf("%s: %s", address, text)
	}
	return data
}

// The month of the district: drafted from the numbers, laid before the head, approved in three clicks, downloaded in four
// forms; a mark corrected afterwards leaves it as it was and is listed.
func TestTheMonthOfADistrictStaysWhatItWas(t *testing.T) {
	h := Demonstration(t, store.SQLite)
	office := NewPage(t, Desktop, Light)
	office.Enter(h, "district")
	office.Go(h.URL + "/bao-cao/moi?thang=2020-05")
	office.Follow("main form .button-primary")
	paper := office.Address()
	office.Follow(`form[action$="/trinh"] button`)

	head := NewPage(t, Desktop, Light)
	head.Enter(h, "district-head")
	head.Follow(`nav a[href="/bao-cao"]`)        // one
	head.Follow("#viec a")                       // two
	head.Follow(`form[action$="/duyet"] button`) // three
	if at := head.Address(); at != paper {
		t.Fatalf("after approving the head is at %s, the paper is %s", at, paper)
	}
	head.Shot("journey-approved")

	files := map[string][]byte{}
	for _, format := range []string{"docx", "pdf", "xlsx", "json"} {
		files[format] = head.file(paper + "/tep/" + format)
	}
	if !bytes.HasPrefix(files["pdf"], []byte("%PDF-")) {
		t.Error("the pdf is none")
	}
	for _, format := range []string{"docx", "xlsx"} {
		if _, err := zip.NewReader(bytes.NewReader(files[format]), int64(len(files[format]))); err != nil {
			t.Errorf("the %s is none: %v", format, err)
		}
	}
	var figures any
	if err := json.Unmarshal(files["json"], &figures); err != nil {
		t.Errorf("the json is none: %v", err)
	}
	frozen := head.Text(".paper")

	// The teacher remembers one of yesterday who was away.
	teacher := NewPage(t, Phone, Light)
	teacher.Enter(h, "homeroom")
	class := regexp.MustCompile(`/lop/\d+`).FindString(teacher.Address())
	teacher.Go(h.URL + class + "/diem-danh?ngay=2020-05-28")
	teacher.Wait("form.is-live")
	present := Eval[string](teacher, `[...document.querySelectorAll('#phieu .pupil')].find(r => r.dataset.mark === 'present' || r.dataset.mark === '')?.dataset.pupil || ''`)
	if present == "" {
		t.Fatal("nobody of yesterday's sheet was present")
	}
	teacher.Tap(row(present) + " .pupil-tap")
	teacher.Type("#ly-do-sua", "nhớ nhầm em ngồi cạnh")
	teacher.Shot("journey-correct")
	teacher.Tap("#nop")
	teacher.WaitFor(`document.querySelector('#bien-nhan').textContent.startsWith('Đã nhận')`)

	head.Go(paper)
	if text := head.Text("#dieu-chinh"); !strings.Contains(text, "Điều chỉnh sau chốt") || strings.Contains(text, "Chưa có thay đổi nào") {
		t.Errorf("after the correction the paper says: %s", text)
	}
	if text := head.Text(".paper"); text != frozen {
		t.Error("the frozen paper reads differently after a correction")
	}
	for _, format := range []string{"docx", "pdf", "xlsx", "json"} {
		if !bytes.Equal(files[format], head.file(paper+"/tep/"+format)) {
			t.Errorf("the %s is another after a correction", format)
		}
	}
	head.Clean("the district's paper with an adjustment")
	head.Shot("journey-adjusted")
}
