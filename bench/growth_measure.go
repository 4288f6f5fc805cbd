package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/indicator"
	"ralop/internal/report"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/warning"
)

// readBoards reads what officials read.
func (b *built) readBoards(ctx context.Context, _ options, r readings) error {
	schools, err := b.schools(ctx)
	if err != nil {
		return err
	}
	by := func(by indicator.By) func(context.Context, *store.Tx, int) error {
		return func(ctx context.Context, tx *store.Tx, _ int) error { return b.attendance(ctx, tx, by, growthMonth) }
	}
	chance := rand.New(rand.NewPCG(3, 5))
	for _, step := range []struct {
		key   string
		times int
		read  func(context.Context, *store.Tx, int) error
	}{
		{"board", often, by(indicator.ByChildren)},
		{"whole-board", often / 2, b.board(growthMonth, indicator.NewCache())},
		{"cold-board", 3, b.board(growthMonth, nil)},
		{"range", often, func(ctx context.Context, tx *store.Tx, _ int) error {
			_, err := rollcall.Days(ctx, tx, b.app.Realm, rollcall.Question{Schools: schools, Period: anyDates(chance, growthSince, b.clock.Day())})
			return err
		}},
		{"sex", 15, by(indicator.BySex)}, {"ethnicity", 15, by(indicator.ByEthnicity)}, {"boarding", 15, by(indicator.ByBoarding)},
	} {
		p50, p95, err := b.timed(ctx, step.times, step.read)
		if err != nil {
			return fmt.Errorf("%s: %w", step.key, err)
		}
		r[step.key] = reading{p50, p95}
	}
	return nil
}

// makePapers makes the province's synthesis, those of its communes, and one that is approved and frozen.
func (b *built) makePapers(ctx context.Context, _ options, r readings) error {
	p50, p95, err := b.timed(ctx, 3, func(ctx context.Context, tx *store.Tx, _ int) error { return b.synthesis(ctx, tx, b.top, growthMonth) })
	if err != nil {
		return err
	}
	r["synthesis"] = reading{p50, p95}
	_, seconds, err := b.papersOfChildren(ctx, growthMonth)
	if err != nil {
		return err
	}
	r["papers"] = reading{Median: seconds}
	began := time.Now()
	if err := b.freeze(ctx, b.top, growthMonth); err != nil {
		return err
	}
	r["frozen"] = reading{Median: time.Since(began).Seconds()}
	return nil
}

// freeze makes the paper of a place, lays it before the approver and approves it.
func (w *world) freeze(ctx context.Context, place report.Place, period day.Range) error {
	who := w.official()
	made, err := report.Create(ctx, w.app.Store, who, report.CreateIn{Place: place, Period: period})
	if err != nil {
		return err
	}
	step := func(do func(report.StepIn) error) error {
		in := report.StepIn{Report: made}
		err := w.app.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			o, err := report.Find(ctx, tx, who, made)
			in.Version = o.Version
			return err
		})
		if err != nil {
			return err
		}
		return do(in)
	}
	if err := step(func(in report.StepIn) error {
		return w.app.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return report.Submit(ctx, tx, who, in) })
	}); err != nil {
		return err
	}
	return step(func(in report.StepIn) error { return report.Approve(ctx, w.app.Store, who, in) })
}

// nights works out the warnings of everybody: once to raise what there is, then as every night.
func (b *built) nights(ctx context.Context, _ options, r readings) error {
	if _, err := warning.Nightly(ctx, b.app.Store, b.app.Realm); err != nil {
		return err
	}
	if err := b.app.Store.Analyze(ctx); err != nil { // signals by the thousand are there now
		return err
	}
	times := 3
	if b.Pupils > 2*province {
		times = 1
	}
	var nights series
	for range times {
		began := time.Now()
		if _, err := warning.Nightly(ctx, b.app.Store, b.app.Realm); err != nil {
			return err
		}
		nights.add(time.Since(began).Seconds())
	}
	r["night"] = reading{Median: nights.median()}
	if times > 1 {
		r["night"] = reading{nights.median(), slices.Max(nights.all)}
	}
	return nil
}

const (
	growthClasses = 2_000 // classes that submit, from all over
	growthOpen    = 600   // submissions of the open loop at 100/s
)

// submissions lets classes from all over submit: once to warm up, then as fast as they are answered, then 100 a second.
func (b *built) submissions(ctx context.Context, o options, r readings) (err error) {
	classes, err := b.someClasses(ctx, growthClasses)
	if err != nil {
		return err
	}
	sheets, err := b.sheetsOf(ctx, classes, 2*len(classes)+o.Sheets+growthOpen)
	if err != nil {
		return err
	}
	s, err := b.serve(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	p := &plan{rest: sheets}
	if _, _, err := s.send(p.take(warmUp(sheets)), clients, 0); err != nil {
		return err
	}
	pages := func() (n int64) {
		if b.app.Store.Engine() == store.SQLite && err == nil {
			n, err = b.oneOf(ctx, `SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()`)
		}
		return n
	}
	run := p.take(o.Sheets)
	n := float64(len(run))
	size, server := pages(), serverTime()
	a, cpu, failed := s.send(run, clients, 0)
	if failed != nil {
		return failed
	}
	cpu += serverTime() - server
	time.Sleep(1500 * time.Millisecond) // the book is sealed
	if grown := pages() - size; grown > 0 {
		r["sheet"] = reading{Median: float64(grown) / n}
	}
	p50, p99 := percentiles(a.Latencies)
	r["rate"], r["cpu"], r["closed"] = reading{Median: n / a.Wall.Seconds()}, reading{Median: micro(cpu) / n}, reading{p50, p99}
	if a, _, failed = s.send(p.take(growthOpen), clients, 100); failed != nil {
		return failed
	}
	p50, p99 = percentiles(a.Latencies)
	r["open"] = reading{p50, p99}
	return errors.Join(p.err, err)
}

// catchUp does what the first night does, so that the server that is weighed has nothing left to do.
func (b *built) catchUp(ctx context.Context, _ options, _ readings) error {
	if err := b.app.SetClock(ctx, b.clock.Time()); err != nil {
		return err
	}
	return b.app.CatchUp(ctx)
}

// idle weighs the product's own binary on the closed database.
func idle(ctx context.Context, f folders, dir string, r readings) error {
	product, err := f.product()
	if err != nil {
		return err
	}
	var first, memory series
	for range 3 {
		ms, mb, err := startOnce(ctx, product, dir)
		if err != nil {
			return err
		}
		first.add(ms)
		memory.add(mb)
	}
	r["memory"], r["start"] = reading{memory.median(), slices.Max(memory.all)}, reading{first.median(), slices.Max(first.all)}
	return nil
}

// sumOfDays reads figures of any dates by school and level, and gives the pupil-sessions in them.
func (w *world) sumOfDays(ctx context.Context, schools []id.ID, period day.Range) (sum int, err error) {
	err = w.app.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		figures, err := rollcall.Days(ctx, tx, w.app.Realm, rollcall.Question{Schools: schools, Period: period})
		for _, f := range figures {
			sum += f.Roll
		}
		return err
	})
	return sum, err
}
