package handout

import (
	"context"
	"slices"
	"time"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/job"
	"ralop/internal/store"
)

const (
	// Age is how long a file may be fetched once it is ready: a working day and the night
	// after it, so that what was asked for in the afternoon is there in the morning.
	Age = 24 * time.Hour
	// MaxFile is the most a file may weigh, in bytes: a list of a province under the
	// national heads is some 40 MB.
	MaxFile = 256 << 20

	mostOpen   = 5       // files of one person that wait or are being made
	mostListed = 100     // files on one person's page
	chunk      = 1 << 20 // bytes of a row; a transaction writes one
	formatXLSX = "xlsx"
	formatCSV  = "csv"
	readyCode  = "handout.ready"
	failedCode = "handout.failed"

	// Address is the page of one's own files; a file's own address is beneath it.
	Address = "/tep-xuat"
)

// File is a list on its way out.
type File struct {
	ID        id.ID
	Account   id.ID
	Kind      string
	Action    access.Action
	PlaceKind access.Kind
	PlaceID   id.ID
	PlaceName string
	Asked     string // JSON, the kind's own
	Name      string // of the file; names no child
	Format    string // xlsx, csv
	Language  string
	Banner    string // a line above the heads, "" for none
	State     string // of job: waiting, running, done, failed
	Done      int64  // rows
	Total     int64  // rows expected, 0 while not known
	Size      int64  // bytes
	Error     string // code of a message, "" for none
	Holder    id.ID
	MadeAt    day.Instant
	EndedAt   day.Instant
	UntilAt   day.Instant
}

// Place is where the right to the list is asked for.
func (f File) Place() access.Resource { return access.Resource{Kind: f.PlaceKind, ID: f.PlaceID} }

// Open says that it is still to be made.
func (f File) Open() bool { return f.State == job.Waiting || f.State == job.Running }

// Ready says that it can be fetched at a moment.
func (f File) Ready(now day.Instant) bool { return f.State == job.Done && now < f.UntilAt }

// Address of the file itself.
func (f File) Address() string { return Address + "/" + f.ID.String() }

// Order is what somebody asks for.
type Order struct {
	Kind      string
	Action    access.Action
	Place     access.Resource
	PlaceName string
	Asked     string
	Name      string
	Format    string
	Language  string
	Banner    string
	Total     int64
}

// Ask orders a file, which the worker makes. Who asks the same twice before it is made gets
// the same file. Faults: those of access.May, handout.no-account, handout.no-format, handout.too-many.
func Ask(ctx context.Context, tx *store.Tx, who access.Who, o Order) (id.ID, error) {
	rule, err := access.May(ctx, tx, who, o.Action, o.Place)
	if err != nil {
		return 0, err
	}
	if who.Account == 0 {
		return 0, fault.New(fault.Invalid, "handout.no-account", nil)
	}
	if !slices.Contains([]string{formatXLSX, formatCSV}, o.Format) {
		return 0, fault.New(fault.Invalid, "handout.no-format", fault.Args{"format": o.Format}).On("format")
	}
	open, err := store.All[File](ctx, tx, sqlOpen, who.Realm, who.Account)
	if err != nil {
		return 0, err
	}
	for _, f := range open {
		if f.Kind == o.Kind && f.Place() == o.Place && f.Asked == o.Asked && f.Format == o.Format && f.Language == o.Language {
			return f.ID, nil
		}
	}
	if len(open) >= mostOpen {
		return 0, fault.New(fault.Busy, "handout.too-many", fault.Args{"n": mostOpen})
	}
	file := tx.NewID()
	never := day.Instant(0)
	if _, err := tx.Exec(ctx, sqlInsert, who.Realm, file, who.Account, o.Kind, string(o.Action), string(o.Place.Kind), o.Place.ID, o.PlaceName, o.Asked, o.Name, o.Format, o.Language, o.Banner,
		job.Waiting, int64(0), o.Total, int64(0), "", id.ID(0), tx.Now(), never, never); err != nil {
		return 0, err
	}
	return file, audit.Record(ctx, tx, who.Audit("export.ask", o.Place, rule, map[string]any{"what": o.Kind, "file": file, "rows": o.Total}))
}

// Mine lists the caller's files, the newest first. It asks no right: they are her own, and
// it shows no row of them.
func Mine(ctx context.Context, tx *store.Tx, who access.Who) ([]File, error) {
	return store.All[File](ctx, tx, sqlMine, who.Realm, who.Account, mostListed)
}

// Of gives a file to the one who asked for it. Fault: handout.none for anybody else.
func Of(ctx context.Context, tx *store.Tx, who access.Who, file id.ID) (File, error) {
	f, err := store.One[File](ctx, tx, sqlFind, who.Realm, file)
	if store.IsNone(err) || err == nil && (f.Account != who.Account || f.Account == 0) {
		return File{}, fault.New(fault.NotFound, "handout.none", nil)
	}
	return f, err
}

// Fetch gives a file that is ready to the one who asked for it, as long as she may see the
// list today; rule is by which, for the line of the fetch that the door writes into the
// audit book. Faults: handout.none, handout.ended, handout.not-ready, those of access.May.
func Fetch(ctx context.Context, tx *store.Tx, who access.Who, file id.ID) (f File, rule string, err error) {
	if f, err = Of(ctx, tx, who, file); err != nil {
		return f, "", err
	}
	switch {
	case f.State != job.Done:
		return f, "", fault.New(fault.Conflict, "handout.not-ready", nil)
	case !f.Ready(tx.Now()):
		return f, "", fault.New(fault.NotFound, "handout.ended", nil)
	}
	rule, err = access.May(ctx, tx, who, f.Action, f.Place())
	return f, rule, err
}

// Chunk gives a piece of a file, from number 1; nil behind the last. It asks no right: Fetch did.
func Chunk(ctx context.Context, tx *store.Tx, realm int, file id.ID, number int) ([]byte, error) {
	body, err := store.One[[]byte](ctx, tx, sqlChunk, realm, file, number)
	if store.IsNone(err) {
		return nil, nil
	}
	return body, err
}

// Delete takes a file away before its time; one that is being made is not made any further.
// Fault: handout.none.
func Delete(ctx context.Context, tx *store.Tx, who access.Who, file id.ID) error {
	f, err := Of(ctx, tx, who, file)
	if err != nil {
		return err
	}
	if err := forget(ctx, tx, who.Realm, []id.ID{file}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, who.Audit("export.delete", f.Place(), "self", map[string]any{"what": f.Kind, "file": file}))
}

func forget(ctx context.Context, tx *store.Tx, realm int, files []id.ID) error {
	if len(files) == 0 {
		return nil
	}
	for _, statement := range []string{sqlDropChunks, sqlDrop} {
		if _, err := tx.Exec(ctx, statement, realm, store.In(files)); err != nil {
			return err
		}
	}
	return nil
}

// purged is how many files go in one transaction: each may be hundreds of chunks.
const purged = 5

// Purge forgets what is past its time, a few files in each transaction, and says how many went.
func Purge(ctx context.Context, db *store.Store, realm int) (gone int, err error) {
	for {
		var past []id.ID
		err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			past, err = store.All[id.ID](ctx, tx, sqlPast, realm, day.Instant(0), tx.Now(), purged)
			return err
		})
		if err != nil || len(past) == 0 {
			return gone, err
		}
		if err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return forget(ctx, tx, realm, past) }); err != nil {
			return gone, err
		}
		gone += len(past)
	}
}
