package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ralop/internal/store"
)

// Figures of others, measured apart (see the design): RosarioSIS keeps 8 to 11 classes a second on two cores, ODK Central 168.
const (
	rosario = 11.0
	odk     = 168.0
	clients = 32
)

// submitted is what the runs of one engine gave.
type submitted struct {
	rate, freed, floor      series // a second: as seen, with the generator's processor time taken off, of the floor
	cpu, floorCPU           series // microseconds for one submission
	share                   series // of the floor
	p50, p99, group         series
	server, floorServer     series // microseconds of the database server's processes for one submission
	open50, open99          series
	serverOf, floorServerOf func() time.Duration
}

// round sends one run of sheets by the product and lets the floor write the same.
func (r *submitted) round(s *served, sheets []*sheet, floor func([]*sheet) (floorRun, error)) error {
	n := float64(len(sheets))
	server := r.serverOf()
	commitsBefore := commits.Load()
	a, cpu, err := s.send(sheets, clients, 0)
	if err != nil {
		return err
	}
	r.group.add(n / float64(max(1, commits.Load()-commitsBefore)))
	r.server.add(micro(r.serverOf()-server) / n)
	server = r.floorServerOf()
	f, err := floor(sheets)
	if err != nil {
		return fmt.Errorf("floor: %w", err)
	}
	r.floorServer.add(micro(r.floorServerOf()-server) / n)
	// Two processes share the processors: what the generator took is time the product did not have.
	freed := a.Wall - a.CPU/time.Duration(processors())
	r.rate.add(n / a.Wall.Seconds())
	r.freed.add(n / freed.Seconds())
	r.floor.add(n / f.Wall.Seconds())
	r.share.add(f.Wall.Seconds() / freed.Seconds() * 100)
	r.cpu.add(micro(cpu) / n)
	r.floorCPU.add(micro(f.CPU) / n)
	p50, p99 := percentiles(a.Latencies)
	r.p50.add(p50)
	r.p99.add(p99)
	say("  %.0f/s (floor %.0f/s), p99 %.0f ms, generator %.0f µs each", n/a.Wall.Seconds(), n/f.Wall.Seconds(), p99, micro(a.CPU)/n)
	return nil
}

// open sends at a steady rate, whether or not the earlier ones are answered.
func (r *submitted) open(s *served, sheets []*sheet, rate float64) error {
	a, _, err := s.send(sheets, clients, rate)
	if err != nil {
		return err
	}
	p50, p99 := percentiles(a.Latencies)
	r.open50.add(p50)
	r.open99.add(p99)
	return nil
}

func micro(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }

// percentiles gives the median and the 99th of 100, in milliseconds.
func percentiles(all []time.Duration) (p50, p99 float64) {
	all = slices.Clone(all)
	slices.Sort(all)
	at := func(share float64) float64 { return micro(all[min(len(all)-1, int(share*float64(len(all))))]) / 1e3 }
	return at(.50), at(.99)
}

// plan cuts the list of sheets into the runs.
type plan struct {
	rest []*sheet
	err  error
}

func (p *plan) take(n int) []*sheet {
	if n > len(p.rest) {
		p.err = fmt.Errorf("the story has no more sheets to send: ask for smaller runs")
		n = len(p.rest)
	}
	taken := p.rest[:n]
	p.rest = p.rest[n:]
	return taken
}

// warmUp is how many sheets go before the first run: every class has sent one by then.
func warmUp(sheets []*sheet) int {
	classes := map[*class]bool{}
	for _, s := range sheets {
		classes[s.class] = true
	}
	seen := map[*class]bool{}
	for i, s := range sheets {
		if seen[s.class] = true; len(seen) == len(classes) {
			return i + 1
		}
	}
	return len(sheets)
}

