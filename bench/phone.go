package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"ralop/internal/day"
	"ralop/internal/device"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

// The app on the phone against the budgets of interface.md: a real Chromium on a machine made six times slower, and
// twenty phones on the wire.

const (
	slower     = 6.0
	phonePIN   = "271828"
	classOf60  = 60
	classes20  = 20
	tapsTimed  = 24
	kibibyte   = 1024.0
	phoneSteps = 40 * time.Second
)

func measurePhone(ctx context.Context, o options, f folders, t *table) (err error) {
	if err := copyDatabase(f.at("story"), f.at("phone")); err != nil {
		return err
	}
	w, err := reopen(ctx, o, f.at("phone"), "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	classes, err := w.classes(ctx)
	if err != nil {
		return err
	}
	big := slices.MaxFunc(classes, func(a, b *class) int { return cmp.Compare(a.Size, b.Size) })
	if err := w.fill(ctx, big); err != nil {
		return err
	}
	s, err := w.serve(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	say("a phone with a class of %d on a machine %g times slower", classOf60, slower)
	if err := s.browse(ctx, big, t); err != nil {
		return err
	}
	say("a morning of %d phones", classes20)
	return s.morning(ctx, classes, t)
}

// fill brings a class to 60 pupils.
func (w *world) fill(ctx context.Context, c *class) error {
	return w.app.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for n := c.Size; n < classOf60; n++ {
			_, done, err := student.Admit(ctx, tx, w.app.System(), student.AdmitIn{Class: c.ID, Grade: c.pupils[0].Grade, From: tx.Today().Add(-30), Entry: student.EntryEntrant,
				Guardians: []student.Guardian{{Relation: "mother", Name: "Bench Guardian", Phone: fmt.Sprintf("09%08d", 7919*n%100000000)}},
				Person:    student.Person{Name: "Bench Pupil " + string(rune('A'+n%26)) + string(rune('a'+n/26)), Sex: "F", Born: day.MustParse("2008-03-04")}})
			if err != nil {
				return err
			}
			if _, err := rollcall.ApplyEnrolments(ctx, tx, w.app.System(), done.Changes, rollcall.CauseEnrolment); err != nil {
				return err
			}
		}
		return nil
	})
}

// --- the browser ---

// window is one tab of a phone.
type window struct{ ctx context.Context }

func (b window) eval(expression string, into any) error {
	ctx, cancel := context.WithTimeout(b.ctx, phoneSteps)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`Promise.resolve(`+expression+`).then(JSON.stringify)`, chromedp.EvalAwaitPromise))
	if err != nil || into == nil {
		return err
	}
	return json.Unmarshal([]byte(text), into)
}

// until waits for a condition, over a change of pages.
func (b window) until(condition string) error {
	for end := time.Now().Add(phoneSteps); ; time.Sleep(10 * time.Millisecond) {
		var is bool
		if err := b.eval(`Boolean(`+condition+`)`, &is); err == nil && is {
			return nil
		} else if time.Now().After(end) {
			return fmt.Errorf("the phone never came to %s: %w", condition, err)
		}
	}
}

func (b window) open(address string) error {
	ctx, cancel := context.WithTimeout(b.ctx, phoneSteps)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Navigate(address)); err != nil {
		return err
	}
	return b.until(`document.documentElement.dataset.ready === ''`)
}

func (b window) pin() error {
	return b.eval(`(`+quoted(phonePIN)+`.split('').forEach(d => document.querySelector('[data-digit="' + d + '"]').click()), true)`, nil)
}

func quoted(s string) string { b, _ := json.Marshal(s); return string(b) }

func (b window) cut(offline bool) error {
	_, err := chromedp.Call(b.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{EmulateOfflineServiceWorker: &offline,
		MatchedNetworkConditions: []*network.Conditions{{Offline: offline, DownloadThroughput: -1, UploadThroughput: -1}}})
	if err != nil {
		return err
	}
	_, err = chromedp.Call(b.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: offline, DownloadThroughput: -1, UploadThroughput: -1})
	return err
}

