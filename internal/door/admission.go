package door

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync/atomic"

	"ralop/internal/store"
)

// ComeAgain is the header value of Retry-After for everybody who is asked to come again:
// seconds, spread, so that those who were sent away together do not come back together.
func ComeAgain() string { return strconv.Itoa(5 + rand.IntN(16)) }

// admitted lets so many requests in at a time. Whoever comes beyond that is told at once to
// come again: a queue without end would make all wait until nobody waits any more.
func (d *Door) admitted(next http.Handler) http.Handler {
	most := int64(d.config.Requests)
	if most <= 0 {
		return next
	}
	var inside atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, h *http.Request) {
		defer inside.Add(-1)
		if inside.Add(1) > most {
			d.turnAway(w, h, store.ErrBusy)
			return
		}
		next.ServeHTTP(w, h)
	})
}

// turnAway answers a request whose caller could not be looked up.
func (d *Door) turnAway(w http.ResponseWriter, h *http.Request, err error) {
	r := &Request{HTTP: h, Number: number(), Now: d.config.Store.Now(), door: d, response: w,
		Lang: languageOf("", h), Theme: themeOf("", h)}
	r.Today = r.Now.Day()
	w.Header().Set("X-Request-Id", r.Number)
	status, _ := d.send(w, r, d.answerOf(r, d.failure(r, err)))
	if d.config.Observe != nil {
		d.config.Observe(h.Method, "turned away", status, 0)
	}
	d.log(r, status, 0, err)
}
