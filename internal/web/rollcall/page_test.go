package rollcall_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ralop/internal/apptest"
	"ralop/internal/door"
	"ralop/internal/store"
	"ralop/internal/web/rollcall"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// serve opens the pages over the cast, with one address more for signing in.
func serve(t *testing.T, h *apptest.House) string {
	t.Helper()
	d := door.New(door.Config{Store: h.Store, Log: slog.New(slog.DiscardHandler), Face: frame.Face, SignIn: ui.SignInAddress, Version: "test"})
	enter := door.Route{Method: "POST", Pattern: "/vao/{account}", Open: true, Handler: door.Act(func(_ context.Context, r *door.Request) (door.Answer, error) {
		account, err := r.ID("account")
		if err == nil {
			err = r.SignIn(apptest.Realm, account, false)
		}
		return door.NoContent(), err
	})}
	server := httptest.NewServer(d.Handler(append(rollcall.Routes(), enter), door.Mount{Prefix: ui.AssetPrefix, Handler: ui.Handler()}, door.Mount{Prefix: rollcall.AssetPrefix, Handler: rollcall.Assets()}))
	t.Cleanup(server.Close)
	return server.URL
}

// visitor is a browser without a script.
type visitor struct {
	t      *testing.T
	base   string
	client *http.Client
}

type answer struct {
	status int
	body   string
	to     string // where it leads
	header http.Header
}

func visit(t *testing.T, base string, p apptest.Person) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t, base, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	v.post("/vao/"+p.Account.String(), url.Values{}).want(t, 204)
	return v
}

func (v *visitor) ask(method, path string, form url.Values, headers ...string) answer {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	request.Header.Set("User-Agent", "Mozilla/5.0 (Linux; Android 10) Chrome/120")
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
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
	return answer{response.StatusCode, string(body), response.Header.Get("Location"), response.Header}
}

func (v *visitor) get(path string) answer { v.t.Helper(); return v.ask("GET", path, nil) }
func (v *visitor) post(path string, form url.Values) answer {
	v.t.Helper()
	return v.ask("POST", path, form)
}

func (a answer) want(t *testing.T, status int, words ...string) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("got %d (to %q), want %d: %s", a.status, a.to, status, excerpt(a.body))
	}
	for _, w := range words {
		if !strings.Contains(a.body, w) {
			t.Errorf("the page does not say %q: %s", w, excerpt(a.body))
		}
	}
	if i := strings.Index(a.body, "«"); i >= 0 {
		t.Errorf("a message is missing near %q", a.body[i:min(i+60, len(a.body))])
	}
	return a
}

var tags = regexp.MustCompile(`(?s)<(script|style|svg).*?</(script|style|svg)>|<[^>]*>|\s+`)

func excerpt(page string) string {
	text := tags.ReplaceAllString(page, " ")
	return strings.Join(strings.Fields(text), " ")[:min(900, len(strings.Join(strings.Fields(text), " ")))]
}

var (
	formOf = regexp.MustCompile(`(?s)<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>`)
	hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
	choice = regexp.MustCompile(`(?s)<select class="pupil-pick"[^>]*name="([^"]*)">(.*?)</select>`)
	chosen = regexp.MustCompile(`<option value="([^"]*)" selected`)
)

// fields reads the form whose HTML holds a text, as a browser without a script would send it.
func (a answer) fields(t *testing.T, holding string) (string, url.Values) {
	t.Helper()
	for _, f := range formOf.FindAllStringSubmatch(a.body, -1) {
		if !strings.Contains(f[0], holding) {
			continue
		}
		values := url.Values{}
		for _, h := range hidden.FindAllStringSubmatch(f[2], -1) {
			values.Add(h[1], h[2])
		}
		for _, c := range choice.FindAllStringSubmatch(f[2], -1) {
			values.Set(c[1], "")
			if o := chosen.FindStringSubmatch(c[2]); o != nil {
				values.Set(c[1], o[1])
			}
		}
		return f[1], values
	}
	t.Fatalf("no form with %q: %s", holding, excerpt(a.body))
	return "", nil
}

const sheet8A = "/lop/602/diem-danh"

func pupil(n int) string { return apptest.Pupil(apptest.Class8A, n).String() }

