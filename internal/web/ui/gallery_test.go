package ui_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"ralop/internal/ratio"
	"ralop/internal/text"
	"ralop/internal/web/ui"
)

// within puts parts between the braces of a component, as a templ file does.
func within(outer templ.Component, parts ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return outer.Render(templ.WithChildren(ctx, templ.Join(parts...)), w)
	})
}

func nav(current int) []ui.NavItem {
	items := []ui.NavItem{
		{Label: "Hôm nay", URL: "/hom-nay", Icon: ui.IconToday}, {Label: "Học sinh", URL: "/hoc-sinh", Icon: ui.IconPupils},
		{Label: "Vận động", URL: "/van-dong", Icon: ui.IconVisit}, {Label: "Chỉ đạo", URL: "/chi-dao", Icon: ui.IconFlag},
		{Label: "Báo cáo", URL: "/bao-cao", Icon: ui.IconReport}, {Label: "Quản trị", URL: "/quan-tri", Icon: ui.IconSettings},
	}
	items[current].Current = true
	return items
}

func chrome(title string, current int) ui.Chrome {
	return ui.Chrome{
		Lang: text.Vietnamese, Title: title, Return: "/bang/tuan-giao?thang=2020-05", Nav: nav(current), Version: "0.1",
		Place: []ui.Crumb{{Label: "Tỉnh Điện Biên", URL: "/bang/dien-bien"}, {Label: "Huyện Tuần Giáo", URL: "/bang/tuan-giao"}, {Label: "Xã Pú Nhung"}},
		Time: &ui.TimeControl{Label: "Tháng 5/2020", Detail: "01/05 – 29/05/2020", Previous: "?thang=2020-04", Action: "/bang/tuan-giao",
			From: "2020-05-01", To: "2020-05-29", Keep: []ui.Pair{{Name: "cap", Value: "thcs"}},
			Choices: []ui.Choice{{Label: "Hôm nay", URL: "?ngay=2020-05-29"}, {Label: "Tuần này", URL: "?tuan=35"}, {Label: "Tháng 5/2020", URL: "?thang=2020-05", Current: true}, {Label: "Học kỳ II", URL: "?ky=2"}, {Label: "Năm học 2019–2020", URL: "?nam=2019"}}},
		Person:        &ui.Person{Name: "Lò Thị Minh Hoa", Role: "Phòng Giáo dục và Đào tạo huyện Tuần Giáo"},
		Demonstration: true, DemoLinks: []ui.Choice{{Label: "Đổi vai", URL: "/vai"}},
	}
}

func wave(n int, base, swing float64, phase float64) []ui.Point {
	points := make([]ui.Point, n)
	for i := range points {
		v := base + swing*math.Sin(float64(i)*0.7+phase) - swing*1.4*math.Exp(-math.Pow(float64(i)-float64(n)*0.6, 2)/3)
		points[i] = ui.Point{Label: fmt.Sprintf("T%d", i+1), Value: math.Round(v*100) / 100}
	}
	return points
}

func tiles() templ.Component {
	return ui.Tiles(
		ui.Tile{Label: "Huy động ra lớp", URL: "/so/huy-dong", Ratio: ratio.Of(24655, 25012), Target: ratio.Of(985, 1000), Reached: true,
			Change: ui.Change{Text: "+0,12 điểm so với tháng 4", Direction: 1, Tone: ui.Green}, Trend: wave(12, 98, .4, 1), Past: wave(12, 97.5, .5, 2), Coverage: ratio.Of(96, 100)},
		ui.Tile{Label: "Duy trì sĩ số", URL: "/so/duy-tri", Ratio: ratio.Of(24811, 25012), Target: ratio.Of(99, 100), Reached: true,
			Change: ui.Change{Text: "không đổi so với tháng 4"}, Trend: wave(12, 99, .2, 0), Past: wave(12, 98.8, .3, 1)},
		ui.Tile{Label: "Chuyên cần", URL: "/so/chuyen-can", Ratio: ratio.Of(711, 770), Target: ratio.Of(95, 100), Tone: ui.Red,
			Change: ui.Change{Text: "−1,35 điểm so với tháng 4", Direction: -1, Tone: ui.Red}, Trend: wave(12, 93, 1.5, 0), Past: wave(12, 94, 1, 2), Coverage: ratio.Of(963, 1000),
			Badge: ui.Badge{Label: "Tạm tính", Tone: ui.Amber}.Draw()},
		ui.Tile{Label: "Học sinh có nguy cơ bỏ học", URL: "/so/nguy-co", Value: "1.204", Unit: "em", Detail: "4,8 % sĩ số", Thin: true, Coverage: ratio.Of(61, 100),
			Change: ui.Change{Text: "+86 em so với tháng 4", Direction: 1, Tone: ui.Red}, Trend: wave(12, 1000, 90, 3)},
	)
}

