package story

import (
	"math/rand/v2"
	"strings"
)

// parts are the pieces that the names of one group are made of. Surnames of the Thái follow the book "Họ và tên của
// 54 dân tộc" (Nguyễn Khôi); Kinh given names are taken from vietnamese-namedb (MIT); the others are forms in general
// use. Parts only: whoever bears a name made of them is invented.
type parts struct {
	surnames           []string
	boyMiddle          []string
	girlMiddle         []string
	boyGiven, girlName []string
}

// Codes of ethnic groups: list of QĐ 121-TCTK/PPCĐ (1979), as the national education database uses it.
const (
	kinh  = "01"
	thai  = "03"
	hmong = "08"
	dao   = "09"
	giay  = "25"
	khomu = "29"
	khang = "33"
	hanhi = "35"
	lahu  = "41"
	lu    = "42"
	mang  = "45"
)

func list(s string) []string { return strings.Fields(s) }

var (
	taiBoys  = list("Ánh Bình Chính Chiến Cương Dũng Duy Đức Hải Hặc Hiếu Hoàng Hùng Huy Khánh Kiên Lả Long Lưu Minh Nam Nghĩa Ngoan Panh Phong Pọm Quân Quý Sơn Thắng Thanh Thiên Thoan Tiến Toản Trường Tuấn Tùng Việt Xôm")
	taiGirls = list("Ánh Bích Chi Diên Dung Duyên Điệp Giang Hà Hạnh Hằng Hiền Hoa Hồng Hương Inh Lả Lan Liên Linh Loan Mai Muôn My Nga Ngân Ngọc Nhung Phương Pỏm Quyên Sương Thảo Thơm Thu Thúy Trang Vân Xuân Yến")
	names    = map[string]parts{
		kinh: {list("Nguyễn Trần Lê Phạm Hoàng Vũ Phan Trương Bùi Đặng Đỗ Ngô Hồ Dương Đinh Lương Mai Trịnh Đoàn Cao"),
			list("Văn Đức Quang Minh Hữu"), list("Thị Thu Thanh Ngọc Kim"),
			list("An Anh Bách Bảo Bình Chiến Công Cường Dũng Duy Đạt Đức Gia Hải Hiển Hiếu Hoàn Hoàng Huân Hùng Huy Khang Khánh Khoa Kiên Lâm Long Minh Nam Nghĩa Phúc Quân Quang Sơn Tài Tân Thành Tuấn Tùng Vinh"),
			list("An Anh Bích Chi Diệp Diệu Dung Dương Giang Hà Hân Hạnh Hằng Hoa Hương Huyền Khánh Lan Liên Linh Loan Ly Mai My Nga Ngân Ngọc Nhi Nhung Phương Quỳnh Thảo Thu Thủy Trang Trâm Vân Vy Xuân Yến")},
		thai: {list("Lò Lường Quàng Tòng Cà Mè Lù Lềm Ngần Cầm Đèo Hoàng Lô Vì Sầm Tao Bạc Leo"),
			list("Văn"), list("Thị"), taiBoys, taiGirls},
		hmong: {list("Giàng Sùng Vàng Thào Lý Ly Lầu Mùa Hạng Vừ Hờ Cứ Tráng Phàng Sình Chang"),
			list("A A A A Mí"), list("Thị"),
			list("Páo Dơ Lềnh Say Vừ Tủa Chơ Tỏa Sáng Vàng Giàng Sùng Dình Chứ Phử Sềnh Lử Nhè Của Tếnh Chu Dế Sinh Thái Minh"),
			list("Mỵ Dở Mai Pà Dua Chở Sua Ka Dợ Xua Pàng Mỷ Ly Chía Sính Dung Hoa Máy")},
		dao: {list("Tẩn Phàn Chẻo Lý Triệu Đặng Bàn Phùng"), list("A Văn Láo"), list("Thị Tả Lở"),
			list("Lầu Sính Dũng Chiến San Sử Lở Ú Phù Minh Quang"), list("Mẩy Lở Ghến Mây Pham Hoa Lan")},
		giay:  {list("Vàng Lù Lý Hoàng Sần Nùng Lùng Lò"), list("Văn"), list("Thị"), taiBoys, taiGirls},
		khomu: {list("Lò Quàng Lường Tòng Cụt Xeo"), list("Văn"), list("Thị"), taiBoys, taiGirls},
		khang: {list("Lò Quàng Lường Hoàng"), list("Văn"), list("Thị"), taiBoys, taiGirls},
		hanhi: {list("Phu Chang Ly Lỳ Pờ Chu Khoàng Sừng Mạ Toán"), list("Xa Gió Giá Hừ Lòng Pó"), list("Mờ Dì Mè Xó Gió"),
			list("Da Chăn Bư De Xó Be Sơ Ché Nhù Hừ"), list("Mé De Bư Nhù Pư Da Chăn Be Sơ")},
		lahu: {list("Ly Giàng Vàng Phàn Pờ Lý Thàng"), list("Hừ Xa Go Phí"), list("Mé Nhù Go"), list("Xè Che Lòng Phạ Hừ Cà Sơn Xá"), list("Mé Xó Lé Nu Be Mai Pứ")},
		lu:   {list("Lò Tao Vàng Khoàng"), list("Văn"), list("Thị"), taiBoys, taiGirls},
		mang: {list("Lò Chìn Tào Sìn Pàn Lùng"), list("A Văn"), list("Thị Mè"), list("Phon Pao Sơn Chiến Nam Hai Ơn"), list("Mai Hoa Phương Sen Vang Ngoan")},
	}
)

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// personName invents a name; surname "" draws one.
func personName(r *rand.Rand, ethnic string, girl bool, surname string) string {
	p, ok := names[ethnic]
	if !ok {
		p = names[kinh]
	}
	if surname == "" {
		surname = pick(r, p.surnames)
	}
	middle, given := pick(r, p.boyMiddle), pick(r, p.boyGiven)
	if girl {
		middle, given = pick(r, p.girlMiddle), pick(r, p.girlName)
	}
	if ethnic != hmong && r.IntN(5) == 0 { // a fifth has a second given part: Lò Thị Thanh Mai
		if extra := pick(r, p.girlName); girl && extra != given {
			given = extra + " " + given
		}
	}
	return surname + " " + middle + " " + given
}

func surnameOf(name string) string { return name[:strings.IndexByte(name, ' ')] }
