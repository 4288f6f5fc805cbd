package rollcall_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
)

// Sixty-four people send at once: each the same sheet, until hers has been the standing
// one, and each a sheet of her own in the same school.
func TestSixtyFourSubmittersLeaveExactSums(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		const submitters = 64
		days := weekdays("2020-04-20", "2020-05-29")
		classes := []id.ID{apptest.Class6A, apptest.Class8A, apptest.Class8B}
		var wait sync.WaitGroup
		for n := range submitters {
			wait.Go(func() {
				own := morning(classes[n%3], days[n/3], absent(classes[n%3], rollcall.Unknown, 1+n%9)...)
				if err := send(t.Context(), h.Store, own); err != nil {
					t.Errorf("own sheet: %v", err)
				}
				shared := morning(apptest.Class8A, today, absent(apptest.Class8A, rollcall.Kind(1+n%4), 1+n%35, 1+(n+5)%35)...)
				if err := send(t.Context(), h.Store, shared); err != nil {
					t.Errorf("shared sheet: %v", err)
				}
			})
		}
		wait.Wait()
		if v := apptest.Query[int](t, h, `SELECT version FROM sheet WHERE realm = $1 AND class = $2 AND day = $3`, apptest.Realm, apptest.Class8A, today); v[0] != submitters {
			t.Errorf("the shared sheet has version %d", v[0])
		}
		if v := apptest.Query[int](t, h, `SELECT COUNT(*) FROM sheet_version WHERE realm = $1`, apptest.Realm); v[0] != 2*submitters {
			t.Errorf("%d versions are kept", v[0])
		}
		got := figure(t, h, rollcall.Question{Schools: []id.ID{apptest.MuongMunS}, Period: may.Intersect(may)})
		before := figure(t, h, rollcall.Question{Schools: []id.ID{apptest.MuongMunS}, Period: day.Range{From: day.MustParse("2020-04-20"), Until: may.From}})
		if got.Sheets+before.Sheets != submitters+1 {
			t.Errorf("%d + %d sheets", before.Sheets, got.Sheets)
		}
		if v := apptest.Query[int64](t, h, `SELECT SUM(changes) FROM school_month WHERE realm = $1`, apptest.Realm); v[0] != 2*submitters {
			t.Errorf("%d changes of months", v[0])
		}
		exact(t, h, apptest.MuongMunS)
	})
}

// send submits as the product itself, on a fresh base after each conflict.
func send(ctx context.Context, s *store.Store, submission rollcall.Submission) error {
	return sendAs(ctx, s, system, submission)
}

func sendAs(ctx context.Context, s *store.Store, who access.Who, submission rollcall.Submission) error {
	for {
		err := s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := rollcall.Submit(ctx, tx, who, submission)
			return err
		})
		var c *rollcall.Conflict
		if !errors.As(err, &c) {
			return err
		}
		submission.BaseVersion, submission.Reason = c.Now.Version, "bản khác"
	}
}

// The same act sent by two roads at once is one act.
func TestOneActByManyRoads(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		s := morning(apptest.Class8A, today, absent(apptest.Class8A, rollcall.Unknown, 4)...)
		receipts := make([]rollcall.Receipt, 16)
		var wait sync.WaitGroup
		for i := range receipts {
			wait.Go(func() {
				r, err := submit(t, h, apptest.Hoa.Who(), s)
				if err != nil {
					t.Error(err)
				}
				receipts[i] = r
			})
		}
		wait.Wait()
		fresh := 0
		for _, r := range receipts {
			if !r.Repeated {
				fresh++
			}
			r.Repeated = receipts[0].Repeated
			if r.Version != 1 || r.ReceivedAt != receipts[0].ReceivedAt || r.Absent() != 1 {
				t.Errorf("receipt %+v", r)
			}
		}
		if fresh != 1 {
			t.Errorf("%d of them say that they were first", fresh)
		}
		exact(t, h, apptest.MuongMunS)
	})
}

func TestARollMadeInVainIsForgotten(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		keepPlans(t, h)
		undone := errors.New("undone")
		err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			// The class becomes another one and its roll is made and read, in vain.
			done, err := student.MoveClass(ctx, tx, system, student.MoveClassIn{Pupil: apptest.Pupil(apptest.Class8A, 2), Class: apptest.Class8B, From: today})
			if err != nil {
				return err
			}
			if _, err := rollcall.ApplyEnrolments(ctx, tx, system, done.Changes, "move-class"); err != nil {
				return err
			}
			for on := today.Add(-1); on <= today; on++ {
				if _, err := rollcall.Submit(ctx, tx, system, morning(apptest.Class8A, on)); err != nil {
					return err
				}
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		h.Clock.Advance(time.Second)
		must2(submit(t, h, system, morning(apptest.Class8A, today)))(t)
		exact(t, h, apptest.MuongMunS)
	})
}