var communes = []string{"Pú Nhung", "Rạng Đông", "Ta Ma", "Phình Sáng", "Mùn Chung", "Nà Tòng", "Mường Mùn", "Pú Xi", "Mường Thín", "Quài Cang", "Quài Nưa", "Quài Tở", "Tỏa Tình", "Tênh Phông", "Chiềng Sinh", "Chiềng Đông", "Nà Sáy", "Mường Khong", "TT. Tuần Giáo"}

func unitTable() templ.Component {
	t := ui.Table{
		Caption: "Các xã, thị trấn của huyện Tuần Giáo", Note: "Tháng 5/2020 · theo nơi học · bậc THCS",
		Columns: []ui.Column{{Label: "Đơn vị", Sort: "?xep=ten"}, {Label: "Lớp", Number: true, Sort: "?xep=lop"}, {Label: "Sĩ số", Number: true, Sort: "?xep=si-so"},
			{Label: "Chuyên cần", Number: true, Sort: "?xep=-chuyen-can", Sorted: ui.Ascending}, {Label: "Duy trì sĩ số", Number: true, Sort: "?xep=duy-tri"},
			{Label: "Vắng không phép", Number: true, Sort: "?xep=k"}, {Label: "Diễn biến"}, {Label: "Tình hình"}},
	}
	for i, name := range communes[:9] {
		n := int64(830 + 12*i)
		tone, state := ui.Plain, ui.Badge{Label: "Đã nhận", Tone: ui.Green, Icon: ui.IconCheck}
		if i < 2 {
			tone, state = ui.Red, ui.Badge{Label: "Thiếu báo cáo", Tone: ui.Red, Icon: ui.IconWarning}
		} else if i == 2 {
			tone, state = ui.Amber, ui.Badge{Label: "Chờ duyệt", Tone: ui.Amber, Icon: ui.IconClock}
		}
		t.Rows = append(t.Rows, ui.Row{Tone: tone, Cells: []templ.Component{
			ui.LinkNote("/bang/x", "Xã "+name, when(i%3 == 0, "khu vực III")), ui.Count(int64(18+i), ""), ui.Count(1042, "/lop"),
			ui.Rate{Ratio: ratio.Of(n, 1000), Target: ratio.Of(95, 100), Tone: tone, URL: "/so", Thin: i == 5, Coverage: ratio.Of(58, 100)}.Cell(),
			ui.Rate{Ratio: ratio.Of(1030+int64(i), 1042), URL: "/so"}.Cell(), ui.Count(int64(61-5*i), "/k"),
			ui.Spark(ui.Sparkline{Label: "Diễn biến: Xã " + name, Points: wave(10, 92, 1, float64(i)), Inline: true}), state.Draw(),
		}})
	}
	t.Total = &ui.Row{Cells: []templ.Component{ui.Text("Toàn huyện"), ui.Count(198, ""), ui.Count(9378, ""), ui.Rate{Ratio: ratio.Of(8694, 9378)}.Cell(), ui.Rate{Ratio: ratio.Of(9290, 9378)}.Cell(), ui.Count(369, ""), ui.Nothing(), ui.Nothing()}}
	t.Foot = ui.Pager(ui.Pages{Label: "1–9 trong 19 xã, thị trấn", Next: "?trang=2", Previous: "?trang=0", Now: "Trang 1"})
	return t.Draw()
}

