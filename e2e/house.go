package e2e

import (
	"net/http/httptest"
	"testing"
	"time"

	"ralop/internal/app"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
	"ralop/internal/story"
)

// House is the whole product with the smallest demonstration in it, served on a port of its own.
type House struct {
	URL  string
	App  *app.App
	Plan *story.Plan // what the demonstration says: the stage, its class, who is away
}

// Demonstration opens a fresh house on an engine, as `ralop demo --size commune` does.
func Demonstration(t testing.TB, engine store.Engine) *House {
	t.Helper()
	where := storetest.Fresh(t, engine)
	a, err := app.Open(t.Context(), app.Config{Dir: where.Dir, URL: where.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	options := story.Options{Size: story.SizeCommune}
	stage, err := story.Begin(options)
	steps := []func() error{
		func() error { return err },
		func() error { return a.OpenRealm(t.Context(), stage.Realm, story.TuanGiao) },
		func() error { return a.SetClock(t.Context(), stage.Clock.Time()) },
	}
	h := &House{App: a}
	steps = append(steps, func() (err error) {
		h.Plan, err = story.Build(t.Context(), a.Store, a.Realm, options, nil)
		return err
	}, func() error { return a.CatchUp(t.Context()) }, func() error { return a.SetClock(t.Context(), stage.Clock.Time().Add(5*time.Minute)) })
	for _, step := range steps {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewServer(a.Handler(app.Serving{Version: "e2e"}))
	t.Cleanup(server.Close)
	h.URL = server.URL
	return h
}

// Enter signs in by the click that only the demonstration offers; the logins are story's: homeroom, clerk, principal …
func (p *Page) Enter(h *House, login string) {
	p.t.Helper()
	if status := p.Go(h.URL + "/dang-nhap"); status != 200 {
		p.t.Fatalf("the sign-in page answers %d", status)
	}
	p.Follow(`button[name="as"][value="` + login + `"]`)
}
