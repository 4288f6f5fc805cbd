package report_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	pages "ralop/internal/web/report"
)

func rolls(t *testing.T, h *apptest.House) {
	t.Helper()
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		year := day.Range{From: apptest.YearStart, Until: apptest.YearEnd}
		if _, err := calendar.MarkScopeStale(ctx, tx, apptest.Realm, calendar.Scope{Kind: calendar.ScopeRealm}, year); err != nil {
			return err
		}
		n := byte(0)
		for _, c := range apptest.Classes {
			if err := calendar.RebuildIn(ctx, tx, apptest.Realm, c.School); err != nil {
				return err
			}
			for d := day.MustParse("2020-05-18"); d < day.MustParse("2020-05-23"); d++ {
				n++
				s := rollcall.Submission{Act: [16]byte{1, n}, Class: c.ID, Day: d, Session: calendar.Morning, State: rollcall.Taken,
					Marks: []rollcall.Mark{{Pupil: apptest.Pupil(c.ID, 1), Kind: rollcall.Unexcused}}}
				if _, err := rollcall.Submit(ctx, tx, access.System(apptest.Realm), s); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

var version = regexp.MustCompile(`name="ban" value="(\d+)"`)

// sees opens an address and wants it to say something.
func sees(t *testing.T, v *apptest.Visitor, address string, wanted ...string) string {
	t.Helper()
	got := v.Get(address)
	if got.Status != http.StatusOK {
		t.Fatalf("GET %s: %d %s", address, got.Status, got.Body)
	}
	if i := strings.Index(got.Body, "«"); i >= 0 {
		t.Errorf("GET %s shows an id for words: %s", address, got.Body[i:min(i+60, len(got.Body))])
	}
	for _, w := range wanted {
		if !strings.Contains(got.Body, w) {
			t.Errorf("GET %s does not say %q", address, w)
		}
	}
	return got.Body
}

// The month of a school, by hand: the clerk drafts and edits, the principal approves and
// issues in three presses, the commune gives back, then takes in.
func TestTheMonthByHand(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		rolls(t, h)
		enter := apptest.Doors(t, h, pages.Routes()...)
		mai, son, thuong := enter(apptest.Mai), enter(apptest.Son), enter(apptest.Thuong)
		sees(t, mai, "/bao-cao", "Lập báo cáo", "Chưa có báo cáo")
		sees(t, mai, "/bao-cao/moi", "Trường PTDTBT THCS Mường Mùn")
		made := mai.Post("/bao-cao/moi", url.Values{"don_vi": {"s501"}, "thang": {"2020-05"}})
		if made.Status != http.StatusSeeOther {
			t.Fatalf("making: %d %s", made.Status, made.Body)
		}
		paper := made.Location
		if again := mai.Post("/bao-cao/moi", url.Values{"don_vi": {"s501"}, "thang": {"2020-05"}}); again.Status == http.StatusSeeOther || !strings.Contains(again.Body, paper) {
			t.Errorf("making it twice: %d, does not lead to %s", again.Status, paper)
		}
		press := func(v *apptest.Visitor, step string, fields url.Values) apptest.Got {
			t.Helper()
			found := version.FindStringSubmatch(sees(t, v, paper))
			if fields == nil {
				fields = url.Values{}
			}
			if found != nil {
				fields.Set("ban", found[1])
			}
			return v.Post(paper+step, fields)
		}
		went := func(got apptest.Got) {
			t.Helper()
			if got.Status != http.StatusSeeOther {
				t.Fatalf("%d %s", got.Status, got.Body)
			}
		}
		sees(t, mai, paper, "DỰ THẢO", "TRƯỜNG PTDTBT THCS MƯỜNG MÙN", "Tỷ lệ chuyên cần toàn trường đạt", "Trình duyệt", "(đơn vị bổ sung các giải pháp đã thực hiện trong kỳ)")
		went(press(mai, "/phan/solutions", url.Values{"noi_dung-solutions": {"- Họp phụ huynh ngày 15/5."}}))
		sees(t, mai, paper, "Họp phụ huynh ngày 15/5.")
		went(press(mai, "/kien-nghi", url.Values{"body": {"Hỗ trợ gạo."}}))
		if stale := mai.Post(paper+"/trinh", url.Values{"ban": {"1"}}); stale.Status != http.StatusConflict {
			t.Errorf("a step on an old version: %d", stale.Status)
		}
		went(press(mai, "/trinh", nil))
		sees(t, son, "/bao-cao", "chờ duyệt")
		went(press(son, "/duyet", nil))
		if bad := press(son, "/phat-hanh", url.Values{"number": {"12/BC"}, "date": {"2020-05-29"}}); bad.Status != http.StatusUnprocessableEntity || !strings.Contains(bad.Body, "không nhập ký hiệu") {
			t.Errorf("a number with its symbol: %d", bad.Status)
		}
		went(press(son, "/phat-hanh", url.Values{"number": {"12"}, "date": {"2020-05-29"}}))
		sees(t, son, paper, "Số: 12/BC-PTDTBTTHCS", "ngày 29 tháng 5 năm 2020", "Chưa có thay đổi nào sau khi chốt")
		if refused := press(son, "/tiep-nhan", nil); refused.Status != http.StatusForbidden {
			t.Errorf("the school takes in its own paper: %d", refused.Status)
		}
		h.Clock.Advance(time.Hour)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := rollcall.Correct(ctx, tx, access.System(apptest.Realm), rollcall.Submission{Act: [16]byte{9}, Class: apptest.Class8A, Day: day.MustParse("2020-05-18"),
				Session: calendar.Morning, State: rollcall.Taken, BaseVersion: 1, Reason: "nhầm"})
			return err
		})
		sees(t, thuong, paper, "Có 1 điều chỉnh sau khi chốt", "Sửa điểm danh")
		if silent := press(thuong, "/tra-lai", url.Values{"ly_do": {" "}}); silent.Status != http.StatusUnprocessableEntity {
			t.Errorf("given back without a reason: %d", silent.Status)
		}
		went(press(thuong, "/tra-lai", url.Values{"ly_do": {"Đề nghị xem lại lớp 8A."}}))
		sees(t, mai, paper, "Đề nghị xem lại lớp 8A.", "Lập lại")
		revised := press(mai, "/lap-lai", nil)
		went(revised)
		if revised.Location == paper {
			t.Error("a frozen paper was taken up again itself")
		}
		paper = revised.Location
		went(press(mai, "/trinh", nil))
		went(press(son, "/duyet", nil))
		went(press(son, "/phat-hanh", url.Values{"number": {"13"}, "date": {"2020-05-29"}}))
		went(press(thuong, "/tiep-nhan", nil))
		sees(t, thuong, "/bao-cao?thang=2020-05", "Đã tiếp nhận", "1/2 đơn vị gửi")
		body := sees(t, thuong, "/kien-nghi", "Hỗ trợ gạo.")
		action := regexp.MustCompile(`/kien-nghi/(\d+)/tra-loi`).FindStringSubmatch(body)
		went(thuong.Post(action[0], url.Values{"state-" + action[1]: {"answered"}, "answer-" + action[1]: {"Xã cân đối trong tháng 6."}, "due-" + action[1]: {"2020-06-15"}}))
		sees(t, mai, paper, "Xã cân đối trong tháng 6.", "Hạn 15/06/2020")
		for _, format := range []string{"docx", "pdf", "xlsx", "json"} {
			if got := mai.Get(paper + "/tep/" + format); got.Status != http.StatusOK || len(got.Body) < 1000 || !strings.Contains(got.Header.Get("Content-Disposition"), "bao-cao_mm-thcs_2020-05."+format) {
				t.Errorf("%s: %d, %d bytes, %s", format, got.Status, len(got.Body), got.Header.Get("Content-Disposition"))
			}
		}
		if got := mai.Get(paper + "/tep/exe"); got.Status != http.StatusNotFound {
			t.Errorf("an unknown format: %d", got.Status)
		}
	})
}