func when(yes bool, s string) string {
	if yes {
		return s
	}
	return ""
}

func strip(quiet bool) ui.Strip {
	s := ui.Strip{Title: "35 tuần của em học sinh", Note: "Mỗi ô là một buổi chính", Rows: []string{"T2", "T3", "T4", "T5", "T6", "T7"}, Quiet: quiet}
	months := map[int]string{0: "T9", 4: "T10", 8: "T11", 13: "T12", 17: "T1", 21: "T2", 25: "T3", 30: "T4", 34: "T5"}
	for w := range 35 {
		week := ui.StripWeek{Label: fmt.Sprintf("Tuần %d", w+1), Month: months[w]}
		for d := range 6 {
			mark := ui.DayPresent
			switch x := (w*7 + d*11 + w*d) % 41; {
			case w == 20 || w == 21:
				mark = ui.DayClosed
			case w > 21 && w < 24:
				mark = ui.DayUnexcused
			case x == 3:
				mark = ui.DayExcused
			case x == 5:
				mark = ui.DayLate
			case x == 9:
				mark = ui.DayMissing
			case w == 34 && d > 2:
				mark = ui.DayNone
			case w == 34:
				mark = ui.DayUnknown
			}
			week.Days = append(week.Days, ui.StripDay{Mark: mark, Text: fmt.Sprintf("tuần %d, %s: %s", w+1, s.Rows[d], mark)})
		}
		s.Weeks = append(s.Weeks, week)
	}
	return s
}

func classStrip() ui.Strip {
	s := strip(false)
	s.Title, s.Steps = "Lớp 7A: tỷ lệ vắng từng ngày", []string{"vắng dưới 2 %", "2–5 %", "5–10 %", "10–20 %", "từ 20 %"}
	for w := range s.Weeks {
		for d := range s.Weeks[w].Days {
			if m := s.Weeks[w].Days[d].Mark; m != ui.DayClosed && m != ui.DayMissing && m != ui.DayNone {
				s.Weeks[w].Days[d].Mark, s.Weeks[w].Days[d].Step = ui.DayShare, (w*w+d*3)%5
				if w < 18 {
					s.Weeks[w].Days[d].Step = (w + d) % 2
				}
			}
		}
	}
	return s
}

func squares() ui.UnitMap {
	m := ui.UnitMap{Title: "Chuyên cần theo xã, tháng 5/2020", Note: "Đậm hơn là thấp hơn", Bounds: [4]float64{88, 91, 94, 97}, Unit: "%", LowDark: true}
	for i, name := range communes {
		v := 86.5 + float64((i*37)%120)/10
		m.Units = append(m.Units, ui.MapUnit{Name: name, URL: "/bang/x", Col: 1 + i%6, Row: 1 + i/6, Point: ui.Point{Value: v, Text: strings.Replace(fmt.Sprintf("%.2f", v), ".", ",", 1), Thin: i == 4, None: i == 11}})
	}
	return m
}

func outlines() ui.UnitMap {
	m := squares()
	m.Title, m.Width, m.Height = "Bản đồ chuyên cần", 600, 400
	for i := range m.Units {
		x, y := float64(i%6)*100, float64(i/6)*100
		m.Units[i].Path = fmt.Sprintf("M%g %gl100 %d v100 l-100 %dz", x, y, (i%3)*4-4, 4-(i%3)*4)
		m.Units[i].X, m.Units[i].Y = x+50, y+48
	}
	return m
}

