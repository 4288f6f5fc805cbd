// Command bench measures the product against the targets of its design: how fast roll calls are kept, boards read,
// lists imported; what the server weighs; what a pupil-day costs on disk. Figures that depend on the machine are
// ratios, taken in the same run: against the floor (the same rows written by the bare driver), against a table with a
// row per pupil and day, against the spreadsheet library that only reads.
//
//	go run ./bench                       everything, on the demonstration district
//	go run ./bench -o docs/performance.md   and write the figures into the page
//	go run ./bench -size province        on some 200,000 pupils
//	go run ./bench -only growth          growth from 25,000 to a million pupils
//	go run ./bench -only open -rate 1000 -for 10m   a thousand submissions a second, or as many as the machine bears
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
	"slices"
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

	// Of a full run.
	Grow         string // pupils of the growth worlds
	MostPostgres int    // pupils of the greatest world on PostgreSQL
	MostRows     int    // rows of the greatest table with a row per pupil and session
	Plots        string // folder for the pictures; "" is the page's
	Rate         int    // submissions a second of the long open loop
	For          time.Duration
	World        int      // pupils of its world
	words        []string // of the command line
}

// full says that parts of a full run are asked for, whose figures have places of their own in the page.
func (o options) full() bool {
	for part := range strings.SplitSeq(o.Only, ",") {
		if slices.Contains(fullParts, part) {
			return true
		}
	}
	return false
}

// Parts that only run when they are asked for, and make worlds of their own.
var fullParts = []string{partGrowth, partYear, partProvince, partOpen, partDoubles}

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
	partGrowth   = "growth"
	partProvince = "import-province"
	partYear     = "year"
	partOpen     = "open"
	partDoubles  = "duplicates"
)

// usualPupils are the rows of the imported list when nobody asks for another number.
const usualPupils = 20_000

func main() {
	if len(os.Args) > 1 && child(os.Args[1:]) {
		return
	}
	var o options
	flag.StringVar(&o.Size, "size", story.SizeDistrict, "size of the story: commune, district, province")
	flag.IntVar(&o.Pupils, "pupils", usualPupils, "rows of the imported class list")
	flag.IntVar(&o.Runs, "runs", 3, "runs of each submission measurement")
	flag.IntVar(&o.Sheets, "sheets", 4_000, "submissions of a run")
	flag.DurationVar(&o.Open, "open", 15*time.Second, "length of the open loop at 100 submissions a second")
	flag.StringVar(&o.Only, "only", "", "parts to run: "+strings.Join([]string{partBoards, partSubmit, partImport, partIdle, partPostgres, partWarning, partPhone}, ",")+"; and, only when asked for: "+strings.Join(fullParts, ","))
	flag.StringVar(&o.Out, "o", "", "page to write the figures into")
	flag.StringVar(&o.Profile, "profile", "", "folder for a processor profile of each part")
	flag.StringVar(&o.Grow, "grow", "25000,200000,1000000", "pupils of the growth worlds")
	flag.IntVar(&o.MostPostgres, "most-postgres", 200_000, "pupils of the greatest growth world on PostgreSQL")
	flag.IntVar(&o.MostRows, "most-rows", 20_000_000, "rows of the greatest table with a row per pupil and session")
	flag.StringVar(&o.Plots, "plots", "", "folder for the pictures of growth (that of the page)")
	flag.IntVar(&o.Rate, "rate", 1_000, "submissions a second of the long open loop")
	flag.DurationVar(&o.For, "for", 10*time.Minute, "length of the long open loop")
	flag.IntVar(&o.World, "world", 200_000, "pupils of the world of the long open loop")
	flag.Parse()
	o.words = os.Args[1:]
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

	parts := []part{
		{partWarning, measureWarnings}, {partSubmit, submitOnSQLite}, {partImport, measureImport}, {partIdle, measureIdle}, {partPostgres, measurePostgres}, {partPhone, measurePhone},
	}
	if o.full() {
		parts = []part{{partGrowth, measureGrowth}, {partYear, measureYear}, {partProvince, importProvince}, {partOpen, measureOpen}, {partDoubles, measureDuplicates}}
	} else if err := makeStory(ctx, o, f, t); err != nil {
		return err
	}
	for _, part := range parts {
		if !o.wants(part.name) {
			continue
		}
		if o.full() { // each has its own place in the page
			t = newTable(o)
			t.part = part.name
		}
		if err := profiled(o, part.name, func() error { return part.run(ctx, o, f, t) }); err != nil {
			return fmt.Errorf("%s: %w", part.name, errors.Join(err, t.print(os.Stdout))) // what was measured before is not lost
		}
		if o.full() {
			if err := t.out(o); err != nil {
				return err
			}
		}
	}
	say("done in %s", time.Since(began).Round(time.Second))
	if o.full() {
		return nil
	}
	return t.out(o)
}

// part is one measurement of a run.
type part struct {
	name string
	run  func(context.Context, options, folders, *table) error
}

// makeStory tells the story on SQLite, reads its boards, and leaves a copy for every part that writes.
func makeStory(ctx context.Context, o options, f folders, t *table) error {
	say("making the story (%s) on SQLite", o.Size)
	w, err := tell(ctx, o, f.at("story"), "")
	if err != nil {
		return err
	}
	if o.wants(partBoards) {
		err := profiled(o, partBoards, func() error { return measureBoards(ctx, w, t, engineSQLite) })
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
	return nil
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
