package e2e

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"ralop/internal/apptest"
	"ralop/internal/door"
	"ralop/internal/offline"
	"ralop/internal/store"
	"ralop/internal/web"
	"ralop/internal/web/rollcall"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// The rig of the app on the phone: the house over the cast with the offline door, at an address that a browser takes
// for safe and for a name (passkeys and workers ask for both).

// PIN of everybody in these tests.
const PIN = "271828"

// PhoneHouse is the cast behind all pages and the offline door.
type PhoneHouse struct {
	*apptest.House
	URL string

	handler atomic.Pointer[http.Handler]
	table   []door.Route
	mounts  []door.Mount
	Up      atomic.Int64 // bytes of requests to the wire, bodies and headers
	Down    atomic.Int64 // bytes of its answers, packed
}

// OpenPhoneHouse serves the cast. Marks of another build are given by Rebuild.
func OpenPhoneHouse(t testing.TB, engine store.Engine) *PhoneHouse {
	t.Helper()
	h := &PhoneHouse{House: apptest.Open(t, engine)}
	enter := door.Route{Method: "POST", Pattern: "/vao-thu/{account}", Names: door.Names{"account": ""}, Open: true, Handler: door.Act(func(_ context.Context, r *door.Request) (door.Answer, error) {
		account, err := r.ID("account")
		if err == nil {
			err = r.SignIn(apptest.Realm, account, false)
		}
		return door.NoContent(), err
	})}
	h.table = append(web.Routes(), enter)
	if !routed(h.table, offline.Prefix+"push") {
		h.table = append(h.table, offline.Routes(func() int { return apptest.Realm })...)
	}
	h.Rebuild(rollcall.Module())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*h.handler.Load()).ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	h.URL = strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	return h
}

func routed(table []door.Route, pattern string) bool {
	for _, r := range table {
		if r.Pattern == pattern {
			return true
		}
	}
	return false
}

// Rebuild serves another build of the app: one whose module of marks reads otherwise.
func (h *PhoneHouse) Rebuild(marks []byte) {
	d := door.New(door.Config{Store: h.Store, Log: slog.New(slog.DiscardHandler), Face: frame.Face, SignIn: ui.SignInAddress, Version: "e2e"})
	handler := d.Handler(h.table, append(web.Mounts(), offline.Mounts(marks)...)...)
	h.handler.Store(&handler)
}

// Tab opens another window of the same browser: same cookies, same storage, same worker. Close closes it, as a finger
// does that wipes it away.
func (p *Page) Tab() (tab *Page, closeIt func()) {
	p.t.Helper()
	ctx, cancel := chromedp.NewContext(p.ctx)
	tab = &Page{t: p.t, ctx: ctx, screen: p.screen, scheme: p.scheme}
	p.t.Cleanup(cancel)
	tab.must("open a tab", chromedp.Do(ctx))
	tab.must("listen", chromedp.Listen(ctx, tab.hear))
	tab.As(p.screen, p.scheme)
	return tab, cancel
}

// Forget deletes the cookies: the session has expired.
func (p *Page) Forget() {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, network.ClearBrowserCookies, cdp.Empty{})
	p.must("forget the session", err)
}

// rollModule is the module of marks that both the page and the app use.
func rollModule() []byte { return rollcall.Module() }