func board() templ.Component {
	c := chrome("Xã Pú Nhung", 0)
	c.Lead = "2 trường chưa gửi điểm danh sáng nay; chuyên cần THCS thấp hơn chỉ tiêu 2,66 điểm."
	c.Actions = ui.Buttons(ui.Button{Label: "Xuất xlsx", URL: "/xuat", Icon: ui.IconDownload}, ui.Button{Label: "Lập báo cáo tháng", URL: "/bao-cao/moi", Kind: ui.Primary, Icon: ui.IconReport})
	c.Notices = []ui.Notice{{Tone: ui.Green, Text: "Đã gửi nhắc việc tới 2 trường lúc 7:42.", Links: []ui.Choice{{Label: "Xem", URL: "/nhac"}}}}
	line := ui.LineChart{Title: "Học sinh trở lại sau Tết, theo ngày", Note: "Phần trăm học sinh đã đến lớp ít nhất một buổi", Unit: "%",
		Target: &ui.Point{Label: "Chỉ tiêu", Value: 95, Text: "95 %"},
		Series: []ui.Series{{Name: "Xã Pú Nhung", Points: wave(12, 91, 3, 0)}, {Name: "Xã Ta Ma", Points: wave(12, 86, 4, 1)}, {Name: "Năm trước", Points: wave(12, 88, 2, 2), Past: true}}}
	line.Series[0].Points[4].None = true
	bars := ui.BarChart{Title: "Nguyên nhân vắng dài ngày", Note: "116 lượt, tháng 5/2020", Bars: []ui.Bar{
		{Label: "Theo bố mẹ lên nương", URL: "/n/1", Point: ui.Point{Value: 43, Text: "43 lượt"}}, {Label: "Ốm, sức khỏe", Point: ui.Point{Value: 27, Text: "27 lượt"}},
		{Label: "Nhà xa, đường trơn", Point: ui.Point{Value: 19, Text: "19 lượt"}}, {Label: "Tảo hôn", Point: ui.Point{Value: 4, Text: "4 lượt"}, Tone: ui.Red}, {Label: "Chưa rõ", Point: ui.Point{Value: 23, Text: "23 lượt"}, Tone: ui.Grey}}}
	multiples := ui.Multiples{Title: "Chuyên cần theo cấp học"}
	for i, name := range []string{"Mầm non", "Tiểu học", "THCS", "THPT", "GDTX–GDNN"} {
		multiples.Items = append(multiples.Items, ui.Multiple{Name: name, URL: "/cap", Text: "9" + fmt.Sprint(i) + ",31 %", Note: "1.204/1.310", Points: wave(14, 92, 2, float64(i)), Past: wave(14, 91, 2, float64(i)+1)})
	}
	return within(ui.Page(c),
		ui.Tabs("Cấp học", ui.Choice{Label: "Tất cả", URL: "?cap="}, ui.Choice{Label: "Mầm non", URL: "?cap=mn", Count: "7.204"}, ui.Choice{Label: "Tiểu học", URL: "?cap=th", Count: "9.870"}, ui.Choice{Label: "THCS", URL: "?cap=thcs", Current: true, Count: "6.112"}, ui.Choice{Label: "THPT", URL: "?cap=thpt", Count: "1.826"}),
		tiles(),
		within(ui.SectionWith("don-vi", "Xã, thị trấn", ui.Switch("Cách nhìn", ui.Choice{Label: "Theo nơi học", URL: "?view=truong", Current: true}, ui.Choice{Label: "Theo nơi ở", URL: "?view=cu-tru"})), unitTable()),
		within(ui.Section("quyet-dinh", "Cần quyết định", ""), ui.List(
			ui.Item{Title: "Trường PTDTBT THCS Pú Nhung chưa nộp báo cáo tháng", Text: "Hạn 25/5, đã quá 4 ngày; hiệu trưởng được nhắc 2 lần.", URL: "/viec/1", Tone: ui.Red, End: ui.Press(ui.Button{Label: "Nhắc lần 3", Small: true})},
			ui.Item{Title: "3 em chuyển trường chưa được nơi đến xác nhận", Text: "Từ Trường THCS Ta Ma, 12/5; đang không tính vào sĩ số nơi nào.", URL: "/viec/2", Tone: ui.Amber},
			ui.Item{Title: "Xã Phình Sáng giảm chuyên cần 3 tuần liền", Text: "THCS: 94,1 % → 92,8 % → 90,3 %. Bốn lớp 8 và 9.", URL: "/viec/3"})),
		within(ui.Section("dien-bien", "Diễn biến", ""), line.Draw(), bars.Draw(), multiples.Draw(), classStrip().Draw(), strip(false).Draw()),
		within(ui.Section("ban-do", "Bản đồ", ""), squares().Draw(), outlines().Draw()),
	)
}

