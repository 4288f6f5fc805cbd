package e2e

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Screen is the size of a window in CSS pixels; a phone also has a finger instead of a mouse.
type Screen struct {
	Name          string
	Width, Height int64
	Phone         bool
}

// The two screens every page is looked at in (interface.md).
var (
	Phone   = Screen{"phone", 360, 740, true}
	Desktop = Screen{"desktop", 1440, 900, false}
)

// Scheme is the colour scheme that the device asks for.
type Scheme string

// The two schemes every page is looked at in.
const (
	Light Scheme = "light"
	Dark  Scheme = "dark"
)

// Page is one person's browser window with cookies of its own. Its methods fail the test themselves.
type Page struct {
	t      testing.TB
	ctx    context.Context
	screen Screen
	scheme Scheme

	mu     sync.Mutex
	faults []string
}

// NewPage opens a window that shares no cookie or storage with any other.
func NewPage(t testing.TB, screen Screen, scheme Scheme) *Page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(Open(t), chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	p := &Page{t: t, ctx: ctx, screen: screen, scheme: scheme}
	p.must("open a window", chromedp.Do(ctx))
	p.must("listen", chromedp.Listen(ctx, p.hear))
	p.As(screen, scheme)
	return p
}

// As changes the window to another screen and scheme; the page stays where it is.
func (p *Page) As(screen Screen, scheme Scheme) {
	p.t.Helper()
	p.screen, p.scheme = screen, scheme
	_, err := chromedp.Call(p.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: screen.Width, Height: screen.Height, DeviceScaleFactor: 1, Mobile: screen.Phone})
	p.must("set the screen", err)
	_, err = chromedp.Call(p.ctx, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: screen.Phone, MaxTouchPoints: 1})
	p.must("set touch", err)
	_, err = chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: string(scheme)}}})
	p.must("set the scheme", err)
}

// hear keeps what the browser complains of: uncaught exceptions, blocked scripts, failed loads.
func (p *Page) hear(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		p.faults = append(p.faults, text)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			p.faults = append(p.faults, e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

// Faults returns what the browser complained of since the last call.
func (p *Page) Faults() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	faults := p.faults
	p.faults = nil
	return faults
}

// Go opens an address and waits until it is loaded. It returns the status of the answer.
func (p *Page) Go(address string) int {
	p.t.Helper()
	// The document that is left bears a mark, and the new one tells its own status: the driver's events of a loading
	// are at times those of the document before.
	Eval[bool](p, `document.left = true`)
	p.do("open "+address, chromedp.Navigate(address))
	p.soon(`!document.left && document.readyState === 'complete'`)
	return Eval[int](p, `performance.getEntriesByType('navigation')[0].responseStatus`)
}

// Tap touches the middle of the first element that matches the CSS selector: with a finger on a phone, else with
// the mouse.
func (p *Page) Tap(selector string) {
	p.t.Helper()
	if !p.screen.Phone {
		p.do("click "+selector, chromedp.Click(chromedp.CSS(selector)))
		return
	}
	p.do("show "+selector, chromedp.ScrollIntoView(chromedp.CSS(selector)), chromedp.WaitVisible(chromedp.CSS(selector)))
	at := Eval[[]float64](p, `(() => { const r = document.querySelector(`+quote(selector)+`).getBoundingClientRect(); return [r.x + r.width/2, r.y + r.height/2] })()`)
	_, err := chromedp.Call(p.ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{
		Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: []*input.TouchPoint{{X: at[0], Y: at[1]}}})
	p.must("touch "+selector, err)
	_, err = chromedp.Call(p.ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{
		Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}})
	p.must("let go "+selector, err)
}

// Follow taps and waits until the page that the tap leads to is loaded.
func (p *Page) Follow(selector string) {
	p.t.Helper()
	// The document that is left bears a mark. Events of the browser do not tell the two apart: a request that the
	// page before made on its own may end late.
	Eval[bool](p, `document.left = true`)
	p.do("follow "+selector, chromedp.Click(chromedp.CSS(selector)))
	p.soon(`!document.left && document.readyState === 'complete'`)
}

// Type writes into a field, key by key, after emptying it.
func (p *Page) Type(selector, text string) {
	p.t.Helper()
	p.do("type into "+selector, chromedp.Clear(chromedp.CSS(selector)), chromedp.SendKeys(chromedp.CSS(selector), text))
}

// Press sends keys to whatever has the focus, as a keyboard does ("\r" is Enter).
func (p *Page) Press(keys string) {
	p.t.Helper()
	p.do("press keys", chromedp.KeyEvent(keys))
}

// Wait returns when an element is there and visible.
func (p *Page) Wait(selector string) {
	p.t.Helper()
	p.do("wait for "+selector, chromedp.WaitVisible(chromedp.CSS(selector)))
}

// WaitFor returns when a JavaScript expression is true.
func (p *Page) WaitFor(expression string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.Poll[bool](expression))
	p.must("wait for "+expression, err)
}