func TestATeacherCallsTheRollWithoutAScript(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		hoa := visit(t, serve(t, h), apptest.Hoa)
		if to := hoa.get("/").want(t, 303).to; to != "/hom-nay" {
			t.Errorf("/ leads to %q", to)
		}
		if to := hoa.get("/hom-nay").want(t, 303).to; to != "/diem-danh" {
			t.Errorf("a teacher's day begins at %q", to)
		}
		to := hoa.get("/diem-danh").want(t, 303).to
		page := hoa.get(to).want(t, 200, "8A · 35 em", "Sáng thứ Sáu, 29/05/2020", "35 em · vắng 0", "Chưa nộp", apptest.PupilName(apptest.Class8A, 7))
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM sheet`)[0] + apptest.Query[int](t, h, `SELECT COUNT(*) FROM roll`)[0]; n != 0 {
			t.Errorf("opening the sheet wrote %d rows", n)
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM audit_entry WHERE action = 'look' AND account = 701 AND object = 602`)[0]; n == 0 {
			t.Error("the look is not in the audit book")
		}
		action, form := page.fields(t, `id="phieu"`)
		if len(choice.FindAllString(page.body, -1)) != 35 {
			t.Errorf("%d pupils can be marked", len(choice.FindAllString(page.body, -1)))
		}
		form.Set("m"+pupil(3), "unknown")
		form.Set("m"+pupil(9), "unexcused")
		form.Set("R"+pupil(9), "field-work")
		form.Set("N"+pupil(9), "đi từ chiều qua")
		form.Set("m"+pupil(12), "late")
		if to := hoa.post(action, form).want(t, 303).to; !strings.HasPrefix(to, sheet8A) {
			t.Errorf("after sending: %q", to)
		}
		hoa.get(sheet8A).want(t, 200, "35 em · vắng 2 · muộn 1", "Đã nhận 07:00", "Nộp lại")
		if got := apptest.Query[string](t, h, `SELECT body FROM sheet_version`); len(got) != 1 || !strings.Contains(got[0], "field-work đi từ chiều qua") {
			t.Errorf("kept %q", got)
		}
		if got := apptest.Query[string](t, h, `SELECT device FROM sheet_version`); got[0] != "chrome/android" {
			t.Errorf("device %q", got)
		}
		// The same form again is the same act; with other marks it must not vanish.
		hoa.post(action, form).want(t, 303)
		form.Set("m"+pupil(20), "excused")
		hoa.post(action, form).want(t, 409, "Hai bản khác nhau", "Bản đang được giữ", "Bản vừa gửi", apptest.PupilName(apptest.Class8A, 20))
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM sheet_version`)[0]; n != 1 {
			t.Errorf("%d versions", n)
		}
	})
}

func TestWhoMayNot(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		base := serve(t, h)
		binh, hoa := visit(t, base, apptest.Binh), visit(t, base, apptest.Hoa)
		_, form := hoa.get(sheet8A).want(t, 200).fields(t, `id="phieu"`)
		for _, page := range []string{"diem-danh", "giay", "lich-su", "si-so", "mo-khoa"} {
			binh.get("/lop/602/"+page).want(t, 403)
			binh.get("/lop/77/"+page).want(t, 404)
			binh.get("/lop/x/"+page).want(t, 404)
		}
		binh.post(sheet8A, form).want(t, 403)
		binh.post("/lop/602/chua-ro", url.Values{"em": {pupil(3)}, "cho": {"2020-05-28"}, "cho_buoi": {"1"}, "loai": {"excused"}, "ma": {form.Get("ma")}}).want(t, 403)
		binh.get("/truong/503/hom-nay").want(t, 403)
		binh.get("/truong/9/hom-nay").want(t, 404)
		hoa.post("/truong/501/so-dem", url.Values{"si_so": {"1"}, "co_mat": {"1"}, "vang": {"0"}}).want(t, 403)
		visit(t, base, apptest.Mai).get("/lop/602/mo-khoa").want(t, 403)
		visit(t, base, apptest.Dua).get(sheet8A).want(t, 200)
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM sheet`)[0]; n != 0 {
			t.Errorf("%d sheets were written by those who may not", n)
		}
		// A unit's role sees the school's counts and no name.
		huong := visit(t, base, apptest.Huong)
		page := huong.get("/truong/501/hom-nay").want(t, 200, "8A", "không kèm tên")
		if strings.Contains(page.body, apptest.PupilName(apptest.Class8A, 3)) {
			t.Error("a name on a page of counts")
		}
		huong.post("/truong/501/so-dien-thoai", url.Values{"em": {pupil(3)}}).want(t, 403)
	})
}

