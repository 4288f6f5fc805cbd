package exchange_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/handout"
	"ralop/internal/household"
	"ralop/internal/id"
	"ralop/internal/paper"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/text"
)

// rowsOf writes a list as csv and reads it back, without the heads.
func rowsOf(t *testing.T, h *apptest.House, person apptest.Person, kind string, at access.Resource, asked map[string]string) (heads []string, rows [][]string) {
	t.Helper()
	handing, err := exchange.HandingOf(kind)
	if err != nil {
		t.Fatal(err)
	}
	task := exchange.Task{Who: person.Who(), Place: at, PlaceName: "Nơi thử", Asked: asked, Lang: text.Vietnamese}
	list, err := handing.Open(t.Context(), h.Store, task)
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	var file bytes.Buffer
	done, err := exchange.WriteRows(t.Context(), &file, paper.FormatCSV, paper.List{}, list, nil)
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.String(), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(all)-1 != int(done) {
		t.Errorf("%s: %d rows are said, %d written", kind, done, len(all)-1)
	}
	return all[0], all[1:]
}

// by gives a row by its heads.
func by(heads, row []string) map[string]string {
	got := map[string]string{}
	for i, head := range heads {
		got[head] = row[i]
	}
	return got
}

func orderList(t *testing.T, h *apptest.House, person apptest.Person, kind string, at access.Resource, format paper.Format) id.ID {
	t.Helper()
	handing, err := exchange.HandingOf(kind)
	if err != nil {
		t.Fatal(err)
	}
	var file id.ID
	h.Write(t, func(ctx context.Context, tx *store.Tx) (err error) {
		file, err = handout.Ask(ctx, tx, person.Who(), handout.Order{Kind: kind, Action: handing.At[at.Kind], Place: at, PlaceName: "Nơi thử", Asked: handing.Given(nil), Name: "t." + string(format),
			Format: string(format), Language: "vi", Banner: "Dữ liệu minh họa"})
		return err
	})
	return file
}

func fetched(t *testing.T, h *apptest.House, person apptest.Person, file id.ID) (handout.File, string) {
	t.Helper()
	var f handout.File
	var body []byte
	h.Read(t, func(ctx context.Context, tx *store.Tx) (err error) {
		if f, err = handout.Of(ctx, tx, person.Who(), file); err != nil {
			return err
		}
		for number := 1; int64(len(body)) < f.Size; number++ {
			piece, err := handout.Chunk(ctx, tx, apptest.Realm, file, number)
			if err != nil || len(piece) == 0 {
				return fmt.Errorf("chunk %d: %w", number, err)
			}
			body = append(body, piece...)
		}
		return nil
	})
	return f, string(body)
}

