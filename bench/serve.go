package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"ralop/internal/app"
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
	wait.Go(func() { w.app.Work(working) })
	wait.Go(func() { server.Serve(listener) })
	s.stop = func() error {
		err := server.Close()
		stop()
		wait.Wait()
		return err
	}
	return s, nil
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

// post writes the request of a sheet as the page sends it: a field for every child of the class.
func (s *served) post(sh *sheet) ([]byte, error) {
	cookie, err := s.cookie(sh.Teacher)
	if err != nil {
		return nil, err
	}
	a := sh.Act
	a[6], a[8] = a[6]&0x0f|0x70, a[8]&0x3f|0x80
	form := url.Values{"ma": {fmt.Sprintf("%x-%x-%x-%x-%x", a[:4], a[4:6], a[6:8], a[8:10], a[10:])}, "ds": {strconv.Itoa(sh.Roll)}, "ban": {"0"},
		"ngay": {sh.Day.String()}, "buoi": {strconv.Itoa(int(sh.Session))}}
	for _, p := range sh.pupils {
		form.Set("m"+p.ID.String(), "present")
	}
	for _, m := range sh.marks {
		form.Set("m"+m.ID.String(), m.Kind.Code())
	}
	body := form.Encode()
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST /lop/%s/diem-danh HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nAccept: application/json\r\n%s: %d\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", sh.ID, s.addr, cookie, dayHeader, sh.Day, len(body), body)
	return b.Bytes(), nil
}

// get writes the request of a page.
func (s *served) get(account id.ID, address string) ([]byte, error) {
	cookie, err := s.cookie(account)
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nAccept: text/html\r\n\r\n", address, s.addr, cookie), err
}

// send lets the generator send sheets, and says what the product's own process used of the processors meanwhile.
func (s *served) send(sheets []*sheet, clients int, rate float64) (a answered, cpu time.Duration, err error) {
	l := load{Addr: s.addr, Clients: clients, Rate: rate, Want: []byte(`"version":1`)}
	for _, sh := range sheets {
		request, err := s.post(sh)
		if err != nil {
			return a, 0, err
		}
		l.Requests = append(l.Requests, request)
	}
	a, err = drive(l, func() func() {
		before := cpuTime()
		return func() { cpu = cpuTime() - before }
	})
	return a, cpu, err
}