func TestTwoSendersSeeBothSides(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		base := serve(t, h)
		hoa, dua := visit(t, base, apptest.Hoa), visit(t, base, apptest.Dua)
		action, mine := hoa.get(sheet8A+"?buoi=1").fields(t, `id="phieu"`)
		_, his := dua.get(sheet8A+"?buoi=1").fields(t, `id="phieu"`)
		his.Set("m"+pupil(4), "excused")
		dua.post(action, his).want(t, 303)
		mine.Set("m"+pupil(5), "unknown")
		mine.Set("m"+pupil(4), "excused")
		conflict := hoa.post(action, mine).want(t, 409, "Giàng A Dúa", "Lò Thị Hoa", "chrome/android", apptest.PupilName(apptest.Class8A, 5))
		if problem := hoa.ask("POST", action, mine, "Accept", "application/json"); problem.status != 409 || strings.Contains(problem.body, "version") {
			t.Errorf("the module reads %d %q", problem.status, problem.body)
		}
		_, chosen := conflict.fields(t, "Dùng bản vừa gửi")
		hoa.post(action, chosen).want(t, 303)
		hoa.get(sheet8A+"?buoi=1").want(t, 200, "35 em · vắng 2")
		history := hoa.get("/lop/602/lich-su?buoi=1").want(t, 200, "Bản 2", "Bản 1", "Giàng A Dúa")
		if strings.Index(history.body, "Bản 2") > strings.Index(history.body, "Bản 1:") {
			t.Error("the newest version does not come first")
		}
	})
}

func TestAnEarlierDayIsLateThenLockedThenUnlocked(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		base := serve(t, h)
		hoa := visit(t, base, apptest.Hoa)
		day := sheet8A + "?ngay=2020-05-28&buoi=1"
		hoa.get(sheet8A).want(t, 200, "buổi trước chưa điểm danh", "ngay=2020-05-28")
		page := hoa.get(day).want(t, 200, "Nhập muộn")
		action, form := page.fields(t, `id="phieu"`)
		form.Set("m"+pupil(6), "unknown")
		hoa.post(action, form).want(t, 303)
		if late := apptest.Query[bool](t, h, `SELECT entered_late FROM sheet`)[0]; !late {
			t.Error("the entry is not marked late")
		}
		// The absence waits on top of today's sheet until somebody knows.
		today := hoa.get(sheet8A+"?buoi=1").want(t, 200, "Chưa rõ từ hôm trước", "Vắng buổi trước")
		address, answer := today.fields(t, "chua-ro")
		answer.Set("loai", "excused")
		if to := hoa.post(address, answer).want(t, 303).to; !strings.Contains(to, "ngay=2020-05-29") {
			t.Errorf("after resolving: %q", to)
		}
		if after := hoa.get(sheet8A + "?buoi=1"); strings.Contains(after.body, "Chưa rõ từ hôm trước") {
			t.Error("what is resolved still waits")
		}
		// A change of yesterday's sheet asks for the reason.
		action, form = hoa.get(day).want(t, 200, "Lý do sửa").fields(t, `id="phieu"`)
		form.Set("m"+pupil(8), "unexcused")
		hoa.post(action, form).want(t, 422, "Cần ghi rõ lý do", `value="`+form.Get("ma")+`"`)
		form.Set("ly_do", "ghi nhầm em trùng tên")
		hoa.post(action, form).want(t, 303)
		hoa.get("/lop/602/lich-su?ngay=2020-05-28&buoi=1").want(t, 200, "Bản 3: sửa", "ghi nhầm em trùng tên", "xác định lý do vắng")

		old := sheet8A + "?ngay=2020-05-18&buoi=1"
		if locked := hoa.get(old).want(t, 200, "Phiếu đã khóa"); strings.Contains(locked.body, `id="nop"`) {
			t.Error("a locked sheet can be sent")
		}
		form.Set("ngay", "2020-05-18")
		form.Set("ban", "0")
		form.Set("ma", strings.Replace(form.Get("ma"), "0", "f", 1))
		hoa.post(action, form).want(t, 423, "Đã hết hạn điểm danh")
		son := visit(t, base, apptest.Son)
		unlockForm := son.get("/lop/602/mo-khoa?ngay=2020-05-18").want(t, 200, "Mở khóa phiếu", "8A")
		unlock, fields := unlockForm.fields(t, "Lý do mở khóa")
		fields.Set("tu", "2020-05-18")
		fields.Set("den", "2020-05-18")
		son.post(unlock, fields).want(t, 422, "Cần ghi rõ lý do")
		fields.Set("ly_do", "mất điện cả tuần")
		to := son.post(unlock, fields).want(t, 303).to
		son.get(to).want(t, 200, "Đã mở khóa lớp 8A")
		if opened := hoa.get(old).want(t, 200); !strings.Contains(opened.body, `id="nop"`) {
			t.Error("the unlocked sheet cannot be sent")
		}
	})
}

