package paper_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ralop/internal/day"
	"ralop/internal/paper"
)

// sourceWords gives the letter as it came, without the marks of its transcription.
func sourceWords(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	return oneLine(regexp.MustCompile(`[#*]`).ReplaceAllString(string(text), ""))
}

// The two letters, set anew, hold every word of their text in its order, in docx and pdf.
func TestLettersHoldTheirText(t *testing.T) {
	for name, ends := range map[string][2]string{
		"letter-610": {"Theo báo cáo của Phòng", "tổ chức triển khai thực hiện./."},
		"letter-785": {"Thời gian qua, chất lượng", "các ngành phụ trách xã./."},
	} {
		t.Run(name, func(t *testing.T) {
			source := sourceWords(t, name)
			source = source[strings.Index(source, ends[0]) : strings.Index(source, ends[1])+len(ends[1])]
			d := letter(t, name)
			for kind, got := range map[string]string{
				"docx": oneLine(strings.Join(docxText(t, written(t, "docx", d)), " ")),
				"pdf":  oneLine(withoutPageNumbers(pdfPages(t, written(t, "pdf", d)))),
			} {
				if !strings.Contains(got, source) {
					t.Errorf("%s does not hold the letter's text:\n%s\nwant\n%s", kind, got, source)
				}
			}
		})
	}
}

// withoutPageNumbers joins pages, dropping the number that stands first on all but the first.
func withoutPageNumbers(pages []string) string {
	for i := range pages[1:] {
		_, pages[i+1], _ = strings.Cut(pages[i+1], "\n")
	}
	return strings.Join(pages, " ")
}

func TestFormOfTheLetters(t *testing.T) {
	got := docxText(t, written(t, "docx", letter(t, "letter-785")))
	for _, want := range []string{
		"ỦY BAN NHÂN DÂN", "TỈNH LAI CHÂU", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
		"Số: 785/UBND-VX", "Lai Châu, ngày 05 tháng 6 năm 2015",
		"V/v tăng cường huy động học sinh ra lớp, duy trì sĩ số, tăng tỷ lệ chuyên cần",
		"Kính gửi:", "- Ban Chỉ đạo Đổi mới GD&ĐT;", "- UBND các huyện, thành phố.",
		"Nơi nhận:", "- Như trên;", "- Đ/c Chủ tịch UBND tỉnh;", "- Lưu: VT, VX.", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("the letter lacks a paragraph %q", want)
		}
	}
}

// NĐ 30/2020: the day below 10 and the months 1 and 2 bear a zero, the months 3 to 12 none;
// a number below 10 bears one.
func TestDateAndNumber(t *testing.T) {
	for _, c := range []struct {
		date         day.Day
		number       string
		place, title string
	}{
		{day.Date(2015, 6, 5), "785", "Lai Châu, ngày 05 tháng 6 năm 2015", "Số: 785/BC-UBND"},
		{day.Date(2020, 2, 9), "7", "Lai Châu, ngày 09 tháng 02 năm 2020", "Số: 07/BC-UBND"},
		{day.Date(2020, 1, 31), "10", "Lai Châu, ngày 31 tháng 01 năm 2020", "Số: 10/BC-UBND"},
		{day.Date(2020, 3, 10), "1a", "Lai Châu, ngày 10 tháng 3 năm 2020", "Số: 1a/BC-UBND"},
		{day.Date(2019, 12, 1), "", "Lai Châu, ngày 01 tháng 12 năm 2019", "Số: /BC-UBND"},
		{0, "", "Lai Châu, ngày tháng năm", "Số: /BC-UBND"},
	} {
		d := paper.Document{Place: "Lai Châu", Date: c.date, Number: c.number, Symbol: "BC-UBND"}
		if got := oneLine(d.PlaceLine()); got != c.place {
			t.Errorf("%v: %q, want %q", c.date, got, c.place)
		}
		if got := oneLine(d.NumberLine()); got != c.title {
			t.Errorf("%q: %q, want %q", c.number, got, c.title)
		}
	}
}

func TestAddresseesReceiversAndEnd(t *testing.T) {
	for _, c := range []struct {
		name string
		d    paper.Document
		want []string
	}{
		{"one addressee on its line", paper.Document{To: []string{"Sở Nội vụ."}}, []string{"Kính gửi: Sở Nội vụ"}},
		{"several, each on its own", paper.Document{To: []string{"- Sở Nội vụ;", "Sở Y tế", "UBND các xã."}},
			[]string{"Kính gửi:", "- Sở Nội vụ;", "- Sở Y tế;", "- UBND các xã."}},
		{"receivers", paper.Document{Receivers: []string{"Như trên", "Lưu: VT, VX."}}, []string{"Nơi nhận:", "- Như trên;", "- Lưu: VT, VX."}},
		{"the end replaces the stop", paper.Document{Body: []paper.Block{paper.P("Hết.")}}, []string{"Hết./."}},
		{"the end is not doubled", paper.Document{Body: []paper.Block{paper.P("Hết./.")}}, []string{"Hết./."}},
		{"the end after v.v.", paper.Document{Body: []paper.Block{paper.Item("trường, lớp;")}}, []string{"- trường, lớp./."}},
		{"the end in the last run", paper.Document{Body: []paper.Block{paper.Rich(paper.Plain("Đạt "), paper.Bold("98%."))}}, []string{"Đạt 98%./."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := docxText(t, written(t, "docx", c.d))
			for _, want := range c.want {
				if !slices.Contains(got, want) {
					t.Errorf("no paragraph %q in %q", want, got)
				}
			}
		})
	}
}

