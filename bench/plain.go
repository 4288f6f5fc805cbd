package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"ralop/internal/day"
	"ralop/internal/store/storetest"
)

// The plain SQL of an office: a table with a row for each pupil and session, on PostgreSQL. The office keeps the commune
// beside the numbers, so that its statements join nothing.

// A growth world holds seven weeks. A year is made of five times the same weeks, for the office's table and for the
// product's sums alike.
const (
	weeksKept   = 7
	yearOfWeeks = 5

	sqlPlainTable = `CREATE TABLE bench_pupil_day AS
		SELECT p.located_in AS commune, s.school, s.level, s.class, m.pupil, s.day + 7 * $1::int * g.n AS day, s.session, COALESCE(k.kind, 0) AS kind FROM sheet s
		JOIN school_period p ON p.realm = s.realm AND p.school = s.school AND p.from_day <= s.day AND p.until_day > s.day
		JOIN roll_member m ON m.realm = s.realm AND m.class = s.class AND m.roll = s.roll
		LEFT JOIN mark k ON k.realm = s.realm AND k.pupil = m.pupil AND k.day = s.day AND k.session = s.session AND k.class = s.class
		CROSS JOIN generate_series(0, $2::int - 1) g(n)
		WHERE s.state = 1`
	sqlPlainCommune = `SELECT commune, level, date_trunc('month', day), COUNT(*), COUNT(*) FILTER (WHERE kind IN (1, 2, 3)) FROM bench_pupil_day
		WHERE day >= $1 AND day < $2 GROUP BY 1, 2, 3`

	sqlMoreDays = `INSERT INTO school_day (realm, school, day, session, level, sheets, no_class, roll, unknown, excused, unexcused, late)
		SELECT realm, school, day + 7 * $1::int * g.n, session, level, sheets, no_class, roll, unknown, excused, unexcused, late FROM school_day CROSS JOIN generate_series(1, $2::int - 1) g(n)`
	sqlMoreMonths = `INSERT INTO school_month (realm, school, month, level, sheets, no_class, roll, unknown, excused, unexcused, late, changes)
		SELECT realm, school, date_trunc('month', day)::date, level, SUM(sheets), SUM(no_class), SUM(roll), SUM(unknown), SUM(excused), SUM(unexcused), SUM(late), SUM(sheets) FROM school_day GROUP BY 1, 2, 3, 4`
)

// plainRun is what was read of the same dates by the product and by plain SQL, in milliseconds.
type plainRun struct {
	ours, schools, communes series
	rows                    int // of the table
}

// plain reads any dates of so many times seven weeks. More than once the weeks falsifies the world: it comes last.
func (b *built) plain(ctx context.Context, times int) (r plainRun, err error) {
	conn, err := pgx.Connect(ctx, b.address)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	run := func(statement string, args ...any) {
		if err == nil {
			_, err = conn.Exec(ctx, statement, args...)
		}
	}
	if times > 1 {
		run(sqlMoreDays, weeksKept, times)
		run("DELETE FROM school_month")
		run(sqlMoreMonths)
		run("VACUUM ANALYZE school_day")
		run("VACUUM ANALYZE school_month")
	}
	// CREATE TABLE AS takes no parameters in the extended protocol.
	if err == nil {
		_, err = conn.Exec(ctx, sqlPlainTable, pgx.QueryExecModeSimpleProtocol, weeksKept, times)
	}
	run("CREATE INDEX ON bench_pupil_day (day, school)")
	run("VACUUM ANALYZE bench_pupil_day")
	if err != nil {
		return r, err
	}
	schools, err := b.schools(ctx)
	if err != nil {
		return r, err
	}
	r.rows = b.Sessions * times
	chance := rand.New(rand.NewPCG(3, 5))
	first, last := growthSince, b.clock.Day().Add(7*weeksKept*(times-1))
	for i := range 7 {
		// Ranges of three weeks and more: of a short one both read little.
		from := first.Add(chance.IntN((last.Sub(first) - 21) / 2))
		period := day.Range{From: from, Until: from.Add(21 + chance.IntN(last.Sub(from)-21))}
		began := time.Now()
		pupils, err := countRows(ctx, conn, period)
		if err != nil {
			return r, err
		}
		byRow := time.Since(began)
		began = time.Now()
		sum, err := b.sumOfDays(ctx, schools, period)
		if err != nil {
			return r, err
		}
		ours := time.Since(began)
		if sum != pupils {
			return r, fmt.Errorf("%v: %d pupil-sessions by row, %d by the product", period, pupils, sum)
		}
		began = time.Now()
		run(sqlPlainCommune, period.From.String(), period.Until.String())
		if i > 0 {
			r.ours.add(micro(ours) / 1e3)
			r.schools.add(micro(byRow) / 1e3)
			r.communes.add(micro(time.Since(began)) / 1e3)
		}
	}
	run("DROP TABLE bench_pupil_day")
	return r, err
}

// plainSQL is a step of the growth.
func (b *built) plainSQL(ctx context.Context, _ options, r readings) error {
	p, err := b.plain(ctx, 1)
	if err != nil {
		return err
	}
	r["range-same"], r["plain"] = reading{Median: p.ours.median()}, reading{p.schools.median(), slices.Max(p.schools.all)}
	r["plain-commune"] = reading{p.communes.median(), slices.Max(p.communes.all)}
	return nil
}

// measureYear asks for any dates of a province's year: the product, and plain SQL on a row for each pupil and session.
func measureYear(ctx context.Context, o options, f folders, t *table) (err error) {
	pupils := min(provincePupils, o.World)
	say("a year of %d pupils on PostgreSQL", pupils)
	server, err := storetest.Durable()
	if err != nil {
		return err
	}
	b, err := grow(ctx, pupils, "", server)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	p, err := b.plain(ctx, yearOfWeeks)
	if err != nil {
		return err
	}
	times := p.schools.median() / p.ours.median()
	t.add("year-rows", fmt.Sprintf("any dates of a year, %s pupils, %d schools, school × level, against a row per pupil and session (PostgreSQL, warm, %.0f M rows)", grouped(b.Pupils), b.Schools, float64(p.rows)/1e6),
		"≥ 100 × faster; ≤ 50 ms", p.ours.text(" ms")+" against "+p.schools.text(" ms"), fmt.Sprintf("%.0f ×", times), times >= 100 && p.ours.median() <= 50)
	t.show("year-communes", "the office's table by commune × level × month, the same dates", p.communes.text(" ms"), fmt.Sprintf("%.0f × the product's reading", p.communes.median()/p.ours.median()))
	return nil
}