func TestASessionThatIsNotHeld(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		hoa := visit(t, serve(t, h), apptest.Hoa)
		hoa.get(sheet8A+"?ngay=2020-05-31&buoi=1").want(t, 200, "Buổi này lớp không học", "Không có buổi học theo thời khóa biểu")
		hoa.get(sheet8A+"?ngay=2020-06-01&buoi=1").want(t, 200, "Chưa đến ngày này")
		action, form := hoa.get(sheet8A).fields(t, "no-class")
		form.Set("ly_do", "")
		hoa.post(action, form).want(t, 422, "Cần ghi rõ lý do")
		form.Set("ly_do", "Sạt lở đường vào bản")
		hoa.post(action, form).want(t, 303)
		hoa.get(sheet8A+"?buoi=1").want(t, 200, "Đã báo lớp không học lúc 07:00: Sạt lở đường vào bản")
	})
}

func TestTheSchoolsDay(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		base := serve(t, h)
		hoa, mai := visit(t, base, apptest.Hoa), visit(t, base, apptest.Mai)
		if to := mai.get("/hom-nay").want(t, 303).to; to != "/truong/501/hom-nay" {
			t.Errorf("a clerk's day begins at %q", to)
		}
		mai.get("/truong/501/hom-nay").want(t, 200, "3 buổi-lớp chưa điểm danh", "Lò Thị Hoa", "Giàng A Dúa (dạy thay, trực)", "6A, Sáng: chưa điểm danh")
		action, form := hoa.get(sheet8A).fields(t, `id="phieu"`)
		form.Set("m"+pupil(3), "unknown")
		hoa.post(action, form).want(t, 303)
		page := mai.get("/truong/501/hom-nay").want(t, 200, "Đã nhận 1/3 buổi-lớp; vắng 1 lượt", "8A, Sáng: đã nhận 07:00, vắng 1", apptest.PupilName(apptest.Class8A, 3))
		if strings.Contains(page.body, "03"+"00602003") {
			t.Error("a telephone number that nobody asked for")
		}
		address, phone := page.fields(t, "so-dien-thoai")
		shown := mai.post(address, phone).want(t, 200, "tel:03", "mẹ Lò Thị Mẹ")
		if !strings.Contains(shown.body, "Vắng hôm nay") {
			t.Error("without a script the whole page must come back")
		}
		if part := mai.ask("POST", address, phone, "HX-Request", "true").want(t, 200, "tel:03"); strings.Contains(part.body, "<html") {
			t.Error("htmx got the whole page")
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM audit_entry WHERE action = 'student.identifiers' AND account = 704`)[0]; n != 2 {
			t.Errorf("%d lines about the telephone", n)
		}
		resolve, what := page.fields(t, "chua-ro")
		what.Set("loai", "unexcused")
		if to := mai.post(resolve, what).want(t, 303).to; to != "/truong/501/hom-nay?ngay=2020-05-29" {
			t.Errorf("after resolving: %q", to)
		}
		mai.get("/truong/501/hom-nay").want(t, 200, "Không phép")

		csv := mai.get("/truong/501/hom-nay/tep?dang=csv").want(t, 200, "8A,THCS,Sáng,đã điểm danh,35,34,0,0,1,0,Đã nhận 07:00", "6A,THCS,Sáng,chưa điểm danh")
		if strings.Contains(csv.body, apptest.PupilName(apptest.Class8A, 3)) {
			t.Error("a name in the export of counts")
		}
		if xlsx := mai.get("/truong/501/hom-nay/tep?dang=xlsx").want(t, 200); !strings.HasPrefix(xlsx.body, "PK") {
			t.Error("no workbook")
		}
		mai.get("/truong/501/hom-nay/tep?dang=exe").want(t, 404)
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM audit_entry WHERE action = 'export' AND account = 704`)[0]; n != 2 {
			t.Errorf("%d exports in the audit book", n)
		}
		mai.get("/truong/501/hom-nay?ngay=2020-05-01").want(t, 200, "Ngày này không có buổi học nào", "Ngày Quốc tế Lao động")
	})
}

