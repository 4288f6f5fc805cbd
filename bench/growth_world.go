package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"ralop/internal/app"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/indicator"
	"ralop/internal/store"
	"ralop/internal/story"
)

// How the product grows is measured on one tree: the invented province of two tiers, 38 communes and some 340 schools at
// every size; what grows is the number of classes in each school. So a figure that grows with units and days stands still,
// and one that grows with pupils shows it. Every world holds the same weeks.

// growthSince is the first day whose roll calls a growth world holds: the last whole month before the story's clock, and
// the weeks since.
var growthSince = day.MustParse("2026-10-01")

// growthMonth is the month whose boards and papers are read.
var growthMonth = day.MonthOf(growthSince)

func growthStory(pupils int) story.Options {
	return story.Options{Story: story.LaiChau, Size: story.SizeProvince, Pupils: pupils, Since: growthSince}
}

// built is what a growth world weighs.
type built struct {
	*world
	Communes, Schools, Classes, Pupils, Sheets, Sessions int // Sessions: of pupils, the sum of the rolls
	Bytes                                                int64
	Took                                                 time.Duration
	address                                              string // of PostgreSQL
}

const sqlBuilt = `SELECT (SELECT COUNT(DISTINCT located_in) FROM school_period WHERE realm = $1), (SELECT COUNT(*) FROM school WHERE realm = $1), (SELECT COUNT(*) FROM class WHERE realm = $1),
	(SELECT COUNT(*) FROM pupil WHERE realm = $1), COUNT(*), COALESCE(SUM(size), 0) FROM sheet WHERE realm = $1`

// grow makes a world of about so many pupils in an empty database, folder or PostgreSQL.
func grow(ctx context.Context, pupils int, dir, url string) (*built, error) {
	began := time.Now()
	w, err := tellStory(ctx, growthStory(pupils), dir, url, ready)
	if err != nil {
		return nil, err
	}
	w.calm = true
	b := &built{world: w, Took: time.Since(began), address: url}
	err = w.app.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := store.One[struct{ Communes, Schools, Classes, Pupils, Sheets, Sessions int }](ctx, tx, sqlBuilt, w.app.Realm)
		b.Communes, b.Schools, b.Classes, b.Pupils, b.Sheets, b.Sessions = n.Communes, n.Schools, n.Classes, n.Pupils, n.Sheets, n.Sessions
		return err
	})
	if err == nil {
		b.Bytes, err = w.bytes(ctx, dir)
	}
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	say("  %d pupils, %d classes, %d sheets in %s, %.0f MB", b.Pupils, b.Classes, b.Sheets, b.Took.Round(time.Second), float64(b.Bytes)/1e6)
	return b, nil
}

// ready does what the workers would have done by morning, but for warnings and cases, which are timed apart.
func ready(a *app.App, ctx context.Context) error {
	if _, err := calendar.RebuildStale(ctx, a.Store, a.Realm, nil); err != nil {
		return err
	}
	for {
		if n, err := indicator.KeepGroups(ctx, a.Store, a.Realm, 500); err != nil || n == 0 {
			return err
		}
	}
}

// bytes is what the database takes on the disk.
func (w *world) bytes(ctx context.Context, dir string) (n int64, err error) {
	if dir == "" {
		err = w.app.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			n, err = store.One[int64](ctx, tx, `SELECT pg_database_size(current_database())`)
			return err
		})
		return n, err
	}
	for _, name := range []string{store.FileName, store.FileName + "-wal"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			return 0, fmt.Errorf("the size of the database: %w", err)
		}
		n += info.Size()
	}
	return n, nil
}
