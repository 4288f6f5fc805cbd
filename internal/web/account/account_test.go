package account_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ralop/internal/account"
	"ralop/internal/apptest"
	"ralop/internal/audit"
	"ralop/internal/door"
	"ralop/internal/store"
	pages "ralop/internal/web/account"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

type visitor struct {
	t      *testing.T
	server *httptest.Server
	client *http.Client
}

func serve(t *testing.T, h *apptest.House, demonstration bool) *httptest.Server {
	d := door.New(door.Config{Store: h.Store, Log: slog.New(slog.DiscardHandler), Face: frame.Face, SignIn: ui.SignInAddress, ChangePassword: pages.ChangePasswordAddress, Demonstration: demonstration, Version: "test",
		People: func(context.Context, *store.Tx) ([]account.Offer, error) {
			return []account.Offer{{Account: apptest.Hoa.Account, Name: apptest.Hoa.Name, Title: "GVCN 8A", Login: apptest.Hoa.Login}}, nil
		}})
	server := httptest.NewServer(d.Handler(pages.Routes()))
	t.Cleanup(server.Close)
	return server
}

func visit(t *testing.T, server *httptest.Server) *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t, server, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (v *visitor) send(method, path string, form url.Values) (int, string, string) {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), method, v.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := v.client.Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	if id := messageID.FindString(string(body)); id != "" {
		v.t.Errorf("%s %s shows a message id: %s", method, path, id)
	}
	return response.StatusCode, string(body), response.Header.Get("Location")
}

func (v *visitor) get(path string, want int) string {
	v.t.Helper()
	status, body, to := v.send("GET", path, nil)
	if status != want {
		v.t.Fatalf("GET %s: %d (to %q), want %d", path, status, to, want)
	}
	return body
}

func (v *visitor) post(path string, want int, pairs ...string) (body, to string) {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	status, body, to := v.send("POST", path, form)
	if status != want {
		v.t.Fatalf("POST %s %v: %d (to %q) %s, want %d", path, form, status, to, sentence(body), want)
	}
	return body, to
}

var messageID = regexp.MustCompile(`«[a-z]+\.[^»]*»`)
var mains = regexp.MustCompile(`(?s)<main.*</main>`)
var tags = regexp.MustCompile(`(?s)<[^>]*>|\s+`)

func sentence(body string) string { return tags.ReplaceAllString(mains.FindString(body), " ") }

func (v *visitor) signIn(p apptest.Person) *visitor {
	v.t.Helper()
	v.post("/dang-nhap", 303, "login", p.Login, "password", apptest.Password)
	return v
}

func TestSigningInOnThePage(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		v := visit(t, serve(t, h, false))
		if page := v.get("/dang-nhap", 200); strings.Contains(page, "minh-hoa") {
			t.Error("real data offers one-click sign-in")
		}
		v.post("/dang-nhap/minh-hoa", 404, "as", "hoa")
		body, _ := v.post("/dang-nhap", 422, "login", "hoa", "password", "wrong password")
		if !strings.Contains(body, "Tên đăng nhập hoặc mật khẩu chưa đúng") || strings.Contains(body, "wrong password") {
			t.Errorf("the form again: %s", sentence(body))
		}
		if _, to := v.post("/dang-nhap", 303, "login", "hoa", "password", apptest.Password, "tiep", "//evil.example"); to != "/" {
			t.Errorf("sent on to %q", to)
		}
		mine := v.get("/toi", 200)
		for _, want := range []string{apptest.Hoa.Name, "8A – Trường PTDTBT THCS Mường Mùn", "Giáo viên chủ nhiệm phụ trách học sinh của lớp mình", "Thiết bị này"} {
			if !strings.Contains(mine, want) {
				t.Errorf("/toi does not say %q", want)
			}
		}
		v.post("/ngon-ngu", 303, "lang", "en", "return", "/toi")
		v.post("/giao-dien", 303, "theme", "dark", "return", "/toi")
		if mine := v.get("/toi", 200); !strings.Contains(mine, "My rights") || !strings.Contains(mine, `data-theme="dark"`) {
			t.Error("language and theme were not kept")
		}
		v.post("/doi-mat-khau", 422, "old", apptest.Password, "password", "mưa rừng tháng bảy", "again", "mưa rừng tháng tám")
		v.post("/doi-mat-khau", 303, "old", apptest.Password, "password", "mưa rừng tháng bảy", "again", "mưa rừng tháng bảy")
		v.get("/toi", 200)
		v.post("/dang-xuat", 303)
		v.get("/toi", 303)
	})
}

