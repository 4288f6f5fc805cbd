package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"ralop/internal/store"
	"ralop/internal/store/storetest"
)

// reading is what was measured of one row at one size: a median, and the 95th (or 99th) of 100 where there is one.
type reading struct{ Median, Worst float64 }

// readings are those of one world on one engine, by the keys of growthRows.
type readings map[string]reading

// growthRow is a row of the table of growth.
type growthRow struct {
	key, what, unit string
	engine          string // "" for both
	target          string
	most            float64 // of the worst of a reading at the province's size; 0: no target in itself
	steady          float64 // how many times the district's the province's median may be; 0: as it likes
}

// The rows of the table, in its order.
var growthRows = []growthRow{
	{key: "board", what: "attendance of a month by commune, server time", unit: "ms", target: "≤ 10 ms p95; ≤ 1.2 × from 25,000 to 200,000", most: 10, steady: 1.2},
	{key: "whole-board", what: "whole board of the month", unit: "ms", target: "≤ 10 ms p95", most: 10},
	{key: "cold-board", what: "the same with nothing remembered from an earlier reading", unit: "ms"},
	{key: "range", what: "any dates, school × level", unit: "ms", target: "≤ 50 ms p95", most: 50},
	{key: "sex", what: "breakdown of the month by sex", unit: "ms", target: "≤ 300 ms p95", most: 300},
	{key: "ethnicity", what: "breakdown of the month by ethnicity", unit: "ms", target: "≤ 300 ms p95", most: 300},
	{key: "boarding", what: "breakdown of the month by boarding", unit: "ms", target: "≤ 300 ms p95", most: 300},
	{key: "synthesis", what: "synthesis of the province, docx, from the facts", unit: "ms", target: "≤ 1 s", most: 1000},
	{key: "frozen", what: "the same made, approved and frozen with all its files", unit: "s"},
	{key: "papers", what: "the papers of all communes, docx, one after another", unit: "s", target: "≤ 10 s", most: 10},
	{key: "plain", what: "plain SQL on a row per pupil and session: school × level", unit: "ms", engine: enginePostgres},
	{key: "plain-commune", what: "plain SQL on a row per pupil and session: commune × level × month", unit: "ms", engine: enginePostgres},
	{key: "night", what: "warnings: nightly pass over everybody", unit: "s", target: "≤ 5 s for 200,000", most: 5},
	{key: "rate", what: "submit a class over HTTP, 32 clients", unit: "/s"},
	{key: "cpu", what: "processor time of one submission, the database server's included", unit: "µs"},
	{key: "closed", what: "latency with 32 clients, p50 and p99", unit: "ms", target: "p99 ≤ 100 ms", most: 100},
	{key: "open", what: "latency at 100/s, p50 and p99", unit: "ms", target: "p99 ≤ 20 ms on SQLite"},
	{key: "sheet", what: "disk of one submission with all that it leaves", unit: "B", engine: engineSQLite},
	{key: "disk", what: "the whole database", unit: "MB"},
	{key: "memory", what: "ralop serve, idle", unit: "MB", engine: engineSQLite, target: "≤ 250 MB with a province", most: 250},
	{key: "start", what: "start to first answer", unit: "ms", engine: engineSQLite, target: "≤ 300 ms", most: 300},
}

const (
	engineSQLite   = "SQLite"
	enginePostgres = "PostgreSQL"
	province       = 200_000 // pupils of the size that targets are judged at
)

// sized is what was measured at one size.
type sized struct {
	pupils  int // asked for
	built   *built
	engines map[string]readings
}

// measureGrowth makes worlds of growing size on both engines and measures the same on each.
func measureGrowth(ctx context.Context, o options, f folders, t *table) error {
	var sizes []*sized
	for text := range strings.SplitSeq(o.Grow, ",") {
		pupils, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("-grow: %w", err)
		}
		sizes = append(sizes, &sized{pupils: pupils, engines: map[string]readings{}})
	}
	server, err := storetest.Durable()
	if err != nil {
		return err
	}
	for _, s := range sizes {
		if err := s.measure(ctx, o, f, server); err != nil {
			return fmt.Errorf("%d pupils: %w", s.pupils, err)
		}
	}
	t.addGrowth(sizes)
	return drawGrowth(o, sizes)
}

