package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"ralop/internal/day"
	"ralop/internal/store/storetest"
)

// measurePostgres repeats boards and submissions on a PostgreSQL of its own that flushes every commit.
func measurePostgres(ctx context.Context, o options, f folders, t *table) (err error) {
	say("making the story on PostgreSQL")
	address, err := storetest.Durable()
	if err != nil {
		return err
	}
	w, err := tell(ctx, o, "", address)
	if err != nil {
		return err
	}
	if err := measureBoards(ctx, w, t, "PostgreSQL"); err != nil {
		return errors.Join(err, w.close())
	}
	if err := w.againstRowsPerPupil(ctx, address, t); err != nil {
		return errors.Join(err, w.close())
	}
	if err := w.close(); err != nil {
		return err
	}
	other, err := beside(ctx, address, "floor")
	if err != nil {
		return err
	}
	if w, err = reopen(ctx, o, "", address); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	return w.submitOnPostgres(ctx, o, other, t)
}

// beside copies the database at an address under another name.
func beside(ctx context.Context, address, name string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	was := strings.TrimPrefix(u.Path, "/")
	if err := onServer(ctx, address, "CREATE DATABASE "+name+" TEMPLATE "+was); err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

// databaseOn makes an empty database on the server of an address; drop takes it away.
func databaseOn(ctx context.Context, address, name string) (made string, drop func() error, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", nil, err
	}
	u.Path = "/" + name
	drop = func() error {
		return onServer(context.WithoutCancel(ctx), address, "DROP DATABASE "+name+" WITH (FORCE)")
	}
	return u.String(), drop, onServer(ctx, address, "CREATE DATABASE "+name+" TEMPLATE template1")
}

// onServer runs a statement about the databases of a server.
func onServer(ctx context.Context, address, statement string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	u.Path = "/postgres"
	conn, err := pgx.Connect(ctx, u.String())
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}

func (w *world) submitOnPostgres(ctx context.Context, o options, floorAddress string, t *table) (err error) {
	say("submitting on PostgreSQL")
	config, err := pgxpool.ParseConfig(floorAddress)
	if err != nil {
		return err
	}
	config.MaxConns = int32(4 * processors()) // as the product
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
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
		return postgresFloor(ctx, pool, w.app.Realm, clients, w.app.Store.NewID, sheets)
	}
	r, p := &submitted{serverOf: serverTime, floorServerOf: serverTime}, &plan{rest: sheets}
	first := p.take(warmUp(sheets))
	if _, _, err := s.send(first, clients, 0); err != nil {
		return err
	}
	if _, err := floor(first); err != nil {
		return err
	}
	for range o.Runs {
		run := p.take(o.Sheets)
		if p.err != nil {
			return p.err
		}
		if err := r.round(s, run, floor); err != nil {
			return err
		}
	}
	const rate = 100
	if err := r.open(s, p.take(int(o.Open.Seconds()*rate)), rate); err != nil {
		return err
	}
	t.add("submit-postgres-peers", fmt.Sprintf("submit a class over HTTP, PostgreSQL, %d clients", clients), "≥ 50 × RosarioSIS (11/s)",
		r.rate.text("/s")+"; floor "+r.floor.text("/s"), fmt.Sprintf("%.0f × RosarioSIS", r.rate.median()/rosario), r.rate.median() >= 50*rosario)
	ours, bare := r.cpu.median()+r.server.median(), r.floorCPU.median()+r.floorServer.median()
	t.add("submit-postgres-cpu", "processor time of one submission, the database server's included", "≤ 2 × the bare transaction through pgx",
		fmt.Sprintf("%.0f µs (product %s, server %s); bare %.0f µs (client %s, server %s)", ours, r.cpu.text(""), r.server.text(""), bare, r.floorCPU.text(""), r.floorServer.text("")),
		fmt.Sprintf("%.1f × (product's process %.1f ×, server %.1f ×)", ours/bare, r.cpu.median()/r.floorCPU.median(), r.server.median()/r.floorServer.median()), ours <= 2*bare)
	t.show("submit-postgres-closed", fmt.Sprintf("latency with %d clients, PostgreSQL", clients), "p50 "+r.p50.text(" ms")+", p99 "+r.p99.text(" ms"), "–")
	t.show("submit-postgres-open", "latency at 100/s, PostgreSQL", "p50 "+r.open50.text(" ms")+", p99 "+r.open99.text(" ms"), "–")
	return p.err
}

