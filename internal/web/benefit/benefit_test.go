package benefit_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/benefit"
	"ralop/internal/day"
	"ralop/internal/id"
	"ralop/internal/store"
	"ralop/internal/student"
	pages "ralop/internal/web/benefit"
)

// give brings lists in: rice for the first so many pupils of a class, with the months paid.
func give(t *testing.T, h *apptest.House, school, class id.ID, scheme string, pupils int, months ...string) {
	t.Helper()
	system := access.System(apptest.Realm)
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		list, err := benefit.Begin(ctx, tx, system, benefit.ListIn{School: school, Period: day.Range{From: apptest.YearStart, Until: day.MustParse("2020-06-01")}, Scheme: scheme, Paper: "12/QĐ-UBND"})
		if err != nil {
			return err
		}
		var lines []benefit.Line
		for n := 1; n <= pupils; n++ {
			line := benefit.Line{Row: n, Pupil: student.Named{Code: fmt.Sprintf("11%08d", apptest.Pupil(class, n)), Name: apptest.PupilName(class, n)}, Ground: "Hộ nghèo", Dong: 100000}
			for _, m := range months {
				line.Months = append(line.Months, day.MustParse(m+"-01"))
			}
			lines = append(lines, line)
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
		return benefit.Put(ctx, tx, system, school, planned)
	})
}

func TestWhoReceivesWhat(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		give(t, h, apptest.MuongMunS, apptest.Class8A, "chi phí học tập", 6, "2019-09", "2019-10", "2020-02")
		give(t, h, apptest.MuongMunS, apptest.Class6A, "gạo", 3)
		in := apptest.Doors(t, h, pages.Routes()...)
		mai, hoa, binh := in(apptest.Mai), in(apptest.Hoa), in(apptest.Binh)
		her, his := apptest.PupilName(apptest.Class8A, 1), apptest.PupilName(apptest.Class6A, 1)

		mai.Get("/truong/501/che-do").Want(t, 200, her, his, "Chi phí học tập", "NĐ 86/2015/NĐ-CP", "QĐ 12/QĐ-UBND", "3/9 tháng", "Tháng 9, 10/2019, 2/2020", "11, 12/2019, 1, 3, 4/2020", "300.000 đồng", "1–9 trong 9 dòng",
			"/hoc-sinh/602001#che-do", "tep=xlsx", "1.800.000", "Chưa ghi tháng nào").Silent(t, "4, 5/2020")
		mai.Get("/truong/501/che-do?che-do=rice").Want(t, 200, his, "1–3 trong 3 dòng").Silent(t, "/hoc-sinh/602001")
		mai.Get("/truong/501/che-do?khoi=8&thang=2020-02").Want(t, 200, her, "Đã chi", "100.000 đồng").Silent(t, "/hoc-sinh/601001")
		mai.Get("/truong/501/che-do?thang=2018-02").Want(t, 404)
		mai.Get("/truong/501/che-do?nam=2018").Want(t, 200, "Chưa có danh sách hưởng chế độ", "/truong/501/nhap?kind=benefits")
		hoa.Get("/lop/602/che-do").Want(t, 200, her, "1–6 trong 6 dòng", "/lop/602/so").Silent(t, his)
		hoa.Get("/truong/501/che-do").Want(t, 403).Silent(t, her, his)
		binh.Get("/lop/602/che-do").Want(t, 403).Silent(t, her)
		for _, p := range []apptest.Person{apptest.Thuong, apptest.Huong, apptest.Ho, apptest.Tra, apptest.Quan, apptest.Lan, apptest.Pao, apptest.Dua} {
			in(p).Get("/truong/501/che-do").Want(t, 403).Silent(t, her, his)
		}

		csv := mai.Get("/truong/501/che-do?tep=csv&che-do=learning-costs").Want(t, 200, her, "12/QĐ-UBND", "300000")
		if lines := strings.Count(csv.Body, "\n"); lines != 7 {
			t.Errorf("the file has %d lines", lines)
		}
		mai.Get("/truong/501/che-do?tep=xlsx").Want(t, 200)
		mai.Get("/truong/501/che-do?tep=doc").Want(t, 404)

		type line struct {
			Action, Kind string
			Object       int64
		}
		seen := map[line]int{}
		for _, l := range apptest.Query[line](t, h, `SELECT action, object_kind, object FROM audit_entry WHERE realm = 1 AND account IN (701, 704)`) {
			seen[l]++
		}
		if seen[line{"look", "school", 501}] != 4 || seen[line{"export", "school", 501}] != 2 || seen[line{"look", "class", 602}] != 1 {
			t.Errorf("the audit book has %v", seen)
		}
	})
}

func TestAUnitSeesCountsOnly(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		give(t, h, apptest.MuongMunS, apptest.Class8A, "chi phí học tập", 6)
		give(t, h, apptest.MuongMunP, apptest.Class1A, "chi phí học tập", 7)
		give(t, h, apptest.PuNhungS, apptest.Class9A, "chi phí học tập", 6)
		give(t, h, apptest.PuNhungS, apptest.Class9A, "học bổng khuyết tật", 2)
		in := apptest.Doors(t, h, pages.Routes()...)
		in(apptest.Thuong).Get("/don-vi/3268/che-do").Want(t, 200, "Trường PTDTBT THCS Mường Mùn", ">6<", ">7<", ">13<").Silent(t, apptest.PupilName(apptest.Class8A, 1), "Học bổng")
		huong := in(apptest.Huong)
		huong.Get("/don-vi/99/che-do").Want(t, 200, `/don-vi/3268/che-do?thang=2020-05`, ">13<", ">19<", "ít").Silent(t, ">2<")
		huong.Get("/don-vi/3283/che-do").Want(t, 200, "Trường THCS Pú Nhung", "ít").Silent(t, ">2<")
		if csv := huong.Get("/don-vi/99/che-do?tep=csv").Want(t, 200, "Xã Pú Nhung"); strings.Contains(csv.Body, ",2") {
			t.Errorf("the file tells what the page hides: %s", csv.Body)
		}
		huong.Get("/don-vi/99/che-do?thang=2018-05").Want(t, 200, "Tháng này chưa có số liệu")
		huong.Get("/don-vi/99/che-do?thang=x").Want(t, 404)
		in(apptest.Thuong).Get("/don-vi/3283/che-do").Want(t, 403)
		in(apptest.Son).Get("/don-vi/3268/che-do").Want(t, 403)
		in(apptest.Quan).Get("/don-vi/99/che-do").Want(t, 403)
	})
}
