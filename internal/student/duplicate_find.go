package student

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
)

// pairKey is a pair, the smaller id first.
type pairKey struct{ one, other id.ID }

func keyOfPair(a, b id.ID) pairKey { return pairKey{min(a, b), max(a, b)} }

func (p pairKey) compare(o pairKey) int {
	return cmp.Or(cmp.Compare(p.one, o.one), cmp.Compare(p.other, o.other))
}

// Bounds of a search. Where more records are alike than a bound says they are placeholders
// of a list (one name, the first of January), which nobody tells apart by looking.
const (
	namesPage  = 4000   // records that one read brings
	homesPage  = 100    // units whose children one read brings
	mostAlike  = 50     // earlier records of its kind that one is compared with
	pairsBatch = 4000   // pairs that are scored at once
	mostPairs  = 20_000 // pairs that are kept for people, the likeliest
)

// FindDuplicates looks through the realm for records that may be one child and keeps the
// pairs for the pages. Records are only compared within blocks: one name and birth date (also
// with day and month swapped); one name, year and village; one village and birth date with
// names alike; one number of the state. It is for every night and after an import; what
// somebody has said of a pair stays. It says how many pairs stand open.
//
// It reads in short transactions and holds a page of records and the pairs it has found, so
// that its time grows with the realm and its memory hardly does. progress is called now and
// then with how many records it has been through, each met twice; it may be nil.
func FindDuplicates(ctx context.Context, s *store.Store, realm int, progress func(done, total int)) (open int, err error) {
	f := &pairSearch{store: s, realm: realm, found: map[pairKey]pairFound{}, progress: progress}
	for _, step := range []func(context.Context) error{f.count, f.namesakes, f.neighbours, f.numbers, f.score} {
		if err := step(ctx); err != nil {
			return 0, err
		}
	}
	f.best()
	if err := f.keep(ctx); err != nil {
		return 0, err
	}
	err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		open, err = store.One[int](ctx, tx, sqlCountPairs, realm, PairFrom)
		return err
	})
	return open, err
}

type pairFound struct {
	score   int
	reasons string
}

// pairSearch is one look through a realm.
type pairSearch struct {
	store       *store.Store
	realm       int
	pairs       []pairKey // waiting to be scored
	found       map[pairKey]pairFound
	progress    func(done, total int)
	done, total int
}

func (f *pairSearch) went(records int) {
	f.done += records
	if f.progress != nil {
		f.progress(min(f.done, f.total), f.total)
	}
}

func (f *pairSearch) count(ctx context.Context) error {
	return f.store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		records, err := store.One[int](ctx, tx, sqlCountRecords, f.realm)
		f.total = 2 * records
		return err
	})
}

// alikeRecord is a record as the blocks see it.
type alikeRecord struct {
	Pupil id.ID
	Name  string // folded
	Born  day.Day
	Home  id.ID // unit of residence, 0
}

// namesakes meets the records in the order of name and birth date, which an index gives.
// A name that very many bear is cut by the year of birth: a swapped date keeps its year.
func (f *pairSearch) namesakes(ctx context.Context) error {
	block := nameBlock{}
	for after := (alikeRecord{}); ; {
		var page []alikeRecord
		err := f.store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			page, err = store.All[alikeRecord](ctx, tx, sqlNamesAfter, f.realm, tx.Today(), after.Name, after.Born, after.Pupil, namesPage)
			return err
		})
		if err != nil {
			return err
		}
		for _, r := range page {
			for _, other := range block.take(r) {
				f.pairs = append(f.pairs, keyOfPair(other, r.Pupil))
			}
		}
		if err := f.scoreMany(ctx); err != nil {
			return err
		}
		f.went(len(page))
		if len(page) < namesPage {
			return nil
		}
		after = page[len(page)-1]
	}
}

// nameBlock is the records of one name and year of birth that have been met.
type nameBlock struct {
	name string
	year int
	born map[day.Day][]id.ID
	home map[id.ID][]id.ID
}

// take adds a record and gives those before it that may be the same child.
func (b *nameBlock) take(r alikeRecord) (alike []id.ID) {
	if b.name != r.Name || b.year != r.Born.Year() || b.born == nil {
		*b = nameBlock{r.Name, r.Born.Year(), map[day.Day][]id.ID{}, map[id.ID][]id.ID{}}
	}
	alike = append(alike, latest(b.born[r.Born])...)
	if other := swapped(r.Born); other != r.Born {
		alike = append(alike, latest(b.born[other])...)
	}
	b.born[r.Born] = append(b.born[r.Born], r.Pupil)
	if r.Home != 0 {
		alike = append(alike, latest(b.home[r.Home])...)
		b.home[r.Home] = append(b.home[r.Home], r.Pupil)
	}
	return alike
}

func latest(all []id.ID) []id.ID { return all[max(0, len(all)-mostAlike):] }

