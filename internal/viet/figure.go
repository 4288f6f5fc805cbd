package viet

import (
	"fmt"
	"strconv"
	"strings"
)

// Integer writes n with a point between thousands: 1.234.567.
func Integer(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	return sign + points(digits)
}

// Decimal writes units ÷ 10^places with a comma: Decimal(9234, 2) is "92,34". It takes an integer so that no figure
// passes through binary fractions on its way to paper. Negative places count as 0.
func Decimal(units int64, places int) string {
	if places <= 0 {
		return Integer(units)
	}
	digits, sign := strconv.FormatInt(units, 10), ""
	if units < 0 {
		sign, digits = "-", digits[1:]
	}
	if missing := places + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	cut := len(digits) - places
	return sign + points(digits[:cut]) + "," + digits[cut:]
}

func points(digits string) string {
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte('.')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// Date writes a day for tables and forms: 05/06/2015.
func Date(year, month, day int) string { return fmt.Sprintf("%02d/%02d/%04d", day, month, year) }

// DateWords writes a day as the head of an official paper does: "ngày 05 tháng 6 năm 2015". A day below 10 and the
// months 1 and 2 bear a zero in front (NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 4).
func DateWords(year, month, day int) string {
	return fmt.Sprintf("ngày %02d %s", day, MonthWords(year, month))
}

// MonthWords writes a month by the same rule: "tháng 02 năm 2020", "tháng 5 năm 2020".
func MonthWords(year, month int) string {
	if month < 3 {
		return fmt.Sprintf("tháng %02d năm %d", month, year)
	}
	return fmt.Sprintf("tháng %d năm %d", month, year)
}

// Roman writes n from 1 to 3999 in Roman capitals, for the heads of parts and chapters; other numbers in digits.
func Roman(n int) string {
	if n < 1 || n > 3999 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, step := range []struct {
		value int
		sign  string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for ; n >= step.value; n -= step.value {
			b.WriteString(step.sign)
		}
	}
	return b.String()
}

// points of a clause follow the Vietnamese alphabet (NĐ 30/2020/NĐ-CP, Phụ lục I: "theo thứ tự bảng chữ cái tiếng Việt").
var pointLetters = []rune("abcdđeghiklmnopqrstuvxy")

// Point writes the letter of the n-th point of a clause: a, b, c, d, đ, e, g …; beyond y it doubles: aa, ab. Numbers
// below 1 give "".
func Point(n int) string {
	if n < 1 {
		return ""
	}
	out := ""
	for ; n > 0; n = (n - 1) / len(pointLetters) {
		out = string(pointLetters[(n-1)%len(pointLetters)]) + out
	}
	return out
}

// Ordinal writes the place in a row in words up to ten ("thứ nhất", "thứ hai", "thứ tư"), then with digits ("thứ 11").
func Ordinal(n int) string {
	words := []string{"nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười"}
	if n >= 1 && n <= len(words) {
		return "thứ " + words[n-1]
	}
	return "thứ " + strconv.Itoa(n)
}
