package access

import (
	"context"
	"slices"

	"github.com/cedar-policy/cedar-go/types"

	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
)

// step finds more places that a resource is in. It gives none, without a query, when the
// caller holds no scope of the kind; it fails with NotFound when the resource does not exist.
type step func(ctx context.Context, tx *store.Tx, realm int, r Resource, h *held) ([]types.EntityUID, error)

var steps = map[Kind][]step{
	RealmKind:     {realmUnits},
	UnitKind:      {unitChain},
	ResidenceKind: {residenceChain},
	SchoolKind:    {theSchool, schoolUnits, schoolHeirs},
	ClassKind:     {classSchool, schoolUnits, schoolHeirs},
	PupilKind:     {pupilPlaces, pupilResidence, schoolUnits, schoolHeirs},
}

func (h *held) kind(k Kind) bool { return h.kinds[entityTypes[k]] }

func unknown(resource Resource) error {
	return fault.New(fault.NotFound, "access.unknown", fault.Args{"kind": string(resource.Kind)})
}

func uids(kind Kind, ids []id.ID) []types.EntityUID {
	all := make([]types.EntityUID, len(ids))
	for i, one := range ids {
		all[i] = uid(kind, one)
	}
	return all
}

func realmUnits(ctx context.Context, tx *store.Tx, realm int, _ Resource, h *held) ([]types.EntityUID, error) {
	if !h.kind(UnitKind) {
		return nil, nil
	}
	units, err := store.All[id.ID](ctx, tx, sqlRealmUnits, realm, tx.Today())
	return uids(UnitKind, units), err
}

// chain gives a unit with all above it; for one that has ended its last chain and those
// of the units that inherited it wholly.
func chain(ctx context.Context, tx *store.Tx, r Resource) ([]id.ID, error) {
	units, err := store.All[id.ID](ctx, tx, sqlUnitAncestors, r.ID, tx.Today())
	if err != nil || len(units) > 0 {
		return units, err
	}
	if units, err = store.All[id.ID](ctx, tx, sqlEndedUnitAncestors, r.ID, tx.Today()); err != nil {
		return nil, err
	}
	if len(units) == 0 {
		return nil, unknown(r)
	}
	heirs, err := heirUnits(ctx, tx, []id.ID{r.ID})
	if err != nil || len(heirs) == 0 {
		return units, err
	}
	more, err := store.All[id.ID](ctx, tx, sqlUnitsAbove, store.In(heirs), tx.Today())
	return append(units, more...), err
}

// heirUnits follows whole successions to their end.
func heirUnits(ctx context.Context, tx *store.Tx, units []id.ID) (heirs []id.ID, err error) {
	seen := map[id.ID]bool{}
	for len(units) > 0 {
		found, err := store.All[id.ID](ctx, tx, sqlHeirUnits, store.In(units), tx.Today())
		if err != nil {
			return nil, err
		}
		units = nil
		for _, unit := range found {
			if !seen[unit] {
				seen[unit] = true
				units, heirs = append(units, unit), append(heirs, unit)
			}
		}
	}
	return heirs, nil
}

func unitChain(ctx context.Context, tx *store.Tx, _ int, r Resource, _ *held) ([]types.EntityUID, error) {
	units, err := chain(ctx, tx, r)
	return uids(UnitKind, units), err
}

// residenceChain: who answers for a unit sees the counts of those who live in it, too.
func residenceChain(ctx context.Context, tx *store.Tx, _ int, r Resource, _ *held) ([]types.EntityUID, error) {
	units, err := chain(ctx, tx, r)
	return append(uids(ResidenceKind, units), uids(UnitKind, units)...), err
}

func classSchool(ctx context.Context, tx *store.Tx, realm int, r Resource, h *held) (places []types.EntityUID, err error) {
	h.schools, err = store.All[id.ID](ctx, tx, sqlClassSchool, realm, r.ID)
	if err == nil && len(h.schools) == 0 {
		err = unknown(r)
	}
	return uids(SchoolKind, h.schools), err
}

func theSchool(_ context.Context, _ *store.Tx, _ int, r Resource, h *held) ([]types.EntityUID, error) {
	h.schools = []id.ID{r.ID}
	return nil, nil
}

