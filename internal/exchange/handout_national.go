package exchange

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/national"
	"ralop/internal/org"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/viet"
)

// listHanding is the class list of the national database: its 25 columns, as it hands them
// out itself, so that the file goes in there and comes back here (WriteStudents).
var listHanding = Handing{Name: "csdl-list", File: "csdl-danh-sach-lop", At: map[access.Kind]access.Action{access.ClassKind: access.SeeIdentifiers, access.SchoolKind: access.SeeIdentifiers},
	Settings: []string{"on"}, Open: openChildren(listColumns(), func(c student.Exported, number int) []paper.Cell { return nationalRow(number, c) })}

// Lists under the heads of the national education database: a school, its sites, its classes
// and its pupils, for those who keep them there. Codes are those of the Ministry's lists.
var (
	schoolsHanding = Handing{Name: "csdl-schools", File: "csdl-truong-hoc", At: boards, Settings: []string{"on"},
		Open: openNational(nationalSchoolFields, schoolRows)}
	sitesHanding = Handing{Name: "csdl-sites", File: "csdl-diem-truong", At: boards, Settings: []string{"on"},
		Open: openNational(nationalSiteFields, siteRows)}
	classesHanding = Handing{Name: "csdl-classes", File: "csdl-lop-hoc", At: boards, Settings: []string{"on"},
		Open: openNational(nationalClassFields, classRows)}
	studentsHanding = Handing{Name: "csdl-students", File: "csdl-hoc-sinh", At: map[access.Kind]access.Action{access.SchoolKind: access.SeeIdentifiers}, Settings: []string{"on"},
		Open: openChildren(fieldColumns(nationalStudentFields), func(c student.Exported, number int) []paper.Cell {
			return studentRow(c, number).cells(nationalStudentFields)
		})}
)

var boards = map[access.Kind]access.Action{access.UnitKind: access.SeeBoard, access.SchoolKind: access.SeeBoard}

// fieldRow is a row by the names of fields.
type fieldRow map[string]string

func (r fieldRow) cells(fields []string) []paper.Cell {
	values := make([]string, len(fields))
	for i, f := range fields {
		values[i] = r[f]
	}
	return textCells(values...)
}

func fieldColumns(fields []string) (all []paper.Column) {
	for _, f := range fields {
		all = append(all, paper.Column{Key: f, Title: f})
	}
	return all
}

// placed is a school with the codes of the units that it stands in.
type placed struct {
	org.School
	Province, District, Commune string
}

// schoolsOf are the schools of a list on a day: the one, or those that stand in a unit.
func (t Task) schoolsOf(ctx context.Context, tx *store.Tx, on day.Day) ([]placed, error) {
	var schools []org.School
	if t.Place.Kind == access.SchoolKind {
		s, err := org.SchoolOn(ctx, tx, t.Who, t.Place.ID, on)
		if err != nil {
			return nil, err
		}
		schools = []org.School{s}
	} else {
		for _, relation := range []org.Relation{org.Located, org.Managed} {
			more, err := org.SchoolsUnder(ctx, tx, t.Who, t.Place.ID, on, relation)
			if err != nil {
				return nil, err
			}
			for _, s := range more {
				if !slices.ContainsFunc(schools, func(k org.School) bool { return k.ID == s.ID }) {
					schools = append(schools, s)
				}
			}
		}
	}
	all := make([]placed, len(schools))
	for i, s := range schools {
		all[i].School = s
		path, err := org.Path(ctx, tx, s.LocatedIn, on)
		if err != nil {
			return nil, err
		}
		for _, u := range path {
			switch u.Kind {
			case org.Province:
				all[i].Province = u.Code
			case org.District:
				all[i].District = u.Code
			case org.Commune:
				all[i].Commune = u.Code
			}
		}
	}
	return all, nil
}

func (t Task) dayOf(ctx context.Context, db *store.Store) (on day.Day, err error) {
	if on, err = t.on(); err != nil || !on.IsZero() {
		return on, err
	}
	err = db.Read(ctx, func(_ context.Context, tx *store.Tx) error {
		on = tx.Today()
		return nil
	})
	return on, err
}

// openNational opens a list with one slice a school.
func openNational(fields []string, rowsOf func(ctx context.Context, tx *store.Tx, t Task, s placed, on day.Day) ([]fieldRow, error)) func(context.Context, *store.Store, Task) (*Rows, error) {
	return func(ctx context.Context, db *store.Store, t Task) (*Rows, error) {
		on, err := t.dayOf(ctx, db)
		if err != nil {
			return nil, err
		}
		var schools []placed
		err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			schools, err = t.schoolsOf(ctx, tx, on)
			return err
		})
		rows := &Rows{Title: t.PlaceName, Columns: fieldColumns(fields)}
		rows.Next = bySlices(db, schools, func(ctx context.Context, tx *store.Tx, s placed) (slice [][]paper.Cell, err error) {
			all, err := rowsOf(ctx, tx, t, s, on)
			for _, r := range all {
				slice = append(slice, r.cells(fields))
			}
			return slice, err
		})
		return rows, err
	}
}

