package rollcall_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/rollcall"
	"ralop/internal/store"
)

// sent is what a phone sent, kept.
func sent(t *testing.T, h *apptest.House, who access.Who, number byte, on day.Day, device string, kind rollcall.Kind, off int64) {
	t.Helper()
	s := rollcall.Submission{Class: apptest.Class8A, Day: on, Session: calendar.Morning, State: rollcall.Taken, Cause: rollcall.CausePhone, Device: device, Sequence: int64(number),
		ClockOff: off, TakenAt: day.InstantOf(apptest.Start), Act: [16]byte{number, 1}, Marks: []rollcall.Mark{{Pupil: apptest.Pupil(apptest.Class8A, 3), Kind: kind}}}
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		_, err := rollcall.Keep(ctx, tx, who, s)
		return err
	})
}

func TestWhatDiffersIsDecidedOnAPage(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		today := day.InstantOf(apptest.Start).Day()
		sent(t, h, apptest.Hoa.Who(), 1, today, "may-hoa", rollcall.Excused, 0)
		sent(t, h, apptest.Dua.Who(), 2, today, "may-dua", rollcall.Unexcused, 3*3600_000)
		base := serve(t, h)
		hoa, mai, binh := visit(t, base, apptest.Hoa), visit(t, base, apptest.Mai), visit(t, base, apptest.Binh)
		name := apptest.PupilName(apptest.Class8A, 3)
		hoa.get(sheet8A+"?buoi=1").want(t, 200, "1 chỗ trong phiếu này được ghi khác nhau", "khac-nhau")
		mai.get("/truong/501/hom-nay").want(t, 200, "1 chỗ điểm danh khác nhau đang chờ quyết định")
		mai.get("/truong/501/khac-nhau").want(t, 200, name, "8A", "khac-nhau/tep")
		mai.get("/truong/501/khac-nhau?lop=601").want(t, 200, "Không có chỗ nào khác nhau")
		mai.get("/truong/501/khac-nhau?lop=99").want(t, 404)
		mai.get("/truong/501/khac-nhau/tep?dang=csv").want(t, 200, name+",8A,")
		for _, path := range []string{"/truong/501/khac-nhau", "/truong/501/khac-nhau/tep?dang=csv", "/truong/501/cho-nhan", "/lop/602/khac-nhau?buoi=1"} {
			if page := binh.get(path).want(t, 403); strings.Contains(page.body, name) {
				t.Errorf("%s shows a name", path)
			}
		}
		page := hoa.get("/lop/602/khac-nhau?ngay=2020-05-29&buoi=1").want(t, 200, name, "Có phép", "Không phép", "Lò Thị Hoa", "Giàng A Dúa", "may-hoa", "may-dua", "đồng hồ máy chạy nhanh 3 giờ", "07:00 ngày 29/05/2020")
		action, form := page.fields(t, "Ghi quyết định")
		hoa.post(action, form).want(t, 422, "Chưa chọn ý nào đúng")
		choices := regexp.MustCompile(`type="radio" name="(e[^"]+)" value="([^"]+)"`).FindAllStringSubmatch(page.body, -1)
		if len(choices) != 2 {
			t.Fatalf("choices %v", choices)
		}
		form.Set(choices[0][1], choices[0][2])
		binh.post(action, form).want(t, 403)
		// Another act comes in between: it is seen first.
		sent(t, h, apptest.Hoa.Who(), 3, today, "may-khac", rollcall.Late, 0)
		hoa.post(action, form).want(t, 409, "Phiếu vừa có bản mới", "may-khac")
		_, form = hoa.get("/lop/602/khac-nhau?ngay=2020-05-29&buoi=1").fields(t, "Ghi quyết định")
		form.Set(choices[0][1], choices[0][2])
		hoa.post(action, form).want(t, 303)
		after := hoa.get(sheet8A+"?buoi=1").want(t, 200, "35 em · vắng 1")
		if strings.Contains(after.body, "ghi khác nhau") {
			t.Error("still said to differ")
		}
		mai.get("/truong/501/khac-nhau?xem=xong").want(t, 200, name, "Lò Thị Hoa")
		hoa.get("/lop/602/lich-su?buoi=1").want(t, 200, "quyết định khi hai bản khác nhau", "điểm danh trên điện thoại", "đồng hồ máy chạy nhanh 3 giờ", "may-dua")
	})
}