func TestOneClickOnlyInTheDemonstration(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		v := visit(t, serve(t, h, true))
		v.post("/dang-nhap/minh-hoa", 404, "as", "hoa") // the realm itself is no demonstration
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE realm SET story = 'tuan-giao-2019' WHERE realm = 1`)
			return err
		})
		if page := v.get("/dang-nhap", 200); !strings.Contains(page, apptest.Hoa.Name) || !strings.Contains(page, "DỮ LIỆU MINH HỌA") {
			t.Error("the demonstration offers nobody")
		}
		v.post("/dang-nhap/minh-hoa", 404, "as", "quan") // not offered
		v.post("/dang-nhap/minh-hoa", 303, "as", "hoa")
		v.get("/toi", 200)
	})
}

var codeOnPage = regexp.MustCompile(`[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}`)

func TestAdministration(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		server := serve(t, h, false)
		admin := visit(t, server).signIn(apptest.Quan)
		if page := admin.get("/quan-tri/tai-khoan?tim=hoa", 200); !strings.Contains(page, apptest.Hoa.Name) || strings.Contains(page, apptest.Chien.Name) {
			t.Error("the search found the wrong people")
		}
		admin.get("/quan-tri/tai-khoan?vai-tro=principal&trang-thai=active&trang=9", 200)
		if file := admin.get("/quan-tri/tai-khoan.csv", 200); strings.Count(file, "\n") != len(apptest.Everyone)+1 {
			t.Errorf("the file has %d lines", strings.Count(file, "\n"))
		}
		body, _ := admin.post("/quan-tri/tai-khoan/moi", 422, "name", "", "login", "a b c")
		if !strings.Contains(body, "Cần ghi họ và tên") {
			t.Errorf("the form again: %s", sentence(body))
		}
		body, _ = admin.post("/quan-tri/tai-khoan/moi", 200, "name", "Lò Văn Khua", "login", "khua")
		code := codeOnPage.FindString(body)
		if code == "" {
			t.Fatalf("no code: %s", sentence(body))
		}
		fresh := visit(t, server)
		fresh.post("/dat-lai-mat-khau", 303, "login", "khua", "code", code, "password", "mưa rừng tháng bảy", "again", "mưa rừng tháng bảy")
		if page := fresh.get("/toi", 200); !strings.Contains(page, "Chưa được giao quyền nào") {
			t.Error("the new account has rights")
		}
		khua := apptest.Query[string](t, h, `SELECT 'x' || id FROM account WHERE login = 'khua'`)[0][1:]
		at := "/quan-tri/tai-khoan/" + khua
		admin.get(at, 200)
		for _, c := range []struct {
			role, place string
			status      int
		}{{"principal", "NO-SUCH", 422}, {"homeroom-teacher", "MM-THCS", 422}, {"homeroom-teacher", "MM-THCS/8B", 303}, {"commune-official", "03283", 303}, {"boarding-staff", "MM-THCS", 303}} {
			admin.post(at+"/quyen", c.status, "role", c.role, "place", c.place, "reason", "QĐ 12", "from", "2020-05-29")
		}
		if page := fresh.get("/toi", 200); !strings.Contains(page, "8B – Trường PTDTBT THCS Mường Mùn") || !strings.Contains(page, "Xã Pú Nhung") {
			t.Error("the rights given are not held")
		}

		clerk := visit(t, server).signIn(apptest.Mai)
		if page := clerk.get("/quan-tri/tai-khoan", 200); strings.Contains(page, apptest.Lan.Name) || !strings.Contains(page, apptest.Hoa.Name) {
			t.Error("the clerk sees the wrong accounts")
		}
		if page := clerk.get("/quan-tri/tai-khoan/"+apptest.Hoa.Account.String(), 200); !strings.Contains(page, `value="class:602"`) {
			t.Error("the clerk cannot pick a class")
		}
		clerk.get("/quan-tri/tai-khoan/"+apptest.Lan.Account.String(), 403)
		clerk.get("/quan-tri/tai-khoan/12345", 404)
		hoa := "/quan-tri/tai-khoan/" + apptest.Hoa.Account.String()
		clerk.post(hoa+"/quyen", 422, "role", "substitute-teacher", "place", "class:601", "reason", "x", "from", "2020-05-29") // for ever
		clerk.post(hoa+"/quyen", 303, "role", "substitute-teacher", "place", "class:601", "reason", "x", "from", "29/5/2020", "until", "5/6/2020")
		clerk.post(hoa+"/khoa", 403, "disabled", "1")
		clerk.post("/quan-tri/quyen/1706/thu-hoi", 403) // Lan's, of another school
		clerk.post("/quan-tri/quyen/1/thu-hoi", 404)
		clerk.post("/quan-tri/quyen/1701/thu-hoi", 303, "account", "701")
		clerk.post(hoa+"/ma", 200)

		teacher := visit(t, server).signIn(apptest.Binh)
		for _, path := range []string{"/quan-tri/tai-khoan", "/quan-tri/tai-khoan.csv", "/quan-tri/tai-khoan/moi", hoa, "/quan-tri/nhat-ky", "/quan-tri/nhat-ky.csv"} {
			teacher.get(path, 403)
		}
		teacher.post(hoa+"/ma", 403)
		teacher.post("/quan-tri/nhat-ky/kiem-tra", 403)
		teacher.get("/quan-tri/quyen-han", 200)
		if page := teacher.get("/quan-tri", 200); strings.Contains(page, pages.AccountsAddress) || !strings.Contains(page, pages.RulesAddress) {
			t.Error("a teacher is led where he may not go")
		}
		if page := admin.get("/quan-tri", 200); !strings.Contains(page, pages.AccountsAddress) || !strings.Contains(page, pages.BookAddress) {
			t.Error("the administrator is not led to his pages")
		}
	})
}

func TestBookAndOpenings(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		server := serve(t, h, false)
		official := visit(t, server).signIn(apptest.Thuong)
		official.get("/mo-ho-so", 200)
		official.get("/mo-ho-so?loai=lop&ma=606", 403)
		official.get("/mo-ho-so?loai=lop&ma=77", 404)
		if page := official.get("/mo-ho-so?loai=lop&ma=602&return=/lop/602/hoc-sinh", 200); !strings.Contains(page, "8A – Trường PTDTBT THCS Mường Mùn") {
			t.Error("the page does not say what is to be opened")
		}
		official.post("/mo-ho-so", 422, "loai", "lop", "ma", "602", "minutes", "60")
		if _, to := official.post("/mo-ho-so", 303, "loai", "lop", "ma", "602", "minutes", "60", "purpose", "inspection", "return", "/lop/602/hoc-sinh"); to != "/lop/602/hoc-sinh" {
			t.Errorf("sent on to %q", to)
		}
		mine := official.get("/toi", 200)
		opening := regexp.MustCompile(`/toi/mo-ho-so/(\d+)/dong`).FindString(mine)
		if opening == "" {
			t.Fatal("the opening is not on the page")
		}
		official.post(opening, 303)

		admin := visit(t, server).signIn(apptest.Quan)
		for {
			if n, err := audit.SealNext(t.Context(), h.Store, apptest.Realm); err != nil || n == 0 {
				if err != nil {
					t.Fatal(err)
				}
				break
			}
		}
		for path, want := range map[string]string{"": "Mở hồ sơ theo mục đích", "?viec=purpose.": "purpose.open", "?tai-khoan=thuong&tu=2020-05-29&den=2020-05-29": apptest.Thuong.Name, "?tai-khoan=khong-co": "Không có dòng nào", "?doi-tuong=602": "Lớp 602"} {
			if page := admin.get("/quan-tri/nhat-ky"+path, 200); !strings.Contains(page, want) {
				t.Errorf("the book %s does not say %q", path, want)
			}
		}
		if body, _ := admin.post("/quan-tri/nhat-ky/kiem-tra", 200); !strings.Contains(body, "Sổ còn nguyên vẹn") {
			t.Errorf("checked: %s", sentence(body))
		}
		if file := admin.get("/quan-tri/nhat-ky.csv?viec=account.", 200); !strings.Contains(file, "account.sign-in") {
			t.Error("the file is empty")
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM audit_entry WHERE action = 'export' AND rule <> ''`); n[0] != 1 {
			t.Errorf("%d exports in the book", n[0])
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE audit_entry SET account = 702 WHERE action = 'purpose.open'`)
			return err
		})
		if body, _ := admin.post("/quan-tri/nhat-ky/kiem-tra", 200); !strings.Contains(body, "Sổ đã bị sửa") {
			t.Errorf("tampered: %s", sentence(body))
		}
		principal := visit(t, server).signIn(apptest.Son)
		if page := principal.get("/quan-tri/nhat-ky", 200); !strings.Contains(page, "Mở hồ sơ theo mục đích") || strings.Contains(page, "Đăng nhập</td>") {
			t.Error("a principal reads the wrong part of the book")
		}
		other := visit(t, server).signIn(apptest.Lan)
		if page := other.get("/quan-tri/nhat-ky", 200); strings.Contains(page, "Lớp 602") {
			t.Error("another school's principal reads it")
		}
		h.Clock.Advance(time.Hour)
		if body := admin.get("/quan-tri/nhat-ky", 200); !strings.Contains(body, "quá 60 giây") {
			t.Error("unsealed lines of an hour ago are not said")
		}
	})
}
