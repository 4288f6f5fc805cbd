package committee_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/store"
	pages "ralop/internal/web/committee"
)

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

var decision = []string{"number", "45/QĐ-UBND", "issued", "2019-09-10", "issuer", "Chủ tịch UBND xã Mường Mùn"}

// setUp founds a committee with three members through the pages.
func setUp(t *testing.T, thuong *apptest.Visitor) (committee, chair, member string) {
	t.Helper()
	committee = thuong.Post("/chi-dao/noi/3268/ban-chi-dao/moi", form(append([]string{"kind", "universalisation"}, decision...)...)).Want(t, 303).Location
	add := func(pairs ...string) string {
		return thuong.Post(committee+"/thanh-vien", form(append(pairs, "from", "2019-09-10")...)).Want(t, 303).Location
	}
	chair = add("office", "chair", "body", "peoples-committee", "name", "Sùng A Chu", "login", "chu", "job", "Phó Chủ tịch UBND xã")
	member = add("office", "member", "body", "front-board", "name", "Lò Văn Ún", "phone", "0912 000 001", "job", "Trưởng ban công tác Mặt trận bản Lúm")
	add("office", "member", "body", "school", "name", "Quàng Văn Bình", "login", "binh")
	return committee, chair, member
}

func last(address string) string { return address[strings.LastIndex(address, "/")+1:] }

func TestCommitteeFromFoundingToPaper(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		thuong, nhung, ho, hoa := in(apptest.Thuong), in(apptest.Nhung), in(apptest.Ho), in(apptest.Hoa)
		thuong.Get("/chi-dao/ban-chi-dao").Want(t, 303)
		thuong.Get("/chi-dao/noi/3268/ban-chi-dao").Want(t, 200, "Chưa có ban chỉ đạo nào", "Lập ban chỉ đạo", "Chưa có người phụ trách: 2 bản, 2 trường")
		ho.Get("/chi-dao/noi/3268/ban-chi-dao").Want(t, 200).Silent(t, "Lập ban chỉ đạo</a>")
		thuong.Get("/chi-dao/noi/3268/ban-chi-dao/moi").Want(t, 200, "Số quyết định")
		thuong.Post("/chi-dao/noi/3268/ban-chi-dao/moi", form("kind", "renewal", "issued", "2019-09-10")).Want(t, 422, "Ghi số quyết định")
		nhung.Post("/chi-dao/noi/3268/ban-chi-dao/moi", form(append([]string{"kind", "renewal"}, decision...)...)).Want(t, 403)
		committee, chair, member := setUp(t, thuong)

		thuong.Post(committee+"/thanh-vien", form("office", "member", "body", "police", "name", "Lò A", "from", "2019-09-10")).Want(t, 422, "cần có số điện thoại", "Lò A")
		thuong.Post(committee+"/thanh-vien", form("office", "member", "body", "police", "name", "Lò A", "login", "khong-co", "from", "2019-09-10")).Want(t, 422, "Không có tài khoản này")
		thuong.Post(committee+"/thanh-vien", form("office", "chair", "body", "police", "name", "Lò A", "phone", "0912000002", "from", "2019-09-10")).Want(t, 409, "đang có Trưởng ban là Sùng A Chu")
		thuong.Get(committee).Want(t, 200, "Sùng A Chu", "Trưởng ban", "0912000001", "làm việc trên giấy", "45/QĐ-UBND", "Ban công tác Mặt trận")
		thuong.Get(committee+"?tim=un").Want(t, 200, "Lò Văn Ún").Silent(t, "Quàng Văn Bình")
		nhung.Get(committee).Want(t, 403).Silent(t, "Lò Văn Ún")
		hoa.Get(committee).Want(t, 403)
		in(apptest.Chu).Get(chair).Want(t, 200, "Sùng A Chu")
		in(apptest.Binh).Get(committee).Want(t, 200, "Lò Văn Ún").Silent(t, "Kiện toàn</a>")
		in(apptest.Binh).Get("/chi-dao/ban-chi-dao").Want(t, 200, "phổ cập giáo dục")
		in(apptest.Pao).Get("/chi-dao/ban-chi-dao").Want(t, 200, "Bản Phiêng Pi")

		thuong.Get(committee+"/giao-viec?places=unit-32681").Want(t, 200, `value="unit-32681" checked`, "Trường TH Mường Mùn")
		thuong.Post(committee+"/giao-viec", form("member", last(member), "from", "2019-09-10")).Want(t, 422, "ít nhất một bản hoặc trường")
		thuong.Post(committee+"/giao-viec", form("places", "unit-32681", "from", "2019-09-10")).Want(t, 422, "Chọn một thành viên")
		thuong.Post(committee+"/giao-viec", form("member", last(member), "places", "unit-32681", "places", "school-502", "tasks", "mobilise", "levels", "TH", "from", "2019-09-10")).Want(t, 303)
		thuong.Post(committee+"/giao-viec", form("member", "police", "places", "unit-32681", "tasks", "safety", "from", "2019-09-10")).Want(t, 303)
		thuong.Post(committee+"/giao-viec", form("member", last(member), "places", "unit-32681", "from", "2019-09-10")).Want(t, 409, "đang phụ trách Bản Lúm")
		thuong.Get(committee+"/phan-cong").Want(t, 200, "Bản Hồng", "Chưa có người", "Vận động học sinh ra lớp", "Công an")
		thuong.Get(committee+"/phan-cong?xem=chua").Want(t, 200, "Bản Hồng").Silent(t, "Bản Lúm")
		ho.Get("/chi-dao/noi/99/phu-trach").Want(t, 200, "Xã Mường Mùn", "Xã Pú Nhung", "1/2", "Bản Phiêng Pi")
		thuong.Get("/chi-dao/noi/3268/phu-trach").Want(t, 200, "Bản Hồng", committee+"/giao-viec?places=unit-32682").Silent(t, "Lò Văn Ún")
		thuong.Get("/chi-dao/noi/3268/phu-trach?xem=tat-ca").Want(t, 200, "Lò Văn Ún", "0912000001")
		if got := thuong.Get("/chi-dao/noi/3268/phu-trach/tep/csv?xem=tat-ca").Want(t, 200, "Lò Văn Ún", "Bản Hồng"); !strings.Contains(got.Header.Get("Content-Type"), "csv") {
			t.Errorf("%v", got.Header)
		}
		thuong.Get("/chi-dao/noi/3268/phu-trach/tep/exe").Want(t, 404)
		in(apptest.Pao).Get("/chi-dao/noi/32831/phu-trach?xem=tat-ca").Want(t, 200, "Bản Phiêng Pi")
		for _, file := range []string{"/chi-dao/noi/3268/ban-chi-dao/tep/xlsx", committee + "/thanh-vien/tep/csv", committee + "/phan-cong/tep/csv"} {
			thuong.Get(file).Want(t, 200)
			hoa.Get(file).Want(t, 403)
		}
		for _, paper := range []string{committee + "/van-ban/pdf", committee + "/van-ban/docx", member + "/phieu/pdf", member + "/phieu/docx"} {
			if got := thuong.Get(paper).Want(t, 200); len(got.Body) < 3000 {
				t.Errorf("%s has %d bytes", paper, len(got.Body))
			}
			nhung.Get(paper).Want(t, 403)
		}
		thuong.Get(member+"/phieu/exe").Want(t, 404)
	})
}