// The worker makes a list of a district commune by commune; a killed one begins again and ends once; a right that
// was lost meanwhile gives nothing.
func TestTheWorkerHandsListsOut(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		ctx := t.Context()
		// Súa answers for the children of the commune; for the test, of the whole district.
		sua := apptest.Sua
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			for _, statement := range []string{`UPDATE role_grant SET scope = 99 WHERE realm = 1 AND account = 708`,
				`UPDATE pupil_residence SET unit = 99 WHERE realm = 1 AND pupil = 606001`, // somewhere in the district
				`UPDATE pupil SET name = '=1+1' WHERE realm = 1 AND id = 606002`} {
				if _, err := tx.Exec(ctx, statement); err != nil {
					return err
				}
			}
			return nil
		})
		sua.Scope = apptest.TuanGiao
		at := access.Residence(apptest.TuanGiao)
		file := orderList(t, h, sua, "pupils", at, paper.FormatCSV)
		dead, err := handout.Take(ctx, h.Store, apptest.Realm, file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := dead.To(ctx).Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
		if err := exchange.HandOut(ctx, h.Store, apptest.Realm); err != nil {
			t.Fatal(err)
		}
		if f, _ := fetched(t, h, sua, file); f.State != "running" {
			t.Fatalf("taken from a living process: %s", f.State)
		}
		h.Write(t, func(ctx context.Context, tx *store.Tx) error { // its process is long dead
			_, err := tx.Exec(ctx, `UPDATE handout SET holder = 1 WHERE realm = 1 AND id = $1`, file)
			return err
		})
		for range 2 {
			if err := exchange.HandOut(ctx, h.Store, apptest.Realm); err != nil {
				t.Fatal(err)
			}
		}
		f, body := fetched(t, h, sua, file)
		lines := strings.Split(strings.TrimSpace(body), "\r\n")
		if f.State != "done" || f.Done != 81 || f.Total != 81 || len(lines) != 83 {
			t.Fatalf("%s with %d of %d rows, %d lines", f.State, f.Done, f.Total, len(lines))
		}
		if !strings.HasPrefix(lines[0], "\ufeffDữ liệu minh họa") || !strings.HasPrefix(lines[1], "Họ và tên,Giới tính,Ngày sinh") {
			t.Errorf("it begins with %q, %q", lines[0], lines[1])
		}
		if !strings.Contains(body, "'=1+1,") || strings.Contains(body, "\n=1+1") {
			t.Error("a name is a formula")
		}
		if first, last := lines[2], lines[len(lines)-1]; !strings.Contains(first, "Bản Hồng") || !strings.Contains(last, apptest.PupilName(apptest.Class9A, 1)) {
			t.Errorf("by commune and village, whose commune is not known last: %q … %q", first, last)
		}
		if notices := apptest.Query[string](t, h, `SELECT code FROM notice WHERE realm = 1 AND account = 708`); len(notices) != 1 {
			t.Errorf("told %v", notices)
		}

		// The same as a workbook, and one whose right ended before it was made.
		book := orderList(t, h, sua, "pupils", at, paper.FormatXLSX)
		if err := exchange.HandOut(ctx, h.Store, apptest.Realm); err != nil {
			t.Fatal(err)
		}
		if f, body := fetched(t, h, sua, book); f.State != "done" || !strings.HasPrefix(body, "PK") {
			t.Errorf("the workbook: %s, %d bytes", f.State, len(body))
		}
		late := orderList(t, h, sua, "month", at, paper.FormatCSV)
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE role_grant SET until_day = '2020-05-29' WHERE realm = 1 AND account = 708`)
			return err
		})
		if err := exchange.HandOut(ctx, h.Store, apptest.Realm); err != nil {
			t.Fatal(err)
		}
		if f, body := fetched(t, h, sua, late); f.State != "failed" || f.Error != handout.NoRight || body != "" {
			t.Errorf("without the right: %s %s, %d bytes", f.State, f.Error, len(body))
		}
	})
}

func TestMonthOfASchoolAndOfAPlace(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		on := day.MustParse("2020-05-29")
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			_, err := rollcall.Submit(ctx, tx, apptest.Hoa.Who(), rollcall.Submission{Act: [16]byte{7}, Class: apptest.Class8A, Day: on, Session: calendar.Morning, State: rollcall.Taken, TakenAt: tx.Now(),
				Marks: []rollcall.Mark{{Pupil: apptest.Pupil(apptest.Class8A, 1), Kind: rollcall.Unexcused}, {Pupil: apptest.Pupil(apptest.Class8A, 9), Kind: rollcall.Excused, Reason: "illness"}}})
			return err
		})
		heads, rows := rowsOf(t, h, apptest.Son, "month", access.School(apptest.MuongMunS), map[string]string{"month": "05/2020"})
		if len(rows) != 57 || len(heads) != 4+31+5 {
			t.Fatalf("%d rows of %d columns", len(rows), len(heads))
		}
		marked := map[string]string{}
		for _, row := range rows {
			if got := by(heads, row); got["29"] != "" {
				marked[got["Họ và tên"]] = got["Lớp"] + " " + got["29"] + " " + got["Số buổi đã điểm danh"]
			}
		}
		if len(marked) != 2 || marked[apptest.PupilName(apptest.Class8A, 1)] != "8A K 1" || marked[apptest.PupilName(apptest.Class8A, 9)] != "8A P 1" {
			t.Errorf("marked: %v", marked)
		}
		// The village head gets the children of the village, and of their classes nobody else.
		heads, rows = rowsOf(t, h, apptest.Pao, "month", access.Residence(apptest.PhiengPi), map[string]string{"month": "2020-05"})
		if len(rows) != 14 {
			t.Fatalf("%d rows at home", len(rows))
		}
		for _, row := range rows {
			got := by(heads, row)
			if got["Nơi ở"] != "Bản Phiêng Pi" || (got["K"] == "1") != (got["29"] == "K") {
				t.Errorf("at home: %v", got)
			}
		}
		handing, _ := exchange.HandingOf("month")
		if _, err := handing.Open(t.Context(), h.Store, exchange.Task{Who: apptest.Pao.Who(), Place: access.School(apptest.MuongMunS)}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("the village head at a school: %v", err)
		}
		if _, err := handing.Open(t.Context(), h.Store, exchange.Task{Who: apptest.Son.Who(), Place: access.School(apptest.MuongMunS), Asked: map[string]string{"month": "13/2020"}}); !fault.HasCode(err, "handout.bad-month") {
			t.Errorf("a thirteenth month: %v", err)
		}
	})
}

func TestChildrenOutsideGoOut(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		h.Write(t, func(ctx context.Context, tx *store.Tx) error {
			in := household.ListIn{Unit: apptest.PuNhung, Year: apptest.SchoolYear}
			list, err := household.Begin(ctx, tx, apptest.Nhung.Who(), in)
			if err != nil {
				return err
			}
			planned, err := list.Plan(ctx, tx, []household.Line{{Row: 2, Village: "Bản Phiêng Pi", Number: "12", Head: "Vừ A Lử", Name: "Vừ Thị Dế", Sex: "Nữ", BornYear: 2008, Schooling: "Bỏ học", Grade: "5"}})
			if err != nil {
				return err
			}
			return household.Put(ctx, tx, apptest.Nhung.Who(), in, planned, func([]id.ID) error { return nil })
		})
		heads, rows := rowsOf(t, h, apptest.Nhung, "outside", access.Residence(apptest.PuNhung), nil)
		if len(rows) != 1 {
			t.Fatalf("%d rows", len(rows))
		}
		if got := by(heads, rows[0]); got["Thôn/bản"] != "Bản Phiêng Pi" || got["Số phiếu"] != "12" || got["Họ và tên"] != "Vừ Thị Dế" || got["Tuổi"] != "11" || got["Giới tính"] != "Nữ" || got["Lớp đã học"] != "5" {
			t.Errorf("the child is %v", got)
		}
	})
}

// The fields of the national database are filled with the Ministry's codes, or not at all.
func TestNationalHeads(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		heads, rows := rowsOf(t, h, apptest.Thuong, "csdl-schools", access.Unit(apptest.MuongMun), nil)
		if len(rows) != 2 || len(heads) != 58 {
			t.Fatalf("%d schools, %d fields", len(rows), len(heads))
		}
		for _, row := range rows {
			got := by(heads, row)
			want := map[string]map[string]string{
				"MM-THCS": {"MaNhomCapHoc": "07", "LoaiHinhTruong": "01", "TongSoLopHoc": "3", "TongSoHocSinh": "57", "MaXa": "03268", "MaHuyen": "099", "MaTinh": "11", "NamHoc": "2019"},
				"MM-TH":   {"MaNhomCapHoc": "06", "LoaiHinhTruong": "07", "TongSoLopHoc": "2", "TongSoHocSinh": "15", "LoaiHinhDaoTao": "", "ChuanQuocGia": "", "DienLuoi": ""},
			}[got["MaTruongHoc"]]
			for field, value := range want {
				if got[field] != value {
					t.Errorf("%s: %s is %q, want %q", got["MaTruongHoc"], field, got[field], value)
				}
			}
		}
		heads, rows = rowsOf(t, h, apptest.Xuan, "csdl-classes", access.School(apptest.MuongMunP), nil)
		classes := map[string]map[string]string{}
		for _, row := range rows {
			got := by(heads, row)
			classes[got["TenLopHoc"]] = got
		}
		if c := classes["3+4 Bản Lúm"]; len(rows) != 2 || len(heads) != 42 || c["KhoiHoc"] != "04" || c["LopGhep"] != "1" || c["BuoiHoc"] != "1" || c["SoBuoiTrenTuan"] != "01" || c["MaLopHoc"] != "" {
			t.Errorf("the classes: %v", classes)
		}
		heads, rows = rowsOf(t, h, apptest.Xuan, "csdl-students", access.School(apptest.MuongMunP), nil)
		if len(rows) != 15 || len(heads) != 114 {
			t.Fatalf("%d pupils, %d fields", len(rows), len(heads))
		}
		if got := by(heads, rows[0]); got["MaDanToc"] != "03" && got["MaDanToc"] != "08" || got["GioiTinh"] == "" || !strings.HasSuffix(got["NgaySinh"], "T00:00:00.0") || got["TrangThai"] != "01" || got["HoTenMe"] == "" || got["MaLopHocCn"] != "" {
			t.Errorf("a pupil: %v", got)
		}
		heads, rows = rowsOf(t, h, apptest.Xuan, "form02", access.School(apptest.MuongMunP), nil)
		if len(rows) != 77 || len(heads) != 9 {
			t.Fatalf("%d lines of %d columns", len(rows), len(heads))
		}
		if got := by(heads, rows[36]); got["Mã chỉ tiêu"] != "37" || got["Tổng số"] != "15" || got["Dân tộc thiểu số"] != "15" || got["Nữ"] != "8" {
			t.Errorf("line 37: %v", got)
		}
		if got := by(heads, rows[17]); got["Mã chỉ tiêu"] != "18" || got["Tổng số"] != "" || got["Ghi chú"] != "Phần mềm không có số liệu này" {
			t.Errorf("line 18: %v", got)
		}
	})
}
