package student_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"ralop/internal/apptest"
	"ralop/internal/door"
	"ralop/internal/id"
	"ralop/internal/web/ui/frame"

	pages "ralop/internal/web/student"
)

// The school that makes an offer finds the papers that go along, with a password shown once;
// nobody else sees the child.
func TestPapersOfATransfer(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := apptest.Doors(t, h, pages.Routes()...)
		mai, lan := in(apptest.Mai), in(apptest.Lan)
		pupil, name := apptest.Pupil(apptest.Class8A, 9), apptest.PupilName(apptest.Class8A, 9)
		n := pupil.String()
		mai.Post("/hoc-sinh/"+n+"/chuyen-truong", form("version", "1", "to", "503", "from", "2020-05-25", "reason", "theo gia đình")).Want(t, 303)
		offer := apptest.Query[id.ID](t, h, `SELECT id FROM transfer_offer WHERE realm = 1`)[0].String()
		at := "/truong/501/chuyen-di/" + offer
		mai.Get("/truong/501/tiep-nhan").Want(t, 200, `href="`+at+`"`)
		mai.Get("/hoc-sinh/"+n).Want(t, 200, `href="`+at+`"`)
		page := mai.Get(at).Want(t, 200, name, "Trường THCS Pú Nhung", "Hiệu trưởng ký", "Mật khẩu của tệp này")
		phone := apptest.Query[string](t, h, `SELECT phone FROM pupil WHERE realm = 1 AND id = $1`, pupil)[0]
		page.Silent(t, phone)
		if page.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("a page with a password may be kept: %q", page.Header.Get("Cache-Control"))
		}
		password := passwordOn(t, page.Body)
		if next := passwordOn(t, mai.Get(at).Body); next == password {
			t.Error("two pages show the same password")
		}

		for format, begins := range map[string]string{"docx": "PK\x03\x04", "pdf": "%PDF"} {
			file := mai.Get(at + "/giay-gioi-thieu/" + format)
			if file.Status != 200 || !strings.HasPrefix(file.Body, begins) || strings.Contains(file.Header.Get("Content-Disposition"), n) {
				t.Errorf("%s: %d, %q", format, file.Status, file.Header.Get("Content-Disposition"))
			}
		}
		mai.Get(at+"/giay-gioi-thieu/xlsx").Want(t, 404)
		for _, weak := range []string{"", "12345678", "mat-khau-de-nho"} {
			again := mai.Post(at+"/ho-so", form("password", weak)).Want(t, 422, "mật khẩu hệ thống đã tạo")
			if fresh := passwordOn(t, again.Body); fresh == password || fresh == weak {
				t.Errorf("the form shows %q again", fresh)
			}
		}
		file := mai.Post(at+"/ho-so", form("password", password))
		if file.Status != 200 || !strings.HasPrefix(file.Body, "\xd0\xcf\x11\xe0") || strings.Contains(file.Header.Get("Content-Disposition"), n) || !strings.Contains(file.Header.Get("Content-Disposition"), ".xlsx") {
			t.Errorf("archive: %d, %q", file.Status, file.Header.Get("Content-Disposition"))
		}
		if exports := apptest.Query[string](t, h, `SELECT detail FROM audit_entry WHERE realm = 1 AND action = 'export' AND object = $1 ORDER BY detail`, pupil); len(exports) != 3 {
			t.Errorf("exports in the audit book: %v", exports)
		}
		for _, entry := range apptest.Query[string](t, h, `SELECT detail FROM audit_entry WHERE realm = 1`) {
			if strings.Contains(entry, name) || strings.Contains(entry, password) {
				t.Errorf("the audit book says too much: %s", entry)
			}
		}

		for _, p := range []apptest.Person{apptest.Lan, apptest.Xuan, apptest.Hoa, apptest.Thuong, apptest.Pao, apptest.Quan} {
			v := in(p)
			for _, address := range []string{at, at + "/giay-gioi-thieu/pdf"} {
				v.Get(address).Want(t, 403).Silent(t, name)
			}
			v.Post(at+"/ho-so", form("password", password)).Want(t, 403).Silent(t, name)
		}
		elsewhere := "/truong/503/chuyen-di/" + offer // she answers it; it is not hers to draw up
		lan.Get(elsewhere).Want(t, 404).Silent(t, name)
		lan.Get(elsewhere+"/giay-gioi-thieu/pdf").Want(t, 404).Silent(t, name)
		lan.Post(elsewhere+"/ho-so", form("password", password)).Want(t, 404).Silent(t, name)

		lan.Post("/truong/503/tiep-nhan", form("pupil", n, "act", "refuse")).Want(t, 303)
		mai.Get(at).Want(t, 200, "Không còn lập giấy tờ").Silent(t, `name="password"`)
		mai.Get(at+"/giay-gioi-thieu/pdf").Want(t, 423)
		mai.Post(at+"/ho-so", form("password", password)).Want(t, 423, "Không còn lập giấy tờ")
	})
}

func passwordOn(t *testing.T, body string) string {
	t.Helper()
	found := regexp.MustCompile(`value="([A-Z2-7]{4}(?:-[A-Z2-7]{4}){4})"`).FindStringSubmatch(body)
	if found == nil {
		t.Fatal("the page shows no password")
	}
	return found[1]
}

// What the server writes down of these requests names neither child nor password.
func TestNoLogOfAPaperNamesTheChild(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		var log bytes.Buffer
		d := door.New(door.Config{Store: h.Store, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})), Face: frame.Face, SignIn: "/dang-nhap", Version: "test"})
		enter := door.Route{Method: "POST", Pattern: "/vao", Open: true, Handler: door.Act(func(_ context.Context, r *door.Request) (door.Answer, error) {
			return door.NoContent(), r.SignIn(apptest.Realm, apptest.Mai.Account, false)
		})}
		server := httptest.NewServer(d.Handler(append(pages.Routes(), enter)))
		defer server.Close()
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		post := func(path string, pairs ...string) {
			t.Helper()
			got, err := client.PostForm(server.URL+path, form(pairs...))
			if err != nil {
				t.Fatal(err)
			}
			got.Body.Close()
			if got.StatusCode >= 400 {
				t.Fatalf("%s: %d", path, got.StatusCode)
			}
		}
		post("/vao")
		post("/hoc-sinh/"+apptest.Pupil(apptest.Class8A, 9).String()+"/chuyen-truong", "version", "1", "to", "0", "from", "2020-05-25")
		offer := apptest.Query[id.ID](t, h, `SELECT id FROM transfer_offer WHERE realm = 1`)[0].String()
		const password = "ABCD-EFGH-IJKL-MNOP-QRST"
		post("/truong/501/chuyen-di/"+offer+"/ho-so", "password", password)
		if log.Len() == 0 {
			t.Error("the server writes no log at all: this test sees nothing")
		}
		for _, word := range []string{apptest.PupilName(apptest.Class8A, 9), password} {
			if strings.Contains(log.String(), word) {
				t.Errorf("the log says %q:\n%s", word, log.String())
			}
		}
	})
}
