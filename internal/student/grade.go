package student

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"ralop/internal/viet"
)

// Levels of schooling (domain.md section 10).
const (
	MN   = "MN"   // mầm non
	TH   = "TH"   // tiểu học
	THCS = "THCS" // trung học cơ sở
	THPT = "THPT" // trung học phổ thông
	GDTX = "GDTX" // giáo dục thường xuyên, cấp THPT
	GDNN = "GDNN" // giáo dục nghề nghiệp
)

// Grades in order: nhà trẻ, mẫu giáo 3–5 tuổi, lớp 1–12.
var grades = []string{"NT", "3T", "4T", "5T", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"}

// NextGrade gives the grade after one, "" after the last.
func NextGrade(grade string) string {
	i := slices.Index(grades, grade)
	if i < 0 || i+1 == len(grades) {
		return ""
	}
	return grades[i+1]
}

// StartsLevel says whether pupils enter a school anew in the grade: nhà trẻ, lớp 1, 6, 10.
func StartsLevel(grade string) bool {
	return grade == "NT" || grade == "1" || grade == "6" || grade == "10"
}

// ParseGrade reads what lists write: "Khối 12", "Lớp 1", "12", "Nhà trẻ", "Mẫu giáo 4-5
// tuổi", "MG5", "5 tuổi", "3T". It gives "" for what it does not know.
func ParseGrade(text string) string {
	form := viet.Fold(viet.Clean(text))
	if strings.Contains(form, "nha tre") || strings.Contains(form, "nhom tre") || form == "nt" {
		return "NT"
	}
	numbers := strings.FieldsFunc(form, func(r rune) bool { return r < '0' || r > '9' })
	if len(numbers) == 0 {
		return ""
	}
	number := numbers[0]
	n, err := strconv.Atoi(number)
	if err != nil {
		return ""
	}
	kindergarten := strings.Contains(form, "tuoi") || strings.Contains(form, "mau giao") || strings.HasPrefix(form, "mg") || strings.HasSuffix(form, "t")
	switch {
	case kindergarten && len(numbers) <= 2 && n >= 3 && n <= 5:
		return strconv.Itoa(n) + "T"
	case !kindergarten && len(numbers) == 1 && n >= 1 && n <= 12:
		return strconv.Itoa(n)
	}
	return ""
}

func words(s string) []string { return strings.Fields(s) }

// compareKeys orders by place, level and grade as schools count them.
func compareKeys(a, b LedgerKey) int {
	return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(slices.Index(grades, a.Grade), slices.Index(grades, b.Grade)), strings.Compare(a.Level, b.Level))
}
