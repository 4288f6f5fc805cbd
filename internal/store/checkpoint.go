package store

import (
	"context"
	"database/sql"
)

const (
	// groupsBetween is after how many commits the log is put into the database. A morning's commit writes ten pages
	// or so, so this is about SQLite's own thousand.
	groupsBetween = 96
	// longLog is the length in pages, 64 MB, at which the writer does it itself: while writes come without a gap
	// the log is never wholly put away and could grow without end. Little of it is left to do by then.
	longLog = "wal_autocheckpoint(16000)"
)

// checkpoints puts what the log holds into the database file, on a connection of its own. The writer would do it in the
// middle of a commit, and everybody would wait for two flushes and a thousand pages in all corners of the file.
type checkpoints struct {
	db    *sql.DB
	due   chan struct{}
	ended chan struct{}
}

func beginCheckpoints(db *sql.DB) *checkpoints {
	db.SetMaxOpenConns(1)
	c := &checkpoints{db: db, due: make(chan struct{}, 1), ended: make(chan struct{})}
	go func() {
		defer close(c.ended)
		for range c.due {
			// PASSIVE waits for nobody and lets nobody wait. What fails now is done at the next turn; a disk that takes
			// nothing more tells the writer so, who has somebody to tell.
			c.db.ExecContext(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)")
		}
	}()
	return c
}

// count is told of every commit of the writer.
func (c *checkpoints) count(groups int64) {
	if groups%groupsBetween != 0 {
		return
	}
	select {
	case c.due <- struct{}{}:
	default: // one is at it
	}
}

// end waits for the one that is at work. The writer has ended before.
func (c *checkpoints) end() error {
	close(c.due)
	<-c.ended
	return c.db.Close()
}
