package device

import (
	"cmp"
	"context"
	"slices"
	"time"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
)

// Quiet is a phone of somebody who calls a roll, not heard of for some time.
type Quiet struct {
	School  id.ID
	Account id.ID
	Phone   Device
	Classes []id.ID // whose roll the person calls
}

// Health is how the phones of a place are.
type Health struct {
	Callers  int // people who call a roll here
	WithApp  int // of these, who have the app on a phone
	Quiet    []Quiet
	Refused  int // acts of the place's people that were refused
	ClockOff int // phones whose clock is wrong
}

// QuietDays are the two looks that the pages offer.
var QuietDays = [...]int{1, 3}

// HealthOf says which phones of people who call a roll in some schools have not been heard
// of for so many days, in order of school and class: where to help, not who is worst. A
// person with another phone that was heard of is quiet only where acts lie on the old one.
//
// The caller must be allowed to see the phones of every one of the schools.
func HealthOf(ctx context.Context, tx *store.Tx, who access.Who, schools []id.ID, days int) (Health, error) {
	var h Health
	for _, school := range schools {
		if _, err := access.May(ctx, tx, who, access.SeeDevices, access.School(school)); err != nil {
			return h, err
		}
	}
	callers, err := access.RollCallers(ctx, tx, who.Realm, schools, tx.Today())
	if err != nil {
		return h, err
	}
	type person struct {
		school  id.ID
		classes []id.ID
	}
	people := map[id.ID]*person{}
	var accounts []id.ID
	for _, c := range callers {
		if people[c.Account] == nil {
			people[c.Account] = &person{school: c.School}
			accounts = append(accounts, c.Account)
		}
		people[c.Account].classes = append(people[c.Account].classes, c.Class)
	}
	h.Callers = len(accounts)
	phones, err := store.All[Device](ctx, tx, sqlDevicesOfMany, who.Realm, store.In(accounts), Active, SigningOut)
	if err != nil {
		return h, err
	}
	since := tx.Now().Add(-time.Duration(days) * 24 * time.Hour)
	latest := map[id.ID]day.Instant{}
	for _, p := range phones {
		latest[p.Account] = max(latest[p.Account], p.HeardAt())
		if p.ClockOff() {
			h.ClockOff++
		}
	}
	h.WithApp = len(latest)
	for _, p := range phones {
		if p.HeardAt() > since || latest[p.Account] > since && p.Unsent == 0 {
			continue
		}
		h.Quiet = append(h.Quiet, Quiet{people[p.Account].school, p.Account, p, people[p.Account].classes})
	}
	slices.SortStableFunc(h.Quiet, func(a, b Quiet) int {
		return cmp.Or(cmp.Compare(a.School, b.School), cmp.Compare(a.Classes[0], b.Classes[0]), cmp.Compare(a.Account, b.Account))
	})
	h.Refused, err = store.One[int](ctx, tx, sqlCountRefused, who.Realm, store.In(schools), Refused)
	return h, err
}
