// Package ha breaks the database server under the house: PostgreSQL is started again, and
// (build tag ha) its primary dies, hands over and freezes under Patroni, while teachers send
// roll calls. What was answered must be there exactly once.
package ha

import (
	"context"
	crand "crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ralop/e2e/district"
	"ralop/internal/app"
	"ralop/internal/audit"
	"ralop/internal/id"
	"ralop/internal/store"
)

// house is the product as it is served, and teachers who send without a pause.
type house struct {
	app      *app.App
	config   app.Config
	base     string
	beside   *httptest.Server
	end      func() // the orderly end of serving
	served   chan error
	measured *app.Metrics
	teachers []*teacher
	over     chan struct{}
	wait     sync.WaitGroup
	failures sync.Map // what was answered instead of a receipt → *atomic.Int64
	acked    atomic.Int64

	mutex sync.Mutex
	at    []time.Time    // of every receipt
	acts  map[string]int // by act: the version it was told
}

// teacher sends one class's sheet of one session, again and again: each act is a new version.
type teacher struct {
	client  *http.Client
	class   id.ID
	session int
	version int
}

// limits are those of `ralop serve`, with a shorter wait for a statement.
var limits = store.Limits{MinConnections: 2, Statement: 10 * time.Second, Lock: 5 * time.Second, Patience: 5 * time.Second}

func openHouse(t *testing.T, config app.Config, teachers int) *house {
	t.Helper()
	config.Limits.Connections, config.Limits.MinConnections = max(config.Limits.Connections, 8), limits.MinConnections
	config.Limits.Statement, config.Limits.Lock, config.Limits.Patience = limits.Statement, limits.Lock, limits.Patience
	district.Settle(t, store.Config{Dir: config.Dir, URL: config.URL}, teachers*5)
	h := &house{config: config, over: make(chan struct{}), acts: map[string]int{}}
	var err error
	if h.app, err = app.Open(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.app.Close() })
	h.beside = httptest.NewServer(district.Beside(h.app.Store))
	t.Cleanup(h.beside.Close)
	h.serve(t)
	for n := range teachers {
		h.teachers = append(h.teachers, h.teacher(t, n))
	}
	return h
}

func (h *house) serve(t *testing.T) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	h.measured = app.NewMetrics(h.app)
	h.base, h.end, h.served = "http://"+listener.Addr().String(), cancel, make(chan error, 1)
	served := h.served
	go func() {
		served <- h.app.Serve(ctx, listener, app.Serving{Version: "ha", Requests: 1024, Metrics: h.measured})
	}()
	t.Cleanup(cancel)
}

