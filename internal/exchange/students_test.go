package exchange_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"ralop/internal/access"
	"ralop/internal/apptest"
	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/id"
	"ralop/internal/paper"
	"ralop/internal/rollcall"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/text"
)

// classList is a list in the 25-column form of the national database: two titles, a blank
// line, the heads. Everybody in it is invented.
const classListHead = "STT,Mã định danh Bộ GD&ĐT,Họ tên,Ngày sinh,Giới tính,Dân tộc,Trạng thái,SĐT liên hệ,Nơi sinh chi tiết,Tổ/thôn hộ khẩu thường trú,Tỉnh thành quê quán,Phường xã quê quán,Chỗ ở hiện nay,Số CMND,Ngày cấp,Nơi cấp,Tên cha,Nghề nghiệp cha,Năm sinh cha,Tên mẹ,Nghề nghiệp mẹ,Năm sinh mẹ,Lớp học,Khối học,Số định danh cá nhân"

func classList(rows ...string) string {
	return "SỞ GIÁO DỤC VÀ ĐÀO TẠO\n\"DANH SÁCH HỌC SINH, NĂM HỌC 2019-2020\"\n\n" + classListHead + "\n" + strings.Join(rows, "\n") + "\n"
}

var goodRows = []string{
	`1,9900000001,Sùng A Tủa,5/9/2007,Nam,H'Mông,Đang học,0100000001,Tuần Giáo,Bản Lúm,Tỉnh Điện Biên,Xã Mường Mùn,"Bản Lúm, xã Mường Mùn",999000000001,01/01/2020,Công an tỉnh,Sùng A Giàng,Làm nương,1980,Giàng Thị Mỷ,Làm nương,1985,7A,Khối 7,999000000011`,
	`2,0900000002,Lò Thị Ánh,15/12/2007,Nữ,Thái,Đang học,,Tuần Giáo,Phiêng Pi,Tỉnh Điện Biên,Pú Nhung,,,,,,,,Lò Thị Hom,Làm ruộng,1986,7A,Khối 7,099000000012`,
	`3,,Quàng Văn Ơn,43713,Nam,Khơ Mú,Đang học,,,Bản Không Có,Tỉnh Điện Biên,Xã Mường Mùn,,,,,,,,,,,7B,Khối 7,`,
	`4,9900000004,Lò Thị Ánh,15/12/2007,Nữ,Thái,Đang học,,,,,,,,,,,,,,,,7A,Khối 7,`,
}

var badRows = []string{
	`5,9900000005,Vừ Thị Dế,31/02/2007,Nữ,Mông,Đang học,,,,,,,,,,,,,,,,7A,Khối 7,`,
	`6,9900000006,Vừ A Chứ,01/02/2007,Nam,Xá Khao,Đang học,,,,,,,,,,,,,,,,7A,Khối 7,`,
	`7,9900000007,,01/02/2007,Nam,Mông,Đang học,,,,,,,,,,,,,,,,7A,Khối 7,`,
	`8,9900000001,Sùng A Tủa,5/9/2007,Nam,Mông,Đang học,,,,,,,,,,,,,,,,7A,Khối 7,`,
	`9,9900000009,Cà Thị Lả,01/02/2007,?,Thái,Đang học,,,,,,,,,,,,,,,,7A,Khối 13,12`,
}

type imported struct {
	student.RosterCounts
	rows           int
	refused, notes []exchange.RowFault
	file           string
}