// soon waits for a condition that may be a promise, and over a change of pages.
func (p *Page) soon(condition string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	for {
		is, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`Promise.resolve(`+condition+`).then(Boolean)`, chromedp.EvalAwaitPromise))
		if err == nil && is {
			return
		}
		if ctx.Err() != nil {
			p.must("wait for "+condition, errors.Join(ctx.Err(), err))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Text returns what a person reads in the first element that matches.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	// Read in one step inside the page: between finding an element and reading it the page
	// may have gone on to the next.
	read := fmt.Sprintf("document.querySelector(%q)?.innerText ?? null", selector)
	for {
		text, err := chromedp.Run(ctx, chromedp.Evaluate[*string](read, chromedp.EvalAwaitPromise))
		if err == nil && text != nil {
			return strings.TrimSpace(*text)
		}
		if ctx.Err() != nil {
			p.must("read "+selector, errors.Join(ctx.Err(), err))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Address returns where the page is now.
func (p *Page) Address() string { p.t.Helper(); return Eval[string](p, "location.href") }

// Eval runs JavaScript in the page; a promise is awaited.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	p.must("evaluate", err)
	return value
}

// Slow makes the machine so many times slower (1 = as it is).
func (p *Page) Slow(times float64) {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: times})
	p.must("slow the machine", err)
}

// Network is the state of the line; the zero value is an undisturbed one.
type Network struct {
	Offline        bool
	Latency        float64 // milliseconds
	BytesPerSecond float64 // each way; 0 = unlimited
}

// Offline and Village are the two lines a highland phone knows.
var (
	Offline = Network{Offline: true}
	Village = Network{Latency: 400, BytesPerSecond: 50_000}
)

// Over changes the line for the page and its service worker. navigator.onLine follows only when told separately.
func (p *Page) Over(n Network) {
	p.t.Helper()
	speed := n.BytesPerSecond
	if speed == 0 {
		speed = -1
	}
	_, err := chromedp.Call(p.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		EmulateOfflineServiceWorker: &n.Offline,
		MatchedNetworkConditions:    []*network.Conditions{{Offline: n.Offline, Latency: n.Latency, DownloadThroughput: speed, UploadThroughput: speed}}})
	p.must("change the line", err)
	_, err = chromedp.Call(p.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{
		Offline: n.Offline, Latency: n.Latency, DownloadThroughput: speed, UploadThroughput: speed})
	p.must("tell the page of the line", err)
}

// Shot keeps a picture of the whole page in the folder named by RALOP_SCREENSHOTS, for a person to look at;
// without that variable it does nothing.
func (p *Page) Shot(name string) {
	p.t.Helper()
	folder := os.Getenv("RALOP_SCREENSHOTS")
	if folder == "" {
		return
	}
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	p.must("take a picture", err)
	p.must("make "+folder, os.MkdirAll(folder, 0o755))
	p.must("keep a picture", os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%s-%s.png", name, p.screen.Name, p.scheme)), picture, 0o644))
}

//go:embed testdata/axe/axe.min.js
var axe string

// Violation is a rule of axe that the page breaks, with where.
type Violation struct {
	ID    string
	Help  string
	Nodes []string
}

// Violations runs axe over the page with the rules of WCAG 2.2 A and AA and its best practices.
func (p *Page) Violations() []Violation {
	p.t.Helper()
	raw := Eval[string](p, axe+`;
	(async () => {
		const found = await axe.run(document, {resultTypes: ['violations']});
		return JSON.stringify(found.violations.map(v => ({ID: v.id, Help: v.help, Nodes: v.nodes.map(n => n.target.join(' ') + ': ' + n.html.slice(0, 160))})));
	})()`)
	var violations []Violation
	p.must("read axe", json.Unmarshal([]byte(raw), &violations))
	return violations
}

// Clean fails the test when axe, the layout or the browser's own console has something to say of the page.
func (p *Page) Clean(name string) {
	p.t.Helper()
	for _, v := range p.Violations() {
		p.t.Errorf("%s (%s, %s): axe %s: %s\n\t%s", name, p.screen.Name, p.scheme, v.ID, v.Help, strings.Join(v.Nodes, "\n\t"))
	}
	if wide := Eval[int64](p, "document.documentElement.scrollWidth"); wide > p.screen.Width {
		p.t.Errorf("%s (%s): the page is %d px wide and must be moved sideways", name, p.screen.Name, wide)
	}
	for _, fault := range p.Faults() {
		p.t.Errorf("%s (%s): the browser says: %s", name, p.screen.Name, fault)
	}
}

// Look opens an address as phone and desktop, light and dark; each must be clean, each is pictured.
func (p *Page) Look(name, address string) {
	p.t.Helper()
	screen, scheme := p.screen, p.scheme
	defer p.As(screen, scheme)
	for _, s := range []Screen{Phone, Desktop} {
		for _, c := range []Scheme{Light, Dark} {
			p.As(s, c)
			if status := p.Go(address); status >= 400 {
				p.t.Errorf("%s: %s answers %d", name, address, status)
			}
			p.Clean(name)
			p.Shot(name)
		}
	}
}

func (p *Page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	p.must(what, chromedp.Do(ctx, steps...))
}

func (p *Page) must(what string, err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}
