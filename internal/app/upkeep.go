package app

import (
	"context"
	"fmt"
	"time"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/job"
	"ralop/internal/store"
	"ralop/internal/upkeep"
)

// Keeping says where what is committed is copied to by the serving process itself, for a
// machine that nobody has set up a timer on.
type Keeping struct {
	Folder string // nightly copies and those that the administrator asks for; "" for none
	Keep   int    // how many stay; 0 all
	Stream string // folder or s3://… of the streamed copy; "" for none
}

// Times of the keeper, by the machine's clock in Vietnam: at night when nobody works, or
// later when the machine was off then.
const (
	copyHour       = 1
	copyEvery      = 20 * time.Hour
	rehearsalEvery = 7 * 24 * time.Hour
	keeperPause    = 30 * time.Second
	retryEvery     = time.Hour // what failed is not tried again at once: a full disk stays full for a while
)

// keepUp looks after copies and the stream (nil: none) until ctx ends.
func (a *App) keepUp(ctx context.Context, k Keeping, stream *store.Stream) {
	ticker := time.NewTicker(keeperPause)
	defer ticker.Stop()
	report := func(err error) {
		if err != nil && ctx.Err() == nil {
			a.Log.Error("worker", "name", "upkeep", "error", err.Error())
		}
	}
	for {
		report(a.keep(ctx, k))
		if stream != nil {
			report(a.watchStream(ctx, stream, k.Stream))
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// keep makes the copies that are due or asked for, and proves one each week.
func (a *App) keep(ctx context.Context, k Keeping) error {
	asked, err := a.asked(ctx, upkeep.CopyRun)
	if err != nil {
		return err
	}
	switch {
	case asked != 0 && k.Folder == "":
		err = a.keepNote(ctx, asked, upkeep.CopyRun, upkeep.Copy{At: machine(), Error: upkeep.NoFolder}, true)
	case asked != 0 || k.Folder != "" && a.due(ctx):
		_, _, err = a.backup(ctx, k.Folder, k.Keep, asked)
	}
	if err != nil {
		return fmt.Errorf("copying: %w", err)
	}
	if asked, err = a.asked(ctx, upkeep.RehearsalRun); err != nil {
		return err
	}
	if asked == 0 && (k.Folder == "" || a.Store.Engine() != store.SQLite || !a.unproved(ctx)) {
		return nil
	}
	copies, err := Copies(k.Folder)
	obstacle := ""
	switch {
	case k.Folder == "":
		obstacle = upkeep.NoFolder
	case err != nil:
		obstacle = err.Error()
	case a.Store.Engine() != store.SQLite:
		obstacle = upkeep.NoScratch
	case len(copies) == 0:
		obstacle = upkeep.NoCopy
	}
	if obstacle != "" {
		if asked == 0 {
			return nil
		}
		return a.keepNote(ctx, asked, upkeep.RehearsalRun, upkeep.Rehearsal{At: machine(), Error: obstacle}, true)
	}
	if _, err = a.rehearse(ctx, copies[0], "", nil, asked); err != nil {
		return fmt.Errorf("rehearsing: %w", err)
	}
	return nil
}

func (a *App) asked(ctx context.Context, kind string) (run id.ID, err error) {
	err = a.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		run, err = upkeep.Asked(ctx, tx, a.Realm, kind)
		return err
	})
	return run, err
}

// due says whether the night's copy is to be made.
func (a *App) due(ctx context.Context) bool {
	if a.justTried(ctx, upkeep.CopyRun) {
		return false
	}
	made, err := last[upkeep.Copy](ctx, a, upkeep.CopyRun)
	if store.IsNone(err) {
		return true
	}
	old := machine().Sub(made.At)
	return err == nil && (old > copyEvery && machine().Time().In(day.Place).Hour() == copyHour || old > backupCare)
}

func (a *App) unproved(ctx context.Context) bool {
	if a.justTried(ctx, upkeep.RehearsalRun) {
		return false
	}
	r, err := last[upkeep.Rehearsal](ctx, a, upkeep.RehearsalRun)
	return store.IsNone(err) || err == nil && machine().Sub(r.At) > rehearsalEvery
}

// justTried says whether work of a kind was begun lately, whatever came of it, or that cannot be told.
func (a *App) justTried(ctx context.Context, kind string) (so bool) {
	err := a.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		run, err := job.Last(ctx, tx, a.Realm, kind)
		so = err == nil && tx.Now().Sub(run.MadeAt) < retryEvery
		return err
	})
	return so || err != nil && !store.IsNone(err)
}

// watchStream writes down how far the stream is, when that is another than before.
func (a *App) watchStream(ctx context.Context, stream *store.Stream, place string) error {
	now := stream.State(ctx)
	before, err := last[upkeep.Stream](ctx, a, upkeep.StreamRun)
	if err != nil && !store.IsNone(err) {
		return err
	}
	seen := upkeep.Stream{At: machine(), Place: store.PlaceName(place), Whole: now.Whole, Log: now.Log}
	if !now.At.IsZero() {
		seen.Last = day.InstantOf(now.At)
	}
	if now.Error != nil {
		seen.Error = now.Error.Error()
	}
	// Writing it down is a commit, and is streamed too: not more often than it helps.
	if seen.Error == before.Error && seen.Place == before.Place && machine().Sub(before.At) < streamCare/2 {
		return nil
	}
	return a.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return upkeep.NoteStream(ctx, tx, a.Realm, seen) })
}
