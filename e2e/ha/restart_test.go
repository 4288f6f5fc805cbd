package ha

import (
	"testing"
	"time"

	"ralop/internal/app"
	"ralop/internal/store/storetest"
)

// PostgreSQL is started again under load, in order and by a crash: nothing that was answered
// is lost, nothing is there twice, and the house goes on by itself.
func TestPostgreSQLStartedAgainUnderLoadLosesNothing(t *testing.T) {
	server := storetest.StartOwn(t)
	h := openHouse(t, app.Config{URL: server.URL}, 8)
	h.begin()
	h.goOn(t, time.Minute)
	for _, mode := range []string{"immediate", "fast", "immediate"} {
		began := time.Now()
		server.Restart(t, mode)
		h.goOn(t, 2*time.Minute)
		t.Logf("-m %s: %s without a receipt", mode, h.outage(began).Round(time.Millisecond))
	}
	h.rest()
	h.prove(t)
	t.Log(h.answers())
	h.failures.Range(func(what, _ any) bool {
		if what != "503 door.away, come again" && what != "503 door.busy, come again" {
			t.Errorf("somebody was answered %q", what)
		}
		return true
	})
}

// An orderly end lets everything that was taken be finished and answered.
func TestAnOrderlyEndFinishesWhatItTook(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			where := storetest.Fresh(t, engine)
			h := openHouse(t, app.Config{Dir: where.Dir, URL: where.URL, Limits: where.Limits}, 4)
			release := h.holdWrites(t)
			answered := make(chan string, len(h.teachers))
			for n, p := range h.teachers {
				go func() {
					act := newAct()
					version, failure := p.post(h.base, act, n)
					if failure == "" {
						h.receipt(act, version)
					}
					answered <- failure
				}()
			}
			for h.inHand(t) < len(h.teachers) {
				time.Sleep(5 * time.Millisecond)
			}
			h.end()
			select {
			case err := <-h.served:
				t.Fatalf("it ended (%v) while %d waited", err, len(h.teachers))
			case <-time.After(100 * time.Millisecond):
			}
			release()
			for range h.teachers {
				if failure := <-answered; failure != "" {
					t.Errorf("one who was taken got %q", failure)
				}
			}
			if err := <-h.served; err != nil {
				t.Error(err)
			}
			if _, failure := h.teachers[0].post(h.base, newAct(), 0); failure != "no answer" {
				t.Errorf("after the end: %q", failure)
			}
			h.prove(t)
		})
	}
}