// serverTime is the processor time that the PostgreSQL started by this process used so far, its ended sessions included.
func serverTime() time.Duration {
	type process struct{ parent, ticks, waited int }
	all := map[int]process{}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil || !strings.Contains(string(stat), "(postgres)") {
			continue
		}
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		number := func(i int) int { n, _ := strconv.Atoi(fields[i]); return n }
		all[pid] = process{number(1), number(11) + number(12), number(13) + number(14)}
	}
	ticks := 0
	for pid, p := range all {
		if p.parent == os.Getpid() {
			ticks += p.ticks + p.waited
			for _, c := range all {
				if c.parent == pid {
					ticks += c.ticks
				}
			}
		}
	}
	const hertz = 100 // USER_HZ of Linux
	return time.Duration(ticks) * time.Second / hertz
}

const (
	sqlRowsPerPupil = `CREATE TABLE bench_pupil_day AS
		SELECT s.school, s.level, s.class, m.pupil, s.day, s.session, COALESCE(k.kind, 0) AS kind FROM sheet s
		JOIN roll_member m ON m.realm = s.realm AND m.class = s.class AND m.roll = s.roll
		LEFT JOIN mark k ON k.realm = s.realm AND k.pupil = m.pupil AND k.day = s.day AND k.session = s.session AND k.class = s.class
		WHERE s.state = 1`
	sqlByRow = `SELECT school, level, COUNT(*), COUNT(*) FILTER (WHERE kind IN (1, 2, 3)) FROM bench_pupil_day WHERE day >= $1 AND day < $2 GROUP BY school, level`
)

// againstRowsPerPupil asks the same of a table with one row for each pupil and session, as offices keep it.
func (w *world) againstRowsPerPupil(ctx context.Context, address string, t *table) (err error) {
	say("asking the same of a table with a row per pupil and session")
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	for _, statement := range []string{sqlRowsPerPupil, "CREATE INDEX ON bench_pupil_day (day, school)", "VACUUM ANALYZE bench_pupil_day"} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	schools, err := w.schools(ctx)
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(3, 5))
	first, last := day.Date(w.year, 8, 26), w.clock.Day()
	var ours, theirs []float64
	total := 0
	for i := range 12 {
		from := first.Add(r.IntN(last.Sub(first)) / 2)
		period := day.Range{From: from, Until: from.Add(30 + r.IntN(last.Sub(from)-30))}
		began := time.Now()
		pupils, err := countRows(ctx, conn, period)
		if err != nil {
			return err
		}
		byRow := time.Since(began)
		began = time.Now()
		sum, err := w.sumOfDays(ctx, schools, period)
		if err != nil {
			return err
		}
		if sum != pupils {
			return fmt.Errorf("%v: %d pupil-sessions by row, %d by the product", period, pupils, sum)
		}
		if i > 1 {
			ours, theirs = append(ours, micro(time.Since(began))/1e3), append(theirs, micro(byRow)/1e3)
		}
		total = max(total, pupils)
	}
	slices.Sort(ours)
	slices.Sort(theirs)
	a, b := ours[len(ours)/2], theirs[len(theirs)/2]
	t.add("rows-per-pupil", fmt.Sprintf("any dates, school × level, against a row per pupil and session (PostgreSQL, warm, up to %.1f M rows read)", float64(total)/1e6),
		"≥ 100 × faster", fmt.Sprintf("%s ms against %s ms", number(a), number(b)), fmt.Sprintf("%.0f ×", b/a), b >= 100*a)
	_, err = conn.Exec(ctx, "DROP TABLE bench_pupil_day")
	return err
}

func countRows(ctx context.Context, conn *pgx.Conn, period day.Range) (pupils int, err error) {
	rows, err := conn.Query(ctx, sqlByRow, period.From.String(), period.Until.String())
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var school int64
		var level string
		var n, absent int
		if err := rows.Scan(&school, &level, &n, &absent); err != nil {
			return 0, err
		}
		pupils += n
	}
	return pupils, rows.Err()
}
