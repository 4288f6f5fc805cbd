package student_test

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/org"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	pages "ralop/internal/web/student"
)

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func TestListsShowOnlyWhomOneAnswersFor(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		hoa, binh, pao, quan := in(apptest.Hoa), in(apptest.Binh), in(apptest.Pao), in(apptest.Quan)
		her, his := apptest.PupilName(apptest.Class8A, 9), apptest.PupilName(apptest.Class6A, 3)

		if got := hoa.Get("/hoc-sinh"); got.Location != "/lop/602/hoc-sinh" {
			t.Errorf("a teacher's pupils are at %q", got.Location)
		}
		hoa.Get("/lop/602/hoc-sinh").Want(t, 200, her, "1–35 trong 35 em", "Trùng tên").Silent(t, his)
		binh.Get("/lop/602/hoc-sinh").Want(t, 403).Silent(t, her)
		hoa.Get("/lop/999999/hoc-sinh").Want(t, 404)
		hoa.Get("/truong/501/hoc-sinh").Want(t, 403).Silent(t, her)
		hoa.Get("/lop/602/hoc-sinh?q="+url.QueryEscape(strings.ToLower(her))).Want(t, 200, her)
		hoa.Get("/lop/602/hoc-sinh?q=khong+co+ai").Want(t, 200, "Không có em nào khớp")
		hoa.Get("/hoc-sinh?q="+url.QueryEscape(his)).Want(t, 200).Silent(t, ">"+his+"<", "/hoc-sinh/60103")

		// The village head sees the five of his village who board elsewhere and those of 9A, and nobody else.
		page := pao.Get("/noi-o/32831/hoc-sinh").Want(t, 200, apptest.PupilName(apptest.Class8A, 2), "trong 14 em")
		page.Silent(t, "/hoc-sinh/"+apptest.Pupil(apptest.Class8A, 6).String()+`"`)
		pao.Get("/noi-o/32681/hoc-sinh").Want(t, 403)
		pao.Get("/lop/602/hoc-sinh").Want(t, 403)
		quan.Get("/truong/501/hoc-sinh").Want(t, 403)
		quan.Get("/hoc-sinh").Want(t, 200, "Anh/chị chưa được giao học sinh nào").Silent(t, her)

		csv := hoa.Get("/lop/602/hoc-sinh?tep=csv&khoi=8").Want(t, 200, her)
		if lines := strings.Count(csv.Body, "\n"); lines != 36 {
			t.Errorf("the file has %d lines", lines)
		}
		if name := csv.Header.Get("Content-Disposition"); strings.Contains(name, "602") || !strings.Contains(name, ".csv") {
			t.Errorf("the file is called %q", name)
		}
		hoa.Get("/lop/602/hoc-sinh?tep=xlsx").Want(t, 200)
		hoa.Get("/lop/602/hoc-sinh?tep=doc").Want(t, 404)
		type line struct {
			Action, Kind string
			Object       int64
		}
		seen := map[line]int{}
		for _, l := range apptest.Query[line](t, h, `SELECT action, object_kind, object FROM audit_entry WHERE realm = 1 AND account = 701`) {
			seen[l]++
		}
		if seen[line{"look", "class", 602}] != 4 || seen[line{"export", "class", 602}] != 2 {
			t.Errorf("the audit book has %v", seen)
		}
	})
}

