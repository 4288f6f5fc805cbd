package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"syscall"
	"time"

	"ralop/internal/day"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/warning"
)

const (
	sqlCountPupils  = `SELECT COUNT(*) FROM pupil WHERE realm = $1`
	sqlCountSignals = `SELECT COUNT(*) FROM warning_signal WHERE realm = $1 AND state = 'open'`
	oneByOne        = 200 // sheets after which a pass of its own is timed
)

// measureWarnings times the passes over the story: every school whole, the classes of one
// sheet, a day's sheets at once.
func measureWarnings(ctx context.Context, o options, f folders, t *table) (err error) {
	say("working out warnings")
	w, err := reopen(ctx, o, f.at("warning"), "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	sheets, err := w.sheets(ctx)
	if err != nil {
		return err
	}
	one := func(query string) (n int) {
		err = errors.Join(err, w.app.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			n, err = store.One[int](ctx, tx, query, w.app.Realm)
			return err
		}))
		return n
	}
	timed := func(f func(context.Context, *store.Store, int) (int, error)) (wall, cpu float64, touched int) {
		before, began := processorTime(), time.Now()
		touched, failed := f(ctx, w.app.Store, w.app.Realm)
		err = errors.Join(err, failed)
		return time.Since(began).Seconds(), (processorTime() - before).Seconds(), touched
	}
	pupils := one(sqlCountPupils)
	wall, cpu, touched := timed(warning.Nightly)
	if err != nil {
		return err
	}
	t.show("warnings-first", fmt.Sprintf("warnings: the first night, nothing kept before (%d pupils, %d signals raised)", pupils, touched), fmt.Sprintf("%s s, %s s of processors", number(wall), number(cpu)), "–")

	var again, processors series
	for range 3 {
		wall, cpu, _ := timed(warning.Nightly)
		again.add(wall)
		processors.add(cpu)
	}
	t.add("warnings-night", fmt.Sprintf("warnings: nightly pass over everybody (%d pupils, %d open signals)", pupils, one(sqlCountSignals)), "≤ 5 s for 200,000 pupils",
		again.text(" s")+", "+processors.text(" s")+" of processors", "–", again.median() <= 5)

	next := sheets[0].Day
	today := slices.DeleteFunc(slices.Clone(sheets), func(s *sheet) bool { return s.Day != next })
	if err := w.app.SetClock(ctx, next.Midnight().Add(2*time.Hour)); err != nil { // 9:00
		return err
	}
	var passes []time.Duration
	changed := 0
	for i, s := range today {
		if err := w.submit(ctx, s); err != nil {
			return err
		}
		if i >= oneByOne {
			continue
		}
		began := time.Now()
		n, err := warning.Pass(ctx, w.app.Store, w.app.Realm)
		if err != nil {
			return err
		}
		passes = append(passes, time.Since(began))
		changed += n
	}
	p50, p95 := at95(passes[min(3, len(passes)-1):])
	t.add("warnings-sheet", fmt.Sprintf("warnings after one sheet: find the class, work it out, keep what changed (%d sheets, %d changes)", len(passes), changed), "≤ 5 ms", spread(p50, p95), "–", p50 <= 5)
	wall, cpu, touched = timed(warning.Pass)
	t.show("warnings-day", fmt.Sprintf("warnings: %d sheets of a day at once (%d signals changed)", len(today)-len(passes), touched), fmt.Sprintf("%s s, %s s of processors", number(wall), number(cpu)), "–")
	wall, cpu, touched = timed(warning.Nightly)
	t.show("warnings-night-after", fmt.Sprintf("warnings: the night after that day (%d signals changed)", touched), fmt.Sprintf("%s s, %s s of processors", number(wall), number(cpu)), "–")
	return err
}

// submit keeps a sheet in this process.
func (w *world) submit(ctx context.Context, s *sheet) error {
	in := rollcall.Submission{Act: s.Act, Class: s.ID, Day: s.Day, Session: s.Session, Roll: s.Roll, State: rollcall.Taken, TakenAt: day.InstantOf(s.Day.Midnight())}
	for _, m := range s.marks {
		in.Marks = append(in.Marks, rollcall.Mark{Pupil: m.ID, Kind: m.Kind})
	}
	return w.app.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := rollcall.Submit(ctx, tx, w.app.System(), in)
		return err
	})
}

// processorTime is what this process used so far.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