func paper() templ.Component {
	c := chrome("Báo cáo tháng 5/2020", 4)
	c.Badge = ui.Badge{Label: "Trình duyệt", Tone: ui.Amber, Icon: ui.IconClock}.Draw()
	c.Notices = []ui.Notice{{Tone: ui.Amber, Title: "2 trường chưa nộp", Text: "Số liệu của hai trường này là tạm tính và được ghi rõ trong báo cáo."}, {Text: "Số liệu chốt lúc 16:30 ngày 29/5/2020."}, {Tone: ui.Red, Text: "Không gửi được: mất kết nối. Bản dự thảo đã lưu."}}
	reason := ui.Field{Name: "ly_do", Label: "Lý do mở khóa", Help: "Người duyệt sẽ đọc câu này.", Error: "Xin ghi lý do, ít nhất 10 chữ.", Rows: "3"}
	day := ui.Field{Name: "ngay", Label: "Ngày ban hành", Kind: "date", Value: "2020-05-29", Class: "input-short"}
	number := ui.Field{Name: "so", Label: "Số", Help: "Lấy từ sổ văn thư, không tự đặt.", Class: "input-number", Mode: "numeric", Error: "Số 61o có chữ cái; xin nhập chữ số.", Value: "61o"}
	form := templ.Join(
		ui.Faults("", ui.Mistakes(number, reason)),
		wrap(`<form class="form" method="post" action="/x">`, `</form>`,
			wrap(`<div class="fields">`, `</div>`, ui.Input(number), ui.Input(day)),
			ui.Select(ui.Field{Name: "truong", Label: "Trường", Value: "b", Options: []ui.Option{{Value: "", Label: "Chọn trường"}, {Value: "a", Label: "THCS Ta Ma", Group: "Xã Ta Ma"}, {Value: "b", Label: "THCS Pú Nhung", Group: "Xã Pú Nhung"}}}),
			ui.TextArea(reason),
			ui.Radios(ui.Field{Name: "kq", Label: "Kết quả vận động", Class: "options-row", Value: "hua", Options: []ui.Option{{Value: "tro_lai", Label: "Trở lại"}, {Value: "hua", Label: "Hứa ngày…"}, {Value: "chuyen", Label: "Chuyển trường"}, {Value: "nghe", Label: "Học nghề"}}}),
			ui.Checks(ui.Field{Name: "gui", Label: "Gửi kèm", Optional: true, Options: []ui.Option{{Value: "xlsx", Label: "Bảng số liệu xlsx", Help: "Có công thức sống", Chosen: true}, {Value: "ds", Label: "Danh sách trường chưa nộp"}}}),
			ui.Input(ui.Field{Name: "tep", Label: "Tệp đã ký số", Kind: "file", Accept: ".pdf", Optional: true}),
			ui.Check(ui.Field{Name: "dong_y", Label: "Tôi đã đọc bản in thử"}, true),
			ui.Actions(ui.Button{Label: "Gửi trình duyệt", Kind: ui.Primary, Icon: ui.IconSend}, ui.Button{Label: "Lưu dự thảo"}, ui.Button{Label: "Trả lại", Kind: ui.Danger, Icon: ui.IconUndo, Opens: "hoi"}, ui.Button{Label: "Hủy", URL: "/", Kind: ui.Quiet}, ui.Button{Label: "Không bấm được", Disabled: true})))
	return within(ui.Page(c),
		within(ui.Card(""), ui.Steps("Đường đi của báo cáo", ui.Step{Label: "Dự thảo", Note: "Lò Thị Minh Hoa, 28/5", State: ui.StepDone}, ui.Step{Label: "Trình duyệt", Note: "chờ Phó trưởng phòng", State: ui.StepNow}, ui.Step{Label: "Duyệt"}, ui.Step{Label: "Phát hành"}, ui.Step{Label: "Tiếp nhận"})),
		within(ui.Section("mau", "Phát hành", "Số và ngày lấy từ sổ"), form),
		within(ui.Section("loc", "Danh sách học sinh", ""),
			ui.Filter(ui.FilterBar{Action: "/hoc-sinh", Search: &ui.Field{Name: "q", Label: "Tên hoặc mã", Hint: "nguyen van a"}, Clear: "/hoc-sinh", Fields: []ui.Field{{Name: "khoi", Label: "Khối", Options: []ui.Option{{Value: "", Label: "Tất cả"}, {Value: "7", Label: "Khối 7"}}}, {Name: "tu", Label: "Từ ngày", Kind: "date"}}}),
			ui.Chips("Lọc nhanh", ui.Choice{Label: "Vắng hôm nay", URL: "?", Current: true, Count: "12"}, ui.Choice{Label: "Vắng 3 ngày liền", URL: "?", Count: "4"}, ui.Choice{Label: "Chưa rõ", URL: "?"}),
			ui.Table{Caption: "Học sinh", Columns: []ui.Column{{Label: "Tên"}}, Empty: ui.Empty{Icon: ui.IconPupils, Title: "Chưa có học sinh nào", Text: "Trang này sẽ liệt kê học sinh của trường theo lớp. Nhập danh sách lớp từ tệp xlsx của cơ sở dữ liệu ngành để bắt đầu.", Act: ui.Press(ui.Button{Label: "Nhập danh sách lớp", Kind: ui.Primary, Icon: ui.IconUpload, URL: "/nhap"})}.Draw()}.Draw()),
		within(ui.Section("nhap", "Nhập danh sách", ""), within(ui.Card(""), ui.Progress{ID: "tien-do", Label: "Đang nhập danh sách lớp", Done: 8412, Of: 25000, Detail: "Dòng 8.412: 7 dòng lỗi đã ghi vào tệp riêng.", Poll: "/nhap/1"}.Draw(), ui.Progress{ID: "xong", Label: "Đã nhập xong", Done: 25000, Of: 25000, Finished: true}.Draw())),
		within(ui.Section("vu-viec", "Quá trình vận động", ""), wrap(`<div class="split">`, `</div>`,
			within(ui.Card("Diễn biến"), ui.Timeline(
				ui.Event{When: "18/5/2020, 7:12", Who: "Giàng A Sử, GVCN", Title: "Vắng buổi thứ 4 liền, không phép", Tone: ui.Red},
				ui.Event{When: "18/5/2020, 17:40", Who: "Mùa A Dính, trưởng bản", Title: "Đến nhà, gặp mẹ", Body: ui.Text("Mẹ hứa cho em trở lại lớp ngày 20/5. Anh trai đã bỏ học lớp 8 năm ngoái."), Tone: ui.Amber},
				ui.Event{When: "20/5/2020", Who: "Giàng A Sử", Title: "Em đã trở lại lớp", Tone: ui.Green})),
			within(ui.Card("Thông tin"), ui.Facts(ui.Fact{Label: "Người phụ trách", Value: ui.Text("Mùa A Dính")}, ui.Fact{Label: "Bản", Value: ui.Link("/ban/1", "Bản Phiêng Pi")}, ui.Fact{Label: "Hạn", Value: ui.Badge{Label: "còn 2 ngày", Tone: ui.Amber, Icon: ui.IconClock}.Draw()}, ui.Fact{Label: "Năm học", Value: strip(true).Draw()})))),
		within(ui.Section("rong", "Bảng rộng", ""), signs(), within(ui.Paper(), templ.Raw(`<p>ỦY BAN NHÂN DÂN HUYỆN TUẦN GIÁO</p><h2>BÁO CÁO</h2><p>Tỷ lệ chuyên cần đạt <mark>92,34 %</mark>.</p>`)), wideTable(), ui.Post("/nhac", ui.Button{Label: "Nhắc tất cả", Icon: ui.IconBell}, ui.Pair{Name: "xa", Value: "1"})),
		within(ui.More("Căn cứ và cách tính", false), ui.Text("Chuyên cần = số buổi có mặt ÷ số buổi phải học.")),
		within(ui.Dialog("hoi", "Trả lại báo cáo?"), ui.Text("Người lập sẽ nhận lại bản dự thảo kèm lý do."), ui.Actions(ui.Button{Label: "Trả lại", Kind: ui.Danger})),
	)
}

