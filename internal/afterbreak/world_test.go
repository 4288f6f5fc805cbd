package afterbreak_test

import (
	"context"
	"encoding/binary"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/afterbreak"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

var (
	system = access.System(apptest.Realm)
	acts   atomic.Uint64
	tet    = day.Range{From: day.MustParse("2020-05-04"), Until: day.MustParse("2020-05-18")} // moved into the cast's spring
	back   = tet.Until
	all    = []id.ID{apptest.MuongMunS, apptest.MuongMunP, apptest.PuNhungS}
)

// close declares a closure of the realm, or of one school.
func closed(t testing.TB, h *apptest.House, scope calendar.Scope, period day.Range) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		_, err := calendar.DeclareClosure(ctx, tx, system, calendar.DeclareIn{Scope: scope, Period: period, Reason: calendar.ReasonTet})
		return err
	})
	for _, school := range all {
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			return calendar.RebuildIn(ctx, tx, apptest.Realm, school)
		})
	}
}

var everybody = calendar.Scope{Kind: calendar.ScopeRealm}

// on moves the clock to the morning of a day.
func on(h *apptest.House, d day.Day) { h.Clock.Set(d.Midnight().Add(time.Hour).In(day.Place)) }

// refresh works until there is nothing left to do.
func refresh(t testing.TB, h *apptest.House) {
	t.Helper()
	for range 20 {
		n, err := afterbreak.Refresh(t.Context(), h.Store, apptest.Realm, 100)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
	t.Fatal("Refresh finds work without end")
}

// call calls the roll of a class: everybody there but the pupils of these numbers.
func call(t testing.TB, h *apptest.House, class id.ID, d day.Day, absent ...int) {
	t.Helper()
	s := rollcall.Submission{Class: class, Day: d, Session: calendar.Morning, State: rollcall.Taken, Device: "test"}
	binary.BigEndian.PutUint64(s.Act[8:], acts.Add(1))
	s.Act[0] = 1
	for _, n := range absent {
		reason := "field-work"
		if n%2 == 0 {
			reason = ""
		}
		s.Marks = append(s.Marks, rollcall.Mark{Pupil: apptest.Pupil(class, n), Kind: rollcall.Unexcused, Reason: reason})
	}
	slices.SortFunc(s.Marks, func(a, b rollcall.Mark) int { return int(a.Pupil - b.Pupil) })
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		_, err := rollcall.Submit(ctx, tx, system, s)
		return err
	})
}

func board(t testing.TB, h *apptest.House, who access.Who, q afterbreak.Query) (b afterbreak.Board, err error) {
	t.Helper()
	err = h.Store.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		b, err = afterbreak.ReadBoard(ctx, tx, who, q)
		return err
	})
	return b, err
}

func mustBoard(t testing.TB, h *apptest.House, q afterbreak.Query) afterbreak.Board {
	t.Helper()
	b, err := board(t, h, system, q)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func list(t testing.TB, h *apptest.House, who access.Who, at access.Resource) (l afterbreak.List, err error) {
	t.Helper()
	err = h.Store.Read(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		l, err = afterbreak.ReadList(ctx, tx, who, at, 0)
		return err
	})
	return l, err
}

func unit(u id.ID) afterbreak.Query   { return afterbreak.Query{Place: access.Unit(u)} }
func school(s id.ID) afterbreak.Query { return afterbreak.Query{Place: access.School(s)} }

func share(expected, seen, back int64) afterbreak.Share {
	return afterbreak.Share{Expected: expected, Seen: seen, Back: back}
}
