package exchange

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/student"
	"ralop/internal/viet"
)

// pupilFields name a pupil who is known already: by a number, or by name with birth date or class.
var pupilFields = []Field{
	{Name: "code", Aliases: []string{"mã định danh Bộ GD&ĐT", "mã định danh bộ", "mã định danh", "mã học sinh", "mã HS"}},
	{Name: "national_id", Aliases: []string{"số định danh cá nhân", "số định danh", "số ĐDCN", "mã định danh cá nhân"}},
	{Name: "name", Aliases: []string{"họ tên", "họ và tên", "họ tên học sinh", "họ và tên học sinh", "tên học sinh"}, Required: true},
	{Name: "born", Aliases: []string{"ngày sinh", "ngày tháng năm sinh", "ngày, tháng, năm sinh"}},
}

var classField = Field{Name: "class", Aliases: []string{"lớp học", "lớp", "tên lớp"}, Required: true}

// named reads who a line means.
func (l Line) named() (student.Named, error) {
	born, err := l.Head.Day(l.Row, "born")
	return student.Named{Code: l.Get("code"), NationalID: l.Get("national_id"), Name: l.Get("name"), Born: born, Class: l.Get("class")}, err
}

// dayField is a column of a register: a day of its month, or a session of the day.
type dayField struct {
	name    string
	day     int
	session calendar.Session
}

// dayFields are the columns that a register may have: whole days and the sessions of days.
var dayFields = func() (all []dayField) {
	for d := 1; d <= 31; d++ {
		n := strconv.Itoa(d)
		all = append(all, dayField{"day-" + n, d, calendar.WholeDay}, dayField{"day-" + n + "-morning", d, calendar.Morning}, dayField{"day-" + n + "-afternoon", d, calendar.Afternoon})
	}
	return all
}()

// dayWords are the words that stand before the number of a day, as FoldHeading gives them.
var dayWords = []string{"", "ngay ", "ngay trong thang ", "cac ngay trong thang "}

// registerFields are the columns of a register in its wide form.
var registerFieldsWide = func() []Field {
	fields := append(append([]Field{}, pupilFields...), classField)
	sessions := map[calendar.Session][]string{calendar.Morning: {"s", "sang", "buoi sang"}, calendar.Afternoon: {"c", "chieu", "buoi chieu"}}
	for _, f := range dayFields {
		field := Field{Name: f.name}
		n := strconv.Itoa(f.day)
		for _, number := range []string{n, "0" + n} {
			if len(number) > 2 {
				continue
			}
			for _, word := range dayWords {
				if f.session == calendar.WholeDay {
					field.Aliases = append(field.Aliases, word+number)
					continue
				}
				for _, session := range sessions[f.session] {
					field.Aliases = append(field.Aliases, word+number+" "+session, session+" "+word+number)
				}
			}
			if f.session == calendar.WholeDay {
				for month := 1; month <= 12; month++ { // 5/9, 05/09
					field.Aliases = append(field.Aliases, number+" "+strconv.Itoa(month))
					if month < 10 {
						field.Aliases = append(field.Aliases, number+" 0"+strconv.Itoa(month))
					}
				}
			}
		}
		fields = append(fields, field)
	}
	return fields
}()

var (
	monthAndYear = regexp.MustCompile(`(?:thang|t)\s*0?(\d{1,2})\s*(?:nam|/|-|\.|,)\s*(?:nam\s*)?(\d{4})`)
	monthOnly    = regexp.MustCompile(`(?:thang|\bt)\s*0?(\d{1,2})\b`)
	yearOfSchool = regexp.MustCompile(`(20\d{2})\s*[-–/]\s*(20\d{2})`)
	monthSetting = regexp.MustCompile(`^(?:(\d{4})-(\d{1,2})|(\d{1,2})/(\d{4}))$`)
)

// monthOf finds the month that titles tell: "Tháng 5 năm 2020", "T5/2020", or a month with
// "Năm học 2019-2020". The zero Day when they do not.
func monthOf(titles ...string) day.Day {
	text := viet.Fold(strings.Join(titles, " \n "))
	if m := monthAndYear.FindStringSubmatch(text); m != nil {
		return firstOf(m[2], m[1])
	}
	month, year := monthOnly.FindStringSubmatch(text), yearOfSchool.FindStringSubmatch(text)
	if month == nil || year == nil {
		return 0
	}
	if n, _ := strconv.Atoi(month[1]); n >= 8 {
		return firstOf(year[1], month[1])
	}
	return firstOf(year[2], month[1])
}

// parseMonth reads "2020-05" or "5/2020".
func parseMonth(written string) (day.Day, bool) {
	m := monthSetting.FindStringSubmatch(strings.TrimSpace(written))
	if m == nil {
		return 0, false
	}
	d := firstOf(m[1]+m[4], m[2]+m[3])
	return d, d != 0
}

func firstOf(year, month string) day.Day {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	if m < 1 || m > 12 || y < 1990 || y > 2100 {
		return 0
	}
	return day.Date(y, time.Month(m), 1)
}

// dayIn gives a day of a month; false when the month is shorter.
func dayIn(month day.Day, n int) (day.Day, bool) {
	d := month + day.Day(n-1)
	return d, day.MonthOf(month).Has(d)
}