func TestRecordMasksUntilAsked(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		mai, pao, binh := in(apptest.Mai), in(apptest.Pao), in(apptest.Binh)
		pupil := apptest.Pupil(apptest.Class8A, 2)
		at := "/hoc-sinh/" + pupil.String()
		national := apptest.Query[string](t, h, `SELECT national_id FROM pupil WHERE realm = 1 AND id = $1`, pupil)[0]
		mai.Get(at).Want(t, 200, apptest.PupilName(apptest.Class8A, 2), "Xem số đầy đủ", "ít nhất 0", "Ghi thôi học").Silent(t, national)
		mai.Post(at+"/so", nil).Want(t, 200, national)
		pao.Get(at).Want(t, 200).Silent(t, national, "Xem số đầy đủ", "Ghi thôi học")
		pao.Post(at+"/so", nil).Want(t, 403).Silent(t, national)
		binh.Get(at).Want(t, 403)
		pao.Get("/hoc-sinh/77777").Want(t, 404)
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM audit_entry WHERE realm = 1 AND action = 'student.identifiers' AND object = $1`, pupil)[0]; n != 1 {
			t.Errorf("the numbers were asked once; the book says %d", n)
		}
	})
}

func TestVerbsOnAChild(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		mai, lan, hoa := in(apptest.Mai), in(apptest.Lan), in(apptest.Hoa)
		at := "/hoc-sinh/" + apptest.Pupil(apptest.Class8A, 9).String()
		version := func() string {
			return strconv.Itoa(apptest.Query[int](t, h, `SELECT version FROM pupil WHERE realm = 1 AND id = $1`, apptest.Pupil(apptest.Class8A, 9))[0])
		}
		mai.Get(at+"/xep-lop").Want(t, 200, "8B")
		hoa.Get(at+"/xep-lop").Want(t, 403)
		hoa.Post(at+"/xep-lop", form("class", "603", "from", "2020-05-29")).Want(t, 403)
		mai.Post(at+"/xep-lop", form("version", "1", "from", "2020-05-29")).Want(t, 422, "Hãy chọn lớp.")
		mai.Post(at+"/xep-lop", form("version", "99", "class", "603", "from", "2020-05-29")).Want(t, 409)
		mai.Post(at+"/xep-lop", form("version", "1", "class", "606", "from", "2020-05-29")).Want(t, 403)
		mai.Post(at+"/xep-lop", form("version", "1", "class", "603", "from", "2020-05-29")).Want(t, 303)
		mai.Get(at).Want(t, 200, "8A → 8B")

		// Leave told in advance by the teacher of her new class is not hers to give any more.
		hoa.Post(at+"/xin-nghi", form("days", "2020-06-01", "session", "whole-day")).Want(t, 403)
		mai.Post(at+"/xin-nghi", form("days", "2020-06-01", "last", "2020-06-02", "session", "whole-day", "note", "đám cưới chị")).Want(t, 303)
		mai.Get(at).Want(t, 200, "01/06/2020 – 02/06/2020", "đám cưới chị")

		// Offered, seen and accepted by the other school.
		mai.Post(at+"/chuyen-truong", form("version", version(), "to", "503", "from", "2020-05-30")).Want(t, 303)
		mai.Get(at).Want(t, 200, "Chưa xác nhận nơi đến", "Rút đề nghị chuyển")
		mai.Get("/truong/503/tiep-nhan").Want(t, 403)
		n := apptest.Pupil(apptest.Class8A, 9).String()
		lan.Get("/truong/503/tiep-nhan").Want(t, 200, apptest.PupilName(apptest.Class8A, 9), "Trường PTDTBT THCS Mường Mùn")
		lan.Post("/truong/503/tiep-nhan", form("pupil", n, "version", version(), "grade", "8", "class-"+n, "606", "from-"+n, "2020-06-01", "act", "accept")).Want(t, 422, "khối 8")
		lan.Post("/truong/503/tiep-nhan", form("pupil", apptest.Pupil(apptest.Class8A, 10).String(), "act", "refuse")).Want(t, 404)
		lan.Post("/truong/503/tiep-nhan", form("pupil", n, "version", version(), "act", "refuse")).Want(t, 303)
		mai.Get(at).Want(t, 200, "Đang học lớp 8B")

		mai.Post(at+"/thoi-hoc", form("version", version(), "kind", "vocational", "from", "2020-05-30")).Want(t, 303)
		mai.Post(at+"/xac-nhan", form("version", version(), "paper", "")).Want(t, 422)
		mai.Post(at+"/xac-nhan", form("version", version(), "paper", "GBNH 12/2020")).Want(t, 303)
		mai.Post(at+"/tro-lai", form("version", version(), "class", "602", "from", "2020-06-01")).Want(t, 303)
		mai.Post(at+"/sua-qua-trinh", form("version", version(), "grade", "8", "from", "2020-06-02", "entry", "return")).Want(t, 422, "lý do sửa")
		mai.Post(at+"/yeu-cau", form("kind", "correct", "body", "Mẹ em đề nghị sửa ngày sinh")).Want(t, 303)
		request := apptest.Query[int64](t, h, `SELECT id FROM guardian_request WHERE realm = 1`)[0]
		mai.Get(at+"/tra-loi?request="+strconv.FormatInt(request, 10)).Want(t, 200, "Mẹ em đề nghị sửa ngày sinh")
		mai.Post(at+"/tra-loi", form("request", strconv.FormatInt(request, 10), "state", "done", "answer", "Đã sửa")).Want(t, 303)
		mai.Get(at).Want(t, 200, "Đã sửa")
		mai.Get("/truong/501/bien-dong").Want(t, 200, "Đẳng thức đúng", "Học nghề")
		lan.Get("/truong/501/bien-dong").Want(t, 403)
	})
}

func TestChangingARecord(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		mai := in(apptest.Mai)
		pupil := apptest.Pupil(apptest.Class8A, 11)
		at := "/hoc-sinh/" + pupil.String()
		was := apptest.Query[string](t, h, `SELECT national_id FROM pupil WHERE realm = 1 AND id = $1`, pupil)[0]
		mai.Get(at+"/sua").Want(t, 200, "Bản Lúm", "Để trống là giữ nguyên").Silent(t, was)
		changed := form("version", "1", "name", "Lò Thị Mới", "sex", "F", "born", "2006-03-04", "ethnicity", "thai", "residence", "32682", "from", "2020-05-01",
			"relation_1", "mother", "guardian_1", "Lò Thị Mẹ", "guardian_born_1", "1985")
		broken := form("version", "1", "name", "Lò 3", "sex", "F", "born", "2006-03-04")
		mai.Post(at+"/sua", broken).Want(t, 422, "Lò 3")
		mai.Post(at+"/sua", changed).Want(t, 303)
		mai.Get(at).Want(t, 200, "Lò Thị Mới", "Bản Hồng")
		if now := apptest.Query[string](t, h, `SELECT national_id FROM pupil WHERE realm = 1 AND id = $1`, pupil)[0]; now != was {
			t.Errorf("a number that was not typed again became %q", now)
		}
		if phone := apptest.Query[string](t, h, `SELECT phone FROM guardian WHERE realm = 1 AND pupil = $1`, pupil)[0]; !strings.HasPrefix(phone, "03") {
			t.Errorf("the guardian's phone became %q", phone)
		}
		mai.Get("/truong/501/hoc-sinh-moi").Want(t, 200, "Thêm học sinh")
		fresh := form("name", "Quàng Văn Mới", "sex", "M", "born", "2006-01-02", "class", "603", "from", "2020-05-25", "entry", "transfer-in", "residence_code", "03268-01")
		got := mai.Post("/truong/501/hoc-sinh-moi", fresh)
		got.Want(t, 303)
		mai.Get(got.Location).Want(t, 200, "Quàng Văn Mới", "8B")
		fresh.Set("class", "606")
		mai.Post("/truong/501/hoc-sinh-moi", fresh).Want(t, 404)
	})
}

// A village head opens the list to see who is away, and for how long.
func TestTheAbsentComeFirst(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		pao := apptest.Doors(t, h, pages.Routes()...)(apptest.Pao)
		away := apptest.Pupil(apptest.Class8A, 4)
		for i, on := range []string{"2020-05-27", "2020-05-28"} {
			h.Write(t, func(ctx context.Context, tx *store.Tx) error {
				_, err := rollcall.Submit(ctx, tx, apptest.Hoa.Who(), rollcall.Submission{Act: [16]byte{1, byte(i)}, Class: apptest.Class8A, Day: day.MustParse(on), Session: calendar.Morning,
					TakenAt: tx.Now(), State: rollcall.Taken, Marks: []rollcall.Mark{{Pupil: away, Kind: rollcall.Unexcused}}})
				return err
			})
		}
		// Nobody has called the roll today: the last day on which somebody did.
		page := pao.Get("/noi-o/32831/hoc-sinh").Want(t, 200, "Vắng ngày 28/5", "vắng không phép, 2 ngày liền từ 27/5")
		if first := strings.Index(page.Body, `href="/hoc-sinh/6`); !strings.HasPrefix(page.Body[first:], `href="/hoc-sinh/`+away.String()+`"`) {
			t.Errorf("the first is %.40q", page.Body[first:])
		}
		pao.Get("/noi-o/32831/hoc-sinh?vang=1").Want(t, 200, "1–1 trong 1 em")
	})
}

