package exchange_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"ralop/internal/student"
	"ralop/internal/viet"
)

var uglyFiles = []ugly{
	{
		name: "three rows of headings", file: "ds.xlsx",
		says: "titles, headings merged over three rows with father and mother as groups, a row that numbers the columns, a sum and signatures",
		build: book(func(t *testing.T, f *excelize.File) {
			put(t, f, "Sheet1", 1, []any{"PHÒNG GD&ĐT TUẦN GIÁO"}, []any{"DANH SÁCH HỌC SINH NĂM HỌC 2019-2020"})
			put(t, f, "Sheet1", 4, []any{"STT", "Thông tin học sinh", "", "", "", "Cha mẹ"},
				[]any{"", "Họ và tên", "Ngày sinh", "Giới tính", "Lớp", "Cha", "", "Mẹ", ""},
				[]any{"", "", "", "", "", "Họ tên", "Năm sinh", "Họ tên", "Năm sinh"},
				[]any{"(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)"},
				[]any{1, "Sùng A Tủa", "05/9/2007", "Nam", "7A", "Sùng A Giàng", 1980, "Giàng Thị Mỷ", 1985},
				[]any{2, "Vừ Thị Mỵ", "1/2/2007", "Nữ", "7B", "", "", "Thào Thị Sua", 1986},
				[]any{"", "Tổng cộng: 02 học sinh"},
				[]any{"", "", "", "", "Tuần Giáo, ngày 05 tháng 9 năm 2019"},
				[]any{"", "NGƯỜI LẬP", "", "", "HIỆU TRƯỞNG"},
				[]any{},
				[]any{"", "Cà Văn Lả", "", "", "Lò Thị Hom"})
			for _, m := range []string{"A4:A6", "B4:E4", "F4:I4", "B5:B6", "C5:C6", "D5:D6", "E5:E6", "F5:G5", "H5:I5", "A1:I1"} {
				from, to, _ := strings.Cut(m, ":")
				must(t, f.MergeCell("Sheet1", from, to))
			}
		}),
		in: student.RosterCounts{New: 2, Classes: 2}, findings: "exchange.passed-signature exchange.passed-total",
		see: func(t *testing.T, r *recognised) {
			if got := fmt.Sprint(r.column("father"), r.column("mother_born"), len(r.Titles)); got != "[Sùng A Giàng ] [1985 1986] 3" {
				t.Error(got)
			}
		},
	},
	{
		name: "TCVN3 by bytes", file: "ds.csv", says: "a file of bytes of TCVN3 (ABC), headings and all, semicolons",
		build: func(t *testing.T) []byte { return old(t, viet.TCVN3, plainList) },
		in:    threeNew, findings: "exchange.old-encoding",
		see: func(t *testing.T, r *recognised) {
			if got := fmt.Sprint(r.column("name"), r.column("village")); got != "[Quàng Thị Hoà Lường Văn Thưởng Vừ Thị Mỵ] [Bản Lúm Phiêng Pi Bản Lúm]" {
				t.Error(got)
			}
		},
	},
	{
		name: "VNI in a workbook", file: "ds.xlsx", says: "text for VNI fonts, the name in two columns, Unicode headings",
		build: book(func(t *testing.T, f *excelize.File) {
			put(t, f, "Sheet1", 1, []any{"TT", "Họ đệm", "Tên", "Ngày sinh", "Nam/Nữ", "Tên lớp"},
				[]any{1, written(viet.VNI, "Quàng Thị"), written(viet.VNI, "Hoà"), "05/9/2007", written(viet.VNI, "Nữ"), "7A"},
				[]any{2, written(viet.VNI, "Lường Văn"), written(viet.VNI, "Thưởng"), "15/12/2007", "Nam", "7A"},
				[]any{3, written(viet.VNI, "Vừ Thị"), written(viet.VNI, "Mỵ"), "1/2/2007", written(viet.VNI, "Nữ"), "7B"})
		}),
		in: threeNew, findings: "exchange.old-encoding",
		see: func(t *testing.T, r *recognised) {
			if got := fmt.Sprint(r.column("name"), r.column("sex")); got != "[Quàng Thị Hoà Lường Văn Thưởng Vừ Thị Mỵ] [Nữ Nam Nữ]" {
				t.Error(got)
			}
		},
	},
	{
		name: "VIQR by tabs", file: "ds.txt", says: "the text of mailing lists, in tabs",
		build: func(t *testing.T) []byte {
			return []byte(strings.ReplaceAll(written(viet.VIQR, plainList), ";", "\t"))
		},
		in: threeNew, findings: "exchange.old-encoding",
	},
	{
		name: "Windows-1258", file: "ds.csv", says: "bytes of Windows-1258, where tones follow their vowels",
		build: func(t *testing.T) []byte { return old(t, viet.CP1258, plainList) },
		in:    threeNew, findings: "exchange.old-encoding",
		see: func(t *testing.T, r *recognised) {
			if got := fmt.Sprint(r.column("name")); got != "[Quàng Thị Hoà Lường Văn Thưởng Vừ Thị Mỵ]" {
				t.Error(got)
			}
		},
	},
	{
		name: "a sheet a class", file: "truong.xlsx", says: "a cover sheet, a sheet for each class named after it and no column for the class, a hidden sheet of last year",
		build: book(func(t *testing.T, f *excelize.File) {
			put(t, f, "Sheet1", 1, []any{"Hướng dẫn"}, []any{"Điền đủ các cột"})
			for _, name := range []string{"7A", "7B", "6A cũ"} {
				_, err := f.NewSheet(name)
				must(t, err)
			}
			head := []any{"STT", "Họ tên", "Ngày sinh", "Giới tính"}
			put(t, f, "7A", 1, head, []any{1, "Sùng A Tủa", "05/9/2007", "Nam"}, []any{2, "Lò Thị Ánh", "6/9/2007", "Nữ"})
			put(t, f, "7B", 1, head, []any{1, "Vừ Thị Mỵ", "1/2/2007", "Nữ"})
			put(t, f, "6A cũ", 1, head, []any{1, "Vàng A Cũ", "1/2/2005", "Nam"})
			must(t, f.SetSheetVisible("6A cũ", false))
		}),
		in: threeNew, findings: "exchange.hidden-part",
		see: func(t *testing.T, r *recognised) {
			if got := fmt.Sprint(r.column("class"), r.head.RowName(r.rows[2].Number)); got != "[7A 7A 7B]7B: 2" {
				t.Error(got)
			}
		},
	},
	{
		name: "numbers for codes", file: "ds.xlsx", says: "codes kept as numbers that lost their zero, one shown by a format of zeros, dates of a 1904 workbook",
		build: book(func(t *testing.T, f *excelize.File) {
			yes := true
			must(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
			put(t, f, "Sheet1", 1, []any{"Mã học sinh", "Họ tên", "Ngày sinh", "Giới tính", "Lớp", "Số định danh cá nhân", "SĐT"},
				[]any{990000001, "Sùng A Tủa", 37868, "Nam", "7A", 11207000011, 912000001},
				[]any{990000002, "Lò Thị Ánh", 37869, "Nữ", "7A", "011307000012", "0912000002"})
			format := "0000000000"
			style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
			must(t, err)
			must(t, f.SetCellStyle("Sheet1", "A3", "A3", style))
		}),
		in: student.RosterCounts{New: 2, Classes: 1}, findings: "exchange.zero-restored",
		see: func(t *testing.T, r *recognised) {
			born, err := r.head.Day(r.rows[0], "born")
			if got := fmt.Sprint(r.column("code"), r.column("national_id"), r.column("phone"), born, err); got != "[0990000001 0990000002] [011207000011 011307000012] [0912000001 0912000002] 2007-09-05 <nil>" {
				t.Error(got)
			}
		},
	},
	{
		name: "formulas and macros", file: "ds.xlsm", says: "a workbook with macros, formulas with and without a kept value, an error, a hidden row and a hidden column",
		build: func(t *testing.T) []byte {
			content := book(func(t *testing.T, f *excelize.File) {
				put(t, f, "Sheet1", 1, []any{"Họ tên", "Ngày sinh", "Giới tính", "Lớp", "Ghi chú"},
					[]any{"Sùng A Tủa", "05/9/2007", "Nam", "7A", "#REF!"}, []any{"Lò Thị Ánh", "6/9/2007", "Nữ", "7A"}, []any{"Vừ Thị Mỵ", "1/2/2007", "Nữ", "7B"})
				must(t, f.SetCellFormula("Sheet1", "E3", `UPPER("a")`))
				must(t, f.SetRowVisible("Sheet1", 3, false))
				must(t, f.SetColVisible("Sheet1", "B", false))
			})(t)
			return with(t, content, "xl/vbaProject.bin", []byte("macro"))
		},
		in: threeNew, findings: "exchange.formulas exchange.formulas-without-value exchange.hidden-column exchange.hidden-row exchange.hidden-rows exchange.macros",
	},
	{
		name: "no headings", file: "ds.csv", says: "rows and nothing above them: columns are known by what they hold",
		build: csvFile("1,Sùng A Tủa,05/9/2007,Nam,H'Mông,7A,011207000011\n2,Lò Thị Ánh,6/9/2007,Nữ,Thái,7A,\n3,Vừ Thị Mỵ,1/2/2007,Nữ,Mông,7B,\n"),
		in:    threeNew,
		see: func(t *testing.T, r *recognised) {
			if got := fmt.Sprint(r.column("national_id"), r.column("ethnicity"), r.Layout.HeadRow); got != "[011207000011  ] [H'Mông Thái Mông] -1" {
				t.Error(got)
			}
		},
	},
	{
		name: "zip of many", file: "khoi7.zip", says: "a csv for one class, a workbook for another, a zip inside, a picture of the system, a letter",
		build: func(t *testing.T) []byte {
			return zipped(t, map[string][]byte{
				"khối 7/7A.csv": []byte("Họ tên,Ngày sinh,Giới tính\nSùng A Tủa,05/9/2007,Nam\nLò Thị Ánh,6/9/2007,Nữ\n"),
				"7B.xlsx": book(func(t *testing.T, f *excelize.File) {
					put(t, f, "Sheet1", 1, []any{"Họ tên", "Ngày sinh", "Giới tính"}, []any{"Vừ Thị Mỵ", "1/2/2007", "Nữ"})
				})(t),
				"cũ.zip":              zipped(t, map[string][]byte{"x.csv": []byte("a,b\n")}),
				"__MACOSX/._7A.csv":   {1, 2},
				"~$7B.xlsx":           {1, 2},
				"khối 7/công văn.pdf": []byte("%PDF-1.4"),
			})
		},
		in: threeNew, findings: "exchange.nested-zip exchange.not-a-table",
	},
	{
		name: "dirty codes", file: "ds.csv", says: "codes of 6, 9 and 20 characters, one of another province, one name twice, one pupil in two classes",
		build: csvFile("Mã định danh,Họ tên,Ngày sinh,Giới tính,Lớp\n" +
			"123456,Sùng A Tủa,05/9/2007,Nam,7A\n" +
			"123456789,Lò Thị Ánh,6/9/2007,Nữ,7A\n" +
			"12345678901234567890,Vừ Thị Mỵ,1/2/2007,Nữ,7A\n" +
			"0199000004,Quàng Văn Ơn,2/2/2007,Nam,7A\n" +
			"1199000005,Lò Thị Ánh,6/9/2007,Nữ,7A\n" +
			"1199000006,Cà Thị Lả,3/2/2007,Nữ,7A\n" +
			"1199000006,Cà Thị Lả,3/2/2007,Nữ,7B\n"),
		in:       student.RosterCounts{New: 6, Refused: 1, Classes: 1},
		findings: "exchange.code-length exchange.code-province exchange.double-name exchange.two-classes", refused: "student.twice-in-file",
	},
	{
		name: "UTF-16 with bars", file: "ds.txt", says: "the text of a spreadsheet program in UTF-16, bars between the cells, line ends inside, decomposed letters, stray controls",
		build: func(t *testing.T) []byte {
			return []byte(utf16le(strings.ReplaceAll("Họ tên|\"Ngày\nsinh\"|Giới tính|Lớp|Địa chỉ\n"+
				"Quàng Thị Hoa\u0300|05/9/2007|Nữ|7A|\"Bản Lúm\nxã Mường Mùn\"\nLò\u200b Thị \u0007Ánh|6/9/2007|Nữ|7A|\n", "\n", "\r\n")))
		},
		in: student.RosterCounts{New: 2, Classes: 1},
		see: func(t *testing.T, r *recognised) {
			if got := fmt.Sprintf("%q", append(r.column("name"), r.column("address")[0])); got != `["Quàng Thị Hoà" "Lò Thị Ánh" "Bản Lúm\nxã Mường Mùn"]` {
				t.Error(got)
			}
		},
	},
	{
		name: "capitals that TCVN3 lacks", file: "ds.csv", says: "names in a font of capitals, villages whose first letter the byte lacks",
		build: func(t *testing.T) []byte {
			return old(t, viet.TCVN3, "HỌ VÀ TÊN;Ngày sinh;Giới tính;Lớp;Nơi sinh\nQUÀNG THỊ ÁNH;05/9/2007;Nữ;7A;Mường Ảng\nLÒ THỊ ỦNG;6/9/2007;Nữ;7A;Pa Ủ\nVừ Thị Ẻo;7/9/2007;Nữ;7A;xã Ảng Nưa\n")
		},
		in: student.RosterCounts{New: 3, Classes: 1}, findings: "exchange.capitals-doubtful exchange.capitals-restored exchange.old-encoding",
		see: func(t *testing.T, r *recognised) {
			if got := fmt.Sprint(r.column("name"), r.column("birthplace")); got != "[QUÀNG THỊ ÁNH LÒ THỊ ỦNG Vừ Thị Ẻo] [Mường Ảng Pa Ủ xã Ảng Nưa]" {
				t.Error(got)
			}
		},
	},
	{
		name: "a printed list", file: "in.xlsx", says: "the class stands between the rows, headings again on every page, numbers typed beforehand with nobody behind them",
		build: book(func(t *testing.T, f *excelize.File) {
			head := []any{"Số TT", "Họ và tên (*)", "Ngày, tháng, năm sinh", "Giới tính"}
			put(t, f, "Sheet1", 1, []any{"TRƯỜNG THCS"}, head, []any{"Lớp 7A"}, []any{1, "Sùng A Tủa", "05/9/2007", "Nam"}, []any{2, "Lò Thị Ánh", "6/9/2007", "Nữ"},
				head, []any{"Lớp: 7B"}, []any{1, "Vừ Thị Mỵ", "1/2/2007", "Nữ"}, []any{2}, []any{3}, []any{"Cộng", 3})
		}),
		in: threeNew, findings: "exchange.passed-blank exchange.passed-repeat exchange.passed-total",
		see: func(t *testing.T, r *recognised) {
			if got := fmt.Sprint(r.column("class")); got != "[7A 7A 7B]" {
				t.Error(got)
			}
		},
	},
	{
		name: "dates of all kinds", file: "ds.xlsx", says: "text with and without zeros, two digits for the year, points, a serial number, year first, an apostrophe",
		build: book(func(t *testing.T, f *excelize.File) {
			put(t, f, "Sheet1", 1, []any{"Họ tên", "Ngày sinh", "Giới tính", "Lớp"})
			for i, born := range []any{"05/09/2007", "5-9-07", "5.9.2007", 39330, "2007-09-05", "2007/9/5", "'05/9/2007", "05/09/2007 00:00:00"} {
				put(t, f, "Sheet1", 2+i, []any{"Sùng A " + string(rune('A'+i)), born, "Nam", "7A"})
			}
		}),
		in: student.RosterCounts{New: 8, Classes: 1},
		see: func(t *testing.T, r *recognised) {
			for _, row := range r.rows {
				if d, err := r.head.Day(row, "born"); err != nil || d.String() != "2007-09-05" {
					t.Errorf("%v %v", d, err)
				}
			}
		},
	},
	{
		name: "one heading over two columns", file: "ds.xlsx", says: "as vnEdu writes them: the name's heading drawn over two columns, an identity card between, a cell without end",
		build: book(func(t *testing.T, f *excelize.File) {
			put(t, f, "Sheet1", 3, []any{"STT", "Họ và tên", "", "Mã HS", "Ngày sinh", "Giới tính", "Lớp", "Chỗ ở hiện nay"},
				[]any{1, "Sùng A", "Tủa", "1199000001", "05/9/2007", "Nam", "7A", "Bản Lúm " + strings.Repeat("x", 3000)},
				[]any{2, "Lò Thị", "Ánh", "1199000002", "6/9/2007", "Nữ", "7A", ""})
			must(t, f.MergeCell("Sheet1", "B3", "C3"))
		}),
		in: student.RosterCounts{New: 2, Classes: 1}, findings: "exchange.cell-cut",
		see: func(t *testing.T, r *recognised) {
			if got := fmt.Sprint(r.column("name")); got != "[Sùng A Tủa Lò Thị Ánh]" {
				t.Error(got)
			}
		},
	},
}

// Short Unicode columns whose words are words in TCVN3, too ("Mông" there is "Mụng") stay
// what they are, whatever quotation marks stand beside them.
func TestFewWordsStayUnicode(t *testing.T) {
	for _, content := range []string{
		"Dòng,Lý do,Họ tên,Ngày sinh,Giới tính,Lớp,Dân tộc\n4,«31/2/2006» không phải là ngày,Vừ A Sai,28/2/2006,Nam,8A,Mông\n",
		"Họ tên,Ngày sinh,Giới tính,Lớp,Dân tộc\nLò A Sai,28/2/2006,Nam,8A,Mông\n",
		"Họ tên,Ngày sinh,Giới tính,Lớp,Dân tộc\nLò A Sai,28/2/2006,Nam,8A,H'Mông.\n",
	} {
		r, _, _ := ugly{file: "x.csv"}.open(t, []byte(content))
		if got := fmt.Sprint(r.column("name"), r.column("ethnicity")); !strings.Contains(got, "Mông") || strings.Contains(got, "Lũ") {
			t.Error(got)
		}
	}
}
