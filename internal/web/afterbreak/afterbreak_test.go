package afterbreak_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"ralop/internal/access"
	room "ralop/internal/afterbreak"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/web/afterbreak"
)

var (
	system = access.System(apptest.Realm)
	tet    = day.Range{From: day.MustParse("2020-05-04"), Until: day.MustParse("2020-05-18")}
)

// The break of May, and the roll of 8A on the first day with three away.
func comeBack(t *testing.T, h *apptest.House) {
	t.Helper()
	at := func(d day.Day) { h.Clock.Set(d.Midnight().Add(time.Hour).In(day.Place)) }
	refresh := func() {
		for {
			n, err := room.Refresh(t.Context(), h.Store, apptest.Realm, 100)
			if err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				return
			}
		}
	}
	at(tet.From - 3)
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		_, err := calendar.DeclareClosure(ctx, tx, system, calendar.DeclareIn{Scope: calendar.Scope{Kind: calendar.ScopeRealm}, Period: tet, Reason: calendar.ReasonTet})
		return err
	})
	refresh()
	at(tet.Until)
	s := rollcall.Submission{Act: [16]byte{1, 2}, Class: apptest.Class8A, Day: tet.Until, Session: calendar.Morning, State: rollcall.Taken}
	for _, n := range []int{1, 8, 9} {
		s.Marks = append(s.Marks, rollcall.Mark{Pupil: apptest.Pupil(apptest.Class8A, n), Kind: rollcall.Unexcused, Reason: "field-work"})
	}
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		_, err := rollcall.Submit(ctx, tx, system, s)
		return err
	})
}

// A teacher writes down before the break what a family said, sees who is missing, and carries the list to the village;
// the school freezes; the office takes the day's report. Nobody else reads a name.
func TestAListIsWorkedThrough(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		comeBack(t, h)
		enter := apptest.Doors(t, h, afterbreak.Routes()...)
		hoa, class := enter(apptest.Hoa), "/lop/"+apptest.Class8A.String()+"/sau-nghi"
		name := apptest.PupilName(apptest.Class8A, 1)
		page := hoa.Get(class+"?tinh=missing").Want(t, http.StatusOK, name, "Chưa ra lớp", "Theo bố mẹ lên nương", "chốt ngày").Silent(t, apptest.PupilName(apptest.Class8A, 2))
		at := strings.Index(page.Body, "/hoc-sinh/"+apptest.Pupil(apptest.Class8A, 1).String()+"/sau-nghi?")
		if at < 0 {
			t.Fatal("the list has no way to write a note")
		}
		address, _, _ := strings.Cut(page.Body[at:], `"`)
		address = strings.ReplaceAll(address, "&amp;", "&")
		hoa.Get(address).Want(t, http.StatusOK, name, "Đi theo bố mẹ")
		parsed, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		form := url.Values{"nghi": parsed.Query()["nghi"], "return": {class}, "ghi_chu": {"with-parents"}, "noi_dung": {"mồng 10 trở lại"}}
		if got := hoa.Post(parsed.Path, form); got.Status != http.StatusSeeOther || got.Location != class {
			t.Fatalf("%d %s", got.Status, got.Location)
		}
		form.Set("ghi_chu", "lazy")
		hoa.Post(parsed.Path, form).Want(t, http.StatusUnprocessableEntity, "Chọn một trong các ghi chú")
		hoa.Get(class).Want(t, http.StatusOK, "mồng 10 trở lại", apptest.Hoa.Name)
		for _, format := range []string{"docx", "pdf", "xlsx", "csv"} {
			got := hoa.Get(class+"/tep/"+format).Want(t, http.StatusOK)
			if len(got.Body) < 400 {
				t.Errorf("%s has %d bytes", format, len(got.Body))
			}
		}
		hoa.Get(class+"/tep/json").Want(t, http.StatusNotFound)
		// The village head of a child who boards elsewhere reads her, and only her village.
		pao := enter(apptest.Pao)
		pao.Get("/noi-o/"+apptest.PhiengPi.String()+"/sau-nghi").Want(t, http.StatusOK, name, "mồng 10 trở lại").Silent(t, apptest.PupilName(apptest.Class8A, 9))
		pao.Get("/noi-o/"+apptest.BanLum.String()+"/sau-nghi").Want(t, http.StatusForbidden).Silent(t, name)
		if got := pao.Get("/sau-nghi"); got.Location != "/noi-o/"+apptest.PhiengPi.String()+"/sau-nghi" {
			t.Errorf("the village head is led to %q", got.Location)
		}
		if got := enter(apptest.Son).Post("/truong/"+apptest.MuongMunS.String()+"/sau-nghi/chot", form); got.Status != http.StatusConflict {
			t.Errorf("freezing a frozen list: %d", got.Status)
		}
		// Boards name nobody.
		for _, p := range []apptest.Person{apptest.Huong, apptest.Dung, apptest.Ho, apptest.Thanh, apptest.Tra} {
			office := enter(p)
			board := "/don-vi/" + apptest.TuanGiao.String() + "/sau-nghi"
			office.Get(board).Want(t, http.StatusOK, "32/35", "91,4").Silent(t, name)
			office.Get(board+"?xem=cu-tru&duong=don-vi&cap=THCS&sap=chua").Want(t, http.StatusOK, "32/35").Silent(t, name)
			office.Get("/truong/"+apptest.MuongMunS.String()+"/sau-nghi?duong=cap").Want(t, http.StatusOK, "8A").Silent(t, name)
			office.Get("/truong/"+apptest.MuongMunS.String()+"/sau-nghi/danh-sach").Want(t, http.StatusForbidden).Silent(t, name)
			for _, format := range []string{"docx", "pdf", "xlsx", "csv"} {
				office.Get(board+"/tep/"+format).Want(t, http.StatusOK).Silent(t, name)
			}
		}
		enter(apptest.Huong).Get("/don-vi/"+apptest.TuanGiao.String()+"/sau-nghi?nghi=12345").Want(t, http.StatusNotFound)
		enter(apptest.Mai).Get("/truong/"+apptest.MuongMunS.String()+"/sau-nghi/danh-sach?q=lo&sap=lop&trang=2").Want(t, http.StatusOK)
	})
}
