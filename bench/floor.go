package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"modernc.org/sqlite"

	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// The floor is a program without rules: it knows beforehand what a roll call leaves behind and writes those rows
// through the bare driver. Nobody is asked for rights, no roll or calendar is looked at, nothing is read.

const (
	floorSheet = `INSERT INTO sheet (realm, class, day, session, school, level, roll, state, main, size, unknown, excused, unexcused, late, version, entered_late, received_at, account)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) ON CONFLICT (realm, class, day, session) DO NOTHING`
	floorMark = `INSERT INTO mark (realm, pupil, day, session, class, school, roll, roll_group, kind, reason, note)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	floorVersion = `INSERT INTO sheet_version (realm, class, day, session, version, act, roll, state, cause, reason, body, taken_at, received_at, device, account)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`
	floorDay = `INSERT INTO school_day (realm, school, day, session, level, sheets, no_class, roll, unknown, excused, unexcused, late)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (realm, school, day, session, level) DO UPDATE SET
		sheets = school_day.sheets + excluded.sheets, no_class = school_day.no_class + excluded.no_class, roll = school_day.roll + excluded.roll,
		unknown = school_day.unknown + excluded.unknown, excused = school_day.excused + excluded.excused,
		unexcused = school_day.unexcused + excluded.unexcused, late = school_day.late + excluded.late`
	floorGrade = `INSERT INTO school_grade_day (realm, school, day, session, level, grade, roll, unknown, excused, unexcused, late)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (realm, school, day, session, level, grade) DO UPDATE SET
		roll = school_grade_day.roll + excluded.roll, unknown = school_grade_day.unknown + excluded.unknown, excused = school_grade_day.excused + excluded.excused,
		unexcused = school_grade_day.unexcused + excluded.unexcused, late = school_grade_day.late + excluded.late`
	floorMonth = `INSERT INTO school_month (realm, school, month, level, sheets, no_class, roll, unknown, excused, unexcused, late, changes)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (realm, school, month, level) DO UPDATE SET
		sheets = school_month.sheets + excluded.sheets, no_class = school_month.no_class + excluded.no_class, roll = school_month.roll + excluded.roll,
		unknown = school_month.unknown + excluded.unknown, excused = school_month.excused + excluded.excused,
		unexcused = school_month.unexcused + excluded.unexcused, late = school_month.late + excluded.late, changes = school_month.changes + excluded.changes`
	floorAudit = `INSERT INTO audit_entry (realm, id, at, account, action, object_kind, object, rule, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
)

// write is one statement with its values.
type write struct {
	query string
	args  []any
}

// rows gives what a roll call leaves behind. bools and instants are as the engine's driver wants them.
func (s *sheet) rows(engine store.Engine, realm int, audit id.ID) []write {
	boolean := func(yes bool) any {
		if engine == store.Postgres {
			return yes
		}
		if yes {
			return 1
		}
		return 0
	}
	instant := func(t time.Time) any {
		if engine == store.Postgres {
			return t.UTC()
		}
		return t.UnixMicro()
	}
	now := time.Now()
	on, month := s.Day.String(), s.Day.MonthStart().String()
	counts := map[rollcall.Kind]int{}
	byGrade := map[string]map[rollcall.Kind]int{}
	var body strings.Builder
	class, school, session, teacher := int64(s.ID), int64(s.School), int(s.Session), int64(s.Teacher)
	writes := make([]write, 0, 6+len(s.grades)+len(s.marks))
	for _, m := range s.marks {
		counts[m.Kind]++
		if byGrade[m.Grade] == nil {
			byGrade[m.Grade] = map[rollcall.Kind]int{}
		}
		byGrade[m.Grade][m.Kind]++
		body.WriteString(strconv.FormatInt(int64(m.ID), 36) + " " + strconv.Itoa(int(m.Kind)) + "\n")
	}
	unknown, excused, unexcused := counts[rollcall.Unknown], counts[rollcall.Excused], counts[rollcall.Unexcused]
	writes = append(writes, write{floorSheet, []any{realm, class, on, session, school, s.Level, s.Roll, 1, boolean(s.Main), s.Size, unknown, excused, unexcused, 0, 1,
		boolean(false), instant(now), teacher}})
	for _, m := range s.marks {
		writes = append(writes, write{floorMark, []any{realm, int64(m.ID), on, session, class, school, s.Roll, m.Group, int(m.Kind), "", ""}})
	}
	detail, _ := json.Marshal(map[string]any{"day": s.Day, "session": session, "version": 1, "state": 1, "absent": unknown + excused + unexcused})
	writes = append(writes,
		write{floorVersion, []any{realm, class, on, session, 1, s.Act[:], s.Roll, 1, "", "", body.String(), instant(now), instant(now), "other/other", teacher}},
		write{floorDay, []any{realm, school, on, session, s.Level, 1, 0, s.Size, unknown, excused, unexcused, 0}})
	for grade, pupils := range s.grades {
		c := byGrade[grade]
		writes = append(writes, write{floorGrade, []any{realm, school, on, session, s.Level, grade, pupils, c[rollcall.Unknown], c[rollcall.Excused], c[rollcall.Unexcused], 0}})
	}
	return append(writes,
		write{floorMonth, []any{realm, school, month, s.Level, 1, 0, s.Size, unknown, excused, unexcused, 0, 1}},
		write{floorAudit, []any{realm, int64(audit), instant(now), teacher, "rollcall.submit", "class", class, "homeroom-teacher/class", string(detail)}})
}

// floorRun is one run of the floor.
type floorRun struct {
	Wall, CPU time.Duration
}

// groupOfFloor is how many roll calls the SQLite floor puts in one commit, as many as the product may.
const groupOfFloor = 64

// sqliteFloor writes sheets by one writer in groups, each flushed to the disk.
func sqliteFloor(ctx context.Context, dir string, realm int, newID func() id.ID, sheets []*sheet) (f floorRun, err error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, store.FileName)+
		"?_pragma=journal_mode(WAL)&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=cache_size(-16000)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		return f, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	statements := map[string]*sql.Stmt{}
	for _, query := range []string{floorSheet, floorMark, floorVersion, floorDay, floorGrade, floorMonth, floorAudit} {
		if statements[query], err = db.PrepareContext(ctx, query); err != nil {
			return f, err
		}
	}
	cpu, began := cpuTime(), time.Now()
	for len(sheets) > 0 {
		n := min(groupOfFloor, len(sheets))
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return f, err
		}
		for _, s := range sheets[:n] {
			for _, w := range s.rows(store.SQLite, realm, newID()) {
				if _, err := tx.StmtContext(ctx, statements[w.query]).ExecContext(ctx, w.args...); err != nil {
					return f, err
				}
			}
		}
		if err := tx.Commit(); err != nil {
			return f, err
		}
		sheets = sheets[n:]
	}
	return floorRun{time.Since(began), cpuTime() - cpu}, nil
}

