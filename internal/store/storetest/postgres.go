package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"ralop/internal/store"
)

// server is a PostgreSQL of this test binary's own, in a folder of its own, reached by a
// socket only. It dies with the binary.
type server struct {
	dir        string
	credential *syscall.Credential
	mu         sync.Mutex // CREATE DATABASE copies a template that nobody may be connected to
}

var startServer = sync.OnceValues(func() (*server, error) {
	s, err := newServer(false)
	if err != nil {
		return nil, err
	}
	if err := s.create("ralop_template", "template1"); err != nil {
		return nil, err
	}
	return s, migrate(store.Config{URL: s.url("ralop_template")})
})

// Durable starts a PostgreSQL server of its own that flushes every commit to the disk, for
// measurements, and gives the address of an empty database on it. It ends with the process.
func Durable() (url string, err error) {
	s, err := newServer(true)
	if err != nil {
		return "", err
	}
	return s.url("ralop"), s.create("ralop", "template1")
}

// Own is a PostgreSQL server of one test, which may break it.
type Own struct {
	server *server
	URL    string // of an empty database on it
}

// StartOwn starts one that flushes every commit to the disk.
func StartOwn(t testing.TB) *Own {
	t.Helper()
	s, err := newServer(true)
	if err == nil {
		err = s.create("ralop", "template1")
	}
	if err != nil {
		t.Fatalf("storetest: PostgreSQL: %v", err)
	}
	t.Cleanup(func() {
		s.run(s.credential, "pg_ctl", "stop", "-D", s.dir+"/data", "-m", "immediate")
		os.RemoveAll(s.dir)
	})
	return &Own{s, s.url("ralop")}
}

// Restart stops the server and starts it again, as `pg_ctl restart -m mode` does: "fast"
// ends all connections and writes everything down, "immediate" is a crash.
func (o *Own) Restart(t testing.TB, mode string) {
	t.Helper()
	err := o.server.run(o.server.credential, "pg_ctl", "stop", "-D", o.server.dir+"/data", "-w", "-m", mode)
	if err == nil {
		err = o.server.start(o.server.credential, true)
	}
	if err != nil {
		t.Fatalf("storetest: PostgreSQL: %v", err)
	}
}

// Run runs statements on a database, each by itself.
func Run(t testing.TB, url string, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, statement := range statements {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func newServer(durable bool) (*server, error) {
	removeLeftovers()
	dir, err := os.MkdirTemp("", fmt.Sprintf("ralop-postgres-%d-", os.Getpid()))
	if err != nil {
		return nil, err
	}
	credential, err := notRoot(dir)
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir, credential: credential}
	if err := s.run(credential, "initdb", "-N", "-E", "UTF8", "--locale=C", "-U", "postgres", "-A", "trust", "-D", dir+"/data"); err != nil {
		return nil, err
	}
	if err := s.start(credential, durable); err != nil {
		return nil, err
	}
	return s, nil
}

// notRoot finds somebody to run the server as: it refuses root.
func notRoot(dir string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, uid, gid)
	}
	return nil, errors.New("run as root, and there is no user postgres or nobody to run the server as")
}

func program(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		return "", fmt.Errorf("%s is not on this machine; `make test` brings it", name)
	}
	return found[len(found)-1], nil
}

func (s *server) run(credential *syscall.Credential, name string, args ...string) error {
	path, err := program(name)
	if err != nil {
		return err
	}
	command := exec.Command(path, args...)
	command.Dir = s.dir
	command.SysProcAttr = &syscall.SysProcAttr{Credential: credential}
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, bytes.TrimSpace(output))
	}
	return nil
}

// start runs the server under a thread that lives as long as the process: the kernel
// then ends the server with it, however the process ends.
func (s *server) start(credential *syscall.Credential, durable bool) error {
	path, err := program("postgres")
	if err != nil {
		return err
	}
	log, err := os.Create(s.dir + "/log")
	if err != nil {
		return err
	}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		command := exec.Command(path, "-D", s.dir+"/data", "-k", s.dir, "-h", "",
			"-c", "max_connections=200", "-c", "shared_buffers=64MB")
		if durable {
			command.Args = append(command.Args, "-c", "shared_buffers=512MB", "-c", "max_wal_size=4GB", "-c", "wal_compression=lz4", "-c", "log_checkpoints=on")
		} else {
			command.Args = append(command.Args, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "autovacuum=off")
		}
		command.Dir = s.dir
		command.Stdout, command.Stderr = log, log
		command.SysProcAttr = &syscall.SysProcAttr{Credential: credential, Pdeathsig: syscall.SIGQUIT}
		started <- command.Start()
		command.Wait()
	}()
	if err := <-started; err != nil {
		return err
	}
	deadline := time.Now().Add(30 * time.Second)
	for {
		conn, err := pgx.Connect(context.Background(), s.url("postgres"))
		if err == nil {
			return conn.Close(context.Background())
		}
		if time.Now().After(deadline) {
			content, _ := os.ReadFile(s.dir + "/log")
			return fmt.Errorf("the server does not answer: %w\n%s", err, content)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (s *server) url(name string) string {
	return "postgres://postgres@/" + name + "?host=" + url.QueryEscape(s.dir)
}

func (s *server) create(name, template string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.exec("CREATE DATABASE " + name + " TEMPLATE " + template)
}

func (s *server) drop(name string) error { return s.exec("DROP DATABASE " + name + " WITH (FORCE)") }

func (s *server) exec(statement string) error {
	conn, err := pgx.Connect(context.Background(), s.url("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(context.Background(), statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// removeLeftovers clears the folders of test binaries that are gone.
func removeLeftovers() {
	folders, _ := filepath.Glob(filepath.Join(os.TempDir(), "ralop-postgres-*"))
	for _, folder := range folders {
		parts := strings.Split(filepath.Base(folder), "-")
		pid, err := strconv.Atoi(parts[2])
		if err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			os.RemoveAll(folder)
		}
	}
}
