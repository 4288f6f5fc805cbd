// Package fault is the house under phones on bad lines: connections are dropped, delayed,
// doubled and cut, and the server is killed again and again. What was answered must be
// there exactly once, and all the rest must arrive when it is sent again.
package fault

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ralop/e2e/district"
	"ralop/internal/app"
	"ralop/internal/audit"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

// RALOP_FAULT=full makes the test as large as its promise: 20 000 acts and 50 kills on each engine.
const serveDir, serveURL, size = "RALOP_TEST_SERVE_DIR", "RALOP_TEST_SERVE_URL", "RALOP_FAULT"

func TestMain(m *testing.M) {
	if os.Getenv(serveDir) != "" || os.Getenv(serveURL) != "" {
		fmt.Fprintln(os.Stderr, serve())
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// serve is the process that is killed: the whole house with its workers, and beside it
// what a test needs of a browser: to sign in without a password, to ask a phone to sign out.
func serve() error {
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{Dir: os.Getenv(serveDir), URL: os.Getenv(serveURL)})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	beside := district.Beside(a.Store)
	house := a.Handler(app.Serving{Version: "fault"})
	fmt.Println(listener.Addr())
	go a.Work(ctx)
	return http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/thu/") {
			beside.ServeHTTP(w, r)
		} else {
			house.ServeHTTP(w, r)
		}
	}))
}

// server is the process as the test holds it.
type server struct {
	config  store.Config
	address atomic.Value // string
	command *exec.Cmd
}

func (s *server) start(t *testing.T) {
	t.Helper()
	s.command = exec.Command(os.Args[0], "-test.run=^$")
	s.command.Env = append(os.Environ(), serveDir+"="+s.config.Dir, serveURL+"="+s.config.URL)
	s.command.Stderr = os.Stderr
	out, err := s.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.command.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the server does not come up: %v", err)
	}
	s.address.Store(strings.TrimSpace(line))
}

func (s *server) kill(t *testing.T) {
	t.Helper()
	if err := s.command.Process.Kill(); err != nil { // SIGKILL
		t.Error(err)
	}
	if err := s.command.Wait(); err == nil {
		t.Error("the server came to an end by itself")
	}
}

// trial is one run of the test.
type trial struct {
	proxy  string
	acts   int
	phones int
	kills  int
	ledger *ledger
}

// ledger is what the phones were told.
type ledger struct {
	sync.Mutex
	made     int
	receipts map[string]string // by act: the first receipt
	outcomes map[string]int
	events   map[string]int
	wrong    []string
}

func (l *ledger) event(name string) {
	l.Lock()
	defer l.Unlock()
	l.events[name]++
}

func (l *ledger) accuse(format string, args ...any) {
	l.Lock()
	defer l.Unlock()
	l.wrong = append(l.wrong, fmt.Sprintf(format, args...))
}

// answered notes an answer; a repeat must give the first receipt.
func (l *ledger) answered(act, outcome, receipt string) {
	l.Lock()
	defer l.Unlock()
	l.outcomes[outcome]++
	if first, known := l.receipts[act]; known && first != receipt {
		l.wrong = append(l.wrong, fmt.Sprintf("act %s was answered %s, then %s", act, first, receipt))
	}
	l.receipts[act] = receipt
}

func (l *ledger) count() (answered int) {
	l.Lock()
	defer l.Unlock()
	return len(l.receipts)
}

func TestPhonesOnBadLinesAndAKilledServerLoseNothing(t *testing.T) {
	sizes := map[store.Engine]trial{store.SQLite: {acts: 2000, phones: 200, kills: 8}, store.Postgres: {acts: 500, phones: 100, kills: 3}}
	for _, engine := range storetest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			run := sizes[engine]
			if os.Getenv(size) == "full" {
				run = trial{acts: 20_000, phones: 200, kills: 50}
			}
			run.try(t, storetest.Fresh(t, engine))
		})
	}
}

