package org_test

import (
	"net/url"
	"strings"
	"testing"

	"ralop/internal/apptest"
	pages "ralop/internal/web/org"
)

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

func TestPlacesAreNoSecret(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		hoa, pao, quan := in(apptest.Hoa), in(apptest.Pao), in(apptest.Quan)
		hoa.Get("/don-vi/3268").Want(t, 200, "Xã Mường Mùn", "Bản Lúm", "Trường TH Mường Mùn", "03268")
		hoa.Get("/don-vi/3283").Want(t, 200, "Vùng cao")
		hoa.Get("/don-vi/3268?ngay=1999-01-01").Want(t, 200, "chưa có đơn vị này")
		hoa.Get("/don-vi/4").Want(t, 404)
		hoa.Get("/truong/501").Want(t, 200, "8A", "8B", "Huyện Tuần Giáo quản lý").Silent(t, "Mở lớp")
		hoa.Get("/truong/9").Want(t, 404)
		if got := quan.Get("/don-vi"); got.Location != "/don-vi/11" {
			t.Errorf("the top is at %q", got.Location)
		}
		quan.Get("/quan-tri/dia-ban").Want(t, 200, "Nhập danh mục")
		pao.Get("/quan-tri/dia-ban").Want(t, 200, "Không có việc quản trị nào")
		// The desk of a unit and of the realm are where those look who may bring files there.
		thuong := in(apptest.Thuong)
		thuong.Get("/don-vi/3268").Want(t, 200, `href="/don-vi/3268/nhap"`)
		thuong.Get("/don-vi/3283").Want(t, 200).Silent(t, "/don-vi/3283/nhap")
		thuong.Get("/quan-tri/dia-ban").Want(t, 200, `href="/don-vi/3268/nhap"`).Silent(t, "/quan-tri/nhap-lieu")
		hoa.Get("/don-vi/3268").Want(t, 200).Silent(t, "/don-vi/3268/nhap")
		quan.Get("/quan-tri/dia-ban").Want(t, 200, "/quan-tri/nhap-lieu")
	})
}

func TestClassesAreOpenedByTheSchool(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		mai, hoa, lan, quan := in(apptest.Mai), in(apptest.Hoa), in(apptest.Lan), in(apptest.Quan)
		mai.Get("/truong/501/lop-moi").Want(t, 200, "Khối 6")
		hoa.Get("/truong/501/lop-moi").Want(t, 403)
		lan.Post("/truong/501/lop-moi", form("name", "9B", "grades", "THCS/9")).Want(t, 403)
		mai.Post("/truong/501/lop-moi", form("nam", "2019", "name", "9B")).Want(t, 422, "ít nhất một khối")
		mai.Post("/truong/501/lop-moi", form("nam", "2019", "name", "8A", "grades", "THCS/8")).Want(t, 409, "đã có lớp 8A")
		mai.Post("/truong/501/lop-moi", form("nam", "2019", "name", "8+9 Huổi", "grades", "THCS/8", "grades", "THCS/9", "from", "2020-05-01")).Want(t, 303)
		mai.Get("/truong/501").Want(t, 200, "8+9 Huổi", "lớp ghép", "Khối 8, Khối 9")
		mai.Get("/lop/603/sua").Want(t, 200, "8B")
		hoa.Get("/lop/602/sua").Want(t, 403)
		lan.Post("/lop/603/sua", form("name", "8C", "grades", "THCS/8")).Want(t, 403)
		mai.Post("/lop/603/sua", form("name", "8C", "grades", "THCS/8")).Want(t, 303)
		mai.Get("/truong/501").Want(t, 200, "8C").Silent(t, ">8B<")
		stale := apptest.Query[int](t, h, `SELECT COUNT(*) FROM school_due_state WHERE realm = 1 AND school = 501 AND stale_from < stale_until`)
		if stale[0] != 1 {
			t.Error("what is due at the school is not stale after a class changed")
		}
		mai.Post("/truong/501/diem-truong", form("name", "Huổi Cáy", "from", "2020-05-01")).Want(t, 403)
		quan.Post("/truong/501/diem-truong", form("name", "", "from", "2020-05-01")).Want(t, 422, "Thiếu tên điểm trường")
		quan.Post("/truong/501/diem-truong", form("name", "Huổi Cáy", "from", "2020-05-01", "village", "03268-01")).Want(t, 303)
		body := quan.Get("/truong/501").Want(t, 200, "Huổi Cáy").Body
		_, rest, _ := strings.Cut(body, `name="site" value="`)
		site, _, _ := strings.Cut(rest, `"`)
		quan.Post("/truong/501/diem-truong/dong", form("site", site)).Want(t, 303)
		quan.Get("/truong/501").Want(t, 200).Silent(t, "Huổi Cáy")
	})
}