// neighbours meets the records by where they live, some units at a time.
func (f *pairSearch) neighbours(ctx context.Context) error {
	type cradle struct {
		home id.ID
		born day.Day
	}
	for after := id.ID(0); ; {
		var units []id.ID
		var records []alikeRecord
		err := f.store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			if units, err = store.All[id.ID](ctx, tx, sqlHomesAfter, f.realm, after, homesPage); err == nil && len(units) > 0 {
				records, err = store.All[alikeRecord](ctx, tx, sqlRecordsAtHome, f.realm, tx.Today(), store.In(units))
			}
			return err
		})
		if err != nil || len(units) == 0 {
			return err
		}
		near := map[cradle][]alikeRecord{}
		for _, r := range records {
			at := cradle{r.Home, r.Born}
			before := near[at]
			for _, n := range before[max(0, len(before)-mostAlike):] {
				if n.Name != r.Name && nearName(n.Name, r.Name) {
					f.pairs = append(f.pairs, keyOfPair(n.Pupil, r.Pupil))
				}
			}
			near[at] = append(before, r)
		}
		if err := f.scoreMany(ctx); err != nil {
			return err
		}
		f.went(len(records))
		after = units[len(units)-1]
	}
}

// numbers adds the records that bear one number of the state.
func (f *pairSearch) numbers(ctx context.Context) error {
	return f.store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, query := range []string{sqlSameNationalID, sqlSameCode} {
			same, err := store.All[struct{ One, Other id.ID }](ctx, tx, query, f.realm, mostPairs)
			if err != nil {
				return err
			}
			for _, p := range same {
				f.pairs = append(f.pairs, keyOfPair(p.One, p.Other))
			}
		}
		return nil
	})
}

func (f *pairSearch) scoreMany(ctx context.Context) error {
	if len(f.pairs) < pairsBatch {
		return nil
	}
	return f.score(ctx)
}

// score compares the pairs that wait and keeps those worth a look.
func (f *pairSearch) score(ctx context.Context) error {
	slices.SortFunc(f.pairs, pairKey.compare)
	f.pairs = slices.Compact(f.pairs)
	for pairs := range slices.Chunk(f.pairs, pairsBatch) {
		var pupils []id.ID
		for _, p := range pairs {
			pupils = append(pupils, p.one, p.other)
		}
		slices.Sort(pupils)
		alike, err := f.likeness(ctx, slices.Compact(pupils))
		if err != nil {
			return err
		}
		for _, p := range pairs {
			a, b := alike[p.one], alike[p.other]
			if a == nil || b == nil {
				continue
			}
			if score, reasons := a.Compare(*b); score >= PairFrom {
				f.found[p] = pairFound{score, strings.Join(reasons, " ")}
			}
		}
		if len(f.found) > 2*mostPairs {
			f.best()
		}
	}
	f.pairs = f.pairs[:0]
	return nil
}

// likeness is what records are compared by.
func (f *pairSearch) likeness(ctx context.Context, pupils []id.ID) (map[id.ID]*Likeness, error) {
	all := make(map[id.ID]*Likeness, len(pupils))
	for some := range slices.Chunk(pupils, 2000) {
		err := f.store.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			alike, err := store.All[Likeness](ctx, tx, sqlLikeness, f.realm, tx.Today(), store.In(some))
			if err != nil {
				return err
			}
			for i := range alike {
				all[alike[i].Pupil] = &alike[i]
			}
			return eachGuardian(ctx, tx, f.realm, some, func(pupil id.ID, g Guardian) {
				if l := all[pupil]; l == nil {
				} else if g.Relation == "father" {
					l.Father = viet.Fold(g.Name)
				} else if g.Relation == "mother" {
					l.Mother = viet.Fold(g.Name)
				}
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// best drops what is over mostPairs, the least likely first.
func (f *pairSearch) best() {
	if len(f.found) <= mostPairs {
		return
	}
	keys := make([]pairKey, 0, len(f.found))
	for key := range f.found {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b pairKey) int {
		return cmp.Or(cmp.Compare(f.found[b].score, f.found[a].score), a.compare(b))
	})
	for _, key := range keys[mostPairs:] {
		delete(f.found, key)
	}
}

// keep brings the pairs for the pages up to what was found.
func (f *pairSearch) keep(ctx context.Context) error {
	type pairRow struct {
		One, Other             id.ID
		Score                  int
		Reasons                string
		State                  string
		AgreedOne, AgreedOther id.ID
	}
	var known []pairRow
	err := f.store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		known, err = store.All[pairRow](ctx, tx, sqlAllPairs, f.realm)
		return err
	})
	if err != nil {
		return err
	}
	var write, drop [][]any
	for _, row := range known {
		key := pairKey{row.One, row.Other}
		now, still := f.found[key]
		switch {
		case !still && row.State == PairOpen && row.AgreedOne == 0 && row.AgreedOther == 0:
			drop = append(drop, []any{f.realm, row.One, row.Other})
		case still && now.score == row.Score && now.reasons == row.Reasons:
			delete(f.found, key)
		}
	}
	today := f.store.Now().Day()
	for key, p := range f.found {
		write = append(write, []any{f.realm, key.one, key.other, p.score, p.reasons, PairOpen, today, 0, 0, 0, day.Instant(0), ""})
	}
	slices.SortFunc(write, func(a, b []any) int {
		return pairKey{a[1].(id.ID), a[2].(id.ID)}.compare(pairKey{b[1].(id.ID), b[2].(id.ID)})
	})
	for _, step := range []struct {
		query string
		rows  [][]any
	}{{sqlPutPair, write}, {sqlDropPair, drop}} {
		for slice := range slices.Chunk(step.rows, 200) {
			err := f.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.Many(ctx, step.query, slice) })
			if err != nil {
				return err
			}
		}
	}
	return nil
}
