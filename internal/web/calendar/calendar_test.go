package calendar_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	pages "ralop/internal/web/calendar"
)

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

func TestClosureIsPreviewedDeclaredAndWithdrawn(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		mai, hoa, lan, dung := in(apptest.Mai), in(apptest.Hoa), in(apptest.Lan), in(apptest.Dung)
		// A roll call of the day that will be closed.
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := rollcall.Submit(ctx, tx, apptest.Hoa.Who(), rollcall.Submission{Act: [16]byte{1}, Class: apptest.Class8A, Day: day.MustParse("2020-05-29"), Session: calendar.Morning, TakenAt: tx.Now(), State: rollcall.Taken})
			return err
		})
		mai.Get("/truong/501/lich").Want(t, 200, "Tháng 5/2020", "Sáng 3/3 lớp", "Khai báo nghỉ", "Học kỳ II", "T2–T6")
		mai.Get("/truong/501/lich?xem=tuan&ngay=2020-05-26").Want(t, 200, "Chiều", "1/1 lớp")
		hoa.Get("/truong/501/lich").Want(t, 403)
		lan.Get("/truong/501/lich").Want(t, 403)
		lan.Get("/truong/501/lich/khai-bao").Want(t, 403)
		closure := form("kind", "closure", "scope", "school/501", "from", "2020-05-28", "until", "2020-05-29", "session", "whole-day", "reason", "flood", "note", "CV 12", "act", "preview")
		lan.Post("/truong/501/lich/khai-bao", closure).Want(t, 403)
		mai.Get("/truong/501/lich/khai-bao?kind=closure").Want(t, 200, "Khai báo nghỉ học")
		mai.Post("/truong/501/lich/khai-bao", form("kind", "closure", "from", "2020-05-28", "session", "whole-day", "act", "preview")).Want(t, 422, "Cần ghi lý do")
		mai.Post("/truong/501/lich/khai-bao", closure).Want(t, 200, "từ 7 còn 0", "1 phiếu điểm danh")
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM calendar_exception WHERE realm = 1`)[0]; n != 0 {
			t.Fatal("a preview wrote a closure")
		}
		closure.Set("act", "commit")
		mai.Post("/truong/501/lich/khai-bao", closure).Want(t, 303)
		if state := apptest.Query[int](t, h, `SELECT state FROM sheet WHERE realm = 1 AND class = 602`)[0]; state != int(rollcall.Void) {
			t.Errorf("the sheet of the closed day has state %d", state)
		}
		page := mai.Get("/truong/501/lich?ngay=2020-05-28").Want(t, 200, "Nghỉ học: Mưa lũ", "đang tính lại", "CV 12")
		_, rest, _ := strings.Cut(page.Body, "thu-hoi?exception=")
		number, _, _ := strings.Cut(rest, `"`)
		mai.Post("/truong/501/lich/khai-bao", closure).Want(t, 303)
		closure.Set("act", "preview")
		mai.Post("/truong/501/lich/khai-bao", closure).Want(t, 200, "không có gì thay đổi")
		mai.Get("/truong/501/lich/thu-hoi?exception="+number).Want(t, 200, "Lý do thu hồi")
		lan.Post("/truong/503/lich/thu-hoi", form("exception", number, "reason", "x")).Want(t, 403)
		mai.Post("/truong/501/lich/thu-hoi", form("exception", number)).Want(t, 422)
		mai.Post("/truong/501/lich/thu-hoi", form("exception", number, "reason", "nhầm ngày")).Want(t, 303)
		if state := apptest.Query[int](t, h, `SELECT state FROM sheet WHERE realm = 1 AND class = 602`)[0]; state != int(rollcall.Taken) {
			t.Errorf("the sheet of the day that is open again has state %d", state)
		}
		mai.Get("/truong/501/lich/thu-hoi?exception="+number).Want(t, 404)

		// A whole district: told how many schools, and left to the worker.
		district := form("kind", "closure", "from", "2020-05-29", "session", "whole-day", "reason", "cold", "act", "preview")
		dung.Post("/don-vi/99/lich/khai-bao", district).Want(t, 200, "3 trường, 1 ngày")
		mai.Post("/don-vi/99/lich/khai-bao", district).Want(t, 403)
		district.Set("act", "commit")
		dung.Post("/don-vi/99/lich/khai-bao", district).Want(t, 303)
		dung.Get("/don-vi/99/lich").Want(t, 200, "Số liệu của 3 trường đang tính lại", "Rét đậm")
		dung.Get("/don-vi/3268/lich").Want(t, 200)
		dung.Get("/don-vi/4/lich").Want(t, 404)
	})
}

func TestTimetablesAndTerms(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		mai, lan := in(apptest.Mai), in(apptest.Lan)
		mai.Get("/truong/501/lich/thoi-khoa-bieu").Want(t, 200, "Buổi chính", "8A")
		week := form("scope", "class/603", "week-morning", "0", "week-morning", "1", "week-afternoon", "2", "main", "morning", "from", "2020-05-25")
		mai.Post("/truong/501/lich/thoi-khoa-bieu", week).Want(t, 422, "Cần ghi lý do")
		week.Set("reason", "dồn lớp")
		lan.Post("/truong/501/lich/thoi-khoa-bieu", week).Want(t, 403)
		lan.Post("/truong/503/lich/thoi-khoa-bieu", week).Want(t, 404)
		mai.Post("/truong/501/lich/thoi-khoa-bieu", week).Want(t, 303)
		mai.Get("/truong/501/lich").Want(t, 200, "T2, T3")
		mai.Get("/truong/501/lich/hoc-ky").Want(t, 200, "Học kỳ II")
		mai.Post("/truong/501/lich/hoc-ky", form("term", "2", "from", "2020-01-06", "until", "2020-07-18", "weeks", "17")).Want(t, 422)
		mai.Post("/truong/501/lich/hoc-ky", form("term", "2", "from", "2020-01-06", "until", "2020-07-18", "weeks", "17", "reason", "CV 45")).Want(t, 303)
		mai.Get("/truong/501/lich").Want(t, 200, "18/07/2020")
	})
}
