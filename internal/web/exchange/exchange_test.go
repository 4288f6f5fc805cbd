package exchange_test

import (
	"archive/zip"
	"bytes"
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"ralop/internal/apptest"
	"ralop/internal/bundle"
	"ralop/internal/intake"
	"ralop/internal/store"
	pages "ralop/internal/web/exchange"
)

const roster = "Họ tên,Ngày sinh,Giới tính,Lớp,Mã định danh Bộ GD&ĐT,Dân tộc\n" +
	"Lò Văn Mới,3/4/2006,Nam,8A,1199999901,Thái\n" +
	"Quàng Thị Mới,5/9/2006,Nữ,8C,1199999902,Thái\n" +
	"Vừ A Sai,31/2/2006,Nam,8A,1199999903,Mông\n"

const desk = "/truong/501/nhap"

// until asks for a page until it says something: a pass may go on behind the answer.
func until(t *testing.T, v *apptest.Visitor, address, says string) apptest.Got {
	t.Helper()
	for range 2000 {
		if got := v.Get(address); strings.Contains(got.Body, says) {
			return got
		}
		time.Sleep(10 * time.Millisecond)
	}
	return v.Get(address).Want(t, 200, says)
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// formOf is what a browser sends back of a page's hidden fields and selects.
func formOf(body string) url.Values {
	form := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(body, -1) {
		form.Add(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range regexp.MustCompile(`(?s)<select class="input" name="([^"]+)".*?</select>`).FindAllStringSubmatch(body, -1) {
		chosen := regexp.MustCompile(`value="([^"]*)" selected`).FindStringSubmatch(m[0])
		if chosen != nil {
			form.Set(m[1], chosen[1])
		}
	}
	return form
}

// bring uploads a file and agrees to what it was recognised as; it gives the run's address.
func bring(t *testing.T, v *apptest.Visitor, address, name string, content []byte) string {
	t.Helper()
	at := v.Upload(address, name, content, url.Values{"kind": {"students"}}).Want(t, 303).Location
	v.Post(at+"/cot", formOf(v.Get(at).Want(t, 200, "Xem trước").Body)).Want(t, 303)
	until(t, v, at, "Chờ đồng ý")
	return at
}

func TestAFileIsPlannedThenWrittenAsPlanned(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		mai, lan, hoa := in(apptest.Mai), in(apptest.Lan), in(apptest.Hoa)
		mai.Get(desk).Want(t, 200, "Đọc tệp và xem trước", "Chưa nhập tệp nào")
		hoa.Get(desk).Want(t, 403)
		hoa.Get("/truong/501/nhap-hoc-sinh").Want(t, 403)
		lan.Upload(desk, "lop.csv", []byte(roster), url.Values{"kind": {"students"}}).Want(t, 403)
		mai.Upload(desk, "lop.pdf", []byte("%PDF-1.4"), url.Values{"kind": {"students"}}).Want(t, 415, "không phải là bảng tính")
		mai.Upload(desk, "lop.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), url.Values{"kind": {"students"}}).Want(t, 415, "kiểu cũ")
		mai.Post(desk, url.Values{"kind": {"students"}}).Want(t, 422)

		at := mai.Upload("/truong/501/nhap-hoc-sinh", "lop.csv", []byte(roster), nil).Want(t, 303).Location
		columns := mai.Get(at).Want(t, 200, "Mỗi cột chứa gì", "Theo tiêu đề", "Lò Văn Mới")
		mai.Get(at+"/cot?head=-1").Want(t, 200, "không có tiêu đề")
		// A run opens to those who may import at its place.
		for _, address := range []string{at, at + "/cot", at + "/dong-loi", at + "/bang?xem=new", "/truong/501/nhap-hoc-sinh/" + strings.TrimPrefix(at, "/nhap-lieu/")} {
			for name, v := range map[string]*apptest.Visitor{"lan": lan, "hoa": hoa} {
				if got := v.Get(address); got.Status != 403 && got.Status != 404 || strings.Contains(got.Body, "Lò Văn Mới") {
					t.Errorf("%s at %s: %d", name, address, got.Status)
				}
			}
		}
		for _, act := range []string{at, at + "/cot", at + "/sua"} {
			if got := lan.Post(act, url.Values{"act": {"commit"}, "o2-0": {"x"}}); got.Status != 403 && got.Status != 404 {
				t.Errorf("lan posts to %s: %d", act, got.Status)
			}
		}
		mai.Get("/nhap-lieu/99999").Want(t, 404)
		mai.Get("/truong/503/nhap-hoc-sinh/"+strings.TrimPrefix(at, "/nhap-lieu/")).Want(t, 403)

		mai.Post(at+"/cot", formOf(columns.Body)).Want(t, 303)
		plan := until(t, mai, at, "Ghi 2 dòng").Want(t, 200, "31/2/2006", "không phải là ngày")
		mai.Get(at+"?xem=new").Want(t, 200, "Lò Văn Mới", "Quàng Thị Mới")
		mai.Get(at+"/bang?xem=new&dang=csv").Want(t, 200, "Lò Văn Mới")
		mai.Get(at+"/bang?xem=new&dang=xlsx").Want(t, 200)
		count := func() int {
			return apptest.Query[int](t, h, `SELECT COUNT(*) FROM pupil WHERE realm = 1 AND code LIKE '11999999%'`)[0]
		}
		if count() != 0 {
			t.Fatal("a plan wrote pupils")
		}
		rejected := mai.Get(at+"/dong-loi").Want(t, 200, "Vừ A Sai", "31/2/2006").Body
		mai.Post(at, url.Values{"act": {"commit"}, "digest": {"x"}}).Want(t, 409)
		mai.Post(at, url.Values{"act": {"jump"}}).Want(t, 422)
		commit := formOf(plan.Body)
		commit.Set("act", "commit")
		mai.Post(at, commit).Want(t, 303)
		until(t, mai, at, "Đã ghi xong").Want(t, 200, "2 em mới")
		if count() != 2 {
			t.Errorf("%d pupils went in", count())
		}
		mai.Get(desk).Want(t, 200, "lop.csv", "Đã ghi")

		// The same file again changes nothing; the mended refused row goes in.
		again := bring(t, mai, desk, "lop.csv", []byte(roster))
		mai.Get(again).Want(t, 200, "Ghi 0 dòng")
		back := bring(t, mai, desk, "dong-loi.csv", []byte(strings.ReplaceAll(rejected, "31/2/2006", "28/2/2006")))
		mai.Get(back+"?xem=new").Want(t, 200, "Ghi 1 dòng", "Vừ A Sai")
		// A known pupil with another date of birth: old → new.
		other := bring(t, mai, desk, "lop.csv", []byte(strings.Replace(roster, "3/4/2006", "4/4/2006", 1)))
		mai.Get(other+"?xem=changed").Want(t, 200, "03/04/2006 → 04/04/2006")
	})
}

// A bad cell is mended on the screen and planned again; an import is taken back, unless
// something was built on it.
func TestMendingAndTakingBack(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai := apptest.Doors(t, h, pages.Routes()...)(apptest.Mai)
		at := bring(t, mai, desk, "lop.csv", []byte(roster))
		page := mai.Get(at+"?xem=refused").Want(t, 200, "Sửa ô ngay tại đây", `value="31/2/2006"`)
		cell := regexp.MustCompile(`name="(o\d+-\d+)"`)
		name := ""
		for _, input := range regexp.MustCompile(`<input[^>]*>`).FindAllString(page.Body, -1) {
			if strings.Contains(input, "31/2/2006") {
				name = cell.FindStringSubmatch(input)[1]
			}
		}
		mai.Post(at+"/sua", url.Values{name: {"28/2/2006"}, "o1-999": {"x"}}).Want(t, 303)
		plan := until(t, mai, at, "Ghi 3 dòng")
		commit := formOf(plan.Body)
		commit.Set("act", "commit")
		mai.Post(at, commit).Want(t, 303)
		until(t, mai, at, "3 em mới")
		count := func() int {
			return apptest.Query[int](t, h, `SELECT COUNT(*) FROM pupil WHERE realm = 1 AND code LIKE '11999999%'`)[0]
		}
		if count() != 3 {
			t.Errorf("%d pupils went in", count())
		}
		// Somebody changes one of them: that stands in the way, and is told.
		second := bring(t, mai, desk, "b.csv", []byte(strings.Replace(roster, "3/4/2006", "4/4/2006", 1)))
		commit = formOf(mai.Get(second).Body)
		commit.Set("act", "commit")
		mai.Post(second, commit).Want(t, 303)
		until(t, mai, second, "Đã ghi xong")
		mai.Get(at+"?hoan-tac=1").Want(t, 200, "chưa hoàn tác được")
		mai.Post(at, url.Values{"act": {"undo"}}).Want(t, 409)
		for _, run := range []string{second, at} {
			mai.Get(run+"?hoan-tac=1").Want(t, 200, "trở lại như trước")
			mai.Post(run, url.Values{"act": {"undo"}}).Want(t, 303)
			until(t, mai, run, "đã được hoàn tác")
		}
		if count() != 0 {
			t.Errorf("%d pupils are left", count())
		}
		mai.Get(desk).Want(t, 200, "Đã hoàn tác")
	})
}

