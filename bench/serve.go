package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"ralop/internal/app"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/door"
	"ralop/internal/id"
)

// served is a world that answers over HTTP on this machine only, with the workers of the product at work.
type served struct {
	*world
	addr    string
	enter   http.Handler
	cookies map[id.ID]string
	stop    func() error
}

// dayHeader tells the server of the bench that the morning of another day has come.
const dayHeader = "Bench-Day"

func (w *world) serve(ctx context.Context) (*served, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &served{world: w, addr: listener.Addr().String(), cookies: map[id.ID]string{}}
	// The way in without a password is asked inside this process and never stands on the network.
	s.enter = door.New(door.Config{Store: w.app.Store, Log: w.app.Log}).Handler([]door.Route{{Method: "POST", Pattern: "/vao/{account}", Open: true,
		Handler: door.Act(func(_ context.Context, r *door.Request) (door.Answer, error) {
			account, err := r.ID("account")
			if err == nil {
				err = r.SignIn(w.app.Realm, account, false)
			}
			return door.NoContent(), err
		})}})
	server := &http.Server{Handler: w.mornings(w.app.Handler(app.Serving{Version: "bench"})), ReadHeaderTimeout: 10 * time.Second}
	working, stop := context.WithCancel(ctx)
	var wait sync.WaitGroup
	work := w.app.Work
	if w.calm {
		work = w.seal
	}
	wait.Go(func() { work(working) })
	wait.Go(func() { server.Serve(listener) })
	s.stop = func() error {
		err := server.Close()
		stop()
		wait.Wait()
		return err
	}
	return s, nil
}

// seal is the one worker that every roll call gives work to: it closes the audit book.
func (w *world) seal(ctx context.Context) {
	audit.Seal(ctx, w.app.Store, w.app.Realm, func(err error) {
		if ctx.Err() == nil {
			say("the audit book cannot be sealed: %v", err)
		}
	})
}

// mornings moves the product's clock to seven o'clock of the day that a request belongs to.
func (w *world) mornings(next http.Handler) http.Handler {
	var today atomic.Int64
	var mu sync.Mutex
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if on, err := strconv.ParseInt(r.Header.Get(dayHeader), 10, 64); err == nil && on > today.Load() {
			mu.Lock()
			if on > today.Load() {
				y, m, d := day.Day(on).Midnight().Date()
				if err := w.app.SetClock(r.Context(), time.Date(y, m, d, 7, 0, 0, 0, day.Place)); err != nil {
					http.Error(out, err.Error(), http.StatusInternalServerError)
				}
				today.Store(on)
			}
			mu.Unlock()
		}
		next.ServeHTTP(out, r)
	})
}

// cookie signs an account in.
func (s *served) cookie(account id.ID) (string, error) {
	if known := s.cookies[account]; known != "" {
		return known, nil
	}
	answer := httptest.NewRecorder()
	s.enter.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/vao/"+account.String(), nil))
	cookies := answer.Result().Cookies()
	if answer.Code != http.StatusNoContent || len(cookies) == 0 {
		return "", fmt.Errorf("account %s does not get in: %d", account, answer.Code)
	}
	s.cookies[account] = cookies[0].Name + "=" + cookies[0].Value
	return s.cookies[account], nil
}

// get writes the request of a page.
func (s *served) get(account id.ID, address string) ([]byte, error) {
	cookie, err := s.cookie(account)
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nAccept: text/html\r\n\r\n", address, s.addr, cookie), err
}

// load is what the generator needs to know of sheets to send them.
func (s *served) load(sheets []*sheet, clients int, rate float64) (l load, err error) {
	l = load{Addr: s.addr, Clients: clients, Rate: rate, Want: []byte(`"version":1`)}
	at := map[*class]int{}
	for _, sh := range sheets {
		n, known := at[sh.class]
		if !known {
			n = len(l.Classes)
			at[sh.class] = n
			c := formClass{ID: sh.ID.String()}
			if c.Cookie, err = s.cookie(sh.Teacher); err != nil {
				return l, err
			}
			for _, p := range sh.pupils {
				c.Pupils = append(c.Pupils, p.ID.String())
			}
			l.Classes = append(l.Classes, c)
		}
		f := form{Class: n, Day: sh.Day, Session: int(sh.Session), Roll: sh.Roll, Act: sh.Act}
		for _, m := range sh.marks {
			f.Marks = append(f.Marks, formMark{m.ID.String(), m.Kind.Code()})
		}
		l.Forms = append(l.Forms, f)
	}
	return l, nil
}

// send lets the generator send sheets, and says what the product's own process used of the processors meanwhile.
func (s *served) send(sheets []*sheet, clients int, rate float64) (a answered, cpu time.Duration, err error) {
	l, err := s.load(sheets, clients, rate)
	if err != nil {
		return a, 0, err
	}
	a, err = drive(l, func() func() {
		before := cpuTime()
		return func() { cpu = cpuTime() - before }
	})
	return a, cpu, err
}
