package household_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/household"
	"ralop/internal/id"
	"ralop/internal/store"
	pages "ralop/internal/web/household"
)

// survey brings sheets of Bản Phiêng Pi in.
func survey(t *testing.T, h *apptest.House, lines ...household.Line) {
	t.Helper()
	system := access.System(apptest.Realm)
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		in := household.ListIn{Unit: apptest.PuNhung, Village: "Bản Phiêng Pi"}
		list, err := household.Begin(ctx, tx, system, in)
		if err != nil {
			return err
		}
		planned, err := list.Plan(ctx, tx, lines)
		if err != nil {
			return err
		}
		for _, p := range planned {
			if p.Fault != nil {
				t.Fatalf("row %d: %s", p.Row, p.Fault.Code)
			}
		}
		return household.Put(ctx, tx, system, in, planned, func([]id.ID) error { return nil })
	})
}

func TestChildrenInNoSchool(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		left := apptest.Pupil(apptest.Class9A, 3)
		name := apptest.PupilName(apptest.Class9A, 3)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE enrolment SET until_day = $2, exit_kind = 'dropout', exit_state = 'confirmed' WHERE realm = $1 AND pupil = $3`, apptest.Realm, day.MustParse("2020-03-01"), left)
			return err
		})
		born := apptest.Query[day.Day](t, h, `SELECT born FROM pupil WHERE realm = 1 AND id = $1`, left)[0]
		namesake := apptest.PupilName(apptest.Class9A, 4)
		survey(t, h, household.Line{Row: 1, Number: "7", Head: "Vừ A Chồng", Address: "đầu bản", Name: name, Born: born, Schooling: "Bỏ học", Grade: "9", School: "THCS Pú Nhung"},
			household.Line{Row: 2, Number: "7", Name: "Vừ Thị Chưa", Sex: "Nữ", BornYear: 2014, Schooling: "Chưa đi học"},
			household.Line{Row: 3, Number: "8", Head: "Vừ A Đâu", Name: "Vừ A Nơi", BornYear: 2008, Schooling: "Đang học", Grade: "5"},
			household.Line{Row: 4, Number: "8", Name: "Vừ A Nặng", BornYear: 2010, Schooling: "Chưa đi học", Exempt: "x"},
			household.Line{Row: 5, Number: "9", Head: "Lý A Khác", Name: namesake, BornYear: 2002, Schooling: "Bỏ học"},
			household.Line{Row: 6, Number: "9", Name: "Vừ A Xong", BornYear: 2003, Schooling: "Học xong"},
			household.Line{Row: 7, Number: "9", Name: "Vừ A Lớn", BornYear: 1990})
		in := apptest.Doors(t, h, pages.Routes()...)
		nhung, pao, sua := in(apptest.Nhung), in(apptest.Pao), in(apptest.Sua)

		nhung.Get("/noi-o/3283/ngoai-nha-truong").Want(t, 200, name, "Vừ Thị Chưa", "Vừ A Nơi", "Vừ A Nặng", "1–5 trong 5 trẻ", "Phiếu số 7", "đầu bản", "Đang học, chưa rõ ở đâu", "Không có khả năng học", "THCS Pú Nhung",
			"Khối 9", "/don-vi/3283/nhap?kind=households", "Đã từng là học sinh", "Chưa có hồ sơ học sinh").Silent(t, "Vừ A Xong", "Vừ A Lớn", "/hoc-sinh/")
		pao.Get("/noi-o/32831/ngoai-nha-truong").Want(t, 200, name, "/hoc-sinh/"+left.String()+`"`, "/hoc-sinh/"+left.String()+"/van-dong", "Tìm trong danh sách học sinh").Silent(t, "kind=households")
		nhung.Get("/noi-o/3283/ngoai-nha-truong?loai=bo-hoc").Want(t, 200, name, "1–2 trong 2 trẻ").Silent(t, "Vừ A Nơi")
		nhung.Get("/noi-o/3283/ngoai-nha-truong?tuoi=3-5").Want(t, 200, "Vừ Thị Chưa", "1–1 trong 1 trẻ").Silent(t, "Vừ A Nơi")
		nhung.Get("/noi-o/3283/ngoai-nha-truong?q=chua").Want(t, 200, "Vừ Thị Chưa").Silent(t, "Vừ A Nơi")
		nhung.Get("/noi-o/3283/ngoai-nha-truong?ban=32681").Want(t, 200, "Không có em nào khớp")
		nhung.Get("/noi-o/3283/ngoai-nha-truong?nam=2018").Want(t, 200, "Không có trẻ nào ngoài nhà trường theo phiếu").Silent(t, name)

		// The name of a child stands in no address; the search is a form.
		page := pao.Get("/noi-o/32831/ngoai-nha-truong")
		if strings.Contains(page.Body, "?q="+url.QueryEscape(namesake)) {
			t.Error("a name stands in an address")
		}
		pao.Post("/noi-o/32831/ngoai-nha-truong/tim", url.Values{"name": {namesake}, "born": {"2002"}}).Want(t, 200, namesake, "/hoc-sinh/"+apptest.Pupil(apptest.Class9A, 4).String())
		pao.Post("/noi-o/32831/ngoai-nha-truong/tim", url.Values{"name": {"Không Có Ai"}}).Want(t, 200, "Không có học sinh nào cùng tên")
		pao.Post("/noi-o/32681/ngoai-nha-truong/tim", url.Values{"name": {namesake}}).Want(t, 403)

		csv := sua.Get("/noi-o/3283/ngoai-nha-truong?tep=csv&loai=chua-di-hoc").Want(t, 200, "Vừ Thị Chưa")
		if lines := strings.Count(csv.Body, "\n"); lines != 2 {
			t.Errorf("the file has %d lines", lines)
		}
		sua.Get("/noi-o/3283/ngoai-nha-truong?tep=pdf").Want(t, 404)
		for _, p := range []apptest.Person{apptest.Thuong, apptest.Hoa, apptest.Lan, apptest.Huong, apptest.Quan} {
			in(p).Get("/noi-o/3283/ngoai-nha-truong").Want(t, 403).Silent(t, name)
		}
		type line struct {
			Action, Kind string
			Object       int64
		}
		seen := map[line]int{}
		for _, l := range apptest.Query[line](t, h, `SELECT action, object_kind, object FROM audit_entry WHERE realm = 1 AND account IN (719, 708, 707)`) {
			seen[l]++
		}
		if seen[line{"look", "residence", 3283}] != 6 || seen[line{"export", "residence", 3283}] != 1 || seen[line{"look", "residence", 32831}] != 2 {
			t.Errorf("the audit book has %v", seen)
		}
	})
}
