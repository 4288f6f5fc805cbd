package rollcall_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

const killDir, killURL, killRun = "RALOP_TEST_KILL_DIR", "RALOP_TEST_KILL_URL", "RALOP_TEST_KILL_RUN"

func TestMain(m *testing.M) {
	if os.Getenv(killDir) != "" || os.Getenv(killURL) != "" {
		if err := submitUntilKilled(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if err := flag.Set("rapid.checks", "80"); err != nil { // the command line may say otherwise
		panic(err)
	}
	os.Exit(m.Run())
}

// submitUntilKilled is the process that will be killed: eight senders, and a line for each answer.
func submitUntilKilled() error {
	s, err := store.Open(context.Background(), store.Config{Dir: os.Getenv(killDir), URL: os.Getenv(killURL)})
	if err != nil {
		return err
	}
	w := world{classes: worldClasses(2)}
	days := worldDays()
	var answers sync.Mutex
	var wait sync.WaitGroup
	for sender := range 8 {
		wait.Go(func() {
			for i := sender; i < len(w.classes)*len(days); i += 8 {
				sub := rollcall.Submission{Class: w.classes[i%len(w.classes)], Day: days[i/len(w.classes)], Session: calendar.Morning, State: rollcall.Taken}
				sub.Marks = []rollcall.Mark{{Pupil: w.pupil(sub.Class, id.ID(i%35)), Kind: rollcall.Unexcused}}
				copy(sub.Act[:], os.Getenv(killRun))
				binary.BigEndian.PutUint64(sub.Act[8:], uint64(i)+1)
				if err := sendAs(context.Background(), s, access.System(worldRealm), sub); err != nil {
					fmt.Fprintln(os.Stderr, err)
					return
				}
				answers.Lock()
				fmt.Println(hex.EncodeToString(sub.Act[:]))
				answers.Unlock()
			}
		})
	}
	wait.Wait()
	return nil
}

// A process killed under load loses no roll call that it has answered.
func TestAKilledProcessLosesNoAnsweredRollCall(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			config := storetest.Fresh(t, engine)
			s := storetest.OpenConfig(t, config, nil)
			makeWorld(t, s, 2)
			if engine == store.SQLite {
				if err := s.Close(); err != nil { // one process at a time
					t.Fatal(err)
				}
			}
			answered := map[string]bool{}
			for run := range kills(t) {
				for act := range killOne(t, config, fmt.Sprintf("r%06d-", run), 25+10*(run%9)) {
					answered[act] = true
				}
			}
			if len(answered) < 200 {
				t.Fatalf("only %d answers were seen", len(answered))
			}
			if engine == store.SQLite {
				s = storetest.OpenConfig(t, config, nil)
			}
			kept := map[string]int{}
			err := s.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				acts, err := store.All[[]byte](ctx, tx, `SELECT act FROM sheet_version WHERE realm = $1`, worldRealm)
				for _, act := range acts {
					kept[hex.EncodeToString(act)]++
				}
				for school := id.ID(1000); school < 1002 && err == nil; school++ {
					var differences []rollcall.Difference
					differences, err = rollcall.Check(ctx, tx, worldRealm, school, day.Range{From: day.MustParse("2020-01-01"), Until: day.MustParse("2020-02-01")})
					for _, d := range differences {
						t.Error(d)
					}
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			for act := range answered {
				if kept[act] != 1 {
					t.Errorf("act %s was answered and is kept %d times", act, kept[act])
				}
			}
		})
	}
}

// kills is how often the process is killed on each engine: RALOP_KILLS for the full run.
func kills(t *testing.T) int {
	wanted := os.Getenv("RALOP_KILLS")
	if wanted == "" {
		return 9
	}
	n, err := strconv.Atoi(wanted)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// killOne starts the sending process, waits for some answers, kills it and gives all answers that came.
func killOne(t *testing.T, config store.Config, run string, after int) map[string]bool {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^$")
	command.Env = append(os.Environ(), killDir+"="+config.Dir, killURL+"="+config.URL, killRun+"="+run)
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	stuck := time.AfterFunc(time.Minute, func() { command.Process.Kill() })
	defer stuck.Stop()
	answered := map[string]bool{}
	lines := bufio.NewScanner(out)
	killed := false
	for lines.Scan() {
		if len(lines.Text()) == 32 { // a torn last line answers nobody
			answered[lines.Text()] = true
		}
		if len(answered) >= after && !killed {
			killed = true
			if err := command.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}
	if err := command.Wait(); err == nil {
		t.Error("the process came to its end before it was killed")
	}
	return answered
}