// Two sheets in old letters: what they were recognised as is shown, and held to.
func TestColumnsAreShownAndChosen(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	mai := apptest.Doors(t, h, pages.Routes()...)(apptest.Mai)
	strangeHeads := "Bạn nào,Khi nào,Phái,Nhóm\nLß V¨n Míi,3/4/2006,Nam,8A\nQuµng ThÞ Míi,5/9/2006,N÷,8C\n"
	at := mai.Upload(desk, "la.csv", []byte(strangeHeads), url.Values{"kind": {"students"}}).Want(t, 303).Location
	page := mai.Get(at).Want(t, 200, "Lò Văn Mới", "trong tệp: Lß V¨n Míi", "TCVN3")
	form := formOf(page.Body)
	for i, field := range []string{"name", "born", "sex", "class"} {
		form.Set("c"+strconv.Itoa(i), field)
	}
	mai.Post(at+"/cot", form).Want(t, 303)
	until(t, mai, at, "Ghi 2 dòng")
	mai.Get(at+"?xem=new").Want(t, 200, "Quàng Thị Mới")
	mai.Get(at+"?xem=note").Want(t, 200, "bảng mã")
}

func TestListsOfTheAdministrator(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		quan, mai := in(apptest.Quan), in(apptest.Mai)
		schools := []byte("code,name,unit,type,valid_from\nMM-MN,Trường MN Mường Mùn,03268,MN,2010-01-01\n")
		mai.Get("/quan-tri/nhap").Want(t, 403)
		mai.Upload("/quan-tri/nhap", "truong.csv", schools, url.Values{"kind": {"schools"}, "act": {"commit"}}).Want(t, 403)
		quan.Get("/quan-tri/nhap").Want(t, 200, "Bảng chuyển đổi")
		quan.Upload("/quan-tri/nhap", "xa.csv", schools, url.Values{"kind": {"units"}}).Want(t, 422, "ngày hiệu lực")
		quan.Upload("/quan-tri/nhap", "truong.csv", schools, url.Values{"kind": {"schools"}, "act": {"try"}}).Want(t, 200, "chưa ghi gì")
		count := func() int {
			return apptest.Query[int](t, h, `SELECT COUNT(*) FROM school_period WHERE realm = 1 AND code = 'MM-MN'`)[0]
		}
		if count() != 0 {
			t.Error("a try wrote a school")
		}
		quan.Upload("/quan-tri/nhap", "truong.csv", schools, url.Values{"kind": {"schools"}, "act": {"commit"}}).Want(t, 200, "đã ghi, 1 dòng")
		if count() != 1 {
			t.Error("the school is not there")
		}
	})
}

