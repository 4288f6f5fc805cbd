package access_test

import (
	"context"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/fault"
	"ralop/internal/store"
)

func TestWhoMayDoWhat(t *testing.T) {
	pupil := apptest.Pupil(apptest.Class8A, 1) // learns in Mường Mùn, lives in Bản Phiêng Pi of Pú Nhung
	native := apptest.Pupil(apptest.Class8A, 9)
	cases := []struct {
		name     string
		who      apptest.Person
		action   access.Action
		resource access.Resource
		want     fault.Kind // "" when she may
	}{
		{"a teacher calls the roll of her class", apptest.Hoa, access.TakeRoll, access.Class(apptest.Class8A), ""},
		{"but not of another", apptest.Hoa, access.TakeRoll, access.Class(apptest.Class6A), fault.Forbidden},
		{"a substitute may today", apptest.Dua, access.TakeRoll, access.Class(apptest.Class8A), ""},
		{"the clerk may in her school", apptest.Mai, access.TakeRoll, access.Class(apptest.Class6A), ""},
		{"and not in another school", apptest.Mai, access.TakeRoll, access.Class(apptest.Class9A), fault.Forbidden},
		{"an unknown class does not exist", apptest.Hoa, access.TakeRoll, access.Class(12345), fault.NotFound},
		{"the village head sees the child who boards elsewhere", apptest.Pao, access.SeePupils, access.Pupil(pupil), ""},
		{"not the child of another commune", apptest.Pao, access.SeePupils, access.Pupil(native), fault.Forbidden},
		{"the commune's protection officer too", apptest.Sua, access.SeePupils, access.Pupil(pupil), ""},
		{"the official of the school's commune sees no names", apptest.Thuong, access.SeePupils, access.Pupil(pupil), fault.Forbidden},
		{"but the board", apptest.Thuong, access.SeeBoard, access.School(apptest.MuongMunS), ""},
		{"not the neighbour's", apptest.Thuong, access.SeeBoard, access.Unit(apptest.PuNhung), fault.Forbidden},
		{"the district sees its communes", apptest.Huong, access.SeeBoard, access.Unit(apptest.PuNhung), ""},
		{"the administrator sees no pupil", apptest.Quan, access.SeePupils, access.Class(apptest.Class8A), fault.Forbidden},
	}
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		for _, c := range cases {
			h.Read(t, func(ctx context.Context, tx *store.Tx) error {
				rule, err := access.May(ctx, tx, c.who.Who(), c.action, c.resource)
				if c.want == "" && (err != nil || rule == "") {
					t.Errorf("%s: %v", c.name, err)
				}
				if c.want != "" && !fault.Is(err, c.want) {
					t.Errorf("%s: got rule %q, %v; want %s", c.name, rule, err, c.want)
				}
				return nil
			})
		}
	})
}
