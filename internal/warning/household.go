package warning

import (
	"cmp"
	"context"
	"slices"

	"ralop/internal/id"
	"ralop/internal/store"
)

// householdSlice is how many households one write looks at.
const householdSlice = 200

// passHouseholds finds siblings who are away at the same time, wherever they learn. Each
// slice reads and writes in one transaction that holds the realm's row of households, so
// that two passes make one signal.
func passHouseholds(ctx context.Context, s *store.Store, realm int, households []id.ID) (touched int, err error) {
	for len(households) > 0 {
		slice := households[:min(len(households), householdSlice)]
		households = households[len(slice):]
		var changes []change
		err := s.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			changes, err = settleHouseholds(ctx, tx, realm, slice)
			return err
		})
		if err != nil {
			return touched, err
		}
		if len(changes) == 0 {
			continue
		}
		err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			// School 0 stands for what belongs to no school.
			if n, err := tx.Exec(ctx, sqlHoldGeneration, realm, id.ID(0)); err != nil {
				return err
			} else if n == 0 {
				if _, err := tx.Exec(ctx, sqlFirstGeneration, realm, id.ID(0), int64(1), tx.Today()); err != nil {
					return err
				}
			}
			if changes, err = settleHouseholds(ctx, tx, realm, slice); err != nil {
				return err
			}
			return write(ctx, tx, realm, changes)
		})
		if err != nil {
			return touched, err
		}
		touched += len(changes)
	}
	return touched, nil
}

func settleHouseholds(ctx context.Context, tx *store.Tx, realm int, households []id.ID) ([]change, error) {
	signals, err := readSignals(ctx, tx, sqlOpenOfHouseholds, realm, store.In(households))
	if err != nil {
		return nil, err
	}
	p, err := newPass(ctx, tx, realm, tx.Today(), false)
	if err != nil {
		return nil, err
	}
	limits := limitsAt(p.settings, []placeScope{{kind: "realm"}}, "", tx.Today(), tx.Now())
	runs, clusters := map[id.ID][]*Signal{}, map[id.ID]*Signal{}
	for i := range signals {
		x := &signals[i]
		switch {
		case x.SubjectKind == OfHousehold:
			clusters[x.Household] = x
		case isRun(x):
			runs[x.Household] = append(runs[x.Household], x)
		}
	}
	var changes []change
	for _, household := range households {
		changes = append(changes, settleHousehold(tx, household, runs[household], clusters[household], limits)...)
	}
	return changes, nil
}

func settleHousehold(tx *store.Tx, household id.ID, runs []*Signal, old *Signal, limits Limits) (changes []change) {
	put := func(x Signal, insert, event bool) {
		x.ChangedAt = tx.Now()
		if event {
			x.Version++
		}
		changes = append(changes, change{Signal: x, insert: insert, event: event})
	}
	// Siblings who are away belong together however long; a run that has long been over is not open.
	slices.SortFunc(runs, func(a, b *Signal) int { return cmp.Or(cmp.Compare(a.Pupil, b.Pupil), cmp.Compare(a.ID, b.ID)) })
	f, found := siblingCluster.Cluster(clusterFrom(siblingCluster.Code, household, runs), limits)
	var cluster id.ID
	switch {
	case found:
		next := Signal{ID: tx.NewID(), Rule: siblingCluster.Code, SubjectKind: OfHousehold, Subject: household, Household: household, State: Open, RaisedAt: tx.Now()}
		if old != nil {
			next = *old
		}
		lead := runs[0]
		next.Class, next.School, next.Village, next.Commune = lead.Class, lead.School, lead.Village, lead.Commune
		if old != nil {
			next.School = old.School
		}
		next.RuleVersion, next.Since, next.Last, next.Facts = siblingCluster.Version, f.Since, f.Last, f.Facts
		next.Step = StepOf(siblingCluster.Code, FullLadder, f.Reached)
		next.Order = order(next.Step, next.Facts)
		cluster = next.ID
		if old == nil {
			put(next, true, true)
		} else if next != *old {
			put(next, false, next.Step != old.Step)
		}
	case old != nil:
		ended := *old
		ended.State, ended.EndedReason = Over, EndedApart
		put(ended, false, true)
	}
	for _, r := range runs {
		part := r.PartOf
		switch {
		case cluster != 0 && part == 0 && r.Step.Rank() < StepVisit.Rank():
			part = cluster
		case old != nil && part == old.ID && (cluster == 0 || r.Step.Rank() >= StepVisit.Rank()):
			part = 0
		}
		if part != r.PartOf {
			next := *r
			next.PartOf = part
			put(next, false, true)
		}
	}
	return changes
}
