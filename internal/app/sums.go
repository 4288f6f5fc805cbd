package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sort"

	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/store"
)

// Sums are what two databases must agree in to hold the same: what a copy is compared by
// after a backup and after a move to another engine.
type Sums struct {
	Rows   map[string]int64 `json:"rows"`   // of every table
	Days   string           `json:"days"`   // digest of the sums of every day, session and level
	Papers string           `json:"papers"` // digest of the bytes of all frozen papers, and of what their digests say
	Audit  string           `json:"audit"`  // head of the audit book
	Sheets int64            `json:"sheets"` // taken, in all days
	Absent int64            `json:"absent"` // pupil-sessions
}

const (
	sqlDaySums = `SELECT day, session, level, SUM(sheets), SUM(no_class), SUM(roll), SUM(unknown), SUM(excused), SUM(unexcused), SUM(late)
		FROM school_day WHERE realm = $1 GROUP BY day, session, level ORDER BY day, session, level`
	sqlPaperDigests = `SELECT report, format, digest, content FROM report_file WHERE realm = $1 ORDER BY report, format`
)

// Tables that move while nothing of substance does: not compared.
var restless = map[string]bool{"signed_in": true, "sign_in_failure": true, "job_run": true}

// SumsOf adds a database up, in the snapshot of tx.
func SumsOf(ctx context.Context, tx *store.Tx, realm int) (Sums, error) {
	s := Sums{Rows: map[string]int64{}}
	tables, err := tx.Tables(ctx)
	if err != nil {
		return s, err
	}
	for _, table := range tables {
		if !restless[table] {
			if s.Rows[table], err = tx.Count(ctx, table); err != nil {
				return s, err
			}
		}
	}
	days := sha256.New()
	err = tx.Each(ctx, func(row store.Row) error {
		var on day.Day
		var session int
		var level string
		var n [7]int64
		if err := row.Scan(&on, &session, &level, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6]); err != nil {
			return err
		}
		s.Sheets += n[0]
		s.Absent += n[3] + n[4] + n[5]
		_, err := fmt.Fprintln(days, on, session, level, n)
		return err
	}, sqlDaySums, realm)
	if err != nil {
		return s, err
	}
	s.Days = hex.EncodeToString(days.Sum(nil))
	papers := sha256.New()
	err = tx.Each(ctx, func(row store.Row) error {
		var report int64
		var format, digest string
		var content []byte
		if err := row.Scan(&report, &format, &digest, &content); err != nil {
			return err
		}
		_, err := fmt.Fprintf(papers, "%d %s %s %x\n", report, format, digest, sha256.Sum256(content))
		return err
	}, sqlPaperDigests, realm)
	if err != nil {
		return s, err
	}
	s.Papers = hex.EncodeToString(papers.Sum(nil))
	head, err := audit.Head(ctx, tx, realm)
	if err != nil && !store.IsNone(err) {
		return s, err
	}
	s.Audit = head.Hash
	return s, nil
}

// Differences says in which of them two sums differ: names of tables, days, papers, audit.
func (s Sums) Differences(other Sums) (names []string) {
	for table, n := range s.Rows {
		if other.Rows[table] != n {
			names = append(names, fmt.Sprintf("%s: %d / %d", table, n, other.Rows[table]))
		}
	}
	for table := range other.Rows {
		if _, here := s.Rows[table]; !here {
			names = append(names, fmt.Sprintf("%s: – / %d", table, other.Rows[table]))
		}
	}
	sort.Strings(names)
	if s.Days != other.Days {
		names = append(names, "days")
	}
	if s.Papers != other.Papers {
		names = append(names, "papers")
	}
	if s.Audit != other.Audit {
		names = append(names, "audit")
	}
	return names
}
