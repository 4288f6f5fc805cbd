package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"ralop/internal/store/storetest"
)

// The open loop: submissions leave at a steady rate, whether or not earlier ones are answered, as classes of a nation
// do at seven. Generator, product and database server share the machine.

const (
	openClients = 256 // connections; more than ever wait when the rate is held
	openStep    = 15 * time.Second
	openMost    = 250.0 // milliseconds of the 99th of 100 up to which a rate is held
	openWarm    = 6_000
)

// openRun is what one rate gave.
type openRun struct {
	rate, sent, failed        int
	p50, p99, worst           float64 // milliseconds
	wall                      time.Duration
	product, server, generate float64 // shares of one processor
	idle                      float64 // of the machine's processors, 0 to 1
	first                     string  // failure
}

func (r openRun) held() bool { return r.failed == 0 && r.p99 <= openMost }

func (r openRun) text() string {
	all := (r.product + r.server + r.generate) / float64(processors()) * 100
	return fmt.Sprintf("p50 %s ms, p99 %s ms, longest %s ms; %d of %d failed; processors %.0f %% (product %.0f, server %.0f, generator %.0f of %d), idle %.0f %%",
		number(r.p50), number(r.p99), number(r.worst), r.failed, r.sent, all, 100*r.product, 100*r.server, 100*r.generate, 100*processors(), 100*r.idle)
}

// openLoop sends at a rate for a time.
func (s *served) openLoop(p *plan, rate int, long time.Duration) (r openRun, err error) {
	sheets := p.take(int(float64(rate) * long.Seconds()))
	if p.err != nil {
		return r, p.err
	}
	l, err := s.load(sheets, openClients, float64(rate))
	if err != nil {
		return r, err
	}
	l.Tolerant = true
	var cpu, server time.Duration
	var idle float64
	a, err := drive(l, func() func() {
		before, serverBefore := cpuTime(), serverTime()
		idleBefore, allBefore := machineTime()
		return func() {
			cpu, server = cpuTime()-before, serverTime()-serverBefore
			idleNow, allNow := machineTime()
			idle = (idleNow - idleBefore) / max(1, allNow-allBefore)
		}
	})
	if err != nil {
		return r, err
	}
	r = openRun{rate: rate, sent: len(sheets), failed: len(a.Failures), wall: a.Wall, idle: idle,
		product: cpu.Seconds() / a.Wall.Seconds(), server: server.Seconds() / a.Wall.Seconds(), generate: a.CPU.Seconds() / a.Wall.Seconds()}
	r.p50, r.p99 = percentiles(a.Latencies)
	for _, d := range a.Latencies {
		r.worst = max(r.worst, micro(d)/1e3)
	}
	if len(a.Failures) > 0 {
		r.first = a.Failures[0]
	}
	say("  %d/s: %s %s", rate, r.text(), r.first)
	return r, nil
}

// machineTime is how long the processors of the machine were idle, and how long there were any, in ticks.
func machineTime() (idle, all float64) {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, 0
	}
	line, _, _ := strings.Cut(string(stat), "\n")
	for i, field := range strings.Fields(line) {
		ticks, _ := strconv.ParseFloat(field, 64)
		if i >= 1 && i <= 8 { // what guests take is in user already
			all += ticks
		}
		if i == 4 || i == 5 { // idle, waiting for the disk
			idle += ticks
		}
	}
	return idle, all
}

// measureOpen steps the rate up to the one that is asked for, or to the first that is not held, and holds the highest
// for the whole time.
func measureOpen(ctx context.Context, o options, f folders, t *table) (err error) {
	say("the open loop on PostgreSQL: making a world of %d pupils", o.World)
	server, err := storetest.Durable()
	if err != nil {
		return err
	}
	b, err := grow(ctx, o.World, "", server)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	classes, err := b.classes(ctx)
	if err != nil {
		return err
	}
	var rates []int
	for rate := 100; rate < o.Rate; rate *= 2 {
		rates = append(rates, rate)
	}
	rates = append(rates, o.Rate)
	wanted := openWarm + int(o.For.Seconds()+1)*o.Rate
	for _, rate := range rates {
		wanted += int(openStep.Seconds()) * rate
	}
	sheets, err := b.sheetsOf(ctx, classes, wanted)
	if err != nil {
		return err
	}
	s, err := b.serve(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	p := &plan{rest: sheets}
	if _, _, err := s.send(p.take(openWarm), clients, 0); err != nil {
		return err
	}
	step := func(rate int) (openRun, error) { return s.openLoop(p, rate, openStep) }
	var held, over openRun
	for _, rate := range rates {
		r, err := step(rate)
		if err != nil {
			return err
		}
		t.show(fmt.Sprintf("open-%d", rate), fmt.Sprintf("open loop at %d/s for %s, PostgreSQL, %s pupils", rate, openStep, grouped(b.Pupils)), r.text(), "–")
		if !r.held() {
			over = r
			break
		}
		held = r
	}
	if held.rate == 0 {
		return fmt.Errorf("not even %d/s is held: %s %s", over.rate, over.text(), over.first)
	}
	if over.rate > 0 { // once more between the two
		between := (held.rate + over.rate) / 2
		r, err := step(between)
		if err != nil {
			return err
		}
		t.show(fmt.Sprintf("open-%d", between), fmt.Sprintf("open loop at %d/s for %s", between, openStep), r.text(), "–")
		if r.held() {
			held = r
		}
	}
	// Nine tenths of a limit: at the limit itself a queue that once stands never ends.
	rate := held.rate
	if over.rate > 0 {
		rate = rate * 9 / 10
	}
	say("holding %d/s for %s", rate, o.For)
	long, err := s.openLoop(p, rate, o.For)
	if err != nil {
		return err
	}
	t.add("open-long", fmt.Sprintf("open loop on PostgreSQL at %d/s for %s", rate, o.For), fmt.Sprintf("%d/s for 10 min: no error, p50 < 5 ms, p99 < 250 ms", o.Rate),
		long.text(), fmt.Sprintf("%.0f %% of %d/s", float64(rate)/float64(o.Rate)*100, o.Rate), rate >= o.Rate && long.failed == 0 && long.p50 < 5 && long.p99 < openMost)
	if busy := over; busy.rate > 0 {
		what := "something that waits: the processors were not used up"
		switch ours := (busy.product + busy.server + busy.generate) / float64(processors()); {
		case ours > .85:
			what = "the processors, which generator, product and database server share"
		case busy.idle < .15:
			what = "other work on the machine, which took the processors: measure again when it is idle"
		}
		t.notes = append(t.notes, fmt.Sprintf("At %d/s the open loop was limited by %s: %s. %s", busy.rate, what, busy.text(), busy.first))
	}
	return nil
}
