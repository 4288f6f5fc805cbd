package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/indicator"
	"ralop/internal/paper"
	"ralop/internal/report"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// often is how many times a reading is repeated.
const often = 60

// enough is how long one reading is repeated at most, so that a slow one does not take the run's time.
const enough = 6 * time.Second

// timed runs f so many times, each in a snapshot of its own, and gives median and 95th of 100 in milliseconds. What
// f meets for the first time (statements to prepare, pages to read) is left out. What takes seconds is run less often,
// once at least.
func (w *world) timed(ctx context.Context, times int, f func(ctx context.Context, tx *store.Tx, i int) error) (p50, p95 float64, err error) {
	var all []time.Duration
	first := time.Now()
	for i, warm := 0, 3; len(all) < times && (len(all) == 0 || time.Since(first) < enough); i++ {
		began := time.Now()
		if err := w.app.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error { return f(ctx, tx, i) }); err != nil {
			return 0, 0, err
		}
		if i >= warm || i > 0 && time.Since(first) > enough/2 {
			all = append(all, time.Since(began))
		}
	}
	p50, p95 = at95(all)
	return p50, p95, nil
}

func spread(p50, p95 float64) string {
	return fmt.Sprintf("p50 %s ms, p95 %s ms", number(p50), number(p95))
}

const (
	sqlSchoolsAndPupils = `SELECT COUNT(*), (SELECT COUNT(*) FROM pupil WHERE realm = $1) FROM school WHERE realm = $1`
	sqlAllSchools       = `SELECT id FROM school WHERE realm = $1 ORDER BY id`
	sqlOfficial         = `SELECT account FROM role_grant WHERE realm = $1 AND role = 'education-official' AND scope_kind = 'unit' ORDER BY account`
)

// measureBoards reads what officials read, on a database that nobody writes to.
func measureBoards(ctx context.Context, w *world, t *table, engine string) error {
	say("reading boards on %s", engine)
	key := strings.ToLower(engine)
	month := day.MonthOf(w.clock.Day())
	schools, err := w.schools(ctx)
	if err != nil {
		return err
	}
	var size struct{ Schools, Pupils int }
	err = w.app.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		size, err = store.One[struct{ Schools, Pupils int }](ctx, tx, sqlSchoolsAndPupils, w.app.Realm)
		return err
	})
	if err != nil {
		return err
	}
	of := fmt.Sprintf("%s, %d schools, %d pupils", engine, size.Schools, size.Pupils)

	p50, p95, err := w.timed(ctx, often, func(ctx context.Context, tx *store.Tx, _ int) error {
		return w.attendance(ctx, tx, indicator.ByChildren, month)
	})
	if err != nil {
		return err
	}
	t.add("board-"+key, "attendance of a month by child unit, server time ("+of+")", "≤ 10 ms p95", spread(p50, p95), "–", p95 <= 10)

	cache := indicator.NewCache()
	if p50, p95, err = w.timed(ctx, often, w.board(month, cache)); err != nil {
		return err
	}
	t.add("whole-board-"+key, "whole board of the month – tiles, trend, ledger, causes, children ("+engine+")", "≤ 10 ms p95", spread(p50, p95), "–", p95 <= 10)
	if p50, p95, err = w.timed(ctx, 10, w.board(month, nil)); err != nil {
		return err
	}
	t.show("cold-board-"+key, "the same with nothing remembered from an earlier reading ("+engine+")", spread(p50, p95), "–")

	r := rand.New(rand.NewPCG(3, 5))
	anyRange := func() day.Range { return anyDates(r, day.Date(w.year, 8, 26), w.clock.Day()) }
	p50, p95, err = w.timed(ctx, often, func(ctx context.Context, tx *store.Tx, _ int) error {
		_, err := rollcall.Days(ctx, tx, w.app.Realm, rollcall.Question{Schools: schools, Period: anyRange()})
		return err
	})
	if err != nil {
		return err
	}
	t.add("range-"+key, "any dates of the school year, school × level ("+engine+")", "≤ 50 ms p95", spread(p50, p95), "–", p95 <= 50)
	p50, p95, err = w.timed(ctx, often, func(ctx context.Context, tx *store.Tx, _ int) error {
		_, err := indicator.Measure(ctx, tx, w.official(), indicator.Query{Indicator: indicator.Attendance, Place: indicator.Unit(w.top.ID), Period: anyRange(), By: indicator.ByChildren})
		return err
	})
	if err != nil {
		return err
	}
	t.add("range-board-"+key, "the same through the board's figure: rights, tree, what was due ("+engine+")", "≤ 50 ms p95", spread(p50, p95), "–", p95 <= 50)

	for _, by := range []indicator.By{indicator.BySex, indicator.ByEthnicity, indicator.ByBoarding} {
		if p50, p95, err = w.timed(ctx, 20, func(ctx context.Context, tx *store.Tx, _ int) error { return w.attendance(ctx, tx, by, month) }); err != nil {
			return err
		}
		t.add("breakdown-"+string(by)+"-"+key, "breakdown of the month by "+string(by)+" ("+engine+")", "≤ 300 ms p95", spread(p50, p95), "–", p95 <= 300)
	}
	if p50, p95, err = w.timed(ctx, 5, func(ctx context.Context, tx *store.Tx, _ int) error {
		return w.synthesis(ctx, tx, w.top, month)
	}); err != nil {
		return err
	}
	t.add("synthesis-"+key, "synthesis of the month with all tables, docx, from the facts ("+engine+")", "≤ 1 s", spread(p50, p95), "–", p95 <= 1000)
	papers, seconds, err := w.papersOfChildren(ctx, month)
	if err != nil {
		return err
	}
	t.add("papers-"+key, fmt.Sprintf("the papers of all %d units below, docx, one after another (%s)", papers, engine), "≤ 10 s", number(seconds)+" s", "–", seconds <= 10)
	return w.page(ctx, t, engine)
}