func (s *served) browse(ctx context.Context, c *class, t *table) error {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		return fmt.Errorf("the phone's rows need Chromium: %w", err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser), chromedp.DisableGPU, chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-background-networking", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, endAllocator := chromedp.NewExecAllocator(ctx, options...)
	defer endAllocator()
	top, end := chromedp.NewContext(allocator)
	defer end()
	b := window{top}
	if err := chromedp.Do(top); err != nil {
		return err
	}
	_, err = chromedp.Call(top, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 360, Height: 740, DeviceScaleFactor: 1, Mobile: true})
	if err != nil {
		return err
	}
	// The console of the protocol counts what truly came over the line, the worker's part too.
	var line atomic.Int64
	if err := chromedp.Listen(top, func(event any) {
		if e, ok := event.(*network.EventLoadingFinished); ok {
			line.Add(int64(e.EncodedDataLength))
		}
	}); err != nil {
		return err
	}
	cookie, err := s.cookie(c.Teacher)
	if err != nil {
		return err
	}
	name, value, _ := strings.Cut(cookie, "=")
	base := "http://" + s.addr
	if _, err := chromedp.Call(top, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: base}); err != nil {
		return err
	}
	if err := b.open(base + "/lop/"); err != nil {
		return err
	}
	page := float64(line.Load())
	var whole float64 // every file of the build, packed, as the worker fetches them
	if err := b.eval(`navigator.serviceWorker.ready.then(async () => { const files = await (await caches.open((await caches.keys())[0])).keys(); let n = 0
		for (const f of files) { const r = await fetch(f.url, { cache: 'reload' }); await r.arrayBuffer(); n += Number(r.headers.get('Content-Length')) + 300 } return n })`, &whole); err != nil {
		return err
	}
	t.add("phone-weight", "app on the phone, first load, packed (with every file of the build that its worker keeps)", "≤ 120 KiB", fmt.Sprintf("%.1f KiB (%.1f KiB)", page/kibibyte, whole/kibibyte), "–", max(page, whole) <= 120*kibibyte)

	if err := errors.Join(b.pin(), b.until(`document.querySelector('.pin-label').textContent && !document.querySelector('.dots .is-set')`)); err != nil {
		return err
	}
	time.Sleep(200 * time.Millisecond)
	if err := errors.Join(b.pin(), b.until(`document.querySelector('.card')`)); err != nil {
		return err
	}
	return errors.Join(b.cold(base, c, t), b.taps(t))
}

// cold opens the app from its icon, without a network, on a slow machine, to the list of the class.
func (b window) cold(base string, c *class, t *table) error {
	if err := b.cut(true); err != nil {
		return err
	}
	if _, err := chromedp.Call(b.ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: slower}); err != nil {
		return err
	}
	var lock, list series
	for range 5 {
		if err := b.open(base + "/lop/"); err != nil {
			return err
		}
		var ready, shown float64
		if err := b.eval(`performance.getEntriesByName('ready')[0].startTime`, &ready); err != nil {
			return err
		}
		// From the last digit until the list or the classes are painted; deriving the key is meant to take a third of a second.
		if err := b.eval(`new Promise(done => { const began = performance.now(); `+quoted(phonePIN)+`.split('').forEach(d => document.querySelector('[data-digit="' + d + '"]').click())
			const look = () => document.querySelector('.card, .pupil') ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - began))) : setTimeout(look, 4); look() })`, &shown); err != nil {
			return err
		}
		lock.add(ready)
		list.add(ready + shown)
	}
	t.add("phone-cold", "the same, cold from the icon without a network, 6 × slower: until the PIN can be given; until the roll stands there (a third of a second of it is the PIN's key)", "≤ 2 s",
		lock.text(" ms")+"; "+list.text(" ms"), "–", list.median() <= 2000)
	return nil
}

// taps measures from the finger to the painted mark, as the browser itself times events.
func (b window) taps(t *table) error {
	var hash string
	if err := b.eval(`(() => { const due = document.querySelector('.go.is-due, .go'); if (due) due.click(); return location.hash })()`, &hash); err != nil {
		return err
	}
	if err := b.until(`document.querySelectorAll('.pupil').length >= 60`); err != nil {
		return err
	}
	if err := b.eval(`(globalThis.times = [], new PerformanceObserver(list => times.push(...list.getEntries().filter(e => e.name === 'click').map(e => e.duration))).observe({ type: 'event', durationThreshold: 16 }), true)`, nil); err != nil {
		return err
	}
	for n := range tapsTimed {
		var at []float64
		if err := b.eval(fmt.Sprintf(`(() => { const e = document.querySelectorAll('.pupil-tap')[%d]; e.scrollIntoView({ block: 'center' }); const r = e.getBoundingClientRect(); return [r.x + 80, r.y + r.height / 2] })()`, 2*n), &at); err != nil {
			return err
		}
		time.Sleep(150 * time.Millisecond)
		for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
			if _, err := chromedp.Call(b.ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: at[0], Y: at[1], Button: input.MouseButtonLeft, ClickCount: 1}); err != nil {
				return err
			}
		}
	}
	time.Sleep(500 * time.Millisecond)
	var times []float64
	if err := b.eval(`times`, &times); err != nil {
		return err
	}
	var paint series
	for range tapsTimed - len(times) { // the browser lists only what took 16 ms or more
		paint.add(16)
	}
	for _, ms := range times {
		paint.add(ms)
	}
	slices.Sort(paint.all)
	t.add("phone-tap", "tap to paint, 60 pupils, 6 × slower, every tap", "≤ 100 ms", paint.text(" ms"), "–", slices.Max(paint.all) <= 100)
	return nil
}

