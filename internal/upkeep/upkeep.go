// Package upkeep is what the keeper of a machine must know of its copies, and may ask for:
// when everything was last copied, whether a restore was rehearsed and passed, how far the
// streamed copy is. The house makes copies and rehearses (internal/app); this room keeps
// what came of it and who asked.
//
// The administrator's pages and the house enter.
package upkeep

import (
	"context"
	"encoding/json"
	"time"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/job"
	"ralop/internal/store"
)

// Kinds of work, as runs of job.
const (
	CopyRun      = "backup"
	RehearsalRun = "backup.rehearsal"
	StreamRun    = "backup.stream"
)

// Codes of what stood in the way; the words are "upkeep.error-<code>".
const (
	NoFolder  = "no-folder"  // the serving process was not told where copies go
	NoCopy    = "no-copy"    // there is nothing to rehearse with
	NoScratch = "no-scratch" // a dump of PostgreSQL is rehearsed on the command line, into a database of its own
)

// Copy is a copy of everything that was made. All instants here are the machine's.
type Copy struct {
	At     day.Instant `json:"made_at"`
	Folder string      `json:"folder,omitempty"`
	Engine string      `json:"engine,omitempty"`
	Bytes  int64       `json:"bytes"`
	Sheets int64       `json:"sheets"`
	Error  string      `json:"error,omitempty"` // it was not made: a code of these messages, or the machine's words
}

// Finding is something that a check found and that must not be so.
type Finding struct {
	What   string `json:"what"`
	School id.ID  `json:"school,omitzero"`
	Report id.ID  `json:"report,omitzero"`
	Detail string `json:"detail,omitempty"`
}

// Rehearsal is what a restore into a scratch place gave.
type Rehearsal struct {
	At          day.Instant   `json:"at"`
	Copy        string        `json:"copy"` // folder of the copy
	MadeAt      day.Instant   `json:"made_at"`
	Took        time.Duration `json:"took"`
	Differences []string      `json:"differences,omitempty"`
	Findings    []Finding     `json:"findings,omitempty"`
	Error       string        `json:"error,omitempty"` // it could not be restored at all: as in Copy
}

// Passed says whether the copy could be worked with at once.
func (r Rehearsal) Passed() bool {
	return len(r.Differences) == 0 && len(r.Findings) == 0 && r.Error == ""
}

// Stream is how far the streamed copy was when it was last looked at.
type Stream struct {
	At    day.Instant `json:"at"`    // when it was looked at
	Place string      `json:"place"` // without what is secret
	Whole bool        `json:"whole"` // everything committed was there
	Last  day.Instant `json:"last"`  // when something was last brought there; zero: nothing yet
	Log   int64       `json:"log"`   // bytes of the write-ahead log
	Error string      `json:"error,omitempty"`
}

// Run is one piece of work and what came of it.
type Run[T any] struct {
	ID     id.ID
	State  string // waiting, running, done, failed (job)
	Result T
}

// State is all that the keeper of the machine is shown.
type State struct {
	Copies     []Run[Copy]
	Rehearsals []Run[Rehearsal]
	Stream     *Stream // nil when nothing was ever streamed
}

// shown is how many copies and rehearsals are shown.
const shown = 20

// Read tells whoever keeps the settings what there is. Faults: those of access.May.
func Read(ctx context.Context, tx *store.Tx, who access.Who) (s State, err error) {
	if _, err := access.May(ctx, tx, who, access.ChangeSettings, access.Realm()); err != nil {
		return s, err
	}
	if s.Copies, err = recent[Copy](ctx, tx, who.Realm, CopyRun); err != nil {
		return s, err
	}
	if s.Rehearsals, err = recent[Rehearsal](ctx, tx, who.Realm, RehearsalRun); err != nil {
		return s, err
	}
	streams, err := recent[Stream](ctx, tx, who.Realm, StreamRun)
	if len(streams) > 0 {
		s.Stream = &streams[0].Result
	}
	return s, err
}

func recent[T any](ctx context.Context, tx *store.Tx, realm int, kind string) ([]Run[T], error) {
	found, err := job.Recent(ctx, tx, realm, kind, shown)
	all := make([]Run[T], len(found))
	for i, r := range found {
		all[i] = Run[T]{ID: r.ID, State: r.State}
		if r.Result != "" && err == nil {
			err = json.Unmarshal([]byte(r.Result), &all[i].Result)
		}
	}
	return all, err
}

// Last gives the newest result of a kind that came to an end; store.IsNone when there is none.
func Last[T any](ctx context.Context, tx *store.Tx, realm int, kind string) (result T, err error) {
	all, err := recent[T](ctx, tx, realm, kind)
	for _, r := range all {
		if r.State == job.Done {
			return r.Result, nil
		}
	}
	if err == nil {
		err = store.ErrNone
	}
	return result, err
}

// Ask writes down that a copy or a rehearsal is wanted now. The serving process does it
// within a minute. Faults: upkeep.asked when one waits already.
func Ask(ctx context.Context, tx *store.Tx, who access.Who, kind string) error {
	rule, err := access.May(ctx, tx, who, access.ChangeSettings, access.Realm())
	if err != nil {
		return err
	}
	if kind != CopyRun && kind != RehearsalRun {
		return fault.New(fault.Invalid, "upkeep.unknown", nil)
	}
	last, err := job.Last(ctx, tx, who.Realm, kind)
	if err == nil && (last.State == job.Waiting || last.State == job.Running) && last.MadeAt > tx.Now().Add(-giveUp) {
		return fault.New(fault.Conflict, "upkeep.asked", nil)
	} else if err != nil && !store.IsNone(err) {
		return err
	}
	run, err := job.Begin(ctx, tx, who.Realm, who.Account, kind, "")
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("upkeep.ask", access.Realm(), rule, map[string]any{"kind": kind, "run": run}))
}

// giveUp is after how long work that its process left behind no longer stands in the way.
const giveUp = 6 * time.Hour

// Asked gives the work that waits, and takes it: nobody else gets it. 0 is none.
func Asked(ctx context.Context, tx *store.Tx, realm int, kind string) (id.ID, error) {
	last, err := job.Last(ctx, tx, realm, kind)
	if store.IsNone(err) || err == nil && last.State != job.Waiting {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	return last.ID, job.Set(ctx, tx, realm, last.ID, job.Running, "")
}

// Note keeps what came of work: of run, or of work that nobody asked for when it is 0. Work
// that failed keeps its result, too.
func Note(ctx context.Context, tx *store.Tx, realm int, run id.ID, kind string, result any, failed bool) error {
	content, err := json.Marshal(result)
	if err != nil {
		return err
	}
	if run == 0 {
		if run, err = job.Begin(ctx, tx, realm, 0, kind, ""); err != nil {
			return err
		}
	}
	state := job.Done
	if failed {
		state = job.Failed
	}
	return job.Set(ctx, tx, realm, run, state, string(content))
}

// NoteStream keeps how far the stream is, in one row.
func NoteStream(ctx context.Context, tx *store.Tx, realm int, s Stream) error {
	last, err := job.Last(ctx, tx, realm, StreamRun)
	if err != nil && !store.IsNone(err) {
		return err
	}
	return Note(ctx, tx, realm, last.ID, StreamRun, s, false)
}
