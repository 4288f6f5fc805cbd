package door

import (
	"net/http"
	"time"

	"github.com/go-chi/httprate"

	"ralop/internal/fault"
)

// limiter counts requests by a key of the caller's.
type limiter struct {
	rate *httprate.RateLimiter
	key  func(*Request) string
}

func newLimiter(l Limit) *limiter {
	return &limiter{httprate.NewRateLimiter(l.Requests, l.Window), l.Key}
}

// over says whether the caller asked too often. It sets the headers that say when to come again.
func (l *limiter) over(w http.ResponseWriter, r *Request) error {
	key := l.key(r)
	if key == "" || !l.rate.OnLimit(w, r.HTTP, key) {
		return nil
	}
	return fault.New(fault.Busy, "door.too-often", nil)
}

// perSession is the limit for everybody: so many requests a minute in one session.
func perSession(requests int) *limiter {
	if requests <= 0 {
		return nil
	}
	return newLimiter(Limit{requests, time.Minute, func(r *Request) string { return r.SessionHash() }})
}