// A named paper has its kind and subject in the middle, not under the number; a công văn the other way.
func TestKindDecidesWhereTheSubjectStands(t *testing.T) {
	d := paper.Document{Subject: "kiểm tra sĩ số"}
	if got := docxText(t, written(t, "docx", d)); !slices.Contains(got, "V/v kiểm tra sĩ số") {
		t.Errorf("công văn without V/v: %q", got)
	}
	d.Kind = "KẾ HOẠCH"
	got := docxText(t, written(t, "docx", d))
	if slices.Contains(got, "V/v kiểm tra sĩ số") || !slices.Contains(got, "KẾ HOẠCH") || !slices.Contains(got, "kiểm tra sĩ số") {
		t.Errorf("plan: %q", got)
	}
}

func TestAppendicesNameTheirPaper(t *testing.T) {
	d := paper.Document{Kind: "BÁO CÁO", Number: "5", Symbol: "BC-UBND", Date: day.Date(2020, 6, 5),
		Appendices: []paper.Appendix{{Title: "MỘT", Body: []paper.Block{paper.P("a")}}, {Title: "HAI", Body: []paper.Block{paper.P("b")}}}}
	pages := pdfPages(t, written(t, "pdf", d))
	if len(pages) != 3 {
		t.Fatalf("%d pages, want 3", len(pages))
	}
	for i, want := range []string{"Phụ lục I\nMỘT\n(Kèm theo Báo cáo số 05/BC-UBND ngày 05 tháng 6 năm 2020)", "Phụ lục II\nHAI\n"} {
		if got := pages[i+1]; !strings.HasPrefix(got, want) { // no page number: each appendix counts from 1
			t.Errorf("appendix %d: %q, want it to begin with %q", i+1, got, want)
		}
	}
}

// The faces and sizes of NĐ 30/2020, Phụ lục I, as Word will see them (w:sz counts half points).
func TestFaces(t *testing.T) {
	d := monthly()
	d.Body = append([]paper.Block{paper.P("nội dung")}, d.Body...)
	document := part(t, written(t, "docx", d), "word/document.xml")
	document += part(t, written(t, "docx", letter(t, "letter-785")), "word/document.xml")
	run := regexp.MustCompile(`<w:r><w:rPr>(<w:b/><w:bCs/>)?(<w:i/><w:iCs/>)?<w:sz w:val="(\d+)"/><w:szCs w:val="\d+"/></w:rPr><w:t xml:space="preserve">([^<]*)</w:t>`)
	faces := map[string]string{}
	for _, m := range run.FindAllStringSubmatch(document, -1) {
		face := m[3]
		if m[1] != "" {
			face += " bold"
		}
		if m[2] != "" {
			face += " italic"
		}
		faces[oneLine(m[4])] = face
	}
	for text, want := range map[string]string{
		"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM":  "24 bold",   // 12–13
		"Độc lập - Tự do - Hạnh phúc":         "26 bold",   // 13–14
		"HUYỆN TUẦN GIÁO":                     "24",        // cơ quan chủ quản, 12–13
		"PHÒNG GIÁO DỤC VÀ ĐÀO TẠO":           "24 bold",   // cơ quan ban hành, 12–13
		"Số: 785/UBND-VX":                     "26",        // 13
		"Tuần Giáo, ngày 02 tháng 6 năm 2020": "26 italic", // 13–14
		"BÁO CÁO": "28 bold", // 13–14
		d.Subject: "28 bold", // 13–14
		"V/v tăng cường huy động học sinh ra lớp, duy trì sĩ số, tăng tỷ lệ chuyên cần": "24", // 12–13
		"Kính gửi: Ủy ban nhân dân huyện Tuần Giáo":                                     "28",
		"nội dung":           "28", // 13–14
		"I. TÌNH HÌNH CHUNG": "28 bold",
		"KT. TRƯỞNG PHÒNG":   "26 bold", // 13–14
		"PHÓ TRƯỞNG PHÒNG":   "26 bold",
		"Lò Thị Mẩy":         "28 bold",        // 13–14
		"Nơi nhận:":          "24 bold italic", // 12
		"- Như trên;":        "22",             // 11
		"Phụ lục":            "28 bold",
	} {
		if got := faces[text]; got != want {
			t.Errorf("%q is set in %q, want %q", text, got, want)
		}
	}
}