// attendance reads the attendance of a period at the top unit.
func (w *world) attendance(ctx context.Context, tx *store.Tx, by indicator.By, period day.Range) error {
	got, err := indicator.Measure(ctx, tx, w.official(), indicator.Query{Indicator: indicator.Attendance, Place: indicator.Unit(w.top.ID), Period: period, By: by})
	if err == nil && (len(got.Rows) == 0 || got.Total.D == 0) {
		err = errors.New("the figure is empty")
	}
	return err
}

// board reads the whole board of the top unit.
func (w *world) board(period day.Range, cache *indicator.Cache) func(context.Context, *store.Tx, int) error {
	return func(ctx context.Context, tx *store.Tx, _ int) error {
		b, err := indicator.ReadBoard(ctx, tx, w.official(), indicator.BoardQuery{Place: indicator.Unit(w.top.ID), Period: period}, cache)
		if err == nil && len(b.Children) == 0 {
			err = errors.New("the board is empty")
		}
		return err
	}
}

// anyDates draws a range of days.
func anyDates(r *rand.Rand, first, last day.Day) day.Range {
	from := first.Add(r.IntN(last.Sub(first)))
	return day.Range{From: from, Until: from.Add(1 + r.IntN(last.Sub(from)))}
}

// synthesis makes the paper of a unit from the facts.
func (w *world) synthesis(ctx context.Context, tx *store.Tx, place report.Place, period day.Range) error {
	file, err := report.Monthly(ctx, tx, w.official(), place, period, paper.FormatDocx, true)
	if err == nil && len(file.Content) == 0 {
		err = errors.New("the paper is empty")
	}
	return err
}

const sqlChildren = `SELECT p.unit FROM unit_period p WHERE p.parent = $1 AND p.from_day <= $2 AND p.until_day > $2
	AND EXISTS (SELECT 1 FROM unit_closure c JOIN school_period s ON s.located_in = c.descendant WHERE c.ancestor = p.unit AND s.realm = $3) ORDER BY p.code`

