package exchange_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"ralop/internal/apptest"
	pages "ralop/internal/web/exchange"
)

const roster = "Họ tên,Ngày sinh,Giới tính,Lớp,Mã định danh Bộ GD&ĐT,Dân tộc\n" +
	"Lò Văn Mới,3/4/2006,Nam,8A,1199999901,Thái\n" +
	"Quàng Thị Mới,5/9/2006,Nữ,8C,1199999902,Thái\n" +
	"Vừ A Sai,31/2/2006,Nam,8A,1199999903,Mông\n"

func TestRosterIsPlannedThenWrittenAsPlanned(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		mai, lan, hoa, son := in(apptest.Mai), in(apptest.Lan), in(apptest.Hoa), in(apptest.Son)
		mai.Get("/truong/501/nhap-hoc-sinh").Want(t, 200, "Đọc tệp và xem trước")
		hoa.Get("/truong/501/nhap-hoc-sinh").Want(t, 403)
		lan.Upload("/truong/501/nhap-hoc-sinh", "lop.csv", []byte(roster), nil).Want(t, 403)
		mai.Upload("/truong/501/nhap-hoc-sinh", "lop.csv", []byte("a,b\n1,2\n"), nil).Want(t, 422)
		mai.Post("/truong/501/nhap-hoc-sinh", url.Values{}).Want(t, 422)
		got := mai.Upload("/truong/501/nhap-hoc-sinh", "lop.csv", []byte(roster), nil).Want(t, 303)
		at := got.Location
		count := func() int {
			return apptest.Query[int](t, h, `SELECT COUNT(*) FROM pupil WHERE realm = 1 AND code LIKE '11999999%'`)[0]
		}
		mai.Get(at).Want(t, 200, "Ghi 2 dòng", "Lò Văn Mới", "em mới", "Dòng không nhận", "31/2/2006")
		if count() != 0 {
			t.Fatal("a plan wrote pupils")
		}
		// The run belongs to the one who began it, at her school.
		son.Get(at).Want(t, 404)
		lan.Get(at).Want(t, 403)
		lan.Post(strings.Replace(at, "/501/", "/503/", 1), nil).Want(t, 404)
		rejected := mai.Get(at+"/dong-loi").Want(t, 200, "Vừ A Sai", "31/2/2006").Body
		mai.Post(at, nil).Want(t, 303)
		for range 200 {
			if strings.Contains(mai.Get(at).Body, "Đã ghi xong") {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		mai.Get(at).Want(t, 200, "Đã ghi xong: 2 em mới")
		if count() != 2 {
			t.Errorf("%d pupils went in", count())
		}
		mai.Post(at, nil).Want(t, 303)
		if kept := apptest.Query[string](t, h, `SELECT result FROM job_run WHERE realm = 1`)[0]; !strings.Contains(kept, `"File":null`) {
			t.Error("the file is kept after it went in")
		}
		// The same file again changes nothing; the mended refused row goes in.
		again := mai.Upload("/truong/501/nhap-hoc-sinh", "lop.csv", []byte(roster), nil).Want(t, 303).Location
		mai.Get(again).Want(t, 200, "Ghi 0 dòng")
		mended := mai.Upload("/truong/501/nhap-hoc-sinh", "dong-loi.csv", []byte(strings.ReplaceAll(rejected, "31/2/2006", "28/2/2006")), nil).Want(t, 303).Location
		mai.Get(mended).Want(t, 200, "Ghi 1 dòng", "Vừ A Sai")
		// A known pupil with another date of birth: old → new.
		other := mai.Upload("/truong/501/nhap-hoc-sinh", "lop.csv", []byte(strings.Replace(roster, "3/4/2006", "4/4/2006", 1)), nil).Want(t, 303).Location
		mai.Get(other).Want(t, 200, "03/04/2006 → 04/04/2006")
	})
}

func TestListsOfTheAdministrator(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		quan, mai := in(apptest.Quan), in(apptest.Mai)
		schools := []byte("code,name,unit,type,valid_from\nMM-MN,Trường MN Mường Mùn,03268,MN,2010-01-01\n")
		mai.Get("/quan-tri/nhap").Want(t, 403)
		mai.Upload("/quan-tri/nhap", "truong.csv", schools, url.Values{"kind": {"schools"}, "act": {"commit"}}).Want(t, 403)
		quan.Get("/quan-tri/nhap").Want(t, 200, "Bảng chuyển đổi")
		quan.Upload("/quan-tri/nhap", "xa.csv", schools, url.Values{"kind": {"units"}}).Want(t, 422, "ngày hiệu lực")
		quan.Upload("/quan-tri/nhap", "truong.csv", schools, url.Values{"kind": {"schools"}, "act": {"try"}}).Want(t, 200, "chưa ghi gì")
		count := func() int {
			return apptest.Query[int](t, h, `SELECT COUNT(*) FROM school_period WHERE realm = 1 AND code = 'MM-MN'`)[0]
		}
		if count() != 0 {
			t.Error("a try wrote a school")
		}
		quan.Upload("/quan-tri/nhap", "truong.csv", schools, url.Values{"kind": {"schools"}, "act": {"commit"}}).Want(t, 200, "đã ghi, 1 dòng")
		if count() != 1 {
			t.Error("the school is not there")
		}
	})
}