func signs() templ.Component {
	return ui.Table{Caption: "Lớp và buổi", Wide: true, Columns: []ui.Column{{Label: "Lớp"}, {Label: "Sáng"}, {Label: "Chiều"}}, Rows: []ui.Row{
		{Cells: []templ.Component{ui.Link("/lop/7a", "7A"), ui.Sign{State: ui.SignReceived, Absent: 3, Words: "7A, sáng: đã nhận, vắng 3", URL: "/phieu/1"}.Draw(), ui.Sign{State: ui.SignMissing, Words: "7A, chiều: chưa nhận", URL: "/phieu/2"}.Draw()}},
		{Cells: []templ.Component{ui.Link("/lop/7b", "7B"), ui.Sign{State: ui.SignLate, Absent: 12, Words: "7B, sáng: nhận muộn, vắng 12", URL: "/phieu/3"}.Draw(), ui.Sign{State: ui.SignClosed, Words: "7B, chiều: không học"}.Draw()}},
	}}.Draw()
}

func wideTable() templ.Component {
	t := ui.Table{Caption: "Sổ điểm danh lớp 7A, tháng 5/2020", Quiet: true, Wide: true, Compact: true, Columns: []ui.Column{{Label: "Họ và tên"}}}
	for day := range 22 {
		t.Columns = append(t.Columns, ui.Column{Label: fmt.Sprint(day + 4), Title: fmt.Sprintf("%d/5", day+4), Number: true})
	}
	t.Rows = []ui.Row{{Group: "Bản Phiêng Pi"}}
	for _, name := range []string{"Giàng A Chỉnh", "Cà Thị Bình", "Lò Văn Hặc"} {
		cells := []templ.Component{ui.Link("/hoc-sinh/1", name)}
		for day := range 22 {
			cells = append(cells, ui.Text(when(day%7 == 3, "K")))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: cells})
	}
	return t.Draw()
}

