package rollcall_test

import (
	"testing"
	"time"

	"ralop/internal/apptest"
	"ralop/internal/audit"
	"ralop/internal/id"
	"ralop/internal/rollcall"
)

// The clock goes back an hour and forward a day while classes are called: every act is
// taken once, in the order in which it came, sums stay exact and the audit book whole.
func TestRollCallsUnderAClockThatJumps(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		first := must2(submit(t, h, apptest.Hoa.Who(), morning(apptest.Class8A, today, absent(apptest.Class8A, rollcall.Unknown, 1)...)))(t)
		seal := func() {
			if _, err := audit.SealNext(t.Context(), h.Store, apptest.Realm); err != nil {
				t.Fatal(err)
			}
		}
		seal()
		versions := 1
		for _, by := range []time.Duration{-time.Hour, 25 * time.Hour, -24 * time.Hour} {
			h.Clock.Advance(by)
			for _, class := range []id.ID{apptest.Class8A, apptest.Class9A} {
				s := morning(class, today, absent(class, rollcall.Excused, versions)...)
				s.Reason = "x"
				base := apptest.Query[int](t, h, `SELECT COALESCE(MAX(version), 0) FROM sheet WHERE realm = $1 AND class = $2 AND day = $3`, apptest.Realm, class, today)
				s.BaseVersion = base[0]
				r := must2(submit(t, h, system, s))(t)
				again := must2(submit(t, h, system, s))(t) // the phone did not hear the answer
				if r.Version != base[0]+1 || !again.Repeated || again.Version != r.Version {
					t.Errorf("after %v: %+v, again %+v", by, r, again)
				}
				versions++
			}
			seal()
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM sheet_version WHERE realm = $1`, apptest.Realm); n[0] != versions || first.Version != 1 {
			t.Errorf("%d versions of %d acts", n[0], versions)
		}
		exact(t, h, apptest.MuongMunS, apptest.PuNhungS)
		if book, err := audit.Verify(t.Context(), h.Store, apptest.Realm, nil); err != nil || book.Broken != nil || book.Blocks < 4 {
			t.Errorf("the audit book: %+v %v", book, err)
		}
	})
}