// postgresFloor writes sheets by so many clients, one transaction each, all its statements in one message.
func postgresFloor(ctx context.Context, pool *pgxpool.Pool, realm, clients int, newID func() id.ID, sheets []*sheet) (f floorRun, err error) {
	var next atomic.Int64
	failed := make(chan error, clients)
	cpu, began := cpuTime(), time.Now()
	for range clients {
		go func() {
			for {
				i := int(next.Add(1) - 1)
				if i >= len(sheets) {
					failed <- nil
					return
				}
				err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
					batch := &pgx.Batch{}
					for _, w := range sheets[i].rows(store.Postgres, realm, newID()) {
						batch.Queue(w.query, w.args...)
					}
					return tx.SendBatch(ctx, batch).Close()
				})
				if err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	for range clients {
		if e := <-failed; e != nil {
			err = e
		}
	}
	return floorRun{time.Since(began), cpuTime() - cpu}, err
}

// commits counts the commits of SQLite writers in this process: each is one flush of the log.
var commits atomic.Int64

func init() {
	sqlite.RegisterConnectionHook(func(conn sqlite.ExecQuerierContext, dsn string) error {
		if hooks, ok := conn.(sqlite.HookRegisterer); ok && !strings.Contains(dsn, "query_only") {
			hooks.RegisterCommitHook(func() int32 { commits.Add(1); return 0 })
		}
		return nil
	})
}