func TestATransferIsAccepted(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		mai, lan := in(apptest.Mai), in(apptest.Lan)
		var class org.Class
		h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
			class, err = org.OpenClass(ctx, tx, apptest.Lan.Who(), org.Class{School: apptest.PuNhungS, Year: apptest.SchoolYear, Name: "8B", Level: "THCS", Grades: "8", From: apptest.YearStart, Until: apptest.YearEnd})
			return err
		})
		n := apptest.Pupil(apptest.Class8A, 3).String()
		mai.Post("/hoc-sinh/"+n+"/chuyen-truong", form("version", "1", "to", "503", "from", "2020-05-25")).Want(t, 303)
		lan.Get("/hoc-sinh/"+n).Want(t, 403) // not hers yet
		lan.Post("/truong/503/tiep-nhan", form("pupil", n, "grade", "8", "class-"+n, class.ID.String(), "from-"+n, "2020-05-26", "paper-"+n, "GGT 7", "act", "accept")).Want(t, 303)
		lan.Get("/hoc-sinh/"+n).Want(t, 200, "Đang học lớp 8B, Trường THCS Pú Nhung", "Chuyển trường")
		mai.Get("/truong/501/bien-dong").Want(t, 200, "Đẳng thức đúng")
		lan.Get("/truong/503/bien-dong").Want(t, 200, "Đẳng thức đúng")
		mai.Get("/truong/501/tiep-nhan").Want(t, 200, "Không có em nào chưa xác nhận")
	})
}