// --- the wire ---

// counted is a phone's connection: every byte each way, headers too.
type counted struct {
	net.Conn
	up, down *atomic.Int64
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.down.Add(int64(n))
	return n, err
}

func (c counted) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.up.Add(int64(n))
	return n, err
}

// handset is a phone that speaks the wire as the app does.
type handset struct {
	s              *served
	class          *class
	client         *http.Client
	device, cursor string
	public         []byte
	secret         []byte
	up, down       atomic.Int64 // everything on the line
	sent, got      int64        // of it the data: bodies as they travelled, and what an address asks
}

// ask sends what the app sends, and gives the size of the answer as it travelled.
func (h *handset) ask(ctx context.Context, method, address string, on day.Day, body []byte, into any) (size int64, err error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+h.s.addr+"/offline/v1/"+address, strings.NewReader(string(body)))
	if err != nil {
		return 0, err
	}
	cookie, err := h.s.cookie(h.class.Teacher)
	if err != nil {
		return 0, err
	}
	request.Header.Set("Cookie", cookie)
	request.Header.Set("Accept", "application/json")
	request.Header.Set(dayHeader, fmt.Sprint(int(on)))
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	request.Header.Set("Accept-Encoding", "gzip")
	response, err := h.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s answers %s", address, response.Status)
	}
	packed, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err
	}
	plain := io.Reader(bytes.NewReader(packed))
	if response.Header.Get("Content-Encoding") == "gzip" {
		if plain, err = gzip.NewReader(plain); err != nil {
			return 0, err
		}
	}
	h.sent += int64(len(body) + len(request.URL.RawQuery))
	h.got += int64(len(packed))
	return int64(len(packed)), json.NewDecoder(plain).Decode(into)
}

func (s *served) handset(ctx context.Context, c *class, n int, on day.Day) (*handset, int64, error) {
	h := &handset{s: s, class: c, device: fmt.Sprintf("00000000-0000-4000-8000-%012d", n)}
	dialer := net.Dialer{}
	h.client = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, network, addr)
		return counted{conn, &h.up, &h.down}, err
	}}}
	body, err := json.Marshal(map[string]string{"device": h.device, "label": "chrome/android"})
	if err != nil {
		return nil, 0, err
	}
	var registered struct {
		Secret string
		Key    struct{ Public string }
	}
	if _, err := h.ask(ctx, "POST", "device", on, body, &registered); err != nil {
		return nil, 0, err
	}
	var err2 error
	h.secret, err = base64.StdEncoding.DecodeString(registered.Secret)
	h.public, err2 = base64.StdEncoding.DecodeString(registered.Key.Public)
	if err := errors.Join(err, err2); err != nil {
		return nil, 0, err
	}
	size, err := h.pull(ctx, on)
	return h, size, err
}

func (h *handset) pull(ctx context.Context, on day.Day) (int64, error) {
	var answer struct{ Cursor string }
	size, err := h.ask(ctx, "GET", "pull?"+url.Values{"device": {h.device}, "cursor": {h.cursor}}.Encode(), on, nil, &answer)
	h.cursor = answer.Cursor
	return size, err
}

