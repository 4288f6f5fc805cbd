package access

import (
	"context"
	"slices"

	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Load gives the caller that an account is today: its grants in force and its openings
// that have not ended. An account that holds nothing is a caller who may do nothing.
func Load(ctx context.Context, tx *store.Tx, realm int, account id.ID) (Who, error) {
	who := Who{Realm: realm, Account: account}
	type row struct {
		Grant   id.ID
		Role    Role
		Kind    ScopeKind
		Scope   id.ID
		From    day.Day
		Until   day.Day
		Purpose string
		UntilAt day.Instant
	}
	// Grants and openings in one statement: every request begins with this one.
	rows, err := store.All[row](ctx, tx, sqlHeld, realm, account, tx.Today(), tx.Now())
	for _, r := range rows {
		if r.Purpose != "" {
			who.Openings = append(who.Openings, Opening{r.Grant, Kind(r.Kind), r.Scope, r.Purpose, r.UntilAt})
			continue
		}
		who.Grants = append(who.Grants, Grant{r.Grant, r.Role, r.Kind, r.Scope, day.Range{From: r.From, Until: r.Until}})
	}
	return who, err
}

// LoadAt gives the caller that an account was on an earlier day, for an act that was done
// then and arrives only now: the grants in force on that day, and no openings. Their
// periods are widened to today, because what rests on them is decided today.
//
// A grant that has ended since is bounded by its own dates: it is left out unless it also
// covers each of the days that the act concerns. So a substitute of one day may send her
// sheet two days later, and nothing of the days around it.
func LoadAt(ctx context.Context, tx *store.Tx, realm int, account id.ID, on day.Day, concerning ...day.Day) (Who, error) {
	who := Who{Realm: realm, Account: account}
	today := tx.Today()
	grants, err := store.All[Grant](ctx, tx, sqlHeldOn, realm, account, min(on, today))
	for _, g := range grants {
		if !g.Period.Has(today) {
			if slices.ContainsFunc(concerning, func(d day.Day) bool { return !g.Period.Has(d) }) {
				continue
			}
			g.Period.Until = today + 1
		}
		who.Grants = append(who.Grants, g)
	}
	return who, err
}

// RollCaller is somebody who calls the roll of a class.
type RollCaller struct {
	Account id.ID
	Class   id.ID
	School  id.ID
}

// RollCallers lists who calls the roll of which class of the schools on a day, by class.
// It asks no right.
func RollCallers(ctx context.Context, tx *store.Tx, realm int, schools []id.ID, on day.Day) ([]RollCaller, error) {
	return store.All[RollCaller](ctx, tx, sqlRollCallers, realm, store.In(schools), on, HomeroomTeacher, SubstituteTeacher)
}

// SchoolsOf lists the schools in which an account works or worked, the latest first. It asks no right.
func SchoolsOf(ctx context.Context, tx *store.Tx, realm int, account id.ID) ([]id.ID, error) {
	type row struct {
		School id.ID
		From   day.Day
	}
	rows, err := store.All[row](ctx, tx, sqlSchoolsOfAccount, realm, account, tx.Today())
	var schools []id.ID
	for _, r := range rows {
		if !slices.Contains(schools, r.School) {
			schools = append(schools, r.School)
		}
	}
	return schools, err
}