// What the rows of a plan say is parted by what becomes of them and by kinds of findings; an
// address shows the same to whoever opens it, and downloads as it is shown.
func TestRowsAreFilteredByAddress(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai := apptest.Doors(t, h, pages.Routes()...)(apptest.Mai)
		rows := "Họ tên,Ngày sinh,Giới tính,Lớp,Mã định danh Bộ GD&ĐT,Dân tộc\n"
		for i := range 60 {
			rows += "Lò Văn " + string(rune('A'+i%26)) + string(rune('a'+i/26)) + ",3/4/2006,Nam,8A,11999900" + strconv.Itoa(10+i) + ",Thái\n"
		}
		rows += "Quàng Thị Xa,5/9/2006,Nữ,8B,1499999901,Thái\nQuàng Thị Ngắn,6/9/2006,Nữ,8B,14999,Thái\nQuàng Thị Xa,5/9/2006,Nữ,8A,1499999901,Thái\nVừ A Sai,31/2/2006,Nam,8A,1199999903,Mông\n"
		at := bring(t, mai, desk, "lop.csv", []byte(rows))
		mai.Get(at).Want(t, 200, "31/2/2006", "Cần trả lời")
		mai.Get(at+"?xem=refused").Want(t, 200, "Vừ A Sai").Silent(t, "đã có ở dòng 62")
		mai.Get(at+"?xem=ask").Want(t, 200, "đã có ở dòng 62", "dong=62", "Xem dòng đó").Silent(t, "31/2/2006")
		mai.Get(at+"?xem=note").Want(t, 200, "Mã của tỉnh khác", "Độ dài mã", "bắt đầu bằng 14", "có 5 ký tự")
		mai.Get(at+"?xem=note&loai=exchange.code-province").Want(t, 200, "bắt đầu bằng 14").Silent(t, "có 5 ký tự")
		mai.Get(at+"/bang?xem=note&loai=exchange.code-province&dang=csv").Want(t, 200, "bắt đầu bằng 14").Silent(t, "5 ký tự")
		mai.Get(at+"?dong=62").Want(t, 200, "Dòng 62", "Quàng Thị Xa", "bắt đầu bằng 14").Silent(t, "Lò Văn Aa")
		mai.Get(at+"/dong-loi?xem=ask").Want(t, 200, "Quàng Thị Xa").Silent(t, "Vừ A Sai")
		mai.Get(at+"/dong-loi?xem=refused").Want(t, 200, "Vừ A Sai").Silent(t, "Quàng Thị Xa")

		// Two pages, there and back.
		next := regexp.MustCompile(`href="([^"]*sau=[^"]*)"`)
		first := mai.Get(at+"?xem=new").Want(t, 200, "Lò Văn Aa").Silent(t, "Lò Văn Hc")
		link := next.FindStringSubmatch(first.Body)
		if link == nil {
			t.Fatal("no second page")
		}
		second := mai.Get(strings.TrimSuffix(html.UnescapeString(link[1]), "#dong")).Want(t, 200, "Lò Văn Hc", "?xem=new#dong").Silent(t, "Lò Văn Aa")
		if next.MatchString(second.Body) {
			t.Error("a third page")
		}
		mai.Get(at+"?xem=same").Want(t, 200, "Không có dòng giữ nguyên")
		commit := formOf(first.Body)
		commit.Set("act", "commit")
		mai.Post(at, commit).Want(t, 303)
		until(t, mai, at, "Đã ghi xong")
		again := bring(t, mai, desk, "lop.csv", []byte(rows))
		mai.Get(again+"?xem=same").Want(t, 200, "Lò Văn Aa")
	})
}

