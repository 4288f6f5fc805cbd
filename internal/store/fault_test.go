package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

const faultKind, faultDir = "RALOP_TEST_FAULT", "RALOP_TEST_FAULT_DIR"

func TestMain(m *testing.M) {
	var err error
	switch os.Getenv(faultKind) {
	case "":
		os.Exit(m.Run())
	case "write":
		err = writeUntilKilled(os.Getenv(faultDir))
	case "limit":
		err = writeToTheLimit(os.Getenv(faultDir))
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

// child runs this test binary again, as a process of its own that does what kind says.
func child(t *testing.T, kind, dir string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^$")
	command.Env = append(os.Environ(), faultKind+"="+kind, faultDir+"="+dir)
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	stuck := time.AfterFunc(time.Minute, func() { command.Process.Kill() })
	t.Cleanup(func() { stuck.Stop() })
	return command, bufio.NewScanner(out)
}

const insertAct = `INSERT INTO act (number, body) SELECT COALESCE(MAX(number), 0) + 1, $1 FROM act RETURNING number`

// act writes one row and gives its number: numbers follow the order of commits.
func act(ctx context.Context, s *store.Store, size int) (number int, err error) {
	err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		number, err = store.One[int](ctx, tx, insertAct, strings.Repeat("x", size))
		return err
	})
	return number, err
}

// acts gives how many rows there are, and whether they are the first ones without a gap.
func acts(ctx context.Context, s *store.Store) (n int, err error) {
	type span struct{ N, Last int }
	var found span
	err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		found, err = store.One[span](ctx, tx, `SELECT COUNT(*), COALESCE(MAX(number), 0) FROM act`)
		return err
	})
	if err == nil && found.N != found.Last {
		err = fmt.Errorf("%d rows up to number %d", found.N, found.Last)
	}
	return found.N, err
}

func actTable(ctx context.Context, s *store.Store) error {
	return s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `CREATE TABLE act (number INTEGER PRIMARY KEY, body TEXT NOT NULL)`)
		return err
	})
}

const walName = store.FileName + "-wal"

// writeUntilKilled prints, for each write that was answered, its number and how long the
// log was then: whatever that many bytes hold must hold the write.
func writeUntilKilled(dir string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Config{Dir: dir})
	if err == nil {
		err = actTable(ctx, s)
	}
	if err != nil {
		return err
	}
	var wait sync.WaitGroup
	var answers sync.Mutex
	for range 8 {
		wait.Go(func() {
			for {
				number, err := act(ctx, s, 200)
				if err != nil {
					fmt.Println(err)
					return
				}
				answers.Lock()
				log, err := os.Stat(filepath.Join(dir, walName))
				if err == nil {
					fmt.Println(number, log.Size())
				}
				answers.Unlock()
			}
		})
	}
	wait.Wait()
	return nil
}

// The last page of the log is torn when the current fails in the middle of writing it. The
// log of a killed process is cut, zeroed or overwritten from a random point on: the
// database opens, is sound, holds every write that was answered before the torn point and
// none twice, and takes new ones.
func TestATornLogKeepsEveryCommitBeforeTheTear(t *testing.T) {
	const frame = 24 + 4096
	from := t.TempDir()
	command, lines := child(t, "write", from)
	type answer struct{ number, size int }
	var answered []answer
	for lines.Scan() {
		var a answer
		if n, err := fmt.Sscan(lines.Text(), &a.number, &a.size); n != 2 || err != nil {
			continue // the kill tears the last line, too
		}
		// How many writes share a commit, and so how long the log is, is the machine's affair.
		if answered = append(answered, a); len(answered) >= 300 && a.size > 100*frame {
			command.Process.Kill()
		}
	}
	command.Wait()
	database, err := os.ReadFile(filepath.Join(from, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(filepath.Join(from, walName))
	if err != nil {
		t.Fatal(err)
	}
	if len(answered) < 300 || len(log) < 100*frame || len(log) > 950*frame { // at 1000 SQLite begins it again
		t.Fatalf("%d answers in a log of %d bytes", len(answered), len(log))
	}
	random := rand.New(rand.NewPCG(7, 7))
	garbage := func(part []byte) {
		for i := range part {
			part[i] = byte(random.Uint32())
		}
	}
	lost := 0
	for tear := range 210 {
		at := random.IntN(len(log))
		if tear%3 == 0 { // most of all in the last pages
			at = len(log) - 1 - random.IntN(6*frame)
		}
		torn := append([]byte(nil), log...)
		how := []string{"cut", "zeros", "garbage", "page"}[random.IntN(4)]
		switch how {
		case "cut":
			torn = torn[:at]
		case "zeros":
			clear(torn[at:])
		case "garbage":
			garbage(torn[at:])
		case "page":
			garbage(torn[at:min(at+4096, len(torn))])
		}
		dir := filepath.Join(t.TempDir(), fmt.Sprint(tear))
		if err := errors.Join(os.Mkdir(dir, 0o700), os.WriteFile(filepath.Join(dir, store.FileName), database, 0o600),
			os.WriteFile(filepath.Join(dir, walName), torn, 0o600)); err != nil {
			t.Fatal(err)
		}
		must := 0
		for _, a := range answered {
			if a.size <= at {
				must = max(must, a.number)
			}
		}
		s, err := store.Open(t.Context(), store.Config{Dir: dir})
		if err != nil {
			t.Fatalf("%s at %d of %d: %v", how, at, len(log), err)
		}
		if err := s.Sound(t.Context()); err != nil {
			t.Errorf("%s at %d of %d: %v", how, at, len(log), err)
		}
		n, err := 0, error(nil)
		if must > 0 || hasActs(t, s) {
			n, err = acts(t.Context(), s)
			if next, failed := act(t.Context(), s, 200); failed != nil || next != n+1 {
				t.Errorf("%s at %d: after %d writes came %d: %v", how, at, n, next, failed)
			}
		}
		if err != nil || n < must {
			t.Errorf("%s at %d of %d: %d writes, of which %d were answered before the tear: %v", how, at, len(log), n, must, err)
		}
		if n < answered[len(answered)-1].number {
			lost++
		}
		if err := errors.Join(s.Close(), os.RemoveAll(dir)); err != nil {
			t.Error(err)
		}
	}
	if lost < 100 {
		t.Errorf("only %d of the tears took anything: they tear nothing", lost)
	}
}

// hasActs says whether the very first write, which made the table, is there.
func hasActs(t *testing.T, s *store.Store) bool {
	n := 0
	if err := s.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One[int](ctx, tx, `SELECT COUNT(*) FROM sqlite_master WHERE name = 'act'`)
		return err
	}); err != nil {
		t.Error(err)
	}
	return n == 1
}

