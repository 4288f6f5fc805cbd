package paper_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"ralop/internal/day"
	"ralop/internal/paper"
)

// letter reads a document of testdata: the two letters that the product answers, public papers.
func letter(t *testing.T, name string) paper.Document {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var d paper.Document
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// monthly is a report with all kinds of blocks and invented figures.
func monthly() paper.Document {
	units := []string{"Xã Mùn Chung", "Xã Mường Mùn", "Xã Pú Xi", "Xã Rạng Đông", "Xã Ta Ma", "Xã Tênh Phông",
		"Xã Tỏa Tình", "Xã Nà Sáy", "Xã Mường Thín", "Xã Chiềng Sinh", "Xã Chiềng Đông", "Xã Nà Tòng",
		"Xã Phình Sáng", "Xã Pú Nhung", "Xã Quài Cang", "Xã Quài Nưa", "Xã Quài Tở", "Xã Mường Khong", "Thị trấn Tuần Giáo"}
	t := paper.Table{
		Name: "Chuyên cần", Title: "Biểu 1. Sĩ số và tỷ lệ chuyên cần tháng 5 năm 2020", Unit: "Đơn vị tính: học sinh, lượt",
		Numbered: true,
		Columns: []paper.Column{
			{Key: "tt", Title: "TT", Align: paper.Center},
			{Key: "unit", Title: "Đơn vị"},
			{Key: "start", Title: "Đầu năm", Kind: paper.KindInteger},
			{Key: "in", Title: "Chuyển đến", Kind: paper.KindInteger},
			{Key: "out", Title: "Chuyển đi", Kind: paper.KindInteger},
			{Key: "drop", Title: "Bỏ học", Kind: paper.KindInteger},
			{Key: "now", Title: "Hiện tại", Kind: paper.KindBalance, Plus: []string{"start", "in"}, Minus: []string{"out", "drop"}},
			{Key: "base", Title: "Mẫu số duy trì", Kind: paper.KindBalance, Plus: []string{"start", "in"}, Minus: []string{"out"}, Aside: true},
			{Key: "kept", Title: "Tỷ lệ duy trì", Kind: paper.KindRatio, N: "now", D: "base"},
			{Key: "due", Title: "Lượt phải có mặt", Kind: paper.KindInteger},
			{Key: "present", Title: "Lượt có mặt", Kind: paper.KindInteger},
			{Key: "rate", Title: "Tỷ lệ chuyên cần", Kind: paper.KindRatio, N: "present", D: "due"},
			{Key: "due0", Title: "Lượt phải có mặt tháng trước", Kind: paper.KindInteger, Aside: true},
			{Key: "present0", Title: "Lượt có mặt tháng trước", Kind: paper.KindInteger, Aside: true},
			{Key: "rate0", Title: "Tỷ lệ tháng trước", Kind: paper.KindRatio, N: "present0", D: "due0", Aside: true},
			{Key: "change", Title: "So tháng trước", Kind: paper.KindChange, Now: "rate", Before: "rate0"},
		},
		Head: [][]paper.HeadCell{
			{{Text: "TT", Down: 2}, {Text: "Đơn vị", Down: 2}, {Text: "Sĩ số", Span: 5}, {Text: "Tỷ lệ duy trì", Down: 2},
				{Text: "Chuyên cần", Span: 3}, {Text: "So tháng trước (điểm %)", Down: 2}},
			{{Text: "Đầu năm"}, {Text: "Đến"}, {Text: "Đi"}, {Text: "Bỏ học"}, {Text: "Hiện tại"},
				{Text: "Lượt phải có mặt"}, {Text: "Lượt có mặt"}, {Text: "Tỷ lệ"}},
		},
		Notes: []string{"Ghi chú: “–” là chưa có số liệu; tỷ lệ duy trì tính theo kiểu 2 (trừ chuyển trường)."},
	}
	d := paper.Derived
	var all []int
	for i, unit := range units {
		n := int64(i)
		cells := []paper.Cell{paper.Text(string(rune('1' + i%9))), paper.Text(unit), paper.Int(900 + 37*n), paper.Int(n % 5), paper.Int(n % 4),
			paper.Int(n % 7), d(), d(), d(), paper.Int(19800 + 814*n), paper.Int(18900 + 790*n), d(),
			paper.Int(19000 + 800*n), paper.Int(18300 + 750*n), d(), d()}
		if i == 4 { // a unit that has not reported
			for _, j := range []int{9, 10} {
				cells[j] = paper.Unknown()
			}
		}
		if i == 6 {
			cells[5] = paper.Suppressed("<5")
			cells[6], cells[8] = paper.Int(1120), paper.Suppressed("…")
		}
		t.Rows = append(t.Rows, paper.Row{Cells: cells})
		all = append(all, i)
	}
	t.Rows = append(t.Rows, paper.Row{Style: paper.Total, Of: all, Cells: []paper.Cell{paper.Text(""), paper.Text("Toàn huyện"),
		paper.Sum(), paper.Sum(), paper.Sum(), paper.Int(54), d(), d(), d(), paper.Sum(), paper.Sum(), d(), paper.Sum(), paper.Sum(), d(), d()}})

	small := paper.Table{
		Title: "Tỷ lệ huy động theo độ tuổi",
		Columns: []paper.Column{{Key: "age", Title: "Độ tuổi"}, {Key: "d", Title: "Phải huy động", Kind: paper.KindInteger},
			{Key: "n", Title: "Đã ra lớp", Kind: paper.KindInteger}, {Key: "rate", Title: "Tỷ lệ", Kind: paper.KindRatio, N: "n", D: "d"}},
		Rows: []paper.Row{
			{Style: paper.Group, Cells: []paper.Cell{{Text: "Mầm non", Span: 4}, {}, {}, {}}},
			{Level: 1, Cells: []paper.Cell{paper.Text("5 tuổi"), paper.Int(1204), paper.Int(1201), d()}},
			{Style: paper.Group, Cells: []paper.Cell{{Text: "Phổ thông", Span: 4}, {}, {}, {}}},
			{Level: 1, Cells: []paper.Cell{paper.Text("6 tuổi vào lớp 1"), paper.Int(118), paper.Int(116), d()}},
			{Level: 1, Cells: []paper.Cell{paper.Text("11–14 tuổi học THCS"), paper.Int(0), paper.Int(0), d()}},
			{Style: paper.Total, Of: []int{1, 3, 4}, Cells: []paper.Cell{paper.Text("Cộng"), paper.Sum(), paper.Sum(), d()}},
		},
	}
	bars := paper.Chart{Title: "Tỷ lệ chuyên cần theo cấp học (%)", Kind: paper.Bars, Axis: "Cấp học", Rate: true, Floor: 80,
		Labels: []string{"Mầm non", "Tiểu học", "THCS", "THPT"},
		Series: []paper.Series{
			{Name: "Tháng 4", Points: []paper.Point{{N: 951, D: 1000}, {N: 970, D: 1000}, {N: 891, D: 1000}, {N: 940, D: 1000}}},
			{Name: "Tháng 5", Points: []paper.Point{{N: 955, D: 1000}, {N: 981, D: 1000}, {N: 871, D: 1000}, {}}}}}
	lines := paper.Chart{Title: "Tỷ lệ học sinh trở lại lớp sau Tết (%)", Kind: paper.Lines, Axis: "Ngày", Rate: true, Floor: 60,
		Labels: []string{"Ngày 1", "Ngày 2", "Ngày 3", "Ngày 4", "Ngày 5"},
		Series: []paper.Series{
			{Name: "Năm nay", Points: []paper.Point{{N: 66, D: 100}, {N: 74, D: 100}, {N: 85, D: 100}, {N: 91, D: 100}, {N: 96, D: 100}}},
			{Name: "Năm trước", Points: []paper.Point{{N: 70, D: 100}, {N: 79, D: 100}, {}, {N: 93, D: 100}, {N: 97, D: 100}}}}}
	return paper.Document{
		ParentAgency: "ỦY BAN NHÂN DÂN\nHUYỆN TUẦN GIÁO", Agency: "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO", Number: "", Symbol: "BC-PGDĐT", Place: "Tuần Giáo",
		Date: day.Date(2020, 6, 2), Kind: "BÁO CÁO", Mark: "DỰ THẢO",
		Subject: "Tình hình huy động học sinh ra lớp, duy trì sĩ số và tỷ lệ chuyên cần tháng 5 năm 2020",
		To:      []string{"Ủy ban nhân dân huyện Tuần Giáo"},
		Body: []paper.Block{
			paper.H1("I. TÌNH HÌNH CHUNG"),
			paper.Rich(paper.Plain("Kỳ báo cáo từ ngày 01/5/2020 đến ngày 31/5/2020. Toàn huyện có "), paper.Bold("19 xã, thị trấn"),
				paper.Plain(" với 65 trường; tỷ lệ chuyên cần đạt "), paper.Bold("95,31%"), paper.Plain(" ("), paper.Italic("tăng 0,12 điểm % so với tháng trước"), paper.Plain("), số liệu đầy đủ 98% số lớp-buổi.")),
			paper.H1("II. KẾT QUẢ"),
			paper.H2("1. Huy động"),
			paper.P("Kết quả huy động theo độ tuổi như sau:"),
			small.Block(),
			paper.H2("2. Duy trì sĩ số và chuyên cần"),
			t.Block(),
			paper.P("Các đơn vị còn thấp so với chỉ tiêu:"),
			paper.Item("Xã Ta Ma: chưa gửi số liệu của 3 lớp trong các ngày 11, 12 và 13 tháng 5; đã nhắc hai lần và hẹn bổ sung trước ngày 05 tháng 6;"),
			paper.SubItem("THCS: thấp nhất huyện."),
			bars.Block(),
			lines.Block(),
			paper.H1("III. KIẾN NGHỊ, ĐỀ XUẤT"),
			paper.P("Đề nghị Ủy ban nhân dân huyện chỉ đạo các xã có tỷ lệ chuyên cần thấp phân công cán bộ phụ trách từng bản."),
		},
		Receivers:  []string{"Như trên", "Lãnh đạo Phòng", "Lưu: VT"},
		Signatures: []paper.Signature{{Authority: []string{"KT. TRƯỞNG PHÒNG"}, Capacity: "PHÓ TRƯỞNG PHÒNG", Name: "Lò Thị Mẩy"}},
		Footnotes:  []string{"Chốt số liệu: khối 1204, mã 9f31c07d5a22. Bản dự thảo, chưa có giá trị."},
		Appendices: []paper.Appendix{{Title: "TỔNG HỢP THEO XÃ", Body: []paper.Block{t.Block()}}},
		Watermark:  "DỮ LIỆU MINH HỌA – KHÔNG CÓ GIÁ TRỊ",
	}
}

// TestLook writes the papers into $PAPER_OUT, or nowhere, for a person to look at.
func TestLook(t *testing.T) {
	dir := os.Getenv("PAPER_OUT")
	if dir == "" {
		dir = t.TempDir()
	}
	for name, d := range map[string]paper.Document{"610": letter(t, "letter-610"), "785": letter(t, "letter-785"), "monthly": monthly()} {
		for kind, write := range writers {
			var b bytes.Buffer
			if err := write(&b, d); err != nil {
				t.Fatalf("%s.%s: %v", name, kind, err)
			}
			if err := os.WriteFile(filepath.Join(dir, name+"."+kind), b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// writers write a document in each format.
var writers = map[string]func(io.Writer, paper.Document) error{}

func init() {
	for _, f := range []paper.Format{paper.FormatPDF, paper.FormatDocx, paper.FormatXLSX, paper.FormatJSON} {
		writers[string(f)] = func(w io.Writer, d paper.Document) error { return paper.Write(w, f, d) }
	}
}