func wrap(open, closing string, parts ...templ.Component) templ.Component {
	all := append([]templ.Component{templ.Raw(open)}, parts...)
	return templ.Join(append(all, templ.Raw(closing))...)
}

func signIn() templ.Component {
	c := ui.Chrome{Lang: text.Vietnamese, Title: "Đăng nhập", Return: "/", Narrow: true, Demonstration: true, Version: "0.1"}
	return within(ui.Page(c), within(ui.Card(""), wrap(`<form class="form" method="post" action="/dang-nhap">`, `</form>`,
		ui.Input(ui.Field{Name: "ten", Label: "Tên đăng nhập", Complete: "username"}), ui.Input(ui.Field{Name: "mat_khau", Label: "Mật khẩu", Kind: "password", Complete: "current-password"}),
		ui.Actions(ui.Button{Label: "Đăng nhập", Kind: ui.Primary, Large: true}))))
}

func fault() templ.Component {
	c := chrome("Không lưu được phiếu điểm danh", 0)
	c.Narrow, c.Lang, c.Place, c.Time = true, text.Vietnamese, nil, nil
	return within(ui.Page(c), ui.ErrorPage{Happened: "Máy chủ không ghi được vào đĩa lúc 7:12.", Kept: "Phiếu của lớp 7A còn nguyên trên máy của cô.", Do: "Giữ trang này mở và bấm Gửi lại sau ít phút.", Number: "7F3-219-K", Act: ui.Press(ui.Button{Label: "Gửi lại", Kind: ui.Primary})}.Draw())
}