// measure makes the worlds of one size, side by side because making is not measured, and measures one after the other.
func (s *sized) measure(ctx context.Context, o options, f folders, server string) (err error) {
	began := time.Now()
	say("%d pupils: making the world on both engines", s.pupils)
	dir := f.at(fmt.Sprintf("grown-%d", s.pupils))
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var heavy *built
	var failed error
	var wait sync.WaitGroup
	if s.pupils <= o.MostPostgres {
		address, drop, err := databaseOn(ctx, server, fmt.Sprintf("grown_%d", s.pupils))
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, drop()) }()
		wait.Go(func() { heavy, failed = grow(ctx, s.pupils, "", address) })
	}
	light, err := grow(ctx, s.pupils, dir, "")
	wait.Wait()
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	s.built = light
	if s.engines[engineSQLite], err = light.measure(ctx, o, f, dir, engineSQLite); err != nil {
		return err
	}
	if heavy != nil {
		if s.engines[enginePostgres], err = heavy.measure(ctx, o, f, "", enginePostgres); err != nil {
			return err
		}
	}
	say("%d pupils: %s", s.pupils, time.Since(began).Round(time.Second))
	return nil
}

// measure takes every row on one engine and closes the world.
func (b *built) measure(ctx context.Context, o options, f folders, dir, engine string) (r readings, err error) {
	say("  measuring on %s", engine)
	r = readings{"disk": {Median: float64(b.Bytes) / 1e6}}
	steps := []func(context.Context, options, readings) error{b.readBoards, b.makePapers}
	if engine == enginePostgres && b.Sessions <= o.MostRows {
		steps = append(steps, b.plainSQL)
	}
	steps = append(steps, b.nights, b.submissions)
	if engine == engineSQLite && b.Pupils <= 2*province {
		steps = append(steps, b.catchUp)
	}
	for _, step := range steps {
		began := time.Now()
		if err := step(ctx, o, r); err != nil {
			return nil, errors.Join(err, b.close())
		}
		r.tell(engine, time.Since(began))
	}
	if err := b.close(); err != nil || engine != engineSQLite {
		return r, err
	}
	return r, idle(ctx, f, dir, r)
}

// tell says on the terminal what has been measured since it was last asked.
func (r readings) tell(engine string, took time.Duration) {
	var said []string
	for _, row := range growthRows {
		if _, is := r[row.key]; is {
			said = append(said, row.key+" "+row.cell(r))
		}
	}
	say("    %s, %s: %s", engine, took.Round(time.Second), strings.Join(said[max(0, len(said)-7):], ", "))
}

// cell is a reading as text.
func (row growthRow) cell(r readings) string {
	v, is := r[row.key]
	switch {
	case !is:
		return "–"
	case v.Worst > 0:
		return number(v.Median) + " / " + number(v.Worst) + " " + row.unit
	case row.unit == "/s":
		return number(v.Median) + "/s"
	}
	return number(v.Median) + " " + row.unit
}