// What blanks and halves of a register mean is chosen from answers in words, and stands there
// for the next file of the source.
func TestAnswersOfARegisterAreChosenAndRemembered(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai := apptest.Doors(t, h, pages.Routes()...)(apptest.Mai)
		register := ";;SỔ ĐIỂM DANH THÁNG 5 NĂM 2020\n;;Lớp: 6A\nSTT;Họ và tên;Lớp;25;26\n"
		for n := 1; n <= 10; n++ {
			mark := ""
			if n == 3 {
				mark = "K"
			}
			register += strconv.Itoa(n) + ";" + apptest.PupilName(apptest.Class6A, n) + ";6A;" + mark + ";" + mark + "\n"
		}
		bringRegister := func() (string, apptest.Got) {
			at := mai.Upload(desk, "so.csv", []byte(register), url.Values{"kind": {"registers"}}).Want(t, 303).Location
			return at, mai.Get(at).Want(t, 200, "Ô trống nghĩa là gì", "Có mặt: sổ chỉ ghi em vắng", "Cột ghi buổi chính")
		}
		chosen := func(page apptest.Got) bool {
			return regexp.MustCompile(`<option value="present" selected`).MatchString(page.Body)
		}
		at, page := bringRegister()
		if chosen(page) {
			t.Error("an answer that nobody gave")
		}
		form := formOf(page.Body)
		form.Set("s-blanks", "present")
		form.Set("s-halves", "main")
		mai.Post(at+"/cot", form).Want(t, 303)
		plan := until(t, mai, at, "Chờ đồng ý")
		if !chosen(mai.Get(at + "/cot")) {
			t.Error("the answer of this file is forgotten")
		}
		commit := formOf(plan.Body)
		commit.Set("act", "commit")
		mai.Post(at, commit).Want(t, 303)
		until(t, mai, at, "Đã ghi xong")
		if _, page := bringRegister(); !chosen(page) {
			t.Error("the answer of the source is not remembered")
		}
	})
}