func (run *trial) try(t *testing.T, config store.Config) {
	began := time.Now()
	run.ledger = &ledger{receipts: map[string]string{}, outcomes: map[string]int{}, events: map[string]int{}}
	settle(t, config, run.phones)
	s := &server{config: config}
	s.start(t)
	line := openLine(t, &s.address)
	run.proxy = "http://" + line.Addr().String()

	var wait sync.WaitGroup
	over := make(chan struct{})
	each := run.acts / run.phones
	for n := range run.phones {
		p := newPhone(run, n)
		wait.Go(func() { p.live(each) })
	}
	go func() { wait.Wait(); close(over) }()
	limit := time.After(time.Duration(run.acts) * 300 * time.Millisecond)
	for kill := range run.kills {
		goal := (kill + 1) * run.acts / (run.kills + 1)
		for run.ledger.count() < goal {
			select {
			case <-limit:
				t.Fatalf("after %s only %d of %d acts are answered", time.Since(began), run.ledger.count(), run.acts)
			case <-time.After(2 * time.Millisecond):
			}
		}
		s.kill(t)
		s.start(t)
	}
	select {
	case <-over:
	case <-limit:
		t.Fatalf("after %s only %d of %d acts are answered", time.Since(began), run.ledger.count(), run.acts)
	}
	s.kill(t)
	run.prove(t, config)
	t.Logf("%d acts of %d phones, %d kills, in %s; answers %v; lines %v; events %v", run.acts, run.phones, run.kills+1, time.Since(began).Round(time.Second), run.ledger.outcomes, line.counts(), run.ledger.events)
}

// prove opens the house after the last kill and looks for every act.
func (run *trial) prove(t *testing.T, config store.Config) {
	t.Helper()
	ctx := t.Context()
	for _, w := range run.ledger.wrong[:min(20, len(run.ledger.wrong))] {
		t.Error(w)
	}
	a, err := app.Open(ctx, app.Config{Dir: config.Dir, URL: config.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.CatchUp(ctx); err != nil {
		t.Fatal(err)
	}
	for {
		if n, err := audit.SealNext(ctx, a.Store, realm); err != nil {
			t.Fatal(err)
		} else if n == 0 {
			break
		}
	}
	kept := map[string]int{}
	err = a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, query := range []string{`SELECT act FROM sheet_version WHERE realm = $1`, `SELECT act FROM sheet_waiting WHERE realm = $1`} {
			acts, err := store.All[[]byte](ctx, tx, query, realm)
			if err != nil {
				return err
			}
			for _, act := range acts {
				kept[hex.EncodeToString(act)]++
			}
		}
		told, err := store.One[int](ctx, tx, `SELECT COUNT(*) FROM device_act WHERE realm = $1`, realm)
		if err == nil && told != run.acts {
			t.Errorf("%d acts were judged, %d made", told, run.acts)
		}
		open, err := store.One[int](ctx, tx, `SELECT COUNT(*) FROM sheet_conflict WHERE realm = $1`, realm)
		if err == nil && open == 0 {
			t.Error("nothing was in conflict")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(run.ledger.receipts) != run.acts || run.ledger.made != run.acts || len(kept) != run.acts {
		t.Errorf("%d acts were made, %d answered, %d are kept", run.ledger.made, len(run.ledger.receipts), len(kept))
	}
	for act := range run.ledger.receipts {
		if n := kept[strings.ReplaceAll(act, "-", "")]; n != 1 {
			t.Errorf("act %s was answered and is kept %d times", act, n)
		}
	}
	checked, err := a.Check(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range checked.Findings {
		t.Errorf("the check finds %+v", f)
	}
	if int(checked.Entries) < run.acts {
		t.Errorf("the audit book has %d lines about %d acts", checked.Entries, run.acts)
	}
	for _, event := range []string{"session expired", "handed in by another", "remote sign-out", "evicted", "shared phone"} {
		if run.ledger.events[event] == 0 {
			t.Errorf("no phone had: %s", event)
		}
	}
}

const realm = district.Realm

var (
	start     = district.Start
	settle    = district.Settle
	classOf   = district.ClassOf
	accountOf = district.AccountOf
	pupilOf   = district.PupilOf
)

const classSize = district.ClassSize