// addGrowth writes the table: one row a figure and engine, one column a size.
func (t *table) addGrowth(sizes []*sized) {
	var b strings.Builder
	world := sizes[0].built
	fmt.Fprintf(&b, "One tree of %d communes and %d schools at every size; what grows is the number of classes in a school. Every world holds the roll calls of %s to %s. "+
		"Two figures in a cell are median and 95th (of submissions: 99th) of 100.\n\n| what | engine | target |", world.Communes, world.Schools, growthSince.Vietnamese(), world.clock.Day().Add(-1).Vietnamese())
	for _, s := range sizes {
		fmt.Fprintf(&b, " %s pupils |", grouped(s.built.Pupils))
	}
	growth := ""
	if len(sizes) > 1 {
		growth = fmt.Sprintf("× from %s to %s", grouped(sizes[0].pupils), grouped(sizes[1].pupils))
	}
	fmt.Fprintf(&b, " %s | |\n|---|---|---|%s---|---|\n", growth, strings.Repeat("---|", len(sizes)))
	for _, part := range []struct {
		name string
		of   func(*built) int
	}{{"classes", func(b *built) int { return b.Classes }}, {"sheets kept", func(b *built) int { return b.Sheets }}} {
		fmt.Fprintf(&b, "| %s | both | – |", part.name)
		for _, s := range sizes {
			fmt.Fprintf(&b, " %s |", grouped(part.of(s.built)))
		}
		b.WriteString(" – | – |\n")
	}
	missed, judged := []string{}, 0
	for _, row := range growthRows {
		for _, engine := range []string{engineSQLite, enginePostgres} {
			if row.engine != "" && row.engine != engine || !slices.ContainsFunc(sizes, func(s *sized) bool { _, is := s.engines[engine][row.key]; return is }) {
				continue
			}
			target, most := row.target, row.most
			if row.key == "open" && engine == engineSQLite {
				most = 20
			}
			if target == "" {
				target = "–"
			}
			fmt.Fprintf(&b, "| %s | %s | %s |", row.what, engine, target)
			for _, s := range sizes {
				fmt.Fprintf(&b, " %s |", row.cell(s.engines[engine]))
			}
			ratio, verdict, met := "–", "–", true
			if len(sizes) > 1 {
				first, is := sizes[0].engines[engine][row.key]
				then, also := sizes[1].engines[engine][row.key]
				if is && also && first.Median > 0 {
					ratio = fmt.Sprintf("%.2f ×", then.Median/first.Median)
					met = row.steady == 0 || then.Median <= row.steady*first.Median
				}
			}
			for _, s := range sizes {
				if v, is := s.engines[engine][row.key]; is && most > 0 && s.pupils <= province {
					met, verdict = met && max(v.Median, v.Worst) <= most, "met"
				}
			}
			if verdict == "met" {
				judged++
				if !met {
					verdict = "**missed**"
					missed = append(missed, row.what+" ("+engine+")")
				}
			}
			fmt.Fprintf(&b, " %s | %s |\n", ratio, verdict)
		}
	}
	b.WriteString("\n" + againstPlain(sizes))
	fmt.Fprintf(&b, "\n%d of %d rows with a target missed", len(missed), judged)
	if len(missed) > 0 {
		b.WriteString(": " + strings.Join(missed, "; "))
	}
	b.WriteString(". Targets are judged up to the size of a province (200,000); a million stands for what comes after.\n\n")
	for _, p := range growthPlots {
		fmt.Fprintf(&b, "![%s](%s)\n", p.title, p.file)
	}
	t.growth = b.String()
}

// againstPlain sets the product's any-date reading against the plain SQL of an office, on PostgreSQL.
func againstPlain(sizes []*sized) string {
	var said []string
	for _, s := range sizes {
		r := s.engines[enginePostgres]
		if plain, is := r["plain"]; is {
			said = append(said, fmt.Sprintf("%.0f × at %s pupils (%s ms against %s ms, %.1f M rows)", plain.Median/r["range-same"].Median, grouped(s.built.Pupils),
				number(r["range-same"].Median), number(plain.Median), float64(s.built.Sessions)/1e6))
		}
	}
	if said == nil {
		return ""
	}
	return "Any dates, school × level, against a row per pupil and session with the plain SQL of an office (PostgreSQL, warm; the target is ≥ 100 × for a year of a province): " + strings.Join(said, ", ") + ".\n"
}

// grouped writes 200000 as 200,000.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// drawGrowth writes the pictures beside the page, when one is written.
func drawGrowth(o options, sizes []*sized) error {
	folder := o.Plots
	if folder == "" && o.Out != "" {
		folder = filepath.Dir(o.Out)
	}
	if folder == "" {
		return nil
	}
	for _, p := range growthPlots {
		if err := os.WriteFile(filepath.Join(folder, p.file), p.draw(sizes), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// oneOf reads a number from the world's database.
func (w *world) oneOf(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = w.app.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = store.One[int64](ctx, tx, query, args...)
		return err
	})
	return n, err
}
