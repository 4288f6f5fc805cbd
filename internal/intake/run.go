package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// States of a run.
const (
	Uploaded   = "uploaded"   // the file is there; how it is to be read may still be asked
	Planning   = "planning"   // waits for, or is in, the pass that only reads
	Planned    = "planned"    // what would be done is shown
	Committing = "committing" // waits for, or is in, the pass that writes
	Done       = "done"
	Failed     = "failed"  // ended by a fault; Error says which
	Undoing    = "undoing" // what it wrote is being taken back
	Undone     = "undone"
)

// Place is where a run puts things: the kind and id of access's resource, as text.
type Place struct {
	Kind string
	ID   id.ID
}

// Counts are rows by what becomes of them; More counts other things, as classes opened.
type Counts struct {
	Rows    int            `json:"rows"`
	New     int            `json:"new"`
	Changed int            `json:"changed"`
	Same    int            `json:"same"`
	Refused int            `json:"refused"`
	Asked   int            `json:"asked,omitempty"` // of the refused: those that wait for somebody's decision
	Noted   int            `json:"noted"`
	More    map[string]int `json:"more,omitempty"`
}

// Scan reads the stored JSON.
func (c *Counts) Scan(source any) error {
	switch v := source.(type) {
	case string:
		return json.Unmarshal([]byte(v), c)
	case []byte:
		return json.Unmarshal(v, c)
	}
	return fmt.Errorf("intake: cannot read counts from %T", source)
}

// Run is one file on its way in.
type Run struct {
	ID       id.ID
	Account  id.ID // who began it; 0 for the command line
	Kind     string
	Place    Place
	File     id.ID
	FileName string
	Choice   string // how the file is read: the door's JSON
	Source   string // what the mapping is remembered under, "" while not known
	State    string
	Position int64 // rows that are done
	Total    int64 // rows of the file; 0 while not known
	Counts   Counts
	Digest   string // of the plan that is shown, "" when none is
	Moved    bool   // what is there changed after the plan was shown
	Error    string // JSON of the fault that ended it
	Entries  int64  // of the journal
	PassFrom int64  // entries before the pass that runs
	Holder   id.ID
	MadeAt   day.Instant
	EndedAt  day.Instant
}

// written is a fault as it is kept.
type written struct {
	Kind  fault.Kind `json:"kind"`
	Code  string     `json:"code"`
	Field string     `json:"field,omitempty"`
	Args  fault.Args `json:"args,omitempty"`
}

// WriteFault gives the kept form of a fault.
func WriteFault(f *fault.Fault) string {
	text, err := json.Marshal(written{f.Kind, f.Code, f.Field, f.Args})
	if err != nil { // a fact that JSON does not know
		text, _ = json.Marshal(written{f.Kind, f.Code, f.Field, nil})
	}
	return string(text)
}

func readFault(text string) *fault.Fault {
	var w written
	if text == "" || json.Unmarshal([]byte(text), &w) != nil || w.Code == "" {
		return nil
	}
	return fault.New(w.Kind, w.Code, whole(w.Args)).On(w.Field)
}

// whole makes whole numbers of what JSON read as fractions.
func whole(args fault.Args) fault.Args {
	for name, value := range args {
		if f, ok := value.(float64); ok && f == float64(int64(f)) {
			args[name] = int64(f)
		}
	}
	return args
}

// Fault is what ended the run, nil when nothing did.
func (r Run) Fault() *fault.Fault { return readFault(r.Error) }

// Ended says whether nothing more happens by itself.
func (r Run) Ended() bool { return r.State != Planning && r.State != Committing && r.State != Undoing }

// Begin writes down a run of a file that is there.
func Begin(ctx context.Context, tx *store.Tx, realm int, r Run) (id.ID, error) {
	run := tx.NewID()
	counts, err := json.Marshal(r.Counts)
	if err != nil {
		return 0, err
	}
	if r.State == "" {
		r.State = Uploaded
	}
	_, err = tx.Exec(ctx, sqlBegin, realm, run, r.Account, r.Kind, r.Place.Kind, r.Place.ID, r.File, r.FileName, r.Choice, r.Source, r.State,
		int64(0), r.Total, string(counts), "", false, "", int64(0), int64(0), id.ID(0), tx.Now(), day.Instant(0))
	return run, err
}

// NoRun says that there is no such run, or that it was forgotten with the journal.
func NoRun() *fault.Fault {
	return fault.New(fault.NotFound, "intake.no_run", fault.Args{"days": days(UndoAge)})
}

// Find gives a run. Fault: intake.no_run.
func Find(ctx context.Context, tx *store.Tx, realm int, run id.ID) (Run, error) {
	r, err := store.One[Run](ctx, tx, sqlFind, realm, run)
	if store.IsNone(err) {
		err = NoRun()
	}
	return r, err
}

// Of lists the newest runs of a place; limit bounds them.
func Of(ctx context.Context, tx *store.Tx, realm int, place Place, limit int) ([]Run, error) {
	return store.All[Run](ctx, tx, sqlRunsOf, realm, place.Kind, place.ID, limit)
}