func TestThePrincipalAnswersWhatCameAfterTheLock(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		early := day.MustParse("2020-05-18")
		sent(t, h, apptest.Hoa.Who(), 1, early, "may-hoa", rollcall.Unknown, 0)
		sent(t, h, apptest.Hoa.Who(), 2, early+1, "may-hoa", rollcall.Late, 0)
		base := serve(t, h)
		son, mai := visit(t, base, apptest.Son), visit(t, base, apptest.Mai)
		name := apptest.PupilName(apptest.Class8A, 3)
		son.get("/truong/501/hom-nay").want(t, 200, "2 bản điểm danh gửi sau hạn chờ hiệu trưởng")
		if page := mai.get("/truong/501/cho-nhan").want(t, 200, name); strings.Contains(page.body, "Nhận vào phiếu") {
			t.Error("the clerk is offered what only the principal may")
		}
		page := son.get("/truong/501/cho-nhan").want(t, 200, name+": Chưa rõ", "Sáng thứ Hai, 18/05/2020", "Lò Thị Hoa", "Nhận vào phiếu", "Không nhận")
		action, form := page.fields(t, "01010000000000000000000000000000")
		form.Set("viec", "nhan")
		mai.post(action, form).want(t, 403)
		son.post(action, form).want(t, 422, "Cần ghi rõ lý do")
		form.Set("ly_do", "cả tuần mất sóng")
		son.post(action, form).want(t, 303)
		son.post(action, form).want(t, 409, "đã được quyết định")
		_, other := page.fields(t, "02010000000000000000000000000000")
		son.post(action, url.Values{"luot": {other.Get("luot")}, "viec": {"khong"}, "ly_do": {"đã có phiếu giấy"}}).want(t, 303)
		son.get("/truong/501/cho-nhan").want(t, 200, "Không có bản nào chờ")
		son.get("/truong/501/cho-nhan?xem=xong").want(t, 200, "Trần Văn Sơn đã nhận vào phiếu", "cả tuần mất sóng", "Trần Văn Sơn không nhận", "đã có phiếu giấy")
		son.get("/truong/501/cho-nhan/tep?dang=csv&xem=xong").want(t, 200, "8A", "cả tuần mất sóng")
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM sheet`)[0]; n != 1 {
			t.Errorf("%d sheets", n)
		}
	})
}

func TestWhatWasUnlockedIsLockedAgain(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	base := serve(t, h)
	son, hoa := visit(t, base, apptest.Son), visit(t, base, apptest.Hoa)
	old := sheet8A + "?ngay=2020-05-18&buoi=1"
	unlock, fields := son.get("/lop/602/mo-khoa?ngay=2020-05-18").fields(t, "Lý do mở khóa")
	fields.Set("tu", "2020-05-18")
	fields.Set("den", "2020-05-18")
	fields.Set("ly_do", "mất điện")
	page := son.get(son.post(unlock, fields).want(t, 303).to).want(t, 200, "Khóa lại ngay")
	if opened := hoa.get(old).want(t, 200); !strings.Contains(opened.body, `id="nop"`) {
		t.Fatal("not opened")
	}
	again, what := page.fields(t, "Khóa lại ngay")
	hoa.post(again, what).want(t, 403)
	son.get(son.post(again, what).want(t, 303).to).want(t, 200, "Đã khóa lại phiếu của lớp 8A")
	hoa.get(old).want(t, 200, "Phiếu đã khóa")
}
