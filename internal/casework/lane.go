package casework

import (
	"cmp"
	"context"
	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/store"
	"slices"
	"strings"
)

// tally is what lanes and boards need of a case: no name, no cause.
type tally struct {
	ID      id.ID
	School  id.ID
	Village id.ID
	Commune id.ID
	State   State
	Step    Step
	Due     day.Day
	Tier    Tier
	Acts    int
	Owned   int // of the first owners, how many roles are held
}

// countsAt reads the cases of a place that are not closed: a school's, a unit's by the
// schools in it, a residence's by where the children live.
func countsAt(ctx context.Context, tx *store.Tx, who access.Who, at access.Resource) ([]tally, error) {
	switch at.Kind {
	case access.SchoolKind:
		return store.All[tally](ctx, tx, sqlCountSchools, who.Realm, store.In([]id.ID{at.ID}), day.Instant(0))
	case access.UnitKind:
		schools, err := schoolsUnder(ctx, tx, who, at.ID)
		if err != nil || len(schools) == 0 {
			return nil, err
		}
		return store.All[tally](ctx, tx, sqlCountSchools, who.Realm, store.In(schools), day.Instant(0))
	}
	return store.All[tally](ctx, tx, sqlCountResidence, who.Realm, at.ID, tx.Today(), day.Instant(0))
}

// LaneOf is the board of the cases of the children who live in a unit: counts by step, what
// is late and what nobody has touched by school and village. Reached are the cases that have
// reached the caller, who owns them; before that a commune sees counts only.
func LaneOf(ctx context.Context, tx *store.Tx, who access.Who, unit id.ID) (Lane, error) {
	lane := Lane{Unit: unit, States: map[State]int{}}
	at := access.Residence(unit)
	if _, err := access.May(ctx, tx, who, access.SeeBoard, at); err != nil {
		return lane, err
	}
	counts, err := countsAt(ctx, tx, who, at)
	if err != nil {
		return lane, err
	}
	for _, c := range counts {
		lane.States[c.State]++
		if c.State != Open {
			continue
		}
		i := slices.IndexFunc(lane.Steps, func(s StepCount) bool { return s.Step == c.Step })
		if i < 0 {
			i = len(lane.Steps)
			lane.Steps = append(lane.Steps, StepCount{Step: c.Step})
		}
		lane.Steps[i].Open++
		if c.Due < tx.Today() {
			lane.Steps[i].Late++
		}
		if c.Acts == 0 {
			lane.Untouched++
		}
		if c.Owned < len(FirstOwners) {
			lane.Unowned++
		}
	}
	slices.SortFunc(lane.Steps, func(a, b StepCount) int { return cmp.Compare(stepOrder(a.Step), stepOrder(b.Step)) })
	if lane.Overdue, err = byUnit(ctx, tx, who.Realm, counts); err != nil {
		return lane, err
	}
	if who.Account != 0 {
		rows, err := store.All[listed](ctx, tx, sqlListOwned, who.Realm, tx.Today(), who.Account, day.Instant(0))
		if err != nil {
			return lane, err
		}
		mine := map[id.ID]bool{}
		for _, c := range counts {
			mine[c.ID] = true
		}
		rows = slices.DeleteFunc(rows, func(r listed) bool { return !mine[r.Case.ID] })
		if lane.Reached, err = tasks(ctx, tx, who, rows); err != nil {
			return lane, err
		}
	}
	lane.Under, err = DutiesLate(ctx, tx, who, at)
	if fault.Is(err, fault.Forbidden) {
		err = nil
	}
	return lane, err
}

func stepOrder(step Step) int {
	for at, name := range []Step{"find-out", "call", "visit", "joint-visit", "counsel", "commune", "committee"} {
		if name == step {
			return at
		}
	}
	return 99
}

