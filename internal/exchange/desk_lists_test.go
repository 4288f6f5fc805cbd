package exchange_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/apptest"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/intake"
	"ralop/internal/learning"
	"ralop/internal/store"
)

func TestStaffAtTheDesk(t *testing.T) {
	content := `DANH SÁCH GIÁO VIÊN, CÁN BỘ,,,,,,,
Họ và tên,Mã giáo viên,SĐT,Email,Chức vụ,Vai trò,Mã trường,Lớp chủ nhiệm,Địa bàn,Từ ngày,Đến ngày
Lò Văn Mới,GV1001,0912 345 670,moi@example.org,Giáo viên,GVCN,MM-THCS,8B,,01/09/2019,31/05/2020
Lò Văn Mới,GV1001,,,,quản sinh,MM-THCS,,,01/09/2019,
Tòng Thị Bản,,0912345671,,Trưởng bản,Trưởng bản,,,Bản Lúm,,
Nguyễn Thị Mai,mai,0912345672,,Văn thư kiêm phổ cập,,,,,,
Nguyễn Văn Khác,mai,,,,,,,,,
Không Mã,,,,,,,,,,
Vai Lạ,GV1002,,,,ông từ,,,,,
Lớp Lạ,GV1003,,,,GVCN,MM-THCS,12Z,,,
`
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		d := desk{h, t, apptest.Quan.Who(), intake.Place{Kind: string(access.RealmKind)}}
		tables := []string{"account", "login", "role_grant", "account_reset"}
		before := d.rows(tables...)
		settings := map[string]string{"reason": "QĐ 15/QĐ-PGD"}
		run := d.plan("staff", "can-bo.csv", content, settings)
		want := []string{"7 staff.other-name", "8 staff.no-login", "9 staff.unknown-role", "10 org.no-class"}
		if got := d.said(run, intake.Refused); !slices.Equal(got, want) || run.Counts.New != 2 || run.Counts.Changed != 2 {
			t.Fatalf("%+v, refused %v", run.Counts, got)
		}
		run = d.commit(run)
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			made, err := account.ByLogin(ctx, tx, apptest.Realm, "gv1001")
			if err != nil {
				return err
			}
			grants, err := access.GrantsOf(ctx, tx, d.who, made)
			if err != nil || len(grants) != 2 {
				t.Errorf("grants %+v, %v", grants, err)
			}
			look, err := account.Look(ctx, tx, d.who, made)
			if err != nil || look.HasPassword || look.Email != "moi@example.org" {
				t.Errorf("%+v, %v", look, err)
			}
			if by, err := account.ByPhone(ctx, tx, apptest.Realm, "+84912345671"); err != nil || len(by) != 1 {
				t.Errorf("by phone: %v, %v", by, err)
			}
			if mai, err := account.Look(ctx, tx, d.who, apptest.Mai.Account); err != nil || mai.Title != "Văn thư kiêm phổ cập" {
				t.Errorf("%+v, %v", mai, err)
			}
			return nil
		})
		good := strings.Join(strings.Split(content, "\n")[:6], "\n") + "\n"
		d.unchanged("staff", "can-bo.csv", good, settings)
		d.undo(run)
		if after := d.rows(tables...); after != before {
			t.Errorf("after the undo\n%s\nwant\n%s", after, before)
		}
		// Only who manages accounts brings people in.
		for _, p := range []apptest.Person{apptest.Mai, apptest.Son, apptest.Dung, apptest.Thuong} {
			_, err := exchange.Upload(t.Context(), h.Store, p.Who(), exchange.UploadIn{Kind: "staff", Place: d.place, Name: "x.csv", Content: strings.NewReader(content)})
			if !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s: %v", p.Login, err)
			}
		}
	})
}

func codeOf(class apptest.Class, n int) string {
	return fmt.Sprintf("11%08d", apptest.Pupil(class.ID, n))
}

func TestBenefitsAtTheDesk(t *testing.T) {
	class := apptest.Classes[1]
	row := func(n int, rest string) string {
		return codeOf(class, n) + ";" + apptest.PupilName(class.ID, n) + ";8A;" + rest + "\n"
	}
	content := "DANH SÁCH HỌC SINH HƯỞNG CHẾ ĐỘ BÁN TRÚ;;;;;;;\nMã học sinh;Họ và tên;Lớp;Chế độ;Đối tượng;Từ ngày;Đến ngày;Số quyết định;Tháng đã chi;Mức hỗ trợ;Gạo (kg)\n" +
		row(1, "Ăn bán trú;Hộ nghèo;01/09/2019;31/05/2020;12/QĐ-UBND;9-12;596.000;") +
		row(1, "Gạo;Hộ nghèo;9/2019;5/2020;12/QĐ-UBND;9, 10;;15") +
		row(2, "Chi phí học tập;cận nghèo;01/09/2019;31/05/2020;;;;") +
		row(3, "Xe đạp;;;;;;;") +
		row(4, "Gạo;;01/09/2019;31/05/2020;;tháng chín;;15")
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		d := desk{h, t, apptest.Mai.Who(), school}
		before := d.rows("benefit", "benefit_month")
		run := d.plan("benefits", "che-do.csv", content, nil)
		if got := d.said(run, intake.Refused); !slices.Equal(got, []string{"6 benefit.unknown-scheme", "7 benefit.bad-months"}) || run.Counts.New != 3 {
			t.Fatalf("%+v, refused %v", run.Counts, got)
		}
		run = d.commit(run)
		paid := apptest.Query[struct{ Dong, Grams int64 }](t, h, "SELECT SUM(dong), SUM(grams) FROM benefit_month WHERE realm = $1", apptest.Realm)
		if paid[0].Dong != 4*596000 || paid[0].Grams != 2*15000 {
			t.Errorf("paid %+v", paid)
		}
		good := strings.Join(strings.Split(content, "\n")[:5], "\n") + "\n"
		d.unchanged("benefits", "che-do.csv", good, nil)
		// A later list with a month more is built on the first one: only from the last back.
		later := d.commit(d.plan("benefits", "thang-1.csv", strings.Replace(good, ";9-12;", ";9-1;", 1), nil))
		if later.Counts.Changed != 1 || later.Counts.Same != 2 {
			t.Errorf("%+v", later.Counts)
		}
		d.undo(later)
		d.undo(run)
		if after := d.rows("benefit", "benefit_month"); after != before {
			t.Errorf("after the undo\n%s\nwant\n%s", after, before)
		}
		_, err := exchange.Upload(t.Context(), h.Store, apptest.Lan.Who(), exchange.UploadIn{Kind: "benefits", Place: school, Name: "x.csv", Content: strings.NewReader(content)})
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("another school's principal: %v", err)
		}
	})
}