// push sends one roll call with three absent, and gives the bytes of the request's body.
func (h *handset) push(ctx context.Context, sh *sheet, at time.Time) (int, error) {
	var marks []map[string]string
	for _, p := range h.class.pupils[:min(3, len(h.class.pupils))] {
		marks = append(marks, map[string]string{"pupil": p.ID.String(), "kind": "unexcused", "reason": "field-work"})
	}
	ms := at.UnixMilli()
	act := fmt.Sprintf("%08x-%04x-7000-8000-%s", ms>>16, ms&0xffff, h.device[24:])
	text, err := json.Marshal(map[string]any{"id": act, "kind": "roll", "format": 1, "sequence": 1, "taken_at": ms,
		"body": map[string]any{"class": h.class.ID.String(), "day": sh.Day.String(), "session": int(sh.Session), "base": 0, "roll": h.class.Roll, "state": "taken", "reason": "", "marks": marks}})
	if err != nil {
		return 0, err
	}
	envelope, err := json.Marshal(device.Envelope{Device: h.device, Account: h.class.Teacher, MAC: device.Prove(h.secret, string(text)), Act: string(text)})
	if err != nil {
		return 0, err
	}
	sealed, err := device.Seal(h.public, envelope)
	if err != nil {
		return 0, err
	}
	body, err := json.Marshal(map[string]any{"device": h.device, "build": "0123456789abcdef", "now": ms, "unsent": 1, "persisted": true,
		"acts": []map[string]string{{"id": act, "sealed": base64.StdEncoding.EncodeToString(sealed)}}})
	if err != nil {
		return 0, err
	}
	var answer struct {
		Acts []struct{ Outcome, Words string }
	}
	if _, err := h.ask(ctx, "POST", "push", sh.Day, body, &answer); err != nil {
		return 0, err
	}
	if len(answer.Acts) != 1 || answer.Acts[0].Outcome != "done" {
		return 0, fmt.Errorf("class %s on %s: %+v", h.class.ID, sh.Day, answer.Acts)
	}
	return len(body), nil
}

// morning is what twenty phones send and fetch on a day after one on which they were used: news, and one roll call.
func (s *served) morning(ctx context.Context, classes []*class, t *table) error {
	all, err := s.sheets(ctx)
	if err != nil {
		return err
	}
	due := map[*class]*sheet{}
	byID := map[string]*class{}
	for _, c := range classes {
		byID[c.ID.String()] = c
	}
	for _, sh := range all {
		if c := byID[sh.ID.String()]; sh.Main && due[c] == nil && sh.Day == all[0].Day && c.Size >= 10 {
			due[c] = sh
		}
	}
	var snapshot, up series
	var phones []*handset
	for _, c := range classes {
		if due[c] == nil || len(phones) == classes20 {
			continue
		}
		h, size, err := s.handset(ctx, c, len(phones)+1, s.clock.Day())
		if err != nil {
			return err
		}
		snapshot.add(float64(size) / kibibyte)
		phones = append(phones, h)
	}
	if len(phones) < classes20/2 {
		return fmt.Errorf("only %d classes are due", len(phones))
	}
	whole := classes20 / float64(len(phones)) / kibibyte // a commune has fewer classes than a large school
	for _, h := range phones {
		h.up.Store(0)
		h.down.Store(0)
		h.sent, h.got = 0, 0
	}
	var sum, data [2]int64
	for _, h := range phones {
		sh := due[h.class]
		if _, err := h.pull(ctx, sh.Day); err != nil {
			return err
		}
		y, m, d := sh.Day.Midnight().Date()
		size, err := h.push(ctx, sh, time.Date(y, m, d, 7, 0, 0, 0, day.Place))
		if err != nil {
			return err
		}
		up.add(float64(size) / kibibyte)
		sum[0] += h.up.Load()
		sum[1] += h.down.Load()
		data[0] += h.sent
		data[1] += h.got
	}
	t.add("phone-class-up", "a class of a day, up: three absent with a reason, sealed", "≤ 1.5 KiB", up.text(" KiB"), "–", slices.Max(up.all) <= 1.5)
	t.add("phone-snapshot", "snapshot of a class, down, packed", "≤ 60 KiB", snapshot.text(" KiB"), "–", slices.Max(snapshot.all) <= 60)
	t.add("phone-morning-down", "a school of 20 classes in the morning, news and one roll call each, down, with the headers of HTTP/1.1 (of it data)", "≤ 40 KiB",
		fmt.Sprintf("%s KiB (%s KiB)", number(float64(sum[1])*whole), number(float64(data[1])*whole)), "–", float64(sum[1])*whole <= 40)
	t.add("phone-morning-up", "the same, up", "≤ 30 KiB", fmt.Sprintf("%s KiB (%s KiB)", number(float64(sum[0])*whole), number(float64(data[0])*whole)), "–", float64(sum[0])*whole <= 30)
	return nil
}