// A run that is not there is said to be forgotten after as long as it is kept.
func TestForgottenRunsAreSaidTruly(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	mai := apptest.Doors(t, h, pages.Routes()...)(apptest.Mai)
	mai.Get("/nhap-lieu/99999").Want(t, 404, strconv.Itoa(int(intake.UndoAge.Hours()/24))+" ngày").Silent(t, "24 giờ")
}

// bundled is a OneRoster bundle of some lines, each without what stands empty behind it.
func bundled(t *testing.T, lines map[string][]string) []byte {
	t.Helper()
	files := map[string]string{}
	manifest := "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\n"
	for _, name := range bundle.Files {
		state := "absent"
		if len(lines[name]) > 0 {
			state = "bulk"
			files[name] = bundle.Heads[name] + "\n"
			for _, line := range lines[name] {
				files[name] += line + strings.Repeat(",", strings.Count(bundle.Heads[name], ",")-strings.Count(line, ",")) + "\n"
			}
		}
		manifest += "file." + name + "," + state + "\n"
	}
	files["manifest"] = manifest
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, content := range files {
		part, err := w.Create(name + ".csv")
		if err == nil {
			_, err = part.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A bundle is known by its manifest, whatever it was uploaded as. At a school's desk it is
// previewed without columns to choose, brings only what is that school's, and is taken back.
func TestBundleOfASchool(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai := apptest.Doors(t, h, pages.Routes()...)(apptest.Mai)
		year := apptest.YearStart.String() + "," + apptest.YearEnd.String()
		content := bundled(t, map[string][]string{
			"orgs":             {"school-501,,,Trường PTDTBT THCS Mường Mùn,school,MM-THCS", "school-503,,,Trường THCS Pú Nhung,school,PN-THCS"},
			"academicSessions": {"year-2019,,,2019-2020,schoolYear," + year + ",,2020"},
			"courses":          {"course-501-8,,,year-2019,Lớp 8,THCS,8,school-501"},
			"classes":          {"class-602,,,8A,8,course-501-8,8A,homeroom,,school-501,year-2019"},
			"users":            {"SIS-1,,,true,sis1,,Mới,Lò,Văn"},
			"demographics":     {"SIS-1,,,2006-03-04,male"},
			"enrollments":      {"SIS-1-8A,,,class-602,school-501,SIS-1,student"},
			"roles":            {"SIS-1-role,,,SIS-1,primary,student,,,school-501"},
		})
		at := mai.Upload(desk, "goi.zip", content, url.Values{"kind": {"students"}}).Want(t, 303).Location
		plan := until(t, mai, at, "Chờ đồng ý").Want(t, 200, "Gói OneRoster", "Ghi 3 dòng", "không phải trường đang nhập").Silent(t, at+"/cot")
		mai.Get(at+"?xem=new").Want(t, 200, "Lò Văn Mới", "users: 2", "enrollments: 2")
		mai.Get(at+"/bang?xem=refused&dang=csv").Want(t, 200, "orgs: 3")
		mai.Get(at+"/cot").Want(t, 200, "Xem trước")
		count := func() int {
			return apptest.Query[int](t, h, `SELECT COUNT(*) FROM pupil p JOIN roster_source s ON s.realm = p.realm AND s.kind = 'user' AND s.sourced_id = 'SIS-1' WHERE p.realm = 1 AND p.name = 'Lò Văn Mới'`)[0]
		}
		commit := formOf(plan.Body)
		commit.Set("act", "commit")
		mai.Post(at, commit).Want(t, 303)
		until(t, mai, at, "Đã ghi xong")
		if count() != 1 {
			t.Errorf("%d pupils of the bundle", count())
		}
		mai.Post(at, url.Values{"act": {"undo"}}).Want(t, 303)
		until(t, mai, at, "đã được hoàn tác")
		if count() != 0 {
			t.Errorf("%d pupils are left", count())
		}
		if got := mai.Upload(desk, "goi.zip", bundled(t, map[string][]string{"orgs": {"a,,,A,school,X"}}), url.Values{"kind": {"oneroster"}}); got.Status != 422 {
			t.Errorf("half a bundle: %d", got.Status)
		}
	})
}