// submitOnSQLite measures submissions on SQLite, and what they cost on the disk.
func submitOnSQLite(ctx context.Context, o options, f folders, t *table) (err error) {
	say("submitting on SQLite")
	w, err := reopen(ctx, o, f.at("story"), "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	sheets, err := w.sheets(ctx)
	if err != nil {
		return err
	}
	s, err := w.serve(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	floor := func(sheets []*sheet) (floorRun, error) {
		return sqliteFloor(ctx, f.at("floor"), w.app.Realm, w.app.Store.NewID, sheets)
	}
	none := func() time.Duration { return 0 }
	r, p := &submitted{serverOf: none, floorServerOf: none}, &plan{rest: sheets}
	first := p.take(warmUp(sheets))
	if _, _, err := s.send(first, clients, 0); err != nil {
		return err
	}
	if _, err := floor(first); err != nil {
		return err
	}
	before, err := w.weight(ctx)
	if err != nil {
		return err
	}
	pupilDays := 0
	for range o.Runs {
		run := p.take(o.Sheets)
		if p.err != nil {
			return p.err
		}
		for _, sh := range run {
			pupilDays += sh.Size
		}
		if err := r.round(s, run, floor); err != nil {
			return err
		}
	}
	time.Sleep(2 * time.Second) // the book is sealed
	after, err := w.weight(ctx)
	if err != nil {
		return err
	}
	const rate = 100
	if err := r.open(s, p.take(int(o.Open.Seconds()*rate)), rate); err != nil {
		return err
	}
	size := float64(pupilDays) / float64(o.Runs*o.Sheets)
	t.add("submit-sqlite-peers", fmt.Sprintf("submit a class over HTTP, SQLite, %d clients (%.0f pupils)", clients, size), "≥ 100 × RosarioSIS (11/s), ≥ 4 × ODK (168/s)",
		r.rate.text("/s"), fmt.Sprintf("%.0f × RosarioSIS, %.1f × ODK", r.rate.median()/rosario, r.rate.median()/odk), r.rate.median() >= 100*rosario && r.rate.median() >= 4*odk)
	t.add("submit-sqlite-floor", "the same against the floor (bare SQLite, 64 in a commit)", "≥ 40 % of the floor",
		fmt.Sprintf("%s with the generator taken off; floor %s", r.freed.text("/s"), r.floor.text("/s")), r.share.text(" %"), r.share.median() >= 40)
	t.show("submit-sqlite-cpu", "processor time of one submission, HTTP and sealing included", r.cpu.text(" µs")+"; floor "+r.floorCPU.text(" µs"),
		fmt.Sprintf("%.1f × the floor", r.cpu.median()/r.floorCPU.median()))
	t.add("submit-sqlite-group", "flushes of the disk", "≤ 1 for a group", fmt.Sprintf("1 for each commit, %s submissions in one", r.group.text("")), "–", true)
	t.add("submit-sqlite-closed", fmt.Sprintf("latency with %d clients, SQLite", clients), "p99 ≤ 100 ms", "p50 "+r.p50.text(" ms")+", p99 "+r.p99.text(" ms"), "–", r.p99.median() <= 100)
	t.add("submit-sqlite-open", "latency at 100/s, SQLite", "p99 ≤ 20 ms", "p50 "+r.open50.text(" ms")+", p99 "+r.open99.text(" ms"), "–", r.open99.median() <= 20)
	bytes := float64(after.written()-before.written()) / float64(pupilDays)
	t.add("bytes", fmt.Sprintf("disk of one pupil-day with versions, audit, indexes, SQLite (%.0f pupils a class)", size), "≤ 12 B",
		fmt.Sprintf("%.1f B (%.1f B as if the class had 35)", bytes, bytes*size/35), fmt.Sprintf("%.0f × less than 223 B", 223/bytes), bytes <= 12)
	t.notes = append(t.notes, "Bytes of one sheet by table and index: "+after.sub(before, o.Runs*o.Sheets)+".")
	if p.err != nil {
		return p.err
	}
	return thirtyFive(ctx, s, p, o, floor, t)
}

// thirtyFive measures classes of about 35, which the figures of others are of.
func thirtyFive(ctx context.Context, s *served, p *plan, o options, floor func([]*sheet) (floorRun, error), t *table) error {
	of35 := slices.DeleteFunc(slices.Clone(p.rest), func(sh *sheet) bool { return sh.Size < 32 || sh.Size > 39 })
	none := func() time.Duration { return 0 }
	r, pick := &submitted{serverOf: none, floorServerOf: none}, &plan{rest: of35}
	each := min(o.Sheets, len(of35)/o.Runs)
	if each == 0 {
		return errors.New("no class has 35 pupils")
	}
	before, err := s.weight(ctx)
	if err != nil {
		return err
	}
	pupilDays := 0
	for range o.Runs {
		run := pick.take(each)
		for _, sh := range run {
			pupilDays += sh.Size
		}
		if err := r.round(s, run, floor); err != nil {
			return err
		}
	}
	time.Sleep(2 * time.Second) // the book is sealed
	after, err := s.weight(ctx)
	if err != nil {
		return err
	}
	t.add("submit-35", fmt.Sprintf("submit a class of about 35 (%.1f), SQLite, %d clients (%d roll calls a run)", float64(pupilDays)/float64(o.Runs*each), clients, each), "≥ 100 × RosarioSIS (11/s), ≥ 4 × ODK (168/s); ≥ 40 % of the floor",
		fmt.Sprintf("%s; %s with the generator taken off; floor %s; p99 %s", r.rate.text("/s"), r.freed.text("/s"), r.floor.text("/s"), r.p99.text(" ms")),
		fmt.Sprintf("%.0f × RosarioSIS, %.1f × ODK, %s of the floor", r.rate.median()/rosario, r.rate.median()/odk, r.share.text(" %")),
		r.rate.median() >= 100*rosario && r.rate.median() >= 4*odk && r.share.median() >= 40)
	bytes := float64(after.written()-before.written()) / float64(pupilDays)
	t.add("bytes-35", "disk of one pupil-day in those classes", "≤ 12 B", fmt.Sprintf("%.1f B", bytes), fmt.Sprintf("%.0f × less than 223 B", 223/bytes), bytes <= 12)
	return pick.err
}

// weight is what a SQLite database takes on the disk.
type weight struct{ tables []tableWeight }

// written are the whole pages of the tables and indexes that a submission writes. What boards keep for themselves by
// month does not grow with every day.
func (w weight) written() (bytes int64) {
	for _, t := range w.tables {
		for _, begin := range []string{"sheet", "mark", "audit_", "school_day", "school_month", "school_grade_day"} {
			if strings.HasPrefix(t.Name, begin) {
				bytes += t.Bytes
				break
			}
		}
	}
	return bytes
}

type tableWeight struct {
	Name  string
	Bytes int64
}

func (w *world) weight(ctx context.Context) (all weight, err error) {
	err = w.app.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		all.tables, err = store.All[tableWeight](ctx, tx, `SELECT name, SUM(pgsize) FROM dbstat GROUP BY name ORDER BY name`)
		return err
	})
	return all, err
}

// sub tells by how much each table grew for one of n sheets.
func (w weight) sub(before weight, n int) (text string) {
	was := map[string]int64{}
	for _, t := range before.tables {
		was[t.Name] = t.Bytes
	}
	grown := slices.Clone(w.tables)
	for i := range grown {
		grown[i].Bytes -= was[grown[i].Name]
	}
	slices.SortFunc(grown, func(a, b tableWeight) int { return int(b.Bytes - a.Bytes) })
	for i, t := range grown {
		if each := float64(t.Bytes) / float64(n); each >= 3 && i < 14 {
			if text != "" {
				text += ", "
			}
			text += fmt.Sprintf("%s %.0f", t.Name, each)
		}
	}
	return text
}