func schoolUnits(ctx context.Context, tx *store.Tx, realm int, r Resource, h *held) ([]types.EntityUID, error) {
	var units []id.ID
	var err error
	if h.kind(UnitKind) && len(h.schools) > 0 {
		if units, err = store.All[id.ID](ctx, tx, sqlSchoolUnits, realm, store.In(h.schools), tx.Today()); err != nil {
			return nil, err
		}
	}
	if len(units) == 0 && r.Kind == SchoolKind {
		if _, err := store.One[id.ID](ctx, tx, sqlSchool, realm, r.ID); store.IsNone(err) {
			return nil, unknown(r)
		} else if err != nil {
			return nil, err
		}
	}
	return uids(UnitKind, units), nil
}

// schoolHeirs: the school that inherited wholly, and the units that inherited wholly the
// units in which the school stood.
func schoolHeirs(ctx context.Context, tx *store.Tx, realm int, _ Resource, h *held) ([]types.EntityUID, error) {
	if !h.kind(SchoolKind) && !h.kind(UnitKind) {
		return nil, nil
	}
	schools := h.schools
	heirs, err := heirSchools(ctx, tx, realm, schools)
	if err != nil {
		return nil, err
	}
	places := uids(SchoolKind, heirs)
	if !h.kind(UnitKind) || len(schools) == 0 {
		return places, nil
	}
	schools = slices.Concat(schools, heirs)
	ended, err := store.All[id.ID](ctx, tx, sqlSchoolStands, realm, store.In(schools), tx.Today())
	if err != nil {
		return nil, err
	}
	inherited, err := heirUnits(ctx, tx, ended)
	if err != nil {
		return nil, err
	}
	units, err := store.All[id.ID](ctx, tx, sqlUnitsAbove, store.In(inherited), tx.Today())
	if err != nil || len(heirs) == 0 {
		return append(places, uids(UnitKind, units)...), err
	}
	more, err := store.All[id.ID](ctx, tx, sqlSchoolUnits, realm, store.In(heirs), tx.Today())
	return append(append(places, uids(UnitKind, units)...), uids(UnitKind, more)...), err
}

func heirSchools(ctx context.Context, tx *store.Tx, realm int, schools []id.ID) (heirs []id.ID, err error) {
	seen := map[id.ID]bool{}
	for len(schools) > 0 {
		found, err := store.All[id.ID](ctx, tx, sqlHeirSchools, realm, store.In(schools), tx.Today())
		if err != nil {
			return nil, err
		}
		schools = nil
		for _, school := range found {
			if !seen[school] {
				seen[school] = true
				schools, heirs = append(schools, school), append(heirs, school)
			}
		}
	}
	return heirs, nil
}

func pupilPlaces(ctx context.Context, tx *store.Tx, realm int, r Resource, h *held) ([]types.EntityUID, error) {
	type where struct{ Class, School id.ID }
	rows, err := store.All[where](ctx, tx, sqlPupilPlaces, realm, r.ID, tx.Today())
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, unknown(r)
	}
	var places []types.EntityUID
	for _, row := range rows {
		if row.School != 0 {
			places = append(places, uid(SchoolKind, row.School))
			h.schools = append(h.schools, row.School)
		}
		if row.Class != 0 {
			places = append(places, uid(ClassKind, row.Class))
		}
	}
	return places, nil
}

func pupilResidence(ctx context.Context, tx *store.Tx, realm int, r Resource, h *held) ([]types.EntityUID, error) {
	if !h.kind(ResidenceKind) {
		return nil, nil
	}
	homes, err := store.All[id.ID](ctx, tx, sqlPupilHome, realm, r.ID, tx.Today())
	if err != nil || len(homes) == 0 {
		return nil, err
	}
	heirs, err := heirUnits(ctx, tx, homes)
	if err != nil {
		return nil, err
	}
	units, err := store.All[id.ID](ctx, tx, sqlUnitsAbove, store.In(append(homes, heirs...)), tx.Today())
	return uids(ResidenceKind, units), err
}
