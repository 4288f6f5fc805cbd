package casework_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ralop/internal/apptest"
	"ralop/internal/casework"
	pages "ralop/internal/web/casework"
)

// child lives in Bản Phiêng Pi of Xã Pú Nhung and boards at Mường Mùn.
var (
	child = apptest.Pupil(apptest.Class8A, 3)
	name  = apptest.PupilName(apptest.Class8A, 3)
	made  int
)

// newAct is a UUIDv7 as a page writes it.
func newAct() string {
	made++
	return fmt.Sprintf("0196f0a0-0000-7000-8000-%012d", made)
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// opened opens a case by hand and gives its address.
func opened(t *testing.T, hoa *apptest.Visitor) string {
	t.Helper()
	at := "/hoc-sinh/" + child.String() + "/van-dong"
	hoa.Get(at).Want(t, 200, "Báo em cần vận động", `name="ma"`)
	hoa.Post(at, form("ma", newAct(), "why", "")).Want(t, 422, "Ghi lý do")
	act := newAct()
	got := hoa.Post(at, form("ma", act, "why", "Nghỉ ở nhà từ thứ hai")).Want(t, 303)
	again := hoa.Post(at, form("ma", act, "why", "Nghỉ ở nhà từ thứ hai")).Want(t, 303)
	if got.Location != again.Location {
		t.Errorf("the same act opened %s and %s", got.Location, again.Location)
	}
	address, _, _ := strings.Cut(got.Location, "?")
	if to := hoa.Get(at).Want(t, 303); to.Location != address {
		t.Errorf("a child with a case leads to %s, not to %s", to.Location, address)
	}
	return address
}

func TestACaseIsSeenByThoseWhoAnswerForTheChild(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		hoa, pao, son := in(apptest.Hoa), in(apptest.Pao), in(apptest.Son)
		hoa.Get("/viec-cua-toi").Want(t, 200, "Hiện không có em nào cần vận động")
		at := opened(t, hoa)
		hoa.Get(at+"?xong=mo").Want(t, 200, name, "Đã mở hồ sơ", "Nghỉ ở nhà từ thứ hai", "Ghi lần vận động", apptest.Pao.Name, apptest.Son.Name)
		for _, one := range []*apptest.Visitor{hoa, pao, son} {
			one.Get("/viec-cua-toi").Want(t, 200, name, at+"/ghi", "Nghỉ ở nhà từ thứ hai", "Chưa ai làm gì cho em")
		}
		pao.Get("/cu-tru/"+apptest.PhiengPi.String()+"/van-dong").Want(t, 200, name, "Học sinh đang vắng")
		pao.Get("/viec-cua-toi/csv").Want(t, 200, name)
		for _, foreign := range []apptest.Person{apptest.Binh, apptest.Lan, apptest.Huong, apptest.Quan, apptest.Chien} {
			one := in(foreign)
			one.Get(at).Want(t, 403).Silent(t, name)
			one.Post(at+"/ghi", form("ma", newAct(), "kind", "call")).Want(t, 403).Silent(t, name)
			one.Post(at+"/ket-qua", form("ma", newAct(), "outcome", "dropout")).Want(t, 403).Silent(t, name)
			one.Get(at+"/giay/bien-ban/docx").Want(t, 403)
			one.Get("/viec-cua-toi").Want(t, 200).Silent(t, name)
		}
		hoa.Get("/van-dong/99999").Want(t, 404)
	})
}