// teacher signs in: two for each class, one for each session.
func (h *house) teacher(t *testing.T, n int) *teacher {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &teacher{client: &http.Client{Jar: jar, Timeout: 30 * time.Second}, session: 1 + n%2}
	phone := n/2*10 + n%2
	p.class = district.ClassOf(phone)
	response, err := p.client.Post(h.beside.URL+"/thu/vao/"+district.AccountOf(phone).String(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != 204 {
		t.Fatalf("signing in: %d", response.StatusCode)
	}
	return p
}

// begin lets all teachers send until rest is called.
func (h *house) begin() {
	for _, p := range h.teachers {
		h.wait.Go(func() { h.send(p) })
	}
}

func (h *house) rest() {
	close(h.over)
	h.wait.Wait()
}

// send makes acts and sends each until there is a receipt.
func (h *house) send(p *teacher) {
	for n := 0; ; n++ {
		act := newAct()
		for try := 0; ; try++ {
			select {
			case <-h.over: // the last act has no receipt, and may or may not be kept
				return
			default:
			}
			version, failure := p.post(h.base, act, n)
			if failure == "" {
				p.version = version
				h.receipt(act, version)
				break
			}
			count, _ := h.failures.LoadOrStore(failure, new(atomic.Int64))
			count.(*atomic.Int64).Add(1)
			time.Sleep(time.Duration(min(20*(try+1), 500)) * time.Millisecond)
		}
	}
}

func newAct() string {
	var u [16]byte
	crand.Read(u[:])
	u[6], u[8] = u[6]&0x0f|0x70, u[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// post sends the form of the page as its script does.
func (p *teacher) post(base, act string, n int) (version int, failure string) {
	form := url.Values{"ngay": {"2020-05-29"}, "buoi": {fmt.Sprint(p.session)}, "ma": {act}, "ban": {fmt.Sprint(p.version)},
		"m" + district.PupilOf(p.class, n%district.ClassSize).String(): {"unexcused"}}
	request, err := http.NewRequest("POST", base+"/lop/"+p.class.String()+"/diem-danh", strings.NewReader(form.Encode()))
	if err != nil {
		return 0, err.Error()
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	response, err := p.client.Do(request)
	if err != nil {
		return 0, "no answer"
	}
	defer response.Body.Close()
	var told struct {
		Version int
		Code    string
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, "answer cut"
	}
	json.Unmarshal(body, &told)
	if response.StatusCode == 200 && told.Version > 0 {
		return told.Version, ""
	}
	again := ""
	if response.Header.Get("Retry-After") != "" {
		again = ", come again"
	}
	return 0, fmt.Sprintf("%d %s%s", response.StatusCode, told.Code, again)
}

func (h *house) receipt(act string, version int) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.at = append(h.at, time.Now())
	h.acts[strings.ReplaceAll(act, "-", "")] = version
	h.acked.Add(1)
}

// outage is the longest time without a receipt since a moment.
func (h *house) outage(since time.Time) (longest time.Duration) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	last := since
	for _, at := range h.at {
		if at.After(since) {
			longest = max(longest, at.Sub(last))
			last = at
		}
	}
	return longest
}

// goOn waits until every teacher has had more receipts.
func (h *house) goOn(t *testing.T, limit time.Duration) {
	t.Helper()
	goal, until := h.acked.Load()+int64(3*len(h.teachers)), time.Now().Add(limit)
	for h.acked.Load() < goal {
		if time.Now().After(until) {
			t.Fatalf("after %s nothing goes on; answers: %s", limit, h.answers())
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (h *house) answers() string {
	var all []string
	h.failures.Range(func(what, count any) bool {
		all = append(all, fmt.Sprintf("%s: %d", what, count.(*atomic.Int64).Load()))
		return true
	})
	slices.Sort(all)
	return fmt.Sprintf("%d receipts; %s", h.acked.Load(), strings.Join(all, "; "))
}

// prove looks for every act that has a receipt, and lets check look for the rest.
func (h *house) prove(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	if err := h.app.CatchUp(ctx); err != nil {
		t.Fatal(err)
	}
	for {
		if n, err := audit.SealNext(ctx, h.app.Store, district.Realm); err != nil {
			t.Fatal(err)
		} else if n == 0 {
			break
		}
	}
	type row struct {
		Act     []byte
		Version int
	}
	kept := map[string][]int{}
	err := h.app.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows, err := store.All[row](ctx, tx, `SELECT act, version FROM sheet_version WHERE realm = $1`, district.Realm)
		for _, r := range rows {
			act := hex.EncodeToString(r.Act)
			kept[act] = append(kept[act], r.Version)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	lost := 0
	for act, version := range h.acts {
		if !slices.Equal(kept[act], []int{version}) {
			if lost++; lost <= 20 {
				t.Errorf("act %s was answered as version %d and is kept as %v", act, version, kept[act])
			}
		}
	}
	if unknown := len(kept) - len(h.acts); unknown < 0 || unknown > len(h.teachers) {
		t.Errorf("%d acts are kept without a receipt, of %d teachers", unknown, len(h.teachers))
	}
	checked, err := h.app.Check(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range checked.Findings {
		t.Errorf("the check finds %+v", f)
	}
}

// holdWrites keeps everybody from writing sheets until release is called.
func (h *house) holdWrites(t *testing.T) (release func()) {
	t.Helper()
	inside, free, over := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	statement := `SELECT COUNT(*) FROM realm` // on SQLite whoever writes, writes alone
	if h.app.Store.Engine() == store.Postgres {
		statement = `LOCK TABLE sheet IN EXCLUSIVE MODE`
	}
	go func() {
		over <- h.app.Store.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
			if err := tx.Each(ctx, func(store.Row) error { return nil }, statement); err != nil {
				return err
			}
			close(inside)
			<-free
			return nil
		})
	}()
	<-inside
	return func() {
		close(free)
		if err := <-over; err != nil {
			t.Error(err)
		}
	}
}

// inHand is how many requests were taken and are not answered yet.
func (h *house) inHand(t *testing.T) int {
	t.Helper()
	page := httptest.NewRecorder()
	h.measured.Handler().ServeHTTP(page, httptest.NewRequest("GET", "/metrics", nil))
	_, after, found := strings.Cut(page.Body.String(), "\nralop_answers_in_hand ")
	if !found {
		t.Fatal("the metrics do not say what is in hand")
	}
	n, err := strconv.Atoi(strings.TrimSpace(strings.SplitN(after, "\n", 2)[0]))
	if err != nil {
		t.Fatal(err)
	}
	return n
}
