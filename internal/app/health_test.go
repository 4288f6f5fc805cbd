package app_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"ralop/internal/app"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

func TestHealthAndReadiness(t *testing.T) {
	for _, engine := range storetest.Engines {
		where := storetest.Fresh(t, engine)
		a, err := app.Open(t.Context(), app.Config{Dir: where.Dir, URL: where.URL})
		if err != nil {
			t.Fatal(err)
		}
		handler := a.Handler(app.Serving{Version: "abc"})
		ask := func(address string) (int, string) {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
			return w.Code, w.Body.String()
		}
		for _, address := range []string{app.HealthAddress, app.ReadyAddress} {
			if status, body := ask(address); status != 200 || !strings.Contains(body, `"ok"`) {
				t.Errorf("%s %s: %d %s", engine, address, status, body)
			}
		}
		// Without its database the process is alive and not ready.
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		if status, _ := ask(app.HealthAddress); status != 200 {
			t.Errorf("%s: %s without a database: %d", engine, app.HealthAddress, status)
		}
		if status, body := ask(app.ReadyAddress); status != 503 || engine == store.SQLite && strings.Contains(body, "ok") {
			t.Errorf("%s: %s without a database: %d %s", engine, app.ReadyAddress, status, body)
		}
	}
}

func TestMetricsNameRoutesAndNobody(t *testing.T) {
	where := storetest.Fresh(t, store.SQLite)
	a, err := app.Open(t.Context(), app.Config{Dir: where.Dir})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	m := app.NewMetrics(a)
	handler := a.Handler(app.Serving{Version: "abc", Metrics: m})
	for _, address := range []string{"/hoc-sinh/4711", "/hoc-sinh/4712", "/no-such-page"} {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, address, nil))
	}
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	body := w.Body.String()
	for _, want := range []string{`ralop_answer_seconds_count{method="GET",route="/hoc-sinh/{pupil}"`, "ralop_store_waiting", "ralop_audit_unsealed 0", "go_goroutines"} {
		if !strings.Contains(body, want) {
			t.Errorf("the measurements lack %s", want)
		}
	}
	if strings.Contains(body, "4711") || strings.Contains(body, "no-such-page") {
		t.Error("the measurements hold an address")
	}
}