func phone() templ.Component {
	row := func(name, note, mark, sign, word string) string {
		return `<li class="pupil" data-mark="` + mark + `"><button class="pupil-tap" type="button"><span class="sign" aria-hidden="true">` + sign + `</span><span class="pupil-words"><span class="pupil-name">` + name + `</span><span class="pupil-note">` + note + `</span></span><span class="pupil-mark">` + word + `</span></button><button class="pupil-more" type="button" aria-label="Lý do: ` + name + `">⋯</button></li>`
	}
	body := `<form method="post" action="/diem-danh"><h2 class="part">Chưa rõ hôm qua</h2><ul class="pupils">` + row("Giàng A Chỉnh", "Vắng 3 buổi liền từ 14/5 · bản Phiêng Pi", "unknown", "?", "Chưa rõ") + `</ul><h2 class="part">Cả lớp</h2><ul class="pupils">` +
		row("Cà Thị Bình", "2007 · bản Chăn", "", "", "") + row("Giàng A Dơ", "2007 · bản Xá Tự", "present", "✓", "Có mặt") + row("Lò Văn Hặc", "xin nghỉ từ hôm qua", "excused", "P", "Có phép") + row("Mùa Thị Ly", "2007 · bản Trung Dình", "unexcused", "K", "Không phép") + row("Quàng Văn Nam", "2006", "late", "M", "Muộn") +
		row("Sùng A Páo", "2007", "", "", "") + row("Vừ Thị Say", "2007", "", "", "") + `</ul><div class="actions"><button class="button" type="button">Cả lớp có mặt</button><button class="button" type="button">Buổi này lớp không học</button></div>
		<div class="send"><div class="send-in"><div class="send-words"><b>35 em · vắng 3</b><small>Chưa nộp · 7:09</small></div><button class="button button-primary" type="submit">Nộp</button></div></div></form>`
	return within(ui.Light(ui.LightChrome{Lang: text.Vietnamese, Title: "Lớp 7A · 35 em", Detail: "Sáng thứ Hai, 18/5/2020", Back: "/hom-nay", State: "Đã lưu trên máy 7:12", Demonstration: true}), templ.Raw(body))
}

// gallery is every page of the samples by name; together they hold every component.
func gallery() map[string]templ.Component {
	return map[string]templ.Component{"board": board(), "paper": paper(), "sign-in": signIn(), "fault": fault(), "phone": phone()}
}

func render(t testing.TB, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestGallery renders every sample; with RALOP_GALLERY set it leaves the pages and their
// assets in that folder, to be looked at with any file server.
func TestGallery(t *testing.T) {
	folder := os.Getenv("RALOP_GALLERY")
	for name, c := range gallery() {
		page := render(t, c)
		if strings.Contains(page, "«") {
			t.Errorf("%s: a message is missing near %q", name, page[strings.Index(page, "«"):][:60])
		}
		if folder == "" {
			continue
		}
		for _, theme := range []string{"light", "dark"} {
			themed := strings.Replace(page, "<html ", `<html data-theme="`+theme+`" `, 1)
			put(t, filepath.Join(folder, name+"-"+theme+".html"), []byte(themed))
		}
	}
	if folder == "" {
		return
	}
	err := fs.WalkDir(os.DirFS("assets"), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(name) == ".css" {
			return err
		}
		save(t, folder, ui.Asset(name))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	save(t, folder, ui.Asset("desk.css"))
	save(t, folder, ui.Asset("phone.css"))
}

func save(t *testing.T, folder, address string) {
	answer := httptest.NewRecorder()
	ui.Handler().ServeHTTP(answer, httptest.NewRequest("GET", address, nil))
	put(t, filepath.Join(folder, filepath.FromSlash(address)), answer.Body.Bytes())
}

func put(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o644); err != nil {
		t.Fatal(err)
	}
}
