package board_test

import (
	"context"
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/web/board"
)

// call calls today's roll of 8A with three away, of whom number 1 lives in the other commune.
func call(t *testing.T, h *apptest.House) {
	t.Helper()
	s := rollcall.Submission{Act: [16]byte{1, 2}, Class: apptest.Class8A, Day: day.InstantOf(apptest.Start).Day(), Session: calendar.Morning, State: rollcall.Taken}
	for _, n := range []int{1, 8, 9} {
		s.Marks = append(s.Marks, rollcall.Mark{Pupil: apptest.Pupil(apptest.Class8A, n), Kind: rollcall.Unexcused})
	}
	h.Write(t, func(ctx context.Context, tx *store.Tx) error {
		_, err := rollcall.Submit(ctx, tx, access.System(apptest.Realm), s)
		return err
	})
}

func path(parts ...any) string {
	var b strings.Builder
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			b.WriteString(p)
		case interface{ String() string }:
			b.WriteString(p.String())
		}
	}
	return b.String()
}

// A roll call changes the boards of school, commune, district and province by exactly
// itself, and in both views for the child who lives elsewhere.
func TestBoardsFollowARollCall(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		enter := apptest.Doors(t, h, board.Routes()...)
		province := enter(apptest.Thanh)
		boards := map[string]string{
			path("/lop/", apptest.Class8A, "/bang"):                                          "32/35",
			path("/truong/", apptest.MuongMunS, "/bang"):                                     "32/35",
			path("/don-vi/", apptest.MuongMun, "/bang"):                                      "32/35",
			path("/don-vi/", apptest.TuanGiao, "/bang"):                                      "32/35",
			path("/don-vi/", apptest.DienBien, "/bang"):                                      "32/35",
			path("/don-vi/", apptest.PuNhung, "/bang?xem=cu-tru"):                            "4/5",
			path("/don-vi/", apptest.MuongMun, "/bang?xem=cu-tru"):                           "28/30",
			path("/don-vi/", apptest.TuanGiao, "/bang?xem=cu-tru"):                           "32/35",
			path("/don-vi/", apptest.TuanGiao, "/bang?theo=grade"):                           "Khối 8",
			path("/don-vi/", apptest.TuanGiao, "/bang?cap=THCS"):                             "32/35",
			path("/don-vi/", apptest.TuanGiao, "/bang?tu=2020-05-29&den=2020-05-29&sap=-cc"): "32/35",
		}
		for address, figure := range boards {
			page := province.Get(address)
			if page.Status != http.StatusOK || strings.Contains(page.Body, figure) {
				t.Errorf("%s before: %d, has %s already", address, page.Status, figure)
			}
			if strings.Contains(page.Body, "«") {
				t.Errorf("%s lacks a message: %.60s", address, page.Body[strings.Index(page.Body, "«"):])
			}
		}
		call(t, h)
		for address, figure := range boards {
			page := province.Get(address)
			if !strings.Contains(page.Body, figure) {
				t.Errorf("%s after: no %s", address, figure)
			}
			if strings.Contains(page.Body, apptest.PupilName(apptest.Class8A, 1)) {
				t.Errorf("%s names a pupil", address)
			}
		}
	})
}

func TestWhoSeesWhichBoard(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	call(t, h)
	enter := apptest.Doors(t, h, board.Routes()...)
	for _, c := range []struct {
		person  apptest.Person
		address string
		status  int
	}{
		{apptest.Hoa, path("/lop/", apptest.Class8A, "/bang"), 200},
		{apptest.Hoa, path("/lop/", apptest.Class6A, "/bang"), 403},
		{apptest.Hoa, path("/don-vi/", apptest.TuanGiao, "/bang"), 403},
		{apptest.Lan, path("/truong/", apptest.MuongMunS, "/bang"), 403},
		{apptest.Lan, path("/truong/", apptest.MuongMunS, "/bang/tep/csv"), 403},
		{apptest.Thuong, path("/don-vi/", apptest.MuongMun, "/bang"), 200},
		{apptest.Thuong, path("/don-vi/", apptest.PuNhung, "/bang"), 403},
		{apptest.Pao, path("/don-vi/", apptest.PhiengPi, "/bang?xem=cu-tru"), 200},
		{apptest.Pao, path("/don-vi/", apptest.PhiengPi, "/bang"), 403},
		{apptest.Huong, "/don-vi/424242/bang", 404},
		{apptest.Huong, path("/don-vi/", apptest.TuanGiao, "/bang?theo=ethnicity"), 200},
		{apptest.Mai, path("/truong/", apptest.MuongMunS, "/bang?theo=ethnicity"), 403},
		{apptest.Huong, path("/don-vi/", apptest.TuanGiao, "/bang?tu=2000-01-01&den=2020-01-01"), 400},
		{apptest.Huong, path("/don-vi/", apptest.TuanGiao, "/bang?cap=XYZ"), 400},
		{apptest.Huong, path("/don-vi/", apptest.TuanGiao, "/tro-lai"), 303},
		{apptest.Huong, path("/don-vi/", apptest.TuanGiao, "/bang/tep/exe"), 404},
	} {
		got := enter(c.person).Get(c.address)
		if got.Status != c.status && !(c.status == 400 && got.Status >= 400 && got.Status < 500) {
			t.Errorf("%s: %s answers %d, want %d", c.person.Login, c.address, got.Status, c.status)
		}
	}
	if own := enter(apptest.Hoa).Get("/bang"); own.Location != path("/lop/", apptest.Class8A, "/bang") {
		t.Errorf("the teacher's own board is %s", own.Location)
	}
}

func TestTheFileIsTheTable(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		call(t, h)
		visitor := apptest.Doors(t, h, board.Routes()...)(apptest.Huong)
		got := visitor.Get(path("/don-vi/", apptest.MuongMun, "/bang/tep/csv"))
		lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.Body, "\ufeff"))).ReadAll()
		if err != nil || len(lines) != 3 {
			t.Fatalf("%v: %q", err, got.Body)
		}
		found := false
		for _, line := range lines {
			if line[0] == "MM-THCS" {
				found = line[3] == "32" && line[4] == "35" && strings.HasPrefix(line[5], "91.43") && line[6] == "3"
			}
		}
		if !found {
			t.Errorf("the school's line: %q", lines)
		}
		if got := visitor.Get(path("/don-vi/", apptest.MuongMun, "/bang/tep/xlsx")); got.Status != 200 || !strings.HasPrefix(got.Body, "PK") {
			t.Errorf("xlsx answers %d", got.Status)
		}
		// Small cells are hidden in the file as on the page.
		got = visitor.Get(path("/don-vi/", apptest.PuNhung, "/bang/tep/csv?theo=ethnicity&bang=phan-tich&xem=cu-tru"))
		if got.Status != 200 || !strings.Contains(got.Body, "…") || strings.Contains(got.Body, ",1,") {
			t.Errorf("small cells in the file: %d %q", got.Status, got.Body)
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM audit_entry WHERE realm = $1 AND action = 'export'`, apptest.Realm); n[0] != 3 {
			t.Errorf("%d exports in the audit book", n[0])
		}
		page := visitor.Get(path("/don-vi/", apptest.MuongMun, "/bang"))
		if page.Header.Get("ETag") == "" {
			t.Error("the page has no ETag")
		}
	})
}