func TestCounts(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		base := serve(t, h)
		mai, hoa := visit(t, base, apptest.Mai), visit(t, base, apptest.Hoa)
		form := mai.get("/truong/501/so-dem").want(t, 200, "Số liệu đếm", "Chưa có số liệu đếm")
		action, fields := form.fields(t, "Sĩ số")
		for name, value := range map[string]string{"cap": "", "buoi": "1", "si_so": "57", "co_mat": "50", "vang": "x"} {
			fields.Set(name, value)
		}
		mai.post(action, fields).want(t, 422, "Xin nhập số nguyên", `value="57"`)
		fields.Set("vang", "9")
		mai.post(action, fields).want(t, 422, "nhiều hơn sĩ số 57")
		fields.Set("vang", "7")
		mai.get(mai.post(action, fields).want(t, 303).to).want(t, 200, "Đã nhận số liệu đếm", "bản 1")
		mai.post(action, fields).want(t, 303) // the same again changes nothing
		fields.Set("vang", "6")
		mai.post(action, fields).want(t, 409, "Số liệu này đã được gửi")
		_, again := mai.get("/truong/501/so-dem?ngay=2020-05-29&buoi=1").fields(t, "Sĩ số")
		if again.Get("ban") != "1" {
			t.Errorf("the form to change knows version %q", again.Get("ban"))
		}

		sheet, marks := hoa.get(sheet8A+"?buoi=1").fields(t, `id="phieu"`)
		marks.Set("m"+pupil(3), "unknown")
		hoa.post(sheet, marks).want(t, 303)
		count, counted := mai.get("/lop/602/si-so").want(t, 200, "Lớp chưa được kiểm tra").fields(t, "Số em đếm được")
		counted.Set("buoi", "1")
		counted.Set("dem", "")
		mai.post(count, counted).want(t, 422, "Xin nhập số nguyên")
		counted.Set("dem", "33")
		mai.get(mai.post(count, counted).want(t, 303).to).want(t, 200, "Đã ghi kết quả đếm lớp 8A", "-1", "34")
		mai.get("/truong/501/hom-nay").want(t, 200, "33 (-1)")
	})
}

func TestPaper(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		hoa := visit(t, serve(t, h), apptest.Hoa)
		page := hoa.get("/lop/602/giay?ngay=2020-05-29").want(t, 200, "Phiếu điểm danh lớp 8A", "Trường PTDTBT THCS Mường Mùn", "Tháng 5/2020", "Nhập từ phiếu giấy", "nguon=giay")
		if rows := strings.Count(page.body, `<th scope="row" class="roll-name">`); rows != 35 {
			t.Errorf("%d pupils on the paper", rows)
		}
		action, form := hoa.get(sheet8A+"?ngay=2020-05-28&buoi=1&nguon=giay").want(t, 200, "Đang nhập từ phiếu giấy").fields(t, `id="phieu"`)
		form.Set("m"+pupil(3), "unexcused")
		hoa.post(action, form).want(t, 303)
		if got := apptest.Query[string](t, h, `SELECT cause FROM sheet_version`); !slices.Equal(got, []string{"paper"}) {
			t.Errorf("cause %q", got)
		}
		hoa.get("/lop/602/giay?ngay=2020-05-29&ky=tuan").want(t, 200, ">K<", "25/05/2020")
	})
}

func TestTheModuleReadsAReceipt(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		hoa := visit(t, serve(t, h), apptest.Hoa)
		action, form := hoa.get(sheet8A).fields(t, `id="phieu"`)
		h.Clock.Advance(13 * time.Minute)
		got := hoa.ask("POST", action, form, "Accept", "application/json").want(t, 200, `"version":1`, `"clock":"07:13"`, `"words":"Đã nhận 07:13"`)
		if again := hoa.ask("POST", action, form, "Accept", "application/json"); again.body != got.body {
			t.Errorf("the same act again: %q, first %q", again.body, got.body)
		}
	})
}

// TestTheFirstLoadIsLight holds the weight of the roll call on a village line: everything
// that a browser fetches for the sheet, as it goes over the wire.
func TestTheFirstLoadIsLight(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	hoa := visit(t, serve(t, h), apptest.Hoa)
	page := hoa.get(sheet8A).want(t, 200).body
	for _, heavy := range []string{"htmx", "woff2", "desk.", "style=", "onclick="} {
		if strings.Contains(page, heavy) {
			t.Errorf("the sheet has %q", heavy)
		}
	}
	weight := len(hoa.ask("GET", sheet8A, nil, "Accept-Encoding", "gzip").want(t, 200).body)
	seen := map[string]bool{}
	for _, address := range regexp.MustCompile(`(?:href|src)="(/tai-san[^"]+)"`).FindAllStringSubmatch(page, -1) {
		if !seen[address[1]] {
			seen[address[1]] = true
			weight += len(hoa.ask("GET", address[1], nil, "Accept-Encoding", "gzip").want(t, 200).body)
		}
	}
	if requests := 1 + len(seen); weight > 40_000 || requests > 5 {
		t.Errorf("the first load weighs %d bytes in %d requests", weight, requests)
	}
}