func TestVisitPromiseAndOutcome(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		hoa, pao, son := in(apptest.Hoa), in(apptest.Pao), in(apptest.Son)
		at := opened(t, hoa)
		pao.Get(at+"/ghi").Want(t, 200, "Việc đã làm", "Hứa cho em đến lớp ngày", "Mùa đốt nương", "Gọi 111")
		bad := form("ma", newAct(), "kind", "visit", "on", "2020-05-29", "promise", "2021-01-01", "note", "Gặp mẹ ở nương", "met", "mother", "met", "grandparent", "cause", "field-work")
		pao.Post(at+"/ghi", bad).Want(t, 422, "Ngày hứa phải từ hôm nay", "Gặp mẹ ở nương", `value="2021-01-01"`, `value="mother" checked`, `value="grandparent" checked`, `<option value="field-work" selected`)
		good := form("ma", bad.Get("ma"), "kind", "visit", "on", "2020-05-29", "reached", "1", "promise", "2020-06-01", "note", "Gặp mẹ ở nương", "met", "mother", "cause", "field-work", "support_school", "books", "hope", "Có chỗ ở bán trú")
		for range 2 { // a page that is sent twice
			pao.Post(at+"/ghi", good).Want(t, 303)
		}
		page := hoa.Get(at).Want(t, 200, "Đến nhà", apptest.Pao.Name, "Gặp mẹ ở nương", "Theo bố mẹ lên nương", "Gia đình hứa cho em đến lớp ngày 01/06/2020", "Sách vở", "Có chỗ ở bán trú")
		if n := strings.Count(page.Body, "Gặp mẹ ở nương"); n != 1 {
			t.Errorf("a visit sent twice stands %d times in the timeline", n)
		}
		hoa.Get(at+"/ket-qua?outcome=dropout").Want(t, 200, `value="dropout" checked`)
		hoa.Post(at+"/ket-qua", form("ma", newAct(), "outcome", "gone", "on", "2020-05-29")).Want(t, 422, "Chọn kết quả trong danh mục")
		hoa.Post(at+"/ket-qua", form("ma", newAct(), "outcome", "dropout", "on", "2020-05-29")).Want(t, 303)
		hoa.Get(at).Want(t, 200, "chưa xác nhận").Silent(t, at+"/xac-nhan")
		hoa.Post(at+"/xac-nhan", nil).Want(t, 403)
		son.Get(at).Want(t, 200, at+"/xac-nhan")
		son.Post(at+"/xac-nhan", nil).Want(t, 303)
		son.Post(at+"/da-biet", nil).Want(t, 403)
		nhung := in(apptest.Nhung)
		nhung.Get(at).Want(t, 200, at+"/da-biet")
		nhung.Post(at+"/da-biet", nil).Want(t, 303)
		son.Get(at).Want(t, 200, "Hồ sơ kết thúc ngày 29/05/2020")
		hoa.Get(at+"/ghi").Want(t, 423, "Hồ sơ đã kết thúc")
	})
}

// secret are the words that only those who help the child directly may read.
var secret = []string{"Tảo hôn", "marriage", "Nhà trai đã đến hỏi", "Mong con được học tiếp", "Họ hàng"}

func TestAProtectedCauseStaysWithFew(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		hoa := in(apptest.Hoa)
		at := opened(t, hoa)
		hoa.Post(at+"/ghi", form("ma", newAct(), "kind", "visit", "on", "2020-05-29", "reached", "1", "met", "relative", "cause", "marriage", "note", "Nhà trai đã đến hỏi", "hope", "Mong con được học tiếp")).Want(t, 303)
		for _, few := range []apptest.Person{apptest.Hoa, apptest.Son, apptest.Sua} {
			in(few).Get(at).Want(t, 200, "Tảo hôn", "Nhà trai đã đến hỏi", "Gọi 111")
		}
		for _, other := range []apptest.Person{apptest.Pao, apptest.Mai} {
			one := in(other)
			one.Get(at).Want(t, 200, name, "Em đang được hỗ trợ").Silent(t, secret...)
			for _, page := range []string{"/viec-cua-toi", "/viec-cua-toi/csv", at + "/ket-qua", at + "/nho"} {
				one.Get(page).Silent(t, secret...)
			}
			one.Get(at+"/chuyen").Want(t, 403).Silent(t, secret...)
			one.Post(at+"/bao-ve", form("protect", "")).Want(t, 403)
		}
		in(apptest.Pao).Get("/cu-tru/"+apptest.PhiengPi.String()+"/van-dong").Want(t, 200, "Em đang được hỗ trợ").Silent(t, secret...)
		in(apptest.Nhung).Get("/don-vi/"+apptest.PuNhung.String()+"/van-dong").Want(t, 200).Silent(t, append(secret, name)...)
		in(apptest.Nhung).Get("/don-vi/"+apptest.PuNhung.String()+"/nguyen-nhan").Want(t, 200).Silent(t, secret...)
		for _, n := range apptest.Query[struct{ Code, Facts string }](t, h, `SELECT code, facts FROM notice WHERE realm = 1`) {
			for _, word := range append(secret, name) {
				if strings.Contains(n.Facts, word) {
					t.Errorf("the notice %s holds %q", n.Code, word)
				}
			}
		}
		if len(apptest.Query[string](t, h, `SELECT code FROM notice WHERE realm = 1 AND account = $1`, apptest.Pao.Account)) == 0 {
			t.Error("the village's official was told nothing")
		}
	})
}