// levelGroups are codes of DM_NHOM_CAP_HOC by the levels that a school teaches.
var levelGroups = map[string]string{"MN": "01", "TH": "06", "THCS": "07", "THPT": "08", "TH THCS": "09", "THCS THPT": "10", "TH THCS THPT": "11",
	"MN TH": "16", "MN TH THCS THPT": "17", "MN TH THCS": "18"}

// schoolKind is the code of DM_LOAI_TRUONG, "" where the type does not decide it: whether a
// boarding school is the province's or the district's (02, 03) is not kept.
func schoolKind(s org.School) string {
	switch {
	case s.Type == "" || strings.HasPrefix(s.Type, "PTDTNT"):
		return ""
	case strings.HasPrefix(s.Type, "PTDTBT"):
		return "01"
	case s.Type == "GDNN-GDTX":
		return "16"
	case s.Levels == "GDTX":
		return "15"
	case s.Levels == "MN":
		return "13"
	case s.HasLevel("TH") || s.HasLevel("THCS") || s.HasLevel("THPT"):
		return "07"
	}
	return ""
}

func schoolRows(ctx context.Context, tx *store.Tx, t Task, s placed, on day.Day) ([]fieldRow, error) {
	classes, err := national.ClassesOn(ctx, tx, t.Who, s.ID, on)
	if err != nil {
		return nil, err
	}
	enrolled, err := national.EnrolledAt(ctx, tx, t.Who.Realm, s.ID, on)
	if err != nil {
		return nil, err
	}
	sites, err := org.Sites(ctx, tx, t.Who, s.ID, on)
	if err != nil {
		return nil, err
	}
	r := fieldRow{"MaTruongHoc": s.Code, "TenTruongHoc": s.Name, "NamHoc": strconv.Itoa(on.SchoolYear()), "CapHoc": levelGroups[s.Levels], "MaNhomCapHoc": levelGroups[s.Levels],
		"LoaiHinhTruong": schoolKind(s.School), "MaLoaiTruong": schoolKind(s.School), "MaTinh": s.Province, "MaHuyen": s.District, "MaXa": s.Commune,
		"TongSoLopHoc": strconv.Itoa(len(classes)), "TongSoHocSinh": strconv.Itoa(len(enrolled))}
	if len(sites) > 0 {
		r["SoDiemTruong"] = strconv.Itoa(len(sites))
	}
	return []fieldRow{r}, nil
}

func siteRows(ctx context.Context, tx *store.Tx, t Task, s placed, on day.Day) (rows []fieldRow, err error) {
	sites, err := org.Sites(ctx, tx, t.Who, s.ID, on)
	for _, site := range sites {
		rows = append(rows, fieldRow{"ClientId": site.ID.String(), "TenDiemTruong": site.Name, "MaTinhThanh": s.Province, "MaQuanHuyen": s.District})
	}
	return rows, err
}

