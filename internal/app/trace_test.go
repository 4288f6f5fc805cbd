package app_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"ralop/internal/app"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

// A trace tells which route took how long with which transactions, and nobody's number.
func TestTracesNameRoutesAndNobody(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	otel.SetTracerProvider(trace.NewTracerProvider(trace.WithSyncer(spans)))
	where := storetest.Fresh(t, store.SQLite)
	a, err := app.Open(t.Context(), app.Config{Dir: where.Dir})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	ask := func(traces bool) {
		r := httptest.NewRequest(http.MethodGet, "/hoc-sinh/4711?ten=Pao", nil)
		r.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
		r.AddCookie(&http.Cookie{Name: "session", Value: "nobody"})
		a.Handler(app.Serving{Version: "abc", Traces: traces}).ServeHTTP(httptest.NewRecorder(), r)
	}
	ask(false)
	if got := spans.GetSpans(); len(got) != 0 {
		t.Fatalf("traced without being asked: %v", got)
	}
	ask(true)
	var names []string
	for _, s := range spans.GetSpans() {
		names = append(names, s.Name)
		if s.SpanContext.TraceID().String() == "0af7651916cd43dd8448eb211c80319c" {
			t.Error("a stranger's trace is believed")
		}
		for _, attribute := range s.Attributes {
			if text := attribute.Value.Emit(); strings.Contains(text, "4711") || strings.Contains(text, "Pao") {
				t.Errorf("%s tells %s", s.Name, text)
			}
		}
	}
	if !slices.Contains(names, "GET /hoc-sinh/{pupil}") {
		t.Errorf("the spans are %v", names)
	}
	if _, err := app.StartTraces(t.Context(), "abc"); err == nil {
		t.Error("this build has no exporter and says nothing")
	}
}
