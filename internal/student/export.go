package student

import (
	"context"

	"ralop/internal/access"
	"ralop/internal/audit"
	"ralop/internal/id"
	"ralop/internal/org"
	"ralop/internal/store"
)

// Exported is a child as a class list hands her out, numbers open.
type Exported struct {
	ListedPupil
	Person    Person
	Guardians []Guardian
	Village   string // name of the village, "" when only the commune is known
	Commune   string
	Province  string
}

// Export gives the children of a class or school (ListIn.Class or School) with their
// numbers, for a list to hand out. It needs the right to see identifiers, and stands in
// the audit book as an export with how many. Faults: those of access.May.
func Export(ctx context.Context, tx *store.Tx, who access.Who, in ListIn) ([]Exported, error) {
	at := access.Class(in.Class)
	if in.Class == 0 {
		at = access.School(in.School)
	}
	rule, err := access.May(ctx, tx, who, access.SeeIdentifiers, at)
	if err != nil {
		return nil, err
	}
	in.Residence, in.Limit, in.After = 0, 1<<30, ""
	page, _, err := List(ctx, tx, who, in)
	if err != nil {
		return nil, err
	}
	pupils := make([]id.ID, len(page))
	homes := map[id.ID]bool{}
	for i, l := range page {
		pupils[i] = l.Pupil
		homes[l.Residence] = true
	}
	persons, err := store.All[known](ctx, tx, sqlKnownByID, who.Realm, store.In(pupils))
	if err != nil {
		return nil, err
	}
	byID := make(map[id.ID]*known, len(persons))
	for i := range persons {
		byID[persons[i].Pupil] = &persons[i]
	}
	if err := eachGuardian(ctx, tx, who.Realm, pupils, func(pupil id.ID, g Guardian) {
		byID[pupil].guardians = append(byID[pupil].guardians, g)
	}); err != nil {
		return nil, err
	}
	if in.On.IsZero() {
		in.On = tx.Today()
	}
	paths := map[id.ID][]org.Unit{}
	for unit := range homes {
		if unit != 0 {
			if paths[unit], err = org.Path(ctx, tx, unit, in.On); err != nil {
				return nil, err
			}
		}
	}
	all := make([]Exported, len(page))
	for i, l := range page {
		k := byID[l.Pupil]
		all[i] = Exported{ListedPupil: l, Person: k.Person, Guardians: k.guardians}
		for _, u := range paths[l.Residence] {
			switch u.Kind {
			case "village":
				all[i].Village = u.FullName
			case "commune":
				all[i].Commune = u.FullName
			case "province":
				all[i].Province = u.FullName
			}
		}
	}
	return all, audit.Record(ctx, tx, who.Audit("export", at, rule, map[string]any{"list": "class-list", "pupils": len(all)}))
}

func eachGuardian(ctx context.Context, tx *store.Tx, realm int, pupils []id.ID, each func(id.ID, Guardian)) error {
	type guardian struct {
		Pupil    id.ID
		Guardian Guardian
	}
	guardians, err := store.All[guardian](ctx, tx, sqlGuardiansOfMany, realm, store.In(pupils))
	for _, g := range guardians {
		each(g.Pupil, g.Guardian)
	}
	return err
}
