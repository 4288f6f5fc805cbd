package household_test

import (
	"context"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/fault"
	"ralop/internal/household"
	"ralop/internal/id"
	"ralop/internal/store"
)

func TestOldSurveysGo(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		system := access.System(apptest.Realm)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			for _, year := range []int{2008, 2019} {
				in := household.ListIn{Unit: apptest.MuongMun, Year: year}
				list, err := household.Begin(ctx, tx, system, in)
				if err != nil {
					return err
				}
				planned, err := list.Plan(ctx, tx, []household.Line{{Row: 1, Village: "Bản Lúm", Number: "1", Name: "Lò Văn Cũ", BornYear: 2000}})
				if err != nil {
					return err
				}
				if err := household.Put(ctx, tx, system, in, planned, func([]id.ID) error { return nil }); err != nil {
					return err
				}
			}
			if _, err := household.Purge(ctx, tx, apptest.Thuong.Who(), 2010, 100); !fault.Is(err, fault.Forbidden) {
				t.Errorf("a commune official takes surveys of the realm away: %v", err)
			}
			gone, err := household.Purge(ctx, tx, system, 2010, 100)
			if gone != 1 {
				t.Errorf("%d households went, want 1", gone)
			}
			return err
		})
		left := apptest.Query[struct{ N int }](t, h, "SELECT COUNT(*) FROM household_person WHERE realm = $1", apptest.Realm)
		if left[0].N != 1 {
			t.Errorf("%d persons are left, want 1", left[0].N)
		}
	})
}
