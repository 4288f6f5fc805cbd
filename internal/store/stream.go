package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/benbjohnson/litestream/file"
	_ "github.com/benbjohnson/litestream/s3" // makes s3:// addresses known
)

// Stream copies what is committed to an SQLite database to another place, a second or so
// after the commit, by Litestream: when the machine is lost, what the last second wrote is
// lost and nothing else. It is no substitute for the copies of CopyTo, which need no
// library to be read.
//
// Litestream keeps two small tables of its own in the database (_litestream_…) and holds
// checkpoints back while it copies, so the log may grow under load: StreamState.Log.
type Stream struct {
	db    *litestream.DB
	store *litestream.Store
	of    *Store
}

// StreamState is how far a stream is.
type StreamState struct {
	Whole bool      // all that is committed here is there
	At    time.Time // when something was last brought there, by the machine's clock; zero: nothing yet
	Log   int64     // bytes of the write-ahead log
	Error error     // why the place cannot be asked
}

// ErrNotSQLite is answered when a PostgreSQL database is to be streamed: it has its own
// archive of its log.
var ErrNotSQLite = errors.New("store: only an SQLite database is streamed")

// ErrNoStream says that there is nothing at a place that could be restored.
var ErrNoStream = errors.New("store: no streamed copy there")

// StreamTo begins to copy everything to a folder, or to an address such as
// s3://bucket/folder?endpoint=…&region=…, whose key comes from AWS_ACCESS_KEY_ID and
// AWS_SECRET_ACCESS_KEY. Close it before the Store.
func (s *Store) StreamTo(ctx context.Context, place string, log *slog.Logger) (*Stream, error) {
	if s.engine != SQLite {
		return nil, ErrNotSQLite
	}
	client, err := placeOf(place)
	if err != nil {
		return nil, err
	}
	t := &Stream{db: litestream.NewDB(s.file), of: s}
	t.db.Logger = log
	t.db.Replica = litestream.NewReplicaWithClient(t.db, client)
	if folder, ok := client.(*file.ReplicaClient); ok {
		folder.Replica = t.db.Replica // it takes the file's rights from there
	}
	t.store = litestream.NewStore([]*litestream.DB{t.db}, litestream.CompactionLevels{
		{Level: 0}, {Level: 1, Interval: 30 * time.Second}, {Level: 2, Interval: 5 * time.Minute}, {Level: 3, Interval: time.Hour},
	})
	t.store.Logger = log
	t.store.SnapshotRetention = 7 * 24 * time.Hour
	if err := t.store.Open(ctx); err != nil {
		return nil, fmt.Errorf("store: the stream to %s cannot begin: %w", PlaceName(place), err)
	}
	return t, nil
}

// State asks the place how far it is.
func (t *Stream) State(ctx context.Context) StreamState {
	state := StreamState{At: t.db.LastSuccessfulSyncAt()}
	if log, err := os.Stat(t.of.file + "-wal"); err == nil {
		state.Log = log.Size()
	}
	status, err := t.db.SyncStatus(ctx)
	state.Whole, state.Error = err == nil && status.InSync, err
	return state
}

// Flush brings all that is committed to the place before it returns.
func (t *Stream) Flush(ctx context.Context) error { return t.db.SyncAndWait(ctx) }

// Close brings the rest to the place and ends the stream. Whoever gave up waiting for the
// writer may have left it something to commit, so the writer's queue is emptied first.
func (t *Stream) Close(ctx context.Context) error {
	idle := t.of.Write(Background(ctx), func(context.Context, *Tx) error { return nil })
	return errors.Join(idle, t.Flush(ctx), t.store.Close(ctx))
}

// RestoreStream writes the database that was streamed to a place into the folder of c, as
// it was at a moment or, when that is zero, as late as there is. Nothing is overwritten.
func RestoreStream(ctx context.Context, c Config, place string, at time.Time) error {
	if c.URL != "" {
		return ErrNotSQLite
	}
	client, err := placeOf(place)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	options := litestream.NewRestoreOptions()
	options.OutputPath = filepath.Join(c.Dir, FileName)
	options.Timestamp = at
	options.IntegrityCheck = litestream.IntegrityCheckFull
	if _, err := os.Stat(options.OutputPath); err == nil {
		return fmt.Errorf("store: %s is there already; restore into another folder", options.OutputPath)
	}
	db := litestream.NewDB(options.OutputPath)
	db.Logger = slog.New(slog.DiscardHandler)
	err = litestream.NewReplicaWithClient(db, client).Restore(ctx, options)
	if errors.Is(err, litestream.ErrTxNotAvailable) || errors.Is(err, litestream.ErrNoSnapshots) {
		return ErrNoStream
	}
	return err
}

func placeOf(place string) (litestream.ReplicaClient, error) {
	if !strings.Contains(place, "://") {
		folder, err := filepath.Abs(place)
		return file.NewReplicaClient(folder), err
	}
	client, err := litestream.NewReplicaClientFromURL(place)
	if err != nil {
		return nil, fmt.Errorf("store: %s cannot hold a stream: %w", PlaceName(place), err)
	}
	return client, nil
}

// PlaceName is the address of a place without what is secret in it.
func PlaceName(place string) string {
	place, _, _ = strings.Cut(place, "?")
	if at := strings.LastIndex(place, "@"); at >= 0 {
		scheme, _, _ := strings.Cut(place, "://")
		return scheme + "://" + place[at+1:]
	}
	return place
}
