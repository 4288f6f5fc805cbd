package casework

import (
	"cmp"
	"context"
	"slices"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/viet"
	"ralop/internal/warning"
)

// listed is a row of a list of cases by name.
type listed struct {
	Case     Case
	Name     string
	NameSort string
	Class    string
	School   string
	Place    string
	Family   string
	Phone    string
}

// tasks turns rows into lines, each as far as the caller may know it.
func tasks(ctx context.Context, tx *store.Tx, who access.Who, rows []listed) ([]Task, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	var ids []id.ID
	for _, r := range rows {
		ids = append(ids, r.Case.ID)
	}
	roles, err := rolesOf(ctx, tx, who, ids)
	if err != nil {
		return nil, err
	}
	newest, err := newestSignals(ctx, tx, who.Realm, ids)
	if err != nil {
		return nil, err
	}
	all := make([]Task, 0, len(rows))
	for _, r := range rows {
		c := r.Case
		t := Task{Case: c.ID, Pupil: c.Pupil, Name: r.Name, Class: r.Class, School: r.School, Village: c.Village, Place: r.Place, Household: household(r), Family: r.Family,
			Roles: roles[c.ID], Step: c.Step, Due: c.Due, Late: c.Late(tx.Today()), State: c.State, Promise: c.Promise, Days: tx.Today().Sub(c.OpenedOn), LastAct: c.LastAct,
			Signal: newest[c.ID], Why: c.Why, Order: c.Order}
		if c.Protected {
			full, err := seesProtected(ctx, tx, who, c)
			if err != nil {
				return nil, err
			}
			redactTask(&t, true, full)
		}
		all = append(all, t)
	}
	slices.SortStableFunc(all, matters)
	return all, nil
}

// household tells homes apart: by the telephone of the first guardian, else by the name in the village.
func household(r listed) string {
	if r.Phone != "" {
		return r.Phone
	}
	if r.Family == "" {
		return r.Case.Pupil.String()
	}
	return r.Case.Village.String() + " " + viet.Fold(r.Family)
}

// matters puts first what cannot wait.
func matters(a, b Task) int {
	late := func(t Task) int {
		if t.Late {
			return 0
		}
		return 1
	}
	running := func(t Task) int {
		if t.State == Open {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(running(a), running(b)), cmp.Compare(late(a), late(b)), cmp.Compare(b.Order, a.Order), cmp.Compare(a.Due, b.Due), cmp.Compare(b.Days, a.Days), cmp.Compare(a.Case, b.Case))
}

func rolesOf(ctx context.Context, tx *store.Tx, who access.Who, cases []id.ID) (map[id.ID][]OwnerRole, error) {
	type row struct {
		Case id.ID
		Role OwnerRole
	}
	rows, err := store.All[row](ctx, tx, sqlRolesOf, who.Realm, who.Account, store.In(cases), day.Instant(0))
	roles := map[id.ID][]OwnerRole{}
	for _, r := range rows {
		roles[r.Case] = append(roles[r.Case], r.Role)
	}
	return roles, err
}

func newestSignals(ctx context.Context, tx *store.Tx, realm int, cases []id.ID) (map[id.ID]*warning.Signal, error) {
	type row struct{ Case, Signal id.ID }
	rows, err := store.All[row](ctx, tx, sqlNewestSignals, realm, store.In(cases), day.Forever)
	if err != nil {
		return nil, err
	}
	all := map[id.ID]*warning.Signal{}
	for _, r := range rows {
		s, err := warning.SignalByID(ctx, tx, realm, r.Signal)
		if fault.Is(err, fault.NotFound) {
			continue
		} else if err != nil {
			return nil, err
		}
		if known := all[r.Case]; known == nil || s.Order > known.Order {
			all[r.Case] = &s
		}
	}
	return all, nil
}

// Mine is "Việc của tôi": the cases that the caller owns today, by village and household,
// those that matter most first. It names children: the door writes the look.
func Mine(ctx context.Context, tx *store.Tx, who access.Who) ([]Stop, error) {
	if who.Account == 0 {
		return nil, nil
	}
	rows, err := store.All[listed](ctx, tx, sqlListOwned, who.Realm, tx.Today(), who.Account, day.Instant(0))
	if err != nil {
		return nil, err
	}
	all, err := tasks(ctx, tx, who, rows)
	return stops(all), err
}

// stops groups tasks that are in order by village and household; a group stands where its
// first task stands.
func stops(all []Task) (route []Stop) {
	for _, t := range all {
		i := slices.IndexFunc(route, func(s Stop) bool { return s.Village == t.Village })
		if i < 0 {
			i = len(route)
			route = append(route, Stop{Village: t.Village, Name: t.Place})
		}
		homes := &route[i].Households
		j := slices.IndexFunc(*homes, func(h Household) bool { return h.Key == t.Household })
		if j < 0 {
			j = len(*homes)
			*homes = append(*homes, Household{Key: t.Household, Family: t.Family})
		}
		(*homes)[j].Tasks = append((*homes)[j].Tasks, t)
	}
	return route
}

// VillageList is every case of the children who live in a village, or in the villages of a
// commune, that has not ended: for those who answer for them there, and for print.
func VillageList(ctx context.Context, tx *store.Tx, who access.Who, village id.ID) ([]Task, string, error) {
	rule, err := access.May(ctx, tx, who, access.SeeCases, access.Residence(village))
	if err != nil {
		return nil, "", err
	}
	rows, err := store.All[listed](ctx, tx, sqlListResidence, who.Realm, tx.Today(), village)
	if err != nil {
		return nil, rule, err
	}
	all, err := tasks(ctx, tx, who, rows)
	return all, rule, err
}

// SchoolList is every case of a school that has not ended.
func SchoolList(ctx context.Context, tx *store.Tx, who access.Who, school id.ID) ([]Task, string, error) {
	rule, err := access.May(ctx, tx, who, access.SeeCases, access.School(school))
	if err != nil {
		return nil, "", err
	}
	rows, err := store.All[listed](ctx, tx, sqlListSchool, who.Realm, tx.Today(), school)
	if err != nil {
		return nil, rule, err
	}
	all, err := tasks(ctx, tx, who, rows)
	return all, rule, err
}

// NoCause lists the running cases of a school for which nobody has found a cause yet.
func NoCause(ctx context.Context, tx *store.Tx, who access.Who, school id.ID) ([]Task, error) {
	if _, err := access.May(ctx, tx, who, access.SeeCases, access.School(school)); err != nil {
		return nil, err
	}
	rows, err := store.All[listed](ctx, tx, sqlListSchool, who.Realm, tx.Today(), school)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(r listed) bool { return r.Case.Cause != "" || !r.Case.State.Running() })
	return tasks(ctx, tx, who, rows)
}
