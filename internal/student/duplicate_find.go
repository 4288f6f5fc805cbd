package student

import (
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

// mostInBlock is how many records of one name and year of birth in one village are compared
// with each other: more is no village but a list of placeholders.
const mostInBlock = 200

// FindDuplicates looks through the realm for records that may be one child and keeps the
// pairs for the pages. Records are only compared within blocks: one name and birth date (also
// with day and month swapped); one name, year and village; one village and birth date with
// names alike; one number of the state. It is for every night and after an import; what
// somebody has said of a pair stays. It says how many pairs stand open.
func FindDuplicates(ctx context.Context, s *store.Store, realm int) (open int, err error) {
	found := map[pairKey]pairFound{}
	var known []pairRow
	err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		pairs, err := blocks(ctx, tx, realm)
		if err != nil {
			return err
		}
		if found, err = scored(ctx, tx, realm, pairs); err != nil {
			return err
		}
		known, err = store.All[pairRow](ctx, tx, sqlAllPairs, realm)
		return err
	})
	if err != nil {
		return 0, err
	}
	var write, drop [][]any
	today := s.Now().Day()
	for _, row := range known {
		key := pairKey{row.One, row.Other}
		now, still := found[key]
		switch {
		case !still && row.State == PairOpen && row.AgreedOne == 0 && row.AgreedOther == 0:
			drop = append(drop, []any{realm, row.One, row.Other})
		case still && now.score == row.Score && now.reasons == row.Reasons:
			delete(found, key)
		}
	}
	for key, f := range found {
		write = append(write, []any{realm, key.one, key.other, f.score, f.reasons, PairOpen, today, 0, 0, 0, day.Instant(0), ""})
	}
	slices.SortFunc(write, func(a, b []any) int { return int(a[1].(id.ID) - b[1].(id.ID)) })
	for _, step := range []struct {
		query string
		rows  [][]any
	}{{sqlPutPair, write}, {sqlDropPair, drop}} {
		for slice := range slices.Chunk(step.rows, 200) {
			err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.Many(ctx, step.query, slice) })
			if err != nil {
				return 0, err
			}
		}
	}
	err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		open, err = store.One[int](ctx, tx, sqlCountPairs, realm, PairFrom)
		return err
	})
	return open, err
}

type pairRow struct {
	One, Other             id.ID
	Score                  int
	Reasons                string
	State                  string
	AgreedOne, AgreedOther id.ID
}

type pairFound struct {
	score   int
	reasons string
}

// blocks gives the pairs worth comparing. Records come in the order of name and birth date
// from an index; of those without a block in common nothing is held but a few numbers.
func blocks(ctx context.Context, tx *store.Tx, realm int) (map[pairKey]bool, error) {
	pairs := map[pairKey]bool{}
	type home struct{ Pupil, Unit id.ID }
	homes := map[id.ID]id.ID{}
	rows, err := store.All[home](ctx, tx, sqlHomes, realm, tx.Today())
	if err != nil {
		return nil, err
	}
	for _, h := range rows {
		homes[h.Pupil] = h.Unit
	}
	type record struct {
		Pupil id.ID
		Name  string
		Born  day.Day
	}
	type birthplace struct {
		unit id.ID
		born day.Day
	}
	neighbours := map[birthplace][]record{}
	var namesakes []record
	close := func() {
		for i, a := range namesakes {
			for _, b := range namesakes[i+1:] {
				village := homes[a.Pupil] != 0 && homes[a.Pupil] == homes[b.Pupil] && a.Born.Year() == b.Born.Year()
				if a.Born == b.Born || a.Born == swapped(b.Born) || village {
					pairs[keyOfPair(a.Pupil, b.Pupil)] = true
				}
			}
		}
		namesakes = namesakes[:0]
	}
	// A name that very many bear is cut by the year of birth: a swapped date keeps its year.
	err = tx.Each(ctx, func(row store.Row) error {
		var r record
		if err := row.Scan(&r.Pupil, &r.Name, &r.Born); err != nil {
			return err
		}
		if len(namesakes) > 0 && (namesakes[0].Name != r.Name || namesakes[0].Born.Year() != r.Born.Year()) || len(namesakes) >= mostInBlock {
			close()
		}
		namesakes = append(namesakes, r)
		if unit := homes[r.Pupil]; unit != 0 {
			at := birthplace{unit, r.Born}
			if len(neighbours[at]) < mostInBlock {
				for _, n := range neighbours[at] {
					if n.Name != r.Name && nearName(n.Name, r.Name) {
						pairs[keyOfPair(n.Pupil, r.Pupil)] = true
					}
				}
				neighbours[at] = append(neighbours[at], r)
			}
		}
		return nil
	}, sqlNamesInOrder, realm)
	if err != nil {
		return nil, err
	}
	close()
	for _, query := range []string{sqlSameNationalID, sqlSameCode} {
		same, err := store.All[struct{ One, Other id.ID }](ctx, tx, query, realm)
		if err != nil {
			return nil, err
		}
		for _, p := range same {
			pairs[keyOfPair(p.One, p.Other)] = true
		}
	}
	return pairs, nil
}

// scored compares the pairs and keeps those worth a look.
func scored(ctx context.Context, tx *store.Tx, realm int, pairs map[pairKey]bool) (map[pairKey]pairFound, error) {
	wanted := map[id.ID]bool{}
	for p := range pairs {
		wanted[p.one], wanted[p.other] = true, true
	}
	pupils := make([]id.ID, 0, len(wanted))
	for pupil := range wanted {
		pupils = append(pupils, pupil)
	}
	slices.Sort(pupils)
	all := make(map[id.ID]*Likeness, len(pupils))
	for some := range slices.Chunk(pupils, 2000) {
		alike, err := store.All[Likeness](ctx, tx, sqlLikeness, realm, tx.Today(), store.In(some))
		if err != nil {
			return nil, err
		}
		for i := range alike {
			all[alike[i].Pupil] = &alike[i]
		}
		if err := eachGuardian(ctx, tx, realm, some, func(pupil id.ID, g Guardian) {
			if l := all[pupil]; l == nil {
			} else if g.Relation == "father" {
				l.Father = viet.Fold(g.Name)
			} else if g.Relation == "mother" {
				l.Mother = viet.Fold(g.Name)
			}
		}); err != nil {
			return nil, err
		}
	}
	found := map[pairKey]pairFound{}
	for p := range pairs {
		a, b := all[p.one], all[p.other]
		if a == nil || b == nil {
			continue
		}
		if score, reasons := a.Compare(*b); score >= PairFrom {
			found[p] = pairFound{score, strings.Join(reasons, " ")}
		}
	}
	return found, nil
}