// byUnit counts open cases by school and by village – by commune where there are several –,
// in the order of names: never ranked.
func byUnit(ctx context.Context, tx *store.Tx, realm int, counts []tally) ([]UnitCount, error) {
	today := tx.Today()
	sums := map[[2]string]*UnitCount{}
	communes := map[id.ID]bool{}
	for _, c := range counts {
		communes[c.Commune] = true
	}
	for _, c := range counts {
		if c.State != Open {
			continue
		}
		home := struct {
			kind string
			of   id.ID
		}{"village", c.Village}
		if len(communes) > 1 {
			home.kind, home.of = "commune", c.Commune
		}
		for _, place := range []struct {
			kind string
			of   id.ID
		}{{"school", c.School}, home} {
			k := [2]string{place.kind, place.of.String()}
			if sums[k] == nil {
				sums[k] = &UnitCount{Kind: place.kind, ID: place.of}
			}
			u := sums[k]
			u.Open++
			if c.Due < today {
				u.Late++
			}
			if c.Acts == 0 {
				u.Untouched++
			}
			if c.Owned < len(FirstOwners) {
				u.Unowned++
			}
		}
	}
	var schools, homes []id.ID
	for _, u := range sums {
		if u.Kind == "school" {
			schools = append(schools, u.ID)
		} else {
			homes = append(homes, u.ID)
		}
	}
	type named struct {
		ID         id.ID
		Name, Sort string
	}
	names := map[[2]string]named{}
	for _, q := range []struct {
		kind, query string
		args        []any
	}{{"school", sqlSchoolNames, []any{realm, store.In(schools), today}}, {"village", sqlUnitNames, []any{store.In(homes), today}}} {
		rows, err := store.All[named](ctx, tx, q.query, q.args...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			names[[2]string{q.kind, r.ID.String()}] = r
			if q.kind == "village" {
				names[[2]string{"commune", r.ID.String()}] = r
			}
		}
	}
	var all []UnitCount
	for k, u := range sums {
		u.Name = names[k].Name
		all = append(all, *u)
	}
	slices.SortFunc(all, func(a, b UnitCount) int {
		key := func(u UnitCount) string { return names[[2]string{u.Kind, u.ID.String()}].Sort }
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(key(a), key(b)), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

// Untouched is every leader's first list, "Có cảnh báo mà chưa ai làm": by school and
// village, how many open cases nobody has done anything for, and how many are late. At is a
// school, a unit (by its schools) or a residence (by where the children live).
func Untouched(ctx context.Context, tx *store.Tx, who access.Who, at access.Resource) ([]UnitCount, error) {
	if _, err := access.May(ctx, tx, who, access.SeeBoard, at); err != nil {
		return nil, err
	}
	counts, err := countsAt(ctx, tx, who, at)
	if err != nil {
		return nil, err
	}
	all, err := byUnit(ctx, tx, who.Realm, counts)
	return slices.DeleteFunc(all, func(u UnitCount) bool { return u.Untouched == 0 && u.Late == 0 && u.Unowned == 0 }), err
}

// DutiesLate says which persons have late cases, to their direct superior only: the
// teachers of a school to its principal, the named officials of a commune's villages to the
// commune. It is a list by name, never a rank; who could not act is said.
func DutiesLate(ctx context.Context, tx *store.Tx, who access.Who, at access.Resource) ([]DutyLate, error) {
	action, role, query := access.ConfirmDropout, TeacherOwner, sqlLateOwnersSchool
	if at.Kind == access.ResidenceKind {
		action, role, query = access.LeadCases, VillageOwner, sqlLateOwnersResidence
	}
	if _, err := access.May(ctx, tx, who, action, at); err != nil {
		return nil, err
	}
	type row struct {
		Account id.ID
		Name    string
		Place   string
		Late    int
	}
	rows, err := store.All[row](ctx, tx, query, who.Realm, at.ID, tx.Today(), day.Instant(0), role)
	if err != nil {
		return nil, err
	}
	var all []DutyLate
	for _, r := range rows {
		why, err := excused(ctx, tx, who.Realm, []id.ID{r.Account})
		if err != nil {
			return nil, err
		}
		all = append(all, DutyLate{Role: role, Account: r.Account, Name: r.Name, Place: r.Place, Late: r.Late, Excused: why})
	}
	return all, nil
}

// AtRiskOf counts the cases of a place for boards: those not ended, and those that came back in a period.
func AtRiskOf(ctx context.Context, tx *store.Tx, who access.Who, at access.Resource, period day.Range) (AtRisk, error) {
	var r AtRisk
	if _, err := access.May(ctx, tx, who, access.SeeBoard, at); err != nil {
		return r, err
	}
	counts, err := countsAt(ctx, tx, who, at)
	if err != nil {
		return r, err
	}
	for _, c := range counts {
		switch c.State {
		case Open:
			r.Open++
			if c.Due < tx.Today() {
				r.Late++
			}
		case Watching:
			r.Watching++
		case Away:
			r.Away++
		}
	}
	ended, err := casesAt(ctx, tx, who, at, period)
	for _, c := range ended {
		if c.Outcome == CameBack && period.Has(c.ReturnOn) {
			r.Returned++
		}
	}
	return r, err
}
