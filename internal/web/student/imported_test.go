package student_test

import (
	"context"
	"fmt"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/benefit"
	"ralop/internal/day"
	"ralop/internal/learning"
	"ralop/internal/store"
	"ralop/internal/student"
	pages "ralop/internal/web/student"
)

func TestResultsStandInTheRecord(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		pupil := apptest.Pupil(apptest.Class8A, 1)
		system := access.System(apptest.Realm)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			list, err := learning.Begin(ctx, tx, system, learning.ListIn{School: apptest.MuongMunS, Year: apptest.SchoolYear})
			if err != nil {
				return err
			}
			child := student.Named{Code: fmt.Sprintf("11%08d", pupil), Name: apptest.PupilName(apptest.Class8A, 1)}
			planned, err := list.Plan(ctx, tx, []learning.Line{{Row: 1, Pupil: child, Term: "HK1", Study: "TB", Conduct: "Khá"}, {Row: 2, Pupil: child, Term: "cả năm", Study: "Giỏi"}})
			if err != nil {
				return err
			}
			return learning.Put(ctx, tx, system, apptest.MuongMunS, planned)
		})
		in := apptest.Doors(t, h, pages.Routes()...)
		at := "/hoc-sinh/" + pupil.String()
		in(apptest.Hoa).Get(at).Want(t, 200, "Kết quả học tập", "2019–2020", "Khối 8 · TT 58/2011/TT-BGDĐT", "Trung bình", "Hạnh kiểm: Khá", "Giỏi")
		in(apptest.Hoa).Get("/hoc-sinh/"+apptest.Pupil(apptest.Class8A, 2).String()).Want(t, 200, "Chưa có kết quả học tập")
		in(apptest.Binh).Get(at).Want(t, 403).Silent(t, "Hạnh kiểm")
	})
}

// What support a child receives tells why it needs help: only the school and child
// protection read it.
func TestSupportStandsInTheRecordForFew(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		pupil, system := apptest.Pupil(apptest.Class8A, 1), access.System(apptest.Realm)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			list, err := benefit.Begin(ctx, tx, system, benefit.ListIn{School: apptest.MuongMunS, Period: day.Range{From: apptest.YearStart, Until: day.MustParse("2020-06-01")}, Paper: "12/QĐ-UBND"})
			if err != nil {
				return err
			}
			planned, err := list.Plan(ctx, tx, []benefit.Line{{Row: 1, Pupil: student.Named{Code: fmt.Sprintf("11%08d", pupil), Name: apptest.PupilName(apptest.Class8A, 1)}, Scheme: "gạo", Ground: "Hộ nghèo", Grams: 15000,
				Months: []day.Day{day.MustParse("2019-09-01"), day.MustParse("2020-01-01")}}})
			if err != nil {
				return err
			}
			return benefit.Put(ctx, tx, system, apptest.MuongMunS, planned)
		})
		in := apptest.Doors(t, h, pages.Routes()...)
		at := "/hoc-sinh/" + pupil.String()
		for _, p := range []apptest.Person{apptest.Hoa, apptest.Mai, apptest.Vinh, apptest.Sua} {
			in(p).Get(at).Want(t, 200, "Chế độ, chính sách", "NĐ 116/2016/NĐ-CP", "Hộ nghèo", "QĐ 12/QĐ-UBND", "2/9 tháng", "Tháng 9/2019, 1/2020", "tháng 10, 11, 12/2019, 2, 3, 4/2020", "30 kg gạo")
		}
		in(apptest.Hoa).Get("/hoc-sinh/"+apptest.Pupil(apptest.Class8A, 9).String()).Want(t, 200, "Chưa có chế độ nào")
		for _, p := range []apptest.Person{apptest.Pao, apptest.Dua} { // they see the child, and not this
			in(p).Get(at).Want(t, 200, "Kết quả học tập").Silent(t, "Chế độ, chính sách", "NĐ 116/2016/NĐ-CP")
		}
	})
}