var act = regexp.MustCompile(`(?:action|href)="(/chi-dao/(?:nhiem-vu|vang-mat)/\d+/[a-z-]+)"`)

func TestMemberOverTime(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		thuong, nhung := in(apptest.Thuong), in(apptest.Nhung)
		committee, _, member := setUp(t, thuong)
		thuong.Post(committee+"/giao-viec", form("member", last(member), "places", "unit-32681", "from", "2019-09-10")).Want(t, 303)
		thuong.Get(member).Want(t, 200, "Bản Lúm", "Toàn bộ nhiệm vụ", "tel:0912000001")

		thuong.Get(member+"/sua").Want(t, 200, `value="0912000001"`)
		thuong.Post(member+"/sua", form("version", "1", "name", "Lò Văn Ún", "phone", "0912000009")).Want(t, 422, "Ghi lý do")
		thuong.Post(member+"/sua", form("version", "1", "name", "Lò Văn Ún", "phone", "0912000009", "reason", "Đổi số")).Want(t, 303)
		thuong.Post(member+"/sua", form("version", "1", "name", "Lò Văn Ún", "phone", "0912000009", "reason", "Đổi số")).Want(t, 409, "Người khác vừa sửa")
		thuong.Get(member).Want(t, 200, "0912000009", "Trước khi sửa", "0912000001")
		nhung.Post(member+"/sua", form("version", "2", "name", "X", "phone", "0912000009", "reason", "x")).Want(t, 403)

		thuong.Get(member+"/vang-mat").Want(t, 200, "Quàng Văn Bình")
		thuong.Post(member+"/vang-mat", form("from", "2020-05-29")).Want(t, 422)
		thuong.Post(member+"/vang-mat", form("from", "2020-05-29", "last", "2020-06-03", "note", "Nghỉ phép")).Want(t, 303)
		body := thuong.Get(member).Want(t, 200, "Đang nghỉ, đi vắng đến hết ngày 03/06/2020", "Nghỉ phép").Body
		acts := act.FindAllStringSubmatch(body, -1)
		if len(acts) != 2 {
			t.Fatalf("%v", acts)
		}
		thuong.Get("/chi-dao/noi/3268/phu-trach?xem=tat-ca").Want(t, 200, "đi vắng, trở lại 04/06/2020")
		nhung.Post(acts[0][1], nil).Want(t, 403)
		thuong.Post(acts[0][1], form("member", last(member))).Want(t, 303)
		thuong.Get(member).Want(t, 200).Silent(t, "Đang nghỉ")

		thuong.Get(member+"/ban-giao").Want(t, 200, "Bản Lúm", "Quàng Văn Bình")
		thuong.Post(member+"/ban-giao", form("on", "2020-06-01", "leaves", "1", "to", "0", "office", "member", "body", "front-board", "name", "Lò Văn Kẹo", "phone", "0912000003")).Want(t, 422, "Ghi lý do", "Lò Văn Kẹo")
		duty := last(strings.TrimSuffix(acts[1][1], "/thoi"))
		next := thuong.Post(member+"/ban-giao", form("on", "2020-06-01", "leaves", "1", "to", "0", "office", "member", "body", "front-board", "name", "Lò Văn Kẹo", "phone", "0912000003", "duties", duty, "reason", "Nghỉ hưu")).Want(t, 303).Location
		thuong.Get(next).Want(t, 200, "Lò Văn Kẹo", "Lò Văn Ún", "01/06/2020")
		thuong.Get(member).Want(t, 200, "Bàn giao cho", "Lò Văn Kẹo", "Nghỉ hưu")
		h.Clock.Advance(4 * 24 * 3600e9)
		thuong.Get(committee).Want(t, 200, "Lò Văn Ún (Ủy viên) thôi nhiệm vụ", "Lò Văn Kẹo")
		acts = act.FindAllStringSubmatch(thuong.Get(next).Body, -1)
		thuong.Get(acts[0][1]).Want(t, 200, "Thôi phụ trách: Bản Lúm")
		nhung.Get(acts[0][1]).Want(t, 403)
		thuong.Post(acts[0][1], form("on", "2020-06-02")).Want(t, 422, "Ghi lý do")
		thuong.Post(acts[0][1], form("on", "2020-06-02", "reason", "Đổi địa bàn")).Want(t, 303)
		thuong.Get(next).Want(t, 200, "Nhiệm vụ đã kết thúc", "Đổi địa bàn")
		thuong.Post(next+"/thoi", form("on", "2020-06-02", "reason", "Chuyển công tác")).Want(t, 303)

		thuong.Get(committee+"/quy-che").Want(t, 200)
		thuong.Post(committee+"/quy-che", form("number", "52/QĐ-BCĐ", "issued", "2020-06-02", "issuer", "Trưởng ban", "body", "Điều 1. Họp hằng tháng.")).Want(t, 303)
		thuong.Get(committee+"/kien-toan").Want(t, 200, "Quàng Văn Bình")
		thuong.Post(committee+"/kien-toan", form("number", "60/QĐ-UBND", "issued", "2020-06-02", "issuer", "Chủ tịch UBND xã")).Want(t, 303)
		thuong.Get(committee).Want(t, 200, "Kiện toàn theo Quyết định 60/QĐ-UBND", "Thành lập theo Quyết định 45/QĐ-UBND", "Họp hằng tháng", "52/QĐ-BCĐ")
		thuong.Get(committee+"/giai-the").Want(t, 200, "2 thành viên")
		thuong.Post(committee+"/giai-the", form("on", "2020-06-02", "reason", "Sắp xếp lại")).Want(t, 303)
		thuong.Get(committee).Want(t, 200, "Kết thúc 02/06/2020").Silent(t, "Thêm thành viên")
		thuong.Get(committee+"/thanh-vien").Want(t, 423)
		thuong.Get("/chi-dao/noi/3268/ban-chi-dao").Want(t, 200).Silent(t, committee)
		thuong.Get("/chi-dao/noi/3268/ban-chi-dao?xem=ket-thuc").Want(t, 200, committee)
	})
}

