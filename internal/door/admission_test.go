package door_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"ralop/internal/apptest"
	"ralop/internal/door"
	"ralop/internal/store"
)

// face draws a failure as a page would.
func face(_ *door.Request, f door.Failure) templ.Component {
	return words("<html>" + strings.Join(f.Sentences, " "))
}

// Whoever comes beyond the limit is told so at once, in the form asked for and without the
// database; those inside are served.
func TestWhoeverComesBeyondTheLimitIsAskedToComeAgain(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	inside, free := make(chan struct{}), make(chan struct{})
	d := door.New(door.Config{Store: h.Store, Log: slog.New(slog.DiscardHandler), Face: face, SignIn: "/dang-nhap", Requests: 1})
	server := httptest.NewServer(d.Handler([]door.Route{
		{Method: "GET", Pattern: "/lau", Open: true, Handler: door.Act(func(context.Context, *door.Request) (door.Answer, error) {
			close(inside)
			<-free
			return door.NoContent(), nil
		})},
		{Method: "POST", Pattern: "/nhanh", Open: true, Handler: door.Act(func(context.Context, *door.Request) (door.Answer, error) { return door.NoContent(), nil })},
	}))
	defer server.Close()
	first := make(chan int, 1)
	go func() {
		response, err := http.Get(server.URL + "/lau")
		if err != nil {
			first <- 0
			return
		}
		response.Body.Close()
		first <- response.StatusCode
	}()
	<-inside
	for _, accept := range []string{"text/html", "application/json"} {
		request, err := http.NewRequest("POST", server.URL+"/nhanh", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept", accept)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		again, _ := strconv.Atoi(response.Header.Get("Retry-After"))
		if err != nil || response.StatusCode != 503 || again < 5 || again > 20 {
			t.Errorf("%s: %d, again in %q", accept, response.StatusCode, response.Header.Get("Retry-After"))
		}
		var problem struct{ Code, Detail string }
		if accept == "text/html" {
			if !strings.Contains(string(body), "Máy chủ đang bận") || !strings.Contains(string(body), "<html") {
				t.Errorf("the page says %.300s", body)
			}
		} else if err := json.Unmarshal(body, &problem); err != nil || problem.Code != "door.busy" {
			t.Errorf("the problem is %s", body)
		}
	}
	close(free)
	if status := <-first; status != 204 {
		t.Errorf("the one inside got %d", status)
	}
	response, err := http.Post(server.URL+"/nhanh", "", nil)
	if err != nil || response.StatusCode != 204 {
		t.Errorf("afterwards: %v %v", response, err)
	}
}

// What keeps the database from answering is told in words and with 503; nobody is told a
// number to quote and a fault of the system.
func TestABusyDatabaseIsToldInWords(t *testing.T) {
	h := apptest.Open(t, store.Postgres)
	sleep := func(ctx context.Context, tx *store.Tx, _ *door.Request) (door.Answer, error) {
		for _, statement := range []string{`SET LOCAL statement_timeout = 20`, `SELECT pg_sleep(60)`} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return door.Answer{}, err
			}
		}
		return door.NoContent(), nil
	}
	d := door.New(door.Config{Store: h.Store, Log: slog.New(slog.DiscardHandler), Face: face, SignIn: "/dang-nhap"})
	handler := d.Handler([]door.Route{
		{Method: "GET", Pattern: "/cham", Open: true, Handler: door.Read(sleep)},
		{Method: "GET", Pattern: "/dut", Open: true, Handler: door.Read(func(ctx context.Context, tx *store.Tx, _ *door.Request) (door.Answer, error) {
			_, err := tx.Exec(ctx, `SELECT pg_terminate_backend(pg_backend_pid())`)
			return door.NoContent(), err
		})},
	})
	for address, want := range map[string]string{"/cham": "quá nhiều thời gian", "/dut": "mất liên lạc với cơ sở dữ liệu"} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", address, nil))
		if w.Code != 503 || !strings.Contains(w.Body.String(), want) || w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d %.400s", address, w.Code, w.Body.String())
		}
	}
	// Without a database nobody can be looked up, and that is told, too.
	if err := h.Store.Close(); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	request := httptest.NewRequest("GET", "/cham", nil)
	request.AddCookie(&http.Cookie{Name: "phien", Value: "x"})
	handler.ServeHTTP(w, request)
	if w.Code != 503 || !strings.Contains(w.Body.String(), "<html") {
		t.Errorf("without a database: %d %.200s", w.Code, w.Body.String())
	}
}
