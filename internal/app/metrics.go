package app

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"ralop/internal/audit"
	"ralop/internal/store"
)

// Metrics are what a machine that watches reads: how many answers of which route, how
// long they took, how busy the writer is, what waits to be sealed. They name no person,
// no school and no address. They are served apart from the pages (ralop serve --metrics).
type Metrics struct {
	registry *prometheus.Registry
	answers  *prometheus.HistogramVec
	inHand   prometheus.Gauge
}

// NewMetrics begins to measure a.
func NewMetrics(a *App) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), answers: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "ralop_answer_seconds", Help: "Time to an answer, by route and status.",
		Buckets: []float64{.001, .002, .005, .01, .02, .05, .1, .25, .5, 1, 2.5, 10},
	}, []string{"method", "route", "status"}), inHand: prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "ralop_answers_in_hand", Help: "Requests that were taken and are not answered yet."})}
	load := func(name, help string, value func(store.Load) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "ralop_store_" + name, Help: help}, func() float64 { return value(a.Store.Load()) })
	}
	m.registry.MustRegister(m.answers, m.inHand, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		load("groups", "Commits of the one writer (SQLite).", func(l store.Load) float64 { return float64(l.Groups) }),
		load("callers", "Transactions that shared those commits (SQLite).", func(l store.Load) float64 { return float64(l.Callers) }),
		load("waiting", "Callers who wait for the writer (SQLite) or for a connection (PostgreSQL).", func(l store.Load) float64 { return float64(l.Waiting) }),
		load("room", "How many may wait.", func(l store.Load) float64 { return float64(l.Room) }),
		load("connections", "Connections at work: for readers (SQLite), for all (PostgreSQL).", func(l store.Load) float64 { return float64(l.Used) }),
		load("connections_most", "How many connections there may be.", func(l store.Load) float64 { return float64(l.Pool) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "ralop_audit_unsealed", Help: "Lines of the audit book that wait to be sealed; -1 when it cannot be read."},
			func() float64 { return a.unsealed() }))
	return m
}

func (a *App) unsealed() (n float64) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	err := a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		waiting, err := audit.Unsealed(ctx, tx, a.Realm)
		n = float64(waiting.Entries)
		return err
	})
	if err != nil {
		return -1
	}
	return n
}

func (m *Metrics) observe(method, route string, status int, took time.Duration) {
	m.answers.WithLabelValues(method, route, strconv.Itoa(status)).Observe(took.Seconds())
}

// counting counts the requests in the handler's hand.
func (m *Metrics) counting(h http.Handler) http.Handler {
	return promhttp.InstrumentHandlerInFlight(m.inHand, h)
}

// Handler answers with everything measured, as text.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