// writeToTheLimit writes until the system refuses to make files longer, which is what a
// full disk or a quota does, then makes room.
func writeToTheLimit(dir string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Config{Dir: dir})
	if err == nil {
		err = actTable(ctx, s)
	}
	if err != nil {
		return err
	}
	signal.Ignore(syscall.SIGXFSZ)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		return err
	}
	set := func(bytes uint64) error {
		return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: min(bytes, before.Max), Max: before.Max})
	}
	if err := set(600_000); err != nil {
		return err
	}
	var mu sync.Mutex
	var refused []error
	answered := 0
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 1000 {
				_, err := act(ctx, s, 3000)
				mu.Lock()
				if err != nil {
					refused = append(refused, err)
				} else {
					answered++
				}
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	wait.Wait()
	for _, err := range refused {
		if !store.IsFull(err) {
			return fmt.Errorf("a full disk is told as: %w", err)
		}
	}
	n, err := acts(ctx, s) // what is there can be read
	if err != nil || n != answered || len(refused) != 8 || answered < 20 {
		return fmt.Errorf("%d rows of %d answered, %d refused: %w", n, answered, len(refused), err)
	}
	if err := set(before.Max); err != nil {
		return err
	}
	if next, err := act(ctx, s, 3000); err != nil || next != answered+1 {
		return fmt.Errorf("with room again, write %d after %d: %w", next, answered, err)
	}
	fmt.Println("answered", answered+1)
	return s.Close()
}

// A disk that takes no more, as the system tells it to a process.
func TestWhatWasAnsweredStaysWhenTheDiskIsFull(t *testing.T) {
	dir := t.TempDir()
	command, lines := child(t, "limit", dir)
	answered := 0
	for lines.Scan() {
		if n, _ := fmt.Sscanf(lines.Text(), "answered %d", &answered); n != 1 {
			t.Error(lines.Text())
		}
	}
	if err := command.Wait(); err != nil {
		t.Fatal(err)
	}
	s := storetest.OpenConfig(t, store.Config{Dir: dir}, nil)
	if n, err := acts(t.Context(), s); err != nil || n != answered || n == 0 {
		t.Errorf("%d rows, %d were answered: %v", n, answered, err)
	}
	if err := s.Sound(t.Context()); err != nil {
		t.Error(err)
	}
}

// The same as the engine itself tells it, in a running process.
func TestAFullDatabaseIsTold(t *testing.T) {
	s := storetest.OpenConfig(t, store.Config{Dir: t.TempDir()}, nil)
	if err := actTable(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	writer, _ := s.Connections()
	limit := func(pages int) {
		if _, err := writer.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	limit(40)
	answered := 0
	var err error
	for range 1000 {
		if _, err = act(t.Context(), s, 3000); err != nil {
			break
		}
		answered++
	}
	if !store.IsFull(err) || store.IsReadOnly(err) {
		t.Fatalf("after %d writes: %v", answered, err)
	}
	limit(1 << 30)
	if next, err := act(t.Context(), s, 3000); err != nil || next != answered+1 || answered < 10 {
		t.Errorf("with room again, write %d after %d: %v", next, answered, err)
	}
}

// A database that became read-only refuses with its own fault, is read all the same, and
// takes writes again without a restart.
func TestAReadOnlyDatabaseIsReadAndTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		if err := actTable(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if _, err := act(t.Context(), s, 10); err != nil {
			t.Fatal(err)
		}
		storetest.ReadOnly(t, s, true)
		if _, err := act(t.Context(), s, 10); !store.IsReadOnly(err) || store.IsFull(err) {
			t.Errorf("a write was answered by %v", err)
		}
		if n, err := acts(t.Context(), s); err != nil || n != 1 {
			t.Errorf("%d rows are read: %v", n, err)
		}
		storetest.ReadOnly(t, s, false)
		if next, err := act(t.Context(), s, 10); err != nil || next != 2 {
			t.Errorf("afterwards came write %d: %v", next, err)
		}
	})
}