// A commune official who names herself gets no right by it; the page says so, and the leader gives it.
func TestRightIsNotGivenToOneself(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	in := apptest.Doors(t, h, pages.Routes()...)
	thuong, chu := in(apptest.Thuong), in(apptest.Chu)
	committee, _, _ := setUp(t, thuong)
	self := thuong.Post(committee+"/thanh-vien", form("office", "secretary", "body", "culture-society", "name", "Lường Thị Thương", "login", "thuong", "from", "2019-09-10")).Want(t, 303).Location
	if got := thuong.Post(committee+"/giao-viec", form("member", last(self), "places", "unit-32681", "from", "2019-09-10")).Want(t, 303); !strings.HasPrefix(got.Location, self) {
		t.Errorf("leads to %s", got.Location)
	}
	acts := act.FindAllStringSubmatch(thuong.Get(self).Want(t, 200, "Chưa có quyền xem").Body, -1)
	thuong.Post(acts[1][1], nil).Want(t, 403)
	chu.Post(acts[1][1], nil).Want(t, 303)
	thuong.Get(self).Want(t, 200).Silent(t, "Chưa có quyền xem")
}

func TestEnglish(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	in := apptest.Doors(t, h, pages.Routes()...)
	thuong := in(apptest.Thuong)
	committee, _, member := setUp(t, thuong)
	h.Write(t, english)
	thuong.Get(committee).Want(t, 200, "Members", "Working regulation")
	thuong.Get(member).Want(t, 200, "works on paper")
	thuong.Post(committee+"/thanh-vien", form("office", "member", "body", "police", "name", "Lò A", "from", "2019-09-10")).Want(t, 422, "needs a phone number")
	thuong.Get("/chi-dao/noi/3268/phu-trach").Want(t, 200, "Nobody in charge")
}

