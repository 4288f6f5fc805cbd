package student_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/fault"
	"ralop/internal/store"
	"ralop/internal/student"
)

// TestAYearEndsInTheMomentOfATransfer lets the year end at a school while a child of it is being offered to another: whoever
// is first, the child is promoted or offered, never both.
func TestAYearEndsInTheMomentOfATransfer(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		who := access.System(apptest.Realm)
		pupil, end := apptest.Pupil(apptest.Class8A, 4), day.MustParse("2020-05-30")
		var sum student.Promoted
		promote := func(ctx context.Context, tx *store.Tx) (err error) {
			sum, err = student.Promote(ctx, tx, who, student.PromoteIn{School: apptest.MuongMunS, Year: apptest.SchoolYear, On: end})
			return err
		}
		offered, ended := make(chan struct{}), make(chan error, 1)
		var once sync.Once
		go func() {
			<-offered
			ended <- h.Store.Write(t.Context(), promote)
		}()
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := student.Offer(ctx, tx, who, student.OfferIn{Pupil: pupil, To: apptest.PuNhungS, On: day.MustParse("2020-05-28")})
			once.Do(func() { close(offered) })
			if tx.Engine() == store.Postgres && err == nil { // stays open until the other stands behind it; SQLite has one writer
				err = waitsForALock(ctx, h)
			}
			return err
		})
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		if want := (student.Promoted{Promoted: 56}); sum != want {
			t.Errorf("promoted %+v, want %+v", sum, want)
		}
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			spells, err := student.SpellsOf(ctx, tx, apptest.Realm, pupil)
			if err == nil && (len(spells) != 1 || spells[0].Exit != student.ExitTransfer || spells[0].ExitState != student.Unconfirmed || spells[0].Period.Until != day.MustParse("2020-05-28")) {
				t.Errorf("the child who was offered: %+v", spells)
			}
			return err
		})
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM expected_pupil WHERE realm = 1 AND pupil = $1`, pupil)[0]; n != 0 {
			t.Errorf("the child who was offered is expected in %d places", n)
		}
		// The other way round the offer comes too late.
		err := h.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := student.Offer(ctx, tx, who, student.OfferIn{Pupil: apptest.Pupil(apptest.Class8A, 5), To: apptest.PuNhungS, On: day.MustParse("2020-05-28")})
			return err
		})
		if !fault.HasCode(err, "student.not-enrolled") {
			t.Errorf("an offer after the end of the year: %v", err)
		}
	})
}

// waitsForALock returns once a transaction of this database waits for a row that another holds, or never will.
func waitsForALock(ctx context.Context, h *apptest.House) error {
	for waiting, looks := 0, 0; waiting == 0 && looks < 5000; looks++ {
		time.Sleep(2 * time.Millisecond)
		err := h.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			waiting, err = store.One[int](ctx, tx, `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