func TestHandOverAndReferral(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		hoa := in(apptest.Hoa)
		at := opened(t, hoa)
		hoa.Get(at+"/nho").Want(t, 200, "Nhờ ai", apptest.Mai.Name)
		hoa.Post(at+"/nho", form("to", "school/"+apptest.Mai.Account.String(), "how", "beside", "reason", "")).Want(t, 422, "Ghi lý do")
		hoa.Post(at+"/nho", form("to", "school/"+apptest.Mai.Account.String(), "how", "beside", "reason", "Cô đi tập huấn")).Want(t, 303)
		in(apptest.Mai).Get("/viec-cua-toi").Want(t, 200, name)
		hoa.Get(at+"/chuyen").Want(t, 200, "Quản lý bán trú", "Công an xã")
		hoa.Post(at+"/chuyen", form("ma", newAct(), "body", "police", "reason", "Cần tìm em", "until", "2020-06-10")).Want(t, 422, "phải ghi rõ người nhận")
		hoa.Post(at+"/chuyen", form("ma", newAct(), "body", "boarding", "reason", "Xin chỗ ở bán trú")).Want(t, 303)
		page := hoa.Get(at).Want(t, 200, "Quản lý bán trú", "Xin chỗ ở bán trú")
		referral := regexp.MustCompile(`name="referral" value="(\d+)"`).FindStringSubmatch(page.Body)[1]
		in(apptest.Binh).Post(at+"/tra-loi", form("referral", referral, "answer-"+referral, "x")).Want(t, 403)
		hoa.Post(at+"/tra-loi", form("referral", referral, "answer-"+referral, "Có chỗ từ 1/6")).Want(t, 303)
		hoa.Get(at).Want(t, 200, "Có chỗ từ 1/6")
		// A named person of another body: minimal fields, to its end.
		hoa.Post(at+"/chuyen", form("ma", newAct(), "body", "police", "login", "tra", "reason", "Cần tìm em", "until", "2020-06-10")).Want(t, 303)
		tra := in(apptest.Tra)
		tra.Get("/viec-cua-toi").Want(t, 200, name, "Cần tìm em", "10/06/2020").Silent(t, "Xin chỗ ở", apptest.PupilName(apptest.Class8A, 4))
		tra.Get(at).Want(t, 403)
		h.Clock.Advance(20 * 24 * time.Hour)
		tra.Get("/viec-cua-toi").Want(t, 200).Silent(t, name)
	})
}

func TestTheLaneCountsAndNamesNobody(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		hoa, nhung := in(apptest.Hoa), in(apptest.Nhung)
		lane := "/don-vi/" + apptest.PuNhung.String() + "/van-dong"
		if to := nhung.Get("/van-dong").Want(t, 303); to.Location != lane {
			t.Errorf("a commune's official begins at %s", to.Location)
		}
		if to := hoa.Get("/van-dong").Want(t, 303); to.Location != "/viec-cua-toi" {
			t.Errorf("a teacher begins at %s", to.Location)
		}
		nhung.Get(lane).Want(t, 200, "Em nào cũng đã có người làm")
		opened(t, hoa)
		nhung.Get(lane).Want(t, 200, "Có cảnh báo mà chưa ai làm", "Tìm hiểu lý do", `href="/van-dong"`).Silent(t, name, "Em nào cũng đã có người làm")
		nhung.Get(lane+"/xlsx").Want(t, 200)
		in(apptest.Son).Get("/truong/"+apptest.MuongMunS.String()+"/van-dong").Want(t, 200, name, "Hồ sơ của trường")
		for _, page := range []string{"/nguyen-nhan", "/nguyen-nhan?theo=month", "/nguyen-nhan?theo=village", "/nguyen-nhan?theo=level", "/giai-phap"} {
			nhung.Get("/don-vi/"+apptest.PuNhung.String()+page).Want(t, 200).Silent(t, name)
			in(apptest.Son).Get("/truong/"+apptest.MuongMunS.String()+page).Want(t, 200).Silent(t, name)
		}
		nhung.Get("/don-vi/"+apptest.PuNhung.String()+"/giai-phap").Want(t, 200, "Quan sát, không phải chứng minh")
		in(apptest.Pao).Get(lane).Want(t, 403)
	})
}