// gradeCode is the code of DM_KHOI.
func gradeCode(level, grade string) string {
	n, err := strconv.Atoi(grade)
	switch {
	case grade == "NT":
		return "16"
	case level == student.MN:
		return "17"
	case err != nil:
		return ""
	case level == student.GDTX && n >= 10:
		return strconv.Itoa(n + 3)
	case level == student.GDTX && n >= 6:
		return strconv.Itoa(n + 14)
	case level == student.GDTX || level == student.GDNN:
		return ""
	}
	return twoDigits(n)
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// daySessions is BuoiHoc: 1 morning, 2 afternoon, 3 evening, 4–7 their sums.
func daySessions(w calendar.Week) string {
	key := ""
	for _, s := range calendar.Sessions {
		if w.Any(s) {
			key += strconv.Itoa(int(s))
		}
	}
	return map[string]string{"1": "1", "2": "2", "3": "3", "12": "4", "13": "5", "23": "6", "123": "7"}[key]
}

func classRows(ctx context.Context, tx *store.Tx, t Task, s placed, on day.Day) (rows []fieldRow, err error) {
	classes, err := national.ClassesOn(ctx, tx, t.Who, s.ID, on)
	if err != nil {
		return nil, err
	}
	enrolled, err := national.EnrolledAt(ctx, tx, t.Who.Realm, s.ID, on)
	if err != nil {
		return nil, err
	}
	plans, err := calendar.Plans(ctx, tx, t.Who.Realm, s.ID, on.SchoolYear())
	if err != nil {
		return nil, err
	}
	for i, c := range classes {
		r := fieldRow{"ClientId": c.ID.String(), "TenLopHoc": c.Name, "KhoiHoc": gradeCode(c.Level, national.CountedGrade(c, enrolled)), "LopGhep": "0", "LopGhepDoTuoi": "0", "ThuTu": strconv.Itoa(i + 1),
			"IsLopGdtx": flag(c.Level == student.GDTX), "IsLopCoTreKhuyetTat": flag(slices.ContainsFunc(enrolled, func(e national.Enrolled) bool { return e.Class == c.ID && e.Disability != "" }))}
		switch {
		case c.Combined() && c.Level == student.MN:
			r["LopGhepDoTuoi"] = strconv.Itoa(len(c.GradeList()))
		case c.Combined():
			r["LopGhep"] = "1"
		}
		if plan := plans.Class(c.ID); plan != nil {
			if table, has := plan.TimetableOn(on); has {
				r["BuoiHoc"] = daySessions(table.Week)
				if n := table.Week.Count(); n >= 5 && n <= 10 {
					r["SoBuoiTrenTuan"] = twoDigits(n - 4) // DM_SO_BUOI_HOC_TREN_TUAN begins at five sessions
				}
			}
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func flag(is bool) string {
	if is {
		return "1"
	}
	return "0"
}

// openChildren hands out the pupils of a class or school by class and name, numbers open.
func openChildren(columns []paper.Column, rowOf func(c student.Exported, number int) []paper.Cell) func(context.Context, *store.Store, Task) (*Rows, error) {
	return func(ctx context.Context, db *store.Store, t Task) (*Rows, error) {
		on, err := t.dayOf(ctx, db)
		if err != nil {
			return nil, err
		}
		in := student.ListIn{On: on}
		if t.Place.Kind == access.ClassKind {
			in.Class = t.Place.ID
		} else {
			in.School = t.Place.ID
		}
		rows := &Rows{Title: t.PlaceName, Columns: columns}
		err = db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			one := in
			one.Limit = 1
			_, total, err := student.List(ctx, tx, t.Who, one)
			rows.Total = int64(total)
			return err
		})
		rows.Next = oneByOne([]student.ListIn{in}, func(ctx context.Context, in student.ListIn) (slice [][]paper.Cell, err error) {
			var children []student.Exported
			err = db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) { // the room writes it into the audit book
				children, err = student.Export(ctx, tx, t.Who, in)
				return err
			})
			keys := map[string]string{}
			for _, c := range children {
				keys[c.ClassName] = viet.SortKey(c.ClassName)
			}
			slices.SortStableFunc(children, func(a, b student.Exported) int { return strings.Compare(keys[a.ClassName], keys[b.ClassName]) })
			for i, c := range children {
				slice = append(slice, rowOf(c, i+1))
			}
			return slice, err
		})
		return rows, err
	}
}

// studentRow fills what is known. MaLopHocDn and MaLopHocCn stay empty: they are numbers that
// the national database gave to its classes, and nobody has told them here.
func studentRow(c student.Exported, number int) fieldRow {
	p := c.Person
	given := ""
	if names := strings.Fields(p.Name); len(names) > 0 {
		given = names[len(names)-1]
	}
	ethnicity, _ := student.EthnicityOf(p.Ethnicity)
	r := fieldRow{"ClientId": c.Pupil.String(), "MaHocSinh": p.Code, "TenHocSinh": given, "HoTen": p.Name, "MaDanToc": ethnicity.Code1979,
		"GioiTinh": map[string]string{"M": "01", "F": "02"}[p.Sex], "NgaySinh": p.Born.String() + "T00:00:00.0", "NoiSinh": p.Birthplace, "SoDthoaiDdong": p.Phone,
		"TenTthonThtru": c.Village, "KhuyetTat": flag(p.Disability != ""), "MaLoaiKhuyetTat": p.Disability, "KhoiHoc": gradeCode(c.Level, c.Grade), "TrangThai": "01",
		"ThuTu": strconv.Itoa(number), "MaCongDan": p.NationalID, "BanTru": flag(c.Boarding == "semi-boarding"), "NoiTru": flag(c.Boarding == "boarding")}
	for _, g := range c.Guardians {
		switch g.Relation {
		case "father":
			r["HoTenBo"], r["SoDienThoaiBo"] = g.Name, g.Phone
		case "mother":
			r["HoTenMe"], r["SoDienThoaiMe"] = g.Name, g.Phone
		default:
			r["HoTenNguoiGiamHo"], r["SoDienThoaiNguoiGiamHo"] = g.Name, g.Phone
		}
	}
	return r
}
