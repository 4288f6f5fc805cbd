package org

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// Progress is told how far a long work is; done and total count rows.
type Progress func(done, total int)

// sliceRows is how many units one transaction changes: some 10 ms of the one writer of
// SQLite, so that a roll call never waits longer behind an import.
const sliceRows = 100

// regrowing keeps two imports of one process from interleaving their slices.
var regrowing sync.Mutex

// change is what the tables lack to say what was grown.
type change struct {
	fresh   []identity // units without a row
	ids     map[identity]id.ID
	units   []unitChange
	drop    []succession
	put     []succession
	waiting int
}

type unitChange struct {
	unit    identity
	periods []storedPeriod
	above   []storedAbove
}

// regrow brings the tables to what lists and maps say, in slices. It can be run at any
// time, again and again; a slice that came to be missing is made good by the next run.
func regrow(ctx context.Context, db *store.Store, progress Progress) error {
	regrowing.Lock()
	defer regrowing.Unlock()
	var c change
	err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		k, err := loadKept(ctx, tx)
		if err != nil {
			return err
		}
		units, successions, err := loadStored(ctx, tx)
		if err != nil {
			return err
		}
		c = compare(grow(k.listings, k.maps), units, successions, db.NewID)
		return nil
	})
	if err != nil {
		return err
	}
	return c.apply(ctx, db, progress)
}

// compare says how the tables differ from the grown tree.
func compare(tree *grown, units map[identity]*stored, successions map[succession]bool, newID func() id.ID) change {
	c := change{ids: map[identity]id.ID{}, waiting: len(tree.waiting)}
	for unit, u := range units {
		c.ids[unit] = u.id
	}
	all := slices.SortedFunc(maps.Keys(tree.spans), compareIdentities)
	for _, unit := range all {
		if _, known := c.ids[unit]; !known {
			c.ids[unit] = newID()
			c.fresh = append(c.fresh, unit)
		}
	}
	above := map[identity][]storedAbove{}
	for _, unit := range all { // parents come first: they are of a higher tier
		change := unitChange{unit: unit}
		own := []storedAbove{}
		for _, s := range tree.spans[unit] {
			p := storedPeriod{From: s.From, Until: s.Until, Name: s.name}
			own = append(own, storedAbove{c.ids[unit], s.From, s.Until, 0})
			if s.parent != nil {
				p.Parent = c.ids[*s.parent]
				for _, a := range above[*s.parent] {
					if both := s.Range.Intersect(day.Range{From: a.From, Until: a.Until}); !both.Empty() {
						own = append(own, storedAbove{a.Ancestor, both.From, both.Until, a.Depth + 1})
					}
				}
			}
			change.periods = append(change.periods, p)
		}
		above[unit] = joinAbove(own)
		change.above = above[unit]
		if now := units[unit]; now == nil || !slices.Equal(now.periods, change.periods) || !slices.Equal(now.above, change.above) {
			c.units = append(c.units, change)
		}
	}
	want := map[succession]bool{}
	for _, h := range tree.heirs {
		s := succession{c.ids[h.old], c.ids[h.new], h.on, h.part}
		want[s] = true
		if !successions[s] {
			c.put = append(c.put, s)
		}
	}
	for s := range successions {
		if !want[s] {
			c.drop = append(c.drop, s)
		}
	}
	return c
}

func compareIdentities(a, b identity) int {
	return cmp.Or(cmp.Compare(a.kind.Rank(), b.kind.Rank()), strings.Compare(string(a.kind), string(b.kind)),
		strings.Compare(a.code, b.code), strings.Compare(a.fullName, b.fullName))
}

// joinAbove orders and joins what touches, so that a renamed parent makes no new row.
func joinAbove(all []storedAbove) []storedAbove {
	slices.SortFunc(all, func(a, b storedAbove) int {
		return cmp.Or(cmp.Compare(a.Ancestor, b.Ancestor), cmp.Compare(a.From, b.From))
	})
	joined := all[:0:0]
	for _, a := range all {
		if n := len(joined); n > 0 {
			last := &joined[n-1]
			if last.Ancestor == a.Ancestor && last.Depth == a.Depth && last.Until == a.From {
				last.Until = a.Until
				continue
			}
		}
		joined = append(joined, a)
	}
	return joined
}

func (c change) apply(ctx context.Context, db *store.Store, progress Progress) error {
	done, total := 0, len(c.fresh)+len(c.units)+len(c.drop)+len(c.put)
	step := func(n int) {
		done += n
		if progress != nil {
			progress(done, total)
		}
	}
	for part := range slices.Chunk(c.fresh, 5*sliceRows) {
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			rows := make([][]any, len(part))
			for i, u := range part {
				rows[i] = []any{c.ids[u], string(u.kind), u.code, u.fullName}
			}
			return tx.Many(ctx, sqlPutUnit, rows)
		})
		if err != nil {
			return err
		}
		step(len(part))
	}
	for part := range slices.Chunk(c.units, sliceRows) {
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return c.putUnits(ctx, tx, part) })
		if err != nil {
			return err
		}
		step(len(part))
	}
	for part := range slices.Chunk(c.drop, 5*sliceRows) {
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			rows := make([][]any, len(part))
			for i, s := range part {
				rows[i] = []any{s.Old, s.New, s.On}
			}
			return tx.Many(ctx, sqlDropSuccession, rows)
		})
		if err != nil {
			return err
		}
		step(len(part))
	}
	for part := range slices.Chunk(c.put, 5*sliceRows) {
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			rows := make([][]any, len(part))
			for i, s := range part {
				rows[i] = []any{s.Old, s.New, s.On, string(s.Part)}
			}
			return tx.Many(ctx, sqlPutSuccession, rows)
		})
		if err != nil {
			return err
		}
		step(len(part))
	}
	return nil
}

// putUnits writes all that is said of some units in one transaction: a reader sees a
// unit's old or its new time, never half of it.
func (c change) putUnits(ctx context.Context, tx *store.Tx, part []unitChange) error {
	var ids, periods, above [][]any
	for _, u := range part {
		unit := c.ids[u.unit]
		ids = append(ids, []any{unit})
		word, _ := splitFullName(u.unit.fullName)
		for _, p := range u.periods {
			periods = append(periods, []any{unit, p.From, p.Until, u.unit.code, u.unit.fullName, p.Name, word,
				viet.Fold(u.unit.fullName), viet.SortKey(p.Name), p.Parent})
		}
		for _, a := range u.above {
			above = append(above, []any{a.Ancestor, unit, a.From, a.Until, a.Depth})
		}
	}
	for _, statement := range []struct {
		text string
		rows [][]any
	}{{sqlDropClosure, ids}, {sqlDropPeriods, ids}, {sqlPutPeriod, periods}, {sqlPutClosure, above}} {
		if err := tx.Many(ctx, statement.text, statement.rows); err != nil {
			return err
		}
	}
	return nil
}