func TestTheCommuneRemindsAndTheSchoolAnswers(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		thuong, son := in(apptest.Thuong), in(apptest.Son)
		at := "/truong/" + apptest.MuongMunS.String()
		thuong.Get(at+"/nhac").Want(t, 200, "Chưa có lời nhắc nào", "Gửi lời nhắc")
		thuong.Post(at+"/nhac", form("body", "", "due", "2020-06-03")).Want(t, 422, "Ghi lý do")
		thuong.Post(at+"/nhac", form("body", "Đề nghị tìm hiểu khối 8", "due", "2020-06-03")).Want(t, 303)
		son.Post(at+"/nhac", form("body", "x", "due", "2020-06-03")).Want(t, 403)
		page := son.Get(at+"/nhac").Want(t, 200, "Đề nghị tìm hiểu khối 8", "Ghi trả lời")
		reminder := regexp.MustCompile(`name="reminder" value="(\d+)"`).FindStringSubmatch(page.Body)[1]
		in(apptest.Lan).Post(at+"/tra-loi-nhac", form("reminder", reminder, "answer-"+reminder, "x")).Want(t, 403)
		son.Post(at+"/tra-loi-nhac", form("reminder", reminder, "answer-"+reminder, "")).Want(t, 422, "Ghi nội dung trả lời")
		son.Post(at+"/tra-loi-nhac", form("reminder", reminder, "answer-"+reminder, "Đã đến nhà 3 em")).Want(t, 303)
		thuong.Get("/don-vi/"+apptest.MuongMun.String()+"/nhac-truong").Want(t, 200, "Đã đến nhà 3 em")
		links := apptest.Query[string](t, h, `SELECT link FROM notice WHERE realm = 1 AND code = 'casework.notice_reminder' AND account = $1`, apptest.Son.Account)
		if len(links) != 1 || links[0] != at+"/nhac" {
			t.Errorf("the principal is told with the links %v", links)
		}
	})
}

func TestAFamilyIsAskedToCallOnlyWhenItAgreed(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		hoa := in(apptest.Hoa)
		at := opened(t, hoa)
		hoa.Get(at).Want(t, 200, "Không trả lời không phải là đồng ý").Silent(t, at+"/nhan-tin")
		hoa.Post(at+"/nhan-tin", nil).Want(t, 403)
		hoa.Post(at+"/dong-y", form("purpose", "photos", "given", "1", "relation", "mother", "on", "2020-05-29")).Want(t, 422)
		hoa.Post(at+"/dong-y", form("purpose", "message", "given", "1", "relation", "mother", "on", "2020-05-29")).Want(t, 303)
		hoa.Get(at).Want(t, 200, at+"/nhan-tin")
		in(apptest.Binh).Post(at+"/nhan-tin", nil).Want(t, 403)
		for range 2 {
			hoa.Post(at+"/nhan-tin", nil).Want(t, 303)
		}
		facts := apptest.Query[string](t, h, `SELECT facts FROM notice WHERE realm = 1 AND account = 0`)
		if len(facts) != 1 || strings.Contains(facts[0], name) || strings.Contains(facts[0], "Nghỉ ở nhà") || !strings.Contains(facts[0], apptest.Hoa.Name) {
			t.Errorf("the family is told %v", facts)
		}
	})
}

// A page must not name a code that the lists do not have, in neither language.
func TestEveryCodeHasAWord(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		hoa := apptest.Doors(t, h, pages.Routes()...)(apptest.Hoa)
		at := opened(t, hoa)
		for _, c := range casework.Causes {
			hoa.Post(at+"/ghi", form("ma", newAct(), "kind", "note", "on", "2020-05-29", "cause", c.Code)).Want(t, 303)
		}
		for _, k := range casework.ActKinds {
			hoa.Post(at+"/ghi", form("ma", newAct(), "kind", k.Code, "on", "2020-05-28")).Want(t, 303)
		}
		hoa.Get(at).Want(t, 200, "Những gì đã làm")
	})
}
