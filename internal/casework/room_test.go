package casework_test

import (
	"context"
	"encoding/binary"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/casework"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/warning"
)

var (
	today  = day.InstantOf(apptest.Start).Day() // Friday 29 May 2020
	system = access.System(apptest.Realm)
	acts   atomic.Uint64
)

// child is a pupil of 8A who lives in Bản Phiêng Pi of Xã Pú Nhung and boards at Mường Mùn.
var child = apptest.Pupil(apptest.Class8A, 3)

func act() (a [16]byte) {
	binary.BigEndian.PutUint64(a[8:], acts.Add(1))
	a[0], a[6] = 1, 0x70
	return a
}

// at moves the clock to a day, seven in the morning.
func at(h *apptest.House, on day.Day) {
	h.Clock.Set(time.Date(on.Year(), on.Month(), on.DayOfMonth(), 7, 0, 0, 0, day.Place))
}

// roll hands in a morning of a class; the pupils are away without leave.
func roll(t testing.TB, h *apptest.House, class id.ID, on day.Day, away ...id.ID) {
	t.Helper()
	s := rollcall.Submission{Act: act(), Class: class, Day: on, Session: calendar.Morning, State: rollcall.Taken, Device: "test"}
	for _, pupil := range away {
		s.Marks = append(s.Marks, rollcall.Mark{Pupil: pupil, Kind: rollcall.Unexcused})
	}
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		_, err := rollcall.Submit(ctx, tx, system, s)
		return err
	})
}

// run is what the workers do.
func run(t testing.TB, h *apptest.House) (climbed int) {
	t.Helper()
	if _, err := warning.Pass(t.Context(), h.Store, apptest.Realm); err != nil {
		t.Fatal(err)
	}
	if _, err := casework.TakeSignals(t.Context(), h.Store, apptest.Realm); err != nil {
		t.Fatal(err)
	}
	if _, err := casework.Settle(t.Context(), h.Store, apptest.Realm); err != nil {
		t.Fatal(err)
	}
	climbed, err := casework.Climb(t.Context(), h.Store, apptest.Realm)
	if err != nil {
		t.Fatal(err)
	}
	return climbed
}

// write runs f in a transaction and gives its error.
func write(t testing.TB, h *apptest.House, f func(ctx context.Context, tx *store.Tx) error) error {
	t.Helper()
	return h.Store.Write(t.Context(), f)
}

func openCase(t testing.TB, h *apptest.House, who access.Who, pupil id.ID) (c casework.Case) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
		c, err = casework.OpenByHand(ctx, tx, who, casework.OpenIn{Act: act(), Pupil: pupil, Why: "Em có ý định nghỉ học"})
		return err
	})
	return c
}

func do(t testing.TB, h *apptest.House, who access.Who, a casework.Act) (r casework.Receipt) {
	t.Helper()
	if a.ID == [16]byte{} {
		a.ID = act()
	}
	h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
		r, err = casework.Record(ctx, tx, who, a)
		return err
	})
	return r
}

func view(t testing.TB, h *apptest.House, who access.Who, c id.ID) (v casework.View) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		v, err = casework.ViewOf(ctx, tx, who, c)
		return err
	})
	return v
}

// sees says whether somebody may open a case.
func sees(t testing.TB, h *apptest.House, p apptest.Person, c id.ID) bool {
	t.Helper()
	err := h.Store.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := casework.ViewOf(ctx, tx, p.Who(), c)
		return err
	})
	if err != nil && !fault.Is(err, fault.Forbidden) {
		t.Fatalf("%s: %v", p.Login, err)
	}
	return err == nil
}

func runningOf(t testing.TB, h *apptest.House, pupil id.ID) (c id.ID) {
	t.Helper()
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		c, err = casework.CaseOf(ctx, tx, system, pupil)
		return err
	})
	return c
}

// owners are the accounts that own a case now, by role.
func owners(v casework.View) map[casework.OwnerRole][]id.ID {
	all := map[casework.OwnerRole][]id.ID{}
	for _, o := range v.Owners {
		if o.Until.IsZero() {
			all[o.Role] = append(all[o.Role], o.Account)
		}
	}
	return all
}

func owned(v casework.View, role casework.OwnerRole, p apptest.Person) bool {
	return slices.Contains(owners(v)[role], p.Account)
}

func code(err error) string {
	if f, ok := fault.Of(err); ok {
		return f.Code
	}
	return ""
}

// present corrects a morning of 8A: everybody was there.
func present(ctx context.Context, tx *store.Tx, on day.Day, base int) error {
	_, err := rollcall.Correct(ctx, tx, system, rollcall.Submission{Act: act(), Class: apptest.Class8A, Day: on, Session: calendar.Morning, State: rollcall.Taken,
		BaseVersion: base, Reason: "ghi nhầm em khác", Device: "test"})
	return err
}