func importList(t *testing.T, h *apptest.House, who access.Who, in student.RosterIn, content string, format paper.Format) (got imported) {
	t.Helper()
	table, err := exchange.ReadTable("danh sách.csv", strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	var file bytes.Buffer
	rejected := exchange.NewRejectedRows(&file, format, text.Vietnamese)
	in.Reach = func(ctx context.Context, tx *store.Tx, changes []student.ClassDays) error {
		_, err := rollcall.ApplyEnrolments(ctx, tx, who, changes, "import")
		return err
	}
	roster := student.NewRoster(who, in)
	got.rows, err = exchange.ImportStudents(t.Context(), h.Store, exchange.StudentsIn{Table: table, Roster: roster, Rejected: rejected,
		Report: func(refused, notes []exchange.RowFault) {
			got.refused, got.notes = append(got.refused, refused...), append(got.notes, notes...)
		}})
	if err != nil {
		t.Fatal(err)
	}
	if err := rejected.Close(); err != nil {
		t.Fatal(err)
	}
	got.RosterCounts, got.file = roster.RosterCounts, file.String()
	return got
}

var theYear = student.RosterIn{School: "MM-THCS", Year: 2019}

func TestClassListOfTheNationalDatabase(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai := apptest.Mai.Who()
		list := classList(append(goodRows[:4:4], badRows...)...)
		dry := theYear
		dry.DryRun = true
		want := student.RosterCounts{New: 4, Refused: 5, Classes: 2}
		if got := importList(t, h, mai, dry, list, paper.FormatCSV); got.RosterCounts != want || got.rows != 9 {
			t.Errorf("dry run: %+v", got.RosterCounts)
		}
		if n := apptest.Query[int](t, h, `SELECT COUNT(*) FROM class WHERE realm = 1`); n[0] != 6 {
			t.Errorf("a dry run opened classes: %d", n[0])
		}
		got := importList(t, h, mai, theYear, list, paper.FormatCSV)
		if got.RosterCounts != want {
			t.Errorf("commit: %+v", got.RosterCounts)
		}
		var sentences []string
		for _, f := range got.refused {
			sentences = append(sentences, fmt.Sprintf("%d %s", f.Row, f.Text(text.Vietnamese)))
		}
		all := strings.Join(sentences, "\n")
		for _, says := range []string{"9 Dòng 9, cột D (Ngày sinh): «31/02/2007» không phải là ngày hợp lệ.", "10 Cột F (Dân tộc): Không có dân tộc «Xá Khao»",
			"11 Cột C (Họ tên): Thiếu họ tên.", "12 Cột B (Mã định danh Bộ GD&ĐT): Học sinh này đã có ở dòng 5 của tệp.", "13 Cột E (Giới tính)", "13 Cột Y (Số định danh cá nhân)"} {
			if !strings.Contains(all, says) {
				t.Errorf("missing %q in\n%s", says, all)
			}
		}
		if len(got.notes) != 1 || got.notes[0].Row != 7 {
			t.Errorf("notes: %+v", got.notes)
		}
		again := importList(t, h, mai, theYear, list, paper.FormatCSV)
		if want := (student.RosterCounts{Same: 4, Refused: 5}); again.RosterCounts != want {
			t.Errorf("the same file again: %+v", again.RosterCounts)
		}

		type child struct {
			Code, National, Ethnicity string
			Born                      day.Day
			Village                   id.ID
			Class                     string
			Guardians                 int
		}
		children := apptest.Query[child](t, h, `SELECT p.code, p.national_id, p.ethnicity, p.born, COALESCE(r.unit, 0), c.name, (SELECT COUNT(*) FROM guardian g WHERE g.realm = 1 AND g.pupil = p.id)
			FROM pupil p JOIN enrolment e ON e.realm = 1 AND e.pupil = p.id JOIN class_membership m ON m.realm = 1 AND m.enrolment = e.id JOIN class c ON c.realm = 1 AND c.id = m.class
			LEFT JOIN pupil_residence r ON r.realm = 1 AND r.pupil = p.id WHERE p.realm = 1 AND e.grade = '7' ORDER BY p.id`)
		wantChildren := []child{
			{"9900000001", "999000000011", "mong", day.MustParse("2007-09-05"), apptest.BanLum, "7A", 2},
			{"0900000002", "099000000012", "thai", day.MustParse("2007-12-15"), apptest.PhiengPi, "7A", 1},
			{"", "", "kho-mu", day.MustParse("2019-09-05"), apptest.MuongMun, "7B", 0},
			{"9900000004", "", "thai", day.MustParse("2007-12-15"), 0, "7A", 0},
		}
		if fmt.Sprint(children) != fmt.Sprint(wantChildren) {
			t.Errorf("got  %v\nwant %v", children, wantChildren)
		}
		for _, secret := range []string{"999000000001", "Làm nương", "Công an"} {
			if rows := apptest.Query[int](t, h, `SELECT COUNT(*) FROM pupil WHERE realm = 1 AND (national_id = $1 OR address LIKE $2 OR birthplace LIKE $2)`, secret, "%"+secret+"%"); rows[0] != 0 {
				t.Errorf("%q is stored", secret)
			}
		}

		mended := strings.NewReplacer("31/02/2007", "28/2/2007", "Xá Khao", "Kháng", "9900000007,,", "9900000007,Vừ A Páo,", ",?,", ",Nữ,", "Khối 13,12", "Khối 7,").Replace(got.file)
		after := importList(t, h, mai, theYear, mended, paper.FormatCSV)
		// the child of row 8 is the child of row 1, who stands in the first file: here alone, and known
		if want := (student.RosterCounts{New: 4, Same: 1}); after.RosterCounts != want {
			t.Errorf("the mended file: %+v, %v\n%s", after.RosterCounts, after.refused, mended)
		}
	})
}

func TestRefusedRowsAsWorkbook(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	got := importList(t, h, apptest.Mai.Who(), theYear, classList(`1,0900000005,Vừ Thị Dế,31/02/2007,Nữ,Mông,Đang học,,,,,,,,,,,,,,,,7A,Khối 7,`), paper.FormatXLSX)
	book, err := excelize.OpenReader(strings.NewReader(got.file))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	cell, err := book.GetCellValue(book.GetSheetName(0), "D2")
	if err != nil || cell != "0900000005" {
		t.Errorf("the code became %q, %v", cell, err)
	}
	again := importList(t, h, apptest.Mai.Who(), theYear, got.file, paper.FormatXLSX)
	if again.rows != 1 || again.Refused != 1 {
		t.Errorf("re-imported: %+v", again.RosterCounts)
	}
}