// papersOfChildren makes the paper of every unit right below the top.
func (w *world) papersOfChildren(ctx context.Context, period day.Range) (n int, seconds float64, err error) {
	began := time.Now()
	err = w.app.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		units, err := store.All[id.ID](ctx, tx, sqlChildren, w.top.ID, period.Last(), w.app.Realm)
		for _, unit := range units {
			if err == nil {
				err = w.synthesis(ctx, tx, report.Unit(unit), period)
			}
		}
		n = len(units)
		return err
	})
	return n, time.Since(began).Seconds(), err
}

func (w *world) schools(ctx context.Context) (schools []id.ID, err error) {
	err = w.app.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		schools, err = store.All[id.ID](ctx, tx, sqlAllSchools, w.app.Realm)
		return err
	})
	return schools, err
}

// page asks for the board's page over HTTP, and for the roll call of a class, as browsers do.
func (w *world) page(ctx context.Context, t *table, engine string) (err error) {
	s, err := w.serve(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	var official id.ID
	err = w.app.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		official, err = store.One[id.ID](ctx, tx, sqlOfficial, w.app.Realm)
		return err
	})
	if err != nil {
		return err
	}
	classes, err := w.classes(ctx)
	if err != nil {
		return err
	}
	ask := func(requests [][]byte, clients int) (answered, error) {
		if _, err := drive(load{Addr: s.addr, Clients: 1, Requests: requests[:min(3, len(requests))], Want: []byte("</html>")}, nothing); err != nil {
			return answered{}, err
		}
		return drive(load{Addr: s.addr, Clients: clients, Requests: requests, Want: []byte("</html>")}, nothing)
	}
	request, err := s.get(official, "/don-vi/"+w.top.ID.String()+"/bang?tu="+day.MonthOf(w.clock.Day()).From.String()+"&den="+w.clock.Day().String())
	if err != nil {
		return err
	}
	a, err := ask(slices.Repeat([][]byte{request}, often), 1)
	if err != nil {
		return err
	}
	p50, p95 := at95(a.Latencies)
	t.show("page-"+strings.ToLower(engine), "the whole board as a page over HTTP ("+engine+")", spread(p50, p95), "–")
	var requests [][]byte
	for i := range 400 {
		c := classes[i*7%len(classes)]
		if request, err = s.get(c.Teacher, "/lop/"+c.ID.String()+"/diem-danh"); err != nil {
			return err
		}
		requests = append(requests, bytes.Clone(request))
	}
	if a, err = ask(requests, 8); err != nil {
		return err
	}
	rate := float64(len(requests)) / a.Wall.Seconds()
	p50, p95 = at95(a.Latencies)
	t.add("roll-page-"+strings.ToLower(engine), "open the roll call of a class, 8 clients, every look in the audit book ("+engine+")", "≥ 20 × RosarioSIS (77–125/s)",
		fmt.Sprintf("%.0f/s, %s", rate, spread(p50, p95)), fmt.Sprintf("%.1f × RosarioSIS", rate/125), rate >= 20*125)
	c := classes[0]
	cookie, err := s.cookie(c.Teacher)
	if err != nil {
		return err
	}
	weight, drawn, err := s.coldWeight(cookie, "/lop/"+c.ID.String()+"/diem-danh")
	if err != nil {
		return err
	}
	t.add("roll-page-cold-"+strings.ToLower(engine), fmt.Sprintf("that page the first time, %d pupils, packed, with what it draws in (%s)", c.Size, engine), "≤ 40 kB, ≤ 5 requests",
		fmt.Sprintf("%.1f kB, %d requests", float64(weight)/1e3, drawn), fmt.Sprintf("%.1f × less than RosarioSIS (104 kB, 14–15 requests)", 104e3/float64(weight)), weight <= 40_000 && drawn <= 5)
	return nil
}

func nothing() func() { return func() {} }

func at95(all []time.Duration) (p50, p95 float64) {
	all = slices.Sorted(slices.Values(all))
	return micro(all[len(all)/2]) / 1e3, micro(all[min(len(all)-1, len(all)*95/100)]) / 1e3
}