func TestResultsAtTheDesk(t *testing.T) {
	class := apptest.Classes[2]
	row := func(n int, rest string) string {
		return codeOf(class, n) + ";" + apptest.PupilName(class.ID, n) + ";8B;" + rest + "\n"
	}
	// In 2019 lower secondary schools graded by TT 58: "Đạt" is a word of a later scale.
	content := "KẾT QUẢ NĂM HỌC 2019-2020;;;;\nMã HS;Họ tên;Lớp;Học lực;Hạnh kiểm\n" +
		row(1, "Giỏi;Tốt") + row(2, "TB;Khá") + row(3, "Đạt;Tốt") + row(4, ";") + row(1, "Khá;Tốt")
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		d := desk{h, t, apptest.Son.Who(), school}
		before := d.rows("learning_result")
		run := d.plan("results", "hk1.csv", content, map[string]string{"term": "HK1"})
		want := []string{"5 learning.unknown-word", "6 learning.nothing", "7 learning.twice"}
		if got := d.said(run, intake.Refused); !slices.Equal(got, want) || run.Counts.New != 2 {
			t.Fatalf("%+v, refused %v", run.Counts, got)
		}
		run = d.commit(run)
		good := strings.Join(strings.Split(content, "\n")[:4], "\n") + "\n"
		d.unchanged("results", "hk1.csv", good, map[string]string{"term": "1"})
		year := d.commit(d.plan("results", "ca-nam.csv", good, map[string]string{"term": "cả năm"}))
		h.Read(t, func(ctx context.Context, tx *store.Tx) error {
			for _, p := range []apptest.Person{apptest.Son, apptest.Lan} {
				results, err := learning.Of(ctx, tx, p.Who(), apptest.Pupil(class.ID, 1))
				if p.Login == "lan" {
					if !fault.Is(err, fault.Forbidden) {
						t.Errorf("another school's principal sees %v, %v", results, err)
					}
				} else if err != nil || len(results) != 2 || results[0].Term != 1 || results[0].Study != "excellent" || results[0].Scale != "tt58-2011" {
					t.Errorf("%+v, %v", results, err)
				}
			}
			return nil
		})
		changed := d.commit(d.plan("results", "sua.csv", strings.Replace(good, "TB;Khá", "Yếu;Khá", 1), map[string]string{"term": "1"}))
		if changed.Counts.Changed != 1 || changed.Counts.Same != 1 {
			t.Errorf("%+v", changed.Counts)
		}
		for _, r := range []intake.Run{changed, year, run} {
			d.undo(r)
		}
		if after := d.rows("learning_result"); after != before {
			t.Errorf("after the undo\n%s\nwant\n%s", after, before)
		}
	})
}

func TestHeadcountsAtTheDesk(t *testing.T) {
	content := "Mã trường,Ngày,Buổi,Cấp,Sĩ số,Có mặt,Vắng,Có phép\nMM-THCS,28/05/2020,,THCS,57,55,2,1\nMM-THCS,27/05/2020,sáng,THCS,57,,3,\nPN-THCS,28/05/2020,,THCS,9,9,0,\nMM-THCS,28/05/2020,,THCS,57,54,3,\n"
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		d := desk{h, t, apptest.Mai.Who(), school}
		before := d.rows("headcount", "headcount_version")
		run := d.plan("headcounts", "si-so.csv", content, nil)
		if got := d.said(run, intake.Refused); len(got) != 2 || got[1] != "5 rollcall.two-counts" || run.Counts.New != 2 {
			t.Fatalf("%+v, refused %v", run.Counts, got)
		}
		run = d.commit(run)
		good := strings.Join(strings.Split(content, "\n")[:3], "\n") + "\n"
		d.unchanged("headcounts", "si-so.csv", good, nil)
		later := d.commit(d.plan("headcounts", "sua.csv", strings.Replace(good, "57,55,2,1", "57,54,3,1", 1), nil))
		if later.Counts.Changed != 1 || later.Counts.Same != 1 {
			t.Errorf("%+v", later.Counts)
		}
		d.undo(later)
		d.undo(run)
		if after := d.rows("headcount", "headcount_version"); after != before {
			t.Errorf("after the undo\n%s\nwant\n%s", after, before)
		}
	})
}
