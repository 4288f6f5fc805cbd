package student

import (
	"slices"
	"strings"

	"ralop/internal/fault"
	"ralop/internal/viet"
)

// CheckIdentifiers holds the numbers of the state against their form and against what
// else is known of the child. What is wrong cannot be true: a form refuses it, a list that
// comes in may take it as a finding. What is doubtful is a finding only. Empty numbers are
// neither; nothing is asked of the database.
//
// Số định danh cá nhân has 12 digits (NĐ 137/2015/NĐ-CP Điều 13, TT 59/2021/TT-BCA Điều
// 4): three of the province in which the birth was registered, or of the country; one of
// the century and sex (0 a boy, 1 a girl of 19xx, 2 and 3 of 20xx, and so on); two of the
// birth year; six drawn at random. A province keeps its old number after it was merged.
// Mã định danh of the Ministry has 10 digits in what CSDL ngành exports.
func CheckIdentifiers(p Person) (wrong, doubtful []*fault.Fault) {
	add := func(to *[]*fault.Fault, field, code string, args fault.Args) {
		*to = append(*to, fault.New(fault.Invalid, "identity."+code, args).On(field))
	}
	if p.Code != "" {
		switch {
		case !digits(p.Code, 0):
			add(&wrong, "code", "code-form", nil)
		case len(p.Code) != 10:
			add(&doubtful, "code", "code-length", fault.Args{"digits": len(p.Code)})
		}
	}
	n := p.NationalID
	if n == "" {
		return wrong, doubtful
	}
	if !digits(n, 12) {
		add(&wrong, "national_id", "national-form", nil)
		return wrong, doubtful
	}
	if n[:3] < "100" && !slices.Contains(provinceNumbers, n[1:3]) {
		add(&wrong, "national_id", "national-province", fault.Args{"digits": n[:3]})
	} else if home := provincesOf(p.Birthplace); home != "" && !strings.Contains(home, n[1:3]) && n[0] == '0' {
		add(&doubtful, "national_id", "national-birthplace", fault.Args{"digits": n[:3]})
	}
	if p.Sex == "F" && (n[3]-'0')%2 == 0 || p.Sex == "M" && (n[3]-'0')%2 == 1 {
		add(&wrong, "national_id", "national-sex", fault.Args{"digit": string(n[3])})
	}
	if !p.Born.IsZero() {
		year := 1900 + int(n[3]-'0')/2*100 + int(n[4]-'0')*10 + int(n[5]-'0')
		if year != p.Born.Year() {
			add(&wrong, "national_id", "national-year", fault.Args{"year": year})
		}
	}
	return wrong, doubtful
}

// newlyWrong are the faults of a person's numbers that a change brings in: what was wrong
// before it is a finding, and is in nobody's way.
func newlyWrong(was, now Person) error {
	if was.NationalID == now.NationalID && was.Code == now.Code && was.Sex == now.Sex && was.Born == now.Born {
		return nil
	}
	var faults fault.List
	old, _ := CheckIdentifiers(was)
	wrong, _ := CheckIdentifiers(now)
	for _, f := range wrong {
		known := slices.ContainsFunc(old, func(o *fault.Fault) bool { return o.Code == f.Code })
		if !known || f.Field == "national_id" && was.NationalID != now.NationalID || f.Field == "code" && was.Code != now.Code {
			faults = append(faults, f)
		}
	}
	return faults.OrNil()
}

// provinceNumbers are the second and third digit of the numbers of provinces.
var provinceNumbers = strings.Fields("01 02 04 06 08 10 11 12 14 15 17 19 20 22 24 25 26 27 30 31 33 34 35 36 37 38 40 42 44 45 46 48 49 51 52 54 56 58 60 62 64 66 67 68 70 72 74 75 77 79 80 82 83 84 86 87 89 91 92 93 94 95 96")

// provinceNames are names as viet.Fold gives them, those of before and of after 1 July 2025,
// with the numbers that a birth there may have.
var provinceNames = map[string]string{
	"ha noi": "01", "ha giang": "02", "cao bang": "04", "bac kan": "06", "tuyen quang": "08 02", "lao cai": "10 15", "dien bien": "11", "lai chau": "12 11",
	"son la": "14", "yen bai": "15", "hoa binh": "17", "thai nguyen": "19 06", "lang son": "20", "quang ninh": "22", "bac giang": "24", "phu tho": "25 26 17",
	"vinh phuc": "26", "bac ninh": "27 24", "hai duong": "30", "hai phong": "31 30", "hung yen": "33 34", "thai binh": "34", "ha nam": "35", "nam dinh": "36",
	"ninh binh": "37 35 36", "thanh hoa": "38", "nghe an": "40", "ha tinh": "42", "quang binh": "44", "quang tri": "45 44", "thua thien hue": "46", "hue": "46",
	"da nang": "48 49", "quang nam": "49", "quang ngai": "51 62", "binh dinh": "52", "phu yen": "54", "khanh hoa": "56 58", "ninh thuan": "58", "binh thuan": "60",
	"kon tum": "62", "gia lai": "64 52", "dak lak": "66 54", "dak nong": "67", "lam dong": "68 60 67", "binh phuoc": "70", "tay ninh": "72 80", "binh duong": "74",
	"dong nai": "75 70", "ba ria - vung tau": "77", "vung tau": "77", "ho chi minh": "79 74 77", "long an": "80", "tien giang": "82", "ben tre": "83", "tra vinh": "84",
	"vinh long": "86 83 84", "dong thap": "87 82", "an giang": "89 91", "kien giang": "91", "can tho": "92 93 94", "hau giang": "93", "soc trang": "94",
	"bac lieu": "95", "ca mau": "96 95",
}

// provincesOf gives the numbers of the province that a birthplace ends in, "" when it names none.
func provincesOf(birthplace string) string {
	folded := strings.TrimRight(viet.Fold(viet.Clean(birthplace)), " .")
	found := ""
	for name := range provinceNames {
		if before, ok := strings.CutSuffix(folded, name); ok && len(name) > len(found) && (before == "" || strings.ContainsAny(before[len(before)-1:], " ,-.")) {
			found = name
		}
	}
	return provinceNames[found]
}
