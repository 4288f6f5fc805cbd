package handout

import (
	"bytes"
	"context"
	"errors"
	"time"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/job"
	"ralop/internal/notify"
	"ralop/internal/store"
)

// leftBehind is after how long without a sign a file counts as left behind by its process:
// longer than packing the last rows of a workbook takes, which gives none.
const leftBehind = 2 * time.Minute

// before is an id of the machine's clock some time earlier: ids carry milliseconds above
// 22 bits (package id).
func before(now id.ID, age time.Duration) id.ID { return now - id.ID(age.Milliseconds())<<22 }

// Why a file could not be made; the words are messages of these ids.
const (
	NoRight  = "handout.no-right"  // the list may not be seen any more, or its place is gone
	TooLarge = "handout.too-heavy" // it weighs more than MaxFile
	Broken   = "handout.broken"    // something went wrong that the log tells more of
)

// ErrTaken says that another process makes the file now, or that it was deleted.
var ErrTaken = fault.New(fault.Conflict, "handout.taken", nil)

// Waiting lists files that wait to be made, or whose process left them behind.
func Waiting(ctx context.Context, tx *store.Tx, realm int) ([]id.ID, error) {
	return store.All[id.ID](ctx, tx, sqlWaiting, realm, before(tx.NewID(), leftBehind))
}

// Work is one process making one file. It is used by one goroutine.
type Work struct {
	File   File
	db     *store.Store
	realm  int
	holder id.ID
	number int // chunks written
	size   int64
	buffer bytes.Buffer
	wrong  error
}

// Take begins a file from its first row, whatever an earlier process left of it. Fault: ErrTaken.
func Take(ctx context.Context, db *store.Store, realm int, file id.ID) (*Work, error) {
	w := &Work{db: db, realm: realm}
	err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		w.holder = tx.NewID()
		n, err := tx.Exec(ctx, sqlTake, realm, file, w.holder, before(w.holder, leftBehind))
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrTaken
		}
		if _, err := tx.Exec(ctx, sqlDropChunks, realm, store.In([]id.ID{file})); err != nil {
			return err
		}
		w.File, err = store.One[File](ctx, tx, sqlFind, realm, file)
		return err
	})
	return w, err
}

// step runs f while the file is still this process' own, and shows a sign of life.
func (w *Work) step(ctx context.Context, done int64, f func(ctx context.Context, tx *store.Tx) error) error {
	var next id.ID
	err := w.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		next = tx.NewID()
		n, err := tx.Exec(ctx, sqlAdvance, w.realm, w.File.ID, w.holder, next, done, w.File.Total)
		if err == nil && n == 0 {
			err = ErrTaken
		}
		if err == nil && f != nil {
			err = f(ctx, tx)
		}
		return err
	})
	if err == nil {
		w.holder, w.File.Done = next, done
	}
	return err
}

// Advance says how many rows are written, and that the process lives. Fault: ErrTaken.
func (w *Work) Advance(ctx context.Context, done int64) error { return w.step(ctx, done, nil) }

// Expect says how many rows there will be.
func (w *Work) Expect(rows int64) { w.File.Total = rows }

// To is where the bytes of the file are written, each chunk in a transaction of its own.
func (w *Work) To(ctx context.Context) *Writer { return &Writer{ctx, w} }

// Writer writes the bytes of a file.
type Writer struct {
	ctx  context.Context // of the pass: an io.Writer takes none
	work *Work
}

func (w *Writer) Write(p []byte) (int, error) {
	if w.work.wrong != nil {
		return 0, w.work.wrong
	}
	w.work.buffer.Write(p)
	for w.work.buffer.Len() >= chunk {
		if err := w.work.put(w.ctx, w.work.buffer.Next(chunk)); err != nil {
			w.work.wrong = err
			return 0, err
		}
	}
	return len(p), nil
}

// Stop lets nothing more be written: the list is given up.
func (w *Writer) Stop() {
	if w.work.wrong == nil {
		w.work.wrong = errStopped
	}
}

var errStopped = errors.New("handout: the list was given up")

func (w *Work) put(ctx context.Context, body []byte) error {
	if w.size += int64(len(body)); w.size > MaxFile {
		return fault.New(fault.Invalid, "handout.too-large", fault.Args{"megabytes": MaxFile >> 20})
	}
	body = bytes.Clone(body)
	err := w.step(ctx, w.File.Done, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, sqlPut, w.realm, w.File.ID, w.number+1, body)
		return err
	})
	w.number++
	return err
}

// End hands the file out: whoever asked is told where, for Age. Faults: ErrTaken, handout.too-large.
func (w *Work) End(ctx context.Context, rows int64) error {
	if w.wrong != nil {
		return w.wrong
	}
	if w.buffer.Len() > 0 {
		if err := w.put(ctx, w.buffer.Next(w.buffer.Len())); err != nil {
			return err
		}
	}
	return w.finish(ctx, job.Done, rows, "", readyCode)
}

// Fail writes down what stood in the way, and tells whoever asked.
func (w *Work) Fail(ctx context.Context, code string) error {
	w.size = 0
	return w.finish(ctx, job.Failed, w.File.Done, code, failedCode)
}

func (w *Work) finish(ctx context.Context, state string, rows int64, wrong, told string) error {
	return w.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		until := tx.Now().Add(Age)
		n, err := tx.Exec(ctx, sqlEnd, w.realm, w.File.ID, w.holder, state, rows, w.size, wrong, tx.Now(), until)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrTaken
		}
		if state == job.Failed {
			if _, err := tx.Exec(ctx, sqlDropChunks, w.realm, store.In([]id.ID{w.File.ID})); err != nil {
				return err
			}
		}
		if err := notify.Enqueue(ctx, tx, notify.Message{Realm: w.realm, To: notify.Recipient{Account: w.File.Account}, Channel: notify.App, Code: told,
			Facts: fault.Args{"file": w.File.Name, "rows": rows, "until": clock(until)}, Key: "handout-" + w.File.ID.String(), Link: Address}); err != nil {
			return err
		}
		who := access.Who{Realm: w.realm, Account: w.File.Account}
		return audit.Record(ctx, tx, who.Audit("export.made", w.File.Place(), "", map[string]any{"what": w.File.Kind, "file": w.File.ID, "state": state, "rows": rows, "bytes": w.size}))
	})
}

// clock is a moment as people write it: "7:12, 29/05/2020".
func clock(i day.Instant) string { return i.Clock() + ", " + i.Day().Vietnamese() }

// Release lets another process begin the file at once: this one ends in order.
func (w *Work) Release(ctx context.Context) error {
	return w.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, sqlRelease, w.realm, w.File.ID, w.holder)
		return err
	})
}