// Teachers, village heads and other schools do not see reports; the pages name no pupil.
func TestPagesOfReportsAreClosedToOthers(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	rolls(t, h)
	enter := apptest.Doors(t, h, pages.Routes()...)
	paper := enter(apptest.Mai).Post("/bao-cao/moi", url.Values{"don_vi": {"s501"}, "thang": {"2020-05"}}).Location
	for _, p := range []apptest.Person{apptest.Hoa, apptest.Pao, apptest.Lan, apptest.Nhung, apptest.Quan} {
		v := enter(p)
		if got := v.Get(paper); got.Status != http.StatusForbidden {
			t.Errorf("%s opens the paper: %d", p.Login, got.Status)
		}
		if got := v.Get(paper + "/tep/pdf"); got.Status != http.StatusForbidden {
			t.Errorf("%s takes the file: %d", p.Login, got.Status)
		}
		if got := v.Get("/bao-cao"); strings.Contains(got.Body, "Mường Mùn") && p != apptest.Nhung {
			t.Errorf("%s: the list names the foreign school (%d)", p.Login, got.Status)
		}
	}
	for _, p := range []apptest.Person{apptest.Mai, apptest.Huong, apptest.Ho, apptest.Tra} {
		body := sees(t, enter(p), paper)
		for _, c := range apptest.Classes {
			for n := 1; n <= c.Size; n++ {
				if strings.Contains(body, apptest.PupilName(c.ID, n)) {
					t.Fatalf("%s reads a pupil's name", p.Login)
				}
			}
		}
	}
}