func TestListsNeverGuess(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		mai := apptest.Mai.Who()
		row := func(code, name, born, class, grade, number string) string {
			return fmt.Sprintf("1,%s,%s,%s,Nữ,Thái,Đang học,,,,,,,,,,,,,,,,%s,%s,%s", code, name, born, class, grade, number)
		}
		born := day.MustParse("2006-02-02").Vietnamese() // number 1 of 8A
		name := apptest.PupilName(apptest.Class8A, 1)
		twin := apptest.PupilName(apptest.Class8A, 7)
		for _, c := range []struct {
			says, row, code string
			want            student.RosterCounts
		}{
			{"by code", row("1100602001", name, born, "8A", "8", ""), "", student.RosterCounts{Same: 1}},
			{"by number of the state", row("", name, born, "Lớp 8A", "Khối 8", "011000602001"), "", student.RosterCounts{Same: 1}},
			{"by name, birth and class", row("", strings.ToUpper(name), born, "8A", "8", ""), "", student.RosterCounts{Same: 1}},
			{"same name and birth in another class", row("", name, born, "8B", "8", ""), "student.ambiguous", student.RosterCounts{Refused: 1}},
			{"numbers of two children", row("1100602001", name, born, "8A", "8", "011000602003"), "student.ambiguous", student.RosterCounts{Refused: 1}},
			{"another child of that name", row("1199999999", name, born, "8B", "8", ""), "", student.RosterCounts{New: 1}},
			{"learns at another school", row("1100606001", apptest.PupilName(apptest.Class9A, 1), "01/02/2005", "8A", "8", ""), "student.enrolled-elsewhere", student.RosterCounts{Refused: 1}},
			{"another grade", row("1100602003", name, born, "6A", "6", ""), "student.grade-differs", student.RosterCounts{Refused: 1}},
			{"another class of the grade", row("1100602007", twin, "08/08/2006", "8B", "8", ""), "", student.RosterCounts{Changed: 1}},
			{"left", strings.Replace(row("1199999998", "Lò Thị Xa", born, "8B", "8", ""), "Đang học", "Thôi học kỳ 1", 1), "student.not-learning", student.RosterCounts{Refused: 1}},
			{"a primary grade at a lower secondary school", row("1199999997", "Lò Thị Nhỏ", "01/02/2013", "1A", "1", ""), "student.level-not-taught", student.RosterCounts{Refused: 1}},
		} {
			got := importList(t, h, mai, theYear, classList(c.row), paper.FormatCSV)
			if got.RosterCounts != c.want || c.code == "" && len(got.refused) > 0 || c.code != "" && (len(got.refused) != 1 || got.refused[0].Fault.Code != c.code) {
				t.Errorf("%s: %+v, %v", c.says, got.RosterCounts, got.refused)
			}
		}
		other := theYear
		other.School = "PN-THCS"
		if got := importList(t, h, mai, other, classList(goodRows[0]), paper.FormatCSV); got.Refused != 1 || got.refused[0].Fault.Code != "access.no-grant" {
			t.Errorf("a clerk of another school: %+v", got)
		}
	})
}

func TestCombinedClassGrows(t *testing.T) {
	apptest.Each(t, func(t *testing.T, h *apptest.House) {
		in := student.RosterIn{School: "MM-TH", Year: 2019}
		row := "1,%d,Mùa Thị %s,01/02/%d,Nữ,Mông,Đang học,,,,,,,,,,,,,,,,2+5 Bản Hồng,%s,"
		got := importList(t, h, apptest.Xuan.Who(), in, classList(fmt.Sprintf(row, 9900000101, "Dua", 2012, "Khối 2"), fmt.Sprintf(row, 9900000102, "Sua", 2009, "Khối 5")), paper.FormatCSV)
		if want := (student.RosterCounts{New: 2, Classes: 1}); got.RosterCounts != want {
			t.Errorf("%+v, %v", got.RosterCounts, got.refused)
		}
		if grades := apptest.Query[string](t, h, `SELECT grades FROM class WHERE realm = 1 AND name = '2+5 Bản Hồng'`); len(grades) != 1 || grades[0] != "2 5" {
			t.Errorf("grades %v", grades)
		}
	})
}

func TestNoHeadings(t *testing.T) {
	h := apptest.Open(t, store.SQLite)
	table, err := exchange.ReadTable("x.csv", strings.NewReader("Họ tên,Lớp\nA,6A\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = exchange.ImportStudents(t.Context(), h.Store, exchange.StudentsIn{Table: table, Roster: student.NewRoster(apptest.Mai.Who(), theYear)})
	if err == nil || !strings.Contains(err.Error(), "exchange.no-column") {
		t.Errorf("%v", err)
	}
}
