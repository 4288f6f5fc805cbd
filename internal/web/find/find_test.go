package find_test

import (
	"net/url"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/viet"
	"ralop/internal/web/find"
)

func TestFindsWithoutMarksAndWithinOnesReach(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, find.Routes()...)
		mai, lan, quan := in(apptest.Mai), in(apptest.Lan), in(apptest.Quan)
		name := apptest.PupilName(apptest.Class8A, 9)
		ask := "/tim?q=" + url.QueryEscape(viet.Fold(name))
		at := "/hoc-sinh/" + apptest.Pupil(apptest.Class8A, 9).String()
		mai.Get(ask).Want(t, 200, name, at)
		lan.Get(ask).Want(t, 200).Silent(t, at)
		quan.Get(ask).Want(t, 200, "Không tìm thấy gì").Silent(t, at)
		mai.Get("/tim?q=8a").Want(t, 200, "/lop/602/hoc-sinh", "Trường PTDTBT THCS Mường Mùn")
		lan.Get("/tim?q=8a+muong").Want(t, 200, "/truong/501#lop").Silent(t, "/lop/602")
		mai.Get("/tim?q=pu+nhung").Want(t, 200, "Trường THCS Pú Nhung", "Xã Pú Nhung", "Tỉnh Điện Biên › Huyện Tuần Giáo")
		mai.Get("/tim").Want(t, 200, "nguyen van a")
		mai.Get("/tim?q=%25").Want(t, 200, "Không tìm thấy gì")
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM audit_entry WHERE realm = 1 AND account = $1 AND action = 'look'`, apptest.Lan.Account)[0]; n != 0 {
			t.Errorf("one who saw nobody has %d looks", n)
		}
	})
}
