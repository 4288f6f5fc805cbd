// Command bench measures the product against the targets of its design: how fast roll calls are kept, boards read,
// lists imported; what the server weighs; what a pupil-day costs on disk. Figures that depend on the machine are
// ratios, taken in the same run: against the floor (the same rows written by the bare driver), against a table with a
// row per pupil and day, against the spreadsheet library that only reads.
//
//	go run ./bench                       everything, on the demonstration district
//	go run ./bench -o docs/performance.md   and write the figures into the page
//	go run ./bench -size province        on some 200,000 pupils
//
// The machine must be otherwise idle; docs/performance.md holds the last run that was.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"

	"ralop/internal/story"
)

// options are the words of the command line.
type options struct {
	Size   string // of the story
	Pupils int    // rows of the imported list
	Runs   int    // of each submission measurement
	Sheets int    // submissions of a run
	Open   time.Duration
	Only   string // parts to run, by name; "" is all
	Out    string
	// Profile is a folder for processor profiles, one for each part.
	Profile string
}

func (o options) wants(part string) bool {
	return o.Only == "" || strings.Contains(","+o.Only+",", ","+part+",")
}

// The parts of a run.
const (
	partBoards   = "boards"
	partSubmit   = "submit"
	partImport   = "import"
	partIdle     = "idle"
	partPostgres = "postgres"
	partPhone    = "phone"
	partWarning  = "warning"
)

func main() {
	if len(os.Args) > 1 && child(os.Args[1:]) {
		return
	}
	var o options
	flag.StringVar(&o.Size, "size", story.SizeDistrict, "size of the story: commune, district, province")
	flag.IntVar(&o.Pupils, "pupils", 20_000, "rows of the imported class list")
	flag.IntVar(&o.Runs, "runs", 3, "runs of each submission measurement")
	flag.IntVar(&o.Sheets, "sheets", 4_000, "submissions of a run")
	flag.DurationVar(&o.Open, "open", 15*time.Second, "length of the open loop at 100 submissions a second")
	flag.StringVar(&o.Only, "only", "", "parts to run: "+strings.Join([]string{partBoards, partSubmit, partImport, partIdle, partPostgres, partWarning}, ","))
	flag.StringVar(&o.Out, "o", "", "page to write the figures into")
	flag.StringVar(&o.Profile, "profile", "", "folder for a processor profile of each part")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// folders are where the databases of a run lie; all of it is removed at the end.
type folders struct{ top string }

func (f folders) at(name string) string { return filepath.Join(f.top, name) }

func run(ctx context.Context, o options) (err error) {
	began := time.Now()
	top, err := os.MkdirTemp("", "ralop-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(top)) }()
	f, t := folders{top}, newTable(o)

	say("making the story (%s) on SQLite", o.Size)
	w, err := tell(ctx, o, f.at("story"), "")
	if err != nil {
		return err
	}
	if o.wants(partBoards) {
		err := profiled(o, partBoards, func() error { return measureBoards(ctx, w, t, "SQLite") })
		if err != nil {
			return fmt.Errorf("boards: %w", errors.Join(err, w.close()))
		}
	}
	if err := w.close(); err != nil {
		return err
	}
	for _, name := range []string{"floor", "import", "idle", "warning"} {
		if err := copyDatabase(f.at("story"), f.at(name)); err != nil {
			return err
		}
	}
	for _, part := range []struct {
		name string
		run  func(context.Context, options, folders, *table) error
	}{
		{partWarning, measureWarnings}, {partSubmit, submitOnSQLite}, {partImport, measureImport}, {partIdle, measureIdle}, {partPostgres, measurePostgres}, {partPhone, measurePhone},
	} {
		if !o.wants(part.name) {
			continue
		}
		if err := profiled(o, part.name, func() error { return part.run(ctx, o, f, t) }); err != nil {
			return fmt.Errorf("%s: %w", part.name, errors.Join(err, t.print(os.Stdout))) // what was measured before is not lost
		}
	}
	say("done in %s", time.Since(began).Round(time.Second))
	if err := t.print(os.Stdout); err != nil || o.Out == "" {
		return err
	}
	return t.write(o.Out)
}

// say tells on the terminal what is going on.
func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05 ")+format+"\n", args...)
}

// profiled writes a processor profile of a part when one is asked for.
func profiled(o options, part string, f func() error) error {
	if o.Profile == "" {
		return f()
	}
	out, err := os.Create(filepath.Join(o.Profile, part+".pprof"))
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(out); err != nil {
		return errors.Join(err, out.Close())
	}
	err = f()
	pprof.StopCPUProfile()
	return errors.Join(err, out.Close())
}