func english(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE account SET language = 'en' WHERE realm = 1 AND id = $1`, apptest.Thuong.Account)
	return err
}

// Every page of a committee, by everybody: those whom access lets see it do, nobody else
// learns a name or a phone; and only those who may change it do.
func TestWhoOpensWhat(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	in := apptest.Doors(t, h, pages.Routes()...)
	thuong := in(apptest.Thuong)
	committee, _, member := setUp(t, thuong)
	thuong.Post(committee+"/giao-viec", form("member", last(member), "places", "unit-32681", "from", "2019-09-10")).Want(t, 303)
	thuong.Post(member+"/vang-mat", form("from", "2020-05-29", "last", "2020-06-03")).Want(t, 303)
	acts := act.FindAllStringSubmatch(thuong.Get(member).Body, -1)
	absence, duty := acts[0][1], strings.TrimSuffix(acts[1][1], "/thoi")
	see := []string{committee, committee + "/phan-cong", committee + "/phan-cong/tep/csv", committee + "/thanh-vien/tep/csv", committee + "/van-ban/pdf", member, member + "/phieu/pdf",
		"/chi-dao/noi/3268/ban-chi-dao", "/chi-dao/noi/3268/phu-trach", "/chi-dao/noi/3268/giao-lai", "/chi-dao/noi/3268/ban-chi-dao/tep/csv", "/chi-dao/noi/3268/phu-trach/tep/csv"}
	change := []string{committee + "/thanh-vien", committee + "/giao-viec", committee + "/kien-toan", committee + "/quy-che", committee + "/giai-the", member + "/sua", member + "/ban-giao",
		member + "/vang-mat", member + "/thoi", "/chi-dao/noi/3268/ban-chi-dao/moi", duty + "/thoi"}
	seers := map[string]bool{"thuong": true, "chu": true, "huong": true, "dung": true, "ho": true, "thanh": true, "tra": true, "quan": true}
	changers := map[string]bool{"thuong": true, "chu": true, "huong": true, "dung": true, "thanh": true}
	for _, p := range apptest.Everyone {
		v := in(p)
		sits := p.Login == "binh" // a member of the committee sees it, not the lists of the place
		for _, address := range see {
			want := 403
			if seers[p.Login] || sits && !strings.Contains(address, "/noi/") {
				want = 200
			}
			got := v.Get(address).Want(t, want)
			if want == 403 && address != "/chi-dao/noi/3268/giao-lai" {
				got.Silent(t, "Lò Văn Ún", "0912000001")
			}
		}
		for _, address := range change {
			want := 403
			if changers[p.Login] {
				want = 200
			}
			v.Get(address).Want(t, want)
			if want == 403 {
				v.Post(address, form(append([]string{"kind", "renewal", "on", "2020-05-29", "reason", "x", "from", "2020-05-29", "last", "2020-05-29", "name", "X", "phone", "0912000099", "office", "member", "body", "police",
					"member", last(member), "places", "unit-32682", "version", "1", "to", "0"}, decision...)...)).Want(t, 403)
			}
		}
		if !changers[p.Login] {
			v.Post(duty+"/cap-quyen", nil).Want(t, 403)
			v.Post(absence, nil).Want(t, 403)
		}
	}
	thuong.Get(member).Want(t, 200, "Bản Lúm", "Đang nghỉ")
}