// Newest lists the newest runs of a realm.
func Newest(ctx context.Context, tx *store.Tx, realm, limit int) ([]Run, error) {
	return store.All[Run](ctx, tx, sqlNewest, realm, limit)
}

// Waiting lists runs that wait for work: nobody holds them, or whoever did has not moved
// them for the time of leftBehind by the machine's clock.
func Waiting(ctx context.Context, tx *store.Tx, realm int, now id.ID) ([]id.ID, error) {
	return store.All[id.ID](ctx, tx, sqlWaiting, realm, before(now, leftBehind))
}

// leftBehind is after how long without a slice a run counts as left behind by its process.
const leftBehind = time.Minute

// before is an id of the machine's clock some time earlier: ids carry milliseconds above
// 22 bits (package id).
func before(now id.ID, age time.Duration) id.ID { return now - id.ID(age.Milliseconds())<<22 }

// Take makes the caller the holder of a run that waits. ok is false when another works on it.
func Take(ctx context.Context, tx *store.Tx, realm int, run id.ID) (holder id.ID, ok bool, err error) {
	holder = tx.NewID()
	n, err := tx.Exec(ctx, sqlTake, realm, run, holder, before(holder, leftBehind))
	return holder, n == 1, err
}

// ErrTaken says that another process works on the run now, or that it was stopped.
var ErrTaken = fault.New(fault.Conflict, "intake.taken", nil)

// Ask brings a run into a state that waits for work, from one of the states given, and
// forgets who held it. Fault: intake.not_now.
func Ask(ctx context.Context, tx *store.Tx, realm int, run id.ID, to string, from ...string) error {
	n, err := tx.Exec(ctx, sqlAsk, realm, run, to, store.In(from))
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "intake.not_now", nil)
	}
	return err
}

// SetChoice keeps how the file is read and the source that follows from it.
func SetChoice(ctx context.Context, tx *store.Tx, realm int, run id.ID, choice string) error {
	_, err := tx.Exec(ctx, sqlSetChoice, realm, run, choice)
	return err
}

// Step is how far a slice brought a run.
type Step struct {
	From, Position int64 // the run stands at From, and after this at Position
	Total          int64 // 0 leaves it
	Counts         Counts
	Source         string
}

// Advance moves a run on in the transaction of the slice. ErrTaken when the run is no longer
// the holder's or stands elsewhere: the slice is not to be written then. It gives the new holder.
func Advance(ctx context.Context, tx *store.Tx, realm int, run, holder id.ID, s Step) (id.ID, error) {
	counts, err := json.Marshal(s.Counts)
	if err != nil {
		return holder, err
	}
	next := tx.NewID()
	n, err := tx.Exec(ctx, sqlAdvance, realm, run, holder, next, s.From, s.Position, s.Total, string(counts), s.Source)
	if err == nil && n == 0 {
		err = ErrTaken
	}
	return next, err
}

// Finish is how a pass ended.
type Finish struct {
	State  string
	Counts Counts
	Digest string
	Moved  bool
	Fault  *fault.Fault
}

// End ends the holder's pass.
func End(ctx context.Context, tx *store.Tx, realm int, run, holder id.ID, f Finish) error {
	counts, err := json.Marshal(f.Counts)
	if err != nil {
		return err
	}
	said := ""
	if f.Fault != nil {
		said = WriteFault(f.Fault)
	}
	n, err := tx.Exec(ctx, sqlEnd, realm, run, holder, f.State, string(counts), f.Digest, f.Moved, said, tx.Now())
	if err == nil && n == 0 {
		err = ErrTaken
	}
	return err
}

// Restart sets a run to its first row for a new pass, and forgets what an earlier one said:
// a pass that plans forgets the plan, one that writes only what was refused or noted.
func Restart(ctx context.Context, tx *store.Tx, realm int, run, holder id.ID, plans bool) (id.ID, error) {
	next := tx.NewID()
	n, err := tx.Exec(ctx, sqlRestart, realm, run, holder, next)
	if err == nil && n == 0 {
		err = ErrTaken
	}
	if err != nil {
		return next, err
	}
	statements := []string{sqlDropSaidOf}
	if plans {
		statements = []string{sqlDropLines, sqlDropPlan}
	}
	for _, statement := range statements {
		if _, err := tx.Exec(ctx, statement, realm, run); err != nil {
			return next, err
		}
	}
	return next, nil
}

// GoOn lets a run that failed, or that its process left behind, be taken up where it stands.
// Fault: intake.not_now.
func GoOn(ctx context.Context, tx *store.Tx, realm int, run id.ID) error {
	n, err := tx.Exec(ctx, sqlGoOn, realm, run)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "intake.not_now", nil)
	}
	return err
}

// Moved sends a run that writes back to be planned: what is there is not what was shown.
func Moved(ctx context.Context, tx *store.Tx, realm int, run, holder id.ID) (id.ID, error) {
	next := tx.NewID()
	n, err := tx.Exec(ctx, sqlMoved, realm, run, holder, next)
	if err == nil && n == 0 {
		err = ErrTaken
	}
	return next, err
}
